/*
 * Unit tests for core/commit/commit_rules.h: the same story twice, with the rule and without
 * it. Without it the story ends badly, so the switch does what it says and the rule is needed.
 */
#include "commit_fixture.h"

static struct bucket bucket;
static struct peer a;
static struct peer b;
static struct nami_diagnostic diag;

static void open_as(struct peer *peer, const char *id, uint32_t rules_off, uint64_t retention_ms)
{
    struct nami_commit_config config = peer_config(&bucket, peer, id, "");
    struct nami_error err = {.struct_size = sizeof(err)};

    config.rules_off = rules_off;
    config.retention_ms = retention_ms;
    config.refresh_ms = 3600000; /* it learns nothing by itself */
    config.lease_ms = 50;
    CU_ASSERT_EQUAL_FATAL(peer_open_as(peer, &config, &err), NAMI_OK);
}

static void close_all(void)
{
    peer_close(&a);
    peer_close(&b);
    bucket_close(&bucket);
}

struct floor_edit {
    struct nami_manifest_edit edit;
    struct nami_sleeper sleeper;
};

static int32_t raise_floor(struct nami_manifest_edit *edit, struct nami_manifest *manifest,
                           const struct nami_commit_position *proven, struct nami_error *err)
{
    (void)edit;
    (void)err;
    manifest->floor = proven->slot;
    manifest->lsn = proven->lsn;
    memcpy(manifest->floor_nonce, proven->nonce, NAMI_ID_BYTES);
    return NAMI_OK;
}

/* a leads and sleeps; b takes over, commits, flushes, and its GC frees the slots. */
static void put_to_sleep(const char *name, uint32_t rules_off, uint64_t retention_ms)
{
    struct floor_edit edit = {.edit = {.change = raise_floor}};

    bucket_open(&bucket, name, 0);
    open_as(&a, "1", rules_off, retention_ms);
    open_as(&b, "2", 0, retention_ms);
    CU_ASSERT_EQUAL(peer_write(&a, "one", false, &diag), NAMI_OK);
    pause_ms(&bucket, 80);
    CU_ASSERT_EQUAL(peer_write(&b, "two", false, &diag), NAMI_OK);
    nami_sleeper_init(&edit.sleeper, bucket.host);
    edit.edit.waiter = &edit.sleeper.waiter;
    nami_commit__edit_manifest(b.commit, &edit.edit);
    CU_ASSERT_EQUAL(nami_sleeper_wait(&edit.sleeper, NAMI_NO_DEADLINE), NAMI_OK);
    CU_ASSERT_EQUAL(edit.edit.status, NAMI_OK);
    pause_ms(&bucket, retention_ms);
    bucket_remove(&bucket, "ns/wal/00000000000000000003.wal");
    bucket_remove(&bucket, "ns/wal/00000000000000000004.wal");
}

/* "it is there" of a commit that no reader will ever see. */
static void zombie(const char *name, uint32_t rules_off, uint64_t retention_ms, bool is_lied_to)
{
    int32_t status = NAMI_OK;

    put_to_sleep(name, rules_off, retention_ms);
    status = peer_write(&a, "zombie", false, &diag);
    CU_ASSERT_EQUAL(status == NAMI_OK, is_lied_to);
    CU_ASSERT(is_lied_to || diag.condition == NAMI_COND_COMMIT_UNKNOWN);
    close_all();
}

static void test_r5__no_proof_acknowledges_what_is_lost(void)
{
    zombie("r5-on", 0, 0, false);
    zombie("r5-off", NAMI_RULE_R5, 0, true);
}

static void test_r6__age_of_the_put_is_no_age_of_the_proof(void)
{
    zombie("r6-on", 0, 400, false);
    zombie("r6-off", NAMI_RULE_R6, 400, true);
}

/* b's claim record has a's slot; by a counted nonce, a takes it for its own. */
static void stolen(const char *name, uint32_t rules_off, bool is_lied_to)
{
    bucket_open(&bucket, name, 0);
    open_as(&a, "1", rules_off, 86400000);
    open_as(&b, "2", rules_off, 86400000);
    CU_ASSERT_EQUAL(peer_write(&a, "one", false, &diag), NAMI_OK);
    pause_ms(&bucket, 80);
    CU_ASSERT_EQUAL(peer_write(&b, "two", false, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(peer_write(&a, "mine?", false, &diag) == NAMI_OK, is_lied_to);
    close_all();
}

static void test_r1__counted_nonces_are_taken_for_ones_own(void)
{
    stolen("r1-on", 0, false);
    stolen("r1-off", NAMI_RULE_R1, true);
}

/* "it is not there" of a commit that every reader sees. */
static void denied(const char *name, uint32_t rules_off, enum fault fault, bool is_lied_to)
{
    bucket_open(&bucket, name, 0);
    open_as(&a, "1", rules_off, 86400000);
    open_as(&b, "2", 0, 86400000);
    CU_ASSERT_EQUAL(peer_write(&a, "one", false, &diag), NAMI_OK);
    bucket_fail(&bucket, fault, 1, "wal/0");
    CU_ASSERT_EQUAL(peer_write(&a, "two", false, &diag) != NAMI_OK, is_lied_to);
    CU_ASSERT(!is_lied_to || diag.condition != NAMI_COND_COMMIT_UNKNOWN);
    peer_refresh(&b);
    if (fault == FAULT_LOST_ANSWER) {
        CU_ASSERT(peer_shows(&b, 2, "two")); /* whatever was said */
    }
    close_all();
}

static void test_r7__what_exists_may_be_ones_own(void)
{
    denied("r7n-on", 0, FAULT_LOST_ANSWER, false);
    denied("r7n-off", NAMI_RULE_R7_NONCE, FAULT_LOST_ANSWER, true);
}

static void test_r7__what_is_absent_may_still_come(void)
{
    denied("r7-on", 0, FAULT_LOST_REQUEST, false);
    denied("r7-off", NAMI_RULE_R7, FAULT_LOST_REQUEST, true);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"R1: counted nonces", test_r1__counted_nonces_are_taken_for_ones_own},
        {"R5: no proof", test_r5__no_proof_acknowledges_what_is_lost},
        {"R6: age of the PUT", test_r6__age_of_the_put_is_no_age_of_the_proof},
        {"R7: what exists", test_r7__what_exists_may_be_ones_own},
        {"R7: what is absent", test_r7__what_is_absent_may_still_come},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/commit: rules", NULL, NULL, tests);
}
