/* Unit tests for core/base/text.c. */
#include "tests/support/run_suite.h"

#include <string.h>

#include <namidb/plugin_util.h>

#include "core/base/text.h"

static void test_printf__short_long_and_too_long(void)
{
    struct nami_buf buf;
    char word[1500];

    memset(word, 'x', sizeof(word) - 1);
    word[sizeof(word) - 1] = '\0';
    nami_buf_init(&buf, 2000);
    CU_ASSERT_EQUAL(nami_buf_printf(&buf, "%d-%s", 7, "a"), NAMI_OK);
    CU_ASSERT_EQUAL(nami_buf_printf(&buf, "<%s>", word), NAMI_OK);
    CU_ASSERT_EQUAL(buf.len, 3 + sizeof(word) + 1);
    CU_ASSERT_EQUAL(buf.ptr[buf.len - 1], '>');
    CU_ASSERT_EQUAL(nami_buf_printf(&buf, "%s", word), NAMI_E_NOMEM);
    CU_ASSERT_EQUAL(buf.len, 3 + sizeof(word) + 1);
    CU_ASSERT_EQUAL(nami_buf_append_text(&buf, "t"), NAMI_OK);
    CU_ASSERT_EQUAL(nami_buf_append_byte(&buf, 0xff), NAMI_OK);
    CU_ASSERT_EQUAL(buf.ptr[buf.len - 1], 0xff);
    nami_buf_release(&buf);
}

static void test_append_byte__stops_at_the_ceiling(void)
{
    struct nami_buf buf;

    nami_buf_init(&buf, 2);
    CU_ASSERT_EQUAL(nami_buf_append_byte(&buf, 1), NAMI_OK);
    CU_ASSERT_EQUAL(nami_buf_append_byte(&buf, 2), NAMI_OK);
    CU_ASSERT_EQUAL(nami_buf_append_byte(&buf, 3), NAMI_E_NOMEM);
    nami_buf_release(&buf);
}

static void test_varint__round_trip_and_every_truncation(void)
{
    for (uint32_t shift = 0; shift < 64; shift++) {
        for (int64_t delta = -1; delta <= 1; delta++) {
            uint64_t value = (UINT64_C(1) << shift) + (uint64_t)delta;
            struct nami_buf buf;
            uint64_t back = 0;
            int64_t signed_back = 0;
            size_t at = 0;

            nami_buf_init(&buf, 64);
            CU_ASSERT_EQUAL(nami_buf_append_varint(&buf, value), NAMI_OK);
            CU_ASSERT_EQUAL(nami_varint_read(nami_buf_view(&buf), &at, &back), NAMI_OK);
            CU_ASSERT_EQUAL(back, value);
            CU_ASSERT_EQUAL(at, buf.len);
            for (size_t len = 0; len < buf.len; len++) {
                at = 0;
                CU_ASSERT_EQUAL(nami_varint_read(nami_bytes(buf.ptr, len), &at, &back),
                                NAMI_E_CORRUPT);
                CU_ASSERT_EQUAL(at, 0);
            }
            nami_buf_clear(&buf);
            at = 0;
            CU_ASSERT_EQUAL(nami_buf_append_zigzag(&buf, (int64_t)value), NAMI_OK);
            CU_ASSERT_EQUAL(nami_zigzag_read(nami_buf_view(&buf), &at, &signed_back), NAMI_OK);
            CU_ASSERT_EQUAL(signed_back, (int64_t)value);
            nami_buf_release(&buf);
        }
    }
}

static void test_varint__more_than_64_bits_is_corrupt(void)
{
    static const uint8_t most[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01};
    static const uint8_t over[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02};
    static const uint8_t longer[] = {0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
                                     0x80, 0x80, 0x80, 0x81, 0x00};
    uint64_t value = 0;
    size_t at = 0;

    CU_ASSERT_EQUAL(nami_varint_read(nami_bytes(most, sizeof(most)), &at, &value), NAMI_OK);
    CU_ASSERT_EQUAL(value, UINT64_MAX);
    at = 0;
    CU_ASSERT_EQUAL(nami_varint_read(nami_bytes(over, sizeof(over)), &at, &value), NAMI_E_CORRUPT);
    CU_ASSERT_EQUAL(nami_varint_read(nami_bytes(longer, sizeof(longer)), &at, &value),
                    NAMI_E_CORRUPT);
    at = 11;
    CU_ASSERT_EQUAL(nami_varint_read(nami_bytes(longer, sizeof(longer)), &at, &value),
                    NAMI_E_CORRUPT);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"printf: short, long and too long", test_printf__short_long_and_too_long},
        {"append byte: stops at the ceiling", test_append_byte__stops_at_the_ceiling},
        {"varint: round trip and every truncation", test_varint__round_trip_and_every_truncation},
        {"varint: more than 64 bits is corrupt", test_varint__more_than_64_bits_is_corrupt},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/base/text", NULL, NULL, tests);
}
