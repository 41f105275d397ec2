/*
 * Every row with every row of another chain that depends on none of them: that one runs once,
 * and its rows are kept.
 */
#include "core/exec/build.h"

#include "core/exec/row_buffer.h"

struct cross {
    struct nami_operator op;
    struct nami_frame frame;
    uint16_t *at;
    struct nami_chain *other;
    struct nami_row_buffer buffer; /* of the other's columns */
    const struct nami_vector **sources;
    bool has_run;
    const struct nami_rows *in;
    uint32_t row;   /* of `in`, by selection */
    uint32_t chunk; /* of the buffer */
};

static int32_t run_other(struct nami_exec *exec, struct cross *cross)
{
    struct nami_plan_columns adds = cross->op.step->as.cross.adds;
    const struct nami_rows *rows = NULL;
    int32_t status = NAMI_OK;

    cross->has_run = true;
    for (;;) {
        status = nami_chain_next(exec, cross->other, &rows);
        if (status != NAMI_OK || rows == NULL) {
            return status;
        }
        for (uint32_t i = 0; i < adds.count; i++) {
            cross->sources[i] = &rows->columns[adds.items[i]];
        }
        status = nami_row_buffer_append(exec, &cross->buffer, rows, cross->sources);
        if (status != NAMI_OK) {
            return status;
        }
    }
}

static int32_t feed(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows *in)
{
    struct cross *cross = (struct cross *)op;

    cross->in = in;
    cross->row = 0;
    cross->chunk = 0;
    return cross->has_run ? NAMI_OK : run_other(exec, cross);
}

/* One input row with one chunk. */
static int32_t next(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows **out)
{
    struct cross *cross = (struct cross *)op;
    struct nami_plan_columns adds = op->step->as.cross.adds;
    const struct nami_row_chunk *chunk = NULL;
    uint16_t physical = 0;
    int32_t status = NAMI_OK;

    *out = NULL;
    if (cross->in == NULL || cross->row >= cross->in->count || cross->buffer.row_count == 0) {
        cross->in = NULL;
        return NAMI_OK;
    }
    chunk = &cross->buffer.chunks[cross->chunk];
    physical = (uint16_t)nami_rows_at(cross->in, cross->row);
    for (uint32_t i = 0; i < chunk->count; i++) {
        cross->at[i] = physical;
    }
    cross->frame.rows.size = 0;
    cross->frame.capacity =
        chunk->count > cross->frame.capacity ? chunk->capacity : cross->frame.capacity;
    status = nami_frame_gather(exec, &cross->frame, cross->in, cross->at, chunk->count);
    for (uint32_t i = 0; i < adds.count; i++) {
        cross->frame.rows.columns[adds.items[i]] = chunk->vectors[i];
    }
    if (++cross->chunk == cross->buffer.chunk_count) {
        cross->chunk = 0;
        cross->row++;
    }
    *out = &cross->frame.rows;
    return status == NAMI_OK ? nami_exec_tick(exec, chunk->count) : status;
}

static const struct nami_operator_ops cross_ops = {.feed = feed, .next = next};

int32_t nami_op_cross_create(const struct nami_build *build, const struct nami_step *step,
                             struct nami_operator **out)
{
    struct cross *cross = nami_build_operator(build, step, &cross_ops, sizeof(*cross));
    uint32_t adds = step->as.cross.adds.count;
    int32_t status = NAMI_OK;

    *out = (struct nami_operator *)cross;
    if (cross == NULL) {
        return nami_exec_nomem(build->exec);
    }
    cross->at = nami_arena_alloc(build->exec->arena, NAMI_BATCH_ROWS * sizeof(uint16_t));
    cross->sources = nami_exec_alloc(build->exec, adds, sizeof(struct nami_vector *));
    if (cross->at == NULL || cross->sources == NULL) {
        return nami_exec_nomem(build->exec);
    }
    nami_row_buffer_init(&cross->buffer, build->exec->arena, adds);
    status = nami_build_chain(build, step->as.cross.other, &cross->other);
    if (status != NAMI_OK) {
        return status;
    }
    return nami_frame_init(build->exec, &cross->frame, cross->op.width, step->keep);
}
