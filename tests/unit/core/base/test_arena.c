/* Unit tests for core/base/arena.c. */
#include "tests/support/run_suite.h"

#include <string.h>

#include "core/base/arena.h"

enum { CHUNK = 64 << 10 };

static struct nami_chunk_pool *pool;

static int setup(void)
{
    return nami_chunk_pool_create(4 * CHUNK, &pool) != NAMI_OK;
}

static int teardown(void)
{
    nami_chunk_pool_destroy(pool);
    nami_chunk_pool_destroy(NULL);
    return 0;
}

static void test_alloc__is_aligned_apart_and_never_null_for_zero(void)
{
    static const size_t sizes[] = {0, 1, 15, 16, 17, 4096, CHUNK - 1, CHUNK, 3 * CHUNK, 5};
    struct nami_arena arena;
    uint8_t *before = NULL;

    nami_arena_init(&arena, pool, NULL);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        uint8_t *at = nami_arena_alloc(&arena, sizes[i]);

        CU_ASSERT_PTR_NOT_NULL_FATAL(at);
        CU_ASSERT_EQUAL((uintptr_t)at % 16, 0);
        CU_ASSERT_PTR_NOT_EQUAL(at, before);
        if (sizes[i] > 0) {
            memset(at, 0xa5, sizes[i]);
        }
        before = at;
    }
    nami_arena_release(&arena);
    nami_arena_release(&arena);
}

static void test_alloc__over_budget_is_refused_and_nothing_is_kept(void)
{
    struct nami_budget budget;
    struct nami_arena arena;

    nami_budget_init(&budget, 2 * CHUNK);
    nami_arena_init(&arena, pool, &budget);
    CU_ASSERT_PTR_NOT_NULL(nami_arena_alloc(&arena, CHUNK / 2));
    CU_ASSERT_EQUAL(budget.used_bytes, CHUNK);
    CU_ASSERT_FALSE(arena.is_over);
    CU_ASSERT_PTR_NULL(nami_arena_alloc(&arena, CHUNK + 1));
    CU_ASSERT_TRUE(arena.is_over);
    CU_ASSERT_EQUAL(budget.used_bytes, CHUNK);
    CU_ASSERT_PTR_NOT_NULL(nami_arena_alloc(&arena, 64)); /* still room in the chunk */
    nami_arena_release(&arena);
    CU_ASSERT_EQUAL(budget.used_bytes, 0);
    CU_ASSERT_EQUAL(budget.peak_bytes, CHUNK);
}

static void test_alloc__sizes_that_overflow_are_refused(void)
{
    struct nami_arena arena;

    nami_arena_init(&arena, pool, NULL);
    CU_ASSERT_PTR_NULL(nami_arena_alloc(&arena, SIZE_MAX));
    CU_ASSERT_PTR_NULL(nami_arena_calloc(&arena, SIZE_MAX / 2, 4));
    CU_ASSERT_FALSE(arena.is_over);
    nami_arena_release(&arena);
}

static void test_calloc__recycled_memory_is_zeroed(void)
{
    static const uint8_t zeros[256] = {0};
    struct nami_arena arena;
    uint8_t *at = NULL;

    nami_arena_init(&arena, pool, NULL);
    memset(nami_arena_alloc(&arena, 256), 0xff, 256);
    nami_arena_reset(&arena);
    at = nami_arena_calloc(&arena, 64, 4);
    CU_ASSERT_PTR_NOT_NULL_FATAL(at);
    CU_ASSERT_EQUAL(memcmp(at, zeros, sizeof(zeros)), 0);
    nami_arena_release(&arena);
}

