/* Unit tests for core/base/table.c. */
#include "tests/support/run_suite.h"

#include <stdbool.h>

#include "core/base/hash.h"
#include "core/base/table.h"

enum { KEYS = 5000 };

/* Against the simplest model there is: an array. */
static void test_table__behaves_as_an_array_would(void)
{
    static uint64_t model[KEYS]; /* 0: not there */
    struct nami_table table = {0};
    uint64_t state = 1;
    size_t count = 0;

    for (uint32_t i = 0; i < 200000; i++) {
        uint64_t key = (state = nami_hash_u64(state + i + 1)) % KEYS;
        uint64_t value = 1 + i;
        bool is_new = false;
        uint64_t *at = NULL;

        switch (state >> 32 & 3) {
        case 0:
            CU_ASSERT_EQUAL(nami_table_erase(&table, key), model[key] != 0);
            count -= model[key] != 0;
            model[key] = 0;
            break;
        case 1:
            at = nami_table_find(&table, key);
            CU_ASSERT_EQUAL(at != NULL ? *at : 0, model[key]);
            break;
        default:
            at = nami_table_put(&table, key, value, &is_new);
            CU_ASSERT_PTR_NOT_NULL_FATAL(at);
            CU_ASSERT_EQUAL(is_new, model[key] == 0);
            model[key] = is_new ? value : model[key];
            count += is_new;
            CU_ASSERT_EQUAL(*at, model[key]);
            break;
        }
    }
    CU_ASSERT_EQUAL(table.count, count);
    CU_ASSERT(table.capacity <= 4 * KEYS); /* erasing does not make it grow for ever */
    nami_table_release(&table);
    CU_ASSERT_PTR_NULL(nami_table_find(&table, 1));
    CU_ASSERT_FALSE(nami_table_erase(&table, 1));
}

static void test_table__largest_keys_and_values(void)
{
    struct nami_table table = {0};
    bool is_new = false;

    CU_ASSERT_PTR_NULL(nami_table_find(&table, UINT64_MAX));
    CU_ASSERT_PTR_NOT_NULL(nami_table_put(&table, UINT64_MAX - 1, UINT64_MAX, &is_new));
    CU_ASSERT_PTR_NOT_NULL(nami_table_put(&table, 0, 0, &is_new));
    CU_ASSERT_EQUAL(*nami_table_find(&table, UINT64_MAX - 1), UINT64_MAX);
    CU_ASSERT_EQUAL(*nami_table_find(&table, 0), 0);
    CU_ASSERT_PTR_NULL(nami_table_find(&table, UINT64_MAX));
    nami_table_release(&table);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"table: behaves as an array would", test_table__behaves_as_an_array_would},
        {"table: largest keys and values", test_table__largest_keys_and_values},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/base/table", NULL, NULL, tests);
}
