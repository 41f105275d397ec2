/*
 * core/session/write_turn.h -- one turn with the write token (R12, R13): take it, open a
 * transaction on the newest staged state, stage, give the token on, wait until it is proven.
 *
 * Used by statements that write and by typed staging. Private to session/.
 *
 * Thread: one at a time. With a waiter nothing blocks: AGAIN, and the same call again after the
 *         wake. Without one the calls sleep.
 */
#ifndef NAMI_CORE_SESSION_WRITE_TURN_H
#define NAMI_CORE_SESSION_WRITE_TURN_H

#include "core/session/database.h"

struct nami_write_turn {
    struct nami_database *database;
    const struct nami_call *call; /* deadline and cancel token while waiting for the token */
    uint64_t timeout_ms;          /* what the message names */
    struct nami_waiter *waiter;   /* NULL: sleep */
    struct nami_sleeper sleeper;
    bool wait_for_lease;
    bool has_token;
    bool is_queued; /* the waiter may be in a queue of commit */
    struct nami_graph *graph;
    struct nami_txn *txn;
    uint64_t term;
    uint64_t lsn; /* newest that was read or written; proven before it is answered */
};

void nami_write_turn__init(struct nami_write_turn *turn, struct nami_database *database,
                           struct nami_waiter *waiter, const struct nami_call *call,
                           uint64_t timeout_ms);
/* Fails: AGAIN, QUERY_TIMEOUT, CANCELLED, and as nami_commit_token(). */
NAMI_CHECKED int32_t nami_write_turn__take(struct nami_write_turn *turn,
                                           struct nami_diagnostic *diag);
/* With the token: open turn->txn on `graph`, which is the current one. Fails: MEMORY_FULL, ... */
NAMI_CHECKED int32_t nami_write_turn__begin(struct nami_write_turn *turn, struct nami_graph *graph,
                                            struct nami_diagnostic *diag);
/* The transaction's end: it is queued for the next slot, or undone if that fails. */
NAMI_CHECKED int32_t nami_write_turn__stage(struct nami_write_turn *turn,
                                            struct nami_diagnostic *diag);
void nami_write_turn__give(struct nami_write_turn *turn);
/* OK once what was read and written is proven. Fails: AGAIN, COMMIT_FAILED, COMMIT_UNKNOWN. */
NAMI_CHECKED int32_t nami_write_turn__settle(struct nami_write_turn *turn,
                                             struct nami_diagnostic *diag);
/* Undo and give back whatever is held; out of every queue. */
void nami_write_turn__abandon(struct nami_write_turn *turn);

#endif /* NAMI_CORE_SESSION_WRITE_TURN_H */
