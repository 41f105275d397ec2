/* Relationships: create, change, delete, undo; both directions. */
#include "core/memtable/memtable.h"

static void count_rel(struct nami_memtable *table, uint32_t type, uint64_t by)
{
    struct nami_type_leaf *leaf = nami_radix_leaf(&table->types, type);

    atomic_fetch_add_explicit(&leaf->rels[type % NAMI_LEAF_IDS], by, memory_order_relaxed);
    atomic_fetch_add_explicit(&table->rel_count, by, memory_order_relaxed);
}

/* Deleted so long ago that every snapshot, and undo, agrees. */
static bool is_gone(void *context, uint64_t rel, uint64_t node)
{
    const struct nami_memtable *table = context;
    const nami_record_slot *slot = nami_memtable_rel(table, rel);
    const struct nami_record *head = slot != NULL ? nami_record_head(slot) : NULL;

    (void)node;
    return head != NULL && head->is_deleted && head->lsn <= table->horizon.oldest;
}

static nami_record_slot *slot_of(struct nami_memtable *table, uint64_t id)
{
    struct nami_rel_leaf *leaf = nami_radix_make(&table->rels, &table->retire, id);

    return leaf != NULL ? &leaf->slots[id % NAMI_LEAF_IDS] : NULL;
}

int32_t nami_memtable_create_rel(struct nami_memtable *table, uint64_t lsn,
                                 const struct nami_rel *rel, const struct nami_property *properties,
                                 uint32_t count)
{
    struct nami_node_slot *src = nami_memtable_node(table, rel->src);
    struct nami_node_slot *dst = nami_memtable_node(table, rel->dst);
    struct nami_adjacency *out = NULL;
    struct nami_adjacency *in = NULL;
    struct nami_record *version = NULL;
    nami_record_slot *slot = NULL;
    int32_t status = NAMI_OK;

    if (nami_radix_make(&table->types, &table->retire, rel->type) == NULL) {
        return NAMI_E_NOMEM;
    }
    status = nami_adjacency_reserve(&table->retire, &src->lists[NAMI_LIST_OUT], rel->type, is_gone,
                                    table, &out);
    if (status == NAMI_OK) {
        status = nami_adjacency_reserve(&table->retire, &dst->lists[NAMI_LIST_IN], rel->type,
                                        is_gone, table, &in);
    }
    if (status == NAMI_OK && count > 0) {
        slot = slot_of(table, rel->id);
        version =
            slot != NULL ? nami_record_create(&table->retire, lsn, NULL, properties, count) : NULL;
        status = version != NULL ? NAMI_OK : NAMI_E_NOMEM;
    }
    if (status != NAMI_OK) {
        return status;
    }
    if (version != NULL) {
        nami_record_push(&table->retire, &table->horizon, slot, version, NULL);
    }
    nami_adjacency_append(out, rel->id, rel->dst);
    nami_adjacency_append(in, rel->id, rel->src);
    count_rel(table, rel->type, 1);
    if (rel->id >= atomic_load_explicit(&table->next_rel, memory_order_relaxed)) {
        atomic_store_explicit(&table->next_rel, rel->id + 1, memory_order_relaxed);
    }
    return NAMI_OK;
}

int32_t nami_memtable_change_rel(struct nami_memtable *table, uint64_t lsn,
                                 const struct nami_rel *rel, const struct nami_property *properties,
                                 uint32_t count)
{
    nami_record_slot *slot = slot_of(table, rel->id);
    struct nami_record *version =
        slot != NULL ? nami_record_create(&table->retire, lsn, NULL, properties, count) : NULL;

    if (version == NULL) {
        return NAMI_E_NOMEM;
    }
    nami_record_push(&table->retire, &table->horizon, slot, version, NULL);
    return NAMI_OK;
}

static void mark_both(struct nami_memtable *table, const struct nami_rel *rel, bool is_deleted)
{
    const struct nami_node_slot *src = nami_memtable_node(table, rel->src);
    const struct nami_node_slot *dst = nami_memtable_node(table, rel->dst);

    nami_adjacency_mark(nami_adjacency_of_type(&src->lists[NAMI_LIST_OUT], rel->type), rel->id,
                        is_deleted);
    nami_adjacency_mark(nami_adjacency_of_type(&dst->lists[NAMI_LIST_IN], rel->type), rel->id,
                        is_deleted);
}

