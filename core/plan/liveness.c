/*
 * From the last step to the first: which columns are read later. Only those are carried through
 * steps that make new rows or hold rows back. On the way every expression is checked.
 */
#include "core/plan/planner_internal.h"

#include <stdlib.h>
#include <string.h>

struct liveness {
    struct planner *planner;
    struct column_set *live;
    struct column_set used;    /* by the step at hand */
    struct column_set defined; /* by the step at hand */
    const struct nami_step *step;
    int32_t status;
};

/* ---- sets of columns */

static bool has(const struct column_set *set, uint32_t column)
{
    uint32_t place = set->place[column];

    return place < set->count && set->items[place] == column;
}

static void add(struct column_set *set, uint32_t column)
{
    if (!has(set, column)) {
        set->place[column] = set->count;
        set->items[set->count++] = column;
    }
}

static void drop(struct column_set *set, uint32_t column)
{
    uint32_t last = 0;

    if (has(set, column)) {
        last = set->items[--set->count];
        set->items[set->place[column]] = last;
        set->place[last] = set->place[column];
    }
}

static void add_set(struct column_set *set, const struct column_set *more)
{
    for (uint32_t i = 0; i < more->count; i++) {
        add(set, more->items[i]);
    }
}

/* ---- what a step reads and fills */

static bool mark(const struct nami_ast_expr *expr, void *context)
{
    struct liveness *liveness = context;
    const struct nami_step *step = liveness->step;

    (void)nami_plan__tick(liveness->planner, 1); /* analyse_step() asks */
    if (expr->kind == NAMI_AST_VARIABLE) {
        uint32_t column = liveness->planner->column_of[expr->as.variable->symbol->id];

        if (column != NAMI_PLAN_NO_COLUMN) {
            add(&liveness->used, column);
        }
    }
    if (expr->kind == NAMI_AST_FUNCTION && expr->as.call.function->is_aggregate &&
        expr->as.call.aggregate < step->computed_count) {
        add(&liveness->used, step->computed[expr->as.call.aggregate].column);
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
        add(&liveness->used, columns.items[i]);
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
        add(&liveness->defined, create->nodes[i].column);
        use_properties(liveness, &create->nodes[i].properties);
    }
    for (uint32_t i = 0; i < create->rel_count; i++) {
        add(&liveness->defined, create->rels[i].column);
        add(&liveness->used, create->rels[i].from);
        add(&liveness->used, create->rels[i].to);
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
        add(&liveness->defined, items[i].column);
        use(liveness, items[i].expr);
    }
}

static void scan_rel_ends(struct liveness *liveness, const struct nami_step *step)
{
    add(&liveness->defined, step->as.rel_ends.from);
    add(&liveness->defined, step->as.rel_ends.to);
    add(&liveness->used, step->as.rel_ends.rel);
    if (step->as.rel_ends.is_from_bound) {
        add(&liveness->used, step->as.rel_ends.from);
    }
    if (step->as.rel_ends.is_to_bound) {
        add(&liveness->used, step->as.rel_ends.to);
    }
}

static void scan_expand(struct liveness *liveness, const struct nami_step *step)
{
    add(&liveness->defined, step->as.expand.rel);
    add(&liveness->used, step->as.expand.from);
    if (step->as.expand.is_into) {
        add(&liveness->used, step->as.expand.to);
    } else {
        add(&liveness->defined, step->as.expand.to);
    }
}

