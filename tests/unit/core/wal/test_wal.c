/* Unit tests for core/wal: what was written is read, and nothing else is. */
#include "tests/support/run_suite.h"

#include <namidb/plugin_util.h>

#include "core/base/hash.h"
#include "core/wal/wal.h"

static struct nami_wal_header a_header(uint32_t kind, uint32_t frames)
{
    struct nami_wal_header header = {.slot = 12,
                                     .epoch = 3,
                                     .first_lsn = 100,
                                     .last_lsn = 99 + frames,
                                     .kind = kind,
                                     .frame_count = frames,
                                     .writer = "node-1"};

    memset(header.ns_uuid, 0xa1, sizeof(header.ns_uuid));
    memset(header.nonce, 0xb2, sizeof(header.nonce));
    memset(header.prev_nonce, 0xc3, sizeof(header.prev_nonce));
    return header;
}

/* Two frames: one with its body, one that refers to an object. */
static void encode(struct nami_buf *out)
{
    struct nami_wal_header header = a_header(NAMI_WAL_DATA, 2);
    struct nami_wal_frame body = {
        .lsn = 100, .type = NAMI_WAL_FRAME_BODY, .body = nami_text("hello")};
    struct nami_wal_frame big = {.lsn = 101,
                                 .type = NAMI_WAL_FRAME_BIG,
                                 .big_bytes = 1u << 25,
                                 .big_crc = 0xdeadbeef,
                                 .big_name = "wal/big/3-1-00112233445566778899aabbccddeeff"};
    struct nami_wal_writer writer;

    nami_buf_init(out, 1u << 16);
    CU_ASSERT_EQUAL_FATAL(nami_wal_write_header(&writer, out, &header), NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(nami_wal_write_frame(&writer, &body), NAMI_OK);
    CU_ASSERT_EQUAL_FATAL(nami_wal_write_frame(&writer, &big), NAMI_OK);
}

static int32_t decode(struct nami_slice bytes, struct nami_error *err)
{
    struct nami_wal_reader reader;
    int32_t status = nami_wal_read_header(&reader, 12, bytes, err);

    return status == NAMI_OK ? nami_wal_check(&reader, err) : status;
}

static void test_read__gives_back_what_was_written(void)
{
    struct nami_buf out;
    struct nami_wal_reader reader;
    struct nami_wal_frame frame;
    struct nami_wal_header want = a_header(NAMI_WAL_DATA, 2);
    struct nami_error err = {.struct_size = sizeof(err)};

    encode(&out);
    CU_ASSERT_EQUAL_FATAL(nami_wal_read_header(&reader, 12, nami_buf_view(&out), &err), NAMI_OK);
    CU_ASSERT_EQUAL(memcmp(&reader.header, &want, sizeof(want)), 0);
    CU_ASSERT_EQUAL_FATAL(nami_wal_read_frame(&reader, &frame, &err), NAMI_OK);
    CU_ASSERT_EQUAL(frame.lsn, 100);
    CU_ASSERT(nami_slice_equal(frame.body, nami_text("hello")));
    CU_ASSERT(nami_wal_has_frame(&reader));
    CU_ASSERT_EQUAL_FATAL(nami_wal_read_frame(&reader, &frame, &err), NAMI_OK);
    CU_ASSERT_EQUAL(frame.type, NAMI_WAL_FRAME_BIG);
    CU_ASSERT_EQUAL(frame.big_bytes, 1u << 25);
    CU_ASSERT_EQUAL(frame.big_crc, 0xdeadbeef);
    CU_ASSERT_STRING_EQUAL(frame.big_name, "wal/big/3-1-00112233445566778899aabbccddeeff");
    CU_ASSERT(!nami_wal_has_frame(&reader));
    nami_buf_release(&out);
}

static void test_read__claims_and_releases_have_no_frames(void)
{
    static const uint32_t kinds[] = {NAMI_WAL_CLAIM, NAMI_WAL_RELEASE};

    for (size_t i = 0; i < 2; i++) {
        struct nami_wal_header header = a_header(kinds[i], 0);
        struct nami_wal_writer writer;
        struct nami_error err = {.struct_size = sizeof(err)};
        struct nami_buf out;

        nami_buf_init(&out, 1u << 16);
        CU_ASSERT_EQUAL(nami_wal_write_header(&writer, &out, &header), NAMI_OK);
        CU_ASSERT_EQUAL(decode(nami_buf_view(&out), &err), NAMI_OK);
        CU_ASSERT_EQUAL(nami_buf_append(&out, nami_text("x")), NAMI_OK);
        CU_ASSERT_EQUAL(decode(nami_buf_view(&out), &err), NAMI_E_CORRUPT);
        nami_buf_release(&out);
    }
}

/* Every byte is under a checksum or a check, and the error says where. */
static void test_corrupt__every_flipped_bit_is_found(void)
{
    struct nami_buf out;
    struct nami_error err = {.struct_size = sizeof(err)};

    encode(&out);
    for (size_t bit = 0; bit < 8 * out.len; bit++) {
        int32_t status = NAMI_OK;

        out.ptr[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        status = decode(nami_buf_view(&out), &err);
        /* A higher digit in the magic is a newer format, not damage. */
        CU_ASSERT(status == NAMI_E_CORRUPT || (bit / 8 == 7 && status == NAMI_E_UNSUPPORTED));
        CU_ASSERT_EQUAL(strncmp(err.message, "slot 12, byte ", 14), 0);
        out.ptr[bit / 8] ^= (uint8_t)(1u << (bit % 8));
    }
    CU_ASSERT_EQUAL(decode(nami_buf_view(&out), &err), NAMI_OK);
    nami_buf_release(&out);
}

static void test_corrupt__every_cut_is_found(void)
{
    struct nami_buf out;
    struct nami_error err = {.struct_size = sizeof(err)};

    encode(&out);
    for (size_t len = 0; len < out.len; len++) {
        uint8_t *exact = malloc(len > 0 ? len : 1); /* so that an over-read is seen */

        CU_ASSERT_PTR_NOT_NULL_FATAL(exact);
        memcpy(exact, out.ptr, len);
        CU_ASSERT_EQUAL(decode(nami_bytes(exact, len), &err), NAMI_E_CORRUPT);
        free(exact);
    }
    nami_buf_release(&out);
}

static void test_corrupt__frame_of_another_slot_does_not_pass(void)
{
    struct nami_wal_header header = a_header(NAMI_WAL_DATA, 1);
    struct nami_wal_frame frame = {.lsn = 100, .type = NAMI_WAL_FRAME_BODY};
    struct nami_wal_writer writer;
    struct nami_error err = {.struct_size = sizeof(err)};
    struct nami_buf one;
    struct nami_buf other;
    size_t header_len = 0;

    nami_buf_init(&one, 1u << 16);
    nami_buf_init(&other, 1u << 16);
    frame.body = nami_text("one");
    CU_ASSERT_EQUAL(nami_wal_write_header(&writer, &one, &header), NAMI_OK);
    CU_ASSERT_EQUAL(nami_wal_write_frame(&writer, &frame), NAMI_OK);
    header.nonce[0] ^= 1;
    CU_ASSERT_EQUAL(nami_wal_write_header(&writer, &other, &header), NAMI_OK);
    header_len = other.len;
    CU_ASSERT_EQUAL(nami_buf_append(&other, nami_bytes(one.ptr + header_len, one.len - header_len)),
                    NAMI_OK);
    CU_ASSERT_EQUAL(decode(nami_buf_view(&other), &err), NAMI_E_CORRUPT);
    nami_buf_release(&one);
    nami_buf_release(&other);
}

/* A sound checksum over a header that makes no sense. */
static void rewrite(struct nami_buf *out, const struct nami_wal_header *header, int32_t want)
{
    struct nami_wal_writer writer;
    struct nami_error err = {.struct_size = sizeof(err)};

    nami_buf_init(out, 1u << 16);
    CU_ASSERT_EQUAL(nami_wal_write_header(&writer, out, header), NAMI_OK);
    CU_ASSERT_EQUAL(decode(nami_buf_view(out), &err), want);
    nami_buf_release(out);
}

static void test_corrupt__header_must_add_up(void)
{
    struct nami_buf out;
    struct nami_wal_header header = a_header(NAMI_WAL_CLAIM, 0);

    rewrite(&out, &header, NAMI_OK);
    header.kind = 9;
    rewrite(&out, &header, NAMI_E_CORRUPT);
    header = a_header(NAMI_WAL_CLAIM, 0);
    header.last_lsn = 200;
    rewrite(&out, &header, NAMI_E_CORRUPT);
    header = a_header(NAMI_WAL_DATA, 0);
    rewrite(&out, &header, NAMI_E_CORRUPT);
    header = a_header(NAMI_WAL_CLAIM, 0);
    header.first_lsn = 0;
    rewrite(&out, &header, NAMI_E_CORRUPT);
}

static void test_format__newer_is_told_from_broken(void)
{
    struct nami_buf out;
    struct nami_error err = {.struct_size = sizeof(err)};
    size_t format_at = 16 + 4 + 1 + sizeof("format"); /* prelude, size, type, name */

    encode(&out);
    out.ptr[format_at] = 2;
    nami_put_u32(out.ptr + 12,
                 nami_crc32c(nami_crc32c(0, out.ptr, 12), out.ptr + 16, nami_get_u32(out.ptr + 8)));
    CU_ASSERT_EQUAL(decode(nami_buf_view(&out), &err), NAMI_E_UNSUPPORTED);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "newer version"));
    nami_buf_release(&out);
}

static void test_key__is_twenty_digits(void)
{
    char key[64];
    char small[16];

    CU_ASSERT(nami_wal_key(nami_text("p/ns/"), 42, key, sizeof(key)));
    CU_ASSERT_STRING_EQUAL(key, "p/ns/wal/00000000000000000042.wal");
    CU_ASSERT(!nami_wal_key(nami_text("p/ns/"), 42, small, sizeof(small)));
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"read: round trip", test_read__gives_back_what_was_written},
        {"read: claims and releases", test_read__claims_and_releases_have_no_frames},
        {"corrupt: every bit", test_corrupt__every_flipped_bit_is_found},
        {"corrupt: every cut", test_corrupt__every_cut_is_found},
        {"corrupt: frame of another slot", test_corrupt__frame_of_another_slot_does_not_pass},
        {"corrupt: header must add up", test_corrupt__header_must_add_up},
        {"format: newer", test_format__newer_is_told_from_broken},
        {"key: twenty digits", test_key__is_twenty_digits},
        CU_TEST_INFO_NULL,
    };

    return run_suite("core/wal", NULL, NULL, tests);
}
