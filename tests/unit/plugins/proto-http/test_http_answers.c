/* What each request is answered, byte for byte where users rely on it. */
#include "tests/support/run_suite.h"

#include <string.h>

#include <namidb/plugin.h>
#include <namidb/plugin_util.h>

#include "tests/support/http_door.h"

NAMI_PLUGIN_DECLARE(proto_http);

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

/* As a new door, with the same host. */
static void reset(void)
{
    http_door_release(&door);
    http_door_init(&door);
}

static const char *talk(const char *request)
{
    http_door_talk(&door, proto, request, strlen(request), 0);
    CU_ASSERT_EQUAL(door.violations, 0);
    CU_ASSERT_EQUAL(door.open, 0);
    CU_ASSERT_EQUAL(door.served, NAMI_OK);
    return (const char *)door.text.ptr; /* with a NUL behind it */
}

static void is_text(const char *got, const char *wanted)
{
    if (strcmp(got, wanted) != 0) {
        (void)fprintf(stderr, "got:    %s\nwanted: %s\n", got, wanted);
    }
    CU_ASSERT_STRING_EQUAL(got, wanted);
}

/* The only response; its body in `body`. */
static int ask(const char *request, char *body, size_t body_bytes)
{
    struct http_response response;
    size_t at = 0;
    int status = 0;

    (void)talk(request);
    body[0] = '\0';
    if (http_door_response(&door, &at, false, &response)) {
        status = response.status;
        (void)snprintf(body, body_bytes, "%s", response.body);
    }
    free(response.body);
    CU_ASSERT_EQUAL(at, door.text.len);
    return status;
}

/* POST /v0/cypher with `json`. */
static int run(const char *json, char *body, size_t body_bytes)
{
    char request[4096];

    (void)snprintf(request, sizeof(request),
                   "POST /v0/cypher HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                   "Content-Length: %zu\r\n\r\n%s",
                   strlen(json), json);
    return ask(request, body, body_bytes);
}

static void has_header(const char *line, bool wanted)
{
    bool found = strstr((const char *)door.text.ptr, line) != NULL;

    if (found != wanted) {
        (void)fprintf(stderr, "%s in %s\n", line, (const char *)door.text.ptr);
    }
    CU_ASSERT_EQUAL(found, wanted);
}

static void test_health__says_the_hosts_report(void)
{
    reset();
    is_text(talk("GET /v0/health HTTP/1.1\r\nHost: x\r\n\r\n"),
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: no-store\r\n"
            "X-Request-Id: 5a5a5a5a5a5a5a5a-1\r\nContent-Length: 83\r\n\r\n"
            "{\"status\":\"ok\",\"namespace\":\"demo\",\"manifest_version\":3,\"epoch\":1,"
            "\"writer\":\"leader\"}");
    CU_ASSERT_FALSE(door.has_ended);
}

static void test_health__is_503_with_its_body_where_the_host_is_degraded(void)
{
    char body[256];

    reset();
    door.fails = DOOR_REPORT;
    door.failure.status = NAMI_E_TRANSIENT;
    door.health = "{\"status\":\"degraded\"}";
    CU_ASSERT_EQUAL(ask("GET /v0/health HTTP/1.1\r\nHost: x\r\n\r\n", body, sizeof(body)), 503);
    is_text(body, "{\"status\":\"degraded\"}");
}

static void test_version__is_the_builds(void)
{
    char body[256];

    reset();
    CU_ASSERT_EQUAL(ask("GET /v0/version HTTP/1.1\r\nHost: x\r\n\r\n", body, sizeof(body)), 200);
    is_text(body, "{\"version\":\"" NAMI_VERSION "\"}");
}

static void test_head__has_the_length_and_no_body(void)
{
    reset();
    is_text(talk("HEAD /v0/version HTTP/1.1\r\nHost: x\r\nX-Request-Id: a.1\r\n\r\n"),
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: no-store\r\n"
            "X-Request-Id: a.1\r\nContent-Length: 19\r\n\r\n");
}

