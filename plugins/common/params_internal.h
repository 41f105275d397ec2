/*
 * plugins/common/params_internal.h -- what params_builder.c grows and params_finish.c reads.
 *
 * A column keeps a tag per row and one dense store per type that occurred in it; nulls
 * are in the tags alone. Most columns have one store, and become that store's column.
 */
#ifndef NAMI_PLUGINS_COMMON_PARAMS_INTERNAL_H
#define NAMI_PLUGINS_COMMON_PARAMS_INTERNAL_H

#include <string.h>

#include "plugins/common/params_builder.h"

/* A row's tag. */
enum nami_params_tag {
    TAG_NULL,
    TAG_BOOL,
    TAG_INT,
    TAG_FLOAT,
    TAG_STRING,
    TAG_BYTES,
    TAG_LIST,
    TAG_MAP,
    TAG_COUNT
};

/* The values of one type in a column, without nulls. */
struct nami_params_store {
    struct nami_bump_vec values;  /* uint8_t, int64_t, double, heap; MAP: uint32_t key per entry */
    struct nami_bump_vec offsets; /* uint32_t, count + 1: STRING, BYTES, LIST, MAP */
    size_t count;
    struct nami_params_column *child; /* LIST: elements; MAP: values */
    struct nami_params_keys *keys;    /* MAP */
};

struct nami_params_column {
    struct nami_bump_vec tags; /* uint8_t per row */
    struct nami_params_store *stores[TAG_COUNT];
};

/* Append a number to a vector of them. false: see bump.refusal. */
static inline bool nami_params__push_u32(struct nami_bump *bump, struct nami_bump_vec *vec,
                                         uint32_t value)
{
    uint8_t *at = nami_bump_reserve(bump, vec, sizeof(value));

    if (at != NULL) {
        (void)memcpy(at, &value, sizeof(value));
        vec->len += sizeof(value);
    }
    return at != NULL;
}

/* The numbers of such a vector. */
static inline const uint32_t *nami_params__u32(const struct nami_bump_vec *vec)
{
    return (const uint32_t *)(const void *)vec->ptr;
}

/* Text of key `index`. */
struct nami_slice nami_params__key(const struct nami_params_keys *keys, uint32_t index);
/* Index of a key, made if it is new; NAMI_E_*: no room. */
NAMI_CHECKED int32_t nami_params__intern(struct nami_params *params, struct nami_params_keys *keys,
                                         struct nami_slice key, uint32_t *out);
/* The error behind a NULL from the bump. */
NAMI_CHECKED int32_t nami_params__refused(const struct nami_params *params, struct nami_error *err);

#endif /* NAMI_PLUGINS_COMMON_PARAMS_INTERNAL_H */
