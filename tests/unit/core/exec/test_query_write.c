/* Updating statements, end to end, with all optimiser rules and with none. */
#include <string.h>

#include <CUnit/CUnit.h>

#include "tests/support/run_suite.h"
#include "tests/unit/core/exec/query_runner.h"

#define CHECK(examples) query_check(examples, sizeof(examples) / sizeof((examples)[0]), NULL)
#define CHECK_WITH(examples, params)                                                               \
    query_check(examples, sizeof(examples) / sizeof((examples)[0]), params)

static void test_create__nodes_and_relationships(void)
{
    static const struct query_example examples[] = {
        {NULL, "CREATE ()", "", "MATCH (n) RETURN n", "()"},
        {NULL, "CREATE (a:Person {name: 'Alice', age: 30}) RETURN a.name AS name", "'Alice'",
         "MATCH (n) RETURN n", "(:Person {name: 'Alice', age: 30})"},
        {NULL, "CREATE (:A:B {x: [1, 2]})", "", "MATCH (n) RETURN n", "(:A:B {x: [1, 2]})"},
        {NULL, "CREATE (n {x: null, y: 1})", "", "MATCH (n) RETURN keys(n)", "['y']"},
        {NULL, "CREATE (a:A)-[r:R {k: 1}]->(b:B) RETURN a, r, b", "(:A), [:R {k: 1}], (:B)",
         "MATCH p = ()-->() RETURN p", "<(:A)-[:R {k: 1}]->(:B)>"},
        {NULL, "CREATE (a:A)<-[:R]-(b:B)", "", "MATCH p = ()-->() RETURN p", "<(:B)-[:R]->(:A)>"},
        {NULL, "CREATE (a:A)-[:R]->(a)", "", "MATCH (n)-[r]->(n) RETURN count(r)", "1"},
        {NULL, "CREATE (a:A)-[:R]->(b:B), (b)-[:S]->(a), (:C)", "", "MATCH (n) RETURN count(n)",
         "3"},
        {NULL, "CREATE p = (:A)-[:R]->(:B)<-[:S]-(:C) RETURN p", "<(:A)-[:R]->(:B)<-[:S]-(:C)>",
         NULL, NULL},
        {NULL, "UNWIND [1, 2, 3] AS x CREATE (n:N {x: x}) RETURN n.x", "1; 2; 3",
         "MATCH (n:N) RETURN sum(n.x)", "6"},
        {NULL, "UNWIND range(1, 5000) AS x CREATE (:N {x: x})-[:R]->(:M)", "",
         "MATCH (:N)-[:R]->(:M) RETURN count(*)", "5000"},
        {"CREATE (:A {x: 1})", "MATCH (a:A) CREATE (a)-[:R]->(b:B {x: a.x + 1})", "",
         "MATCH (:A)-[:R]->(b) RETURN b", "(:B {x: 2})"},
        {"CREATE (:A), (:B)", "MATCH (a:A), (b:B) CREATE (a)-[:R]->(b) CREATE (b)-[:S]->(a)", "",
         "MATCH (:A)-[r]-(:B) RETURN type(r)", "'R'; 'S'"},
        {NULL, "CREATE (a:A {x: 1}) CREATE (b:B {x: a.x + 1}) RETURN b.x", "2", NULL, NULL},
        {NULL, "CREATE (a {x: 1, x: 2}) RETURN a.x", "2", NULL, NULL},
        {NULL,
         "CREATE (a:A {x: 1}) CREATE (b:B)-[:R {y: 2}]->(a) CREATE p = (a)-[:S]->(b) RETURN p",
         "<(:A {x: 1})-[:S]->(:B)>", "MATCH ()-[r]->() RETURN r", "[:R {y: 2}]; [:S]"},
        {NULL, "CREATE (a:A {x: 1}) CREATE (b {x: a.x}) CREATE (c {x: b.x + 1}) RETURN c.x", "2",
         NULL, NULL},
        {NULL, "CREATE (n {m: {k: 1}})", "!TypeError.InvalidPropertyType", "MATCH (n) RETURN n",
         ""},
        {NULL, "CREATE (a:A), (n {x: [1, 'a']})", "!TypeError.InvalidPropertyType",
         "MATCH (n) RETURN n", ""},
        {NULL, "CREATE (n $props) RETURN n", "({a: 1, b: 'x'})", NULL, NULL},
        {NULL, "UNWIND $rows AS r CREATE (n:N {a: r.a, b: r.b}) RETURN n",
         "(:N {a: 1}); (:N {a: 2, "
         "b: 'y'})",
         NULL, NULL},
        {NULL, "CREATE (n $one)", "!TypeError.InvalidArgumentType", NULL, NULL},
        {NULL, "WITH null AS a CREATE (a)-[:R]->()", "!TypeError.InvalidArgumentValue", NULL, NULL},
        {NULL, "CREATE (a:New) WITH a MATCH (n:New) RETURN n", "(:New)", NULL, NULL},
        {NULL, "CREATE (:New)-[:NEW {k: 1}]->() WITH 1 AS x MATCH (n:New)-[r:NEW]->() RETURN r.k",
         "1", NULL, NULL},
        {NULL, "CREATE (n:N {x: 1}) RETURN n LIMIT 0", "", "MATCH (n) RETURN count(*)", "1"},
        {NULL, "UNWIND [1, 2, 3] AS x CREATE (n:N {x: x}) WITH n LIMIT 1 RETURN n.x", "1",
         "MATCH (n) RETURN count(*)", "3"},
    };

    CHECK_WITH(examples, "{props: {a: 1, b: 'x'}, rows: [{a: 1}, {a: 2, b: 'y'}], one: 1}");
}

