/* JSON parameters -> batch -> JSON: what went in comes out, in the columns it should. */
#include "tests/support/run_suite.h"

#include <string.h>

#include <namidb/batch_util.h>

#include "plugins/common/json_params.h"
#include "plugins/common/json_rows.h"
#include "tests/support/test_host.h"

static struct test_host host;

static int setup(void)
{
    test_host_init(&host);
    return 0;
}

static int teardown(void)
{
    test_host_release(&host);
    return 0;
}

struct result {
    struct nami_params params;
    struct nami_fields names;
    struct nami_batch batch;
    struct nami_error error;
    int32_t status;
};

static void release(struct result *result)
{
    nami_params_release(&result->params);
}

static void read_bounded(struct result *result, const char *json, size_t bytes_max)
{
    struct nami_json_reader reader;

    *result = (struct result){.error = {.struct_size = sizeof(result->error)}};
    nami_params_init(&result->params, &host.table, bytes_max);
    nami_json_reader_init(&reader, nami_text(json));
    CU_ASSERT_EQUAL(nami_json_next(&reader), NAMI_JSON_OBJECT_BEGIN);
    result->status = nami_json_params(&reader, &result->params, &result->error);
    if (result->status == NAMI_OK) {
        CU_ASSERT_EQUAL(nami_json_next(&reader), NAMI_JSON_END);
        result->status =
            nami_params_finish(&result->params, &result->names, &result->batch, &result->error);
    }
    nami_json_reader_release(&reader);
}

static void read(struct result *result, const char *json)
{
    read_bounded(result, json, 1 << 24);
}

static void is_same(const char *json)
{
    struct result result;
    struct nami_buf text;
    struct nami_json_writer writer;

    read(&result, json);
    CU_ASSERT_EQUAL(result.status, NAMI_OK);
    nami_buf_init(&text, 1 << 24);
    nami_json_writer_init(&writer, &text);
    if (result.status == NAMI_OK) {
        CU_ASSERT_EQUAL(nami_json_row(&writer, &result.names, &result.batch, 0, NULL), NAMI_OK);
    }
    if (!nami_slice_equal(nami_buf_view(&text), nami_text(json))) {
        (void)fprintf(stderr, "in:  %s\nout: %.*s\n", json, (int)text.len, (const char *)text.ptr);
        CU_FAIL("it came out differently");
    }
    nami_buf_release(&text);
    release(&result);
}

static void test_params__come_out_as_they_went_in(void)
{
    static const char *const cases[] = {
        "{}",
        "{\"a\":null}",
        "{\"a\":true,\"b\":false}",
        "{\"a\":9223372036854775807,\"b\":-9223372036854775808,\"c\":0}",
        "{\"a\":1.0,\"b\":-0.0,\"c\":1e300,\"d\":5e-324}",
        "{\"a\":\"\",\"b\":\"x\\u0000y\",\"c\":\"\xc3\xa9\\n\\\"\"}",
        "{\"\":1}",
        "{\"a\":[]}",
        "{\"a\":{}}",
        "{\"a\":[[],[[]],[[[]]]]}",
        "{\"a\":[{},{}],\"b\":{\"\":{}}}",
        "{\"a\":[1,2,3],\"b\":[1.5,2.5],\"c\":[true,false],\"d\":[\"x\",\"\",\"yz\"]}",
        "{\"a\":[null],\"b\":[null,null],\"c\":[null,1],\"d\":[1,null],\"e\":[null,\"x\",null]}",
        "{\"a\":[1,1.0,\"1\",true,null,[1],{\"a\":1}]}",
        "{\"a\":[null,[1],null,[],[2,null]]}",
        "{\"a\":[null,{\"x\":1},null,{}]}",
        "{\"a\":[[1,2],[\"x\"],[null],[],[{\"y\":[1]}]]}",
        "{\"a\":[{\"x\":1,\"y\":\"a\"},{\"x\":2,\"y\":\"b\"},{\"y\":\"c\",\"x\":3},{\"z\":null}]}",
        "{\"a\":{\"x\":{\"x\":{\"x\":1}},\"y\":{\"x\":2}}}",
        "{\"rows\":[{\"id\":1,\"tags\":[\"a\",\"b\"]},{\"id\":2,\"tags\":[]},{\"id\":3,\"tags\":"
        "null}]}",
        "{\"a\":[true,null,false,null,null,null,null,null,null,true,null]}",
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        is_same(cases[i]);
    }
}

