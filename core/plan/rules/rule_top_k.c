/* ORDER BY with LIMIT needs no more rows at a time than it gives. */
#include "core/plan/planner_internal.h"

void nami_plan__rule_top_k(const struct planner *planner, struct step_list *steps)
{
    struct nami_step *sort = NULL;
    const struct nami_step *cut = NULL;

    if (!nami_plan__has_rule(planner, NAMI_PLAN_TOP_K) || steps->count < 2) {
        return;
    }
    sort = &steps->items[steps->count - 2];
    cut = &steps->items[steps->count - 1];
    if (sort->kind != NAMI_STEP_SORT || cut->kind != NAMI_STEP_SKIP_LIMIT ||
        cut->as.skip_limit.limit == NULL) {
        return;
    }
    sort->kind = NAMI_STEP_TOP;
    sort->rule = 1 + NAMI_PLAN_TOP_K;
    sort->as.sort.skip = cut->as.skip_limit.skip;
    sort->as.sort.limit = cut->as.skip_limit.limit;
    steps->count--;
}
