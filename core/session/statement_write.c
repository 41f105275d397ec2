/*
 * A write (R12, R13): take the token, run to the end on the newest staged state, stage, give
 * the token on, and answer once the slot is proven. Its rows are made while the transaction is
 * open, since they show the graph as the statement left it.
 */
#include <namidb/plugin_util.h>

#include "core/base/limits.h"
#include "core/session/batch_part.h"
#include "core/session/result_batch.h"
#include "core/session/statement.h"

enum { FRAME_BYTES_MAX = 256 << 20 }; /* one transaction in the log; beyond the slot: wal/big/ */

static struct nami_waiter *waiter_of(struct nami_statement_run *run)
{
    return run->waiter != NULL ? run->waiter : &run->sleeper.waiter;
}

/* Blocking callers sleep here until they are woken; others pass AGAIN on. */
static int32_t sleep_on(struct nami_statement_run *run, struct nami_diagnostic *diag)
{
    if (run->waiter != NULL) {
        return NAMI_E_AGAIN;
    }
    if (nami_sleeper_wait(&run->sleeper, run->call.deadline_ns) == NAMI_OK) {
        return NAMI_OK;
    }
    return nami_statement__check(run, diag);
}

static int32_t take_token(struct nami_statement_run *run, struct nami_diagnostic *diag)
{
    int32_t status = NAMI_E_AGAIN;

    while (!run->has_token) {
        status = nami_statement__check(run, diag);
        if (status != NAMI_OK) {
            return status;
        }
        run->is_queued = true;
        status =
            nami_commit_token(run->database->commit, waiter_of(run), run->wait_for_lease, diag);
        run->has_token = status == NAMI_OK;
        if (status != NAMI_E_AGAIN) {
            run->is_queued = false;
            return status;
        }
        status = sleep_on(run, diag);
        if (status != NAMI_OK) {
            return status;
        }
    }
    return NAMI_OK;
}

static void give_token(struct nami_statement_run *run)
{
    if (run->has_token) {
        run->has_token = false;
        nami_commit_token_release(run->database->commit, waiter_of(run));
    }
}

static int32_t begin(struct nami_statement_run *run, struct nami_diagnostic *diag)
{
    uint64_t limit = run->database->config.memtable_bytes_max;
    struct graph_ref *now = nami_database__graph(run->database);
    int32_t status = NAMI_OK;

    if (now != run->graph) { /* a claim may have begun anew since the statement was opened */
        nami_snapshot_release(&run->snapshot);
        nami_database__graph_unref(run->graph);
        run->graph = now;
        status = nami_snapshot_open(now->graph, &run->snapshot);
    } else {
        nami_database__graph_unref(now);
    }
    if (status == NAMI_OK && limit > 0 && nami_graph_bytes(run->graph->graph) > limit) {
        status =
            nami_diagnose(diag, NAMI_COND_MEMORY_FULL, NULL,
                          "the graph's memory is full (%llu bytes)", (unsigned long long)limit);
        nami_diagnose_hint(diag, "raise --memory");
        return status;
    }
    if (status == NAMI_OK) {
        status = nami_txn_begin(run->graph->graph, &run->txn);
    }
    if (status != NAMI_OK) {
        return nami_diagnose(diag, NAMI_COND_OUT_OF_MEMORY, NULL, "no memory for a transaction");
    }
    run->term = nami_commit_term(run->database->commit);
    run->exec.txn = run->txn;
    run->exec.snap = nami_txn_snapshot(run->txn);
    return NAMI_OK;
}

static int32_t keep_rows(struct nami_statement_run *run, const struct nami_rows *rows,
                         struct nami_diagnostic *diag)
{
    struct kept_batch *kept = nami_arena_calloc(&run->result, 1, sizeof(*kept));
    int32_t status = kept != NULL
                         ? nami_result_batch(&run->result, run->exec.snap, rows, &kept->batch)
                         : NAMI_E_NOMEM;

    if (status != NAMI_OK) {
        return status == NAMI_E_TOO_LARGE
                   ? nami_diagnose(diag, NAMI_COND_RESULT_TOO_LARGE, NULL,
                                   "one column of the result is larger than 4 GiB")
                   : nami_statement__nomem(run, diag);
    }
    *run->kept_end = kept;
    run->kept_end = &kept->next;
    return NAMI_OK;
}

