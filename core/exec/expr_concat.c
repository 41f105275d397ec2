/* + and || of strings and lists. */
#include <string.h>

#include "core/base/number_text.h"
#include "core/exec/expr_internal.h"

/* What + makes text of beside a string. */
static bool reads_as_text(struct nami_value value)
{
    return value.type == NAMI_VALUE_STRING || value.type == NAMI_VALUE_BOOL ||
           nami_value_is_number(value);
}

bool nami_expr__can_concat(struct nami_value left, struct nami_value right)
{
    if (left.type == NAMI_VALUE_LIST || right.type == NAMI_VALUE_LIST) {
        return true;
    }
    return (left.type == NAMI_VALUE_STRING || right.type == NAMI_VALUE_STRING) &&
           reads_as_text(left) && reads_as_text(right);
}

static struct nami_slice text_of(struct nami_value value, char buffer[NAMI_NUMBER_TEXT_MAX])
{
    struct nami_slice text = {.ptr = (const uint8_t *)buffer};

    if (value.type == NAMI_VALUE_STRING) {
        return nami_value_slice(value);
    }
    if (value.type == NAMI_VALUE_BOOL) {
        text.ptr = (const uint8_t *)(value.as.boolean ? "true" : "false");
        text.len = value.as.boolean ? 4 : 5;
    } else if (value.type == NAMI_VALUE_INT) {
        text.len = nami_int_text(value.as.integer, buffer);
    } else {
        text.len = nami_float_text_cypher(value.as.real, buffer);
    }
    return text;
}

static int32_t too_long(struct nami_exec *exec, const struct nami_expr *expr)
{
    return NAMI_EXPR_FAIL(exec, expr, NAMI_COND_NUMBER_OUT_OF_RANGE,
                          "the result is longer than a value can be");
}

static int32_t concat_texts(struct nami_exec *exec, const struct nami_expr *expr,
                            struct nami_slice left, struct nami_slice right, struct nami_value *out)
{
    size_t len = left.len + right.len;
    uint8_t *bytes;

    if (len > UINT32_MAX) {
        return too_long(exec, expr);
    }
    bytes = nami_arena_alloc(exec->scratch, len);
    if (bytes == NULL) {
        return nami_exec_nomem(exec);
    }
    if (left.len > 0) {
        memcpy(bytes, left.ptr, left.len);
    }
    if (right.len > 0) {
        memcpy(bytes + left.len, right.ptr, right.len);
    }
    *out = nami_value_string((struct nami_slice){.ptr = bytes, .len = len});
    return nami_exec_tick(exec, (uint32_t)(len / 256)); /* about as long as rows take */
}

static void as_items(const struct nami_value *value, const struct nami_value **items,
                     uint32_t *count)
{
    bool is_list = value->type == NAMI_VALUE_LIST;

    *items = is_list ? value->as.items : value;
    *count = is_list ? value->count : 1;
}

static int32_t concat_lists(struct nami_exec *exec, const struct nami_expr *expr,
                            const struct nami_value *left, const struct nami_value *right,
                            struct nami_value *out)
{
    const struct nami_value *a;
    const struct nami_value *b;
    uint32_t a_count;
    uint32_t b_count;
    struct nami_value *items;

    as_items(left, &a, &a_count);
    as_items(right, &b, &b_count);
    if ((uint64_t)a_count + b_count > UINT32_MAX) {
        return too_long(exec, expr);
    }
    items = nami_arena_alloc(exec->scratch, ((size_t)a_count + b_count) * sizeof(*items));
    if (items == NULL) {
        return nami_exec_nomem(exec);
    }
    if (a_count > 0) {
        memcpy(items, a, a_count * sizeof(*items));
    }
    if (b_count > 0) {
        memcpy(items + a_count, b, b_count * sizeof(*items));
    }
    *out = nami_value_list(items, a_count + b_count);
    return nami_exec_tick(exec, (a_count + b_count) / 16);
}

int32_t nami_expr__concat(struct nami_exec *exec, const struct nami_expr *expr,
                          struct nami_value left, struct nami_value right, struct nami_value *out)
{
    char left_text[NAMI_NUMBER_TEXT_MAX];
    char right_text[NAMI_NUMBER_TEXT_MAX];

    if (left.type == NAMI_VALUE_LIST || right.type == NAMI_VALUE_LIST) {
        return concat_lists(exec, expr, &left, &right, out);
    }
    return concat_texts(exec, expr, text_of(left, left_text), text_of(right, right_text), out);
}

/* || joins two strings or two lists and nothing else. */
int32_t nami_expr__eval_concat(struct nami_exec *exec, struct nami_expr *expr,
                               const struct nami_rows *rows, struct nami_vector *out)
{
    struct nami_vector sides[2];
    struct nami_rows one;
    const struct nami_rows *view;
    int32_t status = nami_expr__args(exec, expr, rows, 0, 2, sides);

    if (status != NAMI_OK) {
        return status;
    }
    view = nami_expr__view(sides, 2, rows, &one);
    status = nami_expr__begin(exec, expr, sides[0].type, view);
    for (uint32_t i = 0; i < view->count && status == NAMI_OK; i++) {
        uint32_t row = nami_rows_at(view, i);
        struct nami_value a = nami_vector_get(&sides[0], row);
        struct nami_value b = nami_vector_get(&sides[1], row);
        struct nami_value joined = nami_value_null();

        if (a.type != NAMI_VALUE_NULL && b.type != NAMI_VALUE_NULL) {
            if (a.type != b.type || (a.type != NAMI_VALUE_STRING && a.type != NAMI_VALUE_LIST)) {
                return NAMI_EXPR_FAIL(exec, expr, NAMI_COND_TYPE_ERROR,
                                      "|| can not be applied to %s and %s",
                                      nami_value_type_name(a.type), nami_value_type_name(b.type));
            }
            status = nami_expr__concat(exec, expr, a, b, &joined);
        }
        if (status == NAMI_OK) {
            status = nami_expr__put(exec, expr, row, joined);
        }
    }
    nami_expr__end(expr, view, rows, out);
    return status;
}
