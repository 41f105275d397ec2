/* Expressions that nobody wrote: what inline properties and labels mean. */
#include "core/plan/planner_internal.h"

#include <stdlib.h>
#include <string.h>

static struct nami_ast_expr *make(struct planner *planner, uint8_t kind, struct nami_span span)
{
    struct nami_ast_expr *expr = nami_plan__alloc(planner, 1, sizeof(*expr));

    if (expr != NULL) {
        expr->kind = kind;
        expr->span = span;
        expr->types = NAMI_STATIC_ANY;
        expr->height = 1;
    }
    return expr;
}

struct nami_ast_expr *nami_plan__make_variable(struct planner *planner, struct nami_symbol *symbol,
                                               struct nami_span span)
{
    struct nami_ast_expr *expr = make(planner, NAMI_AST_VARIABLE, span);

    if (expr != NULL) {
        expr->types = symbol->types;
        expr->as.variable = nami_plan__alloc(planner, 1, sizeof(struct nami_ast_variable));
        if (expr->as.variable == NULL) {
            return NULL;
        }
        *expr->as.variable =
            (struct nami_ast_variable){.name = symbol->name, .span = span, .symbol = symbol};
    }
    return expr;
}

struct nami_ast_expr *nami_plan__make_property(struct planner *planner, struct nami_symbol *symbol,
                                               struct nami_slice key, struct nami_span span)
{
    struct nami_ast_expr *object = nami_plan__make_variable(planner, symbol, span);
    struct nami_ast_expr *expr = make(planner, NAMI_AST_PROPERTY, span);

    if (object == NULL || expr == NULL) {
        return NULL;
    }
    expr->height = 2;
    expr->as.property.object = object;
    expr->as.property.key = key;
    return expr;
}

struct nami_ast_expr *nami_plan__make_equal(struct planner *planner, struct nami_ast_expr *left,
                                            struct nami_ast_expr *right)
{
    struct nami_ast_expr *expr = NULL;

    if (left == NULL || right == NULL) {
        return NULL;
    }
    expr = make(planner, NAMI_AST_BINARY, right->span);
    if (expr != NULL) {
        expr->op = NAMI_OP_EQ;
        expr->types = NAMI_STATIC_BOOL | NAMI_STATIC_NULL;
        expr->height = (uint16_t)(right->height + 2);
        expr->as.binary.left = left;
        expr->as.binary.right = right;
    }
    return expr;
}

struct nami_ast_expr *nami_plan__make_is_not_null(struct planner *planner,
                                                  struct nami_symbol *symbol, struct nami_span span)
{
    struct nami_ast_expr *operand = nami_plan__make_variable(planner, symbol, span);
    struct nami_ast_expr *expr = make(planner, NAMI_AST_UNARY, span);

    if (operand == NULL || expr == NULL) {
        return NULL;
    }
    expr->op = NAMI_OP_IS_NOT_NULL;
    expr->types = NAMI_STATIC_BOOL;
    expr->height = 2;
    expr->as.unary.operand = operand;
    return expr;
}

struct nami_ast_expr *nami_plan__make_labels(struct planner *planner, struct nami_symbol *symbol,
                                             struct nami_ast_label_expr *labels)
{
    struct nami_ast_expr *object = nami_plan__make_variable(planner, symbol, labels->span);
    struct nami_ast_expr *expr = make(planner, NAMI_AST_LABELS, labels->span);

    if (object == NULL || expr == NULL) {
        return NULL;
    }
    expr->height = 2;
    expr->types = NAMI_STATIC_BOOL | NAMI_STATIC_NULL;
    expr->as.labels.object = object;
    expr->as.labels.labels = labels;
    return expr;
}

/* ---- property maps ---- */

struct entry_ref {
    const struct nami_ast_map_entry *entry;
    uint32_t index;
    bool is_last; /* of its key */
};

static int by_key(const void *a, const void *b)
{
    const struct entry_ref *x = a;
    const struct entry_ref *y = b;
    struct nami_slice k = x->entry->key;
    struct nami_slice l = y->entry->key;
    size_t shorter = k.len < l.len ? k.len : l.len;
    int order = shorter > 0 ? memcmp(k.ptr, l.ptr, shorter) : 0;

    if (order != 0 || k.len != l.len) {
        return order != 0 ? order : k.len < l.len ? -1 : 1;
    }
    return x->index < y->index ? -1 : x->index > y->index;
}

static int by_index(const void *a, const void *b)
{
    const struct entry_ref *x = a;
    const struct entry_ref *y = b;

    return x->index < y->index ? -1 : x->index > y->index;
}

static bool is_same_key(const struct entry_ref *a, const struct entry_ref *b)
{
    return a->entry->key.len == b->entry->key.len &&
           memcmp(a->entry->key.ptr, b->entry->key.ptr, a->entry->key.len) == 0;
}

int32_t nami_plan__properties(struct planner *planner, struct nami_ast_expr *map,
                              struct nami_plan_properties *out)
{
    uint32_t count = 0;
    struct entry_ref *refs = NULL;

    *out = (struct nami_plan_properties){0};
    if (map == NULL) {
        return NAMI_OK;
    }
    if (map->kind != NAMI_AST_MAP) {
        out->map = map;
        return NAMI_OK;
    }
    count = map->as.map.count;
    refs = nami_plan__alloc(planner, count, sizeof(*refs));
    out->items = nami_plan__alloc(planner, count, sizeof(*out->items));
    if (refs == NULL || out->items == NULL) {
        return nami_plan__nomem(planner);
    }
    for (uint32_t i = 0; i < count; i++) {
        refs[i] = (struct entry_ref){.entry = &map->as.map.entries[i], .index = i};
    }
    qsort(refs, count, sizeof(*refs), by_key);
    for (uint32_t i = 0; i < count; i++) {
        refs[i].is_last = i + 1 == count || !is_same_key(&refs[i], &refs[i + 1]);
    }
    qsort(refs, count, sizeof(*refs), by_index);
    for (uint32_t i = 0; i < count; i++) {
        if (refs[i].is_last) {
            out->items[out->count++] = (struct nami_plan_property){.key = refs[i].entry->key,
                                                                   .expr = refs[i].entry->value};
        }
    }
    return NAMI_OK;
}
