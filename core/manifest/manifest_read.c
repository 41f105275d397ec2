/*
 * Strict reading: one table per kind of object says which fields it has and where each goes.
 * `format` comes first, so that a newer manifest is told from a broken one.
 */
#include "core/manifest/manifest.h"

#include <namidb/plugin_util.h>

#include "core/base/json_read.h"

struct decoder {
    struct nami_json_reader json;
    struct nami_manifest *manifest;
    struct nami_error *err;
};

enum field_type { FIELD_UINT, FIELD_INT, FIELD_TEXT, FIELD_ID, FIELD_OTHER };

struct field {
    const char *name;
    enum field_type type;
    size_t offset; /* in the target */
    size_t bytes;  /* TEXT: with its NUL */
    int32_t (*other)(struct decoder *decoder, uint32_t event);
};

#define FIELD_OF(type, name, kind, member)                                                         \
    {                                                                                              \
        name, kind, offsetof(type, member), sizeof(((type *)0)->member), NULL                      \
    }

static int32_t fail(const struct decoder *decoder, const char *what, const char *name)
{
    return NAMI_FAIL(decoder->err, NAMI_E_CORRUPT, "manifest, byte %zu: %s%s%s%s",
                     decoder->json.value_at, what, name != NULL ? " \"" : "",
                     name != NULL ? name : "", name != NULL ? "\"" : "");
}

static int32_t bad_json(const struct decoder *decoder)
{
    return NAMI_FAIL(decoder->err, NAMI_E_CORRUPT, "manifest, byte %zu: %s", decoder->json.at,
                     decoder->json.problem != NULL ? decoder->json.problem : "unexpected JSON");
}

/* One value into its place. */
static int32_t take(struct decoder *decoder, const struct field *field, uint8_t *target,
                    uint32_t event)
{
    const struct nami_json_reader *json = &decoder->json;
    uint8_t *to = target + field->offset;

    if (event == NAMI_JSON_ERROR) {
        return bad_json(decoder);
    }
    switch (field->type) {
    case FIELD_UINT:
    case FIELD_INT:
        if (event != NAMI_JSON_INT || (field->type == FIELD_UINT && json->integer < 0)) {
            return fail(decoder, "number out of range in", field->name);
        }
        memcpy(to, &json->integer, sizeof(json->integer));
        return NAMI_OK;
    case FIELD_TEXT:
        if (event != NAMI_JSON_STRING || json->string.len >= field->bytes ||
            (json->string.len > 0 && memchr(json->string.ptr, '\0', json->string.len) != NULL)) {
            return fail(decoder, "text expected in", field->name);
        }
        memset(to, 0, field->bytes);
        if (json->string.len > 0) {
            memcpy(to, json->string.ptr, json->string.len);
        }
        return NAMI_OK;
    case FIELD_ID:
        return event == NAMI_JSON_STRING && nami_id_parse(json->string, to)
                   ? NAMI_OK
                   : fail(decoder, "32 hex digits expected in", field->name);
    case FIELD_OTHER:
        break;
    }
    return field->other(decoder, event);
}

/* The rest of an object whose BEGIN was read: each field once, all of them. */
static int32_t take_object(struct decoder *decoder, const struct field *fields, size_t count,
                           uint64_t seen, uint8_t *target)
{
    for (;;) {
        uint32_t event = nami_json_next(&decoder->json);
        int32_t status = NAMI_OK;
        size_t i = 0;

        if (event == NAMI_JSON_OBJECT_END) {
            break;
        }
        if (event != NAMI_JSON_KEY) {
            return bad_json(decoder);
        }
        while (i < count && !nami_slice_equal(decoder->json.string, nami_text(fields[i].name))) {
            i++;
        }
        if (i == count) {
            return fail(decoder, "unknown field", NULL);
        }
        if ((seen >> i & 1) != 0) {
            return fail(decoder, "repeated field", fields[i].name);
        }
        seen |= UINT64_C(1) << i;
        status = take(decoder, &fields[i], target, nami_json_next(&decoder->json));
        if (status != NAMI_OK) {
            return status;
        }
    }
    for (size_t i = 0; i < count; i++) {
        if ((seen >> i & 1) == 0) {
            return fail(decoder, "missing field", fields[i].name);
        }
    }
    return NAMI_OK;
}

