#include <stdlib.h>
#include <string.h>

#include <namidb/plugin_util.h>

#include "core/base/utf8.h"
#include "core/embed/embed.h"

struct namidb_params *namidb_params_create(void)
{
    struct namidb_params *params = calloc(1, sizeof(*params));

    if (params != NULL && nami_chunk_pool_create(0, &params->chunks) != NAMI_OK) {
        free(params);
        params = NULL;
    }
    if (params != NULL) {
        nami_arena_init(&params->arena, params->chunks, NULL);
    }
    return params;
}

void namidb_params_destroy(struct namidb_params *params)
{
    if (params != NULL) {
        nami_arena_release(&params->arena);
        nami_chunk_pool_destroy(params->chunks);
        free(params->names);
        free(params->values);
        free(params);
    }
}

static int32_t grow(struct namidb_params *params)
{
    uint32_t cap = params->cap == 0 ? 8 : params->cap * 2;
    struct nami_field *names = realloc(params->names, cap * sizeof(*names));
    struct nami_value *values = NULL;

    if (names == NULL) {
        return NAMI_E_NOMEM;
    }
    params->names = names;
    values = realloc(params->values, cap * sizeof(*values));
    if (values == NULL) {
        return NAMI_E_NOMEM;
    }
    params->values = values;
    params->cap = cap;
    return NAMI_OK;
}

/* A name that was set before gets the new value. */
static int32_t set(struct namidb_params *params, const char *name, struct nami_value value)
{
    size_t len = strlen(name);
    const uint8_t *copy = NULL;
    uint32_t i = 0;

    while (i < params->count && !nami_slice_equal(params->names[i].name, nami_bytes(name, len))) {
        i++;
    }
    if (i == params->count) {
        if (params->count == params->cap && grow(params) != NAMI_OK) {
            return NAMI_E_NOMEM;
        }
        copy = nami_arena_copy(&params->arena, name, len);
        if (copy == NULL) {
            return NAMI_E_NOMEM;
        }
        params->names[i] = (struct nami_field){.struct_size = sizeof(struct nami_field),
                                               .name = nami_bytes(copy, len)};
        params->count++;
    }
    params->values[i] = value;
    return NAMI_OK;
}

int32_t namidb_params_set_json(struct namidb_params *params, const char *name, const char *json,
                               size_t json_bytes, struct namidb_problem *problem)
{
    const char *what = "";
    struct nami_value value;
    int32_t status = nami_embed__json(nami_bytes(json, json_bytes), &params->arena, &value, &what);

    if (status == NAMI_E_INVALID) {
        return nami_embed__fail(problem, NAMI_COND_INVALID_PARAMETER, "parameter $%s: %s", name,
                                what);
    }
    if (status == NAMI_OK) {
        status = set(params, name, value);
    }
    return status == NAMI_OK ? NAMI_OK
                             : nami_embed__fail(problem, NAMI_COND_OUT_OF_MEMORY,
                                                "no memory for parameter $%s", name);
}

int32_t namidb_params_set_int(struct namidb_params *params, const char *name, int64_t value)
{
    return set(params, name, nami_value_int(value));
}

int32_t namidb_params_set_float(struct namidb_params *params, const char *name, double value)
{
    return set(params, name, nami_value_float(value));
}

int32_t namidb_params_set_string(struct namidb_params *params, const char *name, const char *text,
                                 size_t bytes)
{
    const uint8_t *copy = NULL;

    if (bytes > UINT32_MAX || !nami_utf8_is_valid(nami_bytes(text, bytes))) {
        return NAMI_E_INVALID;
    }
    copy = nami_arena_copy(&params->arena, text, bytes);
    return copy != NULL ? set(params, name, nami_value_string(nami_bytes(copy, bytes)))
                        : NAMI_E_NOMEM;
}
