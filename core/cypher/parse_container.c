#include "core/cypher/parser_internal.h"

/* ---- lists and comprehensions */

static struct nami_ast_expr *list_rest(struct nami_cypher__parser *p, uint32_t begin,
                                       struct nami_ast_expr *first)
{
    struct nami_cypher__list list = {0};
    struct nami_ast_expr *element = first;
    struct nami_ast_expr *expr = nami_cypher__new_expr(p, NAMI_AST_LIST, begin);

    while (expr != NULL && element != NULL) {
        struct nami_ast_expr **slot = nami_cypher__push(p, &list, sizeof(struct nami_ast_expr *));
        if (slot == NULL || !nami_cypher__adopt(p, expr, element)) {
            return NULL;
        }
        *slot = element;
        if (!nami_cypher__accept(p, TOKEN_COMMA)) {
            break;
        }
        element = nami_cypher__expr(p);
    }
    if (expr == NULL || (first != NULL && element == NULL) ||
        !nami_cypher__expect(p, TOKEN_RIGHT_BRACKET, "',' or ']' after the element")) {
        return NULL;
    }
    expr->span = nami_cypher__span_from(p, begin);
    expr->as.list.items = list.items;
    expr->as.list.count = list.count;
    return expr;
}

/* x IN list WHERE p | value ] */
static struct nami_ast_expr *list_comprehension(struct nami_cypher__parser *p, uint32_t begin)
{
    struct nami_ast_comprehension *inner = nami_cypher__alloc(p, sizeof(*inner));
    struct nami_ast_expr *expr = NULL;

    if (inner == NULL || !nami_cypher__variable(p, &inner->variable) ||
        !nami_cypher__expect_word(p, KW_IN)) {
        return NULL;
    }
    p->bar_ends = true;
    if ((inner->list = nami_cypher__expr(p)) == NULL || !nami_cypher__where(p, &inner->where)) {
        return NULL;
    }
    p->bar_ends = false;
    if (nami_cypher__accept(p, TOKEN_BAR) && (inner->value = nami_cypher__expr(p)) == NULL) {
        return NULL;
    }
    if (!nami_cypher__expect(p, TOKEN_RIGHT_BRACKET, "WHERE, '|' or ']'")) {
        return NULL;
    }
    expr = nami_cypher__new_expr(p, NAMI_AST_LIST_COMPREHENSION, begin);
    if (expr == NULL || !nami_cypher__adopt(p, expr, inner->list) ||
        !nami_cypher__adopt(p, expr, inner->where) || !nami_cypher__adopt(p, expr, inner->value)) {
        return NULL;
    }
    expr->as.comprehension = inner;
    return expr;
}

struct nami_ast_expr *nami_cypher__pattern_expr(struct nami_cypher__parser *p, uint8_t kind,
                                                uint32_t begin, uint16_t height,
                                                struct nami_ast_path *path)
{
    struct nami_ast_expr *expr = nami_cypher__new_expr(p, kind, begin);

    if (path->element_count < 2) {
        (void)nami_cypher__unexpected(p, "a relationship after the node");
        return NULL;
    }
    if (expr == NULL || !nami_cypher__end_height(p, height, expr)) {
        return NULL;
    }
    expr->as.pattern = nami_cypher__alloc(p, sizeof(*expr->as.pattern));
    if (expr->as.pattern == NULL) {
        return NULL;
    }
    expr->as.pattern->path = path;
    return expr;
}

/* [p = (a)-->(b) WHERE x | value]; behind the bracket. A list may begin with a pattern too. */
static struct nami_ast_expr *from_pattern(struct nami_cypher__parser *p, uint32_t begin)
{
    uint32_t at = p->token.span.at;
    uint16_t height = nami_cypher__begin_height(p);
    struct nami_ast_path *path = nami_cypher__path(p, true);
    struct nami_ast_expr *where = NULL;
    struct nami_ast_expr *value = NULL;
    struct nami_ast_expr *expr = NULL;