static void test_options__says_what_is_allowed(void)
{
    reset();
    is_text(talk("OPTIONS /v0/cypher HTTP/1.1\r\nHost: x\r\n\r\n"),
            "HTTP/1.1 204 No Content\r\nCache-Control: no-store\r\n"
            "X-Request-Id: 5a5a5a5a5a5a5a5a-1\r\nAllow: POST, OPTIONS\r\n\r\n");
    (void)talk("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n");
    has_header("HTTP/1.1 204 ", true);
}

static void test_flush__needs_a_session_and_takes_no_body(void)
{
    static const struct {
        const char *body;
        int status;
    } cases[] = {{"", 200}, {"{}", 200}, {"{\"a\":1}", 400}};
    char body[512];
    char request[256];

    reset();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        (void)snprintf(request, sizeof(request),
                       "POST /v0/admin/flush HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n\r\n%s",
                       strlen(cases[i].body), cases[i].body);
        CU_ASSERT_EQUAL(ask(request, body, sizeof(body)), cases[i].status);
        if (cases[i].status == 200) {
            is_text(body, "{\"ssts_written\":0,\"manifest_version\":3}");
        }
    }
}

static void test_cypher__read(void)
{
    char body[512];

    reset();
    door.row_count = 3;
    CU_ASSERT_EQUAL(run("{\"query\":\"RETURN 1\"}", body, sizeof(body)), 200);
    is_text(body, "{\"columns\":[\"n\"],\"rows\":[{\"n\":0},{\"n\":1},{\"n\":2}]}");
    CU_ASSERT_EQUAL(door.query.len, 8);
    door.row_count = 0;
    CU_ASSERT_EQUAL(run("{\"query\":\"RETURN 1\"}", body, sizeof(body)), 200);
    is_text(body, "{\"columns\":[\"n\"],\"rows\":[]}");
}

static void test_cypher__write_says_what_it_changed(void)
{
    static const struct nami_counters counters = {.struct_size = sizeof(counters),
                                                  .nodes_created = 1,
                                                  .nodes_deleted = 2,
                                                  .relationships_created = 3,
                                                  .relationships_deleted = 4,
                                                  .properties_set = 5};
    char body[512];

    reset();
    door.statement = NAMI_STATEMENT_READ_WRITE;
    door.counters = &counters;
    CU_ASSERT_EQUAL(run("{\"query\":\"CREATE (n)\"}", body, sizeof(body)), 200);
    is_text(body,
            "{\"columns\":[\"n\"],\"rows\":[],\"write_outcome\":{\"nodes_created\":1,"
            "\"edges_created\":3,\"nodes_deleted\":2,\"edges_deleted\":4,\"properties_set\":5}}");
    door.statement = NAMI_STATEMENT_SCHEMA; /* that changed nothing */
    door.counters = NULL;
    CU_ASSERT_EQUAL(run("{\"query\":\"CREATE (n)\"}", body, sizeof(body)), 200);
    is_text(body,
            "{\"columns\":[\"n\"],\"rows\":[],\"write_outcome\":{\"nodes_created\":0,"
            "\"edges_created\":0,\"nodes_deleted\":0,\"edges_deleted\":0,\"properties_set\":0}}");
}

static void test_cypher__notifications_follow_the_rows(void)
{
    static const uint32_t ends[] = {0, 1};
    static const uint32_t none[] = {0, 0};
    static const uint32_t key_ends[] = {0, 4};
    static const struct nami_column key = {.struct_size = sizeof(key),
                                           .type = NAMI_TYPE_STRING,
                                           .count = 1,
                                           .values = "code",
                                           .offsets = key_ends};
    static const struct nami_column value = {.struct_size = sizeof(value),
                                             .type = NAMI_TYPE_STRING,
                                             .count = 1,
                                             .values = "X",
                                             .offsets = ends};
    struct nami_column pair[] = {key, value};
    struct nami_column map = {.struct_size = sizeof(map),
                              .type = NAMI_TYPE_MAP,
                              .count = 1,
                              .offsets = ends,
                              .children = pair,
                              .child_count = 2,
                              .child_stride = sizeof(pair[0])};
    struct nami_column list = {.struct_size = sizeof(list),
                               .type = NAMI_TYPE_LIST,
                               .count = 1,
                               .offsets = ends,
                               .children = &map,
                               .child_count = 1,
                               .child_stride = sizeof(map)};
    char body[512];

    reset();
    door.notifications = &list;
    CU_ASSERT_EQUAL(run("{\"query\":\"RETURN 1\"}", body, sizeof(body)), 200);
    is_text(body, "{\"columns\":[\"n\"],\"rows\":[],\"notifications\":[{\"code\":\"X\"}]}");
    list.offsets = none;
    CU_ASSERT_EQUAL(run("{\"query\":\"RETURN 1\"}", body, sizeof(body)), 200);
    is_text(body, "{\"columns\":[\"n\"],\"rows\":[]}");
}

