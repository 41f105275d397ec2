#include "core/session/column_build.h"

#include <string.h>

#include <namidb/plugin_util.h>

#include "core/base/hash.h"

struct nami_column nami_column__head(uint32_t type, size_t count)
{
    return (struct nami_column){
        .struct_size = sizeof(struct nami_column), .type = type, .count = count};
}

int32_t nami_column__children(struct column_build *b, struct nami_column *column, uint32_t count,
                              struct nami_column **out)
{
    *out = nami_arena_calloc(b->arena, count, sizeof(**out));
    if (*out == NULL) {
        return NAMI_E_NOMEM;
    }
    column->children = *out;
    column->child_count = count;
    column->child_stride = sizeof(**out);
    return NAMI_OK;
}

int32_t nami_column__of_slices(struct column_build *b, uint32_t type,
                               const struct nami_slice *slices, size_t count,
                               struct nami_column *out)
{
    uint32_t *offsets = nami_arena_alloc(b->arena, (count + 1) * sizeof(*offsets));
    uint64_t bytes = 0;
    uint8_t *heap = NULL;

    for (size_t i = 0; i < count; i++) {
        bytes += slices[i].len;
    }
    if (bytes > UINT32_MAX) {
        return NAMI_E_TOO_LARGE;
    }
    heap = nami_arena_alloc(b->arena, (size_t)bytes + 1);
    if (offsets == NULL || heap == NULL) {
        return NAMI_E_NOMEM;
    }
    *out = nami_column__head(type, count);
    out->values = heap;
    out->offsets = offsets;
    offsets[0] = 0;
    for (size_t i = 0; i < count; i++) {
        if (slices[i].len > 0) {
            memcpy(heap + offsets[i], slices[i].ptr, slices[i].len);
        }
        offsets[i + 1] = offsets[i] + (uint32_t)slices[i].len;
    }
    return NAMI_OK;
}

static int32_t grow_slots(struct column_build *b, struct interner *names)
{
    uint32_t cap = names->slot_cap == 0 ? 32 : names->slot_cap * 2;
    uint32_t *slots = nami_arena_calloc(b->arena, cap, sizeof(*slots));

    if (slots == NULL) {
        return NAMI_E_NOMEM;
    }
    for (uint32_t i = 0; i < names->count; i++) {
        uint32_t at = (uint32_t)names->hashes[i] & (cap - 1);

        while (slots[at] != 0) {
            at = (at + 1) & (cap - 1);
        }
        slots[at] = i + 1;
    }
    names->slots = slots;
    names->slot_cap = cap;
    return NAMI_OK;
}

static int32_t grow_names(struct column_build *b, struct interner *names)
{
    uint32_t cap = names->name_cap == 0 ? 16 : names->name_cap * 2;
    struct nami_slice *grown = nami_arena_alloc(b->arena, cap * sizeof(*grown));
    uint64_t *hashes = nami_arena_alloc(b->arena, cap * sizeof(*hashes));

    if (grown == NULL || hashes == NULL) {
        return NAMI_E_NOMEM;
    }
    if (names->count > 0) {
        memcpy(grown, names->names, names->count * sizeof(*grown));
        memcpy(hashes, names->hashes, names->count * sizeof(*hashes));
    }
    names->names = grown;
    names->hashes = hashes;
    names->name_cap = cap;
    return NAMI_OK;
}

int32_t nami_column__intern(struct column_build *b, struct interner *names, uint64_t hash,
                            struct nami_slice name, uint32_t *index)
{
    int32_t status = NAMI_OK;
    uint32_t at = 0;

    if (2 * (names->count + 1) > names->slot_cap) {
        status = grow_slots(b, names);
    }
    if (status == NAMI_OK && names->count == names->name_cap) {
        status = grow_names(b, names);
    }
    if (status != NAMI_OK) {
        return status;
    }
    at = (uint32_t)hash & (names->slot_cap - 1);
    while (names->slots[at] != 0) {
        *index = names->slots[at] - 1;
        if (names->hashes[*index] == hash && nami_slice_equal(names->names[*index], name)) {
            return NAMI_OK;
        }
        at = (at + 1) & (names->slot_cap - 1);
    }
    *index = names->count++;
    names->names[*index] = name;
    names->hashes[*index] = hash;
    names->slots[at] = *index + 1;
    return NAMI_OK;
}

int32_t nami_column__of_names(struct column_build *b, const struct interner *names,
                              const uint32_t *index, size_t count, struct nami_column *out)
{
    struct nami_column *child = NULL;
    int32_t status = NAMI_OK;

    *out = nami_column__head(NAMI_TYPE_INDEXED, count);
    out->values = index;
    status = nami_column__children(b, out, 1, &child);
    if (status != NAMI_OK) {
        return status;
    }
    return nami_column__of_slices(b, NAMI_TYPE_STRING, names->names, names->count, child);
}
