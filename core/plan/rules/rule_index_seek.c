/*
 * Label and equality with an index on them: look nodes up instead of scanning the label. The
 * value may be a parameter, a constant, or made of variables that are bound by then.
 */
#include "core/plan/planner_internal.h"

static const double ROWS_OF_INDEX = 10.0; /* of a value in an index that is not unique */

struct dependence {
    const struct planner *planner;
    bool is_found;
};

static bool find_column(const struct nami_ast_expr *expr, void *context)
{
    struct dependence *search = context;

    if (expr->kind == NAMI_AST_VARIABLE) {
        search->is_found =
            search->is_found ||
            search->planner->column_of[expr->as.variable->symbol->id] != NAMI_PLAN_NO_COLUMN;
    }
    return !search->is_found;
}

static bool depends_on_row(const struct match *match, const struct nami_ast_expr *expr)
{
    struct dependence search = {.planner = match->planner};

    nami_plan__visit(expr, find_column, &search);
    return search.is_found;
}

/* The index for one label and one equality; a unique one wins. */
static void consider(const struct match *match, struct match_predicate *label,
                     struct match_predicate *equality, struct access *access)
{
    const struct nami_catalog *catalog = match->planner->catalog;
    uint32_t label_id = nami_catalog_find(catalog, NAMI_DICT_LABEL, label->label);
    uint32_t key_id = nami_catalog_find(catalog, NAMI_DICT_KEY, equality->key);
    const struct nami_rule *rule = NULL;

    if (label_id == NAMI_NO_NAME || key_id == NAMI_NO_NAME) {
        return;
    }
    rule = nami_catalog_rule_on(catalog, match->planner->snapshot->lsn, label_id, key_id);
    if (rule == NULL || (access->equality != NULL && rule->kind != NAMI_RULE_UNIQUE)) {
        return;
    }
    access->label = label->label;
    access->label_predicate = label;
    access->equality = equality;
    access->is_unique = rule->kind == NAMI_RULE_UNIQUE;
    access->rows = access->is_unique ? 1.0 : ROWS_OF_INDEX;
    access->depends_on_row = depends_on_row(match, equality->value);
}

/* Without, there is no index to look for. */
static bool has_label(const struct match *match, const struct nami_symbol *symbol)
{
    for (uint32_t i = 0; i < match->predicate_count; i++) {
        if (match->predicates[i].symbol == symbol && match->predicates[i].label.len > 0) {
            return true;
        }
    }
    return false;
}

void nami_plan__rule_index_seek(const struct match *match, uint32_t node, struct access *access)
{
    const struct nami_symbol *symbol = match->nodes[node].symbol;

    if (!nami_plan__has_rule(match->planner, NAMI_PLAN_INDEX_SEEK) || !has_label(match, symbol)) {
        return;
    }
    for (uint32_t i = 0; i < match->predicate_count; i++) {
        struct match_predicate *equality = &match->predicates[i];

        if (equality->is_done || equality->symbol != symbol || equality->key.len == 0 ||
            nami_plan__match_waits(match, equality->value)) {
            continue;
        }
        if (nami_plan__tick(match->planner, match->predicate_count) != NAMI_OK) {
            return; /* who solves the pattern asks */
        }
        for (uint32_t j = 0; j < match->predicate_count && !access->is_unique; j++) {
            struct match_predicate *label = &match->predicates[j];

            if (label->symbol == symbol && label->label.len > 0) {
                consider(match, label, equality, access);
            }
        }
    }
}
