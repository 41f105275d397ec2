/* Nodes: create, properties, labels. */
#include <stdlib.h>

#include "core/graph/graph_internal.h"

enum { INSERTION_SORT_MAX = 24 };

int32_t nami_txn__nomem(struct nami_diagnostic *diag)
{
    return nami_diagnose(diag, NAMI_COND_OUT_OF_MEMORY, NULL, "no memory for the change");
}

static int compare_keys(const void *a, const void *b)
{
    const struct nami_property *left = a;
    const struct nami_property *right = b;

    return (left->key > right->key) - (left->key < right->key);
}

static void sort_properties(struct nami_property *at, uint32_t count)
{
    if (count > INSERTION_SORT_MAX) {
        qsort(at, count, sizeof(at[0]), compare_keys);
        return;
    }
    for (uint32_t i = 1; i < count; i++) {
        struct nami_property moved = at[i];
        uint32_t j = i;

        for (; j > 0 && at[j - 1].key > moved.key; j--) {
            at[j] = at[j - 1];
        }
        at[j] = moved;
    }
}

static int32_t check_storable(const struct nami_txn *txn, const struct nami_property *property,
                              struct nami_diagnostic *diag)
{
    struct nami_slice key = nami_catalog_name(txn->graph->catalog, NAMI_DICT_KEY, property->key);

    if (nami_value_is_null(property->value) || nami_value_is_storable(property->value)) {
        return NAMI_OK;
    }
    return nami_diagnose(diag, NAMI_COND_INVALID_PROPERTY_TYPE, NULL,
                         "property `%.*s` can not hold this value of type %s", (int)key.len,
                         (const char *)key.ptr, nami_value_type_name(property->value.type));
}

int32_t nami_txn__sort(struct nami_txn *txn, const struct nami_property *properties, uint32_t count,
                       struct nami_property **out, struct nami_diagnostic *diag)
{
    struct nami_property *sorted = nami_memtable_scratch(&txn->graph->memtable, count);
    int32_t status = sorted != NULL ? NAMI_OK : nami_txn__nomem(diag);

    for (uint32_t i = 0; i < count && status == NAMI_OK; i++) {
        status = check_storable(txn, &properties[i], diag);
        sorted[i] = properties[i];
    }
    if (status == NAMI_OK) {
        sort_properties(sorted, count);
    }
    *out = sorted;
    return status;
}

uint32_t nami_txn__drop_nulls(struct nami_property *at, uint32_t count)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < count; i++) {
        if (!nami_value_is_null(at[i].value)) {
            at[kept++] = at[i];
        }
    }
    return kept;
}

/* The set of these labels in any order, each once or more. NULL: no memory. */
static struct nami_label_set *set_of(struct nami_txn *txn, const uint32_t *labels, uint32_t count)
{
    struct nami_label_set *set = NULL;
    uint32_t few[16] = {0};
    uint32_t *sorted = count <= 16 ? few : malloc(count * sizeof(*sorted));
    uint32_t kept = 0;

    for (uint32_t i = 0; sorted != NULL && i < count; i++) {
        uint32_t place = kept;

        while (place > 0 && sorted[place - 1] > labels[i]) {
            place--;
        }
        if (place > 0 && sorted[place - 1] == labels[i]) {
            continue;
        }
        for (uint32_t j = kept++; j > place; j--) {
            sorted[j] = sorted[j - 1];
        }
        sorted[place] = labels[i];
    }
    if (sorted != NULL) {
        set = nami_label_set_of(&txn->graph->memtable.sets, sorted, kept);
    }
    if (sorted != few) {
        free(sorted);
    }
    return set;
}

/* Before the set's run is used for the first time in this transaction. */
static int32_t save_set(struct nami_txn *txn, struct nami_label_set *set)
{
    void *saved = txn->saved;
    int32_t status = NAMI_OK;

    if (set->saved_lsn == txn->lsn) {
        return NAMI_OK;
    }
    status =
        nami_graph__grow(&saved, &txn->saved_capacity, txn->saved_count, sizeof(txn->saved[0]));
    txn->saved = saved;
    if (status == NAMI_OK) {
        txn->saved[txn->saved_count++] =
            (struct nami_set_saved){.set = set, .run = set->run, .run_era = set->run_era};
        set->saved_lsn = txn->lsn;
    }
    return status;
}

int32_t nami_txn_create_node(struct nami_txn *txn, const uint32_t *labels, uint32_t label_count,
                             const struct nami_property *properties, uint32_t property_count,
                             uint64_t *id, struct nami_diagnostic *diag)
{
    struct nami_memtable *table = &txn->graph->memtable;
    struct nami_label_set *set = set_of(txn, labels, label_count);
    struct nami_property *sorted = NULL;
    int32_t status = nami_txn__sort(txn, properties, property_count, &sorted, diag);

    if (status != NAMI_OK) {
        return status;
    }
    if (set == NULL || nami_txn__reserve(txn) != NAMI_OK || save_set(txn, set) != NAMI_OK) {
        return nami_txn__nomem(diag);
    }
    property_count = nami_txn__drop_nulls(sorted, property_count);
    status = nami_txn__check_unique(txn, UINT64_MAX, set, sorted, property_count, NULL, diag);
    if (status != NAMI_OK) {
        return status;
    }
    *id = nami_label_set_take_id(&table->sets, set);
    if (nami_memtable_create_node(table, txn->lsn, *id, set, sorted, property_count) != NAMI_OK) {
        return nami_txn__nomem(diag);
    }
    nami_txn__note_node(txn, NAMI_OP_NODE, *id);
    txn->changes.nodes_created++;
    txn->changes.properties_set += property_count;
    txn->changes.labels_added += set->count;
    return NAMI_OK;
}

