#include "core/cypher/analysis_internal.h"

/* ---- reading */

static bool hints(struct nami_cypher__analyser *a, const struct nami_ast_match *match)
{
    for (uint32_t i = 0; i < match->hint_count; i++) {
        for (uint32_t k = 0; k < match->hints[i].variable_count; k++) {
            struct nami_ast_variable *variable = &match->hints[i].variables[k];

            variable->symbol = nami_cypher__find(a, variable->name);
            if (variable->symbol == NULL) {
                return nami_cypher__undefined(a, variable->name, variable->span);
            }
        }
    }
    return true;
}

static bool match(struct nami_cypher__analyser *a, struct nami_ast_match *match)
{
    return nami_cypher__match_paths(a, match->paths, match->path_count, match->is_optional) &&
           hints(a, match) && nami_cypher__resolve_where(a, &match->where);
}

static bool unwind(struct nami_cypher__analyser *a, struct nami_ast_unwind *unwind)
{
    struct nami_symbol *symbol = NULL;

    if (!nami_cypher__resolve(a, &unwind->list)) {
        return false;
    }
    symbol = nami_cypher__declare(a, &unwind->variable, NAMI_SYMBOL_VALUE, false);
    if (symbol != NULL && unwind->list->types == NAMI_STATIC_LIST) {
        symbol->types = nami_cypher__element_types(unwind->list);
    }
    return symbol != NULL;
}

static bool load_csv(struct nami_cypher__analyser *a, struct nami_ast_load_csv *load)
{
    struct nami_symbol *symbol = NULL;

    if (!nami_cypher__resolve(a, &load->url) ||
        !nami_cypher__expect_types(a, load->url, NAMI_STATIC_STRING, "a URL") ||
        !nami_cypher__resolve_optional(a, &load->field_terminator)) {
        return false;
    }
    symbol = nami_cypher__declare(a, &load->variable, NAMI_SYMBOL_VALUE, false);
    if (symbol != NULL) {
        symbol->types = load->with_headers ? NAMI_STATIC_MAP : NAMI_STATIC_LIST;
    }
    return symbol != NULL;
}

static bool expressions(struct nami_cypher__analyser *a, struct nami_ast_exprs *exprs)
{
    for (uint32_t i = 0; i < exprs->count; i++) {
        if (!nami_cypher__resolve(a, &exprs->items[i])) {
            return false;
        }
    }
    return true;
}

/* ---- updating */

static bool set_item(struct nami_cypher__analyser *a, struct nami_ast_set_item *item)
{
    if (!nami_cypher__resolve(a, &item->object) ||
        !nami_cypher__expect_types(a, item->object, NAMI_STATIC_ENTITY, "a node or relationship") ||
        !nami_cypher__resolve_optional(a, &item->key_expr) ||
        !nami_cypher__resolve_labels(a, item->labels) ||
        !nami_cypher__resolve_optional(a, &item->value)) {
        return false;
    }
    if (item->kind == NAMI_AST_SET_LABELS) {
        return nami_cypher__expect_types(a, item->object, NAMI_STATIC_NODE, "a node");
    }
    if (item->kind == NAMI_AST_SET_REPLACE || item->kind == NAMI_AST_SET_MERGE) {
        return nami_cypher__expect_types(a, item->value, NAMI_STATIC_ENTITY | NAMI_STATIC_MAP,
                                         "a map, a node or a relationship");
    }
    return true;
}

static bool set_items(struct nami_cypher__analyser *a, const struct nami_ast_set *set)
{
    for (uint32_t i = 0; i < set->count; i++) {
        if (!set_item(a, &set->items[i])) {
            return false;
        }
    }
    return true;
}

static bool merge(struct nami_cypher__analyser *a, struct nami_ast_merge *merge)
{
    return nami_cypher__create_paths(a, &merge->path, 1, true) && set_items(a, &merge->on_create) &&
           set_items(a, &merge->on_match);
}

static bool delete_entities(struct nami_cypher__analyser *a, struct nami_ast_delete *delete_)
{
    for (uint32_t i = 0; i < delete_->exprs.count; i++) {
        struct nami_ast_expr **slot = &delete_->exprs.items[i];

        if ((*slot)->kind == NAMI_AST_LABELS) {
            (void)nami_cypher__reject(a, NAMI_COND_INVALID_DELETE, (*slot)->span,
                                      "DELETE takes nodes, relationships and paths, not labels");
            nami_diagnose_hint(a->diag, "labels go with REMOVE");
            return false;
        }
        if (!nami_cypher__resolve(a, slot) ||
            !nami_cypher__expect_types(a, *slot, NAMI_STATIC_ENTITY | NAMI_STATIC_PATH,
                                       "a node, a relationship or a path")) {
            return false;
        }
    }
    return true;
}

