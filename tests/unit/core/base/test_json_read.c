/* Unit tests for core/base/json_read.c. */
#include "tests/support/run_suite.h"

#include <string.h>

#include <namidb/plugin_util.h>

#include "core/base/json_read.h"

/* Reads to the end. The last event. */
static uint32_t read_all(struct nami_slice text)
{
    struct nami_json_reader reader;
    uint32_t event = NAMI_JSON_NULL;

    nami_json_reader_init(&reader, text);
    while (event != NAMI_JSON_END && event != NAMI_JSON_ERROR) {
        event = nami_json_next(&reader);
    }
    CU_ASSERT_EQUAL(nami_json_next(&reader), event); /* it repeats */
    CU_ASSERT_EQUAL(event == NAMI_JSON_ERROR, reader.problem != NULL);
    nami_json_reader_release(&reader);
    return event;
}

static void test_next__accepts_what_the_rfc_accepts(void)
{
    static const char *const texts[] = {
        "null",
        " true ",
        "\t\r\nfalse",
        "0",
        "-0",
        "-0.0",
        "1e1",
        "1E+1",
        "1.5e-3",
        "\"\"",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4\"",
        "\"\\ud83d\\ude00\"",
        "\"\xf0\x9f\x98\x80\"",
        "[]",
        "{}",
        "[1,2, 3 ]",
        "{\"a\":1,\"a\":2}",
        "{\"a\":{\"b\":[{}]}}",
        "[[],[[]]]",
        "9223372036854775807",
        "-9223372036854775808",
        "1e308",
        "5e-324",
        "1e-400",
        "0e999999999",
        "\"\x7f\"",
        "\"\\u0000\"",
        "{\"\":null}",
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        CU_ASSERT_EQUAL(read_all(nami_text(texts[i])), NAMI_JSON_END);
    }
}

static void test_next__rejects_everything_else(void)
{
    static const char *const texts[] = {
        "",
        " ",
        "nul",
        "True",
        "+1",
        "01",
        "-",
        "1.",
        ".5",
        "1e",
        "1e+",
        "0x1",
        "1_0",
        "NaN",
        "Infinity",
        "-Infinity",
        "[",
        "]",
        "{",
        "}",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,",
        "{\"a\":1,}",
        "{a:1}",
        "{1:1}",
        "{\"a\" 1}",
        "{\"a\":1]",
        "[1}",
        "\"",
        "\"\\\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\ud83d\"",
        "\"\\ude00\"",
        "\"\\ud83d\\u0041\"",
        "\"\\ud83dx\"",
        "\"\n\"",
        "\"\x01\"",
        "\"\x80\"",
        "\"\xc0\xaf\"",
        "\"\xed\xa0\x80\"",
        "\"\xf4\x90\x80\x80\"",
        "\"\xe2\x82\"",
        "'a'",
        "1 2",
        "{} {}",
        "// x\n1",
        "/* x */ 1",
        "\xef\xbb\xbf[1]",
        "9223372036854775808",
        "-9223372036854775809",
        "123456789012345678901234567890",
        "1e400",
        "-1e309",
        "[1e999999999]",
        "null,",
        "[\"a\",\"b]",
        "\xff",
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (read_all(nami_text(texts[i])) != NAMI_JSON_ERROR) {
            (void)fprintf(stderr, "accepted: %s\n", texts[i]);
            CU_FAIL("accepted");
        }
    }
    CU_ASSERT_EQUAL(read_all(nami_bytes("1\0", 2)), NAMI_JSON_ERROR);
    CU_ASSERT_EQUAL(read_all(nami_bytes("\0", 1)), NAMI_JSON_ERROR);
    CU_ASSERT_EQUAL(read_all((struct nami_slice){NULL, 0}), NAMI_JSON_ERROR);
}

static void test_next__depth_is_bounded(void)
{
    char text[2 * (NAMI_JSON_DEPTH_MAX + 1)];

    for (size_t depth = NAMI_JSON_DEPTH_MAX; depth <= NAMI_JSON_DEPTH_MAX + 1; depth++) {
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        CU_ASSERT_EQUAL(read_all(nami_bytes(text, 2 * depth)),
                        depth <= NAMI_JSON_DEPTH_MAX ? NAMI_JSON_END : NAMI_JSON_ERROR);
    }
}

static void test_next__mixed_nesting_is_remembered(void)
{
    char text[6 * NAMI_JSON_DEPTH_MAX + 1];
    char wrong[sizeof(text)];
    size_t len = 0;
    size_t open = 0;

    for (size_t i = 0; i < NAMI_JSON_DEPTH_MAX; i++) { /* {"":[{"":[... */
        memcpy(text + len, i % 2 == 0 ? "{\"\":" : "[", i % 2 == 0 ? 4 : 1);
        len += i % 2 == 0 ? 4 : 1;
    }
    text[len++] = '0';
    open = len;
    for (size_t i = NAMI_JSON_DEPTH_MAX; i > 0; i--) {
        text[len++] = i % 2 == 0 ? ']' : '}';
    }
    CU_ASSERT_EQUAL(read_all(nami_bytes(text, len)), NAMI_JSON_END);
    for (size_t i = open; i < len; i++) { /* each closing bracket, the other kind */
        memcpy(wrong, text, len);
        wrong[i] = text[i] == ']' ? '}' : ']';
        CU_ASSERT_EQUAL(read_all(nami_bytes(wrong, len)), NAMI_JSON_ERROR);
    }
}

