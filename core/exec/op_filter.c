/* Rows for which all predicates are true. */
#include "core/exec/build.h"

struct filter {
    struct nami_operator op;
    struct nami_expr **exprs;
    struct nami_rows out;
    const struct nami_rows *in; /* NULL: drained */
    uint16_t *selection;
};

static int32_t feed(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows *in)
{
    (void)exec;
    ((struct filter *)op)->in = in;
    return NAMI_OK;
}

static int32_t next(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows **out)
{
    struct filter *filter = (struct filter *)op;
    int32_t status = NAMI_OK;

    *out = NULL;
    if (filter->in == NULL) {
        return NAMI_OK;
    }
    filter->out = *filter->in;
    filter->in = NULL;
    status = nami_exec_tick(exec, filter->out.count);
    for (uint32_t i = 0;
         status == NAMI_OK && i < op->step->as.filter.exprs.count && filter->out.count > 0; i++) {
        uint32_t count = 0;

        status = nami_expr_filter(exec, filter->exprs[i], &filter->out, filter->selection, &count);
        filter->out.selection = filter->selection;
        filter->out.count = count;
    }
    *out = &filter->out;
    return status;
}

static const struct nami_operator_ops filter_ops = {.feed = feed, .next = next};

int32_t nami_op_filter_create(const struct nami_build *build, const struct nami_step *step,
                              struct nami_operator **out)
{
    struct filter *filter = nami_build_operator(build, step, &filter_ops, sizeof(*filter));

    *out = (struct nami_operator *)filter;
    if (filter == NULL) {
        return nami_exec_nomem(build->exec);
    }
    filter->selection = nami_arena_alloc(build->exec->arena, NAMI_BATCH_ROWS * sizeof(uint16_t));
    if (filter->selection == NULL) {
        return nami_exec_nomem(build->exec);
    }
    return nami_build_exprs(build, step, step->as.filter.exprs, &filter->exprs);
}
