#include "core/cypher/parser_internal.h"

/* ---- clauses without a file of their own */

static bool unwind(struct nami_cypher__parser *p, struct nami_ast_clause *clause)
{
    struct nami_ast_unwind *unwind = nami_cypher__alloc(p, sizeof(*unwind));

    clause->as.unwind = unwind;
    return unwind != NULL && (unwind->list = nami_cypher__expr(p)) != NULL &&
           nami_cypher__expect_word(p, KW_AS) && nami_cypher__variable(p, &unwind->variable);
}

static bool create(struct nami_cypher__parser *p, struct nami_ast_clause *clause)
{
    struct nami_ast_create *create = nami_cypher__alloc(p, sizeof(*create));

    clause->as.create = create;
    return create != NULL && nami_cypher__paths(p, &create->paths, &create->path_count);
}

static bool delete_entities(struct nami_cypher__parser *p, struct nami_ast_clause *clause,
                            bool is_detach)
{
    struct nami_ast_delete *delete_ = nami_cypher__alloc(p, sizeof(*delete_));

    clause->as.delete_ = delete_;
    if (delete_ == NULL) {
        return false;
    }
    delete_->is_detach = is_detach;
    return nami_cypher__exprs(p, &delete_->exprs);
}

static bool load_csv(struct nami_cypher__parser *p, struct nami_ast_clause *clause)
{
    struct nami_ast_load_csv *load = nami_cypher__alloc(p, sizeof(*load));

    clause->as.load_csv = load;
    if (load == NULL || !nami_cypher__expect_word(p, KW_CSV)) {
        return false;
    }
    load->with_headers = nami_cypher__accept_words(p, KW_WITH, KW_HEADERS);
    if (!nami_cypher__expect_word(p, KW_FROM) || (load->url = nami_cypher__expr(p)) == NULL ||
        !nami_cypher__expect_word(p, KW_AS) || !nami_cypher__variable(p, &load->variable)) {
        return false;
    }
    if (nami_cypher__accept_word(p, KW_FIELDTERMINATOR)) {
        if (p->token.kind != TOKEN_STRING) {
            return nami_cypher__unexpected(p, "a string");
        }
        load->field_terminator = nami_cypher__atom(p);
        return load->field_terminator != NULL;
    }
    return true;
}

static bool use(struct nami_cypher__parser *p, struct nami_ast_clause *clause)
{
    struct nami_ast_use *use = nami_cypher__alloc(p, sizeof(*use));
    struct nami_span span = {0};

    clause->as.use = use;
    if (use == NULL || !nami_cypher__dotted_name(p, "a graph", &use->name, &span)) {
        return false;
    }
    use->is_function = p->token.kind == TOKEN_LEFT_PAREN;
    return !use->is_function || nami_cypher__arguments(p, &use->arguments);
}

static bool with_or_return(struct nami_cypher__parser *p, struct nami_ast_clause *clause)
{
    clause->as.projection = nami_cypher__projection(p);
    return clause->as.projection != NULL &&
           nami_cypher__projection_tail(p, clause->as.projection, clause->kind == NAMI_AST_WITH);
}

/* ORDER BY, SKIP or LIMIT by itself: WITH * before it is understood. */
static bool page(struct nami_cypher__parser *p, struct nami_ast_clause *clause)
{
    struct nami_ast_projection *projection = nami_cypher__alloc(p, sizeof(*projection));

    clause->as.projection = projection;
    if (projection == NULL) {
        return false;
    }
    projection->has_star = true;
    return nami_cypher__projection_tail(p, projection, false);
}

/* ---- which clause */

static bool begins_page(const struct nami_cypher__parser *p)
{
    return nami_cypher__at_word(p, KW_ORDER) || nami_cypher__at_word(p, KW_SKIP) ||
           nami_cypher__at_word(p, KW_OFFSET) || nami_cypher__at_word(p, KW_LIMIT);
}

bool nami_cypher__at_clause(const struct nami_cypher__parser *p)
{
    if (p->token.kind != TOKEN_NAME) {
        return false;
    }
    switch (p->token.keyword) {
    case KW_MATCH:
    case KW_OPTIONAL:
    case KW_UNWIND:
    case KW_WITH:
    case KW_RETURN:
    case KW_CREATE:
    case KW_INSERT:
    case KW_MERGE:
    case KW_SET:
    case KW_REMOVE:
    case KW_DELETE:
    case KW_DETACH:
    case KW_NODETACH:
    case KW_FOREACH:
    case KW_CALL:
    case KW_LOAD:
    case KW_USE:
    case KW_FINISH:
        return true;
    default:
        return begins_page(p);
    }
}

