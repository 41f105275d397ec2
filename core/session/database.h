/*
 * core/session/database.h -- one open namespace: what statements share.
 *
 *   database.c   open, close, the graph that is current
 *   replica.c    what the log is applied to
 *
 * Private to session/.
 */
#ifndef NAMI_CORE_SESSION_DATABASE_H
#define NAMI_CORE_SESSION_DATABASE_H

#include <pthread.h>

#include "core/graph/txn.h"
#include "core/session/plan_cache.h"
#include "core/session/session.h"
#include "core/store/store_open.h"

/* A graph and those who read it. A follower that has to begin anew makes another. */
struct graph_ref {
    struct nami_graph *graph;
    _Atomic uint32_t refs;
};

/* A snapshot that outlives statements. */
struct nami_pinned {
    struct graph_ref *graph;
    struct nami_snapshot snapshot;
};

struct nami_database {
    struct nami_database_config config; /* its slices point to `text` */
    const struct nami_host *host;
    char *text;
    struct nami_store_place place;
    struct nami_chunk_pool *chunks;
    struct nami_plan_cache *plans;
    struct nami_commit *commit;
    struct graph_ref
        *applying;      /* what the keeper writes to; the same as current, but for a reset */
    uint64_t described; /* keeper: size of the schema when it was last described */
    struct {
        pthread_mutex_t lock;
        struct graph_ref *current;
    } guarded;
};

struct graph_ref *nami_database__graph(struct nami_database *database);
void nami_database__graph_unref(struct graph_ref *ref); /* NULL is fine */
/* The table that commit applies the log to. */
struct nami_replica nami_database__replica(struct nami_database *database);
NAMI_CHECKED int32_t nami_database__new_graph(struct nami_database *database,
                                              struct graph_ref **out, struct nami_error *err);

#endif /* NAMI_CORE_SESSION_DATABASE_H */
