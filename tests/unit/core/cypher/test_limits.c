/* Texts that are too deep, too long or too many: a clean error, in linear time. */
#include <stdio.h>

#include <CUnit/CUnit.h>

#include "core/base/limits.h"
#include "tests/support/run_suite.h"

#include "cypher_fixture.h"

/* `head`, `count` times `part`, `tail`. */
static struct nami_slice repeat(const char *head, const char *part, size_t count, const char *tail)
{
    size_t part_len = strlen(part);
    size_t len = strlen(head) + part_len * count + strlen(tail);
    uint8_t *text = malloc(len + 1);
    size_t at = strlen(head);

    if (text == NULL) {
        abort();
    }
    memcpy(text, head, at);
    for (size_t i = 0; i < count; i++, at += part_len) {
        memcpy(text + at, part, part_len);
    }
    memcpy(text + at, tail, strlen(tail));
    return (struct nami_slice){text, len};
}

static uint32_t condition_of(struct nami_slice text, uint64_t budget_bytes,
                             const struct nami_parse_limits *limits)
{
    struct cypher_fixture fixture;
    uint32_t condition = 0;

    cypher_begin(&fixture, budget_bytes);
    if (cypher_parse(&fixture, text, limits) == NAMI_OK) {
        (void)!nami_cypher_analyse(fixture.statement, &fixture.arena, NULL, &fixture.diag);
    }
    condition = fixture.diag.condition;
    cypher_end(&fixture);
    return condition;
}

static void test_depth__a_million_levels_are_refused(void)
{
    static const char *const bombs[][2] = {
        {"RETURN ", "["},
        {"RETURN ", "("},
        {"RETURN ", "{a:"},
        {"RETURN ", "NOT "},
        {"RETURN ", "- "},
        {"RETURN ", "f("},
        {"RETURN 1", "[1"},
        {"RETURN ", "CASE "},
        {"RETURN ", "[x IN "},
        {"MATCH (n:", "("},
        {"MATCH (n:", "!"},
        {"MATCH ", "("},
        {"MATCH (a)", "((x)-->"},
        {"", "CALL{"},
        {"RETURN ", "EXISTS{RETURN "},
        {"RETURN ", "COUNT{()--(:A{x:"},
        {"RETURN ", "(n{a:"},
        {"RETURN ", "({a:"},
        {"RETURN 1::", "LIST<"},
        {"RETURN 1::INT", " LIST"},
        {"RETURN a", ".b"},
        {"RETURN 1", "+1"},
        {"RETURN 1", " IS NULL"},
        {"RETURN 1", "[0]"},
    };

    for (size_t i = 0; i < sizeof(bombs) / sizeof(bombs[0]); i++) {
        size_t count = strlen(bombs[i][1]) > 8 ? 500000 : 1000000;
        struct nami_slice text = repeat(bombs[i][0], bombs[i][1], count, "");
        uint32_t condition = condition_of(text, UINT64_C(1) << 30, NULL);

        if (condition != NAMI_COND_QUERY_TOO_COMPLEX) {
            fprintf(stderr, "\n%s%s... gives %s\n", bombs[i][0], bombs[i][1],
                    nami_condition_info(condition)->code);
        }
        CU_ASSERT_EQUAL(condition, NAMI_COND_QUERY_TOO_COMPLEX);
        free((void *)(uintptr_t)text.ptr);
    }
}

static void test_depth__what_people_nest_is_fine(void)
{
    struct nami_slice closing = repeat("1", ")", 400, "");
    char *tail = strndup((const char *)closing.ptr, closing.len);
    struct nami_slice text = {0};

    if (tail == NULL) {
        abort();
    }
    text = repeat("RETURN ", "(", 400, tail);
    CU_ASSERT_EQUAL(condition_of(text, UINT64_C(1) << 26, NULL), NAMI_COND_NONE);
    free(tail);
    free((void *)(uintptr_t)closing.ptr);
    free((void *)(uintptr_t)text.ptr);
}

