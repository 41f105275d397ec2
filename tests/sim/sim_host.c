/* The host table and the runtime of a simulated process. */
#include <stdlib.h>

#include "core/base/buf.h"
#include "tests/sim/world.h"

static struct sim_process *of(const struct nami_host *host)
{
    union {
        const struct nami_host *host;
        struct sim_process *process;
    } self = {.host = host};

    return self.process;
}

/* ---- memory ---- */

static void *sim_alloc(const struct nami_host *host, size_t size)
{
    (void)host;
    return malloc(size);
}

static void sim_free(const struct nami_host *host, void *ptr)
{
    (void)host;
    free(ptr);
}

static struct nami_buf *sim_buf_create(const struct nami_host *host, size_t bytes_max)
{
    struct nami_buf *buf = malloc(sizeof(*buf));

    (void)host;
    if (buf != NULL) {
        nami_buf_init(buf, bytes_max > 0 ? bytes_max : 1);
    }
    return buf;
}

static int32_t sim_buf_append(const struct nami_host *host, struct nami_buf *buf,
                              struct nami_slice bytes)
{
    (void)host;
    return nami_buf_append(buf, bytes);
}

static struct nami_slice sim_buf_view(const struct nami_host *host, const struct nami_buf *buf)
{
    (void)host;
    return nami_buf_view(buf);
}

static void sim_buf_clear(const struct nami_host *host, struct nami_buf *buf)
{
    (void)host;
    nami_buf_clear(buf);
}

static void sim_buf_destroy(const struct nami_host *host, struct nami_buf *buf)
{
    (void)host;
    if (buf != NULL) {
        nami_buf_release(buf);
        free(buf);
    }
}

/* ---- what is told ---- */

static void sim_log(const struct nami_host *host, uint32_t level, struct nami_slice source,
                    struct nami_slice line)
{
    (void)level;
    (void)source;
    WORLD_TRACE(of(host)->world, "%s says: %.*s", of(host)->name, (int)line.len,
                (const char *)line.ptr);
}

static uint32_t sim_metric_define(const struct nami_host *host, uint32_t kind,
                                  struct nami_slice name, struct nami_slice unit)
{
    (void)host;
    (void)kind;
    (void)name;
    (void)unit;
    return 0;
}

static void sim_metric_record(const struct nami_host *host, uint32_t metric, int64_t value)
{
    (void)host;
    (void)metric;
    (void)value;
}

/* ---- time and chance ---- */

static int64_t sim_wall_ms(const struct nami_host *host)
{
    return (int64_t)(sim_process_local_time(of(host)) / SIM_MS); /* as wrong as a clock can be */
}

static uint64_t sim_mono_ns(const struct nami_host *host)
{
    return sim_process_local_time(of(host));
}

static int32_t sim_random_fill(const struct nami_host *host, uint8_t *dst, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        dst[i] = (uint8_t)world_chance(of(host)->world);
    }
    return NAMI_OK;
}

static int32_t sim_cancelled(const struct nami_host *host, const struct nami_cancel *cancel)
{
    (void)host;
    (void)cancel;
    return 0;
}

/* ---- strands ---- */

/* nami_event.signalled; above these, it is awaited by strand number value - AWAITED. */
enum { QUIET = 0, SIGNALLED = 1, AWAITED = 2 };

static void sim_event_signal(const struct nami_host *host, struct nami_event *event)
{
    struct world *world = of(host)->world;
    uint32_t before = event->signalled;

    event->signalled = SIGNALLED;
    if (before >= AWAITED) {
        world_wake(world, &world->strands[before - AWAITED]);
    }
}

static int32_t sim_event_wait(const struct nami_host *host, struct nami_event *event,
                              uint64_t deadline_ns)
{
    struct sim_process *process = of(host);
    struct world *world = process->world;

    while (event->signalled != SIGNALLED) {
        if (sim_process_local_time(process) >= deadline_ns) {
            event->signalled = QUIET;
            return NAMI_E_DEADLINE;
        }
        event->signalled = AWAITED + (uint32_t)(world->current - world->strands);
        world_wait(world, sim_process_true_time(process, deadline_ns));
    }
    return NAMI_OK;
}

static void run_task(void *arg)
{
    struct nami_task *task = arg;

    task->run(task);
}

static void sim_task_submit(const struct nami_host *host, struct nami_task *task)
{
    world_spawn(of(host)->world, of(host), run_task, task, NULL);
}

static int32_t sim_process_once_make(const struct nami_host *host, struct nami_slice name,
                                     int32_t (*make)(void **out), void **out)
{
    (void)host;
    (void)name;
    return make(out); /* nothing that is simulated asks for it twice */
}

static void run_actor(void *arg)
{
    struct nami_actor *actor = arg;

    actor->run(actor);
}

static int32_t sim_actor_start(const struct nami_runtime *runtime, struct nami_actor *actor)
{
    struct sim_process *process = of(runtime->host);
    struct nami_event *ended = calloc(1, sizeof(*ended));

    actor->handle = ended;
    if (ended == NULL) {
        return NAMI_E_NOMEM;
    }
    world_spawn(process->world, process, run_actor, actor, ended);
    return NAMI_OK;
}

static void sim_actor_join(const struct nami_runtime *runtime, struct nami_actor *actor)
{
    (void)sim_event_wait(runtime->host, actor->handle, NAMI_NO_DEADLINE);
    free(actor->handle);
    actor->handle = NULL;
}

static const struct nami_host sim_table = {
    .struct_size = sizeof(sim_table),
    .abi_major = NAMI_ABI_MAJOR,
    .abi_minor = NAMI_ABI_MINOR,
    .mem_alloc = sim_alloc,
    .mem_free = sim_free,
    .buf_create = sim_buf_create,
    .buf_append = sim_buf_append,
    .buf_view = sim_buf_view,
    .buf_clear = sim_buf_clear,
    .buf_destroy = sim_buf_destroy,
    .log = sim_log,
    .metric_define = sim_metric_define,
    .metric_record = sim_metric_record,
    .wall_ms = sim_wall_ms,
    .mono_ns = sim_mono_ns,
    .random_fill = sim_random_fill,
    .cancelled = sim_cancelled,
    .task_submit = sim_task_submit,
    .event_signal = sim_event_signal,
    .event_wait = sim_event_wait,
    .process_once = sim_process_once_make,
};

void sim_host_init(struct sim_process *process)
{
    process->host = sim_table;
    process->runtime = (struct nami_runtime){
        .host = &process->host, .actor_start = sim_actor_start, .actor_join = sim_actor_join};
}
