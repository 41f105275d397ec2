/* Clients: they write, they read what others staged, they ask for the newest state. */
#include "core/commit/commit.h"
#include "tests/sim/world.h"

enum {
    PATIENCE_MS = 4000, /* for the token; then a client goes away */
    READ_GAP_MS = 400,
    READ_PATIENCE_MS = 5000,
    EXECUTE_MS_MAX = 30,
    BODY_BYTES_MAX = 12 << 10, /* more than a slot of the simulator holds */
    ODDS_READS_ONLY = 80,      /* a MERGE that finds its node */
    ODDS_BIG = 15,
    ODDS_SLOW = 200
};

static uint64_t in_ms(const struct sim_process *process, uint64_t ms)
{
    return sim_process_local_time(process) + ms * SIM_MS;
}

static bool take_token(struct sim_process *process, struct nami_sleeper *sleeper)
{
    struct nami_commit *commit = process->commit;
    struct nami_diagnostic diag = {0};
    bool waits = world_odds(process->world, 500);
    uint64_t until = in_ms(process, world_spread(process->world, 1, PATIENCE_MS));
    int32_t status = nami_commit_token(commit, &sleeper->waiter, waits, &diag);

    while (status == NAMI_E_AGAIN) {
        if (process->is_stopping || nami_sleeper_wait(sleeper, until) != NAMI_OK) {
            nami_commit_token_cancel(commit, &sleeper->waiter);
            return false;
        }
        status = nami_commit_token(commit, &sleeper->waiter, waits, &diag);
    }
    return status == NAMI_OK;
}

static enum commit_fate fate_of(int32_t status, const struct nami_diagnostic *diag)
{
    if (status == NAMI_OK) {
        return FATE_ACKED;
    }
    return diag->condition == NAMI_COND_COMMIT_UNKNOWN ? FATE_UNKNOWN : FATE_FAILED;
}

static enum commit_fate settle(struct sim_process *process, struct nami_sleeper *sleeper,
                               uint64_t term, uint64_t lsn)
{
    struct nami_diagnostic diag = {0};
    int32_t status = NAMI_OK;

    for (;;) {
        status = nami_commit_settled(process->commit, term, lsn, &sleeper->waiter, &diag);
        if (status != NAMI_E_AGAIN) {
            break;
        }
        (void)!nami_sleeper_wait(sleeper, NAMI_NO_DEADLINE);
    }
    if (diag.condition == NAMI_COND_INTERNAL) {
        world_violated(process->world, "I8 the engine is confused: %s", diag.message);
    }
    return fate_of(status, &diag);
}

/* With the token: stage a commit on what is staged. 0: it was refused. */
static uint32_t stage(struct sim_process *process)
{
    static const size_t sizes[] = {SIM_BODY_BYTES, 100, 2000, BODY_BYTES_MAX};
    struct world *world = process->world;
    struct checker *checker = &world->checker;
    uint32_t commit = checker_new_commit(checker);
    uint32_t base = process->replica.staged;
    uint64_t lsn = checker->nodes[base].lsn + 1;
    struct nami_diagnostic diag = {0};
    uint8_t body[BODY_BYTES_MAX / 4] = {0};
    uint8_t *bytes = body;
    size_t len = sizes[world_odds(world, ODDS_BIG) ? 3 : world_below(world, 3)];
    int32_t status = NAMI_OK;

    if (len > sizeof(body)) {
        bytes = process->host.mem_alloc(&process->host, len);
        memset(bytes, 0, len);
    }
    checker_body(commit, base, bytes);
    status = nami_commit_stage(process->commit, lsn, nami_bytes(bytes, len), &diag);
    if (bytes != body) {
        process->host.mem_free(&process->host, bytes);
    }
    if (diag.condition == NAMI_COND_INTERNAL) {
        world_violated(world, "I8 the engine is confused: %s", diag.message);
    }
    if (status != NAMI_OK) {
        checker_told(world, commit, FATE_FAILED);
        return 0;
    }
    WORLD_TRACE(world, "commit %u is staged on state %u as LSN %" PRIu64, commit, base, lsn);
    process->replica.staged = checker_child(checker, base, commit);
    return commit;
}

/* R13: what a statement has read of others' staged state is durable when it answers. */
static void check_read(struct world *world, uint32_t node, enum commit_fate fate)
{
    if (fate == FATE_ACKED && !checker_is_prefix(&world->checker, node, world->checker.history)) {
        world_violated(world, "I1 a statement read state %u, which is no part of history", node);
    }
}

static void statement(struct sim_process *process)
{
    struct world *world = process->world;
    struct nami_sleeper sleeper;
    uint32_t base = 0;
    uint32_t commit = 0;
    uint64_t term = 0;
    enum commit_fate fate = FATE_OPEN;

    nami_sleeper_init(&sleeper, &process->host);
    if (!take_token(process, &sleeper)) {
        return;
    }
    term = nami_commit_term(process->commit);
    base = process->replica.staged;
    if (world_odds(world, ODDS_SLOW)) {
        sim_process_sleep(process, 1 + world_below(world, EXECUTE_MS_MAX));
    }
    if (process->replica.staged != base) {
        world_violated(world, "I4 the state changed under the holder of the token (R12)");
    }
    if (!world_odds(world, ODDS_READS_ONLY)) {
        commit = stage(process);
        base = process->replica.staged;
    }
    nami_commit_token_release(process->commit, &sleeper.waiter);
    fate = settle(process, &sleeper, term, world->checker.nodes[base].lsn);
    if (commit != 0) {
        checker_told(world, commit, fate);
    }
    check_read(world, base, fate);
}

void sim_client_run(void *arg)
{
    struct sim_process *process = arg;

    while (!process->is_stopping) {
        sim_process_sleep(process,
                          world_below(process->world, 2 * process->world->scenario.think_ms));
        statement(process);
    }
    process->busy--;
}

/* ---- readers ---- */

struct reading {
    struct nami_waiter waiter; /* first: wake() is given its address */
    struct sim_process *process;
    struct nami_event event;
    uint32_t history; /* all that was durable when it began */
};

/* I7, at the moment when it is said. */
static void up_to_date(struct nami_waiter *waiter)
{
    struct reading *reading = (struct reading *)(void *)waiter;
    struct sim_process *process = reading->process;
    struct world *world = process->world;
    const struct checker *checker = &world->checker;

    world->tally.readings++;
    process->host.event_signal(&process->host, &reading->event);
    if (!checker_is_prefix(checker, reading->history, process->replica.published)) {
        world_violated(world,
                       "I7 %s says up to date with LSN %" PRIu64 "; LSN %" PRIu64
                       " was durable before it began",
                       process->name, checker->nodes[process->replica.published].lsn,
                       checker->nodes[reading->history].lsn);
    }
}

void sim_reader_run(void *arg)
{
    struct sim_process *process = arg;
    struct world *world = process->world;

    while (!process->is_stopping) {
        struct reading reading = {
            .waiter = {.wake = up_to_date}, .process = process, .history = world->checker.history};

        nami_commit_refresh(process->commit, &reading.waiter);
        if (process->host.event_wait(&process->host, &reading.event,
                                     in_ms(process, READ_PATIENCE_MS)) != NAMI_OK) {
            nami_commit_settled_cancel(process->commit, &reading.waiter);
        }
        sim_process_sleep(process, world_below(world, READ_GAP_MS));
    }
    process->busy--;
}
