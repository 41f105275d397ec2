/*
 * core/plan/plan.h -- from an analysed statement to a plan.
 *
 * What:   lowers clauses to steps (physical.h), chooses start points, indexes and directions by
 *         the rules in rules/, refuses what is not executed yet with its place.
 * Above:  session, exec.
 * Below:  cypher, graph (statistics), catalog (rules of the schema).
 * Memory: the arena; borrows the statement and the graph, which must live as long.
 * Thread: a plan is immutable; any number of executions share it.
 * Cache:  a plan stays correct for ever: names are looked up when it is run, and a step whose
 *         index has gone scans instead. nami_plan_is_current() says if it is still the best one.
 */
#ifndef NAMI_CORE_PLAN_PLAN_H
#define NAMI_CORE_PLAN_PLAN_H

#include <namidb/services.h>

#include "core/base/buf.h"
#include "core/base/diagnostic.h"
#include "core/base/work.h"
#include "core/graph/graph.h"
#include "core/plan/physical.h"

/* Optimiser rules, each in a file of rules/; a set bit in rules_off switches it off. */
enum nami_plan_rule {
    NAMI_PLAN_PUSH_DOWN = 0,   /* predicates as early as their variables allow */
    NAMI_PLAN_INDEX_SEEK = 1,  /* label and equality: look up, do not scan */
    NAMI_PLAN_START_POINT = 2, /* begin a pattern where fewest nodes are expected */
    NAMI_PLAN_EXPAND_INTO = 3, /* both ends bound: test, do not enumerate */
    NAMI_PLAN_TOP_K = 4,       /* ORDER BY with LIMIT keeps only so many rows */
    NAMI_PLAN_COUNT_STORE = 5, /* counts of labels and types from statistics */
    NAMI_PLAN_RULE_COUNT = 6
};
#define NAMI_PLAN_RULES_ALL ((UINT32_C(1) << NAMI_PLAN_RULE_COUNT) - 1)

struct nami_plan_options {
    uint32_t rules_off;     /* 1 << enum nami_plan_rule */
    bool is_in_txn;         /* it will see uncommitted changes: statistics do not answer for it */
    struct nami_work *work; /* when to stop; NULL: never */
};

/* A name that a pattern or filter reads: unknown ones are told to the user. */
struct nami_plan_mention {
    uint32_t dictionary; /* enum nami_dictionary */
    uint32_t at;         /* byte offset in the text */
    struct nami_slice name;
};

struct nami_plan_notification {
    struct nami_slice code; /* Neo.ClientNotification.Statement.UnknownLabelWarning */
    struct nami_slice title;
    struct nami_slice description;
    struct nami_slice severity; /* WARNING */
    struct nami_position at;
};

struct nami_plan {
    const struct nami_ast_statement *statement;
    struct nami_graph *graph; /* for its statistics */
    uint32_t kind;            /* enum nami_statement of <namidb/services.h> */
    uint32_t column_count;    /* width of rows while it runs */
    struct nami_steps steps;
    /* Of the result, as written; types are static (enum nami_static_type of symbol.h). */
    struct nami_ast_names columns;
    const uint32_t *column_types;
    /* Column of a symbol id, or NAMI_PLAN_NO_COLUMN; longer than the statement's own symbols. */
    const uint32_t *column_of;
    uint32_t symbol_count;
    uint64_t catalog_version; /* when it was made */
    const struct nami_plan_mention *mentions;
    uint32_t mention_count;
};

/*
 * Fails by `diag`: UNSUPPORTED_FEATURE with the place of the construct,
 * QUERY_TOO_COMPLEX (limits.h), QUERY_MEMORY, OUT_OF_MEMORY; QUERY_TIMEOUT, CANCELLED.
 */
NAMI_CHECKED int32_t nami_plan_create(const struct nami_ast_statement *statement,
                                      const struct nami_snapshot *snapshot,
                                      struct nami_arena *arena,
                                      const struct nami_plan_options *options,
                                      struct nami_plan **out, struct nami_diagnostic *diag);

/* No rule of the schema has changed since. */
bool nami_plan_is_current(const struct nami_plan *plan, const struct nami_catalog *catalog);

/* Estimated time of a run with these parameters, in microseconds; a parameter's list counts by
 * its length. */
double nami_plan_cost_us(const struct nami_plan *plan, const struct nami_value *params,
                         uint32_t param_count);

/* What to tell about names that nobody has used yet. Empty, as a rule. Fails: NOMEM. */
NAMI_CHECKED int32_t nami_plan_notifications(const struct nami_plan *plan,
                                             const struct nami_catalog *catalog,
                                             struct nami_arena *arena,
                                             struct nami_plan_notification **out, uint32_t *count);

/* One line per step, deeper ones indented: for EXPLAIN and for tests of the route. Fails: NOMEM. */
NAMI_CHECKED int32_t nami_plan_describe(const struct nami_plan *plan, struct nami_buf *out);

#endif /* NAMI_CORE_PLAN_PLAN_H */
