/*
 * core/plan/planner_internal.h -- what the files of the planner share.
 *
 * Inside plan only. A planner lives during nami_plan_create(); everything it makes is in the
 * plan's arena.
 */
#ifndef NAMI_CORE_PLAN_PLANNER_INTERNAL_H
#define NAMI_CORE_PLAN_PLANNER_INTERNAL_H

#include "core/plan/plan.h"

enum { PLANNER_SPARE_SETS = 16 };

/* Some of the columns; what is done with it costs as many steps as it has members. */
struct column_set {
    uint32_t *items;
    uint32_t *place; /* by column: where it is in items, if it is */
    uint32_t count;
};

struct planner {
    const struct nami_ast_statement *statement;
    const struct nami_snapshot *snapshot;
    const struct nami_catalog *catalog;
    struct nami_arena *arena;
    struct nami_diagnostic *diag;
    struct nami_work *work; /* or NULL */
    int32_t stopped;        /* why the work must stop; NAMI_OK: it must not */
    uint32_t rules_off;
    bool is_in_txn;
    bool is_muted;       /* names are about to be made: they are not told to be unknown */
    double rows;         /* estimated, where the plan stands now */
    uint32_t *column_of; /* by symbol id */
    bool *is_bound;      /* by symbol id: an earlier step has filled its column */
    bool *is_plain;      /* by symbol id: no entity can be in it */
    uint32_t symbol_count;
    uint32_t symbol_capacity;
    uint32_t column_count;
    struct column_range *ranges; /* by column: during liveness and after */
    uint32_t position;           /* of the step that liveness looks at; falls */
    struct column_set spare_sets[PLANNER_SPARE_SETS]; /* to use again */
    uint32_t spare_count;
    struct nami_plan_mention *mentions;
    uint32_t mention_count;
    uint32_t mention_capacity;
};

/* Steps between which a column holds something, both included. */
struct column_range {
    uint32_t first;
    uint32_t last;
    uint32_t column;
    uint32_t reserved;
};

/* Growing list of steps. */
struct step_list {
    struct nami_step *items;
    uint32_t count;
    uint32_t capacity;
};

/* ---- planner.c ---- */

int32_t nami_plan__nomem(struct planner *planner);
/* So much more work. Fails, then and ever after: QUERY_TIMEOUT, CANCELLED. */
int32_t nami_plan__tick(struct planner *planner, uint32_t units);
void *nami_plan__alloc(struct planner *planner, size_t count, size_t size);
/* UNSUPPORTED_FEATURE: "<what> is not executed yet", at the span. */
int32_t nami_plan__refuse(struct planner *planner, struct nami_span at, const char *what);
bool nami_plan__has_rule(const struct planner *planner, enum nami_plan_rule rule);
/* The symbol's column, made if it has none. Fails: NOMEM. */
NAMI_CHECKED int32_t nami_plan__define(struct planner *planner, const struct nami_symbol *symbol,
                                       uint32_t *column);
uint32_t nami_plan__column(const struct planner *planner, const struct nami_symbol *symbol);
void nami_plan__bind(struct planner *planner, const struct nami_symbol *symbol);
/* A column that is nobody's, and a symbol of the planner's own. */
uint32_t nami_plan__fresh_column(struct planner *planner);
NAMI_CHECKED int32_t nami_plan__fresh_symbol(struct planner *planner, struct nami_symbol **out);
/* Append a zeroed step of the kind. Fails: NOMEM. */
NAMI_CHECKED int32_t nami_plan__push(struct planner *planner, struct step_list *steps, uint8_t kind,
                                     struct nami_step **out);
NAMI_CHECKED int32_t nami_plan__mention(struct planner *planner, uint32_t dictionary,
                                        struct nami_slice name, uint32_t at);

/* ---- expr_walk.c ---- */

/* Return false to leave the children of an expression out. */
typedef bool nami_plan_visit_fn(const struct nami_ast_expr *expr, void *context);
void nami_plan__visit(const struct nami_ast_expr *expr, nami_plan_visit_fn *visit, void *context);
/* Refuse what can not be evaluated; note names. */
NAMI_CHECKED int32_t nami_plan__check_expr(struct planner *planner,
                                           const struct nami_ast_expr *expr);
