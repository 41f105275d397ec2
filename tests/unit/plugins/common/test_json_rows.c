/* Cells as JSON, type by type. */
#include "tests/support/run_suite.h"

#include <math.h>
#include <string.h>

#include <namidb/plugin_util.h>

#include "plugins/common/json_rows.h"

static struct nami_column column(uint32_t type, size_t count, const void *values,
                                 const uint32_t *offsets)
{
    return (struct nami_column){.struct_size = sizeof(struct nami_column),
                                .type = type,
                                .count = count,
                                .values = values,
                                .offsets = offsets,
                                .child_stride = sizeof(struct nami_column)};
}

static struct nami_column nest(uint32_t type, size_t count, const uint32_t *offsets,
                               const struct nami_column *children, uint32_t child_count)
{
    struct nami_column out = column(type, count, NULL, offsets);

    out.children = children;
    out.child_count = child_count;
    return out;
}

static void is_json(const struct nami_column *of, size_t row, const char *wanted)
{
    struct nami_buf text;
    struct nami_json_writer writer;

    nami_buf_init(&text, 1 << 20);
    nami_json_writer_init(&writer, &text);
    CU_ASSERT_EQUAL(nami_json_cell(&writer, nami_cell_at(of, row), NULL), NAMI_OK);
    if (!nami_slice_equal(nami_buf_view(&text), nami_text(wanted))) {
        (void)fprintf(stderr, "got %.*s, wanted %s\n", (int)text.len, (const char *)text.ptr,
                      wanted);
        CU_FAIL("another text");
    }
    nami_buf_release(&text);
}

static void test_cell__numbers(void)
{
    static const int64_t integers[] = {0, INT64_MIN, INT64_MAX};
    static const double reals[] = {
        1.0, 1e300, 0.1, -0.0, 1e-7, (double)NAN, (double)INFINITY, -(double)INFINITY};
    static const char *const real_texts[] = {"1.0",  "1e300", "0.1",  "-0.0",
                                             "1e-7", "null",  "null", "null"};
    struct nami_column ints = column(NAMI_TYPE_INT64, 3, integers, NULL);
    struct nami_column floats = column(NAMI_TYPE_FLOAT64, 8, reals, NULL);

    is_json(&ints, 0, "0");
    is_json(&ints, 1, "-9223372036854775808");
    is_json(&ints, 2, "9223372036854775807");
    for (size_t i = 0; i < 8; i++) {
        is_json(&floats, i, real_texts[i]);
    }
}

static void test_cell__texts_and_bytes(void)
{
    static const uint32_t offsets[] = {0, 0, 1, 3, 6, 9};
    static const char *const base64[] = {"\"\"", "\"YQ==\"", "\"Yg8=\"", "\"/wBj\"", "\"PDw+\""};
    static const uint32_t escaped_offsets[] = {0, 5};
    struct nami_column bytes = column(NAMI_TYPE_BYTES, 5, "ab\x0f\xff\0c<<>", offsets);
    struct nami_column text = column(NAMI_TYPE_STRING, 1, "\"\\\n\x01\x7f", escaped_offsets);

    for (size_t i = 0; i < 5; i++) {
        is_json(&bytes, i, base64[i]);
    }
    is_json(&text, 0, "\"\\\"\\\\\\n\\u0001\x7f\"");
}

static void test_cell__null_everywhere(void)
{
    static const uint8_t validity = 2;
    static const uint8_t bools[] = {1, 1};
    struct nami_column some = column(NAMI_TYPE_BOOL, 2, bools, NULL);
    struct nami_column none = column(NAMI_TYPE_NOTHING, 1, NULL, NULL);

    some.validity = &validity;
    is_json(&some, 0, "null");
    is_json(&some, 1, "true");
    is_json(&none, 0, "null");
}

/* Two nodes, (:Person:Admin {age: 30}) and () {}, one relationship, one path over them. */
struct graph {
    struct nami_column element_ids, label_texts, keys, ages, rel_id, rel_type, start, end;
    struct nami_column node_parts[4], rel_parts[8], map_parts[2], path_parts[2];
    struct nami_column nodes, rels, paths;
};

