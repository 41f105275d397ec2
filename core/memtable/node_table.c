/* Nodes: create, change, delete, undo. */
#include "core/memtable/memtable.h"

static uint64_t add(_Atomic uint64_t *count, uint64_t by)
{
    return atomic_fetch_add_explicit(count, by, memory_order_relaxed);
}

static struct nami_node_leaf *leaf_of(struct nami_memtable *table, uint64_t id)
{
    return nami_radix_make(&table->nodes, &table->retire, id);
}

static struct nami_label_set *writable(const struct nami_label_set *set)
{
    return (struct nami_label_set *)(uintptr_t)set; /* the writer's own, reached by a version */
}

/* Add `by` (1 or -1, modulo 2^64) to the counts of labels that `set` has and `other` has not. */
static void count_labels(struct nami_memtable *table, const struct nami_label_set *set,
                         const struct nami_label_set *other, uint64_t by)
{
    if (set == NULL || set == other) {
        return;
    }
    for (uint32_t i = 0; i < set->count; i++) {
        if (other == NULL || !nami_label_set_has(other, set->labels[i])) {
            add(&nami_memtable_label(table, set->labels[i])->nodes, by);
        }
    }
}

/* The newest state goes from one to the other; NULL: no node. */
static void count_change(struct nami_memtable *table, const struct nami_record *from,
                         const struct nami_record *to)
{
    const struct nami_label_set *before = from != NULL ? from->labels : NULL;
    const struct nami_label_set *after = to != NULL ? to->labels : NULL;

    count_labels(table, before, after, UINT64_MAX);
    count_labels(table, after, before, 1);
    if (before != NULL) {
        writable(before)->nodes--;
    } else if (after != NULL) {
        add(&table->node_count, 1);
    }
    if (after != NULL) {
        writable(after)->nodes++;
    } else if (before != NULL) {
        add(&table->node_count, UINT64_MAX);
    }
}

/* Bits of labels that are new to the node. */
static int32_t set_bits(struct nami_memtable *table, const struct nami_label_set *labels,
                        const struct nami_label_set *before, uint64_t id)
{
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; i < labels->count && status == NAMI_OK; i++) {
        struct nami_label_leaf_of_info *leaf = NULL;

        if (before != NULL && nami_label_set_has(before, labels->labels[i])) {
            continue;
        }
        leaf = nami_radix_make(&table->labels, &table->retire, labels->labels[i]);
        status = leaf != NULL ? nami_label_bitmap_set(&leaf->at[labels->labels[i] % NAMI_LEAF_IDS],
                                                      &table->retire, id)
                              : NAMI_E_NOMEM;
    }
    return status;
}

/* Index entries that `version` needs and `before` had not. */
static int32_t index_node(struct nami_memtable *table, struct nami_label_set *labels,
                          const struct nami_record *version, const struct nami_record *before,
                          uint64_t id)
{
    int32_t status = nami_memtable_indexes_of(table, labels);

    for (uint32_t i = 0; status == NAMI_OK && i < labels->index_count; i++) {
        struct nami_value_index *index = labels->indexes[i];
        const struct nami_value *value = nami_record_property(version, index->rule->key);
        const struct nami_value *old =
            before != NULL && before->labels != NULL &&
                    nami_label_set_has(before->labels, index->rule->label)
                ? nami_record_property(before, index->rule->key)
                : NULL;

        if (value != NULL && (old == NULL || !nami_value_is_same(*value, *old))) {
            status = nami_value_index_insert(index, &table->retire, nami_value_hash(*value), id);
        }
    }
    return status;
}

/* A record has left the chain: index entries that only it needed go too. */
struct forgetter {
    struct nami_record_leaver base;
    struct nami_memtable *table;
    const struct nami_node_slot *slot;
    uint64_t id;
};

static bool chain_has(const struct forgetter *forgetter, const struct nami_rule *rule,
                      uint64_t hash)
{
    const struct nami_record *record = nami_record_head(&forgetter->slot->version);

    for (; record != NULL; record = atomic_load_explicit(&record->older, memory_order_relaxed)) {
        const struct nami_value *value =
            record->labels != NULL && nami_label_set_has(record->labels, rule->label)
                ? nami_record_property(record, rule->key)
                : NULL;

        if (value != NULL && nami_value_hash(*value) == hash) {
            return true;
        }
    }
    return false;
}

