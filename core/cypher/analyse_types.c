#include "core/cypher/analysis_internal.h"

const char *nami_cypher__type_text(uint32_t types)
{
    static const struct {
        uint32_t types;
        const char *text;
    } texts[] = {
        {NAMI_STATIC_NULL, "null"},
        {NAMI_STATIC_BOOL, "a boolean"},
        {NAMI_STATIC_INT, "an integer"},
        {NAMI_STATIC_FLOAT, "a float"},
        {NAMI_STATIC_NUMBER, "a number"},
        {NAMI_STATIC_STRING, "a string"},
        {NAMI_STATIC_LIST, "a list"},
        {NAMI_STATIC_MAP, "a map"},
        {NAMI_STATIC_NODE, "a node"},
        {NAMI_STATIC_REL, "a relationship"},
        {NAMI_STATIC_ENTITY, "a node or relationship"},
        {NAMI_STATIC_PATH, "a path"},
        {NAMI_STATIC_DURATION, "a duration"},
        {NAMI_STATIC_POINT, "a point"},
        {NAMI_STATIC_VECTOR, "a vector"},
        {NAMI_STATIC_TEMPORAL, "a temporal value"},
    };
    uint32_t known = types & ~(uint32_t)NAMI_STATIC_NULL;

    if (known == 0) {
        known = types;
    }
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if ((known & ~texts[i].types) == 0) {
            return texts[i].text;
        }
    }
    return "a value of this type";
}

bool nami_cypher__expect_types(struct nami_cypher__analyser *a, const struct nami_ast_expr *expr,
                               uint32_t types, const char *what)
{
    if ((expr->types & (types | NAMI_STATIC_NULL)) != 0) {
        return true;
    }
    return nami_cypher__reject(a, NAMI_COND_INVALID_ARGUMENT_TYPE, expr->span,
                               "Expected %s, but this is %s", what,
                               nami_cypher__type_text(expr->types));
}

static uint32_t element_types_of_list(const struct nami_ast_expr *expr)
{
    uint32_t types = 0;

    for (uint32_t i = 0; i < expr->as.list.count; i++) {
        types |= expr->as.list.items[i]->types;
    }
    return types != 0 ? types : (uint32_t)NAMI_STATIC_ANY;
}

static uint32_t element_types_of_call(const struct nami_ast_expr *expr)
{
    switch (expr->as.call.function->id) {
    case NAMI_FN_COLLECT:
        return expr->as.call.args[0]->types;
    case NAMI_FN_NODES:
        return NAMI_STATIC_NODE;
    case NAMI_FN_RELATIONSHIPS:
    case NAMI_FN_RELS:
        return NAMI_STATIC_REL;
    case NAMI_FN_RANGE:
        return NAMI_STATIC_INT;
    case NAMI_FN_KEYS:
    case NAMI_FN_LABELS:
    case NAMI_FN_SPLIT:
        return NAMI_STATIC_STRING;
    case NAMI_FN_TAIL:
    case NAMI_FN_REVERSE:
        return nami_cypher__element_types(expr->as.call.args[0]);
    default:
        return NAMI_STATIC_ANY;
    }
}

uint32_t nami_cypher__element_types(const struct nami_ast_expr *expr)
{
    switch (expr->kind) {
    case NAMI_AST_LIST:
        return element_types_of_list(expr);
    case NAMI_AST_VARIABLE:
        return expr->as.variable->symbol->element_types;
    case NAMI_AST_FUNCTION:
        return element_types_of_call(expr);
    case NAMI_AST_SLICE:
        return nami_cypher__element_types(expr->as.slice.object);
    case NAMI_AST_LIST_COMPREHENSION:
        return expr->as.comprehension->value != NULL
                   ? expr->as.comprehension->value->types
                   : expr->as.comprehension->variable.symbol->types;
    case NAMI_AST_PATTERN_COMPREHENSION:
        return expr->as.pattern->value->types;
    default:
        return NAMI_STATIC_ANY;
    }
}

