/*
 * Readers, one writer and a keeper at once. Every transaction keeps three things true: balances
 * sum up to what they were, a node's `degree` is the number of its outgoing relationships, and a
 * node is found by its unique `serial`. Every snapshot must see them. Run under TSan and ASan.
 */
#include "tests/support/run_suite.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>

#include <namidb/plugin_util.h>

#include "core/graph/txn.h"

enum { ACCOUNTS = 40, BALANCE = 1000, READERS = 3, TRANSACTIONS = 12000, DEGREE_MAX = 30 };
enum { LABEL_ACCOUNT = 0, LABEL_GUEST = 1 };
enum { KEY_BALANCE = 0, KEY_DEGREE = 1, KEY_SERIAL = 2, KEY_GROUP = 3 };

struct stage {
    struct nami_graph *graph;
    pthread_mutex_t token; /* held by the keeper while it publishes */
    _Atomic uint64_t staged;
    _Atomic bool is_over;
    _Atomic uint64_t problems;
    _Atomic uint64_t views;
    uint64_t accounts[ACCOUNTS];
    int64_t next_serial;
};

static uint64_t next_random(uint64_t *random)
{
    *random = *random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *random >> 33;
}

static void expect(struct stage *stage, bool holds, const char *what)
{
    if (!holds && atomic_fetch_add(&stage->problems, 1) < 5) {
        (void)fprintf(stderr, "does not hold: %s\n", what);
    }
}

static int64_t integer(const struct nami_snapshot *snap, uint64_t id, uint32_t key)
{
    struct nami_value value = nami_node_property(snap, id, key);

    return value.type == NAMI_VALUE_INT ? value.as.integer : INT64_MIN;
}

static int32_t set(struct nami_txn *txn, uint64_t id, uint32_t key, int64_t to)
{
    struct nami_property property = {.key = key, .value = nami_value_int(to)};

    return nami_txn_set_node(txn, id, &property, 1, false, NULL);
}

/* ---- the writer ---- */

static int32_t create(struct nami_txn *txn, uint32_t label, int64_t balance, int64_t serial,
                      uint64_t *id)
{
    struct nami_property properties[4] = {
        {.key = KEY_BALANCE, .value = nami_value_int(balance)},
        {.key = KEY_DEGREE, .value = nami_value_int(0)},
        {.key = KEY_SERIAL, .value = nami_value_int(serial)},
        {.key = KEY_GROUP, .value = nami_value_int(serial % 3)},
    };

    return nami_txn_create_node(txn, &label, 1, properties, 4, id, NULL);
}

static int32_t move_balance(struct stage *stage, struct nami_txn *txn, uint64_t *random)
{
    const struct nami_snapshot *snap = nami_txn_snapshot(txn);
    uint64_t from = stage->accounts[next_random(random) % ACCOUNTS];
    uint64_t to = stage->accounts[next_random(random) % ACCOUNTS];
    int32_t status = set(txn, from, KEY_BALANCE, integer(snap, from, KEY_BALANCE) - 7);

    return status == NAMI_OK ? set(txn, to, KEY_BALANCE, integer(snap, to, KEY_BALANCE) + 7)
                             : status;
}

/* One relationship more, or all of them gone. */
static int32_t change_degree(struct stage *stage, struct nami_txn *txn, uint64_t *random)
{
    const struct nami_snapshot *snap = nami_txn_snapshot(txn);
    uint64_t from = stage->accounts[next_random(random) % ACCOUNTS];
    uint64_t to = stage->accounts[next_random(random) % ACCOUNTS];
    int64_t degree = integer(snap, from, KEY_DEGREE);
    struct nami_property weight = {.key = KEY_GROUP, .value = nami_value_int(degree)};
    struct nami_rel rels[DEGREE_MAX + 1];
    uint64_t others[DEGREE_MAX + 1];
    struct nami_expand expand = {0};
    int32_t status = NAMI_OK;
    size_t count = 0;

    if (degree < DEGREE_MAX) {
        status = nami_txn_create_rel(txn, from, (uint32_t)(degree % 2), to, &weight,
                                     (uint32_t)(degree % 3 == 0), &rels[0], NULL);
        return status == NAMI_OK ? set(txn, from, KEY_DEGREE, degree + 1) : status;
    }
    nami_expand_init(&expand, snap, from, NAMI_OUT, NULL, 0);
    count = nami_expand_next(&expand, rels, others, DEGREE_MAX + 1);
    for (size_t i = 0; i < count && status == NAMI_OK; i++) {
        status = nami_txn_delete_rel(txn, &rels[i], NULL);
    }
    return status == NAMI_OK ? set(txn, from, KEY_DEGREE, 0) : status;
}

