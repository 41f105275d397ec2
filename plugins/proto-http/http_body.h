/*
 * plugins/proto-http/http_body.h -- the body of a request: counted, or chunks joined in place.
 */
#ifndef NAMI_PLUGINS_PROTO_HTTP_BODY_H
#define NAMI_PLUGINS_PROTO_HTTP_BODY_H

#include "plugins/proto-http/http_parse.h"

/* Offsets are from the first byte behind the head. */
struct nami_http_body {
    uint64_t left;     /* of the body, or of the chunk under way */
    size_t raw;        /* bytes looked at */
    size_t joined;     /* bytes of the body so far, all in front */
    size_t line_bytes; /* of trailers */
    uint32_t problem;  /* enum nami_http_problem */
    uint32_t state;    /* private */
};

void nami_http__body_init(struct nami_http_body *body, const struct nami_http_head *head);
/* Go on with all bytes since the body's first; they may be moved. enum nami_http_verdict. */
uint32_t nami_http__body_read(struct nami_http_body *body, uint8_t *bytes, size_t len);
/* Bytes from the body's first to what may be its last; at least one more than there are. */
size_t nami_http__body_wanted(const struct nami_http_body *body, size_t len);

#endif /* NAMI_PLUGINS_PROTO_HTTP_BODY_H */
