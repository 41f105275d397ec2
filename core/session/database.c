#include "core/session/database.h"

#include <stdlib.h>
#include <string.h>

#include <namidb/plugin_util.h>

#include "core/base/limits.h"

enum {
    LEASE_MS = 15000,
    REFRESH_MS = 250,
    SETTLE_MS = 60000,
    CLOSE_MS = 30000,
    PLANS_MAX = 256,
    KEPT_CHUNK_BYTES = 64 << 20
};
static const uint64_t RETENTION_MS = 24u * 3600u * 1000u;

int32_t nami_database__new_graph(struct nami_database *database, struct graph_ref **out,
                                 struct nami_error *err)
{
    struct graph_ref *ref = calloc(1, sizeof(*ref));
    int32_t status = NAMI_OK;

    *out = NULL;
    if (ref == NULL) {
        return NAMI_FAIL(err, NAMI_E_NOMEM, "graph");
    }
    status = nami_graph_create(database->host, &ref->graph, err);
    if (status != NAMI_OK) {
        free(ref);
        return status;
    }
    atomic_store(&ref->refs, 1);
    *out = ref;
    return NAMI_OK;
}

struct graph_ref *nami_database__graph(struct nami_database *database)
{
    struct graph_ref *ref = NULL;

    (void)pthread_mutex_lock(&database->guarded.lock);
    ref = database->guarded.current;
    (void)atomic_fetch_add(&ref->refs, 1);
    (void)pthread_mutex_unlock(&database->guarded.lock);
    return ref;
}

void nami_database__graph_unref(struct graph_ref *ref)
{
    if (ref != NULL && atomic_fetch_sub(&ref->refs, 1) == 1) {
        nami_graph_destroy(ref->graph);
        free(ref);
    }
}

/* Keeps what the caller lent, in one block. */
static int32_t copy_config(struct nami_database *database,
                           const struct nami_database_config *config)
{
    const struct nami_slice *from[3] = {&config->uri, &config->node_id, &config->address};
    struct nami_slice *to[3] = {&database->config.uri, &database->config.node_id,
                                &database->config.address};
    size_t at = 0;

    database->config = *config;
    database->host = config->runtime->host;
    database->text = calloc(config->uri.len + config->node_id.len + config->address.len + 1, 1);
    if (database->text == NULL) {
        return NAMI_E_NOMEM;
    }
    for (int i = 0; i < 3; i++) {
        if (from[i]->len > 0) {
            memcpy(database->text + at, from[i]->ptr, from[i]->len);
        }
        *to[i] = nami_bytes(database->text + at, from[i]->len);
        at += from[i]->len;
    }
    return NAMI_OK;
}

/* A name nobody else has: what marks "the same host after a restart" must be given. */
static int32_t default_node_id(struct nami_database *database, char out[40], struct nami_error *err)
{
    uint8_t random[16];
    int32_t status = NAMI_OK;

    if (database->config.node_id.len > 0) {
        return NAMI_OK;
    }
    status = database->host->random_fill(database->host, random, sizeof(random));
    if (status != NAMI_OK) {
        return NAMI_FAIL(err, status, "no random bytes for a node id");
    }
    for (size_t i = 0; i < sizeof(random); i++) {
        (void)snprintf(out + 2 * i, 3, "%02x", random[i]);
    }
    database->config.node_id = nami_text(out);
    return NAMI_OK;
}

static int32_t open_commit(struct nami_database *database, struct nami_error *err)
{
    char node_id[40] = "";
    struct nami_commit_config config = {
        .runtime = database->config.runtime,
        .store = &database->place.store,
        .prefix = nami_text(database->place.key_prefix),
        .address = database->config.address,
        .lease_ms = LEASE_MS,
        .retention_ms = RETENTION_MS,
        .refresh_ms = REFRESH_MS,
        .settle_ms = database->config.settle_ms > 0 ? database->config.settle_ms : SETTLE_MS,
        .slot_bytes_max = NAMI_SLOT_BYTES_MAX,
        .replica = nami_database__replica(database)};
    int32_t status = default_node_id(database, node_id, err);

    if (status != NAMI_OK) {
        return status;
    }
    config.node_id = database->config.node_id;
    status = nami_commit_open(&config, &database->commit, err); /* copies what it keeps */
    if (node_id[0] != '\0') {
        database->config.node_id = nami_text("");
    }
    return status;
}

