#include "core/cypher/parser_internal.h"

/* n:A:B was read as a label test, with the labels as an expression: only names may be in it. */
static bool labels_of_test(struct nami_cypher__parser *p, struct nami_ast_expr *test,
                           struct nami_ast_set_item *out)
{
    const struct nami_ast_label_expr *labels = test->as.labels.labels;
    bool is_list = labels->kind == NAMI_AST_LABEL_AND;
    uint32_t count = is_list ? labels->count : 1;

    for (uint32_t i = 0; i < count; i++) {
        const struct nami_ast_label_expr *label = is_list ? labels->items[i] : labels;
        if (label->kind != NAMI_AST_LABEL_NAME && label->kind != NAMI_AST_LABEL_DYNAMIC) {
            return nami_cypher__fail(p, NAMI_COND_UNEXPECTED_SYNTAX, label->span.at,
                                     "Only label names can be set or removed");
        }
    }
    out->kind = NAMI_AST_SET_LABELS;
    out->object = test->as.labels.object;
    out->labels = test->as.labels.labels;
    return true;
}

/* The kind of the item by its target. false and OK: a bare variable. */
static bool split_target(struct nami_cypher__parser *p, struct nami_ast_expr *expr,
                         struct nami_ast_set_item *out)
{
    if (expr->kind == NAMI_AST_PROPERTY && !expr->is_parenthesised) {
        out->kind = NAMI_AST_SET_PROPERTY;
        out->object = expr->as.property.object;
        out->key = expr->as.property.key;
        return true;
    }
    if (expr->kind == NAMI_AST_INDEX && !expr->is_parenthesised) {
        out->kind = NAMI_AST_SET_DYNAMIC;
        out->object = expr->as.index.object;
        out->key_expr = expr->as.index.at;
        return true;
    }
    if (expr->kind == NAMI_AST_LABELS && !expr->is_parenthesised) {
        return labels_of_test(p, expr, out);
    }
    return false;
}

static bool bare_target(struct nami_cypher__parser *p, struct nami_ast_expr *expr)
{
    if (expr->kind != NAMI_AST_VARIABLE) {
        return nami_cypher__fail(p, NAMI_COND_UNEXPECTED_SYNTAX, expr->span.at,
                                 "Expected a variable, a property or a label here");
    }
    return true;
}

/* n IS Label */
static bool is_label(struct nami_cypher__parser *p, struct nami_ast_expr *expr,
                     struct nami_ast_set_item *out)
{
    out->kind = NAMI_AST_SET_LABELS;
    out->object = expr;
    out->labels = nami_cypher__label_list(p);
    return out->labels != NULL;
}

static bool set_item(struct nami_cypher__parser *p, struct nami_ast_set_item *out)
{
    uint32_t begin = p->token.span.at;
    struct nami_ast_expr *expr = nami_cypher__postfix(p);

    if (expr == NULL) {
        return false;
    }
    if (!split_target(p, expr, out)) {
        if (p->status != NAMI_OK || !bare_target(p, expr)) {
            return false;
        }
        out->object = expr;
        out->kind = NAMI_AST_SET_REPLACE;
        if (nami_cypher__at_word(p, KW_IS)) {
            if (!is_label(p, expr, out)) {
                return false;
            }
        } else if (nami_cypher__accept(p, TOKEN_PLUS_EQUAL)) {
            out->kind = NAMI_AST_SET_MERGE;
        } else if (!nami_cypher__expect(p, TOKEN_EQUAL, "'=', '+=' or a label to set")) {
            return false;
        }
    } else if (out->kind != NAMI_AST_SET_LABELS &&
               !nami_cypher__expect(p, TOKEN_EQUAL, "'=' and the new value")) {
        return false;
    }
    if (out->kind != NAMI_AST_SET_LABELS && (out->value = nami_cypher__expr(p)) == NULL) {
        return false;
    }
    out->span = nami_cypher__span_from(p, begin);
    return true;
}

static bool remove_item(struct nami_cypher__parser *p, struct nami_ast_set_item *out)
{
    uint32_t begin = p->token.span.at;
    struct nami_ast_expr *expr = nami_cypher__postfix(p);

    if (expr == NULL) {
        return false;
    }
    if (!split_target(p, expr, out)) {
        if (p->status != NAMI_OK || !bare_target(p, expr)) {
            return false;
        }
        if (!nami_cypher__at_word(p, KW_IS)) {
            return nami_cypher__unexpected(p, "a property or label to remove");
        }
        if (!is_label(p, expr, out)) {
            return false;
        }
    }
    out->span = nami_cypher__span_from(p, begin);
    return true;
}

