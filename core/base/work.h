/*
 * core/base/work.h -- long work that must end when its time is up or nobody wants it any more.
 *
 * Whoever does a statement's work counts it in units of some 100 ns: a row, a node of a tree.
 * The clock and the cancel token are looked at each NAMI_CHECK_EVERY_ROWS units.
 *
 * Thread: one at a time.
 */
#ifndef NAMI_CORE_BASE_WORK_H
#define NAMI_CORE_BASE_WORK_H

#include <namidb/host.h>

#include "core/base/diagnostic.h"
#include "core/base/limits.h"

struct nami_work {
    const struct nami_host *host;
    const struct nami_call *call; /* deadline and cancel token; NULL: it may go on for ever */
    uint64_t timeout_ms;          /* what the diagnostic names */
    uint32_t units;               /* since the last look */
};

/* Fails: QUERY_TIMEOUT (names --query-timeout), CANCELLED. */
NAMI_CHECKED int32_t nami_work_look(const struct nami_work *work, struct nami_diagnostic *diag);

/* So many units were done, or are about to be. `work` NULL: OK. Fails as above. */
NAMI_CHECKED static inline int32_t nami_work_tick(struct nami_work *work, uint32_t units,
                                                  struct nami_diagnostic *diag)
{
    if (work == NULL) {
        return NAMI_OK;
    }
    work->units += units < NAMI_CHECK_EVERY_ROWS ? units : NAMI_CHECK_EVERY_ROWS;
    if (work->units < NAMI_CHECK_EVERY_ROWS) {
        return NAMI_OK;
    }
    work->units = 0;
    return nami_work_look(work, diag);
}

#endif /* NAMI_CORE_BASE_WORK_H */
