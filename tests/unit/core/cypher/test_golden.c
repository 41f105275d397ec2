/* core/cypher as a whole, against golden files. */
#include <stdio.h>

#include <CUnit/CUnit.h>

#include "core/base/condition.h"
#include "core/base/text.h"
#include "tests/support/run_suite.h"

#include "ast_dump.h"
#include "cypher_fixture.h"
#include "golden_file.h"

static const char *folder;
static bool rewrites; /* print what is, in the form of the file */

static struct nami_slice slice(const char *text)
{
    return (struct nami_slice){(const uint8_t *)text, strlen(text)};
}

static void test_accept__every_statement_passes(void)
{
    struct golden_file file;
    struct golden golden;
    uint32_t count = 0;

    golden_open(&file, folder, "accept.txt");
    for (; golden_next(&file, &golden); count++) {
        struct cypher_fixture fixture;
        bool is_parse_only = strcmp(golden.head, "%parse") == 0;

        cypher_begin(&fixture, UINT64_C(1) << 26);
        if (cypher_parse(&fixture, slice(golden.query), NULL) == NAMI_OK && !is_parse_only) {
            fixture.status =
                nami_cypher_analyse(fixture.statement, &fixture.arena, NULL, &fixture.diag);
        }
        if (fixture.status != NAMI_OK) {
            fprintf(stderr, "\nrefused: %s\n%s\n%s\n", golden.query, fixture.diag.message,
                    fixture.diag.excerpt);
        }
        CU_ASSERT_EQUAL(fixture.status, NAMI_OK);
        cypher_end(&fixture);
    }
    golden_close(&file);
    CU_ASSERT(count >= 200);
}

static void test_reject__code_and_place(void)
{
    struct golden_file file;
    struct golden golden;
    uint32_t count = 0;

    golden_open(&file, folder, "reject.txt");
    for (; golden_next(&file, &golden); count++) {
        struct cypher_fixture fixture;
        char found[128];

        CU_ASSERT_NOT_EQUAL(cypher_run(&fixture, golden.query), NAMI_OK);
        (void)snprintf(found, sizeof(found), "! %s %u:%u",
                       nami_condition_info(fixture.diag.condition)->code, fixture.diag.at.line,
                       fixture.diag.at.column);
        if (rewrites) {
            printf("\n%s\n%s\n", found, golden.query);
        } else if (strcmp(found, golden.head) != 0) {
            fprintf(stderr, "\n%s\nwanted %s\nfound  %s\n", golden.query, golden.head, found);
        }
        CU_ASSERT_STRING_EQUAL(found, golden.head);
        CU_ASSERT(fixture.diag.message[0] != '\0' && fixture.diag.excerpt[0] != '\0');
        cypher_end(&fixture);
    }
    golden_close(&file);
    CU_ASSERT(count >= 100);
}

static void dump(const char *name, bool is_analysed, uint32_t at_least)
{
    struct golden_file file;
    struct golden golden;
    uint32_t count = 0;

    golden_open(&file, folder, name);
    for (; golden_next(&file, &golden); count++) {
        struct cypher_fixture fixture;
        struct nami_buf out;
        static const uint8_t nul = 0;

        nami_buf_init(&out, 1 << 20);
        cypher_begin(&fixture, UINT64_C(1) << 26);
        CU_ASSERT_EQUAL_FATAL(cypher_parse(&fixture, slice(golden.query), NULL), NAMI_OK);
        if (is_analysed) {
            CU_ASSERT_EQUAL_FATAL(
                nami_cypher_analyse(fixture.statement, &fixture.arena, NULL, &fixture.diag),
                NAMI_OK);
        }
        ast_dump_query(&out, fixture.statement->as.query);
        CU_ASSERT_EQUAL_FATAL(nami_buf_append(&out, (struct nami_slice){&nul, 1}), NAMI_OK);
        if (rewrites) {
            printf("\n%s\n=> %s\n", golden.query, (const char *)out.ptr);
        } else if (strcmp((const char *)out.ptr, golden.tail) != 0) {
            fprintf(stderr, "\n%s\nwanted %s\nfound  %s\n", golden.query, golden.tail,
                    (const char *)out.ptr);
        }
        CU_ASSERT_STRING_EQUAL((const char *)out.ptr, golden.tail);
        nami_buf_release(&out);
        cypher_end(&fixture);
    }
    golden_close(&file);
    CU_ASSERT(count >= at_least);
}

static void test_tree__precedence_and_patterns(void)
{
    dump("tree.txt", false, 40);
}

static void test_meaning__symbols_keys_and_aggregates(void)
{
    dump("meaning.txt", true, 12);
}

int main(int argc, char **argv)
{
    CU_TestInfo tests[] = {
        {"accept: every statement passes", test_accept__every_statement_passes},
        {"reject: code and place", test_reject__code_and_place},
        {"tree: precedence and patterns", test_tree__precedence_and_patterns},
        {"meaning: symbols, keys and aggregates", test_meaning__symbols_keys_and_aggregates},
        CU_TEST_INFO_NULL,
    };

    if (argc < 2) {
        fprintf(stderr, "usage: %s FOLDER [rewrite]\n", argv[0]);
        return 2;
    }
    folder = argv[1];
    rewrites = argc > 2;
    return run_suite("cypher golden files", NULL, NULL, tests);
}
