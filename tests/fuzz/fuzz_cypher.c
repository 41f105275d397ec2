/* Fuzz core/cypher: any bytes are parsed and analysed, or refused with a place inside the text. */
#include <stdlib.h>

#include "core/base/utf8.h"
#include "core/cypher/analysis.h"
#include "core/cypher/parser.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_diagnostic(const struct nami_diagnostic *diag, struct nami_slice text)
{
    if (diag->condition == NAMI_COND_NONE || diag->message[0] == '\0' ||
        diag->at.offset > nami_utf8_count(text)) {
        abort();
    }
}

static void check_symbols(const struct nami_ast_statement *statement)
{
    for (uint32_t i = 0; i < statement->symbols.count; i++) {
        if (statement->symbols.items[i]->id != i) {
            abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct nami_parse_limits limits = {100, 20000, 1 << 20, NULL};
    struct nami_slice text = {data, size};
    struct nami_chunk_pool *pool = NULL;
    struct nami_budget budget;
    struct nami_arena arena;
    struct nami_ast_statement *statement = NULL;
    struct nami_diagnostic diag = {0};

    if (nami_chunk_pool_create(0, &pool) != NAMI_OK) {
        abort();
    }
    nami_budget_init(&budget, UINT64_C(1) << 25);
    nami_arena_init(&arena, pool, &budget);
    if (nami_cypher_parse(text, &arena, &limits, &statement, &diag) != NAMI_OK ||
        nami_cypher_analyse(statement, &arena, NULL, &diag) != NAMI_OK) {
        check_diagnostic(&diag, text);
    } else {
        check_symbols(statement);
    }
    nami_arena_release(&arena);
    nami_chunk_pool_destroy(pool);
    return 0;
}
