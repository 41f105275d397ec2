/* read and head: the lock is held to find the object, not to copy it. */
#include "memory.h"

static int32_t check_read(const struct object *found, const struct nami_read *req)
{
    if (found == NULL) {
        return NAMI_FAIL(req->error, NAMI_E_NOT_FOUND, "no such object");
    }
    switch ((enum nami_read_when)req->when) {
    case NAMI_READ_ALWAYS:
        break;
    case NAMI_READ_IF_MATCH:
        if (!nami_memory__has_version(found, req->version)) {
            return NAMI_FAIL(req->error, NAMI_E_PRECONDITION, "another version");
        }
        break;
    case NAMI_READ_IF_NONE_MATCH:
        if (nami_memory__has_version(found, req->version)) {
            return NAMI_E_NOT_MODIFIED;
        }
        break;
    default:
        return NAMI_FAIL(req->error, NAMI_E_INVALID, "condition %u", (unsigned)req->when);
    }
    if (req->offset > 0 && req->offset >= found->body_len) {
        return NAMI_FAIL(req->error, NAMI_E_RANGE, "object of %zu bytes", found->body_len);
    }
    return NAMI_OK;
}

static int32_t deliver(const struct nami_store *self, const struct nami_read *req,
                       struct nami_slice bytes)
{
    if (req->dst == NULL) {
        int32_t status = self->host->buf_append(self->host, req->buf, bytes);

        return status == NAMI_OK
                   ? NAMI_OK
                   : NAMI_FAIL(req->error, status, "no room for %zu bytes", bytes.len);
    }
    if (bytes.len > req->dst_bytes) {
        return NAMI_FAIL(req->error, NAMI_E_TOO_LARGE, "%zu bytes do not fit", bytes.len);
    }
    if (bytes.len > 0) {
        memcpy(req->dst, bytes.ptr, bytes.len);
    }
    return NAMI_OK;
}

static void read_one(struct nami_store *self, const struct nami_read *req)
{
    struct object *found = NULL;
    struct nami_slice bytes = {0};
    int32_t status = NAMI_OK;

    if (!nami_key_valid(req->key)) {
        status = NAMI_FAIL(req->error, NAMI_E_INVALID, "key");
    } else {
        found = nami_memory__look_up(self, req->key);
        status = check_read(found, req);
    }
    if (status == NAMI_OK) {
        bytes.ptr = found->bytes + found->key_len + req->offset;
        bytes.len = found->body_len - (size_t)req->offset;
        bytes.len = req->length < bytes.len ? (size_t)req->length : bytes.len;
        status = deliver(self, req, bytes);
    }
    nami_result_set(req->result, status, NAMI_OUTCOME_NOT_APPLIED, nami_memory__time_ms(self));
    if (found != NULL) {
        nami_memory__describe(req->result, found);
        req->result->bytes = status == NAMI_OK ? bytes.len : 0;
    }
    nami_memory__object_unref(found);
}

void nami_memory__read(struct nami_store *self, const struct nami_call *call,
                       struct nami_read *reqs, size_t count, size_t stride)
{
    int32_t admitted = nami_memory__admit(self, call);

    for (size_t i = 0; i < count; i++) {
        const struct nami_read *req = NAMI_AT(struct nami_read, reqs, stride, i);

        if (admitted == NAMI_OK) {
            read_one(self, req);
        } else {
            nami_result_set(req->result, admitted, NAMI_OUTCOME_NOT_APPLIED, NAMI_NO_TIME);
        }
    }
}

static void head_one(struct nami_store *self, const struct nami_name *req)
{
    struct object *found = NULL;
    int32_t status = NAMI_OK;

    if (!nami_key_valid(req->key)) {
        status = NAMI_FAIL(req->error, NAMI_E_INVALID, "key");
    } else {
        found = nami_memory__look_up(self, req->key);
        status =
            found != NULL ? NAMI_OK : NAMI_FAIL(req->error, NAMI_E_NOT_FOUND, "no such object");
    }
    nami_result_set(req->result, status, NAMI_OUTCOME_NOT_APPLIED, nami_memory__time_ms(self));
    if (found != NULL) {
        nami_memory__describe(req->result, found);
    }
    nami_memory__object_unref(found);
}

void nami_memory__head(struct nami_store *self, const struct nami_call *call,
                       struct nami_name *reqs, size_t count, size_t stride)
{
    int32_t admitted = nami_memory__admit(self, call);

    for (size_t i = 0; i < count; i++) {
        const struct nami_name *req = NAMI_AT(struct nami_name, reqs, stride, i);

        if (admitted == NAMI_OK) {
            head_one(self, req);
        } else {
            nami_result_set(req->result, admitted, NAMI_OUTCOME_NOT_APPLIED, NAMI_NO_TIME);
        }
    }
}
