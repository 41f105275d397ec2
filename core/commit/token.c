/* R12: one FIFO token per namespace. The keeper takes it, too, before it undoes anything. */
#include "core/commit/commit_internal.h"

void nami_commit__wake_keeper_locked(struct nami_commit *c)
{
    if (c->guarded.is_asleep) {
        c->guarded.is_asleep = false;
        c->guarded.is_gathering = false;
        c->host->event_signal(c->host, &c->guarded.event);
    }
}

/* Two slots' worth waits already: more writers would only fill the memory. */
static bool has_room_locked(const struct nami_commit *c)
{
    return c->guarded.staged.bytes < 2 * c->slot_bytes_max;
}

static bool is_free_locked(const struct nami_commit *c)
{
    const struct commit_guarded *g = &c->guarded;

    return g->is_leading && g->holder == NULL && !g->keeper_wants && !g->is_closing &&
           has_room_locked(c);
}

void nami_commit__grant_locked(struct nami_commit *c)
{
    struct commit_guarded *g = &c->guarded;

    if (is_free_locked(c) && g->token_queue.head != NULL) {
        g->holder = nami_commit__pop_locked(&g->token_queue);
        g->holder->wake(g->holder);
    }
}

static int32_t shutting_down(struct nami_diagnostic *diag)
{
    return nami_diagnose(diag, NAMI_COND_SHUTTING_DOWN, NULL, "the database is closing");
}

static int32_t hear_refusal_locked(struct nami_commit *c, struct nami_waiter *waiter,
                                   struct nami_diagnostic *diag)
{
    int32_t status =
        nami_diagnose(diag, c->guarded.refusal.condition, NULL, "%s", c->guarded.refusal.message);

    nami_commit__unlink_locked(c, waiter);
    if (diag != NULL) {
        *diag = c->guarded.refusal;
    }
    return status;
}

int32_t nami_commit_token(struct nami_commit *c, struct nami_waiter *waiter, bool wait_for_lease,
                          struct nami_diagnostic *diag)
{
    struct commit_guarded *g = &c->guarded;
    int32_t status = NAMI_E_AGAIN;

    (void)pthread_mutex_lock(&c->lock);
    if (g->holder == waiter) {
        status = NAMI_OK;
    } else if (nami_commit__is_in(c, waiter, PLACE_REFUSED)) {
        status = hear_refusal_locked(c, waiter, diag);
    } else if (nami_commit__is_in(c, waiter, PLACE_TOKEN) ||
               nami_commit__is_in(c, waiter, PLACE_TOKEN_LEASE)) {
        status = NAMI_E_AGAIN;
    } else if (g->is_closing) {
        status = shutting_down(diag);
    } else if (is_free_locked(c) && g->token_queue.head == NULL) {
        g->holder = waiter;
        status = NAMI_OK;
    } else {
        nami_commit__enqueue_locked(c, &g->token_queue, waiter,
                                    wait_for_lease ? PLACE_TOKEN_LEASE : PLACE_TOKEN);
        if (!g->is_leading) {
            nami_commit__wake_keeper_locked(c);
        }
    }
    (void)pthread_mutex_unlock(&c->lock);
    return status;
}

/* Has enough come in that a keeper who waits for a group should look? */
static bool is_worth_waking_locked(const struct nami_commit *c)
{
    const struct commit_guarded *g = &c->guarded;

    return !g->is_gathering || g->arrivals >= g->gather_count ||
           g->staged.bytes >= c->slot_bytes_max;
}

static void release_locked(struct nami_commit *c)
{
    struct commit_guarded *g = &c->guarded;

    g->holder = NULL;
    g->arrivals += g->holding.count;
    nami_commit__frames_append(&g->staged, &g->holding);
    if (g->keeper_wants || (g->staged.count > 0 && is_worth_waking_locked(c))) {
        nami_commit__wake_keeper_locked(c);
    }
    nami_commit__grant_locked(c);
}

void nami_commit_token_release(struct nami_commit *c, struct nami_waiter *waiter)
{
    (void)pthread_mutex_lock(&c->lock);
    if (c->guarded.holder == waiter) {
        release_locked(c);
    }
    (void)pthread_mutex_unlock(&c->lock);
}

void nami_commit_token_cancel(struct nami_commit *c, struct nami_waiter *waiter)
{
    (void)pthread_mutex_lock(&c->lock);
    if (c->guarded.holder == waiter) {
        release_locked(c);
    } else {
        nami_commit__unlink_locked(c, waiter);
    }
    (void)pthread_mutex_unlock(&c->lock);
}

void nami_commit__refuse(struct nami_commit *c, const struct nami_diagnostic *why, bool also_lease)
{
    struct commit_guarded *g = &c->guarded;
    struct waiter_list all = {0};

    (void)pthread_mutex_lock(&c->lock);
    all = g->token_queue;
    g->token_queue = (struct waiter_list){0};
    g->refusal = *why;
    while (all.head != NULL) {
        bool stays = !also_lease && nami_commit__is_in(c, all.head, PLACE_TOKEN_LEASE);
        struct nami_waiter *waiter = nami_commit__pop_locked(&all);

        if (stays) {
            nami_commit__enqueue_locked(c, &g->token_queue, waiter, PLACE_TOKEN_LEASE);
        } else {
            nami_commit__enqueue_locked(c, &g->refused, waiter, PLACE_REFUSED);
            waiter->wake(waiter);
        }
    }
    (void)pthread_mutex_unlock(&c->lock);
}
