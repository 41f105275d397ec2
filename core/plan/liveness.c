/*
 * From the last step to the first: which columns are read later. Only those are carried through
 * steps that make new rows or hold rows back. On the way every expression is checked.
 */
#include "core/plan/planner_internal.h"

#include <string.h>

struct liveness {
    struct planner *planner;
    bool *live;    /* by column */
    bool *used;    /* by column: by the step at hand */
    bool *defined; /* by column: by the step at hand */
    const struct nami_step *step;
    int32_t status;
};

static bool mark(const struct nami_ast_expr *expr, void *context)
{
    struct liveness *liveness = context;
    const struct nami_step *step = liveness->step;

    if (expr->kind == NAMI_AST_VARIABLE) {
        uint32_t column = liveness->planner->column_of[expr->as.variable->symbol->id];

        if (column != NAMI_PLAN_NO_COLUMN) {
            liveness->used[column] = true;
        }
    }
    if (expr->kind == NAMI_AST_FUNCTION && expr->as.call.function->is_aggregate &&
        expr->as.call.aggregate < step->computed_count) {
        liveness->used[step->computed[expr->as.call.aggregate].column] = true;
        return false; /* computed below: its arguments were read there */
    }
    return true;
}

static void use(struct liveness *liveness, const struct nami_ast_expr *expr)
{
    if (liveness->status == NAMI_OK) {
        liveness->status = nami_plan__check_expr(liveness->planner, expr);
    }
    nami_plan__visit(expr, mark, liveness);
}

static void use_all(struct liveness *liveness, struct nami_ast_exprs exprs)
{
    for (uint32_t i = 0; i < exprs.count; i++) {
        use(liveness, exprs.items[i]);
    }
}

static void use_columns(struct liveness *liveness, struct nami_plan_columns columns)
{
    for (uint32_t i = 0; i < columns.count; i++) {
        liveness->used[columns.items[i]] = true;
    }
}

static void use_properties(struct liveness *liveness, const struct nami_plan_properties *properties)
{
    for (uint32_t i = 0; i < properties->count; i++) {
        use(liveness, properties->items[i].expr);
    }
    use(liveness, properties->map);
}

static void scan_create(struct liveness *liveness, const struct nami_plan_create *create)
{
    for (uint32_t i = 0; i < create->node_count; i++) {
        liveness->defined[create->nodes[i].column] = true;
        use_properties(liveness, &create->nodes[i].properties);
    }
    for (uint32_t i = 0; i < create->rel_count; i++) {
        liveness->defined[create->rels[i].column] = true;
        liveness->used[create->rels[i].from] = true;
        liveness->used[create->rels[i].to] = true;
        use_properties(liveness, &create->rels[i].properties);
    }
}

static void scan_set(struct liveness *liveness, const struct nami_plan_set *set)
{
    for (uint32_t i = 0; i < set->count; i++) {
        use(liveness, set->items[i].object);
        use(liveness, set->items[i].key_expr);
        use(liveness, set->items[i].value);
    }
}

static void scan_items(struct liveness *liveness, const struct nami_plan_item *items,
                       uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        liveness->defined[items[i].column] = true;
        use(liveness, items[i].expr);
    }
}

static void scan_rel_ends(struct liveness *liveness, const struct nami_step *step)
{
    liveness->defined[step->as.rel_ends.from] = true;
    liveness->defined[step->as.rel_ends.to] = true;
    liveness->used[step->as.rel_ends.rel] = true;
    liveness->used[step->as.rel_ends.from] |= step->as.rel_ends.is_from_bound;
    liveness->used[step->as.rel_ends.to] |= step->as.rel_ends.is_to_bound;
}

static void scan_expand(struct liveness *liveness, const struct nami_step *step)
{
    liveness->defined[step->as.expand.rel] = true;
    liveness->used[step->as.expand.from] = true;
    if (step->as.expand.is_into) {
        liveness->used[step->as.expand.to] = true;
    } else {
        liveness->defined[step->as.expand.to] = true;
    }
}

