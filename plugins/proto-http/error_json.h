/*
 * plugins/proto-http/error_json.h -- the one body in which failure is told.
 */
#ifndef NAMI_PLUGINS_PROTO_HTTP_ERROR_JSON_H
#define NAMI_PLUGINS_PROTO_HTTP_ERROR_JSON_H

#include <stdbool.h>

#include <namidb/services.h>

#include "core/base/json_write.h"

/* Borrowed text; empty members are left out of the body. */
struct nami_http_error {
    uint32_t http_status;
    uint32_t retry_after_ms; /* 0: not known */
    bool is_retryable;
    uint32_t line; /* from 1; 0: no place in the statement */
    uint32_t column;
    uint32_t offset;
    struct nami_slice message;
    struct nami_slice code;
    struct nami_slice phase;
    struct nami_slice neo4j_code;
    struct nami_slice gql_status;
    struct nami_slice excerpt;
    struct nami_slice hint;
    struct nami_slice leader;
    struct nami_slice allow; /* methods, for the header; not in the body */
    const char *path;        /* where the leader takes the request */
};

/* By enum nami_condition; `http_status` 0: the condition's own. `hint` may be NULL. */
struct nami_http_error nami_http__error_of(uint32_t condition, uint32_t http_status,
                                           const char *message, const char *hint);
/* What the host says of a service's failure; NULL reads as a bug. A leader makes it a 307. */
struct nami_http_error nami_http__error_from(const struct nami_failure *failure);
/* The members, inside an object that is open. */
void nami_http__error_members(struct nami_json_writer *json, const struct nami_http_error *error,
                              struct nami_slice request_id);

#endif /* NAMI_PLUGINS_PROTO_HTTP_ERROR_JSON_H */
