/*
 * store-ram -- a third party's store: objects in a sorted list, one lock, no options.
 *
 * Blocking ops only; the host runs them on its threads. Optional ops are absent.
 */
#include <pthread.h>

#include <namidb/host.h>
#include <namidb/plugin_util.h>
#include <namidb/store.h>

struct object {
    struct object *next;
    size_t key_len;
    size_t body_len;
    uint64_t version;
    int64_t modified_ms;
    uint8_t bytes[]; /* key, then body */
};

struct nami_store {
    const struct nami_host *host;
    pthread_mutex_t lock;
    struct object *first; /* under the lock, like what follows */
    uint64_t version;
};

static struct nami_slice key_of(const struct object *object)
{
    return nami_bytes(object->bytes, object->key_len);
}

/* The link at which the key is, or would be. */
static struct object **find(struct nami_store *self, struct nami_slice key)
{
    struct object **at = &self->first;

    while (*at != NULL && nami_slice_compare(key_of(*at), key) < 0) {
        at = &(*at)->next;
    }
    return at;
}

static int is_at(const struct object *object, struct nami_slice key)
{
    return object != NULL && nami_slice_equal(key_of(object), key);
}

static struct nami_version version_of(const struct object *object)
{
    struct nami_version version = {.len = 8};

    nami_put_u64(version.bytes, object->version);
    return version;
}

static int has_version(const struct object *object, const struct nami_version *version)
{
    struct nami_version now = version_of(object);

    return version != NULL && nami_version_equal(&now, version);
}

/* May the call go on? */
static int32_t admit(const struct nami_store *self, const struct nami_call *call)
{
    if (self->host->cancelled(self->host, call->cancel) != 0) {
        return NAMI_E_CANCELLED;
    }
    return self->host->mono_ns(self->host) >= call->deadline_ns ? NAMI_E_DEADLINE : NAMI_OK;
}

/* Begins every result; `found` may be NULL. */
static void answer(const struct nami_store *self, struct nami_result *result, int32_t status,
                   const struct object *found)
{
    nami_result_set(result, status, NAMI_OUTCOME_NOT_APPLIED, self->host->wall_ms(self->host));
    if (found != NULL) {
        result->version = version_of(found);
        result->last_modified_ms = found->modified_ms;
        result->object_bytes = found->body_len;
    }
}

static int32_t ram_open(const struct nami_host *host, const struct nami_call *call,
                        const struct nami_store_config *config, struct nami_store **out,
                        struct nami_error *err)
{
    struct nami_store *self = host->mem_alloc(host, sizeof(*self));

    (void)call;
    (void)config;
    *out = NULL;
    if (self == NULL) {
        return NAMI_FAIL(err, NAMI_E_NOMEM, "store handle");
    }
    *self = (struct nami_store){.host = host};
    if (pthread_mutex_init(&self->lock, NULL) != 0) {
        host->mem_free(host, self);
        return NAMI_FAIL(err, NAMI_E_NOMEM, "mutex");
    }
    *out = self;
    return NAMI_OK;
}

static void ram_close(struct nami_store *self)
{
    while (self != NULL && self->first != NULL) {
        struct object *gone = self->first;

        self->first = gone->next;
        self->host->mem_free(self->host, gone);
    }
    if (self != NULL) {
        pthread_mutex_destroy(&self->lock);
        self->host->mem_free(self->host, self);
    }
}

static int32_t check_read(const struct object *found, const struct nami_read *req)
{
    if (found == NULL) {
        return NAMI_FAIL(req->error, NAMI_E_NOT_FOUND, "no such object");
    }
    if (req->when == NAMI_READ_IF_MATCH && !has_version(found, req->version)) {
        return NAMI_FAIL(req->error, NAMI_E_PRECONDITION, "another version");
    }
    if (req->when == NAMI_READ_IF_NONE_MATCH && has_version(found, req->version)) {
        return NAMI_E_NOT_MODIFIED;
    }
    return req->offset > 0 && req->offset >= found->body_len
               ? NAMI_FAIL(req->error, NAMI_E_RANGE, "object of %zu bytes", found->body_len)
               : NAMI_OK;
}

