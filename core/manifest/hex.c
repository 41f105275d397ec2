#include "core/manifest/hex.h"

void nami_id_hex(const uint8_t id[NAMI_ID_BYTES], char out[NAMI_ID_HEX_BYTES])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < NAMI_ID_BYTES; i++) {
        out[2 * i] = digits[id[i] >> 4];
        out[2 * i + 1] = digits[id[i] & 15];
    }
    out[NAMI_ID_HEX_BYTES - 1] = '\0';
}

static int digit(uint8_t c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool nami_id_parse(struct nami_slice text, uint8_t out[NAMI_ID_BYTES])
{
    if (text.len != NAMI_ID_HEX_BYTES - 1) {
        return false;
    }
    for (size_t i = 0; i < NAMI_ID_BYTES; i++) {
        int high = digit(text.ptr[2 * i]);
        int low = digit(text.ptr[2 * i + 1]);

        if (high < 0 || low < 0) {
            return false;
        }
        out[i] = (uint8_t)(high * 16 + low);
    }
    return true;
}
