#include "core/session/plan_cache.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <namidb/plugin_util.h>

#include "core/base/hash.h"
#include "core/base/limits.h"
#include "core/base/utf8.h"
#include "core/cypher/analysis.h"
#include "core/cypher/parser.h"

enum { TEXT_BYTES_MAX = 32 * 1024 }; /* longer ones are loads of data, not seen twice */

struct entry {
    struct nami_planned planned; /* first: callers hold its address */
    atomic_uint refs;
    uint64_t hash;
    struct nami_budget budget;
    struct nami_arena arena;
    struct entry *chain; /* of the same bucket */
    struct entry *newer;
    struct entry *older;
};

struct nami_plan_cache {
    struct nami_chunk_pool *chunks;
    size_t entries_max;
    size_t bucket_count; /* a power of two */
    struct {
        pthread_mutex_t lock;
        struct entry **buckets;
        struct entry *newest;
        struct entry *oldest;
        size_t count;
    } guarded;
};

int32_t nami_plan_cache_create(struct nami_chunk_pool *chunks, size_t entries_max,
                               struct nami_plan_cache **out)
{
    struct nami_plan_cache *cache = calloc(1, sizeof(*cache));

    *out = NULL;
    if (cache == NULL) {
        return NAMI_E_NOMEM;
    }
    cache->chunks = chunks;
    cache->entries_max = entries_max;
    cache->bucket_count = 16;
    while (cache->bucket_count < 2 * entries_max) {
        cache->bucket_count *= 2;
    }
    cache->guarded.buckets = calloc(cache->bucket_count, sizeof(struct entry *));
    if (cache->guarded.buckets == NULL || pthread_mutex_init(&cache->guarded.lock, NULL) != 0) {
        free(cache->guarded.buckets);
        free(cache);
        return NAMI_E_NOMEM;
    }
    *out = cache;
    return NAMI_OK;
}

void nami_planned_unref(const struct nami_planned *planned)
{
    union {
        const struct nami_planned *planned;
        struct entry *entry; /* made by make(), so not const */
    } self = {.planned = planned};

    if (planned != NULL && atomic_fetch_sub(&self.entry->refs, 1) == 1) {
        nami_arena_release(&self.entry->arena);
        free(self.entry);
    }
}

static void unlink_locked(struct nami_plan_cache *cache, struct entry *gone)
{
    struct entry **at = &cache->guarded.buckets[gone->hash & (cache->bucket_count - 1)];

    while (*at != gone) {
        at = &(*at)->chain;
    }
    *at = gone->chain;
    *(gone->newer != NULL ? &gone->newer->older : &cache->guarded.newest) = gone->older;
    *(gone->older != NULL ? &gone->older->newer : &cache->guarded.oldest) = gone->newer;
    cache->guarded.count--;
}

static void link_locked(struct nami_plan_cache *cache, struct entry *entry)
{
    struct entry **bucket = &cache->guarded.buckets[entry->hash & (cache->bucket_count - 1)];

    entry->chain = *bucket;
    *bucket = entry;
    entry->older = cache->guarded.newest;
    entry->newer = NULL;
    *(entry->older != NULL ? &entry->older->newer : &cache->guarded.oldest) = entry;
    cache->guarded.newest = entry;
    cache->guarded.count++;
}

void nami_plan_cache_destroy(struct nami_plan_cache *cache)
{
    if (cache == NULL) {
        return;
    }
    while (cache->guarded.oldest != NULL) {
        struct entry *gone = cache->guarded.oldest;

        unlink_locked(cache, gone);
        nami_planned_unref(&gone->planned);
    }
    (void)pthread_mutex_destroy(&cache->guarded.lock);
    free(cache->guarded.buckets);
    free(cache);
}

/* With a reference for the caller, or NULL. */
static struct entry *find(struct nami_plan_cache *cache, struct nami_slice text, uint64_t hash,
                          struct nami_graph *graph)
{
    struct entry *entry = NULL;

    (void)pthread_mutex_lock(&cache->guarded.lock);
    entry = cache->guarded.buckets[hash & (cache->bucket_count - 1)];
    while (entry != NULL && (entry->hash != hash || !nami_slice_equal(entry->planned.text, text))) {
        entry = entry->chain;
    }
    if (entry != NULL) {
        struct entry *dropped = entry;

        unlink_locked(cache, entry);
        if (entry->planned.plan->graph == graph && /* a follower may have begun anew */
            nami_plan_is_current(entry->planned.plan, nami_graph_catalog(graph))) {
            link_locked(cache, entry); /* now the newest */
            (void)atomic_fetch_add(&entry->refs, 1);
        } else {
            entry = NULL;
            nami_planned_unref(&dropped->planned);
        }
    }
    (void)pthread_mutex_unlock(&cache->guarded.lock);
    return entry;
}