typedef bool (*item_rule)(struct nami_cypher__parser *p, struct nami_ast_set_item *out);

static bool items(struct nami_cypher__parser *p, struct nami_cypher__list *list, item_rule rule)
{
    do {
        struct nami_ast_set_item next = {0};
        struct nami_ast_set_item *slot = NULL;

        if (!rule(p, &next) || (slot = nami_cypher__push(p, list, sizeof(next))) == NULL) {
            return false;
        }
        *slot = next;
    } while (nami_cypher__accept(p, TOKEN_COMMA));
    return true;
}

static bool set_or_remove(struct nami_cypher__parser *p, struct nami_ast_clause *clause,
                          item_rule rule)
{
    struct nami_cypher__list list = {0};
    struct nami_ast_set *set = nami_cypher__alloc(p, sizeof(*set));

    clause->as.set = set;
    if (set == NULL || !items(p, &list, rule)) {
        return false;
    }
    *set = (struct nami_ast_set){list.items, list.count};
    return true;
}

bool nami_cypher__set(struct nami_cypher__parser *p, struct nami_ast_clause *clause)
{
    return set_or_remove(p, clause, set_item);
}

bool nami_cypher__remove(struct nami_cypher__parser *p, struct nami_ast_clause *clause)
{
    return set_or_remove(p, clause, remove_item);
}

bool nami_cypher__merge(struct nami_cypher__parser *p, struct nami_ast_clause *clause)
{
    struct nami_ast_merge *merge = nami_cypher__alloc(p, sizeof(*merge));
    struct nami_cypher__list on_create = {0};
    struct nami_cypher__list on_match = {0};

    clause->as.merge = merge;
    if (merge == NULL || (merge->path = nami_cypher__path(p, true)) == NULL) {
        return false;
    }
    while (nami_cypher__accept_word(p, KW_ON)) {
        bool is_create = nami_cypher__accept_word(p, KW_CREATE);

        if (!is_create && !nami_cypher__accept_word(p, KW_MATCH)) {
            return nami_cypher__unexpected(p, "CREATE or MATCH after ON");
        }
        if (!nami_cypher__expect_word(p, KW_SET) ||
            !items(p, is_create ? &on_create : &on_match, set_item)) {
            return false;
        }
    }
    merge->on_create = (struct nami_ast_set){on_create.items, on_create.count};
    merge->on_match = (struct nami_ast_set){on_match.items, on_match.count};
    return true;
}

static bool is_update(uint8_t kind)
{
    return kind == NAMI_AST_CREATE || kind == NAMI_AST_MERGE || kind == NAMI_AST_SET ||
           kind == NAMI_AST_REMOVE || kind == NAMI_AST_DELETE || kind == NAMI_AST_FOREACH;
}

bool nami_cypher__foreach(struct nami_cypher__parser *p, struct nami_ast_clause *clause)
{
    struct nami_ast_foreach *foreach = nami_cypher__alloc(p, sizeof(*foreach));
    struct nami_cypher__list list = {0};

    clause->as.foreach = foreach;
    if (foreach == NULL || !nami_cypher__enter(p) ||
        !nami_cypher__expect(p, TOKEN_LEFT_PAREN, "'('") ||
        !nami_cypher__variable(p, &foreach->variable) || !nami_cypher__expect_word(p, KW_IN)) {
        return false;
    }
    p->bar_ends = true;
    foreach
        ->list = nami_cypher__expr(p);
    p->bar_ends = false;
    if (foreach->list == NULL || !nami_cypher__expect(p, TOKEN_BAR, "'|' and what to do")) {
        return false;
    }
    do {
        struct nami_ast_clause *inner = nami_cypher__clause(p);
        struct nami_ast_clause **slot = NULL;

        if (p->status != NAMI_OK) {
            return false;
        }
        if (inner == NULL) {
            return nami_cypher__unexpected_clause(p, "an updating clause, such as SET or CREATE");
        }
        if (!is_update(inner->kind)) {
            return nami_cypher__fail(p, NAMI_COND_INVALID_CLAUSE_COMPOSITION, inner->span.at,
                                     "Only updating clauses can be inside FOREACH");
        }
        slot = nami_cypher__push(p, &list, sizeof(struct nami_ast_clause *));
        if (slot == NULL) {
            return false;
        }
        *slot = inner;
    } while (p->token.kind != TOKEN_RIGHT_PAREN);
    nami_cypher__next(p);
    nami_cypher__leave(p);
    foreach
        ->clauses = list.items;
    foreach
        ->clause_count = list.count;
    return true;
}
