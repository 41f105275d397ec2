/*
 * Limits and refusals: the deadline at many looks at the clock, the budget at many sizes,
 * constructs that are not executed yet with their places.
 */
#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "tests/support/run_suite.h"
#include "tests/unit/core/exec/query_runner.h"

/* Each keeps some thousand rows in another breaker, or none at all. */
static const char *const heavy[] = {
    "UNWIND range(1, 60) AS x UNWIND range(1, 60) AS y WITH x * y AS z ORDER BY z RETURN count(z)",
    "UNWIND range(1, 60) AS x UNWIND range(1, 60) AS y WITH x * y AS z ORDER BY z DESC LIMIT 2000 "
    "RETURN count(z)",
    "UNWIND range(1, 60) AS x UNWIND range(1, 60) AS y WITH DISTINCT x, y RETURN count(x)",
    "UNWIND range(1, 60) AS x UNWIND range(1, 60) AS y WITH x, y, count(*) AS c RETURN sum(c)",
    "UNWIND range(1, 60) AS x UNWIND range(1, 60) AS y RETURN size(collect(x + y))",
    "MATCH (a:P), (b:P) RETURN count(*)",
    "MATCH (a:P), (b:P {k: 1}), (c:P) RETURN count(*)",
    "MATCH (a:P {k: 1})-[:R]->(b)<-[:R]-(c) RETURN count(*)",
    "MATCH (a:P)-[:R]->(b), (b)-[r:R]->(a) WHERE a.k < r.k RETURN count(*)",
    "UNWIND range(1, 60) AS x UNWIND range(1, 60) AS y CREATE (:Q {x: x, y: y})",
    "UNWIND range(1, 60) AS x UNWIND range(1, 60) AS y MERGE (:Q {x: x + y})",
    "UNWIND range(1, 30) AS i MATCH (p:P) SET p.x = i, p:Q",
    "MATCH (p:P)-[r]->(q) DELETE r DETACH DELETE p",
    "MATCH (p:P) WITH collect(p) AS ps UNWIND ps AS a UNWIND ps AS b CREATE (a)-[:S]->(b)",
    "UNWIND range(1, 60) AS x RETURN x UNION UNWIND range(1, 4000) AS x RETURN x",
};
enum { HEAVY = sizeof(heavy) / sizeof(heavy[0]) };

static void set_up(struct query_runner *q)
{
    CU_ASSERT_TRUE_FATAL(query_runner_init(q));
    CU_ASSERT_NOT_EQUAL(query_run(q, "UNWIND range(1, 40) AS i CREATE (:P {k: i % 7})")[0], '!');
    CU_ASSERT_NOT_EQUAL(query_run(q, "MATCH (a:P), (b:P) CREATE (a)-[:R {k: a.k}]->(b)")[0], '!');
}

static uint64_t looks;
static uint64_t looks_allowed;

static uint64_t impatient_clock(const struct nami_host *host)
{
    (void)host;
    looks++;
    return looks <= looks_allowed ? 1 : 1000;
}

static uint64_t whole_graph(struct query_runner *q)
{
    uint64_t deadline = q->deadline_ns;
    uint64_t budget = q->budget_bytes;
    unsigned nodes = 0;
    unsigned rels = 0;
    unsigned changed = 0;

    q->deadline_ns = NAMI_NO_DEADLINE;
    q->budget_bytes = UINT64_C(1) << 30;
    (void)sscanf(query_run(q, "MATCH (n) RETURN count(*)"), "%u", &nodes);
    (void)sscanf(query_run(q, "MATCH ()-[r]->() RETURN count(*)"), "%u", &rels);
    (void)sscanf(query_run(q, "MATCH (n) WHERE n:Q OR n.x IS NOT NULL RETURN count(*)"), "%u",
                 &changed);
    q->deadline_ns = deadline;
    q->budget_bytes = budget;
    return ((uint64_t)nodes << 40) + ((uint64_t)rels << 20) + changed;
}

/* How often it looks at the clock; all of that with time to spare. */
static uint64_t count_looks(struct query_runner *q, const char *text)
{
    looks = 0;
    looks_allowed = UINT64_MAX;
    CU_ASSERT_NOT_EQUAL(query_run(q, text)[0], '!');
    return looks;
}

