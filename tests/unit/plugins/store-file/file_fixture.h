/*
 * tests/unit/plugins/store-file/file_fixture.h -- a store in a folder of its own.
 */
#ifndef NAMI_TESTS_UNIT_PLUGINS_STORE_FILE_FILE_FIXTURE_H
#define NAMI_TESTS_UNIT_PLUGINS_STORE_FILE_FILE_FIXTURE_H

#include <ftw.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/support/store_fixture.h"

NAMI_PLUGIN_DECLARE(store_file);

struct file_fixture {
    struct store_fixture store;
    char dir[32];
};

static inline int remove_one(const char *path, const struct stat *stat, int flag, struct FTW *ftw)
{
    (void)stat;
    (void)flag;
    (void)ftw;
    return remove(path);
}

/* An empty folder; no store yet. */
static inline void make_dir(struct file_fixture *fixture)
{
    (void)snprintf(fixture->dir, sizeof(fixture->dir), "/tmp/nami-file-XXXXXX");
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(fixture->dir));
}

static inline void remove_dir(struct file_fixture *fixture)
{
    CU_ASSERT_EQUAL(nftw(fixture->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

/* <dir>/<below>, in a buffer that the next call uses again. */
static inline const char *path_in(const struct file_fixture *fixture, const char *below)
{
    static char path[1024];

    (void)snprintf(path, sizeof(path), "%s/%s", fixture->dir, below);
    return path;
}

/* The store <dir>/<below>. */
static inline int32_t open_in(struct file_fixture *fixture, const char *below,
                              struct nami_error *err)
{
    char uri[1024];

    test_host_init(&fixture->store.host);
    nami_registry_init(&fixture->store.registry);
    CU_ASSERT_EQUAL_FATAL(
        nami_plugin_add(&fixture->store.registry, nami_plugin_entry_store_file(), err), NAMI_OK);
    (void)snprintf(uri, sizeof(uri), "file://%s/%s?ns=test", fixture->dir, below);
    return store_fixture_open(&fixture->store, uri, err);
}

static inline void close_store(struct file_fixture *fixture)
{
    store_fixture_close(&fixture->store);
    nami_registry_release(&fixture->store.registry);
    CU_ASSERT_EQUAL(atomic_load(&fixture->store.host.live), 0);
    test_host_release(&fixture->store.host);
}

#endif /* NAMI_TESTS_UNIT_PLUGINS_STORE_FILE_FILE_FIXTURE_H */
