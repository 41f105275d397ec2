/*
 * write and remove. The commit path, IF_ABSENT, takes no lock: the name itself decides.
 * Whatever else changes a key takes the key's lock, so that what a conditional write
 * compared is still there when it replaces it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "file.h"

/* One write under way; released in one place. */
struct put {
    const struct nami_write *req;
    struct private_folders own;
    struct place place;
    struct temp_file temp;
    struct stat old;
    bool has_old;
    int lock; /* -1: none is needed */
};

static int32_t check_write(const struct put *put)
{
    const struct nami_write *req = put->req;
    bool holds = false;

    switch ((enum nami_write_when)req->when) {
    case NAMI_WRITE_ALWAYS:
        holds = true;
        break;
    case NAMI_WRITE_IF_ABSENT:
        holds = !put->has_old;
        break;
    case NAMI_WRITE_IF_MATCH:
        holds = put->has_old && nami_file__has_version(&put->old, req->version);
        break;
    default:
        return NAMI_FAIL(req->error, NAMI_E_INVALID, "condition %u", (unsigned)req->when);
    }
    return holds ? NAMI_OK : NAMI_FAIL(req->error, NAMI_E_PRECONDITION, "the object has changed");
}

/* What is at the key now? */
static int look(struct put *put)
{
    int number = nami_file__place_stat(&put->place, &put->old);

    put->has_old = number == 0;
    if (number == ENOENT) {
        return 0;
    }
    if (number == 0 && !S_ISREG(put->old.st_mode)) {
        return S_ISLNK(put->old.st_mode) ? ELOOP : EISDIR;
    }
    return number;
}

/* A write never answers NOT_FOUND: what is missing then is the store itself. */
static int32_t fail_write(const struct nami_store *self, struct nami_error *err, int number,
                          const char *what)
{
    if (number == ENOENT) {
        return NAMI_FAIL(err, NAMI_E_CONFIG, "%.200s was removed while it was open", self->root);
    }
    return nami_file__fail(err, number, "%s", what);
}

/* Up to here nothing has changed and nothing was written. */
static int32_t prepare(struct nami_store *self, const struct nami_call *call, struct put *put)
{
    const struct nami_write *req = put->req;
    int32_t status = nami_file__check_key(req->key, req->error);
    int number = 0;

    if (status != NAMI_OK) {
        return status;
    }
    number = nami_file__own(self, &put->own);
    if (number != 0) {
        return fail_write(self, req->error, number, self->root);
    }
    number = nami_file__place_make(self, req->key, &put->place);
    if (number != 0) {
        return fail_write(self, req->error, number, "folder of the key");
    }
    if (req->when != NAMI_WRITE_IF_ABSENT) {
        status = nami_file__lock_key(self, call, req->key, &put->lock, req->error);
    }
    if (status != NAMI_OK) {
        return status;
    }
    number = look(put);
    return number == 0 ? check_write(put) : nami_file__fail(req->error, number, "key");
}

static int32_t publish(struct nami_store *self, struct put *put, uint32_t *outcome)
{
    const struct nami_write *req = put->req;
    int number = nami_file__temp_create(self, put->own.temps, req, put->has_old ? &put->old : NULL,
                                        &put->temp);

    if (number != 0) {
        return fail_write(self, req->error, number, "write");
    }
    number = nami_file__temp_publish(&put->temp, put->own.temps, &put->place,
                                     req->when == NAMI_WRITE_IF_ABSENT);
    if (number == EEXIST && req->when == NAMI_WRITE_IF_ABSENT) {
        return NAMI_FAIL(req->error, NAMI_E_PRECONDITION, "the object exists");
    }
    if (number != 0) {
        *outcome = nami_file__is_refusal(number) ? NAMI_OUTCOME_NOT_APPLIED : NAMI_OUTCOME_UNKNOWN;
        return fail_write(self, req->error, number, "publish");
    }
    number = nami_file__sync_folder(self, put->place.folder);
    if (number != 0) { /* visible, and perhaps not after a power cut */
        *outcome = NAMI_OUTCOME_UNKNOWN;
        (void)nami_file__fail(req->error, number, "sync of the folder");
        return NAMI_E_TRANSIENT;
    }
    *outcome = NAMI_OUTCOME_APPLIED;
    return NAMI_OK;
}

