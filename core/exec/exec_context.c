/* Ticks and memory of one running query. */
#include "core/exec/exec_context.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "core/base/work.h"

enum { TICK_ROWS = 1024 };

static int32_t look_at_the_clock(struct nami_exec *exec)
{
    struct nami_work work = {
        .host = exec->host, .call = exec->call, .timeout_ms = exec->timeout_ms};

    return nami_work_look(&work, exec->diag);
}

int32_t nami_exec_tick(struct nami_exec *exec, uint32_t rows)
{
    exec->ticks += rows < TICK_ROWS ? rows : TICK_ROWS;
    if (exec->ticks < TICK_ROWS) {
        return NAMI_OK;
    }
    exec->ticks = 0;
    return look_at_the_clock(exec);
}

int32_t nami_exec_nomem(struct nami_exec *exec)
{
    bool is_over = exec->arena->is_over || exec->scratch->is_over;
    int32_t status;

    if (!is_over || exec->budget == NULL) {
        return nami_diagnose(exec->diag, NAMI_COND_OUT_OF_MEMORY, NULL,
                             "the server has no memory left for this query");
    }
    status = nami_diagnose(exec->diag, NAMI_COND_QUERY_MEMORY, NULL,
                           "the query needs more than --query-memory allows: %" PRIu64 " bytes",
                           exec->budget->max_bytes);
    nami_diagnose_hint(exec->diag, "raise --query-memory, or let the query keep fewer rows");
    return status;
}

void *nami_exec_alloc(struct nami_exec *exec, size_t count, size_t size)
{
    return nami_arena_calloc(exec->arena, count, size);
}

void *nami_exec_scratch(struct nami_exec *exec, size_t count, size_t size)
{
    return nami_arena_calloc(exec->scratch, count, size);
}

int32_t nami_exec_fail(struct nami_exec *exec, uint32_t condition, struct nami_span span,
                       const char *fmt, ...)
{
    char message[sizeof(exec->diag->message)];
    int32_t status;
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(message, sizeof(message), fmt, args);
    va_end(args);
    status = nami_diagnose(exec->diag, condition, NULL, "%s", message);
    if (exec->diag != NULL && span.at <= exec->text.len && exec->text.len > 0) {
        nami_diagnose_place(exec->diag, exec->text, span.at);
    }
    return status;
}
