"""Two processes on one namespace: one writes, the other follows, and takes over."""

import json
import subprocess
import threading
import time

import harness
from harness import TOKEN, Case, Host, decode, run_program, until

COUNT = "MATCH (n:N) RETURN count(*) AS c"


class TwoHosts(Case):
    def pair(self):
        """The first leads: it has written."""
        first = Host(self.uri(), "--node-id", "first")
        first.run("CREATE (:N {i: 0})")
        return first, Host(self.uri(), "--node-id", "second")

    def test_follower__reads_within_a_second(self):
        first, second = self.pair()
        with first, second:
            self.assertEqual(second.value(COUNT), 1)
            slowest = 0
            for i in range(1, 11):
                first.run("CREATE (:N {i: $i})", {"i": i})
                slowest = max(slowest, until(lambda: second.value(COUNT) == i + 1, 1.0 * harness.PATIENCE, "it is read"))
            print("slowest read by the follower: %.0f ms" % (slowest * 1000))
            self.assertEqual(first.health()["writer"], "leader")
            self.assertEqual(second.health()["writer"], "follower")
            self.assertEqual(second.health()["epoch"], first.health()["epoch"])

    def test_follower__sends_writers_to_the_leader(self):
        first, second = self.pair()
        with first, second:
            began = time.monotonic()
            answer = second.post("CREATE (:N {i: 1})")
            self.assertLess(time.monotonic() - began, 1.0 * harness.PATIENCE)
            self.assertEqual(answer.status, 307, answer.body)
            self.assertEqual(answer.headers["location"], "http://%s/v0/cypher" % first.address)
            error = decode(answer)
            self.assertEqual(error["leader"], first.address)
            self.assertEqual((error["code"], error["retryable"]), ("Cluster.NotALeader", True))
            self.assertEqual(error["neo4j_code"], "Neo.ClientError.Cluster.NotALeader")
            self.assertEqual(first.value(COUNT), 1)
            code, out, err = self.curl_location(second, "CREATE (:N {i: 1})")
            self.assertEqual(code, 0, err)
            self.assertIn('"nodes_created":1', out)
            until(lambda: second.value(COUNT) == 2, 1.0 * harness.PATIENCE, "it is read")

    def curl_location(self, host, query):
        done = subprocess.run(
            [
                "curl", "-sS", "--location-trusted", "--max-time", "30", "-X", "POST", "http://%s/v0/cypher" % host.address,
                "-H", "Authorization: Bearer " + TOKEN, "-H", "Content-Type: application/json", "-d", json.dumps({"query": query}),
            ],
            capture_output=True,
        )  # fmt: skip
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def test_advertise__is_what_is_told(self):
        with Host(self.uri(), "--advertise", "db.example:8080") as first, Host(self.uri()) as second:
            first.run("CREATE (:N)")
            self.assertEqual(second.post("CREATE (:N)").headers["location"], "http://db.example:8080/v0/cypher")

    def test_clean_stop__the_second_takes_over_at_once(self):
        first, second = self.pair()
        with second:
            self.assertEqual(second.post("CREATE (:N)").status, 307)
            first.stop()
            self.check_takeover(second, 2)

    def test_kill__the_second_takes_over_at_once(self):
        first, second = self.pair()
        with second:
            self.assertEqual(second.post("CREATE (:N)").status, 307)
            first.kill()
            self.check_takeover(second, 2)

    def check_takeover(self, second, count):
        began = time.monotonic()
        epoch = second.health()["epoch"]
        second.run("CREATE (:N {i: 99})")
        took = time.monotonic() - began
        print("takeover: %.0f ms" % (took * 1000))
        self.assertLess(took, 2.0 * harness.PATIENCE)
        self.assertEqual(second.value(COUNT), count)
        self.assertEqual(second.health()["writer"], "leader")
        self.assertGreater(second.health()["epoch"], epoch)

    def test_old_leader__comes_back_as_a_follower(self):
        first, second = self.pair()
        first.kill()
        with second:
            second.run("CREATE (:N {i: 1})")
            with Host(self.uri(), "--node-id", "first") as again:
                self.assertEqual(again.value(COUNT), 2)
                answer = again.post("CREATE (:N {i: 2})")
                self.assertEqual((answer.status, decode(answer)["leader"]), (307, second.address))
                second.stop()
                again.run("CREATE (:N {i: 2})")
                self.assertEqual(again.value(COUNT), 3)

    def test_three_hosts__hand_over_again_and_again(self):
        expected = 0
        hosts = [Host(self.uri(), "--node-id", "n%d" % i) for i in range(3)]
        try:
            for round_number in range(6):
                leader = hosts.pop(0)
                for _ in range(5):
                    leader.run("CREATE (:N)")
                    expected += 1
                for other in hosts:
                    until(lambda: other.value(COUNT) == expected, 1.0 * harness.PATIENCE, "it is read")
                    self.assertEqual(other.post("CREATE (:N)").status, 307)
                if round_number % 2:
                    leader.stop()
                else:
                    leader.kill()
                hosts.append(Host(self.uri(), "--node-id", "n%d" % (round_number % 3)))
        finally:
            for host in hosts:
                host.stop()

    def test_takeover__during_writes_loses_nothing(self):
        first, second = self.pair()
        acked = []
        stop = threading.Event()

        def write():
            i = 1
            while not stop.is_set():
                for host in (first, second):
                    try:
                        if host.post("CREATE (:N {i: $i})", {"i": i}, timeout=5).status == 200:
                            acked.append(i)
                            break
                    except ConnectionRefusedError:
                        continue
                    except OSError:
                        break  # it may have happened: sending it again could do it twice
                i += 1

        thread = threading.Thread(target=write, daemon=True)
        with second:
            thread.start()
            time.sleep(0.5)
            first.kill()
            time.sleep(1.0 * harness.PATIENCE)
            stop.set()
            thread.join()
            found = second.value("MATCH (n:N) RETURN collect(n.i) AS l")
            self.assertEqual(len(found), len(set(found)))
            self.assertEqual(set(acked) - set(found), set())
            self.assertGreater(len(acked), 10)

    def test_cli__waits_for_the_lease_and_gives_it_back(self):
        uri = self.uri()
        with Host(uri) as host:
            host.run("CREATE (:N)")
            code, out, err = run_program("namidb", "run", "--store", uri, COUNT, "--format", "json")
            self.assertEqual((code, out), (0, '{"columns":["c"],"rows":[{"c":1}]}\n'), err)
            began = time.monotonic()
            code, out, err = run_program("namidb", "run", "--store", uri, "CREATE (:N)", "--timeout", "1s")
            took = time.monotonic() - began
            self.assertEqual(code, 1)
            self.assertIn("code: ", err)
            self.assertGreater(took, 0.8)
            self.assertLess(took, 3.0 * harness.PATIENCE)
            results = []
            waiting = threading.Thread(
                target=lambda: results.append(run_program("namidb", "run", "--store", uri, "CREATE (:N)", "--timeout", "30s"))
            )
            waiting.start()
            time.sleep(0.5)
            host.stop()
            waiting.join()
            self.assertEqual(results[0][0], 0, results[0][2])
        with Host(uri) as host:  # `run` has given the lease back
            began = time.monotonic()
            host.run("CREATE (:N)")
            self.assertLess(time.monotonic() - began, 2.0 * harness.PATIENCE)
            self.assertEqual(host.value(COUNT), 3)


class Memory(Case):
    def test_memory__processes_are_apart(self):
        with Host("memory://same") as first, Host("memory://same") as second:
            first.run("CREATE (:N)")
            second.run("CREATE (:N), (:N)")
            self.assertEqual((first.value(COUNT), second.value(COUNT)), (1, 2))

    def test_namespaces__of_one_folder_are_apart(self):
        with Host(self.uri(ns="a")) as first, Host(self.uri(ns="b")) as second:
            first.run("CREATE (:N)")
            second.run("CREATE (:N), (:N)")
            self.assertEqual((first.value(COUNT), second.value(COUNT)), (1, 2))
            self.assertEqual(sorted(p.name for p in (self.folder / "data").iterdir() if p.name[0] != "."), ["a", "b"])


if __name__ == "__main__":
    harness.main()
