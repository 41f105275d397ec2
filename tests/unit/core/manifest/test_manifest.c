/* Unit tests for core/manifest: strict JSON there and back. */
#include "tests/support/run_suite.h"

#include <namidb/plugin_util.h>

#include "core/manifest/manifest.h"

#define ID "00112233445566778899aabbccddeeff"
#define HEAD                                                                                       \
    "{\"format\":1,\"ns_uuid\":\"" ID "\",\"seq\":4,\"nonce\":\"" ID "\",\"prev_nonce\":\"" ID     \
    "\",\"epoch\":2,\"writer\":{\"id\":\"a\",\"address\":\"h:1\"},\"floor\":7,\"floor_nonce\":"    \
    "\"" ID "\",\"lsn\":9,\"next_node\":10,\"next_rel\":11,"
#define TAIL "\"schema\":null,\"garbage\":[],\"state\":\"active\"}"

static int32_t decode(const char *text, struct nami_error *err)
{
    struct nami_manifest manifest;
    int32_t status = nami_manifest_decode(nami_text(text), &manifest, err);

    nami_manifest_release(&manifest);
    return status;
}

static void fill(struct nami_manifest *manifest)
{
    struct nami_manifest_sst *sst = NULL;
    struct nami_manifest_garbage *garbage = NULL;

    *manifest = (struct nami_manifest){.seq = 5,
                                       .epoch = 2,
                                       .writer_id = "node \"1\"",
                                       .writer_address = "127.0.0.1:8080",
                                       .floor = 17,
                                       .lsn = UINT64_C(1) << 60,
                                       .next_node = 3,
                                       .next_rel = 4,
                                       .schema = {.name = "schema/1-1-x", .bytes = 5, .crc = 6},
                                       .is_dropped = true};
    manifest->nonce[15] = 0xff;
    for (uint64_t i = 0; i < 5; i++) {
        sst = nami_manifest_add_sst(manifest);
        CU_ASSERT_PTR_NOT_NULL_FATAL(sst);
        (void)snprintf(sst->object.name, sizeof(sst->object.name), "sst/node/L0/%d", (int)i);
        (void)snprintf(sst->kind, sizeof(sst->kind), "node");
        (void)snprintf(sst->codec, sizeof(sst->codec), "parquet");
        sst->object.bytes = i;
        sst->last_id = 100 + i;
    }
    garbage = nami_manifest_add_garbage(manifest);
    CU_ASSERT_PTR_NOT_NULL_FATAL(garbage);
    (void)snprintf(garbage->name, sizeof(garbage->name), "sst/old");
    garbage->since_ms = -1;
}

static void check_filled(const struct nami_manifest *back, const struct nami_manifest *manifest)
{
    CU_ASSERT_EQUAL(back->seq, 5);
    CU_ASSERT_EQUAL(back->lsn, UINT64_C(1) << 60);
    CU_ASSERT_EQUAL(memcmp(back->nonce, manifest->nonce, NAMI_ID_BYTES), 0);
    CU_ASSERT_STRING_EQUAL(back->writer_id, "node \"1\"");
    CU_ASSERT_EQUAL(back->sst_count, 5);
    CU_ASSERT_EQUAL(memcmp(back->ssts, manifest->ssts, 5 * sizeof(*back->ssts)), 0);
    CU_ASSERT_EQUAL(back->garbage_count, 1);
    CU_ASSERT_EQUAL(back->garbage[0].since_ms, -1);
    CU_ASSERT_STRING_EQUAL(back->schema.name, "schema/1-1-x");
    CU_ASSERT(back->is_dropped);
}

