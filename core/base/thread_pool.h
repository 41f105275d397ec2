/*
 * core/base/thread_pool.h -- a fixed number of threads that run tasks first in, first out.
 *
 * A task is a link in the queue itself, so submitting allocates nothing and cannot fail.
 *
 * Thread: submit on any, tasks included; create and destroy on their owner's.
 */
#ifndef NAMI_CORE_BASE_THREAD_POOL_H
#define NAMI_CORE_BASE_THREAD_POOL_H

#include <namidb/host.h>

struct nami_thread_pool;

/* `threads` > 0. Fails: NOMEM, also if the system gives no thread. */
NAMI_CHECKED int32_t nami_thread_pool_create(uint32_t threads, struct nami_thread_pool **out);
/* Runs what is queued, then ends the threads. Nobody may submit any more. NULL is fine. */
void nami_thread_pool_destroy(struct nami_thread_pool *pool);
/* The task lives with its maker until run() begins; run() may free it. */
void nami_thread_pool_submit(struct nami_thread_pool *pool, struct nami_task *task);

#endif /* NAMI_CORE_BASE_THREAD_POOL_H */
