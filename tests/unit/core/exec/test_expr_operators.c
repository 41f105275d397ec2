/* Unit tests of operators in core/exec/expr_*.c: values, precedence, nulls and errors. */
#include "tests/support/run_suite.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/core/exec/expr_runner.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define OVERFLOW        "!ArithmeticError.IntegerOverflow"
#define BY_ZERO         "!ArithmeticError.DivisionByZero"
#define TYPE            "!TypeError.InvalidArgumentType"

static struct exec_fixture f;

static int setup(void)
{
    return exec_fixture_init(&f, 1 << 28) ? 0 : 1;
}

static int teardown(void)
{
    exec_fixture_release(&f);
    return 0;
}

static void test_arithmetic(void)
{
    static const struct expr_example examples[] = {
        {"1 + 2", "3"},
        {"1 + 2.5", "3.5"},
        {"2.5 + 1", "3.5"},
        {"1.5 - 0.25", "1.25"},
        {"7 - 10", "-3"},
        {"3 * 4", "12"},
        {"3 * 0.5", "1.5"},
        {"7 / 2", "3"},
        {"-7 / 2", "-3"},
        {"7 / 2.0", "3.5"},
        {"7 % 3", "1"},
        {"-7 % 3", "-1"},
        {"7 % -3", "1"},
        {"5.5 % 2", "1.5"},
        {"2 ^ 10", "1024.0"},
        {"2 ^ -1", "0.5"},
        {"-2 ^ 2", "4.0"},
        {"2 ^ 3 ^ 2", "64.0"},
        {"1 + 2 * 3", "7"},
        {"(1 + 2) * 3", "9"},
        {"10 - 4 - 3", "3"},
        {"100 / 10 / 5", "2"},
        {"2 * 3 ^ 2", "18.0"},
        {"10 - 3 % 2", "9"},
        {"12 / 4 * 3 - 2 * 4", "1"},
        {"+5", "5"},
        {"-(-5)", "5"},
        {"- 1.5", "-1.5"},
        {"-$f", "-2.5"},
        {"$n + 1", "null"},
        {"1 - $n", "null"},
        {"$n * 2.5", "null"},
        {"$n / 0", "null"},
        {"1 % $n", "null"},
        {"2 ^ $n", "null"},
        {"-$n", "null"},
        {"+$n", "null"},
        {"null + null", "null"},
        {"9223372036854775807 + 0", "9223372036854775807"},
        {"-9223372036854775808", "-9223372036854775808"},
        {"$max - 1", "9223372036854775806"},
        {"$min + 1", "-9223372036854775807"},
        {"1.0 / 0.0", "Infinity"},
        {"-1.0 / 0.0", "-Infinity"},
        {"0.0 / 0.0", "NaN"},
        {"1 / 0.0", "Infinity"},
        {"1.0 / 0", "Infinity"},
        {"1.5 % 0", "NaN"},
        {"$max * 1.0", "9.223372036854776E18"},
    };

    expr_check(&f, examples, COUNT_OF(examples));
}

static void test_arithmetic__errors(void)
{
    static const struct expr_example examples[] = {
        {"$max + 1", OVERFLOW},  {"$i + $max", OVERFLOW}, {"$min - 1", OVERFLOW},
        {"$max * 2", OVERFLOW},  {"$min * -1", OVERFLOW}, {"-$min", OVERFLOW},
        {"$min / -1", OVERFLOW}, {"$min % -1", "0"},      {"1 / 0", BY_ZERO},
        {"1 / $z", BY_ZERO},     {"1 % 0", BY_ZERO},      {"$i % $z", BY_ZERO},
        {"$i + $t", TYPE},       {"$t + $i", TYPE},       {"$t + $t", TYPE},
        {"$m + $i", TYPE},       {"$s + $m", TYPE},       {"$s - $i", TYPE},
        {"$s * $i", TYPE},       {"$i / $s", TYPE},       {"$l % $i", TYPE},
        {"$l - $l", TYPE},       {"$s ^ $i", TYPE},       {"-$s", TYPE},
        {"+$t", TYPE},           {"-$l", TYPE},
    };

    expr_check(&f, examples, COUNT_OF(examples));
}

