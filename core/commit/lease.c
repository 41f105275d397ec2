/*
 * R14: who may claim when. Liveness only: whatever is judged here, R3 to R5 keep it safe.
 */
#include "core/commit/commit_internal.h"

static bool same(const char *a, const char *b)
{
    return a[0] != '\0' && strcmp(a, b) == 0;
}

/* A restart of the writer, or ourselves after a lost term. */
static bool is_mine(const struct nami_commit *c)
{
    return same(c->node_id, c->k.manifest.writer_id) ||
           same(c->address, c->k.manifest.writer_address);
}

/* A RELEASE is last, and nobody has begun to claim since. */
static bool is_released(const struct nami_commit *c)
{
    return c->k.at.kind == NAMI_WAL_RELEASE && c->k.at.epoch == c->k.manifest.epoch;
}

/* By the store's clock, since the newest slot or manifest. */
static bool is_expired(const struct nami_commit *c)
{
    const struct commit_keeper *k = &c->k;
    int64_t active_ms = k->manifest_ms;

    if (active_ms == NAMI_NO_TIME || k->store_ms == NAMI_NO_TIME) {
        return false;
    }
    if (k->at.modified_ms != NAMI_NO_TIME && k->at.modified_ms > active_ms) {
        active_ms = k->at.modified_ms;
    }
    return k->store_ms - active_ms >= (int64_t)c->lease_ms;
}

bool nami_commit__another_leads(const struct nami_commit *c)
{
    return c->k.has_manifest && !is_mine(c) && !is_released(c) && !is_expired(c);
}

bool nami_commit__take_hold(struct nami_commit *c)
{
    struct nami_error err = {.struct_size = sizeof(err)};
    struct nami_call call = {.struct_size = sizeof(call),
                             .priority = NAMI_PRIORITY_COMMIT,
                             .deadline_ns = nami_commit__deadline(c)};
    char key[NAMI_KEY_TEXT];
    int32_t status = NAMI_OK;

    if (c->k.hold != NULL || c->k.has_no_hold) {
        return c->k.hold != NULL;
    }
    (void)snprintf(key, sizeof(key), "%swriter", c->prefix);
    status = nami_store_hold(c->store, &call, nami_text(key), &c->k.hold, &err);
    c->k.has_no_hold = status == NAMI_E_UNSUPPORTED;
    return status == NAMI_OK;
}

void nami_commit__want_hold(struct nami_commit *c)
{
    uint64_t now = nami_commit__now(c);

    if (c->k.state == KEEPER_LEADER && c->k.hold == NULL && !c->k.has_no_hold &&
        now >= c->k.hold_due_ns) {
        c->k.hold_due_ns = now + NAMI_HOLD_MS * UINT64_C(1000000);
        (void)nami_commit__take_hold(c);
    }
}

void nami_commit__release_hold(struct nami_commit *c)
{
    nami_store_unhold(c->store, c->k.hold);
    c->k.hold = NULL;
}

enum lease_verdict nami_commit__judge_lease(struct nami_commit *c)
{
    bool has_hold = nami_commit__take_hold(c); /* wanted in any case, needed in none */

    if (!c->k.has_manifest || is_mine(c) || is_released(c) || has_hold) {
        return LEASE_FREE;
    }
    return is_expired(c) ? LEASE_EXPIRED : LEASE_HELD;
}
