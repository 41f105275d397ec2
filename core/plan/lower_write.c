/* CREATE, SET, REMOVE, DELETE. */
#include "core/plan/planner_internal.h"

#include <string.h>

/* Labels to give or take: names only. */
static int32_t label_names(struct planner *planner, const struct nami_ast_label_expr *labels,
                           struct nami_ast_names *out)
{
    uint32_t count = 0;

    *out = (struct nami_ast_names){0};
    if (labels == NULL) {
        return NAMI_OK;
    }
    count = labels->kind == NAMI_AST_LABEL_AND ? labels->count : 1;
    out->items = nami_plan__alloc(planner, count, sizeof(struct nami_slice));
    if (out->items == NULL) {
        return nami_plan__nomem(planner);
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct nami_ast_label_expr *label =
            labels->kind == NAMI_AST_LABEL_AND ? labels->items[i] : labels;

        if (label->kind == NAMI_AST_LABEL_AND) { /* :A:B&C */
            return nami_plan__refuse(planner, label->span, "a nested label list");
        }
        if (label->kind != NAMI_AST_LABEL_NAME) {
            return nami_plan__refuse(planner, label->span, "a dynamic label or type");
        }
        out->items[out->count++] = label->name;
    }
    return NAMI_OK;
}

static int32_t create_node(struct planner *planner, const struct nami_ast_node_pattern *node,
                           struct nami_plan_create *create)
{
    struct nami_symbol *symbol = node->variable.symbol;
    struct nami_plan_create_node *out = &create->nodes[create->node_count];
    int32_t status = NAMI_OK;

    if (planner->is_bound[symbol->id]) {
        return NAMI_OK;
    }
    status = nami_plan__define(planner, symbol, &out->column);
    if (status == NAMI_OK) {
        status = label_names(planner, node->labels, &out->labels);
    }
    if (status == NAMI_OK) {
        status = nami_plan__properties(planner, node->properties, &out->properties);
    }
    create->node_count++;
    nami_plan__bind(planner, symbol);
    return status;
}

static int32_t create_rel(struct planner *planner, const struct nami_ast_path *path, uint32_t index,
                          struct nami_plan_create *create)
{
    const struct nami_ast_rel_pattern *rel = path->elements[index].as.rel;
    uint32_t left = nami_plan__column(planner, path->elements[index - 1].as.node->variable.symbol);
    uint32_t right = nami_plan__column(planner, path->elements[index + 1].as.node->variable.symbol);
    struct nami_plan_create_rel *out = &create->rels[create->rel_count++];
    int32_t status = nami_plan__define(planner, rel->variable.symbol, &out->column);

    if (rel->types == NULL || rel->types->kind != NAMI_AST_LABEL_NAME) {
        return nami_plan__refuse(planner, rel->span, "a dynamic label or type");
    }
    out->from = rel->direction == NAMI_AST_INCOMING ? right : left;
    out->to = rel->direction == NAMI_AST_INCOMING ? left : right;
    out->type = rel->types->name;
    out->span = rel->span;
    if (status == NAMI_OK) {
        status = nami_plan__properties(planner, rel->properties, &out->properties);
    }
    nami_plan__bind(planner, rel->variable.symbol);
    return status;
}

int32_t nami_plan__create_path(struct planner *planner, const struct nami_ast_path *path,
                               struct nami_plan_create *create)
{
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; i < path->element_count && status == NAMI_OK; i += 2) {
        status = create_node(planner, path->elements[i].as.node, create);
    }
    for (uint32_t i = 1; i < path->element_count && status == NAMI_OK; i += 2) {
        status = create_rel(planner, path, i, create);
    }
    return status;
}

/* Room for everything that the paths may create, behind what is there. */
static int32_t grow_create(struct planner *planner, const struct nami_ast_create *ast,
                           struct nami_plan_create *create)
{
    struct nami_plan_create_node *nodes = NULL;
    struct nami_plan_create_rel *rels = NULL;
    uint32_t more = 0;