static void test_concatenation(void)
{
    static const struct expr_example examples[] = {
        {"'a' + 'b'", "'ab'"},
        {"'' + ''", "''"},
        {"'a' + 1", "'a1'"},
        {"1 + 'a'", "'1a'"},
        {"'a' + 1.0", "'a1.0'"},
        {"1.5 + 'x'", "'1.5x'"},
        {"'a' + $t", "'atrue'"},
        {"'a' + $n", "null"},
        {"$n + 'a'", "null"},
        {"[1] + [2, 3]", "[1, 2, 3]"},
        {"[1] + 2", "[1, 2]"},
        {"1 + [2]", "[1, 2]"},
        {"'a' + [1]", "['a', 1]"},
        {"[] + []", "[]"},
        {"[1] + $n", "null"},
        {"$n + [1]", "null"},
        {"$l + $m", "[1, 2, 3, {a: 1, b: null}]"},
        {"[1] + [[2]]", "[1, [2]]"},
        {"'a' || 'b'", "'ab'"},
        {"[1] || [2]", "[1, 2]"},
        {"'a' || $n", "null"},
        {"$s || $i", TYPE},
        {"$l || $i", TYPE},
        {"$i || $i", TYPE},
        {"'a' + 'b' + 'c' + 1 + 2", "'abc12'"},
        {"1 + 2 + 'a'", "'3a'"},
    };

    expr_check(&f, examples, COUNT_OF(examples));
}

static void test_comparison(void)
{
    static const struct expr_example examples[] = {
        {"1 = 1", "true"},
        {"1 = 2", "false"},
        {"1 = 1.0", "true"},
        {"1.0 = 1", "true"},
        {"'a' = 'a'", "true"},
        {"'a' = 'ab'", "false"},
        {"'a' = 1", "false"},
        {"'1' = 1", "false"},
        {"true = true", "true"},
        {"true = false", "false"},
        {"true = 1", "false"},
        {"1 <> 2", "true"},
        {"1 <> 1.0", "false"},
        {"'a' <> 1", "true"},
        {"1 = null", "null"},
        {"null = null", "null"},
        {"null <> null", "null"},
        {"null <> 1", "null"},
        {"[1, 2] = [1, 2]", "true"},
        {"[1, 2] = [1, 2.0]", "true"},
        {"[1, 2] = [1, null]", "null"},
        {"[1, 2] = [3, null]", "false"},
        {"[1] = [1, null]", "false"},
        {"[] = []", "true"},
        {"[1] = 1", "false"},
        {"[null] = [null]", "null"},
        {"{a: 1} = {a: 1}", "true"},
        {"{a: 1} = {b: 1}", "false"},
        {"{a: 1} = {a: null}", "null"},
        {"{a: 1, b: 2} = {b: 2, a: 1}", "true"},
        {"{} = {}", "true"},
        {"$nan = $nan", "false"},
        {"$nan <> $nan", "true"},
        {"$nan < 1", "false"},
        {"1 < $nan", "false"},
        {"$nan >= $nan", "false"},
        {"$nan = 'a'", "false"},
        {"1 < 2", "true"},
        {"2 < 1", "false"},
        {"1 <= 1", "true"},
        {"2 > 1.5", "true"},
        {"1.5 >= 2", "false"},
        {"1 < 1.0", "false"},
        {"9007199254740993 = 9007199254740992.0", "false"},
        {"9007199254740993 > 9007199254740992.0", "true"},
        {"$max < 9223372036854775808.0", "true"},
        {"'a' < 'b'", "true"},
        {"'a' < 'ab'", "true"},
        {"'B' < 'a'", "true"},
        {"'' < 'a'", "true"},
        {"'ä' > 'z'", "true"},
        {"false < true", "true"},
        {"true <= false", "false"},
        {"1 < 'a'", "null"},
        {"'a' >= 1", "null"},
        {"$t > $i", "null"},
        {"$m < $m", "null"},
        {"1 < null", "null"},
        {"null >= null", "null"},
        {"[1] < [2]", "true"},
        {"[1] < [1, 0]", "true"},
        {"[2] < [1, 5]", "false"},
        {"[1, 2] >= [1, 2]", "true"},
        {"[1] < [null]", "null"},
        {"$l < $i", "null"},
        {"$inf > $max", "true"},
        {"-$inf < $min", "true"},
    };

    expr_check(&f, examples, COUNT_OF(examples));
}

