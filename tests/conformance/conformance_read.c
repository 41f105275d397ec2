/* Ranges, conditions and destinations of a read. */
#include <stdlib.h>

#include "tests/conformance/conformance.h"

static void ranges_are_cut_at_the_end(void)
{
    static const struct {
        uint64_t offset, length;
        int32_t status;
        const char *bytes;
    } cases[] = {
        {0, NAMI_TO_END, NAMI_OK, "0123456789"}, {2, 3, NAMI_OK, "234"}, {8, 99, NAMI_OK, "89"},
        {9, NAMI_TO_END, NAMI_OK, "9"},          {0, 0, NAMI_OK, ""},    {10, 1, NAMI_E_RANGE, ""},
        {UINT64_MAX, 1, NAMI_E_RANGE, ""},
    };
    struct nami_call call = test_call();
    struct nami_result result = {.struct_size = sizeof(result)};

    CU_ASSERT_EQUAL_FATAL(put(&store, "range/a", "0123456789", NAMI_WRITE_ALWAYS, NULL, &result),
                          NAMI_OK);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t dst[16] = {0};
        struct nami_read req = {.struct_size = sizeof(req),
                                .key = nami_text("range/a"),
                                .offset = cases[i].offset,
                                .length = cases[i].length,
                                .dst = dst,
                                .dst_bytes = sizeof(dst),
                                .result = &result};

        CU_ASSERT_EQUAL(nami_store_call(&store.store, &call, NAMI_STORE_READ, &req, 1, sizeof(req)),
                        cases[i].status);
        CU_ASSERT_EQUAL(result.bytes, strlen(cases[i].bytes));
        CU_ASSERT_STRING_EQUAL((const char *)dst, cases[i].bytes);
    }
}

static void large_object_comes_back(void)
{
    enum { BYTES = 5 << 20, AT = (3 << 20) + 17 };
    uint8_t *body = calloc(1, BYTES);
    uint8_t *dst = calloc(1, BYTES);
    struct nami_slice part = nami_bytes(body, BYTES);
    struct nami_call call = test_call();
    struct nami_result result = {.struct_size = sizeof(result)};
    struct nami_write write = {.struct_size = sizeof(write),
                               .key = nami_text("large/a"),
                               .parts = &part,
                               .part_count = 1,
                               .result = &result};
    struct nami_read read = {.struct_size = sizeof(read),
                             .key = nami_text("large/a"),
                             .offset = AT,
                             .length = 100000,
                             .dst = dst,
                             .dst_bytes = 100000,
                             .result = &result};

    CU_ASSERT_FATAL(body != NULL && dst != NULL);
    for (uint32_t i = 0, x = 1; i < BYTES; i++) {
        x = x * 1664525u + 1013904223u;
        body[i] = (uint8_t)(x >> 24);
    }
    CU_ASSERT_EQUAL(
        nami_store_call(&store.store, &call, NAMI_STORE_WRITE, &write, 1, sizeof(write)), NAMI_OK);
    CU_ASSERT_EQUAL(nami_store_call(&store.store, &call, NAMI_STORE_READ, &read, 1, sizeof(read)),
                    NAMI_OK);
    CU_ASSERT_EQUAL(memcmp(dst, body + AT, 100000), 0);
    CU_ASSERT_EQUAL(get(&store, "large/a", dst, BYTES, &result), NAMI_OK);
    CU_ASSERT_EQUAL(result.bytes, BYTES);
    CU_ASSERT_EQUAL(memcmp(dst, body, BYTES), 0);
    free(body);
    free(dst);
}

static void small_destination_is_too_large(void)
{
    struct nami_result result = {0};
    uint8_t dst[2] = {0};

    CU_ASSERT_EQUAL_FATAL(put(&store, "small/a", "abc", NAMI_WRITE_ALWAYS, NULL, &result), NAMI_OK);
    CU_ASSERT_EQUAL(get(&store, "small/a", dst, sizeof(dst), &result), NAMI_E_TOO_LARGE);
    CU_ASSERT_EQUAL(result.bytes, 0);
}

