#include "ast_dump.h"

#include <stdarg.h>
#include <stdlib.h>

#include "core/base/number_text.h"
#include "core/base/text.h"

static void put(struct nami_buf *out, const char *text)
{
    if (nami_buf_append_text(out, text) != NAMI_OK) {
        abort();
    }
}

static void put_slice(struct nami_buf *out, struct nami_slice text)
{
    if (nami_buf_append(out, text) != NAMI_OK) {
        abort();
    }
}

static void put_number(struct nami_buf *out, uint64_t number)
{
    if (nami_buf_printf(out, "%llu", (unsigned long long)number) != NAMI_OK) {
        abort();
    }
}

static void put_expr(struct nami_buf *out, const struct nami_ast_expr *expr);
static void put_path(struct nami_buf *out, const struct nami_ast_path *path);

static void put_variable(struct nami_buf *out, const struct nami_ast_variable *variable)
{
    put_slice(out, variable->name);
    if (variable->symbol != NULL) {
        put(out, "#");
        put_number(out, variable->symbol->id);
    }
}

static void put_optional(struct nami_buf *out, const char *name, const struct nami_ast_expr *expr)
{
    if (expr != NULL) {
        put(out, " ");
        put(out, name);
        put(out, " ");
        put_expr(out, expr);
    }
}

static void put_exprs(struct nami_buf *out, const char *name, struct nami_ast_expr *const *items,
                      uint32_t count)
{
    put(out, "(");
    put(out, name);
    for (uint32_t i = 0; i < count; i++) {
        put(out, " ");
        put_expr(out, items[i]);
    }
    put(out, ")");
}

static void put_labels(struct nami_buf *out, const struct nami_ast_label_expr *labels)
{
    static const char *const names[] = {
        [NAMI_AST_LABEL_DYNAMIC] = "$", [NAMI_AST_LABEL_DYNAMIC_ANY] = "$any",
        [NAMI_AST_LABEL_NOT] = "!",     [NAMI_AST_LABEL_AND] = "&",
        [NAMI_AST_LABEL_OR] = "|",
    };

    if (labels->kind == NAMI_AST_LABEL_NAME) {
        put_slice(out, labels->name);
        return;
    }
    if (labels->kind == NAMI_AST_LABEL_ANY) {
        put(out, "%");
        return;
    }
    put(out, "(");
    put(out, names[labels->kind]);
    if (labels->value != NULL) {
        put(out, " ");
        put_expr(out, labels->value);
    }
    for (uint32_t i = 0; i < labels->count; i++) {
        put(out, " ");
        put_labels(out, labels->items[i]);
    }
    put(out, ")");
}

static void put_type(struct nami_buf *out, const struct nami_ast_type *type)
{
    switch ((enum nami_ast_type_kind)type->kind) {
    case NAMI_AST_TYPE_SCALAR:
        put_number(out, type->types);
        break;
    case NAMI_AST_TYPE_LIST:
        put(out, "list<");
        put_type(out, type->item);
        put(out, ">");
        break;
    case NAMI_AST_TYPE_UNION:
        for (uint32_t i = 0; i < type->choice_count; i++) {
            put(out, i > 0 ? "|" : "");
            put_type(out, type->choices[i]);
        }
        break;
    case NAMI_AST_TYPE_NOTHING:
        put(out, "nothing");
        break;
    }
    put(out, type->is_not_null ? "!" : "");
}

