/* CASE and coalesce: every branch is evaluated only for the rows that take it. */
#include "core/exec/expr_internal.h"

/* The first values that arrive give the result its type. */
struct filling {
    bool has_begun;
};

static int32_t begin_with(struct nami_exec *exec, struct nami_expr *expr,
                          const struct nami_rows *rows, const struct nami_vector *values,
                          struct filling *filling)
{
    if (filling->has_begun) {
        return NAMI_OK;
    }
    filling->has_begun = true;
    return nami_expr__begin(exec, expr, values->type, rows);
}

/* Evaluate a branch for the rows that took it and keep its values. */
static int32_t fill(struct nami_exec *exec, struct nami_expr *expr, struct nami_expr *branch,
                    const struct nami_rows *rows, const struct nami_rows *taken,
                    struct filling *filling)
{
    struct nami_vector values;
    int32_t status;

    if (taken->count == 0) {
        return NAMI_OK;
    }
    status = nami_expr_eval(exec, branch, taken, &values);
    if (status == NAMI_OK) {
        status = begin_with(exec, expr, rows, &values, filling);
    }
    for (uint32_t i = 0; i < taken->count && status == NAMI_OK; i++) {
        uint32_t row = nami_rows_at(taken, i);

        status = nami_expr__put(exec, expr, row, nami_vector_get(&values, row));
    }
    return status;
}

static int32_t fill_null(struct nami_exec *exec, struct nami_expr *expr,
                         const struct nami_rows *rows, const struct nami_rows *taken,
                         struct filling *filling)
{
    static const struct nami_vector nothing = {.type = NAMI_VECTOR_ANY};
    int32_t status = begin_with(exec, expr, rows, &nothing, filling);

    for (uint32_t i = 0; i < taken->count && status == NAMI_OK; i++) {
        nami_vector_set_null(&expr->result, nami_rows_at(taken, i));
    }
    return status;
}

/* ---- CASE ---- */

/* Move the rows for which condition `number` chooses from `open` to `taken`. */
static int32_t choose(struct nami_exec *exec, struct nami_expr *expr, uint32_t number,
                      struct nami_rows *open, uint16_t *taken, uint32_t *taken_count)
{
    const struct nami_expr *holder = expr->as.choice.holder;
    bool is_predicate = expr->as.choice.is_predicate[number];
    uint32_t at = number + (holder != NULL ? 1 : 0);
    struct nami_vector values;
    uint32_t kept = 0;
    int32_t status = NAMI_OK;

    if (open->count == 0) {
        return NAMI_OK;
    }
    status = nami_expr_eval(exec, expr->args[at], open, &values);
    for (uint32_t i = 0; i < open->count && status == NAMI_OK; i++) {
        uint32_t row = nami_rows_at(open, i);
        enum nami_truth truth = NAMI_UNKNOWN;

        if (is_predicate) {
            status = nami_expr__truth(exec, expr, "WHEN", &values, row, &truth);
        } else {
            truth = nami_value_equal(nami_vector_get(&holder->as.operand.vector, row),
                                     nami_vector_get(&values, row));
        }
        if (truth == NAMI_TRUE) {
            taken[(*taken_count)++] = (uint16_t)row;
        } else {
            expr->selection[kept++] = (uint16_t)row;
        }
    }
    open->selection = expr->selection;
    open->count = kept;
    return status;
}

static void sort_rows(uint16_t *rows, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        uint16_t row = rows[i];
        uint32_t at = i;

        for (; at > 0 && rows[at - 1] > row; at--) {
            rows[at] = rows[at - 1];
        }
        rows[at] = row;
    }
}

static int32_t branch(struct nami_exec *exec, struct nami_expr *expr, uint32_t number,
                      const struct nami_rows *rows, struct nami_rows *open, uint16_t *buffer,
                      struct filling *filling)
{
    uint32_t from = expr->as.choice.first[number];
    uint32_t to = expr->as.choice.first[number + 1];
    uint32_t results = expr->as.choice.first[expr->as.choice.branch_count] +
                       (expr->as.choice.holder != NULL ? 1 : 0);
    struct nami_rows taken = *rows;
    int32_t status = NAMI_OK;

    taken.count = 0;
    taken.selection = buffer;
    for (uint32_t condition = from; condition < to && status == NAMI_OK; condition++) {
        status = choose(exec, expr, condition, open, buffer, &taken.count);
    }
    if (to - from > 1) { /* several WHEN values: rows came in several turns */
        sort_rows(buffer, taken.count);
    }
    if (status == NAMI_OK) {
        status = fill(exec, expr, expr->args[results + number], rows, &taken, filling);
    }
    return status;
}

int32_t nami_expr__eval_case(struct nami_exec *exec, struct nami_expr *expr,
                             const struct nami_rows *rows, struct nami_vector *out)
{
    struct nami_rows open = *rows;
    struct filling filling = {0};
    uint16_t *taken = nami_exec_scratch(exec, rows->count, sizeof(*taken));
    int32_t status;

    if (taken == NULL) {
        return nami_exec_nomem(exec);
    }
    status = nami_expr__selection(exec, expr, rows->count);
    if (status == NAMI_OK && expr->as.choice.holder != NULL) {
        status =
            nami_expr_eval(exec, expr->args[0], rows, &expr->as.choice.holder->as.operand.vector);
    }
    for (uint32_t b = 0; b < expr->as.choice.branch_count && status == NAMI_OK; b++) {
        status = branch(exec, expr, b, rows, &open, taken, &filling);
    }
    if (status == NAMI_OK && expr->as.choice.has_otherwise) {
        status = fill(exec, expr, expr->args[expr->arg_count - 1], rows, &open, &filling);
    } else if (status == NAMI_OK) {
        status = fill_null(exec, expr, rows, &open, &filling);
    }
    nami_expr__end(expr, rows, rows, out);
    return status;
}

/* ---- coalesce ---- */

int32_t nami_expr__eval_coalesce(struct nami_exec *exec, struct nami_expr *expr,
                                 const struct nami_rows *rows, struct nami_vector *out)
{
    struct nami_rows open = *rows;
    struct filling filling = {0};
    int32_t status = nami_expr__selection(exec, expr, rows->count);

    for (uint32_t arg = 0; arg < expr->arg_count && open.count > 0 && status == NAMI_OK; arg++) {
        uint32_t kept = 0;

        status = fill(exec, expr, expr->args[arg], rows, &open, &filling);
        for (uint32_t i = 0; i < open.count && status == NAMI_OK; i++) {
            uint32_t row = nami_rows_at(&open, i);

            if (nami_vector_is_null(&expr->result, row)) {
                expr->selection[kept++] = (uint16_t)row;
            }
        }
        open.selection = expr->selection;
        open.count = kept;
    }
    nami_expr__end(expr, rows, rows, out);
    return status;
}
