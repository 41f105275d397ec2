#include "core/cypher/parser_internal.h"

/* ---- postfixes */

static struct nami_ast_expr *property(struct nami_cypher__parser *p, struct nami_ast_expr *object)
{
    struct nami_slice key = {0};
    struct nami_ast_expr *expr = NULL;

    nami_cypher__next(p);
    if (!nami_cypher__key(p, "a property key after the dot", &key, NULL)) {
        return NULL;
    }
    expr = nami_cypher__new_expr(p, NAMI_AST_PROPERTY, object->span.at);
    if (expr == NULL || !nami_cypher__adopt(p, expr, object)) {
        return NULL;
    }
    expr->as.property.object = object;
    expr->as.property.key = key;
    return expr;
}

/* object[at], object[from..to]; at the bracket. */
static struct nami_ast_expr *subscript(struct nami_cypher__parser *p, struct nami_ast_expr *object)
{
    struct nami_ast_expr *first = NULL;
    struct nami_ast_expr *second = NULL;
    struct nami_ast_expr *expr = NULL;
    bool is_slice = false;

    nami_cypher__next(p);
    if (p->token.kind != TOKEN_DOTS && (first = nami_cypher__expr(p)) == NULL) {
        return NULL;
    }
    is_slice = nami_cypher__accept(p, TOKEN_DOTS);
    if (is_slice && p->token.kind != TOKEN_RIGHT_BRACKET &&
        (second = nami_cypher__expr(p)) == NULL) {
        return NULL;
    }
    if (!nami_cypher__expect(p, TOKEN_RIGHT_BRACKET, "']'")) {
        return NULL;
    }
    expr = nami_cypher__new_expr(p, is_slice ? NAMI_AST_SLICE : NAMI_AST_INDEX, object->span.at);
    if (expr == NULL || !nami_cypher__adopt(p, expr, object) ||
        !nami_cypher__adopt(p, expr, first) || !nami_cypher__adopt(p, expr, second)) {
        return NULL;
    }
    if (is_slice) {
        expr->as.slice.object = object;
        expr->as.slice.from = first;
        expr->as.slice.to = second;
    } else {
        expr->as.index.object = object;
        expr->as.index.at = first;
    }
    return expr;
}

static struct nami_ast_expr *labels_test(struct nami_cypher__parser *p,
                                         struct nami_ast_expr *object)
{
    struct nami_ast_label_expr *labels = NULL;
    struct nami_ast_expr *expr = NULL;

    nami_cypher__next(p);
    labels = nami_cypher__labels(p);
    if (labels == NULL) {
        return NULL;
    }
    expr = nami_cypher__new_expr(p, NAMI_AST_LABELS, object->span.at);
    if (expr == NULL || !nami_cypher__adopt(p, expr, object)) {
        return NULL;
    }
    expr->as.labels.object = object;
    expr->as.labels.labels = labels;
    return expr;
}

static struct nami_ast_expr *subscript_plain(struct nami_cypher__parser *p,
                                             struct nami_ast_expr *object)
{
    bool bar_ends = p->bar_ends;
    struct nami_ast_expr *expr = NULL;

    p->bar_ends = false;
    expr = subscript(p, object);
    p->bar_ends = bar_ends;
    return expr;
}

struct nami_ast_expr *nami_cypher__postfix(struct nami_cypher__parser *p)
{
    struct nami_ast_expr *expr = nami_cypher__atom(p);

    while (expr != NULL) {
        switch (p->token.kind) {
        case TOKEN_DOT:
            expr = property(p, expr);
            break;
        case TOKEN_LEFT_BRACKET:
            expr = subscript_plain(p, expr);
            break;
        case TOKEN_LEFT_BRACE:
            if (expr->kind != NAMI_AST_VARIABLE || expr->is_parenthesised) {
                return expr;
            }
            expr = nami_cypher__map_projection(p, expr);
            break;
        case TOKEN_COLON:
            return labels_test(p, expr);
        default:
            return expr;
        }
    }
    return NULL;
}

/* ---- atoms */