static void test_chains__many_operands_are_not_deep(void)
{
    static const char *const chains[][2] = {
        {"RETURN true", " AND true"},
        {"RETURN true", " OR false"},
        {"RETURN true", " XOR true"},
        {"RETURN 1", " < 1"},
    };

    for (size_t i = 0; i < sizeof(chains) / sizeof(chains[0]); i++) {
        struct nami_slice text = repeat(chains[i][0], chains[i][1], 100000, "");

        CU_ASSERT_EQUAL(condition_of(text, UINT64_C(1) << 28, NULL), NAMI_COND_NONE);
        free((void *)(uintptr_t)text.ptr);
    }
}

static void test_length__ten_megabytes_pass(void)
{
    struct nami_slice list = repeat("RETURN [1", ",1", 1500000, "] AS x");
    struct nami_slice string = repeat("RETURN '", "0123456789", 1000000, "' AS x");
    struct nami_slice path = repeat("MATCH ()", "-->()", 300000, " RETURN 1 AS x");

    CU_ASSERT_EQUAL(condition_of(list, UINT64_C(1) << 30, NULL), NAMI_COND_NONE);
    CU_ASSERT_EQUAL(condition_of(string, UINT64_C(1) << 30, NULL), NAMI_COND_NONE);
    CU_ASSERT_EQUAL(condition_of(path, UINT64_C(1) << 30, NULL), NAMI_COND_NONE);
    free((void *)(uintptr_t)list.ptr);
    free((void *)(uintptr_t)string.ptr);
    free((void *)(uintptr_t)path.ptr);
}

static void test_length__one_byte_more_is_refused(void)
{
    struct nami_slice text = repeat("RETURN 1", " ", NAMI_QUERY_TEXT_BYTES_MAX - 8, "");

    CU_ASSERT_EQUAL(condition_of(text, UINT64_C(1) << 26, NULL), NAMI_COND_NONE);
    free((void *)(uintptr_t)text.ptr);
    text = repeat("RETURN 1", " ", NAMI_QUERY_TEXT_BYTES_MAX - 7, "");
    CU_ASSERT_EQUAL(condition_of(text, UINT64_C(1) << 26, NULL), NAMI_COND_QUERY_TOO_COMPLEX);
    free((void *)(uintptr_t)text.ptr);
}

static void test_nodes__the_budget_holds(void)
{
    const struct nami_parse_limits limits = {100, 1000, 1 << 20, NULL};
    struct nami_slice fits = repeat("RETURN [1", ",1", 900, "] AS x");
    struct nami_slice does_not = repeat("RETURN [1", ",1", 1000, "] AS x");

    CU_ASSERT_EQUAL(condition_of(fits, UINT64_C(1) << 26, &limits), NAMI_COND_NONE);
    CU_ASSERT_EQUAL(condition_of(does_not, UINT64_C(1) << 26, &limits),
                    NAMI_COND_QUERY_TOO_COMPLEX);
    free((void *)(uintptr_t)fits.ptr);
    free((void *)(uintptr_t)does_not.ptr);
}

static void test_nodes__stars_count(void)
{
    const struct nami_parse_limits limits = {100, 1000, 1 << 20, NULL};
    struct nami_slice text =
        repeat("WITH 1 AS a, 2 AS b, 3 AS c", " WITH *", 200, " RETURN a, b, c");

    /* 200 clauses, but 600 items more than the text shows */
    CU_ASSERT_EQUAL(condition_of(text, UINT64_C(1) << 26, NULL), NAMI_COND_NONE);
    CU_ASSERT_EQUAL(condition_of(text, UINT64_C(1) << 26, &limits), NAMI_COND_NONE);
    free((void *)(uintptr_t)text.ptr);
    text = repeat("WITH 1 AS a, 2 AS b, 3 AS c", " WITH *", 400, " RETURN a, b, c");
    CU_ASSERT_EQUAL(condition_of(text, UINT64_C(1) << 26, &limits), NAMI_COND_QUERY_TOO_COMPLEX);
    free((void *)(uintptr_t)text.ptr);
}

