"""namidb: run and plugin, as a person in a shell has them."""

import json
import re
import shutil

import harness
from harness import Case, run_program


class Run(Case):
    def run_ok(self, *args, stdin=b"", store=None):
        code, out, err = run_program("namidb", "run", "--store", store or self.uri(), *args, stdin=stdin)
        self.assertEqual(code, 0, err)
        return out

    def run_bad(self, code, *args, says=""):
        got, out, err = run_program("namidb", *args)
        self.assertEqual(got, code, err)
        self.assertIn(says, err)
        self.assertNotIn(says or "\0", out)
        return err

    def test_formats__of_the_same_rows(self):
        self.run_ok("CREATE (:P {name: 'Ann', age: 30}), (:P {name: 'Böb, \"x\"', age: 4}), (:P {name: 'C'})")
        query = "MATCH (p:P) RETURN p.name AS name, p.age AS age ORDER BY name"
        self.assertEqual(
            self.run_ok(query),
            'name     | age\n---------+----\nAnn      | 30 \nBöb, "x" | 4  \nC        |    \n(3 rows)\n',
        )
        self.assertEqual(self.run_ok(query, "--format", "table"), self.run_ok(query))
        self.assertEqual(
            self.run_ok(query, "--format=json"),
            '{"columns":["name","age"],"rows":[{"name":"Ann","age":30},{"name":"Böb, \\"x\\"","age":4},{"name":"C","age":null}]}\n',
        )
        self.assertEqual(
            self.run_ok(query, "--format", "csv"), 'name,age\r\nAnn,30\r\n"Böb, ""x""",4\r\nC,\r\n'
        )

    def test_write__tells_what_changed(self):
        self.assertEqual(self.run_ok("CREATE (:A {k: 1})-[:R]->(:B)"), "2 nodes created, 1 relationships created, 1 properties set, 2 labels added\n")
        self.assertEqual(
            json.loads(self.run_ok("CREATE (:A)", "--format", "json")),
            {"columns": [], "rows": [], "write_outcome": {"nodes_created": 1, "edges_created": 0, "nodes_deleted": 0, "edges_deleted": 0, "properties_set": 0}},
        )
        self.assertEqual(self.run_ok("MATCH (n) RETURN count(*) AS c", "--format", "csv"), "c\r\n3\r\n")

    def test_rows__many_and_none(self):
        out = self.run_ok("UNWIND range(1, 50000) AS i RETURN i", "--format", "csv", store="memory://x")
        self.assertEqual(out.split()[1:], [str(i) for i in range(1, 50001)])
        self.assertIn("(0 rows)", self.run_ok("UNWIND [] AS x RETURN x", store="memory://x"))

    def test_params__json_or_text(self):
        for given, text in [
            ("x=1", "1"), ("x=1.0", "1.0"), ("x=true", "true"), ("x=null", "null"), ("x=Alice", '"Alice"'), ('x="Alice"', '"Alice"'),
            ("x=[1,2]", "[1,2]"), ('x={"a":1}', '{"a":1}'), ("x=", '""'), ("x=a=b", '"a=b"'), ("x=é", '"é"'),
        ]:  # fmt: skip
            with self.subTest(given):
                out = self.run_ok("RETURN $x AS x", "--param", given, "--format", "json", store="memory://x")
                self.assertEqual(out, '{"columns":["x"],"rows":[{"x":%s}]}\n' % text)
        out = self.run_ok("RETURN $a + $b AS x", "--param", "a=1", "--param=b=2", "--format", "csv", store="memory://x")
        self.assertEqual(out, "x\r\n3\r\n")

    def test_stdin__is_a_statement(self):
        text = b"// a comment\nUNWIND range(1, 3) AS x\nRETURN sum(x) AS s\n"
        self.assertEqual(self.run_ok("-", "--format", "csv", stdin=text, store="memory://x"), "s\r\n6\r\n")
        large = b"RETURN size('%s') AS s" % (b"a" * 1_000_000)
        self.assertEqual(self.run_ok("-", "--format", "csv", stdin=large, store="memory://x"), "s\r\n1000000\r\n")

    def test_wrong_statement__shows_the_place(self):
        err = self.run_bad(1, "run", "--store", "memory://x", "MATCH (n)\nRETURN m.name", says="line 2, column 8")
        self.assertIn("RETURN m.name\n       ^\n", err)
        self.assertIn("code: SyntaxError.UndefinedVariable", err)
        self.run_bad(1, "run", "--store", "memory://x", "RETURN 1/0", says="code: ArithmeticError.DivisionByZero")
        self.run_bad(1, "run", "--store", "memory://x", "OPTIONAL MATCH (n) RETURN n", says="code: Unsupported.Feature")
        self.run_bad(1, "run", "--store", "memory://x", "RETURN $x", says="$x")

    def test_read_only__refuses_writes(self):
        self.run_bad(1, "run", "--store", self.uri(), "--read-only", "CREATE (:A)", says="code: Access.WriteInReadMode")
        self.assertEqual(self.run_ok("RETURN 1 AS x", "--read-only", "--format", "csv"), "x\r\n1\r\n")

    def test_timeout__ends_it(self):
        query = "UNWIND range(1, 3000000) AS a UNWIND range(1, 3000000) AS b WITH a WHERE a < 0 RETURN count(*) AS c"
        self.run_bad(1, "run", "--store", "memory://x", "--timeout", "300ms", query, says="code: Limit.QueryTimeout")

    def test_usage__is_told_with_code_2(self):
        for args, says in [
            ([], "namidb run"), (["rnu"], "did you mean 'run'"), (["run", "RETURN 1"], "--store"), (["run", "--store", "memory://x"], "statement"),
            (["run", "--store", "memory://x", "RETURN 1", "RETURN 2"], "statement"), (["run", "--stoer", "x"], "did you mean --store"),
            (["run", "--store", "memory://x", "RETURN 1", "--format", "xml"], "xml"), (["run", "--store", "memory://x", "RETURN 1", "--param", "x"], "NAME=VALUE"),
            (["run", "--store", "memory://x", "RETURN 1", "--timeout", "soon"], "soon"), (["run", "--store"], "needs a value"),
            (["run", "--store", "a", "--store", "b", "RETURN 1"], "twice"), (["plugin", "lst"], "namidb plugin list"),
        ]:  # fmt: skip
            with self.subTest(args):
                self.run_bad(2, *args, says=says)
        self.run_bad(1, "run", "--store", "s3://b?ns=a", "RETURN 1", says="store-s3.so")
        self.run_bad(1, "run", "--store", "memory://x?latency_m=1", "RETURN 1", says="latency_ms")

    def test_help__and_version(self):
        for args in [["--help"], ["run", "--help"], ["plugin", "--help"], ["--version"]]:
            code, out, err = run_program("namidb", *args)
            self.assertEqual((code, err), (0, ""))
            self.assertIn("namidb", out)
        self.assertRegex(out, r"\Anamidb \d+\.\d+\.\d+\n\Z")

    def test_variable__names_the_store(self):
        code, out, err = run_program("namidb", "run", "RETURN 1 AS x", "--format", "csv", env={"NAMIDB_STORE": "memory://x"})
        self.assertEqual((code, out), (0, "x\r\n1\r\n"), err)


