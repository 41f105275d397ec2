"""Wrong statements: HTTP status, codes of every family, place, excerpt, hint. Never a 500."""

import json

import harness
from harness import Case, Host, decode

SYNTAX = "Neo.ClientError.Statement.SyntaxError"
TYPE = "Neo.ClientError.Statement.TypeError"
ARITHMETIC = "Neo.ClientError.Statement.ArithmeticError"

# statement, code, Neo4j's, GQLSTATUS, column (None: any)
COMPILE = [
    ("RETURN x", "SyntaxError.UndefinedVariable", SYNTAX, "42N62", 8),
    ("MATCH (n) RETURN m.a", "SyntaxError.UndefinedVariable", SYNTAX, "42N62", 18),
    ("RETRUN 1", "SyntaxError.UnexpectedSyntax", SYNTAX, "42I06", 1),
    ("MATCH (n RETURN n", "SyntaxError.UnexpectedSyntax", SYNTAX, "42I06", None),
    ("", "SyntaxError.UnexpectedSyntax", SYNTAX, "42I06", None),
    ("   ", "SyntaxError.UnexpectedSyntax", SYNTAX, "42I06", None),
    ("RETURN 1 RETURN 2", "SyntaxError.", SYNTAX, None, None),
    ("RETURN 'open", "SyntaxError.", SYNTAX, None, None),
    ("MATCH (n) CREATE (n) RETURN n", "SyntaxError.VariableAlreadyBound", SYNTAX, "42N59", 19),
    ("MATCH (n)-[n]->() RETURN n", "SyntaxError.VariableTypeConflict", SYNTAX, "22NB1", 12),
    ("CREATE (a)-[:R]-(b)", "SyntaxError.RequiresDirectedRelationship", SYNTAX, "42001", None),
    ("CREATE (a)-[]->(b)", "SyntaxError.NoSingleRelationshipType", SYNTAX, "42I14", None),
    ("CREATE (a)-[:A|B]->(b)", "SyntaxError.NoSingleRelationshipType", SYNTAX, "42I14", None),
    ("CREATE (a)-[:R*2]->(b)", "SyntaxError.CreatingVarLength", SYNTAX, "42001", None),
    ("MATCH (n $p) RETURN n", "SyntaxError.InvalidParameterUse", SYNTAX, "42001", 10),
    ("RETURN 9223372036854775808", "SyntaxError.IntegerOverflow", SYNTAX, "22003", 8),
    ("RETURN 1e999", "SyntaxError.FloatingPointOverflow", SYNTAX, "22003", 8),
    ("RETURN 9abc", "SyntaxError.InvalidNumberLiteral", SYNTAX, "42I10", 8),
    ("RETURN '\\uZZZZ'", "SyntaxError.InvalidUnicodeLiteral", SYNTAX, "42I45", None),
    ("RETURN nosuch(1)", "SyntaxError.UnknownFunction", SYNTAX, "42N48", 8),
    ("RETURN abs(1, 2)", "SyntaxError.InvalidNumberOfArguments", SYNTAX, "42I13", 8),
    ("RETURN count(count(*))", "SyntaxError.NestedAggregation", SYNTAX, "42I19", None),
    ("MATCH (n) WHERE count(*) > 1 RETURN n", "SyntaxError.InvalidAggregation", SYNTAX, "42I19", None),
    ("MATCH (n) RETURN n.a + count(*)", "SyntaxError.AmbiguousAggregationExpression", SYNTAX, "42I18", None),
    ("RETURN 1 AS a, 2 AS a", "SyntaxError.ColumnNameConflict", SYNTAX, "42N38", 16),
    ("WITH 1 + 1 RETURN 1", "SyntaxError.NoExpressionAlias", SYNTAX, "42N21", 6),
    ("MATCH () RETURN *", "SyntaxError.NoVariablesInScope", SYNTAX, "42I37", None),
    ("RETURN 1 AS a UNION RETURN 1 AS b", "SyntaxError.DifferentColumnsInUnion", SYNTAX, "42N39", None),
    ("RETURN 1 AS a UNION RETURN 1 AS a UNION ALL RETURN 1 AS a", "SyntaxError.InvalidClauseComposition", SYNTAX, "42001", None),
    ("RETURN 1 AS x LIMIT -1", "SyntaxError.NegativeIntegerArgument", SYNTAX, "22N03", 21),
    ("RETURN 1 AS x SKIP 1.5", "SyntaxError.InvalidArgumentType", SYNTAX, "22NB1", 20),
    ("MATCH (n) RETURN n SKIP n.a", "SyntaxError.NonConstantExpression", SYNTAX, "42001", None),
    ("MATCH (n) DELETE 1", "SyntaxError.InvalidArgumentType", SYNTAX, "22NB1", 18),
    ("MATCH (n) DELETE n:Label", "SyntaxError.InvalidDelete", SYNTAX, "42001", None),
    ("RETURN $missing", "ParameterMissing.MissingParameter", "Neo.ClientError.Statement.ParameterMissing", "42N51", 8),
]  # fmt: skip

