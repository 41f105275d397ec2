/* manifest.json: read it, swap it (R2), settle a swap whose outcome is unknown (R9). */
#include <inttypes.h>

#include "core/base/limits.h"
#include "core/commit/commit_internal.h"

static void root_key(const struct nami_commit *c, char key[NAMI_KEY_TEXT])
{
    (void)nami_manifest_key(nami_commit__prefix(c), key, NAMI_KEY_TEXT); /* open() checked it */
}

bool nami_commit__is_my_manifest(const struct nami_commit *c)
{
    return c->k.has_manifest && memcmp(c->k.manifest.nonce, c->k.own_nonce, NAMI_ID_BYTES) == 0;
}

/* `fresh` is taken: it is the newest manifest now. */
static void adopt(struct nami_commit *c, struct nami_manifest *fresh, const struct commit_io *io)
{
    struct commit_keeper *k = &c->k;

    if (k->has_manifest && memcmp(k->manifest.ns_uuid, fresh->ns_uuid, NAMI_ID_BYTES) != 0) {
        k->needs_reset = true; /* another namespace has this name now (R15) */
    }
    nami_manifest_release(&k->manifest);
    k->manifest = *fresh;
    *fresh = (struct nami_manifest){0};
    k->version = io->result.version;
    k->manifest_ms = io->result.last_modified_ms != NAMI_NO_TIME ? io->result.last_modified_ms
                                                                 : io->result.store_time_ms;
    k->has_manifest = true;
}

int32_t nami_commit__read_manifest(struct nami_commit *c, struct nami_error *err)
{
    struct commit_keeper *k = &c->k;
    struct nami_manifest fresh = {0};
    struct commit_io io;
    char key[NAMI_KEY_TEXT];
    int64_t known_ms = k->store_ms; /* R6: before the request is sent */
    struct nami_buf *buf = c->host->buf_create(c->host, NAMI_MANIFEST_BYTES_MAX);
    int32_t status = NAMI_E_NOMEM;

    if (buf == NULL) {
        return NAMI_FAIL(err, NAMI_E_NOMEM, "no memory for the manifest");
    }
    root_key(c, key);
    status = nami_commit__get(c, key, k->has_manifest ? &k->version : NULL, buf, &io);
    if (status == NAMI_E_NOT_FOUND && k->has_manifest) {
        status = NAMI_FAIL(err, NAMI_E_CORRUPT, "manifest.json has gone");
    } else if (status == NAMI_E_NOT_MODIFIED || status == NAMI_E_NOT_FOUND) {
        status = NAMI_OK; /* as it was: unchanged, or still none */
    } else if (status != NAMI_OK) {
        *err = io.error;
    } else {
        status = nami_manifest_decode(c->host->buf_view(c->host, buf), &fresh, err);
        if (status == NAMI_OK && fresh.is_dropped) {
            status = NAMI_FAIL(err, NAMI_E_CONFIG, "the namespace was dropped");
        }
        if (status == NAMI_OK) {
            adopt(c, &fresh, &io);
        }
        nami_manifest_release(&fresh);
    }
    if (status == NAMI_OK) {
        k->proof_ms = known_ms;
    }
    c->host->buf_destroy(c->host, buf);
    return status;
}

int32_t nami_commit__next_manifest(struct nami_commit *c, struct nami_manifest *out,
                                   struct nami_error *err)
{
    const struct commit_keeper *k = &c->k;
    int32_t status = NAMI_OK;

