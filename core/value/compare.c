#include <namidb/plugin_util.h>

#include "core/value/number_order.h"
#include "core/value/value.h"
#include "core/value/walk.h"

/* Place of a type in the order of all values; numbers share one. */
static uint32_t rank_of(uint8_t type)
{
    switch ((enum nami_value_type)type) {
    case NAMI_VALUE_MAP:
        return 0;
    case NAMI_VALUE_NODE:
        return 1;
    case NAMI_VALUE_REL:
        return 2;
    case NAMI_VALUE_LIST:
        return 3;
    case NAMI_VALUE_PATH:
        return 4;
    case NAMI_VALUE_BYTES: /* not a Cypher type: it has no place of its own there */
        return 31;
    case NAMI_VALUE_STRING:
        return 32;
    case NAMI_VALUE_BOOL:
        return 33;
    case NAMI_VALUE_INT:
    case NAMI_VALUE_FLOAT:
        return 34;
    case NAMI_VALUE_NULL:
        return 35;
    case NAMI_VALUE_TYPE_COUNT:
        break;
    }
    return 5u + (type & 15u); /* temporal values and points */
}

static int order_u64(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int order_numbers(struct nami_value a, struct nami_value b)
{
    bool a_is_nan = nami_value_is_nan(a);
    bool b_is_nan = nami_value_is_nan(b);

    return a_is_nan || b_is_nan ? a_is_nan - b_is_nan : nami_order_numbers(a, b);
}

/* Node, relationship, node, ...; the shorter first. */
static int order_paths(const struct nami_path *a, const struct nami_path *b)
{
    uint32_t length = a->length < b->length ? a->length : b->length;
    int order = order_u64(a->nodes[0], b->nodes[0]);

    for (uint32_t i = 0; i < length && order == 0; i++) {
        order = order_u64(a->rels[i].id, b->rels[i].id);
        if (order == 0) {
            order = order_u64(a->nodes[i + 1], b->nodes[i + 1]);
        }
    }
    return order != 0 ? order : order_u64(a->length, b->length);
}

static int order_values(struct nami_value a, struct nami_value b, struct nami_walk *walk);

/* Element by element, the shorter first. */
static int order_lists(struct nami_value a, struct nami_value b, struct nami_walk *walk)
{
    uint32_t count = a.count < b.count ? a.count : b.count;
    int order = 0;

    for (uint32_t i = 0; i < count && order == 0; i++) {
        order = order_values(a.as.items[i], b.as.items[i], walk);
    }
    return order != 0 ? order : order_u64(a.count, b.count);
}

/* Fewer pairs first, then the keys, then the values. */
static int order_maps(struct nami_value a, struct nami_value b, struct nami_walk *walk)
{
    int order = order_u64(a.count, b.count);

    for (uint32_t i = 0; i < a.count && order == 0; i++) {
        order = nami_slice_compare(nami_value_slice(a.as.items[(size_t)i * 2]),
                                   nami_value_slice(b.as.items[(size_t)i * 2]));
    }
    for (uint32_t i = 0; i < a.count && order == 0; i++) {
        order = order_values(a.as.items[(size_t)i * 2 + 1], b.as.items[(size_t)i * 2 + 1], walk);
    }
    return order;
}

static int order_nested(struct nami_value a, struct nami_value b, struct nami_walk *walk)
{
    int order = 0;

    if (a.as.items == b.as.items && a.count == b.count) {
        return 0; /* one and the same */
    }
    if (nami_walk_enter(walk, a.count < b.count ? a.count : b.count)) {
        order = a.type == NAMI_VALUE_LIST ? order_lists(a, b, walk) : order_maps(a, b, walk);
        nami_walk_leave(walk);
    }
    return order;
}

static int order_values(struct nami_value a, struct nami_value b, struct nami_walk *walk)
{
    uint32_t rank = rank_of(a.type);
    uint32_t other = rank_of(b.type);

    if (rank != other) {
        return rank < other ? -1 : 1;
    }
    switch ((enum nami_value_type)a.type) {
    case NAMI_VALUE_INT:
    case NAMI_VALUE_FLOAT:
        return order_numbers(a, b);
    case NAMI_VALUE_STRING:
    case NAMI_VALUE_BYTES:
        return nami_slice_compare(nami_value_slice(a), nami_value_slice(b));
    case NAMI_VALUE_BOOL:
        return (int)a.as.boolean - (int)b.as.boolean;
    case NAMI_VALUE_NODE:
        return order_u64(a.as.node, b.as.node);
    case NAMI_VALUE_REL:
        return order_u64(a.as.rel->id, b.as.rel->id);
    case NAMI_VALUE_PATH:
        return order_paths(a.as.path, b.as.path);
    case NAMI_VALUE_LIST:
    case NAMI_VALUE_MAP:
        return order_nested(a, b, walk);
    case NAMI_VALUE_NULL:
    case NAMI_VALUE_TYPE_COUNT:
        break;
    }
    return 0;
}

int nami_value_compare(struct nami_value a, struct nami_value b)
{
    struct nami_walk walk = {.steps_left = NAMI_WALK_STEPS_MAX};

    return order_values(a, b, &walk);
}

bool nami_value_equivalent(struct nami_value a, struct nami_value b)
{
    if (a.type == b.type) {
        if (a.type == NAMI_VALUE_INT) {
            return a.as.integer == b.as.integer;
        }
        if (a.type >= NAMI_VALUE_STRING && a.type <= NAMI_VALUE_MAP && a.count != b.count) {
            return false;
        }
    }
    return nami_value_compare(a, b) == 0;
}

/* ---- `<` ---- */

static enum nami_truth comparable(struct nami_value a, struct nami_value b, int *order,
                                  struct nami_walk *walk);

/* The first elements that differ decide, if they compare at all. */
static enum nami_truth comparable_lists(struct nami_value a, struct nami_value b, int *order,
                                        struct nami_walk *walk)
{
    uint32_t count = a.count < b.count ? a.count : b.count;
    enum nami_truth truth = NAMI_TRUE;

    if (!nami_walk_enter(walk, count)) {
        return NAMI_UNKNOWN;
    }
    for (uint32_t i = 0; i < count && truth == NAMI_TRUE && *order == 0; i++) {
        truth = comparable(a.as.items[i], b.as.items[i], order, walk);
    }
    nami_walk_leave(walk);
    if (truth == NAMI_TRUE && *order == 0) {
        *order = order_u64(a.count, b.count);
    }
    return truth;
}

static enum nami_truth comparable(struct nami_value a, struct nami_value b, int *order,
                                  struct nami_walk *walk)
{
    *order = 0;
    if (nami_value_is_number(a) && nami_value_is_number(b)) {
        if (nami_value_is_nan(a) || nami_value_is_nan(b)) {
            return NAMI_FALSE;
        }
        *order = nami_order_numbers(a, b);
        return NAMI_TRUE;
    }
    if (a.type != b.type) {
        return NAMI_UNKNOWN;
    }
    if (a.type == NAMI_VALUE_LIST) {
        return comparable_lists(a, b, order, walk);
    }
    if (a.type == NAMI_VALUE_STRING || a.type == NAMI_VALUE_BOOL || a.type == NAMI_VALUE_BYTES) {
        *order = order_values(a, b, walk);
        return NAMI_TRUE;
    }
    return NAMI_UNKNOWN;
}

enum nami_truth nami_value_order(struct nami_value a, struct nami_value b, int *order)
{
    struct nami_walk walk = {.steps_left = NAMI_WALK_STEPS_MAX};

    return comparable(a, b, order, &walk);
}
