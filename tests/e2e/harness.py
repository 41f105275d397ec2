"""What the tests share: a host of its own on a free port, a folder of its own, HTTP.

Every test file is a program: python3 test_x.py BIN_DIR. A host that is stopped must end with 0
and must not have said a word that a sanitizer says; check() sees to it for each one started.
"""

import collections
import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

TOKEN = "e2e-token-0123456789abcdef"
SKIPPED = 77  # SKIP_RETURN_CODE
# How much slower than a release build this one may be.
PATIENCE = {"": 1, "address,undefined": 4, "thread": 10}.get(os.environ.get("NAMI_SANITIZE", ""), 10)
REPORTS = ("ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "runtime error:", "WARNING: ThreadSanitizer")
BIN = pathlib.Path(".")

Answer = collections.namedtuple("Answer", "status headers body")


def decode(answer):
    return json.loads(answer.body.decode("utf-8"))


def environment(more=None):
    """Ours without NAMIDB_*: what the test gives is all that the host gets."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("NAMIDB_")}
    clean.setdefault("UBSAN_OPTIONS", "print_stacktrace=1")
    known = "suppressions=%s" % (pathlib.Path(__file__).resolve().parent / "tsan.supp")
    clean["TSAN_OPTIONS"] = (clean.get("TSAN_OPTIONS", "") + " " + known).strip()
    clean.update(more or {})
    return clean


def check_reports(text):
    for report in REPORTS:
        if report in text:
            raise AssertionError("a sanitizer spoke:\n" + text[-8000:])


def run_program(name, *args, env=None, stdin=b"", timeout=60):
    """(exit code, stdout, stderr) of a program of the build that ends by itself."""
    done = subprocess.run(
        [BIN / name, *args], input=stdin, capture_output=True, env=environment(env), timeout=timeout * PATIENCE
    )
    err = done.stderr.decode("utf-8", "replace")
    check_reports(err)
    return done.returncode, done.stdout.decode("utf-8", "replace"), err


class Host:
    """A running namidb-host. `with Host("memory://demo") as host:` stops it and checks it."""

    def __init__(self, store, *flags, token=TOKEN, env=None, program="namidb-host", listen="127.0.0.1:0"):
        command = [BIN / program]
        command += ["--store", store] if store else []
        command += ["--listen", listen] if listen else []
        command += ["--auth-token", token] if token else []
        command += flags
        self.token = token
        self.lines = []
        self.errors = []
        self.answers = threading.Event()
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(env)
        )
        self.readers = [
            threading.Thread(target=self._read_lines, daemon=True),
            threading.Thread(target=self._read_errors, daemon=True),
        ]
        for reader in self.readers:
            reader.start()
        if not self.answers.wait(30 * PATIENCE) or not self.lines:
            self.process.kill()
            self.process.wait()
            self._join()
            raise AssertionError("the host did not start: " + self.stderr)
        match = re.fullmatch(r"listening http 127\.0\.0\.1:(\d+)\n", self.lines[0])
        if not match:
            self.process.kill()
            raise AssertionError("the first line is %r" % self.lines[0])
        self.port = int(match.group(1))
        self.address = "127.0.0.1:%d" % self.port

    def _read_lines(self):
        for line in self.process.stdout:
            self.lines.append(line.decode("utf-8", "replace"))
            self.answers.set()
        self.answers.set()

    def _read_errors(self):
        for line in self.process.stderr:
            self.errors.append(line.decode("utf-8", "replace"))

    @property
    def stderr(self):
        return "".join(self.errors)

    @property
    def is_running(self):
        return self.process.poll() is None

    def _join(self):
        for reader in self.readers:
            reader.join(10)
        self.process.stdout.close()
        self.process.stderr.close()
        check_reports(self.stderr)

    def stop(self, timeout=30):
        """SIGTERM; it must end by itself, with 0."""
        if self.is_running:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(timeout * PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            self._join()
            raise AssertionError("SIGTERM did not end it\n" + self.stderr[-4000:])
        self._join()
        if code != 0:
            raise AssertionError("it ended with %d\n%s" % (code, self.stderr[-8000:]))

    def kill(self):
        self.process.kill()
        self.process.wait()
        self._join()

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            self.stop()
            return
        with contextlib.suppress(Exception):  # the first failure is the one to be told
            self.kill()
        sys.stderr.write("---- the host said\n" + self.stderr[-4000:])

    # ---- HTTP ----

    def request(self, method, path, body=None, headers=None, timeout=60, auth=True):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout * PATIENCE)
        all_headers = {"Authorization": "Bearer " + self.token} if auth and self.token else {}
        all_headers.update(headers or {})
        try:
            connection.request(method, path, body=body, headers=all_headers)
            answer = connection.getresponse()
            return Answer(answer.status, dict((k.lower(), v) for k, v in answer.getheaders()), answer.read())
        finally:
            connection.close()

    def post(self, query, params=None, timeout=60):
        body = {"query": query}
        if params is not None:
            body["params"] = params
        return self.request(
            "POST", "/v0/cypher", json.dumps(body), {"Content-Type": "application/json"}, timeout=timeout
        )

    def run(self, query, params=None, timeout=60):
        """The decoded answer of a statement that succeeds."""
        answer = self.post(query, params, timeout)
        if answer.status != 200:
            raise AssertionError("%s\n%d %s" % (query, answer.status, answer.body.decode("utf-8", "replace")))
        return decode(answer)

    def value(self, query, params=None, timeout=60):
        """The one value of the one row."""
        rows = self.run(query, params, timeout)["rows"]
        assert len(rows) == 1 and len(rows[0]) == 1, rows
        return next(iter(rows[0].values()))

    def health(self):
        return decode(self.request("GET", "/v0/health", auth=False))

    def connect(self, timeout=30):
        return socket.create_connection(("127.0.0.1", self.port), timeout * PATIENCE)


def read_to_end(sock):
    """All bytes until the peer closes. A reset is an error: it could have taken an answer along."""
    data = bytearray()
    while True:
        more = sock.recv(65536)
        if not more:
            return bytes(data)
        data += more


def cypher_bytes(query, params=None, token=TOKEN, more=""):
    """A whole POST /v0/cypher as it goes over the wire."""
    body = json.dumps({"query": query, "params": params or {}}).encode()
    head = (
        "POST /v0/cypher HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
        "Content-Type: application/json\r\n%sContent-Length: %d\r\n\r\n" % (token, more, len(body))
    )
    return head.encode() + body


def until(condition, seconds, what):
    """Waits for it; how long it took."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise AssertionError("not within %.1f s: %s" % (seconds, what))
        time.sleep(0.01)
    return time.monotonic() - began


class Case(unittest.TestCase):
    """A test with a folder of its own, gone at its end."""

    maxDiff = None

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="namidb-e2e-"))
        self.addCleanup(self._remove)

    def _remove(self):
        subprocess.run(["chmod", "-R", "u+rwX", self.folder], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def uri(self, name="data", ns="demo"):
        return "file://%s?ns=%s" % (self.folder / name, ns)


def main():
    """Runs the calling file's tests. All skipped: ctest is told, and why is printed."""
    global BIN
    if len(sys.argv) < 2 or not (pathlib.Path(sys.argv[1]) / "namidb-host").exists():
        sys.exit("usage: %s BIN_DIR [unittest arguments]" % sys.argv[0])
    BIN = pathlib.Path(sys.argv[1]).resolve()
    program = unittest.main(module="__main__", argv=[sys.argv[0], *sys.argv[2:]], exit=False, verbosity=2)
    result = program.result
    for test, reason in result.skipped:
        print("SKIPPED %s: %s" % (test, reason), flush=True)
    if not result.wasSuccessful():
        sys.exit(1)
    sys.exit(SKIPPED if result.testsRun == 0 or len(result.skipped) == result.testsRun else 0)
