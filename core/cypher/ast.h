/*
 * core/cypher/ast.h -- the tree of a statement.
 *
 * What:   plain tagged structs in the statement's arena. Every node knows the bytes of the text it
 *         came from. Members marked [analysis] are filled by nami_cypher_analyse; the others by
 *         the parser. Arrays may be NULL when their count is 0; pointers marked "or NULL" may be
 *         absent, all others are there.
 * Above:  analysis, plan.
 * Below:  symbol.h, functions.h.
 * Bounds: the height of a tree (expressions, patterns and queries inside each other) is at most
 *         nami_parse_limits.depth_max, so plain recursion over it is safe. Chains of AND, OR and
 *         XOR are one node with many operands.
 * Thread: immutable after analysis.
 */
#ifndef NAMI_CORE_CYPHER_AST_H
#define NAMI_CORE_CYPHER_AST_H

#include "core/cypher/functions.h"
#include "core/cypher/symbol.h"

struct nami_ast_expr;
struct nami_ast_query;
struct nami_ast_path;
struct nami_ast_label_expr;

struct nami_ast_exprs {
    struct nami_ast_expr **items;
    uint32_t count;
};

struct nami_ast_symbols {
    struct nami_symbol **items;
    uint32_t count;
};

struct nami_ast_names {
    struct nami_slice *items;
    uint32_t count;
};

/* A variable as written, and what it means. */
struct nami_ast_variable {
    struct nami_slice name; /* empty: none was written */
    struct nami_span span;
    struct nami_symbol *symbol; /* [analysis] */
};

/* ------------------------------------------------------------------ expressions */

enum nami_ast_expr_kind {
    NAMI_AST_NULL,
    NAMI_AST_BOOL,     /* as.boolean */
    NAMI_AST_INT,      /* as.integer */
    NAMI_AST_FLOAT,    /* as.real; finite, or from Inf, NaN */
    NAMI_AST_STRING,   /* as.text, unescaped */
    NAMI_AST_PARAM,    /* as.param: index in statement->params */
    NAMI_AST_VARIABLE, /* as.variable */
    NAMI_AST_LIST,     /* as.list */
    NAMI_AST_MAP,      /* as.map */
    NAMI_AST_PROPERTY, /* as.property: object.key */
    NAMI_AST_INDEX,    /* as.index: object[at] */
    NAMI_AST_SLICE,    /* as.slice: object[from..to] */
    NAMI_AST_LABELS,   /* as.labels: object:A|B, object IS A */
    NAMI_AST_UNARY,    /* op NOT, PLUS, MINUS, IS_NULL, IS_NOT_NULL; as.unary */
    NAMI_AST_BINARY,   /* op; as.binary */
    NAMI_AST_AND,      /* as.list: two operands or more */
    NAMI_AST_OR,
    NAMI_AST_XOR,
    NAMI_AST_COMPARISONS,   /* as.comparisons: a < b <= c, all of them hold; three operands or more.
                             Each operand is evaluated once. */
    NAMI_AST_IS_TYPE,       /* as.is_type; is_negated */
    NAMI_AST_IS_NORMALIZED, /* as.normal_form; is_negated */
    NAMI_AST_FUNCTION,      /* as.call; is_distinct. count(*) too */
    NAMI_AST_CASE,          /* as.branches */
    NAMI_AST_CASE_OPERAND,  /* inside CASE x WHEN > 1: the value of x */
    NAMI_AST_LIST_COMPREHENSION, /* as.comprehension */
    NAMI_AST_QUANTIFIER,         /* as.comprehension; op ALL, ANY, NONE, SINGLE; where is there */
    NAMI_AST_REDUCE,             /* as.reduce */
    NAMI_AST_MAP_PROJECTION,     /* as.projection */
    NAMI_AST_PATTERN,            /* as.pattern: a pattern as a predicate, true if it matches */
    NAMI_AST_PATTERN_COMPREHENSION, /* as.pattern, with where and value */
    NAMI_AST_SHORTEST_PATH, /* as.pattern: shortestPath(...) as a value; path->selector says which */
    NAMI_AST_EXISTS_QUERY,  /* as.subquery: EXISTS { } */
    NAMI_AST_COUNT_QUERY,   /* as.subquery: COUNT { } */
    NAMI_AST_COLLECT_QUERY, /* as.subquery: COLLECT { } */
    NAMI_AST_EXPR_KIND_COUNT
};

