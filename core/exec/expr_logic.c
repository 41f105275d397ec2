/* AND, OR, XOR, NOT, IS NULL: three truths; AND and OR look right only where left leaves it open. */
#include "core/exec/expr_internal.h"

/* The same without nulls: cells are 0 or 1, and what is decided differs from the neutral one. */
static void judge_plain(struct nami_expr *expr, const struct nami_vector *vector, bool is_and,
                        struct nami_rows *open)
{
    const uint8_t *truths = vector->data;
    uint8_t *cells = expr->result.data;
    uint8_t decisive = is_and ? 0 : 1;
    uint32_t kept = 0;

    for (uint32_t i = 0; i < open->count; i++) {
        uint32_t row = nami_rows_at(open, i);
        uint8_t truth = truths[vector->is_const ? 0 : row] != 0 ? 1 : 0;

        if (truth == decisive) {
            cells[row] = decisive;
            expr->result.valid[row / 64] |= UINT64_C(1) << (row % 64);
        }
        expr->selection[kept] = (uint16_t)row;
        kept += truth != decisive ? 1 : 0;
    }
    open->selection = expr->selection;
    open->count = kept;
}

/* Judge one operand for the rows that are open; what it decides leaves the selection. */
static int32_t judge(struct nami_exec *exec, struct nami_expr *expr, struct nami_expr *operand,
                     struct nami_rows *open)
{
    bool is_and = expr->ast->kind == NAMI_AST_AND;
    enum nami_truth decisive = is_and ? NAMI_FALSE : NAMI_TRUE;
    uint8_t *cells = expr->result.data;
    struct nami_vector vector;
    uint32_t kept = 0;
    int32_t status = nami_expr_eval(exec, operand, open, &vector);

    if (status == NAMI_OK && vector.type == NAMI_VECTOR_BOOL && !vector.has_nulls) {
        judge_plain(expr, &vector, is_and, open);
        return NAMI_OK;
    }
    for (uint32_t i = 0; i < open->count && status == NAMI_OK; i++) {
        uint32_t row = nami_rows_at(open, i);
        enum nami_truth truth = NAMI_UNKNOWN;

        status = nami_expr__truth(exec, expr, is_and ? "AND" : "OR", &vector, row, &truth);
        if (truth == decisive) {
            cells[row] = is_and ? 0 : 1;
            expr->result.valid[row / 64] |= UINT64_C(1) << (row % 64);
            continue;
        }
        if (truth == NAMI_UNKNOWN) { /* a later operand may still decide */
            nami_vector_set_null(&expr->result, row);
        }
        expr->selection[kept++] = (uint16_t)row;
    }
    open->selection = expr->selection;
    open->count = kept;
    return status;
}

int32_t nami_expr__eval_and_or(struct nami_exec *exec, struct nami_expr *expr,
                               const struct nami_rows *rows, struct nami_vector *out)
{
    struct nami_rows open = *rows;
    uint8_t neutral = expr->ast->kind == NAMI_AST_AND ? 1 : 0;
    int32_t status = nami_expr__begin(exec, expr, NAMI_VECTOR_BOOL, rows);

    if (status == NAMI_OK) {
        status = nami_expr__selection(exec, expr, rows->count);
    }
    for (uint32_t i = 0; i < rows->count && status == NAMI_OK; i++) {
        ((uint8_t *)expr->result.data)[nami_rows_at(rows, i)] = neutral;
    }
    for (uint32_t i = 0; i < expr->arg_count && open.count > 0 && status == NAMI_OK; i++) {
        status = judge(exec, expr, expr->args[i], &open);
    }
    nami_expr__end(expr, rows, rows, out);
    return status;
}

int32_t nami_expr__eval_xor(struct nami_exec *exec, struct nami_expr *expr,
                            const struct nami_rows *rows, struct nami_vector *out)
{
    int32_t status = nami_expr__begin(exec, expr, NAMI_VECTOR_BOOL, rows);
    uint8_t *cells = expr->result.data;

    for (uint32_t i = 0; i < rows->count && status == NAMI_OK; i++) {
        cells[nami_rows_at(rows, i)] = 0;
    }
    for (uint32_t arg = 0; arg < expr->arg_count && status == NAMI_OK; arg++) {
        struct nami_vector vector;

        status = nami_expr_eval(exec, expr->args[arg], rows, &vector);
        for (uint32_t i = 0; i < rows->count && status == NAMI_OK; i++) {
            uint32_t row = nami_rows_at(rows, i);
            enum nami_truth truth = NAMI_UNKNOWN;

            status = nami_expr__truth(exec, expr, "XOR", &vector, row, &truth);
            if (truth == NAMI_UNKNOWN) {
                nami_vector_set_null(&expr->result, row);
            } else {
                cells[row] ^= truth == NAMI_TRUE ? 1 : 0;
            }
        }
    }
    nami_expr__end(expr, rows, rows, out);
    return status;
}

int32_t nami_expr__eval_not(struct nami_exec *exec, struct nami_expr *expr,
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
        enum nami_truth truth = NAMI_UNKNOWN;

        status = nami_expr__truth(exec, expr, "NOT", &operand, row, &truth);
        if (truth == NAMI_UNKNOWN) {
            nami_vector_set_null(&expr->result, row);
        } else {
            ((uint8_t *)expr->result.data)[row] = truth == NAMI_FALSE ? 1 : 0;
        }
    }
    nami_expr__end(expr, view, rows, out);
    return status;
}

int32_t nami_expr__eval_is_null(struct nami_exec *exec, struct nami_expr *expr,
                                const struct nami_rows *rows, struct nami_vector *out)
{
    struct nami_vector operand;
    struct nami_rows one;
    const struct nami_rows *view;
    bool wanted = expr->op == NAMI_OP_IS_NULL;
    int32_t status = nami_expr__args(exec, expr, rows, 0, 1, &operand);

    if (status != NAMI_OK) {
        return status;
    }
    view = nami_expr__view(&operand, 1, rows, &one);
    status = nami_expr__begin(exec, expr, NAMI_VECTOR_BOOL, view);
    for (uint32_t i = 0; i < view->count && status == NAMI_OK; i++) {
        uint32_t row = nami_rows_at(view, i);

        ((uint8_t *)expr->result.data)[row] = nami_vector_is_null(&operand, row) == wanted ? 1 : 0;
    }
    nami_expr__end(expr, view, rows, out);
    return status;
}
