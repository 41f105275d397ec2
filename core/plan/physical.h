/*
 * core/plan/physical.h -- a plan as plain data: steps over columns.
 *
 * What:   a query is a list of steps; each takes the rows of the one before it. Every symbol that
 *         is bound has one column of its own in the whole statement, so rows have one width, a
 *         step that adds a variable fills its column, and nothing is looked up by name. `keep` are
 *         the columns a later step reads: only they survive a step that makes new rows.
 * Above:  exec (builds operators from it), EXPLAIN.
 * Below:  ast.
 * Memory: the plan's arena; expressions borrow the statement's tree.
 * Thread: immutable once made; any.
 * Names:  labels, types and keys stay text: they are looked up when a cursor is opened, so a plan
 *         outlives the moment in which a name was unknown.
 */
#ifndef NAMI_CORE_PLAN_PHYSICAL_H
#define NAMI_CORE_PLAN_PHYSICAL_H

#include "core/cypher/ast.h"

#define NAMI_PLAN_NO_COLUMN UINT32_MAX

enum nami_step_kind {
    NAMI_STEP_ARGUMENT,    /* source: one row, or what the step around it hands in */
    NAMI_STEP_COUNT_STORE, /* source: one row with a count from statistics */
    NAMI_STEP_UNION,       /* source: the rows of several plans, one after the other */
    NAMI_STEP_SCHEMA,      /* source without rows: create or drop a rule */
    NAMI_STEP_NODE_SCAN,
    NAMI_STEP_INDEX_SEEK,
    NAMI_STEP_EXPAND,
    NAMI_STEP_REL_ENDS,
    NAMI_STEP_REL_UNIQUE,
    NAMI_STEP_FILTER,
    NAMI_STEP_PATH,
    NAMI_STEP_PROJECT,
    NAMI_STEP_UNWIND,
    NAMI_STEP_CROSS,
    NAMI_STEP_AGGREGATE, /* breakers: from here ... */
    NAMI_STEP_DISTINCT,  /* (streams) */
    NAMI_STEP_SORT,
    NAMI_STEP_TOP,
    NAMI_STEP_SKIP_LIMIT, /* (streams) */
    NAMI_STEP_CREATE,
    NAMI_STEP_SET,
    NAMI_STEP_DELETE,
    NAMI_STEP_MERGE,
    NAMI_STEP_PRODUCE, /* last: the result's columns in order */
    NAMI_STEP_KIND_COUNT
};

struct nami_step;

struct nami_steps {
    struct nami_step *items;
    uint32_t count;
};

struct nami_plan_columns {
    const uint32_t *items;
    uint32_t count;
};

/* expr evaluated into column */
struct nami_plan_item {
    struct nami_ast_expr *expr;
    uint32_t column;
    uint32_t reserved;
};

/* One aggregate call; steps above it find its value in `column`. */
struct nami_plan_aggregate {
    const struct nami_ast_expr *call; /* FUNCTION */
    uint32_t column;
    uint32_t reserved;
};

struct nami_plan_sort_key {
    struct nami_ast_expr *expr;
    bool is_descending;
};

/* {key: expr, ...} or a map as a whole. */
struct nami_plan_property {
    struct nami_slice key;
    struct nami_ast_expr *expr;
};
struct nami_plan_properties {
    struct nami_plan_property *items;
    uint32_t count;
    struct nami_ast_expr *map; /* or NULL: then items */
};

struct nami_plan_create_node {
    uint32_t column;
    struct nami_ast_names labels;
    struct nami_plan_properties properties;
};
struct nami_plan_create_rel {
    uint32_t column;
    uint32_t from; /* columns */
    uint32_t to;
    struct nami_slice type;
    struct nami_plan_properties properties;
    struct nami_span span;
};
/* First all nodes, then all relationships. */
struct nami_plan_create {
    struct nami_plan_create_node *nodes;
    uint32_t node_count;
    struct nami_plan_create_rel *rels;
    uint32_t rel_count;
};

struct nami_plan_set_item {
    uint8_t kind;    /* enum nami_ast_set_kind */
    bool is_remove;  /* LABELS only: else a missing value is null */
    bool is_batched; /* the value reads nothing that an earlier row could have changed */
    struct nami_span span;
    struct nami_ast_expr *object;
    struct nami_slice key;
    struct nami_ast_expr *key_expr;
    struct nami_ast_names labels;
    struct nami_ast_expr *value; /* NULL: remove */
};
struct nami_plan_set {
    struct nami_plan_set_item *items;
    uint32_t count;
};

