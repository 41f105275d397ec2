/*
 * core/graph/frame.h -- the body of a log frame: what one transaction changed, net.
 *
 * Bytes, version 1: the version, then sections until the end. A section is a tag and:
 *   NAMES         dictionary u8, first id, count, {length, bytes}
 *   RULE          id, kind, label, key, length, name
 *   RULE_DROP     id
 *   NODES         label count, labels, key count, keys, row count, ids (zigzag steps), a column
 *                 per key
 *   RELS          type, key count, keys, row count, ids (steps), sources and targets (zigzag
 *                 steps), a column per key
 *   NODE_PATCH    id, labels removed, labels added, keys removed (each: count, ids), keys set:
 *                 count, {key, value}
 *   REL_PATCH     id, type, source, target, keys removed, keys set
 *   RELS_DELETED  count, {id, type, source, target}
 *   NODES_DELETED count, ids (zigzag steps); their relationships go with them
 *   MARKS         next node id, next relationship id: where ids were used up by nothing
 * Numbers are LEB128. A column is its type u8, its length in bytes as 4 bytes little-endian, and
 * one cell per row: INT zigzag, FLOAT 8 bytes, STRING length and bytes, ANY as
 * core/value/value_codec.h says. Ids of labels, types and keys are those of the catalog.
 * Order: names, rules, nodes, relationships of each type in ascending order of ids, patches,
 * deletions.
 */
#ifndef NAMI_CORE_GRAPH_FRAME_H
#define NAMI_CORE_GRAPH_FRAME_H

enum {
    NAMI_FRAME_VERSION = 1,
    NAMI_FRAME_ROWS_MAX = 4096 /* of one batch, as written; a reader takes any number */
};

enum nami_frame_section {
    NAMI_FRAME_NAMES = 1,
    NAMI_FRAME_RULE = 2,
    NAMI_FRAME_RULE_DROP = 3,
    NAMI_FRAME_NODES = 4,
    NAMI_FRAME_RELS = 5,
    NAMI_FRAME_NODE_PATCH = 6,
    NAMI_FRAME_REL_PATCH = 7,
    NAMI_FRAME_RELS_DELETED = 8,
    NAMI_FRAME_NODES_DELETED = 9,
    NAMI_FRAME_MARKS = 10
};

enum nami_frame_column {
    NAMI_COLUMN_ANY = 0,
    NAMI_COLUMN_INT = 1,
    NAMI_COLUMN_FLOAT = 2,
    NAMI_COLUMN_STRING = 3
};

#endif /* NAMI_CORE_GRAPH_FRAME_H */
