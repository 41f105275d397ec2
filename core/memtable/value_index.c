#include "core/memtable/value_index.h"

enum { TABLE_FIRST = 64 };

#define EMPTY  UINT64_C(0)
#define ERASED UINT64_C(2)

static bool is_inline(uint64_t ids)
{
    return (ids & 1) != 0;
}

static struct nami_posting *posting_of(uint64_t ids)
{
    return (struct nami_posting *)(uintptr_t)ids;
}

static struct nami_index_table *table_create(struct nami_retire *retire, uint64_t slots)
{
    struct nami_index_table *table =
        nami_block_alloc(retire, sizeof(*table) + slots * sizeof(table->slots[0]));

    if (table != NULL) {
        table->mask = slots - 1;
    }
    return table;
}

struct nami_value_index *nami_value_index_create(struct nami_retire *retire,
                                                 const struct nami_rule *rule)
{
    struct nami_value_index *index = nami_block_alloc(retire, sizeof(*index));
    struct nami_index_table *table = index != NULL ? table_create(retire, TABLE_FIRST) : NULL;

    if (table == NULL) {
        nami_block_free(retire, index);
        return NULL;
    }
    index->rule = rule;
    atomic_store_explicit(&index->table, table, memory_order_release);
    return index;
}

void nami_value_index_destroy(struct nami_retire *retire, struct nami_value_index *index)
{
    struct nami_index_table *table = NULL;

    if (index == NULL) {
        return;
    }
    table = atomic_load(&index->table);
    for (uint64_t i = 0; i <= table->mask; i++) {
        uint64_t ids = atomic_load_explicit(&table->slots[i].ids, memory_order_relaxed);

        if (ids > ERASED && !is_inline(ids)) {
            nami_posting_free(retire, posting_of(ids));
        }
    }
    nami_block_free(retire, table);
    nami_block_free(retire, index);
}

void nami_value_index_retire(struct nami_retire *retire, struct nami_value_index *index)
{
    struct nami_index_table *table = atomic_load(&index->table);

    for (uint64_t i = 0; i <= table->mask; i++) {
        uint64_t ids = atomic_load_explicit(&table->slots[i].ids, memory_order_relaxed);

        if (ids > ERASED && !is_inline(ids)) {
            nami_posting_retire(retire, posting_of(ids));
        }
    }
    nami_block_retire(retire, table);
    nami_block_retire(retire, index);
}

/* The slot of this hash, or the first empty one after it. */
static struct nami_index_slot *slot_of(struct nami_index_table *table, uint64_t hash)
{
    for (uint64_t i = hash & table->mask;; i = (i + 1) & table->mask) {
        struct nami_index_slot *slot = &table->slots[i];

        if (atomic_load_explicit(&slot->ids, memory_order_acquire) == EMPTY ||
            atomic_load_explicit(&slot->hash, memory_order_relaxed) == hash) {
            return slot;
        }
    }
}

/* A table with room for one more hash. NULL: no memory. */
static struct nami_index_table *reserve(struct nami_value_index *index, struct nami_retire *retire)
{
    struct nami_index_table *table = atomic_load_explicit(&index->table, memory_order_relaxed);
    struct nami_index_table *grown = NULL;
    uint64_t live = 0;

    if ((table->used + 1) * 3 <= (table->mask + 1) * 2) {
        return table;
    }
    for (uint64_t i = 0; i <= table->mask; i++) {
        uint64_t ids = atomic_load_explicit(&table->slots[i].ids, memory_order_relaxed);

        live += ids > ERASED || is_inline(ids);
    }
    grown = table_create(retire, live * 3 > table->mask ? (table->mask + 1) * 2 : table->mask + 1);
    if (grown == NULL) {
        return NULL;
    }
    grown->used = live;
    for (uint64_t i = 0; i <= table->mask; i++) {
        uint64_t ids = atomic_load_explicit(&table->slots[i].ids, memory_order_relaxed);
        uint64_t hash = atomic_load_explicit(&table->slots[i].hash, memory_order_relaxed);

        if (ids > ERASED || is_inline(ids)) {
            struct nami_index_slot *slot = slot_of(grown, hash);

            atomic_store_explicit(&slot->hash, hash, memory_order_relaxed);
            atomic_store_explicit(&slot->ids, ids, memory_order_relaxed);
        }
    }
    atomic_store_explicit(&index->table, grown, memory_order_release);
    nami_block_retire(retire, table);
    return grown;
}

