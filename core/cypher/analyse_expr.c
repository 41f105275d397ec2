#include <math.h>

#include "core/cypher/analysis_internal.h"
#include "core/cypher/ast_walk.h"
#include "core/cypher/keyword.h"

/* INF, INFINITY and NaN are numbers where no variable has the name. */
static bool is_float_word(struct nami_ast_expr *expr)
{
    uint8_t keyword = nami_cypher__keyword_of(expr->as.variable->name);

    if (keyword != KW_INF && keyword != KW_INFINITY && keyword != KW_NAN) {
        return false;
    }
    expr->kind = NAMI_AST_FLOAT;
    expr->as.real = keyword == KW_NAN ? (double)NAN : (double)INFINITY;
    expr->types = NAMI_STATIC_FLOAT;
    return true;
}

static bool variable(struct nami_cypher__analyser *a, struct nami_ast_expr *expr)
{
    struct nami_ast_variable *variable = expr->as.variable;

    if (variable->symbol == NULL) {
        variable->symbol = nami_cypher__find(a, variable->name);
    }
    if (variable->symbol == NULL) {
        if (a->status != NAMI_OK || is_float_word(expr)) {
            return a->status == NAMI_OK;
        }
        if (!a->is_open) {
            return nami_cypher__undefined(a, variable->name, variable->span);
        }
        if (nami_cypher__declare(a, variable, NAMI_SYMBOL_VALUE, false) == NULL) {
            return false;
        }
    }
    expr->types = variable->symbol->types;
    return nami_cypher__use(a, variable->symbol);
}

static enum nami_ast_step resolve_child(void *context, struct nami_ast_expr **slot)
{
    return nami_cypher__resolve(context, slot) ? NAMI_AST_GO_ON : NAMI_AST_STOP;
}

/* Operands of AND, OR, XOR: conditions. */
static bool conditions(struct nami_cypher__analyser *a, struct nami_ast_expr *expr)
{
    for (uint32_t i = 0; i < expr->as.list.count; i++) {
        if (!nami_cypher__resolve_predicate(a, &expr->as.list.items[i])) {
            return false;
        }
    }
    expr->types = NAMI_STATIC_BOOL;
    return true;
}

bool nami_cypher__resolve_labels(struct nami_cypher__analyser *a,
                                 struct nami_ast_label_expr *labels)
{
    if (labels == NULL) {
        return true;
    }
    if (!nami_cypher__step(a)) {
        return false;
    }
    for (uint32_t i = 0; i < labels->count; i++) {
        if (!nami_cypher__resolve_labels(a, labels->items[i])) {
            return false;
        }
    }
    if (labels->value == NULL) {
        return true;
    }
    return nami_cypher__resolve(a, &labels->value) &&
           nami_cypher__expect_types(a, labels->value, NAMI_STATIC_STRING | NAMI_STATIC_LIST,
                                     "a string or a list of strings");
}

static bool misplaced_pattern(struct nami_cypher__analyser *a, const struct nami_ast_expr *expr)
{
    (void)nami_cypher__reject(a, NAMI_COND_UNEXPECTED_SYNTAX, expr->span,
                              "A pattern can stand only where a condition is expected");
    nami_diagnose_hint(a->diag, "use EXISTS { ... }, COUNT { ... } or a pattern comprehension");
    return false;
}

bool nami_cypher__resolve(struct nami_cypher__analyser *a, struct nami_ast_expr **slot)
{
    struct nami_ast_expr *expr = *slot;

    if (!nami_cypher__step(a)) {
        return false;
    }
    switch (expr->kind) {
    case NAMI_AST_VARIABLE:
        return variable(a, expr);
    case NAMI_AST_AND:
    case NAMI_AST_OR:
    case NAMI_AST_XOR:
        return conditions(a, expr);
    case NAMI_AST_UNARY:
        if (expr->op == NAMI_OP_NOT) {
            expr->types = NAMI_STATIC_BOOL;
            return nami_cypher__resolve_predicate(a, &expr->as.unary.operand);
        }
        break;
    case NAMI_AST_FUNCTION:
        return nami_cypher__resolve_call(a, slot);
    case NAMI_AST_PATTERN:
        return misplaced_pattern(a, expr);
    case NAMI_AST_CASE:
    case NAMI_AST_LIST_COMPREHENSION:
    case NAMI_AST_QUANTIFIER:
    case NAMI_AST_REDUCE:
    case NAMI_AST_PATTERN_COMPREHENSION:
    case NAMI_AST_SHORTEST_PATH:
    case NAMI_AST_EXISTS_QUERY:
    case NAMI_AST_COUNT_QUERY:
    case NAMI_AST_COLLECT_QUERY:
        return nami_cypher__resolve_form(a, expr);
    default:
        break;
    }
    (void)nami_ast_each_child(expr, resolve_child, a);
    return a->status == NAMI_OK && nami_cypher__type_of(a, expr);
}

bool nami_cypher__resolve_optional(struct nami_cypher__analyser *a, struct nami_ast_expr **slot)
{
    return *slot == NULL || nami_cypher__resolve(a, slot);
}

bool nami_cypher__resolve_predicate(struct nami_cypher__analyser *a, struct nami_ast_expr **slot)
{
    if ((*slot)->kind == NAMI_AST_PATTERN) {
        return nami_cypher__resolve_form(a, *slot);
    }
    return nami_cypher__resolve(a, slot) &&
           nami_cypher__expect_types(a, *slot, NAMI_STATIC_BOOL, "a condition");
}

bool nami_cypher__resolve_where(struct nami_cypher__analyser *a, struct nami_ast_expr **slot)
{
    uint8_t aggregation = a->aggregation;
    bool is_fine = true;

    if (*slot != NULL) {
        a->aggregation = NAMI_CYPHER__NO_AGGREGATE;
        is_fine = nami_cypher__resolve_predicate(a, slot);
        a->aggregation = aggregation;
    }
    return is_fine;
}
