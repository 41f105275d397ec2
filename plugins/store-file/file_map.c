/* map: the bytes of an object, in place. Files are replaced, never cut, by this store. */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "file.h"

int32_t nami_file__map(struct nami_store *self, const struct nami_call *call, struct nami_slice key,
                       struct nami_slice *out, struct nami_error *err)
{
    struct stat stat = {0};
    void *bytes = NULL;
    int fd = -1;
    int32_t status = nami_file__admit(self, call);

    *out = (struct nami_slice){0};
    if (status != NAMI_OK) {
        return NAMI_FAIL(err, status, "map");
    }
    status = nami_file__object_open(self, key, &fd, &stat, err);
    if (status != NAMI_OK) {
        return status;
    }
    if (stat.st_size > 0) {
        bytes = mmap(NULL, (size_t)stat.st_size, PROT_READ, MAP_SHARED, fd, 0);
        if (bytes == MAP_FAILED) {
            status = nami_file__fail(err, errno, "map");
        } else {
            *out = nami_bytes(bytes, (size_t)stat.st_size);
        }
    }
    (void)close(fd);
    return status;
}

void nami_file__unmap(struct nami_store *self, struct nami_slice bytes)
{
    union {
        const uint8_t *bytes;
        void *mapped; /* by map(), so not const */
    } at = {.bytes = bytes.ptr};

    (void)self;
    if (bytes.len > 0) {
        (void)munmap(at.mapped, bytes.len);
    }
}