static const char *op_text(uint8_t op)
{
    static const char *const texts[NAMI_OP_COUNT] = {
        [NAMI_OP_NONE] = "",
        [NAMI_OP_NOT] = "not",
        [NAMI_OP_PLUS] = "pos",
        [NAMI_OP_MINUS] = "neg",
        [NAMI_OP_IS_NULL] = "null?",
        [NAMI_OP_IS_NOT_NULL] = "not-null?",
        [NAMI_OP_ADD] = "+",
        [NAMI_OP_SUBTRACT] = "-",
        [NAMI_OP_MULTIPLY] = "*",
        [NAMI_OP_DIVIDE] = "/",
        [NAMI_OP_MODULO] = "%",
        [NAMI_OP_POWER] = "^",
        [NAMI_OP_CONCAT] = "||",
        [NAMI_OP_EQ] = "=",
        [NAMI_OP_NE] = "<>",
        [NAMI_OP_LT] = "<",
        [NAMI_OP_LE] = "<=",
        [NAMI_OP_GT] = ">",
        [NAMI_OP_GE] = ">=",
        [NAMI_OP_IN] = "in",
        [NAMI_OP_STARTS_WITH] = "starts",
        [NAMI_OP_ENDS_WITH] = "ends",
        [NAMI_OP_CONTAINS] = "contains",
        [NAMI_OP_REGEX] = "=~",
        [NAMI_OP_ALL] = "all",
        [NAMI_OP_ANY] = "any",
        [NAMI_OP_NONE_OF] = "none",
        [NAMI_OP_SINGLE] = "single",
    };

    return texts[op];
}

static void put_case(struct nami_buf *out, const struct nami_ast_case *inner)
{
    put(out, "(case");
    put_optional(out, "of", inner->operand);
    for (uint32_t i = 0; i < inner->branch_count; i++) {
        const struct nami_ast_case_branch *branch = &inner->branches[i];
        put(out, " ");
        put_exprs(out, "when", branch->when.items, branch->when.count);
        put(out, " ");
        put_expr(out, branch->then);
    }
    put_optional(out, "else", inner->otherwise);
    put(out, ")");
}

static void put_comprehension(struct nami_buf *out, const char *name,
                              const struct nami_ast_comprehension *inner)
{
    put(out, "(");
    put(out, name);
    put(out, " ");
    put_variable(out, &inner->variable);
    put(out, " ");
    put_expr(out, inner->list);
    put_optional(out, "where", inner->where);
    put_optional(out, "|", inner->value);
    put(out, ")");
}

static void put_map_projection(struct nami_buf *out, const struct nami_ast_map_projection *inner)
{
    put(out, "(project ");
    put_expr(out, inner->object);
    for (uint32_t i = 0; i < inner->count; i++) {
        const struct nami_ast_map_item *item = &inner->items[i];
        put(out, item->kind == NAMI_AST_MAP_ITEM_ALL ? " *" : " ");
        put_slice(out, item->key);
        put_optional(out, ":", item->value);
    }
    put(out, ")");
}

static void put_compound(struct nami_buf *out, const struct nami_ast_expr *expr)
{
    switch (expr->kind) {
    case NAMI_AST_CASE:
        put_case(out, expr->as.branches);
        break;
    case NAMI_AST_LIST_COMPREHENSION:
        put_comprehension(out, "each", expr->as.comprehension);
        break;
    case NAMI_AST_QUANTIFIER:
        put_comprehension(out, op_text(expr->op), expr->as.comprehension);
        break;
    case NAMI_AST_REDUCE:
        put(out, "(reduce ");
        put_variable(out, &expr->as.reduce->total);
        put_optional(out, "=", expr->as.reduce->start);
        put(out, " ");
        put_variable(out, &expr->as.reduce->variable);
        put_optional(out, "in", expr->as.reduce->list);
        put_optional(out, "|", expr->as.reduce->step);
        put(out, ")");
        break;
    case NAMI_AST_MAP_PROJECTION:
        put_map_projection(out, expr->as.projection);
        break;
    case NAMI_AST_PATTERN:
    case NAMI_AST_PATTERN_COMPREHENSION:
    case NAMI_AST_SHORTEST_PATH:
        put(out, "(matches ");
        put_path(out, expr->as.pattern->path);
        put_optional(out, "where", expr->as.pattern->where);
        put_optional(out, "|", expr->as.pattern->value);
        put(out, ")");
        break;
    default:
        put(out, expr->kind == NAMI_AST_EXISTS_QUERY  ? "(exists "
                 : expr->kind == NAMI_AST_COUNT_QUERY ? "(count "
                                                      : "(collect ");
        ast_dump_query(out, expr->as.subquery->query);
        put(out, ")");
        break;
    }
}

