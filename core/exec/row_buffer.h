/*
 * core/exec/row_buffer.h -- rows kept beyond their batch: what breakers take in.
 *
 * What:   chunks of up to a batch of rows; `column_count` vectors each, which the owner maps to
 *         columns. Values in scratch memory are copied, others (parameters, constants, the
 *         snapshot's) are borrowed.
 * Memory: the given arena (its budget makes QUERY_MEMORY).
 * Thread: one.
 */
#ifndef NAMI_CORE_EXEC_ROW_BUFFER_H
#define NAMI_CORE_EXEC_ROW_BUFFER_H

#include "core/exec/exec_context.h"
#include "core/exec/vector.h"

struct nami_row_chunk {
    struct nami_vector *vectors;
    uint32_t count;
    uint32_t capacity;
};

struct nami_row_buffer {
    struct nami_arena *arena;
    struct nami_row_chunk *chunks;
    uint32_t chunk_count; /* in use */
    uint32_t chunk_made;  /* with memory: the rest is from before recycle() */
    uint32_t chunk_capacity;
    uint32_t column_count;
    uint64_t row_count;
};

void nami_row_buffer_init(struct nami_row_buffer *buffer, struct nami_arena *arena,
                          uint32_t column_count);
/* The selected rows; sources[i] fills vector i. Fails: QUERY_MEMORY, OUT_OF_MEMORY. */
NAMI_CHECKED int32_t nami_row_buffer_append(struct nami_exec *exec, struct nami_row_buffer *buffer,
                                            const struct nami_rows *rows,
                                            const struct nami_vector *const *sources);
/* The same for values that outlive the buffer anyway: nothing is copied but the cells. */
NAMI_CHECKED int32_t nami_row_buffer_append_owned(struct nami_exec *exec,
                                                  struct nami_row_buffer *buffer,
                                                  const struct nami_rows *rows,
                                                  const struct nami_vector *const *sources);
/* Empty again; keeps its arrays. */
void nami_row_buffer_recycle(struct nami_row_buffer *buffer);
/* Copy what a value points to if it would not outlive the batch. Fails: NOMEM. */
NAMI_CHECKED int32_t nami_value_keep(const struct nami_exec *exec, struct nami_arena *arena,
                                     struct nami_value *value);

#endif /* NAMI_CORE_EXEC_ROW_BUFFER_H */
