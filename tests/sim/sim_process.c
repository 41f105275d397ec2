#include <unistd.h>

#include "core/commit/commit_internal.h"
#include "tests/sim/world.h"

enum {
    OPEN_AGAIN_MS = 200,
    CLOSE_POLL_MS = 10,
    CLOSE_MS = 2000,       /* what a clean shutdown is given */
    CORRUPT_LOOK_MS = 500, /* between two looks at what the engine says of the bucket */
    SLOT_BYTES_MAX = 8 << 10
};

/* ---- time ---- */

bool sim_process_is_paused(const struct sim_process *process)
{
    return process->world->now_ns < process->paused_until_ns;
}

uint64_t sim_process_local_time(const struct sim_process *process)
{
    uint64_t now = process->world->now_ns;
    uint64_t lost = process->clock_lost_ns;
    uint64_t elapsed = 0;

    if (process->is_clock_paused && sim_process_is_paused(process)) {
        lost += now - process->pause_began_ns;
    }
    elapsed = now - process->clock_began_ns - lost;
    return (uint64_t)((int64_t)(elapsed + 1000 * SIM_S) +
                      (int64_t)(elapsed / 1000000) * process->clock_ppm);
}

uint64_t sim_process_true_time(const struct sim_process *process, uint64_t local_ns)
{
    uint64_t local_now = sim_process_local_time(process);
    uint64_t left = local_ns > local_now ? local_ns - local_now : 0;

    if (local_ns == NAMI_NO_DEADLINE || left > UINT64_C(1000000000) * SIM_S) {
        return SIM_NEVER;
    }
    left = (uint64_t)((int64_t)left - (int64_t)(left / 1000000) * process->clock_ppm);
    return process->world->now_ns + left + 1000; /* rounded up: it may not be early for ever */
}

void sim_process_sleep(struct sim_process *process, uint64_t ms)
{
    struct nami_event never = {0};

    (void)process->host.event_wait(&process->host, &never,
                                   sim_process_local_time(process) + ms * SIM_MS);
}

/* ---- pause and crash ---- */

static void resume(struct sim_process *process)
{
    struct world *world = process->world;

    if (process->is_clock_paused) {
        process->clock_lost_ns += world->now_ns - process->pause_began_ns;
    }
    process->is_clock_paused = false;
    process->paused_until_ns = world->now_ns;
    WORLD_TRACE(world, "%s goes on", process->name);
    world_wake_process(world, process);
}

static void pause_over(struct world *world, void *arg, uint64_t tag)
{
    struct sim_process *process = arg;

    (void)world;
    if (process->is_alive && process->paused_until_ns == tag) {
        resume(process);
    }
}

void sim_process_pause(struct sim_process *process, uint64_t ns)
{
    struct world *world = process->world;
    uint64_t until = world->now_ns + ns;

    if (!process->is_alive || until <= process->paused_until_ns) {
        return;
    }
    if (!sim_process_is_paused(process)) {
        process->pause_began_ns = world->now_ns;
        process->is_clock_paused = world_odds(world, 500);
    }
    process->paused_until_ns = until;
    world->tally.pauses++;
    WORLD_TRACE(world, "%s is paused for %.3f s%s", process->name, (double)ns / 1e9,
                process->is_clock_paused ? ", and its clock" : "");
    world_at(world, until, pause_over, process, until);
}

static void end_life(struct sim_process *process)
{
    struct sim_bucket *bucket = &process->world->bucket;

    process->is_alive = false;
    process->commit = NULL;
    if (bucket->holder == process) {
        bucket->holder = NULL; /* the kernel frees it */
    }
}

void sim_process_crash(struct sim_process *process)
{
    WORLD_TRACE(process->world, "%s crashes", process->name);
    process->world->tally.crashes++;
    end_life(process);
    world_drop_process(process->world, process);
}

/* ---- a life ---- */

static int32_t open_commit(struct sim_process *process, struct nami_error *err)
{
    const struct scenario *scenario = &process->world->scenario;
    struct nami_commit_config config = {.runtime = &process->runtime,
                                        .store = &process->handle,
                                        .prefix = nami_text(SIM_PREFIX),
                                        .node_id = nami_text(process->id),
                                        .lease_ms = scenario->lease_ms,
                                        .retention_ms = scenario->retention_ms,
                                        .refresh_ms = scenario->refresh_ms,
                                        .settle_ms = scenario->settle_ms,
                                        .slot_bytes_max = SLOT_BYTES_MAX,
                                        .replica = sim_replica_table(&process->replica),
                                        .rules_off = scenario->rules_off};

    process->replica = (struct sim_replica){.world = process->world};
    return nami_commit_open(&config, &process->commit, err);
}

static void spawn_user(struct sim_process *process, void (*run)(void *arg))
{
    process->busy++;
    world_spawn(process->world, process, run, process, NULL);
}

