#include <string.h>

#include "core/cypher/analysis_internal.h"

/* ---- the order of clauses */

static bool misplaced(struct nami_cypher__analyser *a, const struct nami_ast_clause *clause,
                      const char *what)
{
    return nami_cypher__reject(a, NAMI_COND_INVALID_CLAUSE_COMPOSITION, clause->span, "%s", what);
}

static bool can_end(const struct nami_ast_clause *clause)
{
    if (clause->kind == NAMI_AST_CALL_PROCEDURE) {
        return clause->as.procedure->is_standalone || !clause->as.procedure->has_yield;
    }
    return clause->kind == NAMI_AST_RETURN || clause->kind == NAMI_AST_FINISH ||
           clause->kind == NAMI_AST_CALL_QUERY || nami_cypher__is_update(clause);
}

static bool check_end(struct nami_cypher__analyser *a, const struct nami_ast_clause *clause)
{
    struct nami_slice text = a->statement->text;
    int len = clause->keyword.len > 20 ? 20 : (int)clause->keyword.len;

    if (can_end(clause)) {
        return true;
    }
    (void)nami_cypher__reject(a, NAMI_COND_INVALID_CLAUSE_COMPOSITION, clause->span,
                              "A query can not end with %.*s", len,
                              (const char *)text.ptr + clause->keyword.at);
    nami_diagnose_hint(a->diag, "add a RETURN at the end");
    return false;
}

static bool check_order(struct nami_cypher__analyser *a, const struct nami_ast_branch *branch,
                        enum nami_cypher__query_place place)
{
    for (uint32_t i = 0; i < branch->clause_count; i++) {
        const struct nami_ast_clause *clause = branch->clauses[i];
        bool is_last = i + 1 == branch->clause_count;

        if (clause->kind == NAMI_AST_RETURN && !is_last) {
            return misplaced(a, branch->clauses[i + 1], "RETURN must be the last clause");
        }
        if (clause->kind == NAMI_AST_FINISH && !is_last) {
            return misplaced(a, branch->clauses[i + 1], "FINISH must be the last clause");
        }
        if (clause->kind == NAMI_AST_USE && i > 0) {
            return misplaced(a, clause, "USE must be the first clause");
        }
    }
    return place == NAMI_CYPHER__READ_ONLY ||
           check_end(a, branch->clauses[branch->clause_count - 1]);
}

/* CALL p(), alone but for a USE. */
static void mark_standalone(const struct nami_ast_query *query, enum nami_cypher__query_place place)
{
    const struct nami_ast_branch *branch = &query->branches[0];
    const struct nami_ast_clause *last = branch->clauses[branch->clause_count - 1];

    if (place == NAMI_CYPHER__TOP && query->branch_count == 1 &&
        last->kind == NAMI_AST_CALL_PROCEDURE &&
        (branch->clause_count == 1 ||
         (branch->clause_count == 2 && branch->clauses[0]->kind == NAMI_AST_USE))) {
        last->as.procedure->is_standalone = true;
    }
}

/* ---- columns */

static bool columns_of(struct nami_cypher__analyser *a, const struct nami_ast_branch *branch,
                       struct nami_ast_names *out)
{
    const struct nami_ast_clause *last = branch->clauses[branch->clause_count - 1];
    uint32_t count = 0;

    if (last->kind == NAMI_AST_RETURN) {
        count = last->as.projection->item_count;
    } else if (last->kind == NAMI_AST_CALL_PROCEDURE && last->as.procedure->is_standalone) {
        count = last->as.procedure->yield_count;
    }
    *out = (struct nami_ast_names){0};
    out->items = nami_cypher__analysis_alloc(a, (count + (size_t)1) * sizeof(struct nami_slice));
    if (out->items == NULL) {
        return false;
    }
    out->count = count;
    for (uint32_t i = 0; i < count; i++) {
        out->items[i] = last->kind == NAMI_AST_RETURN ? last->as.projection->items[i].name
                                                      : last->as.procedure->yields[i].variable.name;
    }
    return true;
}

static bool are_same(const struct nami_ast_names *a, const struct nami_ast_names *b)
{
    for (uint32_t i = 0; i < a->count && i < b->count; i++) {
        if (a->items[i].len != b->items[i].len ||
            memcmp(a->items[i].ptr, b->items[i].ptr, a->items[i].len) != 0) {
            return false;
        }
    }
    return a->count == b->count;
}