RUNTIME = [
    ("RETURN 1 / 0", "ArithmeticError.DivisionByZero", ARITHMETIC, "22012"),
    ("RETURN 1 % 0", "ArithmeticError.DivisionByZero", ARITHMETIC, "22012"),
    ("WITH 0 AS z RETURN 1 / z", "ArithmeticError.DivisionByZero", ARITHMETIC, "22012"),
    ("RETURN 9223372036854775807 + 1", "ArithmeticError.IntegerOverflow", ARITHMETIC, "22003"),
    ("RETURN -9223372036854775807 - 2", "ArithmeticError.IntegerOverflow", ARITHMETIC, "22003"),
    ("RETURN 4611686018427387904 * 2", "ArithmeticError.IntegerOverflow", ARITHMETIC, "22003"),
    ("WITH -9223372036854775808 AS x RETURN -x", "ArithmeticError.IntegerOverflow", ARITHMETIC, "22003"),
    ("WITH -9223372036854775808 AS x RETURN abs(x)", "ArithmeticError.IntegerOverflow", ARITHMETIC, "22003"),
    ("WITH -9223372036854775808 AS x RETURN x / -1", "ArithmeticError.IntegerOverflow", ARITHMETIC, "22003"),
    ("UNWIND [9223372036854775807, 1] AS x RETURN sum(x)", "ArithmeticError.IntegerOverflow", ARITHMETIC, "22003"),
    ("WITH [1] AS l RETURN l['a']", "TypeError.ListElementAccessByNonInteger", TYPE, "22N01"),
    ("WITH {a: 1} AS m RETURN m[1]", "TypeError.MapElementAccessByNonString", TYPE, "22N01"),
    ("WITH 1 AS i RETURN i.a", "TypeError.InvalidArgumentType", TYPE, "22G03"),
    ("CREATE (n {m: {a: 1}})", "TypeError.InvalidPropertyType", TYPE, "22N01"),
    ("CREATE (n {l: [[1]]})", "TypeError.InvalidPropertyType", TYPE, "22N01"),
    ("WITH 'a' AS s RETURN toInteger([s])", "TypeError.", TYPE, None),
    ("RETURN range(1, 3, 0)", "ArgumentError.NumberOutOfRange", "Neo.ClientError.Statement.ArgumentError", "22N03"),
    ("MERGE (n:M {k: null})", "SemanticError.MergeReadOwnWrites", "Neo.ClientError.Statement.SemanticError", "22G03"),
]  # fmt: skip

