/* core/cypher/functions.c */
#include <string.h>

#include <CUnit/CUnit.h>

#include "core/cypher/functions.h"
#include "tests/support/run_suite.h"

static struct nami_slice slice(const char *text)
{
    return (struct nami_slice){(const uint8_t *)text, strlen(text)};
}

static void test_table__every_row_is_whole(void)
{
    for (uint32_t id = 0; id < NAMI_FN_END; id++) {
        const struct nami_function *function = nami_function_by_id(id);

        CU_ASSERT_EQUAL_FATAL(function->id, id);
        CU_ASSERT_PTR_NOT_NULL_FATAL(function->name);
        CU_ASSERT(function->args_min <= function->args_max);
        CU_ASSERT(function->returns != 0);
        CU_ASSERT(function->args_max == 0 || function->args[0] != 0);
        for (uint32_t i = 0; i < function->args_max && i < NAMI_FUNCTION_TYPED_ARGS; i++) {
            CU_ASSERT(function->args[i] != 0 || function->args_max == NAMI_FUNCTION_ARGS_ANY);
        }
    }
    CU_ASSERT_PTR_NULL(nami_function_by_id(NAMI_FN_END));
}

static void test_find__every_name_leads_to_its_row(void)
{
    for (uint32_t id = NAMI_FN_COUNT; id < NAMI_FN_END; id++) {
        const struct nami_function *function = nami_function_by_id(id);

        CU_ASSERT_PTR_EQUAL(nami_function_find(slice(function->name)), function);
    }
}

static void test_find__case_does_not_matter(void)
{
    CU_ASSERT_PTR_EQUAL(nami_function_find(slice("tOuPpEr")),
                        nami_function_by_id(NAMI_FN_TO_UPPER));
    CU_ASSERT_PTR_EQUAL(nami_function_find(slice("DATETIME.FROMEPOCH")),
                        nami_function_by_id(NAMI_FN_DATETIME_FROM_EPOCH));
    CU_ASSERT_PTR_NULL(nami_function_find(slice("toUppe")));
    CU_ASSERT_PTR_NULL(nami_function_find(slice("")));
    CU_ASSERT_PTR_NULL(nami_function_find(slice("count(*)")));
}

static void test_suggest__knows_the_nearest(void)
{
    struct nami_suggest suggest;

    nami_suggest_init(&suggest, slice("substrng"), true);
    nami_function_suggest(&suggest);
    CU_ASSERT_EQUAL_FATAL(suggest.nearest.len, 9);
    CU_ASSERT_EQUAL(memcmp(suggest.nearest.ptr, "substring", 9), 0);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"table: every row is whole", test_table__every_row_is_whole},
        {"find: every name leads to its row", test_find__every_name_leads_to_its_row},
        {"find: case does not matter", test_find__case_does_not_matter},
        {"suggest: knows the nearest", test_suggest__knows_the_nearest},
        CU_TEST_INFO_NULL,
    };

    return run_suite("cypher functions", NULL, NULL, tests);
}