static void test_cypher__what_arrives_is_what_was_sent(void)
{
    char body[512];

    reset();
    CU_ASSERT_EQUAL(
        run(" { \"params\" : {\"a\":1,\"b\":[1.0,null]} , \"query\" : \"a\\n\\u00e9\\u0000b\" } ",
            body, sizeof(body)),
        200);
    CU_ASSERT_TRUE(nami_slice_equal(nami_buf_view(&door.query), nami_bytes("a\n\xc3\xa9\0b", 6)));
    CU_ASSERT_TRUE(
        nami_slice_equal(nami_buf_view(&door.params), nami_text("{\"a\":1,\"b\":[1.0,null]}")));
    CU_ASSERT_EQUAL(run("{\"query\":\"x\",\"params\":null}", body, sizeof(body)), 200);
    CU_ASSERT_EQUAL(door.params.len, 0);
    CU_ASSERT_EQUAL(run("{\"query\":\"x\",\"params\":{}}", body, sizeof(body)), 200);
    CU_ASSERT_EQUAL(door.params.len, 0);
}

static void test_cypher__bad_bodies_are_refused_with_a_reason(void)
{
    static const struct {
        const char *json, *error;
    } cases[] = {
        {"", "the body is empty"},
        {" ", "the body is not valid JSON"},
        {"[]", "must be a JSON object"},
        {"\"x\"", "must be a JSON object"},
        {"{}", "\\\"query\\\" is missing"},
        {"{\"params\":{}}", "\\\"query\\\" is missing"},
        {"{\"query\":null}", "\\\"query\\\" must be a string"},
        {"{\"query\":1}", "\\\"query\\\" must be a string"},
        {"{\"query\":[\"RETURN 1\"]}", "\\\"query\\\" must be a string"},
        {"{\"query\":\"x\",\"query\":\"y\"}", "\\\"query\\\" is given twice"},
        {"{\"query\":\"x\",\"params\":[]}", "\\\"params\\\" must be an object"},
        {"{\"query\":\"x\",\"params\":\"a\"}", "\\\"params\\\" must be an object"},
        {"{\"query\":\"x\",\"params\":{},\"params\":{}}", "\\\"params\\\" is given twice"},
        {"{\"query\":\"x\",\"param\":{}}", "did you mean \\\"params\\\"?"},
        {"{\"Query\":\"x\"}", "did you mean \\\"query\\\"?"},
        {"{\"query\":\"x\",\"zzzzzzzzzz\":1}", "has no field \\\"zzzzzzzzzz\\\""},
        {"{\"query\":\"x\"} {}", "something follows the value"},
        {"{\"query\":\"x\"", "not valid JSON"},
        {"{\"query\":\"x\",}", "not valid JSON"},
        {"\xef\xbb\xbf{\"query\":\"x\"}", "not valid JSON"},
        {"{\"query\":\"\xff\"}", "not UTF-8"},
        {"{\"query\":\"\\ud800\"}", "surrogate"},
        {"{\"query\":\"x\",\"params\":{\"a\":9223372036854775808}}", "beyond 64 bits"},
        {"{\"query\":\"x\",\"params\":{\"a\":1e999}}", "beyond a double"},
        {"{\"query\":\"x\",\"params\":{\"a\":NaN}}", "not valid JSON"},
        {"{\"query\":\"x\",\"params\":{\"a\":1,\"a\":2}}", "parameter \\\"a\\\" is given twice"},
        {"{\"query\":\"x\",\"params\":{\"a\":{\"b\":{\"b\":1},\"c\":2,\"b\":3}}}",
         "key \\\"b\\\" is given twice"},
        {"{\"query\":\"x\",\"params\":{\"a\":[{\"b\":1},{\"b\":1,\"b\":2}]}}",
         "key \\\"b\\\" is given twice"},
    };
    char body[1024];

    reset();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        CU_ASSERT_EQUAL(run(cases[i].json, body, sizeof(body)), 400);
        if (strstr(body, cases[i].error) == NULL) {
            (void)fprintf(stderr, "%s: %s\n", cases[i].json, body);
        }
        CU_ASSERT_PTR_NOT_NULL(strstr(body, cases[i].error));
        CU_ASSERT_EQUAL(door.statements, 0);
        CU_ASSERT_FALSE(door.has_ended);
    }
}

