/*
 * core/manifest/manifest.h -- manifest.json: the root that every writer swaps in one step.
 *
 * What:   a small JSON object that names what is durable beside the log, who may extend the
 *         log, and where the log begins. docs/commit-protocol.md, "Objects".
 * Bytes:  one JSON object, UTF-8, fields in the order of the struct. Read strictly: a newer
 *         `format` is UNSUPPORTED; an unknown, repeated or missing field, a number out of
 *         range, bad hex are CORRUPT. Nothing is ignored: what we do not know we would lose
 *         at the next swap.
 * Above:  commit.
 * Below:  base (JSON).
 * Thread: plain data.
 */
#ifndef NAMI_CORE_MANIFEST_MANIFEST_H
#define NAMI_CORE_MANIFEST_MANIFEST_H

#include <stdbool.h>

#include <namidb/abi.h>

#include "core/base/buf.h"
#include "core/manifest/hex.h"

enum {
    NAMI_MANIFEST_FORMAT = 1,
    NAMI_MANIFEST_TEXT_MAX = 127, /* of node id, address, state, codec */
    NAMI_MANIFEST_NAME_MAX = 191, /* of an object, below the namespace */
    NAMI_MANIFEST_ENTRIES_MAX = 100000
};

/* An immutable object with its size and CRC32C (R1). An empty name: none. */
struct nami_manifest_object {
    char name[NAMI_MANIFEST_NAME_MAX + 1];
    uint64_t bytes;
    uint64_t crc;
};

/* What the history up to `floor` was written into. */
struct nami_manifest_sst {
    struct nami_manifest_object object;
    char kind[NAMI_MANIFEST_TEXT_MAX + 1];  /* "node", "edge", "index" */
    char codec[NAMI_MANIFEST_TEXT_MAX + 1]; /* "parquet", "csr" */
    uint64_t level;
    uint64_t footer_bytes;
    uint64_t first_id;
    uint64_t last_id;
};

/* No longer referred to; removed once it is old enough (R10). */
struct nami_manifest_garbage {
    char name[NAMI_MANIFEST_NAME_MAX + 1];
    int64_t since_ms; /* the store's clock */
};

struct nami_manifest {
    uint8_t ns_uuid[NAMI_ID_BYTES];
    uint64_t seq; /* from 1 */
    uint8_t nonce[NAMI_ID_BYTES];
    uint8_t prev_nonce[NAMI_ID_BYTES];
    uint64_t epoch; /* from 1 */
    char writer_id[NAMI_MANIFEST_TEXT_MAX + 1];
    char writer_address[NAMI_MANIFEST_TEXT_MAX + 1];
    uint64_t floor;                     /* the log is what follows this slot */
    uint8_t floor_nonce[NAMI_ID_BYTES]; /* of that slot's record; zeros for slot 0 */
    uint64_t lsn; /* of the history that the SSTs hold: the last one at `floor` */
    uint64_t next_node;
    uint64_t next_rel;
    struct nami_manifest_sst *ssts; /* owned */
    size_t sst_count;
    struct nami_manifest_object schema;
    struct nami_manifest_garbage *garbage; /* owned */
    size_t garbage_count;
    bool is_dropped; /* "state": "active" or "dropped" */
};

/* Zeroed is an empty one. */
void nami_manifest_release(struct nami_manifest *manifest);
/* A deep copy into an empty one. Fails: NOMEM. */
NAMI_CHECKED int32_t nami_manifest_copy(const struct nami_manifest *from, struct nami_manifest *to);
/* Append a zeroed entry. NULL: no memory, or too many. */
struct nami_manifest_sst *nami_manifest_add_sst(struct nami_manifest *manifest);
struct nami_manifest_garbage *nami_manifest_add_garbage(struct nami_manifest *manifest);

/* Append the JSON. Fails: NOMEM. */
NAMI_CHECKED int32_t nami_manifest_encode(const struct nami_manifest *manifest,
                                          struct nami_buf *out);
/* Into an empty one, which stays empty on failure. Fails: CORRUPT, UNSUPPORTED, NOMEM. */
NAMI_CHECKED int32_t nami_manifest_decode(struct nami_slice bytes, struct nami_manifest *out,
                                          struct nami_error *err);

/* Keys with their NUL; false: does not fit. */
bool nami_manifest_key(struct nami_slice prefix, char *dst, size_t dst_bytes);
/* "<prefix>manifest/<20 digits>-<nonce>.json": where it is kept once replaced. */
bool nami_manifest_archive_key(struct nami_slice prefix, const struct nami_manifest *manifest,
                               char *dst, size_t dst_bytes);

#endif /* NAMI_CORE_MANIFEST_MANIFEST_H */
