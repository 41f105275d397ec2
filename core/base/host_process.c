#define _GNU_SOURCE /* getrandom, syscall */
#include "core/base/host_process.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <namidb/plugin_util.h>

#include "core/base/metrics.h"
#include "core/base/process_once.h"
#include "core/base/thread_pool.h"

enum {
    LOG_LINE_BYTES_MAX = 4096, /* one write() of this size is not torn apart on a pipe */
    NS_PER_S = 1000000000,
};

struct nami_process_host {
    struct nami_host table; /* first: its address is the host's */
    struct nami_runtime runtime;
    uint32_t log_level;
    struct nami_thread_pool *pool;
    struct nami_metrics *metrics;
};

/* ---- memory ---- */

static struct nami_process_host *of(const struct nami_host *table)
{
    union {
        const struct nami_host *table;
        struct nami_process_host *host; /* made by create(), so not const */
    } self = {.table = table};

    return self.host;
}

static void *host_alloc(const struct nami_host *table, size_t size)
{
    (void)table;
    return malloc(size > 0 ? size : 1);
}

static void host_free(const struct nami_host *table, void *ptr)
{
    (void)table;
    free(ptr);
}

static struct nami_buf *host_buf_create(const struct nami_host *table, size_t bytes_max)
{
    struct nami_buf *buf = malloc(sizeof(*buf));

    (void)table;
    if (buf != NULL) {
        nami_buf_init(buf, bytes_max > 0 ? bytes_max : 1);
    }
    return buf;
}

static int32_t host_buf_append(const struct nami_host *table, struct nami_buf *buf,
                               struct nami_slice bytes)
{
    (void)table;
    return nami_buf_append(buf, bytes);
}

static struct nami_slice host_buf_view(const struct nami_host *table, const struct nami_buf *buf)
{
    (void)table;
    return nami_buf_view(buf);
}

static void host_buf_clear(const struct nami_host *table, struct nami_buf *buf)
{
    (void)table;
    nami_buf_clear(buf);
}

static void host_buf_destroy(const struct nami_host *table, struct nami_buf *buf)
{
    (void)table;
    if (buf != NULL) {
        nami_buf_release(buf);
        free(buf);
    }
}

/* ---- log and metrics ---- */

/* Appends what fits, with blanks for what would break the line. */
static size_t put_clean(char *out, size_t at, size_t max, struct nami_slice text)
{
    for (size_t i = 0; i < text.len && at < max; i++) {
        uint8_t c = text.ptr[i];

        out[at++] = (char)(c < 0x20 || c == 0x7f ? ' ' : c);
    }
    return at;
}

static void host_log(const struct nami_host *table, uint32_t level, struct nami_slice source,
                     struct nami_slice line)
{
    static const char *const names[] = {"ERROR", "WARN ", "INFO ", "DEBUG"};
    char text[LOG_LINE_BYTES_MAX];
    size_t at = 0;
    struct timespec now = {0};
    struct tm utc = {0};

    level = level < NAMI_LOG_DEBUG ? level : NAMI_LOG_DEBUG;
    if (level > of(table)->log_level) {
        return;
    }
    (void)clock_gettime(CLOCK_REALTIME, &now);
    (void)gmtime_r(&now.tv_sec, &utc);
    at = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc);
    at += (size_t)snprintf(text + at, sizeof(text) - at, ".%03ldZ %s ", now.tv_nsec / 1000000,
                           names[level]);
    at = put_clean(text, at, sizeof(text) / 2, source);
    at = put_clean(text, at, sizeof(text) - 5, nami_text(": "));
    at = put_clean(text, at, sizeof(text) - 5, line);
    if (at == sizeof(text) - 5) {
        at = put_clean(text, at, sizeof(text) - 1, nami_text(" ..."));
    }
    text[at++] = '\n';
    (void)fwrite(text, 1, at, stderr); /* there is nobody left to tell if this fails */
}

static uint32_t host_metric_define(const struct nami_host *table, uint32_t kind,
                                   struct nami_slice name, struct nami_slice unit)
{
    uint32_t metric = nami_metrics_define(of(table)->metrics, kind, name, unit);

    if (metric == NAMI_METRIC_NONE) {
        host_log(table, NAMI_LOG_WARN, nami_text("metrics"),
                 nami_text("a metric is not kept: too many, or not a name"));
    }
    return metric;
}

static void host_metric_record(const struct nami_host *table, uint32_t metric, int64_t value)
{
    nami_metrics_record(of(table)->metrics, metric, value);
}

/* ---- time and chance ---- */

