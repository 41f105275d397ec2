#include <string.h>

#include "core/cypher/analysis_internal.h"
#include "core/cypher/ast_equal.h"
#include "core/cypher/ast_walk.h"

static bool is_item(const struct nami_cypher__keys *keys, uint32_t number, uint32_t hash,
                    const struct nami_ast_expr *expr)
{
    return keys->hashes[number] == hash &&
           nami_cypher__is_equal(keys->projection->items[number].expr, expr);
}

bool nami_cypher__keys_init(struct nami_cypher__analyser *a, struct nami_cypher__keys *keys,
                            struct nami_ast_projection *projection,
                            const struct nami_cypher__names *columns)
{
    uint32_t slot_count = 8;

    while (slot_count < projection->item_count * (uint64_t)2) {
        slot_count *= 2;
    }
    *keys = (struct nami_cypher__keys){
        .projection = projection, .columns = columns, .slot_count = slot_count};
    keys->slots = nami_cypher__analysis_alloc(a, slot_count * sizeof(uint32_t));
    keys->hashes =
        nami_cypher__analysis_alloc(a, (projection->item_count + (size_t)1) * sizeof(uint32_t));
    if (keys->slots == NULL || keys->hashes == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < projection->item_count; i++) {
        uint32_t hash = nami_cypher__hash(projection->items[i].expr);
        uint32_t at = hash & (slot_count - 1);

        keys->hashes[i] = hash;
        /* Of equal items the first is enough; the others would only make chains long. */
        while (keys->slots[at] != 0 &&
               !is_item(keys, keys->slots[at] - 1, hash, projection->items[i].expr)) {
            at = (at + 1) & (slot_count - 1);
        }
        if (keys->slots[at] == 0) {
            keys->slots[at] = i + 1;
        }
    }
    return true;
}

static struct nami_ast_item *find(const struct nami_cypher__keys *keys,
                                  const struct nami_ast_expr *expr)
{
    uint32_t at = expr->types & (keys->slot_count - 1);

    for (; keys->slots[at] != 0; at = (at + 1) & (keys->slot_count - 1)) {
        uint32_t number = keys->slots[at] - 1;
        if (is_item(keys, number, expr->types, expr)) {
            return &keys->projection->items[number];
        }
    }
    return NULL;
}

/* Names of comprehension variables around the place. */
struct shadow {
    const struct shadow *outer;
    struct nami_slice names[2];
};

struct replacement {
    struct nami_cypher__analyser *a;
    const struct nami_cypher__keys *keys;
    const struct shadow *shadow;
    bool is_item;       /* inside an item of the projection, not behind it */
    bool has_aggregate; /* in the whole expression */
};

/* v or v.key */
static const struct nami_ast_variable *simple(const struct nami_ast_expr *expr)
{
    if (expr->kind == NAMI_AST_PROPERTY) {
        expr = expr->as.property.object;
    }
    return expr->kind == NAMI_AST_VARIABLE ? expr->as.variable : NULL;
}

static bool is_shadowed(const struct shadow *shadow, struct nami_slice name)
{
    for (; shadow != NULL; shadow = shadow->outer) {
        for (size_t i = 0; i < 2; i++) {
            if (shadow->names[i].len == name.len &&
                (name.len > 0 && memcmp(shadow->names[i].ptr, name.ptr, name.len) == 0)) {
                return true;
            }
        }
    }
    return false;
}

static bool put_symbol(struct nami_cypher__analyser *a, struct nami_ast_expr **slot,
                       const struct nami_ast_item *item)
{
    struct nami_ast_expr *expr = nami_cypher__analysis_alloc(a, sizeof(*expr));
    struct nami_ast_variable *variable = nami_cypher__analysis_alloc(a, sizeof(*variable));

    if (expr == NULL || variable == NULL) {
        return false;
    }
    *variable = (struct nami_ast_variable){
        .name = item->name, .span = (*slot)->span, .symbol = item->symbol};
    expr->kind = NAMI_AST_VARIABLE;
    expr->height = 1;
    expr->span = (*slot)->span;
    expr->as.variable = variable;
    *slot = expr;
    return true;
}

/* Is `expr`, which repeats `item`, to be replaced? false and OK: no. */
static bool is_to_replace(struct replacement *r, const struct nami_ast_expr *expr,
                          const struct nami_ast_item *item)
{
    const struct nami_ast_variable *variable = simple(expr);
    uint32_t number = 0;

    if (variable != NULL && is_shadowed(r->shadow, variable->name)) {
        return false;
    }
    if (r->is_item) {
        return variable != NULL && item->is_key;
    }
    if (variable == NULL && r->shadow != NULL) {
        return false; /* it may use a comprehension's variable */
    }
    if (expr->kind == NAMI_AST_VARIABLE) {
        /* The name of a column comes before what it was called inside the projection. */
        return !nami_cypher__names_find(r->keys->columns, expr->as.variable->name, &number);
    }
    if (variable == NULL && r->has_aggregate && !item->expr->has_aggregate) {
        return nami_cypher__reject(r->a, NAMI_COND_AMBIGUOUS_AGGREGATION, expr->span,
                                   "Beside an aggregate only variables and their properties can "
                                   "be used, if they are returned");
    }
    return true;
}