static void test_round_trip__keeps_every_field(void)
{
    struct nami_manifest manifest;
    struct nami_manifest back;
    struct nami_error err = {.struct_size = sizeof(err)};
    struct nami_buf out;

    nami_buf_init(&out, 1u << 20);
    fill(&manifest);
    CU_ASSERT_EQUAL_FATAL(nami_manifest_encode(&manifest, &out), NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(nami_manifest_decode(nami_buf_view(&out), &back, &err), NAMI_OK);
    check_filled(&back, &manifest);
    nami_manifest_release(&manifest);
    nami_manifest_release(&back);
    nami_buf_release(&out);
}

static void test_copy__is_deep_and_can_grow(void)
{
    struct nami_manifest manifest;
    struct nami_manifest copy;

    fill(&manifest);
    CU_ASSERT_EQUAL_FATAL(nami_manifest_copy(&manifest, &copy), NAMI_OK);
    check_filled(&copy, &manifest);
    for (int i = 0; i < 20; i++) { /* beyond what was copied: the sanitizers watch */
        CU_ASSERT_PTR_NOT_NULL(nami_manifest_add_sst(&copy));
        CU_ASSERT_PTR_NOT_NULL(nami_manifest_add_garbage(&copy));
    }
    CU_ASSERT_EQUAL(manifest.sst_count, 5);
    CU_ASSERT_EQUAL(copy.sst_count, 25);
    nami_manifest_release(&manifest);
    nami_manifest_release(&copy);
}

static void test_decode__is_strict(void)
{
    static const struct {
        const char *text;
        int32_t status;
        const char *says;
    } cases[] = {
        {HEAD "\"ssts\":[]," TAIL, NAMI_OK, ""},
        {HEAD "\"ssts\":[]," TAIL " x", NAMI_E_CORRUPT, "byte"},
        {HEAD "\"ssts\":[],\"new\":1," TAIL, NAMI_E_CORRUPT, "unknown field"},
        {HEAD TAIL, NAMI_E_CORRUPT, "missing field \"ssts\""},
        {HEAD "\"ssts\":[],\"ssts\":[]," TAIL, NAMI_E_CORRUPT, "repeated field \"ssts\""},
        {HEAD "\"ssts\":[1]," TAIL, NAMI_E_CORRUPT, "byte"},
        {HEAD "\"ssts\":[{\"name\":\"x\"}]," TAIL, NAMI_E_CORRUPT, "missing field \"bytes\""},
        {HEAD "\"ssts\":{}," TAIL, NAMI_E_CORRUPT, "array expected"},
        {"{\"format\":2,\"whatever\":1}", NAMI_E_UNSUPPORTED, "newer version"},
        {"{\"format\":0}", NAMI_E_CORRUPT, "format"},
        {"{\"seq\":1}", NAMI_E_CORRUPT, "byte"},
        {"[]", NAMI_E_CORRUPT, "byte"},
        {"", NAMI_E_CORRUPT, "byte"},
        {"{\"format\":1,\"seq\":-1", NAMI_E_CORRUPT, "number out of range in \"seq\""},
        {"{\"format\":1,\"seq\":99999999999999999999", NAMI_E_CORRUPT, "byte"},
        {"{\"format\":1,\"seq\":1.0", NAMI_E_CORRUPT, "out of range"},
        {"{\"format\":1,\"nonce\":\"00\"", NAMI_E_CORRUPT, "32 hex digits"},
        {"{\"format\":1,\"nonce\":\"00112233445566778899AABBCCDDEEFF\"", NAMI_E_CORRUPT,
         "32 hex digits"},
        {"{\"format\":1,\"state\":\"gone\"", NAMI_E_CORRUPT, "state"},
        {"{\"format\":1,\"writer\":{\"id\":\"a\\u0000b\"", NAMI_E_CORRUPT, "text expected"},
        {"{\"format\":1,\"writer\":[]", NAMI_E_CORRUPT, "object expected"},
        {"{\"format\":1,\"schema\":{\"name\":\"../x\",\"bytes\":1,\"crc\":1}", NAMI_E_CORRUPT,
         "bad name"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct nami_error err = {.struct_size = sizeof(err)};

        CU_ASSERT_EQUAL(decode(cases[i].text, &err), cases[i].status);
        CU_ASSERT_PTR_NOT_NULL(strstr(err.message, cases[i].says));
    }
}

static void test_decode__every_cut_is_refused(void)
{
    static const char text[] = HEAD "\"ssts\":[]," TAIL;
    struct nami_error err = {.struct_size = sizeof(err)};

    for (size_t len = 0; len + 1 < sizeof(text); len++) {
        struct nami_manifest manifest;

        CU_ASSERT_EQUAL(nami_manifest_decode(nami_bytes(text, len), &manifest, &err),
                        NAMI_E_CORRUPT);
        CU_ASSERT_PTR_NULL(manifest.ssts);
    }
}

static void test_key__names_are_the_protocols(void)
{
    struct nami_manifest manifest = {.seq = 3};
    char key[128];

    CU_ASSERT(nami_manifest_key(nami_text("ns/"), key, sizeof(key)));
    CU_ASSERT_STRING_EQUAL(key, "ns/manifest.json");
    CU_ASSERT(nami_manifest_archive_key(nami_text("ns/"), &manifest, key, sizeof(key)));
    CU_ASSERT_STRING_EQUAL(
        key, "ns/manifest/00000000000000000003-00000000000000000000000000000000.json");
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"round trip", test_round_trip__keeps_every_field},
        {"copy: deep", test_copy__is_deep_and_can_grow},
        {"decode: strict", test_decode__is_strict},
        {"decode: every cut", test_decode__every_cut_is_refused},
        {"key: names", test_key__names_are_the_protocols},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/manifest", NULL, NULL, tests);
}
