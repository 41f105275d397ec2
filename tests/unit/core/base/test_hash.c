/* Unit tests for core/base/hash.c. */
#include "tests/support/run_suite.h"

#include <string.h>

#include "core/base/hash.h"

typedef uint32_t (*crc_function)(uint32_t crc, const void *bytes, size_t len);

/* RFC 3720 B.4, and the check value of the catalogue of CRCs. */
static void check_vectors(crc_function crc)
{
    uint8_t bytes[32];

    CU_ASSERT_EQUAL(crc(0, "123456789", 9), 0xe3069283);
    CU_ASSERT_EQUAL(crc(0, "", 0), 0);
    memset(bytes, 0, sizeof(bytes));
    CU_ASSERT_EQUAL(crc(0, bytes, 32), 0x8a9136aa);
    memset(bytes, 0xff, sizeof(bytes));
    CU_ASSERT_EQUAL(crc(0, bytes, 32), 0x62a8ab43);
    for (size_t i = 0; i < 32; i++) {
        bytes[i] = (uint8_t)i;
    }
    CU_ASSERT_EQUAL(crc(0, bytes, 32), 0x46dd794e);
    for (size_t i = 0; i < 32; i++) {
        bytes[i] = (uint8_t)(31 - i);
    }
    CU_ASSERT_EQUAL(crc(0, bytes, 32), 0x113fdb5c);
}

static void test_crc32c__vectors(void)
{
    check_vectors(nami_crc32c);
    check_vectors(nami_crc32c_portable);
}

static void test_crc32c__both_ways_agree_and_go_on(void)
{
    uint8_t bytes[300];

    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (uint8_t)(i * 167 + 13);
    }
    for (size_t len = 0; len <= sizeof(bytes); len++) {
        uint32_t whole = nami_crc32c(0, bytes, len);
        size_t cut = len / 3;

        CU_ASSERT_EQUAL(whole, nami_crc32c_portable(0, bytes, len));
        CU_ASSERT_EQUAL(whole, nami_crc32c(nami_crc32c(0, bytes, cut), bytes + cut, len - cut));
    }
}

static void test_bytes__every_length_and_bit_counts(void)
{
    uint8_t bytes[80] = {0};
    uint64_t hashes[80 * 8 + 80];
    size_t count = 0;

    for (size_t len = 0; len < 80; len++) { /* zeros of each length */
        hashes[count++] = nami_hash_bytes(bytes, len, 1);
    }
    for (size_t bit = 0; bit < sizeof(bytes) * 8; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        hashes[count++] = nami_hash_bytes(bytes, sizeof(bytes), 1);
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t j = i + 1; j < count; j++) {
            CU_ASSERT_NOT_EQUAL(hashes[i], hashes[j]);
        }
    }
    CU_ASSERT_NOT_EQUAL(nami_hash_bytes("abc", 3, 1), nami_hash_bytes("abc", 3, 2));
}

/* Sequential keys spread over the low bits, which tables use. */
static void test_bytes__low_bits_are_even(void)
{
    uint32_t counts[256] = {0};
    uint32_t most = 0;

    for (uint32_t i = 0; i < 256 * 100; i++) {
        char text[16];
        int len = snprintf(text, sizeof(text), "key-%u", i);

        counts[nami_hash_bytes(text, (size_t)len, 7) & 255]++;
    }
    for (size_t i = 0; i < 256; i++) {
        most = counts[i] > most ? counts[i] : most;
    }
    CU_ASSERT(most < 160); /* 100 expected, 10 the deviation */
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"crc32c: vectors", test_crc32c__vectors},
        {"crc32c: both ways agree and go on", test_crc32c__both_ways_agree_and_go_on},
        {"bytes: every length and bit counts", test_bytes__every_length_and_bit_counts},
        {"bytes: low bits are even", test_bytes__low_bits_are_even},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/base/hash", NULL, NULL, tests);
}
