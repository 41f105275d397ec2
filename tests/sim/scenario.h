/*
 * tests/sim/scenario.h -- what goes wrong in a run, how often, and when.
 *
 * A flavour is a bias: each rule of the protocol is about a situation, and some situations
 * are rare under even odds. Times are scaled down: a retention of seconds, not of a day.
 */
#ifndef NAMI_TESTS_SIM_SCENARIO_H
#define NAMI_TESTS_SIM_SCENARIO_H

#include <stdbool.h>
#include <stdint.h>

struct world;

enum flavour {
    FLAVOUR_CALM,   /* hardly any faults: the checks of what should just work */
    FLAVOUR_LOSSY,  /* the network: lost, late, twice, throttled */
    FLAVOUR_CRASHY, /* processes die and come back, with their own or another's id */
    FLAVOUR_RACY,   /* short leases and pauses: many claims, zombies of old leaders */
    FLAVOUR_SLEEPY, /* pauses beyond the retention while flush and GC go on */
    FLAVOUR_COPIES, /* a leader restored from a snapshot of itself */
    FLAVOUR_TWINS,  /* leader and copy both asleep over the same slot, beyond the retention */
    FLAVOUR_SKEWED, /* the store's clocks as far apart as they may be, and leaders that doze */
    FLAVOUR_WILD,   /* all of it at once */
    FLAVOUR_COUNT
};

/*
 * Not a rule but what R6 assumes of a store; beside the bits of enum nami_commit_rule.
 * Off: its clocks are twice as far apart.
 */
#define SIM_ASSUMES_CLOCKS (UINT32_C(1) << 31)

/* Odds are per mille, of each request or at each step of chance. */
struct scenario {
    uint64_t seed;
    uint32_t flavour; /* enum flavour */
    uint32_t rules_off;
    uint64_t duration_ms; /* of the faults */
    /* configuration of the engines */
    uint64_t lease_ms;
    uint64_t retention_ms;
    uint64_t refresh_ms;
    uint64_t settle_ms;
    /* the store */
    uint64_t latency_us_min;
    uint64_t latency_us_max;
    uint64_t skew_ms;        /* its clocks are up to so far from the true time */
    uint64_t lag_ms;         /* a change is applied up to so long after it was stamped */
    bool has_extreme_clocks; /* as far off as they may be, never between */
    uint64_t late_ms_max;
    uint32_t odds_lost;
    uint32_t odds_answer_lost;
    uint32_t odds_late;
    uint32_t odds_twice;
    uint32_t odds_retried; /* sent twice below the store's interface, the second answered */
    uint32_t odds_refused; /* throttled, 503: certainly not applied */
    uint32_t odds_read_fails;
    uint32_t odds_no_time;
    bool has_hold;
    /* processes */
    uint64_t pause_ms_min;
    uint64_t pause_ms_max;
    uint32_t odds_pause_before; /* at each slot or manifest write: paused, then sent */
    uint32_t odds_pause_after;  /* sent, then paused */
    uint32_t odds_pause_read;
    uint32_t odds_crash_before;
    uint32_t odds_crash_after;
    uint64_t chaos_ms; /* mean time between two of these: */
    uint32_t weight_pause;
    uint32_t weight_pause_many;
    uint32_t weight_crash;
    uint32_t weight_restart;
    uint32_t weight_zombie; /* a second process with the id of one that is only paused */
    uint32_t weight_copy;   /* a follower becomes an exact copy of the leader */
    uint32_t weight_doze;   /* a leader is paused at its next slot for not quite the retention */
    uint32_t odds_twins;    /* of copies: both fall asleep over their next slot, see step() */
    int32_t clock_ppm_max;  /* of local clocks */
    /* work */
    uint64_t think_ms; /* mean pause of a client */
    uint64_t flush_ms; /* mean time between two flushes of a leader */
    uint32_t clients;  /* of each writer */
};

/* Draw the numbers of a run; the seed alone decides, given flavour and rules. */
void scenario_init(struct world *world, uint64_t seed, uint32_t flavour, uint32_t rules_off,
                   uint64_t duration_ms);
/* The strand that runs it: processes, chaos, then quiet, then the last checks. Its argument
 * is the world. */
void scenario_run(void *arg);
/* From now on nothing goes wrong. */
void scenario_calm(struct scenario *scenario);

#endif /* NAMI_TESTS_SIM_SCENARIO_H */
