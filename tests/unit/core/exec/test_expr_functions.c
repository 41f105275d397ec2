/* Unit tests for core/exec/functions_*.c and case_map.c: every scalar function. */
#include "tests/support/run_suite.h"

#include <string.h>

#include "core/exec/expr_internal.h"
#include "tests/unit/core/exec/expr_runner.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define TYPE            "!TypeError.InvalidArgumentType"
#define VALUE           "!TypeError.InvalidArgumentValue"
#define RANGE           "!ArgumentError.NumberOutOfRange"

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

static void test_math(void)
{
    static const struct expr_example examples[] = {
        {"abs(-5)", "5"},
        {"abs(-5.5)", "5.5"},
        {"abs($min)", "!ArithmeticError.IntegerOverflow"},
        {"abs($n)", "null"},
        {"abs($s)", TYPE},
        {"ceil(1.2)", "2.0"},
        {"ceil(-1.2)", "-1.0"},
        {"ceiling(1)", "1.0"},
        {"floor(1.8)", "1.0"},
        {"floor(-1.2)", "-2.0"},
        {"sign(-3.5)", "-1"},
        {"sign(0)", "0"},
        {"sign(12)", "1"},
        {"sqrt(16)", "4.0"},
        {"sqrt(-1)", "NaN"},
        {"exp(0)", "1.0"},
        {"log(e())", "1.0"},
        {"ln(1)", "0.0"},
        {"log(0)", "-Infinity"},
        {"log(-1)", "NaN"},
        {"log10(1000)", "3.0"},
        {"e()", "2.718281828459045"},
        {"pi()", "3.141592653589793"},
        {"sin(0)", "0.0"},
        {"cos(0)", "1.0"},
        {"tan(0)", "0.0"},
        {"asin(2)", "NaN"},
        {"acos(1)", "0.0"},
        {"atan(0)", "0.0"},
        {"atan2(0, 1)", "0.0"},
        {"sinh(0)", "0.0"},
        {"cosh(0)", "1.0"},
        {"tanh(0)", "0.0"},
        {"coth(0)", "NaN"},
        {"cot(0)", "Infinity"},
        {"degrees(pi())", "180.0"},
        {"radians(180)", "3.141592653589793"},
        {"haversin(0)", "0.0"},
        {"sin($s)", TYPE},
        {"sin($n)", "null"},
        {"isNaN($nan)", "true"},
        {"isNaN(1)", "false"},
        {"isNaN($n)", "null"},
        {"isNaN($t)", TYPE},
        {"power(2, 3)", "8.0"},
        {"mod(7, 3)", "1"},
        {"mod(7, $z)", "!ArithmeticError.DivisionByZero"},
    };

    expr_check(&f, examples, COUNT_OF(examples));
}

static void test_round(void)
{
    static const struct expr_example examples[] = {
        {"round(1.5)", "2.0"},
        {"round(-1.5)", "-1.0"},
        {"round(-1.51)", "-2.0"},
        {"round(2)", "2.0"},
        {"round(0.49999999999999994)", "0.0"},
        {"round(4503599627370497.5)", "4.503599627370498E15"},
        {"round(1.249, 1)", "1.2"},
        {"round(1.25, 1)", "1.3"},
        {"round(-1.55, 1)", "-1.6"},
        {"round(1.255, 2)", "1.26"},
        {"round(9.999, 2)", "10.0"},
        {"round(0.05, 1)", "0.1"},
        {"round(0.04, 1)", "0.0"},
        {"round(0.004, 1)", "0.0"},
        {"round(1.5, 400)", "1.5"},
        {"round(123.456, 1, 'UP')", "123.5"},
        {"round(123.456, 1, 'DOWN')", "123.4"},
        {"round(-123.456, 1, 'UP')", "-123.5"},
        {"round(-1.41, 1, 'CEILING')", "-1.4"},
        {"round(1.41, 1, 'CEILING')", "1.5"},
        {"round(-1.41, 1, 'FLOOR')", "-1.5"},
        {"round(1.25, 1, 'HALF_UP')", "1.3"},
        {"round(1.25, 1, 'HALF_DOWN')", "1.2"},
        {"round(1.25, 1, 'HALF_EVEN')", "1.2"},
        {"round(1.35, 1, 'HALF_EVEN')", "1.4"},
        {"round(1.251, 1, 'half_even')", "1.3"},
        {"round(-1.5, 0, 'HALF_UP')", "-2.0"},
        {"round(0.001, 1, 'UP')", "0.1"},
        {"round(0.001, 0, 'UP')", "1.0"},
        {"round(1e-300, 2, 'UP')", "0.01"},
        {"round(1.5, 0, 'SIDEWAYS')", VALUE},
        {"round(1.5, $z - 1)", RANGE},
        {"round($nan)", "NaN"},
        {"round($inf, 1)", "Infinity"},
        {"round(1.5, $f)", TYPE},
    };

    expr_check(&f, examples, COUNT_OF(examples));
}

