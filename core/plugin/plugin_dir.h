/*
 * core/plugin/plugin_dir.h -- the folder in which plugins are found.
 *
 * What:   every `<kind>-<name>.so` of a folder goes into a registry; where that folder is;
 *         which of its files would offer what is missing.
 * Above:  the host, the CLI, libnamidb, store_open.
 * Below:  registry.h.
 * Thread: the registry's owner.
 */
#ifndef NAMI_CORE_PLUGIN_PLUGIN_DIR_H
#define NAMI_CORE_PLUGIN_PLUGIN_DIR_H

#include "core/plugin/registry.h"

/* What the caller hears of each file that is not loaded. Both may be NULL. */
struct nami_plugin_dir_listener {
    /* It looked like a plugin and was refused: err->message is one line with the path. */
    void (*refused)(struct nami_plugin_dir_listener *listener, const struct nami_error *err);
    /* Not a plugin by its name, or its name is in the registry already. */
    void (*passed_over)(struct nami_plugin_dir_listener *listener, const char *path);
};

/*
 * Load in the order of names. A file that is refused is told to the listener and stops
 * nothing; a plugin that is already there under the file's name (it came with its own path)
 * is passed over. `listener` may be NULL.
 * Fails: NOT_FOUND (no such folder), AUTH, NOMEM.
 */
NAMI_CHECKED int32_t nami_plugin_dir_load(struct nami_registry *registry, const char *dir,
                                          struct nami_plugin_dir_listener *listener,
                                          struct nami_error *err);

/*
 * Where this program or library keeps its plugins: ../lib/namidb or ../<libdir>/namidb seen
 * from the folder of the binary that this code is in, or namidb beside it; else the folder
 * fixed at build time. It need not exist. Fails: TOO_LARGE.
 */
NAMI_CHECKED int32_t nami_plugin_dir_default(char *out, size_t out_bytes, struct nami_error *err);

/*
 * CONFIG: nothing in the registry offers `scheme`; the message says which file would and
 * what there is.
 */
NAMI_CHECKED int32_t nami_plugin_missing_store(const struct nami_registry *registry,
                                               struct nami_slice scheme, struct nami_error *err);
/* The same for a protocol. */
NAMI_CHECKED int32_t nami_plugin_missing_proto(const struct nami_registry *registry,
                                               struct nami_slice name, struct nami_error *err);

#endif /* NAMI_CORE_PLUGIN_PLUGIN_DIR_H */
