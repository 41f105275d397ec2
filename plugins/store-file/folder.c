/*
 * From keys to folders. A path is walked a segment at a time and no symbolic link is
 * followed, so nothing outside the root is reached, whatever somebody put into it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "file.h"

int nami_file__sync_folder(const struct nami_store *self, int folder)
{
    int fd = -1;
    int number = 0;

    if (!self->is_durable) {
        return 0;
    }
    fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return errno;
    }
    number = fsync(fd) == 0 ? 0 : errno;
    (void)close(fd);
    return number;
}

/* From `at` into its child `name`. */
static int step(const struct nami_store *self, int at, const char *name, unsigned flags, int *out)
{
    int how = O_PATH | O_DIRECTORY | O_CLOEXEC | ((flags & WALK_FOLLOW) != 0 ? 0 : O_NOFOLLOW);
    bool was_absent = false;
    int number = 0;

    *out = openat(at, name, how);
    if (*out < 0 && errno == ENOENT && (flags & WALK_CREATE) != 0) {
        was_absent = true; /* also if another makes it now: it may not have synced it yet */
        if (mkdirat(at, name, FOLDER_MODE) != 0 && errno != EEXIST) {
            return errno;
        }
        *out = openat(at, name, how);
    }
    if (*out < 0) {
        return errno;
    }
    if (was_absent || (flags & WALK_SYNC) != 0) {
        number = nami_file__sync_folder(self, at);
    }
    if (number != 0) {
        (void)close(*out);
        *out = -1;
    }
    return number;
}

int nami_file__walk(const struct nami_store *self, int from, struct nami_slice path, unsigned flags,
                    int *out)
{
    char name[SEGMENT_BYTES_MAX + 1];
    int at = openat(from, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    int number = at >= 0 ? 0 : errno;
    size_t i = 0;

    while (number == 0 && i < path.len) {
        size_t len = 0;
        int next = -1;

        while (i + len < path.len && path.ptr[i + len] != '/') {
            len++;
        }
        if (len > SEGMENT_BYTES_MAX) {
            number = ENAMETOOLONG;
        } else if (len > 0) {
            memcpy(name, path.ptr + i, len);
            name[len] = '\0';
            number = step(self, at, name, flags, &next);
            (void)close(at);
            at = next;
        }
        i += len + 1;
    }
    if (number != 0 && at >= 0) {
        (void)close(at);
        at = -1;
    }
    *out = at;
    return number;
}

static int open_root_locked(struct nami_store *self, bool create)
{
    int top = -1;
    int number = 0;

    self->guarded.root = open(self->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (self->guarded.root >= 0) {
        return 0;
    }
    if (errno != ENOENT || !create) {
        return errno;
    }
    top = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (top < 0) {
        return errno;
    }
    number = nami_file__walk(self, top, nami_text(self->root),
                             WALK_CREATE | WALK_FOLLOW, /* the user's */
                             &self->guarded.root);
    (void)close(top);
    return number;
}

int nami_file__root(struct nami_store *self, bool create, int *out)
{
    int number = 0;

    (void)pthread_mutex_lock(&self->guarded.lock);
    if (self->guarded.root < 0) {
        number = open_root_locked(self, create);
    }
    *out = self->guarded.root;
    (void)pthread_mutex_unlock(&self->guarded.lock);
    return number;
}

int32_t nami_file__check_key(struct nami_slice key, struct nami_error *err)
{
    static const size_t len = sizeof(PRIVATE_FOLDER) - 1;

    if (!nami_key_valid(key)) {
        return NAMI_FAIL(err, NAMI_E_INVALID, "not a key");
    }
    if (key.len >= len && memcmp(key.ptr, PRIVATE_FOLDER, len) == 0 &&
        (key.len == len || key.ptr[len] == '/')) {
        return NAMI_FAIL(err, NAMI_E_INVALID, PRIVATE_FOLDER " is the store's own folder");
    }
    return NAMI_OK;
}

/* Sets out->base; returns the path of the folder. */
static int split(struct nami_slice key, struct place *out, struct nami_slice *folder)
{
    size_t start = key.len;

    *out = (struct place){.folder = -1};
    while (start > 0 && key.ptr[start - 1] != '/') {
        start--;
    }
    *folder = nami_bytes(key.ptr, start);
    if (key.len - start > SEGMENT_BYTES_MAX) {
        return ENAMETOOLONG;
    }
    memcpy(out->base, key.ptr + start, key.len - start);
    return 0;
}

int nami_file__place_find(struct nami_store *self, struct nami_slice key, struct place *out)
{
    struct nami_slice folder = {0};
    int root = -1;
    int number = split(key, out, &folder);

    if (number == 0) {
        number = nami_file__root(self, false, &root);
    }
    return number != 0 ? number : nami_file__walk(self, root, folder, 0, &out->folder);
}

static uint64_t hash_of(struct nami_slice bytes)
{
    uint64_t hash = UINT64_C(0x9ae16a3b2f90404f);

    for (size_t i = 0; i < bytes.len; i++) {
        hash = (hash ^ bytes.ptr[i]) * UINT64_C(0x9fb21c651e98df25);
        hash ^= hash >> 35;
    }
    return hash | 1; /* 0 is "none" */
}

int nami_file__place_make(struct nami_store *self, struct nami_slice key, struct place *out)
{
    struct nami_slice folder = {0};
    unsigned flags = WALK_CREATE;
    uint64_t hash = 0;
    int root = -1;
    int number = split(key, out, &folder);

    if (number == 0) {
        number = nami_file__root(self, true, &root);
    }
    if (number != 0) {
        return number;
    }
    /* What another process has just made may not be durable yet: sync once, then remember. */
    hash = hash_of(folder);
    if (atomic_load(&self->durable[hash % DURABLE_FOLDERS]) != hash) {
        flags |= WALK_SYNC;
    }
    number = nami_file__walk(self, root, folder, flags, &out->folder);
    if (number == 0) {
        atomic_store(&self->durable[hash % DURABLE_FOLDERS], hash);
    }
    return number;
}

void nami_file__place_close(struct place *place)
{
    if (place->folder >= 0) {
        (void)close(place->folder);
    }
    place->folder = -1;
}

int nami_file__place_stat(const struct place *place, struct stat *out)
{
    return fstatat(place->folder, place->base, out, AT_SYMLINK_NOFOLLOW) == 0 ? 0 : errno;
}
