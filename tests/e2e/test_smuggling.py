"""Hostile and oversized requests: the exact status, one answer, a closed connection, a live host."""

import re
import select
import socket
import threading
import time

import harness
from harness import Case, Host, read_to_end
from vectors import ASKED, GET, HOST, POST, SMUGGLED, TOO_MUCH


def statuses(data):
    return [int(x) for x in re.findall(rb"^HTTP/1\.1 (\d\d\d) ", data, re.M)]


class Hostile(Case):
    @classmethod
    def setUpClass(cls):
        cls.host = Host("memory://hostile")

    @classmethod
    def tearDownClass(cls):
        cls.host.stop()

    def exchange(self, request):
        """Sends it, never closes its side, reads to the end."""
        with self.host.connect(10) as sock:
            sock.sendall(request)
            return read_to_end(sock)

    def check_alive(self):
        self.assertEqual(self.host.health()["status"], "ok")

    def test_smuggled__one_answer_and_closed(self):
        for name, request, status in SMUGGLED:
            with self.subTest(name):
                data = self.exchange(request)
                self.assertEqual(len(statuses(data)), 1, data)
                self.assertIn(statuses(data)[0], [status] if status else [400, 405, 505], data)
                self.assertIn(b"\r\nconnection: close\r\n", data.lower())
                self.assertNotIn(b'"status":"ok"', data)
                self.check_alive()

    def test_byte_by_byte__read_the_same(self):
        for name, request, status in SMUGGLED[:40:3]:
            with self.subTest(name), self.host.connect(10) as sock:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for i in range(len(request)):
                    if select.select([sock], [], [], 0)[0]:
                        break
                    sock.sendall(request[i : i + 1])
                self.assertEqual(statuses(read_to_end(sock)), [status])

    def test_too_much__the_answer_arrives(self):
        for name, request, status in TOO_MUCH:
            with self.subTest(name), self.host.connect(10) as sock:
                sender = threading.Thread(target=self.send_all, args=(sock, request))
                sender.start()
                data = b""
                try:
                    data = sock.recv(65536)
                finally:
                    sender.join()
                self.assertEqual(statuses(data), [status])
                self.check_alive()

    @staticmethod
    def send_all(sock, request):
        try:
            sock.sendall(request)
        except OSError:  # more than what is drained: closed at last
            pass

    def test_answer__comes_although_the_client_still_sends(self):
        with self.host.connect(10) as sock:
            sock.sendall(b"POST /v0/cypher HTTP/1.1\r\nHost: x\r\nContent-Length: 50000000\r\n\r\n")
            data = b""
            for _ in range(100):  # below what is drained
                sock.sendall(b"a" * 8000)
                if select.select([sock], [], [], 0.005)[0]:
                    more = sock.recv(65536)
                    if not more:
                        break
                    data += more
            self.assertEqual(statuses(data), [401])
            self.assertIn(b'"code":"Security.Unauthorized"', data)
        self.check_alive()

    def test_asked__keeps_the_connection(self):
        with self.host.connect(10) as sock:
            for name, request, status in ASKED:
                with self.subTest(name):
                    sock.sendall(request)
                    head = b""
                    while b"\r\n\r\n" not in head:
                        more = sock.recv(65536)
                        self.assertNotEqual(more, b"", "closed")
                        head += more
                    head, body = head.split(b"\r\n\r\n", 1)
                    self.assertEqual(statuses(head), [status])
                    length = int((re.search(rb"(?i)content-length: (\d+)", head) or [0, 0])[1])
                    if request.startswith(b"HEAD"):
                        self.assertGreater(length, 0)
                        length = 0
                    while len(body) < length:
                        body += sock.recv(65536)
                    self.assertEqual(len(body), length)
                    if status in (405, 204):
                        self.assertIn(b"\r\nallow: ", head.lower())
                    if name == "near path":
                        self.assertIn(b"/v0/health", body)

    def test_largest_allowed__are_served(self):
        head = GET + HOST + b"".join(b"X-%d: %s\r\n" % (i, b"a" * 480) for i in range(125))
        for request in [
            head + b"Connection: close\r\n\r\n",
            GET + HOST + b"".join(b"X-%d: a\r\n" % i for i in range(126)) + b"Connection: close\r\n\r\n",
        ]:
            self.assertEqual(statuses(self.exchange(request)), [200])

    def test_chunked__is_understood(self):
        body = b'{"query":"RETURN 1 AS x"}'
        chunks = b"".join(b"1;ext=1\r\n%c\r\n" % c for c in body) + b"0\r\nX-Trailer: a\r\n\r\n"
        data = self.exchange(POST + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)
        self.assertEqual(statuses(data), [200])
        self.assertTrue(data.endswith(b'{"columns":["x"],"rows":[{"x":1}]}'))

    def test_half_sent__is_closed_or_refused(self):
        whole = POST + b"Content-Length: 100\r\n\r\n" + b'{"query":'
        for cut in [1, 10, 40, len(POST), len(whole)]:
            with self.host.connect(10) as sock:
                sock.sendall(whole[:cut])
                sock.shutdown(socket.SHUT_WR)
                self.assertEqual(statuses(read_to_end(sock)), [400])
            with self.host.connect(10) as sock:
                sock.sendall(whole[:cut])  # and gone
            self.check_alive()

    def test_slow_headers__end_after_ten_seconds(self):
        began = time.monotonic()
        with self.host.connect(30) as sock, self.host.connect(30) as silent:
            sock.sendall(b"GET /v0/version HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            while not select.select([sock], [], [], 0.5)[0] and time.monotonic() - began < 20:
                sock.sendall(b"a")
            took = time.monotonic() - began
            self.check_alive()
            self.assertLess(took, 13)
            self.assertGreater(took, 8)
            silent.settimeout(5)
            self.assertEqual(silent.recv(1), b"")


if __name__ == "__main__":
    harness.main()
