/*
 * core/value/value.h -- the value kernel: one tagged value and the four functions
 * (compare, equal, equivalent, hash) that every operator uses.
 *
 * What:   16 bytes. Small things inline, the rest borrowed: a value never owns
 *         memory; whoever made it says how long it lives (arena, memtable version,
 *         parameter block).
 * Above:  memtable, catalog, graph, exec, session.
 * Below:  base.
 * Thread: values are immutable; any.
 * Not:    properties and labels of a node: a NODE value is an id, the graph knows
 *         the rest.
 */
#ifndef NAMI_CORE_VALUE_VALUE_H
#define NAMI_CORE_VALUE_VALUE_H

#include <stdbool.h>

#include <namidb/abi.h>

#include "core/base/arena.h"
#include "core/base/buf.h"

/* Numbers are stored in the log: append, never reorder. */
enum nami_value_type {
    NAMI_VALUE_NULL = 0,
    NAMI_VALUE_BOOL = 1,
    NAMI_VALUE_INT = 2,
    NAMI_VALUE_FLOAT = 3,
    NAMI_VALUE_STRING = 4, /* UTF-8, may hold NUL */
    NAMI_VALUE_BYTES = 5,
    NAMI_VALUE_LIST = 6,
    NAMI_VALUE_MAP = 7,
    NAMI_VALUE_NODE = 8,
    NAMI_VALUE_REL = 9,
    NAMI_VALUE_PATH = 10,
    /* 11 to 18 are kept for temporal values, points and vectors */
    NAMI_VALUE_TYPE_COUNT = 19
};

/* Enough to find a relationship without an index. */
struct nami_rel {
    uint64_t id;
    uint64_t src;
    uint64_t dst;
    uint32_t type; /* catalog id */
    uint32_t reserved;
};

/* nodes[0], rels[0], nodes[1], ..., nodes[length]. */
struct nami_path {
    uint32_t length; /* relationships */
    uint32_t reserved;
    const uint64_t *nodes;
    const struct nami_rel *rels;
};

struct nami_value {
    uint8_t type; /* enum nami_value_type */
    uint8_t reserved[3];
    uint32_t count; /* bytes of STRING, BYTES; elements of LIST; pairs of MAP */
    union {
        bool boolean;
        int64_t integer;
        double real;
        const uint8_t *bytes;
        const struct nami_value *items; /* MAP: key, value, key, value; keys STRING, ascending by
                                           bytes, each once */
        uint64_t node;
        const struct nami_rel *rel;
        const struct nami_path *path;
    } as;
};

/* Cypher's three truths. */
enum nami_truth { NAMI_FALSE = 0, NAMI_TRUE = 1, NAMI_UNKNOWN = 2 };

static inline struct nami_value nami_value_null(void)
{
    return (struct nami_value){.type = NAMI_VALUE_NULL};
}
static inline struct nami_value nami_value_bool(bool boolean)
{
    return (struct nami_value){.type = NAMI_VALUE_BOOL, .as.boolean = boolean};
}
static inline struct nami_value nami_value_int(int64_t integer)
{
    return (struct nami_value){.type = NAMI_VALUE_INT, .as.integer = integer};
}
static inline struct nami_value nami_value_float(double real)
{
    return (struct nami_value){.type = NAMI_VALUE_FLOAT, .as.real = real};
}
/* Borrows; at most UINT32_MAX bytes. */
static inline struct nami_value nami_value_string(struct nami_slice text)
{
    return (struct nami_value){
        .type = NAMI_VALUE_STRING, .count = (uint32_t)text.len, .as.bytes = text.ptr};
}
static inline struct nami_value nami_value_list(const struct nami_value *items, uint32_t count)
{
    return (struct nami_value){.type = NAMI_VALUE_LIST, .count = count, .as.items = items};
}
/* `pairs` as described at as.items. */
static inline struct nami_value nami_value_map(const struct nami_value *pairs, uint32_t count)
{
    return (struct nami_value){.type = NAMI_VALUE_MAP, .count = count, .as.items = pairs};
}
static inline struct nami_value nami_value_node(uint64_t id)
{
    return (struct nami_value){.type = NAMI_VALUE_NODE, .as.node = id};
}
static inline struct nami_value nami_value_rel(const struct nami_rel *rel)
{
    return (struct nami_value){.type = NAMI_VALUE_REL, .as.rel = rel};
}
static inline struct nami_value nami_value_path(const struct nami_path *path)
{
    return (struct nami_value){.type = NAMI_VALUE_PATH, .as.path = path};
}
static inline bool nami_value_is_null(struct nami_value value)
{
    return value.type == NAMI_VALUE_NULL;
}
static inline bool nami_value_is_number(struct nami_value value)
{
    return value.type == NAMI_VALUE_INT || value.type == NAMI_VALUE_FLOAT;
}
/* The bytes of STRING or BYTES. */
static inline struct nami_slice nami_value_slice(struct nami_value value)
{
    return (struct nami_slice){.ptr = value.as.bytes, .len = value.count};
}

