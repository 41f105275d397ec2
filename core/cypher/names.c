#include "core/cypher/names.h"

#include <string.h>

#include "core/base/hash.h"

/* Names come from users: where the table lies is what they can not know. */
static uint32_t *slot_of(const struct nami_cypher__names *names, struct nami_slice name)
{
    uint64_t hash = nami_hash_bytes(name.ptr, name.len, nami_hash_u64((uintptr_t)names));
    uint32_t mask = names->slot_count - 1;
    uint32_t at = (uint32_t)hash & mask;

    while (names->slots[at] != 0) {
        struct nami_slice other = names->items[names->slots[at] - 1];
        if (other.len == name.len &&
            (name.len == 0 || memcmp(other.ptr, name.ptr, name.len) == 0)) {
            break;
        }
        at = (at + 1) & mask;
    }
    return &names->slots[at];
}

static bool grow_items(struct nami_cypher__names *names, struct nami_arena *arena)
{
    uint32_t capacity = names->item_capacity == 0 ? 16 : names->item_capacity * 2;
    struct nami_slice *items = nami_arena_calloc(arena, capacity, sizeof(*items));

    if (items == NULL) {
        return false;
    }
    if (names->count > 0) {
        memcpy(items, names->items, names->count * sizeof(*items));
    }
    names->items = items;
    names->item_capacity = capacity;
    return true;
}

static bool grow_slots(struct nami_cypher__names *names, struct nami_arena *arena)
{
    uint32_t slot_count = names->slot_count == 0 ? 32 : names->slot_count * 2;
    uint32_t *slots = nami_arena_calloc(arena, slot_count, sizeof(*slots));

    if (slots == NULL) {
        return false;
    }
    names->slots = slots;
    names->slot_count = slot_count;
    for (uint32_t i = 0; i < names->count; i++) {
        *slot_of(names, names->items[i]) = i + 1;
    }
    return true;
}

bool nami_cypher__names_add(struct nami_cypher__names *names, struct nami_arena *arena,
                            struct nami_slice name, uint32_t *number, bool *is_new)
{
    uint32_t *slot = NULL;

    if (names->count == names->item_capacity && !grow_items(names, arena)) {
        return false;
    }
    if (names->count * 2 >= names->slot_count && !grow_slots(names, arena)) {
        return false;
    }
    slot = slot_of(names, name);
    *is_new = *slot == 0;
    if (*is_new) {
        names->items[names->count++] = name;
        *slot = names->count;
    }
    *number = *slot - 1;
    return true;
}

bool nami_cypher__names_find(const struct nami_cypher__names *names, struct nami_slice name,
                             uint32_t *number)
{
    uint32_t slot = names->slot_count == 0 ? 0 : *slot_of(names, name);

    *number = slot - 1;
    return slot != 0;
}