static void test_comparison__chains(void)
{
    static const struct expr_example examples[] = {
        {"1 < 2 < 3", "true"},       {"1 < 3 < 2", "false"},    {"3 < 2 < 5", "false"},
        {"1 <= 1 < 2 <= 2", "true"}, {"1 < 2 > 1", "true"},     {"1 = 1 = 1", "true"},
        {"1 < null < 3", "null"},    {"5 < 2 < null", "false"}, {"1 < 2 < 'a'", "null"},
        {"1 < 2 = 2", "true"},       {"1 = 1.0 < 2", "true"},
    };

    expr_check(&f, examples, COUNT_OF(examples));
}

/* ---- three truths ---- */

static const char *const truths[] = {"true", "false", "null"};

static void check_pair(const char *op, uint32_t a, uint32_t b, uint32_t expected)
{
    char text[64];
    struct expr_example example = {text, truths[expected]};

    (void)snprintf(text, sizeof(text), "%s %s %s", truths[a], op, truths[b]);
    expr_check(&f, &example, 1);
}

static void test_logic__tables(void)
{
    static const uint32_t and_table[3][3] = {{0, 1, 2}, {1, 1, 1}, {2, 1, 2}};
    static const uint32_t or_table[3][3] = {{0, 0, 0}, {0, 1, 2}, {0, 2, 2}};
    static const uint32_t xor_table[3][3] = {{1, 0, 2}, {0, 1, 2}, {2, 2, 2}};
    static const uint32_t equal_table[3][3] = {{0, 1, 2}, {1, 0, 2}, {2, 2, 2}};

    for (uint32_t a = 0; a < 3; a++) {
        for (uint32_t b = 0; b < 3; b++) {
            check_pair("AND", a, b, and_table[a][b]);
            check_pair("OR", a, b, or_table[a][b]);
            check_pair("XOR", a, b, xor_table[a][b]);
            check_pair("=", a, b, equal_table[a][b]);
        }
    }
}

static void test_logic(void)
{
    static const struct expr_example examples[] = {
        {"NOT true", "false"},
        {"NOT false", "true"},
        {"NOT null", "null"},
        {"NOT NOT true", "true"},
        {"NOT 1 = 2", "true"},
        {"NOT true AND false", "false"},
        {"NOT (true AND false)", "true"},
        {"true OR false AND false", "true"},
        {"(true OR false) AND false", "false"},
        {"true XOR false OR false", "true"},
        {"true OR true XOR true", "true"},
        {"false AND true XOR true", "true"},
        {"true AND true AND null AND false", "false"},
        {"false OR null OR false OR true", "true"},
        {"true XOR true XOR true", "true"},
        {"true AND 1 = 1 AND 'a' = 'a'", "true"},
        {"1 < 2 AND 2 < 3 OR 1 / 0 = 1", "true"},
        {"false AND 1 / 0 = 1", "false"},
        {"true OR 1 / 0 = 1", "true"},
        {"1 / 0 = 1 AND false", BY_ZERO},
        {"$z <> 0 AND 1 / $z > 2", "false"},
        {"$z = 0 OR 1 / $z > 2", "true"},
        {"$n AND 1 / $z > 2", BY_ZERO},
        {"$i AND true", TYPE},
        {"true AND $s", TYPE},
        {"false AND $s", "false"},
        {"$l OR false", TYPE},
        {"true XOR $m", TYPE},
        {"NOT $i", TYPE},
        {"NOT $s", TYPE},
        {"1 IS NULL", "false"},
        {"null IS NULL", "true"},
        {"$n IS NOT NULL", "false"},
        {"$l IS NOT NULL", "true"},
        {"[null] IS NULL", "false"},
        {"$m.b IS NULL", "true"},
        {"$m.c IS NULL", "true"},
        {"1 + $n IS NULL", "true"},
        {"NOT $n IS NULL", "false"},
    };

    expr_check(&f, examples, COUNT_OF(examples));
}