    *out = (struct nami_manifest){0};
    if (k->has_manifest) {
        status = nami_manifest_copy(&k->manifest, out);
    } else {
        status = c->host->random_fill(c->host, out->ns_uuid, NAMI_ID_BYTES);
    }
    if (status == NAMI_OK) {
        memcpy(out->prev_nonce, out->nonce, NAMI_ID_BYTES);
        status = nami_commit__nonce(c, out->prev_nonce, out->nonce);
    }
    if (status != NAMI_OK) {
        nami_manifest_release(out);
        return NAMI_FAIL(err, status, "no %s for a manifest",
                         status == NAMI_E_NOMEM ? "memory" : "random bytes");
    }
    out->seq++;
    (void)snprintf(out->writer_id, sizeof(out->writer_id), "%s", c->node_id);
    (void)snprintf(out->writer_address, sizeof(out->writer_address), "%s", c->address);
    c->replica.id_marks(c->replica.self, &out->next_node, &out->next_rel);
    return NAMI_OK;
}

/* Keep what is replaced; best effort: a missing one costs a point in time, nothing else. */
static void archive(struct nami_commit *c)
{
    struct nami_buf body;
    struct commit_io io;
    char key[NAMI_KEY_TEXT];

    if (!c->k.has_manifest ||
        !nami_manifest_archive_key(nami_commit__prefix(c), &c->k.manifest, key, sizeof(key))) {
        return;
    }
    nami_buf_init(&body, NAMI_MANIFEST_BYTES_MAX);
    if (nami_manifest_encode(&c->k.manifest, &body) == NAMI_OK &&
        nami_commit__put(c, key, NAMI_WRITE_IF_ABSENT, NULL, nami_buf_view(&body), &io) !=
            NAMI_OK &&
        io.result.status != NAMI_E_PRECONDITION) {
        nami_commit__log(c, NAMI_LOG_WARN, "the manifest before this one was not archived: %s",
                         io.error.message);
    }
    nami_buf_release(&body);
}

enum swap_fate { SWAP_MINE, SWAP_OTHERS, SWAP_RESEND, SWAP_UNREADABLE };

/* R9: whose manifest is there? The swap may or may not have been applied. */
static enum swap_fate look(struct nami_commit *c, const struct nami_manifest *next,
                           struct nami_error *err)
{
    struct commit_keeper *k = &c->k;
    struct nami_version before = k->version;
    bool had_one = k->has_manifest;

    if (nami_commit__read_manifest(c, err) != NAMI_OK) {
        return SWAP_UNREADABLE;
    }
    if (k->has_manifest && memcmp(k->manifest.nonce, next->nonce, NAMI_ID_BYTES) == 0) {
        return SWAP_MINE;
    }
    if (k->has_manifest == had_one && (!had_one || nami_version_equal(&before, &k->version) != 0)) {
        return SWAP_RESEND;
    }
    return SWAP_OTHERS;
}

static uint32_t condition_of(const struct nami_commit *c)
{
    if (!nami_commit__keeps(c, NAMI_RULE_R2)) {
        return NAMI_WRITE_ALWAYS;
    }
    return c->k.has_manifest ? NAMI_WRITE_IF_MATCH : NAMI_WRITE_IF_ABSENT;
}

/* `next` was applied by this very request. */
static void applied(struct nami_commit *c, struct nami_manifest *next, struct commit_io *io,
                    int64_t known_ms)
{
    if (io->result.last_modified_ms == NAMI_NO_TIME) {
        io->result.last_modified_ms = io->result.store_time_ms;
    }
    adopt(c, next, io);
    c->k.proof_ms = known_ms;
}

/*
 * One PUT and, if need be, a look. AGAIN: send the same bytes again.
 * *may_be_there: an earlier attempt may still be applied.
 */