static void test_string(void)
{
    static const struct expr_example examples[] = {
        {"toUpper('abcXYZ09[`{@')", "'ABCXYZ09[`{@'"},
        {"toLower('abcXYZ09[`{@')", "'abcxyz09[`{@'"},
        {"upper('ä')", "'Ä'"},
        {"lower('ÄÖÜ')", "'äöü'"},
        {"toUpper('straße')", "'STRASSE'"},
        {"toUpper('ﬁn')", "'FIN'"},
        {"toUpper('\xce\x90')", "'\xce\x99\xcc\x88\xcc\x81'"},
        {"toUpper('ᾳ')", "'ΑΙ'"},
        {"toUpper('ᾀ')", "'ἈΙ'"},
        {"toLower('ΟΔΟΣ ΣΑΣ Σ')", "'οδος σας σ'"},
        {"toLower('İ')", "'i̇'"},
        {"toUpper('ɐ')", "'Ɐ'"},
        {"toUpper('')", "''"},
        {"toUpper($n)", "null"},
        {"toUpper($i)", TYPE},
        {"trim('  a b ')", "'a b'"},
        {"ltrim('  a ')", "'a '"},
        {"rtrim(' a  ')", "' a'"},
        {"trim('\\t\\n a\\r')", "'a'"},
        {"trim('   ')", "''"},
        {"trim('\\u2003a\\u00a0')", "'a\xc2\xa0'"},
        {"btrim('xxaxx', 'x')", "'a'"},
        {"btrim('xyaäyx', 'xyä')", "'a'"},
        {"trim(BOTH 'x' FROM 'xax')", "'a'"},
        {"trim(LEADING 'x' FROM 'xax')", "'ax'"},
        {"trim(TRAILING 'x' FROM 'xax')", "'xa'"},
        {"trim($i)", TYPE},
        {"left('hello', 2)", "'he'"},
        {"left('hello', 10)", "'hello'"},
        {"left('größe', 3)", "'grö'"},
        {"left('a', 0)", "''"},
        {"left($n, 1)", "null"},
        {"left('a', $n)", "null"},
        {"left('a', $z - 1)", RANGE},
        {"left('a', $f)", TYPE},
        {"right('hello', 2)", "'lo'"},
        {"right('größe', 3)", "'öße'"},
        {"right('a', 5)", "'a'"},
        {"right('a', $z - 1)", RANGE},
        {"substring('hello', 1)", "'ello'"},
        {"substring('hello', 1, 3)", "'ell'"},
        {"substring('hello', 10)", "''"},
        {"substring('größe', 2, 2)", "'öß'"},
        {"substring('hello', $max)", "''"},
        {"substring('hello', 1, $max)", "'ello'"},
        {"substring('hello', $z - 1)", RANGE},
        {"substring('hello', 0, $z - 1)", RANGE},
        {"replace('hello', 'l', 'LL')", "'heLLLLo'"},
        {"replace('hello', 'x', 'y')", "'hello'"},
        {"replace('aaa', 'aa', 'b')", "'ba'"},
        {"replace('abc', '', '-')", "'-a-b-c-'"},
        {"replace('hello', 'l', '')", "'heo'"},
        {"replace('', 'a', 'b')", "''"},
        {"replace('a', $n, 'b')", "null"},
        {"split('a,b,c', ',')", "['a', 'b', 'c']"},
        {"split('a', ',')", "['a']"},
        {"split('', ',')", "['']"},
        {"split(',a,', ',')", "['', 'a', '']"},
        {"split('abc', '')", "['a', 'b', 'c']"},
        {"split('a,b;c', [',', ';'])", "['a', 'b', 'c']"},
        {"split('a->b', '->')", "['a', 'b']"},
        {"split($n, ',')", "null"},
        {"split('a', $n)", "null"},
        {"split('a', $i)", TYPE},
        {"split('a', $l)", TYPE},
        {"reverse('abc')", "'cba'"},
        {"reverse('größe')", "'eßörg'"},
        {"char_length('größe')", "5"},
        {"character_length('')", "0"},
    };

    expr_check(&f, examples, COUNT_OF(examples));
}

