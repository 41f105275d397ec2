/* MATCH and UNWIND. */
#include "core/cypher/functions.h"
#include "core/plan/planner_internal.h"

static const double ROWS_OF_UNWIND = 10.0; /* of a stored list, for the order of joins */
static const double ROWS_OF_UNKNOWN = 1e5; /* of a computed list: it may be of any length, so that
                                               whoever must not block leaves it to others */

int32_t nami_plan__push_path(struct planner *planner, const struct nami_ast_path *path,
                             struct step_list *steps)
{
    struct nami_step *step = NULL;
    uint32_t *elements = NULL;
    uint32_t column = 0;
    int32_t status = NAMI_OK;

    if (path->variable.symbol == NULL) {
        return NAMI_OK;
    }
    elements = nami_plan__alloc(planner, path->element_count, sizeof(uint32_t));
    if (elements == NULL) {
        return nami_plan__nomem(planner);
    }
    for (uint32_t i = 0; i < path->element_count; i++) {
        const struct nami_ast_element *element = &path->elements[i];

        elements[i] = nami_plan__column(planner, element->kind == NAMI_AST_ELEMENT_NODE
                                                     ? element->as.node->variable.symbol
                                                     : element->as.rel->variable.symbol);
    }
    status = nami_plan__define(planner, path->variable.symbol, &column);
    if (status == NAMI_OK) {
        status = nami_plan__push(planner, steps, NAMI_STEP_PATH, &step);
    }
    if (status == NAMI_OK) {
        step->as.path.column = column;
        step->as.path.elements =
            (struct nami_plan_columns){.items = elements, .count = path->element_count};
        nami_plan__bind(planner, path->variable.symbol);
    }
    return status;
}

int32_t nami_plan__lower_match(struct planner *planner, const struct nami_ast_clause *clause,
                               struct step_list *steps)
{
    const struct nami_ast_match *ast = clause->as.match;
    struct match match = {.planner = planner,
                          .span = clause->span,
                          .allows_repeats = ast->mode == NAMI_AST_REPEATABLE_ELEMENTS};
    int32_t status = NAMI_OK;

    if (ast->is_optional) {
        return nami_plan__refuse(planner, clause->keyword, "OPTIONAL MATCH");
    }
    if (ast->hint_count > 0) {
        return nami_plan__refuse(planner, ast->hints[0].span, "USING");
    }
    status = nami_plan__match_read(&match, ast->paths, ast->path_count, ast->where);
    return status == NAMI_OK ? nami_plan__match_solve(&match, steps) : status;
}

/* range() over numbers that are there to be read; less than none is none. */
static double range_rows(const struct nami_ast_expr *call)
{
    int64_t bounds[3] = {0, 0, 1};

    for (uint32_t i = 0; i < call->as.call.arg_count && i < 3; i++) {
        if (call->as.call.args[i]->kind != NAMI_AST_INT) {
            return ROWS_OF_UNKNOWN;
        }
        bounds[i] = call->as.call.args[i]->as.integer;
    }
    return bounds[2] <= 0 || bounds[1] < bounds[0]
               ? ROWS_OF_UNWIND
               : ((double)bounds[1] - (double)bounds[0]) / (double)bounds[2] + 1.0;
}

/* A parameter's list is counted when it is there, by nami_plan_cost_us(). */
static double unwind_rows(const struct nami_ast_expr *list)
{
    if (list->kind == NAMI_AST_LIST) {
        return list->as.list.count;
    }
    if (list->kind == NAMI_AST_FUNCTION && list->as.call.function != NULL &&
        list->as.call.function->id == NAMI_FN_RANGE) {
        return range_rows(list);
    }
    return list->kind == NAMI_AST_PARAM || list->kind == NAMI_AST_PROPERTY ? ROWS_OF_UNWIND
                                                                           : ROWS_OF_UNKNOWN;
}

int32_t nami_plan__lower_unwind(struct planner *planner, const struct nami_ast_unwind *unwind,
                                struct step_list *steps)
{
    const struct nami_symbol *symbol = unwind->variable.symbol;
    struct nami_step *step = NULL;
    uint32_t column = 0;
    int32_t status = nami_plan__define(planner, symbol, &column);

    if (status == NAMI_OK) {
        status = nami_plan__push(planner, steps, NAMI_STEP_UNWIND, &step);
    }
    if (status != NAMI_OK) {
        return status;
    }
    step->as.unwind.column = column;
    step->as.unwind.list = unwind->list;
    step->rows_each = unwind_rows(unwind->list);
    planner->rows *= step->rows_each;
    planner->is_plain[symbol->id] = nami_plan__is_plain(planner, unwind->list);
    nami_plan__bind(planner, symbol);
    return NAMI_OK;
}
