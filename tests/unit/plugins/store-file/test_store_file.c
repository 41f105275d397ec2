/* Unit tests for store-file: what is in the folder, and what never gets out of it. */
#define _GNU_SOURCE
#include "tests/support/run_suite.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

#include "plugins/store-file/file.h"
#include "tests/unit/plugins/store-file/file_fixture.h"

static struct file_fixture fixture;

static void open_fresh(void)
{
    struct nami_error err = {.struct_size = sizeof(err)};

    make_dir(&fixture);
    CU_ASSERT_EQUAL_FATAL(open_in(&fixture, "x", &err), NAMI_OK);
}

static void close_and_remove(void)
{
    close_store(&fixture);
    remove_dir(&fixture);
}

static int exists(const char *below)
{
    return access(path_in(&fixture, below), F_OK) == 0;
}

/* Make a file as somebody else would. */
static void plant(const char *below, int age_s)
{
    struct timespec times[2] = {{.tv_sec = time(NULL) - age_s}, {.tv_sec = time(NULL) - age_s}};
    int fd = open(path_in(&fixture, below), O_WRONLY | O_CREAT, 0600);

    CU_ASSERT_FATAL(fd >= 0);
    CU_ASSERT_EQUAL(write(fd, "half", 4), 4);
    CU_ASSERT_EQUAL(futimens(fd, times), 0);
    (void)close(fd);
}

/* One write with its error. */
static int32_t put_with(const char *key, struct nami_call *call, uint32_t when,
                        const struct nami_version *version, struct nami_result *result,
                        struct nami_error *err)
{
    struct nami_write req = {.struct_size = sizeof(req),
                             .when = when,
                             .key = nami_text(key),
                             .version = version,
                             .result = result,
                             .error = err};

    *result = (struct nami_result){.struct_size = sizeof(*result)};
    *err = (struct nami_error){.struct_size = sizeof(*err)};
    return nami_store_call(&fixture.store.store, call, NAMI_STORE_WRITE, &req, 1, sizeof(req));
}

static void test_open__writes_nothing_before_the_first_write(void)
{
    struct nami_result result = {0};
    uint8_t dst[4];

    open_fresh();
    CU_ASSERT_EQUAL(get(&fixture.store, "demo/a", dst, sizeof(dst), &result), NAMI_E_NOT_FOUND);
    CU_ASSERT(!exists("x"));
    CU_ASSERT_EQUAL(put(&fixture.store, "demo/a", "1", NAMI_WRITE_ALWAYS, NULL, &result), NAMI_OK);
    CU_ASSERT(exists("x/demo/a"));
    close_and_remove();
}

static void test_open__what_is_no_folder_is_refused(void)
{
    struct nami_error err = {.struct_size = sizeof(err)};

    make_dir(&fixture);
    plant("file", 0);
    CU_ASSERT_EQUAL(open_in(&fixture, "file", &err), NAMI_E_CONFIG);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "/file: not a folder"));
    close_and_remove();
}

static void test_open__relative_folder_stays_where_it_was(void)
{
    struct nami_error err = {.struct_size = sizeof(err)};
    struct nami_result result = {0};
    char *before = get_current_dir_name();

    make_dir(&fixture);
    CU_ASSERT_EQUAL_FATAL(open_in(&fixture, "unused", &err), NAMI_OK);
    store_fixture_close(&fixture.store);
    CU_ASSERT_EQUAL(chdir(fixture.dir), 0);
    CU_ASSERT_EQUAL_FATAL(store_fixture_open(&fixture.store, "file://./rel?ns=test", &err),
                          NAMI_OK);
    CU_ASSERT_EQUAL(chdir(before), 0);
    CU_ASSERT_EQUAL(put(&fixture.store, "a", "1", NAMI_WRITE_ALWAYS, NULL, &result), NAMI_OK);
    CU_ASSERT(exists("rel/a"));
    free(before);
    close_and_remove();
}

static void test_write__folder_that_was_removed_is_told(void)
{
    struct nami_call call = test_call();
    struct nami_error err = {.struct_size = sizeof(err)};
    struct nami_result result = {0};
    static const uint32_t whens[] = {NAMI_WRITE_ALWAYS, NAMI_WRITE_IF_ABSENT};

    open_fresh();
    CU_ASSERT_EQUAL(put(&fixture.store, "demo/a", "1", NAMI_WRITE_ALWAYS, NULL, &result), NAMI_OK);
    remove_dir(&fixture);
    for (size_t i = 0; i < 2; i++) {
        CU_ASSERT_EQUAL(put_with("demo/b", &call, whens[i], NULL, &result, &err), NAMI_E_CONFIG);
        CU_ASSERT_EQUAL(result.outcome, NAMI_OUTCOME_NOT_APPLIED);
        CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "/x was removed while it was open"));
    }
    close_store(&fixture);
}

