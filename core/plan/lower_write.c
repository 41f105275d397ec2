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

/* ---- CREATE ---- */

struct unbound_search {
    const struct planner *planner;
    bool is_found;
};

static bool find_unbound(const struct nami_ast_expr *expr, void *context)
{
    struct unbound_search *search = context;

    if (expr->kind == NAMI_AST_VARIABLE) {
        search->is_found =
            search->is_found || !search->planner->is_bound[expr->as.variable->symbol->id];
    }
    return !search->is_found;
}

/* Do its property values need nothing that CREATE is only about to make? */
static bool is_independent(const struct planner *planner, const struct nami_ast_create *ast)
{
    struct unbound_search search = {.planner = planner};

    for (uint32_t p = 0; p < ast->path_count; p++) {
        for (uint32_t i = 0; i < ast->paths[p]->element_count; i++) {
            const struct nami_ast_element *element = &ast->paths[p]->elements[i];

            if (element->kind == NAMI_AST_ELEMENT_NODE) {
                nami_plan__visit(element->as.node->properties, find_unbound, &search);
            } else if (element->kind == NAMI_AST_ELEMENT_REL) {
                nami_plan__visit(element->as.rel->properties, find_unbound, &search);
            }
        }
    }
    return !search.is_found;
}

/* How many CREATE clauses from here on are one: scripts write thousands of them in a row. */
static uint32_t count_together(const struct planner *planner,
                               struct nami_ast_clause *const *clauses, uint32_t count)
{
    uint32_t together = 1;

    while (together < count && clauses[together]->kind == NAMI_AST_CREATE &&
           is_independent(planner, clauses[together]->as.create)) {
        together++;
    }
    return together;
}

static int32_t make_room(struct planner *planner, struct nami_ast_clause *const *clauses,
                         uint32_t count, struct nami_plan_create *create)
{
    size_t nodes = 0;

    for (uint32_t c = 0; c < count; c++) {
        for (uint32_t i = 0; i < clauses[c]->as.create->path_count; i++) {
            nodes += clauses[c]->as.create->paths[i]->element_count / 2 + 1;
        }
    }
    create->nodes = nami_plan__alloc(planner, nodes, sizeof(*create->nodes));
    create->rels = nami_plan__alloc(planner, nodes, sizeof(*create->rels));
    return create->nodes != NULL && create->rels != NULL ? NAMI_OK : nami_plan__nomem(planner);
}

static int32_t check_paths(struct planner *planner, const struct nami_ast_create *ast)
{
    int32_t status = NAMI_OK;

    planner->is_muted = true;
    for (uint32_t i = 0; i < ast->path_count && status == NAMI_OK; i++) {
        status = nami_plan__check_path(planner, ast->paths[i]);
    }
    planner->is_muted = false;
    return status;
}

int32_t nami_plan__lower_create(struct planner *planner, struct nami_ast_clause *const *clauses,
                                uint32_t count, struct step_list *steps, uint32_t *together)
{
    struct nami_step *step = NULL;
    int32_t status = NAMI_OK;

    *together = count_together(planner, clauses, count);
    for (uint32_t c = 0; c < *together && status == NAMI_OK; c++) {
        status = check_paths(planner, clauses[c]->as.create);
    }
    if (status != NAMI_OK) {
        return status;
    }
    status = nami_plan__push(planner, steps, NAMI_STEP_CREATE, &step);
    if (status == NAMI_OK) {
        status = make_room(planner, clauses, *together, &step->as.create);
    }
    for (uint32_t c = 0; c < *together && status == NAMI_OK; c++) {
        const struct nami_ast_create *ast = clauses[c]->as.create;

        for (uint32_t i = 0; i < ast->path_count && status == NAMI_OK; i++) {
            status = nami_plan__create_path(planner, ast->paths[i], &step->as.create);
        }
    }
    for (uint32_t c = 0; c < *together && status == NAMI_OK; c++) {
        const struct nami_ast_create *ast = clauses[c]->as.create;

        for (uint32_t i = 0; i < ast->path_count && status == NAMI_OK; i++) {
            status = nami_plan__push_path(planner, ast->paths[i], steps);
        }
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