static void test_in(void)
{
    static const struct expr_example examples[] = {
        {"1 IN [1, 2]", "true"},
        {"3 IN [1, 2]", "false"},
        {"1 IN [1.0]", "true"},
        {"1 IN []", "false"},
        {"null IN []", "false"},
        {"null IN [1]", "null"},
        {"1 IN [null]", "null"},
        {"1 IN [1, null]", "true"},
        {"2 IN [1, null]", "null"},
        {"1 IN null", "null"},
        {"null IN null", "null"},
        {"[1] IN [[1], [2]]", "true"},
        {"[1, null] IN [[1, 2]]", "null"},
        {"[1, null] IN [[3, null]]", "false"},
        {"'a' IN ['b', 'a']", "true"},
        {"'a' IN [1, true]", "false"},
        {"NOT 1 IN [2]", "true"},
        {"1 IN [1] = true", "true"},
        {"1 + 1 IN [2]", "true"},
        {"{a: 1} IN [{a: 1}]", "true"},
        {"$i IN $i", TYPE},
        {"$i IN $s", TYPE},
        {"$n IN $m", TYPE},
        {"$nan IN [$nan]", "false"},
    };

    expr_check(&f, examples, COUNT_OF(examples));
}

/* A constant list of many items is a set for all but the first rows: the answers are the same. */
static void test_in__many_items(void)
{
    static const char *const lists[] = {
        "[1, 2.0, 'a', true, 5, 6, 7, 8, 9]",
        "[1, 2.0, 'a', true, 5, 6, 7, 8, null]",
        "[1, 2.0, 'a', true, 5, 6, 7, $nan, [1, null]]", /* not plain: no set */
        "[1, 3, 5, 7, 9, 11, 13, 15]",
        "['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']",
    };
    static const char *const values[] = {"1",     "2",    "2.5",  "'a'", "'zz'",      "true",
                                         "false", "$nan", "null", "[1]", "[1, null]", "{a: 1}"};
    static const char *const expected[][COUNT_OF(values)] = {
        {"true", "true", "false", "true", "false", "true", "false", "false", "null", "false",
         "false", "false"},
        {"true", "true", "null", "true", "null", "true", "null", "null", "null", "null", "null",
         "null"},
        {"true", "true", "false", "true", "false", "true", "false", "false", "null", "false",
         "null", "false"},
        {"true", "false", "false", "false", "false", "false", "false", "false", "null", "false",
         "false", "false"},
        {"false", "false", "false", "true", "false", "false", "false", "false", "null", "false",
         "false", "false"},
    };

    for (size_t l = 0; l < COUNT_OF(lists); l++) {
        for (size_t v = 0; v < COUNT_OF(values); v++) {
            char text[256];
            struct expr_example example = {text, NULL};

            /* x is a column of forty rows, the list a constant beside it */
            (void)snprintf(text, sizeof(text), "[x IN [y IN range(1, 40) | %s] | x IN %s][39]",
                           values[v], lists[l]);
            example.expected = expected[l][v];
            expr_check(&f, &example, 1);
        }
    }
}

static void test_text_predicates(void)
{
    static const struct expr_example examples[] = {
        {"'abc' STARTS WITH 'ab'", "true"},  {"'abc' STARTS WITH 'b'", "false"},
        {"'abc' STARTS WITH ''", "true"},    {"'abc' ENDS WITH 'bc'", "true"},
        {"'abc' ENDS WITH 'abcd'", "false"}, {"'abc' CONTAINS 'b'", "true"},
        {"'abc' CONTAINS 'B'", "false"},     {"'abc' CONTAINS ''", "true"},
        {"'' CONTAINS 'a'", "false"},        {"'größe' CONTAINS 'öß'", "true"},
        {"'abc' STARTS WITH null", "null"},  {"null ENDS WITH 'a'", "null"},
        {"$i CONTAINS 'a'", "null"},         {"'a' STARTS WITH $i", "null"},
        {"$l ENDS WITH $t", "null"},         {"NOT 'a' CONTAINS 'b'", "true"},
    };

    expr_check(&f, examples, COUNT_OF(examples));
}

