/* Groups by hash, and an aggregate state per group. Without keys: one group, even of no rows. */
#include "core/exec/build.h"

#include "core/exec/aggregate.h"
#include "core/exec/group_table.h"

struct call {
    struct nami_aggregate *state;
    struct nami_expr *value; /* NULL: count(*) */
    struct nami_expr *extra; /* percentile*; or NULL */
};

struct aggregate_op {
    struct nami_operator op;
    struct nami_frame frame;
    struct nami_group_table *table; /* NULL: no keys */
    struct nami_expr **keys;
    struct nami_vector *key_vectors;
    struct call *calls;
    uint32_t *groups;
    uint32_t group_count;
    uint32_t told; /* groups handed out */
};

static uint32_t kind_of(const struct nami_ast_expr *call)
{
    static const uint8_t kinds[] = {
        [NAMI_FN_COUNT_STAR] = NAMI_AGGREGATE_COUNT_ROWS,
        [NAMI_FN_COUNT] = NAMI_AGGREGATE_COUNT,
        [NAMI_FN_SUM] = NAMI_AGGREGATE_SUM,
        [NAMI_FN_AVG] = NAMI_AGGREGATE_AVG,
        [NAMI_FN_MIN] = NAMI_AGGREGATE_MIN,
        [NAMI_FN_MAX] = NAMI_AGGREGATE_MAX,
        [NAMI_FN_COLLECT] = NAMI_AGGREGATE_COLLECT,
        [NAMI_FN_PERCENTILE_DISC] = NAMI_AGGREGATE_PERCENTILE_DISC,
        [NAMI_FN_PERCENTILE_CONT] = NAMI_AGGREGATE_PERCENTILE_CONT,
        [NAMI_FN_STDEV] = NAMI_AGGREGATE_STDEV,
        [NAMI_FN_STDEVP] = NAMI_AGGREGATE_STDEVP,
    };

    return kinds[call->as.call.function->id];
}

static int32_t group_rows(struct nami_exec *exec, struct aggregate_op *op,
                          const struct nami_rows *in)
{
    uint32_t new_count = 0;
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; i < op->op.step->as.aggregate.key_count && status == NAMI_OK; i++) {
        status = nami_expr_eval(exec, op->keys[i], in, &op->key_vectors[i]);
    }
    if (status != NAMI_OK || op->table == NULL) {
        return status;
    }
    status =
        nami_group_table_insert(exec, op->table, in, op->key_vectors, op->groups, NULL, &new_count);
    op->group_count = nami_group_table_count(op->table);
    return status;
}

static int32_t update(struct nami_exec *exec, struct aggregate_op *op, struct call *call,
                      const struct nami_rows *in)
{
    struct nami_vector value = {0};
    struct nami_vector extra = {0};
    struct nami_aggregate_input input = {.rows = in,
                                         .groups = op->table != NULL ? op->groups : NULL};
    int32_t status = nami_aggregate_grow(exec, call->state, op->group_count);

    if (status == NAMI_OK && call->value != NULL) {
        status = nami_expr_eval(exec, call->value, in, &value);
        input.value = &value;
    }
    if (status == NAMI_OK && call->extra != NULL) {
        status = nami_expr_eval(exec, call->extra, in, &extra);
        input.extra = &extra;
    }
    if (status == NAMI_OK) {
        status = nami_aggregate_update(exec, call->state, &input);
    }
    return status;
}

static int32_t feed(struct nami_exec *exec, struct nami_operator *base, const struct nami_rows *in)
{
    struct aggregate_op *op = (struct aggregate_op *)base;
    int32_t status = group_rows(exec, op, in);

    for (uint32_t i = 0; i < base->step->as.aggregate.aggregate_count && status == NAMI_OK; i++) {
        status = update(exec, op, &op->calls[i], in);
    }
    return status == NAMI_OK ? nami_exec_tick(exec, in->count) : status;
}

static int32_t finish(struct nami_exec *exec, struct nami_operator *base)
{
    struct aggregate_op *op = (struct aggregate_op *)base;
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; i < base->step->as.aggregate.aggregate_count && status == NAMI_OK; i++) {
        status = nami_aggregate_grow(exec, op->calls[i].state, op->group_count);
    }
    return status;
}

