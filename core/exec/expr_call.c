/* Function calls: arguments checked against the language's table, then one function per row. */
#include <stdio.h>

#include "core/exec/scalar_functions.h"

/* Functions that look at nulls themselves; all others are null if an argument is. */
static bool takes_nulls(uint16_t id)
{
    return id == NAMI_FN_EXISTS || id == NAMI_FN_NULL_IF || id == NAMI_FN_VALUE_TYPE;
}

/* "STRING or LIST" of a set of types, into a buffer. */
static void name_types(uint32_t types, char *buffer, size_t bytes)
{
    static const struct {
        uint32_t type;
        const char *name;
    } names[] = {
        {NAMI_STATIC_BOOL, "BOOLEAN"}, {NAMI_STATIC_INT, "INTEGER"},
        {NAMI_STATIC_FLOAT, "FLOAT"},  {NAMI_STATIC_STRING, "STRING"},
        {NAMI_STATIC_LIST, "LIST"},    {NAMI_STATIC_MAP, "MAP"},
        {NAMI_STATIC_NODE, "NODE"},    {NAMI_STATIC_REL, "RELATIONSHIP"},
        {NAMI_STATIC_PATH, "PATH"},
    };
    size_t at = 0;

    buffer[0] = '\0';
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if ((types & names[i].type) != 0 && at < bytes) {
            int wrote =
                snprintf(buffer + at, bytes - at, "%s%s", at > 0 ? " or " : "", names[i].name);

            at += wrote > 0 ? (size_t)wrote : 0;
        }
    }
}

static int32_t check_arg(const struct nami_scalar_call *call, uint32_t number,
                         struct nami_value value)
{
    uint32_t at = number < NAMI_FUNCTION_TYPED_ARGS ? number : NAMI_FUNCTION_TYPED_ARGS - 1;
    uint32_t types = call->function->args[at];
    char expected[96];

    if (types == 0 || (types & nami_expr__type_bit(value)) != 0) {
        return NAMI_OK;
    }
    name_types(types, expected, sizeof(expected));
    return NAMI_EXPR_FAIL(call->exec, call->expr, NAMI_COND_TYPE_ERROR, "%s() expects %s, not %s",
                          call->function->name, expected, nami_value_type_name(value.type));
}

static int32_t call_one(const struct nami_scalar_call *call, const struct nami_vector *vectors,
                        uint32_t row, struct nami_value *args, struct nami_value *out)
{
    bool with_nulls = takes_nulls(call->function->id);
    int32_t status = NAMI_OK;

    *out = nami_value_null();
    for (uint32_t i = 0; i < call->arg_count; i++) {
        args[i] = nami_vector_get(&vectors[i], row);
        if (args[i].type == NAMI_VALUE_NULL && !with_nulls) {
            return NAMI_OK;
        }
    }
    for (uint32_t i = 0; i < call->arg_count && status == NAMI_OK; i++) {
        if (args[i].type != NAMI_VALUE_NULL) {
            status = check_arg(call, i, args[i]);
        }
    }
    return status == NAMI_OK ? call->expr->as.call.scalar(call, args, out) : status;
}

/* The vector type of results of a function, if it is always one. */
static uint8_t result_type(const struct nami_function *function)
{
    switch (function->returns) {
    case NAMI_STATIC_BOOL:
        return NAMI_VECTOR_BOOL;
    case NAMI_STATIC_INT:
        return NAMI_VECTOR_INT;
    case NAMI_STATIC_FLOAT:
        return NAMI_VECTOR_FLOAT;
    case NAMI_STATIC_STRING:
        return NAMI_VECTOR_STRING;
    case NAMI_STATIC_NODE:
        return NAMI_VECTOR_NODE;
    default:
        return NAMI_VECTOR_ANY;
    }
}

int32_t nami_expr__eval_call(struct nami_exec *exec, struct nami_expr *expr,
                             const struct nami_rows *rows, struct nami_vector *out)
{
    struct nami_scalar_call call = {.exec = exec,
                                    .expr = expr,
                                    .function = expr->as.call.function,
                                    .arg_count = expr->arg_count};
    struct nami_vector *vectors =
        nami_exec_scratch(exec, expr->arg_count, sizeof(struct nami_vector));
    struct nami_value *args = nami_exec_scratch(exec, expr->arg_count, sizeof(struct nami_value));
    struct nami_rows one;
    const struct nami_rows *view = rows;
    int32_t status;

    if (vectors == NULL || args == NULL) {
        return nami_exec_nomem(exec);
    }
    status = nami_expr__args(exec, expr, rows, 0, expr->arg_count, vectors);
    if (status == NAMI_OK && expr->arg_count > 0) { /* rand() is another for each row */
        view = nami_expr__view(vectors, expr->arg_count, rows, &one);
    }
    if (status == NAMI_OK) {
        status = nami_expr__begin(exec, expr, result_type(call.function), view);
    }
    for (uint32_t i = 0; status == NAMI_OK && i < view->count; i++) {
        uint32_t row = nami_rows_at(view, i);
        struct nami_value value;

        status = call_one(&call, vectors, row, args, &value);
        if (status == NAMI_OK) {
            status = nami_expr__put(exec, expr, row, value);
        }
    }
    if (status == NAMI_OK) {
        nami_expr__tighten(expr, view);
    }
    nami_expr__end(expr, view, rows, out);
    return status;
}

/* ---- the dispatch table ---- */

