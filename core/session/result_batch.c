#include "core/session/result_batch.h"

#include <string.h>

#include <namidb/plugin_util.h>

#include "core/base/hash.h"
#include "core/exec/vector.h"
#include "core/session/column_build.h"

enum { DEPTH_MAX = 200 }; /* of lists and maps: JSON readers stop at fewer */

/* ---- whole values ---- */

static uint32_t type_of(uint8_t type)
{
    switch ((enum nami_value_type)type) {
    case NAMI_VALUE_BOOL:
        return NAMI_TYPE_BOOL;
    case NAMI_VALUE_INT:
        return NAMI_TYPE_INT64;
    case NAMI_VALUE_FLOAT:
        return NAMI_TYPE_FLOAT64;
    case NAMI_VALUE_STRING:
        return NAMI_TYPE_STRING;
    case NAMI_VALUE_BYTES:
        return NAMI_TYPE_BYTES;
    case NAMI_VALUE_LIST:
        return NAMI_TYPE_LIST;
    case NAMI_VALUE_MAP:
        return NAMI_TYPE_MAP;
    case NAMI_VALUE_NODE:
        return NAMI_TYPE_NODE;
    case NAMI_VALUE_REL:
        return NAMI_TYPE_RELATIONSHIP;
    case NAMI_VALUE_PATH:
        return NAMI_TYPE_PATH;
    case NAMI_VALUE_NULL:
    case NAMI_VALUE_TYPE_COUNT:
        break;
    }
    return NAMI_TYPE_NOTHING;
}

/* Bit i: value i is not null. NULL with *has_nulls false: none is null. */
static int32_t validity_of(struct column_build *b, const struct nami_value *values, size_t count,
                           const uint8_t **out)
{
    uint8_t *bits = NULL;
    size_t first = 0;

    *out = NULL;
    while (first < count && values[first].type != NAMI_VALUE_NULL) {
        first++;
    }
    if (first == count) {
        return NAMI_OK;
    }
    bits = nami_arena_calloc(b->arena, count / 8 + 1, 1);
    if (bits == NULL) {
        return NAMI_E_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        if (values[i].type != NAMI_VALUE_NULL) {
            bits[i / 8] = (uint8_t)(bits[i / 8] | 1u << i % 8);
        }
    }
    *out = bits;
    return NAMI_OK;
}

static int32_t numbers(struct column_build *b, const struct nami_value *values, size_t count,
                       struct nami_column *out)
{
    uint64_t *wide = nami_arena_calloc(b->arena, count + 1, sizeof(*wide));
    uint8_t *narrow = (uint8_t *)wide;

    if (wide == NULL) {
        return NAMI_E_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        if (out->type == NAMI_TYPE_BOOL) {
            narrow[i] = values[i].type != NAMI_VALUE_NULL && values[i].as.boolean;
        } else if (values[i].type != NAMI_VALUE_NULL) {
            memcpy(&wide[i], &values[i].as, sizeof(wide[i]));
        }
    }
    out->values = wide;
    return NAMI_OK;
}

static int32_t texts(struct column_build *b, const struct nami_value *values, size_t count,
                     struct nami_column *out)
{
    struct nami_slice *slices = nami_arena_calloc(b->arena, count + 1, sizeof(*slices));
    const uint8_t *validity = out->validity;
    int32_t status = NAMI_OK;

    if (slices == NULL) {
        return NAMI_E_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        if (values[i].type != NAMI_VALUE_NULL) {
            slices[i] = nami_value_slice(values[i]);
        }
    }
    status = nami_column__of_slices(b, out->type, slices, count, out);
    out->validity = validity;
    return status;
}

/* Offsets of lists or maps, and where their items will be gathered. */
static int32_t spread(struct column_build *b, const struct nami_value *values, size_t count,
                      uint32_t **offsets, struct nami_value **items)
{
    uint64_t total = 0;

    *offsets = nami_arena_alloc(b->arena, (count + 1) * sizeof(**offsets));
    if (*offsets == NULL) {
        return NAMI_E_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        (*offsets)[i] = (uint32_t)total;
        total += values[i].type != NAMI_VALUE_NULL ? values[i].count : 0;
        if (total > UINT32_MAX) {
            return NAMI_E_TOO_LARGE;
        }
    }
    (*offsets)[count] = (uint32_t)total;
    *items = nami_arena_alloc(b->arena, ((size_t)total + 1) * sizeof(**items));
    return *items != NULL ? NAMI_OK : NAMI_E_NOMEM;
}

