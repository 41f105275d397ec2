#include "plugins/common/json_rows.h"

#include <namidb/plugin_util.h>

/* Children by place; see the table in namidb/batch.h. */
enum { NODE_ELEMENT_ID = 1, NODE_LABELS = 2, NODE_PROPERTIES = 3 };
enum { REL_ELEMENT_ID = 1, REL_TYPE = 2, REL_START = 4, REL_END = 6, REL_PROPERTIES = 7 };
enum { PATH_NODES = 0, PATH_RELS = 1 };

struct pen {
    struct nami_json_writer *writer;
    struct nami_error *err;
    uint32_t depth;
};

static int32_t put_cell(struct pen *pen, struct nami_cell cell);

static struct nami_cell child_at(struct nami_cell cell, size_t child)
{
    return nami_cell_at(nami_child(cell.column, child), cell.row);
}

static void put_text(struct pen *pen, struct nami_cell cell)
{
    if (cell.column == NULL) {
        nami_json_null(pen->writer);
    } else {
        nami_json_string(pen->writer, nami_cell_bytes(cell));
    }
}

/* RFC 4648 section 4, a line's worth at a time. */
static void put_bytes(struct pen *pen, struct nami_slice bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct nami_buf text;
    int32_t status = NAMI_OK;

    nami_buf_init(&text, bytes.len / 3 * 4 + 8);
    for (size_t i = 0; i < bytes.len && status == NAMI_OK; i += 3) {
        size_t left = bytes.len - i;
        uint32_t group = (uint32_t)bytes.ptr[i] << 16 |
                         (left > 1 ? (uint32_t)bytes.ptr[i + 1] << 8 : 0) |
                         (left > 2 ? bytes.ptr[i + 2] : 0u);
        char quad[4] = {digits[group >> 18], digits[group >> 12 & 63], digits[group >> 6 & 63],
                        digits[group & 63]};

        if (left < 3) {
            quad[3] = '=';
        }
        if (left < 2) {
            quad[2] = '=';
        }
        status = nami_buf_append(&text, nami_bytes(quad, sizeof(quad)));
    }
    nami_json_string(pen->writer, nami_buf_view(&text));
    if (status != NAMI_OK) {
        pen->writer->status = status;
    }
    nami_buf_release(&text);
}

static int32_t put_list(struct pen *pen, struct nami_cell cell)
{
    const struct nami_column *elements = nami_child(cell.column, 0);
    const uint32_t *offsets = cell.column->offsets + cell.row;
    int32_t status = NAMI_OK;

    nami_json_array_begin(pen->writer);
    for (uint32_t i = offsets[0]; i < offsets[1] && status == NAMI_OK; i++) {
        status = put_cell(pen, nami_cell_at(elements, i));
    }
    nami_json_array_end(pen->writer);
    return status;
}

static int32_t put_map(struct pen *pen, struct nami_cell cell)
{
    const struct nami_column *keys = nami_child(cell.column, 0);
    const struct nami_column *values = nami_child(cell.column, 1);
    const uint32_t *offsets = cell.column->offsets + cell.row;
    int32_t status = NAMI_OK;

    nami_json_object_begin(pen->writer);
    for (uint32_t i = offsets[0]; i < offsets[1] && status == NAMI_OK; i++) {
        nami_json_key(pen->writer, nami_cell_bytes(nami_cell_at(keys, i)));
        status = put_cell(pen, nami_cell_at(values, i));
    }
    nami_json_object_end(pen->writer);
    return status;
}

/* A map that is always there in the answer, also where the value is null. */
static int32_t put_properties(struct pen *pen, struct nami_cell map)
{
    nami_json_key_text(pen->writer, "properties");
    if (map.column != NULL) {
        return put_cell(pen, map);
    }
    nami_json_object_begin(pen->writer);
    nami_json_object_end(pen->writer);
    return NAMI_OK;
}

