/*
 * core/exec/vector.h -- a column of up to 2,048 values while a query runs.
 *
 * What:   typed where the rows allow it (INT, FLOAT, BOOL, STRING, NODE, REL), else ANY:
 *         whole values. A null is a cleared validity bit, or a NULL value inside ANY.
 *         CONST holds one value for all rows.
 * Above:  expressions, operators.
 * Memory: the query's arena; batches own their vectors' arrays and reuse them.
 */
#ifndef NAMI_CORE_EXEC_VECTOR_H
#define NAMI_CORE_EXEC_VECTOR_H

#include "core/value/value.h"

enum { NAMI_BATCH_ROWS = 2048 };

enum nami_vector_type {
    NAMI_VECTOR_ANY = 0,    /* struct nami_value[] */
    NAMI_VECTOR_BOOL = 1,   /* uint8_t[] */
    NAMI_VECTOR_INT = 2,    /* int64_t[] */
    NAMI_VECTOR_FLOAT = 3,  /* double[] */
    NAMI_VECTOR_STRING = 4, /* struct nami_slice[] */
    NAMI_VECTOR_NODE = 5,   /* uint64_t[] ids */
    NAMI_VECTOR_REL = 6     /* struct nami_rel[] */
};

struct nami_vector {
    uint8_t type;       /* enum nami_vector_type */
    bool is_const;      /* row 0 stands for all rows */
    bool has_nulls;     /* false: validity is not looked at */
    uint8_t slot_bytes; /* private: memory per row at `data`; 0: borrowed */
    uint32_t capacity;  /* rows that fit at `data` */
    void *data;
    uint64_t *valid; /* bit per row; in ANY kept in step with NULL values */
};

/* Rows of one width. `selection` NULL: rows 0 .. count-1; else their indices, ascending. */
struct nami_rows {
    uint32_t column_count;
    uint32_t count; /* selected rows */
    uint32_t size;  /* physical rows in the vectors */
    uint32_t reserved;
    const uint16_t *selection;
    struct nami_vector *columns;
};

/* Arrays for `capacity` rows of `type`, all null. Fails: NOMEM (budget). */
NAMI_CHECKED int32_t nami_vector_init(struct nami_vector *vector, struct nami_arena *arena,
                                      uint8_t type, uint32_t capacity);
/* Physical row of the i-th selected one. */
static inline uint32_t nami_rows_at(const struct nami_rows *rows, uint32_t i)
{
    return rows->selection != NULL ? rows->selection[i] : i;
}
static inline bool nami_vector_is_null(const struct nami_vector *vector, uint32_t row)
{
    row = vector->is_const ? 0 : row;
    return vector->has_nulls && (vector->valid[row / 64] >> (row % 64) & 1) == 0;
}
/* The vector type that holds values of a type; ANY for null and what has no type of its own. */
uint8_t nami_vector_type_of(uint8_t value_type);
/* One cell as a value; REL values borrow the vector. */
static inline struct nami_value nami_vector_get(const struct nami_vector *vector, uint32_t row)
{
    row = vector->is_const ? 0 : row;
    if (nami_vector_is_null(vector, row)) {
        return nami_value_null();
    }
    switch ((enum nami_vector_type)vector->type) {
    case NAMI_VECTOR_ANY:
        return ((const struct nami_value *)vector->data)[row];
    case NAMI_VECTOR_BOOL:
        return nami_value_bool(((const uint8_t *)vector->data)[row] != 0);
    case NAMI_VECTOR_INT:
        return nami_value_int(((const int64_t *)vector->data)[row]);
    case NAMI_VECTOR_FLOAT:
        return nami_value_float(((const double *)vector->data)[row]);
    case NAMI_VECTOR_STRING:
        return nami_value_string(((const struct nami_slice *)vector->data)[row]);
    case NAMI_VECTOR_NODE:
        return nami_value_node(((const uint64_t *)vector->data)[row]);
    case NAMI_VECTOR_REL:
        return nami_value_rel(&((const struct nami_rel *)vector->data)[row]);
    }
    return nami_value_null();
}
/*
 * Store a value (shallow). A typed vector that meets another type turns into ANY.
 * Fails: NOMEM.
 */
NAMI_CHECKED int32_t nami_vector_set(struct nami_vector *vector, struct nami_arena *arena,
                                     uint32_t row, struct nami_value value);
void nami_vector_set_null(struct nami_vector *vector, uint32_t row);
/*
 * All null again, of another type if need be; keeps the arrays where they are large enough.
 * Not for a vector that borrows its arrays. Fails: NOMEM.
 */
NAMI_CHECKED int32_t nami_vector_reset(struct nami_vector *vector, struct nami_arena *arena,
                                       uint8_t type);
/*
 * Rows at[0 .. count-1] of `from` (NULL: 0 .. count-1) into rows 0 .. count-1 of `to`, which
 * takes on its type. Shallow. Fails: NOMEM.
 */
NAMI_CHECKED int32_t nami_vector_gather(struct nami_vector *to, struct nami_arena *arena,
                                        const struct nami_vector *from, const uint16_t *at,
                                        uint32_t count);
/* Make what the first `count` rows point to (strings, lists, maps) the arena's own. Fails: NOMEM. */
NAMI_CHECKED int32_t nami_vector_own(struct nami_vector *vector, struct nami_arena *arena,
                                     uint32_t count);

#endif /* NAMI_CORE_EXEC_VECTOR_H */
