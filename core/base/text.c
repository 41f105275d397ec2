#include "core/base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <namidb/plugin_util.h>

enum { VARINT_BYTES_MAX = 10 };

int32_t nami_buf_append_text(struct nami_buf *buf, const char *text)
{
    return nami_buf_append(buf, nami_text(text));
}

int32_t nami_buf_append_byte(struct nami_buf *buf, uint8_t byte)
{
    if (buf->len < buf->cap) {
        buf->ptr[buf->len++] = byte;
        return NAMI_OK;
    }
    return nami_buf_append(buf, nami_bytes(&byte, 1));
}

/* A text longer than the stack's room is printed once more into memory of its own. */
NAMI_PRINTF(3, 0)
static int32_t append_long(struct nami_buf *buf, size_t len, const char *fmt, va_list args)
{
    char *text = len < buf->max - buf->len ? malloc(len + 1) : NULL;
    int32_t status = NAMI_E_NOMEM;

    if (text != NULL && vsnprintf(text, len + 1, fmt, args) >= 0) {
        status = nami_buf_append(buf, nami_bytes(text, len));
    }
    free(text);
    return status;
}

int32_t nami_buf_printf(struct nami_buf *buf, const char *fmt, ...)
{
    char text[512];
    int32_t status = NAMI_E_NOMEM;
    va_list args;
    int len = 0;

    va_start(args, fmt);
    len = vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    if (len >= 0 && (size_t)len < sizeof(text)) {
        status = nami_buf_append(buf, nami_bytes(text, (size_t)len));
    } else if (len >= 0) {
        va_start(args, fmt);
        status = append_long(buf, (size_t)len, fmt, args);
        va_end(args);
    }
    return status;
}

int32_t nami_buf_append_varint(struct nami_buf *buf, uint64_t value)
{
    uint8_t bytes[VARINT_BYTES_MAX];
    size_t len = 0;

    while (value >= 0x80) {
        bytes[len++] = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    bytes[len++] = (uint8_t)value;
    return nami_buf_append(buf, nami_bytes(bytes, len));
}

int32_t nami_buf_append_zigzag(struct nami_buf *buf, int64_t value)
{
    uint64_t sign = value < 0 ? UINT64_MAX : 0;

    return nami_buf_append_varint(buf, ((uint64_t)value << 1) ^ sign);
}

int32_t nami_varint_read(struct nami_slice bytes, size_t *at, uint64_t *out)
{
    uint64_t value = 0;
    size_t next = *at;

    for (uint32_t shift = 0; shift < 64 && next < bytes.len; shift += 7) {
        uint64_t byte = bytes.ptr[next++];

        if (shift == 63 && byte > 1) { /* only one bit is left */
            return NAMI_E_CORRUPT;
        }
        value |= (byte & 0x7f) << shift;
        if (byte < 0x80) {
            *at = next;
            *out = value;
            return NAMI_OK;
        }
    }
    return NAMI_E_CORRUPT;
}

int32_t nami_zigzag_read(struct nami_slice bytes, size_t *at, int64_t *out)
{
    uint64_t raw = 0;
    int32_t status = nami_varint_read(bytes, at, &raw);

    if (status == NAMI_OK) {
        *out = (int64_t)((raw >> 1) ^ (0 - (raw & 1)));
    }
    return status;
}
