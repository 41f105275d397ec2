/* From the AST to kernels: names become columns and ids, constants are folded. */
#include <string.h>

#include "core/exec/expr_internal.h"

/* A variable that an expression binds itself, such as x in [x IN list | ...]. */
struct local {
    const struct nami_symbol *symbol;
    uint32_t column;
    const struct local *around;
};

/* Inside such an expression: which columns of around it the body uses. */
struct scope {
    uint32_t local; /* its own first column */
    uint32_t *captures;
    uint32_t capture_count;
    uint32_t captures_max;
    struct scope *around;
};

struct compiler {
    struct nami_exec *exec;
    const struct nami_layout *layout;
    const struct local *locals;
    struct scope *scope;
    struct nami_expr *holder; /* of the innermost CASE with an operand */
    uint32_t next_column;
};

static int32_t compile(struct compiler *c, const struct nami_ast_expr *ast, struct nami_expr **out);

int32_t nami_expr_compile(struct nami_exec *exec, const struct nami_ast_expr *ast,
                          const struct nami_layout *layout, struct nami_expr **out)
{
    struct compiler compiler = {
        .exec = exec, .layout = layout, .next_column = layout->column_count};
    const struct nami_ast_expr *offender = NULL;

    *out = NULL;
    if (!nami_expr_is_supported(ast, &offender)) {
        return nami_exec_fail(exec, NAMI_COND_UNSUPPORTED_FEATURE, offender->span,
                              "this expression can not be executed yet");
    }
    return compile(&compiler, ast, out);
}

/* ---- nodes ---- */

