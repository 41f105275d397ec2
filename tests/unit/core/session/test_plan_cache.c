/* core/session/plan_cache.c: one plan for one text, as long as the schema stands. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <namidb/plugin_util.h>

#include "core/base/cancel.h"
#include "core/cypher/analysis.h"
#include "core/cypher/parser.h"
#include "core/graph/txn.h"
#include "core/session/plan_cache.h"
#include "session_fixture.h"

static struct fixture fx;
static struct nami_chunk_pool *pool;
static struct nami_graph *graph;
static struct nami_snapshot snapshot;

static int setup(void)
{
    struct nami_error err = {.struct_size = sizeof(err)};

    fixture_init(&fx);
    return nami_chunk_pool_create(1u << 20, &pool) == NAMI_OK &&
                   nami_graph_create(fx.host, &graph, &err) == NAMI_OK &&
                   nami_snapshot_open(graph, &snapshot) == NAMI_OK
               ? 0
               : 1;
}

static int teardown(void)
{
    nami_snapshot_release(&snapshot);
    nami_graph_destroy(graph);
    nami_chunk_pool_destroy(pool);
    fixture_release(&fx);
    return 0;
}

static struct nami_plan_cache *cache_of(size_t entries)
{
    struct nami_plan_cache *cache = NULL;

    CU_ASSERT_EQUAL_FATAL(nami_plan_cache_create(pool, entries, &cache), NAMI_OK);
    return cache;
}

static int32_t plan_of(struct nami_plan_cache *cache, struct nami_slice text,
                       const struct nami_snapshot *on, const struct nami_planned **out,
                       struct nami_diagnostic *diag)
{
    const struct nami_plan_request request = {
        .text = text, .snapshot = on, .memory_bytes = 1u << 24};

    return nami_plan_cache_get(cache, &request, out, diag);
}

static const struct nami_planned *get(struct nami_plan_cache *cache, const char *text)
{
    const struct nami_planned *planned = NULL;

    CU_ASSERT_EQUAL_FATAL(plan_of(cache, nami_text(text), &snapshot, &planned, &fx.diag), NAMI_OK);
    return planned;
}

/* Does the text come back as this plan? */
static bool is_kept(struct nami_plan_cache *cache, const char *text,
                    const struct nami_planned *planned)
{
    const struct nami_planned *again = get(cache, text);
    bool is_same = again == planned;

    nami_planned_unref(again);
    return is_same;
}

static void test_hit__is_the_same_plan(void)
{
    struct nami_plan_cache *cache = cache_of(4);
    const struct nami_planned *planned = get(cache, "RETURN 1");

    CU_ASSERT_TRUE(is_kept(cache, "RETURN 1", planned));
    CU_ASSERT_FALSE(is_kept(cache, "RETURN  1", planned));
    nami_planned_unref(planned);
    nami_plan_cache_destroy(cache);
}

static void test_schema__that_changed_makes_a_plan_stale(void)
{
    struct nami_plan_cache *cache = cache_of(4);
    const struct nami_planned *planned = get(cache, "MATCH (n:A {k: 1}) RETURN n");
    struct nami_txn *txn = NULL;
    uint32_t label = 0;
    uint32_t key = 0;

    CU_ASSERT_EQUAL_FATAL(nami_txn_begin(graph, &txn), NAMI_OK);
    CU_ASSERT_EQUAL(nami_txn_intern(txn, NAMI_DICT_LABEL, nami_text("A"), &label), NAMI_OK);
    CU_ASSERT_EQUAL(nami_txn_intern(txn, NAMI_DICT_KEY, nami_text("k"), &key), NAMI_OK);
    CU_ASSERT_EQUAL(
        nami_txn_create_rule(txn, NAMI_RULE_UNIQUE, label, key, nami_text("c"), &fx.diag), NAMI_OK);
    nami_txn_stage(txn);
    nami_graph_publish(graph, 1);
    CU_ASSERT_FALSE(is_kept(cache, "MATCH (n:A {k: 1}) RETURN n", planned));
    CU_ASSERT_PTR_NOT_NULL(planned->plan); /* who runs it may go on */
    nami_planned_unref(planned);
    nami_plan_cache_destroy(cache);
}

