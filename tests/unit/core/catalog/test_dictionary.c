/* Unit tests for core/catalog: names and rules. */
#include "tests/support/run_suite.h"

#include <stdio.h>
#include <string.h>

#include <namidb/plugin_util.h>

#include "core/catalog/catalog.h"

static struct nami_catalog *catalog;

static int setup(void)
{
    return nami_catalog_create(&catalog);
}

static int teardown(void)
{
    nami_catalog_destroy(catalog);
    return 0;
}

static uint32_t intern(const char *name, bool *is_new)
{
    uint32_t id = NAMI_NO_NAME;

    CU_ASSERT_EQUAL(nami_catalog_intern(catalog, NAMI_DICT_KEY, nami_text(name), &id, is_new),
                    NAMI_OK);
    return id;
}

static void test_intern__gives_each_name_one_id(void)
{
    char name[32];
    bool is_new = false;

    for (uint32_t i = 0; i < 3000; i++) {
        (void)snprintf(name, sizeof(name), "key %u", i);
        CU_ASSERT_EQUAL(intern(name, &is_new), i);
        CU_ASSERT(is_new);
    }
    for (uint32_t i = 0; i < 3000; i++) {
        (void)snprintf(name, sizeof(name), "key %u", i);
        CU_ASSERT_EQUAL(intern(name, &is_new), i);
        CU_ASSERT_FALSE(is_new);
        CU_ASSERT(nami_slice_equal(nami_catalog_name(catalog, NAMI_DICT_KEY, i), nami_text(name)));
    }
    CU_ASSERT_EQUAL(nami_catalog_count(catalog, NAMI_DICT_LABEL), 0);
}

static void test_truncate__forgets_the_newest_names_only(void)
{
    bool is_new = false;

    nami_catalog_truncate(catalog, NAMI_DICT_KEY, 10);
    CU_ASSERT_EQUAL(nami_catalog_count(catalog, NAMI_DICT_KEY), 10);
    CU_ASSERT_EQUAL(nami_catalog_find(catalog, NAMI_DICT_KEY, nami_text("key 9")), 9);
    CU_ASSERT_EQUAL(nami_catalog_find(catalog, NAMI_DICT_KEY, nami_text("key 10")), NAMI_NO_NAME);
    CU_ASSERT_EQUAL(nami_catalog_name(catalog, NAMI_DICT_KEY, 10).len, 0);
    CU_ASSERT_EQUAL(intern("another", &is_new), 10);
    CU_ASSERT_EQUAL(nami_catalog_find(catalog, NAMI_DICT_KEY, nami_text("another")), 10);
}

static void test_many_rounds_of_intern_and_truncate__stay_findable(void)
{
    char name[32];
    bool is_new = false;

    for (uint32_t round = 0; round < 200; round++) {
        nami_catalog_truncate(catalog, NAMI_DICT_KEY, 5);
        for (uint32_t i = 5; i < 40; i++) {
            (void)snprintf(name, sizeof(name), "%u of %u", i, round);
            CU_ASSERT_EQUAL(intern(name, &is_new), i);
        }
        CU_ASSERT_EQUAL(nami_catalog_find(catalog, NAMI_DICT_KEY, nami_text("key 4")), 4);
    }
}

static void test_put__refuses_a_gap_and_a_name_that_is_there(void)
{
    uint32_t next = nami_catalog_count(catalog, NAMI_DICT_KEY);

    CU_ASSERT_EQUAL(nami_catalog_put(catalog, NAMI_DICT_KEY, next + 1, nami_text("x")),
                    NAMI_E_CORRUPT);
    CU_ASSERT_EQUAL(nami_catalog_put(catalog, NAMI_DICT_KEY, next, nami_text("key 0")),
                    NAMI_E_CORRUPT);
    CU_ASSERT_EQUAL(nami_catalog_put(catalog, NAMI_DICT_KEY, next, nami_text("x")), NAMI_OK);
}

static void test_name__too_long_is_refused(void)
{
    static uint8_t bytes[70000];
    uint32_t id = 0;
    bool is_new = false;

    memset(bytes, 'a', sizeof(bytes));
    CU_ASSERT_EQUAL(
        nami_catalog_intern(catalog, NAMI_DICT_KEY, nami_bytes(bytes, sizeof(bytes)), &id, &is_new),
        NAMI_E_TOO_LARGE);
    CU_ASSERT_EQUAL(id, NAMI_NO_NAME);
}

static void test_suggest__finds_a_slip_of_the_finger(void)
{
    bool is_new = false;

    (void)intern("surname", &is_new);
    CU_ASSERT(nami_slice_equal(nami_catalog_suggest(catalog, NAMI_DICT_KEY, nami_text("surnme")),
                               nami_text("surname")));
    CU_ASSERT_EQUAL(
        nami_catalog_suggest(catalog, NAMI_DICT_KEY, nami_text("quite something else")).len, 0);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"intern: gives each name one id", test_intern__gives_each_name_one_id},
        {"truncate: forgets the newest names only", test_truncate__forgets_the_newest_names_only},
        {"many rounds of intern and truncate: stay findable",
         test_many_rounds_of_intern_and_truncate__stay_findable},
        {"put: refuses a gap and a name that is there",
         test_put__refuses_a_gap_and_a_name_that_is_there},
        {"name: too long is refused", test_name__too_long_is_refused},
        {"suggest: finds a slip of the finger", test_suggest__finds_a_slip_of_the_finger},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/catalog/dictionary", setup, teardown, tests);
}
