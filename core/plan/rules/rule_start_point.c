/* Begin a pattern, or a part of it, at the node that fewest are expected for. */
#include "core/plan/planner_internal.h"

static const double SELECTIVITY_EQUAL = 0.1;

/* Without an index: the rarest of its labels. */
static void consider_scans(const struct match *match, uint32_t node, struct access *access)
{
    const struct nami_symbol *symbol = match->nodes[node].symbol;
    struct nami_slice all = {0};

    access->rows = nami_plan__label_rows(match->planner, all);
    for (uint32_t i = 0; i < match->predicate_count; i++) {
        struct match_predicate *predicate = &match->predicates[i];
        double rows = 0.0;

        if (predicate->symbol != symbol || predicate->label.len == 0 || predicate->is_done) {
            continue;
        }
        rows = nami_plan__label_rows(match->planner, predicate->label);
        if (access->label_predicate == NULL || rows < access->rows) {
            access->rows = rows;
            access->label = predicate->label;
            access->label_predicate = predicate;
        }
    }
}

/* Rows that are left once the node's own equalities are tested: what it is compared by. */
static double expected(const struct match *match, const struct access *access)
{
    double rows = access->rows;

    for (uint32_t i = 0; i < match->predicate_count && access->equality == NULL; i++) {
        if (match->predicates[i].symbol == match->nodes[access->node].symbol &&
            match->predicates[i].key.len > 0 && !match->predicates[i].is_done) {
            rows *= SELECTIVITY_EQUAL;
        }
    }
    return rows;
}

void nami_plan__rule_start_point(const struct match *match, struct access *out)
{
    bool is_found = false;
    double best = 0.0;

    for (uint32_t i = 0; i < match->node_count; i++) {
        struct access access = {.node = i};
        double rows = 0.0;

        if (match->planner->is_bound[match->nodes[i].symbol->id]) {
            continue;
        }
        if (is_found && nami_plan__tick(match->planner, match->predicate_count) != NAMI_OK) {
            return; /* who solves the pattern asks */
        }
        nami_plan__rule_index_seek(match, i, &access);
        if (access.equality == NULL) {
            consider_scans(match, i, &access);
        }
        rows = expected(match, &access);
        if (!is_found || rows < best) {
            *out = access;
            best = rows;
            is_found = true;
        }
        if (!nami_plan__has_rule(match->planner, NAMI_PLAN_START_POINT)) {
            return; /* the first one as written */
        }
    }
}
