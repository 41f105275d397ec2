/* What analysis writes into the tree, beyond what the golden files show. */
#include <CUnit/CUnit.h>

#include "core/cypher/ast_walk.h"
#include "tests/support/run_suite.h"

#include "cypher_fixture.h"

static bool is(struct nami_slice text, const char *wanted)
{
    return text.len == strlen(wanted) && memcmp(text.ptr, wanted, text.len) == 0;
}

static const struct nami_ast_clause *clause_at(const struct cypher_fixture *fixture, uint32_t at)
{
    return fixture->statement->as.query->branches[0].clauses[at];
}

static void test_symbols__are_dense_and_shared(void)
{
    struct cypher_fixture fixture;
    const struct nami_ast_path *path = NULL;

    CU_ASSERT_EQUAL_FATAL(cypher_run(&fixture, "MATCH (a)-[r]->()-->(a) RETURN a, r.x AS x"),
                          NAMI_OK);
    for (uint32_t i = 0; i < fixture.statement->symbols.count; i++) {
        CU_ASSERT_EQUAL(fixture.statement->symbols.items[i]->id, i);
    }
    path = clause_at(&fixture, 0)->as.match->paths[0];
    CU_ASSERT(path->is_simple);
    CU_ASSERT_EQUAL(path->element_count, 5);
    CU_ASSERT_PTR_EQUAL(path->elements[0].as.node->variable.symbol,
                        path->elements[4].as.node->variable.symbol);
    CU_ASSERT(!path->elements[0].as.node->is_bound);
    CU_ASSERT(path->elements[4].as.node->is_bound);
    CU_ASSERT(path->elements[2].as.node->variable.symbol->is_anonymous);
    CU_ASSERT_EQUAL(path->elements[1].as.rel->variable.symbol->kind, NAMI_SYMBOL_REL);
    CU_ASSERT_EQUAL(path->elements[3].as.rel->variable.symbol->kind, NAMI_SYMBOL_REL);
    cypher_end(&fixture);
}

static void test_symbols__passing_on_keeps_them(void)
{
    struct cypher_fixture fixture;
    const struct nami_ast_projection *with = NULL;

    CU_ASSERT_EQUAL_FATAL(cypher_run(&fixture, "MATCH (a) WITH a, a AS b RETURN a, b"), NAMI_OK);
    with = clause_at(&fixture, 1)->as.projection;
    CU_ASSERT_PTR_EQUAL(
        with->items[0].symbol,
        clause_at(&fixture, 0)->as.match->paths[0]->elements[0].as.node->variable.symbol);
    CU_ASSERT_PTR_NOT_EQUAL(with->items[1].symbol, with->items[0].symbol);
    CU_ASSERT_EQUAL(with->items[1].symbol->kind, NAMI_SYMBOL_NODE);
    cypher_end(&fixture);
}

static void test_symbols__optional_ones_may_be_null(void)
{
    struct cypher_fixture fixture;

    CU_ASSERT_EQUAL_FATAL(cypher_run(&fixture, "MATCH (a) OPTIONAL MATCH (a)-->(b) RETURN b"),
                          NAMI_OK);
    CU_ASSERT(!fixture.statement->symbols.items[0]->is_nullable);
    CU_ASSERT(clause_at(&fixture, 1)
                  ->as.match->paths[0]
                  ->elements[2]
                  .as.node->variable.symbol->is_nullable);
    cypher_end(&fixture);
}

