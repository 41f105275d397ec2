/* Questions about the form of an expression: can it run, are two the same? */
#include <string.h>

#include "core/exec/expr_internal.h"

/*
 * The children of a node, one by one: the first `count` calls give them. Both walks below use it,
 * so neither can forget a part. Optional parts that are absent are NULL.
 */
struct children {
    const struct nami_ast_expr *fixed[3];
    struct nami_ast_expr *const *list;
    uint32_t fixed_count;
    uint32_t list_count;
};

static struct children children_of(const struct nami_ast_expr *ast)
{
    struct children none = {0};

    switch ((enum nami_ast_expr_kind)ast->kind) {
    case NAMI_AST_LIST:
    case NAMI_AST_AND:
    case NAMI_AST_OR:
    case NAMI_AST_XOR:
        return (struct children){.list = ast->as.list.items, .list_count = ast->as.list.count};
    case NAMI_AST_COMPARISONS:
        return (struct children){.list = ast->as.comparisons.operands,
                                 .list_count = ast->as.comparisons.count};
    case NAMI_AST_FUNCTION:
        return (struct children){.list = ast->as.call.args, .list_count = ast->as.call.arg_count};
    case NAMI_AST_PROPERTY:
        return (struct children){.fixed = {ast->as.property.object}, .fixed_count = 1};
    case NAMI_AST_INDEX:
        return (struct children){.fixed = {ast->as.index.object, ast->as.index.at},
                                 .fixed_count = 2};
    case NAMI_AST_SLICE:
        return (struct children){
            .fixed = {ast->as.slice.object, ast->as.slice.from, ast->as.slice.to},
            .fixed_count = 3};
    case NAMI_AST_LABELS:
        return (struct children){.fixed = {ast->as.labels.object}, .fixed_count = 1};
    case NAMI_AST_UNARY:
        return (struct children){.fixed = {ast->as.unary.operand}, .fixed_count = 1};
    case NAMI_AST_BINARY:
        return (struct children){.fixed = {ast->as.binary.left, ast->as.binary.right},
                                 .fixed_count = 2};
    case NAMI_AST_IS_TYPE:
        return (struct children){.fixed = {ast->as.is_type.operand}, .fixed_count = 1};
    case NAMI_AST_IS_NORMALIZED:
        return (struct children){.fixed = {ast->as.normal_form.operand}, .fixed_count = 1};
    case NAMI_AST_LIST_COMPREHENSION:
    case NAMI_AST_QUANTIFIER:
        return (struct children){.fixed = {ast->as.comprehension->list,
                                           ast->as.comprehension->where,
                                           ast->as.comprehension->value},
                                 .fixed_count = 3};
    case NAMI_AST_REDUCE:
        return (struct children){
            .fixed = {ast->as.reduce->start, ast->as.reduce->list, ast->as.reduce->step},
            .fixed_count = 3};
    case NAMI_AST_NULL:
    case NAMI_AST_BOOL:
    case NAMI_AST_INT:
    case NAMI_AST_FLOAT:
    case NAMI_AST_STRING:
    case NAMI_AST_PARAM:
    case NAMI_AST_VARIABLE:
    case NAMI_AST_CASE_OPERAND:
    case NAMI_AST_MAP:            /* entries: walked by the callers, with their keys */
    case NAMI_AST_CASE:           /* branches: so too */
    case NAMI_AST_MAP_PROJECTION: /* items: so too */
    case NAMI_AST_PATTERN:
    case NAMI_AST_PATTERN_COMPREHENSION:
    case NAMI_AST_SHORTEST_PATH:
    case NAMI_AST_EXISTS_QUERY:
    case NAMI_AST_COUNT_QUERY:
    case NAMI_AST_COLLECT_QUERY:
    case NAMI_AST_EXPR_KIND_COUNT:
        break;
    }
    return none;
}

/* ---- can it run ---- */

static bool labels_are_supported(const struct nami_ast_label_expr *labels)
{
    if (labels->kind == NAMI_AST_LABEL_DYNAMIC || labels->kind == NAMI_AST_LABEL_DYNAMIC_ANY) {
        return false;
    }
    for (uint32_t i = 0; i < labels->count; i++) {
        if (!labels_are_supported(labels->items[i])) {
            return false;
        }
    }
    return true;
}

