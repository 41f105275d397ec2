/*
 * core/value/walk.h -- how far the kernel walks into one value.
 *
 * Lists share their elements, so a short query can build a value that is nested a
 * million deep, or that would be larger than memory if it were written out. A walk
 * stops at both bounds: what lies beyond takes no part in order, equality and hash,
 * which stay consistent with each other for every value below the bounds.
 */
#ifndef NAMI_CORE_VALUE_WALK_H
#define NAMI_CORE_VALUE_WALK_H

#include <stdbool.h>
#include <stdint.h>

enum {
    NAMI_WALK_DEPTH_MAX = 1000,    /* stack: some 200 bytes each */
    NAMI_WALK_STEPS_MAX = 1 << 28, /* elements: a second or two, 4 GiB if none is shared */
    NAMI_HASH_STEPS_MAX = 1 << 20  /* elements that take part in a hash */
};

/* A copy larger than this is refused: counts are 32 bits, and it is no property or row. */
#define NAMI_VALUE_COPY_BYTES_MAX (UINT64_C(1) << 32)

struct nami_walk {
    uint32_t depth;
    uint32_t steps_left;
};

/* Into a list or map of `count` elements? Balanced by nami_walk_leave(). */
static inline bool nami_walk_enter(struct nami_walk *walk, uint32_t count)
{
    if (walk->depth == NAMI_WALK_DEPTH_MAX || walk->steps_left == 0) {
        return false;
    }
    walk->depth++;
    walk->steps_left -= count < walk->steps_left ? count : walk->steps_left;
    return true;
}

static inline void nami_walk_leave(struct nami_walk *walk)
{
    walk->depth--;
}

#endif /* NAMI_CORE_VALUE_WALK_H */
