/*
 * The graph against a model of plain arrays: random transactions, rollbacks, lost slots,
 * snapshots read again after later changes, and a second graph that follows by the log.
 */
#include "tests/support/run_suite.h"

#include <stdio.h>
#include <string.h>

#include <namidb/plugin_util.h>

#include "tests/unit/core/graph/graph_model.h"

enum { STAGED_MAX = 6, PINNED_MAX = 6, ROUNDS = 10, TRANSACTIONS = 400 };

struct staged {
    struct model model; /* the state after it */
    struct nami_buf body;
};

struct pinned {
    struct model model;
    struct nami_snapshot snap;
};

struct world {
    struct nami_graph *graph;
    struct nami_graph *follower;
    uint64_t random;
    struct model published;
    struct model model; /* newest */
    struct staged staged[STAGED_MAX];
    size_t staged_count;
    struct pinned pinned[PINNED_MAX];
    size_t pinned_count;
    uint64_t nodes_end; /* ids of the model in use */
    uint64_t rels_end;
    bool must_roll_back;
};

static uint32_t pick(struct world *world, uint32_t below)
{
    world->random ^= world->random << 13;
    world->random ^= world->random >> 7;
    world->random ^= world->random << 17;
    return (uint32_t)((world->random >> 16) % below);
}

static uint64_t pick_node(struct world *world)
{
    return world->nodes_end == 0 ? 0 : pick(world, (uint32_t)world->nodes_end);
}

static struct nami_rel pick_rel(struct world *world)
{
    uint64_t id = world->rels_end == 0 ? 0 : pick(world, (uint32_t)world->rels_end);
    const struct model_rel *rel = &world->model.rels[id];

    return (struct nami_rel){.id = id, .src = rel->src, .dst = rel->dst, .type = rel->type};
}

/* Properties in descending order of keys, so that sorting is needed. `nulls`: as values too. */
static uint32_t pick_properties(struct world *world, uint8_t values[MODEL_KEYS],
                                bool named[MODEL_KEYS], struct nami_property *out, bool nulls)
{
    uint32_t count = 0;

    for (uint32_t key = MODEL_KEYS; key-- > 0;) {
        values[key] = 0;
        named[key] = pick(world, 3) != 0;
        if (named[key]) {
            values[key] = (uint8_t)pick(world, MODEL_VALUES);
            values[key] = (uint8_t)(values[key] + (!nulls && values[key] == 0));
            out[count].key = key;
            out[count].reserved = 0;
            out[count++].value = model_value(values[key]);
        }
    }
    return count;
}

/* ---- steps ---- */

static void step_create_node(struct world *world, struct nami_txn *txn)
{
    struct nami_diagnostic diag = {0};
    struct nami_property properties[MODEL_KEYS];
    bool named[MODEL_KEYS];
    struct model_node node = {.exists = true};
    uint32_t labels[2 * MODEL_LABELS];
    uint32_t count = pick_properties(world, node.values, named, properties, true);
    uint32_t label_count = pick(world, 4);
    uint64_t id = 0;
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; i < label_count; i++) {
        labels[i] = pick(world, MODEL_LABELS);
        node.labels = (uint8_t)(node.labels | 1U << labels[i]);
    }
    status = nami_txn_create_node(txn, labels, label_count, properties, count, &id, &diag);
    if (model_breaks_rule(&world->model, UINT64_MAX, node.labels, node.values)) {
        CU_ASSERT_NOT_EQUAL(status, NAMI_OK);
        CU_ASSERT_EQUAL(diag.condition, NAMI_COND_CONSTRAINT_VIOLATION);
        return;
    }
    CU_ASSERT_EQUAL_FATAL(status, NAMI_OK);
    CU_ASSERT_FATAL(id < MODEL_NODES);
    CU_ASSERT_FALSE(world->model.nodes[id].exists);
    world->model.nodes[id] = node;
    world->nodes_end = id >= world->nodes_end ? id + 1 : world->nodes_end;
}

