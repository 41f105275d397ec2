/*
 * plugins/proto-http/http_parse.h -- the head of a request: request line and headers.
 *
 * What:   RFC 9112 without the liberties: CRLF ends lines and nothing else does, no folding,
 *         no space before a colon, one Host, one length, `chunked` or no coding at all. What
 *         is refused here can not be read in two ways by two servers.
 * Bounds: 64 KiB in all, 128 headers, 8 KiB of target.
 * Above:  http_framer.c for the body's length, http_conn.c for the rest: the same function
 *         over the same bytes, so they can not differ.
 * Memory: none; spans are offsets from where the head begins.
 */
#ifndef NAMI_PLUGINS_PROTO_HTTP_PARSE_H
#define NAMI_PLUGINS_PROTO_HTTP_PARSE_H

#include <stdbool.h>

#include <namidb/abi.h>

#include "plugins/proto-http/http_problem.h"

/* Part of the head; `len` 0 also where it is missing. */
struct nami_http_span {
    uint32_t at;
    uint32_t len;
};

enum nami_http_verdict {
    HTTP_MORE, /* every byte so far is good, but it is not all */
    HTTP_DONE,
    HTTP_BAD /* see problem; final */
};

enum nami_http_flag {
    HTTP_HAS_HOST = 1,
    HTTP_HAS_LENGTH = 2,
    HTTP_IS_CHUNKED = 4,
    HTTP_HAS_CODING = 8,
    HTTP_SAYS_CLOSE = 16,
    HTTP_SAYS_KEEP_ALIVE = 32,
    HTTP_EXPECTS_CONTINUE = 64,
    HTTP_EXPECTS_OTHER = 128,
    HTTP_HAS_AUTHORIZATION = 256,
    HTTP_HAS_CONTENT_TYPE = 512,
    HTTP_HAS_CONTENT_ENCODING = 1024,
    HTTP_IS_1_0 = 2048,
    HTTP_HAS_QUERY = 4096
};

/* Zero it to begin. */
struct nami_http_head {
    uint32_t bytes;   /* parsed lines so far; once DONE, all of the head */
    uint32_t lines;   /* of those; the request line is one */
    uint32_t looked;  /* bytes without a line end behind `bytes` */
    uint32_t problem; /* enum nami_http_problem */
    uint32_t flags;   /* a sum of enum nami_http_flag */
    uint64_t content_length;
    struct nami_http_span method;
    struct nami_http_span path; /* without the query string */
    struct nami_http_span authorization;
    struct nami_http_span content_type;
    struct nami_http_span request_id;
    struct nami_http_span user_agent;
};

/* Go on with all bytes since the head's first; enum nami_http_verdict. */
uint32_t nami_http__parse(struct nami_http_head *head, const uint8_t *bytes, size_t len);
/* Does a body follow? */
bool nami_http__has_body(const struct nami_http_head *head);
/* May another request follow? */
bool nami_http__is_persistent(const struct nami_http_head *head);
/* Same letters, whatever their case? `text` is in lower case. */
bool nami_http__is_text(const uint8_t *bytes, size_t len, const char *text);
/* One header line without its CRLF, for trailers: enum nami_http_problem. */
uint32_t nami_http__check_line(const uint8_t *line, size_t len);

#endif /* NAMI_PLUGINS_PROTO_HTTP_PARSE_H */
