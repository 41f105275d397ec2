#include "core/cypher/parser_internal.h"

/* ---- shared pieces */

static bool at_index_kind(struct nami_token token)
{
    return token.kind == TOKEN_NAME &&
           (token.keyword == KW_INDEX || token.keyword == KW_RANGE || token.keyword == KW_TEXT ||
            token.keyword == KW_POINT || token.keyword == KW_LOOKUP ||
            token.keyword == KW_FULLTEXT || token.keyword == KW_VECTOR);
}

bool nami_cypher__at_schema(const struct nami_cypher__parser *p)
{
    struct nami_lexer ahead = p->lexer;
    struct nami_token token = {0};

    if (nami_cypher__at_word(p, KW_DROP)) {
        return true;
    }
    if (!nami_cypher__at_word(p, KW_CREATE)) {
        return false;
    }
    token = nami_cypher__lex(&ahead);
    if (token.kind == TOKEN_NAME && token.keyword == KW_OR) {
        return true;
    }
    return (at_index_kind(token) || (token.kind == TOKEN_NAME && token.keyword == KW_CONSTRAINT)) &&
           nami_cypher__lex(&ahead).kind != TOKEN_EQUAL;
}

/* A name or a parameter for it; may be absent where FOR, ON or IF comes. */
static bool schema_name(struct nami_cypher__parser *p, bool is_optional, struct nami_slice *name,
                        struct nami_ast_expr **param)
{
    if (p->token.kind == TOKEN_DOLLAR) {
        *param = nami_cypher__param(p);
        return *param != NULL;
    }
    if (is_optional && (nami_cypher__at_word(p, KW_FOR) || nami_cypher__at_word(p, KW_ON) ||
                        nami_cypher__at_word(p, KW_IF))) {
        return true;
    }
    return nami_cypher__name(p, "a name", name, NULL);
}

static bool if_not_exists(struct nami_cypher__parser *p, bool *out)
{
    if (!nami_cypher__accept_word(p, KW_IF)) {
        return true;
    }
    *out = true;
    return nami_cypher__expect_word(p, KW_NOT) && nami_cypher__expect_word(p, KW_EXISTS);
}

static bool options(struct nami_cypher__parser *p, struct nami_ast_expr **out)
{
    if (!nami_cypher__accept_word(p, KW_OPTIONS)) {
        return true;
    }
    *out = nami_cypher__map_or_param(p);
    return *out != NULL;
}

static bool push_name(struct nami_cypher__parser *p, struct nami_cypher__list *list,
                      const char *what)
{
    struct nami_slice *slot = nami_cypher__push(p, list, sizeof(*slot));

    return slot != NULL && nami_cypher__name(p, what, slot, NULL);
}

/* (v:A|B) or ()-[v:T]-(), with any arrow. `labels` may be NULL: a lookup index has none. */
static bool schema_pattern(struct nami_cypher__parser *p, struct nami_ast_variable *variable,
                           struct nami_cypher__list *labels, struct nami_span *label_span,
                           bool *is_relationship)
{
    uint8_t closing = TOKEN_RIGHT_PAREN;

    if (!nami_cypher__expect(p, TOKEN_LEFT_PAREN, "'(' of the pattern")) {
        return false;
    }
    if (nami_cypher__accept(p, TOKEN_RIGHT_PAREN)) {
        *is_relationship = true;
        closing = TOKEN_RIGHT_BRACKET;
        (void)nami_cypher__accept(p, TOKEN_LESS);
        if (!nami_cypher__expect(p, TOKEN_MINUS, "'-'") ||
            !nami_cypher__expect(p, TOKEN_LEFT_BRACKET, "'['")) {
            return false;
        }
    }
    if (!nami_cypher__variable(p, variable)) {
        return false;
    }
    *label_span = p->token.span;
    if (labels != NULL) {
        if (!nami_cypher__expect(p, TOKEN_COLON, "':' and a label")) {
            return false;
        }
        *label_span = p->token.span;
        do {
            if (!push_name(p, labels, "a label")) {
                return false;
            }
        } while (nami_cypher__accept(p, TOKEN_BAR));
    }
    if (!nami_cypher__expect(p, closing, closing == TOKEN_RIGHT_PAREN ? "')'" : "']'")) {
        return false;
    }
    if (!*is_relationship) {
        return true;
    }
    if (!nami_cypher__expect(p, TOKEN_MINUS, "'-'")) {
        return false;
    }
    (void)nami_cypher__accept(p, TOKEN_GREATER);
    return nami_cypher__expect(p, TOKEN_LEFT_PAREN, "'('") &&
           nami_cypher__expect(p, TOKEN_RIGHT_PAREN, "')'");
}

