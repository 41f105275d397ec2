#include "plugins/proto-http/cypher_request.h"

#include <stdarg.h>
#include <stdio.h>

#include <namidb/plugin_util.h>

#include "core/base/condition.h"
#include "core/base/json_read.h"
#include "core/base/limits.h"
#include "core/base/suggest.h"
#include "plugins/common/json_params.h"

enum {
    PARAMS_BYTES_MAX = 1 << 29, /* a body of the largest size, all small integers */
    KEEP_BYTES = 1024,
    SHOWN_BYTES = 64 /* of a stranger's key, in a message */
};

enum field { FIELD_QUERY, FIELD_PARAMS, FIELD_COUNT };

static const char *const field_names[FIELD_COUNT] = {"query", "params"};

void nami_cypher_request_init(struct nami_cypher_request *request, const struct nami_host *host)
{
    *request = (struct nami_cypher_request){.query = {NULL, 0}};
    nami_buf_init(&request->unescaped, NAMI_REQUEST_BODY_BYTES_MAX);
    nami_params_init(&request->params, host, PARAMS_BYTES_MAX);
}

void nami_cypher_request_release(struct nami_cypher_request *request)
{
    nami_buf_release(&request->unescaped);
    nami_params_release(&request->params);
}

void nami_cypher_request_reset(struct nami_cypher_request *request)
{
    nami_params_reset(&request->params);
    nami_buf_clear(&request->unescaped);
    if (request->unescaped.cap > KEEP_BYTES) {
        nami_buf_release(&request->unescaped);
    }
    request->query = nami_bytes(NULL, 0);
    request->names = (struct nami_fields){0};
    request->values = (struct nami_batch){.struct_size = sizeof(request->values)};
}

NAMI_PRINTF(3, 4)
static int32_t refuse(struct nami_cypher_refusal *refusal, uint32_t condition, const char *fmt, ...)
{
    va_list args;

    refusal->condition = condition;
    va_start(args, fmt);
    (void)vsnprintf(refusal->message, sizeof(refusal->message), fmt, args);
    va_end(args);
    return nami_condition_info(condition)->status;
}

static int32_t refuse_json(const struct nami_json_reader *reader,
                           struct nami_cypher_refusal *refusal)
{
    return refuse(refusal, NAMI_COND_INVALID_REQUEST, "the body is not valid JSON: %s, at byte %zu",
                  reader->problem != NULL ? reader->problem : "it ends too early", reader->at);
}

static int32_t refuse_key(struct nami_slice key, struct nami_cypher_refusal *refusal)
{
    struct nami_suggest suggest;

    nami_suggest_init(&suggest, key, true);
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        nami_suggest_offer(&suggest, nami_text(field_names[i]));
    }
    if (suggest.nearest.len > 0) {
        (void)snprintf(refusal->hint, sizeof(refusal->hint), "did you mean \"%.*s\"?",
                       (int)suggest.nearest.len, (const char *)suggest.nearest.ptr);
    } else {
        (void)snprintf(refusal->hint, sizeof(refusal->hint),
                       "a request has \"query\" and, if need be, \"params\"");
    }
    return refuse(refusal, NAMI_COND_INVALID_REQUEST, "the request has no field \"%.*s\"",
                  (int)(key.len < SHOWN_BYTES ? key.len : SHOWN_BYTES), (const char *)key.ptr);
}

static int32_t read_query(struct nami_cypher_request *request, struct nami_json_reader *reader,
                          uint32_t event, struct nami_cypher_refusal *refusal)
{
    const uint8_t *text = reader->string.ptr;

    if (event != NAMI_JSON_STRING) {
        return refuse(refusal, NAMI_COND_INVALID_REQUEST, "\"query\" must be a string");
    }
    request->query = reader->string;
    if (reader->string.len > 0 &&
        (text < reader->text.ptr || text >= reader->text.ptr + reader->text.len)) {
        if (nami_buf_append(&request->unescaped, reader->string) != NAMI_OK) {
            return refuse(refusal, NAMI_COND_OUT_OF_MEMORY, "no memory for the query");
        }
        request->query = nami_buf_view(&request->unescaped);
    }
    return NAMI_OK;
}

