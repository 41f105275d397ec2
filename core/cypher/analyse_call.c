#include "core/cypher/analysis_internal.h"
#include "core/cypher/ast_equal.h"
#include "core/cypher/ast_walk.h"

enum { SHARED_AGGREGATES_MAX = 256 }; /* more of them are computed apart even if equal */

static bool unknown_function(struct nami_cypher__analyser *a, const struct nami_ast_expr *expr)
{
    struct nami_suggest suggest;
    struct nami_slice name = expr->as.call.name;
    int len = name.len > 100 ? 100 : (int)name.len;

    nami_suggest_init(&suggest, name, true);
    nami_function_suggest(&suggest);
    if (suggest.nearest.len == 0) {
        return nami_cypher__reject(a, NAMI_COND_UNKNOWN_FUNCTION, expr->span,
                                   "Unknown function '%.*s'", len, (const char *)name.ptr);
    }
    (void)nami_cypher__reject(
        a, NAMI_COND_UNKNOWN_FUNCTION, expr->span, "Unknown function '%.*s': did you mean '%.*s'?",
        len, (const char *)name.ptr, (int)suggest.nearest.len, (const char *)suggest.nearest.ptr);
    nami_diagnose_hint(a->diag, "did you mean %.*s?", (int)suggest.nearest.len,
                       (const char *)suggest.nearest.ptr);
    return false;
}

static bool find_function(struct nami_cypher__analyser *a, struct nami_ast_expr *expr)
{
    if (expr->as.call.function == NULL) {
        expr->as.call.function = nami_function_find(expr->as.call.name);
    }
    return expr->as.call.function != NULL || unknown_function(a, expr);
}

static bool check_count(struct nami_cypher__analyser *a, const struct nami_ast_expr *expr)
{
    const struct nami_function *function = expr->as.call.function;
    uint32_t count = expr->as.call.arg_count;

    if (expr->is_distinct && !function->is_aggregate) {
        return nami_cypher__reject(a, NAMI_COND_UNEXPECTED_SYNTAX, expr->span,
                                   "DISTINCT is for aggregating functions; %s is none",
                                   function->name);
    }
    if (count >= function->args_min &&
        (count <= function->args_max || function->args_max == NAMI_FUNCTION_ARGS_ANY)) {
        return true;
    }
    if (function->args_max == NAMI_FUNCTION_ARGS_ANY) {
        return nami_cypher__reject(a, NAMI_COND_INVALID_NUMBER_OF_ARGUMENTS, expr->span,
                                   "%s takes at least %u argument%s, not %u", function->name,
                                   function->args_min, function->args_min == 1 ? "" : "s", count);
    }
    if (function->args_min == function->args_max) {
        return nami_cypher__reject(a, NAMI_COND_INVALID_NUMBER_OF_ARGUMENTS, expr->span,
                                   "%s takes %u argument%s, not %u", function->name,
                                   function->args_min, function->args_min == 1 ? "" : "s", count);
    }
    return nami_cypher__reject(a, NAMI_COND_INVALID_NUMBER_OF_ARGUMENTS, expr->span,
                               "%s takes %u to %u arguments, not %u", function->name,
                               function->args_min, function->args_max, count);
}

static bool check_types(struct nami_cypher__analyser *a, const struct nami_ast_expr *expr)
{
    const struct nami_function *function = expr->as.call.function;

    for (uint32_t i = 0; i < expr->as.call.arg_count; i++) {
        const struct nami_ast_expr *arg = expr->as.call.args[i];
        uint32_t at = i < NAMI_FUNCTION_TYPED_ARGS ? i : NAMI_FUNCTION_TYPED_ARGS - 1;
        uint32_t wanted = function->args[at];

        if (wanted == 0) {
            wanted = function->args[0]; /* the rest of a variable number of arguments */
        }
        if ((arg->types & (wanted | NAMI_STATIC_NULL)) == 0) {
            return nami_cypher__reject(a, NAMI_COND_INVALID_ARGUMENT_TYPE, arg->span,
                                       "%s does not take %s", function->name,
                                       nami_cypher__type_text(arg->types));
        }
    }
    return true;
}

/* What some functions give is known better with their arguments. */
static uint32_t result_types(const struct nami_ast_expr *expr)
{
    uint32_t types = 0;

    switch (expr->as.call.function->id) {
    case NAMI_FN_COALESCE:
        for (uint32_t i = 0; i < expr->as.call.arg_count; i++) {
            types |= expr->as.call.args[i]->types;
        }
        return types;
    case NAMI_FN_HEAD:
    case NAMI_FN_LAST:
        return nami_cypher__element_types(expr->as.call.args[0]) | NAMI_STATIC_NULL;
    case NAMI_FN_MIN:
    case NAMI_FN_MAX:
    case NAMI_FN_NULL_IF:
        return expr->as.call.args[0]->types | NAMI_STATIC_NULL;
    case NAMI_FN_ABS:
        types = expr->as.call.args[0]->types & NAMI_STATIC_NUMBER;
        return types != 0 ? types : NAMI_STATIC_NUMBER;
    default:
        return expr->as.call.function->returns;
    }
}

static bool arguments(struct nami_cypher__analyser *a, struct nami_ast_expr *expr)
{
    for (uint32_t i = 0; i < expr->as.call.arg_count; i++) {
        if (!nami_cypher__resolve(a, &expr->as.call.args[i])) {
            return false;
        }
    }
    if (!check_types(a, expr)) {
        return false;
    }
    expr->types = result_types(expr);
    return true;
}

