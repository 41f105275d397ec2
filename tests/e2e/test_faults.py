"""A store that fails when it is told to: settled, told, or waited for, and never guessed."""

import time

import harness
from harness import Case, Host, decode

COUNT = "MATCH (n:N) RETURN count(*) AS c"


class Faults(Case):
    """The memory store can be told to fail."""

    def test_lost_answer__is_settled(self):
        for number in range(1, 12):
            with self.subTest(number), Host("memory://lost?lost_answer=%d" % number) as host:
                for i in range(10):
                    host.run("CREATE (:N {i: $i})", {"i": i})
                self.assertEqual(host.value("MATCH (n:N) RETURN collect(n.i) AS l"), list(range(10)))

    def test_refused_writes__are_told_and_reads_go_on(self):
        # A store that refuses is tried again for a minute: nobody is told "no" before it is sure.
        with Host("memory://refused?fail_writes=60", "--query-timeout", "2s") as host:
            kept = 0
            while True:
                began = time.monotonic()
                answer = host.post("CREATE (:N)", timeout=100)
                if answer.status != 200:
                    break
                kept += 1
            took = time.monotonic() - began
            self.assertIn(kept, range(1, 60))
            self.assertEqual(answer.status, 503, answer.body)
            self.assertRegex(decode(answer)["code"], r"\A(Transaction\.CommitFailed|Store\.Unavailable)\Z")
            self.assertLess(took, 75)
            self.assertEqual(host.value(COUNT), kept)
            health = host.request("GET", "/v0/health", auth=False)
            self.assertEqual((health.status, decode(health)["status"]), (503, "degraded"))

    def test_writer_that_never_is__ends_at_the_timeout(self):
        with Host("memory://never?fail_writes=1", "--query-timeout", "1s") as host:
            for _ in range(3):
                began = time.monotonic()
                answer = host.post("CREATE (:N)")
                self.assertIn(answer.status, (503, 504), answer.body)
                self.assertLess(time.monotonic() - began, 1.0 + 1.0 * harness.PATIENCE)
                self.assertEqual(host.value(COUNT), 0)

    def test_latency__is_waited_for(self):
        with Host("memory://slow?latency_ms=50") as host:
            host.run("CREATE (:N)")
            began = time.monotonic()
            host.run("CREATE (:N)")
            self.assertGreater(time.monotonic() - began, 0.045)
            self.assertEqual(host.value(COUNT), 2)


if __name__ == "__main__":
    harness.main()