static void read_one(struct nami_store *self, const struct nami_read *req)
{
    struct object *found = *find(self, req->key);
    struct nami_slice bytes = {0};
    int32_t status = NAMI_OK;

    found = is_at(found, req->key) ? found : NULL;
    status = nami_key_valid(req->key) ? check_read(found, req)
                                      : NAMI_FAIL(req->error, NAMI_E_INVALID, "key");
    if (status == NAMI_OK) {
        size_t left = found->body_len - (size_t)req->offset;

        bytes = nami_bytes(found->bytes + found->key_len + req->offset,
                           req->length < left ? (size_t)req->length : left);
        if (req->dst == NULL) {
            status = self->host->buf_append(self->host, req->buf, bytes);
        } else if (bytes.len > req->dst_bytes) {
            status = NAMI_FAIL(req->error, NAMI_E_TOO_LARGE, "%zu bytes", bytes.len);
        } else if (bytes.len > 0) {
            memcpy(req->dst, bytes.ptr, bytes.len);
        }
    }
    answer(self, req->result, status, found);
    req->result->bytes = status == NAMI_OK ? bytes.len : 0;
}

static void ram_read(struct nami_store *self, const struct nami_call *call, struct nami_read *reqs,
                     size_t count, size_t stride)
{
    int32_t admitted = admit(self, call);

    pthread_mutex_lock(&self->lock);
    for (size_t i = 0; i < count; i++) {
        const struct nami_read *req = NAMI_AT(struct nami_read, reqs, stride, i);

        if (admitted == NAMI_OK) {
            read_one(self, req);
        } else {
            answer(self, req->result, admitted, NULL);
        }
    }
    pthread_mutex_unlock(&self->lock);
}

static struct object *create(const struct nami_host *host, const struct nami_write *req)
{
    struct object *fresh = NULL;
    size_t used = req->key.len;
    size_t len = 0;

    for (size_t i = 0; i < req->part_count; i++) {
        len += req->parts[i].len;
    }
    fresh = host->mem_alloc(host, sizeof(*fresh) + req->key.len + len);
    if (fresh == NULL) {
        return NULL;
    }
    *fresh = (struct object){.key_len = req->key.len, .body_len = len};
    memcpy(fresh->bytes, req->key.ptr, req->key.len);
    for (size_t i = 0; i < req->part_count; i++) {
        if (req->parts[i].len > 0) {
            memcpy(fresh->bytes + used, req->parts[i].ptr, req->parts[i].len);
            used += req->parts[i].len;
        }
    }
    return fresh;
}

static void write_one(struct nami_store *self, const struct nami_write *req)
{
    struct object **at = NULL;
    struct object *old = NULL;
    struct object *fresh = NULL;

    if (!nami_key_valid(req->key)) {
        answer(self, req->result, NAMI_FAIL(req->error, NAMI_E_INVALID, "key"), NULL);
        return;
    }
    at = find(self, req->key);
    old = is_at(*at, req->key) ? *at : NULL;
    if ((req->when == NAMI_WRITE_IF_ABSENT && old != NULL) ||
        (req->when == NAMI_WRITE_IF_MATCH && (old == NULL || !has_version(old, req->version)))) {
        answer(self, req->result, NAMI_FAIL(req->error, NAMI_E_PRECONDITION, "it has changed"),
               NULL);
        return;
    }
    fresh = create(self->host, req);
    if (fresh == NULL) {
        answer(self, req->result, NAMI_FAIL(req->error, NAMI_E_NOMEM, "object"), NULL);
        return;
    }
    fresh->version = ++self->version;
    fresh->modified_ms = self->host->wall_ms(self->host);
    fresh->next = old != NULL ? old->next : *at;
    *at = fresh;
    self->host->mem_free(self->host, old);
    answer(self, req->result, NAMI_OK, fresh);
    req->result->bytes = fresh->body_len;
    req->result->outcome = NAMI_OUTCOME_APPLIED;
}

