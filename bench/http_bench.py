#!/usr/bin/env python3
"""Keyed queries over HTTP: the host alone on core 0, wrk with 64 connections on core 1.

  http_bench.py --bin build/release/bin --store 'file:///DIR?ns=a' --data DIR [--seconds 8]

The store holds set A already. Answers are checked before any time counts: a pass over many keys
against persons.csv. Prints JSON lines as bench_embed does.
"""
import argparse
import csv
import http.client
import json
import os
import secrets
import subprocess
import sys

CHECKS = 2000
CONNECTIONS = (1, 64)
QUERY = "MATCH (p:Person {id:$id}) RETURN p.name, p.age"
HERE = os.path.dirname(os.path.abspath(__file__))


def say(op, unit, value):
    print(json.dumps({"op": op, "unit": unit, "value": value}), flush=True)


def start(args, token):
    command = ["taskset", "-c", "0", f"{args.bin}/namidb-host", "--store", args.store, "--listen", "127.0.0.1:0"]
    environment = os.environ | {"NAMIDB_AUTH_TOKEN": token}
    host = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    line = host.stdout.readline().split()
    if line[:2] != ["listening", "http"]:
        sys.exit("http_bench: the host did not start")
    return host, line[2]


def check(address, token, persons):
    """Every answer of the first pass is what the file says."""
    connection = http.client.HTTPConnection(address, timeout=30)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    for i in range(CHECKS):
        person = persons[i * 37 % len(persons)]
        body = json.dumps({"query": QUERY, "params": {"id": int(person["id"])}})
        connection.request("POST", "/v0/cypher", body, headers)
        got = json.loads(connection.getresponse().read())
        want = {"columns": ["p.name", "p.age"], "rows": [{"p.name": person["name"], "p.age": int(person["age"])}]}
        if got != want:
            sys.exit(f"http_bench: person {person['id']}: {got}")
    connection.close()


def load(args, address, token, persons, connections):
    command = ["taskset", "-c", "1", "wrk", "-t", "1", "-c", str(connections), "-d", f"{args.seconds}s", "--latency"]
    command += ["-s", f"{HERE}/http_query.lua", f"http://{address}/v0/cypher"]
    environment = os.environ | {"BENCH_TOKEN": token, "BENCH_PERSONS": str(len(persons))}
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return json.loads(run.stdout.strip().splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--store", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--seconds", type=int, default=8)
    args = parser.parse_args()
    token = secrets.token_hex(32)
    with open(f"{args.data}/persons.csv", encoding="utf-8") as file:
        persons = list(csv.DictReader(file))
    host, address = start(args, token)
    try:
        check(address, token, persons)
        for connections in CONNECTIONS:
            got = load(args, address, token, persons, connections)
            if got["bad"] or not got["requests"]:
                sys.exit(f"http_bench: {got}")
            name = f"HTTP keyed query, {connections} connection{'s' * (connections > 1)}"
            say(name, "requests/s", got["requests"] / got["seconds"])
            say(f"{name}, p50", "ms", got["p50_ms"])
            say(f"{name}, p99", "ms", got["p99_ms"])
    finally:
        host.terminate()
        if host.wait(timeout=30):
            sys.exit("http_bench: the host did not end well")


if __name__ == "__main__":
    main()
