/*
 * Every vector but REL has 16 bytes per row at `data`, whatever its type: a typed vector that
 * meets another type turns into whole values in place, and reset never allocates twice.
 */
#include "core/exec/vector.h"

#include <string.h>

enum { SLOT_BYTES = sizeof(struct nami_value), REL_BYTES = sizeof(struct nami_rel) };

_Static_assert(sizeof(struct nami_slice) <= SLOT_BYTES, "a string cell fits a slot");

static size_t word_count(uint32_t rows)
{
    return ((size_t)rows + 63) / 64;
}

int32_t nami_vector_init(struct nami_vector *vector, struct nami_arena *arena, uint8_t type,
                         uint32_t capacity)
{
    size_t slot = type == NAMI_VECTOR_REL ? REL_BYTES : SLOT_BYTES;
    uint32_t rows = capacity > 0 ? capacity : 1;

    *vector = (struct nami_vector){.type = type, .has_nulls = true, .capacity = rows};
    /* behind a cleared bit lies nothing; only ANY keeps NULL values there */
    vector->data = type == NAMI_VECTOR_ANY ? nami_arena_calloc(arena, rows, slot)
                                           : nami_arena_alloc(arena, rows * slot);
    vector->valid = nami_arena_calloc(arena, word_count(rows), sizeof(uint64_t));
    if (vector->data == NULL || vector->valid == NULL) {
        *vector = (struct nami_vector){.type = type};
        return NAMI_E_NOMEM;
    }
    vector->slot_bytes = (uint8_t)slot;
    return NAMI_OK;
}

uint8_t nami_vector_type_of(uint8_t value_type)
{
    switch ((enum nami_value_type)value_type) {
    case NAMI_VALUE_BOOL:
        return NAMI_VECTOR_BOOL;
    case NAMI_VALUE_INT:
        return NAMI_VECTOR_INT;
    case NAMI_VALUE_FLOAT:
        return NAMI_VECTOR_FLOAT;
    case NAMI_VALUE_STRING:
        return NAMI_VECTOR_STRING;
    case NAMI_VALUE_NODE:
        return NAMI_VECTOR_NODE;
    case NAMI_VALUE_REL:
        return NAMI_VECTOR_REL;
    case NAMI_VALUE_NULL:
    case NAMI_VALUE_BYTES:
    case NAMI_VALUE_LIST:
    case NAMI_VALUE_MAP:
    case NAMI_VALUE_PATH:
    case NAMI_VALUE_TYPE_COUNT:
        break;
    }
    return NAMI_VECTOR_ANY;
}

/* The same cells as whole values: backwards, since a value is never shorter than its cell. */
static int32_t turn_into_any(struct nami_vector *vector, struct nami_arena *arena)
{
    struct nami_value *values = vector->data;

    if (vector->type == NAMI_VECTOR_REL) { /* the values borrow the old cells */
        values = nami_arena_calloc(arena, vector->capacity, SLOT_BYTES);
        if (values == NULL) {
            return NAMI_E_NOMEM;
        }
    }
    for (uint32_t row = vector->capacity; row-- > 0;) {
        values[row] = nami_vector_get(vector, row);
    }
    vector->data = values;
    vector->slot_bytes = SLOT_BYTES;
    vector->type = NAMI_VECTOR_ANY;
    return NAMI_OK;
}

static void put_cell(struct nami_vector *vector, uint32_t row, struct nami_value value)
{
    switch ((enum nami_vector_type)vector->type) {
    case NAMI_VECTOR_ANY:
        ((struct nami_value *)vector->data)[row] = value;
        break;
    case NAMI_VECTOR_BOOL:
        ((uint8_t *)vector->data)[row] = value.as.boolean ? 1 : 0;
        break;
    case NAMI_VECTOR_INT:
        ((int64_t *)vector->data)[row] = value.as.integer;
        break;
    case NAMI_VECTOR_FLOAT:
        ((double *)vector->data)[row] = value.as.real;
        break;
    case NAMI_VECTOR_STRING:
        ((struct nami_slice *)vector->data)[row] = nami_value_slice(value);
        break;
    case NAMI_VECTOR_NODE:
        ((uint64_t *)vector->data)[row] = value.as.node;
        break;
    case NAMI_VECTOR_REL:
        ((struct nami_rel *)vector->data)[row] = *value.as.rel;
        break;
    }
}

int32_t nami_vector_set(struct nami_vector *vector, struct nami_arena *arena, uint32_t row,
                        struct nami_value value)
{
    if (value.type == NAMI_VALUE_NULL) {
        nami_vector_set_null(vector, row);
        return NAMI_OK;
    }
    if (vector->type != NAMI_VECTOR_ANY && vector->type != nami_vector_type_of(value.type)) {
        int32_t status = turn_into_any(vector, arena);

        if (status != NAMI_OK) {
            return status;
        }
    }
    put_cell(vector, row, value);
    vector->valid[row / 64] |= UINT64_C(1) << (row % 64);
    return NAMI_OK;
}