/* v.key of the pattern's variable. */
static bool schema_property(struct nami_cypher__parser *p, const struct nami_ast_variable *variable,
                            struct nami_cypher__list *out)
{
    struct nami_ast_variable used = {0};

    if (!nami_cypher__variable(p, &used)) {
        return false;
    }
    if (used.name.len != variable->name.len ||
        __builtin_memcmp(used.name.ptr, variable->name.ptr, used.name.len) != 0) {
        return nami_cypher__fail(p, NAMI_COND_UNDEFINED_VARIABLE, used.span.at,
                                 "Variable '%.*s' is not defined", (int)used.name.len,
                                 (const char *)used.name.ptr);
    }
    return nami_cypher__expect(p, TOKEN_DOT, "'.' and a property key") &&
           push_name(p, out, "a property key");
}

/* v.a, or (v.a, v.b) with the brackets given. */
static bool schema_properties(struct nami_cypher__parser *p,
                              const struct nami_ast_variable *variable, uint8_t opening,
                              uint8_t closing, struct nami_ast_names *out)
{
    struct nami_cypher__list list = {0};

    if (nami_cypher__accept(p, opening)) {
        do {
            if (!schema_property(p, variable, &list)) {
                return false;
            }
        } while (nami_cypher__accept(p, TOKEN_COMMA));
        if (!nami_cypher__expect(p, closing, "',' or the closing bracket")) {
            return false;
        }
    } else if (!schema_property(p, variable, &list)) {
        return false;
    }
    *out = (struct nami_ast_names){list.items, list.count};
    return true;
}

/* ---- constraints */

/* Behind the properties: IS UNIQUE, IS NODE KEY, IS NOT NULL, IS :: type. */
static bool constraint_kind(struct nami_cypher__parser *p, struct nami_ast_create_constraint *out)
{
    if (nami_cypher__accept(p, TOKEN_COLONS)) {
        out->kind = NAMI_AST_CONSTRAINT_TYPE;
        return (out->type = nami_cypher__type(p)) != NULL;
    }
    if (!nami_cypher__expect_word(p, KW_IS)) {
        return false;
    }
    if (nami_cypher__accept(p, TOKEN_COLONS) || nami_cypher__accept_word(p, KW_TYPED)) {
        out->kind = NAMI_AST_CONSTRAINT_TYPE;
        return (out->type = nami_cypher__type(p)) != NULL;
    }
    if (nami_cypher__accept_words(p, KW_NOT, KW_NULL)) {
        out->kind = NAMI_AST_CONSTRAINT_NOT_NULL;
        return true;
    }
    if (nami_cypher__accept_word(p, out->is_relationship ? KW_RELATIONSHIP : KW_NODE) ||
        (out->is_relationship && nami_cypher__accept_word(p, KW_REL))) {
        if (nami_cypher__accept_word(p, KW_UNIQUE)) {
            return true;
        }
        out->kind = NAMI_AST_CONSTRAINT_KEY;
        return nami_cypher__expect_word(p, KW_KEY);
    }
    if (nami_cypher__accept_word(p, KW_KEY)) {
        out->kind = NAMI_AST_CONSTRAINT_KEY;
        return true;
    }
    if (nami_cypher__accept_word(p, KW_UNIQUE)) {
        out->kind = NAMI_AST_CONSTRAINT_UNIQUE;
        return true;
    }
    return nami_cypher__unexpected(p, "UNIQUE, NOT NULL, KEY or :: and a type");
}

