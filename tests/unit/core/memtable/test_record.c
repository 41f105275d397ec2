/* Unit tests for core/memtable/record.c: chains, pruning, merging. */
#include "tests/support/run_suite.h"

#include <namidb/plugin_util.h>

#include "core/memtable/record.h"

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

static void push(const struct nami_horizon *horizon, nami_record_slot *slot, uint64_t lsn)
{
    struct nami_property property = {.key = 3, .value = nami_value_int((int64_t)lsn)};
    struct nami_record *record = nami_record_create(&retire, lsn, NULL, &property, 1);

    CU_ASSERT_PTR_NOT_NULL(record);
    if (record != NULL) {
        nami_record_push(&retire, horizon, slot, record, NULL);
    }
    nami_retire_flush(&retire);
}

/* Null: no such key, or no record. */
static struct nami_value property_of(const struct nami_record *record, uint32_t key)
{
    const struct nami_value *value = record != NULL ? nami_record_property(record, key) : NULL;

    return value != NULL ? *value : nami_value_null();
}

static int64_t value_at(const nami_record_slot *slot, uint64_t lsn)
{
    struct nami_value value = property_of(nami_record_live(slot, lsn), 3);

    return value.type == NAMI_VALUE_INT ? value.as.integer : -1;
}

static uint32_t length(const nami_record_slot *slot)
{
    uint32_t count = 0;

    for (const struct nami_record *record = nami_record_head(slot); record != NULL;
         record = atomic_load(&record->older)) {
        count++;
    }
    return count;
}

static void test_chain__keeps_what_snapshots_see_and_no_more(void)
{
    nami_record_slot slot = NULL;
    struct nami_horizon horizon = {.published = 20, .oldest = 5, .count = 2, .lsns = {5, 20}};

    for (uint64_t lsn = 2; lsn <= 20; lsn += 2) {
        horizon.published = 0; /* nothing may go yet */
        push(&horizon, &slot, lsn);
    }
    horizon.published = 20;
    push(&horizon, &slot, 21);
    CU_ASSERT_EQUAL(length(&slot), 3);
    CU_ASSERT_EQUAL(value_at(&slot, 5), 4);
    CU_ASSERT_EQUAL(value_at(&slot, 20), 20);
    CU_ASSERT_EQUAL(value_at(&slot, 21), 21);
    nami_record_free_chain(&retire, &slot);
}

static void test_chain__of_unpublished_states_is_kept_for_undo(void)
{
    nami_record_slot slot = NULL;
    struct nami_horizon horizon = {.published = 1, .oldest = 1, .count = 1, .lsns = {1}};

    for (uint64_t lsn = 1; lsn <= 100; lsn++) {
        push(&horizon, &slot, lsn);
    }
    for (uint64_t lsn = 100; lsn > 0; lsn--) {
        CU_ASSERT_EQUAL(value_at(&slot, lsn), (int64_t)lsn);
        CU_ASSERT(nami_record_pop(&retire, &slot, lsn));
    }
    CU_ASSERT_PTR_NULL(nami_record_head(&slot));
}

static void test_chain__of_a_hot_node_is_pruned_while_newer_ones_wait(void)
{
    nami_record_slot slot = NULL;
    struct nami_horizon horizon = {.count = 1};

    for (uint64_t lsn = 1; lsn <= 5000; lsn++) { /* always three are staged */
        horizon.published = lsn > 3 ? lsn - 3 : 0;
        horizon.oldest = horizon.lsns[0] = horizon.published;
        push(&horizon, &slot, lsn);
    }
    CU_ASSERT(length(&slot) < 32);
    nami_record_free_chain(&retire, &slot);
}

static void test_cut_horizon__keeps_all_after_the_oldest(void)
{
    nami_record_slot slot = NULL;
    struct nami_horizon horizon = {
        .published = 0, .oldest = 3, .count = 1, .is_cut = true, .lsns = {3}};

    for (uint64_t lsn = 1; lsn <= 8; lsn++) {
        push(&horizon, &slot, lsn);
    }
    horizon.published = 8;
    push(&horizon, &slot, 9);
    CU_ASSERT_EQUAL(length(&slot), 7); /* 3 to 9 */
    nami_record_free_chain(&retire, &slot);
}

