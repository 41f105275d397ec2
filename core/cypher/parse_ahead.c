#include "core/cypher/parser_internal.h"

/* An opening parenthesis in an expression: does a pattern begin here? */

static struct nami_token look(struct nami_cypher__parser *p, struct nami_lexer *ahead)
{
    if (p->lookahead_left == 0) {
        (void)nami_cypher__fail(p, NAMI_COND_QUERY_TOO_COMPLEX, p->token.span.at,
                                "Too many brackets inside each other that may begin a pattern");
        return (struct nami_token){.kind = TOKEN_END};
    }
    p->lookahead_left--;
    if (!nami_cypher__tick(p)) {
        return (struct nami_token){.kind = TOKEN_END};
    }
    return nami_cypher__lex(ahead);
}

static bool is_name(struct nami_token token)
{
    return token.kind == TOKEN_NAME || token.kind == TOKEN_QUOTED;
}

/* Behind an opening bracket: to the one that closes it. */
static bool skip_to_closing(struct nami_cypher__parser *p, struct nami_lexer *ahead)
{
    uint64_t open = 1;

    while (open > 0) {
        struct nami_token token = look(p, ahead);

        switch (token.kind) {
        case TOKEN_LEFT_PAREN:
        case TOKEN_LEFT_BRACKET:
        case TOKEN_LEFT_BRACE:
            open++;
            break;
        case TOKEN_RIGHT_PAREN:
        case TOKEN_RIGHT_BRACKET:
        case TOKEN_RIGHT_BRACE:
            open--;
            break;
        case TOKEN_END:
            return false;
        default:
            break;
        }
    }
    return true;
}

/* -[  --  <-[  <-- */
static bool is_relationship_ahead(struct nami_cypher__parser *p, struct nami_lexer *ahead)
{
    struct nami_token token = look(p, ahead);

    if (token.kind == TOKEN_LESS) {
        token = look(p, ahead);
    }
    if (token.kind != TOKEN_MINUS) {
        return false;
    }
    token = look(p, ahead);
    return token.kind == TOKEN_MINUS || token.kind == TOKEN_LEFT_BRACKET;
}

bool nami_cypher__at_pattern(struct nami_cypher__parser *p)
{
    struct nami_lexer ahead = p->lexer;
    struct nami_token token = look(p, &ahead);
    bool has_name = false;

    if (is_name(token)) {
        has_name = true;
        token = look(p, &ahead);
    }
    switch (token.kind) {
    case TOKEN_RIGHT_PAREN:
        return !has_name || is_relationship_ahead(p, &ahead);
    case TOKEN_COLON:
    case TOKEN_LEFT_BRACE:
    case TOKEN_DOLLAR:
        break;
    case TOKEN_NAME:
        if (has_name && (token.keyword == KW_IS || token.keyword == KW_WHERE)) {
            break;
        }
        return false;
    default:
        return false;
    }
    if (token.kind == TOKEN_COLON && !has_name) {
        return true; /* no expression begins with a colon */
    }
    if (token.kind == TOKEN_LEFT_BRACE) {
        if (!skip_to_closing(p, &ahead)) {
            return false;
        }
    } else {
        return skip_to_closing(p, &ahead) && is_relationship_ahead(p, &ahead);
    }
    token = look(p, &ahead);
    if (token.kind == TOKEN_NAME && token.keyword == KW_WHERE) {
        return true;
    }
    return token.kind == TOKEN_RIGHT_PAREN && is_relationship_ahead(p, &ahead);
}
