/*
 * plugins/common/json_rows.h -- cells of a batch as JSON, read in place.
 *
 * | value        | JSON                                                               |
 * |--------------|--------------------------------------------------------------------|
 * | null         | null                                                               |
 * | Integer      | a number without point or exponent                                 |
 * | Float        | a number with point or exponent; NaN and infinities are null       |
 * | Bytes        | base64 with padding                                                |
 * | Vector       | array of numbers                                                   |
 * | Map          | object, keys as they come                                          |
 * | Node         | {"_kind":"node","id","label","labels","properties"}                |
 * | Relationship | {"_kind":"rel","id","edge_type","src","dst","properties"}          |
 * | Path         | flat array: node, relationship, node, ...                          |
 *
 * Thread: one at a time.
 */
#ifndef NAMI_PLUGINS_COMMON_JSON_ROWS_H
#define NAMI_PLUGINS_COMMON_JSON_ROWS_H

#include <namidb/batch_util.h>

#include "core/base/json_write.h"

enum { NAMI_JSON_ROWS_DEPTH_MAX = 256 };

/* One value. Fails: UNSUPPORTED (a type that has no JSON form, too deep), NOMEM (writer). */
NAMI_CHECKED int32_t nami_json_cell(struct nami_json_writer *writer, struct nami_cell cell,
                                    struct nami_error *err);
/* One row as an object, keyed by column name in order. Fails: the same. */
NAMI_CHECKED int32_t nami_json_row(struct nami_json_writer *writer,
                                   const struct nami_fields *fields, const struct nami_batch *batch,
                                   size_t row, struct nami_error *err);
/* The fields' names as an array. */
void nami_json_columns(struct nami_json_writer *writer, const struct nami_fields *fields);

#endif /* NAMI_PLUGINS_COMMON_JSON_ROWS_H */
