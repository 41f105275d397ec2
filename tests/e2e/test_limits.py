"""Limits: they end a statement within a second, name their flag, and leave nothing behind."""

import threading
import time

import harness
from harness import Case, Host, cypher_bytes, decode, until

TIMEOUT_MS = 500
WITHIN = 1.0  # seconds beyond the limit

ENDLESS = [
    "MATCH (a:Big), (b:Big), (c:Big) RETURN count(*) AS c",
    "MATCH (a:Big), (b:Big), (c:Big) WHERE a.i + b.i + c.i = -1 RETURN count(*) AS c",
    "MATCH (a:Big), (b:Big), (c:Big) RETURN sum(a.i * b.i + c.i) AS c",
    "UNWIND range(1, 3000000) AS a UNWIND range(1, 3000000) AS b WITH a, b WHERE a + b < 0 RETURN count(*) AS c",
    "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b WITH DISTINCT a % 10 AS m, b % 10 AS n RETURN m, n",
    "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN max(toString(a) + toString(b)) AS x",
    "UNWIND range(1, 3000000) AS a UNWIND range(1, 3000000) AS b WITH a, b ORDER BY a + b LIMIT 1 RETURN a",
    "MATCH (a:Big), (b:Big), (c:Big) SET a.touched = true",
]

HUGE = [
    "RETURN size(range(1, 1000000000)) AS x",
    "UNWIND range(1, 100000000) AS i RETURN size(collect(i)) AS x",
    "UNWIND range(1, 100000000) AS i RETURN size(collect(toString(i) + 'some more text')) AS x",
    "UNWIND range(1, 100000000) AS i WITH i ORDER BY i % 1000, i RETURN count(i) AS x",
    "UNWIND range(1, 100000000) AS i WITH DISTINCT i RETURN count(i) AS x",
    "UNWIND range(1, 100000000) AS i RETURN count(DISTINCT i) AS x",
    "UNWIND range(1, 100000000) AS i WITH i AS k, count(*) AS c RETURN count(k) AS x",
    "WITH range(1, 1000000) AS l RETURN size([l, l + l, l + l + l, l + l + l + l, l + l + l + l + l, l + l + l + l + l + l]) AS x",
    "UNWIND range(1, 100000000) AS i CREATE (:Left {i: i})",
    "MATCH (a:Big), (b:Big) CREATE (:Left {i: a.i, j: b.i})",
    "UNWIND range(1, 100000000) AS i MERGE (:Left {i: i})",
]


# Large to plan, not to run.
SPRAWLING = [
    "MATCH " + ", ".join("(a%d)" % i for i in range(10000)) + " RETURN 1 AS x",
    "MATCH (a)" + "-->()" * 10000 + " RETURN a",
    "MATCH (n) WHERE " + " AND ".join("n.a%d = 1" % i for i in range(10000)) + " RETURN n",
    "WITH 1 AS a " * 10000 + "RETURN a",
    "RETURN 1 AS a UNION " * 50000 + "RETURN 1 AS a",
]


