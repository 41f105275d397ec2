/* One row: how many nodes have a label, or how many relationships a type, from statistics. */
#include "core/exec/build.h"

struct count_store {
    struct nami_operator op;
    struct nami_frame frame;
    bool is_told;
};

enum { NODES_AT_ONCE = 256, RELS_AT_ONCE = 256 };

/* Somebody is changing the counts, or has since the snapshot: count what it sees. */
static int32_t count_nodes(struct nami_exec *exec, uint32_t label, uint64_t *count)
{
    struct nami_node_scan scan;
    uint64_t ids[NODES_AT_ONCE];
    size_t found = 0;
    int32_t status = NAMI_OK;

    nami_node_scan_init(&scan, exec->snap, label);
    do {
        found = nami_node_scan_next(&scan, ids, NODES_AT_ONCE);
        *count += found;
        status = nami_exec_tick(exec, (uint32_t)found);
    } while (found > 0 && status == NAMI_OK);
    return status;
}

static int32_t count_rels_of(struct nami_exec *exec, uint64_t node, uint32_t type, uint64_t *count)
{
    struct nami_rel rels[RELS_AT_ONCE];
    uint64_t neighbours[RELS_AT_ONCE];
    struct nami_expand expand;
    size_t found = 0;
    int32_t status = NAMI_OK;

    nami_expand_init(&expand, exec->snap, node, NAMI_OUT, &type, type != NAMI_NO_NAME);
    do {
        found = nami_expand_next(&expand, rels, neighbours, RELS_AT_ONCE);
        *count += found;
        status = nami_exec_tick(exec, (uint32_t)found);
    } while (found > 0 && status == NAMI_OK);
    return status;
}

static int32_t count_rels(struct nami_exec *exec, uint32_t type, uint64_t *count)
{
    struct nami_node_scan scan;
    uint64_t ids[NODES_AT_ONCE];
    size_t found = 0;
    int32_t status = NAMI_OK;

    nami_node_scan_init(&scan, exec->snap, NAMI_NO_NAME);
    do {
        found = nami_node_scan_next(&scan, ids, NODES_AT_ONCE);
        status = nami_exec_tick(exec, (uint32_t)found);
        for (size_t i = 0; i < found && status == NAMI_OK; i++) {
            status = count_rels_of(exec, ids[i], type, count);
        }
    } while (found > 0 && status == NAMI_OK);
    return status;
}

static int32_t look_up(struct nami_exec *exec, const struct nami_step *step, uint64_t *count)
{
    bool of_rels = step->as.count_store.is_rels;
    uint32_t id = NAMI_NO_NAME;

    *count = 0;
    if (step->as.count_store.name.len > 0) {
        nami_name_resolve(exec, of_rels ? NAMI_DICT_TYPE : NAMI_DICT_LABEL,
                          step->as.count_store.name, &id);
        if (id == NAMI_NO_NAME) {
            return NAMI_OK;
        }
    }
    if (nami_snapshot_count(exec->snap, of_rels, id, count)) {
        return NAMI_OK;
    }
    *count = 0;
    return of_rels ? count_rels(exec, id, count) : count_nodes(exec, id, count);
}

static int32_t next(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows **out)
{
    struct count_store *store = (struct count_store *)op;
    struct nami_vector *counts = NULL;
    uint64_t count = 0;
    int32_t status = NAMI_OK;

    *out = NULL;
    if (store->is_told) {
        return NAMI_OK;
    }
    store->is_told = true;
    status = look_up(exec, op->step, &count);
    if (status != NAMI_OK) {
        return status;
    }
    status = nami_frame_column(exec, &store->frame, op->step->as.count_store.column,
                               NAMI_VECTOR_INT, &counts);
    if (status != NAMI_OK) {
        return status;
    }
    ((int64_t *)counts->data)[0] = (int64_t)count;
    counts->has_nulls = false;
    nami_frame_show(&store->frame, op->step->as.count_store.column);
    store->frame.rows.count = 1;
    store->frame.rows.size = 1;
    *out = &store->frame.rows;
    return NAMI_OK;
}

static const struct nami_operator_ops count_store_ops = {.next = next};

int32_t nami_op_count_store_create(const struct nami_build *build, const struct nami_step *step,
                                   struct nami_operator **out)
{
    struct count_store *store = nami_build_operator(build, step, &count_store_ops, sizeof(*store));
    struct nami_plan_columns none = {0};

    *out = (struct nami_operator *)store;
    if (store == NULL) {
        return nami_exec_nomem(build->exec);
    }
    return nami_frame_init(build->exec, &store->frame, store->op.width, none);
}
