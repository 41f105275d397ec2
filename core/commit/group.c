/* R13: what is staged, and who waits for it. */
#include <inttypes.h>

#include "core/commit/commit_internal.h"

uint64_t nami_commit_term(const struct nami_commit *c)
{
    return atomic_load_explicit(&c->term, memory_order_acquire);
}

/* May the holder of the token still stage `lsn`? */
static int32_t check_stage_locked(const struct nami_commit *c, uint64_t lsn,
                                  struct nami_diagnostic *diag)
{
    const struct commit_guarded *g = &c->guarded;

    if (g->is_term_over || !g->is_leading) {
        return nami_diagnose(diag, NAMI_COND_COMMIT_FAILED, NULL,
                             "the state that this transaction was computed on was lost; nothing "
                             "of it is kept");
    }
    if (g->is_closing) {
        return nami_diagnose(diag, NAMI_COND_SHUTTING_DOWN, NULL, "the database is closing");
    }
    if (g->holder == NULL || lsn != g->staged_lsn + 1) {
        return nami_diagnose(diag, NAMI_COND_INTERNAL, NULL,
                             "staged LSN %" PRIu64 " after %" PRIu64, lsn, g->staged_lsn);
    }
    return NAMI_OK;
}

int32_t nami_commit_stage(struct nami_commit *c, uint64_t lsn, struct nami_slice body,
                          struct nami_diagnostic *diag)
{
    struct staged_frame *frame = NULL;
    struct frame_list one = {0};
    int32_t status = NAMI_OK;

    if (body.len > nami_commit__big_bytes_max(c)) {
        return nami_diagnose(diag, NAMI_COND_TRANSACTION_TOO_LARGE, NULL,
                             "a transaction of %zu bytes; the limit is %" PRIu64, body.len,
                             nami_commit__big_bytes_max(c));
    }
    frame = c->host->mem_alloc(c->host, sizeof(*frame) + body.len);
    if (frame == NULL) {
        return nami_diagnose(diag, NAMI_COND_OUT_OF_MEMORY, NULL,
                             "no memory for a transaction of %zu bytes", body.len);
    }
    *frame = (struct staged_frame){.lsn = lsn, .len = body.len};
    if (body.len > 0) {
        memcpy(frame->bytes, body.ptr, body.len);
    }
    one = (struct frame_list){.head = frame, .tail = frame, .count = 1, .bytes = body.len};

    (void)pthread_mutex_lock(&c->lock);
    status = check_stage_locked(c, lsn, diag);
    if (status == NAMI_OK) {
        nami_commit__frames_append(&c->guarded.holding, &one);
        c->guarded.staged_lsn = lsn;
    }
    (void)pthread_mutex_unlock(&c->lock);
    nami_commit__frames_free(c, &one); /* empty if it was taken */
    return status;
}

/* What became of an LSN of a term that is over. */
static int32_t verdict_locked(const struct nami_commit *c, uint64_t term, uint64_t lsn,
                              struct nami_diagnostic *diag)
{
    const struct ended_term *ended = &c->guarded.ended[term % NAMI_TERMS_KEPT];

    if (ended->term != term) {
        return nami_diagnose(diag, NAMI_COND_COMMIT_UNKNOWN, NULL,
                             "it was asked too late what became of this transaction");
    }
    if (lsn <= ended->proven) {
        return NAMI_OK;
    }
    if (lsn <= ended->unknown_last) {
        return nami_diagnose(diag, NAMI_COND_COMMIT_UNKNOWN, NULL,
                             "the transaction may or may not be durable: %s",
                             ended->verdict.message);
    }
    return nami_diagnose(diag, ended->verdict.condition, NULL, "%s", ended->verdict.message);
}

int32_t nami_commit_settled(struct nami_commit *c, uint64_t term, uint64_t lsn,
                            struct nami_waiter *waiter, struct nami_diagnostic *diag)
{
    struct commit_guarded *g = &c->guarded;
    uint64_t now = 0;
    int32_t status = NAMI_E_AGAIN;

    (void)pthread_mutex_lock(&c->lock);
    now = atomic_load_explicit(&c->term, memory_order_relaxed); /* written under the lock */
    if (term != now) {
        nami_commit__unlink_locked(c, waiter);
        status = verdict_locked(c, term, lsn, diag);
    } else if (lsn <= g->proven_lsn) {
        nami_commit__unlink_locked(c, waiter);
        status = NAMI_OK;
    } else if (lsn > g->staged_lsn) {
        status =
            nami_diagnose(diag, NAMI_COND_INTERNAL, NULL, "LSN %" PRIu64 " was never staged", lsn);
    } else if (waiter->queue == NULL) {
        bool is_sent = lsn <= g->flight_lsn;

        nami_commit__enqueue_locked(c, is_sent ? &g->settle_now : &g->settle_later, waiter,
                                    is_sent ? PLACE_SETTLE_NOW : PLACE_SETTLE_LATER);
    }
    (void)pthread_mutex_unlock(&c->lock);
    return status;
}

void nami_commit_settled_cancel(struct nami_commit *c, struct nami_waiter *waiter)
{
    (void)pthread_mutex_lock(&c->lock);
    nami_commit__unlink_locked(c, waiter);
    (void)pthread_mutex_unlock(&c->lock);
}