static bool property(struct nami_cypher__analyser *a, struct nami_ast_expr *expr)
{
    const struct nami_ast_expr *object = expr->as.property.object;
    uint32_t readable = NAMI_STATIC_ENTITY | NAMI_STATIC_MAP | NAMI_STATIC_TEMPORAL |
                        NAMI_STATIC_POINT | NAMI_STATIC_NULL;

    expr->types = object->types == NAMI_STATIC_NULL ? NAMI_STATIC_NULL : NAMI_STATIC_ANY;
    if ((object->types & readable) != 0) {
        return true;
    }
    return nami_cypher__reject(a,
                               object->types == NAMI_STATIC_PATH ? NAMI_COND_INVALID_ARGUMENT_TYPE
                                                                 : NAMI_COND_TYPE_ERROR,
                               object->span,
                               "Only nodes, relationships and maps have properties, "
                               "but this is %s",
                               nami_cypher__type_text(object->types));
}

static bool unary(struct nami_cypher__analyser *a, struct nami_ast_expr *expr)
{
    const struct nami_ast_expr *operand = expr->as.unary.operand;
    uint32_t signed_types = NAMI_STATIC_NUMBER | NAMI_STATIC_DURATION;

    if (expr->op != NAMI_OP_PLUS && expr->op != NAMI_OP_MINUS) {
        expr->types = NAMI_STATIC_BOOL;
        return true;
    }
    expr->types = operand->types & (signed_types | NAMI_STATIC_NULL);
    return nami_cypher__expect_types(a, operand, signed_types, "a number");
}

/* Of a sum: integers give an integer, numbers a number; else by the first that decides. */
static uint32_t sum_types(uint32_t left, uint32_t right)
{
    uint32_t both = left | right;

    if (left == NAMI_STATIC_NULL || right == NAMI_STATIC_NULL) {
        return left == right ? NAMI_STATIC_NULL : NAMI_STATIC_ANY; /* null + [1] may be a list */
    }
    if ((both & ~(uint32_t)(NAMI_STATIC_NUMBER)) == 0) {
        return both;
    }
    if (left == NAMI_STATIC_LIST || right == NAMI_STATIC_LIST) {
        return NAMI_STATIC_LIST;
    }
    if (both == NAMI_STATIC_STRING) {
        return NAMI_STATIC_STRING;
    }
    return NAMI_STATIC_ANY;
}

/* Of - * / %: null, a number or something temporal. */
static uint32_t product_types(uint32_t left, uint32_t right)
{
    if (left == NAMI_STATIC_NULL || right == NAMI_STATIC_NULL) {
        return NAMI_STATIC_NULL;
    }
    if (((left | right) & ~(uint32_t)(NAMI_STATIC_NUMBER)) == 0) {
        return left | right;
    }
    return NAMI_STATIC_NUMBER | NAMI_STATIC_TEMPORAL | NAMI_STATIC_NULL;
}

static bool arithmetic(struct nami_cypher__analyser *a, struct nami_ast_expr *expr,
                       uint32_t operands, const char *what)
{
    const struct nami_ast_expr *left = expr->as.binary.left;
    const struct nami_ast_expr *right = expr->as.binary.right;

    expr->types = product_types(left->types, right->types);
    return nami_cypher__expect_types(a, left, operands, what) &&
           nami_cypher__expect_types(a, right, operands, what);
}

