#include "core/exec/row_buffer.h"

#include <string.h>

enum { FIRST_ROWS = 32, FIRST_CHUNKS = 8 };

void nami_row_buffer_init(struct nami_row_buffer *buffer, struct nami_arena *arena,
                          uint32_t column_count)
{
    *buffer = (struct nami_row_buffer){.arena = arena, .column_count = column_count};
}

void nami_row_buffer_recycle(struct nami_row_buffer *buffer)
{
    buffer->chunk_count = 0;
    buffer->row_count = 0;
}

int32_t nami_value_keep(const struct nami_exec *exec, struct nami_arena *arena,
                        struct nami_value *value)
{
    switch ((enum nami_value_type)value->type) {
    case NAMI_VALUE_REL: /* may point into an operator's own arrays */
    case NAMI_VALUE_PATH:
        return nami_value_copy(arena, *value, value);
    case NAMI_VALUE_STRING:
    case NAMI_VALUE_BYTES:
    case NAMI_VALUE_LIST:
    case NAMI_VALUE_MAP:
        if (value->count > 0 && nami_arena_may_hold(exec->scratch, value->as.bytes)) {
            return nami_value_copy(arena, *value, value);
        }
        break;
    case NAMI_VALUE_NULL:
    case NAMI_VALUE_BOOL:
    case NAMI_VALUE_INT:
    case NAMI_VALUE_FLOAT:
    case NAMI_VALUE_NODE:
    case NAMI_VALUE_TYPE_COUNT:
        break;
    }
    return NAMI_OK;
}

static int32_t widen(struct nami_row_buffer *buffer)
{
    uint32_t wider = buffer->chunk_capacity == 0 ? FIRST_CHUNKS : buffer->chunk_capacity * 2;
    struct nami_row_chunk *chunks =
        nami_arena_calloc(buffer->arena, wider, sizeof(struct nami_row_chunk));

    if (chunks == NULL) {
        return NAMI_E_NOMEM;
    }
    if (buffer->chunk_made > 0) {
        memcpy(chunks, buffer->chunks, buffer->chunk_made * sizeof(*chunks));
    }
    buffer->chunks = chunks;
    buffer->chunk_capacity = wider;
    return NAMI_OK;
}

/* A chunk with room at its end. */
static int32_t open_chunk(struct nami_row_buffer *buffer, struct nami_row_chunk **out)
{
    struct nami_row_chunk *last =
        buffer->chunk_count > 0 ? &buffer->chunks[buffer->chunk_count - 1] : NULL;
    uint32_t capacity = last == NULL ? FIRST_ROWS : last->capacity * 4;

    if (last != NULL && last->count < last->capacity) {
        *out = last;
        return NAMI_OK;
    }
    if (buffer->chunk_count < buffer->chunk_made) {
        *out = &buffer->chunks[buffer->chunk_count++];
        (*out)->count = 0;
        return NAMI_OK;
    }
    if (buffer->chunk_made == buffer->chunk_capacity) {
        int32_t status = widen(buffer);

        if (status != NAMI_OK) {
            return status;
        }
    }
    last = &buffer->chunks[buffer->chunk_made];
    *last = (struct nami_row_chunk){
        .capacity = capacity < NAMI_BATCH_ROWS ? capacity : NAMI_BATCH_ROWS,
        .vectors =
            nami_arena_calloc(buffer->arena, buffer->column_count, sizeof(struct nami_vector)),
    };
    if (last->vectors == NULL) {
        return NAMI_E_NOMEM;
    }
    buffer->chunk_made++;
    buffer->chunk_count++;
    *out = last;
    return NAMI_OK;
}

/* Typed cells without pointers: copied as they are. */
static size_t plain_cell(uint8_t type)
{
    switch ((enum nami_vector_type)type) {
    case NAMI_VECTOR_BOOL:
        return sizeof(uint8_t);
    case NAMI_VECTOR_INT:
    case NAMI_VECTOR_FLOAT:
    case NAMI_VECTOR_NODE:
        return sizeof(uint64_t);
    case NAMI_VECTOR_REL:
        return sizeof(struct nami_rel);
    case NAMI_VECTOR_ANY:
    case NAMI_VECTOR_STRING:
        break;
    }
    return 0;
}