enum nami_ast_op {
    NAMI_OP_NONE,
    NAMI_OP_NOT,
    NAMI_OP_PLUS, /* unary */
    NAMI_OP_MINUS,
    NAMI_OP_IS_NULL,
    NAMI_OP_IS_NOT_NULL,
    NAMI_OP_ADD,
    NAMI_OP_SUBTRACT,
    NAMI_OP_MULTIPLY,
    NAMI_OP_DIVIDE,
    NAMI_OP_MODULO,
    NAMI_OP_POWER,
    NAMI_OP_CONCAT, /* || */
    NAMI_OP_EQ,
    NAMI_OP_NE,
    NAMI_OP_LT,
    NAMI_OP_LE,
    NAMI_OP_GT,
    NAMI_OP_GE,
    NAMI_OP_IN,
    NAMI_OP_STARTS_WITH,
    NAMI_OP_ENDS_WITH,
    NAMI_OP_CONTAINS,
    NAMI_OP_REGEX, /* =~ */
    NAMI_OP_ALL,   /* quantifiers */
    NAMI_OP_ANY,
    NAMI_OP_NONE_OF,
    NAMI_OP_SINGLE,
    NAMI_OP_COUNT
};

struct nami_ast_map_entry {
    struct nami_slice key;
    struct nami_span key_span;
    struct nami_ast_expr *value;
};

/* The type of x IS :: T, and of property type constraints. */
enum nami_ast_type_kind {
    NAMI_AST_TYPE_SCALAR, /* as one bit of enum nami_static_type; NULL and ANY too */
    NAMI_AST_TYPE_LIST,   /* LIST<item> */
    NAMI_AST_TYPE_UNION,  /* A | B */
    NAMI_AST_TYPE_NOTHING
};

struct nami_ast_type {
    uint8_t kind; /* enum nami_ast_type_kind */
    bool is_not_null;
    uint32_t types;                 /* SCALAR: enum nami_static_type without NULL */
    struct nami_ast_type *item;     /* LIST */
    struct nami_ast_type **choices; /* UNION */
    uint32_t choice_count;
};

struct nami_ast_case_branch {
    struct nami_ast_exprs when; /* with an operand: one or more, any of them chooses */
    struct nami_ast_expr *then;
    /* For each `when`, or NULL if the CASE has no operand. true: the condition is complete by
     * itself and mentions CASE_OPERAND (WHEN > 1); false: it is compared with the operand. */
    bool *is_predicate;
};

struct nami_ast_case {
    struct nami_ast_expr *operand; /* or NULL: each `when` is a predicate */
    struct nami_ast_case_branch *branches;
    uint32_t branch_count;
    struct nami_ast_expr *otherwise; /* or NULL */
};

/* [x IN list WHERE where | value], all(x IN list WHERE where) */
struct nami_ast_comprehension {
    struct nami_ast_variable variable;
    struct nami_ast_expr *list;
    struct nami_ast_expr *where; /* or NULL */
    struct nami_ast_expr *value; /* or NULL: the element itself */
};

/* reduce(total = start, x IN list | step) */
struct nami_ast_reduce {
    struct nami_ast_variable total;
    struct nami_ast_expr *start;
    struct nami_ast_variable variable;
    struct nami_ast_expr *list;
    struct nami_ast_expr *step;
};

