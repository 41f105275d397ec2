/*
 * core/commit/commit_internal.h -- what the files of this folder share.
 *
 * Two halves: `guarded` is touched by any thread under the lock, which is never held across
 * a store call or a wait; `k` belongs to the keeper (and to open and close while it does not
 * run). Waiters are woken under the lock: wake() must not call back.
 */
#ifndef NAMI_CORE_COMMIT_COMMIT_INTERNAL_H
#define NAMI_CORE_COMMIT_COMMIT_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include <namidb/plugin_util.h>

#include "core/base/buf.h"
#include "core/commit/commit.h"
#include "core/commit/commit_rules.h"
#include "core/commit/manifest_edit.h"
#include "core/manifest/manifest.h"
#include "core/wal/wal.h"

enum {
    NAMI_TAIL_SLOTS = 32, /* read side by side */
    NAMI_TERMS_KEPT = 64, /* ended terms whose fate is remembered */
    NAMI_KEY_TEXT = NAMI_KEY_BYTES_MAX + 1,
    NAMI_PREFIX_BYTES_MAX = 800, /* leaves room for the longest name below it */
    NAMI_COMMIT_TEXT_MAX = 127,  /* node id, address */
    NAMI_PROBLEM_TEXT = 256,
    NAMI_WRITE_CHECK_MS = 5000,  /* between two looks whether writes work again */
    NAMI_DESCRIBE_MS = 1000,     /* between two copies of the schema */
    NAMI_HOLD_MS = 1000,         /* between two tries for the lock */
    NAMI_CORRUPT_CHECK_MS = 5000 /* between two looks whether corrupt bytes are repaired */
};

/* ---- what was staged ---- */

struct staged_frame {
    struct staged_frame *next;
    uint64_t lsn;
    size_t len;
    uint8_t bytes[];
};

struct frame_list {
    struct staged_frame *head;
    struct staged_frame *tail;
    uint64_t count;
    uint64_t bytes;
};

struct waiter_list {
    struct nami_waiter *head;
    struct nami_waiter *tail;
};

/* What a user is told: a condition and a line. */
struct commit_problem {
    uint32_t condition; /* enum nami_condition; NONE: all is well */
    bool is_of_writes;  /* reads go on */
    char message[NAMI_PROBLEM_TEXT];
};

/* How a term ended. LSNs up to `proven` are durable, those up to `unknown_last` may be. */
struct ended_term {
    uint64_t term;
    uint64_t proven;
    uint64_t unknown_last;
    struct commit_problem verdict; /* of the rest */
};

/* Which queue a waiter is in: waiter->queue points to one of these. */
enum waiter_place {
    PLACE_TOKEN,       /* for the token; NOT_A_LEADER ends the wait */
    PLACE_TOKEN_LEASE, /* for the token, also through another's lease */
    PLACE_REFUSED,     /* woken, has not heard the refusal yet */
    PLACE_SETTLE_NOW,  /* its LSN is in the slot in flight */
    PLACE_SETTLE_LATER,
    PLACE_REFRESH_NEW,
    PLACE_REFRESH_NOW, /* the turn that it waits for has begun */
    PLACE_COUNT
};

struct commit_guarded {
    struct nami_event event; /* the keeper's alarm clock */
    bool is_asleep;
    bool is_gathering; /* asleep, and only a full group is worth waking for */

    struct nami_waiter *holder; /* of the token */
    bool keeper_wants;          /* the token, before all others */
    bool is_term_over;          /* what the holder would stage is lost already */
    bool is_leading;            /* the token may be granted */
    struct waiter_list token_queue;
    struct waiter_list refused;
    struct nami_diagnostic refusal; /* the last one */

    struct frame_list holding; /* staged by the holder, not yet released */
    struct frame_list staged;  /* for the next slot */
    uint64_t staged_lsn;       /* the last one, `holding` included */
    uint64_t flight_lsn;       /* the last one that was sent */
    uint64_t proven_lsn;
    uint64_t arrivals;     /* frames staged since the last answer */
    uint64_t gather_count; /* arrivals that make the group full */
    struct waiter_list settle_now;
    struct waiter_list settle_later;
    struct ended_term ended[NAMI_TERMS_KEPT]; /* a ring, by term */

    struct waiter_list refresh_new;
    struct waiter_list refresh_now;
    struct nami_manifest_edit *edits;
    struct nami_manifest_edit **edits_end;

    bool is_closing;
    uint64_t close_deadline_ns;
    uint64_t turn_ns; /* when the last complete turn began */
    struct nami_commit_status status;
};

/* ---- the keeper's ---- */

enum keeper_state { KEEPER_FOLLOWER, KEEPER_CLAIMING, KEEPER_LEADER };

