/*
 * core/cypher/parser_internal.h -- what the files of the parser share.
 *
 * Every rule returns NULL or false after the first error; p->status and the diagnostic are then
 * set, and callers only pass that on.
 */
#ifndef NAMI_CORE_CYPHER_PARSER_INTERNAL_H
#define NAMI_CORE_CYPHER_PARSER_INTERNAL_H

#include "core/cypher/lexer.h"
#include "core/cypher/names.h"
#include "core/cypher/parser.h"

struct nami_cypher__parser {
    struct nami_slice text;
    struct nami_arena *arena;
    struct nami_diagnostic *diag;
    struct nami_work *work; /* or NULL */
    struct nami_ast_statement *statement;
    struct nami_lexer lexer; /* behind `token` */
    struct nami_token token; /* the next one to be read */
    uint32_t last_end;       /* where the one before it ended */
    int32_t status;
    uint32_t depth;
    uint32_t depth_max;
    uint32_t nodes_left;
    uint64_t lookahead_left; /* tokens that may still be read only to look */
    uint16_t tallest;        /* expression read since nami_cypher__begin_height */
    bool bar_ends;           /* inside [x IN l WHERE x:A | ...] a bar is not part of the label */
    struct nami_cypher__names params;
};

/* A growing array in the arena; zero it to begin. */
struct nami_cypher__list {
    void *items;
    uint32_t count;
    uint32_t capacity;
};

/* ---- parser.c: tokens, memory, limits */

/* Time is up, or nobody wants it any more: false. Each node and token that is read counts. */
NAMI_CHECKED bool nami_cypher__tick(struct nami_cypher__parser *p);
void nami_cypher__next(struct nami_cypher__parser *p);
/* The token after p->token. */
struct nami_token nami_cypher__peek(const struct nami_cypher__parser *p);
bool nami_cypher__at_word(const struct nami_cypher__parser *p, uint8_t keyword);
bool nami_cypher__accept(struct nami_cypher__parser *p, uint8_t kind);
bool nami_cypher__accept_word(struct nami_cypher__parser *p, uint8_t keyword);
/* Two words in a row, or nothing is read. */
bool nami_cypher__accept_words(struct nami_cypher__parser *p, uint8_t first, uint8_t second);
NAMI_CHECKED bool nami_cypher__expect(struct nami_cypher__parser *p, uint8_t kind,
                                      const char *what);
NAMI_CHECKED bool nami_cypher__expect_word(struct nami_cypher__parser *p, uint8_t keyword);
/* Zeroed. */
void *nami_cypher__alloc(struct nami_cypher__parser *p, size_t bytes);
/* A new zeroed element at the end; counts as a node. */
void *nami_cypher__push(struct nami_cypher__parser *p, struct nami_cypher__list *list,
                        size_t element_bytes);
/* One level deeper; leave only after an enter that returned true. */
NAMI_CHECKED bool nami_cypher__enter(struct nami_cypher__parser *p);
void nami_cypher__leave(struct nami_cypher__parser *p);
struct nami_span nami_cypher__span_from(const struct nami_cypher__parser *p, uint32_t begin);
struct nami_slice nami_cypher__slice(const struct nami_cypher__parser *p, struct nami_span span);

static inline bool nami_cypher__at(const struct nami_cypher__parser *p, uint8_t kind)
{
    return p->token.kind == kind;
}
static inline bool nami_cypher__at_name(const struct nami_cypher__parser *p)
{
    return p->token.kind == TOKEN_NAME || p->token.kind == TOKEN_QUOTED;
}

/* ---- parse_error.c */

/* Always false. */
NAMI_PRINTF(4, 5)
bool nami_cypher__fail(struct nami_cypher__parser *p, uint32_t condition, uint32_t at,
                       const char *fmt, ...);
/* The next token is not `expected`. Always false. */
bool nami_cypher__unexpected(struct nami_cypher__parser *p, const char *expected);
/* As above; suggests one of the words. */
bool nami_cypher__unexpected_word(struct nami_cypher__parser *p, const char *expected,
                                  const uint8_t *words, size_t count);
