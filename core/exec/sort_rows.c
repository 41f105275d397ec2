/*
 * Merge sort, bottom up. Most comparisons end at a 64-bit prefix of the first key: the rank of
 * its type and its leading bits.
 */
#include "core/exec/sort_rows.h"

#include <math.h>
#include <string.h>

enum {
    RANK_SHIFT = 60,
    STRING_BYTES = 7,
    RANK_LIKE_NUMBER = 13,
    RANK_NULL = 15,
    TICK_ROWS = 16384
};

/* Order of the types, as in nami_value_compare(); those without leading bits are a rank only. */
static uint64_t rank_of(uint8_t type)
{
    switch ((enum nami_value_type)type) {
    case NAMI_VALUE_MAP:
        return 1;
    case NAMI_VALUE_NODE:
        return 2;
    case NAMI_VALUE_REL:
        return 3;
    case NAMI_VALUE_LIST:
        return 4;
    case NAMI_VALUE_PATH:
        return 5;
    case NAMI_VALUE_STRING:
        return 11;
    case NAMI_VALUE_BOOL:
        return 12;
    case NAMI_VALUE_INT:
    case NAMI_VALUE_FLOAT:
        return RANK_LIKE_NUMBER;
    case NAMI_VALUE_NULL:
    case NAMI_VALUE_BYTES:
    case NAMI_VALUE_TYPE_COUNT:
        break;
    }
    return RANK_NULL;
}

static uint64_t number_bits(double real)
{
    uint64_t bits = 0;

    if (isnan(real)) {
        return UINT64_MAX; /* the last of the numbers */
    }
    real = real == 0.0 ? 0.0 : real; /* -0.0 equals it */
    memcpy(&bits, &real, sizeof(bits));
    return (bits >> 63) != 0 ? ~bits : bits | (UINT64_C(1) << 63);
}

static uint64_t leading_bits(struct nami_value value)
{
    uint64_t bits = 0;

    if (value.type == NAMI_VALUE_INT) {
        bits = number_bits((double)value.as.integer) >> 4;
    } else if (value.type == NAMI_VALUE_FLOAT) {
        bits = number_bits(value.as.real) >> 4;
    } else if (value.type == NAMI_VALUE_BOOL) {
        bits = value.as.boolean ? 1 : 0;
    } else if (value.type == NAMI_VALUE_STRING) {
        for (uint32_t i = 0; i < STRING_BYTES; i++) {
            bits = bits << 8 | (i < value.count ? value.as.bytes[i] : 0);
        }
    }
    return bits;
}

static uint64_t prefix_of(struct nami_value value, bool is_descending)
{
    uint64_t prefix = rank_of(value.type) << RANK_SHIFT | leading_bits(value);

    if (value.type == NAMI_VALUE_BYTES) { /* where they order is the value kernel's to say */
        prefix = 0;
    }
    return is_descending ? ~prefix : prefix;
}

struct sorter {
    struct nami_exec *exec;
    const struct nami_row_buffer *buffer;
    const struct nami_sort_spec *spec;
};

/* Does b come before a? Equal rows do not. */
static bool is_before(const struct sorter *sorter, const struct nami_sort_ref *b,
                      const struct nami_sort_ref *a)
{
    const struct nami_row_chunk *chunks = sorter->buffer->chunks;

    if (b->prefix != a->prefix) {
        return b->prefix < a->prefix;
    }
    for (uint32_t i = 0; i < sorter->spec->key_count; i++) {
        uint32_t key = sorter->spec->first_key + i;
        int order = nami_value_compare(nami_vector_get(&chunks[b->chunk].vectors[key], b->row),
                                       nami_vector_get(&chunks[a->chunk].vectors[key], a->row));

        if (order != 0) {
            return sorter->spec->is_descending[i] ? order > 0 : order < 0;
        }
    }
    return false;
}

/* Two sorted runs [0, middle) and [middle, end) of `from` into `to`. */
static int32_t merge(const struct sorter *sorter, const struct nami_sort_ref *from, uint64_t middle,
                     uint64_t end, struct nami_sort_ref *to)
{
    uint64_t a = 0;
    uint64_t b = middle;

    for (uint64_t i = 0; i < end; i++) {
        if (i % TICK_ROWS == 0) {
            int32_t status = nami_exec_tick(sorter->exec, TICK_ROWS);

            if (status != NAMI_OK) {
                return status;
            }
        }
        if (b >= end || (a < middle && !is_before(sorter, &from[b], &from[a]))) {
            to[i] = from[a++];
        } else {
            to[i] = from[b++];
        }
    }
    return NAMI_OK;
}

/* One level: runs of `width` become runs of twice that. */
static int32_t merge_level(const struct sorter *sorter, const struct nami_sort_ref *from,
                           struct nami_sort_ref *to, uint64_t width)
{
    uint64_t rows = sorter->buffer->row_count;
    int32_t status = NAMI_OK;

    for (uint64_t at = 0; at < rows && status == NAMI_OK; at += width * 2) {
        uint64_t left = rows - at;
        uint64_t end = left < width * 2 ? left : width * 2;

        status = merge(sorter, from + at, left < width ? left : width, end, to + at);
    }
    return status;
}

static void fill_refs(const struct sorter *sorter, struct nami_sort_ref *refs)
{
    const struct nami_row_buffer *buffer = sorter->buffer;
    uint64_t at = 0;

    for (uint32_t c = 0; c < buffer->chunk_count; c++) {
        const struct nami_row_chunk *chunk = &buffer->chunks[c];

        for (uint32_t row = 0; row < chunk->count; row++) {
            refs[at] = (struct nami_sort_ref){.chunk = c, .row = row};
            if (sorter->spec->key_count > 0) {
                refs[at].prefix =
                    prefix_of(nami_vector_get(&chunk->vectors[sorter->spec->first_key], row),
                              sorter->spec->is_descending[0]);
            }
            at++;
        }
    }
}

int32_t nami_sort_rows(struct nami_exec *exec, const struct nami_row_buffer *buffer,
                       const struct nami_sort_spec *spec, struct nami_sort_ref **out)
{
    struct sorter sorter = {.exec = exec, .buffer = buffer, .spec = spec};
    size_t bytes = buffer->row_count * sizeof(struct nami_sort_ref);
    struct nami_sort_ref *refs = nami_arena_alloc(exec->scratch, bytes);
    struct nami_sort_ref *other = nami_arena_alloc(exec->scratch, bytes);
    int32_t status = NAMI_OK;

    *out = NULL;
    if (refs == NULL || other == NULL) {
        return nami_exec_nomem(exec);
    }
    fill_refs(&sorter, refs);
    for (uint64_t width = 1; width < buffer->row_count && status == NAMI_OK; width *= 2) {
        struct nami_sort_ref *swapped = refs;

        status = merge_level(&sorter, refs, other, width);
        refs = other;
        other = swapped;
    }
    *out = refs;
    return status;
}
