#include "plugins/proto-http/http_routes.h"

#include <namidb/plugin_util.h>

#include "core/base/suggest.h"

enum { READ = HTTP_GET | HTTP_HEAD | HTTP_OPTIONS, DO = HTTP_POST | HTTP_OPTIONS };

static const struct nami_http_route routes[] = {
    {"/v0/cypher", "POST, OPTIONS", DO, false, true, nami_http__serve_cypher},
    {"/v0/health", "GET, HEAD, OPTIONS", READ, true, false, nami_http__serve_health},
    {"/v0/version", "GET, HEAD, OPTIONS", READ, true, false, nami_http__serve_version},
    {"/v0/admin/flush", "POST, OPTIONS", DO, false, false, nami_http__serve_flush},
};

enum { ROUTE_COUNT = sizeof(routes) / sizeof(routes[0]) };

const struct nami_http_route *nami_http__route(struct nami_slice path)
{
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        if (nami_slice_equal(path, nami_text(routes[i].path))) {
            return &routes[i];
        }
    }
    return NULL;
}

struct nami_slice nami_http__near_path(struct nami_slice path)
{
    struct nami_suggest suggest;

    nami_suggest_init(&suggest, path, true);
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        nami_suggest_offer(&suggest, nami_text(routes[i].path));
    }
    return suggest.nearest;
}

uint32_t nami_http__method(struct nami_slice method)
{
    static const struct {
        const char *name;
        uint32_t method;
    } methods[] = {
        {"POST", HTTP_POST}, {"GET", HTTP_GET}, {"HEAD", HTTP_HEAD}, {"OPTIONS", HTTP_OPTIONS}};

    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        if (nami_slice_equal(method, nami_text(methods[i].name))) {
            return methods[i].method;
        }
    }
    return HTTP_OTHER_METHOD;
}
