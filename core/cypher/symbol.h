/*
 * core/cypher/symbol.h -- a variable of a statement, and static types.
 *
 * What:   every variable occurrence in the tree points to its symbol after analysis; two
 *         occurrences mean the same thing exactly if they point to the same symbol. Anonymous
 *         pattern elements have symbols too.
 * Above:  ast.h, plan, exec.
 * Thread: immutable after analysis.
 */
#ifndef NAMI_CORE_CYPHER_SYMBOL_H
#define NAMI_CORE_CYPHER_SYMBOL_H

#include <stdbool.h>

#include <namidb/abi.h>

/* Bytes of the statement's text. */
struct nami_span {
    uint32_t at;
    uint32_t len;
};

/* Sets of types a value may have (not the ABI's enum nami_type). What is not known is NAMI_STATIC_ANY. */
enum nami_static_type {
    NAMI_STATIC_NULL = 1U << 0,
    NAMI_STATIC_BOOL = 1U << 1,
    NAMI_STATIC_INT = 1U << 2,
    NAMI_STATIC_FLOAT = 1U << 3,
    NAMI_STATIC_STRING = 1U << 4,
    NAMI_STATIC_LIST = 1U << 5,
    NAMI_STATIC_MAP = 1U << 6,
    NAMI_STATIC_NODE = 1U << 7,
    NAMI_STATIC_REL = 1U << 8,
    NAMI_STATIC_PATH = 1U << 9,
    NAMI_STATIC_DATE = 1U << 10,
    NAMI_STATIC_TIME = 1U << 11, /* with offset */
    NAMI_STATIC_LOCAL_TIME = 1U << 12,
    NAMI_STATIC_DATETIME = 1U << 13, /* with zone */
    NAMI_STATIC_LOCAL_DATETIME = 1U << 14,
    NAMI_STATIC_DURATION = 1U << 15,
    NAMI_STATIC_POINT = 1U << 16,
    NAMI_STATIC_BYTES = 1U << 17,
    NAMI_STATIC_VECTOR = 1U << 18,
    NAMI_STATIC_NUMBER = NAMI_STATIC_INT | NAMI_STATIC_FLOAT,
    NAMI_STATIC_INSTANT = NAMI_STATIC_DATE | NAMI_STATIC_TIME | NAMI_STATIC_LOCAL_TIME |
                          NAMI_STATIC_DATETIME | NAMI_STATIC_LOCAL_DATETIME,
    NAMI_STATIC_TEMPORAL = NAMI_STATIC_INSTANT | NAMI_STATIC_DURATION,
    NAMI_STATIC_ENTITY = NAMI_STATIC_NODE | NAMI_STATIC_REL,
    NAMI_STATIC_ANY = (1U << 19) - 1
};

enum nami_symbol_kind {
    NAMI_SYMBOL_NODE,
    NAMI_SYMBOL_REL,
    NAMI_SYMBOL_REL_LIST,  /* of a variable-length or quantified relationship */
    NAMI_SYMBOL_NODE_LIST, /* group variable: a node inside a quantified part, seen from outside */
    NAMI_SYMBOL_PATH,
    NAMI_SYMBOL_VALUE
};

struct nami_symbol {
    struct nami_slice name; /* as written, without backticks; empty: anonymous */
    uint32_t id;            /* dense in the statement, from 0 */
    uint32_t types;         /* enum nami_static_type; what the variable can hold */
    uint32_t element_types; /* of a list: what its elements can be */
    struct nami_span span;  /* where it was bound */
    uint8_t kind;           /* enum nami_symbol_kind */
    bool is_anonymous;
    bool is_nullable;  /* bound by OPTIONAL MATCH, or may be null otherwise */
    uint32_t level;    /* subqueries around the place where it was bound; 0: none */
    uint32_t mark;     /* for the analyser: imports */
    uint32_t grouping; /* for the analyser: last projection that it is a key of */
};

#endif /* NAMI_CORE_CYPHER_SYMBOL_H */
