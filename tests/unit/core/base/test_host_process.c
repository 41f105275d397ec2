/* Unit tests for core/base/host_process.c, process_once.c and waiter.c: real threads. */
#include "tests/support/run_suite.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <namidb/plugin_util.h>

#include "core/base/host_process.h"
#include "core/base/process_once.h"
#include "core/base/waiter.h"

static struct nami_process_host *process;
static const struct nami_host *host;

static int setup(void)
{
    struct nami_process_host_config config = {.pool_threads = 4, .log_level = NAMI_LOG_INFO};
    int32_t status = nami_process_host_create(&config, &process);

    host = status == NAMI_OK ? nami_process_host_table(process) : NULL;
    return status != NAMI_OK;
}

static int teardown(void)
{
    nami_process_host_destroy(process);
    nami_process_host_destroy(NULL);
    return 0;
}

static void test_table__is_complete(void)
{
    struct nami_host table = *host;
    void *functions[(sizeof(table) - offsetof(struct nami_host, mem_alloc)) / sizeof(void *)];

    CU_ASSERT_EQUAL(table.struct_size, sizeof(table));
    CU_ASSERT_EQUAL(table.abi_minor, NAMI_ABI_MINOR);
    memcpy(functions, (const char *)host + offsetof(struct nami_host, mem_alloc),
           sizeof(functions));
    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
        CU_ASSERT_PTR_NOT_NULL(functions[i]);
    }
}

/* The waiter's stack frame, and the event in it, is gone as soon as wait() has returned. */
struct signalling {
    struct nami_task task; /* first */
    struct nami_event *event;
};

static void signal_event(struct nami_task *task)
{
    struct signalling *self = (struct signalling *)(void *)task;

    host->event_signal(host, self->event);
}

static void wait_once(void)
{
    struct nami_event *event = calloc(1, sizeof(*event));
    struct signalling *signalling = calloc(1, sizeof(*signalling));

    CU_ASSERT_PTR_NOT_NULL_FATAL(event);
    CU_ASSERT_PTR_NOT_NULL_FATAL(signalling);
    signalling->task.run = signal_event;
    signalling->event = event;
    host->task_submit(host, &signalling->task);
    CU_ASSERT_EQUAL(host->event_wait(host, event, NAMI_NO_DEADLINE), NAMI_OK);
    free(event);
    free(signalling); /* run() read it before it signalled */
}

static void *wait_often(void *arg)
{
    for (int i = 0; i < 2000; i++) {
        wait_once();
    }
    return arg;
}

static void test_event__may_be_gone_when_signal_returns(void)
{
    pthread_t threads[3];

    for (size_t i = 0; i < 3; i++) {
        CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[i], NULL, wait_often, NULL), 0);
    }
    for (size_t i = 0; i < 3; i++) {
        (void)pthread_join(threads[i], NULL);
    }
}

static void test_event__deadline_passes_or_signal_was_before(void)
{
    struct nami_event event = {0};
    uint64_t begin = host->mono_ns(host);
    uint64_t deadline = begin + 20000000;

    CU_ASSERT_EQUAL(host->event_wait(host, &event, deadline), NAMI_E_DEADLINE);
    CU_ASSERT(host->mono_ns(host) >= deadline);
    CU_ASSERT_EQUAL(host->event_wait(host, &event, 0), NAMI_E_DEADLINE);
    host->event_signal(host, &event);
    host->event_signal(host, &event);
    CU_ASSERT_EQUAL(host->event_wait(host, &event, 0), NAMI_OK);
    CU_ASSERT_EQUAL(host->event_wait(host, &event, NAMI_NO_DEADLINE), NAMI_OK);
}

struct publishing {
    struct nami_actor actor; /* first */
    struct nami_sleeper *sleeper;
    int plain; /* guarded by the event alone */
};

static void publish(struct nami_actor *actor)
{
    struct publishing *self = (struct publishing *)(void *)actor;

    self->plain = 42;
    self->sleeper->waiter.wake(&self->sleeper->waiter);
}

/* What was written before the signal is seen after the wait: the thread sanitizer's case. */
static void test_actor__wakes_a_sleeper_and_is_joined(void)
{
    const struct nami_runtime *runtime = nami_process_runtime(process);

    for (int i = 0; i < 200; i++) {
        struct nami_sleeper sleeper;
        struct publishing publishing = {.actor = {.run = publish}, .sleeper = &sleeper};

        nami_sleeper_init(&sleeper, host);
        CU_ASSERT_EQUAL_FATAL(runtime->actor_start(runtime, &publishing.actor), NAMI_OK);
        CU_ASSERT_EQUAL(nami_sleeper_wait(&sleeper, NAMI_NO_DEADLINE), NAMI_OK);
        CU_ASSERT_EQUAL(publishing.plain, 42);
        runtime->actor_join(runtime, &publishing.actor);
        CU_ASSERT_PTR_NULL(publishing.actor.handle);
    }
}

