/* Unit tests for core/exec/group_table.c, against a model that compares with everything. */
#include "tests/support/run_suite.h"

#include <math.h>
#include <stdio.h>

#include "core/exec/group_table.h"
#include "tests/unit/core/exec/exec_fixture.h"

static struct exec_fixture f;
static uint64_t random_state = 88172645463325252u;

static int setup(void)
{
    return exec_fixture_init(&f, 1 << 28) ? 0 : 1;
}

static int teardown(void)
{
    exec_fixture_release(&f);
    return 0;
}

static uint32_t chance(uint32_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 11) % below;
}

/* ---- the model ---- */

enum { MODEL_MAX = 8192, KEYS_MAX = 3 };

struct model {
    struct nami_value keys[MODEL_MAX][KEYS_MAX];
    uint32_t count;
};

static struct model model;

static uint32_t model_find(const struct nami_value *key, uint32_t key_count)
{
    for (uint32_t group = 0; group < model.count; group++) {
        bool is_equal = true;

        for (uint32_t k = 0; k < key_count; k++) {
            is_equal = is_equal && nami_value_equivalent(model.keys[group][k], key[k]);
        }
        if (is_equal) {
            return group;
        }
    }
    return NAMI_NO_GROUP;
}

static uint32_t model_insert(const struct nami_value *key, uint32_t key_count)
{
    uint32_t group = model_find(key, key_count);

    if (group == NAMI_NO_GROUP) {
        group = model.count++;
        for (uint32_t k = 0; k < key_count; k++) {
            model.keys[group][k] = key[k];
        }
    }
    return group;
}

/* ---- values to draw from ---- */

enum mix { INTS, NODES, STRINGS, FLOATS, ANYTHING };

static struct nami_value draw(enum mix mix)
{
    static char texts[300][8];
    uint32_t n = chance(300);
    struct nami_value *items;

    if (chance(20) == 0) {
        return nami_value_null();
    }
    switch (mix) {
    case INTS:
        return nami_value_int((int64_t)n - 150);
    case NODES:
        return nami_value_node(n);
    case STRINGS:
        (void)snprintf(texts[n], sizeof(texts[n]), "k%u", n);
        return exec_fixture_text(texts[n]);
    case FLOATS:
        return n % 50 == 0 ? nami_value_float((double)NAN) : nami_value_float(n / 2.0 - 75.0);
    case ANYTHING:
        break;
    }
    if (n % 5 == 4) {
        items = nami_arena_calloc(&f.arena, 2, sizeof(*items));
        items[0] = nami_value_int(n % 7);
        items[1] = n % 2 == 0 ? nami_value_null() : nami_value_float(n % 3);
        return nami_value_list(items, 2);
    }
    return draw((enum mix)(n % 4));
}

