#!/usr/bin/env python3
"""One peer in a process of its own: loads the data, runs the operations, prints JSON lines.

  peer_engines.py run ENGINE STORE DATA OPERATIONS      as bench_embed all
  peer_engines.py reopen ENGINE STORE                   open and read one row by key
"""
import csv
import importlib
import json
import os
import statistics
import sys
import time

THREADS = 2
FIRST_KEY, KEY_STEP, ANSWERS = 4711, 37, 5  # as in bench_query.c
SECONDS_MAX = 3
WRITE_RUNS, COMMITS = 3, 300
KEYED = ("MATCH (p:Person {id:$id}) RETURN p.name, p.age", "SELECT name,age FROM persons WHERE id=$id")
NODES = {
    "Person": ("persons", "id INT64,name STRING,gender STRING,birthday DATE,age INT64,isMarried BOOLEAN"),
    "City": ("cities", "id INT64,city STRING,state STRING,country STRING,lat DOUBLE,lng DOUBLE,population INT64"),
    "State": ("states", "id INT64,state STRING,country STRING"),
    "Country": ("countries", "id INT64,country STRING"),
    "Interest": ("interests", "id INT64,interest STRING"),
}
EDGES = {
    "Follows": ("follows", "Person", "Person"),
    "LivesIn": ("lives_in", "Person", "City"),
    "HasInterest": ("has_interest", "Person", "Interest"),
    "CityIn": ("city_in", "City", "State"),
    "StateIn": ("state_in", "State", "Country"),
}


class Kuzu:
    module, sql = "kuzu", False
    inline = True  # in 0.11 a key given as a parameter is not looked up in the index

    def __init__(self, path):
        self.module = importlib.import_module(self.module)
        self.database = self.module.Database(path, buffer_pool_size=8 << 30)
        self.connection = self.module.Connection(self.database, num_threads=THREADS)

    def rows(self, query, params=None):
        for name, value in (params or {}).items() if self.inline else ():
            query = query.replace("$" + name, str(value))
        result = self.connection.execute(query) if self.inline or not params else self.connection.execute(query, params)
        out = []
        while result.has_next():
            out.append(result.get_next())
        result.close()
        return out

    def load(self, data):
        for label, (_, columns) in NODES.items():
            self.rows(f"CREATE NODE TABLE {label}({columns}, PRIMARY KEY(id))")
        for kind, (_, start, end) in EDGES.items():
            self.rows(f"CREATE REL TABLE {kind}(FROM {start} TO {end})")
        for label, (file, _) in NODES.items():
            self.rows(f"COPY {label} FROM '{data}/{file}.csv' (HEADER=true)")
        for kind, (file, _, _) in EDGES.items():
            self.rows(f"COPY {kind} FROM '{data}/{file}.csv' (HEADER=true)")


class Ladybug(Kuzu):
    module = "ladybug"
    inline = False


class DuckDB:
    module, sql = "duckdb", True

    def __init__(self, path):
        self.module = importlib.import_module(self.module)
        self.connection = self.module.connect(path, config={"threads": THREADS})

    def rows(self, query, params=None):
        return self.connection.execute(query, params).fetchall() if params else self.connection.execute(query).fetchall()

    def load(self, data):
        self.rows(
            "CREATE TABLE persons(id BIGINT PRIMARY KEY,name VARCHAR,gender VARCHAR,birthday DATE,age BIGINT,isMarried BOOLEAN)"
        )
        self.rows(f"INSERT INTO persons SELECT * FROM read_csv('{data}/persons.csv',header=true)")
        for file in [n[0] for n in list(NODES.values())[1:]] + [e[0] for e in EDGES.values()]:
            self.rows(f"CREATE TABLE {file} AS SELECT * FROM read_csv('{data}/{file}.csv',header=true)")
        self.rows("CHECKPOINT")