static bool binary(struct nami_cypher__analyser *a, struct nami_ast_expr *expr)
{
    const struct nami_ast_expr *left = expr->as.binary.left;
    const struct nami_ast_expr *right = expr->as.binary.right;

    switch (expr->op) {
    case NAMI_OP_ADD:
        expr->types = sum_types(left->types, right->types);
        return true;
    case NAMI_OP_CONCAT:
        expr->types = NAMI_STATIC_STRING | NAMI_STATIC_LIST | NAMI_STATIC_NULL;
        return nami_cypher__expect_types(a, left, expr->types, "a string or list") &&
               nami_cypher__expect_types(a, right, expr->types, "a string or list");
    case NAMI_OP_SUBTRACT:
        return arithmetic(a, expr, NAMI_STATIC_NUMBER | NAMI_STATIC_TEMPORAL, "a number");
    case NAMI_OP_MULTIPLY:
    case NAMI_OP_DIVIDE:
        return arithmetic(a, expr, NAMI_STATIC_NUMBER | NAMI_STATIC_DURATION, "a number");
    case NAMI_OP_MODULO:
        return arithmetic(a, expr, NAMI_STATIC_NUMBER, "a number");
    case NAMI_OP_POWER:
        if (!arithmetic(a, expr, NAMI_STATIC_NUMBER, "a number")) {
            return false;
        }
        expr->types = expr->types == NAMI_STATIC_NULL ? NAMI_STATIC_NULL : NAMI_STATIC_FLOAT;
        return true;
    case NAMI_OP_IN:
        expr->types = NAMI_STATIC_BOOL;
        return nami_cypher__expect_types(a, right, NAMI_STATIC_LIST, "a list");
    default:
        expr->types = NAMI_STATIC_BOOL;
        return true;
    }
}

bool nami_cypher__type_of(struct nami_cypher__analyser *a, struct nami_ast_expr *expr)
{
    static const uint32_t fixed[NAMI_AST_EXPR_KIND_COUNT] = {
        [NAMI_AST_NULL] = NAMI_STATIC_NULL,
        [NAMI_AST_BOOL] = NAMI_STATIC_BOOL,
        [NAMI_AST_INT] = NAMI_STATIC_INT,
        [NAMI_AST_FLOAT] = NAMI_STATIC_FLOAT,
        [NAMI_AST_STRING] = NAMI_STATIC_STRING,
        [NAMI_AST_PARAM] = NAMI_STATIC_ANY,
        [NAMI_AST_LIST] = NAMI_STATIC_LIST,
        [NAMI_AST_MAP] = NAMI_STATIC_MAP,
        [NAMI_AST_SLICE] = NAMI_STATIC_LIST | NAMI_STATIC_NULL,
        [NAMI_AST_LABELS] = NAMI_STATIC_BOOL,
        [NAMI_AST_COMPARISONS] = NAMI_STATIC_BOOL,
        [NAMI_AST_IS_TYPE] = NAMI_STATIC_BOOL,
        [NAMI_AST_IS_NORMALIZED] = NAMI_STATIC_BOOL,
        [NAMI_AST_CASE_OPERAND] = NAMI_STATIC_ANY,
        [NAMI_AST_MAP_PROJECTION] = NAMI_STATIC_MAP,
    };

    switch (expr->kind) {
    case NAMI_AST_PROPERTY:
        return property(a, expr);
    case NAMI_AST_INDEX:
        expr->types = expr->as.index.object->types == NAMI_STATIC_LIST
                          ? nami_cypher__element_types(expr->as.index.object) | NAMI_STATIC_NULL
                          : NAMI_STATIC_ANY;
        return true;
    case NAMI_AST_UNARY:
        return unary(a, expr);
    case NAMI_AST_BINARY:
        return binary(a, expr);
    case NAMI_AST_LABELS:
        expr->types = NAMI_STATIC_BOOL;
        return nami_cypher__expect_types(a, expr->as.labels.object, NAMI_STATIC_ENTITY,
                                         "a node or relationship");
    case NAMI_AST_MAP_PROJECTION:
        expr->types = NAMI_STATIC_MAP;
        return nami_cypher__expect_types(a, expr->as.projection->object,
                                         NAMI_STATIC_ENTITY | NAMI_STATIC_MAP,
                                         "a node, a relationship or a map");
    default:
        expr->types = fixed[expr->kind];
        return true;
    }
}
