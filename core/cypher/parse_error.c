#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/suggest.h"
#include "core/base/utf8.h"
#include "core/cypher/parser_internal.h"

enum { FOUND_BYTES_MAX = 64 };

bool nami_cypher__fail(struct nami_cypher__parser *p, uint32_t condition, uint32_t at,
                       const char *fmt, ...)
{
    char message[sizeof(p->diag->message)];
    va_list args;

    if (p->status != NAMI_OK) {
        return false; /* only the first error is told */
    }
    va_start(args, fmt);
    (void)vsnprintf(message, sizeof(message), fmt, args);
    va_end(args);
    p->status = nami_diagnose(p->diag, condition, NULL, "%s", message);
    nami_diagnose_place(p->diag, p->text, at);
    return false;
}

bool nami_cypher__out_of_memory(struct nami_cypher__parser *p)
{
    if (p->arena->is_over) {
        return nami_cypher__fail(p, NAMI_COND_QUERY_MEMORY, p->token.span.at,
                                 "The query needs more memory than it may use, just to be read");
    }
    return nami_cypher__fail(p, NAMI_COND_OUT_OF_MEMORY, p->token.span.at,
                             "No memory left to read the query");
}

bool nami_cypher__too_complex(struct nami_cypher__parser *p, const char *what, uint32_t limit)
{
    return nami_cypher__fail(p, NAMI_COND_QUERY_TOO_COMPLEX, p->token.span.at,
                             "The query has more than %u %s; pass data as a parameter", limit,
                             what);
}

static void describe_found(const struct nami_cypher__parser *p, char out[FOUND_BYTES_MAX + 16])
{
    struct nami_slice found = nami_cypher__slice(p, p->token.span);
    int len = found.len > FOUND_BYTES_MAX - 8 ? FOUND_BYTES_MAX - 8 : (int)found.len;

    if (p->token.kind == TOKEN_END) {
        (void)snprintf(out, FOUND_BYTES_MAX, "the end of the query");
        return;
    }
    while (len > 0 && (size_t)len < found.len && (found.ptr[len] & 0xc0) == 0x80) {
        len--;
    }
    (void)snprintf(out, FOUND_BYTES_MAX, "'%.*s%s'", len, (const char *)found.ptr,
                   (size_t)len < found.len ? "..." : "");
}

/* What can be said about the token alone. false: nothing. */
static bool explain_token(struct nami_cypher__parser *p)
{
    uint32_t at = p->token.span.at;

    switch (p->token.kind) {
    case TOKEN_OPEN_STRING:
        (void)nami_cypher__fail(p, NAMI_COND_UNEXPECTED_SYNTAX, at, "This string is never closed");
        nami_diagnose_hint(p->diag, "add the closing %c; a quote inside a string is written \\%c",
                           p->text.ptr[at], p->text.ptr[at]);
        return true;
    case TOKEN_OPEN_QUOTED:
        (void)nami_cypher__fail(p, NAMI_COND_UNEXPECTED_SYNTAX, at,
                                "This quoted name is never closed");
        nami_diagnose_hint(p->diag, "add the closing `; a backtick inside a name is written ``");
        return true;
    case TOKEN_OPEN_COMMENT:
        (void)nami_cypher__fail(p, NAMI_COND_UNEXPECTED_SYNTAX, at, "This comment is never closed");
        nami_diagnose_hint(p->diag, "add */");
        return true;
    case TOKEN_STRANGE:
        if (p->text.ptr[at] < 0x80) {
            return false;
        }
        (void)nami_cypher__fail(p, NAMI_COND_INVALID_UNICODE_CHARACTER, at,
                                "Unexpected character '%.*s'", (int)p->token.span.len,
                                (const char *)p->text.ptr + at);
        nami_diagnose_hint(p->diag, "a name with such a character is written in backticks");
        return true;
    default:
        return false;
    }
}

static void hint_for_token(struct nami_cypher__parser *p)
{
    switch (p->token.kind) {
    case TOKEN_DOUBLE_EQUAL:
        nami_diagnose_hint(p->diag, "equality is written =");
        break;
    case TOKEN_BANG_EQUAL:
        nami_diagnose_hint(p->diag, "inequality is written <>");
        break;
    case TOKEN_AMPERSAND:
        nami_diagnose_hint(p->diag, "both conditions: AND");
        break;
    case TOKEN_EXCLAMATION:
        nami_diagnose_hint(p->diag, "negation is written NOT");
        break;
    case TOKEN_BARS:
        nami_diagnose_hint(p->diag, "either condition: OR");
        break;
    default:
        break;
    }
}

bool nami_cypher__unexpected(struct nami_cypher__parser *p, const char *expected)
{
    char found[FOUND_BYTES_MAX + 16];

    if (p->status != NAMI_OK || explain_token(p)) {
        return false;
    }
    describe_found(p, found);
    (void)nami_cypher__fail(p, NAMI_COND_UNEXPECTED_SYNTAX, p->token.span.at,
                            "Expected %s, but found %s", expected, found);
    hint_for_token(p);
    return false;
}

bool nami_cypher__unexpected_word(struct nami_cypher__parser *p, const char *expected,
                                  const uint8_t *words, size_t count)
{
    struct nami_suggest suggest;

    if (p->status != NAMI_OK) {
        return false;
    }
    (void)nami_cypher__unexpected(p, expected);
    if (p->token.kind != TOKEN_NAME || p->token.keyword != KW_NO_KEYWORD) {
        return false;
    }
    nami_suggest_init(&suggest, nami_cypher__slice(p, p->token.span), true);
    for (size_t i = 0; i < count; i++) {
        const char *text = nami_cypher__keyword_text(words[i]);
        nami_suggest_offer(&suggest, (struct nami_slice){(const uint8_t *)text, strlen(text)});
    }
    if (suggest.nearest.len > 0) {
        nami_diagnose_hint(p->diag, "did you mean %.*s?", (int)suggest.nearest.len,
                           (const char *)suggest.nearest.ptr);
    }
    return false;
}

bool nami_cypher__unexpected_clause(struct nami_cypher__parser *p, const char *expected)
{
    static const uint8_t words[] = {
        KW_MATCH,  KW_OPTIONAL, KW_WHERE,  KW_RETURN, KW_WITH,    KW_UNWIND,  KW_CREATE, KW_MERGE,
        KW_SET,    KW_DELETE,   KW_DETACH, KW_REMOVE, KW_FOREACH, KW_CALL,    KW_UNION,  KW_ORDER,
        KW_SKIP,   KW_LIMIT,    KW_SHOW,   KW_DROP,   KW_EXPLAIN, KW_PROFILE, KW_YIELD,  KW_LOAD,
        KW_FINISH, KW_USE,      KW_AND,    KW_OR,     KW_AS};

    return nami_cypher__unexpected_word(p, expected, words, sizeof(words));
}
