/*
 * core/memtable/label_bitmap.h -- per label: which nodes ever got it, one bit each, in leaves
 * of 4,096 ids. A superset: whoever finds a bit looks at the node.
 */
#ifndef NAMI_CORE_MEMTABLE_LABEL_BITMAP_H
#define NAMI_CORE_MEMTABLE_LABEL_BITMAP_H

#include "core/memtable/radix.h"

struct nami_label_leaf {
    uint64_t leaf; /* id / 4,096 */
    _Atomic uint64_t bits[NAMI_LEAF_IDS / 64];
};

/* Leaves in ascending order; replaced when it is full or one must go in between. */
struct nami_label_leaves {
    struct nami_block block;
    uint32_t capacity;
    _Atomic uint32_t count;
    struct nami_label_leaf *at[];
};

/* What the memtable knows of one label. */
struct nami_label_info {
    _Atomic uint64_t nodes; /* that have it, in the newest state */
    _Atomic(struct nami_label_leaves *) leaves;
    struct nami_label_leaf *last; /* the writer's: touched last */
};

/* Fails: NOMEM. */
NAMI_CHECKED int32_t nami_label_bitmap_set(struct nami_label_info *label,
                                           struct nami_retire *retire, uint64_t id);
/* The first leaf at or after this number; NULL: none. */
const struct nami_label_leaf *nami_label_bitmap_next(const struct nami_label_info *label,
                                                     uint64_t leaf);
/* Empty again; no reader is left. */
void nami_label_bitmap_clear(struct nami_label_info *label, struct nami_retire *retire);

#endif /* NAMI_CORE_MEMTABLE_LABEL_BITMAP_H */
