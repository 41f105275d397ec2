/* GET /v0/health: 503 with the same body where the host can not serve. */
#include <namidb/plugin_util.h>

#include "core/base/condition.h"
#include "plugins/proto-http/http_routes.h"

int32_t nami_http__serve_health(struct nami_http_turn *turn)
{
    struct nami_conn *conn = turn->conn;
    const struct nami_host *host = conn->services->host;
    struct nami_buf *text = nami_http__host_text(conn);
    struct nami_http_error error = {0};
    int32_t status = NAMI_E_NOMEM;

    if (text != NULL) {
        status =
            conn->services->report(conn->services, turn->call, NAMI_REPORT_HEALTH, text, turn->err);
    }
    if (status == NAMI_E_AGAIN) {
        return status;
    }
    if (status == NAMI_OK || status == NAMI_E_TRANSIENT) {
        uint32_t http_status = status == NAMI_OK ? 200 : 503;

        status = nami_buf_append(&conn->reply.body, host->buf_view(host, text));
        if (status == NAMI_OK) {
            return nami_http__answer(turn, http_status);
        }
    }
    error = nami_http__error_of(nami_condition_of_status(status), 0,
                                "the state of the host can not be told", NULL);
    return nami_http__answer_error(turn, &error);
}
