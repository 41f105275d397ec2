/*
 * plugins/common/params_builder.h -- parameters, value by value, to a batch of one row.
 *
 * What:   a caller that walks JSON or PackStream tells what it meets; finish() gives the
 *         batch that nami_query wants. Values at the same place of the same shape share a
 *         column: a list of 10,000 maps becomes one LIST of MAP whose keys are INDEXED
 *         over each distinct key once, and only what differs in type becomes ANY.
 * Bounds: bytes in all, depth, and no key twice in a map.
 * Cost:   linear; a map with the keys of the one before it looks nothing up.
 *
 *   begin(name) value ...                value = null | bool | ... | list_begin value* list_end
 *   finish()                                   | map_begin (map_key value)* map_end
 *
 * Calls out of that order are the caller's bug: INVALID, or they assert. After a failure: reset.
 * Thread: one at a time.
 */
#ifndef NAMI_PLUGINS_COMMON_PARAMS_BUILDER_H
#define NAMI_PLUGINS_COMMON_PARAMS_BUILDER_H

#include <stdbool.h>

#include <namidb/batch.h>

#include "plugins/common/bump.h"

enum { NAMI_PARAMS_DEPTH_MAX = 128 };

struct nami_params_column;
struct nami_params_store;

/* Distinct keys: of a map's place, or the parameters' names. */
struct nami_params_keys {
    struct nami_bump_vec heap;
    struct nami_bump_vec offsets; /* uint32_t: where each begins, and where the last ends */
    struct nami_bump_vec stamps;  /* uint32_t: the last map that had it, from 1 */
    uint32_t *slots;              /* index + 1 by hash, or 0 */
    uint32_t slot_count;          /* a power of two, or 0 */
    uint32_t count;
};

/* A list or map that is open. */
struct nami_params_level {
    struct nami_params_store *store;
    uint32_t entry; /* keys met in this map */
    bool is_map;
};

struct nami_params {
    struct nami_bump bump;
    uint64_t seed; /* of hashes: names are a stranger's */
    struct nami_params_keys names;
    struct nami_bump_vec columns;       /* struct nami_params_column *, one per name */
    struct nami_params_column *current; /* where the next value goes */
    struct nami_bump_vec levels;        /* struct nami_params_level, the open ones */
};

/* No allocation yet; `bytes_max` bounds what it ever holds. */
void nami_params_init(struct nami_params *params, const struct nami_host *host, size_t bytes_max);
void nami_params_release(struct nami_params *params);
/* Empty again; what finish() gave is gone. */
void nami_params_reset(struct nami_params *params);

/*
 * Each fails: INVALID (a name or key twice, too deep), TOO_LARGE (past the bound), NOMEM.
 * Text is copied and must be valid UTF-8.
 */
NAMI_CHECKED int32_t nami_params_begin(struct nami_params *params, struct nami_slice name,
                                       struct nami_error *err);
NAMI_CHECKED int32_t nami_params_null(struct nami_params *params, struct nami_error *err);
NAMI_CHECKED int32_t nami_params_bool(struct nami_params *params, bool value,
                                      struct nami_error *err);
NAMI_CHECKED int32_t nami_params_int(struct nami_params *params, int64_t value,
                                     struct nami_error *err);
NAMI_CHECKED int32_t nami_params_float(struct nami_params *params, double value,
                                       struct nami_error *err);
NAMI_CHECKED int32_t nami_params_string(struct nami_params *params, struct nami_slice value,
                                        struct nami_error *err);
NAMI_CHECKED int32_t nami_params_bytes(struct nami_params *params, struct nami_slice value,
                                       struct nami_error *err);
NAMI_CHECKED int32_t nami_params_list_begin(struct nami_params *params, struct nami_error *err);
NAMI_CHECKED int32_t nami_params_list_end(struct nami_params *params, struct nami_error *err);
NAMI_CHECKED int32_t nami_params_map_begin(struct nami_params *params, struct nami_error *err);
NAMI_CHECKED int32_t nami_params_map_key(struct nami_params *params, struct nami_slice key,
                                         struct nami_error *err);
NAMI_CHECKED int32_t nami_params_map_end(struct nami_params *params, struct nami_error *err);

/* Both borrow until reset() or release(). No parameters: no columns. */
NAMI_CHECKED int32_t nami_params_finish(struct nami_params *params, struct nami_fields *names,
                                        struct nami_batch *batch, struct nami_error *err);

#endif /* NAMI_PLUGINS_COMMON_PARAMS_BUILDER_H */
