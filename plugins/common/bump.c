#include "plugins/common/bump.h"

#include <stdint.h>
#include <string.h>

enum { FIRST_BLOCK_BYTES = 2048, BLOCK_BYTES_MAX = 1 << 20, ALIGNMENT = 8 };

struct nami_bump_block {
    struct nami_bump_block *older;
    size_t bytes; /* behind this head */
};

static uint8_t *bytes_of(struct nami_bump_block *block)
{
    return (uint8_t *)(block + 1);
}

void nami_bump_init(struct nami_bump *bump, const struct nami_host *host, size_t bytes_max)
{
    *bump = (struct nami_bump){.host = host, .bytes_max = bytes_max};
}

/* Keep `keep`, which is the oldest, or NULL. */
static void drop_until(struct nami_bump *bump, struct nami_bump_block *keep)
{
    while (bump->blocks != keep) {
        struct nami_bump_block *block = bump->blocks;

        bump->blocks = block->older;
        bump->used_bytes -= block->bytes;
        bump->host->mem_free(bump->host, block);
    }
    bump->at = keep != NULL ? bytes_of(keep) : NULL;
    bump->end = keep != NULL ? bump->at + keep->bytes : NULL;
}

void nami_bump_release(struct nami_bump *bump)
{
    drop_until(bump, NULL);
}

void nami_bump_reset(struct nami_bump *bump)
{
    struct nami_bump_block *oldest = bump->blocks;

    while (oldest != NULL && oldest->older != NULL) {
        oldest = oldest->older;
    }
    drop_until(bump, oldest != NULL && oldest->bytes <= FIRST_BLOCK_BYTES ? oldest : NULL);
}

/* A block with `bytes` at least, twice as large as the one before if that is sensible. */
static int32_t add_block(struct nami_bump *bump, size_t bytes)
{
    size_t size = bump->blocks == NULL                         ? FIRST_BLOCK_BYTES
                  : bump->blocks->bytes >= BLOCK_BYTES_MAX / 2 ? BLOCK_BYTES_MAX
                                                               : bump->blocks->bytes * 2;
    size_t left = bump->bytes_max - bump->used_bytes;
    struct nami_bump_block *block = NULL;

    size = size < bytes ? bytes : size > left && left >= bytes ? left : size;
    if (size > left) {
        return NAMI_E_TOO_LARGE;
    }
    block = bump->host->mem_alloc(bump->host, sizeof(*block) + size);
    if (block == NULL) {
        return NAMI_E_NOMEM;
    }
    *block = (struct nami_bump_block){.older = bump->blocks, .bytes = size};
    bump->blocks = block;
    bump->used_bytes += size;
    bump->at = bytes_of(block);
    bump->end = bump->at + size;
    return NAMI_OK;
}

void *nami_bump_alloc(struct nami_bump *bump, size_t bytes)
{
    uint8_t *at = NULL;

    if (bytes > SIZE_MAX - ALIGNMENT) {
        bump->refusal = NAMI_E_TOO_LARGE;
        return NULL;
    }
    bytes = bytes == 0 ? ALIGNMENT : (bytes + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if ((size_t)(bump->end - bump->at) < bytes) {
        bump->refusal = add_block(bump, bytes);
        if (bump->refusal != NAMI_OK) {
            return NULL;
        }
    }
    at = bump->at;
    bump->at += bytes;
    return at;
}

void *nami_bump_calloc(struct nami_bump *bump, size_t count, size_t size)
{
    void *at = NULL;

    if (size > 0 && count > SIZE_MAX / size) {
        bump->refusal = NAMI_E_TOO_LARGE;
        return NULL;
    }
    at = nami_bump_alloc(bump, count * size);
    if (at != NULL) {
        memset(at, 0, count * size);
    }
    return at;
}

uint8_t *nami_bump_reserve_slow(struct nami_bump *bump, struct nami_bump_vec *vec, size_t more)
{
    size_t want = vec->len + more;
    size_t cap = vec->cap * 2 > 16 ? vec->cap * 2 : 16;
    uint8_t *grown = NULL;

    if (want < more) {
        bump->refusal = NAMI_E_TOO_LARGE;
        return NULL;
    }
    cap = cap < want ? want : cap;
    cap = (cap + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (vec->ptr != NULL && vec->ptr + vec->cap == bump->at &&
        (size_t)(bump->end - bump->at) >= cap - vec->cap) { /* the newest: stretch it */
        bump->at += cap - vec->cap;
        vec->cap = cap;
        return vec->ptr + vec->len;
    }
    grown = nami_bump_alloc(bump, cap);
    if (grown == NULL) {
        return NULL;
    }
    if (vec->ptr != NULL && vec->len > 0) {
        memcpy(grown, vec->ptr, vec->len);
    }
    vec->ptr = grown;
    vec->cap = cap;
    return grown + vec->len;
}
