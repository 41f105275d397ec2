/*
 * R11: a follower's turn. First the slot, then the manifest; if the floor has passed us,
 * what was read is discarded and we begin again at the manifest's state.
 */
#include <inttypes.h>

#include "core/commit/commit_internal.h"

enum { PASSING_FAILURES_MAX = 3 }; /* of turns in a row, before health says so */

/* What readers see is `at`; nothing is staged. */
static void show(struct nami_commit *c)
{
    c->k.shown_lsn = c->k.at.lsn;
    c->replica.publish(c->replica.self, c->k.at.lsn);
    (void)pthread_mutex_lock(&c->lock);
    c->guarded.proven_lsn = c->k.at.lsn;
    c->guarded.flight_lsn = c->k.at.lsn;
    c->guarded.staged_lsn = c->k.at.lsn;
    (void)pthread_mutex_unlock(&c->lock);
}

void nami_commit__show(struct nami_commit *c)
{
    if (c->k.at.lsn >= c->k.shown_lsn) {
        show(c);
    }
}

int32_t nami_commit__jump(struct nami_commit *c, struct nami_error *err)
{
    struct commit_keeper *k = &c->k;
    bool has_state = k->manifest.sst_count > 0 || k->manifest.lsn > 0;
    int32_t status = NAMI_OK;

    if (has_state && c->replica.load == NULL) {
        return NAMI_FAIL(err, NAMI_E_UNSUPPORTED,
                         "the namespace was flushed (floor %" PRIu64
                         "); this version does not read SSTs",
                         k->manifest.floor);
    }
    k->needs_reset = true; /* until it is done */
    status = c->replica.reset(c->replica.self, err);
    if (status == NAMI_OK && has_state) {
        status = c->replica.load(c->replica.self, &k->manifest, err);
    }
    if (status != NAMI_OK) {
        return status;
    }
    k->at = (struct commit_position){
        .slot = k->manifest.floor, .lsn = k->manifest.lsn, .modified_ms = NAMI_NO_TIME};
    memcpy(k->at.nonce, k->manifest.floor_nonce, NAMI_ID_BYTES);
    k->needs_reset = false;
    k->run_want = 1;
    nami_commit__show(c);
    return NAMI_OK;
}

/* The manifest read of R11, unless a young proof will do (R6). */
static int32_t look_at_floor(struct nami_commit *c, bool fresh, struct nami_error *err)
{
    bool skips = !nami_commit__keeps(c, NAMI_RULE_R11_ORDER) ||
                 nami_commit__is_young(c, c->k.run->answered_ms, c->k.proof_ms);

    return skips && !fresh ? NAMI_OK : nami_commit__read_manifest(c, err);
}

static int32_t apply_run(struct nami_commit *c, struct nami_error *err)
{
    int32_t status = NAMI_OK;

    for (size_t i = 0; status == NAMI_OK && i < c->k.run->count; i++) {
        status = nami_commit__apply(c, i, err);
    }
    return status;
}

/* *again: there may be more. */
static int32_t one_turn(struct nami_commit *c, bool fresh, bool *again, struct nami_error *err)
{
    struct commit_keeper *k = &c->k;
    int32_t status = NAMI_OK;

    *again = false;
    if (!k->has_manifest || k->needs_reset || !nami_commit__keeps(c, NAMI_RULE_R11_ORDER)) {
        status = nami_commit__read_manifest(c, err);
    }
    if (status != NAMI_OK || !k->has_manifest) {
        return status;
    }
    if (k->needs_reset || k->manifest.floor > k->at.slot) {
        *again = true;
        return nami_commit__jump(c, err);
    }
    status = nami_commit__read_run(c, k->at.slot + 1, k->run_want, err);
    if (status == NAMI_OK && !nami_commit__keeps(c, NAMI_RULE_R11)) {
        k->run_want = nami_commit__next_want(c);
        status = apply_run(c, err);
        k->run->count = 0;
    }
    if (status == NAMI_OK) {
        status = look_at_floor(c, fresh, err);
    }
    if (status != NAMI_OK) {
        goto out;
    }
    if (k->needs_reset || k->manifest.floor > k->at.slot) {
        *again = true; /* the jump comes first next time; what was read does not count */
        goto out;
    }
    if (k->run->count > 0) {
        *again = k->run->count == k->run->asked;
        k->run_want = nami_commit__next_want(c);
        status = apply_run(c, err);
        if (status == NAMI_OK && k->at.epoch > k->manifest.epoch) {
            status = nami_commit__read_manifest(c, err); /* somebody new leads: who? */
        }
    } else {
        k->run_want = 1;
    }

out:
    nami_commit__drop_run(c);
    return status;
}

