/*
 * core/session/batch_part.h -- some rows of a batch, as a batch: a view into the same arrays.
 */
#ifndef NAMI_CORE_SESSION_BATCH_PART_H
#define NAMI_CORE_SESSION_BATCH_PART_H

#include <namidb/batch.h>

#include "core/base/arena.h"

/* Rows from .. from + count - 1. All of them: the batch itself. Fails: NOMEM. */
NAMI_CHECKED int32_t nami_batch_part(struct nami_arena *arena, const struct nami_batch *whole,
                                     size_t from, size_t count, struct nami_batch *out);

#endif /* NAMI_CORE_SESSION_BATCH_PART_H */
