/* The distinct keys of a map's place: found by hash, and by guess where maps look alike. */
#include <namidb/plugin_util.h>

#include "core/base/hash.h"
#include "plugins/common/params_internal.h"

struct nami_slice nami_params__key(const struct nami_params_keys *keys, uint32_t index)
{
    const uint32_t *offsets = nami_params__u32(&keys->offsets);

    return nami_bytes(keys->heap.ptr + offsets[index], offsets[index + 1] - offsets[index]);
}

static uint32_t *slot_of(const struct nami_params *params, const struct nami_params_keys *keys,
                         struct nami_slice key)
{
    uint32_t mask = keys->slot_count - 1;
    uint32_t at = (uint32_t)nami_hash_bytes(key.ptr, key.len, params->seed) & mask;

    while (keys->slots[at] != 0 &&
           !nami_slice_equal(nami_params__key(keys, keys->slots[at] - 1), key)) {
        at = (at + 1) & mask;
    }
    return &keys->slots[at];
}

/* At most half full. */
static int32_t grow(struct nami_params *params, struct nami_params_keys *keys)
{
    uint32_t slot_count = keys->slot_count > 0 ? keys->slot_count * 2 : 8;
    uint32_t *slots = nami_bump_calloc(&params->bump, slot_count, sizeof(*slots));

    if (slots == NULL) {
        return params->bump.refusal;
    }
    keys->slots = slots;
    keys->slot_count = slot_count;
    for (uint32_t i = 0; i < keys->count; i++) {
        *slot_of(params, keys, nami_params__key(keys, i)) = i + 1;
    }
    return NAMI_OK;
}

static int32_t add(struct nami_params *params, struct nami_params_keys *keys, struct nami_slice key)
{
    struct nami_bump *bump = &params->bump;
    uint8_t *text = nami_bump_reserve(bump, &keys->heap, key.len + 1); /* never NULL when empty */

    if (text == NULL || (keys->count == 0 && !nami_params__push_u32(bump, &keys->offsets, 0))) {
        return bump->refusal;
    }
    if (key.len > UINT32_MAX - keys->heap.len) {
        return NAMI_E_TOO_LARGE;
    }
    if (key.len > 0) {
        memcpy(text, key.ptr, key.len);
    }
    keys->heap.len += key.len;
    if (!nami_params__push_u32(bump, &keys->offsets, (uint32_t)keys->heap.len) ||
        !nami_params__push_u32(bump, &keys->stamps, 0)) {
        return bump->refusal;
    }
    keys->count++;
    return NAMI_OK;
}

int32_t nami_params__intern(struct nami_params *params, struct nami_params_keys *keys,
                            struct nami_slice key, uint32_t *out)
{
    uint32_t *slot = NULL;
    int32_t status = NAMI_OK;

    if (keys->count >= keys->slot_count / 2) {
        status = grow(params, keys);
        if (status != NAMI_OK) {
            return status;
        }
    }
    slot = slot_of(params, keys, key);
    if (*slot == 0) {
        status = add(params, keys, key);
        if (status != NAMI_OK) {
            return status;
        }
        *slot = keys->count;
    }
    *out = *slot - 1;
    return NAMI_OK;
}
