/* Unit tests for core/exec/vector.c: typed cells, nulls, and the turn into whole values. */
#include "tests/support/run_suite.h"

#include <string.h>

#include "tests/unit/core/exec/exec_fixture.h"

static struct exec_fixture f;

static int setup(void)
{
    return exec_fixture_init(&f, 1 << 26) ? 0 : 1;
}

static int teardown(void)
{
    exec_fixture_release(&f);
    return 0;
}

static struct nami_rel rel = {.id = 7, .src = 1, .dst = 2, .type = 3};

static struct nami_value sample(uint32_t type)
{
    static const struct nami_value items[2] = {{.type = NAMI_VALUE_INT, .as.integer = 1}};

    switch (type % 8) {
    case 0:
        return nami_value_bool(true);
    case 1:
        return nami_value_int(-5);
    case 2:
        return nami_value_float(2.5);
    case 3:
        return exec_fixture_text("abc");
    case 4:
        return nami_value_node(9);
    case 5:
        return nami_value_rel(&rel);
    case 6:
        return nami_value_list(items, 2);
    default:
        return nami_value_null();
    }
}

static bool is_same(struct nami_value a, struct nami_value b)
{
    return a.type == b.type && nami_value_equivalent(a, b);
}

static void test_init__all_rows_are_null(void)
{
    for (uint8_t type = NAMI_VECTOR_ANY; type <= NAMI_VECTOR_REL; type++) {
        struct nami_vector vector;

        CU_ASSERT_EQUAL_FATAL(nami_vector_init(&vector, &f.arena, type, 100), NAMI_OK);
        for (uint32_t row = 0; row < 100; row++) {
            CU_ASSERT(nami_vector_is_null(&vector, row));
            CU_ASSERT_EQUAL(nami_vector_get(&vector, row).type, NAMI_VALUE_NULL);
        }
    }
}

static void test_set__a_typed_vector_stays_typed(void)
{
    for (uint32_t s = 0; s < 6; s++) {
        uint8_t type = nami_vector_type_of(sample(s).type);
        struct nami_vector vector;

        CU_ASSERT_EQUAL_FATAL(nami_vector_init(&vector, &f.arena, type, 70), NAMI_OK);
        CU_ASSERT_EQUAL(nami_vector_set(&vector, &f.arena, 69, sample(s)), NAMI_OK);
        CU_ASSERT_EQUAL(vector.type, type);
        CU_ASSERT(is_same(nami_vector_get(&vector, 69), sample(s)));
        CU_ASSERT(nami_vector_is_null(&vector, 68));
    }
}

/* Every pair of types: what was there before the turn is still there after it. */
static void test_set__another_type_turns_it_into_values(void)
{
    for (uint32_t first = 0; first < 7; first++) {
        for (uint32_t second = 0; second < 7; second++) {
            struct nami_vector vector;

            CU_ASSERT_EQUAL_FATAL(
                nami_vector_init(&vector, &f.arena, nami_vector_type_of(sample(first).type), 130),
                NAMI_OK);
            for (uint32_t row = 0; row < 130; row += 3) {
                CU_ASSERT_EQUAL(nami_vector_set(&vector, &f.arena, row, sample(first)), NAMI_OK);
            }
            CU_ASSERT_EQUAL(nami_vector_set(&vector, &f.arena, 1, sample(second)), NAMI_OK);
            CU_ASSERT_EQUAL(vector.type == NAMI_VECTOR_ANY, first != second || first == 6);
            for (uint32_t row = 0; row < 130; row++) {
                struct nami_value expected = row % 3 == 0 ? sample(first)
                                             : row == 1   ? sample(second)
                                                          : nami_value_null();

                CU_ASSERT(is_same(nami_vector_get(&vector, row), expected));
            }
        }
    }
}

static void test_set_null__after_values_without_nulls(void)
{
    struct nami_vector vector;

    CU_ASSERT_EQUAL_FATAL(nami_vector_init(&vector, &f.arena, NAMI_VECTOR_INT, 100), NAMI_OK);
    for (uint32_t row = 0; row < 100; row++) {
        ((int64_t *)vector.data)[row] = row;
    }
    vector.has_nulls = false;
    nami_vector_set_null(&vector, 64);
    for (uint32_t row = 0; row < 100; row++) {
        CU_ASSERT_EQUAL(nami_vector_is_null(&vector, row), row == 64);
    }
}

