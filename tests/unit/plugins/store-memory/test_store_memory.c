/* Unit tests for store-memory: sharing by name, submit, and the faults that can be asked for. */
#include "tests/support/run_suite.h"

#include <errno.h>

#include "tests/support/store_fixture.h"

NAMI_PLUGIN_DECLARE(store_memory);

static void open_store(struct store_fixture *store, const char *uri)
{
    struct nami_error err = {.struct_size = sizeof(err)};

    test_host_init(&store->host);
    nami_registry_init(&store->registry);
    CU_ASSERT_EQUAL_FATAL(nami_plugin_add(&store->registry, nami_plugin_entry_store_memory(), &err),
                          NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(store_fixture_open(store, uri, &err), NAMI_OK);
}

static void close_store(struct store_fixture *store)
{
    store_fixture_close(store);
    nami_registry_release(&store->registry);
    CU_ASSERT_EQUAL(atomic_load(&store->host.live), 0);
    test_host_release(&store->host);
}

/* Two hosts, one process: the first may be gone while its objects are read. */
static void test_open__name_is_shared_between_hosts(void)
{
    static struct store_fixture first;
    static struct store_fixture second;
    static struct store_fixture other;
    struct nami_result result = {0};
    uint8_t dst[1] = {0};

    open_store(&first, "memory://shared");
    open_store(&second, "memory://shared");
    open_store(&other, "memory://unshared");
    CU_ASSERT_EQUAL(put(&first, "a", "1", NAMI_WRITE_IF_ABSENT, NULL, &result), NAMI_OK);
    close_store(&first);
    CU_ASSERT_EQUAL(get(&second, "a", dst, sizeof(dst), &result), NAMI_OK);
    CU_ASSERT_EQUAL(dst[0], '1');
    CU_ASSERT_EQUAL(get(&other, "a", dst, sizeof(dst), &result), NAMI_E_NOT_FOUND);
    close_store(&second);
    close_store(&other);
}

static void test_close__last_one_forgets_but_no_version_comes_again(void)
{
    static struct store_fixture store;
    struct nami_result first = {0};
    struct nami_result second = {0};

    open_store(&store, "memory://forgotten");
    CU_ASSERT_EQUAL(put(&store, "a", "1", NAMI_WRITE_IF_ABSENT, NULL, &first), NAMI_OK);
    close_store(&store);
    open_store(&store, "memory://forgotten");
    CU_ASSERT_EQUAL(put(&store, "a", "1", NAMI_WRITE_IF_ABSENT, NULL, &second), NAMI_OK);
    CU_ASSERT(!nami_version_equal(&first.version, &second.version));
    close_store(&store);
}

static void test_submit__is_inline_unless_calls_are_slow(void)
{
    static struct store_fixture store;
    struct nami_result result = {0};

    open_store(&store, "memory://ns");
    CU_ASSERT_EQUAL(put(&store, "a", "1", NAMI_WRITE_ALWAYS, NULL, &result), NAMI_OK);
    CU_ASSERT_EQUAL(atomic_load(&store.host.tasks), 0);
    close_store(&store);
    open_store(&store, "memory://ns?latency_ms=1");
    CU_ASSERT_EQUAL(put(&store, "a", "1", NAMI_WRITE_ALWAYS, NULL, &result), NAMI_OK);
    CU_ASSERT_EQUAL(atomic_load(&store.host.tasks), 1);
    close_store(&store);
}

static void test_latency__is_once_for_a_vector(void)
{
    static struct store_fixture store;
    struct nami_call call = test_call();
    static struct nami_name reqs[50];
    static struct nami_result results[50];
    const struct nami_host *host = &store.host.table;
    uint64_t begin_ns = 0;
    uint64_t took_ns = 0;

    open_store(&store, "memory://ns?latency_ms=20");
    for (int i = 0; i < 50; i++) {
        results[i] = (struct nami_result){.struct_size = sizeof(results[i])};
        reqs[i] = (struct nami_name){
            .struct_size = sizeof(reqs[i]), .key = nami_text("a"), .result = &results[i]};
    }
    begin_ns = host->mono_ns(host);
    CU_ASSERT_EQUAL(
        nami_store_call(&store.store, &call, NAMI_STORE_HEAD, reqs, 50, sizeof(reqs[0])),
        NAMI_E_NOT_FOUND);
    took_ns = host->mono_ns(host) - begin_ns;
    CU_ASSERT(took_ns >= 20000000u && took_ns < 500000000u); /* 50 of them would be 1 s */
    close_store(&store);
}

static void test_latency__ends_at_the_deadline(void)
{
    static struct store_fixture store;
    struct nami_call call = test_call();
    struct nami_result result = {.struct_size = sizeof(result)};
    struct nami_write req = {.struct_size = sizeof(req), .key = nami_text("a"), .result = &result};
    const struct nami_host *host = &store.host.table;
    uint64_t begin_ns = 0;

    open_store(&store, "memory://ns?latency_ms=60000");
    begin_ns = host->mono_ns(host);
    call.deadline_ns = begin_ns + 10000000u;
    CU_ASSERT_EQUAL(nami_store_call(&store.store, &call, NAMI_STORE_WRITE, &req, 1, sizeof(req)),
                    NAMI_E_DEADLINE);
    CU_ASSERT_EQUAL(result.outcome, NAMI_OUTCOME_NOT_APPLIED);
    CU_ASSERT(host->mono_ns(host) - begin_ns < 5000000000u);
    close_store(&store);
}

static void test_fail_writes__begins_at_the_nth(void)
{
    static struct store_fixture store;
    struct nami_result result = {0};
    uint8_t dst[1];

    open_store(&store, "memory://ns?fail_writes=2");
    CU_ASSERT_EQUAL(put(&store, "a", "1", NAMI_WRITE_ALWAYS, NULL, &result), NAMI_OK);
    for (int i = 0; i < 2; i++) {
        CU_ASSERT_EQUAL(put(&store, "b", "1", NAMI_WRITE_ALWAYS, NULL, &result), NAMI_E_TRANSIENT);
        CU_ASSERT_EQUAL(result.outcome, NAMI_OUTCOME_NOT_APPLIED);
    }
    CU_ASSERT_EQUAL(get(&store, "a", dst, sizeof(dst), &result), NAMI_OK);
    CU_ASSERT_EQUAL(get(&store, "b", dst, sizeof(dst), &result), NAMI_E_NOT_FOUND);
    close_store(&store);
}

static void test_full__speaks_like_a_full_disk(void)
{
    static struct store_fixture store;
    struct nami_error err = {.struct_size = sizeof(err)};
    struct nami_slice part = nami_text("123456");
    struct nami_call call = test_call();
    struct nami_result result = {.struct_size = sizeof(result)};
    struct nami_write req = {.struct_size = sizeof(req),
                             .key = nami_text("b"),
                             .parts = &part,
                             .part_count = 1,
                             .result = &result,
                             .error = &err};

    open_store(&store, "memory://ns?full=10");
    CU_ASSERT_EQUAL(put(&store, "a", "12345", NAMI_WRITE_ALWAYS, NULL, &result), NAMI_OK);
    CU_ASSERT_EQUAL(nami_store_call(&store.store, &call, NAMI_STORE_WRITE, &req, 1, sizeof(req)),
                    NAMI_E_TRANSIENT);
    CU_ASSERT_EQUAL(result.outcome, NAMI_OUTCOME_NOT_APPLIED);
    CU_ASSERT_EQUAL(err.native, ENOSPC);
    CU_ASSERT_STRING_EQUAL(err.provider_code, "DiskFull");
    /* In place of the old one there is room. */
    CU_ASSERT_EQUAL(put(&store, "a", "1234567890", NAMI_WRITE_ALWAYS, NULL, &result), NAMI_OK);
    close_store(&store);
}

/* A fault is of the handle: the other sees the objects without it. */
static void test_options__belong_to_the_handle(void)
{
    static struct store_fixture faulty;
    static struct store_fixture sound;
    struct nami_result result = {0};

    open_store(&faulty, "memory://ns?fail_writes=1&clock_offset=1h");
    open_store(&sound, "memory://ns");
    CU_ASSERT_EQUAL(put(&sound, "a", "1", NAMI_WRITE_ALWAYS, NULL, &result), NAMI_OK);
    CU_ASSERT_EQUAL(put(&faulty, "a", "2", NAMI_WRITE_ALWAYS, NULL, &result), NAMI_E_TRANSIENT);
    close_store(&faulty);
    close_store(&sound);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"open: name is shared between hosts", test_open__name_is_shared_between_hosts},
        {"close: last one forgets, but no version comes again",
         test_close__last_one_forgets_but_no_version_comes_again},
        {"submit: is inline unless calls are slow", test_submit__is_inline_unless_calls_are_slow},
        {"latency: is once for a vector", test_latency__is_once_for_a_vector},
        {"latency: ends at the deadline", test_latency__ends_at_the_deadline},
        {"fail_writes: begins at the n-th", test_fail_writes__begins_at_the_nth},
        {"full: speaks like a full disk", test_full__speaks_like_a_full_disk},
        {"options: belong to the handle", test_options__belong_to_the_handle},
        CU_TEST_INFO_NULL,
    };

    return run_suite("plugins/store-memory", NULL, NULL, tests);
}
