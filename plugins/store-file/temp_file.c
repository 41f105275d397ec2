/* A body is written and made durable under a hidden name; then it gets its own. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/uio.h>
#include <unistd.h>

#include "file.h"

enum { NAME_TRIES = 1000, VECTOR = 64, STRAY_MS = 3600 * 1000 };

static int make(struct nami_store *self, int temps, struct temp_file *out)
{
    int number = EEXIST;

    for (int i = 0; i < NAME_TRIES && number == EEXIST; i++) {
        (void)snprintf(out->name, sizeof(out->name), "%016llx-%llu",
                       (unsigned long long)self->nonce,
                       (unsigned long long)atomic_fetch_add(&self->temps, 1));
        out->fd =
            openat(temps, out->name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
        number = out->fd >= 0 ? 0 : errno;
    }
    return number;
}

/* Step past `done` bytes of the vector. */
static void advance(struct iovec **at, int *count, size_t done)
{
    while (*count > 0 && done >= (*at)->iov_len) {
        done -= (*at)->iov_len;
        (*at)++;
        (*count)--;
    }
    if (*count > 0) {
        (*at)->iov_base = (uint8_t *)(*at)->iov_base + done;
        (*at)->iov_len -= done;
    }
}

static int write_all(int fd, struct iovec *at, int count)
{
    advance(&at, &count, 0);
    while (count > 0) {
        ssize_t done = writev(fd, at, count);

        if (done < 0 && errno != EINTR) {
            return errno;
        }
        if (done == 0) {
            return EIO;
        }
        advance(&at, &count, done > 0 ? (size_t)done : 0);
    }
    return 0;
}

static int fill(int fd, const struct nami_write *req)
{
    struct iovec vector[VECTOR];
    int number = 0;

    for (size_t i = 0; i < req->part_count && number == 0;) {
        int count = 0;

        for (; i < req->part_count && count < VECTOR; i++) {
            union {
                const uint8_t *bytes; /* writev() reads only, but says otherwise */
                void *as_iovec_wants_it;
            } part = {.bytes = req->parts[i].ptr};

            vector[count++] = (struct iovec){part.as_iovec_wants_it, req->parts[i].len};
        }
        number = write_all(fd, vector, count);
    }
    return number;
}

static bool is_later(struct timespec a, struct timespec b)
{
    return a.tv_sec > b.tv_sec || (a.tv_sec == b.tv_sec && a.tv_nsec > b.tv_nsec);
}

/*
 * The version is inode, time and size. A file system stamps by a tick of some milliseconds
 * and uses an inode again at once, so two bodies of one size could get equal versions within
 * a tick. Hence under the key's lock each body is stamped later than the one it replaces,
 * by as little as the file system can keep: the time alone tells all bodies of a key apart.
 */
static int stamp_after(struct temp_file *temp, const struct stat *old)
{
    static const long long steps_ns[] = {1, 1000, 1000000, 1000000000, 2000000000};

    for (size_t i = 0; i < sizeof(steps_ns) / sizeof(steps_ns[0]); i++) {
        long long ns = old->st_mtim.tv_nsec + steps_ns[i];
        struct timespec times[2] = {
            {.tv_nsec = UTIME_OMIT},
            {.tv_sec = old->st_mtim.tv_sec + (time_t)(ns / 1000000000),
             .tv_nsec = (long)(ns % 1000000000)},
        };

        if (is_later(temp->stat.st_mtim, old->st_mtim)) {
            return 0;
        }
        if (futimens(temp->fd, times) != 0 || fstat(temp->fd, &temp->stat) != 0) {
            return errno;
        }
    }
    return is_later(temp->stat.st_mtim, old->st_mtim) ? 0 : EIO;
}

int nami_file__temp_create(struct nami_store *self, int temps, const struct nami_write *req,
                           const struct stat *old, struct temp_file *out)
{
    int number = 0;

    *out = (struct temp_file){.fd = -1};
    number = make(self, temps, out);
    if (number != 0) {
        return number;
    }
    number = fill(out->fd, req);
    if (number == 0 && fstat(out->fd, &out->stat) != 0) {
        number = errno;
    }
    if (number == 0 && old != NULL) {
        number = stamp_after(out, old);
    }
    /* After a failed fsync() the bytes may be gone though a second one says OK: no retry. */
    if (number == 0 && self->is_durable && fsync(out->fd) != 0) {
        number = errno;
    }
    if (number != 0) {
        nami_file__temp_close(out, temps);
    }
    return number;
}

/* Where a file system has no RENAME_NOREPLACE: a link is as atomic, and leaves the temp. */
static int link_new(struct temp_file *temp, int temps, const struct place *place)
{
    struct stat stat;

    if (linkat(temps, temp->name, place->folder, place->base, 0) == 0) {
        return 0;
    }
    /* Over a network the answer to a link that was made can be lost and asked for again. */
    if (errno == EEXIST && fstat(temp->fd, &stat) == 0 && stat.st_nlink == 2) {
        return 0;
    }
    return errno;
}

int nami_file__temp_publish(struct temp_file *temp, int temps, const struct place *place,
                            bool only_new)
{
    int number = 0;

    if (renameat2(temps, temp->name, place->folder, place->base, only_new ? RENAME_NOREPLACE : 0) ==
        0) {
        temp->name[0] = '\0';
        return 0;
    }
    number = errno;
    if (only_new && (number == EINVAL || number == ENOSYS)) {
        number = link_new(temp, temps, place);
    }
    return number;
}

void nami_file__temp_close(struct temp_file *temp, int temps)
{
    if (temp->fd < 0) {
        return;
    }
    if (temp->name[0] != '\0') {
        (void)unlinkat(temps, temp->name, 0); /* if that fails it is a stray: see sweep */
    }
    (void)close(temp->fd);
    temp->fd = -1;
}

void nami_file__temp_sweep(const struct nami_store *self, int temps, int64_t now_ms)
{
    int fd = openat(temps, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    unsigned swept = 0;
    char line[64];

    if (dir == NULL) {
        if (fd >= 0) {
            (void)close(fd);
        }
        return;
    }
    for (const struct dirent *at = readdir(dir); at != NULL; at = readdir(dir)) {
        struct stat stat;

        if (fstatat(temps, at->d_name, &stat, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(stat.st_mode) &&
            nami_file__modified_ms(&stat) < now_ms - STRAY_MS &&
            unlinkat(temps, at->d_name, 0) == 0) {
            swept++;
        }
    }
    (void)closedir(dir);
    if (swept > 0) {
        (void)snprintf(line, sizeof(line), "removed %u files of writers that crashed", swept);
        self->host->log(self->host, NAMI_LOG_INFO, nami_text("store-file"), nami_text(line));
    }
}
