/* WITH and RETURN: aggregate, project, DISTINCT, ORDER BY, SKIP, LIMIT, WHERE, in this order. */
#include "core/plan/planner_internal.h"

static const double ROWS_PER_GROUP = 10.0;
static const double SELECTIVITY = 0.5;

struct computed {
    struct nami_plan_aggregate *items;
    uint32_t count;
};

static void set_computed(struct nami_step *step, const struct computed *computed)
{
    step->computed = computed->items;
    step->computed_count = computed->count;
}

static void bind_item(struct planner *planner, const struct nami_ast_item *item)
{
    bool is_plain = nami_plan__is_plain(planner, item->expr);

    planner->is_plain[item->symbol->id] = is_plain;
    nami_plan__bind(planner, item->symbol);
}

/* Expressions into the columns of their items: the keys, or all others. */
static int32_t collect_items(struct planner *planner, const struct nami_ast_projection *projection,
                             bool keys, struct nami_plan_item **out, uint32_t *out_count)
{
    struct nami_plan_item *items =
        nami_plan__alloc(planner, projection->item_count, sizeof(*items));
    uint32_t count = 0;

    if (items == NULL) {
        return nami_plan__nomem(planner);
    }
    for (uint32_t i = 0; i < projection->item_count; i++) {
        const struct nami_ast_item *item = &projection->items[i];
        uint32_t column = 0;
        bool is_key = projection->is_aggregating && item->is_key;
        bool is_same = item->expr->kind == NAMI_AST_VARIABLE &&
                       item->expr->as.variable->symbol == item->symbol;
        int32_t status = NAMI_OK;

        if (is_key != keys || (is_same && !keys)) {
            continue;
        }
        status = nami_plan__define(planner, item->symbol, &column);
        if (status != NAMI_OK) {
            return status;
        }
        items[count++] = (struct nami_plan_item){.expr = item->expr, .column = column};
        bind_item(planner, item);
    }
    *out = items;
    *out_count = count;
    return NAMI_OK;
}

static int32_t push_aggregate(struct planner *planner, const struct nami_ast_projection *projection,
                              struct step_list *steps, struct computed *computed)
{
    struct nami_step *step = NULL;
    struct nami_plan_item *keys = NULL;
    uint32_t key_count = 0;
    int32_t status = collect_items(planner, projection, true, &keys, &key_count);

    computed->count = projection->aggregates.count;
    computed->items = nami_plan__alloc(planner, computed->count, sizeof(*computed->items));
    if (computed->items == NULL) {
        return nami_plan__nomem(planner);
    }
    for (uint32_t i = 0; i < computed->count; i++) {
        computed->items[i] = (struct nami_plan_aggregate){
            .call = projection->aggregates.items[i],
            .column = nami_plan__fresh_column(planner),
        };
    }
    if (status == NAMI_OK) {
        status = nami_plan__push(planner, steps, NAMI_STEP_AGGREGATE, &step);
    }
    if (status != NAMI_OK) {
        return status;
    }
    step->as.aggregate.keys = keys;
    step->as.aggregate.key_count = key_count;
    step->as.aggregate.aggregates = computed->items;
    step->as.aggregate.aggregate_count = computed->count;
    step->rows_each = key_count == 0 ? 0.0 : 1.0 / ROWS_PER_GROUP;
    planner->rows = key_count == 0 ? 1.0 : planner->rows / ROWS_PER_GROUP;
    nami_plan__rule_count_store(planner, steps);
    return NAMI_OK;
}

static int32_t push_project(struct planner *planner, const struct nami_ast_projection *projection,
                            struct step_list *steps, const struct computed *computed)
{
    struct nami_step *step = NULL;
    struct nami_plan_item *items = NULL;
    uint32_t count = 0;
    int32_t status = collect_items(planner, projection, false, &items, &count);

    if (status != NAMI_OK || count == 0) {
        return status;
    }
    status = nami_plan__push(planner, steps, NAMI_STEP_PROJECT, &step);
    if (status == NAMI_OK) {
        step->as.project.items = items;
        step->as.project.count = count;
        set_computed(step, computed);
    }
    return status;
}

