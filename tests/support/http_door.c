#include "tests/support/http_door.h"

#include <stdlib.h>
#include <string.h>

#include <namidb/plugin_util.h>

#include "core/base/hash.h"
#include "plugins/common/json_rows.h"

struct nami_session {
    uint8_t nothing;
};

struct nami_principal {
    uint8_t nothing;
};

struct nami_cursor {
    int64_t next;
    int64_t values[64];
    struct nami_column column;
    struct nami_batch batch;
};

static const struct nami_principal somebody;

static struct http_door *of(const struct nami_services *services)
{
    union {
        const struct nami_services *services;
        struct http_door *door; /* made by http_door_init(), so not const */
    } self = {.services = services};

    return self.door;
}

static uint64_t mix(uint64_t hash, struct nami_slice bytes)
{
    return nami_hash_bytes(bytes.ptr, bytes.len, hash + bytes.len);
}

/* AGAIN now? If it was said before, this call must be that one again. */
static bool must_wait(struct http_door *door, uint32_t service, uint64_t hash)
{
    if (door->waiting != 0) {
        door->violations += door->waiting != service || door->waiting_hash != hash;
        door->waiting = 0;
        return false;
    }
    if (door->is_busy) {
        door->waiting = service;
        door->waiting_hash = hash;
    }
    return door->is_busy;
}

static int32_t failed(const struct http_door *door, struct nami_error *err)
{
    return NAMI_FAIL(err, door->failure.status, "as the test wants");
}

static const struct nami_failure *door_failure(const struct nami_services *services)
{
    return &of(services)->failure;
}

static int32_t door_authenticate(const struct nami_services *services, const struct nami_call *call,
                                 const struct nami_credentials *credentials,
                                 const struct nami_principal **out, struct nami_error *err)
{
    struct http_door *door = of(services);
    bool is_bearer = nami_slice_equal(credentials->scheme, nami_text("bearer"));

    (void)call;
    *out = NULL;
    if (must_wait(door, DOOR_AUTHENTICATE, mix(mix(1, credentials->scheme), credentials->secret))) {
        return NAMI_E_AGAIN;
    }
    if ((door->fails & DOOR_AUTHENTICATE) != 0) {
        return failed(door, err);
    }
    if (door->token != NULL &&
        (!is_bearer || !nami_slice_equal(credentials->secret, nami_text(door->token)))) {
        door->failure = (struct nami_failure){.struct_size = sizeof(door->failure),
                                              .status = NAMI_E_AUTH,
                                              .http_status = 401,
                                              .code = nami_text("Neo.Unauthorized"),
                                              .condition = nami_text("Security.Unauthorized"),
                                              .message = nami_text("the token is not right")};
        return failed(door, err);
    }
    *out = &somebody;
    door->open++;
    door->has_principal = true;
    return NAMI_OK;
}

static void door_principal_close(const struct nami_services *services,
                                 const struct nami_principal *who)
{
    of(services)->open -= who != NULL;
}

static int32_t door_session_open(const struct nami_services *services, const struct nami_call *call,
                                 const struct nami_principal *who, struct nami_slice database,
                                 struct nami_session **out, struct nami_slice *name,
                                 struct nami_error *err)
{
    struct http_door *door = of(services);

    (void)call;
    *name = database;
    *out = NULL;
    if (must_wait(door, DOOR_SESSION_OPEN, mix(who == &somebody, database))) {
        return NAMI_E_AGAIN;
    }
    if (who != &somebody || (door->fails & DOOR_SESSION_OPEN) != 0) {
        return failed(door, err);
    }
    *out = services->host->mem_alloc(services->host, sizeof(**out));
    door->open += *out != NULL;
    return *out != NULL ? NAMI_OK : NAMI_FAIL(err, NAMI_E_NOMEM, "session");
}

static void door_session_close(const struct nami_services *services, struct nami_session *session)
{
    of(services)->open -= session != NULL;
    services->host->mem_free(services->host, session);
}

