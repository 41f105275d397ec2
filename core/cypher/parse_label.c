#include "core/cypher/parser_internal.h"

static struct nami_ast_label_expr *alternatives(struct nami_cypher__parser *p);

static struct nami_ast_label_expr *new_label(struct nami_cypher__parser *p, uint8_t kind,
                                             uint32_t begin)
{
    struct nami_ast_label_expr *label = NULL;

    if (p->nodes_left == 0) {
        (void)nami_cypher__too_complex(p, "parts", p->statement->nodes_left);
        return NULL;
    }
    p->nodes_left--;
    label = nami_cypher__alloc(p, sizeof(*label));
    if (label != NULL) {
        label->kind = kind;
        label->span = nami_cypher__span_from(p, begin);
    }
    return label;
}

/* $(expr), $any(expr), $all(expr); at the dollar. */
static struct nami_ast_label_expr *dynamic(struct nami_cypher__parser *p)
{
    uint32_t begin = p->token.span.at;
    struct nami_ast_expr *value = NULL;
    struct nami_ast_label_expr *label = NULL;
    uint8_t kind = NAMI_AST_LABEL_DYNAMIC;
    bool bar_ends = p->bar_ends;

    nami_cypher__next(p);
    if (nami_cypher__accept_word(p, KW_ANY)) {
        kind = NAMI_AST_LABEL_DYNAMIC_ANY;
    } else {
        (void)nami_cypher__accept_word(p, KW_ALL);
    }
    if (!nami_cypher__expect(p, TOKEN_LEFT_PAREN, "'(' and an expression for the label")) {
        return NULL;
    }
    p->bar_ends = false;
    value = nami_cypher__expr(p);
    p->bar_ends = bar_ends;
    if (value == NULL || !nami_cypher__expect(p, TOKEN_RIGHT_PAREN, "')'")) {
        return NULL;
    }
    label = new_label(p, kind, begin);
    if (label != NULL) {
        label->value = value;
    }
    return label;
}

static struct nami_ast_label_expr *named(struct nami_cypher__parser *p)
{
    uint32_t begin = p->token.span.at;
    struct nami_slice name = {0};
    struct nami_ast_label_expr *label = NULL;

    if (!nami_cypher__name(p, "a label", &name, NULL)) {
        return NULL;
    }
    label = new_label(p, NAMI_AST_LABEL_NAME, begin);
    if (label != NULL) {
        label->name = name;
    }
    return label;
}

static struct nami_ast_label_expr *parenthesised(struct nami_cypher__parser *p)
{
    struct nami_ast_label_expr *label = NULL;
    bool bar_ends = p->bar_ends;

    nami_cypher__next(p);
    p->bar_ends = false;
    label = alternatives(p);
    p->bar_ends = bar_ends;
    return label != NULL && nami_cypher__expect(p, TOKEN_RIGHT_PAREN, "')'") ? label : NULL;
}

static struct nami_ast_label_expr *one(struct nami_cypher__parser *p)
{
    uint32_t begin = p->token.span.at;
    struct nami_ast_label_expr *inner = NULL;
    struct nami_ast_label_expr *label = NULL;

    switch (p->token.kind) {
    case TOKEN_PERCENT:
        nami_cypher__next(p);
        return new_label(p, NAMI_AST_LABEL_ANY, begin);
    case TOKEN_DOLLAR:
        return dynamic(p);
    case TOKEN_LEFT_PAREN:
        return parenthesised(p);
    case TOKEN_EXCLAMATION:
        nami_cypher__next(p);
        if (!nami_cypher__enter(p)) {
            return NULL;
        }
        inner = one(p);
        nami_cypher__leave(p);
        label = inner == NULL ? NULL : new_label(p, NAMI_AST_LABEL_NOT, begin);
        if (label != NULL) {
            label->items = nami_cypher__alloc(p, sizeof(struct nami_ast_label_expr *));
            if (label->items == NULL) {
                return NULL;
            }
            label->items[0] = inner;
            label->count = 1;
        }
        return label;
    default:
        return named(p);
    }
}

/* Several of `kind`, or the only one. */
static struct nami_ast_label_expr *combine(struct nami_cypher__parser *p, uint8_t kind,
                                           uint32_t begin, const struct nami_cypher__list *list)
{
    struct nami_ast_label_expr **items = list->items;
    struct nami_ast_label_expr *label = NULL;

    if (list->count == 1) {
        return items[0];
    }
    label = new_label(p, kind, begin);
    if (label != NULL) {
        label->items = items;
        label->count = list->count;
    }
    return label;
}

static bool collect(struct nami_cypher__parser *p, struct nami_cypher__list *list,
                    struct nami_ast_label_expr *label)
{
    struct nami_ast_label_expr **slot = NULL;

    if (label == NULL ||
        (slot = nami_cypher__push(p, list, sizeof(struct nami_ast_label_expr *))) == NULL) {
        return false;
    }
    *slot = label;
    return true;
}

/* A&B, and A:B of old. */
static struct nami_ast_label_expr *conjunction(struct nami_cypher__parser *p)
{
    uint32_t begin = p->token.span.at;
    struct nami_cypher__list list = {0};

    do {
        if (!collect(p, &list, one(p))) {
            return NULL;
        }
    } while (nami_cypher__accept(p, TOKEN_AMPERSAND) || nami_cypher__accept(p, TOKEN_COLON));
    return combine(p, NAMI_AST_LABEL_AND, begin, &list);
}

static struct nami_ast_label_expr *alternatives(struct nami_cypher__parser *p)
{
    uint32_t begin = p->token.span.at;
    struct nami_cypher__list list = {0};

    if (!nami_cypher__enter(p)) {
        return NULL;
    }
    do {
        (void)(list.count > 0 && nami_cypher__accept(p, TOKEN_COLON));
        if (!collect(p, &list, conjunction(p))) {
            return NULL;
        }
    } while (!p->bar_ends && nami_cypher__accept(p, TOKEN_BAR));
    nami_cypher__leave(p);
    return combine(p, NAMI_AST_LABEL_OR, begin, &list);
}

struct nami_ast_label_expr *nami_cypher__labels(struct nami_cypher__parser *p)
{
    return alternatives(p);
}

struct nami_ast_label_expr *nami_cypher__label_list(struct nami_cypher__parser *p)
{
    uint32_t begin = p->token.span.at;
    struct nami_cypher__list list = {0};

    while (nami_cypher__accept(p, TOKEN_COLON) ||
           (list.count == 0 && nami_cypher__accept_word(p, KW_IS)) ||
           (list.count > 0 && nami_cypher__accept(p, TOKEN_AMPERSAND))) {
        if (!collect(p, &list, p->token.kind == TOKEN_DOLLAR ? dynamic(p) : named(p))) {
            return NULL;
        }
    }
    if (list.count == 0) {
        (void)nami_cypher__unexpected(p, "':' and a label");
        return NULL;
    }
    return combine(p, NAMI_AST_LABEL_AND, begin, &list);
}
