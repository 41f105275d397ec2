/* Unit tests for core/value/compare.c, equal.c and value_hash.c: the four functions agree. */
#include "tests/support/run_suite.h"

#include <math.h>

#include <namidb/plugin_util.h>

#include "core/value/value.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const enum nami_truth F = NAMI_FALSE;
static const enum nami_truth T = NAMI_TRUE;
static const enum nami_truth U = NAMI_UNKNOWN;

static struct nami_value s(const char *text)
{
    return nami_value_string(nami_text(text));
}

static struct nami_value i(int64_t integer)
{
    return nami_value_int(integer);
}

static struct nami_value f(double real)
{
    return nami_value_float(real);
}

static struct nami_value null(void)
{
    return nami_value_null();
}

static struct nami_value b(bool boolean)
{
    return nami_value_bool(boolean);
}

/* Lists and maps of a test live as long as the program, in rows of a fixed store. */
static struct nami_value store[64][6];
static size_t stored;

static struct nami_value list(uint32_t count, struct nami_value x, struct nami_value y,
                              struct nami_value z)
{
    struct nami_value *items = store[stored++ % COUNT_OF(store)];

    items[0] = x;
    items[1] = y;
    items[2] = z;
    return nami_value_list(items, count);
}

static struct nami_value map1(const char *key, struct nami_value value)
{
    struct nami_value *items = store[stored++ % COUNT_OF(store)];

    items[0] = s(key);
    items[1] = value;
    return nami_value_map(items, 1);
}

static struct nami_value map2(const char *key, struct nami_value value, const char *other,
                              struct nami_value second)
{
    struct nami_value *items = store[stored++ % COUNT_OF(store)];

    items[0] = s(key);
    items[1] = value;
    items[2] = s(other);
    items[3] = second;
    return nami_value_map(items, 2);
}

static const struct nami_rel rels[] = {{.id = 7, .src = 1, .dst = 2, .type = 3},
                                       {.id = 8, .src = 2, .dst = 1, .type = 1}};
static const uint64_t nodes[] = {1, 2, 1};
static const struct nami_path paths[] = {{.length = 0, .nodes = nodes},
                                         {.length = 1, .nodes = nodes, .rels = rels},
                                         {.length = 2, .nodes = nodes, .rels = rels},
                                         {.length = 0, .nodes = nodes + 1}};

static const uint8_t raw[] = {0, 255};

/* Ascending; rows of one rank stand on one line. Fills `out`, gives the ranks. */
static size_t mixed(struct nami_value *out, int *ranks)
{
    struct nami_value none = null();
    const struct {
        int rank;
        struct nami_value value;
    } rows[] = {
        {0, nami_value_map(NULL, 0)},
        {1, map1("a", s("x"))},
        {2, map1("a", i(1))},
        {2, map1("a", f(1))},
        {3, map1("b", i(0))},
        {4, map2("a", i(1), "b", i(1))},
        {5, nami_value_node(1)},
        {6, nami_value_node(UINT64_MAX)},
        {7, nami_value_rel(&rels[0])},
        {8, nami_value_rel(&rels[1])},
        {9, nami_value_list(NULL, 0)},
        {9, list(0, none, none, none)},
        {10, list(1, s("a"), none, none)},
        {11, list(2, s("a"), i(1), none)},
        {11, list(2, s("a"), f(1), none)},
        {12, list(1, i(1), none, none)},
        {13, list(2, i(1), s("a"), none)},
        {14, list(2, i(1), none, none)},
        {15, list(2, none, i(1), none)},
        {16, list(2, none, i(2), none)},
        {17, nami_value_path(&paths[0])},
        {18, nami_value_path(&paths[1])},
        {19, nami_value_path(&paths[2])},
        {20, nami_value_path(&paths[3])},
        {21, (struct nami_value){.type = NAMI_VALUE_BYTES, .count = 2, .as.bytes = raw}},
        {22, s("")},
        {23, s("A")},
        {24, s("a")},
        {25, s("aa")},
        {26, s("\xc3\xa4")},
        {27, b(false)},
        {28, b(true)},
        {29, f(-INFINITY)},
        {30, i(INT64_MIN)},
        {30, f(-0x1p63)},
        {31, i(INT64_MIN + 1)},
        {32, i(-2)},
        {33, f(-1.5)},
        {34, i(-1)},
        {34, f(-1)},
        {35, f(-5e-324)},
        {36, i(0)},
        {36, f(0.0)},
        {36, f(-0.0)},
        {37, f(0.5)},
        {38, i(1)},
        {38, f(1)},
        {39, i((INT64_C(1) << 53))},
        {39, f(0x1p53)},
        {40, i((INT64_C(1) << 53) + 1)}, /* no double is this integer */
        {41, i((INT64_C(1) << 53) + 2)},
        {41, f(0x1p53 + 2)},
        {42, i(INT64_MAX - 512)},
        {43, i(INT64_MAX)},
        {44, f(0x1p63)},
        {45, f(1e300)},
        {46, f(INFINITY)},
        {47, f(NAN)},
        {47, f(-NAN)},
        {48, null()},
    };

    for (size_t at = 0; at < COUNT_OF(rows); at++) {
        out[at] = rows[at].value;
        ranks[at] = rows[at].rank;
    }
    return COUNT_OF(rows);
}

