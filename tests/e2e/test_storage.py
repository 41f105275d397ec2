"""Damaged, read-only and full stores: a typed error, a live process, nothing acknowledged lost."""

import os
import shutil
import subprocess
import threading
import time
import unittest

import harness
from harness import Case, Host, decode, run_program, until

COUNT = "MATCH (n:N) RETURN count(*) AS c"


class Stored(Case):
    def fill(self, commits=5, name="data"):
        with Host(self.uri(name)) as host:
            for i in range(commits):
                host.run("CREATE (:N {i: $i, text: 'some text'})-[:R {w: 1.5}]->(:M)", {"i": i})
        return self.folder / name / "demo"

    def slots(self, place):
        return sorted((place / "wal").glob("*.wal"))

    def opened(self, uri=None):
        """What a client sees on a store that is not well: (started, health, answer of a read)."""
        try:
            host = Host(uri or self.uri())
        except AssertionError as refusal:
            self.assertIn("did not start", str(refusal))
            return False, str(refusal), None
        with host:
            return True, host.request("GET", "/v0/health", auth=False), host.post(COUNT)


class Damage(Stored):
    def check_damage(self, what):
        """Refused at start with one line, or served degraded with the typed error. Never wrong rows."""
        started, health, answer = self.opened()
        if not started:
            lines = [line for line in health.splitlines() if "namidb-host: --store" in line]
            self.assertEqual(len(lines), 1, "%s\n%s" % (what, health))
            return
        if answer.status == 200:
            self.assertEqual(decode(answer)["rows"], [{"c": 5}], what)
            return
        self.assertEqual(decode(answer)["code"], "Store.Corrupt", what)
        self.assertEqual((health.status, decode(health)["status"]), (503, "degraded"), what)

    def test_flipped_byte__of_a_slot_is_found(self):
        place = self.fill()
        for slot in self.slots(place):
            good = slot.read_bytes()
            for at in [0, 8, len(good) // 2, len(good) - 1]:
                bad = bytearray(good)
                bad[at] ^= 0x40
                slot.write_bytes(bad)
                with self.subTest("%s at %d" % (slot.name, at)):
                    started, health, answer = self.opened()
                    seen = health if not started else answer.body.decode()
                    self.assertTrue(not started or answer.status != 200, seen)
                    self.check_damage("%s at %d" % (slot.name, at))
            slot.write_bytes(good)
        self.assertEqual(self.opened()[2].status, 200)

    def test_cut_slot__is_found(self):
        place = self.fill()
        slot = self.slots(place)[2]
        good = slot.read_bytes()
        for length in [0, 1, 10, len(good) // 2, len(good) - 1]:
            slot.write_bytes(good[:length])
            with self.subTest(length):
                started, health, answer = self.opened()
                self.assertTrue(not started or answer.status != 200, answer)
                self.check_damage(str(length))
        slot.write_bytes(good)
        self.assertEqual(decode(self.opened()[2])["rows"], [{"c": 5}])

    def test_damage_while_open__reads_go_on(self):
        with Host(self.uri()) as host:
            host.run("CREATE (:N)")
            for slot in self.slots(self.folder / "data" / "demo"):
                slot.write_bytes(b"garbage")
            self.assertEqual(host.value(COUNT), 1)
            host.run("CREATE (:N)")
            self.assertEqual(host.value(COUNT), 2)

    def test_manifest__of_garbage_is_told(self):
        place = self.fill()
        good = (place / "manifest.json").read_bytes()
        for bad in [b"", b"{", b"garbage", b"[]", b"{}", good[:-20], good.replace(b'"epoch"', b'"epohc"'), b"\0" * 4096, good * 2]:
            (place / "manifest.json").write_bytes(bad)
            with self.subTest(bad[:20]):
                started, health, answer = self.opened()
                self.assertTrue(not started or answer.status != 200)
                self.check_damage(repr(bad[:20]))
        (place / "manifest.json").write_bytes(good)
        self.assertEqual(decode(self.opened()[2])["rows"], [{"c": 5}])

    def test_foreign_files__are_left_alone(self):
        place = self.fill()
        strangers = [place / "wal" / name for name in ("README", "00000000000000000001.wal.bak", "zzz.wal", ".hidden")]
        strangers += [place / "notes.txt", place.parent / "other.txt"]
        for path in strangers:
            path.write_text("not ours")
        with Host(self.uri()) as host:
            self.assertEqual(host.value(COUNT), 5)
            host.run("CREATE (:N)")
        for path in strangers:
            self.assertEqual(path.read_text(), "not ours")

    def test_slot_of_another_namespace__is_refused(self):
        place = self.fill()
        other = self.fill(name="other")
        slots = self.slots(place)
        shutil.copy(self.slots(other)[3], slots[3])
        started, health, answer = self.opened()
        self.assertTrue(not started or answer.status != 200)
        self.check_damage("a slot of another namespace")


class Copies(Stored):
    def test_copy_during_writes__opens_elsewhere(self):
        acked = []
        stop = threading.Event()
        with Host(self.uri()) as host:
            host.run("CREATE (:N {i: -1})-[:R]->(:M {i: -1})")

            def write():
                i = 0
                while not stop.is_set():
                    host.run("CREATE (:N {i: $i})-[:R]->(:M {i: $i})", {"i": i})
                    acked.append(i)
                    i += 1

            thread = threading.Thread(target=write, daemon=True)
            thread.start()
            for number in range(3):
                time.sleep(0.2)
                before = len(acked)
                copy = self.folder / ("copy%d" % number)
                subprocess.run(["cp", "-r", self.folder / "data", copy], check=False, capture_output=True)
                with Host(self.uri(copy.name)) as other:
                    found = sorted(other.value("MATCH (n:N)-[:R]->(m:M) WHERE n.i = m.i RETURN collect(n.i) AS l"))
                    self.assertEqual(found, list(range(-1, len(found) - 1)))  # a prefix of history
                    self.assertGreaterEqual(len(found), before)
                    self.assertEqual(other.value(COUNT), len(found))
                    other.run("CREATE (:N {i: 'own'})")
            stop.set()
            thread.join()
            self.assertEqual(host.value(COUNT), len(acked) + 1)

    def test_empty__opened_and_closed_writes_nothing(self):
        (self.folder / "data").mkdir()
        for store in [self.uri(), self.uri("nothing")]:
            with Host(store) as host:
                self.assertEqual(host.value(COUNT), 0)
                self.assertEqual(host.health()["writer"], "none")
        code, _, err = run_program("namidb", "run", "--store", self.uri(), COUNT)
        self.assertEqual(code, 0, err)
        self.assertEqual([str(p) for p in (self.folder / "data").rglob("*") if p.is_file()], [])
        self.assertFalse((self.folder / "nothing" / "demo").exists())


class ReadOnly(Stored):
    def test_folder__reads_work_and_writes_are_told(self):
        place = self.fill()
        mounted = False
        if os.getuid() == 0:  # root may write whatever the modes say: only a mount stops it
            self.mount("bind", place.parent)
            mounted = True
        else:
            subprocess.run(["chmod", "-R", "a-w", place.parent], check=True)
        try:
            with Host(self.uri()) as host:
                self.assertEqual(host.value(COUNT), 5)
                for _ in range(2):
                    answer = host.post("CREATE (:N)")
                    self.assertEqual(answer.status, 503, answer.body)
                    self.assertEqual(decode(answer)["code"], "Store.Refused")
                    self.assertEqual(host.value(COUNT), 5)
        finally:
            if mounted:
                subprocess.run(["umount", place.parent], check=True)

    def mount(self, kind, place):
        commands = [["mount", "--bind", place, place], ["mount", "-o", "remount,bind,ro", place]]
        for command in commands:
            done = subprocess.run(command, capture_output=True)
            if done.returncode != 0:
                raise unittest.SkipTest("%s mount: %s" % (kind, done.stderr.decode().strip()))


class Full(Stored):
    def check_full(self, host, free):
        kept = 0
        for i in range(400):
            answer = host.post("UNWIND range(1, 100) AS i CREATE (:N {i: i, t: $t})", {"t": "x" * 100})
            if answer.status != 200:
                break
            kept += 100
        error = decode(answer)
        self.assertEqual((answer.status, error["code"]), (507, "Store.Full"), answer.body)
        self.assertEqual(error["neo4j_code"], "Neo.DatabaseError.Transaction.TransactionCommitFailed")
        self.assertGreater(kept, 0)
        self.assertEqual(host.value(COUNT), kept)
        self.assertEqual(host.post("UNWIND range(1, 5000) AS i CREATE (:N {i: i, t: 'xxxxxxxx'})").status, 507)
        self.assertEqual(host.value(COUNT), kept)
        if free is not None:
            free()
            until(lambda: host.post("CREATE (:N)").status == 200, 5 * harness.PATIENCE, "it is well again")
            self.assertEqual(host.value(COUNT), kept + 1)
        return kept

    def test_memory_store__is_507_and_reads_go_on(self):
        with Host("memory://full?full=1m") as host:
            self.check_full(host, None)

    def test_disk__is_507_heals_and_keeps_all(self):
        place = self.folder / "data"
        place.mkdir()
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", place], capture_output=True)
        if done.returncode != 0:
            self.skipTest("no tmpfs can be mounted: " + done.stderr.decode().strip())
        try:
            ballast = place / "ballast"
            ballast.write_bytes(b"x" * (1 << 20))
            with Host(self.uri()) as host:
                kept = self.check_full(host, ballast.unlink) + 1
            with Host(self.uri()) as host:
                self.assertEqual(host.value(COUNT), kept)
        finally:
            subprocess.run(["umount", place], check=True)


if __name__ == "__main__":
    harness.main()
