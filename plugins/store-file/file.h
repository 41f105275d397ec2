/*
 * plugins/store-file/file.h -- what the files of this plugin share.
 *
 * Functions that return int return 0 or an errno; those that return int32_t a status.
 */
#ifndef NAMI_PLUGINS_STORE_FILE_FILE_H
#define NAMI_PLUGINS_STORE_FILE_FILE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/stat.h>

#include <namidb/host.h>
#include <namidb/plugin_util.h>
#include <namidb/store.h>

#define PRIVATE_FOLDER ".namidb" /* below the root: temps, locks, holds; in no listing */

enum {
    FOLDER_MODE = 0750,
    FILE_MODE = 0640,
    SEGMENT_BYTES_MAX = 255, /* NAME_MAX of every file system that counts */
    DURABLE_FOLDERS = 64     /* remembered; a power of two */
};

/* Where a store keeps its own files, opened at the first write. -1: not yet. */
struct private_folders {
    int temps;
    int locks;
    int holds;
    int clock; /* a file without a name: touching it tells the file system's time */
};

struct nami_store {
    const struct nami_host *host;
    char *root; /* absolute; need not exist */
    bool is_durable;
    uint64_t nonce;                            /* begins the names of temps */
    _Atomic uint64_t temps;                    /* made so far */
    _Atomic uint64_t durable[DURABLE_FOLDERS]; /* hashes of folders known to survive a power cut */
    struct {
        pthread_mutex_t lock;
        int root; /* O_PATH; -1: not there yet */
        struct private_folders own;
    } guarded; /* the numbers; once there, a descriptor stays until close() */
};

/* ---- file_errno.c ---- */

/* A status for `number`, with the number and what `fmt` says in `err`. */
NAMI_PRINTF(3, 4)
int32_t nami_file__fail(struct nami_error *err, int number, const char *fmt, ...);
/* Does that failure of a rename, link or unlink mean that nothing was changed? */
bool nami_file__is_refusal(int number);

/* ---- folder.c ---- */

enum { WALK_CREATE = 1, WALK_FOLLOW = 2, WALK_SYNC = 4 };

/*
 * An O_PATH descriptor of the folder `path` below `from`; the caller closes it. Follows no
 * symbolic link unless told. CREATE makes what is missing and syncs its parent; SYNC syncs
 * the parents of what was there, too.
 */
NAMI_CHECKED int nami_file__walk(const struct nami_store *self, int from, struct nami_slice path,
                                 unsigned flags, int *out);
/* fsync() of a folder given by an O_PATH descriptor. */
NAMI_CHECKED int nami_file__sync_folder(const struct nami_store *self, int folder);
/* The root; ENOENT if it does not exist and is not to be made. */
NAMI_CHECKED int nami_file__root(struct nami_store *self, bool create, int *out);

/* A key, taken apart. `base` is NUL-terminated. */
struct place {
    int folder; /* O_PATH; -1 if nothing was found */
    char base[SEGMENT_BYTES_MAX + 1];
};

/* Fails: INVALID: not a key, or one inside the private folder. */
NAMI_CHECKED int32_t nami_file__check_key(struct nami_slice key, struct nami_error *err);
/* ENOENT, ENOTDIR: no such object is there. ENAMETOOLONG: none can be. */
NAMI_CHECKED int nami_file__place_find(struct nami_store *self, struct nami_slice key,
                                       struct place *out);
/* The same with all folders made, and so that they survive a power cut. */
NAMI_CHECKED int nami_file__place_make(struct nami_store *self, struct nami_slice key,
                                       struct place *out);
void nami_file__place_close(struct place *place);
/* lstat() of what is at the place. */
NAMI_CHECKED int nami_file__place_stat(const struct place *place, struct stat *out);

/* ---- private_folder.c ---- */

/* Make the private folders, once; then the store can be written to. */
NAMI_CHECKED int nami_file__own(struct nami_store *self, struct private_folders *out);
/* By the file system's clock; by the kernel's while nothing was written through `self`. */
int64_t nami_file__time_ms(struct nami_store *self);
/* Wait for the lock of a key's conditional writes; ends with close(). */
NAMI_CHECKED int32_t nami_file__lock_key(struct nami_store *self, const struct nami_call *call,
                                         struct nami_slice key, int *out, struct nami_error *err);

/* ---- temp_file.c ---- */

struct temp_file {
    int fd; /* -1: none */
    char name[40];
    struct stat stat; /* after the last byte was written */
};

/*
 * A file with the bytes of `parts`, durable, under a name that no listing shows. Its time
 * stamp is later than that of `old` (NULL: nothing is replaced).
 */
NAMI_CHECKED int nami_file__temp_create(struct nami_store *self, int temps,
                                        const struct nami_write *req, const struct stat *old,
                                        struct temp_file *out);
/* Give it its name, atomically. EEXIST if `only_new` and the name is taken. */
NAMI_CHECKED int nami_file__temp_publish(struct temp_file *temp, int temps,
                                         const struct place *place, bool only_new);
/* Forget it: remove it unless it was published. */
void nami_file__temp_close(struct temp_file *temp, int temps);
/* Remove what crashed writers left behind more than an hour ago. */
void nami_file__temp_sweep(const struct nami_store *self, int temps, int64_t now_ms);

/* ---- store_file.c ---- */

/* May the call go on? */
int32_t nami_file__admit(const struct nami_store *self, const struct nami_call *call);
struct nami_version nami_file__version(const struct stat *stat);
bool nami_file__has_version(const struct stat *stat, const struct nami_version *version);
int64_t nami_file__modified_ms(const struct stat *stat);
void nami_file__describe(struct nami_result *result, const struct stat *stat);

/* ---- ops ---- */

/* Open the object for reading. *fd is -1 if that fails. */
NAMI_CHECKED int32_t nami_file__object_open(struct nami_store *self, struct nami_slice key, int *fd,
                                            struct stat *stat, struct nami_error *err);

void nami_file__read(struct nami_store *self, const struct nami_call *call, struct nami_read *reqs,
                     size_t count, size_t stride);
void nami_file__head(struct nami_store *self, const struct nami_call *call, struct nami_name *reqs,
                     size_t count, size_t stride);
void nami_file__list(struct nami_store *self, const struct nami_call *call, struct nami_list *req);
void nami_file__write(struct nami_store *self, const struct nami_call *call,
                      struct nami_write *reqs, size_t count, size_t stride);
void nami_file__remove(struct nami_store *self, const struct nami_call *call,
                       struct nami_name *reqs, size_t count, size_t stride);
int32_t nami_file__map(struct nami_store *self, const struct nami_call *call, struct nami_slice key,
                       struct nami_slice *out, struct nami_error *err);
void nami_file__unmap(struct nami_store *self, struct nami_slice bytes);
int32_t nami_file__hold(struct nami_store *self, const struct nami_call *call,
                        struct nami_slice key, struct nami_hold **out, struct nami_error *err);
void nami_file__unhold(struct nami_hold *hold);

#endif /* NAMI_PLUGINS_STORE_FILE_FILE_H */