static int32_t open_parts(struct nami_database *database, struct nami_error *err)
{
    struct nami_call call = {.struct_size = sizeof(call),
                             .priority = NAMI_PRIORITY_FOREGROUND,
                             .deadline_ns = NAMI_NO_DEADLINE};
    int32_t status = nami_chunk_pool_create(KEPT_CHUNK_BYTES, &database->chunks);

    if (status == NAMI_OK) {
        status = nami_plan_cache_create(database->chunks, PLANS_MAX, &database->plans);
    }
    if (status != NAMI_OK) {
        return NAMI_FAIL(err, status, "no memory for a database");
    }
    status = nami_database__new_graph(database, &database->applying, err);
    if (status != NAMI_OK) {
        return status;
    }
    database->guarded.current = database->applying;
    status = nami_store_open_uri(database->host, database->config.registry, &call,
                                 database->config.uri, &database->place, err);
    return status == NAMI_OK ? open_commit(database, err) : status;
}

int32_t nami_database_open(const struct nami_database_config *config, struct nami_database **out,
                           struct nami_diagnostic *diag)
{
    struct nami_database *database = calloc(1, sizeof(*database));
    struct nami_error err = {.struct_size = sizeof(err)};
    int32_t status = NAMI_OK;

    *out = NULL;
    if (database == NULL || pthread_mutex_init(&database->guarded.lock, NULL) != 0) {
        free(database);
        return nami_diagnose(diag, NAMI_COND_OUT_OF_MEMORY, NULL, "no memory for a database");
    }
    status = copy_config(database, config);
    if (status != NAMI_OK) {
        status = NAMI_FAIL(&err, status, "no memory for a database");
    } else {
        status = open_parts(database, &err);
    }
    if (status != NAMI_OK) {
        nami_database_close(database);
        return nami_diagnose_error(diag, status, &err);
    }
    *out = database;
    return NAMI_OK;
}

void nami_database_close(struct nami_database *database)
{
    if (database == NULL) {
        return;
    }
    if (database->commit != NULL) {
        nami_commit_close(database->commit,
                          database->host->mono_ns(database->host) + (uint64_t)CLOSE_MS * 1000000u);
    }
    nami_store_close(&database->place.store);
    if (database->applying != database->guarded.current) {
        nami_database__graph_unref(database->applying);
    }
    nami_database__graph_unref(database->guarded.current);
    nami_plan_cache_destroy(database->plans);
    nami_chunk_pool_destroy(database->chunks);
    (void)pthread_mutex_destroy(&database->guarded.lock);
    free(database->text);
    free(database);
}

struct nami_slice nami_database_namespace(const struct nami_database *database)
{
    return nami_text(database->place.ns);
}

struct nami_commit *nami_database_commit(struct nami_database *database)
{
    return database->commit;
}

uint64_t nami_database_graph_bytes(struct nami_database *database)
{
    struct graph_ref *ref = nami_database__graph(database);
    uint64_t bytes = nami_graph_bytes(ref->graph);

    nami_database__graph_unref(ref);
    return bytes;
}

int32_t nami_database_schema(struct nami_database *database, struct nami_buf *out)
{
    struct graph_ref *ref = nami_database__graph(database);
    int32_t status = nami_graph_schema_json(ref->graph, out);

    nami_database__graph_unref(ref);
    return status;
}

int32_t nami_pinned_open(struct nami_database *database, struct nami_pinned **out,
                         struct nami_diagnostic *diag)
{
    struct nami_pinned *pinned = calloc(1, sizeof(*pinned));
    int32_t status = NAMI_E_NOMEM;

    *out = NULL;
    if (pinned != NULL) {
        pinned->graph = nami_database__graph(database);
        status = nami_snapshot_open(pinned->graph->graph, &pinned->snapshot);
    }
    if (status != NAMI_OK) {
        nami_pinned_close(pinned);
        return nami_diagnose(diag, NAMI_COND_OUT_OF_MEMORY, NULL, "no memory for a snapshot");
    }
    *out = pinned;
    return NAMI_OK;
}

void nami_pinned_close(struct nami_pinned *pinned)
{
    if (pinned != NULL) {
        nami_snapshot_release(&pinned->snapshot);
        nami_database__graph_unref(pinned->graph);
        free(pinned);
    }
}
