#include "core/cypher/parser_internal.h"

/* v:Label(p, q); the properties are there unless it is a scan. */
static bool hint_target(struct nami_cypher__parser *p, struct nami_ast_hint *out)
{
    struct nami_cypher__list names = {0};

    out->variables = nami_cypher__alloc(p, sizeof(*out->variables));
    out->variable_count = 1;
    if (out->variables == NULL || !nami_cypher__variable(p, out->variables) ||
        !nami_cypher__expect(p, TOKEN_COLON, "':' and a label") ||
        !nami_cypher__name(p, "a label", &out->label, NULL)) {
        return false;
    }
    if (out->kind == NAMI_AST_HINT_SCAN) {
        return true;
    }
    if (!nami_cypher__expect(p, TOKEN_LEFT_PAREN, "'(' and the indexed property")) {
        return false;
    }
    do {
        struct nami_slice *slot = nami_cypher__push(p, &names, sizeof(*slot));
        if (slot == NULL || !nami_cypher__name(p, "a property key", slot, NULL)) {
            return false;
        }
    } while (nami_cypher__accept(p, TOKEN_COMMA));
    out->properties = (struct nami_ast_names){names.items, names.count};
    return nami_cypher__expect(p, TOKEN_RIGHT_PAREN, "')'");
}

static bool join_hint(struct nami_cypher__parser *p, struct nami_ast_hint *out)
{
    struct nami_cypher__list variables = {0};

    if (!nami_cypher__expect_word(p, KW_ON)) {
        return false;
    }
    do {
        struct nami_ast_variable *slot = nami_cypher__push(p, &variables, sizeof(*slot));
        if (slot == NULL || !nami_cypher__variable(p, slot)) {
            return false;
        }
    } while (nami_cypher__accept(p, TOKEN_COMMA));
    out->variables = variables.items;
    out->variable_count = variables.count;
    return true;
}

/* Behind USING. */
static bool hint(struct nami_cypher__parser *p, struct nami_ast_hint *out)
{
    if (nami_cypher__accept_word(p, KW_JOIN)) {
        out->kind = NAMI_AST_HINT_JOIN;
        return join_hint(p, out);
    }
    if (nami_cypher__accept_word(p, KW_SCAN)) {
        out->kind = NAMI_AST_HINT_SCAN;
        return hint_target(p, out);
    }
    if (nami_cypher__accept_word(p, KW_RANGE)) {
        out->kind = NAMI_AST_HINT_RANGE_INDEX;
    } else if (nami_cypher__accept_word(p, KW_TEXT)) {
        out->kind = NAMI_AST_HINT_TEXT_INDEX;
    } else if (nami_cypher__accept_word(p, KW_POINT)) {
        out->kind = NAMI_AST_HINT_POINT_INDEX;
    } else {
        out->kind = NAMI_AST_HINT_INDEX;
    }
    if (!nami_cypher__accept_word(p, KW_INDEX)) {
        return nami_cypher__unexpected(p, "INDEX, SCAN or JOIN after USING");
    }
    out->is_seek = nami_cypher__accept_word(p, KW_SEEK);
    return hint_target(p, out);
}

static bool hints(struct nami_cypher__parser *p, struct nami_ast_match *match)
{
    struct nami_cypher__list list = {0};

    for (uint32_t begin = p->token.span.at; nami_cypher__accept_word(p, KW_USING);
         begin = p->token.span.at) {
        struct nami_ast_hint next = {0};
        struct nami_ast_hint *slot = NULL;

        if (!hint(p, &next) || (slot = nami_cypher__push(p, &list, sizeof(next))) == NULL) {
            return false;
        }
        next.span = nami_cypher__span_from(p, begin);
        *slot = next;
    }
    match->hints = list.items;
    match->hint_count = list.count;
    return true;
}

bool nami_cypher__match(struct nami_cypher__parser *p, struct nami_ast_clause *clause)
{
    struct nami_ast_match *match = nami_cypher__alloc(p, sizeof(*match));

    clause->as.match = match;
    if (match == NULL) {
        return false;
    }
    if (nami_cypher__accept_words(p, KW_REPEATABLE, KW_ELEMENTS)) {
        match->mode = NAMI_AST_REPEATABLE_ELEMENTS;
    } else {
        (void)(nami_cypher__accept_words(p, KW_DIFFERENT, KW_RELATIONSHIPS) ||
               nami_cypher__accept_words(p, KW_DIFFERENT, KW_RELATIONSHIP));
    }
    return nami_cypher__paths(p, &match->paths, &match->path_count) && hints(p, match) &&
           nami_cypher__where(p, &match->where);
}
