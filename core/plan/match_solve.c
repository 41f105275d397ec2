/*
 * A pattern graph becomes steps, one at a time: test what can be tested, close cycles, follow the
 * cheapest relationship from what is bound, else begin somewhere new.
 */
#include "core/plan/planner_internal.h"

#include <string.h>

/* From this many neighbours on, it is better to look up a unique far end than to go there. */
static const double SEEK_FAR_END_DEGREE = 16.0;

static const double SELECTIVITY_EQUAL = 0.1;
static const double SELECTIVITY_OTHER = 0.5;

static bool is_node_bound(const struct match *match, uint32_t node)
{
    return match->planner->is_bound[match->nodes[node].symbol->id];
}

struct waiting {
    struct planner *planner;
    bool waits;
};

static bool find_waiting(const struct nami_ast_expr *expr, void *context)
{
    struct waiting *search = context;

    (void)nami_plan__tick(search->planner, 1); /* who solves the pattern asks */
    if (expr->kind == NAMI_AST_VARIABLE) {
        uint32_t id = expr->as.variable->symbol->id;

        search->waits = search->waits || (search->planner->column_of[id] != NAMI_PLAN_NO_COLUMN &&
                                          !search->planner->is_bound[id]);
    }
    return !search->waits;
}

bool nami_plan__match_waits(const struct match *match, const struct nami_ast_expr *expr)
{
    struct waiting search = {.planner = match->planner};

    nami_plan__visit(expr, find_waiting, &search);
    return search.waits;
}

/* ---- filters ---- */

static double selectivity(const struct match_predicate *predicate)
{
    return predicate->key.len > 0 ? SELECTIVITY_EQUAL : SELECTIVITY_OTHER;
}

static int32_t push_filter(struct planner *planner, struct step_list *steps,
                           struct nami_ast_exprs exprs, double rows_each)
{
    struct nami_step *step = NULL;
    int32_t status = NAMI_OK;

    if (exprs.count == 0) {
        return NAMI_OK;
    }
    status = nami_plan__push(planner, steps, NAMI_STEP_FILTER, &step);
    if (status == NAMI_OK) {
        step->as.filter.exprs = exprs;
        step->rows_each = rows_each;
        step->rule = 1 + NAMI_PLAN_PUSH_DOWN;
        planner->rows *= rows_each;
    }
    return status;
}

static bool is_ready(const struct match *match, const struct match_predicate *predicate, bool all)
{
    return !predicate->is_done && !nami_plan__match_waits(match, predicate->expr) &&
           nami_plan__rule_push_down(match, predicate, all);
}

int32_t nami_plan__match_filters(struct match *match, struct step_list *steps, bool all)
{
    struct nami_ast_exprs exprs = {0};
    double rows_each = 1.0;
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; i < match->predicate_count && status == NAMI_OK; i++) {
        struct match_predicate *predicate = &match->predicates[i];

        if (!is_ready(match, predicate, all)) {
            continue;
        }
        predicate->is_done = true;
        rows_each *= selectivity(predicate);
        if (exprs.items == NULL) {
            exprs.items = nami_plan__alloc(match->planner, match->predicate_count,
                                           sizeof(struct nami_ast_expr *));
        }
        if (exprs.items == NULL) {
            return nami_plan__nomem(match->planner);
        }
        exprs.items[exprs.count++] = predicate->expr;
    }
    return status == NAMI_OK ? push_filter(match->planner, steps, exprs, rows_each) : status;
}

/* ---- relationships ---- */