    if (path == NULL) {
        return NULL;
    }
    if (path->variable.name.len == 0 && !nami_cypher__at_word(p, KW_WHERE) &&
        p->token.kind != TOKEN_BAR) {
        expr = nami_cypher__pattern_expr(p, NAMI_AST_PATTERN, at, height, path);
        expr = expr == NULL ? NULL : nami_cypher__expr_rest(p, expr);
        return expr == NULL ? NULL : list_rest(p, begin, expr);
    }
    p->bar_ends = true;
    if (!nami_cypher__where(p, &where)) {
        return NULL;
    }
    p->bar_ends = false;
    if (!nami_cypher__expect(p, TOKEN_BAR, "'|' and the value for each match") ||
        (value = nami_cypher__expr(p)) == NULL ||
        !nami_cypher__expect(p, TOKEN_RIGHT_BRACKET, "']'")) {
        return NULL;
    }
    expr = nami_cypher__pattern_expr(p, NAMI_AST_PATTERN_COMPREHENSION, begin, height, path);
    if (expr == NULL || !nami_cypher__adopt(p, expr, where) ||
        !nami_cypher__adopt(p, expr, value)) {
        return NULL;
    }
    expr->as.pattern->where = where;
    expr->as.pattern->value = value;
    return expr;
}

static struct nami_ast_expr *in_brackets(struct nami_cypher__parser *p, uint32_t begin)
{
    struct nami_token after = {0};

    if (nami_cypher__accept(p, TOKEN_RIGHT_BRACKET)) {
        return nami_cypher__new_expr(p, NAMI_AST_LIST, begin);
    }
    after = nami_cypher__peek(p);
    if (nami_cypher__at_name(p) && after.kind == TOKEN_NAME && after.keyword == KW_IN) {
        return list_comprehension(p, begin);
    }
    if (nami_cypher__at_name(p) && after.kind == TOKEN_EQUAL) {
        struct nami_cypher__parser ahead = *p;
        bool is_path = false;

        nami_cypher__next(&ahead);
        nami_cypher__next(&ahead);
        is_path = ahead.token.kind == TOKEN_LEFT_PAREN && nami_cypher__at_pattern(&ahead);
        p->lookahead_left = ahead.lookahead_left;
        p->status = ahead.status;
        if (is_path) {
            return from_pattern(p, begin);
        }
    } else if (p->token.kind == TOKEN_LEFT_PAREN && nami_cypher__at_pattern(p)) {
        return from_pattern(p, begin);
    }
    if (p->status != NAMI_OK) {
        return NULL;
    }
    {
        struct nami_ast_expr *first = nami_cypher__expr(p);
        return first == NULL ? NULL : list_rest(p, begin, first);
    }
}

struct nami_ast_expr *nami_cypher__bracketed(struct nami_cypher__parser *p)
{
    uint32_t begin = p->token.span.at;
    bool bar_ends = p->bar_ends;
    struct nami_ast_expr *expr = NULL;

    nami_cypher__next(p);
    p->bar_ends = false;
    expr = in_brackets(p, begin);
    p->bar_ends = bar_ends;
    return expr;
}

/* ---- maps */

static bool map_entry(struct nami_cypher__parser *p, struct nami_cypher__list *entries,
                      struct nami_ast_expr *map)
{
    struct nami_ast_map_entry entry = {0};
    struct nami_ast_map_entry *slot = NULL;

    if (p->token.kind == TOKEN_STRING) {
        (void)nami_cypher__unexpected(p, "a key");
        nami_diagnose_hint(p->diag, "keys are written without quotes, or in backticks");
        return false;
    }
    if (!nami_cypher__key(p, "a key", &entry.key, &entry.key_span) ||
        !nami_cypher__expect(p, TOKEN_COLON, "':' after the key") ||
        (entry.value = nami_cypher__expr(p)) == NULL || !nami_cypher__adopt(p, map, entry.value)) {
        return false;
    }
    slot = nami_cypher__push(p, entries, sizeof(*slot));
    if (slot == NULL) {
        return false;
    }
    *slot = entry;
    return true;
}

