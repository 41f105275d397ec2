/*
 * core/manifest/hex.h -- 128-bit ids as 32 lower-case hex digits, in names and JSON.
 */
#ifndef NAMI_CORE_MANIFEST_HEX_H
#define NAMI_CORE_MANIFEST_HEX_H

#include <stdbool.h>

#include <namidb/abi.h>

enum { NAMI_ID_BYTES = 16, NAMI_ID_HEX_BYTES = 2 * NAMI_ID_BYTES + 1 };

/* With a NUL. */
void nami_id_hex(const uint8_t id[NAMI_ID_BYTES], char out[NAMI_ID_HEX_BYTES]);
/* false: not exactly 32 lower-case digits. */
bool nami_id_parse(struct nami_slice text, uint8_t out[NAMI_ID_BYTES]);

#endif /* NAMI_CORE_MANIFEST_HEX_H */
