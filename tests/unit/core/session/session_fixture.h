/*
 * tests/unit/core/session/session_fixture.h -- a database on a store in memory, and answers as
 * text: read through namidb/batch_util.h, as a protocol reads them.
 */
#ifndef NAMI_TESTS_SESSION_FIXTURE_H
#define NAMI_TESTS_SESSION_FIXTURE_H

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <namidb/batch_util.h>

#include "core/base/host_process.h"
#include "core/session/session.h"
#include "tests/support/run_suite.h"

struct fixture {
    struct nami_process_host *process;
    const struct nami_host *host;
    struct nami_registry registry;
    struct nami_database_config config; /* of the next open */
    struct nami_database *db;
    struct nami_diagnostic diag; /* of the last failure */
    struct nami_counters counters;
    struct nami_buf text;
};

/* A process with the store; no database yet. */
void fixture_init(struct fixture *fx);
void fixture_release(struct fixture *fx);
void fixture_open(struct fixture *fx, const char *uri);
void fixture_close(struct fixture *fx);

/* One column or batch as text: "1, 'a', null; 2, [1, 2], (n:0 :A {k: 1})". */
void print_cell(struct nami_buf *out, struct nami_cell cell);
void print_batch(struct nami_buf *out, const struct nami_batch *batch);

/*
 * Run to the end, blocking. Rows as text, or "!Code" with fx->diag. Borrowed until the next.
 */
const char *ask(struct fixture *fx, const char *text);
const char *ask_with(struct fixture *fx, const struct nami_statement_config *config);
#define CU_ASK(fx, query, answer) CU_ASSERT_STRING_EQUAL(ask(fx, query), answer)

/* A waiter that counts. */
struct counting_waiter {
    struct nami_waiter waiter;
    atomic_uint woken;
};
void counting_init(struct counting_waiter *waiter);
/* Within 10 s; false: it was not woken again. */
bool counting_wait(struct counting_waiter *waiter, unsigned times);
void sleep_ms(unsigned ms);

struct nami_statement_run *open_run(struct fixture *fx, const char *text,
                                    struct counting_waiter *waiter);
/* start() until it is not AGAIN. */
int32_t start_run(struct fixture *fx, struct nami_statement_run *run,
                  struct counting_waiter *waiter);
int32_t finish_run(struct fixture *fx, struct nami_statement_run *run,
                   struct counting_waiter *waiter);

#endif /* NAMI_TESTS_SESSION_FIXTURE_H */
