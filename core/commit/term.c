/* A term: the time in which staged state builds on staged state. It ends when some is lost. */
#include <inttypes.h>

#include "core/commit/commit_internal.h"

void nami_commit__lead(struct nami_commit *c)
{
    struct commit_guarded *g = &c->guarded;

    c->k.state = KEEPER_LEADER;
    c->k.answered_ns = 0;
    nami_commit__lead_check_later(c);
    nami_commit__publish_status(c); /* before anyone is woken who may look */
    (void)pthread_mutex_lock(&c->lock);
    g->is_leading = true;
    g->proven_lsn = c->k.at.lsn;
    g->flight_lsn = c->k.at.lsn;
    g->staged_lsn = c->k.at.lsn;
    nami_commit__grant_locked(c);
    (void)pthread_mutex_unlock(&c->lock);
}

/* Wait until no writer is inside the replica. */
static void take_token(struct nami_commit *c)
{
    struct commit_guarded *g = &c->guarded;

    (void)pthread_mutex_lock(&c->lock);
    g->keeper_wants = true;
    g->is_term_over = true;
    while (g->holder != NULL) {
        uint64_t until = g->is_closing ? g->close_deadline_ns : NAMI_NO_DEADLINE;
        bool is_late = g->is_closing && nami_commit__now(c) >= until;

        if (is_late) {
            break; /* close() promised an end; its caller promised that no statement is open */
        }
        g->event = (struct nami_event){0};
        g->is_asleep = true;
        (void)pthread_mutex_unlock(&c->lock);
        (void)c->host->event_wait(c->host, &g->event, until);
        (void)pthread_mutex_lock(&c->lock);
        g->is_asleep = false;
    }
    (void)pthread_mutex_unlock(&c->lock);
}

static void end_locked(struct nami_commit *c, uint64_t unknown_last,
                       const struct commit_problem *verdict, bool lead_on)
{
    struct commit_guarded *g = &c->guarded;
    uint64_t term = atomic_load_explicit(&c->term, memory_order_relaxed);

    g->ended[term % NAMI_TERMS_KEPT] = (struct ended_term){
        .term = term, .proven = g->proven_lsn, .unknown_last = unknown_last, .verdict = *verdict};
    atomic_store_explicit(&c->term, term + 1, memory_order_release);
    nami_commit__frames_free(c, &g->holding);
    nami_commit__frames_free(c, &g->staged);
    g->staged_lsn = g->proven_lsn;
    g->flight_lsn = g->proven_lsn;
    g->keeper_wants = false;
    g->is_term_over = false;
    g->is_leading = lead_on;
    nami_commit__wake_all_locked(&g->settle_now);
    nami_commit__wake_all_locked(&g->settle_later);
    nami_commit__grant_locked(c);
}

void nami_commit__end_term(struct nami_commit *c, uint64_t unknown_last,
                           const struct commit_problem *verdict, bool lead_on)
{
    take_token(c);
    c->replica.undo_after(c->replica.self, c->k.at.lsn);
    if (!lead_on) {
        c->k.state = KEEPER_FOLLOWER;
        c->k.turn_due_ns = 0;
        nami_commit__release_hold(c);
    }
    nami_commit__publish_status(c);
    (void)pthread_mutex_lock(&c->lock);
    end_locked(c, unknown_last, verdict, lead_on);
    (void)pthread_mutex_unlock(&c->lock);
}

void nami_commit__fence(struct nami_commit *c, const char *why)
{
    struct commit_problem verdict = {.condition = NAMI_COND_COMMIT_FAILED};

    (void)snprintf(verdict.message, sizeof(verdict.message),
                   "%s; the transaction is not durable and nothing of it is kept", why);
    nami_commit__log(c, NAMI_LOG_WARN, "no longer leading after slot %" PRIu64 ": %s", c->k.at.slot,
                     why);
    nami_commit__end_term(c, 0, &verdict, false);
}

void nami_commit__set_problem(struct nami_commit *c, const struct commit_problem *problem)
{
    struct commit_problem none = {0};
    const struct commit_problem *now = problem != NULL ? problem : &none;

    if (now->condition != c->k.problem.condition) {
        nami_commit__log(c, now->condition != NAMI_COND_NONE ? NAMI_LOG_WARN : NAMI_LOG_INFO, "%s",
                         now->condition != NAMI_COND_NONE ? now->message : "works again");
    }
    if (now->is_of_writes) {
        c->k.write_check_ns = nami_commit__now(c) + NAMI_WRITE_CHECK_MS * UINT64_C(1000000);
    }
    c->k.problem = *now;
    nami_commit__publish_status(c);
}

static uint32_t role_of(const struct nami_commit *c)
{
    if (c->k.problem.condition != NAMI_COND_NONE) {
        return NAMI_ROLE_DEGRADED;
    }
    if (c->k.state == KEEPER_LEADER) {
        return NAMI_ROLE_LEADER;
    }
    return nami_commit__another_leads(c) ? NAMI_ROLE_FOLLOWER : NAMI_ROLE_NONE;
}

void nami_commit__publish_status(struct nami_commit *c)
{
    struct nami_commit_status *status = &c->guarded.status;
    uint32_t role = role_of(c);
    bool names_leader = c->k.state != KEEPER_LEADER && nami_commit__another_leads(c);

    (void)pthread_mutex_lock(&c->lock);
    status->role = role;
    status->manifest_seq = c->k.has_manifest ? c->k.manifest.seq : 0;
    status->epoch = c->k.has_manifest ? c->k.manifest.epoch : 0;
    status->slot = c->k.at.slot;
    status->lsn = c->k.at.lsn;
    (void)snprintf(status->leader, sizeof(status->leader), "%s",
                   names_leader ? c->k.manifest.writer_address : "");
    (void)snprintf(status->problem, sizeof(status->problem), "%s", c->k.problem.message);
    (void)pthread_mutex_unlock(&c->lock);
}

void nami_commit_status(const struct nami_commit *commit, struct nami_commit_status *out)
{
    struct nami_commit *c = commit->self;
    uint64_t now = nami_commit__now(c);

    (void)pthread_mutex_lock(&c->lock);
    *out = c->guarded.status;
    out->stale_ms = c->guarded.is_leading || now < c->guarded.turn_ns
                        ? 0
                        : (now - c->guarded.turn_ns) / 1000000u;
    (void)pthread_mutex_unlock(&c->lock);
}
