/*
 * core/cypher/analysis_internal.h -- what the files of the analyser share.
 *
 * Every function returns false after the first error; a->status and the diagnostic are then set.
 */
#ifndef NAMI_CORE_CYPHER_ANALYSIS_INTERNAL_H
#define NAMI_CORE_CYPHER_ANALYSIS_INTERNAL_H

#include "core/cypher/analysis.h"
#include "core/cypher/names.h"

struct nami_cypher__scope;

/* A name that means a symbol, in a scope. */
struct nami_cypher__binding {
    struct nami_symbol *symbol;
    struct nami_cypher__scope *scope;
    struct nami_cypher__binding *shadowed; /* the same name further out */
    struct nami_cypher__binding *before;   /* in the same scope */
    uint32_t name;
};

struct nami_cypher__scope {
    struct nami_cypher__scope *outer;
    struct nami_cypher__binding *bindings; /* newest first */
    uint32_t count;
    uint32_t depth; /* from 1 */
};

/* One import of a subquery; see nami_cypher__use. */
struct nami_cypher__import {
    struct nami_symbol *symbol;
    uint32_t mark_before;
};

/* A subquery or pattern that is being analysed, and what it uses from around it. */
struct nami_cypher__frame {
    struct nami_cypher__frame *outer;
    struct nami_cypher__import *imports;
    uint32_t count;
    uint32_t capacity;
    uint32_t level;
    uint32_t serial;
};

/* May an aggregate stand here? */
enum nami_cypher__aggregation {
    NAMI_CYPHER__NO_AGGREGATE,
    NAMI_CYPHER__AGGREGATE,       /* an item of a projection */
    NAMI_CYPHER__INSIDE_AGGREGATE /* an argument of one */
};

struct nami_cypher__analyser {
    struct nami_ast_statement *statement;
    struct nami_arena *arena;
    struct nami_diagnostic *diag;
    struct nami_work *work; /* or NULL */
    int32_t status;
    struct nami_cypher__names names;
    struct nami_cypher__binding **heads; /* by number of the name: innermost binding */
    uint32_t head_capacity;
    struct nami_cypher__scope *scope;
    uint32_t barrier; /* scopes below this depth are not visible */
    struct nami_cypher__frame *frame;
    uint32_t frame_serial;
    struct nami_symbol **symbols;
    uint32_t symbol_count;
    uint32_t symbol_capacity;
    uint32_t nodes_left;                    /* items that a star may still expand to */
    uint8_t aggregation;                    /* enum nami_cypher__aggregation */
    bool is_write;                          /* an updating clause was seen */
    bool is_open;                           /* SHOW: unknown names are columns */
    bool is_read_only;                      /* inside EXISTS { } and the like */
    bool is_constant;                       /* SKIP, LIMIT: no variables */
    struct nami_ast_projection *projection; /* whose items are being analysed */
    uint32_t *aggregate_hashes;             /* of projection->aggregates */
    uint32_t aggregate_capacity;
    bool is_after;              /* ORDER BY behind a projection that aggregates */
    uint32_t projection_serial; /* of this projection */
    uint32_t projection_count;
};

/* ---- analysis.c */

/* Always false. */
NAMI_PRINTF(4, 5)
bool nami_cypher__reject(struct nami_cypher__analyser *a, uint32_t condition, struct nami_span at,
                         const char *fmt, ...);
bool nami_cypher__no_memory(struct nami_cypher__analyser *a);
/* One more expression, symbol or clause. false: the work must stop. */
NAMI_CHECKED bool nami_cypher__step(struct nami_cypher__analyser *a);
void *nami_cypher__analysis_alloc(struct nami_cypher__analyser *a, size_t bytes);
/* Array of `*capacity` elements with room for one more than `count`. */
NAMI_CHECKED bool nami_cypher__grow(struct nami_cypher__analyser *a, void **items, uint32_t count,
                                    uint32_t *capacity, size_t element_bytes);

/* ---- scope.c */

NAMI_CHECKED bool nami_cypher__push_scope(struct nami_cypher__analyser *a,
                                          struct nami_cypher__scope *scope);
void nami_cypher__pop_scope(struct nami_cypher__analyser *a);
/* Empty again. */
void nami_cypher__clear_scope(struct nami_cypher__analyser *a);
/* NULL: not visible, or no memory (status). */
struct nami_symbol *nami_cypher__find(struct nami_cypher__analyser *a, struct nami_slice name);
struct nami_symbol *nami_cypher__new_symbol(struct nami_cypher__analyser *a, struct nami_slice name,
                                            struct nami_span span, uint8_t kind);
/* In the innermost scope. */
NAMI_CHECKED bool nami_cypher__bind(struct nami_cypher__analyser *a, struct nami_symbol *symbol,
                                    struct nami_slice name);
/* A new symbol, bound; the name must not be visible yet unless `may_shadow`. */
struct nami_symbol *nami_cypher__declare(struct nami_cypher__analyser *a,
                                         struct nami_ast_variable *variable, uint8_t kind,
                                         bool may_shadow);
/* Visible names of the innermost scope, by name. */
NAMI_CHECKED bool nami_cypher__visible(struct nami_cypher__analyser *a,
                                       struct nami_ast_symbols *symbols,
                                       struct nami_ast_names *names);
bool nami_cypher__undefined(struct nami_cypher__analyser *a, struct nami_slice name,
                            struct nami_span at);
void nami_cypher__push_frame(struct nami_cypher__analyser *a, struct nami_cypher__frame *frame);
/* What the frame used of around it. */
NAMI_CHECKED bool nami_cypher__pop_frame(struct nami_cypher__analyser *a,
                                         struct nami_ast_symbols *imports);
