#include "plugins/proto-http/http_reply.h"

#include <namidb/plugin_util.h>

#include "core/base/limits.h"
#include "core/base/number_text.h"
#include "core/base/text.h"

enum { HEAD_BYTES_MAX = 16 * 1024 };

void nami_http__reply_init(struct nami_http_reply *reply)
{
    *reply = (struct nami_http_reply){.tail = ""};
    nami_buf_init(&reply->head, HEAD_BYTES_MAX);
    nami_buf_init(&reply->body, NAMI_RESPONSE_BYTES_MAX);
}

void nami_http__reply_release(struct nami_http_reply *reply)
{
    nami_buf_release(&reply->head);
    nami_buf_release(&reply->body);
}

void nami_http__reply_reset(struct nami_http_reply *reply)
{
    nami_buf_clear(&reply->head);
    nami_buf_clear(&reply->body);
    if (reply->body.cap > HTTP_REPLY_KEEP_BYTES) {
        nami_buf_release(&reply->body);
    }
    reply->tail = "";
    reply->sent = 0;
    reply->is_streaming = false;
    reply->is_chunked = false;
    reply->hides_body = false;
}

static const char *status_line(uint32_t status)
{
    static const struct {
        uint32_t status;
        const char *line;
    } lines[] = {
        {200, "HTTP/1.1 200 OK\r\n"},
        {204, "HTTP/1.1 204 No Content\r\n"},
        {307, "HTTP/1.1 307 Temporary Redirect\r\n"},
        {400, "HTTP/1.1 400 Bad Request\r\n"},
        {401, "HTTP/1.1 401 Unauthorized\r\n"},
        {403, "HTTP/1.1 403 Forbidden\r\n"},
        {404, "HTTP/1.1 404 Not Found\r\n"},
        {405, "HTTP/1.1 405 Method Not Allowed\r\n"},
        {408, "HTTP/1.1 408 Request Timeout\r\n"},
        {409, "HTTP/1.1 409 Conflict\r\n"},
        {413, "HTTP/1.1 413 Content Too Large\r\n"},
        {414, "HTTP/1.1 414 URI Too Long\r\n"},
        {415, "HTTP/1.1 415 Unsupported Media Type\r\n"},
        {417, "HTTP/1.1 417 Expectation Failed\r\n"},
        {431, "HTTP/1.1 431 Request Header Fields Too Large\r\n"},
        {500, "HTTP/1.1 500 Internal Server Error\r\n"},
        {501, "HTTP/1.1 501 Not Implemented\r\n"},
        {503, "HTTP/1.1 503 Service Unavailable\r\n"},
        {504, "HTTP/1.1 504 Gateway Timeout\r\n"},
        {505, "HTTP/1.1 505 HTTP Version Not Supported\r\n"},
        {507, "HTTP/1.1 507 Insufficient Storage\r\n"},
    };

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        if (lines[i].status == status) {
            return lines[i].line;
        }
    }
    return NULL;
}

/* Appends while all is well; one look at `status` in the end. */
struct head_pen {
    struct nami_buf *buf;
    int32_t status;
};

static void put(struct head_pen *pen, struct nami_slice text)
{
    if (pen->status == NAMI_OK) {
        pen->status = nami_buf_append(pen->buf, text);
    }
}

static void put_header(struct head_pen *pen, const char *name, struct nami_slice value)
{
    if (value.len > 0) {
        put(pen, nami_text(name));
        put(pen, value);
        put(pen, nami_text("\r\n"));
    }
}

static void put_number_header(struct head_pen *pen, const char *name, uint64_t value)
{
    char text[NAMI_NUMBER_TEXT_MAX];

    put_header(pen, name, nami_bytes(text, nami_uint_text(value, text)));
}

static void put_status(struct head_pen *pen, uint32_t status)
{
    const char *line = status_line(status);

    if (line != NULL) {
        put(pen, nami_text(line));
    } else { /* a status that only the host's table knows: a reason may be empty */
        char text[NAMI_NUMBER_TEXT_MAX];

        put(pen, nami_text("HTTP/1.1 "));
        put(pen, nami_bytes(text, nami_uint_text(status, text)));
        put(pen, nami_text(" \r\n"));
    }
}

