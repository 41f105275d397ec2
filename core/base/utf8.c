#include "core/base/utf8.h"

#include <string.h>

enum { REPLACEMENT = 0xfffd };

/* Length of the well-formed sequence at `at`, or 0. Table 3-7 of the Unicode Standard. */
static size_t sequence_len(struct nami_slice text, size_t at)
{
    const uint8_t *p = text.ptr + at;
    size_t left = text.len - at;
    uint8_t low = 0x80;
    uint8_t high = 0xbf;
    size_t len = 0;

    if (p[0] < 0x80) {
        return 1;
    }
    if (p[0] < 0xc2 || p[0] > 0xf4) {
        return 0;
    }
    len = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    low = p[0] == 0xe0 ? 0xa0 : p[0] == 0xf0 ? 0x90 : low;   /* overlong */
    high = p[0] == 0xed ? 0x9f : p[0] == 0xf4 ? 0x8f : high; /* surrogates, above U+10FFFF */
    if (left < len || p[1] < low || p[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return len;
}

size_t nami_utf8_valid_prefix(struct nami_slice text)
{
    size_t at = 0;

    while (at < text.len) {
        uint64_t word = 0;
        size_t len = 0;

        if (text.len - at >= sizeof(word)) { /* eight ASCII bytes at once */
            memcpy(&word, text.ptr + at, sizeof(word));
            if ((word & UINT64_C(0x8080808080808080)) == 0) {
                at += sizeof(word);
                continue;
            }
        }
        len = sequence_len(text, at);
        if (len == 0) {
            return at;
        }
        at += len;
    }
    return at;
}

size_t nami_utf8_count(struct nami_slice text)
{
    size_t count = 0;

    for (size_t i = 0; i < text.len; i++) {
        count += (text.ptr[i] & 0xc0) != 0x80;
    }
    return count;
}

size_t nami_utf8_offset(struct nami_slice text, size_t index)
{
    size_t at = 0;

    for (; at < text.len; at++) {
        bool is_start = (text.ptr[at] & 0xc0) != 0x80;

        if (is_start && index-- == 0) {
            break;
        }
    }
    return at;
}

uint32_t nami_utf8_next(struct nami_slice text, size_t *at)
{
    const uint8_t *p = text.ptr + *at;
    size_t len = sequence_len(text, *at);
    uint32_t code_point = 0;

    if (len <= 1) {
        *at += 1;
        return len == 1 ? p[0] : REPLACEMENT;
    }
    code_point = p[0] & (0x7fu >> len);
    for (size_t i = 1; i < len; i++) {
        code_point = code_point << 6 | (p[i] & 0x3fu);
    }
    *at += len;
    return code_point;
}

size_t nami_utf8_encode(uint32_t code_point, uint8_t out[4])
{
    if (code_point > 0x10ffff || (code_point >= 0xd800 && code_point <= 0xdfff)) {
        code_point = REPLACEMENT;
    }
    if (code_point < 0x80) {
        out[0] = (uint8_t)code_point;
        return 1;
    }
    if (code_point < 0x800) {
        out[0] = (uint8_t)(0xc0 | code_point >> 6);
        out[1] = (uint8_t)(0x80 | (code_point & 0x3f));
        return 2;
    }
    if (code_point < 0x10000) {
        out[0] = (uint8_t)(0xe0 | code_point >> 12);
        out[1] = (uint8_t)(0x80 | (code_point >> 6 & 0x3f));
        out[2] = (uint8_t)(0x80 | (code_point & 0x3f));
        return 3;
    }
    out[0] = (uint8_t)(0xf0 | code_point >> 18);
    out[1] = (uint8_t)(0x80 | (code_point >> 12 & 0x3f));
    out[2] = (uint8_t)(0x80 | (code_point >> 6 & 0x3f));
    out[3] = (uint8_t)(0x80 | (code_point & 0x3f));
    return 4;
}
