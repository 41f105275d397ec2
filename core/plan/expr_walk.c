/* Over an expression and what is below it. Its height is bounded by the parser. */
#include "core/plan/planner_internal.h"

static void visit_all(const struct nami_ast_exprs *list, nami_plan_visit_fn *visit, void *context)
{
    for (uint32_t i = 0; i < list->count; i++) {
        nami_plan__visit(list->items[i], visit, context);
    }
}

static void visit_labels(const struct nami_ast_label_expr *labels, nami_plan_visit_fn *visit,
                         void *context)
{
    nami_plan__visit(labels->value, visit, context);
    for (uint32_t i = 0; i < labels->count; i++) {
        visit_labels(labels->items[i], visit, context);
    }
}

static void visit_case(const struct nami_ast_case *branches, nami_plan_visit_fn *visit,
                       void *context)
{
    nami_plan__visit(branches->operand, visit, context);
    for (uint32_t i = 0; i < branches->branch_count; i++) {
        visit_all(&branches->branches[i].when, visit, context);
        nami_plan__visit(branches->branches[i].then, visit, context);
    }
    nami_plan__visit(branches->otherwise, visit, context);
}

static void visit_projection(const struct nami_ast_map_projection *projection,
                             nami_plan_visit_fn *visit, void *context)
{
    nami_plan__visit(projection->object, visit, context);
    for (uint32_t i = 0; i < projection->count; i++) {
        nami_plan__visit(projection->items[i].value, visit, context);
    }
}

static void visit_reduce(const struct nami_ast_reduce *reduce, nami_plan_visit_fn *visit,
                         void *context)
{
    nami_plan__visit(reduce->start, visit, context);
    nami_plan__visit(reduce->list, visit, context);
    nami_plan__visit(reduce->step, visit, context);
}

static void visit_call(const struct nami_ast_expr *expr, nami_plan_visit_fn *visit, void *context)
{
    for (uint32_t i = 0; i < expr->as.call.arg_count; i++) {
        nami_plan__visit(expr->as.call.args[i], visit, context);
    }
}

static void visit_map(const struct nami_ast_expr *expr, nami_plan_visit_fn *visit, void *context)
{
    for (uint32_t i = 0; i < expr->as.map.count; i++) {
        nami_plan__visit(expr->as.map.entries[i].value, visit, context);
    }
}

static void visit_access(const struct nami_ast_expr *expr, nami_plan_visit_fn *visit, void *context)
{
    if (expr->kind == NAMI_AST_PROPERTY) {
        nami_plan__visit(expr->as.property.object, visit, context);
    } else if (expr->kind == NAMI_AST_INDEX) {
        nami_plan__visit(expr->as.index.object, visit, context);
        nami_plan__visit(expr->as.index.at, visit, context);
    } else if (expr->kind == NAMI_AST_SLICE) {
        nami_plan__visit(expr->as.slice.object, visit, context);
        nami_plan__visit(expr->as.slice.from, visit, context);
        nami_plan__visit(expr->as.slice.to, visit, context);
    } else {
        nami_plan__visit(expr->as.labels.object, visit, context);
        visit_labels(expr->as.labels.labels, visit, context);
    }
}