/* A guest comes, with a relationship to an account; or goes, and it with him. */
static int32_t change_guest(struct stage *stage, struct nami_txn *txn, uint64_t guests[ACCOUNTS],
                            uint64_t *random)
{
    uint64_t place = next_random(random) % ACCOUNTS;
    struct nami_rel rel = {0};
    int32_t status = NAMI_OK;

    if (guests[place] != 0) {
        status = nami_txn_delete_node(txn, guests[place], true, NULL);
        guests[place] = 0;
        return status;
    }
    status = create(txn, LABEL_GUEST, 0, ++stage->next_serial, &guests[place]);
    if (status == NAMI_OK) {
        status =
            nami_txn_create_rel(txn, guests[place], 0, stage->accounts[place], NULL, 0, &rel, NULL);
    }
    return status == NAMI_OK ? set(txn, guests[place], KEY_DEGREE, 1) : status;
}

static void transaction(struct stage *stage, uint64_t guests[ACCOUNTS], uint64_t *random)
{
    struct nami_txn *txn = NULL;
    uint64_t before[ACCOUNTS];
    int32_t status = nami_txn_begin(stage->graph, &txn);

    memcpy(before, guests, sizeof(before));
    for (uint32_t i = 0; i < 6 && status == NAMI_OK; i++) {
        switch (next_random(random) % 3) {
        case 0:
            status = move_balance(stage, txn, random);
            break;
        case 1:
            status = change_degree(stage, txn, random);
            break;
        default:
            status = change_guest(stage, txn, guests, random);
            break;
        }
    }
    expect(stage, status == NAMI_OK, "a change");
    if (next_random(random) % 5 == 0) {
        nami_txn_rollback(txn);
        memcpy(guests, before, sizeof(before));
    } else {
        uint64_t lsn = nami_txn_lsn(txn);

        nami_txn_stage(txn);
        atomic_store(&stage->staged, lsn);
    }
}

/* Publishes while the writer works, unless a slot is about to be lost. */
static void *keep(void *argument)
{
    struct stage *stage = argument;

    while (!atomic_load(&stage->is_over)) {
        (void)pthread_mutex_lock(&stage->token);
        nami_graph_publish(stage->graph, atomic_load(&stage->staged));
        (void)pthread_mutex_unlock(&stage->token);
        (void)sched_yield();
    }
    return NULL;
}

/* ---- readers ---- */

static void read_accounts(struct stage *stage, const struct nami_snapshot *snap)
{
    struct nami_node_scan scan = {0};
    uint64_t ids[16];
    int64_t sum = 0;
    size_t seen = 0;
    size_t count = 0;

    nami_node_scan_init(&scan, snap, LABEL_ACCOUNT);
    while ((count = nami_node_scan_next(&scan, ids, 16)) > 0) {
        for (size_t i = 0; i < count; i++, seen++) {
            sum += integer(snap, ids[i], KEY_BALANCE);
        }
    }
    expect(stage, seen == ACCOUNTS, "all accounts are there");
    expect(stage, sum == (int64_t)ACCOUNTS * BALANCE, "balances sum up");
}

