#include <string.h>

#include "core/base/limits.h"
#include "core/cypher/parser_internal.h"

/* ---- names */

/* `a``b` without its quotes. */
static bool unquote(struct nami_cypher__parser *p, struct nami_slice *out)
{
    struct nami_slice inner = {p->text.ptr + p->token.span.at + 1, p->token.span.len - 2};
    uint8_t *copy = NULL;
    size_t len = 0;

    *out = inner;
    if (!p->token.has_escape) {
        return true;
    }
    copy = nami_cypher__alloc(p, inner.len);
    if (copy == NULL) {
        return false;
    }
    for (size_t i = 0; i < inner.len; i++) {
        copy[len++] = inner.ptr[i];
        if (inner.ptr[i] == '`') {
            i++; /* the second of the pair */
        }
    }
    *out = (struct nami_slice){copy, len};
    return true;
}

bool nami_cypher__key(struct nami_cypher__parser *p, const char *what, struct nami_slice *out,
                      struct nami_span *span)
{
    if (!nami_cypher__at_name(p)) {
        return nami_cypher__unexpected(p, what);
    }
    *out = nami_cypher__slice(p, p->token.span);
    if (p->token.kind == TOKEN_QUOTED && !unquote(p, out)) {
        return false;
    }
    if (out->len > NAMI_NAME_BYTES_MAX) {
        return nami_cypher__fail(p, NAMI_COND_UNEXPECTED_SYNTAX, p->token.span.at,
                                 "A name of %zu bytes is too long; the limit is %u", out->len,
                                 NAMI_NAME_BYTES_MAX);
    }
    if (span != NULL) {
        *span = p->token.span;
    }
    nami_cypher__next(p);
    return true;
}

bool nami_cypher__name(struct nami_cypher__parser *p, const char *what, struct nami_slice *out,
                       struct nami_span *span)
{
    uint32_t begin = p->token.span.at;

    if (!nami_cypher__key(p, what, out, span)) {
        return false;
    }
    return out->len > 0 ||
           nami_cypher__fail(p, NAMI_COND_UNEXPECTED_SYNTAX, begin, "A name can not be empty");
}

bool nami_cypher__variable(struct nami_cypher__parser *p, struct nami_ast_variable *out)
{
    return nami_cypher__name(p, "a variable", &out->name, &out->span);
}

bool nami_cypher__dotted_name(struct nami_cypher__parser *p, const char *what,
                              struct nami_slice *out, struct nami_span *span)
{
    struct nami_slice part = {0};
    uint8_t *joined = NULL;
    size_t len = 0;
    uint32_t begin = p->token.span.at;

    if (!nami_cypher__name(p, what, out, span)) {
        return false;
    }
    while (nami_cypher__accept(p, TOKEN_DOT)) {
        if (!nami_cypher__name(p, "a name after the dot", &part, NULL)) {
            return false;
        }
        if (out->len + 1 + part.len > NAMI_NAME_BYTES_MAX) {
            return nami_cypher__fail(p, NAMI_COND_UNEXPECTED_SYNTAX, begin,
                                     "This name is too long");
        }
        joined = nami_cypher__alloc(p, out->len + 1 + part.len);
        if (joined == NULL) {
            return false;
        }
        memcpy(joined, out->ptr, out->len);
        joined[out->len] = '.';
        memcpy(joined + out->len + 1, part.ptr, part.len);
        len = out->len + 1 + part.len;
        *out = (struct nami_slice){joined, len};
    }
    *span = nami_cypher__span_from(p, begin);
    return true;
}

/* ---- parameters */

struct nami_ast_expr *nami_cypher__param(struct nami_cypher__parser *p)
{
    uint32_t begin = p->token.span.at;
    struct nami_slice name = {0};
    struct nami_ast_expr *expr = NULL;
    uint32_t number = 0;
    bool is_new = false;

    nami_cypher__next(p);
    if (p->token.kind == TOKEN_NUMBER && p->text.ptr[p->token.span.at] != '.') {
        name = nami_cypher__slice(p, p->token.span);
        nami_cypher__next(p);
    } else if (!nami_cypher__name(p, "the parameter's name", &name, NULL)) {
        return NULL;
    }
    if (!nami_cypher__names_add(&p->params, p->arena, name, &number, &is_new)) {
        (void)nami_cypher__out_of_memory(p);
        return NULL;
    }
    expr = nami_cypher__new_expr(p, NAMI_AST_PARAM, begin);
    if (expr != NULL) {
        expr->as.param = number;
    }
    return expr;
}
