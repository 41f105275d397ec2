/* Unit tests for core/base/suggest.c. */
#include "tests/support/run_suite.h"

#include <string.h>

#include <namidb/plugin_util.h>

#include "core/base/suggest.h"

static void test_suggest__nearest_if_near_enough(void)
{
    static const char *const known[] = {"region", "endpoint", "ns", "toUpper", "size"};
    static const struct {
        const char *wanted;
        bool ignore_case;
        const char *nearest;
    } cases[] = {
        {"regoin", false, "region"},
        {"endpont", false, "endpoint"},
        {"siez", false, "size"},
        {"TOUPPER", true, "toUpper"},
        {"TOUPPER", false, ""},
        {"bucket", false, ""},
        {"", false, ""},
        {"n", false, "ns"},
        {"zz", false, ""},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct nami_suggest suggest;

        nami_suggest_init(&suggest, nami_text(cases[i].wanted), cases[i].ignore_case);
        for (size_t j = 0; j < sizeof(known) / sizeof(known[0]); j++) {
            nami_suggest_offer(&suggest, nami_text(known[j]));
        }
        CU_ASSERT_TRUE(nami_slice_equal(suggest.nearest, nami_text(cases[i].nearest)));
    }
}

static void test_suggest__long_names_get_none(void)
{
    char name[65];
    struct nami_suggest suggest;

    memset(name, 'a', sizeof(name));
    nami_suggest_init(&suggest, nami_bytes(name, 65), false);
    nami_suggest_offer(&suggest, nami_bytes(name, 64));
    CU_ASSERT_EQUAL(suggest.nearest.len, 0);
    nami_suggest_init(&suggest, nami_bytes(name, 63), false);
    nami_suggest_offer(&suggest, nami_bytes(name, 65));
    CU_ASSERT_EQUAL(suggest.nearest.len, 0);
    nami_suggest_offer(&suggest, nami_bytes(name, 64));
    CU_ASSERT_EQUAL(suggest.nearest.len, 64);
    CU_ASSERT_EQUAL(suggest.edits, 1);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"suggest: nearest, if near enough", test_suggest__nearest_if_near_enough},
        {"suggest: long names get none", test_suggest__long_names_get_none},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/base/suggest", NULL, NULL, tests);
}
