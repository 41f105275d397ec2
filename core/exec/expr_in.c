/*
 * value IN list. A constant list of many plain values becomes a set when it is first needed.
 *
 * The set compares by equivalence, IN by equality; for strings, Booleans and numbers but NaN the
 * two are the same, and only those are looked up in it.
 */
#include <math.h>

#include "core/exec/expr_internal.h"

/* Below, looking at each item is as fast: few items, or few rows that ask. */
enum { SET_ITEMS_MIN = 8, SET_ROWS_MIN = 16 };

static bool is_plain(struct nami_value value)
{
    return value.type == NAMI_VALUE_INT || value.type == NAMI_VALUE_STRING ||
           value.type == NAMI_VALUE_BOOL ||
           (value.type == NAMI_VALUE_FLOAT && !isnan(value.as.real));
}

static int32_t is_in(struct nami_exec *exec, const struct nami_expr *expr, struct nami_value value,
                     struct nami_value list, enum nami_truth *out)
{
    *out = NAMI_UNKNOWN;
    if (list.type == NAMI_VALUE_NULL) {
        return NAMI_OK;
    }
    if (list.type != NAMI_VALUE_LIST) {
        return NAMI_EXPR_FAIL(exec, expr, NAMI_COND_TYPE_ERROR, "IN expects a LIST, not %s",
                              nami_value_type_name(list.type));
    }
    *out = NAMI_FALSE;
    for (uint32_t i = 0; i < list.count; i++) {
        enum nami_truth here = nami_value_equal(value, list.as.items[i]);

        if (here == NAMI_TRUE) {
            *out = NAMI_TRUE;
            break;
        }
        *out = here == NAMI_UNKNOWN ? NAMI_UNKNOWN : *out;
    }
    return nami_exec_tick(exec, list.count / 8);
}

/* ---- the set of a constant list ---- */

/* All plain values or nulls: then a set can stand for the list. */
static bool suits_a_set(struct nami_value list, bool *has_null)
{
    *has_null = false;
    for (uint32_t i = 0; i < list.count; i++) {
        if (list.as.items[i].type == NAMI_VALUE_NULL) {
            *has_null = true;
        } else if (!is_plain(list.as.items[i])) {
            return false;
        }
    }
    return true;
}

static int32_t add_items(struct nami_exec *exec, struct nami_group_table *set,
                         struct nami_value list)
{
    uint32_t *groups = nami_exec_scratch(exec, NAMI_BATCH_ROWS, sizeof(*groups));
    struct nami_vector items;
    int32_t status = NAMI_OK;

    if (groups == NULL ||
        nami_vector_init(&items, exec->scratch, NAMI_VECTOR_ANY, NAMI_BATCH_ROWS) != NAMI_OK) {
        return nami_exec_nomem(exec);
    }
    for (uint32_t from = 0; from < list.count && status == NAMI_OK; from += NAMI_BATCH_ROWS) {
        uint32_t left = list.count - from;
        struct nami_rows rows = {.count = left < NAMI_BATCH_ROWS ? left : NAMI_BATCH_ROWS};

        rows.size = rows.count;
        for (uint32_t i = 0; i < rows.count && status == NAMI_OK; i++) {
            if (nami_vector_set(&items, exec->scratch, i, list.as.items[from + i]) != NAMI_OK) {
                status = nami_exec_nomem(exec);
            }
        }
        if (status == NAMI_OK) {
            status = nami_group_table_insert(exec, set, &rows, &items, groups, NULL, NULL);
        }
    }
    return status;
}

/* The set, or NULL: the list does not suit one, or not enough rows have asked. Judged once. */
static int32_t set_of(struct nami_exec *exec, struct nami_expr *expr, uint32_t row_count,
                      struct nami_group_table **out)
{
    const struct nami_value *list = nami_expr_constant(expr->args[1]);
    int32_t status = NAMI_OK;

    expr->as.in.rows_seen += expr->as.in.is_judged ? 0 : row_count;
    if (!expr->as.in.is_judged && expr->as.in.rows_seen >= SET_ROWS_MIN) {
        expr->as.in.is_judged = true;
        if (list != NULL && list->type == NAMI_VALUE_LIST && list->count >= SET_ITEMS_MIN &&
            suits_a_set(*list, &expr->as.in.has_null)) {
            status = nami_group_table_create(exec, 1, &expr->as.in.set);
            if (status == NAMI_OK) {
                status = add_items(exec, expr->as.in.set, *list);
            }
        }
    }
    *out = expr->as.in.set;
    return status;
}

static int32_t look_up(struct nami_exec *exec, struct nami_expr *expr,
                       const struct nami_group_table *set, const struct nami_vector *values,
                       const struct nami_rows *view)
{
    uint32_t *groups = nami_exec_scratch(exec, view->count, sizeof(*groups));
    enum nami_truth absent = expr->as.in.has_null ? NAMI_UNKNOWN : NAMI_FALSE;
    int32_t status;

    if (groups == NULL) {
        return nami_exec_nomem(exec);
    }
    status = nami_group_table_find(exec, set, view, values, false, groups);
    for (uint32_t i = 0; i < view->count && status == NAMI_OK; i++) {
        uint32_t row = nami_rows_at(view, i);
        struct nami_value value = nami_vector_get(values, row);
        enum nami_truth truth = groups[i] != NAMI_NO_GROUP ? NAMI_TRUE : absent;

        if (is_plain(value) || value.type == NAMI_VALUE_NULL) {
            truth = value.type == NAMI_VALUE_NULL ? NAMI_UNKNOWN : truth;
        } else {
            status = is_in(exec, expr, value, *nami_expr_constant(expr->args[1]), &truth);
        }
        if (status == NAMI_OK) {
            status = nami_expr__put_truth(exec, expr, row, truth);
        }
    }
    return status;
}

int32_t nami_expr__eval_in(struct nami_exec *exec, struct nami_expr *expr,
                           const struct nami_rows *rows, struct nami_vector *out)
{
    struct nami_vector sides[2];
    struct nami_rows one;
    const struct nami_rows *view;
    struct nami_group_table *set = NULL;
    int32_t status = nami_expr__args(exec, expr, rows, 0, 2, sides);

    if (status == NAMI_OK) {
        status = set_of(exec, expr, rows->count, &set);
    }
    if (status != NAMI_OK) {
        return status;
    }
    view = nami_expr__view(sides, 2, rows, &one);
    status = nami_expr__begin(exec, expr, NAMI_VECTOR_BOOL, view);
    if (status == NAMI_OK && set != NULL) {
        status = look_up(exec, expr, set, &sides[0], view);
    } else {
        for (uint32_t i = 0; i < view->count && status == NAMI_OK; i++) {
            uint32_t row = nami_rows_at(view, i);
            enum nami_truth truth;

            status = is_in(exec, expr, nami_vector_get(&sides[0], row),
                           nami_vector_get(&sides[1], row), &truth);
            if (status == NAMI_OK) {
                status = nami_expr__put_truth(exec, expr, row, truth);
            }
        }
    }
    nami_expr__end(expr, view, rows, out);
    return status;
}