enum nami_ast_map_item_kind {
    NAMI_AST_MAP_ITEM_PROPERTY, /* .key */
    NAMI_AST_MAP_ITEM_ALL,      /* .* */
    NAMI_AST_MAP_ITEM_VALUE     /* key: value; a bare variable is written so too */
};

struct nami_ast_map_item {
    uint8_t kind; /* enum nami_ast_map_item_kind */
    struct nami_slice key;
    struct nami_span span;
    struct nami_ast_expr *value; /* VALUE only, else NULL */
};

/* object { .a, .*, k: v } */
struct nami_ast_map_projection {
    struct nami_ast_expr *object; /* VARIABLE, or any expression */
    struct nami_ast_map_item *items;
    uint32_t count;
};

/* A pattern inside an expression. */
struct nami_ast_pattern_expr {
    struct nami_ast_path *path;
    struct nami_ast_expr *where;     /* or NULL */
    struct nami_ast_expr *value;     /* PATTERN_COMPREHENSION */
    struct nami_ast_symbols imports; /* [analysis] variables of around it that it uses */
};

/* EXISTS, COUNT: the query may have no RETURN. COLLECT: it returns one column. */
struct nami_ast_subquery {
    struct nami_ast_query *query;
    struct nami_ast_symbols imports; /* [analysis] variables of around it that it uses */
};

struct nami_ast_expr {
    uint8_t kind;     /* enum nami_ast_expr_kind */
    uint8_t op;       /* enum nami_ast_op */
    bool is_distinct; /* FUNCTION: count(DISTINCT x) */
    bool is_negated;  /* IS NOT :: T, IS NOT NORMALIZED */
    uint32_t types;   /* [analysis] enum nami_static_type */
    struct nami_span span;
    uint16_t height;    /* of the tree below, from 1 */
    bool has_aggregate; /* [analysis] an aggregate call is in it (not inside a subquery) */
    bool is_parenthesised;
    union {
        bool boolean;
        int64_t integer;
        double real;
        struct nami_slice text;
        uint32_t param;
        struct nami_ast_variable *variable;
        struct nami_ast_exprs list;
        struct {
            struct nami_ast_map_entry *entries;
            uint32_t count;
        } map;
        struct {
            struct nami_ast_expr *object;
            struct nami_slice key;
        } property;
        struct {
            struct nami_ast_expr *object;
            struct nami_ast_expr *at;
        } index;
        struct {
            struct nami_ast_expr *object;
            struct nami_ast_expr *from; /* or NULL */
            struct nami_ast_expr *to;   /* or NULL */
        } slice;
        struct {
            struct nami_ast_expr *object;
            struct nami_ast_label_expr *labels;
        } labels;
        struct {
            struct nami_ast_expr *operand;
        } unary;
        struct {
            struct nami_ast_expr *left;
            struct nami_ast_expr *right;
        } binary;
        struct {
            struct nami_ast_expr **operands;
            uint8_t *ops; /* enum nami_ast_op; count - 1 of them */
            uint32_t count;
        } comparisons;
        struct {
            struct nami_ast_expr *operand;
            struct nami_ast_type *type;
        } is_type;
        struct {
            struct nami_ast_expr *operand;
            struct nami_slice form; /* NFC, NFD, NFKC, NFKD */
        } normal_form;
        struct {
            const struct nami_function *function; /* [analysis] */
            struct nami_slice name;               /* as written; namespaces joined by dots */
            struct nami_ast_expr **args;
            uint32_t arg_count;
            uint32_t aggregate; /* [analysis] index in projection->aggregates, or UINT32_MAX */
        } call;
        struct nami_ast_case *branches;
        struct nami_ast_comprehension *comprehension;
        struct nami_ast_reduce *reduce;
        struct nami_ast_map_projection *projection;
        struct nami_ast_pattern_expr *pattern;
        struct nami_ast_subquery *subquery;
    } as;
};

/* ------------------------------------------------------------------ patterns */