/* Does its value depend on what is stored in the graph, and so on what earlier rows changed? */
bool nami_plan__reads_graph(const struct planner *planner, const struct nami_ast_expr *expr);
/* Made of constants, parameters and variables that are: no entity can be in it. */
bool nami_plan__is_plain(const struct planner *planner, const struct nami_ast_expr *expr);

/* ---- expr_make.c: expressions that nobody wrote. NULL: no memory ---- */

struct nami_ast_expr *nami_plan__make_variable(struct planner *planner, struct nami_symbol *symbol,
                                               struct nami_span span);
struct nami_ast_expr *nami_plan__make_property(struct planner *planner, struct nami_symbol *symbol,
                                               struct nami_slice key, struct nami_span span);
struct nami_ast_expr *nami_plan__make_equal(struct planner *planner, struct nami_ast_expr *left,
                                            struct nami_ast_expr *right);
struct nami_ast_expr *nami_plan__make_is_not_null(struct planner *planner,
                                                  struct nami_symbol *symbol,
                                                  struct nami_span span);
struct nami_ast_expr *nami_plan__make_labels(struct planner *planner, struct nami_symbol *symbol,
                                             struct nami_ast_label_expr *labels);
/* {k: e, ...} or a parameter as a list of pairs, the later of equal keys winning. */
NAMI_CHECKED int32_t nami_plan__properties(struct planner *planner, struct nami_ast_expr *map,
                                           struct nami_plan_properties *out);

/* ---- lower_*.c: one per clause family ---- */

NAMI_CHECKED int32_t nami_plan__lower_query(struct planner *planner,
                                            const struct nami_ast_query *query,
                                            struct step_list *steps);
NAMI_CHECKED int32_t nami_plan__lower_match(struct planner *planner,
                                            const struct nami_ast_clause *clause,
                                            struct step_list *steps);
NAMI_CHECKED int32_t nami_plan__lower_unwind(struct planner *planner,
                                             const struct nami_ast_unwind *unwind,
                                             struct step_list *steps);
NAMI_CHECKED int32_t nami_plan__lower_projection(struct planner *planner,
                                                 const struct nami_ast_projection *projection,
                                                 struct step_list *steps);
/* The first clause is a CREATE; *together: it and how many behind it became one step. */
NAMI_CHECKED int32_t nami_plan__lower_create(struct planner *planner,
                                             struct nami_ast_clause *const *clauses, uint32_t count,
                                             struct step_list *steps, uint32_t *together);
NAMI_CHECKED int32_t nami_plan__lower_set(struct planner *planner, const struct nami_ast_set *set,
                                          bool is_remove, struct step_list *steps);
NAMI_CHECKED int32_t nami_plan__lower_delete(struct planner *planner,
                                             const struct nami_ast_delete *delete_,
                                             struct step_list *steps);
NAMI_CHECKED int32_t nami_plan__lower_merge(struct planner *planner,
                                            const struct nami_ast_clause *clause,
                                            struct step_list *steps);
NAMI_CHECKED int32_t nami_plan__lower_schema(struct planner *planner, struct step_list *steps);

/* Shared by SET and MERGE. */
NAMI_CHECKED int32_t nami_plan__set_items(struct planner *planner, const struct nami_ast_set *set,
                                          bool is_remove, struct nami_plan_set *out);
/* What of a path is not bound, as things to create; and a PATH step if it is named. */
NAMI_CHECKED int32_t nami_plan__create_path(struct planner *planner,
                                            const struct nami_ast_path *path,
                                            struct nami_plan_create *create);
NAMI_CHECKED int32_t nami_plan__push_path(struct planner *planner, const struct nami_ast_path *path,
                                          struct step_list *steps);
/* Refuse what of a pattern is not executed yet. */
NAMI_CHECKED int32_t nami_plan__check_path(struct planner *planner,
                                           const struct nami_ast_path *path);

/* ---- match.c and rules/: a pattern graph becomes steps ---- */

