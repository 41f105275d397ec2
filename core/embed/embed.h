/*
 * core/embed/embed.h -- what the files behind namidb/namidb.h share.
 *
 *   embed_open.c     open, close, plugins            embed_query.c   statements, results
 *   embed_params.c   parameters                      embed_writer.c  typed staging
 *   problem.c        a diagnostic as a namidb_problem
 *   json_value.c     JSON text as a value
 */
#ifndef NAMI_CORE_EMBED_EMBED_H
#define NAMI_CORE_EMBED_EMBED_H

#include <namidb/namidb.h>

#include "core/base/host_process.h"
#include "core/session/session.h"
#include "core/value/value.h"

struct namidb {
    struct nami_process_host *process;
    struct nami_registry registry;
    struct nami_database *database;
    bool read_only;
};

struct namidb_params {
    struct nami_chunk_pool *chunks;
    struct nami_arena arena; /* names and values */
    struct nami_field *names;
    struct nami_value *values;
    uint32_t count;
    uint32_t cap;
};

/* Both pointers may be NULL. `status` as it is. */
int32_t nami_embed__problem(struct namidb_problem *problem, int32_t status,
                            const struct nami_diagnostic *diag);
/* A problem of its own. */
NAMI_PRINTF(3, 4)
int32_t nami_embed__fail(struct namidb_problem *problem, uint32_t condition, const char *fmt, ...);

/* One JSON text as a value in the arena. Fails: INVALID with *problem_text set, NOMEM. */
NAMI_CHECKED int32_t nami_embed__json(struct nami_slice json, struct nami_arena *arena,
                                      struct nami_value *out, const char **problem_text);

#endif /* NAMI_CORE_EMBED_EMBED_H */
