/*
 * tests/sim/checker.h -- what is true in the bucket, and what must hold of it (I1 to I7).
 *
 * A state is a node of a tree: the state before it, plus one commit. So "is a prefix of" is
 * "is an ancestor of", and a state computed on another base is another node, whatever is in
 * it. The history is recomputed from the bytes in the bucket after every change of them.
 */
#ifndef NAMI_TESTS_SIM_CHECKER_H
#define NAMI_TESTS_SIM_CHECKER_H

#include <stdbool.h>

#include "core/manifest/manifest.h"

struct world;

enum {
    SIM_NODES_MAX = 1 << 16,
    SIM_COMMITS_MAX = 1 << 16,
    SIM_BODY_BYTES = 16 /* of a frame; what follows is padding */
};

enum commit_fate { FATE_OPEN, FATE_ACKED, FATE_FAILED, FATE_UNKNOWN };

/* One transaction of a client. */
struct commit_record {
    uint8_t fate; /* enum commit_fate: what the client was told */
    bool is_in_history;
    uint32_t node; /* the state that history has after it */
};

struct state_node {
    uint32_t parent; /* of the root: itself */
    uint32_t first_child;
    uint32_t next_sibling;
    uint32_t commit;
    uint64_t lsn;
};

struct checker {
    struct state_node *nodes; /* 0: the empty state */
    uint32_t node_count;
    struct commit_record *commits;
    uint32_t commit_count;
    /* the bucket, as recovery would see it now */
    uint64_t floor;
    uint32_t floor_node;
    uint8_t floor_nonce[NAMI_ID_BYTES];
    uint64_t tail; /* the last slot of the log */
    uint8_t tail_nonce[NAMI_ID_BYTES];
    uint32_t history; /* a node */
};

void checker_init(struct checker *checker);

/* ---- states ---- */

/* The state after `commit` on `node`. */
uint32_t checker_child(struct checker *checker, uint32_t node, uint32_t commit);
/* The state that `node` had at `lsn`; UINT32_MAX: none such. */
uint32_t checker_at(const struct checker *checker, uint32_t node, uint64_t lsn);
bool checker_is_prefix(const struct checker *checker, uint32_t prefix, uint32_t node);

/* ---- commits ---- */

uint32_t checker_new_commit(struct checker *checker);
void checker_body(uint32_t commit, uint32_t base, uint8_t body[SIM_BODY_BYTES]);
bool checker_read_body(const struct checker *checker, struct nami_slice body, uint32_t *commit,
                       uint32_t *base);
/* A client heard it. Violations: I1, I2. */
void checker_told(struct world *world, uint32_t commit, enum commit_fate fate);

/* ---- the bucket ---- */

/* manifest.json or a slot changed; `slot`: which, or 0. Violations: I2, I3, I4. */
void checker_changed(struct world *world, uint64_t slot);
/* "sst/<epoch>-<lsn>-<node>": the state of a flush stands in its name. */
bool checker_sst_node(const struct checker *checker, const struct nami_manifest *manifest,
                      uint32_t *node);
void checker_sst_name(uint64_t epoch, uint64_t lsn, uint32_t node, char *dst, size_t dst_bytes);

#endif /* NAMI_TESTS_SIM_CHECKER_H */