/* Some selected rows of a batch on their way into a chunk. */
struct portion {
    const struct nami_rows *rows;
    uint32_t skip;  /* of the selected rows */
    uint32_t count; /* from there */
    uint32_t first; /* row of the chunk that is filled first */
    bool is_owned;  /* what cells point to stays where it is */
};

static void copy_plain(struct nami_vector *to, const struct nami_vector *from,
                       const struct portion *portion, size_t cell)
{
    uint8_t *out = to->data;
    const uint8_t *in = from->data;

    for (uint32_t i = 0; i < portion->count; i++) {
        uint32_t row = from->is_const ? 0 : nami_rows_at(portion->rows, portion->skip + i);
        uint32_t at = portion->first + i;

        if (!nami_vector_is_null(from, row)) {
            memcpy(out + at * cell, in + row * cell, cell);
            to->valid[at / 64] |= UINT64_C(1) << (at % 64);
        }
    }
}

static int32_t copy_cells(const struct nami_exec *exec, struct nami_row_buffer *buffer,
                          struct nami_vector *to, const struct nami_vector *from,
                          const struct portion *portion)
{
    size_t cell = plain_cell(from->type);
    int32_t status = NAMI_OK;

    if (portion->first == 0) { /* a chunk begins: it takes on the type */
        status = nami_vector_reset(to, buffer->arena, from->type);
    }
    if (status == NAMI_OK && to->type == from->type && cell != 0) {
        copy_plain(to, from, portion, cell);
        return NAMI_OK;
    }
    for (uint32_t i = 0; i < portion->count && status == NAMI_OK; i++) {
        struct nami_value value =
            nami_vector_get(from, nami_rows_at(portion->rows, portion->skip + i));

        if (!portion->is_owned) {
            status = nami_value_keep(exec, buffer->arena, &value);
        }
        if (status == NAMI_OK) {
            status = nami_vector_set(to, buffer->arena, portion->first + i, value);
        }
    }
    return status;
}

static int32_t append(struct nami_exec *exec, struct nami_row_buffer *buffer,
                      const struct nami_rows *rows, const struct nami_vector *const *sources,
                      bool is_owned)
{
    struct portion portion = {.rows = rows, .is_owned = is_owned};
    int32_t status = NAMI_OK;

    for (; status == NAMI_OK && portion.skip < rows->count; portion.skip += portion.count) {
        struct nami_row_chunk *chunk = NULL;

        status = open_chunk(buffer, &chunk);
        if (status != NAMI_OK) {
            break;
        }
        portion.first = chunk->count;
        portion.count = rows->count - portion.skip;
        if (portion.count > chunk->capacity - chunk->count) {
            portion.count = chunk->capacity - chunk->count;
        }
        for (uint32_t c = 0; c < buffer->column_count && status == NAMI_OK; c++) {
            if (chunk->vectors[c].data == NULL) {
                status = nami_vector_init(&chunk->vectors[c], buffer->arena, sources[c]->type,
                                          chunk->capacity);
            }
            if (status == NAMI_OK) {
                status = copy_cells(exec, buffer, &chunk->vectors[c], sources[c], &portion);
            }
        }
        chunk->count += portion.count;
        buffer->row_count += portion.count;
    }
    return status == NAMI_OK ? NAMI_OK : nami_exec_nomem(exec);
}

int32_t nami_row_buffer_append(struct nami_exec *exec, struct nami_row_buffer *buffer,
                               const struct nami_rows *rows,
                               const struct nami_vector *const *sources)
{
    return append(exec, buffer, rows, sources, false);
}

int32_t nami_row_buffer_append_owned(struct nami_exec *exec, struct nami_row_buffer *buffer,
                                     const struct nami_rows *rows,
                                     const struct nami_vector *const *sources)
{
    return append(exec, buffer, rows, sources, true);
}
