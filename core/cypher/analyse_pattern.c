#include "core/cypher/analysis_internal.h"
#include "core/cypher/ast_walk.h"

/* What a walk over the paths of one clause knows. */
struct pattern {
    struct nami_cypher__analyser *a;
    uint32_t first_symbol; /* ids from here on were bound by this clause */
    bool is_optional;
    bool may_bind; /* false: a pattern predicate */
    bool in_group; /* inside a quantified part */
};

static bool conflict(struct nami_cypher__analyser *a, const struct nami_ast_variable *variable,
                     const char *wanted)
{
    static const char *const kinds[] = {
        [NAMI_SYMBOL_NODE] = "a node",
        [NAMI_SYMBOL_REL] = "a relationship",
        [NAMI_SYMBOL_REL_LIST] = "a list of relationships",
        [NAMI_SYMBOL_NODE_LIST] = "a list of nodes",
        [NAMI_SYMBOL_PATH] = "a path",
        [NAMI_SYMBOL_VALUE] = NULL,
    };
    const struct nami_symbol *symbol = variable->symbol;
    const char *is = symbol->kind == NAMI_SYMBOL_VALUE ? nami_cypher__type_text(symbol->types)
                                                       : kinds[symbol->kind];

    return nami_cypher__reject(a, NAMI_COND_VARIABLE_TYPE_CONFLICT, variable->span,
                               "Variable '%.*s' is %s and can not be %s", (int)variable->name.len,
                               (const char *)variable->name.ptr, is, wanted);
}

/* Finds or makes the symbol. *is_bound: it was there. */
static bool meet(struct pattern *pattern, struct nami_ast_variable *variable,
                 struct nami_span element, uint8_t kind, bool *is_bound)
{
    struct nami_cypher__analyser *a = pattern->a;

    *is_bound = false;
    if (variable->name.len > 0) {
        variable->symbol = nami_cypher__find(a, variable->name);
        if (a->status != NAMI_OK) {
            return false;
        }
    }
    if (variable->symbol != NULL) {
        *is_bound = true;
        return nami_cypher__use(a, variable->symbol);
    }
    if (variable->name.len == 0) {
        variable->span = element;
        variable->symbol = nami_cypher__new_symbol(a, variable->name, element, kind);
    } else if (!pattern->may_bind) {
        return nami_cypher__undefined(a, variable->name, variable->span);
    } else if (nami_cypher__declare(a, variable, kind, false) == NULL) {
        return false;
    }
    if (variable->symbol != NULL) {
        variable->symbol->is_nullable = pattern->is_optional;
    }
    return variable->symbol != NULL;
}

static bool in_group_only(struct pattern *pattern, const struct nami_ast_variable *variable)
{
    return nami_cypher__reject(pattern->a, NAMI_COND_VARIABLE_ALREADY_BOUND, variable->span,
                               "Variable '%.*s' can not be both inside and outside of a "
                               "quantified path pattern",
                               (int)variable->name.len, (const char *)variable->name.ptr);
}

static bool node(struct pattern *pattern, struct nami_ast_node_pattern *node)
{
    const struct nami_symbol *symbol = NULL;
    uint32_t first_symbol = pattern->first_symbol;

    if (!meet(pattern, &node->variable, node->span, NAMI_SYMBOL_NODE, &node->is_bound)) {
        return false;
    }
    symbol = node->variable.symbol;
    if (!node->is_bound) {
        return true;
    }
    if (pattern->in_group && symbol->id < first_symbol) {
        return in_group_only(pattern, &node->variable);
    }
    if (symbol->kind == NAMI_SYMBOL_NODE ||
        (symbol->kind == NAMI_SYMBOL_VALUE &&
         (symbol->types & (NAMI_STATIC_NODE | NAMI_STATIC_NULL)) != 0)) {
        return true;
    }
    return conflict(pattern->a, &node->variable, "a node");
}

