/*
 * One row: how many nodes have a label, or how many relationships a type. From statistics where
 * they are exactly the snapshot's, else counted.
 */
#include "core/exec/build.h"

enum { IDS = 1024 };

struct count_store {
    struct nami_operator op;
    struct nami_frame frame;
    uint64_t *ids; /* for counting: made when it comes to that */
    struct nami_rel *rels;
    uint64_t *neighbours;
    bool is_told;
};

static int32_t make_room(struct nami_exec *exec, struct count_store *store)
{
    store->ids = nami_exec_alloc(exec, IDS, sizeof(uint64_t));
    store->rels = nami_exec_alloc(exec, IDS, sizeof(struct nami_rel));
    store->neighbours = nami_exec_alloc(exec, IDS, sizeof(uint64_t));
    return store->ids != NULL && store->rels != NULL && store->neighbours != NULL
               ? NAMI_OK
               : nami_exec_nomem(exec);
}

/* Outgoing relationships of one node. */
static int32_t count_rels_of(struct nami_exec *exec, struct count_store *store, uint64_t node,
                             uint32_t type, uint64_t *count)
{
    struct nami_expand expand;
    size_t got = 0;
    int32_t status = NAMI_OK;

    nami_expand_init(&expand, exec->snap, node, NAMI_OUT, &type, type != NAMI_NO_NAME ? 1 : 0);
    do {
        got = nami_expand_next(&expand, store->rels, store->neighbours, IDS);
        *count += got;
        status = nami_exec_tick(exec, (uint32_t)got + 1);
    } while (got > 0 && status == NAMI_OK);
    return status;
}

static int32_t count(struct nami_exec *exec, struct count_store *store, uint32_t id, uint64_t *out)
{
    bool of_rels = store->op.step->as.count_store.is_rels;
    struct nami_node_scan scan;
    size_t got = 0;
    int32_t status = make_room(exec, store);

    nami_node_scan_init(&scan, exec->snap, of_rels ? NAMI_NO_NAME : id);
    while (status == NAMI_OK) {
        got = nami_node_scan_next(&scan, store->ids, IDS);
        if (got == 0) {
            break;
        }
        *out += of_rels ? 0 : got;
        for (size_t i = 0; i < got && of_rels && status == NAMI_OK; i++) {
            status = count_rels_of(exec, store, store->ids[i], id, out);
        }
        if (status == NAMI_OK) {
            status = nami_exec_tick(exec, (uint32_t)got);
        }
    }
    return status;
}

static int32_t look_up(struct nami_exec *exec, struct count_store *store, uint64_t *out)
{
    const struct nami_step *step = store->op.step;
    bool of_rels = step->as.count_store.is_rels;
    uint32_t id = NAMI_NO_NAME;

    *out = 0;
    if (step->as.count_store.name.len > 0) {
        nami_name_resolve(exec, of_rels ? NAMI_DICT_TYPE : NAMI_DICT_LABEL,
                          step->as.count_store.name, &id);
        if (id == NAMI_NO_NAME) {
            return NAMI_OK;
        }
    }
    if (nami_snapshot_count(exec->snap, of_rels, id, out)) {
        return NAMI_OK;
    }
    *out = 0;
    return count(exec, store, id, out);
}

static int32_t next(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows **out)
{
    struct count_store *store = (struct count_store *)op;
    struct nami_vector *counts = NULL;
    uint64_t number = 0;
    int32_t status = NAMI_OK;

    *out = NULL;
    if (store->is_told) {
        return NAMI_OK;
    }
    store->is_told = true;
    status = look_up(exec, store, &number);
    if (status == NAMI_OK) {
        status = nami_frame_column(exec, &store->frame, op->step->as.count_store.counted->column,
                                   NAMI_VECTOR_INT, &counts);
    }
    if (status != NAMI_OK) {
        return status;
    }
    ((int64_t *)counts->data)[0] = (int64_t)number;
    counts->has_nulls = false;
    nami_frame_show(&store->frame, op->step->as.count_store.counted->column);
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
