/* Relationships: create, properties, delete; and nodes: delete. */
#include <stdlib.h>

#include "core/graph/graph_internal.h"

static int32_t gone(struct nami_diagnostic *diag, uint64_t id)
{
    return nami_diagnose(diag, NAMI_COND_DELETED_ENTITY_ACCESS, NULL, "Node(%llu) has been deleted",
                         (unsigned long long)id);
}

int32_t nami_txn_create_rel(struct nami_txn *txn, uint64_t src, uint32_t type, uint64_t dst,
                            const struct nami_property *properties, uint32_t property_count,
                            struct nami_rel *rel, struct nami_diagnostic *diag)
{
    struct nami_memtable *table = &txn->graph->memtable;
    struct nami_property *sorted = NULL;
    int32_t status = NAMI_OK;

    if (nami_memtable_node_at(table, src, txn->lsn) == NULL) {
        return gone(diag, src);
    }
    if (nami_memtable_node_at(table, dst, txn->lsn) == NULL) {
        return gone(diag, dst);
    }
    if (property_count > 0) {
        status = nami_txn__sort(txn, properties, property_count, &sorted, diag);
        property_count = status == NAMI_OK ? nami_txn__drop_nulls(sorted, property_count) : 0;
    }
    if (status != NAMI_OK) {
        return status;
    }
    *rel = (struct nami_rel){.id = atomic_load_explicit(&table->next_rel, memory_order_relaxed),
                             .src = src,
                             .dst = dst,
                             .type = type};
    if (nami_txn__reserve(txn) != NAMI_OK ||
        nami_memtable_create_rel(table, txn->lsn, rel, sorted, property_count) != NAMI_OK) {
        return nami_txn__nomem(diag);
    }
    nami_txn__note(txn, NAMI_OP_REL_CREATED, rel);
    txn->changes.rels_created++;
    txn->changes.properties_set += property_count;
    return NAMI_OK;
}

int32_t nami_txn_set_rel(struct nami_txn *txn, const struct nami_rel *rel,
                         const struct nami_property *properties, uint32_t property_count,
                         bool replace, struct nami_diagnostic *diag)
{
    struct nami_memtable *table = &txn->graph->memtable;
    const nami_record_slot *slot = nami_memtable_rel(table, rel->id);
    const struct nami_record *head = slot != NULL ? nami_record_head(slot) : NULL;
    uint32_t head_count = head != NULL ? head->property_count : 0;
    bool is_first = rel->id < txn->next_rel && (head == NULL || head->lsn != txn->lsn);
    struct nami_property *patch = NULL;
    uint64_t changed = 0;
    uint32_t count = 0;
    int32_t status = NAMI_OK;

    if (!nami_graph__rel_is_live(txn->graph, rel, UINT64_MAX, txn->lsn)) {
        return NAMI_OK;
    }
    if (nami_memtable_scratch(table, (size_t)property_count * 2 + head_count) == NULL) {
        return nami_txn__nomem(diag);
    }
    status = nami_txn__sort(txn, properties, property_count, &patch, diag);
    if (status != NAMI_OK) {
        return status;
    }
    count =
        nami_record_merge(head, patch, property_count, replace, patch + property_count, &changed);
    if (changed == 0) {
        return NAMI_OK;
    }
    if (nami_txn__reserve(txn) != NAMI_OK ||
        nami_memtable_change_rel(table, txn->lsn, rel, patch + property_count, count) != NAMI_OK) {
        return nami_txn__nomem(diag);
    }
    if (is_first) {
        nami_txn__note(txn, NAMI_OP_REL_CHANGED, rel);
    }
    txn->changes.properties_set += changed;
    return NAMI_OK;
}

/* ---- delete ---- */

static size_t *find_pending(const struct nami_txn *txn, uint64_t id, size_t *place)
{
    for (*place = 0; *place < txn->pending_count; (*place)++) {
        if (txn->pending[*place] == id) {
            return place;
        }
    }
    return NULL;
}

/* Alive, or deleted alone in this clause: then its relationships are still there. */
static bool has_rels(const struct nami_txn *txn, uint64_t id)
{
    size_t place = 0;

    return nami_memtable_node_at(&txn->graph->memtable, id, txn->lsn) != NULL ||
           find_pending(txn, id, &place) != NULL;
}

int32_t nami_txn_delete_rel(struct nami_txn *txn, const struct nami_rel *rel,
                            struct nami_diagnostic *diag)
{
    struct nami_memtable *table = &txn->graph->memtable;
    const struct nami_neighbour *entry = nami_memtable_entry(table, rel);

