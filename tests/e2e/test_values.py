"""Values as JSON: entities, numbers, columns, counters, notifications."""

import re

import harness
from harness import Case, Host, decode

OUTCOME = '"write_outcome":{"nodes_created":%d,"edges_created":%d,"nodes_deleted":%d,"edges_deleted":%d,"properties_set":%d}'


class OneHost(Case):
    @classmethod
    def setUpClass(cls):
        cls.host = Host("memory://values")

    @classmethod
    def tearDownClass(cls):
        cls.host.stop()

    def body(self, query, params=None):
        answer = self.host.post(query, params)
        self.assertEqual(answer.status, 200, answer.body)
        return answer.body.decode("utf-8")


class Writes(OneHost):
    def check(self, query, *counts, columns='"columns":[],"rows":[]'):
        self.assertEqual(self.body(query), "{%s,%s}" % (columns, OUTCOME % counts))

    def test_without_return__no_columns_no_rows(self):
        self.check("CREATE (:Wa {k: 1})-[:WR {w: 2}]->(:Wa)", 2, 1, 0, 0, 2)
        self.check("MATCH (a:Wa) SET a.seen = true", 0, 0, 0, 0, 2)
        self.check("MATCH (a:Wa) REMOVE a.seen", 0, 0, 0, 0, 2)
        self.check("MERGE (a:Wa {k: 1})", 0, 0, 0, 0, 0)
        self.check("MERGE (a:Wa {k: 7})", 1, 0, 0, 0, 1)
        self.check("MATCH (:Wa)-[r:WR]->() DELETE r", 0, 0, 0, 1, 0)
        self.check("CREATE (:Wa {k: 9})-[:WR]->(:Wb)", 2, 1, 0, 0, 1)
        self.check("MATCH (a:Wa) DETACH DELETE a", 0, 0, 4, 1, 0)

    def test_ddl__no_columns_no_rows(self):
        for query in [
            "CREATE CONSTRAINT uc IF NOT EXISTS FOR (n:Uc) REQUIRE n.k IS UNIQUE",
            "CREATE CONSTRAINT uc IF NOT EXISTS FOR (n:Uc) REQUIRE n.k IS UNIQUE",
            "CREATE CONSTRAINT FOR (n:Ud) REQUIRE n.k IS UNIQUE",
        ]:
            self.assertTrue(self.body(query).startswith('{"columns":[],"rows":[],"write_outcome":{'), query)

    def test_with_return__rows_of_what_was_written(self):
        self.assertEqual(
            self.body("UNWIND [1, 2] AS i CREATE (n:Wr {i: i}) RETURN n.i AS i ORDER BY i"),
            '{"columns":["i"],"rows":[{"i":1},{"i":2}],%s}' % (OUTCOME % (2, 0, 0, 0, 2)),
        )


class Columns(OneHost):
    def test_order__is_the_querys(self):
        self.assertEqual(
            self.body("RETURN 1 AS z, 2 AS a, 3 AS m"),
            '{"columns":["z","a","m"],"rows":[{"z":1,"a":2,"m":3}]}',
        )

    def test_no_rows__columns_are_there(self):
        self.host.run("CREATE (:Cn {name: 'x', age: 1})")
        self.assertEqual(
            self.body("MATCH (p:Cn) WHERE p.age > 1000 RETURN p.name AS z, p.age AS a"), '{"columns":["z","a"],"rows":[]}'
        )
        self.assertEqual(self.body("UNWIND [] AS x RETURN x"), '{"columns":["x"],"rows":[]}')

    def test_without_alias__the_text_is_the_name(self):
        answer = self.host.run("MATCH (p:Cn) RETURN p.name, count(*)")
        self.assertEqual(answer["columns"], ["p.name", "count(*)"])


class Entities(OneHost):
    def test_node__shape(self):
        text = self.body("CREATE (n:Person:Admin {name: 'Ann', tags: [1.5, 2.0]}) RETURN n")
        self.assertRegex(
            text,
            r'\A{"columns":\["n"\],"rows":\[{"n":{"_kind":"node","id":"[^"]+","label":"Person",'
            r'"labels":\["Person","Admin"\],"properties":{"name":"Ann","tags":\[1\.5,2\.0\]}}}\],"write_outcome":',
        )

    def test_node__without_label(self):
        text = self.body("CREATE (n) RETURN n")
        self.assertRegex(text, r'{"_kind":"node","id":"[^"]+","label":null,"labels":\[\],"properties":{}}')

    def test_relationship__shape_and_ends(self):
        text = self.body("CREATE (a:Ea)-[r:KNOWS {since: 1999}]->(b:Eb) RETURN r")
        self.assertRegex(
            text,
            r'{"_kind":"rel","id":"[^"]+","edge_type":"KNOWS","src":"[^"]+","dst":"[^"]+",'
            r'"properties":{"since":1999}}',
        )
        row = self.host.run("MATCH (a:Ea)-[r:KNOWS]->(b:Eb) RETURN a, r, b")["rows"][0]
        self.assertEqual((row["r"]["src"], row["r"]["dst"]), (row["a"]["id"], row["b"]["id"]))
        row = self.host.run("MATCH (b:Eb)<-[r:KNOWS]-(a:Ea) RETURN a, r, b")["rows"][0]
        self.assertEqual((row["r"]["src"], row["r"]["dst"]), (row["a"]["id"], row["b"]["id"]))

    def test_path__alternates_flat(self):
        self.host.run("CREATE (:Pa {i: 1})-[:NEXT]->(:Pb {i: 2})<-[:NEXT]-(:Pc {i: 3})")
        path = self.host.value("MATCH p = (:Pa)-[:NEXT]->(:Pb)<-[:NEXT]-(:Pc) RETURN p")
        self.assertEqual([x["_kind"] for x in path], ["node", "rel", "node", "rel", "node"])
        self.assertEqual([x["properties"]["i"] for x in path[::2]], [1, 2, 3])
        self.assertEqual((path[1]["src"], path[1]["dst"]), (path[0]["id"], path[2]["id"]))
        self.assertEqual((path[3]["src"], path[3]["dst"]), (path[4]["id"], path[2]["id"]))
        path = self.host.value("MATCH p = (:Pa) RETURN p")
        self.assertEqual([x["_kind"] for x in path], ["node"])

    def test_nested__lists_and_maps_of_entities(self):
        value = self.host.value("CREATE (n:En {i: 1}) RETURN {list: [n, null, [true]], i: n.i} AS m")
        self.assertEqual(value["list"][0]["_kind"], "node")
        self.assertEqual((value["list"][1:], value["i"]), ([None, [True]], 1))

    def test_text__survives(self):
        for text in ['"\\/\b\f\n\r\t', "naïve €𝄞 \x01\x1f", "", "'"]:
            self.assertEqual(self.host.value("RETURN $t AS t", {"t": text}), text)
            self.assertEqual(self.host.value("CREATE (n:Tx {t: $t}) RETURN n.t AS t", {"t": text}), text)