static int32_t push_distinct(struct planner *planner, const struct nami_ast_projection *projection,
                             struct step_list *steps)
{
    struct nami_step *step = NULL;
    uint32_t *columns = nami_plan__alloc(planner, projection->item_count, sizeof(uint32_t));
    int32_t status = NAMI_OK;

    if (columns == NULL) {
        return nami_plan__nomem(planner);
    }
    for (uint32_t i = 0; i < projection->item_count; i++) {
        columns[i] = nami_plan__column(planner, projection->items[i].symbol);
    }
    status = nami_plan__push(planner, steps, NAMI_STEP_DISTINCT, &step);
    if (status == NAMI_OK) {
        step->as.distinct.columns =
            (struct nami_plan_columns){.items = columns, .count = projection->item_count};
        step->rows_each = SELECTIVITY;
    }
    return status;
}

static int32_t push_sort(struct planner *planner, const struct nami_ast_projection *projection,
                         struct step_list *steps, const struct computed *computed)
{
    struct nami_step *step = NULL;
    struct nami_plan_sort_key *keys =
        nami_plan__alloc(planner, projection->sort_count, sizeof(*keys));
    int32_t status = NAMI_OK;

    if (keys == NULL) {
        return nami_plan__nomem(planner);
    }
    for (uint32_t i = 0; i < projection->sort_count; i++) {
        keys[i].expr = projection->sort[i].expr;
        keys[i].is_descending = projection->sort[i].is_descending;
    }
    status = nami_plan__push(planner, steps, NAMI_STEP_SORT, &step);
    if (status == NAMI_OK) {
        step->as.sort.keys = keys;
        step->as.sort.key_count = projection->sort_count;
        set_computed(step, computed);
    }
    return status;
}

static int32_t push_cut(struct planner *planner, const struct nami_ast_projection *projection,
                        struct step_list *steps)
{
    const struct nami_ast_expr *limit = projection->limit;
    struct nami_step *step = NULL;
    int32_t status = nami_plan__push(planner, steps, NAMI_STEP_SKIP_LIMIT, &step);

    if (status != NAMI_OK) {
        return status;
    }
    step->as.skip_limit.skip = projection->skip;
    step->as.skip_limit.limit = projection->limit;
    if (limit != NULL && limit->kind == NAMI_AST_INT && planner->rows > (double)limit->as.integer) {
        step->rows_each = (double)limit->as.integer / planner->rows;
        planner->rows = (double)limit->as.integer;
    }
    nami_plan__rule_top_k(planner, steps);
    return NAMI_OK;
}

static int32_t push_where(struct planner *planner, const struct nami_ast_projection *projection,
                          struct step_list *steps, const struct computed *computed)
{
    struct nami_step *step = NULL;
    struct nami_ast_expr **exprs = nami_plan__alloc(planner, 1, sizeof(*exprs));
    int32_t status = NAMI_OK;

    if (exprs == NULL) {
        return nami_plan__nomem(planner);
    }
    exprs[0] = projection->where;
    status = nami_plan__push(planner, steps, NAMI_STEP_FILTER, &step);
    if (status == NAMI_OK) {
        step->as.filter.exprs = (struct nami_ast_exprs){.items = exprs, .count = 1};
        step->rows_each = SELECTIVITY;
        set_computed(step, computed);
    }
    return status;
}

int32_t nami_plan__lower_projection(struct planner *planner,
                                    const struct nami_ast_projection *projection,
                                    struct step_list *steps)
{
    struct computed computed = {0};
    int32_t status = NAMI_OK;

    if (projection->is_aggregating) {
        status = push_aggregate(planner, projection, steps, &computed);
    }
    if (status == NAMI_OK) {
        status = push_project(planner, projection, steps, &computed);
    }
    if (status == NAMI_OK && projection->is_distinct) {
        status = push_distinct(planner, projection, steps);
    }
    if (status == NAMI_OK && projection->sort_count > 0) {
        status = push_sort(planner, projection, steps, &computed);
    }
    if (status == NAMI_OK && (projection->skip != NULL || projection->limit != NULL)) {
        status = push_cut(planner, projection, steps);
    }
    if (status == NAMI_OK && projection->where != NULL) {
        status = push_where(planner, projection, steps, &computed);
    }
    return status;
}
