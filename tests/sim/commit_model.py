#!/usr/bin/env python3
"""Explicit-state model of the commit protocol in docs/commit-protocol.md.

Explores every interleaving of two writers, one garbage collector and one follower on one
simulated bucket. A process may stop for ever between any two steps (that is a crash, a stall or
a pause); a request may be applied late, never, or applied with its answer lost. Rules carry the
numbers of that page. The full protocol must show no violation; with any one rule removed the
model must find one.  Usage: commit_model.py [all | base | big | RULE] [--trace]
"""
import sys
import time
from collections import deque, namedtuple

# One name per rule; removing a name from the set switches the protocol to the tempting shortcut.
RULES = {
    "proof-after-put":    "R5 ack after APPLIED alone",
    "proof-not-before":   "R5 read the floor before the PUT instead of after it",
    "age-from-proof":     "R6 measure the age as the duration of the PUT, not since the last proof",
    "claim-reexecutes":   "R3 a claimer commits with no claim record, and keeps its bytes when a slot is taken",
    "log-order-decides":  "R4 replay skips slots whose epoch is below the manifest's",
    "resend-same-bytes":  "R7 after UNKNOWN, 404 means failed; slot is used for the next statement",
    "nonce-settles":      "R7 after UNKNOWN, 'exists' means the race was lost",
    "foreign-needs-proof": "R7 another's record at my slot means failed, with no look at the floor",
    "any-other-fences":   "R4 only a higher epoch fences (a restored or forked copy has the same epoch)",
    "cas-if-match":       "R2 manifest written without If-Match",
    "keep-unknown-output": "R9 outputs of a flush with unknown outcome are deleted",
    "unique-names":       "R1 SST names are a counter from the manifest, PUT ALWAYS",
    "gc-spares-epoch":    "R10 GC deletes every SST the manifest does not name",
    "floor-before-delete": "R10 slots are deleted when the flush is uploaded, before its CAS",
    "reader-proof":       "R11 follower applies a slot without reading the floor after it",
    "reader-404-proof":   "R11 follower reads the manifest before the slot, 404 means up to date",
}

Man = namedtuple("Man", "seq nonce epoch floor sst files since")    # the manifest; etag = (seq, nonce)
Rec = namedtuple("Rec", "kind epoch writer cid base")               # a WAL slot; kind C claim, D data
Wr = namedtuple("Wr", "pc m ep n log done flushes pend unk res t0 tput")
Rd = namedtuple("Rd", "pc p log got h0 turns")
St = namedtuple("St", "man slots gone files net w gc r hist acked failed faults now")


class Violation(Exception):
    pass


