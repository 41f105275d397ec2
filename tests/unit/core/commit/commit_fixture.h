/*
 * tests/unit/core/commit/commit_fixture.h -- a bucket in memory, writers and followers on
 * it, and a store between them that can fail on request.
 */
#ifndef NAMI_TESTS_UNIT_CORE_COMMIT_COMMIT_FIXTURE_H
#define NAMI_TESTS_UNIT_CORE_COMMIT_COMMIT_FIXTURE_H

#include <pthread.h>
#include <stdatomic.h>

#include <namidb/plugin_util.h>

#include "core/base/host_process.h"
#include "core/commit/commit.h"
#include "core/commit/commit_internal.h"
#include "core/plugin/registry.h"
#include "tests/support/run_suite.h"

enum { REPLICA_TEXTS = 4096, REPLICA_TEXT = 16 };

/* What the store does with the next writes whose key contains `where`. */
enum fault {
    FAULT_NONE,
    FAULT_LOST_ANSWER,  /* applied, answered UNKNOWN */
    FAULT_LOST_REQUEST, /* not applied, answered UNKNOWN */
    FAULT_LATE,         /* as LOST_REQUEST, but applied just before the next read of that key */
    FAULT_REFUSED,      /* AUTH, not applied */
    FAULT_FULL,         /* TRANSIENT with ENOSPC, not applied */
    FAULT_TRANSIENT     /* not applied */
};

struct bucket {
    struct nami_process_host *process;
    const struct nami_host *host;
    struct nami_registry registry;
    struct nami_store_handle real;
    struct nami_store_handle store; /* what commits get: submit() goes through the faults */
    struct nami_store_ops ops;
    pthread_mutex_t lock;
    enum fault fault;
    uint32_t fault_count;   /* so many writes still */
    const char *where;      /* part of the key */
    atomic_int read_status; /* reads fail with this one */
    atomic_uint slot_writes;
    atomic_uint manifest_reads;
    atomic_uint slot_reads;
    char late_key[NAMI_KEY_BYTES_MAX + 1];
    struct nami_buf late_body;
};

/* A list of texts by LSN. */
struct replica {
    pthread_mutex_t lock;
    char texts[REPLICA_TEXTS][REPLICA_TEXT];
    uint64_t staged;
    uint64_t published;
    uint64_t applied; /* by replay */
    uint32_t resets;
    uint32_t undone;
    bool has_schema; /* describe() answers once */
};

struct peer {
    struct bucket *bucket;
    struct nami_commit *commit;
    struct replica replica;
};

void bucket_open(struct bucket *bucket, const char *uri_name, uint32_t latency_ms);
void bucket_close(struct bucket *bucket);
void bucket_fail(struct bucket *bucket, enum fault fault, uint32_t count, const char *where);
/* Straight into the store. */
void bucket_put(struct bucket *bucket, const char *key, struct nami_slice body);
/* The object's bytes appended to `out`; the status of the read. */
int32_t bucket_get(struct bucket *bucket, const char *key, struct nami_buf *out);
void bucket_remove(struct bucket *bucket, const char *key);

/* A configuration with short times; change it before peer_open_as(). */
struct nami_commit_config peer_config(struct bucket *bucket, struct peer *peer, const char *id,
                                      const char *address);
int32_t peer_open_as(struct peer *peer, const struct nami_commit_config *config,
                     struct nami_error *err);
void peer_open(struct peer *peer, struct bucket *bucket, const char *id);
/* Cleanly, with RELEASE. */
void peer_close(struct peer *peer);
/* Without: as if the process had died (what it had staged is lost). */
void peer_kill(struct peer *peer);

/* Take the token, stage, release, settle. */
int32_t peer_write(struct peer *peer, const char *text, bool wait_for_lease,
                   struct nami_diagnostic *diag);
/* Blocks until the token is there or refused. */
int32_t peer_token(struct peer *peer, struct nami_sleeper *sleeper, bool wait_for_lease,
                   struct nami_diagnostic *diag);
/* With the token in hand. */
int32_t peer_stage(struct peer *peer, const char *text, uint64_t *lsn,
                   struct nami_diagnostic *diag);
int32_t peer_settled(struct peer *peer, uint64_t term, uint64_t lsn, struct nami_diagnostic *diag);
/* Until a turn that began now is complete. */
void peer_refresh(struct peer *peer);
/* Is text number `lsn` what readers see? */
bool peer_shows(struct peer *peer, uint64_t lsn, const char *text);
uint64_t peer_published(struct peer *peer);
uint32_t peer_role(const struct peer *peer);
void pause_ms(const struct bucket *bucket, uint64_t ms);

#endif /* NAMI_TESTS_UNIT_CORE_COMMIT_COMMIT_FIXTURE_H */
