/* core/session/statement*.c, write_turn.c: the life of statements, with and without a waiter. */
#include <pthread.h>

#include <namidb/plugin_util.h>

#include "core/base/cancel.h"
#include "session_fixture.h"

static struct fixture fx;
static char uri[128];
static unsigned spaces;

/* A namespace of its own for each test. */
static void begin(const char *query)
{
    fixture_init(&fx);
    (void)snprintf(uri, sizeof(uri), "memory://session-%u%s", ++spaces, query);
    fixture_open(&fx, uri);
}

static void end(void)
{
    fixture_release(&fx);
}

/* Whoever has it keeps it until token_give(). */
static struct counting_waiter holder;

static void token_take(void)
{
    struct nami_commit *commit = nami_database_commit(fx.db);
    int32_t status = NAMI_OK;

    counting_init(&holder);
    status = nami_commit_token(commit, &holder.waiter, false, &fx.diag);
    if (status == NAMI_E_AGAIN) {
        CU_ASSERT_FATAL(counting_wait(&holder, 1));
        status = nami_commit_token(commit, &holder.waiter, false, &fx.diag);
    }
    CU_ASSERT_EQUAL_FATAL(status, NAMI_OK);
}

static void token_give(void)
{
    nami_commit_token_release(nami_database_commit(fx.db), &holder.waiter);
}

static int32_t start_once(struct nami_statement_run *run)
{
    bool needs_worker = false;

    return nami_statement_start(run, false, &needs_worker, &fx.diag);
}

static void test_read__streams_in_parts_of_rows_max(void)
{
    struct nami_statement_run *run = NULL;
    const struct nami_batch *batch = NULL;
    int64_t expected = 1;

    begin("");
    run = open_run(&fx, "UNWIND range(1, 5000) AS i RETURN i", NULL);
    CU_ASSERT_EQUAL_FATAL(start_once(run), NAMI_OK);
    do {
        CU_ASSERT_EQUAL_FATAL(nami_statement_fetch(run, 7, &batch, &fx.diag), NAMI_OK);
        CU_ASSERT(batch->row_count <= 7);
        for (size_t i = 0; i < batch->row_count; i++) {
            struct nami_cell cell = nami_cell_at(nami_batch_column(batch, 0), i);

            CU_ASSERT_EQUAL(((const int64_t *)cell.column->values)[cell.row], expected++);
        }
    } while (batch->row_count > 0);
    CU_ASSERT_EQUAL(expected, 5001);
    CU_ASSERT_EQUAL(nami_statement_fetch(run, 7, &batch, &fx.diag), NAMI_OK); /* still the end */
    CU_ASSERT_EQUAL(batch->row_count, 0);
    nami_statement_close(run);
    end();
}

static void test_write__rows_are_kept_and_given_in_parts(void)
{
    struct nami_statement_run *run = NULL;
    const struct nami_batch *batch = NULL;
    struct nami_summary summary = {0};
    size_t rows = 0;

    begin("");
    run = open_run(&fx, "UNWIND range(1, 3000) AS i CREATE (n:N {i: i}) RETURN n, i", NULL);
    CU_ASSERT_EQUAL_FATAL(start_once(run), NAMI_OK);
    do {
        CU_ASSERT_EQUAL_FATAL(nami_statement_fetch(run, 11, &batch, &fx.diag), NAMI_OK);
        for (size_t i = 0; i < batch->row_count; i++) {
            char expected[64];
            char element[32];

            nami_buf_clear(&fx.text);
            print_cell(&fx.text, nami_cell_at(nami_batch_column(batch, 0), i));
            (void)snprintf(element, sizeof(element), "'n:%zu'", rows);
            (void)snprintf(expected, sizeof(expected), "(%zu %s ['N'] {i: %zu})", rows, element,
                           rows + 1);
            CU_ASSERT_FATAL(nami_slice_equal(nami_buf_view(&fx.text), nami_text(expected)));
            rows++;
        }
    } while (batch->row_count > 0);
    CU_ASSERT_EQUAL(rows, 3000);
    CU_ASSERT_EQUAL_FATAL(nami_statement_finish(run, &summary, &fx.diag), NAMI_OK);
    CU_ASSERT_EQUAL(summary.counters->nodes_created, 3000);
    nami_statement_close(run);
    end();
}

