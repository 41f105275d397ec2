/* Functions of lists, sizes, and of any value. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/utf8.h"
#include "core/exec/scalar_functions.h"

NAMI_SCALAR(nami_fn_exists)
{
    (void)call;
    *out = nami_value_bool(args[0].type != NAMI_VALUE_NULL);
    return NAMI_OK;
}

NAMI_SCALAR(nami_fn_null_if)
{
    (void)call;
    if (nami_value_equal(args[0], args[1]) != NAMI_TRUE) {
        *out = args[0];
    }
    return NAMI_OK;
}

NAMI_SCALAR(nami_fn_is_empty)
{
    (void)call;
    *out = nami_value_bool(args[0].count == 0);
    return NAMI_OK;
}

NAMI_SCALAR(nami_fn_size)
{
    int64_t size = args[0].count;

    if (args[0].type == NAMI_VALUE_STRING) {
        size = (int64_t)nami_utf8_count(nami_value_slice(args[0]));
    }
    *out = nami_value_int(size);
    return nami_exec_tick(call->exec, args[0].type == NAMI_VALUE_STRING ? args[0].count / 256 : 0);
}

/* ---- parts of lists ---- */

NAMI_SCALAR(nami_fn_head)
{
    (void)call;
    if (args[0].count > 0) {
        *out = args[0].as.items[0];
    }
    return NAMI_OK;
}

NAMI_SCALAR(nami_fn_last)
{
    (void)call;
    if (args[0].count > 0) {
        *out = args[0].as.items[args[0].count - 1];
    }
    return NAMI_OK;
}

NAMI_SCALAR(nami_fn_tail)
{
    (void)call;
    *out = nami_value_list(NULL, 0);
    if (args[0].count > 1) {
        *out = nami_value_list(args[0].as.items + 1, args[0].count - 1);
    }
    return NAMI_OK;
}

static int32_t reverse_text(const struct nami_scalar_call *call, struct nami_slice text,
                            struct nami_value *out)
{
    uint8_t *bytes = nami_arena_alloc(call->exec->scratch, text.len);
    size_t at = 0;

    if (bytes == NULL) {
        return nami_exec_nomem(call->exec);
    }
    while (at < text.len) {
        size_t from = at;

        (void)nami_utf8_next(text, &at);
        memcpy(bytes + (text.len - at), text.ptr + from, at - from);
    }
    *out = nami_value_string((struct nami_slice){.ptr = bytes, .len = text.len});
    return nami_exec_tick(call->exec, (uint32_t)(text.len / 64));
}

NAMI_SCALAR(nami_fn_reverse)
{
    uint32_t count = args[0].count;
    struct nami_value *items;

    if (args[0].type == NAMI_VALUE_STRING) {
        return reverse_text(call, nami_value_slice(args[0]), out);
    }
    items = nami_arena_alloc(call->exec->scratch, (size_t)count * sizeof(*items));
    if (items == NULL) {
        return nami_exec_nomem(call->exec);
    }
    for (uint32_t i = 0; i < count; i++) {
        items[i] = args[0].as.items[count - 1 - i];
    }
    *out = nami_value_list(items, count);
    return nami_exec_tick(call->exec, count / 8);
}

/* ---- range ---- */

/* How many numbers there are from `first` to `last`, both included. */
static uint64_t range_count(int64_t first, int64_t last, int64_t step)
{
    uint64_t span;
    uint64_t stride;

    if (step > 0 ? first > last : first < last) {
        return 0;
    }
    span = step > 0 ? (uint64_t)last - (uint64_t)first : (uint64_t)first - (uint64_t)last;
    stride = step > 0 ? (uint64_t)step : UINT64_C(0) - (uint64_t)step;
    return span / stride == UINT64_MAX ? UINT64_MAX : span / stride + 1;
}

/* Types are an ArgumentError here, not the table's TypeError. */
static int32_t check_integers(const struct nami_scalar_call *call, const struct nami_value *args)
{
    for (uint32_t i = 0; i < call->arg_count; i++) {
        if (args[i].type != NAMI_VALUE_INT) {
            return NAMI_EXPR_FAIL(call->exec, call->expr, NAMI_COND_ARGUMENT_ERROR,
                                  "range() expects INTEGER, not %s",
                                  nami_value_type_name(args[i].type));
        }
    }
    return NAMI_OK;
}

