#include "core/catalog/dictionary.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"

enum { TABLE_FIRST = 64 };

#define REMOVED   UINT64_C(0xffffffff) /* the low half of a slot whose name was taken out */
#define HASH_BITS UINT64_C(0xffffffff00000000)
#define ID_BITS   UINT64_C(0x00000000ffffffff)

const struct nami_name *nami_dictionary_at(const struct nami_dictionary_state *dictionary,
                                           uint32_t id)
{
    const struct nami_name_chunk *chunk = NULL;

    if (id >= atomic_load_explicit(&dictionary->count, memory_order_acquire)) {
        return NULL;
    }
    chunk =
        atomic_load_explicit(&dictionary->chunks[id / NAMI_DICTIONARY_CHUNK], memory_order_acquire);
    return atomic_load_explicit(&chunk->at[id % NAMI_DICTIONARY_CHUNK], memory_order_acquire);
}

uint32_t nami_dictionary_find(const struct nami_dictionary_state *dictionary,
                              struct nami_slice name)
{
    const struct nami_name_table *table =
        atomic_load_explicit(&dictionary->table, memory_order_acquire);
    uint64_t hash = nami_hash_bytes(name.ptr, name.len, 0);

    if (table == NULL) {
        return UINT32_MAX;
    }
    for (size_t i = hash & (table->capacity - 1);; i = (i + 1) & (table->capacity - 1)) {
        uint64_t slot = atomic_load_explicit(&table->slots[i], memory_order_acquire);
        const struct nami_name *known = NULL;

        if (slot == 0) {
            return UINT32_MAX;
        }
        if ((slot & HASH_BITS) != (hash & HASH_BITS) || (slot & ID_BITS) == REMOVED) {
            continue;
        }
        known = nami_dictionary_at(dictionary, (uint32_t)(slot & ID_BITS) - 1);
        if (known != NULL && known->len == name.len &&
            memcmp(known->bytes, name.ptr, name.len) == 0) {
            return (uint32_t)(slot & ID_BITS) - 1;
        }
    }
}

static void table_put(struct nami_name_table *table, uint64_t hash, uint32_t id)
{
    size_t i = hash & (table->capacity - 1);

    while (atomic_load_explicit(&table->slots[i], memory_order_relaxed) != 0) {
        i = (i + 1) & (table->capacity - 1);
    }
    atomic_store_explicit(&table->slots[i], (hash & HASH_BITS) | (id + UINT64_C(1)),
                          memory_order_release);
    table->used++;
}

/* Room for one more name, without the removed ones if it must be a new table. */
static int32_t table_reserve(struct nami_dictionary_state *dictionary)
{
    struct nami_name_table *table = atomic_load_explicit(&dictionary->table, memory_order_relaxed);
    uint32_t count = atomic_load_explicit(&dictionary->count, memory_order_relaxed);
    struct nami_name_table *grown = NULL;
    size_t capacity = TABLE_FIRST;

    if (table != NULL && (table->used + 1) * 2 <= table->capacity) {
        return NAMI_OK;
    }
    while (capacity < ((size_t)count + 1) * 4) {
        capacity *= 2;
    }
    grown = calloc(1, sizeof(*grown) + capacity * sizeof(grown->slots[0]));
    if (grown == NULL) {
        return NAMI_E_NOMEM;
    }
    grown->capacity = capacity;
    grown->older = table;
    for (uint32_t id = 0; id < count; id++) {
        const struct nami_name *name = nami_dictionary_at(dictionary, id);

        if (name != NULL) {
            table_put(grown, name->hash, id);
        }
    }
    atomic_store_explicit(&dictionary->table, grown, memory_order_release);
    return NAMI_OK;
}

static struct nami_name_chunk *chunk_of(struct nami_dictionary_state *dictionary, uint32_t id)
{
    _Atomic(struct nami_name_chunk *) *at = &dictionary->chunks[id / NAMI_DICTIONARY_CHUNK];
    struct nami_name_chunk *chunk = atomic_load_explicit(at, memory_order_relaxed);

    if (chunk == NULL) {
        chunk = calloc(1, sizeof(*chunk));
        atomic_store_explicit(at, chunk, memory_order_release);
    }
    return chunk;
}

int32_t nami_dictionary_append(struct nami_dictionary_state *dictionary, struct nami_slice name)
{
    uint32_t id = atomic_load_explicit(&dictionary->count, memory_order_relaxed);
    struct nami_name_chunk *chunk = NULL;
    struct nami_name *made = NULL;

    if (name.len > NAMI_DICTIONARY_NAME_MAX) {
        return NAMI_E_TOO_LARGE;
    }
    if (id >= (uint32_t)NAMI_DICTIONARY_CHUNK * NAMI_DICTIONARY_CHUNKS ||
        table_reserve(dictionary) != NAMI_OK || (chunk = chunk_of(dictionary, id)) == NULL ||
        (made = malloc(sizeof(*made) + name.len)) == NULL) {
        return NAMI_E_NOMEM;
    }
    made->next_kept = NULL;
    made->hash = nami_hash_bytes(name.ptr, name.len, 0);
    made->len = (uint32_t)name.len;
    if (name.len > 0) {
        memcpy(made->bytes, name.ptr, name.len);
    }
    atomic_store_explicit(&chunk->at[id % NAMI_DICTIONARY_CHUNK], made, memory_order_release);
    atomic_store_explicit(&dictionary->count, id + 1, memory_order_release);
    table_put(atomic_load_explicit(&dictionary->table, memory_order_relaxed), made->hash, id);
    return NAMI_OK;
}

static void table_remove(struct nami_name_table *table, uint64_t hash, uint32_t id)
{
    uint64_t wanted = (hash & HASH_BITS) | (id + UINT64_C(1));
    size_t i = hash & (table->capacity - 1);

    while (atomic_load_explicit(&table->slots[i], memory_order_relaxed) != wanted) {
        i = (i + 1) & (table->capacity - 1);
    }
    atomic_store_explicit(&table->slots[i], (hash & HASH_BITS) | REMOVED, memory_order_release);
}

void nami_dictionary_truncate(struct nami_dictionary_state *dictionary, uint32_t count)
{
    struct nami_name_table *table = atomic_load_explicit(&dictionary->table, memory_order_relaxed);
    uint32_t id = atomic_load_explicit(&dictionary->count, memory_order_relaxed);

    while (id > count) {
        struct nami_name *name = NULL;

        id--;
        name = atomic_load_explicit(&chunk_of(dictionary, id)->at[id % NAMI_DICTIONARY_CHUNK],
                                    memory_order_relaxed);
        table_remove(table, name->hash, id);
        atomic_store_explicit(&dictionary->count, id, memory_order_release);
        name->next_kept = dictionary->kept; /* a reader may still hold it */
        dictionary->kept = name;
    }
}

void nami_dictionary_release(struct nami_dictionary_state *dictionary)
{
    struct nami_name_table *table = atomic_load(&dictionary->table);
    struct nami_name *kept = NULL;

    if (table != NULL) {
        nami_dictionary_truncate(dictionary, 0);
    }
    while (table != NULL) {
        struct nami_name_table *older = table->older;

        free(table);
        table = older;
    }
    for (kept = dictionary->kept; kept != NULL;) {
        struct nami_name *next = kept->next_kept;

        free(kept);
        kept = next;
    }
    for (size_t i = 0; i < NAMI_DICTIONARY_CHUNKS; i++) {
        free(atomic_load(&dictionary->chunks[i]));
    }
    memset(dictionary, 0, sizeof(*dictionary));
}
