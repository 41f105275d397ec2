/* core/cypher/lexer.c */
#include <string.h>

#include <CUnit/CUnit.h>

#include "core/cypher/lexer.h"
#include "tests/support/run_suite.h"

/* The kinds of all tokens, and the bytes of the first. */
static void check(const char *text, const uint8_t *kinds, size_t count, size_t first_len)
{
    struct nami_lexer lexer = {{(const uint8_t *)text, strlen(text)}, 0};

    for (size_t i = 0; i < count; i++) {
        struct nami_token token = nami_cypher__lex(&lexer);

        CU_ASSERT_EQUAL(token.kind, kinds[i]);
        if (i == 0) {
            CU_ASSERT_EQUAL(token.span.len, first_len);
        }
    }
    CU_ASSERT_EQUAL(nami_cypher__lex(&lexer).kind, TOKEN_END);
    CU_ASSERT_EQUAL(nami_cypher__lex(&lexer).kind, TOKEN_END);
}

static void test_numbers__end_where_ranges_begin(void)
{
    check("1..3", (const uint8_t[]){TOKEN_NUMBER, TOKEN_DOTS, TOKEN_NUMBER}, 3, 1);
    check("..5", (const uint8_t[]){TOKEN_DOTS, TOKEN_NUMBER}, 2, 2);
    check(".5", (const uint8_t[]){TOKEN_NUMBER}, 1, 2);
    check("1.5e-3", (const uint8_t[]){TOKEN_NUMBER}, 1, 6);
    check("1-2", (const uint8_t[]){TOKEN_NUMBER, TOKEN_MINUS, TOKEN_NUMBER}, 3, 1);
    check("1e-2-3", (const uint8_t[]){TOKEN_NUMBER, TOKEN_MINUS, TOKEN_NUMBER}, 3, 4);
    check("0x1g", (const uint8_t[]){TOKEN_NUMBER}, 1, 4);
    check("1.x", (const uint8_t[]){TOKEN_NUMBER, TOKEN_DOT, TOKEN_NAME}, 3, 1);
}

static void test_names__letters_of_every_script(void)
{
    check("größe", (const uint8_t[]){TOKEN_NAME}, 1, 7);
    check("数 b", (const uint8_t[]){TOKEN_NAME, TOKEN_NAME}, 2, 3);
    check("_a1", (const uint8_t[]){TOKEN_NAME}, 1, 3);
    check("a\xe2\x80\x94"
          "b",
          (const uint8_t[]){TOKEN_NAME, TOKEN_STRANGE, TOKEN_NAME}, 3, 1);
    check("\xf0\x9f\x98\x80", (const uint8_t[]){TOKEN_STRANGE}, 1, 4);
    check("`a``b`", (const uint8_t[]){TOKEN_QUOTED}, 1, 6);
    check("````", (const uint8_t[]){TOKEN_QUOTED}, 1, 4);
    check("`a``", (const uint8_t[]){TOKEN_OPEN_QUOTED}, 1, 4);
}

static void test_strings__escaped_quotes_stay_inside(void)
{
    check("'a\\'b'", (const uint8_t[]){TOKEN_STRING}, 1, 6);
    check("'a\\\\'", (const uint8_t[]){TOKEN_STRING}, 1, 5);
    check("'a\"b'", (const uint8_t[]){TOKEN_STRING}, 1, 5);
    check("'a\\'", (const uint8_t[]){TOKEN_OPEN_STRING}, 1, 4);
    check("'a\\", (const uint8_t[]){TOKEN_OPEN_STRING}, 1, 3);
    check("'", (const uint8_t[]){TOKEN_OPEN_STRING}, 1, 1);
}

static void test_blanks__comments_and_exotic_spaces(void)
{
    check("/**/a//b\nc/***/", (const uint8_t[]){TOKEN_NAME, TOKEN_NAME}, 2, 1);
    check("\xc2\xa0"
          "a\xe2\x80\xa8"
          "b",
          (const uint8_t[]){TOKEN_NAME, TOKEN_NAME}, 2, 1);
    check("/* a", (const uint8_t[]){TOKEN_OPEN_COMMENT}, 1, 4);
    check("/*/", (const uint8_t[]){TOKEN_OPEN_COMMENT}, 1, 3);
    check("a/b", (const uint8_t[]){TOKEN_NAME, TOKEN_SLASH, TOKEN_NAME}, 3, 1);
}

static void test_keywords__case_does_not_matter(void)
{
    for (uint32_t keyword = 1; keyword < KW_END_OF_LIST; keyword++) {
        const char *text = nami_cypher__keyword_text((uint8_t)keyword);

        CU_ASSERT_EQUAL(
            nami_cypher__keyword_of((struct nami_slice){(const uint8_t *)text, strlen(text)}),
            keyword);
    }
    CU_ASSERT_EQUAL(nami_cypher__keyword_of((struct nami_slice){(const uint8_t *)"mAtCh", 5}),
                    KW_MATCH);
    CU_ASSERT_EQUAL(nami_cypher__keyword_of((struct nami_slice){(const uint8_t *)"matches", 7}),
                    KW_NO_KEYWORD);
    CU_ASSERT_EQUAL(nami_cypher__keyword_of((struct nami_slice){NULL, 0}), KW_NO_KEYWORD);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"numbers: end where ranges begin", test_numbers__end_where_ranges_begin},
        {"names: letters of every script", test_names__letters_of_every_script},
        {"strings: escaped quotes stay inside", test_strings__escaped_quotes_stay_inside},
        {"blanks: comments and exotic spaces", test_blanks__comments_and_exotic_spaces},
        {"keywords: case does not matter", test_keywords__case_does_not_matter},
        CU_TEST_INFO_NULL,
    };

    return run_suite("cypher lexer", NULL, NULL, tests);
}