static void test_set__properties_maps_labels(void)
{
    static const struct query_example examples[] = {
        {"CREATE (:A {x: 1})", "MATCH (n:A) SET n.x = 2, n.y = n.x + 1 RETURN n",
         "(:A {x: 2, y: 3})", NULL, NULL},
        {"CREATE (:A {x: 1, y: 2})", "MATCH (n:A) SET n.x = null RETURN n", "(:A {y: 2})", NULL,
         NULL},
        {"CREATE (:A {x: 1, y: 2})", "MATCH (n:A) SET n = {z: 3} RETURN n", "(:A {z: 3})", NULL,
         NULL},
        {"CREATE (:A {x: 1, y: 2})",
         "MATCH (n:A) SET n += {y: 3, z: 4, x: null} RETURN n.x, n.y, "
         "n.z",
         "null, 3, 4", NULL, NULL},
        {"CREATE (:A {x: 1})", "MATCH (n:A) SET n += null RETURN n", "(:A {x: 1})", NULL, NULL},
        {"CREATE (:A {x: 1}), (:B {y: 2})", "MATCH (a:A), (b:B) SET a = b RETURN a", "(:A {y: 2})",
         NULL, NULL},
        {"CREATE (:A {x: 1})-[:R {w: 5}]->()", "MATCH (a:A)-[r]->() SET a += r RETURN a.x, a.w",
         "1, 5", NULL, NULL},
        {"CREATE (:A {x: 1})", "MATCH (a:A) SET a = a RETURN a", "(:A {x: 1})", NULL, NULL},
        {"CREATE (:A)-[:R {w: 5}]->()",
         "MATCH ()-[r]->() SET r.w = r.w + 1, r.v = 'x' RETURN r.w, "
         "r.v",
         "6, 'x'", NULL, NULL},
        {"CREATE (:A {x: 1})", "MATCH (n:A) SET n:B:C RETURN labels(n)", "['A', 'B', 'C']", NULL,
         NULL},
        {"CREATE (:A:B)", "MATCH (n:A) REMOVE n:B RETURN labels(n)", "['A']", NULL, NULL},
        {"CREATE (:A:B)", "MATCH (n:A) REMOVE n:B:Unknown RETURN labels(n)", "['A']", NULL, NULL},
        {"CREATE (:A {x: 1, y: 2})", "MATCH (n:A) REMOVE n.x, n.nothing RETURN n", "(:A {y: 2})",
         NULL, NULL},
        {"CREATE (:A)-[:R {w: 5}]->()", "MATCH ()-[r]->() REMOVE r.w RETURN r", "[:R]", NULL, NULL},
        {"CREATE (:A {x: 0})", "UNWIND [1, 2, 3] AS i MATCH (n:A) SET n.x = n.x + i RETURN n.x",
         "6; 6; 6", NULL, NULL},
        {"CREATE (:A {x: 1})", "MATCH (n:A), (m:A) SET n.x = 5 RETURN m.x", "5", NULL, NULL},
        {"CREATE (:A)", "MATCH (n:A) SET n.x = {a: 1}", "!TypeError.InvalidPropertyType", NULL,
         NULL},
        {"CREATE (:A)", "MATCH (n:A) SET n.x = [1, null]", "!TypeError.InvalidPropertyType", NULL,
         NULL},
        {"CREATE (:A)", "MATCH (n:A) SET n = 1", "!SyntaxError.InvalidArgumentType", NULL, NULL},
        {"CREATE (:A)", "MATCH (n:A) SET n += $m RETURN n", "(:A {a: 1})", NULL, NULL},
        {NULL, "UNWIND [null] AS n SET n.x = 1 RETURN n", "null", NULL, NULL},
        {"CREATE (:A {k: 1}), (:A {k: 2})",
         "UNWIND $rows AS r MATCH (n:A {k: r.k}) SET n.v = r.v, n += {w: r.k}", "",
         "MATCH (n:A) RETURN n.k, n.v, n.w", "1, 'a', 1; 2, 'b', 2"},
        {NULL,
         "UNWIND range(1, 300) AS i CREATE (n:A {s: 'a string that is not short ' + toString(i)}) "
         "WITH n, n.s AS x SET n.s = 'another one of about the same size' WITH n, x, n.s AS y "
         "SET n.s = 'one more, different again, and so on', n.t = 'and one beside it' "
         "RETURN count(DISTINCT x), min(x), min(y), max(y)",
         "300, 'a string that is not short 1', 'another one of about the same size', 'another one "
         "of about the same size'",
         NULL, NULL},
        {"CREATE (:A {x: 1})", "MATCH (n:A) SET n.x = 2 WITH n WHERE n.x = 2 RETURN n.x", "2", NULL,
         NULL},
    };

    CHECK_WITH(examples, "{m: {a: 1}, rows: [{k: 1, v: 'a'}, {k: 2, v: 'b'}]}");
}