static int32_t next(struct nami_exec *exec, struct nami_operator *base,
                    const struct nami_rows **out)
{
    struct aggregate_op *op = (struct aggregate_op *)base;
    const struct nami_step *step = base->step;
    uint32_t count = op->group_count - op->told;
    struct nami_vector *vector = NULL;
    int32_t status = NAMI_OK;

    *out = NULL;
    if (count == 0) {
        return NAMI_OK;
    }
    nami_frame_begin(&op->frame);
    count = count < op->frame.capacity ? count : op->frame.capacity;
    for (uint32_t i = 0; i < step->as.aggregate.key_count && status == NAMI_OK; i++) {
        uint32_t column = step->as.aggregate.keys[i].column;

        status = nami_frame_column(exec, &op->frame, column, NAMI_VECTOR_ANY, &vector);
        if (status == NAMI_OK) {
            status = nami_group_table_keys(exec, op->table, i, op->told, count, vector);
        }
        nami_frame_show(&op->frame, column);
    }
    for (uint32_t i = 0; i < step->as.aggregate.aggregate_count && status == NAMI_OK; i++) {
        uint32_t column = step->as.aggregate.aggregates[i].column;

        status = nami_frame_column(exec, &op->frame, column, NAMI_VECTOR_ANY, &vector);
        if (status == NAMI_OK) {
            status = nami_aggregate_finish(exec, op->calls[i].state, op->told, count, vector);
        }
        nami_frame_show(&op->frame, column);
    }
    op->told += count;
    op->frame.rows.count = count;
    op->frame.rows.size = count;
    *out = &op->frame.rows;
    return status == NAMI_OK ? nami_exec_tick(exec, count) : status;
}

static const struct nami_operator_ops aggregate_ops = {
    .feed = feed, .finish = finish, .next = next};

static int32_t create_call(const struct nami_build *build, const struct nami_step *step,
                           const struct nami_ast_expr *ast, struct call *call)
{
    struct nami_aggregate_spec spec = {
        .kind = kind_of(ast), .is_distinct = ast->is_distinct, .span = ast->span};
    int32_t status = NAMI_OK;

    status = nami_aggregate_create(build->exec, &spec, &call->state);
    if (status == NAMI_OK && ast->as.call.arg_count > 0) {
        status = nami_build_expr(build, step, ast->as.call.args[0], &call->value);
    }
    if (status == NAMI_OK && ast->as.call.arg_count > 1) {
        status = nami_build_expr(build, step, ast->as.call.args[1], &call->extra);
    }
    return status;
}

static int32_t create_keys(const struct nami_build *build, const struct nami_step *step,
                           struct aggregate_op *op)
{
    uint32_t count = step->as.aggregate.key_count;
    int32_t status = NAMI_OK;

    op->keys = nami_exec_alloc(build->exec, count, sizeof(struct nami_expr *));
    op->key_vectors = nami_exec_alloc(build->exec, count, sizeof(struct nami_vector));
    op->groups = nami_arena_alloc(build->exec->arena, NAMI_BATCH_ROWS * sizeof(uint32_t));
    if (op->keys == NULL || op->key_vectors == NULL || op->groups == NULL) {
        return nami_exec_nomem(build->exec);
    }
    for (uint32_t i = 0; i < count && status == NAMI_OK; i++) {
        status = nami_build_expr(build, step, step->as.aggregate.keys[i].expr, &op->keys[i]);
    }
    if (status == NAMI_OK && count > 0) {
        status = nami_group_table_create(build->exec, count, &op->table);
    }
    op->group_count = count > 0 ? 0 : 1;
    return status;
}

int32_t nami_op_aggregate_create(const struct nami_build *build, const struct nami_step *step,
                                 struct nami_operator **out)
{
    struct aggregate_op *op = nami_build_operator(build, step, &aggregate_ops, sizeof(*op));
    uint32_t count = step->as.aggregate.aggregate_count;
    struct nami_plan_columns none = {0};
    int32_t status = NAMI_OK;

    *out = (struct nami_operator *)op;
    if (op == NULL) {
        return nami_exec_nomem(build->exec);
    }
    op->calls = nami_exec_alloc(build->exec, count, sizeof(struct call));
    if (op->calls == NULL) {
        return nami_exec_nomem(build->exec);
    }
    status = create_keys(build, step, op);
    for (uint32_t i = 0; i < count && status == NAMI_OK; i++) {
        status = create_call(build, step, step->as.aggregate.aggregates[i].call, &op->calls[i]);
    }
    if (status != NAMI_OK) {
        return status;
    }
    return nami_frame_init(build->exec, &op->frame, op->op.width, none);
}