class Numbers(OneHost):
    LITERALS = [
        ("1", "1"), ("-1", "-1"), ("9223372036854775807", "9223372036854775807"),
        ("-9223372036854775808", "-9223372036854775808"), ("1.0", "1.0"), ("-1.5", "-1.5"), ("0.1 + 0.2", "0.30000000000000004"),
        ("1e300", "1e300"), ("100.0", "100.0"), ("1e-7", "1e-7"), ("5e-324", "5e-324"),
        ("1.7976931348623157e308", "1.7976931348623157e308"), ("0.0", "0.0"), ("-0.0", "-0.0"), ("3.0 * 2", "6.0"), ("7 / 2", "3"),
        ("0.0 / 0.0", "null"), ("1.0 / 0.0", "null"), ("-1.0 / 0.0", "null"), ("[1, 1.0]", "[1,1.0]"),
    ]  # fmt: skip

    def test_literals__each_in_its_form(self):
        for query, text in self.LITERALS:
            with self.subTest(query):
                self.assertEqual(self.body("RETURN %s AS x" % query), '{"columns":["x"],"rows":[{"x":%s}]}' % text)

    def test_floats__read_back(self):
        for x in [1e21, 1e22, 123456789.125, 2.0**53, 1 / 3, 1e15, 1e16, 1e17, 2.2250738585072014e-308]:
            text = re.search(r'"x":([^}]*)}', self.body("RETURN $x AS x", {"x": x})).group(1)
            self.assertEqual(float(text), x)
            self.assertRegex(text, r"[.e]")
            self.assertLessEqual(len(text), len(repr(x)) + 1)

    def raw(self, params):
        body = '{"query":"RETURN $x AS x","params":{"x":%s}}' % params
        return self.host.request("POST", "/v0/cypher", body, {"Content-Type": "application/json"})

    def test_parameters__keep_their_type(self):
        for given, text in [
            ("1", "1"), ("1.0", "1.0"), ("1e2", "100.0"), ("-0.0", "-0.0"), ("9223372036854775807", "9223372036854775807"),
            ("-9223372036854775808", "-9223372036854775808"), ("[1,1.0]", "[1,1.0]"), ('{"a":2.0}', '{"a":2.0}'),
        ]:  # fmt: skip
            answer = self.raw(given)
            self.assertEqual(answer.body.decode(), '{"columns":["x"],"rows":[{"x":%s}]}' % text)
        self.assertIn('"rows":[{"x":1.0}]', self.body("CREATE (n:Fp {f: $x}) RETURN n.f AS x", {"x": 1.0}))

    def test_parameters__beyond_64_bits_are_errors(self):
        for given in ["9223372036854775808", "-9223372036854775809", "1" + "0" * 400, "[[12345678901234567890]]"]:
            answer = self.raw(given)
            self.assertEqual(answer.status, 400, given)
            self.assertTrue(decode(answer)["code"].startswith("Request."), answer.body)


class Notifications(OneHost):
    def check(self, query, name, column):
        answer = self.host.run(query)
        self.assertEqual(answer["rows"], [], query)
        self.assertEqual(len(answer["notifications"]), 1, answer)
        one = answer["notifications"][0]
        self.assertEqual(list(one), ["code", "severity", "title", "description", "position"])
        self.assertEqual(one["position"], {"line": 1, "column": column, "offset": column - 1})
        self.assertIn(name, one["description"])
        self.assertRegex(one["code"], r"\ANeo\.ClientNotification\.")
        self.assertEqual(one["severity"], "WARNING")

    def test_unknown__matches_nothing_and_is_told(self):
        self.host.run("CREATE (:Known {k: 1})-[:KNOWN]->(:Known)")
        self.check("MATCH (n:Nobody) RETURN n", "Nobody", 10)
        self.check("MATCH (:Known)-[r:NOTHING]->() RETURN r", "NOTHING", 19)
        self.check("MATCH (n:Known) WHERE n.nokey = 1 RETURN n", "nokey", 25)

    def test_known__no_member_at_all(self):
        self.host.run("CREATE (:Known2 {k2: 1})")
        self.assertNotIn("notifications", self.host.run("MATCH (n:Known2) WHERE n.k2 = 1 RETURN n"))
        self.assertNotIn("notifications", self.host.run("CREATE (n:Brandnew {fresh: 1}) RETURN n.fresh AS x"))


if __name__ == "__main__":
    harness.main()