static int32_t run_to_end(struct nami_statement_run *run, struct nami_diagnostic *diag)
{
    const struct nami_rows *rows = NULL;
    int32_t status = nami_statement__open_cursor(run, diag);

    while (status == NAMI_OK) {
        status = nami_exec_next(run->cursor, &rows);
        if (status != NAMI_OK) {
            *diag = run->diag;
        } else if (rows->count == 0) {
            break;
        } else if (run->planned->plan->columns.count > 0) {
            status = keep_rows(run, rows, diag);
        }
    }
    nami_exec_close(run->cursor);
    run->cursor = NULL;
    return status;
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
static int32_t stage(struct nami_statement_run *run, struct nami_diagnostic *diag)
{
    struct nami_buf body;
    uint64_t lsn = nami_txn_lsn(run->txn);
    int32_t status = NAMI_OK;

    run->changes = *nami_txn_changes(run->txn);
    if (nami_txn_is_empty(run->txn)) { /* but what it read may not be proven yet */
        nami_txn_rollback(run->txn);
        run->txn = NULL;
        run->lsn = lsn - 1;
        return NAMI_OK;
    }
    nami_buf_init(&body, FRAME_BYTES_MAX);
    status = nami_txn_encode(run->txn, &body);
    if (status != NAMI_OK) {
        nami_buf_release(&body);
        return encode_failed(status, diag);
    }
    nami_txn_stage(run->txn);
    run->txn = NULL;
    run->lsn = lsn;
    status = nami_commit_stage(run->database->commit, lsn, nami_buf_view(&body), diag);
    if (status != NAMI_OK) {
        nami_graph_undo_after(run->graph->graph, lsn - 1);
    }
    nami_buf_release(&body);
    return status;
}

int32_t nami_statement__start_write(struct nami_statement_run *run, struct nami_diagnostic *diag)
{
    int32_t status = NAMI_OK;

    if (run->state != RUN_OPENED) {
        return nami_diagnose(diag, NAMI_COND_INTERNAL, NULL, "started twice");
    }
    status = take_token(run, diag);
    if (status == NAMI_E_AGAIN) {
        return status;
    }
    if (status == NAMI_OK) {
        status = begin(run, diag);
    }
    if (status == NAMI_OK) {
        status = run_to_end(run, diag);
    }
    if (status == NAMI_OK) {
        status = stage(run, diag);
    }
    run->state = status == NAMI_OK ? RUN_WRITTEN : RUN_FAILED;
    if (status != NAMI_OK) {
        nami_statement__abandon_write(run);
    }
    give_token(run);
    return status;
}

int32_t nami_statement__fetch_kept(struct nami_statement_run *run, size_t rows_max,
                                   const struct nami_batch **out, struct nami_diagnostic *diag)
{
    size_t count = 0;

    if (run->state != RUN_WRITTEN) {
        return nami_diagnose(diag, NAMI_COND_INTERNAL, NULL, "no rows to fetch");
    }
    *out = &run->batch;
    run->batch = (struct nami_batch){.struct_size = sizeof(run->batch)};
    if (run->kept == NULL) {
        return NAMI_OK;
    }
    count = run->kept->batch.row_count - run->kept_at;
    count = count < rows_max ? count : rows_max;
    if (nami_batch_part(&run->arena, &run->kept->batch, run->kept_at, count, &run->batch) !=
        NAMI_OK) {
        return nami_statement__nomem(run, diag);
    }
    run->kept_at += count;
    if (run->kept_at == run->kept->batch.row_count) {
        run->kept = run->kept->next;
        run->kept_at = 0;
    }
    return NAMI_OK;
}

int32_t nami_statement__settle(struct nami_statement_run *run, struct nami_diagnostic *diag)
{
    int32_t status = NAMI_E_AGAIN;

    /* No deadline here: it is staged and will be settled, one way or the other. */
    while (status == NAMI_E_AGAIN) {
        run->is_queued = true;
        status =
            nami_commit_settled(run->database->commit, run->term, run->lsn, waiter_of(run), diag);
        if (status == NAMI_E_AGAIN && run->waiter != NULL) {
            return status;
        }
        if (status == NAMI_E_AGAIN &&
            nami_sleeper_wait(&run->sleeper, NAMI_NO_DEADLINE) != NAMI_OK) {
            status = nami_diagnose(diag, NAMI_COND_INTERNAL, NULL, "the wait was broken off");
        }
    }
    run->is_queued = false;
    if (status != NAMI_OK) {
        run->state = RUN_FAILED;
    }
    return status;
}

void nami_statement__abandon_write(struct nami_statement_run *run)
{
    if (run->is_queued) {
        run->is_queued = false;
        nami_commit_token_cancel(run->database->commit, waiter_of(run));
        nami_commit_settled_cancel(run->database->commit, waiter_of(run));
    }
    nami_txn_rollback(run->txn);
    run->txn = NULL;
    give_token(run);
}