static void test_list(void)
{
    static const struct expr_example examples[] = {
        {"size([1, 2, 3])", "3"},
        {"size([])", "0"},
        {"size('größe')", "5"},
        {"size($n)", "null"},
        {"size($i)", TYPE},
        {"size($m)", TYPE},
        {"length($l)", TYPE},
        {"head([1, 2])", "1"},
        {"head([])", "null"},
        {"head($n)", "null"},
        {"last([1, 2])", "2"},
        {"last([])", "null"},
        {"tail([1, 2, 3])", "[2, 3]"},
        {"tail([1])", "[]"},
        {"tail([])", "[]"},
        {"tail($s)", TYPE},
        {"reverse([1, 'a', null])", "[null, 'a', 1]"},
        {"reverse([])", "[]"},
        {"reverse($n)", "null"},
        {"range(1, 4)", "[1, 2, 3, 4]"},
        {"range(0, 10, 3)", "[0, 3, 6, 9]"},
        {"range(4, 1)", "[]"},
        {"range(4, 1, -1)", "[4, 3, 2, 1]"},
        {"range(1, 4, -1)", "[]"},
        {"range(5, 5)", "[5]"},
        {"range(5, 5, -3)", "[5]"},
        {"range($max - 1, $max)", "[9223372036854775806, 9223372036854775807]"},
        {"range($min, $max, $max)", "[-9223372036854775808, -1, 9223372036854775806]"},
        {"range($max, $min, $min)", "[9223372036854775807, -1]"},
        {"range(1, 2, $z)", RANGE},
        {"range(1, $n)", "null"},
        {"range(1, $f)", "!ArgumentError.InvalidArgumentType"},
        {"range($s, 1)", "!ArgumentError.InvalidArgumentType"},
        {"range(1, 2, $t)", "!ArgumentError.InvalidArgumentType"},
        {"isEmpty([])", "true"},
        {"isEmpty('a')", "false"},
        {"isEmpty({})", "true"},
        {"isEmpty($n)", "null"},
        {"isEmpty($i)", TYPE},
        {"coalesce(null, 1, 2)", "1"},
        {"coalesce(null, null)", "null"},
        {"coalesce(1, 1 / 0)", "1"},
        {"coalesce($n, 'a', 1)", "'a'"},
        {"nullIf(1, 1)", "null"},
        {"nullIf(1, 1.0)", "null"},
        {"nullIf(1, 2)", "1"},
        {"nullIf(null, 2)", "null"},
        {"nullIf('a', null)", "'a'"},
        {"exists($m.a)", "true"},
        {"exists($m.b)", "false"},
        {"keys({b: 1, a: null})", "['a', 'b']"},
        {"keys($n)", "null"},
        {"keys($i)", TYPE},
        {"properties({a: 1})", "{a: 1}"},
        {"properties($i)", TYPE},
        {"timestamp()", "1700000000123"},
        {"size(randomUUID())", "36"},
        {"substring(randomUUID(), 14, 1)", "'4'"},
        {"rand() < 1 AND rand() >= 0", "true"},
    };

    expr_check(&f, examples, COUNT_OF(examples));
}

