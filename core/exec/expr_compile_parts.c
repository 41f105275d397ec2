/* CASE, maps, map projections, label expressions. */
#include "core/exec/expr_compile.h"

/* ---- CASE ---- */

static int32_t compile_branches(struct nami_expr_compiler *c, const struct nami_ast_case *branches,
                                struct nami_expr *expr, uint32_t at, uint32_t result_at)
{
    uint32_t condition = 0;
    int32_t status = NAMI_OK;

    for (uint32_t b = 0; b < branches->branch_count && status == NAMI_OK; b++) {
        const struct nami_ast_case_branch *branch = &branches->branches[b];

        expr->as.choice.first[b] = condition;
        for (uint32_t w = 0; w < branch->when.count && status == NAMI_OK; w++) {
            expr->as.choice.is_predicate[condition] =
                branch->is_predicate == NULL || branch->is_predicate[w];
            status = nami_expr__compile(c, branch->when.items[w], &expr->args[at + condition]);
            condition++;
        }
        if (status == NAMI_OK) {
            status = nami_expr__compile(c, branch->then, &expr->args[result_at + b]);
        }
    }
    expr->as.choice.first[branches->branch_count] = condition;
    return status;
}

static int32_t compile_operand(struct nami_expr_compiler *c, const struct nami_ast_case *branches,
                               struct nami_expr *expr)
{
    int32_t status = nami_expr__compile(c, branches->operand, &expr->args[0]);

    if (status == NAMI_OK) {
        status = nami_expr__new(c, branches->operand, nami_expr__eval_operand, 0,
                                &expr->as.choice.holder);
    }
    return status;
}

int32_t nami_expr__compile_case(struct nami_expr_compiler *c, const struct nami_ast_expr *ast,
                                struct nami_expr **out)
{
    const struct nami_ast_case *branches = ast->as.branches;
    struct nami_expr *around = c->holder;
    uint32_t conditions = 0;
    uint32_t at = branches->operand != NULL ? 1 : 0;
    struct nami_expr *expr;
    int32_t status;

    for (uint32_t b = 0; b < branches->branch_count; b++) {
        conditions += branches->branches[b].when.count;
    }
    status = nami_expr__new(
        c, ast, nami_expr__eval_case,
        at + conditions + branches->branch_count + (branches->otherwise != NULL ? 1 : 0), &expr);
    *out = expr;
    if (status != NAMI_OK) {
        return status;
    }
    expr->as.choice.branch_count = branches->branch_count;
    expr->as.choice.has_otherwise = branches->otherwise != NULL;
    expr->as.choice.first = nami_exec_alloc(c->exec, branches->branch_count + 1, sizeof(uint32_t));
    expr->as.choice.is_predicate = nami_exec_alloc(c->exec, conditions, sizeof(bool));
    if (expr->as.choice.first == NULL || expr->as.choice.is_predicate == NULL) {
        return nami_exec_nomem(c->exec);
    }
    if (branches->operand != NULL) {
        status = compile_operand(c, branches, expr);
        c->holder = expr->as.choice.holder;
    }
    if (status == NAMI_OK) {
        status = compile_branches(c, branches, expr, at, at + conditions);
    }
    c->holder = around;
    if (status == NAMI_OK && branches->otherwise != NULL) {
        status = nami_expr__compile(c, branches->otherwise, &expr->args[expr->arg_count - 1]);
    }
    return status == NAMI_OK ? nami_expr__fold(c, expr) : status;
}
/* ---- maps and labels ---- */

/* Entries in the order of their keys; of equal keys the last one. */
int32_t nami_expr__compile_map(struct nami_expr_compiler *c, const struct nami_ast_expr *ast,
                               struct nami_expr **out)
{
    uint32_t count = ast->as.map.count;
    struct nami_value *order = nami_exec_scratch(c->exec, (size_t)count * 2, sizeof(*order));
    int32_t status;

