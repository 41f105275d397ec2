/* Reading statements, end to end, with all optimiser rules and with none. */
#include <CUnit/CUnit.h>

#include "tests/support/run_suite.h"
#include "tests/unit/core/exec/query_runner.h"

#define CHECK(examples) query_check(examples, sizeof(examples) / sizeof((examples)[0]), NULL)
#define CHECK_WITH(examples, params)                                                               \
    query_check(examples, sizeof(examples) / sizeof((examples)[0]), params)

/* Three people who know each other in a circle, a loner, a city. */
#define SOCIAL                                                                                     \
    "CREATE (a:Person {name: 'A', age: 30}), (b:Person {name: 'B', age: 20}), "                    \
    "(c:Person {name: 'C'}), (:Person:Admin {name: 'D', age: 40}), (o:City {name: 'Oslo'}), "      \
    "(a)-[:KNOWS {since: 1}]->(b), (b)-[:KNOWS {since: 2}]->(c), (c)-[:KNOWS {since: 3}]->(a), "   \
    "(a)-[:LIVES_IN]->(o), (b)-[:LIVES_IN]->(o)"

static void test_return__expressions_and_columns(void)
{
    static const struct query_example examples[] = {
        {NULL, "RETURN 1", "1", NULL, NULL},
        {NULL, "RETURN 1 AS a, 'x' AS b, null AS c", "1, 'x', null", NULL, NULL},
        {NULL, "RETURN [1, 2.0, 'x'] AS l, {k: true} AS m", "[1, 2.0, 'x'], {k: true}", NULL, NULL},
        {NULL, "WITH 1 AS x RETURN x + 1", "2", NULL, NULL},
        {NULL, "WITH 1 AS x, 2 AS y WITH y AS x, x AS y RETURN x, y", "2, 1", NULL, NULL},
        {NULL, "WITH 1 AS x WITH *, 2 AS y RETURN *", "1, 2", NULL, NULL},
        {NULL, "WITH 1 AS x WHERE x > 1 RETURN x", "", NULL, NULL},
        {NULL, "WITH null AS x WHERE x = x RETURN x", "", NULL, NULL},
        {NULL, "RETURN 1 LIMIT 0", "", NULL, NULL},
        {NULL, "RETURN 1/0", "!ArithmeticError.DivisionByZero", NULL, NULL},
        {NULL, "RETURN -2 ^ 2, 2 ^ 3 ^ 2, 1 < 2 < 3", "4.0, 64.0, true", NULL, NULL},
        {NULL, "UNWIND [0, 1] AS x WITH x WHERE x <> 0 AND 1/x > 0 RETURN x", "1", NULL, NULL},
        {NULL, "RETURN 1;", "1", NULL, NULL},
    };

    CHECK(examples);
}

static void test_unwind__lists_nulls_and_nesting(void)
{
    static const struct query_example examples[] = {
        {NULL, "UNWIND [1, 2, 3] AS x RETURN x", "1; 2; 3", NULL, NULL},
        {NULL, "UNWIND [] AS x RETURN x", "", NULL, NULL},
        {NULL, "UNWIND null AS x RETURN x", "", NULL, NULL},
        {NULL, "UNWIND [1, null, 'a', 2.5, [1]] AS x RETURN x", "'a'; 1; 2.5; [1]; null", NULL,
         NULL},
        {NULL, "UNWIND [[1, 2], [3]] AS l UNWIND l AS x RETURN x", "1; 2; 3", NULL, NULL},
        {NULL, "UNWIND [1, 2] AS x UNWIND ['a', 'b'] AS y RETURN x, y",
         "1, 'a'; 1, 'b'; 2, 'a'; 2, 'b'", NULL, NULL},
        {NULL, "UNWIND range(1, 5000) AS x RETURN count(x), sum(x)", "5000, 12502500", NULL, NULL},
        {NULL, "UNWIND [{a: 1}, {a: 2}] AS m RETURN m.a", "1; 2", NULL, NULL},
        {SOCIAL, "MATCH (n:Person) WITH collect(n) AS ns UNWIND ns AS x RETURN x.name",
         "'A'; 'B'; 'C'; 'D'", NULL, NULL},
        {SOCIAL, "MATCH ()-[r:KNOWS]->() WITH collect(r) AS rs UNWIND rs AS r RETURN r.since",
         "1; 2; 3", NULL, NULL},
        {SOCIAL, "MATCH (n:Person {name: 'A'}) UNWIND [n, 1] AS x RETURN x",
         "(:Person {name: 'A', age: 30}); 1", NULL, NULL},
    };

    CHECK(examples);
}

