/* From the AST to kernels: names become columns and ids, constants are folded. */
#include "core/exec/expr_compile.h"

int32_t nami_expr_compile(struct nami_exec *exec, const struct nami_ast_expr *ast,
                          const struct nami_layout *layout, struct nami_expr **out)
{
    struct nami_expr_compiler compiler = {
        .exec = exec, .layout = layout, .next_column = layout->column_count};

    *out = NULL;
    return nami_expr__compile(&compiler, ast, out);
}

/* Long results are made when they are needed, not before. */
static bool is_foldable(const struct nami_function *function)
{
    return function->is_deterministic && function->id != NAMI_FN_RANGE;
}

static int32_t compile_call(struct nami_expr_compiler *c, const struct nami_ast_expr *ast,
                            struct nami_expr **out)
{
    const struct nami_function *function = ast->as.call.function;
    bool is_coalesce = function->id == NAMI_FN_COALESCE;
    int32_t status =
        nami_expr__new(c, ast, is_coalesce ? nami_expr__eval_coalesce : nami_expr__eval_call,
                       ast->as.call.arg_count, out);

    if (status == NAMI_OK && function->is_aggregate) {
        status =
            nami_exec_fail(c->exec, NAMI_COND_INTERNAL, ast->span, "an aggregate without a column");
    }
    for (uint32_t i = 0; i < ast->as.call.arg_count && status == NAMI_OK; i++) {
        status = nami_expr__compile(c, ast->as.call.args[i], &(*out)->args[i]);
    }
    if (status != NAMI_OK) {
        return status;
    }
    if (!is_coalesce) {
        (*out)->as.call.function = function;
        (*out)->as.call.scalar = nami_expr__scalar(function->id);
    }
    return is_foldable(function) ? nami_expr__fold(c, *out) : NAMI_OK;
}

/* ---- the rest: a kernel and its arguments ---- */

static int32_t compile_simple(struct nami_expr_compiler *c, const struct nami_ast_expr *ast,
                              nami_expr_kernel kernel, struct nami_ast_expr *const *args,
                              uint32_t count, struct nami_expr **out)
{
    int32_t status = nami_expr__new(c, ast, kernel, count, out);

    for (uint32_t i = 0; i < count && status == NAMI_OK; i++) {
        status = nami_expr__compile(c, args[i], &(*out)->args[i]);
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
    return status == NAMI_OK ? nami_expr__fold(c, *out) : status;
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

static int32_t compile_slice(struct nami_expr_compiler *c, const struct nami_ast_expr *ast,
                             struct nami_expr **out)
{
    int32_t status = nami_expr__new(c, ast, nami_expr__eval_slice, 3, out);

    if (status == NAMI_OK) {
        status = nami_expr__compile(c, ast->as.slice.object, &(*out)->args[0]);
    }
    if (status == NAMI_OK && ast->as.slice.from != NULL) {
        status = nami_expr__compile(c, ast->as.slice.from, &(*out)->args[1]);
    } else if (status == NAMI_OK) { /* where none is written: from the first on */
        status = nami_expr__new_constant(c, ast, nami_value_int(0), &(*out)->args[1]);
    }
    if (status == NAMI_OK && ast->as.slice.to != NULL) {
        status = nami_expr__compile(c, ast->as.slice.to, &(*out)->args[2]);
    } else if (status == NAMI_OK) { /* no list is as long */
        status = nami_expr__new_constant(c, ast, nami_value_int(INT64_MAX), &(*out)->args[2]);
    }
    return status == NAMI_OK ? nami_expr__fold(c, *out) : status;
}

static int32_t compile_variable(struct nami_expr_compiler *c, const struct nami_ast_expr *ast,
                                struct nami_expr **out)
{
    const struct nami_symbol *symbol = ast->as.variable->symbol;
    uint32_t column = NAMI_NO_COLUMN;

    for (const struct nami_expr_local *local = c->locals; local != NULL; local = local->around) {
        if (local->symbol == symbol) {
            return nami_expr__new_column(c, ast, local->column, out);
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
    return nami_expr__new_column(c, ast, column, out);
}

static int32_t compile_operator(struct nami_expr_compiler *c, const struct nami_ast_expr *ast,
                                struct nami_expr **out)
{
    struct nami_ast_expr *const binary[2] = {ast->as.binary.left, ast->as.binary.right};

    if (ast->kind == NAMI_AST_UNARY) {
        return compile_simple(c, ast, kernel_of_op(ast->op), &ast->as.unary.operand, 1, out);
    }
    return compile_simple(c, ast, kernel_of_op(ast->op), binary, 2, out);
}

static int32_t compile_node(struct nami_expr_compiler *c, const struct nami_ast_expr *ast,
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
        return nami_expr__compile_map(c, ast, out);
    case NAMI_AST_PROPERTY:
        return compile_simple(c, ast, nami_expr__eval_property, &ast->as.property.object, 1, out);
    case NAMI_AST_INDEX:
        return compile_simple(c, ast, nami_expr__eval_index, index, 2, out);
    case NAMI_AST_SLICE:
        return compile_slice(c, ast, out);
    case NAMI_AST_LABELS:
        return nami_expr__compile_labels(c, ast, out);
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
        return nami_expr__compile_case(c, ast, out);
    case NAMI_AST_CASE_OPERAND:
        *out = c->holder;
        return NAMI_OK;
    case NAMI_AST_LIST_COMPREHENSION:
        return nami_expr__compile_comprehension(c, ast, nami_expr__eval_comprehension, out);
    case NAMI_AST_QUANTIFIER:
        return nami_expr__compile_comprehension(c, ast, nami_expr__eval_quantifier, out);
    case NAMI_AST_REDUCE:
        return nami_expr__compile_reduce(c, ast, out);
    case NAMI_AST_MAP_PROJECTION:
        return nami_expr__compile_projection(c, ast, out);
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
static bool stands_for(const struct nami_ast_expr *computed, const struct nami_ast_expr *ast)
{
    if (computed == ast) {
        return true;
    }
    return ast->kind == NAMI_AST_FUNCTION && computed->kind == NAMI_AST_FUNCTION &&
           ast->as.call.function->is_aggregate &&
           ast->as.call.function == computed->as.call.function &&
           ast->as.call.aggregate == computed->as.call.aggregate;
}

int32_t nami_expr__compile(struct nami_expr_compiler *c, const struct nami_ast_expr *ast,
                           struct nami_expr **out)
{
    struct nami_value value;
    int32_t status;

    for (uint32_t i = 0; i < c->layout->computed_count; i++) {
        if (stands_for(c->layout->computed[i].ast, ast)) {
            return nami_expr__new_column(c, ast, c->layout->computed[i].column, out);
        }
    }
    if (!nami_expr__has_kernel(ast)) {
        return nami_exec_fail(c->exec, NAMI_COND_UNSUPPORTED_FEATURE, ast->span,
                              "this expression can not be executed yet");
    }
    if (!nami_expr__is_literal(ast)) {
        return compile_node(c, ast, out);
    }
    status = nami_expr__literal(c->exec, ast, &value);
    return status == NAMI_OK ? nami_expr__new_constant(c, ast, value, out) : status;
}
