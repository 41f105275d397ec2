#include "core/wal/wal.h"

#include <inttypes.h>

#include <namidb/plugin_util.h>

#include "core/base/hash.h"
#include "core/wal/wal_bson.h"

enum { SLOT_PRELUDE = 16, FRAME_PRELUDE = 12 };

static int32_t corrupt(struct nami_error *err, uint64_t slot, size_t at, const char *what)
{
    return NAMI_FAIL(err, NAMI_E_CORRUPT, "slot %" PRIu64 ", byte %zu: %s", slot, at, what);
}

static int32_t bad_field(struct nami_error *err, uint64_t slot, size_t at, const char *field)
{
    return NAMI_FAIL(err, NAMI_E_CORRUPT, "slot %" PRIu64 ", byte %zu: header field \"%s\"", slot,
                     at, field);
}

/* Do kind, LSNs and number of frames agree? */
static bool adds_up(const struct nami_wal_header *header)
{
    uint64_t frames = header->frame_count;

    if (header->first_lsn == 0 || header->first_lsn > INT64_MAX ||
        header->last_lsn != header->first_lsn + frames - 1) {
        return false;
    }
    return header->kind == NAMI_WAL_DATA
               ? frames > 0 && frames <= NAMI_WAL_FRAMES_MAX
               : (header->kind == NAMI_WAL_CLAIM || header->kind == NAMI_WAL_RELEASE) &&
                     frames == 0;
}

static void read_fields(struct nami_wal__doc *doc, struct nami_wal_header *header)
{
    nami_wal__doc_id(doc, "ns_uuid", header->ns_uuid, NAMI_WAL_ID_BYTES);
    header->slot = nami_wal__doc_u64(doc, "slot");
    header->epoch = nami_wal__doc_u64(doc, "epoch");
    nami_wal__doc_text(doc, "writer", header->writer, sizeof(header->writer));
    nami_wal__doc_id(doc, "nonce", header->nonce, NAMI_WAL_ID_BYTES);
    nami_wal__doc_id(doc, "prev_nonce", header->prev_nonce, NAMI_WAL_ID_BYTES);
    header->kind = nami_wal__doc_u32(doc, "kind");
    header->first_lsn = nami_wal__doc_u64(doc, "first_lsn");
    header->last_lsn = nami_wal__doc_u64(doc, "last_lsn");
    header->frame_count = nami_wal__doc_u32(doc, "frames");
    nami_wal__doc_end(doc);
}

int32_t nami_wal_read_header(struct nami_wal_reader *reader, uint64_t slot, struct nami_slice bytes,
                             struct nami_error *err)
{
    struct nami_wal__doc doc = {0};
    uint32_t header_bytes = 0;
    uint32_t format = 0;

    *reader = (struct nami_wal_reader){.bytes = bytes};
    if (bytes.len < SLOT_PRELUDE) {
        return corrupt(err, slot, bytes.len, "cut off in the preamble");
    }
    if (memcmp(bytes.ptr, "NAMIWAL", 7) != 0) {
        return corrupt(err, slot, 0, "not a log slot");
    }
    if (bytes.ptr[7] != '1') {
        return NAMI_FAIL(err, bytes.ptr[7] > '1' ? NAMI_E_UNSUPPORTED : NAMI_E_CORRUPT,
                         "slot %" PRIu64 ", byte 7: format '%c' is not one this version reads",
                         slot, bytes.ptr[7] >= ' ' && bytes.ptr[7] < 127 ? bytes.ptr[7] : '?');
    }
    header_bytes = nami_get_u32(bytes.ptr + 8);
    if (header_bytes > bytes.len - SLOT_PRELUDE) {
        return corrupt(err, slot, 8, "header is longer than the object");
    }
    reader->seed =
        nami_crc32c(nami_crc32c(0, bytes.ptr, 12), bytes.ptr + SLOT_PRELUDE, header_bytes);
    if (reader->seed != nami_get_u32(bytes.ptr + 12)) {
        return corrupt(err, slot, 12, "checksum of the header");
    }
    nami_wal__doc_open(&doc, nami_bytes(bytes.ptr + SLOT_PRELUDE, header_bytes));
    format = nami_wal__doc_u32(&doc, "format");
    if (doc.problem == NULL && format > NAMI_WAL_FORMAT) {
        return NAMI_FAIL(err, NAMI_E_UNSUPPORTED,
                         "slot %" PRIu64 " has format %" PRIu32
                         ", written by a newer version; this one reads up to %d",
                         slot, format, NAMI_WAL_FORMAT);
    }
    read_fields(&doc, &reader->header);
    if (doc.problem != NULL || format != NAMI_WAL_FORMAT) {
        return bad_field(err, slot, SLOT_PRELUDE, doc.problem != NULL ? doc.problem : "format");
    }
    if (!adds_up(&reader->header)) {
        return corrupt(err, slot, SLOT_PRELUDE, "kind, LSNs and number of frames do not agree");
    }
    reader->at = SLOT_PRELUDE + (size_t)header_bytes;
    if (reader->header.frame_count == 0 && reader->at != bytes.len) {
        return corrupt(err, slot, reader->at, "bytes after the end");
    }
    return NAMI_OK;
}

