#include "core/cypher/analysis_internal.h"

static bool case_form(struct nami_cypher__analyser *a, struct nami_ast_expr *expr)
{
    struct nami_ast_case *inner = expr->as.branches;
    uint32_t types = inner->otherwise == NULL ? NAMI_STATIC_NULL : 0;

    if (!nami_cypher__resolve_optional(a, &inner->operand)) {
        return false;
    }
    for (uint32_t i = 0; i < inner->branch_count; i++) {
        struct nami_ast_case_branch *branch = &inner->branches[i];

        for (uint32_t k = 0; k < branch->when.count; k++) {
            bool is_condition = inner->operand == NULL;
            if (!(is_condition ? nami_cypher__resolve_predicate(a, &branch->when.items[k])
                               : nami_cypher__resolve(a, &branch->when.items[k]))) {
                return false;
            }
        }
        if (!nami_cypher__resolve(a, &branch->then)) {
            return false;
        }
        types |= branch->then->types;
    }
    if (!nami_cypher__resolve_optional(a, &inner->otherwise)) {
        return false;
    }
    expr->types = types | (inner->otherwise != NULL ? inner->otherwise->types : 0);
    return true;
}

/* Inside a list or pattern there are no groups to aggregate over. */
static uint8_t forbid_aggregates(struct nami_cypher__analyser *a)
{
    uint8_t before = a->aggregation;

    if (before == NAMI_CYPHER__AGGREGATE) {
        a->aggregation = NAMI_CYPHER__NO_AGGREGATE;
    }
    return before;
}

static bool list_of(struct nami_cypher__analyser *a, struct nami_ast_expr **list)
{
    return nami_cypher__resolve(a, list) &&
           nami_cypher__expect_types(a, *list, NAMI_STATIC_LIST, "a list");
}

static bool comprehension(struct nami_cypher__analyser *a, struct nami_ast_expr *expr)
{
    struct nami_ast_comprehension *inner = expr->as.comprehension;
    struct nami_cypher__scope scope;
    struct nami_symbol *symbol = NULL;
    uint8_t before = 0;

    expr->types = expr->kind == NAMI_AST_QUANTIFIER ? NAMI_STATIC_BOOL : NAMI_STATIC_LIST;
    if (!list_of(a, &inner->list) || !nami_cypher__push_scope(a, &scope)) {
        return false;
    }
    symbol = nami_cypher__declare(a, &inner->variable, NAMI_SYMBOL_VALUE, true);
    if (symbol == NULL) {
        return false;
    }
    symbol->types = nami_cypher__element_types(inner->list);
    before = forbid_aggregates(a);
    if ((inner->where != NULL && !nami_cypher__resolve_predicate(a, &inner->where)) ||
        !nami_cypher__resolve_optional(a, &inner->value)) {
        return false;
    }
    a->aggregation = before;
    nami_cypher__pop_scope(a);
    return true;
}

static bool reduce(struct nami_cypher__analyser *a, struct nami_ast_expr *expr)
{
    struct nami_ast_reduce *inner = expr->as.reduce;
    struct nami_cypher__scope scope;
    struct nami_symbol *symbol = NULL;
    uint8_t before = 0;

    expr->types = NAMI_STATIC_ANY;
    if (!nami_cypher__resolve(a, &inner->start) || !list_of(a, &inner->list) ||
        !nami_cypher__push_scope(a, &scope) ||
        nami_cypher__declare(a, &inner->total, NAMI_SYMBOL_VALUE, true) == NULL) {
        return false;
    }
    symbol = nami_cypher__declare(a, &inner->variable, NAMI_SYMBOL_VALUE, true);
    if (symbol == NULL) {
        return false;
    }
    symbol->types = nami_cypher__element_types(inner->list);
    before = forbid_aggregates(a);
    if (!nami_cypher__resolve(a, &inner->step)) {
        return false;
    }
    a->aggregation = before;
    nami_cypher__pop_scope(a);
    return true;
}

static bool pattern(struct nami_cypher__analyser *a, struct nami_ast_expr *expr)
{
    struct nami_ast_pattern_expr *inner = expr->as.pattern;
    bool is_comprehension = expr->kind == NAMI_AST_PATTERN_COMPREHENSION;
    struct nami_cypher__frame frame;
    struct nami_cypher__scope scope;
    uint8_t before = forbid_aggregates(a);

    nami_cypher__push_frame(a, &frame);
    if (!nami_cypher__push_scope(a, &scope) ||
        !nami_cypher__expr_path(a, inner->path, is_comprehension) ||
        (inner->where != NULL && !nami_cypher__resolve_predicate(a, &inner->where)) ||
        !nami_cypher__resolve_optional(a, &inner->value)) {
        return false;
    }
    nami_cypher__pop_scope(a);
    a->aggregation = before;
    expr->types = NAMI_STATIC_BOOL;
    if (is_comprehension || inner->path->selector == NAMI_AST_SELECT_ALL_SHORTEST_PATHS) {
        expr->types = NAMI_STATIC_LIST;
    } else if (expr->kind == NAMI_AST_SHORTEST_PATH) {
        expr->types = NAMI_STATIC_PATH | NAMI_STATIC_NULL;
    }
    return nami_cypher__pop_frame(a, &inner->imports);
}

static bool subquery(struct nami_cypher__analyser *a, struct nami_ast_expr *expr)
{
    struct nami_ast_subquery *inner = expr->as.subquery;
    struct nami_cypher__frame frame;
    uint8_t before = a->aggregation;
    bool is_read_only = a->is_read_only;

    a->aggregation = NAMI_CYPHER__NO_AGGREGATE;
    a->is_read_only = true;
    nami_cypher__push_frame(a, &frame);
    if (!nami_cypher__query_in(a, inner->query, NAMI_CYPHER__READ_ONLY, NULL) ||
        !nami_cypher__pop_frame(a, &inner->imports)) {
        return false;
    }
    a->aggregation = before;
    a->is_read_only = is_read_only;
    if (expr->kind == NAMI_AST_COLLECT_QUERY && inner->query->columns.count != 1) {
        return nami_cypher__reject(a, NAMI_COND_UNEXPECTED_SYNTAX, expr->span,
                                   "COLLECT needs a RETURN of exactly one column, not %u",
                                   inner->query->columns.count);
    }
    expr->types = expr->kind == NAMI_AST_EXISTS_QUERY  ? NAMI_STATIC_BOOL
                  : expr->kind == NAMI_AST_COUNT_QUERY ? NAMI_STATIC_INT
                                                       : NAMI_STATIC_LIST;
    return true;
}

bool nami_cypher__resolve_form(struct nami_cypher__analyser *a, struct nami_ast_expr *expr)
{
    switch (expr->kind) {
    case NAMI_AST_CASE:
        return case_form(a, expr);
    case NAMI_AST_LIST_COMPREHENSION:
    case NAMI_AST_QUANTIFIER:
        return comprehension(a, expr);
    case NAMI_AST_REDUCE:
        return reduce(a, expr);
    case NAMI_AST_PATTERN:
    case NAMI_AST_PATTERN_COMPREHENSION:
    case NAMI_AST_SHORTEST_PATH:
        return pattern(a, expr);
    default:
        return subquery(a, expr);
    }
}
