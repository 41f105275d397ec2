/*
 * core/store/store_open.h -- from a URI to an open store and the keys of a namespace.
 */
#ifndef NAMI_CORE_STORE_STORE_OPEN_H
#define NAMI_CORE_STORE_STORE_OPEN_H

#include "core/plugin/registry.h"
#include "core/store/store_call.h"
#include "core/store/uri.h"

struct nami_store_place {
    struct nami_store_handle store; /* ends with nami_store_close() */
    char ns[NAMI_NAMESPACE_BYTES_MAX + 1];
    char key_prefix[NAMI_NAMESPACE_BYTES_MAX + 2]; /* "NAME/": in front of every key */
};

/*
 * `host` and `registry` outlive the store. On failure *out is empty.
 * Fails: CONFIG (grammar; unknown parameter, with a suggestion; no plugin for the scheme,
 * with the file that would offer it), and as nami_store_open().
 */
NAMI_CHECKED int32_t nami_store_open_uri(const struct nami_host *host,
                                         const struct nami_registry *registry,
                                         const struct nami_call *call, struct nami_slice uri,
                                         struct nami_store_place *out, struct nami_error *err);

#endif /* NAMI_CORE_STORE_STORE_OPEN_H */
