/* Unit tests for core/value/value_codec.c. */
#include "tests/support/run_suite.h"

#include <math.h>
#include <string.h>

#include <namidb/plugin_util.h>

#include "core/value/value_codec.h"

static struct nami_chunk_pool *pool;
static struct nami_arena arena;
static struct nami_buf buf;

static int setup(void)
{
    nami_buf_init(&buf, 1 << 20);
    if (nami_chunk_pool_create(1 << 20, &pool) != NAMI_OK) {
        return 1;
    }
    nami_arena_init(&arena, pool, NULL);
    return 0;
}

static int teardown(void)
{
    nami_arena_release(&arena);
    nami_chunk_pool_destroy(pool);
    nami_buf_release(&buf);
    return 0;
}

/* One of everything that can be stored, in one map. */
static struct nami_value everything(void)
{
    static const uint8_t raw[] = {0, 1, 255};
    static struct nami_value list[12];
    static struct nami_value inner[4];
    static struct nami_value pairs[6];

    list[0] = nami_value_null();
    list[1] = nami_value_bool(true);
    list[2] = nami_value_bool(false);
    list[3] = nami_value_int(INT64_MIN);
    list[4] = nami_value_int(INT64_MAX);
    list[5] = nami_value_float(-0.0);
    list[6] = nami_value_float(NAN);
    list[7] = nami_value_string(nami_text("\xc3\xa4 text"));
    list[8] = nami_value_string(nami_text(""));
    list[9] = (struct nami_value){.type = NAMI_VALUE_BYTES, .count = 3, .as.bytes = raw};
    list[10] = nami_value_list(NULL, 0);
    list[11] = nami_value_map(NULL, 0);
    inner[0] = nami_value_string(nami_text(""));
    inner[1] = nami_value_int(0);
    inner[2] = nami_value_string(nami_text("k"));
    inner[3] = nami_value_list(list, 12);
    pairs[0] = nami_value_string(nami_text("a"));
    pairs[1] = nami_value_map(inner, 2);
    pairs[2] = nami_value_string(nami_text("aa"));
    pairs[3] = nami_value_int(-1);
    pairs[4] = nami_value_string(nami_text("b"));
    pairs[5] = nami_value_list(list, 3);
    return nami_value_map(pairs, 3);
}