static void test_access(void)
{
    static const struct expr_example examples[] = {
        {"{a: 1}.a", "1"},
        {"{a: 1}.b", "null"},
        {"$m.a", "1"},
        {"$n.a", "null"},
        {"{a: {b: [1, 2]}}.a.b[1]", "2"},
        {"$i.a", TYPE},
        {"$s.a", TYPE},
        {"$l.a", TYPE},
        {"$t.a", TYPE},
        {"[1, 2, 3][0]", "1"},
        {"[1, 2, 3][2]", "3"},
        {"[1, 2, 3][3]", "null"},
        {"[1, 2, 3][-1]", "3"},
        {"[1, 2, 3][-3]", "1"},
        {"[1, 2, 3][-4]", "null"},
        {"[1, 2, 3][null]", "null"},
        {"[1, 2, 3][$min]", "null"},
        {"$n[0]", "null"},
        {"$n[$s]", "null"},
        {"$m['a']", "1"},
        {"$m['zz']", "null"},
        {"$m[null]", "null"},
        {"$l[$s]", "!TypeError.ListElementAccessByNonInteger"},
        {"$l[$f]", "!TypeError.ListElementAccessByNonInteger"},
        {"$l[$t]", "!TypeError.ListElementAccessByNonInteger"},
        {"$m[$i]", "!TypeError.MapElementAccessByNonString"},
        {"$m[$l]", "!TypeError.MapElementAccessByNonString"},
        {"$i[$i]", TYPE},
        {"$s[0]", TYPE},
        {"$t['a']", TYPE},
        {"[1, 2, 3, 4][1..3]", "[2, 3]"},
        {"[1, 2, 3, 4][..2]", "[1, 2]"},
        {"[1, 2, 3, 4][2..]", "[3, 4]"},
        {"[1, 2, 3, 4][..]", "[1, 2, 3, 4]"},
        {"[1, 2, 3, 4][-2..]", "[3, 4]"},
        {"[1, 2, 3, 4][..-1]", "[1, 2, 3]"},
        {"[1, 2, 3, 4][-3..-1]", "[2, 3]"},
        {"[1, 2, 3, 4][3..1]", "[]"},
        {"[1, 2, 3, 4][0..0]", "[]"},
        {"[1, 2, 3, 4][10..20]", "[]"},
        {"[1, 2, 3, 4][-10..2]", "[1, 2]"},
        {"[1, 2, 3, 4][$min..$max]", "[1, 2, 3, 4]"},
        {"[1, 2][null..1]", "null"},
        {"[1, 2][0..null]", "null"},
        {"$n[0..1]", "null"},
        {"$s[0..1]", TYPE},
        {"$l[$s..2]", "!TypeError.ListElementAccessByNonInteger"},
        {"$l[0..$f]", "!TypeError.ListElementAccessByNonInteger"},
    };

    expr_check(&f, examples, COUNT_OF(examples));
}

static void test_literals(void)
{
    static const struct expr_example examples[] = {
        {"[]", "[]"},
        {"[1, [2, null], 'a', {b: true}]", "[1, [2, null], 'a', {b: true}]"},
        {"{b: 1, a: 2}", "{a: 2, b: 1}"},
        {"{}", "{}"},
        {"{a: 1 + 1, b: [$i]}", "{a: 2, b: [1]}"},
        {"{a: {b: {c: null}}}", "{a: {b: {c: null}}}"},
        {"0x1F", "31"},
        {"0o17", "15"},
        {"1e3", "1000.0"},
        {"'it\\'s'", "'it\\'s'"},
        {"$m", "{a: 1, b: null}"},
        {"[x IN [$m] | x {.a}]", "[{a: 1}]"},
        {"[x IN [$m] | x {.a, .zz}]", "[{a: 1, zz: null}]"},
        {"[x IN [$m] | x {.*}]", "[{a: 1, b: null}]"},
        {"[x IN [$m] | x {.*, b: 2, c: 3, x}]", "[{a: 1, b: 2, c: 3, x: {a: 1, b: null}}]"},
        {"[x IN [$n] | x {.*, c: 3}]", "[null]"},
        {"[x IN [$i] | x {.a}]", TYPE},
    };

    expr_check(&f, examples, COUNT_OF(examples));
}

