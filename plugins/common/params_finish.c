/* From tags and stores to the columns of namidb/batch.h; mostly without copying. */
#include <assert.h>
#include <string.h>

#include <namidb/batch_util.h>

#include "plugins/common/params_internal.h"

static const uint32_t types[TAG_COUNT] = {
    [TAG_NULL] = NAMI_TYPE_NOTHING,  [TAG_BOOL] = NAMI_TYPE_BOOL,     [TAG_INT] = NAMI_TYPE_INT64,
    [TAG_FLOAT] = NAMI_TYPE_FLOAT64, [TAG_STRING] = NAMI_TYPE_STRING, [TAG_BYTES] = NAMI_TYPE_BYTES,
    [TAG_LIST] = NAMI_TYPE_LIST,     [TAG_MAP] = NAMI_TYPE_MAP};

/* Bytes of a value where rows have values of their own; 0: they have offsets. */
static const uint8_t widths[TAG_COUNT] = {[TAG_BOOL] = 1, [TAG_INT] = 8, [TAG_FLOAT] = 8};

static int32_t finish_column(struct nami_params *params, const struct nami_params_column *column,
                             struct nami_column *out);

static struct nami_column plain(uint32_t type, size_t count)
{
    return (struct nami_column){.struct_size = sizeof(struct nami_column),
                                .type = type,
                                .count = count,
                                .child_stride = sizeof(struct nami_column)};
}

static struct nami_column *new_columns(struct nami_params *params, size_t count)
{
    return nami_bump_calloc(&params->bump, count, sizeof(struct nami_column));
}

/* A map's keys: each distinct one once, and an index per entry. */
static int32_t finish_keys(struct nami_params *params, const struct nami_params_store *store,
                           struct nami_column *out)
{
    struct nami_column *distinct = new_columns(params, 1);

    if (distinct == NULL) {
        return params->bump.refusal;
    }
    *distinct = plain(NAMI_TYPE_STRING, store->keys->count);
    distinct->values = store->keys->heap.ptr;
    distinct->offsets = nami_params__u32(&store->keys->offsets);
    *out = plain(NAMI_TYPE_INDEXED, store->values.len / sizeof(uint32_t));
    out->values = store->values.ptr;
    out->children = distinct;
    out->child_count = 1;
    if (store->keys->count == 0) { /* only empty maps */
        *out = plain(NAMI_TYPE_NOTHING, 0);
    }
    return NAMI_OK;
}

/* The values of one type, without nulls. */
static int32_t finish_store(struct nami_params *params, enum nami_params_tag tag,
                            const struct nami_params_store *store, struct nami_column *out)
{
    struct nami_column *children = NULL;
    uint32_t child_count = tag == TAG_MAP ? 2 : tag == TAG_LIST ? 1 : 0;
    int32_t status = NAMI_OK;

    *out = plain(types[tag], store->count);
    out->values = child_count == 0 ? store->values.ptr : NULL;
    out->offsets = widths[tag] == 0 ? nami_params__u32(&store->offsets) : NULL;
    if (child_count == 0) {
        return NAMI_OK;
    }
    children = new_columns(params, child_count);
    if (children == NULL) {
        return params->bump.refusal;
    }
    if (tag == TAG_MAP) {
        status = finish_keys(params, store, &children[0]);
    }
    if (status == NAMI_OK) {
        status = finish_column(params, store->child, &children[child_count - 1]);
    }
    out->children = children;
    out->child_count = child_count;
    return status;
}

static int32_t finish_validity(struct nami_params *params, const struct nami_bump_vec *tags,
                               struct nami_column *out)
{
    uint8_t *validity = nami_bump_calloc(&params->bump, (tags->len + 7) / 8, 1);

    if (validity == NULL) {
        return params->bump.refusal;
    }
    for (size_t i = 0; i < tags->len; i++) {
        validity[i / 8] |= (uint8_t)((tags->ptr[i] != TAG_NULL) << i % 8);
    }
    out->validity = validity;
    return NAMI_OK;
}

/* Give the nulls rows of their own: `out` has the others, one after another. */
static int32_t spread(struct nami_params *params, const struct nami_bump_vec *tags, size_t width,
                      struct nami_column *out)
{
    size_t rows = tags->len;
    size_t row_bytes = width > 0 ? width : sizeof(uint32_t);
    const uint8_t *from = width > 0 ? out->values : (const void *)out->offsets;
    uint8_t *to = nami_bump_calloc(&params->bump, rows + 1, row_bytes);
    size_t next = 0;

    if (to == NULL) {
        return params->bump.refusal;
    }
    for (size_t i = 0; i < rows; i++) {
        if (width == 0 || tags->ptr[i] != TAG_NULL) {
            (void)memcpy(to + i * row_bytes, from + next * row_bytes, row_bytes);
        }
        next += tags->ptr[i] != TAG_NULL;
    }
    if (width == 0) {
        (void)memcpy(to + rows * row_bytes, from + next * row_bytes, row_bytes);
        out->offsets = (const uint32_t *)(const void *)to;
    } else {
        out->values = to;
    }
    out->count = rows;
    return finish_validity(params, tags, out);
}