static const nami_scalar scalars[NAMI_FN_END] = {
    [NAMI_FN_EXISTS] = nami_fn_exists,
    [NAMI_FN_IS_EMPTY] = nami_fn_is_empty,
    [NAMI_FN_IS_NAN] = nami_fn_is_nan,
    [NAMI_FN_NULL_IF] = nami_fn_null_if,
    [NAMI_FN_ID] = nami_fn_id,
    [NAMI_FN_ELEMENT_ID] = nami_fn_element_id,
    [NAMI_FN_LABELS] = nami_fn_labels,
    [NAMI_FN_TYPE] = nami_fn_type,
    [NAMI_FN_KEYS] = nami_fn_keys,
    [NAMI_FN_PROPERTIES] = nami_fn_properties,
    [NAMI_FN_START_NODE] = nami_fn_start_node,
    [NAMI_FN_END_NODE] = nami_fn_end_node,
    [NAMI_FN_NODES] = nami_fn_nodes,
    [NAMI_FN_RELATIONSHIPS] = nami_fn_relationships,
    [NAMI_FN_RELS] = nami_fn_relationships,
    [NAMI_FN_LENGTH] = nami_fn_length,
    [NAMI_FN_SIZE] = nami_fn_size,
    [NAMI_FN_HEAD] = nami_fn_head,
    [NAMI_FN_LAST] = nami_fn_last,
    [NAMI_FN_TAIL] = nami_fn_tail,
    [NAMI_FN_RANGE] = nami_fn_range,
    [NAMI_FN_REVERSE] = nami_fn_reverse,
    [NAMI_FN_RANDOM_UUID] = nami_fn_random_uuid,
    [NAMI_FN_TIMESTAMP] = nami_fn_timestamp,
    [NAMI_FN_VALUE_TYPE] = nami_fn_value_type,
    [NAMI_FN_TO_STRING] = nami_fn_to_string,
    [NAMI_FN_TO_STRING_OR_NULL] = nami_fn_to_string_or_null,
    [NAMI_FN_TO_STRING_LIST] = nami_fn_to_string_list,
    [NAMI_FN_TO_INTEGER] = nami_fn_to_integer,
    [NAMI_FN_TO_INTEGER_OR_NULL] = nami_fn_to_integer_or_null,
    [NAMI_FN_TO_INTEGER_LIST] = nami_fn_to_integer_list,
    [NAMI_FN_TO_FLOAT] = nami_fn_to_float,
    [NAMI_FN_TO_FLOAT_OR_NULL] = nami_fn_to_float_or_null,
    [NAMI_FN_TO_FLOAT_LIST] = nami_fn_to_float_list,
    [NAMI_FN_TO_BOOLEAN] = nami_fn_to_boolean,
    [NAMI_FN_TO_BOOLEAN_OR_NULL] = nami_fn_to_boolean_or_null,
    [NAMI_FN_TO_BOOLEAN_LIST] = nami_fn_to_boolean_list,
    [NAMI_FN_TO_LOWER] = nami_fn_to_lower,
    [NAMI_FN_LOWER] = nami_fn_to_lower,
    [NAMI_FN_TO_UPPER] = nami_fn_to_upper,
    [NAMI_FN_UPPER] = nami_fn_to_upper,
    [NAMI_FN_TRIM] = nami_fn_trim,
    [NAMI_FN_BTRIM] = nami_fn_trim,
    [NAMI_FN_LTRIM] = nami_fn_ltrim,
    [NAMI_FN_RTRIM] = nami_fn_rtrim,
    [NAMI_FN_LEFT] = nami_fn_left,
    [NAMI_FN_RIGHT] = nami_fn_right,
    [NAMI_FN_SUBSTRING] = nami_fn_substring,
    [NAMI_FN_REPLACE] = nami_fn_replace,
    [NAMI_FN_SPLIT] = nami_fn_split,
    [NAMI_FN_CHAR_LENGTH] = nami_fn_size,
    [NAMI_FN_CHARACTER_LENGTH] = nami_fn_size,
    [NAMI_FN_ABS] = nami_fn_abs,
    [NAMI_FN_CEIL] = nami_fn_real,
    [NAMI_FN_CEILING] = nami_fn_real,
    [NAMI_FN_FLOOR] = nami_fn_real,
    [NAMI_FN_ROUND] = nami_fn_round,
    [NAMI_FN_SIGN] = nami_fn_sign,
    [NAMI_FN_RAND] = nami_fn_rand,
    [NAMI_FN_E] = nami_fn_e,
    [NAMI_FN_PI] = nami_fn_pi,
    [NAMI_FN_EXP] = nami_fn_real,
    [NAMI_FN_LOG] = nami_fn_real,
    [NAMI_FN_LN] = nami_fn_real,
    [NAMI_FN_LOG10] = nami_fn_real,
    [NAMI_FN_SQRT] = nami_fn_real,
    [NAMI_FN_POWER] = nami_fn_power,
    [NAMI_FN_MOD] = nami_fn_mod,
    [NAMI_FN_SIN] = nami_fn_real,
    [NAMI_FN_COS] = nami_fn_real,
    [NAMI_FN_TAN] = nami_fn_real,
    [NAMI_FN_COT] = nami_fn_real,
    [NAMI_FN_COTH] = nami_fn_real,
    [NAMI_FN_ASIN] = nami_fn_real,
    [NAMI_FN_ACOS] = nami_fn_real,
    [NAMI_FN_ATAN] = nami_fn_real,
    [NAMI_FN_ATAN2] = nami_fn_atan2,
    [NAMI_FN_SINH] = nami_fn_real,
    [NAMI_FN_COSH] = nami_fn_real,
    [NAMI_FN_TANH] = nami_fn_real,
    [NAMI_FN_DEGREES] = nami_fn_real,
    [NAMI_FN_RADIANS] = nami_fn_real,
    [NAMI_FN_HAVERSIN] = nami_fn_real,
};

nami_scalar nami_expr__scalar(uint32_t function_id)
{
    return function_id < NAMI_FN_END ? scalars[function_id] : NULL;
}
