#include "core/manifest/manifest.h"

#include <inttypes.h>
#include <stdlib.h>

#include <namidb/plugin_util.h>

void nami_manifest_release(struct nami_manifest *manifest)
{
    free(manifest->ssts);
    free(manifest->garbage);
    *manifest = (struct nami_manifest){0};
}

/* A copy with the capacity that grow() expects; NULL for none. false: no memory. */
static bool copy_array(const void *from, size_t count, size_t size, void **out)
{
    size_t capacity = 1;

    *out = NULL;
    if (count == 0) {
        return true;
    }
    while (capacity < count) {
        capacity *= 2;
    }
    *out = malloc(capacity * size);
    if (*out != NULL) {
        memcpy(*out, from, count * size);
    }
    return *out != NULL;
}

int32_t nami_manifest_copy(const struct nami_manifest *from, struct nami_manifest *to)
{
    void *ssts = NULL;
    void *garbage = NULL;

    if (!copy_array(from->ssts, from->sst_count, sizeof(*from->ssts), &ssts) ||
        !copy_array(from->garbage, from->garbage_count, sizeof(*from->garbage), &garbage)) {
        free(ssts);
        return NAMI_E_NOMEM;
    }
    *to = *from;
    to->ssts = ssts;
    to->garbage = garbage;
    return NAMI_OK;
}

/* Room for one more entry in an array that doubles; NULL: no. */
static void *grow(void *array, size_t count, size_t size)
{
    bool is_full = (count & (count - 1)) == 0; /* capacity is the next power of two */

    if (count >= NAMI_MANIFEST_ENTRIES_MAX) {
        return NULL;
    }
    return is_full ? realloc(array, (count == 0 ? 1 : 2 * count) * size) : array;
}

struct nami_manifest_sst *nami_manifest_add_sst(struct nami_manifest *manifest)
{
    struct nami_manifest_sst *grown =
        grow(manifest->ssts, manifest->sst_count, sizeof(*manifest->ssts));

    if (grown == NULL) {
        return NULL;
    }
    manifest->ssts = grown;
    grown[manifest->sst_count] = (struct nami_manifest_sst){0};
    return &grown[manifest->sst_count++];
}

struct nami_manifest_garbage *nami_manifest_add_garbage(struct nami_manifest *manifest)
{
    struct nami_manifest_garbage *grown =
        grow(manifest->garbage, manifest->garbage_count, sizeof(*manifest->garbage));

    if (grown == NULL) {
        return NULL;
    }
    manifest->garbage = grown;
    grown[manifest->garbage_count] = (struct nami_manifest_garbage){0};
    return &grown[manifest->garbage_count++];
}

bool nami_manifest_key(struct nami_slice prefix, char *dst, size_t dst_bytes)
{
    int len = snprintf(dst, dst_bytes, "%.*smanifest.json", (int)prefix.len,
                       prefix.len > 0 ? (const char *)prefix.ptr : "");

    return len > 0 && (size_t)len < dst_bytes;
}

bool nami_manifest_archive_key(struct nami_slice prefix, const struct nami_manifest *manifest,
                               char *dst, size_t dst_bytes)
{
    char nonce[NAMI_ID_HEX_BYTES];
    int len = 0;

    nami_id_hex(manifest->nonce, nonce);
    len = snprintf(dst, dst_bytes, "%.*smanifest/%020" PRIu64 "-%s.json", (int)prefix.len,
                   prefix.len > 0 ? (const char *)prefix.ptr : "", manifest->seq, nonce);
    return len > 0 && (size_t)len < dst_bytes;
}
