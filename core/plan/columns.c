/*
 * Columns that are never full at the same time become one, so the width of rows is what is alive
 * at most, not the number of names in a statement: scripts have thousands.
 */
#include "core/plan/planner_internal.h"

#include <stdlib.h>

static int by_first(const void *a, const void *b)
{
    const struct column_range *x = a;
    const struct column_range *y = b;

    if (x->first != y->first) {
        return x->first < y->first ? -1 : 1;
    }
    return x->column < y->column ? -1 : x->column > y->column;
}

/* ---- columns in use, the one that is free soonest on top: a heap by `last` ---- */

static void sift_up(struct column_range *heap, uint32_t at)
{
    while (at > 0 && heap[at].last < heap[(at - 1) / 2].last) {
        struct column_range swapped = heap[at];

        heap[at] = heap[(at - 1) / 2];
        heap[(at - 1) / 2] = swapped;
        at = (at - 1) / 2;
    }
}

static void sift_down(struct column_range *heap, uint32_t count)
{
    uint32_t at = 0;

    for (;;) {
        uint32_t least = at;
        struct column_range swapped = heap[at];

        for (uint32_t child = at * 2 + 1; child <= at * 2 + 2 && child < count; child++) {
            least = heap[child].last < heap[least].last ? child : least;
        }
        if (least == at) {
            return;
        }
        heap[at] = heap[least];
        heap[least] = swapped;
        at = least;
    }
}

/* map[old] = new. The number of new ones. */
static uint32_t assign(struct column_range *ranges, uint32_t count, struct column_range *heap,
                       uint32_t *map)
{
    uint32_t used = 0; /* all of which are in the heap */

    qsort(ranges, count, sizeof(*ranges), by_first);
    for (uint32_t i = 0; i < count; i++) {
        if (ranges[i].first > ranges[i].last) { /* of a step that was dropped */
            map[ranges[i].column] = 0;
            continue;
        }
        if (used > 0 && heap[0].last < ranges[i].first) {
            map[ranges[i].column] = heap[0].column;
            heap[0].last = ranges[i].last;
            sift_down(heap, used);
        } else {
            map[ranges[i].column] = used;
            heap[used] = (struct column_range){.last = ranges[i].last, .column = used};
            sift_up(heap, used++);
        }
    }
    return used > 0 ? used : 1;
}

/* ---- new numbers everywhere ---- */

struct renaming {
    struct planner *planner;
    const uint32_t *map;
    int32_t status;
};

/* A list may be shared by several steps: each gets its own. */
static void rename_list(struct renaming *renaming, struct nami_plan_columns *list)
{
    uint32_t *items = NULL;

    if (list->count == 0) {
        return;
    }
    items = nami_plan__alloc(renaming->planner, list->count, sizeof(uint32_t));
    if (items == NULL) {
        renaming->status = nami_plan__nomem(renaming->planner);
        return;
    }
    for (uint32_t i = 0; i < list->count; i++) {
        items[i] = renaming->map[list->items[i]];
    }
    list->items = items;
}

static void rename_one(const struct renaming *renaming, uint32_t *column)
{
    *column = renaming->map[*column];
}

static void rename_items(const struct renaming *renaming, struct nami_plan_item *items,
                         uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        rename_one(renaming, &items[i].column);
    }
}

static void rename_create(const struct renaming *renaming, struct nami_plan_create *create)
{
    for (uint32_t i = 0; i < create->node_count; i++) {
        rename_one(renaming, &create->nodes[i].column);
    }
    for (uint32_t i = 0; i < create->rel_count; i++) {
        rename_one(renaming, &create->rels[i].column);
        rename_one(renaming, &create->rels[i].from);
        rename_one(renaming, &create->rels[i].to);
    }
}

static void rename_steps(struct renaming *renaming, struct nami_steps steps);

static void rename_match(const struct renaming *renaming, struct nami_step *step)
{
    if (step->kind == NAMI_STEP_EXPAND) {
        rename_one(renaming, &step->as.expand.from);
        rename_one(renaming, &step->as.expand.to);
        rename_one(renaming, &step->as.expand.rel);
    } else {
        rename_one(renaming, &step->as.rel_ends.from);
        rename_one(renaming, &step->as.rel_ends.to);
        rename_one(renaming, &step->as.rel_ends.rel);
    }
}

