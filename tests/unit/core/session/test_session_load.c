/* core/session under load: eight threads, each with a waiter, close at any moment. */
#include <pthread.h>
#include <semaphore.h>

#include <namidb/plugin_util.h>

#include "core/base/cancel.h"
#include "session_fixture.h"

enum { THREADS = 8, LOAD_MS = 3000 };

struct client {
    struct nami_waiter waiter; /* first */
    sem_t woken;
    struct fixture *fx;
    pthread_t thread;
    uint64_t random;
    uint64_t kept;      /* :N that were acknowledged */
    uint64_t uncertain; /* staged, and closed before that */
    uint64_t problems;
    struct nami_diagnostic diag;
};

static void wake(struct nami_waiter *waiter)
{
    (void)sem_post(&((struct client *)(void *)waiter)->woken);
}

static uint64_t chance(struct client *client, uint64_t of)
{
    client->random = client->random * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (client->random >> 33) % of;
}

static const char *const statements[] = {
    "CREATE (n:N) RETURN id(n)",
    "MATCH (n:N) RETURN count(n)",
    "MATCH (n:M) RETURN n LIMIT 5",
    "MERGE (m:M {k: 1}) SET m.t = 1",
    "UNWIND range(1, 3000) AS i RETURN i, toString(i)",
    "UNWIND range(1, 200) AS i CREATE (:H {i: i})",
    "MATCH (h:H) WITH h LIMIT 300 DETACH DELETE h",
    "UNWIND [1, 0] AS i CREATE (:X {x: 1 / i})",
};

/* 1: go on; 0: it is done; -1: closed in its midst or failed. */
static int again(struct client *client, int32_t status)
{
    if (status == NAMI_OK) {
        return 0;
    }
    if (status != NAMI_E_AGAIN || chance(client, 20) == 0) {
        return -1;
    }
    (void)sem_wait(&client->woken);
    return 1;
}

static int start(struct client *client, struct nami_statement_run *run)
{
    bool needs_worker = false;
    int next = 1;

    while (next == 1) {
        next = again(client, nami_statement_start(run, false, &needs_worker, &client->diag));
    }
    return next;
}

static int fetch(struct client *client, struct nami_statement_run *run)
{
    const struct nami_batch *batch = NULL;
    int32_t status = NAMI_OK;

    do {
        status = nami_statement_fetch(run, 64 + chance(client, 1000), &batch, &client->diag);
    } while (status == NAMI_OK && batch->row_count > 0 && chance(client, 50) != 0);
    return status == NAMI_OK ? 0 : -1;
}

static int finish(struct client *client, struct nami_statement_run *run)
{
    struct nami_summary summary;
    int next = 1;

    while (next == 1) {
        next = again(client, nami_statement_finish(run, &summary, &client->diag));
    }
    return next;
}

static void one_statement(struct client *client)
{
    uint64_t which = chance(client, sizeof(statements) / sizeof(statements[0]));
    struct nami_cancel cancel = {0};
    struct nami_statement_config config = {
        .text = nami_text(statements[which]), .cancel = &cancel, .waiter = &client->waiter};
    struct nami_statement_run *run = NULL;
    bool is_staged = false;
    int done = -1;

    client->diag = (struct nami_diagnostic){0};
    while (sem_trywait(&client->woken) == 0) { /* of one that was closed */
    }
    if (nami_statement_open(client->fx->db, &config, &run, &client->diag) != NAMI_OK) {
        client->problems++;
        return;
    }
    if (chance(client, 30) == 0) {
        nami_cancel_trip(&cancel);
    }
    if (start(client, run) == 0) {
        is_staged = true;
        done = fetch(client, run) == 0 ? finish(client, run) : -1;
    }
    nami_statement_close(run);
    client->kept += which == 0 && done == 0 ? 1 : 0;
    client->uncertain += which == 0 && done != 0 && is_staged ? 1 : 0;
    if (client->diag.condition != NAMI_COND_NONE && client->diag.condition != NAMI_COND_CANCELLED &&
        client->diag.condition != NAMI_COND_DIVISION_BY_ZERO) {
        client->problems++;
    }
}

static void *run_client(void *arg)
{
    struct client *client = arg;
    const struct nami_host *host = client->fx->host;
    uint64_t until_ns = host->mono_ns(host) + (uint64_t)LOAD_MS * 1000000u;

    while (host->mono_ns(host) < until_ns) {
        one_statement(client);
    }
    return NULL;
}

static void *open_and_close(void *arg)
{
    struct client *client = arg;
    struct fixture *fx = client->fx;
    uint64_t until_ns = fx->host->mono_ns(fx->host) + (uint64_t)LOAD_MS * 1000000u;

    while (fx->host->mono_ns(fx->host) < until_ns) {
        struct nami_database *other = NULL;
        struct nami_pinned *pinned = NULL;

        if (nami_database_open(&fx->config, &other, &client->diag) != NAMI_OK) {
            client->problems++;
            continue;
        }
        if (nami_pinned_open(other, &pinned, &client->diag) != NAMI_OK) {
            client->problems++;
        }
        sleep_ms(20);
        nami_pinned_close(pinned);
        nami_database_close(other);
    }
    return NULL;
}

static void test_load__keeps_what_was_acknowledged(void)
{
    static struct client clients[THREADS + 1];
    struct fixture fx;
    uint64_t kept = 0;
    uint64_t most = 0;
    uint64_t problems = 0;
    uint64_t count = 0;

    fixture_init(&fx);
    fixture_open(&fx, "memory://load?latency_ms=1");
    for (size_t i = 0; i <= THREADS; i++) {
        clients[i] = (struct client){.waiter = {.wake = wake}, .fx = &fx, .random = i * 77 + 1};
        CU_ASSERT_EQUAL_FATAL(sem_init(&clients[i].woken, 0, 0), 0);
        CU_ASSERT_EQUAL_FATAL(pthread_create(&clients[i].thread, NULL,
                                             i < THREADS ? run_client : open_and_close,
                                             &clients[i]),
                              0);
    }
    for (size_t i = 0; i <= THREADS; i++) {
        CU_ASSERT_EQUAL(pthread_join(clients[i].thread, NULL), 0);
        kept += clients[i].kept;
        most += clients[i].kept + clients[i].uncertain;
        problems += clients[i].problems;
    }
    count = strtoull(ask(&fx, "MATCH (n:N) RETURN count(n)"), NULL, 10);
    CU_ASSERT(kept > 0);
    CU_ASSERT(kept <= count);
    CU_ASSERT(count <= most);
    CU_ASSERT_EQUAL(problems, 0);
    CU_ASK(&fx, "MATCH (x:X) RETURN count(x)", "0");
    CU_ASK(&fx, "MATCH (m:M) RETURN count(m)", "1");
    fixture_release(&fx);
    for (size_t i = 0; i <= THREADS; i++) {
        (void)sem_destroy(&clients[i].woken);
    }
}

static CU_TestInfo tests[] = {
    {"load: keeps what was acknowledged", test_load__keeps_what_was_acknowledged},
    CU_TEST_INFO_NULL,
};

int main(void)
{
    return run_suite("core/session/load", NULL, NULL, tests);
}
