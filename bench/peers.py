#!/usr/bin/env python3
"""Runs NamiDB and its peers side by side and writes one table into docs/benchmarks.md.

  peers.py --build build/release --data DIR --work DIR [--quick] [--realtime] [--write]

Called by script/bench. NamiDB runs before each peer, so that a ratio is of the same minutes; its
figures are medians of those runs. An answer that differs from another engine's ends everything.
"""
import argparse
import datetime
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/benchmarks.md"
OPERATIONS = ROOT / "bench/operations.tsv"
BEGIN, END = "<!-- script/bench writes from here -->", "<!-- to here -->"
PEERS = {"kuzu": "Kùzu", "ladybug": "Ladybug", "duckdb": "DuckDB"}

# What is shown, the name of NamiDB's figure, that of the peers', and the goal. Lower is better but
# for k/s and the like; rows of "per call" figures are turned into k/s by how much one call does.
ROWS = [
    ("nodes by `UNWIND $rows`, file://", "load nodes", None, 0, "k/s", 200),
    ("the same, memory://", "memory load nodes", None, 0, "k/s", 200),
    ("relationships by `UNWIND $rows` + 2 keyed `MATCH`, file://", "load relationships", None, 0, "k/s", 100),
    ("the same, memory://", "memory load relationships", None, 0, "k/s", 100),
    ("nodes by `UNWIND range()`, 10 k a commit", "CREATE 10 k nodes, UNWIND", "", 10, "k/s", None),
    ("relationships by `UNWIND range()` + 2 keyed `MATCH`, 1 k a commit", "CREATE 1 k edges, UNWIND + 2 keyed MATCH", "", 1, "k/s", None),
    ("point lookup by unique key, p50", "point lookup by key", "", 0, "ms", 0.020),
    ("the same, p99", "point lookup by key, p99", "", 0, "ms", None),
    ("2,000 keyed lookups in one `UNWIND`", "2000 keyed lookups in one UNWIND", "", 0, "ms", None),
    ("1-hop, 2 properties", "1-hop", "", 0, "ms", None),
    ("2-hop distinct", "2-hop distinct", "", 0, "ms", None),
    ("3-hop distinct", "3-hop distinct", "", 0, "ms", None),
    ("filter scan", "filter scan", "", 0, "ms", None),
    ("group-by", "group-by", "", 0, "ms", None),
    ("top-20", "top-20", "", 0, "ms", None),
    ("commit on file://, p50", "commit on file://, p50", "", 0, "ms", 1),
    ("the same, p99", "commit on file://, p99", None, 0, "ms", None),
    ("commit on memory://, p50", "commit on memory://, p50", None, 0, "ms", None),
    ("64 clients, store with 20 ms latency", "64 clients on a slow store", None, 0, "commits/s", 2000),
    ("{fill} rows in the log, open + first keyed read", "open + first keyed read, log", None, 0, "ms", 3000),
    ("set A in the log, open + first keyed read", "open + first keyed read, set A", "", 0, "ms", None),
    ("RSS with set A", "set A, RSS", "", 0, "MB", 900),
    ("HTTP keyed query, 64 connections, 1 server core", "HTTP keyed query, 64 connections", None, 0, "requests/s", 15000),
    ("the same, p50", "HTTP keyed query, 64 connections, p50", None, 0, "ms", None),
    ("the same, p99", "HTTP keyed query, 64 connections, p99", None, 0, "ms", None),
    ("HTTP keyed query, 1 connection, p50", "HTTP keyed query, 1 connection, p50", None, 0, "ms", None),
]


