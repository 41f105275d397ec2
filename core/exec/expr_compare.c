/* = <> < <= > >=, chains of them, STARTS WITH, ENDS WITH, CONTAINS. */
#define _GNU_SOURCE /* memmem */
#include <string.h>

#include "core/exec/expr_internal.h"

static enum nami_truth negate(enum nami_truth truth)
{
    if (truth == NAMI_UNKNOWN) {
        return truth;
    }
    return truth == NAMI_TRUE ? NAMI_FALSE : NAMI_TRUE;
}

static bool order_holds(uint8_t op, int order)
{
    switch (op) {
    case NAMI_OP_LT:
        return order < 0;
    case NAMI_OP_LE:
        return order <= 0;
    case NAMI_OP_GT:
        return order > 0;
    case NAMI_OP_GE:
        return order >= 0;
    case NAMI_OP_EQ:
        return order == 0;
    default:
        return order != 0;
    }
}

static enum nami_truth compare(uint8_t op, struct nami_value a, struct nami_value b)
{
    enum nami_truth truth;
    int order = 0;

    if (op == NAMI_OP_EQ) {
        return nami_value_equal(a, b);
    }
    if (op == NAMI_OP_NE) {
        return negate(nami_value_equal(a, b));
    }
    truth = nami_value_order(a, b, &order);
    if (truth != NAMI_TRUE) {
        return truth;
    }
    return order_holds(op, order) ? NAMI_TRUE : NAMI_FALSE;
}

/* ---- typed loops ---- */

static inline bool holds_u8(uint8_t op, uint8_t a, uint8_t b)
{
    return order_holds(op, (a > b) - (a < b));
}

/* `op` and `type` are constants wherever this is inlined. */
static inline __attribute__((always_inline)) bool holds_at(uint8_t op, uint8_t type, const void *x,
                                                           uint32_t i, const void *y, uint32_t j)
{
    if (type == NAMI_VECTOR_FLOAT) {
        double a = ((const double *)x)[i];
        double b = ((const double *)y)[j];

        return op == NAMI_OP_EQ   ? a == b
               : op == NAMI_OP_NE ? a != b
               : op == NAMI_OP_LT ? a < b
               : op == NAMI_OP_LE ? a <= b
               : op == NAMI_OP_GT ? a > b
                                  : a >= b;
    }
    if (type == NAMI_VECTOR_STRING) {
        struct nami_slice a = ((const struct nami_slice *)x)[i];
        struct nami_slice b = ((const struct nami_slice *)y)[j];
        size_t shorter = a.len < b.len ? a.len : b.len;
        int order;

        if ((op == NAMI_OP_EQ || op == NAMI_OP_NE) && a.len != b.len) {
            return op == NAMI_OP_NE;
        }
        order = shorter > 0 ? memcmp(a.ptr, b.ptr, shorter) : 0;
        return order_holds(op, order != 0 ? order : (a.len > b.len) - (a.len < b.len));
    }
    if (type == NAMI_VECTOR_BOOL) {
        return holds_u8(op, ((const uint8_t *)x)[i], ((const uint8_t *)y)[j]);
    }
    if (type == NAMI_VECTOR_NODE) { /* only = and <> come here */
        return (((const uint64_t *)x)[i] == ((const uint64_t *)y)[j]) == (op == NAMI_OP_EQ);
    }
    return order_holds(op, (((const int64_t *)x)[i] > ((const int64_t *)y)[j]) -
                               (((const int64_t *)x)[i] < ((const int64_t *)y)[j]));
}

static inline __attribute__((always_inline)) void
typed_loop(struct nami_vector *result, uint8_t op, uint8_t type, const struct nami_rows *view,
           const struct nami_vector *a, const struct nami_vector *b)
{
    uint8_t *out = result->data;
    bool has_nulls = a->has_nulls || b->has_nulls;
    uint32_t a_step = a->is_const ? 0 : 1;
    uint32_t b_step = b->is_const ? 0 : 1;

    for (uint32_t i = 0; i < view->count; i++) {
        uint32_t row = nami_rows_at(view, i);

        if (has_nulls && (nami_vector_is_null(a, row) || nami_vector_is_null(b, row))) {
            nami_vector_set_null(result, row);
        } else {
            out[row] = holds_at(op, type, a->data, row * a_step, b->data, row * b_step) ? 1 : 0;
        }
    }
}

static inline __attribute__((always_inline)) void
typed_rows(struct nami_vector *result, uint8_t op, uint8_t type, const struct nami_rows *view,
           const struct nami_vector *a, const struct nami_vector *b)
{
    switch (op) {
    case NAMI_OP_EQ:
        typed_loop(result, NAMI_OP_EQ, type, view, a, b);
        break;
    case NAMI_OP_NE:
        typed_loop(result, NAMI_OP_NE, type, view, a, b);
        break;
    case NAMI_OP_LT:
        typed_loop(result, NAMI_OP_LT, type, view, a, b);
        break;
    case NAMI_OP_LE:
        typed_loop(result, NAMI_OP_LE, type, view, a, b);
        break;
    case NAMI_OP_GT:
        typed_loop(result, NAMI_OP_GT, type, view, a, b);
        break;
    default:
        typed_loop(result, NAMI_OP_GE, type, view, a, b);
        break;
    }
}

