/*
 * [x IN list WHERE p | e], all/any/none/single, reduce: a body evaluated over the elements.
 *
 * For each outer row the list's items themselves are a batch: the columns of around it that the
 * body uses stand beside them as constants.
 */
#include <string.h>

#include "core/exec/expr_internal.h"

/* A cell of a column as a vector of its own; `bits` is one word of validity. */
static void borrow_cell(const struct nami_vector *column, uint32_t row, uint64_t *bits,
                        struct nami_vector *out)
{
    static const size_t cell_bytes[] = {
        [NAMI_VECTOR_ANY] = sizeof(struct nami_value),
        [NAMI_VECTOR_BOOL] = sizeof(uint8_t),
        [NAMI_VECTOR_INT] = sizeof(int64_t),
        [NAMI_VECTOR_FLOAT] = sizeof(double),
        [NAMI_VECTOR_STRING] = sizeof(struct nami_slice),
        [NAMI_VECTOR_NODE] = sizeof(uint64_t),
        [NAMI_VECTOR_REL] = sizeof(struct nami_rel),
    };
    uint32_t at = column->is_const ? 0 : row;

    *bits = nami_vector_is_null(column, row) ? 0 : 1;
    *out = (struct nami_vector){.type = column->type,
                                .is_const = true,
                                .has_nulls = *bits == 0,
                                .capacity = 1,
                                .data = (uint8_t *)column->data + at * cell_bytes[column->type],
                                .valid = bits};
}

static void enter_row(struct nami_expr_inner *inner, const struct nami_rows *rows, uint32_t row)
{
    for (uint32_t i = 0; i < inner->capture_count; i++) {
        uint32_t column = inner->captures[i];

        borrow_cell(&rows->columns[column], row, &inner->bits[column], &inner->columns[column]);
    }
}

/* Elements from .. from+count-1 of a list as the local's column, in place. */
static void enter_items(struct nami_expr_inner *inner, struct nami_value list, uint32_t from,
                        uint32_t count, struct nami_rows *out)
{
    union {
        const struct nami_value *items; /* a vector's data is not const; nobody writes to this */
        void *data;
    } elements = {.items = list.as.items + from};
    struct nami_vector *column = &inner->columns[inner->local];

    *column = (struct nami_vector){.type = NAMI_VECTOR_ANY,
                                   .capacity = count,
                                   .data = elements.data,
                                   .valid = inner->element_bits};
    for (uint32_t i = 0; i < count; i++) {
        if (list.as.items[from + i].type == NAMI_VALUE_NULL) {
            if (!column->has_nulls) {
                memset(inner->element_bits, 0xff, NAMI_BATCH_ROWS / 8);
                column->has_nulls = true;
            }
            inner->element_bits[i / 64] &= ~(UINT64_C(1) << (i % 64));
        }
    }
    *out = (struct nami_rows){.column_count = inner->column_count,
                              .count = count,
                              .size = count,
                              .columns = inner->columns};
}

static int32_t not_a_list(struct nami_exec *exec, const struct nami_expr *expr, const char *what,
                          struct nami_value value)
{
    return NAMI_EXPR_FAIL(exec, expr, NAMI_COND_TYPE_ERROR, "%s expects a LIST, not %s", what,
                          nami_value_type_name(value.type));
}

static uint32_t batch_of(uint32_t left)
{
    return left < NAMI_BATCH_ROWS ? left : NAMI_BATCH_ROWS;
}

/* ---- [x IN list WHERE p | e] ---- */

/* The values of one batch of elements that pass, at items[*count ..]. */
static int32_t map_batch(struct nami_exec *exec, struct nami_expr *expr, struct nami_rows *batch,
                         struct nami_value *items, uint32_t *count)
{
    struct nami_expr_inner *inner = expr->as.inner;
    struct nami_vector values = inner->columns[inner->local];
    int32_t status = NAMI_OK;

    if (expr->args[1] != NULL) {
        uint32_t kept = 0;

        status = nami_expr_filter(exec, expr->args[1], batch, inner->selection, &kept);
        batch->selection = inner->selection;
        batch->count = kept;
    }
    if (status == NAMI_OK && batch->count > 0 && expr->args[2] != NULL) {
        status = nami_expr_eval(exec, expr->args[2], batch, &values);
    }
    for (uint32_t i = 0; i < batch->count && status == NAMI_OK; i++) {
        struct nami_value value = nami_vector_get(&values, nami_rows_at(batch, i));

        /* a relationship borrows a vector that the next batch overwrites */
        if (value.type == NAMI_VALUE_REL &&
            nami_value_copy(exec->scratch, value, &value) != NAMI_OK) {
            return nami_exec_nomem(exec);
        }
        items[(*count)++] = value;
    }
    return status;
}