static void scan_aggregate(struct liveness *liveness, const struct nami_step *step)
{
    scan_items(liveness, step->as.aggregate.keys, step->as.aggregate.key_count);
    for (uint32_t i = 0; i < step->as.aggregate.aggregate_count; i++) {
        const struct nami_ast_expr *call = step->as.aggregate.aggregates[i].call;

        liveness->defined[step->as.aggregate.aggregates[i].column] = true;
        for (uint32_t a = 0; a < call->as.call.arg_count; a++) {
            use(liveness, call->as.call.args[a]);
        }
    }
    /* nothing else of a row survives */
    memset(liveness->live, 0, liveness->planner->column_count * sizeof(bool));
}

static void scan_sort(struct liveness *liveness, const struct nami_step *step)
{
    for (uint32_t i = 0; i < step->as.sort.key_count; i++) {
        use(liveness, step->as.sort.keys[i].expr);
    }
    if (step->kind == NAMI_STEP_TOP) {
        use(liveness, step->as.sort.skip);
        use(liveness, step->as.sort.limit);
    }
}

static void scan_update(struct liveness *liveness, const struct nami_step *step)
{
    if (step->kind == NAMI_STEP_CREATE) {
        scan_create(liveness, &step->as.create);
    } else if (step->kind == NAMI_STEP_SET) {
        scan_set(liveness, &step->as.set);
    } else {
        use_all(liveness, step->as.delete_.exprs);
    }
}

/* What the step reads and fills, but for steps inside it. */
static void scan_step(struct liveness *liveness, const struct nami_step *step)
{
    switch ((enum nami_step_kind)step->kind) {
    case NAMI_STEP_COUNT_STORE:
        liveness->defined[step->as.count_store.counted->column] = true;
        break;
    case NAMI_STEP_NODE_SCAN:
        liveness->defined[step->as.scan.column] = true;
        break;
    case NAMI_STEP_INDEX_SEEK:
        liveness->defined[step->as.seek.column] = true;
        use(liveness, step->as.seek.value);
        break;
    case NAMI_STEP_EXPAND:
        scan_expand(liveness, step);
        break;
    case NAMI_STEP_REL_ENDS:
        scan_rel_ends(liveness, step);
        break;
    case NAMI_STEP_REL_UNIQUE:
        liveness->used[step->as.rel_unique.column] = true;
        use_columns(liveness, step->as.rel_unique.others);
        break;
    case NAMI_STEP_FILTER:
        use_all(liveness, step->as.filter.exprs);
        break;
    case NAMI_STEP_PATH:
        liveness->defined[step->as.path.column] = true;
        use_columns(liveness, step->as.path.elements);
        break;
    case NAMI_STEP_PROJECT:
        scan_items(liveness, step->as.project.items, step->as.project.count);
        break;
    case NAMI_STEP_UNWIND:
        liveness->defined[step->as.unwind.column] = true;
        use(liveness, step->as.unwind.list);
        break;
    case NAMI_STEP_AGGREGATE:
        scan_aggregate(liveness, step);
        break;
    case NAMI_STEP_DISTINCT:
        use_columns(liveness, step->as.distinct.columns);
        break;
    case NAMI_STEP_SORT:
    case NAMI_STEP_TOP:
        scan_sort(liveness, step);
        break;
    case NAMI_STEP_SKIP_LIMIT:
        use(liveness, step->as.skip_limit.skip);
        use(liveness, step->as.skip_limit.limit);
        break;
    case NAMI_STEP_CREATE:
    case NAMI_STEP_SET:
    case NAMI_STEP_DELETE:
        scan_update(liveness, step);
        break;
    case NAMI_STEP_PRODUCE:
        use_columns(liveness, step->as.produce.columns);
        break;
    case NAMI_STEP_SCHEMA:
        use(liveness, step->as.schema.name_param);
        break;
    case NAMI_STEP_ARGUMENT:
    case NAMI_STEP_UNION: /* the last four: below */
    case NAMI_STEP_CROSS:
    case NAMI_STEP_MERGE:
    case NAMI_STEP_KIND_COUNT:
        break;
    }
}

/* ---- sets of columns as lists ---- */

