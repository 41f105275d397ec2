#include "tests/unit/core/exec/expr_runner.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include <namidb/plugin_util.h>

#include "core/cypher/analysis.h"

enum { COLUMNS_MAX = 64, PARAMS_MAX = 16, BATCH = 20 };

/* ---- parameters ---- */

static struct nami_value param(struct exec_fixture *f, struct nami_slice name)
{
    struct nami_value *three = nami_arena_calloc(&f->arena, 4, sizeof(*three));
    char key[8] = "";

    memcpy(key, name.ptr, name.len < 7 ? name.len : 7);
    if (strcmp(key, "l") == 0) {
        for (int64_t i = 0; i < 3; i++) {
            three[i] = nami_value_int(i + 1);
        }
        return nami_value_list(three, 3);
    }
    if (strcmp(key, "m") == 0) {
        three[0] = exec_fixture_text("a");
        three[1] = nami_value_int(1);
        three[2] = exec_fixture_text("b");
        return nami_value_map(three, 2);
    }
    return strcmp(key, "i") == 0     ? nami_value_int(1)
           : strcmp(key, "z") == 0   ? nami_value_int(0)
           : strcmp(key, "f") == 0   ? nami_value_float(2.5)
           : strcmp(key, "s") == 0   ? exec_fixture_text("a")
           : strcmp(key, "t") == 0   ? nami_value_bool(true)
           : strcmp(key, "min") == 0 ? nami_value_int(INT64_MIN)
           : strcmp(key, "max") == 0 ? nami_value_int(INT64_MAX)
           : strcmp(key, "nan") == 0 ? nami_value_float((double)NAN)
           : strcmp(key, "inf") == 0 ? nami_value_float((double)INFINITY)
           : strcmp(key, "e") == 0   ? nami_value_list(three, 0)
                                     : nami_value_null();
}

/* ---- parsing ---- */

static struct nami_ast_expr *returned(const struct nami_ast_statement *statement)
{
    const struct nami_ast_branch *branch = &statement->as.query->branches[0];

    return branch->clauses[branch->clause_count - 1]->as.projection->items[0].expr;
}

struct nami_ast_expr *expr_parse(struct exec_fixture *f, const char *text,
                                 struct nami_ast_statement **out)
{
    size_t len = strlen(text) + sizeof("RETURN ");
    char *query = nami_arena_calloc(&f->arena, len, 1);
    struct nami_ast_statement *statement = NULL;
    struct nami_value *params = nami_arena_calloc(&f->arena, PARAMS_MAX, sizeof(*params));

    (void)snprintf(query, len, "RETURN %s", text);
    f->diag = (struct nami_diagnostic){0};
    f->exec.text = nami_text(query);
    if (nami_cypher_parse(f->exec.text, &f->arena, NULL, &statement, &f->diag) != NAMI_OK ||
        nami_cypher_analyse(statement, &f->arena, NULL, &f->diag) != NAMI_OK) {
        return NULL;
    }
    for (uint32_t i = 0; i < statement->params.count && i < PARAMS_MAX; i++) {
        params[i] = param(f, statement->params.items[i]);
    }
    f->exec.params = params;
    f->exec.param_count = statement->params.count;
    if (out != NULL) {
        *out = statement;
    }
    return returned(statement);
}

/* ---- literals become columns ---- */

struct columns {
    struct exec_fixture *f;
    uint32_t next_symbol;
    uint32_t count;
    struct nami_value values[COLUMNS_MAX];
};

static bool literal_value(struct exec_fixture *f, const struct nami_ast_expr *ast,
                          struct nami_value *out)
{
    switch (ast->kind) {
    case NAMI_AST_NULL:
        *out = nami_value_null();
        return true;
    case NAMI_AST_BOOL:
        *out = nami_value_bool(ast->as.boolean);
        return true;
    case NAMI_AST_INT:
        *out = nami_value_int(ast->as.integer);
        return true;
    case NAMI_AST_FLOAT:
        *out = nami_value_float(ast->as.real);
        return true;
    case NAMI_AST_STRING:
        *out = nami_value_string(ast->as.text);
        return true;
    case NAMI_AST_PARAM:
        *out = f->exec.params[ast->as.param];
        return true;
    default:
        return false;
    }
}

static void replace_all(struct columns *c, struct nami_ast_expr **items, uint32_t count);

