/*
 * core/graph/frame_writer.h -- numbers and values into a bounded buffer; the first error sticks.
 */
#ifndef NAMI_CORE_GRAPH_FRAME_WRITER_H
#define NAMI_CORE_GRAPH_FRAME_WRITER_H

#include "core/base/buf.h"
#include "core/value/property.h"

struct nami_frame_writer {
    struct nami_buf *out;
    int32_t status; /* OK, NOMEM, TOO_LARGE (the buffer's ceiling) */
};

void nami_frame__u8(struct nami_frame_writer *writer, uint8_t value);
void nami_frame__number(struct nami_frame_writer *writer, uint64_t value);
void nami_frame__step(struct nami_frame_writer *writer, uint64_t from, uint64_t to);
void nami_frame__text(struct nami_frame_writer *writer, struct nami_slice text);
void nami_frame__value(struct nami_frame_writer *writer, struct nami_value value);
/* Cell `column` of each row; rows[i] are the properties of row i. */
void nami_frame__column(struct nami_frame_writer *writer, const struct nami_property *const *rows,
                        uint32_t row_count, uint32_t column);

#endif /* NAMI_CORE_GRAPH_FRAME_WRITER_H */
