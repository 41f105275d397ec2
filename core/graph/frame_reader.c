#include "core/graph/frame_reader.h"

#include <string.h>

#include <namidb/plugin_util.h>

#include "core/base/text.h"
#include "core/base/utf8.h"
#include "core/graph/frame.h"
#include "core/value/value_codec.h"

void nami_frame__fail(struct nami_frame_reader *reader, int32_t status, const char *problem)
{
    if (reader->status == NAMI_OK) {
        reader->status = status;
        reader->problem = problem;
        reader->problem_at = reader->at;
    }
    reader->at = reader->bytes.len;
}

uint8_t nami_frame__read_u8(struct nami_frame_reader *reader)
{
    if (nami_frame__left(reader) == 0) {
        nami_frame__fail(reader, NAMI_E_CORRUPT, "cut off");
        return 0;
    }
    return reader->bytes.ptr[reader->at++];
}

uint64_t nami_frame__read_number(struct nami_frame_reader *reader)
{
    uint64_t number = 0;

    if (nami_frame__left(reader) > 0 && reader->bytes.ptr[reader->at] < 0x80) {
        return reader->bytes.ptr[reader->at++];
    }
    if (nami_varint_read(reader->bytes, &reader->at, &number) != NAMI_OK) {
        nami_frame__fail(reader, NAMI_E_CORRUPT, "a number is cut off or too long");
        return 0;
    }
    return number;
}

uint64_t nami_frame__read_count(struct nami_frame_reader *reader)
{
    uint64_t count = nami_frame__read_number(reader);

    if (count > nami_frame__left(reader)) {
        nami_frame__fail(reader, NAMI_E_CORRUPT, "more than there are bytes");
        return 0;
    }
    return count;
}

static int64_t unzigzag(uint64_t number)
{
    return (int64_t)(number >> 1) ^ -(int64_t)(number & 1);
}

uint64_t nami_frame__read_step(struct nami_frame_reader *reader, uint64_t from)
{
    return from + (uint64_t)unzigzag(nami_frame__read_number(reader));
}

struct nami_slice nami_frame__read_text(struct nami_frame_reader *reader)
{
    uint64_t len = nami_frame__read_count(reader);
    struct nami_slice text = nami_bytes(reader->bytes.ptr + reader->at, (size_t)len);

    if (!nami_utf8_is_valid(text)) {
        nami_frame__fail(reader, NAMI_E_CORRUPT, "text that is not UTF-8");
        return nami_bytes(NULL, 0);
    }
    reader->at += (size_t)len;
    return text;
}

struct nami_value nami_frame__read_value(struct nami_frame_reader *reader, struct nami_arena *arena)
{
    struct nami_value value = nami_value_null();
    int32_t status = nami_value_decode(reader->bytes, &reader->at, arena, &value);

    if (status == NAMI_OK && (nami_value_is_null(value) || !nami_value_is_storable(value))) {
        status = NAMI_E_CORRUPT;
    }
    if (status != NAMI_OK) {
        nami_frame__fail(reader, status, "a value");
        return nami_value_null();
    }
    return value;
}

struct nami_frame_reader nami_frame__read_numbers(struct nami_frame_reader *reader, uint64_t count)
{
    struct nami_frame_reader numbers = *reader;
    size_t end = reader->at;

    for (; count > 0 && end < reader->bytes.len; end++) {
        count -= reader->bytes.ptr[end] < 0x80;
    }
    if (count > 0) {
        nami_frame__fail(reader, NAMI_E_CORRUPT, "numbers are cut off");
        end = reader->at;
    }
    numbers.bytes.len = end;
    reader->at = end;
    return numbers;
}

void nami_frame__read_cells(struct nami_frame_reader *reader, struct nami_frame_cells *out)
{
    out->type = nami_frame__read_u8(reader);
    if (nami_frame__left(reader) < 4 ||
        nami_get_u32(reader->bytes.ptr + reader->at) > nami_frame__left(reader) - 4) {
        nami_frame__fail(reader, NAMI_E_CORRUPT, "a column is cut off");
        out->reader = *reader;
        return;
    }
    if (out->type > NAMI_COLUMN_STRING) {
        nami_frame__fail(reader, NAMI_E_CORRUPT, "a column of an unknown type");
        out->reader = *reader;
        return;
    }
    out->reader = *reader;
    out->reader.at += 4;
    reader->at += 4 + (size_t)nami_get_u32(reader->bytes.ptr + reader->at);
    out->reader.bytes.len = reader->at;
}

static struct nami_value read_float(struct nami_frame_reader *reader)
{
    uint64_t bits = 0;
    double real = 0;

    if (nami_frame__left(reader) < sizeof(bits)) {
        nami_frame__fail(reader, NAMI_E_CORRUPT, "a float is cut off");
        return nami_value_null();
    }
    bits = nami_get_u64(reader->bytes.ptr + reader->at);
    reader->at += sizeof(bits);
    memcpy(&real, &bits, sizeof(real));
    return nami_value_float(real);
}

struct nami_value nami_frame__read_cell(struct nami_frame_cells *cells, struct nami_arena *arena)
{
    switch ((enum nami_frame_column)cells->type) {
    case NAMI_COLUMN_INT:
        return nami_value_int(unzigzag(nami_frame__read_number(&cells->reader)));
    case NAMI_COLUMN_FLOAT:
        return read_float(&cells->reader);
    case NAMI_COLUMN_STRING:
        return nami_value_string(nami_frame__read_text(&cells->reader));
    case NAMI_COLUMN_ANY:
        return nami_frame__read_value(&cells->reader, arena);
    }
    return nami_value_null();
}