static void test_delete__entities_paths_and_refusals(void)
{
    static const struct query_example examples[] = {
        {"CREATE (:A), (:B)", "MATCH (n:A) DELETE n", "", "MATCH (n) RETURN n", "(:B)"},
        {"CREATE (:A)-[:R]->(:B)", "MATCH ()-[r]->() DELETE r", "", "MATCH (n) RETURN count(n)",
         "2"},
        {"CREATE (:A)-[:R]->(:B)", "MATCH (a:A)-[r]->() DELETE a, r", "", "MATCH (n) RETURN n",
         "(:B)"},
        {"CREATE (:A)-[:R]->(:B)", "MATCH (a:A)-[r]->() DELETE r, a", "", "MATCH (n) RETURN n",
         "(:B)"},
        {"CREATE (:A)-[:R]->(:B)", "MATCH (a:A) DELETE a",
         "!ConstraintVerificationFailed.DeleteConnectedNode", "MATCH ()-[r]->() RETURN count(r)",
         "1"},
        {"CREATE (:A)-[:R]->(:B)", "MATCH (a:A) DETACH DELETE a", "", "MATCH (n) RETURN n", "(:B)"},
        {"CREATE (a:A)-[:R]->(a)", "MATCH (a) DETACH DELETE a", "", "MATCH (n) RETURN n", ""},
        {"CREATE (:A)-[:R]->(:B)", "MATCH p = (:A)-->(:B) DELETE p", "", "MATCH (n) RETURN n", ""},
        {"CREATE (:A)-[:R]->(:B)-[:R]->(:C)", "MATCH p = (:A)-->() DETACH DELETE p", "",
         "MATCH (n) RETURN n", "(:C)"},
        {"CREATE (:A), (:A)", "MATCH (n:A), (m:A) DELETE n, m", "", "MATCH (n) RETURN n", ""},
        {NULL, "UNWIND [null] AS n DELETE n", "", NULL, NULL},
        {NULL, "MATCH (n) DELETE n", "", NULL, NULL},
        {"CREATE (:A {x: 1})", "MATCH (n:A) DELETE n RETURN n.x",
         "!EntityNotFound.DeletedEntityAccess", "MATCH (n) RETURN count(*)", "1"},
        {"CREATE (:A {x: 1})", "MATCH (n:A) WITH n, n.x AS x DELETE n RETURN x", "1",
         "MATCH (n) RETURN n", ""},
        {"CREATE (:A)", "MATCH (n:A) DELETE n SET n.x = 1", "", "MATCH (n) RETURN n", ""},
        {"CREATE (:A)", "MATCH (n:A) DELETE n WITH n CREATE (n)-[:R]->()",
         "!EntityNotFound.DeletedEntityAccess", NULL, NULL},
        {"CREATE (:A)", "CREATE (b:B) WITH b MATCH (a:A) DELETE a, b", "", "MATCH (n) RETURN n",
         ""},
        {"UNWIND range(1, 3000) AS x CREATE (:A)-[:R]->(:B)", "MATCH (n) DETACH DELETE n", "",
         "MATCH (n) RETURN count(n)", "0"},
        {"CREATE (:A), (:A)", "MATCH (a:A) DELETE a RETURN count(*)", "2", NULL, NULL},
    };

    CHECK(examples);
}

