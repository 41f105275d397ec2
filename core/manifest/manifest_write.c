#include "core/manifest/manifest.h"

#include <namidb/plugin_util.h>

#include "core/base/json_write.h"

static void put_uint(struct nami_json_writer *to, const char *name, uint64_t value)
{
    nami_json_key_text(to, name);
    nami_json_uint(to, value);
}

static void put_text(struct nami_json_writer *to, const char *name, const char *value)
{
    nami_json_key_text(to, name);
    nami_json_text(to, value);
}

static void put_id(struct nami_json_writer *to, const char *name, const uint8_t *id)
{
    char hex[NAMI_ID_HEX_BYTES];

    nami_id_hex(id, hex);
    put_text(to, name, hex);
}

static void put_object(struct nami_json_writer *to, const struct nami_manifest_object *object)
{
    put_text(to, "name", object->name);
    put_uint(to, "bytes", object->bytes);
    put_uint(to, "crc", object->crc);
}

static void put_sst(struct nami_json_writer *to, const struct nami_manifest_sst *sst)
{
    nami_json_object_begin(to);
    put_object(to, &sst->object);
    put_text(to, "kind", sst->kind);
    put_text(to, "codec", sst->codec);
    put_uint(to, "level", sst->level);
    put_uint(to, "footer_bytes", sst->footer_bytes);
    put_uint(to, "first_id", sst->first_id);
    put_uint(to, "last_id", sst->last_id);
    nami_json_object_end(to);
}

static void put_garbage(struct nami_json_writer *to, const struct nami_manifest_garbage *garbage)
{
    nami_json_object_begin(to);
    put_text(to, "name", garbage->name);
    nami_json_key_text(to, "since_ms");
    nami_json_int(to, garbage->since_ms);
    nami_json_object_end(to);
}

static void put_head(struct nami_json_writer *to, const struct nami_manifest *manifest)
{
    put_uint(to, "format", NAMI_MANIFEST_FORMAT);
    put_id(to, "ns_uuid", manifest->ns_uuid);
    put_uint(to, "seq", manifest->seq);
    put_id(to, "nonce", manifest->nonce);
    put_id(to, "prev_nonce", manifest->prev_nonce);
    put_uint(to, "epoch", manifest->epoch);
    nami_json_key_text(to, "writer");
    nami_json_object_begin(to);
    put_text(to, "id", manifest->writer_id);
    put_text(to, "address", manifest->writer_address);
    nami_json_object_end(to);
    put_uint(to, "floor", manifest->floor);
    put_id(to, "floor_nonce", manifest->floor_nonce);
    put_uint(to, "lsn", manifest->lsn);
    put_uint(to, "next_node", manifest->next_node);
    put_uint(to, "next_rel", manifest->next_rel);
}

int32_t nami_manifest_encode(const struct nami_manifest *manifest, struct nami_buf *out)
{
    struct nami_json_writer to;

    nami_json_writer_init(&to, out);
    nami_json_object_begin(&to);
    put_head(&to, manifest);
    nami_json_key_text(&to, "ssts");
    nami_json_array_begin(&to);
    for (size_t i = 0; i < manifest->sst_count; i++) {
        put_sst(&to, &manifest->ssts[i]);
    }
    nami_json_array_end(&to);
    nami_json_key_text(&to, "schema");
    if (manifest->schema.name[0] == '\0') {
        nami_json_null(&to);
    } else {
        nami_json_object_begin(&to);
        put_object(&to, &manifest->schema);
        nami_json_object_end(&to);
    }
    nami_json_key_text(&to, "garbage");
    nami_json_array_begin(&to);
    for (size_t i = 0; i < manifest->garbage_count; i++) {
        put_garbage(&to, &manifest->garbage[i]);
    }
    nami_json_array_end(&to);
    put_text(&to, "state", manifest->is_dropped ? "dropped" : "active");
    nami_json_object_end(&to);
    return to.status != NAMI_OK ? to.status : nami_buf_append(out, nami_text("\n"));
}
