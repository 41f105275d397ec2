"""The round trip of the README with curl, byte for byte, on both stores and over a restart."""

import json
import re
import subprocess

import harness
from harness import TOKEN, Case, Host

CREATE = '{"query":"CREATE (a:Person {name: \\"Alice\\", age: 30}) RETURN a.name AS name"}'
READ = (
    '{"query":"MATCH (p:Person) WHERE p.age >= $min RETURN p.name AS name, p.age AS age","params":{"min":18}}'
)
CREATED = (
    '{"columns":["name"],"rows":[{"name":"Alice"}],"write_outcome":{"nodes_created":1,"edges_created":0,'
    '"nodes_deleted":0,"edges_deleted":0,"properties_set":2}}'
)
FOUND = '{"columns":["name","age"],"rows":[{"name":"Alice","age":30}]}'


def curl(*args):
    done = subprocess.run(["curl", "-sS", "--max-time", "60", *args], capture_output=True, check=True)
    return done.stdout.decode("utf-8")


def post(host, body):
    return curl(
        "-X", "POST", "http://%s/v0/cypher" % host.address,
        "-H", "Authorization: Bearer " + TOKEN,
        "-H", "Content-Type: application/json",
        "-d", body,
    )  # fmt: skip


class RoundTrip(Case):
    def check_health(self, host, namespace):
        text = curl("http://%s/v0/health" % host.address)
        self.assertRegex(
            text,
            r'\A{"status":"ok","namespace":"%s","manifest_version":\d+,"epoch":\d+,'
            r'"writer":"(leader|follower|none|degraded)"}\Z' % namespace,
        )
        return json.loads(text)

    def test_memory__answers_are_exact(self):
        with Host("memory://demo") as host:
            self.check_health(host, "demo")
            self.assertEqual(post(host, CREATE), CREATED)
            self.assertEqual(post(host, READ), FOUND)
            health = self.check_health(host, "demo")
            self.assertEqual(health["writer"], "leader")
            self.assertEqual(host.lines, ["listening http %s\n" % host.address])

    def test_file__a_restart_keeps_everything(self):
        with Host(self.uri()) as host:
            self.check_health(host, "demo")
            self.assertEqual(post(host, CREATE), CREATED)
            self.assertEqual(post(host, READ), FOUND)
            epoch = self.check_health(host, "demo")["epoch"]
        with Host(self.uri()) as host:
            self.assertEqual(post(host, READ), FOUND)
            self.assertEqual(post(host, CREATE), CREATED)
            self.assertGreater(self.check_health(host, "demo")["epoch"], epoch)
        with Host(self.uri()) as host:
            self.assertEqual(host.value("MATCH (p:Person) RETURN count(*) AS c"), 2)

    def test_file__a_kill_loses_nothing(self):
        host = Host(self.uri())
        self.assertEqual(post(host, CREATE), CREATED)
        host.kill()
        with Host(self.uri()) as again:
            self.assertEqual(post(again, READ), FOUND)
            self.assertEqual(post(again, CREATE), CREATED)

    def test_file__the_folder_is_as_promised(self):
        with Host(self.uri()) as host:
            post(host, CREATE)
            post(host, READ)
        place = self.folder / "data" / "demo"
        self.assertTrue((place / "manifest.json").is_file())
        self.assertTrue((place / "wal").is_dir())
        self.assertTrue((place / "schema" / "current.json").is_file())
        for slot in (place / "wal").iterdir():
            self.assertRegex(slot.name, r"\A\d{20}\.wal\Z")
        epoch = subprocess.run(["jq", ".epoch", place / "manifest.json"], capture_output=True, check=True)
        self.assertRegex(epoch.stdout.decode(), r"\A[1-9]\d*\n\Z")
        schema = json.loads((place / "schema" / "current.json").read_text())
        self.assertIn("Person", json.dumps(schema))
        text = (place / "manifest.json").read_text() + json.dumps(schema)
        self.assertNotIn(str(self.folder), text)  # nothing in the bucket names the bucket
        manifest = json.loads((place / "manifest.json").read_text())
        for key in ("epoch", "ssts", "lsn"):
            self.assertIn(key, manifest)


class Endpoints(Case):
    def test_version__three_numbers(self):
        with Host("memory://demo") as host:
            text = curl("http://%s/v0/version" % host.address)
            self.assertRegex(text, r'\A{"version":"\d+\.\d+\.\d+"}\Z')

    def test_flush__writes_nothing_yet_and_says_so_once(self):
        with Host("memory://demo", "--flush-interval", "200ms") as host:
            host.run("CREATE (:A)")
            for _ in range(2):
                answer = host.request("POST", "/v0/admin/flush")
                self.assertEqual(answer.status, 200)
                self.assertRegex(answer.body.decode(), r'\A{"ssts_written":0,"manifest_version":[1-9]\d*}\Z')
        self.assertEqual(len(re.findall(r"--flush-interval", host.stderr)), 1)

    def test_token__guards_all_but_health_and_version(self):
        with Host("memory://demo") as host:
            for method, path, status in [
                ("GET", "/v0/health", 200),
                ("GET", "/v0/version", 200),
                ("POST", "/v0/cypher", 401),
                ("POST", "/v0/admin/flush", 401),
            ]:
                answer = host.request(method, path, auth=False)
                self.assertEqual((path, answer.status), (path, status))
            answer = host.request("GET", "/v0/health", headers={"Authorization": "Bearer wrong"}, auth=False)
            self.assertEqual(answer.status, 200)

    def test_json__says_its_type(self):
        with Host("memory://demo") as host:
            for answer in [host.request("GET", "/v0/health"), host.post("RETURN 1 AS x"), host.post("RETURN x")]:
                self.assertTrue(answer.headers["content-type"].startswith("application/json"))


if __name__ == "__main__":
    harness.main()