static void put_call(struct nami_buf *out, const struct nami_ast_expr *expr)
{
    put(out, "(");
    put_slice(out, expr->as.call.name);
    put(out, expr->is_distinct ? " distinct" : "");
    for (uint32_t i = 0; i < expr->as.call.arg_count; i++) {
        put(out, " ");
        put_expr(out, expr->as.call.args[i]);
    }
    put(out, ")");
}

static void put_float(struct nami_buf *out, double real)
{
    char text[NAMI_NUMBER_TEXT_MAX];

    put_slice(out, (struct nami_slice){(const uint8_t *)text, nami_float_text_cypher(real, text)});
}

static void put_comparisons(struct nami_buf *out, const struct nami_ast_expr *expr)
{
    put(out, "(chain ");
    for (uint32_t i = 0; i < expr->as.comparisons.count; i++) {
        if (i > 0) {
            put(out, " ");
            put(out, op_text(expr->as.comparisons.ops[i - 1]));
            put(out, " ");
        }
        put_expr(out, expr->as.comparisons.operands[i]);
    }
    put(out, ")");
}

static void put_operator(struct nami_buf *out, const struct nami_ast_expr *expr)
{
    put(out, "(");
    switch (expr->kind) {
    case NAMI_AST_PROPERTY:
        put(out, ".");
        put_slice(out, expr->as.property.key);
        put_optional(out, "of", expr->as.property.object);
        break;
    case NAMI_AST_INDEX:
        put(out, "at");
        put_optional(out, "", expr->as.index.object);
        put_optional(out, "", expr->as.index.at);
        break;
    case NAMI_AST_SLICE:
        put(out, "slice ");
        put_expr(out, expr->as.slice.object);
        put_optional(out, "from", expr->as.slice.from);
        put_optional(out, "to", expr->as.slice.to);
        break;
    case NAMI_AST_LABELS:
        put(out, "is ");
        put_expr(out, expr->as.labels.object);
        put(out, " ");
        put_labels(out, expr->as.labels.labels);
        break;
    case NAMI_AST_UNARY:
        put(out, op_text(expr->op));
        put(out, " ");
        put_expr(out, expr->as.unary.operand);
        break;
    case NAMI_AST_IS_TYPE:
        put(out, expr->is_negated ? "not-type? " : "type? ");
        put_expr(out, expr->as.is_type.operand);
        put(out, " ");
        put_type(out, expr->as.is_type.type);
        break;
    default:
        put(out, expr->is_negated ? "not-normal? " : "normal? ");
        put_expr(out, expr->as.normal_form.operand);
        put(out, " ");
        put_slice(out, expr->as.normal_form.form);
        break;
    }
    put(out, ")");
}

static void put_map(struct nami_buf *out, const struct nami_ast_expr *expr)
{
    put(out, "{");
    for (uint32_t i = 0; i < expr->as.map.count; i++) {
        put(out, i > 0 ? " " : "");
        put_slice(out, expr->as.map.entries[i].key);
        put(out, ":");
        put_expr(out, expr->as.map.entries[i].value);
    }
    put(out, "}");
}

