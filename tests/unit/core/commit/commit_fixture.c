#include "commit_fixture.h"

#include <errno.h>

#include "core/plugin/options.h"

NAMI_PLUGIN_DECLARE(store_memory);

/* ---- the store between ---- */

static struct bucket *bucket_now; /* one at a time: submit() has no context of its own */

static bool contains(struct nami_slice key, const char *part)
{
    size_t len = strlen(part);

    for (size_t i = 0; i + len <= key.len; i++) {
        if (memcmp(key.ptr + i, part, len) == 0) {
            return true;
        }
    }
    return false;
}

static enum fault next_fault(struct bucket *bucket, struct nami_slice key)
{
    enum fault fault = FAULT_NONE;

    (void)pthread_mutex_lock(&bucket->lock);
    if (bucket->fault_count > 0 && contains(key, bucket->where)) {
        bucket->fault_count--;
        fault = bucket->fault;
    }
    (void)pthread_mutex_unlock(&bucket->lock);
    return fault;
}

static void keep_late(struct bucket *bucket, const struct nami_write *req)
{
    (void)snprintf(bucket->late_key, sizeof(bucket->late_key), "%.*s", (int)req->key.len,
                   (const char *)req->key.ptr);
    nami_buf_clear(&bucket->late_body);
    for (size_t i = 0; i < req->part_count; i++) {
        CU_ASSERT_EQUAL_FATAL(nami_buf_append(&bucket->late_body, req->parts[i]), NAMI_OK);
    }
}

/* The request that was under way arrives. */
static void land_late(struct bucket *bucket, const char *key)
{
    if (bucket->late_key[0] != '\0' && strcmp(bucket->late_key, key) == 0) {
        bucket->late_key[0] = '\0';
        bucket_put(bucket, key, nami_buf_view(&bucket->late_body));
    }
}

static void answer(const struct nami_write *req, int32_t status, uint32_t outcome, int native)
{
    nami_result_set(req->result, status, outcome, NAMI_NO_TIME);
    (void)NAMI_FAIL(req->error, status, "as the test wants it");
    if (req->error != NULL) {
        req->error->native = native;
    }
}

static void count(struct bucket *bucket, const struct nami_store_batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        if (batch->op == NAMI_STORE_WRITE) {
            const struct nami_write *req =
                NAMI_AT_CONST(struct nami_write, batch->reqs, batch->stride, i);

            atomic_fetch_add(&bucket->slot_writes, contains(req->key, "wal/0") ? 1u : 0u);
        } else if (batch->op == NAMI_STORE_READ) {
            const struct nami_read *req =
                NAMI_AT_CONST(struct nami_read, batch->reqs, batch->stride, i);

            atomic_fetch_add(&bucket->manifest_reads,
                             contains(req->key, "manifest.json") ? 1u : 0u);
            atomic_fetch_add(&bucket->slot_reads, contains(req->key, "wal/0") ? 1u : 0u);
        }
    }
}

static void refuse_reads(const struct nami_store_batch *batch, int32_t status)
{
    for (size_t i = 0; i < batch->count; i++) {
        const struct nami_read *req =
            NAMI_AT_CONST(struct nami_read, batch->reqs, batch->stride, i);

        nami_result_set(req->result, status, NAMI_OUTCOME_NOT_APPLIED, NAMI_NO_TIME);
        (void)NAMI_FAIL(req->error, status, "reads fail");
    }
}

