/* Unit tests for core/commit: the write token (R12) and group commit (R13). */
#include "commit_fixture.h"

static struct bucket bucket;
static struct peer a;
static struct nami_diagnostic diag;

enum { CLIENTS = 64, ROUNDS = 10 };

static void test_token__is_first_in_first_out(void)
{
    struct nami_sleeper queue[3];

    bucket_open(&bucket, "fifo", 0);
    peer_open(&a, &bucket, "1");
    for (int i = 0; i < 3; i++) {
        nami_sleeper_init(&queue[i], bucket.host);
    }
    CU_ASSERT_EQUAL(peer_token(&a, &queue[0], false, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(nami_commit_token(a.commit, &queue[1].waiter, false, &diag), NAMI_E_AGAIN);
    CU_ASSERT_EQUAL(nami_commit_token(a.commit, &queue[2].waiter, false, &diag), NAMI_E_AGAIN);
    nami_commit_token_release(a.commit, &queue[0].waiter);
    CU_ASSERT_EQUAL(nami_commit_token(a.commit, &queue[2].waiter, false, &diag), NAMI_E_AGAIN);
    CU_ASSERT_EQUAL(nami_sleeper_wait(&queue[1], NAMI_NO_DEADLINE), NAMI_OK);
    CU_ASSERT_EQUAL(nami_commit_token(a.commit, &queue[1].waiter, false, &diag), NAMI_OK);
    nami_commit_token_release(a.commit, &queue[1].waiter);
    CU_ASSERT_EQUAL(nami_sleeper_wait(&queue[2], NAMI_NO_DEADLINE), NAMI_OK);
    nami_commit_token_cancel(a.commit, &queue[2].waiter); /* granted, and given back unheard */
    CU_ASSERT_EQUAL(peer_token(&a, &queue[0], false, &diag), NAMI_OK);
    nami_commit_token_release(a.commit, &queue[0].waiter);
    peer_close(&a);
    bucket_close(&bucket);
}

static void test_token__cancel_leaves_the_queue(void)
{
    struct nami_sleeper queue[3];

    bucket_open(&bucket, "cancel", 0);
    peer_open(&a, &bucket, "1");
    for (int i = 0; i < 3; i++) {
        nami_sleeper_init(&queue[i], bucket.host);
    }
    CU_ASSERT_EQUAL(peer_token(&a, &queue[0], false, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(nami_commit_token(a.commit, &queue[1].waiter, false, &diag), NAMI_E_AGAIN);
    CU_ASSERT_EQUAL(nami_commit_token(a.commit, &queue[2].waiter, false, &diag), NAMI_E_AGAIN);
    nami_commit_token_cancel(a.commit, &queue[1].waiter);
    CU_ASSERT_PTR_NULL(queue[1].waiter.queue);
    nami_commit_token_cancel(a.commit, &queue[1].waiter); /* not queued is fine */
    nami_commit_token_release(a.commit, &queue[0].waiter);
    CU_ASSERT_EQUAL(nami_sleeper_wait(&queue[2], NAMI_NO_DEADLINE), NAMI_OK);
    CU_ASSERT_EQUAL(nami_commit_token(a.commit, &queue[2].waiter, false, &diag), NAMI_OK);
    nami_commit_token_release(a.commit, &queue[2].waiter);
    peer_close(&a);
    bucket_close(&bucket);
}

static void test_stage__wrong_lsn_and_too_large_are_refused(void)
{
    struct nami_sleeper sleeper;

    bucket_open(&bucket, "stage", 0);
    peer_open(&a, &bucket, "1");
    nami_sleeper_init(&sleeper, bucket.host);
    CU_ASSERT_EQUAL(peer_token(&a, &sleeper, false, &diag), NAMI_OK);
    CU_ASSERT_NOT_EQUAL(nami_commit_stage(a.commit, 2, nami_text("x"), &diag), NAMI_OK);
    CU_ASSERT_EQUAL(diag.condition, NAMI_COND_INTERNAL);
    CU_ASSERT_NOT_EQUAL(nami_commit_stage(a.commit, 1, nami_bytes("x", (size_t)1 << 40), &diag),
                        NAMI_OK);
    CU_ASSERT_EQUAL(diag.condition, NAMI_COND_TRANSACTION_TOO_LARGE);
    nami_commit_token_release(a.commit, &sleeper.waiter);
    CU_ASSERT_EQUAL(peer_write(&a, "one", false, &diag), NAMI_OK);
    peer_close(&a);
    bucket_close(&bucket);
}

static void *write_rounds(void *arg)
{
    struct peer *peer = arg;
    struct nami_diagnostic own;
    uintptr_t failed = 0;

    for (int i = 0; i < ROUNDS; i++) {
        failed += peer_write(peer, "x", false, &own) != NAMI_OK ? 1 : 0;
    }
    return (void *)failed;
}

/* R13: 64 clients in a closed loop on a slow store stay one group. */
static void test_group__sixty_four_clients_share_slots(void)
{
    pthread_t threads[CLIENTS];
    struct nami_commit_status status;
    void *failed = NULL;

    bucket_open(&bucket, "group", 20);
    peer_open(&a, &bucket, "1");
    CU_ASSERT_EQUAL(peer_write(&a, "one", false, &diag), NAMI_OK);
    for (int i = 0; i < CLIENTS; i++) {
        CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[i], NULL, write_rounds, &a), 0);
    }
    for (int i = 0; i < CLIENTS; i++) {
        CU_ASSERT_EQUAL(pthread_join(threads[i], &failed), 0);
        CU_ASSERT_PTR_NULL(failed);
    }
    nami_commit_status(a.commit, &status);
    CU_ASSERT_EQUAL(status.lsn, 1 + CLIENTS * ROUNDS);
    CU_ASSERT_EQUAL(status.frames, 1 + CLIENTS * ROUNDS);
    CU_ASSERT(status.commits <= 1 + 3 * ROUNDS); /* alone: 640; two groups: 20 */
    peer_close(&a);
    bucket_close(&bucket);
}

/* The slot limit splits a group; nothing is lost and order stays. */
static void test_group__slot_limit_splits(void)
{
    struct nami_commit_config config;
    struct nami_error err = {.struct_size = sizeof(err)};
    struct nami_sleeper sleeper;
    struct nami_commit_status status;
    uint64_t lsn = 0;

    bucket_open(&bucket, "split", 0);
    config = peer_config(&bucket, &a, "1", "");
    config.slot_bytes_max = 4096;
    CU_ASSERT_EQUAL_FATAL(peer_open_as(&a, &config, &err), NAMI_OK);
    nami_sleeper_init(&sleeper, bucket.host);
    CU_ASSERT_EQUAL(peer_token(&a, &sleeper, false, &diag), NAMI_OK);
    for (int i = 0; i < 100; i++) {
        CU_ASSERT_EQUAL(peer_stage(&a, "x", &lsn, &diag), NAMI_OK);
    }
    nami_commit_token_release(a.commit, &sleeper.waiter);
    CU_ASSERT_EQUAL(peer_settled(&a, 1, 100, &diag), NAMI_OK);
    nami_commit_status(a.commit, &status);
    CU_ASSERT(status.commits > 1);
    CU_ASSERT_EQUAL(status.frames, 100);
    peer_close(&a);
    peer_open(&a, &bucket, "2");
    CU_ASSERT_EQUAL(peer_published(&a), 100);
    peer_close(&a);
    bucket_close(&bucket);
}

/* A writer that is inside a transaction when the term ends hears so when it stages. */
static void test_stage__of_a_lost_term_fails(void)
{
    struct nami_sleeper first;
    struct nami_sleeper second;
    struct nami_commit_status status;
    uint64_t lsn = 0;

    bucket_open(&bucket, "lost-term", 0);
    peer_open(&a, &bucket, "1");
    CU_ASSERT_EQUAL(peer_write(&a, "one", false, &diag), NAMI_OK);
    nami_sleeper_init(&first, bucket.host);
    nami_sleeper_init(&second, bucket.host);
    CU_ASSERT_EQUAL(peer_token(&a, &first, false, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(peer_stage(&a, "two", &lsn, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(nami_commit_token(a.commit, &second.waiter, false, &diag), NAMI_E_AGAIN);
    bucket_fail(&bucket, FAULT_REFUSED, UINT32_MAX, "wal/0");
    nami_commit_token_release(a.commit, &first.waiter); /* and `second` has it */
    do {
        pause_ms(&bucket, 5); /* the keeper waits for the token */
        nami_commit_status(a.commit, &status);
    } while (status.role != NAMI_ROLE_DEGRADED);
    pause_ms(&bucket, 20);
    CU_ASSERT_EQUAL(nami_commit_token(a.commit, &second.waiter, false, &diag), NAMI_OK);
    CU_ASSERT_NOT_EQUAL(peer_stage(&a, "three", &lsn, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(diag.condition, NAMI_COND_COMMIT_FAILED);
    CU_ASSERT_EQUAL(nami_commit_term(a.commit), 1);
    nami_commit_token_release(a.commit, &second.waiter);
    CU_ASSERT_NOT_EQUAL(peer_settled(&a, 1, 2, &diag), NAMI_OK);
    CU_ASSERT_EQUAL(diag.condition, NAMI_COND_STORE_REFUSED);
    CU_ASSERT_EQUAL(nami_commit_term(a.commit), 2);
    bucket_fail(&bucket, FAULT_NONE, 0, "");
    CU_ASSERT_EQUAL(peer_write(&a, "two again", false, &diag), NAMI_OK);
    peer_close(&a);
    bucket_close(&bucket);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"token: first in, first out", test_token__is_first_in_first_out},
        {"token: cancel", test_token__cancel_leaves_the_queue},
        {"stage: refusals", test_stage__wrong_lsn_and_too_large_are_refused},
        {"stage: lost term", test_stage__of_a_lost_term_fails},
        {"group: 64 clients", test_group__sixty_four_clients_share_slots},
        {"group: slot limit", test_group__slot_limit_splits},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/commit: token and group", NULL, NULL, tests);
}
