/* Nodes and relationships by their ids. */
#include "core/graph/graph_internal.h"

static const struct nami_record *node_at(const struct nami_snapshot *snap, uint64_t id)
{
    return nami_memtable_node_at(&snap->graph->memtable, id, snap->lsn);
}

bool nami_node_exists(const struct nami_snapshot *snap, uint64_t id)
{
    return node_at(snap, id) != NULL;
}

struct nami_labels nami_node_labels(const struct nami_snapshot *snap, uint64_t id)
{
    const struct nami_record *node = node_at(snap, id);

    return node == NULL
               ? (struct nami_labels){0}
               : (struct nami_labels){.at = node->labels->labels, .count = node->labels->count};
}

bool nami_node_has_label(const struct nami_snapshot *snap, uint64_t id, uint32_t label)
{
    const struct nami_record *node = node_at(snap, id);

    return node != NULL && nami_label_set_has(node->labels, label);
}

static struct nami_value property_of(const struct nami_record *record, uint32_t key)
{
    const struct nami_value *value = record != NULL ? nami_record_property(record, key) : NULL;

    return value != NULL ? *value : nami_value_null();
}

struct nami_value nami_node_property(const struct nami_snapshot *snap, uint64_t id, uint32_t key)
{
    return property_of(node_at(snap, id), key);
}

void nami_node_properties(const struct nami_snapshot *snap, const uint64_t *ids, size_t count,
                          uint32_t key, struct nami_value *out)
{
    for (size_t i = 0; i < count; i++) {
        out[i] = property_of(node_at(snap, ids[i]), key);
    }
}

static struct nami_properties all_of(const struct nami_record *record)
{
    return record == NULL ? (struct nami_properties){0}
                          : (struct nami_properties){.at = record->properties,
                                                     .count = record->property_count};
}

struct nami_properties nami_node_all(const struct nami_snapshot *snap, uint64_t id)
{
    return all_of(node_at(snap, id));
}

/* ---- relationships ---- */

bool nami_graph__rel_is_live(const struct nami_graph *graph, const struct nami_rel *rel,
                             uint64_t mark, uint64_t lsn)
{
    const struct nami_memtable *table = &graph->memtable;
    struct nami_neighbour *entry = NULL;

    if (rel->id >= mark || nami_memtable_node_at(table, rel->src, lsn) == NULL ||
        nami_memtable_node_at(table, rel->dst, lsn) == NULL) {
        return false;
    }
    entry = nami_memtable_entry(table, rel);
    return entry != NULL && nami_memtable_rel_is_live(
                                table, atomic_load_explicit(&entry->id, memory_order_relaxed), lsn);
}

bool nami_rel_exists(const struct nami_snapshot *snap, const struct nami_rel *rel)
{
    return nami_graph__rel_is_live(snap->graph, rel, nami_snapshot__rel_mark(snap), snap->lsn);
}

static const struct nami_record *rel_at(const struct nami_snapshot *snap,
                                        const struct nami_rel *rel)
{
    const nami_record_slot *slot = nami_memtable_rel(&snap->graph->memtable, rel->id);

    return slot != NULL ? nami_record_live(slot, snap->lsn) : NULL;
}

struct nami_value nami_rel_property(const struct nami_snapshot *snap, const struct nami_rel *rel,
                                    uint32_t key)
{
    return property_of(rel_at(snap, rel), key);
}

struct nami_properties nami_rel_all(const struct nami_snapshot *snap, const struct nami_rel *rel)
{
    return all_of(rel_at(snap, rel));
}
