/* Calls that are late or cancelled, and a host whose n-th allocation or append fails. */
#include "tests/conformance/conformance.h"

/* A call to each op with `call`; the statuses, and the outcomes of the changes. */
static void call_all(const struct nami_call *call, const char *key, int32_t statuses[5],
                     uint32_t outcomes[2])
{
    struct nami_result result = {.struct_size = sizeof(result)};
    uint8_t dst[8];
    struct nami_read read = {.struct_size = sizeof(read),
                             .key = nami_text(key),
                             .length = NAMI_TO_END,
                             .dst = dst,
                             .dst_bytes = sizeof(dst),
                             .result = &result};
    struct nami_write write = {
        .struct_size = sizeof(write), .key = nami_text(key), .result = &result};
    struct nami_name name = {.struct_size = sizeof(name), .key = nami_text(key), .result = &result};
    struct listing listing = {
        .req = {.struct_size = sizeof(listing.req), .limit = 9, .result = &result}};

    statuses[0] = nami_store_call(&store.store, call, NAMI_STORE_READ, &read, 1, sizeof(read));
    statuses[1] = nami_store_call(&store.store, call, NAMI_STORE_HEAD, &name, 1, sizeof(name));
    statuses[2] =
        nami_store_call(&store.store, call, NAMI_STORE_LIST, &listing.req, 1, sizeof(listing.req));
    statuses[3] = nami_store_call(&store.store, call, NAMI_STORE_WRITE, &write, 1, sizeof(write));
    outcomes[0] = result.outcome;
    statuses[4] = nami_store_call(&store.store, call, NAMI_STORE_REMOVE, &name, 1, sizeof(name));
    outcomes[1] = result.outcome;
}

static void late_or_cancelled_call_does_nothing(void)
{
    struct nami_cancel cancel = {.tripped = true};
    struct nami_call calls[2] = {test_call(), test_call()};
    static const int32_t expected[2] = {NAMI_E_DEADLINE, NAMI_E_CANCELLED};
    struct nami_result result = {.struct_size = sizeof(result)};
    uint8_t dst[8];

    calls[0].deadline_ns = 1;
    calls[1].cancel = &cancel;
    CU_ASSERT_EQUAL_FATAL(put(&store, "late/a", "abc", NAMI_WRITE_ALWAYS, NULL, &result), NAMI_OK);
    for (int i = 0; i < 2; i++) {
        int32_t statuses[5];
        uint32_t outcomes[2];

        call_all(&calls[i], "late/a", statuses, outcomes);
        for (int op = 0; op < 5; op++) {
            CU_ASSERT_EQUAL(statuses[op], expected[i]);
        }
        CU_ASSERT_EQUAL(outcomes[0], NAMI_OUTCOME_NOT_APPLIED);
        CU_ASSERT_EQUAL(outcomes[1], NAMI_OUTCOME_NOT_APPLIED);
    }
    CU_ASSERT_EQUAL(get(&store, "late/a", dst, sizeof(dst), &result), NAMI_OK);
    CU_ASSERT_EQUAL(result.bytes, 3);
}

/* Let the host fail at its n-th call. True as long as the last op met a failure. */
static bool arm(int n)
{
    atomic_store(&store.host.fail_in, n);
    return n < HOST_CALLS_MAX;
}

static bool disarm(void)
{
    return atomic_exchange(&store.host.fail_in, -1) < 0;
}

