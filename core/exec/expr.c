/* Evaluation from outside, leaves of the tree, and the tools of all kernels. */
#include "core/exec/expr_internal.h"

#include <string.h>

int32_t nami_expr_eval(struct nami_exec *exec, struct nami_expr *expr, const struct nami_rows *rows,
                       struct nami_vector *out)
{
    int32_t status = nami_exec_tick(exec, rows->count);

    if (status != NAMI_OK) {
        return status;
    }
    if (rows->count == 0 && !expr->is_constant) { /* nothing may go wrong for no row */
        return nami_expr__all_null(exec, expr, out);
    }
    return expr->eval(exec, expr, rows, out);
}

static int32_t filter_constant(struct nami_exec *exec, const struct nami_expr *expr,
                               const struct nami_vector *vector, const struct nami_rows *rows,
                               uint16_t *selection_out, uint32_t *count_out)
{
    enum nami_truth truth;
    int32_t status = nami_expr__truth(exec, expr, "WHERE", vector, 0, &truth);

    *count_out = 0;
    if (status != NAMI_OK || truth != NAMI_TRUE) {
        return status;
    }
    for (uint32_t i = 0; i < rows->count; i++) {
        selection_out[i] = (uint16_t)nami_rows_at(rows, i);
    }
    *count_out = rows->count;
    return NAMI_OK;
}

int32_t nami_expr_filter(struct nami_exec *exec, struct nami_expr *expr,
                         const struct nami_rows *rows, uint16_t *selection_out, uint32_t *count_out)
{
    struct nami_vector vector;
    uint32_t kept = 0;
    int32_t status;

    *count_out = 0;
    if (rows->count == 0) {
        return NAMI_OK;
    }
    status = nami_expr_eval(exec, expr, rows, &vector);
    if (status != NAMI_OK) {
        return status;
    }
    if (vector.is_const) {
        return filter_constant(exec, expr, &vector, rows, selection_out, count_out);
    }
    if (vector.type == NAMI_VECTOR_BOOL) {
        const uint8_t *cells = vector.data;

        for (uint32_t i = 0; i < rows->count; i++) {
            uint32_t row = nami_rows_at(rows, i);

            selection_out[kept] = (uint16_t)row;
            kept += cells[row] != 0 && !nami_vector_is_null(&vector, row) ? 1 : 0;
        }
        *count_out = kept;
        return NAMI_OK;
    }
    for (uint32_t i = 0; i < rows->count && status == NAMI_OK; i++) {
        uint32_t row = nami_rows_at(rows, i);
        enum nami_truth truth = NAMI_UNKNOWN;

        status = nami_expr__truth(exec, expr, "WHERE", &vector, row, &truth);
        selection_out[kept] = (uint16_t)row;
        kept += truth == NAMI_TRUE ? 1 : 0;
    }
    *count_out = kept;
    return status;
}

int32_t nami_expr_eval_one(struct nami_exec *exec, struct nami_expr *expr, struct nami_value *out)
{
    struct nami_rows none = {.count = 1, .size = 1};
    struct nami_vector vector;
    int32_t status = nami_expr_eval(exec, expr, &none, &vector);

    if (status == NAMI_OK) {
        *out = nami_vector_get(&vector, 0);
    }
    return status;
}

uint32_t nami_expr_column(const struct nami_expr *expr)
{
    return expr->eval == nami_expr__eval_column ? expr->as.column : NAMI_NO_COLUMN;
}

const struct nami_value *nami_expr_constant(const struct nami_expr *expr)
{
    return expr->is_constant ? &expr->as.constant : NULL;
}

/* ---- leaves ---- */

int32_t nami_expr__eval_constant(struct nami_exec *exec, struct nami_expr *expr,
                                 const struct nami_rows *rows, struct nami_vector *out)
{
    struct nami_rows one = {.count = 1, .size = 1};
    int32_t status = NAMI_OK;

    if (expr->result.data == NULL) {
        status = nami_expr__begin(exec, expr, nami_vector_type_of(expr->as.constant.type), &one);
        if (status == NAMI_OK) {
            status = nami_expr__put(exec, expr, 0, expr->as.constant);
        }
    }
    if (status == NAMI_OK) {
        nami_expr__end(expr, &one, rows, out);
    }
    return status;
}

int32_t nami_expr__eval_column(struct nami_exec *exec, struct nami_expr *expr,
                               const struct nami_rows *rows, struct nami_vector *out)
{
    if (expr->as.column >= rows->column_count) {
        return NAMI_EXPR_FAIL(exec, expr, NAMI_COND_INTERNAL, "column %u of %u", expr->as.column,
                              rows->column_count);
    }
    *out = rows->columns[expr->as.column];
    return NAMI_OK;
}

int32_t nami_expr__eval_operand(struct nami_exec *exec, struct nami_expr *expr,
                                const struct nami_rows *rows, struct nami_vector *out)
{
    (void)exec;
    (void)rows;
    *out = expr->as.operand.vector;
    return NAMI_OK;
}

/* ---- tools ---- */

int32_t nami_expr__args(struct nami_exec *exec, struct nami_expr *expr,
                        const struct nami_rows *rows, uint32_t first, uint32_t count,
                        struct nami_vector *vectors)
{
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; i < count && status == NAMI_OK; i++) {
        status = nami_expr_eval(exec, expr->args[first + i], rows, &vectors[i]);
    }
    return status;
}

const struct nami_rows *nami_expr__view(const struct nami_vector *vectors, uint32_t count,
                                        const struct nami_rows *rows, struct nami_rows *one)
{
    for (uint32_t i = 0; i < count; i++) {
        if (!vectors[i].is_const) {
            return rows;
        }
    }
    *one = (struct nami_rows){.count = 1, .size = 1};
    return one;
}