static void rename_aggregate(const struct renaming *renaming, struct nami_step *step)
{
    rename_items(renaming, step->as.aggregate.keys, step->as.aggregate.key_count);
    for (uint32_t i = 0; i < step->as.aggregate.aggregate_count; i++) {
        rename_one(renaming, &step->as.aggregate.aggregates[i].column); /* `computed` is this */
    }
}

static void rename_union(struct renaming *renaming, struct nami_step *step)
{
    rename_list(renaming, &step->as.union_.columns);
    for (uint32_t i = 0; i < step->as.union_.branch_count; i++) {
        rename_steps(renaming, step->as.union_.branches[i]);
    }
}

static void rename_step(struct renaming *renaming, struct nami_step *step)
{
    rename_list(renaming, &step->keep);
    rename_list(renaming, &step->adds);
    rename_list(renaming, &step->reads);
    switch ((enum nami_step_kind)step->kind) {
    case NAMI_STEP_COUNT_STORE:
        rename_one(renaming, &step->as.count_store.counted->column);
        break;
    case NAMI_STEP_UNION:
        rename_union(renaming, step);
        break;
    case NAMI_STEP_NODE_SCAN:
        rename_one(renaming, &step->as.scan.column);
        break;
    case NAMI_STEP_INDEX_SEEK:
        rename_one(renaming, &step->as.seek.column);
        break;
    case NAMI_STEP_EXPAND:
    case NAMI_STEP_REL_ENDS:
        rename_match(renaming, step);
        break;
    case NAMI_STEP_REL_UNIQUE:
        rename_one(renaming, &step->as.rel_unique.column);
        rename_list(renaming, &step->as.rel_unique.others);
        break;
    case NAMI_STEP_PATH:
        rename_one(renaming, &step->as.path.column);
        rename_list(renaming, &step->as.path.elements);
        break;
    case NAMI_STEP_PROJECT:
        rename_items(renaming, step->as.project.items, step->as.project.count);
        break;
    case NAMI_STEP_UNWIND:
        rename_one(renaming, &step->as.unwind.column);
        break;
    case NAMI_STEP_CROSS:
        rename_list(renaming, &step->as.cross.adds);
        rename_steps(renaming, step->as.cross.other);
        break;
    case NAMI_STEP_AGGREGATE:
        rename_aggregate(renaming, step);
        break;
    case NAMI_STEP_DISTINCT:
        rename_list(renaming, &step->as.distinct.columns);
        break;
    case NAMI_STEP_CREATE:
        rename_create(renaming, &step->as.create);
        break;
    case NAMI_STEP_MERGE:
        rename_items(renaming, step->as.merge.values, step->as.merge.value_count);
        rename_create(renaming, &step->as.merge.create);
        rename_steps(renaming, step->as.merge.match);
        break;
    case NAMI_STEP_PRODUCE:
        rename_list(renaming, &step->as.produce.columns);
        break;
    case NAMI_STEP_ARGUMENT: /* no columns of their own */
    case NAMI_STEP_SCHEMA:
    case NAMI_STEP_FILTER:
    case NAMI_STEP_SORT:
    case NAMI_STEP_TOP:
    case NAMI_STEP_SKIP_LIMIT:
    case NAMI_STEP_SET:
    case NAMI_STEP_DELETE:
    case NAMI_STEP_KIND_COUNT:
        break;
    }
}

static void rename_steps(struct renaming *renaming, struct nami_steps steps)
{
    for (uint32_t i = 0; i < steps.count && renaming->status == NAMI_OK; i++) {
        rename_step(renaming, &steps.items[i]);
        if (renaming->status == NAMI_OK) {
            renaming->status = nami_plan__tick(renaming->planner, 1 + steps.items[i].keep.count);
        }
    }
}

int32_t nami_plan__share_columns(struct planner *planner, struct step_list *steps)
{
    uint32_t count = planner->column_count;
    struct column_range *heap = nami_plan__alloc(planner, count, sizeof(*heap));
    uint32_t *map = nami_plan__alloc(planner, count, sizeof(uint32_t));
    struct renaming renaming = {.planner = planner, .map = map};

    if (heap == NULL || map == NULL) {
        return nami_plan__nomem(planner);
    }
    planner->column_count = assign(planner->ranges, count, heap, map);
    rename_steps(&renaming, (struct nami_steps){.items = steps->items, .count = steps->count});
    for (uint32_t i = 0; i < planner->symbol_count; i++) {
        if (planner->column_of[i] != NAMI_PLAN_NO_COLUMN) {
            planner->column_of[i] = map[planner->column_of[i]];
        }
    }
    return renaming.status;
}