static void test_reset__changes_the_type_without_new_memory(void)
{
    struct nami_vector vector;
    uint64_t used;

    CU_ASSERT_EQUAL_FATAL(nami_vector_init(&vector, &f.arena, NAMI_VECTOR_BOOL, 2048), NAMI_OK);
    used = f.budget.used_bytes;
    for (uint8_t type = NAMI_VECTOR_ANY; type < NAMI_VECTOR_REL; type++) {
        CU_ASSERT_EQUAL(nami_vector_reset(&vector, &f.arena, type), NAMI_OK);
        CU_ASSERT_EQUAL(vector.type, type);
        CU_ASSERT(nami_vector_is_null(&vector, 2047));
        CU_ASSERT_EQUAL(nami_vector_set(&vector, &f.arena, 2047, sample(type)), NAMI_OK);
    }
    CU_ASSERT_EQUAL(f.budget.used_bytes, used);
    CU_ASSERT_EQUAL(nami_vector_reset(&vector, &f.arena, NAMI_VECTOR_REL), NAMI_OK);
    CU_ASSERT_EQUAL(nami_vector_set(&vector, &f.arena, 2047, sample(5)), NAMI_OK);
    CU_ASSERT(is_same(nami_vector_get(&vector, 2047), sample(5)));
}

static void test_gather__picks_rows_of_every_type(void)
{
    static const uint16_t at[] = {0, 3, 64, 65, 99};

    for (uint32_t s = 0; s < 7; s++) {
        struct nami_value values[100];
        struct nami_vector from;
        struct nami_vector to;

        for (uint32_t row = 0; row < 100; row++) {
            values[row] = row % 3 == 0 ? sample(s) : nami_value_null();
        }
        from = exec_fixture_column(&f, values, 100);
        CU_ASSERT_EQUAL_FATAL(nami_vector_init(&to, &f.arena, NAMI_VECTOR_INT, 100), NAMI_OK);
        CU_ASSERT_EQUAL(nami_vector_gather(&to, &f.arena, &from, at, 5), NAMI_OK);
        for (uint32_t i = 0; i < 5; i++) {
            CU_ASSERT(is_same(nami_vector_get(&to, i), values[at[i]]));
        }
        CU_ASSERT_EQUAL(nami_vector_gather(&to, &f.arena, &from, NULL, 100), NAMI_OK);
        for (uint32_t i = 0; i < 100; i++) {
            CU_ASSERT(is_same(nami_vector_get(&to, i), values[i]));
        }
        from.is_const = true;
        CU_ASSERT_EQUAL(nami_vector_gather(&to, &f.arena, &from, at, 5), NAMI_OK);
        for (uint32_t i = 0; i < 5; i++) {
            CU_ASSERT(is_same(nami_vector_get(&to, i), values[0]));
        }
    }
}

static void test_own__strings_and_lists_are_copied(void)
{
    char text[] = "abc";
    struct nami_value item = exec_fixture_text(text);
    struct nami_value values[2][2] = {{exec_fixture_text(text), nami_value_null()},
                                      {nami_value_list(&item, 1), nami_value_int(1)}};

    for (uint32_t i = 0; i < 2; i++) {
        struct nami_vector vector = exec_fixture_column(&f, values[i], 2);

        text[0] = 'a';
        CU_ASSERT_EQUAL(nami_vector_own(&vector, &f.arena, 2), NAMI_OK);
        text[0] = 'X';
        CU_ASSERT_STRING_EQUAL(exec_fixture_print(&f, nami_vector_get(&vector, 0)),
                               i == 0 ? "'abc'" : "['abc']");
    }
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"init__all_rows_are_null", test_init__all_rows_are_null},
        {"set__a_typed_vector_stays_typed", test_set__a_typed_vector_stays_typed},
        {"set__another_type_turns_it_into_values", test_set__another_type_turns_it_into_values},
        {"set_null__after_values_without_nulls", test_set_null__after_values_without_nulls},
        {"reset__changes_the_type_without_new_memory",
         test_reset__changes_the_type_without_new_memory},
        {"gather__picks_rows_of_every_type", test_gather__picks_rows_of_every_type},
        {"own__strings_and_lists_are_copied", test_own__strings_and_lists_are_copied},
        CU_TEST_INFO_NULL,
    };

    return run_suite("exec/vector", setup, teardown, tests);
}
