#include "core/store/store_open.h"

#include <namidb/plugin_util.h>

#include "core/plugin/options.h"
#include "core/plugin/plugin_dir.h"

static int32_t open_parsed(const struct nami_host *host, const struct nami_registry *registry,
                           const struct nami_call *call, const struct nami_uri *uri,
                           struct nami_store_handle *out, struct nami_error *err)
{
    struct nami_store_config config = {.struct_size = sizeof(config),
                                       .scheme = uri->scheme,
                                       .authority = uri->authority,
                                       .path = uri->path};
    struct nami_option_set options = {0};
    const struct nami_known_plugin *plugin = nami_registry_store(registry, uri->scheme);
    int32_t status = nami_options_parse_pairs(&plugin->desc->store->options, uri->options,
                                              uri->option_count, &options, err);
    if (status == NAMI_OK) {
        config.values = options.values;
        config.value_count = plugin->desc->store->options.count;
        status = nami_store_open(host, &plugin->store, call, &config, out, err);
    }
    nami_option_set_release(&options);
    return status;
}

int32_t nami_store_open_uri(const struct nami_host *host, const struct nami_registry *registry,
                            const struct nami_call *call, struct nami_slice text,
                            struct nami_store_place *out, struct nami_error *err)
{
    struct nami_slice scheme = nami_uri_scheme(text);
    struct nami_uri uri;
    int32_t status = NAMI_OK;

    *out = (struct nami_store_place){0};
    if (scheme.len > 0 && nami_registry_store(registry, scheme) == NULL) {
        return nami_plugin_missing_store(registry, scheme, err); /* before what else is wrong */
    }
    status = nami_uri_parse(text, &uri, err);
    if (status != NAMI_OK) {
        return status;
    }
    status = open_parsed(host, registry, call, &uri, &out->store, err);
    if (status == NAMI_OK) {
        memcpy(out->ns, uri.ns.ptr, uri.ns.len); /* at most NAMI_NAMESPACE_BYTES_MAX */
        memcpy(out->key_prefix, uri.key_prefix, sizeof(out->key_prefix));
    }
    nami_uri_release(&uri);
    return status;
}
