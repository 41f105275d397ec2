#include "core/exec/build.h"

#include "core/exec/cursor.h"

static nami_op_create_fn *const creators[NAMI_STEP_KIND_COUNT] = {
    [NAMI_STEP_ARGUMENT] = nami_op_argument_create,
    [NAMI_STEP_COUNT_STORE] = nami_op_count_store_create,
    [NAMI_STEP_UNION] = nami_op_union_create,
    [NAMI_STEP_SCHEMA] = nami_op_schema_create,
    [NAMI_STEP_NODE_SCAN] = nami_op_node_scan_create,
    [NAMI_STEP_INDEX_SEEK] = nami_op_index_seek_create,
    [NAMI_STEP_EXPAND] = nami_op_expand_create,
    [NAMI_STEP_REL_ENDS] = nami_op_rel_ends_create,
    [NAMI_STEP_REL_UNIQUE] = nami_op_rel_unique_create,
    [NAMI_STEP_FILTER] = nami_op_filter_create,
    [NAMI_STEP_PATH] = nami_op_path_create,
    [NAMI_STEP_PROJECT] = nami_op_project_create,
    [NAMI_STEP_UNWIND] = nami_op_unwind_create,
    [NAMI_STEP_CROSS] = nami_op_cross_create,
    [NAMI_STEP_AGGREGATE] = nami_op_aggregate_create,
    [NAMI_STEP_DISTINCT] = nami_op_distinct_create,
    [NAMI_STEP_SORT] = nami_op_sort_create,
    [NAMI_STEP_TOP] = nami_op_sort_create,
    [NAMI_STEP_SKIP_LIMIT] = nami_op_skip_limit_create,
    [NAMI_STEP_CREATE] = nami_op_create_create,
    [NAMI_STEP_SET] = nami_op_set_create,
    [NAMI_STEP_DELETE] = nami_op_delete_create,
    [NAMI_STEP_MERGE] = nami_op_merge_create,
    [NAMI_STEP_PRODUCE] = nami_op_produce_create,
};

void *nami_build_operator(const struct nami_build *build, const struct nami_step *step,
                          const struct nami_operator_ops *ops, size_t size)
{
    struct nami_operator *op = nami_exec_alloc(build->exec, 1, size);

    if (op != NULL) {
        op->ops = ops;
        op->step = step;
        op->width = build->plan->column_count;
        op->is_breaker = ops->finish != NULL;
    }
    return op;
}

int32_t nami_build_expr(const struct nami_build *build, const struct nami_step *step,
                        const struct nami_ast_expr *ast, struct nami_expr **out)
{
    struct nami_layout layout = {
        .column_of = build->plan->column_of,
        .symbol_count = build->plan->symbol_count,
        .column_count = build->plan->column_count,
        .computed_count = step->computed_count,
    };
    struct nami_computed *computed = NULL;

    *out = NULL;
    if (ast == NULL) {
        return NAMI_OK;
    }
    if (step->computed_count > 0) {
        computed = nami_exec_scratch(build->exec, step->computed_count, sizeof(*computed));
        if (computed == NULL) {
            return nami_exec_nomem(build->exec);
        }
        for (uint32_t i = 0; i < step->computed_count; i++) {
            computed[i].ast = step->computed[i].call;
            computed[i].column = step->computed[i].column;
        }
        layout.computed = computed;
    }
    return nami_expr_compile(build->exec, ast, &layout, out);
}

int32_t nami_build_exprs(const struct nami_build *build, const struct nami_step *step,
                         struct nami_ast_exprs asts, struct nami_expr ***out)
{
    struct nami_expr **exprs = nami_exec_alloc(build->exec, asts.count, sizeof(struct nami_expr *));
    int32_t status = exprs != NULL ? NAMI_OK : nami_exec_nomem(build->exec);

    *out = exprs;
    for (uint32_t i = 0; i < asts.count && status == NAMI_OK; i++) {
        status = nami_build_expr(build, step, asts.items[i], &exprs[i]);
    }
    return status;
}

int32_t nami_build_row_count(const struct nami_build *build, const struct nami_step *step,
                             const struct nami_ast_expr *ast, const char *clause, uint64_t absent,
                             uint64_t *out)
{
    struct nami_expr *expr = NULL;
    struct nami_value value = nami_value_null();
    int32_t status = NAMI_OK;

    *out = absent;
    if (ast == NULL) {
        return NAMI_OK;
    }
    status = nami_build_expr(build, step, ast, &expr);
    if (status == NAMI_OK) {
        status = nami_expr_eval_one(build->exec, expr, &value);
    }
    if (status != NAMI_OK) {
        return status;
    }
    if (value.type != NAMI_VALUE_INT) {
        status =
            nami_diagnose(build->exec->diag, NAMI_COND_INVALID_ARGUMENT_TYPE, NULL,
                          "%s takes an integer, not %s", clause, nami_value_type_name(value.type));
    } else if (value.as.integer < 0) {
        status = nami_diagnose(build->exec->diag, NAMI_COND_NEGATIVE_INTEGER_ARGUMENT, NULL,
                               "%s takes an integer of at least 0, not %lld", clause,
                               (long long)value.as.integer);
    } else {
        *out = (uint64_t)value.as.integer;
        return NAMI_OK;
    }
    nami_diagnose_place(build->exec->diag, build->exec->text, ast->span.at);
    return status;
}

int32_t nami_build_chain(const struct nami_build *build, struct nami_steps steps,
                         struct nami_chain **out)
{
    struct nami_chain *chain = nami_exec_alloc(build->exec, 1, sizeof(*chain));
    int32_t status = NAMI_OK;

    *out = chain;
    if (chain != NULL) {
        chain->ops = nami_exec_alloc(build->exec, steps.count, sizeof(struct nami_operator *));
        chain->marks = nami_exec_alloc(build->exec, steps.count, sizeof(struct nami_arena_mark));
    }
    if (chain == NULL || chain->ops == NULL || chain->marks == NULL) {
        return nami_exec_nomem(build->exec);
    }
    chain->count = steps.count;
    for (uint32_t i = 0; i < steps.count && status == NAMI_OK; i++) {
        status = creators[steps.items[i].kind](build, &steps.items[i], &chain->ops[i]);
    }
    return status;
}

void nami_chain_set_argument(struct nami_chain *chain, const struct nami_rows *rows)
{
    nami_op_argument_set(chain->ops[0], rows);
}
