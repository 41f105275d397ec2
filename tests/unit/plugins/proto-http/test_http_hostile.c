/*
 * Requests that servers are known to read in two ways, or to choke on: each is answered
 * once, with the right status, nothing smuggled runs, and the connection closes where its
 * framing can not be trusted.
 */
#include "tests/support/run_suite.h"

#include <string.h>

#include <namidb/plugin.h>
#include <namidb/plugin_util.h>

#include "tests/support/http_door.h"

NAMI_PLUGIN_DECLARE(proto_http);

#define RAW(text)                                                                                  \
    {                                                                                              \
        (const uint8_t *)(text), sizeof(text) - 1                                                  \
    }
#define HOST       "Host: localhost\r\n"
#define POST       "POST /v0/cypher HTTP/1.1\r\n" HOST
#define GET        "GET /v0/health HTTP/1.1\r\n" HOST
#define BODY       "{\"query\":\"RETURN 1\"}"
#define SMUGGLED   "POST /v0/cypher HTTP/1.1\r\n" HOST "Content-Length: 20\r\n\r\n" BODY
#define CHUNKED    "Transfer-Encoding: chunked\r\n\r\n"
#define CLOSES     true
#define STAYS_OPEN false

struct attack {
    const char *name;
    struct nami_slice bytes;
    int status;
    bool closes;
};

