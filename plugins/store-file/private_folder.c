/* <root>/.namidb: temps, locks and holds, and the file system's own clock. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "file.h"

static int64_t ms_of(struct timespec time)
{
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* Whoever writes here asks one clock: that of the file system, wherever it runs. */
static int clock_ms(int clock, int64_t *out)
{
    struct stat stat;

    if (futimens(clock, NULL) != 0 || fstat(clock, &stat) != 0) {
        return errno;
    }
    *out = ms_of(stat.st_mtim);
    return 0;
}

static int open_clock(struct nami_store *self, int temps, int *out)
{
    static const struct nami_write nothing = {.struct_size = sizeof(nothing)};
    struct temp_file temp = {.fd = -1};
    int number = nami_file__temp_create(self, temps, &nothing, NULL, &temp);

    *out = number == 0 ? fcntl(temp.fd, F_DUPFD_CLOEXEC, 0) : -1;
    if (number == 0 && *out < 0) {
        number = errno;
    }
    nami_file__temp_close(&temp, temps);
    return number;
}

static void close_all(struct private_folders *own)
{
    int *const fds[] = {&own->temps, &own->locks, &own->holds, &own->clock};

    for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
        if (*fds[i] >= 0) {
            (void)close(*fds[i]);
        }
        *fds[i] = -1;
    }
}

static int open_own(struct nami_store *self, int root, struct private_folders *out)
{
    struct private_folders own = {-1, -1, -1, -1};
    int64_t now_ms = 0;
    int number =
        nami_file__walk(self, root, nami_text(PRIVATE_FOLDER "/tmp"), WALK_CREATE, &own.temps);

    if (number == 0) {
        number = nami_file__walk(self, root, nami_text(PRIVATE_FOLDER "/locks"), WALK_CREATE,
                                 &own.locks);
    }
    if (number == 0) {
        number = nami_file__walk(self, root, nami_text(PRIVATE_FOLDER "/holds"), WALK_CREATE,
                                 &own.holds);
    }
    if (number == 0) {
        number = open_clock(self, own.temps, &own.clock);
    }
    if (number == 0) {
        number = clock_ms(own.clock, &now_ms);
    }
    if (number != 0) {
        close_all(&own);
        return number;
    }
    nami_file__temp_sweep(self, own.temps, now_ms);
    *out = own;
    return 0;
}

int nami_file__own(struct nami_store *self, struct private_folders *out)
{
    int root = -1;
    int number = nami_file__root(self, true, &root);

    if (number != 0) {
        return number;
    }
    (void)pthread_mutex_lock(&self->guarded.lock);
    if (self->guarded.own.clock < 0) {
        number = open_own(self, root, &self->guarded.own);
    }
    *out = self->guarded.own;
    (void)pthread_mutex_unlock(&self->guarded.lock);
    return number;
}

int64_t nami_file__time_ms(struct nami_store *self)
{
    struct timespec now = {0};
    int64_t now_ms = 0;
    int clock = -1;

    (void)pthread_mutex_lock(&self->guarded.lock);
    clock = self->guarded.own.clock;
    (void)pthread_mutex_unlock(&self->guarded.lock);
    if (clock >= 0 && clock_ms(clock, &now_ms) == 0) {
        return now_ms;
    }
    /* A reader that may not write: the clock by which a local file system stamps. */
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return ms_of(now);
}

enum { LOCK_FILES = 256, WAIT_NS_FIRST = 200000, WAIT_NS_MAX = 5000000 };

/* Take it, sleeping by the host's clock: a lock whose holder hangs ends at the deadline. */
static int32_t wait_for(struct nami_store *self, const struct nami_call *call, int fd,
                        struct nami_error *err)
{
    uint64_t pause_ns = WAIT_NS_FIRST;
    int32_t status = NAMI_OK;

    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        struct nami_event never = {0};
        uint64_t until_ns = self->host->mono_ns(self->host) + pause_ns;

        if (errno != EWOULDBLOCK && errno != EINTR) {
            return nami_file__fail(err, errno, "lock");
        }
        (void)self->host->event_wait(self->host, &never, until_ns);
        pause_ns = pause_ns * 2 < WAIT_NS_MAX ? pause_ns * 2 : WAIT_NS_MAX;
        status = nami_file__admit(self, call);
        if (status != NAMI_OK) {
            return NAMI_FAIL(err, status, "another writer holds the lock of this key");
        }
    }
    return NAMI_OK;
}

int32_t nami_file__lock_key(struct nami_store *self, const struct nami_call *call,
                            struct nami_slice key, int *out, struct nami_error *err)
{
    struct private_folders own;
    char name[16];
    unsigned hash = 0;
    int32_t status = NAMI_OK;
    int number = nami_file__own(self, &own);

    *out = -1;
    if (number != 0) {
        return nami_file__fail(err, number, "lock");
    }
    for (size_t i = 0; i < key.len; i++) {
        hash = (hash ^ key.ptr[i]) * 16777619u;
    }
    /* Few files for many keys: two that share one wait for each other, that is all. */
    (void)snprintf(name, sizeof(name), "%02x", (hash ^ (hash >> 16)) % LOCK_FILES);
    *out = openat(own.locks, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
    if (*out < 0) {
        return nami_file__fail(err, errno, "lock");
    }
    status = wait_for(self, call, *out, err);
    if (status != NAMI_OK) {
        (void)close(*out);
        *out = -1;
    }
    return status;
}
