#include "host/failure.h"

#include <namidb/plugin_util.h>

void nami_failure_from(const struct nami_diagnostic *diag, struct nami_failure *out)
{
    const struct nami_condition_info *info = nami_condition_info(diag->condition);

    *out = (struct nami_failure){
        .struct_size = sizeof(*out),
        .status = info->status,
        .http_status = info->http_status,
        .retry_after_ms = diag->retry_after_ms,
        .transient = info->is_retryable,
        .line = diag->at.line,
        .column = diag->at.column,
        .offset = diag->at.offset,
        .code = nami_text(info->neo4j_code),
        .gql_status = nami_text(info->gql_status),
        .description = nami_text(info->description),
        .message = nami_text(diag->message),
        .leader = nami_text(diag->leader),
        .condition = nami_text(info->code),
        .phase = nami_text(info->is_compile_time != 0 ? "compile" : "runtime"),
        .hint = nami_text(diag->hint),
        .excerpt = nami_text(diag->excerpt),
    };
}