static const char *read_frame_fields(struct nami_slice header, struct nami_wal_frame *frame)
{
    struct nami_wal__doc doc = {0};
    uint64_t crc = 0;

    nami_wal__doc_open(&doc, header);
    frame->type = nami_wal__doc_u32(&doc, "type");
    frame->lsn = nami_wal__doc_u64(&doc, "lsn");
    if (frame->type == NAMI_WAL_FRAME_BIG) {
        nami_wal__doc_text(&doc, "name", frame->big_name, sizeof(frame->big_name));
        frame->big_bytes = nami_wal__doc_u64(&doc, "bytes");
        crc = nami_wal__doc_u64(&doc, "crc");
        frame->big_crc = (uint32_t)crc;
    }
    nami_wal__doc_end(&doc);
    if (doc.problem != NULL) {
        return doc.problem;
    }
    if (frame->type != NAMI_WAL_FRAME_BODY && frame->type != NAMI_WAL_FRAME_BIG) {
        return "type";
    }
    if (crc > UINT32_MAX) {
        return "crc";
    }
    return frame->type == NAMI_WAL_FRAME_BIG && (strncmp(frame->big_name, "wal/big/", 8) != 0 ||
                                                 !nami_key_valid(nami_text(frame->big_name)))
               ? "name"
               : NULL;
}

int32_t nami_wal_read_frame(struct nami_wal_reader *reader, struct nami_wal_frame *frame,
                            struct nami_error *err)
{
    uint64_t slot = reader->header.slot;
    size_t left = reader->bytes.len - reader->at;
    const uint8_t *at = reader->bytes.ptr + reader->at;
    uint32_t header_bytes = 0;
    uint32_t body_bytes = 0;
    uint32_t crc = 0;
    const char *problem = NULL;

    *frame = (struct nami_wal_frame){0};
    if (left < FRAME_PRELUDE) {
        return corrupt(err, slot, reader->bytes.len, "cut off before a frame");
    }
    header_bytes = nami_get_u32(at);
    body_bytes = nami_get_u32(at + 4);
    left -= FRAME_PRELUDE;
    if (header_bytes > left || body_bytes > left - header_bytes) {
        return corrupt(err, slot, reader->at, "frame is longer than the object");
    }
    crc = nami_crc32c(reader->seed, at, 8);
    crc = nami_crc32c(crc, at + FRAME_PRELUDE, (size_t)header_bytes + body_bytes);
    if (crc != nami_get_u32(at + 8)) {
        return corrupt(err, slot, reader->at, "checksum of a frame");
    }
    problem = read_frame_fields(nami_bytes(at + FRAME_PRELUDE, header_bytes), frame);
    if (problem != NULL) {
        return bad_field(err, slot, reader->at + FRAME_PRELUDE, problem);
    }
    if (frame->lsn != reader->header.first_lsn + reader->frames_read ||
        (frame->type == NAMI_WAL_FRAME_BIG && body_bytes > 0)) {
        return corrupt(err, slot, reader->at, "frame is not the next one");
    }
    frame->body = nami_bytes(at + FRAME_PRELUDE + header_bytes, body_bytes);
    reader->at += FRAME_PRELUDE + (size_t)header_bytes + body_bytes;
    reader->frames_read++;
    if (!nami_wal_has_frame(reader) && reader->at != reader->bytes.len) {
        return corrupt(err, slot, reader->at, "bytes after the last frame");
    }
    return NAMI_OK;
}

int32_t nami_wal_check(const struct nami_wal_reader *reader, struct nami_error *err)
{
    struct nami_wal_reader probe = *reader;
    struct nami_wal_frame frame;
    int32_t status = NAMI_OK;

    while (status == NAMI_OK && nami_wal_has_frame(&probe)) {
        status = nami_wal_read_frame(&probe, &frame, err);
    }
    return status;
}
