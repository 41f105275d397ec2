/*
 * plugins/store-memory/index.h -- a skip list from keys to objects; no locks.
 *
 * Looking up, adding and removing cost O(log n); walking goes in byte order. A
 * node's height comes from a hash of its key, so a run can be repeated.
 */
#ifndef NAMI_PLUGINS_STORE_MEMORY_INDEX_H
#define NAMI_PLUGINS_STORE_MEMORY_INDEX_H

#include <stdatomic.h>

#include <namidb/abi.h>

enum { INDEX_HEIGHT_MAX = 12 }; /* 4^12 keys: each level has a quarter of the one below */

/* Never changed once it is in an index; shared, so that bytes are copied outside the lock. */
struct object {
    atomic_uint refs;
    uint32_t reserved;
    size_t key_len;
    size_t body_len;
    uint64_t version;
    int64_t modified_ms;
    uint8_t bytes[]; /* key, then body */
};

struct node {
    struct object *object;
    uint32_t height;
    uint32_t reserved;
    struct node *next[];
};

struct index {
    size_t count;
    uint64_t body_bytes; /* of all objects */
    struct node *head[INDEX_HEIGHT_MAX];
};

static inline struct nami_slice object_key(const struct object *object)
{
    return (struct nami_slice){.ptr = object->bytes, .len = object->key_len};
}

/* One reference, the caller's. NULL: no memory. */
struct object *nami_memory__object_create(struct nami_slice key, const struct nami_slice *parts,
                                          size_t part_count);
struct object *nami_memory__object_ref(struct object *object);
void nami_memory__object_unref(struct object *object); /* NULL is fine */

/* A node for `key`, in no index yet, to be freed with free(). NULL: no memory. */
struct node *nami_memory__node_create(struct nami_slice key);

/* NULL: not there. */
struct object *nami_memory__index_find(const struct index *index, struct nami_slice key);
/* The first node whose key is `key` or greater; NULL: none. */
const struct node *nami_memory__index_seek(const struct index *index, struct nami_slice key);
/*
 * Take over the reference to `object`, in place of the one with its key. Cannot fail: a new
 * key uses up *spare, made for that key, and sets it to NULL.
 */
void nami_memory__index_put(struct index *index, struct object *object, struct node **spare);
/* Absent is fine. */
void nami_memory__index_remove(struct index *index, struct nami_slice key);
void nami_memory__index_release(struct index *index);

#endif /* NAMI_PLUGINS_STORE_MEMORY_INDEX_H */
