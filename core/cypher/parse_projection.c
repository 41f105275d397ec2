#include "core/cypher/parser_internal.h"

static bool item(struct nami_cypher__parser *p, struct nami_ast_item *out)
{
    uint32_t begin = p->token.span.at;

    out->expr = nami_cypher__expr(p);
    if (out->expr == NULL) {
        return false;
    }
    out->name = nami_cypher__slice(p, nami_cypher__span_from(p, begin));
    if (out->expr->kind == NAMI_AST_VARIABLE && !out->expr->is_parenthesised) {
        out->name = out->expr->as.variable->name; /* without backticks */
    }
    if (nami_cypher__accept_word(p, KW_AS)) {
        struct nami_ast_variable alias = {0};

        if (!nami_cypher__name(p, "a name after AS", &alias.name, &alias.span)) {
            return false;
        }
        out->name = alias.name;
        out->has_alias = true;
    }
    out->span = nami_cypher__span_from(p, begin);
    return true;
}

struct nami_ast_projection *nami_cypher__projection(struct nami_cypher__parser *p)
{
    uint32_t begin = p->token.span.at;
    struct nami_ast_projection *out = nami_cypher__alloc(p, sizeof(*out));
    struct nami_cypher__list items = {0};

    if (out == NULL) {
        return NULL;
    }
    out->is_distinct = nami_cypher__accept_word(p, KW_DISTINCT);
    out->has_star = nami_cypher__accept(p, TOKEN_STAR);
    if (!out->has_star || nami_cypher__accept(p, TOKEN_COMMA)) {
        do {
            struct nami_ast_item next = {0};
            struct nami_ast_item *slot = NULL;

            if (!item(p, &next) || (slot = nami_cypher__push(p, &items, sizeof(next))) == NULL) {
                return NULL;
            }
            *slot = next;
        } while (nami_cypher__accept(p, TOKEN_COMMA));
    }
    out->items = items.items;
    out->item_count = items.count;
    out->span = nami_cypher__span_from(p, begin);
    return out;
}

static bool order_by(struct nami_cypher__parser *p, struct nami_ast_projection *out)
{
    struct nami_cypher__list sort = {0};

    if (!nami_cypher__accept_word(p, KW_ORDER)) {
        return true;
    }
    if (!nami_cypher__expect_word(p, KW_BY)) {
        return false;
    }
    do {
        struct nami_ast_sort next = {.expr = nami_cypher__expr(p)};
        struct nami_ast_sort *slot = NULL;

        if (next.expr == NULL || (slot = nami_cypher__push(p, &sort, sizeof(next))) == NULL) {
            return false;
        }
        if (nami_cypher__accept_word(p, KW_DESC) || nami_cypher__accept_word(p, KW_DESCENDING)) {
            next.is_descending = true;
        } else {
            (void)(nami_cypher__accept_word(p, KW_ASC) ||
                   nami_cypher__accept_word(p, KW_ASCENDING));
        }
        *slot = next;
    } while (nami_cypher__accept(p, TOKEN_COMMA));
    out->sort = sort.items;
    out->sort_count = sort.count;
    return true;
}

bool nami_cypher__projection_tail(struct nami_cypher__parser *p, struct nami_ast_projection *out,
                                  bool may_filter)
{
    if (!order_by(p, out)) {
        return false;
    }
    if ((nami_cypher__accept_word(p, KW_SKIP) || nami_cypher__accept_word(p, KW_OFFSET)) &&
        (out->skip = nami_cypher__expr(p)) == NULL) {
        return false;
    }
    if (nami_cypher__accept_word(p, KW_LIMIT) && (out->limit = nami_cypher__expr(p)) == NULL) {
        return false;
    }
    if (may_filter && !nami_cypher__where(p, &out->where)) {
        return false;
    }
    out->span.len = p->last_end > out->span.at ? p->last_end - out->span.at : out->span.len;
    return true;
}
