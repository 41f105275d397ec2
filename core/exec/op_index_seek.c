/*
 * For each row: the nodes with a label whose key equals a value. Where the index that the plan
 * counted on is not there (any more), the label is scanned: slower, same rows.
 */
#include "core/exec/build.h"

struct index_seek {
    struct nami_operator op;
    struct nami_frame frame;
    uint16_t *at;
    struct nami_expr *value;
    const struct nami_rows *in;
    struct nami_vector wanted; /* the value, by physical row */
    uint32_t row;              /* of `in`, by selection */
    uint32_t label;
    uint32_t key;
    const struct nami_rule *rule; /* NULL: none; scan */
    bool is_open;
    struct nami_index_seek seek;
    struct nami_node_scan scan;
};

static void resolve(const struct nami_exec *exec, struct index_seek *seek)
{
    const struct nami_step *step = seek->op.step;

    nami_name_resolve(exec, NAMI_DICT_LABEL, step->as.seek.label, &seek->label);
    nami_name_resolve(exec, NAMI_DICT_KEY, step->as.seek.key, &seek->key);
    if (seek->rule == NULL && seek->label != NAMI_NO_NAME && seek->key != NAMI_NO_NAME) {
        seek->rule = nami_catalog_rule_on(nami_graph_catalog(exec->snap->graph), exec->snap->lsn,
                                          seek->label, seek->key);
    }
}

static int32_t feed(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows *in)
{
    struct index_seek *seek = (struct index_seek *)op;

    seek->in = in;
    seek->row = 0;
    seek->is_open = false;
    resolve(exec, seek);
    return nami_expr_eval(exec, seek->value, in, &seek->wanted);
}

/* Nodes that a scan gives and whose key equals the value. */
static size_t scan_some(struct nami_exec *exec, struct index_seek *seek, struct nami_value value,
                        uint64_t *ids, size_t max, bool *is_end)
{
    size_t got = nami_node_scan_next(&seek->scan, ids, max);
    size_t kept = 0;

    *is_end = got == 0;
    for (size_t i = 0; i < got; i++) {
        struct nami_value has = nami_node_property(exec->snap, ids[i], seek->key);

        if (nami_value_equal(has, value) == NAMI_TRUE) {
            ids[kept++] = ids[i];
        }
    }
    return kept;
}

/* Matches of the current row; *is_end: there are no more. */
static size_t match_some(struct nami_exec *exec, struct index_seek *seek, uint32_t physical,
                         uint64_t *ids, size_t max, bool *is_end)
{
    struct nami_value value = nami_value_null();
    size_t got = 0;

    if (!seek->is_open || seek->rule == NULL) {
        value = nami_vector_get(&seek->wanted, physical);
    }
    if (value.type == NAMI_VALUE_NULL && !(seek->is_open && seek->rule != NULL)) {
        *is_end = true;
        return 0;
    }
    if (!seek->is_open && seek->rule != NULL) {
        nami_index_seek_init(&seek->seek, exec->snap, seek->rule, value);
    } else if (!seek->is_open) {
        nami_node_scan_init(&seek->scan, exec->snap, seek->label);
    }
    seek->is_open = true;
    if (seek->rule == NULL) {
        return scan_some(exec, seek, value, ids, max, is_end);
    }
    got = nami_index_seek_next(&seek->seek, ids, max);
    *is_end =
        got == 0 || (seek->op.step->as.seek.is_unique && seek->rule->kind == NAMI_RULE_UNIQUE);
    return got;
}

static int32_t fill(struct nami_exec *exec, struct index_seek *seek, uint64_t *ids, uint32_t *out)
{
    uint32_t count = 0;
    int32_t status = NAMI_OK;

    while (status == NAMI_OK && count < seek->frame.capacity && seek->row < seek->in->count) {
        uint32_t physical = nami_rows_at(seek->in, seek->row);
        bool is_end = false;
        size_t got =
            match_some(exec, seek, physical, ids + count, seek->frame.capacity - count, &is_end);

        for (size_t i = 0; i < got; i++) {
            seek->at[count++] = (uint16_t)physical;
        }
        if (is_end) {
            seek->is_open = false;
            seek->row++;
        }
        status = nami_exec_tick(exec, seek->rule == NULL ? NAMI_BATCH_ROWS : 1);
    }
    *out = count;
    return status;
}

static int32_t next(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows **out)
{
    struct index_seek *seek = (struct index_seek *)op;
    uint32_t column = op->step->as.seek.column;
    struct nami_vector *nodes = NULL;
    uint32_t count = 0;
    int32_t status = NAMI_OK;

    *out = NULL;
    if (seek->in == NULL || seek->row >= seek->in->count || seek->label == NAMI_NO_NAME ||
        seek->key == NAMI_NO_NAME) {
        seek->in = NULL;
        return NAMI_OK;
    }
    nami_frame_begin(&seek->frame);
    status = nami_frame_column(exec, &seek->frame, column, NAMI_VECTOR_NODE, &nodes);
    if (status == NAMI_OK) {
        status = fill(exec, seek, nodes->data, &count);
    }
    if (status != NAMI_OK) {
        return status;
    }
    nodes->has_nulls = false;
    nami_frame_show(&seek->frame, column);
    *out = &seek->frame.rows;
    return nami_frame_gather(exec, &seek->frame, seek->in, seek->at, count);
}

static const struct nami_operator_ops index_seek_ops = {.feed = feed, .next = next};

int32_t nami_op_index_seek_create(const struct nami_build *build, const struct nami_step *step,
                                  struct nami_operator **out)
{
    struct index_seek *seek = nami_build_operator(build, step, &index_seek_ops, sizeof(*seek));
    int32_t status = NAMI_OK;

    *out = (struct nami_operator *)seek;
    if (seek == NULL) {
        return nami_exec_nomem(build->exec);
    }
    seek->label = NAMI_NO_NAME;
    seek->key = NAMI_NO_NAME;
    seek->at = nami_arena_alloc(build->exec->arena, NAMI_BATCH_ROWS * sizeof(uint16_t));
    if (seek->at == NULL) {
        return nami_exec_nomem(build->exec);
    }
    status = nami_build_expr(build, step, step->as.seek.value, &seek->value);
    if (status != NAMI_OK) {
        return status;
    }
    return nami_frame_init(build->exec, &seek->frame, seek->op.width, step->keep);
}
