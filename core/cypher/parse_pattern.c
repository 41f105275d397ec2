#include "core/cypher/parser_internal.h"

static bool is_name(struct nami_token token)
{
    return token.kind == TOKEN_NAME || token.kind == TOKEN_QUOTED;
}

/* ---- nodes and relationships */

static bool properties_and_where(struct nami_cypher__parser *p, struct nami_ast_expr **properties,
                                 struct nami_ast_expr **where)
{
    if (p->token.kind == TOKEN_LEFT_BRACE || p->token.kind == TOKEN_DOLLAR) {
        *properties = nami_cypher__map_or_param(p);
        if (*properties == NULL) {
            return false;
        }
    }
    return nami_cypher__where(p, where);
}

/* The name of a node or relationship, unless the word begins what follows the name. */
static bool optional_variable(struct nami_cypher__parser *p, struct nami_ast_variable *out)
{
    if (!nami_cypher__at_name(p)) {
        return true;
    }
    if (nami_cypher__at_word(p, KW_WHERE) || nami_cypher__at_word(p, KW_IS)) {
        struct nami_token after = nami_cypher__peek(p);
        if (is_name(after) || after.kind == TOKEN_LEFT_PAREN || after.kind == TOKEN_EXCLAMATION) {
            return true;
        }
    }
    return nami_cypher__variable(p, out);
}

static bool optional_labels(struct nami_cypher__parser *p, struct nami_ast_label_expr **out)
{
    if (nami_cypher__accept(p, TOKEN_COLON) || nami_cypher__accept_word(p, KW_IS)) {
        bool bar_ends = p->bar_ends;

        p->bar_ends = false;
        *out = nami_cypher__labels(p);
        p->bar_ends = bar_ends;
        return *out != NULL;
    }
    return true;
}

static struct nami_ast_node_pattern *node(struct nami_cypher__parser *p)
{
    uint32_t begin = p->token.span.at;
    struct nami_ast_node_pattern *node = nami_cypher__alloc(p, sizeof(*node));
    bool bar_ends = p->bar_ends;

    if (node == NULL || !nami_cypher__expect(p, TOKEN_LEFT_PAREN, "'(' of a node")) {
        return NULL;
    }
    p->bar_ends = false;
    if (!optional_variable(p, &node->variable) || !optional_labels(p, &node->labels) ||
        !properties_and_where(p, &node->properties, &node->where) ||
        !nami_cypher__expect(p, TOKEN_RIGHT_PAREN, "')' of the node")) {
        return NULL;
    }
    p->bar_ends = bar_ends;
    node->span = nami_cypher__span_from(p, begin);
    return node;
}

static bool bad_relationship(struct nami_cypher__parser *p, const char *expected)
{
    (void)nami_cypher__fail(p, NAMI_COND_INVALID_RELATIONSHIP_PATTERN, p->token.span.at,
                            "Expected %s in the relationship pattern", expected);
    nami_diagnose_hint(p->diag, "a variable length is written *, *2, *1..3, *..3 or *1..");
    return false;
}

/* Behind the star: n, n.., ..m, n..m or nothing. */
static bool length(struct nami_cypher__parser *p, uint32_t begin, struct nami_ast_range *out)
{
    out->is_present = true;
    out->min = 1;
    out->max = NAMI_AST_UNBOUNDED;
    if (p->token.kind == TOKEN_MINUS) {
        return bad_relationship(p, "a length that is not negative");
    }
    if (p->token.kind == TOKEN_NUMBER) {
        if (!nami_cypher__whole_number(p, "a whole number", &out->min)) {
            return false;
        }
        out->max = p->token.kind == TOKEN_DOTS ? NAMI_AST_UNBOUNDED : out->min;
    }
    if (nami_cypher__accept(p, TOKEN_DOTS) && p->token.kind == TOKEN_NUMBER &&
        !nami_cypher__whole_number(p, "a whole number", &out->max)) {
        return false;
    }
    out->span = nami_cypher__span_from(p, begin);
    return true;
}