ENGINES = {"kuzu": Kuzu, "ladybug": Ladybug, "duckdb": DuckDB}
NODES_10K = (
    "UNWIND range({base}+1,{base}+10000) AS i CREATE (:Person {{id:i,name:'n',gender:'male',age:30,isMarried:true}})",
    "INSERT INTO persons SELECT i,'n','male',NULL,30,true FROM range({base}+1,{base}+10001) r(i)",
)
EDGES_1K = (
    "UNWIND range(1,1000) AS i MATCH (a:Person {{id:i}}),(b:Person {{id:i+{base}}}) CREATE (a)-[:Follows]->(b)",
    'INSERT INTO follows SELECT a.id,b.id FROM range(1,1001) r(i) JOIN persons a ON a.id=i JOIN persons b ON b.id=i+{base}',
)
ONE = (
    "CREATE (:Person {id:$id,name:'n',gender:'male',age:30,isMarried:true})",
    "INSERT INTO persons VALUES ($id,'n','male',NULL,30,true)",
)


def say(op, **rest):
    print(json.dumps({"op": op, **rest}, default=float), flush=True)


def timed(call, *args):
    start = time.perf_counter()
    call(*args)
    return (time.perf_counter() - start) * 1e3


def operation(engine, name, flags, runs, query, persons):
    key = lambda run: {"id": (FIRST_KEY - 1 + KEY_STEP * run) % persons + 1} if flags == "key" else None
    answer = [row for run in range(ANSWERS if flags == "key" else 1) for row in engine.rows(query, key(run))]
    say(name, answer=answer)
    begin, times = time.perf_counter(), []
    while len(times) < runs and (len(times) < 5 or time.perf_counter() - begin < SECONDS_MAX):
        times.append(timed(engine.rows, query, key(len(times))))
    times.sort()
    say(name, unit="ms", value=statistics.median(times))
    say(f"{name}, p99", unit="ms", value=times[len(times) * 99 // 100])


def writes(engine):
    nodes, edges = [], []
    for run in range(1, WRITE_RUNS + 1):
        base = 1000000000 + run * 20000
        nodes.append(timed(engine.rows, NODES_10K[engine.sql].format(base=base)))
        edges.append(timed(engine.rows, EDGES_1K[engine.sql].format(base=base)))
    say("CREATE 10 k nodes, UNWIND", unit="ms", value=statistics.median(nodes))
    say("CREATE 1 k edges, UNWIND + 2 keyed MATCH", unit="ms", value=statistics.median(edges))
    commits = [timed(engine.rows, ONE[engine.sql], {"id": 2000000000 + i}) for i in range(COMMITS)]
    say("commit on file://, p50", unit="ms", value=statistics.median(commits))


def memory():
    with open("/proc/self/status", encoding="ascii") as file:
        status = dict(line.split(":", 1) for line in file)
    return int(status["VmRSS"].split()[0]) * 1024 / 1e6


def run(name, store, data, operations):
    engine = ENGINES[name](store)
    say("version", value=engine.module.__version__)
    engine.load(data)
    say("set A, RSS", unit="MB", value=memory())
    persons = engine.rows(("MATCH (p:Person) RETURN count(*)", "SELECT count(*) FROM persons")[engine.sql])[0][0]
    with open(operations, encoding="utf-8") as file:
        for what, flags, runs, cypher, sql in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if not what.startswith("#"):
                operation(engine, what, flags, int(runs), sql if engine.sql else cypher, persons)
    writes(engine)


def reopen(name, store):
    importlib.import_module(ENGINES[name].module)
    start = time.perf_counter()
    engine = ENGINES[name](store)
    if len(engine.rows(KEYED[engine.sql], {"id": 815})) != 1:
        sys.exit("the row is not there")
    say("open + first keyed read, set A", unit="ms", value=(time.perf_counter() - start) * 1e3)
    sys.stdout.flush()
    os._exit(0)  # closing is not measured


if __name__ == "__main__":
    {"run": run, "reopen": reopen}[sys.argv[1]](*sys.argv[2:])