static void test_case(void)
{
    static const struct expr_example examples[] = {
        {"CASE WHEN true THEN 1 ELSE 2 END", "1"},
        {"CASE WHEN false THEN 1 ELSE 2 END", "2"},
        {"CASE WHEN null THEN 1 ELSE 2 END", "2"},
        {"CASE WHEN false THEN 1 END", "null"},
        {"CASE WHEN false THEN 1 WHEN true THEN 'x' ELSE 3 END", "'x'"},
        {"CASE WHEN true THEN 1 ELSE 1 / 0 END", "1"},
        {"CASE WHEN false THEN 1 / 0 ELSE 2 END", "2"},
        {"CASE WHEN true THEN 1 WHEN 1 / 0 = 1 THEN 2 END", "1"},
        {"CASE WHEN 1 / 0 = 1 THEN 1 END", BY_ZERO},
        {"CASE WHEN $i THEN 1 END", TYPE},
        {"CASE 2 WHEN 1 THEN 'one' WHEN 2 THEN 'two' END", "'two'"},
        {"CASE 3 WHEN 1 THEN 'one' WHEN 2 THEN 'two' ELSE 'many' END", "'many'"},
        {"CASE 2.0 WHEN 2 THEN 'two' END", "'two'"},
        {"CASE null WHEN null THEN 1 ELSE 2 END", "2"},
        {"CASE 'a' WHEN 1 THEN 1 ELSE 2 END", "2"},
        {"CASE 3 WHEN 1, 2 THEN 'low' WHEN 3, 4 THEN 'high' END", "'high'"},
        {"CASE 3 WHEN > 5 THEN 'large' WHEN > 2 THEN 'middle' ELSE 'small' END", "'middle'"},
        {"CASE $n WHEN IS NULL THEN 'none' ELSE 'some' END", "'none'"},
        {"CASE 1 WHEN 1 THEN CASE 2 WHEN > 1 THEN 'in' END ELSE 'out' END", "'in'"},
        {"CASE $f WHEN 1 THEN 1 ELSE $s END + 'b'", "'ab'"},
    };

    expr_check(&f, examples, COUNT_OF(examples));
}

