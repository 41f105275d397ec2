/*
 * core/commit/commit.h -- one namespace in a bucket: who may write, and when it is durable.
 *
 * What:   the state machine of docs/commit-protocol.md: FOLLOWER -> CLAIMING ->
 *         LEADER -> FENCED | POISONED -> FOLLOWER. Group commit, one slot in flight,
 *         settlement of unknown outcomes, proofs, lease, follower turns, release.
 * Bytes:  core/wal/wal.h (slots and frames), core/manifest/manifest.h.
 * Above:  session; the simulator.
 * Below:  store, wal, manifest. It knows nothing of graphs: what frames mean is the
 *         replica's business.
 * Thread: all functions from any thread; nothing here blocks except open and close. One
 *         actor, the keeper, sends every request that changes the bucket, in order (R2).
 *         A waiter's wake() runs under a lock of this module: it must not call back.
 */
#ifndef NAMI_CORE_COMMIT_COMMIT_H
#define NAMI_CORE_COMMIT_COMMIT_H

#include <stdbool.h>

#include "core/base/diagnostic.h"
#include "core/base/runtime.h"
#include "core/base/waiter.h"
#include "core/store/store_call.h"

struct nami_commit;
struct nami_manifest; /* core/manifest/manifest.h */

enum nami_role {
    NAMI_ROLE_NONE = 0,     /* nobody leads, as far as we know */
    NAMI_ROLE_FOLLOWER = 1, /* another leads */
    NAMI_ROLE_LEADER = 2,
    NAMI_ROLE_DEGRADED = 3 /* the store fails or the bytes are corrupt: see problem */
};

/* What the log is applied to. Called by the keeper (and by open), never concurrently. */
struct nami_replica {
    void *self;
    /* A durable frame, in LSN order, each once. Fails: CORRUPT, NOMEM. */
    int32_t (*apply)(void *self, uint64_t lsn, struct nami_slice body, struct nami_error *err);
    /* Everything up to `lsn` is proven: readers may see it. */
    void (*publish)(void *self, uint64_t lsn);
    /* Take back what was staged after `lsn`. Called while the keeper holds the write token. */
    void (*undo_after)(void *self, uint64_t lsn);
    /* Forget everything; replay begins anew (a jump to another manifest's state). */
    int32_t (*reset)(void *self, struct nami_error *err);
    /* For manifest.json: next ids. */
    void (*id_marks)(void *self, uint64_t *next_node, uint64_t *next_rel);
    /* The copy for people (schema/current.json); empty: nothing new. Fails: NOMEM. */
    int32_t (*describe)(void *self, struct nami_buf *out);
    /*
     * After reset(): take the state that the manifest's SSTs hold, up to manifest->lsn. NULL:
     * this replica reads no SSTs, and a namespace that was flushed is refused (UNSUPPORTED).
     */
    int32_t (*load)(void *self, const struct nami_manifest *manifest, struct nami_error *err);
};

struct nami_commit_config {
    const struct nami_runtime *runtime;
    const struct nami_store_handle *store;
    struct nami_slice prefix;  /* "prefix/ns/" or "ns/": ends with a slash */
    struct nami_slice node_id; /* who I am, for the manifest and R14 */
    struct nami_slice address; /* where my writes can be sent; may be empty */
    uint64_t lease_ms;         /* 15,000 */
    uint64_t retention_ms;     /* 86,400,000; at least 900,000 (tests and sim: less) */
    uint64_t refresh_ms;       /* a follower's turn at least so often; 250 */
    uint64_t settle_ms;        /* deadline for UNKNOWN and for a claim; 60,000 */
    uint64_t slot_bytes_max;   /* 16 MiB */
    struct nami_replica replica;
    uint32_t rules_off; /* tests/sim only: see commit_rules.h; drops those rules */
};

/*
 * Become a FOLLOWER: read the manifest, replay the log (blocking). Writes nothing; a
 * namespace that does not exist opens empty. Starts the keeper.
 * Fails: AUTH, CONFIG, TRANSIENT, CORRUPT, NOMEM.
 */
