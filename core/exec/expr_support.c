/* Which expressions have kernels. */
#include "core/cypher/ast_walk.h"
#include "core/exec/expr_internal.h"

static bool labels_have_names_only(const struct nami_ast_label_expr *labels)
{
    if (labels->kind == NAMI_AST_LABEL_DYNAMIC || labels->kind == NAMI_AST_LABEL_DYNAMIC_ANY) {
        return false;
    }
    for (uint32_t i = 0; i < labels->count; i++) {
        if (!labels_have_names_only(labels->items[i])) {
            return false;
        }
    }
    return true;
}

static bool has_function(const struct nami_function *function)
{
    return function != NULL && (function->is_aggregate || function->id == NAMI_FN_COALESCE ||
                                nami_expr__scalar(function->id) != NULL);
}

bool nami_expr__has_kernel(const struct nami_ast_expr *ast)
{
    switch ((enum nami_ast_expr_kind)ast->kind) {
    case NAMI_AST_IS_NORMALIZED:
    case NAMI_AST_PATTERN:
    case NAMI_AST_PATTERN_COMPREHENSION:
    case NAMI_AST_SHORTEST_PATH:
    case NAMI_AST_EXISTS_QUERY:
    case NAMI_AST_COUNT_QUERY:
    case NAMI_AST_COLLECT_QUERY:
    case NAMI_AST_EXPR_KIND_COUNT:
        return false;
    case NAMI_AST_BINARY:
        return ast->op != NAMI_OP_REGEX;
    case NAMI_AST_LABELS:
        return labels_have_names_only(ast->as.labels.labels);
    case NAMI_AST_FUNCTION:
        return has_function(ast->as.call.function);
    case NAMI_AST_NULL:
    case NAMI_AST_BOOL:
    case NAMI_AST_INT:
    case NAMI_AST_FLOAT:
    case NAMI_AST_STRING:
    case NAMI_AST_PARAM:
    case NAMI_AST_VARIABLE:
    case NAMI_AST_LIST:
    case NAMI_AST_MAP:
    case NAMI_AST_PROPERTY:
    case NAMI_AST_INDEX:
    case NAMI_AST_SLICE:
    case NAMI_AST_UNARY:
    case NAMI_AST_AND:
    case NAMI_AST_OR:
    case NAMI_AST_XOR:
    case NAMI_AST_COMPARISONS:
    case NAMI_AST_IS_TYPE:
    case NAMI_AST_CASE:
    case NAMI_AST_CASE_OPERAND:
    case NAMI_AST_LIST_COMPREHENSION:
    case NAMI_AST_QUANTIFIER:
    case NAMI_AST_REDUCE:
    case NAMI_AST_MAP_PROJECTION:
        break;
    }
    return true;
}

static enum nami_ast_step look_at(void *context, struct nami_ast_expr **slot)
{
    const struct nami_ast_expr **offender = context;

    if (nami_expr__has_kernel(*slot)) {
        return NAMI_AST_GO_ON;
    }
    *offender = *slot;
    return NAMI_AST_STOP;
}

bool nami_expr_is_supported(struct nami_ast_expr *ast, const struct nami_ast_expr **offender)
{
    *offender = NULL;
    return nami_ast_walk(&ast, look_at, offender) != NAMI_AST_STOP;
}