static int32_t take_writer(struct decoder *decoder, uint32_t event)
{
    static const struct field fields[] = {
        FIELD_OF(struct nami_manifest, "id", FIELD_TEXT, writer_id),
        FIELD_OF(struct nami_manifest, "address", FIELD_TEXT, writer_address),
    };

    return event == NAMI_JSON_OBJECT_BEGIN
               ? take_object(decoder, fields, 2, 0, (uint8_t *)decoder->manifest)
               : fail(decoder, "object expected in", "writer");
}

static int32_t take_state(struct decoder *decoder, uint32_t event)
{
    bool is_dropped = nami_slice_equal(decoder->json.string, nami_text("dropped"));

    if (event != NAMI_JSON_STRING ||
        (!is_dropped && !nami_slice_equal(decoder->json.string, nami_text("active")))) {
        return fail(decoder, "neither active nor dropped:", "state");
    }
    decoder->manifest->is_dropped = is_dropped;
    return NAMI_OK;
}

static int32_t take_schema(struct decoder *decoder, uint32_t event)
{
    static const struct field fields[] = {
        FIELD_OF(struct nami_manifest_object, "name", FIELD_TEXT, name),
        FIELD_OF(struct nami_manifest_object, "bytes", FIELD_UINT, bytes),
        FIELD_OF(struct nami_manifest_object, "crc", FIELD_UINT, crc),
    };
    struct nami_manifest_object *schema = &decoder->manifest->schema;
    int32_t status = NAMI_OK;

    if (event == NAMI_JSON_NULL) {
        return NAMI_OK;
    }
    if (event != NAMI_JSON_OBJECT_BEGIN) {
        return fail(decoder, "object or null expected in", "schema");
    }
    status = take_object(decoder, fields, 3, 0, (uint8_t *)schema);
    return status == NAMI_OK &&
                   (!nami_key_valid(nami_text(schema->name)) || schema->crc > UINT32_MAX)
               ? fail(decoder, "bad name or checksum in", "schema")
               : status;
}

static int32_t take_sst(struct decoder *decoder)
{
    static const struct field fields[] = {
        FIELD_OF(struct nami_manifest_sst, "name", FIELD_TEXT, object.name),
        FIELD_OF(struct nami_manifest_sst, "bytes", FIELD_UINT, object.bytes),
        FIELD_OF(struct nami_manifest_sst, "crc", FIELD_UINT, object.crc),
        FIELD_OF(struct nami_manifest_sst, "kind", FIELD_TEXT, kind),
        FIELD_OF(struct nami_manifest_sst, "codec", FIELD_TEXT, codec),
        FIELD_OF(struct nami_manifest_sst, "level", FIELD_UINT, level),
        FIELD_OF(struct nami_manifest_sst, "footer_bytes", FIELD_UINT, footer_bytes),
        FIELD_OF(struct nami_manifest_sst, "first_id", FIELD_UINT, first_id),
        FIELD_OF(struct nami_manifest_sst, "last_id", FIELD_UINT, last_id),
    };
    struct nami_manifest_sst *sst = nami_manifest_add_sst(decoder->manifest);
    int32_t status = NAMI_OK;

    if (sst == NULL) {
        return NAMI_FAIL(decoder->err, NAMI_E_NOMEM, "manifest entries");
    }
    status = take_object(decoder, fields, sizeof(fields) / sizeof(fields[0]), 0, (uint8_t *)sst);
    return status == NAMI_OK &&
                   (!nami_key_valid(nami_text(sst->object.name)) || sst->object.crc > UINT32_MAX)
               ? fail(decoder, "bad name or checksum in", "ssts")
               : status;
}

static int32_t take_one_garbage(struct decoder *decoder)
{
    static const struct field fields[] = {
        FIELD_OF(struct nami_manifest_garbage, "name", FIELD_TEXT, name),
        FIELD_OF(struct nami_manifest_garbage, "since_ms", FIELD_INT, since_ms),
    };
    struct nami_manifest_garbage *garbage = nami_manifest_add_garbage(decoder->manifest);
    int32_t status = NAMI_OK;

    if (garbage == NULL) {
        return NAMI_FAIL(decoder->err, NAMI_E_NOMEM, "manifest entries");
    }
    status = take_object(decoder, fields, 2, 0, (uint8_t *)garbage);
    return status == NAMI_OK && !nami_key_valid(nami_text(garbage->name))
               ? fail(decoder, "bad name in", "garbage")
               : status;
}