static void test_match__nodes_by_label_and_property(void)
{
    static const struct query_example examples[] = {
        {NULL, "MATCH (n) RETURN n", "", NULL, NULL},
        {SOCIAL, "MATCH (n) RETURN n.name", "'A'; 'B'; 'C'; 'D'; 'Oslo'", NULL, NULL},
        {SOCIAL, "MATCH (n:Person) RETURN n.name", "'A'; 'B'; 'C'; 'D'", NULL, NULL},
        {SOCIAL, "MATCH (n:Person:Admin) RETURN n.name", "'D'", NULL, NULL},
        {SOCIAL, "MATCH (n:Person&Admin) RETURN n.name", "'D'", NULL, NULL},
        {SOCIAL, "MATCH (n:Admin|City) RETURN n.name", "'D'; 'Oslo'", NULL, NULL},
        {SOCIAL, "MATCH (n:!Person) RETURN n.name", "'Oslo'", NULL, NULL},
        {SOCIAL, "MATCH (n:Person&!Admin) RETURN n.name", "'A'; 'B'; 'C'", NULL, NULL},
        {SOCIAL, "MATCH (n:%) RETURN count(*)", "5", NULL, NULL},
        {SOCIAL, "MATCH (n:Nobody) RETURN n", "", NULL, NULL},
        {SOCIAL, "MATCH (n {name: 'B'}) RETURN n.age", "20", NULL, NULL},
        {SOCIAL, "MATCH (n:Person {age: 30.0}) RETURN n.name", "'A'", NULL, NULL},
        {SOCIAL, "MATCH (n:Person {name: null}) RETURN n", "", NULL, NULL},
        {SOCIAL, "MATCH (n:Person {unknown: 1}) RETURN n", "", NULL, NULL},
        {SOCIAL, "MATCH (n:Person) WHERE n.age > 25 RETURN n.name", "'A'; 'D'", NULL, NULL},
        {SOCIAL, "MATCH (n:Person) WHERE NOT n.age > 25 RETURN n.name", "'B'", NULL, NULL},
        {SOCIAL, "MATCH (n:Person) WHERE n.age IS NULL RETURN n.name", "'C'", NULL, NULL},
        {SOCIAL, "MATCH (n:Person WHERE n.age < 25) RETURN n.name", "'B'", NULL, NULL},
        {SOCIAL, "MATCH (n) WHERE n:City OR n.age = 20 RETURN n.name", "'B'; 'Oslo'", NULL, NULL},
        {SOCIAL, "MATCH (n:Person) WHERE n.name IN ['A', 'C'] AND n.age = 30 RETURN n.name", "'A'",
         NULL, NULL},
        {SOCIAL, "MATCH (n) MATCH (n:Person {age: 20}) RETURN n.name", "'B'", NULL, NULL},
        {SOCIAL, "UNWIND [null] AS n MATCH (n) RETURN n", "", NULL, NULL},
        {SOCIAL, "UNWIND [null] AS n MATCH (n)-->(m) RETURN n", "", NULL, NULL},
        {SOCIAL, "MATCH (c:City) UNWIND [null, c] AS n MATCH (n)<--(m) RETURN m.name", "'A'; 'B'",
         NULL, NULL},
        {SOCIAL, "UNWIND [1, 'a'] AS n MATCH (n)-->(m) RETURN n",
         "!SyntaxError.VariableTypeConflict", NULL, NULL},
        {SOCIAL, "UNWIND [1] AS n MATCH (n)-->(m) RETURN n", "!SyntaxError.VariableTypeConflict",
         NULL, NULL},
        {SOCIAL, "WITH 1 AS x MATCH (n:City) RETURN x, n", "1, (:City {name: 'Oslo'})", NULL, NULL},
        {SOCIAL, "MATCH (n:City) RETURN n.name AS name, labels(n) AS l", "'Oslo', ['City']", NULL,
         NULL},
    };

    CHECK(examples);
}

