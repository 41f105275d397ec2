/*
 * core/base/runtime.h -- what the engine needs beside the plugin's host table: actors.
 *
 * An actor is a long-running loop (the keeper of a namespace: commits, claims,
 * follower turns). In a process it is a thread of its own, so that it may wait for
 * tasks of the host's pool without starving it; in the simulator it is a fiber.
 * Engine code waits through host->event_wait() only and holds no mutex across it.
 */
#ifndef NAMI_CORE_BASE_RUNTIME_H
#define NAMI_CORE_BASE_RUNTIME_H

#include <namidb/host.h>

/* Lives with its maker until actor_join() has returned. */
struct nami_actor {
    void (*run)(struct nami_actor *actor);
    void *handle; /* the runtime's */
};

struct nami_runtime {
    const struct nami_host *host;
    /* Fails: NOMEM. */
    int32_t (*actor_start)(const struct nami_runtime *runtime, struct nami_actor *actor);
    /* Wait until run() has returned. */
    void (*actor_join)(const struct nami_runtime *runtime, struct nami_actor *actor);
};

#endif /* NAMI_CORE_BASE_RUNTIME_H */