static void test_write__waits_by_again_and_wake(void)
{
    struct counting_waiter waiter;
    struct nami_statement_run *run = NULL;

    begin("?latency_ms=20");
    run = open_run(&fx, "CREATE (:A)", &waiter);
    CU_ASSERT_EQUAL(start_once(run), NAMI_E_AGAIN); /* the namespace is claimed first */
    CU_ASSERT_FATAL(counting_wait(&waiter, 1));
    CU_ASSERT_EQUAL_FATAL(start_run(&fx, run, &waiter), NAMI_OK);
    CU_ASSERT_FALSE(nami_statement_holds_token(run));
    CU_ASSERT_EQUAL(finish_run(&fx, run, &waiter), NAMI_OK);
    CU_ASSERT(atomic_load(&waiter.woken) >= 2); /* for the token, and for the slot */
    nami_statement_close(run);
    CU_ASK(&fx, "MATCH (a:A) RETURN count(a)", "1");
    end();
}

static void test_writers__take_turns_in_order(void)
{
    enum { WRITERS = 8 };
    struct counting_waiter waiters[WRITERS];
    struct nami_statement_run *runs[WRITERS];
    char text[64];

    begin("");
    token_take();
    for (int i = 0; i < WRITERS; i++) {
        (void)snprintf(text, sizeof(text), "CREATE (n:A {i: %d}) RETURN id(n)", i);
        runs[i] = open_run(&fx, text, &waiters[i]);
        CU_ASSERT_EQUAL(start_once(runs[i]), NAMI_E_AGAIN);
        CU_ASSERT_EQUAL(start_once(runs[i]), NAMI_E_AGAIN); /* asked too early: still its place */
    }
    token_give();
    for (int i = 0; i < WRITERS; i++) {
        CU_ASSERT_FATAL(counting_wait(&waiters[i], 1));
        if (i + 1 < WRITERS) {
            CU_ASSERT_EQUAL(atomic_load(&waiters[i + 1].woken), 0);
        }
        CU_ASSERT_EQUAL_FATAL(start_once(runs[i]), NAMI_OK);
    }
    for (int i = 0; i < WRITERS; i++) {
        CU_ASSERT_EQUAL(finish_run(&fx, runs[i], &waiters[i]), NAMI_OK);
        nami_statement_close(runs[i]);
    }
    CU_ASK(&fx, "MATCH (a:A) RETURN a.i ORDER BY id(a)", "0; 1; 2; 3; 4; 5; 6; 7");
    end();
}

static void test_close__opened_changes_nothing(void)
{
    begin("");
    nami_statement_close(open_run(&fx, "CREATE (:A)", NULL));
    CU_ASK(&fx, "MATCH (a:A) RETURN count(a)", "0");
    end();
}

static void test_close__queued_for_the_token_leaves_the_queue(void)
{
    struct counting_waiter first;
    struct counting_waiter second;
    struct nami_statement_run *runs[2];

    begin("");
    token_take();
    runs[0] = open_run(&fx, "CREATE (:A)", &first);
    runs[1] = open_run(&fx, "CREATE (:B)", &second);
    CU_ASSERT_EQUAL(start_once(runs[0]), NAMI_E_AGAIN);
    CU_ASSERT_EQUAL(start_once(runs[1]), NAMI_E_AGAIN);
    nami_statement_close(runs[0]);
    token_give();
    CU_ASSERT_EQUAL(start_run(&fx, runs[1], &second), NAMI_OK);
    CU_ASSERT_EQUAL(finish_run(&fx, runs[1], &second), NAMI_OK);
    CU_ASSERT_EQUAL(atomic_load(&first.woken), 0);
    nami_statement_close(runs[1]);
    CU_ASK(&fx, "MATCH (n) RETURN labels(n)", "['B']");
    end();
}

static void test_close__granted_but_not_run_gives_the_token_on(void)
{
    struct counting_waiter waiter;
    struct nami_statement_run *run = NULL;

    begin("");
    token_take();
    run = open_run(&fx, "CREATE (:A)", &waiter);
    CU_ASSERT_EQUAL(start_once(run), NAMI_E_AGAIN);
    token_give();
    CU_ASSERT_FATAL(counting_wait(&waiter, 1));
    nami_statement_close(run);
    CU_ASK(&fx, "CREATE (:B)", "");
    CU_ASK(&fx, "MATCH (n) RETURN labels(n)", "['B']");
    end();
}

