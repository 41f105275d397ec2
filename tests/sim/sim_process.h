/*
 * tests/sim/sim_process.h -- a simulated process: its host table, clock, fibers, and the
 * namespace that it has open.
 *
 * Life: started -> open -> told to stop -> closed; or it crashes at any point; or it is
 * paused, and with it everything but its requests that are on their way.
 */
#ifndef NAMI_TESTS_SIM_SIM_PROCESS_H
#define NAMI_TESTS_SIM_SIM_PROCESS_H

#include "core/base/runtime.h"
#include "core/commit/commit.h"
#include "tests/sim/sim_replica.h"
#include "tests/sim/sim_store.h"

struct world;

enum { SIM_NAME_BYTES = 8, SIM_ID_BYTES = 16 };

struct sim_process {
    struct nami_host host; /* first: its address is the process's */
    struct nami_runtime runtime;
    struct nami_store store;
    struct nami_store_handle handle;
    struct world *world;
    struct sim_replica replica;
    struct nami_commit *commit; /* NULL: not open */
    char name[SIM_NAME_BYTES];  /* of this life */
    char id[SIM_ID_BYTES];      /* the node id; may live on in another process */
    bool is_writer;             /* has clients */
    bool is_alive;
    bool is_stopping; /* told to close */
    uint32_t busy;    /* strands that use the commit */
    uint64_t paused_until_ns;
    uint64_t pause_began_ns;
    uint64_t doze_ns;     /* asleep for so long at its next write of a slot; 0: no */
    bool dozes_sent;      /* after it was sent, and its answer is lost; else before */
    bool is_clock_paused; /* a suspended machine: its clock stands still, too */
    uint64_t clock_lost_ns;
    uint64_t clock_began_ns;
    int32_t clock_ppm;
};

/* Begin a life in a free place of the world. */
struct sim_process *sim_process_start(struct world *world, const char *id, bool is_writer);
/* Does not return if the caller runs in it. */
void sim_process_crash(struct sim_process *process);
void sim_process_pause(struct sim_process *process, uint64_t ns);
bool sim_process_is_paused(const struct sim_process *process);
/* From its own clock. */
uint64_t sim_process_true_time(const struct sim_process *process, uint64_t local_ns);
uint64_t sim_process_local_time(const struct sim_process *process);
bool sim_process_leads(const struct sim_process *process);
/* From one of its strands. */
void sim_process_sleep(struct sim_process *process, uint64_t ms);
/* Is its keeper asleep with nothing staged, so that its state can be copied? */
bool sim_process_is_idle(const struct sim_process *process);
/* As if `to` had been restored from a snapshot of `from`, which leads and is idle. */
bool sim_process_copy(const struct sim_process *from, struct sim_process *to);

/* sim_host.c: fill in the two tables. */
void sim_host_init(struct sim_process *process);
/* sim_client.c, sim_flush.c: strands of a process; the argument is the process. */
void sim_client_run(void *arg);
void sim_reader_run(void *arg);
void sim_flush_run(void *arg);

#endif /* NAMI_TESTS_SIM_SIM_PROCESS_H */
