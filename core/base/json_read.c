#include "core/base/json_read.h"

#include <math.h>
#include <string.h>

#include <namidb/plugin_util.h>

#include "core/base/number_text.h"
#include "core/base/utf8.h"

/* What may come next; nami_json_reader.state. */
enum {
    WANT_VALUE = 0,          /* at the top, or after a colon */
    WANT_FIRST_ELEMENT = 1,  /* after '[' */
    WANT_FIRST_KEY = 2,      /* after '{' */
    WANT_COMMA_OR_CLOSE = 3, /* after an element or member */
    WANT_NOTHING = 4,        /* the one value is complete */
    ENDED = 5,
    FAILED = 6
};

void nami_json_reader_init(struct nami_json_reader *reader, struct nami_slice text)
{
    *reader = (struct nami_json_reader){.text = text};
    nami_buf_init(&reader->scratch, text.len + 1); /* unescaping never makes it longer */
}

void nami_json_reader_release(struct nami_json_reader *reader)
{
    nami_buf_release(&reader->scratch);
}

static uint32_t fail(struct nami_json_reader *reader, size_t at, const char *problem)
{
    reader->state = FAILED;
    reader->at = at;
    reader->value_at = at;
    reader->problem = problem;
    return NAMI_JSON_ERROR;
}

static bool in_object(const struct nami_json_reader *reader)
{
    uint32_t level = reader->depth - 1;

    return reader->depth > 0 && (reader->stack[level / 64] >> (level % 64) & 1) != 0;
}

static void value_done(struct nami_json_reader *reader)
{
    reader->state = reader->depth > 0 ? WANT_COMMA_OR_CLOSE : WANT_NOTHING;
}

static uint32_t open_nest(struct nami_json_reader *reader, bool is_object)
{
    uint64_t bit = UINT64_C(1) << (reader->depth % 64);
    uint64_t *word = NULL;

    if (reader->depth == NAMI_JSON_DEPTH_MAX) {
        return fail(reader, reader->at, "nested too deep");
    }
    word = &reader->stack[reader->depth / 64];
    *word = is_object ? *word | bit : *word & ~bit;
    reader->depth++;
    reader->at++;
    reader->state = is_object ? WANT_FIRST_KEY : WANT_FIRST_ELEMENT;
    return is_object ? NAMI_JSON_OBJECT_BEGIN : NAMI_JSON_ARRAY_BEGIN;
}

static uint32_t close_nest(struct nami_json_reader *reader)
{
    uint32_t event = in_object(reader) ? NAMI_JSON_OBJECT_END : NAMI_JSON_ARRAY_END;

    reader->depth--;
    reader->at++;
    value_done(reader);
    return event;
}

static uint8_t peek(const struct nami_json_reader *reader)
{
    return reader->at < reader->text.len ? reader->text.ptr[reader->at] : 0;
}

static void skip_space(struct nami_json_reader *reader)
{
    while (reader->at < reader->text.len) {
        uint8_t c = reader->text.ptr[reader->at];

        if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
            break;
        }
        reader->at++;
    }
}

/* ---- strings ---- */

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Four hex digits at `at`; -1: they are not. */
static int32_t hex4(struct nami_slice text, size_t at)
{
    int32_t value = 0;

    if (text.len < 4 || at > text.len - 4) {
        return -1;
    }
    for (size_t i = 0; i < 4; i++) {
        int digit = hex_digit(text.ptr[at + i]);

        if (digit < 0) {
            return -1;
        }
        value = value << 4 | digit;
    }
    return value;
}

/* \uXXXX at the backslash, the second of a pair included. NULL, or the problem. */
static const char *unescape_unicode(struct nami_json_reader *reader, uint32_t *out)
{
    int32_t high = hex4(reader->text, reader->at + 2);
    int32_t low = -1;

    if (high < 0) {
        return "\\u needs four hex digits";
    }
    if (high < 0xd800 || high > 0xdfff) {
        *out = (uint32_t)high;
        reader->at += 6;
        return NULL;
    }
    if (high < 0xdc00 && reader->text.len - reader->at >= 12 &&
        memcmp(reader->text.ptr + reader->at + 6, "\\u", 2) == 0) {
        low = hex4(reader->text, reader->at + 8);
    }
    if (low < 0xdc00 || low > 0xdfff) {
        return "half of a surrogate pair";
    }
    *out = 0x10000u + ((uint32_t)(high - 0xd800) << 10) + (uint32_t)(low - 0xdc00);
    reader->at += 12;
    return NULL;
}

