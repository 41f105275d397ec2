/* Order, prefixes and pages of a listing. */
#include "tests/conformance/conformance.h"

static void fill(const char *const *keys)
{
    struct nami_result result = {0};

    for (; *keys != NULL; keys++) {
        CU_ASSERT_EQUAL_FATAL(put(&store, *keys, "xyz", NAMI_WRITE_ALWAYS, NULL, &result), NAMI_OK);
    }
}

/* "-" and "." sort before "/", digits and letters after it. */
static void order_is_that_of_bytes(void)
{
    static const char *const keys[] = {"order/a/b", "order/a0",    "order/a-b",   "order/a.b",
                                       "order/B",   "order/a/a/c", "order/a/a.c", "order/a_",
                                       "ordes",     "orde",        NULL};
    struct listing listing = {0};

    fill(keys);
    CU_ASSERT_EQUAL(list_keys(&listing, "order/", "", 99), NAMI_OK);
    CU_ASSERT_STRING_EQUAL(listing.keys,
                           "order/B order/a-b order/a.b order/a/a.c order/a/a/c order/a/b "
                           "order/a0 order/a_ ");
    CU_ASSERT(listing.is_ordered);
    CU_ASSERT_EQUAL(listing.req.more, 0);
}

static void prefix_and_start_select(void)
{
    static const char *const keys[] = {"page/b", "page/a-b", "page/a", "page/c/d", "pagf", NULL};
    static const struct {
        const char *prefix, *start_after;
        uint64_t limit;
        const char *keys;
        uint32_t more;
    } cases[] = {
        {"page/", "", 9, "page/a page/a-b page/b page/c/d ", 0},
        {"page/", "", 4, "page/a page/a-b page/b page/c/d ", 0},
        {"page/", "", 2, "page/a page/a-b ", 1},
        {"page/", "page/a", 9, "page/a-b page/b page/c/d ", 0},
        {"page/", "page/a-", 9, "page/a-b page/b page/c/d ", 0},
        {"page/", "page/c", 9, "page/c/d ", 0},
        {"page/", "page/c/", 9, "page/c/d ", 0},
        {"page/", "page/c/d", 9, "", 0},
        {"page/", "zzz", 9, "", 0},
        {"page/", "a", 9, "page/a page/a-b page/b page/c/d ", 0},
        {"page/a", "", 9, "page/a page/a-b ", 0},
        {"pag", "page/b", 9, "page/c/d pagf ", 0},
        {"page/c/d", "", 9, "page/c/d ", 0},
        {"page/c/d/", "", 9, "", 0},
        {"page/a", "", 0, "", 1},
        {"page/x", "", 0, "", 0},
        {"page//", "", 9, "", 0},
        {"nowhere/at/all", "", 9, "", 0},
    };
    struct listing listing = {0};

    fill(keys);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        CU_ASSERT_EQUAL(list_keys(&listing, cases[i].prefix, cases[i].start_after, cases[i].limit),
                        NAMI_OK);
        CU_ASSERT_STRING_EQUAL(listing.keys, cases[i].keys);
        CU_ASSERT_EQUAL(listing.req.more, cases[i].more);
    }
}

static void pages_are_the_whole(void)
{
    enum { KEYS = 150, PAGE = 7 };
    struct nami_result result = {0};
    struct listing listing = {0};
    char key[32];
    char after[NAMI_KEY_BYTES_MAX + 1] = "";
    uint64_t seen = 0;

    for (int i = 0; i < KEYS; i++) {
        (void)snprintf(key, sizeof(key), "many/%d/%d", i % 10, i * 7919 % 1000);
        CU_ASSERT_EQUAL_FATAL(put(&store, key, "", NAMI_WRITE_IF_ABSENT, NULL, &result), NAMI_OK);
    }
    CU_ASSERT_EQUAL(list_keys(&listing, "many/", "", UINT64_MAX), NAMI_OK);
    CU_ASSERT_EQUAL(listing.count, KEYS);
    CU_ASSERT(listing.is_ordered);
    do {
        CU_ASSERT_EQUAL_FATAL(list_keys(&listing, "many/", after, PAGE), NAMI_OK);
        CU_ASSERT(strcmp(listing.last, after) > 0);
        (void)snprintf(after, sizeof(after), "%s", listing.last);
        seen += listing.count;
    } while (listing.req.more != 0 && seen <= KEYS);
    CU_ASSERT_EQUAL(seen, KEYS);
}

