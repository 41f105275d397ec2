/* read and head. A writer replaces a file, never its bytes: an open one stays as it is. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "file.h"

/* A folder or a part of a key that is too long is not there; it never is an object. */
static int32_t fail_to_find(struct nami_error *err, int number)
{
    if (number == ENOENT || number == ENOTDIR || number == EISDIR || number == ENAMETOOLONG) {
        return NAMI_FAIL(err, NAMI_E_NOT_FOUND, "no such object");
    }
    return nami_file__fail(err, number, "object");
}

int32_t nami_file__object_open(struct nami_store *self, struct nami_slice key, int *fd,
                               struct stat *stat, struct nami_error *err)
{
    struct place place = {.folder = -1};
    int32_t status = nami_file__check_key(key, err);
    int number = 0;

    *fd = -1;
    if (status != NAMI_OK) {
        return status;
    }
    number = nami_file__place_find(self, key, &place);
    if (number == 0) { /* NONBLOCK: what is not a regular file is not waited for */
        *fd = openat(place.folder, place.base, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        number = *fd >= 0 && fstat(*fd, stat) == 0 ? 0 : errno;
    }
    if (number == 0 && !S_ISREG(stat->st_mode)) {
        number = EISDIR;
    }
    nami_file__place_close(&place);
    if (number != 0) {
        if (*fd >= 0) {
            (void)close(*fd);
        }
        *fd = -1;
        return fail_to_find(err, number);
    }
    return NAMI_OK;
}

static int32_t check_read(const struct stat *stat, const struct nami_read *req)
{
    switch ((enum nami_read_when)req->when) {
    case NAMI_READ_ALWAYS:
        break;
    case NAMI_READ_IF_MATCH:
        if (!nami_file__has_version(stat, req->version)) {
            return NAMI_FAIL(req->error, NAMI_E_PRECONDITION, "another version");
        }
        break;
    case NAMI_READ_IF_NONE_MATCH:
        if (nami_file__has_version(stat, req->version)) {
            return NAMI_E_NOT_MODIFIED;
        }
        break;
    default:
        return NAMI_FAIL(req->error, NAMI_E_INVALID, "condition %u", (unsigned)req->when);
    }
    if (req->offset > 0 && req->offset >= (uint64_t)stat->st_size) {
        return NAMI_FAIL(req->error, NAMI_E_RANGE, "object of %lld bytes",
                         (long long)stat->st_size);
    }
    return NAMI_OK;
}

static int32_t fill(int fd, uint8_t *dst, size_t len, uint64_t offset, struct nami_error *err)
{
    while (len > 0) {
        ssize_t got = pread(fd, dst, len, (off_t)offset);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return nami_file__fail(err, errno, "read");
        }
        if (got == 0) {
            return NAMI_FAIL(err, NAMI_E_CORRUPT, "the file was cut off while it was read");
        }
        dst += got;
        len -= (size_t)got;
        offset += (uint64_t)got;
    }
    return NAMI_OK;
}

/* A buffer can only be appended to as a whole, since what is in it can't be taken back. */
static int32_t fill_buf(struct nami_store *self, int fd, const struct nami_read *req, size_t len)
{
    const struct nami_host *host = self->host;
    uint8_t *bytes = host->mem_alloc(host, len > 0 ? len : 1);
    int32_t status = NAMI_OK;

    if (bytes == NULL) {
        return NAMI_FAIL(req->error, NAMI_E_NOMEM, "%zu bytes to read", len);
    }
    status = fill(fd, bytes, len, req->offset, req->error);
    if (status == NAMI_OK) {
        status = host->buf_append(host, req->buf, nami_bytes(bytes, len));
        if (status != NAMI_OK) {
            (void)NAMI_FAIL(req->error, status, "no room for %zu bytes", len);
        }
    }
    host->mem_free(host, bytes);
    return status;
}

static void read_one(struct nami_store *self, const struct nami_read *req)
{
    struct stat stat;
    uint64_t len = 0;
    int fd = -1;
    int32_t status = nami_file__object_open(self, req->key, &fd, &stat, req->error);

    nami_result_set(req->result, status, NAMI_OUTCOME_NOT_APPLIED, nami_file__time_ms(self));
    if (status != NAMI_OK) {
        return;
    }
    status = check_read(&stat, req);
    if (status == NAMI_OK) {
        len = (uint64_t)stat.st_size - req->offset;
        len = req->length < len ? req->length : len;
        if (req->dst == NULL) {
            status = fill_buf(self, fd, req, (size_t)len);
        } else if (len > req->dst_bytes) {
            status = NAMI_FAIL(req->error, NAMI_E_TOO_LARGE, "%llu bytes do not fit",
                               (unsigned long long)len);
        } else {
            status = fill(fd, req->dst, (size_t)len, req->offset, req->error);
        }
    }
    nami_file__describe(req->result, &stat);
    req->result->bytes = status == NAMI_OK ? len : 0;
    req->result->status = status;
    (void)close(fd);
}

void nami_file__read(struct nami_store *self, const struct nami_call *call, struct nami_read *reqs,
                     size_t count, size_t stride)
{
    for (size_t i = 0; i < count; i++) {
        const struct nami_read *req = NAMI_AT(struct nami_read, reqs, stride, i);
        int32_t admitted = nami_file__admit(self, call);

        if (admitted == NAMI_OK) {
            read_one(self, req);
        } else {
            nami_result_set(req->result, admitted, NAMI_OUTCOME_NOT_APPLIED, NAMI_NO_TIME);
        }
    }
}

static int32_t head_one(struct nami_store *self, const struct nami_name *req, struct stat *stat)
{
    struct place place = {.folder = -1};
    int32_t status = nami_file__check_key(req->key, req->error);
    int number = 0;

    if (status != NAMI_OK) {
        return status;
    }
    number = nami_file__place_find(self, req->key, &place);
    if (number == 0) {
        number = nami_file__place_stat(&place, stat);
    }
    if (number == 0 && !S_ISREG(stat->st_mode)) {
        number = S_ISLNK(stat->st_mode) ? ELOOP : EISDIR;
    }
    nami_file__place_close(&place);
    return number == 0 ? NAMI_OK : fail_to_find(req->error, number);
}

void nami_file__head(struct nami_store *self, const struct nami_call *call, struct nami_name *reqs,
                     size_t count, size_t stride)
{
    for (size_t i = 0; i < count; i++) {
        const struct nami_name *req = NAMI_AT(struct nami_name, reqs, stride, i);
        int32_t status = nami_file__admit(self, call);
        struct stat stat = {0};

        if (status == NAMI_OK) {
            status = head_one(self, req, &stat);
        }
        nami_result_set(req->result, status, NAMI_OUTCOME_NOT_APPLIED, nami_file__time_ms(self));
        if (status == NAMI_OK) {
            nami_file__describe(req->result, &stat);
        }
    }
}
