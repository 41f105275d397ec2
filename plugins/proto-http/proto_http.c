/*
 * proto-http -- JSON over HTTP/1.1.
 *
 *   bytes -> http_framer.c (http_parse.c, http_body.c) -> messages
 *   message -> http_serve.c -> http_routes.c -> ep_*.c -> http_reply.c -> bytes
 */
#include <namidb/plugin.h>
#include <namidb/plugin_util.h>

#include "plugins/proto-http/http_conn.h"
#include "plugins/proto-http/http_framer.h"

static const struct nami_proto_ops ops = {
    .struct_size = sizeof(struct nami_proto_ops),
    .framer_open = nami_http__framer_open,
    .framer_close = nami_http__framer_close,
    .frame = nami_http__frame,
    .conn_open = nami_http__conn_open,
    .conn_close = nami_http__conn_close,
    .serve = nami_http__serve,
};

static const struct nami_proto_desc proto = {.struct_size = sizeof(struct nami_proto_desc),
                                             .port = 8080,
                                             .tls_port = 8443,
                                             .name = "http",
                                             .ops = &ops};

static const struct nami_plugin plugin = {NAMI_PLUGIN_HEAD, .name = "proto-http",
                                          .version = NAMI_VERSION, .build_id = "", .proto = &proto};

NAMI_PLUGIN_ENTRY(proto_http)
{
    return &plugin;
}
