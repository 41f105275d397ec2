/* Unit tests for core/exec/aggregate*.c: every function over typed and mixed columns and groups. */
#include "tests/support/run_suite.h"

#include <math.h>
#include <string.h>

#include "core/exec/aggregate.h"
#include "tests/unit/core/exec/exec_fixture.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

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

static struct nami_aggregate *make(uint32_t kind, bool is_distinct, uint32_t groups)
{
    struct nami_aggregate_spec spec = {.kind = kind, .is_distinct = is_distinct};
    struct nami_aggregate *aggregate = NULL;

    CU_ASSERT_EQUAL_FATAL(nami_aggregate_create(&f.exec, &spec, &aggregate), NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(nami_aggregate_grow(&f.exec, aggregate, groups), NAMI_OK);
    return aggregate;
}

/* The result of group `group`, or the condition's code. */
static const char *result(struct nami_aggregate *aggregate, uint32_t group)
{
    struct nami_vector out;

    CU_ASSERT_EQUAL_FATAL(nami_vector_init(&out, &f.arena, NAMI_VECTOR_BOOL, 1), NAMI_OK);
    if (nami_aggregate_finish(&f.exec, aggregate, group, 1, &out) != NAMI_OK) {
        return nami_condition_info(f.diag.condition)->code;
    }
    return exec_fixture_print(&f, nami_vector_get(&out, 0));
}

static const char *update(struct nami_aggregate *aggregate, const struct nami_value *values,
                          uint32_t count, const struct nami_vector *extra, const uint32_t *groups)
{
    struct nami_vector column = exec_fixture_column(&f, values, count);
    struct nami_rows rows = {.count = count, .size = count};
    struct nami_aggregate_input input = {
        .rows = &rows, .value = &column, .extra = extra, .groups = groups};

    if (nami_aggregate_update(&f.exec, aggregate, &input) != NAMI_OK) {
        return nami_condition_info(f.diag.condition)->code;
    }
    return NULL;
}

static struct nami_value i(int64_t integer)
{
    return nami_value_int(integer);
}

static struct nami_value r(double real)
{
    return nami_value_float(real);
}

static struct nami_value s(const char *text)
{
    return exec_fixture_text(text);
}

static struct nami_value null(void)
{
    return nami_value_null();
}

/* ---- one group ---- */

static void test_finish__of_no_rows(void)
{
    static const char *const expected[] = {"0",  "0",   "0",   "null", "null", "null",
                                           "[]", "0.0", "0.0", "null", "null"};

    for (uint32_t kind = NAMI_AGGREGATE_COUNT_ROWS; kind <= NAMI_AGGREGATE_PERCENTILE_DISC;
         kind++) {
        CU_ASSERT_STRING_EQUAL(result(make(kind, false, 1), 0), expected[kind]);
        CU_ASSERT_STRING_EQUAL(result(make(kind, true, 1), 0), expected[kind]);
    }
}

static void test_update__nulls_do_not_count(void)
{
    struct nami_value values[] = {null(), null()};
    static const char *const expected[] = {"2",  "0",   "0",   "null", "null", "null",
                                           "[]", "0.0", "0.0", "null", "null"};

    for (uint32_t kind = NAMI_AGGREGATE_COUNT; kind <= NAMI_AGGREGATE_PERCENTILE_DISC; kind++) {
        struct nami_aggregate *aggregate = make(kind, kind % 2 == 0, 1);

        CU_ASSERT_PTR_NULL(update(aggregate, values, 2, NULL, NULL));
        CU_ASSERT_STRING_EQUAL(result(aggregate, 0), expected[kind]);
    }
}

struct example {
    uint32_t kind;
    bool is_distinct;
    struct nami_value values[6];
    uint32_t count;
    const char *expected;
};

static void check_examples(const struct example *examples, size_t count)
{
    for (size_t at = 0; at < count; at++) {
        const struct example *example = &examples[at];
        struct nami_aggregate *aggregate = make(example->kind, example->is_distinct, 1);
        const char *got = update(aggregate, example->values, example->count, NULL, NULL);

        got = got != NULL ? got : result(aggregate, 0);
        if (strcmp(got, example->expected) != 0) {
            printf("\nexample %zu: %s, expected %s", at, got, example->expected);
        }
        CU_ASSERT_STRING_EQUAL(got, example->expected);
    }
}

static void test_update__examples(void)
{
    static struct nami_value pair[2];
    const struct example examples[] = {
        {NAMI_AGGREGATE_COUNT, false, {i(1), null(), s("a"), i(1)}, 4, "3"},
        {NAMI_AGGREGATE_COUNT, true, {i(1), r(1.0), s("a"), null(), i(1)}, 5, "2"},
        {NAMI_AGGREGATE_COUNT, true, {r((double)NAN), r((double)NAN)}, 2, "1"},
        {NAMI_AGGREGATE_SUM, false, {i(1), i(2), null(), i(-7)}, 4, "-4"},
        {NAMI_AGGREGATE_SUM, false, {i(1), r(0.5)}, 2, "1.5"},
        {NAMI_AGGREGATE_SUM, false, {r(0.5), r(0.25)}, 2, "0.75"},
        {NAMI_AGGREGATE_SUM, true, {i(5), i(5), r(5.0), i(1)}, 4, "6"},
        {NAMI_AGGREGATE_SUM, false, {i(INT64_MAX), i(1)}, 2, "ArithmeticError.IntegerOverflow"},
        {NAMI_AGGREGATE_SUM, false, {i(INT64_MIN), i(-1)}, 2, "ArithmeticError.IntegerOverflow"},
        {NAMI_AGGREGATE_SUM, false, {i(INT64_MAX), i(1), i(-1)}, 3, "9223372036854775807"},
        {NAMI_AGGREGATE_SUM,
         false,
         {i(INT64_MAX), i(INT64_MAX), r(0.0)},
         3,
         "1.8446744073709552E19"},
        {NAMI_AGGREGATE_SUM, false, {i(1), s("a")}, 2, "TypeError.InvalidArgumentType"},
        {NAMI_AGGREGATE_SUM, false, {nami_value_bool(true)}, 1, "TypeError.InvalidArgumentType"},
        {NAMI_AGGREGATE_AVG, false, {i(1), i(2), null()}, 3, "1.5"},
        {NAMI_AGGREGATE_AVG, false, {i(INT64_MAX), i(INT64_MAX)}, 2, "9.223372036854776E18"},
        {NAMI_AGGREGATE_AVG, true, {i(1), i(1), i(3)}, 3, "2.0"},
        {NAMI_AGGREGATE_AVG, false, {s("a")}, 1, "TypeError.InvalidArgumentType"},
        {NAMI_AGGREGATE_MIN, false, {i(3), r(0.2), i(7)}, 3, "0.2"},
        {NAMI_AGGREGATE_MAX, false, {i(3), r(0.2), null(), i(7)}, 4, "7"},
        {NAMI_AGGREGATE_MAX, false, {s("b"), s("c"), s("a")}, 3, "'c'"},
        {NAMI_AGGREGATE_MIN, false, {s("b"), s("c"), s("a")}, 3, "'a'"},
        {NAMI_AGGREGATE_MAX,
         false,
         {i(1), s("a"), nami_value_list(pair, 2), r(.2), s("b")},
         5,
         "1"},
        {NAMI_AGGREGATE_MIN,
         false,
         {i(1), s("a"), nami_value_list(pair, 2), r(.2), s("b")},
         5,
         "[1, 2]"},
        {NAMI_AGGREGATE_MAX, false, {i(1), r((double)NAN)}, 2, "NaN"},
        {NAMI_AGGREGATE_COLLECT, false, {i(1), null(), s("a"), i(1)}, 4, "[1, 'a', 1]"},
        {NAMI_AGGREGATE_COLLECT, true, {i(1), s("a"), r(1.0), s("a")}, 4, "[1, 'a']"},
        {NAMI_AGGREGATE_STDEV, false, {i(2), i(4), i(6)}, 3, "2.0"},
        {NAMI_AGGREGATE_STDEV, false, {i(2)}, 1, "0.0"},
        {NAMI_AGGREGATE_STDEVP, false, {i(1), r(3.0)}, 2, "1.0"},
        {NAMI_AGGREGATE_STDEVP, false, {s("x")}, 1, "TypeError.InvalidArgumentType"},
    };

    pair[0] = i(1);
    pair[1] = i(2);
    check_examples(examples, COUNT_OF(examples));
}

static void test_update__percentiles(void)
{
    static const struct {
        double percentile;
        const char *disc;
        const char *cont;
    } examples[] = {
        {0.0, "10", "10.0"}, {0.5, "20", "20.0"}, {1.0, "30", "30.0"},
        {0.4, "20", "18.0"}, {0.9, "30", "28.0"}, {0.3, "10", "16.0"},
    };
    struct nami_value values[] = {i(30), null(), i(10), i(20)};

    for (size_t at = 0; at < COUNT_OF(examples); at++) {
        struct nami_value wanted = r(examples[at].percentile);
        struct nami_vector extra = exec_fixture_column(&f, &wanted, 1);
        struct nami_aggregate *disc = make(NAMI_AGGREGATE_PERCENTILE_DISC, false, 1);
        struct nami_aggregate *cont = make(NAMI_AGGREGATE_PERCENTILE_CONT, false, 1);

        extra.is_const = true;
        CU_ASSERT_PTR_NULL(update(disc, values, 4, &extra, NULL));
        CU_ASSERT_PTR_NULL(update(cont, values, 4, &extra, NULL));
        CU_ASSERT_STRING_EQUAL(result(disc, 0), examples[at].disc);
        CU_ASSERT_STRING_EQUAL(result(cont, 0), examples[at].cont);
    }
}

static void test_update__percentile_out_of_range(void)
{
    struct nami_value bad[] = {r(1.5), r(-0.1), i(1000), r((double)NAN)};
    struct nami_value value = i(1);

    for (size_t at = 0; at < COUNT_OF(bad); at++) {
        struct nami_vector extra = exec_fixture_column(&f, &bad[at], 1);

        CU_ASSERT_STRING_EQUAL(
            update(make(NAMI_AGGREGATE_PERCENTILE_DISC, false, 1), &value, 1, &extra, NULL),
            "ArgumentError.NumberOutOfRange");
    }
}

/* ---- groups ---- */

/* Many batches and groups; every function against a loop that is plainly right. */
static void test_update__many_groups(void)
{
    enum { ROWS = 2000, BATCHES = 3, GROUPS = 700 };
    static struct nami_value values[ROWS];
    static uint32_t groups[ROWS];
    static int64_t sums[GROUPS];
    static int64_t counts[GROUPS];
    static int64_t lows[GROUPS];
    struct nami_aggregate *sum = make(NAMI_AGGREGATE_SUM, false, GROUPS);
    struct nami_aggregate *count = make(NAMI_AGGREGATE_COUNT, false, 1);
    struct nami_aggregate *rows = make(NAMI_AGGREGATE_COUNT_ROWS, false, GROUPS);
    struct nami_aggregate *low = make(NAMI_AGGREGATE_MIN, false, GROUPS);
    struct nami_aggregate *distinct = make(NAMI_AGGREGATE_COUNT, true, GROUPS);

    CU_ASSERT_EQUAL(nami_aggregate_grow(&f.exec, count, GROUPS), NAMI_OK);
    for (uint32_t batch = 0; batch < BATCHES; batch++) {
        struct nami_rows all = {.count = ROWS, .size = ROWS};
        struct nami_aggregate_input input = {.rows = &all, .groups = groups};

        for (uint32_t row = 0; row < ROWS; row++) {
            int64_t value = (int64_t)(row * 7919 + batch * 31) % 11;
            uint32_t group = (row * 31 + batch) % GROUPS;

            values[row] = row % 5 == 0 ? null() : i(value);
            groups[row] = group;
            if (row % 5 != 0) {
                lows[group] = counts[group] == 0 || value < lows[group] ? value : lows[group];
                sums[group] += value;
                counts[group]++;
            }
        }
        CU_ASSERT_PTR_NULL(update(sum, values, ROWS, NULL, groups));
        CU_ASSERT_PTR_NULL(update(count, values, ROWS, NULL, groups));
        CU_ASSERT_PTR_NULL(update(low, values, ROWS, NULL, groups));
        CU_ASSERT_PTR_NULL(update(distinct, values, ROWS, NULL, groups));
        CU_ASSERT_EQUAL(nami_aggregate_update(&f.exec, rows, &input), NAMI_OK);
    }
    for (uint32_t group = 0; group < GROUPS; group++) {
        struct nami_vector out;

        CU_ASSERT_EQUAL_FATAL(nami_vector_init(&out, &f.arena, NAMI_VECTOR_ANY, 1), NAMI_OK);
        CU_ASSERT_EQUAL(nami_aggregate_finish(&f.exec, sum, group, 1, &out), NAMI_OK);
        CU_ASSERT_EQUAL(nami_vector_get(&out, 0).as.integer, sums[group]);
        CU_ASSERT_EQUAL(nami_aggregate_finish(&f.exec, count, group, 1, &out), NAMI_OK);
        CU_ASSERT_EQUAL(nami_vector_get(&out, 0).as.integer, counts[group]);
        CU_ASSERT_EQUAL(nami_aggregate_finish(&f.exec, low, group, 1, &out), NAMI_OK);
        CU_ASSERT_EQUAL(nami_vector_get(&out, 0).as.integer, lows[group]);
        CU_ASSERT_EQUAL(nami_aggregate_finish(&f.exec, distinct, group, 1, &out), NAMI_OK);
        CU_ASSERT(nami_vector_get(&out, 0).as.integer <= counts[group]);
    }
}

/* The same value is counted once in each group, whatever batch it comes in. */
static void test_update__distinct_is_per_group(void)
{
    struct nami_value values[] = {s("a"), s("a"), s("b"), s("a"), null(), s("b")};
    uint32_t groups[] = {0, 1, 1, 1, 0, 0};
    struct nami_aggregate *aggregate = make(NAMI_AGGREGATE_COLLECT, true, 2);

    CU_ASSERT_PTR_NULL(update(aggregate, values, 6, NULL, groups));
    CU_ASSERT_PTR_NULL(update(aggregate, values, 6, NULL, groups));
    CU_ASSERT_STRING_EQUAL(result(aggregate, 0), "['a', 'b']");
    CU_ASSERT_STRING_EQUAL(result(aggregate, 1), "['a', 'b']");
}

static void test_update__only_selected_rows(void)
{
    static const uint16_t selection[] = {1, 3};
    static const uint32_t groups[] = {1, 0};
    struct nami_value values[] = {i(100), i(2), i(1000), i(3)};
    struct nami_vector column = exec_fixture_column(&f, values, 4);
    struct nami_rows rows = {.count = 2, .size = 4, .selection = selection};
    struct nami_aggregate_input input = {.rows = &rows, .value = &column, .groups = groups};

    for (uint32_t is_distinct = 0; is_distinct < 2; is_distinct++) {
        struct nami_aggregate *aggregate = make(NAMI_AGGREGATE_SUM, is_distinct == 1, 2);

        CU_ASSERT_EQUAL(nami_aggregate_update(&f.exec, aggregate, &input), NAMI_OK);
        CU_ASSERT_STRING_EQUAL(result(aggregate, 0), "3");
        CU_ASSERT_STRING_EQUAL(result(aggregate, 1), "2");
    }
}

static void test_update_many__counts_without_rows(void)
{
    struct nami_aggregate *count = make(NAMI_AGGREGATE_COUNT_ROWS, false, 2);
    struct nami_aggregate *sum = make(NAMI_AGGREGATE_SUM, false, 2);
    struct nami_aggregate *distinct = make(NAMI_AGGREGATE_SUM, true, 2);

    CU_ASSERT_EQUAL(nami_aggregate_update_many(&f.exec, count, 1, null(), 1000000), NAMI_OK);
    CU_ASSERT_EQUAL(nami_aggregate_update_many(&f.exec, sum, 1, i(2), 5000), NAMI_OK);
    CU_ASSERT_EQUAL(nami_aggregate_update_many(&f.exec, distinct, 1, i(2), 5000), NAMI_OK);
    CU_ASSERT_STRING_EQUAL(result(count, 1), "1000000");
    CU_ASSERT_STRING_EQUAL(result(sum, 1), "10000");
    CU_ASSERT_STRING_EQUAL(result(distinct, 1), "2");
    CU_ASSERT_STRING_EQUAL(result(count, 0), "0");
}

/* What was collected, and the best value so far, do not change with the batch they came from. */
static void test_update__values_outlive_their_batch(void)
{
    char text[] = "abc";
    struct nami_value value = s(text);
    struct nami_aggregate *collect = make(NAMI_AGGREGATE_COLLECT, false, 1);
    struct nami_aggregate *max = make(NAMI_AGGREGATE_MAX, false, 1);

    CU_ASSERT_PTR_NULL(update(collect, &value, 1, NULL, NULL));
    CU_ASSERT_PTR_NULL(update(max, &value, 1, NULL, NULL));
    text[0] = 'A';
    CU_ASSERT_STRING_EQUAL(result(collect, 0), "['abc']");
    CU_ASSERT_STRING_EQUAL(result(max, 0), "'abc'");
}

/* A min that improves a hundred thousand times needs the memory of two values. */
static void test_update__min_reuses_its_memory(void)
{
    struct nami_aggregate *min = make(NAMI_AGGREGATE_MIN, false, 1);
    char text[9] = "00000000";
    struct nami_value value = s(text);
    struct nami_vector column = exec_fixture_column(&f, &value, 1);
    struct nami_rows rows = {.count = 1, .size = 1};
    struct nami_aggregate_input input = {.rows = &rows, .value = &column};
    uint64_t used = 0;

    for (uint32_t n = 100000; n > 0; n--) {
        (void)snprintf(text, sizeof(text), "%08u", n);
        CU_ASSERT_EQUAL_FATAL(nami_aggregate_update(&f.exec, min, &input), NAMI_OK);
        used = n == 99000 ? f.budget.used_bytes : used;
    }
    CU_ASSERT_EQUAL(f.budget.used_bytes, used);
    CU_ASSERT_STRING_EQUAL(result(min, 0), "'00000001'");
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"finish__of_no_rows", test_finish__of_no_rows},
        {"update__nulls_do_not_count", test_update__nulls_do_not_count},
        {"update__examples", test_update__examples},
        {"update__percentiles", test_update__percentiles},
        {"update__percentile_out_of_range", test_update__percentile_out_of_range},
        {"update__many_groups", test_update__many_groups},
        {"update__distinct_is_per_group", test_update__distinct_is_per_group},
        {"update__only_selected_rows", test_update__only_selected_rows},
        {"update_many__counts_without_rows", test_update_many__counts_without_rows},
        {"update__values_outlive_their_batch", test_update__values_outlive_their_batch},
        {"update__min_reuses_its_memory", test_update__min_reuses_its_memory},
        CU_TEST_INFO_NULL,
    };

    return run_suite("exec/aggregate", setup, teardown, tests);
}