NAMI_SCALAR(nami_fn_range)
{
    int64_t first = args[0].as.integer;
    int64_t step = call->arg_count > 2 ? args[2].as.integer : 1;
    struct nami_value *items = NULL;
    uint64_t count;
    int32_t status = check_integers(call, args);

    if (status != NAMI_OK) {
        return status;
    }
    if (step == 0) {
        return NAMI_EXPR_FAIL(call->exec, call->expr, NAMI_COND_NUMBER_OUT_OF_RANGE,
                              "range(): the step must not be 0");
    }
    count = range_count(first, args[1].as.integer, step);
    /* a list that no budget holds is refused by the budget too */
    items =
        nami_arena_alloc(call->exec->scratch,
                         count <= UINT32_MAX ? (size_t)count * sizeof(*items) : PTRDIFF_MAX / 2);
    if (items == NULL) {
        return nami_exec_nomem(call->exec);
    }
    for (uint64_t i = 0; i < count && status == NAMI_OK; i++) {
        items[i] = nami_value_int((int64_t)((uint64_t)first + i * (uint64_t)step));
        if (i % 1024 == 1023) {
            status = nami_exec_tick(call->exec, 1024);
        }
    }
    *out = nami_value_list(items, (uint32_t)count);
    return status;
}

/* ---- valueType() ---- */

enum { TYPE_DEPTH_MAX = 16, TYPE_TEXT_MAX = 512 };

/* What the values at one depth of nesting are; lists at one depth are told as one type. */
struct type_level {
    uint32_t types; /* enum nami_static_type */
    bool has_null;
    bool is_too_deep;
};

static int32_t collect_types(struct nami_exec *exec, struct nami_value value,
                             struct type_level *levels, uint32_t depth)
{
    int32_t status = NAMI_OK;

    if (value.type == NAMI_VALUE_NULL) {
        levels[depth].has_null = true;
        return NAMI_OK;
    }
    levels[depth].types |= nami_expr__type_bit(value);
    if (value.type != NAMI_VALUE_LIST) {
        return NAMI_OK;
    }
    if (depth + 1 == TYPE_DEPTH_MAX) {
        levels[depth].is_too_deep = true;
        return NAMI_OK;
    }
    for (uint32_t i = 0; i < value.count && status == NAMI_OK; i++) {
        status = collect_types(exec, value.as.items[i], levels, depth + 1);
    }
    return status == NAMI_OK ? nami_exec_tick(exec, value.count / 8 + 1) : status;
}

static size_t print_types(const struct type_level *levels, uint32_t depth, char *text, size_t at)
{
    static const struct {
        uint32_t type;
        const char *name;
    } names[] = {
        {NAMI_STATIC_BOOL, "BOOLEAN"},     {NAMI_STATIC_STRING, "STRING"},
        {NAMI_STATIC_INT, "INTEGER"},      {NAMI_STATIC_FLOAT, "FLOAT"},
        {NAMI_STATIC_BYTES, "BYTES"},      {NAMI_STATIC_NODE, "NODE"},
        {NAMI_STATIC_REL, "RELATIONSHIP"}, {NAMI_STATIC_MAP, "MAP"},
        {NAMI_STATIC_LIST, "LIST<"},       {NAMI_STATIC_PATH, "PATH"},
    };
    const struct type_level *level = &levels[depth];
    const char *suffix = level->has_null ? "" : " NOT NULL";
    size_t begin = at;

    if (level->types == 0) {
        const char *name = level->has_null ? "NULL" : "NOTHING";

        memcpy(text + at, name, strlen(name));
        return at + strlen(name);
    }
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if ((level->types & names[i].type) == 0) {
            continue;
        }
        at += (size_t)snprintf(text + at, TYPE_TEXT_MAX, "%s%s", at > begin ? " | " : "",
                               names[i].name);
        if (names[i].type == NAMI_STATIC_LIST) {
            if (level->is_too_deep) {
                memcpy(text + at, "ANY", 3);
                at += 3;
            } else {
                at = print_types(levels, depth + 1, text, at);
            }
            text[at++] = '>';
        }
        memcpy(text + at, suffix, strlen(suffix));
        at += strlen(suffix);
    }
    return at;
}

NAMI_SCALAR(nami_fn_value_type)
{
    struct type_level *levels =
        nami_exec_scratch(call->exec, TYPE_DEPTH_MAX, sizeof(struct type_level));
    /* a level prints at most ten names, " | " and " NOT NULL" each */
    char *text = nami_exec_scratch(call->exec, TYPE_DEPTH_MAX + 1, TYPE_TEXT_MAX);
    int32_t status;

    if (levels == NULL || text == NULL) {
        return nami_exec_nomem(call->exec);
    }
    status = collect_types(call->exec, args[0], levels, 0);
    *out = nami_value_string(
        (struct nami_slice){.ptr = (const uint8_t *)text, .len = print_types(levels, 0, text, 0)});
    return status;
}
