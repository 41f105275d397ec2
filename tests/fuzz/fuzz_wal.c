/* Any bytes are a log slot or an error that says where; what is read can be written again. */
#include <stdlib.h>

#include <namidb/plugin_util.h>

#include "core/base/hash.h"
#include "core/wal/wal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_all(struct nami_slice bytes)
{
    struct nami_error err = {.struct_size = sizeof(err)};
    struct nami_wal_reader reader;
    struct nami_wal_writer writer;
    struct nami_wal_frame frame;
    struct nami_buf again;
    int32_t status = nami_wal_read_header(&reader, 1, bytes, &err);

    if (status != NAMI_OK) {
        if (strncmp(err.message, "slot ", 5) != 0) {
            abort();
        }
        return;
    }
    nami_buf_init(&again, bytes.len + (1u << 16));
    if (nami_wal_write_header(&writer, &again, &reader.header) != NAMI_OK) {
        abort();
    }
    while (status == NAMI_OK && nami_wal_has_frame(&reader)) {
        status = nami_wal_read_frame(&reader, &frame, &err);
        if (status == NAMI_OK && nami_wal_write_frame(&writer, &frame) != NAMI_OK) {
            abort();
        }
    }
    if (status == NAMI_OK && !nami_slice_equal(nami_buf_view(&again), bytes)) {
        abort(); /* one record, one form */
    }
    nami_buf_release(&again);
}

/* Make the checksums right, so that what lies behind them is reached. */
static void mend(uint8_t *bytes, size_t size)
{
    size_t at = 0;
    uint32_t seed = 0;

    if (size < 16 || nami_get_u32(bytes + 8) > size - 16) {
        return;
    }
    memcpy(bytes, "NAMIWAL1", 8);
    at = 16 + (size_t)nami_get_u32(bytes + 8);
    seed = nami_crc32c(nami_crc32c(0, bytes, 12), bytes + 16, at - 16);
    nami_put_u32(bytes + 12, seed);
    while (size - at >= 12) {
        uint64_t len = (uint64_t)nami_get_u32(bytes + at) + nami_get_u32(bytes + at + 4);

        if (len > size - at - 12) {
            return;
        }
        nami_put_u32(bytes + at + 8,
                     nami_crc32c(nami_crc32c(seed, bytes + at, 8), bytes + at + 12, (size_t)len));
        at += 12 + (size_t)len;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size + 1);

    if (copy == NULL) {
        return 0;
    }
    if (size > 0) {
        memcpy(copy, data, size);
    }
    read_all(nami_bytes(data, size));
    mend(copy, size);
    read_all(nami_bytes(copy, size));
    free(copy);
    return 0;
}