enum nami_ast_label_kind {
    NAMI_AST_LABEL_NAME,        /* name */
    NAMI_AST_LABEL_DYNAMIC,     /* $(expr): a string or a list of strings, all of them */
    NAMI_AST_LABEL_DYNAMIC_ANY, /* $any(expr) */
    NAMI_AST_LABEL_ANY,         /* %: at least one */
    NAMI_AST_LABEL_NOT,         /* items[0] */
    NAMI_AST_LABEL_AND,         /* two items or more; :A:B too */
    NAMI_AST_LABEL_OR           /* :A|B, and :A|:B of relationships */
};

/* Labels of a node or types of a relationship. */
struct nami_ast_label_expr {
    uint8_t kind; /* enum nami_ast_label_kind */
    struct nami_span span;
    struct nami_slice name;
    struct nami_ast_expr *value; /* DYNAMIC, DYNAMIC_ANY */
    struct nami_ast_label_expr **items;
    uint32_t count;
};

enum nami_ast_direction {
    NAMI_AST_OUTGOING, /* (left)-->(right) */
    NAMI_AST_INCOMING, /* (left)<--(right) */
    NAMI_AST_BOTH      /* --, <--> */
};

#define NAMI_AST_UNBOUNDED UINT32_MAX

/* How often: *1..3, {1,3}, +, *. */
struct nami_ast_range {
    bool is_present;
    struct nami_span span;
    uint32_t min;
    uint32_t max; /* NAMI_AST_UNBOUNDED: no end */
};

struct nami_ast_node_pattern {
    struct nami_span span;
    struct nami_ast_variable variable;  /* [analysis] symbol is there even if anonymous */
    struct nami_ast_label_expr *labels; /* or NULL */
    struct nami_ast_expr *properties;   /* MAP or PARAM, or NULL */
    struct nami_ast_expr *where;        /* or NULL */
    bool is_bound; /* [analysis] the variable was bound before this occurrence, in an earlier
                      clause or further left in this one */
};

struct nami_ast_rel_pattern {
    struct nami_span span;
    struct nami_ast_variable variable;
    struct nami_ast_label_expr *types; /* or NULL */
    struct nami_ast_expr *properties;  /* MAP or PARAM, or NULL */
    struct nami_ast_expr *where;       /* or NULL */
    struct nami_ast_range length;      /* -[*1..3]-: the variable is a REL_LIST */
    struct nami_ast_range quantifier;  /* -[]->{1,3}: the same as a quantified group around it */
    uint8_t direction;                 /* enum nami_ast_direction */
    bool is_bound;                     /* [analysis] as above */
};

struct nami_ast_group_pattern;

enum nami_ast_element_kind { NAMI_AST_ELEMENT_NODE, NAMI_AST_ELEMENT_REL, NAMI_AST_ELEMENT_GROUP };

struct nami_ast_element {
    uint8_t kind; /* enum nami_ast_element_kind */
    union {
        struct nami_ast_node_pattern *node;
        struct nami_ast_rel_pattern *rel;
        struct nami_ast_group_pattern *group;
    } as;
};

/* Which of the paths that match. */
enum nami_ast_selector {
    NAMI_AST_SELECT_ALL,
    NAMI_AST_SELECT_ANY,               /* ANY k */
    NAMI_AST_SELECT_SHORTEST,          /* SHORTEST k; ANY SHORTEST is k = 1 */
    NAMI_AST_SELECT_ALL_SHORTEST,      /* ALL SHORTEST */
    NAMI_AST_SELECT_SHORTEST_GROUPS,   /* SHORTEST k GROUPS */
    NAMI_AST_SELECT_SHORTEST_PATH,     /* shortestPath(...) */
    NAMI_AST_SELECT_ALL_SHORTEST_PATHS /* allShortestPaths(...) */
};

enum nami_ast_path_mode {
    NAMI_AST_MODE_DEFAULT,
    NAMI_AST_MODE_WALK,
    NAMI_AST_MODE_TRAIL,
    NAMI_AST_MODE_ACYCLIC,
    NAMI_AST_MODE_SIMPLE
};