static void test_close__staged_leaves_the_queue_and_blocks_nobody(void)
{
    struct counting_waiter waiter;
    struct nami_statement_run *run = NULL;
    struct nami_summary summary = {0};
    unsigned woken = 0;

    begin("?latency_ms=100");
    CU_ASK(&fx, "CREATE (:A)", ""); /* leads now */
    run = open_run(&fx, "CREATE (:B)", &waiter);
    CU_ASSERT_EQUAL_FATAL(start_run(&fx, run, &waiter), NAMI_OK);
    woken = atomic_load(&waiter.woken);
    CU_ASSERT_EQUAL(nami_statement_finish(run, &summary, &fx.diag), NAMI_E_AGAIN);
    nami_statement_close(run); /* it is on its way: nobody can take it back */
    CU_ASK(&fx, "CREATE (:C)", "");
    CU_ASSERT_EQUAL(atomic_load(&waiter.woken), woken);
    CU_ASK(&fx, "MATCH (n) RETURN labels(n) ORDER BY id(n)", "['A']; ['B']; ['C']");
    end();
}

static void test_failure__in_the_midst_undoes_all(void)
{
    begin("");
    CU_ASK(&fx, "CREATE (:A)", "");
    CU_ASK(&fx, "UNWIND [1, 0] AS i CREATE (:B {x: 1 / i})", "!ArithmeticError.DivisionByZero");
    CU_ASK(&fx, "MATCH (n) RETURN labels(n)", "['A']");
    CU_ASK(&fx, "CREATE (:C)", ""); /* the token was given on */
    end();
}

static void test_timeout__while_waiting_for_the_token(void)
{
    struct nami_statement_config config = {.text = nami_text("CREATE (:A)"), .timeout_ms = 50};
    struct counting_waiter waiter;
    struct nami_statement_run *run = NULL;

    begin("");
    token_take();
    CU_ASSERT_STRING_EQUAL(ask_with(&fx, &config), "!Limit.QueryTimeout");
    counting_init(&waiter);
    config.waiter = &waiter.waiter;
    CU_ASSERT_EQUAL_FATAL(nami_statement_open(fx.db, &config, &run, &fx.diag), NAMI_OK);
    CU_ASSERT_EQUAL(start_once(run), NAMI_E_AGAIN);
    sleep_ms(60);
    CU_ASSERT_NOT_EQUAL(start_once(run), NAMI_E_AGAIN);
    CU_ASSERT_EQUAL(fx.diag.condition, NAMI_COND_QUERY_TIMEOUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(fx.diag.hint, "--query-timeout"));
    nami_statement_close(run);
    token_give();
    CU_ASK(&fx, "MATCH (n) RETURN count(n)", "0");
    CU_ASK(&fx, "CREATE (:A)", "");
    end();
}

static void test_cancel__ends_a_wait_and_a_read(void)
{
    struct nami_cancel cancel = {0};
    struct counting_waiter waiter;
    struct nami_statement_config config = {
        .text = nami_text("CREATE (:A)"), .cancel = &cancel, .waiter = &waiter.waiter};
    struct nami_statement_run *run = NULL;

    begin("");
    token_take();
    counting_init(&waiter);
    CU_ASSERT_EQUAL_FATAL(nami_statement_open(fx.db, &config, &run, &fx.diag), NAMI_OK);
    CU_ASSERT_EQUAL(start_once(run), NAMI_E_AGAIN);
    nami_cancel_trip(&cancel);
    CU_ASSERT_EQUAL(start_once(run), NAMI_E_CANCELLED);
    CU_ASSERT_EQUAL(fx.diag.condition, NAMI_COND_CANCELLED);
    nami_statement_close(run);
    token_give();
    config.waiter = NULL;
    config.text =
        nami_text("UNWIND range(1, 10000) AS i UNWIND range(1, 10000) AS j RETURN count(*)");
    (void)ask_with(&fx, &config);
    CU_ASSERT_EQUAL(fx.diag.condition, NAMI_COND_CANCELLED);
    end();
}

