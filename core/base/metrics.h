/*
 * core/base/metrics.h -- counters, gauges and histograms of a process, and their text
 * in the Prometheus exposition format 0.0.4.
 *
 * A histogram counts by powers of two: enough to see a tail, and nothing to configure.
 *
 * Thread: any. Recording takes no lock.
 */
#ifndef NAMI_CORE_BASE_METRICS_H
#define NAMI_CORE_BASE_METRICS_H

#include <namidb/host.h>

#include "core/base/buf.h"

struct nami_metrics;

enum {
    NAMI_METRICS_MAX = 512,             /* names are written in code, so there are few */
    NAMI_METRIC_NONE = NAMI_METRICS_MAX /* a metric that is not kept */
};

NAMI_CHECKED int32_t nami_metrics_create(struct nami_metrics **out);
void nami_metrics_destroy(struct nami_metrics *metrics);
/* The same number for the same name. NAMI_METRIC_NONE: no room, or not a name. */
uint32_t nami_metrics_define(struct nami_metrics *metrics, uint32_t kind, struct nami_slice name,
                             struct nami_slice unit);
void nami_metrics_record(struct nami_metrics *metrics, uint32_t metric, int64_t value);
/* Fails: NOMEM. */
NAMI_CHECKED int32_t nami_metrics_print(struct nami_metrics *metrics, struct nami_buf *out);

#endif /* NAMI_CORE_BASE_METRICS_H */