static void step_create_rel(struct world *world, struct nami_txn *txn)
{
    struct nami_diagnostic diag = {0};
    struct nami_property properties[MODEL_KEYS];
    bool named[MODEL_KEYS];
    uint64_t src = pick_node(world);
    uint64_t dst = pick(world, 8) == 0 ? src : pick_node(world);
    struct model_rel rel = {.exists = true,
                            .type = (uint8_t)pick(world, MODEL_TYPES),
                            .src = (uint16_t)src,
                            .dst = (uint16_t)dst};
    struct nami_rel made = {0};
    uint32_t count =
        pick(world, 2) == 0 ? 0 : pick_properties(world, rel.values, named, properties, true);
    int32_t status = nami_txn_create_rel(txn, src, rel.type, dst, properties, count, &made, &diag);

    if (!world->model.nodes[src].exists || !world->model.nodes[dst].exists) {
        CU_ASSERT_EQUAL(diag.condition, NAMI_COND_DELETED_ENTITY_ACCESS);
        return;
    }
    CU_ASSERT_EQUAL_FATAL(status, NAMI_OK);
    CU_ASSERT_FATAL(made.id < MODEL_RELS);
    CU_ASSERT(made.src == src && made.dst == dst && made.type == rel.type);
    world->model.rels[made.id] = rel;
    world->rels_end = made.id >= world->rels_end ? made.id + 1 : world->rels_end;
}

static void patch_values(uint8_t values[MODEL_KEYS], const uint8_t patch[MODEL_KEYS],
                         const bool named[MODEL_KEYS], bool replace)
{
    for (uint32_t key = 0; key < MODEL_KEYS; key++) {
        if (named[key]) {
            values[key] = patch[key];
        } else if (replace) {
            values[key] = 0;
        }
    }
}

static void step_set_node(struct world *world, struct nami_txn *txn)
{
    struct nami_diagnostic diag = {0};
    struct nami_property properties[MODEL_KEYS];
    bool named[MODEL_KEYS];
    uint8_t patch[MODEL_KEYS];
    uint64_t id = pick_node(world);
    struct model_node node = world->model.nodes[id];
    uint32_t count = pick_properties(world, patch, named, properties, true);
    bool replace = pick(world, 3) == 0;
    int32_t status = nami_txn_set_node(txn, id, properties, count, replace, &diag);

    if (!node.exists) {
        CU_ASSERT_EQUAL(status, NAMI_OK);
        return;
    }
    patch_values(node.values, patch, named, replace);
    if (model_breaks_rule(&world->model, id, node.labels, node.values)) {
        CU_ASSERT_EQUAL(diag.condition, NAMI_COND_CONSTRAINT_VIOLATION);
        return;
    }
    CU_ASSERT_EQUAL(status, NAMI_OK);
    world->model.nodes[id] = node;
}

static void step_set_labels(struct world *world, struct nami_txn *txn)
{
    struct nami_diagnostic diag = {0};
    uint32_t labels[2] = {pick(world, MODEL_LABELS), pick(world, MODEL_LABELS)};
    uint32_t bits = 1U << labels[0] | 1U << labels[1];
    bool add = pick(world, 2) == 0;
    uint64_t id = pick_node(world);
    struct model_node node = world->model.nodes[id];
    int32_t status = nami_txn_set_labels(txn, id, labels, 2, add, &diag);

    if (!node.exists) {
        CU_ASSERT_EQUAL(status, NAMI_OK);
        return;
    }
    node.labels = (uint8_t)(add ? node.labels | bits : node.labels & ~bits);
    if (model_breaks_rule(&world->model, id, node.labels, node.values)) {
        CU_ASSERT_EQUAL(diag.condition, NAMI_COND_CONSTRAINT_VIOLATION);
        return;
    }
    CU_ASSERT_EQUAL(status, NAMI_OK);
    world->model.nodes[id] = node;
}