static void test_params__each_once_in_order(void)
{
    struct cypher_fixture fixture;

    CU_ASSERT_EQUAL_FATAL(cypher_run(&fixture, "RETURN $b, $`a b`, $b + 1, $1"), NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(fixture.statement->params.count, 3);
    CU_ASSERT(is(fixture.statement->params.items[0], "b"));
    CU_ASSERT(is(fixture.statement->params.items[1], "a b"));
    CU_ASSERT(is(fixture.statement->params.items[2], "1"));
    cypher_end(&fixture);
}

static void test_columns__are_what_was_written(void)
{
    struct cypher_fixture fixture;
    const struct nami_ast_names *columns = NULL;

    CU_ASSERT_EQUAL_FATAL(
        cypher_run(&fixture, "MATCH (n) RETURN cOuNt( * ), n . x  , `n`, (n.y) AS z"), NAMI_OK);
    columns = &fixture.statement->as.query->columns;
    CU_ASSERT_EQUAL_FATAL(columns->count, 4);
    CU_ASSERT(is(columns->items[0], "cOuNt( * )"));
    CU_ASSERT(is(columns->items[1], "n . x"));
    CU_ASSERT(is(columns->items[2], "n"));
    CU_ASSERT(is(columns->items[3], "z"));
    cypher_end(&fixture);
}

static void test_columns__a_star_is_alphabetical(void)
{
    struct cypher_fixture fixture;
    const struct nami_ast_names *columns = NULL;

    CU_ASSERT_EQUAL_FATAL(cypher_run(&fixture, "MATCH (z)-->(b), (a) RETURN *, 1 AS aa"), NAMI_OK);
    columns = &fixture.statement->as.query->columns;
    CU_ASSERT_EQUAL_FATAL(columns->count, 4);
    CU_ASSERT(is(columns->items[0], "a") && is(columns->items[1], "b"));
    CU_ASSERT(is(columns->items[2], "z") && is(columns->items[3], "aa"));
    cypher_end(&fixture);
}

static void test_aggregates__equal_ones_are_one(void)
{
    struct cypher_fixture fixture;
    const struct nami_ast_projection *projection = NULL;

    CU_ASSERT_EQUAL_FATAL(
        cypher_run(&fixture,
                   "MATCH (n) RETURN count(n) AS a, COUNT( n ) + 1 AS b, count(DISTINCT n)"
                   " AS c, n.x AS d ORDER BY count(n) + 2"),
        NAMI_OK);
    projection = clause_at(&fixture, 1)->as.projection;
    CU_ASSERT(projection->is_aggregating);
    CU_ASSERT_EQUAL_FATAL(projection->aggregates.count, 2);
    CU_ASSERT_PTR_EQUAL(projection->items[1].expr->as.binary.left, projection->aggregates.items[0]);
    CU_ASSERT_EQUAL(projection->items[2].expr->as.call.aggregate, 1);
    CU_ASSERT(projection->items[2].expr->is_distinct);
    CU_ASSERT(!projection->items[0].is_key && projection->items[3].is_key);
    cypher_end(&fixture);
}

static void test_imports__of_every_level(void)
{
    struct cypher_fixture fixture;
    const struct nami_ast_subquery *outer = NULL;
    const struct nami_ast_subquery *inner = NULL;

    CU_ASSERT_EQUAL_FATAL(cypher_run(&fixture,
                                     "MATCH (a), (b) WHERE EXISTS { MATCH (a)-->(c) WHERE "
                                     "EXISTS { (c)-->() WHERE b.x = a.x AND a.y } } "
                                     "RETURN 1 AS x"),
                          NAMI_OK);
    outer = clause_at(&fixture, 0)->as.match->where->as.subquery;
    CU_ASSERT_EQUAL(outer->imports.count, 2);
    inner = outer->query->branches[0].clauses[0]->as.match->where->as.subquery;
    CU_ASSERT_EQUAL(inner->imports.count, 3);
    cypher_end(&fixture);
}

static void test_imports__of_call(void)
{
    struct cypher_fixture fixture;
    const struct nami_ast_call_query *call = NULL;

    CU_ASSERT_EQUAL_FATAL(
        cypher_run(&fixture, "MATCH (a), (b) CALL { WITH a MATCH (a)-->(c) RETURN c, a.x AS y } "
                             "RETURN b, c, y"),
        NAMI_OK);
    call = clause_at(&fixture, 1)->as.call;
    CU_ASSERT_EQUAL_FATAL(call->imports.count, 1);
    CU_ASSERT(is(call->imports.items[0]->name, "a"));
    CU_ASSERT_EQUAL_FATAL(call->outputs.count, 2);
    CU_ASSERT_EQUAL(call->outputs.items[0]->kind, NAMI_SYMBOL_NODE);
    CU_ASSERT_EQUAL(call->outputs.items[1]->kind, NAMI_SYMBOL_VALUE);
    cypher_end(&fixture);
}

static void test_groups__are_lists_outside(void)
{
    struct cypher_fixture fixture;
    const struct nami_ast_group_pattern *group = NULL;

    CU_ASSERT_EQUAL_FATAL(
        cypher_run(&fixture, "MATCH (a) ((x)-[r]->(y) WHERE r.w > x.w)+ (b) RETURN x, r"), NAMI_OK);
    group = clause_at(&fixture, 0)->as.match->paths[0]->elements[1].as.group;
    CU_ASSERT_EQUAL_FATAL(group->inner.count, 3);
    CU_ASSERT_EQUAL(group->inner.items[0]->kind, NAMI_SYMBOL_NODE);
    CU_ASSERT_EQUAL(group->outer.items[0]->kind, NAMI_SYMBOL_NODE_LIST);
    CU_ASSERT_EQUAL(group->outer.items[1]->kind, NAMI_SYMBOL_REL_LIST);
    CU_ASSERT(!clause_at(&fixture, 0)->as.match->paths[0]->is_simple);
    cypher_end(&fixture);
}

static void test_writes__are_known(void)
{
    static const struct {
        const char *text;
        bool is_write;
    } cases[] = {
        {"MATCH (n) RETURN n", false}, {"MATCH (n) WHERE EXISTS { (n)-->() } RETURN n", false},
        {"CREATE ()", true},           {"MATCH (n) SET n.x = 1", true},
        {"CALL { CREATE () }", true},  {"RETURN 1 AS x UNION RETURN 2 AS x", false},
        {"EXPLAIN CREATE ()", true},   {"DROP INDEX x", true},
        {"SHOW INDEXES", false},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cypher_fixture fixture;

        CU_ASSERT_EQUAL_FATAL(cypher_run(&fixture, cases[i].text), NAMI_OK);
        CU_ASSERT_EQUAL(fixture.statement->is_write, cases[i].is_write);
        cypher_end(&fixture);
    }
}

static void test_types__of_items(void)
{
    static const struct {
        const char *text;
        uint32_t types;
    } cases[] = {
        {"RETURN 1 + 2 AS x", NAMI_STATIC_INT},
        {"RETURN 1 + 2.0 AS x", NAMI_STATIC_INT | NAMI_STATIC_FLOAT},
        {"RETURN 'a' + 'b' AS x", NAMI_STATIC_STRING},
        {"RETURN [1][0] AS x", NAMI_STATIC_INT | NAMI_STATIC_NULL},
        {"RETURN 1 < 2 AS x", NAMI_STATIC_BOOL},
        {"RETURN $p AS x", NAMI_STATIC_ANY},
        {"RETURN size('a') AS x", NAMI_STATIC_INT},
        {"RETURN CASE WHEN true THEN 1 ELSE 'a' END AS x", NAMI_STATIC_INT | NAMI_STATIC_STRING},
        {"UNWIND [1, 2] AS y RETURN y AS x", NAMI_STATIC_INT},
        {"MATCH (n) RETURN n AS x", NAMI_STATIC_NODE},
        {"MATCH (n) RETURN n.y AS x", NAMI_STATIC_ANY},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cypher_fixture fixture;
        const struct nami_ast_branch *branch = NULL;

        CU_ASSERT_EQUAL_FATAL(cypher_run(&fixture, cases[i].text), NAMI_OK);
        branch = &fixture.statement->as.query->branches[0];
        CU_ASSERT_EQUAL(
            branch->clauses[branch->clause_count - 1]->as.projection->items[0].symbol->types,
            cases[i].types);
        cypher_end(&fixture);
    }
}

static enum nami_ast_step count_kinds(void *context, struct nami_ast_expr **slot)
{
    uint32_t *counts = context;

    counts[(*slot)->kind]++;
    return NAMI_AST_GO_ON;
}

static void test_walk__sees_everything(void)
{
    struct cypher_fixture fixture;
    uint32_t counts[NAMI_AST_EXPR_KIND_COUNT] = {0};
    struct nami_ast_expr *expr = NULL;

    CU_ASSERT_EQUAL_FATAL(
        cypher_run(
            &fixture,
            "MATCH (n) RETURN [CASE n.x WHEN 1, 2 THEN n.l[3..4] ELSE {a: 5} END, 6 < 7 < 8, "
            "[y IN [9] WHERE y > 10 | 11], reduce(t = 12, y IN [13] | 14), n {.a, b: 15}, "
            "[(n)-[{a: 16}]->(:$(toUpper('x')) WHERE 17 = 18) WHERE 19 = 20 | 21], "
            "all(y IN [22] WHERE 23 = 24), -n.z ^ 25, 26 IS :: INT, toString(27)] AS x"),
        NAMI_OK);
    expr = clause_at(&fixture, 1)->as.projection->items[0].expr;
    CU_ASSERT_EQUAL(nami_ast_walk(&expr, count_kinds, counts), NAMI_AST_GO_ON);
    CU_ASSERT_EQUAL(counts[NAMI_AST_INT], 27);
    CU_ASSERT_EQUAL(counts[NAMI_AST_STRING], 1);
    CU_ASSERT_EQUAL(counts[NAMI_AST_FUNCTION], 2);
    cypher_end(&fixture);
}

static void test_hints__say_what_to_write(void)
{
    static const struct {
        const char *text;
        const char *hint;
    } cases[] = {
        {"MTACH (n) RETURN n", "did you mean MATCH?"},
        {"MATCH (n) RETURNS n", "did you mean RETURN?"},
        {"RETURN 1 != 2", "inequality is written <>"},
        {"RETURN 1 == 2", "equality is written ="},
        {"MATCH (person) RETURN persn", "did you mean person?"},
        {"RETURN toUper('a')", "did you mean toUpper?"},
        {"MATCH (n)", "add a RETURN at the end"},
        {"MATCH (n) WITH n.x RETURN 1", "add AS and a name"},
        {"SHOW INDEXED", "did you mean INDEXES?"},
        {"RETURN {'a': 1}", "keys are written without quotes, or in backticks"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cypher_fixture fixture;

        CU_ASSERT_NOT_EQUAL(cypher_run(&fixture, cases[i].text), NAMI_OK);
        CU_ASSERT_STRING_EQUAL(fixture.diag.hint, cases[i].hint);
        cypher_end(&fixture);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"symbols: are dense and shared", test_symbols__are_dense_and_shared},
        {"symbols: passing on keeps them", test_symbols__passing_on_keeps_them},
        {"symbols: optional ones may be null", test_symbols__optional_ones_may_be_null},
        {"params: each once, in order", test_params__each_once_in_order},
        {"columns: are what was written", test_columns__are_what_was_written},
        {"columns: a star is alphabetical", test_columns__a_star_is_alphabetical},
        {"aggregates: equal ones are one", test_aggregates__equal_ones_are_one},
        {"imports: of every level", test_imports__of_every_level},
        {"imports: of CALL", test_imports__of_call},
        {"groups: are lists outside", test_groups__are_lists_outside},
        {"writes: are known", test_writes__are_known},
        {"types: of items", test_types__of_items},
        {"walk: sees everything", test_walk__sees_everything},
        {"hints: say what to write", test_hints__say_what_to_write},
        CU_TEST_INFO_NULL,
    };

    return run_suite("cypher analysis", NULL, NULL, tests);
}
