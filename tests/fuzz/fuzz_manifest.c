/* Any bytes are a manifest or an error; what is read is written and read again, unchanged. */
#include <stdlib.h>

#include <namidb/plugin_util.h>

#include "core/manifest/manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nami_error err = {.struct_size = sizeof(err)};
    struct nami_manifest manifest;
    struct nami_manifest back;
    struct nami_buf first;
    struct nami_buf second;

    if (nami_manifest_decode(nami_bytes(data, size), &manifest, &err) != NAMI_OK) {
        return 0;
    }
    nami_buf_init(&first, 1u << 24);
    nami_buf_init(&second, 1u << 24);
    if (nami_manifest_encode(&manifest, &first) != NAMI_OK ||
        nami_manifest_decode(nami_buf_view(&first), &back, &err) != NAMI_OK ||
        nami_manifest_encode(&back, &second) != NAMI_OK ||
        !nami_slice_equal(nami_buf_view(&first), nami_buf_view(&second))) {
        abort();
    }
    nami_manifest_release(&manifest);
    nami_manifest_release(&back);
    nami_buf_release(&first);
    nami_buf_release(&second);
    return 0;
}