static int32_t map_list(struct nami_exec *exec, struct nami_expr *expr, struct nami_value list,
                        struct nami_value *out)
{
    struct nami_value *items;
    uint32_t count = 0;
    int32_t status = NAMI_OK;

    items = nami_arena_alloc(exec->scratch, (size_t)list.count * sizeof(*items));
    if (items == NULL) {
        return nami_exec_nomem(exec);
    }
    for (uint32_t from = 0; from < list.count && status == NAMI_OK;) {
        uint32_t size = batch_of(list.count - from);
        struct nami_rows batch;

        enter_items(expr->as.inner, list, from, size, &batch);
        status = map_batch(exec, expr, &batch, items, &count);
        from += size;
    }
    *out = nami_value_list(items, count);
    return status;
}

int32_t nami_expr__eval_comprehension(struct nami_exec *exec, struct nami_expr *expr,
                                      const struct nami_rows *rows, struct nami_vector *out)
{
    struct nami_vector lists;
    int32_t status = nami_expr_eval(exec, expr->args[0], rows, &lists);

    if (status == NAMI_OK) {
        status = nami_expr__begin(exec, expr, NAMI_VECTOR_ANY, rows);
    }
    for (uint32_t i = 0; i < rows->count && status == NAMI_OK; i++) {
        uint32_t row = nami_rows_at(rows, i);
        struct nami_value list = nami_vector_get(&lists, row);
        struct nami_value mapped = nami_value_null();

        if (list.type == NAMI_VALUE_LIST) {
            enter_row(expr->as.inner, rows, row);
            status = map_list(exec, expr, list, &mapped);
        } else if (list.type != NAMI_VALUE_NULL) {
            status = not_a_list(exec, expr, "a list comprehension", list);
        }
        if (status == NAMI_OK) {
            status = nami_expr__put(exec, expr, row, mapped);
        }
    }
    nami_expr__end(expr, rows, rows, out);
    return status;
}

/* ---- all, any, none, single ---- */

struct tally {
    uint64_t trues;
    uint64_t falses;
    uint64_t unknowns;
};

/* Nothing that follows can change the answer. */
static bool is_decided(uint8_t op, const struct tally *tally)
{
    if (op == NAMI_OP_ALL) {
        return tally->falses > 0;
    }
    return op == NAMI_OP_SINGLE ? tally->trues > 1 : tally->trues > 0;
}

static enum nami_truth verdict(uint8_t op, const struct tally *tally)
{
    if (op == NAMI_OP_ALL) {
        return tally->falses > 0 ? NAMI_FALSE : tally->unknowns > 0 ? NAMI_UNKNOWN : NAMI_TRUE;
    }
    if (op == NAMI_OP_SINGLE) {
        return tally->trues > 1      ? NAMI_FALSE
               : tally->unknowns > 0 ? NAMI_UNKNOWN
               : tally->trues == 1   ? NAMI_TRUE
                                     : NAMI_FALSE;
    }
    if (tally->trues > 0) {
        return op == NAMI_OP_ANY ? NAMI_TRUE : NAMI_FALSE;
    }
    if (tally->unknowns > 0) {
        return NAMI_UNKNOWN;
    }
    return op == NAMI_OP_ANY ? NAMI_FALSE : NAMI_TRUE;
}

static const char *quantifier_name(uint8_t op)
{
    return op == NAMI_OP_ALL      ? "all()"
           : op == NAMI_OP_ANY    ? "any()"
           : op == NAMI_OP_SINGLE ? "single()"
                                  : "none()";
}

static int32_t count_truths(struct nami_exec *exec, struct nami_expr *expr, struct nami_value list,
                            enum nami_truth *out)
{
    struct tally tally = {0};
    int32_t status = NAMI_OK;

