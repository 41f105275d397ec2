/* GET /v0/version: NAMI_VERSION is the build's. */
#include <namidb/plugin_util.h>

#include "plugins/proto-http/http_routes.h"

int32_t nami_http__serve_version(struct nami_http_turn *turn)
{
    int32_t status =
        nami_buf_append(&turn->conn->reply.body, nami_text("{\"version\":\"" NAMI_VERSION "\"}"));

    return status == NAMI_OK ? nami_http__answer(turn, 200)
                             : NAMI_FAIL(turn->err, status, "no memory for an answer");
}
