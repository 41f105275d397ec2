/* Unit tests of expressions over nodes, relationships and paths of a real graph. */
#include "tests/support/run_suite.h"

#include <string.h>

#include <namidb/plugin_util.h>

#include "core/cypher/analysis.h"
#include "core/graph/txn.h"
#include "tests/unit/core/exec/exec_fixture.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

enum { ROWS = 4, SYMBOLS_MAX = 16 };

static struct exec_fixture f;
static struct nami_txn *txn;
static uint64_t nodes[3]; /* Alice, Bob, and one without anything */
static struct nami_rel knows;
static struct nami_rel plain;

/* NAMI_NO_NAME: no memory. */
static uint32_t name_of(uint32_t dictionary, const char *text)
{
    uint32_t id = NAMI_NO_NAME;

    return nami_txn_intern(txn, dictionary, nami_text(text), &id) == NAMI_OK ? id : NAMI_NO_NAME;
}

/* Alice and Bob; Alice -[:KNOWS {since: 2020}]-> Bob -[:LIKES]-> nobody. All in an open txn. */
static bool build_graph(void)
{
    uint32_t labels[2] = {name_of(NAMI_DICT_LABEL, "Person"), name_of(NAMI_DICT_LABEL, "Admin")};
    uint32_t name = name_of(NAMI_DICT_KEY, "name");
    uint32_t age = name_of(NAMI_DICT_KEY, "age");
    uint32_t mixed = name_of(NAMI_DICT_KEY, "mixed");
    struct nami_property alice[] = {{.key = name, .value = exec_fixture_text("Alice")},
                                    {.key = age, .value = nami_value_int(30)},
                                    {.key = mixed, .value = nami_value_int(1)}};
    struct nami_property bob[] = {{.key = name, .value = exec_fixture_text("Bob")},
                                  {.key = age, .value = nami_value_int(40)},
                                  {.key = mixed, .value = exec_fixture_text("one")}};
    struct nami_property since[] = {
        {.key = name_of(NAMI_DICT_KEY, "since"), .value = nami_value_int(2020)}};
    uint32_t knows_type = name_of(NAMI_DICT_TYPE, "KNOWS");
    uint32_t likes_type = name_of(NAMI_DICT_TYPE, "LIKES");

    return nami_txn_create_node(txn, labels, 2, alice, 3, &nodes[0], &f.diag) == NAMI_OK &&
           nami_txn_create_node(txn, labels, 1, bob, 3, &nodes[1], &f.diag) == NAMI_OK &&
           nami_txn_create_node(txn, NULL, 0, NULL, 0, &nodes[2], &f.diag) == NAMI_OK &&
           nami_txn_create_rel(txn, nodes[0], knows_type, nodes[1], since, 1, &knows, &f.diag) ==
               NAMI_OK &&
           nami_txn_create_rel(txn, nodes[1], likes_type, nodes[2], NULL, 0, &plain, &f.diag) ==
               NAMI_OK;
}

static int setup(void)
{
    if (!exec_fixture_init(&f, 1 << 28) || nami_txn_begin(f.graph, &txn) != NAMI_OK) {
        return 1;
    }
    f.exec.snap = nami_txn_snapshot(txn);
    if (!build_graph()) {
        printf("%s\n", f.diag.message);
        return 1;
    }
    return 0;
}

static int teardown(void)
{
    nami_txn_rollback(txn);
    exec_fixture_release(&f);
    return 0;
}

/* ---- rows: n, r, p and k over four rows; the last one is null ---- */

static const char *const names[] = {"n", "r", "p", "k"};

