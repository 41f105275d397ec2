#include "plugins/proto-http/http_body.h"

#include <string.h>

#include "core/base/limits.h"

/* Of one line: sixteen digits and the extensions that proxies are known to add. */
enum { CHUNK_LINE_BYTES_MAX = 256, TRAILER_BYTES_MAX = 8192, SIZE_DIGITS_MAX = 16 };

enum state { COUNTED, CHUNK_SIZE, CHUNK_DATA, CHUNK_END, TRAILER };

void nami_http__body_init(struct nami_http_body *body, const struct nami_http_head *head)
{
    bool is_chunked = (head->flags & HTTP_IS_CHUNKED) != 0;

    *body = (struct nami_http_body){.left = head->content_length,
                                    .state = is_chunked ? CHUNK_SIZE : COUNTED};
}

static uint32_t bad(struct nami_http_body *body, uint32_t problem)
{
    body->problem = problem;
    return HTTP_BAD;
}

/* A line without its CRLF, of `max` bytes at most. */
static uint32_t take_line(struct nami_http_body *body, const uint8_t *bytes, size_t len, size_t max,
                          struct nami_slice *out)
{
    const uint8_t *line = bytes + body->raw;
    size_t visible = len - body->raw < max + 2 ? len - body->raw : max + 2;
    const uint8_t *end = visible > 0 ? memchr(line, '\n', visible) : NULL;

    if (end == NULL) {
        return visible == max + 2 ? bad(body, HTTP_BAD_CHUNK) : HTTP_MORE;
    }
    *out = (struct nami_slice){line, (size_t)(end - line)};
    if (out->len == 0 || line[out->len - 1] != '\r') {
        return bad(body, HTTP_BARE_LF);
    }
    out->len--;
    if (memchr(line, '\r', out->len) != NULL) {
        return bad(body, HTTP_BARE_CR);
    }
    body->raw += out->len + 2;
    return HTTP_DONE;
}

static int hex_value(uint8_t c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "1a0" or "1a0;name=value". */
static uint32_t parse_size(struct nami_http_body *body, struct nami_slice line)
{
    uint64_t size = 0;
    size_t at = 0;

    while (at < line.len && hex_value(line.ptr[at]) >= 0 && at < SIZE_DIGITS_MAX) {
        size = size << 4 | (uint64_t)hex_value(line.ptr[at++]);
    }
    if (at == 0 || (at < line.len && line.ptr[at] != ';')) {
        return bad(body, HTTP_BAD_CHUNK);
    }
    for (; at < line.len; at++) {
        if ((line.ptr[at] < ' ' && line.ptr[at] != '\t') || line.ptr[at] == 0x7f) {
            return bad(body, HTTP_BAD_CHUNK);
        }
    }
    if (size > NAMI_REQUEST_BODY_BYTES_MAX - body->joined) {
        return bad(body, HTTP_BODY_TOO_LARGE);
    }
    body->left = size;
    body->state = size > 0 ? CHUNK_DATA : TRAILER;
    return HTTP_DONE;
}

/* Move what is there of the chunk to the body so far. */
static uint32_t join(struct nami_http_body *body, uint8_t *bytes, size_t len)
{
    size_t there = len - body->raw;
    size_t take = there < body->left ? there : (size_t)body->left;

    if (take > 0 && body->raw != body->joined) {
        memmove(bytes + body->joined, bytes + body->raw, take);
    }
    body->raw += take;
    body->joined += take;
    body->left -= take;
    if (body->left > 0) {
        return HTTP_MORE;
    }
    body->state = CHUNK_END;
    return HTTP_DONE;
}

static uint32_t end_chunk(struct nami_http_body *body, const uint8_t *bytes, size_t len)
{
    size_t there = len - body->raw;

    if ((there > 0 && bytes[body->raw] != '\r') || (there > 1 && bytes[body->raw + 1] != '\n')) {
        return bad(body, HTTP_BAD_CHUNK);
    }
    if (there < 2) {
        return HTTP_MORE;
    }
    body->raw += 2;
    body->state = CHUNK_SIZE;
    return HTTP_DONE;
}

/* Checked and dropped, as RFC 9110 section 6.5.1 allows. `is_last`: the empty line. */
static uint32_t drop_trailer(struct nami_http_body *body, const uint8_t *bytes, size_t len,
                             bool *is_last)
{
    struct nami_slice line = {0};
    uint32_t verdict = take_line(body, bytes, len, TRAILER_BYTES_MAX, &line);

    *is_last = verdict == HTTP_DONE && line.len == 0;
    if (verdict != HTTP_DONE || *is_last) {
        return verdict;
    }
    body->line_bytes += line.len;
    if (body->line_bytes > TRAILER_BYTES_MAX) {
        return bad(body, HTTP_HEAD_TOO_LONG);
    }
    body->problem = nami_http__check_line(line.ptr, line.len);
    return body->problem == HTTP_FINE ? HTTP_DONE : HTTP_BAD;
}

static uint32_t read_counted(struct nami_http_body *body, size_t len)
{
    if (len < body->left) {
        return HTTP_MORE;
    }
    body->raw = (size_t)body->left;
    body->joined = body->raw;
    return HTTP_DONE;
}

uint32_t nami_http__body_read(struct nami_http_body *body, uint8_t *bytes, size_t len)
{
    struct nami_slice line = {0};
    uint32_t verdict = body->problem != HTTP_FINE ? HTTP_BAD : HTTP_DONE;
    bool is_last = false;

    if (body->state == COUNTED) {
        return read_counted(body, len);
    }
    while (verdict == HTTP_DONE && !is_last) {
        switch ((enum state)body->state) {
        case CHUNK_SIZE:
            verdict = take_line(body, bytes, len, CHUNK_LINE_BYTES_MAX, &line);
            if (verdict == HTTP_DONE) {
                verdict = parse_size(body, line);
            }
            break;
        case CHUNK_DATA:
            verdict = join(body, bytes, len);
            break;
        case CHUNK_END:
            verdict = end_chunk(body, bytes, len);
            break;
        case TRAILER:
            verdict = drop_trailer(body, bytes, len, &is_last);
            break;
        case COUNTED:
        default:
            return bad(body, HTTP_BAD_CHUNK);
        }
    }
    return verdict;
}

size_t nami_http__body_wanted(const struct nami_http_body *body, size_t len)
{
    size_t wanted = len + 1;

    if (body->state == COUNTED && body->left > wanted) {
        wanted = (size_t)body->left;
    } else if (body->state == CHUNK_DATA && body->raw + body->left > wanted) {
        wanted = body->raw + (size_t)body->left;
    }
    return wanted;
}