static void step_set_rel(struct world *world, struct nami_txn *txn)
{
    struct nami_property properties[MODEL_KEYS];
    bool named[MODEL_KEYS];
    uint8_t patch[MODEL_KEYS];
    struct nami_rel rel = pick_rel(world);
    uint32_t count = pick_properties(world, patch, named, properties, true);
    bool replace = pick(world, 3) == 0;

    CU_ASSERT_EQUAL(nami_txn_set_rel(txn, &rel, properties, count, replace, NULL), NAMI_OK);
    if (model_rel_is_live(&world->model, rel.id)) {
        patch_values(world->model.rels[rel.id].values, patch, named, replace);
    }
}

static void step_delete_rel(struct world *world, struct nami_txn *txn)
{
    struct nami_rel rel = pick_rel(world);

    CU_ASSERT_EQUAL(nami_txn_delete_rel(txn, &rel, NULL), NAMI_OK);
    if (model_rel_is_live(&world->model, rel.id)) {
        world->model.rels[rel.id].exists = false;
    }
}

static void step_detach_delete(struct world *world, struct nami_txn *txn)
{
    uint64_t id = pick_node(world);

    CU_ASSERT_EQUAL(nami_txn_delete_node(txn, id, true, NULL), NAMI_OK);
    model_delete_node(&world->model, id);
}

/* DELETE of a few nodes and some of their relationships in one clause, in any order. */
static void step_delete(struct world *world, struct nami_txn *txn)
{
    struct nami_diagnostic diag = {0};
    uint64_t ids[2] = {pick_node(world), pick_node(world)};
    static struct model before;
    bool is_connected = false;

    before = world->model;
    for (uint32_t i = 0; i < 2; i++) {
        CU_ASSERT_EQUAL(nami_txn_delete_node(txn, ids[i], false, &diag), NAMI_OK);
    }
    if (pick(world, 2) == 0) { /* their relationships too */
        for (uint64_t i = 0; i < world->rels_end; i++) {
            const struct model_rel *rel = &before.rels[i];
            struct nami_rel handle = {.id = i, .src = rel->src, .dst = rel->dst, .type = rel->type};

            if (model_rel_is_live(&before, i) && (rel->src == ids[0] || rel->dst == ids[0] ||
                                                  rel->src == ids[1] || rel->dst == ids[1])) {
                CU_ASSERT_EQUAL(nami_txn_delete_rel(txn, &handle, &diag), NAMI_OK);
                world->model.rels[i].exists = false;
            }
        }
    } else if (pick(world, 2) == 0) { /* DELETE a DETACH DELETE a */
        CU_ASSERT_EQUAL(nami_txn_delete_node(txn, ids[0], true, &diag), NAMI_OK);
        model_delete_node(&world->model, ids[0]);
    }
    for (uint32_t i = 0; i < 2; i++) {
        is_connected = is_connected || model_is_connected(&world->model, ids[i]);
    }
    model_delete_node(&world->model, ids[0]);
    model_delete_node(&world->model, ids[1]);
    CU_ASSERT_EQUAL(nami_txn_check_deletes(txn, &diag) != NAMI_OK, is_connected);
    world->must_roll_back = is_connected;
}

static void step_rule(struct world *world, struct nami_txn *txn)
{
    struct nami_diagnostic diag = {0};
    uint32_t i = pick(world, MODEL_RULES);
    struct nami_slice name = nami_text(model_rule_name(i));
    const struct model_rule *rule = &model_rules[i];
    int32_t status = NAMI_OK;

    if (pick(world, 3) == 0) {
        status = nami_txn_drop_rule(txn, name, rule->kind, &diag);
        CU_ASSERT_EQUAL(status == NAMI_OK, world->model.rules[i]);
        world->model.rules[i] = false;
        return;
    }
    status = nami_txn_create_rule(txn, rule->kind, rule->label, rule->key, name, &diag);
    if (world->model.rules[i]) {
        CU_ASSERT_EQUAL(diag.condition, NAMI_COND_SCHEMA_RULE_EXISTS);
    } else if (!model_rule_holds(&world->model, i)) {
        CU_ASSERT_EQUAL(diag.condition, NAMI_COND_CONSTRAINT_CREATION_FAILED);
    } else {
        CU_ASSERT_EQUAL(status, NAMI_OK);
        world->model.rules[i] = true;
    }
}