static void read_node(struct stage *stage, const struct nami_snapshot *snap, uint64_t id)
{
    const struct nami_catalog *catalog = nami_graph_catalog(stage->graph);
    struct nami_expand expand = {0};
    struct nami_rel rels[8];
    uint64_t others[8];
    int64_t degree = 0;
    size_t count = 0;
    struct nami_index_seek seek = {0};
    uint64_t found[2];
    uint32_t label = nami_node_has_label(snap, id, LABEL_GUEST) ? LABEL_GUEST : LABEL_ACCOUNT;
    const struct nami_rule *rule = nami_catalog_rule_on(catalog, snap->lsn, label, KEY_SERIAL);

    nami_expand_init(&expand, snap, id, NAMI_OUT, NULL, 0);
    while ((count = nami_expand_next(&expand, rels, others, 8)) > 0) {
        for (size_t i = 0; i < count; i++, degree++) {
            expect(stage, nami_node_exists(snap, others[i]), "a neighbour is there");
            expect(stage, nami_rel_exists(snap, &rels[i]), "a relationship is there");
            expect(stage, nami_rel_all(snap, &rels[i]).count <= 1, "its properties");
        }
    }
    expect(stage, degree == integer(snap, id, KEY_DEGREE), "degree is the number of relationships");
    nami_index_seek_init(&seek, snap, rule, nami_node_property(snap, id, KEY_SERIAL));
    count = nami_index_seek_next(&seek, found, 2);
    expect(stage, count == 1 && found[0] == id, "found by serial");
}

/* Every node of a group that the index gives is in the group, and none is missing. */
static void read_group(struct stage *stage, const struct nami_snapshot *snap)
{
    const struct nami_rule *rule =
        nami_catalog_rule_on(nami_graph_catalog(stage->graph), snap->lsn, LABEL_GUEST, KEY_GROUP);
    struct nami_node_scan scan = {0};
    struct nami_index_seek seek = {0};
    uint64_t ids[16];
    size_t scanned = 0;
    size_t sought = 0;
    size_t count = 0;

    nami_node_scan_init(&scan, snap, LABEL_GUEST);
    while ((count = nami_node_scan_next(&scan, ids, 16)) > 0) {
        for (size_t i = 0; i < count; i++) {
            scanned += integer(snap, ids[i], KEY_GROUP) == 1;
            read_node(stage, snap, ids[i]);
        }
    }
    nami_index_seek_init(&seek, snap, rule, nami_value_int(1));
    while ((count = nami_index_seek_next(&seek, ids, 3)) > 0) {
        sought += count;
    }
    expect(stage, scanned == sought, "the index finds what the scan finds");
}

static void *read_on(void *argument)
{
    struct stage *stage = argument;
    uint64_t random = (uint64_t)(uintptr_t)&random;

    while (!atomic_load(&stage->is_over)) {
        struct nami_snapshot snaps[2] = {{0}, {0}};

        if (nami_snapshot_open(stage->graph, &snaps[0]) != NAMI_OK) {
            break;
        }
        read_accounts(stage, &snaps[0]);
        expect(stage, nami_snapshot_open(stage->graph, &snaps[1]) == NAMI_OK, "a snapshot");
        for (uint32_t i = 0; i < 10; i++) {
            read_node(stage, &snaps[i % 2], stage->accounts[next_random(&random) % ACCOUNTS]);
        }
        read_group(stage, &snaps[0]);
        read_accounts(stage, &snaps[0]); /* still the same, after later changes */
        nami_snapshot_release(&snaps[next_random(&random) % 2]);
        read_accounts(stage, snaps[0].graph != NULL ? &snaps[0] : &snaps[1]);
        nami_snapshot_release(&snaps[0]);
        nami_snapshot_release(&snaps[1]);
        atomic_fetch_add(&stage->views, 1);
    }
    return NULL;
}

/* ---- all of them ---- */

static void intern(struct nami_txn *txn, uint32_t dictionary, const char *name)
{
    uint32_t id = 0;

    CU_ASSERT_EQUAL_FATAL(nami_txn_intern(txn, dictionary, nami_text(name), &id), NAMI_OK);
}

