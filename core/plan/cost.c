/* Estimates: rows from statistics, time from what a step costs for a row. */
#include "core/plan/planner_internal.h"

#include <math.h>

static const double OPEN_US = 3.0; /* to build operators and compile expressions */

double nami_plan__label_rows(const struct planner *planner, struct nami_slice label)
{
    uint32_t id = NAMI_NO_NAME;

    if (label.len > 0) {
        id = nami_catalog_find(planner->catalog, NAMI_DICT_LABEL, label);
        if (id == NAMI_NO_NAME) {
            return 0.0;
        }
    }
    return (double)nami_graph_node_count(planner->snapshot->graph, id);
}

double nami_plan__type_degree(const struct planner *planner, struct nami_ast_names types,
                              bool is_both)
{
    const struct nami_graph *graph = planner->snapshot->graph;
    double nodes = (double)nami_graph_node_count(graph, NAMI_NO_NAME);
    double rels = types.count == 0 ? (double)nami_graph_rel_count(graph, NAMI_NO_NAME) : 0.0;

    for (uint32_t i = 0; i < types.count; i++) {
        uint32_t id = nami_catalog_find(planner->catalog, NAMI_DICT_TYPE, types.items[i]);

        rels += id == NAMI_NO_NAME ? 0.0 : (double)nami_graph_rel_count(graph, id);
    }
    return nodes < 1.0 ? 0.0 : rels / nodes * (is_both ? 2.0 : 1.0);
}

/* Nanoseconds for one row in and one row out. */
static void price(const struct nami_step *step, double *in, double *out)
{
    *in = 20.0;
    *out = 0.0;
    switch ((enum nami_step_kind)step->kind) {
    case NAMI_STEP_NODE_SCAN:
    case NAMI_STEP_UNWIND:
    case NAMI_STEP_CROSS:
        *out = 15.0;
        break;
    case NAMI_STEP_INDEX_SEEK:
        *in = 300.0;
        *out = 20.0;
        break;
    case NAMI_STEP_EXPAND:
    case NAMI_STEP_REL_ENDS:
        *in = 150.0;
        *out = 40.0;
        break;
    case NAMI_STEP_FILTER:
        *in = 60.0 * step->as.filter.exprs.count;
        break;
    case NAMI_STEP_PROJECT:
        *in = 60.0 * step->as.project.count;
        break;
    case NAMI_STEP_PATH:
    case NAMI_STEP_AGGREGATE:
    case NAMI_STEP_DISTINCT:
        *in = 150.0;
        break;
    case NAMI_STEP_SORT:
    case NAMI_STEP_TOP:
        *in = 400.0;
        break;
    case NAMI_STEP_CREATE:
        *in = 1000.0 * (step->as.create.node_count + step->as.create.rel_count);
        break;
    case NAMI_STEP_SET:
        *in = 500.0 * step->as.set.count;
        break;
    case NAMI_STEP_DELETE:
    case NAMI_STEP_MERGE:
        *in = 2000.0;
        break;
    case NAMI_STEP_ARGUMENT:
    case NAMI_STEP_COUNT_STORE:
    case NAMI_STEP_UNION:
    case NAMI_STEP_SCHEMA:
    case NAMI_STEP_REL_UNIQUE:
    case NAMI_STEP_SKIP_LIMIT:
    case NAMI_STEP_PRODUCE:
    case NAMI_STEP_KIND_COUNT:
        break;
    }
}

struct pricing {
    const struct nami_graph *graph;
    const struct nami_catalog *catalog;
    const struct nami_value *params;
    uint32_t param_count;
};

/* Rows out per row in, now: a list given as a parameter is as long as it is. */
static double rows_each(const struct pricing *pricing, const struct nami_step *step)
{
    if (step->kind == NAMI_STEP_UNWIND && step->as.unwind.list->kind == NAMI_AST_PARAM) {
        uint32_t index = step->as.unwind.list->as.param;

        if (index < pricing->param_count && pricing->params[index].type == NAMI_VALUE_LIST) {
            return pricing->params[index].count;
        }
    }
    return step->rows_each;
}

/* Statistics move on while a plan is cached: a scan is priced by the graph of today. */
static double scan_rows(const struct pricing *pricing, const struct nami_step *step)
{
    uint32_t id = NAMI_NO_NAME;

    if (step->as.scan.label.len > 0) {
        id = nami_catalog_find(pricing->catalog, NAMI_DICT_LABEL, step->as.scan.label);
        if (id == NAMI_NO_NAME) {
            return 0.0;
        }
    }
    return (double)nami_graph_node_count(pricing->graph, id);
}

static double price_steps(const struct pricing *pricing, struct nami_steps steps, double rows)
{
    double ns = 0.0;

    for (uint32_t i = 0; i < steps.count; i++) {
        const struct nami_step *step = &steps.items[i];
        double in = 0.0;
        double out = 0.0;
        double made = 0.0;

        price(step, &in, &out);
        made = step->kind == NAMI_STEP_NODE_SCAN ? rows * scan_rows(pricing, step)
                                                 : rows * rows_each(pricing, step);
        ns += rows * in + made * out;
        if (step->kind == NAMI_STEP_CROSS) {
            ns += price_steps(pricing, step->as.cross.other, 1.0);
        }
        if (step->kind == NAMI_STEP_MERGE) {
            ns += price_steps(pricing, step->as.merge.match, rows);
        }
        for (uint32_t b = 0; step->kind == NAMI_STEP_UNION && b < step->as.union_.branch_count;
             b++) {
            ns += price_steps(pricing, step->as.union_.branches[b], 1.0);
        }
        rows = fmax(made, 1.0);
    }
    return ns;
}

double nami_plan_cost_us(const struct nami_plan *plan, const struct nami_value *params,
                         uint32_t param_count)
{
    struct pricing pricing = {.graph = plan->graph,
                              .catalog = nami_graph_catalog(plan->graph),
                              .params = params,
                              .param_count = param_count};

    return OPEN_US + price_steps(&pricing, plan->steps, 1.0) / 1000.0;
}