static void test_inner(void)
{
    static const struct expr_example examples[] = {
        {"[x IN [1, 2, 3] | x * 2]", "[2, 4, 6]"},
        {"[x IN [1, 2, 3] WHERE x > 1]", "[2, 3]"},
        {"[x IN [1, 2, 3] WHERE x > 1 | x + 10]", "[12, 13]"},
        {"[x IN [] | x]", "[]"},
        {"[x IN null | x]", "null"},
        {"[x IN [1, null, 3] | x]", "[1, null, 3]"},
        {"[x IN [1, null, 3] WHERE x > 1 | x]", "[3]"},
        {"[x IN [1, 'a', 2.5] | x]", "[1, 'a', 2.5]"},
        {"[x IN [1, 2] | [y IN [10, 20] | x + y]]", "[[11, 21], [12, 22]]"},
        {"[x IN [1, 2] | [x IN [10] | x]]", "[[10], [10]]"},
        {"[x IN [0, 1] WHERE x <> 0 AND 10 / x > 5 | x]", "[1]"},
        {"[x IN [1, 2, 3] | x + $i]", "[2, 3, 4]"},
        {"[x IN [{a: 1}, {a: 2}] | x.a]", "[1, 2]"},
        {"[x IN [3, 1, 2] | CASE x WHEN 1 THEN 'one' ELSE 'other' END]",
         "['other', 'one', 'other']"},
        {"[x IN $i | x]", TYPE},
        {"[x IN [0] | 1 / x]", BY_ZERO},
        {"[x IN [1] WHERE $s | x]", TYPE},
        {"size([x IN range(1, 5000) WHERE x % 2 = 0 | x])", "2500"},
        {"[x IN range(1, 5000) WHERE x > 4998 | x]", "[4999, 5000]"},
        {"all(x IN [1, 2] WHERE x > 0)", "true"},
        {"all(x IN [1, 2] WHERE x > 1)", "false"},
        {"all(x IN [] WHERE x > 1)", "true"},
        {"all(x IN [1, null] WHERE x > 0)", "null"},
        {"all(x IN [0, null] WHERE x > 0)", "false"},
        {"all(x IN null WHERE x > 0)", "null"},
        {"any(x IN [1, 2] WHERE x > 1)", "true"},
        {"any(x IN [1, 2] WHERE x > 2)", "false"},
        {"any(x IN [] WHERE true)", "false"},
        {"any(x IN [null, 2] WHERE x > 1)", "true"},
        {"any(x IN [null, 0] WHERE x > 1)", "null"},
        {"none(x IN [1, 2] WHERE x > 2)", "true"},
        {"none(x IN [1, 3] WHERE x > 2)", "false"},
        {"none(x IN [] WHERE true)", "true"},
        {"none(x IN [1, null] WHERE x > 2)", "null"},
        {"single(x IN [1, 2, 3] WHERE x = 2)", "true"},
        {"single(x IN [2, 2] WHERE x = 2)", "false"},
        {"single(x IN [] WHERE true)", "false"},
        {"single(x IN [2, null] WHERE x = 2)", "null"},
        {"single(x IN [2, 2, null] WHERE x = 2)", "false"},
        {"any(x IN [1] WHERE $i)", TYPE},
        {"any(x IN $s WHERE true)", TYPE},
        {"any(x IN [1, 2] WHERE x = $i)", "true"},
        {"any(x IN [[1], [2, 3]] WHERE all(y IN x WHERE y > 1))", "true"},
        {"reduce(t = 0, x IN [1, 2, 3] | t + x)", "6"},
        {"reduce(t = '', x IN ['a', 'b'] | t + x)", "'ab'"},
        {"reduce(t = 5, x IN [] | t + x)", "5"},
        {"reduce(t = 5, x IN null | t + x)", "null"},
        {"reduce(t = 0, x IN [1, null] | t + x)", "null"},
        {"reduce(t = [], x IN [1, 2] | [x] + t)", "[2, 1]"},
        {"reduce(t = $max, x IN [1] | t + x)", OVERFLOW},
        {"reduce(t = 0, x IN $s | t)", TYPE},
        {"reduce(t = 0, x IN [1, 2] | t + reduce(u = 0, y IN [1, 2] | u + x * y))", "9"},
    };

    expr_check(&f, examples, COUNT_OF(examples));
}

static void test_is_type(void)
{
    static const struct expr_example examples[] = {
        {"1 IS :: INTEGER", "true"},
        {"1 IS :: FLOAT", "false"},
        {"1.5 IS :: FLOAT", "true"},
        {"'a' IS :: STRING", "true"},
        {"true IS :: BOOLEAN NOT NULL", "true"},
        {"null IS :: INTEGER", "true"},
        {"null IS :: INTEGER NOT NULL", "false"},
        {"1 IS NOT :: STRING", "true"},
        {"[1, 2] IS :: LIST<INTEGER>", "true"},
        {"[1, 'a'] IS :: LIST<INTEGER>", "false"},
        {"[1, null] IS :: LIST<INTEGER NOT NULL>", "false"},
        {"[1, 'a'] IS :: LIST<INTEGER | STRING>", "true"},
        {"$m IS :: MAP", "true"},
        {"1 IS :: INTEGER | FLOAT", "true"},
        {"1 IS :: ANY", "true"},
    };

    expr_check(&f, examples, COUNT_OF(examples));
}