/* The last slot of the log that we hold. */
struct commit_position {
    uint64_t slot;
    uint64_t lsn;
    uint64_t epoch;
    int64_t modified_ms; /* the store's; NAMI_NO_TIME */
    uint32_t kind;       /* enum nami_wal_kind; 0: none */
    uint8_t nonce[NAMI_ID_BYTES];
};

/* A run of slots as read; see tail.c. */
struct tail_run {
    size_t count;        /* found, without a gap */
    size_t asked;        /* and so many were asked for */
    int64_t answered_ms; /* of the last answer that counts; NAMI_NO_TIME */
    struct nami_buf *bufs[NAMI_TAIL_SLOTS];
    struct nami_read reqs[NAMI_TAIL_SLOTS];
    struct nami_result results[NAMI_TAIL_SLOTS];
    struct nami_error error;
    char keys[NAMI_TAIL_SLOTS][NAMI_KEY_TEXT];
};

/* A best-effort write that nobody waits for: schema/current.json. */
struct side_write {
    bool is_pending;
    struct nami_store_pending pending;
    struct nami_write req;
    struct nami_slice part;
    struct nami_result result;
    struct nami_call call;
    struct nami_buf body;
    char key[NAMI_KEY_TEXT];
};

struct commit_keeper {
    enum keeper_state state;
    bool has_manifest;
    bool needs_reset;                 /* the replica's state is not the log's up to `at` */
    struct nami_manifest manifest;    /* the newest seen */
    struct nami_version version;      /* its version in the store */
    int64_t manifest_ms;              /* when it was written, the store's time */
    uint8_t own_nonce[NAMI_ID_BYTES]; /* of the manifest that I wrote last */
    struct commit_position at;
    int64_t store_ms;   /* the last store time known */
    int64_t proof_ms;   /* T(proof) of R6 */
    uint64_t shown_lsn; /* the last one published */
    struct tail_run *run;
    size_t run_want;
    struct nami_hold *hold;
    bool has_no_hold; /* the store does not offer it */
    uint64_t hold_due_ns;
    uint64_t turn_due_ns;
    uint32_t turn_failures;
    uint64_t claim_due_ns;
    uint64_t claim_began_ns; /* first failure of the claims now tried; 0: none */
    uint64_t claim_failures;
    bool has_drawn_delay; /* R14: the random delay after an expired lease */
    uint64_t write_check_ns;
    uint64_t put_ns; /* usual time of a PUT */
    uint64_t answered_ns;
    uint64_t gather_seen; /* arrivals at the last look */
    uint64_t gather_look_ns;
    uint64_t counter; /* of wal/big/ names in this epoch */
    struct nami_buf slot;
    struct side_write schema;
    bool may_describe; /* a slot was proven since the last look */
    uint64_t describe_due_ns;
    bool was_slot; /* the last thing done: edits take turns with slots */
    struct commit_problem problem;
};

struct nami_commit {
    struct nami_actor actor; /* first */
    struct nami_commit *self;
    const struct nami_runtime *runtime;
    const struct nami_host *host;
    const struct nami_store_handle *store;
    struct nami_replica replica;
    uint64_t lease_ms;
    uint64_t retention_ms;
    uint64_t refresh_ms;
    uint64_t settle_ms;
    uint64_t slot_bytes_max;
    uint32_t rules_off;
    char prefix[NAMI_PREFIX_BYTES_MAX + 1];
    char node_id[NAMI_COMMIT_TEXT_MAX + 1];
    char address[NAMI_COMMIT_TEXT_MAX + 1];
    _Atomic uint64_t term;
    uint8_t places[PLACE_COUNT]; /* addresses only: see enum waiter_place */
    pthread_mutex_t lock;
    struct commit_guarded guarded;
    struct commit_keeper k;
};

/* Does the engine keep this rule? Always, but for the simulator. */
static inline bool nami_commit__keeps(const struct nami_commit *c, uint32_t rule)
{
    return (c->rules_off & rule) == 0;
}

/* ---- io.c: requests, time, chance ---- */

struct commit_io {
    struct nami_result result;
    struct nami_error error;
};

uint64_t nami_commit__now(const struct nami_commit *c);
/* settle_ms from now, or the end of close() if that is sooner. */
uint64_t nami_commit__deadline(struct nami_commit *c);
struct nami_slice nami_commit__prefix(const struct nami_commit *c);
/* Append the object; `version`: unless it still is that one (NOT_MODIFIED). */
NAMI_CHECKED int32_t nami_commit__get(struct nami_commit *c, const char *key,
                                      const struct nami_version *version, struct nami_buf *buf,
                                      struct commit_io *io);
NAMI_CHECKED int32_t nami_commit__put(struct nami_commit *c, const char *key, uint32_t when,
                                      const struct nami_version *version, struct nami_slice bytes,
                                      struct commit_io *io);