/* Its costs are looked up in the graph it was made on, which may be gone. */
static void test_graph__another_one_gets_a_plan_of_its_own(void)
{
    struct nami_plan_cache *cache = cache_of(4);
    const struct nami_planned *planned = NULL;
    const struct nami_planned *again = NULL;
    struct nami_error err = {.struct_size = sizeof(err)};
    struct nami_snapshot first = {0};
    struct nami_snapshot second = {0};
    struct nami_graph *graphs[2];

    for (int i = 0; i < 2; i++) {
        CU_ASSERT_EQUAL_FATAL(nami_graph_create(fx.host, &graphs[i], &err), NAMI_OK);
    }
    CU_ASSERT_EQUAL_FATAL(nami_snapshot_open(graphs[0], &first), NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(nami_snapshot_open(graphs[1], &second), NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(
        plan_of(cache, nami_text("MATCH (n) RETURN n"), &first, &planned, &fx.diag), NAMI_OK);
    nami_planned_unref(planned);
    nami_snapshot_release(&first);
    nami_graph_destroy(graphs[0]);
    CU_ASSERT_EQUAL_FATAL(
        plan_of(cache, nami_text("MATCH (n) RETURN n"), &second, &again, &fx.diag), NAMI_OK);
    CU_ASSERT(nami_plan_cost_us(again->plan, NULL, 0) > 0);
    nami_planned_unref(again);
    nami_snapshot_release(&second);
    nami_graph_destroy(graphs[1]);
    nami_plan_cache_destroy(cache);
}

static void test_full__drops_the_least_used_even_while_it_runs(void)
{
    struct nami_plan_cache *cache = cache_of(2);
    const struct nami_planned *one = get(cache, "RETURN 1 AS one");
    const struct nami_planned *two = get(cache, "RETURN 2 AS two");

    CU_ASSERT_TRUE(is_kept(cache, "RETURN 1 AS one", one)); /* now the newest */
    nami_planned_unref(get(cache, "RETURN 3 AS three"));    /* two has to go */
    CU_ASSERT_TRUE(is_kept(cache, "RETURN 1 AS one", one));
    CU_ASSERT_TRUE(nami_slice_equal(two->plan->columns.items[0], nami_text("two")));
    CU_ASSERT_FALSE(is_kept(cache, "RETURN 2 AS two", two));
    nami_plan_cache_destroy(cache);
    CU_ASSERT_TRUE(nami_slice_equal(one->plan->columns.items[0], nami_text("one")));
    nami_planned_unref(one);
    nami_planned_unref(two);
}

static void test_failure__is_told_and_not_kept(void)
{
    struct nami_plan_cache *cache = cache_of(2);
    const struct nami_planned *planned = NULL;

    for (int i = 0; i < 2; i++) {
        CU_ASSERT_NOT_EQUAL(plan_of(cache, nami_text("RETURN x"), &snapshot, &planned, &fx.diag),
                            NAMI_OK);
        CU_ASSERT_EQUAL(fx.diag.condition, NAMI_COND_UNDEFINED_VARIABLE);
        CU_ASSERT_PTR_NULL(planned);
    }
    CU_ASSERT_NOT_EQUAL(plan_of(cache, nami_text("RETURN '\xff'"), &snapshot, &planned, &fx.diag),
                        NAMI_OK);
    CU_ASSERT_EQUAL(fx.diag.condition, NAMI_COND_INVALID_REQUEST);
    nami_plan_cache_destroy(cache);
}

/* Nothing is kept of it, and the same cache answers afterwards. */
static void test_deadline__holds_while_planning(void)
{
    static const char *const parts[][3] = {
        {"RETURN [1", ", 1", "] AS x"},
        {"MATCH (n) WHERE n.a = 1", " AND n.a = 1", " RETURN n"},
        {"MATCH (a)", ", ()", " RETURN a"},
        {"RETURN 1 AS a", " UNION RETURN 1 AS a", ""},
        {"WITH 1 AS a", " WITH a", " RETURN a"},
    };
    struct nami_plan_cache *cache = cache_of(4);
    struct nami_cancel cancel = {0};
    struct nami_call late = {.struct_size = sizeof(late), .deadline_ns = 1};
    struct nami_call cancelled = {
        .struct_size = sizeof(cancelled), .deadline_ns = NAMI_NO_DEADLINE, .cancel = &cancel};

    nami_cancel_trip(&cancel);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        static char text[64 * 1024];
        const struct nami_planned *planned = NULL;
        struct nami_work work = {.host = fx.host, .call = &late, .timeout_ms = 7};
        struct nami_plan_request request = {
            .snapshot = &snapshot, .memory_bytes = 1u << 26, .work = &work};
        size_t len = (size_t)snprintf(text, sizeof(text), "%s", parts[i][0]);

        for (int n = 0; n < 2500; n++) {
            len += (size_t)snprintf(text + len, sizeof(text) - len, "%s", parts[i][1]);
        }
        (void)snprintf(text + len, sizeof(text) - len, "%s", parts[i][2]);
        request.text = nami_text(text);
        CU_ASSERT_NOT_EQUAL(nami_plan_cache_get(cache, &request, &planned, &fx.diag), NAMI_OK);
        CU_ASSERT_EQUAL(fx.diag.condition, NAMI_COND_QUERY_TIMEOUT);
        CU_ASSERT_PTR_NOT_NULL(strstr(fx.diag.hint, "--query-timeout"));
        work = (struct nami_work){.host = fx.host, .call = &cancelled};
        CU_ASSERT_NOT_EQUAL(nami_plan_cache_get(cache, &request, &planned, &fx.diag), NAMI_OK);
        CU_ASSERT_EQUAL(fx.diag.condition, NAMI_COND_CANCELLED);
        request.work = NULL;
        CU_ASSERT_EQUAL(nami_plan_cache_get(cache, &request, &planned, &fx.diag), NAMI_OK);
        nami_planned_unref(planned);
    }
    nami_plan_cache_destroy(cache);
}

/* The planner by itself, behind a parser that had time. */
static void test_deadline__stops_the_planner(void)
{
    static char text[64 * 1024] = "MATCH (n0)";
    struct nami_call late = {.struct_size = sizeof(late), .deadline_ns = 1};
    struct nami_work work = {.host = fx.host, .call = &late};
    struct nami_plan_options options = {.work = &work};
    struct nami_ast_statement *statement = NULL;
    struct nami_plan *plan = NULL;
    struct nami_budget budget;
    struct nami_arena arena;
    size_t len = strlen(text);

    for (int i = 1; i < 2000; i++) {
        len += (size_t)snprintf(text + len, sizeof(text) - len, "-->(n%d)", i);
    }
    (void)snprintf(text + len, sizeof(text) - len, " RETURN n0");
    nami_budget_init(&budget, 1u << 28);
    nami_arena_init(&arena, pool, &budget);
    CU_ASSERT_EQUAL_FATAL(nami_cypher_parse(nami_text(text), &arena, NULL, &statement, &fx.diag),
                          NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(nami_cypher_analyse(statement, &arena, NULL, &fx.diag), NAMI_OK);
    CU_ASSERT_NOT_EQUAL(nami_plan_create(statement, &snapshot, &arena, &options, &plan, &fx.diag),
                        NAMI_OK);
    CU_ASSERT_EQUAL(fx.diag.condition, NAMI_COND_QUERY_TIMEOUT);
    CU_ASSERT_PTR_NULL(plan);
    nami_arena_release(&arena);
}

static void test_pattern__has_so_many_elements(void)
{
    static char text[64 * 1024];
    struct nami_plan_cache *cache = cache_of(2);

    for (uint32_t more = 0; more < 2; more++) {
        const struct nami_planned *planned = NULL;
        struct nami_plan_request asked = {.snapshot = &snapshot, .memory_bytes = 1u << 26};
        size_t len = (size_t)snprintf(text, sizeof(text), "MATCH ()");

        for (uint32_t i = 1; i < NAMI_MATCH_ELEMENTS_MAX + more; i++) {
            len += (size_t)snprintf(text + len, sizeof(text) - len, ", ()");
        }
        (void)snprintf(text + len, sizeof(text) - len, " RETURN 1");
        asked.text = nami_text(text);
        CU_ASSERT_EQUAL(nami_plan_cache_get(cache, &asked, &planned, &fx.diag) == NAMI_OK,
                        more == 0);
        CU_ASSERT(more == 0 || fx.diag.condition == NAMI_COND_QUERY_TOO_COMPLEX);
        nami_planned_unref(planned);
    }
    nami_plan_cache_destroy(cache);
}

static void *hammer(void *arg)
{
    struct nami_plan_cache *cache = arg;
    uintptr_t wrong = 0;

    for (int i = 0; i < 2000; i++) {
        const struct nami_planned *planned = NULL;
        struct nami_diagnostic diag;
        char text[32];

        (void)snprintf(text, sizeof(text), "RETURN %d", i % 7);
        if (plan_of(cache, nami_text(text), &snapshot, &planned, &diag) != NAMI_OK) {
            wrong++;
            continue;
        }
        wrong += nami_slice_equal(planned->text, nami_text(text)) ? 0 : 1;
        nami_planned_unref(planned);
    }
    return (void *)wrong; // NOLINT: a number
}

static void test_threads__share_it(void)
{
    struct nami_plan_cache *cache = cache_of(4);
    pthread_t threads[2];

    for (int i = 0; i < 2; i++) {
        CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[i], NULL, hammer, cache), 0);
    }
    for (int i = 0; i < 2; i++) {
        void *wrong = cache;

        CU_ASSERT_EQUAL(pthread_join(threads[i], &wrong), 0);
        CU_ASSERT_PTR_NULL(wrong);
    }
    nami_plan_cache_destroy(cache);
}

static CU_TestInfo tests[] = {
    {"hit: is the same plan", test_hit__is_the_same_plan},
    {"schema: that changed makes it stale", test_schema__that_changed_makes_a_plan_stale},
    {"graph: another gets its own", test_graph__another_one_gets_a_plan_of_its_own},
    {"full: drops the least used", test_full__drops_the_least_used_even_while_it_runs},
    {"failure: is told and not kept", test_failure__is_told_and_not_kept},
    {"deadline: holds while planning", test_deadline__holds_while_planning},
    {"deadline: stops the planner", test_deadline__stops_the_planner},
    {"pattern: has so many elements", test_pattern__has_so_many_elements},
    {"threads: share it", test_threads__share_it},
    CU_TEST_INFO_NULL,
};

int main(void)
{
    return run_suite("core/session/plan_cache", setup, teardown, tests);
}
