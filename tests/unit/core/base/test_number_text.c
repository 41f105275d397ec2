/* Unit tests for core/base/number_text.c. */
#include "tests/support/run_suite.h"

#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <namidb/plugin_util.h>

#include "core/base/number_text.h"

static double from_bits(uint64_t bits)
{
    double value = 0;

    memcpy(&value, &bits, sizeof(value));
    return value;
}

/* xorshift64: the same sequence on every run */
static uint64_t next_bits(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static bool same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof(a)) == 0;
}

/* The text reads back, by us and by libc, and has a point or an exponent. */
static bool round_trips(double value)
{
    char text[NAMI_NUMBER_TEXT_MAX + 1];
    size_t len = nami_float_text_json(value, text);
    double back = 0;

    text[len] = '\0';
    if (len > NAMI_NUMBER_TEXT_MAX || strpbrk(text, ".e") == NULL || text[0] == '.' ||
        !nami_float_parse(nami_text(text), &back) || !same_bits(back, value) ||
        !same_bits(strtod(text, NULL), value)) {
        (void)fprintf(stderr, "%.17g as %s\n", value, text);
        return false;
    }
    return true;
}

/* No shorter text reads back: one significant digit less does not. */
static bool is_shortest(double value)
{
    char text[NAMI_NUMBER_TEXT_MAX + 1];
    char shorter[64];
    size_t len = nami_float_text_json(fabs(value), text);
    int digits = 0;
    size_t end = 0;

    while (end < len && text[end] != 'e') {
        end++;
    }
    if (end >= 2 && text[end - 1] == '0' && text[end - 2] == '.') {
        end -= 2;
    }
    for (size_t i = 0; i < end; i++) {
        digits += text[i] != '.' && (digits > 0 || text[i] != '0');
    }
    for (size_t i = end; memchr(text, '.', end) == NULL && i > 1 && text[i - 1] == '0'; i--) {
        digits--;
    }
    if (digits <= 1) {
        return true;
    }
    (void)snprintf(shorter, sizeof(shorter), "%.*e", digits - 2, fabs(value));
    return strtod(shorter, NULL) != fabs(value);
}

static void test_float__random_bits_round_trip(void)
{
    uint64_t state = UINT64_C(0x9e3779b97f4a7c15);
    int failed = 0;

    for (int i = 0; i < 200000; i++) {
        double value = from_bits(next_bits(&state));

        failed += isfinite(value) && !(round_trips(value) && is_shortest(value));
    }
    CU_ASSERT_EQUAL(failed, 0);
}

static void test_float__everyday_numbers_round_trip(void)
{
    uint64_t state = 12345;
    int failed = 0;

    for (int i = 0; i < 200000; i++) {
        int64_t whole = (int64_t)(next_bits(&state) % 2000000000) - 1000000000;
        double value = (double)whole / pow(10, (double)(next_bits(&state) % 9));

        failed += !(round_trips(value) && is_shortest(value));
        failed += !round_trips((double)(next_bits(&state) >> (next_bits(&state) % 64)));
    }
    CU_ASSERT_EQUAL(failed, 0);
}

static void test_float__edges_round_trip(void)
{
    CU_ASSERT_TRUE(round_trips(from_bits(1)));
    for (uint64_t exponent = 0; exponent < 2047; exponent++) { /* powers of two, their neighbours */
        CU_ASSERT_TRUE(round_trips(from_bits(exponent << 52)));
        CU_ASSERT_TRUE(round_trips(from_bits((exponent << 52) + 1)));
        CU_ASSERT_TRUE(round_trips(from_bits((exponent << 52) + (UINT64_C(1) << 52) - 1)));
    }
}