static int32_t read_params(struct nami_cypher_request *request, struct nami_json_reader *reader,
                           uint32_t event, struct nami_cypher_refusal *refusal)
{
    struct nami_error error = {.struct_size = sizeof(error)};
    int32_t status = NAMI_OK;

    if (event == NAMI_JSON_NULL) {
        return NAMI_OK;
    }
    if (event != NAMI_JSON_OBJECT_BEGIN) {
        return refuse(refusal, NAMI_COND_INVALID_REQUEST, "\"params\" must be an object");
    }
    status = nami_json_params(reader, &request->params, &error);
    if (status == NAMI_OK) {
        return status;
    }
    if (reader->problem != NULL) {
        return refuse_json(reader, refusal);
    }
    return refuse(refusal,
                  status == NAMI_E_NOMEM       ? NAMI_COND_OUT_OF_MEMORY
                  : status == NAMI_E_TOO_LARGE ? NAMI_COND_REQUEST_TOO_LARGE
                                               : NAMI_COND_INVALID_PARAMETER,
                  "%s", error.message);
}

/* One member; its key was the last event. */
static int32_t read_field(struct nami_cypher_request *request, struct nami_json_reader *reader,
                          bool seen[FIELD_COUNT], struct nami_cypher_refusal *refusal)
{
    uint32_t field = FIELD_QUERY;
    uint32_t event = NAMI_JSON_ERROR;

    while (field < FIELD_COUNT &&
           !nami_slice_equal(reader->string, nami_text(field_names[field]))) {
        field++;
    }
    if (field == FIELD_COUNT) {
        return refuse_key(reader->string, refusal);
    }
    if (seen[field]) {
        return refuse(refusal, NAMI_COND_INVALID_REQUEST, "\"%s\" is given twice",
                      field_names[field]);
    }
    seen[field] = true;
    event = nami_json_next(reader);
    if (event == NAMI_JSON_ERROR) {
        return refuse_json(reader, refusal);
    }
    return field == FIELD_QUERY ? read_query(request, reader, event, refusal)
                                : read_params(request, reader, event, refusal);
}

static int32_t read_body(struct nami_cypher_request *request, struct nami_json_reader *reader,
                         struct nami_cypher_refusal *refusal)
{
    bool seen[FIELD_COUNT] = {false};
    uint32_t event = nami_json_next(reader);
    int32_t status = NAMI_OK;

    if (event == NAMI_JSON_ERROR) {
        return refuse_json(reader, refusal);
    }
    if (event != NAMI_JSON_OBJECT_BEGIN) {
        return refuse(refusal, NAMI_COND_INVALID_REQUEST, "the body must be a JSON object");
    }
    event = nami_json_next(reader);
    while (event == NAMI_JSON_KEY) {
        status = read_field(request, reader, seen, refusal);
        if (status != NAMI_OK) {
            return status;
        }
        event = nami_json_next(reader);
    }
    if (event != NAMI_JSON_OBJECT_END || nami_json_next(reader) != NAMI_JSON_END) {
        return refuse_json(reader, refusal);
    }
    return seen[FIELD_QUERY]
               ? NAMI_OK
               : refuse(refusal, NAMI_COND_INVALID_REQUEST, "the field \"query\" is missing");
}

int32_t nami_cypher_request_read(struct nami_cypher_request *request, struct nami_slice body,
                                 struct nami_cypher_refusal *refusal)
{
    struct nami_error error = {.struct_size = sizeof(error)};
    struct nami_json_reader reader;
    int32_t status = NAMI_OK;

    nami_cypher_request_reset(request);
    *refusal = (struct nami_cypher_refusal){.condition = NAMI_COND_NONE};
    if (body.len == 0) {
        (void)snprintf(refusal->hint, sizeof(refusal->hint), "send {\"query\": \"RETURN 1\"}");
        return refuse(refusal, NAMI_COND_INVALID_REQUEST, "the body is empty");
    }
    nami_json_reader_init(&reader, body);
    status = read_body(request, &reader, refusal);
    nami_json_reader_release(&reader);
    if (status == NAMI_OK && nami_params_finish(&request->params, &request->names, &request->values,
                                                &error) != NAMI_OK) {
        status = refuse(refusal,
                        error.status == NAMI_E_NOMEM ? NAMI_COND_OUT_OF_MEMORY
                                                     : NAMI_COND_REQUEST_TOO_LARGE,
                        "%s", error.message);
    }
    return status;
}