/* The aggregate that is written like `expr` and is computed already. */
static struct nami_ast_expr *shared_aggregate(const struct nami_cypher__analyser *a,
                                              const struct nami_ast_expr *expr)
{
    const struct nami_ast_exprs *all = &a->projection->aggregates;

    for (uint32_t i = 0; i < all->count && i < SHARED_AGGREGATES_MAX; i++) {
        if (a->aggregate_hashes[i] == expr->types && nami_cypher__is_equal(all->items[i], expr)) {
            return all->items[i];
        }
    }
    return NULL;
}

static bool add_aggregate(struct nami_cypher__analyser *a, struct nami_ast_expr *expr,
                          uint32_t hash)
{
    struct nami_ast_exprs *all = &a->projection->aggregates;
    uint32_t capacity = a->aggregate_capacity;
    void *items = all->items;
    void *hashes = a->aggregate_hashes;

    if (!nami_cypher__grow(a, &items, all->count, &capacity, sizeof(struct nami_ast_expr *)) ||
        !nami_cypher__grow(a, &hashes, all->count, &a->aggregate_capacity, sizeof(uint32_t))) {
        return false;
    }
    all->items = items;
    a->aggregate_hashes = hashes;
    expr->as.call.aggregate = all->count;
    a->aggregate_hashes[all->count] = hash;
    all->items[all->count++] = expr;
    return true;
}

static enum nami_ast_step stop_at_variable(void *context, struct nami_ast_expr **slot)
{
    bool *is_found = context;

    *is_found |= (*slot)->kind == NAMI_AST_VARIABLE;
    return *is_found ? NAMI_AST_STOP : NAMI_AST_GO_ON;
}

static bool uses_variable(struct nami_ast_expr *expr)
{
    bool is_found = false;

    (void)nami_ast_walk(&expr, stop_at_variable, &is_found);
    return is_found;
}

static bool aggregate(struct nami_cypher__analyser *a, struct nami_ast_expr **slot)
{
    struct nami_ast_expr *expr = *slot;
    struct nami_ast_expr *shared = NULL;
    uint32_t hash = expr->types;
    bool is_fine = false;

    if (a->aggregation == NAMI_CYPHER__INSIDE_AGGREGATE) {
        return nami_cypher__reject(a, NAMI_COND_NESTED_AGGREGATION, expr->span,
                                   "An aggregate can not be inside another: %s",
                                   expr->as.call.function->name);
    }
    if (a->aggregation == NAMI_CYPHER__NO_AGGREGATE) {
        (void)nami_cypher__reject(a, NAMI_COND_INVALID_AGGREGATION, expr->span,
                                  "%s can not be used here: aggregates belong to WITH and RETURN",
                                  expr->as.call.function->name);
        nami_diagnose_hint(a->diag, "compute it in a WITH before, and use its name here");
        return false;
    }
    shared = shared_aggregate(a, expr);
    if (shared != NULL) {
        *slot = shared;
        return true;
    }
    a->aggregation = NAMI_CYPHER__INSIDE_AGGREGATE;
    is_fine = arguments(a, expr);
    a->aggregation = NAMI_CYPHER__AGGREGATE;
    if (is_fine && a->is_after && uses_variable(expr)) {
        (void)nami_cypher__reject(a, NAMI_COND_INVALID_AGGREGATION, expr->span,
                                  "ORDER BY comes after the aggregation: it can not aggregate "
                                  "what was aggregated");
        nami_diagnose_hint(a->diag, "add the aggregate to the projection, and sort by its name");
        return false;
    }
    return is_fine && add_aggregate(a, expr, hash);
}

bool nami_cypher__resolve_call(struct nami_cypher__analyser *a, struct nami_ast_expr **slot)
{
    struct nami_ast_expr *expr = *slot;

    if (!find_function(a, expr) || !check_count(a, expr)) {
        return false;
    }
    if (expr->as.call.function->is_aggregate) {
        return aggregate(a, slot);
    }
    if (a->aggregation == NAMI_CYPHER__INSIDE_AGGREGATE &&
        (expr->as.call.function->id == NAMI_FN_RAND ||
         expr->as.call.function->id == NAMI_FN_RANDOM_UUID)) {
        return nami_cypher__reject(a, NAMI_COND_NON_CONSTANT_EXPRESSION, expr->span,
                                   "%s can not be used inside an aggregate",
                                   expr->as.call.function->name);
    }
    return arguments(a, expr);
}

struct prepare {
    struct nami_cypher__analyser *a;
    struct nami_ast_expr *parent;
};

static enum nami_ast_step prepare_child(void *context, struct nami_ast_expr **slot)
{
    struct prepare *prepare = context;

    if (!nami_cypher__prepare(prepare->a, *slot)) {
        return NAMI_AST_STOP;
    }
    prepare->parent->has_aggregate |= (*slot)->has_aggregate;
    return NAMI_AST_GO_ON;
}

bool nami_cypher__prepare(struct nami_cypher__analyser *a, struct nami_ast_expr *expr)
{
    struct prepare prepare = {a, expr};

    if (expr->kind == NAMI_AST_FUNCTION) {
        if (!find_function(a, expr)) {
            return false;
        }
        expr->has_aggregate = expr->as.call.function->is_aggregate;
    }
    (void)nami_ast_each_child(expr, prepare_child, &prepare);
    return a->status == NAMI_OK;
}
