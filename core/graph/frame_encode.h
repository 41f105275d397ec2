/*
 * core/graph/frame_encode.h -- a transaction being encoded; the parts' functions.
 */
#ifndef NAMI_CORE_GRAPH_FRAME_ENCODE_H
#define NAMI_CORE_GRAPH_FRAME_ENCODE_H

#include "core/base/table.h"
#include "core/graph/frame.h"
#include "core/graph/frame_writer.h"
#include "core/graph/graph_internal.h"

/* Rows of one shape (nodes) or one type (relationships), linked in the order of their steps. */
struct nami_frame_group {
    size_t first;
    size_t last;
};

struct nami_frame_encoder {
    const struct nami_txn *txn;
    struct nami_frame_writer writer;
    size_t *next; /* per step: the next of its group */
    struct nami_frame_group *groups;
    size_t group_count;
    size_t group_capacity;
    struct nami_table by_hash; /* of a shape or a type: its newest group */
    bool burnt;                /* ids were used up by what did not last */
    /* one batch */
    const struct nami_property *rows[NAMI_FRAME_ROWS_MAX];
    const struct nami_op *ops[NAMI_FRAME_ROWS_MAX];
};

/* As the transaction leaves it, and as it found it; NULL: no such node, or deleted. */
const struct nami_record *nami_frame__node_now(const struct nami_frame_encoder *encoder,
                                               uint64_t id);
const struct nami_record *nami_frame__node_before(const struct nami_frame_encoder *encoder,
                                                  uint64_t id);
/* NULL: without properties. */
const struct nami_record *nami_frame__rel_now(const struct nami_frame_encoder *encoder,
                                              uint64_t id);

void nami_frame__encode_nodes(struct nami_frame_encoder *encoder);
void nami_frame__encode_rels(struct nami_frame_encoder *encoder);
void nami_frame__encode_patches(struct nami_frame_encoder *encoder);
void nami_frame__encode_deletions(struct nami_frame_encoder *encoder, bool of_rels);

#endif /* NAMI_CORE_GRAPH_FRAME_ENCODE_H */