static void test_params__of_one_type_are_dense(void)
{
    static const struct {
        const char *json;
        uint32_t type, elements;
        size_t count;
    } cases[] = {
        {"{\"a\":1}", NAMI_TYPE_INT64, NAMI_TYPE_NOTHING, 0},
        {"{\"a\":1.0}", NAMI_TYPE_FLOAT64, NAMI_TYPE_NOTHING, 0},
        {"{\"a\":null}", NAMI_TYPE_NOTHING, NAMI_TYPE_NOTHING, 0},
        {"{\"a\":{\"b\":1}}", NAMI_TYPE_MAP, NAMI_TYPE_NOTHING, 0},
        {"{\"a\":[1,2,3]}", NAMI_TYPE_LIST, NAMI_TYPE_INT64, 3},
        {"{\"a\":[1,null,3]}", NAMI_TYPE_LIST, NAMI_TYPE_INT64, 3},
        {"{\"a\":[\"x\",null]}", NAMI_TYPE_LIST, NAMI_TYPE_STRING, 2},
        {"{\"a\":[{\"b\":1},{\"b\":2}]}", NAMI_TYPE_LIST, NAMI_TYPE_MAP, 2},
        {"{\"a\":[1,\"x\"]}", NAMI_TYPE_LIST, NAMI_TYPE_ANY, 2},
        {"{\"a\":[]}", NAMI_TYPE_LIST, NAMI_TYPE_NOTHING, 0},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct result result;
        const struct nami_column *column = NULL;

        read(&result, cases[i].json);
        CU_ASSERT_EQUAL_FATAL(result.status, NAMI_OK);
        CU_ASSERT_EQUAL_FATAL(result.batch.column_count, 1);
        column = nami_batch_column(&result.batch, 0);
        CU_ASSERT_EQUAL(column->type, cases[i].type);
        CU_ASSERT_EQUAL(column->count, 1);
        CU_ASSERT_EQUAL(result.names.at->type, cases[i].type);
        CU_ASSERT_TRUE(nami_slice_equal(result.names.at->name, nami_text("a")));
        if (column->type == NAMI_TYPE_LIST) {
            CU_ASSERT_EQUAL(nami_child(column, 0)->type, cases[i].elements);
            CU_ASSERT_EQUAL(nami_child(column, 0)->count, cases[i].count);
            CU_ASSERT_EQUAL(result.names.at->children.at->type, cases[i].elements);
        }
        release(&result);
    }
}

static void test_params__maps_alike_share_their_keys(void)
{
    struct result result;
    const struct nami_column *maps = NULL;
    const struct nami_column *keys = NULL;
    const uint32_t *index = NULL;

    read(&result, "{\"a\":[{\"x\":1,\"y\":2},{\"x\":3,\"y\":4},{\"y\":5,\"z\":6}]}");
    CU_ASSERT_EQUAL_FATAL(result.status, NAMI_OK);
    maps = nami_child(nami_batch_column(&result.batch, 0), 0);
    keys = nami_child(maps, 0);
    CU_ASSERT_EQUAL_FATAL(keys->type, NAMI_TYPE_INDEXED);
    CU_ASSERT_EQUAL(keys->count, 6);
    CU_ASSERT_EQUAL(nami_child(keys, 0)->count, 3);
    index = keys->values;
    CU_ASSERT_EQUAL(index[0], index[2]);
    CU_ASSERT_EQUAL(index[1], index[3]);
    CU_ASSERT_EQUAL(index[1], index[4]);
    CU_ASSERT_EQUAL(nami_child(maps, 1)->type, NAMI_TYPE_INT64); /* dense values too */
    release(&result);
}

