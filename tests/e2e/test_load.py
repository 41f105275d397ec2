"""Many connections at once: short and long reads, light and heavy writes, peers that vanish, a stop in their midst."""

import json
import random
import socket
import struct
import threading
import time

import harness
from harness import Case, Host, cypher_bytes, decode, until

CONNECTIONS = 16
LOAD_S = 5

STATEMENTS = (
    "RETURN 1",
    "MATCH (n:N {k: 7}) RETURN n LIMIT 3",
    "MATCH (n:N) RETURN count(n)",
    "UNWIND range(1, 20000) AS i RETURN i, toString(i)",
    "UNWIND range(1, 400000) AS i WITH i % 1000 AS k RETURN k, count(*) ORDER BY k",
    "CREATE (n:N {k: 7}) RETURN n.k",
    "MERGE (n:M {k: 1}) SET n.t = 2 RETURN n",
    "UNWIND range(1, 3000) AS i CREATE (:H {i: i})",
    "MATCH (h:H) WITH h LIMIT 2000 DETACH DELETE h",
    "RETURN nonsense",
    "UNWIND [1, 0] AS i CREATE (:X {i: 1 / i})",
)


def one_answer(file):
    """Reads one answer with Content-Length or chunks; None at the end of the stream."""
    if isinstance(file, socket.socket):
        with file.makefile("rb") as once:
            return one_answer(once)
    line = file.readline()
    if not line:
        return None
    status = int(line.split()[1])
    headers = {}
    while True:
        line = file.readline().strip()
        if not line:
            break
        name, _, value = line.partition(b":")
        headers[name.lower()] = value.strip()
    if b"content-length" in headers:
        body = file.read(int(headers[b"content-length"]))
    else:
        body = b""
        while True:
            size = int(file.readline(), 16)
            body += file.read(size)
            file.readline()
            if size == 0:
                break
    return status, headers, body


def vanish(sock, file=None):
    """Close with a reset, whatever is under way."""
    if file is not None:
        file.close()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


class Client(threading.Thread):
    def __init__(self, host, number, stop):
        super().__init__(daemon=True)
        self.host, self.stop = host, stop
        self.random = random.Random(number)
        self.created = 0  # acknowledged :N
        self.uncertain = 0  # sent, not answered
        self.answers = 0
        self.problem = None

    def run(self):
        try:
            while not self.stop.is_set():
                self.session()
        except (ConnectionError, OSError):
            if not self.stop.is_set():
                self.problem = "the connection was lost"
        except Exception as problem:  # told by the test
            self.problem = repr(problem)

    def session(self):
        sock = self.host.connect()
        file = sock.makefile("rb")
        for _ in range(self.random.randrange(1, 30)):
            if self.stop.is_set():
                break
            pipelined = [self.random.choice(STATEMENTS) for _ in range(self.random.choice((1, 1, 1, 2, 5)))]
            data = b"".join(cypher_bytes(text) for text in pipelined)
            created = sum(text.startswith("CREATE (n:N") for text in pipelined)
            if self.random.random() < 0.1:  # hang up in the midst of a request, or of its answer
                self.uncertain += created
                sock.sendall(data[: self.random.randrange(1, len(data) + 1)])
                time.sleep(self.random.choice((0, 0.001, 0.02)))
                vanish(sock, file)
                return
            self.uncertain += created
            sock.sendall(data)
            for text in pipelined:
                answer = one_answer(file)
                if answer is None:
                    if not self.stop.is_set():
                        raise AssertionError("no answer to " + text)
                    return
                self.check(text, *answer)
                if b"close" in answer[1].get(b"connection", b""):
                    file.close()
                    sock.close()
                    return
        file.close()
        sock.close()

    def check(self, text, status, _, body):
        self.answers += 1
        value = json.loads(body)
        if status == 200 and text.startswith("CREATE (n:N"):
            self.created += 1
            self.uncertain -= 1
        wanted = 400 if "nonsense" in text or "1 / i" in text else 200
        if status != wanted and not (self.stop.is_set() and status == 503):
            raise AssertionError("%s: %d %.300s" % (text, status, value))