static const struct attack attacks[] = {
    /* two ways to read the length */
    {"length and coding", RAW(POST "Content-Length: 4\r\n" CHUNKED "0\r\n\r\n" SMUGGLED), 400,
     CLOSES},
    {"coding and length",
     RAW(POST "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n"), 400, CLOSES},
    {"two lengths", RAW(POST "Content-Length: 0\r\nContent-Length: 45\r\n\r\n" SMUGGLED), 400,
     CLOSES},
    {"the same length twice", RAW(POST "Content-Length: 20\r\nContent-Length: 20\r\n\r\n" BODY),
     400, CLOSES},
    {"a list of lengths", RAW(POST "Content-Length: 20, 20\r\n\r\n" BODY), 400, CLOSES},
    {"length +5", RAW(POST "Content-Length: +5\r\n\r\n12345"), 400, CLOSES},
    {"length -1", RAW(POST "Content-Length: -1\r\n\r\n"), 400, CLOSES},
    {"length 0x10", RAW(POST "Content-Length: 0x10\r\n\r\n"), 400, CLOSES},
    {"length 1e3", RAW(POST "Content-Length: 1e3\r\n\r\n"), 400, CLOSES},
    {"length empty", RAW(POST "Content-Length: \r\n\r\n"), 400, CLOSES},
    {"length 5 5", RAW(POST "Content-Length: 5 5\r\n\r\n"), 400, CLOSES},
    {"length 2^64 + 5", RAW(POST "Content-Length: 18446744073709551621\r\n\r\n12345"), 400, CLOSES},
    {"length 2^63", RAW(POST "Content-Length: 9223372036854775808\r\n\r\n12345"), 413, CLOSES},
    {"length 64 MiB + 1", RAW(POST "Content-Length: 67108865\r\n\r\n"), 413, CLOSES},
    {"coding gzip, chunked", RAW(POST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), 501,
     CLOSES},
    {"coding chunked, chunked", RAW(POST "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"),
     501, CLOSES},
    {"coding xchunked", RAW(POST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"), 501, CLOSES},
    {"coding xchunked and length",
     RAW(POST "Transfer-Encoding: xchunked\r\nContent-Length: 20\r\n\r\n" BODY), 400, CLOSES},
    {"coding identity", RAW(POST "Transfer-Encoding: identity\r\nContent-Length: 20\r\n\r\n" BODY),
     400, CLOSES},
    {"coding twice", RAW(POST "Transfer-Encoding: chunked\r\n" CHUNKED "0\r\n\r\n"), 400, CLOSES},
    {"coding with a parameter", RAW(POST "Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n"), 501,
     CLOSES},
    {"coding with a tab in it", RAW(POST "Transfer-Encoding: chun\tked\r\n\r\n0\r\n\r\n"), 501,
     CLOSES},
    {"coding in HTTP/1.0", RAW("POST /v0/cypher HTTP/1.0\r\n" CHUNKED "0\r\n\r\n"), 400, CLOSES},
    {"space before a colon", RAW(POST "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" SMUGGLED), 400,
     CLOSES},
    {"tab before a colon", RAW(POST "Content-Length\t: 5\r\n\r\n"), 400, CLOSES},

    /* lines */
    {"folded header", RAW(GET "X-A: b\r\n c\r\n\r\n"), 400, CLOSES},
    {"folded with a tab", RAW(GET "X-A: b\r\n\tTransfer-Encoding: chunked\r\n\r\n"), 400, CLOSES},
    {"folded first header", RAW("GET /v0/health HTTP/1.1\r\n Host: x\r\n\r\n"), 400, CLOSES},
    {"bare LF after the request line", RAW("GET /v0/health HTTP/1.1\nHost: x\r\n\r\n"), 400,
     CLOSES},
    {"bare LF everywhere", RAW("GET /v0/health HTTP/1.1\nHost: x\n\n"), 400, CLOSES},
    {"bare LF at the end of the head", RAW(GET "\n"), 400, CLOSES},
    {"bare CR in a header", RAW(GET "X-A: b\rTransfer-Encoding: chunked\r\n\r\n"), 400, CLOSES},
    {"CR CR LF", RAW(GET "X-A: b\r\r\n\r\n"), 400, CLOSES},
    {"NUL in a value", RAW(GET "X-A: b\0c\r\n\r\n"), 400, CLOSES},
    {"NUL in a name", RAW(GET "X\0A: b\r\n\r\n"), 400, CLOSES},
    {"escape in a value", RAW(GET "X-A: \x1b[31m\r\n\r\n"), 400, CLOSES},
    {"DEL in a value", RAW(GET "X-A: \x7f\r\n\r\n"), 400, CLOSES},
    {"header without a colon", RAW(GET "X-A\r\n\r\n"), 400, CLOSES},
    {"header without a name", RAW(GET ": b\r\n\r\n"), 400, CLOSES},
    {"parenthesis in a name", RAW(GET "X(A): b\r\n\r\n"), 400, CLOSES},
    {"0x80 in a name", RAW(GET "X\x80: b\r\n\r\n"), 400, CLOSES},

    /* Host */
    {"no Host", RAW("GET /v0/health HTTP/1.1\r\n\r\n"), 400, CLOSES},
    {"two Hosts", RAW(GET "Host: b\r\n\r\n"), 400, CLOSES},
    {"Host with a space", RAW("GET /v0/health HTTP/1.1\r\nHost: a b\r\n\r\n"), 400, CLOSES},
    {"Host with a user", RAW("GET /v0/health HTTP/1.1\r\nHost: a@b\r\n\r\n"), 400, CLOSES},
    {"Host list", RAW("GET /v0/health HTTP/1.1\r\nHost: a,b\r\n\r\n"), 400, CLOSES},

    /* chunks */
    {"chunk size 0x1", RAW(POST CHUNKED "0x1\r\na\r\n0\r\n\r\n"), 400, CLOSES},
    {"chunk size +1", RAW(POST CHUNKED "+1\r\na\r\n0\r\n\r\n"), 400, CLOSES},
    {"chunk size with a space before", RAW(POST CHUNKED " 1\r\na\r\n0\r\n\r\n"), 400, CLOSES},
    {"chunk size with a space behind", RAW(POST CHUNKED "1 \r\na\r\n0\r\n\r\n"), 400, CLOSES},
    {"chunk size empty", RAW(POST CHUNKED "\r\na\r\n0\r\n\r\n"), 400, CLOSES},
    {"chunk size of 16 F", RAW(POST CHUNKED "FFFFFFFFFFFFFFFF\r\na\r\n"), 413, CLOSES},
    {"chunk size of 17 digits", RAW(POST CHUNKED "00000000000000001\r\na\r\n0\r\n\r\n"), 400,
     CLOSES},
    {"chunk without its CRLF", RAW(POST CHUNKED "1\r\na0\r\n\r\n"), 400, CLOSES},
    {"chunk longer than it says", RAW(POST CHUNKED "1\r\nab\r\n0\r\n\r\n"), 400, CLOSES},
    {"chunk line with bare LF", RAW(POST CHUNKED "1\na\r\n0\r\n\r\n"), 400, CLOSES},
    {"chunk end with bare LF", RAW(POST CHUNKED "1\r\na\n0\r\n\r\n"), 400, CLOSES},
    {"chunk extension with bare CR", RAW(POST CHUNKED "1;a\rb\r\na\r\n0\r\n\r\n"), 400, CLOSES},
    {"chunk extension with NUL", RAW(POST CHUNKED "1;\0\r\na\r\n0\r\n\r\n"), 400, CLOSES},
    {"trailer without a colon", RAW(POST CHUNKED "0\r\nabc\r\n\r\n"), 400, CLOSES},
    {"trailer folded", RAW(POST CHUNKED "0\r\nA: b\r\n c\r\n\r\n"), 400, CLOSES},

    /* the request line */
    {"two spaces", RAW("GET  /v0/health HTTP/1.1\r\n" HOST "\r\n"), 400, CLOSES},
    {"two spaces behind the path", RAW("GET /v0/health  HTTP/1.1\r\n" HOST "\r\n"), 400, CLOSES},
    {"tab for a space", RAW("GET\t/v0/health HTTP/1.1\r\n" HOST "\r\n"), 400, CLOSES},
    {"space before the method", RAW(" GET /v0/health HTTP/1.1\r\n" HOST "\r\n"), 400, CLOSES},
    {"HTTP/0.9", RAW("GET /v0/health\r\n\r\n"), 400, CLOSES},
    {"HTTP/2 preface", RAW("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 400, CLOSES},
    {"HTTP/1.2", RAW("GET /v0/health HTTP/1.2\r\n" HOST "\r\n"), 505, CLOSES},
    {"HTTP/3.0", RAW("GET /v0/health HTTP/3.0\r\n" HOST "\r\n"), 505, CLOSES},
    {"http/1.1", RAW("GET /v0/health http/1.1\r\n" HOST "\r\n"), 400, CLOSES},
    {"HTTP/1.10", RAW("GET /v0/health HTTP/1.10\r\n" HOST "\r\n"), 400, CLOSES},
    {"method no token", RAW("G@T /v0/health HTTP/1.1\r\n" HOST "\r\n"), 400, CLOSES},
    {"method of 33 letters",
     RAW("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA /v0/health HTTP/1.1\r\n" HOST "\r\n"), 400, CLOSES},
    {"TLS on the plain port", RAW("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"), 400, CLOSES},
    {"path with NUL in disguise", RAW("GET /v0/health%00 HTTP/1.1\r\n" HOST "\r\n"), 400, CLOSES},
    {"path with half an escape", RAW("GET /v0/%4 HTTP/1.1\r\n" HOST "\r\n"), 400, CLOSES},
    {"path with 0x80", RAW("GET /v0/\x80 HTTP/1.1\r\n" HOST "\r\n"), 400, CLOSES},
    {"path with a fragment", RAW("GET /v0/health#a HTTP/1.1\r\n" HOST "\r\n"), 400, CLOSES},
    {"path without a slash", RAW("GET v0/health HTTP/1.1\r\n" HOST "\r\n"), 400, CLOSES},
    {"star for GET", RAW("GET * HTTP/1.1\r\n" HOST "\r\n"), 400, CLOSES},
    {"absolute target without a path", RAW("GET http://localhost HTTP/1.1\r\n" HOST "\r\n"), 400,
     CLOSES},
    {"two empty lines first", RAW("\r\n\r\n" GET "\r\n"), 400, CLOSES},
    {"TRACE", RAW("TRACE /v0/health HTTP/1.1\r\n" HOST "\r\n"), 405, STAYS_OPEN},
    {"CONNECT", RAW("CONNECT localhost:22 HTTP/1.1\r\n" HOST "\r\n"), 405, STAYS_OPEN},
    {"lower-case method", RAW("get /v0/health HTTP/1.1\r\n" HOST "\r\n"), 405, STAYS_OPEN},

    /* what may be given once, or not at all */
    {"two Authorizations", RAW(GET "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n"),
     400, CLOSES},
    {"two Content-Types", RAW(POST "Content-Type: a/b\r\nContent-Type: application/json\r\n\r\n"),
     400, CLOSES},
    {"expectation unknown", RAW(POST "Expect: 200-ok\r\nContent-Length: 20\r\n\r\n" BODY), 417,
     STAYS_OPEN},
    {"compressed body", RAW(POST "Content-Encoding: gzip\r\nContent-Length: 20\r\n\r\n" BODY), 415,
     STAYS_OPEN},

    /* legal, if unusual */
    {"one empty line first", RAW("\r\n" GET "\r\n"), 200, STAYS_OPEN},
    {"absolute target", RAW("GET http://localhost/v0/health HTTP/1.1\r\n" HOST "\r\n"), 200,
     STAYS_OPEN},
    {"header names in any case", RAW("GET /v0/health HTTP/1.1\r\nhOsT:localhost\r\n\r\n"), 200,
     STAYS_OPEN},
    {"spaces around a value", RAW("GET /v0/health HTTP/1.1\r\nHost: \t localhost\t \r\n\r\n"), 200,
     STAYS_OPEN},
    {"0x80 in a value", RAW(GET "X-A: \xc3\xa9\r\n\r\n"), 200, STAYS_OPEN},
    {"GET with a body", RAW(GET "Content-Length: 5\r\n\r\n12345"), 200, STAYS_OPEN},
    {"upgrade to h2c", RAW(GET "Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n"), 200, STAYS_OPEN},
    {"chunk extension and trailer",
     RAW(POST CHUNKED "14;a=\"b\"\r\n" BODY "\r\n000\r\nX-Sum: 1\r\n\r\n"), 200, STAYS_OPEN},
    {"coding in capitals",
     RAW(POST "Transfer-Encoding: CHUNKED\r\n\r\n14\r\n" BODY "\r\n0\r\n\r\n"), 200, STAYS_OPEN},
    {"HTTP/1.0 without Host", RAW("GET /v0/health HTTP/1.0\r\n\r\n"), 200, CLOSES},
    {"HTTP/1.0 that stays", RAW("GET /v0/health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"), 200,
     STAYS_OPEN},
    {"HTTP/1.1 that goes", RAW(GET "Connection: foo , Close\r\n\r\n"), 200, CLOSES},
};

enum { ATTACK_COUNT = sizeof(attacks) / sizeof(attacks[0]) };

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

/* The one response's status; what was expected of the connection is checked. */
static int status_of(const char *name, const void *bytes, size_t len, size_t step, bool closes)
{
    struct http_response response;
    size_t at = 0;
    int status = 0;

    http_door_talk(&door, proto, bytes, len, step);
    if (http_door_response(&door, &at, false, &response)) {
        status = response.status;
    }
    free(response.body);
    if (at != door.text.len || door.violations != 0 || door.has_ended != closes || door.open != 0 ||
        door.served != NAMI_OK) {
        (void)fprintf(stderr,
                      "%s, step %zu: status %d, violations %d, ended %d, open %d, text %.*s\n",
                      name, step, status, door.violations, door.has_ended, door.open,
                      (int)door.text.len, (const char *)door.text.ptr);
        status = -1;
    }
    return status;
}

static void test_hostile__answered_once_wherever_the_bytes_break(void)
{
    for (size_t i = 0; i < ATTACK_COUNT; i++) {
        for (size_t step = 0; step < 4; step++) {
            int status =
                status_of(attacks[i].name, attacks[i].bytes.ptr, attacks[i].bytes.len, step,
                          attacks[i].closes ||
                              (step > 0 && attacks[i].status > 410 && attacks[i].status < 420));

            if (status != attacks[i].status) {
                (void)fprintf(stderr, "%s, step %zu: %d\n", attacks[i].name, step, status);
            }
            CU_ASSERT_EQUAL(status, attacks[i].status);
            CU_ASSERT_EQUAL(door.statements, status == 200 && attacks[i].bytes.ptr[0] == 'P');
        }
    }
}

static void test_hostile__cut_off_anywhere_is_no_crash_and_runs_nothing(void)
{
    door.hangs_up = true;
    for (size_t i = 0; i < ATTACK_COUNT; i++) {
        for (size_t len = 0; len < attacks[i].bytes.len; len++) {
            http_door_talk(&door, proto, attacks[i].bytes.ptr, len, 0);
            if (door.violations != 0 || door.open != 0 || !door.has_ended) {
                (void)fprintf(stderr, "%s, cut at %zu\n", attacks[i].name, len);
            }
            CU_ASSERT_EQUAL(door.violations, 0);
            CU_ASSERT_EQUAL(door.open, 0);
            CU_ASSERT_TRUE(door.has_ended);
        }
    }
    door.hangs_up = false;
}

/* `head` and then `unit`, over and over, `count` times, and `tail`. */
static struct nami_buf flood(const char *head, const char *unit, size_t count, const char *tail)
{
    struct nami_buf buf;
    int32_t status = NAMI_OK;

    nami_buf_init(&buf, 80 << 20);
    status |= nami_buf_append(&buf, nami_text(head));
    for (size_t i = 0; i < count; i++) {
        status |= nami_buf_append(&buf, nami_text(unit));
    }
    status |= nami_buf_append(&buf, nami_text(tail));
    CU_ASSERT_EQUAL(status, NAMI_OK);
    return buf;
}

static void test_hostile__floods_meet_a_limit(void)
{
    static const struct {
        const char *name, *head, *unit, *tail;
        size_t count, step;
        int status;
        bool closes;
    } floods[] = {
        {"1 MB header", GET "X-A: ", "aaaaaaaaaa", "\r\n\r\n", 100000, 0, 431, CLOSES},
        {"1 MB header in pieces", GET "X-A: ", "aaaaaaaaaa", "\r\n\r\n", 100000, 1000, 431, CLOSES},
        {"20,000 headers", GET, "A: b\r\n", "\r\n", 20000, 0, 431, CLOSES},
        {"129 headers", GET, "A: b\r\n", "\r\n", 128, 0, 431, CLOSES},
        {"128 headers", GET, "A: b\r\n", "\r\n", 127, 0, 200, STAYS_OPEN},
        {"64 KiB of headers", GET "A: ", "aaaaaaaaaa", "aaaaaaa\r\n\r\n", 6548, 0, 200, STAYS_OPEN},
        {"64 KiB of headers and one", GET "A: ", "aaaaaaaaaa", "aaaaaaaa\r\n\r\n", 6548, 0, 431,
         CLOSES},
        {"8 MB path", "GET /", "aaaaaaaaaa", " HTTP/1.1\r\n" HOST "\r\n", 800000, 0, 414, CLOSES},
        {"8 MB path in pieces", "GET /", "aaaaaaaaaa", " HTTP/1.1\r\n" HOST "\r\n", 800000, 4096,
         414, CLOSES},
        {"8 KiB path and one", "GET /", "aaaaaaaa", "a HTTP/1.1\r\n" HOST "\r\n", 1023 + 1, 0, 414,
         CLOSES},
        {"8 KiB path", "GET /", "aaaaaaaa", "aaaaaaa HTTP/1.1\r\n" HOST "\r\n", 1023, 0, 404,
         STAYS_OPEN},
        {"1 MB method", "", "AAAAAAAAAA", " / HTTP/1.1\r\n\r\n", 100000, 100, 400, CLOSES},
        {"1 MB chunk extension", POST CHUNKED "1;", "aaaaaaaaaa", "\r\na\r\n0\r\n\r\n", 100000,
         1000, 400, CLOSES},
        {"1 MB of trailers", POST CHUNKED "0\r\n", "A: bbbbb\r\n", "\r\n", 100000, 1000, 431,
         CLOSES},
        {"70 MB of chunks", POST CHUNKED, "a\r\naaaaaaaaaa\r\n", "0\r\n\r\n", 5000000, 1 << 20, 413,
         CLOSES},
        {"1,000,000 brackets", POST "Content-Length: 1000010\r\n\r\n{\"query\":", "[[[[[[[[[[", "{",
         100000, 0, 400, STAYS_OPEN},
    };

    for (size_t i = 0; i < sizeof(floods) / sizeof(floods[0]); i++) {
        struct nami_buf buf =
            flood(floods[i].head, floods[i].unit, floods[i].count, floods[i].tail);
        int status = status_of(floods[i].name, buf.ptr, buf.len, floods[i].step, floods[i].closes);

        if (status != floods[i].status) {
            (void)fprintf(stderr, "%s: %d\n", floods[i].name, status);
        }
        CU_ASSERT_EQUAL(status, floods[i].status);
        nami_buf_release(&buf);
    }
}

/* The host lets a stranger send 64 KiB, and then says FULL. */
static void test_hostile__a_stranger_may_not_send_a_large_body(void)
{
    struct nami_buf buf = flood("GET /v0/health HTTP/1.1\r\n" HOST "Content-Length: 100000\r\n\r\n",
                                "aaaaaaaaaa", 10000, "");

    CU_ASSERT_EQUAL(status_of("large body", buf.ptr, buf.len, 1000, CLOSES), 413);
    nami_buf_release(&buf);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"hostile: answered once wherever the bytes break",
         test_hostile__answered_once_wherever_the_bytes_break},
        {"hostile: cut off anywhere is no crash and runs nothing",
         test_hostile__cut_off_anywhere_is_no_crash_and_runs_nothing},
        {"hostile: floods meet a limit", test_hostile__floods_meet_a_limit},
        {"hostile: a stranger may not send a large body",
         test_hostile__a_stranger_may_not_send_a_large_body},
        CU_TEST_INFO_NULL,
    };

    return run_suite("proto-http/hostile", setup, teardown, tests);
}