UNSUPPORTED = [
    ("OPTIONAL MATCH (n) RETURN n", 1),
    ("MATCH (a)-[*1..3]->(b) RETURN a", None),
    ("MATCH (a)-[:R*]->(b) RETURN a", None),
    ("MATCH p = shortestPath((a)-[*]->(b)) RETURN p", None),
    ("CALL db.labels()", 1),
    ("CALL { RETURN 1 AS x } RETURN x", 1),
    ("MATCH (n) WHERE EXISTS { (n)-->() } RETURN n", None),
    ("MATCH (n) FOREACH (x IN [1] | SET n.a = x)", 11),
    ("LOAD CSV FROM 'file:///x' AS row RETURN row", 1),
    ("RETURN date('2020-01-01')", 8),
    ("RETURN point({x: 1, y: 2})", 8),
    ("EXPLAIN RETURN 1", 1),
    ("PROFILE RETURN 1", 1),
]

KEYS = ["error", "code", "phase", "neo4j_code", "gql_status", "position", "excerpt", "hint", "retryable", "request_id"]


class OneHost(Case):
    @classmethod
    def setUpClass(cls):
        cls.host = Host("memory://errors")

    @classmethod
    def tearDownClass(cls):
        cls.host.stop()

    def error(self, query, status, params=None):
        answer = self.host.post(query, params)
        self.assertEqual(answer.status, status, "%s\n%s" % (query, answer.body))
        error = decode(answer)
        self.assertEqual(list(error), [k for k in KEYS if k in error])
        for key in ["error", "code", "phase", "neo4j_code", "gql_status", "retryable", "request_id"]:
            self.assertIn(key, error)
        self.assertNotEqual(error["error"], "")
        self.assertNotIn("\n", error["error"])
        self.assertIs(error["retryable"], False)
        self.assertEqual(answer.headers["x-request-id"], error["request_id"])
        return error


class Statements(OneHost):
    def test_compile__code_and_place(self):
        for query, code, neo4j, gql, column in COMPILE:
            with self.subTest(query):
                error = self.error(query, 400)
                self.assertEqual((error["phase"], error["neo4j_code"]), ("compile", neo4j))
                self.assertTrue(error["code"].startswith(code) if code.endswith(".") else error["code"] == code, error)
                self.assertEqual(error["gql_status"], gql or error["gql_status"])
                self.assertIn("position", error)
                if column is not None:
                    self.assertEqual(error["position"], {"line": 1, "column": column, "offset": column - 1})
                    line, caret = error["excerpt"].split("\n")
                    self.assertIn(query[:20], line)
                    self.assertEqual(caret, " " * (column - 1) + "^")

    def test_runtime__code(self):
        for query, code, neo4j, gql in RUNTIME:
            with self.subTest(query):
                error = self.error(query, 400)
                self.assertEqual((error["phase"], error["neo4j_code"]), ("runtime", neo4j))
                self.assertTrue(error["code"].startswith(code) if code.endswith(".") else error["code"] == code, error)
                self.assertEqual(error["gql_status"], gql or error["gql_status"])

    def test_unsupported__501_with_place(self):
        for query, column in UNSUPPORTED:
            with self.subTest(query):
                error = self.error(query, 501)
                self.assertEqual(error["code"], "Unsupported.Feature")
                self.assertEqual(error["gql_status"], "51N31")
                self.assertIn("position", error)
                if column is not None:
                    self.assertEqual(error["position"]["column"], column)

    def test_wrong_and_unsupported__wrong_comes_first(self):
        self.assertEqual(self.error("OPTIONAL MATCH (n) RETURN m", 400)["code"], "SyntaxError.UndefinedVariable")
        self.assertEqual(self.error("OPTIONAL MATCH (n RETURN n", 400)["code"], "SyntaxError.UnexpectedSyntax")

    def test_place__counts_characters_and_lines(self):
        error = self.error("RETURN 'é€𝄞' AS a,\n  'ü', x", 400)
        self.assertEqual(error["position"], {"line": 2, "column": 8, "offset": 26})
        self.assertEqual(error["excerpt"], "  'ü', x\n       ^")

    def test_hint__suggests_what_is_near(self):
        self.assertIn("toUpper", json.dumps(self.error("RETURN toUper('a')", 400)))
        self.assertIn("name", json.dumps(self.error("MATCH (name) RETURN nmae", 400)))


