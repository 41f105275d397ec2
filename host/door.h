/*
 * host/door.h -- sockets, threads and deadlines: everything a protocol does not see.
 *
 * What:   one libuv loop thread accepts, reads, frames, serves what is quick and writes;
 *         worker threads serve what is slow. A protocol's conn runs on one thread at a
 *         time, the loop's or a worker's, never both.
 *
 *   accept -> bytes -> framer -> queue of messages -> serve() -> out -> bytes
 *                                    ^                  | AGAIN: needs a worker, waits for a
 *                                    +------------------+ commit, or has no room
 *
 * Above:  main.
 * Below:  plugins (proto.h), services.h.
 * Thread: one, the owner's.
 */
#ifndef NAMI_HOST_DOOR_H
#define NAMI_HOST_DOOR_H

#include <stdbool.h>

#include <namidb/host.h>
#include <namidb/proto.h>

#include "core/plugin/registry.h"
#include "host/services.h"

struct nami_door;

struct nami_door_config {
    const struct nami_host *host;
    struct nami_services_shared *services; /* outlives the door */
    size_t connections_max;
    size_t workers; /* and one for who holds the write token */
    uint64_t drain_timeout_ms;
};

NAMI_CHECKED int32_t nami_door_create(const struct nami_door_config *config, struct nami_door **out,
                                      struct nami_error *err);
/*
 * Bind and listen. `address` is "127.0.0.1:8080", "[::1]:0", ":8080" (all addresses); the
 * address that was really bound goes to `bound`. The protocol must outlive the door.
 * Fails: CONFIG (what is wrong with the address, in use, not permitted).
 */
NAMI_CHECKED int32_t nami_door_listen(struct nami_door *door, const struct nami_known_plugin *proto,
                                      const char *address, char *bound, size_t bound_bytes,
                                      struct nami_error *err);
/* Serve until SIGTERM or SIGINT; running statements then have drain_timeout_ms. */
void nami_door_run(struct nami_door *door);
/* Signals are caught until then; it needs neither host nor services. NULL is fine. */
void nami_door_destroy(struct nami_door *door);

#endif /* NAMI_HOST_DOOR_H */
