/*
 * list: the tree in the byte order of keys. A folder sorts as its name with the slash, for
 * "a-b" comes before "a/b". Only folders that can hold a wanted key are entered.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "file.h"
#include "name_window.h"

enum { NAMES_BYTES_MAX = 4 << 20, CHECK_EVERY = 1024 };

struct walk {
    struct nami_store *self;
    const struct nami_call *call;
    struct nami_list *req;
    uint64_t given;
    uint64_t seen; /* names, since the call was last asked whether it may go on */
    size_t key_len;
    uint8_t key[NAMI_KEY_BYTES_MAX + SEGMENT_BYTES_MAX + 2]; /* of where we are */
};

static bool has_prefix(struct nami_slice key, struct nami_slice prefix)
{
    return key.len >= prefix.len && nami_slice_equal(nami_bytes(key.ptr, prefix.len), prefix);
}

/* Can `key`, or a key below it if it ends in a slash, be in the listing? */
static bool is_wanted(const struct nami_list *req, struct nami_slice key)
{
    bool is_folder = key.ptr[key.len - 1] == '/';

    if (!has_prefix(key, req->prefix) && !(is_folder && has_prefix(req->prefix, key))) {
        return false;
    }
    return nami_slice_compare(key, req->start_after) > 0 ||
           (is_folder && has_prefix(req->start_after, key));
}

/* The name as it sorts; *len is 0 if no key can have it. `name` has room for the slash. */
static int sort_name(int folder, const struct dirent *at, uint8_t *name, size_t *len)
{
    struct stat stat;
    size_t name_len = strlen(at->d_name);
    bool is_folder = at->d_type == DT_DIR;

    *len = 0;
    if (name_len > SEGMENT_BYTES_MAX || !nami_key_valid(nami_bytes(at->d_name, name_len))) {
        return 0;
    }
    if (at->d_type == DT_UNKNOWN) { /* some file systems do not tell */
        if (fstatat(folder, at->d_name, &stat, AT_SYMLINK_NOFOLLOW) != 0) {
            return errno == ENOENT ? 0 : errno;
        }
        is_folder = S_ISDIR(stat.st_mode);
    }
    memcpy(name, at->d_name, name_len);
    if (is_folder) {
        name[name_len++] = '/';
    }
    *len = name_len;
    return 0;
}

static int32_t may_go_on(struct walk *walk)
{
    return ++walk->seen % CHECK_EVERY != 0 ? NAMI_OK : nami_file__admit(walk->self, walk->call);
}

/* One pass: the smallest wanted names above `floor`. */
static int32_t collect(struct walk *walk, DIR *dir, struct nami_slice floor,
                       struct name_window *window)
{
    struct nami_error *err = walk->req->error;
    int32_t status = NAMI_OK;

    nami_file__window_clear(window);
    rewinddir(dir);
    while (status == NAMI_OK) {
        uint8_t *name = walk->key + walk->key_len; /* tried out where it would stand */
        const struct dirent *at = NULL;
        size_t len = 0;
        int number = 0;

        errno = 0;
        at = readdir(dir);
        if (at == NULL) {
            return errno == 0 ? NAMI_OK : nami_file__fail(err, errno, "list");
        }
        number = sort_name(dirfd(dir), at, name, &len);
        if (number != 0) {
            return nami_file__fail(err, number, "list");
        }
        status = may_go_on(walk);
        if (status != NAMI_OK || len == 0 || walk->key_len + len > NAMI_KEY_BYTES_MAX ||
            nami_slice_compare(nami_bytes(name, len), floor) <= 0 ||
            !is_wanted(walk->req, nami_bytes(walk->key, walk->key_len + len)) ||
            nami_slice_equal(nami_bytes(walk->key, walk->key_len + len),
                             nami_text(PRIVATE_FOLDER "/"))) {
            continue;
        }
        status = nami_file__window_add(window, nami_bytes(name, len));
        if (status != NAMI_OK) {
            (void)NAMI_FAIL(err, status, "names of a folder");
        }
    }
    return status;
}