/* Columns in `a` that are in `b` (or, if `without`, are not). b NULL: all of a. */
static struct nami_plan_columns list_of(struct liveness *liveness, const bool *a, const bool *b,
                                        bool without)
{
    uint32_t width = liveness->planner->column_count;
    struct nami_plan_columns list = {0};
    uint32_t *items = NULL;
    uint32_t count = 0;

    for (uint32_t i = 0; i < width; i++) {
        count += a[i] && (b == NULL || b[i] != without) ? 1 : 0;
    }
    if (count == 0) {
        return list;
    }
    items = nami_plan__alloc(liveness->planner, count, sizeof(uint32_t));
    if (items == NULL) {
        liveness->status = nami_plan__nomem(liveness->planner);
        return list;
    }
    for (uint32_t i = 0; i < width; i++) {
        if (a[i] && (b == NULL || b[i] != without)) {
            items[list.count++] = i;
        }
    }
    list.items = items;
    return list;
}

/* A set to work with: a copy, or empty. Given back with give(). NULL: no memory. */
static bool *take(struct liveness *liveness, const bool *set)
{
    struct planner *planner = liveness->planner;
    bool *copy = planner->spare_count > 0
                     ? planner->spare_sets[--planner->spare_count]
                     : nami_plan__alloc(planner, planner->column_count, sizeof(bool));

    if (copy == NULL) {
        liveness->status = nami_plan__nomem(planner);
        return NULL;
    }
    if (set != NULL) {
        memcpy(copy, set, planner->column_count * sizeof(bool));
    } else {
        memset(copy, 0, planner->column_count * sizeof(bool));
    }
    return copy;
}

/* Steps are inside steps at most twice, so that there is always a place for it. */
static void give(struct planner *planner, bool *set)
{
    if (set != NULL && planner->spare_count < PLANNER_SPARE_SETS) {
        planner->spare_sets[planner->spare_count++] = set;
    }
}

static void analyse_steps(struct planner *planner, struct nami_step *steps, uint32_t *count,
                          bool *live, bool is_inner, int32_t *status);

static void cross_step(struct liveness *liveness, struct nami_step *step)
{
    bool *inner = NULL;

    for (uint32_t i = 0; i < step->as.cross.other.count; i++) {
        if (step->as.cross.other.items[i].kind == NAMI_STEP_NODE_SCAN) {
            liveness->defined[step->as.cross.other.items[i].as.scan.column] = true;
        }
    }
    step->as.cross.adds = list_of(liveness, liveness->defined, liveness->live, false);
    inner = take(liveness, NULL);
    if (inner == NULL) {
        return;
    }
    for (uint32_t i = 0; i < step->as.cross.adds.count; i++) {
        inner[step->as.cross.adds.items[i]] = true;
    }
    analyse_steps(liveness->planner, step->as.cross.other.items, &step->as.cross.other.count, inner,
                  true, &liveness->status);
    give(liveness->planner, inner);
}

static void union_step(struct liveness *liveness, struct nami_step *step)
{
    for (uint32_t i = 0; i < step->as.union_.branch_count; i++) {
        bool *inner = take(liveness, NULL);

        if (inner != NULL) {
            analyse_steps(liveness->planner, step->as.union_.branches[i].items,
                          &step->as.union_.branches[i].count, inner, false, &liveness->status);
        }
    }
    for (uint32_t i = 0; i < step->as.union_.columns.count; i++) {
        liveness->defined[step->as.union_.columns.items[i]] = true;
    }
}

/* What ON MATCH reads is kept with the results, so it counts as read later. */
static void merge_step(struct liveness *liveness, struct nami_step *step)
{
    uint32_t width = liveness->planner->column_count;
    bool was_muted = liveness->planner->is_muted;
    bool *inner = NULL;

    scan_set(liveness, &step->as.merge.on_match);
    for (uint32_t i = 0; i < width; i++) {
        liveness->live[i] = liveness->live[i] || liveness->used[i];
    }
    inner = take(liveness, liveness->live);
    scan_set(liveness, &step->as.merge.on_create);
    liveness->planner->is_muted = true; /* names it may create are not unknown */
    scan_create(liveness, &step->as.merge.create);
    scan_items(liveness, step->as.merge.values, step->as.merge.value_count);
    if (inner != NULL) {
        analyse_steps(liveness->planner, step->as.merge.match.items, &step->as.merge.match.count,
                      inner, true, &liveness->status);
        for (uint32_t i = 0; i < width; i++) {
            liveness->used[i] = liveness->used[i] || inner[i];
        }
    }
    give(liveness->planner, inner);
    liveness->planner->is_muted = was_muted;
}

