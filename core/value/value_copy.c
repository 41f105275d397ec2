#include <namidb/plugin_util.h>

#include "core/value/value.h"
#include "core/value/walk.h"

/* The copy of a value: structs in front of what they point to, each part 16-aligned. */

static const uint8_t nothing[16];

_Static_assert(sizeof(struct nami_value) == 16, "arrays of values stay 16-aligned");
_Static_assert(sizeof(struct nami_rel) % 16 == 0, "so do relationships");

static size_t rounded(size_t bytes)
{
    return (bytes + 15) & ~(size_t)15;
}

static size_t path_bytes(const struct nami_path *path)
{
    return rounded(sizeof(*path)) + rounded(((size_t)path->length + 1) * sizeof(*path->nodes)) +
           path->length * sizeof(*path->rels);
}

static size_t item_count(struct nami_value value)
{
    return value.type == NAMI_VALUE_MAP ? (size_t)value.count * 2 : value.count;
}

/* Adds to *bytes; false: too deep or too large. */
static bool add_bytes(struct nami_value value, struct nami_walk *walk, size_t *bytes)
{
    bool fits = true;

    switch ((enum nami_value_type)value.type) {
    case NAMI_VALUE_STRING:
    case NAMI_VALUE_BYTES:
        *bytes += rounded(value.count);
        break;
    case NAMI_VALUE_REL:
        *bytes += sizeof(struct nami_rel);
        break;
    case NAMI_VALUE_PATH:
        *bytes += path_bytes(value.as.path);
        break;
    case NAMI_VALUE_LIST:
    case NAMI_VALUE_MAP:
        *bytes += item_count(value) * sizeof(struct nami_value);
        fits = *bytes <= NAMI_VALUE_COPY_BYTES_MAX && nami_walk_enter(walk, value.count);
        for (size_t i = 0; fits && i < item_count(value); i++) {
            fits = add_bytes(value.as.items[i], walk, bytes);
        }
        if (fits) {
            nami_walk_leave(walk);
        }
        break;
    case NAMI_VALUE_NULL:
    case NAMI_VALUE_BOOL:
    case NAMI_VALUE_INT:
    case NAMI_VALUE_FLOAT:
    case NAMI_VALUE_NODE:
    case NAMI_VALUE_TYPE_COUNT:
        break;
    }
    return fits && *bytes <= NAMI_VALUE_COPY_BYTES_MAX;
}

size_t nami_value_deep_bytes(struct nami_value value)
{
    struct nami_walk walk = {.steps_left = UINT32_MAX};
    size_t bytes = 0;

    return add_bytes(value, &walk, &bytes) ? bytes : SIZE_MAX;
}

static void *put(const void *from, size_t bytes, uint8_t **to)
{
    uint8_t *at = *to;

    memcpy(at, from, bytes);
    memset(at + bytes, 0, rounded(bytes) - bytes);
    *to += rounded(bytes);
    return at;
}

static const struct nami_path *put_path(const struct nami_path *path, uint8_t **to)
{
    struct nami_path *copy = put(path, sizeof(*path), to);

    copy->nodes = put(path->nodes, ((size_t)path->length + 1) * sizeof(*path->nodes), to);
    copy->rels = path->length > 0 ? put(path->rels, path->length * sizeof(*path->rels), to) : NULL;
    return copy;
}

struct nami_value nami_value_copy_to(struct nami_value value, uint8_t **to)
{
    size_t count = item_count(value);
    struct nami_value *items = NULL;

    switch ((enum nami_value_type)value.type) {
    case NAMI_VALUE_STRING:
    case NAMI_VALUE_BYTES:
        value.as.bytes = value.count > 0 ? put(value.as.bytes, value.count, to) : nothing;
        break;
    case NAMI_VALUE_REL:
        value.as.rel = put(value.as.rel, sizeof(*value.as.rel), to);
        break;
    case NAMI_VALUE_PATH:
        value.as.path = put_path(value.as.path, to);
        break;
    case NAMI_VALUE_LIST:
    case NAMI_VALUE_MAP:
        if (count == 0) {
            value.as.items = NULL;
            break;
        }
        items = put(value.as.items, count * sizeof(*items), to);
        value.as.items = items;
        for (size_t i = 0; i < count; i++) {
            items[i] = nami_value_copy_to(items[i], to);
        }
        break;
    case NAMI_VALUE_NULL:
    case NAMI_VALUE_BOOL:
    case NAMI_VALUE_INT:
    case NAMI_VALUE_FLOAT:
    case NAMI_VALUE_NODE:
    case NAMI_VALUE_TYPE_COUNT:
        break;
    }
    return value;
}

int32_t nami_value_copy(struct nami_arena *arena, struct nami_value value, struct nami_value *out)
{
    size_t bytes = nami_value_deep_bytes(value);
    uint8_t *to = NULL;

    if (bytes == SIZE_MAX) {
        return NAMI_E_TOO_LARGE;
    }
    if (bytes > 0) {
        to = nami_arena_alloc(arena, bytes);
        if (to == NULL) {
            return NAMI_E_NOMEM;
        }
    }
    *out = nami_value_copy_to(value, &to);
    return NAMI_OK;
}

/* ---- properties ---- */

static bool is_scalar(uint8_t type)
{
    return type == NAMI_VALUE_BOOL || type == NAMI_VALUE_INT || type == NAMI_VALUE_FLOAT ||
           type == NAMI_VALUE_STRING;
}

bool nami_value_is_storable(struct nami_value value)
{
    if (value.type != NAMI_VALUE_LIST) {
        return is_scalar(value.type) || value.type == NAMI_VALUE_BYTES;
    }
    for (uint32_t i = 0; i < value.count; i++) {
        if (!is_scalar(value.as.items[i].type) ||
            value.as.items[i].type != value.as.items[0].type) {
            return false;
        }
    }
    return true;
}
