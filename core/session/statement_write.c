/*
 * A write: one turn with the token, run to its end. Its rows are made while the transaction is
 * open, since they show the graph as the statement left it.
 */
#include <namidb/plugin_util.h>

#include "core/session/batch_part.h"
#include "core/session/result_batch.h"
#include "core/session/statement.h"

/* A claim may have begun anew since the statement was opened. */
static int32_t follow_graph(struct nami_statement_run *run)
{
    struct graph_ref *now = nami_database__graph(run->database);

    if (now == run->graph) {
        nami_database__graph_unref(now);
        return NAMI_OK;
    }
    nami_snapshot_release(&run->snapshot);
    nami_database__graph_unref(run->graph);
    run->graph = now;
    return nami_snapshot_open(now->graph, &run->snapshot);
}

static int32_t begin(struct nami_statement_run *run, struct nami_diagnostic *diag)
{
    int32_t status = NAMI_OK;

    if (follow_graph(run) != NAMI_OK) {
        return nami_diagnose(diag, NAMI_COND_OUT_OF_MEMORY, NULL, "no memory for a snapshot");
    }
    status = nami_write_turn__begin(&run->turn, run->graph->graph, diag);
    if (status == NAMI_OK) {
        run->exec.txn = run->turn.txn;
        run->exec.snap = nami_txn_snapshot(run->turn.txn);
    }
    return status;
}

static int32_t keep_rows(struct nami_statement_run *run, const struct nami_rows *rows,
                         struct nami_diagnostic *diag)
{
    struct kept_batch *kept = nami_arena_calloc(&run->result, 1, sizeof(*kept));
    int32_t status = kept != NULL
                         ? nami_result_batch(&run->result, run->exec.snap, rows, &kept->batch)
                         : NAMI_E_NOMEM;

    if (status != NAMI_OK) {
        return status == NAMI_E_TOO_LARGE ? nami_diagnose(diag, NAMI_COND_RESULT_TOO_LARGE, NULL,
                                                          "a column of the result is larger than 4 "
                                                          "GiB, or nested more than 200 deep")
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

int32_t nami_statement__take_turn(struct nami_statement_run *run, struct nami_diagnostic *diag)
{
    int32_t status = nami_write_turn__take(&run->turn, diag);

    if (status != NAMI_OK && status != NAMI_E_AGAIN) {
        run->state = RUN_FAILED;
        nami_write_turn__abandon(&run->turn);
    }
    return status;
}

int32_t nami_statement__start_write(struct nami_statement_run *run, struct nami_diagnostic *diag)
{
    int32_t status = begin(run, diag);

    if (status == NAMI_OK) {
        status = run_to_end(run, diag);
    }
    if (status == NAMI_OK) {
        run->changes = *nami_txn_changes(run->turn.txn);
        status = nami_write_turn__stage(&run->turn, diag);
    }
    run->state = status == NAMI_OK ? RUN_WRITTEN : RUN_FAILED;
    if (status != NAMI_OK) {
        nami_write_turn__abandon(&run->turn);
    }
    nami_write_turn__give(&run->turn);
    return status;
}

int32_t nami_statement__fetch_kept(struct nami_statement_run *run, size_t rows_max,
                                   const struct nami_batch **out, struct nami_diagnostic *diag)
{
    size_t count = 0;

    if (run->state != RUN_WRITTEN && run->state != RUN_FINISHED) {
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