static void test_read_only__refuses_a_write(void)
{
    struct nami_statement_config config = {.text = nami_text("CREATE (:A)"), .read_only = true};

    begin("");
    (void)ask_with(&fx, &config);
    CU_ASSERT_EQUAL(fx.diag.condition, NAMI_COND_WRITE_IN_READ_MODE);
    config.text = nami_text("RETURN 1");
    CU_ASSERT_STRING_EQUAL(ask_with(&fx, &config), "1");
    end();
}

static void test_pinned__sees_the_old_state(void)
{
    struct nami_statement_config config = {.text = nami_text("MATCH (n) RETURN n.i ORDER BY n.i")};
    struct nami_pinned *pinned = NULL;

    begin("");
    CU_ASK(&fx, "CREATE (:A {i: 1})", "");
    CU_ASSERT_EQUAL_FATAL(nami_pinned_open(fx.db, &pinned, &fx.diag), NAMI_OK);
    CU_ASK(&fx, "MATCH (a:A) SET a.i = 2 CREATE (:A {i: 3})", "");
    config.pinned = pinned;
    CU_ASSERT_STRING_EQUAL(ask_with(&fx, &config), "1");
    CU_ASK(&fx, "MATCH (n) RETURN n.i ORDER BY n.i", "2; 3");
    config.text = nami_text("CREATE (:B)");
    (void)ask_with(&fx, &config);
    CU_ASSERT_EQUAL(fx.diag.condition, NAMI_COND_WRITE_IN_READ_MODE);
    nami_pinned_close(pinned);
    end();
}

static void test_memory__full_refuses_writes_and_keeps_reading(void)
{
    begin("");
    fixture_close(&fx);
    fx.config.memtable_bytes_max = 1u << 20;
    fixture_open(&fx, uri);
    CU_ASK(&fx, "UNWIND range(1, 20000) AS i CREATE (:A {i: i})", "");
    (void)ask(&fx, "CREATE (:A)");
    CU_ASSERT_EQUAL(fx.diag.condition, NAMI_COND_MEMORY_FULL);
    CU_ASK(&fx, "MATCH (a:A) RETURN count(a)", "20000");
    end();
}

static void test_query_memory__is_a_limit_that_says_so(void)
{
    begin("");
    fixture_close(&fx);
    fx.config.query_memory_bytes = 1u << 20;
    fixture_open(&fx, uri);
    (void)ask(&fx, "UNWIND range(1, 1000000) AS i RETURN collect(toString(i))");
    CU_ASSERT_EQUAL(fx.diag.condition, NAMI_COND_QUERY_MEMORY);
    CU_ASK(&fx, "RETURN 1", "1");
    end();
}

/* MERGE of what another has staged but not proven answers only when it is. */
static void test_unchanged__waits_for_what_it_read(void)
{
    struct counting_waiter waiters[2];
    struct nami_statement_run *writer = NULL;
    struct nami_statement_run *reader = NULL;
    struct nami_summary summary = {0};

    begin("?latency_ms=200");
    CU_ASK(&fx, "CREATE (:Z)", "");
    writer = open_run(&fx, "CREATE (:A {i: 1})", &waiters[0]);
    CU_ASSERT_EQUAL_FATAL(start_run(&fx, writer, &waiters[0]), NAMI_OK);
    reader = open_run(&fx, "MERGE (a:A {i: 1}) RETURN a.i", &waiters[1]);
    CU_ASSERT_EQUAL_FATAL(start_run(&fx, reader, &waiters[1]), NAMI_OK);
    CU_ASSERT_EQUAL(nami_statement_finish(reader, &summary, &fx.diag), NAMI_E_AGAIN);
    CU_ASSERT_EQUAL(finish_run(&fx, reader, &waiters[1]), NAMI_OK);
    CU_ASSERT_EQUAL(finish_run(&fx, writer, &waiters[0]), NAMI_OK);
    nami_statement_close(reader);
    nami_statement_close(writer);
    CU_ASK(&fx, "MATCH (a:A) RETURN count(a)", "1");
    end();
}

