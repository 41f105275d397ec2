/* Unit tests for core/commit: the n-th allocation fails, whatever n: typed, and nothing is lost. */
#include "commit_fixture.h"

static struct bucket bucket;
static struct peer a;
static atomic_int fail_in; /* < 0: never */
static const struct nami_host *real;
static struct nami_host poor;

enum { FAILURES_TRIED = 60 };

static bool fails_now(void)
{
    return atomic_load(&fail_in) >= 0 && atomic_fetch_sub(&fail_in, 1) == 0;
}

static void *poor_alloc(const struct nami_host *host, size_t size)
{
    (void)host;
    return fails_now() ? NULL : real->mem_alloc(real, size);
}

static void poor_free(const struct nami_host *host, void *ptr)
{
    (void)host;
    real->mem_free(real, ptr);
}

static struct nami_buf *poor_buf_create(const struct nami_host *host, size_t bytes_max)
{
    (void)host;
    return fails_now() ? NULL : real->buf_create(real, bytes_max);
}

static void poor_log(const struct nami_host *host, uint32_t level, struct nami_slice source,
                     struct nami_slice line)
{
    (void)host;
    real->log(real, level, source, line);
}

static int32_t poor_actor_start(const struct nami_runtime *runtime, struct nami_actor *actor)
{
    (void)runtime;
    return fails_now() ? NAMI_E_NOMEM
                       : nami_process_runtime(bucket.process)
                             ->actor_start(nami_process_runtime(bucket.process), actor);
}

static void poor_actor_join(const struct nami_runtime *runtime, struct nami_actor *actor)
{
    (void)runtime;
    nami_process_runtime(bucket.process)->actor_join(nami_process_runtime(bucket.process), actor);
}

/* *was_written: the commit was acknowledged. */
static void live_with(int nth, bool *was_written)
{
    struct nami_runtime runtime = {
        .host = &poor, .actor_start = poor_actor_start, .actor_join = poor_actor_join};
    struct nami_commit_config config = peer_config(&bucket, &a, "1", "");
    struct nami_error err = {.struct_size = sizeof(err)};
    struct nami_diagnostic diag;
    int32_t status = NAMI_OK;

    config.runtime = &runtime;
    atomic_store(&fail_in, nth);
    status = peer_open_as(&a, &config, &err);
    *was_written = false;
    if (status != NAMI_OK) {
        CU_ASSERT_EQUAL(status, NAMI_E_NOMEM);
        CU_ASSERT_PTR_NULL(a.commit);
        return;
    }
    *was_written = peer_write(&a, "one", false, &diag) == NAMI_OK;
    CU_ASSERT(*was_written || diag.condition == NAMI_COND_OUT_OF_MEMORY);
    peer_close(&a);
}

static void test_memory__every_failed_allocation_is_survived(void)
{
    uint64_t written = 0;
    int failed = 0;

    bucket_open(&bucket, "poor", 0);
    real = bucket.host;
    poor = *real;
    poor.mem_alloc = poor_alloc;
    poor.mem_free = poor_free;
    poor.buf_create = poor_buf_create;
    poor.log = poor_log;
    for (int n = 0; n < FAILURES_TRIED; n++) {
        bool was_written = false;

        live_with(n, &was_written);
        written += was_written ? 1 : 0;
        failed += was_written ? 0 : 1;
    }
    CU_ASSERT(failed > 0);
    CU_ASSERT(written > 0);
    atomic_store(&fail_in, -1);
    peer_open(&a, &bucket, "2");
    CU_ASSERT_EQUAL(peer_published(&a), written);
    peer_close(&a);
    bucket_close(&bucket);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"memory: every failed allocation", test_memory__every_failed_allocation_is_survived},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/commit: memory", NULL, NULL, tests);
}
