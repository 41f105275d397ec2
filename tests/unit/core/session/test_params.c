/* core/session/params.c: from columns to values. */
#include <namidb/plugin_util.h>

#include "core/base/buf.h"
#include "core/base/text.h"
#include "core/value/value.h"
#include "session_fixture.h"

static struct fixture fx;

static int setup(void)
{
    fixture_init(&fx);
    fixture_open(&fx, "memory://params");
    return 0;
}

static int teardown(void)
{
    fixture_release(&fx);
    return 0;
}

/* RETURN $p with one column as $p. */
static const char *echo(const struct nami_column *column)
{
    struct nami_field name = {.struct_size = sizeof(name), .name = nami_text("p")};
    struct nami_batch row = {.struct_size = sizeof(row),
                             .column_count = 1,
                             .columns = column,
                             .column_stride = sizeof(*column),
                             .row_count = 1};
    struct nami_statement_config config = {
        .text = nami_text("RETURN $p"),
        .param_names = {.at = &name, .count = 1, .stride = sizeof(name)},
        .params = &row};

    return ask_with(&fx, &config);
}

static struct nami_column head(uint32_t type)
{
    return (struct nami_column){
        .struct_size = sizeof(struct nami_column), .type = type, .count = 1};
}

static void test_scalars__arrive_as_they_are(void)
{
    static const int64_t integer = INT64_MIN;
    static const double real = -0.25;
    static const uint8_t yes = 1;
    static const uint8_t none = 0;
    static const uint32_t offsets[2] = {1, 4};
    struct nami_column column = head(NAMI_TYPE_INT64);

    column.values = &integer;
    CU_ASSERT_STRING_EQUAL(echo(&column), "-9223372036854775808");
    column.validity = &none;
    CU_ASSERT_STRING_EQUAL(echo(&column), "null");
    column = head(NAMI_TYPE_FLOAT64);
    column.values = &real;
    CU_ASSERT_STRING_EQUAL(echo(&column), "-0.250");
    column = head(NAMI_TYPE_BOOL);
    column.values = &yes;
    CU_ASSERT_STRING_EQUAL(echo(&column), "true");
    column = head(NAMI_TYPE_NOTHING);
    CU_ASSERT_STRING_EQUAL(echo(&column), "null");
    column = head(NAMI_TYPE_STRING);
    column.values = "-abc-";
    column.offsets = offsets; /* they start at any number */
    CU_ASSERT_STRING_EQUAL(echo(&column), "'abc'");
    column.type = NAMI_TYPE_BYTES;
    CU_ASSERT_STRING_EQUAL(echo(&column), "b'abc'");
    column = head(NAMI_TYPE_DATE);
    column.values = &integer;
    CU_ASSERT_EQUAL(echo(&column)[0], '!');
    CU_ASSERT_EQUAL(fx.diag.condition, NAMI_COND_INVALID_PARAMETER);
}

static void test_containers__are_read_through_any(void)
{
    static const int64_t ints[2] = {4, 5};
    static const uint8_t which[3] = {0, 1, 0};
    static const uint32_t rows[3] = {0, 0, 1};
    static const uint32_t range[2] = {0, 3};
    static const uint32_t text[2] = {0, 1};
    static const uint32_t keys[4] = {0, 1, 2, 3};
    struct nami_column kinds[2] = {head(NAMI_TYPE_INT64), head(NAMI_TYPE_STRING)};
    struct nami_column any = head(NAMI_TYPE_ANY);
    struct nami_column list = head(NAMI_TYPE_LIST);
    struct nami_column map = head(NAMI_TYPE_MAP);
    struct nami_column pair[2] = {head(NAMI_TYPE_STRING), head(NAMI_TYPE_ANY)};

    kinds[0].count = 2;
    kinds[0].values = ints;
    kinds[1].values = "s";
    kinds[1].offsets = text;
    any.count = 3;
    any.values = which;
    any.offsets = rows;
    any.children = kinds;
    any.child_count = 2;
    any.child_stride = sizeof(kinds[0]);
    list.offsets = range;
    list.children = &any;
    list.child_count = 1;
    list.child_stride = sizeof(any);
    CU_ASSERT_STRING_EQUAL(echo(&list), "[4, 's', 5]");
    pair[0].count = 3;
    pair[0].values = "bab"; /* not in order, and one twice: the later counts */
    pair[0].offsets = keys;
    pair[1] = any;
    map.offsets = range;
    map.children = pair;
    map.child_count = 2;
    map.child_stride = sizeof(pair[0]);
    CU_ASSERT_STRING_EQUAL(echo(&map), "{a: 's', b: 5}");
    pair[0] = kinds[0]; /* keys that are numbers */
    pair[0].count = 3;
    map.offsets = text;
    CU_ASSERT_EQUAL(echo(&map)[0], '!');
    CU_ASSERT_EQUAL(fx.diag.condition, NAMI_COND_INVALID_PARAMETER);
}

