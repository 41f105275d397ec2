/*
 * core/memtable/record.h -- one state of a node or a relationship, whole: a change merges
 * onto the state below it, so a reader looks at one version only.
 */
#ifndef NAMI_CORE_MEMTABLE_RECORD_H
#define NAMI_CORE_MEMTABLE_RECORD_H

#include "core/memtable/label_set.h"
#include "core/memtable/retire.h"
#include "core/value/property.h"

struct nami_record {
    struct nami_block block;
    _Atomic(struct nami_record *) older;
    uint64_t lsn;
    const struct nami_label_set *labels; /* NULL: a relationship, or deleted */
    uint32_t property_count;
    uint16_t pushes; /* since the chain was last pruned as a whole */
    bool is_deleted;
    uint8_t reserved;
    struct nami_property properties[]; /* ascending by key; what they point to follows */
};
typedef _Atomic(struct nami_record *) nami_record_slot;

/* `properties` ascending by key, without nulls; copied. NULL: no memory. */
struct nami_record *nami_record_create(struct nami_retire *retire, uint64_t lsn,
                                       const struct nami_label_set *labels,
                                       const struct nami_property *properties, uint32_t count);
struct nami_record *nami_record_tombstone(struct nami_retire *retire, uint64_t lsn);

/* The newest state at `lsn`; NULL: none yet. May be a tombstone. */
static inline const struct nami_record *nami_record_at(const nami_record_slot *slot, uint64_t lsn)
{
    const struct nami_record *version = atomic_load_explicit(slot, memory_order_acquire);

    while (version != NULL && version->lsn > lsn) {
        version = atomic_load_explicit(&version->older, memory_order_acquire);
    }
    return version;
}
/* The same; NULL also if it is deleted. */
static inline const struct nami_record *nami_record_live(const nami_record_slot *slot, uint64_t lsn)
{
    const struct nami_record *version = nami_record_at(slot, lsn);

    return version == NULL || version->is_deleted ? NULL : version;
}
static inline struct nami_record *nami_record_head(const nami_record_slot *slot)
{
    return atomic_load_explicit(slot, memory_order_relaxed);
}
/* The newest state before `lsn`: what a transaction found. */
const struct nami_record *nami_record_before(const nami_record_slot *slot, uint64_t lsn);

/* NULL: no such key. */
static inline const struct nami_value *nami_record_property(const struct nami_record *version,
                                                            uint32_t key)
{
    uint32_t low = 0;
    uint32_t high = version->property_count;

    while (low < high) {
        uint32_t middle = (low + high) / 2;

        if (version->properties[middle].key < key) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < version->property_count && version->properties[low].key == key
               ? &version->properties[low].value
               : NULL;
}

/* Told of each record that has just left its chain; readers may still hold it. */
struct nami_record_leaver {
    void (*left)(struct nami_record_leaver *self, const struct nami_record *record);
};

/*
 * Put on top of the chain; in the place of a version of the same LSN if that is on top, but a
 * tombstone hides it and leaves it, so that undo can go step by step.
 * Records that no snapshot in `horizon` or later can see are retired. `leaver` may be NULL.
 */
void nami_record_push(struct nami_retire *retire, const struct nami_horizon *horizon,
                      nami_record_slot *slot, struct nami_record *version,
                      struct nami_record_leaver *leaver);
/* Take a top version of this LSN off; false: there is none. */
bool nami_record_pop(struct nami_retire *retire, nami_record_slot *slot, uint64_t lsn);
/* Free the whole chain at once: no reader is left. */
void nami_record_free_chain(struct nami_retire *retire, nami_record_slot *slot);

/* The very same value: type, bits, structure. Stricter than equal(). */
bool nami_value_is_same(struct nami_value a, struct nami_value b);
/*
 * Merge `patch` (ascending, null: remove) onto `base`; `out` has room for both. The number of
 * properties left; *changed counts those that are other, new or gone. `replace`: keys that
 * `patch` does not name go.
 */
uint32_t nami_record_merge(const struct nami_record *base, const struct nami_property *patch,
                           uint32_t count, bool replace, struct nami_property *out,
                           uint64_t *changed);

#endif /* NAMI_CORE_MEMTABLE_RECORD_H */