static void faulty_submit(struct nami_store *self, struct nami_store_batch *batch)
{
    struct bucket *bucket = bucket_now;
    const struct nami_write *req = batch->reqs;
    enum fault fault = FAULT_NONE;

    count(bucket, batch);
    if (batch->op == NAMI_STORE_READ && atomic_load(&bucket->read_status) != NAMI_OK) {
        refuse_reads(batch, atomic_load(&bucket->read_status));
        batch->done(batch);
        return;
    }
    if (batch->op == NAMI_STORE_READ && batch->count == 1) {
        const struct nami_read *read = batch->reqs;
        char key[NAMI_KEY_BYTES_MAX + 1];

        (void)snprintf(key, sizeof(key), "%.*s", (int)read->key.len, (const char *)read->key.ptr);
        land_late(bucket, key);
    }
    if (batch->op == NAMI_STORE_WRITE && batch->count == 1) {
        fault = next_fault(bucket, req->key);
    }
    switch (fault) {
    case FAULT_NONE:
        bucket->real.ops->submit(self, batch);
        return;
    case FAULT_LOST_ANSWER:
        keep_late(bucket, req);
        bucket_put(bucket, bucket->late_key, nami_buf_view(&bucket->late_body));
        bucket->late_key[0] = '\0';
        answer(req, NAMI_E_TRANSIENT, NAMI_OUTCOME_UNKNOWN, 0);
        break;
    case FAULT_LATE:
        keep_late(bucket, req);
        answer(req, NAMI_E_TRANSIENT, NAMI_OUTCOME_UNKNOWN, 0);
        break;
    case FAULT_LOST_REQUEST:
        answer(req, NAMI_E_TRANSIENT, NAMI_OUTCOME_UNKNOWN, 0);
        break;
    case FAULT_REFUSED:
        answer(req, NAMI_E_AUTH, NAMI_OUTCOME_NOT_APPLIED, EROFS);
        break;
    case FAULT_FULL:
        answer(req, NAMI_E_TRANSIENT, NAMI_OUTCOME_NOT_APPLIED, ENOSPC);
        break;
    case FAULT_TRANSIENT:
        answer(req, NAMI_E_TRANSIENT, NAMI_OUTCOME_NOT_APPLIED, 0);
        break;
    }
    batch->done(batch);
}

void bucket_open(struct bucket *bucket, const char *uri_name, uint32_t latency_ms)
{
    struct nami_process_host_config config = {.pool_threads = 4, .log_level = NAMI_LOG_ERROR};
    struct nami_error err = {.struct_size = sizeof(err)};
    struct nami_call call = {.struct_size = sizeof(call), .deadline_ns = NAMI_NO_DEADLINE};
    struct nami_store_config store = {.struct_size = sizeof(store),
                                      .scheme = nami_text("memory"),
                                      .authority = nami_text(uri_name)};
    const struct nami_known_plugin *plugin = NULL;
    struct nami_option_set options = {0};
    char query[64];

    memset(bucket, 0, sizeof(*bucket));
    (void)pthread_mutex_init(&bucket->lock, NULL);
    nami_buf_init(&bucket->late_body, 1u << 20);
    CU_ASSERT_EQUAL_FATAL(nami_process_host_create(&config, &bucket->process), NAMI_OK);
    bucket->host = nami_process_host_table(bucket->process);
    nami_registry_init(&bucket->registry);
    CU_ASSERT_EQUAL_FATAL(
        nami_plugin_add(&bucket->registry, nami_plugin_entry_store_memory(), &err), NAMI_OK);
    plugin = nami_registry_store(&bucket->registry, nami_text("memory"));
    (void)snprintf(query, sizeof(query), "latency_ms=%u", latency_ms);
    CU_ASSERT_EQUAL_FATAL(
        nami_options_parse(&plugin->desc->store->options, nami_text(query), &options, &err),
        NAMI_OK);
    store.values = options.values;
    store.value_count = plugin->desc->store->options.count;
    CU_ASSERT_EQUAL_FATAL(
        nami_store_open(bucket->host, &plugin->store, &call, &store, &bucket->real, &err), NAMI_OK);
    nami_option_set_release(&options);
    bucket->ops = *bucket->real.ops;
    bucket->ops.submit = faulty_submit;
    bucket->store = bucket->real;
    bucket->store.ops = &bucket->ops;
    bucket_now = bucket;
}

void bucket_close(struct bucket *bucket)
{
    nami_store_close(&bucket->real);
    nami_registry_release(&bucket->registry);
    nami_process_host_destroy(bucket->process);
    nami_buf_release(&bucket->late_body);
    (void)pthread_mutex_destroy(&bucket->lock);
    bucket_now = NULL;
}