static void test_match__relationships(void)
{
    static const struct query_example examples[] = {
        {SOCIAL, "MATCH (a)-[r:KNOWS]->(b) RETURN a.name, r.since, b.name",
         "'A', 1, 'B'; 'B', 2, 'C'; 'C', 3, 'A'", NULL, NULL},
        {SOCIAL, "MATCH (a)<-[r:KNOWS]-(b) RETURN a.name, b.name", "'A', 'C'; 'B', 'A'; 'C', 'B'",
         NULL, NULL},
        {SOCIAL, "MATCH (a {name: 'A'})-[r:KNOWS]-(b) RETURN b.name, r.since", "'B', 1; 'C', 3",
         NULL, NULL},
        {SOCIAL, "MATCH (a {name: 'A'})-->(b) RETURN b.name", "'B'; 'Oslo'", NULL, NULL},
        {SOCIAL, "MATCH (a {name: 'A'})--(b) RETURN b.name", "'B'; 'C'; 'Oslo'", NULL, NULL},
        {SOCIAL, "MATCH (a)-[:KNOWS|LIVES_IN]->(b:City) RETURN a.name", "'A'; 'B'", NULL, NULL},
        {SOCIAL, "MATCH (a)-[r:!KNOWS]->(b) RETURN a.name, type(r)",
         "'A', 'LIVES_IN'; 'B', 'LIVES_IN'", NULL, NULL},
        {SOCIAL, "MATCH (a)-[:NOTHING]->(b) RETURN a", "", NULL, NULL},
        {SOCIAL, "MATCH (a)-[:NOTHING|KNOWS]->(b) RETURN a.name", "'A'; 'B'; 'C'", NULL, NULL},
        {SOCIAL, "MATCH (a)-[r:KNOWS {since: 2}]->(b) RETURN a.name", "'B'", NULL, NULL},
        {SOCIAL, "MATCH (a)-[r:KNOWS WHERE r.since > 1]->(b) RETURN a.name", "'B'; 'C'", NULL,
         NULL},
        {SOCIAL, "MATCH (a)-[:KNOWS]->(b)-[:KNOWS]->(c) RETURN a.name, c.name",
         "'A', 'C'; 'B', 'A'; 'C', 'B'", NULL, NULL},
        {SOCIAL, "MATCH (a:Person)-[:KNOWS]->()-[:LIVES_IN]->(c) RETURN a.name, c.name",
         "'A', 'Oslo'; 'C', 'Oslo'", NULL, NULL},
        {SOCIAL, "MATCH ()-[r:KNOWS]->(b) WHERE b.name = 'A' RETURN r", "[:KNOWS {since: 3}]", NULL,
         NULL},
        {SOCIAL, "MATCH (a)-[r]->(b:City) WHERE a.age < 25 RETURN a.name", "'B'", NULL, NULL},
        {"CREATE (a:X)-[:R {i: 1}]->(b:Y), (a)-[:R {i: 2}]->(b)",
         "MATCH (:X)-[r:R]->(:Y) RETURN r.i", "1; 2", NULL, NULL},
    };

    CHECK(examples);
}

