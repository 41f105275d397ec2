"""kill -9 in a loop during writes, against a ledger outside.

    python3 kill_loop.py BIN_DIR [KILLS] [SEED]

A writer process keeps four connections busy. Each statement writes a pair of nodes and the
relationship between them under a number of its own; a number is put into the ledger, with
fsync, once its answer has come. The host is killed some 5 to 60 ms after the writing began and
started again at once on the same folder. After each restart: every acknowledged number is there
exactly once, no pair is torn, and a number that was not acknowledged is there once or not at all.
"""

import http.client
import json
import multiprocessing
import os
import pathlib
import random
import shutil
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))

import harness
from harness import TOKEN, Host

CONNECTIONS = 4
STATEMENTS = [
    "CREATE (:P {id: $id})-[:PAIR {id: $id}]->(:Q {id: $id})",
    "MERGE (a:P {id: $id}) MERGE (b:Q {id: $id}) MERGE (a)-[r:PAIR]->(b) SET r.id = $id",
    "CREATE (a:P)-[r:PAIR]->(b:Q) SET a.id = $id, b.id = $id, r.id = $id",
    "UNWIND [$id] AS i CREATE (a:P {id: i}) CREATE (b:Q) SET b.id = i CREATE (a)-[:PAIR {id: i}]->(b) RETURN a.id",
]
ADDED = "MATCH (c:Counter {k: $k}) SET c.n = c.n + 1"


class Ledger:
    """What was tried and what was acknowledged, a line each; the latter with fsync."""

    def __init__(self, path):
        self.file = open(path, "ab", buffering=0)
        self.lock = threading.Lock()

    def put(self, kind, number):
        with self.lock:
            self.file.write(b"%s %d\n" % (kind, number))
            if kind != b"try":
                os.fsync(self.file.fileno())


def write(port, lane, first, ledger):
    """One connection: statements until the host is gone."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Authorization": "Bearer " + TOKEN, "Content-Type": "application/json"}
    number = first + lane
    try:
        while True:
            ledger.put(b"try", number)
            for query, params in [
                (STATEMENTS[number // CONNECTIONS % len(STATEMENTS)], {"id": number}),
                (ADDED, {"k": lane}),
            ]:
                connection.request("POST", "/v0/cypher", json.dumps({"query": query, "params": params}), headers)
                answer = connection.getresponse()
                body = answer.read()
                if answer.status != 200:
                    ledger.put(b"refused%d" % answer.status, number)
                    sys.stderr.write("%d %s\n" % (answer.status, body.decode()))
                    return
                ledger.put(b"ack" if "id" in params else b"added%d" % lane, number)
            number += CONNECTIONS
    except (OSError, http.client.HTTPException):
        return  # killed: not acknowledged
    finally:
        connection.close()


def writer(port, path, first):
    ledger = Ledger(path)
    lanes = [threading.Thread(target=write, args=(port, i, first, ledger)) for i in range(CONNECTIONS)]
    for lane in lanes:
        lane.start()
    for lane in lanes:
        lane.join()


def read_ledger(path):
    """Acknowledged numbers, tried ones, additions acknowledged by lane."""
    acked, tried, added = set(), set(), [0] * CONNECTIONS
    if path.exists():
        for line in path.read_text().splitlines():
            kind, number = line.split()
            if kind == "ack":
                acked.add(int(number))
            elif kind == "try":
                tried.add(int(number))
            elif kind.startswith("added"):
                added[int(kind[5:])] += 1
            else:
                raise SystemExit("a write was refused: " + line)
    return acked, tried, added


def check(host, ledger):
    """What is in the graph against what the ledger says. Returns the acknowledged count."""
    acked, tried, added = read_ledger(ledger)
    pairs = host.value("MATCH (a:P)-[r:PAIR]->(b:Q) WHERE a.id = b.id AND a.id = r.id RETURN collect(a.id) AS l")
    counts = host.run(
        "MATCH (a:P) WITH count(a) AS p MATCH (b:Q) WITH p, count(b) AS q MATCH ()-[r:PAIR]->() RETURN p, q, count(r) AS r"
    )["rows"]
    found = set(pairs)
    problems = []
    if acked - found:
        problems.append("lost: %s" % sorted(acked - found)[:10])
    if len(found) != len(pairs):
        problems.append("twice: %s" % sorted(x for x in found if pairs.count(x) > 1)[:10])
    if found - tried:
        problems.append("from nowhere: %s" % sorted(found - tried)[:10])
    if counts and set(counts[0].values()) != {len(pairs)}:
        problems.append("torn: %d pairs, but %s" % (len(pairs), counts[0]))
    for lane, at_least in enumerate(added):
        now = host.value("MATCH (c:Counter {k: $k}) RETURN c.n AS n", {"k": lane})
        open_number = len([n for n in tried if n % CONNECTIONS == lane])  # each try adds once at most
        if not at_least <= now <= open_number:
            problems.append("counter %d is %d, acknowledged %d, tried %d" % (lane, now, at_least, open_number))
    if problems:
        raise SystemExit("after a kill: " + "; ".join(problems))
    return len(acked), max(tried, default=-1)


def main():
    harness.BIN = pathlib.Path(sys.argv[1]).resolve()
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else int.from_bytes(os.urandom(4), "big")
    chance = random.Random(seed)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="namidb-kill-"))
    ledger = folder / "ledger"
    uri = "file://%s?ns=kill" % (folder / "data")
    began = time.monotonic()
    slowest = 0.0
    fork = multiprocessing.get_context("fork")
    print("seed %d, %d kills, %s" % (seed, kills, folder), flush=True)
    with Host(uri) as host:
        host.run("CREATE CONSTRAINT FOR (a:P) REQUIRE a.id IS UNIQUE")
        host.run("CREATE CONSTRAINT FOR (a:Q) REQUIRE a.id IS UNIQUE")
        host.run("UNWIND range(0, %d) AS k CREATE (:Counter {k: k, n: 0})" % (CONNECTIONS - 1))
    host = Host(uri)
    for _ in range(kills):
        acked, last = check(host, ledger)
        first = (last // CONNECTIONS + 1) * CONNECTIONS
        started = ledger.stat().st_size if ledger.exists() else 0
        child = fork.Process(target=writer, args=(host.port, ledger, first))
        child.start()
        harness.until(lambda: ledger.exists() and ledger.stat().st_size > started, 30, "writing began")
        time.sleep(chance.uniform(0.005, 0.060))
        host.kill()
        child.join(60)
        if child.exitcode != 0:
            raise SystemExit("the writer ended with %s" % child.exitcode)
        again = time.monotonic()
        host = Host(uri)  # at once: no lease is waited for
        slowest = max(slowest, time.monotonic() - again)
    acked, _ = check(host, ledger)
    host.stop()
    if acked < kills:
        raise SystemExit("only %d acknowledged statements in %d rounds: nothing was tested" % (acked, kills))
    print(
        "kills=%d acks=%d lost=0 torn=0 twice=0, %.0f s, slowest restart %.0f ms"
        % (kills, acked, time.monotonic() - began, slowest * 1000)
    )
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