static void test_merge__nodes(void)
{
    static const struct query_example examples[] = {
        {NULL, "MERGE (n:A {k: 1}) RETURN n", "(:A {k: 1})", "MATCH (n) RETURN count(*)", "1"},
        {"CREATE (:A {k: 1, x: 2})", "MERGE (n:A {k: 1}) RETURN n", "(:A {k: 1, x: 2})",
         "MATCH (n) RETURN count(*)", "1"},
        {"CREATE (:A {k: 1}), (:A {k: 1})", "MERGE (n:A {k: 1}) RETURN n",
         "(:A {k: 1}); (:A {k: 1})", "MATCH (n) RETURN count(*)", "2"},
        {NULL, "MERGE (n) RETURN n", "()", "MATCH (n) RETURN count(*)", "1"},
        {"CREATE (:A), (:B)", "MERGE (n) RETURN count(*)", "2", NULL, NULL},
        {NULL, "UNWIND [1, 1, 2] AS x MERGE (n:A {k: x}) RETURN n.k", "1; 1; 2",
         "MATCH (n) RETURN count(*)", "2"},
        {NULL, "UNWIND [1, 1.0, 2] AS x MERGE (n:A {k: x})", "", "MATCH (n) RETURN count(*)", "2"},
        {NULL,
         "MERGE (n:A {k: 1}) ON CREATE SET n.c = true ON MATCH SET n.m = true RETURN n.c, n.m",
         "true, null", NULL, NULL},
        {"CREATE (:A {k: 1})",
         "MERGE (n:A {k: 1}) ON CREATE SET n.c = true ON MATCH SET n.m = true RETURN n.c, n.m",
         "null, true", NULL, NULL},
        {NULL,
         "UNWIND [1, 1, 1] AS x MERGE (n:A {k: x}) ON CREATE SET n.c = 1 ON MATCH SET n.c = n.c + "
         "1 "
         "RETURN n.c",
         "3; 3; 3", NULL, NULL},
        {NULL, "MERGE (n:A {k: null})", "!SemanticError.MergeReadOwnWrites", NULL, NULL},
        {NULL, "UNWIND [1, null] AS x MERGE (n:A {k: x})", "!SemanticError.MergeReadOwnWrites",
         "MATCH (n) RETURN count(*)", "0"},
        {NULL, "MERGE (n:A $props) RETURN n", "!SyntaxError.InvalidParameterUse", NULL, NULL},
        {NULL, "MERGE (n:A {a: $props.a, b: $props.b}) RETURN n", "(:A {a: 1, b: 'x'})", NULL,
         NULL},
        {"CREATE (:P {id: 1}), (:P {id: 2})",
         "MATCH (p:P) MERGE (c:City {name: 'x'}) RETURN p.id, c.name", "1, 'x'; 2, 'x'",
         "MATCH (c:City) RETURN count(*)", "1"},
        {"CREATE (:P {city: 'x'}), (:P {city: 'x'}), (:P {city: 'y'})",
         "MATCH (p:P) MERGE (c:City {name: p.city}) RETURN count(c)", "3",
         "MATCH (c:City) RETURN c.name", "'x'; 'y'"},
        {"CREATE (:A {k: 1})", "MATCH (a:A) MERGE (b:B {k: a.k}) ON CREATE SET a.seen = b.k", "",
         "MATCH (a:A) RETURN a.seen", "1"},
        {"CREATE (:A:B {k: 1})", "MERGE (n:A:B {k: 1}) RETURN count(*)", "1",
         "MATCH (n) RETURN count(*)", "1"},
        {"CREATE (:A {k: 1})", "MERGE (n:A:B {k: 1}) RETURN labels(n)", "['A', 'B']",
         "MATCH (n) RETURN count(*)", "2"},
        {"CREATE CONSTRAINT FOR (n:A) REQUIRE n.k IS UNIQUE;;CREATE (:A {k: 1})",
         "UNWIND [1, 2, 2, 3] AS x MERGE (n:A {k: x}) RETURN n.k", "1; 2; 2; 3",
         "MATCH (n) RETURN count(*)", "3"},
        {"CREATE CONSTRAINT FOR (n:A) REQUIRE n.k IS UNIQUE;;CREATE (:A {k: 1, v: 1})",
         "MERGE (n:A {k: 1, v: 2})", "!ConstraintValidationFailed.UniquenessViolation",
         "MATCH (n) RETURN count(*)", "1"},
        {NULL, "UNWIND range(1, 5000) AS x MERGE (n:A {k: x % 50})", "",
         "MATCH (n) RETURN count(*)", "50"},
        {"UNWIND [1, 2, 3] AS x CREATE (:A {k: 0})",
         "MERGE (n:A {k: 0}) ON MATCH SET n.k = 1 RETURN n.k", "1; 1; 1", NULL, NULL},
    };

    CHECK_WITH(examples, "{props: {a: 1, b: 'x'}}");
}