static int32_t lists(struct column_build *b, const struct nami_value *values, size_t count,
                     struct nami_column *out)
{
    uint32_t *offsets = NULL;
    struct nami_value *items = NULL;
    struct nami_column *child = NULL;
    int32_t status = spread(b, values, count, &offsets, &items);

    if (status == NAMI_OK) {
        status = nami_column__children(b, out, 1, &child);
    }
    if (status != NAMI_OK) {
        return status;
    }
    out->offsets = offsets;
    for (size_t i = 0; i < count; i++) {
        if (offsets[i + 1] > offsets[i]) {
            memcpy(items + offsets[i], values[i].as.items, values[i].count * sizeof(*items));
        }
    }
    return nami_column__of_values(b, items, offsets[count], child);
}

static int32_t maps(struct column_build *b, const struct nami_value *values, size_t count,
                    struct nami_column *out)
{
    uint32_t *offsets = NULL;
    struct nami_value *items = NULL;
    struct nami_column *children = NULL;
    struct interner names = {0};
    uint32_t *index = NULL;
    int32_t status = spread(b, values, count, &offsets, &items);

    if (status == NAMI_OK) {
        status = nami_column__children(b, out, 2, &children);
    }
    if (status == NAMI_OK) {
        index = nami_arena_alloc(b->arena, (offsets[count] + 1) * sizeof(*index));
        status = index != NULL ? NAMI_OK : NAMI_E_NOMEM;
    }
    for (size_t i = 0; i < count && status == NAMI_OK; i++) {
        for (uint32_t j = 0; j < offsets[i + 1] - offsets[i] && status == NAMI_OK; j++) {
            struct nami_slice key = nami_value_slice(values[i].as.items[2 * j]);

            items[offsets[i] + j] = values[i].as.items[2 * j + 1];
            status = nami_column__intern(b, &names, nami_hash_bytes(key.ptr, key.len, 0), key,
                                         &index[offsets[i] + j]);
        }
    }
    if (status == NAMI_OK) {
        out->offsets = offsets;
        status = nami_column__of_names(b, &names, index, offsets[count], &children[0]);
    }
    return status == NAMI_OK ? nami_column__of_values(b, items, offsets[count], &children[1])
                             : status;
}

static int32_t entities(struct column_build *b, const struct nami_value *values, size_t count,
                        struct nami_column *out)
{
    static const struct nami_rel no_rel = {0};
    size_t each = out->type == NAMI_TYPE_RELATIONSHIP ? sizeof(struct nami_rel) : sizeof(void *);
    void *array = nami_arena_calloc(b->arena, count + 1, each);
    uint64_t *ids = array;
    struct nami_rel *rels = array;
    const struct nami_path **paths = array;

    if (array == NULL) {
        return NAMI_E_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        bool is_null = values[i].type == NAMI_VALUE_NULL;

        if (out->type == NAMI_TYPE_NODE) {
            ids[i] = is_null ? 0 : values[i].as.node;
        } else if (out->type == NAMI_TYPE_RELATIONSHIP) {
            rels[i] = is_null ? no_rel : *values[i].as.rel;
        } else {
            paths[i] = is_null ? NULL : values[i].as.path;
        }
    }
    if (out->type == NAMI_TYPE_NODE) {
        return nami_column__of_nodes(b, ids, count, out->validity, out);
    }
    return out->type == NAMI_TYPE_RELATIONSHIP
               ? nami_column__of_rels(b, rels, count, out->validity, out)
               : nami_column__of_paths(b, paths, count, out->validity, out);
}

/* All values are of `type`, or null. */
static int32_t of_one_type(struct column_build *b, const struct nami_value *values, size_t count,
                           uint32_t type, struct nami_column *out)
{
    int32_t status = NAMI_OK;

    *out = nami_column__head(type, count);
    status = validity_of(b, values, count, &out->validity);
    if (status != NAMI_OK) {
        return status;
    }
    switch (type) {
    case NAMI_TYPE_BOOL:
    case NAMI_TYPE_INT64:
    case NAMI_TYPE_FLOAT64:
        return numbers(b, values, count, out);
    case NAMI_TYPE_STRING:
    case NAMI_TYPE_BYTES:
        return texts(b, values, count, out);
    case NAMI_TYPE_LIST:
        return lists(b, values, count, out);
    case NAMI_TYPE_MAP:
        return maps(b, values, count, out);
    default:
        return entities(b, values, count, out);
    }
}

