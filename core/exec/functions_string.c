/* Functions of strings. Positions count characters (code points). */
#define _GNU_SOURCE /* memmem */
#include <string.h>

#include <utf8proc.h>

#include "core/base/utf8.h"
#include "core/exec/case_map.h"
#include "core/exec/scalar_functions.h"

static struct nami_slice part(struct nami_slice text, size_t from, size_t to)
{
    return (struct nami_slice){.ptr = text.ptr + from, .len = to - from};
}

static int32_t tick_bytes(const struct nami_scalar_call *call, size_t len)
{
    return nami_exec_tick(call->exec, len / 64 < UINT32_MAX ? (uint32_t)(len / 64) : UINT32_MAX);
}

/* ---- case ---- */

static bool is_ascii(struct nami_slice text)
{
    uint8_t all = 0;

    for (size_t i = 0; i < text.len; i++) {
        all |= text.ptr[i];
    }
    return all < 0x80;
}

static void map_ascii(struct nami_slice text, bool is_upper, uint8_t *out)
{
    uint8_t first = is_upper ? 'a' : 'A';

    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = text.ptr[i];

        out[i] = byte >= first && byte < first + 26 ? byte ^ 0x20 : byte;
    }
}

static int32_t map_case(const struct nami_scalar_call *call, struct nami_slice text, bool is_upper,
                        struct nami_value *out)
{
    size_t room = is_ascii(text) ? text.len : nami_case_map_bytes_max(text);
    uint8_t *bytes;
    size_t len = text.len;

    if (room > UINT32_MAX) {
        return NAMI_EXPR_FAIL(call->exec, call->expr, NAMI_COND_NUMBER_OUT_OF_RANGE,
                              "%s(): the string is too long", call->function->name);
    }
    bytes = nami_arena_alloc(call->exec->scratch, room);
    if (bytes == NULL) {
        return nami_exec_nomem(call->exec);
    }
    if (room == text.len) {
        map_ascii(text, is_upper, bytes);
    } else {
        len = is_upper ? nami_case_map_upper(text, bytes) : nami_case_map_lower(text, bytes);
    }
    *out = nami_value_string((struct nami_slice){.ptr = bytes, .len = len});
    return tick_bytes(call, len);
}

NAMI_SCALAR(nami_fn_to_lower)
{
    return map_case(call, nami_value_slice(args[0]), false, out);
}

NAMI_SCALAR(nami_fn_to_upper)
{
    return map_case(call, nami_value_slice(args[0]), true, out);
}

/* ---- trim ---- */

/* White space, but not the spaces that forbid a line break. */
static bool is_white(uint32_t character)
{
    utf8proc_category_t category;

    if (character < 0x80) {
        return character == ' ' || (character >= 9 && character <= 13) ||
               (character >= 28 && character <= 31);
    }
    if (character == 0xa0 || character == 0x2007 || character == 0x202f) {
        return false;
    }
    category = utf8proc_category((utf8proc_int32_t)character);
    return category >= UTF8PROC_CATEGORY_ZS && category <= UTF8PROC_CATEGORY_ZP;
}

static bool is_trimmed(uint32_t character, const struct nami_slice *set)
{
    size_t at = 0;

    if (set == NULL) {
        return is_white(character);
    }
    while (at < set->len) {
        if (nami_utf8_next(*set, &at) == character) {
            return true;
        }
    }
    return false;
}

static size_t start_of_last(struct nami_slice text)
{
    size_t at = text.len - 1;

    while (at > 0 && (text.ptr[at] & 0xc0) == 0x80) {
        at--;
    }
    return at;
}