static void test_merge__relationships(void)
{
    static const struct query_example examples[] = {
        {"CREATE (:A), (:B)", "MATCH (a:A), (b:B) MERGE (a)-[r:R]->(b) RETURN r", "[:R]",
         "MATCH ()-[r]->() RETURN count(r)", "1"},
        {"CREATE (:A)-[:R]->(:B)", "MATCH (a:A), (b:B) MERGE (a)-[r:R]->(b)", "",
         "MATCH ()-[r]->() RETURN count(r)", "1"},
        {"CREATE (:A)<-[:R]-(:B)", "MATCH (a:A), (b:B) MERGE (a)-[r:R]->(b)", "",
         "MATCH ()-[r]->() RETURN count(r)", "2"},
        {"CREATE (:A)<-[:R]-(:B)", "MATCH (a:A), (b:B) MERGE (a)-[r:R]-(b)", "",
         "MATCH ()-[r]->() RETURN count(r)", "1"},
        {"CREATE (:A), (:B)", "MATCH (a:A), (b:B) MERGE (a)-[r:R]-(b)", "",
         "MATCH p = (:A)-->(:B) RETURN p", "<(:A)-[:R]->(:B)>"},
        {"CREATE (:A), (:B)", "MATCH (a:A), (b:B) MERGE (a)<-[r:R]-(b)", "",
         "MATCH p = (:B)-->(:A) RETURN p", "<(:B)-[:R]->(:A)>"},
        {"CREATE (:A)-[:R {k: 1}]->(:B)", "MATCH (a:A), (b:B) MERGE (a)-[r:R {k: 2}]->(b) RETURN r",
         "[:R {k: 2}]", "MATCH ()-[r]->() RETURN r.k", "1; 2"},
        {"CREATE (:A)", "MATCH (a:A) MERGE (a)-[:R]->(b:B) RETURN b", "(:B)",
         "MATCH (n) RETURN count(*)", "2"},
        {"CREATE (:A)-[:R]->(:B)", "MATCH (a:A) MERGE (a)-[:R]->(b:B) RETURN b", "(:B)",
         "MATCH (n) RETURN count(*)", "2"},
        {"CREATE (:A {k: 1}), (:B {k: 2})", "MERGE (a:A {k: 1})-[r:R]->(b:B {k: 2}) RETURN r",
         "[:R]", "MATCH (n) RETURN count(*)", "4"},
        {NULL, "MERGE (a:A)-[:R]->(b:B)-[:S]->(c:C) RETURN a, b, c", "(:A), (:B), (:C)",
         "MATCH (n) RETURN count(*)", "3"},
        {"CREATE (:A)-[:R]->(:B)-[:S]->(:C)", "MERGE (a:A)-[:R]->(b:B)-[:S]->(c:C) RETURN a",
         "(:A)", "MATCH (n) RETURN count(*)", "3"},
        {"CREATE (:A)-[:R]->(:B)", "MERGE (a:A)-[:R]->(b:B)-[:S]->(c:C) RETURN a", "(:A)",
         "MATCH (n) RETURN count(*)", "5"},
        {"CREATE (:A)", "MATCH (a:A) MERGE (a)-[r:R]->(a) RETURN r", "[:R]",
         "MATCH (a)-[r]->(a) RETURN count(r)", "1"},
        {"CREATE (:A), (:B)",
         "UNWIND [1, 2, 1] AS x MATCH (a:A), (b:B) MERGE (a)-[r:R {k: x}]->(b)", "",
         "MATCH ()-[r]->() RETURN r.k", "1; 2"},
        {"CREATE (:A), (:B)",
         "MATCH (a:A), (b:B) MERGE (a)-[r:R]->(b) ON CREATE SET r.new = true, a.x = 1 RETURN r, a",
         "[:R {new: true}], (:A {x: 1})", NULL, NULL},
        {"CREATE (:A), (:B)", "MATCH (a:A), (b:B) MERGE p = (a)-[:R]->(b) RETURN p",
         "<(:A)-[:R]->(:B)>", NULL, NULL},
        {"CREATE (:A)-[:R]->(:B), (:A)", "MATCH (a:A) MERGE (a)-[:R]->(b) RETURN count(b)", "2",
         "MATCH (n) RETURN count(*)", "4"},
    };

    CHECK(examples);
}