/* One escape at the backslash, its character appended to the scratch. NULL, or the problem. */
static const char *unescape(struct nami_json_reader *reader)
{
    static const char from[] = "\"\\/bfnrt";
    static const uint8_t to[] = "\"\\/\b\f\n\r\t";
    uint8_t c = reader->at + 1 < reader->text.len ? reader->text.ptr[reader->at + 1] : 0;
    const char *found = c != 0 ? strchr(from, c) : NULL;
    uint32_t code_point = 0;
    uint8_t bytes[4] = {0};
    const char *problem = NULL;

    if (found != NULL) {
        code_point = to[found - from];
        reader->at += 2;
    } else if (c == 'u') {
        problem = unescape_unicode(reader, &code_point);
    } else {
        problem = "unknown escape in a string";
    }
    if (problem == NULL &&
        nami_buf_append(&reader->scratch, nami_bytes(bytes, nami_utf8_encode(code_point, bytes))) !=
            NAMI_OK) {
        problem = "out of memory";
    }
    return problem;
}

/* From `from` to where a run of plain characters ends. */
static size_t plain_end(struct nami_slice text, size_t from)
{
    size_t at = from;

    while (at < text.len && text.ptr[at] != '"' && text.ptr[at] != '\\' && text.ptr[at] >= 0x20) {
        at++;
    }
    return at;
}

/* After the opening quote. Text without escapes is borrowed, other text goes through scratch. */
static uint32_t read_string(struct nami_json_reader *reader, uint32_t event)
{
    size_t quote = reader->at++;
    bool is_borrowed = false;

    nami_buf_clear(&reader->scratch);
    for (;;) {
        size_t end = plain_end(reader->text, reader->at);
        struct nami_slice run = {reader->text.ptr + reader->at, end - reader->at};
        size_t valid = nami_utf8_valid_prefix(run);
        uint8_t stop = end < reader->text.len ? reader->text.ptr[end] : 0;
        const char *problem = NULL;

        if (valid != run.len) {
            return fail(reader, reader->at + valid, "not UTF-8");
        }
        is_borrowed = stop == '"' && reader->at == quote + 1;
        if (is_borrowed) {
            reader->string = run;
        } else if (nami_buf_append(&reader->scratch, run) != NAMI_OK) {
            return fail(reader, end, "out of memory");
        }
        reader->at = end;
        if (stop == '"') {
            break;
        }
        if (end == reader->text.len) {
            return fail(reader, quote, "string without end");
        }
        problem = stop == '\\' ? unescape(reader) : "control character in a string";
        if (problem != NULL) {
            return fail(reader, reader->at, problem);
        }
    }
    reader->at++;
    if (!is_borrowed) {
        reader->string = nami_buf_view(&reader->scratch);
    }
    return event;
}

/* ---- numbers and words ---- */

static size_t digits_end(struct nami_slice text, size_t at)
{
    while (at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9') {
        at++;
    }
    return at;
}

/* The end of the number at `at` by the grammar; 0: there is none. */
static size_t number_end(struct nami_slice text, size_t at, bool *is_integer)
{
    size_t end = 0;

    *is_integer = true;
    at += at < text.len && text.ptr[at] == '-';
    end = digits_end(text, at);
    if (end == at || (text.ptr[at] == '0' && end > at + 1)) {
        return 0;
    }
    if (end < text.len && text.ptr[end] == '.') {
        *is_integer = false;
        at = end + 1;
        end = digits_end(text, at);
        if (end == at) {
            return 0;
        }
    }
    if (end < text.len && (text.ptr[end] | 0x20) == 'e') {
        *is_integer = false;
        at = end + 1;
        at += at < text.len && (text.ptr[at] == '+' || text.ptr[at] == '-');
        end = digits_end(text, at);
        if (end == at) {
            return 0;
        }
    }
    return end;
}