static void test_match__cycles_and_joins(void)
{
    static const struct query_example examples[] = {
        {SOCIAL, "MATCH (a)-[:KNOWS]->(b)-[:KNOWS]->(c)-[:KNOWS]->(a) RETURN a.name",
         "'A'; 'B'; 'C'", NULL, NULL},
        {SOCIAL,
         "MATCH (a)-[:KNOWS]->(b), (a)-[:LIVES_IN]->(c), (b)-[:LIVES_IN]->(c) RETURN a.name, "
         "b.name",
         "'A', 'B'", NULL, NULL},
        {SOCIAL, "MATCH (a:Person {name: 'A'}), (b:Person {name: 'B'}) MATCH (a)-[r]->(b) RETURN r",
         "[:KNOWS {since: 1}]", NULL, NULL},
        {SOCIAL, "MATCH (a:Person {name: 'A'}), (b:Person {name: 'C'}) MATCH (a)-[r]->(b) RETURN r",
         "", NULL, NULL},
        {SOCIAL, "MATCH (a:Person {name: 'A'}), (b:Person {name: 'C'}) MATCH (a)-[r]-(b) RETURN r",
         "[:KNOWS {since: 3}]", NULL, NULL},
        {SOCIAL, "MATCH (a:City), (b:Admin) RETURN a.name, b.name", "'Oslo', 'D'", NULL, NULL},
        {SOCIAL, "MATCH (a:Person), (b:Person) RETURN count(*)", "16", NULL, NULL},
        {SOCIAL, "MATCH (a:Person), (b:Person) WHERE a.age < b.age RETURN a.name, b.name",
         "'A', 'D'; 'B', 'A'; 'B', 'D'", NULL, NULL},
        {SOCIAL, "UNWIND ['A', 'B', 'A'] AS x MATCH (n:Person {name: x}) RETURN n.age",
         "20; 30; 30", NULL, NULL},
        {SOCIAL, "UNWIND ['A', 'C'] AS x MATCH (n:Person {age: 20}) RETURN x, n.name",
         "'A', 'B'; 'C', 'B'", NULL, NULL},
        {SOCIAL, "MATCH (a:Person {name: 'A'})-[r]->(b) MATCH (c)-[r]->(d) RETURN c.name, d.name",
         "'A', 'B'; 'A', 'Oslo'", NULL, NULL},
        {SOCIAL, "MATCH ()-[r:KNOWS {since: 1}]->() MATCH (c)-[r]-(d) RETURN c.name, d.name",
         "'A', 'B'; 'B', 'A'", NULL, NULL},
        {SOCIAL, "MATCH ()-[r:KNOWS {since: 1}]->() MATCH (c)<-[r]-(d) RETURN c.name, d.name",
         "'B', 'A'", NULL, NULL},
        {SOCIAL, "MATCH (x:City) MATCH ()-[r:KNOWS]->() MATCH (x)-[r]->(d) RETURN d", "", NULL,
         NULL},
    };

    CHECK(examples);
}

static void test_match__relationship_uniqueness(void)
{
    static const struct query_example examples[] = {
        {"CREATE (:A)-[:K]->(:B)", "MATCH (a)-[r1:K]-(b)-[r2:K]-(c) RETURN a", "", NULL, NULL},
        {"CREATE (:A)-[:K]->(:B)", "MATCH (a)-[r1:K]-(b) MATCH (b)-[r2:K]-(c) RETURN count(*)", "2",
         NULL, NULL},
        {"CREATE (:A)-[:K]->(:B)", "MATCH (a)-[r1]->(b), (c)-[r2]->(d) RETURN a", "", NULL, NULL},
        {"CREATE (:A)-[:K]->(:B)-[:K]->(:C)", "MATCH (a)-[:K]->(b), (c)-[:K]->(d) RETURN count(*)",
         "2", NULL, NULL},
        {"CREATE (:A)-[:K]->(:B)-[:L]->(:C)", "MATCH (a)-[r1:K]->(b)-[r2:L]->(c) RETURN labels(c)",
         "['C']", NULL, NULL},
        {"CREATE (a:A)-[:K]->(a)", "MATCH (a)-[r:K]->(b) RETURN a = b", "true", NULL, NULL},
        {"CREATE (a:A)-[:K]->(a)", "MATCH (a)-[r:K]-(b) RETURN count(*)", "1", NULL, NULL},
        {"CREATE (a:A)-[:K]->(a)", "MATCH (a)-[:K]->(a) RETURN labels(a)", "['A']", NULL, NULL},
        {"CREATE (a:A)-[:K]->(:B)", "MATCH (a)-[:K]->(a) RETURN a", "", NULL, NULL},
        {"CREATE (a:A)-[:K]->(a)", "MATCH (a)-[:K]->(b)-[:K]->(c) RETURN a", "", NULL, NULL},
    };

    CHECK(examples);
}

static void test_match__named_paths(void)
{
    static const struct query_example examples[] = {
        {"CREATE (:A)-[:K]->(:B)", "MATCH p = (a:A)-[:K]->(b) RETURN p", "<(:A)-[:K]->(:B)>", NULL,
         NULL},
        {"CREATE (:A)-[:K]->(:B)", "MATCH p = (b:B)<-[:K]-(a) RETURN p", "<(:B)<-[:K]-(:A)>", NULL,
         NULL},
        {"CREATE (:A)-[:K]->(:B)", "MATCH p = (b:B)--(a) RETURN length(p)", "1", NULL, NULL},
        {"CREATE (:A)", "MATCH p = (a:A) RETURN p, length(p)", "<(:A)>, 0", NULL, NULL},
        {"CREATE (:A)-[:K]->(:B)-[:L]->(:C)",
         "MATCH p = ()-->()-->() WITH p ORDER BY length(p) RETURN nodes(p), relationships(p)",
         "[(:A), (:B), (:C)], [[:K], [:L]]", NULL, NULL},
        {"CREATE (:A)-[:K]->(:B)", "MATCH p = (a)-->(b) WHERE length(p) = 1 RETURN labels(a)",
         "['A']", NULL, NULL},
        {"CREATE (:A)-[:K]->(:B)", "MATCH p = (a)-->(b) WHERE length(p) = 2 RETURN a", "", NULL,
         NULL},
        {"CREATE (:A)-[:K]->(:B)", "MATCH p = (a)-->(b) WITH collect(p) AS ps RETURN size(ps)", "1",
         NULL, NULL},
    };

    CHECK(examples);
}

