/* MATCH and UNWIND. */
#include "core/plan/planner_internal.h"

static const double ROWS_OF_UNWIND = 10.0; /* when nothing is known about the list */

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
    step->rows_each =
        unwind->list->kind == NAMI_AST_LIST ? unwind->list->as.list.count : ROWS_OF_UNWIND;
    planner->rows *= step->rows_each;
    planner->is_plain[symbol->id] = nami_plan__is_plain(planner, unwind->list);
    nami_plan__bind(planner, symbol);
    return NAMI_OK;
}