/* walk->key is complete. An object that has gone meanwhile is not given. */
static int32_t give(struct walk *walk, int folder, const char *name)
{
    struct nami_list *req = walk->req;
    struct nami_version version;
    struct nami_entry entry = {.struct_size = sizeof(entry),
                               .key = nami_bytes(walk->key, walk->key_len)};
    struct stat stat;
    int32_t status = NAMI_OK;

    if (fstatat(folder, name, &stat, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno == ENOENT ? NAMI_OK : nami_file__fail(req->error, errno, "list");
    }
    if (!S_ISREG(stat.st_mode)) {
        return NAMI_OK;
    }
    if (walk->given == req->limit) {
        req->more = 1;
        return NAMI_OK;
    }
    version = nami_file__version(&stat);
    entry.object_bytes = (uint64_t)stat.st_size;
    entry.last_modified_ms = nami_file__modified_ms(&stat);
    entry.version = &version;
    status = req->entry(req, &entry);
    walk->given++;
    req->more = status != NAMI_OK;
    return status;
}

static int32_t list_folder(struct walk *walk, int folder);

/* One name of a folder whose key is walk->key. */
static int32_t visit(struct walk *walk, int folder, struct nami_slice name)
{
    char text[SEGMENT_BYTES_MAX + 2];
    size_t key_len = walk->key_len;
    bool is_folder = name.ptr[name.len - 1] == '/';
    int32_t status = NAMI_OK;
    int child = -1;

    memcpy(text, name.ptr, name.len);
    text[name.len - is_folder] = '\0';
    memcpy(walk->key + key_len, name.ptr, name.len);
    walk->key_len += name.len;
    if (!is_folder) {
        status = give(walk, folder, text);
    } else {
        child = openat(folder, text, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (child >= 0) {
            status = list_folder(walk, child);
        } else if (errno != ENOENT && errno != ENOTDIR) {
            status = nami_file__fail(walk->req->error, errno, "list");
        }
    }
    walk->key_len = key_len;
    return status;
}

/* Closes `folder`. As deep as keys have segments, and those are bounded. */
static int32_t list_folder(struct walk *walk, int folder)
{
    struct name_window window;
    uint8_t floor[SEGMENT_BYTES_MAX + 2];
    size_t floor_len = 0;
    DIR *dir = fdopendir(folder);
    int32_t status = NAMI_OK;

    if (dir == NULL) {
        status = nami_file__fail(walk->req->error, errno, "list");
        (void)close(folder);
        return status;
    }
    nami_file__window_init(&window, walk->self->host, NAMES_BYTES_MAX);
    do {
        status = collect(walk, dir, nami_bytes(floor, floor_len), &window);
        nami_file__window_finish(&window);
        for (size_t i = 0; i < window.count && status == NAMI_OK && walk->req->more == 0; i++) {
            status = visit(walk, dirfd(dir), window.names[i]);
        }
        if (window.count > 0) {
            floor_len = window.names[window.count - 1].len;
            memcpy(floor, window.names[window.count - 1].ptr, floor_len);
        }
    } while (window.is_cut && status == NAMI_OK && walk->req->more == 0);
    nami_file__window_release(&window);
    (void)closedir(dir);
    return status;
}

/* Begin in the folder that the prefix names, not at the root. */
static int open_first(struct walk *walk, int *out)
{
    struct nami_slice prefix = walk->req->prefix;
    struct nami_slice folder = {.ptr = prefix.ptr, .len = prefix.len};
    int root = -1;
    int path = -1;
    int number = nami_file__root(walk->self, false, &root);

    while (folder.len > 0 && folder.ptr[folder.len - 1] != '/') {
        folder.len--;
    }
    if (number != 0) {
        return number;
    }
    if (folder.len > 0 &&
        nami_file__check_key(nami_bytes(folder.ptr, folder.len - 1), NULL) != NAMI_OK) {
        return ENOENT; /* no key begins so */
    }
    number = nami_file__walk(walk->self, root, folder, 0, &path);
    if (number != 0) {
        return number;
    }
    *out = openat(path, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    number = *out >= 0 ? 0 : errno;
    (void)close(path);
    if (folder.len > 0) {
        memcpy(walk->key, folder.ptr, folder.len);
    }
    walk->key_len = folder.len;
    return number;
}

static int32_t list_all(struct nami_store *self, const struct nami_call *call,
                        struct nami_list *req)
{
    struct walk walk = {.self = self, .call = call, .req = req};
    int folder = -1;
    int number = open_first(&walk, &folder);

    if (number == ENOENT || number == ENOTDIR || number == ENAMETOOLONG) {
        return NAMI_OK; /* nothing is there */
    }
    return number == 0 ? list_folder(&walk, folder) : nami_file__fail(req->error, number, "list");
}

void nami_file__list(struct nami_store *self, const struct nami_call *call, struct nami_list *req)
{
    int32_t status = nami_file__admit(self, call);

    req->more = 0;
    if (status == NAMI_OK) {
        status = list_all(self, call, req);
    }
    nami_result_set(req->result, status, NAMI_OUTCOME_NOT_APPLIED, nami_file__time_ms(self));
}