class Load(Case):
    def load(self, host, seconds):
        stop = threading.Event()
        clients = [Client(host, number, stop) for number in range(CONNECTIONS)]
        for client in clients:
            client.start()
        time.sleep(seconds)
        return stop, clients

    def join(self, clients):
        for client in clients:
            client.join(60 * harness.PATIENCE)
            self.assertFalse(client.is_alive(), "a client hangs")
        self.assertEqual([client.problem for client in clients if client.problem], [])

    def test_mixed__every_request_is_answered_and_what_was_acknowledged_is_there(self):
        with Host("memory://load?latency_ms=2", "--workers", "3") as host:
            stop, clients = self.load(host, LOAD_S)
            stop.set()
            self.join(clients)
            created = sum(client.created for client in clients)
            uncertain = sum(client.uncertain for client in clients)
            count = host.value("MATCH (n:N) RETURN count(n)")
            self.assertGreater(created, 0)
            self.assertLessEqual(created, count)
            self.assertLessEqual(count, created + uncertain)
            self.assertEqual(host.value("MATCH (n:X) RETURN count(n)"), 0)

    def test_stop__in_the_midst_ends_with_0(self):
        for _ in range(3):
            with Host(self.uri()) as host:
                stop, clients = self.load(host, 1)
                stop.set()
                host.stop()
                for client in clients:
                    client.join(60 * harness.PATIENCE)
                    self.assertFalse(client.is_alive(), "a client hangs")

    def test_stop__while_a_commit_waits_answers_it_first(self):
        with Host("memory://slow?latency_ms=400") as host:
            host.run("CREATE (:A)")
            with host.connect() as sock:
                sock.sendall(cypher_bytes("CREATE (:B)"))
                time.sleep(0.1)
                host.process.terminate()
                self.assertEqual(one_answer(sock)[0], 200)

    def test_queued_write__ends_at_its_limit(self):
        """Behind a write that holds the token for long, on the loop and for a worker."""
        for text in ("CREATE (:A)", "UNWIND range(1, 100000) AS i CREATE (:A)"):
            with Host("memory://queue", "--query-timeout", "%ds" % (2 * harness.PATIENCE)) as host:
                host.run("CREATE (:Z)")
                with host.connect() as slow, host.connect() as queued:
                    # what holds the token ends after the same limit: so it must begin much later
                    slow.sendall(
                        cypher_bytes("UNWIND range(1, 100000) AS i UNWIND range(1, 100000) AS j WITH i, j WHERE i + j < 0 CREATE (:A)")
                    )
                    time.sleep(0.3)
                    began = time.monotonic()
                    queued.sendall(cypher_bytes(text))
                    status = one_answer(queued)[0]
                    took = time.monotonic() - began
                    self.assertIn(status, (200, 504))
                    self.assertLess(took, 2 * harness.PATIENCE + 1 * harness.PATIENCE)
                    self.assertEqual(one_answer(slow)[0], 504)
                self.assertEqual(host.value("RETURN 1"), 1)

    def test_hang_up__takes_a_queued_write_out_of_the_queue(self):
        with Host("memory://queue", "--query-timeout", "%ds" % (3 * harness.PATIENCE)) as host:
            host.run("CREATE (:Z)")
            with host.connect() as slow:
                slow.sendall(
                    cypher_bytes("UNWIND range(1, 100000) AS i UNWIND range(1, 100000) AS j WITH i, j WHERE i + j < 0 CREATE (:A)")
                )
                time.sleep(0.3)
                for _ in range(10):
                    queued = host.connect()
                    queued.sendall(cypher_bytes("CREATE (:Gone)"))
                    time.sleep(0.02)
                    vanish(queued)
                self.assertEqual(one_answer(slow)[0], 504)
            self.assertEqual(host.value("MATCH (n:Gone) RETURN count(n)"), 0)

    def test_token__does_not_wait_behind_long_reads(self):
        """All workers are busy; a heavy write is granted the token and must not wait for one of them."""
        with Host("memory://token", "--workers", "2", "--query-timeout", "%ds" % (6 * harness.PATIENCE)) as host:
            host.run("CREATE (:Z)")
            reads = [host.connect() for _ in range(4)]
            for sock in reads:
                sock.sendall(
                    cypher_bytes("UNWIND range(1, 100000) AS i UNWIND range(1, 100000) AS j RETURN count(*)")
                )
            time.sleep(0.3)
            took = until(
                lambda: host.run("UNWIND range(1, 2000) AS i CREATE (:A {i: i})")["write_outcome"]["nodes_created"]
                == 2000,
                3 * harness.PATIENCE,
                "a heavy write",
            )
            self.assertLess(took, 3 * harness.PATIENCE)
            for sock in reads:
                vanish(sock)

    def test_pipelined__answers_do_not_wait_for_a_slow_one_behind_them(self):
        with Host("memory://pipe", "--query-timeout", "%ds" % (5 * harness.PATIENCE)) as host:
            with host.connect() as sock:
                sock.sendall(
                    cypher_bytes("RETURN 1")
                    + cypher_bytes("UNWIND range(1, 100000) AS i UNWIND range(1, 100000) AS j RETURN count(*)")
                )
                began = time.monotonic()
                self.assertIn(b"200 OK", sock.recv(64))
                self.assertLess(time.monotonic() - began, 2 * harness.PATIENCE)
                vanish(sock)

    def test_large_message__does_not_keep_the_others_waiting(self):
        with Host("memory://large") as host:
            params = {"l": list(range(1000000))}
            done = threading.Event()

            def send():
                host.run("RETURN size($l) AS n", params)
                done.set()

            sender = threading.Thread(target=send, daemon=True)
            sender.start()
            self.assertEqual(host.value("RETURN 1"), 1)
            sender.join(60 * harness.PATIENCE)
            self.assertTrue(done.is_set())
            self.assertEqual(decode(host.post("RETURN size($l) AS n", params))["rows"], [{"n": 1000000}])


if __name__ == "__main__":
    harness.main()
