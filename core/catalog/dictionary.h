/*
 * core/catalog/dictionary.h -- one append-only dictionary: name <-> id.
 *
 * Readers never lock and never meet freed memory: names and outgrown hash tables that were
 * taken out stay until the dictionary is released.
 * Thread: one writer, any number of readers.
 */
#ifndef NAMI_CORE_CATALOG_DICTIONARY_H
#define NAMI_CORE_CATALOG_DICTIONARY_H

#include <stdatomic.h>
#include <stdbool.h>

#include <namidb/abi.h>

enum {
    NAMI_DICTIONARY_CHUNK = 1024,    /* names */
    NAMI_DICTIONARY_CHUNKS = 4096,   /* so at most 4 Mi names */
    NAMI_DICTIONARY_NAME_MAX = 65535 /* bytes */
};

struct nami_name {
    struct nami_name *next_kept; /* list of those taken out */
    uint64_t hash;
    uint32_t len;
    uint8_t bytes[];
};

struct nami_name_chunk {
    _Atomic(struct nami_name *) at[NAMI_DICTIONARY_CHUNK];
};

/* Open addressing; a slot is hash bits above id + 1; 0 is empty. */
struct nami_name_table {
    struct nami_name_table *older; /* outgrown, maybe still read */
    size_t capacity;               /* a power of two */
    size_t used;                   /* writer's: slots that are not 0 */
    _Atomic uint64_t slots[];
};

struct nami_dictionary_state {
    _Atomic uint32_t count;
    _Atomic(struct nami_name_table *) table;
    struct nami_name *kept;
    _Atomic(struct nami_name_chunk *) chunks[NAMI_DICTIONARY_CHUNKS];
};

/* Zero it to begin. */
void nami_dictionary_release(struct nami_dictionary_state *dictionary);
/* NULL: unknown. */
const struct nami_name *nami_dictionary_at(const struct nami_dictionary_state *dictionary,
                                           uint32_t id);
/* UINT32_MAX: unknown. */
uint32_t nami_dictionary_find(const struct nami_dictionary_state *dictionary,
                              struct nami_slice name);
/* Append a new name. Fails: NOMEM (also: full), TOO_LARGE (the name). */
NAMI_CHECKED int32_t nami_dictionary_append(struct nami_dictionary_state *dictionary,
                                            struct nami_slice name);
void nami_dictionary_truncate(struct nami_dictionary_state *dictionary, uint32_t count);

#endif /* NAMI_CORE_CATALOG_DICTIONARY_H */
