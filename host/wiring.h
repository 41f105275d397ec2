/*
 * host/wiring.h -- the parts of a host, made in order and taken down in reverse.
 *
 *   process host (memory, clock, threads, log) -> registry of plugins -> database -> door
 */
#ifndef NAMI_HOST_WIRING_H
#define NAMI_HOST_WIRING_H

#include "host/host_options.h"

struct nami_wiring;

/* Everything open and listening. Fails: CONFIG (asked wrongly), and as the parts do. */
NAMI_CHECKED int32_t nami_wiring_create(const struct nami_host_options *options,
                                        struct nami_wiring **out, struct nami_error *err);
/* Serve until SIGTERM or SIGINT. */
void nami_wiring_run(struct nami_wiring *wiring);
/* Commits what is staged and releases the lease. NULL is fine. */
void nami_wiring_destroy(struct nami_wiring *wiring);

#endif /* NAMI_HOST_WIRING_H */
