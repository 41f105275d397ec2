#include "core/wal/wal.h"

#include <inttypes.h>

#include <namidb/plugin_util.h>

#include "core/base/hash.h"
#include "core/wal/wal_bson.h"

static const uint8_t magic[8] = {'N', 'A', 'M', 'I', 'W', 'A', 'L', '1'};

bool nami_wal_key(struct nami_slice prefix, uint64_t slot, char *dst, size_t dst_bytes)
{
    int len = snprintf(dst, dst_bytes, "%.*swal/%020" PRIu64 ".wal", (int)prefix.len,
                       prefix.len > 0 ? (const char *)prefix.ptr : "", slot);

    return len > 0 && (size_t)len < dst_bytes;
}

/* Is it NUL-terminated within its field? */
static bool ends(const char *text, size_t bytes)
{
    return memchr(text, '\0', bytes) != NULL;
}

int32_t nami_wal_write_header(struct nami_wal_writer *writer, struct nami_buf *out,
                              const struct nami_wal_header *header)
{
    bson_t doc = BSON_INITIALIZER;
    uint8_t prelude[16];
    int32_t status = NAMI_E_INVALID;

    *writer = (struct nami_wal_writer){.out = out};
    if (!ends(header->writer, sizeof(header->writer)) ||
        !nami_wal__put_u32(&doc, "format", NAMI_WAL_FORMAT) ||
        !nami_wal__put_id(&doc, "ns_uuid", header->ns_uuid, NAMI_WAL_ID_BYTES) ||
        !nami_wal__put_u64(&doc, "slot", header->slot) ||
        !nami_wal__put_u64(&doc, "epoch", header->epoch) ||
        !nami_wal__put_text(&doc, "writer", header->writer) ||
        !nami_wal__put_id(&doc, "nonce", header->nonce, NAMI_WAL_ID_BYTES) ||
        !nami_wal__put_id(&doc, "prev_nonce", header->prev_nonce, NAMI_WAL_ID_BYTES) ||
        !nami_wal__put_u32(&doc, "kind", header->kind) ||
        !nami_wal__put_u64(&doc, "first_lsn", header->first_lsn) ||
        !nami_wal__put_u64(&doc, "last_lsn", header->last_lsn) ||
        !nami_wal__put_u32(&doc, "frames", header->frame_count)) {
        goto out;
    }
    memcpy(prelude, magic, sizeof(magic));
    nami_put_u32(prelude + 8, doc.len);
    writer->seed = nami_crc32c(nami_crc32c(0, prelude, 12), bson_get_data(&doc), doc.len);
    nami_put_u32(prelude + 12, writer->seed);
    status = nami_buf_append(out, nami_bytes(prelude, sizeof(prelude)));
    if (status == NAMI_OK) {
        status = nami_buf_append(out, nami_bytes(bson_get_data(&doc), doc.len));
    }

out:
    bson_destroy(&doc);
    return status;
}

static bool put_frame_header(bson_t *doc, const struct nami_wal_frame *frame)
{
    if (!nami_wal__put_u32(doc, "type", frame->type) ||
        !nami_wal__put_u64(doc, "lsn", frame->lsn)) {
        return false;
    }
    if (frame->type != NAMI_WAL_FRAME_BIG) {
        return frame->type == NAMI_WAL_FRAME_BODY && frame->body.len <= INT32_MAX;
    }
    return frame->body.len == 0 && ends(frame->big_name, sizeof(frame->big_name)) &&
           nami_wal__put_text(doc, "name", frame->big_name) &&
           nami_wal__put_u64(doc, "bytes", frame->big_bytes) &&
           nami_wal__put_u64(doc, "crc", frame->big_crc);
}

int32_t nami_wal_write_frame(struct nami_wal_writer *writer, const struct nami_wal_frame *frame)
{
    bson_t doc = BSON_INITIALIZER;
    uint8_t prelude[12];
    uint32_t crc = 0;
    int32_t status = NAMI_E_INVALID;

    if (!put_frame_header(&doc, frame)) {
        goto out;
    }
    nami_put_u32(prelude, doc.len);
    nami_put_u32(prelude + 4, (uint32_t)frame->body.len);
    crc = nami_crc32c(writer->seed, prelude, 8);
    crc = nami_crc32c(crc, bson_get_data(&doc), doc.len);
    crc = frame->body.len > 0 ? nami_crc32c(crc, frame->body.ptr, frame->body.len) : crc;
    nami_put_u32(prelude + 8, crc);
    status = nami_buf_append(writer->out, nami_bytes(prelude, sizeof(prelude)));
    if (status == NAMI_OK) {
        status = nami_buf_append(writer->out, nami_bytes(bson_get_data(&doc), doc.len));
    }
    if (status == NAMI_OK && frame->body.len > 0) {
        status = nami_buf_append(writer->out, frame->body);
    }

out:
    bson_destroy(&doc);
    return status;
}
