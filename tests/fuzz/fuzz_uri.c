/* Store URIs from anywhere: taken apart within their bytes, or refused with one line. */
#include <stdlib.h>

#include <namidb/plugin_util.h>

#include "core/store/uri.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int holds)
{
    if (!holds) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nami_error err = {.struct_size = sizeof(err)};
    struct nami_uri uri;
    int32_t status = nami_uri_parse(nami_bytes(data, size), &uri, &err);

    must(status == NAMI_OK || status == NAMI_E_CONFIG);
    if (status == NAMI_OK) {
        must(uri.scheme.len > 0 && uri.ns.len > 0 && uri.ns.len <= NAMI_NAMESPACE_BYTES_MAX);
        must(nami_key_valid(uri.ns) && uri.option_count <= NAMI_URI_OPTIONS_MAX);
        must(memchr(uri.path.ptr, '\0', uri.path.len) == NULL);
        for (size_t i = 0; i < uri.option_count; i++) {
            must(memchr(uri.options[i].value.ptr, '\0', uri.options[i].value.len) == NULL);
        }
    } else {
        must(err.message[0] != '\0' && strchr(err.message, '\n') == NULL && uri.text == NULL);
    }
    nami_uri_release(&uri);
    return 0;
}