/* ---- the four functions ---- */

/*
 * ORDER BY: a total order over all values, <0, 0 or >0. Ascending by type: MAP, NODE, REL,
 * LIST, PATH, (temporal), STRING, BOOL, number (NaN last of them), null last of all. Source:
 * openCypher CIP2016-06-14, TCK ReturnOrderBy1.
 */
int nami_value_compare(struct nami_value a, struct nami_value b);
/* `=`: three-valued, deep; 1 = 1.0; NaN = NaN is false; different types are false. */
enum nami_truth nami_value_equal(struct nami_value a, struct nami_value b);
/* Grouping, DISTINCT: two-valued; null with null, NaN with NaN, 1 with 1.0. */
bool nami_value_equivalent(struct nami_value a, struct nami_value b);
/* Equal for equivalent values. */
uint64_t nami_value_hash(struct nami_value value);

/*
 * `<` and its kin: the order of two comparable values goes to *order, else UNKNOWN is
 * returned (null, or types that do not compare) or FALSE (NaN against a number).
 */
enum nami_truth nami_value_order(struct nami_value a, struct nami_value b, int *order);

/* ---- text, copies ---- */

/* "INTEGER", "STRING", "NODE": as Cypher names the type. */
const char *nami_value_type_name(uint8_t type);
/* toString() of BOOL, INT, FLOAT, STRING. Fails: INVALID (other types), NOMEM. */
NAMI_CHECKED int32_t nami_value_to_text(struct nami_value value, struct nami_buf *out);
/* For people, as a Cypher literal: quotes, brackets; entities by their ids. Fails: NOMEM. */
NAMI_CHECKED int32_t nami_value_print(struct nami_value value, struct nami_buf *out);

/* Value of `key` in a MAP; NULL: not there. */
const struct nami_value *nami_value_map_get(struct nami_value map, struct nami_slice key);
/*
 * Sort `count` pairs in place into the form of a MAP value; of equal keys the later wins.
 * The number of pairs left.
 */
uint32_t nami_value_map_normalise(struct nami_value *pairs, uint32_t count);

/*
 * Bytes that a deep copy needs beyond the value itself (a multiple of 16). SIZE_MAX: nested
 * deeper than 1,000 or larger than 4 GiB (lists can share their elements); no copy is made.
 */
size_t nami_value_deep_bytes(struct nami_value value);
/* Deep copy; what it points to is written at *to, which moves on by deep_bytes. 16-aligned. */
struct nami_value nami_value_copy_to(struct nami_value value, uint8_t **to);
/* Deep copy into an arena. Fails: NOMEM (see arena->is_over), TOO_LARGE (see deep_bytes). */
NAMI_CHECKED int32_t nami_value_copy(struct nami_arena *arena, struct nami_value value,
                                     struct nami_value *out);

/* May it be stored as a property? Lists of one scalar type without nulls; no maps, no entities. */
bool nami_value_is_storable(struct nami_value value);

/* ---- element ids: strings that resolve without an index ---- */

enum { NAMI_ELEMENT_ID_MAX = 96 };
/* "n:42". Bytes written, no NUL. */
size_t nami_element_id_of_node(uint64_t id, char out[NAMI_ELEMENT_ID_MAX]);
/* "r:7:3:42:43": id, type, source, target. */
size_t nami_element_id_of_rel(const struct nami_rel *rel, char out[NAMI_ELEMENT_ID_MAX]);
bool nami_element_id_parse_node(struct nami_slice text, uint64_t *id);
bool nami_element_id_parse_rel(struct nami_slice text, struct nami_rel *rel);

#endif /* NAMI_CORE_VALUE_VALUE_H */
