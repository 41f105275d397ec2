/* + - * / % ^ and the signs: typed loops where both sides are numbers of one kind. */
#include <math.h>

#include "core/exec/expr_internal.h"

static const char *op_text(uint8_t op)
{
    switch ((enum nami_ast_op)op) {
    case NAMI_OP_ADD:
    case NAMI_OP_PLUS:
        return "+";
    case NAMI_OP_SUBTRACT:
    case NAMI_OP_MINUS:
        return "-";
    case NAMI_OP_MULTIPLY:
        return "*";
    case NAMI_OP_DIVIDE:
        return "/";
    case NAMI_OP_MODULO:
        return "%";
    case NAMI_OP_POWER:
        return "^";
    case NAMI_OP_NONE:
    case NAMI_OP_NOT:
    case NAMI_OP_IS_NULL:
    case NAMI_OP_IS_NOT_NULL:
    case NAMI_OP_CONCAT:
    case NAMI_OP_EQ:
    case NAMI_OP_NE:
    case NAMI_OP_LT:
    case NAMI_OP_LE:
    case NAMI_OP_GT:
    case NAMI_OP_GE:
    case NAMI_OP_IN:
    case NAMI_OP_STARTS_WITH:
    case NAMI_OP_ENDS_WITH:
    case NAMI_OP_CONTAINS:
    case NAMI_OP_REGEX:
    case NAMI_OP_ALL:
    case NAMI_OP_ANY:
    case NAMI_OP_NONE_OF:
    case NAMI_OP_SINGLE:
    case NAMI_OP_COUNT:
        break;
    }
    return "?";
}

enum fault { FAULT_NONE, FAULT_OVERFLOW, FAULT_ZERO };

static inline enum fault int_op(enum nami_ast_op op, int64_t a, int64_t b, int64_t *out)
{
    bool is_over = false;

    if (op == NAMI_OP_ADD) {
        is_over = __builtin_add_overflow(a, b, out);
    } else if (op == NAMI_OP_SUBTRACT) {
        is_over = __builtin_sub_overflow(a, b, out);
    } else if (op == NAMI_OP_MULTIPLY) {
        is_over = __builtin_mul_overflow(a, b, out);
    } else if (b == 0) {
        return FAULT_ZERO;
    } else if (b == -1) { /* the one quotient that does not fit; the machine traps on it */
        is_over = op == NAMI_OP_DIVIDE && __builtin_sub_overflow((int64_t)0, a, out);
        *out = op == NAMI_OP_DIVIDE ? *out : 0;
    } else {
        *out = op == NAMI_OP_DIVIDE ? a / b : a % b;
    }
    return is_over ? FAULT_OVERFLOW : FAULT_NONE;
}

static inline double float_op(enum nami_ast_op op, double a, double b)
{
    if (op == NAMI_OP_ADD) {
        return a + b;
    }
    if (op == NAMI_OP_SUBTRACT) {
        return a - b;
    }
    if (op == NAMI_OP_MULTIPLY) {
        return a * b;
    }
    if (op == NAMI_OP_DIVIDE) {
        return a / b;
    }
    return op == NAMI_OP_MODULO ? fmod(a, b) : pow(a, b);
}

static int32_t fail_int(struct nami_exec *exec, const struct nami_expr *expr, enum fault fault,
                        int64_t a, int64_t b)
{
    if (fault == FAULT_ZERO) {
        return NAMI_EXPR_FAIL(exec, expr, NAMI_COND_DIVISION_BY_ZERO, "%s by zero",
                              expr->op == NAMI_OP_DIVIDE ? "/" : "%");
    }
    return NAMI_EXPR_FAIL(exec, expr, NAMI_COND_ARITHMETIC_OVERFLOW,
                          "%lld %s %lld is beyond the range of a 64-bit integer", (long long)a,
                          op_text(expr->op), (long long)b);
}

/* What an argument vector means to a loop: cells, and how far apart. */
struct lane {
    const struct nami_vector *vector;
    uint32_t step; /* 0: a constant */
};

static struct lane lane_of(const struct nami_vector *vector)
{
    return (struct lane){.vector = vector, .step = vector->is_const ? 0 : 1};
}

static bool is_null_at(struct lane a, struct lane b, uint32_t row)
{
    return nami_vector_is_null(a.vector, row) || nami_vector_is_null(b.vector, row);
}

