/* Unit tests for core/value/value_copy.c and value_map.c. */
#include "tests/support/run_suite.h"

#include <math.h>
#include <string.h>

#include <namidb/plugin_util.h>

#include "core/value/value.h"

static struct nami_chunk_pool *pool;

static int setup(void)
{
    return nami_chunk_pool_create(1 << 20, &pool) != NAMI_OK;
}

static int teardown(void)
{
    nami_chunk_pool_destroy(pool);
    return 0;
}

static struct nami_value text(const char *bytes)
{
    return nami_value_string(nami_text(bytes));
}

/* The source is overwritten after the copy: nothing of it is borrowed. */
static void test_copy__is_deep_and_takes_what_it_said(void)
{
    char word[] = "word";
    uint64_t nodes[3] = {1, 2, 3};
    struct nami_rel rels[2] = {{.id = 5, .src = 1, .dst = 2}, {.id = 6, .src = 2, .dst = 3}};
    struct nami_path path = {.length = 2, .nodes = nodes, .rels = rels};
    struct nami_value items[7] = {text(word),
                                  text(""),
                                  nami_value_rel(&rels[0]),
                                  nami_value_path(&path),
                                  nami_value_list(NULL, 0),
                                  nami_value_float(NAN),
                                  nami_value_null()};
    struct nami_value pairs[2] = {text(word), nami_value_list(items, 7)};
    struct nami_value value = nami_value_map(pairs, 1);
    size_t bytes = nami_value_deep_bytes(value);
    uint8_t *memory = malloc(bytes);
    uint8_t *to = memory;
    struct nami_value copy;
    const struct nami_value *list = NULL;

    CU_ASSERT_PTR_NOT_NULL_FATAL(memory);
    CU_ASSERT_EQUAL(bytes % 16, 0);
    copy = nami_value_copy_to(value, &to);
    CU_ASSERT_EQUAL((size_t)(to - memory), bytes);
    CU_ASSERT_TRUE(nami_value_equivalent(copy, value));
    memset(word, 'x', 4);
    memset(rels, 0xff, sizeof(rels));
    memset(nodes, 0xff, sizeof(nodes));
    memset(items, 0xff, sizeof(items));
    memset(pairs, 0xff, sizeof(pairs));
    memset(&path, 0xff, sizeof(path));
    list = nami_value_map_get(copy, nami_text("word"));
    CU_ASSERT_PTR_NOT_NULL_FATAL(list);
    CU_ASSERT_EQUAL_FATAL(list->count, 7);
    CU_ASSERT_TRUE(nami_slice_equal(nami_value_slice(list->as.items[0]), nami_text("word")));
    CU_ASSERT_PTR_NOT_NULL(list->as.items[1].as.bytes); /* memcmp() takes no NULL */
    CU_ASSERT_EQUAL(list->as.items[2].as.rel->dst, 2);
    CU_ASSERT_EQUAL(list->as.items[3].as.path->nodes[2], 3);
    CU_ASSERT_EQUAL(list->as.items[3].as.path->rels[1].id, 6);
    free(memory);
}

static void test_copy__into_an_arena_or_nowhere(void)
{
    struct nami_budget budget;
    struct nami_arena arena;
    struct nami_value copy;
    char long_text[1000];

    memset(long_text, 'a', sizeof(long_text));
    nami_budget_init(&budget, 100);
    nami_arena_init(&arena, pool, &budget);
    CU_ASSERT_EQUAL(nami_value_copy(&arena, nami_value_int(7), &copy), NAMI_OK);
    CU_ASSERT_EQUAL(budget.used_bytes, 0); /* a scalar needs none */
    CU_ASSERT_EQUAL(
        nami_value_copy(&arena, nami_value_string(nami_bytes(long_text, sizeof(long_text))), &copy),
        NAMI_E_NOMEM);
    CU_ASSERT_TRUE(arena.is_over);
    nami_arena_release(&arena);
}

