/* R3: claim, then read, then execute. */
#include <inttypes.h>

#include "core/commit/commit_internal.h"
#include "core/store/store_probe.h"

enum { LEASE_SPREAD_MS = 1000 }; /* R14 */

/* Before the first write ever to this namespace: does the store keep its promises? */
static int32_t probe(struct nami_commit *c, struct nami_error *err)
{
    struct nami_call call = {.struct_size = sizeof(call),
                             .priority = NAMI_PRIORITY_COMMIT,
                             .deadline_ns = nami_commit__deadline(c)};
    int32_t status = NAMI_OK;

    if (c->k.has_manifest) {
        return NAMI_OK;
    }
    status = nami_store_probe(c->store, &call, nami_commit__prefix(c), err);
    /* All racers lost because the winner's answer did: says nothing about the store. */
    return status == NAMI_E_PRECONDITION
               ? NAMI_FAIL(err, NAMI_E_TRANSIENT, "the store could not be tried out")
               : status;
}

/* CAS epoch + 1, or a first manifest. */
static int32_t take_epoch(struct nami_commit *c, struct nami_error *err)
{
    struct nami_manifest next = {0};
    int32_t status = nami_commit__next_manifest(c, &next, err);

    if (status == NAMI_OK) {
        next.epoch++;
        status = nami_commit__swap_manifest(c, &next, err);
    }
    nami_manifest_release(&next);
    return status;
}

/* A slot of my epoch or a later one ends the claim (R3; R4a for an equal one). */
static int32_t check_epoch(struct nami_commit *c, size_t i, struct nami_error *err)
{
    struct nami_wal_reader reader;
    int32_t status =
        nami_wal_read_header(&reader, c->k.at.slot + 1, nami_commit__run_bytes(c, i), err);

    return status == NAMI_OK && reader.header.epoch >= c->k.manifest.epoch
               ? NAMI_FAIL(err, NAMI_E_PRECONDITION, "another host claims")
               : status;
}

/*
 * Replay to the first absent slot. What was read counts only while our manifest is the
 * newest: a read of it, or a young proof, comes after each run.
 */
static int32_t replay(struct nami_commit *c, struct nami_error *err)
{
    struct commit_keeper *k = &c->k;
    bool again = true;
    int32_t status = NAMI_OK;

    while (status == NAMI_OK && again) {
        status = nami_commit__read_run(c, k->at.slot + 1, k->run_want, err);
        if (status == NAMI_OK && !nami_commit__is_young(c, k->run->answered_ms, k->proof_ms)) {
            status = nami_commit__read_manifest(c, err);
        }
        if (status == NAMI_OK && !nami_commit__is_my_manifest(c)) {
            status = NAMI_FAIL(err, NAMI_E_PRECONDITION, "another host claims");
        }
        again = k->run->count == k->run->asked;
        k->run_want = nami_commit__next_want(c);
        for (size_t i = 0; status == NAMI_OK && i < k->run->count; i++) {
            status = check_epoch(c, i, err);
            status = status == NAMI_OK ? nami_commit__apply(c, i, err) : status;
        }
        nami_commit__drop_run(c);
    }
    return status;
}

static int32_t judge_claim(struct nami_commit *c, const struct nami_wal_header *header,
                           struct slot_put *put, struct nami_error *err)
{
    switch (nami_commit__prove(c, put, false)) { /* R6: never skipped for a CLAIM */
    case PROOF_HELD:
        break;
    case PROOF_BROKEN:
        return NAMI_FAIL(err, NAMI_E_PRECONDITION, "the claim came too late");
    case PROOF_MISSING:
        return NAMI_FAIL(err, NAMI_E_TRANSIENT, "the claim could not be proven: %s",
                         put->error.message);
    }
    nami_commit__slot_is_mine(c, header, put);
    return nami_commit__is_my_manifest(c)
               ? NAMI_OK
               : NAMI_FAIL(err, NAMI_E_PRECONDITION, "another host claims");
}

/* Put the CLAIM record. AGAIN: an old leader was faster; replay on. */
static int32_t put_claim(struct nami_commit *c, struct nami_error *err)
{
    struct nami_wal_header header;
    struct nami_wal_writer writer;
    struct slot_put put = {.deadline_ns = nami_commit__deadline(c)};
    int32_t status = nami_commit__slot_header(c, NAMI_WAL_CLAIM, &header);

    nami_buf_clear(&c->k.slot);
    if (status == NAMI_OK) {
        status = nami_wal_write_header(&writer, &c->k.slot, &header);
    }
    if (status != NAMI_OK) {
        return NAMI_FAIL(err, status, "the claim record could not be made");
    }
    put.slot = header.slot;
    put.bytes = nami_buf_view(&c->k.slot);
    memcpy(put.nonce, header.nonce, NAMI_ID_BYTES);
    switch (nami_commit__put_slot(c, &put)) {
    case SLOT_MINE:
        return judge_claim(c, &header, &put, err);
    case SLOT_OTHERS:
        return put.other.epoch < c->k.manifest.epoch
                   ? NAMI_E_AGAIN
                   : NAMI_FAIL(err, NAMI_E_PRECONDITION, "another host claims");
    case SLOT_NOT_WRITTEN:
    case SLOT_UNKNOWN:
        break;
    }
    *err = put.error;
    return put.status;
}

