/* What the log means: frames are changes of the graph. */
#include <stdlib.h>

#include <namidb/plugin_util.h>

#include "core/session/database.h"

static int32_t replica_apply(void *self, uint64_t lsn, struct nami_slice body,
                             struct nami_error *err)
{
    struct nami_database *database = self;

    return nami_graph_replay(database->applying->graph, lsn, body, err);
}

/* Also the moment in which a graph that was built anew becomes the one that is read. */
static void replica_publish(void *self, uint64_t lsn)
{
    struct nami_database *database = self;
    struct graph_ref *old = NULL;

    nami_graph_publish(database->applying->graph, lsn);
    (void)pthread_mutex_lock(&database->guarded.lock);
    if (database->guarded.current != database->applying) {
        old = database->guarded.current;
        database->guarded.current = database->applying;
    }
    (void)pthread_mutex_unlock(&database->guarded.lock);
    nami_database__graph_unref(old);
}

static void replica_undo_after(void *self, uint64_t lsn)
{
    struct nami_database *database = self;

    nami_graph_undo_after(database->applying->graph, lsn);
}

/* Readers keep the graph they have until they are done. */
static int32_t replica_reset(void *self, struct nami_error *err)
{
    struct nami_database *database = self;
    struct graph_ref *fresh = NULL;
    int32_t status = nami_database__new_graph(database, &fresh, err);

    if (status == NAMI_OK) {
        if (database->applying != database->guarded.current) {
            nami_database__graph_unref(database->applying);
        }
        database->applying = fresh;
        database->described = 0;
    }
    return status;
}

static void replica_id_marks(void *self, uint64_t *next_node, uint64_t *next_rel)
{
    struct nami_database *database = self;

    nami_graph_id_marks(database->applying->graph, next_node, next_rel);
}

/* Names only grow and rules count up, so a sum tells whether there is something new. */
static uint64_t schema_size(const struct nami_catalog *catalog)
{
    uint64_t size = nami_catalog_version(catalog);

    for (uint32_t i = 0; i < NAMI_DICT_COUNT; i++) {
        size += nami_catalog_count(catalog, i);
    }
    return size;
}

static int32_t replica_describe(void *self, struct nami_buf *out)
{
    struct nami_database *database = self;
    uint64_t size = schema_size(nami_graph_catalog(database->applying->graph));
    int32_t status = NAMI_OK;

    if (size == database->described) {
        return NAMI_OK;
    }
    status = nami_graph_schema_json(database->applying->graph, out);
    if (status == NAMI_OK) {
        database->described = size;
    }
    return status;
}

struct nami_replica nami_database__replica(struct nami_database *database)
{
    return (struct nami_replica){.self = database,
                                 .apply = replica_apply,
                                 .publish = replica_publish,
                                 .undo_after = replica_undo_after,
                                 .reset = replica_reset,
                                 .id_marks = replica_id_marks,
                                 .describe = replica_describe};
}
