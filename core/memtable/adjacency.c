#include "core/memtable/adjacency.h"

#include <assert.h>

enum { LIST_FIRST = 2, LIST_DOUBLES_UNTIL = 256 };

struct nami_adjacency *nami_adjacency_of_type(const nami_adjacency_slot *slot, uint32_t type)
{
    struct nami_adjacency *list = atomic_load_explicit(slot, memory_order_acquire);

    while (list != NULL && list->type != type) {
        list = atomic_load_explicit(&list->next, memory_order_acquire);
    }
    return list;
}

static uint32_t live_count(const struct nami_adjacency *list, nami_neighbour_is_gone *is_gone,
                           void *context)
{
    uint32_t count = atomic_load_explicit(&list->count, memory_order_relaxed);
    uint32_t live = count;

    for (uint32_t i = 0; list->dead > 0 && i < count; i++) {
        uint64_t id = atomic_load_explicit(&list->at[i].id, memory_order_relaxed);

        live -= (id & NAMI_NEIGHBOUR_DELETED) != 0 &&
                is_gone(context, NAMI_NEIGHBOUR_ID(id), list->at[i].node);
    }
    return live;
}

static struct nami_adjacency *list_create(struct nami_retire *retire, uint32_t type,
                                          uint32_t capacity)
{
    struct nami_adjacency *list =
        nami_block_alloc_raw(retire, sizeof(*list) + capacity * sizeof(list->at[0]));

    if (list != NULL) {
        atomic_init(&list->next, NULL);
        list->type = type;
        list->capacity = capacity;
        atomic_init(&list->count, 0);
        list->dead = 0;
    }
    return list;
}

/* A larger copy without what is gone, in the place of `list`. NULL: no memory. */
static struct nami_adjacency *grow(struct nami_retire *retire, nami_adjacency_slot *at,
                                   struct nami_adjacency *list, nami_neighbour_is_gone *is_gone,
                                   void *context)
{
    uint32_t count = atomic_load_explicit(&list->count, memory_order_relaxed);
    uint32_t live = live_count(list, is_gone, context);
    uint32_t capacity = live < LIST_DOUBLES_UNTIL ? live * 2 : live + live / 2;
    struct nami_adjacency *grown = NULL;
    uint32_t kept = 0;

    capacity = capacity < LIST_FIRST ? LIST_FIRST : capacity;
    grown = capacity > live ? list_create(retire, list->type, capacity) : NULL;
    if (grown == NULL) {
        return NULL;
    }
    for (uint32_t i = 0; i < count; i++) {
        uint64_t id = atomic_load_explicit(&list->at[i].id, memory_order_relaxed);
        bool is_marked = (id & NAMI_NEIGHBOUR_DELETED) != 0;

        if (live < count && is_marked &&
            is_gone(context, NAMI_NEIGHBOUR_ID(id), list->at[i].node)) {
            continue;
        }
        atomic_init(&grown->at[kept].id, id);
        grown->at[kept++].node = list->at[i].node;
        grown->dead += is_marked;
    }
    atomic_init(&grown->count, kept);
    atomic_init(&grown->next, atomic_load_explicit(&list->next, memory_order_relaxed));
    atomic_store_explicit(at, grown, memory_order_release);
    nami_block_retire(retire, list);
    return grown;
}

int32_t nami_adjacency_reserve(struct nami_retire *retire, nami_adjacency_slot *slot, uint32_t type,
                               nami_neighbour_is_gone *is_gone, void *context,
                               struct nami_adjacency **out)
{
    nami_adjacency_slot *at = slot;
    struct nami_adjacency *list = atomic_load_explicit(at, memory_order_relaxed);

    while (list != NULL && list->type != type) {
        at = &list->next;
        list = atomic_load_explicit(at, memory_order_relaxed);
    }
    if (list == NULL) {
        list = list_create(retire, type, LIST_FIRST);
        if (list != NULL) {
            atomic_store_explicit(at, list, memory_order_release);
        }
    } else if (atomic_load_explicit(&list->count, memory_order_relaxed) == list->capacity) {
        list = grow(retire, at, list, is_gone, context);
    }
    *out = list;
    return list != NULL ? NAMI_OK : NAMI_E_NOMEM;
}

struct nami_neighbour *nami_adjacency_find(struct nami_adjacency *list, uint64_t rel)
{
    uint32_t low = 0;
    uint32_t high = list != NULL ? atomic_load_explicit(&list->count, memory_order_acquire) : 0;
    uint32_t count = high;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        uint64_t id = atomic_load_explicit(&list->at[middle].id, memory_order_relaxed);

        if (NAMI_NEIGHBOUR_ID(id) < rel) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == count ||
        NAMI_NEIGHBOUR_ID(atomic_load_explicit(&list->at[low].id, memory_order_relaxed)) != rel) {
        return NULL;
    }
    return &list->at[low];
}

uint64_t nami_adjacency_end(const struct nami_adjacency *list)
{
    uint32_t count = atomic_load_explicit(&list->count, memory_order_relaxed);

    return count == 0 ? 0
                      : NAMI_NEIGHBOUR_ID(
                            atomic_load_explicit(&list->at[count - 1].id, memory_order_relaxed)) +
                            1;
}

void nami_adjacency_mark(struct nami_adjacency *list, uint64_t rel, bool is_deleted)
{
    struct nami_neighbour *entry = nami_adjacency_find(list, rel);

    assert(entry != NULL);
    atomic_store_explicit(&entry->id, is_deleted ? rel | NAMI_NEIGHBOUR_DELETED : rel,
                          memory_order_relaxed);
    list->dead = is_deleted ? list->dead + 1 : list->dead - 1;
}

void nami_adjacency_take_back(struct nami_adjacency *list, uint64_t rel)
{
    uint32_t count = atomic_load_explicit(&list->count, memory_order_relaxed);

    assert(nami_adjacency_end(list) == rel + 1);
    (void)rel;
    atomic_store_explicit(&list->count, count - 1, memory_order_release);
}

void nami_adjacency_free(struct nami_retire *retire, nami_adjacency_slot *slot)
{
    struct nami_adjacency *list = atomic_load_explicit(slot, memory_order_relaxed);

    while (list != NULL) {
        struct nami_adjacency *next = atomic_load_explicit(&list->next, memory_order_relaxed);

        nami_block_free(retire, list);
        list = next;
    }
    atomic_store_explicit(slot, NULL, memory_order_relaxed);
}
