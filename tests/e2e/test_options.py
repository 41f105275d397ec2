"""Flags, variables, plugins, store URIs: what is understood, and what is refused with one line."""

import pathlib
import re
import shutil
import socket
import time

import harness
from harness import Case, Host, run_program, until

FLAGS = {
    "store", "listen", "bolt-listen", "auth-token", "auth-token-file", "require-auth", "flush-interval", "advertise",
    "node-id", "plugin", "plugin-dir", "codec", "query-memory", "query-timeout", "memory", "max-connections", "workers",
    "drain-timeout", "log-level", "help", "version",
}  # fmt: skip


class Refused(Case):
    def refused(self, *args, says=(), code=2, env=None):
        got, out, err = run_program("namidb-host", *args, env=env, timeout=10)
        lines = [line for line in err.splitlines() if "NO AUTH TOKEN" not in line]
        self.assertEqual((got, out), (code, ""), err)
        self.assertEqual(len(lines), 1, err)
        for word in [says] if isinstance(says, str) else says:
            self.assertIn(word, lines[0])
        return lines[0]

    def start(self, *args, **more):
        return self.refused("--store", "memory://demo", "--listen", "127.0.0.1:0", "--auth-token", "t", *args, **more)

    def test_flags__unknown_with_suggestion(self):
        for given, near in [("--stroe", "--store"), ("--auth-tokn=x", "--auth-token"), ("--query-timeot", "--query-timeout")]:
            self.start(given, says=["unknown flag " + given.split("=")[0], "did you mean " + near])
        self.start("--zzzzzzzzzz", says="unknown flag --zzzzzzzzzz")
        self.start("word", says="word")
        self.start("-x", says="-x")

    def test_flags__without_value_or_twice(self):
        self.start("--node-id", says="--node-id needs a value")
        self.start("--auth-token", "u", says="--auth-token is given twice")
        self.start("--node-id=", says="--node-id is empty")

    def test_store__is_needed(self):
        self.refused("--listen", "127.0.0.1:0", "--auth-token", "t", says="--store")

    def test_values__must_be_readable(self):
        for flag, bad in [
            ("--flush-interval", ["5", "5x", "-1s", "s", "1.5s", ""]),
            ("--query-timeout", ["soon", "10"]),
            ("--query-memory", ["lots", "-1", "1"]),
            ("--max-connections", ["0", "many"]),
            ("--workers", ["0", "-1"]),
            ("--log-level", ["loud"]),
            ("--require-auth=perhaps", [None]),
        ]:
            for value in bad:
                with self.subTest((flag, value)):
                    self.start(*([flag, value] if value is not None else [flag]), says=flag.split("=")[0])

    def test_bolt__is_refused_while_there_is_no_plugin(self):
        self.start("--bolt-listen", "127.0.0.1:0", says=["bolt", "proto-bolt.so"])
        self.start("--listen", "bolt=127.0.0.1:0", says=["bolt", "proto-bolt.so"])
        self.start(env={"NAMIDB_BOLT_LISTEN": "127.0.0.1:0"}, says="proto-bolt.so")

    def test_listen__addresses(self):
        for bad in ["nonsense", "127.0.0.1", "127.0.0.1:70000", "127.0.0.1:x", "no.such.host:80", "gopher=127.0.0.1:0"]:
            with self.subTest(bad):
                self.refused("--store", "memory://demo", "--auth-token", "t", "--listen", bad, says=bad.split("=")[0].split(":")[0])

    def test_listen__a_port_in_use(self):
        with socket.socket() as sock:
            sock.bind(("127.0.0.1", 0))
            sock.listen()
            address = "127.0.0.1:%d" % sock.getsockname()[1]
            self.refused("--store", "memory://demo", "--auth-token", "t", "--listen", address, says=[address, "in use"])

    def test_auth__is_required_if_asked_for(self):
        self.refused("--store", "memory://demo", "--listen", "127.0.0.1:0", "--require-auth", says="--require-auth")
        self.refused(
            "--store", "memory://demo", "--listen", "127.0.0.1:0", env={"NAMIDB_REQUIRE_AUTH": "true"}, says="no token"
        )
        self.start("--auth-token-file", "/nowhere/token", says="--auth-token")

    def test_codec__must_be_there(self):
        self.start("--codec", "node=parquet", says="sst-parquet.so")
        self.start("--codec", "parquet", says="node=NAME")

    def test_uris__say_what_is_wrong(self):
        for uri, says in [
            ("memory://", "namespace"), ("memory://Demo", "Demo"), ("memory://demo/x", "no path"), ("memory://demo?ns=x", "ns"),
            ("memory://demo?latency_sm=1", "did you mean 'latency_ms'"), ("memory://demo?latency_ms=x", "latency_ms"),
            ("memory://demo?latency_ms=1&latency_ms=2", "twice"), ("memory://demo?x", "name=value"), ("demo", "scheme"),
            ("file:///tmp", "namespace"), ("file://tmp/x?ns=a", "file:///"), ("file:///tmp?ns=a&ns=b", "twice"),
            ("file:///tmp?ns=-a", "-a"), ("file:///tmp?ns=a%zz", "%"), ("file:///tmp?ns=a#b", "#"),
            ("s3://bucket?ns=a", "store-s3.so"), ("gs://bucket?ns=a", "store-gcs.so"), ("az://bucket?ns=a", "store-azure.so"),
            ("foo://bucket?ns=a", "foo"), ("file:///tmp?ns=a\u00aeion=eu", "&region="), ("file:///tmp?ns=a&amp;x=1", "&amp;"),
        ]:  # fmt: skip
            with self.subTest(uri):
                self.refused("--store", uri, "--listen", "127.0.0.1:0", "--auth-token", "t", says=says)

    def test_secrets__are_not_repeated(self):
        got, _, err = run_program("namidb-host", "--store", "s3://b?ns=a&secret=hunter2", "--auth-token", "topsecret")
        self.assertEqual(got, 2)
        self.assertNotIn("hunter2", err)
        self.assertNotIn("topsecret", err)


