#include "core/cypher/parser_internal.h"

/* ---- quantifiers, reduce, subqueries, trim, normalize */

/* x IN list WHERE p; the list and the condition. */
static bool element_of(struct nami_cypher__parser *p, struct nami_ast_comprehension *out)
{
    if (!nami_cypher__variable(p, &out->variable) || !nami_cypher__expect_word(p, KW_IN) ||
        (out->list = nami_cypher__expr(p)) == NULL) {
        return false;
    }
    return nami_cypher__where(p, &out->where);
}

static struct nami_ast_expr *comprehension_expr(struct nami_cypher__parser *p, uint8_t kind,
                                                uint32_t begin,
                                                struct nami_ast_comprehension *comprehension)
{
    struct nami_ast_expr *expr = nami_cypher__new_expr(p, kind, begin);

    if (expr == NULL || !nami_cypher__adopt(p, expr, comprehension->list) ||
        !nami_cypher__adopt(p, expr, comprehension->where) ||
        !nami_cypher__adopt(p, expr, comprehension->value)) {
        return NULL;
    }
    expr->as.comprehension = comprehension;
    return expr;
}

/* all(x IN list WHERE p) */
static struct nami_ast_expr *quantifier(struct nami_cypher__parser *p, uint8_t op)
{
    uint32_t begin = p->token.span.at;
    struct nami_ast_comprehension *inner = nami_cypher__alloc(p, sizeof(*inner));
    struct nami_ast_expr *expr = NULL;

    nami_cypher__next(p);
    nami_cypher__next(p);
    if (inner == NULL || !element_of(p, inner)) {
        return NULL;
    }
    if (inner->where == NULL) {
        (void)nami_cypher__unexpected(p, "WHERE and a condition");
        return NULL;
    }
    if (!nami_cypher__expect(p, TOKEN_RIGHT_PAREN, "')'")) {
        return NULL;
    }
    expr = comprehension_expr(p, NAMI_AST_QUANTIFIER, begin, inner);
    if (expr != NULL) {
        expr->op = op;
    }
    return expr;
}

/* reduce(total = start, x IN list | step) */
static struct nami_ast_expr *reduce(struct nami_cypher__parser *p)
{
    uint32_t begin = p->token.span.at;
    struct nami_ast_reduce *inner = nami_cypher__alloc(p, sizeof(*inner));
    struct nami_ast_expr *expr = NULL;

    nami_cypher__next(p);
    nami_cypher__next(p);
    if (inner == NULL || !nami_cypher__variable(p, &inner->total) ||
        !nami_cypher__expect(p, TOKEN_EQUAL, "'=' and the start value") ||
        (inner->start = nami_cypher__expr(p)) == NULL ||
        !nami_cypher__expect(p, TOKEN_COMMA, "',' and the list to reduce") ||
        !nami_cypher__variable(p, &inner->variable) || !nami_cypher__expect_word(p, KW_IN)) {
        return NULL;
    }
    p->bar_ends = true;
    inner->list = nami_cypher__expr(p);
    p->bar_ends = false;
    if (inner->list == NULL || !nami_cypher__expect(p, TOKEN_BAR, "'|' and the next value") ||
        (inner->step = nami_cypher__expr(p)) == NULL ||
        !nami_cypher__expect(p, TOKEN_RIGHT_PAREN, "')'")) {
        return NULL;
    }
    expr = nami_cypher__new_expr(p, NAMI_AST_REDUCE, begin);
    if (expr == NULL || !nami_cypher__adopt(p, expr, inner->start) ||
        !nami_cypher__adopt(p, expr, inner->list) || !nami_cypher__adopt(p, expr, inner->step)) {
        return NULL;
    }
    expr->as.reduce = inner;
    return expr;
}

static struct nami_ast_expr *subquery(struct nami_cypher__parser *p, uint8_t kind, uint32_t begin,
                                      uint16_t height, struct nami_ast_query *query)
{
    struct nami_ast_expr *expr = NULL;

    if (query == NULL) {
        return NULL;
    }
    expr = nami_cypher__new_expr(p, kind, begin);
    if (expr == NULL || !nami_cypher__end_height(p, height, expr)) {
        return NULL;
    }
    expr->as.subquery = nami_cypher__alloc(p, sizeof(*expr->as.subquery));
    if (expr->as.subquery == NULL) {
        return NULL;
    }
    expr->as.subquery->query = query;
    return expr;
}

/* EXISTS { }, COUNT { }, COLLECT { } */
static struct nami_ast_expr *braced_subquery(struct nami_cypher__parser *p, uint8_t kind)
{
    uint32_t begin = p->token.span.at;

    uint16_t height = nami_cypher__begin_height(p);
    bool bar_ends = p->bar_ends;
    struct nami_ast_query *query = NULL;

