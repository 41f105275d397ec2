/*
 * POST /v0/cypher: one statement, its rows, and what it changed.
 *
 * The answer is held back while it is small, or the statement may write: its status must
 * not be told before summary() has said that the write is durable. A large answer to a read
 * is streamed; an error in its midst ends it as a member "error", and the connection.
 */
#include <namidb/plugin_util.h>

#include "core/base/condition.h"
#include "plugins/common/json_rows.h"
#include "plugins/proto-http/http_routes.h"
#include "plugins/proto-http/notifications_json.h"

enum { ROWS_PER_FETCH = 4096 };

/* Told in the answer's midst if its head has gone, else instead of it. */
static int32_t fail(struct nami_http_turn *turn, const struct nami_http_error *error)
{
    struct nami_conn *conn = turn->conn;
    struct nami_json_writer *json = &conn->cypher.json;
    struct nami_http_headers headers = {0};
    int32_t status = NAMI_OK;

    if (!conn->reply.is_streaming) {
        return nami_http__answer_error(turn, error);
    }
    nami_json_array_end(json);
    nami_http__error_members(json, error, nami_http__request_id(conn));
    nami_json_object_end(json);
    conn->closes = true;
    headers = nami_http__headers(turn, 200);
    status = json->status == NAMI_OK ? nami_http__reply_stream(&conn->reply, &headers, true)
                                     : json->status;
    nami_http__let_go(conn);
    conn->step = HTTP_STEP_SEND;
    return status == NAMI_OK ? status : NAMI_FAIL(turn->err, status, "no memory for an answer");
}

static int32_t fail_service(struct nami_http_turn *turn)
{
    const struct nami_services *services = turn->conn->services;
    struct nami_http_error error = nami_http__error_from(services->failure(services));

    error.path = turn->conn->route->path;
    return fail(turn, &error);
}

static int32_t read_request(struct nami_http_turn *turn)
{
    struct nami_http_cypher *cypher = &turn->conn->cypher;
    struct nami_cypher_refusal refusal;
    struct nami_http_error error = {0};

    if (nami_cypher_request_read(&cypher->request, turn->body, &refusal) == NAMI_OK) {
        cypher->step = CYPHER_STEP_SESSION;
        return NAMI_OK;
    }
    error = nami_http__error_of(refusal.condition, 0, refusal.message, refusal.hint);
    return nami_http__answer_error(turn, &error);
}

static int32_t open_session(struct nami_http_turn *turn)
{
    int32_t status = nami_http__need_session(turn);

    if (status != NAMI_OK) {
        return status == NAMI_E_AGAIN ? status : nami_http__answer_failure(turn);
    }
    turn->conn->cypher.step = CYPHER_STEP_RUN;
    return NAMI_OK;
}

static int32_t run(struct nami_http_turn *turn)
{
    struct nami_conn *conn = turn->conn;
    struct nami_http_cypher *cypher = &conn->cypher;
    struct nami_query query = {.struct_size = sizeof(query),
                               .text = cypher->request.query,
                               .param_names = cypher->request.names,
                               .params = cypher->request.names.count > 0 ? &cypher->request.values
                                                                         : NULL};
    int32_t status = conn->services->run(conn->services, turn->call, conn->session, &query,
                                         &conn->cursor, &cypher->columns, turn->err);

    if (status != NAMI_OK) {
        return status == NAMI_E_AGAIN ? status : nami_http__answer_failure(turn);
    }
    nami_json_writer_init(&cypher->json, &conn->reply.body);
    nami_json_object_begin(&cypher->json);
    nami_json_key_text(&cypher->json, "columns");
    nami_json_columns(&cypher->json, &cypher->columns);
    nami_json_key_text(&cypher->json, "rows");
    nami_json_array_begin(&cypher->json);
    cypher->step = CYPHER_STEP_ROWS;
    return NAMI_OK;
}

/* May the answer's status be told before the statement has ended? */
static bool may_stream(const struct nami_conn *conn)
{
    const struct nami_services *services = conn->services;

    return services->statement(services, conn->cursor) == NAMI_STATEMENT_READ;
}

/* A row that has no JSON form, or does not fit: take back its half. */
static int32_t fail_row(struct nami_http_turn *turn, int32_t status, const char *message)
{
    struct nami_http_error error =
        status == NAMI_E_UNSUPPORTED
            ? nami_http__error_of(NAMI_COND_UNSUPPORTED_FEATURE, 0, message, NULL)
            : nami_http__error_of(NAMI_COND_RESULT_TOO_LARGE, 0,
                                  "the answer does not fit into 256 MiB",
                                  "return less, or use LIMIT");

    return fail(turn, &error);
}