static void expect_timeouts(const char *text)
{
    struct query_runner q;
    uint64_t total = 0;
    uint64_t before = 0;

    set_up(&q);
    q.host.table.mono_ns = impatient_clock;
    q.deadline_ns = 500;
    before = whole_graph(&q);
    for (uint64_t allowed = 0;; allowed += 1 + allowed / 4) {
        looks = 0;
        looks_allowed = allowed;
        if (strcmp(query_run(&q, text), "!Limit.QueryTimeout") != 0) {
            break;
        }
        CU_ASSERT_PTR_NOT_NULL(strstr(q.diag.hint, "--query-timeout"));
        CU_ASSERT_EQUAL(whole_graph(&q), before);
        total++;
    }
    CU_ASSERT_NOT_EQUAL(q.answer[0], '!');
    if (q.answer[0] == '!' || total < 2) {
        (void)printf("\n    %s\n      %llu looks, then %s %s\n", text, (unsigned long long)total,
                     q.answer, q.diag.message);
    }
    CU_ASSERT_TRUE(total >= 2);
    query_runner_release(&q);
}

static void test_deadline__ends_it_at_any_look(void)
{
    for (size_t i = 0; i < HEAVY; i++) {
        expect_timeouts(heavy[i]);
    }
}

static void expect_memory_errors(const char *text)
{
    struct query_runner q;
    uint64_t before = 0;
    unsigned refused = 0;

    set_up(&q);
    before = whole_graph(&q);
    for (q.budget_bytes = 64 << 10;; q.budget_bytes += q.budget_bytes / 4) {
        if (strcmp(query_run(&q, text), "!Limit.QueryMemory") != 0) {
            break;
        }
        CU_ASSERT_PTR_NOT_NULL(strstr(q.diag.hint, "--query-memory"));
        CU_ASSERT_EQUAL(whole_graph(&q), before);
        refused++;
    }
    if (q.answer[0] == '!') {
        (void)printf("\n    %s\n      at %llu: %s %s\n", text, (unsigned long long)q.budget_bytes,
                     q.answer, q.diag.message);
    }
    CU_ASSERT_NOT_EQUAL(q.answer[0], '!');
    CU_ASSERT_TRUE(refused > 0);
    query_runner_release(&q);
}

static void test_memory__is_refused_at_any_budget(void)
{
    for (size_t i = 0; i < HEAVY; i++) {
        expect_memory_errors(heavy[i]);
    }
}

/* Rows stream: a result of any size fits the memory of a few batches. */
static void test_memory__a_result_streams(void)
{
    static const char *const streams[] = {
        "UNWIND range(1, 2000) AS x UNWIND range(1, 1000) AS y WITH x, 'text ' + y AS z "
        "RETURN count(z)",
        "MATCH (a:P), (b:P), (c:P) WITH a, b, [a.k, b.k, c.k] AS l RETURN count(l)",
        "UNWIND range(1, 2000) AS x UNWIND range(1, 1000) AS y WITH x + y AS z ORDER BY z LIMIT 10 "
        "RETURN count(z)",
    };
    struct query_runner q;

    set_up(&q);
    q.budget_bytes = 4 << 20;
    for (size_t i = 0; i < sizeof(streams) / sizeof(streams[0]); i++) {
        CU_ASSERT_NOT_EQUAL(query_run(&q, streams[i])[0], '!');
        if (q.answer[0] == '!') {
            (void)printf("\n    %s: %s", streams[i], q.diag.message);
        }
    }
    query_runner_release(&q);
}

static void test_cancel__ends_it(void)
{
    struct query_runner q;

    CU_ASSERT_TRUE_FATAL(query_runner_init(&q));
    CU_ASSERT_TRUE(count_looks(&q, "UNWIND range(1, 100) AS x RETURN count(x)") == 0);
    q.is_cancelled = true;
    CU_ASSERT_STRING_EQUAL(query_run(&q, "UNWIND range(1, 5000) AS x RETURN count(x)"),
                           "!Limit.Cancelled");
    query_runner_release(&q);
}