int32_t nami_memtable_delete_rel(struct nami_memtable *table, uint64_t lsn,
                                 const struct nami_rel *rel, bool counts)
{
    nami_record_slot *slot = slot_of(table, rel->id);
    struct nami_record *version = slot != NULL ? nami_record_tombstone(&table->retire, lsn) : NULL;

    if (version == NULL) {
        return NAMI_E_NOMEM;
    }
    nami_record_push(&table->retire, &table->horizon, slot, version, NULL);
    mark_both(table, rel, true); /* after the tombstone: who sees the mark looks for it */
    if (counts) {
        count_rel(table, rel->type, UINT64_MAX);
    }
    return NAMI_OK;
}

struct nami_neighbour *nami_memtable_entry(const struct nami_memtable *table,
                                           const struct nami_rel *rel)
{
    const struct nami_node_slot *slot = nami_memtable_node(table, rel->src);
    struct nami_adjacency *list =
        slot != NULL ? nami_adjacency_of_type(&slot->lists[NAMI_LIST_OUT], rel->type) : NULL;
    struct nami_neighbour *entry = nami_adjacency_find(list, rel->id);

    return entry != NULL && entry->node == rel->dst ? entry : NULL;
}

uint64_t nami_memtable_count_rels(struct nami_memtable *table, uint64_t id, bool add)
{
    const struct nami_node_slot *slot = nami_memtable_node(table, id);
    uint64_t found = 0;

    for (size_t direction = 0; direction < 2; direction++) {
        const struct nami_adjacency *list =
            atomic_load_explicit(&slot->lists[direction], memory_order_relaxed);

        for (; list != NULL; list = atomic_load_explicit(&list->next, memory_order_relaxed)) {
            uint32_t count = atomic_load_explicit(&list->count, memory_order_relaxed);

            for (uint32_t i = 0; i < count; i++) {
                uint64_t rel = atomic_load_explicit(&list->at[i].id, memory_order_relaxed);
                uint64_t other = list->at[i].node;

                if ((rel & NAMI_NEIGHBOUR_DELETED) != 0 ||
                    (other == id ? direction == NAMI_LIST_IN
                                 : nami_memtable_is_deleted(table, other, UINT64_MAX))) {
                    continue;
                }
                count_rel(table, list->type, add ? 1 : UINT64_MAX);
                found++;
            }
        }
    }
    return found;
}

/* ---- undo ---- */

void nami_memtable_undo_create_rel(struct nami_memtable *table, uint64_t lsn,
                                   const struct nami_rel *rel)
{
    const struct nami_node_slot *src = nami_memtable_node(table, rel->src);
    const struct nami_node_slot *dst = nami_memtable_node(table, rel->dst);
    nami_record_slot *slot = nami_memtable_rel(table, rel->id);

    nami_adjacency_take_back(nami_adjacency_of_type(&src->lists[NAMI_LIST_OUT], rel->type),
                             rel->id);
    nami_adjacency_take_back(nami_adjacency_of_type(&dst->lists[NAMI_LIST_IN], rel->type), rel->id);
    count_rel(table, rel->type, UINT64_MAX);
    while (slot != NULL && nami_record_pop(&table->retire, slot, lsn)) {
    }
}

void nami_memtable_undo_change_rel(struct nami_memtable *table, uint64_t lsn,
                                   const struct nami_rel *rel)
{
    (void)nami_record_pop(&table->retire, nami_memtable_rel(table, rel->id), lsn);
}

void nami_memtable_undo_delete_rel(struct nami_memtable *table, uint64_t lsn,
                                   const struct nami_rel *rel, bool counts)
{
    mark_both(table, rel, false);
    (void)nami_record_pop(&table->retire, nami_memtable_rel(table, rel->id), lsn);
    if (counts) {
        count_rel(table, rel->type, 1);
    }
}
