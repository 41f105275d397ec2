/*
 * core/session/result_batch.h -- the engine's rows as namidb/batch.h shows them to the world.
 *
 * Typed vectors are copied column by column; anything else is sorted into one child per type
 * that occurs. Nodes and relationships are filled in from the snapshot.
 *
 * Memory: the arena; strings are copied, so a batch outlives the rows it came from.
 */
#ifndef NAMI_CORE_SESSION_RESULT_BATCH_H
#define NAMI_CORE_SESSION_RESULT_BATCH_H

#include <namidb/batch.h>

#include "core/graph/graph.h"

struct nami_rows;

/* Fails: NOMEM (see arena->is_over), TOO_LARGE (more than 4 GiB in one column). */
NAMI_CHECKED int32_t nami_result_batch(struct nami_arena *arena, const struct nami_snapshot *snap,
                                       const struct nami_rows *rows, struct nami_batch *out);
/* One column from whole values: notifications, plans. */
NAMI_CHECKED int32_t nami_result_column(struct nami_arena *arena, const struct nami_snapshot *snap,
                                        const struct nami_value *values, size_t count,
                                        struct nami_column *out);

#endif /* NAMI_CORE_SESSION_RESULT_BATCH_H */