/* [r:T*1..2 {k: 1} WHERE p]; at the bracket. */
static bool relationship_inside(struct nami_cypher__parser *p, struct nami_ast_rel_pattern *rel)
{
    bool bar_ends = p->bar_ends;
    uint32_t star = 0;

    nami_cypher__next(p);
    p->bar_ends = false;
    if (!optional_variable(p, &rel->variable) || !optional_labels(p, &rel->types)) {
        return false;
    }
    star = p->token.span.at;
    if (nami_cypher__accept(p, TOKEN_STAR) && !length(p, star, &rel->length)) {
        return false;
    }
    if (p->token.kind == TOKEN_DOTS) {
        return bad_relationship(p, "'*' before the length");
    }
    if (!properties_and_where(p, &rel->properties, &rel->where)) {
        return false;
    }
    p->bar_ends = bar_ends;
    return nami_cypher__expect(p, TOKEN_RIGHT_BRACKET, "']' of the relationship");
}

/* {2}, {1,3}, {,3}, {1,}, +, *; nothing is fine. */
static bool quantifier(struct nami_cypher__parser *p, struct nami_ast_range *out)
{
    uint32_t begin = p->token.span.at;
    bool is_plus = p->token.kind == TOKEN_PLUS;

    if (nami_cypher__accept(p, TOKEN_PLUS) || nami_cypher__accept(p, TOKEN_STAR)) {
        *out = (struct nami_ast_range){true, {0}, is_plus ? 1 : 0, NAMI_AST_UNBOUNDED};
        out->span = nami_cypher__span_from(p, begin);
        return true;
    }
    if (!nami_cypher__accept(p, TOKEN_LEFT_BRACE)) {
        return true;
    }
    *out = (struct nami_ast_range){true, {0}, 0, NAMI_AST_UNBOUNDED};
    if (p->token.kind == TOKEN_NUMBER &&
        !nami_cypher__whole_number(p, "a whole number", &out->min)) {
        return false;
    }
    if (!nami_cypher__accept(p, TOKEN_COMMA)) {
        out->max = out->min;
    } else if (p->token.kind == TOKEN_NUMBER &&
               !nami_cypher__whole_number(p, "a whole number", &out->max)) {
        return false;
    }
    if (!nami_cypher__expect(p, TOKEN_RIGHT_BRACE, "'}' of the quantifier")) {
        return false;
    }
    out->span = nami_cypher__span_from(p, begin);
    return true;
}

static struct nami_ast_rel_pattern *relationship(struct nami_cypher__parser *p)
{
    uint32_t begin = p->token.span.at;
    struct nami_ast_rel_pattern *rel = nami_cypher__alloc(p, sizeof(*rel));
    bool points_left = nami_cypher__accept(p, TOKEN_LESS);
    bool points_right = false;

    if (rel == NULL || !nami_cypher__expect(p, TOKEN_MINUS, "'-' of a relationship")) {
        return NULL;
    }
    if (p->token.kind == TOKEN_LEFT_BRACKET && !relationship_inside(p, rel)) {
        return NULL;
    }
    if (!nami_cypher__expect(p, TOKEN_MINUS, "'-' of the relationship")) {
        return NULL;
    }
    points_right = nami_cypher__accept(p, TOKEN_GREATER);
    rel->direction = points_left == points_right ? NAMI_AST_BOTH
                     : points_left               ? NAMI_AST_INCOMING
                                                 : NAMI_AST_OUTGOING;
    if (!quantifier(p, &rel->quantifier)) {
        return NULL;
    }
    rel->span = nami_cypher__span_from(p, begin);
    return rel;
}

/* ---- paths */

/* ((  or  (p = ( */
static bool at_group(const struct nami_cypher__parser *p)
{
    struct nami_lexer ahead = p->lexer;
    struct nami_token token = nami_cypher__lex(&ahead);

    if (token.kind == TOKEN_LEFT_PAREN) {
        return true;
    }
    return is_name(token) && nami_cypher__lex(&ahead).kind == TOKEN_EQUAL;
}

static struct nami_ast_group_pattern *group(struct nami_cypher__parser *p)
{
    uint32_t begin = p->token.span.at;
    struct nami_ast_group_pattern *group = nami_cypher__alloc(p, sizeof(*group));

