/*
 * core/memtable/value_index.h -- (label, key): hash of a value -> ids of nodes that may have it.
 *
 * A superset: states that are no longer the newest, or that another snapshot sees, may be in
 * it, and different values may share a hash; whoever seeks looks at the node. A single id is
 * held inline. The table grows by building a new one and publishing it.
 * Thread: one writer, any number of readers.
 */
#ifndef NAMI_CORE_MEMTABLE_VALUE_INDEX_H
#define NAMI_CORE_MEMTABLE_VALUE_INDEX_H

#include "core/catalog/catalog.h"
#include "core/memtable/posting.h"

struct nami_index_slot {
    _Atomic uint64_t hash;
    _Atomic uint64_t ids; /* 0 empty; odd: one id, shifted; 2: erased; else a struct nami_posting */
};

struct nami_index_table {
    struct nami_block block;
    uint64_t mask; /* slots - 1 */
    uint64_t used; /* the writer's: slots that are not empty */
    struct nami_index_slot slots[];
};

struct nami_value_index {
    struct nami_block block;
    const struct nami_rule *rule;
    _Atomic(struct nami_index_table *) table;
};

/* NULL: no memory. */
struct nami_value_index *nami_value_index_create(struct nami_retire *retire,
                                                 const struct nami_rule *rule);
/* No reader is left. NULL is fine. */
void nami_value_index_destroy(struct nami_retire *retire, struct nami_value_index *index);
/* As destroy, when readers may still be in it. */
void nami_value_index_retire(struct nami_retire *retire, struct nami_value_index *index);
/* Fails: NOMEM. */
NAMI_CHECKED int32_t nami_value_index_insert(struct nami_value_index *index,
                                             struct nami_retire *retire, uint64_t hash,
                                             uint64_t id);
void nami_value_index_erase(struct nami_value_index *index, struct nami_retire *retire,
                            uint64_t hash, uint64_t id);
/* Up to `max` ids from `from` on, ascending. */
size_t nami_value_index_read(const struct nami_value_index *index, uint64_t hash, uint64_t from,
                             uint64_t *ids, size_t max);

#endif /* NAMI_CORE_MEMTABLE_VALUE_INDEX_H */