    p->bar_ends = false;
    nami_cypher__next(p);
    query = nami_cypher__braced_query(p, kind != NAMI_AST_COLLECT_QUERY);
    p->bar_ends = bar_ends;
    return subquery(p, kind, begin, height, query);
}

/* exists((a)-->(b)); any other argument is a function's. */
static struct nami_ast_expr *exists_pattern(struct nami_cypher__parser *p)
{
    uint32_t begin = p->token.span.at;
    struct nami_cypher__parser bookmark = *p;
    struct nami_ast_path *path = NULL;
    uint16_t height = 0;

    nami_cypher__next(p);
    nami_cypher__next(p);
    if (p->token.kind != TOKEN_LEFT_PAREN || !nami_cypher__at_pattern(p)) {
        if (p->status == NAMI_OK) {
            bookmark.lookahead_left = p->lookahead_left;
            *p = bookmark;
        }
        return NULL;
    }
    height = nami_cypher__begin_height(p);
    path = nami_cypher__path(p, false);
    if (path == NULL || !nami_cypher__expect(p, TOKEN_RIGHT_PAREN, "')'")) {
        return NULL;
    }
    return subquery(p, NAMI_AST_EXISTS_QUERY, begin, height, nami_cypher__query_of_path(p, path));
}

static struct nami_ast_expr *count_star(struct nami_cypher__parser *p)
{
    uint32_t begin = p->token.span.at;
    struct nami_slice name = nami_cypher__slice(p, p->token.span);
    struct nami_ast_expr *expr = NULL;

    nami_cypher__next(p);
    nami_cypher__next(p);
    nami_cypher__next(p);
    if (!nami_cypher__expect(p, TOKEN_RIGHT_PAREN, "')'")) {
        return NULL;
    }
    expr = nami_cypher__new_expr(p, NAMI_AST_FUNCTION, begin);
    if (expr != NULL) {
        expr->as.call.name = name;
        expr->as.call.function = nami_function_by_id(NAMI_FN_COUNT_STAR);
        expr->as.call.aggregate = UINT32_MAX;
    }
    return expr;
}

static struct nami_ast_expr *call_of(struct nami_cypher__parser *p, uint32_t begin,
                                     const char *name, size_t name_len, struct nami_ast_expr *first,
                                     struct nami_ast_expr *second)
{
    struct nami_ast_expr *expr = nami_cypher__new_expr(p, NAMI_AST_FUNCTION, begin);

    if (expr == NULL || !nami_cypher__adopt(p, expr, first) ||
        !nami_cypher__adopt(p, expr, second)) {
        return NULL;
    }
    expr->as.call.name = (struct nami_slice){(const uint8_t *)name, name_len};
    expr->as.call.args = nami_cypher__alloc(p, 2 * sizeof(struct nami_ast_expr *));
    if (expr->as.call.args == NULL) {
        return NULL;
    }
    expr->as.call.args[0] = first;
    expr->as.call.args[1] = second;
    expr->as.call.arg_count = second != NULL ? 2 : 1;
    expr->as.call.aggregate = UINT32_MAX;
    return expr;
}

/* trim(BOTH x FROM y), trim(x FROM y): btrim, ltrim or rtrim of y. trim(y) is a plain call. */
static struct nami_ast_expr *trim(struct nami_cypher__parser *p)
{
    uint32_t begin = p->token.span.at;
    const char *name = "btrim";
    struct nami_ast_expr *what = NULL;
    struct nami_ast_expr *text = NULL;

    nami_cypher__next(p);
    nami_cypher__next(p);
    if (p->token.kind == TOKEN_NAME && nami_cypher__peek(p).kind != TOKEN_RIGHT_PAREN) {
        if (nami_cypher__accept_word(p, KW_LEADING)) {
            name = "ltrim";
        } else if (nami_cypher__accept_word(p, KW_TRAILING)) {
            name = "rtrim";
        } else {
            (void)nami_cypher__accept_word(p, KW_BOTH);
        }
    }
    if (!nami_cypher__at_word(p, KW_FROM) && (what = nami_cypher__expr(p)) == NULL) {
        return NULL;
    }
    if (nami_cypher__accept_word(p, KW_FROM)) {
        text = nami_cypher__expr(p);
    } else {
        text = what;
        what = NULL;
    }
    if (text == NULL || !nami_cypher__expect(p, TOKEN_RIGHT_PAREN, "')'")) {
        return NULL;
    }
    return call_of(p, begin, name, sizeof("btrim") - 1, text, what);
}

/* normalize(s, NFC): the form is a word. */
static struct nami_ast_expr *normalize(struct nami_cypher__parser *p)
{
    uint32_t begin = p->token.span.at;
    struct nami_ast_expr *text = NULL;
    struct nami_ast_expr *form = NULL;

