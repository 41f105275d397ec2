/*
 * nami_sim: run the commit protocol's real code in simulated worlds.
 *
 *   nami_sim [--seed N] [--runs N] [--seconds-virtual N] [--flavour NAME] [--off RULE]
 *            [--trace]
 *   nami_sim --rules [--runs N]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/commit/commit_rules.h"
#include "tests/sim/tracked_memory.h"
#include "tests/sim/world.h"

static const char *const flavours[] = {"calm",   "lossy", "crashy", "racy", "sleepy",
                                       "copies", "twins", "skewed", "wild"};

_Static_assert(sizeof(flavours) / sizeof(flavours[0]) == FLAVOUR_COUNT, "each has a name");

/* A rule, and the flavour in which its loss is soonest seen. */
static const struct {
    const char *name;
    uint32_t bit;
    uint32_t flavour;
} rules[] = {{"R1", NAMI_RULE_R1, FLAVOUR_RACY},
             {"R2", NAMI_RULE_R2, FLAVOUR_RACY},
             {"R3", NAMI_RULE_R3, FLAVOUR_RACY},
             {"R4", NAMI_RULE_R4, FLAVOUR_CRASHY},
             {"R4_FORK", NAMI_RULE_R4_FORK, FLAVOUR_COPIES},
             {"R5", NAMI_RULE_R5, FLAVOUR_SLEEPY},
             {"R5_AFTER", NAMI_RULE_R5_AFTER, FLAVOUR_SLEEPY},
             {"R6", NAMI_RULE_R6, FLAVOUR_SLEEPY},
             {"R7", NAMI_RULE_R7, FLAVOUR_LOSSY},
             {"R7_NONCE", NAMI_RULE_R7_NONCE, FLAVOUR_LOSSY},
             {"R7_FOREIGN", NAMI_RULE_R7_FOREIGN, FLAVOUR_TWINS},
             {"R11", NAMI_RULE_R11, FLAVOUR_SLEEPY},
             {"R11_ORDER", NAMI_RULE_R11_ORDER, FLAVOUR_SLEEPY},
             {"CLOCKS", SIM_ASSUMES_CLOCKS, FLAVOUR_SKEWED}};

enum { RULES = sizeof(rules) / sizeof(rules[0]), ALL_FLAVOURS = FLAVOUR_COUNT, VACUOUS_RUNS = 100 };

struct options {
    uint64_t seed;
    uint64_t runs;
    uint64_t seconds;
    uint32_t flavour; /* ALL_FLAVOURS: by the seed */
    uint32_t off;
    bool is_traced;
    bool checks_rules;
};

struct outcome {
    bool is_violated;
    struct tally tally;
    char violation[256];
};

enum tracing { TRACE_OFF, TRACE_KEEP, TRACE_LOUD };

static struct outcome run_once(const struct options *options, uint64_t seed, enum tracing tracing)
{
    struct world *world = calloc(1, sizeof(*world));
    struct outcome outcome = {0};
    uint32_t flavour =
        options->flavour < ALL_FLAVOURS ? options->flavour : (uint32_t)(seed % ALL_FLAVOURS);

    if (world == NULL) {
        abort();
    }
    checker_init(&world->checker);
    scenario_init(world, seed, flavour, options->off, options->seconds * 1000);
    world->trace.is_on = tracing != TRACE_OFF;
    world->trace.is_loud = tracing == TRACE_LOUD;
    world_spawn(world, NULL, scenario_run, world, NULL);
    world_run(world);
    if (world->is_violated && tracing == TRACE_KEEP) {
        (void)printf("seed %" PRIu64 ", flavour %s, rules off 0x%x, at %.6f s: %s\n", seed,
                     flavours[flavour], options->off, (double)world->now_ns / 1e9,
                     world->violation);
        world_print_trace(world);
        (void)printf("again: nami_sim --seed %" PRIu64 " --seconds-virtual %" PRIu64
                     " --flavour %s",
                     seed, options->seconds, flavours[flavour]);
        for (size_t i = 0; i < RULES; i++) {
            (void)((options->off & rules[i].bit) != 0 ? printf(" --off %s", rules[i].name) : 0);
        }
        (void)printf(" --trace\n");
    }
    outcome.is_violated = world->is_violated;
    outcome.tally = world->tally;
    memcpy(outcome.violation, world->violation, sizeof(outcome.violation));
    world_release(world);
    tracked_memory_release();
    return outcome;
}

static void add_tally(struct tally *sum, const struct tally *one)
{
    uint64_t recovery_ms =
        one->recovery_ms > sum->recovery_ms ? one->recovery_ms : sum->recovery_ms;
    uint64_t to[sizeof(*sum) / sizeof(uint64_t)];
    uint64_t from[sizeof(*sum) / sizeof(uint64_t)];

    memcpy(to, sum, sizeof(to));
    memcpy(from, one, sizeof(from));
    for (size_t i = 0; i < sizeof(to) / sizeof(to[0]); i++) {
        to[i] += from[i];
    }
    memcpy(sum, to, sizeof(to));
    sum->recovery_ms = recovery_ms;
}

