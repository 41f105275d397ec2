/*
 * store-file -- objects as files below a folder.
 *
 *   <root>/demo/wal/00000000000000000001.wal     the object of that key
 *   <root>/.namidb/{tmp,locks,holds}             the store's own
 *
 * What a write needs to be atomic and durable: write a hidden file, fsync it, give it its
 * name in one step that fails if the name must be new and is taken, fsync the folder.
 * Opening writes nothing; the first write makes the folders.
 */
#include <errno.h>
#include <unistd.h>

#include "file.h"

/* By index into config->values. */
enum { OPTION_FSYNC, OPTION_COUNT };

enum { ROOT_BYTES_MAX = 4000 }; /* below PATH_MAX, with room for our own folders */

static const struct nami_option options[OPTION_COUNT] = {
    [OPTION_FSYNC] = {.struct_size = sizeof(struct nami_option),
                      .type = NAMI_OPTION_BOOL,
                      .name = "fsync",
                      .default_text = "on",
                      .help = "off: a power cut loses what was acknowledged; for tests only"},
};

int32_t nami_file__admit(const struct nami_store *self, const struct nami_call *call)
{
    const struct nami_host *host = self->host;

    if (host->cancelled(host, call->cancel) != 0) {
        return NAMI_E_CANCELLED;
    }
    return host->mono_ns(host) >= call->deadline_ns ? NAMI_E_DEADLINE : NAMI_OK;
}

/* See stamp_after() in temp_file.c for why no two bodies of a key share one. */
struct nami_version nami_file__version(const struct stat *stat)
{
    struct nami_version version = {.len = 24};

    nami_put_u64(version.bytes, (uint64_t)stat->st_ino);
    nami_put_u64(version.bytes + 8,
                 (uint64_t)stat->st_mtim.tv_sec * 1000000000u + (uint64_t)stat->st_mtim.tv_nsec);
    nami_put_u64(version.bytes + 16, (uint64_t)stat->st_size);
    return version;
}

bool nami_file__has_version(const struct stat *stat, const struct nami_version *version)
{
    struct nami_version now = nami_file__version(stat);

    return version != NULL && nami_version_equal(&now, version);
}

int64_t nami_file__modified_ms(const struct stat *stat)
{
    return (int64_t)stat->st_mtim.tv_sec * 1000 + stat->st_mtim.tv_nsec / 1000000;
}

void nami_file__describe(struct nami_result *result, const struct stat *stat)
{
    result->version = nami_file__version(stat);
    result->last_modified_ms = nami_file__modified_ms(stat);
    result->object_bytes = (uint64_t)stat->st_size;
}

/* Absolute, since a process may change its folder; the caller frees *out. */
static int32_t make_root_path(const struct nami_host *host, const struct nami_store_config *config,
                              char **out, struct nami_error *err)
{
    static const size_t room = 2 * (size_t)ROOT_BYTES_MAX + 2;
    size_t used = 0;

    *out = NULL;
    if (config->path.len == 0 || config->path.ptr[0] != '/' ||
        config->path.len + config->authority.len > ROOT_BYTES_MAX ||
        memchr(config->path.ptr, '\0', config->path.len) != NULL) {
        return NAMI_FAIL(err, NAMI_E_CONFIG, "not a folder: file:///abs/dir or file://./rel");
    }
    if (config->authority.len > 0 && !nami_slice_equal(config->authority, nami_text(".")) &&
        !nami_slice_equal(config->authority, nami_text(".."))) {
        return NAMI_FAIL(err, NAMI_E_CONFIG,
                         "'%.*s' is a host's place in file://: write file:///%.*s or file://./%.*s",
                         (int)config->authority.len, (const char *)config->authority.ptr,
                         (int)config->authority.len, (const char *)config->authority.ptr,
                         (int)config->authority.len, (const char *)config->authority.ptr);
    }
    *out = host->mem_alloc(host, room);
    if (*out == NULL) {
        return NAMI_FAIL(err, NAMI_E_NOMEM, "path");
    }
    (*out)[0] = '\0';
    if (config->authority.len > 0 && getcwd(*out, ROOT_BYTES_MAX) == NULL) {
        int32_t status = nami_file__fail(err, errno, "current folder");

        host->mem_free(host, *out);
        *out = NULL;
        return status;
    }
    used = strlen(*out);
    (void)snprintf(*out + used, room - used, "%s%.*s%.*s", config->authority.len > 0 ? "/" : "",
                   (int)config->authority.len,
                   config->authority.len > 0 ? (const char *)config->authority.ptr : "",
                   (int)config->path.len, (const char *)config->path.ptr);
    return NAMI_OK;
}

