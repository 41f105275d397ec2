/* x IS :: INTEGER | LIST<STRING NOT NULL>, and the texts of valueType(). */
#include "core/exec/expr_internal.h"

static uint32_t type_bit(uint8_t value_type)
{
    switch ((enum nami_value_type)value_type) {
    case NAMI_VALUE_BOOL:
        return NAMI_STATIC_BOOL;
    case NAMI_VALUE_INT:
        return NAMI_STATIC_INT;
    case NAMI_VALUE_FLOAT:
        return NAMI_STATIC_FLOAT;
    case NAMI_VALUE_STRING:
        return NAMI_STATIC_STRING;
    case NAMI_VALUE_BYTES:
        return NAMI_STATIC_BYTES;
    case NAMI_VALUE_LIST:
        return NAMI_STATIC_LIST;
    case NAMI_VALUE_MAP:
        return NAMI_STATIC_MAP;
    case NAMI_VALUE_NODE:
        return NAMI_STATIC_NODE;
    case NAMI_VALUE_REL:
        return NAMI_STATIC_REL;
    case NAMI_VALUE_PATH:
        return NAMI_STATIC_PATH;
    case NAMI_VALUE_NULL:
    case NAMI_VALUE_TYPE_COUNT:
        break;
    }
    return NAMI_STATIC_NULL;
}

uint32_t nami_expr__type_bit(struct nami_value value)
{
    return type_bit(value.type);
}

static bool is_list_of(struct nami_value value, const struct nami_ast_type *item)
{
    if (value.type != NAMI_VALUE_LIST) {
        return false;
    }
    for (uint32_t i = 0; item != NULL && i < value.count; i++) {
        if (!nami_expr__is_of_type(value.as.items[i], item)) {
            return false;
        }
    }
    return true;
}

bool nami_expr__is_of_type(struct nami_value value, const struct nami_ast_type *type)
{
    switch ((enum nami_ast_type_kind)type->kind) {
    case NAMI_AST_TYPE_UNION:
        for (uint32_t i = 0; i < type->choice_count; i++) {
            if (nami_expr__is_of_type(value, type->choices[i])) {
                return true;
            }
        }
        return false;
    case NAMI_AST_TYPE_NOTHING:
        return false;
    case NAMI_AST_TYPE_SCALAR:
        if (value.type == NAMI_VALUE_NULL) {
            return !type->is_not_null;
        }
        return (type->types & type_bit(value.type)) != 0;
    case NAMI_AST_TYPE_LIST:
        if (value.type == NAMI_VALUE_NULL) {
            return !type->is_not_null;
        }
        return is_list_of(value, type->item);
    }
    return false;
}

int32_t nami_expr__eval_is_type(struct nami_exec *exec, struct nami_expr *expr,
                                const struct nami_rows *rows, struct nami_vector *out)
{
    struct nami_vector operand;
    struct nami_rows one;
    const struct nami_rows *view;
    int32_t status = nami_expr__args(exec, expr, rows, 0, 1, &operand);

    if (status != NAMI_OK) {
        return status;
    }
    view = nami_expr__view(&operand, 1, rows, &one);
    status = nami_expr__begin(exec, expr, NAMI_VECTOR_BOOL, view);
    for (uint32_t i = 0; i < view->count && status == NAMI_OK; i++) {
        uint32_t row = nami_rows_at(view, i);
        struct nami_value value = nami_vector_get(&operand, row);

        ((uint8_t *)expr->result.data)[row] =
            nami_expr__is_of_type(value, expr->as.type) != expr->ast->is_negated ? 1 : 0;
        status = nami_exec_tick(exec, value.type == NAMI_VALUE_LIST ? value.count / 8 : 0);
    }
    nami_expr__end(expr, view, rows, out);
    return status;
}