static void fill_columns(struct nami_vector columns[4], bool is_any)
{
    static struct nami_rel path_rels[2];
    static uint64_t path_nodes[3];
    static struct nami_path path;
    struct nami_value cells[4][ROWS] = {
        {nami_value_node(nodes[0]), nami_value_node(nodes[1]), nami_value_node(nodes[2]),
         nami_value_null()},
        {nami_value_rel(&knows), nami_value_rel(&plain), nami_value_rel(&knows), nami_value_null()},
        {nami_value_path(&path), nami_value_path(&path), nami_value_path(&path), nami_value_null()},
        {exec_fixture_text("name"), exec_fixture_text("age"), exec_fixture_text("zz"),
         exec_fixture_text("name")},
    };

    memcpy(path_nodes, nodes, sizeof(nodes));
    path_rels[0] = knows;
    path_rels[1] = plain;
    path = (struct nami_path){.length = 2, .nodes = path_nodes, .rels = path_rels};
    for (uint32_t c = 0; c < 4; c++) {
        columns[c] = exec_fixture_column(&f, cells[c], ROWS);
        if (is_any) {
            CU_ASSERT_EQUAL_FATAL(nami_vector_init(&columns[c], &f.arena, NAMI_VECTOR_ANY, ROWS),
                                  NAMI_OK);
            for (uint32_t row = 0; row < ROWS; row++) {
                CU_ASSERT_EQUAL(nami_vector_set(&columns[c], &f.arena, row, cells[c][row]),
                                NAMI_OK);
            }
        }
    }
}

static struct nami_ast_expr *parse(const char *text, uint32_t column_of[SYMBOLS_MAX],
                                   struct nami_layout *layout)
{
    size_t len = strlen(text) + 128;
    char *query = nami_arena_calloc(&f.arena, len, 1);
    struct nami_ast_statement *statement = NULL;
    const struct nami_ast_branch *branch;

    (void)snprintf(query, len, "MATCH p = (n)-[r]->() UNWIND ['name'] AS k RETURN %s", text);
    f.diag = (struct nami_diagnostic){0};
    f.exec.text = nami_text(query);
    CU_ASSERT_EQUAL_FATAL(nami_cypher_parse(f.exec.text, &f.arena, NULL, &statement, &f.diag),
                          NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(nami_cypher_analyse(statement, &f.arena, NULL, &f.diag), NAMI_OK);
    CU_ASSERT_FATAL(statement->symbols.count <= SYMBOLS_MAX);
    for (uint32_t i = 0; i < statement->symbols.count; i++) {
        column_of[i] = NAMI_NO_COLUMN;
        for (uint32_t c = 0; c < 4; c++) {
            if (nami_slice_equal(statement->symbols.items[i]->name, nami_text(names[c]))) {
                column_of[i] = c;
            }
        }
    }
    *layout = (struct nami_layout){
        .column_of = column_of, .symbol_count = statement->symbols.count, .column_count = 4};
    branch = &statement->as.query->branches[0];
    return branch->clauses[branch->clause_count - 1]->as.projection->items[0].expr;
}

/* "[row 0, row 1, row 2, row 3]", or the condition. */
static const char *run(const char *text, bool is_any)
{
    uint32_t column_of[SYMBOLS_MAX];
    struct nami_vector columns[4];
    struct nami_layout layout;
    struct nami_rows rows = exec_fixture_rows(columns, 4, ROWS);
    struct nami_expr *expr;
    struct nami_vector out;
    struct nami_value *cells = nami_arena_calloc(&f.arena, ROWS, sizeof(*cells));

    fill_columns(columns, is_any);
    if (nami_expr_compile(&f.exec, parse(text, column_of, &layout), &layout, &expr) != NAMI_OK ||
        nami_expr_eval(&f.exec, expr, &rows, &out) != NAMI_OK) {
        return nami_condition_info(f.diag.condition)->code;
    }
    for (uint32_t row = 0; row < ROWS; row++) {
        cells[row] = nami_vector_get(&out, row);
    }
    return exec_fixture_print(&f, nami_value_list(cells, ROWS));
}

struct example {
    const char *text;
    const char *expected;
};

static void check(const struct example *examples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (uint32_t is_any = 0; is_any < 2; is_any++) {
            const char *got = run(examples[i].text, is_any == 1);

            if (strcmp(got, examples[i].expected) != 0) {
                printf("\n%s (%s)\n    is       %s\n    expected %s\n    %s", examples[i].text,
                       is_any == 1 ? "values" : "typed", got, examples[i].expected, f.diag.message);
            }
            CU_ASSERT_STRING_EQUAL(got, examples[i].expected);
        }
    }
}

