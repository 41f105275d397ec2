#include <stdlib.h>
#include <string.h>

#include <namidb/plugin_util.h>

#include "core/base/limits.h"
#include "core/embed/embed.h"
#include "core/plugin/plugin_dir.h"

enum { POOL_THREADS = 8 };

const char *namidb_version(void)
{
    return NAMI_VERSION_TEXT;
}

/* Options as a caller of any age gave them: fields beyond its struct are the defaults. */
static struct namidb_options options_of(const struct namidb_options *given)
{
    struct namidb_options options = {.struct_size = sizeof(options)};

    if (given != NULL) {
        memcpy(&options, given,
               given->struct_size < sizeof(options) ? given->struct_size : sizeof(options));
    }
    if (options.query_memory_bytes == 0) {
        options.query_memory_bytes = NAMI_QUERY_MEMORY_BYTES_DEFAULT;
    }
    if (options.query_timeout_ms == 0) {
        options.query_timeout_ms = NAMI_QUERY_TIMEOUT_MS_DEFAULT;
    }
    return options;
}

static int32_t load_plugins(struct namidb *db, const struct namidb_options *options,
                            struct nami_error *err)
{
    char folder[4096];
    int32_t status = NAMI_OK;

    for (const char *const *at = options->plugins; at != NULL && *at != NULL; at++) {
        status = nami_plugin_load(&db->registry, *at, err);
        if (status != NAMI_OK) {
            return status;
        }
    }
    if (options->plugin_dir != NULL) {
        return nami_plugin_dir_load(&db->registry, options->plugin_dir, NULL, err);
    }
    status = nami_plugin_dir_default(folder, sizeof(folder), err);
    if (status == NAMI_OK) {
        status = nami_plugin_dir_load(&db->registry, folder, NULL, err);
    }
    return status == NAMI_E_NOT_FOUND ? NAMI_OK : status; /* opening names what is missing */
}

static int32_t open_parts(struct namidb *db, const char *uri, const struct namidb_options *options,
                          struct nami_diagnostic *diag)
{
    struct nami_process_host_config process = {.pool_threads = POOL_THREADS,
                                               .log_level = NAMI_LOG_WARN};
    struct nami_database_config config = {
        .registry = &db->registry,
        .uri = nami_text(uri),
        .node_id = nami_text(options->node_id),
        .query_memory_bytes = options->query_memory_bytes,
        .query_timeout_ms = options->query_timeout_ms,
        .wait_for_lease = true,
    };
    struct nami_error err = {.struct_size = sizeof(err)};
    int32_t status = nami_process_host_create(&process, &db->process);

    if (status == NAMI_OK) {
        status = load_plugins(db, options, &err);
    }
    if (status != NAMI_OK) {
        return nami_diagnose_error(diag, status, &err);
    }
    config.runtime = nami_process_runtime(db->process);
    return nami_database_open(&config, &db->database, diag);
}

int32_t namidb_open(const char *uri, const struct namidb_options *options, struct namidb **out,
                    struct namidb_problem *problem)
{
    struct namidb_options all = options_of(options);
    struct namidb *db = calloc(1, sizeof(*db));
    struct nami_diagnostic diag = {0};
    int32_t status = NAMI_OK;

    *out = NULL;
    if (db == NULL) {
        return nami_embed__fail(problem, NAMI_COND_OUT_OF_MEMORY, "no memory for a database");
    }
    nami_registry_init(&db->registry);
    db->read_only = all.read_only != 0;
    status = open_parts(db, uri, &all, &diag);
    if (status != NAMI_OK) {
        namidb_close(db);
        return nami_embed__problem(problem, status, &diag);
    }
    *out = db;
    return NAMI_OK;
}

void namidb_close(struct namidb *db)
{
    if (db != NULL) {
        nami_database_close(db->database);
        nami_registry_release(&db->registry);
        nami_process_host_destroy(db->process);
        free(db);
    }
}