static void test_next__events_and_values_in_order(void)
{
    static const char text[] = "{\"a\\n\":[1,-2.5,\"x\\u00e4y\",true],\"plain\":{\"k\":null}} ";
    static const uint32_t expected[] = {
        NAMI_JSON_OBJECT_BEGIN, NAMI_JSON_KEY,          NAMI_JSON_ARRAY_BEGIN, NAMI_JSON_INT,
        NAMI_JSON_FLOAT,        NAMI_JSON_STRING,       NAMI_JSON_BOOL,        NAMI_JSON_ARRAY_END,
        NAMI_JSON_KEY,          NAMI_JSON_OBJECT_BEGIN, NAMI_JSON_KEY,         NAMI_JSON_NULL,
        NAMI_JSON_OBJECT_END,   NAMI_JSON_OBJECT_END,   NAMI_JSON_END};
    struct nami_json_reader reader;

    nami_json_reader_init(&reader, nami_text(text));
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        CU_ASSERT_EQUAL(nami_json_next(&reader), expected[i]);
        switch (i) {
        case 1:
            CU_ASSERT_TRUE(nami_slice_equal(reader.string, nami_text("a\n")));
            break;
        case 3:
            CU_ASSERT_EQUAL(reader.integer, 1);
            CU_ASSERT_EQUAL(reader.value_at, 8);
            break;
        case 4:
            CU_ASSERT_EQUAL(reader.real, -2.5);
            break;
        case 5:
            CU_ASSERT_TRUE(nami_slice_equal(reader.string, nami_text("x\xc3\xa4y")));
            break;
        case 6:
            CU_ASSERT_TRUE(reader.boolean);
            break;
        case 8: /* borrowed from the text itself */
            CU_ASSERT_TRUE(nami_slice_equal(reader.string, nami_text("plain")));
            CU_ASSERT_PTR_EQUAL(reader.string.ptr, (const uint8_t *)strstr(text, "plain"));
            break;
        default:
            break;
        }
    }
    nami_json_reader_release(&reader);
}

static void test_skip__passes_a_whole_value(void)
{
    struct nami_json_reader reader;

    nami_json_reader_init(&reader, nami_text("[[1,{\"a\":[]}],\"s\",{\"k\":[2]},3]"));
    CU_ASSERT_EQUAL(nami_json_next(&reader), NAMI_JSON_ARRAY_BEGIN);
    CU_ASSERT_EQUAL(nami_json_skip(&reader, nami_json_next(&reader)), NAMI_JSON_ARRAY_END);
    CU_ASSERT_EQUAL(nami_json_skip(&reader, nami_json_next(&reader)), NAMI_JSON_STRING);
    CU_ASSERT_EQUAL(nami_json_next(&reader), NAMI_JSON_OBJECT_BEGIN);
    CU_ASSERT_EQUAL(nami_json_skip(&reader, nami_json_next(&reader)), NAMI_JSON_ARRAY_END);
    CU_ASSERT_EQUAL(nami_json_next(&reader), NAMI_JSON_OBJECT_END);
    CU_ASSERT_EQUAL(nami_json_next(&reader), NAMI_JSON_INT);
    CU_ASSERT_EQUAL(reader.integer, 3);
    nami_json_reader_release(&reader);
    nami_json_reader_init(&reader, nami_text("[1,"));
    CU_ASSERT_EQUAL(nami_json_skip(&reader, nami_json_next(&reader)), NAMI_JSON_ERROR);
    nami_json_reader_release(&reader);
}

static void test_error__says_where(void)
{
    static const struct {
        const char *text;
        size_t at;
    } cases[] = {{"[1,x]", 3},       {"{\"a\":1,}", 7}, {"[\"ab\\q\"]", 4},
                 {"[\"a\xff\"]", 3}, {"[1", 2},         {"[9223372036854775808]", 1}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct nami_json_reader reader;
        uint32_t event = NAMI_JSON_NULL;

        nami_json_reader_init(&reader, nami_text(cases[i].text));
        while (event != NAMI_JSON_ERROR && event != NAMI_JSON_END) {
            event = nami_json_next(&reader);
        }
        CU_ASSERT_EQUAL(event, NAMI_JSON_ERROR);
        CU_ASSERT_EQUAL(reader.at, cases[i].at);
        nami_json_reader_release(&reader);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"next: accepts what the RFC accepts", test_next__accepts_what_the_rfc_accepts},
        {"next: rejects everything else", test_next__rejects_everything_else},
        {"next: depth is bounded", test_next__depth_is_bounded},
        {"next: mixed nesting is remembered", test_next__mixed_nesting_is_remembered},
        {"next: events and values in order", test_next__events_and_values_in_order},
        {"skip: passes a whole value", test_skip__passes_a_whole_value},
        {"error: says where", test_error__says_where},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/base/json_read", NULL, NULL, tests);
}
