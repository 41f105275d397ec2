/* Unit tests for core/value/value_text.c and element_id.c. */
#include "tests/support/run_suite.h"

#include <math.h>
#include <string.h>

#include <namidb/plugin_util.h>

#include "core/value/value.h"

static struct nami_value text(const char *bytes)
{
    return nami_value_string(nami_text(bytes));
}

static bool prints(struct nami_value value, const char *expected)
{
    struct nami_buf buf;
    bool same = false;

    nami_buf_init(&buf, 1 << 16);
    same = nami_value_print(value, &buf) == NAMI_OK &&
           nami_slice_equal(nami_buf_view(&buf), nami_text(expected));
    if (!same) {
        (void)fprintf(stderr, "%.*s is not %s\n", (int)buf.len, (const char *)buf.ptr, expected);
    }
    nami_buf_release(&buf);
    return same;
}

static void test_print__as_a_cypher_literal(void)
{
    static const uint8_t raw[] = {0, 171};
    static const uint64_t nodes[] = {1, 2, 3};
    static const struct nami_rel rels[] = {{.id = 7, .src = 1, .dst = 2, .type = 4},
                                           {.id = 8, .src = 3, .dst = 2, .type = 4}};
    static const struct nami_path path = {.length = 2, .nodes = nodes, .rels = rels};
    struct nami_value items[3] = {nami_value_int(-1), nami_value_float(2), nami_value_null()};
    struct nami_value pairs[8] = {
        text(""),    nami_value_bool(true),     text("1a"),   text("x"),
        text("a`b"), nami_value_list(items, 3), text("name"), nami_value_map(NULL, 0)};

    CU_ASSERT_TRUE(prints(nami_value_null(), "null"));
    CU_ASSERT_TRUE(prints(nami_value_float(NAN), "NaN"));
    CU_ASSERT_TRUE(prints(text("it's\n\\ \"\t\r"), "'it\\'s\\n\\\\ \"\\t\\r'"));
    CU_ASSERT_TRUE(prints(nami_value_list(items, 3), "[-1, 2.0, null]"));
    CU_ASSERT_TRUE(prints(nami_value_map(pairs, 4),
                          "{``: true, `1a`: 'x', `a``b`: [-1, 2.0, null], name: {}}"));
    CU_ASSERT_TRUE(prints(
        (struct nami_value){.type = NAMI_VALUE_BYTES, .count = 2, .as.bytes = raw}, "0x00ab"));
    CU_ASSERT_TRUE(prints(nami_value_node(42), "(n:42)"));
    CU_ASSERT_TRUE(prints(nami_value_rel(&rels[0]), "[r:7:4:1:2]"));
    CU_ASSERT_TRUE(prints(nami_value_path(&path), "(n:1)-[r:7:4:1:2]->(n:2)<-[r:8:4:3:2]-(n:3)"));
}

static void test_print__stops_where_the_buffer_does(void)
{
    struct nami_buf buf;

    nami_buf_init(&buf, 5);
    CU_ASSERT_EQUAL(nami_value_print(text("too long"), &buf), NAMI_E_NOMEM);
    nami_buf_release(&buf);
}

static void test_to_text__of_scalars_only(void)
{
    const struct {
        struct nami_value value;
        const char *expected; /* NULL: INVALID */
    } cases[] = {
        {nami_value_bool(true), "true"},
        {nami_value_int(-7), "-7"},
        {nami_value_float(1), "1.0"},
        {nami_value_float(-0.0), "0.0"},
        {nami_value_float(1e300), "1.0E300"},
        {text("as 'is'"), "as 'is'"},
        {nami_value_null(), NULL},
        {nami_value_list(NULL, 0), NULL},
        {nami_value_map(NULL, 0), NULL},
        {nami_value_node(1), NULL},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct nami_buf buf;

        nami_buf_init(&buf, 64);
        CU_ASSERT_EQUAL(nami_value_to_text(cases[i].value, &buf),
                        cases[i].expected != NULL ? NAMI_OK : NAMI_E_INVALID);
        CU_ASSERT_TRUE(nami_slice_equal(nami_buf_view(&buf), nami_text(cases[i].expected)));
        nami_buf_release(&buf);
    }
}

static void test_type_name__of_every_type(void)
{
    CU_ASSERT_STRING_EQUAL(nami_value_type_name(NAMI_VALUE_INT), "INTEGER");
    CU_ASSERT_STRING_EQUAL(nami_value_type_name(NAMI_VALUE_REL), "RELATIONSHIP");
    for (unsigned type = 0; type < 256; type++) {
        CU_ASSERT_PTR_NOT_NULL(nami_value_type_name((uint8_t)type));
    }
}

static void test_element_id__comes_back(void)
{
    static const uint64_t ids[] = {0, 1, 42, UINT64_MAX};
    char out[NAMI_ELEMENT_ID_MAX];

    for (size_t i = 0; i < 4; i++) {
        struct nami_rel rel = {.id = ids[i], .src = UINT64_MAX, .dst = ids[i], .type = UINT32_MAX};
        struct nami_rel back;
        uint64_t id = 99;

        CU_ASSERT_TRUE(
            nami_element_id_parse_node(nami_bytes(out, nami_element_id_of_node(ids[i], out)), &id));
        CU_ASSERT_EQUAL(id, ids[i]);
        CU_ASSERT_TRUE(
            nami_element_id_parse_rel(nami_bytes(out, nami_element_id_of_rel(&rel, out)), &back));
        CU_ASSERT_EQUAL(memcmp(&back, &rel, sizeof(rel)), 0);
    }
}

static void test_element_id__has_one_form(void)
{
    static const char *const nodes[] = {"",     "n",    "n:",     "n:01", "n:+1",
                                        "n:-1", "n:1 ", " n:1",   "N:1",  "n:18446744073709551616",
                                        "n:1:", "r:1",  "n:0x10", "1"};
    static const char *const rels[] = {
        "",          "r",          "r:1",         "r:1:2:3",
        "r:1:2:3:",  "r:1:2:3:4:", "r:1:2:3:4:5", "r:1:4294967296:3:4",
        "n:1:2:3:4", "r:1:02:3:4"};
    uint64_t id = 0;
    struct nami_rel rel;

    for (size_t i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++) {
        CU_ASSERT_FALSE(nami_element_id_parse_node(nami_text(nodes[i]), &id));
    }
    for (size_t i = 0; i < sizeof(rels) / sizeof(rels[0]); i++) {
        CU_ASSERT_FALSE(nami_element_id_parse_rel(nami_text(rels[i]), &rel));
    }
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"print: as a Cypher literal", test_print__as_a_cypher_literal},
        {"print: stops where the buffer does", test_print__stops_where_the_buffer_does},
        {"to text: of scalars only", test_to_text__of_scalars_only},
        {"type name: of every type", test_type_name__of_every_type},
        {"element id: comes back", test_element_id__comes_back},
        {"element id: has one form", test_element_id__has_one_form},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/value/value_text", NULL, NULL, tests);
}
