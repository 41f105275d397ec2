/* Comprehensions, quantifiers, reduce: locals, and what the body takes from around it. */
#include "core/exec/expr_compile.h"

static int32_t new_inner(struct nami_expr_compiler *c, const struct nami_expr_scope *scope,
                         uint32_t column_count, struct nami_expr_inner **out)
{
    struct nami_expr_inner *inner = nami_exec_alloc(c->exec, 1, sizeof(*inner));

    *out = inner;
    if (inner == NULL) {
        return nami_exec_nomem(c->exec);
    }
    inner->column_count = column_count;
    inner->local = scope->local;
    inner->captures = scope->captures;
    inner->capture_count = scope->capture_count;
    inner->columns = nami_exec_alloc(c->exec, column_count, sizeof(*inner->columns));
    inner->bits = nami_exec_alloc(c->exec, column_count, sizeof(*inner->bits));
    inner->element_bits = nami_exec_alloc(c->exec, NAMI_BATCH_ROWS / 64, sizeof(uint64_t));
    inner->selection = nami_exec_alloc(c->exec, NAMI_BATCH_ROWS, sizeof(uint16_t));
    if (inner->columns == NULL || inner->bits == NULL || inner->element_bits == NULL ||
        inner->selection == NULL) {
        return nami_exec_nomem(c->exec);
    }
    return NAMI_OK;
}

/* Compile bodies[i] with up to two locals into expr->args[first + i]; NULL bodies stay NULL. */
static int32_t compile_bodies(struct nami_expr_compiler *c, struct nami_expr *expr,
                              const struct nami_ast_variable *const variables[2],
                              const struct nami_ast_expr *const *bodies, uint32_t first,
                              uint32_t count)
{
    struct nami_expr_scope scope = {.local = c->next_column, .around = c->scope};
    struct nami_expr_local locals[2];
    const struct nami_expr_local *around = c->locals;
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; i < 2 && variables[i] != NULL; i++) {
        locals[i] = (struct nami_expr_local){
            .symbol = variables[i]->symbol, .column = c->next_column++, .around = c->locals};
        c->locals = &locals[i];
    }
    c->scope = &scope;
    for (uint32_t i = 0; i < count && status == NAMI_OK; i++) {
        if (bodies[i] != NULL) {
            status = nami_expr__compile(c, bodies[i], &expr->args[first + i]);
        }
    }
    if (status == NAMI_OK) {
        status = new_inner(c, &scope, c->next_column, &expr->as.inner);
    }
    c->locals = around;
    c->scope = scope.around;
    c->next_column = scope.local;
    return status;
}

int32_t nami_expr__compile_comprehension(struct nami_expr_compiler *c,
                                         const struct nami_ast_expr *ast, nami_expr_kernel kernel,
                                         struct nami_expr **out)
{
    const struct nami_ast_comprehension *comprehension = ast->as.comprehension;
    const struct nami_ast_variable *const variables[2] = {&comprehension->variable, NULL};
    const struct nami_ast_expr *const bodies[2] = {comprehension->where, comprehension->value};
    int32_t status = nami_expr__new(c, ast, kernel, 3, out);

    if (status == NAMI_OK) {
        status = nami_expr__compile(c, comprehension->list, &(*out)->args[0]);
    }
    if (status == NAMI_OK) {
        status = compile_bodies(c, *out, variables, bodies, 1, 2);
    }
    return status;
}

int32_t nami_expr__compile_reduce(struct nami_expr_compiler *c, const struct nami_ast_expr *ast,
                                  struct nami_expr **out)
{
    const struct nami_ast_reduce *reduce = ast->as.reduce;
    const struct nami_ast_variable *const variables[2] = {&reduce->variable, &reduce->total};
    const struct nami_ast_expr *const bodies[1] = {reduce->step};
    int32_t status = nami_expr__new(c, ast, nami_expr__eval_reduce, 3, out);

    if (status == NAMI_OK) {
        status = nami_expr__compile(c, reduce->list, &(*out)->args[0]);
    }
    if (status == NAMI_OK) {
        status = nami_expr__compile(c, reduce->start, &(*out)->args[1]);
    }
    if (status == NAMI_OK) {
        status = compile_bodies(c, *out, variables, bodies, 2, 1);
    }
    return status;
}