static bool foreach_in(struct nami_cypher__analyser *a, struct nami_ast_foreach *foreach)
{
    struct nami_cypher__scope scope;
    struct nami_symbol *symbol = NULL;

    if (!nami_cypher__resolve(a, &foreach->list) ||
        !nami_cypher__expect_types(a, foreach->list, NAMI_STATIC_LIST, "a list") ||
        !nami_cypher__push_scope(a, &scope)) {
        return false;
    }
    symbol = nami_cypher__declare(a, &foreach->variable, NAMI_SYMBOL_VALUE, false);
    if (symbol == NULL) {
        return false;
    }
    symbol->types = nami_cypher__element_types(foreach->list);
    for (uint32_t i = 0; i < foreach->clause_count; i++) {
        if (!nami_cypher__clause_in(a, foreach->clauses[i])) {
            return false;
        }
    }
    nami_cypher__pop_scope(a);
    return true;
}

bool nami_cypher__is_update(const struct nami_ast_clause *clause)
{
    switch ((enum nami_ast_clause_kind)clause->kind) {
    case NAMI_AST_CREATE:
    case NAMI_AST_MERGE:
    case NAMI_AST_SET:
    case NAMI_AST_REMOVE:
    case NAMI_AST_DELETE:
    case NAMI_AST_FOREACH:
        return true;
    case NAMI_AST_MATCH:
    case NAMI_AST_UNWIND:
    case NAMI_AST_WITH:
    case NAMI_AST_RETURN:
    case NAMI_AST_CALL_PROCEDURE:
    case NAMI_AST_CALL_QUERY:
    case NAMI_AST_LOAD_CSV:
    case NAMI_AST_USE:
    case NAMI_AST_FINISH:
    case NAMI_AST_CLAUSE_KIND_COUNT:
        break;
    }
    return false;
}

/* ---- CALL procedure */

static bool yields(struct nami_cypher__analyser *a, struct nami_ast_call_procedure *call)
{
    for (uint32_t i = 0; i < call->yield_count; i++) {
        if (nami_cypher__declare(a, &call->yields[i].variable, NAMI_SYMBOL_VALUE, false) == NULL) {
            return false;
        }
    }
    if (call->yields_star && call->where != NULL) {
        a->is_open = true; /* the fields are known to the procedure only */
    }
    return nami_cypher__resolve_where(a, &call->where);
}

static bool procedure(struct nami_cypher__analyser *a, struct nami_ast_call_procedure *call)
{
    if (!call->is_standalone && call->yields_star) {
        return nami_cypher__reject(
            a, NAMI_COND_UNEXPECTED_SYNTAX, call->name_span,
            "YIELD * is for a CALL that is the whole query: name the fields");
    }
    if (!call->is_standalone && !call->has_arguments) {
        (void)nami_cypher__reject(a, NAMI_COND_INVALID_ARGUMENT_PASSING_MODE, call->name_span,
                                  "Inside a query a procedure is called with its arguments");
        nami_diagnose_hint(a->diag, "add them in parentheses, or ()");
        return false;
    }
    return expressions(a, &call->arguments) && yields(a, call);
}

bool nami_cypher__clause_in(struct nami_cypher__analyser *a, struct nami_ast_clause *clause)
{
    if (!nami_cypher__step(a)) {
        return false;
    }
    if (nami_cypher__is_update(clause)) {
        if (a->is_read_only) {
            return nami_cypher__reject(a, NAMI_COND_INVALID_CLAUSE_COMPOSITION, clause->span,
                                       "A subquery in an expression can not change data");
        }
        a->is_write = true;
    }
    switch ((enum nami_ast_clause_kind)clause->kind) {
    case NAMI_AST_MATCH:
        return match(a, clause->as.match);
    case NAMI_AST_UNWIND:
        return unwind(a, clause->as.unwind);
    case NAMI_AST_WITH:
    case NAMI_AST_RETURN:
        return nami_cypher__project(a, clause->as.projection, clause->kind);
    case NAMI_AST_CREATE:
        return nami_cypher__create_paths(a, clause->as.create->paths, clause->as.create->path_count,
                                         false);
    case NAMI_AST_MERGE:
        return merge(a, clause->as.merge);
    case NAMI_AST_SET:
    case NAMI_AST_REMOVE:
        return set_items(a, clause->as.set);
    case NAMI_AST_DELETE:
        return delete_entities(a, clause->as.delete_);
    case NAMI_AST_FOREACH:
        return foreach_in(a, clause->as.foreach);
    case NAMI_AST_CALL_PROCEDURE:
        return procedure(a, clause->as.procedure);
    case NAMI_AST_CALL_QUERY:
        return nami_cypher__call_query(a, clause);
    case NAMI_AST_LOAD_CSV:
        return load_csv(a, clause->as.load_csv);
    case NAMI_AST_USE:
        return expressions(a, &clause->as.use->arguments);
    case NAMI_AST_FINISH:
    case NAMI_AST_CLAUSE_KIND_COUNT:
        break;
    }
    return true;
}
