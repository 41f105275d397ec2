/*
 * DELETE and DETACH DELETE: nodes, relationships, whole paths. What was deleted before is left
 * alone; whether a node still has relationships is judged when all rows are done.
 */
#include "core/exec/update.h"

struct delete_op {
    struct nami_update update;
    struct nami_expr **exprs;
};

static int32_t delete_path(struct nami_exec *exec, const struct nami_path *path, bool detach)
{
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; i < path->length && status == NAMI_OK; i++) {
        status = nami_txn_delete_rel(exec->txn, &path->rels[i], exec->diag);
    }
    for (uint32_t i = 0; i <= path->length && status == NAMI_OK; i++) {
        status = nami_txn_delete_node(exec->txn, path->nodes[i], detach, exec->diag);
    }
    return status;
}

static int32_t delete_value(struct nami_exec *exec, const struct nami_step *step, uint32_t index,
                            struct nami_value value)
{
    bool detach = step->as.delete_.is_detach;
    int32_t status = NAMI_OK;

    if (value.type == NAMI_VALUE_NULL) {
        return NAMI_OK;
    }
    if (value.type == NAMI_VALUE_NODE) {
        return nami_txn_delete_node(exec->txn, value.as.node, detach, exec->diag);
    }
    if (value.type == NAMI_VALUE_REL) {
        return nami_txn_delete_rel(exec->txn, value.as.rel, exec->diag);
    }
    if (value.type == NAMI_VALUE_PATH) {
        return delete_path(exec, value.as.path, detach);
    }
    status = nami_diagnose(exec->diag, NAMI_COND_TYPE_ERROR, NULL,
                           "DELETE takes a node, relationship or path, not %s",
                           nami_value_type_name(value.type));
    nami_diagnose_place(exec->diag, exec->text, step->as.delete_.exprs.items[index]->span.at);
    return status;
}

/* Every expression first: DELETE a, b.x must not stumble over its own first half. */
static int32_t delete_chunk(struct nami_exec *exec, struct delete_op *op)
{
    const struct nami_step *step = op->update.op.step;
    uint32_t count = step->as.delete_.exprs.count;
    const struct nami_rows *rows = &op->update.out;
    struct nami_vector *values = nami_exec_scratch(exec, count, sizeof(struct nami_vector));
    int32_t status = values != NULL ? NAMI_OK : nami_exec_nomem(exec);

    for (uint32_t i = 0; i < count && status == NAMI_OK; i++) {
        status = nami_expr_eval(exec, op->exprs[i], rows, &values[i]);
    }
    for (uint32_t row = 0; row < rows->count && status == NAMI_OK; row++) {
        for (uint32_t i = 0; i < count && status == NAMI_OK; i++) {
            status = delete_value(exec, step, i, nami_vector_get(&values[i], row));
        }
        if (status == NAMI_OK) {
            status = nami_exec_tick(exec, 1);
        }
    }
    return status;
}

static int32_t finish(struct nami_exec *exec, struct nami_operator *op)
{
    struct delete_op *delete_ = (struct delete_op *)op;
    struct nami_arena_mark mark = nami_arena_mark(exec->scratch);
    int32_t status = NAMI_OK;

    for (uint32_t c = 0; c < delete_->update.buffer.chunk_count && status == NAMI_OK; c++) {
        nami_update_show(&delete_->update, c);
        status = delete_chunk(exec, delete_);
        nami_arena_rewind(exec->scratch, mark);
    }
    return status == NAMI_OK ? nami_txn_check_deletes(exec->txn, exec->diag) : status;
}

static const struct nami_operator_ops delete_ops = {
    .feed = nami_update_feed, .finish = finish, .next = nami_update_next};

int32_t nami_op_delete_create(const struct nami_build *build, const struct nami_step *step,
                              struct nami_operator **out)
{
    struct delete_op *delete_ = nami_build_operator(build, step, &delete_ops, sizeof(*delete_));
    int32_t status = NAMI_OK;

    *out = (struct nami_operator *)delete_;
    if (delete_ == NULL) {
        return nami_exec_nomem(build->exec);
    }
    status = nami_update_init(build, &delete_->update);
    return status == NAMI_OK
               ? nami_build_exprs(build, step, step->as.delete_.exprs, &delete_->exprs)
               : status;
}
