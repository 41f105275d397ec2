/* Which indexes there are, and which of them a node with some labels must be in. */
#include <stdlib.h>

#include "core/catalog/rules.h"
#include "core/memtable/memtable.h"

static bool is_kept(const struct nami_value_index *index)
{
    return atomic_load_explicit(&index->rule->dropped_lsn, memory_order_relaxed) == NAMI_RULE_LIVE;
}

int32_t nami_memtable_indexes_of(struct nami_memtable *table, struct nami_label_set *labels)
{
    const struct nami_index_list *list =
        atomic_load_explicit(&table->indexes, memory_order_relaxed);
    uint32_t count = list != NULL ? list->count : 0;

    if (labels->index_version == table->index_version) {
        return NAMI_OK;
    }
    if (count > 0) {
        struct nami_value_index **grown =
            realloc(labels->indexes, count * sizeof(labels->indexes[0]));

        if (grown == NULL) {
            return NAMI_E_NOMEM;
        }
        labels->indexes = grown;
    }
    labels->index_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (is_kept(list->at[i]) && nami_label_set_has(labels, list->at[i]->rule->label)) {
            labels->indexes[labels->index_count++] = list->at[i];
        }
    }
    labels->index_version = table->index_version;
    return NAMI_OK;
}

/* Every live node with the label into the new index. */
static int32_t fill(struct nami_memtable *table, struct nami_value_index *index)
{
    const struct nami_label_info *label = nami_memtable_label(table, index->rule->label);
    const struct nami_label_leaf *leaf = NULL;
    int32_t status = NAMI_OK;

    for (uint64_t at = 0; label != NULL && (leaf = nami_label_bitmap_next(label, at)) != NULL;
         at = leaf->leaf + 1) {
        for (uint64_t id = leaf->leaf * NAMI_LEAF_IDS;
             id < (leaf->leaf + 1) * NAMI_LEAF_IDS && status == NAMI_OK; id++) {
            const struct nami_record *version = NULL;
            const struct nami_value *value = NULL;

            if ((leaf->bits[id % NAMI_LEAF_IDS / 64] >> (id % 64) & 1) == 0) {
                continue;
            }
            version = nami_memtable_node_at(table, id, UINT64_MAX);
            value = version != NULL && nami_label_set_has(version->labels, index->rule->label)
                        ? nami_record_property(version, index->rule->key)
                        : NULL;
            if (value != NULL) {
                status =
                    nami_value_index_insert(index, &table->retire, nami_value_hash(*value), id);
            }
        }
    }
    return status;
}

/* The list with one more, or without one. NULL: no memory. */
static struct nami_index_list *list_with(struct nami_memtable *table,
                                         const struct nami_index_list *old,
                                         struct nami_value_index *added,
                                         const struct nami_value_index *removed)
{
    uint32_t count = old != NULL ? old->count : 0;
    struct nami_index_list *list =
        nami_block_alloc(&table->retire, sizeof(*list) + (count + 1) * sizeof(list->at[0]));

    for (uint32_t i = 0; list != NULL && i < count; i++) {
        if (old->at[i] != removed) {
            list->at[list->count++] = old->at[i];
        }
    }
    if (list != NULL && added != NULL) {
        list->at[list->count++] = added;
    }
    return list;
}

static void publish(struct nami_memtable *table, struct nami_index_list *list)
{
    struct nami_index_list *old = atomic_load_explicit(&table->indexes, memory_order_relaxed);

    atomic_store_explicit(&table->indexes, list, memory_order_release);
    nami_block_retire(&table->retire, old);
    table->index_version++;
}

int32_t nami_memtable_create_index(struct nami_memtable *table, const struct nami_rule *rule)
{
    struct nami_value_index *index = nami_value_index_create(&table->retire, rule);
    struct nami_index_list *list =
        index != NULL ? list_with(table, atomic_load(&table->indexes), index, NULL) : NULL;

    if (list == NULL || fill(table, index) != NAMI_OK) {
        nami_block_free(&table->retire, list);
        nami_value_index_destroy(&table->retire, index);
        return NAMI_E_NOMEM;
    }
    publish(table, list);
    return NAMI_OK;
}

int32_t nami_memtable_remove_index(struct nami_memtable *table, const struct nami_rule *rule)
{
    struct nami_value_index *index = nami_memtable_index(table, rule);
    struct nami_index_list *list =
        index != NULL ? list_with(table, atomic_load(&table->indexes), NULL, index) : NULL;

    if (index == NULL) {
        return NAMI_OK;
    }
    if (list == NULL) {
        return NAMI_E_NOMEM;
    }
    publish(table, list);
    nami_value_index_retire(&table->retire, index);
    return NAMI_OK;
}
