#include "tests/sim/world.h"

enum {
    SEATS = 3,
    SEAT_GAP_MS = 1500, /* at most, until a dead process is replaced */
    QUIET_POLL_MS = 50,
    QUIET_ROUNDS_MS = 4000, /* I8: beside the lease */
    CLOSE_BOUND_MS = 20000,
    RETIRE_MS_MAX = 4000 /* a zombie's twin lives no longer */
};

/* ---- the numbers of a run ---- */

static void draw_network(struct world *world, uint32_t strength)
{
    struct scenario *s = &world->scenario;

    s->odds_lost = (uint32_t)world_below(world, strength);
    s->odds_answer_lost = (uint32_t)world_below(world, strength);
    s->odds_late = (uint32_t)world_below(world, strength);
    s->odds_twice = (uint32_t)world_below(world, strength);
    s->odds_retried = (uint32_t)world_below(world, strength);
    s->odds_refused = (uint32_t)world_below(world, strength);
    s->odds_read_fails = (uint32_t)world_below(world, strength);
}

static void draw_sleepy(struct world *world)
{
    struct scenario *s = &world->scenario;

    s->pause_ms_min = s->retention_ms / 2;
    s->pause_ms_max = 3 * s->retention_ms;
    s->odds_pause_before = 12;
    s->odds_pause_after = 3;
    s->odds_pause_read = 1;
    s->odds_refused = 60;
    s->odds_read_fails = 30;
    s->flush_ms = 600;
    s->weight_pause = 2;
    s->weight_pause_many = 3;
    s->weight_crash = 0;
    s->chaos_ms = s->retention_ms;
    s->duration_ms *= 3;
}

/* All is as bad for R6 as it may be: see the end of docs/commit-protocol.md. */
static void draw_skewed(struct world *world)
{
    struct scenario *s = &world->scenario;

    s->retention_ms = 40000;
    s->lease_ms = 500;
    s->flush_ms = 300;
    s->has_extreme_clocks = true;
    s->skew_ms = s->retention_ms / ((s->rules_off & SIM_ASSUMES_CLOCKS) != 0 ? 8 : 16);
    s->lag_ms = s->retention_ms / 4;
    s->odds_no_time = 0;
    s->has_hold = false;
    s->weight_pause = 0;
    s->weight_pause_many = 0;
    s->weight_crash = 0;
    s->weight_restart = 0;
    s->weight_zombie = 0;
    s->weight_doze = 1;
    s->odds_pause_before = 0;
    s->odds_pause_after = 0;
    s->odds_crash_before = 0;
    s->odds_crash_after = 0;
    s->chaos_ms = s->retention_ms / 2;
    s->duration_ms *= 5;
}

static void bias(struct world *world)
{
    struct scenario *s = &world->scenario;

    switch ((enum flavour)s->flavour) {
    case FLAVOUR_CALM:
        draw_network(world, 4);
        break;
    case FLAVOUR_LOSSY:
        draw_network(world, 120);
        s->odds_pause_after = 5;
        break;
    case FLAVOUR_CRASHY:
        draw_network(world, 30);
        s->odds_crash_before = 10;
        s->odds_crash_after = 10;
        s->weight_crash = 6;
        s->weight_restart = 4;
        s->chaos_ms = 1500;
        break;
    case FLAVOUR_RACY:
        draw_network(world, 40);
        s->lease_ms = 400 + world_below(world, 800);
        s->pause_ms_min = 100;
        s->pause_ms_max = 3000;
        s->odds_pause_before = 25;
        s->odds_pause_after = 15;
        s->odds_pause_read = 4;
        s->weight_zombie = 3;
        s->chaos_ms = 1000;
        break;
    case FLAVOUR_SLEEPY:
        draw_network(world, 30);
        draw_sleepy(world);
        break;
    case FLAVOUR_COPIES:
        draw_network(world, 30);
        s->weight_copy = 10;
        s->chaos_ms = 1200;
        break;
    case FLAVOUR_TWINS:
        draw_network(world, 10);
        draw_sleepy(world);
        s->odds_pause_before = 0;
        s->odds_pause_after = 0;
        s->weight_pause_many = 0;
        s->weight_copy = 20;
        s->odds_twins = 1000;
        s->chaos_ms = 1000;
        break;
    case FLAVOUR_SKEWED:
        draw_network(world, 5);
        draw_skewed(world);
        break;
    case FLAVOUR_WILD:
    case FLAVOUR_COUNT:
        draw_sleepy(world);
        draw_network(world, 100);
        s->pause_ms_min = 100;
        s->odds_pause_after = 10;
        s->odds_crash_before = 2;
        s->odds_crash_after = 2;
        s->weight_crash = (uint32_t)world_below(world, 3);
        s->weight_zombie = (uint32_t)world_below(world, 3);
        s->weight_copy = (uint32_t)world_below(world, 20);
        s->odds_twins = 300;
        s->chaos_ms = 1000 + world_below(world, s->retention_ms);
        break;
    }
}

