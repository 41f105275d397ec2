/*
 * plugins/proto-http/http_routes.h -- the table of what can be asked.
 */
#ifndef NAMI_PLUGINS_PROTO_HTTP_ROUTES_H
#define NAMI_PLUGINS_PROTO_HTTP_ROUTES_H

#include "plugins/proto-http/http_conn.h"

enum nami_http_method {
    HTTP_GET = 1,
    HTTP_HEAD = 2,
    HTTP_POST = 4,
    HTTP_OPTIONS = 8,
    HTTP_OTHER_METHOD = 16
};

struct nami_http_route {
    const char *path;
    const char *allow; /* the methods, as a header's value */
    uint32_t methods;  /* a sum of enum nami_http_method */
    bool is_public;    /* nobody is asked who he is */
    bool takes_json;   /* its body must be JSON, if its type is given */
    /* AGAIN, OK once the step is SEND, or a failure of the connection. */
    int32_t (*serve)(struct nami_http_turn *turn);
};

/* NULL: there is no such path. */
const struct nami_http_route *nami_http__route(struct nami_slice path);
/* The path that was perhaps meant; empty: none is near. */
struct nami_slice nami_http__near_path(struct nami_slice path);
/* enum nami_http_method */
uint32_t nami_http__method(struct nami_slice method);

int32_t nami_http__serve_health(struct nami_http_turn *turn);
int32_t nami_http__serve_version(struct nami_http_turn *turn);
int32_t nami_http__serve_cypher(struct nami_http_turn *turn);
int32_t nami_http__serve_flush(struct nami_http_turn *turn);

#endif /* NAMI_PLUGINS_PROTO_HTTP_ROUTES_H */