    for (uint32_t i = 0; i < ast->path_count; i++) {
        more += ast->paths[i]->element_count / 2 + 1;
    }
    nodes = nami_plan__alloc(planner, (size_t)create->node_count + more, sizeof(*nodes));
    rels = nami_plan__alloc(planner, (size_t)create->rel_count + more, sizeof(*rels));
    if (nodes == NULL || rels == NULL) {
        return nami_plan__nomem(planner);
    }
    if (create->node_count > 0) {
        memcpy(nodes, create->nodes, create->node_count * sizeof(*nodes));
    }
    if (create->rel_count > 0) {
        memcpy(rels, create->rels, create->rel_count * sizeof(*rels));
    }
    create->nodes = nodes;
    create->rels = rels;
    return NAMI_OK;
}

int32_t nami_plan__lower_create(struct planner *planner, const struct nami_ast_create *ast,
                                struct step_list *steps)
{
    struct nami_step *step = NULL;
    int32_t status = NAMI_OK;

    planner->is_muted = true;
    for (uint32_t i = 0; i < ast->path_count && status == NAMI_OK; i++) {
        status = nami_plan__check_path(planner, ast->paths[i]);
    }
    planner->is_muted = false;
    if (status == NAMI_OK) {
        status = nami_plan__push(planner, steps, NAMI_STEP_CREATE, &step);
    }
    if (status == NAMI_OK) {
        status = grow_create(planner, ast, &step->as.create);
    }
    for (uint32_t i = 0; i < ast->path_count && status == NAMI_OK; i++) {
        status = nami_plan__create_path(planner, ast->paths[i], &step->as.create);
    }
    for (uint32_t i = 0; i < ast->path_count && status == NAMI_OK; i++) {
        status = nami_plan__push_path(planner, ast->paths[i], steps);
    }
    return status;
}

/* ---- SET, REMOVE ---- */

static int32_t set_item(struct planner *planner, const struct nami_ast_set_item *item,
                        bool is_remove, struct nami_plan_set_item *out)
{
    *out = (struct nami_plan_set_item){
        .kind = item->kind,
        .is_remove = is_remove,
        .span = item->span,
        .object = item->object,
        .key = item->key,
        .key_expr = item->key_expr,
        .value = item->value,
        .is_batched = item->value == NULL || !nami_plan__reads_graph(planner, item->value),
    };
    return label_names(planner, item->labels, &out->labels);
}

int32_t nami_plan__set_items(struct planner *planner, const struct nami_ast_set *set,
                             bool is_remove, struct nami_plan_set *out)
{
    int32_t status = NAMI_OK;

    out->items = nami_plan__alloc(planner, set->count, sizeof(*out->items));
    if (out->items == NULL) {
        return nami_plan__nomem(planner);
    }
    out->count = set->count;
    for (uint32_t i = 0; i < set->count && status == NAMI_OK; i++) {
        status = set_item(planner, &set->items[i], is_remove, &out->items[i]);
    }
    return status;
}

int32_t nami_plan__lower_set(struct planner *planner, const struct nami_ast_set *set,
                             bool is_remove, struct step_list *steps)
{
    struct nami_step *step = NULL;
    int32_t status = nami_plan__push(planner, steps, NAMI_STEP_SET, &step);

    return status == NAMI_OK ? nami_plan__set_items(planner, set, is_remove, &step->as.set)
                             : status;
}

int32_t nami_plan__lower_delete(struct planner *planner, const struct nami_ast_delete *delete_,
                                struct step_list *steps)
{
    struct nami_step *step = NULL;
    int32_t status = nami_plan__push(planner, steps, NAMI_STEP_DELETE, &step);

    if (status == NAMI_OK) {
        step->as.delete_.exprs = delete_->exprs;
        step->as.delete_.is_detach = delete_->is_detach;
    }
    return status;
}
