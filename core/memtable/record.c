#include "core/memtable/record.h"

#include <string.h>

enum { PRUNE_AFTER_PUSHES = 16 };

static size_t round_16(size_t bytes)
{
    return (bytes + 15) & ~(size_t)15;
}

struct nami_record *nami_record_create(struct nami_retire *retire, uint64_t lsn,
                                       const struct nami_label_set *labels,
                                       const struct nami_property *properties, uint32_t count)
{
    size_t head = round_16(sizeof(struct nami_record) + count * sizeof(properties[0]));
    size_t bytes = head;
    struct nami_record *version = NULL;
    uint8_t *to = NULL;

    for (uint32_t i = 0; i < count; i++) {
        bytes += nami_value_deep_bytes(properties[i].value);
    }
    version = nami_block_alloc_raw(retire, bytes);
    if (version == NULL) {
        return NULL;
    }
    atomic_init(&version->older, NULL);
    version->lsn = lsn;
    version->labels = labels;
    version->property_count = count;
    version->pushes = 0;
    version->is_deleted = false;
    to = (uint8_t *)version + head;
    for (uint32_t i = 0; i < count; i++) {
        version->properties[i].key = properties[i].key;
        version->properties[i].reserved = 0;
        version->properties[i].value = nami_value_copy_to(properties[i].value, &to);
    }
    return version;
}

struct nami_record *nami_record_tombstone(struct nami_retire *retire, uint64_t lsn)
{
    struct nami_record *version = nami_record_create(retire, lsn, NULL, NULL, 0);

    if (version != NULL) {
        version->is_deleted = true;
    }
    return version;
}

const struct nami_record *nami_record_before(const nami_record_slot *slot, uint64_t lsn)
{
    return lsn == 0 ? NULL : nami_record_at(slot, lsn - 1);
}

/* Does a snapshot see a version that was replaced at `until`? */
static bool is_needed(const struct nami_horizon *horizon, uint64_t from, uint64_t until)
{
    if (until > horizon->published) {
        return true; /* by the newest readers, and by undo */
    }
    if (horizon->is_cut) {
        return until > horizon->oldest;
    }
    for (uint32_t i = horizon->count; i > 0; i--) {
        if (horizon->lsns[i - 1] < until) {
            return horizon->lsns[i - 1] >= from;
        }
    }
    return false;
}

static void leave(struct nami_retire *retire, struct nami_record *version,
                  struct nami_record_leaver *leaver)
{
    if (leaver != NULL) {
        leaver->left(leaver, version);
    }
    nami_block_retire(retire, version);
}

static void prune(struct nami_retire *retire, const struct nami_horizon *horizon,
                  struct nami_record *version, struct nami_record_leaver *leaver)
{
    for (;;) {
        struct nami_record *older = atomic_load_explicit(&version->older, memory_order_relaxed);

        if (older == NULL) {
            return;
        }
        if (is_needed(horizon, older->lsn, version->lsn)) {
            version = older;
            continue;
        }
        atomic_store_explicit(&version->older,
                              atomic_load_explicit(&older->older, memory_order_relaxed),
                              memory_order_release);
        leave(retire, older, leaver);
    }
}

void nami_record_push(struct nami_retire *retire, const struct nami_horizon *horizon,
                      nami_record_slot *slot, struct nami_record *version,
                      struct nami_record_leaver *leaver)
{
    struct nami_record *head = nami_record_head(slot);
    struct nami_record *replaced = NULL;

    if (head != NULL && head->lsn == version->lsn && !version->is_deleted) {
        replaced = head;
        head = atomic_load_explicit(&head->older, memory_order_relaxed);
        version->pushes = replaced->pushes;
    } else if (head != NULL) {
        version->pushes = (uint16_t)(head->pushes + 1);
    }
    atomic_store_explicit(&version->older, head, memory_order_relaxed);
    atomic_store_explicit(slot, version, memory_order_release);
    if (replaced != NULL) {
        leave(retire, replaced, leaver);
    }
    if (head != NULL &&
        (head->lsn <= horizon->published || version->pushes >= PRUNE_AFTER_PUSHES)) {
        version->pushes = 0;
        prune(retire, horizon, version, leaver);
    }
}

bool nami_record_pop(struct nami_retire *retire, nami_record_slot *slot, uint64_t lsn)
{
    struct nami_record *head = nami_record_head(slot);

    if (head == NULL || head->lsn != lsn) {
        return false;
    }
    atomic_store_explicit(slot, atomic_load_explicit(&head->older, memory_order_relaxed),
                          memory_order_release);
    nami_block_retire(retire, head);
    return true;
}

void nami_record_free_chain(struct nami_retire *retire, nami_record_slot *slot)
{
    struct nami_record *version = nami_record_head(slot);

    while (version != NULL) {
        struct nami_record *older = atomic_load_explicit(&version->older, memory_order_relaxed);

        nami_block_free(retire, version);
        version = older;
    }
    atomic_store_explicit(slot, NULL, memory_order_relaxed);
}

/* Storable values only: their depth is bounded by what may be stored. */
bool nami_value_is_same(struct nami_value a, struct nami_value b)
{
    size_t count = a.type == NAMI_VALUE_MAP ? (size_t)a.count * 2 : a.count;

    if (a.type != b.type) {
        return false;
    }
    switch ((enum nami_value_type)a.type) {
    case NAMI_VALUE_NULL:
        return true;
    case NAMI_VALUE_BOOL:
        return a.as.boolean == b.as.boolean;
    case NAMI_VALUE_INT:
    case NAMI_VALUE_FLOAT: /* the same bits: NaN and -0.0 as they are */
        return a.as.integer == b.as.integer;
    case NAMI_VALUE_STRING:
    case NAMI_VALUE_BYTES:
        return a.count == b.count && (a.count == 0 || memcmp(a.as.bytes, b.as.bytes, a.count) == 0);
    case NAMI_VALUE_LIST:
    case NAMI_VALUE_MAP:
        if (a.count != b.count) {
            return false;
        }
        for (size_t i = 0; i < count; i++) {
            if (!nami_value_is_same(a.as.items[i], b.as.items[i])) {
                return false;
            }
        }
        return true;
    case NAMI_VALUE_NODE:
    case NAMI_VALUE_REL:
    case NAMI_VALUE_PATH:
    case NAMI_VALUE_TYPE_COUNT:
        break;
    }
    return false;
}

uint32_t nami_record_merge(const struct nami_record *base, const struct nami_property *patch,
                           uint32_t count, bool replace, struct nami_property *out,
                           uint64_t *changed)
{
    uint32_t base_count = base != NULL ? base->property_count : 0;
    uint32_t kept = 0;
    uint32_t i = 0;
    uint32_t j = 0;

    *changed = 0;
    while (i < base_count || j < count) {
        const struct nami_property *old = i < base_count ? &base->properties[i] : NULL;
        const struct nami_property *new = j < count ? &patch[j] : NULL;

        if (new == NULL || (old != NULL && old->key < new->key)) {
            i++;
            if (replace) {
                (*changed)++;
            } else {
                out[kept++] = *old;
            }
            continue;
        }
        j++;
        if (old != NULL && old->key == new->key) {
            i++;
            *changed += !nami_value_is_same(old->value, new->value);
        } else {
            *changed += !nami_value_is_null(new->value);
        }
        if (!nami_value_is_null(new->value)) {
            out[kept++] = *new;
        }
    }
    return kept;
}
