/*
 * plugins/proto-http/http_framer.h -- bytes to messages: heads, bodies, and both at once.
 *
 * What:   a request whose body is already there is one message. If it is not, the head goes
 *         first, so that 401, 413 and 100-continue come before the body; the body follows
 *         as a message of its own, its chunks joined.
 * Ends:   a request that is the connection's last is LAST; so are a body that nobody will
 *         read to its end (too large) and whatever can not be framed (BROKEN). A peer that
 *         ends is URGENT, which cancels what it asked for.
 * Thread: loop.
 */
#ifndef NAMI_PLUGINS_PROTO_HTTP_FRAMER_H
#define NAMI_PLUGINS_PROTO_HTTP_FRAMER_H

#include <namidb/host.h>
#include <namidb/proto.h>

#include "plugins/proto-http/http_parse.h"

/* nami_frame.kind: a sum of these, the problem << 8, the head's bytes << 32. */
enum nami_http_kind { HTTP_KIND_HEAD = 1, HTTP_KIND_BODY = 2, HTTP_KIND_BROKEN = 4 };

static inline uint32_t nami_http__kind_problem(uint64_t kind)
{
    return (uint32_t)(kind >> 8) & 0xffffff;
}

static inline size_t nami_http__kind_head_bytes(uint64_t kind)
{
    return (size_t)(kind >> 32);
}

int32_t nami_http__framer_open(const struct nami_host *host, const struct nami_proto_config *config,
                               struct nami_framer **out, struct nami_error *err);
void nami_http__framer_close(struct nami_framer *framer);
int32_t nami_http__frame(struct nami_framer *framer, const struct nami_stream *stream,
                         struct nami_frame *out);

#endif /* NAMI_PLUGINS_PROTO_HTTP_FRAMER_H */
