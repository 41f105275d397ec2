#include "plugins/proto-http/http_framer.h"

#include <namidb/plugin_util.h>

#include "core/base/limits.h"
#include "plugins/proto-http/http_body.h"

struct nami_framer {
    const struct nami_host *host;
    struct nami_http_head head;
    struct nami_http_body body;
    bool in_body;  /* the head has gone as a message */
    bool is_ended; /* LAST was said */
};

int32_t nami_http__framer_open(const struct nami_host *host, const struct nami_proto_config *config,
                               struct nami_framer **out, struct nami_error *err)
{
    (void)config;
    *out = host->mem_alloc(host, sizeof(**out));
    if (*out == NULL) {
        return NAMI_FAIL(err, NAMI_E_NOMEM, "framer");
    }
    **out = (struct nami_framer){.host = host};
    return NAMI_OK;
}

void nami_http__framer_close(struct nami_framer *framer)
{
    if (framer != NULL) {
        framer->host->mem_free(framer->host, framer);
    }
}

static void last(struct nami_framer *framer, struct nami_frame *out, uint32_t flags)
{
    out->flags = flags | (uint32_t)NAMI_FRAME_LAST;
    framer->is_ended = true;
}

/* Say so, and look at no further byte. */
static void broken(struct nami_framer *framer, const struct nami_stream *stream, uint32_t problem,
                   struct nami_frame *out)
{
    uint32_t flags = NAMI_FRAME_MESSAGE | NAMI_FRAME_BROKEN;

    if (stream->state == NAMI_STREAM_ENDED) {
        flags |= NAMI_FRAME_URGENT;
    }
    out->consumed_bytes = stream->len;
    out->kind = HTTP_KIND_BROKEN | (uint64_t)problem << 8;
    last(framer, out, flags);
}

/* More is needed: will it come? */
static void starve(struct nami_framer *framer, const struct nami_stream *stream, size_t wanted,
                   struct nami_frame *out)
{
    if (stream->state == NAMI_STREAM_FULL) {
        broken(framer, stream,
               framer->in_body ? (uint32_t)HTTP_BODY_TOO_LARGE : (uint32_t)HTTP_HEAD_TOO_LONG, out);
    } else if (stream->state == NAMI_STREAM_ENDED && (stream->len > 0 || framer->in_body)) {
        broken(framer, stream, HTTP_CUT_OFF, out);
    } else if (stream->state == NAMI_STREAM_ENDED) {
        last(framer, out, NAMI_FRAME_URGENT);
    } else {
        out->wanted_bytes = wanted;
    }
}

static void emit(struct nami_framer *framer, const struct nami_stream *stream, uint64_t kind,
                 size_t len, size_t consumed, struct nami_frame *out)
{
    out->flags = NAMI_FRAME_MESSAGE;
    out->kind = kind | (uint64_t)framer->head.bytes << 32;
    out->message = nami_bytes(stream->bytes, len);
    out->consumed_bytes = consumed;
    if ((kind & HTTP_KIND_BODY) == 0) {
        framer->in_body = true;
        return;
    }
    framer->in_body = false;
    if (!nami_http__is_persistent(&framer->head)) {
        last(framer, out, out->flags);
    }
    framer->head = (struct nami_http_head){0};
}

/* The head is complete: go on with the body, which may be there already. */
static void frame_request(struct nami_framer *framer, const struct nami_stream *stream,
                          struct nami_frame *out)
{
    size_t head_bytes = framer->head.bytes;
    struct nami_http_body *body = &framer->body;
    uint32_t verdict = HTTP_MORE;

    nami_http__body_init(body, &framer->head);
    if (framer->head.content_length > NAMI_REQUEST_BODY_BYTES_MAX) { /* serve() will say 413 */
        emit(framer, stream, HTTP_KIND_HEAD, head_bytes, head_bytes, out);
        last(framer, out, out->flags);
        return;
    }
    verdict =
        !nami_http__has_body(&framer->head)
            ? (uint32_t)HTTP_DONE
            : nami_http__body_read(body, stream->bytes + head_bytes, stream->len - head_bytes);
    if (verdict == HTTP_BAD) {
        broken(framer, stream, body->problem, out);
    } else if (verdict == HTTP_DONE) {
        emit(framer, stream, HTTP_KIND_HEAD | HTTP_KIND_BODY, head_bytes + body->joined,
             head_bytes + body->raw, out);
    } else {
        emit(framer, stream, HTTP_KIND_HEAD, head_bytes, head_bytes, out);
    }
}

static void frame_body(struct nami_framer *framer, const struct nami_stream *stream,
                       struct nami_frame *out)
{
    uint32_t verdict = nami_http__body_read(&framer->body, stream->bytes, stream->len);

    if (verdict == HTTP_BAD) {
        broken(framer, stream, framer->body.problem, out);
    } else if (verdict == HTTP_DONE) {
        emit(framer, stream, HTTP_KIND_BODY, framer->body.joined, framer->body.raw, out);
    } else {
        starve(framer, stream, nami_http__body_wanted(&framer->body, stream->len), out);
    }
}

int32_t nami_http__frame(struct nami_framer *framer, const struct nami_stream *stream,
                         struct nami_frame *out)
{
    uint32_t verdict = HTTP_MORE;

    out->flags = 0;
    out->consumed_bytes = 0;
    out->wanted_bytes = stream->len + 1;
    out->message = nami_bytes(stream->bytes, 0);
    out->kind = 0;
    if (framer->is_ended) {
        last(framer, out, 0);
        return NAMI_OK;
    }
    if (framer->in_body) {
        frame_body(framer, stream, out);
        return NAMI_OK;
    }
    verdict = nami_http__parse(&framer->head, stream->bytes, stream->len);
    if (verdict == HTTP_BAD) {
        broken(framer, stream, framer->head.problem, out);
    } else if (verdict == HTTP_DONE) {
        frame_request(framer, stream, out);
    } else {
        starve(framer, stream, stream->len + 1, out);
    }
    return NAMI_OK;
}
