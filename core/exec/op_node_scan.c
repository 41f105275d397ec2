/* For each row: every node, or every node with a label. */
#include "core/exec/build.h"

struct node_scan {
    struct nami_operator op;
    struct nami_frame frame;
    uint16_t *at; /* input row of each output row */
    const struct nami_rows *in;
    uint32_t row;   /* of `in`, by selection */
    uint32_t label; /* NAMI_NO_NAME: all */
    bool is_empty;  /* a label that nobody has; an earlier clause may still make it */
    bool is_open;
    struct nami_node_scan cursor;
};

static int32_t feed(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows *in)
{
    struct node_scan *scan = (struct node_scan *)op;

    scan->in = in;
    scan->row = 0;
    scan->is_open = false;
    if (scan->is_empty) {
        nami_name_resolve(exec, NAMI_DICT_LABEL, op->step->as.scan.label, &scan->label);
        scan->is_empty = scan->label == NAMI_NO_NAME;
    }
    return NAMI_OK;
}

/* Ids into the batch until it is full or the input is used up. */
static uint32_t fill(struct nami_exec *exec, struct node_scan *scan, uint64_t *ids)
{
    uint32_t count = 0;

    while (count < scan->frame.capacity && scan->row < scan->in->count) {
        uint32_t physical = nami_rows_at(scan->in, scan->row);
        size_t got = 0;

        if (!scan->is_open) {
            nami_node_scan_init(&scan->cursor, exec->snap, scan->label);
            scan->is_open = true;
        }
        got = nami_node_scan_next(&scan->cursor, ids + count, scan->frame.capacity - count);
        if (got == 0) {
            scan->is_open = false;
            scan->row++;
            if (scan->row % NAMI_BATCH_ROWS == 0) { /* many rows, no nodes */
                break;
            }
            continue;
        }
        for (size_t i = 0; i < got; i++) {
            scan->at[count++] = (uint16_t)physical;
        }
    }
    return count;
}

static int32_t next(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows **out)
{
    struct node_scan *scan = (struct node_scan *)op;
    struct nami_vector *nodes = NULL;
    int32_t status = NAMI_OK;
    uint32_t count = 0;

    *out = NULL;
    if (scan->is_empty || scan->in == NULL || scan->row >= scan->in->count) {
        scan->in = NULL;
        return NAMI_OK;
    }
    nami_frame_begin(&scan->frame);
    status =
        nami_frame_column(exec, &scan->frame, op->step->as.scan.column, NAMI_VECTOR_NODE, &nodes);
    if (status != NAMI_OK) {
        return status;
    }
    count = fill(exec, scan, nodes->data);
    nodes->has_nulls = false;
    nami_frame_show(&scan->frame, op->step->as.scan.column);
    status = nami_frame_gather(exec, &scan->frame, scan->in, scan->at, count);
    if (status == NAMI_OK) {
        status = nami_exec_tick(exec, count + 1);
    }
    *out = &scan->frame.rows;
    return status;
}

static const struct nami_operator_ops node_scan_ops = {.feed = feed, .next = next};

int32_t nami_op_node_scan_create(const struct nami_build *build, const struct nami_step *step,
                                 struct nami_operator **out)
{
    struct node_scan *scan = nami_build_operator(build, step, &node_scan_ops, sizeof(*scan));

    *out = (struct nami_operator *)scan;
    if (scan == NULL) {
        return nami_exec_nomem(build->exec);
    }
    scan->label = NAMI_NO_NAME;
    scan->is_empty = step->as.scan.label.len > 0;
    scan->at = nami_arena_alloc(build->exec->arena, NAMI_BATCH_ROWS * sizeof(uint16_t));
    if (scan->at == NULL) {
        return nami_exec_nomem(build->exec);
    }
    return nami_frame_init(build->exec, &scan->frame, scan->op.width, step->keep);
}
