/*
 * host/report.h -- what the host says of itself: health, flush, metrics, catalog.
 */
#ifndef NAMI_HOST_REPORT_H
#define NAMI_HOST_REPORT_H

#include "host/services.h"

/* {"status":"ok","namespace":"demo","manifest_version":1,"epoch":1,"writer":"leader"}.
 * Fails: TRANSIENT with the text written (degraded), NOMEM. */
NAMI_CHECKED int32_t nami_report_health(const struct nami_services_shared *shared,
                                        struct nami_buf *text);
/* {"ssts_written":0,"manifest_version":1}. Fails: NOMEM. */
NAMI_CHECKED int32_t nami_report_flush(const struct nami_services_shared *shared,
                                       struct nami_buf *text);
/* Prometheus text. Fails: NOMEM. */
NAMI_CHECKED int32_t nami_report_metrics(const struct nami_services_shared *shared,
                                         struct nami_buf *text);
/* Labels, types, keys, constraints and indexes as JSON. Fails: NOMEM. */
NAMI_CHECKED int32_t nami_report_catalog(const struct nami_services_shared *shared,
                                         struct nami_buf *text);

#endif /* NAMI_HOST_REPORT_H */