/* Both sides of one type that compares cell by cell. false: not so. */
static bool compare_typed(struct nami_vector *result, uint8_t op, const struct nami_rows *view,
                          const struct nami_vector *a, const struct nami_vector *b)
{
    if (a->type != b->type) {
        return false;
    }
    switch ((enum nami_vector_type)a->type) {
    case NAMI_VECTOR_INT:
        typed_rows(result, op, NAMI_VECTOR_INT, view, a, b);
        return true;
    case NAMI_VECTOR_FLOAT:
        typed_rows(result, op, NAMI_VECTOR_FLOAT, view, a, b);
        return true;
    case NAMI_VECTOR_STRING:
        typed_rows(result, op, NAMI_VECTOR_STRING, view, a, b);
        return true;
    case NAMI_VECTOR_BOOL:
        typed_rows(result, op, NAMI_VECTOR_BOOL, view, a, b);
        return true;
    case NAMI_VECTOR_NODE:
        if (op != NAMI_OP_EQ && op != NAMI_OP_NE) {
            return false;
        }
        typed_rows(result, op, NAMI_VECTOR_NODE, view, a, b);
        return true;
    case NAMI_VECTOR_ANY:
    case NAMI_VECTOR_REL:
        break;
    }
    return false;
}

int32_t nami_expr__eval_comparison(struct nami_exec *exec, struct nami_expr *expr,
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
    status = nami_expr__begin(exec, expr, NAMI_VECTOR_BOOL, view);
    if (status == NAMI_OK && !compare_typed(&expr->result, expr->op, view, &sides[0], &sides[1])) {
        for (uint32_t i = 0; i < view->count && status == NAMI_OK; i++) {
            uint32_t row = nami_rows_at(view, i);

            status = nami_expr__put_truth(exec, expr, row,
                                          compare(expr->op, nami_vector_get(&sides[0], row),
                                                  nami_vector_get(&sides[1], row)));
        }
    }
    nami_expr__end(expr, view, rows, out);
    return status;
}

/* ---- a < b <= c ---- */

static enum nami_truth chain_at(const struct nami_expr *expr, const struct nami_vector *sides,
                                uint32_t row)
{
    enum nami_truth all = NAMI_TRUE;

    for (uint32_t i = 0; i + 1 < expr->arg_count; i++) {
        enum nami_truth here = compare(expr->as.chain_ops[i], nami_vector_get(&sides[i], row),
                                       nami_vector_get(&sides[i + 1], row));

        if (here == NAMI_FALSE) {
            return NAMI_FALSE;
        }
        all = here == NAMI_UNKNOWN ? NAMI_UNKNOWN : all;
    }
    return all;
}

int32_t nami_expr__eval_chain(struct nami_exec *exec, struct nami_expr *expr,
                              const struct nami_rows *rows, struct nami_vector *out)
{
    struct nami_vector *sides = nami_exec_scratch(exec, expr->arg_count, sizeof(*sides));
    struct nami_rows one;
    const struct nami_rows *view;
    int32_t status;

    if (sides == NULL) {
        return nami_exec_nomem(exec);
    }
    status = nami_expr__args(exec, expr, rows, 0, expr->arg_count, sides);
    if (status != NAMI_OK) {
        return status;
    }
    view = nami_expr__view(sides, expr->arg_count, rows, &one);
    status = nami_expr__begin(exec, expr, NAMI_VECTOR_BOOL, view);
    for (uint32_t i = 0; i < view->count && status == NAMI_OK; i++) {
        uint32_t row = nami_rows_at(view, i);

        status = nami_expr__put_truth(exec, expr, row, chain_at(expr, sides, row));
    }
    nami_expr__end(expr, view, rows, out);
    return status;
}

/* ---- parts of strings ---- */

static bool text_matches(uint8_t op, struct nami_slice text, struct nami_slice part)
{
    if (part.len > text.len) {
        return false;
    }
    if (part.len == 0) {
        return true;
    }
    if (op == NAMI_OP_STARTS_WITH) {
        return memcmp(text.ptr, part.ptr, part.len) == 0;
    }
    if (op == NAMI_OP_ENDS_WITH) {
        return memcmp(text.ptr + (text.len - part.len), part.ptr, part.len) == 0;
    }
    return memmem(text.ptr, text.len, part.ptr, part.len) != NULL;
}

int32_t nami_expr__eval_text_match(struct nami_exec *exec, struct nami_expr *expr,
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
    status = nami_expr__begin(exec, expr, NAMI_VECTOR_BOOL, view);
    for (uint32_t i = 0; i < view->count && status == NAMI_OK; i++) {
        uint32_t row = nami_rows_at(view, i);
        struct nami_value text = nami_vector_get(&sides[0], row);
        struct nami_value part = nami_vector_get(&sides[1], row);

        if (text.type != NAMI_VALUE_STRING || part.type != NAMI_VALUE_STRING) {
            nami_vector_set_null(&expr->result, row);
        } else {
            ((uint8_t *)expr->result.data)[row] =
                text_matches(expr->op, nami_value_slice(text), nami_value_slice(part)) ? 1 : 0;
        }
    }
    nami_expr__end(expr, view, rows, out);
    return status;
}
