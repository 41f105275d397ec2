#include "core/exec/update.h"

int32_t nami_update_init(const struct nami_build *build, struct nami_update *update)
{
    uint32_t reads = update->op.step->reads.count;

    nami_row_buffer_init(&update->buffer, build->exec->arena, reads);
    update->sources = nami_exec_alloc(build->exec, reads, sizeof(struct nami_vector *));
    update->out.column_count = update->op.width;
    update->out.columns =
        nami_exec_alloc(build->exec, update->op.width, sizeof(struct nami_vector));
    return update->sources != NULL && update->out.columns != NULL ? NAMI_OK
                                                                  : nami_exec_nomem(build->exec);
}

int32_t nami_update_feed(struct nami_exec *exec, struct nami_operator *op,
                         const struct nami_rows *in)
{
    struct nami_update *update = (struct nami_update *)op;
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; i < op->step->reads.count; i++) {
        update->sources[i] = &in->columns[op->step->reads.items[i]];
    }
    status = nami_row_buffer_append(exec, &update->buffer, in, update->sources);
    return status == NAMI_OK ? nami_exec_tick(exec, in->count) : status;
}

void nami_update_show(struct nami_update *update, uint32_t index)
{
    const struct nami_row_chunk *chunk = &update->buffer.chunks[index];

    for (uint32_t i = 0; i < update->op.step->reads.count; i++) {
        update->out.columns[update->op.step->reads.items[i]] = chunk->vectors[i];
    }
    update->out.count = chunk->count;
    update->out.size = chunk->count;
    update->out.selection = NULL;
}

int32_t nami_update_next(struct nami_exec *exec, struct nami_operator *op,
                         const struct nami_rows **out)
{
    struct nami_update *update = (struct nami_update *)op;

    *out = NULL;
    if (update->told >= update->buffer.chunk_count) {
        return NAMI_OK;
    }
    nami_update_show(update, update->told++);
    *out = &update->out;
    return nami_exec_tick(exec, update->out.count);
}

struct nami_rows nami_rows_only(const struct nami_rows *rows, const uint16_t *row)
{
    struct nami_rows one = *rows;

    one.selection = row;
    one.count = 1;
    return one;
}