static void test_aggregate__groups_and_functions(void)
{
    static const struct query_example examples[] = {
        {NULL, "MATCH (n) RETURN count(*), count(n), sum(n.x), collect(n.x), avg(n.x), max(n.x)",
         "0, 0, 0, [], null, null", NULL, NULL},
        {NULL, "MATCH (n) RETURN n.x, count(*)", "", NULL, NULL},
        {SOCIAL, "MATCH (n:Person) RETURN count(*), count(n.age), sum(n.age), avg(n.age)",
         "4, 3, 90, 30.0", NULL, NULL},
        {SOCIAL, "MATCH (n:Person) RETURN min(n.age), max(n.name)", "20, 'D'", NULL, NULL},
        {NULL, "UNWIND [1, 2, 2, null] AS x RETURN x, count(*)", "1, 1; 2, 2; null, 1", NULL, NULL},
        {NULL, "UNWIND [1, 1.0, 2] AS x RETURN count(DISTINCT x)", "2", NULL, NULL},
        {NULL, "UNWIND [3, 1, 2] AS x WITH x ORDER BY x RETURN collect(x)", "[1, 2, 3]", NULL,
         NULL},
        {NULL, "UNWIND [1, 2, 3] AS x RETURN sum(x) + count(*) AS s", "9", NULL, NULL},
        {NULL, "UNWIND [1, 2, 2] AS x RETURN x AS k, sum(x) * 10 + x AS s", "1, 11; 2, 42", NULL,
         NULL},
        {NULL, "UNWIND [1, 2, 3] AS x WITH x % 2 AS k, count(*) AS c WHERE c > 1 RETURN k, c",
         "1, 2", NULL, NULL},
        {SOCIAL, "MATCH (a:Person)-[:LIVES_IN]->(c) RETURN c.name, count(*), collect(a.name)",
         "'Oslo', 2, ['A', 'B']", NULL, NULL},
        {SOCIAL, "MATCH (a:Person) RETURN a.age IS NULL AS k, count(*) AS c ORDER BY c",
         "true, 1; false, 3", NULL, NULL},
        {NULL, "UNWIND ['b', 'a', 'b'] AS x RETURN x AS k, count(*) ORDER BY count(*) DESC",
         "'b', 2; 'a', 1", NULL, NULL},
        {NULL, "UNWIND ['b', 'a', 'b'] AS x RETURN x, count(*) AS c ORDER BY x", "'a', 1; 'b', 2",
         NULL, NULL},
        {NULL, "UNWIND [1, 2] AS x WITH count(*) AS c RETURN c, count(*)", "2, 1", NULL, NULL},
        {NULL, "UNWIND [1, 2, 3] AS x RETURN DISTINCT x > 1 AS k, count(*) AS c ORDER BY k",
         "false, 1; true, 2", NULL, NULL},
        {NULL, "UNWIND [1, 'a', [1, 2], 0.2, 'b'] AS x RETURN min(x), max(x)", "[1, 2], 1", NULL,
         NULL},
        {NULL, "UNWIND [9223372036854775807, 1] AS x RETURN sum(x)",
         "!ArithmeticError.IntegerOverflow", NULL, NULL},
        {NULL, "UNWIND [1, 'a'] AS x RETURN sum(x)", "!TypeError.InvalidArgumentType", NULL, NULL},
        {SOCIAL, "MATCH (n:Person) RETURN n.age + count(*)",
         "!SyntaxError.AmbiguousAggregationExpression", NULL, NULL},
        {NULL, "UNWIND range(1, 6000) AS x RETURN x % 3000 AS k, count(*) AS c ORDER BY k LIMIT 2",
         "0, 2; 1, 2", NULL, NULL},
    };

    CHECK(examples);
}

