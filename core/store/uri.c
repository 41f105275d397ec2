#include "core/store/uri.h"

#include <stdbool.h>
#include <stdlib.h>

#include <namidb/plugin_util.h>

/* What is left to read, in a copy of the text: bytes are decoded in place. */
struct cursor {
    uint8_t *at;
    uint8_t *end;
};

static bool is_text(struct nami_slice slice, const char *text)
{
    return nami_slice_equal(slice, nami_text(text));
}

static bool contains(const uint8_t *at, const uint8_t *end, const char *text)
{
    size_t len = strlen(text);

    for (; (size_t)(end - at) >= len; at++) {
        if (memcmp(at, text, len) == 0) {
            return true;
        }
    }
    return false;
}

/* The first of `stops` in [at, end), or `end`. */
static uint8_t *find_any(uint8_t *at, uint8_t *end, const char *stops)
{
    while (at < end && strchr(stops, *at) == NULL) {
        at++;
    }
    return at;
}

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decode [at, end) in place. */
static int32_t decode(uint8_t *at, uint8_t *end, const char *what, struct nami_slice *out,
                      struct nami_error *err)
{
    uint8_t *to = at;

    *out = nami_bytes(at, 0);
    while (at < end) {
        uint8_t c = *at++;

        if (c == '%') {
            int high = end - at >= 2 ? hex_digit(at[0]) : -1;
            int low = end - at >= 2 ? hex_digit(at[1]) : -1;

            if (high < 0 || low < 0) {
                return NAMI_FAIL(err, NAMI_E_CONFIG,
                                 "store URI: %s has a %% without two hex digits (%%25 is a %%)",
                                 what);
            }
            c = (uint8_t)(high * 16 + low);
            at += 2;
        }
        if (c < 0x20 || c == 0x7f) {
            return NAMI_FAIL(err, NAMI_E_CONFIG, "store URI: %s has a control character", what);
        }
        *to++ = c;
    }
    out->len = (size_t)(to - out->ptr);
    return NAMI_OK;
}

struct nami_slice nami_uri_scheme(struct nami_slice text)
{
    size_t len = 0;

    while (len < text.len &&
           ((text.ptr[len] >= 'a' && text.ptr[len] <= 'z') ||
            (text.ptr[len] >= '0' && text.ptr[len] <= '9') || text.ptr[len] == '+' ||
            text.ptr[len] == '-' || text.ptr[len] == '.')) {
        len++;
    }
    return text.len - len >= 3 && memcmp(text.ptr + len, "://", 3) == 0 ? nami_bytes(text.ptr, len)
                                                                        : (struct nami_slice){0};
}

static bool has_control(const uint8_t *at, const uint8_t *end)
{
    while (at < end && *at >= 0x20 && *at != 0x7f) {
        at++;
    }
    return at < end;
}

static int32_t read_scheme(struct cursor *cursor, struct nami_uri *out, struct nami_error *err)
{
    out->scheme = nami_uri_scheme(nami_bytes(cursor->at, (size_t)(cursor->end - cursor->at)));
    if (out->scheme.len == 0) {
        return NAMI_FAIL(err, NAMI_E_CONFIG,
                         "store URI: it begins with a scheme in small letters, such as file:///dir "
                         "or memory://name");
    }
    cursor->at += out->scheme.len + 3;
    return NAMI_OK;
}

static int32_t read_place(struct cursor *cursor, struct nami_uri *out, struct nami_error *err)
{
    uint8_t *query = find_any(cursor->at, cursor->end, "?");
    uint8_t *path = find_any(cursor->at, query, "/");
    int32_t status = decode(cursor->at, path, "the part after ://", &out->authority, err);

    if (status == NAMI_OK) {
        status = decode(path, query, "the path", &out->path, err);
    }
    while (out->path.len > 1 && out->path.ptr[out->path.len - 1] == '/') {
        out->path.len--;
    }
    if (out->path.len == 1 && !is_text(out->scheme, "file")) {
        out->path.len = 0; /* s3://bucket/ is s3://bucket */
    }
    cursor->at = query;
    return status;
}

static int32_t set_namespace(struct nami_uri *out, struct nami_slice name, struct nami_error *err)
{
    bool is_valid = name.len > 0 && name.len <= NAMI_NAMESPACE_BYTES_MAX && name.ptr[0] != '-';

    for (size_t i = 0; i < name.len && is_valid; i++) {
        uint8_t c = name.ptr[i];

        is_valid = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    }
    if (!is_valid) {
        return NAMI_FAIL(err, NAMI_E_CONFIG,
                         "store URI: namespace '%.*s': 1 to %d of a-z, 0-9 and -, not - first",
                         name.len < 80 ? (int)name.len : 80, (const char *)name.ptr,
                         NAMI_NAMESPACE_BYTES_MAX);
    }
    if (out->ns.len > 0) {
        return NAMI_FAIL(err, NAMI_E_CONFIG, "store URI: the namespace is given twice");
    }
    out->ns = name;
    (void)snprintf(out->key_prefix, sizeof(out->key_prefix), "%.*s/", (int)name.len,
                   (const char *)name.ptr);
    return NAMI_OK;
}