    if (entry == NULL ||
        (atomic_load_explicit(&entry->id, memory_order_relaxed) & NAMI_NEIGHBOUR_DELETED) != 0 ||
        !has_rels(txn, rel->src) || !has_rels(txn, rel->dst)) {
        return NAMI_OK;
    }
    if (nami_txn__reserve(txn) != NAMI_OK ||
        nami_memtable_delete_rel(table, txn->lsn, rel, true) != NAMI_OK) {
        return nami_txn__nomem(diag);
    }
    nami_txn__note(txn, NAMI_OP_REL_DELETED, rel);
    txn->changes.rels_deleted++;
    return NAMI_OK;
}

/* DETACH DELETE of a node that this clause has deleted alone before. */
static int32_t detach_pending(struct nami_txn *txn, uint64_t id, struct nami_diagnostic *diag)
{
    size_t place = 0;

    if (find_pending(txn, id, &place) == NULL) {
        return NAMI_OK;
    }
    if (nami_txn__reserve(txn) != NAMI_OK) {
        return nami_txn__nomem(diag);
    }
    txn->pending[place] = txn->pending[--txn->pending_count];
    txn->changes.rels_deleted += nami_memtable_count_rels(&txn->graph->memtable, id, false);
    nami_txn__note_node(txn, NAMI_OP_RELS_HIDDEN, id);
    return NAMI_OK;
}

int32_t nami_txn_delete_node(struct nami_txn *txn, uint64_t id, bool detach,
                             struct nami_diagnostic *diag)
{
    struct nami_memtable *table = &txn->graph->memtable;
    void *pending = txn->pending;
    int32_t status = NAMI_OK;

    if (nami_memtable_node_at(table, id, txn->lsn) == NULL) {
        return detach ? detach_pending(txn, id, diag) : NAMI_OK;
    }
    status = nami_graph__grow(&pending, &txn->pending_capacity, txn->pending_count,
                              sizeof(txn->pending[0]));
    txn->pending = pending;
    if (status != NAMI_OK || nami_txn__reserve(txn) != NAMI_OK ||
        nami_memtable_delete_node(table, txn->lsn, id) != NAMI_OK) {
        return nami_txn__nomem(diag);
    }
    nami_txn__note_node(txn, detach ? NAMI_OP_NODE_DETACHED : NAMI_OP_NODE_DELETED, id);
    txn->changes.nodes_deleted++;
    if (detach) {
        txn->changes.rels_deleted += nami_memtable_count_rels(table, id, false);
    } else {
        txn->pending[txn->pending_count++] = id;
    }
    return NAMI_OK;
}

static int compare_ids(const void *a, const void *b)
{
    const uint64_t *left = a;
    const uint64_t *right = b;

    return (*left > *right) - (*left < *right);
}

/* `pending` is sorted. Does a relationship of this node remain? */
static bool has_remaining(const struct nami_txn *txn, uint64_t id)
{
    const struct nami_memtable *table = &txn->graph->memtable;
    const struct nami_node_slot *slot = nami_memtable_node(table, id);

    for (size_t direction = 0; direction < 2; direction++) {
        const struct nami_adjacency *list =
            atomic_load_explicit(&slot->lists[direction], memory_order_relaxed);

        for (; list != NULL; list = atomic_load_explicit(&list->next, memory_order_relaxed)) {
            uint32_t count = atomic_load_explicit(&list->count, memory_order_relaxed);

            for (uint32_t i = 0; i < count; i++) {
                uint64_t rel = atomic_load_explicit(&list->at[i].id, memory_order_relaxed);
                uint64_t other = list->at[i].node;

                if ((rel & NAMI_NEIGHBOUR_DELETED) == 0 &&
                    (nami_memtable_node_at(table, other, txn->lsn) != NULL ||
                     bsearch(&other, txn->pending, txn->pending_count, sizeof(other),
                             compare_ids) != NULL)) {
                    return true;
                }
            }
        }
    }
    return false;
}

int32_t nami_txn_check_deletes(struct nami_txn *txn, struct nami_diagnostic *diag)
{
    if (txn->pending_count > 1) {
        qsort(txn->pending, txn->pending_count, sizeof(txn->pending[0]), compare_ids);
    }
    for (size_t i = 0; i < txn->pending_count; i++) {
        if (has_remaining(txn, txn->pending[i])) {
            return nami_diagnose(diag, NAMI_COND_DELETE_CONNECTED_NODE, NULL,
                                 "Node(%llu) still has relationships: delete them first, or use "
                                 "DETACH DELETE",
                                 (unsigned long long)txn->pending[i]);
        }
    }
    txn->pending_count = 0;
    return NAMI_OK;
}
