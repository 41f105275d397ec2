#include <errno.h>

#include "file.h"

static int32_t status_of(int number)
{
    switch (number) {
    case ENOENT:
        return NAMI_E_NOT_FOUND;
    case EACCES:
    case EPERM:
    case EROFS:
        return NAMI_E_AUTH;
    case ENAMETOOLONG:
    case EFBIG:
        return NAMI_E_TOO_LARGE;
    case ENOTDIR:
    case EISDIR:
        return NAMI_E_INVALID; /* one key is inside another */
    case ELOOP:
    case EXDEV:
        return NAMI_E_CONFIG;
    case ENOMEM:
        return NAMI_E_NOMEM;
    default: /* EIO, ENOSPC, EDQUOT, EMFILE, ENFILE, ESTALE, ...: it may pass */
        return NAMI_E_TRANSIENT;
    }
}

static const char *text_of(int number)
{
    switch (number) {
    case EROFS:
        return "the file system is read-only";
    case EACCES:
    case EPERM:
        return "permission denied";
    case ENOSPC:
        return "no space left on the device";
    case EDQUOT:
        return "the disk quota is used up";
    case ENOTDIR:
        return "a folder on the way is an object (or a symbolic link, which is not followed)";
    case EISDIR:
        return "it is a folder: there are objects below this key";
    case ELOOP:
        return "it is a symbolic link, which is not followed";
    case EXDEV:
        return "the folder spans several file systems";
    case EMFILE:
    case ENFILE:
        return "too many open files";
    default:
        return NULL;
    }
}

int32_t nami_file__fail(struct nami_error *err, int number, const char *fmt, ...)
{
    int32_t status = status_of(number);
    const char *text = text_of(number);
    char what[128];
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(what, sizeof(what), fmt, args);
    va_end(args);
    if (text != NULL) {
        (void)NAMI_FAIL(err, status, "%s: %s", what, text);
    } else {
        (void)NAMI_FAIL(err, status, "%s: error %d of the system", what, number);
    }
    if (err != NULL && NAMI_HAS(err, struct nami_error, provider_code)) {
        err->native = number;
        if (number == ENOSPC || number == EDQUOT) {
            (void)snprintf(err->provider_code, sizeof(err->provider_code), "DiskFull");
        }
    }
    return status;
}

bool nami_file__is_refusal(int number)
{
    switch (number) {
    case EACCES:
    case EDQUOT:
    case EEXIST:
    case EISDIR:
    case ELOOP:
    case EMFILE:
    case EMLINK:
    case ENAMETOOLONG:
    case ENFILE:
    case ENOENT:
    case ENOMEM:
    case ENOSPC:
    case ENOTDIR:
    case ENOTEMPTY:
    case EPERM:
    case EROFS:
    case EXDEV:
        return true;
    default: /* EIO, a network that went away: nobody knows */
        return false;
    }
}
