/* Literals to values, however large, without a node per part. */
#include "core/exec/expr_compile.h"

/* A literal without variables, calls or operators, however large, without a node per part. */
bool nami_expr__is_literal(const struct nami_ast_expr *ast)
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
            if (!nami_expr__is_literal(ast->as.list.items[i])) {
                return false;
            }
        }
        return true;
    case NAMI_AST_MAP:
        for (uint32_t i = 0; i < ast->as.map.count; i++) {
            if (!nami_expr__is_literal(ast->as.map.entries[i].value)) {
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
        status = nami_expr__literal(exec, ast->as.list.items[i], &items[i]);
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
        status = nami_expr__literal(exec, ast->as.map.entries[i].value, &pairs[(size_t)i * 2 + 1]);
    }
    if (status == NAMI_OK) {
        *out = nami_value_map(pairs, nami_value_map_normalise(pairs, count));
    }
    return status;
}

int32_t nami_expr__literal(struct nami_exec *exec, const struct nami_ast_expr *ast,
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
