/*
 * MERGE: a pattern to match with what the row has bound, and the same pattern to create. Values of
 * its properties are evaluated once, into columns of their own, which both sides read.
 */
#include "core/plan/planner_internal.h"

/* The pattern with its property values replaced by variables that hold them. */
struct rewriting {
    struct planner *planner;
    struct nami_plan_item *values;
    uint32_t value_count;
    bool is_batched;
};

static uint32_t count_values(const struct nami_ast_path *path)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < path->element_count; i++) {
        const struct nami_ast_expr *map = path->elements[i].kind == NAMI_AST_ELEMENT_NODE
                                              ? path->elements[i].as.node->properties
                                              : path->elements[i].as.rel->properties;

        if (map != NULL) {
            count += map->kind == NAMI_AST_MAP ? map->as.map.count : 1;
        }
    }
    return count;
}

static int32_t rewrite_value(struct rewriting *rewriting, struct nami_ast_expr **value)
{
    struct planner *planner = rewriting->planner;
    struct nami_symbol *symbol = NULL;
    int32_t status = nami_plan__fresh_symbol(planner, &symbol);
    struct nami_ast_expr *variable = NULL;

    if (status != NAMI_OK) {
        return status;
    }
    variable = nami_plan__make_variable(planner, symbol, (*value)->span);
    if (variable == NULL) {
        return nami_plan__nomem(planner);
    }
    rewriting->is_batched = rewriting->is_batched && !nami_plan__reads_graph(planner, *value);
    rewriting->values[rewriting->value_count++] =
        (struct nami_plan_item){.expr = *value, .column = nami_plan__column(planner, symbol)};
    *value = variable;
    return NAMI_OK;
}

/* A copy of the map; the statement's own tree stays as it is, other plans are made from it. */
static int32_t rewrite_map(struct rewriting *rewriting, struct nami_ast_expr **properties)
{
    struct planner *planner = rewriting->planner;
    struct nami_ast_expr *copy = NULL;
    struct nami_ast_map_entry *entries = NULL;
    int32_t status = NAMI_OK;

    if (*properties == NULL) {
        return NAMI_OK;
    }
    if ((*properties)->kind != NAMI_AST_MAP) {
        return nami_plan__refuse(planner, (*properties)->span, "a parameter for all properties");
    }
    copy = nami_plan__alloc(planner, 1, sizeof(*copy));
    entries = nami_plan__alloc(planner, (*properties)->as.map.count, sizeof(*entries));
    if (copy == NULL || entries == NULL) {
        return nami_plan__nomem(planner);
    }
    *copy = **properties;
    copy->as.map.entries = entries;
    for (uint32_t i = 0; i < copy->as.map.count && status == NAMI_OK; i++) {
        entries[i] = (*properties)->as.map.entries[i];
        status = rewrite_value(rewriting, &entries[i].value);
    }
    *properties = copy;
    return status;
}

static int32_t rewrite_element(struct rewriting *rewriting, struct nami_ast_element *element)
{
    struct planner *planner = rewriting->planner;

    if (element->kind == NAMI_AST_ELEMENT_NODE) {
        struct nami_ast_node_pattern *node = nami_plan__alloc(planner, 1, sizeof(*node));

        if (node == NULL) {
            return nami_plan__nomem(planner);
        }
        *node = *element->as.node;
        element->as.node = node;
        return rewrite_map(rewriting, &node->properties);
    }
    if (element->kind == NAMI_AST_ELEMENT_REL) {
        struct nami_ast_rel_pattern *rel = nami_plan__alloc(planner, 1, sizeof(*rel));

        if (rel == NULL) {
            return nami_plan__nomem(planner);
        }
        *rel = *element->as.rel;
        element->as.rel = rel;
        return rewrite_map(rewriting, &rel->properties);
    }
    return NAMI_OK;
}

static int32_t rewrite(struct rewriting *rewriting, const struct nami_ast_path *path,
                       struct nami_ast_path **out)
{
    struct planner *planner = rewriting->planner;
    struct nami_ast_path *copy = nami_plan__alloc(planner, 1, sizeof(*copy));
    uint32_t values = count_values(path);
    int32_t status = NAMI_OK;

    rewriting->values = nami_plan__alloc(planner, values, sizeof(struct nami_plan_item));
    if (copy == NULL || rewriting->values == NULL) {
        return nami_plan__nomem(planner);
    }
    *copy = *path;
    copy->elements = nami_plan__alloc(planner, path->element_count, sizeof(*copy->elements));
    if (copy->elements == NULL) {
        return nami_plan__nomem(planner);
    }
    for (uint32_t i = 0; i < path->element_count && status == NAMI_OK; i++) {
        copy->elements[i] = path->elements[i];
        status = rewrite_element(rewriting, &copy->elements[i]);
    }
    *out = copy;
    return status;
}

