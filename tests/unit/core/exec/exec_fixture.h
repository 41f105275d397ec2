/*
 * tests/unit/core/exec/exec_fixture.h -- a query's surroundings for tests: host, clock, memory,
 * an empty graph, and values written as Cypher.
 */
#ifndef NAMI_TESTS_EXEC_FIXTURE_H
#define NAMI_TESTS_EXEC_FIXTURE_H

#include "core/cypher/parser.h"
#include "core/exec/exec_context.h"
#include "core/exec/expr.h"
#include "core/exec/vector.h"
#include "tests/support/test_host.h"

struct exec_fixture {
    struct test_host host;
    struct nami_chunk_pool *pool;
    struct nami_budget budget;
    struct nami_arena arena;
    struct nami_arena scratch;
    struct nami_call call;
    struct nami_graph *graph;
    struct nami_snapshot snap;
    struct nami_diagnostic diag;
    struct nami_exec exec;
};

/* `budget_bytes` for everything the query allocates. false: it could not be set up. */
bool exec_fixture_init(struct exec_fixture *f, uint64_t budget_bytes);
void exec_fixture_release(struct exec_fixture *f);

/* A column of these values: typed if all of them have one type, else ANY. */
struct nami_vector exec_fixture_column(struct exec_fixture *f, const struct nami_value *values,
                                       uint32_t count);
/* Rows 0 .. count-1. */
struct nami_rows exec_fixture_rows(struct nami_vector *columns, uint32_t column_count,
                                   uint32_t count);
/* "[1, null, 'a']"; lives until `f` is released. */
const char *exec_fixture_print(struct exec_fixture *f, struct nami_value value);
struct nami_value exec_fixture_text(const char *text);

#endif /* NAMI_TESTS_EXEC_FIXTURE_H */