class Data(OneHost):
    def test_types__of_parameters_are_errors_of_the_user(self):
        for query, params in [
            ("RETURN $x + 1", {"x": {"a": 1}}),
            ("RETURN 1 AS a LIMIT $x", {"x": "a"}),
            ("RETURN 1 AS a LIMIT $x", {"x": -1}),
            ("RETURN 1 AS a SKIP $x", {"x": 1.5}),
            ("UNWIND range(1, $x) AS i RETURN i", {"x": "a"}),
            ("CREATE (n) SET n = $x", {"x": 3}),
            ("CREATE (n $x)", {"x": [1]}),
            ("RETURN toUpper($x)", {"x": 1}),
            ("RETURN size($x)", {"x": 1}),
            ("RETURN NOT $x", {"x": 1}),
        ]:
            with self.subTest(query):
                self.error(query, 400, params)

    def test_constraint__violations_are_409_and_keep_nothing(self):
        self.host.run("CREATE CONSTRAINT one FOR (n:One) REQUIRE n.k IS UNIQUE")
        self.host.run("CREATE (:One {k: 1})")
        for query in [
            "CREATE (:One {k: 1})",
            "CREATE (:One {k: 2}) CREATE (:One {k: 2})",
            "UNWIND [3, 4, 1] AS k CREATE (:One {k: k})",
            "CREATE (n:Other {k: 1}) SET n:One",
            "CREATE (n:One) SET n.k = 1",
        ]:
            error = self.error(query, 409)
            self.assertEqual(error["code"], "ConstraintValidationFailed.UniquenessViolation")
            self.assertEqual(error["neo4j_code"], "Neo.ClientError.Schema.ConstraintValidationFailed")
            self.assertEqual(error["gql_status"], "22N79")
        self.assertEqual(self.host.value("MATCH (n:One) RETURN collect(n.k) AS k"), [1])
        self.assertEqual(self.host.value("MATCH (n:Other) RETURN count(*) AS c"), 0)

    def test_constraint__on_data_that_breaks_it(self):
        self.host.run("CREATE (:Two {k: 1}), (:Two {k: 1})")
        error = self.error("CREATE CONSTRAINT two FOR (n:Two) REQUIRE n.k IS UNIQUE", 409)
        self.assertEqual(error["code"], "ConstraintValidationFailed.CreateBlockedByData")
        self.host.run("CREATE (:Two {k: 1})")

    def test_constraint__twice(self):
        self.host.run("CREATE CONSTRAINT c3 FOR (n:Three) REQUIRE n.k IS UNIQUE")
        self.assertEqual(
            self.error("CREATE CONSTRAINT c4 FOR (n:Three) REQUIRE n.k IS UNIQUE", 409)["code"], "Schema.EquivalentRuleExists"
        )
        self.assertEqual(self.error("CREATE CONSTRAINT c3 FOR (n:Four) REQUIRE n.k IS UNIQUE", 409)["code"], "Schema.NameExists")
        self.host.run("CREATE CONSTRAINT c3 IF NOT EXISTS FOR (n:Three) REQUIRE n.k IS UNIQUE")

    def test_delete__of_a_connected_node(self):
        self.host.run("CREATE (:Dc)-[:R]->(:Dd)")
        self.assertEqual(self.error("MATCH (n:Dc) DELETE n", 409)["code"], "ConstraintVerificationFailed.DeleteConnectedNode")
        self.assertEqual(self.host.value("MATCH (n:Dc)-[:R]->() RETURN count(*) AS c"), 1)

    def test_failed_write__keeps_nothing(self):
        self.error("UNWIND [1, 2, 0] AS x CREATE (:Half {v: 1 / x})", 400)
        self.assertEqual(self.host.value("MATCH (n:Half) RETURN count(*) AS c"), 0)

    def test_health__after_all_this(self):
        self.assertEqual(self.host.health()["status"], "ok")


if __name__ == "__main__":
    harness.main()
