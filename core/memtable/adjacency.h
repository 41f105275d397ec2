/*
 * core/memtable/adjacency.h -- the relationships of one node in one direction, a list per type.
 *
 * A list is an array in ascending order of relationship ids. Ids grow with the LSN, so "created
 * at or before the snapshot" is `id < mark`, and a reader stops at the first id that is not.
 * A full list is replaced by a larger copy; what can never be seen again is not copied.
 * Entries never move inside a list; a list only gets shorter by undo, of ids no reader looks at.
 * Thread: one writer, any number of readers.
 */
#ifndef NAMI_CORE_MEMTABLE_ADJACENCY_H
#define NAMI_CORE_MEMTABLE_ADJACENCY_H

#include "core/memtable/retire.h"

/* Set in `id` when the relationship has been deleted: when, the edge table knows. */
#define NAMI_NEIGHBOUR_DELETED (UINT64_C(1) << 63)
#define NAMI_NEIGHBOUR_ID(id)  ((id) & ~NAMI_NEIGHBOUR_DELETED)

struct nami_neighbour {
    _Atomic uint64_t id; /* of the relationship */
    uint64_t node;       /* the other end */
};

struct nami_adjacency {
    struct nami_block block;
    _Atomic(struct nami_adjacency *) next; /* list of another type */
    uint32_t type;
    uint32_t capacity;
    _Atomic uint32_t count;
    uint32_t dead; /* the writer's: entries marked as deleted */
    struct nami_neighbour at[];
};
typedef _Atomic(struct nami_adjacency *) nami_adjacency_slot;

/* Is this entry of no use to any snapshot, now and later? */
typedef bool nami_neighbour_is_gone(void *context, uint64_t rel, uint64_t node);

/* NULL: no list of this type. */
struct nami_adjacency *nami_adjacency_of_type(const nami_adjacency_slot *slot, uint32_t type);
/* Room for one more entry of this type; *out is the list. Fails: NOMEM. */
NAMI_CHECKED int32_t nami_adjacency_reserve(struct nami_retire *retire, nami_adjacency_slot *slot,
                                            uint32_t type, nami_neighbour_is_gone *is_gone,
                                            void *context, struct nami_adjacency **out);
/* There is room. `rel` is above every id in the list. */
static inline void nami_adjacency_append(struct nami_adjacency *list, uint64_t rel, uint64_t node)
{
    uint32_t count = atomic_load_explicit(&list->count, memory_order_relaxed);

    list->at[count].node = node;
    atomic_store_explicit(&list->at[count].id, rel, memory_order_relaxed);
    atomic_store_explicit(&list->count, count + 1, memory_order_release);
}
/* NULL: the id is not in the list. NULL list is fine. */
struct nami_neighbour *nami_adjacency_find(struct nami_adjacency *list, uint64_t rel);
/* The newest id + 1; 0: empty. */
uint64_t nami_adjacency_end(const struct nami_adjacency *list);
void nami_adjacency_mark(struct nami_adjacency *list, uint64_t rel, bool is_deleted);
/* Undo: the newest entry, which must have this id, goes. */
void nami_adjacency_take_back(struct nami_adjacency *list, uint64_t rel);
void nami_adjacency_free(struct nami_retire *retire, nami_adjacency_slot *slot);

#endif /* NAMI_CORE_MEMTABLE_ADJACENCY_H */
