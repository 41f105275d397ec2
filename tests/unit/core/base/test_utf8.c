/* Unit tests for core/base/utf8.c. */
#include "tests/support/run_suite.h"

#include <string.h>

#include <namidb/plugin_util.h>

#include "core/base/utf8.h"

static bool is_scalar(uint32_t code_point)
{
    return code_point <= 0x10ffff && !(code_point >= 0xd800 && code_point <= 0xdfff);
}

static void test_encode__every_code_point_comes_back(void)
{
    uint32_t failed = 0;

    for (uint32_t code_point = 0; code_point < 0x110010; code_point++) {
        uint8_t bytes[4];
        size_t len = nami_utf8_encode(code_point, bytes);
        struct nami_slice text = {bytes, len};
        size_t at = 0;
        uint32_t back = nami_utf8_next(text, &at);

        failed += back != (is_scalar(code_point) ? code_point : 0xfffd);
        failed += at != len || !nami_utf8_is_valid(text) || nami_utf8_count(text) != 1;
        failed += len > 1 && nami_utf8_valid_prefix((struct nami_slice){bytes, len - 1}) != 0;
    }
    CU_ASSERT_EQUAL(failed, 0);
}

/* All sequences of three bytes: what is valid is just what the encoder makes. */
static void test_valid__agrees_with_the_encoder(void)
{
    uint32_t failed = 0;

    for (uint32_t i = 0xc00000; i < 0x1000000; i++) {
        uint8_t bytes[3] = {(uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i};
        struct nami_slice text = {bytes, 3};
        size_t at = 0;
        uint32_t code_point = nami_utf8_next(text, &at);
        uint8_t again[4];

        if (at == 1) { /* not a sequence */
            failed += code_point != 0xfffd || nami_utf8_valid_prefix(text) != 0;
        } else {
            failed += nami_utf8_encode(code_point, again) != at || memcmp(bytes, again, at) != 0;
        }
    }
    CU_ASSERT_EQUAL(failed, 0);
}

static void test_valid__prefix_ends_at_the_first_fault(void)
{
    static const struct {
        const char *text;
        size_t prefix;
    } cases[] = {
        {"", 0},
        {"plain ASCII, longer than eight bytes", 36},
        {"0123456\xff", 7},
        {"01234567\x80", 8},
        {"\xc3\xa4\xc3", 2},
        {"\xc0\x80", 0},
        {"\xc1\xbf", 0},
        {"\xe0\x9f\xbf", 0},
        {"\xed\xa0\x80", 0},
        {"\xed\x9f\xbf", 3},
        {"\xf0\x8f\xbf\xbf", 0},
        {"\xf4\x8f\xbf\xbf", 4},
        {"\xf4\x90\x80\x80", 0},
        {"\xf5\x80\x80\x80", 0},
        {"a\xf0\x9f\x98", 1},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        CU_ASSERT_EQUAL(nami_utf8_valid_prefix(nami_text(cases[i].text)), cases[i].prefix);
    }
}

static void test_offset__counts_characters(void)
{
    struct nami_slice text = nami_text("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80z");
    static const size_t offsets[] = {0, 1, 3, 6, 10, 11, 11, 11};

    CU_ASSERT_EQUAL(nami_utf8_count(text), 5);
    for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
        CU_ASSERT_EQUAL(nami_utf8_offset(text, i), offsets[i]);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"encode: every code point comes back", test_encode__every_code_point_comes_back},
        {"valid: agrees with the encoder", test_valid__agrees_with_the_encoder},
        {"valid: prefix ends at the first fault", test_valid__prefix_ends_at_the_first_fault},
        {"offset: counts characters", test_offset__counts_characters},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/base/utf8", NULL, NULL, tests);
}