static void test_order__sort_skip_limit_distinct(void)
{
    static const struct query_example examples[] = {
        {SOCIAL, "MATCH (n:Person) RETURN n.name ORDER BY n.age", "'B'; 'A'; 'D'; 'C'", NULL, NULL},
        {SOCIAL, "MATCH (n:Person) RETURN n.name ORDER BY n.age DESC", "'C'; 'D'; 'A'; 'B'", NULL,
         NULL},
        {SOCIAL, "MATCH (n:Person) RETURN n.name AS x ORDER BY x DESC LIMIT 2", "'D'; 'C'", NULL,
         NULL},
        {SOCIAL, "MATCH (n:Person) RETURN n.name ORDER BY n.name SKIP 1 LIMIT 2", "'B'; 'C'", NULL,
         NULL},
        {SOCIAL, "MATCH (n:Person) RETURN n.name ORDER BY n.name SKIP 3", "'D'", NULL, NULL},
        {SOCIAL, "MATCH (n:Person) RETURN n.name ORDER BY n.name SKIP 9", "", NULL, NULL},
        {SOCIAL, "MATCH (n:Person) RETURN n.name ORDER BY n.name SKIP 9 LIMIT 1", "", NULL, NULL},
        {SOCIAL, "MATCH (n:Person) RETURN n.name ORDER BY n.name LIMIT 0", "", NULL, NULL},
        {NULL, "UNWIND [2, 1, 3] AS x RETURN x ORDER BY -x", "3; 2; 1", NULL, NULL},
        {NULL, "UNWIND [[2, 'a'], [1, 'b'], [2, 'c']] AS p RETURN p[1] ORDER BY p[0] DESC, p[1]",
         "'a'; 'c'; 'b'", NULL, NULL},
        {NULL, "UNWIND [1, 'a', null, true, 2.5, [1], {k: 1}] AS x RETURN x ORDER BY x",
         "{k: 1}; [1]; 'a'; true; 1; 2.5; null", NULL, NULL},
        {NULL, "UNWIND [0.0/0.0, 1, -1.5, null] AS x RETURN x ORDER BY x DESC",
         "null; NaN; 1; -1.5", NULL, NULL},
        {NULL, "UNWIND ['abcdefgh', 'abcdefga', 'abc', ''] AS x RETURN x ORDER BY x",
         "''; 'abc'; 'abcdefga'; 'abcdefgh'", NULL, NULL},
        {NULL,
         "UNWIND [9007199254740993, 9007199254740992, 9007199254740992.0] AS x RETURN x ORDER BY x",
         "9007199254740992; 9.007199254740992E15; 9007199254740993", NULL, NULL},
        {NULL, "UNWIND [1, 1.0, null, null, 2] AS x RETURN DISTINCT x ORDER BY x", "1; 2; null",
         NULL, NULL},
        {NULL, "UNWIND [3, 1, 3, 2] AS x RETURN DISTINCT x ORDER BY x DESC LIMIT 2", "3; 2", NULL,
         NULL},
        {NULL, "UNWIND [1, 2, 3, 4] AS x WITH x LIMIT 2 RETURN count(x)", "2", NULL, NULL},
        {NULL, "UNWIND [1, 2, 3, 4] AS x WITH x SKIP 1 LIMIT 2 RETURN x", "2; 3", NULL, NULL},
        {NULL, "UNWIND [1, 2, 3] AS x WITH x ORDER BY x DESC LIMIT 1 RETURN x", "3", NULL, NULL},
        {NULL, "UNWIND [3, 2, 1] AS x WITH x ORDER BY x WHERE x > 1 RETURN x", "2; 3", NULL, NULL},
        {NULL, "UNWIND [3, 2, 1] AS x WITH x ORDER BY x LIMIT 2 WHERE x > 1 RETURN x", "2", NULL,
         NULL},
        {NULL, "UNWIND range(1, 20000) AS x RETURN x ORDER BY x * 7919 % 20011 LIMIT 3",
         "1031; 2062; 3093", NULL, NULL},
        {NULL, "UNWIND range(1, 20000) AS x WITH x % 10 AS k, x ORDER BY k DESC LIMIT 3 RETURN x",
         "9; 19; 29", NULL, NULL},
        {NULL, "UNWIND [1, 2, 3] AS x RETURN x LIMIT 1 + 1", "1; 2", NULL, NULL},
        {NULL, "RETURN 1 AS x LIMIT -1", "!SyntaxError.NegativeIntegerArgument", NULL, NULL},
        {NULL, "RETURN 1 AS x SKIP 1.5", "!SyntaxError.InvalidArgumentType", NULL, NULL},
        {SOCIAL, "MATCH (n:Person) WITH n AS m ORDER BY m.name RETURN collect(m.name) AS l",
         "['A', 'B', 'C', 'D']", NULL, NULL},
    };

    CHECK(examples);
}

