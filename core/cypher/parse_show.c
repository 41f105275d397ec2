#include "core/cypher/parser_internal.h"

struct show_noun {
    uint8_t keyword;
    uint8_t kind;
};

static const struct show_noun nouns[] = {
    {KW_CONSTRAINT, NAMI_AST_SHOW_CONSTRAINTS},
    {KW_CONSTRAINTS, NAMI_AST_SHOW_CONSTRAINTS},
    {KW_INDEX, NAMI_AST_SHOW_INDEXES},
    {KW_INDEXES, NAMI_AST_SHOW_INDEXES},
    {KW_PROCEDURE, NAMI_AST_SHOW_PROCEDURES},
    {KW_PROCEDURES, NAMI_AST_SHOW_PROCEDURES},
    {KW_FUNCTION, NAMI_AST_SHOW_FUNCTIONS},
    {KW_FUNCTIONS, NAMI_AST_SHOW_FUNCTIONS},
    {KW_DATABASE, NAMI_AST_SHOW_DATABASES},
    {KW_DATABASES, NAMI_AST_SHOW_DATABASES},
    {KW_SETTING, NAMI_AST_SHOW_SETTINGS},
    {KW_SETTINGS, NAMI_AST_SHOW_SETTINGS},
    {KW_TRANSACTION, NAMI_AST_SHOW_TRANSACTIONS},
    {KW_TRANSACTIONS, NAMI_AST_SHOW_TRANSACTIONS},
    {KW_USER, NAMI_AST_SHOW_USERS},
    {KW_USERS, NAMI_AST_SHOW_USERS},
};

enum { QUALIFIER_WORDS_MAX = 5 };

static bool noun(struct nami_cypher__parser *p, struct nami_ast_show *out)
{
    for (size_t i = 0; i < sizeof(nouns) / sizeof(nouns[0]); i++) {
        if (nami_cypher__accept_word(p, nouns[i].keyword)) {
            out->kind = nouns[i].kind;
            return true;
        }
    }
    return false;
}

/* ALL INDEXES, NODE KEY CONSTRAINTS, BUILT IN FUNCTIONS */
static bool subject(struct nami_cypher__parser *p, struct nami_ast_show *out)
{
    uint32_t begin = p->token.span.at;
    uint32_t words = 0;
    uint32_t end = begin;
    struct nami_cypher__parser bookmark = *p;

    while (!noun(p, out)) {
        if (p->token.kind != TOKEN_NAME || words == QUALIFIER_WORDS_MAX) {
            uint8_t keywords[sizeof(nouns) / sizeof(nouns[0])];

            for (size_t i = 0; i < sizeof(keywords); i++) {
                keywords[i] = nouns[i].keyword;
            }
            *p = bookmark;
            return nami_cypher__unexpected_word(
                p,
                "CONSTRAINTS, INDEXES, PROCEDURES, FUNCTIONS, DATABASES, SETTINGS, TRANSACTIONS "
                "or USERS",
                keywords, sizeof(keywords));
        }
        nami_cypher__next(p);
        end = p->last_end;
        words++;
    }
    out->qualifier = nami_cypher__slice(p, (struct nami_span){begin, end - begin});
    return true;
}

static bool at_tail(const struct nami_cypher__parser *p)
{
    return nami_cypher__at_word(p, KW_YIELD) || nami_cypher__at_word(p, KW_WHERE) ||
           p->token.kind == TOKEN_END || p->token.kind == TOKEN_SEMICOLON;
}

bool nami_cypher__show(struct nami_cypher__parser *p)
{
    struct nami_ast_show *out = nami_cypher__alloc(p, sizeof(*out));

    nami_cypher__next(p);
    if (out == NULL || !subject(p, out)) {
        return false;
    }
    p->statement->kind = NAMI_AST_STATEMENT_SHOW;
    p->statement->as.show = out;
    if (!at_tail(p) && !nami_cypher__exprs(p, &out->names)) {
        return false;
    }
    if (!nami_cypher__accept_word(p, KW_YIELD)) {
        return nami_cypher__where(p, &out->where);
    }
    out->yield = nami_cypher__projection(p);
    if (out->yield == NULL || !nami_cypher__projection_tail(p, out->yield, true)) {
        return false;
    }
    if (nami_cypher__accept_word(p, KW_RETURN)) {
        out->returns = nami_cypher__projection(p);
        return out->returns != NULL && nami_cypher__projection_tail(p, out->returns, false);
    }
    return true;
}
