/*
 * toString, toInteger, toFloat, toBoolean: text that can not be read is null, a type that can
 * not be converted is an error; their ...OrNull and ...List forms answer null instead.
 */
#include <math.h>
#include <string.h>

#include "core/base/number_text.h"
#include "core/exec/scalar_functions.h"

enum verdict { CONVERTED, WRONG_TYPE, OUT_OF_RANGE, NO_MEMORY };

typedef enum verdict (*conversion)(struct nami_exec *exec, struct nami_value value,
                                   struct nami_value *out);

static struct nami_slice trim_white(struct nami_value value)
{
    struct nami_slice text = nami_value_slice(value);

    while (text.len > 0 && text.ptr[0] <= ' ') {
        text.ptr++;
        text.len--;
    }
    while (text.len > 0 && text.ptr[text.len - 1] <= ' ') {
        text.len--;
    }
    return text;
}

static enum verdict to_string(struct nami_exec *exec, struct nami_value value,
                              struct nami_value *out)
{
    char text[NAMI_NUMBER_TEXT_MAX];
    size_t len;

    if (value.type == NAMI_VALUE_STRING) {
        *out = value;
        return CONVERTED;
    }
    if (value.type == NAMI_VALUE_BOOL) {
        len = value.as.boolean ? 4 : 5;
        memcpy(text, value.as.boolean ? "true" : "false", len);
    } else if (value.type == NAMI_VALUE_INT) {
        len = nami_int_text(value.as.integer, text);
    } else if (value.type == NAMI_VALUE_FLOAT) {
        len = nami_float_text_cypher(value.as.real, text);
    } else {
        return WRONG_TYPE;
    }
    *out = nami_value_string(
        (struct nami_slice){.ptr = nami_arena_copy(exec->scratch, text, len), .len = len});
    return out->as.bytes != NULL ? CONVERTED : NO_MEMORY;
}

static enum verdict truncate_float(double number, struct nami_value *out)
{
    if (!(number >= -0x1p63 && number < 0x1p63)) { /* NaN too */
        return OUT_OF_RANGE;
    }
    *out = nami_value_int((int64_t)number);
    return CONVERTED;
}

static enum verdict to_integer(struct nami_exec *exec, struct nami_value value,
                               struct nami_value *out)
{
    int64_t integer;
    double real;

    (void)exec;
    if (value.type == NAMI_VALUE_INT) {
        *out = value;
    } else if (value.type == NAMI_VALUE_BOOL) {
        *out = nami_value_int(value.as.boolean ? 1 : 0);
    } else if (value.type == NAMI_VALUE_FLOAT) {
        return truncate_float(value.as.real, out);
    } else if (value.type != NAMI_VALUE_STRING) {
        return WRONG_TYPE;
    } else if (nami_int_parse(trim_white(value), &integer)) {
        *out = nami_value_int(integer);
    } else if (nami_float_parse(trim_white(value), &real)) {
        return truncate_float(real, out);
    }
    return CONVERTED;
}

static enum verdict to_float(struct nami_exec *exec, struct nami_value value,
                             struct nami_value *out)
{
    double real;

    (void)exec;
    if (value.type == NAMI_VALUE_FLOAT) {
        *out = value;
    } else if (value.type == NAMI_VALUE_INT) {
        *out = nami_value_float((double)value.as.integer);
    } else if (value.type != NAMI_VALUE_STRING) {
        return WRONG_TYPE;
    } else if (nami_float_parse(trim_white(value), &real)) {
        *out = nami_value_float(real);
    }
    return CONVERTED;
}

static bool is_word(struct nami_slice text, const char *word)
{
    if (text.len != strlen(word)) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        if ((text.ptr[i] | 0x20) != (uint8_t)word[i]) {
            return false;
        }
    }
    return true;
}

