#include "core/base/arena.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
    ALIGNMENT = 16,
    CHUNK_BYTES = 64 << 10, /* of a recycled chunk, its header included */
    CHUNKS_LOOKED_AT = 16,  /* to find out whose memory something is */
};

struct nami_arena_chunk {
    struct nami_arena_chunk *older;
    size_t bytes; /* header included; only chunks of CHUNK_BYTES are recycled */
};

_Static_assert(sizeof(struct nami_arena_chunk) % ALIGNMENT == 0, "bodies are aligned");
_Static_assert(_Alignof(max_align_t) >= ALIGNMENT, "malloc aligns chunks");

struct nami_chunk_pool {
    uint64_t keep_bytes_max;
    struct {
        pthread_mutex_t lock;
        struct nami_arena_chunk *free;
        uint64_t free_bytes;
    } guarded;
};

static uint8_t *body_of(struct nami_arena_chunk *chunk)
{
    return (uint8_t *)(chunk + 1);
}

int32_t nami_chunk_pool_create(uint64_t keep_bytes_max, struct nami_chunk_pool **out)
{
    struct nami_chunk_pool *pool = calloc(1, sizeof(*pool));

    *out = NULL;
    if (pool == NULL) {
        return NAMI_E_NOMEM;
    }
    if (pthread_mutex_init(&pool->guarded.lock, NULL) != 0) {
        free(pool);
        return NAMI_E_NOMEM;
    }
    pool->keep_bytes_max = keep_bytes_max;
    *out = pool;
    return NAMI_OK;
}

void nami_chunk_pool_destroy(struct nami_chunk_pool *pool)
{
    if (pool == NULL) {
        return;
    }
    while (pool->guarded.free != NULL) {
        struct nami_arena_chunk *chunk = pool->guarded.free;

        pool->guarded.free = chunk->older;
        free(chunk);
    }
    (void)pthread_mutex_destroy(&pool->guarded.lock);
    free(pool);
}

static struct nami_arena_chunk *pool_get(struct nami_chunk_pool *pool, size_t bytes)
{
    struct nami_arena_chunk *chunk = NULL;

    if (bytes == CHUNK_BYTES) {
        (void)pthread_mutex_lock(&pool->guarded.lock);
        chunk = pool->guarded.free;
        if (chunk != NULL) {
            pool->guarded.free = chunk->older;
            pool->guarded.free_bytes -= chunk->bytes;
        }
        (void)pthread_mutex_unlock(&pool->guarded.lock);
    }
    if (chunk == NULL) {
        chunk = malloc(bytes);
    }
    if (chunk != NULL) {
        chunk->bytes = bytes;
    }
    return chunk;
}

static void pool_put(struct nami_chunk_pool *pool, struct nami_arena_chunk *chunk)
{
    bool is_kept = false;

    if (chunk->bytes == CHUNK_BYTES) {
        (void)pthread_mutex_lock(&pool->guarded.lock);
        is_kept = pool->guarded.free_bytes + chunk->bytes <= pool->keep_bytes_max;
        if (is_kept) {
            chunk->older = pool->guarded.free;
            pool->guarded.free = chunk;
            pool->guarded.free_bytes += chunk->bytes;
        }
        (void)pthread_mutex_unlock(&pool->guarded.lock);
    }
    if (!is_kept) {
        free(chunk);
    }
}

void nami_budget_init(struct nami_budget *budget, uint64_t max_bytes)
{
    atomic_init(&budget->used_bytes, 0);
    atomic_init(&budget->peak_bytes, 0);
    budget->max_bytes = max_bytes;
}

bool nami_budget_take(struct nami_budget *budget, uint64_t bytes)
{
    uint64_t used = atomic_load_explicit(&budget->used_bytes, memory_order_relaxed);
    uint64_t peak = 0;

    do {
        if (used > budget->max_bytes || bytes > budget->max_bytes - used) {
            return false;
        }
    } while (!atomic_compare_exchange_weak_explicit(&budget->used_bytes, &used, used + bytes,
                                                    memory_order_relaxed, memory_order_relaxed));
    used += bytes;
    peak = atomic_load_explicit(&budget->peak_bytes, memory_order_relaxed);
    while (peak < used &&
           !atomic_compare_exchange_weak_explicit(&budget->peak_bytes, &peak, used,
                                                  memory_order_relaxed, memory_order_relaxed)) {
    }
    return true;
}

