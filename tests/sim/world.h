/*
 * tests/sim/world.h -- one run: a virtual clock, one stream of chance, fibers, processes.
 *
 * Everything that happens is an event at a time; events of equal time come in the order in
 * which they were made. All chance is drawn from one generator, so a seed is a run.
 *
 * What each file adds to a world: sim_store.h the bucket, checker.h what must hold,
 * sim_process.h hosts and what runs in them, scenario.h what goes wrong and when.
 */
#ifndef NAMI_TESTS_SIM_WORLD_H
#define NAMI_TESTS_SIM_WORLD_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>

#include <namidb/plugin_util.h>

#include "tests/sim/checker.h"
#include "tests/sim/fiber.h"
#include "tests/sim/scenario.h"
#include "tests/sim/sim_process.h"
#include "tests/sim/sim_store.h"

#define SIM_MS    UINT64_C(1000000) /* in ns */
#define SIM_S     UINT64_C(1000000000)
#define SIM_NEVER UINT64_MAX

enum {
    SIM_STRANDS_MAX = 512,
    SIM_PROCESSES_MAX = 96,  /* in one run, the dead included */
    SIM_TRACE_LINES = 60,    /* kept for the report of a violation */
    SIM_TRACE_BYTES = 200,   /* of one line */
    SIM_EVENTS_MAX = 6000000 /* more is a loop */
};

/* A fiber with a place in the world. */
struct strand {
    struct world *world;
    struct sim_process *process; /* NULL: not of any */
    struct fiber *fiber;         /* NULL: this strand is free */
    void (*run)(void *arg);
    void *arg;
    struct nami_event *ended; /* signalled at its end; may be NULL */
    uint64_t wait;            /* grows with each wait: tells late timers */
    bool is_ready;
};

struct event {
    uint64_t at_ns;
    uint64_t order;
    void (*run)(struct world *world, void *arg, uint64_t tag);
    void *arg;
    uint64_t tag;
};

struct trace {
    bool is_on; /* off: nothing is formatted */
    bool is_loud;
    size_t next;
    char lines[SIM_TRACE_LINES][SIM_TRACE_BYTES];
};

/* What happened in a run, so that one can see that it is not for nothing. */
struct tally {
    uint64_t acked; /* commits, by what their clients were told */
    uint64_t failed;
    uint64_t unknown;
    uint64_t readings; /* that said "up to date" */
    uint64_t slots;    /* written into the log */
    uint64_t ghosts;   /* written at or below the floor */
    uint64_t deletes;  /* of slots */
    uint64_t swaps;    /* of the manifest */
    uint64_t processes;
    uint64_t crashes;
    uint64_t pauses;
    uint64_t copies;
    uint64_t recovery_ms; /* from the last fault to the next commit; of many runs: the longest */
    uint64_t events;
};

struct world {
    uint64_t now_ns; /* true time */
    uint64_t chance; /* state of the generator */
    uint64_t order;
    struct event *heap;
    size_t heap_count;
    size_t heap_max;
    struct fiber_deck deck;
    struct strand strands[SIM_STRANDS_MAX];
    struct strand *current;
    struct sim_process processes[SIM_PROCESSES_MAX];
    size_t process_count;
    struct sim_bucket bucket;
    struct checker checker;
    struct scenario scenario;
    struct trace trace;
    struct tally tally;
    bool is_over;
    bool is_violated;
    char violation[256];
};

/* ---- chance ---- */

uint64_t world_chance(struct world *world);
/* 0 to below `bound`. */
uint64_t world_below(struct world *world, uint64_t bound);
/* low to high, both included, small values as likely as large ones (by magnitude). */
uint64_t world_spread(struct world *world, uint64_t low, uint64_t high);
/* True with a probability of `per_mille` in a thousand. */
bool world_odds(struct world *world, uint32_t per_mille);

/* ---- events and strands ---- */

void world_at(struct world *world, uint64_t at_ns,
              void (*run)(struct world *world, void *arg, uint64_t tag), void *arg, uint64_t tag);
void world_spawn(struct world *world, struct sim_process *process, void (*run)(void *arg),
                 void *arg, struct nami_event *ended);
/* From a strand: until woken, or until true time `until_ns`. May return early. */
void world_wait(struct world *world, uint64_t until_ns);
/* From a strand that is of no process. */
void world_sleep(struct world *world, uint64_t ns);
void world_wake(struct world *world, struct strand *strand);
/* The process runs again: its ready strands go on. */
void world_wake_process(struct world *world, const struct sim_process *process);
/* Its strands stop where they are. Does not return if the caller is one of them. */
void world_drop_process(struct world *world, const struct sim_process *process);
/* Until it is over, violated or stuck. */
void world_run(struct world *world);
/* Its fibers and itself; what its processes held is for tracked_memory_release(). */
void world_release(struct world *world);

/* ---- what is told ---- */

/* The run ends here. Does not return if called from a strand. */
NAMI_PRINTF(2, 3) void world_violated(struct world *world, const char *fmt, ...);
NAMI_PRINTF(2, 3) void world_trace(struct world *world, const char *fmt, ...);
#define WORLD_TRACE(world, ...)                                                                    \
    do {                                                                                           \
        if ((world)->trace.is_on) {                                                                \
            world_trace((world), __VA_ARGS__);                                                     \
        }                                                                                          \
    } while (0)

void world_print_trace(const struct world *world);

#endif /* NAMI_TESTS_SIM_WORLD_H */
