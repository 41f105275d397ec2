/* A transaction's life: begin, stage, publish; and the way back. */
#include "core/graph/txn.h"

#include <stdlib.h>

#include "core/catalog/rules.h"
#include "core/graph/graph_internal.h"

enum { ARRAY_FIRST = 16 };

int32_t nami_graph__grow(void **array, size_t *capacity, size_t count, size_t size)
{
    size_t want = *capacity == 0 ? ARRAY_FIRST : *capacity * 2;
    void *grown = NULL;

    if (count < *capacity) {
        return NAMI_OK;
    }
    grown = realloc(*array, want * size);
    if (grown == NULL) {
        return NAMI_E_NOMEM;
    }
    *array = grown;
    *capacity = want;
    return NAMI_OK;
}

/* Indexes of rules that no snapshot sees any more. */
static void remove_dropped(struct nami_graph *graph)
{
    const struct nami_index_list *list = atomic_load(&graph->memtable.indexes);

    for (uint32_t i = list != NULL ? list->count : 0; i > 0; i--) {
        const struct nami_rule *rule = list->at[i - 1]->rule;

        if (atomic_load_explicit(&rule->dropped_lsn, memory_order_relaxed) <=
            graph->memtable.horizon.oldest) {
            /* No memory now: the next transaction tries again. */
            (void)(nami_memtable_remove_index(&graph->memtable, rule) == NAMI_OK);
            list = atomic_load(&graph->memtable.indexes);
        }
    }
}

static void note_start(struct nami_txn *txn)
{
    struct nami_graph *graph = txn->graph;

    for (uint32_t i = 0; i < NAMI_DICT_COUNT; i++) {
        txn->names[i] = nami_catalog_count(graph->catalog, i);
    }
    txn->next_rule_id = nami_catalog_next_rule_id(graph->catalog);
    txn->next_rel = atomic_load_explicit(&graph->memtable.next_rel, memory_order_relaxed);
    txn->node_end = atomic_load_explicit(&graph->memtable.node_end, memory_order_relaxed);
    txn->next_run = graph->memtable.sets.next_run;
    txn->shared = graph->memtable.sets.shared;
}

int32_t nami_txn_begin(struct nami_graph *graph, struct nami_txn **out)
{
    struct nami_txn *txn = NULL;
    struct nami_pin *pin = NULL;

    *out = NULL;
    if (graph->open != NULL) {
        return NAMI_E_INVALID;
    }
    txn = calloc(1, sizeof(*txn));
    if (txn == NULL) {
        return NAMI_E_NOMEM;
    }
    txn->graph = graph;
    txn->lsn = atomic_load_explicit(&graph->staged_lsn, memory_order_relaxed) + 1;
    if (nami_pin_open_at(&graph->memtable.retire, txn->lsn, &pin) != NAMI_OK) {
        free(txn);
        return NAMI_E_NOMEM;
    }
    txn->snapshot = (struct nami_snapshot){
        .graph = graph, .lsn = txn->lsn, .slot = (uint64_t)(uintptr_t)pin, .txn = txn};
    nami_memtable_refresh(&graph->memtable);
    remove_dropped(graph);
    note_start(txn);
    graph->open = txn;
    nami_graph__begin_change(graph);
    *out = txn;
    return NAMI_OK;
}

const struct nami_snapshot *nami_txn_snapshot(const struct nami_txn *txn)
{
    return &txn->snapshot;
}

uint64_t nami_txn_lsn(const struct nami_txn *txn)
{
    return txn->lsn;
}

const struct nami_changes *nami_txn_changes(const struct nami_txn *txn)
{
    return &txn->changes;
}

bool nami_txn_is_empty(const struct nami_txn *txn)
{
    return txn->op_count == 0;
}

int32_t nami_txn_intern(struct nami_txn *txn, uint32_t dictionary, struct nami_slice name,
                        uint32_t *id)
{
    bool is_new = false;

    return nami_catalog_intern(txn->graph->catalog, dictionary, name, id, &is_new);
}

/* ---- steps ---- */