static void test_value_type(void)
{
    static const struct expr_example examples[] = {
        {"valueType(1)", "'INTEGER NOT NULL'"},
        {"valueType(1.5)", "'FLOAT NOT NULL'"},
        {"valueType('a')", "'STRING NOT NULL'"},
        {"valueType(true)", "'BOOLEAN NOT NULL'"},
        {"valueType(null)", "'NULL'"},
        {"valueType({a: 1})", "'MAP NOT NULL'"},
        {"valueType([])", "'LIST<NOTHING> NOT NULL'"},
        {"valueType([1, 2])", "'LIST<INTEGER NOT NULL> NOT NULL'"},
        {"valueType([1, null])", "'LIST<INTEGER> NOT NULL'"},
        {"valueType([null])", "'LIST<NULL> NOT NULL'"},
        {"valueType([1, 'a'])", "'LIST<STRING NOT NULL | INTEGER NOT NULL> NOT NULL'"},
        {"valueType([[1], [2]])", "'LIST<LIST<INTEGER NOT NULL> NOT NULL> NOT NULL'"},
    };

    expr_check(&f, examples, COUNT_OF(examples));
}

static void test_convert(void)
{
    static const struct expr_example examples[] = {
        {"toString(1)", "'1'"},
        {"toString(1.0)", "'1.0'"},
        {"toString(-0.0)", "'0.0'"},
        {"toString(1e300)", "'1.0E300'"},
        {"toString(true)", "'true'"},
        {"toString('a')", "'a'"},
        {"toString($n)", "null"},
        {"toString($nan)", "'NaN'"},
        {"toString($l)", VALUE},
        {"toString($m)", VALUE},
        {"toStringOrNull($l)", "null"},
        {"toStringOrNull(1)", "'1'"},
        {"toStringList([1, true, null, [1]])", "['1', 'true', null, null]"},
        {"toInteger('42')", "42"},
        {"toInteger('-42')", "-42"},
        {"toInteger('2.9')", "2"},
        {"toInteger('-2.9')", "-2"},
        {"toInteger(2.9)", "2"},
        {"toInteger(-2.9)", "-2"},
        {"toInteger('foo')", "null"},
        {"toInteger('')", "null"},
        {"toInteger(' 7 ')", "7"},
        {"toInteger('9223372036854775807')", "9223372036854775807"},
        {"toInteger('9223372036854775808')", RANGE},
        {"toInteger('-9223372036854775808')", "-9223372036854775808"},
        {"toInteger(-9223372036854775808.0)", "-9223372036854775808"},
        {"toInteger(9223372036854775808.0)", RANGE},
        {"toInteger($nan)", RANGE},
        {"toInteger(true)", "1"},
        {"toInteger(false)", "0"},
        {"toInteger($n)", "null"},
        {"toInteger($l)", VALUE},
        {"toInteger($m)", VALUE},
        {"toIntegerOrNull($l)", "null"},
        {"toIntegerOrNull($inf)", "null"},
        {"toIntegerOrNull('3')", "3"},
        {"toIntegerList(['1', 2.5, 'x', null, []])", "[1, 2, null, null, null]"},
        {"toFloat('1.5')", "1.5"},
        {"toFloat('1e3')", "1000.0"},
        {"toFloat(1)", "1.0"},
        {"toFloat('abc')", "null"},
        {"toFloat('inf')", "null"},
        {"toFloat('0x10')", "null"},
        {"toFloat($t)", VALUE},
        {"toFloat($l)", VALUE},
        {"toFloatOrNull($t)", "null"},
        {"toFloatList([1, '2', 'x'])", "[1.0, 2.0, null]"},
        {"toBoolean('true')", "true"},
        {"toBoolean('FALSE')", "false"},
        {"toBoolean('yes')", "null"},
        {"toBoolean('')", "null"},
        {"toBoolean(true)", "true"},
        {"toBoolean(0)", "false"},
        {"toBoolean(5)", "true"},
        {"toBoolean($f)", VALUE},
        {"toBoolean($l)", VALUE},
        {"toBooleanOrNull($f)", "null"},
        {"toBooleanList(['true', 1, 'x', 1.5])", "[true, true, null, null]"},
    };

    expr_check(&f, examples, COUNT_OF(examples));
}

