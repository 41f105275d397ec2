#include "plugins/common/params_builder.h"

#include <assert.h>
#include <string.h>

#include <namidb/plugin_util.h>

#include "plugins/common/params_internal.h"

enum { SHOWN_KEY_BYTES = 100 }; /* of a key in a message */

void nami_params_init(struct nami_params *params, const struct nami_host *host, size_t bytes_max)
{
    *params = (struct nami_params){.current = NULL};
    nami_bump_init(&params->bump, host, bytes_max);
    if (host->random_fill(host, (uint8_t *)&params->seed, sizeof(params->seed)) != NAMI_OK) {
        params->seed = host->mono_ns(host); /* less to guess from, and still not a constant */
    }
}

void nami_params_release(struct nami_params *params)
{
    nami_bump_release(&params->bump);
    nami_params_reset(params);
}

void nami_params_reset(struct nami_params *params)
{
    nami_bump_reset(&params->bump);
    params->names = (struct nami_params_keys){0};
    params->columns = (struct nami_bump_vec){0};
    params->current = NULL;
    params->levels = (struct nami_bump_vec){0};
}

int32_t nami_params__refused(const struct nami_params *params, struct nami_error *err)
{
    return params->bump.refusal == NAMI_E_NOMEM
               ? NAMI_FAIL(err, NAMI_E_NOMEM, "no memory for parameters")
               : NAMI_FAIL(err, NAMI_E_TOO_LARGE, "parameters take more than %zu MiB of memory",
                           params->bump.bytes_max >> 20);
}

static int32_t is_twice(const char *what, struct nami_slice name, struct nami_error *err)
{
    return NAMI_FAIL(err, NAMI_E_INVALID, "%s \"%.*s\" is given twice", what,
                     (int)(name.len < SHOWN_KEY_BYTES ? name.len : SHOWN_KEY_BYTES),
                     name.len > 0 ? (const char *)name.ptr : "");
}

static struct nami_params_column *new_column(struct nami_params *params)
{
    return nami_bump_calloc(&params->bump, 1, sizeof(struct nami_params_column));
}

int32_t nami_params_begin(struct nami_params *params, struct nami_slice name,
                          struct nami_error *err)
{
    uint32_t before = params->names.count;
    uint32_t index = 0;
    int32_t status = nami_params__intern(params, &params->names, name, &index);
    struct nami_params_column *column = NULL;
    uint8_t *slot = NULL;

    assert(params->levels.len == 0);
    if (status != NAMI_OK) {
        params->bump.refusal = status;
        return nami_params__refused(params, err);
    }
    if (index < before) {
        return is_twice("parameter", name, err);
    }
    column = new_column(params);
    slot = nami_bump_reserve(&params->bump, &params->columns, sizeof(struct nami_params_column *));
    if (column == NULL || slot == NULL) {
        return nami_params__refused(params, err);
    }
    memcpy(slot, &column, sizeof(column));
    params->columns.len += sizeof(column);
    params->current = column;
    return NAMI_OK;
}

/* One more row of type `tag` in the current column; its store, or NULL. */
static struct nami_params_store *add_row(struct nami_params *params, enum nami_params_tag tag)
{
    struct nami_params_column *column = params->current;
    struct nami_params_store *store = NULL;
    uint8_t *row = NULL;

    assert(column != NULL);
    store = column->stores[tag];
    row = nami_bump_reserve(&params->bump, &column->tags, 1);
    if (store == NULL) {
        store = nami_bump_calloc(&params->bump, 1, sizeof(*store));
        if (store != NULL && tag >= TAG_STRING &&
            !nami_params__push_u32(&params->bump, &store->offsets, 0)) {
            return NULL;
        }
    }
    if (row == NULL || store == NULL) {
        return NULL;
    }
    column->stores[tag] = store;
    *row = (uint8_t)tag;
    column->tags.len++;
    store->count++;
    return store;
}

static int32_t add_fixed(struct nami_params *params, enum nami_params_tag tag, const void *value,
                         size_t bytes, struct nami_error *err)
{
    struct nami_params_store *store = add_row(params, tag);
    uint8_t *at = store != NULL ? nami_bump_reserve(&params->bump, &store->values, bytes) : NULL;

    if (at == NULL) {
        return nami_params__refused(params, err);
    }
    memcpy(at, value, bytes);
    store->values.len += bytes;
    return NAMI_OK;
}

/* The newest row of `store` ends at `end` of what it holds. */
static int32_t add_end(struct nami_params *params, struct nami_params_store *store, size_t end,
                       struct nami_error *err)
{
    if (end > UINT32_MAX) {
        params->bump.refusal = NAMI_E_TOO_LARGE;
        return nami_params__refused(params, err);
    }
    return nami_params__push_u32(&params->bump, &store->offsets, (uint32_t)end)
               ? NAMI_OK
               : nami_params__refused(params, err);
}

static int32_t add_text(struct nami_params *params, enum nami_params_tag tag,
                        struct nami_slice value, struct nami_error *err)
{
    struct nami_params_store *store = add_row(params, tag);
    uint8_t *at = NULL;

    if (store == NULL) {
        return nami_params__refused(params, err);
    }
    at = nami_bump_reserve(&params->bump, &store->values, value.len + 1); /* a heap is never NULL */
    if (at == NULL) {
        return nami_params__refused(params, err);
    }
    if (value.len > 0) {
        memcpy(at, value.ptr, value.len);
        store->values.len += value.len;
    }
    return add_end(params, store, store->values.len, err);
}

