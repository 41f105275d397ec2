#include "core/cypher/analysis_internal.h"

/* What a walk over the paths of CREATE or MERGE knows. */
struct creation {
    struct nami_cypher__analyser *a;
    bool is_merge;
};

static bool already_bound(struct nami_cypher__analyser *a, const struct nami_ast_variable *variable,
                          const char *why)
{
    return nami_cypher__reject(a, NAMI_COND_VARIABLE_ALREADY_BOUND, variable->span,
                               "Variable '%.*s' is already defined%s", (int)variable->name.len,
                               (const char *)variable->name.ptr, why);
}

static struct nami_symbol *anonymous(struct nami_cypher__analyser *a,
                                     struct nami_ast_variable *variable, struct nami_span span,
                                     uint8_t kind)
{
    variable->span = span;
    variable->symbol = nami_cypher__new_symbol(a, variable->name, span, kind);
    return variable->symbol;
}

/* Names, dynamic ones, and all of them together. */
static bool plain_labels(struct nami_cypher__analyser *a, struct nami_ast_label_expr *labels)
{
    if (labels == NULL) {
        return true;
    }
    switch ((enum nami_ast_label_kind)labels->kind) {
    case NAMI_AST_LABEL_NAME:
        return true;
    case NAMI_AST_LABEL_DYNAMIC:
        return nami_cypher__resolve_labels(a, labels);
    case NAMI_AST_LABEL_AND:
        for (uint32_t i = 0; i < labels->count; i++) {
            if (!plain_labels(a, labels->items[i])) {
                return false;
            }
        }
        return true;
    case NAMI_AST_LABEL_DYNAMIC_ANY:
    case NAMI_AST_LABEL_ANY:
    case NAMI_AST_LABEL_NOT:
    case NAMI_AST_LABEL_OR:
        break;
    }
    return nami_cypher__reject(a, NAMI_COND_UNEXPECTED_SYNTAX, labels->span,
                               "What is created has labels, not a choice of them");
}

static bool properties(struct creation *creation, struct nami_ast_expr **slot,
                       struct nami_ast_expr *where)
{
    struct nami_cypher__analyser *a = creation->a;

    if (where != NULL) {
        return nami_cypher__reject(a, NAMI_COND_UNEXPECTED_SYNTAX, where->span,
                                   "WHERE can not be part of a pattern that creates");
    }
    if (*slot != NULL && (*slot)->kind == NAMI_AST_PARAM && creation->is_merge) {
        (void)nami_cypher__reject(a, NAMI_COND_INVALID_PARAMETER_USE, (*slot)->span,
                                  "A parameter can not stand for all properties in MATCH or MERGE");
        nami_diagnose_hint(a->diag, "write each property: {key: $param.key}");
        return false;
    }
    return nami_cypher__resolve_optional(a, slot);
}

static bool bound_node(struct creation *creation, struct nami_ast_node_pattern *node, bool is_alone)
{
    struct nami_cypher__analyser *a = creation->a;
    const struct nami_symbol *symbol = node->variable.symbol;

    node->is_bound = true;
    if (symbol->kind != NAMI_SYMBOL_NODE &&
        (symbol->kind != NAMI_SYMBOL_VALUE ||
         (symbol->types & (NAMI_STATIC_NODE | NAMI_STATIC_NULL)) == 0)) {
        return nami_cypher__reject(
            a, NAMI_COND_VARIABLE_TYPE_CONFLICT, node->variable.span,
            "Variable '%.*s' is %s and can not be a node", (int)node->variable.name.len,
            (const char *)node->variable.name.ptr, nami_cypher__type_text(symbol->types));
    }
    if (is_alone) {
        return already_bound(a, &node->variable, ": there is nothing to create");
    }
    if (node->labels != NULL || node->properties != NULL) {
        return already_bound(a, &node->variable, ": labels and properties can only be set later");
    }
    return nami_cypher__use(a, node->variable.symbol);
}

