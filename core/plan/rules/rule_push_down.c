/* A predicate is tested as soon as its variables are bound, before rows multiply. */
#include "core/plan/planner_internal.h"

bool nami_plan__rule_push_down(const struct match *match, const struct match_predicate *predicate,
                               bool is_end)
{
    (void)predicate;
    return is_end || nami_plan__has_rule(match->planner, NAMI_PLAN_PUSH_DOWN);
}
