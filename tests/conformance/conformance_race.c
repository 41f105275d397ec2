/* Threads that want the same. */
#include <pthread.h>
#include <stdlib.h>

#include "tests/conformance/conformance.h"

enum { RACERS = 4, ROUNDS = 20, STEPS = 25 };

struct racer {
    pthread_t thread;
    pthread_barrier_t *start;
    int number;
    int won[ROUNDS];
    int unclear; /* answers that are none of: won, lost, try again */
};

static void *create_rounds(void *arg)
{
    struct racer *racer = arg;

    for (int round = 0; round < ROUNDS; round++) {
        struct nami_result result = {0};
        char key[32];
        char body[8];
        int32_t status = NAMI_OK;

        (void)snprintf(key, sizeof(key), "race/%d", round);
        (void)snprintf(body, sizeof(body), "%d", racer->number);
        (void)pthread_barrier_wait(racer->start);
        status = put(&store, key, body, NAMI_WRITE_IF_ABSENT, NULL, &result);
        racer->won[round] = status == NAMI_OK;
        racer->unclear +=
            status != NAMI_OK && status != NAMI_E_PRECONDITION && status != NAMI_E_CONFLICT;
    }
    return NULL;
}

static void run_racers(struct racer racers[RACERS], void *(*run)(void *))
{
    pthread_barrier_t start;

    CU_ASSERT_EQUAL_FATAL(pthread_barrier_init(&start, NULL, RACERS), 0);
    for (int i = 0; i < RACERS; i++) {
        racers[i] = (struct racer){.start = &start, .number = i};
        CU_ASSERT_EQUAL_FATAL(pthread_create(&racers[i].thread, NULL, run, &racers[i]), 0);
    }
    for (int i = 0; i < RACERS; i++) {
        (void)pthread_join(racers[i].thread, NULL);
        CU_ASSERT_EQUAL(racers[i].unclear, 0);
    }
    (void)pthread_barrier_destroy(&start);
}

static void one_creates(void)
{
    static struct racer racers[RACERS];

    run_racers(racers, create_rounds);
    for (int round = 0; round < ROUNDS; round++) {
        struct nami_result result = {0};
        uint8_t dst[8] = {0};
        char key[32];
        int winners = 0;

        (void)snprintf(key, sizeof(key), "race/%d", round);
        CU_ASSERT_EQUAL(get(&store, key, dst, sizeof(dst), &result), NAMI_OK);
        for (int i = 0; i < RACERS; i++) {
            winners += racers[i].won[round];
            CU_ASSERT(!racers[i].won[round] || dst[0] == '0' + i);
        }
        CU_ASSERT_EQUAL(winners, 1);
    }
}

/* Read a number, write the next one if it is still there. */
static void *count_up(void *arg)
{
    struct racer *racer = arg;
    int done = 0;

    (void)pthread_barrier_wait(racer->start);
    for (int tries = 0; done < STEPS && tries < STEPS * 1000 && racer->unclear == 0; tries++) {
        struct nami_result result = {0};
        struct nami_version version;
        uint8_t dst[16] = {0};
        char body[16];
        int32_t status = get(&store, "race/count", dst, sizeof(dst) - 1, &result);
        int number = atoi((const char *)dst);

        version = result.version;
        (void)snprintf(body, sizeof(body), "%d", number + 1);
        if (status == NAMI_OK) {
            status = put(&store, "race/count", body, NAMI_WRITE_IF_MATCH, &version, &result);
        }
        done += status == NAMI_OK;
        racer->unclear +=
            status != NAMI_OK && status != NAMI_E_PRECONDITION && status != NAMI_E_CONFLICT;
    }
    return NULL;
}

static void no_step_is_lost(void)
{
    static struct racer racers[RACERS];
    struct nami_result result = {0};
    uint8_t dst[16] = {0};

    CU_ASSERT_EQUAL_FATAL(put(&store, "race/count", "0", NAMI_WRITE_ALWAYS, NULL, &result),
                          NAMI_OK);
    run_racers(racers, count_up);
    CU_ASSERT_EQUAL(get(&store, "race/count", dst, sizeof(dst) - 1, &result), NAMI_OK);
    CU_ASSERT_EQUAL(atoi((const char *)dst), RACERS * STEPS);
}

/* Replace one object again and again while others read it: nobody sees a mixture. */
static void *replace_or_read(void *arg)
{
    struct racer *racer = arg;

    (void)pthread_barrier_wait(racer->start);
    for (int i = 0; i < STEPS; i++) {
        struct nami_result result = {0};
        uint8_t dst[64] = {0};
        char body[41] = "";

        if (racer->number == 0) {
            memset(body, 'a' + i % 26, (size_t)(10 + i % 30));
            racer->unclear +=
                put(&store, "race/torn", body, NAMI_WRITE_ALWAYS, NULL, &result) != NAMI_OK;
            continue;
        }
        racer->unclear += get(&store, "race/torn", dst, sizeof(dst), &result) != NAMI_OK;
        for (size_t j = 0; j < result.bytes; j++) {
            racer->unclear += dst[j] != dst[0];
        }
        racer->unclear += result.bytes != 10 + (uint64_t)((dst[0] - 'a') % 30);
    }
    return NULL;
}

static void no_read_is_torn(void)
{
    static struct racer racers[RACERS];
    struct nami_result result = {0};

    CU_ASSERT_EQUAL_FATAL(put(&store, "race/torn", "aaaaaaaaaa", NAMI_WRITE_ALWAYS, NULL, &result),
                          NAMI_OK);
    run_racers(racers, replace_or_read);
}

CU_TestInfo conformance_race[] = {
    {"of threads that create a key, one wins", one_creates},
    {"of threads that count by IF_MATCH, no step is lost", no_step_is_lost},
    {"no read is torn while the object is replaced", no_read_is_torn},
    CU_TEST_INFO_NULL,
};
