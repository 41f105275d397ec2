/* Unit tests for core/graph: what a transaction promises, one claim each. */
#include "tests/support/run_suite.h"

#include <stdio.h>
#include <string.h>

#include <namidb/plugin_util.h>

#include "core/graph/txn.h"

enum { PERSON = 0, CITY = 1, KNOWS = 0, ID = 0, NAME = 1 };

static struct nami_graph *graph;
static struct nami_txn *txn;
static struct nami_diagnostic diag;
static struct nami_error err = {.struct_size = sizeof(err)};

static void begin(void)
{
    CU_ASSERT_EQUAL_FATAL(nami_txn_begin(graph, &txn), NAMI_OK);
}

static void commit(void)
{
    uint64_t lsn = nami_txn_lsn(txn);

    nami_txn_stage(txn);
    nami_graph_publish(graph, lsn);
    txn = NULL;
}

/* Each test begins with names and a transaction. */
static void start(void)
{
    static const char *const names[NAMI_DICT_COUNT][2] = {
        {"Person", "City"}, {"KNOWS", "LIVES_IN"}, {"id", "name"}};
    uint32_t id = 0;

    memset(&diag, 0, sizeof(diag));
    CU_ASSERT_EQUAL_FATAL(nami_graph_create(NULL, &graph, &err), NAMI_OK);
    begin();
    for (uint32_t i = 0; i < NAMI_DICT_COUNT; i++) {
        for (uint32_t j = 0; j < 2; j++) {
            CU_ASSERT_EQUAL(nami_txn_intern(txn, i, nami_text(names[i][j]), &id), NAMI_OK);
        }
    }
}

static void finish(void)
{
    nami_txn_rollback(txn);
    txn = NULL;
    nami_graph_destroy(graph);
}

static uint64_t person(int64_t id)
{
    uint32_t label = PERSON;
    struct nami_property property = {.key = ID, .value = nami_value_int(id)};
    uint64_t node = UINT64_MAX;

    CU_ASSERT_EQUAL(nami_txn_create_node(txn, &label, 1, &property, 1, &node, &diag), NAMI_OK);
    return node;
}

static struct nami_rel knows(uint64_t src, uint64_t dst)
{
    struct nami_rel rel = {0};

    CU_ASSERT_EQUAL(nami_txn_create_rel(txn, src, KNOWS, dst, NULL, 0, &rel, &diag), NAMI_OK);
    return rel;
}

static int32_t unique(const char *name)
{
    return nami_txn_create_rule(txn, NAMI_RULE_UNIQUE, PERSON, ID, nami_text(name), &diag);
}

