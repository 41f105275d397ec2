/* One row for each element of a list; none for null; one for anything that is not a list. */
#include "core/exec/build.h"

struct unwind {
    struct nami_operator op;
    struct nami_frame frame;
    uint16_t *at;
    struct nami_expr *list;
    const struct nami_rows *in;
    struct nami_vector lists;
    uint32_t row;     /* of `in`, by selection */
    uint32_t element; /* of that row's list */
};

static int32_t feed(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows *in)
{
    struct unwind *unwind = (struct unwind *)op;

    unwind->in = in;
    unwind->row = 0;
    unwind->element = 0;
    return nami_expr_eval(exec, unwind->list, in, &unwind->lists);
}

/* Elements into the batch. The vector takes on the type of the first. */
static int32_t fill(struct nami_exec *exec, struct unwind *unwind, struct nami_vector *elements,
                    uint32_t *out)
{
    uint32_t count = 0;

    while (count < unwind->frame.capacity && unwind->row < unwind->in->count) {
        uint32_t physical = nami_rows_at(unwind->in, unwind->row);
        struct nami_value list = nami_vector_get(&unwind->lists, physical);
        uint32_t length = list.type == NAMI_VALUE_LIST   ? list.count
                          : list.type == NAMI_VALUE_NULL ? 0
                                                         : 1;

        for (; unwind->element < length && count < unwind->frame.capacity; unwind->element++) {
            struct nami_value value =
                list.type == NAMI_VALUE_LIST ? list.as.items[unwind->element] : list;

            if (count == 0) {
                elements->type = nami_vector_type_of(value.type);
                if (elements->type == NAMI_VECTOR_REL) { /* cells of another width */
                    elements->type = NAMI_VECTOR_ANY;
                }
            }
            if (nami_vector_set(elements, exec->arena, count, value) != NAMI_OK) {
                return nami_exec_nomem(exec);
            }
            unwind->at[count++] = (uint16_t)physical;
        }
        if (unwind->element >= length) {
            unwind->element = 0;
            unwind->row++;
        }
    }
    *out = count;
    return nami_exec_tick(exec, count + 1);
}

static int32_t next(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows **out)
{
    struct unwind *unwind = (struct unwind *)op;
    uint32_t column = op->step->as.unwind.column;
    struct nami_vector *elements = NULL;
    uint32_t count = 0;
    int32_t status = NAMI_OK;

    *out = NULL;
    if (unwind->in == NULL || unwind->row >= unwind->in->count) {
        unwind->in = NULL;
        return NAMI_OK;
    }
    nami_frame_begin(&unwind->frame);
    status = nami_frame_column(exec, &unwind->frame, column, NAMI_VECTOR_ANY, &elements);
    if (status == NAMI_OK) {
        status = fill(exec, unwind, elements, &count);
    }
    if (status != NAMI_OK) {
        return status;
    }
    nami_frame_show(&unwind->frame, column);
    *out = &unwind->frame.rows;
    return nami_frame_gather(exec, &unwind->frame, unwind->in, unwind->at, count);
}

static const struct nami_operator_ops unwind_ops = {.feed = feed, .next = next};

int32_t nami_op_unwind_create(const struct nami_build *build, const struct nami_step *step,
                              struct nami_operator **out)
{
    struct unwind *unwind = nami_build_operator(build, step, &unwind_ops, sizeof(*unwind));
    int32_t status = NAMI_OK;

    *out = (struct nami_operator *)unwind;
    if (unwind == NULL) {
        return nami_exec_nomem(build->exec);
    }
    unwind->at = nami_arena_alloc(build->exec->arena, NAMI_BATCH_ROWS * sizeof(uint16_t));
    if (unwind->at == NULL) {
        return nami_exec_nomem(build->exec);
    }
    status = nami_build_expr(build, step, step->as.unwind.list, &unwind->list);
    if (status != NAMI_OK) {
        return status;
    }
    return nami_frame_init(build->exec, &unwind->frame, unwind->op.width, step->keep);
}