/* Nobody damages the bucket, so the engine may never say that somebody did. */
static void look_for_corruption(const struct sim_process *process)
{
    const struct commit_problem *problem = &process->commit->k.problem;

    if (problem->condition == nami_condition_of_status(NAMI_E_CORRUPT)) {
        world_violated(process->world, "I3 %s finds corruption: %s", process->name,
                       problem->message);
    }
}

static void live(void *arg)
{
    struct sim_process *process = arg;
    struct world *world = process->world;
    struct nami_error err = {.struct_size = sizeof(err)};
    int32_t status = open_commit(process, &err);

    while (status != NAMI_OK && !process->is_stopping) {
        if (status == NAMI_E_CORRUPT) {
            world_violated(world, "I3 %s can not open: %s", process->name, err.message);
        }
        sim_process_sleep(process, OPEN_AGAIN_MS);
        status = open_commit(process, &err);
    }
    if (status == NAMI_OK) {
        WORLD_TRACE(world, "%s (%s) is open", process->name, process->id);
        spawn_user(process, sim_reader_run);
        for (uint32_t i = 0; process->is_writer && i < world->scenario.clients; i++) {
            spawn_user(process, sim_client_run);
        }
        spawn_user(process, sim_flush_run);
    }
    while (status == NAMI_OK && !process->is_stopping) {
        look_for_corruption(process);
        sim_process_sleep(process, CORRUPT_LOOK_MS);
    }
    while (process->busy > 0) {
        sim_process_sleep(process, CLOSE_POLL_MS);
    }
    nami_commit_close(process->commit, sim_process_local_time(process) + CLOSE_MS * SIM_MS);
    WORLD_TRACE(world, "%s has closed", process->name);
    end_life(process);
}

struct sim_process *sim_process_start(struct world *world, const char *id, bool is_writer)
{
    struct sim_process *process = &world->processes[world->process_count];
    const struct scenario *scenario = &world->scenario;

    if (world->process_count == SIM_PROCESSES_MAX) {
        return NULL;
    }
    world->process_count++;
    world->tally.processes++;
    *process = (struct sim_process){
        .world = world, .is_writer = is_writer, .is_alive = true, .clock_began_ns = world->now_ns};
    process->clock_ppm = (int32_t)world_below(world, 2 * (uint64_t)scenario->clock_ppm_max + 1) -
                         scenario->clock_ppm_max;
    (void)snprintf(process->name, sizeof(process->name), "p%zu", world->process_count);
    (void)snprintf(process->id, sizeof(process->id), "%s", id);
    sim_host_init(process);
    process->store = (struct nami_store){.world = world, .process = process};
    process->handle = (struct nami_store_handle){
        .host = &process->host,
        .ops = scenario->has_hold ? &sim_store_ops_with_hold : &sim_store_ops,
        .self = &process->store,
        .owner = getpid()};
    world_spawn(world, process, live, process, NULL);
    return process;
}

/* ---- copies ---- */

bool sim_process_leads(const struct sim_process *process)
{
    return process->is_alive && process->commit != NULL &&
           process->commit->k.state == KEEPER_LEADER;
}

bool sim_process_is_idle(const struct sim_process *process)
{
    const struct commit_guarded *g = NULL;

    if (!process->is_alive || process->commit == NULL || sim_process_is_paused(process)) {
        return false;
    }
    g = &process->commit->guarded;
    return g->is_asleep && g->holder == NULL && g->staged.count == 0 && g->edits == NULL &&
           process->replica.staged == process->replica.published;
}

bool sim_process_copy(const struct sim_process *from, struct sim_process *to)
{
    const struct commit_keeper *theirs = NULL;
    struct commit_keeper *mine = NULL;
    struct nami_commit *commit = to->commit;

    if (!sim_process_leads(from) || sim_process_leads(to) || !sim_process_is_idle(from) ||
        !sim_process_is_idle(to)) {
        return false;
    }
    theirs = &from->commit->k;
    mine = &commit->k;
    nami_manifest_release(&mine->manifest);
    if (nami_manifest_copy(&theirs->manifest, &mine->manifest) != NAMI_OK) {
        return false;
    }
    mine->has_manifest = true;
    mine->needs_reset = false;
    mine->version = theirs->version;
    mine->manifest_ms = theirs->manifest_ms;
    memcpy(mine->own_nonce, theirs->own_nonce, sizeof(mine->own_nonce));
    mine->at = theirs->at;
    mine->store_ms = theirs->store_ms;
    mine->proof_ms = theirs->proof_ms;
    memcpy(commit->node_id, from->commit->node_id, sizeof(commit->node_id));
    to->replica = from->replica;
    nami_commit__lead(commit);
    (void)pthread_mutex_lock(&commit->lock);
    nami_commit__wake_keeper_locked(commit);
    (void)pthread_mutex_unlock(&commit->lock);
    return true;
}
