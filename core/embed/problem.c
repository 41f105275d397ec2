#include <stdarg.h>
#include <stdio.h>

#include <namidb/plugin_util.h>

#include "core/embed/embed.h"

int32_t nami_embed__problem(struct namidb_problem *problem, int32_t status,
                            const struct nami_diagnostic *diag)
{
    const struct nami_condition_info *info = NULL;

    if (status == NAMI_OK || problem == NULL ||
        !NAMI_HAS(problem, struct namidb_problem, excerpt)) {
        return status;
    }
    info = nami_condition_info(diag->condition);
    problem->status = status;
    problem->line = diag->at.line;
    problem->column = diag->at.column;
    problem->offset = diag->at.offset;
    problem->retryable = info->is_retryable;
    (void)snprintf(problem->code, sizeof(problem->code), "%s", info->code);
    (void)snprintf(problem->message, sizeof(problem->message), "%s", diag->message);
    (void)snprintf(problem->hint, sizeof(problem->hint), "%s", diag->hint);
    (void)snprintf(problem->excerpt, sizeof(problem->excerpt), "%s", diag->excerpt);
    return status;
}

int32_t nami_embed__fail(struct namidb_problem *problem, uint32_t condition, const char *fmt, ...)
{
    struct nami_diagnostic diag = {0};
    char message[sizeof(diag.message)];
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(message, sizeof(message), fmt, args);
    va_end(args);
    return nami_embed__problem(problem, nami_diagnose(&diag, condition, NULL, "%s", message),
                               &diag);
}
