/*
 * core/base/table.h -- open-addressing hash table from 64-bit keys to 64-bit values,
 * and an interning table of byte strings. For one thread, or read-only for many.
 */
#ifndef NAMI_CORE_BASE_TABLE_H
#define NAMI_CORE_BASE_TABLE_H

#include <stdbool.h>

#include <namidb/abi.h>

/* u64 -> u64. Any key but UINT64_MAX. Zero it to begin. */
struct nami_table_slot {
    uint64_t key;
    uint64_t value;
};
struct nami_table {
    struct nami_table_slot *slots;
    size_t capacity; /* a power of two, or 0 */
    size_t count;
    size_t used; /* count and erased slots */
};

void nami_table_release(struct nami_table *table);
/* The value's place, made with `value` if the key is new. NULL: no memory. */
uint64_t *nami_table_put(struct nami_table *table, uint64_t key, uint64_t value, bool *is_new);
/* NULL: not there. */
uint64_t *nami_table_find(const struct nami_table *table, uint64_t key);
bool nami_table_erase(struct nami_table *table, uint64_t key);

#endif /* NAMI_CORE_BASE_TABLE_H */