class Model:
    def __init__(self, removed=None, start="led", commits=(2, 2), flushes=(1, 1), faults=1,
                 reader=True, clock=0, slots=6, reader_turns=3):
        self.on = set(RULES) - ({removed} if removed else set())
        self.commits, self.clock, self.k = commits, clock, slots
        self.retention = 2
        fresh = Wr("idle", None, 0, 0, (), 0, 0, None, False, None, 0, 0)
        w = [fresh._replace(flushes=flushes[i]) for i in (0, 1)]
        man = Man(0, (9, 0), 0, 0, (), (), 0)
        slots_ = [None] * slots
        if start == "led":                      # writer 0 has claimed epoch 1 in slot 1
            man = Man(1, (0, 1), 1, 0, (), (), 0)
            slots_[0] = Rec("C", 1, 0, 0, 0)
            w[0] = w[0]._replace(pc="lead", m=man, ep=1, n=2)
        if start == "forked":                   # writer 1 is a copy of writer 0: restored VM, fork()
            man = Man(1, (0, 1), 1, 0, (), (), 0)
            slots_[0] = Rec("C", 1, 0, 0, 0)
            w = [v._replace(pc="lead", m=man, ep=1, n=2) for v in w]
        self.init = St(man, tuple(slots_), frozenset(), frozenset(), frozenset(), tuple(w), None,
                       Rd("r0", 0, (), None, 0, reader_turns if reader else 0), (), frozenset(), frozenset(),
                       faults, 0)

    # ---- store ----------------------------------------------------------------------------
    def settle(self, s):
        """Recompute what recovery would see; check the invariants that hold at every moment."""
        seen, n = list(s.man.sst), s.man.floor + 1
        while n <= self.k and s.slots[n - 1] is not None:
            rec = s.slots[n - 1]
            if rec.kind == "D":
                if rec.base != len(seen):
                    raise Violation("I4 commit %d was computed on %d commits, stands at %d (lost update)"
                                    % (rec.cid, rec.base, len(seen)))
                seen.append(rec.cid)
            n += 1
        seen = tuple(seen)
        if seen[:len(s.hist)] != s.hist:
            raise Violation("I3 recoverable history went back: %s -> %s" % (s.hist, seen))
        if s.acked - set(seen):
            raise Violation("I1 acknowledged and lost: %s" % (sorted(s.acked - set(seen)),))
        if s.failed & set(seen):
            raise Violation("I2 reported failed, yet durable: %s" % (sorted(s.failed & set(seen)),))
        for f in s.man.files:
            if f not in s.files:
                raise Violation("I5 manifest names an SST that is gone or has other bytes: %s" % (f,))
        if seen != s.hist:
            s = s._replace(hist=seen)
        return s

    def land(self, s, req):
        """The store applies one request; its sender learns the answer if it still waits."""
        kind, who = req[0], req[1]
        ok = False
        if kind == "slot":
            n, rec = req[2:4]
            if s.slots[n - 1] is None:
                ok, sl = True, list(s.slots)
                sl[n - 1] = rec
                s = s._replace(slots=tuple(sl))
        else:
            etag, man = req[2:4]
            if (s.man.seq, s.man.nonce) == etag or "cas-if-match" not in self.on:
                ok, s = True, s._replace(man=man._replace(since=s.now))
        s = s._replace(net=s.net - {req})
        me = s.w[who]
        if me.res == ("wait", req):
            s = self.put_w(s, who, me._replace(res=("ok" if ok else "no", s.now)))
        return self.settle(s)

    @staticmethod
    def put_w(s, i, w):
        return s._replace(w=(w, s.w[1]) if i == 0 else (s.w[0], w))

    def send(self, s, i, w, req, pc):
        req += (sum(q[:4] == req for q in s.net),)             # attempts of one request are told apart
        w = w._replace(pc=pc, res=("wait", req), tput=s.now)
        return self.put_w(s._replace(net=s.net | {req}), i, w)

    # ---- successors -----------------------------------------------------------------------
    def successors(self, s):
        for req in sorted(s.net, key=repr):
            yield "store applies %s" % (req,), lambda req=req: self.land(s, req)
        for i in (0, 1):
            yield from self.writer(s, i)
        yield from self.collector(s)
        if s.r.turns:
            yield from self.follower(s)
        if s.now < self.clock:
            yield "time passes", lambda: s._replace(now=s.now + 1)

    def writer(self, s, i):
        w, name = s.w[i], "writer %d: " % i
        if w.pc == "idle":
            yield name + "GET manifest", lambda: self.put_w(s, i, w._replace(pc="have", m=s.man, t0=s.now))
        elif w.pc == "have":
            man = w.m._replace(seq=w.m.seq + 1, nonce=(i, w.m.seq + 1), epoch=w.m.epoch + 1)
            req = ("man", i, (w.m.seq, w.m.nonce), man)
            yield name + "CAS epoch %d" % man.epoch, lambda: self.send(
                s, i, w._replace(pend=man, ep=man.epoch, unk=False), req, "w-claim")
        elif w.pc in ("w-claim", "w-flush", "w-slot"):
            yield from self.answer(s, i, w, name)
        elif w.pc in ("s-claim", "s-flush"):
            yield from self.settle_cas(s, i, w, name)
        elif w.pc == "scan":
            yield name + "GET slot %d" % w.n, lambda: self.scan(s, i, w)
        elif w.pc == "chk":
            yield from self.settle_slot(s, i, w, name)
        elif w.pc == "foreign":
            yield name + "GET manifest (is the refusal final?)", lambda: self.foreign(s, i, w)
        elif w.pc == "post":
            yield name + "proof, then ack", lambda: self.post(s, i, w)
        elif w.pc == "pre":
            yield name + "GET manifest before PUT", lambda: (
                self.send(s, i, w, ("slot", i, w.n, w.pend), "w-slot") if s.man.floor < w.n
                else self.put_w(s, i, w._replace(pc="dead")))
        elif w.pc == "lead":
            yield from self.lead(s, i, w, name)
        elif w.pc == "upload":
            yield name + "PUT sst, send CAS", lambda: self.upload(s, i, w)

    def answer(self, s, i, w, name):
        if w.res[0] == "wait":
            if s.faults:
                nxt = {"w-claim": "s-claim", "w-flush": "s-flush", "w-slot": "chk"}[w.pc]

                def lost():
                    t = s._replace(faults=s.faults - 1)
                    v = w._replace(pc=nxt, unk=True, res=None)
                    if nxt == "s-flush" and "keep-unknown-output" not in self.on:
                        t = t._replace(files=t.files - set(w.pend.files))
                        v = v._replace(pc="lead", pend=None)
                        return self.settle(self.put_w(t, i, v))
                    return self.put_w(t, i, v)
                yield name + "answer lost: UNKNOWN", lost
            return
        ok = w.res[0] == "ok"
        if w.pc == "w-slot":
            if ok:
                yield name + "slot %d APPLIED" % w.n, lambda: self.put_w(s, i, w._replace(pc="post"))
            elif w.unk and "nonce-settles" not in self.on:
                yield name + "412 taken for a lost race", lambda: self.settle(
                    self.put_w(s._replace(failed=s.failed | {w.pend.cid} - {0}), i, w._replace(pc="dead")))
            else:
                yield name + "slot %d exists" % w.n, lambda: self.put_w(s, i, w._replace(pc="chk", res=None))
        elif ok:
            yield name + "CAS APPLIED", lambda: self.put_w(s, i, self.cas_ok(w, w.res[1]))
        elif w.unk:
            yield name + "CAS refused after UNKNOWN", lambda: self.put_w(
                s, i, w._replace(pc="s-" + w.pc[2:], res=None))
        else:
            yield name + "CAS refused", lambda: self.put_w(
                s, i, w._replace(pc="idle" if w.pc == "w-claim" else "dead", pend=None, res=None))

    @staticmethod
    def cas_ok(w, now):
        m = w.pend
        if w.pc[2:] == "claim":
            return w._replace(pc="scan", m=m, n=m.floor + 1, log=m.sst, pend=None, res=None, unk=False, t0=now)
        return w._replace(pc="lead", m=m, pend=None, res=None, unk=False)

    def settle_cas(self, s, i, w, name):
        if s.man.nonce == w.pend.nonce:
            yield name + "manifest is mine", lambda: self.put_w(s, i, self.cas_ok(w, s.now))
        elif (s.man.seq, s.man.nonce) == (w.m.seq, w.m.nonce):
            req = ("man", i, (w.m.seq, w.m.nonce), w.pend)
            yield name + "resend same CAS", lambda: self.send(s, i, w, req, "w-" + w.pc[2:])
        else:
            yield name + "manifest moved on", lambda: self.put_w(
                s, i, w._replace(pc="idle" if w.pc == "s-claim" else "dead", pend=None, res=None))

    def scan(self, s, i, w):
        if w.n > self.k:
            return self.put_w(s, i, w._replace(pc="dead"))
        rec = s.slots[w.n - 1]
        if rec is None:
            if "claim-reexecutes" not in self.on:
                return self.put_w(s, i, w._replace(pc="lead"))
            claim = Rec("C", w.ep, i, 0, len(w.log))
            return self.send(s, i, w._replace(pend=claim, unk=False), ("slot", i, w.n, claim), "w-slot")
        if rec.epoch > w.ep:
            return self.put_w(s, i, w._replace(pc="dead"))
        skip = "log-order-decides" not in self.on and rec.epoch < w.m.epoch
        log = w.log + (rec.cid,) if rec.kind == "D" and not skip else w.log
        return self.put_w(s, i, w._replace(n=w.n + 1, log=log))

    def settle_slot(self, s, i, w, name):
        rec = s.slots[w.n - 1]
        if rec == w.pend:
            yield name + "slot %d is mine" % w.n, lambda: self.put_w(s, i, w._replace(pc="post", res=("ok", s.now)))
        elif rec is not None:
            if "claim-reexecutes" not in self.on and rec.epoch < w.ep or \
                    "any-other-fences" not in self.on and rec.epoch == w.ep:
                yield name + "next slot, same bytes", lambda: self.send(
                    s, i, w._replace(n=w.n + 1), ("slot", i, w.n + 1, w.pend), "w-slot") \
                    if w.n < self.k else self.put_w(s, i, w._replace(pc="dead"))
            elif w.pend.kind == "C" and rec.epoch < w.ep:
                yield name + "replay on", lambda: self.put_w(s, i, w._replace(pc="scan", pend=None))
            else:
                yield name + "slot %d is another's" % w.n, lambda: (
                    self.put_w(s, i, w._replace(pc="foreign")) if "foreign-needs-proof" in self.on
                    else self.fail(s, i, w))
        elif w.unk:
            if "resend-same-bytes" in self.on:
                yield name + "404: resend same bytes", lambda: self.send(
                    s, i, w, ("slot", i, w.n, w.pend), "w-slot")
            else:
                yield name + "404 taken for failed", lambda: self.settle(self.put_w(
                    s._replace(failed=s.failed | {w.pend.cid} - {0}), i,
                    w._replace(pc="lead" if w.pend.kind == "D" else "dead", done=w.done + 1, pend=None, unk=False)))
            # giving up here (CommitUnknown) is the same as never being scheduled again

    def fail(self, s, i, w):
        return self.settle(self.put_w(s._replace(failed=s.failed | {w.pend.cid} - {0}), i, w._replace(pc="dead")))

    def foreign(self, s, i, w):
        if s.man.floor < w.n:                                  # the slot was never freed: a final no
            return self.fail(s, i, w)
        return self.put_w(s, i, w._replace(pc="dead"))         # CommitUnknown

    def post(self, s, i, w):
        proven = s.man.floor < w.n
        if self.clock:                                         # R6: a young proof stands in for the read
            start = w.t0 if "age-from-proof" in self.on else w.tput
            if not w.unk and w.res[1] - start < self.retention / 2:
                proven = True
        if "proof-after-put" not in self.on or "proof-not-before" not in self.on:
            proven = True
        if not proven:
            return self.put_w(s, i, w._replace(pc="dead"))     # CommitUnknown or claim refused
        t0 = w.res[1]
        if w.pend.kind == "C":
            return self.put_w(s, i, w._replace(pc="lead", n=w.n + 1, pend=None, unk=False, res=None, t0=t0))
        t = s._replace(acked=s.acked | {w.pend.cid})
        return self.settle(self.put_w(t, i, w._replace(
            pc="lead", n=w.n + 1, log=w.log + (w.pend.cid,), done=w.done + 1, pend=None, unk=False, res=None, t0=t0)))

    def lead(self, s, i, w, name):
        if w.done < self.commits[i] and w.n <= self.k:
            cid = 10 * (i + 1) + w.done
            rec = Rec("D", w.ep, i, cid, len(w.log))
            if "proof-not-before" in self.on:
                yield name + "PUT slot %d commit %d" % (w.n, cid), lambda: self.send(
                    s, i, w._replace(pend=rec, unk=False), ("slot", i, w.n, rec), "w-slot")
            else:
                yield name + "stage commit %d" % cid, lambda: self.put_w(
                    s, i, w._replace(pc="pre", pend=rec, unk=False))
        if w.flushes and w.log:
            yield name + "start flush", lambda: self.start_flush(s, i, w)

    def start_flush(self, s, i, w):
        log = w.log
        unique = "unique-names" in self.on
        file = ((w.ep, i, w.flushes) if unique else (0, 0, len(w.m.files) + 1), (i, log))
        man = w.m._replace(seq=w.m.seq + 1, nonce=(i, w.m.seq + 1), floor=w.n - 1, sst=log, files=(file,))
        return self.put_w(s, i, w._replace(pc="upload", pend=man, unk=False, flushes=w.flushes - 1))

    def upload(self, s, i, w):
        new = w.pend.files[0]
        t = s._replace(files=frozenset(f for f in s.files if f[0] != new[0]) | {new})
        if "floor-before-delete" not in self.on:
            t = t._replace(slots=tuple(None if n < w.pend.floor else r for n, r in enumerate(t.slots)))
        t = self.settle(t)
        return self.send(t, i, w, ("man", i, (w.m.seq, w.m.nonce), w.pend), "w-flush")

    def collector(self, s):
        if s.gc != s.man and (s.man.floor or s.files):
            yield "gc: GET manifest", lambda: s._replace(gc=s.man)
        if s.gc is None:
            return
        ripe = not self.clock or s.now - s.gc.since >= self.retention
        for n in range(1, s.gc.floor + 1):
            if ripe and s.slots[n - 1] is not None:
                def drop(n=n):
                    sl = list(s.slots)
                    sl[n - 1] = None
                    return self.settle(s._replace(slots=tuple(sl)))
                yield "gc: DELETE slot %d" % n, drop
        for f in sorted(s.files, key=repr):
            if f not in s.gc.files and (f[0][0] < s.gc.epoch or "gc-spares-epoch" not in self.on):
                yield "gc: DELETE sst %s" % (f[0],), lambda f=f: self.settle(s._replace(files=s.files - {f}))

    def follower(self, s):
        r = s.r
        first_manifest = "reader-404-proof" not in self.on

        def jump():
            log = s.man.sst if s.man.floor > r.p else r.log
            return r._replace(p=max(r.p, s.man.floor), log=log)

        def check(t):
            if t.hist[:len(t.r.log)] != t.r.log:
                raise Violation("I6 follower shows %s, history is %s" % (t.r.log, t.hist))
            return t

        def apply(v, rec):
            return v._replace(p=v.p + 1, log=v.log + (rec.cid,) if rec.kind == "D" else v.log)

        if r.pc == "r0" and first_manifest:
            yield "follower: GET manifest first", lambda: check(s._replace(r=jump()._replace(pc="r1", h0=len(s.hist))))
        elif r.pc == "r0":
            def get():
                rec = s.slots[r.p] if r.p < self.k else None
                v = r._replace(got=rec, h0=len(s.hist), pc="r1")
                if rec is not None and "reader-proof" not in self.on:
                    v = apply(r, rec)
                return check(s._replace(r=v))
            yield "follower: GET slot %d" % (r.p + 1), get
        elif r.pc == "r1":
            def finish():
                if first_manifest:
                    rec = s.slots[r.p] if r.p < self.k else None
                    v, jumped = r, False
                else:
                    rec, v, jumped = r.got, jump(), s.man.floor > r.p
                if rec is not None and not jumped:
                    v = apply(v, rec)
                elif rec is None and not jumped and len(v.log) < r.h0:
                    raise Violation("I7 follower says up to date with %s; %d commits were durable"
                                    % (v.log, r.h0))
                return check(s._replace(r=v._replace(pc="r0", got=None, h0=0, turns=r.turns - 1)))
            yield "follower: finish turn", finish