/* The parameters as an object, to compare them in one go. */
static void dump_params(struct http_door *door, const struct nami_query *query)
{
    struct nami_json_writer json;

    nami_buf_clear(&door->params);
    nami_json_writer_init(&json, &door->params);
    if (query->params != NULL &&
        nami_json_row(&json, &query->param_names, query->params, 0, NULL) != NAMI_OK) {
        door->violations++;
    }
}

static int32_t door_run(const struct nami_services *services, const struct nami_call *call,
                        struct nami_session *session, const struct nami_query *query,
                        struct nami_cursor **out, struct nami_fields *fields,
                        struct nami_error *err)
{
    static const struct nami_field number = {
        .struct_size = sizeof(number), .type = NAMI_TYPE_INT64, .name = {(const uint8_t *)"n", 1}};
    struct http_door *door = of(services);

    (void)call;
    *out = NULL;
    *fields = (struct nami_fields){.at = &number, .count = 1, .stride = sizeof(number)};
    dump_params(door, query);
    if (must_wait(door, DOOR_RUN,
                  mix(mix(session != NULL, query->text), nami_buf_view(&door->params)))) {
        return NAMI_E_AGAIN;
    }
    nami_buf_clear(&door->query);
    door->violations += nami_buf_append(&door->query, query->text) != NAMI_OK;
    if ((door->fails & DOOR_RUN) != 0) {
        return failed(door, err);
    }
    if (door->columns.count > 0) {
        *fields = door->columns;
    }
    *out = services->host->mem_alloc(services->host, sizeof(**out));
    if (*out == NULL) {
        return NAMI_FAIL(err, NAMI_E_NOMEM, "cursor");
    }
    **out = (struct nami_cursor){0};
    door->open++;
    door->statements++;
    return NAMI_OK;
}

static int32_t door_fetch(const struct nami_services *services, const struct nami_call *call,
                          struct nami_cursor *cursor, size_t rows_max,
                          const struct nami_batch **out, struct nami_error *err)
{
    struct http_door *door = of(services);
    size_t count = 0;

    if (must_wait(door, DOOR_FETCH, rows_max + (cursor != NULL))) {
        return NAMI_E_AGAIN;
    }
    if (services->host->cancelled(services->host, call->cancel) != 0) {
        return NAMI_FAIL(err, NAMI_E_CANCELLED, "cancelled");
    }
    if ((door->fails & DOOR_FETCH) != 0 && cursor->next >= door->rows_before) {
        return failed(door, err);
    }
    if (door->batch != NULL && cursor->next++ == 0) {
        *out = door->batch;
        return NAMI_OK;
    }
    while (door->batch == NULL && count < rows_max && count < 64 &&
           cursor->next < door->row_count) {
        cursor->values[count++] = cursor->next++;
    }
    cursor->column = (struct nami_column){.struct_size = sizeof(cursor->column),
                                          .type = NAMI_TYPE_INT64,
                                          .count = count,
                                          .values = cursor->values};
    cursor->batch = (struct nami_batch){.struct_size = sizeof(cursor->batch),
                                        .column_count = 1,
                                        .columns = &cursor->column,
                                        .column_stride = sizeof(cursor->column),
                                        .row_count = count};
    *out = &cursor->batch;
    return NAMI_OK;
}

static int32_t door_summary(const struct nami_services *services, const struct nami_call *call,
                            struct nami_cursor *cursor, struct nami_summary *out,
                            struct nami_error *err)
{
    struct http_door *door = of(services);

    (void)call;
    if (must_wait(door, DOOR_SUMMARY, cursor != NULL)) {
        return NAMI_E_AGAIN;
    }
    if ((door->fails & DOOR_SUMMARY) != 0) {
        return failed(door, err);
    }
    *out = (struct nami_summary){.struct_size = sizeof(*out),
                                 .statement = door->statement,
                                 .counters = door->counters,
                                 .notifications = door->notifications};
    return NAMI_OK;
}

