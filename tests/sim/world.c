#include "world.h"

#include <stdlib.h>

enum { WAKE_SPREAD_NS = 60000 }; /* between two that are woken at once, either may go first */

/* ---- chance ---- */

uint64_t world_chance(struct world *world)
{
    uint64_t x = world->chance += UINT64_C(0x9e3779b97f4a7c15); /* splitmix64 */

    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

uint64_t world_below(struct world *world, uint64_t bound)
{
    return bound > 0 ? world_chance(world) % bound : 0;
}

uint64_t world_spread(struct world *world, uint64_t low, uint64_t high)
{
    uint64_t top = low > 0 ? low : 1;
    uint32_t doublings = 0;

    while (top <= high / 2) {
        top *= 2;
        doublings++;
    }
    top = (low > 0 ? low : 1) << world_below(world, (uint64_t)doublings + 1);
    top = low + world_below(world, 2 * top - low + 1);
    return top < high ? top : high;
}

bool world_odds(struct world *world, uint32_t per_mille)
{
    return per_mille > 0 && world_below(world, 1000) < per_mille;
}

/* ---- events: a binary heap ---- */

static bool is_before(const struct event *a, const struct event *b)
{
    return a->at_ns != b->at_ns ? a->at_ns < b->at_ns : a->order < b->order;
}

static void push(struct world *world, struct event event)
{
    size_t i = world->heap_count++;

    if (i == world->heap_max) {
        world->heap_max = world->heap_max > 0 ? 2 * world->heap_max : 1024;
        world->heap = realloc(world->heap, world->heap_max * sizeof(*world->heap));
        if (world->heap == NULL) {
            abort();
        }
    }
    while (i > 0 && is_before(&event, &world->heap[(i - 1) / 2])) {
        world->heap[i] = world->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    world->heap[i] = event;
}

static struct event pop(struct world *world)
{
    struct event first = world->heap[0];
    struct event last = world->heap[--world->heap_count];
    size_t i = 0;

    for (;;) {
        size_t child = 2 * i + 1;

        if (child + 1 < world->heap_count &&
            is_before(&world->heap[child + 1], &world->heap[child])) {
            child++;
        }
        if (child >= world->heap_count || !is_before(&world->heap[child], &last)) {
            break;
        }
        world->heap[i] = world->heap[child];
        i = child;
    }
    world->heap[i] = last;
    return first;
}

void world_at(struct world *world, uint64_t at_ns,
              void (*run)(struct world *world, void *arg, uint64_t tag), void *arg, uint64_t tag)
{
    push(world, (struct event){.at_ns = at_ns > world->now_ns ? at_ns : world->now_ns,
                               .order = world->order++,
                               .run = run,
                               .arg = arg,
                               .tag = tag});
}

/* ---- strands ---- */

static void strand_main(void *arg)
{
    struct strand *strand = arg;

    strand->run(strand->arg);
}

static void end_strand(struct world *world, struct strand *strand)
{
    struct nami_event *ended = strand->ended;
    struct sim_process *process = strand->process;

    fiber_drop(strand->fiber);
    strand->fiber = NULL;
    strand->wait++;
    if (ended != NULL && process != NULL) {
        process->host.event_signal(&process->host, ended);
    }
    (void)world;
}

static void run_strand(struct world *world, void *arg, uint64_t tag)
{
    struct strand *strand = arg;

    (void)tag;
    if (strand->fiber == NULL || !strand->is_ready ||
        (strand->process != NULL && sim_process_is_paused(strand->process))) {
        return; /* it stays ready, and goes on when its process does */
    }
    strand->is_ready = false;
    strand->wait++;
    world->current = strand;
    fiber_resume(strand->fiber);
    world->current = NULL;
    if (strand->fiber->is_done || (strand->process != NULL && !strand->process->is_alive)) {
        end_strand(world, strand);
    }
}

void world_wake(struct world *world, struct strand *strand)
{
    strand->is_ready = true;
    world_at(world, world->now_ns + world_below(world, WAKE_SPREAD_NS), run_strand, strand, 0);
}

static void timer(struct world *world, void *arg, uint64_t tag)
{
    struct strand *strand = arg;

    if (strand->fiber != NULL && strand->wait == tag) {
        strand->is_ready = true;
        run_strand(world, strand, 0);
    }
}

void world_wait(struct world *world, uint64_t until_ns)
{
    struct strand *strand = world->current;

    if (until_ns != SIM_NEVER) {
        world_at(world, until_ns, timer, strand, strand->wait);
    }
    fiber_pause(&world->deck);
}

void world_sleep(struct world *world, uint64_t ns)
{
    uint64_t until = world->now_ns + ns;

    while (world->now_ns < until) {
        world_wait(world, until);
    }
}

void world_spawn(struct world *world, struct sim_process *process, void (*run)(void *arg),
                 void *arg, struct nami_event *ended)
{
    struct strand *strand = world->strands;

    while (strand->fiber != NULL) {
        if (++strand == world->strands + SIM_STRANDS_MAX) {
            abort();
        }
    }
    strand->world = world;
    strand->process = process;
    strand->run = run;
    strand->arg = arg;
    strand->ended = ended;
    strand->fiber = fiber_start(&world->deck, strand_main, strand);
    world_wake(world, strand);
}

void world_wake_process(struct world *world, const struct sim_process *process)
{
    for (size_t i = 0; i < SIM_STRANDS_MAX; i++) {
        struct strand *strand = &world->strands[i];

        if (strand->fiber != NULL && strand->process == process && strand->is_ready) {
            world_wake(world, strand);
        }
    }
}

void world_drop_process(struct world *world, const struct sim_process *process)
{
    bool is_own = false;

    for (size_t i = 0; i < SIM_STRANDS_MAX; i++) {
        struct strand *strand = &world->strands[i];

        if (strand->fiber == NULL || strand->process != process) {
            continue;
        }
        strand->ended = NULL;
        if (strand == world->current) {
            is_own = true; /* run_strand() drops it */
        } else {
            fiber_drop(strand->fiber);
            strand->fiber = NULL;
            strand->wait++;
        }
    }
    if (is_own) {
        fiber_pause(&world->deck);
    }
}

void world_run(struct world *world)
{
    while (!world->is_over && !world->is_violated) {
        struct event event;

        if (world->heap_count == 0 || world->tally.events++ == SIM_EVENTS_MAX) {
            world_violated(world, "I8 %s",
                           world->heap_count == 0 ? "nothing can happen any more"
                                                  : "no end of events");
            break;
        }
        event = pop(world);
        world->now_ns = event.at_ns;
        event.run(world, event.arg, event.tag);
    }
}

void world_release(struct world *world)
{
    for (size_t i = 0; i < SIM_STRANDS_MAX; i++) {
        if (world->strands[i].fiber != NULL) {
            fiber_drop(world->strands[i].fiber);
        }
    }
    fiber_deck_release(&world->deck);
    free(world->heap);
    free(world);
}

/* ---- what is told ---- */

void world_trace(struct world *world, const char *fmt, ...)
{
    struct trace *trace = &world->trace;
    char *line = trace->lines[trace->next++ % SIM_TRACE_LINES];
    const struct sim_process *process = world->current != NULL ? world->current->process : NULL;
    int len = snprintf(line, SIM_TRACE_BYTES, "%11.6f %-4s ", (double)world->now_ns / 1e9,
                       process != NULL ? process->name : "-");
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(line + len, SIM_TRACE_BYTES - (size_t)len, fmt, args);
    va_end(args);
    if (trace->is_loud) {
        (void)printf("%s\n", line);
    }
}

void world_print_trace(const struct world *world)
{
    const struct trace *trace = &world->trace;
    size_t first = trace->next > SIM_TRACE_LINES ? trace->next - SIM_TRACE_LINES : 0;

    for (size_t i = first; i < trace->next; i++) {
        (void)printf("  %s\n", trace->lines[i % SIM_TRACE_LINES]);
    }
}

void world_violated(struct world *world, const char *fmt, ...)
{
    va_list args;

    if (!world->is_violated) {
        va_start(args, fmt);
        (void)vsnprintf(world->violation, sizeof(world->violation), fmt, args);
        va_end(args);
        world->is_violated = true;
        WORLD_TRACE(world, "VIOLATION %s", world->violation);
    }
    if (world->current != NULL) {
        fiber_pause(&world->deck); /* for good */
    }
}