class Plugins(Case):
    def plugin_dir(self):
        return harness.BIN.parent / "lib" / "namidb"

    def refused(self, *args):
        code, out, err = run_program("namidb-host", "--store", "memory://demo", "--auth-token", "t", "--listen", "127.0.0.1:0", *args, timeout=10)
        self.assertIn(code, (1, 2))  # not there, or not fit to be loaded
        self.assertEqual((out, len(err.splitlines())), ("", 1), err)
        return err

    def test_plugin__missing_or_wrong(self):
        self.assertIn("/nowhere/store-x.so", self.refused("--plugin", "/nowhere/store-x.so"))
        text = self.folder / "store-text.so"
        text.write_text("no library")
        text.chmod(0o600)
        self.assertIn("store-text.so", self.refused("--plugin", str(text)))
        self.assertIn("store-folder.so", self.refused("--plugin", str(self.make_folder("store-folder.so"))))
        libc = next(pathlib.Path("/lib").glob("*-linux-gnu/libm.so.6")).resolve()
        other = self.folder / "store-other.so"
        shutil.copy(libc, other)
        other.chmod(0o644)
        self.assertRegex(self.refused("--plugin", str(other)), "store-other.so.*not a NamiDB plugin")

    def make_folder(self, name):
        (self.folder / name).mkdir()
        return self.folder / name

    def test_plugin__that_others_may_write(self):
        for mode in [0o664, 0o646]:
            copy = self.folder / ("store-open%o.so" % mode)
            shutil.copy(self.plugin_dir() / "store-memory.so", copy)
            copy.chmod(mode)
            self.assertRegex(self.refused("--plugin", str(copy)), "only its owner may change")

    def test_plugin_dir__missing_or_empty(self):
        self.assertIn("/nowhere", self.refused("--plugin-dir", "/nowhere"))
        self.assertIn("proto-http.so", self.refused("--plugin-dir", str(self.make_folder("empty"))))

    def test_plugin__stands_in_for_the_folders_own(self):
        copy = self.folder / "my-memory.so"
        shutil.copy(self.plugin_dir() / "store-memory.so", copy)
        copy.chmod(0o600)
        with Host("memory://demo", "--plugin", str(copy)) as host:
            self.assertEqual(host.value("RETURN 1 AS x"), 1)


