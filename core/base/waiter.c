#include "core/base/waiter.h"

static void wake_sleeper(struct nami_waiter *waiter)
{
    struct nami_sleeper *sleeper = (struct nami_sleeper *)(void *)waiter;

    sleeper->host->event_signal(sleeper->host, &sleeper->event);
}

void nami_sleeper_init(struct nami_sleeper *sleeper, const struct nami_host *host)
{
    *sleeper = (struct nami_sleeper){.waiter = {.wake = wake_sleeper}, .host = host};
}

int32_t nami_sleeper_wait(struct nami_sleeper *sleeper, uint64_t deadline_ns)
{
    int32_t status = sleeper->host->event_wait(sleeper->host, &sleeper->event, deadline_ns);

    if (status == NAMI_OK) {
        sleeper->event = (struct nami_event){0}; /* for the next time it is queued */
    }
    return status;
}