static int32_t try_swap(struct nami_commit *c, struct nami_manifest *next, struct nami_slice body,
                        bool *may_be_there, struct nami_error *err)
{
    struct commit_io io;
    char key[NAMI_KEY_TEXT];
    int64_t known_ms = c->k.store_ms;
    int32_t status = NAMI_OK;

    root_key(c, key);
    status = nami_commit__put(c, key, condition_of(c), &c->k.version, body, &io);
    *err = io.error;
    if (io.result.outcome == NAMI_OUTCOME_APPLIED && io.result.version.len > 0) {
        applied(c, next, &io, known_ms);
        return NAMI_OK;
    }
    if (io.result.outcome == NAMI_OUTCOME_NOT_APPLIED && !*may_be_there) {
        return status == NAMI_E_PRECONDITION || !nami_commit__is_passing(status, err)
                   ? status
                   : NAMI_E_AGAIN;
    }
    *may_be_there = true;
    switch (look(c, next, err)) {
    case SWAP_MINE:
        nami_manifest_release(next); /* it was read back into k.manifest */
        return NAMI_OK;
    case SWAP_OTHERS:
        return NAMI_FAIL(err, NAMI_E_PRECONDITION, "another host wrote the manifest first");
    case SWAP_RESEND:
    case SWAP_UNREADABLE:
        break;
    }
    return NAMI_E_AGAIN;
}

int32_t nami_commit__swap_manifest(struct nami_commit *c, struct nami_manifest *next,
                                   struct nami_error *err)
{
    struct nami_buf body;
    uint64_t deadline = nami_commit__deadline(c);
    bool may_be_there = false;
    int32_t status = NAMI_OK;
    uint8_t nonce[NAMI_ID_BYTES];

    memcpy(nonce, next->nonce, NAMI_ID_BYTES);
    nami_buf_init(&body, NAMI_MANIFEST_BYTES_MAX);
    status = nami_manifest_encode(next, &body);
    if (status != NAMI_OK) {
        status = NAMI_FAIL(err, status, "no memory for the manifest");
        goto out;
    }
    archive(c);
    for (uint64_t tries = 0;; tries++) {
        status = try_swap(c, next, nami_buf_view(&body), &may_be_there, err);
        if (status != NAMI_E_AGAIN) {
            break;
        }
        if (!nami_commit__back_off(c, tries, deadline)) {
            status = may_be_there ? NAMI_E_DEADLINE
                                  : (err->status != NAMI_OK ? err->status : NAMI_E_TRANSIENT);
            break;
        }
    }
    if (status == NAMI_OK) {
        memcpy(c->k.own_nonce, nonce, NAMI_ID_BYTES);
    }

out:
    nami_buf_release(&body);
    return status;
}

static void answer(struct nami_commit *c, struct nami_manifest_edit *edit, int32_t status)
{
    (void)pthread_mutex_lock(&c->lock);
    edit->status = status;
    edit->waiter->wake(edit->waiter); /* the edit may be gone after this */
    (void)pthread_mutex_unlock(&c->lock);
}

void nami_commit__run_edit(struct nami_commit *c, struct nami_manifest_edit *edit)
{
    struct nami_commit_position proven = {.slot = c->k.at.slot, .lsn = c->k.at.lsn};
    struct nami_manifest next = {0};
    struct nami_error err = {.struct_size = sizeof(err)};
    int32_t status = NAMI_E_PRECONDITION;

    memcpy(proven.nonce, c->k.at.nonce, NAMI_ID_BYTES);
    if (c->k.state == KEEPER_LEADER) {
        status = nami_commit__next_manifest(c, &next, &err);
    }
    if (status == NAMI_OK) {
        status = edit->change(edit, &next, &proven, &err);
        if (status == NAMI_OK) {
            status = nami_commit__swap_manifest(c, &next, &err);
            if (status == NAMI_E_PRECONDITION || status == NAMI_E_DEADLINE) {
                nami_commit__fence(c, "another host has changed the manifest");
            }
        }
    }
    nami_manifest_release(&next);
    answer(c, edit, status);
    nami_commit__publish_status(c);
}

void nami_commit__edit_manifest(struct nami_commit *c, struct nami_manifest_edit *edit)
{
    struct commit_guarded *g = &c->guarded;

    edit->next = NULL;
    (void)pthread_mutex_lock(&c->lock);
    *g->edits_end = edit;
    g->edits_end = &edit->next;
    nami_commit__wake_keeper_locked(c);
    (void)pthread_mutex_unlock(&c->lock);
}