def explore(model, limit):
    """Breadth-first; returns (states, violation text or None, trace)."""
    parent = {model.init: None}
    queue = deque([model.init])
    while queue and len(parent) < limit:
        s = queue.popleft()
        for label, step in model.successors(s):
            try:
                t = step()
            except Violation as v:
                trace = [label]
                while parent[s] is not None:
                    s, lab = parent[s]
                    trace.append(lab)
                return len(parent), str(v), trace[::-1]
            if t not in parent:
                parent[t] = (s, label)
                queue.append(t)
    return len(parent), None if not queue else "limit", []


CONFIGS = {   # small worlds that together cover: takeover, racing claims, GC, follower, unknown outcomes, clock
    "takeover":  dict(start="led", commits=(2, 1), flushes=(0, 1), faults=1, reader=False, slots=6),
    "follower":  dict(start="led", commits=(2, 1), flushes=(0, 1), faults=0, reader=True, slots=5, reader_turns=4),
    "flush":     dict(start="led", commits=(1, 1), flushes=(1, 1), faults=1, reader=False, slots=5),
    "two-claims": dict(start="empty", commits=(1, 1), flushes=(1, 0), faults=1, reader=False, slots=5),
    "forked":    dict(start="forked", commits=(2, 1), flushes=(0, 0), faults=0, reader=False, slots=5),
    "zombies":   dict(start="led", commits=(1, 1), flushes=(0, 1), faults=2, reader=False, slots=5),
    "clock":     dict(start="led", commits=(2, 1), flushes=(0, 1), faults=0, reader=False, slots=6, clock=3),
}