static int32_t take_array(struct decoder *decoder, uint32_t event,
                          int32_t (*entry)(struct decoder *decoder))
{
    int32_t status = NAMI_OK;

    if (event != NAMI_JSON_ARRAY_BEGIN) {
        return fail(decoder, "array expected", NULL);
    }
    while (status == NAMI_OK) {
        event = nami_json_next(&decoder->json);
        if (event == NAMI_JSON_ARRAY_END) {
            break;
        }
        status = event == NAMI_JSON_OBJECT_BEGIN ? entry(decoder) : bad_json(decoder);
    }
    return status;
}

static int32_t take_ssts(struct decoder *decoder, uint32_t event)
{
    return take_array(decoder, event, take_sst);
}

static int32_t take_garbage(struct decoder *decoder, uint32_t event)
{
    return take_array(decoder, event, take_one_garbage);
}

static int32_t take_manifest(struct decoder *decoder)
{
    static const struct field fields[] = {
        FIELD_OF(struct nami_manifest, "ns_uuid", FIELD_ID, ns_uuid),
        FIELD_OF(struct nami_manifest, "seq", FIELD_UINT, seq),
        FIELD_OF(struct nami_manifest, "nonce", FIELD_ID, nonce),
        FIELD_OF(struct nami_manifest, "prev_nonce", FIELD_ID, prev_nonce),
        FIELD_OF(struct nami_manifest, "epoch", FIELD_UINT, epoch),
        {"writer", FIELD_OTHER, 0, 0, take_writer},
        FIELD_OF(struct nami_manifest, "floor", FIELD_UINT, floor),
        FIELD_OF(struct nami_manifest, "floor_nonce", FIELD_ID, floor_nonce),
        FIELD_OF(struct nami_manifest, "lsn", FIELD_UINT, lsn),
        FIELD_OF(struct nami_manifest, "next_node", FIELD_UINT, next_node),
        FIELD_OF(struct nami_manifest, "next_rel", FIELD_UINT, next_rel),
        {"ssts", FIELD_OTHER, 0, 0, take_ssts},
        {"schema", FIELD_OTHER, 0, 0, take_schema},
        {"garbage", FIELD_OTHER, 0, 0, take_garbage},
        {"state", FIELD_OTHER, 0, 0, take_state},
    };
    static const uint32_t opening[] = {NAMI_JSON_OBJECT_BEGIN, NAMI_JSON_KEY, NAMI_JSON_INT};
    struct nami_json_reader *json = &decoder->json;

    for (size_t i = 0; i < sizeof(opening) / sizeof(opening[0]); i++) {
        if (nami_json_next(json) != opening[i]) {
            return bad_json(decoder);
        }
        if (opening[i] == NAMI_JSON_KEY && !nami_slice_equal(json->string, nami_text("format"))) {
            return fail(decoder, "first field is not \"format\"", NULL);
        }
    }
    if (json->integer > NAMI_MANIFEST_FORMAT) {
        return NAMI_FAIL(decoder->err, NAMI_E_UNSUPPORTED,
                         "manifest has format %lld, written by a newer version; this one reads "
                         "up to %d",
                         (long long)json->integer, NAMI_MANIFEST_FORMAT);
    }
    if (json->integer != NAMI_MANIFEST_FORMAT) {
        return fail(decoder, "no such", "format");
    }
    return take_object(decoder, fields, sizeof(fields) / sizeof(fields[0]), 0,
                       (uint8_t *)decoder->manifest);
}

int32_t nami_manifest_decode(struct nami_slice bytes, struct nami_manifest *out,
                             struct nami_error *err)
{
    struct decoder decoder = {.manifest = out, .err = err};
    int32_t status = NAMI_OK;

    *out = (struct nami_manifest){0};
    nami_json_reader_init(&decoder.json, bytes);
    status = take_manifest(&decoder);
    if (status == NAMI_OK && nami_json_next(&decoder.json) != NAMI_JSON_END) {
        status = bad_json(&decoder);
    }
    if (status == NAMI_OK && (out->seq == 0 || out->epoch == 0)) {
        status = fail(&decoder, "zero in", out->seq == 0 ? "seq" : "epoch");
    }
    nami_json_reader_release(&decoder.json);
    if (status != NAMI_OK) {
        nami_manifest_release(out);
    }
    return status;
}