static void test_sleeper__gives_up_at_its_deadline(void)
{
    struct nami_sleeper sleeper;

    nami_sleeper_init(&sleeper, host);
    CU_ASSERT_EQUAL(nami_sleeper_wait(&sleeper, host->mono_ns(host) + 1000000), NAMI_E_DEADLINE);
}

static void test_cancel__trips_once_and_for_all(void)
{
    struct nami_cancel cancel = {0};

    CU_ASSERT_EQUAL(host->cancelled(host, NULL), 0);
    CU_ASSERT_EQUAL(host->cancelled(host, &cancel), 0);
    nami_cancel_trip(&cancel);
    nami_cancel_trip(&cancel);
    CU_ASSERT_EQUAL(host->cancelled(host, &cancel), 1);
}

static void test_random__is_random(void)
{
    uint8_t one[300] = {0};
    uint8_t two[300] = {0};

    CU_ASSERT_EQUAL(host->random_fill(host, one, sizeof(one)), NAMI_OK);
    CU_ASSERT_EQUAL(host->random_fill(host, two, sizeof(two)), NAMI_OK);
    CU_ASSERT_NOT_EQUAL(memcmp(one, two, sizeof(one)), 0);
    CU_ASSERT_NOT_EQUAL(memcmp(one + 268, two + 268, 32), 0); /* to the last byte */
}

static void test_buf__keeps_its_ceiling(void)
{
    struct nami_buf *buf = host->buf_create(host, 4);

    CU_ASSERT_PTR_NOT_NULL_FATAL(buf);
    CU_ASSERT_EQUAL(host->buf_append(host, buf, nami_text("abc")), NAMI_OK);
    CU_ASSERT_EQUAL(host->buf_append(host, buf, nami_text("de")), NAMI_E_NOMEM);
    CU_ASSERT_TRUE(nami_slice_equal(host->buf_view(host, buf), nami_text("abc")));
    host->buf_clear(host, buf);
    CU_ASSERT_EQUAL(host->buf_view(host, buf).len, 0);
    host->buf_destroy(host, buf);
    host->buf_destroy(host, NULL);
    host->mem_free(host, host->mem_alloc(host, 0));
    host->mem_free(host, NULL);
}

/* What `say` puts on stderr. */
static size_t capture(void (*say)(void), char *out, size_t max)
{
    FILE *file = tmpfile();
    int saved = dup(STDERR_FILENO);
    size_t len = 0;

    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    (void)fflush(stderr);
    (void)dup2(fileno(file), STDERR_FILENO);
    say();
    (void)fflush(stderr);
    (void)dup2(saved, STDERR_FILENO);
    (void)close(saved);
    rewind(file);
    len = fread(out, 1, max - 1, file);
    out[len] = '\0';
    (void)fclose(file);
    return len;
}

static void say_two(void)
{
    host->log(host, NAMI_LOG_WARN, nami_text("here"), nami_text("one\nforged line\x1b[0m"));
    host->log(host, NAMI_LOG_DEBUG, nami_text("here"), nami_text("too quiet"));
}

static void say_long(void)
{
    static char line[9000];

    memset(line, 'y', sizeof(line));
    host->log(host, NAMI_LOG_ERROR, nami_bytes(line, sizeof(line)), nami_bytes(line, sizeof(line)));
}

static void test_log__one_clean_line_of_level_and_time(void)
{
    static char text[16384];
    size_t len = capture(say_two, text, sizeof(text));

    CU_ASSERT_EQUAL(len, strlen("2026-01-01T00:00:00.000Z WARN  here: one forged line [0m\n"));
    CU_ASSERT_STRING_EQUAL(text + 23, "Z WARN  here: one forged line [0m\n");
    CU_ASSERT_EQUAL(text[10], 'T');
    CU_ASSERT_EQUAL(text[19], '.');
    len = capture(say_long, text, sizeof(text));
    CU_ASSERT_EQUAL(len, 4096);
    CU_ASSERT_STRING_EQUAL(text + 4091, " ...\n");
    CU_ASSERT_PTR_EQUAL(strchr(text, '\n'), text + 4095);
}