/* Batches of random keys, some rows not selected; groups, new rows and keys must agree. */
static void run_model(const enum mix *mixes, uint32_t batches, uint32_t key_count)
{
    struct nami_group_table *table = NULL;

    model.count = 0;
    CU_ASSERT_EQUAL_FATAL(nami_group_table_create(&f.exec, key_count, &table), NAMI_OK);
    for (uint32_t batch = 0; batch < batches; batch++) {
        static struct nami_value cells[KEYS_MAX][700];
        struct nami_vector keys[KEYS_MAX];
        static uint16_t selection[700];
        static uint16_t new_rows[700];
        static uint32_t groups[700];
        uint32_t new_count;
        uint32_t new_at = 0;
        struct nami_rows rows = {.size = 700, .selection = selection};

        for (uint32_t k = 0; k < key_count; k++) {
            for (uint32_t row = 0; row < 700; row++) {
                cells[k][row] = draw(mixes[batch]);
            }
            keys[k] = exec_fixture_column(&f, cells[k], 700);
        }
        for (uint32_t row = 0; row < 700; row++) {
            selection[rows.count] = (uint16_t)row;
            rows.count += chance(4) != 0 ? 1 : 0;
        }
        CU_ASSERT_EQUAL_FATAL(
            nami_group_table_insert(&f.exec, table, &rows, keys, groups, new_rows, &new_count),
            NAMI_OK);
        for (uint32_t i = 0; i < rows.count; i++) {
            struct nami_value key[KEYS_MAX] = {cells[0][selection[i]], cells[1][selection[i]],
                                               cells[2][selection[i]]};
            uint32_t before = model.count;

            CU_ASSERT_EQUAL(groups[i], model_insert(key, key_count));
            if (model.count > before) {
                CU_ASSERT(new_at < new_count && new_rows[new_at] == selection[i]);
                new_at++;
            }
        }
        CU_ASSERT_EQUAL(new_at, new_count);
        CU_ASSERT_EQUAL(nami_group_table_count(table), model.count);
        /* every second batch is looked up in the table as it is now */
        CU_ASSERT_EQUAL(nami_group_table_find(&f.exec, table, &rows, keys, batch % 2 == 0, groups),
                        NAMI_OK);
        for (uint32_t i = 0; i < rows.count; i++) {
            struct nami_value key[KEYS_MAX] = {cells[0][selection[i]], cells[1][selection[i]],
                                               cells[2][selection[i]]};
            bool has_null = false;

            for (uint32_t k = 0; k < key_count; k++) {
                has_null = has_null || key[k].type == NAMI_VALUE_NULL;
            }
            CU_ASSERT_EQUAL(groups[i], has_null && batch % 2 != 0 ? NAMI_NO_GROUP
                                                                  : model_find(key, key_count));
        }
    }
    for (uint32_t first = 0; first < model.count; first += 500) {
        uint32_t count = model.count - first < 500 ? model.count - first : 500;
        struct nami_vector out;

        for (uint32_t k = 0; k < key_count; k++) {
            CU_ASSERT_EQUAL_FATAL(nami_vector_init(&out, &f.arena, NAMI_VECTOR_ANY, 500), NAMI_OK);
            CU_ASSERT_EQUAL(nami_group_table_keys(&f.exec, table, k, first, count, &out), NAMI_OK);
            for (uint32_t i = 0; i < count; i++) {
                CU_ASSERT(
                    nami_value_equivalent(nami_vector_get(&out, i), model.keys[first + i][k]));
            }
        }
    }
}

static void test_insert__one_integer_key(void)
{
    run_model((enum mix[]){INTS, INTS, INTS, INTS, INTS, INTS}, 6, 1);
}

static void test_insert__one_node_key(void)
{
    run_model((enum mix[]){NODES, NODES, NODES, NODES}, 4, 1);
}

static void test_insert__one_string_key(void)
{
    run_model((enum mix[]){STRINGS, STRINGS, STRINGS, STRINGS}, 4, 1);
}

/* 1 and 1.0 meet although the table began with integers only. */
static void test_insert__a_typed_table_meets_other_types(void)
{
    run_model((enum mix[]){INTS, INTS, FLOATS, ANYTHING, STRINGS, INTS}, 6, 1);
    run_model((enum mix[]){STRINGS, NODES, STRINGS}, 3, 1);
    run_model((enum mix[]){NODES, INTS, NODES}, 3, 1);
}

static void test_insert__several_keys(void)
{
    run_model((enum mix[]){INTS, ANYTHING, STRINGS}, 3, 2);
    run_model((enum mix[]){INTS, FLOATS}, 2, 3);
}

static void test_insert__no_keys_is_one_group(void)
{
    struct nami_group_table *table = NULL;
    struct nami_rows rows = {.count = 3, .size = 3};
    uint32_t groups[3];
    uint16_t new_rows[3];
    uint32_t new_count;

    CU_ASSERT_EQUAL_FATAL(nami_group_table_create(&f.exec, 0, &table), NAMI_OK);
    CU_ASSERT_EQUAL(
        nami_group_table_insert(&f.exec, table, &rows, NULL, groups, new_rows, &new_count),
        NAMI_OK);
    CU_ASSERT_EQUAL(nami_group_table_count(table), 1);
    CU_ASSERT_EQUAL(new_count, 1);
    CU_ASSERT(groups[0] == 0 && groups[1] == 0 && groups[2] == 0);
}

