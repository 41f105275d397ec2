/*
 * R13: a transaction that no slot holds becomes an object of its own, wal/big/..., put
 * before the slot whose frame refers to it by name, size and CRC.
 */
#include <inttypes.h>

#include "core/base/hash.h"
#include "core/commit/commit_internal.h"

/* One PUT of one object: what every store takes. */
#define BIG_BYTES_MAX (UINT64_C(256) << 20)

uint64_t nami_commit__big_bytes_max(const struct nami_commit *c)
{
    return c->slot_bytes_max > BIG_BYTES_MAX ? c->slot_bytes_max : BIG_BYTES_MAX;
}

static bool full_key(const struct nami_commit *c, const char *name, char key[NAMI_KEY_TEXT])
{
    int len = snprintf(key, NAMI_KEY_TEXT, "%s%s", c->prefix, name);

    return len > 0 && len < NAMI_KEY_TEXT;
}

int32_t nami_commit__put_big(struct nami_commit *c, struct nami_slice body,
                             struct nami_wal_frame *frame, struct nami_error *err)
{
    uint8_t nonce[NAMI_ID_BYTES];
    char hex[NAMI_ID_HEX_BYTES];
    char key[NAMI_KEY_TEXT];
    struct commit_io io;
    uint64_t deadline = nami_commit__deadline(c);
    int32_t status = c->host->random_fill(c->host, nonce, sizeof(nonce)); /* R1, always */

    if (status != NAMI_OK) {
        return NAMI_FAIL(err, status, "no random bytes for a name");
    }
    nami_id_hex(nonce, hex);
    *frame = (struct nami_wal_frame){.type = NAMI_WAL_FRAME_BIG,
                                     .big_bytes = body.len,
                                     .big_crc = nami_crc32c(0, body.ptr, body.len)};
    (void)snprintf(frame->big_name, sizeof(frame->big_name), "wal/big/%" PRIu64 "-%" PRIu64 "-%s",
                   c->k.manifest.epoch, ++c->k.counter, hex);
    if (!full_key(c, frame->big_name, key)) {
        return NAMI_FAIL(err, NAMI_E_INVALID, "name of a large transaction");
    }
    for (uint64_t tries = 0;; tries++) {
        status = nami_commit__put(c, key, NAMI_WRITE_IF_ABSENT, NULL, body, &io);
        /* Nobody else can have this name: if it exists, an earlier attempt of ours made it. */
        if (status == NAMI_OK || (status == NAMI_E_PRECONDITION && tries > 0)) {
            return NAMI_OK;
        }
        if ((io.result.outcome == NAMI_OUTCOME_NOT_APPLIED &&
             !nami_commit__is_passing(status, &io.error)) ||
            !nami_commit__back_off(c, tries, deadline)) {
            *err = io.error;
            return status;
        }
    }
}

int32_t nami_commit__get_big(struct nami_commit *c, uint64_t slot,
                             const struct nami_wal_frame *frame, struct nami_buf **out,
                             struct nami_error *err)
{
    struct nami_buf *buf = NULL;
    struct nami_slice bytes = {0};
    struct commit_io io;
    char key[NAMI_KEY_TEXT];
    int32_t status = NAMI_OK;

    *out = NULL;
    if (frame->big_bytes > nami_commit__big_bytes_max(c) || !full_key(c, frame->big_name, key)) {
        return NAMI_FAIL(err, NAMI_E_CORRUPT, "slot %" PRIu64 ": frame of %" PRIu64 " bytes", slot,
                         frame->big_bytes);
    }
    buf = c->host->buf_create(c->host, (size_t)frame->big_bytes + 1);
    if (buf == NULL) {
        return NAMI_FAIL(err, NAMI_E_NOMEM, "no memory for a frame");
    }
    status = nami_commit__get(c, key, NULL, buf, &io);
    bytes = c->host->buf_view(c->host, buf);
    if (status == NAMI_E_NOT_FOUND) {
        status = NAMI_FAIL(err, NAMI_E_CORRUPT, "slot %" PRIu64 " refers to %s, which is absent",
                           slot, frame->big_name);
    } else if (status != NAMI_OK) {
        *err = io.error;
    } else if (bytes.len != frame->big_bytes ||
               nami_crc32c(0, bytes.ptr, bytes.len) != frame->big_crc) {
        status =
            NAMI_FAIL(err, NAMI_E_CORRUPT, "slot %" PRIu64 " refers to %s, which has other bytes",
                      slot, frame->big_name);
    }
    if (status == NAMI_OK) {
        *out = buf;
        buf = NULL;
    }
    c->host->buf_destroy(c->host, buf);
    return status;
}