/* `op` is a constant wherever this is inlined. */
static inline __attribute__((always_inline)) int32_t
int_loop(struct nami_exec *exec, struct nami_expr *expr, enum nami_ast_op op,
         const struct nami_rows *view, struct lane a, struct lane b)
{
    const int64_t *x = a.vector->data;
    const int64_t *y = b.vector->data;
    int64_t *out = expr->result.data;
    bool has_nulls = a.vector->has_nulls || b.vector->has_nulls;

    for (uint32_t i = 0; i < view->count; i++) {
        uint32_t row = nami_rows_at(view, i);
        enum fault fault;

        if (has_nulls && is_null_at(a, b, row)) {
            nami_vector_set_null(&expr->result, row);
            continue;
        }
        fault = int_op(op, x[row * a.step], y[row * b.step], &out[row]);
        if (__builtin_expect(fault != FAULT_NONE, 0)) {
            return fail_int(exec, expr, fault, x[row * a.step], y[row * b.step]);
        }
    }
    return NAMI_OK;
}

static int32_t int_rows(struct nami_exec *exec, struct nami_expr *expr,
                        const struct nami_rows *view, struct lane a, struct lane b)
{
    switch (expr->op) {
    case NAMI_OP_ADD:
        return int_loop(exec, expr, NAMI_OP_ADD, view, a, b);
    case NAMI_OP_SUBTRACT:
        return int_loop(exec, expr, NAMI_OP_SUBTRACT, view, a, b);
    case NAMI_OP_MULTIPLY:
        return int_loop(exec, expr, NAMI_OP_MULTIPLY, view, a, b);
    case NAMI_OP_DIVIDE:
        return int_loop(exec, expr, NAMI_OP_DIVIDE, view, a, b);
    default:
        return int_loop(exec, expr, NAMI_OP_MODULO, view, a, b);
    }
}

static double number_at(struct lane lane, uint32_t row)
{
    if (lane.vector->type == NAMI_VECTOR_INT) {
        return (double)((const int64_t *)lane.vector->data)[row * lane.step];
    }
    return ((const double *)lane.vector->data)[row * lane.step];
}

static inline __attribute__((always_inline)) void float_loop(struct nami_expr *expr,
                                                             enum nami_ast_op op,
                                                             const struct nami_rows *view,
                                                             struct lane a, struct lane b)
{
    double *out = expr->result.data;
    bool has_nulls = a.vector->has_nulls || b.vector->has_nulls;

    for (uint32_t i = 0; i < view->count; i++) {
        uint32_t row = nami_rows_at(view, i);

        if (has_nulls && is_null_at(a, b, row)) {
            nami_vector_set_null(&expr->result, row);
        } else {
            out[row] = float_op(op, number_at(a, row), number_at(b, row));
        }
    }
}

static void float_rows(struct nami_expr *expr, const struct nami_rows *view, struct lane a,
                       struct lane b)
{
    switch (expr->op) {
    case NAMI_OP_ADD:
        float_loop(expr, NAMI_OP_ADD, view, a, b);
        break;
    case NAMI_OP_SUBTRACT:
        float_loop(expr, NAMI_OP_SUBTRACT, view, a, b);
        break;
    case NAMI_OP_MULTIPLY:
        float_loop(expr, NAMI_OP_MULTIPLY, view, a, b);
        break;
    case NAMI_OP_DIVIDE:
        float_loop(expr, NAMI_OP_DIVIDE, view, a, b);
        break;
    case NAMI_OP_MODULO:
        float_loop(expr, NAMI_OP_MODULO, view, a, b);
        break;
    default:
        float_loop(expr, NAMI_OP_POWER, view, a, b);
        break;
    }
}

/* ---- any values ---- */

static double as_double(struct nami_value number)
{
    return number.type == NAMI_VALUE_INT ? (double)number.as.integer : number.as.real;
}

static int32_t one_value(struct nami_exec *exec, const struct nami_expr *expr, struct nami_value a,
                         struct nami_value b, struct nami_value *out)
{
    *out = nami_value_null();
    if (a.type == NAMI_VALUE_NULL || b.type == NAMI_VALUE_NULL) {
        return NAMI_OK;
    }
    if (a.type == NAMI_VALUE_INT && b.type == NAMI_VALUE_INT && expr->op != NAMI_OP_POWER) {
        enum fault fault;

        out->type = NAMI_VALUE_INT;
        fault = int_op((enum nami_ast_op)expr->op, a.as.integer, b.as.integer, &out->as.integer);
        return fault == FAULT_NONE ? NAMI_OK
                                   : fail_int(exec, expr, fault, a.as.integer, b.as.integer);
    }
    if (nami_value_is_number(a) && nami_value_is_number(b)) {
        *out = nami_value_float(float_op((enum nami_ast_op)expr->op, as_double(a), as_double(b)));
        return NAMI_OK;
    }
    if (expr->op == NAMI_OP_ADD && nami_expr__can_concat(a, b)) {
        return nami_expr__concat(exec, expr, a, b, out);
    }
    return NAMI_EXPR_FAIL(exec, expr, NAMI_COND_TYPE_ERROR, "%s can not be applied to %s and %s",
                          op_text(expr->op), nami_value_type_name(a.type),
                          nami_value_type_name(b.type));
}

