/*
 * plugins/proto-http/http_steps.h -- the first steps of a request, as http_serve.c takes them.
 *
 * Each moves conn->step on, or answers AGAIN and is taken again.
 */
#ifndef NAMI_PLUGINS_PROTO_HTTP_STEPS_H
#define NAMI_PLUGINS_PROTO_HTTP_STEPS_H

#include "plugins/proto-http/http_conn.h"

/* HEAD: what is asked? */
int32_t nami_http__begin(struct nami_http_turn *turn);
/* AUTHENTICATE: by whom? */
int32_t nami_http__authenticate(struct nami_http_turn *turn);
/* ADMIT: may the body come? */
int32_t nami_http__admit(struct nami_http_turn *turn);
/* Answer with a problem; before the body has come, the answer is the connection's last. */
int32_t nami_http__refuse(struct nami_http_turn *turn, uint32_t problem);
/* The client's wish, if it can be logged as it is; else one of ours. */
void nami_http__choose_request_id(struct nami_conn *conn, struct nami_slice wish);

#endif /* NAMI_PLUGINS_PROTO_HTTP_STEPS_H */
