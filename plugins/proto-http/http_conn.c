/* The life of a connection, and the answers every endpoint needs. */
#include "plugins/proto-http/http_conn.h"

#include <namidb/plugin_util.h>

#include "plugins/proto-http/http_routes.h"

enum { HOST_TEXT_BYTES_MAX = 1 << 20 };

int32_t nami_http__conn_open(const struct nami_services *services,
                             const struct nami_proto_config *config, const struct nami_peer *peer,
                             struct nami_conn **out, struct nami_error *err)
{
    const struct nami_host *host = services->host;
    struct nami_conn *conn = host->mem_alloc(host, sizeof(*conn));

    (void)config;
    *out = conn;
    if (conn == NULL) {
        return NAMI_FAIL(err, NAMI_E_NOMEM, "connection");
    }
    *conn = (struct nami_conn){.services = services, .peer = peer, .step = HTTP_STEP_HEAD};
    nami_http__reply_init(&conn->reply);
    nami_cypher_request_init(&conn->cypher.request, host);
    if (host->random_fill(host, conn->nonce, sizeof(conn->nonce)) != NAMI_OK) {
        nami_put_u64(conn->nonce, host->mono_ns(host)); /* to tell requests apart in logs */
    }
    return NAMI_OK;
}

void nami_http__conn_close(struct nami_conn *conn)
{
    if (conn != NULL) {
        const struct nami_host *host = conn->services->host;

        nami_http__let_go(conn);
        nami_cypher_request_release(&conn->cypher.request);
        nami_http__reply_release(&conn->reply);
        host->buf_destroy(host, conn->text);
        host->mem_free(host, conn);
    }
}

void nami_http__let_go(struct nami_conn *conn)
{
    const struct nami_services *services = conn->services;

    services->cursor_close(services, conn->cursor);
    services->session_close(services, conn->session);
    services->principal_close(services, conn->who);
    conn->cursor = NULL;
    conn->session = NULL;
    conn->who = NULL;
    conn->cypher.step = CYPHER_STEP_READ;
    conn->cypher.batch = NULL;
    conn->cypher.is_flushing = false;
}

struct nami_slice nami_http__request_id(const struct nami_conn *conn)
{
    return nami_bytes(conn->request_id, conn->request_id_len);
}

struct nami_http_headers nami_http__headers(const struct nami_http_turn *turn, uint32_t status)
{
    struct nami_conn *conn = turn->conn;

    conn->closes = conn->closes || turn->out->draining != 0;
    return (struct nami_http_headers){.status = status,
                                      .request_id = nami_http__request_id(conn),
                                      .asks_for_token = status == 401,
                                      .is_http_1_0 = (conn->head.flags & HTTP_IS_1_0) != 0,
                                      .closes = conn->closes};
}

/* What was used to make the answer is let go before it is sent: the peer may read slowly. */
static int32_t seal(struct nami_http_turn *turn, const struct nami_http_headers *headers)
{
    int32_t status = nami_http__reply_seal(&turn->conn->reply, headers);

    nami_http__let_go(turn->conn);
    turn->conn->step = HTTP_STEP_SEND;
    return status == NAMI_OK ? status : NAMI_FAIL(turn->err, status, "no memory for an answer");
}

int32_t nami_http__answer(struct nami_http_turn *turn, uint32_t status)
{
    struct nami_http_headers headers = nami_http__headers(turn, status);

    return seal(turn, &headers);
}

int32_t nami_http__answer_error(struct nami_http_turn *turn, const struct nami_http_error *error)
{
    struct nami_conn *conn = turn->conn;
    struct nami_http_headers headers = nami_http__headers(turn, error->http_status);
    struct nami_json_writer json;
    char location[512];

    nami_buf_clear(&conn->reply.body);
    nami_json_writer_init(&json, &conn->reply.body);
    nami_json_object_begin(&json);
    nami_http__error_members(&json, error, nami_http__request_id(conn));
    nami_json_object_end(&json);
    headers.retry_after_ms = error->http_status == 503 ? error->retry_after_ms : 0;
    headers.allow = error->allow;
    if (error->leader.len > 0) {
        (void)snprintf(location, sizeof(location), "%s://%.*s%s",
                       conn->peer->tls != 0 ? "https" : "http", (int)error->leader.len,
                       (const char *)error->leader.ptr, error->path);
        headers.location = nami_text(location);
    }
    return json.status == NAMI_OK ? seal(turn, &headers)
                                  : NAMI_FAIL(turn->err, json.status, "no memory for an answer");
}

int32_t nami_http__answer_failure(struct nami_http_turn *turn)
{
    const struct nami_services *services = turn->conn->services;
    struct nami_http_error error = nami_http__error_from(services->failure(services));

    error.path = turn->conn->route->path;
    return nami_http__answer_error(turn, &error);
}

int32_t nami_http__need_session(struct nami_http_turn *turn)
{
    struct nami_conn *conn = turn->conn;
    struct nami_slice name = {NULL, 0};

    return conn->session != NULL ? NAMI_OK
                                 : conn->services->session_open(conn->services, turn->call,
                                                                conn->who, nami_bytes(NULL, 0),
                                                                &conn->session, &name, turn->err);
}

struct nami_buf *nami_http__host_text(struct nami_conn *conn)
{
    const struct nami_host *host = conn->services->host;

    if (conn->text == NULL) {
        conn->text = host->buf_create(host, HOST_TEXT_BYTES_MAX);
    } else {
        host->buf_clear(host, conn->text);
    }
    return conn->text;
}