static int sign(int order)
{
    return (order > 0) - (order < 0);
}

/* Against the ranks every pair is right, so the order is total and transitive. */
static void test_compare__is_one_total_order(void)
{
    struct nami_value values[80];
    int ranks[80];
    size_t count = mixed(values, ranks);

    for (size_t x = 0; x < count; x++) {
        for (size_t y = 0; y < count; y++) {
            int expected = sign(ranks[x] - ranks[y]);

            if (sign(nami_value_compare(values[x], values[y])) != expected) {
                (void)fprintf(stderr, "ranks %d and %d\n", ranks[x], ranks[y]);
                CU_FAIL("compare");
            }
        }
    }
}

static void test_equivalent__is_compare_zero_and_hashes_alike(void)
{
    struct nami_value values[80];
    int ranks[80];
    size_t count = mixed(values, ranks);

    for (size_t x = 0; x < count; x++) {
        for (size_t y = 0; y < count; y++) {
            bool same = ranks[x] == ranks[y];

            CU_ASSERT_EQUAL(nami_value_equivalent(values[x], values[y]), same);
            /* equal for equivalent values; different ones differ, in a set as small as this */
            CU_ASSERT_EQUAL(nami_value_hash(values[x]) == nami_value_hash(values[y]), same);
        }
    }
}

/* `=` says true only of equivalent values, and never of null or NaN. */
static void test_equal__agrees_with_equivalent(void)
{
    struct nami_value values[80];
    int ranks[80];
    size_t count = mixed(values, ranks);

    for (size_t x = 0; x < count; x++) {
        for (size_t y = 0; y < count; y++) {
            enum nami_truth equal = nami_value_equal(values[x], values[y]);

            CU_ASSERT_EQUAL(equal, nami_value_equal(values[y], values[x]));
            if (ranks[x] != ranks[y]) {
                CU_ASSERT_NOT_EQUAL(equal, NAMI_TRUE);
            }
        }
    }
}

