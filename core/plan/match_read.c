/* Paths and WHERE of a MATCH become a pattern graph: nodes, relationships, predicates. */
#include "core/base/limits.h"
#include "core/plan/planner_internal.h"

#include <string.h>

static uint32_t count_elements(struct nami_ast_path *const *paths, uint32_t path_count,
                               uint8_t kind)
{
    uint32_t count = 0;

    for (uint32_t p = 0; p < path_count; p++) {
        for (uint32_t i = 0; i < paths[p]->element_count; i++) {
            count += paths[p]->elements[i].kind == kind ? 1 : 0;
        }
    }
    return count;
}

/* ---- what is not executed ---- */

static int32_t check_labels(struct planner *planner, const struct nami_ast_label_expr *labels,
                            uint32_t dictionary)
{
    int32_t status = NAMI_OK;

    if (labels == NULL) {
        return NAMI_OK;
    }
    switch ((enum nami_ast_label_kind)labels->kind) {
    case NAMI_AST_LABEL_DYNAMIC:
    case NAMI_AST_LABEL_DYNAMIC_ANY:
        return nami_plan__refuse(planner, labels->span, "a dynamic label or type");
    case NAMI_AST_LABEL_NAME:
        return nami_plan__mention(planner, dictionary, labels->name, labels->span.at);
    case NAMI_AST_LABEL_ANY:
    case NAMI_AST_LABEL_NOT:
    case NAMI_AST_LABEL_AND:
    case NAMI_AST_LABEL_OR:
        break;
    }
    for (uint32_t i = 0; i < labels->count && status == NAMI_OK; i++) {
        status = check_labels(planner, labels->items[i], dictionary);
    }
    return status;
}

static int32_t check_properties(struct planner *planner, const struct nami_ast_expr *properties)
{
    int32_t status = NAMI_OK;

    if (properties == NULL || properties->kind != NAMI_AST_MAP) {
        return NAMI_OK;
    }
    for (uint32_t i = 0; i < properties->as.map.count && status == NAMI_OK; i++) {
        const struct nami_ast_map_entry *entry = &properties->as.map.entries[i];

        status = nami_plan__mention(planner, NAMI_DICT_KEY, entry->key, entry->key_span.at);
    }
    return status;
}

static int32_t check_rel(struct planner *planner, const struct nami_ast_rel_pattern *rel)
{
    int32_t status = NAMI_OK;

    if (rel->length.is_present) {
        return nami_plan__refuse(planner, rel->span, "a relationship of variable length");
    }
    if (rel->quantifier.is_present) {
        return nami_plan__refuse(planner, rel->span, "a quantified relationship");
    }
    status = check_labels(planner, rel->types, NAMI_DICT_TYPE);
    return status == NAMI_OK ? check_properties(planner, rel->properties) : status;
}

int32_t nami_plan__check_path(struct planner *planner, const struct nami_ast_path *path)
{
    int32_t status = NAMI_OK;

    if (path->selector == NAMI_AST_SELECT_SHORTEST_PATH ||
        path->selector == NAMI_AST_SELECT_ALL_SHORTEST_PATHS) {
        return nami_plan__refuse(planner, path->span, "shortestPath");
    }
    if (path->selector != NAMI_AST_SELECT_ALL || path->select_count > 1) {
        return nami_plan__refuse(planner, path->span, "a path selector");
    }
    if (path->mode != NAMI_AST_MODE_DEFAULT) {
        return nami_plan__refuse(planner, path->span, "a path mode");
    }
    for (uint32_t i = 0; i < path->element_count && status == NAMI_OK; i++) {
        const struct nami_ast_element *element = &path->elements[i];

        if (element->kind == NAMI_AST_ELEMENT_GROUP) {
            status = nami_plan__refuse(planner, element->as.group->span, "a quantified path");
        } else if (element->kind == NAMI_AST_ELEMENT_REL) {
            status = check_rel(planner, element->as.rel);
        } else {
            status = check_labels(planner, element->as.node->labels, NAMI_DICT_LABEL);
            if (status == NAMI_OK) {
                status = check_properties(planner, element->as.node->properties);
            }
        }
    }
    return status;
}

