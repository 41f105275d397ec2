/*
 * core/graph/txn.h -- the one writer's hand on the graph: stage, encode, publish, undo.
 *
 * A transaction has one LSN, the next one. What it stages is in the memtable at once,
 * under that LSN: its own snapshot sees it, readers do not until the LSN is published.
 * Every change is on an undo list. Life of a transaction:
 *
 *   begin -> changes -> encode (the frame's body) -> stage -> ... -> publish
 *                  \-> rollback                         \-> undo_after (slot lost)
 *
 * Thread: whoever holds the namespace's write token; publish and undo_after: the keeper,
 *         concurrently with readers but not with a writer that is inside a call (the
 *         keeper takes the token to undo).
 */
#ifndef NAMI_CORE_GRAPH_TXN_H
#define NAMI_CORE_GRAPH_TXN_H

#include "core/graph/graph.h"

struct nami_txn;

/* What changed, from real differences of state. */
struct nami_changes {
    uint64_t nodes_created;
    uint64_t nodes_deleted;
    uint64_t rels_created;
    uint64_t rels_deleted;
    uint64_t properties_set;
    uint64_t labels_added;
    uint64_t labels_removed;
    uint64_t rules_added;
    uint64_t rules_removed;
};

/* Fails: NOMEM. At most one is open (not yet staged) at a time. */
NAMI_CHECKED int32_t nami_txn_begin(struct nami_graph *graph, struct nami_txn **out);
/* The view that sees what was staged so far, by this one and those before it. Lives with the txn. */
const struct nami_snapshot *nami_txn_snapshot(const struct nami_txn *txn);
uint64_t nami_txn_lsn(const struct nami_txn *txn);
const struct nami_changes *nami_txn_changes(const struct nami_txn *txn);
bool nami_txn_is_empty(const struct nami_txn *txn);

/* Names, made if they are new. */
NAMI_CHECKED int32_t nami_txn_intern(struct nami_txn *txn, uint32_t dictionary,
                                     struct nami_slice name, uint32_t *id);

/*
 * All of these fail with NOMEM, CONSTRAINT_VIOLATION (nothing changed), or as said, through
 * `diag`. Values are copied. Property lists: any order, each key once; a null value is "absent"
 * (create) or "remove" (set).
 */
NAMI_CHECKED int32_t nami_txn_create_node(struct nami_txn *txn, const uint32_t *labels,
                                          uint32_t label_count,
                                          const struct nami_property *properties,
                                          uint32_t property_count, uint64_t *id,
                                          struct nami_diagnostic *diag);
/* Fails: DELETED_ENTITY_ACCESS if an end is gone. */
NAMI_CHECKED int32_t nami_txn_create_rel(struct nami_txn *txn, uint64_t src, uint32_t type,
                                         uint64_t dst, const struct nami_property *properties,
                                         uint32_t property_count, struct nami_rel *rel,
                                         struct nami_diagnostic *diag);
/* `replace`: keys not named are removed (SET n = map). Deleted entity: no-op, as Cypher says. */
NAMI_CHECKED int32_t nami_txn_set_node(struct nami_txn *txn, uint64_t id,
                                       const struct nami_property *properties,
                                       uint32_t property_count, bool replace,
                                       struct nami_diagnostic *diag);
NAMI_CHECKED int32_t nami_txn_set_rel(struct nami_txn *txn, const struct nami_rel *rel,
                                      const struct nami_property *properties,
                                      uint32_t property_count, bool replace,
                                      struct nami_diagnostic *diag);
NAMI_CHECKED int32_t nami_txn_set_labels(struct nami_txn *txn, uint64_t id, const uint32_t *labels,
                                         uint32_t label_count, bool add,
                                         struct nami_diagnostic *diag);
/*
 * Hides the node at once; its relationships too if `detach`. Without `detach` the node may
 * still have relationships now: nami_txn_check_deletes() judges at the end of the clause.
 */
NAMI_CHECKED int32_t nami_txn_delete_node(struct nami_txn *txn, uint64_t id, bool detach,
                                          struct nami_diagnostic *diag);
NAMI_CHECKED int32_t nami_txn_delete_rel(struct nami_txn *txn, const struct nami_rel *rel,
                                         struct nami_diagnostic *diag);
/* Fails: DELETE_CONNECTED_NODE if a node deleted without detach still has relationships. */
NAMI_CHECKED int32_t nami_txn_check_deletes(struct nami_txn *txn, struct nami_diagnostic *diag);

/*
 * Rules. CREATE builds the index from what is there. An empty name is made up
 * ("constraint_1a2b3c4d"). Fails: SCHEMA_RULE_EXISTS, SCHEMA_NAME_EXISTS,
 * CONSTRAINT_CREATION_FAILED (duplicates, named in the message), SCHEMA_RULE_NOT_FOUND.
 */
NAMI_CHECKED int32_t nami_txn_create_rule(struct nami_txn *txn, uint32_t kind, uint32_t label,
                                          uint32_t key, struct nami_slice name,
                                          struct nami_diagnostic *diag);
NAMI_CHECKED int32_t nami_txn_drop_rule(struct nami_txn *txn, struct nami_slice name, uint32_t kind,
                                        struct nami_diagnostic *diag);

/* ---- the end ---- */

/* Append the body of the log frame. Fails: NOMEM, TOO_LARGE. The txn stays open. */
NAMI_CHECKED int32_t nami_txn_encode(const struct nami_txn *txn, struct nami_buf *out);
/* Keep it, unpublished; the next transaction builds on it. `txn` is gone. */
void nami_txn_stage(struct nami_txn *txn);
/* Undo it, ids and names included. `txn` is gone. NULL is fine. */
void nami_txn_rollback(struct nami_txn *txn);

/* ---- the keeper's side ---- */

/* Let readers see everything up to `lsn`; forget its undo. */
void nami_graph_publish(struct nami_graph *graph, uint64_t lsn);
/* Take back all that was staged after `lsn`, newest first. */
void nami_graph_undo_after(struct nami_graph *graph, uint64_t lsn);
/*
 * Apply the body of a log frame as `lsn` and publish it. A total function of bytes.
 * Fails: CORRUPT (with what, where), NOMEM; the graph is then unusable until reset.
 */
NAMI_CHECKED int32_t nami_graph_replay(struct nami_graph *graph, uint64_t lsn,
                                       struct nami_slice body, struct nami_error *err);
/* Empty again, as LSN 0. No snapshot may be open. */
NAMI_CHECKED int32_t nami_graph_reset(struct nami_graph *graph, struct nami_error *err);
/* The human-readable copy: labels, types, keys, constraints, indexes as JSON. */
NAMI_CHECKED int32_t nami_graph_schema_json(struct nami_graph *graph, struct nami_buf *out);
/* Next ids to be handed out: {"node":N,"rel":N}; kept in the manifest at flush. */
void nami_graph_id_marks(const struct nami_graph *graph, uint64_t *next_node, uint64_t *next_rel);

#endif /* NAMI_CORE_GRAPH_TXN_H */
