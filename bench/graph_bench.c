/*
 * bench/graph_bench.c -- the graph alone, in one thread: create, encode, replay, seek, expand.
 *
 *   graph_bench [NODES] [RELATIONSHIPS]      defaults: 100000 2700000
 *
 * Prints one line per figure; asserts nothing about time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <namidb/plugin_util.h>

#include "core/graph/txn.h"

enum { KEYS = 6, READS = 1000000, TRANSACTION_ROWS = 10000, BATCH = 2048 };

struct bench {
    struct nami_graph *graph;
    struct nami_graph *follower;
    struct nami_buf body;
    uint64_t lsn;
    uint64_t nodes;
    uint64_t rels;
    uint64_t random;
    uint64_t *ids;
    uint32_t label;
    uint32_t type;
    uint32_t keys[KEYS];
    double create_s;
    double encode_s;
    double replay_s;
};

static double now(void)
{
    struct timespec time = {0};

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void must(int32_t status, const char *what)
{
    if (status != NAMI_OK) {
        (void)fprintf(stderr, "graph_bench: %s: status %d\n", what, (int)status);
        exit(EXIT_FAILURE);
    }
}

static uint64_t pick(struct bench *bench, uint64_t below)
{
    bench->random = bench->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (bench->random >> 33) % below;
}

static void per_second(const char *what, uint64_t count, double seconds)
{
    (void)printf("%-24s %8.0f k/s\n", what, (double)count / seconds / 1e3);
}

static void per_call(const char *what, uint64_t count, double seconds)
{
    (void)printf("%-24s %8.0f ns\n", what, seconds / (double)count * 1e9);
}

static struct nami_txn *begin(struct bench *bench)
{
    struct nami_txn *txn = NULL;

    must(nami_txn_begin(bench->graph, &txn), "begin");
    return txn;
}

/* To the log, to the readers, and to a second graph. */
static void commit(struct bench *bench, struct nami_txn *txn)
{
    struct nami_error err = {.struct_size = sizeof(err)};
    double start = now();

    nami_buf_clear(&bench->body);
    must(nami_txn_encode(txn, &bench->body), "encode");
    bench->encode_s += now() - start;
    nami_txn_stage(txn);
    nami_graph_publish(bench->graph, ++bench->lsn);
    start = now();
    must(nami_graph_replay(bench->follower, bench->lsn, nami_buf_view(&bench->body), &err),
         "replay");
    bench->replay_s += now() - start;
}

static void prepare(struct bench *bench)
{
    static const char *const keys[KEYS] = {"id", "name", "age", "score", "city", "zip"};
    struct nami_error err = {.struct_size = sizeof(err)};
    struct nami_txn *txn = NULL;

    must(nami_graph_create(NULL, &bench->graph, &err), "create");
    must(nami_graph_create(NULL, &bench->follower, &err), "create");
    nami_buf_init(&bench->body, (size_t)1 << 30);
    bench->ids = calloc(bench->nodes, sizeof(bench->ids[0]));
    must(bench->ids != NULL ? NAMI_OK : NAMI_E_NOMEM, "ids");
    txn = begin(bench);
    must(nami_txn_intern(txn, NAMI_DICT_LABEL, nami_text("Person"), &bench->label), "label");
    must(nami_txn_intern(txn, NAMI_DICT_TYPE, nami_text("KNOWS"), &bench->type), "type");
    for (size_t i = 0; i < KEYS; i++) {
        must(nami_txn_intern(txn, NAMI_DICT_KEY, nami_text(keys[i]), &bench->keys[i]), "key");
    }
    must(nami_txn_create_rule(txn, NAMI_RULE_UNIQUE, bench->label, bench->keys[0], nami_text(""),
                              NULL),
         "rule");
    commit(bench, txn);
    bench->encode_s = bench->replay_s = 0;
}

static void create_node(struct bench *bench, struct nami_txn *txn, uint64_t i)
{
    char name[32];
    int length = snprintf(name, sizeof(name), "person %llu", (unsigned long long)i);
    struct nami_property properties[KEYS] = {
        {.key = bench->keys[0], .value = nami_value_int((int64_t)i)},
        {.key = bench->keys[1], .value = nami_value_string(nami_bytes(name, (size_t)length))},
        {.key = bench->keys[2], .value = nami_value_int((int64_t)(i % 90))},
        {.key = bench->keys[3], .value = nami_value_float((double)i * 0.5)},
        {.key = bench->keys[4], .value = nami_value_string(nami_text("Tokyo"))},
        {.key = bench->keys[5], .value = nami_value_int((int64_t)(i % 9973))},
    };

    must(nami_txn_create_node(txn, &bench->label, 1, properties, KEYS, &bench->ids[i], NULL),
         "create_node");
}

