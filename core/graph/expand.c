/* The relationships of a node. */
#include "core/graph/graph_internal.h"

/* What struct nami_expand's state holds. */
enum state {
    LIST,      /* being read; 0: take the next direction */
    PLACE,     /* in it */
    DIRECTION, /* 0 out, 1 in, 2 the end */
    MARK       /* relationships from this id on are newer than the snapshot */
};

static bool is_wanted(const uint32_t *types, uint32_t count, uint32_t type)
{
    for (uint32_t i = 0; i < count; i++) {
        if (types[i] == type) {
            return true;
        }
    }
    return count == 0;
}

void nami_expand_init(struct nami_expand *expand, const struct nami_snapshot *snap, uint64_t node,
                      uint32_t direction, const uint32_t *types, uint32_t type_count)
{
    const struct nami_memtable *table = &snap->graph->memtable;
    const struct nami_node_slot *slot = nami_memtable_node(table, node);

    *expand = (struct nami_expand){.snap = snap,
                                   .node = node,
                                   .direction = direction,
                                   .type_count = type_count,
                                   .types = types};
    expand->state[MARK] = nami_snapshot__rel_mark(snap);
    if (slot == NULL || nami_record_live(&slot->version, snap->lsn) == NULL) {
        expand->state[DIRECTION] = 2;
    } else if ((direction & NAMI_OUT) != 0) {
        expand->state[LIST] = (uint64_t)(uintptr_t)atomic_load_explicit(&slot->lists[NAMI_LIST_OUT],
                                                                        memory_order_acquire);
    }
}

/* Go to the list to read next; NULL: the end. */
static struct nami_adjacency *current_list(struct nami_expand *expand)
{
    const struct nami_memtable *table = &expand->snap->graph->memtable;

    while (expand->state[DIRECTION] < 2) {
        struct nami_adjacency *list = (struct nami_adjacency *)(uintptr_t)expand->state[LIST];

        while (list != NULL && !is_wanted(expand->types, expand->type_count, list->type)) {
            list = atomic_load_explicit(&list->next, memory_order_acquire);
            expand->state[LIST] = (uint64_t)(uintptr_t)list;
        }
        if (list != NULL) {
            return list;
        }
        expand->state[DIRECTION]++;
        if (expand->state[DIRECTION] == 1 && (expand->direction & NAMI_IN) != 0) {
            expand->state[LIST] = (uint64_t)(uintptr_t)atomic_load_explicit(
                &nami_memtable_node(table, expand->node)->lists[NAMI_LIST_IN],
                memory_order_acquire);
        }
    }
    return NULL;
}

/* Entries of one list from state[PLACE] on. */
static size_t read_list(struct nami_expand *expand, struct nami_adjacency *list,
                        struct nami_rel *rels, uint64_t *neighbours, size_t max)
{
    const struct nami_memtable *table = &expand->snap->graph->memtable;
    uint32_t count = atomic_load_explicit(&list->count, memory_order_acquire);
    uint32_t at = (uint32_t)expand->state[PLACE];
    bool is_in = expand->state[DIRECTION] == NAMI_LIST_IN;
    bool skips_loops = is_in && (expand->direction & NAMI_OUT) != 0;
    uint64_t lsn = expand->snap->lsn;
    size_t found = 0;

    for (; at < count && found < max; at++) {
        uint64_t id = atomic_load_explicit(&list->at[at].id, memory_order_relaxed);
        uint64_t other = 0;

        if (NAMI_NEIGHBOUR_ID(id) >= expand->state[MARK]) {
            at = count;
            break;
        }
        other = list->at[at].node;
        if (!nami_memtable_rel_is_live(table, id, lsn) ||
            nami_memtable_is_deleted(table, other, lsn) || (skips_loops && other == expand->node)) {
            continue;
        }
        rels[found] = (struct nami_rel){.id = NAMI_NEIGHBOUR_ID(id),
                                        .src = is_in ? other : expand->node,
                                        .dst = is_in ? expand->node : other,
                                        .type = list->type};
        neighbours[found++] = other;
    }
    expand->state[PLACE] = at;
    if (at >= count) {
        expand->state[PLACE] = 0;
        expand->state[LIST] =
            (uint64_t)(uintptr_t)atomic_load_explicit(&list->next, memory_order_acquire);
    }
    return found;
}

size_t nami_expand_next(struct nami_expand *expand, struct nami_rel *rels, uint64_t *neighbours,
                        size_t max)
{
    struct nami_adjacency *list = NULL;
    size_t found = 0;

    while (found < max && (list = current_list(expand)) != NULL) {
        found += read_list(expand, list, rels + found, neighbours + found, max - found);
    }
    return found;
}

uint64_t nami_expand_estimate(const struct nami_snapshot *snap, uint64_t node, uint32_t direction,
                              const uint32_t *types, uint32_t type_count)
{
    const struct nami_node_slot *slot = nami_memtable_node(&snap->graph->memtable, node);
    uint64_t sum = 0;

    for (uint32_t i = 0; slot != NULL && i < 2; i++) {
        const struct nami_adjacency *list =
            atomic_load_explicit(&slot->lists[i], memory_order_acquire);

        if ((direction & (i == NAMI_LIST_OUT ? NAMI_OUT : NAMI_IN)) == 0) {
            continue;
        }
        for (; list != NULL; list = atomic_load_explicit(&list->next, memory_order_acquire)) {
            if (is_wanted(types, type_count, list->type)) {
                sum += atomic_load_explicit(&list->count, memory_order_relaxed);
            }
        }
    }
    return sum;
}
