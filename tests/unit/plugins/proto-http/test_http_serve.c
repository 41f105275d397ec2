/* How a connection behaves where it must wait, where bytes break, and where memory ends. */
#include "tests/support/run_suite.h"

#include <string.h>

#include <namidb/plugin.h>
#include <namidb/plugin_util.h>

#include "tests/support/http_door.h"

NAMI_PLUGIN_DECLARE(proto_http);

#define QUERY                                                                                      \
    "POST /v0/cypher HTTP/1.1\r\nHost: x\r\nContent-Length: 30\r\n\r\n"                            \
    "{\"query\":\"x\",\"params\":{\"a\":1}}"
#define CHUNKS                                                                                     \
    "POST /v0/cypher HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"                    \
    "1\r\n{\r\n00c;x=y\r\n\"query\":\"x\",\r\n11\r\n\"params\":{\"a\":1}}\r\n0\r\nA: b\r\n\r\n"
#define HEALTH "GET /v0/health HTTP/1.1\r\nHost: x\r\n\r\n"

static struct http_door door;
static const struct nami_proto_ops *proto;

static int setup(void)
{
    proto = nami_plugin_entry_proto_http()->proto->ops;
    http_door_init(&door);
    return 0;
}

static int teardown(void)
{
    http_door_release(&door);
    return 0;
}

static void reset(void)
{
    http_door_release(&door);
    http_door_init(&door);
}

/* All that was written, as a copy; free() it. */
static char *talk(const char *request, size_t step)
{
    char *text = NULL;

    http_door_talk(&door, proto, request, strlen(request), step);
    CU_ASSERT_EQUAL(door.violations, 0);
    CU_ASSERT_EQUAL(door.open, 0);
    CU_ASSERT_EQUAL(door.served, NAMI_OK);
    text = malloc(door.text.len + 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    memcpy(text, door.text.ptr, door.text.len + 1);
    return text;
}

/* Statuses in order, such as "200 200 404"; every body is checked to be there. */
static void statuses(char *out, size_t out_bytes)
{
    struct http_response response;
    size_t at = 0;
    size_t used = 0;

    out[0] = '\0';
    while (http_door_response(&door, &at, false, &response)) {
        used += (size_t)snprintf(out + used, out_bytes - used, "%s%d", used > 0 ? " " : "",
                                 response.status);
        free(response.body);
    }
    CU_ASSERT_EQUAL(at, door.text.len);
}

static void test_serve__the_same_answer_wherever_the_bytes_break(void)
{
    static const char *const requests[] = {QUERY, CHUNKS, HEALTH};

    reset();
    door.row_count = 3;
    for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
        char *whole = talk(requests[i], 0);

        CU_ASSERT_PTR_NOT_NULL(strstr(whole, "HTTP/1.1 200 OK"));
        for (size_t step = 1; step < strlen(requests[i]); step++) {
            char *parts = talk(requests[i], step);

            CU_ASSERT_STRING_EQUAL(parts, whole);
            free(parts);
        }
        free(whole);
    }
}

/* Cut in two at every place, so each part of the framer is the one that has to wait. */
static void test_serve__chunks_are_joined(void)
{
    reset();
    for (size_t step = 1; step <= strlen(CHUNKS); step++) {
        free(talk(CHUNKS, step));
        CU_ASSERT_TRUE(nami_slice_equal(nami_buf_view(&door.params), nami_text("{\"a\":1}")));
        CU_ASSERT_EQUAL(door.statements, 1);
    }
}

static void test_serve__again_repeats_the_same_call(void)
{
    static const char *const requests[] = {
        QUERY, CHUNKS, HEALTH, "POST /v0/admin/flush HTTP/1.1\r\nHost: x\r\n\r\n", QUERY QUERY};

    reset();
    door.row_count = 200;
    for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
        char *calm = NULL;
        char *busy = NULL;
        int turns = 0;

        door.is_busy = false;
        calm = talk(requests[i], 0);
        turns = door.turns;
        door.is_busy = true;
        for (size_t step = 0; step < 3; step++) {
            busy = talk(requests[i], step);
            CU_ASSERT_STRING_EQUAL(busy, calm);
            CU_ASSERT_TRUE(door.turns > turns);
            free(busy);
        }
        free(calm);
    }
}

