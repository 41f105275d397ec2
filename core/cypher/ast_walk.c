#include "core/cypher/ast_walk.h"

static enum nami_ast_step visit_one(struct nami_ast_expr **slot, nami_ast_visit visit,
                                    void *context)
{
    return *slot == NULL ? NAMI_AST_GO_ON : visit(context, slot);
}

static enum nami_ast_step visit_two(struct nami_ast_expr **first, struct nami_ast_expr **second,
                                    nami_ast_visit visit, void *context)
{
    if (visit_one(first, visit, context) == NAMI_AST_STOP) {
        return NAMI_AST_STOP;
    }
    return visit_one(second, visit, context);
}

static enum nami_ast_step visit_all(struct nami_ast_expr **items, uint32_t count,
                                    nami_ast_visit visit, void *context)
{
    for (uint32_t i = 0; i < count; i++) {
        if (visit_one(&items[i], visit, context) == NAMI_AST_STOP) {
            return NAMI_AST_STOP;
        }
    }
    return NAMI_AST_GO_ON;
}

static enum nami_ast_step visit_labels(struct nami_ast_label_expr *label, nami_ast_visit visit,
                                       void *context)
{
    if (label == NULL) {
        return NAMI_AST_GO_ON;
    }
    for (uint32_t i = 0; i < label->count; i++) {
        if (visit_labels(label->items[i], visit, context) == NAMI_AST_STOP) {
            return NAMI_AST_STOP;
        }
    }
    return visit_one(&label->value, visit, context);
}

static enum nami_ast_step visit_element(struct nami_ast_element *element, nami_ast_visit visit,
                                        void *context)
{
    struct nami_ast_node_pattern *node = element->as.node;
    struct nami_ast_rel_pattern *rel = element->as.rel;

    switch ((enum nami_ast_element_kind)element->kind) {
    case NAMI_AST_ELEMENT_NODE:
        if (visit_labels(node->labels, visit, context) == NAMI_AST_STOP) {
            return NAMI_AST_STOP;
        }
        return visit_two(&node->properties, &node->where, visit, context);
    case NAMI_AST_ELEMENT_REL:
        if (visit_labels(rel->types, visit, context) == NAMI_AST_STOP) {
            return NAMI_AST_STOP;
        }
        return visit_two(&rel->properties, &rel->where, visit, context);
    case NAMI_AST_ELEMENT_GROUP:
        if (nami_ast_each_of_path(element->as.group->path, visit, context) == NAMI_AST_STOP) {
            return NAMI_AST_STOP;
        }
        return visit_one(&element->as.group->where, visit, context);
    }
    return NAMI_AST_GO_ON;
}

enum nami_ast_step nami_ast_each_of_path(struct nami_ast_path *path, nami_ast_visit visit,
                                         void *context)
{
    for (uint32_t i = 0; i < path->element_count; i++) {
        if (visit_element(&path->elements[i], visit, context) == NAMI_AST_STOP) {
            return NAMI_AST_STOP;
        }
    }
    return NAMI_AST_GO_ON;
}

static enum nami_ast_step visit_case(struct nami_ast_case *inner, nami_ast_visit visit,
                                     void *context)
{
    if (visit_one(&inner->operand, visit, context) == NAMI_AST_STOP) {
        return NAMI_AST_STOP;
    }
    for (uint32_t i = 0; i < inner->branch_count; i++) {
        struct nami_ast_case_branch *branch = &inner->branches[i];
        if (visit_all(branch->when.items, branch->when.count, visit, context) == NAMI_AST_STOP ||
            visit_one(&branch->then, visit, context) == NAMI_AST_STOP) {
            return NAMI_AST_STOP;
        }
    }
    return visit_one(&inner->otherwise, visit, context);
}

static enum nami_ast_step visit_map_items(struct nami_ast_map_projection *inner,
                                          nami_ast_visit visit, void *context)
{
    if (visit_one(&inner->object, visit, context) == NAMI_AST_STOP) {
        return NAMI_AST_STOP;
    }
    for (uint32_t i = 0; i < inner->count; i++) {
        if (visit_one(&inner->items[i].value, visit, context) == NAMI_AST_STOP) {
            return NAMI_AST_STOP;
        }
    }
    return NAMI_AST_GO_ON;
}

