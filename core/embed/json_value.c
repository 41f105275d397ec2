#include <string.h>

#include <namidb/plugin_util.h>

#include "core/base/json_read.h"
#include "core/embed/embed.h"

struct items {
    struct nami_value *at;
    uint32_t count;
    uint32_t cap;
};

static int32_t read_value(struct nami_json_reader *reader, uint32_t event, struct nami_arena *arena,
                          struct nami_value *out, const char **problem_text);

static int32_t push(struct nami_arena *arena, struct items *items, struct nami_value value)
{
    if (items->count == items->cap) {
        uint32_t cap = items->cap == 0 ? 8 : items->cap * 2;
        struct nami_value *grown = nami_arena_alloc(arena, cap * sizeof(*grown));

        if (grown == NULL) {
            return NAMI_E_NOMEM;
        }
        if (items->count > 0) {
            memcpy(grown, items->at, items->count * sizeof(*grown));
        }
        items->at = grown;
        items->cap = cap;
    }
    items->at[items->count++] = value;
    return NAMI_OK;
}

static int32_t copy_string(struct nami_arena *arena, struct nami_slice text, struct nami_value *out)
{
    const uint8_t *copy = nami_arena_copy(arena, text.ptr, text.len);

    *out = nami_value_string(nami_bytes(copy, text.len));
    return copy != NULL ? NAMI_OK : NAMI_E_NOMEM;
}

/* Up to the closing bracket; in an object keys and values take turns. */
static int32_t read_items(struct nami_json_reader *reader, uint32_t end, struct nami_arena *arena,
                          struct items *items, const char **problem_text)
{
    int32_t status = NAMI_OK;

    while (status == NAMI_OK) {
        uint32_t event = nami_json_next(reader);
        struct nami_value value;

        if (event == end) {
            break;
        }
        status = event == NAMI_JSON_KEY ? copy_string(arena, reader->string, &value)
                                        : read_value(reader, event, arena, &value, problem_text);
        if (status == NAMI_OK) {
            status = push(arena, items, value);
        }
    }
    return status;
}

static int32_t read_map(struct nami_json_reader *reader, struct nami_arena *arena,
                        struct nami_value *out, const char **problem_text)
{
    struct items items = {0};
    uint32_t pairs = 0;
    int32_t status = read_items(reader, NAMI_JSON_OBJECT_END, arena, &items, problem_text);

    if (status != NAMI_OK) {
        return status;
    }
    pairs = nami_value_map_normalise(items.at, items.count / 2);
    if (pairs != items.count / 2) {
        *problem_text = "a key occurs twice in an object";
        return NAMI_E_INVALID;
    }
    *out = nami_value_map(items.at, pairs);
    return NAMI_OK;
}

static int32_t read_value(struct nami_json_reader *reader, uint32_t event, struct nami_arena *arena,
                          struct nami_value *out, const char **problem_text)
{
    struct items items = {0};
    int32_t status = NAMI_OK;

    switch ((enum nami_json_event)event) {
    case NAMI_JSON_NULL:
        *out = nami_value_null();
        return NAMI_OK;
    case NAMI_JSON_BOOL:
        *out = nami_value_bool(reader->boolean);
        return NAMI_OK;
    case NAMI_JSON_INT:
        *out = nami_value_int(reader->integer);
        return NAMI_OK;
    case NAMI_JSON_FLOAT:
        *out = nami_value_float(reader->real);
        return NAMI_OK;
    case NAMI_JSON_STRING:
        return copy_string(arena, reader->string, out);
    case NAMI_JSON_ARRAY_BEGIN:
        status = read_items(reader, NAMI_JSON_ARRAY_END, arena, &items, problem_text);
        *out = nami_value_list(items.at, items.count);
        return status;
    case NAMI_JSON_OBJECT_BEGIN:
        return read_map(reader, arena, out, problem_text);
    case NAMI_JSON_KEY:
    case NAMI_JSON_OBJECT_END:
    case NAMI_JSON_ARRAY_END:
    case NAMI_JSON_END:
    case NAMI_JSON_ERROR:
        break;
    }
    *problem_text = reader->problem != NULL ? reader->problem : "not JSON";
    return NAMI_E_INVALID;
}

int32_t nami_embed__json(struct nami_slice json, struct nami_arena *arena, struct nami_value *out,
                         const char **problem_text)
{
    struct nami_json_reader reader;
    int32_t status = NAMI_OK;

    *problem_text = "";
    nami_json_reader_init(&reader, json);
    status = read_value(&reader, nami_json_next(&reader), arena, out, problem_text);
    if (status == NAMI_OK && nami_json_next(&reader) != NAMI_JSON_END) {
        *problem_text = reader.problem != NULL ? reader.problem : "more than one JSON value";
        status = NAMI_E_INVALID;
    }
    nami_json_reader_release(&reader);
    return status;
}
