/* submit: at once, or on the host's pool where a call is to take its time. */
#include "memory.h"

/* Lives from submit() until done(). */
struct slow_batch {
    struct nami_task task; /* first: run() is given its address */
    struct nami_store *self;
    struct nami_store_batch *batch;
};

static void run(struct nami_store *self, struct nami_store_batch *batch)
{
    switch ((enum nami_store_op)batch->op) {
    case NAMI_STORE_READ:
        nami_memory__read(self, batch->call, batch->reqs, batch->count, batch->stride);
        break;
    case NAMI_STORE_WRITE:
        nami_memory__write(self, batch->call, batch->reqs, batch->count, batch->stride);
        break;
    case NAMI_STORE_HEAD:
        nami_memory__head(self, batch->call, batch->reqs, batch->count, batch->stride);
        break;
    case NAMI_STORE_REMOVE:
        nami_memory__remove(self, batch->call, batch->reqs, batch->count, batch->stride);
        break;
    case NAMI_STORE_LIST:
        for (size_t i = 0; i < batch->count; i++) {
            nami_memory__list(self, batch->call,
                              NAMI_AT(struct nami_list, batch->reqs, batch->stride, i));
        }
        break;
    }
    batch->done(batch);
}

static void run_slow(struct nami_task *task)
{
    struct slow_batch *slow = (struct slow_batch *)(void *)task;
    struct nami_store *self = slow->self;
    struct nami_store_batch *batch = slow->batch;

    self->host->mem_free(self->host, slow); /* done() may be the store's last moment */
    run(self, batch);
}

void nami_memory__submit(struct nami_store *self, struct nami_store_batch *batch)
{
    struct slow_batch *slow =
        self->latency_ns > 0 ? self->host->mem_alloc(self->host, sizeof(*slow)) : NULL;

    if (slow == NULL) { /* fast, or out of memory: then the caller's thread does the waiting */
        run(self, batch);
        return;
    }
    *slow = (struct slow_batch){.task = {.run = run_slow}, .self = self, .batch = batch};
    self->host->task_submit(self->host, &slow->task);
}