NAMI_CHECKED int32_t nami_commit_open(const struct nami_commit_config *config,
                                      struct nami_commit **out, struct nami_error *err);
/*
 * Commit what is staged, write a RELEASE if leading, stop the keeper. Blocks, at most until
 * `deadline_ns`. Waiters still queued are woken and find SHUTTING_DOWN. NULL is fine.
 */
void nami_commit_close(struct nami_commit *commit, uint64_t deadline_ns);

/* ---- the write token (R12): one FIFO queue per namespace ---- */

/*
 * Take it, or queue `waiter` and answer AGAIN; when woken, the token is already yours: call
 * again with the same waiter to hear OK. The namespace is claimed first if need be, so OK
 * means: I lead, and the replica has everything.
 * `wait_for_lease`: while another host leads, wait (CLI, embedded) rather than fail.
 * Fails: AGAIN, and by `diag` NOT_A_LEADER (with the leader's address), SHUTTING_DOWN,
 * STORE_*, CORRUPT, BUSY.
 */
NAMI_CHECKED int32_t nami_commit_token(struct nami_commit *commit, struct nami_waiter *waiter,
                                       bool wait_for_lease, struct nami_diagnostic *diag);
/* Leave the queue; gives the token back if it was granted meanwhile. Not queued is fine. */
void nami_commit_token_cancel(struct nami_commit *commit, struct nami_waiter *waiter);
/* After nami_commit_stage(), or after a rollback. */
void nami_commit_token_release(struct nami_commit *commit, struct nami_waiter *waiter);

/* ---- group commit (R13) ---- */

/*
 * Queue a frame body for the next slot; copied. Only with the token in hand; lsn is the
 * last staged plus one. It is sent once the token is released: do that before waiting for
 * settled(). Fails: TRANSACTION_TOO_LARGE, OUT_OF_MEMORY, SHUTTING_DOWN, COMMIT_FAILED (the
 * state it was computed on is lost: roll back); then nothing is queued.
 */
NAMI_CHECKED int32_t nami_commit_stage(struct nami_commit *commit, uint64_t lsn,
                                       struct nami_slice body, struct nami_diagnostic *diag);
/*
 * Is `lsn` settled? OK: proven, durable. AGAIN: the waiter is queued. Else the slot was lost:
 * COMMIT_FAILED (not durable), COMMIT_UNKNOWN, SHUTTING_DOWN, and the state is undone.
 * Also for a statement that only read staged state. `term` is nami_commit_term() when staged:
 * LSNs of another term are other LSNs.
 */
NAMI_CHECKED int32_t nami_commit_settled(struct nami_commit *commit, uint64_t term, uint64_t lsn,
                                         struct nami_waiter *waiter, struct nami_diagnostic *diag);
void nami_commit_settled_cancel(struct nami_commit *commit, struct nami_waiter *waiter);
/* Grows whenever staged state was thrown away. */
uint64_t nami_commit_term(const struct nami_commit *commit);

/* ---- status ---- */

struct nami_commit_status {
    uint32_t role; /* enum nami_role */
    uint32_t reserved;
    uint64_t manifest_seq; /* 0: no manifest */
    uint64_t epoch;
    uint64_t slot;     /* last applied or written */
    uint64_t lsn;      /* proven */
    uint64_t stale_ms; /* follower: since the last complete turn; leader: 0 */
    uint64_t commits;  /* slots written by this process */
    uint64_t frames;   /* in them */
    char leader[128];  /* address of another leader; may be empty */
    char problem[256]; /* DEGRADED: why */
};
void nami_commit_status(const struct nami_commit *commit, struct nami_commit_status *out);
/*
 * A turn now; `waiter` wakes when one that began after this call is complete, or at close.
 * Leave with nami_commit_settled_cancel().
 */
void nami_commit_refresh(struct nami_commit *commit, struct nami_waiter *waiter);

#endif /* NAMI_CORE_COMMIT_COMMIT_H */
