/* Unit tests for core/base/diagnostic.c. */
#include "tests/support/run_suite.h"

#include <string.h>

#include <namidb/plugin_util.h>

#include "core/base/diagnostic.h"
#include "core/base/utf8.h"

static void test_diagnose__fills_in_and_returns_the_status(void)
{
    struct nami_diagnostic diag;
    struct nami_position at = {.line = 2, .column = 3, .offset = 9};

    memset(&diag, 0xff, sizeof(diag));
    CU_ASSERT_EQUAL(nami_diagnose(&diag, NAMI_COND_QUERY_TIMEOUT, &at, "after %d ms\nor so", 7),
                    NAMI_E_DEADLINE);
    CU_ASSERT_EQUAL(diag.condition, NAMI_COND_QUERY_TIMEOUT);
    CU_ASSERT_STRING_EQUAL(diag.message, "after 7 ms or so");
    CU_ASSERT_EQUAL(diag.at.offset, 9);
    CU_ASSERT_STRING_EQUAL(diag.hint, "");
    CU_ASSERT_STRING_EQUAL(diag.excerpt, "");
    nami_diagnose_hint(&diag, "see %s", "--query-timeout");
    CU_ASSERT_STRING_EQUAL(diag.hint, "see --query-timeout");
}

static void test_diagnose__never_ok_and_null_is_fine(void)
{
    CU_ASSERT_NOT_EQUAL(nami_diagnose(NULL, NAMI_COND_NONE, NULL, "x"), NAMI_OK);
    nami_diagnose_hint(NULL, "x");
    nami_diagnose_place(NULL, nami_text("x"), 0);
    for (uint32_t i = 0; i < NAMI_COND_COUNT; i++) {
        CU_ASSERT_NOT_EQUAL(nami_diagnose(NULL, i, NULL, "x"), NAMI_OK);
    }
}

static void test_diagnose__long_text_is_cut_at_a_character(void)
{
    char text[2000];
    struct nami_diagnostic diag;

    for (size_t shift = 0; shift < 4; shift++) {
        memset(text, 'a', shift);
        for (size_t i = shift; i + 4 < sizeof(text); i += 4) {
            memcpy(text + i, "\xf0\x9f\x98\x80", 5);
        }
        (void)nami_diagnose(&diag, NAMI_COND_INTERNAL, NULL, "%s", text);
        CU_ASSERT(strlen(diag.message) > sizeof(diag.message) - 6);
        CU_ASSERT_TRUE(nami_utf8_is_valid(nami_text(diag.message)));
    }
}

static void test_place__counts_characters_and_draws_a_caret(void)
{
    static const struct {
        const char *text;
        size_t offset;
        uint32_t line;
        uint32_t column;
        uint32_t chars;
        const char *excerpt;
    } cases[] = {
        {"RETURN x", 7, 1, 8, 7, "RETURN x\n       ^"},
        {"RETURN x", 8, 1, 9, 8, "RETURN x\n        ^"},
        {"RETURN x", 99, 1, 9, 8, "RETURN x\n        ^"},
        {"MATCH (n)\r\nRETURN m\nLIMIT 1", 18, 2, 8, 18, "RETURN m\n       ^"},
        {"\xc3\xa4\xc3\xb6\tx", 5, 1, 4, 3, "\xc3\xa4\xc3\xb6 x\n   ^"},
        {"a\n", 2, 2, 1, 2, "\n^"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct nami_diagnostic diag = {0};

        nami_diagnose_place(&diag, nami_text(cases[i].text), cases[i].offset);
        CU_ASSERT_EQUAL(diag.at.line, cases[i].line);
        CU_ASSERT_EQUAL(diag.at.column, cases[i].column);
        CU_ASSERT_EQUAL(diag.at.offset, cases[i].chars);
        CU_ASSERT_STRING_EQUAL(diag.excerpt, cases[i].excerpt);
    }
}

static void test_place__long_lines_show_their_surroundings(void)
{
    char text[4000];

    for (size_t i = 0; i < sizeof(text); i += 4) { /* four-byte characters: the widest */
        memcpy(text + i, "\xf0\x9f\x98\x80", 4);
    }
    for (size_t offset = 0; offset <= sizeof(text); offset += 4) {
        struct nami_diagnostic diag = {0};
        const char *caret = NULL;

        nami_diagnose_place(&diag, nami_bytes(text, sizeof(text)), offset);
        CU_ASSERT_EQUAL(diag.at.column, offset / 4 + 1);
        CU_ASSERT_TRUE(nami_utf8_is_valid(nami_text(diag.excerpt)));
        caret = strchr(diag.excerpt, '^');
        CU_ASSERT_PTR_NOT_NULL_FATAL(caret);
        CU_ASSERT(caret - strchr(diag.excerpt, '\n') - 1 <= 56);
    }
}

static void test_error__keeps_the_message_below(void)
{
    struct nami_error err = {.struct_size = sizeof(err)};
    struct nami_diagnostic diag;

    (void)NAMI_FAIL(&err, NAMI_E_AUTH, "bucket says no");
    CU_ASSERT_EQUAL(nami_diagnose_error(&diag, NAMI_E_AUTH, &err), NAMI_E_CONFIG);
    CU_ASSERT_EQUAL(diag.condition, NAMI_COND_STORE_REFUSED);
    CU_ASSERT_STRING_EQUAL(diag.message, "bucket says no");
    (void)nami_diagnose_error(&diag, NAMI_E_NOMEM, NULL);
    CU_ASSERT_EQUAL(diag.condition, NAMI_COND_OUT_OF_MEMORY);
    CU_ASSERT_STRING_NOT_EQUAL(diag.message, "");
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"diagnose: fills in and returns the status",
         test_diagnose__fills_in_and_returns_the_status},
        {"diagnose: never OK, and NULL is fine", test_diagnose__never_ok_and_null_is_fine},
        {"diagnose: long text is cut at a character",
         test_diagnose__long_text_is_cut_at_a_character},
        {"place: counts characters and draws a caret",
         test_place__counts_characters_and_draws_a_caret},
        {"place: long lines show their surroundings",
         test_place__long_lines_show_their_surroundings},
        {"error: keeps the message below", test_error__keeps_the_message_below},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/base/diagnostic", NULL, NULL, tests);
}
