#include "core/cypher/ast_equal.h"

#include <math.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/cypher/ast_walk.h"

static bool is_same(struct nami_slice a, struct nami_slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static bool are_equal(struct nami_ast_expr *const *a, struct nami_ast_expr *const *b,
                      uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (!nami_cypher__is_equal(a[i], b[i])) {
            return false;
        }
    }
    return true;
}

static bool are_labels_equal(const struct nami_ast_label_expr *a,
                             const struct nami_ast_label_expr *b)
{
    if (a->kind != b->kind || a->count != b->count || !is_same(a->name, b->name) ||
        !nami_cypher__is_equal(a->value, b->value)) {
        return false;
    }
    for (uint32_t i = 0; i < a->count; i++) {
        if (!are_labels_equal(a->items[i], b->items[i])) {
            return false;
        }
    }
    return true;
}

static bool are_cases_equal(const struct nami_ast_case *a, const struct nami_ast_case *b)
{
    if (a->branch_count != b->branch_count || !nami_cypher__is_equal(a->operand, b->operand) ||
        !nami_cypher__is_equal(a->otherwise, b->otherwise)) {
        return false;
    }
    for (uint32_t i = 0; i < a->branch_count; i++) {
        const struct nami_ast_case_branch *left = &a->branches[i];
        const struct nami_ast_case_branch *right = &b->branches[i];
        if (left->when.count != right->when.count ||
            !are_equal(left->when.items, right->when.items, left->when.count) ||
            !nami_cypher__is_equal(left->then, right->then)) {
            return false;
        }
    }
    return true;
}

static bool are_maps_equal(const struct nami_ast_expr *a, const struct nami_ast_expr *b)
{
    if (a->as.map.count != b->as.map.count) {
        return false;
    }
    for (uint32_t i = 0; i < a->as.map.count; i++) {
        if (!is_same(a->as.map.entries[i].key, b->as.map.entries[i].key) ||
            !nami_cypher__is_equal(a->as.map.entries[i].value, b->as.map.entries[i].value)) {
            return false;
        }
    }
    return true;
}

static bool are_calls_equal(const struct nami_ast_expr *a, const struct nami_ast_expr *b)
{
    return a->as.call.function != NULL && a->as.call.function == b->as.call.function &&
           a->is_distinct == b->is_distinct && a->as.call.arg_count == b->as.call.arg_count &&
           are_equal(a->as.call.args, b->as.call.args, a->as.call.arg_count);
}

static bool are_comprehensions_equal(const struct nami_ast_comprehension *a,
                                     const struct nami_ast_comprehension *b)
{
    return is_same(a->variable.name, b->variable.name) && nami_cypher__is_equal(a->list, b->list) &&
           nami_cypher__is_equal(a->where, b->where) && nami_cypher__is_equal(a->value, b->value);
}

static bool are_projections_equal(const struct nami_ast_map_projection *a,
                                  const struct nami_ast_map_projection *b)
{
    if (a->count != b->count || !nami_cypher__is_equal(a->object, b->object)) {
        return false;
    }
    for (uint32_t i = 0; i < a->count; i++) {
        if (a->items[i].kind != b->items[i].kind || !is_same(a->items[i].key, b->items[i].key) ||
            !nami_cypher__is_equal(a->items[i].value, b->items[i].value)) {
            return false;
        }
    }
    return true;
}

static bool are_compounds_equal(const struct nami_ast_expr *a, const struct nami_ast_expr *b)
{
    switch (a->kind) {
    case NAMI_AST_CASE:
        return are_cases_equal(a->as.branches, b->as.branches);
    case NAMI_AST_LIST_COMPREHENSION:
    case NAMI_AST_QUANTIFIER:
        return are_comprehensions_equal(a->as.comprehension, b->as.comprehension);
    case NAMI_AST_REDUCE:
        return is_same(a->as.reduce->total.name, b->as.reduce->total.name) &&
               is_same(a->as.reduce->variable.name, b->as.reduce->variable.name) &&
               nami_cypher__is_equal(a->as.reduce->start, b->as.reduce->start) &&
               nami_cypher__is_equal(a->as.reduce->list, b->as.reduce->list) &&
               nami_cypher__is_equal(a->as.reduce->step, b->as.reduce->step);
    case NAMI_AST_MAP_PROJECTION:
        return are_projections_equal(a->as.projection, b->as.projection);
    default:
        return a == b; /* patterns, subqueries */
    }
}

