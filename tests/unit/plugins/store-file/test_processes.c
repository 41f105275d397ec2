/* store-file between processes: races, locks that end with their holder, users that may not. */
#define _GNU_SOURCE
#include "tests/support/run_suite.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/unit/plugins/store-file/file_fixture.h"

enum { CHILDREN = 4, STEPS = 200 };

static struct file_fixture fixture;

/* Read a number, write the next one if it is still there. 0 if all steps were done. */
static int count_up(void)
{
    struct nami_error err = {.struct_size = sizeof(err)};
    int done = 0;

    if (open_in(&fixture, "x", &err) != NAMI_OK) {
        return 1;
    }
    while (done < STEPS) {
        struct nami_result result = {0};
        struct nami_version version;
        uint8_t dst[16] = {0};
        char body[16];
        int32_t status = get(&fixture.store, "count", dst, sizeof(dst) - 1, &result);

        if (status != NAMI_OK) {
            return 2;
        }
        version = result.version;
        (void)snprintf(body, sizeof(body), "%05d", atoi((const char *)dst) + 1);
        status = put(&fixture.store, "count", body, NAMI_WRITE_IF_MATCH, &version, &result);
        if (status != NAMI_OK && status != NAMI_E_PRECONDITION) {
            return 3;
        }
        done += status == NAMI_OK;
    }
    close_store(&fixture);
    return 0;
}

static void test_if_match__no_step_of_four_processes_is_lost(void)
{
    struct nami_error err = {.struct_size = sizeof(err)};
    struct nami_result result = {0};
    pid_t children[CHILDREN];
    uint8_t dst[16] = {0};

    make_dir(&fixture);
    CU_ASSERT_EQUAL_FATAL(open_in(&fixture, "x", &err), NAMI_OK);
    CU_ASSERT_EQUAL(put(&fixture.store, "count", "00000", NAMI_WRITE_IF_ABSENT, NULL, &result),
                    NAMI_OK);
    close_store(&fixture); /* so that no thread is there when we fork */
    for (int i = 0; i < CHILDREN; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            (void)alarm(60);
            _exit(count_up());
        }
        CU_ASSERT_FATAL(children[i] > 0);
    }
    for (int i = 0; i < CHILDREN; i++) {
        int exit_status = -1;

        CU_ASSERT_EQUAL(waitpid(children[i], &exit_status, 0), children[i]);
        CU_ASSERT(WIFEXITED(exit_status) && WEXITSTATUS(exit_status) == 0);
    }
    CU_ASSERT_EQUAL_FATAL(open_in(&fixture, "x", &err), NAMI_OK);
    CU_ASSERT_EQUAL(get(&fixture.store, "count", dst, sizeof(dst) - 1, &result), NAMI_OK);
    CU_ASSERT_EQUAL(atoi((const char *)dst), CHILDREN * STEPS);
    close_store(&fixture);
    remove_dir(&fixture);
}

static void test_hold__ends_with_its_process(void)
{
    const struct nami_store_ops *ops = NULL;
    struct nami_call call = test_call();
    struct nami_error err = {.struct_size = sizeof(err)};
    struct nami_hold *hold = NULL;
    int ready[2];
    char byte = 0;
    pid_t child = 0;

    make_dir(&fixture);
    CU_ASSERT_EQUAL_FATAL(pipe(ready), 0);
    child = fork();
    if (child == 0) {
        (void)alarm(60);
        byte = open_in(&fixture, "x", &err) == NAMI_OK &&
                       fixture.store.store.ops->hold(fixture.store.store.self, &call,
                                                     nami_text("writer"), &hold, &err) == NAMI_OK
                   ? 'y'
                   : 'n';
        _exit(write(ready[1], &byte, 1) == 1 ? pause() : 1);
    }
    CU_ASSERT_FATAL(child > 0);
    CU_ASSERT_EQUAL(read(ready[0], &byte, 1), 1);
    CU_ASSERT_EQUAL(byte, 'y');
    CU_ASSERT_EQUAL_FATAL(open_in(&fixture, "x", &err), NAMI_OK);
    ops = fixture.store.store.ops;
    CU_ASSERT_EQUAL(ops->hold(fixture.store.store.self, &call, nami_text("writer"), &hold, &err),
                    NAMI_E_CONFLICT);
    CU_ASSERT_EQUAL(kill(child, SIGKILL), 0);
    CU_ASSERT_EQUAL(waitpid(child, NULL, 0), child);
    CU_ASSERT_EQUAL(ops->hold(fixture.store.store.self, &call, nami_text("writer"), &hold, &err),
                    NAMI_OK);
    ops->unhold(hold);
    (void)close(ready[0]);
    (void)close(ready[1]);
    close_store(&fixture);
    remove_dir(&fixture);
}