static void create_rel(struct bench *bench, struct nami_txn *txn)
{
    struct nami_rel rel = {0};

    must(nami_txn_create_rel(txn, bench->ids[pick(bench, bench->nodes)], bench->type,
                             bench->ids[pick(bench, bench->nodes)], NULL, 0, &rel, NULL),
         "create_rel");
}

static void create_all(struct bench *bench, bool of_rels)
{
    uint64_t count = of_rels ? bench->rels : bench->nodes;

    bench->create_s = bench->encode_s = bench->replay_s = 0;
    for (uint64_t i = 0; i < count;) {
        struct nami_txn *txn = begin(bench);
        double start = now();

        for (uint64_t j = 0; j < TRANSACTION_ROWS && i < count; j++, i++) {
            if (of_rels) {
                create_rel(bench, txn);
            } else {
                create_node(bench, txn, i);
            }
        }
        bench->create_s += now() - start;
        commit(bench, txn);
    }
    per_second(of_rels ? "create_rel" : "create_node", count, bench->create_s);
    per_second(of_rels ? "encode, relationships" : "encode, nodes", count, bench->encode_s);
    per_second(of_rels ? "replay, relationships" : "replay, nodes", count, bench->replay_s);
}

static void seek_all(struct bench *bench, const struct nami_snapshot *snap)
{
    const struct nami_rule *rule = nami_catalog_rule_on(nami_graph_catalog(bench->graph), snap->lsn,
                                                        bench->label, bench->keys[0]);
    double start = now();
    uint64_t found = 0;

    for (uint32_t i = 0; i < READS; i++) {
        struct nami_index_seek seek = {0};
        uint64_t id = 0;

        nami_index_seek_init(&seek, snap, rule, nami_value_int((int64_t)pick(bench, bench->nodes)));
        if (nami_index_seek_next(&seek, &id, 1) == 1) {
            found += nami_node_property(snap, id, bench->keys[1]).count > 0;
        }
    }
    must(found == READS ? NAMI_OK : NAMI_E_INTERNAL, "seek");
    per_call("seek and a property", READS, now() - start);
}

static void expand_all(struct bench *bench, const struct nami_snapshot *snap)
{
    static struct nami_rel rels[BATCH];
    static uint64_t others[BATCH];
    uint64_t sum = 0;
    double start = now();

    for (uint32_t i = 0; i < READS; i++) {
        struct nami_expand expand = {0};
        size_t count = 0;

        nami_expand_init(&expand, snap, bench->ids[pick(bench, bench->nodes)], NAMI_OUT,
                         &bench->type, 1);
        while ((count = nami_expand_next(&expand, rels, others, BATCH)) > 0) {
            sum += count;
        }
    }
    per_call("expand", READS, now() - start);
    (void)printf("%-24s %8.1f\n", "  neighbours each", (double)sum / READS);
}

static void scan_all(struct bench *bench, const struct nami_snapshot *snap)
{
    static uint64_t ids[BATCH];
    struct nami_node_scan scan = {0};
    uint64_t sum = 0;
    size_t count = 0;
    double start = now();

    nami_node_scan_init(&scan, snap, bench->label);
    while ((count = nami_node_scan_next(&scan, ids, BATCH)) > 0) {
        sum += count;
    }
    per_call("label scan, a node", sum, now() - start);
}

int main(int argc, char **argv)
{
    struct bench bench = {.nodes = argc > 1 ? strtoull(argv[1], NULL, 10) : 100000,
                          .rels = argc > 2 ? strtoull(argv[2], NULL, 10) : 2700000,
                          .random = 1};
    struct nami_snapshot snap = {0};

    if (bench.nodes == 0) {
        (void)fprintf(stderr, "usage: graph_bench [NODES] [RELATIONSHIPS]\n");
        return EXIT_FAILURE;
    }
    prepare(&bench);
    create_all(&bench, false);
    create_all(&bench, true);
    (void)printf("%-24s %8.1f MB\n", "memory of one graph",
                 (double)nami_graph_bytes(bench.graph) / 1e6);
    must(nami_snapshot_open(bench.graph, &snap), "snapshot");
    seek_all(&bench, &snap);
    expand_all(&bench, &snap);
    scan_all(&bench, &snap);
    nami_snapshot_release(&snap);
    nami_buf_release(&bench.body);
    nami_graph_destroy(bench.graph);
    nami_graph_destroy(bench.follower);
    free(bench.ids);
    return EXIT_SUCCESS;
}