static enum nami_ast_step replace(void *context, struct nami_ast_expr **slot);

static enum nami_ast_step below(struct replacement *r, struct nami_ast_expr *expr)
{
    const struct shadow *outer = r->shadow;
    struct shadow inner = {.outer = outer};
    enum nami_ast_step step = NAMI_AST_GO_ON;

    if (expr->kind == NAMI_AST_LIST_COMPREHENSION || expr->kind == NAMI_AST_QUANTIFIER) {
        inner.names[0] = expr->as.comprehension->variable.name;
        r->shadow = &inner;
    } else if (expr->kind == NAMI_AST_REDUCE) {
        inner.names[0] = expr->as.reduce->variable.name;
        inner.names[1] = expr->as.reduce->total.name;
        r->shadow = &inner;
    }
    step = nami_ast_each_child(expr, replace, r);
    r->shadow = outer;
    return step;
}

static enum nami_ast_step replace(void *context, struct nami_ast_expr **slot)
{
    struct replacement *r = context;
    struct nami_ast_expr *expr = *slot;
    const struct nami_ast_item *item = find(r->keys, expr);

    if (item != NULL && is_to_replace(r, expr, item)) {
        return put_symbol(r->a, slot, item) ? NAMI_AST_GO_ON : NAMI_AST_STOP;
    }
    if (r->a->status != NAMI_OK) {
        return NAMI_AST_STOP;
    }
    if (expr->kind == NAMI_AST_FUNCTION && expr->as.call.function->is_aggregate) {
        return NAMI_AST_GO_ON; /* its arguments are from before the projection */
    }
    return below(r, expr);
}

bool nami_cypher__replace_in_item(struct nami_cypher__analyser *a,
                                  const struct nami_cypher__keys *keys, struct nami_ast_expr **slot)
{
    struct replacement r = {.a = a, .keys = keys, .is_item = true, .has_aggregate = true};

    return below(&r, *slot) != NAMI_AST_STOP || a->status == NAMI_OK;
}

bool nami_cypher__replace_behind(struct nami_cypher__analyser *a,
                                 const struct nami_cypher__keys *keys, struct nami_ast_expr **slot)
{
    struct replacement r = {.a = a, .keys = keys, .has_aggregate = (*slot)->has_aggregate};

    (void)nami_cypher__hash(*slot);
    return replace(&r, slot) != NAMI_AST_STOP || a->status == NAMI_OK;
}

struct check {
    struct nami_cypher__analyser *a;
    uint32_t first_local;
};

static bool is_usable(const struct check *check, const struct nami_symbol *symbol)
{
    return symbol->id >= check->first_local || symbol->grouping == check->a->projection_serial;
}

static bool are_usable(const struct check *check, const struct nami_ast_symbols *symbols)
{
    for (uint32_t i = 0; i < symbols->count; i++) {
        if (!is_usable(check, symbols->items[i])) {
            return false;
        }
    }
    return true;
}

static enum nami_ast_step check_one(void *context, struct nami_ast_expr **slot)
{
    const struct check *check = context;
    const struct nami_ast_expr *expr = *slot;
    bool is_fine = true;

    switch (expr->kind) {
    case NAMI_AST_FUNCTION:
        if (expr->as.call.function->is_aggregate) {
            return NAMI_AST_SKIP;
        }
        break;
    case NAMI_AST_VARIABLE:
        is_fine = is_usable(check, expr->as.variable->symbol);
        break;
    case NAMI_AST_PATTERN:
    case NAMI_AST_PATTERN_COMPREHENSION:
    case NAMI_AST_SHORTEST_PATH:
        is_fine = are_usable(check, &expr->as.pattern->imports);
        break;
    case NAMI_AST_EXISTS_QUERY:
    case NAMI_AST_COUNT_QUERY:
    case NAMI_AST_COLLECT_QUERY:
        is_fine = are_usable(check, &expr->as.subquery->imports);
        break;
    default:
        break;
    }
    if (is_fine) {
        return NAMI_AST_GO_ON;
    }
    (void)nami_cypher__reject(check->a, NAMI_COND_AMBIGUOUS_AGGREGATION, expr->span,
                              "This is neither aggregated nor a grouping key");
    nami_diagnose_hint(check->a->diag,
                       "return it as a column of its own, or compute it in a WITH before");
    return NAMI_AST_STOP;
}

bool nami_cypher__check_item(struct nami_cypher__analyser *a, struct nami_ast_expr *expr,
                             uint32_t first_local)
{
    struct check check = {a, first_local};

    return nami_ast_walk(&expr, check_one, &check) != NAMI_AST_STOP;
}
