/*
 * plugins/proto-http/http_conn.h -- one peer's requests, one after another.
 *
 * What:   head -> route -> who asks -> body -> endpoint -> answer, each a step. A step that
 *         would have to wait answers AGAIN and is the first thing done the next time, so
 *         nothing is done twice.
 * Above:  proto_http.c.
 * Below:  http_routes.c, the endpoints (ep_*.c), http_reply.c.
 * Thread: one at a time.
 */
#ifndef NAMI_PLUGINS_PROTO_HTTP_CONN_H
#define NAMI_PLUGINS_PROTO_HTTP_CONN_H

#include <namidb/host.h>
#include <namidb/proto.h>

#include "plugins/proto-http/cypher_request.h"
#include "plugins/proto-http/error_json.h"
#include "plugins/proto-http/http_parse.h"
#include "plugins/proto-http/http_reply.h"

struct nami_http_route;

enum { HTTP_REQUEST_ID_BYTES_MAX = 128 };

enum nami_http_step {
    HTTP_STEP_HEAD, /* between requests */
    HTTP_STEP_AUTHENTICATE,
    HTTP_STEP_ADMIT,
    HTTP_STEP_CONTINUE, /* 100 */
    HTTP_STEP_BODY,     /* waits for the message with the body */
    HTTP_STEP_ENDPOINT,
    HTTP_STEP_SEND
};

enum nami_cypher_step {
    CYPHER_STEP_READ,
    CYPHER_STEP_SESSION,
    CYPHER_STEP_RUN,
    CYPHER_STEP_ROWS,
    CYPHER_STEP_SUMMARY
};

/* What POST /v0/cypher keeps while it runs. */
struct nami_http_cypher {
    enum nami_cypher_step step;
    struct nami_cypher_request request;
    struct nami_fields columns;
    const struct nami_batch *batch; /* rows fetched, or NULL */
    size_t row;                     /* the next of them */
    struct nami_json_writer json;
    bool is_flushing; /* a part of the answer is being sent */
};

struct nami_conn {
    const struct nami_services *services;
    const struct nami_peer *peer;
    enum nami_http_step step;
    const struct nami_http_route *route;
    struct nami_http_head head; /* spans are into the message that held it */
    bool closes;                /* after this answer */
    const struct nami_principal *who;
    struct nami_session *session;
    struct nami_cursor *cursor;
    struct nami_buf *text; /* the host's, for what it writes; made when first needed */
    struct nami_http_reply reply;
    struct nami_http_cypher cypher;
    uint64_t request_count;
    uint8_t nonce[8]; /* of this connection's request ids */
    size_t request_id_len;
    char request_id[HTTP_REQUEST_ID_BYTES_MAX];
};

/* One call of serve(). */
struct nami_http_turn {
    struct nami_conn *conn;
    const struct nami_call *call;
    const struct nami_frame *frame;
    struct nami_out *out;
    struct nami_error *err;
    struct nami_slice body; /* for endpoints */
};

int32_t nami_http__conn_open(const struct nami_services *services,
                             const struct nami_proto_config *config, const struct nami_peer *peer,
                             struct nami_conn **out, struct nami_error *err);
void nami_http__conn_close(struct nami_conn *conn);
int32_t nami_http__serve(struct nami_conn *conn, const struct nami_call *call,
                         const struct nami_frame *frame, struct nami_out *out,
                         struct nami_error *err);

/* ---- for endpoints: each ends by setting the step to SEND ---- */

/* The body is in conn->reply; the answer has `status`. */
NAMI_CHECKED int32_t nami_http__answer(struct nami_http_turn *turn, uint32_t status);
/* An error instead of whatever the body holds so far. */
NAMI_CHECKED int32_t nami_http__answer_error(struct nami_http_turn *turn,
                                             const struct nami_http_error *error);
/* The error of the service that just failed. */
NAMI_CHECKED int32_t nami_http__answer_failure(struct nami_http_turn *turn);
/* Open a session if there is none. OK, AGAIN, or a failure for answer_failure(). */
NAMI_CHECKED int32_t nami_http__need_session(struct nami_http_turn *turn);
/* An empty buffer of the host's. NULL: no memory. */
struct nami_buf *nami_http__host_text(struct nami_conn *conn);
/* Cursor, session and principal, in that order. */
void nami_http__let_go(struct nami_conn *conn);
struct nami_slice nami_http__request_id(const struct nami_conn *conn);
/* The headers of an answer with `status`. */
struct nami_http_headers nami_http__headers(const struct nami_http_turn *turn, uint32_t status);

#endif /* NAMI_PLUGINS_PROTO_HTTP_CONN_H */