static void test_serve__fills_what_room_there_is(void)
{
    char *whole = NULL;

    reset();
    door.row_count = 100;
    whole = talk(QUERY, 0);
    for (size_t room = 1; room < 200; room = room * 3 / 2 + 1) {
        char *slow = NULL;

        door.room_bytes = room;
        slow = talk(QUERY, 0);
        CU_ASSERT_STRING_EQUAL(slow, whole);
        CU_ASSERT_TRUE((size_t)door.turns >= strlen(whole) / room);
        free(slow);
    }
    free(whole);
}

static void test_serve__pipelined_requests_are_answered_in_order(void)
{
    char text[64];

    reset();
    free(talk(HEALTH QUERY "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n" CHUNKS HEALTH, 0));
    statuses(text, sizeof(text));
    CU_ASSERT_STRING_EQUAL(text, "200 200 404 200 200");
    CU_ASSERT_FALSE(door.has_ended);
    free(talk(QUERY "GET /v0/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" QUERY, 0));
    statuses(text, sizeof(text));
    CU_ASSERT_STRING_EQUAL(text, "200 200");
    CU_ASSERT_EQUAL(door.statements, 1);
    CU_ASSERT_TRUE(door.has_ended);
    free(talk(QUERY "GET /v0/health HTTP/9.9\r\n\r\n" QUERY, 0));
    statuses(text, sizeof(text));
    CU_ASSERT_STRING_EQUAL(text, "200 505");
    CU_ASSERT_EQUAL(door.statements, 1);
}

static void test_serve__says_continue_only_where_the_body_may_come(void)
{
    static const struct {
        const char *request;
        size_t step;
        const char *statuses;
        bool closes;
    } cases[] = {
        {"POST /v0/cypher HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nContent-Length: 13\r\n\r\n"
         "{\"query\":\"x\"}",
         1, "100 200", false},
        {"POST /v0/cypher HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 13\r\n\r\n"
         "{\"query\":\"x\"}",
         0, "200", false}, /* it is there already */
        {"POST /v0/cypher HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: "
         "70000000\r\n"
         "\r\n",
         0, "413", true},
        {"POST /v0/cypher HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Type: a/b\r\n"
         "Content-Length: 13\r\n\r\n",
         0, "415", true},
        {"POST /v0/nowhere HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: "
         "13\r\n\r\n",
         0, "404", true},
        {"POST /v0/cypher HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 13\r\n\r\n"
         "{\"query\":\"x\"}",
         1, "200", true},
    };
    char text[64];

    reset();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        free(talk(cases[i].request, cases[i].step));
        statuses(text, sizeof(text));
        CU_ASSERT_STRING_EQUAL(text, cases[i].statuses);
        CU_ASSERT_EQUAL(door.has_ended, cases[i].closes);
    }
    door.token = "secret";
    free(talk(cases[0].request, 1));
    statuses(text, sizeof(text));
    CU_ASSERT_STRING_EQUAL(text, "401");
    CU_ASSERT_TRUE(door.has_ended);
}

/* {"n":0},{"n":1},... up to `count` is in the body. */
static void has_rows(const char *body, int64_t count)
{
    const char *at = strstr(body, "\"rows\":[");
    int64_t found = 0;

    CU_ASSERT_PTR_NOT_NULL_FATAL(at);
    at += strlen("\"rows\":[");
    while (strncmp(at, "{\"n\":", 5) == 0) {
        char *end = NULL;

        if (strtoll(at + 5, &end, 10) != found || *end != '}') {
            break;
        }
        found++;
        at = end + 1 + (end[1] == ',');
    }
    CU_ASSERT_EQUAL(found, count);
}

static void test_stream__large_reads_go_out_in_chunks(void)
{
    static const size_t rooms[] = {1 << 20, 1000, 17};
    struct http_response response;

    reset();
    door.row_count = 100000;
    for (size_t i = 0; i < sizeof(rooms) / sizeof(rooms[0]); i++) {
        size_t at = 0;

        door.room_bytes = rooms[i];
        door.is_busy = i == 1;
        free(talk(QUERY HEALTH, 0));
        CU_ASSERT_TRUE(http_door_response(&door, &at, false, &response));
        CU_ASSERT_EQUAL(response.status, 200);
        CU_ASSERT_PTR_NOT_NULL(
            strstr((const char *)response.head.ptr, "Transfer-Encoding: chunked"));
        has_rows(response.body, 100000);
        CU_ASSERT_STRING_EQUAL(response.body + response.body_len - 3, "}]}");
        free(response.body);
        CU_ASSERT_TRUE(http_door_response(&door, &at, false, &response));
        CU_ASSERT_EQUAL(response.status, 200);
        CU_ASSERT_EQUAL(at, door.text.len);
        free(response.body);
        CU_ASSERT_FALSE(door.has_ended);
    }
}

