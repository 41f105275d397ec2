/* Unit tests for core/memtable/retire.c: what is freed, and when. */
#include "tests/support/run_suite.h"

#include "core/memtable/retire.h"

struct thing {
    struct nami_block block;
    uint64_t payload[4];
};

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

static uint64_t held(void)
{
    return atomic_load(&retire.bytes) / sizeof(struct thing);
}

static void retire_one(void)
{
    nami_block_retire(&retire, nami_block_alloc(&retire, sizeof(struct thing)));
    nami_retire_flush(&retire);
}

static void test_block__is_freed_at_once_without_pins(void)
{
    retire_one();
    CU_ASSERT_EQUAL(held(), 0);
}

static void test_block__waits_for_every_pin_that_was_open(void)
{
    struct nami_pin *first = NULL;
    struct nami_pin *second = NULL;
    struct nami_pin *later = NULL;

    CU_ASSERT_EQUAL_FATAL(nami_pin_open(&retire, &first), NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(nami_pin_open(&retire, &second), NAMI_OK);
    retire_one();
    CU_ASSERT_EQUAL_FATAL(nami_pin_open(&retire, &later), NAMI_OK);
    CU_ASSERT_EQUAL(held(), 1);
    nami_pin_release(&retire, first);
    nami_retire_flush(&retire);
    CU_ASSERT_EQUAL(held(), 1);
    nami_pin_release(&retire, second); /* the later one can not have found it */
    CU_ASSERT_EQUAL(held(), 0);
    CU_ASSERT(nami_retire_has_pins(&retire));
    nami_pin_release(&retire, later);
    CU_ASSERT_FALSE(nami_retire_has_pins(&retire));
}

static void test_many_batches__merge_and_are_all_freed(void)
{
    struct nami_pin *pin = NULL;

    CU_ASSERT_EQUAL_FATAL(nami_pin_open(&retire, &pin), NAMI_OK);
    for (uint32_t i = 0; i < 3 * NAMI_RETIRE_BATCHES; i++) {
        retire_one();
    }
    CU_ASSERT_EQUAL(held(), UINT64_C(3) * NAMI_RETIRE_BATCHES);
    nami_pin_release(&retire, pin);
    nami_retire_flush(&retire);
    CU_ASSERT_EQUAL(held(), 0);
}

static void test_horizon__knows_pins_and_the_published_lsn(void)
{
    struct nami_horizon horizon = {0};
    struct nami_pin *pin = NULL;
    struct nami_pin *writer = NULL;

    nami_retire_publish(&retire, 5, 50);
    CU_ASSERT_EQUAL_FATAL(nami_pin_open(&retire, &pin), NAMI_OK);
    CU_ASSERT_EQUAL(pin->lsn, 5);
    CU_ASSERT_EQUAL(pin->rel_mark, 50);
    nami_retire_publish(&retire, 9, 90);
    CU_ASSERT_EQUAL_FATAL(nami_pin_open_at(&retire, 10, &writer), NAMI_OK);
    nami_retire_horizon(&retire, &horizon);
    CU_ASSERT_EQUAL(horizon.published, 9);
    CU_ASSERT_EQUAL(horizon.oldest, 5);
    CU_ASSERT_EQUAL(horizon.count, 2);
    CU_ASSERT(horizon.lsns[0] == 5 && horizon.lsns[1] == 9);
    nami_pin_release(&retire, pin);
    nami_pin_release(&retire, writer);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"block: is freed at once without pins", test_block__is_freed_at_once_without_pins},
        {"block: waits for every pin that was open", test_block__waits_for_every_pin_that_was_open},
        {"many batches: merge and are all freed", test_many_batches__merge_and_are_all_freed},
        {"horizon: knows pins and the published lsn",
         test_horizon__knows_pins_and_the_published_lsn},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/memtable/retire", setup, teardown, tests);
}