static void test_halloween__a_clause_does_not_see_itself(void)
{
    static const struct query_example examples[] = {
        {"CREATE (:A), (:A)", "MATCH (n) CREATE (:X)", "", "MATCH (n:X) RETURN count(*)", "2"},
        {"CREATE (:A {x: 1}), (:A {x: 2})", "MATCH (n:A) CREATE (:A {x: n.x + 10})", "",
         "MATCH (n:A) RETURN n.x", "1; 11; 12; 2"},
        {"CREATE (:A {x: 1})", "MATCH (n:A) WHERE n.x < 3 SET n.x = n.x + 1", "",
         "MATCH (n:A) RETURN n.x", "2"},
        {"CREATE INDEX FOR (n:A) ON (n.x);;UNWIND range(1, 100) AS i CREATE (:A {x: 1, i: i})",
         "MATCH (n:A {x: 1}) SET n.x = 1 + n.x RETURN count(*)", "100",
         "MATCH (n:A {x: 2}) RETURN count(*)", "100"},
        {"UNWIND range(1, 5000) AS i CREATE (:A {i: i})", "MATCH (n:A) SET n:B REMOVE n:A", "",
         "MATCH (n:B) RETURN count(*)", "5000"},
        {"CREATE (:A)-[:R]->(:A)", "MATCH (a)-[:R]->(b) CREATE (b)-[:R]->(c:A)", "",
         "MATCH ()-[r:R]->() RETURN count(*)", "2"},
        {"CREATE (:A), (:A)", "MATCH (a:A) CREATE (b:A) WITH a MATCH (n:A) RETURN count(*)", "8",
         NULL, NULL},
        {"CREATE (:A)-[:R]->(:B)", "MATCH (a)-[r]->(b) DELETE r CREATE (b)-[:R]->(a)", "",
         "MATCH p = ()-[:R]->() RETURN p", "<(:B)-[:R]->(:A)>"},
    };

    CHECK(examples);
}