static int64_t host_wall_ms(const struct nami_host *table)
{
    struct timespec now = {0};

    (void)table;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static uint64_t host_mono_ns(const struct nami_host *table)
{
    struct timespec now = {0};

    (void)table;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

static int32_t host_random_fill(const struct nami_host *table, uint8_t *dst, size_t len)
{
    (void)table;
    while (len > 0) {
        ssize_t got = getrandom(dst, len, 0);

        if (got < 0 && errno != EINTR) {
            return NAMI_E_TRANSIENT;
        }
        dst += got > 0 ? got : 0;
        len -= got > 0 ? (size_t)got : 0;
    }
    return NAMI_OK;
}

static int32_t host_cancelled(const struct nami_host *table, const struct nami_cancel *cancel)
{
    (void)table;
    return nami_cancel_is_tripped(cancel);
}

/* ---- threads ---- */

static void host_task_submit(const struct nami_host *table, struct nami_task *task)
{
    nami_thread_pool_submit(of(table)->pool, task);
}

/* nami_event.signalled */
enum { QUIET = 0, SIGNALLED = 1, AWAITED = 2 };

static void host_event_signal(const struct nami_host *table, struct nami_event *event)
{
    uint32_t before = __atomic_exchange_n(&event->signalled, SIGNALLED, __ATOMIC_ACQ_REL);

    (void)table;
    if (before == AWAITED) {
        /* The event may be gone already: its address is only a name here, and whoever waits
         * at that address next takes a wake-up without cause as any futex user must. */
        (void)syscall(SYS_futex, &event->signalled, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
    }
}

static int32_t host_event_wait(const struct nami_host *table, struct nami_event *event,
                               uint64_t deadline_ns)
{
    struct timespec until = {.tv_sec = (time_t)(deadline_ns / NS_PER_S),
                             .tv_nsec = (long)(deadline_ns % NS_PER_S)};
    const struct timespec *timeout = deadline_ns == NAMI_NO_DEADLINE ? NULL : &until;

    (void)table;
    for (;;) {
        uint32_t state = QUIET;

        (void)__atomic_compare_exchange_n(&event->signalled, &state, AWAITED, false,
                                          __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
        if (state == SIGNALLED) {
            return NAMI_OK;
        }
        if (syscall(SYS_futex, &event->signalled, FUTEX_WAIT_BITSET_PRIVATE, AWAITED, timeout, NULL,
                    FUTEX_BITSET_MATCH_ANY) != 0 &&
            errno == ETIMEDOUT) {
            state = __atomic_load_n(&event->signalled, __ATOMIC_ACQUIRE);
            return state == SIGNALLED ? NAMI_OK : NAMI_E_DEADLINE;
        }
    }
}

static int32_t host_process_once(const struct nami_host *table, struct nami_slice name,
                                 int32_t (*make)(void **out), void **out)
{
    (void)table;
    return nami_process_once(name, make, out);
}

static void *run_actor(void *arg)
{
    struct nami_actor *actor = arg;

    actor->run(actor);
    return NULL;
}

static int32_t actor_start(const struct nami_runtime *runtime, struct nami_actor *actor)
{
    pthread_t *thread = malloc(sizeof(*thread));

    (void)runtime;
    actor->handle = thread;
    if (thread == NULL || pthread_create(thread, NULL, run_actor, actor) != 0) {
        free(thread);
        actor->handle = NULL;
        return NAMI_E_NOMEM;
    }
    return NAMI_OK;
}

static void actor_join(const struct nami_runtime *runtime, struct nami_actor *actor)
{
    pthread_t *thread = actor->handle;

    (void)runtime;
    if (thread != NULL) {
        (void)pthread_join(*thread, NULL);
        free(thread);
        actor->handle = NULL;
    }
}

/* ---- life ---- */

static const struct nami_host process_table = {
    .struct_size = sizeof(process_table),
    .abi_major = NAMI_ABI_MAJOR,
    .abi_minor = NAMI_ABI_MINOR,
    .mem_alloc = host_alloc,
    .mem_free = host_free,
    .buf_create = host_buf_create,
    .buf_append = host_buf_append,
    .buf_view = host_buf_view,
    .buf_clear = host_buf_clear,
    .buf_destroy = host_buf_destroy,
    .log = host_log,
    .metric_define = host_metric_define,
    .metric_record = host_metric_record,
    .wall_ms = host_wall_ms,
    .mono_ns = host_mono_ns,
    .random_fill = host_random_fill,
    .cancelled = host_cancelled,
    .task_submit = host_task_submit,
    .event_signal = host_event_signal,
    .event_wait = host_event_wait,
    .process_once = host_process_once,
};

int32_t nami_process_host_create(const struct nami_process_host_config *config,
                                 struct nami_process_host **out)
{
    struct nami_process_host *host = calloc(1, sizeof(*host));
    int32_t status = NAMI_E_NOMEM;

    *out = NULL;
    if (host == NULL) {
        goto out;
    }
    host->table = process_table;
    host->runtime = (struct nami_runtime){
        .host = &host->table, .actor_start = actor_start, .actor_join = actor_join};
    host->log_level = config->log_level;
    status = nami_metrics_create(&host->metrics);
    if (status != NAMI_OK) {
        goto out;
    }
    status = nami_thread_pool_create(config->pool_threads, &host->pool);
    if (status != NAMI_OK) {
        goto out;
    }
    *out = host;
    host = NULL;

out:
    nami_process_host_destroy(host);
    return status;
}

void nami_process_host_destroy(struct nami_process_host *host)
{
    if (host != NULL) {
        nami_thread_pool_destroy(host->pool);
        nami_metrics_destroy(host->metrics);
        free(host);
    }
}

const struct nami_host *nami_process_host_table(const struct nami_process_host *host)
{
    return &host->table;
}

const struct nami_runtime *nami_process_runtime(const struct nami_process_host *host)
{
    return &host->runtime;
}

int32_t nami_process_host_metrics(struct nami_process_host *host, struct nami_buf *out)
{
    return nami_metrics_print(host->metrics, out);
}
