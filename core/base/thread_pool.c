#include "core/base/thread_pool.h"

#include <assert.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

struct nami_thread_pool {
    struct {
        pthread_mutex_t lock;
        pthread_cond_t changed;
        struct nami_task *first;
        struct nami_task *last;
        bool is_stopping;
    } guarded;
    uint32_t thread_count;
    pthread_t threads[];
};

static struct nami_task *take_locked(struct nami_thread_pool *pool)
{
    struct nami_task *task = pool->guarded.first;

    if (task != NULL) {
        pool->guarded.first = task->next;
        if (task->next == NULL) {
            pool->guarded.last = NULL;
        }
    }
    return task;
}

static void *work(void *arg)
{
    struct nami_thread_pool *pool = arg;

    (void)pthread_mutex_lock(&pool->guarded.lock);
    for (;;) {
        struct nami_task *task = take_locked(pool);

        if (task != NULL) {
            (void)pthread_mutex_unlock(&pool->guarded.lock);
            task->run(task); /* the task may be gone now */
            (void)pthread_mutex_lock(&pool->guarded.lock);
        } else if (pool->guarded.is_stopping) {
            break;
        } else {
            (void)pthread_cond_wait(&pool->guarded.changed, &pool->guarded.lock);
        }
    }
    (void)pthread_mutex_unlock(&pool->guarded.lock);
    return NULL;
}

int32_t nami_thread_pool_create(uint32_t threads, struct nami_thread_pool **out)
{
    struct nami_thread_pool *pool = NULL;
    int32_t status = NAMI_OK;

    assert(threads > 0);
    *out = NULL;
    pool = calloc(1, sizeof(*pool) + threads * sizeof(pool->threads[0]));
    if (pool == NULL) {
        return NAMI_E_NOMEM;
    }
    (void)pthread_mutex_init(&pool->guarded.lock, NULL); /* with default attributes it can't fail */
    (void)pthread_cond_init(&pool->guarded.changed, NULL);
    while (pool->thread_count < threads && status == NAMI_OK) {
        if (pthread_create(&pool->threads[pool->thread_count], NULL, work, pool) == 0) {
            pool->thread_count++;
        } else {
            status = NAMI_E_NOMEM;
        }
    }
    if (status != NAMI_OK) {
        nami_thread_pool_destroy(pool);
        return status;
    }
    *out = pool;
    return NAMI_OK;
}

void nami_thread_pool_destroy(struct nami_thread_pool *pool)
{
    if (pool == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&pool->guarded.lock);
    pool->guarded.is_stopping = true;
    (void)pthread_cond_broadcast(&pool->guarded.changed);
    (void)pthread_mutex_unlock(&pool->guarded.lock);
    for (uint32_t i = 0; i < pool->thread_count; i++) {
        (void)pthread_join(pool->threads[i], NULL);
    }
    (void)pthread_cond_destroy(&pool->guarded.changed);
    (void)pthread_mutex_destroy(&pool->guarded.lock);
    free(pool);
}

void nami_thread_pool_submit(struct nami_thread_pool *pool, struct nami_task *task)
{
    task->next = NULL;
    (void)pthread_mutex_lock(&pool->guarded.lock);
    if (pool->guarded.last != NULL) {
        pool->guarded.last->next = task;
    } else {
        pool->guarded.first = task;
    }
    pool->guarded.last = task;
    (void)pthread_cond_signal(&pool->guarded.changed);
    (void)pthread_mutex_unlock(&pool->guarded.lock);
}