static bool relationship(struct pattern *pattern, struct nami_ast_rel_pattern *rel)
{
    bool is_list = rel->length.is_present || rel->quantifier.is_present;
    uint8_t kind = is_list ? NAMI_SYMBOL_REL_LIST : NAMI_SYMBOL_REL;
    uint32_t types = is_list ? NAMI_STATIC_LIST : NAMI_STATIC_REL;
    const struct nami_symbol *symbol = NULL;

    if (!meet(pattern, &rel->variable, rel->span, kind, &rel->is_bound)) {
        return false;
    }
    symbol = rel->variable.symbol;
    if (!rel->is_bound) {
        return true;
    }
    if (symbol->kind != kind &&
        (symbol->kind != NAMI_SYMBOL_VALUE || (symbol->types & (types | NAMI_STATIC_NULL)) == 0)) {
        return conflict(pattern->a, &rel->variable,
                        is_list ? "a list of relationships" : "a relationship");
    }
    if (symbol->id >= pattern->first_symbol) {
        return nami_cypher__reject(
            pattern->a, NAMI_COND_RELATIONSHIP_UNIQUENESS_VIOLATION, rel->variable.span,
            "Relationship '%.*s' can not be used twice in one pattern", (int)rel->variable.name.len,
            (const char *)rel->variable.name.ptr);
    }
    return !pattern->in_group || in_group_only(pattern, &rel->variable);
}

static bool path_elements(struct pattern *pattern, struct nami_ast_path *path);
static bool path_expressions(struct nami_cypher__analyser *a, struct nami_ast_path *path,
                             bool may_be_param);

/* Each variable inside is a list outside. */
static bool group_variables(struct pattern *pattern, struct nami_ast_group_pattern *group,
                            uint32_t first, uint32_t end)
{
    struct nami_cypher__analyser *a = pattern->a;
    size_t bytes = (end - first + (size_t)1) * sizeof(struct nami_symbol *);

    group->inner.items = nami_cypher__analysis_alloc(a, bytes);
    group->outer.items = nami_cypher__analysis_alloc(a, bytes);
    if (group->inner.items == NULL || group->outer.items == NULL) {
        return false;
    }
    for (uint32_t id = first; id < end; id++) {
        struct nami_symbol *inner = a->symbols[id];
        struct nami_symbol *outer = NULL;
        uint8_t kind = inner->kind == NAMI_SYMBOL_NODE  ? NAMI_SYMBOL_NODE_LIST
                       : inner->kind == NAMI_SYMBOL_REL ? NAMI_SYMBOL_REL_LIST
                                                        : NAMI_SYMBOL_VALUE;

        if (inner->is_anonymous) {
            continue;
        }
        outer = nami_cypher__new_symbol(a, inner->name, inner->span, kind);
        if (outer == NULL || !nami_cypher__bind(a, outer, inner->name)) {
            return false;
        }
        outer->types = NAMI_STATIC_LIST;
        outer->element_types = inner->types;
        outer->is_nullable = pattern->is_optional;
        group->inner.items[group->inner.count++] = inner;
        group->outer.items[group->outer.count++] = outer;
    }
    return true;
}

static bool group(struct pattern *pattern, struct nami_ast_group_pattern *group)
{
    struct nami_cypher__analyser *a = pattern->a;
    struct pattern inside = *pattern;
    struct nami_cypher__scope scope;
    uint32_t end = 0;

    if (!group->quantifier.is_present) {
        return path_elements(pattern, group->path);
    }
    if (pattern->in_group) {
        return nami_cypher__reject(a, NAMI_COND_UNEXPECTED_SYNTAX, group->span,
                                   "A quantified path pattern can not be inside another");
    }
    inside.in_group = true;
    inside.first_symbol = a->symbol_count;
    if (!nami_cypher__push_scope(a, &scope) || !path_elements(&inside, group->path)) {
        return false;
    }
    end = a->symbol_count;
    if (!path_expressions(a, group->path, false) || !nami_cypher__resolve_where(a, &group->where)) {
        return false;
    }
    nami_cypher__pop_scope(a);
    return group_variables(pattern, group, inside.first_symbol, end);
}