static int32_t put_node(struct pen *pen, struct nami_cell cell)
{
    struct nami_cell labels = child_at(cell, NODE_LABELS);
    const uint32_t *offsets = labels.column != NULL ? labels.column->offsets + labels.row : NULL;
    struct nami_cell first = {NULL, 0};
    int32_t status = NAMI_OK;

    if (offsets != NULL && offsets[1] > offsets[0]) {
        first = nami_cell_at(nami_child(labels.column, 0), offsets[0]);
    }
    nami_json_object_begin(pen->writer);
    nami_json_key_text(pen->writer, "_kind");
    nami_json_text(pen->writer, "node");
    nami_json_key_text(pen->writer, "id");
    put_text(pen, child_at(cell, NODE_ELEMENT_ID));
    nami_json_key_text(pen->writer, "label");
    put_text(pen, first);
    nami_json_key_text(pen->writer, "labels");
    if (labels.column != NULL) {
        status = put_cell(pen, labels);
    } else {
        nami_json_array_begin(pen->writer);
        nami_json_array_end(pen->writer);
    }
    if (status == NAMI_OK) {
        status = put_properties(pen, child_at(cell, NODE_PROPERTIES));
    }
    nami_json_object_end(pen->writer);
    return status;
}

static int32_t put_relationship(struct pen *pen, struct nami_cell cell)
{
    int32_t status = NAMI_OK;

    nami_json_object_begin(pen->writer);
    nami_json_key_text(pen->writer, "_kind");
    nami_json_text(pen->writer, "rel");
    nami_json_key_text(pen->writer, "id");
    put_text(pen, child_at(cell, REL_ELEMENT_ID));
    nami_json_key_text(pen->writer, "edge_type");
    put_text(pen, child_at(cell, REL_TYPE));
    nami_json_key_text(pen->writer, "src");
    put_text(pen, child_at(cell, REL_START));
    nami_json_key_text(pen->writer, "dst");
    put_text(pen, child_at(cell, REL_END));
    status = put_properties(pen, child_at(cell, REL_PROPERTIES));
    nami_json_object_end(pen->writer);
    return status;
}

/* n nodes and n - 1 relationships between them. */
static int32_t put_path(struct pen *pen, struct nami_cell cell)
{
    struct nami_cell nodes = child_at(cell, PATH_NODES);
    struct nami_cell rels = child_at(cell, PATH_RELS);
    const uint32_t *node = nodes.column != NULL ? nodes.column->offsets + nodes.row : NULL;
    const uint32_t *rel = rels.column != NULL ? rels.column->offsets + rels.row : NULL;
    uint32_t rel_count = rel != NULL ? rel[1] - rel[0] : 0;
    int32_t status = NAMI_OK;

    nami_json_array_begin(pen->writer);
    for (uint32_t i = 0; node != NULL && i < node[1] - node[0] && status == NAMI_OK; i++) {
        status = put_cell(pen, nami_cell_at(nami_child(nodes.column, 0), node[0] + i));
        if (i < rel_count && status == NAMI_OK) {
            status = put_cell(pen, nami_cell_at(nami_child(rels.column, 0), rel[0] + i));
        }
    }
    nami_json_array_end(pen->writer);
    return status;
}

static int32_t put_nested(struct pen *pen, struct nami_cell cell)
{
    int32_t status = NAMI_OK;

    if (pen->depth == NAMI_JSON_ROWS_DEPTH_MAX) {
        return NAMI_FAIL(pen->err, NAMI_E_UNSUPPORTED, "a value is nested deeper than %d",
                         NAMI_JSON_ROWS_DEPTH_MAX);
    }
    pen->depth++;
    if (cell.column->type == NAMI_TYPE_MAP) {
        status = put_map(pen, cell);
    } else if (cell.column->type == NAMI_TYPE_NODE) {
        status = put_node(pen, cell);
    } else if (cell.column->type == NAMI_TYPE_RELATIONSHIP) {
        status = put_relationship(pen, cell);
    } else if (cell.column->type == NAMI_TYPE_PATH) {
        status = put_path(pen, cell);
    } else {
        status = put_list(pen, cell);
    }
    pen->depth--;
    return status;
}