/* Two threads may have made the same one: the later is not kept. */
static void keep(struct nami_plan_cache *cache, struct entry *entry)
{
    struct entry *same = NULL;

    (void)pthread_mutex_lock(&cache->guarded.lock);
    same = cache->guarded.buckets[entry->hash & (cache->bucket_count - 1)];
    while (same != NULL && (same->hash != entry->hash ||
                            !nami_slice_equal(same->planned.text, entry->planned.text))) {
        same = same->chain;
    }
    if (same == NULL) {
        (void)atomic_fetch_add(&entry->refs, 1);
        link_locked(cache, entry);
    }
    if (cache->guarded.count > cache->entries_max) {
        struct entry *gone = cache->guarded.oldest;

        unlink_locked(cache, gone);
        nami_planned_unref(&gone->planned);
    }
    (void)pthread_mutex_unlock(&cache->guarded.lock);
}

static int32_t check_text(struct nami_slice text, struct nami_diagnostic *diag)
{
    size_t valid = nami_utf8_valid_prefix(text);

    if (valid == text.len) {
        return NAMI_OK;
    }
    return nami_diagnose(diag, NAMI_COND_INVALID_REQUEST, NULL,
                         "the query is not valid UTF-8 at byte %zu", valid);
}

static int32_t make(struct entry *entry, const struct nami_plan_request *request,
                    struct nami_diagnostic *diag)
{
    const struct nami_parse_limits limits = {.depth_max = NAMI_AST_DEPTH_MAX,
                                             .nodes_max = NAMI_AST_NODES_MAX,
                                             .text_bytes_max = NAMI_QUERY_TEXT_BYTES_MAX,
                                             .work = request->work};
    struct nami_slice text = request->text;
    struct nami_ast_statement *statement = NULL;
    struct nami_plan *plan = NULL;
    struct nami_plan_options options = {.work = request->work};
    char *copy = nami_arena_alloc(&entry->arena, text.len + 1);
    int32_t status = NAMI_OK;

    if (copy == NULL) {
        return nami_diagnose(
            diag, entry->arena.is_over ? NAMI_COND_QUERY_MEMORY : NAMI_COND_OUT_OF_MEMORY, NULL,
            "the query does not fit into its memory");
    }
    if (text.len > 0) {
        memcpy(copy, text.ptr, text.len);
    }
    copy[text.len] = '\0';
    entry->planned.text = nami_bytes(copy, text.len);
    status = nami_cypher_parse(entry->planned.text, &entry->arena, &limits, &statement, diag);
    if (status == NAMI_OK) {
        status = nami_cypher_analyse(statement, &entry->arena, request->work, diag);
    }
    if (status == NAMI_OK) {
        options.is_in_txn = statement->is_write;
        status =
            nami_plan_create(statement, request->snapshot, &entry->arena, &options, &plan, diag);
    }
    entry->planned.statement = statement;
    entry->planned.plan = plan;
    return status;
}

int32_t nami_plan_cache_get(struct nami_plan_cache *cache, const struct nami_plan_request *request,
                            const struct nami_planned **out, struct nami_diagnostic *diag)
{
    struct nami_slice text = request->text;
    uint64_t hash = nami_hash_bytes(text.ptr, text.len, 0);
    struct entry *entry = find(cache, text, hash, request->snapshot->graph);
    int32_t status = NAMI_OK;

    *out = entry != NULL ? &entry->planned : NULL;
    if (entry != NULL) {
        return NAMI_OK;
    }
    status = check_text(text, diag);
    if (status != NAMI_OK) {
        return status;
    }
    entry = calloc(1, sizeof(*entry));
    if (entry == NULL) {
        return nami_diagnose(diag, NAMI_COND_OUT_OF_MEMORY, NULL, "no memory for a plan");
    }
    atomic_store(&entry->refs, 1);
    entry->hash = hash;
    nami_budget_init(&entry->budget, request->memory_bytes);
    nami_arena_init(&entry->arena, cache->chunks, &entry->budget);
    status = make(entry, request, diag);
    if (status != NAMI_OK) {
        nami_planned_unref(&entry->planned);
        return status;
    }
    if (text.len <= TEXT_BYTES_MAX) {
        keep(cache, entry);
    }
    *out = &entry->planned;
    return NAMI_OK;
}