/* Remember the store's time from an answer. */
void nami_commit__note_time(struct nami_commit *c, const struct nami_result *result);
/* R6: may a proof of T(proof) = proof_ms stand in at store time now_ms? */
bool nami_commit__is_young(const struct nami_commit *c, int64_t now_ms, int64_t proof_ms);
/* Might another try help? */
bool nami_commit__is_passing(int32_t status, const struct nami_error *err);
/* Wait before try number `failures` + 1; false if that would be past the deadline. */
bool nami_commit__back_off(struct nami_commit *c, uint64_t failures, uint64_t deadline_ns);
/* Fresh 128 bits (R1); `last` is what came before it. */
NAMI_CHECKED int32_t nami_commit__nonce(struct nami_commit *c, const uint8_t last[NAMI_ID_BYTES],
                                        uint8_t out[NAMI_ID_BYTES]);
/* 0 to below `bound_ms`, evenly. */
uint64_t nami_commit__random_ms(struct nami_commit *c, uint64_t bound_ms);
NAMI_PRINTF(3, 4)
void nami_commit__log(const struct nami_commit *c, uint32_t level, const char *fmt, ...);
struct commit_problem nami_commit__problem(int32_t status, const struct nami_error *err);

/* ---- waiters.c: queues of waiters; under the lock ---- */

void nami_commit__enqueue_locked(struct nami_commit *c, struct waiter_list *list,
                                 struct nami_waiter *waiter, enum waiter_place place);
/* NULL: it is in none. */
bool nami_commit__is_in(const struct nami_commit *c, const struct nami_waiter *waiter,
                        enum waiter_place place);
/* Out of whatever queue it is in; not queued is fine. */
void nami_commit__unlink_locked(struct nami_commit *c, struct nami_waiter *waiter);
struct nami_waiter *nami_commit__pop_locked(struct waiter_list *list);
void nami_commit__wake_all_locked(struct waiter_list *list);
/* Append all of `from` to `to`. */
void nami_commit__move_locked(struct nami_commit *c, struct waiter_list *from,
                              struct waiter_list *to, enum waiter_place place);
void nami_commit__frames_append(struct frame_list *to, struct frame_list *from);
void nami_commit__frames_free(const struct nami_commit *c, struct frame_list *list);

/* ---- token.c (R12), group.c (R13) ---- */

/* Give the token to the next in line, if it may be given. */
void nami_commit__grant_locked(struct nami_commit *c);
/* Tell the waiters for the token; `also_lease`: those too that would wait for a lease. */
void nami_commit__refuse(struct nami_commit *c, const struct nami_diagnostic *why, bool also_lease);
void nami_commit__wake_keeper_locked(struct nami_commit *c);

/* ---- term.c: the state that statements build on, and its loss ---- */

/* The replica stands at k.at and tokens may be granted. */
void nami_commit__lead(struct nami_commit *c);
/*
 * Undo what was staged after the last proven LSN and tell its waiters. LSNs up to
 * `unknown_last` hear COMMIT_UNKNOWN, the others `verdict`. Then lead on, or follow.
 */
void nami_commit__end_term(struct nami_commit *c, uint64_t unknown_last,
                           const struct commit_problem *verdict, bool lead_on);
/* FENCED: another host leads. */
void nami_commit__fence(struct nami_commit *c, const char *why);
void nami_commit__set_problem(struct nami_commit *c, const struct commit_problem *problem);
void nami_commit__publish_status(struct nami_commit *c);

/* ---- root.c: manifest.json ---- */

/* Read it if it changed. OK also if there is none (has_manifest is then false). */
NAMI_CHECKED int32_t nami_commit__read_manifest(struct nami_commit *c, struct nami_error *err);
/* The current one again, with seq, nonces and writer set for the next swap; or a first one. */
NAMI_CHECKED int32_t nami_commit__next_manifest(struct nami_commit *c, struct nami_manifest *out,
                                                struct nami_error *err);
/*
 * Swap it in (R2), settled (R9). OK: `next` is now k.manifest and empty. PRECONDITION:
 * another's came first. DEADLINE: nobody knows. Else: not written, and why.
 */
NAMI_CHECKED int32_t nami_commit__swap_manifest(struct nami_commit *c, struct nami_manifest *next,
                                                struct nami_error *err);
bool nami_commit__is_my_manifest(const struct nami_commit *c);
void nami_commit__run_edit(struct nami_commit *c, struct nami_manifest_edit *edit);

/* ---- tail.c: reading the log ---- */

NAMI_CHECKED int32_t nami_commit__read_run(struct nami_commit *c, uint64_t first, size_t want,
                                           struct nami_error *err);
void nami_commit__drop_run(struct nami_commit *c);
struct nami_slice nami_commit__run_bytes(const struct nami_commit *c, size_t i);
/* Apply slot number i of the run, which continues the log (R4c). */
NAMI_CHECKED int32_t nami_commit__apply(struct nami_commit *c, size_t i, struct nami_error *err);
/* How many to ask for next, by how large the last ones were. */
size_t nami_commit__next_want(const struct nami_commit *c);

