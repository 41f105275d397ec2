/*
 * tests/support/http_door.h -- a host for proto-http without sockets and without a database:
 * bytes in, cut and served as the door does it, bytes out.
 *
 * The session layer is a script: rows 0, 1, 2, ... of one column, or a batch of the test's.
 * It checks what a protocol must keep to: after AGAIN the same call with equal arguments,
 * nothing written past what there is room for, every handle closed once.
 */
#ifndef NAMI_TESTS_SUPPORT_HTTP_DOOR_H
#define NAMI_TESTS_SUPPORT_HTTP_DOOR_H

#include <namidb/proto.h>

#include "core/base/buf.h"
#include "tests/support/test_host.h"

enum { HTTP_DOOR_QUEUE_MAX = 16 };

/* Services, as bits: which of them fail. */
enum http_door_service {
    DOOR_AUTHENTICATE = 1,
    DOOR_SESSION_OPEN = 2,
    DOOR_RUN = 4,
    DOOR_FETCH = 8,
    DOOR_SUMMARY = 16,
    DOOR_FLUSH = 32,
    DOOR_REPORT = 64
};

struct http_door {
    struct nami_services services; /* first: its address is the table's */
    struct nami_out out;
    struct test_host host;

    /* the script */
    const char *token;   /* NULL: open to all */
    size_t room_bytes;   /* each time the peer reads */
    bool is_busy;        /* each service call answers AGAIN once */
    unsigned fails;      /* a sum of enum http_door_service */
    int64_t rows_before; /* FETCH fails after so many */
    struct nami_failure failure;
    int64_t row_count;
    const struct nami_batch *batch; /* instead of numbers: one fetch */
    struct nami_fields columns;     /* empty: "n" */
    uint32_t statement;             /* enum nami_statement */
    const struct nami_counters *counters;
    const struct nami_column *notifications;
    const char *health;
    size_t stranger_bytes_max; /* a message, before somebody is let in */
    size_t message_bytes_max;
    bool hangs_up; /* behind the last byte */

    /* what was seen */
    struct nami_buf text;   /* written so far */
    struct nami_buf query;  /* of the last run() */
    struct nami_buf params; /* as JSON, of the last run() */
    bool has_ended;         /* out->end() */
    int open;               /* handles not yet closed */
    int violations;         /* of the rules of namidb/proto.h */
    int statements;         /* run() that was OK */
    int turns;              /* of serve() */
    int32_t served;         /* the last status of serve() */

    /* private */
    size_t room;
    uint32_t waiting; /* the service that answered AGAIN */
    uint64_t waiting_hash;
    bool has_principal;
};

void http_door_init(struct http_door *door);
void http_door_release(struct http_door *door);
/* Forget what was seen. */
void http_door_clear(struct http_door *door);
/* Open a connection, send `bytes`, `step` at a time, close. 0: all at once. */
void http_door_talk(struct http_door *door, const struct nami_proto_ops *proto, const void *bytes,
                    size_t len, size_t step);

/* One response of those in `text`. */
struct http_response {
    int status;
    struct nami_slice head;
    char *body; /* decoded, NUL-terminated; free() it */
    size_t body_len;
};

/* Step *at past the next response. false: there is none, or it is malformed (violation). */
bool http_door_response(struct http_door *door, size_t *at, bool to_head,
                        struct http_response *out);

#endif /* NAMI_TESTS_SUPPORT_HTTP_DOOR_H */