static void test_depth__of_300_is_refused(void)
{
    static const int64_t one = 1;
    static const uint32_t range[2] = {0, 1};
    static struct nami_column columns[300];

    columns[0] = head(NAMI_TYPE_INT64);
    columns[0].values = &one;
    for (int i = 1; i < 300; i++) {
        columns[i] = head(NAMI_TYPE_LIST);
        columns[i].offsets = range;
        columns[i].children = &columns[i - 1];
        columns[i].child_count = 1;
        columns[i].child_stride = sizeof(columns[0]);
    }
    CU_ASSERT_EQUAL(echo(&columns[128])[0], '[');
    CU_ASSERT_EQUAL(echo(&columns[299])[0], '!');
    CU_ASSERT_EQUAL(fx.diag.condition, NAMI_COND_INVALID_PARAMETER);
}

static void test_missing__is_said_with_a_suggestion(void)
{
    static const int64_t one = 1;
    struct nami_field name = {.struct_size = sizeof(name), .name = nami_text("minimum")};
    struct nami_value value = nami_value_int(one);
    struct nami_statement_config config = {
        .text = nami_text("RETURN $minimun"),
        .param_names = {.at = &name, .count = 1, .stride = sizeof(name)},
        .param_values = &value};

    CU_ASSERT_EQUAL(ask_with(&fx, &config)[0], '!');
    CU_ASSERT_EQUAL(fx.diag.condition, NAMI_COND_MISSING_PARAMETER);
    CU_ASSERT_PTR_NOT_NULL(strstr(fx.diag.hint, "$minimum"));
    config.text = nami_text("RETURN $minimum");
    CU_ASSERT_STRING_EQUAL(ask_with(&fx, &config), "1");
    CU_ASK(&fx, "RETURN $x",
           "!"
           "ParameterMissing.MissingParameter");
}

/* As many as a request can hold; each is found at once. */
static void test_many__are_found(void)
{
    enum { MANY = 20000 };
    struct nami_field *names = calloc(MANY, sizeof(*names));
    struct nami_value *values = calloc(MANY, sizeof(*values));
    char(*texts)[16] = calloc(MANY, sizeof(*texts));
    struct nami_buf query;
    struct nami_statement_config config = {
        .param_names = {.at = names, .count = MANY, .stride = sizeof(*names)},
        .param_values = values};

    CU_ASSERT_FATAL(names != NULL && values != NULL && texts != NULL);
    nami_buf_init(&query, 1u << 20);
    CU_ASSERT_EQUAL(nami_buf_append(&query, nami_text("RETURN size([0")), NAMI_OK);
    for (int i = 0; i < MANY; i++) {
        (void)snprintf(texts[i], sizeof(texts[i]), "p%d", i);
        names[i] = (struct nami_field){.struct_size = sizeof(*names), .name = nami_text(texts[i])};
        values[i] = nami_value_int(i);
        CU_ASSERT_EQUAL(nami_buf_printf(&query, ", $p%d", MANY - 1 - i), NAMI_OK);
    }
    CU_ASSERT_EQUAL(nami_buf_append(&query, nami_text("]), $p19999, $p0")), NAMI_OK);
    config.text = nami_buf_view(&query);
    CU_ASSERT_STRING_EQUAL(ask_with(&fx, &config), "20001, 19999, 0");
    nami_buf_release(&query);
    free(names);
    free(values);
    free(texts);
}

static CU_TestInfo tests[] = {
    {"scalars: arrive as they are", test_scalars__arrive_as_they_are},
    {"containers: are read through ANY", test_containers__are_read_through_any},
    {"depth: of 300 is refused", test_depth__of_300_is_refused},
    {"missing: with a suggestion", test_missing__is_said_with_a_suggestion},
    {"many: are found", test_many__are_found},
    CU_TEST_INFO_NULL,
};

int main(void)
{
    return run_suite("core/session/params", setup, teardown, tests);
}