/* p = (a)-[r]->(b): elements from left to right as written. */
struct nami_ast_path {
    struct nami_span span;
    struct nami_ast_variable variable; /* name empty: not named, and then symbol is NULL */
    uint8_t selector;                  /* enum nami_ast_selector */
    uint8_t mode;                      /* enum nami_ast_path_mode */
    uint32_t select_count;             /* ANY k, SHORTEST k [GROUPS]; from 1 */
    /* No groups and no quantifiers: node, rel, node, ..., node; an odd count. */
    bool is_simple;
    struct nami_ast_element *elements;
    uint32_t element_count;
};

/* ((a)-[r]->(b) WHERE p){1,3}; a group with no quantifier is a bracket only. */
struct nami_ast_group_pattern {
    struct nami_span span;
    struct nami_ast_path *path;
    struct nami_ast_expr *where; /* or NULL */
    struct nami_ast_range quantifier;
    /* [analysis] With a quantifier: inner[i] is bound in each repetition, outer[i] is the list of
     * all, visible outside. */
    struct nami_ast_symbols inner;
    struct nami_ast_symbols outer;
};

/* ------------------------------------------------------------------ projections */

struct nami_ast_item {
    struct nami_span span;
    struct nami_ast_expr *expr;
    /* Alias, or the text of the expression exactly as written. */
    struct nami_slice name;
    bool has_alias;
    /* [analysis] What the item is called after the projection. `WITH a` keeps a's symbol. */
    struct nami_symbol *symbol;
    bool is_key; /* [analysis] of an aggregating projection: no aggregate in it, so it groups */
};

struct nami_ast_sort {
    struct nami_ast_expr *expr;
    bool is_descending;
};

/*
 * WITH, RETURN, YIELD.
 *
 * [analysis] is_aggregating: first the keys (items with is_key, evaluated before) form groups,
 * then each of `aggregates` is computed per group, then the other items are evaluated from them.
 * In those items every use of a key was replaced by a VARIABLE with the key item's symbol, so that
 * outside the arguments of aggregates they contain only key symbols, constants and aggregates.
 *
 * ORDER BY and WHERE see the item symbols; if the projection neither aggregates nor is DISTINCT,
 * they also see the symbols from before it. Where it does, every part of them that repeats an
 * item's expression was replaced by that item's symbol. Aggregates in ORDER BY are in `aggregates`
 * too; equal ones are one node, which several places then point to.
 */
struct nami_ast_projection {
    struct nami_span span;
    bool is_distinct;
    bool has_star; /* [analysis] expanded: items is complete, the star's first */
    struct nami_ast_item *items;
    uint32_t item_count;
    struct nami_ast_sort *sort;
    uint32_t sort_count;
    struct nami_ast_expr *skip;       /* or NULL; no variables in it */
    struct nami_ast_expr *limit;      /* or NULL; no variables in it */
    struct nami_ast_expr *where;      /* WITH, YIELD; or NULL */
    bool is_aggregating;              /* [analysis] */
    struct nami_ast_exprs aggregates; /* [analysis] FUNCTION nodes, each once */
};

/* ------------------------------------------------------------------ clauses */

enum nami_ast_clause_kind {
    NAMI_AST_MATCH,
    NAMI_AST_UNWIND,
    NAMI_AST_WITH,
    NAMI_AST_RETURN,
    NAMI_AST_CREATE, /* INSERT too */
    NAMI_AST_MERGE,
    NAMI_AST_SET,
    NAMI_AST_REMOVE,
    NAMI_AST_DELETE,
    NAMI_AST_FOREACH,
    NAMI_AST_CALL_PROCEDURE,
    NAMI_AST_CALL_QUERY,
    NAMI_AST_LOAD_CSV,
    NAMI_AST_USE,
    NAMI_AST_FINISH,
    NAMI_AST_CLAUSE_KIND_COUNT
};

