#include "plugins/proto-http/notifications_json.h"

#include <namidb/batch_util.h>
#include <namidb/plugin_util.h>

#include "plugins/common/json_rows.h"

/* The value of a map's key; no column if there is none. */
static struct nami_cell member(struct nami_cell map, const char *name)
{
    const struct nami_column *keys = nami_child(map.column, 0);
    const uint32_t *offsets = map.column->offsets + map.row;

    for (uint32_t i = offsets[0]; i < offsets[1]; i++) {
        if (nami_slice_equal(nami_cell_bytes(nami_cell_at(keys, i)), nami_text(name))) {
            return nami_cell_at(nami_child(map.column, 1), i);
        }
    }
    return (struct nami_cell){NULL, 0};
}

/* Those that are there. */
static int32_t put_members(struct nami_json_writer *json, struct nami_cell map,
                           const char *const *names, size_t count)
{
    int32_t status = NAMI_OK;

    for (size_t i = 0; i < count && status == NAMI_OK; i++) {
        struct nami_cell value = member(map, names[i]);

        if (value.column != NULL) {
            nami_json_key_text(json, names[i]);
            status = nami_json_cell(json, value, NULL);
        }
    }
    return status;
}

static int32_t put_one(struct nami_json_writer *json, struct nami_cell map)
{
    static const char *const texts[4] = {"code", "severity", "title", "description"};
    static const char *const places[3] = {"line", "column", "offset"};
    struct nami_cell position = member(map, "position");
    int32_t status = NAMI_OK;

    nami_json_object_begin(json);
    status = put_members(json, map, texts, 4);
    if (status == NAMI_OK && position.column != NULL && position.column->type == NAMI_TYPE_MAP) {
        nami_json_key_text(json, "position");
        nami_json_object_begin(json);
        status = put_members(json, position, places, 3);
        nami_json_object_end(json);
    }
    nami_json_object_end(json);
    return status;
}

int32_t nami_http__notifications(struct nami_json_writer *json, const struct nami_column *column)
{
    struct nami_cell list = {NULL, 0};
    const uint32_t *offsets = NULL;
    int32_t status = NAMI_OK;

    if (column != NULL && column->count > 0) {
        list = nami_cell_at(column, 0);
    }
    if (list.column == NULL || list.column->type != NAMI_TYPE_LIST) {
        return NAMI_OK;
    }
    offsets = list.column->offsets + list.row;
    if (offsets[0] == offsets[1]) {
        return NAMI_OK;
    }
    nami_json_key_text(json, "notifications");
    nami_json_array_begin(json);
    for (uint32_t i = offsets[0]; i < offsets[1] && status == NAMI_OK; i++) {
        struct nami_cell one = nami_cell_at(nami_child(list.column, 0), i);

        status = one.column != NULL && one.column->type == NAMI_TYPE_MAP
                     ? put_one(json, one)
                     : nami_json_cell(json, one, NULL);
    }
    nami_json_array_end(json);
    return status;
}