/* Several types: which, and the row there, for each row. */
static int32_t finish_any(struct nami_params *params, const struct nami_params_column *column,
                          uint32_t type_count, struct nami_column *out)
{
    size_t rows = column->tags.len;
    struct nami_column *children = new_columns(params, type_count);
    uint32_t *places = nami_bump_alloc(&params->bump, rows * sizeof(*places));
    uint8_t *values = nami_bump_alloc(&params->bump, rows);
    uint32_t next[TAG_COUNT] = {0};
    uint8_t child_of[TAG_COUNT] = {0};
    uint8_t child = 0;
    int32_t status = NAMI_OK;

    if (children == NULL || places == NULL || values == NULL) {
        return params->bump.refusal;
    }
    for (uint32_t tag = TAG_BOOL; tag < TAG_COUNT && status == NAMI_OK; tag++) {
        if (column->stores[tag] != NULL) {
            child_of[tag] = child;
            status = finish_store(params, tag, column->stores[tag], &children[child++]);
        }
    }
    for (size_t i = 0; i < rows; i++) {
        uint8_t tag = column->tags.ptr[i];

        values[i] = child_of[tag];
        places[i] = next[tag]++;
    }
    *out = plain(NAMI_TYPE_ANY, rows);
    out->values = values;
    out->offsets = places;
    out->children = children;
    out->child_count = type_count;
    if (status == NAMI_OK && next[TAG_NULL] > 0) {
        status = finish_validity(params, &column->tags, out);
    }
    return status;
}

/* Recursion ends at NAMI_PARAMS_DEPTH_MAX. */
static int32_t finish_column(struct nami_params *params, const struct nami_params_column *column,
                             struct nami_column *out)
{
    uint32_t type_count = 0;
    uint32_t tag = TAG_NULL;
    int32_t status = NAMI_OK;

    for (uint32_t i = TAG_BOOL; i < TAG_COUNT; i++) {
        if (column->stores[i] != NULL) {
            type_count++;
            tag = i;
        }
    }
    if (type_count == 0) {
        *out = plain(NAMI_TYPE_NOTHING, column->tags.len);
        return NAMI_OK;
    }
    if (type_count > 1) {
        return finish_any(params, column, type_count, out);
    }
    status = finish_store(params, tag, column->stores[tag], out);
    return status == NAMI_OK && out->count < column->tags.len
               ? spread(params, &column->tags, widths[tag], out)
               : status;
}

/* What a column is, for whoever plans with it: LIST says of what. */
static int32_t describe(struct nami_params *params, const struct nami_column *column,
                        struct nami_field *out)
{
    struct nami_field *elements = NULL;

    for (;;) {
        out->struct_size = sizeof(*out);
        out->type = column->type;
        if (column->type != NAMI_TYPE_LIST) {
            return NAMI_OK;
        }
        elements = nami_bump_calloc(&params->bump, 1, sizeof(*elements));
        if (elements == NULL) {
            return params->bump.refusal;
        }
        out->children =
            (struct nami_fields){.at = elements, .count = 1, .stride = sizeof(*elements)};
        out = elements;
        column = nami_child(column, 0);
    }
}

int32_t nami_params_finish(struct nami_params *params, struct nami_fields *names,
                           struct nami_batch *batch, struct nami_error *err)
{
    uint32_t count = params->names.count;
    struct nami_params_column *const *from = (void *)params->columns.ptr;
    struct nami_column *columns = new_columns(params, count);
    struct nami_field *fields = nami_bump_calloc(&params->bump, count, sizeof(*fields));
    int32_t status = NAMI_OK;

    assert(params->levels.len == 0 && (count == 0 || from != NULL));
    if (columns == NULL || fields == NULL) {
        return nami_params__refused(params, err);
    }
    for (uint32_t i = 0; i < count && status == NAMI_OK; i++) {
        const struct nami_params_column *column = from[i];

        assert(column->tags.len == 1);
        status = finish_column(params, column, &columns[i]);
        if (status == NAMI_OK) {
            fields[i].name = nami_params__key(&params->names, i);
            status = describe(params, &columns[i], &fields[i]);
        }
    }
    if (status != NAMI_OK) {
        params->bump.refusal = status;
        return nami_params__refused(params, err);
    }
    *names = (struct nami_fields){
        .at = count > 0 ? fields : NULL, .count = count, .stride = sizeof(*fields)};
    *batch = (struct nami_batch){.struct_size = sizeof(*batch),
                                 .column_count = count,
                                 .columns = columns,
                                 .column_stride = sizeof(*columns),
                                 .row_count = 1};
    return NAMI_OK;
}
