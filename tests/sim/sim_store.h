/*
 * tests/sim/sim_store.h -- an object store as bad as the protocol allows.
 *
 * Every request travels to the bucket and its answer back, each for a random time. On the
 * way it can be lost, applied with its answer lost, applied late or twice, refused for now;
 * its sender can be paused or die, before or after it is sent. What is applied is atomic and
 * seen by all reads that begin after its answer.
 */
#ifndef NAMI_TESTS_SIM_SIM_STORE_H
#define NAMI_TESTS_SIM_SIM_STORE_H

#include <stdbool.h>

#include <namidb/store.h>

struct world;
struct sim_process;

#define SIM_PREFIX "db/"

enum { SIM_BUCKETS = 512, SIM_BASE_MS = 1700000000 };

struct sim_object {
    struct sim_object *next; /* of those with the same hash */
    uint8_t *bytes;
    size_t len;
    uint64_t etag; /* a hash of the bytes: equal bytes have equal versions */
    int64_t modified_ms;
    char key[]; /* with its NUL */
};

struct sim_bucket {
    struct sim_object *objects[SIM_BUCKETS];
    struct sim_process *holder; /* of the lock; NULL: it is free */
};

/* A process's connection. */
struct nami_store {
    struct world *world;
    struct sim_process *process;
};

const struct sim_object *sim_bucket_find(const struct sim_bucket *bucket, const char *key);
/* The number of the slot that has this key; 0: it is not a slot. */
uint64_t sim_slot_of(const char *key);
/* What the store would say is the time: its clocks differ. */
int64_t sim_store_time(struct world *world);
/* The operations; open() is not among them, see sim_process.c. */
extern const struct nami_store_ops sim_store_ops;
extern const struct nami_store_ops sim_store_ops_with_hold;

#endif /* NAMI_TESTS_SIM_SIM_STORE_H */
