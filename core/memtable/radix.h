/*
 * core/memtable/radix.h -- id -> leaf of 4,096 records, three levels, read without locks.
 *
 * Leaves never move and stay until release. Ids are below 2^40.
 */
#ifndef NAMI_CORE_MEMTABLE_RADIX_H
#define NAMI_CORE_MEMTABLE_RADIX_H

#include <stdatomic.h>

#include "core/memtable/retire.h"

enum {
    NAMI_LEAF_BITS = 12,
    NAMI_LEAF_IDS = 1 << NAMI_LEAF_BITS,
    NAMI_RADIX_FANOUT = 1 << 12,
    NAMI_RADIX_TOP = 1 << 16
};
#define NAMI_ID_END (UINT64_C(1) << 40) /* ids are below it */

struct nami_radix_middle {
    _Atomic(void *) leaves[NAMI_RADIX_FANOUT];
};

struct nami_radix {
    _Atomic(struct nami_radix_middle *) *top; /* NAMI_RADIX_TOP, untouched pages cost nothing */
    size_t leaf_bytes;
    size_t top_end; /* the writer's: no middle at or after it */
};

NAMI_CHECKED int32_t nami_radix_init(struct nami_radix *radix, size_t leaf_bytes);
/* NULL, or the leaf of `id`. */
static inline void *nami_radix_leaf(const struct nami_radix *radix, uint64_t id)
{
    struct nami_radix_middle *middle = NULL;

    if (id >= NAMI_ID_END) {
        return NULL;
    }
    middle = atomic_load_explicit(&radix->top[id >> 24], memory_order_acquire);
    return middle == NULL ? NULL
                          : atomic_load_explicit(
                                &middle->leaves[(id >> NAMI_LEAF_BITS) & (NAMI_RADIX_FANOUT - 1)],
                                memory_order_acquire);
}
/* The leaf, zeroed if it is new. NULL: no memory, or id >= NAMI_ID_END. */
void *nami_radix_make(struct nami_radix *radix, struct nami_retire *retire, uint64_t id);
/* The first leaf whose ids are >= `id`; *first is its first id. NULL: none. */
void *nami_radix_next(const struct nami_radix *radix, uint64_t id, uint64_t end, uint64_t *first);
/* Free all leaves; `visit` sees each before. The radix stays usable. */
void nami_radix_clear(struct nami_radix *radix, struct nami_retire *retire,
                      void (*visit)(struct nami_retire *retire, void *leaf));
void nami_radix_release(struct nami_radix *radix);

#endif /* NAMI_CORE_MEMTABLE_RADIX_H */