int32_t nami_commit__follow(struct nami_commit *c, bool fresh, struct nami_error *err)
{
    bool again = true;
    int32_t status = NAMI_OK;
    uint64_t began_ns = 0;

    while (status == NAMI_OK && again) {
        began_ns = nami_commit__now(c); /* up to date as of the start of the last turn */
        status = one_turn(c, fresh, &again, err);
    }
    if (status == NAMI_OK && c->k.at.lsn != c->k.shown_lsn) {
        show(c); /* all there is, and less than before: another namespace, or a restored one */
    }
    if (status == NAMI_OK) {
        (void)pthread_mutex_lock(&c->lock);
        c->guarded.turn_ns = began_ns;
        (void)pthread_mutex_unlock(&c->lock);
    }
    return status;
}

/* For so long after it wrote, nobody has reason to claim. */
void nami_commit__lead_check_later(struct nami_commit *c)
{
    c->k.turn_due_ns = nami_commit__now(c) + c->lease_ms / 2 * 1000000u;
}

/* R4a for a leader that is idle: has another taken over meanwhile? */
static int32_t check_leadership(struct nami_commit *c, struct nami_error *err)
{
    struct commit_keeper *k = &c->k;
    int32_t status = nami_commit__read_run(c, k->at.slot + 1, 1, err);
    bool is_taken = k->run->count > 0;

    if (status == NAMI_OK) {
        status = look_at_floor(c, false, err);
    }
    nami_commit__drop_run(c);
    if (status == NAMI_OK &&
        (is_taken || k->manifest.floor > k->at.slot || !nami_commit__is_my_manifest(c))) {
        nami_commit__fence(c, "another host has taken over");
    }
    return status;
}

static void succeeded(struct nami_commit *c)
{
    c->k.turn_failures = 0;
    if (c->k.problem.condition != NAMI_COND_NONE && !c->k.problem.is_of_writes) {
        nami_commit__set_problem(c, NULL);
    }
    nami_commit__publish_status(c);
    (void)pthread_mutex_lock(&c->lock);
    nami_commit__wake_all_locked(&c->guarded.refresh_now);
    (void)pthread_mutex_unlock(&c->lock);
}

static void failed(struct nami_commit *c, int32_t status, const struct nami_error *err)
{
    struct commit_problem problem = nami_commit__problem(status, err);
    uint64_t wait_ms = c->refresh_ms;

    c->k.turn_failures++;
    if (!nami_commit__is_passing(status, err) || c->k.turn_failures > PASSING_FAILURES_MAX) {
        nami_commit__set_problem(c, &problem);
        wait_ms = status == NAMI_E_CORRUPT ? NAMI_CORRUPT_CHECK_MS : 4 * c->refresh_ms;
    }
    c->k.turn_due_ns = nami_commit__now(c) + wait_ms * 1000000u;
    (void)pthread_mutex_lock(&c->lock);
    nami_commit__move_locked(c, &c->guarded.refresh_now, &c->guarded.refresh_new,
                             PLACE_REFRESH_NEW);
    (void)pthread_mutex_unlock(&c->lock);
    nami_commit__publish_status(c);
}

void nami_commit__turn(struct nami_commit *c)
{
    struct nami_error err = {.struct_size = sizeof(err)};
    int32_t status = NAMI_OK;

    (void)pthread_mutex_lock(&c->lock);
    nami_commit__move_locked(c, &c->guarded.refresh_new, &c->guarded.refresh_now,
                             PLACE_REFRESH_NOW);
    (void)pthread_mutex_unlock(&c->lock);
    c->k.turn_due_ns = nami_commit__now(c) + c->refresh_ms * 1000000u;
    if (c->k.state == KEEPER_LEADER) {
        status = check_leadership(c, &err);
    }
    if (status == NAMI_OK && c->k.state == KEEPER_FOLLOWER) {
        status = nami_commit__follow(c, false, &err);
    }
    if (status == NAMI_OK) {
        succeeded(c);
    } else {
        failed(c, status, &err);
    }
}
