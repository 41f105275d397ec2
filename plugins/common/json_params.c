#include "plugins/common/json_params.h"

#include <namidb/plugin_util.h>

/* One event inside a value; *depth counts what is open. */
static int32_t feed(struct nami_json_reader *reader, uint32_t event, struct nami_params *params,
                    uint32_t *depth, struct nami_error *err)
{
    switch ((enum nami_json_event)event) {
    case NAMI_JSON_NULL:
        return nami_params_null(params, err);
    case NAMI_JSON_BOOL:
        return nami_params_bool(params, reader->boolean, err);
    case NAMI_JSON_INT:
        return nami_params_int(params, reader->integer, err);
    case NAMI_JSON_FLOAT:
        return nami_params_float(params, reader->real, err);
    case NAMI_JSON_STRING:
        return nami_params_string(params, reader->string, err);
    case NAMI_JSON_KEY:
        return nami_params_map_key(params, reader->string, err);
    case NAMI_JSON_OBJECT_BEGIN:
        ++*depth;
        return nami_params_map_begin(params, err);
    case NAMI_JSON_OBJECT_END:
        --*depth;
        return nami_params_map_end(params, err);
    case NAMI_JSON_ARRAY_BEGIN:
        ++*depth;
        return nami_params_list_begin(params, err);
    case NAMI_JSON_ARRAY_END:
        --*depth;
        return nami_params_list_end(params, err);
    case NAMI_JSON_END:
    case NAMI_JSON_ERROR:
    default:
        return NAMI_FAIL(err, NAMI_E_INVALID, "%s at byte %zu",
                         reader->problem != NULL ? reader->problem : "unexpected end", reader->at);
    }
}

int32_t nami_json_params(struct nami_json_reader *reader, struct nami_params *params,
                         struct nami_error *err)
{
    uint32_t event = nami_json_next(reader);
    uint32_t depth = 0;
    int32_t status = NAMI_OK;

    while (event == NAMI_JSON_KEY && status == NAMI_OK) {
        status = nami_params_begin(params, reader->string, err);
        do {
            if (status == NAMI_OK) {
                status = feed(reader, nami_json_next(reader), params, &depth, err);
            }
        } while (depth > 0 && status == NAMI_OK);
        if (status == NAMI_OK) {
            event = nami_json_next(reader);
        }
    }
    if (status == NAMI_OK && event != NAMI_JSON_OBJECT_END) {
        status = feed(reader, event, params, &depth, err);
    }
    return status;
}