static void prepare(struct stage *stage)
{
    struct nami_error err = {.struct_size = sizeof(err)};
    struct nami_txn *txn = NULL;

    CU_ASSERT_EQUAL_FATAL(nami_graph_create(NULL, &stage->graph, &err), NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(nami_txn_begin(stage->graph, &txn), NAMI_OK);
    intern(txn, NAMI_DICT_LABEL, "Account");
    intern(txn, NAMI_DICT_LABEL, "Guest");
    intern(txn, NAMI_DICT_TYPE, "A");
    intern(txn, NAMI_DICT_TYPE, "B");
    intern(txn, NAMI_DICT_KEY, "balance");
    intern(txn, NAMI_DICT_KEY, "degree");
    intern(txn, NAMI_DICT_KEY, "serial");
    intern(txn, NAMI_DICT_KEY, "group");
    for (uint32_t label = 0; label < 2; label++) {
        CU_ASSERT_EQUAL(
            nami_txn_create_rule(txn, NAMI_RULE_UNIQUE, label, KEY_SERIAL, nami_text(""), NULL),
            NAMI_OK);
    }
    CU_ASSERT_EQUAL(
        nami_txn_create_rule(txn, NAMI_RULE_INDEX, LABEL_GUEST, KEY_GROUP, nami_text(""), NULL),
        NAMI_OK);
    for (size_t i = 0; i < ACCOUNTS; i++) {
        CU_ASSERT_EQUAL_FATAL(
            create(txn, LABEL_ACCOUNT, BALANCE, ++stage->next_serial, &stage->accounts[i]),
            NAMI_OK);
    }
    nami_txn_stage(txn);
    nami_graph_publish(stage->graph, 1);
    atomic_store(&stage->staged, 1);
}

/* Some transactions that are staged and then lost with their slot. */
static void lose_a_slot(struct stage *stage, uint64_t guests[ACCOUNTS], uint64_t *random)
{
    uint64_t before[ACCOUNTS];

    (void)pthread_mutex_lock(&stage->token); /* the keeper publishes nothing meanwhile */
    nami_graph_publish(stage->graph, atomic_load(&stage->staged));
    memcpy(before, guests, sizeof(before));
    for (uint32_t i = 0; i < 3; i++) {
        transaction(stage, guests, random);
    }
    nami_graph_undo_after(stage->graph, nami_graph_published_lsn(stage->graph));
    memcpy(guests, before, sizeof(before));
    atomic_store(&stage->staged, nami_graph_published_lsn(stage->graph));
    (void)pthread_mutex_unlock(&stage->token);
}

static void write_all(struct stage *stage)
{
    uint64_t random = 42;
    uint64_t guests[ACCOUNTS] = {0};

    for (uint32_t i = 0; i < TRANSACTIONS; i++) {
        transaction(stage, guests, &random);
        if (i % 20 == 0) {
            lose_a_slot(stage, guests, &random);
        }
    }
}

static void test_readers_and_writer__every_snapshot_is_whole(void)
{
    static struct stage stage = {.token = PTHREAD_MUTEX_INITIALIZER};
    pthread_t readers[READERS];
    pthread_t keeper;

    prepare(&stage);
    for (size_t i = 0; i < READERS; i++) {
        CU_ASSERT_EQUAL_FATAL(pthread_create(&readers[i], NULL, read_on, &stage), 0);
    }
    CU_ASSERT_EQUAL_FATAL(pthread_create(&keeper, NULL, keep, &stage), 0);
    write_all(&stage);
    atomic_store(&stage.is_over, true);
    for (size_t i = 0; i < READERS; i++) {
        (void)pthread_join(readers[i], NULL);
    }
    (void)pthread_join(keeper, NULL);
    CU_ASSERT_EQUAL(atomic_load(&stage.problems), 0);
    CU_ASSERT(atomic_load(&stage.views) > 0);
    nami_graph_destroy(stage.graph);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"readers and writer: every snapshot is whole",
         test_readers_and_writer__every_snapshot_is_whole},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/graph/threads", NULL, NULL, tests);
}
