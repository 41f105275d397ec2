/*
 * plugins/store-memory/space.h -- the objects of one memory://NAME in this process.
 *
 * Every open of a name shares one space, whichever host it came with; the last close
 * forgets it. So its memory is the process's (malloc), not a host's: a host may be gone
 * while what was written through it is still read through another.
 */
#ifndef NAMI_PLUGINS_STORE_MEMORY_SPACE_H
#define NAMI_PLUGINS_STORE_MEMORY_SPACE_H

#include <pthread.h>

#include <namidb/host.h>

#include "index.h"

struct spaces;

struct space {
    struct space *next;    /* in its struct spaces, under the lock there */
    struct spaces *spaces; /* where it is listed */
    size_t handles;        /* open, under the lock there */
    size_t name_len;
    struct {
        pthread_rwlock_t lock;
        struct index index;
    } guarded; /* touch members only while holding guarded.lock */
    uint8_t name[];
};

/* The space called `name`, made if need be. Fails: NOMEM. */
NAMI_CHECKED int32_t nami_memory__space_open(const struct nami_host *host, struct nami_slice name,
                                             struct space **out, struct nami_error *err);
void nami_memory__space_close(struct space *space); /* NULL is fine */

/* Never the same twice in a process: a version outlives the space it came from. */
uint64_t nami_memory__next_version(struct space *space);

#endif /* NAMI_PLUGINS_STORE_MEMORY_SPACE_H */
