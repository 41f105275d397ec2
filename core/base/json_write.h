/*
 * core/base/json_write.h -- JSON text, appended to a bounded buffer.
 *
 * Commas and colons are put by the writer. An error (buffer full) sticks, so a
 * caller checks once, at the end.
 */
#ifndef NAMI_CORE_BASE_JSON_WRITE_H
#define NAMI_CORE_BASE_JSON_WRITE_H

#include <stdbool.h>

#include "core/base/buf.h"

struct nami_json_writer {
    struct nami_buf *out;
    int32_t status;   /* NAMI_OK or NAMI_E_NOMEM, sticky */
    bool needs_comma; /* private */
};

void nami_json_writer_init(struct nami_json_writer *writer, struct nami_buf *out);
void nami_json_object_begin(struct nami_json_writer *writer);
void nami_json_object_end(struct nami_json_writer *writer);
void nami_json_array_begin(struct nami_json_writer *writer);
void nami_json_array_end(struct nami_json_writer *writer);
void nami_json_key(struct nami_json_writer *writer, struct nami_slice name);
void nami_json_key_text(struct nami_json_writer *writer, const char *name);
void nami_json_null(struct nami_json_writer *writer);
void nami_json_bool(struct nami_json_writer *writer, bool value);
void nami_json_int(struct nami_json_writer *writer, int64_t value);
void nami_json_uint(struct nami_json_writer *writer, uint64_t value);
/* Shortest text that reads back, always with point or exponent; NaN and infinities: null. */
void nami_json_float(struct nami_json_writer *writer, double value);
/* Escapes; invalid UTF-8 becomes U+FFFD. */
void nami_json_string(struct nami_json_writer *writer, struct nami_slice value);
void nami_json_text(struct nami_json_writer *writer, const char *value);
/* A value that is JSON already. */
void nami_json_raw(struct nami_json_writer *writer, struct nami_slice json);

#endif /* NAMI_CORE_BASE_JSON_WRITE_H */
