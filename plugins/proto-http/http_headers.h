/*
 * plugins/proto-http/http_headers.h -- one header line, and the few that matter here.
 */
#ifndef NAMI_PLUGINS_PROTO_HTTP_HEADERS_H
#define NAMI_PLUGINS_PROTO_HTTP_HEADERS_H

#include "plugins/proto-http/http_parse.h"

/* RFC 9110 section 5.6.2. */
bool nami_http__is_token_char(uint8_t c);
/* The line at head->bytes, without its CRLF: enum nami_http_problem. */
uint32_t nami_http__parse_header(struct nami_http_head *head, const uint8_t *line, uint32_t len);

#endif /* NAMI_PLUGINS_PROTO_HTTP_HEADERS_H */