/* ---- predicates ---- */

static bool is_of(const struct nami_ast_expr *expr, const struct nami_symbol *symbol)
{
    return expr->kind == NAMI_AST_VARIABLE && expr->as.variable->symbol == symbol;
}

/* n.k = e: which of the pattern's nodes it is about. */
static void note_equality(const struct match *match, struct match_predicate *predicate,
                          struct nami_ast_expr *side, struct nami_ast_expr *other)
{
    if (predicate->symbol != NULL || side->kind != NAMI_AST_PROPERTY) {
        return;
    }
    for (uint32_t i = 0; i < match->node_count; i++) {
        if (is_of(side->as.property.object, match->nodes[i].symbol)) {
            predicate->symbol = match->nodes[i].symbol;
            predicate->key = side->as.property.key;
            predicate->value = other;
        }
    }
}

static void note_label(const struct match *match, struct match_predicate *predicate)
{
    const struct nami_ast_expr *expr = predicate->expr;

    if (expr->as.labels.labels->kind != NAMI_AST_LABEL_NAME) {
        return;
    }
    for (uint32_t i = 0; i < match->node_count; i++) {
        if (is_of(expr->as.labels.object, match->nodes[i].symbol)) {
            predicate->symbol = match->nodes[i].symbol;
            predicate->label = expr->as.labels.labels->name;
        }
    }
}

static struct match_predicate *new_predicate(struct match *match)
{
    if ((match->predicate_count & (match->predicate_count - 1)) == 0) { /* 0, 1, 2, 4, ... */
        uint32_t capacity = match->predicate_count == 0 ? 1 : match->predicate_count * 2;
        struct match_predicate *wider = nami_plan__alloc(match->planner, capacity, sizeof(*wider));

        if (wider == NULL) {
            return NULL;
        }
        if (match->predicate_count > 0) {
            memcpy(wider, match->predicates, match->predicate_count * sizeof(*wider));
        }
        match->predicates = wider;
    }
    return &match->predicates[match->predicate_count++];
}

int32_t nami_plan__match_add_predicate(struct match *match, struct nami_ast_expr *expr)
{
    struct match_predicate *predicate = NULL;
    int32_t status = NAMI_OK;

    if (expr == NULL) {
        return nami_plan__nomem(match->planner);
    }
    if (expr->kind == NAMI_AST_AND) {
        for (uint32_t i = 0; i < expr->as.list.count && status == NAMI_OK; i++) {
            status = nami_plan__match_add_predicate(match, expr->as.list.items[i]);
        }
        return status;
    }
    status = nami_plan__tick(match->planner, match->node_count);
    if (status != NAMI_OK) {
        return status;
    }
    predicate = new_predicate(match);
    if (predicate == NULL) {
        return nami_plan__nomem(match->planner);
    }
    predicate->expr = expr;
    if (expr->kind == NAMI_AST_BINARY && expr->op == NAMI_OP_EQ) {
        note_equality(match, predicate, expr->as.binary.left, expr->as.binary.right);
        note_equality(match, predicate, expr->as.binary.right, expr->as.binary.left);
    } else if (expr->kind == NAMI_AST_LABELS) {
        note_label(match, predicate);
    }
    return NAMI_OK;
}

static int32_t add_labels(struct match *match, struct nami_symbol *symbol,
                          struct nami_ast_label_expr *labels)
{
    int32_t status = NAMI_OK;

    if (labels != NULL && labels->kind == NAMI_AST_LABEL_AND) {
        for (uint32_t i = 0; i < labels->count && status == NAMI_OK; i++) {
            status = add_labels(match, symbol, labels->items[i]);
        }
        return status;
    }
    return labels == NULL ? NAMI_OK
                          : nami_plan__match_add_predicate(
                                match, nami_plan__make_labels(match->planner, symbol, labels));
}