class Bench:
    def __init__(self, args):
        self.args = args
        self.figures = {name: {} for name in ("namidb", *PEERS)}  # engine -> op -> values
        self.answers = {}  # op -> engine -> rows
        self.versions = {}
        self.load = []  # of the machine
        head = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
        self.commit = head.stdout.strip()  # now: what was just built

    def lines(self, engine, command, prefix=""):
        """Run to the end, keep every figure and answer; None if the program failed."""
        command = [str(word) for word in command]
        self.load.append(os.getloadavg()[0])
        run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        if run.returncode != 0:
            return False
        for line in map(json.loads, run.stdout.splitlines()):
            if line["op"] == "version":
                self.versions[engine] = line["value"]
            elif "answer" in line:
                self.answers.setdefault(line["op"], {})[engine] = line["answer"]
            else:
                self.figures[engine].setdefault(prefix + line["op"], []).append(line["value"])
        return True

    def nami(self, *words, prefix=""):
        if not self.lines("namidb", [f"{self.args.build}/bin/bench_embed", *words], prefix):
            sys.exit(f"peers: bench_embed {words[0]} failed")

    def peer(self, name):
        store = self.args.work / f"peer-{name}"
        program = [sys.executable, ROOT / "bench/peer_engines.py"]
        if not self.lines(name, [*program, "run", name, store, self.args.data, OPERATIONS]):
            print(f"{PEERS[name]}: could not be installed or did not finish; it has no column entries")
            self.figures[name] = {}
            return
        for _ in range(3):
            self.lines(name, [*program, "reopen", name, store])

    def value(self, engine, op):
        values = self.figures[engine].get(op)
        return statistics.median(values) if values else None


def normal(rows, ordered):
    """Engines differ in integer or float sums, in the last digit of an average, in order."""
    rows = [[float(f"{cell:.9g}") if isinstance(cell, (int, float)) else cell for cell in row] for row in rows]
    return rows if ordered else sorted(rows, key=repr)


def check_answers(bench):
    flags = {line.split("\t")[0]: line.split("\t")[1] for line in OPERATIONS.read_text(encoding="utf-8").splitlines()}
    wrong = []
    for op, by_engine in bench.answers.items():
        forms = {engine: normal(rows, flags[op] == "ordered") for engine, rows in by_engine.items()}
        wrong += [f"{op}: {engine} differs from NamiDB" for engine in forms if forms[engine] != forms["namidb"]]
    if wrong:
        sys.exit("peers: answers differ\n  " + "\n  ".join(wrong))
    print(f"answers: {len(bench.answers)} operations, the same from {len(set().union(*bench.answers.values()))} engines")


def measure(bench):
    args, quick = bench.args, bench.args.quick
    shutil.rmtree(args.work, ignore_errors=True)
    args.work.mkdir(parents=True)
    uri = f"file://{args.work}?ns="
    bench.fill = 50000 if quick else 1000000
    if args.realtime:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))  # the programs that are started inherit it
    bench.floor = disk_floor(args.work)
    for name in PEERS:
        bench.nami("all", f"{uri}before-{name}", args.data, OPERATIONS)
        bench.nami("commits", f"{uri}commits-{name}", 300 if quick else 2000)
        bench.peer(name)
    bench.nami("load", "memory://a", args.data, prefix="memory ")
    bench.nami("commits", "memory://c", 2000)
    bench.nami("clients", "memory://x?latency_ms=20", 64, 2 if quick else 10)
    bench.nami("fill", f"{uri}log", bench.fill)
    bench.nami("load", f"{uri}a", args.data)
    for _ in range(3):
        bench.nami("reopen", f"{uri}log", "log")
        bench.nami("reopen", f"{uri}a", "set A")
    http = ["--bin", f"{args.build}/bin", "--store", f"{uri}a", "--data", args.data, "--seconds", 2 if quick else 8]
    if not bench.lines("namidb", [sys.executable, ROOT / "bench/http_bench.py", *http]):
        sys.exit("peers: http_bench failed")
    check_answers(bench)


def disk_floor(folder):
    """What the disk asks of any commit, p50 in ms: append and sync; new file, sync, rename, sync the folder."""
    appended, created = [], []
    where = os.open(folder, os.O_RDONLY)
    log = os.open(folder / "floor", os.O_CREAT | os.O_WRONLY)
    for i in range(300):
        start = time.perf_counter()
        os.write(log, bytes(300))
        os.fdatasync(log)
        appended.append(time.perf_counter() - start)
        start = time.perf_counter()
        file = os.open(folder / "floor-new", os.O_CREAT | os.O_WRONLY)
        os.write(file, bytes(300))
        os.fsync(file)
        os.close(file)
        os.rename(folder / "floor-new", folder / f"floor-{i}")
        os.fsync(where)
        created.append(time.perf_counter() - start)
    os.close(log)
    os.close(where)
    return statistics.median(appended) * 1e3, statistics.median(created) * 1e3


