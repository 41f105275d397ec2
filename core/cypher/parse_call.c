#include "core/cypher/parser_internal.h"

/* ---- CALL procedure */

static bool yields(struct nami_cypher__parser *p, struct nami_ast_call_procedure *call)
{
    struct nami_cypher__list list = {0};

    if (!nami_cypher__accept_word(p, KW_YIELD)) {
        return true;
    }
    call->has_yield = true;
    if (nami_cypher__accept(p, TOKEN_STAR)) {
        call->yields_star = true;
        return nami_cypher__where(p, &call->where);
    }
    do {
        struct nami_ast_yield *next = nami_cypher__push(p, &list, sizeof(*next));
        struct nami_span span = {0};

        if (next == NULL ||
            !nami_cypher__name(p, "a field of the procedure", &next->field, &span)) {
            return false;
        }
        next->variable = (struct nami_ast_variable){.name = next->field, .span = span};
        if (nami_cypher__accept_word(p, KW_AS) && !nami_cypher__variable(p, &next->variable)) {
            return false;
        }
    } while (nami_cypher__accept(p, TOKEN_COMMA));
    call->yields = list.items;
    call->yield_count = list.count;
    return nami_cypher__where(p, &call->where);
}

static bool procedure(struct nami_cypher__parser *p, struct nami_ast_clause *clause,
                      bool is_optional)
{
    struct nami_ast_call_procedure *call = nami_cypher__alloc(p, sizeof(*call));

    clause->kind = NAMI_AST_CALL_PROCEDURE;
    clause->as.procedure = call;
    if (call == NULL ||
        !nami_cypher__dotted_name(p, "a procedure, '{' or '('", &call->name, &call->name_span)) {
        return false;
    }
    call->is_optional = is_optional;
    call->has_arguments = p->token.kind == TOKEN_LEFT_PAREN;
    if (call->has_arguments && !nami_cypher__arguments(p, &call->arguments)) {
        return false;
    }
    return yields(p, call);
}

/* ---- CALL { } */

/* (a, b) or (*); at the parenthesis. */
static bool scope(struct nami_cypher__parser *p, struct nami_ast_call_query *call)
{
    struct nami_cypher__list list = {0};

    call->has_scope = true;
    nami_cypher__next(p);
    if (nami_cypher__accept(p, TOKEN_STAR)) {
        call->scope_star = true;
    } else if (p->token.kind != TOKEN_RIGHT_PAREN) {
        do {
            struct nami_ast_variable *slot = nami_cypher__push(p, &list, sizeof(*slot));
            if (slot == NULL || !nami_cypher__variable(p, slot)) {
                return false;
            }
        } while (nami_cypher__accept(p, TOKEN_COMMA));
    }
    call->scope = list.items;
    call->scope_count = list.count;
    return nami_cypher__expect(p, TOKEN_RIGHT_PAREN, "',' or ')' after the variable");
}

static bool on_error(struct nami_cypher__parser *p, struct nami_ast_in_transactions *out)
{
    if (nami_cypher__accept_word(p, KW_CONTINUE)) {
        out->on_error = NAMI_AST_ON_ERROR_CONTINUE;
    } else if (nami_cypher__accept_word(p, KW_BREAK)) {
        out->on_error = NAMI_AST_ON_ERROR_BREAK;
    } else if (!nami_cypher__accept_word(p, KW_FAIL)) {
        return nami_cypher__unexpected(p, "CONTINUE, BREAK or FAIL");
    }
    return true;
}

/* Behind IN. */
static bool in_transactions(struct nami_cypher__parser *p, struct nami_ast_in_transactions *out)
{
    if (nami_cypher__accept_word(p, KW_CONCURRENT)) {
        out->is_concurrent = true;
    } else if (!nami_cypher__at_word(p, KW_TRANSACTIONS)) {
        out->is_concurrent = true;
        if ((out->concurrency = nami_cypher__atom(p)) == NULL ||
            !nami_cypher__expect_word(p, KW_CONCURRENT)) {
            return false;
        }
    }
    if (!nami_cypher__expect_word(p, KW_TRANSACTIONS)) {
        return false;
    }
    if (nami_cypher__accept_word(p, KW_OF)) {
        if ((out->rows = nami_cypher__atom(p)) == NULL) {
            return false;
        }
        if (!nami_cypher__accept_word(p, KW_ROWS) && !nami_cypher__accept_word(p, KW_ROW)) {
            return nami_cypher__unexpected(p, "ROWS");
        }
    }
    if (nami_cypher__accept_words(p, KW_ON, KW_ERROR) && !on_error(p, out)) {
        return false;
    }
    if (nami_cypher__accept_words(p, KW_REPORT, KW_STATUS)) {
        return nami_cypher__expect_word(p, KW_AS) && nami_cypher__variable(p, &out->status);
    }
    return true;
}

static bool subquery(struct nami_cypher__parser *p, struct nami_ast_clause *clause,
                     bool is_optional)
{
    struct nami_ast_call_query *call = nami_cypher__alloc(p, sizeof(*call));

    clause->kind = NAMI_AST_CALL_QUERY;
    clause->as.call = call;
    if (call == NULL) {
        return false;
    }
    call->is_optional = is_optional;
    if (p->token.kind == TOKEN_LEFT_PAREN && !scope(p, call)) {
        return false;
    }
    if ((call->query = nami_cypher__braced_query(p, false)) == NULL) {
        return false;
    }
    if (nami_cypher__accept_word(p, KW_IN)) {
        call->transactions = nami_cypher__alloc(p, sizeof(*call->transactions));
        return call->transactions != NULL && in_transactions(p, call->transactions);
    }
    return true;
}

bool nami_cypher__call(struct nami_cypher__parser *p, struct nami_ast_clause *clause,
                       bool is_optional)
{
    if (p->token.kind == TOKEN_LEFT_BRACE || p->token.kind == TOKEN_LEFT_PAREN) {
        return subquery(p, clause, is_optional);
    }
    return procedure(p, clause, is_optional);
}