enum nami_ast_match_mode {
    NAMI_AST_DIFFERENT_RELATIONSHIPS, /* the default */
    NAMI_AST_REPEATABLE_ELEMENTS
};

enum nami_ast_hint_kind {
    NAMI_AST_HINT_INDEX, /* any kind */
    NAMI_AST_HINT_RANGE_INDEX,
    NAMI_AST_HINT_TEXT_INDEX,
    NAMI_AST_HINT_POINT_INDEX,
    NAMI_AST_HINT_SCAN,
    NAMI_AST_HINT_JOIN
};

/* USING INDEX v:Label(property, ...), USING SCAN v:Label, USING JOIN ON v, w */
struct nami_ast_hint {
    uint8_t kind; /* enum nami_ast_hint_kind */
    bool is_seek;
    struct nami_span span;
    struct nami_ast_variable *variables;
    uint32_t variable_count;
    struct nami_slice label;
    struct nami_ast_names properties;
};

struct nami_ast_match {
    bool is_optional;
    uint8_t mode; /* enum nami_ast_match_mode */
    struct nami_ast_path **paths;
    uint32_t path_count;
    struct nami_ast_hint *hints;
    uint32_t hint_count;
    struct nami_ast_expr *where; /* or NULL */
};

struct nami_ast_unwind {
    struct nami_ast_expr *list;
    struct nami_ast_variable variable;
};

struct nami_ast_create {
    struct nami_ast_path **paths;
    uint32_t path_count;
};

enum nami_ast_set_kind {
    NAMI_AST_SET_PROPERTY, /* object.key = value */
    NAMI_AST_SET_DYNAMIC,  /* object[key_expr] = value */
    NAMI_AST_SET_REPLACE,  /* object = value; object is a VARIABLE */
    NAMI_AST_SET_MERGE,    /* object += value */
    NAMI_AST_SET_LABELS    /* object:A:B; labels is NAME, DYNAMIC, or AND of them */
};

/* One item of SET, and of REMOVE (PROPERTY, DYNAMIC, LABELS; value NULL). */
struct nami_ast_set_item {
    uint8_t kind; /* enum nami_ast_set_kind */
    struct nami_span span;
    struct nami_ast_expr *object;
    struct nami_slice key;
    struct nami_ast_expr *key_expr;
    struct nami_ast_label_expr *labels;
    struct nami_ast_expr *value;
};

struct nami_ast_set {
    struct nami_ast_set_item *items;
    uint32_t count;
};

struct nami_ast_merge {
    struct nami_ast_path *path;
    struct nami_ast_set on_create; /* all ON CREATE SET together, in order */
    struct nami_ast_set on_match;
};

struct nami_ast_delete {
    bool is_detach;
    struct nami_ast_exprs exprs;
};

struct nami_ast_clause;

struct nami_ast_foreach {
    struct nami_ast_variable variable;
    struct nami_ast_expr *list;
    struct nami_ast_clause **clauses;
    uint32_t clause_count;
};

struct nami_ast_yield {
    struct nami_slice field; /* of the procedure */
    struct nami_ast_variable variable;
};

struct nami_ast_call_procedure {
    struct nami_slice name; /* namespaces joined by dots */
    struct nami_span name_span;
    bool is_optional;
    bool has_arguments; /* CALL p(...); CALL p alone takes them from parameters of their names */
    struct nami_ast_exprs arguments;
    bool has_yield;
    bool yields_star;
    bool is_standalone; /* [analysis] the whole query: without YIELD it returns all fields */
    struct nami_ast_yield *yields;
    uint32_t yield_count;
    struct nami_ast_expr *where; /* or NULL */
};

enum nami_ast_on_error {
    NAMI_AST_ON_ERROR_FAIL,
    NAMI_AST_ON_ERROR_CONTINUE,
    NAMI_AST_ON_ERROR_BREAK
};