static bool are_parts_equal(const struct nami_ast_expr *a, const struct nami_ast_expr *b)
{
    switch (a->kind) {
    case NAMI_AST_PROPERTY:
        return is_same(a->as.property.key, b->as.property.key) &&
               nami_cypher__is_equal(a->as.property.object, b->as.property.object);
    case NAMI_AST_INDEX:
        return nami_cypher__is_equal(a->as.index.object, b->as.index.object) &&
               nami_cypher__is_equal(a->as.index.at, b->as.index.at);
    case NAMI_AST_SLICE:
        return nami_cypher__is_equal(a->as.slice.object, b->as.slice.object) &&
               nami_cypher__is_equal(a->as.slice.from, b->as.slice.from) &&
               nami_cypher__is_equal(a->as.slice.to, b->as.slice.to);
    case NAMI_AST_LABELS:
        return nami_cypher__is_equal(a->as.labels.object, b->as.labels.object) &&
               are_labels_equal(a->as.labels.labels, b->as.labels.labels);
    case NAMI_AST_UNARY:
        return nami_cypher__is_equal(a->as.unary.operand, b->as.unary.operand);
    case NAMI_AST_BINARY:
        return nami_cypher__is_equal(a->as.binary.left, b->as.binary.left) &&
               nami_cypher__is_equal(a->as.binary.right, b->as.binary.right);
    case NAMI_AST_COMPARISONS:
        return a->as.comparisons.count == b->as.comparisons.count &&
               memcmp(a->as.comparisons.ops, b->as.comparisons.ops, a->as.comparisons.count - 1) ==
                   0 &&
               are_equal(a->as.comparisons.operands, b->as.comparisons.operands,
                         a->as.comparisons.count);
    case NAMI_AST_IS_NORMALIZED:
        return is_same(a->as.normal_form.form, b->as.normal_form.form) &&
               nami_cypher__is_equal(a->as.normal_form.operand, b->as.normal_form.operand);
    case NAMI_AST_FUNCTION:
        return are_calls_equal(a, b);
    default:
        return are_compounds_equal(a, b);
    }
}

bool nami_cypher__is_equal(const struct nami_ast_expr *a, const struct nami_ast_expr *b)
{
    if (a == b) {
        return true;
    }
    if (a == NULL || b == NULL || a->kind != b->kind || a->op != b->op ||
        a->is_negated != b->is_negated) {
        return false;
    }
    switch (a->kind) {
    case NAMI_AST_NULL:
    case NAMI_AST_CASE_OPERAND:
        return true;
    case NAMI_AST_BOOL:
        return a->as.boolean == b->as.boolean;
    case NAMI_AST_INT:
        return a->as.integer == b->as.integer;
    case NAMI_AST_FLOAT:
        /* 0.0 and -0.0 are written differently; NaN has no literal. */
        return a->as.real == b->as.real && signbit(a->as.real) == signbit(b->as.real);
    case NAMI_AST_STRING:
        return is_same(a->as.text, b->as.text);
    case NAMI_AST_PARAM:
        return a->as.param == b->as.param;
    case NAMI_AST_VARIABLE:
        return is_same(a->as.variable->name, b->as.variable->name);
    case NAMI_AST_LIST:
    case NAMI_AST_AND:
    case NAMI_AST_OR:
    case NAMI_AST_XOR:
        return a->as.list.count == b->as.list.count &&
               are_equal(a->as.list.items, b->as.list.items, a->as.list.count);
    case NAMI_AST_MAP:
        return are_maps_equal(a, b);
    default:
        return are_parts_equal(a, b);
    }
}

static uint64_t hash_of_leaf(const struct nami_ast_expr *expr)
{
    switch (expr->kind) {
    case NAMI_AST_INT:
        return nami_hash_u64((uint64_t)expr->as.integer);
    case NAMI_AST_STRING:
        return nami_hash_bytes(expr->as.text.ptr, expr->as.text.len, 1);
    case NAMI_AST_PARAM:
        return nami_hash_u64(expr->as.param);
    case NAMI_AST_VARIABLE:
        return nami_hash_bytes(expr->as.variable->name.ptr, expr->as.variable->name.len, 2);
    case NAMI_AST_PROPERTY:
        return nami_hash_bytes(expr->as.property.key.ptr, expr->as.property.key.len, 3);
    case NAMI_AST_FUNCTION:
        return expr->as.call.function != NULL ? nami_hash_u64(expr->as.call.function->id) : 0;
    default:
        return 0;
    }
}

static enum nami_ast_step add_child(void *context, struct nami_ast_expr **slot)
{
    uint64_t *hash = context;

    *hash = nami_hash_combine(*hash, nami_cypher__hash(*slot));
    return NAMI_AST_GO_ON;
}

uint32_t nami_cypher__hash(struct nami_ast_expr *expr)
{
    uint64_t hash =
        nami_hash_combine(nami_hash_u64((uint64_t)expr->kind << 8 | expr->op), hash_of_leaf(expr));

    (void)nami_ast_each_child(expr, add_child, &hash);
    expr->types = (uint32_t)(hash ^ (hash >> 32));
    return expr->types;
}