int32_t nami_expr__begin(struct nami_exec *exec, struct nami_expr *expr, uint8_t type,
                         const struct nami_rows *view)
{
    struct nami_vector *result = &expr->result;
    uint32_t size = view->size > 0 ? view->size : 1;

    if (result->capacity < size || (type == NAMI_VECTOR_REL && result->type != type)) {
        uint32_t capacity = 1;

        while (capacity < size) { /* a batch may be short: its cost is its size */
            capacity *= 2;
        }
        if (nami_vector_init(result, exec->arena, type, capacity) != NAMI_OK) {
            return nami_exec_nomem(exec);
        }
    }
    result->type = type;
    result->is_const = false;
    result->has_nulls = false;
    return NAMI_OK;
}

void nami_expr__end(struct nami_expr *expr, const struct nami_rows *view,
                    const struct nami_rows *rows, struct nami_vector *out)
{
    expr->result.is_const = view != rows;
    *out = expr->result;
}

int32_t nami_expr__put(struct nami_exec *exec, struct nami_expr *expr, uint32_t row,
                       struct nami_value value)
{
    if (nami_vector_set(&expr->result, exec->arena, row, value) != NAMI_OK) {
        return nami_exec_nomem(exec);
    }
    return NAMI_OK;
}

/* The one type of the values that are not null; NULL: there is more than one, or none. */
static uint8_t common_type(const struct nami_value *cells, const struct nami_rows *view)
{
    uint8_t type = NAMI_VALUE_NULL;

    for (uint32_t i = 0; i < view->count; i++) {
        uint8_t here = cells[nami_rows_at(view, i)].type;

        if (here != NAMI_VALUE_NULL && here != type) {
            if (type != NAMI_VALUE_NULL) {
                return NAMI_VALUE_NULL;
            }
            type = here;
        }
    }
    return type;
}

void nami_expr__tighten(struct nami_expr *expr, const struct nami_rows *view)
{
    struct nami_value *cells = expr->result.data;
    uint8_t type = NAMI_VECTOR_ANY;

    if (expr->result.type == NAMI_VECTOR_ANY) {
        type = nami_vector_type_of(common_type(cells, view));
    }
    if (type == NAMI_VECTOR_ANY || type == NAMI_VECTOR_REL) {
        return;
    }
    /* Forwards: a cell lies at or before the value it comes from. */
    for (uint32_t i = 0; i < view->count; i++) {
        uint32_t row = nami_rows_at(view, i);
        struct nami_value value = cells[row];

        if (type == NAMI_VECTOR_STRING) {
            ((struct nami_slice *)expr->result.data)[row] = nami_value_slice(value);
        } else if (type == NAMI_VECTOR_BOOL) {
            ((uint8_t *)expr->result.data)[row] = value.as.boolean ? 1 : 0;
        } else { /* eight bytes of one or the other */
            memcpy((uint8_t *)expr->result.data + (size_t)row * sizeof(uint64_t), &value.as,
                   sizeof(uint64_t));
        }
    }
    expr->result.type = type;
}

int32_t nami_expr__selection(struct nami_exec *exec, struct nami_expr *expr, uint32_t count)
{
    if (count > expr->selection_max) {
        uint32_t max = count > NAMI_BATCH_ROWS / 2 ? NAMI_BATCH_ROWS : count * 2;

        expr->selection = nami_arena_alloc(exec->arena, max * sizeof(uint16_t));
        if (expr->selection == NULL) {
            expr->selection_max = 0;
            return nami_exec_nomem(exec);
        }
        expr->selection_max = max;
    }
    return NAMI_OK;
}

int32_t nami_expr__all_null(struct nami_exec *exec, struct nami_expr *expr, struct nami_vector *out)
{
    struct nami_rows one = {.count = 1, .size = 1};
    int32_t status = nami_expr__begin(exec, expr, NAMI_VECTOR_ANY, &one);

    if (status == NAMI_OK) {
        nami_vector_set_null(&expr->result, 0);
        nami_expr__end(expr, &one, NULL, out);
    }
    return status;
}

int32_t nami_expr__truth(struct nami_exec *exec, const struct nami_expr *expr, const char *what,
                         const struct nami_vector *vector, uint32_t row, enum nami_truth *out)
{
    struct nami_value value = nami_vector_get(vector, row);

    if (value.type == NAMI_VALUE_BOOL) {
        *out = value.as.boolean ? NAMI_TRUE : NAMI_FALSE;
        return NAMI_OK;
    }
    *out = NAMI_UNKNOWN;
    if (value.type == NAMI_VALUE_NULL) {
        return NAMI_OK;
    }
    return NAMI_EXPR_FAIL(exec, expr, NAMI_COND_TYPE_ERROR, "%s expects a Boolean, not %s", what,
                          nami_value_type_name(value.type));
}

int32_t nami_expr__put_truth(struct nami_exec *exec, struct nami_expr *expr, uint32_t row,
                             enum nami_truth truth)
{
    return nami_expr__put(exec, expr, row,
                          truth == NAMI_UNKNOWN ? nami_value_null()
                                                : nami_value_bool(truth == NAMI_TRUE));
}

struct nami_catalog *nami_expr__catalog(const struct nami_exec *exec)
{
    return exec->snap != NULL ? nami_graph_catalog(exec->snap->graph) : NULL;
}

uint32_t nami_expr__key(const struct nami_exec *exec, struct nami_expr_key *key)
{
    struct nami_catalog *catalog = nami_expr__catalog(exec);

    if (key->id == NAMI_NO_NAME && catalog != NULL) {
        key->id = nami_catalog_find(catalog, NAMI_DICT_KEY, key->name);
    }
    return key->id;
}
