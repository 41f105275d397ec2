/* The result: the columns that were asked for, in their order. */
#include "core/exec/build.h"

struct produce {
    struct nami_operator op;
    struct nami_rows out;
    const struct nami_rows *in; /* NULL: drained */
};

static int32_t feed(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows *in)
{
    (void)exec;
    ((struct produce *)op)->in = in;
    return NAMI_OK;
}

static int32_t next(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows **out)
{
    struct produce *produce = (struct produce *)op;
    struct nami_plan_columns columns = op->step->as.produce.columns;

    (void)exec;
    *out = NULL;
    if (produce->in == NULL || op->step->as.produce.is_discard) {
        return NAMI_OK;
    }
    for (uint32_t i = 0; i < columns.count; i++) {
        produce->out.columns[i] = produce->in->columns[columns.items[i]];
    }
    produce->out.column_count = columns.count;
    produce->out.count = produce->in->count;
    produce->out.size = produce->in->size;
    produce->out.selection = produce->in->selection;
    produce->in = NULL;
    *out = &produce->out;
    return NAMI_OK;
}

static const struct nami_operator_ops produce_ops = {.feed = feed, .next = next};

int32_t nami_op_produce_create(const struct nami_build *build, const struct nami_step *step,
                               struct nami_operator **out)
{
    struct produce *produce = nami_build_operator(build, step, &produce_ops, sizeof(*produce));

    *out = (struct nami_operator *)produce;
    if (produce != NULL) {
        produce->out.columns = nami_exec_alloc(build->exec, step->as.produce.columns.count,
                                               sizeof(struct nami_vector));
    }
    return produce != NULL && produce->out.columns != NULL ? NAMI_OK : nami_exec_nomem(build->exec);
}
