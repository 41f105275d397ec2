/*
 * core/base/host_process.h -- the host table and the runtime of a real process: its
 * memory, clocks, chance, threads, log lines on stderr and metrics.
 *
 * Above:  host, cli, libnamidb, tests of what needs the real thing.
 * Thread: create and destroy on the owner's; the tables on any.
 */
#ifndef NAMI_CORE_BASE_HOST_PROCESS_H
#define NAMI_CORE_BASE_HOST_PROCESS_H

#include "core/base/buf.h"
#include "core/base/cancel.h"
#include "core/base/runtime.h"

struct nami_process_host;

struct nami_process_host_config {
    uint32_t pool_threads; /* > 0; they run what waits for stores and disks */
    uint32_t log_level;    /* enum nami_log_level; louder lines are dropped */
};

/* Fails: NOMEM. */
NAMI_CHECKED int32_t nami_process_host_create(const struct nami_process_host_config *config,
                                              struct nami_process_host **out);
/* Runs the tasks that are queued. Every handle and actor on it has ended. NULL is fine. */
void nami_process_host_destroy(struct nami_process_host *host);

/* Both live as long as the host. */
const struct nami_host *nami_process_host_table(const struct nami_process_host *host);
const struct nami_runtime *nami_process_runtime(const struct nami_process_host *host);

/* All metrics as Prometheus text. Fails: NOMEM. */
NAMI_CHECKED int32_t nami_process_host_metrics(struct nami_process_host *host,
                                               struct nami_buf *out);

#endif /* NAMI_CORE_BASE_HOST_PROCESS_H */