static int32_t trim(const struct nami_scalar_call *call, const struct nami_value *args,
                    bool at_start, bool at_end, struct nami_value *out)
{
    struct nami_slice text = nami_value_slice(args[0]);
    struct nami_slice set = call->arg_count > 1 ? nami_value_slice(args[1]) : text;
    const struct nami_slice *given = call->arg_count > 1 ? &set : NULL;

    while (at_start && text.len > 0) {
        size_t next = 0;

        if (!is_trimmed(nami_utf8_next(text, &next), given)) {
            break;
        }
        text = part(text, next, text.len);
    }
    while (at_end && text.len > 0) {
        size_t last = start_of_last(text);
        size_t at = last;

        if (!is_trimmed(nami_utf8_next(text, &at), given)) {
            break;
        }
        text.len = last;
    }
    *out = nami_value_string(text);
    return tick_bytes(call, args[0].count - text.len);
}

NAMI_SCALAR(nami_fn_trim)
{
    return trim(call, args, true, true, out);
}

NAMI_SCALAR(nami_fn_ltrim)
{
    return trim(call, args, true, false, out);
}

NAMI_SCALAR(nami_fn_rtrim)
{
    return trim(call, args, false, true, out);
}

/* ---- parts ---- */

static int32_t check_not_negative(const struct nami_scalar_call *call, struct nami_value number)
{
    if (number.as.integer >= 0) {
        return NAMI_OK;
    }
    return NAMI_EXPR_FAIL(call->exec, call->expr, NAMI_COND_NUMBER_OUT_OF_RANGE,
                          "%s() expects a number that is not negative, not %lld",
                          call->function->name, (long long)number.as.integer);
}

NAMI_SCALAR(nami_fn_left)
{
    struct nami_slice text = nami_value_slice(args[0]);
    int32_t status = check_not_negative(call, args[1]);

    if (status == NAMI_OK) {
        *out = nami_value_string(part(text, 0, nami_utf8_offset(text, (size_t)args[1].as.integer)));
    }
    return status;
}

NAMI_SCALAR(nami_fn_right)
{
    struct nami_slice text = nami_value_slice(args[0]);
    int32_t status = check_not_negative(call, args[1]);

    if (status == NAMI_OK) {
        size_t all = nami_utf8_count(text);
        size_t wanted = (size_t)args[1].as.integer;
        size_t from = wanted < all ? nami_utf8_offset(text, all - wanted) : 0;

        *out = nami_value_string(part(text, from, text.len));
    }
    return status;
}

NAMI_SCALAR(nami_fn_substring)
{
    struct nami_slice text = nami_value_slice(args[0]);
    int32_t status = check_not_negative(call, args[1]);

    if (status == NAMI_OK && call->arg_count > 2) {
        status = check_not_negative(call, args[2]);
    }
    if (status == NAMI_OK) {
        size_t from = nami_utf8_offset(text, (size_t)args[1].as.integer);
        struct nami_slice rest = part(text, from, text.len);

        if (call->arg_count > 2) {
            rest.len = nami_utf8_offset(rest, (size_t)args[2].as.integer);
        }
        *out = nami_value_string(rest);
    }
    return status;
}

/* ---- replace, split ---- */

/* Where `wanted` is next, or text.len. An empty one is found before every character. */
static size_t find(struct nami_slice text, size_t from, struct nami_slice wanted)
{
    const uint8_t *found;

    if (wanted.len == 0 || wanted.len > text.len - from) {
        return wanted.len == 0 ? from : text.len;
    }
    found = memmem(text.ptr + from, text.len - from, wanted.ptr, wanted.len);
    return found != NULL ? (size_t)(found - text.ptr) : text.len;
}

static uint64_t count_found(struct nami_slice text, struct nami_slice wanted)
{
    uint64_t count = 0;

    if (wanted.len == 0) {
        return (uint64_t)nami_utf8_count(text) + 1;
    }
    for (size_t at = find(text, 0, wanted); at < text.len;
         at = find(text, at + wanted.len, wanted)) {
        count++;
    }
    return count;
}

static void append(uint8_t **to, struct nami_slice bytes)
{
    if (bytes.len > 0) {
        memcpy(*to, bytes.ptr, bytes.len);
        *to += bytes.len;
    }
}