static bool node(struct creation *creation, struct nami_ast_node_pattern *node, bool is_alone)
{
    struct nami_cypher__analyser *a = creation->a;

    if (node->variable.name.len > 0) {
        node->variable.symbol = nami_cypher__find(a, node->variable.name);
        if (a->status != NAMI_OK) {
            return false;
        }
        if (node->variable.symbol != NULL) {
            return bound_node(creation, node, is_alone);
        }
    }
    /* What is being created can not be read yet. */
    if (!plain_labels(a, node->labels) || !properties(creation, &node->properties, node->where)) {
        return false;
    }
    if (node->variable.name.len == 0) {
        return anonymous(a, &node->variable, node->span, NAMI_SYMBOL_NODE) != NULL;
    }
    return nami_cypher__declare(a, &node->variable, NAMI_SYMBOL_NODE, false) != NULL;
}

static bool check_relationship(struct creation *creation, const struct nami_ast_rel_pattern *rel)
{
    struct nami_cypher__analyser *a = creation->a;

    if (rel->length.is_present || rel->quantifier.is_present) {
        return nami_cypher__reject(a, NAMI_COND_CREATING_VAR_LENGTH,
                                   rel->length.is_present ? rel->length.span : rel->quantifier.span,
                                   "A relationship of variable length can not be created");
    }
    if (rel->types == NULL ||
        (rel->types->kind != NAMI_AST_LABEL_NAME && rel->types->kind != NAMI_AST_LABEL_DYNAMIC)) {
        (void)nami_cypher__reject(a, NAMI_COND_NO_SINGLE_RELATIONSHIP_TYPE,
                                  rel->types != NULL ? rel->types->span : rel->span,
                                  "A relationship is created with exactly one type");
        nami_diagnose_hint(a->diag, "for example -[:KNOWS]->");
        return false;
    }
    if (rel->direction == NAMI_AST_BOTH && !creation->is_merge) {
        return nami_cypher__reject(a, NAMI_COND_REQUIRES_DIRECTED_RELATIONSHIP, rel->span,
                                   "A relationship is created in one direction: --> or <--");
    }
    return true;
}

static bool relationship(struct creation *creation, struct nami_ast_rel_pattern *rel)
{
    struct nami_cypher__analyser *a = creation->a;

    if (rel->variable.name.len > 0 && nami_cypher__find(a, rel->variable.name) != NULL) {
        return already_bound(a, &rel->variable, "");
    }
    if (a->status != NAMI_OK || !check_relationship(creation, rel) ||
        !nami_cypher__resolve_labels(a, rel->types) ||
        !properties(creation, &rel->properties, rel->where)) {
        return false;
    }
    if (rel->variable.name.len == 0) {
        return anonymous(a, &rel->variable, rel->span, NAMI_SYMBOL_REL) != NULL;
    }
    return nami_cypher__declare(a, &rel->variable, NAMI_SYMBOL_REL, false) != NULL;
}

static bool path_in(struct creation *creation, struct nami_ast_path *path)
{
    struct nami_cypher__analyser *a = creation->a;

    if (path->selector != NAMI_AST_SELECT_ALL || path->mode != NAMI_AST_MODE_DEFAULT) {
        return nami_cypher__reject(a, NAMI_COND_UNEXPECTED_SYNTAX, path->span,
                                   "A choice of paths can be matched, not created");
    }
    for (uint32_t i = 0; i < path->element_count; i++) {
        struct nami_ast_element *element = &path->elements[i];

        if (element->kind == NAMI_AST_ELEMENT_GROUP) {
            return nami_cypher__reject(a, NAMI_COND_UNEXPECTED_SYNTAX, element->as.group->span,
                                       "A part in parentheses can be matched, not created");
        }
        if (!(element->kind == NAMI_AST_ELEMENT_NODE
                  ? node(creation, element->as.node, path->element_count == 1)
                  : relationship(creation, element->as.rel))) {
            return false;
        }
    }
    return path->variable.name.len == 0 ||
           nami_cypher__declare(a, &path->variable, NAMI_SYMBOL_PATH, false) != NULL;
}

bool nami_cypher__create_paths(struct nami_cypher__analyser *a, struct nami_ast_path **paths,
                               uint32_t count, bool is_merge)
{
    struct creation creation = {a, is_merge};

    for (uint32_t i = 0; i < count; i++) {
        if (!path_in(&creation, paths[i])) {
            return false;
        }
    }
    return true;
}
