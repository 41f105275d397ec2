/* Conditions, versions, keys and the shape of a write; removal. */
#include "core/store/store_probe.h"
#include "tests/conformance/conformance.h"

static void probe_holds(void)
{
    struct nami_error err = {.struct_size = sizeof(err)};
    struct nami_call call = test_call();

    CU_ASSERT_EQUAL(nami_store_probe(&store.store, &call, nami_text("probe/"), &err), NAMI_OK);
}

static void second_if_absent_loses(void)
{
    struct nami_result result = {0};

    CU_ASSERT_EQUAL(put(&store, "absent/a", "1", NAMI_WRITE_IF_ABSENT, NULL, &result), NAMI_OK);
    CU_ASSERT_EQUAL(result.outcome, NAMI_OUTCOME_APPLIED);
    CU_ASSERT_EQUAL(put(&store, "absent/a", "2", NAMI_WRITE_IF_ABSENT, NULL, &result),
                    NAMI_E_PRECONDITION);
    CU_ASSERT_EQUAL(result.outcome, NAMI_OUTCOME_NOT_APPLIED);
}

static void stale_version_loses(void)
{
    struct nami_result first = {0};
    struct nami_result result = {0};

    CU_ASSERT_EQUAL_FATAL(put(&store, "match/a", "1", NAMI_WRITE_ALWAYS, NULL, &first), NAMI_OK);
    CU_ASSERT_EQUAL(put(&store, "match/a", "2", NAMI_WRITE_IF_MATCH, &first.version, &result),
                    NAMI_OK);
    CU_ASSERT_EQUAL(put(&store, "match/a", "3", NAMI_WRITE_IF_MATCH, &first.version, &result),
                    NAMI_E_PRECONDITION);
    CU_ASSERT_EQUAL(result.outcome, NAMI_OUTCOME_NOT_APPLIED);
    CU_ASSERT_EQUAL(put(&store, "match/b", "1", NAMI_WRITE_IF_MATCH, &first.version, &result),
                    NAMI_E_PRECONDITION);
}

/* Bodies of one length, as fast as it goes: what a version of time and size would mix up. */
static void every_body_has_its_version(void)
{
    enum { BODIES = 40 };
    static struct nami_version versions[BODIES];
    struct nami_result result = {0};
    char body[8];

    for (int i = 0; i < BODIES; i++) {
        (void)snprintf(body, sizeof(body), "%03d", i);
        CU_ASSERT_EQUAL(put(&store, "versions/a", body, NAMI_WRITE_ALWAYS, NULL, &result), NAMI_OK);
        versions[i] = result.version;
        for (int j = 0; j < i; j++) {
            CU_ASSERT(!nami_version_equal(&versions[i], &versions[j]));
        }
    }
}

static void version_and_time_are_told_alike(void)
{
    struct nami_result written = {0};
    struct nami_result read = {0};
    struct nami_result head = {0};
    uint8_t dst[8];

    CU_ASSERT_EQUAL_FATAL(put(&store, "alike/a", "abc", NAMI_WRITE_ALWAYS, NULL, &written),
                          NAMI_OK);
    CU_ASSERT_EQUAL(get(&store, "alike/a", dst, sizeof(dst), &read), NAMI_OK);
    CU_ASSERT_EQUAL(name_call(NAMI_STORE_HEAD, "alike/a", &head), NAMI_OK);
    CU_ASSERT(nami_version_equal(&written.version, &read.version));
    CU_ASSERT(nami_version_equal(&written.version, &head.version));
    CU_ASSERT_EQUAL(read.last_modified_ms, head.last_modified_ms);
    CU_ASSERT_EQUAL(read.object_bytes, 3);
    CU_ASSERT_EQUAL(head.object_bytes, 3);
    CU_ASSERT(written.store_time_ms != NAMI_NO_TIME);
    CU_ASSERT(written.store_time_ms >= read.last_modified_ms);
}