/* Behind CONSTRAINT. */
static bool create_constraint(struct nami_cypher__parser *p)
{
    struct nami_ast_create_constraint *out = nami_cypher__alloc(p, sizeof(*out));
    struct nami_cypher__list labels = {0};
    bool is_old = false;

    if (out == NULL || !schema_name(p, true, &out->name, &out->name_param) ||
        !if_not_exists(p, &out->if_not_exists)) {
        return false;
    }
    p->statement->kind = NAMI_AST_STATEMENT_CREATE_CONSTRAINT;
    p->statement->as.create_constraint = out;
    is_old = nami_cypher__accept_word(p, KW_ON);
    if ((!is_old && !nami_cypher__expect_word(p, KW_FOR)) ||
        !schema_pattern(p, &out->variable, &labels, &out->label_span, &out->is_relationship)) {
        return false;
    }
    if (labels.count != 1) {
        return nami_cypher__fail(p, NAMI_COND_UNEXPECTED_SYNTAX, out->label_span.at,
                                 "A constraint is for exactly one label or type");
    }
    out->label = *(struct nami_slice *)labels.items;
    return nami_cypher__expect_word(p, is_old ? KW_ASSERT : KW_REQUIRE) &&
           schema_properties(p, &out->variable, TOKEN_LEFT_PAREN, TOKEN_RIGHT_PAREN,
                             &out->properties) &&
           constraint_kind(p, out) && options(p, &out->options);
}

/* ---- indexes */

static uint8_t index_kind(struct nami_cypher__parser *p)
{
    static const uint8_t words[] = {
        [NAMI_AST_INDEX_RANGE] = KW_RANGE,       [NAMI_AST_INDEX_TEXT] = KW_TEXT,
        [NAMI_AST_INDEX_POINT] = KW_POINT,       [NAMI_AST_INDEX_LOOKUP] = KW_LOOKUP,
        [NAMI_AST_INDEX_FULLTEXT] = KW_FULLTEXT, [NAMI_AST_INDEX_VECTOR] = KW_VECTOR,
    };

    for (size_t kind = 0; kind < sizeof(words); kind++) {
        if (nami_cypher__accept_word(p, words[kind])) {
            return (uint8_t)kind;
        }
    }
    return NAMI_AST_INDEX_RANGE;
}

/* ON EACH labels(n), ON type(r): behind ON. */
static bool lookup_target(struct nami_cypher__parser *p, struct nami_ast_create_index *out)
{
    struct nami_slice function = {0};
    struct nami_ast_variable used = {0};
    const char *wanted = out->is_relationship ? "type" : "labels";
    size_t wanted_len = out->is_relationship ? 4 : 6;
    uint32_t at = 0;

    (void)nami_cypher__accept_word(p, KW_EACH);
    at = p->token.span.at;
    if (!nami_cypher__name(p, "labels(n) or type(r)", &function, NULL)) {
        return false;
    }
    if (function.len != wanted_len || __builtin_memcmp(function.ptr, wanted, wanted_len) != 0) {
        return nami_cypher__fail(p, NAMI_COND_UNEXPECTED_SYNTAX, at, "Expected %s here", wanted);
    }
    return nami_cypher__expect(p, TOKEN_LEFT_PAREN, "'('") && nami_cypher__variable(p, &used) &&
           nami_cypher__expect(p, TOKEN_RIGHT_PAREN, "')'");
}

/* ON :Label(a, b), the form of old; behind ON. */
static bool old_index(struct nami_cypher__parser *p, struct nami_ast_create_index *out)
{
    struct nami_cypher__list labels = {0};
    struct nami_cypher__list properties = {0};

    nami_cypher__next(p);
    out->label_span = p->token.span;
    if (!push_name(p, &labels, "a label") || !nami_cypher__expect(p, TOKEN_LEFT_PAREN, "'('")) {
        return false;
    }
    do {
        if (!push_name(p, &properties, "a property key")) {
            return false;
        }
    } while (nami_cypher__accept(p, TOKEN_COMMA));
    out->labels = (struct nami_ast_names){labels.items, labels.count};
    out->properties = (struct nami_ast_names){properties.items, properties.count};
    return nami_cypher__expect(p, TOKEN_RIGHT_PAREN, "',' or ')'") && options(p, &out->options);
}