/* In a process that may not write: what it sees. 0 if all is as it should be. */
static int look_read_only(void)
{
    struct nami_error err = {.struct_size = sizeof(err)};
    struct nami_call call = test_call();
    struct nami_result result = {.struct_size = sizeof(result)};
    struct nami_write req = {
        .struct_size = sizeof(req), .key = nami_text("demo/b"), .result = &result, .error = &err};
    uint8_t dst[4];

    if (geteuid() == 0 && (setegid(65534) != 0 || seteuid(65534) != 0)) {
        return 1;
    }
    if (open_in(&fixture, "x", &err) != NAMI_OK) {
        return 2;
    }
    if (get(&fixture.store, "demo/a", dst, sizeof(dst), &result) != NAMI_OK ||
        result.store_time_ms < 1500000000000) {
        return 3;
    }
    result = (struct nami_result){.struct_size = sizeof(result)};
    if (nami_store_call(&fixture.store.store, &call, NAMI_STORE_WRITE, &req, 1, sizeof(req)) !=
            NAMI_E_AUTH ||
        result.outcome != NAMI_OUTCOME_NOT_APPLIED || strstr(err.message, "permission") == NULL) {
        return 4;
    }
    return 0;
}

static void test_write__read_only_folder_is_read_and_refuses(void)
{
    static const char *const folders[] = {"x/demo", "x/.namidb", "x/.namidb/tmp", "x", ""};
    struct nami_error err = {.struct_size = sizeof(err)};
    struct nami_result result = {0};
    int exit_status = -1;
    pid_t child = 0;

    make_dir(&fixture);
    CU_ASSERT_EQUAL_FATAL(open_in(&fixture, "x", &err), NAMI_OK);
    CU_ASSERT_EQUAL(put(&fixture.store, "demo/a", "1", NAMI_WRITE_ALWAYS, NULL, &result), NAMI_OK);
    close_store(&fixture);
    CU_ASSERT_EQUAL(chmod(path_in(&fixture, "x/demo/a"), 0444), 0);
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        CU_ASSERT_EQUAL(chmod(path_in(&fixture, folders[i]), 0555), 0);
    }
    child = fork();
    if (child == 0) {
        (void)alarm(60);
        _exit(look_read_only());
    }
    CU_ASSERT_FATAL(child > 0);
    CU_ASSERT_EQUAL(waitpid(child, &exit_status, 0), child);
    CU_ASSERT(WIFEXITED(exit_status));
    CU_ASSERT_EQUAL(WEXITSTATUS(exit_status), 0);
    for (size_t i = sizeof(folders) / sizeof(folders[0]); i-- > 0;) {
        CU_ASSERT_EQUAL(chmod(path_in(&fixture, folders[i]), 0755), 0);
    }
    remove_dir(&fixture);
}

/* A file may not grow past 4 KiB here: a write that fails half-way. 0 if nothing is left. */
static int write_too_much(void)
{
    static uint8_t body[8192];
    struct rlimit limit = {4096, 4096};
    struct nami_error err = {.struct_size = sizeof(err)};
    struct nami_slice part = nami_bytes(body, sizeof(body));
    struct nami_call call = test_call();
    struct nami_result result = {.struct_size = sizeof(result)};
    struct nami_write req = {.struct_size = sizeof(req),
                             .key = nami_text("a"),
                             .parts = &part,
                             .part_count = 1,
                             .result = &result,
                             .error = &err};

    (void)signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0 || open_in(&fixture, "x", &err) != NAMI_OK) {
        return 1;
    }
    if (nami_store_call(&fixture.store.store, &call, NAMI_STORE_WRITE, &req, 1, sizeof(req)) !=
            NAMI_E_TOO_LARGE ||
        result.outcome != NAMI_OUTCOME_NOT_APPLIED) {
        return 2;
    }
    if (get(&fixture.store, "a", body, sizeof(body), &result) != NAMI_E_NOT_FOUND) {
        return 3;
    }
    return rmdir(path_in(&fixture, "x/.namidb/tmp")) == 0 ? 0 : 4; /* so it was empty */
}

static void test_write__that_fails_half_way_leaves_nothing(void)
{
    int exit_status = -1;
    pid_t child = 0;

    make_dir(&fixture);
    child = fork();
    if (child == 0) {
        (void)alarm(60);
        _exit(write_too_much());
    }
    CU_ASSERT_FATAL(child > 0);
    CU_ASSERT_EQUAL(waitpid(child, &exit_status, 0), child);
    CU_ASSERT(WIFEXITED(exit_status));
    CU_ASSERT_EQUAL(WEXITSTATUS(exit_status), 0);
    remove_dir(&fixture);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"if_match: no step of four processes is lost",
         test_if_match__no_step_of_four_processes_is_lost},
        {"hold: ends with its process", test_hold__ends_with_its_process},
        {"write: read-only folder is read and refuses",
         test_write__read_only_folder_is_read_and_refuses},
        {"write: that fails half-way leaves nothing",
         test_write__that_fails_half_way_leaves_nothing},
        CU_TEST_INFO_NULL,
    };

    return run_suite("plugins/store-file/processes", NULL, NULL, tests);
}
