/* The rows of several chains, one chain after the other. Column i of each goes to ours. */
#include "core/exec/build.h"

struct union_op {
    struct nami_operator op;
    struct nami_rows out;
    struct nami_chain **branches;
    uint32_t branch;
};

static int32_t next(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows **out)
{
    struct union_op *all = (struct union_op *)op;
    struct nami_plan_columns columns = op->step->as.union_.columns;
    const struct nami_rows *rows = NULL;

    *out = NULL;
    while (rows == NULL && all->branch < op->step->as.union_.branch_count) {
        int32_t status = nami_chain_next(exec, all->branches[all->branch], &rows);

        if (status != NAMI_OK) {
            return status;
        }
        if (rows == NULL) {
            all->branch++;
        }
    }
    if (rows == NULL) {
        return NAMI_OK;
    }
    for (uint32_t i = 0; i < columns.count; i++) {
        all->out.columns[columns.items[i]] = rows->columns[i];
    }
    all->out.count = rows->count;
    all->out.size = rows->size;
    all->out.selection = rows->selection;
    *out = &all->out;
    return NAMI_OK;
}

static const struct nami_operator_ops union_ops = {.next = next};

int32_t nami_op_union_create(const struct nami_build *build, const struct nami_step *step,
                             struct nami_operator **out)
{
    struct union_op *all = nami_build_operator(build, step, &union_ops, sizeof(*all));
    int32_t status = NAMI_OK;

    *out = (struct nami_operator *)all;
    if (all == NULL) {
        return nami_exec_nomem(build->exec);
    }
    all->op.has_chain = true;
    all->out.column_count = all->op.width;
    all->out.columns = nami_exec_alloc(build->exec, all->op.width, sizeof(struct nami_vector));
    all->branches =
        nami_exec_alloc(build->exec, step->as.union_.branch_count, sizeof(struct nami_chain *));
    if (all->out.columns == NULL || all->branches == NULL) {
        return nami_exec_nomem(build->exec);
    }
    for (uint32_t i = 0; i < step->as.union_.branch_count && status == NAMI_OK; i++) {
        status = nami_build_chain(build, step->as.union_.branches[i], &all->branches[i]);
    }
    return status;
}
