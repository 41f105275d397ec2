/* A read: one snapshot, rows as they are asked for, nothing to wait for. */
#include "core/session/result_batch.h"
#include "core/session/statement.h"

int32_t nami_statement__start_read(struct nami_statement_run *run, struct nami_diagnostic *diag)
{
    int32_t status = nami_statement__open_cursor(run, diag);

    run->state = status == NAMI_OK ? RUN_READING : RUN_FAILED;
    return status;
}

/* Rows row_at .. row_at + count - 1 of the cursor's. */
static int32_t part_of(struct nami_statement_run *run, uint32_t count, struct nami_rows *out)
{
    uint16_t *selection = NULL;

    *out = *run->rows;
    out->count = count;
    if (run->row_at == 0 && count == run->rows->count) {
        return NAMI_OK;
    }
    selection = nami_arena_alloc(&run->result, count * sizeof(*selection));
    if (selection == NULL) {
        return NAMI_E_NOMEM;
    }
    for (uint32_t i = 0; i < count; i++) {
        selection[i] = (uint16_t)nami_rows_at(run->rows, run->row_at + i);
    }
    out->selection = selection;
    return NAMI_OK;
}

/* run->rows has rows that were not given out, or none are left. */
static int32_t advance(struct nami_statement_run *run, struct nami_diagnostic *diag)
{
    int32_t status = NAMI_OK;

    if (run->rows != NULL && run->row_at < run->rows->count) {
        return NAMI_OK;
    }
    status = nami_exec_next(run->cursor, &run->rows);
    run->row_at = 0;
    if (status != NAMI_OK) {
        *diag = run->diag;
        run->state = RUN_FAILED;
    }
    return status;
}

int32_t nami_statement__fetch_read(struct nami_statement_run *run, size_t rows_max,
                                   const struct nami_batch **out, struct nami_diagnostic *diag)
{
    struct nami_rows part;
    uint32_t count = 0;
    int32_t status = NAMI_OK;

    if (run->state != RUN_READING) {
        return nami_diagnose(diag, NAMI_COND_INTERNAL, NULL, "no rows to fetch");
    }
    nami_arena_reset(&run->result);
    status = advance(run, diag);
    if (status != NAMI_OK) {
        return status;
    }
    count = run->rows->count - run->row_at;
    count = rows_max < count ? (uint32_t)rows_max : count;
    if (count == 0) {
        run->batch = (struct nami_batch){.struct_size = sizeof(run->batch)};
        *out = &run->batch;
        return NAMI_OK;
    }
    status = part_of(run, count, &part);
    if (status == NAMI_OK) {
        status = nami_result_batch(&run->result, &run->snapshot, &part, &run->batch);
    }
    if (status != NAMI_OK) {
        run->state = RUN_FAILED;
        return status == NAMI_E_TOO_LARGE ? nami_diagnose(diag, NAMI_COND_RESULT_TOO_LARGE, NULL,
                                                          "a column of the result is larger than 4 "
                                                          "GiB, or nested more than 200 deep")
                                          : nami_statement__nomem(run, diag);
    }
    run->row_at += count;
    *out = &run->batch;
    return NAMI_OK;
}