/* "&region=" pasted through HTML: "&reg" is the entity of the sign, and "ion=" is left. */
static int32_t check_mangled(const struct cursor *cursor, struct nami_error *err)
{
    if (contains(cursor->at, cursor->end,
                 "\xc2\xae"
                 "ion=") ||
        contains(cursor->at, cursor->end, "%C2%AEion=") ||
        contains(cursor->at, cursor->end, "%c2%aeion=")) {
        return NAMI_FAIL(err, NAMI_E_CONFIG,
                         "store URI: it was mangled by HTML: '&region=' became '\xc2\xae"
                         "ion='");
    }
    if (contains(cursor->at, cursor->end, "&amp;")) {
        return NAMI_FAIL(err, NAMI_E_CONFIG,
                         "store URI: it was mangled by HTML: '&' became '&amp;'");
    }
    return NAMI_OK;
}

static int32_t add_option(struct nami_uri *out, struct nami_option_pair pair,
                          struct nami_error *err)
{
    if (is_text(pair.name, "ns") || is_text(pair.name, "namespace")) {
        if (is_text(out->scheme, "memory")) {
            return NAMI_FAIL(err, NAMI_E_CONFIG,
                             "store URI: the name in memory://NAME is the namespace; '%.*s' is "
                             "too much",
                             (int)pair.name.len, (const char *)pair.name.ptr);
        }
        return set_namespace(out, pair.value, err);
    }
    for (size_t i = 0; i < out->option_count; i++) {
        if (nami_slice_equal(out->options[i].name, pair.name)) {
            return NAMI_FAIL(err, NAMI_E_CONFIG, "store URI: '%.*s' is given twice",
                             pair.name.len < 40 ? (int)pair.name.len : 40,
                             (const char *)pair.name.ptr);
        }
    }
    if (out->option_count == NAMI_URI_OPTIONS_MAX) {
        return NAMI_FAIL(err, NAMI_E_CONFIG, "store URI: more than %d parameters",
                         NAMI_URI_OPTIONS_MAX);
    }
    out->options[out->option_count++] = pair;
    return NAMI_OK;
}

static int32_t read_query(struct cursor *cursor, struct nami_uri *out, struct nami_error *err)
{
    int32_t status = check_mangled(cursor, err);

    while (cursor->at < cursor->end && status == NAMI_OK) {
        uint8_t *name = cursor->at + 1; /* past the "?" or "&" */
        uint8_t *end = find_any(name, cursor->end, "&");
        uint8_t *equals = find_any(name, end, "=");
        struct nami_option_pair pair = {0};

        cursor->at = end;
        if (equals == end || equals == name) {
            return NAMI_FAIL(err, NAMI_E_CONFIG, "store URI: '%.*s' is not name=value",
                             equals - name < 40 ? (int)(equals - name) : 40, (const char *)name);
        }
        status = decode(name, equals, "the name of a parameter", &pair.name, err);
        if (status == NAMI_OK) {
            status = decode(equals + 1, end, "the value of a parameter", &pair.value, err);
        }
        if (status == NAMI_OK) {
            status = add_option(out, pair, err);
        }
    }
    return status;
}

/* What this scheme must and must not have; the namespace of memory:// is its name. */
static int32_t check_shape(struct nami_uri *out, struct nami_error *err)
{
    if (is_text(out->scheme, "memory")) {
        if (out->path.len > 0) {
            return NAMI_FAIL(err, NAMI_E_CONFIG, "store URI: memory://NAME has no path");
        }
        return set_namespace(out, out->authority, err);
    }
    if (is_text(out->scheme, "file")) {
        bool is_relative = is_text(out->authority, ".") || is_text(out->authority, "..");

        if (out->path.len == 0 || (out->authority.len > 0 && !is_relative)) {
            return NAMI_FAIL(err, NAMI_E_CONFIG,
                             "store URI: file:// takes a folder: file:///abs/dir or file://./rel");
        }
    }
    if (out->ns.len == 0) {
        return NAMI_FAIL(err, NAMI_E_CONFIG,
                         "store URI: the namespace is missing: add ?ns=NAME (or &ns=NAME)");
    }
    return NAMI_OK;
}

int32_t nami_uri_parse(struct nami_slice text, struct nami_uri *out, struct nami_error *err)
{
    struct cursor cursor = {0};
    int32_t status = NAMI_OK;

    *out = (struct nami_uri){0};
    if (text.len > NAMI_URI_BYTES_MAX) {
        return NAMI_FAIL(err, NAMI_E_CONFIG, "store URI: longer than %d bytes", NAMI_URI_BYTES_MAX);
    }
    out->text = malloc(text.len + 1);
    if (out->text == NULL) {
        return NAMI_FAIL(err, NAMI_E_NOMEM, "store URI");
    }
    if (text.len > 0) {
        memcpy(out->text, text.ptr, text.len);
    }
    cursor = (struct cursor){(uint8_t *)out->text, (uint8_t *)out->text + text.len};
    if (has_control(cursor.at, cursor.end)) { /* before anything of it goes into a message */
        status = NAMI_FAIL(err, NAMI_E_CONFIG, "store URI: it has a control character");
    }
    if (status == NAMI_OK) {
        status = read_scheme(&cursor, out, err);
    }
    if (status == NAMI_OK && memchr(cursor.at, '#', (size_t)(cursor.end - cursor.at)) != NULL) {
        status = NAMI_FAIL(err, NAMI_E_CONFIG, "store URI: a # is written %%23");
    }
    if (status == NAMI_OK) {
        status = read_place(&cursor, out, err);
    }
    if (status == NAMI_OK) {
        status = read_query(&cursor, out, err);
    }
    if (status == NAMI_OK) {
        status = check_shape(out, err);
    }
    if (status != NAMI_OK) {
        nami_uri_release(out);
    }
    return status;
}

void nami_uri_release(struct nami_uri *uri)
{
    free(uri->text);
    *uri = (struct nami_uri){0};
}