static enum verdict to_boolean(struct nami_exec *exec, struct nami_value value,
                               struct nami_value *out)
{
    (void)exec;
    if (value.type == NAMI_VALUE_BOOL) {
        *out = value;
    } else if (value.type == NAMI_VALUE_INT) {
        *out = nami_value_bool(value.as.integer != 0);
    } else if (value.type != NAMI_VALUE_STRING) {
        return WRONG_TYPE;
    } else if (is_word(trim_white(value), "true")) {
        *out = nami_value_bool(true);
    } else if (is_word(trim_white(value), "false")) {
        *out = nami_value_bool(false);
    }
    return CONVERTED;
}

/* ---- the three forms ---- */

static int32_t convert(const struct nami_scalar_call *call, conversion apply,
                       struct nami_value value, struct nami_value *out)
{
    switch (apply(call->exec, value, out)) {
    case CONVERTED:
        break;
    case NO_MEMORY:
        return nami_exec_nomem(call->exec);
    case WRONG_TYPE:
        return NAMI_EXPR_FAIL(call->exec, call->expr, NAMI_COND_INVALID_ARGUMENT_VALUE,
                              "%s() can not convert %s", call->function->name,
                              nami_value_type_name(value.type));
    case OUT_OF_RANGE:
        return NAMI_EXPR_FAIL(call->exec, call->expr, NAMI_COND_NUMBER_OUT_OF_RANGE,
                              "%s(): beyond the range of a 64-bit integer", call->function->name);
    }
    return NAMI_OK;
}

static int32_t convert_or_null(const struct nami_scalar_call *call, conversion apply,
                               struct nami_value value, struct nami_value *out)
{
    *out = nami_value_null();
    return apply(call->exec, value, out) == NO_MEMORY ? nami_exec_nomem(call->exec) : NAMI_OK;
}

static int32_t convert_list(const struct nami_scalar_call *call, conversion apply,
                            struct nami_value list, struct nami_value *out)
{
    struct nami_value *items =
        nami_arena_alloc(call->exec->scratch, (size_t)list.count * sizeof(*items));
    int32_t status = NAMI_OK;

    if (items == NULL) {
        return nami_exec_nomem(call->exec);
    }
    for (uint32_t i = 0; i < list.count && status == NAMI_OK; i++) {
        status = convert_or_null(call, apply, list.as.items[i], &items[i]);
        if (status == NAMI_OK) {
            status = nami_exec_tick(call->exec, 1);
        }
    }
    *out = nami_value_list(items, list.count);
    return status;
}

NAMI_SCALAR(nami_fn_to_string)
{
    return convert(call, to_string, args[0], out);
}

NAMI_SCALAR(nami_fn_to_string_or_null)
{
    return convert_or_null(call, to_string, args[0], out);
}

NAMI_SCALAR(nami_fn_to_string_list)
{
    return convert_list(call, to_string, args[0], out);
}

NAMI_SCALAR(nami_fn_to_integer)
{
    return convert(call, to_integer, args[0], out);
}

NAMI_SCALAR(nami_fn_to_integer_or_null)
{
    return convert_or_null(call, to_integer, args[0], out);
}

NAMI_SCALAR(nami_fn_to_integer_list)
{
    return convert_list(call, to_integer, args[0], out);
}

NAMI_SCALAR(nami_fn_to_float)
{
    return convert(call, to_float, args[0], out);
}

NAMI_SCALAR(nami_fn_to_float_or_null)
{
    return convert_or_null(call, to_float, args[0], out);
}

NAMI_SCALAR(nami_fn_to_float_list)
{
    return convert_list(call, to_float, args[0], out);
}

NAMI_SCALAR(nami_fn_to_boolean)
{
    return convert(call, to_boolean, args[0], out);
}

NAMI_SCALAR(nami_fn_to_boolean_or_null)
{
    return convert_or_null(call, to_boolean, args[0], out);
}

NAMI_SCALAR(nami_fn_to_boolean_list)
{
    return convert_list(call, to_boolean, args[0], out);
}
