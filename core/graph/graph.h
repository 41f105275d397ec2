/*
 * core/graph/graph.h -- the property graph of one namespace, as a snapshot sees it.
 *
 * What:   nodes, relationships, both directions of adjacency, label scans and index
 *         look-ups at one LSN. Today everything comes from the memtable; SSTs will
 *         join below this interface without changing it.
 * Above:  exec, plan (counts), session.
 * Below:  memtable, catalog, value.
 * Thread: any number of snapshots on any threads; a snapshot belongs to one thread
 *         at a time; one writer (graph/txn.h).
 * Life:   what a read returns (properties, names) lives as long as the snapshot.
 */
#ifndef NAMI_CORE_GRAPH_GRAPH_H
#define NAMI_CORE_GRAPH_GRAPH_H

#include "core/catalog/catalog.h"
#include "core/value/property.h"

struct nami_graph;

/* A pinned LSN. Caller's storage; versions it can see are kept until release. */
struct nami_snapshot {
    struct nami_graph *graph;
    uint64_t lsn;
    uint64_t slot;              /* private: place in the registry */
    const struct nami_txn *txn; /* a writer's own view; NULL for readers */
};

enum nami_direction { NAMI_OUT = 1, NAMI_IN = 2, NAMI_BOTH = 3 };

NAMI_CHECKED int32_t nami_graph_create(const struct nami_host *host, struct nami_graph **out,
                                       struct nami_error *err);
void nami_graph_destroy(struct nami_graph *graph); /* NULL is fine */
struct nami_catalog *nami_graph_catalog(struct nami_graph *graph);
/* Bytes held by nodes, relationships and indexes; for limits and metrics. Any thread. */
uint64_t nami_graph_bytes(const struct nami_graph *graph);
/* Newest LSN that readers may see. Any thread. */
uint64_t nami_graph_published_lsn(const struct nami_graph *graph);

/* Pin the newest published LSN. Never waits for a writer. Fails: NOMEM. */
NAMI_CHECKED int32_t nami_snapshot_open(struct nami_graph *graph, struct nami_snapshot *out);
void nami_snapshot_release(struct nami_snapshot *snapshot); /* zeroed is fine */

/* ---- nodes ---- */

bool nami_node_exists(const struct nami_snapshot *snap, uint64_t id);
/* Labels in ascending order of id, borrowed; count 0 if none or no such node. */
struct nami_labels {
    const uint32_t *at;
    uint32_t count;
};
struct nami_labels nami_node_labels(const struct nami_snapshot *snap, uint64_t id);
bool nami_node_has_label(const struct nami_snapshot *snap, uint64_t id, uint32_t label);
/* Null if the node or the key is absent. */
struct nami_value nami_node_property(const struct nami_snapshot *snap, uint64_t id, uint32_t key);
/* One key of many nodes: the form scans use. */
void nami_node_properties(const struct nami_snapshot *snap, const uint64_t *ids, size_t count,
                          uint32_t key, struct nami_value *out);
/* All properties, ascending by key id, borrowed. */
struct nami_properties nami_node_all(const struct nami_snapshot *snap, uint64_t id);

/* ---- relationships ---- */

bool nami_rel_exists(const struct nami_snapshot *snap, const struct nami_rel *rel);
struct nami_value nami_rel_property(const struct nami_snapshot *snap, const struct nami_rel *rel,
                                    uint32_t key);
struct nami_properties nami_rel_all(const struct nami_snapshot *snap, const struct nami_rel *rel);

/* ---- scans; cursors live on the caller's stack and need no release ---- */

struct nami_node_scan {
    const struct nami_snapshot *snap;
    uint32_t label; /* NAMI_NO_NAME: all nodes */
    uint32_t reserved;
    uint64_t next; /* private */
    uint64_t end;
};
void nami_node_scan_init(struct nami_node_scan *scan, const struct nami_snapshot *snap,
                         uint32_t label);
/* Up to `max` live ids with the label, ascending; 0: end. */
size_t nami_node_scan_next(struct nami_node_scan *scan, uint64_t *ids, size_t max);

struct nami_expand {
    const struct nami_snapshot *snap;
    uint64_t node;
    uint32_t direction;    /* enum nami_direction */
    uint32_t type_count;   /* 0: any type */
    const uint32_t *types; /* borrowed */
    uint64_t state[6];     /* private */
};
void nami_expand_init(struct nami_expand *expand, const struct nami_snapshot *snap, uint64_t node,
                      uint32_t direction, const uint32_t *types, uint32_t type_count);
/*
 * Up to `max` live relationships; 0: end. rels[i] is stored as it was created (src to dst);
 * neighbours[i] is the other end. A self-loop under BOTH comes once. Relationships of deleted
 * nodes do not come.
 */
size_t nami_expand_next(struct nami_expand *expand, struct nami_rel *rels, uint64_t *neighbours,
                        size_t max);
/* Upper bound on what expand would give; for choosing a side. */
uint64_t nami_expand_estimate(const struct nami_snapshot *snap, uint64_t node, uint32_t direction,
                              const uint32_t *types, uint32_t type_count);

/* ---- index look-ups ---- */

struct nami_index_seek {
    const struct nami_snapshot *snap;
    const struct nami_rule *rule;
    struct nami_value value;
    uint64_t state[4]; /* private */
};
/* `rule` from nami_catalog_rule_on(). A null value finds nothing. */
void nami_index_seek_init(struct nami_index_seek *seek, const struct nami_snapshot *snap,
                          const struct nami_rule *rule, struct nami_value value);
/* Live nodes with the label whose key equals the value; 0: end. */
size_t nami_index_seek_next(struct nami_index_seek *seek, uint64_t *ids, size_t max);

/* ---- statistics: estimates for the planner ---- */

uint64_t nami_graph_node_count(const struct nami_graph *graph, uint32_t label); /* NO_NAME: all */
uint64_t nami_graph_rel_count(const struct nami_graph *graph, uint32_t type);   /* NO_NAME: all */

/*
 * How many nodes have a label, or relationships a type (NO_NAME: any), exactly as the snapshot
 * sees them. false: not known without looking, since somebody has changed something after it.
 */
bool nami_snapshot_count(const struct nami_snapshot *snap, bool of_rels, uint32_t name,
                         uint64_t *out);

#endif /* NAMI_CORE_GRAPH_GRAPH_H */