static void test_stream__to_http_1_0_until_the_connection_closes(void)
{
    struct http_response response;
    size_t at = 0;

    reset();
    door.row_count = 100000;
    free(talk("POST /v0/cypher HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 13\r\n\r\n"
              "{\"query\":\"x\"}",
              0));
    CU_ASSERT_TRUE(http_door_response(&door, &at, false, &response));
    CU_ASSERT_PTR_NULL(strstr((const char *)response.head.ptr, "Transfer-Encoding"));
    has_rows(response.body, 100000);
    free(response.body);
    CU_ASSERT_TRUE(door.has_ended);
}

static void test_stream__an_error_in_its_midst_is_its_last_member(void)
{
    struct http_response response;
    size_t at = 0;

    reset();
    door.row_count = 100000;
    door.fails = DOOR_FETCH;
    door.rows_before = 50048;
    door.failure.message = nami_text("the store is gone");
    free(talk(QUERY, 0));
    CU_ASSERT_TRUE(http_door_response(&door, &at, false, &response));
    CU_ASSERT_EQUAL(response.status, 200);
    has_rows(response.body, 50048);
    CU_ASSERT_PTR_NOT_NULL(strstr(response.body, "}],\"error\":\"the store is gone\","));
    CU_ASSERT_EQUAL(response.body[response.body_len - 1], '}');
    free(response.body);
    CU_ASSERT_TRUE(door.has_ended);
}

static void test_stream__a_write_says_nothing_before_it_is_durable(void)
{
    struct http_response response;
    size_t at = 0;

    reset();
    door.row_count = 100000;
    door.statement = NAMI_STATEMENT_READ_WRITE;
    door.fails = DOOR_SUMMARY;
    door.failure.http_status = 503;
    door.failure.message = nami_text("the commit failed");
    free(talk(QUERY, 0));
    CU_ASSERT_TRUE(http_door_response(&door, &at, false, &response));
    CU_ASSERT_EQUAL(response.status, 503);
    CU_ASSERT_PTR_NULL(strstr(response.body, "rows"));
    free(response.body);
    door.fails = 0;
    at = 0;
    free(talk(QUERY, 0));
    CU_ASSERT_TRUE(http_door_response(&door, &at, false, &response));
    CU_ASSERT_PTR_NOT_NULL(strstr((const char *)response.head.ptr, "Content-Length: "));
    has_rows(response.body, 100000);
    CU_ASSERT_PTR_NOT_NULL(strstr(response.body, "],\"write_outcome\":{"));
    free(response.body);
}

