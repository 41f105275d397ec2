#include "core/base/work.h"

#include <inttypes.h>

int32_t nami_work_look(const struct nami_work *work, struct nami_diagnostic *diag)
{
    const struct nami_call *call = work->call;
    int32_t status = NAMI_OK;

    if (call == NULL) {
        return NAMI_OK;
    }
    if (call->cancel != NULL && work->host->cancelled(work->host, call->cancel) != 0) {
        return nami_diagnose(diag, NAMI_COND_CANCELLED, NULL, "the query was cancelled");
    }
    if (call->deadline_ns != NAMI_NO_DEADLINE &&
        work->host->mono_ns(work->host) >= call->deadline_ns) {
        status = nami_diagnose(diag, NAMI_COND_QUERY_TIMEOUT, NULL,
                               "the query ran longer than %" PRIu64 " ms", work->timeout_ms);
        nami_diagnose_hint(diag, "raise --query-timeout");
    }
    return status;
}