static void step(struct world *world, struct nami_txn *txn)
{
    switch (pick(world, 16)) {
    case 0:
    case 1:
    case 2:
        step_create_node(world, txn);
        break;
    case 3:
    case 4:
    case 5:
    case 6:
        step_create_rel(world, txn);
        break;
    case 7:
    case 8:
        step_set_node(world, txn);
        break;
    case 9:
        step_set_labels(world, txn);
        break;
    case 10:
    case 11:
        step_set_rel(world, txn);
        break;
    case 12:
        step_delete_rel(world, txn);
        break;
    case 13:
        step_detach_delete(world, txn);
        break;
    case 14:
        step_delete(world, txn);
        break;
    default:
        step_rule(world, txn);
        break;
    }
}

/* ---- the life of transactions ---- */

static void intern(struct nami_txn *txn)
{
    static const char *const names[] = {"a", "b", "c", "d"};
    static const uint32_t counts[NAMI_DICT_COUNT] = {MODEL_LABELS, MODEL_TYPES, MODEL_KEYS};

    for (uint32_t i = 0; i < NAMI_DICT_COUNT; i++) {
        for (uint32_t j = 0; j < counts[i]; j++) {
            uint32_t id = 0;

            CU_ASSERT_EQUAL(nami_txn_intern(txn, i, nami_text(names[j]), &id), NAMI_OK);
            CU_ASSERT_EQUAL(id, j);
        }
    }
}

static void transaction(struct world *world)
{
    struct nami_txn *txn = NULL;
    struct staged *staged = &world->staged[world->staged_count];
    static struct model before;
    uint64_t nodes_end = world->nodes_end;
    uint64_t rels_end = world->rels_end;
    uint32_t steps = 1 + pick(world, 12);

    before = world->model;
    CU_ASSERT_EQUAL_FATAL(nami_txn_begin(world->graph, &txn), NAMI_OK);
    intern(txn);
    world->must_roll_back = false;
    for (uint32_t i = 0; i < steps && !world->must_roll_back; i++) {
        step(world, txn);
    }
    if (!world->must_roll_back && pick(world, 4) == 0) {
        (void)model_check(&world->model, nami_txn_snapshot(txn));
    }
    if (world->must_roll_back || pick(world, 6) == 0) {
        nami_txn_rollback(txn);
        world->model = before;
        world->nodes_end = nodes_end;
        world->rels_end = rels_end;
    } else {
        nami_buf_init(&staged->body, 1 << 20);
        CU_ASSERT_EQUAL(nami_txn_encode(txn, &staged->body), NAMI_OK);
        nami_txn_stage(txn);
        staged->model = world->model;
        world->staged_count++;
    }
    (void)model_check_counts(&world->model, world->graph);
}

/* Publish the first `count` of what is staged; the follower applies them. */
static void publish(struct world *world, size_t count)
{
    uint64_t lsn = nami_graph_published_lsn(world->graph);
    struct nami_error err = {.struct_size = sizeof(err)};

    for (size_t i = 0; i < count; i++) {
        int32_t status = nami_graph_replay(world->follower, lsn + 1 + i,
                                           nami_buf_view(&world->staged[i].body), &err);

        if (status != NAMI_OK) {
            (void)fprintf(stderr, "replay: %s\n", err.message);
        }
        CU_ASSERT_EQUAL_FATAL(status, NAMI_OK);
        nami_buf_release(&world->staged[i].body);
        world->published = world->staged[i].model;
    }
    nami_graph_publish(world->graph, lsn + count);
    CU_ASSERT_EQUAL(nami_graph_published_lsn(world->graph), lsn + count);
    memmove(&world->staged[0], &world->staged[count],
            (world->staged_count - count) * sizeof(world->staged[0]));
    world->staged_count -= count;
}