static uint32_t door_statement(const struct nami_services *services,
                               const struct nami_cursor *cursor)
{
    (void)cursor;
    return of(services)->statement;
}

static void door_cursor_close(const struct nami_services *services, struct nami_cursor *cursor)
{
    of(services)->open -= cursor != NULL;
    services->host->mem_free(services->host, cursor);
}

static int32_t door_flush(const struct nami_services *services, const struct nami_call *call,
                          struct nami_session *session, struct nami_buf *text,
                          struct nami_error *err)
{
    struct http_door *door = of(services);

    (void)call;
    if (must_wait(door, DOOR_FLUSH, session != NULL)) {
        return NAMI_E_AGAIN;
    }
    if ((door->fails & DOOR_FLUSH) != 0) {
        return failed(door, err);
    }
    return services->host->buf_append(services->host, text,
                                      nami_text("{\"ssts_written\":0,\"manifest_version\":3}"));
}

static int32_t door_report(const struct nami_services *services, const struct nami_call *call,
                           uint32_t what, struct nami_buf *text, struct nami_error *err)
{
    struct http_door *door = of(services);
    int32_t status = NAMI_OK;

    (void)call;
    if (must_wait(door, DOOR_REPORT, what)) {
        return NAMI_E_AGAIN;
    }
    status = services->host->buf_append(services->host, text, nami_text(door->health));
    return status == NAMI_OK && (door->fails & DOOR_REPORT) != 0 ? failed(door, err) : status;
}

/* ---- out ---- */

static struct http_door *of_out(const struct nami_out *out)
{
    union {
        const uint8_t *at;
        struct http_door *door;
    } self = {.at = (const uint8_t *)out - offsetof(struct http_door, out)};

    return self.door;
}

static size_t out_room(const struct nami_out *out)
{
    return of_out(out)->room;
}

static int32_t out_write(struct nami_out *out, const struct nami_slice *parts, size_t count)
{
    struct http_door *door = of_out(out);

    door->violations += door->has_ended;
    for (size_t i = 0; i < count; i++) {
        if (nami_buf_append(&door->text, parts[i]) != NAMI_OK) {
            return NAMI_E_NOMEM;
        }
        door->room -= parts[i].len < door->room ? parts[i].len : door->room;
    }
    return NAMI_OK;
}

static void out_end(struct nami_out *out)
{
    of_out(out)->has_ended = true;
}

static void out_keepalive(struct nami_out *out, struct nami_slice bytes, uint32_t every_ms)
{
    (void)bytes;
    (void)every_ms;
    of_out(out)->violations++; /* nothing here needs it */
}

void http_door_init(struct http_door *door)
{
    *door = (struct http_door){
        .services = {.struct_size = sizeof(door->services),
                     .failure = door_failure,
                     .authenticate = door_authenticate,
                     .principal_close = door_principal_close,
                     .session_open = door_session_open,
                     .session_close = door_session_close,
                     .run = door_run,
                     .fetch = door_fetch,
                     .summary = door_summary,
                     .cursor_close = door_cursor_close,
                     .flush = door_flush,
                     .report = door_report,
                     .statement = door_statement},
        .out = {.struct_size = sizeof(door->out),
                .room = out_room,
                .write = out_write,
                .end = out_end,
                .keepalive = out_keepalive},
        .room_bytes = 1 << 20,
        .health = "{\"status\":\"ok\",\"namespace\":\"demo\",\"manifest_version\":3,\"epoch\":1,"
                  "\"writer\":\"leader\"}",
        .failure = {.struct_size = sizeof(door->failure),
                    .status = NAMI_E_INTERNAL,
                    .http_status = 500},
        .stranger_bytes_max = 64 * 1024,
        .message_bytes_max = 64 << 20};
    nami_buf_init(&door->text, 256 << 20);
    nami_buf_init(&door->query, 64 << 20);
    nami_buf_init(&door->params, 256 << 20);
    test_host_init(&door->host);
    door->services.host = &door->host.table;
}