static void test_tombstone__hides_and_is_taken_off_alone(void)
{
    nami_record_slot slot = NULL;
    struct nami_horizon horizon = {.count = 1};
    struct nami_record *tombstone = nami_record_tombstone(&retire, 4);

    CU_ASSERT_PTR_NOT_NULL(tombstone);
    push(&horizon, &slot, 4);
    if (tombstone != NULL) {
        nami_record_push(&retire, &horizon, &slot, tombstone, NULL);
    }
    CU_ASSERT_EQUAL(value_at(&slot, 4), -1);
    CU_ASSERT(nami_record_pop(&retire, &slot, 4));
    CU_ASSERT_EQUAL(value_at(&slot, 4), 4);
    nami_record_free_chain(&retire, &slot);
    nami_retire_flush(&retire);
}

static void test_merge__sets_removes_and_counts_what_differs(void)
{
    struct nami_property old[3] = {{.key = 1, .value = nami_value_int(1)},
                                   {.key = 3, .value = nami_value_int(3)},
                                   {.key = 5, .value = nami_value_int(5)}};
    struct nami_property patch[4] = {{.key = 1, .value = nami_value_float(1.0)},
                                     {.key = 2, .value = nami_value_int(2)},
                                     {.key = 3, .value = nami_value_null()},
                                     {.key = 4, .value = nami_value_null()}};
    struct nami_record *base = nami_record_create(&retire, 1, NULL, old, 3);
    struct nami_property out[7];
    uint64_t changed = 0;

    CU_ASSERT_EQUAL(nami_record_merge(base, patch, 4, false, out, &changed), 3);
    CU_ASSERT_EQUAL(changed, 3); /* 1 is another type, 2 is new, 3 is gone */
    CU_ASSERT(out[0].key == 1 && out[1].key == 2 && out[2].key == 5);
    CU_ASSERT_EQUAL(nami_record_merge(base, patch, 4, true, out, &changed), 2);
    CU_ASSERT_EQUAL(changed, 4);
    CU_ASSERT_EQUAL(nami_record_merge(base, old, 3, true, out, &changed), 3);
    CU_ASSERT_EQUAL(changed, 0);
    nami_block_free(&retire, base);
}

static void test_record__owns_deep_copies(void)
{
    char text[] = "a text";
    struct nami_value items[2] = {nami_value_string(nami_text(text)),
                                  nami_value_string(nami_text("b"))};
    struct nami_property property = {.key = 1, .value = nami_value_list(items, 2)};
    struct nami_record *record = nami_record_create(&retire, 1, NULL, &property, 1);
    struct nami_value copy = nami_value_null();

    text[0] = 'x';
    items[1] = nami_value_null();
    copy = property_of(record, 1);
    CU_ASSERT_FATAL(copy.type == NAMI_VALUE_LIST && copy.count == 2);
    CU_ASSERT(nami_slice_equal(nami_value_slice(copy.as.items[0]), nami_text("a text")));
    CU_ASSERT(nami_slice_equal(nami_value_slice(copy.as.items[1]), nami_text("b")));
    CU_ASSERT(nami_value_is_null(property_of(record, 2)));
    nami_block_free(&retire, record);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"chain: keeps what snapshots see and no more",
         test_chain__keeps_what_snapshots_see_and_no_more},
        {"chain: of unpublished states is kept for undo",
         test_chain__of_unpublished_states_is_kept_for_undo},
        {"chain: of a hot node is pruned while newer ones wait",
         test_chain__of_a_hot_node_is_pruned_while_newer_ones_wait},
        {"cut horizon: keeps all after the oldest", test_cut_horizon__keeps_all_after_the_oldest},
        {"tombstone: hides and is taken off alone", test_tombstone__hides_and_is_taken_off_alone},
        {"merge: sets, removes and counts what differs",
         test_merge__sets_removes_and_counts_what_differs},
        {"record: owns deep copies", test_record__owns_deep_copies},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/memtable/record", setup, teardown, tests);
}
