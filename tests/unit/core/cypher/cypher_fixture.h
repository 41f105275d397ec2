/*
 * tests/unit/core/cypher/cypher_fixture.h -- one statement, parsed and analysed.
 */
#ifndef NAMI_TESTS_CYPHER_FIXTURE_H
#define NAMI_TESTS_CYPHER_FIXTURE_H

#include <stdlib.h>
#include <string.h>

#include "core/cypher/analysis.h"
#include "core/cypher/parser.h"

struct cypher_fixture {
    struct nami_chunk_pool *pool;
    struct nami_budget budget;
    struct nami_arena arena;
    struct nami_ast_statement *statement;
    struct nami_diagnostic diag;
    int32_t status;
};

static inline void cypher_begin(struct cypher_fixture *fixture, uint64_t budget_bytes)
{
    memset(fixture, 0, sizeof(*fixture));
    if (nami_chunk_pool_create(0, &fixture->pool) != NAMI_OK) {
        abort();
    }
    nami_budget_init(&fixture->budget, budget_bytes);
    nami_arena_init(&fixture->arena, fixture->pool, &fixture->budget);
}

static inline void cypher_end(struct cypher_fixture *fixture)
{
    nami_arena_release(&fixture->arena);
    nami_chunk_pool_destroy(fixture->pool);
}

static inline int32_t cypher_parse(struct cypher_fixture *fixture, struct nami_slice text,
                                   const struct nami_parse_limits *limits)
{
    fixture->status =
        nami_cypher_parse(text, &fixture->arena, limits, &fixture->statement, &fixture->diag);
    return fixture->status;
}

/* Parse and analyse with a budget of 1 GiB. */
static inline int32_t cypher_run(struct cypher_fixture *fixture, const char *text)
{
    cypher_begin(fixture, UINT64_C(1) << 30);
    if (cypher_parse(fixture, (struct nami_slice){(const uint8_t *)text, strlen(text)}, NULL) ==
        NAMI_OK) {
        fixture->status =
            nami_cypher_analyse(fixture->statement, &fixture->arena, NULL, &fixture->diag);
    }
    return fixture->status;
}

#endif /* NAMI_TESTS_CYPHER_FIXTURE_H */
