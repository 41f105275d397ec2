/* Which way a statement goes: the plan is asserted, not only the answer. */
#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include <namidb/plugin_util.h>

#include "tests/support/run_suite.h"
#include "tests/unit/core/exec/query_runner.h"

static struct query_runner q;

static int set_up(void)
{
    static const char *const setup[] = {
        "CREATE CONSTRAINT FOR (p:Person) REQUIRE p.id IS UNIQUE",
        "CREATE INDEX FOR (p:Person) ON (p.name)",
        "UNWIND range(1, 300) AS i CREATE (:Person {id: i, name: 'n' + i % 50, age: i % 9})",
        "UNWIND range(1, 3) AS i CREATE (:City {name: 'c' + i})",
        "MATCH (p:Person), (c:City) WHERE p.id % 3 + 1 = toInteger(substring(c.name, 1)) "
        "CREATE (p)-[:LIVES_IN]->(c)",
        "MATCH (a:Person), (b:Person) WHERE b.id = a.id + 1 CREATE (a)-[:KNOWS]->(b)",
    };

    if (!query_runner_init(&q)) {
        return 1;
    }
    for (size_t i = 0; i < sizeof(setup) / sizeof(setup[0]); i++) {
        if (query_run(&q, setup[i])[0] == '!') {
            (void)printf("%s: %s", setup[i], q.diag.message);
            return 1;
        }
    }
    return 0;
}

static int tear_down(void)
{
    query_runner_release(&q);
    return 0;
}

struct route {
    const char *query;
    const char *has;     /* a line of the plan */
    const char *has_not; /* what is not in it; or NULL */
    const char *answer;  /* or NULL */
    uint32_t without;    /* switched off, the route is not taken: 1 << rule */
};

/* The plan has the line; without the rule it has not; the answer is the same both ways. */
static void check(const struct route *routes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct route *route = &routes[i];
        char answer[256];

        q.rules_off = 0;
        (void)snprintf(answer, sizeof(answer), "%s", query_run(&q, route->query));
        if (route->answer != NULL) {
            CU_ASSERT_STRING_EQUAL(answer, route->answer);
        }
        if (strstr(q.route, route->has) == NULL ||
            (route->has_not != NULL && strstr(q.route, route->has_not) != NULL)) {
            (void)printf("\n    %s: %s\n%s", route->query, answer, q.route);
        }
        CU_ASSERT_PTR_NOT_NULL(strstr(q.route, route->has));
        if (route->has_not != NULL) {
            CU_ASSERT_PTR_NULL(strstr(q.route, route->has_not));
        }
        if (route->without != 0) {
            q.rules_off = route->without;
            CU_ASSERT_STRING_EQUAL(query_run(&q, route->query), answer);
            CU_ASSERT_PTR_NULL(strstr(q.route, route->has));
            q.rules_off = 0;
        }
    }
}
#define CHECK(routes) check(routes, sizeof(routes) / sizeof((routes)[0]))

