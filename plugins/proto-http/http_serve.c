/* The steps of a request, from its head to the last byte of its answer. */
#include <namidb/plugin_util.h>

#include "plugins/proto-http/http_framer.h"
#include "plugins/proto-http/http_routes.h"
#include "plugins/proto-http/http_steps.h"

static int32_t say_continue(struct nami_http_turn *turn)
{
    struct nami_slice line = nami_text("HTTP/1.1 100 Continue\r\n\r\n");

    if (turn->out->room(turn->out) == 0) {
        return NAMI_E_AGAIN;
    }
    turn->conn->step = HTTP_STEP_BODY;
    return turn->out->write(turn->out, &line, 1);
}

/* ---- the answer ---- */

static int32_t send(struct nami_http_turn *turn)
{
    struct nami_conn *conn = turn->conn;
    int32_t status = nami_http__reply_send(&conn->reply, turn->out);

    if (status != NAMI_OK) {
        return status;
    }
    nami_http__reply_reset(&conn->reply);
    nami_cypher_request_reset(&conn->cypher.request);
    conn->step = HTTP_STEP_HEAD;
    if (conn->closes) {
        turn->out->end(turn->out);
    }
    return NAMI_OK;
}

/* What can not be framed is answered in place of the request that it would have been. */
static int32_t refuse_broken(struct nami_http_turn *turn)
{
    struct nami_conn *conn = turn->conn;

    nami_http__let_go(conn);
    nami_http__reply_reset(&conn->reply);
    if (conn->step == HTTP_STEP_HEAD) { /* the head is the broken part */
        conn->head = (struct nami_http_head){0};
        nami_http__choose_request_id(conn, nami_bytes(NULL, 0));
    }
    conn->route = NULL;
    conn->closes = true;
    return nami_http__refuse(turn, nami_http__kind_problem(turn->frame->kind));
}

static int32_t take_step(struct nami_http_turn *turn)
{
    switch (turn->conn->step) {
    case HTTP_STEP_HEAD:
        return nami_http__begin(turn);
    case HTTP_STEP_AUTHENTICATE:
        return nami_http__authenticate(turn);
    case HTTP_STEP_ADMIT:
        return nami_http__admit(turn);
    case HTTP_STEP_CONTINUE:
        return say_continue(turn);
    case HTTP_STEP_BODY:
        turn->conn->step = HTTP_STEP_ENDPOINT;
        return NAMI_OK;
    case HTTP_STEP_ENDPOINT:
        return turn->conn->route->serve(turn);
    case HTTP_STEP_SEND:
        return send(turn);
    }
    return NAMI_FAIL(turn->err, NAMI_E_INTERNAL, "no such step");
}

int32_t nami_http__serve(struct nami_conn *conn, const struct nami_call *call,
                         const struct nami_frame *frame, struct nami_out *out,
                         struct nami_error *err)
{
    struct nami_http_turn turn = {
        .conn = conn, .call = call, .frame = frame, .out = out, .err = err};
    size_t head_bytes =
        (frame->kind & HTTP_KIND_HEAD) != 0 ? nami_http__kind_head_bytes(frame->kind) : 0;
    int32_t status = NAMI_OK;

    if ((frame->flags & NAMI_FRAME_MESSAGE) == 0) {
        return NAMI_OK; /* it hung up */
    }
    if ((frame->flags & NAMI_FRAME_BROKEN) != 0) {
        if (conn->step != HTTP_STEP_SEND) {
            status = refuse_broken(&turn);
        }
    } else if (head_bytes <= frame->message.len) {
        turn.body = nami_bytes(frame->message.ptr + head_bytes, frame->message.len - head_bytes);
    }
    do {
        if (status == NAMI_OK) {
            status = take_step(&turn);
        }
    } while (status == NAMI_OK && conn->step != HTTP_STEP_HEAD && conn->step != HTTP_STEP_BODY);
    return status;
}