static void put_expr(struct nami_buf *out, const struct nami_ast_expr *expr)
{
    char text[NAMI_NUMBER_TEXT_MAX];

    switch (expr->kind) {
    case NAMI_AST_NULL:
        put(out, "null");
        break;
    case NAMI_AST_BOOL:
        put(out, expr->as.boolean ? "true" : "false");
        break;
    case NAMI_AST_INT:
        put_slice(
            out, (struct nami_slice){(const uint8_t *)text, nami_int_text(expr->as.integer, text)});
        break;
    case NAMI_AST_FLOAT:
        put_float(out, expr->as.real);
        break;
    case NAMI_AST_STRING:
        put(out, "'");
        put_slice(out, expr->as.text);
        put(out, "'");
        break;
    case NAMI_AST_PARAM:
        put(out, "$");
        put_number(out, expr->as.param);
        break;
    case NAMI_AST_VARIABLE:
        put_variable(out, expr->as.variable);
        break;
    case NAMI_AST_LIST:
        put_exprs(out, "list", expr->as.list.items, expr->as.list.count);
        break;
    case NAMI_AST_AND:
        put_exprs(out, "and", expr->as.list.items, expr->as.list.count);
        break;
    case NAMI_AST_OR:
        put_exprs(out, "or", expr->as.list.items, expr->as.list.count);
        break;
    case NAMI_AST_XOR:
        put_exprs(out, "xor", expr->as.list.items, expr->as.list.count);
        break;
    case NAMI_AST_MAP:
        put_map(out, expr);
        break;
    case NAMI_AST_BINARY:
        put_exprs(out, op_text(expr->op),
                  (struct nami_ast_expr *const[]){expr->as.binary.left, expr->as.binary.right}, 2);
        break;
    case NAMI_AST_COMPARISONS:
        put_comparisons(out, expr);
        break;
    case NAMI_AST_FUNCTION:
        put_call(out, expr);
        break;
    case NAMI_AST_CASE_OPERAND:
        put(out, "it");
        break;
    case NAMI_AST_PROPERTY:
    case NAMI_AST_INDEX:
    case NAMI_AST_SLICE:
    case NAMI_AST_LABELS:
    case NAMI_AST_UNARY:
    case NAMI_AST_IS_TYPE:
    case NAMI_AST_IS_NORMALIZED:
        put_operator(out, expr);
        break;
    default:
        put_compound(out, expr);
        break;
    }
}

/* ---- patterns */

static void put_range(struct nami_buf *out, const char *name, const struct nami_ast_range *range)
{
    if (!range->is_present) {
        return;
    }
    put(out, name);
    put_number(out, range->min);
    put(out, "..");
    if (range->max != NAMI_AST_UNBOUNDED) {
        put_number(out, range->max);
    }
}

static void put_inside(struct nami_buf *out, const struct nami_ast_variable *variable,
                       const struct nami_ast_label_expr *labels,
                       const struct nami_ast_expr *properties, const struct nami_ast_expr *where)
{
    put_variable(out, variable);
    if (labels != NULL) {
        put(out, ":");
        put_labels(out, labels);
    }
    put_optional(out, "=", properties);
    put_optional(out, "where", where);
}

static void put_element(struct nami_buf *out, const struct nami_ast_element *element)
{
    const struct nami_ast_node_pattern *node = element->as.node;
    const struct nami_ast_rel_pattern *rel = element->as.rel;
    const struct nami_ast_group_pattern *group = element->as.group;

    switch ((enum nami_ast_element_kind)element->kind) {
    case NAMI_AST_ELEMENT_NODE:
        put(out, "(");
        put_inside(out, &node->variable, node->labels, node->properties, node->where);
        put(out, ")");
        break;
    case NAMI_AST_ELEMENT_REL:
        put(out, rel->direction == NAMI_AST_INCOMING ? "<-[" : "-[");
        put_inside(out, &rel->variable, rel->types, rel->properties, rel->where);
        put_range(out, "*", &rel->length);
        put(out, rel->direction == NAMI_AST_OUTGOING ? "]->" : "]-");
        put_range(out, "x", &rel->quantifier);
        break;
    case NAMI_AST_ELEMENT_GROUP:
        put(out, "<");
        put_path(out, group->path);
        put_optional(out, "where", group->where);
        put(out, ">");
        put_range(out, "x", &group->quantifier);
        break;
    }
}

