/* Unit tests for core/memtable/posting.c and value_index.c. */
#include "tests/support/run_suite.h"

#include "core/base/hash.h"
#include "core/memtable/value_index.h"

enum { IDS = 20000 };

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

/* What is read, by a window of 7, is exactly the ids whose bit is set. */
static bool holds(const struct nami_posting *posting, const bool *has)
{
    uint64_t ids[7];
    uint64_t next = 0;
    size_t count = 0;

    while ((count = nami_posting_read(posting, next, ids, 7)) > 0) {
        for (size_t i = 0; i < count; i++) {
            for (; next < ids[i]; next++) {
                if (has[next]) {
                    return false;
                }
            }
            if (!has[next++]) {
                return false;
            }
        }
    }
    for (; next < IDS; next++) {
        if (has[next]) {
            return false;
        }
    }
    return true;
}

/* Every id, `step` apart modulo IDS, twice. */
static void check_order(uint64_t step)
{
    static bool has[IDS];
    struct nami_posting *posting = nami_posting_create(&retire, 0);

    memset(has, 0, sizeof(has));
    has[0] = true;
    for (uint64_t i = 0; i < UINT64_C(2) * IDS; i++) {
        uint64_t id = i * step % IDS;
        struct nami_posting *next = nami_posting_insert(&retire, posting, id);

        CU_ASSERT_PTR_NOT_NULL_FATAL(next);
        if (next != posting) {
            nami_block_retire(&retire, posting);
            posting = next;
        }
        has[id] = true;
        if (i % 4999 == 0) {
            nami_retire_flush(&retire);
            CU_ASSERT(holds(posting, has));
        }
    }
    for (uint64_t id = 0; id < IDS; id += 3) {
        CU_ASSERT_FALSE(nami_posting_erase(&retire, posting, id));
        has[id] = false;
    }
    CU_ASSERT(holds(posting, has));
    nami_posting_free(&retire, posting);
}

static void test_posting__holds_ids_in_ascending_order(void)
{
    check_order(1);
}

static void test_posting__holds_ids_in_descending_order(void)
{
    check_order(IDS - 1);
}

static void test_posting__holds_ids_in_any_order(void)
{
    check_order(7919);
}

static void test_posting__is_empty_after_its_last_id(void)
{
    struct nami_posting *posting = nami_posting_create(&retire, 4);

    CU_ASSERT_PTR_EQUAL(nami_posting_insert(&retire, posting, 9), posting);
    CU_ASSERT_FALSE(nami_posting_erase(&retire, posting, 4));
    CU_ASSERT_FALSE(nami_posting_erase(&retire, posting, 5));
    CU_ASSERT(nami_posting_erase(&retire, posting, 9));
    nami_posting_free(&retire, posting);
}

static void test_index__finds_every_hash_as_it_grows(void)
{
    struct nami_value_index *index = nami_value_index_create(&retire, NULL);
    uint64_t ids[4];

    for (uint64_t i = 0; i < IDS; i++) {
        CU_ASSERT_EQUAL(nami_value_index_insert(index, &retire, nami_hash_u64(i / 2), i), NAMI_OK);
    }
    for (uint64_t i = 0; i < IDS / 2; i++) {
        CU_ASSERT_EQUAL(nami_value_index_read(index, nami_hash_u64(i), 0, ids, 4), 2);
        CU_ASSERT(ids[0] == 2 * i && ids[1] == 2 * i + 1);
    }
    CU_ASSERT_EQUAL(nami_value_index_read(index, nami_hash_u64(IDS), 0, ids, 4), 0);
    nami_value_index_destroy(&retire, index);
}

/* A value that changes for ever must not make the table grow for ever. */
static void test_index__forgets_what_is_erased(void)
{
    struct nami_value_index *index = nami_value_index_create(&retire, NULL);
    uint64_t bytes = 0;
    uint64_t ids[2];

    for (uint64_t i = 0; i < UINT64_C(10) * IDS; i++) {
        CU_ASSERT_EQUAL(nami_value_index_insert(index, &retire, nami_hash_u64(i), 0), NAMI_OK);
        nami_value_index_erase(index, &retire, nami_hash_u64(i - 1), 0);
        nami_retire_flush(&retire);
        bytes = i == 1000 ? atomic_load(&retire.bytes) : bytes;
    }
    CU_ASSERT_EQUAL(atomic_load(&retire.bytes), bytes);
    CU_ASSERT_EQUAL(nami_value_index_read(index, nami_hash_u64(UINT64_C(10) * IDS - 1), 0, ids, 2),
                    1);
    CU_ASSERT_EQUAL(nami_value_index_read(index, nami_hash_u64(5), 0, ids, 2), 0);
    nami_value_index_destroy(&retire, index);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"posting: holds ids in ascending order", test_posting__holds_ids_in_ascending_order},
        {"posting: holds ids in descending order", test_posting__holds_ids_in_descending_order},
        {"posting: holds ids in any order", test_posting__holds_ids_in_any_order},
        {"posting: is empty after its last id", test_posting__is_empty_after_its_last_id},
        {"index: finds every hash as it grows", test_index__finds_every_hash_as_it_grows},
        {"index: forgets what is erased", test_index__forgets_what_is_erased},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/memtable/posting", setup, teardown, tests);
}