static void test_params__wrong_ones_are_refused_by_name(void)
{
    static const struct {
        const char *json, *says;
    } cases[] = {
        {"{\"a\":1,\"a\":2}", "parameter \"a\" is given twice"},
        {"{\"\":1,\"\":2}", "parameter \"\" is given twice"},
        {"{\"p\":{\"k\":1,\"k\":2}}", "key \"k\" is given twice"},
        {"{\"p\":{\"k\":{\"k\":1},\"k\":2}}", "key \"k\" is given twice"},
        {"{\"p\":[{\"k\":1,\"l\":2},{\"k\":1,\"l\":2,\"k\":3}]}", "key \"k\" is given twice"},
        {"{\"p\":{\"\\u0061\":1,\"a\":2}}", "key \"a\" is given twice"},
        {"{\"p\":9223372036854775808}", "beyond 64 bits"},
        {"{\"p\":-9223372036854775809}", "beyond 64 bits"},
        {"{\"p\":1e400}", "beyond a double"},
        {"{\"p\":[1,]}", "at byte 8"},
        {"{\"p\":", "at byte"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct result result;

        read(&result, cases[i].json);
        CU_ASSERT_EQUAL(result.status, NAMI_E_INVALID);
        if (strstr(result.error.message, cases[i].says) == NULL) {
            (void)fprintf(stderr, "%s: %s\n", cases[i].json, result.error.message);
            CU_FAIL("another message");
        }
        release(&result);
    }
}

/* What JSON can not nest deeper, PackStream could. */
static void test_params__depth_ends_at_128(void)
{
    struct nami_params params;
    int32_t status = NAMI_OK;
    int depth = 0;

    nami_params_init(&params, &host.table, 1 << 20);
    CU_ASSERT_EQUAL(nami_params_begin(&params, nami_text("a"), NULL), NAMI_OK);
    while (status == NAMI_OK) {
        status = nami_params_list_begin(&params, NULL);
        depth += status == NAMI_OK;
    }
    CU_ASSERT_EQUAL(status, NAMI_E_INVALID);
    CU_ASSERT_EQUAL(depth, NAMI_PARAMS_DEPTH_MAX);
    nami_params_release(&params);
}

static void test_params__bytes_and_many_params(void)
{
    struct nami_params params;
    struct nami_fields names;
    struct nami_batch batch;
    struct nami_slice value = {NULL, 0};
    char name[16];

    nami_params_init(&params, &host.table, 1 << 24);
    for (int i = 0; i < 10000; i++) {
        (void)snprintf(name, sizeof(name), "p%d", i);
        CU_ASSERT_EQUAL(nami_params_begin(&params, nami_text(name), NULL), NAMI_OK);
        CU_ASSERT_EQUAL(nami_params_bytes(&params, nami_bytes(&i, sizeof(i)), NULL), NAMI_OK);
    }
    CU_ASSERT_EQUAL(nami_params_begin(&params, nami_text("p9999"), NULL), NAMI_E_INVALID);
    CU_ASSERT_EQUAL(nami_params_finish(&params, &names, &batch, NULL), NAMI_OK);
    CU_ASSERT_EQUAL(batch.column_count, 10000);
    CU_ASSERT_EQUAL(nami_batch_column(&batch, 77)->type, NAMI_TYPE_BYTES);
    value = nami_cell_bytes(nami_cell_at(nami_batch_column(&batch, 77), 0));
    CU_ASSERT_EQUAL_FATAL(value.len, sizeof(int));
    CU_ASSERT_TRUE(value.ptr != NULL && value.ptr[0] == 77);
    nami_params_release(&params);
}

static void test_params__memory_is_bounded(void)
{
    static const char json[] = "{\"a\":[\"0123456789012345678901234567890123456789\",1,2.0,{\"b\":"
                               "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]}]}";
    struct result result;
    int refused = 0;

    for (size_t bytes = 0; bytes < 8192; bytes += 64) {
        read_bounded(&result, json, bytes);
        CU_ASSERT_TRUE(result.status == NAMI_OK || result.status == NAMI_E_TOO_LARGE);
        CU_ASSERT_TRUE(result.params.bump.used_bytes <= bytes);
        refused += result.status != NAMI_OK;
        release(&result);
    }
    CU_ASSERT_TRUE(refused > 10);
    CU_ASSERT_EQUAL(result.status, NAMI_OK);
    CU_ASSERT_EQUAL(atomic_load(&host.live), 0);
}

static void test_params__any_allocation_may_fail(void)
{
    struct result result = {.status = NAMI_E_NOMEM};
    static char json[16384] = "{\"a\":[0";
    int failures = 0;

    for (size_t i = strlen(json); i < sizeof(json) - 8; i += 4) {
        memcpy(json + i, ",1.5", 5);
    }
    strcat(json, "]}");
    for (int n = 0; result.status != NAMI_OK; n++) {
        atomic_store(&host.fail_in, n);
        read(&result, json);
        atomic_store(&host.fail_in, -1);
        CU_ASSERT_TRUE(result.status == NAMI_OK || result.status == NAMI_E_NOMEM);
        failures += result.status != NAMI_OK;
        release(&result);
        CU_ASSERT_EQUAL(atomic_load(&host.live), 0);
        CU_ASSERT_FATAL(n < 50);
    }
    CU_ASSERT_TRUE(failures >= 3); /* several blocks were needed */
}

static void test_params__reset_keeps_what_a_small_request_needs(void)
{
    struct result result;
    struct nami_json_reader reader;

    read(&result, "{\"a\":1,\"b\":\"x\"}");
    CU_ASSERT_EQUAL(atomic_load(&host.live), 1);
    for (int i = 0; i < 3; i++) {
        nami_params_reset(&result.params);
        atomic_store(&host.fail_in, 0); /* not one more */
        nami_json_reader_init(&reader, nami_text("{\"c\":2}"));
        (void)nami_json_next(&reader);
        CU_ASSERT_EQUAL(nami_json_params(&reader, &result.params, NULL), NAMI_OK);
        CU_ASSERT_EQUAL(nami_params_finish(&result.params, &result.names, &result.batch, NULL),
                        NAMI_OK);
        nami_json_reader_release(&reader);
        atomic_store(&host.fail_in, -1);
    }
    release(&result);
    CU_ASSERT_EQUAL(atomic_load(&host.live), 0);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"params: come out as they went in", test_params__come_out_as_they_went_in},
        {"params: of one type are dense", test_params__of_one_type_are_dense},
        {"params: maps alike share their keys", test_params__maps_alike_share_their_keys},
        {"params: wrong ones are refused by name", test_params__wrong_ones_are_refused_by_name},
        {"params: depth ends at 128", test_params__depth_ends_at_128},
        {"params: bytes and many params", test_params__bytes_and_many_params},
        {"params: memory is bounded", test_params__memory_is_bounded},
        {"params: any allocation may fail", test_params__any_allocation_may_fail},
        {"params: reset keeps what a small request needs",
         test_params__reset_keeps_what_a_small_request_needs},
        CU_TEST_INFO_NULL,
    };

    return run_suite("common/params", setup, teardown, tests);
}