struct nami_ast_expr *nami_cypher__map(struct nami_cypher__parser *p)
{
    uint32_t begin = p->token.span.at;
    struct nami_cypher__list entries = {0};
    struct nami_ast_expr *expr = nami_cypher__new_expr(p, NAMI_AST_MAP, begin);
    bool bar_ends = p->bar_ends;

    if (expr == NULL || !nami_cypher__expect(p, TOKEN_LEFT_BRACE, "'{'")) {
        return NULL;
    }
    p->bar_ends = false;
    if (p->token.kind != TOKEN_RIGHT_BRACE) {
        do {
            if (!map_entry(p, &entries, expr)) {
                return NULL;
            }
        } while (nami_cypher__accept(p, TOKEN_COMMA));
    }
    p->bar_ends = bar_ends;
    if (!nami_cypher__expect(p, TOKEN_RIGHT_BRACE, "',' or '}' after the value")) {
        return NULL;
    }
    expr->span = nami_cypher__span_from(p, begin);
    expr->as.map.entries = entries.items;
    expr->as.map.count = entries.count;
    return expr;
}

struct nami_ast_expr *nami_cypher__map_or_param(struct nami_cypher__parser *p)
{
    return p->token.kind == TOKEN_DOLLAR ? nami_cypher__param(p) : nami_cypher__map(p);
}

/* .key  .*  key: value  variable */
static bool map_item(struct nami_cypher__parser *p, struct nami_ast_map_item *out,
                     struct nami_ast_expr *projection)
{
    uint32_t begin = p->token.span.at;
    struct nami_token after = nami_cypher__peek(p);

    if (nami_cypher__accept(p, TOKEN_DOT)) {
        out->kind = NAMI_AST_MAP_ITEM_PROPERTY;
        if (nami_cypher__accept(p, TOKEN_STAR)) {
            out->kind = NAMI_AST_MAP_ITEM_ALL;
        } else if (!nami_cypher__key(p, "a property key or '*'", &out->key, NULL)) {
            return false;
        }
    } else {
        out->kind = NAMI_AST_MAP_ITEM_VALUE;
        if (!nami_cypher__at_name(p)) {
            return nami_cypher__unexpected(p, "'.key', '.*', 'key: value' or a variable");
        }
        if (after.kind == TOKEN_COLON) {
            if (!nami_cypher__key(p, "a key", &out->key, NULL) ||
                !nami_cypher__expect(p, TOKEN_COLON, "':'")) {
                return false;
            }
            out->value = nami_cypher__expr(p);
        } else {
            out->value = nami_cypher__atom(p);
            if (out->value != NULL && out->value->kind != NAMI_AST_VARIABLE) {
                return nami_cypher__unexpected(p, "a variable");
            }
            out->key = out->value != NULL ? out->value->as.variable->name : out->key;
        }
        if (out->value == NULL || !nami_cypher__adopt(p, projection, out->value)) {
            return false;
        }
    }
    out->span = nami_cypher__span_from(p, begin);
    return true;
}

struct nami_ast_expr *nami_cypher__map_projection(struct nami_cypher__parser *p,
                                                  struct nami_ast_expr *object)
{
    struct nami_cypher__list items = {0};
    struct nami_ast_map_projection *inner = nami_cypher__alloc(p, sizeof(*inner));
    struct nami_ast_expr *expr = nami_cypher__new_expr(p, NAMI_AST_MAP_PROJECTION, object->span.at);
    bool bar_ends = p->bar_ends;

    if (inner == NULL || expr == NULL || !nami_cypher__adopt(p, expr, object) ||
        !nami_cypher__expect(p, TOKEN_LEFT_BRACE, "'{'")) {
        return NULL;
    }
    p->bar_ends = false;
    while (p->token.kind != TOKEN_RIGHT_BRACE) {
        struct nami_ast_map_item item = {0};
        struct nami_ast_map_item *slot = NULL;

        if (!map_item(p, &item, expr) ||
            (slot = nami_cypher__push(p, &items, sizeof(*slot))) == NULL) {
            return NULL;
        }
        *slot = item;
        if (!nami_cypher__accept(p, TOKEN_COMMA)) {
            break;
        }
    }
    p->bar_ends = bar_ends;
    if (!nami_cypher__expect(p, TOKEN_RIGHT_BRACE, "',' or '}'")) {
        return NULL;
    }
    expr->span = nami_cypher__span_from(p, object->span.at);
    *inner = (struct nami_ast_map_projection){object, items.items, items.count};
    expr->as.projection = inner;
    return expr;
}