static void replace(struct columns *c, struct nami_ast_expr *ast)
{
    struct nami_value value;

    if (literal_value(c->f, ast, &value) && c->count < COLUMNS_MAX) {
        struct nami_symbol *symbol = nami_arena_calloc(&c->f->arena, 1, sizeof(*symbol));
        struct nami_ast_variable *variable = nami_arena_calloc(&c->f->arena, 1, sizeof(*variable));

        symbol->id = c->next_symbol++;
        variable->symbol = symbol;
        c->values[c->count++] = value;
        ast->kind = NAMI_AST_VARIABLE;
        ast->as.variable = variable;
        return;
    }
    switch (ast->kind) {
    case NAMI_AST_LIST:
    case NAMI_AST_AND:
    case NAMI_AST_OR:
    case NAMI_AST_XOR:
        replace_all(c, ast->as.list.items, ast->as.list.count);
        break;
    case NAMI_AST_COMPARISONS:
        replace_all(c, ast->as.comparisons.operands, ast->as.comparisons.count);
        break;
    case NAMI_AST_FUNCTION:
        replace_all(c, ast->as.call.args, ast->as.call.arg_count);
        break;
    case NAMI_AST_MAP:
        for (uint32_t i = 0; i < ast->as.map.count; i++) {
            replace(c, ast->as.map.entries[i].value);
        }
        break;
    case NAMI_AST_PROPERTY:
    case NAMI_AST_LABELS:
    case NAMI_AST_UNARY:
    case NAMI_AST_IS_TYPE: /* the operand is the first member of each */
        replace(c, ast->as.unary.operand);
        break;
    case NAMI_AST_BINARY:
    case NAMI_AST_INDEX: /* two operands each */
        replace(c, ast->as.binary.left);
        replace(c, ast->as.binary.right);
        break;
    case NAMI_AST_SLICE:
        replace_all(c, &ast->as.slice.object, 1);
        replace_all(c, &ast->as.slice.from, 1);
        replace_all(c, &ast->as.slice.to, 1);
        break;
    case NAMI_AST_CASE:
        replace_all(c, &ast->as.branches->operand, 1);
        for (uint32_t b = 0; b < ast->as.branches->branch_count; b++) {
            struct nami_ast_case_branch *branch = &ast->as.branches->branches[b];

            replace_all(c, branch->when.items, branch->when.count);
            replace(c, branch->then);
        }
        replace_all(c, &ast->as.branches->otherwise, 1);
        break;
    case NAMI_AST_LIST_COMPREHENSION:
    case NAMI_AST_QUANTIFIER:
        replace_all(c, &ast->as.comprehension->list, 1);
        replace_all(c, &ast->as.comprehension->where, 1);
        replace_all(c, &ast->as.comprehension->value, 1);
        break;
    case NAMI_AST_REDUCE:
        replace(c, ast->as.reduce->start);
        replace(c, ast->as.reduce->list);
        replace(c, ast->as.reduce->step);
        break;
    case NAMI_AST_MAP_PROJECTION:
        replace(c, ast->as.projection->object);
        for (uint32_t i = 0; i < ast->as.projection->count; i++) {
            replace_all(c, &ast->as.projection->items[i].value, 1);
        }
        break;
    default:
        break;
    }
}

static void replace_all(struct columns *c, struct nami_ast_expr **items, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (items[i] != NULL) {
            replace(c, items[i]);
        }
    }
}

/* ---- evaluation ---- */

static const char *failure(struct exec_fixture *f)
{
    const char *code = nami_condition_info(f->diag.condition)->code;
    char *text = nami_arena_calloc(&f->arena, strlen(code) + 2, 1);

    text[0] = '!';
    memcpy(text + 1, code, strlen(code));
    return text;
}

enum shape { SHAPE_TYPED, SHAPE_ANY, SHAPE_SELECTED, SHAPE_COUNT };

/* A column that has `value` in each row; in SELECTED only in row 3, amid nulls and others. */
static struct nami_vector make_column(struct exec_fixture *f, struct nami_value value,
                                      enum shape shape)
{
    struct nami_value cells[BATCH];
    struct nami_vector vector;

    for (uint32_t row = 0; row < BATCH; row++) {
        cells[row] = shape != SHAPE_SELECTED || row == 3 ? value : nami_value_null();
    }
    if (shape != SHAPE_ANY) {
        vector = exec_fixture_column(f, cells, BATCH);
        vector.has_nulls =
            vector.type == NAMI_VECTOR_ANY || shape == SHAPE_SELECTED; /* both ways are met */
        return vector;
    }
    if (nami_vector_init(&vector, &f->arena, NAMI_VECTOR_ANY, BATCH) != NAMI_OK) {
        abort();
    }
    for (uint32_t row = 0; row < BATCH; row++) {
        if (nami_vector_set(&vector, &f->arena, row, cells[row]) != NAMI_OK) {
            abort();
        }
    }
    return vector;
}