static void test_store__that_refuses_writes_keeps_nothing(void)
{
    fixture_init(&fx);
    fx.config.settle_ms = 300;
    fixture_open(&fx, "memory://session-refuses?fail_writes=8");
    for (int i = 0; i < 20; i++) {
        (void)ask(&fx, "CREATE (:A)");
        if (fx.diag.condition != NAMI_COND_NONE) {
            break;
        }
    }
    CU_ASSERT_NOT_EQUAL(fx.diag.condition, NAMI_COND_NONE);
    CU_ASSERT_NOT_EQUAL(fx.diag.condition, NAMI_COND_INTERNAL);
    CU_ASK(&fx, "MATCH (n:B) RETURN count(n)", "0");
    (void)ask(&fx, "CREATE (:B)");
    CU_ASSERT_NOT_EQUAL(fx.diag.condition, NAMI_COND_NONE);
    CU_ASK(&fx, "MATCH (n:B) RETURN count(n)", "0"); /* nothing of it is seen */
    end();
}

/* The objects outlive the handle that refuses: the same host, started again, goes on. */
static void test_store__heals_and_has_what_was_acknowledged(void)
{
    struct fixture keeper; /* the last close forgets a name */
    char expected[16];
    int acknowledged = 0;

    fixture_init(&keeper);
    fixture_open(&keeper, "memory://session-heals");
    fixture_init(&fx);
    fx.config.node_id = nami_text("a");
    fx.config.settle_ms = 300;
    fixture_open(&fx, "memory://session-heals?fail_writes=20");
    while (acknowledged < 100 && strcmp(ask(&fx, "CREATE (:A)"), "") == 0) {
        acknowledged++;
    }
    CU_ASSERT(acknowledged > 0 && acknowledged < 100);
    fixture_close(&fx);
    fixture_open(&fx, "memory://session-heals");
    (void)snprintf(expected, sizeof(expected), "%d", acknowledged);
    CU_ASK(&fx, "MATCH (n) RETURN count(n)", expected);
    CU_ASK(&fx, "CREATE (:A)", "");
    end();
    fixture_release(&keeper);
}

