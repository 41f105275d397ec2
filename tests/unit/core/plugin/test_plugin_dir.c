#define _GNU_SOURCE
/*
 * Unit tests for core/plugin/plugin_dir.c.
 *
 * Usage: test_plugin_dir <store-memory.so> <bad-abi.so> <plugin folder of the build>
 */
#include "tests/support/run_suite.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <namidb/plugin_util.h>

#include "core/plugin/plugin_dir.h"

static char *const *args;
static char dir[] = "/tmp/nami-plugin-dir-XXXXXX";

/* What was told, one after the other. */
struct heard {
    struct nami_plugin_dir_listener listener; /* first: it is given its address */
    int refused, passed_over;
    char refusals[1024];
};

static void on_refused(struct nami_plugin_dir_listener *listener, const struct nami_error *err)
{
    struct heard *heard = (struct heard *)(void *)listener;
    size_t used = strlen(heard->refusals);

    heard->refused++;
    (void)snprintf(heard->refusals + used, sizeof(heard->refusals) - used, "%s\n", err->message);
}

static void on_passed_over(struct nami_plugin_dir_listener *listener, const char *path)
{
    (void)path;
    ((struct heard *)(void *)listener)->passed_over++;
}

/* A copy that only its owner may change, called `name`. */
static void copy_to(const char *from, const char *name, mode_t mode)
{
    char path[PATH_MAX];
    static char bytes[4096];
    FILE *in = fopen(from, "rb");
    FILE *out = NULL;
    size_t got = 0;

    (void)snprintf(path, sizeof(path), "%s/%s", dir, name);
    out = fopen(path, "wb");
    CU_ASSERT_FATAL(in != NULL && out != NULL);
    while ((got = fread(bytes, 1, sizeof(bytes), in)) > 0) {
        CU_ASSERT_EQUAL(fwrite(bytes, 1, got, out), got);
    }
    (void)fclose(in);
    CU_ASSERT_EQUAL(fclose(out), 0);
    CU_ASSERT_EQUAL(chmod(path, mode), 0);
}

static int setup(void)
{
    return mkdtemp(dir) == NULL;
}

static int teardown(void)
{
    static const char *const names[] = {"store-text.so", "store-memory.so", "proto-old.so",
                                        "store-open.so", "README",          "store-.so"};
    char path[PATH_MAX];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
        (void)unlink(path);
    }
    return rmdir(dir);
}

static void test_load__refused_files_stop_nothing(void)
{
    struct nami_registry registry;
    struct heard heard = {.listener = {on_refused, on_passed_over}};

    copy_to("/proc/self/status", "store-text.so", 0644); /* text, before the good one */
    copy_to(args[2], "proto-old.so", 0644);
    copy_to(args[1], "store-memory.so", 0644);
    copy_to(args[1], "store-open.so", 0664); /* its group may write */
    copy_to("/proc/self/status", "README", 0644);
    copy_to("/proc/self/status", "store-.so", 0644);
    nami_registry_init(&registry);
    CU_ASSERT_EQUAL(nami_plugin_dir_load(&registry, dir, &heard.listener, NULL), NAMI_OK);
    CU_ASSERT_PTR_NOT_NULL(nami_registry_store(&registry, nami_text("memory")));
    CU_ASSERT_EQUAL(heard.refused, 3);
    CU_ASSERT_EQUAL(heard.passed_over, 2);
    CU_ASSERT_PTR_NOT_NULL(strstr(heard.refusals, "proto-old.so: built for ABI 1.1, this host"));
    CU_ASSERT_PTR_NOT_NULL(strstr(heard.refusals, "store-text.so: "));
    CU_ASSERT_PTR_NOT_NULL(strstr(heard.refusals, "store-open.so: not a regular file that only"));
    nami_registry_release(&registry);
}

static void test_load__plugin_given_by_path_comes_first(void)
{
    struct nami_registry registry;
    struct heard heard = {.listener = {on_refused, on_passed_over}};

    nami_registry_init(&registry);
    CU_ASSERT_EQUAL(nami_plugin_load(&registry, args[1], NULL), NAMI_OK);
    CU_ASSERT_EQUAL(nami_plugin_dir_load(&registry, args[3], &heard.listener, NULL), NAMI_OK);
    CU_ASSERT_EQUAL(heard.refused, 0);
    CU_ASSERT(heard.passed_over >= 1);
    CU_ASSERT_PTR_NOT_NULL(nami_registry_store(&registry, nami_text("file")));
    nami_registry_release(&registry);
}

static void test_load__absent_folder_is_not_found(void)
{
    struct nami_registry registry;
    struct nami_error err = {.struct_size = sizeof(err)};

    nami_registry_init(&registry);
    CU_ASSERT_EQUAL(nami_plugin_dir_load(&registry, "/nonexistent", NULL, &err), NAMI_E_NOT_FOUND);
    CU_ASSERT_STRING_EQUAL(err.message, "no plugin folder at /nonexistent");
    CU_ASSERT_EQUAL(nami_plugin_dir_load(&registry, args[1], NULL, &err), NAMI_E_NOT_FOUND);
    nami_registry_release(&registry);
}

/* This program is in <build>/tests, its plugins in <build>/lib/namidb. */
static void test_default__is_found_from_the_program(void)
{
    static char path[PATH_MAX];
    static char found[PATH_MAX];
    static char expected[PATH_MAX];
    char small[4];

    CU_ASSERT_EQUAL(nami_plugin_dir_default(path, sizeof(path), NULL), NAMI_OK);
    CU_ASSERT_PTR_NOT_NULL_FATAL(realpath(path, found));
    CU_ASSERT_PTR_NOT_NULL_FATAL(realpath(args[3], expected));
    CU_ASSERT_STRING_EQUAL(found, expected);
    CU_ASSERT_EQUAL(nami_plugin_dir_default(small, sizeof(small), NULL), NAMI_E_TOO_LARGE);
}

static void test_missing__names_the_file_and_what_there_is(void)
{
    struct nami_registry registry;
    struct nami_error err = {.struct_size = sizeof(err)};

    nami_registry_init(&registry);
    CU_ASSERT_EQUAL(nami_plugin_missing_store(&registry, nami_text("s3"), &err), NAMI_E_CONFIG);
    CU_ASSERT_STRING_EQUAL(err.message,
                           "no plugin for s3:// (store-s3.so would offer it); there are: none");
    CU_ASSERT_EQUAL(nami_plugin_load(&registry, args[1], NULL), NAMI_OK);
    CU_ASSERT_EQUAL(nami_plugin_missing_proto(&registry, nami_text("bolt"), &err), NAMI_E_CONFIG);
    CU_ASSERT_STRING_EQUAL(
        err.message, "no plugin for protocol bolt (proto-bolt.so would offer it); there are: none");
    nami_registry_release(&registry);
}

int main(int argc, char **argv)
{
    CU_TestInfo tests[] = {
        {"load: refused files stop nothing", test_load__refused_files_stop_nothing},
        {"load: plugin given by path comes first", test_load__plugin_given_by_path_comes_first},
        {"load: absent folder is NOT_FOUND", test_load__absent_folder_is_not_found},
        {"default: is found from the program", test_default__is_found_from_the_program},
        {"missing: names the file and what there is",
         test_missing__names_the_file_and_what_there_is},
        CU_TEST_INFO_NULL,
    };

    if (argc != 4) {
        return 2;
    }
    args = argv;
    return run_suite("core/plugin/plugin_dir", setup, teardown, tests);
}