/* Of the node alone. */
static bool node_is_supported(const struct nami_ast_expr *ast)
{
    switch ((enum nami_ast_expr_kind)ast->kind) {
    case NAMI_AST_IS_NORMALIZED:
    case NAMI_AST_PATTERN:
    case NAMI_AST_PATTERN_COMPREHENSION:
    case NAMI_AST_SHORTEST_PATH:
    case NAMI_AST_EXISTS_QUERY:
    case NAMI_AST_COUNT_QUERY:
    case NAMI_AST_COLLECT_QUERY:
    case NAMI_AST_EXPR_KIND_COUNT:
        return false;
    case NAMI_AST_BINARY:
        return ast->op != NAMI_OP_REGEX;
    case NAMI_AST_LABELS:
        return labels_are_supported(ast->as.labels.labels);
    case NAMI_AST_FUNCTION:
        return ast->as.call.function != NULL &&
               (ast->as.call.function->is_aggregate ||
                ast->as.call.function->id == NAMI_FN_COALESCE ||
                nami_expr__scalar(ast->as.call.function->id) != NULL);
    case NAMI_AST_NULL:
    case NAMI_AST_BOOL:
    case NAMI_AST_INT:
    case NAMI_AST_FLOAT:
    case NAMI_AST_STRING:
    case NAMI_AST_PARAM:
    case NAMI_AST_VARIABLE:
    case NAMI_AST_LIST:
    case NAMI_AST_MAP:
    case NAMI_AST_PROPERTY:
    case NAMI_AST_INDEX:
    case NAMI_AST_SLICE:
    case NAMI_AST_UNARY:
    case NAMI_AST_AND:
    case NAMI_AST_OR:
    case NAMI_AST_XOR:
    case NAMI_AST_COMPARISONS:
    case NAMI_AST_IS_TYPE:
    case NAMI_AST_CASE:
    case NAMI_AST_CASE_OPERAND:
    case NAMI_AST_LIST_COMPREHENSION:
    case NAMI_AST_QUANTIFIER:
    case NAMI_AST_REDUCE:
    case NAMI_AST_MAP_PROJECTION:
        break;
    }
    return true;
}

static bool all_supported(struct nami_ast_expr *const *list, uint32_t count,
                          const struct nami_ast_expr **offender)
{
    for (uint32_t i = 0; i < count; i++) {
        if (list[i] != NULL && !nami_expr_is_supported(list[i], offender)) {
            return false;
        }
    }
    return true;
}

static bool case_is_supported(const struct nami_ast_case *branches,
                              const struct nami_ast_expr **offender)
{
    bool is_supported = all_supported(&branches->operand, 1, offender) &&
                        all_supported(&branches->otherwise, 1, offender);

    for (uint32_t b = 0; b < branches->branch_count && is_supported; b++) {
        const struct nami_ast_case_branch *branch = &branches->branches[b];

        is_supported = all_supported(branch->when.items, branch->when.count, offender) &&
                       all_supported(&branch->then, 1, offender);
    }
    return is_supported;
}

bool nami_expr_is_supported(const struct nami_ast_expr *ast, const struct nami_ast_expr **offender)
{
    struct children children = children_of(ast);
    bool is_supported = true;

    *offender = ast;
    if (!node_is_supported(ast)) {
        return false;
    }
    for (uint32_t i = 0; i < children.fixed_count; i++) {
        if (children.fixed[i] != NULL && !nami_expr_is_supported(children.fixed[i], offender)) {
            return false;
        }
    }
    if (ast->kind == NAMI_AST_MAP) {
        for (uint32_t i = 0; i < ast->as.map.count && is_supported; i++) {
            is_supported = nami_expr_is_supported(ast->as.map.entries[i].value, offender);
        }
        return is_supported;
    }
    if (ast->kind == NAMI_AST_MAP_PROJECTION) {
        is_supported = nami_expr_is_supported(ast->as.projection->object, offender);
        for (uint32_t i = 0; i < ast->as.projection->count && is_supported; i++) {
            is_supported = all_supported(&ast->as.projection->items[i].value, 1, offender);
        }
        return is_supported;
    }
    if (ast->kind == NAMI_AST_CASE) {
        return case_is_supported(ast->as.branches, offender);
    }
    return all_supported(children.list, children.list_count, offender);
}

/* ---- are two the same ---- */