static const uint32_t one_each[] = {0, 1, 2};
static const uint32_t both[] = {0, 2};
static const uint32_t first_only[] = {0, 1, 1};
static const uint32_t two_labels[] = {0, 2, 2};
static const int64_t ids[] = {7, 8};
static const int64_t ages[] = {30};

static void make_graph(struct graph *g)
{
    static const uint32_t label_ends[] = {0, 6, 11};
    static const uint32_t key_ends[] = {0, 3};
    static const uint32_t type_ends[] = {0, 5};

    g->element_ids = column(NAMI_TYPE_STRING, 2, "78", one_each);
    g->label_texts = column(NAMI_TYPE_STRING, 2, "PersonAdmin", label_ends);
    g->map_parts[0] = column(NAMI_TYPE_STRING, 1, "age", key_ends);
    g->map_parts[1] = column(NAMI_TYPE_INT64, 1, ages, NULL);
    g->node_parts[0] = column(NAMI_TYPE_INT64, 2, ids, NULL);
    g->node_parts[1] = g->element_ids;
    g->node_parts[2] = nest(NAMI_TYPE_LIST, 2, two_labels, &g->label_texts, 1);
    g->node_parts[3] = nest(NAMI_TYPE_MAP, 2, first_only, g->map_parts, 2);
    g->nodes = nest(NAMI_TYPE_NODE, 2, NULL, g->node_parts, 4);
    g->rel_parts[0] = column(NAMI_TYPE_INT64, 1, ids, NULL);
    g->rel_parts[1] = column(NAMI_TYPE_STRING, 1, "5", one_each);
    g->rel_parts[2] = column(NAMI_TYPE_STRING, 1, "KNOWS", type_ends);
    g->rel_parts[3] = column(NAMI_TYPE_INT64, 1, ids, NULL);
    g->rel_parts[4] = column(NAMI_TYPE_STRING, 1, "7", one_each);
    g->rel_parts[5] = column(NAMI_TYPE_INT64, 1, ids + 1, NULL);
    g->rel_parts[6] = column(NAMI_TYPE_STRING, 1, "8", one_each);
    g->rel_parts[7] = nest(NAMI_TYPE_MAP, 1, first_only + 1, g->map_parts, 2);
    g->rels = nest(NAMI_TYPE_RELATIONSHIP, 1, NULL, g->rel_parts, 8);
    g->path_parts[0] = nest(NAMI_TYPE_LIST, 1, both, &g->nodes, 1);
    g->path_parts[1] = nest(NAMI_TYPE_LIST, 1, one_each, &g->rels, 1);
    g->paths = nest(NAMI_TYPE_PATH, 1, NULL, g->path_parts, 2);
}

#define ALICE                                                                                      \
    "{\"_kind\":\"node\",\"id\":\"7\",\"label\":\"Person\",\"labels\":[\"Person\",\"Admin\"],"     \
    "\"properties\":{\"age\":30}}"
#define NOBODY "{\"_kind\":\"node\",\"id\":\"8\",\"label\":null,\"labels\":[],\"properties\":{}}"
#define KNOWS                                                                                      \
    "{\"_kind\":\"rel\",\"id\":\"5\",\"edge_type\":\"KNOWS\",\"src\":\"7\",\"dst\":\"8\","         \
    "\"properties\":{}}"

static void test_cell__nodes_relationships_and_paths(void)
{
    struct graph g;

    make_graph(&g);
    is_json(&g.nodes, 0, ALICE);
    is_json(&g.nodes, 1, NOBODY);
    is_json(&g.rels, 0, KNOWS);
    is_json(&g.paths, 0, "[" ALICE "," KNOWS "," NOBODY "]");
}

static void test_cell__vectors_and_indexed_values(void)
{
    static const float floats[] = {0.5f, -2.0f, 3.0f};
    static const int8_t bytes[] = {-128, 127};
    static const uint32_t three[] = {0, 3};
    static const uint32_t index[] = {1, 0, 1};
    static const uint32_t ends[] = {0, 1, 3};
    struct nami_column float_elements = column(NAMI_TYPE_FLOAT32, 3, floats, NULL);
    struct nami_column int_elements = column(NAMI_TYPE_INT8, 2, bytes, NULL);
    struct nami_column of_floats = nest(NAMI_TYPE_VECTOR, 1, three, &float_elements, 1);
    struct nami_column of_ints = nest(NAMI_TYPE_VECTOR, 1, both, &int_elements, 1);
    struct nami_column texts = column(NAMI_TYPE_STRING, 2, "abb", ends);
    struct nami_column indexed = nest(NAMI_TYPE_INDEXED, 3, NULL, &texts, 1);

    indexed.values = index;
    is_json(&of_floats, 0, "[0.5,-2.0,3.0]");
    is_json(&of_ints, 0, "[-128,127]");
    is_json(&indexed, 0, "\"bb\"");
    is_json(&indexed, 1, "\"a\"");
}

