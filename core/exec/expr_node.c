/* Nodes of the compiled tree, and folding. */
#include "core/exec/expr_compile.h"

#include <string.h>

int32_t nami_expr__new(struct nami_expr_compiler *c, const struct nami_ast_expr *ast,
                       nami_expr_kernel kernel, uint32_t arg_count, struct nami_expr **out)
{
    struct nami_expr *expr = nami_exec_alloc(c->exec, 1, sizeof(*expr));

    *out = NULL;
    if (expr == NULL) {
        return nami_exec_nomem(c->exec);
    }
    expr->eval = kernel;
    expr->ast = ast;
    expr->op = ast->op;
    expr->arg_count = arg_count;
    if (arg_count > 0) {
        expr->args = nami_exec_alloc(c->exec, arg_count, sizeof(struct nami_expr *));
        if (expr->args == NULL) {
            return nami_exec_nomem(c->exec);
        }
    }
    *out = expr;
    return NAMI_OK;
}

int32_t nami_expr__new_constant(struct nami_expr_compiler *c, const struct nami_ast_expr *ast,
                                struct nami_value value, struct nami_expr **out)
{
    int32_t status = nami_expr__new(c, ast, nami_expr__eval_constant, 0, out);

    if (status == NAMI_OK) {
        (*out)->is_constant = true;
        (*out)->as.constant = value;
    }
    return status;
}

static int32_t capture(struct nami_expr_compiler *c, struct nami_expr_scope *scope, uint32_t column)
{
    for (uint32_t i = 0; i < scope->capture_count; i++) {
        if (scope->captures[i] == column) {
            return NAMI_OK;
        }
    }
    if (scope->capture_count == scope->captures_max) {
        uint32_t max = scope->captures_max > 0 ? scope->captures_max * 2 : 4;
        uint32_t *captures = nami_exec_alloc(c->exec, max, sizeof(*captures));

        if (captures == NULL) {
            return nami_exec_nomem(c->exec);
        }
        if (scope->capture_count > 0) {
            memcpy(captures, scope->captures, scope->capture_count * sizeof(*captures));
        }
        scope->captures = captures;
        scope->captures_max = max;
    }
    scope->captures[scope->capture_count++] = column;
    return NAMI_OK;
}

int32_t nami_expr__new_column(struct nami_expr_compiler *c, const struct nami_ast_expr *ast,
                              uint32_t column, struct nami_expr **out)
{
    int32_t status = nami_expr__new(c, ast, nami_expr__eval_column, 0, out);

    if (status == NAMI_OK) {
        (*out)->as.column = column;
    }
    for (struct nami_expr_scope *scope = c->scope; scope != NULL && status == NAMI_OK;
         scope = scope->around) {
        if (column < scope->local) {
            status = capture(c, scope, column);
        }
    }
    return status;
}

/* Only these go on to the user from folding; anything else waits for a row to need the value. */
static bool ends_the_query(const struct nami_exec *exec)
{
    uint32_t condition = exec->diag->condition;

    return condition == NAMI_COND_CANCELLED || condition == NAMI_COND_QUERY_TIMEOUT;
}

int32_t nami_expr__fold(struct nami_expr_compiler *c, struct nami_expr *expr)
{
    struct nami_value value = nami_value_null();
    int32_t status;

    for (uint32_t i = 0; i < expr->arg_count; i++) {
        if (!expr->args[i]->is_constant) {
            return NAMI_OK;
        }
    }
    status = nami_expr_eval_one(c->exec, expr, &value);
    if (status == NAMI_OK && nami_value_copy(c->exec->arena, value, &value) == NAMI_OK) {
        expr->eval = nami_expr__eval_constant;
        expr->is_constant = true;
        expr->as.constant = value;
        expr->result = (struct nami_vector){0};
        return NAMI_OK;
    }
    if (status != NAMI_OK && ends_the_query(c->exec)) {
        return status;
    }
    *c->exec->diag = (struct nami_diagnostic){0};
    return NAMI_OK;
}
