/*
 * tests/unit/core/exec/query_runner.h -- whole statements on a graph in memory: parse, analyse,
 * plan, run, publish; answers as text.
 */
#ifndef NAMI_TESTS_QUERY_RUNNER_H
#define NAMI_TESTS_QUERY_RUNNER_H

#include "core/exec/cursor.h"
#include "core/plan/plan.h"
#include "tests/support/test_host.h"

struct query_runner {
    struct test_host host;
    struct nami_chunk_pool *pool;
    struct nami_graph *graph;
    struct nami_arena kept; /* parameters */
    uint64_t budget_bytes;
    uint64_t deadline_ns; /* of every statement */
    uint32_t rules_off;
    bool in_txn;            /* reads run inside a transaction too */
    bool is_cancelled;      /* before it began */
    const char *params;     /* a Cypher map, or NULL */
    const char *before_run; /* once: a statement between planning and running the next; or NULL */
    /* of the last statement */
    struct nami_changes changes;
    struct nami_diagnostic diag;
    uint32_t kind;
    double cost_us;
    bool is_current; /* nami_plan_is_current() when it ran */
    uint32_t notification_count;
    char notification[128]; /* code and place of the first one */
    char *route;            /* nami_plan_describe() */
    char *answer;
};

bool query_runner_init(struct query_runner *q);
void query_runner_release(struct query_runner *q);

/*
 * Rows, values separated by ", ", rows by "; ", in any order unless the text has ORDER BY;
 * "!Code.Detail" if it failed; "" for no rows. Until the next run.
 */
const char *query_run(struct query_runner *q, const char *text);
/* "+2n -1r 3p +1l": what the last statement changed; "" for nothing. Valid until the next call. */
const char *query_changes(struct query_runner *q, char out[128]);

struct query_example {
    const char *setup; /* statements separated by ";;", or NULL */
    const char *query;
    const char *expected;
    const char *after; /* a query that looks at the graph afterwards, or NULL */
    const char *found; /* its answer */
};
/*
 * Each on a graph of its own, with all optimiser rules and with none: same answers. CUnit
 * assertions; says which one failed.
 */
void query_check(const struct query_example *examples, size_t count, const char *params);

#endif /* NAMI_TESTS_QUERY_RUNNER_H */