static void put_path(struct nami_buf *out, const struct nami_ast_path *path)
{
    static const char *const selectors[] = {
        [NAMI_AST_SELECT_ALL] = "",
        [NAMI_AST_SELECT_ANY] = "any ",
        [NAMI_AST_SELECT_SHORTEST] = "shortest ",
        [NAMI_AST_SELECT_ALL_SHORTEST] = "all-shortest ",
        [NAMI_AST_SELECT_SHORTEST_GROUPS] = "groups ",
        [NAMI_AST_SELECT_SHORTEST_PATH] = "shortestPath ",
        [NAMI_AST_SELECT_ALL_SHORTEST_PATHS] = "allShortestPaths ",
    };

    if (path->variable.name.len > 0) {
        put_variable(out, &path->variable);
        put(out, "=");
    }
    put(out, selectors[path->selector]);
    if (path->select_count > 1) {
        put_number(out, path->select_count);
        put(out, " ");
    }
    for (uint32_t i = 0; i < path->element_count; i++) {
        put_element(out, &path->elements[i]);
    }
}

/* ---- clauses */

static void put_projection(struct nami_buf *out, const struct nami_ast_projection *projection)
{
    put(out, projection->is_distinct ? " distinct" : "");
    put(out, projection->is_aggregating ? " aggregating" : "");
    put(out, projection->has_star ? " *" : "");
    for (uint32_t i = 0; i < projection->item_count; i++) {
        const struct nami_ast_item *item = &projection->items[i];
        put(out, item->is_key ? " key:" : " ");
        put_expr(out, item->expr);
        if (item->has_alias || item->symbol != NULL) {
            put(out, "->");
            put_slice(out, item->name);
        }
        if (item->symbol != NULL) {
            put(out, "#");
            put_number(out, item->symbol->id);
        }
    }
    for (uint32_t i = 0; i < projection->sort_count; i++) {
        put_optional(out, projection->sort[i].is_descending ? "desc" : "asc",
                     projection->sort[i].expr);
    }
    put_optional(out, "skip", projection->skip);
    put_optional(out, "limit", projection->limit);
    put_optional(out, "where", projection->where);
}

static void put_paths(struct nami_buf *out, struct nami_ast_path *const *paths, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        put(out, i > 0 ? ", " : " ");
        put_path(out, paths[i]);
    }
}

static void put_clause(struct nami_buf *out, const struct nami_ast_clause *clause)
{
    switch (clause->kind) {
    case NAMI_AST_MATCH:
        put(out, clause->as.match->is_optional ? "optional match" : "match");
        put_paths(out, clause->as.match->paths, clause->as.match->path_count);
        put_optional(out, "where", clause->as.match->where);
        break;
    case NAMI_AST_UNWIND:
        put(out, "unwind ");
        put_expr(out, clause->as.unwind->list);
        put(out, " as ");
        put_variable(out, &clause->as.unwind->variable);
        break;
    case NAMI_AST_WITH:
    case NAMI_AST_RETURN:
        put(out, clause->kind == NAMI_AST_WITH ? "with" : "return");
        put_projection(out, clause->as.projection);
        break;
    case NAMI_AST_CREATE:
        put(out, "create");
        put_paths(out, clause->as.create->paths, clause->as.create->path_count);
        break;
    case NAMI_AST_CALL_QUERY:
        put(out, "call ");
        ast_dump_query(out, clause->as.call->query);
        break;
    default:
        put(out, "clause");
        put_number(out, clause->kind);
        break;
    }
}

void ast_dump_query(struct nami_buf *out, const struct nami_ast_query *query)
{
    for (uint32_t i = 0; i < query->branch_count; i++) {
        if (i > 0) {
            put(out, query->branches[i].is_union_all ? " union-all " : " union ");
        }
        for (uint32_t k = 0; k < query->branches[i].clause_count; k++) {
            put(out, k > 0 ? "; " : "");
            put_clause(out, query->branches[i].clauses[k]);
        }
    }
}