static void test_serve__stops_after_its_answer_when_the_host_drains(void)
{
    char *text = NULL;

    reset();
    door.out.draining = 1;
    text = talk(QUERY QUERY, 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\r\nConnection: close\r\n"));
    CU_ASSERT_TRUE(door.has_ended);
    CU_ASSERT_EQUAL(door.statements, 1);
    free(text);
}

/* conn_close() between any two turns gives back every handle and every byte. */
static void test_close__in_the_middle_leaks_nothing(void)
{
    static const struct nami_proto_config config = {.struct_size = sizeof(config)};
    static const struct nami_peer peer = {.struct_size = sizeof(peer)};
    int deepest = 0;

    reset();
    door.is_busy = true;
    door.room_bytes = 100;
    door.row_count = 200;
    for (int turns = 1; turns < 60; turns++) {
        uint8_t bytes[] = QUERY;
        struct nami_stream stream = {
            .struct_size = sizeof(stream), .bytes = bytes, .len = sizeof(bytes) - 1};
        struct nami_frame frame = {.struct_size = sizeof(frame)};
        struct nami_framer *framer = NULL;
        struct nami_conn *conn = NULL;
        struct nami_call call = test_call();
        int32_t status = NAMI_E_AGAIN;

        http_door_clear(&door);
        CU_ASSERT_EQUAL_FATAL(proto->framer_open(&door.host.table, &config, &framer, NULL),
                              NAMI_OK);
        CU_ASSERT_EQUAL_FATAL(proto->conn_open(&door.services, &config, &peer, &conn, NULL),
                              NAMI_OK);
        CU_ASSERT_EQUAL(proto->frame(framer, &stream, &frame), NAMI_OK);
        for (int i = 0; i < turns && status == NAMI_E_AGAIN; i++) {
            door.room = door.room_bytes;
            status = proto->serve(conn, &call, &frame, &door.out, NULL);
        }
        deepest = door.open > deepest ? door.open : deepest;
        proto->conn_close(conn);
        proto->framer_close(framer);
        CU_ASSERT_EQUAL(door.open, 0);
        CU_ASSERT_EQUAL(atomic_load(&door.host.live), 0);
    }
    CU_ASSERT_EQUAL(deepest, 3); /* principal, session, cursor */
}

static void test_serve__any_allocation_may_fail(void)
{
    int32_t status = NAMI_E_NOMEM;
    int failures = 0;

    reset();
    door.row_count = 3;
    for (int n = 0; status != NAMI_OK || failures == 0; n++) {
        struct http_response response;
        size_t at = 0;

        atomic_store(&door.host.fail_in, n);
        http_door_talk(&door, proto, QUERY HEALTH, strlen(QUERY HEALTH), 1);
        status = atomic_load(&door.host.fail_in) < 0 ? NAMI_E_NOMEM : NAMI_OK;
        atomic_store(&door.host.fail_in, -1);
        failures += status != NAMI_OK;
        CU_ASSERT_EQUAL(door.open, 0);
        CU_ASSERT_EQUAL(door.violations, 0);
        CU_ASSERT_EQUAL(atomic_load(&door.host.live), 0);
        while (status != NAMI_OK && http_door_response(&door, &at, false, &response)) {
            CU_ASSERT_TRUE(response.status == 200 || response.status >= 500);
            free(response.body);
        }
        CU_ASSERT_FATAL(n < 100);
    }
    CU_ASSERT_TRUE(failures >= 5);
}

static void test_serve__ten_megabytes_of_query(void)
{
    enum { TEXT_BYTES = 11 << 20 };
    struct nami_buf request;
    char head[128];
    int32_t status = NAMI_OK;

    reset();
    nami_buf_init(&request, 16 << 20);
    (void)snprintf(
        head, sizeof(head),
        "POST /v0/cypher HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n{\"query\":\"\\n",
        TEXT_BYTES + 14);
    status |= nami_buf_append(&request, nami_text(head));
    for (int i = 0; i < TEXT_BYTES / 8; i++) {
        status |= nami_buf_append(&request, nami_text("RETURN 1"));
    }
    status |= nami_buf_append(&request, nami_text("\"}"));
    CU_ASSERT_EQUAL(status, NAMI_OK);
    http_door_talk(&door, proto, request.ptr, request.len, 60000);
    CU_ASSERT_EQUAL(strncmp((const char *)door.text.ptr, "HTTP/1.1 200 OK", 15), 0);
    CU_ASSERT_EQUAL(door.query.len, TEXT_BYTES + 1);
    nami_buf_release(&request);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"serve: the same answer wherever the bytes break",
         test_serve__the_same_answer_wherever_the_bytes_break},
        {"serve: chunks are joined", test_serve__chunks_are_joined},
        {"serve: AGAIN repeats the same call", test_serve__again_repeats_the_same_call},
        {"serve: fills what room there is", test_serve__fills_what_room_there_is},
        {"serve: pipelined requests are answered in order",
         test_serve__pipelined_requests_are_answered_in_order},
        {"serve: says continue only where the body may come",
         test_serve__says_continue_only_where_the_body_may_come},
        {"stream: large reads go out in chunks", test_stream__large_reads_go_out_in_chunks},
        {"stream: to HTTP/1.0 until the connection closes",
         test_stream__to_http_1_0_until_the_connection_closes},
        {"stream: an error in its midst is its last member",
         test_stream__an_error_in_its_midst_is_its_last_member},
        {"stream: a write says nothing before it is durable",
         test_stream__a_write_says_nothing_before_it_is_durable},
        {"serve: stops after its answer when the host drains",
         test_serve__stops_after_its_answer_when_the_host_drains},
        {"close: in the middle leaks nothing", test_close__in_the_middle_leaks_nothing},
        {"serve: any allocation may fail", test_serve__any_allocation_may_fail},
        {"serve: ten megabytes of query", test_serve__ten_megabytes_of_query},
        CU_TEST_INFO_NULL,
    };

    return run_suite("proto-http/serve", setup, teardown, tests);
}