void http_door_release(struct http_door *door)
{
    nami_buf_release(&door->text);
    nami_buf_release(&door->query);
    nami_buf_release(&door->params);
    test_host_release(&door->host);
}

void http_door_clear(struct http_door *door)
{
    nami_buf_clear(&door->text);
    nami_buf_clear(&door->query);
    nami_buf_clear(&door->params);
    door->has_ended = false;
    door->violations = 0;
    door->statements = 0;
    door->turns = 0;
    door->served = NAMI_OK;
    door->waiting = 0;
    door->has_principal = false;
}

/* ---- the host's half of a connection ---- */

struct talk {
    struct http_door *door;
    const struct nami_proto_ops *proto;
    struct nami_framer *framer;
    struct nami_conn *conn;
    struct nami_call call;
    uint8_t *bytes;
    size_t begin; /* not yet framed */
    size_t end;   /* arrived */
    size_t len;
    struct nami_frame queue[HTTP_DOOR_QUEUE_MAX];
    size_t queued;
    bool is_last;
};

/* Frame all that has arrived. */
static void cut(struct talk *talk)
{
    struct http_door *door = talk->door;

    while (!talk->is_last && talk->queued < HTTP_DOOR_QUEUE_MAX) {
        size_t limit = door->has_principal ? door->message_bytes_max : door->stranger_bytes_max;
        struct nami_frame *frame = &talk->queue[talk->queued];
        struct nami_stream stream = {.struct_size = sizeof(stream),
                                     .bytes = talk->bytes + talk->begin,
                                     .len = talk->end - talk->begin};

        stream.state = door->hangs_up && talk->end == talk->len   ? NAMI_STREAM_ENDED
                       : stream.len >= limit && talk->queued == 0 ? NAMI_STREAM_FULL
                                                                  : NAMI_STREAM_OPEN;
        *frame = (struct nami_frame){.struct_size = sizeof(*frame)};
        if (talk->proto->frame(talk->framer, &stream, frame) != NAMI_OK ||
            frame->consumed_bytes > stream.len ||
            (frame->flags == 0 && stream.state != NAMI_STREAM_OPEN) ||
            (frame->flags == 0 && frame->wanted_bytes <= stream.len) ||
            (frame->message.len > 0 &&
             (frame->message.ptr < stream.bytes ||
              frame->message.ptr + frame->message.len > stream.bytes + frame->consumed_bytes))) {
            door->violations++;
            talk->is_last = true;
            return;
        }
        talk->begin += frame->consumed_bytes;
        if (frame->flags == 0) {
            return;
        }
        talk->queued++;
        talk->is_last = (frame->flags & NAMI_FRAME_LAST) != 0;
    }
}

static void serve(struct talk *talk)
{
    struct http_door *door = talk->door;

    for (size_t i = 0; i < talk->queued && !door->has_ended; i++) {
        do {
            door->room = door->room_bytes; /* the peer has read */
            door->served =
                talk->proto->serve(talk->conn, &talk->call, &talk->queue[i], &door->out, NULL);
            door->turns++;
        } while (door->served == NAMI_E_AGAIN);
        if (door->served != NAMI_OK) {
            door->has_ended = true; /* the host closes at once */
        }
    }
    talk->queued = 0;
}