/* IN [n CONCURRENT] TRANSACTIONS [OF n ROWS] [ON ERROR ...] [REPORT STATUS AS v] */
struct nami_ast_in_transactions {
    bool is_concurrent;
    struct nami_ast_expr *concurrency; /* or NULL */
    struct nami_ast_expr *rows;        /* or NULL */
    uint8_t on_error;                  /* enum nami_ast_on_error */
    struct nami_ast_variable status;   /* name empty: none */
};

struct nami_ast_call_query {
    struct nami_ast_query *query;
    bool is_optional;
    bool has_scope; /* CALL (a, b) { }: scope; CALL (*) { }: scope_star */
    bool scope_star;
    struct nami_ast_variable *scope;
    uint32_t scope_count;
    struct nami_ast_in_transactions *transactions; /* or NULL */
    /* [analysis] variables of around it that it uses, written by CALL (a) or a leading WITH a */
    struct nami_ast_symbols imports;
    /* [analysis] what it adds to the row, in order of the query's columns; none: rows pass through
     * once, whatever the query yields */
    struct nami_ast_symbols outputs;
};

struct nami_ast_load_csv {
    bool with_headers;
    struct nami_ast_expr *url;
    struct nami_ast_variable variable;
    struct nami_ast_expr *field_terminator; /* STRING, or NULL */
};

struct nami_ast_use {
    struct nami_slice name;          /* of the graph, joined by dots; or of the function */
    struct nami_ast_exprs arguments; /* USE graph.byName(...) */
    bool is_function;
};

struct nami_ast_clause {
    uint8_t kind; /* enum nami_ast_clause_kind */
    struct nami_span span;
    struct nami_span keyword; /* MATCH, DETACH DELETE, ... */
    union {
        struct nami_ast_match *match;
        struct nami_ast_unwind *unwind;
        struct nami_ast_projection *projection; /* WITH, RETURN */
        struct nami_ast_create *create;
        struct nami_ast_merge *merge;
        struct nami_ast_set *set; /* SET, REMOVE */
        struct nami_ast_delete *delete_;
        struct nami_ast_foreach *foreach;
        struct nami_ast_call_procedure *procedure;
        struct nami_ast_call_query *call;
        struct nami_ast_load_csv *load_csv;
        struct nami_ast_use *use;
    } as;
};

/* ------------------------------------------------------------------ queries */

struct nami_ast_branch {
    struct nami_span span;
    bool is_union_all; /* how it is joined to the one before; of the first: false */
    struct nami_ast_clause **clauses;
    uint32_t clause_count;
};

struct nami_ast_query {
    struct nami_span span;
    struct nami_ast_branch *branches; /* UNION of them */
    uint32_t branch_count;
    bool is_union_all; /* [analysis] of all branches together */
    bool is_write;     /* [analysis] CREATE, MERGE, SET, ... anywhere in it */
    /* [analysis] Names of RETURN's columns; none: it returns nothing, or it is a standalone CALL
     * that yields all fields of the procedure. */
    struct nami_ast_names columns;
};

/* ------------------------------------------------------------------ schema, SHOW */

enum nami_ast_constraint_kind {
    NAMI_AST_CONSTRAINT_UNIQUE,
    NAMI_AST_CONSTRAINT_KEY, /* NODE KEY, RELATIONSHIP KEY */
    NAMI_AST_CONSTRAINT_NOT_NULL,
    NAMI_AST_CONSTRAINT_TYPE /* IS :: type */
};

struct nami_ast_create_constraint {
    uint8_t kind;                     /* enum nami_ast_constraint_kind */
    struct nami_slice name;           /* empty: none */
    struct nami_ast_expr *name_param; /* CREATE CONSTRAINT $name; or NULL */
    bool if_not_exists;
    bool is_relationship;
    struct nami_ast_variable variable;
    struct nami_slice label; /* or relationship type */
    struct nami_span label_span;
    struct nami_ast_names properties;
    struct nami_ast_type *type;    /* TYPE, else NULL */
    struct nami_ast_expr *options; /* OPTIONS {...}: MAP or PARAM, or NULL */
};

