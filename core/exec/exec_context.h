/*
 * core/exec/exec_context.h -- what every operator and kernel of one running query shares.
 */
#ifndef NAMI_CORE_EXEC_EXEC_CONTEXT_H
#define NAMI_CORE_EXEC_EXEC_CONTEXT_H

#include "core/base/arena.h"
#include "core/base/diagnostic.h"
#include "core/cypher/symbol.h"
#include "core/graph/txn.h"

struct nami_exec {
    const struct nami_host *host;
    const struct nami_call *call;     /* deadline and cancel token */
    const struct nami_snapshot *snap; /* the txn's own once there is one */
    struct nami_txn *txn;             /* NULL: reading */
    struct nami_arena *arena;         /* lives as long as the cursor */
    struct nami_arena *scratch;       /* what one batch makes; whoever drives a pipeline rewinds
                                              it between batches, so what is kept longer is copied */
    struct nami_budget *budget;
    const struct nami_value *params; /* by the statement's parameter index */
    uint32_t param_count;
    uint32_t ticks;               /* rows since the last look at the clock */
    int64_t statement_wall_ms;    /* timestamp() of the whole statement */
    uint64_t random_state[2];     /* rand() */
    struct nami_diagnostic *diag; /* filled in when a status is not OK */
    uint64_t timeout_ms;          /* what the diagnostic names */
    struct nami_slice text;       /* of the statement, for excerpts; may be empty */
};

/*
 * Account for `rows` of work; at least each 1,024 it looks at the clock and the cancel token.
 * Fails: DEADLINE (QUERY_TIMEOUT, names --query-timeout), CANCELLED.
 */
NAMI_CHECKED int32_t nami_exec_tick(struct nami_exec *exec, uint32_t rows);
/* The arena said NULL: QUERY_MEMORY (names --query-memory) or OUT_OF_MEMORY. */
int32_t nami_exec_nomem(struct nami_exec *exec);
/* Zeroed memory of the cursor or of the batch. NULL: answer with nami_exec_nomem(). */
void *nami_exec_alloc(struct nami_exec *exec, size_t count, size_t size);
void *nami_exec_scratch(struct nami_exec *exec, size_t count, size_t size);

/* Fill in exec->diag with a problem at a place of the statement; the condition's status. */
NAMI_PRINTF(4, 5)
int32_t nami_exec_fail(struct nami_exec *exec, uint32_t condition, struct nami_span span,
                       const char *fmt, ...);

#endif /* NAMI_CORE_EXEC_EXEC_CONTEXT_H */