static void test_codec__round_trip_keeps_types_and_bits(void)
{
    struct nami_value value = everything();
    struct nami_value back;
    const struct nami_value *list = NULL;
    size_t at = 0;

    nami_buf_clear(&buf);
    CU_ASSERT_EQUAL_FATAL(nami_value_encode(value, &buf), NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(nami_value_decode(nami_buf_view(&buf), &at, &arena, &back), NAMI_OK);
    CU_ASSERT_EQUAL(at, buf.len);
    CU_ASSERT_TRUE(nami_value_equivalent(value, back));
    list = nami_value_map_get(*nami_value_map_get(back, nami_text("a")), nami_text("k"));
    CU_ASSERT_PTR_NOT_NULL_FATAL(list);
    CU_ASSERT_EQUAL(list->as.items[4].type, NAMI_VALUE_INT);
    CU_ASSERT_EQUAL(list->as.items[5].type, NAMI_VALUE_FLOAT);
    CU_ASSERT_TRUE(signbit(list->as.items[5].as.real));
    CU_ASSERT_EQUAL(list->as.items[9].type, NAMI_VALUE_BYTES);
}

static void test_decode__every_truncation_is_corrupt(void)
{
    nami_buf_clear(&buf);
    CU_ASSERT_EQUAL_FATAL(nami_value_encode(everything(), &buf), NAMI_OK);
    for (size_t len = 0; len < buf.len; len++) {
        uint8_t *exact = malloc(len + 1); /* so that a sanitizer sees the first byte too far */
        struct nami_value back;
        size_t at = 0;

        CU_ASSERT_PTR_NOT_NULL_FATAL(exact);
        memcpy(exact, buf.ptr, len);
        exact = realloc(exact, len > 0 ? len : 1);
        CU_ASSERT_EQUAL(nami_value_decode(nami_bytes(exact, len), &at, &arena, &back),
                        NAMI_E_CORRUPT);
        CU_ASSERT_EQUAL(at, 0);
        free(exact);
    }
}

/* Any one byte changed: an answer, never a crash, and what is decoded encodes again. */
static void test_decode__every_changed_byte_is_survived(void)
{
    uint8_t bytes[256];
    size_t len = 0;

    nami_buf_clear(&buf);
    CU_ASSERT_EQUAL_FATAL(nami_value_encode(everything(), &buf), NAMI_OK);
    len = buf.len;
    CU_ASSERT_FATAL(len <= sizeof(bytes));
    for (size_t i = 0; i < len * 256; i++) {
        struct nami_value back;
        size_t at = 0;

        memcpy(bytes, buf.ptr, len);
        bytes[i / 256] = (uint8_t)i;
        if (nami_value_decode(nami_bytes(bytes, len), &at, &arena, &back) == NAMI_OK) {
            struct nami_buf again;

            nami_buf_init(&again, 1 << 16);
            CU_ASSERT_EQUAL(nami_value_encode(back, &again), NAMI_OK);
            nami_buf_release(&again);
        }
        nami_arena_reset(&arena);
    }
}

static void test_decode__rejects(void)
{
    static const struct {
        const char *bytes;
        size_t len;
    } cases[] = {
        {"\x01\x02", 2},                 /* a boolean is 0 or 1 */
        {"\x08\x01", 2},                 /* entities are never stored */
        {"\x0b", 1},                     /* a type of later versions */
        {"\xff", 1},                     /* none at all */
        {"\x04\x01\xff", 3},             /* not UTF-8 */
        {"\x06\xff\xff\xff\xff\x0f", 6}, /* four billion elements in no bytes */
        {"\x04\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11},
        {"\x07\x02\x01"
         "b\x00\x01"
         "a\x00",
         8}, /* keys descend */
        {"\x07\x02\x01"
         "a\x00\x01"
         "a\x00",
         8},                         /* a key twice */
        {"\x07\x01\x01\xff\x00", 5}, /* a key that is not UTF-8 */
        {"\x03\x00\x00\x00\x00\x00\x00\x00", 8},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct nami_value back;
        size_t at = 0;

        CU_ASSERT_EQUAL(
            nami_value_decode(nami_bytes(cases[i].bytes, cases[i].len), &at, &arena, &back),
            NAMI_E_CORRUPT);
    }
    {
        struct nami_value back;
        size_t at = 9;

        CU_ASSERT_EQUAL(nami_value_decode(nami_bytes("\0", 1), &at, &arena, &back), NAMI_E_CORRUPT);
    }
}

static void test_depth__is_64_both_ways(void)
{
    struct nami_value tower[66];
    uint8_t bytes[2 * 65 + 1];
    struct nami_value back;
    size_t at = 0;

    tower[0] = nami_value_int(1);
    for (size_t i = 1; i < 66; i++) {
        tower[i] = nami_value_list(&tower[i - 1], 1);
    }
    nami_buf_clear(&buf);
    CU_ASSERT_EQUAL(nami_value_encode(tower[65], &buf), NAMI_E_INVALID);
    CU_ASSERT_EQUAL(buf.len, 0); /* nothing is left behind */
    CU_ASSERT_EQUAL(nami_value_encode(tower[64], &buf), NAMI_OK);
    CU_ASSERT_EQUAL(nami_value_decode(nami_buf_view(&buf), &at, &arena, &back), NAMI_OK);
    CU_ASSERT_TRUE(nami_value_equivalent(back, tower[64]));
    for (size_t i = 0; i < 65; i++) {
        bytes[2 * i] = NAMI_VALUE_LIST;
        bytes[2 * i + 1] = 1;
    }
    bytes[130] = NAMI_VALUE_NULL;
    at = 0;
    CU_ASSERT_EQUAL(nami_value_decode(nami_bytes(bytes, 131), &at, &arena, &back), NAMI_E_CORRUPT);
    CU_ASSERT_EQUAL(nami_value_decode(nami_bytes(bytes, 131), &(size_t){2}, &arena, &back),
                    NAMI_OK);
}

static void test_encode__refuses_entities_and_full_buffers(void)
{
    struct nami_value node = nami_value_node(1);
    struct nami_buf small;

    nami_buf_clear(&buf);
    CU_ASSERT_EQUAL(nami_value_encode(nami_value_list(&node, 1), &buf), NAMI_E_INVALID);
    CU_ASSERT_EQUAL(buf.len, 0);
    nami_buf_init(&small, 8);
    CU_ASSERT_EQUAL(nami_value_encode(nami_value_bool(true), &small), NAMI_OK);
    CU_ASSERT_EQUAL(nami_value_encode(nami_value_float(1), &small), NAMI_E_NOMEM);
    CU_ASSERT_EQUAL(small.len, 2);
    nami_buf_release(&small);
}

static void test_decode__stops_at_the_budget(void)
{
    static uint8_t bytes[20000];
    struct nami_budget budget;
    struct nami_arena small;
    struct nami_value back;
    size_t at = 0;

    memset(bytes, 0, sizeof(bytes)); /* a list of nulls: one byte each, 16 in memory */
    bytes[0] = NAMI_VALUE_LIST;
    bytes[1] = 0x80 | 0x10;
    bytes[2] = 0x4e; /* 10,000 */
    nami_budget_init(&budget, 100000);
    nami_arena_init(&small, pool, &budget);
    CU_ASSERT_EQUAL(nami_value_decode(nami_bytes(bytes, sizeof(bytes)), &at, &small, &back),
                    NAMI_E_NOMEM);
    CU_ASSERT_TRUE(small.is_over);
    nami_arena_release(&small);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"codec: round trip keeps types and bits", test_codec__round_trip_keeps_types_and_bits},
        {"decode: every truncation is corrupt", test_decode__every_truncation_is_corrupt},
        {"decode: every changed byte is survived", test_decode__every_changed_byte_is_survived},
        {"decode: rejects", test_decode__rejects},
        {"depth: is 64 both ways", test_depth__is_64_both_ways},
        {"encode: refuses entities and full buffers",
         test_encode__refuses_entities_and_full_buffers},
        {"decode: stops at the budget", test_decode__stops_at_the_budget},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/value/value_codec", setup, teardown, tests);
}