static bool same_text(struct nami_slice a, struct nami_slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static bool same_or_absent(const struct nami_ast_expr *a, const struct nami_ast_expr *b)
{
    if (a == NULL || b == NULL) {
        return a == b;
    }
    return nami_expr_is_same(a, b);
}

static bool same_labels(const struct nami_ast_label_expr *a, const struct nami_ast_label_expr *b)
{
    if (a->kind != b->kind || a->count != b->count || !same_text(a->name, b->name) ||
        !same_or_absent(a->value, b->value)) {
        return false;
    }
    for (uint32_t i = 0; i < a->count; i++) {
        if (!same_labels(a->items[i], b->items[i])) {
            return false;
        }
    }
    return true;
}

static bool same_map(const struct nami_ast_expr *a, const struct nami_ast_expr *b)
{
    if (a->as.map.count != b->as.map.count) {
        return false;
    }
    for (uint32_t i = 0; i < a->as.map.count; i++) {
        if (!same_text(a->as.map.entries[i].key, b->as.map.entries[i].key) ||
            !nami_expr_is_same(a->as.map.entries[i].value, b->as.map.entries[i].value)) {
            return false;
        }
    }
    return true;
}

/* What a node is besides its children. Kinds that bind or choose are the same only as themselves. */
static bool same_node(const struct nami_ast_expr *a, const struct nami_ast_expr *b)
{
    switch ((enum nami_ast_expr_kind)a->kind) {
    case NAMI_AST_NULL:
    case NAMI_AST_LIST:
    case NAMI_AST_INDEX:
    case NAMI_AST_SLICE:
    case NAMI_AST_UNARY:
    case NAMI_AST_BINARY:
    case NAMI_AST_AND:
    case NAMI_AST_OR:
    case NAMI_AST_XOR:
        return true;
    case NAMI_AST_BOOL:
        return a->as.boolean == b->as.boolean;
    case NAMI_AST_INT:
        return a->as.integer == b->as.integer;
    case NAMI_AST_FLOAT: /* bits: 0.0 is not -0.0 */
        return memcmp(&a->as.real, &b->as.real, sizeof(double)) == 0;
    case NAMI_AST_STRING:
        return same_text(a->as.text, b->as.text);
    case NAMI_AST_PARAM:
        return a->as.param == b->as.param;
    case NAMI_AST_VARIABLE:
        return a->as.variable->symbol == b->as.variable->symbol;
    case NAMI_AST_MAP:
        return same_map(a, b);
    case NAMI_AST_PROPERTY:
        return same_text(a->as.property.key, b->as.property.key);
    case NAMI_AST_LABELS:
        return same_labels(a->as.labels.labels, b->as.labels.labels);
    case NAMI_AST_COMPARISONS:
        return a->as.comparisons.count == b->as.comparisons.count &&
               memcmp(a->as.comparisons.ops, b->as.comparisons.ops, a->as.comparisons.count - 1) ==
                   0;
    case NAMI_AST_FUNCTION:
        return a->as.call.function == b->as.call.function && a->as.call.function != NULL &&
               a->as.call.function->is_deterministic;
    case NAMI_AST_IS_TYPE:
    case NAMI_AST_IS_NORMALIZED:
    case NAMI_AST_CASE:
    case NAMI_AST_CASE_OPERAND:
    case NAMI_AST_LIST_COMPREHENSION:
    case NAMI_AST_QUANTIFIER:
    case NAMI_AST_REDUCE:
    case NAMI_AST_MAP_PROJECTION:
    case NAMI_AST_PATTERN:
    case NAMI_AST_PATTERN_COMPREHENSION:
    case NAMI_AST_SHORTEST_PATH:
    case NAMI_AST_EXISTS_QUERY:
    case NAMI_AST_COUNT_QUERY:
    case NAMI_AST_COLLECT_QUERY:
    case NAMI_AST_EXPR_KIND_COUNT:
        break;
    }
    return false;
}

bool nami_expr_is_same(const struct nami_ast_expr *a, const struct nami_ast_expr *b)
{
    struct children of_a;
    struct children of_b;

    if (a == b) {
        return true;
    }
    if (a->kind != b->kind || a->op != b->op || a->is_distinct != b->is_distinct ||
        a->is_negated != b->is_negated || a->height != b->height || !same_node(a, b)) {
        return false;
    }
    of_a = children_of(a);
    of_b = children_of(b);
    if (of_a.list_count != of_b.list_count) {
        return false;
    }
    for (uint32_t i = 0; i < of_a.fixed_count; i++) {
        if (!same_or_absent(of_a.fixed[i], of_b.fixed[i])) {
            return false;
        }
    }
    for (uint32_t i = 0; i < of_a.list_count; i++) {
        if (!nami_expr_is_same(of_a.list[i], of_b.list[i])) {
            return false;
        }
    }
    return true;
}