static void test_cypher__content_type_must_be_json(void)
{
    static const struct {
        const char *type;
        int status;
    } cases[] = {
        {"Content-Type: application/json\r\n", 200},
        {"Content-Type: Application/JSON; Charset=UTF-8\r\n", 200},
        {"Content-Type: application/json;charset=\"utf-8\"\r\n", 200},
        {"", 200},
        {"Content-Type: \r\n", 415},
        {"Content-Type: text/plain\r\n", 415},
        {"Content-Type: application/x-www-form-urlencoded\r\n", 415},
        {"Content-Type: application/jsonx\r\n", 415},
        {"Content-Type: application/json; charset=latin1\r\n", 415},
        {"Content-Encoding: identity\r\n", 200},
    };
    char request[512];
    char body[1024];

    reset();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        (void)snprintf(request, sizeof(request),
                       "POST /v0/cypher HTTP/1.1\r\nHost: x\r\n%sContent-Length: 13\r\n\r\n"
                       "{\"query\":\"x\"}",
                       cases[i].type);
        CU_ASSERT_EQUAL(ask(request, body, sizeof(body)), cases[i].status);
    }
}

static void test_paths__unknown_ones_are_404_with_a_suggestion(void)
{
    static const struct {
        const char *line;
        int status;
        const char *says;
    } cases[] = {
        {"GET /v0/helth", 404, "did you mean /v0/health?"},
        {"GET /v0/health/", 404, "did you mean /v0/health?"},
        {"GET /V0/Health", 404, "did you mean /v0/health?"},
        {"GET /", 404, "Request.NotFound"},
        {"GET /v0/%63ypher", 404, "Request.NotFound"},
        {"GET /v0/../v0/health", 404, "Request.NotFound"},
        {"GET /v0/cypher", 405, "Request.MethodNotAllowed"},
        {"DELETE /v0/health", 405, "Request.MethodNotAllowed"},
        {"PURGE /v0/health", 405, "Request.MethodNotAllowed"},
        {"GET /v0/health?x=1", 400, "takes no query string"},
    };
    char request[128];
    char body[512];

    reset();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        (void)snprintf(request, sizeof(request), "%s HTTP/1.1\r\nHost: x\r\n\r\n", cases[i].line);
        CU_ASSERT_EQUAL(ask(request, body, sizeof(body)), cases[i].status);
        CU_ASSERT_PTR_NOT_NULL(strstr(body, cases[i].says));
        has_header("\r\nAllow: ", cases[i].status == 405);
    }
}