static void test_equal__truth_table(void)
{
    const struct {
        struct nami_value a;
        struct nami_value b;
        enum nami_truth expected;
    } cases[] = {
        {i(1), f(1), T},
        {i(1), s("1"), F},
        {b(true), i(1), F},
        {null(), null(), U},
        {null(), i(1), U},
        {f(NAN), f(NAN), F},
        {f(NAN), i(1), F},
        {f(0.0), f(-0.0), T},
        {i(INT64_MAX), f(0x1p63), F},
        {i((INT64_C(1) << 53) + 1), f(0x1p53), F},
        {list(1, i(1), null(), null()), list(1, f(1), null(), null()), T},
        {list(1, null(), null(), null()), list(1, null(), null(), null()), U},
        {list(2, i(1), null(), null()), list(2, i(1), i(2), null()), U},
        {list(2, null(), i(1), null()), list(2, null(), i(2), null()), F},
        {list(2, i(1), null(), null()), list(2, i(2), null(), null()), F},
        {list(1, i(1), null(), null()), list(2, i(1), null(), null()), F},
        {nami_value_list(NULL, 0), nami_value_list(NULL, 0), T},
        {nami_value_list(NULL, 0), nami_value_map(NULL, 0), F},
        {list(1, f(NAN), null(), null()), list(1, f(NAN), null(), null()), F},
        {nami_value_map(NULL, 0), nami_value_map(NULL, 0), T},
        {map1("a", i(1)), map1("a", f(1)), T},
        {map1("a", i(1)), map1("b", i(1)), F},
        {map1("a", null()), map1("a", i(1)), U},
        {map1("a", null()), map1("b", null()), F},
        {map2("a", null(), "b", i(1)), map2("a", i(1), "b", i(2)), F},
        {map1("a", i(1)), map2("a", i(1), "b", i(1)), F},
        {nami_value_node(1), nami_value_node(1), T},
        {nami_value_node(1), i(1), F},
        {nami_value_rel(&rels[0]), nami_value_rel(&rels[1]), F},
        {nami_value_path(&paths[1]), nami_value_path(&paths[1]), T},
        {nami_value_path(&paths[1]), nami_value_path(&paths[2]), F},
    };

    for (size_t at = 0; at < COUNT_OF(cases); at++) {
        if (nami_value_equal(cases[at].a, cases[at].b) != cases[at].expected) {
            (void)fprintf(stderr, "case %zu\n", at);
            CU_FAIL("equal");
        }
    }
}

static void test_order__truth_table(void)
{
    const struct {
        struct nami_value a;
        struct nami_value b;
        enum nami_truth expected;
        int order;
    } cases[] = {
        {i(1), f(1.5), T, -1},
        {f(1), i(1), T, 0},
        {i(INT64_MAX), f(0x1p63), T, -1},
        {f(NAN), i(1), F, 0},
        {f(NAN), f(NAN), F, 0},
        {f(NAN), s("a"), U, 0},
        {i(1), s("a"), U, 0},
        {i(1), null(), U, 0},
        {null(), null(), U, 0},
        {b(false), b(true), T, -1},
        {b(false), i(1), U, 0},
        {s("b"), s("a"), T, 1},
        {list(1, i(1), null(), null()), list(2, i(1), i(0), null()), T, -1},
        {list(2, i(1), i(2), null()), list(2, i(3), null(), null()), T, -1},
        {list(2, i(1), i(2), null()), list(2, i(1), null(), null()), U, 0},
        {list(2, i(1), s("a"), null()), list(2, i(1), null(), null()), U, 0},
        {list(1, i(1), null(), null()), list(1, s("a"), null(), null()), U, 0},
        {list(1, f(NAN), null(), null()), list(1, i(1), null(), null()), F, 0},
        {nami_value_node(1), nami_value_node(2), U, 0},
        {map1("a", i(1)), map1("a", i(2)), U, 0},
    };

    for (size_t at = 0; at < COUNT_OF(cases); at++) {
        int order = 99;
        enum nami_truth truth = nami_value_order(cases[at].a, cases[at].b, &order);

        if (truth != cases[at].expected || (truth == NAMI_TRUE && sign(order) != cases[at].order)) {
            (void)fprintf(stderr, "case %zu\n", at);
            CU_FAIL("order");
        }
    }
}

