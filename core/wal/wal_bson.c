#include "core/wal/wal_bson.h"

#include <string.h>

#include "core/base/utf8.h"

void nami_wal__doc_open(struct nami_wal__doc *doc, struct nami_slice bytes)
{
    *doc = (struct nami_wal__doc){0};
    if (bytes.len < 5 || !bson_init_static(&doc->doc, bytes.ptr, bytes.len) ||
        !bson_iter_init(&doc->at, &doc->doc)) {
        doc->problem = "not a document";
    }
}

/* Step to the next field; it must have that name and type. */
static bool next_is(struct nami_wal__doc *doc, const char *name, bson_type_t type)
{
    if (doc->problem != NULL) {
        return false;
    }
    if (!bson_iter_next(&doc->at) || strcmp(bson_iter_key(&doc->at), name) != 0 ||
        bson_iter_type(&doc->at) != type) {
        doc->problem = name;
        return false;
    }
    return true;
}

uint32_t nami_wal__doc_u32(struct nami_wal__doc *doc, const char *name)
{
    int32_t value = next_is(doc, name, BSON_TYPE_INT32) ? bson_iter_int32(&doc->at) : 0;

    if (value < 0) {
        doc->problem = name;
        return 0;
    }
    return (uint32_t)value;
}

uint64_t nami_wal__doc_u64(struct nami_wal__doc *doc, const char *name)
{
    int64_t value = next_is(doc, name, BSON_TYPE_INT64) ? bson_iter_int64(&doc->at) : 0;

    if (value < 0) {
        doc->problem = name;
        return 0;
    }
    return (uint64_t)value;
}

void nami_wal__doc_id(struct nami_wal__doc *doc, const char *name, uint8_t *dst, uint32_t len)
{
    bson_subtype_t subtype = BSON_SUBTYPE_BINARY;
    const uint8_t *bytes = NULL;
    uint32_t found = 0;

    memset(dst, 0, len);
    if (!next_is(doc, name, BSON_TYPE_BINARY)) {
        return;
    }
    bson_iter_binary(&doc->at, &subtype, &found, &bytes);
    if (bytes == NULL || found != len || subtype != BSON_SUBTYPE_BINARY) {
        doc->problem = name;
        return;
    }
    memcpy(dst, bytes, len);
}

void nami_wal__doc_text(struct nami_wal__doc *doc, const char *name, char *dst, size_t dst_bytes)
{
    const char *text = NULL;
    uint32_t len = 0;
    struct nami_slice view = {0};

    memset(dst, 0, dst_bytes);
    if (!next_is(doc, name, BSON_TYPE_UTF8)) {
        return;
    }
    text = bson_iter_utf8(&doc->at, &len);
    view = (struct nami_slice){.ptr = (const uint8_t *)text, .len = len};
    if (text == NULL || len >= dst_bytes || memchr(text, '\0', len) != NULL ||
        !nami_utf8_is_valid(view)) {
        doc->problem = name;
        return;
    }
    memcpy(dst, text, len);
}

void nami_wal__doc_end(struct nami_wal__doc *doc)
{
    /* The iterator stops at the first zero: it must be the document's last byte. */
    uint32_t end = doc->at.next_off;

    if (doc->problem == NULL && (bson_iter_next(&doc->at) || end + 1 != doc->doc.len)) {
        doc->problem = "a field too many";
    }
}

bool nami_wal__put_u32(bson_t *doc, const char *name, uint32_t value)
{
    return value <= INT32_MAX && BSON_APPEND_INT32(doc, name, (int32_t)value);
}

bool nami_wal__put_u64(bson_t *doc, const char *name, uint64_t value)
{
    return value <= INT64_MAX && BSON_APPEND_INT64(doc, name, (int64_t)value);
}

bool nami_wal__put_id(bson_t *doc, const char *name, const uint8_t *src, uint32_t len)
{
    return BSON_APPEND_BINARY(doc, name, BSON_SUBTYPE_BINARY, src, len);
}

bool nami_wal__put_text(bson_t *doc, const char *name, const char *text)
{
    return BSON_APPEND_UTF8(doc, name, text);
}