static void test_token__decides_who_enters(void)
{
    static const struct {
        const char *header;
        int status;
    } cases[] = {
        {"Authorization: Bearer secret\r\n", 200},
        {"Authorization: bearer   secret  \r\n", 200},
        {"authorization:BEARER secret\r\n", 200},
        {"", 401},
        {"Authorization: \r\n", 401},
        {"Authorization: Bearer\r\n", 401},
        {"Authorization: Bearer \r\n", 401},
        {"Authorization: Bearer wrong\r\n", 401},
        {"Authorization: Bearer secretx\r\n", 401},
        {"Authorization: Bearer secre\r\n", 401},
        {"Authorization: Bearer secret x\r\n", 401},
        {"Authorization: Basic c2VjcmV0\r\n", 401},
        {"Authorization: secret\r\n", 401},
        {"Authorization: Bearersecret\r\n", 401},
        {"Authorization: Bearer \xc3\xa9\r\n", 401},
    };
    char request[512];
    char body[512];

    reset();
    door.token = "secret";
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        (void)snprintf(request, sizeof(request),
                       "POST /v0/cypher HTTP/1.1\r\nHost: x\r\n%sContent-Length: 13\r\n\r\n"
                       "{\"query\":\"x\"}",
                       cases[i].header);
        CU_ASSERT_EQUAL(ask(request, body, sizeof(body)), cases[i].status);
        has_header("\r\nWWW-Authenticate: Bearer realm=\"namidb\"\r\n", cases[i].status == 401);
        CU_ASSERT_PTR_NULL(strstr(body, "secret"));
    }
    CU_ASSERT_EQUAL(ask("GET /v0/health HTTP/1.1\r\nHost: x\r\n\r\n", body, sizeof(body)), 200);
    CU_ASSERT_EQUAL(ask("GET /v0/version HTTP/1.1\r\nHost: x\r\n\r\n", body, sizeof(body)), 200);
    CU_ASSERT_EQUAL(ask("POST /v0/admin/flush HTTP/1.1\r\nHost: x\r\n\r\n", body, sizeof(body)),
                    401);
}

static void test_failure__is_told_whole(void)
{
    char body[2048];

    reset();
    door.fails = DOOR_RUN;
    door.failure = (struct nami_failure){
        .struct_size = sizeof(door.failure),
        .status = NAMI_E_INVALID,
        .http_status = 400,
        .line = 1,
        .column = 8,
        .offset = 7,
        .code = nami_text("Neo.ClientError.Statement.SyntaxError"),
        .gql_status = nami_text("42N62"),
        .message = nami_text("`x` is not defined"),
        .condition = nami_text("SyntaxError.UndefinedVariable"),
        .phase = nami_text("compile"),
        .hint = nami_text("did you mean `y`?"),
        .excerpt = nami_text("RETURN x\n       ^"),
    };
    CU_ASSERT_EQUAL(run("{\"query\":\"RETURN x\"}", body, sizeof(body)), 400);
    is_text(body, "{\"error\":\"`x` is not defined\",\"code\":\"SyntaxError.UndefinedVariable\","
                  "\"phase\":\"compile\",\"neo4j_code\":\"Neo.ClientError.Statement.SyntaxError\","
                  "\"gql_status\":\"42N62\",\"position\":{\"line\":1,\"column\":8,\"offset\":7},"
                  "\"excerpt\":\"RETURN x\\n       ^\",\"hint\":\"did you mean `y`?\","
                  "\"retryable\":false,\"request_id\":\"5a5a5a5a5a5a5a5a-1\"}");
    CU_ASSERT_FALSE(door.has_ended);
}

static void test_failure__from_each_service_is_an_answer(void)
{
    static const unsigned services[] = {DOOR_AUTHENTICATE, DOOR_SESSION_OPEN, DOOR_RUN, DOOR_FETCH,
                                        DOOR_SUMMARY};
    char body[2048];

    reset();
    door.row_count = 1000;
    door.failure = (struct nami_failure){.struct_size = sizeof(door.failure),
                                         .status = NAMI_E_TRANSIENT,
                                         .http_status = 503,
                                         .retry_after_ms = 1001,
                                         .transient = 1,
                                         .message = nami_text("later")};
    for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
        door.fails = services[i];
        door.rows_before = 500;
        CU_ASSERT_EQUAL(run("{\"query\":\"RETURN 1\"}", body, sizeof(body)), 503);
        is_text(body, "{\"error\":\"later\",\"retryable\":true,"
                      "\"request_id\":\"5a5a5a5a5a5a5a5a-1\"}");
        has_header("\r\nRetry-After: 2\r\n", true);
        CU_ASSERT_FALSE(door.has_ended);
    }
}

static void test_failure__that_makes_no_sense_is_a_500(void)
{
    char body[512];

    reset();
    door.fails = DOOR_RUN;
    door.failure.http_status = 200;
    CU_ASSERT_EQUAL(run("{\"query\":\"RETURN 1\"}", body, sizeof(body)), 500);
    CU_ASSERT_PTR_NOT_NULL(strstr(body, "Internal.Bug"));
}

