/*
 * core/memtable/memtable.h -- nodes, relationships and index entries, many versions each, by LSN.
 *
 * What:   records and the steps that change them, one record at a time. What a transaction is,
 *         and what may not be done, is core/graph's business.
 * Above:  graph.
 * Below:  catalog, value, base.
 * Thread: one writer. Readers never lock: they hold a pin (retire.h) and look at what was
 *         there, or at what came later and says so by its LSN.
 */
#ifndef NAMI_CORE_MEMTABLE_MEMTABLE_H
#define NAMI_CORE_MEMTABLE_MEMTABLE_H

#include "core/memtable/adjacency.h"
#include "core/memtable/label_bitmap.h"
#include "core/memtable/label_set.h"
#include "core/memtable/radix.h"
#include "core/memtable/record.h"
#include "core/memtable/value_index.h"

enum { NAMI_LIST_OUT = 0, NAMI_LIST_IN = 1 };

struct nami_node_slot {
    nami_record_slot version;
    nami_adjacency_slot lists[2];
};

struct nami_node_leaf {
    _Atomic uint64_t deleted[NAMI_LEAF_IDS / 64]; /* superset: look at the version */
    struct nami_node_slot slots[NAMI_LEAF_IDS];
};

/* Only relationships with properties, and deleted ones, have versions. */
struct nami_rel_leaf {
    nami_record_slot slots[NAMI_LEAF_IDS];
};

struct nami_label_leaf_of_info {
    struct nami_label_info at[NAMI_LEAF_IDS];
};

struct nami_type_leaf {
    _Atomic uint64_t rels[NAMI_LEAF_IDS]; /* in the newest state */
};

/* All indexes; replaced as a whole. */
struct nami_index_list {
    struct nami_block block;
    uint32_t count;
    struct nami_value_index *at[];
};

struct nami_memtable {
    struct nami_retire retire;
    struct nami_radix nodes;
    struct nami_radix rels;
    struct nami_radix labels;
    struct nami_radix types;
    _Atomic(struct nami_index_list *) indexes;
    _Atomic uint64_t node_count;
    _Atomic uint64_t rel_count;
    _Atomic uint64_t node_end; /* every node has a lower id */
    _Atomic uint64_t next_rel;
    _Atomic bool has_deleted; /* some node was, ever */
    /* The writer's: */
    struct nami_horizon horizon;
    struct nami_label_sets sets;
    uint64_t index_version; /* grows when an index comes, goes, or stops being kept */
    struct nami_property *scratch;
    size_t scratch_count;
};

NAMI_CHECKED int32_t nami_memtable_init(struct nami_memtable *table);
/* No pin and no reader is left. */
void nami_memtable_release(struct nami_memtable *table);
/* As after init, without giving back what must not move under unpinned readers of counts. */
void nami_memtable_clear(struct nami_memtable *table);

/* ---- look up ---- */

/* NULL: no node was ever near this id. */
static inline struct nami_node_slot *nami_memtable_node(const struct nami_memtable *table,
                                                        uint64_t id)
{
    struct nami_node_leaf *leaf = nami_radix_leaf(&table->nodes, id);

    return leaf != NULL ? &leaf->slots[id % NAMI_LEAF_IDS] : NULL;
}
static inline nami_record_slot *nami_memtable_rel(const struct nami_memtable *table, uint64_t id)
{
    struct nami_rel_leaf *leaf = nami_radix_leaf(&table->rels, id);

    return leaf != NULL ? &leaf->slots[id % NAMI_LEAF_IDS] : NULL;
}
/* NULL: no such node at `lsn`. */
static inline const struct nami_record *nami_memtable_node_at(const struct nami_memtable *table,
                                                              uint64_t id, uint64_t lsn)
{
    const struct nami_node_slot *slot = nami_memtable_node(table, id);

    return slot != NULL ? nami_record_live(&slot->version, lsn) : NULL;
}
/* For the other end of a relationship: was that node deleted, at `lsn`? */
static inline bool nami_memtable_is_deleted(const struct nami_memtable *table, uint64_t id,
                                            uint64_t lsn)
{
    const struct nami_node_leaf *leaf = NULL;

    if (!atomic_load_explicit(&table->has_deleted, memory_order_relaxed)) {
        return false;
    }
    leaf = nami_radix_leaf(&table->nodes, id);
    return leaf != NULL &&
           (atomic_load_explicit(&leaf->deleted[id % NAMI_LEAF_IDS / 64], memory_order_relaxed) >>
                (id % 64) &
            1) != 0 &&
           nami_record_live(&leaf->slots[id % NAMI_LEAF_IDS].version, lsn) == NULL;
}
/* An entry's id as read, without the other end's state: not deleted by itself at `lsn`? */
static inline bool nami_memtable_rel_is_live(const struct nami_memtable *table, uint64_t id,
                                             uint64_t lsn)
{
    const nami_record_slot *slot = NULL;
    const struct nami_record *version = NULL;

    if ((id & NAMI_NEIGHBOUR_DELETED) == 0) {
        return true;
    }
    slot = nami_memtable_rel(table, NAMI_NEIGHBOUR_ID(id));
    version = slot != NULL ? nami_record_at(slot, lsn) : NULL;
    return version == NULL || !version->is_deleted;
}
/* NULL: nobody ever had this label. */
struct nami_label_info *nami_memtable_label(const struct nami_memtable *table, uint32_t label);
uint64_t nami_memtable_type_count(const struct nami_memtable *table, uint32_t type);
/* NULL: the rule has no index here. */
struct nami_value_index *nami_memtable_index(const struct nami_memtable *table,
                                             const struct nami_rule *rule);