static void test_rewind__forgets_only_what_came_after(void)
{
    struct nami_budget budget;
    struct nami_arena arena;
    struct nami_arena_mark empty;
    struct nami_arena_mark mark;
    char *kept = NULL;
    void *after = NULL;

    nami_budget_init(&budget, 64 * CHUNK);
    nami_arena_init(&arena, pool, &budget);
    empty = nami_arena_mark(&arena);
    kept = nami_arena_copy(&arena, "kept", 5);
    mark = nami_arena_mark(&arena);
    after = nami_arena_alloc(&arena, 32);
    for (int i = 0; i < 20; i++) {
        CU_ASSERT_PTR_NOT_NULL(nami_arena_alloc(&arena, CHUNK / 2));
    }
    nami_arena_rewind(&arena, mark);
    CU_ASSERT_STRING_EQUAL(kept, "kept");
    CU_ASSERT_EQUAL(budget.used_bytes, CHUNK);
    CU_ASSERT_PTR_EQUAL(nami_arena_alloc(&arena, 32), after);
    nami_arena_rewind(&arena, empty);
    CU_ASSERT_PTR_EQUAL(nami_arena_alloc(&arena, 5), kept);
    CU_ASSERT_EQUAL(budget.used_bytes, CHUNK);
    nami_arena_release(&arena);
    CU_ASSERT_EQUAL(budget.used_bytes, 0);
}

static void test_reset__keeps_one_chunk_and_its_place(void)
{
    struct nami_budget budget;
    struct nami_arena arena;
    void *first = NULL;

    nami_budget_init(&budget, 64 * CHUNK);
    nami_arena_init(&arena, pool, &budget);
    first = nami_arena_alloc(&arena, 16);
    (void)nami_arena_alloc(&arena, 2 * CHUNK);
    nami_arena_reset(&arena);
    CU_ASSERT_EQUAL(budget.used_bytes, CHUNK);
    CU_ASSERT_PTR_EQUAL(nami_arena_alloc(&arena, 16), first);
    nami_arena_release(&arena);
}

static void test_pool__chunks_are_recycled_between_arenas(void)
{
    struct nami_arena one;
    struct nami_arena two;
    void *at = NULL;

    nami_arena_init(&one, pool, NULL);
    nami_arena_init(&two, pool, NULL);
    at = nami_arena_alloc(&one, 100);
    nami_arena_release(&one);
    CU_ASSERT_PTR_EQUAL(nami_arena_alloc(&two, 100), at);
    nami_arena_release(&two);
}

static void test_budget__shared_by_two_arenas(void)
{
    struct nami_budget budget;
    struct nami_arena one;
    struct nami_arena two;

    nami_budget_init(&budget, CHUNK);
    nami_arena_init(&one, pool, &budget);
    nami_arena_init(&two, pool, &budget);
    CU_ASSERT_PTR_NOT_NULL(nami_arena_alloc(&one, 1));
    CU_ASSERT_PTR_NULL(nami_arena_alloc(&two, 1));
    nami_arena_release(&one);
    CU_ASSERT_PTR_NOT_NULL(nami_arena_alloc(&two, 1));
    nami_arena_release(&two);
    CU_ASSERT_FALSE(nami_budget_take(&budget, UINT64_MAX));
    CU_ASSERT_TRUE(nami_budget_take(&budget, CHUNK));
    CU_ASSERT_FALSE(nami_budget_take(&budget, 1));
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"alloc: is aligned, apart and never NULL for zero",
         test_alloc__is_aligned_apart_and_never_null_for_zero},
        {"alloc: over budget is refused and nothing is kept",
         test_alloc__over_budget_is_refused_and_nothing_is_kept},
        {"alloc: sizes that overflow are refused", test_alloc__sizes_that_overflow_are_refused},
        {"calloc: recycled memory is zeroed", test_calloc__recycled_memory_is_zeroed},
        {"rewind: forgets only what came after", test_rewind__forgets_only_what_came_after},
        {"reset: keeps one chunk and its place", test_reset__keeps_one_chunk_and_its_place},
        {"pool: chunks are recycled between arenas", test_pool__chunks_are_recycled_between_arenas},
        {"budget: shared by two arenas", test_budget__shared_by_two_arenas},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/base/arena", setup, teardown, tests);
}
