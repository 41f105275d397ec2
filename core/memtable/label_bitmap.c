#include "core/memtable/label_bitmap.h"

#include <stdlib.h>
#include <string.h>

enum { LEAVES_FIRST = 4 };

/* Place of the first leaf whose number is at least `leaf`. */
static uint32_t place_of(const struct nami_label_leaves *leaves, uint32_t count, uint64_t leaf)
{
    uint32_t low = 0;
    uint32_t high = count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (leaves->at[middle]->leaf < leaf) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* A copy of `old` with room for one more leaf at `place`. */
static struct nami_label_leaves *make_room(struct nami_retire *retire,
                                           const struct nami_label_leaves *old, uint32_t count,
                                           uint32_t place)
{
    uint32_t capacity = count < LEAVES_FIRST ? LEAVES_FIRST : count + count / 2;
    struct nami_label_leaves *grown =
        nami_block_alloc(retire, sizeof(*grown) + capacity * sizeof(grown->at[0]));

    if (grown == NULL) {
        return NULL;
    }
    grown->capacity = capacity;
    if (count > 0) {
        memcpy(grown->at, old->at, place * sizeof(grown->at[0]));
        memcpy(grown->at + place + 1, old->at + place, (count - place) * sizeof(grown->at[0]));
    }
    return grown;
}

/* NULL: no memory. */
static struct nami_label_leaf *leaf_of(struct nami_label_info *label, struct nami_retire *retire,
                                       uint64_t number)
{
    struct nami_label_leaves *leaves = atomic_load_explicit(&label->leaves, memory_order_relaxed);
    uint32_t count =
        leaves != NULL ? atomic_load_explicit(&leaves->count, memory_order_relaxed) : 0;
    uint32_t place = leaves != NULL ? place_of(leaves, count, number) : 0;
    struct nami_label_leaves *grown = NULL;
    struct nami_label_leaf *made = NULL;

    if (place < count && leaves->at[place]->leaf == number) {
        return leaves->at[place];
    }
    made = calloc(1, sizeof(*made));
    if (made == NULL) {
        return NULL;
    }
    made->leaf = number;
    if (leaves != NULL && place == count && count < leaves->capacity) {
        leaves->at[count] = made;
        atomic_store_explicit(&leaves->count, count + 1, memory_order_release);
    } else {
        grown = make_room(retire, leaves, count, place);
        if (grown == NULL) {
            free(made);
            return NULL;
        }
        grown->at[place] = made;
        atomic_store_explicit(&grown->count, count + 1, memory_order_relaxed);
        atomic_store_explicit(&label->leaves, grown, memory_order_release);
        nami_block_retire(retire, leaves);
    }
    atomic_fetch_add_explicit(&retire->bytes, sizeof(*made), memory_order_relaxed);
    return made;
}

int32_t nami_label_bitmap_set(struct nami_label_info *label, struct nami_retire *retire,
                              uint64_t id)
{
    _Atomic uint64_t *word = NULL;
    uint64_t bits = 0;

    if (label->last == NULL || label->last->leaf != id / NAMI_LEAF_IDS) {
        struct nami_label_leaf *leaf = leaf_of(label, retire, id / NAMI_LEAF_IDS);

        if (leaf == NULL) {
            return NAMI_E_NOMEM;
        }
        label->last = leaf;
    }
    word = &label->last->bits[id % NAMI_LEAF_IDS / 64];
    bits = atomic_load_explicit(word, memory_order_relaxed) | UINT64_C(1) << (id % 64);
    atomic_store_explicit(word, bits, memory_order_relaxed);
    return NAMI_OK;
}

const struct nami_label_leaf *nami_label_bitmap_next(const struct nami_label_info *label,
                                                     uint64_t leaf)
{
    const struct nami_label_leaves *leaves =
        atomic_load_explicit(&label->leaves, memory_order_acquire);
    uint32_t count = 0;
    uint32_t place = 0;

    if (leaves == NULL) {
        return NULL;
    }
    count = atomic_load_explicit(&leaves->count, memory_order_acquire);
    place = place_of(leaves, count, leaf);
    return place < count ? leaves->at[place] : NULL;
}

void nami_label_bitmap_clear(struct nami_label_info *label, struct nami_retire *retire)
{
    struct nami_label_leaves *leaves = atomic_load(&label->leaves);
    uint32_t count = leaves != NULL ? atomic_load(&leaves->count) : 0;

    for (uint32_t i = 0; i < count; i++) {
        free(leaves->at[i]);
        atomic_fetch_sub_explicit(&retire->bytes, sizeof(*leaves->at[i]), memory_order_relaxed);
    }
    nami_block_free(retire, leaves);
    atomic_store(&label->leaves, NULL);
    atomic_store(&label->nodes, 0);
    label->last = NULL;
}