/* ---- CASE */

/* One condition: a value, or with an operand the rest of a predicate. */
static struct nami_ast_expr *case_when(struct nami_cypher__parser *p, bool has_operand,
                                       bool *is_predicate)
{
    struct nami_ast_expr *operand = NULL;

    *is_predicate = has_operand && nami_cypher__at_predicate(p);
    if (!*is_predicate) {
        return nami_cypher__expr(p);
    }
    operand = nami_cypher__new_expr(p, NAMI_AST_CASE_OPERAND, p->token.span.at);
    return operand == NULL ? NULL : nami_cypher__expr_rest(p, operand);
}

static bool case_branch(struct nami_cypher__parser *p, struct nami_ast_case *inner,
                        struct nami_ast_case_branch *out, struct nami_ast_expr *expr)
{
    struct nami_cypher__list when = {0};
    struct nami_cypher__list predicates = {0};
    bool has_operand = inner->operand != NULL;

    do {
        bool is_predicate = false;
        struct nami_ast_expr *condition = case_when(p, has_operand, &is_predicate);
        struct nami_ast_expr **slot = NULL;
        bool *flag = NULL;

        if (condition == NULL || !nami_cypher__adopt(p, expr, condition) ||
            (slot = nami_cypher__push(p, &when, sizeof(struct nami_ast_expr *))) == NULL ||
            (flag = nami_cypher__push(p, &predicates, sizeof(bool))) == NULL) {
            return false;
        }
        *slot = condition;
        *flag = is_predicate;
    } while (has_operand && nami_cypher__accept(p, TOKEN_COMMA));
    out->when = (struct nami_ast_exprs){when.items, when.count};
    out->is_predicate = has_operand ? predicates.items : NULL;
    return nami_cypher__expect_word(p, KW_THEN) && (out->then = nami_cypher__expr(p)) != NULL &&
           nami_cypher__adopt(p, expr, out->then);
}

struct nami_ast_expr *nami_cypher__case(struct nami_cypher__parser *p)
{
    uint32_t begin = p->token.span.at;
    struct nami_ast_case *inner = nami_cypher__alloc(p, sizeof(*inner));
    struct nami_ast_expr *expr = nami_cypher__new_expr(p, NAMI_AST_CASE, begin);
    struct nami_cypher__list branches = {0};

    if (inner == NULL || expr == NULL) {
        return NULL;
    }
    nami_cypher__next(p);
    if (!nami_cypher__at_word(p, KW_WHEN) && ((inner->operand = nami_cypher__expr(p)) == NULL ||
                                              !nami_cypher__adopt(p, expr, inner->operand))) {
        return NULL;
    }
    while (nami_cypher__accept_word(p, KW_WHEN)) {
        struct nami_ast_case_branch branch = {0};
        struct nami_ast_case_branch *slot = NULL;

        if (!case_branch(p, inner, &branch, expr) ||
            (slot = nami_cypher__push(p, &branches, sizeof(*slot))) == NULL) {
            return NULL;
        }
        *slot = branch;
    }
    if (branches.count == 0) {
        (void)nami_cypher__unexpected(p, "WHEN");
        return NULL;
    }
    if (nami_cypher__accept_word(p, KW_ELSE) &&
        ((inner->otherwise = nami_cypher__expr(p)) == NULL ||
         !nami_cypher__adopt(p, expr, inner->otherwise))) {
        return NULL;
    }
    if (!nami_cypher__accept_word(p, KW_END)) {
        (void)nami_cypher__unexpected(p, "WHEN, ELSE or END of the CASE");
        return NULL;
    }
    expr->span = nami_cypher__span_from(p, begin);
    inner->branches = branches.items;
    inner->branch_count = branches.count;
    expr->as.branches = inner;
    return expr;
}
