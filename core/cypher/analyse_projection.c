#include <string.h>

#include "core/cypher/analysis_internal.h"

/* What the steps of one projection share. */
struct projecting {
    struct nami_cypher__analyser *a;
    struct nami_ast_projection *projection;
    struct nami_cypher__keys keys;
    struct nami_cypher__names columns;
    uint8_t clause_kind;
    bool is_closed; /* what is behind it sees its columns only */
};

/* ---- the star */

static bool put_item(struct nami_cypher__analyser *a, struct nami_ast_item *item,
                     struct nami_symbol *symbol, struct nami_slice name, struct nami_span span)
{
    struct nami_ast_expr *expr = nami_cypher__analysis_alloc(a, sizeof(*expr));
    struct nami_ast_variable *variable = nami_cypher__analysis_alloc(a, sizeof(*variable));

    if (expr == NULL || variable == NULL) {
        return false;
    }
    *variable = (struct nami_ast_variable){.name = name, .span = span, .symbol = symbol};
    expr->kind = NAMI_AST_VARIABLE;
    expr->height = 1;
    expr->span = span;
    expr->as.variable = variable;
    *item = (struct nami_ast_item){.span = span, .expr = expr, .name = name};
    return true;
}

static bool expand_star(struct projecting *now)
{
    struct nami_cypher__analyser *a = now->a;
    struct nami_ast_projection *projection = now->projection;
    struct nami_ast_symbols symbols = {0};
    struct nami_ast_names names = {0};
    struct nami_ast_item *items = NULL;
    uint32_t count = 0;

    if (!nami_cypher__visible(a, &symbols, &names)) {
        return false;
    }
    if (symbols.count == 0 && projection->item_count == 0 && now->clause_kind == NAMI_AST_RETURN &&
        !a->is_open) {
        return nami_cypher__reject(a, NAMI_COND_NO_VARIABLES_IN_SCOPE, projection->span,
                                   "RETURN * needs variables, but there are none");
    }
    count = symbols.count + projection->item_count;
    items = nami_cypher__analysis_alloc(a, (count + (size_t)1) * sizeof(*items));
    if (items == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < symbols.count; i++) {
        if (!put_item(a, &items[i], symbols.items[i], names.items[i], projection->span)) {
            return false;
        }
    }
    if (projection->item_count > 0) {
        memcpy(&items[symbols.count], projection->items, projection->item_count * sizeof(*items));
    }
    projection->items = items;
    projection->item_count = count;
    return true;
}

/* ---- the items */

static bool check_names(struct projecting *now)
{
    for (uint32_t i = 0; i < now->projection->item_count; i++) {
        const struct nami_ast_item *item = &now->projection->items[i];
        uint32_t number = 0;
        bool is_new = false;

        if (!nami_cypher__names_add(&now->columns, now->a->arena, item->name, &number, &is_new)) {
            return nami_cypher__no_memory(now->a);
        }
        if (!is_new) {
            int len = item->name.len > 100 ? 100 : (int)item->name.len;
            return nami_cypher__reject(now->a, NAMI_COND_COLUMN_NAME_CONFLICT, item->span,
                                       "There are two columns named '%.*s'", len,
                                       (const char *)item->name.ptr);
        }
    }
    return true;
}