class Accepted(Case):
    def test_help__names_every_flag(self):
        for args in [["--help"], ["-h"], ["--store", "memory://x", "--help"]]:
            code, out, err = run_program("namidb-host", *args)
            self.assertEqual((code, err), (0, ""))
            self.assertEqual(set(re.findall(r"^ *--([a-z-]+)", out, re.M)), FLAGS)
        self.assertIn("NAMIDB_", out)

    def test_version__both_names(self):
        for name in ["namidb-host", "namidb-server"]:
            code, out, _ = run_program(name, "--version")
            self.assertEqual(code, 0)
            self.assertRegex(out, r"\A\S+ \d+\.\d+\.\d+\n\Z")

    def test_second_name__serves(self):
        with Host("memory://demo", program="namidb-server") as host:
            self.assertEqual(host.health()["status"], "ok")

    def test_variables__stand_for_flags(self):
        token_file = self.folder / "token"
        token_file.write_text("from-file\n")
        env = {
            "NAMIDB_STORE": "memory://vars", "NAMIDB_LISTEN": "127.0.0.1:0", "NAMIDB_AUTH_TOKEN_FILE": str(token_file),
            "NAMIDB_REQUIRE_AUTH": "true", "NAMIDB_FLUSH_INTERVAL": "0s", "NAMIDB_ADVERTISE": "127.0.0.1:9", "NAMIDB_NODE_ID": "n1",
            "NAMIDB_PLUGIN_DIR": str(harness.BIN.parent / "lib" / "namidb"), "NAMIDB_QUERY_MEMORY": "64m",
            "NAMIDB_QUERY_TIMEOUT": "5s", "NAMIDB_MEMORY": "1g", "NAMIDB_MAX_CONNECTIONS": "50", "NAMIDB_WORKERS": "2",
            "NAMIDB_DRAIN_TIMEOUT": "1s", "NAMIDB_LOG_LEVEL": "debug",
        }  # fmt: skip
        with Host(None, token=None, listen=None, env=env) as host:
            self.assertEqual(host.health()["namespace"], "vars")
            self.assertEqual(host.post("RETURN 1").status, 401)
            host.token = "from-file"
            self.assertEqual(host.value("RETURN 1 AS x"), 1)
            self.assertNotIn("warning", host.stderr)

    def test_variables__wrong_and_unknown(self):
        code, _, err = run_program("namidb-host", "--store", "memory://x", env={"NAMIDB_WORKERS": "none"})
        self.assertEqual(code, 2)
        self.assertIn("workers", err)
        with Host("memory://demo", env={"NAMIDB_QUERY_TIMOUT": "1s", "NAMIDB_ZZZZZZZZ": "1"}) as host:
            self.assertEqual(host.value("RETURN 1 AS x"), 1)
        self.assertRegex(host.stderr, "warning.*NAMIDB_QUERY_TIMOUT.*NAMIDB_QUERY_TIMEOUT")
        self.assertRegex(host.stderr, "warning.*NAMIDB_ZZZZZZZZ")

    def test_variables__a_flag_is_stronger(self):
        with Host("memory://flag", env={"NAMIDB_STORE": "memory://variable"}) as host:
            self.assertEqual(host.health()["namespace"], "flag")

    def test_flush_interval__durations(self):
        for value in ["0s", "200ms", "30s", "5m"]:
            with Host("memory://demo", "--flush-interval", value) as host:
                self.assertEqual(host.value("RETURN 1 AS x"), 1)
            self.assertEqual(len(re.findall("--flush-interval", host.stderr)), 0 if value == "0s" else 1)

    def test_no_token__is_open_and_loud(self):
        with Host("memory://demo", token=None) as host:
            self.assertEqual(host.value("RETURN 1 AS x"), 1)
            self.assertIn("warning", host.health())
        self.assertRegex(host.stderr, "(?i)warn.*NO AUTH TOKEN")

    def test_listen__with_protocol_and_more_than_one(self):
        with Host("memory://demo", "--listen", "127.0.0.1:0", listen="http=127.0.0.1:0") as host:
            until(lambda: len(host.lines) == 2, 5, "the second line")
            self.assertRegex(host.lines[1], r"\Alistening http 127\.0\.0\.1:\d+\n\Z")
            first = host.port
            host.port = int(host.lines[1].rsplit(":", 1)[1])
            self.assertNotEqual(host.port, first)
            self.assertEqual(host.value("RETURN 1 AS x"), 1)

    def test_connections__beyond_the_limit_are_closed(self):
        with Host("memory://demo", "--max-connections", "3") as host:
            held = [host.connect() for _ in range(3)]
            time.sleep(0.2)
            with host.connect() as extra:
                extra.settimeout(5)
                self.assertEqual(extra.recv(1), b"")
            for sock in held:
                sock.close()
            until(lambda: self.can_ask(host), 5, "room again")

    @staticmethod
    def can_ask(host):
        try:
            return host.health()["status"] == "ok"
        except OSError:
            return False

    def test_token__from_the_environment_is_not_in_the_process_list(self):
        with Host("memory://demo", token=None, env={"NAMIDB_AUTH_TOKEN": "quiet"}) as host:
            self.assertEqual(host.post("RETURN 1").status, 401)
            line = pathlib.Path("/proc/%d/cmdline" % host.process.pid).read_bytes()
            self.assertNotIn(b"quiet", line)


if __name__ == "__main__":
    harness.main()