/* A crash between the bytes and the name: what is left shows nowhere and goes in time. */
static void test_crash__stray_is_unseen_and_swept(void)
{
    struct nami_error err = {.struct_size = sizeof(err)};
    struct nami_result result = {0};
    uint8_t dst[4];

    open_fresh();
    CU_ASSERT_EQUAL(put(&fixture.store, "demo/a", "1", NAMI_WRITE_ALWAYS, NULL, &result), NAMI_OK);
    close_store(&fixture);
    plant("x/.namidb/tmp/old", 3700);
    plant("x/.namidb/tmp/young", 60);
    CU_ASSERT_EQUAL_FATAL(open_in(&fixture, "x", &err), NAMI_OK);
    CU_ASSERT_EQUAL(get(&fixture.store, "old", dst, sizeof(dst), &result), NAMI_E_NOT_FOUND);
    CU_ASSERT(exists("x/.namidb/tmp/old")); /* reading changes nothing */
    CU_ASSERT_EQUAL(put(&fixture.store, "demo/b", "1", NAMI_WRITE_IF_ABSENT, NULL, &result),
                    NAMI_OK);
    CU_ASSERT(!exists("x/.namidb/tmp/old"));
    CU_ASSERT(exists("x/.namidb/tmp/young"));
    close_and_remove();
}

static int32_t count_entry(struct nami_list *req, const struct nami_entry *entry)
{
    CU_ASSERT(nami_slice_equal(entry->key, nami_text("demo/a")));
    (void)req;
    return NAMI_OK;
}

/* Only what can be a key is listed: not our own folder, not what others put there. */
static void test_list__shows_objects_only(void)
{
    struct nami_call call = test_call();
    struct nami_result result = {.struct_size = sizeof(result)};
    struct nami_list req = {
        .struct_size = sizeof(req), .limit = 9, .entry = count_entry, .result = &result};

    open_fresh();
    CU_ASSERT_EQUAL(put(&fixture.store, "demo/a", "1", NAMI_WRITE_ALWAYS, NULL, &result), NAMI_OK);
    plant("x/.namidb/tmp/stray", 0);
    plant("x/demo/not a key", 0);
    CU_ASSERT_EQUAL(symlink("/etc/passwd", path_in(&fixture, "x/demo/link")), 0);
    CU_ASSERT_EQUAL(symlink("/etc", path_in(&fixture, "x/demo/etc")), 0);
    CU_ASSERT_EQUAL(
        nami_store_call(&fixture.store.store, &call, NAMI_STORE_LIST, &req, 1, sizeof(req)),
        NAMI_OK);
    CU_ASSERT_EQUAL(req.more, 0);
    req.prefix = nami_text(PRIVATE_FOLDER "/");
    CU_ASSERT_EQUAL(
        nami_store_call(&fixture.store.store, &call, NAMI_STORE_LIST, &req, 1, sizeof(req)),
        NAMI_OK);
    close_and_remove();
}

static void test_keys__own_folder_is_out_of_reach(void)
{
    static const char *const keys[] = {".namidb", ".namidb/tmp/x", ".namidb/locks/00"};
    struct nami_result result = {0};
    uint8_t dst[4];

    open_fresh();
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        CU_ASSERT_EQUAL(put(&fixture.store, keys[i], "1", NAMI_WRITE_ALWAYS, NULL, &result),
                        NAMI_E_INVALID);
        CU_ASSERT_EQUAL(get(&fixture.store, keys[i], dst, sizeof(dst), &result), NAMI_E_INVALID);
    }
    CU_ASSERT_EQUAL(put(&fixture.store, ".namidb2", "1", NAMI_WRITE_ALWAYS, NULL, &result),
                    NAMI_OK);
    CU_ASSERT_EQUAL(put(&fixture.store, "a/.namidb", "1", NAMI_WRITE_ALWAYS, NULL, &result),
                    NAMI_OK);
    close_and_remove();
}