    for (uint32_t from = 0;
         from < list.count && status == NAMI_OK && !is_decided(expr->op, &tally);) {
        uint32_t size = batch_of(list.count - from);
        struct nami_rows batch;
        struct nami_vector values;

        enter_items(expr->as.inner, list, from, size, &batch);
        status = nami_expr_eval(exec, expr->args[1], &batch, &values);
        for (uint32_t i = 0; i < size && status == NAMI_OK; i++) {
            enum nami_truth truth;

            status = nami_expr__truth(exec, expr, quantifier_name(expr->op), &values, i, &truth);
            tally.trues += truth == NAMI_TRUE ? 1 : 0;
            tally.falses += truth == NAMI_FALSE ? 1 : 0;
            tally.unknowns += truth == NAMI_UNKNOWN ? 1 : 0;
        }
        from += size;
    }
    *out = verdict(expr->op, &tally);
    return status;
}

int32_t nami_expr__eval_quantifier(struct nami_exec *exec, struct nami_expr *expr,
                                   const struct nami_rows *rows, struct nami_vector *out)
{
    struct nami_vector lists;
    int32_t status = nami_expr_eval(exec, expr->args[0], rows, &lists);

    if (status == NAMI_OK) {
        status = nami_expr__begin(exec, expr, NAMI_VECTOR_BOOL, rows);
    }
    for (uint32_t i = 0; i < rows->count && status == NAMI_OK; i++) {
        uint32_t row = nami_rows_at(rows, i);
        struct nami_value list = nami_vector_get(&lists, row);
        enum nami_truth truth = NAMI_UNKNOWN;

        if (list.type == NAMI_VALUE_LIST) {
            enter_row(expr->as.inner, rows, row);
            status = count_truths(exec, expr, list, &truth);
        } else if (list.type != NAMI_VALUE_NULL) {
            status = not_a_list(exec, expr, quantifier_name(expr->op), list);
        }
        if (status == NAMI_OK) {
            status = nami_expr__put_truth(exec, expr, row, truth);
        }
    }
    nami_expr__end(expr, rows, rows, out);
    return status;
}

/* ---- reduce ---- */

static int32_t reduce_list(struct nami_exec *exec, struct nami_expr *expr, struct nami_value list,
                           struct nami_value start, struct nami_value *out)
{
    struct nami_expr_inner *inner = expr->as.inner;
    struct nami_value total = start;
    int32_t status = NAMI_OK;

    for (uint32_t at = 0; at < list.count && status == NAMI_OK; at++) {
        struct nami_vector total_column = {
            .type = NAMI_VECTOR_ANY, .is_const = true, .capacity = 1, .data = &total};
        struct nami_vector result;
        struct nami_rows row;
        uint64_t total_bits = total.type != NAMI_VALUE_NULL ? 1 : 0;

        total_column.valid = &total_bits;
        total_column.has_nulls = total_bits == 0;
        enter_items(inner, list, at, 1, &row);
        inner->columns[inner->local + 1] = total_column;
        status = nami_expr_eval(exec, expr->args[2], &row, &result);
        if (status == NAMI_OK) {
            total = nami_vector_get(&result, 0);
        }
        /* a relationship borrows the step's result */
        if (status == NAMI_OK && total.type == NAMI_VALUE_REL &&
            nami_value_copy(exec->scratch, total, &total) != NAMI_OK) {
            status = nami_exec_nomem(exec);
        }
    }
    *out = total;
    return status;
}

int32_t nami_expr__eval_reduce(struct nami_exec *exec, struct nami_expr *expr,
                               const struct nami_rows *rows, struct nami_vector *out)
{
    struct nami_vector args[2];
    int32_t status = nami_expr__args(exec, expr, rows, 0, 2, args);

    if (status == NAMI_OK) {
        status = nami_expr__begin(exec, expr, NAMI_VECTOR_ANY, rows);
    }
    for (uint32_t i = 0; i < rows->count && status == NAMI_OK; i++) {
        uint32_t row = nami_rows_at(rows, i);
        struct nami_value list = nami_vector_get(&args[0], row);
        struct nami_value total = nami_value_null();

        if (list.type == NAMI_VALUE_LIST) {
            enter_row(expr->as.inner, rows, row);
            status = reduce_list(exec, expr, list, nami_vector_get(&args[1], row), &total);
        } else if (list.type != NAMI_VALUE_NULL) {
            status = not_a_list(exec, expr, "reduce()", list);
        }
        if (status == NAMI_OK) {
            status = nami_expr__put(exec, expr, row, total);
        }
    }
    if (status == NAMI_OK) {
        nami_expr__tighten(expr, rows);
    }
    nami_expr__end(expr, rows, rows, out);
    return status;
}
