/* Unit tests for core/catalog/rules.c. */
#include "tests/support/run_suite.h"

#include <stdio.h>

#include <namidb/plugin_util.h>

#include "core/catalog/rules.h"

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

static const struct nami_rule *add(uint32_t kind, uint32_t label, const char *name, uint64_t lsn)
{
    const struct nami_rule *added = NULL;
    struct nami_rule rule = {.id = nami_catalog_next_rule_id(catalog),
                             .kind = kind,
                             .label = label,
                             .key = 1,
                             .name = nami_text(name),
                             .created_lsn = lsn};

    CU_ASSERT_EQUAL_FATAL(nami_catalog_rule_add(catalog, &rule, &added), NAMI_OK);
    return added;
}

static void test_rule__is_seen_from_its_creation_to_its_drop(void)
{
    const struct nami_rule *rule = add(NAMI_RULE_INDEX, 7, "r", 5);
    uint64_t version = nami_catalog_version(catalog);

    CU_ASSERT_PTR_NULL(nami_catalog_rule_on(catalog, 4, 7, 1));
    CU_ASSERT_PTR_EQUAL(nami_catalog_rule_on(catalog, 5, 7, 1), rule);
    nami_catalog_rule_drop(catalog, rule, 8);
    CU_ASSERT(nami_catalog_version(catalog) > version);
    CU_ASSERT_PTR_EQUAL(nami_catalog_rule_named(catalog, 7, nami_text("r")), rule);
    CU_ASSERT_PTR_NULL(nami_catalog_rule_named(catalog, 8, nami_text("r")));
    nami_catalog_rule_undrop(catalog, rule);
    CU_ASSERT_PTR_EQUAL(nami_catalog_rule_named(catalog, 8, nami_text("r")), rule);
}

static void test_rule_on__prefers_a_constraint(void)
{
    const struct nami_rule *unique = add(NAMI_RULE_UNIQUE, 7, "u", 6);

    CU_ASSERT_PTR_EQUAL(nami_catalog_rule_on(catalog, 6, 7, 1), unique);
    nami_catalog_rule_take_back(catalog, unique);
    CU_ASSERT_EQUAL(nami_catalog_rule_on(catalog, 6, 7, 1)->kind, NAMI_RULE_INDEX);
}

static void test_id__is_not_given_twice(void)
{
    const struct nami_rule *added = NULL;
    struct nami_rule again = {.id = 0, .kind = NAMI_RULE_INDEX, .name = nami_text("again")};

    CU_ASSERT_EQUAL(nami_catalog_rule_add(catalog, &again, &added), NAMI_E_CORRUPT);
}

static void test_many_rules__are_all_found(void)
{
    char name[16];

    for (uint32_t i = 0; i < 100; i++) {
        (void)snprintf(name, sizeof(name), "many %u", i);
        (void)add(NAMI_RULE_INDEX, 100 + i, name, 9);
    }
    for (uint32_t i = 0; i < 100; i++) {
        const struct nami_rule *rule = nami_catalog_rule_on(catalog, 9, 100 + i, 1);

        CU_ASSERT_PTR_NOT_NULL_FATAL(rule);
        (void)snprintf(name, sizeof(name), "many %u", i);
        CU_ASSERT(nami_slice_equal(rule->name, nami_text(name)));
        CU_ASSERT_PTR_EQUAL(nami_catalog_rule_by_id(catalog, rule->id), rule);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"rule: is seen from its creation to its drop",
         test_rule__is_seen_from_its_creation_to_its_drop},
        {"rule_on: prefers a constraint", test_rule_on__prefers_a_constraint},
        {"id: is not given twice", test_id__is_not_given_twice},
        {"many rules: are all found", test_many_rules__are_all_found},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/catalog/rules", setup, teardown, tests);
}