static void bad_keys_are_refused_by_every_op(void)
{
    static const char *const keys[] = {"",     "/a",  "a/",    "a//b", "a/../b", "./a",      "..",
                                       "a/..", "a b", "a\x01", "a\\b", "a%2fb",  "a\xc3\xa9"};
    struct nami_result result = {0};
    uint8_t dst[4];

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        CU_ASSERT_EQUAL(put(&store, keys[i], "1", NAMI_WRITE_ALWAYS, NULL, &result),
                        NAMI_E_INVALID);
        CU_ASSERT_EQUAL(result.outcome, NAMI_OUTCOME_NOT_APPLIED);
        CU_ASSERT_EQUAL(get(&store, keys[i], dst, sizeof(dst), &result), NAMI_E_INVALID);
        CU_ASSERT_EQUAL(name_call(NAMI_STORE_HEAD, keys[i], &result), NAMI_E_INVALID);
        CU_ASSERT_EQUAL(name_call(NAMI_STORE_REMOVE, keys[i], &result), NAMI_E_INVALID);
        CU_ASSERT_EQUAL(result.outcome, NAMI_OUTCOME_NOT_APPLIED);
    }
}

static void keys_go_up_to_the_limit(void)
{
    char key[NAMI_KEY_BYTES_MAX + 2];
    struct nami_result result = {0};
    uint8_t dst[4] = {0};

    for (size_t i = 0; i < sizeof(key); i++) {
        key[i] = i % 128 == 127 ? '/' : 'k';
    }
    key[NAMI_KEY_BYTES_MAX - 1] = 'k';
    key[NAMI_KEY_BYTES_MAX] = '\0';
    CU_ASSERT_EQUAL(put(&store, key, "1", NAMI_WRITE_IF_ABSENT, NULL, &result), NAMI_OK);
    CU_ASSERT_EQUAL(get(&store, key, dst, sizeof(dst), &result), NAMI_OK);
    CU_ASSERT_EQUAL(dst[0], '1');
    key[NAMI_KEY_BYTES_MAX] = 'k';
    key[NAMI_KEY_BYTES_MAX + 1] = '\0';
    CU_ASSERT_EQUAL(put(&store, key, "1", NAMI_WRITE_IF_ABSENT, NULL, &result), NAMI_E_INVALID);
}

static void parts_are_one_body(void)
{
    enum { PARTS = 200 };
    struct nami_slice parts[PARTS];
    struct nami_call call = test_call();
    struct nami_result result = {.struct_size = sizeof(result)};
    struct nami_write req = {.struct_size = sizeof(req),
                             .key = nami_text("parts/a"),
                             .parts = parts,
                             .part_count = PARTS,
                             .result = &result};
    uint8_t dst[PARTS] = {0};

    for (size_t i = 0; i < PARTS; i++) { /* every third is empty */
        parts[i] = nami_bytes(&"ab"[i % 3 == 0], i % 3 == 2 ? 0 : 1);
    }
    CU_ASSERT_EQUAL(nami_store_call(&store.store, &call, NAMI_STORE_WRITE, &req, 1, sizeof(req)),
                    NAMI_OK);
    CU_ASSERT_EQUAL(get(&store, "parts/a", dst, sizeof(dst), &result), NAMI_OK);
    CU_ASSERT_EQUAL(result.bytes, 134);
    CU_ASSERT_EQUAL(memcmp(dst, "babababa", 8), 0);
}

static void empty_object_is_one(void)
{
    struct nami_call call = test_call();
    struct nami_result result = {.struct_size = sizeof(result)};
    struct nami_write req = {
        .struct_size = sizeof(req), .key = nami_text("empty/a"), .result = &result};
    uint8_t dst[1];

    CU_ASSERT_EQUAL(nami_store_call(&store.store, &call, NAMI_STORE_WRITE, &req, 1, sizeof(req)),
                    NAMI_OK);
    CU_ASSERT_EQUAL(get(&store, "empty/a", dst, sizeof(dst), &result), NAMI_OK);
    CU_ASSERT_EQUAL(result.bytes, 0);
    CU_ASSERT_EQUAL(put(&store, "empty/a", "1", NAMI_WRITE_IF_ABSENT, NULL, &result),
                    NAMI_E_PRECONDITION);
}

