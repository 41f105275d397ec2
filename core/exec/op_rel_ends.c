/* A relationship that is bound already: bind its ends, or test those that are bound. */
#include "core/exec/build.h"

struct rel_ends {
    struct nami_operator op;
    struct nami_frame frame;
    uint16_t *at;
    struct nami_type_ids types;
    const struct nami_rows *in;
    uint32_t row;
    bool is_second; /* undirected: the current row the other way round */
};

static int32_t feed(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows *in)
{
    struct rel_ends *ends = (struct rel_ends *)op;

    ends->in = in;
    ends->row = 0;
    ends->is_second = false;
    nami_type_ids_resolve(exec, &ends->types, op->step->as.rel_ends.types);
    return NAMI_OK;
}

/* Is the column's node, if it is bound, this one? */
static int32_t test_end(struct nami_exec *exec, const struct rel_ends *ends, bool is_bound,
                        uint32_t column, uint32_t physical, uint64_t id, bool *is_match)
{
    uint64_t bound = 0;
    bool is_there = false;
    int32_t status = NAMI_OK;

    if (!is_bound || !*is_match) {
        return NAMI_OK;
    }
    status = nami_cell_node(exec, &ends->in->columns[column], physical, &bound, &is_there);
    *is_match = is_there && bound == id;
    return status;
}

/* One way to read the current row; *is_match: it fits, from and to are set. */
static int32_t read_row(struct nami_exec *exec, struct rel_ends *ends, uint32_t physical,
                        uint64_t *from, uint64_t *to, bool *is_match)
{
    const struct nami_step *step = ends->op.step;
    bool is_in = step->as.rel_ends.direction == NAMI_AST_INCOMING || ends->is_second;
    struct nami_rel rel = {0};
    int32_t status =
        nami_cell_rel(exec, &ends->in->columns[step->as.rel_ends.rel], physical, &rel, is_match);

    if (status != NAMI_OK || !*is_match) {
        return status;
    }
    *from = is_in ? rel.dst : rel.src;
    *to = is_in ? rel.src : rel.dst;
    *is_match = nami_type_ids_match(&ends->types, rel.type) && nami_rel_exists(exec->snap, &rel) &&
                !(ends->is_second && rel.src == rel.dst);
    status = test_end(exec, ends, step->as.rel_ends.is_from_bound, step->as.rel_ends.from, physical,
                      *from, is_match);
    if (status == NAMI_OK) {
        status = test_end(exec, ends, step->as.rel_ends.is_to_bound, step->as.rel_ends.to, physical,
                          *to, is_match);
    }
    /* the same variable at both ends */
    *is_match = *is_match && (step->as.rel_ends.from != step->as.rel_ends.to || *from == *to);
    return status;
}

static void step_on(struct rel_ends *ends)
{
    if (ends->op.step->as.rel_ends.direction == NAMI_AST_BOTH && !ends->is_second) {
        ends->is_second = true;
        return;
    }
    ends->is_second = false;
    ends->row++;
}

static int32_t next(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows **out)
{
    struct rel_ends *ends = (struct rel_ends *)op;
    const struct nami_step *step = op->step;
    struct nami_vector *from = NULL;
    struct nami_vector *to = NULL;
    uint32_t count = 0;
    int32_t status = NAMI_OK;

    *out = NULL;
    if (ends->in == NULL || ends->row >= ends->in->count || ends->types.is_none) {
        ends->in = NULL;
        return NAMI_OK;
    }
    nami_frame_begin(&ends->frame);
    status = nami_frame_column(exec, &ends->frame, step->as.rel_ends.from, NAMI_VECTOR_NODE, &from);
    if (status == NAMI_OK) {
        status = nami_frame_column(exec, &ends->frame, step->as.rel_ends.to, NAMI_VECTOR_NODE, &to);
    }
    while (status == NAMI_OK && count < ends->frame.capacity && ends->row < ends->in->count) {
        uint32_t physical = nami_rows_at(ends->in, ends->row);
        uint64_t ids[2] = {0, 0};
        bool is_match = false;

        status = read_row(exec, ends, physical, &ids[0], &ids[1], &is_match);
        if (status == NAMI_OK && is_match) {
            ((uint64_t *)from->data)[count] = ids[0];
            ((uint64_t *)to->data)[count] = ids[1];
            ends->at[count++] = (uint16_t)physical;
        }
        step_on(ends);
    }
    if (status == NAMI_OK) {
        status = nami_frame_gather(exec, &ends->frame, ends->in, ends->at, count);
    }
    if (status != NAMI_OK) {
        return status;
    }
    from->has_nulls = false;
    to->has_nulls = false;
    nami_frame_show(&ends->frame, step->as.rel_ends.from);
    nami_frame_show(&ends->frame, step->as.rel_ends.to);
    *out = &ends->frame.rows;
    return nami_exec_tick(exec, count + 1);
}

static const struct nami_operator_ops rel_ends_ops = {.feed = feed, .next = next};

int32_t nami_op_rel_ends_create(const struct nami_build *build, const struct nami_step *step,
                                struct nami_operator **out)
{
    struct rel_ends *ends = nami_build_operator(build, step, &rel_ends_ops, sizeof(*ends));
    int32_t status = NAMI_OK;

    *out = (struct nami_operator *)ends;
    if (ends == NULL) {
        return nami_exec_nomem(build->exec);
    }
    ends->at = nami_arena_alloc(build->exec->arena, NAMI_BATCH_ROWS * sizeof(uint16_t));
    if (ends->at == NULL) {
        return nami_exec_nomem(build->exec);
    }
    status = nami_type_ids_init(build->exec, &ends->types, step->as.rel_ends.types);
    if (status != NAMI_OK) {
        return status;
    }
    return nami_frame_init(build->exec, &ends->frame, ends->op.width, step->keep);
}