static bool may_be_same(const struct match_rel *a, const struct match_rel *b)
{
    if (a->types.count == 0 || b->types.count == 0) {
        return true;
    }
    for (uint32_t i = 0; i < a->types.count; i++) {
        for (uint32_t j = 0; j < b->types.count; j++) {
            if (a->types.items[i].len == b->types.items[j].len &&
                memcmp(a->types.items[i].ptr, b->types.items[j].ptr, a->types.items[i].len) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* The relationship is bound now: it is none of those bound before it. */
static int32_t push_unique(struct match *match, struct step_list *steps, struct match_rel *rel)
{
    uint32_t *others = nami_plan__alloc(match->planner, match->rel_count, sizeof(uint32_t));
    struct nami_step *step = NULL;
    uint32_t count = 0;
    int32_t status = NAMI_OK;

    if (others == NULL) {
        return nami_plan__nomem(match->planner);
    }
    for (uint32_t i = 0; i < match->rel_count && !match->allows_repeats; i++) {
        if (match->rels[i].is_done && may_be_same(rel, &match->rels[i])) {
            others[count++] = nami_plan__column(match->planner, match->rels[i].symbol);
        }
    }
    rel->is_done = true;
    nami_plan__bind(match->planner, rel->symbol);
    if (count == 0) {
        return NAMI_OK;
    }
    status = nami_plan__push(match->planner, steps, NAMI_STEP_REL_UNIQUE, &step);
    if (status == NAMI_OK) {
        step->as.rel_unique.column = nami_plan__column(match->planner, rel->symbol);
        step->as.rel_unique.others = (struct nami_plan_columns){.items = others, .count = count};
    }
    return status;
}

static uint8_t turned(uint8_t direction)
{
    return direction == NAMI_AST_OUTGOING   ? (uint8_t)NAMI_AST_INCOMING
           : direction == NAMI_AST_INCOMING ? (uint8_t)NAMI_AST_OUTGOING
                                            : direction;
}

/* From a bound end; the other one is bound too if `is_into`. */
static int32_t push_expand(struct match *match, struct step_list *steps, struct match_rel *rel,
                           bool is_into)
{
    struct planner *planner = match->planner;
    bool is_forward = is_node_bound(match, rel->from);
    const struct match_node *from = &match->nodes[is_forward ? rel->from : rel->to];
    const struct match_node *to = &match->nodes[is_forward ? rel->to : rel->from];
    double degree = nami_plan__type_degree(planner, rel->types, rel->direction == NAMI_AST_BOTH);
    struct nami_step *step = NULL;
    int32_t status = nami_plan__push(planner, steps, NAMI_STEP_EXPAND, &step);

    if (status != NAMI_OK) {
        return status;
    }
    step->as.expand.from = nami_plan__column(planner, from->symbol);
    step->as.expand.to = nami_plan__column(planner, to->symbol);
    step->as.expand.rel = nami_plan__column(planner, rel->symbol);
    step->as.expand.direction = is_forward ? rel->direction : turned(rel->direction);
    step->as.expand.types = rel->types;
    step->as.expand.is_into = is_into;
    step->rows_each = is_into ? (degree < 1.0 ? degree : 1.0) : degree;
    step->rule = is_into ? 1 + NAMI_PLAN_EXPAND_INTO : 0;
    planner->rows *= step->rows_each;
    nami_plan__bind(planner, to->symbol);
    return push_unique(match, steps, rel);
}

/* Both ends are bound, but EXPAND into is switched off: go there and compare. */
static int32_t push_expand_and_compare(struct match *match, struct step_list *steps,
                                       struct match_rel *rel)
{
    struct planner *planner = match->planner;
    struct nami_symbol *end = NULL;
    struct nami_ast_exprs exprs = {.count = 1};
    uint32_t expand = steps->count;
    int32_t status = nami_plan__fresh_symbol(planner, &end);

    if (status == NAMI_OK) {
        status = push_expand(match, steps, rel, false);
    }
    if (status != NAMI_OK) {
        return status;
    }
    steps->items[expand].as.expand.to = nami_plan__column(planner, end);
    exprs.items = nami_plan__alloc(planner, 1, sizeof(struct nami_ast_expr *));
    if (exprs.items == NULL) {
        return nami_plan__nomem(planner);
    }
    exprs.items[0] = nami_plan__make_equal(
        planner, nami_plan__make_variable(planner, end, match->span),
        nami_plan__make_variable(planner, match->nodes[rel->to].symbol, match->span));
    return exprs.items[0] != NULL ? push_filter(planner, steps, exprs, SELECTIVITY_EQUAL)
                                  : nami_plan__nomem(planner);
}

static int32_t push_rel_ends(struct match *match, struct step_list *steps, struct match_rel *rel)
{
    struct planner *planner = match->planner;
    struct nami_symbol *from = match->nodes[rel->from].symbol;
    struct nami_symbol *to = match->nodes[rel->to].symbol;
    struct nami_step *step = NULL;
    int32_t status = nami_plan__push(planner, steps, NAMI_STEP_REL_ENDS, &step);

    if (status != NAMI_OK) {
        return status;
    }
    step->as.rel_ends.rel = nami_plan__column(planner, rel->symbol);
    step->as.rel_ends.from = nami_plan__column(planner, from);
    step->as.rel_ends.to = nami_plan__column(planner, to);
    step->as.rel_ends.direction = rel->direction;
    step->as.rel_ends.types = rel->types;
    step->as.rel_ends.is_from_bound = planner->is_bound[from->id];
    step->as.rel_ends.is_to_bound = planner->is_bound[to->id];
    nami_plan__bind(planner, from);
    nami_plan__bind(planner, to);
    return push_unique(match, steps, rel);
}

/* ---- nodes ---- */

static int32_t push_seek(struct match *match, struct step_list *steps, const struct access *access)
{
    struct planner *planner = match->planner;
    struct nami_step *step = NULL;
    int32_t status = nami_plan__push(planner, steps, NAMI_STEP_INDEX_SEEK, &step);

    if (status == NAMI_OK) {
        step->as.seek.column = nami_plan__column(planner, match->nodes[access->node].symbol);
        step->as.seek.is_unique = access->is_unique;
        step->as.seek.label = access->label;
        step->as.seek.key = access->equality->key;
        step->as.seek.value = access->equality->value;
        step->rows_each = access->rows;
        step->rule = 1 + NAMI_PLAN_INDEX_SEEK;
        access->equality->is_done = true;
    }
    return status;
}

static int32_t push_scan(struct match *match, struct step_list *steps, const struct access *access)
{
    struct nami_step *step = NULL;
    int32_t status = nami_plan__push(match->planner, steps, NAMI_STEP_NODE_SCAN, &step);

    if (status == NAMI_OK) {
        step->as.scan.column = nami_plan__column(match->planner, match->nodes[access->node].symbol);
        step->as.scan.label = access->label;
        step->rows_each = access->rows;
    }
    return status;
}

struct locality {
    struct planner *planner;
    uint32_t id; /* of the one symbol that is allowed */
    bool is_local;
};

/* Predicates about this node and nothing else of the row. */
static bool find_other(const struct nami_ast_expr *expr, void *context)
{
    struct locality *search = context;

    (void)nami_plan__tick(search->planner, 1);
    if (expr->kind == NAMI_AST_VARIABLE) {
        uint32_t id = expr->as.variable->symbol->id;

        search->is_local =
            search->is_local &&
            (id == search->id || search->planner->column_of[id] == NAMI_PLAN_NO_COLUMN);
    }
    return search->is_local;
}

static bool is_local(const struct match *match, const struct match_predicate *predicate,
                     uint32_t node)
{
    struct locality search = {
        .planner = match->planner, .id = match->nodes[node].symbol->id, .is_local = true};

    if (predicate->is_done) {
        return false;
    }
    nami_plan__visit(predicate->expr, find_other, &search);
    return search.is_local;
}

/* A scan with predicates of its own runs once, not for every row. */
static int32_t push_cross(struct match *match, struct step_list *steps, const struct access *access)
{
    struct planner *planner = match->planner;
    struct step_list other = {0};
    struct nami_ast_exprs exprs = {0};
    struct nami_step *step = NULL;
    double rows_each = 1.0;
    int32_t status = nami_plan__push(planner, &other, NAMI_STEP_ARGUMENT, &step);

    exprs.items = nami_plan__alloc(planner, match->predicate_count, sizeof(struct nami_ast_expr *));
    if (exprs.items == NULL) {
        return nami_plan__nomem(planner);
    }
    if (status == NAMI_OK) {
        status = push_scan(match, &other, access);
    }
    for (uint32_t i = 0; i < match->predicate_count; i++) {
        if (is_local(match, &match->predicates[i], access->node)) {
            match->predicates[i].is_done = true;
            exprs.items[exprs.count++] = match->predicates[i].expr;
            rows_each *= selectivity(&match->predicates[i]);
        }
    }
    if (status == NAMI_OK) {
        status = push_filter(planner, &other, exprs, rows_each);
    }
    if (status == NAMI_OK) {
        status = nami_plan__push(planner, steps, NAMI_STEP_CROSS, &step);
    }
    if (status == NAMI_OK) {
        step->as.cross.other = (struct nami_steps){.items = other.items, .count = other.count};
        step->rows_each = access->rows * rows_each;
    }
    return status;
}

static bool has_local_predicate(const struct match *match, uint32_t node)
{
    for (uint32_t i = 0; i < match->predicate_count; i++) {
        if (is_local(match, &match->predicates[i], node)) {
            return true;
        }
    }
    return false;
}

static int32_t push_start(struct match *match, struct step_list *steps, const struct access *access)
{
    bool is_first = steps->count == 1 && steps->items[0].kind == NAMI_STEP_ARGUMENT;
    int32_t status = NAMI_OK;

    if (access->label_predicate != NULL) {
        access->label_predicate->is_done = true;
    }
    if (access->equality != NULL) {
        status = push_seek(match, steps, access);
    } else if (!is_first && !match->is_lookup && has_local_predicate(match, access->node) &&
               nami_plan__has_rule(match->planner, NAMI_PLAN_PUSH_DOWN)) {
        status = push_cross(match, steps, access);
    } else {
        status = push_scan(match, steps, access);
    }
    match->planner->rows *= access->rows;
    nami_plan__bind(match->planner, match->nodes[access->node].symbol);
    return status;
}

/* ---- paths ---- */

static bool is_path_bound(const struct match *match, const struct nami_ast_path *path)
{
    bool is_bound = true;

    for (uint32_t i = 0; i < path->element_count && is_bound; i++) {
        const struct nami_symbol *symbol = path->elements[i].kind == NAMI_AST_ELEMENT_NODE
                                               ? path->elements[i].as.node->variable.symbol
                                               : path->elements[i].as.rel->variable.symbol;

        is_bound = match->planner->is_bound[symbol->id];
    }
    return is_bound;
}

static int32_t push_paths(struct match *match, struct step_list *steps)
{
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; i < match->path_count && status == NAMI_OK; i++) {
        if (!match->is_path_done[i] && is_path_bound(match, match->paths[i])) {
            match->is_path_done[i] = true;
            status = nami_plan__push_path(match->planner, match->paths[i], steps);
        }
    }
    return status;
}

/* ---- the order of it all ---- */

/* The cheapest relationship with one end bound; UINT32_MAX: none. */
static uint32_t next_hop(const struct match *match, double *degree)
{
    uint32_t best = UINT32_MAX;

    for (uint32_t i = 0; i < match->rel_count; i++) {
        const struct match_rel *rel = &match->rels[i];
        double cost = 0.0;

        if (rel->is_done || is_node_bound(match, rel->from) == is_node_bound(match, rel->to)) {
            continue;
        }
        cost = nami_plan__type_degree(match->planner, rel->types, rel->direction == NAMI_AST_BOTH);
        if (best == UINT32_MAX ||
            (nami_plan__has_rule(match->planner, NAMI_PLAN_START_POINT) && cost < *degree)) {
            best = i;
            *degree = cost;
        }
    }
    return best;
}

static uint32_t given_rel(const struct match *match)
{
    uint32_t i = 0;

    while (i < match->rel_count && (match->rels[i].is_done || !match->rels[i].is_given)) {
        i++;
    }
    return i < match->rel_count ? i : UINT32_MAX;
}

static int32_t follow(struct match *match, struct step_list *steps, uint32_t hop, double degree)
{
    struct match_rel *rel = &match->rels[hop];
    struct access access = {.node = is_node_bound(match, rel->from) ? rel->to : rel->from};

    if (degree > SEEK_FAR_END_DEGREE &&
        nami_plan__has_rule(match->planner, NAMI_PLAN_EXPAND_INTO)) {
        nami_plan__rule_index_seek(match, access.node, &access);
        if (access.equality != NULL && access.is_unique) {
            return push_start(match, steps, &access);
        }
    }
    return push_expand(match, steps, rel, false);
}

static bool has_unbound(const struct match *match)
{
    for (uint32_t i = 0; i < match->node_count; i++) {
        if (!is_node_bound(match, i)) {
            return true;
        }
    }
    return false;
}

static int32_t solve_next(struct match *match, struct step_list *steps, bool *is_over)
{
    struct access start = {0};
    double degree = 0.0;
    uint32_t rel = given_rel(match);

    if (rel != UINT32_MAX) {
        return push_rel_ends(match, steps, &match->rels[rel]);
    }
    rel = nami_plan__rule_expand_into(match);
    if (rel != UINT32_MAX) {
        return nami_plan__has_rule(match->planner, NAMI_PLAN_EXPAND_INTO)
                   ? push_expand(match, steps, &match->rels[rel], true)
                   : push_expand_and_compare(match, steps, &match->rels[rel]);
    }
    rel = next_hop(match, &degree);
    if (rel != UINT32_MAX) {
        return follow(match, steps, rel, degree);
    }
    *is_over = !has_unbound(match);
    if (*is_over) {
        return NAMI_OK;
    }
    nami_plan__rule_start_point(match, &start);
    return push_start(match, steps, &start);
}

int32_t nami_plan__match_solve(struct match *match, struct step_list *steps)
{
    bool is_over = false;
    int32_t status = NAMI_OK;

    while (status == NAMI_OK && !is_over) {
        status = nami_plan__tick(match->planner, match->node_count + match->rel_count +
                                                     match->predicate_count + match->path_count);
        if (status == NAMI_OK) {
            status = push_paths(match, steps);
        }
        if (status == NAMI_OK) {
            status = nami_plan__match_filters(match, steps, false);
        }
        if (status == NAMI_OK) {
            status = solve_next(match, steps, &is_over);
        }
    }
    return status == NAMI_OK ? nami_plan__match_filters(match, steps, true) : status;
}