/* A request struct of tomorrow is longer; today's plugin walks by the stride. */
static void writes_are_independent_and_strided(void)
{
    struct {
        struct nami_write req;
        uint8_t appended_tomorrow[40];
    } reqs[3];
    struct nami_result results[3];
    struct nami_slice part = nami_text("x");
    struct nami_call call = test_call();
    static const char *const keys[] = {"strided/a", "strided/../b", "strided/c"};

    memset(reqs, 0xee, sizeof(reqs));
    for (int i = 0; i < 3; i++) {
        results[i] = (struct nami_result){.struct_size = sizeof(results[i])};
        reqs[i].req = (struct nami_write){.struct_size = sizeof(reqs[i]),
                                          .when = NAMI_WRITE_IF_ABSENT,
                                          .key = nami_text(keys[i]),
                                          .parts = &part,
                                          .part_count = 1,
                                          .result = &results[i]};
    }
    CU_ASSERT_EQUAL(
        nami_store_call(&store.store, &call, NAMI_STORE_WRITE, reqs, 3, sizeof(reqs[0])),
        NAMI_E_INVALID);
    CU_ASSERT_EQUAL(results[0].status, NAMI_OK);
    CU_ASSERT_EQUAL(results[1].status, NAMI_E_INVALID);
    CU_ASSERT_EQUAL(results[2].status, NAMI_OK);
    CU_ASSERT_EQUAL(reqs[2].appended_tomorrow[39], 0xee);
}

static void absent_object_is_removed(void)
{
    struct nami_result result = {0};

    CU_ASSERT_EQUAL_FATAL(put(&store, "remove/a", "1", NAMI_WRITE_ALWAYS, NULL, &result), NAMI_OK);
    for (int i = 0; i < 2; i++) {
        CU_ASSERT_EQUAL(name_call(NAMI_STORE_REMOVE, "remove/a", &result), NAMI_OK);
        CU_ASSERT_EQUAL(result.outcome, NAMI_OUTCOME_APPLIED);
    }
    CU_ASSERT_EQUAL(name_call(NAMI_STORE_REMOVE, "remove/nowhere/b", &result), NAMI_OK);
    CU_ASSERT_EQUAL(name_call(NAMI_STORE_HEAD, "remove/a", &result), NAMI_E_NOT_FOUND);
}

static void removed_object_is_absent(void)
{
    struct nami_result first = {0};
    struct nami_result result = {0};

    CU_ASSERT_EQUAL_FATAL(put(&store, "again/a", "1", NAMI_WRITE_ALWAYS, NULL, &first), NAMI_OK);
    CU_ASSERT_EQUAL(name_call(NAMI_STORE_REMOVE, "again/a", &result), NAMI_OK);
    CU_ASSERT_EQUAL(put(&store, "again/a", "2", NAMI_WRITE_IF_MATCH, &first.version, &result),
                    NAMI_E_PRECONDITION);
    CU_ASSERT_EQUAL(put(&store, "again/a", "3", NAMI_WRITE_IF_ABSENT, NULL, &result), NAMI_OK);
}

CU_TestInfo conformance_write[] = {
    {"the probe of the commit protocol holds", probe_holds},
    {"a second IF_ABSENT loses", second_if_absent_loses},
    {"a stale version loses", stale_version_loses},
    {"every body has a version of its own", every_body_has_its_version},
    {"write, read and head tell one version and time", version_and_time_are_told_alike},
    {"bad keys are refused by every op", bad_keys_are_refused_by_every_op},
    {"keys go up to the limit", keys_go_up_to_the_limit},
    {"parts are one body", parts_are_one_body},
    {"an empty object is an object", empty_object_is_one},
    {"elements are independent, and as far apart as the stride says",
     writes_are_independent_and_strided},
    {"removing an absent object is applied", absent_object_is_removed},
    {"a removed object is absent", removed_object_is_absent},
    CU_TEST_INFO_NULL,
};