void scenario_init(struct world *world, uint64_t seed, uint32_t flavour, uint32_t rules_off,
                   uint64_t duration_ms)
{
    struct scenario *s = &world->scenario;

    world->chance = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
    (void)world_chance(world);
    *s = (struct scenario){.seed = seed, .flavour = flavour, .rules_off = rules_off};
    s->duration_ms = duration_ms;
    s->lease_ms = 1000 + world_below(world, 2000);
    s->retention_ms = 8000 + world_below(world, 12000);
    s->refresh_ms = 250;
    s->settle_ms = 3000 + world_below(world, 3000);
    s->latency_us_min = 1000 + world_below(world, 4000);
    s->latency_us_max = 20000 + world_below(world, 80000);
    s->pause_ms_min = 500;
    s->pause_ms_max = 10000;
    s->odds_pause_before = 2;
    s->odds_pause_after = 2;
    s->odds_crash_before = 1;
    s->odds_crash_after = 1;
    s->chaos_ms = 4000;
    s->weight_pause = 2;
    s->weight_pause_many = 1;
    s->weight_crash = 2;
    s->weight_restart = 2;
    s->weight_zombie = 1;
    s->clock_ppm_max = (int32_t)world_below(world, 50000);
    s->think_ms = 50 + world_below(world, 400);
    s->flush_ms = 500 + world_below(world, 3000);
    s->clients = 1 + (uint32_t)world_below(world, 4);
    s->late_ms_max = world_odds(world, 500) ? 3000 : 2 * s->retention_ms;
    s->skew_ms = world_below(world, s->retention_ms / 16 + 1);
    s->lag_ms = world_odds(world, 300) ? s->retention_ms / 4 : 50;
    s->has_hold = world_odds(world, 250);
    s->odds_no_time = world_odds(world, 200) ? (uint32_t)world_below(world, 300) : 0;
    bias(world);
}

void scenario_calm(struct scenario *scenario)
{
    scenario->odds_lost = 0;
    scenario->odds_answer_lost = 0;
    scenario->odds_late = 0;
    scenario->odds_twice = 0;
    scenario->odds_retried = 0;
    scenario->odds_refused = 0;
    scenario->odds_read_fails = 0;
    scenario->odds_no_time = 0;
    scenario->odds_pause_before = 0;
    scenario->odds_pause_after = 0;
    scenario->odds_pause_read = 0;
    scenario->odds_crash_before = 0;
    scenario->odds_crash_after = 0;
}

/* ---- chaos ---- */

/* Where an operator wants a process to be. */
struct seat {
    const char *id;
    bool is_writer;
    struct sim_process *process;
    uint64_t due_ns; /* of a new one, if it is dead */
};

struct stage {
    struct world *world;
    struct seat seats[SEATS];
};