BIG = {
    "big": dict(start="led", commits=(2, 2), flushes=(1, 1), faults=2, reader=False, slots=7),
    "big-follower": dict(start="led", commits=(2, 1), flushes=(1, 1), faults=1, reader=True, slots=6, reader_turns=3),
}


def main():
    want = [a for a in sys.argv[1:] if not a.startswith("--")] or ["all"]
    show = "--trace" in sys.argv
    bad = 0
    for removed in [None] + list(RULES):
        if want[0] not in ("all", removed or ("big" if want[0] == "big" else "base")):
            continue
        found, states, began = None, 0, time.time()
        for cfg, args in (BIG if want[0] == "big" else CONFIGS).items():
            n, why, trace = explore(Model(removed, **args), 6_000_000)
            states += n
            if removed is None:
                print("  base/%-10s %8d states  %s" % (cfg, n, why or "complete, no violation"))
            if why:
                found = (cfg, why, trace)
                break
        title = "full protocol" if removed is None else "without %-20s (%s)" % (removed, RULES[removed])
        verdict = "%s in %s, %d steps" % (found[1], found[0], len(found[2])) if found else "no violation"
        print("%-4s %s: %s  [%d states, %.0f s]" % (
            "ok" if bool(found) == bool(removed) else "BAD", title, verdict, states, time.time() - began))
        if found and show:
            print("\n".join("       " + x for x in found[2]))
        bad += bool(found) != bool(removed)
        sys.stdout.flush()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