static void replace_all(struct nami_slice text, struct nami_slice wanted, struct nami_slice with,
                        uint8_t *to)
{
    size_t at = 0;

    while (at < text.len) {
        size_t found = find(text, at, wanted);

        append(&to, part(text, at, found));
        if (found == text.len) {
            return;
        }
        append(&to, with);
        at = found + wanted.len;
        if (wanted.len == 0) { /* one character on */
            size_t next = at;

            (void)nami_utf8_next(text, &next);
            append(&to, part(text, at, next));
            at = next;
        }
    }
    if (wanted.len == 0) {
        append(&to, with);
    }
}

NAMI_SCALAR(nami_fn_replace)
{
    struct nami_slice text = nami_value_slice(args[0]);
    struct nami_slice wanted = nami_value_slice(args[1]);
    struct nami_slice with = nami_value_slice(args[2]);
    uint64_t found = count_found(text, wanted);
    uint64_t room = text.len - found * wanted.len + found * with.len;
    uint8_t *bytes;

    if (found == 0) {
        *out = args[0];
        return tick_bytes(call, text.len);
    }
    if (room > UINT32_MAX) {
        return NAMI_EXPR_FAIL(call->exec, call->expr, NAMI_COND_NUMBER_OUT_OF_RANGE,
                              "replace(): the result is too long");
    }
    bytes = nami_arena_alloc(call->exec->scratch, room);
    if (bytes == NULL) {
        return nami_exec_nomem(call->exec);
    }
    replace_all(text, wanted, with, bytes);
    *out = nami_value_string((struct nami_slice){.ptr = bytes, .len = room});
    return tick_bytes(call, text.len + room);
}

/* The nearest of the delimiters at or after `from`; *len is its length. */
static size_t find_delimiter(struct nami_slice text, size_t from, const struct nami_value *list,
                             uint32_t count, size_t *len)
{
    size_t best = text.len;

    *len = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct nami_slice delimiter = nami_value_slice(list[i]);
        size_t at = from;

        if (delimiter.len == 0) { /* after each character */
            (void)nami_utf8_next(text, &at);
        } else {
            at = find(text, from, delimiter);
        }
        if (at < best) {
            best = at;
            *len = delimiter.len;
        }
    }
    return best;
}

static uint64_t split_into(struct nami_slice text, const struct nami_value *list, uint32_t count,
                           struct nami_value *items)
{
    uint64_t found = 0;
    size_t at = 0;

    for (;;) {
        size_t len = 0;
        size_t next = at < text.len ? find_delimiter(text, at, list, count, &len) : text.len;

        if (items != NULL) {
            items[found] = nami_value_string(part(text, at, next));
        }
        found++;
        if (next >= text.len) {
            return found;
        }
        at = next + len;
    }
}

NAMI_SCALAR(nami_fn_split)
{
    struct nami_slice text = nami_value_slice(args[0]);
    bool is_list = args[1].type == NAMI_VALUE_LIST;
    const struct nami_value *list = is_list ? args[1].as.items : &args[1];
    uint32_t list_count = is_list ? args[1].count : 1;
    struct nami_value *items;
    uint64_t count;

    for (uint32_t i = 0; i < list_count; i++) {
        if (list[i].type != NAMI_VALUE_STRING) {
            return NAMI_EXPR_FAIL(call->exec, call->expr, NAMI_COND_TYPE_ERROR,
                                  "split() expects a STRING to split at, not %s",
                                  nami_value_type_name(list[i].type));
        }
    }
    count = split_into(text, list, list_count, NULL);
    items = nami_arena_alloc(call->exec->scratch, (size_t)count * sizeof(*items));
    if (items == NULL || count > UINT32_MAX) {
        return nami_exec_nomem(call->exec);
    }
    (void)split_into(text, list, list_count, items);
    *out = nami_value_list(items, (uint32_t)count);
    return tick_bytes(call, text.len);
}