void bucket_fail(struct bucket *bucket, enum fault fault, uint32_t times, const char *where)
{
    (void)pthread_mutex_lock(&bucket->lock);
    bucket->fault = fault;
    bucket->fault_count = times;
    bucket->where = where;
    (void)pthread_mutex_unlock(&bucket->lock);
}

void bucket_put(struct bucket *bucket, const char *key, struct nami_slice body)
{
    struct nami_call call = {.struct_size = sizeof(call), .deadline_ns = NAMI_NO_DEADLINE};
    struct nami_result result = {.struct_size = sizeof(result)};
    struct nami_write req = {.struct_size = sizeof(req),
                             .key = nami_text(key),
                             .parts = &body,
                             .part_count = 1,
                             .result = &result};

    CU_ASSERT_EQUAL_FATAL(
        nami_store_call(&bucket->real, &call, NAMI_STORE_WRITE, &req, 1, sizeof(req)), NAMI_OK);
}

int32_t bucket_get(struct bucket *bucket, const char *key, struct nami_buf *out)
{
    struct nami_call call = {.struct_size = sizeof(call), .deadline_ns = NAMI_NO_DEADLINE};
    struct nami_result result = {.struct_size = sizeof(result)};
    struct nami_buf *buf = bucket->host->buf_create(bucket->host, 1u << 20);
    struct nami_read req = {.struct_size = sizeof(req),
                            .key = nami_text(key),
                            .length = NAMI_TO_END,
                            .buf = buf,
                            .result = &result};
    int32_t status = nami_store_call(&bucket->real, &call, NAMI_STORE_READ, &req, 1, sizeof(req));

    if (status == NAMI_OK) {
        CU_ASSERT_EQUAL(nami_buf_append(out, bucket->host->buf_view(bucket->host, buf)), NAMI_OK);
    }
    bucket->host->buf_destroy(bucket->host, buf);
    return status;
}

void bucket_remove(struct bucket *bucket, const char *key)
{
    struct nami_call call = {.struct_size = sizeof(call), .deadline_ns = NAMI_NO_DEADLINE};
    struct nami_result result = {.struct_size = sizeof(result)};
    struct nami_name req = {.struct_size = sizeof(req), .key = nami_text(key), .result = &result};

    CU_ASSERT_EQUAL(nami_store_call(&bucket->real, &call, NAMI_STORE_REMOVE, &req, 1, sizeof(req)),
                    NAMI_OK);
}

/* ---- the replica ---- */

static void set_text(struct replica *replica, uint64_t lsn, struct nami_slice text)
{
    CU_ASSERT_FATAL(lsn < REPLICA_TEXTS);
    (void)snprintf(replica->texts[lsn], REPLICA_TEXT, "%.*s", (int)text.len,
                   text.len > 0 ? (const char *)text.ptr : "");
}

static int32_t replica_apply(void *self, uint64_t lsn, struct nami_slice body,
                             struct nami_error *err)
{
    struct replica *replica = self;
    int32_t status = NAMI_OK;

    (void)pthread_mutex_lock(&replica->lock);
    if (lsn != replica->staged + 1) {
        status = NAMI_FAIL(err, NAMI_E_CORRUPT, "a gap in the LSNs");
    } else {
        set_text(replica, lsn, body);
        replica->staged = lsn;
        replica->applied++;
    }
    (void)pthread_mutex_unlock(&replica->lock);
    return status;
}

static void replica_publish(void *self, uint64_t lsn)
{
    struct replica *replica = self;

    (void)pthread_mutex_lock(&replica->lock);
    CU_ASSERT(lsn <= replica->staged);
    CU_ASSERT(lsn >= replica->published); /* readers never go back */
    replica->published = lsn;
    (void)pthread_mutex_unlock(&replica->lock);
}

