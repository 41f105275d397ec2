/*
 * Fuzz core/base/json_read.c: any bytes end in END or ERROR within bounds, and a text that
 * is accepted says the same once it has been written and read again.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/base/json_read.h"
#include "core/base/json_write.h"
#include "core/base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void write_event(struct nami_json_writer *writer, const struct nami_json_reader *reader,
                        uint32_t event)
{
    switch (event) {
    case NAMI_JSON_NULL:
        nami_json_null(writer);
        break;
    case NAMI_JSON_BOOL:
        nami_json_bool(writer, reader->boolean);
        break;
    case NAMI_JSON_INT:
        nami_json_int(writer, reader->integer);
        break;
    case NAMI_JSON_FLOAT:
        nami_json_float(writer, reader->real);
        break;
    case NAMI_JSON_STRING:
        nami_json_string(writer, reader->string);
        break;
    case NAMI_JSON_KEY:
        nami_json_key(writer, reader->string);
        break;
    case NAMI_JSON_OBJECT_BEGIN:
        nami_json_object_begin(writer);
        break;
    case NAMI_JSON_OBJECT_END:
        nami_json_object_end(writer);
        break;
    case NAMI_JSON_ARRAY_BEGIN:
        nami_json_array_begin(writer);
        break;
    default:
        nami_json_array_end(writer);
        break;
    }
}

/* Reads all of it, written again to `copy`. The hash of all events, 0 for an error. */
static uint64_t read_all(struct nami_slice text, struct nami_buf *copy)
{
    struct nami_json_reader reader;
    struct nami_json_writer writer;
    uint64_t hash = 1;
    uint32_t event = NAMI_JSON_NULL;

    nami_json_reader_init(&reader, text);
    nami_json_writer_init(&writer, copy);
    for (;;) {
        event = nami_json_next(&reader);
        if (event == NAMI_JSON_END || event == NAMI_JSON_ERROR) {
            break;
        }
        check(reader.at <= text.len && reader.depth <= NAMI_JSON_DEPTH_MAX);
        hash = nami_hash_combine(hash, event);
        if (event == NAMI_JSON_STRING || event == NAMI_JSON_KEY) {
            check(nami_utf8_is_valid(reader.string));
            hash = nami_hash_bytes(reader.string.ptr, reader.string.len, hash);
        } else if (event == NAMI_JSON_INT) {
            hash = nami_hash_combine(hash, (uint64_t)reader.integer);
        } else if (event == NAMI_JSON_FLOAT) {
            hash = nami_hash_bytes(&reader.real, sizeof(reader.real), hash);
        }
        write_event(&writer, &reader, event);
    }
    check(nami_json_next(&reader) == event && reader.at <= text.len);
    check(writer.status == NAMI_OK);
    nami_json_reader_release(&reader);
    return event == NAMI_JSON_END ? hash | 1 : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nami_buf copy;
    struct nami_buf again;
    uint64_t hash = 0;

    nami_buf_init(&copy, 64 * size + 64);
    nami_buf_init(&again, 64 * 64 * size + 64);
    hash = read_all((struct nami_slice){data, size}, &copy);
    if (hash != 0) {
        check(read_all(nami_buf_view(&copy), &again) == hash);
        check(again.len == copy.len && memcmp(again.ptr, copy.ptr, copy.len) == 0);
    }
    nami_buf_release(&again);
    nami_buf_release(&copy);
    return 0;
}