static void test_properties(void)
{
    static const struct example examples[] = {
        {"n.name", "['Alice', 'Bob', null, null]"},
        {"n.age + 1", "[31, 41, null, null]"},
        {"n.mixed", "[1, 'one', null, null]"},
        {"n.nobody_uses_this", "[null, null, null, null]"},
        {"r.since", "[2020, null, 2020, null]"},
        {"n['age']", "[30, 40, null, null]"},
        {"n[k]", "['Alice', 40, null, null]"},
        {"properties(n)",
         "[{age: 30, mixed: 1, name: 'Alice'}, {age: 40, mixed: 'one', name: 'Bob'}, {}, null]"},
        {"properties(r)", "[{since: 2020}, {}, {since: 2020}, null]"},
        {"keys(n)", "[['age', 'mixed', 'name'], ['age', 'mixed', 'name'], [], null]"},
        {"n {.name, .zz}", "[{name: 'Alice', zz: null}, {name: 'Bob', zz: null}, "
                           "{name: null, zz: null}, null]"},
        {"n {.*, name: 'X'}",
         "[{age: 30, mixed: 1, name: 'X'}, {age: 40, mixed: 'one', name: 'X'}, {name: 'X'}, "
         "null]"},
        {"exists(n.age)", "[true, true, false, false]"},
        {"n.age > 30 AND n.name STARTS WITH 'B'", "[false, true, null, null]"},
        {"coalesce(n.name, 'nobody')", "['Alice', 'Bob', 'nobody', 'nobody']"},
        {"CASE WHEN n.age < 35 THEN 'young' WHEN n.age >= 35 THEN 'old' END",
         "['young', 'old', null, null]"},
        {"[x IN [1, 2] | x + n.age]", "[[31, 32], [41, 42], [null, null], [null, null]]"},
        {"any(x IN [30] WHERE x = n.age)", "[true, false, null, null]"},
        {"reduce(t = n.age, x IN [1, 2] | t + x)", "[33, 43, null, null]"},
        {"n[1 + 0]", "TypeError.MapElementAccessByNonString"},
    };

    check(examples, COUNT_OF(examples));
}

static void test_entities(void)
{
    static const struct example examples[] = {
        {"labels(n)", "[['Person', 'Admin'], ['Person'], [], null]"},
        {"type(r)", "['KNOWS', 'LIKES', 'KNOWS', null]"},
        {"n:Person", "[true, true, false, null]"},
        {"n:Person:Admin", "[true, false, false, null]"},
        {"n:Person&!Admin", "[false, true, false, null]"},
        {"n:Admin|Nothing", "[true, false, false, null]"},
        {"n:%", "[true, true, false, null]"},
        {"r:KNOWS", "[true, false, true, null]"},
        {"r:KNOWS|LIKES", "[true, true, true, null]"},
        {"r:NOTHING", "[false, false, false, null]"},
        {"startNode(r) = n", "[true, true, false, null]"},
        {"endNode(r).name", "['Bob', null, 'Bob', null]"},
        {"n = n", "[true, true, true, null]"},
        {"n <> n", "[false, false, false, null]"},
        {"r = r", "[true, true, true, null]"},
        {"n = r", "[false, false, false, null]"},
        {"n IN [n]", "[true, true, true, null]"},
        {"id(n) = id(n)", "[true, true, true, null]"},
        {"elementId(n) = 'n:' + id(n)", "[true, true, true, null]"},
        {"elementId(r) STARTS WITH 'r:'", "[true, true, true, null]"},
        {"length(p)", "[2, 2, 2, null]"},
        {"[x IN nodes(p) | x.name]",
         "[['Alice', 'Bob', null], ['Alice', 'Bob', null], ['Alice', 'Bob', null], null]"},
        {"[x IN relationships(p) | type(x)]",
         "[['KNOWS', 'LIKES'], ['KNOWS', 'LIKES'], ['KNOWS', 'LIKES'], null]"},
        {"last(nodes(p)) = n", "[false, false, true, null]"},
        {"[x IN [r, r] | x.since]", "[[2020, 2020], [null, null], [2020, 2020], [null, null]]"},
        {"CASE WHEN true THEN r END = r", "[true, true, true, null]"},
        {"valueType(n)", "['NODE NOT NULL', 'NODE NOT NULL', 'NODE NOT NULL', 'NULL']"},
        {"size([x IN [n, r] WHERE x IS NOT NULL])", "[2, 2, 2, 0]"},
    };

    check(examples, COUNT_OF(examples));
}

