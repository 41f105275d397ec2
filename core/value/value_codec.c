#include "core/value/value_codec.h"

#include <namidb/plugin_util.h>

#include "core/base/limits.h"
#include "core/base/text.h"
#include "core/base/utf8.h"

/* ---- encode ---- */

static int32_t put_u64(struct nami_buf *out, uint64_t word)
{
    uint8_t bytes[8];

    for (uint32_t i = 0; i < 8; i++) {
        bytes[i] = (uint8_t)(word >> (8 * i));
    }
    return nami_buf_append(out, nami_bytes(bytes, sizeof(bytes)));
}

static int32_t put_float(struct nami_buf *out, double real)
{
    uint64_t bits = 0;

    memcpy(&bits, &real, sizeof(bits));
    return put_u64(out, bits);
}

static int32_t put_text(struct nami_buf *out, struct nami_slice text)
{
    int32_t status = nami_buf_append_varint(out, text.len);

    return status == NAMI_OK ? nami_buf_append(out, text) : status;
}

static int32_t encode_one(struct nami_value value, uint32_t depth, struct nami_buf *out);

static int32_t encode_items(struct nami_value value, uint32_t depth, struct nami_buf *out)
{
    bool is_map = value.type == NAMI_VALUE_MAP;
    int32_t status = NAMI_OK;

    if (depth == NAMI_VALUE_CODEC_DEPTH_MAX) {
        return NAMI_E_INVALID;
    }
    status = nami_buf_append_varint(out, value.count);
    for (size_t i = 0; i < value.count && status == NAMI_OK; i++) {
        if (is_map) {
            status = put_text(out, nami_value_slice(value.as.items[i * 2]));
        }
        if (status == NAMI_OK) {
            status = encode_one(value.as.items[is_map ? i * 2 + 1 : i], depth + 1, out);
        }
    }
    return status;
}

static int32_t encode_one(struct nami_value value, uint32_t depth, struct nami_buf *out)
{
    int32_t status = nami_buf_append_byte(out, value.type);

    if (status != NAMI_OK) {
        return status;
    }
    switch ((enum nami_value_type)value.type) {
    case NAMI_VALUE_NULL:
        return NAMI_OK;
    case NAMI_VALUE_BOOL:
        return nami_buf_append_byte(out, value.as.boolean);
    case NAMI_VALUE_INT:
        return nami_buf_append_zigzag(out, value.as.integer);
    case NAMI_VALUE_FLOAT:
        return put_float(out, value.as.real);
    case NAMI_VALUE_STRING:
    case NAMI_VALUE_BYTES:
        return put_text(out, nami_value_slice(value));
    case NAMI_VALUE_LIST:
    case NAMI_VALUE_MAP:
        return encode_items(value, depth, out);
    case NAMI_VALUE_NODE:
    case NAMI_VALUE_REL:
    case NAMI_VALUE_PATH:
    case NAMI_VALUE_TYPE_COUNT:
        break;
    }
    return NAMI_E_INVALID;
}

int32_t nami_value_encode(struct nami_value value, struct nami_buf *out)
{
    size_t before = out->len;
    int32_t status = encode_one(value, 0, out);

    if (status != NAMI_OK) {
        out->len = before;
    }
    return status;
}

/* ---- decode ---- */

struct decoder {
    struct nami_slice bytes;
    size_t at;
    struct nami_arena *arena;
};

static int32_t take_byte(struct decoder *decoder, uint8_t *out)
{
    if (decoder->at >= decoder->bytes.len) {
        return NAMI_E_CORRUPT;
    }
    *out = decoder->bytes.ptr[decoder->at++];
    return NAMI_OK;
}

static int32_t take_bool(struct decoder *decoder, struct nami_value *out)
{
    uint8_t byte = 0;

    if (take_byte(decoder, &byte) != NAMI_OK || byte > 1) {
        return NAMI_E_CORRUPT;
    }
    *out = nami_value_bool(byte == 1);
    return NAMI_OK;
}

static int32_t take_float(struct decoder *decoder, struct nami_value *out)
{
    uint64_t bits = 0;
    double real = 0;

    if (decoder->bytes.len - decoder->at < 8) {
        return NAMI_E_CORRUPT;
    }
    for (uint32_t i = 0; i < 8; i++) {
        bits |= (uint64_t)decoder->bytes.ptr[decoder->at++] << (8 * i);
    }
    memcpy(&real, &bits, sizeof(real));
    *out = nami_value_float(real);
    return NAMI_OK;
}

