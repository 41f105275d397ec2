/*
 * core/graph/graph_internal.h -- the inside of a graph and of a transaction.
 */
#ifndef NAMI_CORE_GRAPH_GRAPH_INTERNAL_H
#define NAMI_CORE_GRAPH_GRAPH_INTERNAL_H

#include "core/graph/txn.h"
#include "core/memtable/memtable.h"

struct nami_graph {
    const struct nami_host *host;
    struct nami_catalog *catalog;
    struct nami_memtable memtable;
    struct nami_chunk_pool *chunks; /* for replay */
    /* The writer's: */
    struct nami_txn *open;
    _Atomic uint64_t staged_lsn;
    _Atomic uint64_t changing; /* odd while counts may be those of no LSN */
    /* Shared by the writer and the keeper: */
    pthread_mutex_t staged_mutex;
    struct {
        struct nami_txn *oldest; /* staged, not yet published */
        struct nami_txn *newest;
    } staged;
};

enum nami_op_kind {
    NAMI_OP_NODE = 1,      /* created, or changed for the first time in this transaction */
    NAMI_OP_NODE_DELETED,  /* alone */
    NAMI_OP_NODE_DETACHED, /* with its relationships, which leave the counts */
    NAMI_OP_RELS_HIDDEN,   /* a node deleted alone before: now its relationships go too */
    NAMI_OP_REL_CREATED,
    NAMI_OP_REL_CHANGED, /* for the first time in this transaction */
    NAMI_OP_REL_DELETED,
    NAMI_OP_RULE_CREATED, /* rel.id is the rule's id */
    NAMI_OP_RULE_DROPPED
};

/* One step to undo and to encode; of a node only rel.id is used. */
struct nami_op {
    struct nami_rel rel; /* rel.reserved is enum nami_op_kind */
};

/* A label set as it was before the transaction. */
struct nami_set_saved {
    struct nami_label_set *set;
    struct nami_id_run run;
    uint64_t run_era;
};

struct nami_txn {
    struct nami_graph *graph;
    struct nami_txn *newer; /* staged after this one */
    struct nami_txn *older;
    struct nami_snapshot snapshot;
    uint64_t lsn;
    struct nami_changes changes;
    struct nami_op *ops;
    size_t op_count;
    size_t op_capacity;
    struct nami_set_saved *saved;
    size_t saved_count;
    size_t saved_capacity;
    /* Nodes deleted without detach since the last check. */
    uint64_t *pending;
    size_t pending_count;
    size_t pending_capacity;
    /* Where things stood at the beginning. */
    uint32_t names[NAMI_DICT_COUNT];
    uint32_t next_rule_id;
    uint64_t next_rel;
    uint64_t next_run;
    uint64_t node_end;
    struct nami_id_run shared;
    /* At the end of staging. */
    uint64_t rel_mark;
};

/* Around everything that changes counts; ends whatever began. */
static inline void nami_graph__begin_change(struct nami_graph *graph)
{
    (void)atomic_fetch_add_explicit(&graph->changing, 1, memory_order_acq_rel);
}
static inline void nami_graph__end_change(struct nami_graph *graph)
{
    (void)atomic_fetch_add_explicit(&graph->changing, 1, memory_order_acq_rel);
}

/* Room for one more of `size` bytes in an array that doubles. Fails: NOMEM. */
NAMI_CHECKED int32_t nami_graph__grow(void **array, size_t *capacity, size_t count, size_t size);
/* Room for `count` more steps. Fails: NOMEM. */
NAMI_CHECKED int32_t nami_txn__reserve(struct nami_txn *txn);
/* There is room. */
void nami_txn__note(struct nami_txn *txn, uint32_t kind, const struct nami_rel *rel);
void nami_txn__note_node(struct nami_txn *txn, uint32_t kind, uint64_t id);
/* Take the newest step back. */
void nami_txn__undo_last(struct nami_txn *txn);
/* Take everything back; ids, names and rules too. */
void nami_txn__undo(struct nami_txn *txn);
/* Sort by key, check that each may be stored; nulls stay. In the memtable's scratch. */
NAMI_CHECKED int32_t nami_txn__sort(struct nami_txn *txn, const struct nami_property *properties,
                                    uint32_t count, struct nami_property **out,
                                    struct nami_diagnostic *diag);
/* The number of properties left. */
uint32_t nami_txn__drop_nulls(struct nami_property *at, uint32_t count);
/* Would a node with these labels and properties break a rule? `before`: as it was; NULL: new. */
NAMI_CHECKED int32_t nami_txn__check_unique(struct nami_txn *txn, uint64_t id,
                                            struct nami_label_set *labels,
                                            const struct nami_property *properties, uint32_t count,
                                            const struct nami_record *before,
                                            struct nami_diagnostic *diag);
NAMI_CHECKED int32_t nami_txn__nomem(struct nami_diagnostic *diag);
/* "Node(12) already exists with ..." */
int32_t nami_txn__say_duplicate(const struct nami_graph *graph, uint32_t condition,
                                const struct nami_rule *rule, uint64_t id, struct nami_value value,
                                struct nami_diagnostic *diag);

/* Relationships with a lower id were there when this view was taken. */
uint64_t nami_snapshot__rel_mark(const struct nami_snapshot *snap);
/* Is it there, and are both of its ends? `lsn` UINT64_MAX: in the newest state. */
bool nami_graph__rel_is_live(const struct nami_graph *graph, const struct nami_rel *rel,
                             uint64_t mark, uint64_t lsn);

#endif /* NAMI_CORE_GRAPH_GRAPH_INTERNAL_H */