/* The kinds with a struct of their own. */
static enum nami_ast_step visit_compound(struct nami_ast_expr *expr, nami_ast_visit visit,
                                         void *context)
{
    struct nami_ast_comprehension *comprehension = expr->as.comprehension;
    struct nami_ast_reduce *reduce = expr->as.reduce;
    struct nami_ast_pattern_expr *pattern = expr->as.pattern;

    switch (expr->kind) {
    case NAMI_AST_CASE:
        return visit_case(expr->as.branches, visit, context);
    case NAMI_AST_LIST_COMPREHENSION:
    case NAMI_AST_QUANTIFIER:
        if (visit_one(&comprehension->list, visit, context) == NAMI_AST_STOP) {
            return NAMI_AST_STOP;
        }
        return visit_two(&comprehension->where, &comprehension->value, visit, context);
    case NAMI_AST_REDUCE:
        if (visit_two(&reduce->start, &reduce->list, visit, context) == NAMI_AST_STOP) {
            return NAMI_AST_STOP;
        }
        return visit_one(&reduce->step, visit, context);
    case NAMI_AST_MAP_PROJECTION:
        return visit_map_items(expr->as.projection, visit, context);
    case NAMI_AST_PATTERN:
    case NAMI_AST_PATTERN_COMPREHENSION:
    case NAMI_AST_SHORTEST_PATH:
        if (nami_ast_each_of_path(pattern->path, visit, context) == NAMI_AST_STOP) {
            return NAMI_AST_STOP;
        }
        return visit_two(&pattern->where, &pattern->value, visit, context);
    default:
        return NAMI_AST_GO_ON;
    }
}

enum nami_ast_step nami_ast_each_child(struct nami_ast_expr *expr, nami_ast_visit visit,
                                       void *context)
{
    switch (expr->kind) {
    case NAMI_AST_LIST:
    case NAMI_AST_AND:
    case NAMI_AST_OR:
    case NAMI_AST_XOR:
        return visit_all(expr->as.list.items, expr->as.list.count, visit, context);
    case NAMI_AST_MAP:
        for (uint32_t i = 0; i < expr->as.map.count; i++) {
            if (visit_one(&expr->as.map.entries[i].value, visit, context) == NAMI_AST_STOP) {
                return NAMI_AST_STOP;
            }
        }
        return NAMI_AST_GO_ON;
    case NAMI_AST_PROPERTY:
        return visit_one(&expr->as.property.object, visit, context);
    case NAMI_AST_INDEX:
        return visit_two(&expr->as.index.object, &expr->as.index.at, visit, context);
    case NAMI_AST_SLICE:
        if (visit_one(&expr->as.slice.object, visit, context) == NAMI_AST_STOP) {
            return NAMI_AST_STOP;
        }
        return visit_two(&expr->as.slice.from, &expr->as.slice.to, visit, context);
    case NAMI_AST_LABELS:
        if (visit_one(&expr->as.labels.object, visit, context) == NAMI_AST_STOP) {
            return NAMI_AST_STOP;
        }
        return visit_labels(expr->as.labels.labels, visit, context);
    case NAMI_AST_UNARY:
        return visit_one(&expr->as.unary.operand, visit, context);
    case NAMI_AST_BINARY:
        return visit_two(&expr->as.binary.left, &expr->as.binary.right, visit, context);
    case NAMI_AST_COMPARISONS:
        return visit_all(expr->as.comparisons.operands, expr->as.comparisons.count, visit, context);
    case NAMI_AST_IS_TYPE:
        return visit_one(&expr->as.is_type.operand, visit, context);
    case NAMI_AST_IS_NORMALIZED:
        return visit_one(&expr->as.normal_form.operand, visit, context);
    case NAMI_AST_FUNCTION:
        return visit_all(expr->as.call.args, expr->as.call.arg_count, visit, context);
    default:
        return visit_compound(expr, visit, context);
    }
}

struct walk {
    nami_ast_visit visit;
    void *context;
};

static enum nami_ast_step walk_on(void *context, struct nami_ast_expr **slot)
{
    const struct walk *walk = context;

    return nami_ast_walk(slot, walk->visit, walk->context);
}

enum nami_ast_step nami_ast_walk(struct nami_ast_expr **slot, nami_ast_visit visit, void *context)
{
    struct walk walk = {visit, context};
    enum nami_ast_step step = visit(context, slot);

    if (step != NAMI_AST_GO_ON) {
        return step == NAMI_AST_STOP ? step : NAMI_AST_GO_ON;
    }
    return nami_ast_each_child(*slot, walk_on, &walk);
}