static void test_schema__constraints_and_indexes(void)
{
    static const struct query_example examples[] = {
        {NULL, "CREATE CONSTRAINT FOR (n:A) REQUIRE n.k IS UNIQUE", "", "CREATE (:A {k: 1})", ""},
        {"CREATE CONSTRAINT c FOR (n:A) REQUIRE n.k IS UNIQUE",
         "UNWIND [1, 1] AS x CREATE (:A {k: x})", "!ConstraintValidationFailed.UniquenessViolation",
         "MATCH (n) RETURN count(*)", "0"},
        {"CREATE CONSTRAINT c FOR (n:A) REQUIRE n.k IS UNIQUE",
         "CREATE CONSTRAINT c FOR (n:A) REQUIRE n.k IS UNIQUE", "!Schema.EquivalentRuleExists",
         NULL, NULL},
        {"CREATE CONSTRAINT c FOR (n:A) REQUIRE n.k IS UNIQUE",
         "CREATE CONSTRAINT c IF NOT EXISTS FOR (n:A) REQUIRE n.k IS UNIQUE", "", NULL, NULL},
        {"UNWIND [1, 1] AS x CREATE (:A {k: x})",
         "CREATE CONSTRAINT c FOR (n:A) REQUIRE n.k IS UNIQUE",
         "!ConstraintValidationFailed.CreateBlockedByData", NULL, NULL},
        {"CREATE CONSTRAINT c FOR (n:A) REQUIRE n.k IS UNIQUE", "DROP CONSTRAINT c", "",
         "UNWIND [1, 1] AS x CREATE (:A {k: x})", ""},
        {NULL, "DROP CONSTRAINT c", "!Schema.RuleNotFound", NULL, NULL},
        {NULL, "DROP CONSTRAINT c IF EXISTS", "", NULL, NULL},
        {"CREATE (:A {k: 1}), (:A {k: 2}), (:A {k: 1})", "CREATE INDEX i FOR (n:A) ON (n.k)", "",
         "MATCH (n:A {k: 1}) RETURN count(*)", "2"},
        {"CREATE INDEX i FOR (n:A) ON (n.k);;CREATE (:A {k: 1})", "DROP INDEX i", "",
         "MATCH (n:A {k: 1}) RETURN count(*)", "1"},
        {"CREATE CONSTRAINT FOR (n:A) REQUIRE n.k IS UNIQUE;;CREATE (:A {k: 1}), (:A {k: 2})",
         "MATCH (n:A {k: 1}) SET n.k = 2", "!ConstraintValidationFailed.UniquenessViolation",
         "MATCH (n:A) RETURN n.k", "1; 2"},
        {"CREATE CONSTRAINT FOR (n:A) REQUIRE n.k IS UNIQUE;;CREATE (:A {k: 1}), (:B {k: 1})",
         "MATCH (n:B) SET n:A", "!ConstraintValidationFailed.UniquenessViolation", NULL, NULL},
    };

    CHECK(examples);
}

static void test_changes__count_real_differences(void)
{
    static const struct {
        const char *setup;
        const char *query;
        const char *changes;
    } examples[] = {
        {NULL, "CREATE (a:Person {name: 'Alice', age: 30}) RETURN a.name AS name", "+1n 2p +1l"},
        {NULL, "CREATE (:A)-[:R]->(:B)", "+2n +1r +2l"},
        {"CREATE (:A)-[:R]->(:B)", "MATCH (a:A) DETACH DELETE a", "-1n -1r"},
        {"CREATE (:A {x: 1})", "MATCH (a:A) SET a:B", "+1l"},
        {"CREATE (:A:B)", "MATCH (a:A) REMOVE a:B", "-1l"},
        {"CREATE (:A {k: 1})", "MERGE (a:A {k: 1})", ""},
        {"CREATE (:A)", "MATCH (a:B) SET a.x = 1", ""},
    };

    for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
        struct query_runner q;
        char text[128];

        CU_ASSERT_TRUE_FATAL(query_runner_init(&q));
        if (examples[i].setup != NULL) {
            (void)query_run(&q, examples[i].setup);
        }
        CU_ASSERT_NOT_EQUAL(query_run(&q, examples[i].query)[0], '!');
        CU_ASSERT_STRING_EQUAL(query_changes(&q, text), examples[i].changes);
        query_runner_release(&q);
    }
}

/* A statement that fails half-way leaves nothing behind, not even names. */
static void test_failure__undoes_everything(void)
{
    struct query_runner q;

    CU_ASSERT_TRUE_FATAL(query_runner_init(&q));
    CU_ASSERT_STRING_EQUAL(query_run(&q, "UNWIND [2, 1, 0] AS x CREATE (:Gone {x: 1 / x})"),
                           "!ArithmeticError.DivisionByZero");
    CU_ASSERT_STRING_EQUAL(query_run(&q, "MATCH (n) RETURN count(*)"), "0");
    CU_ASSERT_STRING_EQUAL(query_run(&q, "MATCH (n:Gone) RETURN n"), "");
    CU_ASSERT_EQUAL(q.notification_count, 1);
    query_runner_release(&q);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"create", test_create__nodes_and_relationships},
        {"set", test_set__properties_maps_labels},
        {"delete", test_delete__entities_paths_and_refusals},
        {"merge nodes", test_merge__nodes},
        {"merge relationships", test_merge__relationships},
        {"halloween", test_halloween__a_clause_does_not_see_itself},
        {"schema", test_schema__constraints_and_indexes},
        {"changes", test_changes__count_real_differences},
        {"failure", test_failure__undoes_everything},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/exec: statements that write", NULL, NULL, tests);
}
