/* Branches and clauses, in order; what is not executed yet is refused by its keyword. */
#include "core/plan/planner_internal.h"

static int32_t refuse_clause(struct planner *planner, const struct nami_ast_clause *clause,
                             const char *what)
{
    return nami_plan__refuse(planner, clause->keyword, what);
}

static int32_t lower_clause(struct planner *planner, const struct nami_ast_clause *clause,
                            struct step_list *steps)
{
    switch ((enum nami_ast_clause_kind)clause->kind) {
    case NAMI_AST_MATCH:
        return nami_plan__lower_match(planner, clause, steps);
    case NAMI_AST_UNWIND:
        return nami_plan__lower_unwind(planner, clause->as.unwind, steps);
    case NAMI_AST_WITH:
    case NAMI_AST_RETURN:
        return nami_plan__lower_projection(planner, clause->as.projection, steps);
    case NAMI_AST_MERGE:
        return nami_plan__lower_merge(planner, clause, steps);
    case NAMI_AST_SET:
        return nami_plan__lower_set(planner, clause->as.set, false, steps);
    case NAMI_AST_REMOVE:
        return nami_plan__lower_set(planner, clause->as.set, true, steps);
    case NAMI_AST_DELETE:
        return nami_plan__lower_delete(planner, clause->as.delete_, steps);
    case NAMI_AST_FOREACH:
        return refuse_clause(planner, clause, "FOREACH");
    case NAMI_AST_CALL_PROCEDURE:
        return refuse_clause(planner, clause, "CALL of a procedure");
    case NAMI_AST_CALL_QUERY:
        return refuse_clause(planner, clause, "CALL { }");
    case NAMI_AST_LOAD_CSV:
        return refuse_clause(planner, clause, "LOAD CSV");
    case NAMI_AST_USE:
        return refuse_clause(planner, clause, "USE");
    case NAMI_AST_FINISH: /* the branch ends without rows */
        return NAMI_OK;
    case NAMI_AST_CREATE: /* not by itself: see lower_branch() */
    case NAMI_AST_CLAUSE_KIND_COUNT:
        break;
    }
    return refuse_clause(planner, clause, "this clause");
}

static int32_t push_produce(struct planner *planner, const struct nami_ast_branch *branch,
                            struct step_list *steps)
{
    const struct nami_ast_clause *last = branch->clauses[branch->clause_count - 1];
    struct nami_step *step = NULL;
    uint32_t *columns = NULL;
    int32_t status = nami_plan__push(planner, steps, NAMI_STEP_PRODUCE, &step);

    if (status != NAMI_OK) {
        return status;
    }
    step->as.produce.is_discard = last->kind != NAMI_AST_RETURN;
    if (step->as.produce.is_discard) {
        return NAMI_OK;
    }
    columns = nami_plan__alloc(planner, last->as.projection->item_count, sizeof(uint32_t));
    if (columns == NULL) {
        return nami_plan__nomem(planner);
    }
    for (uint32_t i = 0; i < last->as.projection->item_count; i++) {
        columns[i] = nami_plan__column(planner, last->as.projection->items[i].symbol);
    }
    step->as.produce.columns =
        (struct nami_plan_columns){.items = columns, .count = last->as.projection->item_count};
    return NAMI_OK;
}

static int32_t lower_branch(struct planner *planner, const struct nami_ast_branch *branch,
                            struct step_list *steps)
{
    struct nami_step *step = NULL;
    int32_t status = nami_plan__push(planner, steps, NAMI_STEP_ARGUMENT, &step);

    planner->rows = 1.0;
    for (uint32_t i = 0, used = 1; i < branch->clause_count && status == NAMI_OK; i += used) {
        used = 1;
        if (branch->clauses[i]->kind == NAMI_AST_CREATE) {
            status = nami_plan__lower_create(planner, &branch->clauses[i], branch->clause_count - i,
                                             steps, &used);
        } else {
            status = lower_clause(planner, branch->clauses[i], steps);
        }
    }
    return status == NAMI_OK ? push_produce(planner, branch, steps) : status;
}

/* Columns of its own for the result: no branch's symbols are those of another. */
static int32_t union_columns(struct planner *planner, uint32_t count, struct nami_plan_columns *out)
{
    uint32_t *columns = nami_plan__alloc(planner, count, sizeof(uint32_t));

    if (columns == NULL) {
        return nami_plan__nomem(planner);
    }
    for (uint32_t i = 0; i < count; i++) {
        columns[i] = nami_plan__fresh_column(planner);
    }
    *out = (struct nami_plan_columns){.items = columns, .count = count};
    return NAMI_OK;
}

static int32_t lower_union(struct planner *planner, const struct nami_ast_query *query,
                           struct step_list *steps)
{
    struct nami_steps *branches =
        nami_plan__alloc(planner, query->branch_count, sizeof(struct nami_steps));
    struct nami_plan_columns columns = {0};
    struct nami_step *step = NULL;
    int32_t status = branches != NULL ? union_columns(planner, query->columns.count, &columns)
                                      : nami_plan__nomem(planner);

    for (uint32_t i = 0; i < query->branch_count && status == NAMI_OK; i++) {
        struct step_list branch = {0};

        status = lower_branch(planner, &query->branches[i], &branch);
        branches[i] = (struct nami_steps){.items = branch.items, .count = branch.count};
    }
    if (status == NAMI_OK) {
        status = nami_plan__push(planner, steps, NAMI_STEP_UNION, &step);
    }
    if (status != NAMI_OK) {
        return status;
    }
    step->as.union_.branches = branches;
    step->as.union_.branch_count = query->branch_count;
    step->as.union_.columns = columns;
    if (!query->is_union_all && columns.count > 0) {
        status = nami_plan__push(planner, steps, NAMI_STEP_DISTINCT, &step);
        step->as.distinct.columns = columns;
    }
    if (status == NAMI_OK) {
        status = nami_plan__push(planner, steps, NAMI_STEP_PRODUCE, &step);
    }
    if (status == NAMI_OK) {
        step->as.produce.columns = columns;
        step->as.produce.is_discard = columns.count == 0;
    }
    return status;
}

int32_t nami_plan__lower_query(struct planner *planner, const struct nami_ast_query *query,
                               struct step_list *steps)
{
    return query->branch_count > 1 ? lower_union(planner, query, steps)
                                   : lower_branch(planner, &query->branches[0], steps);
}