/* Several types: each goes into a child of its own. */
static int32_t of_many_types(struct column_build *b, const struct nami_value *values, size_t count,
                             const size_t *counts, uint32_t type_count, struct nami_column *out)
{
    uint8_t *which = nami_arena_calloc(b->arena, count + 1, 1);
    uint32_t *rows = nami_arena_calloc(b->arena, count + 1, sizeof(*rows));
    struct nami_value *part = nami_arena_alloc(b->arena, (count + 1) * sizeof(*part));
    struct nami_column *children = NULL;
    uint8_t child = 0;
    int32_t status = which != NULL && rows != NULL && part != NULL ? NAMI_OK : NAMI_E_NOMEM;

    *out = nami_column__head(NAMI_TYPE_ANY, count);
    out->values = which;
    out->offsets = rows;
    if (status == NAMI_OK) {
        status = validity_of(b, values, count, &out->validity);
    }
    if (status == NAMI_OK) {
        status = nami_column__children(b, out, type_count, &children);
    }
    for (uint8_t type = 0; type < NAMI_VALUE_TYPE_COUNT && status == NAMI_OK; type++) {
        uint32_t at = 0;

        if (type == NAMI_VALUE_NULL || counts[type] == 0) {
            continue;
        }
        for (size_t i = 0; i < count; i++) {
            if (values[i].type == type) {
                which[i] = child;
                rows[i] = at;
                part[at++] = values[i];
            }
        }
        status = of_one_type(b, part, at, type_of(type), &children[child++]);
    }
    return status;
}

int32_t nami_column__of_values(struct column_build *b, const struct nami_value *values,
                               size_t count, struct nami_column *out)
{
    size_t counts[NAMI_VALUE_TYPE_COUNT] = {0};
    uint32_t type_count = 0;
    uint8_t only = NAMI_VALUE_NULL;
    int32_t status = NAMI_OK;

    for (size_t i = 0; i < count; i++) {
        counts[values[i].type]++;
    }
    for (unsigned type = 0; type < NAMI_VALUE_TYPE_COUNT; type++) {
        if (type != NAMI_VALUE_NULL && counts[type] > 0) {
            type_count++;
            only = (uint8_t)type;
        }
    }
    if (type_count == 0) {
        *out = nami_column__head(NAMI_TYPE_NOTHING, count);
        return NAMI_OK;
    }
    if (b->depth == DEPTH_MAX) {
        return NAMI_E_TOO_LARGE;
    }
    b->depth++;
    status = type_count == 1 ? of_one_type(b, values, count, type_of(only), out)
                             : of_many_types(b, values, count, counts, type_count, out);
    b->depth--;
    return status;
}

/* ---- vectors ---- */

static int32_t vector_validity(struct column_build *b, const struct nami_vector *vector,
                               const struct nami_rows *rows, const uint8_t **out)
{
    uint8_t *bits = NULL;

    *out = NULL;
    if (!vector->has_nulls) {
        return NAMI_OK;
    }
    bits = nami_arena_calloc(b->arena, rows->count / 8 + 1, 1);
    if (bits == NULL) {
        return NAMI_E_NOMEM;
    }
    for (uint32_t i = 0; i < rows->count; i++) {
        if (!nami_vector_is_null(vector, nami_rows_at(rows, i))) {
            bits[i / 8] = (uint8_t)(bits[i / 8] | 1u << i % 8);
        }
    }
    *out = bits;
    return NAMI_OK;
}

static uint32_t row_of(const struct nami_vector *vector, const struct nami_rows *rows, uint32_t i)
{
    return vector->is_const ? 0 : nami_rows_at(rows, i);
}

/* INT, FLOAT, BOOL and NODE: plain arrays, row by row without looking at types. */
static int32_t gather(struct column_build *b, const struct nami_vector *vector,
                      const struct nami_rows *rows, const uint8_t *validity,
                      struct nami_column *out)
{
    uint64_t *wide = nami_arena_calloc(b->arena, rows->count + 1, sizeof(*wide));
    uint8_t *narrow = (uint8_t *)wide;
    bool is_bool = vector->type == NAMI_VECTOR_BOOL;

