/* Rows whose columns did not come before. Streams. */
#include "core/exec/build.h"

#include "core/exec/group_table.h"

struct distinct {
    struct nami_operator op;
    struct nami_rows out;
    const struct nami_rows *in; /* NULL: drained */
    struct nami_group_table *seen;
    struct nami_vector *keys;
    uint32_t *groups;
    uint16_t *selection;
};

static int32_t feed(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows *in)
{
    (void)exec;
    ((struct distinct *)op)->in = in;
    return NAMI_OK;
}

static int32_t next(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows **out)
{
    struct distinct *distinct = (struct distinct *)op;
    struct nami_plan_columns columns = op->step->as.distinct.columns;
    uint32_t count = 0;
    int32_t status = NAMI_OK;

    *out = NULL;
    if (distinct->in == NULL) {
        return NAMI_OK;
    }
    for (uint32_t i = 0; i < columns.count; i++) {
        distinct->keys[i] = distinct->in->columns[columns.items[i]];
    }
    status = nami_group_table_insert(exec, distinct->seen, distinct->in, distinct->keys,
                                     distinct->groups, distinct->selection, &count);
    distinct->out = *distinct->in;
    distinct->out.selection = distinct->selection;
    distinct->out.count = count;
    distinct->in = NULL;
    *out = &distinct->out;
    return status == NAMI_OK ? nami_exec_tick(exec, distinct->out.size) : status;
}

static const struct nami_operator_ops distinct_ops = {.feed = feed, .next = next};

int32_t nami_op_distinct_create(const struct nami_build *build, const struct nami_step *step,
                                struct nami_operator **out)
{
    struct distinct *distinct = nami_build_operator(build, step, &distinct_ops, sizeof(*distinct));
    uint32_t keys = step->as.distinct.columns.count;

    *out = (struct nami_operator *)distinct;
    if (distinct == NULL) {
        return nami_exec_nomem(build->exec);
    }
    distinct->keys = nami_exec_alloc(build->exec, keys, sizeof(struct nami_vector));
    distinct->groups = nami_arena_alloc(build->exec->arena, NAMI_BATCH_ROWS * sizeof(uint32_t));
    distinct->selection = nami_arena_alloc(build->exec->arena, NAMI_BATCH_ROWS * sizeof(uint16_t));
    if (distinct->keys == NULL || distinct->groups == NULL || distinct->selection == NULL) {
        return nami_exec_nomem(build->exec);
    }
    return nami_group_table_create(build->exec, keys, &distinct->seen);
}
