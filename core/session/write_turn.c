#include "core/session/write_turn.h"

#include <namidb/plugin_util.h>

enum { FRAME_BYTES_MAX = 256 << 20 }; /* one transaction in the log; beyond a slot: wal/big/ */

void nami_write_turn__init(struct nami_write_turn *turn, struct nami_database *database,
                           struct nami_waiter *waiter, const struct nami_call *call,
                           uint64_t timeout_ms)
{
    *turn = (struct nami_write_turn){
        .database = database, .call = call, .timeout_ms = timeout_ms, .waiter = waiter};
    nami_sleeper_init(&turn->sleeper, database->host);
}

static struct nami_waiter *waiter_of(struct nami_write_turn *turn)
{
    return turn->waiter != NULL ? turn->waiter : &turn->sleeper.waiter;
}

/* Past the deadline or cancelled while it waited? */
static int32_t check(const struct nami_write_turn *turn, struct nami_diagnostic *diag)
{
    const struct nami_host *host = turn->database->host;
    int32_t status = NAMI_OK;

    if (host->cancelled(host, turn->call->cancel) != 0) {
        return nami_diagnose(diag, NAMI_COND_CANCELLED, NULL, "the statement was cancelled");
    }
    if (host->mono_ns(host) >= turn->call->deadline_ns) {
        status = nami_diagnose(diag, NAMI_COND_QUERY_TIMEOUT, NULL,
                               "the statement waited longer than its limit of %llu ms",
                               (unsigned long long)turn->timeout_ms);
        nami_diagnose_hint(diag, "raise --query-timeout");
    }
    return status;
}

int32_t nami_write_turn__take(struct nami_write_turn *turn, struct nami_diagnostic *diag)
{
    int32_t status = NAMI_OK;

    while (!turn->has_token) {
        status = check(turn, diag);
        if (status != NAMI_OK) {
            return status;
        }
        turn->is_queued = true;
        status =
            nami_commit_token(turn->database->commit, waiter_of(turn), turn->wait_for_lease, diag);
        turn->has_token = status == NAMI_OK;
        if (status != NAMI_E_AGAIN) {
            turn->is_queued = false;
            return status;
        }
        if (turn->waiter != NULL) {
            return status;
        }
        (void)!nami_sleeper_wait(&turn->sleeper, turn->call->deadline_ns); /* check() tells */
    }
    return NAMI_OK;
}

void nami_write_turn__give(struct nami_write_turn *turn)
{
    if (turn->has_token) {
        turn->has_token = false;
        nami_commit_token_release(turn->database->commit, waiter_of(turn));
    }
}

int32_t nami_write_turn__begin(struct nami_write_turn *turn, struct nami_graph *graph,
                               struct nami_diagnostic *diag)
{
    uint64_t limit = turn->database->config.memtable_bytes_max;
    int32_t status = NAMI_OK;

    if (limit > 0 && nami_graph_bytes(graph) > limit) {
        status =
            nami_diagnose(diag, NAMI_COND_MEMORY_FULL, NULL,
                          "the graph's memory is full (%llu bytes)", (unsigned long long)limit);
        nami_diagnose_hint(diag, "raise --memory");
        return status;
    }
    turn->graph = graph;
    if (nami_txn_begin(graph, &turn->txn) != NAMI_OK) {
        return nami_diagnose(diag, NAMI_COND_OUT_OF_MEMORY, NULL, "no memory for a transaction");
    }
    turn->term = nami_commit_term(turn->database->commit);
    return NAMI_OK;
}

static int32_t encode_failed(int32_t status, struct nami_diagnostic *diag)
{
    if (status != NAMI_E_NOMEM && status != NAMI_E_TOO_LARGE) {
        return nami_diagnose(diag, NAMI_COND_INTERNAL, NULL, "the log frame can not be written");
    }
    status = nami_diagnose(diag, NAMI_COND_TRANSACTION_TOO_LARGE, NULL,
                           "one statement may change at most %d MiB", FRAME_BYTES_MAX >> 20);
    nami_diagnose_hint(diag, "write in several statements");
    return status;
}

/*
 * Staged before it is queued: the keeper may prove the slot before commit_stage() returns, and
 * publishing must find it. Nobody else can stage in between, we hold the token.
 */
int32_t nami_write_turn__stage(struct nami_write_turn *turn, struct nami_diagnostic *diag)
{
    struct nami_buf body;
    uint64_t lsn = nami_txn_lsn(turn->txn);
    int32_t status = NAMI_OK;

    if (nami_txn_is_empty(turn->txn)) { /* but what it read may not be proven yet */
        nami_txn_rollback(turn->txn);
        turn->txn = NULL;
        turn->lsn = lsn - 1;
        return NAMI_OK;
    }
    nami_buf_init(&body, FRAME_BYTES_MAX);
    status = nami_txn_encode(turn->txn, &body);
    if (status != NAMI_OK) {
        nami_buf_release(&body);
        return encode_failed(status, diag);
    }
    nami_txn_stage(turn->txn);
    turn->txn = NULL;
    turn->lsn = lsn;
    status = nami_commit_stage(turn->database->commit, lsn, nami_buf_view(&body), diag);
    if (status != NAMI_OK) {
        nami_graph_undo_after(turn->graph, lsn - 1);
    }
    nami_buf_release(&body);
    return status;
}

/* No deadline here: it is staged and will be settled, one way or the other. */
int32_t nami_write_turn__settle(struct nami_write_turn *turn, struct nami_diagnostic *diag)
{
    int32_t status = NAMI_E_AGAIN;

    while (status == NAMI_E_AGAIN) {
        turn->is_queued = true;
        status = nami_commit_settled(turn->database->commit, turn->term, turn->lsn, waiter_of(turn),
                                     diag);
        if (status == NAMI_E_AGAIN && turn->waiter != NULL) {
            return status;
        }
        if (status == NAMI_E_AGAIN) {
            (void)!nami_sleeper_wait(&turn->sleeper, NAMI_NO_DEADLINE);
        }
    }
    turn->is_queued = false;
    return status;
}

void nami_write_turn__abandon(struct nami_write_turn *turn)
{
    if (turn->is_queued) {
        turn->is_queued = false;
        nami_commit_token_cancel(turn->database->commit, waiter_of(turn));
        nami_commit_settled_cancel(turn->database->commit, waiter_of(turn));
    }
    nami_txn_rollback(turn->txn);
    turn->txn = NULL;
    nami_write_turn__give(turn);
}
