"""SIGTERM: what runs is finished, nothing new begins, the exit code is 0."""

import json
import signal
import socket
import threading
import time

import harness
from harness import Case, Host, cypher_bytes, read_to_end, until

SLOW = "UNWIND range(1, %d) AS a UNWIND range(1, 1000) AS b WITH a + b AS s WHERE s < 0 RETURN count(*) AS c"


class Stop(Case):
    def slow(self, host, seconds):
        """A statement that takes about so long here."""
        began = time.monotonic()
        host.run(SLOW % 2000)
        once = max(time.monotonic() - began, 0.001)
        return SLOW % int(2000 * seconds / once)

    @staticmethod
    def takes_connections(host):
        try:
            host.connect(2).close()
            return True
        except OSError:
            return False

    def test_running__is_finished_and_answered(self):
        with Host("memory://stop", "--drain-timeout", "60s") as host:
            query = self.slow(host, 1.5)
            answers = []
            threads = [threading.Thread(target=lambda: answers.append(host.post(query))) for _ in range(3)]
            for thread in threads:
                thread.start()
            time.sleep(0.4)
            host.process.send_signal(signal.SIGTERM)
            until(lambda: not self.takes_connections(host), 0.5 * harness.PATIENCE, "the door is shut")
            for thread in threads:
                thread.join()
            self.assertEqual([a.status for a in answers], [200] * 3)
            self.assertEqual([json.loads(a.body)["rows"] for a in answers], [[{"c": 0}]] * 3)

    def test_running_write__is_kept(self):
        with Host(self.uri()) as host:
            body = cypher_bytes("UNWIND range(1, 20000) AS i CREATE (:Kept {i: i})")
            with host.connect() as sock:
                sock.sendall(body)
                time.sleep(0.02)
                host.process.send_signal(signal.SIGTERM)
                answer = read_to_end(sock)
            self.assertIn(b'"nodes_created":20000', answer)
        with Host(self.uri()) as host:
            self.assertEqual(host.value("MATCH (n:Kept) RETURN count(*) AS c"), 20000)

    def test_idle_connections__do_not_hold_it_up(self):
        with Host("memory://stop") as host:
            held = [host.connect() for _ in range(20)]
            for sock in held[:10]:
                sock.sendall(b"GET /v0/version HTTP/1.1\r\nHost: x\r\n\r\n")
                sock.recv(1000)
            held[19].sendall(b"GET /v0/ver")
            began = time.monotonic()
            host.stop()
            self.assertLess(time.monotonic() - began, 3 * harness.PATIENCE)
            for sock in held:
                sock.close()

    def test_too_long__is_cut_after_the_drain_timeout(self):
        with Host("memory://stop", "--drain-timeout", "500ms", "--query-timeout", "0s") as host:
            query = self.slow(host, 60)
            with host.connect() as sock:
                sock.sendall(cypher_bytes(query))
                time.sleep(0.2)
                began = time.monotonic()
                host.stop()
                self.assertLess(time.monotonic() - began, 3 * harness.PATIENCE)
                with self.subTest("it is told"):
                    data = read_to_end(sock)
                    self.assertRegex(data, rb"Limit\.Cancelled|Cluster\.ShuttingDown")

    def test_sigint__is_the_same(self):
        with Host("memory://stop") as host:
            host.process.send_signal(signal.SIGINT)
            self.assertEqual(host.process.wait(20 * harness.PATIENCE), 0)

    def test_twice__is_once(self):
        with Host("memory://stop") as host:
            for _ in range(5):
                host.process.send_signal(signal.SIGTERM)

    def test_stdout__holds_nothing_else(self):
        with Host(self.uri()) as host:
            host.run("CREATE (:A)")
            host.post("RETURN x")
        self.assertEqual(host.lines, ["listening http %s\n" % host.address])

    def test_closed_stdout__and_a_vanished_client_do_not_kill_it(self):
        with Host("memory://stop") as host:
            for _ in range(20):
                with host.connect() as sock:
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                    sock.sendall(cypher_bytes("UNWIND range(1, 100000) AS i RETURN i"))
                    sock.recv(10)
            self.assertEqual(host.health()["status"], "ok")


if __name__ == "__main__":
    harness.main()
