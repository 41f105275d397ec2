/*
 * Fuzz core/graph/replay.c: any bytes, on a small graph. What is refused is refused as corrupt;
 * what is taken leaves a graph whose two directions, scans and counts agree.
 */
#include <stdlib.h>
#include <string.h>

#include <namidb/plugin_util.h>

#include "core/graph/txn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds) {
        abort();
    }
}

/* Names, a rule, three nodes and two relationships. */
static void prepare(struct nami_graph *graph)
{
    struct nami_txn *txn = NULL;
    uint32_t id = 0;
    uint64_t nodes[3];
    struct nami_rel rel = {0};
    struct nami_property property = {.value = nami_value_int(1)};

    must(nami_txn_begin(graph, &txn) == NAMI_OK);
    for (uint32_t i = 0; i < NAMI_DICT_COUNT; i++) {
        must(nami_txn_intern(txn, i, nami_text("a"), &id) == NAMI_OK);
        must(nami_txn_intern(txn, i, nami_text("b"), &id) == NAMI_OK);
    }
    must(nami_txn_create_rule(txn, NAMI_RULE_INDEX, 0, 0, nami_text("r"), NULL) == NAMI_OK);
    for (uint32_t i = 0; i < 3; i++) {
        must(nami_txn_create_node(txn, &id, i % 2, &property, 1, &nodes[i], NULL) == NAMI_OK);
    }
    must(nami_txn_create_rel(txn, nodes[0], 0, nodes[1], &property, 1, &rel, NULL) == NAMI_OK);
    must(nami_txn_create_rel(txn, nodes[2], 1, nodes[2], NULL, 0, &rel, NULL) == NAMI_OK);
    nami_txn_stage(txn);
    nami_graph_publish(graph, 1);
}

static uint64_t count_rels(const struct nami_snapshot *snap, uint64_t node, uint32_t direction)
{
    struct nami_expand expand = {0};
    struct nami_rel rels[16];
    uint64_t others[16];
    uint64_t sum = 0;
    size_t count = 0;

    nami_expand_init(&expand, snap, node, direction, NULL, 0);
    while ((count = nami_expand_next(&expand, rels, others, 16)) > 0) {
        for (size_t i = 0; i < count; i++) {
            must(nami_rel_exists(snap, &rels[i]));
            (void)nami_rel_all(snap, &rels[i]);
        }
        sum += count;
    }
    return sum;
}

static void walk(const struct nami_graph *graph, const struct nami_snapshot *snap)
{
    struct nami_node_scan scan = {0};
    uint64_t ids[16];
    uint64_t nodes = 0;
    uint64_t out = 0;
    uint64_t in = 0;
    size_t count = 0;

    nami_node_scan_init(&scan, snap, NAMI_NO_NAME);
    while ((count = nami_node_scan_next(&scan, ids, 16)) > 0) {
        nodes += count;
        for (size_t i = 0; i < count; i++) {
            out += count_rels(snap, ids[i], NAMI_OUT);
            in += count_rels(snap, ids[i], NAMI_IN);
        }
    }
    must(nodes == nami_graph_node_count(graph, NAMI_NO_NAME));
    must(out == in && out == nami_graph_rel_count(graph, NAMI_NO_NAME));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nami_graph *graph = NULL;
    struct nami_error err = {.struct_size = sizeof(err)};
    struct nami_snapshot snap = {0};
    int32_t status = NAMI_OK;

    must(nami_graph_create(NULL, &graph, &err) == NAMI_OK);
    prepare(graph);
    status = nami_graph_replay(graph, 2, nami_bytes(data, size), &err);
    must(status == NAMI_OK || status == NAMI_E_CORRUPT);
    must(nami_graph_published_lsn(graph) == (status == NAMI_OK ? 2 : 1));
    must(nami_snapshot_open(graph, &snap) == NAMI_OK);
    if (status == NAMI_OK) {
        walk(graph, &snap);
    } else {
        must(nami_node_exists(&snap, 0) && count_rels(&snap, 0, NAMI_OUT) == 1);
    }
    nami_snapshot_release(&snap);
    must(nami_graph_reset(graph, &err) == NAMI_OK);
    nami_graph_destroy(graph);
    return 0;
}