static void read_fails_whole(void)
{
    const struct nami_host *host = &store.host.table;
    struct nami_call call = test_call();
    struct nami_result result = {.struct_size = sizeof(result)};
    struct nami_read req = {.struct_size = sizeof(req),
                            .key = nami_text("flaky/read"),
                            .length = NAMI_TO_END,
                            .buf = host->buf_create(host, 1024),
                            .result = &result};
    bool met = true;
    int failures = 0;

    CU_ASSERT_PTR_NOT_NULL_FATAL(req.buf);
    CU_ASSERT_EQUAL_FATAL(put(&store, "flaky/read", "abc", NAMI_WRITE_ALWAYS, NULL, &result),
                          NAMI_OK);
    for (int n = 0; met && arm(n); n++) {
        int32_t status =
            nami_store_call(&store.store, &call, NAMI_STORE_READ, &req, 1, sizeof(req));

        met = disarm();
        failures += met;
        CU_ASSERT(status == NAMI_OK || (met && status == NAMI_E_NOMEM));
        CU_ASSERT_EQUAL(host->buf_view(host, req.buf).len, status == NAMI_OK ? 3 : 0);
        host->buf_clear(host, req.buf);
    }
    CU_ASSERT(failures > 0); /* else the failing host was not met: the append is one call */
    CU_ASSERT(!met);
    host->buf_destroy(host, req.buf);
}

static void write_tells_its_outcome(void)
{
    struct nami_result result = {0};
    struct nami_result seen = {0};
    uint8_t dst[8] = {0};
    bool met = true;

    for (int n = 0; met && arm(n); n++) {
        int32_t status = put(&store, "flaky/write", "abc", NAMI_WRITE_IF_ABSENT, NULL, &result);

        met = disarm();
        CU_ASSERT(status == NAMI_OK || (met && status == NAMI_E_NOMEM));
        CU_ASSERT_EQUAL(result.outcome,
                        status == NAMI_OK ? NAMI_OUTCOME_APPLIED : NAMI_OUTCOME_NOT_APPLIED);
        CU_ASSERT_EQUAL(get(&store, "flaky/write", dst, sizeof(dst), &seen),
                        status == NAMI_OK ? NAMI_OK : NAMI_E_NOT_FOUND);
        CU_ASSERT_EQUAL(name_call(NAMI_STORE_REMOVE, "flaky/write", &seen), NAMI_OK);
    }
    CU_ASSERT(!met);
}

static void list_fails_or_is_whole(void)
{
    struct nami_result result = {0};
    struct listing listing = {0};
    bool met = true;

    CU_ASSERT_EQUAL_FATAL(put(&store, "flaky/list/a", "", NAMI_WRITE_ALWAYS, NULL, &result),
                          NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(put(&store, "flaky/list/b/c", "", NAMI_WRITE_ALWAYS, NULL, &result),
                          NAMI_OK);
    for (int n = 0; met && arm(n); n++) {
        int32_t status = list_keys(&listing, "flaky/list/", "", 9);

        met = disarm();
        CU_ASSERT(status == NAMI_OK || (met && status == NAMI_E_NOMEM));
        CU_ASSERT(status != NAMI_OK || strcmp(listing.keys, "flaky/list/a flaky/list/b/c ") == 0);
    }
    CU_ASSERT(!met);
}

static void open_leaves_nothing_behind(void)
{
    struct store_fixture *second = &store;
    struct nami_store_handle first = store.store;
    int live = atomic_load(&store.host.live);
    bool met = true;

    for (int n = 0; met && arm(n); n++) {
        struct nami_error err = {.struct_size = sizeof(err)};
        int32_t status = store_fixture_open(second, store_uri, &err);

        met = disarm();
        CU_ASSERT(status == NAMI_OK || (met && status == NAMI_E_NOMEM));
        CU_ASSERT(status == NAMI_OK || err.message[0] != '\0');
        store_fixture_close(second);
        CU_ASSERT_EQUAL(atomic_load(&store.host.live), live);
    }
    CU_ASSERT(!met);
    store.store = first;
}

CU_TestInfo conformance_failure[] = {
    {"a late or cancelled call does nothing", late_or_cancelled_call_does_nothing},
    {"read: every failure of the host leaves the buffer untouched", read_fails_whole},
    {"write: every failure of the host tells its outcome", write_tells_its_outcome},
    {"list: every failure of the host is told", list_fails_or_is_whole},
    {"open: every failure of the host leaves nothing behind", open_leaves_nothing_behind},
    CU_TEST_INFO_NULL,
};