    if (wide == NULL) {
        return NAMI_E_NOMEM;
    }
    for (uint32_t i = 0; i < rows->count; i++) {
        uint32_t row = row_of(vector, rows, i);

        if (is_bool) {
            narrow[i] = ((const uint8_t *)vector->data)[row];
        } else {
            wide[i] = ((const uint64_t *)vector->data)[row];
        }
    }
    if (vector->type == NAMI_VECTOR_NODE) {
        return nami_column__of_nodes(b, wide, rows->count, validity, out);
    }
    *out = nami_column__head(is_bool                             ? NAMI_TYPE_BOOL
                             : vector->type == NAMI_VECTOR_FLOAT ? NAMI_TYPE_FLOAT64
                                                                 : NAMI_TYPE_INT64,
                             rows->count);
    out->values = wide;
    out->validity = validity;
    return NAMI_OK;
}

static int32_t gather_texts(struct column_build *b, const struct nami_vector *vector,
                            const struct nami_rows *rows, const uint8_t *validity,
                            struct nami_column *out)
{
    struct nami_slice *slices = nami_arena_calloc(b->arena, rows->count + 1, sizeof(*slices));
    int32_t status = NAMI_OK;

    if (slices == NULL) {
        return NAMI_E_NOMEM;
    }
    for (uint32_t i = 0; i < rows->count; i++) {
        if (!nami_vector_is_null(vector, nami_rows_at(rows, i))) {
            slices[i] = ((const struct nami_slice *)vector->data)[row_of(vector, rows, i)];
        }
    }
    status = nami_column__of_slices(b, NAMI_TYPE_STRING, slices, rows->count, out);
    out->validity = validity;
    return status;
}

static int32_t gather_rels(struct column_build *b, const struct nami_vector *vector,
                           const struct nami_rows *rows, const uint8_t *validity,
                           struct nami_column *out)
{
    struct nami_rel *rels = nami_arena_calloc(b->arena, rows->count + 1, sizeof(*rels));

    if (rels == NULL) {
        return NAMI_E_NOMEM;
    }
    for (uint32_t i = 0; i < rows->count; i++) {
        if (!nami_vector_is_null(vector, nami_rows_at(rows, i))) {
            rels[i] = ((const struct nami_rel *)vector->data)[row_of(vector, rows, i)];
        }
    }
    return nami_column__of_rels(b, rels, rows->count, validity, out);
}

static int32_t of_vector(struct column_build *b, const struct nami_vector *vector,
                         const struct nami_rows *rows, struct nami_column *out)
{
    const uint8_t *validity = NULL;
    struct nami_value *values = NULL;
    int32_t status = vector_validity(b, vector, rows, &validity);

    if (status != NAMI_OK) {
        return status;
    }
    switch ((enum nami_vector_type)vector->type) {
    case NAMI_VECTOR_BOOL:
    case NAMI_VECTOR_INT:
    case NAMI_VECTOR_FLOAT:
    case NAMI_VECTOR_NODE:
        return gather(b, vector, rows, validity, out);
    case NAMI_VECTOR_STRING:
        return gather_texts(b, vector, rows, validity, out);
    case NAMI_VECTOR_REL:
        return gather_rels(b, vector, rows, validity, out);
    case NAMI_VECTOR_ANY:
        break;
    }
    values = nami_arena_alloc(b->arena, (rows->count + 1) * sizeof(*values));
    if (values == NULL) {
        return NAMI_E_NOMEM;
    }
    for (uint32_t i = 0; i < rows->count; i++) {
        values[i] = nami_vector_get(vector, nami_rows_at(rows, i));
    }
    return nami_column__of_values(b, values, rows->count, out);
}

int32_t nami_result_batch(struct nami_arena *arena, const struct nami_snapshot *snap,
                          const struct nami_rows *rows, struct nami_batch *out)
{
    struct column_build b = {.arena = arena, .snap = snap};
    struct nami_column *columns =
        nami_arena_calloc(arena, rows->column_count + 1, sizeof(*columns));
    int32_t status = columns != NULL ? NAMI_OK : NAMI_E_NOMEM;

    for (uint32_t i = 0; i < rows->column_count && status == NAMI_OK; i++) {
        status = of_vector(&b, &rows->columns[i], rows, &columns[i]);
    }
    *out = (struct nami_batch){.struct_size = sizeof(*out),
                               .column_count = rows->column_count,
                               .columns = columns,
                               .column_stride = sizeof(*columns),
                               .row_count = rows->count};
    return status;
}

int32_t nami_result_column(struct nami_arena *arena, const struct nami_snapshot *snap,
                           const struct nami_value *values, size_t count, struct nami_column *out)
{
    struct column_build b = {.arena = arena, .snap = snap};

    return nami_column__of_values(&b, values, count, out);
}