    if (group == NULL || !nami_cypher__enter(p)) {
        return NULL;
    }
    nami_cypher__next(p);
    group->path = nami_cypher__path(p, true);
    if (group->path == NULL || !nami_cypher__where(p, &group->where) ||
        !nami_cypher__expect(p, TOKEN_RIGHT_PAREN, "')' of the path pattern") ||
        !quantifier(p, &group->quantifier)) {
        return NULL;
    }
    nami_cypher__leave(p);
    group->span = nami_cypher__span_from(p, begin);
    return group;
}

static bool element(struct nami_cypher__parser *p, struct nami_ast_element *out)
{
    if (p->token.kind == TOKEN_LESS || p->token.kind == TOKEN_MINUS) {
        out->kind = NAMI_AST_ELEMENT_REL;
        out->as.rel = relationship(p);
        return out->as.rel != NULL;
    }
    if (p->token.kind == TOKEN_LEFT_PAREN && at_group(p)) {
        out->kind = NAMI_AST_ELEMENT_GROUP;
        out->as.group = group(p);
        return out->as.group != NULL;
    }
    out->kind = NAMI_AST_ELEMENT_NODE;
    out->as.node = node(p);
    return out->as.node != NULL;
}

/* May an element of kind `next` stand beside one of kind `last`? */
static bool goes_on(struct nami_cypher__parser *p, uint8_t last)
{
    if (last == NAMI_AST_ELEMENT_REL) {
        return true; /* a node must follow, whatever stands there */
    }
    if (p->token.kind == TOKEN_LESS || p->token.kind == TOKEN_MINUS) {
        return last == NAMI_AST_ELEMENT_NODE;
    }
    return p->token.kind == TOKEN_LEFT_PAREN && (last == NAMI_AST_ELEMENT_GROUP || at_group(p));
}

static bool elements(struct nami_cypher__parser *p, struct nami_ast_path *path)
{
    struct nami_cypher__list list = {0};
    struct nami_ast_element *last = NULL;

    path->is_simple = true;
    do {
        struct nami_ast_element next = {0};

        if (last != NULL && last->kind == NAMI_AST_ELEMENT_REL &&
            p->token.kind != TOKEN_LEFT_PAREN) {
            return nami_cypher__unexpected(p, "'(' of the node after the relationship");
        }
        if (!element(p, &next) || (last = nami_cypher__push(p, &list, sizeof(next))) == NULL) {
            return false;
        }
        *last = next;
        if (next.kind == NAMI_AST_ELEMENT_GROUP ||
            (next.kind == NAMI_AST_ELEMENT_REL && next.as.rel->quantifier.is_present)) {
            path->is_simple = false;
        }
    } while (goes_on(p, last->kind));
    path->elements = list.items;
    path->element_count = list.count;
    return true;
}

static bool path_mode(struct nami_cypher__parser *p, struct nami_ast_path *path)
{
    static const uint8_t words[] = {
        [NAMI_AST_MODE_WALK] = KW_WALK,
        [NAMI_AST_MODE_TRAIL] = KW_TRAIL,
        [NAMI_AST_MODE_ACYCLIC] = KW_ACYCLIC,
        [NAMI_AST_MODE_SIMPLE] = KW_SIMPLE,
    };

    for (uint32_t mode = NAMI_AST_MODE_WALK; mode <= NAMI_AST_MODE_SIMPLE; mode++) {
        if (nami_cypher__accept_word(p, words[mode])) {
            path->mode = (uint8_t)mode;
            break;
        }
    }
    (void)(nami_cypher__accept_word(p, KW_PATH) || nami_cypher__accept_word(p, KW_PATHS));
    return true;
}