/* OPTIONAL, DETACH and NODETACH come before the word that says what it is. */
static bool prefixed(struct nami_cypher__parser *p, struct nami_ast_clause *clause)
{
    uint32_t begin = clause->span.at;

    if (nami_cypher__accept_word(p, KW_OPTIONAL)) {
        if (nami_cypher__accept_word(p, KW_CALL)) {
            clause->keyword = nami_cypher__span_from(p, begin);
            return nami_cypher__call(p, clause, true);
        }
        if (!nami_cypher__accept_word(p, KW_MATCH)) {
            return nami_cypher__unexpected(p, "MATCH or CALL after OPTIONAL");
        }
        clause->kind = NAMI_AST_MATCH;
        clause->keyword = nami_cypher__span_from(p, begin);
        if (!nami_cypher__match(p, clause)) {
            return false;
        }
        clause->as.match->is_optional = true;
        return true;
    }
    {
        bool is_detach = nami_cypher__at_word(p, KW_DETACH);

        nami_cypher__next(p);
        if (!nami_cypher__expect_word(p, KW_DELETE)) {
            return false;
        }
        clause->kind = NAMI_AST_DELETE;
        clause->keyword = nami_cypher__span_from(p, begin);
        return delete_entities(p, clause, is_detach);
    }
}

static bool clause_body(struct nami_cypher__parser *p, struct nami_ast_clause *clause)
{
    uint8_t keyword = p->token.keyword;

    if (keyword == KW_OPTIONAL || keyword == KW_DETACH || keyword == KW_NODETACH) {
        return prefixed(p, clause);
    }
    if (begins_page(p)) {
        clause->kind = NAMI_AST_WITH;
        clause->keyword = p->token.span;
        return page(p, clause);
    }
    clause->keyword = p->token.span;
    nami_cypher__next(p);
    switch (keyword) {
    case KW_MATCH:
        clause->kind = NAMI_AST_MATCH;
        return nami_cypher__match(p, clause);
    case KW_UNWIND:
        clause->kind = NAMI_AST_UNWIND;
        return unwind(p, clause);
    case KW_WITH:
        clause->kind = NAMI_AST_WITH;
        return with_or_return(p, clause);
    case KW_RETURN:
        clause->kind = NAMI_AST_RETURN;
        return with_or_return(p, clause);
    case KW_CREATE:
    case KW_INSERT:
        clause->kind = NAMI_AST_CREATE;
        return create(p, clause);
    case KW_MERGE:
        clause->kind = NAMI_AST_MERGE;
        return nami_cypher__merge(p, clause);
    case KW_SET:
        clause->kind = NAMI_AST_SET;
        return nami_cypher__set(p, clause);
    case KW_REMOVE:
        clause->kind = NAMI_AST_REMOVE;
        return nami_cypher__remove(p, clause);
    case KW_DELETE:
        clause->kind = NAMI_AST_DELETE;
        return delete_entities(p, clause, false);
    case KW_FOREACH:
        clause->kind = NAMI_AST_FOREACH;
        return nami_cypher__foreach(p, clause);
    case KW_LOAD:
        clause->kind = NAMI_AST_LOAD_CSV;
        return load_csv(p, clause);
    case KW_USE:
        clause->kind = NAMI_AST_USE;
        return use(p, clause);
    case KW_FINISH:
        clause->kind = NAMI_AST_FINISH;
        return true;
    default:
        return nami_cypher__call(p, clause, false);
    }
}

struct nami_ast_clause *nami_cypher__clause(struct nami_cypher__parser *p)
{
    uint32_t begin = p->token.span.at;
    struct nami_ast_clause *clause = NULL;

    if (!nami_cypher__at_clause(p)) {
        return NULL;
    }
    clause = nami_cypher__alloc(p, sizeof(*clause));
    if (clause == NULL) {
        return NULL;
    }
    clause->span.at = begin;
    if (!clause_body(p, clause)) {
        return NULL;
    }
    clause->span = nami_cypher__span_from(p, begin);
    return clause;
}
