/*
 * core/exec/sort_rows.h -- a stable order of buffered rows by some of their columns.
 */
#ifndef NAMI_CORE_EXEC_SORT_ROWS_H
#define NAMI_CORE_EXEC_SORT_ROWS_H

#include "core/exec/row_buffer.h"

/* A row of a buffer. */
struct nami_sort_ref {
    uint64_t prefix; /* orders like the first key, but may be equal where that is not */
    uint32_t chunk;
    uint32_t row;
};

struct nami_sort_spec {
    uint32_t first_key; /* vector of the first key; the others follow */
    uint32_t key_count;
    const bool *is_descending;
};

/*
 * All rows in order, by ORDER BY's global order; equal rows stay as they were appended. In
 * scratch. Fails by exec->diag: a limit, the deadline.
 */
NAMI_CHECKED int32_t nami_sort_rows(struct nami_exec *exec, const struct nami_row_buffer *buffer,
                                    const struct nami_sort_spec *spec, struct nami_sort_ref **out);

#endif /* NAMI_CORE_EXEC_SORT_ROWS_H */