/* Rows of the batch into the body, until there are none or the body is worth sending. */
static int32_t write_rows(struct nami_http_turn *turn)
{
    struct nami_conn *conn = turn->conn;
    struct nami_http_cypher *cypher = &conn->cypher;
    struct nami_error error = {.struct_size = sizeof(error)};

    while (cypher->row < cypher->batch->row_count) {
        struct nami_json_writer before = cypher->json;
        size_t len = conn->reply.body.len;
        int32_t status =
            nami_json_row(&cypher->json, &cypher->columns, cypher->batch, cypher->row, &error);

        if (status != NAMI_OK) {
            cypher->json = before;
            conn->reply.body.len = len;
            return fail_row(turn, status, error.message);
        }
        cypher->row++;
        if (conn->reply.body.len >= HTTP_REPLY_CHUNK_BYTES && may_stream(conn)) {
            struct nami_http_headers headers = {0};

            if ((conn->head.flags & HTTP_IS_1_0) != 0) {
                conn->closes = true; /* its end is the connection's */
            }
            headers = nami_http__headers(turn, 200);
            cypher->is_flushing = true;
            return nami_http__reply_stream(&conn->reply, &headers, false);
        }
    }
    cypher->batch = NULL;
    return NAMI_OK;
}

static int32_t pull_rows(struct nami_http_turn *turn)
{
    struct nami_conn *conn = turn->conn;
    struct nami_http_cypher *cypher = &conn->cypher;
    int32_t status = NAMI_OK;

    if (cypher->is_flushing) {
        status = nami_http__reply_send(&conn->reply, turn->out);
        cypher->is_flushing = status != NAMI_OK;
        return status;
    }
    if (cypher->batch == NULL) {
        status = conn->services->fetch(conn->services, turn->call, conn->cursor, ROWS_PER_FETCH,
                                       &cypher->batch, turn->err);
        if (status != NAMI_OK) {
            cypher->batch = NULL;
            return status == NAMI_E_AGAIN ? status : fail_service(turn);
        }
        cypher->row = 0;
        if (cypher->batch->row_count == 0) {
            cypher->batch = NULL;
            cypher->step = CYPHER_STEP_SUMMARY;
            return NAMI_OK;
        }
    }
    return write_rows(turn);
}

static void put_outcome(struct nami_json_writer *json, const struct nami_counters *counters)
{
    static const struct nami_counters nothing;
    const struct nami_counters *of = counters != NULL ? counters : &nothing;

    nami_json_key_text(json, "write_outcome");
    nami_json_object_begin(json);
    nami_json_key_text(json, "nodes_created");
    nami_json_uint(json, of->nodes_created);
    nami_json_key_text(json, "edges_created");
    nami_json_uint(json, of->relationships_created);
    nami_json_key_text(json, "nodes_deleted");
    nami_json_uint(json, of->nodes_deleted);
    nami_json_key_text(json, "edges_deleted");
    nami_json_uint(json, of->relationships_deleted);
    nami_json_key_text(json, "properties_set");
    nami_json_uint(json, of->properties_set);
    nami_json_object_end(json);
}

static int32_t finish(struct nami_http_turn *turn)
{
    struct nami_conn *conn = turn->conn;
    struct nami_json_writer *json = &conn->cypher.json;
    struct nami_summary summary = {.struct_size = sizeof(summary)};
    struct nami_http_headers headers = {0};
    int32_t status =
        conn->services->summary(conn->services, turn->call, conn->cursor, &summary, turn->err);

    if (status != NAMI_OK) {
        return status == NAMI_E_AGAIN ? status : fail_service(turn);
    }
    nami_json_array_end(json);
    if (summary.counters != NULL || summary.statement != NAMI_STATEMENT_READ) {
        put_outcome(json, summary.counters);
    }
    status = nami_http__notifications(json, summary.notifications);
    nami_json_object_end(json);
    if (status != NAMI_OK || json->status != NAMI_OK) {
        return NAMI_FAIL(turn->err, status != NAMI_OK ? status : json->status,
                         "no memory for an answer");
    }
    if (!conn->reply.is_streaming) {
        return nami_http__answer(turn, 200);
    }
    headers = nami_http__headers(turn, 200);
    nami_http__let_go(conn);
    conn->step = HTTP_STEP_SEND;
    return nami_http__reply_stream(&conn->reply, &headers, true);
}

int32_t nami_http__serve_cypher(struct nami_http_turn *turn)
{
    switch (turn->conn->cypher.step) {
    case CYPHER_STEP_READ:
        return read_request(turn);
    case CYPHER_STEP_SESSION:
        return open_session(turn);
    case CYPHER_STEP_RUN:
        return run(turn);
    case CYPHER_STEP_ROWS:
        return pull_rows(turn);
    case CYPHER_STEP_SUMMARY:
        return finish(turn);
    }
    return NAMI_FAIL(turn->err, NAMI_E_INTERNAL, "no such step");
}