static void test_index_seek__is_taken(void)
{
    static const uint32_t rule = 1U << NAMI_PLAN_INDEX_SEEK;
    static const struct route routes[] = {
        {"MATCH (p:Person {id: 7}) RETURN p.age", "UniqueIndexSeek :Person(id)", "NodeScan", "7",
         rule},
        {"MATCH (p:Person) WHERE p.id = 7 RETURN p.age", "UniqueIndexSeek :Person(id)", "Filter",
         "7", rule},
        {"MATCH (p:Person) WHERE 7 = p.id AND p.age = 7 RETURN p.age", "UniqueIndexSeek",
         "NodeScan", "7", rule},
        {"MATCH (p:Person {name: 'n1'}) RETURN count(*)", "IndexSeek :Person(name)", "NodeScan",
         "6", rule},
        {"MATCH (p:Person {name: 'n1', id: 1}) RETURN p.age", "UniqueIndexSeek :Person(id)", NULL,
         "1", rule},
        {"UNWIND [1, 2, 2, 999] AS i MATCH (p:Person {id: i}) RETURN p.id", "UniqueIndexSeek",
         "NodeScan", "1; 2; 2", rule},
        {"MATCH (a:Person {id: 1}) MATCH (b:Person {id: a.id + 1}) RETURN b.id", "UniqueIndexSeek",
         "NodeScan", "2", rule},
        {"MATCH (a:Person {id: 1}), (b:Person) WHERE b.id = a.age + 1 RETURN b.id",
         "UniqueIndexSeek", "NodeScan", "2", rule},
        {"MERGE (p:Person {id: 5}) RETURN p.age", "  UniqueIndexSeek :Person(id)", "NodeScan", "5",
         rule},
        {"MATCH (p:Person {id: 1.0}) RETURN p.id", "UniqueIndexSeek", NULL, "1", rule},
        {"MATCH (p:Person {id: null}) RETURN p.id", "UniqueIndexSeek", NULL, "", rule},
        {"MATCH (p:Person:City {id: 1}) RETURN p", "UniqueIndexSeek", NULL, "", rule},
        {"MATCH (p:Person {age: 7}) RETURN count(*)", "NodeScan :Person", "IndexSeek", "33", 0},
        {"MATCH (p {id: 7}) RETURN p.age", "NodeScan\n", "IndexSeek", "7", 0},
        {"MATCH (p:Person|City {id: 7}) RETURN p.age", "NodeScan\n", "IndexSeek", "7", 0},
        {"MATCH (p:Person) WHERE p.id = 7 OR p.id = 8 RETURN p.id", "NodeScan :Person", "IndexSeek",
         "7; 8", 0},
        {"MATCH (p:Person) WHERE p.id = p.age RETURN count(*)", "NodeScan :Person", "IndexSeek",
         "8", 0},
    };

    CHECK(routes);
}

static void test_start_point__is_where_fewest_are(void)
{
    static const uint32_t rule = 1U << NAMI_PLAN_START_POINT;
    static const struct route routes[] = {
        {"MATCH (p:Person)-[:LIVES_IN]->(c:City) RETURN count(*)", "NodeScan :City",
         "NodeScan :Person", "300", rule},
        {"MATCH (a:Person)-[:KNOWS]->(b)-[:KNOWS]->(c:Person {id: 10}) RETURN a.id",
         "UniqueIndexSeek :Person(id)", "NodeScan", "8", rule},
        {"MATCH (a)-[:LIVES_IN]->(b) WHERE b:City RETURN count(*)", "NodeScan :City", NULL, "300",
         rule},
    };

    CHECK(routes);
}

static void test_expand_into__closes_cycles(void)
{
    static const uint32_t rule = 1U << NAMI_PLAN_EXPAND_INTO;
    static const struct route routes[] = {
        {"MATCH (a:Person {id: 1})-[:LIVES_IN]->(c)<-[:LIVES_IN]-(b), (a)-[:KNOWS]-(b) RETURN b.id",
         "ExpandInto", NULL, "", rule},
        {"MATCH (a:Person {id: 1}), (b:Person {id: 2}) MATCH (a)-[r]->(b) RETURN type(r)",
         "ExpandInto", NULL, "'KNOWS'", rule},
        {"MATCH (a:Person)-[:KNOWS]->(a) RETURN a", "ExpandInto", NULL, "", rule},
    };

    CHECK(routes);
}

static void test_top_k__replaces_sort_and_limit(void)
{
    static const uint32_t rule = 1U << NAMI_PLAN_TOP_K;
    static const struct route routes[] = {
        {"MATCH (p:Person) RETURN p.id ORDER BY p.id DESC LIMIT 2", "Top", "Sort", "300; 299",
         rule},
        {"MATCH (p:Person) RETURN p.id ORDER BY p.id SKIP 2 LIMIT 2", "Top", "SkipLimit", "3; 4",
         rule},
        {"MATCH (p:Person) WITH p ORDER BY p.id LIMIT 3 RETURN sum(p.id)", "Top", "Sort", "6",
         rule},
        {"MATCH (c:City) RETURN c.name ORDER BY c.name SKIP 2", "Sort", "Top", "'c3'", 0},
    };

    CHECK(routes);
}