/* A folder that is not there yet is fine; anything else that is there is not. */
static int32_t check_root(struct nami_store *self, struct nami_error *err)
{
    int root = -1;
    int number = nami_file__root(self, false, &root);

    if (number == ENOTDIR) {
        return NAMI_FAIL(err, NAMI_E_CONFIG, "%.200s: not a folder", self->root);
    }
    return number == 0 || number == ENOENT ? NAMI_OK
                                           : nami_file__fail(err, number, "%.100s", self->root);
}

static void file_close(struct nami_store *self)
{
    int fds[5];

    if (self == NULL) {
        return;
    }
    fds[0] = self->guarded.root;
    fds[1] = self->guarded.own.temps;
    fds[2] = self->guarded.own.locks;
    fds[3] = self->guarded.own.holds;
    fds[4] = self->guarded.own.clock;
    for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
        if (fds[i] >= 0) {
            (void)close(fds[i]);
        }
    }
    (void)pthread_mutex_destroy(&self->guarded.lock);
    self->host->mem_free(self->host, self->root);
    self->host->mem_free(self->host, self);
}

static int32_t file_open(const struct nami_host *host, const struct nami_call *call,
                         const struct nami_store_config *config, struct nami_store **out,
                         struct nami_error *err)
{
    struct nami_store *self = host->mem_alloc(host, sizeof(*self));
    uint8_t nonce[8] = {0};
    int32_t status = NAMI_OK;

    (void)call;
    *out = NULL;
    if (self == NULL) {
        return NAMI_FAIL(err, NAMI_E_NOMEM, "store handle");
    }
    *self = (struct nami_store){.host = host,
                                .is_durable = config->values[OPTION_FSYNC].number != 0,
                                .guarded = {.root = -1, .own = {-1, -1, -1, -1}}};
    if (pthread_mutex_init(&self->guarded.lock, NULL) != 0) {
        host->mem_free(host, self);
        return NAMI_FAIL(err, NAMI_E_NOMEM, "mutex");
    }
    status = host->random_fill(host, nonce, sizeof(nonce));
    self->nonce = nami_get_u64(nonce);
    if (status == NAMI_OK) {
        status = make_root_path(host, config, &self->root, err);
    }
    if (status == NAMI_OK) {
        status = check_root(self, err);
    }
    if (status != NAMI_OK) {
        file_close(self);
        return status;
    }
    if (!self->is_durable) {
        host->log(host, NAMI_LOG_WARN, nami_text("store-file"),
                  nami_text("fsync=off: a power cut loses what was acknowledged"));
    }
    *out = self;
    return NAMI_OK;
}

static const struct nami_store_ops ops = {
    .struct_size = sizeof(struct nami_store_ops),
    .open = file_open,
    .close = file_close,
    .read = nami_file__read,
    .write = nami_file__write,
    .head = nami_file__head,
    .remove = nami_file__remove,
    .list = nami_file__list,
    .map = nami_file__map,
    .unmap = nami_file__unmap,
    .hold = nami_file__hold,
    .unhold = nami_file__unhold,
};

static const char *const schemes[] = {"file", NULL};

static const struct nami_store_desc store = {
    .struct_size = sizeof(struct nami_store_desc),
    .schemes = schemes,
    .options = {.at = options, .count = OPTION_COUNT, .stride = sizeof(options[0])},
    .ops = &ops,
};

static const struct nami_plugin plugin = {
    NAMI_PLUGIN_HEAD, .name = "store-file", .version = "0.1.0", .build_id = "", .store = &store,
};

NAMI_PLUGIN_ENTRY(store_file)
{
    return &plugin;
}