void http_door_talk(struct http_door *door, const struct nami_proto_ops *proto, const void *bytes,
                    size_t len, size_t step)
{
    static const struct nami_proto_config config = {.struct_size = sizeof(config)};
    static const struct nami_peer peer = {.struct_size = sizeof(peer)};
    struct talk talk = {
        .door = door, .proto = proto, .call = test_call(), .bytes = malloc(len + 1), .len = len};
    bool is_moving = true;

    http_door_clear(door);
    if (talk.bytes == NULL ||
        proto->framer_open(&door->host.table, &config, &talk.framer, NULL) != NAMI_OK ||
        proto->conn_open(&door->services, &config, &peer, &talk.conn, NULL) != NAMI_OK) {
        door->served = NAMI_E_NOMEM;
        is_moving = false;
    } else if (len > 0) {
        memcpy(talk.bytes, bytes, len);
    }
    while (is_moving && !door->has_ended) {
        size_t more = step == 0 || len - talk.end < step ? len - talk.end : step;
        size_t begin = talk.begin;

        talk.end += more;
        cut(&talk);
        is_moving = more > 0 || talk.queued > 0 || talk.begin > begin;
        serve(&talk);
        is_moving = is_moving && !talk.is_last;
    }
    door->has_ended = door->has_ended || talk.is_last;
    proto->conn_close(talk.conn);
    proto->framer_close(talk.framer);
    free(talk.bytes);
    if (nami_buf_append(&door->text, nami_bytes("", 1)) == NAMI_OK) {
        door->text.len--; /* a NUL behind the text, for those who read numbers */
    }
}

/* ---- reading what came out ---- */

static const char *header_of(struct nami_slice head, const char *name)
{
    size_t len = strlen(name);

    for (size_t i = 0; i + len < head.len; i++) {
        if (memcmp(head.ptr + i, name, len) == 0) {
            return (const char *)head.ptr + i + len;
        }
    }
    return NULL;
}

/* The chunks behind *at, joined. false: malformed. */
static bool join_chunks(struct nami_slice text, size_t *at, struct http_response *out)
{
    for (;;) {
        char *end = NULL;
        size_t size = 0;

        if (*at >= text.len) {
            return false;
        }
        size = strtoul((const char *)text.ptr + *at, &end, 16);
        *at = (size_t)((const uint8_t *)end - text.ptr) + 2;
        if (*at > text.len || size > text.len - *at || text.len - *at - size < 2 ||
            memcmp(text.ptr + *at + size, "\r\n", 2) != 0) {
            return false;
        }
        memcpy(out->body + out->body_len, text.ptr + *at, size);
        out->body_len += size;
        *at += size + 2;
        if (size == 0) {
            return true;
        }
    }
}

bool http_door_response(struct http_door *door, size_t *at, bool to_head, struct http_response *out)
{
    struct nami_slice text = nami_buf_view(&door->text);
    size_t end = *at;
    const char *length = NULL;
    bool is_good = true;

    *out = (struct http_response){0};
    if (*at == text.len) {
        return false;
    }
    while (end + 4 <= text.len && memcmp(text.ptr + end, "\r\n\r\n", 4) != 0) {
        end++;
    }
    if (end + 4 > text.len || memcmp(text.ptr + *at, "HTTP/1.1 ", 9) != 0) {
        door->violations++;
        return false;
    }
    out->head = nami_bytes(text.ptr + *at, end + 4 - *at);
    out->status = atoi((const char *)text.ptr + *at + 9);
    out->body = calloc(1, text.len - end + 1);
    *at = end + 4;
    length = header_of(out->head, "\r\nContent-Length: ");
    if (header_of(out->head, "\r\nTransfer-Encoding: chunked\r\n") != NULL) {
        is_good = length == NULL && join_chunks(text, at, out);
    } else if (out->status >= 200 && out->status != 204 && !to_head) {
        out->body_len = length != NULL ? strtoul(length, NULL, 10) : text.len - *at;
        is_good = out->body_len <= text.len - *at;
        if (is_good) {
            memcpy(out->body, text.ptr + *at, out->body_len);
            *at += out->body_len;
        }
    }
    out->body[is_good ? out->body_len : 0] = '\0';
    door->violations += !is_good;
    return is_good;
}
