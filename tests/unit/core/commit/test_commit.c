/* Unit tests for core/commit: one writer, its claim, its commits, its failures. */
#include "commit_fixture.h"

static struct bucket bucket;
static struct peer a;
static struct peer b;
static struct nami_diagnostic diag;

static bool exists(const char *key)
{
    struct nami_buf out;
    bool found = false;

    nami_buf_init(&out, 1u << 20);
    found = bucket_get(&bucket, key, &out) == NAMI_OK;
    nami_buf_release(&out);
    return found;
}

static void test_open__writes_nothing(void)
{
    struct nami_commit_status status;

    bucket_open(&bucket, "open", 0);
    peer_open(&a, &bucket, "1");
    nami_commit_status(a.commit, &status);
    CU_ASSERT_EQUAL(status.role, NAMI_ROLE_NONE);
    CU_ASSERT_EQUAL(status.manifest_seq, 0);
    peer_close(&a);
    CU_ASSERT(!exists("ns/manifest.json"));
    CU_ASSERT_EQUAL(atomic_load(&bucket.slot_writes), 0);
    bucket_close(&bucket);
}

static void test_write__is_durable_and_read_by_a_second_open(void)
{
    struct nami_commit_status status;

    bucket_open(&bucket, "durable", 0);
    peer_open(&a, &bucket, "1");
    CU_ASSERT_EQUAL(peer_write(&a, "one", false, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(peer_write(&a, "two", false, &diag), NAMI_OK);
    CU_ASSERT(peer_shows(&a, 2, "two"));
    nami_commit_status(a.commit, &status);
    CU_ASSERT_EQUAL(status.role, NAMI_ROLE_LEADER);
    CU_ASSERT_EQUAL(status.epoch, 1);
    CU_ASSERT_EQUAL(status.slot, 3); /* CLAIM and two commits */
    CU_ASSERT_EQUAL(status.lsn, 2);
    CU_ASSERT_EQUAL(status.commits, 2);
    peer_close(&a);

    peer_open(&b, &bucket, "2");
    CU_ASSERT(peer_shows(&b, 1, "one"));
    CU_ASSERT(peer_shows(&b, 2, "two"));
    CU_ASSERT_EQUAL(peer_role(&b), NAMI_ROLE_NONE); /* released */
    peer_close(&b);
    bucket_close(&bucket);
}

static void test_write__costs_one_put_while_the_proof_is_young(void)
{
    uint32_t reads = 0;

    bucket_open(&bucket, "cost", 0);
    peer_open(&a, &bucket, "1");
    CU_ASSERT_EQUAL(peer_write(&a, "one", false, &diag), NAMI_OK);
    reads = atomic_load(&bucket.manifest_reads);
    for (int i = 0; i < 20; i++) {
        CU_ASSERT_EQUAL(peer_write(&a, "more", false, &diag), NAMI_OK);
    }
    CU_ASSERT_EQUAL(atomic_load(&bucket.manifest_reads), reads);
    CU_ASSERT_EQUAL(atomic_load(&bucket.slot_writes), 22);
    peer_close(&a);
    bucket_close(&bucket);
}

/* R6: without a young proof every commit is followed by a read of the manifest (R5). */
static void test_write__reads_the_manifest_after_the_put_when_no_proof_is_young(void)
{
    struct nami_commit_config config;
    struct nami_error err = {.struct_size = sizeof(err)};
    uint32_t reads = 0;

    bucket_open(&bucket, "old", 0);
    config = peer_config(&bucket, &a, "1", "");
    config.retention_ms = 0;
    config.refresh_ms = 60000;
    CU_ASSERT_EQUAL_FATAL(peer_open_as(&a, &config, &err), NAMI_OK);
    CU_ASSERT_EQUAL(peer_write(&a, "one", false, &diag), NAMI_OK);
    reads = atomic_load(&bucket.manifest_reads);
    CU_ASSERT_EQUAL(peer_write(&a, "two", false, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(peer_write(&a, "three", false, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(atomic_load(&bucket.manifest_reads), reads + 2);
    peer_close(&a);
    bucket_close(&bucket);
}

static void settles_as_applied(enum fault fault, uint32_t times, const char *name)
{
    bucket_open(&bucket, name, 0);
    peer_open(&a, &bucket, "1");
    CU_ASSERT_EQUAL(peer_write(&a, "one", false, &diag), NAMI_OK);
    bucket_fail(&bucket, fault, times, "wal/0");
    CU_ASSERT_EQUAL(peer_write(&a, "two", false, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(peer_role(&a), NAMI_ROLE_LEADER);
    CU_ASSERT_EQUAL(peer_write(&a, "three", false, &diag), NAMI_OK);
    peer_close(&a);
    peer_open(&b, &bucket, "2");
    CU_ASSERT(peer_shows(&b, 2, "two"));
    CU_ASSERT(peer_shows(&b, 3, "three"));
    CU_ASSERT_EQUAL(peer_published(&b), 3);
    peer_close(&b);
    bucket_close(&bucket);
}

static void test_settle__lost_answer_is_found_applied(void)
{
    settles_as_applied(FAULT_LOST_ANSWER, 1, "lost-answer");
}

static void test_settle__lost_request_is_sent_again(void)
{
    settles_as_applied(FAULT_LOST_REQUEST, 3, "lost-request");
}

static void test_settle__late_request_is_found_applied(void)
{
    settles_as_applied(FAULT_LATE, 1, "late");
}

static void test_settle__transient_refusals_are_retried(void)
{
    settles_as_applied(FAULT_TRANSIENT, 3, "transient");
}

static void test_settle__claim_survives_lost_answers(void)
{
    bucket_open(&bucket, "lost-claim", 0);
    peer_open(&a, &bucket, "1");
    bucket_fail(&bucket, FAULT_LOST_ANSWER, 2, "ns/"); /* manifest.json and the CLAIM */
    CU_ASSERT_EQUAL(peer_write(&a, "one", false, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(bucket.fault_count, 0);
    peer_close(&a);
    bucket_close(&bucket);
}

/* Never settled: CommitUnknown, and what the log says is then shown. */
static void test_settle__unsettled_is_unknown(void)
{
    struct nami_commit_config config;
    struct nami_error err = {.struct_size = sizeof(err)};

    bucket_open(&bucket, "unsettled", 0);
    config = peer_config(&bucket, &a, "1", "");
    config.settle_ms = 200;
    CU_ASSERT_EQUAL_FATAL(peer_open_as(&a, &config, &err), NAMI_OK);
    CU_ASSERT_EQUAL(peer_write(&a, "one", false, &diag), NAMI_OK);
    bucket_fail(&bucket, FAULT_LOST_REQUEST, UINT32_MAX, "wal/0");
    CU_ASSERT_NOT_EQUAL(peer_write(&a, "two", false, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(diag.condition, NAMI_COND_COMMIT_UNKNOWN);
    CU_ASSERT_EQUAL(peer_published(&a), 1);
    bucket_fail(&bucket, FAULT_NONE, 0, "");
    CU_ASSERT_EQUAL(peer_write(&a, "three", false, &diag), NAMI_OK);
    CU_ASSERT(peer_shows(&a, 2, "three"));
    CU_ASSERT_EQUAL(nami_commit_term(a.commit), 2);
    peer_close(&a);
    bucket_close(&bucket);
}

static void fails_typed_and_heals(enum fault fault, uint32_t condition, const char *name)
{
    bucket_open(&bucket, name, 0);
    peer_open(&a, &bucket, "1");
    CU_ASSERT_EQUAL(peer_write(&a, "one", false, &diag), NAMI_OK);
    bucket_fail(&bucket, fault, UINT32_MAX, "wal/0");
    CU_ASSERT_NOT_EQUAL(peer_write(&a, "two", false, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(diag.condition, condition);
    CU_ASSERT_EQUAL(peer_role(&a), NAMI_ROLE_DEGRADED);
    CU_ASSERT_EQUAL(a.replica.undone, 1);
    CU_ASSERT(peer_shows(&a, 1, "one")); /* reads go on */
    bucket_fail(&bucket, FAULT_NONE, 0, "");
    CU_ASSERT_EQUAL(peer_write(&a, "three", false, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(peer_role(&a), NAMI_ROLE_LEADER);
    peer_close(&a);
    peer_open(&b, &bucket, "2");
    CU_ASSERT(peer_shows(&b, 2, "three"));
    CU_ASSERT_EQUAL(peer_published(&b), 2);
    peer_close(&b);
    bucket_close(&bucket);
}

static void test_failure__refused_write_is_typed_and_heals(void)
{
    fails_typed_and_heals(FAULT_REFUSED, NAMI_COND_STORE_REFUSED, "refused");
}

static void test_failure__full_disk_is_typed_and_heals(void)
{
    fails_typed_and_heals(FAULT_FULL, NAMI_COND_STORE_FULL, "full");
}

static void test_failure__claim_refused_is_typed_and_heals(void)
{
    bucket_open(&bucket, "no-claim", 0);
    peer_open(&a, &bucket, "1");
    bucket_fail(&bucket, FAULT_REFUSED, UINT32_MAX, "ns/");
    CU_ASSERT_NOT_EQUAL(peer_write(&a, "one", true, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(diag.condition, NAMI_COND_STORE_REFUSED);
    CU_ASSERT_EQUAL(peer_role(&a), NAMI_ROLE_DEGRADED);
    bucket_fail(&bucket, FAULT_NONE, 0, "");
    CU_ASSERT_EQUAL(peer_write(&a, "one", false, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(peer_role(&a), NAMI_ROLE_LEADER);
    peer_close(&a);
    bucket_close(&bucket);
}

static void test_manifest__has_what_people_look_for_and_keeps_the_one_before(void)
{
    struct nami_buf out;
    struct nami_manifest first;
    struct nami_manifest second;
    struct nami_error err = {.struct_size = sizeof(err)};
    char key[NAMI_KEY_BYTES_MAX + 1];

    bucket_open(&bucket, "manifest", 0);
    nami_buf_init(&out, 1u << 20);
    peer_open(&a, &bucket, "1");
    CU_ASSERT_EQUAL(peer_write(&a, "one", false, &diag), NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(bucket_get(&bucket, "ns/manifest.json", &out), NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(nami_manifest_decode(nami_buf_view(&out), &first, &err), NAMI_OK);
    CU_ASSERT_EQUAL(first.epoch, 1);
    CU_ASSERT_EQUAL(first.seq, 1);
    CU_ASSERT_EQUAL(first.next_node, 7);
    CU_ASSERT_STRING_EQUAL(first.writer_id, "1");
    CU_ASSERT_STRING_EQUAL(first.writer_address, "127.0.0.1:1");
    peer_close(&a);
    peer_open(&b, &bucket, "2");
    CU_ASSERT_EQUAL(peer_write(&b, "two", false, &diag), NAMI_OK);
    nami_buf_clear(&out);
    CU_ASSERT_EQUAL_FATAL(bucket_get(&bucket, "ns/manifest.json", &out), NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(nami_manifest_decode(nami_buf_view(&out), &second, &err), NAMI_OK);
    CU_ASSERT_EQUAL(second.epoch, 2);
    CU_ASSERT_EQUAL(memcmp(second.prev_nonce, first.nonce, NAMI_ID_BYTES), 0);
    CU_ASSERT_EQUAL(memcmp(second.ns_uuid, first.ns_uuid, NAMI_ID_BYTES), 0);
    CU_ASSERT(nami_manifest_archive_key(nami_text("ns/"), &first, key, sizeof(key)));
    CU_ASSERT(exists(key));
    peer_close(&b);
    nami_manifest_release(&first);
    nami_manifest_release(&second);
    nami_buf_release(&out);
    bucket_close(&bucket);
}

static void test_schema__copy_for_people_is_written(void)
{
    bucket_open(&bucket, "schema", 0);
    peer_open(&a, &bucket, "1");
    a.replica.has_schema = true;
    CU_ASSERT_EQUAL(peer_write(&a, "one", false, &diag), NAMI_OK);
    peer_close(&a);
    CU_ASSERT(exists("ns/schema/current.json"));
    bucket_close(&bucket);
}

/* R13: what no slot holds goes into an object of its own, and comes back. */
static void test_big__transaction_beyond_a_slot_is_kept_and_read(void)
{
    static uint8_t body[3u << 20];
    struct nami_sleeper sleeper;

    memcpy(body, "big", 3);
    bucket_open(&bucket, "big", 0);
    peer_open(&a, &bucket, "1");
    nami_sleeper_init(&sleeper, bucket.host);
    CU_ASSERT_EQUAL_FATAL(peer_token(&a, &sleeper, false, &diag), NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(nami_commit_stage(a.commit, 1, nami_bytes(body, sizeof(body)), &diag),
                          NAMI_OK);
    a.replica.staged = 1;
    nami_commit_token_release(a.commit, &sleeper.waiter);
    CU_ASSERT_EQUAL(peer_settled(&a, 1, 1, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(peer_write(&a, "small", false, &diag), NAMI_OK);
    peer_close(&a);
    peer_open(&b, &bucket, "2");
    CU_ASSERT_EQUAL(peer_published(&b), 2);
    CU_ASSERT_EQUAL(strncmp(b.replica.texts[1], "big", 3), 0);
    peer_close(&b);
    bucket_close(&bucket);
}

static void test_close__commits_what_is_staged_and_releases(void)
{
    struct nami_sleeper sleeper;
    uint64_t lsn = 0;
    struct nami_wal_reader reader;
    struct nami_error err = {.struct_size = sizeof(err)};
    struct nami_buf out;

    bucket_open(&bucket, "close", 20);
    nami_buf_init(&out, 1u << 20);
    peer_open(&a, &bucket, "1");
    CU_ASSERT_EQUAL(peer_write(&a, "one", false, &diag), NAMI_OK);
    nami_sleeper_init(&sleeper, bucket.host);
    CU_ASSERT_EQUAL_FATAL(peer_token(&a, &sleeper, false, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(peer_stage(&a, "two", &lsn, &diag), NAMI_OK);
    nami_commit_token_release(a.commit, &sleeper.waiter);
    peer_close(&a);
    CU_ASSERT_EQUAL_FATAL(bucket_get(&bucket, "ns/wal/00000000000000000004.wal", &out), NAMI_OK);
    CU_ASSERT_EQUAL(nami_wal_read_header(&reader, 4, nami_buf_view(&out), &err), NAMI_OK);
    CU_ASSERT_EQUAL(reader.header.kind, NAMI_WAL_RELEASE);
    peer_open(&b, &bucket, "2");
    CU_ASSERT(peer_shows(&b, 2, "two"));
    peer_close(&b);
    nami_buf_release(&out);
    bucket_close(&bucket);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"open: writes nothing", test_open__writes_nothing},
        {"write: durable, read by a second open", test_write__is_durable_and_read_by_a_second_open},
        {"write: one PUT while the proof is young (R6)",
         test_write__costs_one_put_while_the_proof_is_young},
        {"write: manifest read after the PUT (R5)",
         test_write__reads_the_manifest_after_the_put_when_no_proof_is_young},
        {"settle: lost answer (R7)", test_settle__lost_answer_is_found_applied},
        {"settle: lost request (R7)", test_settle__lost_request_is_sent_again},
        {"settle: late request (R7)", test_settle__late_request_is_found_applied},
        {"settle: transient refusals", test_settle__transient_refusals_are_retried},
        {"settle: lost answers of a claim (R9)", test_settle__claim_survives_lost_answers},
        {"settle: unsettled is unknown (R7)", test_settle__unsettled_is_unknown},
        {"failure: refused", test_failure__refused_write_is_typed_and_heals},
        {"failure: disk full", test_failure__full_disk_is_typed_and_heals},
        {"failure: claim refused", test_failure__claim_refused_is_typed_and_heals},
        {"manifest: for people, and archived",
         test_manifest__has_what_people_look_for_and_keeps_the_one_before},
        {"schema: copy for people", test_schema__copy_for_people_is_written},
        {"big: beyond a slot (R13)", test_big__transaction_beyond_a_slot_is_kept_and_read},
        {"close: commits and releases", test_close__commits_what_is_staged_and_releases},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/commit", NULL, NULL, tests);
}
