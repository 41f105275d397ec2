/* Unit tests for core/base/thread_pool.c. */
#include "tests/support/run_suite.h"

#include <stdatomic.h>

#include "core/base/thread_pool.h"

struct counting {
    struct nami_task task; /* first */
    atomic_int *ran;
    struct nami_thread_pool *pool; /* where to submit `then`, from the pool itself */
    struct counting *then;
};

static void count(struct nami_task *task)
{
    struct counting *self = (struct counting *)(void *)task;

    if (self->then != NULL) {
        nami_thread_pool_submit(self->pool, &self->then->task);
    }
    atomic_fetch_add(self->ran, 1);
    free(self); /* allowed: the pool touches it no more */
}

static struct counting *counting_create(atomic_int *ran)
{
    struct counting *self = calloc(1, sizeof(*self));

    CU_ASSERT_PTR_NOT_NULL_FATAL(self);
    self->task.run = count;
    self->ran = ran;
    return self;
}

static void test_destroy__runs_what_is_queued(void)
{
    struct nami_thread_pool *pool = NULL;
    atomic_int ran = 0;

    CU_ASSERT_EQUAL_FATAL(nami_thread_pool_create(4, &pool), NAMI_OK);
    for (int i = 0; i < 10000; i++) {
        struct counting *self = counting_create(&ran);

        if (i % 2 == 0) {
            self->pool = pool;
            self->then = counting_create(&ran);
        }
        nami_thread_pool_submit(pool, &self->task);
    }
    nami_thread_pool_destroy(pool);
    CU_ASSERT_EQUAL(ran, 15000);
    nami_thread_pool_destroy(NULL);
}

struct ordered {
    struct nami_task task; /* first */
    int number;
    int *next;
    int *wrong;
};

static void check_order(struct nami_task *task)
{
    struct ordered *self = (struct ordered *)(void *)task;

    *self->wrong += self->number != (*self->next)++;
}

static void test_submit__first_in_first_out(void)
{
    static struct ordered tasks[1000];
    struct nami_thread_pool *pool = NULL;
    int next = 0;
    int wrong = 0;

    CU_ASSERT_EQUAL_FATAL(nami_thread_pool_create(1, &pool), NAMI_OK);
    for (int i = 0; i < 1000; i++) {
        tasks[i] = (struct ordered){{.run = check_order}, i, &next, &wrong};
        nami_thread_pool_submit(pool, &tasks[i].task);
    }
    nami_thread_pool_destroy(pool);
    CU_ASSERT_EQUAL(next, 1000);
    CU_ASSERT_EQUAL(wrong, 0);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"destroy: runs what is queued", test_destroy__runs_what_is_queued},
        {"submit: first in, first out", test_submit__first_in_first_out},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/base/thread_pool", NULL, NULL, tests);
}