static int32_t new_node(struct compiler *c, const struct nami_ast_expr *ast,
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

static int32_t new_constant(struct compiler *c, const struct nami_ast_expr *ast,
                            struct nami_value value, struct nami_expr **out)
{
    int32_t status = new_node(c, ast, nami_expr__eval_constant, 0, out);

    if (status == NAMI_OK) {
        (*out)->is_constant = true;
        (*out)->as.constant = value;
    }
    return status;
}

static int32_t capture(struct compiler *c, struct scope *scope, uint32_t column)
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

static int32_t new_column(struct compiler *c, const struct nami_ast_expr *ast, uint32_t column,
                          struct nami_expr **out)
{
    int32_t status = new_node(c, ast, nami_expr__eval_column, 0, out);

    if (status == NAMI_OK) {
        (*out)->as.column = column;
    }
    for (struct scope *scope = c->scope; scope != NULL && status == NAMI_OK;
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

static int32_t fold(struct compiler *c, struct nami_expr *expr)
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

/* ---- literals ---- */

/* A literal without variables, calls or operators, however large, without a node per part. */
static bool is_literal(const struct nami_ast_expr *ast)
{
    switch ((enum nami_ast_expr_kind)ast->kind) {
    case NAMI_AST_NULL:
    case NAMI_AST_BOOL:
    case NAMI_AST_INT:
    case NAMI_AST_FLOAT:
    case NAMI_AST_STRING:
    case NAMI_AST_PARAM:
        return true;
    case NAMI_AST_LIST:
        for (uint32_t i = 0; i < ast->as.list.count; i++) {
            if (!is_literal(ast->as.list.items[i])) {
                return false;
            }
        }
        return true;
    case NAMI_AST_MAP:
        for (uint32_t i = 0; i < ast->as.map.count; i++) {
            if (!is_literal(ast->as.map.entries[i].value)) {
                return false;
            }
        }
        return true;
    case NAMI_AST_VARIABLE:
    case NAMI_AST_PROPERTY:
    case NAMI_AST_INDEX:
    case NAMI_AST_SLICE:
    case NAMI_AST_LABELS:
    case NAMI_AST_UNARY:
    case NAMI_AST_BINARY:
    case NAMI_AST_AND:
    case NAMI_AST_OR:
    case NAMI_AST_XOR:
    case NAMI_AST_COMPARISONS:
    case NAMI_AST_IS_TYPE:
    case NAMI_AST_IS_NORMALIZED:
    case NAMI_AST_FUNCTION:
    case NAMI_AST_CASE:
    case NAMI_AST_CASE_OPERAND:
    case NAMI_AST_LIST_COMPREHENSION:
    case NAMI_AST_QUANTIFIER:
    case NAMI_AST_REDUCE:
    case NAMI_AST_MAP_PROJECTION:
    case NAMI_AST_PATTERN:
    case NAMI_AST_PATTERN_COMPREHENSION:
    case NAMI_AST_SHORTEST_PATH:
    case NAMI_AST_EXISTS_QUERY:
    case NAMI_AST_COUNT_QUERY:
    case NAMI_AST_COLLECT_QUERY:
    case NAMI_AST_EXPR_KIND_COUNT:
        break;
    }
    return false;
}

static int32_t literal(struct nami_exec *exec, const struct nami_ast_expr *ast,
                       struct nami_value *out);

static int32_t literal_list(struct nami_exec *exec, const struct nami_ast_expr *ast,
                            struct nami_value *out)
{
    uint32_t count = ast->as.list.count;
    struct nami_value *items = nami_exec_alloc(exec, count, sizeof(*items));
    int32_t status = nami_exec_tick(exec, 1);

    if (items == NULL) {
        return nami_exec_nomem(exec);
    }
    for (uint32_t i = 0; i < count && status == NAMI_OK; i++) {
        status = literal(exec, ast->as.list.items[i], &items[i]);
    }
    *out = nami_value_list(items, count);
    return status;
}

static int32_t literal_map(struct nami_exec *exec, const struct nami_ast_expr *ast,
                           struct nami_value *out)
{
    uint32_t count = ast->as.map.count;
    struct nami_value *pairs = nami_exec_alloc(exec, (size_t)count * 2, sizeof(*pairs));
    int32_t status = NAMI_OK;

    if (pairs == NULL) {
        return nami_exec_nomem(exec);
    }
    for (uint32_t i = 0; i < count && status == NAMI_OK; i++) {
        pairs[(size_t)i * 2] = nami_value_string(ast->as.map.entries[i].key);
        status = literal(exec, ast->as.map.entries[i].value, &pairs[(size_t)i * 2 + 1]);
    }
    if (status == NAMI_OK) {
        *out = nami_value_map(pairs, nami_value_map_normalise(pairs, count));
    }
    return status;
}

static int32_t literal(struct nami_exec *exec, const struct nami_ast_expr *ast,
                       struct nami_value *out)
{
    *out = nami_value_null();
    if (ast->kind == NAMI_AST_BOOL) {
        *out = nami_value_bool(ast->as.boolean);
    } else if (ast->kind == NAMI_AST_INT) {
        *out = nami_value_int(ast->as.integer);
    } else if (ast->kind == NAMI_AST_FLOAT) {
        *out = nami_value_float(ast->as.real);
    } else if (ast->kind == NAMI_AST_STRING) {
        *out = nami_value_string(ast->as.text);
    } else if (ast->kind == NAMI_AST_LIST) {
        return literal_list(exec, ast, out);
    } else if (ast->kind == NAMI_AST_MAP) {
        return literal_map(exec, ast, out);
    } else if (ast->kind == NAMI_AST_PARAM) {
        if (ast->as.param >= exec->param_count) {
            return nami_exec_fail(exec, NAMI_COND_MISSING_PARAMETER, ast->span,
                                  "a parameter has no value");
        }
        *out = exec->params[ast->as.param];
    }
    return NAMI_OK;
}

/* ---- inner expressions ---- */

static int32_t new_inner(struct compiler *c, const struct scope *scope, uint32_t column_count,
                         struct nami_expr_inner **out)
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
static int32_t compile_bodies(struct compiler *c, struct nami_expr *expr,
                              const struct nami_ast_variable *const variables[2],
                              const struct nami_ast_expr *const *bodies, uint32_t first,
                              uint32_t count)
{
    struct scope scope = {.local = c->next_column, .around = c->scope};
    struct local locals[2];
    const struct local *around = c->locals;
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; i < 2 && variables[i] != NULL; i++) {
        locals[i] = (struct local){
            .symbol = variables[i]->symbol, .column = c->next_column++, .around = c->locals};
        c->locals = &locals[i];
    }
    c->scope = &scope;
    for (uint32_t i = 0; i < count && status == NAMI_OK; i++) {
        if (bodies[i] != NULL) {
            status = compile(c, bodies[i], &expr->args[first + i]);
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

static int32_t compile_comprehension(struct compiler *c, const struct nami_ast_expr *ast,
                                     nami_expr_kernel kernel, struct nami_expr **out)
{
    const struct nami_ast_comprehension *comprehension = ast->as.comprehension;
    const struct nami_ast_variable *const variables[2] = {&comprehension->variable, NULL};
    const struct nami_ast_expr *const bodies[2] = {comprehension->where, comprehension->value};
    int32_t status = new_node(c, ast, kernel, 3, out);

    if (status == NAMI_OK) {
        status = compile(c, comprehension->list, &(*out)->args[0]);
    }
    if (status == NAMI_OK) {
        status = compile_bodies(c, *out, variables, bodies, 1, 2);
    }
    return status;
}

static int32_t compile_reduce(struct compiler *c, const struct nami_ast_expr *ast,
                              struct nami_expr **out)
{
    const struct nami_ast_reduce *reduce = ast->as.reduce;
    const struct nami_ast_variable *const variables[2] = {&reduce->variable, &reduce->total};
    const struct nami_ast_expr *const bodies[1] = {reduce->step};
    int32_t status = new_node(c, ast, nami_expr__eval_reduce, 3, out);

    if (status == NAMI_OK) {
        status = compile(c, reduce->list, &(*out)->args[0]);
    }
    if (status == NAMI_OK) {
        status = compile(c, reduce->start, &(*out)->args[1]);
    }
    if (status == NAMI_OK) {
        status = compile_bodies(c, *out, variables, bodies, 2, 1);
    }
    return status;
}

/* ---- CASE ---- */

static int32_t compile_branches(struct compiler *c, const struct nami_ast_case *branches,
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
            status = compile(c, branch->when.items[w], &expr->args[at + condition]);
            condition++;
        }
        if (status == NAMI_OK) {
            status = compile(c, branch->then, &expr->args[result_at + b]);
        }
    }
    expr->as.choice.first[branches->branch_count] = condition;
    return status;
}

static int32_t compile_operand(struct compiler *c, const struct nami_ast_case *branches,
                               struct nami_expr *expr)
{
    int32_t status = compile(c, branches->operand, &expr->args[0]);

    if (status == NAMI_OK) {
        status =
            new_node(c, branches->operand, nami_expr__eval_operand, 0, &expr->as.choice.holder);
    }
    return status;
}

static int32_t compile_case(struct compiler *c, const struct nami_ast_expr *ast,
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
    status = new_node(
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
        status = compile(c, branches->otherwise, &expr->args[expr->arg_count - 1]);
    }
    return status == NAMI_OK ? fold(c, expr) : status;
}

/* ---- maps, labels, calls ---- */

/* Entries in the order of their keys; of equal keys the last one. */
static int32_t compile_map(struct compiler *c, const struct nami_ast_expr *ast,
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
    status = new_node(c, ast, nami_expr__eval_map, count, out);
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
        status = compile(c, entry->value, &(*out)->args[i]);
    }
    return status == NAMI_OK ? fold(c, *out) : status;
}

static int32_t compile_projection(struct compiler *c, const struct nami_ast_expr *ast,
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
    status = new_node(c, ast, nami_expr__eval_projection, 1 + value_count, &expr);
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
    status = compile(c, projection->object, &expr->args[0]);
    for (uint32_t i = 0; i < projection->count && status == NAMI_OK; i++) {
        const struct nami_ast_map_item *item = &projection->items[i];

        expr->as.map.kinds[i] = item->kind;
        expr->as.map.keys[i] = (struct nami_expr_key){.name = item->key, .id = NAMI_NO_NAME};
        if (item->kind == NAMI_AST_MAP_ITEM_VALUE) {
            status = compile(c, item->value, &expr->args[arg++]);
        }
    }
    return status == NAMI_OK ? fold(c, expr) : status;
}

static int32_t copy_labels(struct compiler *c, const struct nami_ast_label_expr *ast,
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

static int32_t compile_labels(struct compiler *c, const struct nami_ast_expr *ast,
                              struct nami_expr **out)
{
    int32_t status = new_node(c, ast, nami_expr__eval_labels, 1, out);

    if (status != NAMI_OK) {
        return status;
    }
    (*out)->as.labels = nami_exec_alloc(c->exec, 1, sizeof(struct nami_expr_label));
    if ((*out)->as.labels == NULL) {
        return nami_exec_nomem(c->exec);
    }
    status = copy_labels(c, ast->as.labels.labels, (*out)->as.labels);
    return status == NAMI_OK ? compile(c, ast->as.labels.object, &(*out)->args[0]) : status;
}

/* Long results are made when they are needed, not before. */
static bool is_foldable(const struct nami_function *function)
{
    return function->is_deterministic && function->id != NAMI_FN_RANGE;
}

static int32_t compile_call(struct compiler *c, const struct nami_ast_expr *ast,
                            struct nami_expr **out)
{
    const struct nami_function *function = ast->as.call.function;
    bool is_coalesce = function->id == NAMI_FN_COALESCE;
    int32_t status = new_node(c, ast, is_coalesce ? nami_expr__eval_coalesce : nami_expr__eval_call,
                              ast->as.call.arg_count, out);

    if (status == NAMI_OK && function->is_aggregate) {
        status =
            nami_exec_fail(c->exec, NAMI_COND_INTERNAL, ast->span, "an aggregate without a column");
    }
    for (uint32_t i = 0; i < ast->as.call.arg_count && status == NAMI_OK; i++) {
        status = compile(c, ast->as.call.args[i], &(*out)->args[i]);
    }
    if (status != NAMI_OK) {
        return status;
    }
    if (!is_coalesce) {
        (*out)->as.call.function = function;
        (*out)->as.call.scalar = nami_expr__scalar(function->id);
    }
    return is_foldable(function) ? fold(c, *out) : NAMI_OK;
}

/* ---- the rest: a kernel and its arguments ---- */

static int32_t compile_simple(struct compiler *c, const struct nami_ast_expr *ast,
                              nami_expr_kernel kernel, struct nami_ast_expr *const *args,
                              uint32_t count, struct nami_expr **out)
{
    int32_t status = new_node(c, ast, kernel, count, out);

    for (uint32_t i = 0; i < count && status == NAMI_OK; i++) {
        status = compile(c, args[i], &(*out)->args[i]);
    }
    if (status == NAMI_OK && ast->kind == NAMI_AST_COMPARISONS) {
        (*out)->as.chain_ops = ast->as.comparisons.ops;
    }
    if (status == NAMI_OK && ast->kind == NAMI_AST_IS_TYPE) {
        (*out)->as.type = ast->as.is_type.type;
    }
    if (status == NAMI_OK && ast->kind == NAMI_AST_PROPERTY) {
        (*out)->as.key = (struct nami_expr_key){.name = ast->as.property.key, .id = NAMI_NO_NAME};
    }
    return status == NAMI_OK ? fold(c, *out) : status;
}

static nami_expr_kernel kernel_of_op(uint8_t op)
{
    switch ((enum nami_ast_op)op) {
    case NAMI_OP_NOT:
        return nami_expr__eval_not;
    case NAMI_OP_PLUS:
    case NAMI_OP_MINUS:
        return nami_expr__eval_sign;
    case NAMI_OP_IS_NULL:
    case NAMI_OP_IS_NOT_NULL:
        return nami_expr__eval_is_null;
    case NAMI_OP_ADD:
    case NAMI_OP_SUBTRACT:
    case NAMI_OP_MULTIPLY:
    case NAMI_OP_DIVIDE:
    case NAMI_OP_MODULO:
    case NAMI_OP_POWER:
        return nami_expr__eval_arithmetic;
    case NAMI_OP_CONCAT:
        return nami_expr__eval_concat;
    case NAMI_OP_EQ:
    case NAMI_OP_NE:
    case NAMI_OP_LT:
    case NAMI_OP_LE:
    case NAMI_OP_GT:
    case NAMI_OP_GE:
        return nami_expr__eval_comparison;
    case NAMI_OP_IN:
        return nami_expr__eval_in;
    case NAMI_OP_STARTS_WITH:
    case NAMI_OP_ENDS_WITH:
    case NAMI_OP_CONTAINS:
        return nami_expr__eval_text_match;
    case NAMI_OP_NONE:
    case NAMI_OP_REGEX:
    case NAMI_OP_ALL:
    case NAMI_OP_ANY:
    case NAMI_OP_NONE_OF:
    case NAMI_OP_SINGLE:
    case NAMI_OP_COUNT:
        break;
    }
    return NULL;
}

static int32_t compile_slice(struct compiler *c, const struct nami_ast_expr *ast,
                             struct nami_expr **out)
{
    int32_t status = new_node(c, ast, nami_expr__eval_slice, 3, out);

    if (status == NAMI_OK) {
        status = compile(c, ast->as.slice.object, &(*out)->args[0]);
    }
    if (status == NAMI_OK && ast->as.slice.from != NULL) {
        status = compile(c, ast->as.slice.from, &(*out)->args[1]);
    } else if (status == NAMI_OK) { /* where none is written: from the first on */
        status = new_constant(c, ast, nami_value_int(0), &(*out)->args[1]);
    }
    if (status == NAMI_OK && ast->as.slice.to != NULL) {
        status = compile(c, ast->as.slice.to, &(*out)->args[2]);
    } else if (status == NAMI_OK) { /* no list is as long */
        status = new_constant(c, ast, nami_value_int(INT64_MAX), &(*out)->args[2]);
    }
    return status == NAMI_OK ? fold(c, *out) : status;
}

static int32_t compile_variable(struct compiler *c, const struct nami_ast_expr *ast,
                                struct nami_expr **out)
{
    const struct nami_symbol *symbol = ast->as.variable->symbol;
    uint32_t column = NAMI_NO_COLUMN;

    for (const struct local *local = c->locals; local != NULL; local = local->around) {
        if (local->symbol == symbol) {
            return new_column(c, ast, local->column, out);
        }
    }
    if (symbol != NULL && symbol->id < c->layout->symbol_count) {
        column = c->layout->column_of[symbol->id];
    }
    if (column == NAMI_NO_COLUMN) {
        return nami_exec_fail(c->exec, NAMI_COND_INTERNAL, ast->span,
                              "the variable %.*s has no column", (int)ast->as.variable->name.len,
                              (const char *)ast->as.variable->name.ptr);
    }
    return new_column(c, ast, column, out);
}

static int32_t compile_operator(struct compiler *c, const struct nami_ast_expr *ast,
                                struct nami_expr **out)
{
    struct nami_ast_expr *const binary[2] = {ast->as.binary.left, ast->as.binary.right};

    if (ast->kind == NAMI_AST_UNARY) {
        return compile_simple(c, ast, kernel_of_op(ast->op), &ast->as.unary.operand, 1, out);
    }
    return compile_simple(c, ast, kernel_of_op(ast->op), binary, 2, out);
}

static int32_t compile_node(struct compiler *c, const struct nami_ast_expr *ast,
                            struct nami_expr **out)
{
    struct nami_ast_expr *const index[2] = {ast->as.index.object, ast->as.index.at};

    switch ((enum nami_ast_expr_kind)ast->kind) {
    case NAMI_AST_VARIABLE:
        return compile_variable(c, ast, out);
    case NAMI_AST_LIST:
        return compile_simple(c, ast, nami_expr__eval_list, ast->as.list.items, ast->as.list.count,
                              out);
    case NAMI_AST_MAP:
        return compile_map(c, ast, out);
    case NAMI_AST_PROPERTY:
        return compile_simple(c, ast, nami_expr__eval_property, &ast->as.property.object, 1, out);
    case NAMI_AST_INDEX:
        return compile_simple(c, ast, nami_expr__eval_index, index, 2, out);
    case NAMI_AST_SLICE:
        return compile_slice(c, ast, out);
    case NAMI_AST_LABELS:
        return compile_labels(c, ast, out);
    case NAMI_AST_UNARY:
    case NAMI_AST_BINARY:
        return compile_operator(c, ast, out);
    case NAMI_AST_AND:
    case NAMI_AST_OR:
        return compile_simple(c, ast, nami_expr__eval_and_or, ast->as.list.items,
                              ast->as.list.count, out);
    case NAMI_AST_XOR:
        return compile_simple(c, ast, nami_expr__eval_xor, ast->as.list.items, ast->as.list.count,
                              out);
    case NAMI_AST_COMPARISONS:
        return compile_simple(c, ast, nami_expr__eval_chain, ast->as.comparisons.operands,
                              ast->as.comparisons.count, out);
    case NAMI_AST_IS_TYPE:
        return compile_simple(c, ast, nami_expr__eval_is_type, &ast->as.is_type.operand, 1, out);
    case NAMI_AST_FUNCTION:
        return compile_call(c, ast, out);
    case NAMI_AST_CASE:
        return compile_case(c, ast, out);
    case NAMI_AST_CASE_OPERAND:
        *out = c->holder;
        return NAMI_OK;
    case NAMI_AST_LIST_COMPREHENSION:
        return compile_comprehension(c, ast, nami_expr__eval_comprehension, out);
    case NAMI_AST_QUANTIFIER:
        return compile_comprehension(c, ast, nami_expr__eval_quantifier, out);
    case NAMI_AST_REDUCE:
        return compile_reduce(c, ast, out);
    case NAMI_AST_MAP_PROJECTION:
        return compile_projection(c, ast, out);
    case NAMI_AST_NULL:
    case NAMI_AST_BOOL:
    case NAMI_AST_INT:
    case NAMI_AST_FLOAT:
    case NAMI_AST_STRING:
    case NAMI_AST_PARAM:
    case NAMI_AST_IS_NORMALIZED:
    case NAMI_AST_PATTERN:
    case NAMI_AST_PATTERN_COMPREHENSION:
    case NAMI_AST_SHORTEST_PATH:
    case NAMI_AST_EXISTS_QUERY:
    case NAMI_AST_COUNT_QUERY:
    case NAMI_AST_COLLECT_QUERY:
    case NAMI_AST_EXPR_KIND_COUNT:
        break;
    }
    return nami_exec_fail(c->exec, NAMI_COND_INTERNAL, ast->span, "expression of kind %u",
                          (unsigned)ast->kind);
}

static int32_t compile(struct compiler *c, const struct nami_ast_expr *ast, struct nami_expr **out)
{
    struct nami_value value;
    int32_t status;

    for (uint32_t i = 0; i < c->layout->computed_count; i++) {
        if (nami_expr_is_same(c->layout->computed[i].ast, ast)) {
            return new_column(c, ast, c->layout->computed[i].column, out);
        }
    }
    if (!is_literal(ast)) {
        return compile_node(c, ast, out);
    }
    status = literal(c->exec, ast, &value);
    return status == NAMI_OK ? new_constant(c, ast, value, out) : status;
}