static void scan_aggregate(struct liveness *liveness, const struct nami_step *step)
{
    scan_items(liveness, step->as.aggregate.keys, step->as.aggregate.key_count);
    for (uint32_t i = 0; i < step->as.aggregate.aggregate_count; i++) {
        const struct nami_ast_expr *call = step->as.aggregate.aggregates[i].call;

        add(&liveness->defined, step->as.aggregate.aggregates[i].column);
        for (uint32_t a = 0; a < call->as.call.arg_count; a++) {
            use(liveness, call->as.call.args[a]);
        }
    }
    /* nothing else of a row survives */
    liveness->live->count = 0;
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
        add(&liveness->defined, step->as.count_store.counted->column);
        break;
    case NAMI_STEP_NODE_SCAN:
        add(&liveness->defined, step->as.scan.column);
        break;
    case NAMI_STEP_INDEX_SEEK:
        add(&liveness->defined, step->as.seek.column);
        use(liveness, step->as.seek.value);
        break;
    case NAMI_STEP_EXPAND:
        scan_expand(liveness, step);
        break;
    case NAMI_STEP_REL_ENDS:
        scan_rel_ends(liveness, step);
        break;
    case NAMI_STEP_REL_UNIQUE:
        add(&liveness->used, step->as.rel_unique.column);
        use_columns(liveness, step->as.rel_unique.others);
        break;
    case NAMI_STEP_FILTER:
        use_all(liveness, step->as.filter.exprs);
        break;
    case NAMI_STEP_PATH:
        add(&liveness->defined, step->as.path.column);
        use_columns(liveness, step->as.path.elements);
        break;
    case NAMI_STEP_PROJECT:
        scan_items(liveness, step->as.project.items, step->as.project.count);
        break;
    case NAMI_STEP_UNWIND:
        add(&liveness->defined, step->as.unwind.column);
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

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

/* Columns in `a` that are in `b` or, if `without`, are not; ascending. Few of many are sorted; else
 * it is quicker to look at each column. */
static struct nami_plan_columns list_of(struct liveness *liveness, const struct column_set *a,
                                        const struct column_set *b, bool without)
{
    uint32_t width = liveness->planner->column_count;
    uint32_t *items = NULL;
    uint32_t found = 0;
    uint32_t count = 0;

    for (uint32_t i = 0; i < a->count; i++) {
        found += has(b, a->items[i]) != without ? 1 : 0;
    }
    if (found == 0) {
        return (struct nami_plan_columns){0};
    }
    items = nami_plan__alloc(liveness->planner, found, sizeof(uint32_t));
    if (items == NULL) {
        liveness->status = nami_plan__nomem(liveness->planner);
        return (struct nami_plan_columns){0};
    }
    if (found < width / 16) {
        for (uint32_t i = 0; i < a->count; i++) {
            if (has(b, a->items[i]) != without) {
                items[count++] = a->items[i];
            }
        }
        qsort(items, count, sizeof(*items), by_number);
    } else {
        for (uint32_t i = 0; i < width; i++) {
            if (has(a, i) && has(b, i) != without) {
                items[count++] = i;
            }
        }
    }
    return (struct nami_plan_columns){.items = items, .count = count};
}

/* An empty set to work with, given back with give(). Without places: no memory. */
static struct column_set take(struct planner *planner, int32_t *status)
{
    struct column_set set = {0};

    if (planner->spare_count > 0) {
        set = planner->spare_sets[--planner->spare_count];
        set.count = 0;
        return set;
    }
    set.items = nami_plan__alloc(planner, planner->column_count, sizeof(uint32_t));
    set.place = nami_plan__alloc(planner, planner->column_count, sizeof(uint32_t));
    if (set.items == NULL || set.place == NULL) {
        *status = nami_plan__nomem(planner);
        set.place = NULL;
    }
    return set;
}

/* Steps are inside steps at most twice, so that there is always a place for it. */
static void give(struct planner *planner, struct column_set set)
{
    if (set.place != NULL && planner->spare_count < PLANNER_SPARE_SETS) {
        planner->spare_sets[planner->spare_count++] = set;
    }
}

static void analyse_steps(struct planner *planner, struct nami_step *steps, uint32_t *count,
                          struct column_set *live, bool is_inner, int32_t *status);

static void cross_step(struct liveness *liveness, struct nami_step *step)
{
    struct column_set inner = take(liveness->planner, &liveness->status);

    for (uint32_t i = 0; i < step->as.cross.other.count; i++) {
        if (step->as.cross.other.items[i].kind == NAMI_STEP_NODE_SCAN) {
            add(&liveness->defined, step->as.cross.other.items[i].as.scan.column);
        }
    }
    step->as.cross.adds = list_of(liveness, &liveness->defined, liveness->live, false);
    if (inner.place != NULL) {
        for (uint32_t i = 0; i < step->as.cross.adds.count; i++) {
            add(&inner, step->as.cross.adds.items[i]);
        }
        analyse_steps(liveness->planner, step->as.cross.other.items, &step->as.cross.other.count,
                      &inner, true, &liveness->status);
    }
    give(liveness->planner, inner);
}

static void union_step(struct liveness *liveness, struct nami_step *step)
{
    for (uint32_t i = 0; i < step->as.union_.branch_count && liveness->status == NAMI_OK; i++) {
        struct column_set inner = take(liveness->planner, &liveness->status);

        if (inner.place != NULL) {
            analyse_steps(liveness->planner, step->as.union_.branches[i].items,
                          &step->as.union_.branches[i].count, &inner, false, &liveness->status);
        }
        give(liveness->planner, inner);
    }
    for (uint32_t i = 0; i < step->as.union_.columns.count; i++) {
        add(&liveness->defined, step->as.union_.columns.items[i]);
    }
}

/* What ON MATCH reads is kept with the results, so it counts as read later. */
static void merge_step(struct liveness *liveness, struct nami_step *step)
{
    struct column_set inner = take(liveness->planner, &liveness->status);
    bool was_muted = liveness->planner->is_muted;

    scan_set(liveness, &step->as.merge.on_match);
    add_set(liveness->live, &liveness->used);
    if (inner.place != NULL) {
        add_set(&inner, liveness->live);
    }
    scan_set(liveness, &step->as.merge.on_create);
    liveness->planner->is_muted = true; /* names it may create are not unknown */
    scan_create(liveness, &step->as.merge.create);
    scan_items(liveness, step->as.merge.values, step->as.merge.value_count);
    if (inner.place != NULL) {
        analyse_steps(liveness->planner, step->as.merge.match.items, &step->as.merge.match.count,
                      &inner, true, &liveness->status);
        add_set(&liveness->used, &inner);
    }
    give(liveness->planner, inner);
    liveness->planner->is_muted = was_muted;
}

/* The columns of a set hold something at this step. */
static void touch(struct planner *planner, const struct column_set *set)
{
    for (uint32_t i = 0; i < set->count; i++) {
        struct column_range *range = &planner->ranges[set->items[i]];

        range->first = planner->position < range->first ? planner->position : range->first;
        range->last = planner->position > range->last ? planner->position : range->last;
    }
}

/* From what is read behind the step to what is read from it on. */
static void pass_step(struct liveness *liveness, struct nami_step *step)
{
    bool fills_anew = step->kind == NAMI_STEP_CREATE || step->kind == NAMI_STEP_MERGE;

    /* a column that is filled anew may also be read first (REL_ENDS, WITH a AS key) */
    if (fills_anew) {
        add_set(liveness->live, &liveness->used);
    }
    for (uint32_t i = 0; i < liveness->defined.count; i++) {
        drop(liveness->live, liveness->defined.items[i]);
    }
    if (!fills_anew) {
        add_set(liveness->live, &liveness->used);
    }
    if (fills_anew || step->kind == NAMI_STEP_SET || step->kind == NAMI_STEP_DELETE) {
        step->reads = list_of(liveness, liveness->live, liveness->live, false);
    }
}

static void analyse_step(struct liveness *liveness, struct nami_step *step)
{
    struct planner *planner = liveness->planner;
    int32_t stopped = NAMI_OK;

    liveness->used.count = 0;
    liveness->defined.count = 0;
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
    touch(planner, liveness->live);
    touch(planner, &liveness->used);
    touch(planner, &liveness->defined);
    step->keep = list_of(liveness, liveness->live, &liveness->defined, true);
    step->adds = list_of(liveness, liveness->live, &liveness->defined, false);
    pass_step(liveness, step);
    stopped = nami_plan__tick(planner, 1 + liveness->live->count + liveness->used.count);
    liveness->status = liveness->status == NAMI_OK ? stopped : liveness->status;
}

/*
 * *count shrinks by paths that nobody reads. On return `live` is what the first step is given.
 * Steps inside another one (CROSS, MERGE) have its position.
 */
static void analyse_steps(struct planner *planner, struct nami_step *steps, uint32_t *count,
                          struct column_set *live, bool is_inner, int32_t *status)
{
    struct liveness liveness = {.planner = planner, .live = live, .status = *status};
    uint32_t kept = *count; /* the first of those that stay, at the end of the array */

    if (*status != NAMI_OK) {
        return;
    }
    liveness.used = take(planner, &liveness.status);
    liveness.defined = take(planner, &liveness.status);
    for (uint32_t i = *count; i-- > 0 && liveness.status == NAMI_OK;) {
        if (steps[i].kind == NAMI_STEP_PATH && !has(live, steps[i].as.path.column)) {
            continue;
        }
        planner->position -= is_inner ? 0 : 1;
        analyse_step(&liveness, &steps[i]);
        if (--kept != i) {
            steps[kept] = steps[i];
        }
    }
    give(planner, liveness.used);
    give(planner, liveness.defined);
    if (kept > 0 && liveness.status == NAMI_OK) {
        memmove(steps, &steps[kept], (*count - kept) * sizeof(*steps));
        *count -= kept;
    }
    *status = liveness.status;
}

int32_t nami_plan__liveness(struct planner *planner, struct step_list *steps)
{
    int32_t status = NAMI_OK;
    struct column_set live = {0};

    planner->ranges = nami_plan__alloc(planner, planner->column_count, sizeof(*planner->ranges));
    planner->position = UINT32_MAX;
    if (planner->ranges == NULL) {
        return nami_plan__nomem(planner);
    }
    for (uint32_t i = 0; i < planner->column_count; i++) {
        planner->ranges[i] = (struct column_range){.first = UINT32_MAX, .column = i};
    }
    live = take(planner, &status);
    if (status == NAMI_OK) {
        analyse_steps(planner, steps->items, &steps->count, &live, false, &status);
    }
    return status;
}