    if (order == NULL) {
        return nami_exec_nomem(c->exec);
    }
    for (uint32_t i = 0; i < count; i++) {
        order[(size_t)i * 2] = nami_value_string(ast->as.map.entries[i].key);
        order[(size_t)i * 2 + 1] = nami_value_int(i);
    }
    count = nami_value_map_normalise(order, count);
    status = nami_expr__new(c, ast, nami_expr__eval_map, count, out);
    if (status != NAMI_OK) {
        return status;
    }
    (*out)->as.map.count = count;
    (*out)->as.map.keys = nami_exec_alloc(c->exec, count, sizeof(struct nami_expr_key));
    if ((*out)->as.map.keys == NULL) {
        return nami_exec_nomem(c->exec);
    }
    for (uint32_t i = 0; i < count && status == NAMI_OK; i++) {
        const struct nami_ast_map_entry *entry =
            &ast->as.map.entries[order[(size_t)i * 2 + 1].as.integer];

        (*out)->as.map.keys[i] = (struct nami_expr_key){.name = entry->key, .id = NAMI_NO_NAME};
        status = nami_expr__compile(c, entry->value, &(*out)->args[i]);
    }
    return status == NAMI_OK ? nami_expr__fold(c, *out) : status;
}

int32_t nami_expr__compile_projection(struct nami_expr_compiler *c, const struct nami_ast_expr *ast,
                                      struct nami_expr **out)
{
    const struct nami_ast_map_projection *projection = ast->as.projection;
    uint32_t value_count = 0;
    uint32_t arg = 1;
    struct nami_expr *expr;
    int32_t status;

    for (uint32_t i = 0; i < projection->count; i++) {
        value_count += projection->items[i].kind == NAMI_AST_MAP_ITEM_VALUE ? 1 : 0;
    }
    status = nami_expr__new(c, ast, nami_expr__eval_projection, 1 + value_count, &expr);
    *out = expr;
    if (status != NAMI_OK) {
        return status;
    }
    expr->as.map.count = projection->count;
    expr->as.map.keys = nami_exec_alloc(c->exec, projection->count, sizeof(struct nami_expr_key));
    expr->as.map.kinds = nami_exec_alloc(c->exec, projection->count, sizeof(uint8_t));
    if (expr->as.map.keys == NULL || expr->as.map.kinds == NULL) {
        return nami_exec_nomem(c->exec);
    }
    status = nami_expr__compile(c, projection->object, &expr->args[0]);
    for (uint32_t i = 0; i < projection->count && status == NAMI_OK; i++) {
        const struct nami_ast_map_item *item = &projection->items[i];

        expr->as.map.kinds[i] = item->kind;
        expr->as.map.keys[i] = (struct nami_expr_key){.name = item->key, .id = NAMI_NO_NAME};
        if (item->kind == NAMI_AST_MAP_ITEM_VALUE) {
            status = nami_expr__compile(c, item->value, &expr->args[arg++]);
        }
    }
    return status == NAMI_OK ? nami_expr__fold(c, expr) : status;
}

static int32_t copy_labels(struct nami_expr_compiler *c, const struct nami_ast_label_expr *ast,
                           struct nami_expr_label *out)
{
    int32_t status = NAMI_OK;

    *out = (struct nami_expr_label){.kind = ast->kind,
                                    .name = ast->name,
                                    .label = NAMI_NO_NAME,
                                    .type = NAMI_NO_NAME,
                                    .count = ast->count};
    if (ast->count > 0) {
        out->items = nami_exec_alloc(c->exec, ast->count, sizeof(*out->items));
        if (out->items == NULL) {
            return nami_exec_nomem(c->exec);
        }
    }
    for (uint32_t i = 0; i < ast->count && status == NAMI_OK; i++) {
        status = copy_labels(c, ast->items[i], &out->items[i]);
    }
    return status;
}

int32_t nami_expr__compile_labels(struct nami_expr_compiler *c, const struct nami_ast_expr *ast,
                                  struct nami_expr **out)
{
    int32_t status = nami_expr__new(c, ast, nami_expr__eval_labels, 1, out);

    if (status != NAMI_OK) {
        return status;
    }
    (*out)->as.labels = nami_exec_alloc(c->exec, 1, sizeof(struct nami_expr_label));
    if ((*out)->as.labels == NULL) {
        return nami_exec_nomem(c->exec);
    }
    status = copy_labels(c, ast->as.labels.labels, (*out)->as.labels);
    return status == NAMI_OK ? nami_expr__compile(c, ast->as.labels.object, &(*out)->args[0])
                             : status;
}
