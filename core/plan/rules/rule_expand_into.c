/* A relationship between two nodes that are both bound closes a cycle: test it before going on. */
#include "core/plan/planner_internal.h"

uint32_t nami_plan__rule_expand_into(const struct match *match)
{
    for (uint32_t i = 0; i < match->rel_count; i++) {
        const struct match_rel *rel = &match->rels[i];

        if (!rel->is_done && match->planner->is_bound[match->nodes[rel->from].symbol->id] &&
            match->planner->is_bound[match->nodes[rel->to].symbol->id]) {
            return i;
        }
    }
    return UINT32_MAX;
}