/* A new state of a live node, noted if it is the first of this transaction. */
static int32_t change_node(struct nami_txn *txn, uint64_t id, struct nami_label_set *set,
                           const struct nami_property *properties, uint32_t count,
                           struct nami_diagnostic *diag)
{
    struct nami_memtable *table = &txn->graph->memtable;
    const struct nami_record *head = nami_memtable_node_at(table, id, txn->lsn);
    bool is_first = head != NULL && head->lsn != txn->lsn;
    int32_t status = nami_txn__check_unique(txn, id, set, properties, count, head, diag);

    if (status != NAMI_OK) {
        return status;
    }
    if (nami_txn__reserve(txn) != NAMI_OK ||
        nami_memtable_change_node(table, txn->lsn, id, set, properties, count) != NAMI_OK) {
        return nami_txn__nomem(diag);
    }
    if (is_first) {
        nami_txn__note_node(txn, NAMI_OP_NODE, id);
    }
    return NAMI_OK;
}

static struct nami_label_set *writable(const struct nami_label_set *set)
{
    return (struct nami_label_set *)(uintptr_t)set; /* the writer's own, reached by a record */
}

int32_t nami_txn_set_node(struct nami_txn *txn, uint64_t id, const struct nami_property *properties,
                          uint32_t property_count, bool replace, struct nami_diagnostic *diag)
{
    struct nami_memtable *table = &txn->graph->memtable;
    const struct nami_record *node = nami_memtable_node_at(table, id, txn->lsn);
    struct nami_property *patch = NULL;
    struct nami_property *merged = NULL;
    uint64_t changed = 0;
    uint32_t count = 0;
    int32_t status = NAMI_OK;

    if (node == NULL) {
        return NAMI_OK;
    }
    /* The patch and, after it, room for the merged list. */
    if (nami_memtable_scratch(table, (size_t)property_count * 2 + node->property_count) == NULL) {
        return nami_txn__nomem(diag);
    }
    status = nami_txn__sort(txn, properties, property_count, &patch, diag);
    if (status != NAMI_OK) {
        return status;
    }
    merged = patch + property_count;
    count = nami_record_merge(node, patch, property_count, replace, merged, &changed);
    if (changed > 0) {
        status = change_node(txn, id, writable(node->labels), merged, count, diag);
    }
    if (status == NAMI_OK) {
        txn->changes.properties_set += changed;
    }
    return status;
}

/* The node's labels with these added, or without them. NULL: no memory. */
static struct nami_label_set *changed_set(struct nami_txn *txn, const struct nami_label_set *old,
                                          const struct nami_label_set *named, bool add)
{
    struct nami_label_set *set = NULL;
    uint32_t *labels = malloc(((size_t)old->count + named->count + 1) * sizeof(*labels));
    uint32_t count = 0;

    for (uint32_t i = 0; labels != NULL && i < old->count; i++) {
        if (add || !nami_label_set_has(named, old->labels[i])) {
            labels[count++] = old->labels[i];
        }
    }
    for (uint32_t i = 0; labels != NULL && add && i < named->count; i++) {
        labels[count++] = named->labels[i];
    }
    if (labels != NULL) {
        set = set_of(txn, labels, count);
    }
    free(labels);
    return set;
}

int32_t nami_txn_set_labels(struct nami_txn *txn, uint64_t id, const uint32_t *labels,
                            uint32_t label_count, bool add, struct nami_diagnostic *diag)
{
    struct nami_memtable *table = &txn->graph->memtable;
    const struct nami_record *node = nami_memtable_node_at(table, id, txn->lsn);
    const struct nami_label_set *named = NULL;
    struct nami_label_set *set = NULL;
    uint32_t before = 0;
    int32_t status = NAMI_OK;

    if (node == NULL) {
        return NAMI_OK;
    }
    named = set_of(txn, labels, label_count);
    set = named != NULL ? changed_set(txn, node->labels, named, add) : NULL;
    if (set == NULL) {
        return nami_txn__nomem(diag);
    }
    if (set == node->labels) {
        return NAMI_OK;
    }
    before = node->labels->count; /* `node` may be replaced by the change */
    status = change_node(txn, id, set, node->properties, node->property_count, diag);
    if (status == NAMI_OK && add) {
        txn->changes.labels_added += set->count - before;
    } else if (status == NAMI_OK) {
        txn->changes.labels_removed += before - set->count;
    }
    return status;
}