/* OK: we lead. PRECONDITION: another was faster. Else: why not. */
static int32_t claim_once(struct nami_commit *c, struct nami_error *err)
{
    int32_t status = probe(c, err);

    if (status != NAMI_OK) {
        return status;
    }
    status = take_epoch(c, err);
    c->k.run_want = 1;
    while (status == NAMI_OK) {
        status = replay(c, err);
        if (status != NAMI_OK || !nami_commit__keeps(c, NAMI_RULE_R3)) {
            break;
        }
        status = put_claim(c, err);
        if (status != NAMI_E_AGAIN) {
            break;
        }
        status = NAMI_OK;
    }
    return status;
}

static void refuse_for_lease(struct nami_commit *c)
{
    struct nami_diagnostic why = {0};
    const char *address = c->k.manifest.writer_address;

    (void)nami_diagnose(&why, NAMI_COND_NOT_A_LEADER, NULL,
                        "another host writes this namespace%s%s", address[0] != '\0' ? ": " : "",
                        address);
    (void)snprintf(why.leader, sizeof(why.leader), "%s", address);
    nami_commit__refuse(c, &why, false);
}

static void claim_later(struct nami_commit *c, uint64_t ms)
{
    c->k.claim_due_ns = nami_commit__now(c) + ms * 1000000u;
}

static void claimed(struct nami_commit *c)
{
    c->k.claim_began_ns = 0;
    c->k.claim_failures = 0;
    c->k.has_drawn_delay = false;
    c->k.counter = 0;
    nami_commit__log(c, NAMI_LOG_INFO, "leading: epoch %" PRIu64 ", after slot %" PRIu64,
                     c->k.manifest.epoch, c->k.at.slot);
    nami_commit__set_problem(c, NULL);
    nami_commit__lead(c);
}

static void claim_failed(struct nami_commit *c, int32_t status, const struct nami_error *err)
{
    uint64_t now = nami_commit__now(c);
    struct commit_problem problem = nami_commit__problem(status, err);
    struct nami_diagnostic why = {0};

    c->k.state = KEEPER_FOLLOWER;
    c->k.turn_due_ns = 0;
    c->k.has_drawn_delay = false;
    c->k.claim_began_ns = c->k.claim_began_ns == 0 ? now : c->k.claim_began_ns;
    c->k.claim_failures++;
    nami_commit__release_hold(c);
    if (status == NAMI_E_PRECONDITION) { /* a race: who won it leads, or died and left a lease */
        c->k.claim_began_ns = 0;
        claim_later(c, nami_commit__random_ms(c, c->refresh_ms));
        nami_commit__publish_status(c);
        return;
    }
    claim_later(c, c->refresh_ms / 2 + nami_commit__random_ms(c, c->refresh_ms));
    if (nami_commit__is_passing(status, err) &&
        now - c->k.claim_began_ns < c->settle_ms * 1000000u) {
        nami_commit__publish_status(c);
        return;
    }
    if (status == NAMI_E_CONFIG && !c->k.has_manifest) {
        problem.condition = NAMI_COND_STORE_UNSAFE; /* what the probe says */
    }
    c->k.claim_began_ns = 0;
    problem.is_of_writes = status != NAMI_E_CORRUPT;
    nami_commit__set_problem(c, &problem);
    (void)nami_diagnose(&why, problem.condition, NULL, "%s", problem.message);
    nami_commit__refuse(c, &why, true);
}

void nami_commit__claim(struct nami_commit *c)
{
    struct nami_error err = {.struct_size = sizeof(err)};
    int32_t status = nami_commit__follow(c, true, &err);
    enum lease_verdict verdict = status == NAMI_OK ? nami_commit__judge_lease(c) : LEASE_HELD;

    if (status == NAMI_OK && verdict == LEASE_HELD) {
        c->k.has_drawn_delay = false;
        claim_later(c, c->refresh_ms);
        nami_commit__publish_status(c);
        refuse_for_lease(c);
        return;
    }
    if (status == NAMI_OK && verdict == LEASE_EXPIRED && !c->k.has_drawn_delay) {
        c->k.has_drawn_delay = true;
        claim_later(c, nami_commit__random_ms(c, LEASE_SPREAD_MS));
        return;
    }
    if (status == NAMI_OK) {
        c->k.state = KEEPER_CLAIMING;
        status = claim_once(c, &err);
    }
    if (status == NAMI_OK) {
        claimed(c);
    } else {
        claim_failed(c, status, &err);
    }
}
