/*
 * core/base/waiter.h -- how something that cannot go on is told that it can.
 *
 * A waiter is a callback that lives with whoever waits. The event loop turns it
 * into "serve this connection again", a blocking caller into event_signal(), the
 * simulator into "make this fiber runnable". No thread has to wait.
 */
#ifndef NAMI_CORE_BASE_WAITER_H
#define NAMI_CORE_BASE_WAITER_H

#include <namidb/host.h>

struct nami_waiter {
    /* On any thread, must not block, exactly once for each time it was queued. */
    void (*wake)(struct nami_waiter *waiter);
    struct nami_waiter *next; /* the queue's */
    void *queue;              /* the queue it is in; NULL: none */
};

/* A waiter that a thread can sleep on. */
struct nami_sleeper {
    struct nami_waiter waiter; /* first: wake() is given its address */
    const struct nami_host *host;
    struct nami_event event;
};

void nami_sleeper_init(struct nami_sleeper *sleeper, const struct nami_host *host);
/*
 * OK: it was woken, and may be queued and waited for again. Or DEADLINE: then take the waiter
 * out of its queue before reuse; if it was woken meanwhile, the next wait ends at once.
 */
NAMI_CHECKED int32_t nami_sleeper_wait(struct nami_sleeper *sleeper, uint64_t deadline_ns);

#endif /* NAMI_CORE_BASE_WAITER_H */
