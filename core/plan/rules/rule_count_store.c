/*
 * MATCH (n:L) RETURN count(*), MATCH ()-[r:T]->() RETURN count(r): the number is in the
 * statistics. Not inside a transaction, whose own changes it would miss.
 */
#include "core/plan/planner_internal.h"

/* count(*), or count of a variable that the pattern binds and that is never null. */
static bool counts_rows(const struct nami_ast_expr *call, const struct planner *planner,
                        uint32_t first, uint32_t second)
{
    const struct nami_ast_expr *arg = NULL;
    uint32_t column = 0;

    if (call->as.call.function->id == NAMI_FN_COUNT_STAR) {
        return true;
    }
    if (call->as.call.function->id != NAMI_FN_COUNT || call->is_distinct) {
        return false;
    }
    arg = call->as.call.args[0];
    if (arg->kind != NAMI_AST_VARIABLE) {
        return false;
    }
    column = nami_plan__column(planner, arg->as.variable->symbol);
    return column == first || column == second;
}

void nami_plan__rule_count_store(const struct planner *planner, struct step_list *steps)
{
    const struct nami_step *scan = steps->count > 1 ? &steps->items[1] : NULL;
    const struct nami_step *last = steps->count > 0 ? &steps->items[steps->count - 1] : NULL;
    const struct nami_step *hop = steps->count == 4 ? &steps->items[2] : NULL;
    struct nami_step store = {
        .kind = NAMI_STEP_COUNT_STORE, .rows_each = 1.0, .rule = 1 + NAMI_PLAN_COUNT_STORE};

    if (!nami_plan__has_rule(planner, NAMI_PLAN_COUNT_STORE) || planner->is_in_txn ||
        planner->statement->is_write || steps->count < 3 || steps->count > 4 ||
        scan->kind != NAMI_STEP_NODE_SCAN || last->kind != NAMI_STEP_AGGREGATE ||
        last->as.aggregate.key_count != 0 || last->as.aggregate.aggregate_count != 1) {
        return;
    }
    store.as.count_store.counted = &last->as.aggregate.aggregates[0];
    store.as.count_store.name = scan->as.scan.label;
    if (hop == NULL) {
        if (!counts_rows(last->as.aggregate.aggregates[0].call, planner, scan->as.scan.column,
                         NAMI_PLAN_NO_COLUMN)) {
            return;
        }
    } else {
        if (hop->kind != NAMI_STEP_EXPAND || scan->as.scan.label.len > 0 ||
            hop->as.expand.is_into || hop->as.expand.direction == NAMI_AST_BOTH ||
            hop->as.expand.types.count > 1 ||
            !counts_rows(last->as.aggregate.aggregates[0].call, planner, hop->as.expand.rel,
                         hop->as.expand.to)) {
            return;
        }
        store.as.count_store.is_rels = true;
        store.as.count_store.name = hop->as.expand.types.count == 1 ? hop->as.expand.types.items[0]
                                                                    : (struct nami_slice){0};
    }
    steps->items[0] = store;
    steps->count = 1;
}