/* Seeds in turn; stops at the first violation. Returns its seed, or 0. */
static uint64_t run_seeds(const struct options *options, bool is_wanted, struct outcome *sum)
{
    *sum = (struct outcome){0};
    for (uint64_t i = 0; i < options->runs; i++) {
        uint64_t seed = options->seed + i;
        struct outcome one = run_once(options, seed, options->is_traced ? TRACE_LOUD : TRACE_OFF);

        add_tally(&sum->tally, &one.tally);
        if (one.is_violated) {
            memcpy(sum->violation, one.violation, sizeof(sum->violation));
            sum->is_violated = true;
            if (!is_wanted && !options->is_traced) {
                (void)run_once(options, seed, TRACE_KEEP); /* the same again, and told */
            }
            return seed;
        }
    }
    return 0;
}

/* Every rule is needed: without it, something breaks. */
static int check_rules(const struct options *base)
{
    int failures = 0;

    for (size_t i = 0; i < RULES; i++) {
        struct options options = *base;
        struct outcome sum;
        uint64_t seed = 0;

        if (base->off != 0 && (base->off & rules[i].bit) == 0) {
            continue;
        }
        options.off = rules[i].bit;
        options.flavour = rules[i].flavour;
        seed = run_seeds(&options, true, &sum);
        if (seed != 0) {
            (void)printf("without %-10s seed %4" PRIu64 " (%s): %s\n", rules[i].name, seed,
                         flavours[options.flavour], sum.violation);
        } else {
            (void)printf("without %-10s NOTHING was found in %" PRIu64 " runs (%s)\n",
                         rules[i].name, options.runs, flavours[options.flavour]);
            failures++;
        }
        (void)fflush(stdout);
    }
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static void print_tally(uint64_t runs, const struct tally *t)
{
    (void)printf(
        "%" PRIu64 " runs, no violation, %" PRIu64 " events\n"
        "commits: %" PRIu64 " acknowledged, %" PRIu64 " failed, %" PRIu64 " unknown\n"
        "readings: %" PRIu64 "\n"
        "bucket: %" PRIu64 " slots, %" PRIu64 " below the floor, %" PRIu64 " deleted; %" PRIu64
        " manifests\n"
        "processes: %" PRIu64 ", %" PRIu64 " crashes, %" PRIu64 " pauses, %" PRIu64 " copies\n"
        "longest way back to work: %" PRIu64 " ms\n",
        runs, t->events, t->acked, t->failed, t->unknown, t->readings, t->slots, t->ghosts,
        t->deletes, t->swaps, t->processes, t->crashes, t->pauses, t->copies, t->recovery_ms);
}

static bool is_vacuous(const struct tally *t)
{
    return t->acked == 0 || t->failed == 0 || t->unknown == 0 || t->readings == 0 ||
           t->ghosts == 0 || t->deletes == 0 || t->crashes == 0 || t->pauses == 0 || t->copies == 0;
}

static bool read_name(const char *text, struct options *options)
{
    for (uint32_t i = 0; i < FLAVOUR_COUNT; i++) {
        if (strcmp(text, flavours[i]) == 0) {
            options->flavour = i;
            return true;
        }
    }
    for (size_t i = 0; i < RULES; i++) {
        if (strcmp(text, rules[i].name) == 0) {
            options->off |= rules[i].bit;
            return true;
        }
    }
    return false;
}

static bool read_options(int argc, char **argv, struct options *options)
{
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        bool has_value = true;
        bool is_good = true;

        if (strcmp(argv[i], "--seed") == 0) {
            options->seed = strtoull(value, NULL, 10);
        } else if (strcmp(argv[i], "--runs") == 0) {
            options->runs = strtoull(value, NULL, 10);
        } else if (strcmp(argv[i], "--seconds-virtual") == 0) {
            options->seconds = strtoull(value, NULL, 10);
        } else if (strcmp(argv[i], "--flavour") == 0 || strcmp(argv[i], "--off") == 0) {
            is_good = read_name(value, options);
        } else {
            has_value = false;
            is_good = strcmp(argv[i], "--trace") == 0 || strcmp(argv[i], "--rules") == 0;
            options->is_traced = options->is_traced || strcmp(argv[i], "--trace") == 0;
            options->checks_rules = options->checks_rules || strcmp(argv[i], "--rules") == 0;
        }
        if (!is_good || (has_value && *value == '\0')) {
            (void)fprintf(stderr, "nami_sim: %s %s: not understood\n", argv[i], value);
            return false;
        }
        i += has_value ? 1 : 0;
    }
    return true;
}

int main(int argc, char **argv)
{
    struct options options = {.seed = 1, .runs = 1, .seconds = 40, .flavour = ALL_FLAVOURS};
    struct outcome sum;

    if (!read_options(argc, argv, &options)) {
        return EXIT_FAILURE;
    }
    if (options.checks_rules) {
        return check_rules(&options);
    }
    if (run_seeds(&options, false, &sum) != 0) {
        return EXIT_FAILURE;
    }
    print_tally(options.runs, &sum.tally);
    if (options.runs >= VACUOUS_RUNS && is_vacuous(&sum.tally)) {
        (void)printf("something that matters never happened: this tests nothing\n");
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