/* A count of things of at least `least` bytes each: never more than there is room for. */
static int32_t take_count(struct decoder *decoder, size_t least, uint32_t *out)
{
    uint64_t count = 0;
    int32_t status = nami_varint_read(decoder->bytes, &decoder->at, &count);

    if (status != NAMI_OK || count > (decoder->bytes.len - decoder->at) / least ||
        count > UINT32_MAX) {
        return NAMI_E_CORRUPT;
    }
    *out = (uint32_t)count;
    return NAMI_OK;
}

static int32_t take_text(struct decoder *decoder, uint8_t type, struct nami_value *out)
{
    uint32_t len = 0;
    int32_t status = take_count(decoder, 1, &len);

    if (status != NAMI_OK) {
        return status;
    }
    *out = (struct nami_value){
        .type = type, .count = len, .as.bytes = decoder->bytes.ptr + decoder->at};
    if (type == NAMI_VALUE_STRING && !nami_utf8_is_valid(nami_value_slice(*out))) {
        return NAMI_E_CORRUPT;
    }
    decoder->at += len;
    return NAMI_OK;
}

static int32_t take_value(struct decoder *decoder, uint32_t depth, struct nami_value *out);

/* Keys ascend, so that there is one encoding of a map and none twice. */
static int32_t take_pair(struct decoder *decoder, uint32_t depth, struct nami_value *pairs,
                         uint32_t i)
{
    struct nami_value *pair = pairs + (size_t)i * 2;
    int32_t status = take_text(decoder, NAMI_VALUE_STRING, &pair[0]);

    if (status == NAMI_OK && i > 0 &&
        nami_slice_compare(nami_value_slice(pair[-2]), nami_value_slice(pair[0])) >= 0) {
        status = NAMI_E_CORRUPT;
    }
    return status == NAMI_OK ? take_value(decoder, depth, &pair[1]) : status;
}

static int32_t take_items(struct decoder *decoder, uint32_t depth, uint8_t type,
                          struct nami_value *out)
{
    bool is_map = type == NAMI_VALUE_MAP;
    struct nami_value *items = NULL;
    uint32_t count = 0;
    int32_t status = NAMI_E_CORRUPT;

    if (depth == NAMI_VALUE_CODEC_DEPTH_MAX || take_count(decoder, is_map ? 2 : 1, &count) != 0) {
        return status;
    }
    items = nami_arena_calloc(decoder->arena, count, sizeof(*items) * (is_map ? 2 : 1));
    status = items != NULL ? NAMI_OK : NAMI_E_NOMEM;
    for (uint32_t i = 0; i < count && status == NAMI_OK; i++) {
        status = is_map ? take_pair(decoder, depth + 1, items, i)
                        : take_value(decoder, depth + 1, &items[i]);
    }
    *out = (struct nami_value){.type = type, .count = count, .as.items = items};
    return status;
}

static int32_t take_value(struct decoder *decoder, uint32_t depth, struct nami_value *out)
{
    uint8_t type = 0;
    int64_t integer = 0;
    int32_t status = take_byte(decoder, &type);

    if (status != NAMI_OK) {
        return status;
    }
    switch ((enum nami_value_type)type) {
    case NAMI_VALUE_NULL:
        *out = nami_value_null();
        return NAMI_OK;
    case NAMI_VALUE_BOOL:
        return take_bool(decoder, out);
    case NAMI_VALUE_INT:
        status = nami_zigzag_read(decoder->bytes, &decoder->at, &integer);
        *out = nami_value_int(integer);
        return status;
    case NAMI_VALUE_FLOAT:
        return take_float(decoder, out);
    case NAMI_VALUE_STRING:
    case NAMI_VALUE_BYTES:
        return take_text(decoder, type, out);
    case NAMI_VALUE_LIST:
    case NAMI_VALUE_MAP:
        return take_items(decoder, depth, type, out);
    case NAMI_VALUE_NODE:
    case NAMI_VALUE_REL:
    case NAMI_VALUE_PATH:
    case NAMI_VALUE_TYPE_COUNT:
        break;
    }
    return NAMI_E_CORRUPT;
}

int32_t nami_value_decode(struct nami_slice bytes, size_t *at, struct nami_arena *arena,
                          struct nami_value *out)
{
    struct decoder decoder = {.bytes = bytes, .at = *at, .arena = arena};
    int32_t status = NAMI_E_CORRUPT;

    *out = nami_value_null();
    if (*at <= bytes.len) {
        status = take_value(&decoder, 0, out);
    }
    if (status == NAMI_OK) {
        *at = decoder.at;
    } else {
        *out = nami_value_null();
    }
    return status;
}