static void test_float__layouts(void)
{
    static const struct {
        double value;
        const char *json;
        const char *cypher;
    } cases[] = {
        {0.0, "0.0", "0.0"},
        {-0.0, "-0.0", "0.0"},
        {1, "1.0", "1.0"},
        {-1.5, "-1.5", "-1.5"},
        {0.1, "0.1", "0.1"},
        {123456, "123456.0", "123456.0"},
        {9999999, "9999999.0", "9999999.0"},
        {1e7, "10000000.0", "1.0E7"},
        {12345678.9, "12345678.9", "1.23456789E7"},
        {0.001, "0.001", "0.001"},
        {0.0001, "0.0001", "1.0E-4"},
        {0.000001, "0.000001", "1.0E-6"},
        {1e-7, "1e-7", "1.0E-7"},
        {1.5e-7, "1.5e-7", "1.5E-7"},
        {1e15, "1000000000000000.0", "1.0E15"},
        {1e16, "1e16", "1.0E16"},
        {1e21, "1e21", "1.0E21"},
        {1e22, "1e22", "1.0E22"},
        {1e23, "1e23", "1.0E23"},
        {1e300, "1e300", "1.0E300"},
        {9007199254740993.0, "9007199254740992.0", "9.007199254740992E15"},
        {0.3, "0.3", "0.3"},
        {0.1 + 0.2, "0.30000000000000004", "0.30000000000000004"},
        {5e-324, "5e-324", "5.0E-324"},
        {2.2250738585072014e-308, "2.2250738585072014e-308", "2.2250738585072014E-308"},
        {1.7976931348623157e308, "1.7976931348623157e308", "1.7976931348623157E308"},
        {0x1p-44, "5.684341886080802e-14", "5.684341886080802E-14"},
        {1.2635418652381264e305, "1.2635418652381264e305", "1.2635418652381264E305"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[NAMI_NUMBER_TEXT_MAX + 1] = {0};

        text[nami_float_text_json(cases[i].value, text)] = '\0';
        CU_ASSERT_STRING_EQUAL(text, cases[i].json);
        text[nami_float_text_cypher(cases[i].value, text)] = '\0';
        CU_ASSERT_STRING_EQUAL(text, cases[i].cypher);
    }
}

static void test_float__words_of_cypher(void)
{
    char text[NAMI_NUMBER_TEXT_MAX];

    CU_ASSERT_TRUE(
        nami_slice_equal(nami_bytes(text, nami_float_text_cypher(NAN, text)), nami_text("NaN")));
    CU_ASSERT_TRUE(nami_slice_equal(nami_bytes(text, nami_float_text_cypher(INFINITY, text)),
                                    nami_text("Infinity")));
    CU_ASSERT_TRUE(nami_slice_equal(nami_bytes(text, nami_float_text_cypher(-INFINITY, text)),
                                    nami_text("-Infinity")));
}

static void test_float_parse__reads_like_libc(void)
{
    static const char *const texts[] = {
        "0",
        "1",
        "-1",
        "+1",
        "1.",
        ".5",
        "1e5",
        "1E-5",
        "123456789012345678",
        "9007199254740993",
        "9007199254740992.5",
        "1e22",
        "1e23",
        "8.5e-23",
        "1e-22",
        "179769313486231580793e289",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "1e-400",
        "1e400",
        "-1e400",
        "0.000000000000000000000000000000000000000000000000000001",
        "100000000000000000000000000000000000000000000000000000000000",
        "1.00000000000000011102230246251565404236316680908203125",
        "1.00000000000000011102230246251565404236316680908203124",
        "1.00000000000000011102230246251565404236316680908203126",
        "0e999999999999999999999",
        "1e999999999999999999999",
        "1e-999999999999999999999",
        "00012.500",
        "4.9e-324",
        "2.2250738585072011e-308",
        "0.1e1",
        "12345678901234567890123456789e-20",
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        double value = 0;

        CU_ASSERT_TRUE(nami_float_parse(nami_text(texts[i]), &value));
        if (!same_bits(value, strtod(texts[i], NULL))) {
            (void)fprintf(stderr, "%s read as %.17g\n", texts[i], value);
            CU_FAIL("differs from libc");
        }
    }
}

/* Halfway between two doubles, and one digit beyond the 800th that decides. */
static void test_float_parse__a_far_digit_decides(void)
{
    static char text[1200];
    double value = 0;

    memcpy(text, "9007199254740993.", 17);
    memset(text + 17, '0', 1000);
    CU_ASSERT_TRUE(nami_float_parse(nami_bytes(text, 1017), &value));
    CU_ASSERT_EQUAL(value, 9007199254740992.0);
    text[1016] = '1';
    CU_ASSERT_TRUE(nami_float_parse(nami_bytes(text, 1017), &value));
    CU_ASSERT_EQUAL(value, 9007199254740994.0);
}

static void test_float_parse__rejects_what_is_no_number(void)
{
    static const char *const texts[] = {"",    "-",    "+",    ".",    "e5",   "1e",  "1e+",
                                        "1 ",  " 1",   "1,5",  "0x10", "nan",  "inf", "1f",
                                        "--1", "1..2", "1e5.", "1_0",  "1e5e", "1.e"};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        double value = 0;

        CU_ASSERT_FALSE(nami_float_parse(nami_text(texts[i]), &value));
    }
    CU_ASSERT_FALSE(nami_float_parse(nami_bytes("1\0", 2), &(double){0}));
}

