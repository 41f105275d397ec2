/*
 * core/base/hash.h -- hashes and checksums.
 *
 * nami_hash_* are for tables in memory: fast, seeded per process by the caller where
 * input is hostile, never stored. CRC32C (Castagnoli) guards bytes on media.
 */
#ifndef NAMI_CORE_BASE_HASH_H
#define NAMI_CORE_BASE_HASH_H

#include <namidb/abi.h>

/* A good mix of 64 bits. */
static inline uint64_t nami_hash_u64(uint64_t x)
{
    x ^= x >> 32;
    x *= UINT64_C(0xd6e8feb86659fd93);
    x ^= x >> 32;
    x *= UINT64_C(0xd6e8feb86659fd93);
    x ^= x >> 32;
    return x;
}

static inline uint64_t nami_hash_combine(uint64_t seed, uint64_t hash)
{
    return nami_hash_u64(seed ^ (hash + UINT64_C(0x9e3779b97f4a7c15) + (seed << 6) + (seed >> 2)));
}

uint64_t nami_hash_bytes(const void *bytes, size_t len, uint64_t seed);

/* CRC32C of the bytes, going on from `crc` (0 to begin). Picks SSE4.2 at run time. */
uint32_t nami_crc32c(uint32_t crc, const void *bytes, size_t len);
/* The same without special instructions; for tests, and for other processors. */
uint32_t nami_crc32c_portable(uint32_t crc, const void *bytes, size_t len);

#endif /* NAMI_CORE_BASE_HASH_H */