/* All but the headers that say how long the body is. */
static void put_head(struct head_pen *pen, const struct nami_http_headers *headers)
{
    put_status(pen, headers->status);
    if (headers->status != 204) {
        put(pen, nami_text("Content-Type: application/json\r\n"));
    }
    put(pen, nami_text("Cache-Control: no-store\r\n"));
    put_header(pen, "X-Request-Id: ", headers->request_id);
    put_header(pen, "Allow: ", headers->allow);
    put_header(pen, "Location: ", headers->location);
    if (headers->asks_for_token) {
        put(pen, nami_text("WWW-Authenticate: Bearer realm=\"namidb\"\r\n"));
    }
    if (headers->retry_after_ms > 0) {
        put_number_header(pen, "Retry-After: ", ((uint64_t)headers->retry_after_ms + 999) / 1000);
    }
    if (headers->closes) {
        put(pen, nami_text("Connection: close\r\n"));
    } else if (headers->is_http_1_0) {
        put(pen, nami_text("Connection: keep-alive\r\n"));
    }
}

int32_t nami_http__reply_seal(struct nami_http_reply *reply,
                              const struct nami_http_headers *headers)
{
    struct head_pen pen = {.buf = &reply->head, .status = NAMI_OK};

    nami_buf_clear(&reply->head);
    put_head(&pen, headers);
    if (headers->status != 204) {
        put_number_header(&pen, "Content-Length: ", reply->body.len);
    }
    put(&pen, nami_text("\r\n"));
    reply->sent = 0;
    reply->tail = "";
    return pen.status;
}

static void put_chunk_size(struct head_pen *pen, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    char text[2 * sizeof(size) + 2];
    size_t at = sizeof(text);

    text[--at] = '\n';
    text[--at] = '\r';
    do {
        text[--at] = digits[size & 15];
        size >>= 4;
    } while (size > 0);
    put(pen, nami_bytes(text + at, sizeof(text) - at));
}

int32_t nami_http__reply_stream(struct nami_http_reply *reply,
                                const struct nami_http_headers *headers, bool is_end)
{
    struct head_pen pen = {.buf = &reply->head, .status = NAMI_OK};

    nami_buf_clear(&reply->head);
    if (!reply->is_streaming) {
        reply->is_streaming = true;
        reply->is_chunked = !headers->is_http_1_0;
        put_head(&pen, headers);
        put(&pen, nami_text(reply->is_chunked ? "Transfer-Encoding: chunked\r\n\r\n" : "\r\n"));
    }
    if (reply->is_chunked && reply->body.len > 0) { /* an empty one would be the end */
        put_chunk_size(&pen, reply->body.len);
    }
    reply->sent = 0;
    reply->tail = !reply->is_chunked     ? ""
                  : reply->body.len == 0 ? (is_end ? "0\r\n\r\n" : "")
                  : is_end               ? "\r\n0\r\n\r\n"
                                         : "\r\n";
    return pen.status;
}

/* What is left of `part`, `*skip` bytes of all parts being sent, up to `*room` bytes. */
static struct nami_slice clip(struct nami_slice part, size_t *skip, size_t *room)
{
    size_t skipped = *skip < part.len ? *skip : part.len;
    size_t len = part.len - skipped < *room ? part.len - skipped : *room;

    *skip -= skipped;
    *room -= len;
    return nami_bytes(part.ptr + skipped, len);
}

int32_t nami_http__reply_send(struct nami_http_reply *reply, struct nami_out *out)
{
    struct nami_slice whole[] = {nami_buf_view(&reply->head),
                                 reply->hides_body ? nami_bytes(reply->body.ptr, 0)
                                                   : nami_buf_view(&reply->body),
                                 nami_text(reply->tail)};
    size_t total = whole[0].len + whole[1].len + whole[2].len;

    while (reply->sent < total) {
        size_t room = out->room(out);
        size_t skip = reply->sent;
        size_t before = room;
        struct nami_slice parts[3];
        int32_t status = NAMI_OK;

        if (room == 0) {
            return NAMI_E_AGAIN;
        }
        for (size_t i = 0; i < 3; i++) {
            parts[i] = whole[i].len > 0 ? clip(whole[i], &skip, &room) : whole[i];
        }
        status = out->write(out, parts, 3);
        if (status != NAMI_OK) {
            return status;
        }
        reply->sent += before - room;
    }
    nami_buf_clear(&reply->head);
    nami_buf_clear(&reply->body);
    reply->tail = "";
    reply->sent = 0;
    return NAMI_OK;
}