/* Random integers against random floats, by the exact answer of long double (64 bits of mantissa). */
static void test_compare__integers_and_floats_exactly(void)
{
    uint64_t state = UINT64_C(88172645463325252);

    for (int round = 0; round < 100000; round++) {
        int64_t integer = 0;
        double real = 0;
        int expected = 0;

        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        integer = (int64_t)(state >> (state & 31)) - (int64_t)(state & 7);
        real = (double)integer + (double)((int64_t)(state >> 8 & 3) - 1) * 0.5;
        expected =
            ((long double)integer > (long double)real) - ((long double)integer < (long double)real);
        CU_ASSERT_EQUAL_FATAL(sign(nami_value_compare(i(integer), f(real))), expected);
        CU_ASSERT_EQUAL_FATAL(sign(nami_value_compare(f(real), i(integer))), -expected);
        if (expected == 0) {
            CU_ASSERT_EQUAL_FATAL(nami_value_hash(i(integer)), nami_value_hash(f(real)));
        }
    }
}

/* A million lists in each other: no stack overflows, and no answer takes long. */
static void test_deep__nesting_is_safe(void)
{
    enum { DEPTH = 1000000 };
    static struct nami_value tower[2][DEPTH];
    int order = 0;

    for (size_t t = 0; t < 2; t++) {
        tower[t][0] = i((int64_t)t);
        for (size_t at = 1; at < DEPTH; at++) {
            tower[t][at] = nami_value_list(&tower[t][at - 1], 1);
        }
    }
    CU_ASSERT_EQUAL(nami_value_compare(tower[0][900], tower[1][900]), -1);
    CU_ASSERT_EQUAL(nami_value_equal(tower[0][900], tower[1][900]), NAMI_FALSE);
    CU_ASSERT_EQUAL(nami_value_compare(tower[0][DEPTH - 1], tower[1][DEPTH - 1]), 0);
    CU_ASSERT_EQUAL(nami_value_hash(tower[0][DEPTH - 1]), nami_value_hash(tower[1][DEPTH - 1]));
    (void)nami_value_equal(tower[0][DEPTH - 1], tower[1][DEPTH - 1]);
    (void)nami_value_order(tower[0][DEPTH - 1], tower[1][DEPTH - 1], &order);
    CU_ASSERT_EQUAL(nami_value_deep_bytes(tower[0][DEPTH - 1]), SIZE_MAX);
    CU_ASSERT_EQUAL(nami_value_deep_bytes(tower[0][900]), 900 * 16);
}

/* [[x, x], [x, x]] sixty levels high: 2^60 elements in a kilobyte. */
static void test_deep__sharing_is_safe(void)
{
    static struct nami_value tower[2][61][2];

    for (size_t t = 0; t < 2; t++) {
        tower[t][0][0] = tower[t][0][1] = i(1);
        for (size_t at = 1; at <= 60; at++) {
            tower[t][at][0] = tower[t][at][1] = nami_value_list(tower[t][at - 1], 2);
        }
    }
    CU_ASSERT_EQUAL(nami_value_hash(tower[0][60][0]), nami_value_hash(tower[1][60][0]));
    CU_ASSERT_EQUAL(nami_value_compare(tower[0][60][0], tower[0][60][1]), 0);
    CU_ASSERT_EQUAL(nami_value_deep_bytes(tower[0][60][0]), SIZE_MAX);
    CU_ASSERT_EQUAL(nami_value_equal(tower[0][20][0], tower[1][20][0]), NAMI_TRUE);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"compare: is one total order", test_compare__is_one_total_order},
        {"equivalent: is compare zero and hashes alike",
         test_equivalent__is_compare_zero_and_hashes_alike},
        {"equal: agrees with equivalent", test_equal__agrees_with_equivalent},
        {"equal: truth table", test_equal__truth_table},
        {"order: truth table", test_order__truth_table},
        {"compare: integers and floats exactly", test_compare__integers_and_floats_exactly},
        {"deep: nesting is safe", test_deep__nesting_is_safe},
        {"deep: sharing is safe", test_deep__sharing_is_safe},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/value/compare", NULL, NULL, tests);
}