int32_t nami_params_null(struct nami_params *params, struct nami_error *err)
{
    uint8_t *row = NULL;

    assert(params->current != NULL);
    row = nami_bump_reserve(&params->bump, &params->current->tags, 1);
    if (row == NULL) {
        return nami_params__refused(params, err);
    }
    *row = TAG_NULL;
    params->current->tags.len++;
    return NAMI_OK;
}

int32_t nami_params_bool(struct nami_params *params, bool value, struct nami_error *err)
{
    uint8_t byte = value ? 1 : 0;

    return add_fixed(params, TAG_BOOL, &byte, sizeof(byte), err);
}

int32_t nami_params_int(struct nami_params *params, int64_t value, struct nami_error *err)
{
    return add_fixed(params, TAG_INT, &value, sizeof(value), err);
}

int32_t nami_params_float(struct nami_params *params, double value, struct nami_error *err)
{
    return add_fixed(params, TAG_FLOAT, &value, sizeof(value), err);
}

int32_t nami_params_string(struct nami_params *params, struct nami_slice value,
                           struct nami_error *err)
{
    return add_text(params, TAG_STRING, value, err);
}

int32_t nami_params_bytes(struct nami_params *params, struct nami_slice value,
                          struct nami_error *err)
{
    return add_text(params, TAG_BYTES, value, err);
}

/* The innermost list or map that is open; NULL: none is. */
static struct nami_params_level *top_level(const struct nami_params *params)
{
    size_t len = params->levels.len;

    return len == 0 ? NULL
                    : (struct nami_params_level *)(void *)(params->levels.ptr + len -
                                                           sizeof(struct nami_params_level));
}

/* Values go into the store's child until close_level(). */
static int32_t open_level(struct nami_params *params, enum nami_params_tag tag,
                          struct nami_error *err)
{
    struct nami_params_level level = {.is_map = tag == TAG_MAP};
    uint8_t *at = NULL;

    if (params->levels.len == NAMI_PARAMS_DEPTH_MAX * sizeof(level)) {
        return NAMI_FAIL(err, NAMI_E_INVALID, "parameters are nested deeper than %d",
                         NAMI_PARAMS_DEPTH_MAX);
    }
    at = nami_bump_reserve(&params->bump, &params->levels, sizeof(level));
    level.store = at != NULL ? add_row(params, tag) : NULL;
    if (level.store != NULL && level.store->child == NULL) {
        level.store->child = new_column(params);
        if (tag == TAG_MAP) {
            level.store->keys = nami_bump_calloc(&params->bump, 1, sizeof(*level.store->keys));
        }
    }
    if (level.store == NULL || level.store->child == NULL ||
        (tag == TAG_MAP && level.store->keys == NULL)) {
        return nami_params__refused(params, err);
    }
    memcpy(at, &level, sizeof(level));
    params->levels.len += sizeof(level);
    params->current = level.store->child;
    return NAMI_OK;
}

static int32_t close_level(struct nami_params *params, struct nami_error *err)
{
    struct nami_params_store *store = NULL;
    struct nami_params_level *level = top_level(params);

    if (level == NULL) {
        return NAMI_FAIL(err, NAMI_E_INVALID, "no list or map is open");
    }
    store = level->store;
    params->levels.len -= sizeof(*level);
    level = top_level(params);
    params->current = level != NULL ? level->store->child : NULL;
    return add_end(params, store, store->child->tags.len, err);
}

int32_t nami_params_list_begin(struct nami_params *params, struct nami_error *err)
{
    return open_level(params, TAG_LIST, err);
}

int32_t nami_params_list_end(struct nami_params *params, struct nami_error *err)
{
    return close_level(params, err);
}

int32_t nami_params_map_begin(struct nami_params *params, struct nami_error *err)
{
    return open_level(params, TAG_MAP, err);
}

int32_t nami_params_map_end(struct nami_params *params, struct nami_error *err)
{
    return close_level(params, err);
}

/* Maps of one place mostly have the same keys in the same order: try the one before. */
static bool guess(const struct nami_params_store *store, uint32_t entry, struct nami_slice key,
                  uint32_t *out)
{
    const uint32_t *offsets = nami_params__u32(&store->offsets);
    size_t done = store->count - 1; /* maps before this one */

    if (done == 0 || entry >= offsets[done] - offsets[done - 1]) {
        return false;
    }
    *out = nami_params__u32(&store->values)[offsets[done - 1] + entry];
    return nami_slice_equal(nami_params__key(store->keys, *out), key);
}

int32_t nami_params_map_key(struct nami_params *params, struct nami_slice key,
                            struct nami_error *err)
{
    struct nami_params_level *level = top_level(params);
    struct nami_params_store *store = NULL;
    uint32_t *stamp = NULL;
    uint32_t id = 0;
    int32_t status = NAMI_OK;

    if (level == NULL || !level->is_map) {
        return NAMI_FAIL(err, NAMI_E_INVALID, "a key outside of a map");
    }
    store = level->store;
    if (!guess(store, level->entry, key, &id)) {
        status = nami_params__intern(params, store->keys, key, &id);
        if (status != NAMI_OK) {
            params->bump.refusal = status;
            return nami_params__refused(params, err);
        }
    }
    stamp = (uint32_t *)(void *)store->keys->stamps.ptr + id;
    if (*stamp == (uint32_t)store->count) {
        return is_twice("key", key, err);
    }
    *stamp = (uint32_t)store->count;
    if (!nami_params__push_u32(&params->bump, &store->values, id)) {
        return nami_params__refused(params, err);
    }
    level->entry++;
    return NAMI_OK;
}