static void visit_children(const struct nami_ast_expr *expr, nami_plan_visit_fn *visit,
                           void *context)
{
    switch ((enum nami_ast_expr_kind)expr->kind) {
    case NAMI_AST_LIST:
    case NAMI_AST_AND:
    case NAMI_AST_OR:
    case NAMI_AST_XOR:
        visit_all(&expr->as.list, visit, context);
        break;
    case NAMI_AST_MAP:
        visit_map(expr, visit, context);
        break;
    case NAMI_AST_PROPERTY:
    case NAMI_AST_INDEX:
    case NAMI_AST_SLICE:
    case NAMI_AST_LABELS:
        visit_access(expr, visit, context);
        break;
    case NAMI_AST_UNARY:
        nami_plan__visit(expr->as.unary.operand, visit, context);
        break;
    case NAMI_AST_BINARY:
        nami_plan__visit(expr->as.binary.left, visit, context);
        nami_plan__visit(expr->as.binary.right, visit, context);
        break;
    case NAMI_AST_COMPARISONS:
        for (uint32_t i = 0; i < expr->as.comparisons.count; i++) {
            nami_plan__visit(expr->as.comparisons.operands[i], visit, context);
        }
        break;
    case NAMI_AST_IS_TYPE:
        nami_plan__visit(expr->as.is_type.operand, visit, context);
        break;
    case NAMI_AST_IS_NORMALIZED:
        nami_plan__visit(expr->as.normal_form.operand, visit, context);
        break;
    case NAMI_AST_FUNCTION:
        visit_call(expr, visit, context);
        break;
    case NAMI_AST_CASE:
        visit_case(expr->as.branches, visit, context);
        break;
    case NAMI_AST_LIST_COMPREHENSION:
    case NAMI_AST_QUANTIFIER:
        nami_plan__visit(expr->as.comprehension->list, visit, context);
        nami_plan__visit(expr->as.comprehension->where, visit, context);
        nami_plan__visit(expr->as.comprehension->value, visit, context);
        break;
    case NAMI_AST_REDUCE:
        visit_reduce(expr->as.reduce, visit, context);
        break;
    case NAMI_AST_MAP_PROJECTION:
        visit_projection(expr->as.projection, visit, context);
        break;
    case NAMI_AST_NULL:
    case NAMI_AST_BOOL:
    case NAMI_AST_INT:
    case NAMI_AST_FLOAT:
    case NAMI_AST_STRING:
    case NAMI_AST_PARAM:
    case NAMI_AST_VARIABLE:
    case NAMI_AST_CASE_OPERAND:
    case NAMI_AST_PATTERN: /* these are refused */
    case NAMI_AST_PATTERN_COMPREHENSION:
    case NAMI_AST_SHORTEST_PATH:
    case NAMI_AST_EXISTS_QUERY:
    case NAMI_AST_COUNT_QUERY:
    case NAMI_AST_COLLECT_QUERY:
    case NAMI_AST_EXPR_KIND_COUNT:
        break;
    }
}

void nami_plan__visit(const struct nami_ast_expr *expr, nami_plan_visit_fn *visit, void *context)
{
    if (expr != NULL && visit(expr, context)) {
        visit_children(expr, visit, context);
    }
}

/* ---- what can not be evaluated yet ---- */

static const char *unsupported_kind(const struct nami_ast_expr *expr)
{
    switch ((enum nami_ast_expr_kind)expr->kind) {
    case NAMI_AST_PATTERN:
        return "a pattern as a predicate";
    case NAMI_AST_PATTERN_COMPREHENSION:
        return "a pattern comprehension";
    case NAMI_AST_SHORTEST_PATH:
        return "shortestPath";
    case NAMI_AST_EXISTS_QUERY:
        return "EXISTS { }";
    case NAMI_AST_COUNT_QUERY:
        return "COUNT { }";
    case NAMI_AST_COLLECT_QUERY:
        return "COLLECT { }";
    case NAMI_AST_FUNCTION:
        return expr->as.call.function->is_executed ? NULL : expr->as.call.function->name;
    case NAMI_AST_NULL:
    case NAMI_AST_BOOL:
    case NAMI_AST_INT:
    case NAMI_AST_FLOAT:
    case NAMI_AST_STRING:
    case NAMI_AST_PARAM:
    case NAMI_AST_VARIABLE:
    case NAMI_AST_LIST:
    case NAMI_AST_MAP:
    case NAMI_AST_PROPERTY:
    case NAMI_AST_INDEX:
    case NAMI_AST_SLICE:
    case NAMI_AST_LABELS:
    case NAMI_AST_UNARY:
    case NAMI_AST_BINARY:
    case NAMI_AST_AND:
    case NAMI_AST_OR:
    case NAMI_AST_XOR:
    case NAMI_AST_COMPARISONS:
    case NAMI_AST_IS_TYPE:
    case NAMI_AST_IS_NORMALIZED:
    case NAMI_AST_CASE:
    case NAMI_AST_CASE_OPERAND:
    case NAMI_AST_LIST_COMPREHENSION:
    case NAMI_AST_QUANTIFIER:
    case NAMI_AST_REDUCE:
    case NAMI_AST_MAP_PROJECTION:
    case NAMI_AST_EXPR_KIND_COUNT:
        break;
    }
    return NULL;
}

