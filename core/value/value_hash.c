#include "core/base/hash.h"

#include "core/value/number_order.h"
#include "core/value/value.h"
#include "core/value/walk.h"

/* Kinds that can be equivalent begin alike. */
enum {
    SEED_NUMBER = 1,
    SEED_FRACTION,
    SEED_NAN,
    SEED_BOOL,
    SEED_STRING,
    SEED_BYTES,
    SEED_LIST,
    SEED_MAP,
    SEED_NODE,
    SEED_REL,
    SEED_PATH,
    SEED_NULL,
    SEED_OTHER
};

static uint64_t hash_word(uint64_t kind, uint64_t word)
{
    return nami_hash_u64(word + kind * UINT64_C(0x9e3779b97f4a7c15));
}

/* A float that is an integer hashes as that integer; -0.0 is 0. */
static uint64_t hash_float(double real)
{
    union {
        double real;
        uint64_t bits;
    } as = {.real = real};

    if (isnan(real)) {
        return hash_word(SEED_NAN, 0);
    }
    if (real >= -0x1p63 && real < 0x1p63 && real == (double)(int64_t)real) {
        return hash_word(SEED_NUMBER, (uint64_t)(int64_t)real);
    }
    return hash_word(SEED_FRACTION, as.bits); /* and no integer's */
}

static uint64_t hash_path(const struct nami_path *path)
{
    uint64_t hash = hash_word(SEED_PATH, path->nodes[0]);

    for (uint32_t i = 0; i < path->length; i++) { /* the relationships and the start say it all */
        hash = nami_hash_combine(hash, path->rels[i].id);
    }
    return hash;
}

static uint64_t hash_value(struct nami_value value, struct nami_walk *walk);

static uint64_t hash_items(struct nami_value value, struct nami_walk *walk)
{
    uint64_t hash = hash_word(value.type == NAMI_VALUE_LIST ? SEED_LIST : SEED_MAP, value.count);
    size_t count = value.type == NAMI_VALUE_LIST ? value.count : (size_t)value.count * 2;

    if (count > walk->steps_left) {
        count = walk->steps_left;
    }
    if (!nami_walk_enter(walk, (uint32_t)count)) {
        return hash;
    }
    for (size_t i = 0; i < count; i++) {
        hash = nami_hash_combine(hash, hash_value(value.as.items[i], walk));
    }
    nami_walk_leave(walk);
    return hash;
}

static uint64_t hash_value(struct nami_value value, struct nami_walk *walk)
{
    switch ((enum nami_value_type)value.type) {
    case NAMI_VALUE_NULL:
        return hash_word(SEED_NULL, 0);
    case NAMI_VALUE_BOOL:
        return hash_word(SEED_BOOL, value.as.boolean);
    case NAMI_VALUE_INT:
        return hash_word(SEED_NUMBER, (uint64_t)value.as.integer);
    case NAMI_VALUE_FLOAT:
        return hash_float(value.as.real);
    case NAMI_VALUE_STRING:
        return nami_hash_bytes(value.as.bytes, value.count, SEED_STRING);
    case NAMI_VALUE_BYTES:
        return nami_hash_bytes(value.as.bytes, value.count, SEED_BYTES);
    case NAMI_VALUE_LIST:
    case NAMI_VALUE_MAP:
        return hash_items(value, walk);
    case NAMI_VALUE_NODE:
        return hash_word(SEED_NODE, value.as.node);
    case NAMI_VALUE_REL:
        return hash_word(SEED_REL, value.as.rel->id);
    case NAMI_VALUE_PATH:
        return hash_path(value.as.path);
    case NAMI_VALUE_TYPE_COUNT:
        break;
    }
    return hash_word(SEED_OTHER, value.type);
}

uint64_t nami_value_hash(struct nami_value value)
{
    struct nami_walk walk = {.steps_left = NAMI_HASH_STEPS_MAX};

    return hash_value(value, &walk);
}