/* One id is there already, inline: make it a posting of two. */
static int32_t insert_second(struct nami_retire *retire, struct nami_index_slot *slot,
                             uint64_t first, uint64_t second)
{
    struct nami_posting *posting = NULL;

    if (first == second) {
        return NAMI_OK;
    }
    posting = nami_posting_create(retire, first < second ? first : second);
    if (posting == NULL) {
        return NAMI_E_NOMEM;
    }
    (void)nami_posting_insert(retire, posting, first < second ? second : first); /* has room */
    atomic_store_explicit(&slot->ids, (uint64_t)(uintptr_t)posting, memory_order_release);
    return NAMI_OK;
}

int32_t nami_value_index_insert(struct nami_value_index *index, struct nami_retire *retire,
                                uint64_t hash, uint64_t id)
{
    struct nami_index_table *table = reserve(index, retire);
    struct nami_index_slot *slot = table != NULL ? slot_of(table, hash) : NULL;
    struct nami_posting *posting = NULL;
    uint64_t ids = 0;

    if (slot == NULL) {
        return NAMI_E_NOMEM;
    }
    ids = atomic_load_explicit(&slot->ids, memory_order_relaxed);
    if (ids == EMPTY || ids == ERASED) {
        table->used += ids == EMPTY;
        atomic_store_explicit(&slot->hash, hash, memory_order_relaxed);
        atomic_store_explicit(&slot->ids, id << 1 | 1, memory_order_release);
        return NAMI_OK;
    }
    if (is_inline(ids)) {
        return insert_second(retire, slot, ids >> 1, id);
    }
    posting = nami_posting_insert(retire, posting_of(ids), id);
    if (posting == NULL) {
        return NAMI_E_NOMEM;
    }
    if (posting != posting_of(ids)) {
        atomic_store_explicit(&slot->ids, (uint64_t)(uintptr_t)posting, memory_order_release);
        nami_block_retire(retire, posting_of(ids));
    }
    return NAMI_OK;
}

void nami_value_index_erase(struct nami_value_index *index, struct nami_retire *retire,
                            uint64_t hash, uint64_t id)
{
    struct nami_index_table *table = atomic_load_explicit(&index->table, memory_order_relaxed);
    struct nami_index_slot *slot = slot_of(table, hash);
    uint64_t ids = atomic_load_explicit(&slot->ids, memory_order_relaxed);

    if (ids == EMPTY || ids == ERASED) {
        return;
    }
    if (is_inline(ids)) {
        if (ids >> 1 == id) {
            atomic_store_explicit(&slot->ids, ERASED, memory_order_release);
        }
    } else if (nami_posting_erase(retire, posting_of(ids), id)) {
        atomic_store_explicit(&slot->ids, ERASED, memory_order_release);
        nami_posting_retire(retire, posting_of(ids));
    }
}

size_t nami_value_index_read(const struct nami_value_index *index, uint64_t hash, uint64_t from,
                             uint64_t *ids, size_t max)
{
    struct nami_index_table *table = atomic_load_explicit(&index->table, memory_order_acquire);
    uint64_t word = atomic_load_explicit(&slot_of(table, hash)->ids, memory_order_acquire);

    if (word == EMPTY || word == ERASED || max == 0) {
        return 0;
    }
    if (!is_inline(word)) {
        return nami_posting_read(posting_of(word), from, ids, max);
    }
    ids[0] = word >> 1;
    return ids[0] >= from;
}