int32_t nami_txn__reserve(struct nami_txn *txn)
{
    void *ops = txn->ops;
    int32_t status = nami_graph__grow(&ops, &txn->op_capacity, txn->op_count, sizeof(txn->ops[0]));

    txn->ops = ops;
    return status;
}

void nami_txn__note(struct nami_txn *txn, uint32_t kind, const struct nami_rel *rel)
{
    txn->ops[txn->op_count].rel = *rel;
    txn->ops[txn->op_count++].rel.reserved = kind;
}

void nami_txn__note_node(struct nami_txn *txn, uint32_t kind, uint64_t id)
{
    nami_txn__note(txn, kind, &(struct nami_rel){.id = id});
}

/* ---- the end ---- */

static void txn_free(struct nami_txn *txn)
{
    free(txn->ops);
    free(txn->saved);
    free(txn->pending);
    free(txn);
}

static void close_view(struct nami_txn *txn)
{
    nami_snapshot_release(&txn->snapshot);
    nami_retire_flush(&txn->graph->memtable.retire);
}

void nami_txn_stage(struct nami_txn *txn)
{
    struct nami_graph *graph = txn->graph;

    close_view(txn);
    graph->open = NULL;
    txn->rel_mark = atomic_load_explicit(&graph->memtable.next_rel, memory_order_relaxed);
    (void)pthread_mutex_lock(&graph->staged_mutex);
    txn->older = graph->staged.newest;
    if (txn->older != NULL) {
        txn->older->newer = txn;
    } else {
        graph->staged.oldest = txn;
    }
    graph->staged.newest = txn;
    (void)pthread_mutex_unlock(&graph->staged_mutex);
    atomic_store_explicit(&graph->staged_lsn, txn->lsn, memory_order_relaxed);
    nami_graph__end_change(graph);
}

void nami_txn_rollback(struct nami_txn *txn)
{
    struct nami_graph *graph = NULL;

    if (txn == NULL) {
        return;
    }
    graph = txn->graph;
    nami_txn__undo(txn);
    close_view(txn);
    graph->open = NULL;
    nami_graph__end_change(graph);
    txn_free(txn);
}

void nami_graph_publish(struct nami_graph *graph, uint64_t lsn)
{
    struct nami_txn *done = NULL;
    struct nami_txn *last = NULL;

    (void)pthread_mutex_lock(&graph->staged_mutex);
    done = graph->staged.oldest;
    for (struct nami_txn *txn = done; txn != NULL && txn->lsn <= lsn; txn = txn->newer) {
        last = txn;
    }
    if (last != NULL) {
        graph->staged.oldest = last->newer;
        if (last->newer != NULL) {
            last->newer->older = NULL;
        } else {
            graph->staged.newest = NULL;
        }
        last->newer = NULL;
        nami_retire_publish(&graph->memtable.retire, last->lsn, last->rel_mark);
    }
    (void)pthread_mutex_unlock(&graph->staged_mutex);
    while (last != NULL && done != NULL) {
        struct nami_txn *newer = done->newer;

        txn_free(done);
        done = newer;
    }
}

void nami_graph_undo_after(struct nami_graph *graph, uint64_t lsn)
{
    for (;;) {
        struct nami_txn *txn = NULL;

        (void)pthread_mutex_lock(&graph->staged_mutex);
        txn = graph->staged.newest;
        if (txn != NULL && txn->lsn > lsn) {
            graph->staged.newest = txn->older;
            if (txn->older != NULL) {
                txn->older->newer = NULL;
            } else {
                graph->staged.oldest = NULL;
            }
        } else {
            txn = NULL;
        }
        (void)pthread_mutex_unlock(&graph->staged_mutex);
        if (txn == NULL) {
            break;
        }
        nami_graph__begin_change(graph);
        nami_txn__undo(txn);
        atomic_store_explicit(&graph->staged_lsn, txn->lsn - 1, memory_order_relaxed);
        nami_graph__end_change(graph);
        txn_free(txn);
    }
    nami_retire_flush(&graph->memtable.retire);
}