/* The symbol is used here: an import of every frame that it was bound outside of. */
NAMI_CHECKED bool nami_cypher__use(struct nami_cypher__analyser *a, struct nami_symbol *symbol);

/* ---- analyse_expr.c, analyse_call.c, analyse_types.c, analyse_form.c */

NAMI_CHECKED bool nami_cypher__resolve(struct nami_cypher__analyser *a,
                                       struct nami_ast_expr **slot);
/* NULL is fine. */
NAMI_CHECKED bool nami_cypher__resolve_optional(struct nami_cypher__analyser *a,
                                                struct nami_ast_expr **slot);
/* A condition: a pattern may stand here, and anything else must be able to be a boolean. */
NAMI_CHECKED bool nami_cypher__resolve_predicate(struct nami_cypher__analyser *a,
                                                 struct nami_ast_expr **slot);
/* A condition in which aggregates are not allowed; NULL is fine. */
NAMI_CHECKED bool nami_cypher__resolve_where(struct nami_cypher__analyser *a,
                                             struct nami_ast_expr **slot);
NAMI_CHECKED bool nami_cypher__resolve_call(struct nami_cypher__analyser *a,
                                            struct nami_ast_expr **slot);
/* The kinds with a struct of their own. */
NAMI_CHECKED bool nami_cypher__resolve_form(struct nami_cypher__analyser *a,
                                            struct nami_ast_expr *expr);
NAMI_CHECKED bool nami_cypher__resolve_labels(struct nami_cypher__analyser *a,
                                              struct nami_ast_label_expr *labels);
/* Function names and has_aggregate of a whole tree, before anything else. */
NAMI_CHECKED bool nami_cypher__prepare(struct nami_cypher__analyser *a, struct nami_ast_expr *expr);
/* Operands are known: check them and set expr->types. */
NAMI_CHECKED bool nami_cypher__type_of(struct nami_cypher__analyser *a, struct nami_ast_expr *expr);
/* The value must be able to be one of `types` (or null). */
NAMI_CHECKED bool nami_cypher__expect_types(struct nami_cypher__analyser *a,
                                            const struct nami_ast_expr *expr, uint32_t types,
                                            const char *what);
/* What the elements of a list can be; ANY if that is not known. */
uint32_t nami_cypher__element_types(const struct nami_ast_expr *expr);
const char *nami_cypher__type_text(uint32_t types);

/* ---- analyse_pattern.c, analyse_create.c */

/* MATCH and EXISTS: all paths of a clause together. */
NAMI_CHECKED bool nami_cypher__match_paths(struct nami_cypher__analyser *a,
                                           struct nami_ast_path **paths, uint32_t count,
                                           bool is_optional);
/* A pattern predicate or comprehension; new variables only with `may_bind`. */
NAMI_CHECKED bool nami_cypher__expr_path(struct nami_cypher__analyser *a,
                                         struct nami_ast_path *path, bool may_bind);
NAMI_CHECKED bool nami_cypher__create_paths(struct nami_cypher__analyser *a,
                                            struct nami_ast_path **paths, uint32_t count,
                                            bool is_merge);

/* ---- analyse_projection.c, analyse_keys.c */

/* Ends the scope before it: the innermost scope then holds the items. */
NAMI_CHECKED bool nami_cypher__project(struct nami_cypher__analyser *a,
                                       struct nami_ast_projection *projection, uint8_t clause_kind);
/* The items of a projection, to be found by how they are written. */
struct nami_cypher__keys {
    struct nami_ast_projection *projection;
    const struct nami_cypher__names *columns;
    uint32_t *slots; /* item number + 1; 0: free */
    uint32_t slot_count;
    uint32_t *hashes; /* of the items */
};
/* Leaves hashes in the items' types. */
NAMI_CHECKED bool nami_cypher__keys_init(struct nami_cypher__analyser *a,
                                         struct nami_cypher__keys *keys,
                                         struct nami_ast_projection *projection,
                                         const struct nami_cypher__names *columns);
/* In an item with an aggregate: variables and properties that are keys become the key's symbol. */
NAMI_CHECKED bool nami_cypher__replace_in_item(struct nami_cypher__analyser *a,
                                               const struct nami_cypher__keys *keys,
                                               struct nami_ast_expr **slot);
/* In ORDER BY or WHERE behind it: what repeats an item becomes the item's symbol. */
NAMI_CHECKED bool nami_cypher__replace_behind(struct nami_cypher__analyser *a,
                                              const struct nami_cypher__keys *keys,
                                              struct nami_ast_expr **slot);
/* Outside of aggregates, an item may use keys only. */
NAMI_CHECKED bool nami_cypher__check_item(struct nami_cypher__analyser *a,
                                          struct nami_ast_expr *expr, uint32_t first_local);

/* ---- analyse_query.c, analyse_clause.c */

enum nami_cypher__query_place {
    NAMI_CYPHER__TOP,      /* the statement */
    NAMI_CYPHER__CALL,     /* CALL { } */
    NAMI_CYPHER__READ_ONLY /* EXISTS { }, COUNT { }, COLLECT { } */
};
NAMI_CHECKED bool nami_cypher__query_in(struct nami_cypher__analyser *a,
                                        struct nami_ast_query *query,
                                        enum nami_cypher__query_place place,
                                        struct nami_ast_call_query *call);
NAMI_CHECKED bool nami_cypher__clause_in(struct nami_cypher__analyser *a,
                                         struct nami_ast_clause *clause);
NAMI_CHECKED bool nami_cypher__call_query(struct nami_cypher__analyser *a,
                                          struct nami_ast_clause *clause);
bool nami_cypher__is_update(const struct nami_ast_clause *clause);

#endif /* NAMI_CORE_CYPHER_ANALYSIS_INTERNAL_H */