struct match_node {
    struct nami_symbol *symbol;
    bool is_bound;
};

struct match_rel {
    struct nami_symbol *symbol;
    uint32_t from; /* index in nodes */
    uint32_t to;
    uint8_t direction; /* enum nami_ast_direction, from -> to */
    bool is_given;     /* bound before this clause */
    bool is_done;
    struct nami_ast_names types; /* none: any */
};

struct match_predicate {
    struct nami_ast_expr *expr;
    struct nami_symbol *symbol; /* the node of an equality or a label; or NULL */
    /* symbol.key = value */
    struct nami_slice key; /* empty: it is not such an equality */
    struct nami_ast_expr *value;
    struct nami_slice label; /* it says exactly: symbol has this label; else empty */
    bool is_done;
};

struct match {
    struct planner *planner;
    struct match_node *nodes;
    uint32_t node_count;
    struct match_rel *rels;
    uint32_t rel_count;
    struct match_predicate *predicates;
    uint32_t predicate_count;
    struct nami_ast_path *const *paths;
    uint32_t path_count;
    bool *is_path_done;
    bool allows_repeats; /* REPEATABLE ELEMENTS */
    bool is_lookup;      /* inside MERGE: no CROSS */
    struct nami_span span;
};

/* Read paths and WHERE into a pattern graph. */
NAMI_CHECKED int32_t nami_plan__match_read(struct match *match, struct nami_ast_path *const *paths,
                                           uint32_t path_count, struct nami_ast_expr *where);
/* Steps for all of it. */
NAMI_CHECKED int32_t nami_plan__match_solve(struct match *match, struct step_list *steps);
NAMI_CHECKED int32_t nami_plan__match_add_predicate(struct match *match,
                                                    struct nami_ast_expr *expr);
/* Does the expression wait for something of the pattern that is not bound yet? */
bool nami_plan__match_waits(const struct match *match, const struct nami_ast_expr *expr);
/* Push filters whose variables are bound. `all`: those that would otherwise be left for the end. */
NAMI_CHECKED int32_t nami_plan__match_filters(struct match *match, struct step_list *steps,
                                              bool all);

/* How to reach a node that is not bound. */
struct access {
    uint32_t node;
    double rows;                             /* estimated, per input row */
    struct nami_slice label;                 /* empty: all nodes */
    struct match_predicate *label_predicate; /* or NULL */
    struct match_predicate *equality;        /* an index answers it; or NULL: scan */
    bool is_unique;
    bool depends_on_row; /* the value looked up is not the same for all rows */
};

/* rules/rule_index_seek.c: is there an index for the node? */
void nami_plan__rule_index_seek(const struct match *match, uint32_t node, struct access *access);
/* rules/rule_start_point.c: where to begin. */
void nami_plan__rule_start_point(const struct match *match, struct access *out);
/* rules/rule_expand_into.c: a relationship both of whose ends are bound; UINT32_MAX: none. */
uint32_t nami_plan__rule_expand_into(const struct match *match);
/* rules/rule_push_down.c: may this predicate be tested now? */
bool nami_plan__rule_push_down(const struct match *match, const struct match_predicate *predicate,
                               bool is_end);
/* rules/rule_top_k.c: SORT and SKIP_LIMIT become TOP. */
void nami_plan__rule_top_k(const struct planner *planner, struct step_list *steps);
/* rules/rule_count_store.c: scan and count become a look-up. */
void nami_plan__rule_count_store(const struct planner *planner, struct step_list *steps);

double nami_plan__label_rows(const struct planner *planner, struct nami_slice label);
double nami_plan__type_degree(const struct planner *planner, struct nami_ast_names types,
                              bool is_both);

/* ---- liveness.c, columns.c ---- */

/* keep, adds and reads of every step, ranges of columns; checks every expression. */
NAMI_CHECKED int32_t nami_plan__liveness(struct planner *planner, struct step_list *steps);
/* Columns that are never full at the same time become one. After liveness. */
NAMI_CHECKED int32_t nami_plan__share_columns(struct planner *planner, struct step_list *steps);

#endif /* NAMI_CORE_PLAN_PLANNER_INTERNAL_H */
