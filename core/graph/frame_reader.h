/*
 * core/graph/frame_reader.h -- bytes of a frame, every length checked; the first error sticks,
 * and after it every number reads as 0.
 */
#ifndef NAMI_CORE_GRAPH_FRAME_READER_H
#define NAMI_CORE_GRAPH_FRAME_READER_H

#include <stdbool.h>

#include "core/base/arena.h"
#include "core/value/property.h"

struct nami_frame_reader {
    struct nami_slice bytes;
    size_t at;
    int32_t status;
    const char *problem; /* a few static words */
    size_t problem_at;
};

/* Cells of one key. */
struct nami_frame_cells {
    struct nami_frame_reader reader;
    uint32_t key;
    uint8_t type; /* enum nami_frame_column */
};

static inline size_t nami_frame__left(const struct nami_frame_reader *reader)
{
    return reader->bytes.len - reader->at;
}
/* Note a problem and stand still. */
void nami_frame__fail(struct nami_frame_reader *reader, int32_t status, const char *problem);
uint8_t nami_frame__read_u8(struct nami_frame_reader *reader);
uint64_t nami_frame__read_number(struct nami_frame_reader *reader);
/* A number of things that take at least a byte each. */
uint64_t nami_frame__read_count(struct nami_frame_reader *reader);
/* `from` plus a zigzag step, modulo 2^64. */
uint64_t nami_frame__read_step(struct nami_frame_reader *reader, uint64_t from);
/* Valid UTF-8, borrowed. */
struct nami_slice nami_frame__read_text(struct nami_frame_reader *reader);
/* One that may be stored; what it needs beyond the bytes is made in `arena`. */
struct nami_value nami_frame__read_value(struct nami_frame_reader *reader,
                                         struct nami_arena *arena);
/* A reader of the next `count` numbers; `reader` goes on after them. */
struct nami_frame_reader nami_frame__read_numbers(struct nami_frame_reader *reader, uint64_t count);
void nami_frame__read_cells(struct nami_frame_reader *reader, struct nami_frame_cells *out);
struct nami_value nami_frame__read_cell(struct nami_frame_cells *cells, struct nami_arena *arena);

#endif /* NAMI_CORE_GRAPH_FRAME_READER_H */
