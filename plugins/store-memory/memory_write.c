/* write and remove: what can fail comes before the lock or before the link. */
#include <errno.h>
#include <stdlib.h>

#include "memory.h"

static int32_t check_write(const struct object *old, const struct nami_write *req)
{
    bool holds = false;

    switch ((enum nami_write_when)req->when) {
    case NAMI_WRITE_ALWAYS:
        holds = true;
        break;
    case NAMI_WRITE_IF_ABSENT:
        holds = old == NULL;
        break;
    case NAMI_WRITE_IF_MATCH:
        holds = nami_memory__has_version(old, req->version);
        break;
    default:
        return NAMI_FAIL(req->error, NAMI_E_INVALID, "condition %u", (unsigned)req->when);
    }
    return holds ? NAMI_OK : NAMI_FAIL(req->error, NAMI_E_PRECONDITION, "the object has changed");
}

/* What a full disk says: the words of store-file. */
static int32_t fail_full(struct nami_error *err)
{
    int32_t status = NAMI_FAIL(err, NAMI_E_TRANSIENT, "no space left");

    if (err != NULL && NAMI_HAS(err, struct nami_error, provider_code)) {
        err->native = ENOSPC;
        (void)snprintf(err->provider_code, sizeof(err->provider_code), "DiskFull");
    }
    return status;
}

static int32_t check_room_locked(const struct nami_store *self, const struct object *old,
                                 const struct object *fresh, struct nami_error *err)
{
    uint64_t used = self->space->guarded.index.body_bytes;
    uint64_t freed = old != NULL ? old->body_len : 0;

    return self->full_bytes == 0 || used - freed + fresh->body_len <= (uint64_t)self->full_bytes
               ? NAMI_OK
               : fail_full(err);
}

/* Everything a write can need, before anything is locked. */
static int32_t prepare(struct nami_store *self, const struct nami_write *req, struct object **fresh,
                       struct node **spare)
{
    int64_t asked = atomic_fetch_add(&self->asked, 1) + 1;

    if (!nami_key_valid(req->key)) {
        return NAMI_FAIL(req->error, NAMI_E_INVALID, "key");
    }
    if (self->fail_writes > 0 && asked >= self->fail_writes) {
        return NAMI_FAIL(req->error, NAMI_E_TRANSIENT, "write %lld fails, as asked for",
                         (long long)asked);
    }
    *fresh = nami_memory__object_create(req->key, req->parts, req->part_count);
    *spare = nami_memory__node_create(req->key);
    return *fresh != NULL && *spare != NULL ? NAMI_OK
                                            : NAMI_FAIL(req->error, NAMI_E_NOMEM, "object");
}

static void write_one(struct nami_store *self, const struct nami_write *req)
{
    struct index *index = &self->space->guarded.index;
    struct object *fresh = NULL; /* owned here until it is linked in */
    struct node *spare = NULL;
    const struct object *old = NULL;
    int32_t status = NAMI_OK;

    nami_result_set(req->result, NAMI_OK, NAMI_OUTCOME_NOT_APPLIED, nami_memory__time_ms(self));
    status = prepare(self, req, &fresh, &spare);
    if (status != NAMI_OK) {
        goto out;
    }
    (void)pthread_rwlock_wrlock(&self->space->guarded.lock);
    old = nami_memory__index_find(index, req->key);
    status = check_write(old, req);
    if (status == NAMI_OK) {
        status = check_room_locked(self, old, fresh, req->error);
    }
    if (status == NAMI_OK) {
        fresh->version = nami_memory__next_version(self->space);
        fresh->modified_ms = req->result->store_time_ms;
        nami_memory__describe(req->result, fresh);
        req->result->bytes = fresh->body_len;
        req->result->outcome = NAMI_OUTCOME_APPLIED;
        nami_memory__index_put(index, fresh, &spare);
        fresh = NULL;
    }
    (void)pthread_rwlock_unlock(&self->space->guarded.lock);
    if (status == NAMI_OK && atomic_fetch_add(&self->applied, 1) + 1 == self->lost_answer) {
        nami_result_set(req->result, NAMI_OK, NAMI_OUTCOME_UNKNOWN, NAMI_NO_TIME);
        status = NAMI_FAIL(req->error, NAMI_E_TRANSIENT, "the answer was lost");
    }

out:
    free(spare);
    nami_memory__object_unref(fresh);
    req->result->status = status;
}

void nami_memory__write(struct nami_store *self, const struct nami_call *call,
                        struct nami_write *reqs, size_t count, size_t stride)
{
    int32_t admitted = nami_memory__admit(self, call);

    for (size_t i = 0; i < count; i++) {
        const struct nami_write *req = NAMI_AT(struct nami_write, reqs, stride, i);

        if (admitted == NAMI_OK) {
            write_one(self, req);
        } else {
            nami_result_set(req->result, admitted, NAMI_OUTCOME_NOT_APPLIED, NAMI_NO_TIME);
        }
    }
}

void nami_memory__remove(struct nami_store *self, const struct nami_call *call,
                         struct nami_name *reqs, size_t count, size_t stride)
{
    int32_t admitted = nami_memory__admit(self, call);

    for (size_t i = 0; i < count; i++) {
        const struct nami_name *req = NAMI_AT(struct nami_name, reqs, stride, i);

        nami_result_set(req->result, admitted, NAMI_OUTCOME_NOT_APPLIED,
                        nami_memory__time_ms(self));
        if (admitted == NAMI_OK && !nami_key_valid(req->key)) {
            req->result->status = NAMI_FAIL(req->error, NAMI_E_INVALID, "key");
        } else if (admitted == NAMI_OK) {
            (void)pthread_rwlock_wrlock(&self->space->guarded.lock);
            nami_memory__index_remove(&self->space->guarded.index, req->key);
            (void)pthread_rwlock_unlock(&self->space->guarded.lock);
            req->result->outcome = NAMI_OUTCOME_APPLIED;
        }
    }
}