/* As above, where a clause should begin. */
bool nami_cypher__unexpected_clause(struct nami_cypher__parser *p, const char *expected);
bool nami_cypher__out_of_memory(struct nami_cypher__parser *p);
bool nami_cypher__too_complex(struct nami_cypher__parser *p, const char *what, uint32_t limit);

/* ---- parse_name.c, parse_literal.c */

/* `what` for the message: "a variable". A property key may be empty, other names not. */
NAMI_CHECKED bool nami_cypher__key(struct nami_cypher__parser *p, const char *what,
                                   struct nami_slice *out, struct nami_span *span);
NAMI_CHECKED bool nami_cypher__name(struct nami_cypher__parser *p, const char *what,
                                    struct nami_slice *out, struct nami_span *span);
NAMI_CHECKED bool nami_cypher__variable(struct nami_cypher__parser *p,
                                        struct nami_ast_variable *out);
/* a.b.c */
NAMI_CHECKED bool nami_cypher__dotted_name(struct nami_cypher__parser *p, const char *what,
                                           struct nami_slice *out, struct nami_span *span);
/* The number at p->token, `is_negative` for a minus before it at `begin`. */
struct nami_ast_expr *nami_cypher__number(struct nami_cypher__parser *p, bool is_negative,
                                          uint32_t begin);
NAMI_CHECKED bool nami_cypher__whole_number(struct nami_cypher__parser *p, const char *what,
                                            uint32_t *out);
NAMI_CHECKED bool nami_cypher__string(struct nami_cypher__parser *p, struct nami_slice *out);
struct nami_ast_expr *nami_cypher__param(struct nami_cypher__parser *p);

/* ---- parse_expr.c, parse_atom.c, parse_container.c, parse_form.c, parse_type.c */

struct nami_ast_expr *nami_cypher__expr(struct nami_cypher__parser *p);
/* The rest of an expression that begins with `left`. */
struct nami_ast_expr *nami_cypher__expr_rest(struct nami_cypher__parser *p,
                                             struct nami_ast_expr *left);
/* For WHEN > 1: the rest of a comparison or predicate, `left` not written. NULL: there is none
 * or an error. */
bool nami_cypher__at_predicate(const struct nami_cypher__parser *p);
struct nami_ast_expr *nami_cypher__postfix(struct nami_cypher__parser *p);
struct nami_ast_expr *nami_cypher__atom(struct nami_cypher__parser *p);
/* CASE, comprehensions and the like; p->token is their first. NULL and OK: not one of these. */
struct nami_ast_expr *nami_cypher__special_form(struct nami_cypher__parser *p);
struct nami_ast_expr *nami_cypher__case(struct nami_cypher__parser *p);
struct nami_ast_expr *nami_cypher__bracketed(struct nami_cypher__parser *p);
/* `height` from nami_cypher__begin_height before the path. */
struct nami_ast_expr *nami_cypher__pattern_expr(struct nami_cypher__parser *p, uint8_t kind,
                                                uint32_t begin, uint16_t height,
                                                struct nami_ast_path *path);
struct nami_ast_expr *nami_cypher__map(struct nami_cypher__parser *p);
struct nami_ast_expr *nami_cypher__map_or_param(struct nami_cypher__parser *p);
struct nami_ast_expr *nami_cypher__map_projection(struct nami_cypher__parser *p,
                                                  struct nami_ast_expr *object);
struct nami_ast_type *nami_cypher__type(struct nami_cypher__parser *p);
/* Reads e, e, e; at least one. */
NAMI_CHECKED bool nami_cypher__exprs(struct nami_cypher__parser *p, struct nami_ast_exprs *out);
/* From the opening parenthesis on; may be empty. */
NAMI_CHECKED bool nami_cypher__arguments(struct nami_cypher__parser *p, struct nami_ast_exprs *out);

/* A node whose text begins at `begin` and ends with the last token read. */
struct nami_ast_expr *nami_cypher__new_expr(struct nami_cypher__parser *p, uint8_t kind,
                                            uint32_t begin);