static void ram_write(struct nami_store *self, const struct nami_call *call,
                      struct nami_write *reqs, size_t count, size_t stride)
{
    int32_t admitted = admit(self, call);

    pthread_mutex_lock(&self->lock);
    for (size_t i = 0; i < count; i++) {
        const struct nami_write *req = NAMI_AT(struct nami_write, reqs, stride, i);

        if (admitted == NAMI_OK) {
            write_one(self, req);
        } else {
            answer(self, req->result, admitted, NULL);
        }
    }
    pthread_mutex_unlock(&self->lock);
}

/* head, and remove if `removes`. */
static void name_all(struct nami_store *self, const struct nami_call *call, struct nami_name *reqs,
                     size_t count, size_t stride, int removes)
{
    int32_t admitted = admit(self, call);

    pthread_mutex_lock(&self->lock);
    for (size_t i = 0; i < count; i++) {
        const struct nami_name *req = NAMI_AT(struct nami_name, reqs, stride, i);
        struct object **at = find(self, req->key);
        struct object *found = is_at(*at, req->key) ? *at : NULL;

        if (admitted != NAMI_OK || !nami_key_valid(req->key)) {
            answer(self, req->result, admitted != NAMI_OK ? admitted : NAMI_E_INVALID, NULL);
        } else if (removes) {
            answer(self, req->result, NAMI_OK, NULL);
            req->result->outcome = NAMI_OUTCOME_APPLIED;
            *at = found != NULL ? found->next : *at;
            self->host->mem_free(self->host, found);
        } else {
            answer(self, req->result, found != NULL ? NAMI_OK : NAMI_E_NOT_FOUND, found);
        }
    }
    pthread_mutex_unlock(&self->lock);
}

static void ram_head(struct nami_store *self, const struct nami_call *call, struct nami_name *reqs,
                     size_t count, size_t stride)
{
    name_all(self, call, reqs, count, stride, 0);
}

static void ram_remove(struct nami_store *self, const struct nami_call *call,
                       struct nami_name *reqs, size_t count, size_t stride)
{
    name_all(self, call, reqs, count, stride, 1);
}

static int is_listed(const struct object *object, const struct nami_list *req)
{
    return object->key_len >= req->prefix.len &&
           nami_slice_equal(nami_bytes(object->bytes, req->prefix.len), req->prefix) &&
           nami_slice_compare(key_of(object), req->start_after) > 0;
}

static void ram_list(struct nami_store *self, const struct nami_call *call, struct nami_list *req)
{
    int32_t status = admit(self, call);
    uint64_t given = 0;

    req->more = 0;
    pthread_mutex_lock(&self->lock);
    for (const struct object *at = self->first; at != NULL && status == NAMI_OK && req->more == 0;
         at = at->next) {
        struct nami_version version = version_of(at);
        struct nami_entry entry = {.struct_size = sizeof(entry),
                                   .key = key_of(at),
                                   .object_bytes = at->body_len,
                                   .last_modified_ms = at->modified_ms,
                                   .version = &version};

        if (is_listed(at, req) && given++ == req->limit) {
            req->more = 1;
        } else if (is_listed(at, req)) {
            status = req->entry(req, &entry);
            req->more = status != NAMI_OK;
        }
    }
    pthread_mutex_unlock(&self->lock);
    answer(self, req->result, status, NULL);
}

static const struct nami_store_ops ops = {
    .struct_size = sizeof(struct nami_store_ops),
    .open = ram_open,
    .close = ram_close,
    .read = ram_read,
    .write = ram_write,
    .head = ram_head,
    .remove = ram_remove,
    .list = ram_list,
};

static const char *const schemes[] = {"ram", NULL};

static const struct nami_store_desc store = {
    .struct_size = sizeof(struct nami_store_desc),
    .schemes = schemes,
    .ops = &ops,
};

static const struct nami_plugin plugin = {
    NAMI_PLUGIN_HEAD, .name = "store-ram", .version = "1.0", .build_id = "", .store = &store,
};

NAMI_PLUGIN_ENTRY(store_ram)
{
    return &plugin;
}
