/*
 * plugins/proto-http/http_reply.h -- one answer: held back, then sent as there is room.
 *
 * What:   the body grows in a buffer. seal() puts a head with its length before it; an
 *         answer that must leave before its end is known is streamed instead: chunked, or to
 *         a peer of HTTP/1.0 until the connection closes.
 * Place:  send() keeps it over AGAIN.
 */
#ifndef NAMI_PLUGINS_PROTO_HTTP_REPLY_H
#define NAMI_PLUGINS_PROTO_HTTP_REPLY_H

#include <stdbool.h>

#include <namidb/proto.h>

#include "core/base/buf.h"

enum {
    HTTP_REPLY_CHUNK_BYTES = 256 * 1024, /* held back at most, if it may be streamed */
    HTTP_REPLY_KEEP_BYTES = 4 * 1024     /* kept by an idle connection */
};

/* Headers beside those of every answer. Borrowed until seal() or stream(). */
struct nami_http_headers {
    uint32_t status;
    uint32_t retry_after_ms;    /* 0: none */
    struct nami_slice allow;    /* empty: none */
    struct nami_slice location; /* empty: none */
    struct nami_slice request_id;
    bool asks_for_token; /* WWW-Authenticate */
    bool is_http_1_0;
    bool closes; /* nothing follows this answer */
};

struct nami_http_reply {
    struct nami_buf head; /* or the line before a chunk */
    struct nami_buf body;
    const char *tail;
    size_t sent; /* of head, body and tail */
    bool is_streaming;
    bool is_chunked;
    bool hides_body; /* HEAD: its length is said, its bytes are not */
};

void nami_http__reply_init(struct nami_http_reply *reply);
void nami_http__reply_release(struct nami_http_reply *reply);
/* Empty again; a large buffer is given back. */
void nami_http__reply_reset(struct nami_http_reply *reply);
/* The body is complete. Fails: NOMEM. */
NAMI_CHECKED int32_t nami_http__reply_seal(struct nami_http_reply *reply,
                                           const struct nami_http_headers *headers);
/* What is in the body may go; the first time with a head. Fails: NOMEM. */
NAMI_CHECKED int32_t nami_http__reply_stream(struct nami_http_reply *reply,
                                             const struct nami_http_headers *headers, bool is_end);
/* OK: all of it is written, and the body is empty. Fails: AGAIN, and as out->write() does. */
NAMI_CHECKED int32_t nami_http__reply_send(struct nami_http_reply *reply, struct nami_out *out);

#endif /* NAMI_PLUGINS_PROTO_HTTP_REPLY_H */