static int32_t add_properties(struct match *match, struct nami_symbol *symbol,
                              struct nami_ast_expr *properties)
{
    struct planner *planner = match->planner;
    int32_t status = NAMI_OK;

    if (properties == NULL) {
        return NAMI_OK;
    }
    if (properties->kind != NAMI_AST_MAP) {
        return nami_plan__refuse(planner, properties->span, "a parameter for all properties");
    }
    for (uint32_t i = 0; i < properties->as.map.count && status == NAMI_OK; i++) {
        struct nami_ast_map_entry *entry = &properties->as.map.entries[i];

        status = nami_plan__match_add_predicate(
            match,
            nami_plan__make_equal(
                planner, nami_plan__make_property(planner, symbol, entry->key, entry->key_span),
                entry->value));
    }
    return status;
}

/* ---- elements ---- */

static int32_t check_size(struct match *match, struct nami_ast_path *const *paths,
                          uint32_t path_count)
{
    struct planner *planner = match->planner;
    uint64_t count = 0;
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; i < path_count; i++) {
        count += paths[i]->element_count;
    }
    if (count > NAMI_MATCH_ELEMENTS_MAX) {
        status = nami_diagnose(planner->diag, NAMI_COND_QUERY_TOO_COMPLEX, NULL,
                               "a pattern of more than %u nodes and relationships",
                               NAMI_MATCH_ELEMENTS_MAX);
        nami_diagnose_place(planner->diag, planner->statement->text, match->span.at);
        nami_diagnose_hint(planner->diag, "split it into several MATCH");
    }
    return status;
}

static uint32_t find_node(const struct match *match, const struct nami_symbol *symbol)
{
    uint32_t i = 0;

    while (i < match->node_count && match->nodes[i].symbol != symbol) {
        i++;
    }
    return i;
}

static int32_t read_node(struct match *match, const struct nami_ast_node_pattern *node,
                         uint32_t *index)
{
    struct nami_symbol *symbol = node->variable.symbol;
    uint32_t column = 0;

    *index = find_node(match, symbol);
    if (*index < match->node_count) {
        return nami_plan__tick(match->planner, match->node_count);
    }
    match->nodes[match->node_count++] = (struct match_node){
        .symbol = symbol,
        .is_bound = match->planner->is_bound[symbol->id],
    };
    if (match->planner->is_bound[symbol->id] &&
        (symbol->is_nullable || symbol->kind == NAMI_SYMBOL_VALUE)) { /* null matches nothing */
        return nami_plan__match_add_predicate(
            match, nami_plan__make_is_not_null(match->planner, symbol, node->span));
    }
    return nami_plan__define(match->planner, symbol, &column);
}

/* Types as a list of names; anything else becomes a predicate. */
static int32_t read_types(struct match *match, struct match_rel *rel,
                          const struct nami_ast_rel_pattern *pattern)
{
    struct nami_ast_label_expr *types = pattern->types;
    bool is_list = types != NULL && types->kind == NAMI_AST_LABEL_OR;

    if (types == NULL || types->kind == NAMI_AST_LABEL_ANY) {
        return NAMI_OK;
    }
    if (types->kind == NAMI_AST_LABEL_NAME) {
        rel->types = (struct nami_ast_names){.items = &types->name, .count = 1};
        return NAMI_OK;
    }
    for (uint32_t i = 0; i < types->count && is_list; i++) {
        is_list = types->items[i]->kind == NAMI_AST_LABEL_NAME;
    }
    if (!is_list) {
        return nami_plan__match_add_predicate(
            match, nami_plan__make_labels(match->planner, rel->symbol, types));
    }
    rel->types.items = nami_plan__alloc(match->planner, types->count, sizeof(struct nami_slice));
    if (rel->types.items == NULL) {
        return nami_plan__nomem(match->planner);
    }
    for (uint32_t i = 0; i < types->count; i++) {
        rel->types.items[i] = types->items[i]->name;
    }
    rel->types.count = types->count;
    return NAMI_OK;
}

