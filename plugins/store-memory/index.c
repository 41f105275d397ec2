#include "index.h"

#include <stdbool.h>
#include <stdlib.h>

#include <namidb/plugin_util.h>

struct object *nami_memory__object_create(struct nami_slice key, const struct nami_slice *parts,
                                          size_t part_count)
{
    struct object *fresh = NULL;
    size_t total = sizeof(*fresh) + key.len;
    uint8_t *to = NULL;

    for (size_t i = 0; i < part_count; i++) {
        if (__builtin_add_overflow(total, parts[i].len, &total)) {
            return NULL;
        }
    }
    fresh = malloc(total);
    if (fresh == NULL) {
        return NULL;
    }
    *fresh = (struct object){.key_len = key.len, .body_len = total - sizeof(*fresh) - key.len};
    atomic_init(&fresh->refs, 1);
    memcpy(fresh->bytes, key.ptr, key.len);
    to = fresh->bytes + key.len;
    for (size_t i = 0; i < part_count; i++) {
        if (parts[i].len > 0) {
            memcpy(to, parts[i].ptr, parts[i].len);
            to += parts[i].len;
        }
    }
    return fresh;
}

struct object *nami_memory__object_ref(struct object *object)
{
    (void)atomic_fetch_add_explicit(&object->refs, 1, memory_order_relaxed);
    return object;
}

void nami_memory__object_unref(struct object *object)
{
    if (object != NULL && atomic_fetch_sub_explicit(&object->refs, 1, memory_order_acq_rel) == 1) {
        free(object);
    }
}

/* 1 for three keys of four, 2 for three of four of the rest, and so on. */
static uint32_t height_of(struct nami_slice key)
{
    uint64_t hash = UINT64_C(0x9ae16a3b2f90404f);
    uint32_t height = 1;

    for (size_t i = 0; i < key.len; i++) {
        hash = (hash ^ key.ptr[i]) * UINT64_C(0x9fb21c651e98df25);
        hash ^= hash >> 35;
    }
    for (; height < INDEX_HEIGHT_MAX && (hash & 3) == 0; hash >>= 2) {
        height++;
    }
    return height;
}

struct node *nami_memory__node_create(struct nami_slice key)
{
    uint32_t height = height_of(key);
    struct node *node = calloc(1, sizeof(*node) + height * sizeof(node->next[0]));

    if (node != NULL) {
        node->height = height;
    }
    return node;
}

/*
 * links[level] is the link that leads to the first node whose key is not below `key`.
 * An index has links in its head, a node in itself; both are arrays of them.
 */
static void find_links(struct index *index, struct nami_slice key,
                       struct node **links[INDEX_HEIGHT_MAX])
{
    struct node **at = index->head;

    for (size_t level = INDEX_HEIGHT_MAX; level-- > 0;) {
        while (at[level] != NULL && nami_slice_compare(object_key(at[level]->object), key) < 0) {
            at = at[level]->next;
        }
        links[level] = &at[level];
    }
}

const struct node *nami_memory__index_seek(const struct index *index, struct nami_slice key)
{
    struct node *const *at = index->head;

    for (size_t level = INDEX_HEIGHT_MAX; level-- > 0;) {
        while (at[level] != NULL && nami_slice_compare(object_key(at[level]->object), key) < 0) {
            at = at[level]->next;
        }
    }
    return at[0];
}

static bool is_at(const struct node *node, struct nami_slice key)
{
    return node != NULL && nami_slice_equal(object_key(node->object), key);
}

struct object *nami_memory__index_find(const struct index *index, struct nami_slice key)
{
    const struct node *node = nami_memory__index_seek(index, key);

    return is_at(node, key) ? node->object : NULL;
}

void nami_memory__index_put(struct index *index, struct object *object, struct node **spare)
{
    struct node **links[INDEX_HEIGHT_MAX];
    struct node *node = NULL;

    find_links(index, object_key(object), links);
    node = *links[0];
    index->body_bytes += object->body_len;
    if (is_at(node, object_key(object))) {
        index->body_bytes -= node->object->body_len;
        nami_memory__object_unref(node->object);
        node->object = object;
        return;
    }
    node = *spare;
    *spare = NULL;
    node->object = object;
    for (uint32_t level = 0; level < node->height; level++) {
        node->next[level] = *links[level];
        *links[level] = node;
    }
    index->count++;
}

void nami_memory__index_remove(struct index *index, struct nami_slice key)
{
    struct node **links[INDEX_HEIGHT_MAX];
    struct node *node = NULL;

    find_links(index, key, links);
    node = *links[0];
    if (!is_at(node, key)) {
        return;
    }
    for (uint32_t level = 0; level < node->height; level++) {
        *links[level] = node->next[level];
    }
    index->body_bytes -= node->object->body_len;
    index->count--;
    nami_memory__object_unref(node->object);
    free(node);
}

void nami_memory__index_release(struct index *index)
{
    for (struct node *node = index->head[0]; node != NULL;) {
        struct node *gone = node;

        node = node->next[0];
        nami_memory__object_unref(gone->object);
        free(gone);
    }
    *index = (struct index){0};
}
