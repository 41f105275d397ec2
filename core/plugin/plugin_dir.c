#define _GNU_SOURCE
#include "core/plugin/plugin_dir.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include <namidb/plugin_util.h>

static const char *const kinds[] = {"store-", "proto-", "sst-"};

/* "store-file.so": a kind, a name, the ending. */
static bool is_plugin_name(const char *name)
{
    size_t len = strlen(name);

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        size_t kind_len = strlen(kinds[i]);

        if (strncmp(name, kinds[i], kind_len) == 0 && len > kind_len + 3 &&
            strcmp(name + len - 3, ".so") == 0) {
            return true;
        }
    }
    return false;
}

static bool is_known(const struct nami_registry *registry, const char *file_name)
{
    struct nami_slice name = nami_bytes(file_name, strlen(file_name) - 3);
    const struct nami_known_plugin *at = registry->plugins;

    while (at != NULL && !nami_slice_equal(nami_text(at->desc->name), name)) {
        at = at->next;
    }
    return at != NULL;
}

static void load_one(struct nami_registry *registry, const char *dir, const char *name,
                     struct nami_plugin_dir_listener *listener)
{
    struct nami_error err = {.struct_size = sizeof(err)};
    char path[PATH_MAX];
    bool is_plugin = is_plugin_name(name) && !is_known(registry, name);
    int32_t status = NAMI_OK;

    if ((size_t)snprintf(path, sizeof(path), "%s/%s", dir, name) >= sizeof(path)) {
        status = NAMI_FAIL(&err, NAMI_E_TOO_LARGE, "%.150s...: the path is too long", dir);
    } else if (is_plugin) {
        status = nami_plugin_load(registry, path, &err);
    }
    if (status != NAMI_OK && listener != NULL && listener->refused != NULL) {
        listener->refused(listener, &err);
    } else if (status == NAMI_OK && !is_plugin && listener != NULL &&
               listener->passed_over != NULL) {
        listener->passed_over(listener, path);
    }
}

static int not_hidden(const struct dirent *at)
{
    return at->d_name[0] != '.';
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name); /* whatever the locale */
}

int32_t nami_plugin_dir_load(struct nami_registry *registry, const char *dir,
                             struct nami_plugin_dir_listener *listener, struct nami_error *err)
{
    struct dirent **names = NULL;
    int count = scandir(dir, &names, not_hidden, by_bytes);

    if (count < 0) {
        switch (errno) {
        case ENOENT:
        case ENOTDIR:
            return NAMI_FAIL(err, NAMI_E_NOT_FOUND, "no plugin folder at %s", dir);
        case ENOMEM:
            return NAMI_FAIL(err, NAMI_E_NOMEM, "plugin folder %s", dir);
        default:
            return NAMI_FAIL(err, NAMI_E_AUTH, "plugin folder %s can not be read", dir);
        }
    }
    for (int i = 0; i < count; i++) {
        load_one(registry, dir, names[i]->d_name, listener);
        free(names[i]);
    }
    free(names);
    return NAMI_OK;
}

/* Anything in this binary: dladdr() tells which file it came from. */
static const char here[] = "namidb";

/* The folder of the program or library that this code is in. False: not to be found out. */
static bool own_folder(char out[PATH_MAX])
{
    Dl_info info = {0};
    char *slash = NULL;
    char exe[PATH_MAX] = "";
    ssize_t len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

    exe[len > 0 ? len : 0] = '\0';
    /* For a program dladdr() only knows argv[0], which may be a bare name. */
    if (dladdr(here, &info) != 0 && info.dli_fname != NULL &&
        strstr(info.dli_fname, ".so") != NULL) {
        if (realpath(info.dli_fname, out) == NULL) {
            return false;
        }
    } else {
        (void)snprintf(out, PATH_MAX, "%s", exe);
    }
    slash = strrchr(out, '/');
    if (slash == NULL) {
        return false;
    }
    *slash = '\0';
    return true;
}

int32_t nami_plugin_dir_default(char *out, size_t out_bytes, struct nami_error *err)
{
    static const char *const places[] = {"/../lib/namidb", "/../" NAMI_INSTALL_LIBDIR "/namidb",
                                         "/namidb"};
    char folder[PATH_MAX];
    bool is_known_place = own_folder(folder);
    size_t len = 0;

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) && is_known_place; i++) {
        len = (size_t)snprintf(out, out_bytes, "%s%s", folder, places[i]);
        if (len < out_bytes && access(out, R_OK | X_OK) == 0) {
            return NAMI_OK;
        }
    }
    len = (size_t)snprintf(out, out_bytes, "%s", NAMI_PLUGIN_DIR_AT_BUILD);
    return len < out_bytes ? NAMI_OK
                           : NAMI_FAIL(err, NAMI_E_TOO_LARGE, "path of the plugin folder");
}

/* Text that is cut rather than overrun. */
struct line {
    char text[160];
    size_t len;
};

static void append(struct line *line, const char *text, const char *after)
{
    int len = snprintf(line->text + line->len, sizeof(line->text) - line->len, "%s%s%s",
                       line->len > 0 ? " " : "", text, after);

    line->len += (size_t)len;
    if (line->len >= sizeof(line->text)) {
        line->len = sizeof(line->text) - 1;
    }
}

int32_t nami_plugin_missing_store(const struct nami_registry *registry, struct nami_slice scheme,
                                  struct nami_error *err)
{
    static const char *const files[][2] = {{"gs", "gcs"}, {"az", "azure"}};
    struct line known = {0};
    char name[33];

    (void)snprintf(name, sizeof(name), "%.*s", scheme.len < 32 ? (int)scheme.len : 32,
                   (const char *)scheme.ptr);
    for (const struct nami_known_plugin *at = registry->plugins; at != NULL; at = at->next) {
        for (const char *const *one = at->desc->store != NULL ? at->desc->store->schemes : NULL;
             one != NULL && *one != NULL; one++) {
            append(&known, *one, "://");
        }
    }
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        if (strcmp(files[i][0], name) == 0) {
            return NAMI_FAIL(err, NAMI_E_CONFIG,
                             "no plugin for %s:// (store-%s.so would offer it); there are: %s",
                             name, files[i][1], known.len > 0 ? known.text : "none");
        }
    }
    return NAMI_FAIL(err, NAMI_E_CONFIG,
                     "no plugin for %s:// (store-%s.so would offer it); there are: %s", name, name,
                     known.len > 0 ? known.text : "none");
}

int32_t nami_plugin_missing_proto(const struct nami_registry *registry, struct nami_slice name,
                                  struct nami_error *err)
{
    struct line known = {0};
    char text[33];

    (void)snprintf(text, sizeof(text), "%.*s", name.len < 32 ? (int)name.len : 32,
                   (const char *)name.ptr);
    for (const struct nami_known_plugin *at = registry->plugins; at != NULL; at = at->next) {
        if (at->desc->proto != NULL) {
            append(&known, at->desc->proto->name, "");
        }
    }
    return NAMI_FAIL(err, NAMI_E_CONFIG,
                     "no plugin for protocol %s (proto-%s.so would offer it); there are: %s", text,
                     text, known.len > 0 ? known.text : "none");
}