static int32_t read_rel(struct match *match, const struct nami_ast_rel_pattern *pattern,
                        uint32_t from, uint32_t to)
{
    struct nami_symbol *symbol = pattern->variable.symbol;
    struct match_rel *rel = &match->rels[match->rel_count++];
    uint32_t column = 0;
    int32_t status = NAMI_OK;

    *rel = (struct match_rel){.symbol = symbol,
                              .from = from,
                              .to = to,
                              .direction = pattern->direction,
                              .is_given = match->planner->is_bound[symbol->id]};
    status = nami_plan__define(match->planner, symbol, &column);
    return status == NAMI_OK ? read_types(match, rel, pattern) : status;
}

/* First the graph, then what is said about it: predicates look nodes up. */
static int32_t read_elements(struct match *match, const struct nami_ast_path *path)
{
    uint32_t left = 0;
    uint32_t column = 0;
    int32_t status = NAMI_OK;

    if (path->variable.symbol != NULL) {
        status = nami_plan__define(match->planner, path->variable.symbol, &column);
    }
    for (uint32_t i = 0; i < path->element_count && status == NAMI_OK; i += 2) {
        uint32_t node = 0;

        status = read_node(match, path->elements[i].as.node, &node);
        if (status == NAMI_OK && i > 0) {
            status = read_rel(match, path->elements[i - 1].as.rel, left, node);
        }
        left = node;
    }
    return status;
}

static int32_t read_predicates(struct match *match, const struct nami_ast_path *path)
{
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; i < path->element_count && status == NAMI_OK; i++) {
        struct nami_symbol *symbol = NULL;
        struct nami_ast_expr *properties = NULL;
        struct nami_ast_expr *where = NULL;

        if (path->elements[i].kind == NAMI_AST_ELEMENT_NODE) {
            const struct nami_ast_node_pattern *node = path->elements[i].as.node;

            symbol = node->variable.symbol;
            properties = node->properties;
            where = node->where;
            status = add_labels(match, symbol, node->labels);
        } else {
            const struct nami_ast_rel_pattern *rel = path->elements[i].as.rel;

            symbol = rel->variable.symbol;
            properties = rel->properties;
            where = rel->where;
        }
        if (status == NAMI_OK) {
            status = add_properties(match, symbol, properties);
        }
        if (status == NAMI_OK && where != NULL) {
            status = nami_plan__match_add_predicate(match, where);
        }
    }
    return status;
}

int32_t nami_plan__match_read(struct match *match, struct nami_ast_path *const *paths,
                              uint32_t path_count, struct nami_ast_expr *where)
{
    struct planner *planner = match->planner;
    int32_t status = check_size(match, paths, path_count);

    for (uint32_t i = 0; i < path_count && status == NAMI_OK; i++) {
        status = nami_plan__check_path(planner, paths[i]);
    }
    if (status != NAMI_OK) {
        return status;
    }
    match->nodes =
        nami_plan__alloc(planner, count_elements(paths, path_count, NAMI_AST_ELEMENT_NODE),
                         sizeof(struct match_node));
    match->rels = nami_plan__alloc(planner, count_elements(paths, path_count, NAMI_AST_ELEMENT_REL),
                                   sizeof(struct match_rel));
    match->is_path_done = nami_plan__alloc(planner, path_count, sizeof(bool));
    if (match->nodes == NULL || match->rels == NULL || match->is_path_done == NULL) {
        return nami_plan__nomem(planner);
    }
    match->paths = paths;
    match->path_count = path_count;
    for (uint32_t i = 0; i < path_count && status == NAMI_OK; i++) {
        status = read_elements(match, paths[i]);
    }
    for (uint32_t i = 0; i < path_count && status == NAMI_OK; i++) {
        status = read_predicates(match, paths[i]);
    }
    if (status == NAMI_OK && where != NULL) {
        status = nami_plan__match_add_predicate(match, where);
    }
    return status;
}
