#include "core/base/table.h"

#include <assert.h>
#include <stdlib.h>

#include "core/base/hash.h"

/*
 * A free slot has key EMPTY. An erased one too, but its value is ERASED, so that a
 * search goes on past it.
 */
#define EMPTY UINT64_MAX
enum { NEVER_USED = 0, ERASED = 1, CAPACITY_MIN = 16 };

void nami_table_release(struct nami_table *table)
{
    free(table->slots);
    *table = (struct nami_table){0};
}

static struct nami_table_slot *slots_create(size_t capacity)
{
    struct nami_table_slot *slots = NULL;

    if (capacity <= SIZE_MAX / sizeof(*slots)) {
        slots = malloc(capacity * sizeof(*slots));
    }
    for (size_t i = 0; slots != NULL && i < capacity; i++) {
        slots[i] = (struct nami_table_slot){.key = EMPTY, .value = NEVER_USED};
    }
    return slots;
}

/* Make room for one more: twice the size, or the same if most of it is erased slots. */
static bool grow(struct nami_table *table)
{
    size_t capacity = table->count >= table->capacity / 2 ? table->capacity * 2 : table->capacity;
    struct nami_table_slot *slots = NULL;

    capacity = capacity < CAPACITY_MIN ? CAPACITY_MIN : capacity;
    slots = slots_create(capacity);
    if (slots == NULL) {
        return false;
    }
    for (size_t i = 0; i < table->capacity; i++) {
        size_t at = 0;

        if (table->slots[i].key == EMPTY) {
            continue;
        }
        at = nami_hash_u64(table->slots[i].key) & (capacity - 1);
        while (slots[at].key != EMPTY) {
            at = (at + 1) & (capacity - 1);
        }
        slots[at] = table->slots[i];
    }
    free(table->slots);
    table->slots = slots;
    table->capacity = capacity;
    table->used = table->count;
    return true;
}

uint64_t *nami_table_put(struct nami_table *table, uint64_t key, uint64_t value, bool *is_new)
{
    struct nami_table_slot *grave = NULL;
    struct nami_table_slot *slot = NULL;
    size_t at = 0;

    assert(key != EMPTY);
    *is_new = false;
    if (table->used + 1 > table->capacity / 4 * 3 && !grow(table)) {
        return NULL;
    }
    at = nami_hash_u64(key) & (table->capacity - 1);
    for (;; at = (at + 1) & (table->capacity - 1)) {
        slot = &table->slots[at];
        if (slot->key == key) {
            return &slot->value;
        }
        if (slot->key == EMPTY && slot->value == NEVER_USED) {
            break;
        }
        if (slot->key == EMPTY && grave == NULL) {
            grave = slot;
        }
    }
    table->used += grave == NULL;
    table->count++;
    slot = grave != NULL ? grave : slot;
    *slot = (struct nami_table_slot){.key = key, .value = value};
    *is_new = true;
    return &slot->value;
}

uint64_t *nami_table_find(const struct nami_table *table, uint64_t key)
{
    if (table->count == 0 || key == EMPTY) {
        return NULL;
    }
    for (size_t at = nami_hash_u64(key) & (table->capacity - 1);;
         at = (at + 1) & (table->capacity - 1)) {
        struct nami_table_slot *slot = &table->slots[at];

        if (slot->key == key) {
            return &slot->value;
        }
        if (slot->key == EMPTY && slot->value == NEVER_USED) {
            return NULL;
        }
    }
}

bool nami_table_erase(struct nami_table *table, uint64_t key)
{
    uint64_t *value = nami_table_find(table, key);
    struct nami_table_slot *slot = NULL;

    if (value == NULL) {
        return false;
    }
    slot = (struct nami_table_slot *)(void *)((uint8_t *)value -
                                              offsetof(struct nami_table_slot, value));
    *slot = (struct nami_table_slot){.key = EMPTY, .value = ERASED};
    table->count--;
    return true;
}
