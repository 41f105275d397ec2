#include "plugins/proto-http/error_json.h"

#include <namidb/plugin_util.h>

#include "core/base/condition.h"

struct nami_http_error nami_http__error_of(uint32_t condition, uint32_t http_status,
                                           const char *message, const char *hint)
{
    const struct nami_condition_info *info = nami_condition_info(condition);

    return (struct nami_http_error){
        .http_status = http_status != 0 ? http_status : info->http_status,
        .is_retryable = info->is_retryable != 0,
        .message = nami_text(message),
        .code = nami_text(info->code),
        .phase = nami_text(info->is_compile_time != 0 ? "compile" : "runtime"),
        .neo4j_code = nami_text(info->neo4j_code),
        .gql_status = nami_text(info->gql_status),
        .hint = nami_text(hint),
        .path = "",
    };
}

/* Fit for a Location header? */
static bool is_address(struct nami_slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] <= ' ' || text.ptr[i] >= 0x7f || text.ptr[i] == '/') {
            return false;
        }
    }
    return text.len > 0;
}

struct nami_http_error nami_http__error_from(const struct nami_failure *failure)
{
    struct nami_http_error error =
        nami_http__error_of(NAMI_COND_INTERNAL, 0, "the request failed for no known reason", NULL);

    if (failure == NULL || failure->http_status < 300 || failure->http_status > 599) {
        return error;
    }
    error = (struct nami_http_error){
        .http_status = failure->http_status == 307 ? 503 : failure->http_status,
        .retry_after_ms = failure->retry_after_ms,
        .is_retryable = failure->transient != 0,
        .line = failure->line,
        .column = failure->column,
        .offset = failure->offset,
        .message = failure->message,
        .code = failure->condition,
        .phase = failure->phase,
        .neo4j_code = failure->code,
        .gql_status = failure->gql_status,
        .excerpt = failure->excerpt,
        .hint = failure->hint,
        .path = "",
    };
    if (is_address(failure->leader)) {
        error.http_status = 307;
        error.leader = failure->leader;
    }
    return error;
}

static void put_optional(struct nami_json_writer *json, const char *key, struct nami_slice text)
{
    if (text.len > 0) {
        nami_json_key_text(json, key);
        nami_json_string(json, text);
    }
}

static void put_position(struct nami_json_writer *json, const struct nami_http_error *error)
{
    nami_json_key_text(json, "position");
    nami_json_object_begin(json);
    nami_json_key_text(json, "line");
    nami_json_uint(json, error->line);
    nami_json_key_text(json, "column");
    nami_json_uint(json, error->column);
    nami_json_key_text(json, "offset");
    nami_json_uint(json, error->offset);
    nami_json_object_end(json);
}

void nami_http__error_members(struct nami_json_writer *json, const struct nami_http_error *error,
                              struct nami_slice request_id)
{
    nami_json_key_text(json, "error");
    nami_json_string(json, error->message);
    put_optional(json, "code", error->code);
    put_optional(json, "phase", error->phase);
    put_optional(json, "neo4j_code", error->neo4j_code);
    put_optional(json, "gql_status", error->gql_status);
    if (error->line > 0) {
        put_position(json, error);
    }
    put_optional(json, "excerpt", error->excerpt);
    put_optional(json, "hint", error->hint);
    nami_json_key_text(json, "retryable");
    nami_json_bool(json, error->is_retryable);
    put_optional(json, "request_id", request_id);
    put_optional(json, "leader", error->leader);
}