def shown(value, unit):
    if value is None:
        return "–"
    if unit == "ms":
        for limit, factor, name in ((0.1, 1e3, "µs"), (1000, 1, "ms"), (float("inf"), 1e-3, "s")):
            if value < limit:
                return f"{value * factor:.3g} {name}"
    return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.3g} {unit}"


def row(bench, label, op, peer_op, per_call, unit, goal):
    """One line of the table, and whether its goal is met (None: it has none)."""
    figure = lambda engine, name: bench.value(engine, name) if name is not None else None
    ours = figure("namidb", op)
    theirs = {engine: figure(engine, peer_op if peer_op is None else op) for engine in PEERS}
    if per_call:
        ours = per_call / (ours / 1e3)
        theirs = {engine: per_call / (value / 1e3) if value else None for engine, value in theirs.items()}
    higher = unit in ("k/s", "commits/s", "requests/s")
    known = [value for value in theirs.values() if value is not None]
    best = (max(known) if higher else min(known)) if known else None
    ratio = (ours / best if higher else best / ours) if best else None
    met = None if goal is None else (ours >= goal if higher else ours <= goal)
    cells = [label.format(fill=f"{bench.fill:,}"), shown(ours, unit)]
    cells += [shown(theirs[engine], unit) for engine in PEERS]
    cells.append("–" if ratio is None else f"{ratio:.2g}×" if ratio < 10 else f"{ratio:.0f}×")
    cells.append("–" if goal is None else f"{'≥' if higher else '≤'} {shown(goal, unit)}: {'met' if met else '**not met**'}")
    return "| " + " | ".join(cells) + " |", met


def processor():
    for line in open("/proc/cpuinfo", encoding="utf-8"):
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def report(bench):
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    version = subprocess.run([f"{bench.args.build}/bin/namidb-host", "--version"], capture_output=True, text=True, check=False).stdout.strip()
    peers = ", ".join(f"{PEERS[name]} {bench.versions.get(name, '(not installed)')}" for name in PEERS)
    load = f"{min(bench.load):.1f} to {max(bench.load):.1f}"
    lines = [
        f"{datetime.date.today().isoformat()}, {processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, Linux {platform.release().split('-')[0]}; "
        f"{version or 'NamiDB'} at {bench.commit}; {peers}. Load of the machine while it ran (the one it measures included): {load}"
        + ("; it was shared, so everything ran at real-time priority, of which the kernel grants 95 %." if bench.args.realtime else ".")
        + f" The disk, p50: append and sync {shown(bench.floor[0], 'ms')}; new file, sync, rename, sync the folder {shown(bench.floor[1], 'ms')}.",
        "",
        "| operation | NamiDB | " + " | ".join(PEERS.values()) + " | NamiDB against the best peer | goal |",
        "|---|---|" + "---|" * len(PEERS) + "---|---|",
    ]
    missed = 0
    for spec in ROWS:
        text, met = row(bench, *spec)
        lines.append(text)
        missed += met is False
    return "\n".join(lines), missed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("build", "data", "work"):
        parser.add_argument(f"--{name}", required=True, type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("--quick", action="store_true", help="a smoke test: small numbers that mean nothing")
    parser.add_argument("--realtime", action="store_true", help="go before others on a shared machine (root)")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    bench = Bench(parser.parse_args())
    measure(bench)
    text, missed = report(bench)
    print(text)
    (bench.args.work / "figures.json").write_text(json.dumps(bench.figures, indent=1), encoding="utf-8")
    if bench.args.write:
        head, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
        PAGE.write_text(f"{head}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}", encoding="utf-8")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
