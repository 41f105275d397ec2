/* Unit tests for core/store/store_open.c: from a URI to a store, or to a reason. */
#include "tests/support/run_suite.h"

#include <string.h>

#include "core/store/store_open.h"
#include "tests/support/store_fixture.h"

NAMI_PLUGIN_DECLARE(store_memory);

static struct test_host host;
static struct nami_registry registry;

static int setup(void)
{
    test_host_init(&host);
    nami_registry_init(&registry);
    return nami_plugin_add(&registry, nami_plugin_entry_store_memory(), NULL);
}

static int teardown(void)
{
    int live = atomic_load(&host.live);

    nami_registry_release(&registry);
    test_host_release(&host);
    return live;
}

static void test_open__gives_the_namespace_and_its_prefix(void)
{
    struct nami_call call = test_call();
    struct nami_store_place place;

    CU_ASSERT_EQUAL_FATAL(nami_store_open_uri(&host.table, &registry, &call,
                                              nami_text("memory://demo?latency_ms=1"), &place,
                                              NULL),
                          NAMI_OK);
    CU_ASSERT_STRING_EQUAL(place.ns, "demo");
    CU_ASSERT_STRING_EQUAL(place.key_prefix, "demo/");
    CU_ASSERT_PTR_NOT_NULL(place.store.self);
    nami_store_close(&place.store);
}

static void test_open__failure_is_one_line_with_the_cause(void)
{
    static const struct {
        const char *uri, *message;
    } cases[] = {
        {"memory://a?latency=1", "unknown option 'latency'"},
        {"memory://a?latencyms=1", "did you mean 'latency_ms'?"},
        {"memory://a?latency_ms=x", "option 'latency_ms' can not be read"},
        {"memory://a?latency_ms=-1", "count from 0"},
        {"s3://bucket", "no plugin for s3:// (store-s3.so would offer it); there are: memory://"},
        {"gs://bucket?ns=a", "store-gcs.so would offer it"},
        {"az://acc/c?ns=a", "store-azure.so would offer it"},
        {"/var/lib/x", "begins with a scheme"},
    };
    struct nami_call call = test_call();

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct nami_store_place place;
        struct nami_error err = {.struct_size = sizeof(err)};

        CU_ASSERT_EQUAL(nami_store_open_uri(&host.table, &registry, &call, nami_text(cases[i].uri),
                                            &place, &err),
                        NAMI_E_CONFIG);
        CU_ASSERT_PTR_NOT_NULL(strstr(err.message, cases[i].message));
        CU_ASSERT_PTR_NULL(place.store.self);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"open: gives the namespace and its prefix", test_open__gives_the_namespace_and_its_prefix},
        {"open: failure is one line with the cause", test_open__failure_is_one_line_with_the_cause},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/store/store_open", setup, teardown, tests);
}
