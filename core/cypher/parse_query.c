#include "core/cypher/parser_internal.h"

bool nami_cypher__where(struct nami_cypher__parser *p, struct nami_ast_expr **out)
{
    if (!nami_cypher__accept_word(p, KW_WHERE)) {
        return true;
    }
    *out = nami_cypher__expr(p);
    return *out != NULL;
}

/* ---- queries */

static bool branch(struct nami_cypher__parser *p, struct nami_ast_branch *out)
{
    uint32_t begin = p->token.span.at;
    struct nami_cypher__list list = {0};

    for (;;) {
        struct nami_ast_clause *clause = nami_cypher__clause(p);
        struct nami_ast_clause **slot = NULL;

        if (p->status != NAMI_OK) {
            return false;
        }
        if (clause == NULL) {
            break;
        }
        slot = nami_cypher__push(p, &list, sizeof(struct nami_ast_clause *));
        if (slot == NULL) {
            return false;
        }
        *slot = clause;
    }
    if (list.count == 0) {
        return nami_cypher__unexpected_clause(p, "a clause, such as MATCH or RETURN");
    }
    out->clauses = list.items;
    out->clause_count = list.count;
    out->span = nami_cypher__span_from(p, begin);
    return true;
}

static bool branches(struct nami_cypher__parser *p, struct nami_ast_query *query)
{
    struct nami_cypher__list list = {0};
    bool is_union_all = false;

    for (;;) {
        struct nami_ast_branch next = {.is_union_all = is_union_all};
        struct nami_ast_branch *slot = NULL;

        if (!branch(p, &next) || (slot = nami_cypher__push(p, &list, sizeof(next))) == NULL) {
            return false;
        }
        *slot = next;
        if (!nami_cypher__accept_word(p, KW_UNION)) {
            break;
        }
        if (list.count == NAMI_UNION_BRANCHES_MAX) {
            return nami_cypher__too_complex(p, "branches of a UNION", NAMI_UNION_BRANCHES_MAX);
        }
        is_union_all = nami_cypher__accept_word(p, KW_ALL);
        (void)(!is_union_all && nami_cypher__accept_word(p, KW_DISTINCT));
    }
    query->branches = list.items;
    query->branch_count = list.count;
    return true;
}

struct nami_ast_query *nami_cypher__query(struct nami_cypher__parser *p)
{
    uint32_t begin = p->token.span.at;
    struct nami_ast_query *query = nami_cypher__alloc(p, sizeof(*query));

    if (query == NULL || !nami_cypher__enter(p) || !branches(p, query)) {
        return NULL;
    }
    nami_cypher__leave(p);
    query->span = nami_cypher__span_from(p, begin);
    return query;
}

/* MATCH paths WHERE where, with nothing around it. */
static struct nami_ast_query *query_of_match(struct nami_cypher__parser *p, uint32_t begin,
                                             const struct nami_ast_match *match)
{
    struct nami_ast_query *query = nami_cypher__alloc(p, sizeof(*query));
    struct nami_ast_branch *branch = nami_cypher__alloc(p, sizeof(*branch));
    struct nami_ast_clause *clause = nami_cypher__alloc(p, sizeof(*clause));

    if (query == NULL || branch == NULL || clause == NULL) {
        return NULL;
    }
    clause->kind = NAMI_AST_MATCH;
    clause->span = nami_cypher__span_from(p, begin);
    clause->as.match = nami_cypher__alloc(p, sizeof(*match));
    branch->clauses = nami_cypher__alloc(p, sizeof(struct nami_ast_clause *));
    if (clause->as.match == NULL || branch->clauses == NULL) {
        return NULL;
    }
    *clause->as.match = *match;
    branch->clauses[0] = clause;
    branch->clause_count = 1;
    branch->span = clause->span;
    query->span = clause->span;
    query->branches = branch;
    query->branch_count = 1;
    return query;
}

struct nami_ast_query *nami_cypher__query_of_path(struct nami_cypher__parser *p,
                                                  struct nami_ast_path *path)
{
    struct nami_ast_match match = {.path_count = 1};

    match.paths = nami_cypher__alloc(p, sizeof(struct nami_ast_path *));
    if (match.paths == NULL) {
        return NULL;
    }
    match.paths[0] = path;
    return query_of_match(p, path->span.at, &match);
}

struct nami_ast_query *nami_cypher__braced_query(struct nami_cypher__parser *p, bool may_be_pattern)
{
    struct nami_ast_query *query = NULL;
    uint32_t begin = 0;

    if (!nami_cypher__enter(p) || !nami_cypher__expect(p, TOKEN_LEFT_BRACE, "'{'")) {
        return NULL;
    }
    begin = p->token.span.at;
    if (!may_be_pattern || nami_cypher__at_clause(p)) {
        query = nami_cypher__query(p);
    } else {
        struct nami_ast_match match = {0};

        if (nami_cypher__paths(p, &match.paths, &match.path_count) &&
            nami_cypher__where(p, &match.where)) {
            query = query_of_match(p, begin, &match);
        }
    }
    if (query == NULL || !nami_cypher__expect(p, TOKEN_RIGHT_BRACE, "a clause or '}'")) {
        return NULL;
    }
    nami_cypher__leave(p);
    return query;
}
