/* From a head to the decision that its body may come, and be served. */
#include <string.h>

#include <namidb/plugin_util.h>

#include "core/base/limits.h"
#include "core/base/number_text.h"
#include "plugins/proto-http/http_framer.h"
#include "plugins/proto-http/http_routes.h"
#include "plugins/proto-http/http_steps.h"

static struct nami_slice span_of(const struct nami_http_turn *turn, struct nami_http_span span)
{
    return nami_bytes(turn->frame->message.ptr + span.at, span.len);
}

/* Is the body, if there is one, behind us? */
static bool has_whole_body(const struct nami_http_turn *turn)
{
    return (turn->frame->kind & HTTP_KIND_BODY) != 0;
}

/* An answer before the body has come is the connection's last. */
int32_t nami_http__refuse(struct nami_http_turn *turn, uint32_t problem)
{
    const struct nami_http_problem_info *info = nami_http__problem(problem);
    struct nami_http_error error =
        nami_http__error_of(info->condition, info->http_status, info->text, info->hint);

    turn->conn->closes = turn->conn->closes || !has_whole_body(turn);
    if (problem == HTTP_NO_SUCH_METHOD) {
        error.allow = nami_text(turn->conn->route != NULL ? turn->conn->route->allow : "");
    }
    return nami_http__answer_error(turn, &error);
}

/* ---- HEAD: what is asked ---- */

static bool is_id_char(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c != 0 && strchr("-._~:+/=@", c) != NULL);
}

/* The client's, if it is one that can be logged as it is; else one of ours. */
void nami_http__choose_request_id(struct nami_conn *conn, struct nami_slice wish)
{
    static const char digits[] = "0123456789abcdef";
    bool is_good = wish.len > 0 && wish.len <= HTTP_REQUEST_ID_BYTES_MAX;
    char *at = conn->request_id;

    for (size_t i = 0; i < wish.len && is_good; i++) {
        is_good = is_id_char(wish.ptr[i]);
    }
    conn->request_count++;
    if (is_good) {
        (void)memcpy(at, wish.ptr, wish.len);
        conn->request_id_len = wish.len;
        return;
    }
    for (size_t i = 0; i < sizeof(conn->nonce); i++) {
        *at++ = digits[conn->nonce[i] >> 4];
        *at++ = digits[conn->nonce[i] & 15];
    }
    *at++ = '-';
    at += nami_uint_text(conn->request_count, at);
    conn->request_id_len = (size_t)(at - conn->request_id);
}

static int32_t refuse_path(struct nami_http_turn *turn, struct nami_slice path)
{
    const struct nami_http_problem_info *info = nami_http__problem(HTTP_NO_SUCH_PATH);
    struct nami_slice near = nami_http__near_path(path);
    struct nami_http_error error =
        nami_http__error_of(info->condition, info->http_status, info->text, NULL);
    char hint[64];

    if (near.len > 0) {
        (void)snprintf(hint, sizeof(hint), "did you mean %.*s?", (int)near.len,
                       (const char *)near.ptr);
        error.hint = nami_text(hint);
    }
    turn->conn->closes = turn->conn->closes || !has_whole_body(turn);
    return nami_http__answer_error(turn, &error);
}

static int32_t answer_options(struct nami_http_turn *turn, const char *allow)
{
    struct nami_http_headers headers = {0};

    turn->conn->closes = turn->conn->closes || !has_whole_body(turn);
    headers = nami_http__headers(turn, 204);
    headers.allow = nami_text(allow);
    turn->conn->step = HTTP_STEP_SEND;
    return nami_http__reply_seal(&turn->conn->reply, &headers);
}

static int32_t find_route(struct nami_http_turn *turn)
{
    struct nami_conn *conn = turn->conn;
    struct nami_slice path = span_of(turn, conn->head.path);
    uint32_t method = nami_http__method(span_of(turn, conn->head.method));
    bool is_tunnel = path.ptr[0] != '/' && path.ptr[0] != '*';

    conn->route = nami_http__route(path);
    conn->reply.hides_body = method == HTTP_HEAD;
    if (method == HTTP_OPTIONS && (conn->route != NULL || path.ptr[0] == '*')) {
        return answer_options(turn, conn->route != NULL ? conn->route->allow
                                                        : "GET, HEAD, POST, OPTIONS");
    }
    if (is_tunnel || nami_slice_equal(span_of(turn, conn->head.method), nami_text("TRACE"))) {
        return nami_http__refuse(turn, HTTP_NO_SUCH_METHOD);
    }
    if (conn->route == NULL) {
        return refuse_path(turn, path);
    }
    if ((conn->route->methods & method) == 0) {
        return nami_http__refuse(turn, HTTP_NO_SUCH_METHOD);
    }
    if ((conn->head.flags & HTTP_HAS_QUERY) != 0) {
        return nami_http__refuse(turn, HTTP_QUERY_STRING);
    }
    conn->step = conn->route->is_public ? HTTP_STEP_ADMIT : HTTP_STEP_AUTHENTICATE;
    return NAMI_OK;
}