/* As deep as the parser lets anything be: evaluating it needs stack for each level. */
static void test_depth(void)
{
    enum { DEPTH = 900 };
    static const struct {
        const char *open;
        const char *close;
        const char *middle;
        const char *expected;
        uint32_t levels; /* of the tree: an operator and its brackets are two */
    } examples[] = {
        {"1+(", ")", "0", "450", DEPTH / 2},
        {"abs(", ")", "-1", "1", DEPTH},
        {"CASE WHEN true THEN ", " END", "7", "7", DEPTH},
        {"NOT ", "", "true", "true", DEPTH},
        {"coalesce(", ")", "$n", "null", DEPTH},
    };
    static char text[DEPTH * 32];

    for (size_t i = 0; i < COUNT_OF(examples); i++) {
        struct nami_layout layout = {0};
        struct nami_expr *expr = NULL;
        struct nami_value value;
        struct nami_ast_expr *ast;

        text[0] = '\0';
        for (uint32_t level = 0; level < examples[i].levels; level++) {
            strcat(text, examples[i].open);
        }
        strcat(text, examples[i].middle);
        for (uint32_t level = 0; level < examples[i].levels; level++) {
            strcat(text, examples[i].close);
        }
        ast = expr_parse(&f, text, NULL);
        CU_ASSERT_PTR_NOT_NULL_FATAL(ast);
        CU_ASSERT_EQUAL_FATAL(nami_expr_compile(&f.exec, ast, &layout, &expr), NAMI_OK);
        CU_ASSERT_EQUAL_FATAL(nami_expr_eval_one(&f.exec, expr, &value), NAMI_OK);
        CU_ASSERT_STRING_EQUAL(exec_fixture_print(&f, value), examples[i].expected);
    }
}

/* A literal of a hundred thousand parts costs no node per part. */
static void test_literals__large(void)
{
    enum { ITEMS = 100000 };
    static char text[ITEMS * 3 + 8];
    size_t at = 0;
    struct nami_layout layout = {0};
    struct nami_expr *expr = NULL;
    struct nami_ast_expr *ast;
    uint64_t used;

    text[at++] = '[';
    for (uint32_t i = 0; i < ITEMS; i++) {
        text[at++] = (char)('0' + i % 10);
        text[at++] = i + 1 < ITEMS ? ',' : ']';
    }
    text[at] = '\0';
    ast = expr_parse(&f, text, NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(ast);
    used = f.budget.used_bytes;
    CU_ASSERT_EQUAL_FATAL(nami_expr_compile(&f.exec, ast, &layout, &expr), NAMI_OK);
    CU_ASSERT_PTR_NOT_NULL_FATAL(nami_expr_constant(expr));
    CU_ASSERT_EQUAL(nami_expr_constant(expr)->count, ITEMS);
    CU_ASSERT(f.budget.used_bytes - used < (uint64_t)ITEMS * sizeof(struct nami_value) * 2);
}

/* A message names the operator and both types; the place is that of the expression. */
static void test_errors__say_what_and_where(void)
{
    (void)expr_run(&f, "1 + $t * $l");
    CU_ASSERT_PTR_NOT_NULL(strstr(f.diag.message, "*"));
    CU_ASSERT_PTR_NOT_NULL(strstr(f.diag.message, "BOOLEAN"));
    CU_ASSERT_PTR_NOT_NULL(strstr(f.diag.message, "LIST"));
    CU_ASSERT_EQUAL(f.diag.at.line, 1);
    CU_ASSERT_EQUAL(f.diag.at.offset, 11);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"arithmetic", test_arithmetic},
        {"arithmetic__errors", test_arithmetic__errors},
        {"concatenation", test_concatenation},
        {"comparison", test_comparison},
        {"comparison__chains", test_comparison__chains},
        {"logic__tables", test_logic__tables},
        {"logic", test_logic},
        {"in", test_in},
        {"in__many_items", test_in__many_items},
        {"text_predicates", test_text_predicates},
        {"access", test_access},
        {"literals", test_literals},
        {"case", test_case},
        {"inner", test_inner},
        {"is_type", test_is_type},
        {"depth", test_depth},
        {"literals__large", test_literals__large},
        {"errors__say_what_and_where", test_errors__say_what_and_where},
        CU_TEST_INFO_NULL,
    };

    return run_suite("exec/expr_operators", setup, teardown, tests);
}