enum nami_schema_verb { NAMI_SCHEMA_CREATE = 0, NAMI_SCHEMA_DROP = 1 };

struct nami_step {
    uint8_t kind;     /* enum nami_step_kind */
    uint8_t rule;     /* 0, or 1 + the bit of the optimiser rule that chose it */
    double rows_each; /* estimated rows out per row in */
    double ns_each;   /* estimated time per row in */
    struct nami_plan_columns keep;
    struct nami_plan_columns adds;  /* filled by this step, and read later */
    struct nami_plan_columns reads; /* updates: of the input, `keep` and what they use themselves */
    /* Aggregates that expressions of this step may repeat. */
    const struct nami_plan_aggregate *computed;
    uint32_t computed_count;
    struct nami_span span;
    union {
        struct {
            uint32_t column;
            struct nami_slice label; /* empty: all nodes */
        } scan;
        struct { /* nodes with the label whose key equals the value, for each row */
            uint32_t column;
            bool is_unique;
            struct nami_slice label;
            struct nami_slice key;
            struct nami_ast_expr *value;
        } seek;
        struct {
            uint32_t from;
            uint32_t to;
            uint32_t rel;
            uint32_t direction; /* enum nami_ast_direction, seen from `from` */
            bool is_into;       /* `to` is bound */
            struct nami_ast_names types;
        } expand;
        struct { /* a relationship that is bound already: its ends */
            uint32_t rel;
            uint32_t from;
            uint32_t to;
            uint32_t direction;
            bool is_from_bound;
            bool is_to_bound;
            struct nami_ast_names types;
        } rel_ends;
        struct { /* `column` is none of the others */
            uint32_t column;
            struct nami_plan_columns others;
        } rel_unique;
        struct {
            struct nami_ast_exprs exprs; /* all of them hold */
        } filter;
        struct { /* node, rel, node, ... */
            uint32_t column;
            struct nami_plan_columns elements;
        } path;
        struct {
            struct nami_plan_item *items;
            uint32_t count;
        } project;
        struct {
            uint32_t column;
            struct nami_ast_expr *list;
        } unwind;
        struct { /* each row with each row of the other */
            struct nami_steps other;
            struct nami_plan_columns adds;
        } cross;
        struct {
            struct nami_plan_item *keys;
            uint32_t key_count;
            struct nami_plan_aggregate *aggregates;
            uint32_t aggregate_count;
        } aggregate;
        struct {
            struct nami_plan_columns columns;
        } distinct;
        struct { /* SORT, TOP */
            struct nami_plan_sort_key *keys;
            uint32_t key_count;
            struct nami_ast_expr *skip;  /* TOP; or NULL */
            struct nami_ast_expr *limit; /* TOP */
        } sort;
        struct {
            struct nami_ast_expr *skip;  /* or NULL */
            struct nami_ast_expr *limit; /* or NULL */
        } skip_limit;
        struct nami_plan_create create;
        struct nami_plan_set set;
        struct {
            struct nami_ast_exprs exprs;
            bool is_detach;
        } delete_;
        struct {
            /* Values of the pattern's properties, evaluated once per row, before it matches. */
            struct nami_plan_item *values;
            uint32_t value_count;
            bool is_batched;         /* as in nami_plan_set_item, for the values */
            struct nami_steps match; /* from an ARGUMENT with the row */
            struct nami_plan_columns match_adds;
            struct nami_plan_create create;
            struct nami_plan_set on_create;
            struct nami_plan_set on_match;
        } merge;
        struct {
            struct nami_plan_columns columns;
            bool is_discard; /* a query without RETURN: no rows */
        } produce;
        struct { /* each branch ends with PRODUCE */
            struct nami_steps *branches;
            uint32_t branch_count;
            struct nami_plan_columns columns;
        } union_;
        struct {
            struct nami_plan_aggregate *counted; /* whose column it fills */
            bool is_rels;
            struct nami_slice name; /* label or type; empty: all */
        } count_store;
        struct {
            uint8_t verb;       /* enum nami_schema_verb */
            uint32_t rule_kind; /* enum nami_rule_kind */
            bool is_lenient;    /* IF [NOT] EXISTS */
            struct nami_slice name;
            struct nami_ast_expr *name_param; /* or NULL */
            struct nami_slice label;
            struct nami_slice key;
        } schema;
    } as;
};

/* "IndexSeek": as EXPLAIN names it. */
const char *nami_step_name(const struct nami_step *step);

#endif /* NAMI_CORE_PLAN_PHYSICAL_H */