    nami_cypher__next(p);
    nami_cypher__next(p);
    if ((text = nami_cypher__expr(p)) == NULL) {
        return NULL;
    }
    if (nami_cypher__accept(p, TOKEN_COMMA)) {
        uint32_t at = p->token.span.at;
        uint8_t keyword = p->token.keyword;
        if (p->token.kind != TOKEN_NAME || keyword < KW_NFC || keyword > KW_NFKD) {
            (void)nami_cypher__unexpected(p, "NFC, NFD, NFKC or NFKD");
            return NULL;
        }
        nami_cypher__next(p);
        form = nami_cypher__new_expr(p, NAMI_AST_STRING, at);
        if (form == NULL) {
            return NULL;
        }
        form->as.text.ptr = (const uint8_t *)nami_cypher__keyword_text(keyword);
        form->as.text.len = form->span.len;
    }
    if (!nami_cypher__expect(p, TOKEN_RIGHT_PAREN, "')'")) {
        return NULL;
    }
    return call_of(p, begin, "normalize", sizeof("normalize") - 1, text, form);
}

static struct nami_ast_expr *shortest_path(struct nami_cypher__parser *p)
{
    uint32_t begin = p->token.span.at;
    uint16_t height = nami_cypher__begin_height(p);
    struct nami_ast_path *path = nami_cypher__shortest_path(p);

    return path == NULL ? NULL
                        : nami_cypher__pattern_expr(p, NAMI_AST_SHORTEST_PATH, begin, height, path);
}

/* ( name IN */
static bool at_element(const struct nami_cypher__parser *p)
{
    struct nami_lexer ahead = p->lexer;
    struct nami_token token = nami_cypher__lex(&ahead);

    token = nami_cypher__lex(&ahead);
    if (token.kind != TOKEN_NAME && token.kind != TOKEN_QUOTED) {
        return false;
    }
    token = nami_cypher__lex(&ahead);
    return token.kind == TOKEN_NAME && token.keyword == KW_IN;
}

static bool at_count_star(const struct nami_cypher__parser *p)
{
    struct nami_lexer ahead = p->lexer;
    struct nami_token token = nami_cypher__lex(&ahead);

    return token.kind == TOKEN_LEFT_PAREN && nami_cypher__lex(&ahead).kind == TOKEN_STAR;
}

static struct nami_ast_expr *form_with_paren(struct nami_cypher__parser *p)
{
    switch (p->token.keyword) {
    case KW_ALL:
        return at_element(p) ? quantifier(p, NAMI_OP_ALL) : NULL;
    case KW_ANY:
        return at_element(p) ? quantifier(p, NAMI_OP_ANY) : NULL;
    case KW_NONE:
        return at_element(p) ? quantifier(p, NAMI_OP_NONE_OF) : NULL;
    case KW_SINGLE:
        return at_element(p) ? quantifier(p, NAMI_OP_SINGLE) : NULL;
    case KW_REDUCE:
        return reduce(p);
    case KW_EXISTS:
        return exists_pattern(p);
    case KW_COUNT:
        return at_count_star(p) ? count_star(p) : NULL;
    case KW_TRIM:
        return trim(p);
    case KW_NORMALIZE:
        return normalize(p);
    case KW_SHORTESTPATH:
    case KW_ALLSHORTESTPATHS:
        return shortest_path(p);
    default:
        return NULL;
    }
}

struct nami_ast_expr *nami_cypher__special_form(struct nami_cypher__parser *p)
{
    uint8_t after = nami_cypher__peek(p).kind;
    bool bar_ends = p->bar_ends;
    struct nami_ast_expr *expr = NULL;

    if (p->token.keyword == KW_CASE && after != TOKEN_DOT && after != TOKEN_COMMA &&
        after != TOKEN_RIGHT_PAREN && after != TOKEN_END) {
        return nami_cypher__case(p);
    }
    if (after == TOKEN_LEFT_BRACE && p->token.keyword == KW_EXISTS) {
        return braced_subquery(p, NAMI_AST_EXISTS_QUERY);
    }
    if (after == TOKEN_LEFT_BRACE && p->token.keyword == KW_COUNT) {
        return braced_subquery(p, NAMI_AST_COUNT_QUERY);
    }
    if (after == TOKEN_LEFT_BRACE && p->token.keyword == KW_COLLECT) {
        return braced_subquery(p, NAMI_AST_COLLECT_QUERY);
    }
    if (after != TOKEN_LEFT_PAREN) {
        return NULL;
    }
    p->bar_ends = false;
    expr = form_with_paren(p);
    p->bar_ends = bar_ends;
    return expr;
}