static void undo_after(struct world *world, size_t kept)
{
    nami_graph_undo_after(world->graph, nami_graph_published_lsn(world->graph) + kept);
    for (size_t i = kept; i < world->staged_count; i++) {
        nami_buf_release(&world->staged[i].body);
    }
    world->staged_count = kept;
    world->model = kept > 0 ? world->staged[kept - 1].model : world->published;
    (void)model_check_counts(&world->model, world->graph);
}

static void pin(struct world *world)
{
    struct pinned *pinned = &world->pinned[world->pinned_count];

    if (world->pinned_count < PINNED_MAX && pick(world, 2) == 0) {
        CU_ASSERT_EQUAL_FATAL(nami_snapshot_open(world->graph, &pinned->snap), NAMI_OK);
        pinned->model = world->published;
        world->pinned_count++;
    } else if (world->pinned_count > 0) {
        size_t i = pick(world, (uint32_t)world->pinned_count);

        (void)model_check(&world->pinned[i].model, &world->pinned[i].snap);
        if (pick(world, 2) == 0) {
            nami_snapshot_release(&world->pinned[i].snap);
            world->pinned[i] = world->pinned[--world->pinned_count];
        }
    }
}

static void check_follower(struct world *world)
{
    struct nami_snapshot snap = {0};

    CU_ASSERT_EQUAL_FATAL(nami_snapshot_open(world->follower, &snap), NAMI_OK);
    (void)model_check(&world->published, &snap);
    nami_snapshot_release(&snap);
    (void)model_check_counts(&world->published, world->follower);
}

static void run_round(uint64_t seed)
{
    static struct world world;
    struct nami_error err = {.struct_size = sizeof(err)};

    memset(&world, 0, sizeof(world));
    world.random = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
    CU_ASSERT_EQUAL_FATAL(nami_graph_create(NULL, &world.graph, &err), NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(nami_graph_create(NULL, &world.follower, &err), NAMI_OK);
    for (uint32_t i = 0; i < TRANSACTIONS && CU_get_number_of_failures() == 0 &&
                         world.nodes_end < MODEL_NODES - 40 && world.rels_end < MODEL_RELS - 40;
         i++) {
        transaction(&world);
        if (world.staged_count == STAGED_MAX || pick(&world, 4) == 0) {
            if (pick(&world, 6) == 0) {
                undo_after(&world, pick(&world, (uint32_t)world.staged_count + 1));
            } else {
                publish(&world, pick(&world, (uint32_t)world.staged_count + 1));
            }
        }
        if (world.staged_count == STAGED_MAX) {
            publish(&world, world.staged_count);
        }
        if (pick(&world, 3) == 0) {
            pin(&world);
        }
        if (i % 16 == 0) {
            check_follower(&world);
        }
    }
    while (world.pinned_count > 0) {
        struct pinned *pinned = &world.pinned[--world.pinned_count];

        (void)model_check(&pinned->model, &pinned->snap);
        nami_snapshot_release(&pinned->snap);
    }
    publish(&world, world.staged_count);
    check_follower(&world);
    nami_graph_destroy(world.graph);
    nami_graph_destroy(world.follower);
}

static void test_random_histories__equal_the_model(void)
{
    for (uint64_t seed = 1; seed <= ROUNDS && CU_get_number_of_failures() == 0; seed++) {
        run_round(seed);
        if (CU_get_number_of_failures() != 0) {
            (void)fprintf(stderr, "seed %llu\n", (unsigned long long)seed);
        }
    }
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"random histories: equal the model", test_random_histories__equal_the_model},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/graph/model", NULL, NULL, tests);
}