/* ---- follow.c (R11) ---- */

/* Follow until up to date as of the start. `fresh`: the manifest is read in any case. */
NAMI_CHECKED int32_t nami_commit__follow(struct nami_commit *c, bool fresh, struct nami_error *err);
/* Let readers see what was applied, unless they have seen more: a reset is caught up first. */
void nami_commit__show(struct nami_commit *c);
/* Begin again at the manifest's state. */
NAMI_CHECKED int32_t nami_commit__jump(struct nami_commit *c, struct nami_error *err);
/* A leader that just wrote need not look yet whether it still leads. */
void nami_commit__lead_check_later(struct nami_commit *c);
/* A turn, its bookkeeping and its waiters. */
void nami_commit__turn(struct nami_commit *c);

/* ---- claim.c (R3), lease.c (R14) ---- */

void nami_commit__claim(struct nami_commit *c);

enum lease_verdict { LEASE_FREE, LEASE_EXPIRED, LEASE_HELD };
/* May we claim? As of the turn just made; may take the hold. */
enum lease_verdict nami_commit__judge_lease(struct nami_commit *c);
/* Does another host lead, as far as we know without asking? */
bool nami_commit__another_leads(const struct nami_commit *c);
/* true: the lock that the kernel frees when its holder dies is ours. */
bool nami_commit__take_hold(struct nami_commit *c);
/* A leader without it tries again now and then. */
void nami_commit__want_hold(struct nami_commit *c);
void nami_commit__release_hold(struct nami_commit *c);

/* ---- settle.c (R7), prove.c (R5, R6), slot.c (R13), big.c ---- */

enum slot_fate {
    SLOT_MINE,        /* it holds my bytes */
    SLOT_OTHERS,      /* it holds another's: `other` is its header */
    SLOT_NOT_WRITTEN, /* no attempt was applied or ever will be */
    SLOT_UNKNOWN      /* not settled by the deadline */
};

struct slot_put {
    uint64_t slot;
    uint8_t nonce[NAMI_ID_BYTES];
    struct nami_slice bytes;
    uint64_t deadline_ns;
    /* out */
    bool is_certain;     /* no attempt is unknown, APPLIED in time: R6 may skip the read */
    bool is_final;       /* OTHERS: taken for a final no, see NAMI_RULE_R7_NONCE */
    int64_t answered_ms; /* the store's time of the answer */
    int64_t known_ms;    /* the last store time known before it was sent */
    int32_t status;      /* NOT_WRITTEN, UNKNOWN: why */
    struct nami_error error;
    struct nami_wal_header other;
    uint64_t took_ns;
};

enum slot_fate nami_commit__put_slot(struct nami_commit *c, struct slot_put *put);

enum proof { PROOF_HELD, PROOF_BROKEN, PROOF_MISSING };
/* Is floor < slot, by a read begun now, or by a young proof (R5, R6)? */
enum proof nami_commit__prove(struct nami_commit *c, struct slot_put *put, bool may_skip);

/* Fill in a header that continues the log at `slot`, with a fresh nonce. */
NAMI_CHECKED int32_t nami_commit__slot_header(struct nami_commit *c, uint32_t kind,
                                              struct nami_wal_header *out);
void nami_commit__slot_is_mine(struct nami_commit *c, const struct nami_wal_header *header,
                               const struct slot_put *put);
/* Is there a group to send? Else *until_ns says when to look again. Under the lock. */
bool nami_commit__group_is_ready_locked(struct nami_commit *c, uint64_t now_ns, uint64_t *until_ns);
void nami_commit__commit_group(struct nami_commit *c);
void nami_commit__write_release(struct nami_commit *c);
bool nami_commit__is_big(const struct nami_commit *c, size_t len);
uint64_t nami_commit__big_bytes_max(const struct nami_commit *c);
/* Put the body as an object of its own; *frame refers to it. */
NAMI_CHECKED int32_t nami_commit__put_big(struct nami_commit *c, struct nami_slice body,
                                          struct nami_wal_frame *frame, struct nami_error *err);
NAMI_CHECKED int32_t nami_commit__get_big(struct nami_commit *c, uint64_t slot,
                                          const struct nami_wal_frame *frame, struct nami_buf **out,
                                          struct nami_error *err);

/* ---- schema.c ---- */

/* Begin to write schema/current.json if there is something new. */
void nami_commit__describe(struct nami_commit *c);
void nami_commit__describe_finish(struct nami_commit *c);

/* ---- keeper.c ---- */

void nami_commit__keep(struct nami_actor *actor);

#endif /* NAMI_CORE_COMMIT_COMMIT_INTERNAL_H */