static void forget(struct nami_record_leaver *self, const struct nami_record *record)
{
    struct forgetter *forgetter = (struct forgetter *)(void *)self;
    struct nami_memtable *table = forgetter->table;
    const struct nami_label_set *labels = record->labels;

    /* Without up-to-date knowledge of indexes nothing is taken out: a superset is fine. */
    if (labels == NULL || labels->index_version != table->index_version) {
        return;
    }
    for (uint32_t i = 0; i < labels->index_count; i++) {
        struct nami_value_index *index = labels->indexes[i];
        const struct nami_value *value = nami_record_property(record, index->rule->key);
        uint64_t hash = value != NULL ? nami_value_hash(*value) : 0;

        if (value != NULL && !chain_has(forgetter, index->rule, hash)) {
            nami_value_index_erase(index, &table->retire, hash, forgetter->id);
        }
    }
}

static void push(struct nami_memtable *table, struct nami_node_slot *slot, uint64_t id,
                 struct nami_record *record)
{
    struct forgetter forgetter = {.base = {.left = forget}, .table = table, .slot = slot, .id = id};

    nami_record_push(&table->retire, &table->horizon, &slot->version, record, &forgetter.base);
}

/* Index entries and bits first: they may be too many, and nothing else can fail. */
static int32_t put(struct nami_memtable *table, struct nami_node_slot *slot, uint64_t id,
                   struct nami_label_set *labels, struct nami_record *version)
{
    const struct nami_record *head = nami_record_head(&slot->version);
    int32_t status = set_bits(table, labels, head != NULL ? head->labels : NULL, id);

    if (status == NAMI_OK && table->index_version > 0) {
        status = index_node(table, labels, version, head, id);
    }
    if (status != NAMI_OK) {
        nami_block_free(&table->retire, version);
        return status;
    }
    count_change(table, head, version);
    push(table, slot, id, version);
    return NAMI_OK;
}

int32_t nami_memtable_create_node(struct nami_memtable *table, uint64_t lsn, uint64_t id,
                                  struct nami_label_set *labels,
                                  const struct nami_property *properties, uint32_t count)
{
    struct nami_node_leaf *leaf = leaf_of(table, id);
    struct nami_record *version =
        leaf != NULL ? nami_record_create(&table->retire, lsn, labels, properties, count) : NULL;
    int32_t status = version != NULL
                         ? put(table, &leaf->slots[id % NAMI_LEAF_IDS], id, labels, version)
                         : NAMI_E_NOMEM;

    if (status == NAMI_OK && id >= atomic_load_explicit(&table->node_end, memory_order_relaxed)) {
        atomic_store_explicit(&table->node_end, id + 1, memory_order_release);
    }
    return status;
}

int32_t nami_memtable_change_node(struct nami_memtable *table, uint64_t lsn, uint64_t id,
                                  struct nami_label_set *labels,
                                  const struct nami_property *properties, uint32_t count)
{
    struct nami_record *version =
        nami_record_create(&table->retire, lsn, labels, properties, count);

    return version != NULL ? put(table, nami_memtable_node(table, id), id, labels, version)
                           : NAMI_E_NOMEM;
}

int32_t nami_memtable_delete_node(struct nami_memtable *table, uint64_t lsn, uint64_t id)
{
    struct nami_node_leaf *leaf = nami_radix_leaf(&table->nodes, id);
    struct nami_record *version = nami_record_tombstone(&table->retire, lsn);

    if (version == NULL) {
        return NAMI_E_NOMEM;
    }
    atomic_fetch_or_explicit(&leaf->deleted[id % NAMI_LEAF_IDS / 64], UINT64_C(1) << (id % 64),
                             memory_order_relaxed);
    atomic_store_explicit(&table->has_deleted, true, memory_order_relaxed);
    count_change(table, nami_record_head(&leaf->slots[id % NAMI_LEAF_IDS].version), NULL);
    push(table, &leaf->slots[id % NAMI_LEAF_IDS], id, version);
    return NAMI_OK;
}

static void undo_top(struct nami_memtable *table, uint64_t lsn, uint64_t id)
{
    struct nami_node_slot *slot = nami_memtable_node(table, id);
    const struct nami_record *head = nami_record_head(&slot->version);
    struct forgetter forgetter = {.base = {.left = forget}, .table = table, .slot = slot, .id = id};

    if (head != NULL && head->lsn == lsn) {
        count_change(table, head, atomic_load_explicit(&head->older, memory_order_relaxed));
        (void)nami_record_pop(&table->retire, &slot->version, lsn);
        forget(&forgetter.base, head); /* retired, and still readable here */
    }
}

void nami_memtable_undo_node(struct nami_memtable *table, uint64_t lsn, uint64_t id)
{
    undo_top(table, lsn, id);
}

void nami_memtable_undo_delete_node(struct nami_memtable *table, uint64_t lsn, uint64_t id)
{
    undo_top(table, lsn, id);
}
