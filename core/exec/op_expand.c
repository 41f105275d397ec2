/*
 * Relationships of a node, for each row; into: only those that end at a node bound already,
 * looked for from the end that has fewer.
 */
#include "core/exec/build.h"

struct expand {
    struct nami_operator op;
    struct nami_frame frame;
    uint16_t *at;
    uint64_t *neighbours;
    struct nami_type_ids types;
    uint32_t direction;
    const struct nami_rows *in;
    uint32_t row; /* of `in`, by selection */
    bool is_open;
    uint64_t target; /* into: the other end */
    struct nami_expand cursor;
};

static uint32_t graph_direction(uint32_t direction)
{
    switch ((enum nami_ast_direction)direction) {
    case NAMI_AST_OUTGOING:
        return NAMI_OUT;
    case NAMI_AST_INCOMING:
        return NAMI_IN;
    case NAMI_AST_BOTH:
        break;
    }
    return NAMI_BOTH;
}

static uint32_t turned(uint32_t direction)
{
    return direction == NAMI_OUT ? NAMI_IN : direction == NAMI_IN ? NAMI_OUT : NAMI_BOTH;
}

static int32_t feed(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows *in)
{
    struct expand *expand = (struct expand *)op;

    expand->in = in;
    expand->row = 0;
    expand->is_open = false;
    nami_type_ids_resolve(exec, &expand->types, op->step->as.expand.types);
    return NAMI_OK;
}

/* Begin with the current row. false: it has a null end. */
static int32_t open_row(struct nami_exec *exec, struct expand *expand, uint32_t physical,
                        bool *is_there)
{
    const struct nami_step *step = expand->op.step;
    const struct nami_type_ids *types = &expand->types;
    uint32_t direction = expand->direction;
    uint64_t from = 0;
    int32_t status =
        nami_cell_node(exec, &expand->in->columns[step->as.expand.from], physical, &from, is_there);

    if (status == NAMI_OK && *is_there && step->as.expand.is_into) {
        status = nami_cell_node(exec, &expand->in->columns[step->as.expand.to], physical,
                                &expand->target, is_there);
        if (status == NAMI_OK && *is_there && from != expand->target &&
            nami_expand_estimate(exec->snap, expand->target, turned(direction), types->at,
                                 types->count) <
                nami_expand_estimate(exec->snap, from, direction, types->at, types->count)) {
            uint64_t swapped = from;

            from = expand->target;
            expand->target = swapped;
            direction = turned(direction);
        }
    }
    if (status == NAMI_OK && *is_there) {
        nami_expand_init(&expand->cursor, exec->snap, from, direction, types->at, types->count);
    }
    return status;
}

/* Of `got` relationships those that end at the target. */
static size_t keep_target(const struct expand *expand, struct nami_rel *rels, uint64_t *neighbours,
                          size_t got)
{
    size_t kept = 0;

    for (size_t i = 0; i < got; i++) {
        if (neighbours[i] == expand->target) {
            rels[kept] = rels[i];
            neighbours[kept] = neighbours[i];
            kept++;
        }
    }
    return kept;
}

static int32_t fill(struct nami_exec *exec, struct expand *expand, struct nami_rel *rels,
                    uint32_t *out)
{
    uint32_t count = 0;
    int32_t status = NAMI_OK;

    while (status == NAMI_OK && count < expand->frame.capacity && expand->row < expand->in->count) {
        uint32_t physical = nami_rows_at(expand->in, expand->row);
        bool is_there = true;
        size_t got = 0;

        if (!expand->is_open) {
            status = open_row(exec, expand, physical, &is_there);
            expand->is_open = true;
        }
        if (status == NAMI_OK && is_there) {
            got = nami_expand_next(&expand->cursor, rels + count, expand->neighbours + count,
                                   expand->frame.capacity - count);
        }
        if (got == 0) {
            expand->is_open = false;
            expand->row++;
        } else if (expand->op.step->as.expand.is_into) {
            uint32_t looked_at = (uint32_t)got;

            got = keep_target(expand, rels + count, expand->neighbours + count, got);
            status = nami_exec_tick(exec, looked_at);
        }
        for (size_t i = 0; i < got; i++) {
            expand->at[count++] = (uint16_t)physical;
        }
        if (status == NAMI_OK) {
            status = nami_exec_tick(exec, (uint32_t)got + 1);
        }
    }
    *out = count;
    return status;
}

/* The neighbours become the far end's column. */
static int32_t show_ends(struct nami_exec *exec, struct expand *expand, uint32_t count)
{
    uint32_t column = expand->op.step->as.expand.to;
    struct nami_vector *ends = NULL;
    int32_t status = nami_frame_column(exec, &expand->frame, column, NAMI_VECTOR_NODE, &ends);

    if (status != NAMI_OK) {
        return status;
    }
    for (uint32_t i = 0; i < count; i++) {
        ((uint64_t *)ends->data)[i] = expand->neighbours[i];
    }
    ends->has_nulls = false;
    nami_frame_show(&expand->frame, column);
    return NAMI_OK;
}

static int32_t next(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows **out)
{
    struct expand *expand = (struct expand *)op;
    struct nami_vector *rels = NULL;
    uint32_t count = 0;
    int32_t status = NAMI_OK;

    *out = NULL;
    if (expand->in == NULL || expand->row >= expand->in->count || expand->types.is_none) {
        expand->in = NULL;
        return NAMI_OK;
    }
    nami_frame_begin(&expand->frame);
    status =
        nami_frame_column(exec, &expand->frame, op->step->as.expand.rel, NAMI_VECTOR_REL, &rels);
    if (status == NAMI_OK) {
        status = fill(exec, expand, rels->data, &count);
    }
    if (status == NAMI_OK) {
        rels->has_nulls = false;
        nami_frame_show(&expand->frame, op->step->as.expand.rel);
        status = nami_frame_gather(exec, &expand->frame, expand->in, expand->at, count);
    }
    if (status == NAMI_OK && !op->step->as.expand.is_into) {
        status = show_ends(exec, expand, count);
    }
    *out = &expand->frame.rows;
    return status;
}

static const struct nami_operator_ops expand_ops = {.feed = feed, .next = next};

int32_t nami_op_expand_create(const struct nami_build *build, const struct nami_step *step,
                              struct nami_operator **out)
{
    struct expand *expand = nami_build_operator(build, step, &expand_ops, sizeof(*expand));
    int32_t status = NAMI_OK;

    *out = (struct nami_operator *)expand;
    if (expand == NULL) {
        return nami_exec_nomem(build->exec);
    }
    expand->direction = graph_direction(step->as.expand.direction);
    expand->types.at = nami_exec_alloc(build->exec, step->as.expand.types.count, sizeof(uint32_t));
    expand->at = nami_arena_alloc(build->exec->arena, NAMI_BATCH_ROWS * sizeof(uint16_t));
    expand->neighbours = nami_arena_alloc(build->exec->arena, NAMI_BATCH_ROWS * sizeof(uint64_t));
    if (expand->at == NULL || expand->neighbours == NULL) {
        return nami_exec_nomem(build->exec);
    }
    status = nami_type_ids_init(build->exec, &expand->types, step->as.expand.types);
    if (status != NAMI_OK) {
        return status;
    }
    return nami_frame_init(build->exec, &expand->frame, expand->op.width, step->keep);
}