/* ---- change; the writer's. All fail with NOMEM, and then nothing has changed ---- */

/* Look at the pins again; frees what nobody holds. */
void nami_memtable_refresh(struct nami_memtable *table);
/* Room for `count` properties, until the next call. NULL: no memory. */
struct nami_property *nami_memtable_scratch(struct nami_memtable *table, size_t count);

/* `slot` is empty; properties ascending by key, no nulls. */
NAMI_CHECKED int32_t nami_memtable_create_node(struct nami_memtable *table, uint64_t lsn,
                                               uint64_t id, struct nami_label_set *labels,
                                               const struct nami_property *properties,
                                               uint32_t count);
/* A whole new state of a live node. */
NAMI_CHECKED int32_t nami_memtable_change_node(struct nami_memtable *table, uint64_t lsn,
                                               uint64_t id, struct nami_label_set *labels,
                                               const struct nami_property *properties,
                                               uint32_t count);
/* Its relationships are hidden, but still in the counts: see nami_memtable_count_rels(). */
NAMI_CHECKED int32_t nami_memtable_delete_node(struct nami_memtable *table, uint64_t lsn,
                                               uint64_t id);
/*
 * The node's relationships, in the newest state, whose other end is alive; the node itself may
 * be deleted. Each is added to (or, `add` false, taken from) the counts. How many they are.
 */
uint64_t nami_memtable_count_rels(struct nami_memtable *table, uint64_t id, bool add);
/* Both ends are there; rel->id is at least next_rel. */
NAMI_CHECKED int32_t nami_memtable_create_rel(struct nami_memtable *table, uint64_t lsn,
                                              const struct nami_rel *rel,
                                              const struct nami_property *properties,
                                              uint32_t count);
NAMI_CHECKED int32_t nami_memtable_change_rel(struct nami_memtable *table, uint64_t lsn,
                                              const struct nami_rel *rel,
                                              const struct nami_property *properties,
                                              uint32_t count);
/* `counts`: false where its node's deletion has taken it out already. */
NAMI_CHECKED int32_t nami_memtable_delete_rel(struct nami_memtable *table, uint64_t lsn,
                                              const struct nami_rel *rel, bool counts);
/* The entry in the source's list; NULL: no such relationship. */
struct nami_neighbour *nami_memtable_entry(const struct nami_memtable *table,
                                           const struct nami_rel *rel);

/* An index over what is there; kept up to date from now on. */
NAMI_CHECKED int32_t nami_memtable_create_index(struct nami_memtable *table,
                                                const struct nami_rule *rule);
/* Take a rule's index out again; readers may still be in it. */
NAMI_CHECKED int32_t nami_memtable_remove_index(struct nami_memtable *table,
                                                const struct nami_rule *rule);
/* Indexes that are kept for nodes with these labels. Fails: NOMEM. */
NAMI_CHECKED int32_t nami_memtable_indexes_of(struct nami_memtable *table,
                                              struct nami_label_set *labels);

/* ---- undo, in the opposite order of the changes ---- */

/* Of create and change. */
void nami_memtable_undo_node(struct nami_memtable *table, uint64_t lsn, uint64_t id);
void nami_memtable_undo_delete_node(struct nami_memtable *table, uint64_t lsn, uint64_t id);
void nami_memtable_undo_create_rel(struct nami_memtable *table, uint64_t lsn,
                                   const struct nami_rel *rel);
void nami_memtable_undo_change_rel(struct nami_memtable *table, uint64_t lsn,
                                   const struct nami_rel *rel);
void nami_memtable_undo_delete_rel(struct nami_memtable *table, uint64_t lsn,
                                   const struct nami_rel *rel, bool counts);

#endif /* NAMI_CORE_MEMTABLE_MEMTABLE_H */