static void test_keys__symbolic_links_lead_nowhere(void)
{
    struct nami_call call = test_call();
    struct nami_error err = {.struct_size = sizeof(err)};
    struct nami_result result = {0};
    uint8_t dst[4096];

    open_fresh();
    CU_ASSERT_EQUAL(put(&fixture.store, "demo/a", "1", NAMI_WRITE_ALWAYS, NULL, &result), NAMI_OK);
    plant("outside", 0);
    CU_ASSERT_EQUAL(symlink("../../outside", path_in(&fixture, "x/demo/link")), 0);
    CU_ASSERT_EQUAL(symlink("../..", path_in(&fixture, "x/demo/up")), 0);
    CU_ASSERT_EQUAL(get(&fixture.store, "demo/link", dst, sizeof(dst), &result), NAMI_E_CONFIG);
    CU_ASSERT_EQUAL(get(&fixture.store, "demo/up/outside", dst, sizeof(dst), &result),
                    NAMI_E_NOT_FOUND);
    CU_ASSERT_EQUAL(put_with("demo/link", &call, NAMI_WRITE_ALWAYS, NULL, &result, &err),
                    NAMI_E_CONFIG);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "symbolic link"));
    CU_ASSERT_EQUAL(put_with("demo/up/new", &call, NAMI_WRITE_ALWAYS, NULL, &result, &err),
                    NAMI_E_INVALID);
    CU_ASSERT(!exists("new"));
    close_and_remove();
}

static void test_keys__one_inside_another_is_refused(void)
{
    struct nami_call call = test_call();
    struct nami_error err = {.struct_size = sizeof(err)};
    struct nami_result result = {0};
    static const uint32_t whens[] = {NAMI_WRITE_ALWAYS, NAMI_WRITE_IF_ABSENT};

    open_fresh();
    CU_ASSERT_EQUAL(put(&fixture.store, "a/b", "1", NAMI_WRITE_ALWAYS, NULL, &result), NAMI_OK);
    for (size_t i = 0; i < 2; i++) {
        CU_ASSERT_EQUAL(put_with("a", &call, whens[i], NULL, &result, &err), NAMI_E_INVALID);
        CU_ASSERT_EQUAL(result.outcome, NAMI_OUTCOME_NOT_APPLIED);
        CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "there are objects below this key"));
        CU_ASSERT_EQUAL(put_with("a/b/c", &call, whens[i], NULL, &result, &err), NAMI_E_INVALID);
        CU_ASSERT_EQUAL(result.outcome, NAMI_OUTCOME_NOT_APPLIED);
        CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "a folder on the way is an object"));
    }
    close_and_remove();
}

static void test_keys__segment_has_at_most_255_bytes(void)
{
    struct nami_result result = {0};
    uint8_t dst[4];
    char key[300];

    open_fresh();
    memset(key, 'k', sizeof(key));
    key[256] = '\0';
    CU_ASSERT_EQUAL(put(&fixture.store, key, "1", NAMI_WRITE_ALWAYS, NULL, &result),
                    NAMI_E_TOO_LARGE);
    CU_ASSERT_EQUAL(result.outcome, NAMI_OUTCOME_NOT_APPLIED);
    CU_ASSERT_EQUAL(get(&fixture.store, key, dst, sizeof(dst), &result), NAMI_E_NOT_FOUND);
    key[255] = '\0';
    CU_ASSERT_EQUAL(put(&fixture.store, key, "1", NAMI_WRITE_ALWAYS, NULL, &result), NAMI_OK);
    close_and_remove();
}

/* Somebody holds every lock and does not let go: a conditional write ends at its deadline. */
static void test_lock__is_waited_for_until_the_deadline(void)
{
    struct nami_call call = test_call();
    struct nami_error err = {.struct_size = sizeof(err)};
    struct nami_result first = {0};
    struct nami_result result = {0};
    const struct nami_host *host = &fixture.store.host.table;
    static int locks[256];

    open_fresh();
    CU_ASSERT_EQUAL(put(&fixture.store, "a", "1", NAMI_WRITE_ALWAYS, NULL, &first), NAMI_OK);
    for (int i = 0; i < 256; i++) {
        char name[32];

        (void)snprintf(name, sizeof(name), "x/.namidb/locks/%02x", (unsigned)i);
        locks[i] = open(path_in(&fixture, name), O_RDWR | O_CREAT, 0600);
        CU_ASSERT_FATAL(locks[i] >= 0 && flock(locks[i], LOCK_EX) == 0);
    }
    call.deadline_ns = host->mono_ns(host) + 20000000u;
    CU_ASSERT_EQUAL(put_with("a", &call, NAMI_WRITE_IF_MATCH, &first.version, &result, &err),
                    NAMI_E_DEADLINE);
    CU_ASSERT_EQUAL(result.outcome, NAMI_OUTCOME_NOT_APPLIED);
    /* The commit path needs none of them. */
    CU_ASSERT_EQUAL(put(&fixture.store, "b", "1", NAMI_WRITE_IF_ABSENT, NULL, &result), NAMI_OK);
    for (int i = 0; i < 256; i++) {
        (void)close(locks[i]);
    }
    CU_ASSERT_EQUAL(put(&fixture.store, "a", "2", NAMI_WRITE_IF_MATCH, &first.version, &result),
                    NAMI_OK);
    close_and_remove();
}