int32_t nami_http__begin(struct nami_http_turn *turn)
{
    struct nami_conn *conn = turn->conn;
    size_t head_bytes = nami_http__kind_head_bytes(turn->frame->kind);

    conn->head = (struct nami_http_head){0};
    conn->route = NULL;
    nami_http__reply_reset(&conn->reply);
    if (head_bytes > turn->frame->message.len ||
        nami_http__parse(&conn->head, turn->frame->message.ptr, head_bytes) != HTTP_DONE) {
        return NAMI_FAIL(turn->err, NAMI_E_INTERNAL, "the framer passed on what is no head");
    }
    nami_http__choose_request_id(conn, span_of(turn, conn->head.request_id));
    conn->closes = !nami_http__is_persistent(&conn->head);
    return find_route(turn);
}

/* ---- who asks ---- */

/* "Bearer TOKEN", whatever the scheme's case. */
static bool split_bearer(struct nami_slice value, struct nami_slice *token)
{
    size_t at = 6;

    if (value.len < 8 || !nami_http__is_text(value.ptr, 6, "bearer") || value.ptr[6] != ' ') {
        return false;
    }
    while (at < value.len && value.ptr[at] == ' ') {
        at++;
    }
    *token = nami_bytes(value.ptr + at, value.len - at);
    for (size_t i = 0; i < token->len; i++) {
        if (token->ptr[i] <= ' ' || token->ptr[i] >= 0x7f) {
            return false;
        }
    }
    return token->len > 0;
}

int32_t nami_http__authenticate(struct nami_http_turn *turn)
{
    struct nami_conn *conn = turn->conn;
    struct nami_credentials credentials = {.struct_size = sizeof(credentials),
                                           .scheme = nami_text("none"),
                                           .client = span_of(turn, conn->head.user_agent)};
    int32_t status = NAMI_OK;

    if ((conn->head.flags & HTTP_HAS_AUTHORIZATION) != 0) {
        credentials.scheme = nami_text("bearer");
        if (!split_bearer(span_of(turn, conn->head.authorization), &credentials.secret)) {
            return nami_http__refuse(turn, HTTP_BAD_AUTHORIZATION);
        }
    }
    status = conn->services->authenticate(conn->services, turn->call, &credentials, &conn->who,
                                          turn->err);
    if (status == NAMI_E_AGAIN) {
        return status;
    }
    conn->step = HTTP_STEP_ADMIT;
    if (status != NAMI_OK) {
        conn->closes = conn->closes || !has_whole_body(turn);
        return nami_http__answer_failure(turn);
    }
    return NAMI_OK;
}

/* ---- may the body come? ---- */

/* "application/json", parameters aside; a charset, if said, must be UTF-8. */
static bool is_json(struct nami_slice type)
{
    static const char json[] = "application/json";
    const size_t len = sizeof(json) - 1;
    size_t at = len;

    if (type.len < len || !nami_http__is_text(type.ptr, len, json)) {
        return false;
    }
    while (at < type.len && (type.ptr[at] == ' ' || type.ptr[at] == '\t')) {
        at++;
    }
    if (at == type.len) {
        return true;
    }
    if (type.ptr[at++] != ';') {
        return false;
    }
    while (at < type.len && (type.ptr[at] == ' ' || type.ptr[at] == '\t')) {
        at++;
    }
    return nami_http__is_text(type.ptr + at, type.len - at, "charset=utf-8") ||
           nami_http__is_text(type.ptr + at, type.len - at, "charset=\"utf-8\"");
}

static uint32_t admissible(const struct nami_http_turn *turn)
{
    const struct nami_http_head *head = &turn->conn->head;

    if (head->content_length > NAMI_REQUEST_BODY_BYTES_MAX) {
        return HTTP_BODY_TOO_LARGE;
    }
    if ((head->flags & HTTP_EXPECTS_OTHER) != 0) {
        return HTTP_BAD_EXPECTATION;
    }
    if ((head->flags & HTTP_HAS_CONTENT_ENCODING) != 0) {
        return HTTP_CONTENT_ENCODING;
    }
    if (turn->conn->route->takes_json && (head->flags & HTTP_HAS_CONTENT_TYPE) != 0 &&
        !is_json(span_of(turn, head->content_type))) {
        return HTTP_NOT_JSON;
    }
    return HTTP_FINE;
}

int32_t nami_http__admit(struct nami_http_turn *turn)
{
    uint32_t problem = admissible(turn);

    if (problem != HTTP_FINE) {
        return nami_http__refuse(turn, problem);
    }
    turn->conn->step =
        has_whole_body(turn) ? HTTP_STEP_ENDPOINT
        : (turn->conn->head.flags & (HTTP_EXPECTS_CONTINUE | HTTP_IS_1_0)) == HTTP_EXPECTS_CONTINUE
            ? HTTP_STEP_CONTINUE
            : HTTP_STEP_BODY;
    return NAMI_OK;
}