static void conditions_are_kept(void)
{
    static const struct {
        uint32_t when;
        int32_t first, second; /* with the first version; with the second */
    } cases[] = {
        {NAMI_READ_ALWAYS, NAMI_OK, NAMI_OK},
        {NAMI_READ_IF_MATCH, NAMI_E_PRECONDITION, NAMI_OK},
        {NAMI_READ_IF_NONE_MATCH, NAMI_OK, NAMI_E_NOT_MODIFIED},
    };
    struct nami_call call = test_call();
    struct nami_result first = {0};
    struct nami_result second = {0};
    struct nami_result result = {.struct_size = sizeof(result)};

    CU_ASSERT_EQUAL_FATAL(put(&store, "when/a", "1", NAMI_WRITE_ALWAYS, NULL, &first), NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(put(&store, "when/a", "2", NAMI_WRITE_ALWAYS, NULL, &second), NAMI_OK);
    for (size_t i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t dst[4] = {0};
        struct nami_read req = {.struct_size = sizeof(req),
                                .when = cases[i / 2].when,
                                .key = nami_text("when/a"),
                                .length = NAMI_TO_END,
                                .version = i % 2 == 0 ? &first.version : &second.version,
                                .dst = dst,
                                .dst_bytes = sizeof(dst),
                                .result = &result};
        int32_t expected = i % 2 == 0 ? cases[i / 2].first : cases[i / 2].second;

        CU_ASSERT_EQUAL(nami_store_call(&store.store, &call, NAMI_STORE_READ, &req, 1, sizeof(req)),
                        expected);
        CU_ASSERT_EQUAL(dst[0], expected == NAMI_OK ? '2' : 0);
    }
}

static void buffer_is_appended_to(void)
{
    const struct nami_host *host = &store.host.table;
    struct nami_call call = test_call();
    struct nami_result result = {.struct_size = sizeof(result)};
    struct nami_read req = {.struct_size = sizeof(req),
                            .key = nami_text("append/a"),
                            .length = NAMI_TO_END,
                            .buf = host->buf_create(host, 5),
                            .result = &result};

    CU_ASSERT_PTR_NOT_NULL_FATAL(req.buf);
    CU_ASSERT_EQUAL_FATAL(put(&store, "append/a", "abc", NAMI_WRITE_ALWAYS, NULL, &result),
                          NAMI_OK);
    CU_ASSERT_EQUAL(nami_store_call(&store.store, &call, NAMI_STORE_READ, &req, 1, sizeof(req)),
                    NAMI_OK);
    CU_ASSERT_EQUAL(nami_store_call(&store.store, &call, NAMI_STORE_READ, &req, 1, sizeof(req)),
                    NAMI_E_NOMEM); /* 6 bytes in a buffer of 5 */
    CU_ASSERT(nami_slice_equal(host->buf_view(host, req.buf), nami_text("abc")));
    host->buf_destroy(host, req.buf);
}

static void reads_are_independent_and_strided(void)
{
    struct {
        struct nami_read req;
        uint8_t appended_tomorrow[24];
    } reqs[2] = {0};
    struct nami_result results[2] = {{.struct_size = sizeof(results[0])},
                                     {.struct_size = sizeof(results[0])}};
    struct nami_call call = test_call();
    uint8_t dst[2][4] = {0};
    static const char *const keys[] = {"vector/none", "vector/a"};

    CU_ASSERT_EQUAL_FATAL(put(&store, "vector/a", "abc", NAMI_WRITE_ALWAYS, NULL, &results[0]),
                          NAMI_OK);
    for (int i = 0; i < 2; i++) {
        reqs[i].req = (struct nami_read){.struct_size = sizeof(reqs[i]),
                                         .key = nami_text(keys[i]),
                                         .length = NAMI_TO_END,
                                         .dst = dst[i],
                                         .dst_bytes = sizeof(dst[i]),
                                         .result = &results[i]};
    }
    CU_ASSERT_EQUAL(nami_store_call(&store.store, &call, NAMI_STORE_READ, reqs, 2, sizeof(reqs[0])),
                    NAMI_E_NOT_FOUND);
    CU_ASSERT_EQUAL(results[0].status, NAMI_E_NOT_FOUND);
    CU_ASSERT_EQUAL(results[1].status, NAMI_OK);
    CU_ASSERT_EQUAL(results[1].bytes, 3);
    CU_ASSERT_EQUAL(memcmp(dst[1], "abc", 3), 0);
}

/* A key is not found because there are keys below it, nor below a key. */
static void key_is_no_folder(void)
{
    struct nami_result result = {0};
    uint8_t dst[4];

    CU_ASSERT_EQUAL_FATAL(put(&store, "inner/a/b", "1", NAMI_WRITE_ALWAYS, NULL, &result), NAMI_OK);
    CU_ASSERT_EQUAL(get(&store, "inner/a", dst, sizeof(dst), &result), NAMI_E_NOT_FOUND);
    CU_ASSERT_EQUAL(get(&store, "inner/a/b/c", dst, sizeof(dst), &result), NAMI_E_NOT_FOUND);
    CU_ASSERT_EQUAL(name_call(NAMI_STORE_HEAD, "inner/a", &result), NAMI_E_NOT_FOUND);
    CU_ASSERT_EQUAL(name_call(NAMI_STORE_REMOVE, "inner/a", &result), NAMI_OK);
    CU_ASSERT_EQUAL(get(&store, "inner/a/b", dst, sizeof(dst), &result), NAMI_OK);
}

CU_TestInfo conformance_read[] = {
    {"ranges are cut at the end", ranges_are_cut_at_the_end},
    {"a large object comes back, whole and in part", large_object_comes_back},
    {"a small destination is TOO_LARGE", small_destination_is_too_large},
    {"IF_MATCH and IF_NONE_MATCH are kept", conditions_are_kept},
    {"a buffer is appended to, or untouched", buffer_is_appended_to},
    {"elements are independent, and as far apart as the stride says",
     reads_are_independent_and_strided},
    {"a key is not a folder", key_is_no_folder},
    CU_TEST_INFO_NULL,
};