static const char *run_shape(struct exec_fixture *f, const struct columns *c,
                             const struct nami_ast_expr *ast, enum shape shape)
{
    static const uint16_t one[] = {3};
    uint32_t *column_of = nami_arena_calloc(&f->arena, c->next_symbol + 1, sizeof(uint32_t));
    struct nami_vector columns[COLUMNS_MAX];
    struct nami_layout layout = {
        .column_of = column_of, .symbol_count = c->next_symbol, .column_count = c->count};
    struct nami_rows rows = exec_fixture_rows(columns, c->count, BATCH);
    struct nami_expr *expr;
    struct nami_vector out;
    const char *first;

    for (uint32_t i = 0; i < c->next_symbol; i++) {
        column_of[i] =
            i < c->next_symbol - c->count ? NAMI_NO_COLUMN : i - (c->next_symbol - c->count);
    }
    for (uint32_t i = 0; i < c->count; i++) {
        columns[i] = make_column(f, c->values[i], shape);
    }
    if (shape == SHAPE_SELECTED) {
        rows.selection = one;
        rows.count = 1;
    }
    f->diag = (struct nami_diagnostic){0};
    if (nami_expr_compile(&f->exec, ast, &layout, &expr) != NAMI_OK) {
        return failure(f);
    }
    /* twice: the second time all arrays are there already */
    if (nami_expr_eval(&f->exec, expr, &rows, &out) != NAMI_OK ||
        nami_expr_eval(&f->exec, expr, &rows, &out) != NAMI_OK) {
        return failure(f);
    }
    first = exec_fixture_print(f, nami_vector_get(&out, nami_rows_at(&rows, 0)));
    for (uint32_t i = 1; i < rows.count; i++) {
        const char *here = exec_fixture_print(f, nami_vector_get(&out, nami_rows_at(&rows, i)));

        if (strcmp(first, here) != 0) {
            return "(rows differ)";
        }
    }
    return first;
}

static const char *run_folded(struct exec_fixture *f, const struct nami_ast_expr *ast)
{
    struct nami_layout layout = {0};
    struct nami_expr *expr;
    struct nami_value value;

    if (nami_expr_compile(&f->exec, ast, &layout, &expr) != NAMI_OK ||
        nami_expr_eval_one(&f->exec, expr, &value) != NAMI_OK) {
        return failure(f);
    }
    return exec_fixture_print(f, value);
}

const char *expr_run(struct exec_fixture *f, const char *text)
{
    static const char *const names[] = {"typed columns", "columns of values", "a selection"};
    struct nami_ast_statement *statement = NULL;
    struct nami_ast_expr *ast = expr_parse(f, text, &statement);
    struct columns columns = {.f = f};
    const char *folded;

    if (ast == NULL) {
        char *code = nami_arena_calloc(&f->arena, 256, 1);

        (void)snprintf(code, 256, "?%s", nami_condition_info(f->diag.condition)->code);
        return code;
    }
    folded = run_folded(f, ast);
    columns.next_symbol = statement->symbols.count;
    replace(&columns, ast);
    for (enum shape shape = SHAPE_TYPED; shape < SHAPE_COUNT; shape++) {
        const char *got = run_shape(f, &columns, ast, shape);

        if (strcmp(got, folded) != 0) {
            char *both = nami_arena_calloc(&f->arena, 1024, 1);

            (void)snprintf(both, 1024, "(constants: %.400s, %s: %.400s)", folded, names[shape],
                           got);
            return both;
        }
    }
    return folded;
}

void expr_check(struct exec_fixture *f, const struct expr_example *examples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct nami_arena_mark mark = nami_arena_mark(&f->arena);
        const char *got = expr_run(f, examples[i].text);
        bool is_equal = strcmp(got, examples[i].expected) == 0;

        if (!is_equal) {
            printf("\n%s\n    is       %s\n    expected %s\n    %s", examples[i].text, got,
                   examples[i].expected, f->diag.message);
        }
        CU_ASSERT_TRUE(is_equal);
        nami_arena_rewind(&f->arena, mark);
        nami_arena_reset(&f->scratch);
    }
}