static void test_failure__another_leads(void)
{
    static const struct {
        const char *leader;
        int status;
        const char *location;
    } cases[] = {
        {"10.0.0.1:8080", 307, "\r\nLocation: http://10.0.0.1:8080/v0/cypher\r\n"},
        {"", 503, NULL},
        {"a\r\nX-Evil: 1", 503, NULL},
        {"a b", 503, NULL},
        {"a/b", 503, NULL},
    };
    char body[512];

    reset();
    door.fails = DOOR_SUMMARY;
    door.failure = (struct nami_failure){.struct_size = sizeof(door.failure),
                                         .status = NAMI_E_CONFLICT,
                                         .http_status = 503,
                                         .transient = 1,
                                         .message = nami_text("not the leader"),
                                         .condition = nami_text("Cluster.NotALeader")};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        door.failure.leader = nami_text(cases[i].leader);
        CU_ASSERT_EQUAL(run("{\"query\":\"CREATE (n)\"}", body, sizeof(body)), cases[i].status);
        has_header(cases[i].location != NULL ? cases[i].location : "\r\nLocation: ",
                   cases[i].location != NULL);
        CU_ASSERT_EQUAL(strstr(body, "\"leader\":\"10.0.0.1:8080\"") != NULL,
                        cases[i].location != NULL);
        has_header("\r\nX-Evil", false);
    }
}

static void test_request_id__is_echoed_if_it_can_be_logged(void)
{
    char request[512];
    char id[200];

    reset();
    (void)talk("GET /v0/health HTTP/1.1\r\nHost: x\r\nX-Request-Id: Az-09._~:+/=@\r\n\r\n");
    has_header("\r\nX-Request-Id: Az-09._~:+/=@\r\n", true);
    (void)talk("GET /v0/health HTTP/1.1\r\nHost: x\r\nX-Request-Id: <script>\r\n\r\n");
    has_header("\r\nX-Request-Id: 5a5a5a5a5a5a5a5a-1\r\n", true);
    memset(id, 'a', sizeof(id));
    for (int len = 128; len < 130; len++) {
        (void)snprintf(request, sizeof(request),
                       "GET /v0/health HTTP/1.1\r\nHost: x\r\nX-Request-Id: %.*s\r\n\r\n", len, id);
        (void)talk(request);
        has_header("\r\nX-Request-Id: a", len == 128);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"health: says the host's report", test_health__says_the_hosts_report},
        {"health: is 503 with its body where the host is degraded",
         test_health__is_503_with_its_body_where_the_host_is_degraded},
        {"version: is the build's", test_version__is_the_builds},
        {"HEAD: has the length and no body", test_head__has_the_length_and_no_body},
        {"OPTIONS: says what is allowed", test_options__says_what_is_allowed},
        {"flush: needs a session and takes no body", test_flush__needs_a_session_and_takes_no_body},
        {"cypher: read", test_cypher__read},
        {"cypher: write says what it changed", test_cypher__write_says_what_it_changed},
        {"cypher: notifications follow the rows", test_cypher__notifications_follow_the_rows},
        {"cypher: what arrives is what was sent", test_cypher__what_arrives_is_what_was_sent},
        {"cypher: bad bodies are refused with a reason",
         test_cypher__bad_bodies_are_refused_with_a_reason},
        {"cypher: Content-Type must be JSON", test_cypher__content_type_must_be_json},
        {"paths: unknown ones are 404 with a suggestion",
         test_paths__unknown_ones_are_404_with_a_suggestion},
        {"token: decides who enters", test_token__decides_who_enters},
        {"failure: is told whole", test_failure__is_told_whole},
        {"failure: from each service is an answer", test_failure__from_each_service_is_an_answer},
        {"failure: that makes no sense is a 500", test_failure__that_makes_no_sense_is_a_500},
        {"failure: another leads", test_failure__another_leads},
        {"request id: is echoed if it can be logged",
         test_request_id__is_echoed_if_it_can_be_logged},
        CU_TEST_INFO_NULL,
    };

    return run_suite("proto-http/answers", setup, teardown, tests);
}
