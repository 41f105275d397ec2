/* Unit tests for core/base/json_write.c. */
#include "tests/support/run_suite.h"

#include <math.h>
#include <string.h>

#include <namidb/plugin_util.h>

#include "core/base/json_write.h"

static struct nami_buf buf;

static bool wrote(const char *expected)
{
    bool same = nami_slice_equal(nami_buf_view(&buf), nami_text(expected));

    if (!same) {
        (void)fprintf(stderr, "wrote: %.*s\n", (int)buf.len, (const char *)buf.ptr);
    }
    nami_buf_release(&buf);
    return same;
}

static void test_write__puts_commas_and_colons(void)
{
    struct nami_json_writer writer;

    nami_buf_init(&buf, 1000);
    nami_json_writer_init(&writer, &buf);
    nami_json_object_begin(&writer);
    nami_json_key_text(&writer, "a");
    nami_json_array_begin(&writer);
    nami_json_int(&writer, INT64_MIN);
    nami_json_uint(&writer, UINT64_MAX);
    nami_json_float(&writer, 1);
    nami_json_bool(&writer, true);
    nami_json_null(&writer);
    nami_json_array_begin(&writer);
    nami_json_array_end(&writer);
    nami_json_object_begin(&writer);
    nami_json_object_end(&writer);
    nami_json_raw(&writer, nami_text("{\"r\":1}"));
    nami_json_array_end(&writer);
    nami_json_key(&writer, nami_text("b\""));
    nami_json_text(&writer, "x");
    nami_json_object_end(&writer);
    CU_ASSERT_EQUAL(writer.status, NAMI_OK);
    CU_ASSERT_TRUE(wrote("{\"a\":[-9223372036854775808,18446744073709551615,1.0,true,null,[],{},"
                         "{\"r\":1}],\"b\\\"\":\"x\"}"));
}

static void test_string__escapes_and_replaces(void)
{
    static const struct {
        const char *text;
        size_t len;
        const char *expected;
    } cases[] = {
        {"", 0, "\"\""},
        {"a\"b\\c/", 6, "\"a\\\"b\\\\c/\""},
        {"\b\f\n\r\t\0\x1f\x7f", 8, "\"\\b\\f\\n\\r\\t\\u0000\\u001f\x7f\""},
        {"\xc3\xa4\xf0\x9f\x98\x80", 6, "\"\xc3\xa4\xf0\x9f\x98\x80\""},
        {"\xef\xbf\xbd", 3, "\"\xef\xbf\xbd\""},
        {"a\xff"
         "b",
         3,
         "\"a\xef\xbf\xbd"
         "b\""},
        {"\xc3", 1, "\"\xef\xbf\xbd\""},
        {"\xed\xa0\x80", 3, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct nami_json_writer writer;

        nami_buf_init(&buf, 1000);
        nami_json_writer_init(&writer, &buf);
        nami_json_string(&writer, nami_bytes(cases[i].text, cases[i].len));
        CU_ASSERT_TRUE(wrote(cases[i].expected));
    }
}

static void test_float__is_never_an_integer_and_never_nan(void)
{
    static const struct {
        double value;
        const char *expected;
    } cases[] = {{1, "1.0"},    {-0.0, "-0.0"},     {1e300, "1e300"},   {0.1, "0.1"},
                 {NAN, "null"}, {INFINITY, "null"}, {-INFINITY, "null"}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct nami_json_writer writer;

        nami_buf_init(&buf, 100);
        nami_json_writer_init(&writer, &buf);
        nami_json_float(&writer, cases[i].value);
        CU_ASSERT_TRUE(wrote(cases[i].expected));
    }
}

static void test_write__a_full_buffer_sticks(void)
{
    struct nami_json_writer writer;

    nami_buf_init(&buf, 4);
    nami_json_writer_init(&writer, &buf);
    nami_json_array_begin(&writer);
    nami_json_text(&writer, "too long");
    CU_ASSERT_EQUAL(writer.status, NAMI_E_NOMEM);
    nami_json_array_end(&writer);
    CU_ASSERT_EQUAL(writer.status, NAMI_E_NOMEM);
    nami_buf_release(&buf);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"write: puts commas and colons", test_write__puts_commas_and_colons},
        {"string: escapes and replaces", test_string__escapes_and_replaces},
        {"float: is never an integer and never NaN", test_float__is_never_an_integer_and_never_nan},
        {"write: a full buffer sticks", test_write__a_full_buffer_sticks},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/base/json_write", NULL, NULL, tests);
}