static void test_int__parse_and_print(void)
{
    static const struct {
        const char *text;
        bool is_number;
        int64_t value;
    } cases[] = {
        {"0", true, 0},
        {"-0", true, 0},
        {"+7", true, 7},
        {"007", true, 7},
        {"9223372036854775807", true, INT64_MAX},
        {"-9223372036854775808", true, INT64_MIN},
        {"9223372036854775808", false, 0},
        {"-9223372036854775809", false, 0},
        {"99999999999999999999999", false, 0},
        {"", false, 0},
        {"-", false, 0},
        {"1.0", false, 0},
        {"1 ", false, 0},
        {"0x1", false, 0},
    };
    char text[NAMI_NUMBER_TEXT_MAX];

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t value = 0;

        CU_ASSERT_EQUAL(nami_int_parse(nami_text(cases[i].text), &value), cases[i].is_number);
        CU_ASSERT_EQUAL(value, cases[i].value);
    }
    CU_ASSERT_TRUE(nami_slice_equal(nami_bytes(text, nami_int_text(INT64_MIN, text)),
                                    nami_text("-9223372036854775808")));
    CU_ASSERT_TRUE(nami_slice_equal(nami_bytes(text, nami_uint_text(UINT64_MAX, text)),
                                    nami_text("18446744073709551615")));
    CU_ASSERT_TRUE(nami_slice_equal(nami_bytes(text, nami_int_text(0, text)), nami_text("0")));
}

/* Where the machine has such a locale; the digits path is the same without it. */
static void test_float__a_decimal_comma_changes_nothing(void)
{
    static const char *const locales[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE.utf8", "C.UTF-8"};
    double values[] = {0.1 + 0.2, 1.2345678901234567e-50, 12345.678901234567};

    for (size_t i = 0; i < sizeof(locales) / sizeof(locales[0]); i++) {
        if (setlocale(LC_ALL, locales[i]) == NULL) {
            continue;
        }
        for (size_t j = 0; j < 3; j++) {
            char text[NAMI_NUMBER_TEXT_MAX];
            size_t len = nami_float_text_json(values[j], text);
            double back = 0;

            CU_ASSERT_PTR_NULL(memchr(text, ',', len));
            CU_ASSERT_TRUE(nami_float_parse(nami_bytes(text, len), &back));
            CU_ASSERT_EQUAL(back, values[j]);
        }
    }
    (void)setlocale(LC_ALL, "C");
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"float: random bits round trip", test_float__random_bits_round_trip},
        {"float: everyday numbers round trip", test_float__everyday_numbers_round_trip},
        {"float: edges round trip", test_float__edges_round_trip},
        {"float: layouts", test_float__layouts},
        {"float: words of Cypher", test_float__words_of_cypher},
        {"float parse: reads like libc", test_float_parse__reads_like_libc},
        {"float parse: a far digit decides", test_float_parse__a_far_digit_decides},
        {"float parse: rejects what is no number", test_float_parse__rejects_what_is_no_number},
        {"int: parse and print", test_int__parse_and_print},
        {"float: a decimal comma changes nothing", test_float__a_decimal_comma_changes_nothing},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/base/number_text", NULL, NULL, tests);
}