/* A join probes an integer table with floats: 3.0 finds 3, 3.5 and NaN and text find nothing. */
static void test_find__floats_in_a_table_of_integers(void)
{
    struct nami_value stored[] = {nami_value_int(3), nami_value_int(INT64_MIN)};
    struct nami_value wanted[] = {nami_value_float(3.0),         nami_value_float(3.5),
                                  nami_value_float((double)NAN), nami_value_float(-0x1p63),
                                  nami_value_float(0x1p63),      exec_fixture_text("3")};
    static const uint32_t expected[] = {0, NAMI_NO_GROUP, NAMI_NO_GROUP,
                                        1, NAMI_NO_GROUP, NAMI_NO_GROUP};
    struct nami_group_table *table = NULL;
    struct nami_vector keys = exec_fixture_column(&f, stored, 2);
    struct nami_vector probe = exec_fixture_column(&f, wanted, 6);
    struct nami_rows rows = {.count = 2, .size = 2};
    struct nami_rows probe_rows = {.count = 6, .size = 6};
    uint32_t groups[6];

    CU_ASSERT_EQUAL_FATAL(nami_group_table_create(&f.exec, 1, &table), NAMI_OK);
    CU_ASSERT_EQUAL(nami_group_table_insert(&f.exec, table, &rows, &keys, groups, NULL, NULL),
                    NAMI_OK);
    CU_ASSERT_EQUAL(nami_group_table_find(&f.exec, table, &probe_rows, &probe, false, groups),
                    NAMI_OK);
    for (uint32_t i = 0; i < 6; i++) {
        CU_ASSERT_EQUAL(groups[i], expected[i]);
    }
}

static void test_insert__keys_outlive_their_batch(void)
{
    char text[] = "abc";
    struct nami_value cell = exec_fixture_text(text);
    struct nami_vector keys = exec_fixture_column(&f, &cell, 1);
    struct nami_vector out;
    struct nami_rows rows = {.count = 1, .size = 1};
    struct nami_group_table *table = NULL;
    uint32_t group;

    CU_ASSERT_EQUAL_FATAL(nami_vector_init(&out, &f.arena, NAMI_VECTOR_ANY, 1), NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(nami_group_table_create(&f.exec, 1, &table), NAMI_OK);
    CU_ASSERT_EQUAL(nami_group_table_insert(&f.exec, table, &rows, &keys, &group, NULL, NULL),
                    NAMI_OK);
    text[0] = 'X';
    CU_ASSERT_EQUAL(nami_group_table_keys(&f.exec, table, 0, 0, 1, &out), NAMI_OK);
    CU_ASSERT_STRING_EQUAL(exec_fixture_print(&f, nami_vector_get(&out, 0)), "'abc'");
}

static void test_insert__beyond_the_budget(void)
{
    static struct exec_fixture small;
    struct nami_group_table *table = NULL;
    static struct nami_value cells[1000];
    int32_t status = NAMI_OK;

    CU_ASSERT_FATAL(exec_fixture_init(&small, 4 << 20));
    CU_ASSERT_EQUAL_FATAL(nami_group_table_create(&small.exec, 1, &table), NAMI_OK);
    for (int64_t batch = 0; batch < 1000 && status == NAMI_OK; batch++) {
        struct nami_rows rows = {.count = 1000, .size = 1000};
        struct nami_vector keys = {.type = NAMI_VECTOR_ANY, .data = cells};
        static uint32_t groups[1000];

        for (uint32_t i = 0; i < 1000; i++) {
            cells[i] = nami_value_int(batch * 1000 + i);
        }
        status = nami_group_table_insert(&small.exec, table, &rows, &keys, groups, NULL, NULL);
    }
    CU_ASSERT_NOT_EQUAL(status, NAMI_OK);
    CU_ASSERT_EQUAL(small.diag.condition, NAMI_COND_QUERY_MEMORY);
    exec_fixture_release(&small);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"insert__one_integer_key", test_insert__one_integer_key},
        {"insert__one_node_key", test_insert__one_node_key},
        {"insert__one_string_key", test_insert__one_string_key},
        {"insert__a_typed_table_meets_other_types", test_insert__a_typed_table_meets_other_types},
        {"insert__several_keys", test_insert__several_keys},
        {"insert__no_keys_is_one_group", test_insert__no_keys_is_one_group},
        {"find__floats_in_a_table_of_integers", test_find__floats_in_a_table_of_integers},
        {"insert__keys_outlive_their_batch", test_insert__keys_outlive_their_batch},
        {"insert__beyond_the_budget", test_insert__beyond_the_budget},
        CU_TEST_INFO_NULL,
    };

    return run_suite("exec/group_table", setup, teardown, tests);
}
