/* core/session/result_batch.c, column_*.c, batch_part.c: rows as the world sees them. */
#include <namidb/plugin_util.h>

#include "core/exec/vector.h"
#include "core/session/batch_part.h"
#include "core/session/result_batch.h"
#include "session_fixture.h"

static struct fixture fx;
static struct nami_chunk_pool *pool;
static struct nami_arena arena;

static int setup(void)
{
    fixture_init(&fx);
    fixture_open(&fx, "memory://result-batch");
    nami_arena_init(&arena, NULL, NULL);
    if (nami_chunk_pool_create(1u << 20, &pool) != NAMI_OK) {
        return 1;
    }
    nami_arena_init(&arena, pool, NULL);
    return 0;
}

static int teardown(void)
{
    nami_arena_release(&arena);
    nami_chunk_pool_destroy(pool);
    fixture_release(&fx);
    return 0;
}

static void test_types__and_mixtures_of_them(void)
{
    static const struct {
        const char *query;
        const char *answer;
    } cases[] = {
        {"RETURN 1, 2.5, true, 'a', null", "1, 2.500, true, 'a', null"},
        {"UNWIND [1, null, 3] AS x RETURN x", "1; null; 3"},
        {"UNWIND [1, 'a', 2.5, true, null, [1], {k: 'v'}, 2] AS x RETURN x",
         "1; 'a'; 2.500; true; null; [1]; {k: 'v'}; 2"},
        {"UNWIND [[], [null], [1, 'b'], [[1], []]] AS x RETURN x",
         "[]; [null]; [1, 'b']; [[1], []]"},
        {"RETURN {a: 1, b: [{c: null}]} AS m, {} AS e", "{a: 1, b: [{c: null}]}, {}"},
        {"UNWIND [{a: 1}, {b: 2, a: 3}, null] AS m RETURN m", "{a: 1}; {a: 3, b: 2}; null"},
        {"UNWIND [1, 2] AS x RETURN x, 'const', null AS none",
         "1, 'const', null; 2, 'const', null"},
        {"UNWIND range(1, 6) AS x WITH x WHERE x % 2 = 0 RETURN x, x = 4",
         "2, false; 4, true; 6, false"},
        {"UNWIND ['', 'x', null] AS s RETURN s", "''; 'x'; null"},
        {"UNWIND [null, null] AS n RETURN n", "null; null"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        CU_ASK(&fx, cases[i].query, cases[i].answer);
    }
}

static void test_entities__show_all_of_themselves(void)
{
    CU_ASK(&fx, "CREATE (:A:B {k: 1, t: 'x'})-[:R {w: 2}]->({z: [1]})", "");
    CU_ASK(&fx, "MATCH (n) RETURN n ORDER BY id(n)",
           "(0 'n:0' ['A', 'B'] {k: 1, t: 'x'}); (1 'n:1' [] {z: [1]})");
    CU_ASK(&fx, "MATCH ()-[r]->() RETURN r, type(r)",
           "-[0 'r:0:0:0:1' 'R' 0 'n:0' 1 'n:1' {w: 2}]-, 'R'");
    CU_ASK(&fx, "MATCH (n) RETURN collect(n)",
           "[(0 'n:0' ['A', 'B'] {k: 1, t: 'x'}), (1 'n:1' [] {z: [1]})]");
    CU_ASK(&fx, "MATCH p = ()-[]->() RETURN p",
           "<[(0 'n:0' ['A', 'B'] {k: 1, t: 'x'}), (1 'n:1' [] {z: [1]})] "
           "[-[0 'r:0:0:0:1' 'R' 0 'n:0' 1 'n:1' {w: 2}]-]>");
    CU_ASK(&fx, "MATCH (n)-[r]->() UNWIND [n, r, 1, null] AS x RETURN x",
           "(0 'n:0' ['A', 'B'] {k: 1, t: 'x'}); -[0 'r:0:0:0:1' 'R' 0 'n:0' 1 'n:1' {w: 2}]-; 1; "
           "null");
    CU_ASK(&fx, "MATCH (n) DETACH DELETE n", "");
}

/* Lists around a value: 200 of them can be told, 201 can not. */
static void test_depth__is_bounded(void)
{
    struct nami_value values[202];
    struct nami_snapshot none = {0};
    struct nami_column column;

    values[0] = nami_value_int(7);
    for (int i = 1; i < 202; i++) {
        values[i] = nami_value_list(&values[i - 1], 1);
    }
    CU_ASSERT_EQUAL(nami_result_column(&arena, &none, &values[199], 1, &column), NAMI_OK);
    CU_ASSERT_EQUAL(nami_result_column(&arena, &none, &values[201], 1, &column), NAMI_E_TOO_LARGE);
}

static struct nami_batch whole_of(const struct nami_rows *rows)
{
    struct nami_snapshot none = {0};
    struct nami_batch batch;

    CU_ASSERT_EQUAL_FATAL(nami_result_batch(&arena, &none, rows, &batch), NAMI_OK);
    return batch;
}

static void test_vectors__const_selection_and_nulls(void)
{
    int64_t ints[5] = {10, 20, 30, 40, 50};
    double one = 0.5;
    uint64_t valid[1] = {0x15}; /* rows 0, 2, 4 */
    uint16_t selection[3] = {1, 2, 4};
    struct nami_vector vectors[2] = {
        {.type = NAMI_VECTOR_INT, .has_nulls = true, .capacity = 5, .data = ints, .valid = valid},
        {.type = NAMI_VECTOR_FLOAT, .is_const = true, .capacity = 1, .data = &one},
    };
    struct nami_rows rows = {
        .column_count = 2, .count = 3, .size = 5, .selection = selection, .columns = vectors};
    struct nami_batch batch = whole_of(&rows);

    nami_buf_clear(&fx.text);
    print_batch(&fx.text, &batch);
    CU_ASSERT_TRUE(
        nami_slice_equal(nami_buf_view(&fx.text), nami_text("null, 0.500; 30, 0.500; 50, 0.500")));
}

/* Any part of a batch reads like the same rows of the whole. */
static void test_part__equals_the_rows_of_the_whole(void)
{
    static const char *const queries[] = {
        "UNWIND range(1, 30) AS i RETURN i, toFloat(i), i % 2 = 0, toString(i), null",
        "UNWIND range(1, 30) AS i RETURN CASE WHEN i % 3 = 0 THEN null ELSE i END, "
        "CASE WHEN i % 5 = 0 THEN null ELSE toString(i) END",
        "UNWIND range(1, 30) AS i RETURN [i, toString(i)], {k: i}, [], CASE WHEN i % 2 = 0 THEN "
        "i ELSE 'odd' END, CASE WHEN i % 4 = 0 THEN null WHEN i % 2 = 0 THEN [i] ELSE true END",
        "MATCH p = (n)-[r]->(m) RETURN n, r, p, CASE WHEN n.i % 3 = 0 THEN null ELSE n END, "
        "CASE WHEN n.i % 2 = 0 THEN r ELSE m END",
    };

    CU_ASK(&fx, "UNWIND range(1, 30) AS i CREATE (:P {i: i})-[:R {w: i}]->(:Q)", "");
    for (size_t q = 0; q < sizeof(queries) / sizeof(queries[0]); q++) {
        struct nami_statement_run *run = open_run(&fx, queries[q], NULL);
        const struct nami_batch *batch = NULL;
        bool needs_worker = false;

        CU_ASSERT_EQUAL_FATAL(nami_statement_start(run, false, &needs_worker, &fx.diag), NAMI_OK);
        CU_ASSERT_EQUAL_FATAL(nami_statement_fetch(run, 100, &batch, &fx.diag), NAMI_OK);
        CU_ASSERT_EQUAL_FATAL(batch->row_count, 30);
        for (size_t from = 0; from < 30; from++) {
            for (size_t count = 1; from + count <= 30; count++) {
                struct nami_batch part;
                struct nami_buf expected;

                CU_ASSERT_EQUAL_FATAL(nami_batch_part(&arena, batch, from, count, &part), NAMI_OK);
                nami_buf_init(&expected, 1u << 20);
                nami_buf_clear(&fx.text);
                print_batch(&fx.text, &part);
                for (size_t row = from; row < from + count; row++) {
                    CU_ASSERT_EQUAL(nami_buf_append(&expected, nami_text(row > from ? "; " : "")),
                                    NAMI_OK);
                    for (size_t i = 0; i < batch->column_count; i++) {
                        CU_ASSERT_EQUAL(nami_buf_append(&expected, nami_text(i > 0 ? ", " : "")),
                                        NAMI_OK);
                        print_cell(&expected, nami_cell_at(nami_batch_column(batch, i), row));
                    }
                }
                CU_ASSERT_TRUE(nami_slice_equal(nami_buf_view(&expected), nami_buf_view(&fx.text)));
                nami_buf_release(&expected);
            }
            nami_arena_reset(&arena);
        }
        nami_statement_close(run);
    }
    CU_ASK(&fx, "MATCH (n) DETACH DELETE n", "");
}

static CU_TestInfo tests[] = {
    {"types: and mixtures of them", test_types__and_mixtures_of_them},
    {"entities: show all of themselves", test_entities__show_all_of_themselves},
    {"depth: is bounded", test_depth__is_bounded},
    {"vectors: const, selection, nulls", test_vectors__const_selection_and_nulls},
    {"part: equals the rows of the whole", test_part__equals_the_rows_of_the_whole},
    CU_TEST_INFO_NULL,
};

int main(void)
{
    return run_suite("core/session/result_batch", setup, teardown, tests);
}