static void entry_can_end_it(void)
{
    static const char *const keys[] = {"end/a", "end/b", "end/c", NULL};
    struct listing listing = {.stop_at = 2};

    fill(keys);
    CU_ASSERT_EQUAL(list_keys(&listing, "end/", "", 9), NAMI_E_AGAIN);
    CU_ASSERT_EQUAL(listing.count, 2);
    CU_ASSERT_EQUAL(listing.req.more, 1);
}

struct seen {
    struct nami_list req; /* first: entry() is given its address */
    size_t count;
    struct {
        char key[32];
        uint64_t object_bytes;
        int64_t last_modified_ms;
        struct nami_version version;
    } entries[4];
};

/* Only noted: entry() may be called under the store's lock, so it asks nothing. */
static int32_t note_entry(struct nami_list *req, const struct nami_entry *entry)
{
    struct seen *seen = (struct seen *)(void *)req;

    if (seen->count == 4) {
        return NAMI_E_INTERNAL;
    }
    (void)snprintf(seen->entries[seen->count].key, 32, "%.*s", (int)entry->key.len,
                   (const char *)entry->key.ptr);
    seen->entries[seen->count].object_bytes = entry->object_bytes;
    seen->entries[seen->count].last_modified_ms = entry->last_modified_ms;
    if (entry->version != NULL) {
        seen->entries[seen->count].version = *entry->version;
    }
    seen->count++;
    return NAMI_OK;
}

static void entries_tell_what_head_tells(void)
{
    static const char *const keys[] = {"entry/a", "entry/b/c", NULL};
    struct nami_call call = test_call();
    struct nami_result result = {.struct_size = sizeof(result)};
    struct seen seen = {.req = {.struct_size = sizeof(seen.req),
                                .prefix = nami_text("entry/"),
                                .limit = 9,
                                .entry = note_entry,
                                .result = &result}};

    fill(keys);
    CU_ASSERT_EQUAL(
        nami_store_call(&store.store, &call, NAMI_STORE_LIST, &seen.req, 1, sizeof(seen.req)),
        NAMI_OK);
    CU_ASSERT(result.store_time_ms != NAMI_NO_TIME);
    CU_ASSERT_EQUAL_FATAL(seen.count, 2);
    for (size_t i = 0; i < seen.count; i++) {
        struct nami_result head = {0};

        CU_ASSERT_STRING_EQUAL(seen.entries[i].key, keys[i]);
        CU_ASSERT_EQUAL(name_call(NAMI_STORE_HEAD, keys[i], &head), NAMI_OK);
        CU_ASSERT_EQUAL(seen.entries[i].object_bytes, 3);
        CU_ASSERT(seen.entries[i].version.len == 0 ||
                  nami_version_equal(&seen.entries[i].version, &head.version));
        CU_ASSERT(seen.entries[i].last_modified_ms == NAMI_NO_TIME ||
                  seen.entries[i].last_modified_ms == head.last_modified_ms);
    }
}

static void removed_object_is_not_listed(void)
{
    static const char *const keys[] = {"gone/a", "gone/b", NULL};
    struct listing listing = {0};
    struct nami_result result = {0};

    fill(keys);
    CU_ASSERT_EQUAL(name_call(NAMI_STORE_REMOVE, "gone/a", &result), NAMI_OK);
    CU_ASSERT_EQUAL(list_keys(&listing, "gone/", "", 9), NAMI_OK);
    CU_ASSERT_STRING_EQUAL(listing.keys, "gone/b ");
}

CU_TestInfo conformance_list[] = {
    {"keys come in the order of their bytes", order_is_that_of_bytes},
    {"prefix, start_after and limit select", prefix_and_start_select},
    {"pages together are the whole", pages_are_the_whole},
    {"entry() can end it", entry_can_end_it},
    {"entries tell what head tells", entries_tell_what_head_tells},
    {"a removed object is not listed", removed_object_is_not_listed},
    CU_TEST_INFO_NULL,
};