static uint32_t read_number(struct nami_json_reader *reader)
{
    bool is_integer = false;
    size_t begin = reader->at;
    size_t end = number_end(reader->text, begin, &is_integer);
    struct nami_slice lexeme = {reader->text.ptr + begin, end - begin};

    if (end == 0) {
        return fail(reader, begin, "not a number");
    }
    if (is_integer && !nami_int_parse(lexeme, &reader->integer)) {
        return fail(reader, begin, "integer beyond 64 bits");
    }
    if (!is_integer && (!nami_float_parse(lexeme, &reader->real) || isinf(reader->real))) {
        return fail(reader, begin, "number beyond a double");
    }
    reader->at = end;
    value_done(reader);
    return is_integer ? NAMI_JSON_INT : NAMI_JSON_FLOAT;
}

static uint32_t read_word(struct nami_json_reader *reader, const char *word, uint32_t event)
{
    size_t len = strlen(word);

    if (reader->text.len - reader->at < len ||
        memcmp(reader->text.ptr + reader->at, word, len) != 0) {
        return fail(reader, reader->at, "neither null, true nor false");
    }
    reader->boolean = word[0] == 't';
    reader->at += len;
    value_done(reader);
    return event;
}

static uint32_t read_value(struct nami_json_reader *reader)
{
    uint32_t event = NAMI_JSON_ERROR;

    switch (peek(reader)) {
    case '{':
        return open_nest(reader, true);
    case '[':
        return open_nest(reader, false);
    case '"':
        event = read_string(reader, NAMI_JSON_STRING);
        if (event != NAMI_JSON_ERROR) {
            value_done(reader);
        }
        return event;
    case 'n':
        return read_word(reader, "null", NAMI_JSON_NULL);
    case 't':
        return read_word(reader, "true", NAMI_JSON_BOOL);
    case 'f':
        return read_word(reader, "false", NAMI_JSON_BOOL);
    default:
        if (reader->at == reader->text.len) {
            return fail(reader, reader->at, "the text ends too early");
        }
        return read_number(reader);
    }
}

/* A key and its colon. */
static uint32_t read_key(struct nami_json_reader *reader)
{
    if (peek(reader) != '"') {
        return fail(reader, reader->at, "an object's key must be a string");
    }
    if (read_string(reader, NAMI_JSON_KEY) == NAMI_JSON_ERROR) {
        return NAMI_JSON_ERROR;
    }
    skip_space(reader);
    if (peek(reader) != ':') {
        return fail(reader, reader->at, "':' is missing after a key");
    }
    reader->at++;
    reader->state = WANT_VALUE;
    return NAMI_JSON_KEY;
}

static uint32_t after_element(struct nami_json_reader *reader)
{
    uint8_t c = peek(reader);

    if (c == (in_object(reader) ? '}' : ']')) {
        return close_nest(reader);
    }
    if (c != ',') {
        return fail(reader, reader->at,
                    reader->at == reader->text.len ? "the text ends too early"
                    : in_object(reader)            ? "',' or '}' is missing"
                                                   : "',' or ']' is missing");
    }
    reader->at++;
    skip_space(reader);
    reader->value_at = reader->at;
    return in_object(reader) ? read_key(reader) : read_value(reader);
}

uint32_t nami_json_next(struct nami_json_reader *reader)
{
    if (reader->state == FAILED || reader->state == ENDED) {
        return reader->state == FAILED ? NAMI_JSON_ERROR : NAMI_JSON_END;
    }
    skip_space(reader);
    reader->value_at = reader->at;
    switch (reader->state) {
    case WANT_FIRST_ELEMENT:
        return peek(reader) == ']' ? close_nest(reader) : read_value(reader);
    case WANT_FIRST_KEY:
        return peek(reader) == '}' ? close_nest(reader) : read_key(reader);
    case WANT_COMMA_OR_CLOSE:
        return after_element(reader);
    case WANT_NOTHING:
        if (reader->at < reader->text.len) {
            return fail(reader, reader->at, "something follows the value");
        }
        reader->state = ENDED;
        return NAMI_JSON_END;
    default:
        return read_value(reader);
    }
}

uint32_t nami_json_skip(struct nami_json_reader *reader, uint32_t event)
{
    if (event == NAMI_JSON_KEY) {
        event = nami_json_next(reader);
    }
    if (event == NAMI_JSON_OBJECT_BEGIN || event == NAMI_JSON_ARRAY_BEGIN) {
        uint32_t outer = reader->depth - 1;

        while (event != NAMI_JSON_ERROR && reader->depth > outer) {
            event = nami_json_next(reader);
        }
    }
    return event;
}