/* The columns of a list, or those in a set, hold something at this step. */
static void touch(struct liveness *liveness, const bool *set)
{
    struct planner *planner = liveness->planner;

    for (uint32_t i = 0; i < planner->column_count; i++) {
        struct column_range *range = &planner->ranges[i];

        if (set[i]) {
            range->first = planner->position < range->first ? planner->position : range->first;
            range->last = planner->position > range->last ? planner->position : range->last;
        }
    }
}

static void analyse_step(struct liveness *liveness, struct nami_step *step)
{
    uint32_t width = liveness->planner->column_count;

    memset(liveness->used, 0, width * sizeof(bool));
    memset(liveness->defined, 0, width * sizeof(bool));
    liveness->step = step;
    if (step->kind == NAMI_STEP_CROSS) {
        cross_step(liveness, step);
    } else if (step->kind == NAMI_STEP_UNION) {
        union_step(liveness, step);
    } else if (step->kind == NAMI_STEP_MERGE) {
        merge_step(liveness, step);
    } else {
        scan_step(liveness, step);
    }
    touch(liveness, liveness->live);
    touch(liveness, liveness->used);
    touch(liveness, liveness->defined);
    step->keep = list_of(liveness, liveness->live, liveness->defined, true);
    step->adds = list_of(liveness, liveness->live, liveness->defined, false);
    for (uint32_t i = 0; i < width; i++) {
        liveness->live[i] = (liveness->live[i] || liveness->used[i]) && !liveness->defined[i];
    }
    /* a column that is filled anew may also be read first (REL_ENDS, WITH a AS key) */
    if (step->kind != NAMI_STEP_CREATE && step->kind != NAMI_STEP_MERGE) {
        for (uint32_t i = 0; i < width; i++) {
            liveness->live[i] = liveness->live[i] || liveness->used[i];
        }
    }
    if (step->kind == NAMI_STEP_CREATE || step->kind == NAMI_STEP_SET ||
        step->kind == NAMI_STEP_DELETE || step->kind == NAMI_STEP_MERGE) {
        step->reads = list_of(liveness, liveness->live, NULL, false);
    }
}

/*
 * *count shrinks by paths that nobody reads. On return `live` is what the first step is given.
 * Steps inside another one (CROSS, MERGE) have its position.
 */
static void analyse_steps(struct planner *planner, struct nami_step *steps, uint32_t *count,
                          bool *live, bool is_inner, int32_t *status)
{
    struct liveness liveness = {.planner = planner, .live = live};

    if (*status != NAMI_OK) {
        return;
    }
    liveness.used = take(&liveness, NULL);
    liveness.defined = take(&liveness, NULL);
    for (uint32_t i = *count; i-- > 0 && liveness.status == NAMI_OK;) {
        if (steps[i].kind == NAMI_STEP_PATH && !live[steps[i].as.path.column]) {
            memmove(&steps[i], &steps[i + 1], (*count - i - 1) * sizeof(*steps));
            (*count)--;
            continue;
        }
        planner->position -= is_inner ? 0 : 1;
        analyse_step(&liveness, &steps[i]);
    }
    give(planner, liveness.used);
    give(planner, liveness.defined);
    *status = liveness.status;
}

int32_t nami_plan__liveness(struct planner *planner, struct step_list *steps)
{
    bool *live = nami_plan__alloc(planner, planner->column_count, sizeof(bool));
    int32_t status = NAMI_OK;

    planner->ranges = nami_plan__alloc(planner, planner->column_count, sizeof(*planner->ranges));
    planner->position = UINT32_MAX;
    if (live == NULL || planner->ranges == NULL) {
        return nami_plan__nomem(planner);
    }
    for (uint32_t i = 0; i < planner->column_count; i++) {
        planner->ranges[i] = (struct column_range){.first = UINT32_MAX, .column = i};
    }
    if (status == NAMI_OK) {
        analyse_steps(planner, steps->items, &steps->count, live, false, &status);
    }
    return status;
}