static void fill_seats(struct stage *stage, bool at_once)
{
    struct world *world = stage->world;

    for (size_t i = 0; i < SEATS; i++) {
        struct seat *seat = &stage->seats[i];

        if (seat->process != NULL && seat->process->is_alive) {
            seat->due_ns = 0;
        } else if (seat->due_ns == 0 && !at_once && seat->process != NULL) {
            seat->due_ns = world->now_ns + 1 + world_below(world, SEAT_GAP_MS * SIM_MS);
        } else if (at_once || world->now_ns >= seat->due_ns) {
            const char *id = world_odds(world, 300) ? "stranger" : seat->id;
            struct sim_process *next = sim_process_start(world, id, seat->is_writer);

            seat->process = next != NULL ? next : seat->process;
            seat->due_ns = 0;
        }
    }
}

static void pause_many(struct stage *stage, uint64_t ns)
{
    size_t spared = (size_t)world_below(stage->world, SEATS);

    for (size_t i = 0; i < SEATS; i++) {
        /* About as long: who goes on first is chance. */
        if (i != spared) {
            sim_process_pause(stage->seats[i].process, ns + world_below(stage->world, 50) * SIM_MS);
        }
    }
}

/*
 * A leader and its copy both write the same slot, with different bytes, and sleep beyond the
 * retention: one has sent it, the other will when it is long deleted, and wakes up first.
 */
static void doze(struct sim_process *from, struct sim_process *to)
{
    uint64_t ns = 2 * from->world->scenario.retention_ms * SIM_MS;

    to->doze_ns = ns;
    from->doze_ns = ns + 2 * SIM_S;
    from->dozes_sent = true;
}

static void copy_leader(struct stage *stage)
{
    for (size_t i = 0; i < SEATS; i++) {
        struct sim_process *from = stage->seats[i].process;
        struct sim_process *to =
            stage->seats[(i + 1 + world_below(stage->world, SEATS - 1)) % SEATS].process;

        if (sim_process_leads(from) && sim_process_copy(from, to)) {
            stage->world->tally.copies++;
            if (world_odds(stage->world, stage->world->scenario.odds_twins)) {
                doze(from, to);
            }
            WORLD_TRACE(stage->world, "%s is a copy of %s now", to->name, from->name);
            return;
        }
    }
}

static void step(struct stage *stage)
{
    struct world *world = stage->world;
    const struct scenario *s = &world->scenario;
    struct seat *seat = &stage->seats[world_below(world, SEATS)];
    uint64_t pause_ns = world_spread(world, s->pause_ms_min, s->pause_ms_max) * SIM_MS;
    const uint32_t weights[] = {s->weight_pause,   s->weight_pause_many, s->weight_crash,
                                s->weight_restart, s->weight_zombie,     s->weight_copy,
                                s->weight_doze};
    uint64_t draw = 0;
    uint32_t sum = 0;
    size_t choice = 0;

    for (size_t i = 0; i < sizeof(weights) / sizeof(weights[0]); i++) {
        sum += weights[i];
    }
    draw = world_below(world, sum);
    while (draw >= weights[choice]) {
        draw -= weights[choice++];
    }
    if (seat->process == NULL || !seat->process->is_alive) {
        return;
    }
    switch (choice) {
    case 0:
        sim_process_pause(seat->process, pause_ns);
        break;
    case 1:
        pause_many(stage, pause_ns);
        break;
    case 2:
        sim_process_crash(seat->process);
        break;
    case 3:
        seat->process->is_stopping = true;
        break;
    case 4: /* its successor starts while it sleeps; it will wake up and find one */
        sim_process_pause(seat->process, pause_ns);
        seat->process = NULL;
        break;
    case 5:
        copy_leader(stage);
        break;
    default:
        seat->process->doze_ns = s->retention_ms * (80 + world_below(world, 20)) / 100 * SIM_MS;
        seat->process->dozes_sent = false;
        break;
    }
}

static void chaos(struct stage *stage)
{
    struct world *world = stage->world;
    const struct scenario *s = &world->scenario;
    uint64_t end = world->now_ns + s->duration_ms * SIM_MS;
    uint64_t next = world->now_ns + world_below(world, 2 * s->chaos_ms) * SIM_MS;

    while (world->now_ns < end) {
        fill_seats(stage, false);
        if (world->now_ns >= next) {
            step(stage);
            next = world->now_ns + world_below(world, 2 * s->chaos_ms) * SIM_MS;
        }
        world_sleep(world, world_below(world, 200) * SIM_MS + 1);
    }
}