static void test_union__has_so_many_branches(void)
{
    struct nami_slice fits = repeat("RETURN 1", " UNION RETURN 1", NAMI_UNION_BRANCHES_MAX - 1, "");
    struct nami_slice does_not = repeat("RETURN 1", " UNION RETURN 1", NAMI_UNION_BRANCHES_MAX, "");

    CU_ASSERT_EQUAL(condition_of(fits, UINT64_C(1) << 26, NULL), NAMI_COND_NONE);
    CU_ASSERT_EQUAL(condition_of(does_not, UINT64_C(1) << 26, NULL), NAMI_COND_QUERY_TOO_COMPLEX);
    free((void *)(uintptr_t)fits.ptr);
    free((void *)(uintptr_t)does_not.ptr);
}

static void test_memory__every_budget_gives_an_answer(void)
{
    static const char text[] =
        "MATCH (a:A {x: $p})-[r:R*1..3]->(b) WHERE a.x IN [1, 2] AND (a)--(b) "
        "WITH a, count(*) AS c ORDER BY c CALL (a) { MATCH (a)-->(d) RETURN d } "
        "RETURN *, [x IN [1] | x] AS l, EXISTS { (a)-->(b) } AS e";
    struct nami_slice query = {(const uint8_t *)text, sizeof(text) - 1};
    bool has_passed = false;

    for (uint64_t bytes = 0; bytes <= (UINT64_C(1) << 20); bytes += 4096) {
        uint32_t condition = condition_of(query, bytes, NULL);

        CU_ASSERT(condition == NAMI_COND_NONE || condition == NAMI_COND_QUERY_MEMORY);
        has_passed |= condition == NAMI_COND_NONE;
    }
    CU_ASSERT(has_passed);
}

static void test_utf8__broken_text_is_refused_with_its_place(void)
{
    static const uint8_t text[] = "RETURN 'a\xff'";
    struct cypher_fixture fixture;

    cypher_begin(&fixture, UINT64_C(1) << 26);
    CU_ASSERT_NOT_EQUAL(cypher_parse(&fixture, (struct nami_slice){text, sizeof(text) - 1}, NULL),
                        NAMI_OK);
    CU_ASSERT_EQUAL(fixture.diag.condition, NAMI_COND_INVALID_UNICODE_CHARACTER);
    CU_ASSERT_EQUAL(fixture.diag.at.column, 10);
    cypher_end(&fixture);
}

static void test_diagnostic__may_be_absent(void)
{
    struct cypher_fixture fixture;
    static const char text[] = "RETURN foo(";

    cypher_begin(&fixture, UINT64_C(1) << 26);
    CU_ASSERT_NOT_EQUAL(nami_cypher_parse((struct nami_slice){(const uint8_t *)text, 11},
                                          &fixture.arena, NULL, &fixture.statement, NULL),
                        NAMI_OK);
    CU_ASSERT_PTR_NULL(fixture.statement);
    cypher_end(&fixture);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"depth: a million levels are refused", test_depth__a_million_levels_are_refused},
        {"depth: what people nest is fine", test_depth__what_people_nest_is_fine},
        {"chains: many operands are not deep", test_chains__many_operands_are_not_deep},
        {"length: ten megabytes pass", test_length__ten_megabytes_pass},
        {"length: one byte more is refused", test_length__one_byte_more_is_refused},
        {"nodes: the budget holds", test_nodes__the_budget_holds},
        {"nodes: stars count", test_nodes__stars_count},
        {"memory: every budget gives an answer", test_memory__every_budget_gives_an_answer},
        {"utf8: broken text", test_utf8__broken_text_is_refused_with_its_place},
        {"diagnostic: may be absent", test_diagnostic__may_be_absent},
        {"union: has so many branches", test_union__has_so_many_branches},
        CU_TEST_INFO_NULL,
    };

    return run_suite("cypher limits", NULL, NULL, tests);
}