static void write_one(struct nami_store *self, const struct nami_call *call,
                      const struct nami_write *req)
{
    struct put put = {.req = req, .place.folder = -1, .temp.fd = -1, .lock = -1};
    uint32_t outcome = NAMI_OUTCOME_NOT_APPLIED;
    int32_t status = prepare(self, call, &put);

    if (status == NAMI_OK) {
        status = publish(self, &put, &outcome);
    }
    /* The time is asked for last: a process that was stopped half-way must not look young. */
    nami_result_set(req->result, status, outcome, nami_file__time_ms(self));
    if (status == NAMI_OK) {
        nami_file__describe(req->result, &put.temp.stat);
        req->result->bytes = (uint64_t)put.temp.stat.st_size;
    }
    nami_file__temp_close(&put.temp, put.own.temps);
    if (put.lock >= 0) {
        (void)close(put.lock);
    }
    nami_file__place_close(&put.place);
}

void nami_file__write(struct nami_store *self, const struct nami_call *call,
                      struct nami_write *reqs, size_t count, size_t stride)
{
    for (size_t i = 0; i < count; i++) {
        const struct nami_write *req = NAMI_AT(struct nami_write, reqs, stride, i);
        int32_t admitted = nami_file__admit(self, call);

        if (admitted == NAMI_OK) {
            write_one(self, call, req);
        } else {
            nami_result_set(req->result, admitted, NAMI_OUTCOME_NOT_APPLIED, NAMI_NO_TIME);
        }
    }
}

/* 0 also if there is nothing to remove. */
static int find_object(struct nami_store *self, struct nami_slice key, struct place *place,
                       bool *found)
{
    struct stat stat;
    int number = nami_file__place_find(self, key, place);

    if (number == 0) {
        number = nami_file__place_stat(place, &stat);
    }
    *found = number == 0 && !S_ISDIR(stat.st_mode);
    return number == ENOENT || number == ENOTDIR || number == ENAMETOOLONG ? 0 : number;
}

static int32_t remove_one(struct nami_store *self, const struct nami_call *call,
                          const struct nami_name *req, uint32_t *outcome)
{
    struct place place = {.folder = -1};
    int32_t status = nami_file__check_key(req->key, req->error);
    bool found = false;
    int lock = -1;
    int number = 0;

    if (status != NAMI_OK) {
        goto out;
    }
    number = find_object(self, req->key, &place, &found);
    if (number == 0 && found) {
        status = nami_file__lock_key(self, call, req->key, &lock, req->error);
        if (status != NAMI_OK) {
            goto out;
        }
        number = unlinkat(place.folder, place.base, 0) == 0 || errno == ENOENT ? 0 : errno;
        if (number != 0 && !nami_file__is_refusal(number)) {
            *outcome = NAMI_OUTCOME_UNKNOWN;
        }
    }
    /* Also for one that is absent: whoever removed it may not have synced yet. */
    if (number == 0 && place.folder >= 0) {
        *outcome = NAMI_OUTCOME_UNKNOWN;
        number = nami_file__sync_folder(self, place.folder);
    }
    if (number == 0) {
        *outcome = NAMI_OUTCOME_APPLIED;
    } else {
        status = nami_file__fail(req->error, number, "remove");
    }

out:
    if (lock >= 0) {
        (void)close(lock);
    }
    nami_file__place_close(&place);
    return status;
}

void nami_file__remove(struct nami_store *self, const struct nami_call *call,
                       struct nami_name *reqs, size_t count, size_t stride)
{
    for (size_t i = 0; i < count; i++) {
        const struct nami_name *req = NAMI_AT(struct nami_name, reqs, stride, i);
        uint32_t outcome = NAMI_OUTCOME_NOT_APPLIED;
        int32_t status = nami_file__admit(self, call);

        if (status == NAMI_OK) {
            status = remove_one(self, call, req, &outcome);
        }
        nami_result_set(req->result, status, outcome, nami_file__time_ms(self));
    }
}
