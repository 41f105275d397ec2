/*
 * core/session/plan_cache.h -- statements that were parsed, analysed and planned before.
 *
 * Keyed by the exact text. An entry is immutable and counted: it lives until the cache has
 * dropped it and the last execution has ended. One whose schema has changed since, or made on another graph, is made anew.
 *
 * Thread: any; a short lock around the table, none while planning.
 */
#ifndef NAMI_CORE_SESSION_PLAN_CACHE_H
#define NAMI_CORE_SESSION_PLAN_CACHE_H

#include "core/cypher/ast.h"
#include "core/plan/plan.h"

struct nami_plan_cache;

/* A planned statement. */
struct nami_planned {
    struct nami_slice text; /* owned by the entry, NUL-terminated */
    const struct nami_ast_statement *statement;
    const struct nami_plan *plan;
};

NAMI_CHECKED int32_t nami_plan_cache_create(struct nami_chunk_pool *chunks, size_t entries_max,
                                            struct nami_plan_cache **out);
/* What to plan, on what, and with how much of everything. */
struct nami_plan_request {
    struct nami_slice text;
    const struct nami_snapshot *snapshot;
    uint64_t memory_bytes;
    struct nami_work *work; /* deadline and cancel token; NULL: none */
};

void nami_plan_cache_destroy(struct nami_plan_cache *cache); /* NULL is fine */

/*
 * The plan of the text, made if need be. End it with unref().
 * Fails by `diag`: what is wrong with the text; UNSUPPORTED_FEATURE; QUERY_MEMORY; QUERY_TIMEOUT,
 * CANCELLED.
 */
NAMI_CHECKED int32_t nami_plan_cache_get(struct nami_plan_cache *cache,
                                         const struct nami_plan_request *request,
                                         const struct nami_planned **out,
                                         struct nami_diagnostic *diag);
void nami_planned_unref(const struct nami_planned *planned); /* NULL is fine */

#endif /* NAMI_CORE_SESSION_PLAN_CACHE_H */
