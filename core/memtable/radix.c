#include "core/memtable/radix.h"

#include <stdlib.h>

int32_t nami_radix_init(struct nami_radix *radix, size_t leaf_bytes)
{
    radix->leaf_bytes = leaf_bytes;
    radix->top_end = 0;
    radix->top = calloc(NAMI_RADIX_TOP, sizeof(radix->top[0]));
    return radix->top != NULL ? NAMI_OK : NAMI_E_NOMEM;
}

static void *make(struct nami_retire *retire, size_t bytes)
{
    void *made = calloc(1, bytes);

    if (made != NULL) {
        atomic_fetch_add_explicit(&retire->bytes, bytes, memory_order_relaxed);
    }
    return made;
}

void *nami_radix_make(struct nami_radix *radix, struct nami_retire *retire, uint64_t id)
{
    struct nami_radix_middle *middle = NULL;
    _Atomic(void *) *at = NULL;
    void *leaf = NULL;

    if (id >= NAMI_ID_END) {
        return NULL;
    }
    middle = atomic_load_explicit(&radix->top[id >> 24], memory_order_relaxed);
    if (middle == NULL) {
        middle = make(retire, sizeof(*middle));
        if (middle == NULL) {
            return NULL;
        }
        atomic_store_explicit(&radix->top[id >> 24], middle, memory_order_release);
        radix->top_end = (id >> 24) >= radix->top_end ? (size_t)(id >> 24) + 1 : radix->top_end;
    }
    at = &middle->leaves[(id >> NAMI_LEAF_BITS) & (NAMI_RADIX_FANOUT - 1)];
    leaf = atomic_load_explicit(at, memory_order_relaxed);
    if (leaf == NULL) {
        leaf = make(retire, radix->leaf_bytes);
        atomic_store_explicit(at, leaf, memory_order_release);
    }
    return leaf;
}

void *nami_radix_next(const struct nami_radix *radix, uint64_t id, uint64_t end, uint64_t *first)
{
    for (id &= ~(uint64_t)(NAMI_LEAF_IDS - 1); id < end && id < NAMI_ID_END;) {
        void *leaf = NULL;

        if (atomic_load_explicit(&radix->top[id >> 24], memory_order_acquire) == NULL) {
            id = ((id >> 24) + 1) << 24;
            continue;
        }
        leaf = nami_radix_leaf(radix, id);
        if (leaf != NULL) {
            *first = id;
            return leaf;
        }
        id += NAMI_LEAF_IDS;
    }
    return NULL;
}

void nami_radix_clear(struct nami_radix *radix, struct nami_retire *retire,
                      void (*visit)(struct nami_retire *retire, void *leaf))
{
    for (size_t i = 0; radix->top != NULL && i < radix->top_end; i++) {
        struct nami_radix_middle *middle = atomic_load(&radix->top[i]);

        for (size_t j = 0; middle != NULL && j < NAMI_RADIX_FANOUT; j++) {
            void *leaf = atomic_load(&middle->leaves[j]);

            if (leaf != NULL) {
                visit(retire, leaf);
                free(leaf);
                atomic_fetch_sub_explicit(&retire->bytes, radix->leaf_bytes, memory_order_relaxed);
            }
        }
        if (middle != NULL) {
            free(middle);
            atomic_fetch_sub_explicit(&retire->bytes, sizeof(*middle), memory_order_relaxed);
            atomic_store(&radix->top[i], NULL);
        }
    }
    radix->top_end = 0;
}

void nami_radix_release(struct nami_radix *radix)
{
    free(radix->top);
    radix->top = NULL;
}
