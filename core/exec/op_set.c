/* SET and REMOVE. */
#include "core/exec/update.h"

struct set_op {
    struct nami_update update;
    struct nami_set_writer *writer;
};

static int32_t finish(struct nami_exec *exec, struct nami_operator *op)
{
    struct set_op *set = (struct set_op *)op;
    struct nami_arena_mark mark = nami_arena_mark(exec->scratch);
    int32_t status = NAMI_OK;

    for (uint32_t c = 0; c < set->update.buffer.chunk_count && status == NAMI_OK; c++) {
        nami_update_show(&set->update, c);
        status = nami_set_writer_batch(exec, set->writer, &set->update.out);
        for (uint32_t row = 0; row < set->update.out.count && status == NAMI_OK; row++) {
            status = nami_set_writer_row(exec, set->writer, &set->update.out, row);
        }
        nami_arena_rewind(exec->scratch, mark);
    }
    return status;
}

static const struct nami_operator_ops set_ops = {
    .feed = nami_update_feed, .finish = finish, .next = nami_update_next};

int32_t nami_op_set_create(const struct nami_build *build, const struct nami_step *step,
                           struct nami_operator **out)
{
    struct set_op *set = nami_build_operator(build, step, &set_ops, sizeof(*set));
    int32_t status = NAMI_OK;

    *out = (struct nami_operator *)set;
    if (set == NULL) {
        return nami_exec_nomem(build->exec);
    }
    status = nami_update_init(build, &set->update);
    return status == NAMI_OK ? nami_set_writer_create(build, step, &step->as.set, &set->writer)
                             : status;
}
