/* Unit tests for core/memtable/adjacency.c, label_bitmap.c, label_set.c. */
#include "tests/support/run_suite.h"

#include "core/memtable/adjacency.h"
#include "core/memtable/label_bitmap.h"
#include "core/memtable/label_set.h"

static struct nami_retire retire;

static int setup(void)
{
    return nami_retire_init(&retire);
}

static int teardown(void)
{
    nami_retire_release(&retire);
    return 0;
}

static bool all_gone(void *context, uint64_t rel, uint64_t node)
{
    (void)context;
    (void)rel;
    (void)node;
    return true;
}

static bool none_gone(void *context, uint64_t rel, uint64_t node)
{
    (void)context;
    (void)rel;
    (void)node;
    return false;
}

static void append(nami_adjacency_slot *slot, uint32_t type, uint64_t rel,
                   nami_neighbour_is_gone *is_gone)
{
    struct nami_adjacency *list = NULL;

    CU_ASSERT_EQUAL_FATAL(nami_adjacency_reserve(&retire, slot, type, is_gone, NULL, &list),
                          NAMI_OK);
    nami_adjacency_append(list, rel, rel * 2);
    nami_retire_flush(&retire);
}

static void test_lists__of_types_are_apart_and_sorted(void)
{
    nami_adjacency_slot slot = NULL;

    for (uint64_t rel = 0; rel < 3000; rel++) {
        append(&slot, (uint32_t)(rel % 3), rel, none_gone);
    }
    for (uint64_t rel = 0; rel < 3000; rel++) {
        struct nami_adjacency *list = nami_adjacency_of_type(&slot, (uint32_t)(rel % 3));
        struct nami_neighbour *entry = nami_adjacency_find(list, rel);

        CU_ASSERT_PTR_NOT_NULL_FATAL(entry);
        CU_ASSERT_EQUAL(entry->node, rel * 2);
        CU_ASSERT_PTR_NULL(nami_adjacency_find(list, rel + 1));
    }
    CU_ASSERT_PTR_NULL(nami_adjacency_of_type(&slot, 3));
    nami_adjacency_free(&retire, &slot);
}

static void test_full_list__drops_what_is_gone(void)
{
    nami_adjacency_slot slot = NULL;
    struct nami_adjacency *list = NULL;

    for (uint64_t rel = 0; rel < 100000; rel++) { /* each is deleted at once */
        append(&slot, 0, rel, all_gone);
        nami_adjacency_mark(nami_adjacency_of_type(&slot, 0), rel, true);
    }
    list = nami_adjacency_of_type(&slot, 0);
    CU_ASSERT(list->capacity <= 4);
    nami_adjacency_free(&retire, &slot);
}

static void test_full_list__keeps_what_may_be_seen(void)
{
    nami_adjacency_slot slot = NULL;
    struct nami_adjacency *list = NULL;

    for (uint64_t rel = 0; rel < 1000; rel++) {
        append(&slot, 0, rel, none_gone);
        nami_adjacency_mark(nami_adjacency_of_type(&slot, 0), rel, true);
    }
    list = nami_adjacency_of_type(&slot, 0);
    CU_ASSERT_EQUAL(atomic_load(&list->count), 1000);
    CU_ASSERT_EQUAL(list->dead, 1000);
    nami_adjacency_mark(list, 999, false);
    nami_adjacency_take_back(list, 999);
    CU_ASSERT_EQUAL(nami_adjacency_end(list), 999);
    nami_adjacency_free(&retire, &slot);
}

static void test_bitmap__finds_leaves_put_in_any_order(void)
{
    static struct nami_label_info label;
    static const uint64_t leaves[] = {9, 3, 5, 1, 7, 2, 8, 100, 4, 6};
    uint64_t last = 0;
    size_t found = 0;

    for (size_t i = 0; i < sizeof(leaves) / sizeof(leaves[0]); i++) {
        CU_ASSERT_EQUAL(nami_label_bitmap_set(&label, &retire, leaves[i] * NAMI_LEAF_IDS + i),
                        NAMI_OK);
    }
    for (const struct nami_label_leaf *leaf = nami_label_bitmap_next(&label, 0); leaf != NULL;
         leaf = nami_label_bitmap_next(&label, leaf->leaf + 1)) {
        CU_ASSERT(leaf->leaf > last);
        CU_ASSERT_EQUAL(__builtin_popcountll(atomic_load(&leaf->bits[0])), 1);
        last = leaf->leaf;
        found++;
    }
    CU_ASSERT_EQUAL(found, sizeof(leaves) / sizeof(leaves[0]));
    nami_label_bitmap_clear(&label, &retire);
}

static void test_ids__of_a_large_set_lie_together(void)
{
    static struct nami_label_sets sets;
    uint32_t labels[2] = {1, 2};
    struct nami_label_set *large = nami_label_set_of(&sets, labels, 1);
    struct nami_label_set *small = nami_label_set_of(&sets, labels, 2);
    uint64_t previous = 0;
    uint32_t jumps = 0;

    CU_ASSERT_PTR_EQUAL(nami_label_set_of(&sets, labels, 1), large);
    for (uint64_t i = 0; i < 200000; i++) {
        uint64_t id = nami_label_set_take_id(&sets, large);

        jumps += i > NAMI_RUN_MIN && id != previous + 1;
        previous = id;
        large->nodes++;
        if (i % 300 == 0) {
            (void)nami_label_set_take_id(&sets, small);
        }
    }
    CU_ASSERT(jumps < 24); /* runs double up to 65,536 */
    nami_label_sets_release(&sets);
}

static void test_ids__of_the_log_are_not_given_again(void)
{
    static struct nami_label_sets sets;
    struct nami_label_set *set = nami_label_set_of(&sets, NULL, 0);

    CU_ASSERT_EQUAL(nami_label_set_take_id(&sets, set), 0);
    nami_label_sets_forget_runs(&sets);
    nami_label_sets_note_id(&sets, 700); /* within the run that was begun above */
    nami_label_sets_note_id(&sets, 5000);
    CU_ASSERT(nami_label_set_take_id(&sets, set) > 5000);
    nami_label_sets_release(&sets);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"lists: of types are apart and sorted", test_lists__of_types_are_apart_and_sorted},
        {"full list: drops what is gone", test_full_list__drops_what_is_gone},
        {"full list: keeps what may be seen", test_full_list__keeps_what_may_be_seen},
        {"bitmap: finds leaves put in any order", test_bitmap__finds_leaves_put_in_any_order},
        {"ids: of a large set lie together", test_ids__of_a_large_set_lie_together},
        {"ids: of the log are not given again", test_ids__of_the_log_are_not_given_again},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/memtable/adjacency", setup, teardown, tests);
}