static int32_t any_rows(struct nami_exec *exec, struct nami_expr *expr,
                        const struct nami_rows *view, const struct nami_vector sides[2])
{
    struct nami_value *cells = expr->result.data;
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; i < view->count && status == NAMI_OK; i++) {
        uint32_t row = nami_rows_at(view, i);

        status = one_value(exec, expr, nami_vector_get(&sides[0], row),
                           nami_vector_get(&sides[1], row), &cells[row]);
        if (cells[row].type == NAMI_VALUE_NULL) {
            nami_vector_set_null(&expr->result, row);
        }
    }
    if (status == NAMI_OK) {
        nami_expr__tighten(expr, view);
    }
    return status;
}

static bool is_number_vector(const struct nami_vector *vector)
{
    return vector->type == NAMI_VECTOR_INT || vector->type == NAMI_VECTOR_FLOAT;
}

int32_t nami_expr__eval_arithmetic(struct nami_exec *exec, struct nami_expr *expr,
                                   const struct nami_rows *rows, struct nami_vector *out)
{
    struct nami_vector sides[2];
    struct nami_rows one;
    const struct nami_rows *view;
    uint8_t type = NAMI_VECTOR_ANY;
    int32_t status = nami_expr__args(exec, expr, rows, 0, 2, sides);

    if (status != NAMI_OK) {
        return status;
    }
    view = nami_expr__view(sides, 2, rows, &one);
    if (is_number_vector(&sides[0]) && is_number_vector(&sides[1])) {
        type = sides[0].type == NAMI_VECTOR_INT && sides[1].type == NAMI_VECTOR_INT &&
                       expr->op != NAMI_OP_POWER
                   ? NAMI_VECTOR_INT
                   : NAMI_VECTOR_FLOAT;
    }
    status = nami_expr__begin(exec, expr, type, view);
    if (status == NAMI_OK && type == NAMI_VECTOR_INT) {
        status = int_rows(exec, expr, view, lane_of(&sides[0]), lane_of(&sides[1]));
    } else if (status == NAMI_OK && type == NAMI_VECTOR_FLOAT) {
        float_rows(expr, view, lane_of(&sides[0]), lane_of(&sides[1]));
    } else if (status == NAMI_OK) {
        status = any_rows(exec, expr, view, sides);
    }
    nami_expr__end(expr, view, rows, out);
    return status;
}

/* ---- signs ---- */

static int32_t one_sign(struct nami_exec *exec, const struct nami_expr *expr,
                        struct nami_value value, struct nami_value *out)
{
    bool is_minus = expr->op == NAMI_OP_MINUS;

    *out = value;
    if (value.type == NAMI_VALUE_NULL) {
        return NAMI_OK;
    }
    if (value.type == NAMI_VALUE_FLOAT) {
        out->as.real = is_minus ? -value.as.real : value.as.real;
        return NAMI_OK;
    }
    if (value.type != NAMI_VALUE_INT) {
        return NAMI_EXPR_FAIL(exec, expr, NAMI_COND_TYPE_ERROR, "%s can not be applied to %s",
                              op_text(expr->op), nami_value_type_name(value.type));
    }
    if (is_minus && __builtin_sub_overflow((int64_t)0, value.as.integer, &out->as.integer)) {
        return NAMI_EXPR_FAIL(exec, expr, NAMI_COND_ARITHMETIC_OVERFLOW,
                              "-(%lld) is beyond the range of a 64-bit integer",
                              (long long)value.as.integer);
    }
    return NAMI_OK;
}

int32_t nami_expr__eval_sign(struct nami_exec *exec, struct nami_expr *expr,
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
    status = nami_expr__begin(exec, expr, operand.type, view);
    for (uint32_t i = 0; i < view->count && status == NAMI_OK; i++) {
        uint32_t row = nami_rows_at(view, i);
        struct nami_value value = nami_value_null();

        status = one_sign(exec, expr, nami_vector_get(&operand, row), &value);
        if (status == NAMI_OK) {
            status = nami_expr__put(exec, expr, row, value);
        }
    }
    nami_expr__end(expr, view, rows, out);
    return status;
}