/* ANY 2, ALL SHORTEST, SHORTEST 3 GROUPS, with a mode; nothing is fine. */
static bool selector(struct nami_cypher__parser *p, struct nami_ast_path *path)
{
    bool has_count = false;

    path->select_count = 1;
    if (nami_cypher__accept_word(p, KW_ALL)) {
        path->selector = nami_cypher__accept_word(p, KW_SHORTEST) ? NAMI_AST_SELECT_ALL_SHORTEST
                                                                  : NAMI_AST_SELECT_ALL;
        return path_mode(p, path);
    }
    if (nami_cypher__accept_word(p, KW_ANY)) {
        path->selector = nami_cypher__accept_word(p, KW_SHORTEST) ? NAMI_AST_SELECT_SHORTEST
                                                                  : NAMI_AST_SELECT_ANY;
        has_count = path->selector == NAMI_AST_SELECT_ANY;
    } else if (nami_cypher__accept_word(p, KW_SHORTEST)) {
        path->selector = NAMI_AST_SELECT_SHORTEST;
        has_count = true;
    }
    if (has_count && p->token.kind == TOKEN_NUMBER) {
        if (!nami_cypher__whole_number(p, "a number of paths", &path->select_count)) {
            return false;
        }
        if (path->select_count == 0) {
            return nami_cypher__fail(p, NAMI_COND_UNEXPECTED_SYNTAX, p->last_end - 1,
                                     "The number of paths must be at least 1");
        }
    }
    (void)path_mode(p, path);
    if (path->selector == NAMI_AST_SELECT_SHORTEST &&
        (nami_cypher__accept_word(p, KW_GROUP) || nami_cypher__accept_word(p, KW_GROUPS))) {
        path->selector = NAMI_AST_SELECT_SHORTEST_GROUPS;
    }
    return true;
}

struct nami_ast_path *nami_cypher__shortest_path(struct nami_cypher__parser *p)
{
    uint32_t begin = p->token.span.at;
    bool is_all = nami_cypher__at_word(p, KW_ALLSHORTESTPATHS);
    struct nami_ast_path *path = nami_cypher__alloc(p, sizeof(*path));

    nami_cypher__next(p);
    if (path == NULL || !nami_cypher__expect(p, TOKEN_LEFT_PAREN, "'('") || !elements(p, path) ||
        !nami_cypher__expect(p, TOKEN_RIGHT_PAREN, "')'")) {
        return NULL;
    }
    path->selector = is_all ? NAMI_AST_SELECT_ALL_SHORTEST_PATHS : NAMI_AST_SELECT_SHORTEST_PATH;
    path->select_count = 1;
    path->span = nami_cypher__span_from(p, begin);
    if (path->element_count != 3 || path->elements[1].kind != NAMI_AST_ELEMENT_REL) {
        (void)nami_cypher__fail(p, NAMI_COND_UNEXPECTED_SYNTAX, begin,
                                "A shortest path is one relationship pattern between two nodes");
        nami_diagnose_hint(p->diag, "for example shortestPath((a)-[:KNOWS*]-(b))");
        return NULL;
    }
    return path;
}

static bool at_shortest_path(const struct nami_cypher__parser *p)
{
    return (nami_cypher__at_word(p, KW_SHORTESTPATH) ||
            nami_cypher__at_word(p, KW_ALLSHORTESTPATHS)) &&
           nami_cypher__peek(p).kind == TOKEN_LEFT_PAREN;
}

struct nami_ast_path *nami_cypher__path(struct nami_cypher__parser *p, bool is_whole)
{
    uint32_t begin = p->token.span.at;
    struct nami_ast_path *path = NULL;
    struct nami_ast_variable variable = {0};

    if (is_whole && nami_cypher__at_name(p) && nami_cypher__peek(p).kind == TOKEN_EQUAL) {
        if (!nami_cypher__variable(p, &variable)) {
            return NULL;
        }
        nami_cypher__next(p);
    }
    if (is_whole && at_shortest_path(p)) {
        path = nami_cypher__shortest_path(p);
    } else {
        path = nami_cypher__alloc(p, sizeof(*path));
        if (path == NULL || (is_whole && !selector(p, path)) || !elements(p, path)) {
            return NULL;
        }
        path->select_count = path->select_count == 0 ? 1 : path->select_count;
    }
    if (path != NULL) {
        path->variable = variable;
        path->span = nami_cypher__span_from(p, begin);
    }
    return path;
}

bool nami_cypher__paths(struct nami_cypher__parser *p, struct nami_ast_path ***out, uint32_t *count)
{
    struct nami_cypher__list list = {0};

    do {
        struct nami_ast_path *path = nami_cypher__path(p, true);
        struct nami_ast_path **slot =
            path == NULL ? NULL : nami_cypher__push(p, &list, sizeof(struct nami_ast_path *));
        if (slot == NULL) {
            return false;
        }
        *slot = path;
    } while (nami_cypher__accept(p, TOKEN_COMMA));
    *out = list.items;
    *count = list.count;
    return true;
}
