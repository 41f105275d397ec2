#include "core/graph/frame_writer.h"

#include <string.h>

#include <namidb/plugin_util.h>

#include "core/base/text.h"
#include "core/graph/frame.h"
#include "core/value/value_codec.h"

enum { NUMBER_BYTES_MAX = 10, VALUE_OVERHEAD = 64 };

/* Was there no memory, or no room under the ceiling? */
static void keep(struct nami_frame_writer *writer, int32_t status, size_t bytes)
{
    if (status == NAMI_OK || writer->status != NAMI_OK) {
        return;
    }
    writer->status = status == NAMI_E_NOMEM && bytes > writer->out->max - writer->out->len
                         ? NAMI_E_TOO_LARGE
                         : status;
}

void nami_frame__u8(struct nami_frame_writer *writer, uint8_t value)
{
    keep(writer, nami_buf_append_byte(writer->out, value), 1);
}

void nami_frame__number(struct nami_frame_writer *writer, uint64_t value)
{
    keep(writer, nami_buf_append_varint(writer->out, value), NUMBER_BYTES_MAX);
}

void nami_frame__step(struct nami_frame_writer *writer, uint64_t from, uint64_t to)
{
    keep(writer, nami_buf_append_zigzag(writer->out, (int64_t)(to - from)), NUMBER_BYTES_MAX);
}

void nami_frame__text(struct nami_frame_writer *writer, struct nami_slice text)
{
    nami_frame__number(writer, text.len);
    keep(writer, nami_buf_append(writer->out, text), text.len);
}

void nami_frame__value(struct nami_frame_writer *writer, struct nami_value value)
{
    int32_t status = nami_value_encode(value, writer->out);

    if (status != NAMI_OK) {
        keep(writer, status, nami_value_deep_bytes(value) + VALUE_OVERHEAD);
    }
}

static uint8_t column_type(const struct nami_property *const *rows, uint32_t row_count,
                           uint32_t column)
{
    uint8_t type = rows[0][column].value.type;

    for (uint32_t i = 1; i < row_count; i++) {
        if (rows[i][column].value.type != type) {
            return NAMI_COLUMN_ANY;
        }
    }
    return type == NAMI_VALUE_INT      ? NAMI_COLUMN_INT
           : type == NAMI_VALUE_FLOAT  ? NAMI_COLUMN_FLOAT
           : type == NAMI_VALUE_STRING ? NAMI_COLUMN_STRING
                                       : NAMI_COLUMN_ANY;
}

static void cell(struct nami_frame_writer *writer, uint8_t type, struct nami_value value)
{
    uint64_t bits = 0;
    uint8_t bytes[sizeof(bits)];

    switch ((enum nami_frame_column)type) {
    case NAMI_COLUMN_INT:
        keep(writer, nami_buf_append_zigzag(writer->out, value.as.integer), NUMBER_BYTES_MAX);
        break;
    case NAMI_COLUMN_FLOAT:
        memcpy(&bits, &value.as.real, sizeof(bits));
        nami_put_u64(bytes, bits);
        keep(writer, nami_buf_append(writer->out, nami_bytes(bytes, sizeof(bytes))), sizeof(bytes));
        break;
    case NAMI_COLUMN_STRING:
        nami_frame__text(writer, nami_value_slice(value));
        break;
    case NAMI_COLUMN_ANY:
        nami_frame__value(writer, value);
        break;
    }
}

void nami_frame__column(struct nami_frame_writer *writer, const struct nami_property *const *rows,
                        uint32_t row_count, uint32_t column)
{
    static const uint8_t later[4];
    uint8_t type = column_type(rows, row_count, column);
    size_t start = 0;

    nami_frame__u8(writer, type);
    start = writer->out->len;
    keep(writer, nami_buf_append(writer->out, nami_bytes(later, sizeof(later))), sizeof(later));
    for (uint32_t i = 0; i < row_count && writer->status == NAMI_OK; i++) {
        cell(writer, type, rows[i][column].value);
    }
    if (writer->out->len - start > UINT32_MAX) {
        keep(writer, NAMI_E_TOO_LARGE, 0);
    }
    if (writer->status == NAMI_OK) {
        nami_put_u32(writer->out->ptr + start,
                     (uint32_t)(writer->out->len - start - sizeof(later)));
    }
}