enum nami_ast_index_kind {
    NAMI_AST_INDEX_RANGE, /* also when no kind is written */
    NAMI_AST_INDEX_TEXT,
    NAMI_AST_INDEX_POINT,
    NAMI_AST_INDEX_LOOKUP,
    NAMI_AST_INDEX_FULLTEXT,
    NAMI_AST_INDEX_VECTOR
};

struct nami_ast_create_index {
    uint8_t kind; /* enum nami_ast_index_kind */
    struct nami_slice name;
    struct nami_ast_expr *name_param;
    bool if_not_exists;
    bool is_relationship;
    struct nami_ast_variable variable;
    struct nami_ast_names labels; /* FULLTEXT: one or more; LOOKUP: none; else one */
    struct nami_span label_span;
    struct nami_ast_names properties;
    struct nami_ast_expr *options; /* MAP or PARAM, or NULL */
};

/* DROP CONSTRAINT name, DROP INDEX name. */
struct nami_ast_drop {
    bool is_constraint;
    bool if_exists;
    struct nami_slice name;
    struct nami_ast_expr *name_param;
    struct nami_span name_span;
};

enum nami_ast_show_kind {
    NAMI_AST_SHOW_CONSTRAINTS,
    NAMI_AST_SHOW_INDEXES,
    NAMI_AST_SHOW_PROCEDURES,
    NAMI_AST_SHOW_FUNCTIONS,
    NAMI_AST_SHOW_DATABASES,
    NAMI_AST_SHOW_SETTINGS,
    NAMI_AST_SHOW_TRANSACTIONS,
    NAMI_AST_SHOW_USERS
};

struct nami_ast_show {
    uint8_t kind;                /* enum nami_ast_show_kind */
    struct nami_slice qualifier; /* words before the noun: "UNIQUE", "BUILT IN", ...; or empty */
    struct nami_ast_exprs names; /* SHOW SETTINGS 'a', SHOW TRANSACTIONS $x, SHOW DATABASE d */
    struct nami_ast_projection *yield;   /* or NULL; has_star for YIELD * */
    struct nami_ast_expr *where;         /* or NULL; without YIELD */
    struct nami_ast_projection *returns; /* or NULL */
};

/* ------------------------------------------------------------------ the statement */

enum nami_ast_statement_kind {
    NAMI_AST_STATEMENT_QUERY,
    NAMI_AST_STATEMENT_CREATE_CONSTRAINT,
    NAMI_AST_STATEMENT_CREATE_INDEX,
    NAMI_AST_STATEMENT_DROP,
    NAMI_AST_STATEMENT_SHOW
};

enum nami_ast_run_mode { NAMI_AST_RUN, NAMI_AST_EXPLAIN, NAMI_AST_PROFILE };

struct nami_ast_statement {
    struct nami_slice text;
    uint8_t kind;              /* enum nami_ast_statement_kind */
    uint8_t run_mode;          /* enum nami_ast_run_mode */
    struct nami_slice options; /* CYPHER runtime=... as written; or empty */
    union {
        struct nami_ast_query *query;
        struct nami_ast_create_constraint *create_constraint;
        struct nami_ast_create_index *create_index;
        struct nami_ast_drop *drop;
        struct nami_ast_show *show;
    } as;
    struct nami_ast_names params;    /* each once, by first use */
    struct nami_ast_symbols symbols; /* [analysis] symbols.items[id]->id == id */
    bool is_write;                   /* [analysis] changes data or schema */
    uint32_t depth_max;              /* the limit it was parsed with */
    uint32_t nodes_left;             /* of the limit it was parsed with */
};

#endif /* NAMI_CORE_CYPHER_AST_H */