static bool is_same(struct nami_slice a, struct nami_slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static bool name_item(struct projecting *now, struct nami_ast_item *item)
{
    struct nami_cypher__analyser *a = now->a;
    const struct nami_ast_expr *expr = item->expr;
    uint8_t kind = NAMI_SYMBOL_VALUE;

    if (expr->kind == NAMI_AST_VARIABLE) {
        struct nami_symbol *symbol = expr->as.variable->symbol;

        if (is_same(symbol->name, item->name)) {
            item->symbol = symbol;
            symbol->grouping = a->projection_serial;
            return true;
        }
        kind = symbol->kind;
    }
    item->symbol = nami_cypher__new_symbol(a, item->name, item->span, kind);
    if (item->symbol == NULL) {
        return false;
    }
    item->symbol->types = expr->types;
    item->symbol->element_types = nami_cypher__element_types(expr);
    item->symbol->is_nullable =
        expr->kind != NAMI_AST_VARIABLE || expr->as.variable->symbol->is_nullable;
    return true;
}

static bool items(struct projecting *now)
{
    struct nami_cypher__analyser *a = now->a;
    struct nami_ast_projection *projection = now->projection;
    uint32_t first_local = a->symbol_count;

    a->aggregation = NAMI_CYPHER__AGGREGATE;
    for (uint32_t i = 0; i < projection->item_count; i++) {
        struct nami_ast_item *item = &projection->items[i];

        if (item->expr->has_aggregate) {
            continue;
        }
        item->is_key = projection->is_aggregating;
        if (!nami_cypher__resolve(a, &item->expr) || !name_item(now, item)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < projection->item_count; i++) {
        struct nami_ast_item *item = &projection->items[i];

        if (!item->expr->has_aggregate) {
            continue;
        }
        if (!nami_cypher__replace_in_item(a, &now->keys, &item->expr) ||
            !nami_cypher__resolve(a, &item->expr) ||
            !nami_cypher__check_item(a, item->expr, first_local) || !name_item(now, item)) {
            return false;
        }
    }
    return true;
}

static bool bind_items(struct projecting *now)
{
    for (uint32_t i = 0; i < now->projection->item_count; i++) {
        if (!nami_cypher__bind(now->a, now->projection->items[i].symbol,
                               now->projection->items[i].name)) {
            return false;
        }
    }
    return true;
}

/* ---- behind them: ORDER BY, WHERE, SKIP, LIMIT */

static bool sort_and_where(struct projecting *now)
{
    struct nami_cypher__analyser *a = now->a;
    struct nami_ast_projection *projection = now->projection;

    for (uint32_t i = 0; i < projection->sort_count; i++) {
        if (!nami_cypher__resolve(a, &projection->sort[i].expr)) {
            return false;
        }
    }
    return nami_cypher__resolve_where(a, &projection->where);
}

/* Only the columns are visible; what repeats one means it. */
static bool behind_closed(struct projecting *now)
{
    struct nami_cypher__analyser *a = now->a;
    struct nami_ast_projection *projection = now->projection;
    bool is_fine = false;

    for (uint32_t i = 0; i < projection->sort_count; i++) {
        struct nami_ast_expr **slot = &projection->sort[i].expr;
        if (!nami_cypher__prepare(a, *slot) || !nami_cypher__replace_behind(a, &now->keys, slot)) {
            return false;
        }
    }
    if (projection->where != NULL &&
        (!nami_cypher__prepare(a, projection->where) ||
         !nami_cypher__replace_behind(a, &now->keys, &projection->where))) {
        return false;
    }
    nami_cypher__clear_scope(a);
    if (!bind_items(now)) {
        return false;
    }
    a->aggregation =
        projection->is_aggregating ? NAMI_CYPHER__AGGREGATE : NAMI_CYPHER__NO_AGGREGATE;
    a->is_after = true;
    is_fine = sort_and_where(now);
    a->is_after = false;
    return is_fine;
}

/* The columns, and behind them what was there before. */
static bool behind_open(struct projecting *now)
{
    struct nami_cypher__analyser *a = now->a;
    struct nami_cypher__scope scope;

    a->aggregation = NAMI_CYPHER__NO_AGGREGATE;
    if (now->projection->sort_count > 0 || now->projection->where != NULL) {
        if (!nami_cypher__push_scope(a, &scope) || !bind_items(now) || !sort_and_where(now)) {
            return false;
        }
        nami_cypher__pop_scope(a);
    }
    nami_cypher__clear_scope(a);
    return bind_items(now);
}

static bool count_of_rows(struct nami_cypher__analyser *a, struct nami_ast_expr **slot,
                          const char *word)
{
    const struct nami_ast_expr *expr = NULL;
    uint32_t barrier = a->barrier;
    bool is_fine = false;

    if (*slot == NULL) {
        return true;
    }
    a->aggregation = NAMI_CYPHER__NO_AGGREGATE;
    a->barrier = a->scope->depth + 1;
    a->is_constant = true;
    is_fine = nami_cypher__resolve(a, slot);
    a->is_constant = false;
    a->barrier = barrier;
    if (!is_fine) {
        return false;
    }
    expr = *slot;
    if (expr->kind == NAMI_AST_INT && expr->as.integer < 0) {
        return nami_cypher__reject(a, NAMI_COND_NEGATIVE_INTEGER_ARGUMENT, expr->span,
                                   "%s can not be negative", word);
    }
    if ((expr->types & NAMI_STATIC_INT) == 0) {
        return nami_cypher__reject(a, NAMI_COND_INVALID_ARGUMENT_TYPE, expr->span,
                                   "%s needs an integer, but this is %s", word,
                                   nami_cypher__type_text(expr->types));
    }
    return true;
}

static bool check_aliases(struct projecting *now)
{
    for (uint32_t i = 0; now->clause_kind == NAMI_AST_WITH && i < now->projection->item_count;
         i++) {
        const struct nami_ast_item *item = &now->projection->items[i];

        if (!item->has_alias && item->expr->kind != NAMI_AST_VARIABLE) {
            (void)nami_cypher__reject(now->a, NAMI_COND_NO_EXPRESSION_ALIAS, item->span,
                                      "An expression in WITH needs a name");
            nami_diagnose_hint(now->a->diag, "add AS and a name");
            return false;
        }
    }
    return true;
}

static bool project(struct projecting *now)
{
    struct nami_cypher__analyser *a = now->a;
    struct nami_ast_projection *projection = now->projection;

    if (projection->has_star && !expand_star(now)) {
        return false;
    }
    for (uint32_t i = 0; i < projection->item_count; i++) {
        if (!nami_cypher__prepare(a, projection->items[i].expr)) {
            return false;
        }
        projection->is_aggregating |= projection->items[i].expr->has_aggregate;
    }
    now->is_closed = projection->is_aggregating || projection->is_distinct;
    if (!check_names(now) ||
        (now->is_closed && !nami_cypher__keys_init(a, &now->keys, projection, &now->columns)) ||
        !items(now)) {
        return false;
    }
    return (now->is_closed ? behind_closed(now) : behind_open(now)) && check_aliases(now) &&
           count_of_rows(a, &projection->skip, "SKIP") &&
           count_of_rows(a, &projection->limit, "LIMIT");
}

bool nami_cypher__project(struct nami_cypher__analyser *a, struct nami_ast_projection *projection,
                          uint8_t clause_kind)
{
    struct projecting now = {.a = a, .projection = projection, .clause_kind = clause_kind};
    struct nami_ast_projection *outer = a->projection;
    uint32_t *hashes = a->aggregate_hashes;
    uint32_t capacity = a->aggregate_capacity;
    uint8_t aggregation = a->aggregation;
    uint32_t serial = a->projection_serial;
    bool is_after = a->is_after;
    bool is_fine = false;

    a->projection = projection;
    a->aggregate_hashes = NULL;
    a->aggregate_capacity = 0;
    a->is_after = false;
    a->projection_serial = ++a->projection_count;
    is_fine = project(&now);
    a->projection_serial = serial;
    a->projection = outer;
    a->aggregate_hashes = hashes;
    a->aggregate_capacity = capacity;
    a->aggregation = aggregation;
    a->is_after = is_after;
    return is_fine;
}