/* Account for a child: the height of `expr`. */
NAMI_CHECKED bool nami_cypher__adopt(struct nami_cypher__parser *p, struct nami_ast_expr *expr,
                                     const struct nami_ast_expr *child);

/* Around a pattern or query inside an expression: what is in it counts for the height of `expr`. */
uint16_t nami_cypher__begin_height(struct nami_cypher__parser *p);
NAMI_CHECKED bool nami_cypher__end_height(struct nami_cypher__parser *p, uint16_t begun,
                                          struct nami_ast_expr *expr);

/* ---- parse_ahead.c, parse_pattern.c, parse_label.c */

/* At a parenthesis: does a relationship pattern begin here, not an expression? */
bool nami_cypher__at_pattern(struct nami_cypher__parser *p);
/* One path; with its name and selector if `is_whole`. */
struct nami_ast_path *nami_cypher__path(struct nami_cypher__parser *p, bool is_whole);
NAMI_CHECKED bool nami_cypher__paths(struct nami_cypher__parser *p, struct nami_ast_path ***out,
                                     uint32_t *count);
/* shortestPath(...) */
struct nami_ast_path *nami_cypher__shortest_path(struct nami_cypher__parser *p);
/* After the colon. */
struct nami_ast_label_expr *nami_cypher__labels(struct nami_cypher__parser *p);
/* :A:$(x) of SET and REMOVE, from the colon on. */
struct nami_ast_label_expr *nami_cypher__label_list(struct nami_cypher__parser *p);

/* ---- parse_query.c, parse_clause.c and the clauses */

struct nami_ast_query *nami_cypher__query(struct nami_cypher__parser *p);
/* { query } or, with `may_be_pattern`, { pattern WHERE ... }; p->token is the brace. */
struct nami_ast_query *nami_cypher__braced_query(struct nami_cypher__parser *p,
                                                 bool may_be_pattern);
/* A query of one MATCH, for exists(pattern). */
struct nami_ast_query *nami_cypher__query_of_path(struct nami_cypher__parser *p,
                                                  struct nami_ast_path *path);
/* NULL and OK: no clause begins here. */
struct nami_ast_clause *nami_cypher__clause(struct nami_cypher__parser *p);
bool nami_cypher__at_clause(const struct nami_cypher__parser *p);
struct nami_ast_projection *nami_cypher__projection(struct nami_cypher__parser *p);
/* ORDER BY, SKIP, LIMIT, and WHERE if `may_filter`. */
NAMI_CHECKED bool nami_cypher__projection_tail(struct nami_cypher__parser *p,
                                               struct nami_ast_projection *out, bool may_filter);
NAMI_CHECKED bool nami_cypher__where(struct nami_cypher__parser *p, struct nami_ast_expr **out);
/* Each reads what follows its keyword and fills clause->as. */
NAMI_CHECKED bool nami_cypher__match(struct nami_cypher__parser *p, struct nami_ast_clause *clause);
NAMI_CHECKED bool nami_cypher__merge(struct nami_cypher__parser *p, struct nami_ast_clause *clause);
NAMI_CHECKED bool nami_cypher__set(struct nami_cypher__parser *p, struct nami_ast_clause *clause);
NAMI_CHECKED bool nami_cypher__remove(struct nami_cypher__parser *p,
                                      struct nami_ast_clause *clause);
NAMI_CHECKED bool nami_cypher__foreach(struct nami_cypher__parser *p,
                                       struct nami_ast_clause *clause);
NAMI_CHECKED bool nami_cypher__call(struct nami_cypher__parser *p, struct nami_ast_clause *clause,
                                    bool is_optional);

/* ---- parse_schema.c, parse_show.c */

/* At CREATE or DROP of an index or constraint? */
bool nami_cypher__at_schema(const struct nami_cypher__parser *p);
NAMI_CHECKED bool nami_cypher__schema(struct nami_cypher__parser *p);
NAMI_CHECKED bool nami_cypher__show(struct nami_cypher__parser *p);

#endif /* NAMI_CORE_CYPHER_PARSER_INTERNAL_H */