void nami_budget_give(struct nami_budget *budget, uint64_t bytes)
{
    uint64_t before = atomic_fetch_sub_explicit(&budget->used_bytes, bytes, memory_order_relaxed);

    assert(before >= bytes);
    (void)before;
}

void nami_arena_init(struct nami_arena *arena, struct nami_chunk_pool *pool,
                     struct nami_budget *budget)
{
    *arena = (struct nami_arena){.pool = pool, .budget = budget};
}

/* Give the newest chunk back. */
static void drop_newest(struct nami_arena *arena)
{
    struct nami_arena_chunk *chunk = arena->chunks;

    arena->chunks = chunk->older;
    if (arena->budget != NULL) {
        nami_budget_give(arena->budget, chunk->bytes);
    }
    pool_put(arena->pool, chunk);
}

static void use_from(struct nami_arena *arena, uint8_t *at)
{
    arena->at = at;
    arena->end = arena->chunks != NULL ? (uint8_t *)arena->chunks + arena->chunks->bytes : NULL;
}

void nami_arena_release(struct nami_arena *arena)
{
    while (arena->chunks != NULL) {
        drop_newest(arena);
    }
    use_from(arena, NULL);
    arena->is_over = false;
}

void nami_arena_reset(struct nami_arena *arena)
{
    while (arena->chunks != NULL &&
           (arena->chunks->older != NULL || arena->chunks->bytes != CHUNK_BYTES)) {
        drop_newest(arena);
    }
    use_from(arena, arena->chunks != NULL ? body_of(arena->chunks) : NULL);
    arena->is_over = false;
}

struct nami_arena_mark nami_arena_mark(const struct nami_arena *arena)
{
    return (struct nami_arena_mark){.chunk = arena->chunks, .at = arena->at};
}

void nami_arena_rewind(struct nami_arena *arena, struct nami_arena_mark mark)
{
    if (mark.chunk == NULL) { /* the arena was empty: one chunk is kept for the next turn */
        nami_arena_reset(arena);
        return;
    }
    while (arena->chunks != mark.chunk) {
        assert(arena->chunks != NULL);
        drop_newest(arena);
    }
    use_from(arena, mark.at);
    arena->is_over = false;
}

/* A new chunk with room for `bytes`, a multiple of ALIGNMENT. */
static bool grow(struct nami_arena *arena, size_t bytes)
{
    size_t need = bytes + sizeof(struct nami_arena_chunk);
    struct nami_arena_chunk *chunk = NULL;

    need = need < CHUNK_BYTES ? CHUNK_BYTES : need;
    if (arena->budget != NULL && !nami_budget_take(arena->budget, need)) {
        arena->is_over = true;
        return false;
    }
    chunk = pool_get(arena->pool, need);
    if (chunk == NULL) {
        if (arena->budget != NULL) {
            nami_budget_give(arena->budget, need);
        }
        return false;
    }
    chunk->older = arena->chunks;
    arena->chunks = chunk;
    use_from(arena, body_of(chunk));
    return true;
}

void *nami_arena_alloc(struct nami_arena *arena, size_t bytes)
{
    uint8_t *at = NULL;

    if (bytes > PTRDIFF_MAX - CHUNK_BYTES) {
        return NULL;
    }
    bytes = bytes == 0 ? ALIGNMENT : (bytes + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (bytes > (size_t)(arena->end - arena->at) && !grow(arena, bytes)) {
        return NULL;
    }
    at = arena->at;
    arena->at += bytes;
    return at;
}

void *nami_arena_calloc(struct nami_arena *arena, size_t count, size_t size)
{
    size_t bytes = 0;
    void *ptr = NULL;

    if (__builtin_mul_overflow(count, size, &bytes)) {
        return NULL;
    }
    ptr = nami_arena_alloc(arena, bytes);
    return ptr != NULL ? memset(ptr, 0, bytes) : NULL;
}

void *nami_arena_copy(struct nami_arena *arena, const void *bytes, size_t len)
{
    void *ptr = nami_arena_alloc(arena, len);

    return ptr != NULL && len > 0 ? memcpy(ptr, bytes, len) : ptr;
}

bool nami_arena_may_hold(const struct nami_arena *arena, const void *ptr)
{
    const struct nami_arena_chunk *chunk = arena->chunks;
    uintptr_t at = (uintptr_t)ptr;

    for (int i = 0; i < CHUNKS_LOOKED_AT && chunk != NULL; i++) {
        uintptr_t begin = (uintptr_t)chunk;

        if (at >= begin && at - begin < chunk->bytes) {
            return true;
        }
        chunk = chunk->older;
    }
    return chunk != NULL;
}