static void test_unsupported__is_told_with_its_place(void)
{
    static const struct {
        const char *text;
        uint32_t column;
        const char *message;
    } examples[] = {
        {"MATCH (n) OPTIONAL MATCH (n)-->(m) RETURN m", 11, "OPTIONAL MATCH is not executed yet"},
        {"MATCH (a)-[*1..3]->(b) RETURN b", 10,
         "a relationship of variable length is not executed yet"},
        {"MATCH (a)-[:R*]->(b) RETURN b", 10,
         "a relationship of variable length is not executed yet"},
        {"MATCH ((a)-[]->(b)){1,3} RETURN 1", 7, "a quantified path is not executed yet"},
        {"MATCH (a)-[]->+(b) RETURN b", 10, "a quantified relationship is not executed yet"},
        {"MATCH p = shortestPath((a)-[*..3]-(b)) RETURN p", 7, "shortestPath is not executed yet"},
        {"MATCH ANY SHORTEST (a)-[]->(b) RETURN b", 7, "a path selector is not executed yet"},
        {"CALL db.labels()", 1, "CALL of a procedure is not executed yet"},
        {"UNWIND [1] AS x CALL { RETURN 1 AS y } RETURN y", 17, "CALL { } is not executed yet"},
        {"FOREACH (x IN [1] | CREATE (:A))", 1, "FOREACH is not executed yet"},
        {"LOAD CSV FROM 'x' AS l RETURN l", 1, "LOAD CSV is not executed yet"},
        {"MATCH (n) WHERE (n)-->() RETURN n", 17, "a pattern as a predicate is not executed yet"},
        {"MATCH (n) WHERE EXISTS { (n)-->() } RETURN n", 17, "EXISTS { } is not executed yet"},
        {"MATCH (n) RETURN COUNT { (n)-->() }", 18, "COUNT { } is not executed yet"},
        {"MATCH (n) RETURN COLLECT { MATCH (n)-->(m) RETURN m }", 18,
         "COLLECT { } is not executed yet"},
        {"MATCH (n) RETURN [(n)-->(m) | m.x]", 18, "a pattern comprehension is not executed yet"},
        {"EXPLAIN MATCH (n) RETURN n", 1, "EXPLAIN is not executed yet"},
        {"PROFILE MATCH (n) RETURN n", 1, "PROFILE is not executed yet"},
        {"SHOW INDEXES", 1, "SHOW is not executed yet"},
        {"MATCH (n:A) USING INDEX n:A(k) WHERE n.k = 1 RETURN n", 13, "USING is not executed yet"},
        {"RETURN date('2020-01-01')", 8, "date is not executed yet"},
        {"CREATE CONSTRAINT FOR (n:A) REQUIRE n.k IS NOT NULL", 26,
         "an existence constraint is not executed yet"},
        {"CREATE CONSTRAINT FOR (n:A) REQUIRE (n.a, n.b) IS UNIQUE", 26,
         "a constraint on several properties is not executed yet"},
        {"CREATE CONSTRAINT FOR ()-[r:A]-() REQUIRE r.k IS UNIQUE", 29,
         "a constraint on relationships is not executed yet"},
        {"CREATE INDEX FOR (n:A) ON (n.a, n.b)", 21,
         "an index on several properties is not executed yet"},
        {"CREATE TEXT INDEX FOR (n:A) ON (n.a)", 26, "a text index is not executed yet"},
        {"MATCH (n:$($l)) RETURN n", 10, "a dynamic label or type is not executed yet"},
        {"CYPHER runtime=slotted RETURN 1", 1, "a query with CYPHER options is not executed yet"},
        {"USE other MATCH (n) RETURN n", 1, "USE is not executed yet"},
    };
    struct query_runner q;

    CU_ASSERT_TRUE_FATAL(query_runner_init(&q));
    for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
        const char *answer = query_run(&q, examples[i].text);

        if (strcmp(answer, "!Unsupported.Feature") != 0 || q.diag.at.column != examples[i].column ||
            strcmp(q.diag.message, examples[i].message) != 0) {
            (void)printf("\n    %s\n      %s at %u: %s\n", examples[i].text, answer,
                         q.diag.at.column, q.diag.message);
        }
        CU_ASSERT_STRING_EQUAL(answer, "!Unsupported.Feature");
        CU_ASSERT_EQUAL(q.diag.at.column, examples[i].column);
        CU_ASSERT_STRING_EQUAL(q.diag.message, examples[i].message);
    }
    query_runner_release(&q);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"deadline", test_deadline__ends_it_at_any_look},
        {"memory", test_memory__is_refused_at_any_budget},
        {"streaming", test_memory__a_result_streams},
        {"cancel", test_cancel__ends_it},
        {"unsupported", test_unsupported__is_told_with_its_place},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/exec: limits and refusals", NULL, NULL, tests);
}