static void test_time__is_that_of_the_file_system(void)
{
    struct nami_result result = {0};
    struct stat stat_of_a;
    int64_t now_ms = (int64_t)time(NULL) * 1000;

    open_fresh(); /* the test's host says that it is 1970 */
    CU_ASSERT_EQUAL(put(&fixture.store, "a", "1", NAMI_WRITE_ALWAYS, NULL, &result), NAMI_OK);
    CU_ASSERT_EQUAL(stat(path_in(&fixture, "x/a"), &stat_of_a), 0);
    CU_ASSERT_EQUAL(result.last_modified_ms, nami_file__modified_ms(&stat_of_a));
    CU_ASSERT(result.store_time_ms >= result.last_modified_ms);
    CU_ASSERT(result.store_time_ms >= now_ms - 2000 && result.store_time_ms <= now_ms + 60000);
    close_and_remove();
}

/* Even where the file system's clock stands still or goes back. */
static void test_version__later_body_has_the_later_stamp(void)
{
    struct timespec future[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = time(NULL) + 1000}};
    struct nami_result first = {0};
    struct nami_result second = {0};
    struct nami_result head = {.struct_size = sizeof(head)};
    uint8_t dst[4];

    open_fresh();
    CU_ASSERT_EQUAL(put(&fixture.store, "a", "1", NAMI_WRITE_ALWAYS, NULL, &first), NAMI_OK);
    CU_ASSERT_EQUAL(utimensat(AT_FDCWD, path_in(&fixture, "x/a"), future, 0), 0);
    CU_ASSERT_EQUAL(get(&fixture.store, "a", dst, sizeof(dst), &head), NAMI_OK);
    CU_ASSERT(!nami_version_equal(&first.version, &head.version));
    CU_ASSERT_EQUAL(put(&fixture.store, "a", "2", NAMI_WRITE_IF_MATCH, &head.version, &second),
                    NAMI_OK);
    CU_ASSERT(!nami_version_equal(&second.version, &head.version));
    CU_ASSERT(second.last_modified_ms >= head.last_modified_ms);
    close_and_remove();
}

static void test_errno__full_disk_and_others_are_told(void)
{
    static const struct {
        int number;
        int32_t status;
        const char *provider_code, *message;
    } cases[] = {
        {ENOSPC, NAMI_E_TRANSIENT, "DiskFull", "write: no space left on the device"},
        {EDQUOT, NAMI_E_TRANSIENT, "DiskFull", "write: the disk quota is used up"},
        {EROFS, NAMI_E_AUTH, "", "write: the file system is read-only"},
        {EACCES, NAMI_E_AUTH, "", "write: permission denied"},
        {EMFILE, NAMI_E_TRANSIENT, "", "write: too many open files"},
        {EIO, NAMI_E_TRANSIENT, "", "write: error 5 of the system"},
        {ENOMEM, NAMI_E_NOMEM, "", "write: error 12 of the system"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct nami_error err = {.struct_size = sizeof(err)};

        CU_ASSERT_EQUAL(nami_file__fail(&err, cases[i].number, "write"), cases[i].status);
        CU_ASSERT_STRING_EQUAL(err.message, cases[i].message);
        CU_ASSERT_STRING_EQUAL(err.provider_code, cases[i].provider_code);
        CU_ASSERT_EQUAL(err.native, cases[i].number);
    }
    CU_ASSERT(nami_file__is_refusal(ENOSPC) && !nami_file__is_refusal(EIO));
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"open: writes nothing before the first write",
         test_open__writes_nothing_before_the_first_write},
        {"open: what is no folder is refused", test_open__what_is_no_folder_is_refused},
        {"open: relative folder stays where it was", test_open__relative_folder_stays_where_it_was},
        {"write: folder that was removed is told", test_write__folder_that_was_removed_is_told},
        {"crash: stray is unseen and swept", test_crash__stray_is_unseen_and_swept},
        {"list: shows objects only", test_list__shows_objects_only},
        {"keys: own folder is out of reach", test_keys__own_folder_is_out_of_reach},
        {"keys: symbolic links lead nowhere", test_keys__symbolic_links_lead_nowhere},
        {"keys: one inside another is refused", test_keys__one_inside_another_is_refused},
        {"keys: segment has at most 255 bytes", test_keys__segment_has_at_most_255_bytes},
        {"lock: is waited for until the deadline", test_lock__is_waited_for_until_the_deadline},
        {"time: is that of the file system", test_time__is_that_of_the_file_system},
        {"version: later body has the later stamp", test_version__later_body_has_the_later_stamp},
        {"errno: full disk and others are told", test_errno__full_disk_and_others_are_told},
        CU_TEST_INFO_NULL,
    };

    return run_suite("plugins/store-file", NULL, NULL, tests);
}
