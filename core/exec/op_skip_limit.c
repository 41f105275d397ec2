/* SKIP and LIMIT without ORDER BY; LIMIT ends the pipeline as soon as it is reached. */
#include "core/exec/build.h"

struct skip_limit {
    struct nami_operator op;
    struct nami_rows out;
    const struct nami_rows *in; /* NULL: drained */
    uint64_t skip;              /* rows still to leave out */
    uint64_t limit;             /* rows still to let through */
    uint16_t *selection;
};

static int32_t feed(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows *in)
{
    (void)exec;
    ((struct skip_limit *)op)->in = in;
    return NAMI_OK;
}

static int32_t next(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows **out)
{
    struct skip_limit *cut = (struct skip_limit *)op;
    uint64_t skipped = 0;
    uint64_t count = 0;

    *out = NULL;
    if (cut->in == NULL) {
        return NAMI_OK;
    }
    skipped = cut->skip < cut->in->count ? cut->skip : cut->in->count;
    count = cut->in->count - skipped;
    count = count < cut->limit ? count : cut->limit;
    cut->skip -= skipped;
    cut->limit -= count;
    op->is_done = cut->limit == 0;
    cut->out = *cut->in;
    for (uint32_t i = 0; i < count; i++) {
        cut->selection[i] = (uint16_t)nami_rows_at(cut->in, (uint32_t)skipped + i);
    }
    cut->out.selection = cut->selection;
    cut->out.count = (uint32_t)count;
    cut->in = NULL;
    *out = &cut->out;
    return nami_exec_tick(exec, cut->out.count);
}

static const struct nami_operator_ops skip_limit_ops = {.feed = feed, .next = next};

int32_t nami_op_skip_limit_create(const struct nami_build *build, const struct nami_step *step,
                                  struct nami_operator **out)
{
    struct skip_limit *cut = nami_build_operator(build, step, &skip_limit_ops, sizeof(*cut));
    int32_t status = NAMI_OK;

    *out = (struct nami_operator *)cut;
    if (cut == NULL) {
        return nami_exec_nomem(build->exec);
    }
    cut->selection = nami_arena_alloc(build->exec->arena, NAMI_BATCH_ROWS * sizeof(uint16_t));
    if (cut->selection == NULL) {
        return nami_exec_nomem(build->exec);
    }
    status = nami_build_row_count(build, step, step->as.skip_limit.skip, "SKIP", 0, &cut->skip);
    if (status == NAMI_OK) {
        status = nami_build_row_count(build, step, step->as.skip_limit.limit, "LIMIT", UINT64_MAX,
                                      &cut->limit);
    }
    cut->op.is_done = cut->limit == 0;
    return status;
}