/* Symbols of the pattern that the row does not have: the match binds them, so does the creation. */
static void unbind(struct planner *planner, const struct nami_ast_path *path, const bool *was_bound)
{
    for (uint32_t i = 0; i < path->element_count; i++) {
        const struct nami_symbol *symbol = path->elements[i].kind == NAMI_AST_ELEMENT_NODE
                                               ? path->elements[i].as.node->variable.symbol
                                               : path->elements[i].as.rel->variable.symbol;

        planner->is_bound[symbol->id] = was_bound[i];
    }
}

static bool *remember_bound(struct planner *planner, const struct nami_ast_path *path)
{
    bool *was_bound = nami_plan__alloc(planner, path->element_count, sizeof(bool));

    for (uint32_t i = 0; was_bound != NULL && i < path->element_count; i++) {
        const struct nami_symbol *symbol = path->elements[i].kind == NAMI_AST_ELEMENT_NODE
                                               ? path->elements[i].as.node->variable.symbol
                                               : path->elements[i].as.rel->variable.symbol;

        was_bound[i] = planner->is_bound[symbol->id];
    }
    return was_bound;
}

static int32_t lower_match_side(struct planner *planner, struct nami_ast_path *path,
                                struct nami_span span, struct step_list *match_steps)
{
    struct match match = {.planner = planner, .span = span, .is_lookup = true};
    struct nami_ast_path **paths = nami_plan__alloc(planner, 1, sizeof(*paths));
    struct nami_step *step = NULL;
    double rows = planner->rows;
    int32_t status = NAMI_OK;

    if (paths == NULL) {
        return nami_plan__nomem(planner);
    }
    paths[0] = path;
    status = nami_plan__push(planner, match_steps, NAMI_STEP_ARGUMENT, &step);
    if (status == NAMI_OK) {
        status = nami_plan__match_read(&match, paths, 1, NULL);
    }
    if (status == NAMI_OK) {
        status = nami_plan__match_solve(&match, match_steps);
    }
    planner->rows = rows;
    return status;
}

static int32_t lower_create_side(struct planner *planner, const struct nami_ast_path *path,
                                 struct nami_plan_create *create)
{
    uint32_t elements = path->element_count;

    create->nodes = nami_plan__alloc(planner, elements, sizeof(*create->nodes));
    create->rels = nami_plan__alloc(planner, elements, sizeof(*create->rels));
    if (create->nodes == NULL || create->rels == NULL) {
        return nami_plan__nomem(planner);
    }
    return nami_plan__create_path(planner, path, create);
}

int32_t nami_plan__lower_merge(struct planner *planner, const struct nami_ast_clause *clause,
                               struct step_list *steps)
{
    const struct nami_ast_merge *ast = clause->as.merge;
    struct rewriting rewriting = {.planner = planner, .is_batched = true};
    struct step_list match_steps = {0};
    struct nami_ast_path *path = NULL;
    struct nami_step *step = NULL;
    bool *was_bound = NULL;
    int32_t status = NAMI_OK;

    planner->is_muted = true;
    status = nami_plan__check_path(planner, ast->path);
    if (status == NAMI_OK) {
        status = rewrite(&rewriting, ast->path, &path);
    }
    if (status != NAMI_OK) {
        return status;
    }
    path->variable = (struct nami_ast_variable){0}; /* named after both sides are done */
    was_bound = remember_bound(planner, path);
    if (was_bound == NULL) {
        return nami_plan__nomem(planner);
    }
    status = lower_match_side(planner, path, clause->span, &match_steps);
    planner->is_muted = false;
    unbind(planner, path, was_bound);
    if (status == NAMI_OK) {
        status = nami_plan__push(planner, steps, NAMI_STEP_MERGE, &step);
    }
    if (status != NAMI_OK) {
        return status;
    }
    step->span = clause->keyword;
    step->as.merge.values = rewriting.values;
    step->as.merge.value_count = rewriting.value_count;
    step->as.merge.is_batched = rewriting.is_batched;
    step->as.merge.match =
        (struct nami_steps){.items = match_steps.items, .count = match_steps.count};
    status = lower_create_side(planner, path, &step->as.merge.create);
    if (status == NAMI_OK) {
        status = nami_plan__set_items(planner, &ast->on_create, false, &step->as.merge.on_create);
    }
    if (status == NAMI_OK) {
        status = nami_plan__set_items(planner, &ast->on_match, false, &step->as.merge.on_match);
    }
    return status == NAMI_OK ? nami_plan__push_path(planner, ast->path, steps) : status;
}
