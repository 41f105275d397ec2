/*
 * hold: flock() on a file of its own. The lock belongs to the open file, so it also keeps
 * out another handle of this process, and ends with the last descriptor: at death, or when
 * a child that was forked meanwhile ends, too. The file stays: removing it would let two
 * hold two files of one name.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "file.h"

struct nami_hold {
    const struct nami_host *host;
    int fd;
};

/* "+" is in no key. */
static int32_t name_of(struct nami_slice key, char name[SEGMENT_BYTES_MAX + 1],
                       struct nami_error *err)
{
    if (!nami_key_valid(key)) {
        return NAMI_FAIL(err, NAMI_E_INVALID, "not a key");
    }
    if (key.len > SEGMENT_BYTES_MAX) {
        return NAMI_FAIL(err, NAMI_E_TOO_LARGE, "a lock's key has %d bytes at most",
                         SEGMENT_BYTES_MAX);
    }
    for (size_t i = 0; i < key.len; i++) {
        name[i] = (char)(key.ptr[i] == '/' ? (uint8_t)'+' : key.ptr[i]);
    }
    name[key.len] = '\0';
    return NAMI_OK;
}

int32_t nami_file__hold(struct nami_store *self, const struct nami_call *call,
                        struct nami_slice key, struct nami_hold **out, struct nami_error *err)
{
    char name[SEGMENT_BYTES_MAX + 1];
    struct private_folders own;
    struct nami_hold *hold = NULL;
    int32_t status = nami_file__admit(self, call);
    int number = 0;

    *out = NULL;
    if (status != NAMI_OK) {
        return NAMI_FAIL(err, status, "hold");
    }
    status = name_of(key, name, err);
    if (status != NAMI_OK) {
        return status;
    }
    number = nami_file__own(self, &own);
    if (number != 0) {
        return nami_file__fail(err, number, "hold");
    }
    hold = self->host->mem_alloc(self->host, sizeof(*hold));
    if (hold == NULL) {
        return NAMI_FAIL(err, NAMI_E_NOMEM, "hold");
    }
    *hold = (struct nami_hold){.host = self->host, .fd = -1};
    hold->fd = openat(own.holds, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
    if (hold->fd < 0) {
        status = nami_file__fail(err, errno, "hold");
    } else if (flock(hold->fd, LOCK_EX | LOCK_NB) != 0) {
        status = errno == EWOULDBLOCK ? NAMI_FAIL(err, NAMI_E_CONFLICT, "held by another")
                                      : nami_file__fail(err, errno, "hold");
    }
    if (status != NAMI_OK) {
        nami_file__unhold(hold);
        return status;
    }
    *out = hold;
    return NAMI_OK;
}

void nami_file__unhold(struct nami_hold *hold)
{
    if (hold == NULL) {
        return;
    }
    if (hold->fd >= 0) {
        (void)close(hold->fd);
    }
    hold->host->mem_free(hold->host, hold);
}
