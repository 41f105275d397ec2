/* list: a window of objects is referenced under the lock and handed out without it. */
#include "memory.h"

enum { WINDOW = 64 };

static bool has_prefix(struct nami_slice key, struct nami_slice prefix)
{
    return key.len >= prefix.len && nami_slice_equal(nami_bytes(key.ptr, prefix.len), prefix);
}

/*
 * References to the next objects, past the key `after` or, if there is none, from the start
 * of what `req` asks for. 0: that was all.
 */
static size_t next_window(struct nami_store *self, const struct nami_list *req,
                          const struct object *after, struct object *window[WINDOW])
{
    struct nami_slice floor = after != NULL ? object_key(after) : req->start_after;
    const struct node *node = NULL;
    size_t count = 0;

    (void)pthread_rwlock_rdlock(&self->space->guarded.lock);
    node =
        nami_memory__index_seek(&self->space->guarded.index,
                                nami_slice_compare(floor, req->prefix) < 0 ? req->prefix : floor);
    if (node != NULL && floor.len > 0 && nami_slice_equal(object_key(node->object), floor)) {
        node = node->next[0];
    }
    for (; node != NULL && count < WINDOW && has_prefix(object_key(node->object), req->prefix);
         node = node->next[0]) {
        window[count++] = nami_memory__object_ref(node->object);
    }
    (void)pthread_rwlock_unlock(&self->space->guarded.lock);
    return count;
}

static int32_t give(struct nami_list *req, const struct object *object)
{
    struct nami_version version = nami_memory__version(object);
    struct nami_entry entry = {.struct_size = sizeof(entry),
                               .key = object_key(object),
                               .object_bytes = object->body_len,
                               .last_modified_ms = object->modified_ms,
                               .version = &version};

    return req->entry(req, &entry);
}

static int32_t list_all(struct nami_store *self, const struct nami_call *call,
                        struct nami_list *req)
{
    struct object *window[WINDOW];
    struct object *last = NULL; /* given; a reference of its own */
    int32_t status = NAMI_OK;
    uint64_t given = 0;
    size_t count = 0;

    do {
        count = next_window(self, req, last, window);
        for (size_t i = 0; i < count; i++) {
            if (status == NAMI_OK && req->more == 0) {
                req->more = given == req->limit;
                if (req->more == 0) {
                    status = give(req, window[i]);
                    given++;
                    nami_memory__object_unref(last);
                    last = nami_memory__object_ref(window[i]);
                    req->more = status != NAMI_OK;
                }
            }
            nami_memory__object_unref(window[i]);
        }
        if (status == NAMI_OK && self->host->cancelled(self->host, call->cancel) != 0) {
            status = NAMI_E_CANCELLED;
        }
    } while (count == WINDOW && status == NAMI_OK && req->more == 0);
    nami_memory__object_unref(last);
    return status;
}

void nami_memory__list(struct nami_store *self, const struct nami_call *call, struct nami_list *req)
{
    int32_t status = nami_memory__admit(self, call);

    req->more = 0;
    if (status == NAMI_OK) {
        status = list_all(self, call, req);
    }
    nami_result_set(req->result, status, NAMI_OUTCOME_NOT_APPLIED, nami_memory__time_ms(self));
}