static struct nami_ast_expr *pattern_predicate(struct nami_cypher__parser *p)
{
    uint32_t begin = p->token.span.at;
    uint16_t height = nami_cypher__begin_height(p);
    struct nami_ast_path *path = nami_cypher__path(p, false);

    return path == NULL ? NULL
                        : nami_cypher__pattern_expr(p, NAMI_AST_PATTERN, begin, height, path);
}

static struct nami_ast_expr *parenthesised(struct nami_cypher__parser *p)
{
    uint32_t begin = p->token.span.at;
    bool bar_ends = p->bar_ends;
    struct nami_ast_expr *expr = NULL;

    if (nami_cypher__at_pattern(p)) {
        return pattern_predicate(p);
    }
    if (p->status != NAMI_OK) {
        return NULL;
    }
    nami_cypher__next(p);
    p->bar_ends = false;
    expr = nami_cypher__expr(p);
    if (expr == NULL || !nami_cypher__expect(p, TOKEN_RIGHT_PAREN, "')'")) {
        return NULL;
    }
    p->bar_ends = bar_ends;
    expr->is_parenthesised = true;
    expr->span = nami_cypher__span_from(p, begin);
    return expr;
}

static struct nami_ast_expr *string(struct nami_cypher__parser *p)
{
    uint32_t begin = p->token.span.at;
    struct nami_slice text = {0};
    struct nami_ast_expr *expr = NULL;

    if (!nami_cypher__string(p, &text)) {
        return NULL;
    }
    expr = nami_cypher__new_expr(p, NAMI_AST_STRING, begin);
    if (expr != NULL) {
        expr->as.text = text;
    }
    return expr;
}

static struct nami_ast_expr *constant(struct nami_cypher__parser *p)
{
    uint32_t begin = p->token.span.at;
    uint8_t keyword = p->token.keyword;
    struct nami_ast_expr *expr = NULL;

    nami_cypher__next(p);
    expr = nami_cypher__new_expr(p, keyword == KW_NULL ? NAMI_AST_NULL : NAMI_AST_BOOL, begin);
    if (expr != NULL && keyword != KW_NULL) {
        expr->as.boolean = keyword == KW_TRUE;
    }
    return expr;
}

static struct nami_ast_expr *variable(struct nami_cypher__parser *p)
{
    uint32_t begin = p->token.span.at;
    struct nami_ast_variable *variable = nami_cypher__alloc(p, sizeof(*variable));
    struct nami_ast_expr *expr = NULL;

    if (variable == NULL || !nami_cypher__variable(p, variable)) {
        return NULL;
    }
    expr = nami_cypher__new_expr(p, NAMI_AST_VARIABLE, begin);
    if (expr != NULL) {
        expr->as.variable = variable;
    }
    return expr;
}

/* name(.name)* ( */
static bool at_call(const struct nami_cypher__parser *p)
{
    struct nami_lexer ahead = p->lexer;
    struct nami_token token = nami_cypher__lex(&ahead);

    while (token.kind == TOKEN_DOT) {
        token = nami_cypher__lex(&ahead);
        if (token.kind != TOKEN_NAME && token.kind != TOKEN_QUOTED) {
            return false;
        }
        token = nami_cypher__lex(&ahead);
    }
    return token.kind == TOKEN_LEFT_PAREN;
}

static struct nami_ast_expr *call(struct nami_cypher__parser *p)
{
    uint32_t begin = p->token.span.at;
    struct nami_span span = {0};
    struct nami_slice name = {0};
    struct nami_ast_exprs args = {0};
    struct nami_ast_expr *expr = NULL;
    bool is_distinct = false;
    bool bar_ends = p->bar_ends;