static bool check_union(struct nami_cypher__analyser *a, struct nami_ast_query *query)
{
    query->is_union_all = query->branch_count > 1 && query->branches[1].is_union_all;
    for (uint32_t i = 2; i < query->branch_count; i++) {
        if (query->branches[i].is_union_all != query->is_union_all) {
            return nami_cypher__reject(a, NAMI_COND_INVALID_CLAUSE_COMPOSITION,
                                       query->branches[i].span,
                                       "UNION and UNION ALL can not be mixed");
        }
    }
    return true;
}

/* ---- a query */

/* CALL { WITH a, b ... }: those are what the branch sees of around it. */
static bool import_with(struct nami_cypher__analyser *a, const struct nami_ast_branch *branch,
                        uint32_t outer_barrier)
{
    const struct nami_ast_clause *first = branch->clauses[0];
    const struct nami_ast_projection *projection = first->as.projection;
    uint32_t barrier = a->barrier;

    if (first->kind != NAMI_AST_WITH || projection->is_distinct || projection->sort_count > 0 ||
        projection->skip != NULL || projection->limit != NULL || projection->where != NULL) {
        return true;
    }
    for (uint32_t i = 0; i < projection->item_count; i++) {
        if (projection->items[i].expr->kind != NAMI_AST_VARIABLE ||
            projection->items[i].has_alias) {
            return true;
        }
    }
    if (projection->has_star) {
        struct nami_cypher__scope *inner = a->scope;
        struct nami_ast_symbols symbols = {0};
        struct nami_ast_names names = {0};
        bool is_fine = false;

        a->scope = inner->outer;
        is_fine = nami_cypher__visible(a, &symbols, &names);
        a->scope = inner;
        for (uint32_t i = 0; is_fine && i < symbols.count; i++) {
            is_fine = nami_cypher__bind(a, symbols.items[i], names.items[i]) &&
                      nami_cypher__use(a, symbols.items[i]);
        }
        return is_fine;
    }
    for (uint32_t i = 0; i < projection->item_count; i++) {
        struct nami_slice name = projection->items[i].name;
        struct nami_symbol *symbol = NULL;

        a->barrier = outer_barrier;
        symbol = nami_cypher__find(a, name);
        a->barrier = barrier;
        if (symbol == NULL) {
            return a->status == NAMI_OK &&
                   nami_cypher__undefined(a, name, projection->items[i].span);
        }
        if (!nami_cypher__bind(a, symbol, name)) {
            return false;
        }
    }
    return true;
}

