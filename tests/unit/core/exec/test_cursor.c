/* Cursors: what is not fetched, plans that are shared, contexts that do not fit. */
#include <string.h>

#include <CUnit/CUnit.h>

#include <namidb/plugin_util.h>

#include "core/cypher/analysis.h"
#include "core/cypher/parser.h"
#include "tests/support/run_suite.h"
#include "tests/unit/core/exec/query_runner.h"

struct opened {
    struct query_runner q;
    struct nami_arena plan_arena;
    struct nami_arena arena;
    struct nami_arena scratch;
    struct nami_budget budget;
    struct nami_snapshot snap;
    struct nami_call call;
    struct nami_diagnostic diag;
    struct nami_exec exec;
    struct nami_plan *plan;
    struct nami_txn *txn;
    struct nami_cursor *cursor;
};

static void make_plan(struct opened *o, const char *text)
{
    struct nami_ast_statement *statement = NULL;

    *o = (struct opened){.plan = NULL};
    CU_ASSERT_TRUE_FATAL(query_runner_init(&o->q));
    nami_budget_init(&o->budget, UINT64_C(1) << 28);
    nami_arena_init(&o->plan_arena, o->q.pool, NULL);
    nami_arena_init(&o->arena, o->q.pool, &o->budget);
    nami_arena_init(&o->scratch, o->q.pool, &o->budget);
    CU_ASSERT_EQUAL_FATAL(nami_snapshot_open(o->q.graph, &o->snap), NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(
        nami_cypher_parse(nami_text(text), &o->plan_arena, NULL, &statement, &o->diag), NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(nami_cypher_analyse(statement, &o->plan_arena, NULL, &o->diag), NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(
        nami_plan_create(statement, &o->snap, &o->plan_arena, NULL, &o->plan, &o->diag), NAMI_OK);
    o->call = test_call();
    o->exec = (struct nami_exec){.host = &o->q.host.table,
                                 .call = &o->call,
                                 .snap = &o->snap,
                                 .arena = &o->arena,
                                 .scratch = &o->scratch,
                                 .budget = &o->budget,
                                 .diag = &o->diag,
                                 .text = nami_text(text)};
}

static void begin_txn(struct opened *o)
{
    CU_ASSERT_EQUAL_FATAL(nami_txn_begin(o->q.graph, &o->txn), NAMI_OK);
    o->exec.txn = o->txn;
    o->exec.snap = nami_txn_snapshot(o->txn);
}

static void release(struct opened *o)
{
    nami_exec_close(o->cursor);
    nami_txn_rollback(o->txn);
    nami_snapshot_release(&o->snap);
    nami_arena_release(&o->scratch);
    nami_arena_release(&o->arena);
    nami_arena_release(&o->plan_arena);
    CU_ASSERT_EQUAL(o->budget.used_bytes, 0);
    query_runner_release(&o->q);
}

static void expect_created(const char *text, bool fetch_one, uint64_t nodes)
{
    struct opened o;
    const struct nami_rows *rows = NULL;

    make_plan(&o, text);
    begin_txn(&o);
    CU_ASSERT_EQUAL_FATAL(nami_exec_open(o.plan, &o.exec, &o.cursor), NAMI_OK);
    CU_ASSERT_EQUAL(nami_txn_changes(o.txn)->nodes_created, 0);
    if (fetch_one) {
        CU_ASSERT_EQUAL(nami_exec_next(o.cursor, &rows), NAMI_OK);
        CU_ASSERT_TRUE(rows->count > 0);
    }
    CU_ASSERT_EQUAL(nami_exec_finish(o.cursor), NAMI_OK);
    CU_ASSERT_EQUAL(nami_txn_changes(o.txn)->nodes_created, nodes);
    CU_ASSERT_EQUAL(nami_exec_next(o.cursor, &rows), NAMI_OK);
    CU_ASSERT_EQUAL(rows->count, 0);
    release(&o);
}

static void test_finish__what_was_not_fetched_is_written(void)
{
    expect_created("UNWIND range(1, 5000) AS x CREATE (n:N {x: x}) RETURN n", false, 5000);
    expect_created("UNWIND range(1, 5000) AS x CREATE (n:N {x: x}) RETURN n", true, 5000);
    expect_created("CREATE (n:N)", false, 1);
    expect_created("CREATE (n:N) RETURN n UNION ALL CREATE (n:M) RETURN n", false, 2);
    expect_created("CREATE (n:N) RETURN n UNION ALL CREATE (n:M) RETURN n", true, 2);
    expect_created("CREATE (n:N) RETURN n LIMIT 0", false, 1);
    expect_created("UNWIND [1, 2] AS x CREATE (n:N) WITH n CREATE (m:M) RETURN m", false, 4);
}

static void test_open__a_write_needs_a_transaction(void)
{
    struct opened o;

    make_plan(&o, "CREATE (n)");
    CU_ASSERT_NOT_EQUAL(nami_exec_open(o.plan, &o.exec, &o.cursor), NAMI_OK);
    CU_ASSERT_EQUAL(o.diag.condition, NAMI_COND_WRITE_IN_READ_MODE);
    CU_ASSERT_PTR_NULL(o.cursor);
    release(&o);
}

/* The rows of a scan are made when they are asked for, not before. */
static void test_next__streams(void)
{
    struct opened o;
    const struct nami_rows *rows = NULL;
    uint64_t peak = 0;
    uint64_t count = 0;

    make_plan(&o, "UNWIND range(1, 1000) AS x UNWIND range(1, 1000) AS y RETURN 'text' + x + y");
    CU_ASSERT_EQUAL_FATAL(nami_exec_open(o.plan, &o.exec, &o.cursor), NAMI_OK);
    for (int i = 0; i < 20; i++) {
        CU_ASSERT_EQUAL_FATAL(nami_exec_next(o.cursor, &rows), NAMI_OK);
    }
    peak = o.budget.peak_bytes;
    do {
        CU_ASSERT_EQUAL_FATAL(nami_exec_next(o.cursor, &rows), NAMI_OK);
        CU_ASSERT_TRUE(rows->count <= NAMI_BATCH_ROWS);
        count += rows->count;
    } while (rows->count > 0);
    CU_ASSERT_TRUE(count > 900000);
    CU_ASSERT_TRUE(o.budget.peak_bytes <= peak + (256 << 10));
    release(&o);
}

/* LIMIT ends a scan that would never end otherwise: each row would cost a look at the clock. */
static void test_next__limit_stops_its_source(void)
{
    struct opened o;
    const struct nami_rows *rows = NULL;

    make_plan(&o, "UNWIND range(1, 100000) AS x UNWIND range(1, 100000) AS y "
                  "UNWIND range(1, 100000) AS z WITH z LIMIT 5 RETURN count(z) AS c");
    CU_ASSERT_EQUAL_FATAL(nami_exec_open(o.plan, &o.exec, &o.cursor), NAMI_OK);
    CU_ASSERT_EQUAL(nami_exec_next(o.cursor, &rows), NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(rows->count, 1);
    CU_ASSERT_EQUAL(nami_vector_get(&rows->columns[0], nami_rows_at(rows, 0)).as.integer, 5);
    release(&o);
}

static void test_open__a_plan_runs_again_and_sees_new_names(void)
{
    struct opened o;
    const struct nami_rows *rows = NULL;

    make_plan(&o, "MATCH (n:Later)-[:ON]->(m) WHERE n.k = 1 RETURN m.k");
    CU_ASSERT_EQUAL_FATAL(nami_exec_open(o.plan, &o.exec, &o.cursor), NAMI_OK);
    CU_ASSERT_EQUAL(nami_exec_next(o.cursor, &rows), NAMI_OK);
    CU_ASSERT_EQUAL(rows->count, 0);
    nami_exec_close(o.cursor);
    CU_ASSERT_STRING_EQUAL(query_run(&o.q, "CREATE (:Later {k: 1})-[:ON]->({k: 2})"), "");
    nami_snapshot_release(&o.snap);
    CU_ASSERT_EQUAL_FATAL(nami_snapshot_open(o.q.graph, &o.snap), NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(nami_exec_open(o.plan, &o.exec, &o.cursor), NAMI_OK);
    CU_ASSERT_EQUAL(nami_exec_next(o.cursor, &rows), NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(rows->count, 1);
    CU_ASSERT_EQUAL(nami_vector_get(&rows->columns[0], nami_rows_at(rows, 0)).as.integer, 2);
    release(&o);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"finish", test_finish__what_was_not_fetched_is_written},
        {"write needs a transaction", test_open__a_write_needs_a_transaction},
        {"streams", test_next__streams},
        {"limit", test_next__limit_stops_its_source},
        {"again", test_open__a_plan_runs_again_and_sees_new_names},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/exec: cursors", NULL, NULL, tests);
}