void nami_vector_set_null(struct nami_vector *vector, uint32_t row)
{
    if (vector->type == NAMI_VECTOR_ANY) {
        ((struct nami_value *)vector->data)[row] = nami_value_null();
    }
    if (!vector->has_nulls) { /* until now the bits were not looked at */
        memset(vector->valid, 0xff, word_count(vector->capacity) * sizeof(uint64_t));
        vector->has_nulls = true;
    }
    vector->valid[row / 64] &= ~(UINT64_C(1) << (row % 64));
}

int32_t nami_vector_reset(struct nami_vector *vector, struct nami_arena *arena, uint8_t type)
{
    size_t slot = type == NAMI_VECTOR_REL ? REL_BYTES : SLOT_BYTES;

    if (vector->slot_bytes < slot) {
        void *data = nami_arena_alloc(arena, vector->capacity * slot);

        if (data == NULL) {
            return NAMI_E_NOMEM;
        }
        vector->data = data;
        vector->slot_bytes = (uint8_t)slot;
    }
    vector->type = type;
    vector->is_const = false;
    vector->has_nulls = true;
    memset(vector->valid, 0, word_count(vector->capacity) * sizeof(uint64_t));
    if (type == NAMI_VECTOR_ANY) { /* a null is also a NULL value */
        memset(vector->data, 0, (size_t)vector->capacity * SLOT_BYTES);
    }
    return NAMI_OK;
}

static size_t cell_bytes(uint8_t type)
{
    switch ((enum nami_vector_type)type) {
    case NAMI_VECTOR_BOOL:
        return sizeof(uint8_t);
    case NAMI_VECTOR_INT:
    case NAMI_VECTOR_FLOAT:
    case NAMI_VECTOR_NODE:
        return sizeof(uint64_t);
    case NAMI_VECTOR_REL:
        return REL_BYTES;
    case NAMI_VECTOR_ANY:
    case NAMI_VECTOR_STRING:
        break;
    }
    return SLOT_BYTES;
}

static uint32_t source_row(const struct nami_vector *from, const uint16_t *at, uint32_t row)
{
    if (from->is_const) {
        return 0;
    }
    return at != NULL ? at[row] : row;
}

/* `bytes` is a constant where this is inlined, so the copy is a move. */
static inline void gather_cells(void *restrict to, const struct nami_vector *from,
                                const uint16_t *at, uint32_t count, size_t bytes)
{
    const uint8_t *cells = from->data;
    uint8_t *out = to;

    for (uint32_t row = 0; row < count; row++) {
        memcpy(out + row * bytes, cells + source_row(from, at, row) * bytes, bytes);
    }
}

int32_t nami_vector_gather(struct nami_vector *to, struct nami_arena *arena,
                           const struct nami_vector *from, const uint16_t *at, uint32_t count)
{
    size_t bytes = cell_bytes(from->type);
    int32_t status = nami_vector_reset(to, arena, from->type);

    if (status != NAMI_OK) {
        return status;
    }
    if (at == NULL && !from->is_const) {
        memcpy(to->data, from->data, count * bytes);
    } else if (bytes == sizeof(uint64_t)) {
        gather_cells(to->data, from, at, count, sizeof(uint64_t));
    } else if (bytes == SLOT_BYTES) {
        gather_cells(to->data, from, at, count, SLOT_BYTES);
    } else {
        gather_cells(to->data, from, at, count, bytes);
    }
    to->has_nulls = from->has_nulls;
    for (uint32_t row = 0; from->has_nulls && row < count; row++) {
        if (!nami_vector_is_null(from, source_row(from, at, row))) {
            to->valid[row / 64] |= UINT64_C(1) << (row % 64);
        }
    }
    return NAMI_OK;
}

static int32_t own_strings(struct nami_vector *vector, struct nami_arena *arena, uint32_t count)
{
    struct nami_slice *cells = vector->data;

    for (uint32_t row = 0; row < count; row++) {
        if (!nami_vector_is_null(vector, row)) {
            cells[row].ptr = nami_arena_copy(arena, cells[row].ptr, cells[row].len);
            if (cells[row].ptr == NULL) {
                return NAMI_E_NOMEM;
            }
        }
    }
    return NAMI_OK;
}

int32_t nami_vector_own(struct nami_vector *vector, struct nami_arena *arena, uint32_t count)
{
    struct nami_value *cells = vector->data;
    int32_t status = NAMI_OK;

    count = vector->is_const && count > 0 ? 1 : count;
    if (vector->type == NAMI_VECTOR_STRING) {
        return own_strings(vector, arena, count);
    }
    for (uint32_t row = 0; vector->type == NAMI_VECTOR_ANY && row < count && status == NAMI_OK;
         row++) {
        status = nami_value_copy(arena, cells[row], &cells[row]);
    }
    return status;
}