static bool path_elements(struct pattern *pattern, struct nami_ast_path *path)
{
    for (uint32_t i = 0; i < path->element_count; i++) {
        struct nami_ast_element *element = &path->elements[i];
        bool is_fine = element->kind == NAMI_AST_ELEMENT_NODE ? node(pattern, element->as.node)
                       : element->kind == NAMI_AST_ELEMENT_REL
                           ? relationship(pattern, element->as.rel)
                           : group(pattern, element->as.group);
        if (!is_fine) {
            return false;
        }
    }
    if (path->variable.name.len > 0) {
        struct nami_symbol *symbol =
            nami_cypher__declare(pattern->a, &path->variable, NAMI_SYMBOL_PATH, false);
        if (symbol == NULL) {
            return false;
        }
        symbol->is_nullable = pattern->is_optional;
    }
    return true;
}

/* ---- second pass: property maps and conditions see every variable of the pattern */

static bool properties(struct nami_cypher__analyser *a, struct nami_ast_expr **slot,
                       bool may_be_param)
{
    if (*slot == NULL) {
        return true;
    }
    if ((*slot)->kind == NAMI_AST_PARAM && !may_be_param) {
        (void)nami_cypher__reject(a, NAMI_COND_INVALID_PARAMETER_USE, (*slot)->span,
                                  "A parameter can not stand for all properties in MATCH or MERGE");
        nami_diagnose_hint(a->diag, "write each property: {key: $param.key}");
        return false;
    }
    return nami_cypher__resolve(a, slot);
}

static bool element_expressions(struct nami_cypher__analyser *a, struct nami_ast_element *element,
                                bool may_be_param)
{
    struct nami_ast_node_pattern *node = element->as.node;
    struct nami_ast_rel_pattern *rel = element->as.rel;
    struct nami_ast_group_pattern *group = element->as.group;

    switch ((enum nami_ast_element_kind)element->kind) {
    case NAMI_AST_ELEMENT_NODE:
        return nami_cypher__resolve_labels(a, node->labels) &&
               properties(a, &node->properties, may_be_param) &&
               nami_cypher__resolve_where(a, &node->where);
    case NAMI_AST_ELEMENT_REL:
        return nami_cypher__resolve_labels(a, rel->types) &&
               properties(a, &rel->properties, may_be_param) &&
               nami_cypher__resolve_where(a, &rel->where);
    case NAMI_AST_ELEMENT_GROUP:
        if (group->quantifier.is_present) {
            return true; /* done with its own variables */
        }
        return path_expressions(a, group->path, may_be_param) &&
               nami_cypher__resolve_where(a, &group->where);
    }
    return false;
}

static bool path_expressions(struct nami_cypher__analyser *a, struct nami_ast_path *path,
                             bool may_be_param)
{
    for (uint32_t i = 0; i < path->element_count; i++) {
        if (!element_expressions(a, &path->elements[i], may_be_param)) {
            return false;
        }
    }
    return true;
}

bool nami_cypher__match_paths(struct nami_cypher__analyser *a, struct nami_ast_path **paths,
                              uint32_t count, bool is_optional)
{
    struct pattern pattern = {
        .a = a, .first_symbol = a->symbol_count, .is_optional = is_optional, .may_bind = true};

    for (uint32_t i = 0; i < count; i++) {
        if (!path_elements(&pattern, paths[i])) {
            return false;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!path_expressions(a, paths[i], false)) {
            return false;
        }
    }
    return true;
}

bool nami_cypher__expr_path(struct nami_cypher__analyser *a, struct nami_ast_path *path,
                            bool may_bind)
{
    struct pattern pattern = {.a = a, .first_symbol = a->symbol_count, .may_bind = may_bind};

    return path_elements(&pattern, path) && path_expressions(a, path, false);
}