static bool index_target(struct nami_cypher__parser *p, struct nami_ast_create_index *out)
{
    if (!nami_cypher__expect_word(p, KW_ON)) {
        return false;
    }
    if (out->kind == NAMI_AST_INDEX_LOOKUP) {
        return lookup_target(p, out);
    }
    if (out->kind == NAMI_AST_INDEX_FULLTEXT) {
        if (!nami_cypher__expect_word(p, KW_EACH)) {
            return false;
        }
        if (p->token.kind != TOKEN_LEFT_BRACKET) {
            return nami_cypher__unexpected(p, "'['");
        }
        return schema_properties(p, &out->variable, TOKEN_LEFT_BRACKET, TOKEN_RIGHT_BRACKET,
                                 &out->properties);
    }
    if (p->token.kind != TOKEN_LEFT_PAREN) {
        return nami_cypher__unexpected(p, "'(' and the property");
    }
    return schema_properties(p, &out->variable, TOKEN_LEFT_PAREN, TOKEN_RIGHT_PAREN,
                             &out->properties);
}

/* At the kind, or INDEX. */
static bool create_index(struct nami_cypher__parser *p)
{
    struct nami_ast_create_index *out = nami_cypher__alloc(p, sizeof(*out));
    struct nami_cypher__list labels = {0};

    if (out == NULL) {
        return false;
    }
    p->statement->kind = NAMI_AST_STATEMENT_CREATE_INDEX;
    p->statement->as.create_index = out;
    out->kind = index_kind(p);
    if (!nami_cypher__expect_word(p, KW_INDEX) ||
        !schema_name(p, true, &out->name, &out->name_param) ||
        !if_not_exists(p, &out->if_not_exists)) {
        return false;
    }
    if (nami_cypher__at_word(p, KW_ON) && nami_cypher__peek(p).kind == TOKEN_COLON) {
        nami_cypher__next(p);
        return old_index(p, out);
    }
    if (!nami_cypher__expect_word(p, KW_FOR) ||
        !schema_pattern(p, &out->variable, out->kind == NAMI_AST_INDEX_LOOKUP ? NULL : &labels,
                        &out->label_span, &out->is_relationship)) {
        return false;
    }
    if (labels.count > 1 && out->kind != NAMI_AST_INDEX_FULLTEXT) {
        return nami_cypher__fail(p, NAMI_COND_UNEXPECTED_SYNTAX, out->label_span.at,
                                 "Only a full-text index can have several labels or types");
    }
    out->labels = (struct nami_ast_names){labels.items, labels.count};
    return index_target(p, out) && options(p, &out->options);
}

/* ---- DROP */

static bool drop(struct nami_cypher__parser *p)
{
    struct nami_ast_drop *out = nami_cypher__alloc(p, sizeof(*out));

    if (out == NULL) {
        return false;
    }
    p->statement->kind = NAMI_AST_STATEMENT_DROP;
    p->statement->as.drop = out;
    out->is_constraint = nami_cypher__accept_word(p, KW_CONSTRAINT);
    if (!out->is_constraint && !nami_cypher__accept_word(p, KW_INDEX)) {
        return nami_cypher__unexpected(p, "CONSTRAINT or INDEX");
    }
    if (p->token.kind == TOKEN_DOLLAR) {
        out->name_span = p->token.span;
        out->name_param = nami_cypher__param(p);
        if (out->name_param == NULL) {
            return false;
        }
    } else if (!nami_cypher__name(p, "a name", &out->name, &out->name_span)) {
        return false;
    }
    if (nami_cypher__accept_word(p, KW_IF)) {
        out->if_exists = true;
        return nami_cypher__expect_word(p, KW_EXISTS);
    }
    return true;
}

bool nami_cypher__schema(struct nami_cypher__parser *p)
{
    if (nami_cypher__accept_word(p, KW_DROP)) {
        return drop(p);
    }
    nami_cypher__next(p);
    if (nami_cypher__at_word(p, KW_OR)) {
        return nami_cypher__fail(p, NAMI_COND_UNEXPECTED_SYNTAX, p->token.span.at,
                                 "Indexes and constraints can not be replaced: drop them first");
    }
    if (nami_cypher__accept_word(p, KW_CONSTRAINT)) {
        return create_constraint(p);
    }
    return create_index(p);
}
