/* Within one MATCH no relationship is matched twice: the column differs from the others. */
#include "core/exec/build.h"

struct rel_unique {
    struct nami_operator op;
    struct nami_rows out;
    const struct nami_rows *in; /* NULL: drained */
    uint16_t *selection;
};

static int32_t feed(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows *in)
{
    (void)exec;
    ((struct rel_unique *)op)->in = in;
    return NAMI_OK;
}

static int32_t is_unique(struct nami_exec *exec, const struct rel_unique *unique, uint32_t row,
                         bool *out)
{
    struct nami_plan_columns others = unique->op.step->as.rel_unique.others;
    const struct nami_vector *columns = unique->in->columns;
    struct nami_rel rel = {0};
    bool is_there = false;
    int32_t status =
        nami_cell_rel(exec, &columns[unique->op.step->as.rel_unique.column], row, &rel, &is_there);

    *out = true;
    for (uint32_t i = 0; i < others.count && status == NAMI_OK && *out; i++) {
        struct nami_rel other = {0};
        bool is_other = false;

        status = nami_cell_rel(exec, &columns[others.items[i]], row, &other, &is_other);
        *out = !(is_there && is_other && rel.id == other.id);
    }
    return status;
}

static int32_t next(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows **out)
{
    struct rel_unique *unique = (struct rel_unique *)op;
    uint32_t count = 0;
    int32_t status = NAMI_OK;

    *out = NULL;
    if (unique->in == NULL) {
        return NAMI_OK;
    }
    for (uint32_t i = 0; i < unique->in->count && status == NAMI_OK; i++) {
        uint32_t row = nami_rows_at(unique->in, i);
        bool is_kept = false;

        status = is_unique(exec, unique, row, &is_kept);
        if (is_kept) {
            unique->selection[count++] = (uint16_t)row;
        }
    }
    unique->out = *unique->in;
    unique->out.selection = unique->selection;
    unique->out.count = count;
    unique->in = NULL;
    *out = &unique->out;
    return status == NAMI_OK ? nami_exec_tick(exec, count + 1) : status;
}

static const struct nami_operator_ops rel_unique_ops = {.feed = feed, .next = next};

int32_t nami_op_rel_unique_create(const struct nami_build *build, const struct nami_step *step,
                                  struct nami_operator **out)
{
    struct rel_unique *unique = nami_build_operator(build, step, &rel_unique_ops, sizeof(*unique));

    *out = (struct nami_operator *)unique;
    if (unique != NULL) {
        unique->selection =
            nami_arena_alloc(build->exec->arena, NAMI_BATCH_ROWS * sizeof(uint16_t));
    }
    return unique != NULL && unique->selection != NULL ? NAMI_OK : nami_exec_nomem(build->exec);
}