static void test_storable__scalars_and_lists_of_one_kind(void)
{
    struct nami_value same[2] = {nami_value_int(1), nami_value_int(2)};
    struct nami_value mixed[2] = {nami_value_int(1), nami_value_float(2)};
    struct nami_value holes[2] = {nami_value_int(1), nami_value_null()};
    struct nami_value nested[1] = {nami_value_list(same, 2)};
    struct nami_rel rel = {0};

    CU_ASSERT_TRUE(nami_value_is_storable(nami_value_bool(false)));
    CU_ASSERT_TRUE(nami_value_is_storable(text("a")));
    CU_ASSERT_TRUE(nami_value_is_storable(nami_value_float(NAN)));
    CU_ASSERT_TRUE(nami_value_is_storable(nami_value_list(NULL, 0)));
    CU_ASSERT_TRUE(nami_value_is_storable(nami_value_list(same, 2)));
    CU_ASSERT_FALSE(nami_value_is_storable(nami_value_list(mixed, 2)));
    CU_ASSERT_FALSE(nami_value_is_storable(nami_value_list(holes, 2)));
    CU_ASSERT_FALSE(nami_value_is_storable(nami_value_list(nested, 1)));
    CU_ASSERT_FALSE(nami_value_is_storable(nami_value_null()));
    CU_ASSERT_FALSE(nami_value_is_storable(nami_value_map(NULL, 0)));
    CU_ASSERT_FALSE(nami_value_is_storable(nami_value_node(1)));
    CU_ASSERT_FALSE(nami_value_is_storable(nami_value_rel(&rel)));
}

/* Any number of pairs, in several orders: sorted, each key once, its last value kept. */
static void test_normalise__sorts_and_the_later_wins(void)
{
    enum { MAX = 300 };
    static char names[MAX][8];
    static struct nami_value pairs[MAX * 2];

    for (uint32_t count = 0; count <= MAX; count += count < 40 ? 1 : 13) {
        for (uint32_t keys = 1; keys <= MAX; keys *= 3) {
            uint32_t different = count < keys ? count : keys;
            uint32_t kept = 0;

            for (uint32_t i = 0; i < count; i++) {
                (void)snprintf(names[i], sizeof(names[i]), "k%03u", i * 7919 % keys);
                pairs[(size_t)i * 2] = text(names[i]);
                pairs[(size_t)i * 2 + 1] = nami_value_int((int64_t)i);
            }
            kept = nami_value_map_normalise(pairs, count);
            for (uint32_t i = 1; i < kept; i++) {
                CU_ASSERT(nami_slice_compare(nami_value_slice(pairs[(size_t)i * 2 - 2]),
                                             nami_value_slice(pairs[(size_t)i * 2])) < 0);
            }
            CU_ASSERT(kept <= different);
            for (uint32_t i = 0; i < count; i++) { /* every key is there, with its last index */
                const struct nami_value *found =
                    nami_value_map_get(nami_value_map(pairs, kept), nami_text(names[i]));
                uint32_t last = i;

                for (uint32_t j = i + 1; j < count; j++) {
                    last = strcmp(names[j], names[i]) == 0 ? j : last;
                }
                CU_ASSERT_PTR_NOT_NULL_FATAL(found);
                CU_ASSERT_EQUAL(found->as.integer, last);
            }
        }
    }
    CU_ASSERT_PTR_NULL(nami_value_map_get(nami_value_map(NULL, 0), nami_text("a")));
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"copy: is deep and takes what it said", test_copy__is_deep_and_takes_what_it_said},
        {"copy: into an arena or nowhere", test_copy__into_an_arena_or_nowhere},
        {"storable: scalars and lists of one kind", test_storable__scalars_and_lists_of_one_kind},
        {"normalise: sorts, and the later wins", test_normalise__sorts_and_the_later_wins},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/value/value_copy", setup, teardown, tests);
}