static void replica_undo_after(void *self, uint64_t lsn)
{
    struct replica *replica = self;

    (void)pthread_mutex_lock(&replica->lock);
    CU_ASSERT_EQUAL(lsn, replica->published);
    replica->undone += replica->staged > lsn ? 1 : 0;
    replica->staged = lsn;
    (void)pthread_mutex_unlock(&replica->lock);
}

static int32_t replica_reset(void *self, struct nami_error *err)
{
    struct replica *replica = self;

    (void)err;
    (void)pthread_mutex_lock(&replica->lock);
    replica->staged = 0; /* readers keep what they see until as much is there again */
    replica->resets++;
    (void)pthread_mutex_unlock(&replica->lock);
    return NAMI_OK;
}

static int32_t replica_load(void *self, const struct nami_manifest *manifest,
                            struct nami_error *err)
{
    struct replica *replica = self;

    (void)err;
    (void)pthread_mutex_lock(&replica->lock);
    replica->staged = manifest->lsn;
    (void)pthread_mutex_unlock(&replica->lock);
    return NAMI_OK;
}

static void replica_marks(void *self, uint64_t *next_node, uint64_t *next_rel)
{
    (void)self;
    *next_node = 7;
    *next_rel = 8;
}

static int32_t replica_describe(void *self, struct nami_buf *out)
{
    struct replica *replica = self;

    if (!replica->has_schema) {
        return NAMI_OK;
    }
    replica->has_schema = false;
    return nami_buf_append(out, nami_text("{\"labels\":[]}\n"));
}

/* ---- peers ---- */

struct nami_commit_config peer_config(struct bucket *bucket, struct peer *peer, const char *id,
                                      const char *address)
{
    peer->bucket = bucket;
    return (struct nami_commit_config){
        .runtime = nami_process_runtime(bucket->process),
        .store = &bucket->store,
        .prefix = nami_text("ns/"),
        .node_id = nami_text(id),
        .address = nami_text(address),
        .lease_ms = 60000,
        .retention_ms = 86400000,
        .refresh_ms = 10,
        .settle_ms = 2000,
        .slot_bytes_max = 1u << 20,
        .replica = {.self = &peer->replica,
                    .apply = replica_apply,
                    .publish = replica_publish,
                    .undo_after = replica_undo_after,
                    .reset = replica_reset,
                    .id_marks = replica_marks,
                    .describe = replica_describe,
                    .load = replica_load},
    };
}

int32_t peer_open_as(struct peer *peer, const struct nami_commit_config *config,
                     struct nami_error *err)
{
    memset(&peer->replica, 0, sizeof(peer->replica));
    (void)pthread_mutex_init(&peer->replica.lock, NULL);
    return nami_commit_open(config, &peer->commit, err);
}

void peer_open(struct peer *peer, struct bucket *bucket, const char *id)
{
    char address[64];
    struct nami_commit_config config;
    struct nami_error err = {.struct_size = sizeof(err)};

    (void)snprintf(address, sizeof(address), "127.0.0.1:%s", id);
    config = peer_config(bucket, peer, id, address);
    CU_ASSERT_EQUAL_FATAL(peer_open_as(peer, &config, &err), NAMI_OK);
}

static uint64_t in_s(const struct peer *peer, uint64_t s)
{
    return peer->bucket->host->mono_ns(peer->bucket->host) + s * 1000000000u;
}

void peer_close(struct peer *peer)
{
    nami_commit_close(peer->commit, in_s(peer, 10));
    peer->commit = NULL;
    (void)pthread_mutex_destroy(&peer->replica.lock);
}

void peer_kill(struct peer *peer)
{
    nami_commit_close(peer->commit, 0);
    peer->commit = NULL;
    (void)pthread_mutex_destroy(&peer->replica.lock);
}

static void wait_for_wake(struct peer *peer, struct nami_sleeper *sleeper)
{
    CU_ASSERT_EQUAL_FATAL(nami_sleeper_wait(sleeper, in_s(peer, 20)), NAMI_OK);
}

