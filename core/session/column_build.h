/*
 * core/session/column_build.h -- what the files that build result columns share.
 *
 *   result_batch.c    vectors to columns, and the split by type
 *   column_build.c    arrays, validity, strings, interned names
 *   column_entity.c   nodes, relationships, paths
 */
#ifndef NAMI_CORE_SESSION_COLUMN_BUILD_H
#define NAMI_CORE_SESSION_COLUMN_BUILD_H

#include <namidb/batch.h>

#include "core/graph/graph.h"

struct column_build {
    struct nami_arena *arena;
    const struct nami_snapshot *snap;
    uint32_t depth; /* lists and maps around what is being built */
};

/* Distinct names in order of appearance: the child of an INDEXED column. */
struct interner {
    struct nami_slice *names;
    uint64_t *hashes;
    uint32_t count;
    uint32_t name_cap;
    uint32_t *slots; /* index + 1 */
    uint32_t slot_cap;
};

/* `count` values of any type. NULL values are nulls. Fails: NOMEM, TOO_LARGE (also: deeper than
 * a client could be told). */
NAMI_CHECKED int32_t nami_column__of_values(struct column_build *b, const struct nami_value *values,
                                            size_t count, struct nami_column *out);

struct nami_column nami_column__head(uint32_t type, size_t count);
/* `count` children, zeroed, attached. Fails: NOMEM. */
NAMI_CHECKED int32_t nami_column__children(struct column_build *b, struct nami_column *column,
                                           uint32_t count, struct nami_column **out);
/* A STRING (or BYTES) column; slices with NULL ptr and no bytes are empty strings. */
NAMI_CHECKED int32_t nami_column__of_slices(struct column_build *b, uint32_t type,
                                            const struct nami_slice *slices, size_t count,
                                            struct nami_column *out);
/* The index of a name, made if new. */
NAMI_CHECKED int32_t nami_column__intern(struct column_build *b, struct interner *names,
                                         uint64_t hash, struct nami_slice name, uint32_t *index);
/* INDEXED over the names. `index` has `count` entries and is kept. */
NAMI_CHECKED int32_t nami_column__of_names(struct column_build *b, const struct interner *names,
                                           const uint32_t *index, size_t count,
                                           struct nami_column *out);

/* Entities; a cleared bit of `validity` (NULL: none is) is a null, whatever stands there. */
NAMI_CHECKED int32_t nami_column__of_nodes(struct column_build *b, const uint64_t *ids,
                                           size_t count, const uint8_t *validity,
                                           struct nami_column *out);
NAMI_CHECKED int32_t nami_column__of_rels(struct column_build *b, const struct nami_rel *rels,
                                          size_t count, const uint8_t *validity,
                                          struct nami_column *out);
NAMI_CHECKED int32_t nami_column__of_paths(struct column_build *b,
                                           const struct nami_path *const *paths, size_t count,
                                           const uint8_t *validity, struct nami_column *out);

#endif /* NAMI_CORE_SESSION_COLUMN_BUILD_H */