static bool branch_in(struct nami_cypher__analyser *a, struct nami_ast_query *query,
                      struct nami_ast_branch *branch, enum nami_cypher__query_place place,
                      const struct nami_ast_call_query *call)
{
    struct nami_cypher__scope scope;
    uint32_t barrier = a->barrier;
    struct nami_ast_names columns = {0};

    if (!check_order(a, branch, place) || !nami_cypher__push_scope(a, &scope)) {
        return false;
    }
    if (call != NULL && !call->has_scope) {
        a->barrier = scope.depth;
        if (!import_with(a, branch, barrier)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < branch->clause_count; i++) {
        if (!nami_cypher__clause_in(a, branch->clauses[i])) {
            return false;
        }
    }
    a->barrier = barrier;
    nami_cypher__pop_scope(a);
    if (!columns_of(a, branch, &columns)) {
        return false;
    }
    if (branch == query->branches) {
        query->columns = columns;
        return true;
    }
    if (are_same(&columns, &query->columns)) {
        return true;
    }
    (void)nami_cypher__reject(a, NAMI_COND_DIFFERENT_COLUMNS_IN_UNION, branch->span,
                              "The parts of a UNION must have the same columns in the same order");
    return false;
}

bool nami_cypher__query_in(struct nami_cypher__analyser *a, struct nami_ast_query *query,
                           enum nami_cypher__query_place place, struct nami_ast_call_query *call)
{
    bool is_write = a->is_write;

    a->is_write = false;
    mark_standalone(query, place);
    if (!check_union(a, query)) {
        return false;
    }
    for (uint32_t i = 0; i < query->branch_count; i++) {
        if (!branch_in(a, query, &query->branches[i], place, call)) {
            return false;
        }
    }
    query->is_write = a->is_write;
    a->is_write |= is_write;
    return true;
}

/* ---- CALL { } */

/* CALL (a, b) { }: a scope of just those. */
static bool import_scope(struct nami_cypher__analyser *a, struct nami_ast_call_query *call)
{
    for (uint32_t i = 0; i < call->scope_count; i++) {
        struct nami_ast_variable *variable = &call->scope[i];

        variable->symbol = nami_cypher__find(a, variable->name);
        if (variable->symbol == NULL) {
            return a->status == NAMI_OK &&
                   nami_cypher__undefined(a, variable->name, variable->span);
        }
        if (!nami_cypher__bind(a, variable->symbol, variable->name)) {
            return false;
        }
    }
    return true;
}

static bool call_body(struct nami_cypher__analyser *a, struct nami_ast_call_query *call)
{
    struct nami_cypher__scope scope;
    uint32_t barrier = a->barrier;
    bool is_fine = false;

    if (!call->has_scope || call->scope_star) {
        return nami_cypher__query_in(a, call->query, NAMI_CYPHER__CALL, call);
    }
    if (!nami_cypher__push_scope(a, &scope) || !import_scope(a, call)) {
        return false;
    }
    a->barrier = scope.depth;
    is_fine = nami_cypher__query_in(a, call->query, NAMI_CYPHER__CALL, call);
    a->barrier = barrier;
    nami_cypher__pop_scope(a);
    return is_fine;
}

/* What the subquery returns joins the row. */
static bool outputs(struct nami_cypher__analyser *a, const struct nami_ast_clause *clause)
{
    struct nami_ast_call_query *call = clause->as.call;
    const struct nami_ast_names *columns = &call->query->columns;
    const struct nami_ast_branch *first = &call->query->branches[0];
    const struct nami_ast_clause *last = first->clauses[first->clause_count - 1];

    call->outputs.items =
        nami_cypher__analysis_alloc(a, (columns->count + (size_t)1) * sizeof(struct nami_symbol *));
    if (call->outputs.items == NULL) {
        return false;
    }
    call->outputs.count = columns->count;
    for (uint32_t i = 0; i < columns->count; i++) {
        const struct nami_ast_item *item = &last->as.projection->items[i];
        struct nami_ast_variable variable = {.name = columns->items[i], .span = item->span};
        bool is_single = call->query->branch_count == 1;
        struct nami_symbol *symbol = NULL;

        if (!item->has_alias && item->expr->kind != NAMI_AST_VARIABLE) {
            return nami_cypher__reject(a, NAMI_COND_NO_EXPRESSION_ALIAS, item->span,
                                       "An expression that a subquery returns needs a name");
        }
        symbol = nami_cypher__declare(a, &variable,
                                      is_single ? item->symbol->kind : NAMI_SYMBOL_VALUE, false);
        if (symbol == NULL) {
            return false;
        }
        if (is_single) {
            symbol->types = item->symbol->types;
            symbol->element_types = item->symbol->element_types;
            symbol->is_nullable = item->symbol->is_nullable;
        }
        symbol->is_nullable |= call->is_optional;
        call->outputs.items[i] = symbol;
    }
    return true;
}

static bool transactions(struct nami_cypher__analyser *a, struct nami_ast_in_transactions *in)
{
    struct nami_symbol *symbol = NULL;

    if (in == NULL) {
        return true;
    }
    if (!nami_cypher__resolve_optional(a, &in->concurrency) ||
        !nami_cypher__resolve_optional(a, &in->rows)) {
        return false;
    }
    if (in->status.name.len == 0) {
        return true;
    }
    symbol = nami_cypher__declare(a, &in->status, NAMI_SYMBOL_VALUE, false);
    if (symbol != NULL) {
        symbol->types = NAMI_STATIC_MAP;
    }
    return symbol != NULL;
}

bool nami_cypher__call_query(struct nami_cypher__analyser *a, struct nami_ast_clause *clause)
{
    struct nami_ast_call_query *call = clause->as.call;
    struct nami_cypher__frame frame;

    nami_cypher__push_frame(a, &frame);
    return call_body(a, call) && nami_cypher__pop_frame(a, &call->imports) && outputs(a, clause) &&
           transactions(a, call->transactions);
}