static void test_duplicate__is_refused_by_name(void)
{
    uint32_t label = PERSON;
    struct nami_property property = {.key = ID, .value = nami_value_float(7.0)};
    uint64_t node = 0;

    start();
    CU_ASSERT_EQUAL(unique("person_id"), NAMI_OK);
    CU_ASSERT_EQUAL(person(7), 0);
    CU_ASSERT_NOT_EQUAL(nami_txn_create_node(txn, &label, 1, &property, 1, &node, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(diag.condition, NAMI_COND_CONSTRAINT_VIOLATION);
    CU_ASSERT_STRING_EQUAL(diag.message,
                           "Node(0) already exists with label `Person` and property `id` = 7.0 "
                           "(constraint `person_id`)");
    CU_ASSERT_EQUAL(nami_graph_node_count(graph, PERSON), 1);
    finish();
}

static void test_value_of_a_deleted_node__is_free_again(void)
{
    start();
    CU_ASSERT_EQUAL(unique("u"), NAMI_OK);
    CU_ASSERT_EQUAL(nami_txn_delete_node(txn, person(7), true, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(person(7), 1);
    finish();
}

static void test_constraint_on_duplicates__is_not_created(void)
{
    start();
    (void)person(3);
    (void)person(3);
    CU_ASSERT_NOT_EQUAL(unique("u"), NAMI_OK);
    CU_ASSERT_EQUAL(diag.condition, NAMI_COND_CONSTRAINT_CREATION_FAILED);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.message, "`id` = 3"));
    CU_ASSERT_EQUAL(person(3), 2); /* and nothing of it is left */
    finish();
}

static void test_rule__without_a_name_gets_one(void)
{
    const struct nami_rule *rule = NULL;

    start();
    CU_ASSERT_EQUAL(unique(""), NAMI_OK);
    rule = nami_catalog_rule_on(nami_graph_catalog(graph), nami_txn_lsn(txn), PERSON, ID);
    CU_ASSERT_PTR_NOT_NULL_FATAL(rule);
    CU_ASSERT_EQUAL(rule->name.len, strlen("constraint_1a2b3c4d"));
    CU_ASSERT_EQUAL(memcmp(rule->name.ptr, "constraint_", 11), 0);
    finish();
}

static void test_rule__is_refused_twice_and_by_name(void)
{
    start();
    CU_ASSERT_EQUAL(unique("u"), NAMI_OK);
    (void)(unique("v") == NAMI_OK);
    CU_ASSERT_EQUAL(diag.condition, NAMI_COND_SCHEMA_RULE_EXISTS);
    (void)(nami_txn_create_rule(txn, NAMI_RULE_INDEX, CITY, NAME, nami_text("u"), &diag) ==
           NAMI_OK);
    CU_ASSERT_EQUAL(diag.condition, NAMI_COND_SCHEMA_NAME_EXISTS);
    (void)(nami_txn_drop_rule(txn, nami_text("w"), NAMI_RULE_UNIQUE, &diag) == NAMI_OK);
    CU_ASSERT_EQUAL(diag.condition, NAMI_COND_SCHEMA_RULE_NOT_FOUND);
    finish();
}

static void test_changes__count_real_differences(void)
{
    struct nami_property properties[2] = {{.key = ID, .value = nami_value_int(1)},
                                          {.key = NAME, .value = nami_value_null()}};
    uint32_t labels[2] = {PERSON, CITY};
    const struct nami_changes *changes = NULL;
    uint64_t node = 0;

    start();
    changes = nami_txn_changes(txn);
    CU_ASSERT(nami_txn_is_empty(txn));
    node = person(1);
    CU_ASSERT_FALSE(nami_txn_is_empty(txn));
    CU_ASSERT(changes->nodes_created == 1 && changes->properties_set == 1 &&
              changes->labels_added == 1);
    CU_ASSERT_EQUAL(nami_txn_set_node(txn, node, properties, 2, false, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(changes->properties_set, 1); /* the same value, and one that was not there */
    CU_ASSERT_EQUAL(nami_txn_set_node(txn, node, NULL, 0, true, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(changes->properties_set, 2);
    CU_ASSERT_EQUAL(nami_txn_set_labels(txn, node, labels, 2, true, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(changes->labels_added, 2);
    CU_ASSERT_EQUAL(nami_txn_set_labels(txn, node, labels, 2, false, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(changes->labels_removed, 2);
    (void)knows(node, node);
    CU_ASSERT_EQUAL(nami_txn_delete_node(txn, node, true, &diag), NAMI_OK);
    CU_ASSERT(changes->nodes_deleted == 1 && changes->rels_deleted == 1);
    CU_ASSERT_EQUAL(nami_txn_delete_node(txn, node, true, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(changes->nodes_deleted, 1);
    finish();
}

static void test_value_that_cannot_be_stored__is_refused(void)
{
    struct nami_value mixed[2] = {nami_value_int(1), nami_value_bool(true)};
    struct nami_property property = {.key = NAME, .value = nami_value_list(mixed, 2)};
    uint64_t node = 0;

    start();
    CU_ASSERT_NOT_EQUAL(nami_txn_create_node(txn, NULL, 0, &property, 1, &node, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(diag.condition, NAMI_COND_INVALID_PROPERTY_TYPE);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.message, "`name`"));
    CU_ASSERT(nami_txn_is_empty(txn));
    finish();
}

static void test_delete_of_a_connected_node__fails_at_the_end_of_the_clause(void)
{
    uint64_t a = 0;
    uint64_t b = 0;
    struct nami_rel rel = {0};

    start();
    a = person(1);
    b = person(2);
    rel = knows(a, b);
    CU_ASSERT_EQUAL(nami_txn_delete_node(txn, a, false, &diag), NAMI_OK);
    CU_ASSERT_NOT_EQUAL(nami_txn_check_deletes(txn, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(diag.condition, NAMI_COND_DELETE_CONNECTED_NODE);
    CU_ASSERT_EQUAL(nami_txn_delete_rel(txn, &rel, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(nami_txn_check_deletes(txn, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(nami_txn_changes(txn)->rels_deleted, 1);
    CU_ASSERT_NOT_EQUAL(nami_txn_create_rel(txn, a, KNOWS, b, NULL, 0, &rel, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(diag.condition, NAMI_COND_DELETED_ENTITY_ACCESS);
    finish();
}

static void test_snapshot__does_not_see_what_is_staged(void)
{
    struct nami_snapshot snap = {0};

    start();
    commit();
    begin();
    (void)person(1);
    nami_txn_stage(txn);
    CU_ASSERT_EQUAL(nami_snapshot_open(graph, &snap), NAMI_OK);
    CU_ASSERT_FALSE(nami_node_exists(&snap, 0));
    nami_graph_publish(graph, 2);
    CU_ASSERT_FALSE(nami_node_exists(&snap, 0));
    nami_snapshot_release(&snap);
    CU_ASSERT_EQUAL(nami_snapshot_open(graph, &snap), NAMI_OK);
    CU_ASSERT(nami_node_exists(&snap, 0));
    nami_snapshot_release(&snap);
    txn = NULL;
    finish();
}

/* Statistics answer for a snapshot only if they are its own: never what is only staged. */
static void test_count__is_the_snapshots_own_or_not_known(void)
{
    struct nami_snapshot before = {0};
    struct nami_snapshot after = {0};
    uint64_t count = 0;

    start();
    commit();
    CU_ASSERT_EQUAL(nami_snapshot_open(graph, &before), NAMI_OK);
    CU_ASSERT(nami_snapshot_count(&before, false, PERSON, &count) && count == 0);
    begin();
    (void)knows(person(1), person(2));
    CU_ASSERT_FALSE(nami_snapshot_count(&before, false, PERSON, &count)); /* open */
    nami_txn_stage(txn);
    CU_ASSERT_FALSE(nami_snapshot_count(&before, true, KNOWS, &count)); /* staged */
    nami_graph_publish(graph, 2);
    CU_ASSERT_FALSE(nami_snapshot_count(&before, false, PERSON, &count)); /* an older view */
    CU_ASSERT_EQUAL(nami_snapshot_open(graph, &after), NAMI_OK);
    CU_ASSERT(nami_snapshot_count(&after, false, PERSON, &count) && count == 2);
    CU_ASSERT(nami_snapshot_count(&after, true, KNOWS, &count) && count == 1);
    begin();
    (void)person(3);
    nami_txn_rollback(txn);
    txn = NULL;
    CU_ASSERT(nami_snapshot_count(&after, false, NAMI_NO_NAME, &count) && count == 2);
    nami_snapshot_release(&before);
    nami_snapshot_release(&after);
    finish();
}

static void test_lost_slot__gives_ids_names_and_lsns_back(void)
{
    uint64_t next_node = 0;
    uint64_t next_rel = 0;
    uint32_t id = 0;

    start();
    (void)person(1);
    commit();
    begin();
    (void)knows(person(2), 0);
    CU_ASSERT_EQUAL(nami_txn_intern(txn, NAMI_DICT_LABEL, nami_text("Lost"), &id), NAMI_OK);
    CU_ASSERT_EQUAL(unique("u"), NAMI_OK);
    nami_txn_stage(txn);
    begin();
    (void)knows(person(3), 1);
    nami_txn_stage(txn);
    txn = NULL;
    nami_graph_undo_after(graph, 1);
    nami_graph_id_marks(graph, &next_node, &next_rel);
    CU_ASSERT(next_node == 1 && next_rel == 0);
    CU_ASSERT_EQUAL(
        nami_catalog_find(nami_graph_catalog(graph), NAMI_DICT_LABEL, nami_text("Lost")),
        NAMI_NO_NAME);
    begin();
    CU_ASSERT_EQUAL(nami_txn_lsn(txn), 2);
    CU_ASSERT_EQUAL(person(1), 1); /* the id that was lost; and no constraint forbids it */
    finish();
}

static void test_seek_by_a_dropped_rule__still_finds(void)
{
    const struct nami_rule *rule = NULL;
    struct nami_index_seek seek = {0};
    struct nami_snapshot snap = {0};
    uint64_t ids[4];

    start();
    CU_ASSERT_EQUAL(unique("u"), NAMI_OK);
    (void)person(7);
    rule = nami_catalog_rule_on(nami_graph_catalog(graph), nami_txn_lsn(txn), PERSON, ID);
    commit();
    begin();
    CU_ASSERT_EQUAL(nami_txn_drop_rule(txn, nami_text("u"), NAMI_RULE_UNIQUE, &diag), NAMI_OK);
    commit();
    begin();
    (void)person(7);
    commit();
    CU_ASSERT_EQUAL(nami_snapshot_open(graph, &snap), NAMI_OK);
    nami_index_seek_init(&seek, &snap, rule, nami_value_int(7));
    CU_ASSERT_EQUAL(nami_index_seek_next(&seek, ids, 4), 2);
    CU_ASSERT_EQUAL(nami_index_seek_next(&seek, ids, 4), 0);
    nami_snapshot_release(&snap);
    finish();
}

static void test_expand__does_not_see_what_its_own_transaction_adds_meanwhile(void)
{
    struct nami_expand expand = {0};
    struct nami_rel rel = {0};
    uint64_t other = 0;
    uint32_t count = 0;
    uint64_t node = 0;

    start();
    node = person(1);
    for (uint32_t i = 0; i < 3; i++) {
        (void)knows(node, node);
    }
    nami_expand_init(&expand, nami_txn_snapshot(txn), node, NAMI_OUT, NULL, 0);
    while (count < 100 && nami_expand_next(&expand, &rel, &other, 1) > 0) {
        (void)knows(node, node);
        count++;
    }
    CU_ASSERT_EQUAL(count, 3);
    finish();
}

static void test_encode__over_the_ceiling_is_too_large(void)
{
    struct nami_buf body = {0};

    start();
    for (int64_t i = 0; i < 1000; i++) {
        (void)person(i);
    }
    nami_buf_init(&body, 500);
    CU_ASSERT_EQUAL(nami_txn_encode(txn, &body), NAMI_E_TOO_LARGE);
    CU_ASSERT_EQUAL(body.len, 0);
    nami_buf_release(&body);
    finish();
}

static void test_replay__refuses_an_old_lsn_and_wrong_bytes(void)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *problem;
    } wrong[] = {
        {"", 0, "cut off"},
        {"\x02", 1, "format"},
        {"\x01\x63", 2, "section"},
        {"\x01\x01\x00\x05\x01\x01x", 7, "name"}, /* a gap */
        {"\x01\x01\x00\x02\x01\x01\xff", 7, "UTF-8"},
        {"\x01\x04\x01\x09\x00\x01\x00", 7, "unknown name"}, /* label 9 */
        {"\x01\x04\x00\x00\x7f", 5, "more than"},
        {"\x01\x05\x00\x00\x01\x00\x00\x08", 8, "ends"}, /* to node 4 */
        {"\x01\x09\x01\x08", 4, "not there"},
        {"\x01\x03\x00", 3, "drop"},
    };

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        start();
        (void)person(1);
        commit();
        CU_ASSERT_EQUAL(nami_graph_replay(graph, 2, nami_bytes(wrong[i].bytes, wrong[i].len), &err),
                        NAMI_E_CORRUPT);
        CU_ASSERT_PTR_NOT_NULL(strstr(err.message, wrong[i].problem));
        CU_ASSERT_EQUAL(nami_graph_replay(graph, 1, nami_bytes("\x01", 1), &err), NAMI_E_CORRUPT);
        CU_ASSERT_EQUAL(nami_graph_reset(graph, &err), NAMI_OK);
        CU_ASSERT_EQUAL(nami_graph_node_count(graph, NAMI_NO_NAME), 0);
        CU_ASSERT_EQUAL(nami_graph_replay(graph, 1, nami_bytes("\x01", 1), &err), NAMI_OK);
        finish();
    }
}

static void test_ids_used_up_by_nothing__are_used_up_for_followers_too(void)
{
    struct nami_graph *follower = NULL;
    struct nami_buf body = {0};
    uint64_t marks[4] = {0};

    start();
    (void)person(1);
    CU_ASSERT_EQUAL(nami_txn_delete_node(txn, knows(person(2), 0).src, true, &diag), NAMI_OK);
    nami_buf_init(&body, 4096);
    CU_ASSERT_EQUAL(nami_txn_encode(txn, &body), NAMI_OK);
    commit();
    CU_ASSERT_EQUAL_FATAL(nami_graph_create(NULL, &follower, &err), NAMI_OK);
    CU_ASSERT_EQUAL(nami_graph_replay(follower, 1, nami_buf_view(&body), &err), NAMI_OK);
    nami_graph_id_marks(graph, &marks[0], &marks[1]);
    nami_graph_id_marks(follower, &marks[2], &marks[3]);
    CU_ASSERT(marks[0] == 2 && marks[1] == 1);
    CU_ASSERT(marks[0] == marks[2] && marks[1] == marks[3]);
    CU_ASSERT_EQUAL(nami_graph_node_count(follower, PERSON), 1);
    nami_buf_release(&body);
    nami_graph_destroy(follower);
    finish();
}

static void test_hub__is_deleted_by_one_small_record(void)
{
    struct nami_buf body = {0};
    uint64_t hub = 0;

    start();
    hub = person(0);
    for (int64_t i = 1; i <= 5000; i++) {
        (void)knows(person(i), hub);
    }
    commit();
    begin();
    CU_ASSERT_EQUAL(nami_txn_delete_node(txn, hub, true, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(nami_txn_changes(txn)->rels_deleted, 5000);
    CU_ASSERT_EQUAL(nami_graph_rel_count(graph, KNOWS), 0);
    nami_buf_init(&body, 4096);
    CU_ASSERT_EQUAL(nami_txn_encode(txn, &body), NAMI_OK);
    CU_ASSERT(body.len < 16);
    nami_buf_release(&body);
    finish();
}

static void test_churn__does_not_grow(void)
{
    uint64_t early = 0;

    start();
    CU_ASSERT_EQUAL(unique("u"), NAMI_OK);
    (void)person(0);
    (void)person(-1);
    commit();
    for (int64_t i = 1; i <= 20000; i++) { /* an indexed value and a relationship, over and over */
        struct nami_property property = {.key = ID, .value = nami_value_int(i)};

        begin();
        CU_ASSERT_EQUAL(nami_txn_set_node(txn, 0, &property, 1, false, &diag), NAMI_OK);
        commit();
        early = i == 10000 ? nami_graph_bytes(graph) : early;
    }
    CU_ASSERT(nami_graph_bytes(graph) < early + 1024);
    finish();
}

static void test_schema_json__names_everything(void)
{
    struct nami_buf text = {0};

    start();
    CU_ASSERT_EQUAL(unique("person_id"), NAMI_OK);
    commit();
    nami_buf_init(&text, 4096);
    CU_ASSERT_EQUAL(nami_graph_schema_json(graph, &text), NAMI_OK);
    CU_ASSERT(nami_slice_equal(
        nami_buf_view(&text),
        nami_text("{\"lsn\":1,\"labels\":[\"Person\",\"City\"],\"relationship_types\":[\"KNOWS\","
                  "\"LIVES_IN\"],\"property_keys\":[\"id\",\"name\"],\"constraints\":[{\"name\":"
                  "\"person_id\",\"type\":\"UNIQUENESS\",\"label\":\"Person\",\"property\":\"id\"}"
                  "],\"indexes\":[]}")));
    nami_buf_release(&text);
    finish();
}

static void test_reset__is_refused_while_a_snapshot_is_open(void)
{
    struct nami_snapshot snap = {0};

    start();
    (void)person(1);
    commit();
    CU_ASSERT_EQUAL(nami_snapshot_open(graph, &snap), NAMI_OK);
    CU_ASSERT_EQUAL(nami_graph_reset(graph, &err), NAMI_E_INVALID);
    CU_ASSERT(nami_node_exists(&snap, 0));
    nami_snapshot_release(&snap);
    CU_ASSERT_EQUAL(nami_graph_reset(graph, &err), NAMI_OK);
    CU_ASSERT_EQUAL(nami_catalog_count(nami_graph_catalog(graph), NAMI_DICT_KEY), 0);
    finish();
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"duplicate: is refused by name", test_duplicate__is_refused_by_name},
        {"value of a deleted node: is free again", test_value_of_a_deleted_node__is_free_again},
        {"constraint on duplicates: is not created", test_constraint_on_duplicates__is_not_created},
        {"rule: without a name gets one", test_rule__without_a_name_gets_one},
        {"rule: is refused twice and by name", test_rule__is_refused_twice_and_by_name},
        {"changes: count real differences", test_changes__count_real_differences},
        {"value that can not be stored: is refused", test_value_that_cannot_be_stored__is_refused},
        {"delete of a connected node: fails at the end of the clause",
         test_delete_of_a_connected_node__fails_at_the_end_of_the_clause},
        {"snapshot: does not see what is staged", test_snapshot__does_not_see_what_is_staged},
        {"lost slot: gives ids, names and LSNs back",
         test_lost_slot__gives_ids_names_and_lsns_back},
        {"seek by a dropped rule: still finds", test_seek_by_a_dropped_rule__still_finds},
        {"expand: does not see what its own transaction adds meanwhile",
         test_expand__does_not_see_what_its_own_transaction_adds_meanwhile},
        {"encode: over the ceiling is too large", test_encode__over_the_ceiling_is_too_large},
        {"replay: refuses an old LSN and wrong bytes",
         test_replay__refuses_an_old_lsn_and_wrong_bytes},
        {"ids used up by nothing: are used up for followers too",
         test_ids_used_up_by_nothing__are_used_up_for_followers_too},
        {"hub: is deleted by one small record", test_hub__is_deleted_by_one_small_record},
        {"churn: does not grow", test_churn__does_not_grow},
        {"count: is the snapshot's own, or not known",
         test_count__is_the_snapshots_own_or_not_known},
        {"schema json: names everything", test_schema_json__names_everything},
        {"reset: is refused while a snapshot is open",
         test_reset__is_refused_while_a_snapshot_is_open},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/graph/txn", NULL, NULL, tests);
}
