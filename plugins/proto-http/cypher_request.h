/*
 * plugins/proto-http/cypher_request.h -- the body of POST /v0/cypher:
 * {"query": text, "params": object?}, and nothing else.
 */
#ifndef NAMI_PLUGINS_PROTO_HTTP_CYPHER_REQUEST_H
#define NAMI_PLUGINS_PROTO_HTTP_CYPHER_REQUEST_H

#include <namidb/services.h>

#include "core/base/buf.h"
#include "plugins/common/params_builder.h"

struct nami_cypher_request {
    struct nami_slice query; /* in the body, or in `unescaped` */
    struct nami_buf unescaped;
    struct nami_params params;
    struct nami_fields names; /* of the parameters */
    struct nami_batch values;
};

/* Why a body was refused. */
struct nami_cypher_refusal {
    uint32_t condition; /* enum nami_condition */
    char message[320];
    char hint[160]; /* may be empty */
};

void nami_cypher_request_init(struct nami_cypher_request *request, const struct nami_host *host);
void nami_cypher_request_release(struct nami_cypher_request *request);
/* Forget the last one; a large buffer is given back. */
void nami_cypher_request_reset(struct nami_cypher_request *request);
/* Borrows the body until reset. Not OK: `refusal` says why. */
NAMI_CHECKED int32_t nami_cypher_request_read(struct nami_cypher_request *request,
                                              struct nami_slice body,
                                              struct nami_cypher_refusal *refusal);

#endif /* NAMI_PLUGINS_PROTO_HTTP_CYPHER_REQUEST_H */
