/* Rows that an operator makes, and cells that must be entities. */
#include "core/exec/operator.h"

#include <string.h>

enum { FIRST_ROWS = 32, GROWTH = 8 };

int32_t nami_frame_init(struct nami_exec *exec, struct nami_frame *frame, uint32_t width,
                        struct nami_plan_columns keep)
{
    *frame = (struct nami_frame){.keep = keep, .capacity = FIRST_ROWS};
    frame->rows.column_count = width;
    frame->rows.columns = nami_exec_alloc(exec, width, sizeof(struct nami_vector));
    frame->own = nami_exec_alloc(exec, width, sizeof(struct nami_vector));
    return frame->rows.columns != NULL && frame->own != NULL ? NAMI_OK : nami_exec_nomem(exec);
}

void nami_frame_begin(struct nami_frame *frame)
{
    if (frame->rows.size >= frame->capacity && frame->capacity < NAMI_BATCH_ROWS) {
        frame->capacity *= GROWTH;
        frame->capacity =
            frame->capacity < NAMI_BATCH_ROWS ? frame->capacity : (uint32_t)NAMI_BATCH_ROWS;
    }
    frame->rows.count = 0;
    frame->rows.size = 0;
    frame->rows.selection = NULL;
}

/* Room for a batch, of whatever type. */
static int32_t make_room(struct nami_exec *exec, struct nami_frame *frame, uint32_t column,
                         uint8_t type)
{
    if (frame->own[column].capacity >= frame->capacity) {
        return NAMI_OK;
    }
    return nami_vector_init(&frame->own[column], exec->arena, type, frame->capacity);
}

int32_t nami_frame_column(struct nami_exec *exec, struct nami_frame *frame, uint32_t column,
                          uint8_t type, struct nami_vector **out)
{
    int32_t status = make_room(exec, frame, column, type);

    *out = &frame->own[column];
    if (status == NAMI_OK) {
        status = nami_vector_reset(*out, exec->arena, type);
    }
    return status == NAMI_OK ? NAMI_OK : nami_exec_nomem(exec);
}

void nami_frame_show(struct nami_frame *frame, uint32_t column)
{
    frame->rows.columns[column] = frame->own[column];
}

int32_t nami_frame_gather(struct nami_exec *exec, struct nami_frame *frame,
                          const struct nami_rows *in, const uint16_t *at, uint32_t count)
{
    frame->rows.count = count;
    frame->rows.size = count;
    for (uint32_t i = 0; i < frame->keep.count; i++) {
        uint32_t column = frame->keep.items[i];
        int32_t status = NAMI_OK;

        if (in->columns[column].is_const) {
            frame->rows.columns[column] = in->columns[column];
            continue;
        }
        status = make_room(exec, frame, column, in->columns[column].type);
        if (status == NAMI_OK) {
            status = nami_vector_gather(&frame->own[column], exec->arena, &in->columns[column], at,
                                        count);
        }
        if (status != NAMI_OK) {
            return nami_exec_nomem(exec);
        }
        nami_frame_show(frame, column);
    }
    return NAMI_OK;
}

int32_t nami_cell_node(struct nami_exec *exec, const struct nami_vector *vector, uint32_t row,
                       uint64_t *id, bool *is_there)
{
    struct nami_value value = nami_vector_get(vector, row);

    *id = value.as.node;
    *is_there = value.type == NAMI_VALUE_NODE;
    if (*is_there || value.type == NAMI_VALUE_NULL) {
        return NAMI_OK;
    }
    return nami_diagnose(exec->diag, NAMI_COND_TYPE_ERROR, NULL, "expected a node, found %s",
                         nami_value_type_name(value.type));
}

int32_t nami_cell_rel(struct nami_exec *exec, const struct nami_vector *vector, uint32_t row,
                      struct nami_rel *rel, bool *is_there)
{
    struct nami_value value = nami_vector_get(vector, row);

    *is_there = value.type == NAMI_VALUE_REL;
    if (*is_there) {
        *rel = *value.as.rel;
    }
    if (*is_there || value.type == NAMI_VALUE_NULL) {
        return NAMI_OK;
    }
    return nami_diagnose(exec->diag, NAMI_COND_TYPE_ERROR, NULL,
                         "expected a relationship, found %s", nami_value_type_name(value.type));
}
