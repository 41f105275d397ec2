/*
 * core/wal/wal.h -- one slot of the log: bytes to records and back.
 *
 * What:   a slot is one immutable object, wal/<20 digits>.wal, that says who wrote it, after
 *         which slot, and carries the frames of one group commit.
 * Bytes:  all integers little-endian.
 *           slot:   "NAMIWAL1" | u32 header bytes | u32 crc | header | frame ...
 *           frame:  u32 header bytes | u32 body bytes | u32 crc | header | body
 *         Headers are flat BSON documents (fields in the order of the structs below, nothing
 *         nested); bodies are the replica's, opaque. crc is CRC32C: of a slot over everything
 *         before it and the header; of a frame over both lengths, header and body, going on
 *         from the slot's crc, so a frame of another slot does not pass. Every byte is under one.
 * Above:  commit.
 * Below:  base; libbson, as a writer and a bounds-checked iterator: never bson_validate().
 * Thread: no state. Reading is a total function of bytes: CORRUPT says slot, byte and what.
 * Not here: which slot follows which (commit/tail.c).
 */
#ifndef NAMI_CORE_WAL_WAL_H
#define NAMI_CORE_WAL_WAL_H

#include <stdbool.h>

#include <namidb/abi.h>

#include "core/base/buf.h"

enum {
    NAMI_WAL_FORMAT = 1,
    NAMI_WAL_ID_BYTES = 16,             /* ns_uuid and nonces: 128 random bits */
    NAMI_WAL_WRITER_BYTES_MAX = 127,    /* a node id */
    NAMI_WAL_NAME_BYTES_MAX = 127,      /* of a wal/big/ object */
    NAMI_WAL_FRAMES_MAX = 1 << 20,      /* in one slot: 16 MiB hold no more */
    NAMI_WAL_OVERHEAD_BYTES = 1024,     /* no slot header is larger */
    NAMI_WAL_FRAME_OVERHEAD_BYTES = 256 /* no frame header is larger */
};

enum nami_wal_kind { NAMI_WAL_CLAIM = 1, NAMI_WAL_DATA = 2, NAMI_WAL_RELEASE = 3 };

/* Who wrote it and where it belongs. first_lsn > last_lsn: no frames (CLAIM, RELEASE). */
struct nami_wal_header {
    uint8_t ns_uuid[NAMI_WAL_ID_BYTES];
    uint8_t nonce[NAMI_WAL_ID_BYTES];
    uint8_t prev_nonce[NAMI_WAL_ID_BYTES]; /* of the slot before */
    uint64_t slot;
    uint64_t epoch;
    uint64_t first_lsn; /* one more than the last LSN before it, whatever the kind */
    uint64_t last_lsn;
    uint32_t kind; /* enum nami_wal_kind */
    uint32_t frame_count;
    char writer[NAMI_WAL_WRITER_BYTES_MAX + 1]; /* node id */
};

enum nami_wal_frame_type {
    NAMI_WAL_FRAME_BODY = 1, /* the body is here */
    NAMI_WAL_FRAME_BIG = 2   /* the body is the object `big_name`, R13 */
};

struct nami_wal_frame {
    uint64_t lsn;
    uint32_t type;                              /* enum nami_wal_frame_type */
    uint32_t big_crc;                           /* BIG: CRC32C of the object */
    uint64_t big_bytes;                         /* BIG: its size */
    struct nami_slice body;                     /* BODY; borrowed */
    char big_name[NAMI_WAL_NAME_BYTES_MAX + 1]; /* BIG: below the namespace, "wal/big/..." */
};

/* ---- write: header, then frame_count frames, in LSN order ---- */

struct nami_wal_writer {
    struct nami_buf *out;
    uint32_t seed; /* the header's crc */
};

/* Fails: NOMEM, INVALID (text too long). */
NAMI_CHECKED int32_t nami_wal_write_header(struct nami_wal_writer *writer, struct nami_buf *out,
                                           const struct nami_wal_header *header);
/* Fails: NOMEM, INVALID. */
NAMI_CHECKED int32_t nami_wal_write_frame(struct nami_wal_writer *writer,
                                          const struct nami_wal_frame *frame);

/* ---- read ---- */

struct nami_wal_reader {
    struct nami_wal_header header;
    struct nami_slice bytes;
    size_t at; /* next unread byte */
    uint32_t seed;
    uint32_t frames_read;
};

/*
 * Check and read the header; `slot` is only for messages. Borrows the bytes.
 * Fails: CORRUPT, UNSUPPORTED (a newer format).
 */
NAMI_CHECKED int32_t nami_wal_read_header(struct nami_wal_reader *reader, uint64_t slot,
                                          struct nami_slice bytes, struct nami_error *err);
/* Is there another frame? Only if so may read_frame() be called. */
static inline bool nami_wal_has_frame(const struct nami_wal_reader *reader)
{
    return reader->frames_read < reader->header.frame_count;
}
/* Fails: CORRUPT; also when the last frame is not the end of the object. */
NAMI_CHECKED int32_t nami_wal_read_frame(struct nami_wal_reader *reader,
                                         struct nami_wal_frame *frame, struct nami_error *err);
/* Is every frame sound? The reader is where it was. */
NAMI_CHECKED int32_t nami_wal_check(const struct nami_wal_reader *reader, struct nami_error *err);

/* "<prefix>wal/<20 digits>.wal" with its NUL. false: does not fit. */
bool nami_wal_key(struct nami_slice prefix, uint64_t slot, char *dst, size_t dst_bytes);

#endif /* NAMI_CORE_WAL_WAL_H */