static void test_count_store__answers_from_statistics(void)
{
    static const uint32_t rule = 1U << NAMI_PLAN_COUNT_STORE;
    static const struct route routes[] = {
        {"MATCH (n) RETURN count(*)", "CountStore", "NodeScan", "303", rule},
        {"MATCH (n:City) RETURN count(n) AS c", "CountStore", "NodeScan", "3", rule},
        {"MATCH (n:Nobody) RETURN count(n) + 1 AS c", "CountStore", "NodeScan", "1", rule},
        {"MATCH ()-[r:KNOWS]->() RETURN count(r)", "CountStore", "Expand", "299", rule},
        {"MATCH ()<-[r]-() RETURN count(*)", "CountStore", "Expand", "599", rule},
        {"MATCH (n:City) RETURN count(n.name)", "NodeScan", "CountStore", "3", 0},
        {"MATCH (n:City) RETURN count(DISTINCT n)", "NodeScan", "CountStore", "3", 0},
        {"MATCH (n:City {name: 'c1'}) RETURN count(*)", "NodeScan", "CountStore", "1", 0},
        {"MATCH (n:City) WHERE n.name = 'c1' RETURN count(*)", "NodeScan", "CountStore", "1", 0},
        {"MATCH ()-[r:KNOWS]-() RETURN count(r)", "Expand", "CountStore", "598", 0},
        {"MATCH (:City)<-[r:LIVES_IN]-() RETURN count(r)", "Expand", "CountStore", "300", 0},
        {"MATCH (n:City), (m:City) RETURN count(*)", "NodeScan", "CountStore", "9", 0},
        {"MATCH ()-[r:KNOWS|LIVES_IN]->() RETURN count(r)", "Expand", "CountStore", "599", 0},
        {"MATCH (n:City) RETURN n.name, count(*) ORDER BY n.name LIMIT 1", "NodeScan", "CountStore",
         "'c1', 1", 0},
    };

    CHECK(routes);
    q.in_txn = true;
    CU_ASSERT_STRING_EQUAL(query_run(&q, "MATCH (n:City) RETURN count(*)"), "3");
    CU_ASSERT_PTR_NULL(strstr(q.route, "CountStore"));
    q.in_txn = false;
}

/* A plan made for readers, run while a writer has changed something: it counts what it may see. */
static void test_count_store__counts_where_statistics_are_ahead(void)
{
    static const char *const queries[] = {"MATCH (n:City) RETURN count(*)",
                                          "MATCH ()-[r:LIVES_IN]->() RETURN count(r)"};
    static const char *const answers[] = {"3", "300"};

    for (size_t i = 0; i < 2; i++) {
        struct nami_diagnostic diag = {0};
        struct nami_txn *txn = NULL;
        uint32_t label =
            nami_catalog_find(nami_graph_catalog(q.graph), NAMI_DICT_LABEL, nami_text("City"));
        uint64_t id = 0;

        CU_ASSERT_EQUAL_FATAL(nami_txn_begin(q.graph, &txn), NAMI_OK);
        CU_ASSERT_EQUAL(nami_txn_create_node(txn, &label, 1, NULL, 0, &id, &diag), NAMI_OK);
        CU_ASSERT_STRING_EQUAL(query_run(&q, queries[i]), answers[i]);
        CU_ASSERT_PTR_NOT_NULL(strstr(q.route, "CountStore"));
        nami_txn_stage(txn);
        CU_ASSERT_STRING_EQUAL(query_run(&q, queries[i]), answers[i]);
        nami_graph_undo_after(q.graph, nami_graph_published_lsn(q.graph));
        CU_ASSERT_STRING_EQUAL(query_run(&q, queries[i]), answers[i]);
    }
}

static void test_push_down__filters_early(void)
{
    static const struct route routes[] = {
        {"MATCH (a:City {name: 'c1'}), (b:City) WHERE b.name = 'c2' RETURN b.name",
         "  NodeScan :City\n  Filter", NULL, "'c2'", 1U << NAMI_PLAN_PUSH_DOWN},
        {"MATCH (a:City)<-[:LIVES_IN]-(b) WHERE a.name = 'c1' AND b.age = 2 RETURN count(*)",
         "NodeScan :City\nFilter\nExpand", NULL, NULL, 1U << NAMI_PLAN_PUSH_DOWN},
    };

    CHECK(routes);
}