/* The second count() is another node, and the same aggregate of the projection. */
static void test_computed__stands_for_its_column(void)
{
    uint32_t column_of[SYMBOLS_MAX];
    struct nami_vector columns[4];
    struct nami_layout layout;
    struct nami_rows rows = exec_fixture_rows(columns, 4, ROWS);
    struct nami_ast_expr *ast = parse("[count(n.age), count(n.age) + 1]", column_of, &layout);
    struct nami_computed computed = {.ast = ast->as.list.items[0], .column = 3};
    struct nami_expr *expr;
    struct nami_vector out;

    layout.computed = &computed;
    layout.computed_count = 1;
    fill_columns(columns, false);
    CU_ASSERT_EQUAL_FATAL(nami_expr_compile(&f.exec, ast, &layout, &expr), NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(nami_expr_eval(&f.exec, expr, &rows, &out), NAMI_OK);
    CU_ASSERT_STRING_EQUAL(exec_fixture_print(&f, nami_vector_get(&out, 1)), "['age', 'age1']");
}

static void test_filter__keeps_rows_that_are_true(void)
{
    static const struct {
        const char *text;
        uint32_t count;
        uint16_t rows[ROWS];
    } examples[] = {
        {"n.age > 30", 1, {1}},
        {"n.age IS NULL", 2, {2, 3}},
        {"n:Person", 2, {0, 1}},
        {"true", 4, {0, 1, 2, 3}},
        {"false", 0, {0}},
        {"null", 0, {0}},
        {"n.mixed = 'one'", 1, {1}},
        {"[true, null][0] OR n.age = 1", 4, {0, 1, 2, 3}},
        {"coalesce(n.zz, n.age < 35)", 1, {0}},
    };

    for (size_t i = 0; i < COUNT_OF(examples); i++) {
        uint32_t column_of[SYMBOLS_MAX];
        struct nami_vector columns[4];
        struct nami_layout layout;
        struct nami_rows rows = exec_fixture_rows(columns, 4, ROWS);
        struct nami_expr *expr;
        uint16_t selection[ROWS];
        uint32_t count;

        fill_columns(columns, false);
        CU_ASSERT_EQUAL_FATAL(
            nami_expr_compile(&f.exec, parse(examples[i].text, column_of, &layout), &layout, &expr),
            NAMI_OK);
        CU_ASSERT_EQUAL(nami_expr_filter(&f.exec, expr, &rows, selection, &count), NAMI_OK);
        CU_ASSERT_EQUAL_FATAL(count, examples[i].count);
        CU_ASSERT_EQUAL(memcmp(selection, examples[i].rows, count * sizeof(uint16_t)), 0);
        /* in place, over rows that are a selection already */
        rows.selection = selection;
        rows.count = count;
        CU_ASSERT_EQUAL(nami_expr_filter(&f.exec, expr, &rows, selection, &count), NAMI_OK);
        CU_ASSERT_EQUAL(count, examples[i].count);
    }
}

static void test_filter__refuses_what_is_no_boolean(void)
{
    uint32_t column_of[SYMBOLS_MAX];
    struct nami_vector columns[4];
    struct nami_layout layout;
    struct nami_rows rows = exec_fixture_rows(columns, 4, ROWS);
    struct nami_expr *expr;
    uint16_t selection[ROWS];
    uint32_t count;

    fill_columns(columns, false);
    CU_ASSERT_EQUAL_FATAL(
        nami_expr_compile(&f.exec, parse("n.age", column_of, &layout), &layout, &expr), NAMI_OK);
    CU_ASSERT_NOT_EQUAL(nami_expr_filter(&f.exec, expr, &rows, selection, &count), NAMI_OK);
    CU_ASSERT_EQUAL(f.diag.condition, NAMI_COND_TYPE_ERROR);
}

static void test_column__of_a_plain_variable(void)
{
    uint32_t column_of[SYMBOLS_MAX];
    struct nami_layout layout;
    struct nami_expr *expr;

    CU_ASSERT_EQUAL_FATAL(
        nami_expr_compile(&f.exec, parse("r", column_of, &layout), &layout, &expr), NAMI_OK);
    CU_ASSERT_EQUAL(nami_expr_column(expr), 1);
    CU_ASSERT_PTR_NULL(nami_expr_constant(expr));
    CU_ASSERT_EQUAL_FATAL(
        nami_expr_compile(&f.exec, parse("1 + 2", column_of, &layout), &layout, &expr), NAMI_OK);
    CU_ASSERT_EQUAL(nami_expr_column(expr), NAMI_NO_COLUMN);
    CU_ASSERT_PTR_NOT_NULL_FATAL(nami_expr_constant(expr));
    CU_ASSERT_EQUAL(nami_expr_constant(expr)->as.integer, 3);
}

/* Compiled before anybody used the key, the label or the type; the statement then makes them. */
static void test_names__become_known_while_running(void)
{
    uint32_t column_of[SYMBOLS_MAX];
    struct nami_vector columns[4];
    struct nami_layout layout;
    struct nami_rows rows = exec_fixture_rows(columns, 4, ROWS);
    struct nami_expr *expr;
    struct nami_vector out;
    struct nami_property late;
    uint32_t label;

    fill_columns(columns, false);
    CU_ASSERT_EQUAL_FATAL(
        nami_expr_compile(&f.exec, parse("[n.late, n:Late]", column_of, &layout), &layout, &expr),
        NAMI_OK);
    CU_ASSERT_EQUAL(nami_expr_eval(&f.exec, expr, &rows, &out), NAMI_OK);
    CU_ASSERT_STRING_EQUAL(exec_fixture_print(&f, nami_vector_get(&out, 2)), "[null, false]");
    late =
        (struct nami_property){.key = name_of(NAMI_DICT_KEY, "late"), .value = nami_value_int(1)};
    label = name_of(NAMI_DICT_LABEL, "Late");
    CU_ASSERT_EQUAL(nami_txn_set_node(txn, nodes[2], &late, 1, false, &f.diag), NAMI_OK);
    CU_ASSERT_EQUAL(nami_txn_set_labels(txn, nodes[2], &label, 1, true, &f.diag), NAMI_OK);
    CU_ASSERT_EQUAL(nami_expr_eval(&f.exec, expr, &rows, &out), NAMI_OK);
    CU_ASSERT_STRING_EQUAL(exec_fixture_print(&f, nami_vector_get(&out, 2)), "[1, true]");
}

/* The last test: it deletes. */
static void test_deleted__properties_are_refused(void)
{
    static const struct example examples[] = {
        {"n.name", "EntityNotFound.DeletedEntityAccess"},
        {"n['name']", "EntityNotFound.DeletedEntityAccess"},
        {"n.nobody_uses_this", "EntityNotFound.DeletedEntityAccess"},
        {"properties(n)", "EntityNotFound.DeletedEntityAccess"},
        {"keys(n)", "EntityNotFound.DeletedEntityAccess"},
        {"labels(n)", "EntityNotFound.DeletedEntityAccess"},
        {"n {.name}", "EntityNotFound.DeletedEntityAccess"},
        {"n:Person", "EntityNotFound.DeletedEntityAccess"},
        {"r.since", "EntityNotFound.DeletedEntityAccess"},
        {"type(r)", "['KNOWS', 'LIKES', 'KNOWS', null]"},
        {"id(n) = id(startNode(r))", "[true, true, false, null]"},
        {"n = n", "[true, true, true, null]"},
    };

    CU_ASSERT_EQUAL(nami_txn_delete_node(txn, nodes[0], true, &f.diag), NAMI_OK);
    f.exec.txn = txn;
    check(examples, COUNT_OF(examples));
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"properties", test_properties},
        {"entities", test_entities},
        {"computed__stands_for_its_column", test_computed__stands_for_its_column},
        {"filter__keeps_rows_that_are_true", test_filter__keeps_rows_that_are_true},
        {"filter__refuses_what_is_no_boolean", test_filter__refuses_what_is_no_boolean},
        {"column__of_a_plain_variable", test_column__of_a_plain_variable},
        {"names__become_known_while_running", test_names__become_known_while_running},
        {"deleted__properties_are_refused", test_deleted__properties_are_refused},
        CU_TEST_INFO_NULL,
    };

    return run_suite("exec/expr_entity", setup, teardown, tests);
}
