/* One row: how many nodes have a label, or how many relationships a type, from statistics. */
#include "core/exec/build.h"

struct count_store {
    struct nami_operator op;
    struct nami_frame frame;
    bool is_told;
};

static uint64_t look_up(const struct nami_exec *exec, const struct nami_step *step)
{
    const struct nami_graph *graph = exec->snap->graph;
    uint32_t dictionary = step->as.count_store.is_rels ? NAMI_DICT_TYPE : NAMI_DICT_LABEL;
    uint32_t id = NAMI_NO_NAME;

    if (step->as.count_store.name.len > 0) {
        nami_name_resolve(exec, dictionary, step->as.count_store.name, &id);
        if (id == NAMI_NO_NAME) {
            return 0;
        }
    }
    return step->as.count_store.is_rels ? nami_graph_rel_count(graph, id)
                                        : nami_graph_node_count(graph, id);
}

static int32_t next(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows **out)
{
    struct count_store *store = (struct count_store *)op;
    struct nami_vector *counts = NULL;
    int32_t status = NAMI_OK;

    *out = NULL;
    if (store->is_told) {
        return NAMI_OK;
    }
    store->is_told = true;
    status = nami_frame_column(exec, &store->frame, op->step->as.count_store.column,
                               NAMI_VECTOR_INT, &counts);
    if (status != NAMI_OK) {
        return status;
    }
    ((int64_t *)counts->data)[0] = (int64_t)look_up(exec, op->step);
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