static void test_index_gone__the_plan_still_answers(void)
{
    struct query_runner r;

    CU_ASSERT_TRUE_FATAL(query_runner_init(&r));
    CU_ASSERT_NOT_EQUAL(query_run(&r, "CREATE INDEX i FOR (n:A) ON (n.k)")[0], '!');
    CU_ASSERT_NOT_EQUAL(query_run(&r, "UNWIND range(1, 100) AS x CREATE (:A {k: x % 10})")[0], '!');
    r.before_run = "DROP INDEX i";
    CU_ASSERT_STRING_EQUAL(query_run(&r, "MATCH (n:A {k: 3}) RETURN count(*)"), "10");
    CU_ASSERT_PTR_NOT_NULL(strstr(r.route, "IndexSeek"));
    CU_ASSERT_FALSE(r.is_current);
    CU_ASSERT_STRING_EQUAL(query_run(&r, "MATCH (n:A {k: 3}) RETURN count(*)"), "10");
    CU_ASSERT_PTR_NULL(strstr(r.route, "IndexSeek"));
    CU_ASSERT_TRUE(r.is_current);
    query_runner_release(&r);
}

static void test_notifications__unknown_names(void)
{
    static const struct {
        const char *query;
        const char *first;
        uint32_t count;
    } examples[] = {
        {"MATCH (n:Persn) RETURN n", "Neo.ClientNotification.Statement.UnknownLabelWarning@10", 1},
        {"MATCH (n:Person) RETURN n.nam",
         "Neo.ClientNotification.Statement."
         "UnknownPropertyKeyWarning@27",
         1},
        {"MATCH ()-[:KNOW]->() RETURN 1",
         "Neo.ClientNotification.Statement.UnknownRelationshipTypeWarning@12", 1},
        {"MATCH (n:Person {idd: 1})-[:X]->(:Y) RETURN n.idd", NULL, 3},
        {"MATCH (n:Person) WHERE n.id = 1 RETURN n", "", 0},
        {"MERGE (n:Fresh {fresh: 1}) RETURN n", "", 0},
        {"WITH {unknown: 1} AS m RETURN m.unknown", "", 0},
    };

    for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
        CU_ASSERT_NOT_EQUAL(query_run(&q, examples[i].query)[0], '!');
        if (q.notification_count != examples[i].count) {
            (void)printf("\n    %s: %u %s", examples[i].query, q.notification_count,
                         q.notification);
        }
        CU_ASSERT_EQUAL(q.notification_count, examples[i].count);
        if (examples[i].first != NULL) {
            CU_ASSERT_STRING_EQUAL(q.notification, examples[i].first);
        }
    }
}

static void test_kind_and_cost(void)
{
    (void)query_run(&q, "MATCH (n:City) RETURN n.name");
    CU_ASSERT_EQUAL(q.kind, NAMI_STATEMENT_READ);
    (void)query_run(&q, "CREATE (n:Other)");
    CU_ASSERT_EQUAL(q.kind, NAMI_STATEMENT_WRITE);
    (void)query_run(&q, "CREATE (n:Other) RETURN n");
    CU_ASSERT_EQUAL(q.kind, NAMI_STATEMENT_READ_WRITE);
    (void)query_run(&q, "DROP INDEX nothing IF EXISTS");
    CU_ASSERT_EQUAL(q.kind, NAMI_STATEMENT_SCHEMA);

    (void)query_run(&q, "MATCH (p:Person {id: 1}) RETURN p.name");
    CU_ASSERT_TRUE(q.cost_us < 20.0);
    (void)query_run(&q, "MATCH (a:Person), (b:Person), (c:Person) WHERE a.id + b.id + c.id = 1000 "
                        "AND a.age = 100 RETURN count(*)");
    CU_ASSERT_TRUE(q.cost_us > 1000.0);
    q.params = "{ids: range(1, 100000)}";
    (void)query_run(&q, "UNWIND $ids AS i MATCH (p:Person {id: i}) RETURN count(*)");
    CU_ASSERT_TRUE(q.cost_us > 1000.0);
    q.params = "{ids: [1]}";
    (void)query_run(&q, "UNWIND $ids AS i MATCH (p:Person {id: i}) RETURN count(*)");
    CU_ASSERT_TRUE(q.cost_us < 20.0);
    q.params = NULL;
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"index seek", test_index_seek__is_taken},
        {"start point", test_start_point__is_where_fewest_are},
        {"expand into", test_expand_into__closes_cycles},
        {"top k", test_top_k__replaces_sort_and_limit},
        {"count store", test_count_store__answers_from_statistics},
        {"count store, staged", test_count_store__counts_where_statistics_are_ahead},
        {"push down", test_push_down__filters_early},
        {"index gone", test_index_gone__the_plan_still_answers},
        {"notifications", test_notifications__unknown_names},
        {"kind and cost", test_kind_and_cost},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/plan: routes", set_up, tear_down, tests);
}