class Limits(Case):
    def check_end(self, host, query, code, flag, status, limit_s):
        with self.subTest(query):
            began = time.monotonic()
            answer = host.post(query)
            took = time.monotonic() - began
            self.assertEqual(answer.status, status, answer.body)
            error = decode(answer)
            self.assertIn(error["code"], code)
            self.assertIn(flag, error["error"] + error.get("hint", ""))
            self.assertIs(error["retryable"], False)
            self.assertLess(took, limit_s)
            self.assertEqual(host.health()["status"], "ok")

    def test_timeout__ends_within_a_second(self):
        with Host("memory://limits", "--query-timeout", "%dms" % TIMEOUT_MS, "--query-memory", "2g") as host:
            host.run("UNWIND range(1, 3000) AS i CREATE (:Big {i: i})")
            for query in ENDLESS:
                limit = TIMEOUT_MS / 1000 + WITHIN * harness.PATIENCE
                self.check_end(host, query, ["Limit.QueryTimeout"], "--query-timeout", 504, limit)
            self.assertEqual(host.value("MATCH (a:Big) WHERE a.touched RETURN count(*) AS c"), 0)
            self.assertEqual(host.value("MATCH (a:Big) RETURN count(*) AS c"), 3000)

    def test_timeout__holds_while_a_plan_is_made(self):
        with Host("memory://limits", "--query-timeout", "%dms" % TIMEOUT_MS) as host:
            for query in SPRAWLING:
                with self.subTest(query[:30]):
                    began = time.monotonic()
                    answer = host.post(query, timeout=120)
                    self.assertLess(time.monotonic() - began, TIMEOUT_MS / 1000 + WITHIN * harness.PATIENCE)
                    if answer.status != 200:
                        self.assertRegex(decode(answer)["code"], r"\ALimit\.Query(Timeout|Memory|TooComplex)\Z")

    def test_memory__ends_and_keeps_nothing(self):
        with Host("memory://limits", "--query-memory", "32m", "--query-timeout", "0s") as host:
            host.run("UNWIND range(1, 3000) AS i CREATE (:Big {i: i})")
            for query in HUGE:
                self.check_end(
                    host, query, ["Limit.QueryMemory", "Limit.TransactionSize"], "", 413, 3 * harness.PATIENCE
                )
            self.assertEqual(host.value("MATCH (n:Left) RETURN count(*) AS c"), 0)
            self.assertEqual(host.value("MATCH (n:Big) RETURN count(*) AS c"), 3000)
            if harness.PATIENCE == 1:
                self.assertLess(self.resident(host), 700 << 20)

    def test_memory__the_error_names_the_flag(self):
        with Host("memory://limits", "--query-memory", "8m") as host:
            for query in HUGE[1:7]:
                self.check_end(host, query, ["Limit.QueryMemory"], "--query-memory", 413, 2 * harness.PATIENCE)

    @staticmethod
    def resident(host):
        for line in open("/proc/%d/status" % host.process.pid):
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) << 10
        return 0

    def test_graph_memory__writes_are_refused_reads_go_on(self):
        with Host("memory://limits", "--memory", "8m") as host:
            answer = None
            for _ in range(100):
                answer = host.post("UNWIND range(1, 5000) AS i CREATE (:Full {i: i, t: 'some text of some length'})")
                if answer.status != 200:
                    break
            error = decode(answer)
            self.assertEqual((answer.status, error["code"], error["retryable"]), (503, "Limit.MemoryFull", True))
            self.assertIn("--memory", error["error"] + error.get("hint", ""))
            self.assertGreater(host.value("MATCH (n:Full) RETURN count(*) AS c"), 0)

    def test_hang_up__cancels(self):
        with Host("memory://limits", "--query-timeout", "0s", "--workers", "2") as host:
            host.run("UNWIND range(1, 3000) AS i CREATE (:Big {i: i})")
            for query in [ENDLESS[0], ENDLESS[1], ENDLESS[7]]:
                for _ in range(2):  # as many as there are workers
                    with host.connect() as sock:
                        sock.sendall(cypher_bytes(query))
                        time.sleep(0.1)
                began = time.monotonic()
                self.assertEqual(host.value("MATCH (a:Big), (b:Big) WHERE a.i < 500 RETURN count(*) AS c", timeout=20), 499 * 3000)
                self.assertLess(time.monotonic() - began, 2 * harness.PATIENCE)
            host.run("MATCH (a:Big) SET a.free = true")
            self.assertEqual(host.value("MATCH (a:Big) WHERE a.touched RETURN count(*) AS c"), 0)
        # it could stop: nothing runs any more

    def test_slow_statements__do_not_hold_up_quick_ones(self):
        with Host("memory://limits", "--workers", "2", "--query-timeout", "3s") as host:
            host.run("UNWIND range(1, 3000) AS i CREATE (:Big {i: i})")
            slow = [threading.Thread(target=host.post, args=(ENDLESS[0],)) for _ in range(4)]
            for thread in slow:
                thread.start()
            time.sleep(0.2)
            for _ in range(10):
                began = time.monotonic()
                self.assertEqual(host.value("RETURN 1 AS x"), 1)
                self.assertLess(time.monotonic() - began, 0.5 * harness.PATIENCE)
            for thread in slow:
                thread.join()


class Parallel(Case):
    CLIENTS = 64
    ROUNDS = 25

    def client(self, host, number, failures):
        try:
            for i in range(self.ROUNDS):
                host.run("MATCH (c:Counter) SET c.n = c.n + 1")
                host.run("CREATE (:Event {client: $c, i: $i})-[:OF]->(:Mark)", {"c": number, "i": i})
                host.run("MERGE (b:Bucket {k: $k}) SET b.seen = true", {"k": i % 7})
                seen = host.value("MATCH (c:Counter) RETURN c.n AS n")
                mine = host.value("MATCH (e:Event {client: $c}) RETURN count(*) AS n", {"c": number})
                if mine != i + 1 or seen < i + 1:
                    failures.append("client %d sees %d of its %d, counter %d" % (number, mine, i + 1, seen))
        except Exception as problem:  # told by the main thread
            failures.append(repr(problem))

    def test_clients__counters_agree(self):
        rounds = self.ROUNDS
        for store in ["memory://many", self.uri()]:
            with self.subTest(store), Host(store) as host:
                host.run("CREATE CONSTRAINT FOR (b:Bucket) REQUIRE b.k IS UNIQUE")
                host.run("CREATE (:Counter {n: 0})")
                failures = []
                threads = [
                    threading.Thread(target=self.client, args=(host, i, failures)) for i in range(self.CLIENTS)
                ]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
                self.assertEqual(failures[:3], [])
                total = self.CLIENTS * rounds
                self.assertEqual(host.value("MATCH (c:Counter) RETURN c.n AS n"), total)
                self.assertEqual(host.value("MATCH (:Event)-[:OF]->(:Mark) RETURN count(*) AS n"), total)
                self.assertEqual(host.value("MATCH (b:Bucket) RETURN count(*) AS n"), 7)

    def test_idle_connections__cost_little(self):
        with Host("memory://idle") as host:
            before = Limits.resident(host)
            held = [host.connect() for _ in range(500)]
            for sock in held:
                sock.sendall(b"GET /v0/version HTTP/1.1\r\nHost: x\r\n\r\n")
            for sock in held:
                self.assertTrue(sock.recv(1000).startswith(b"HTTP/1.1 200"))
            if harness.PATIENCE == 1:
                self.assertLess((Limits.resident(host) - before) / len(held), 16 << 10)
            for sock in held:
                sock.close()
            until(lambda: host.health()["status"] == "ok", 5, "health")


if __name__ == "__main__":
    harness.main()
