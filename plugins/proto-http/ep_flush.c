/* POST /v0/admin/flush: takes no body; "{}" from those who must send one. */
#include <namidb/plugin_util.h>

#include "plugins/proto-http/http_problem.h"
#include "plugins/proto-http/http_routes.h"

static bool is_nothing(struct nami_slice body)
{
    return body.len == 0 || nami_slice_equal(body, nami_text("{}"));
}

int32_t nami_http__serve_flush(struct nami_http_turn *turn)
{
    struct nami_conn *conn = turn->conn;
    const struct nami_host *host = conn->services->host;
    struct nami_buf *text = NULL;
    int32_t status = NAMI_OK;

    if (!is_nothing(turn->body)) {
        const struct nami_http_problem_info *info = nami_http__problem(HTTP_UNEXPECTED_BODY);
        struct nami_http_error error =
            nami_http__error_of(info->condition, info->http_status, info->text, info->hint);

        return nami_http__answer_error(turn, &error);
    }
    text = nami_http__host_text(conn);
    if (text == NULL) {
        return NAMI_FAIL(turn->err, NAMI_E_NOMEM, "no memory for an answer");
    }
    status = nami_http__need_session(turn);
    if (status == NAMI_OK) {
        status = conn->services->flush(conn->services, turn->call, conn->session, text, turn->err);
    }
    if (status == NAMI_E_AGAIN) {
        return status;
    }
    if (status != NAMI_OK) {
        return nami_http__answer_failure(turn);
    }
    status = nami_buf_append(&conn->reply.body, host->buf_view(host, text));
    return status == NAMI_OK ? nami_http__answer(turn, 200)
                             : NAMI_FAIL(turn->err, status, "no memory for an answer");
}
