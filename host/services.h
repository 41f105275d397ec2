/*
 * host/services.h -- namidb/services.h on top of core/session: one table per connection.
 *
 * What:   translates the calls of a protocol into statements of the one database, and
 *         diagnostics into what a client is told. Knows who may do what.
 * Above:  connections.
 * Below:  session, auth.
 * Thread: the shared part any; a connection's part one thread at a time, but wake() may
 *         come on any.
 */
#ifndef NAMI_HOST_SERVICES_H
#define NAMI_HOST_SERVICES_H

#include <stdatomic.h>
#include <stdbool.h>

#include <namidb/services.h>

#include "core/base/host_process.h"
#include "core/session/session.h"
#include "host/auth.h"

/* What all connections share. */
struct nami_services_shared {
    const struct nami_host *host;
    struct nami_database *database;
    const struct nami_auth *auth;
    struct nami_process_host *process; /* for its metrics */
    bool flush_is_off;
};

/* One connection's. Zero it, then init. */
struct nami_door_services {
    struct nami_services table; /* first: its address is what the protocol holds */
    const struct nami_services_shared *shared;
    /* Called when serve() should be tried again; any thread. */
    void (*wake)(struct nami_door_services *self);
    /* What the door tells before serve(), and learns after it. */
    bool is_loop_thread;
    bool needs_worker;
    bool is_waiting;
    bool is_urgent;            /* needs_worker, and all who write wait for it */
    atomic_bool has_principal; /* somebody was let in: longer messages, longer patience */
    struct nami_waiter waiter;
    struct nami_diagnostic diagnostic;
    struct nami_failure failure;
};

void nami_door_services_init(struct nami_door_services *self,
                             const struct nami_services_shared *shared,
                             void (*wake)(struct nami_door_services *self));

#endif /* NAMI_HOST_SERVICES_H */