int32_t peer_token(struct peer *peer, struct nami_sleeper *sleeper, bool wait_for_lease,
                   struct nami_diagnostic *diag)
{
    int32_t status = nami_commit_token(peer->commit, &sleeper->waiter, wait_for_lease, diag);

    while (status == NAMI_E_AGAIN) {
        wait_for_wake(peer, sleeper);
        status = nami_commit_token(peer->commit, &sleeper->waiter, wait_for_lease, diag);
    }
    return status;
}

int32_t peer_stage(struct peer *peer, const char *text, uint64_t *lsn, struct nami_diagnostic *diag)
{
    struct replica *replica = &peer->replica;
    int32_t status = NAMI_OK;

    (void)pthread_mutex_lock(&replica->lock);
    *lsn = replica->staged + 1;
    set_text(replica, *lsn, nami_text(text));
    (void)pthread_mutex_unlock(&replica->lock);
    status = nami_commit_stage(peer->commit, *lsn, nami_text(text), diag);
    if (status == NAMI_OK) {
        (void)pthread_mutex_lock(&replica->lock);
        replica->staged = *lsn;
        (void)pthread_mutex_unlock(&replica->lock);
    }
    return status;
}

int32_t peer_settled(struct peer *peer, uint64_t term, uint64_t lsn, struct nami_diagnostic *diag)
{
    struct nami_sleeper sleeper;
    int32_t status = NAMI_E_AGAIN;

    nami_sleeper_init(&sleeper, peer->bucket->host);
    for (;;) {
        status = nami_commit_settled(peer->commit, term, lsn, &sleeper.waiter, diag);
        if (status != NAMI_E_AGAIN) {
            return status;
        }
        wait_for_wake(peer, &sleeper);
    }
}

int32_t peer_write(struct peer *peer, const char *text, bool wait_for_lease,
                   struct nami_diagnostic *diag)
{
    struct nami_sleeper sleeper;
    uint64_t lsn = 0;
    uint64_t term = 0;
    int32_t status = NAMI_OK;

    nami_sleeper_init(&sleeper, peer->bucket->host);
    *diag = (struct nami_diagnostic){0};
    status = peer_token(peer, &sleeper, wait_for_lease, diag);
    if (status != NAMI_OK) {
        return status;
    }
    term = nami_commit_term(peer->commit);
    status = peer_stage(peer, text, &lsn, diag);
    nami_commit_token_release(peer->commit, &sleeper.waiter);
    return status == NAMI_OK ? peer_settled(peer, term, lsn, diag) : status;
}

void peer_refresh(struct peer *peer)
{
    struct nami_sleeper sleeper;

    nami_sleeper_init(&sleeper, peer->bucket->host);
    nami_commit_refresh(peer->commit, &sleeper.waiter);
    CU_ASSERT_EQUAL_FATAL(nami_sleeper_wait(&sleeper, in_s(peer, 20)), NAMI_OK);
}

bool peer_shows(struct peer *peer, uint64_t lsn, const char *text)
{
    struct replica *replica = &peer->replica;
    bool shows = false;

    (void)pthread_mutex_lock(&replica->lock);
    shows = lsn <= replica->published && lsn > 0 && strcmp(replica->texts[lsn], text) == 0;
    (void)pthread_mutex_unlock(&replica->lock);
    return shows;
}

uint64_t peer_published(struct peer *peer)
{
    struct replica *replica = &peer->replica;
    uint64_t lsn = 0;

    (void)pthread_mutex_lock(&replica->lock);
    lsn = replica->published;
    (void)pthread_mutex_unlock(&replica->lock);
    return lsn;
}

uint32_t peer_role(const struct peer *peer)
{
    struct nami_commit_status status;

    nami_commit_status(peer->commit, &status);
    return status.role;
}

void pause_ms(const struct bucket *bucket, uint64_t ms)
{
    struct nami_event never = {0};

    (void)bucket->host->event_wait(bucket->host, &never,
                                   bucket->host->mono_ns(bucket->host) + ms * 1000000u);
}
