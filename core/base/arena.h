/*
 * core/base/arena.h -- the memory of one query: bump allocation under a byte budget.
 *
 * Chunks come from a pool that outlives queries and are recycled, not returned to
 * the system: the first touch of fresh memory costs more than the work done in it.
 *
 * Thread: an arena belongs to one thread at a time; pools and budgets are shared.
 */
#ifndef NAMI_CORE_BASE_ARENA_H
#define NAMI_CORE_BASE_ARENA_H

#include <stdatomic.h>
#include <stdbool.h>

#include <namidb/abi.h>

struct nami_chunk_pool; /* recycled chunks; thread-safe */

/* Bytes that one query may hold, over all its arenas. Thread-safe. */
struct nami_budget {
    _Atomic uint64_t used_bytes;
    _Atomic uint64_t peak_bytes;
    uint64_t max_bytes;
};

struct nami_arena_chunk;
struct nami_arena {
    struct nami_chunk_pool *pool;
    struct nami_budget *budget; /* NULL: unlimited */
    struct nami_arena_chunk *chunks;
    uint8_t *at; /* next free byte of the newest chunk */
    uint8_t *end;
    bool is_over; /* an allocation was refused by the budget */
};

/* A place in an arena to come back to. */
struct nami_arena_mark {
    struct nami_arena_chunk *chunk;
    uint8_t *at;
};

NAMI_CHECKED int32_t nami_chunk_pool_create(uint64_t keep_bytes_max, struct nami_chunk_pool **out);
/* NULL is fine; every arena on it must be released. */
void nami_chunk_pool_destroy(struct nami_chunk_pool *pool);

void nami_budget_init(struct nami_budget *budget, uint64_t max_bytes);
/* false, and nothing taken, if it would go over. */
bool nami_budget_take(struct nami_budget *budget, uint64_t bytes);
void nami_budget_give(struct nami_budget *budget, uint64_t bytes);

/* No allocation yet. */
void nami_arena_init(struct nami_arena *arena, struct nami_chunk_pool *pool,
                     struct nami_budget *budget);
void nami_arena_release(struct nami_arena *arena);
/* Empty again, keeping one chunk. */
void nami_arena_reset(struct nami_arena *arena);
struct nami_arena_mark nami_arena_mark(const struct nami_arena *arena);
/* Forget everything allocated since the mark. */
void nami_arena_rewind(struct nami_arena *arena, struct nami_arena_mark mark);

/* 16-byte aligned, not zeroed. NULL: over budget (is_over is set) or no memory. */
void *nami_arena_alloc(struct nami_arena *arena, size_t bytes);
/* Zeroed; NULL also when count * size overflows. */
void *nami_arena_calloc(struct nami_arena *arena, size_t count, size_t size);
/* May `ptr` be in the arena? Exact for small arenas; one of many chunks answers true unlooked. */
bool nami_arena_may_hold(const struct nami_arena *arena, const void *ptr);
/* A copy of the bytes; for an empty slice a valid pointer. */
void *nami_arena_copy(struct nami_arena *arena, const void *bytes, size_t len);

#endif /* NAMI_CORE_BASE_ARENA_H */
