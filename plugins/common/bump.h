/*
 * plugins/common/bump.h -- memory that is taken piece by piece and given back at once.
 *
 * Blocks come from the host and are bounded in all; reset() keeps the first, so that a
 * small request after another small one allocates nothing. What a vector leaves behind
 * when it grows stays readable until reset().
 *
 * Thread: one at a time.
 */
#ifndef NAMI_PLUGINS_COMMON_BUMP_H
#define NAMI_PLUGINS_COMMON_BUMP_H

#include <namidb/host.h>

struct nami_bump_block;

struct nami_bump {
    const struct nami_host *host;
    struct nami_bump_block *blocks; /* newest first; the last is kept by reset() */
    uint8_t *at;                    /* next free byte of the newest */
    uint8_t *end;
    size_t used_bytes; /* of all blocks */
    size_t bytes_max;
    int32_t refusal; /* why the last alloc() said NULL: NOMEM or TOO_LARGE */
};

/* Growable bytes inside a bump. Zero it to begin. */
struct nami_bump_vec {
    uint8_t *ptr;
    size_t len; /* in bytes */
    size_t cap;
};

/* No allocation yet. */
void nami_bump_init(struct nami_bump *bump, const struct nami_host *host, size_t bytes_max);
void nami_bump_release(struct nami_bump *bump);
void nami_bump_reset(struct nami_bump *bump);
/* 8-byte aligned, not zeroed. NULL: see refusal. */
void *nami_bump_alloc(struct nami_bump *bump, size_t bytes);
/* Zeroed. */
void *nami_bump_calloc(struct nami_bump *bump, size_t count, size_t size);
/* Room for `more` bytes behind vec->len, which stays. NULL: see refusal. */
uint8_t *nami_bump_reserve_slow(struct nami_bump *bump, struct nami_bump_vec *vec, size_t more);

static inline uint8_t *nami_bump_reserve(struct nami_bump *bump, struct nami_bump_vec *vec,
                                         size_t more)
{
    return vec->cap - vec->len >= more ? vec->ptr + vec->len
                                       : nami_bump_reserve_slow(bump, vec, more);
}

#endif /* NAMI_PLUGINS_COMMON_BUMP_H */
