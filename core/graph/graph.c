#include "core/graph/graph_internal.h"

#include <stdlib.h>

#include <namidb/plugin_util.h>

#include "core/catalog/rules.h"

enum { REPLAY_POOL_BYTES = 1 << 20 };

int32_t nami_graph_create(const struct nami_host *host, struct nami_graph **out,
                          struct nami_error *err)
{
    struct nami_graph *graph = calloc(1, sizeof(*graph));
    int32_t status = NAMI_OK;

    *out = NULL;
    if (graph == NULL) {
        return NAMI_FAIL(err, NAMI_E_NOMEM, "a graph");
    }
    graph->host = host;
    if (pthread_mutex_init(&graph->staged_mutex, NULL) != 0) {
        free(graph);
        return NAMI_FAIL(err, NAMI_E_NOMEM, "a mutex");
    }
    status = nami_memtable_init(&graph->memtable);
    if (status != NAMI_OK) {
        (void)pthread_mutex_destroy(&graph->staged_mutex);
        free(graph);
        return NAMI_FAIL(err, status, "a memtable");
    }
    status = nami_catalog_create(&graph->catalog);
    if (status == NAMI_OK) {
        status = nami_chunk_pool_create(REPLAY_POOL_BYTES, &graph->chunks);
    }
    if (status != NAMI_OK) {
        nami_graph_destroy(graph);
        return NAMI_FAIL(err, status, "a catalog");
    }
    *out = graph;
    return NAMI_OK;
}

void nami_graph_destroy(struct nami_graph *graph)
{
    if (graph == NULL) {
        return;
    }
    nami_txn_rollback(graph->open);
    nami_graph_undo_after(graph, nami_graph_published_lsn(graph));
    nami_memtable_release(&graph->memtable);
    nami_catalog_destroy(graph->catalog);
    nami_chunk_pool_destroy(graph->chunks);
    (void)pthread_mutex_destroy(&graph->staged_mutex);
    free(graph);
}

int32_t nami_graph_reset(struct nami_graph *graph, struct nami_error *err)
{
    if (nami_retire_has_pins(&graph->memtable.retire)) {
        return NAMI_FAIL(err, NAMI_E_INVALID, "a snapshot is open");
    }
    nami_graph_undo_after(graph, nami_graph_published_lsn(graph));
    nami_memtable_clear(&graph->memtable);
    nami_catalog_clear(graph->catalog);
    atomic_store(&graph->staged_lsn, 0);
    atomic_store(&graph->changing, 0);
    return NAMI_OK;
}

struct nami_catalog *nami_graph_catalog(struct nami_graph *graph)
{
    return graph->catalog;
}

uint64_t nami_graph_bytes(const struct nami_graph *graph)
{
    return atomic_load_explicit(&graph->memtable.retire.bytes, memory_order_relaxed);
}

uint64_t nami_graph_published_lsn(const struct nami_graph *graph)
{
    return atomic_load_explicit(&graph->memtable.retire.published_lsn, memory_order_acquire);
}

uint64_t nami_graph_node_count(const struct nami_graph *graph, uint32_t label)
{
    const struct nami_label_info *info = NULL;

    if (label == NAMI_NO_NAME) {
        return atomic_load_explicit(&graph->memtable.node_count, memory_order_relaxed);
    }
    info = nami_memtable_label(&graph->memtable, label);
    return info != NULL ? atomic_load_explicit(&info->nodes, memory_order_relaxed) : 0;
}

uint64_t nami_graph_rel_count(const struct nami_graph *graph, uint32_t type)
{
    return type == NAMI_NO_NAME
               ? atomic_load_explicit(&graph->memtable.rel_count, memory_order_relaxed)
               : nami_memtable_type_count(&graph->memtable, type);
}

/*
 * A sequence lock: the counts are the snapshot's if nothing is staged beyond it and nobody was
 * changing them while they were read.
 */
bool nami_snapshot_count(const struct nami_snapshot *snap, bool of_rels, uint32_t name,
                         uint64_t *out)
{
    const struct nami_graph *graph = snap->graph;
    uint64_t before = atomic_load_explicit(&graph->changing, memory_order_acquire);

    if (before % 2 != 0 ||
        atomic_load_explicit(&graph->staged_lsn, memory_order_relaxed) != snap->lsn) {
        return false;
    }
    *out = of_rels ? nami_graph_rel_count(graph, name) : nami_graph_node_count(graph, name);
    atomic_thread_fence(memory_order_acquire);
    return atomic_load_explicit(&graph->changing, memory_order_relaxed) == before;
}

void nami_graph_id_marks(const struct nami_graph *graph, uint64_t *next_node, uint64_t *next_rel)
{
    *next_node = atomic_load_explicit(&graph->memtable.node_end, memory_order_relaxed);
    *next_rel = atomic_load_explicit(&graph->memtable.next_rel, memory_order_relaxed);
}

/* ---- snapshots ---- */

int32_t nami_snapshot_open(struct nami_graph *graph, struct nami_snapshot *out)
{
    struct nami_pin *pin = NULL;
    int32_t status = nami_pin_open(&graph->memtable.retire, &pin);

    *out = (struct nami_snapshot){0};
    if (status == NAMI_OK) {
        out->graph = graph;
        out->lsn = pin->lsn;
        out->slot = (uint64_t)(uintptr_t)pin;
    }
    return status;
}

void nami_snapshot_release(struct nami_snapshot *snapshot)
{
    if (snapshot->slot != 0) {
        nami_pin_release(&snapshot->graph->memtable.retire,
                         (struct nami_pin *)(uintptr_t)snapshot->slot);
    }
    *snapshot = (struct nami_snapshot){0};
}

uint64_t nami_snapshot__rel_mark(const struct nami_snapshot *snap)
{
    const struct nami_pin *pin = (const struct nami_pin *)(uintptr_t)snap->slot;

    return snap->txn != NULL
               ? atomic_load_explicit(&snap->graph->memtable.next_rel, memory_order_relaxed)
               : pin->rel_mark;
}