class Plugin(Case):
    def folder_of_plugins(self):
        return harness.BIN.parent / "lib" / "namidb"

    def test_list__has_what_was_built(self):
        code, out, err = run_program("namidb", "plugin", "list")
        self.assertEqual((code, err), (0, ""))
        for name, what in [("store-memory", "memory://"), ("store-file", "file://"), ("proto-http", "http")]:
            self.assertRegex(out, r"(?m)^%s .*%s" % (name, re.escape(what)))

    def test_describe__by_name_and_path(self):
        code, out, err = run_program("namidb", "plugin", "describe", "store-memory")
        self.assertEqual((code, err), (0, ""))
        self.assertIn("latency_ms", out)
        same = run_program("namidb", "plugin", "describe", str(self.folder_of_plugins() / "store-memory.so"))
        self.assertEqual(same[:2], (0, out))
        code, _, err = run_program("namidb", "plugin", "describe", "store-nothing")
        self.assertEqual(code, 1)
        self.assertIn("store-nothing", err)

    def test_check__takes_ours_and_refuses_others(self):
        for name in ["store-memory", "store-file", "proto-http"]:
            code, out, err = run_program("namidb", "plugin", "check", str(self.folder_of_plugins() / (name + ".so")))
            self.assertEqual((code, err), (0, ""))
            self.assertIn("ok", out)
        bad = self.folder / "store-bad.so"
        bad.write_text("nothing")
        bad.chmod(0o600)
        code, _, err = run_program("namidb", "plugin", "check", str(bad))
        self.assertEqual((code, len(err.splitlines())), (1, 1), err)
        self.assertIn("refused: ", err)

    def test_check__with_a_uri_runs_the_conformance_suite(self):
        path = str(self.folder_of_plugins() / "store-memory.so")
        code, out, err = run_program("namidb", "plugin", "check", path, "memory://scratch", timeout=120)
        self.assertEqual(code, 0, out + err)
        self.assertGreater(len(out.splitlines()), 10)
        (self.folder / "scratch").mkdir()
        path = str(self.folder_of_plugins() / "store-file.so")
        code, out, err = run_program("namidb", "plugin", "check", path, self.uri("scratch"), timeout=120)
        self.assertEqual(code, 0, out + err)

    def test_plugin_dir__is_where_one_says(self):
        shutil.copy(self.folder_of_plugins() / "store-memory.so", self.folder / "store-memory.so")
        (self.folder / "store-memory.so").chmod(0o600)
        code, out, err = run_program("namidb", "plugin", "list", "--plugin-dir", str(self.folder))
        self.assertEqual((code, len(out.splitlines()), err), (0, 1, ""))
        code, out, err = run_program("namidb", "run", "--plugin-dir", str(self.folder), "--store", "memory://x", "RETURN 1 AS x", "--format", "json")
        self.assertEqual((code, out), (0, '{"columns":["x"],"rows":[{"x":1}]}\n'), err)


if __name__ == "__main__":
    harness.main()