/* A list that the budget can not hold is refused, at once. */
static void test_range__beyond_the_budget(void)
{
    static const char *const examples[] = {
        "range(0, 100000000)",
        "range($min, $max)",
        "CASE WHEN false THEN range(0, 100000000) ELSE 1 END",
    };
    const char *code = nami_condition_info(NAMI_COND_QUERY_MEMORY)->code;

    for (size_t i = 0; i < COUNT_OF(examples); i++) {
        const char *got = expr_run(&f, examples[i]);

        CU_ASSERT_STRING_EQUAL(got[0] == '!' ? got + 1 : got, i < 2 ? code : "1");
        f.arena.is_over = false;
        f.scratch.is_over = false;
    }
}

/* The clock is looked at while a long list is made. */
static void test_range__looks_at_the_clock(void)
{
    f.call.deadline_ns = 1;
    CU_ASSERT_STRING_EQUAL(expr_run(&f, "size(range(1, 100000))") + 1,
                           nami_condition_info(NAMI_COND_QUERY_TIMEOUT)->code);
    f.call.deadline_ns = NAMI_NO_DEADLINE;
}

/* Whatever the language says is executed has a function here. */
static void test_dispatch__covers_the_language(void)
{
    for (uint32_t id = 0; id < NAMI_FN_END; id++) {
        const struct nami_function *function = nami_function_by_id(id);

        if (function->is_executed && !function->is_aggregate && id != NAMI_FN_COALESCE) {
            CU_ASSERT_PTR_NOT_NULL(nami_expr__scalar(id));
        }
    }
}

static void test_is_supported__names_the_offender(void)
{
    static const struct {
        const char *text;
        uint32_t at; /* UINT32_MAX: it is */
    } examples[] = {
        {"1 + toUpper('a')", UINT32_MAX},
        {"1 + toInteger('a' =~ 'b')", 21},
        {"[date()]", 8},
        {"CASE WHEN true THEN point({x: 1, y: 2}) END", 27},
        {"{a: [x IN [1] | date()]}", 23},
        {"'a' IS NORMALIZED", 7},
    };

    for (size_t i = 0; i < COUNT_OF(examples); i++) {
        const struct nami_ast_expr *offender = NULL;
        struct nami_ast_expr *ast = expr_parse(&f, examples[i].text, NULL);

        CU_ASSERT_PTR_NOT_NULL_FATAL(ast);
        CU_ASSERT_EQUAL(nami_expr_is_supported(ast, &offender), examples[i].at == UINT32_MAX);
        if (examples[i].at != UINT32_MAX) {
            CU_ASSERT_EQUAL(offender->span.at, examples[i].at);
            CU_ASSERT_STRING_EQUAL(expr_run(&f, examples[i].text) + 1,
                                   nami_condition_info(NAMI_COND_UNSUPPORTED_FEATURE)->code);
        }
    }
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"math", test_math},
        {"round", test_round},
        {"string", test_string},
        {"list", test_list},
        {"value_type", test_value_type},
        {"convert", test_convert},
        {"range__beyond_the_budget", test_range__beyond_the_budget},
        {"range__looks_at_the_clock", test_range__looks_at_the_clock},
        {"dispatch__covers_the_language", test_dispatch__covers_the_language},
        {"is_supported__names_the_offender", test_is_supported__names_the_offender},
        CU_TEST_INFO_NULL,
    };

    return run_suite("exec/expr_functions", setup, teardown, tests);
}