struct checking {
    struct planner *planner;
    int32_t status;
};

/* Where the key stands: at the end of the expression, unless it was quoted. */
static uint32_t place_of_key(const struct planner *planner, const struct nami_ast_expr *expr)
{
    uint32_t end = expr->span.at + expr->span.len;
    size_t len = expr->as.property.key.len;

    if (expr->span.len > len && end <= planner->statement->text.len &&
        planner->statement->text.ptr[end - 1] != '`') {
        return end - (uint32_t)len;
    }
    return expr->span.at;
}

static bool check(const struct nami_ast_expr *expr, void *context)
{
    struct checking *checking = context;
    const char *what = checking->status == NAMI_OK ? unsupported_kind(expr) : NULL;

    if (what != NULL) {
        checking->status = nami_plan__refuse(checking->planner, expr->span, what);
    }
    if (checking->status == NAMI_OK && expr->kind == NAMI_AST_PROPERTY &&
        (expr->as.property.object->types & NAMI_STATIC_ENTITY) != 0 &&
        (expr->as.property.object->types & NAMI_STATIC_MAP) == 0) {
        checking->status =
            nami_plan__mention(checking->planner, NAMI_DICT_KEY, expr->as.property.key,
                               place_of_key(checking->planner, expr));
    }
    return checking->status == NAMI_OK;
}

int32_t nami_plan__check_expr(struct planner *planner, const struct nami_ast_expr *expr)
{
    struct checking checking = {.planner = planner};

    nami_plan__visit(expr, check, &checking);
    return checking.status;
}

/* ---- what an update could change ---- */

struct reading {
    const struct planner *planner;
    bool is_found;
};

/* A variable that may hold an entity, or something with entities in it. */
static bool find_graph_read(const struct nami_ast_expr *expr, void *context)
{
    const uint32_t holders =
        NAMI_STATIC_ENTITY | NAMI_STATIC_PATH | NAMI_STATIC_LIST | NAMI_STATIC_MAP;
    struct reading *reading = context;

    if (expr->kind == NAMI_AST_VARIABLE) {
        const struct nami_symbol *symbol = expr->as.variable->symbol;

        reading->is_found = reading->is_found || ((symbol->types & holders) != 0 &&
                                                  !reading->planner->is_plain[symbol->id]);
    }
    return !reading->is_found;
}

bool nami_plan__reads_graph(const struct planner *planner, const struct nami_ast_expr *expr)
{
    struct reading reading = {.planner = planner};

    if (expr->kind != NAMI_AST_VARIABLE) { /* by itself it is only handed on */
        nami_plan__visit(expr, find_graph_read, &reading);
    }
    return reading.is_found;
}

static bool find_not_plain(const struct nami_ast_expr *expr, void *context)
{
    struct reading *reading = context;

    if (expr->kind == NAMI_AST_VARIABLE) {
        reading->is_found =
            reading->is_found || !reading->planner->is_plain[expr->as.variable->symbol->id];
    }
    return !reading->is_found;
}

bool nami_plan__is_plain(const struct planner *planner, const struct nami_ast_expr *expr)
{
    struct reading reading = {.planner = planner};

    nami_plan__visit(expr, find_not_plain, &reading);
    return !reading.is_found;
}