static int32_t put_cell(struct pen *pen, struct nami_cell cell)
{
    const void *values = cell.column != NULL ? cell.column->values : NULL;

    switch (cell.column != NULL ? cell.column->type : (uint32_t)NAMI_TYPE_NOTHING) {
    case NAMI_TYPE_NOTHING:
        nami_json_null(pen->writer);
        break;
    case NAMI_TYPE_BOOL:
        nami_json_bool(pen->writer, ((const uint8_t *)values)[cell.row] != 0);
        break;
    case NAMI_TYPE_INT8:
        nami_json_int(pen->writer, ((const int8_t *)values)[cell.row]);
        break;
    case NAMI_TYPE_INT32:
        nami_json_int(pen->writer, ((const int32_t *)values)[cell.row]);
        break;
    case NAMI_TYPE_INT64:
        nami_json_int(pen->writer, ((const int64_t *)values)[cell.row]);
        break;
    case NAMI_TYPE_FLOAT32:
        nami_json_float(pen->writer, (double)((const float *)values)[cell.row]);
        break;
    case NAMI_TYPE_FLOAT64:
        nami_json_float(pen->writer, ((const double *)values)[cell.row]);
        break;
    case NAMI_TYPE_STRING:
        nami_json_string(pen->writer, nami_cell_bytes(cell));
        break;
    case NAMI_TYPE_BYTES:
        put_bytes(pen, nami_cell_bytes(cell));
        break;
    case NAMI_TYPE_LIST:
    case NAMI_TYPE_MAP:
    case NAMI_TYPE_VECTOR:
    case NAMI_TYPE_NODE:
    case NAMI_TYPE_RELATIONSHIP:
    case NAMI_TYPE_PATH:
        return put_nested(pen, cell);
    default:
        return NAMI_FAIL(pen->err, NAMI_E_UNSUPPORTED, "values of type %u have no JSON form yet",
                         (unsigned)cell.column->type);
    }
    return NAMI_OK;
}

static int32_t written(const struct pen *pen, int32_t status)
{
    if (status == NAMI_OK && pen->writer->status != NAMI_OK) {
        status = NAMI_FAIL(pen->err, pen->writer->status, "the answer is too large");
    }
    return status;
}

int32_t nami_json_cell(struct nami_json_writer *writer, struct nami_cell cell,
                       struct nami_error *err)
{
    struct pen pen = {.writer = writer, .err = err};

    return written(&pen, put_cell(&pen, cell));
}

static const struct nami_field *field_at(const struct nami_fields *fields, size_t i)
{
    return NAMI_AT_CONST(struct nami_field, fields->at, (size_t)fields->stride, i);
}

int32_t nami_json_row(struct nami_json_writer *writer, const struct nami_fields *fields,
                      const struct nami_batch *batch, size_t row, struct nami_error *err)
{
    struct pen pen = {.writer = writer, .err = err};
    int32_t status = NAMI_OK;

    nami_json_object_begin(writer);
    for (uint32_t i = 0; i < fields->count && i < batch->column_count && status == NAMI_OK; i++) {
        nami_json_key(writer, field_at(fields, i)->name);
        status = put_cell(&pen, nami_cell_at(nami_batch_column(batch, i), row));
    }
    nami_json_object_end(writer);
    return written(&pen, status);
}

void nami_json_columns(struct nami_json_writer *writer, const struct nami_fields *fields)
{
    nami_json_array_begin(writer);
    for (uint32_t i = 0; i < fields->count; i++) {
        nami_json_string(writer, field_at(fields, i)->name);
    }
    nami_json_array_end(writer);
}
