#include "core/session/batch_part.h"

#include <namidb/batch_util.h>

/* Bytes of one row at `values`; 0: rows are not there, but in children or behind offsets. */
static size_t stride_of(uint32_t type)
{
    switch ((enum nami_type)type) {
    case NAMI_TYPE_BOOL:
    case NAMI_TYPE_INT8:
    case NAMI_TYPE_ANY:
        return 1;
    case NAMI_TYPE_INT32:
    case NAMI_TYPE_FLOAT32:
    case NAMI_TYPE_INDEXED:
        return 4;
    case NAMI_TYPE_INT64:
    case NAMI_TYPE_FLOAT64:
    case NAMI_TYPE_DATE:
    case NAMI_TYPE_LOCAL_TIME:
        return 8;
    case NAMI_TYPE_NOTHING:
    case NAMI_TYPE_STRING:
    case NAMI_TYPE_BYTES:
    case NAMI_TYPE_LIST:
    case NAMI_TYPE_MAP:
    case NAMI_TYPE_TIME:
    case NAMI_TYPE_LOCAL_DATETIME:
    case NAMI_TYPE_DATETIME:
    case NAMI_TYPE_DURATION:
    case NAMI_TYPE_POINT:
    case NAMI_TYPE_VECTOR:
    case NAMI_TYPE_NODE:
    case NAMI_TYPE_RELATIONSHIP:
    case NAMI_TYPE_PATH:
        break;
    }
    return 0;
}

static int32_t part_validity(struct nami_arena *arena, const struct nami_column *whole, size_t from,
                             size_t count, struct nami_column *out)
{
    uint8_t *bits = NULL;

    if (whole->validity == NULL) {
        return NAMI_OK;
    }
    bits = nami_arena_calloc(arena, count / 8 + 1, 1);
    if (bits == NULL) {
        return NAMI_E_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        unsigned bit = (unsigned)whole->validity[(from + i) / 8] >> (from + i) % 8 & 1u;

        bits[i / 8] = (uint8_t)(bits[i / 8] | bit << i % 8);
    }
    out->validity = bits;
    return NAMI_OK;
}

static int32_t part_column(struct nami_arena *arena, const struct nami_column *whole, size_t from,
                           size_t count, struct nami_column *out)
{
    size_t stride = stride_of(whole->type);
    struct nami_column *children = NULL;
    int32_t status = NAMI_OK;

    *out = *whole;
    out->count = count;
    if (stride > 0) {
        out->values = (const uint8_t *)whole->values + from * stride;
    }
    if (whole->offsets != NULL) { /* they start at any number: the rest stays as it is */
        out->offsets = whole->offsets + from;
    }
    status = part_validity(arena, whole, from, count, out);
    if (status != NAMI_OK || stride > 0 || whole->offsets != NULL || whole->child_count == 0) {
        return status;
    }
    children = nami_arena_calloc(arena, whole->child_count, sizeof(*children));
    status = children != NULL ? NAMI_OK : NAMI_E_NOMEM;
    for (uint32_t i = 0; i < whole->child_count && status == NAMI_OK; i++) {
        status = part_column(arena, nami_child(whole, i), from, count, &children[i]);
    }
    out->children = children;
    out->child_stride = sizeof(*children);
    return status;
}

int32_t nami_batch_part(struct nami_arena *arena, const struct nami_batch *whole, size_t from,
                        size_t count, struct nami_batch *out)
{
    struct nami_column *columns = NULL;
    int32_t status = NAMI_OK;

    *out = *whole;
    if (from == 0 && count == whole->row_count) {
        return NAMI_OK;
    }
    columns = nami_arena_calloc(arena, (size_t)whole->column_count + 1, sizeof(*columns));
    status = columns != NULL ? NAMI_OK : NAMI_E_NOMEM;
    for (uint32_t i = 0; i < whole->column_count && status == NAMI_OK; i++) {
        status = part_column(arena, nami_batch_column(whole, i), from, count, &columns[i]);
    }
    out->columns = columns;
    out->column_stride = sizeof(*columns);
    out->row_count = count;
    return status;
}