/* ---- quiet ---- */

static bool is_seated(const struct stage *stage, const struct sim_process *process)
{
    for (size_t i = 0; i < SEATS; i++) {
        if (stage->seats[i].process == process) {
            return true;
        }
    }
    return false;
}

static bool is_any_paused(const struct world *world)
{
    for (size_t i = 0; i < world->process_count; i++) {
        if (world->processes[i].is_alive && sim_process_is_paused(&world->processes[i])) {
            return true;
        }
    }
    return false;
}

/* The operator tidies up: one process for each seat, all awake. */
static void tidy(struct stage *stage)
{
    struct world *world = stage->world;

    WORLD_TRACE(world, "nothing goes wrong from now on");
    scenario_calm(&world->scenario);
    for (size_t i = 0; i < world->process_count; i++) {
        struct sim_process *process = &world->processes[i];

        process->doze_ns = 0;
        if (process->is_alive && (!is_seated(stage, process) || process->is_stopping)) {
            sim_process_crash(process);
        }
    }
    while (is_any_paused(world)) {
        world_sleep(world, QUIET_POLL_MS * SIM_MS);
    }
    fill_seats(stage, true);
}

/* I8: somebody commits within the lease and a few rounds. */
static void expect_commit(struct stage *stage)
{
    struct world *world = stage->world;
    uint64_t acked = world->tally.acked;
    uint64_t began = world->now_ns;
    uint64_t bound_ms =
        world->scenario.lease_ms + QUIET_ROUNDS_MS + 20 * world->scenario.latency_us_max / 1000;
    uint64_t end = world->now_ns + bound_ms * SIM_MS;

    while (world->tally.acked == acked) {
        if (world->now_ns >= end) {
            world_violated(world, "I8 no commit in %" PRIu64 " ms after the last fault", bound_ms);
        }
        world_sleep(world, QUIET_POLL_MS * SIM_MS);
    }
    world->tally.recovery_ms = (world->now_ns - began) / SIM_MS;
}

static void close_all(struct stage *stage)
{
    struct world *world = stage->world;
    uint64_t end = world->now_ns + CLOSE_BOUND_MS * SIM_MS;
    bool is_busy = true;

    for (size_t i = 0; i < world->process_count; i++) {
        world->processes[i].is_stopping = true;
    }
    while (is_busy) {
        is_busy = false;
        for (size_t i = 0; i < world->process_count; i++) {
            is_busy = is_busy || world->processes[i].is_alive;
        }
        if (is_busy && world->now_ns >= end) {
            world_violated(world, "I8 something does not end when it is told to");
        }
        world_sleep(world, QUIET_POLL_MS * SIM_MS);
    }
}

/* What is in the bucket is what a newcomer sees. */
static void read_back(struct world *world)
{
    struct sim_process *last = sim_process_start(world, "last", false);
    uint64_t end = world->now_ns + CLOSE_BOUND_MS * SIM_MS;

    while (last != NULL && last->commit == NULL && world->now_ns < end) {
        world_sleep(world, QUIET_POLL_MS * SIM_MS);
    }
    if (last != NULL && last->replica.published != world->checker.history) {
        world_violated(world, "I7 who opens last sees LSN %" PRIu64 " of %" PRIu64,
                       world->checker.nodes[last->replica.published].lsn,
                       world->checker.nodes[world->checker.history].lsn);
    }
}

void scenario_run(void *arg)
{
    struct world *world = arg;
    struct stage stage = {.world = world,
                          .seats = {{.id = "anna", .is_writer = true},
                                    {.id = "bert", .is_writer = true},
                                    {.id = "fay", .is_writer = false}}};

    fill_seats(&stage, true);
    chaos(&stage);
    tidy(&stage);
    expect_commit(&stage);
    close_all(&stage);
    read_back(world);
    world->is_over = true;
    world_sleep(world, SIM_S);
}
