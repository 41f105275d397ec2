#include "core/commit/commit.h"

#include "core/commit/commit_internal.h"

enum { OPEN_TRIES = 3 };

static bool copy_text(char *dst, size_t dst_bytes, struct nami_slice text)
{
    if (text.len >= dst_bytes || (text.len > 0 && memchr(text.ptr, '\0', text.len) != NULL)) {
        return false;
    }
    if (text.len > 0) {
        memcpy(dst, text.ptr, text.len);
    }
    dst[text.len] = '\0';
    return true;
}

/* "prefix/ns/": the longest name below it must still be a key. */
static bool is_prefix(struct nami_slice prefix)
{
    return prefix.len > 1 && prefix.len <= NAMI_PREFIX_BYTES_MAX &&
           prefix.ptr[prefix.len - 1] == '/' &&
           nami_key_valid(nami_bytes(prefix.ptr, prefix.len - 1)) != 0;
}

static int32_t configure(struct nami_commit *c, const struct nami_commit_config *config,
                         struct nami_error *err)
{
    uint8_t id[NAMI_ID_BYTES];
    int32_t status = NAMI_OK;

    if (!is_prefix(config->prefix) || !copy_text(c->prefix, sizeof(c->prefix), config->prefix) ||
        !copy_text(c->node_id, sizeof(c->node_id), config->node_id) ||
        !copy_text(c->address, sizeof(c->address), config->address) ||
        config->slot_bytes_max < UINT64_C(4) * NAMI_WAL_OVERHEAD_BYTES ||
        config->slot_bytes_max > (UINT64_C(1) << 30)) {
        return NAMI_FAIL(err, NAMI_E_CONFIG,
                         "prefix, node id, address or slot size is out of bounds");
    }
    if (c->node_id[0] == '\0') {
        status = c->host->random_fill(c->host, id, sizeof(id));
        nami_id_hex(id, c->node_id);
    }
    c->lease_ms = config->lease_ms;
    c->retention_ms = config->retention_ms;
    c->refresh_ms = config->refresh_ms > 0 ? config->refresh_ms : 1;
    c->settle_ms = config->settle_ms;
    c->slot_bytes_max = config->slot_bytes_max;
    c->replica = config->replica;
    c->rules_off = config->rules_off;
    return status != NAMI_OK ? NAMI_FAIL(err, status, "no random bytes for a node id") : NAMI_OK;
}

static void init(struct nami_commit *c, const struct nami_commit_config *config)
{
    memset(c, 0, sizeof(*c)); /* too large for a literal on the stack */
    c->actor.run = nami_commit__keep;
    c->self = c;
    c->runtime = config->runtime;
    c->host = config->runtime->host;
    c->store = config->store;
    c->k.store_ms = NAMI_NO_TIME;
    c->k.proof_ms = NAMI_NO_TIME;
    c->k.manifest_ms = NAMI_NO_TIME;
    c->k.at.modified_ms = NAMI_NO_TIME;
    c->k.run_want = 1;
    c->guarded.edits_end = &c->guarded.edits;
    atomic_init(&c->term, 1);
    nami_buf_init(&c->k.slot, (size_t)2 * config->slot_bytes_max + NAMI_WAL_OVERHEAD_BYTES);
    nami_buf_init(&c->k.schema.body, 64u << 20);
}

static void destroy(struct nami_commit *c)
{
    const struct nami_host *host = c->host;

    nami_commit__frames_free(c, &c->guarded.holding);
    nami_commit__frames_free(c, &c->guarded.staged);
    nami_manifest_release(&c->k.manifest);
    nami_buf_release(&c->k.slot);
    nami_buf_release(&c->k.schema.body);
    host->mem_free(host, c->k.run);
    (void)pthread_mutex_destroy(&c->lock);
    host->mem_free(host, c);
}

/* The first turn: what is in the bucket, or a clear word on why not. */
static int32_t load(struct nami_commit *c, struct nami_error *err)
{
    int32_t status = NAMI_OK;

    for (uint64_t tries = 0; tries < OPEN_TRIES; tries++) {
        status = nami_commit__follow(c, false, err);
        if (status == NAMI_OK || !nami_commit__is_passing(status, err) ||
            !nami_commit__back_off(c, tries, NAMI_NO_DEADLINE)) {
            break;
        }
    }
    return status;
}

int32_t nami_commit_open(const struct nami_commit_config *config, struct nami_commit **out,
                         struct nami_error *err)
{
    const struct nami_host *host = config->runtime->host;
    struct nami_error own = {.struct_size = sizeof(own)};
    struct nami_error *why = err != NULL ? err : &own;
    struct nami_commit *c = host->mem_alloc(host, sizeof(*c));
    int32_t status = NAMI_E_NOMEM;

    *out = NULL;
    if (c == NULL) {
        return NAMI_FAIL(why, NAMI_E_NOMEM, "no memory to open a namespace");
    }
    init(c, config);
    if (pthread_mutex_init(&c->lock, NULL) != 0) {
        host->mem_free(host, c);
        return NAMI_FAIL(why, NAMI_E_NOMEM, "no mutex");
    }
    c->k.run = host->mem_alloc(host, sizeof(*c->k.run));
    if (c->k.run == NULL) {
        status = NAMI_FAIL(why, NAMI_E_NOMEM, "no memory to open a namespace");
        goto out;
    }
    memset(c->k.run, 0, sizeof(*c->k.run));
    status = configure(c, config, why);
    if (status == NAMI_OK) {
        status = load(c, why);
    }
    if (status != NAMI_OK) {
        goto out;
    }
    c->k.turn_due_ns = nami_commit__now(c) + c->refresh_ms * 1000000u;
    nami_commit__publish_status(c);
    status = c->runtime->actor_start(c->runtime, &c->actor);
    if (status != NAMI_OK) {
        status = NAMI_FAIL(why, status, "the keeper did not start");
        goto out;
    }
    *out = c;
    c = NULL;

out:
    if (c != NULL) {
        destroy(c);
    }
    return status;
}

void nami_commit_close(struct nami_commit *c, uint64_t deadline_ns)
{
    if (c == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&c->lock);
    c->guarded.is_closing = true;
    c->guarded.close_deadline_ns = deadline_ns;
    nami_commit__wake_keeper_locked(c);
    (void)pthread_mutex_unlock(&c->lock);
    c->runtime->actor_join(c->runtime, &c->actor);
    destroy(c);
}

void nami_commit_refresh(struct nami_commit *c, struct nami_waiter *waiter)
{
    (void)pthread_mutex_lock(&c->lock);
    if (waiter->queue == NULL) {
        nami_commit__enqueue_locked(c, &c->guarded.refresh_new, waiter, PLACE_REFRESH_NEW);
        nami_commit__wake_keeper_locked(c);
    }
    (void)pthread_mutex_unlock(&c->lock);
}