static void test_parameters__bind_and_are_missed(void)
{
    static const struct query_example examples[] = {
        {NULL, "RETURN $id + 1", "8", NULL, NULL},
        {"CREATE (:P {id: 7, name: 'x'}), (:P {id: 8})", "MATCH (p:P {id: $id}) RETURN p.name",
         "'x'", NULL, NULL},
        {"CREATE (:P {id: 7, name: 'x'}), (:P {id: 8})", "MATCH (p:P) WHERE p.id > $id RETURN p.id",
         "8", NULL, NULL},
        {NULL, "UNWIND $rows AS r RETURN r.a + 1", "2; 3", NULL, NULL},
        {NULL, "UNWIND [1, 2, 3] AS x RETURN x SKIP $one LIMIT $one", "2", NULL, NULL},
        {NULL, "RETURN 1 AS x LIMIT $negative", "!SyntaxError.NegativeIntegerArgument", NULL, NULL},
        {NULL, "RETURN 1 AS x LIMIT $text", "!SyntaxError.InvalidArgumentType", NULL, NULL},
        {NULL, "RETURN $nothing IS NULL", "true", NULL, NULL},
        {"CREATE (:P {id: 7})", "MATCH (p:P) WHERE p.id IN $ids RETURN p.id", "7", NULL, NULL},
    };
    struct query_runner q;

    CHECK_WITH(examples, "{id: 7, rows: [{a: 1}, {a: 2}], one: 1, negative: -1, text: 'x', "
                         "nothing: null, ids: [1, 7]}");
    CU_ASSERT_TRUE_FATAL(query_runner_init(&q));
    CU_ASSERT_STRING_EQUAL(query_run(&q, "RETURN $absent"), "!ParameterMissing.MissingParameter");
    query_runner_release(&q);
}

static void test_union__distinct_and_all(void)
{
    static const struct query_example examples[] = {
        {NULL, "RETURN 1 AS x UNION RETURN 1 AS x", "1", NULL, NULL},
        {NULL, "RETURN 1 AS x UNION ALL RETURN 1 AS x", "1; 1", NULL, NULL},
        {NULL, "RETURN 1 AS x, 2 AS y UNION RETURN 3 AS x, 4 AS y UNION RETURN 1 AS x, 2 AS y",
         "1, 2; 3, 4", NULL, NULL},
        {SOCIAL, "MATCH (n:City) RETURN n.name AS x UNION MATCH (m:Admin) RETURN m.name AS x",
         "'D'; 'Oslo'", NULL, NULL},
        {NULL,
         "UNWIND [1, 2, 3] AS a RETURN a AS x UNION ALL UNWIND range(1, 3000) AS b WITH b "
         "WHERE b > 2998 RETURN b AS x",
         "1; 2; 2999; 3; 3000", NULL, NULL},
        {NULL, "RETURN 1 AS x UNION RETURN 1 AS y", "!SyntaxError.DifferentColumnsInUnion", NULL,
         NULL},
    };

    CHECK(examples);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"return", test_return__expressions_and_columns},
        {"unwind", test_unwind__lists_nulls_and_nesting},
        {"match nodes", test_match__nodes_by_label_and_property},
        {"match relationships", test_match__relationships},
        {"cycles and joins", test_match__cycles_and_joins},
        {"relationship uniqueness", test_match__relationship_uniqueness},
        {"named paths", test_match__named_paths},
        {"aggregates", test_aggregate__groups_and_functions},
        {"order", test_order__sort_skip_limit_distinct},
        {"parameters", test_parameters__bind_and_are_missed},
        {"union", test_union__distinct_and_all},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/exec: statements that read", NULL, NULL, tests);
}
