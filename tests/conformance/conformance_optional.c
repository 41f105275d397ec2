/* map, hold and multipart: as the contract says, or UNSUPPORTED. */
#include "tests/conformance/conformance.h"

static void map_shows_the_object(void)
{
    const struct nami_store_ops *ops = store.store.ops;
    struct nami_store *self = store.store.self;
    struct nami_call call = test_call();
    struct nami_error err = {.struct_size = sizeof(err)};
    struct nami_result result = {0};
    struct nami_slice bytes = {0};
    struct nami_slice none = {0};
    int32_t status = NAMI_OK;

    CU_ASSERT_EQUAL_FATAL(put(&store, "map/a", "abc", NAMI_WRITE_ALWAYS, NULL, &result), NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(put(&store, "map/empty", "", NAMI_WRITE_ALWAYS, NULL, &result), NAMI_OK);
    status = ops->map(self, &call, nami_text("map/a"), &bytes, &err);
    if (status == NAMI_E_UNSUPPORTED) {
        CU_ASSERT_EQUAL(bytes.len, 0);
        return;
    }
    CU_ASSERT_EQUAL_FATAL(status, NAMI_OK);
    CU_ASSERT_EQUAL(ops->map(self, &call, nami_text("map/none"), &none, &err), NAMI_E_NOT_FOUND);
    CU_ASSERT_EQUAL(ops->map(self, &call, nami_text("map/../a"), &none, &err), NAMI_E_INVALID);
    CU_ASSERT_EQUAL(ops->map(self, &call, nami_text("map/empty"), &none, &err), NAMI_OK);
    CU_ASSERT_EQUAL(none.len, 0);
    ops->unmap(self, none);
    /* What is shown stays, whatever becomes of the key. */
    CU_ASSERT_EQUAL(put(&store, "map/a", "xyz", NAMI_WRITE_ALWAYS, NULL, &result), NAMI_OK);
    CU_ASSERT_EQUAL(name_call(NAMI_STORE_REMOVE, "map/a", &result), NAMI_OK);
    CU_ASSERT(nami_slice_equal(bytes, nami_text("abc")));
    ops->unmap(self, bytes);
}

static void hold_keeps_others_out(void)
{
    const struct nami_store_ops *ops = store.store.ops;
    struct nami_store *self = store.store.self;
    struct nami_call call = test_call();
    struct nami_error err = {.struct_size = sizeof(err)};
    struct nami_hold *hold = NULL;
    struct nami_hold *other = NULL;
    int32_t status = ops->hold(self, &call, nami_text("hold/a"), &hold, &err);

    if (status == NAMI_E_UNSUPPORTED) {
        CU_ASSERT_PTR_NULL(hold);
        return;
    }
    CU_ASSERT_EQUAL_FATAL(status, NAMI_OK);
    CU_ASSERT_EQUAL(ops->hold(self, &call, nami_text("hold/a"), &other, &err), NAMI_E_CONFLICT);
    CU_ASSERT_PTR_NULL(other);
    CU_ASSERT_EQUAL(ops->hold(self, &call, nami_text("hold/b"), &other, &err), NAMI_OK);
    ops->unhold(other);
    ops->unhold(hold);
    CU_ASSERT_EQUAL(ops->hold(self, &call, nami_text("hold/a"), &hold, &err), NAMI_OK);
    ops->unhold(hold);
    ops->unhold(NULL);
}

static void multipart_is_one_write(void)
{
    const struct nami_store_ops *ops = store.store.ops;
    struct nami_call call = test_call();
    struct nami_error err = {.struct_size = sizeof(err)};
    struct nami_result result = {.struct_size = sizeof(result)};
    struct nami_write req = {.struct_size = sizeof(req),
                             .when = NAMI_WRITE_IF_ABSENT,
                             .key = nami_text("multipart/a"),
                             .result = &result};
    struct nami_upload *upload = NULL;
    uint8_t dst[8] = {0};
    int32_t status = ops->multipart_open(store.store.self, &call, req.key, &upload, &err);

    if (status == NAMI_E_UNSUPPORTED) {
        CU_ASSERT_PTR_NULL(upload);
        return;
    }
    CU_ASSERT_EQUAL_FATAL(status, NAMI_OK);
    CU_ASSERT_EQUAL(ops->multipart_part(upload, &call, nami_text("ab"), &err), NAMI_OK);
    CU_ASSERT_EQUAL(ops->multipart_part(upload, &call, nami_text("c"), &err), NAMI_OK);
    CU_ASSERT_EQUAL(get(&store, "multipart/a", dst, sizeof(dst), &result), NAMI_E_NOT_FOUND);
    ops->multipart_finish(upload, &call, &req);
    CU_ASSERT_EQUAL(result.status, NAMI_OK);
    CU_ASSERT_EQUAL(result.outcome, NAMI_OUTCOME_APPLIED);
    ops->multipart_close(upload);
    CU_ASSERT_EQUAL(get(&store, "multipart/a", dst, sizeof(dst), &result), NAMI_OK);
    CU_ASSERT_STRING_EQUAL((const char *)dst, "abc");
}

CU_TestInfo conformance_optional[] = {
    {"map shows the object, and goes on showing it", map_shows_the_object},
    {"hold keeps others out until it ends", hold_keeps_others_out},
    {"multipart is one write", multipart_is_one_write},
    CU_TEST_INFO_NULL,
};