static void test_notifications__tell_unknown_names(void)
{
    struct nami_statement_run *run = NULL;
    struct nami_summary summary = {0};

    begin("");
    run = open_run(&fx, "MATCH (n:Nowhere) RETURN n", NULL);
    CU_ASSERT_EQUAL_FATAL(start_once(run), NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(nami_statement_finish(run, &summary, &fx.diag), NAMI_OK);
    CU_ASSERT_PTR_NOT_NULL_FATAL(summary.notifications);
    nami_buf_clear(&fx.text);
    print_cell(&fx.text, nami_cell_at(summary.notifications, 0));
    CU_ASSERT_EQUAL(nami_buf_append(&fx.text, nami_bytes("", 1)), NAMI_OK);
    CU_ASSERT_PTR_NOT_NULL(strstr((const char *)fx.text.ptr, "Nowhere"));
    CU_ASSERT_PTR_NOT_NULL(strstr((const char *)fx.text.ptr, "position: {column: 10, line: 1"));
    nami_statement_close(run);
    CU_ASK(&fx, "RETURN 1", "1");
    run = open_run(&fx, "RETURN 1", NULL);
    CU_ASSERT_EQUAL_FATAL(start_once(run), NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(nami_statement_finish(run, &summary, &fx.diag), NAMI_OK);
    CU_ASSERT_PTR_NULL(summary.notifications);
    CU_ASSERT_PTR_NULL(summary.counters);
    nami_statement_close(run);
    end();
}

static void test_schema__counts_constraints(void)
{
    begin("");
    CU_ASK(&fx, "CREATE CONSTRAINT c FOR (n:A) REQUIRE n.k IS UNIQUE", "");
    CU_ASSERT_EQUAL(fx.counters.constraints_added, 1);
    CU_ASSERT_EQUAL(fx.counters.indexes_added, 0);
    CU_ASK(&fx, "CREATE CONSTRAINT c IF NOT EXISTS FOR (n:A) REQUIRE n.k IS UNIQUE", "");
    CU_ASSERT_EQUAL(fx.counters.constraints_added, 0);
    CU_ASK(&fx, "CREATE (:A {k: 1})", "");
    (void)ask(&fx, "CREATE (:A {k: 1})");
    CU_ASSERT_EQUAL(fx.diag.condition, NAMI_COND_CONSTRAINT_VIOLATION);
    end();
}

static void test_start__twice_is_refused(void)
{
    struct nami_statement_run *run = NULL;

    begin("");
    run = open_run(&fx, "RETURN 1", NULL);
    CU_ASSERT_EQUAL(start_once(run), NAMI_OK);
    CU_ASSERT_EQUAL(start_once(run), NAMI_E_INTERNAL);
    nami_statement_close(run);
    end();
}

static void test_loop__a_heavy_write_waits_without_a_worker(void)
{
    struct counting_waiter waiter;
    struct nami_statement_run *run = NULL;
    bool needs_worker = false;

    begin("");
    token_take();
    run = open_run(&fx, "UNWIND range(1, 100000) AS i CREATE (:A {i: i})", &waiter);
    CU_ASSERT_EQUAL(nami_statement_start(run, true, &needs_worker, &fx.diag), NAMI_E_AGAIN);
    CU_ASSERT_FALSE(needs_worker);
    token_give();
    CU_ASSERT_FATAL(counting_wait(&waiter, 1));
    CU_ASSERT_EQUAL(nami_statement_start(run, true, &needs_worker, &fx.diag), NAMI_E_AGAIN);
    CU_ASSERT_TRUE(needs_worker);
    CU_ASSERT_TRUE(nami_statement_holds_token(run));
    CU_ASSERT_EQUAL(start_once(run), NAMI_OK); /* on a worker */
    CU_ASSERT_FALSE(nami_statement_holds_token(run));
    CU_ASSERT_EQUAL(finish_run(&fx, run, &waiter), NAMI_OK);
    nami_statement_close(run);
    end();
}

static void test_reopen__reads_back_what_was_written(void)
{
    struct fixture keeper; /* the last close forgets a name */

    fixture_init(&keeper);
    fixture_open(&keeper, "memory://session-reopen");
    fixture_init(&fx);
    fixture_open(&fx, "memory://session-reopen");
    CU_ASK(&fx, "CREATE (:A {t: 'x', l: [1, 2], f: 0.5})-[:R {w: true}]->(:B)", "");
    fixture_close(&fx);
    fixture_open(&fx, "memory://session-reopen");
    CU_ASK(&fx, "MATCH (a)-[r]->(b) RETURN a.t, a.l, a.f, type(r), r.w, labels(b)",
           "'x', [1, 2], 0.500, 'R', true, ['B']");
    CU_ASK(&fx, "CREATE (:C)", ""); /* the lease was released: no waiting */
    end();
    fixture_release(&keeper);
}

static CU_TestInfo tests[] = {
    {"read: streams in parts of rows_max", test_read__streams_in_parts_of_rows_max},
    {"write: rows are kept, given in parts", test_write__rows_are_kept_and_given_in_parts},
    {"write: waits by AGAIN and wake", test_write__waits_by_again_and_wake},
    {"writers: take turns in order", test_writers__take_turns_in_order},
    {"close: opened changes nothing", test_close__opened_changes_nothing},
    {"close: queued leaves the queue", test_close__queued_for_the_token_leaves_the_queue},
    {"close: granted gives the token on", test_close__granted_but_not_run_gives_the_token_on},
    {"close: staged blocks nobody", test_close__staged_leaves_the_queue_and_blocks_nobody},
    {"failure: in the midst undoes all", test_failure__in_the_midst_undoes_all},
    {"timeout: while waiting for the token", test_timeout__while_waiting_for_the_token},
    {"cancel: ends a wait and a read", test_cancel__ends_a_wait_and_a_read},
    {"read only: refuses a write", test_read_only__refuses_a_write},
    {"pinned: sees the old state", test_pinned__sees_the_old_state},
    {"memory: full refuses writes", test_memory__full_refuses_writes_and_keeps_reading},
    {"query memory: is a limit", test_query_memory__is_a_limit_that_says_so},
    {"unchanged: waits for what it read", test_unchanged__waits_for_what_it_read},
    {"store: refusing keeps nothing", test_store__that_refuses_writes_keeps_nothing},
    {"store: heals", test_store__heals_and_has_what_was_acknowledged},
    {"notifications: unknown names", test_notifications__tell_unknown_names},
    {"schema: counts constraints", test_schema__counts_constraints},
    {"start: twice is refused", test_start__twice_is_refused},
    {"loop: a heavy write waits", test_loop__a_heavy_write_waits_without_a_worker},
    {"reopen: reads back", test_reopen__reads_back_what_was_written},
    CU_TEST_INFO_NULL,
};

int main(void)
{
    return run_suite("core/session/statement", NULL, NULL, tests);
}