static void test_cell__what_has_no_form_is_unsupported(void)
{
    enum { DEPTH = NAMI_JSON_ROWS_DEPTH_MAX + 1 };
    static struct nami_column levels[DEPTH + 1];
    static const int64_t day;
    struct nami_column date = column(NAMI_TYPE_DATE, 1, &day, NULL);
    struct nami_buf text;
    struct nami_json_writer writer;

    levels[DEPTH] = column(NAMI_TYPE_INT64, 1, ids, NULL);
    for (size_t i = DEPTH; i > 0; i--) {
        levels[i - 1] = nest(NAMI_TYPE_LIST, 1, one_each, &levels[i], 1);
    }
    nami_buf_init(&text, 1 << 20);
    nami_json_writer_init(&writer, &text);
    CU_ASSERT_EQUAL(nami_json_cell(&writer, nami_cell_at(&date, 0), NULL), NAMI_E_UNSUPPORTED);
    CU_ASSERT_EQUAL(nami_json_cell(&writer, nami_cell_at(&levels[0], 0), NULL), NAMI_E_UNSUPPORTED);
    CU_ASSERT_EQUAL(nami_json_cell(&writer, nami_cell_at(&levels[1], 0), NULL), NAMI_OK);
    nami_buf_release(&text);
}

static void test_row__is_an_object_in_column_order(void)
{
    static const uint32_t ends[] = {0, 1, 2};
    struct nami_field fields[] = {
        {.struct_size = sizeof(fields[0]), .type = NAMI_TYPE_ANY, .name = nami_text("z\"")},
        {.struct_size = sizeof(fields[0]), .type = NAMI_TYPE_ANY, .name = nami_text("a")}};
    struct nami_column columns[] = {column(NAMI_TYPE_INT64, 2, ids, NULL),
                                    column(NAMI_TYPE_STRING, 2, "xy", ends)};
    struct nami_fields names = {.at = fields, .count = 2, .stride = sizeof(fields[0])};
    struct nami_batch batch = {.struct_size = sizeof(batch),
                               .column_count = 2,
                               .columns = columns,
                               .column_stride = sizeof(columns[0]),
                               .row_count = 2};
    struct nami_buf text;
    struct nami_json_writer writer;

    nami_buf_init(&text, 1 << 10);
    nami_json_writer_init(&writer, &text);
    nami_json_columns(&writer, &names);
    CU_ASSERT_EQUAL(nami_json_row(&writer, &names, &batch, 1, NULL), NAMI_OK);
    CU_ASSERT_TRUE(nami_slice_equal(nami_buf_view(&text),
                                    nami_text("[\"z\\\"\",\"a\"],{\"z\\\"\":8,\"a\":\"y\"}")));
    nami_buf_release(&text);
    nami_buf_init(&text, 8);
    nami_json_writer_init(&writer, &text);
    CU_ASSERT_EQUAL(nami_json_row(&writer, &names, &batch, 1, NULL), NAMI_E_NOMEM);
    nami_buf_release(&text);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"cell: numbers", test_cell__numbers},
        {"cell: texts and bytes", test_cell__texts_and_bytes},
        {"cell: null everywhere", test_cell__null_everywhere},
        {"cell: nodes, relationships and paths", test_cell__nodes_relationships_and_paths},
        {"cell: vectors and indexed values", test_cell__vectors_and_indexed_values},
        {"cell: what has no form is unsupported", test_cell__what_has_no_form_is_unsupported},
        {"row: is an object in column order", test_row__is_an_object_in_column_order},
        CU_TEST_INFO_NULL,
    };

    return run_suite("common/json_rows", NULL, NULL, tests);
}
