#include "core/base/json_write.h"

#include <math.h>

#include <namidb/plugin_util.h>

#include "core/base/number_text.h"
#include "core/base/utf8.h"

void nami_json_writer_init(struct nami_json_writer *writer, struct nami_buf *out)
{
    *writer = (struct nami_json_writer){.out = out};
}

static void put(struct nami_json_writer *writer, const void *bytes, size_t len)
{
    if (writer->status == NAMI_OK) {
        writer->status = nami_buf_append(writer->out, nami_bytes(bytes, len));
    }
}

static void put_comma(struct nami_json_writer *writer)
{
    if (writer->needs_comma) {
        put(writer, ",", 1);
    }
}

/* A whole value. */
static void put_value(struct nami_json_writer *writer, const void *bytes, size_t len)
{
    put_comma(writer);
    put(writer, bytes, len);
    writer->needs_comma = true;
}

void nami_json_object_begin(struct nami_json_writer *writer)
{
    put_comma(writer);
    put(writer, "{", 1);
    writer->needs_comma = false;
}

void nami_json_object_end(struct nami_json_writer *writer)
{
    put(writer, "}", 1);
    writer->needs_comma = true;
}

void nami_json_array_begin(struct nami_json_writer *writer)
{
    put_comma(writer);
    put(writer, "[", 1);
    writer->needs_comma = false;
}

void nami_json_array_end(struct nami_json_writer *writer)
{
    put(writer, "]", 1);
    writer->needs_comma = true;
}

static bool is_plain(uint8_t c)
{
    return c >= 0x20 && c != '"' && c != '\\' && c < 0x80;
}

/* What stands after the backslash; NUL: the character has no short form. */
static char short_escape(uint8_t c)
{
    switch (c) {
    case '"':
    case '\\':
        return (char)c;
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    default:
        return '\0';
    }
}

static void put_escape(struct nami_json_writer *writer, uint8_t c)
{
    static const char hex[] = "0123456789abcdef";
    char text[6] = {'\\', short_escape(c), '0', '0', hex[c >> 4], hex[c & 15]};

    if (text[1] != '\0') {
        put(writer, text, 2);
    } else {
        text[1] = 'u';
        put(writer, text, sizeof(text));
    }
}

/* Runs that need no escape are appended whole. */
static void put_quoted(struct nami_json_writer *writer, struct nami_slice text)
{
    size_t from = 0; /* not yet written */
    size_t at = 0;

    put(writer, "\"", 1);
    while (at < text.len && writer->status == NAMI_OK) {
        size_t next = at;

        if (is_plain(text.ptr[at])) {
            at++;
            continue;
        }
        if (text.ptr[at] >= 0x80) {
            bool is_valid = nami_utf8_next(text, &next) != 0xfffd || next > at + 1;

            if (is_valid) {
                at = next;
                continue;
            }
        }
        put(writer, text.ptr + from, at - from);
        if (text.ptr[at] >= 0x80) {
            put(writer, "\xef\xbf\xbd", 3);
        } else {
            put_escape(writer, text.ptr[at]);
        }
        from = ++at;
    }
    put(writer, text.ptr + from, at - from);
    put(writer, "\"", 1);
}

void nami_json_key(struct nami_json_writer *writer, struct nami_slice name)
{
    put_comma(writer);
    put_quoted(writer, name);
    put(writer, ":", 1);
    writer->needs_comma = false;
}

void nami_json_key_text(struct nami_json_writer *writer, const char *name)
{
    nami_json_key(writer, nami_text(name));
}

void nami_json_null(struct nami_json_writer *writer)
{
    put_value(writer, "null", 4);
}

void nami_json_bool(struct nami_json_writer *writer, bool value)
{
    put_value(writer, value ? "true" : "false", value ? 4 : 5);
}

void nami_json_int(struct nami_json_writer *writer, int64_t value)
{
    char text[NAMI_NUMBER_TEXT_MAX];

    put_value(writer, text, nami_int_text(value, text));
}

void nami_json_uint(struct nami_json_writer *writer, uint64_t value)
{
    char text[NAMI_NUMBER_TEXT_MAX];

    put_value(writer, text, nami_uint_text(value, text));
}

void nami_json_float(struct nami_json_writer *writer, double value)
{
    char text[NAMI_NUMBER_TEXT_MAX];

    if (isfinite(value)) {
        put_value(writer, text, nami_float_text_json(value, text));
    } else {
        nami_json_null(writer);
    }
}

void nami_json_string(struct nami_json_writer *writer, struct nami_slice value)
{
    put_comma(writer);
    put_quoted(writer, value);
    writer->needs_comma = true;
}

void nami_json_text(struct nami_json_writer *writer, const char *value)
{
    nami_json_string(writer, nami_text(value));
}

void nami_json_raw(struct nami_json_writer *writer, struct nami_slice json)
{
    put_value(writer, json.ptr, json.len);
}