    if (!nami_cypher__dotted_name(p, "a function", &name, &span) ||
        !nami_cypher__expect(p, TOKEN_LEFT_PAREN, "'('")) {
        return NULL;
    }
    p->bar_ends = false;
    is_distinct = nami_cypher__at_word(p, KW_DISTINCT) &&
                  nami_cypher__peek(p).kind != TOKEN_RIGHT_PAREN &&
                  nami_cypher__accept_word(p, KW_DISTINCT);
    if (p->token.kind != TOKEN_RIGHT_PAREN && !nami_cypher__exprs(p, &args)) {
        return NULL;
    }
    p->bar_ends = bar_ends;
    if (!nami_cypher__expect(p, TOKEN_RIGHT_PAREN, "',' or ')' after the argument")) {
        return NULL;
    }
    expr = nami_cypher__new_expr(p, NAMI_AST_FUNCTION, begin);
    for (uint32_t i = 0; expr != NULL && i < args.count; i++) {
        expr = nami_cypher__adopt(p, expr, args.items[i]) ? expr : NULL;
    }
    if (expr != NULL) {
        expr->is_distinct = is_distinct;
        expr->as.call.name = name;
        expr->as.call.args = args.items;
        expr->as.call.arg_count = args.count;
        expr->as.call.aggregate = UINT32_MAX;
    }
    return expr;
}

/* What may follow a variable, and does not follow the first word of a clause. */
static bool ends_operand(struct nami_token token)
{
    return token.kind == TOKEN_END || token.kind == TOKEN_SEMICOLON || token.kind == TOKEN_DOT ||
           token.kind == TOKEN_COMMA || token.kind == TOKEN_RIGHT_PAREN ||
           token.kind == TOKEN_RIGHT_BRACKET || token.kind == TOKEN_RIGHT_BRACE;
}

/* A word that goes on with the query, so that it can not be a variable here. */
static bool is_structural(const struct nami_cypher__parser *p)
{
    struct nami_token after = nami_cypher__peek(p);

    switch (p->token.keyword) {
    case KW_AND:
    case KW_OR:
    case KW_XOR:
    case KW_NOT:
    case KW_IN:
    case KW_IS:
    case KW_AS:
    case KW_WHEN:
    case KW_THEN:
    case KW_ELSE:
    case KW_DISTINCT:
    case KW_CONTAINS:
    case KW_STARTS:
    case KW_ENDS:
        return true;
    case KW_WHERE:
    case KW_WITH:
    case KW_RETURN:
    case KW_MATCH:
    case KW_CREATE:
    case KW_MERGE:
    case KW_SET:
    case KW_DELETE:
    case KW_DETACH:
    case KW_REMOVE:
    case KW_UNWIND:
    case KW_UNION:
        return !ends_operand(after);
    case KW_ORDER:
        return after.kind == TOKEN_NAME && after.keyword == KW_BY;
    case KW_SKIP:
    case KW_LIMIT:
        return after.kind == TOKEN_NUMBER || after.kind == TOKEN_DOLLAR;
    default:
        return false;
    }
}

static struct nami_ast_expr *word(struct nami_cypher__parser *p)
{
    struct nami_ast_expr *expr = NULL;
    uint8_t keyword = p->token.keyword;

    if (keyword == KW_TRUE || keyword == KW_FALSE || keyword == KW_NULL) {
        return constant(p);
    }
    if (keyword != KW_NO_KEYWORD) {
        expr = nami_cypher__special_form(p);
        if (expr != NULL || p->status != NAMI_OK) {
            return expr;
        }
        if (is_structural(p)) {
            (void)nami_cypher__unexpected(p, "an expression");
            return NULL;
        }
    }
    return at_call(p) ? call(p) : variable(p);
}

struct nami_ast_expr *nami_cypher__atom(struct nami_cypher__parser *p)
{
    switch (p->token.kind) {
    case TOKEN_NUMBER:
        return nami_cypher__number(p, false, p->token.span.at);
    case TOKEN_STRING:
        return string(p);
    case TOKEN_DOLLAR:
        return nami_cypher__param(p);
    case TOKEN_LEFT_PAREN:
        return parenthesised(p);
    case TOKEN_LEFT_BRACKET:
        return nami_cypher__bracketed(p);
    case TOKEN_LEFT_BRACE:
        return nami_cypher__map(p);
    case TOKEN_NAME:
        return word(p);
    case TOKEN_QUOTED:
        return at_call(p) ? call(p) : variable(p);
    default:
        (void)nami_cypher__unexpected(p, "an expression");
        return NULL;
    }
}
