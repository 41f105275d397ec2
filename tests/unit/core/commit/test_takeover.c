/* Unit tests for core/commit: several hosts on one namespace (R3, R4, R11, R14). */
#include "commit_fixture.h"

static struct bucket bucket;
static struct peer a;
static struct peer b;
static struct peer third;
static struct nami_diagnostic diag;

static void test_lease__second_writer_is_refused_with_the_address(void)
{
    bucket_open(&bucket, "refused", 0);
    peer_open(&a, &bucket, "1");
    peer_open(&b, &bucket, "2");
    CU_ASSERT_EQUAL(peer_write(&a, "one", false, &diag), NAMI_OK);
    CU_ASSERT_NOT_EQUAL(peer_write(&b, "two", false, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(diag.condition, NAMI_COND_NOT_A_LEADER);
    CU_ASSERT_STRING_EQUAL(diag.leader, "127.0.0.1:1");
    CU_ASSERT_EQUAL(peer_role(&b), NAMI_ROLE_FOLLOWER);
    CU_ASSERT_EQUAL(peer_write(&a, "two", false, &diag), NAMI_OK);
    peer_close(&a);
    peer_close(&b);
    bucket_close(&bucket);
}

static void test_lease__release_lets_the_next_claim_at_once(void)
{
    bucket_open(&bucket, "release", 0);
    peer_open(&a, &bucket, "1");
    peer_open(&b, &bucket, "2");
    CU_ASSERT_EQUAL(peer_write(&a, "one", false, &diag), NAMI_OK);
    peer_close(&a);
    CU_ASSERT_EQUAL(peer_write(&b, "two", false, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(peer_role(&b), NAMI_ROLE_LEADER);
    CU_ASSERT(peer_shows(&b, 1, "one"));
    CU_ASSERT(peer_shows(&b, 2, "two"));
    peer_close(&b);
    bucket_close(&bucket);
}

struct patient {
    struct peer *peer;
    int32_t status;
    struct nami_diagnostic diag;
};

static void *write_patiently(void *arg)
{
    struct patient *patient = arg;

    patient->status = peer_write(patient->peer, "patient", true, &patient->diag);
    return NULL;
}

static void test_lease__who_waits_for_it_gets_it_at_release(void)
{
    struct patient patient = {.peer = &b, .status = NAMI_E_INTERNAL};
    pthread_t thread;

    bucket_open(&bucket, "patient", 0);
    peer_open(&a, &bucket, "1");
    peer_open(&b, &bucket, "2");
    CU_ASSERT_EQUAL(peer_write(&a, "one", false, &diag), NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, write_patiently, &patient), 0);
    pause_ms(&bucket, 60);
    CU_ASSERT_EQUAL(peer_role(&b), NAMI_ROLE_FOLLOWER);
    CU_ASSERT_EQUAL(peer_write(&a, "two", false, &diag), NAMI_OK);
    peer_close(&a);
    CU_ASSERT_EQUAL(pthread_join(thread, NULL), 0);
    CU_ASSERT_EQUAL(patient.status, NAMI_OK);
    CU_ASSERT(peer_shows(&b, 3, "patient"));
    peer_close(&b);
    bucket_close(&bucket);
}

static void open_with_lease(struct peer *peer, const char *id, uint64_t lease_ms)
{
    struct nami_commit_config config = peer_config(&bucket, peer, id, "");
    struct nami_error err = {.struct_size = sizeof(err)};

    config.lease_ms = lease_ms;
    CU_ASSERT_EQUAL_FATAL(peer_open_as(peer, &config, &err), NAMI_OK);
}

/* The old leader is alive and idle: it learns that it no longer leads, and follows. */
static void test_lease__expired_is_taken_over_and_the_old_leader_follows(void)
{
    uint64_t lsn = 0;

    bucket_open(&bucket, "expired", 0);
    open_with_lease(&a, "1", 60000);
    open_with_lease(&b, "2", 50);
    CU_ASSERT_EQUAL(peer_write(&a, "one", false, &diag), NAMI_OK);
    pause_ms(&bucket, 80);
    CU_ASSERT_EQUAL(peer_write(&b, "two", false, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(peer_role(&b), NAMI_ROLE_LEADER);
    peer_refresh(&a);
    CU_ASSERT_EQUAL(peer_role(&a), NAMI_ROLE_FOLLOWER);
    CU_ASSERT(peer_shows(&a, 2, "two"));
    lsn = peer_published(&a);
    CU_ASSERT_EQUAL(lsn, 2);
    peer_close(&a);
    peer_close(&b);
    bucket_close(&bucket);
}

/* R4a, R7: its slot was taken; the commit is a final no, and the staged state is undone. */
static void test_fence__foreign_slot_ends_the_term(void)
{
    uint64_t term = 0;

    bucket_open(&bucket, "fence", 0);
    open_with_lease(&a, "1", 60000);
    open_with_lease(&b, "2", 50);
    CU_ASSERT_EQUAL(peer_write(&a, "one", false, &diag), NAMI_OK);
    term = nami_commit_term(a.commit);
    pause_ms(&bucket, 80);
    CU_ASSERT_EQUAL(peer_write(&b, "two", false, &diag), NAMI_OK);
    CU_ASSERT_NOT_EQUAL(peer_write(&a, "mine", false, &diag), NAMI_OK); /* leads, it thinks */
    CU_ASSERT_EQUAL(diag.condition, NAMI_COND_COMMIT_FAILED);
    CU_ASSERT_EQUAL(nami_commit_term(a.commit), term + 1);
    CU_ASSERT_EQUAL(a.replica.undone, 1);
    CU_ASSERT_EQUAL(peer_settled(&a, term, 1, &diag), NAMI_OK); /* what was proven stays so */
    CU_ASSERT_NOT_EQUAL(peer_settled(&a, term, 2, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(diag.condition, NAMI_COND_COMMIT_FAILED);
    peer_refresh(&a);
    CU_ASSERT(peer_shows(&a, 2, "two"));
    CU_ASSERT_EQUAL(peer_role(&a), NAMI_ROLE_FOLLOWER);
    peer_close(&a);
    peer_close(&b);
    bucket_close(&bucket);
}

/* R14: a restart of the writer does not wait for the lease of its former self. */
static void test_lease__own_id_and_own_address_are_no_obstacle(void)
{
    struct nami_commit_config config;
    struct nami_error err = {.struct_size = sizeof(err)};

    bucket_open(&bucket, "restart", 0);
    peer_open(&a, &bucket, "1");
    CU_ASSERT_EQUAL(peer_write(&a, "one", false, &diag), NAMI_OK);
    peer_kill(&a);
    bucket_remove(&bucket, "ns/wal/00000000000000000003.wal"); /* the RELEASE, if it was quick */
    config = peer_config(&bucket, &b, "1", "");
    CU_ASSERT_EQUAL_FATAL(peer_open_as(&b, &config, &err), NAMI_OK);
    CU_ASSERT_EQUAL(peer_write(&b, "two", false, &diag), NAMI_OK);
    peer_kill(&b);
    bucket_remove(&bucket, "ns/wal/00000000000000000005.wal");
    config = peer_config(&bucket, &a, "9", "");
    CU_ASSERT_EQUAL_FATAL(peer_open_as(&a, &config, &err), NAMI_OK);
    CU_ASSERT_NOT_EQUAL(peer_write(&a, "three", false, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(diag.condition, NAMI_COND_NOT_A_LEADER);
    CU_ASSERT_STRING_EQUAL(diag.leader, "");
    peer_close(&a);
    bucket_close(&bucket);
}

static int dummy_hold;

static int32_t others_hold(struct nami_store *self, const struct nami_call *call,
                           struct nami_slice key, struct nami_hold **out, struct nami_error *err)
{
    (void)self;
    (void)call;
    (void)key;
    *out = NULL;
    return NAMI_FAIL(err, NAMI_E_CONFLICT, "held by another");
}

static int32_t free_hold(struct nami_store *self, const struct nami_call *call,
                         struct nami_slice key, struct nami_hold **out, struct nami_error *err)
{
    (void)self;
    (void)call;
    (void)err;
    CU_ASSERT(nami_slice_equal(key, nami_text("ns/writer")));
    dummy_hold++;
    *out = (struct nami_hold *)(void *)&dummy_hold;
    return NAMI_OK;
}

static void drop_hold(struct nami_hold *hold)
{
    CU_ASSERT_PTR_EQUAL(hold, &dummy_hold);
    dummy_hold--;
}

static void test_lease__free_hold_is_proof_of_death(void)
{
    bucket_open(&bucket, "hold", 0);
    peer_open(&a, &bucket, "1");
    CU_ASSERT_EQUAL(peer_write(&a, "one", false, &diag), NAMI_OK);
    peer_kill(&a);
    bucket_remove(&bucket, "ns/wal/00000000000000000003.wal");
    peer_open(&b, &bucket, "2");
    bucket.ops.hold = others_hold;
    bucket.ops.unhold = drop_hold;
    CU_ASSERT_NOT_EQUAL(peer_write(&b, "two", false, &diag), NAMI_OK);
    bucket.ops.hold = free_hold;
    CU_ASSERT_EQUAL(peer_write(&b, "two", false, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(dummy_hold, 1); /* kept while leading */
    peer_close(&b);
    CU_ASSERT_EQUAL(dummy_hold, 0);
    bucket_close(&bucket);
}

static void test_follow__sees_commits_within_a_refresh(void)
{
    struct nami_commit_status status;

    bucket_open(&bucket, "follow", 0);
    peer_open(&a, &bucket, "1");
    peer_open(&b, &bucket, "2");
    for (int i = 0; i < 100; i++) {
        CU_ASSERT_EQUAL(peer_write(&a, "x", false, &diag), NAMI_OK);
    }
    peer_refresh(&b);
    CU_ASSERT_EQUAL(peer_published(&b), 100);
    nami_commit_status(b.commit, &status);
    CU_ASSERT_STRING_EQUAL(status.leader, "127.0.0.1:1");
    CU_ASSERT_EQUAL(status.slot, 101);
    CU_ASSERT(status.stale_ms < 5000);
    peer_close(&a);
    peer_close(&b);
    bucket_close(&bucket);
}

/* R6: a follower asks for the manifest only when its proof grows old. */
static void test_follow__idle_turn_is_one_request(void)
{
    uint32_t manifest_reads = 0;
    uint32_t slot_reads = 0;

    bucket_open(&bucket, "turns", 0);
    peer_open(&a, &bucket, "1");
    CU_ASSERT_EQUAL(peer_write(&a, "x", false, &diag), NAMI_OK);
    peer_close(&a);
    peer_open(&b, &bucket, "2");
    peer_refresh(&b);
    manifest_reads = atomic_load(&bucket.manifest_reads);
    slot_reads = atomic_load(&bucket.slot_reads);
    for (int i = 0; i < 10; i++) {
        peer_refresh(&b);
    }
    CU_ASSERT_EQUAL(atomic_load(&bucket.manifest_reads), manifest_reads);
    CU_ASSERT(atomic_load(&bucket.slot_reads) >= slot_reads + 10);
    peer_close(&b);
    bucket_close(&bucket);
}

struct floor_edit {
    struct nami_manifest_edit edit;
    struct nami_sleeper sleeper;
};

/* What a flush would do: the SST holds all that is proven. */
static int32_t raise_floor(struct nami_manifest_edit *edit, struct nami_manifest *manifest,
                           const struct nami_commit_position *proven, struct nami_error *err)
{
    struct nami_manifest_sst *sst = nami_manifest_add_sst(manifest);

    (void)edit;
    if (sst == NULL) {
        return NAMI_FAIL(err, NAMI_E_NOMEM, "sst");
    }
    (void)snprintf(sst->object.name, sizeof(sst->object.name), "sst/node/L0/1-1-test");
    manifest->floor = proven->slot;
    manifest->lsn = proven->lsn;
    memcpy(manifest->floor_nonce, proven->nonce, NAMI_ID_BYTES);
    return NAMI_OK;
}

static int32_t flush(struct peer *peer)
{
    struct floor_edit edit = {.edit = {.change = raise_floor}};

    nami_sleeper_init(&edit.sleeper, bucket.host);
    edit.edit.waiter = &edit.sleeper.waiter;
    nami_commit__edit_manifest(peer->commit, &edit.edit);
    CU_ASSERT_EQUAL(nami_sleeper_wait(&edit.sleeper, NAMI_NO_DEADLINE), NAMI_OK);
    return edit.edit.status;
}

/* R10, R11: the slots that a follower needs are gone; it jumps to the manifest's state. */
static void test_follow__jumps_over_freed_slots(void)
{
    struct nami_commit_config config;
    struct nami_error err = {.struct_size = sizeof(err)};

    bucket_open(&bucket, "jump", 0);
    peer_open(&a, &bucket, "1");
    config = peer_config(&bucket, &b, "2", "");
    config.refresh_ms = 3600000; /* it sleeps through all of this */
    config.retention_ms = 0;
    CU_ASSERT_EQUAL(peer_write(&a, "one", false, &diag), NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(peer_open_as(&b, &config, &err), NAMI_OK);
    CU_ASSERT_EQUAL(peer_published(&b), 1);
    CU_ASSERT_EQUAL(peer_write(&a, "two", false, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(peer_write(&a, "three", false, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(flush(&a), NAMI_OK);
    bucket_remove(&bucket, "ns/wal/00000000000000000001.wal");
    bucket_remove(&bucket, "ns/wal/00000000000000000002.wal");
    bucket_remove(&bucket, "ns/wal/00000000000000000003.wal");
    bucket_remove(&bucket, "ns/wal/00000000000000000004.wal");
    CU_ASSERT_EQUAL(peer_write(&a, "four", false, &diag), NAMI_OK);
    peer_refresh(&b);
    CU_ASSERT_EQUAL(b.replica.resets, 1);
    CU_ASSERT_EQUAL(peer_published(&b), 4);
    CU_ASSERT(peer_shows(&b, 4, "four"));
    peer_close(&a);
    peer_close(&b);
    bucket_close(&bucket);
}

/* R5, R6: a sleeper's PUT lands at a slot that GC has freed: unknown, never acknowledged. */
static void test_fence__freed_slot_is_never_acknowledged(void)
{
    struct nami_commit_config config;
    struct nami_error err = {.struct_size = sizeof(err)};

    bucket_open(&bucket, "zombie", 0);
    config = peer_config(&bucket, &a, "1", "");
    config.refresh_ms = 3600000;
    config.retention_ms = 0; /* no proof is ever young */
    CU_ASSERT_EQUAL_FATAL(peer_open_as(&a, &config, &err), NAMI_OK);
    open_with_lease(&b, "2", 50);
    CU_ASSERT_EQUAL(peer_write(&a, "one", false, &diag), NAMI_OK);
    pause_ms(&bucket, 80);
    CU_ASSERT_EQUAL(peer_write(&b, "two", false, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(flush(&b), NAMI_OK);
    bucket_remove(&bucket, "ns/wal/00000000000000000003.wal");
    bucket_remove(&bucket, "ns/wal/00000000000000000004.wal");
    CU_ASSERT_NOT_EQUAL(peer_write(&a, "zombie", false, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(diag.condition, NAMI_COND_COMMIT_UNKNOWN);
    peer_refresh(&a);
    CU_ASSERT_EQUAL(peer_published(&a), 2);
    CU_ASSERT_EQUAL(a.replica.resets, 1);
    peer_close(&a);
    peer_close(&b);
    bucket_close(&bucket);
}

static void test_edit__a_follower_may_not(void)
{
    bucket_open(&bucket, "edit", 0);
    peer_open(&a, &bucket, "1");
    CU_ASSERT_EQUAL(flush(&a), NAMI_E_PRECONDITION);
    peer_close(&a);
    bucket_close(&bucket);
}

/* ---- bytes that are wrong ---- */

static void flip_byte(const char *key, size_t at)
{
    struct nami_buf out;

    nami_buf_init(&out, 1u << 20);
    CU_ASSERT_EQUAL_FATAL(bucket_get(&bucket, key, &out), NAMI_OK);
    CU_ASSERT_FATAL(at < out.len);
    out.ptr[at] ^= 0x10;
    bucket_put(&bucket, key, nami_buf_view(&out));
    nami_buf_release(&out);
}

static void test_corrupt__open_says_slot_and_byte(void)
{
    struct nami_commit_config config;
    struct nami_error err = {.struct_size = sizeof(err)};

    bucket_open(&bucket, "corrupt", 0);
    peer_open(&a, &bucket, "1");
    CU_ASSERT_EQUAL(peer_write(&a, "one", false, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(peer_write(&a, "two", false, &diag), NAMI_OK);
    peer_close(&a);
    flip_byte("ns/wal/00000000000000000003.wal", 240);
    config = peer_config(&bucket, &b, "2", "");
    CU_ASSERT_EQUAL(peer_open_as(&b, &config, &err), NAMI_E_CORRUPT);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "slot 3, byte "));
    bucket_close(&bucket);
}

static void test_corrupt__follower_degrades_and_heals(void)
{
    struct nami_commit_status status;
    struct nami_commit_config config;
    struct nami_error err = {.struct_size = sizeof(err)};

    bucket_open(&bucket, "degrade", 0);
    peer_open(&a, &bucket, "1");
    CU_ASSERT_EQUAL(peer_write(&a, "one", false, &diag), NAMI_OK);
    config = peer_config(&bucket, &b, "2", "");
    config.refresh_ms = 200;
    CU_ASSERT_EQUAL_FATAL(peer_open_as(&b, &config, &err), NAMI_OK);
    CU_ASSERT_EQUAL(peer_write(&a, "two", false, &diag), NAMI_OK);
    flip_byte("ns/wal/00000000000000000003.wal", 240);
    pause_ms(&bucket, 600);
    nami_commit_status(b.commit, &status);
    CU_ASSERT_EQUAL(status.role, NAMI_ROLE_DEGRADED);
    CU_ASSERT_PTR_NOT_NULL(strstr(status.problem, "slot 3, byte "));
    CU_ASSERT(peer_shows(&b, 1, "one"));
    CU_ASSERT_NOT_EQUAL(peer_write(&b, "no", false, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(diag.condition, NAMI_COND_CORRUPT);
    flip_byte("ns/wal/00000000000000000003.wal", 240); /* repaired */
    peer_refresh(&b);
    CU_ASSERT(peer_shows(&b, 2, "two"));
    CU_ASSERT_EQUAL(peer_role(&b), NAMI_ROLE_FOLLOWER);
    peer_close(&a);
    peer_close(&b);
    bucket_close(&bucket);
}

/* Reads go on from what is there; the role says that it grows stale, and heals. */
static void test_failure__store_that_refuses_reads_degrades_and_heals(void)
{
    struct nami_commit_status status;
    struct nami_commit_config config;
    struct nami_error err = {.struct_size = sizeof(err)};

    bucket_open(&bucket, "no-reads", 0);
    peer_open(&a, &bucket, "1");
    CU_ASSERT_EQUAL(peer_write(&a, "one", false, &diag), NAMI_OK);
    peer_open(&b, &bucket, "2");
    atomic_store(&bucket.read_status, NAMI_E_AUTH);
    pause_ms(&bucket, 100);
    nami_commit_status(b.commit, &status);
    CU_ASSERT_EQUAL(status.role, NAMI_ROLE_DEGRADED);
    CU_ASSERT(status.stale_ms >= 50);
    CU_ASSERT(peer_shows(&b, 1, "one"));
    config = peer_config(&bucket, &third, "3", "");
    CU_ASSERT_EQUAL(peer_open_as(&third, &config, &err), NAMI_E_AUTH);
    CU_ASSERT_PTR_NULL(third.commit);
    CU_ASSERT_EQUAL(peer_write(&a, "two", false, &diag), NAMI_OK); /* R6: needs no read */
    atomic_store(&bucket.read_status, NAMI_OK);
    peer_refresh(&b);
    CU_ASSERT(peer_shows(&b, 2, "two"));
    CU_ASSERT_EQUAL(peer_role(&b), NAMI_ROLE_FOLLOWER);
    peer_close(&a);
    peer_close(&b);
    bucket_close(&bucket);
}

/* R4c: a slot that does not continue the log is neither applied nor skipped. */
static void test_corrupt__slot_of_another_log_is_foreign(void)
{
    struct nami_commit_config config;
    struct nami_error err = {.struct_size = sizeof(err)};
    struct nami_buf out;

    bucket_open(&bucket, "foreign", 0);
    nami_buf_init(&out, 1u << 20);
    peer_open(&a, &bucket, "1");
    CU_ASSERT_EQUAL(peer_write(&a, "one", false, &diag), NAMI_OK);
    peer_close(&a);
    CU_ASSERT_EQUAL(bucket_get(&bucket, "ns/wal/00000000000000000002.wal", &out), NAMI_OK);
    bucket_put(&bucket, "ns/wal/00000000000000000003.wal", nami_buf_view(&out));
    config = peer_config(&bucket, &b, "2", "");
    CU_ASSERT_EQUAL(peer_open_as(&b, &config, &err), NAMI_E_CORRUPT);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "slot 3 is foreign"));
    nami_buf_release(&out);
    bucket_close(&bucket);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"lease: second writer is refused", test_lease__second_writer_is_refused_with_the_address},
        {"lease: release", test_lease__release_lets_the_next_claim_at_once},
        {"lease: who waits gets it", test_lease__who_waits_for_it_gets_it_at_release},
        {"lease: expired", test_lease__expired_is_taken_over_and_the_old_leader_follows},
        {"lease: own id", test_lease__own_id_and_own_address_are_no_obstacle},
        {"lease: free hold", test_lease__free_hold_is_proof_of_death},
        {"fence: foreign slot (R4a, R7)", test_fence__foreign_slot_ends_the_term},
        {"fence: freed slot (R5)", test_fence__freed_slot_is_never_acknowledged},
        {"follow: sees commits", test_follow__sees_commits_within_a_refresh},
        {"follow: idle turn (R6)", test_follow__idle_turn_is_one_request},
        {"follow: freed slots (R11)", test_follow__jumps_over_freed_slots},
        {"edit: leaders only (R2)", test_edit__a_follower_may_not},
        {"corrupt: open says where", test_corrupt__open_says_slot_and_byte},
        {"corrupt: follower degrades and heals", test_corrupt__follower_degrades_and_heals},
        {"failure: reads refused", test_failure__store_that_refuses_reads_degrades_and_heals},
        {"corrupt: foreign slot (R4c)", test_corrupt__slot_of_another_log_is_foreign},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/commit: takeover", NULL, NULL, tests);
}