static void test_metrics__print_as_prometheus_text(void)
{
    uint32_t total =
        host->metric_define(host, NAMI_METRIC_COUNTER, nami_text("n_total"), nami_text(""));
    uint32_t level =
        host->metric_define(host, NAMI_METRIC_GAUGE, nami_text("n_level"), nami_text("bytes"));
    uint32_t times =
        host->metric_define(host, NAMI_METRIC_HISTOGRAM, nami_text("n_ns"), nami_text("ns"));
    struct nami_buf out;

    CU_ASSERT_EQUAL(
        host->metric_define(host, NAMI_METRIC_COUNTER, nami_text("n_total"), nami_text("")), total);
    host->metric_record(host, total, 2);
    host->metric_record(host, total, 3);
    host->metric_record(host, level, 9);
    host->metric_record(host, level, -4);
    host->metric_record(host, times, 0);
    host->metric_record(host, times, 1);
    host->metric_record(host, times, 5);
    host->metric_record(host, 99999, 5);
    nami_buf_init(&out, 4096);
    CU_ASSERT_EQUAL(nami_process_host_metrics(process, &out), NAMI_OK);
    CU_ASSERT_EQUAL(nami_buf_append(&out, nami_bytes("", 1)), NAMI_OK);
    CU_ASSERT_STRING_EQUAL((const char *)out.ptr, "# TYPE n_total counter\n"
                                                  "n_total 5\n"
                                                  "# HELP n_level in bytes\n"
                                                  "# TYPE n_level gauge\n"
                                                  "n_level -4\n"
                                                  "# HELP n_ns in ns\n"
                                                  "# TYPE n_ns histogram\n"
                                                  "n_ns_bucket{le=\"0\"} 1\n"
                                                  "n_ns_bucket{le=\"1\"} 2\n"
                                                  "n_ns_bucket{le=\"3\"} 2\n"
                                                  "n_ns_bucket{le=\"7\"} 3\n"
                                                  "n_ns_bucket{le=\"+Inf\"} 3\n"
                                                  "n_ns_sum 6\n"
                                                  "n_ns_count 3\n");
    nami_buf_release(&out);
}

static atomic_int makes;

static int32_t make_once(void **out)
{
    static int thing;

    (void)nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL); /* the others have to wait */
    atomic_fetch_add(&makes, 1);
    *out = &thing;
    return NAMI_OK;
}

static int32_t make_fails(void **out)
{
    (void)out;
    atomic_fetch_add(&makes, 1);
    return NAMI_E_CONFIG;
}

static void *ask_once(void *arg)
{
    void *out = NULL;

    (void)arg;
    return host->process_once(host, nami_text("thing"), make_once, &out) == NAMI_OK ? out : NULL;
}

static void test_once__one_maker_and_no_trace_of_a_failure(void)
{
    pthread_t threads[4];
    void *made[4] = {NULL};
    void *out = NULL;

    for (size_t i = 0; i < 4; i++) {
        CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[i], NULL, ask_once, NULL), 0);
    }
    for (size_t i = 0; i < 4; i++) {
        (void)pthread_join(threads[i], &made[i]);
        CU_ASSERT_PTR_NOT_NULL(made[i]);
        CU_ASSERT_PTR_EQUAL(made[i], made[0]);
    }
    CU_ASSERT_EQUAL(makes, 1);
    CU_ASSERT_EQUAL(nami_process_once(nami_text("bad"), make_fails, &out), NAMI_E_CONFIG);
    CU_ASSERT_EQUAL(nami_process_once(nami_text("bad"), make_once, &out), NAMI_OK);
    CU_ASSERT_EQUAL(makes, 3);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"table: is complete", test_table__is_complete},
        {"event: may be gone when signal returns", test_event__may_be_gone_when_signal_returns},
        {"event: deadline passes, or the signal was before",
         test_event__deadline_passes_or_signal_was_before},
        {"actor: wakes a sleeper and is joined", test_actor__wakes_a_sleeper_and_is_joined},
        {"sleeper: gives up at its deadline", test_sleeper__gives_up_at_its_deadline},
        {"cancel: trips once and for all", test_cancel__trips_once_and_for_all},
        {"random: is random", test_random__is_random},
        {"buf: keeps its ceiling", test_buf__keeps_its_ceiling},
        {"log: one clean line of level and time", test_log__one_clean_line_of_level_and_time},
        {"metrics: print as Prometheus text", test_metrics__print_as_prometheus_text},
        {"once: one maker, and no trace of a failure",
         test_once__one_maker_and_no_trace_of_a_failure},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/base/host_process", setup, teardown, tests);
}
