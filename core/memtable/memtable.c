#include "core/memtable/memtable.h"

#include <stdlib.h>
#include <string.h>

#define NAMES_END (UINT64_C(1) << 32) /* ids of names are below it */

static int32_t init_parts(struct nami_memtable *table)
{
    int32_t status = nami_radix_init(&table->nodes, sizeof(struct nami_node_leaf));

    if (status == NAMI_OK) {
        status = nami_radix_init(&table->rels, sizeof(struct nami_rel_leaf));
    }
    if (status == NAMI_OK) {
        status = nami_radix_init(&table->labels, sizeof(struct nami_label_leaf_of_info));
    }
    if (status == NAMI_OK) {
        status = nami_radix_init(&table->types, sizeof(struct nami_type_leaf));
    }
    return status;
}

int32_t nami_memtable_init(struct nami_memtable *table)
{
    int32_t status = NAMI_OK;

    memset(table, 0, sizeof(*table));
    status = nami_retire_init(&table->retire);
    if (status != NAMI_OK) {
        return status;
    }
    status = init_parts(table);
    if (status != NAMI_OK) {
        nami_memtable_release(table);
        return status;
    }
    nami_memtable_refresh(table);
    return NAMI_OK;
}

/* ---- the end ---- */

static void free_node_leaf(struct nami_retire *retire, void *leaf)
{
    struct nami_node_leaf *nodes = leaf;

    for (size_t i = 0; i < NAMI_LEAF_IDS; i++) {
        nami_record_free_chain(retire, &nodes->slots[i].version);
        nami_adjacency_free(retire, &nodes->slots[i].lists[NAMI_LIST_OUT]);
        nami_adjacency_free(retire, &nodes->slots[i].lists[NAMI_LIST_IN]);
    }
}

static void free_rel_leaf(struct nami_retire *retire, void *leaf)
{
    struct nami_rel_leaf *rels = leaf;

    for (size_t i = 0; i < NAMI_LEAF_IDS; i++) {
        nami_record_free_chain(retire, &rels->slots[i]);
    }
}

static void clear_label_leaf(struct nami_retire *retire, void *leaf)
{
    struct nami_label_leaf_of_info *labels = leaf;

    for (size_t i = 0; i < NAMI_LEAF_IDS; i++) {
        nami_label_bitmap_clear(&labels->at[i], retire);
    }
}

static void clear_type_leaf(struct nami_retire *retire, void *leaf)
{
    struct nami_type_leaf *types = leaf;

    (void)retire;
    for (size_t i = 0; i < NAMI_LEAF_IDS; i++) {
        atomic_store(&types->rels[i], 0);
    }
}

/* Counts of labels and types may be read without a pin: their leaves stay. */
static void clear_counts(struct nami_memtable *table)
{
    void *leaf = NULL;

    for (uint64_t id = 0; table->labels.top != NULL &&
                          (leaf = nami_radix_next(&table->labels, id, NAMES_END, &id)) != NULL;
         id += NAMI_LEAF_IDS) {
        clear_label_leaf(&table->retire, leaf);
    }
    for (uint64_t id = 0; table->types.top != NULL &&
                          (leaf = nami_radix_next(&table->types, id, NAMES_END, &id)) != NULL;
         id += NAMI_LEAF_IDS) {
        clear_type_leaf(&table->retire, leaf);
    }
}

void nami_memtable_clear(struct nami_memtable *table)
{
    struct nami_index_list *list = atomic_load(&table->indexes);

    nami_retire_flush(&table->retire);
    atomic_store(&table->indexes, NULL);
    for (uint32_t i = 0; list != NULL && i < list->count; i++) {
        nami_value_index_destroy(&table->retire, list->at[i]);
    }
    nami_block_free(&table->retire, list);
    clear_counts(table);
    nami_radix_clear(&table->nodes, &table->retire, free_node_leaf);
    nami_radix_clear(&table->rels, &table->retire, free_rel_leaf);
    nami_label_sets_release(&table->sets);
    atomic_store(&table->node_count, 0);
    atomic_store(&table->rel_count, 0);
    atomic_store(&table->node_end, 0);
    atomic_store(&table->next_rel, 0);
    atomic_store(&table->has_deleted, false);
    table->index_version++;
    nami_retire_publish(&table->retire, 0, 0);
    nami_memtable_refresh(table);
}

void nami_memtable_release(struct nami_memtable *table)
{
    nami_memtable_clear(table);
    nami_radix_clear(&table->labels, &table->retire, clear_label_leaf);
    nami_radix_clear(&table->types, &table->retire, clear_type_leaf);
    nami_radix_release(&table->nodes);
    nami_radix_release(&table->rels);
    nami_radix_release(&table->labels);
    nami_radix_release(&table->types);
    free(table->scratch);
    table->scratch = NULL;
    nami_retire_release(&table->retire);
}

/* ---- look up ---- */

struct nami_label_info *nami_memtable_label(const struct nami_memtable *table, uint32_t label)
{
    struct nami_label_leaf_of_info *leaf = nami_radix_leaf(&table->labels, label);

    return leaf != NULL ? &leaf->at[label % NAMI_LEAF_IDS] : NULL;
}

uint64_t nami_memtable_type_count(const struct nami_memtable *table, uint32_t type)
{
    const struct nami_type_leaf *leaf = nami_radix_leaf(&table->types, type);

    return leaf != NULL
               ? atomic_load_explicit(&leaf->rels[type % NAMI_LEAF_IDS], memory_order_relaxed)
               : 0;
}

struct nami_value_index *nami_memtable_index(const struct nami_memtable *table,
                                             const struct nami_rule *rule)
{
    const struct nami_index_list *list =
        atomic_load_explicit(&table->indexes, memory_order_acquire);

    for (uint32_t i = 0; list != NULL && i < list->count; i++) {
        if (list->at[i]->rule == rule) {
            return list->at[i];
        }
    }
    return NULL;
}

/* ---- for the writer ---- */

void nami_memtable_refresh(struct nami_memtable *table)
{
    nami_retire_flush(&table->retire);
    nami_retire_horizon(&table->retire, &table->horizon);
}

struct nami_property *nami_memtable_scratch(struct nami_memtable *table, size_t count)
{
    if (table->scratch == NULL || count > table->scratch_count) {
        size_t want = count < 64 ? 64 : count * 2;
        struct nami_property *grown = realloc(table->scratch, want * sizeof(*grown));

        if (grown == NULL) {
            return NULL;
        }
        table->scratch = grown;
        table->scratch_count = want;
    }
    return table->scratch;
}
