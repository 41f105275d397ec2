/*
 * host/connection.h -- one peer: its bytes, its messages, its answers.
 *
 * Private to host/: door.c, connection.c, input.c, output.c, workers.c.
 *
 * Thread: all of it belongs to the loop; while WORKING, the worker has `conn`, `services`, `out`
 *         with `out_bytes`, `is_ended`, `served` and `keepalive_asked`.
 */
#ifndef NAMI_HOST_CONNECTION_H
#define NAMI_HOST_CONNECTION_H

#include <stdatomic.h>
#include <stdbool.h>

#include <uv.h>

#include <namidb/proto.h>

#include "core/base/cancel.h"
#include "host/services.h"

struct nami_door;
struct connection;

enum {
    MESSAGES_MAX = 16,              /* framed ahead of serve() */
    MESSAGES_PER_TURN = 32,         /* then other connections get theirs */
    STRANGER_BYTES_MAX = 64 * 1024, /* a message, before somebody is let in; the framer adds its
                                         own limits */
    MESSAGE_BYTES_MAX = 64 << 20,   /* and after */
    OUT_BYTES_HIGH = 256 * 1024,    /* room() is 0 beyond it */
    OUT_BYTES_MAX = 80 << 20,       /* a peer that never reads */
    LINGER_BYTES_MAX = 1 << 20,     /* read and dropped after the last answer */
    LINGER_MS = 2000,
    LOOP_MESSAGE_BYTES_MAX = 64 * 1024, /* reading a longer one is a worker's work already */
    FIRST_MESSAGE_MS = 10000,           /* from the first byte, or from accept */
    IDLE_STRANGER_MS = 60000,           /* between messages */
    IDLE_MS = 3600000,
    STALL_MS = 60000,       /* nothing could be written for so long */
    BODY_BYTES_PER_S = 4096 /* slower than that is an attack or a dead peer */
};

/* Bytes read; messages point into it. Freed with its last user. */
struct block {
    uint32_t refs; /* loop only */
    size_t size;
    uint8_t bytes[];
};

struct message {
    struct nami_frame frame;
    struct block *block;
};

struct keepalive {
    uint64_t every_ms; /* 0: none */
    size_t len;
    uint8_t bytes[64];
};

enum connection_state {
    CONNECTION_READY,     /* serve the next message, if there is one */
    CONNECTION_WAITING,   /* serve() said AGAIN; wake() will come */
    CONNECTION_FULL,      /* serve() said AGAIN; when bytes have gone out */
    CONNECTION_WORKING,   /* on a worker */
    CONNECTION_LINGERING, /* answered for the last time; reading the rest away */
    CONNECTION_CLOSED     /* waits for libuv, and for its worker */
};

struct connection {
    struct nami_out out; /* first: room() and write() are given its address */
    struct nami_door_services services;
    struct nami_door *door;
    const struct nami_proto_ops *proto;
    uv_tcp_t tcp;
    uv_write_t write;
    uv_shutdown_t shutdown;
    struct connection *previous;
    struct connection *next;
    struct {
        struct connection *next; /* in the door's inbox */
        bool is_in_inbox;
        bool is_woken;
        bool is_done;
    } posted; /* by the door's lock */
    enum connection_state state;
    bool is_woken;       /* since serve() began */
    bool is_begun;       /* the first message was given to a worker for its length */
    atomic_bool is_gone; /* closed: a worker may stop writing */
    bool is_reading;
    bool is_ended;   /* by out.end(); while WORKING the worker's */
    bool is_last;    /* the framer said that nothing follows */
    bool peer_ended; /* end of file */
    bool is_writing;
    int32_t served;

    struct block *in; /* in_begin .. in_end is not yet framed */
    size_t in_begin;
    size_t in_end;
    size_t in_wanted; /* the framer's hint */
    struct message messages[MESSAGES_MAX];
    size_t message_first;
    size_t message_count;
    uint64_t served_count;
    struct nami_framer *framer;
    struct nami_conn *conn;

    uint8_t *out_bytes; /* written by serve(), not yet given to libuv */
    size_t out_len;
    size_t out_cap;
    uint8_t *flying;           /* given to libuv */
    _Atomic size_t flying_len; /* a worker asks for it, too: room() */
    size_t flying_cap;
    size_t lingered_bytes;
    struct keepalive keepalive;       /* what the loop sends */
    struct keepalive keepalive_asked; /* what serve() said: the loop's after serve() */

    uint64_t message_since_ms; /* first byte of the message under way; 0: none */
    uint64_t active_ms;        /* last time something was read or written */
    uint64_t write_since_ms;   /* is_writing since */
    struct nami_cancel cancel;
    struct nami_call call;
    struct nami_peer peer;
    char id[32];
    char address[64];
    const char *listener_address;
};

/* NULL: no memory, or the protocol refused. The handle is open and in the door's list. */
struct connection *nami_connection__open(struct nami_door *door,
                                         const struct nami_known_plugin *proto,
                                         const struct nami_proto_config *config,
                                         const char *listener_address, uv_stream_t *server);
/* Begin to close: at once, dropping what was not sent. */
void nami_connection__close(struct connection *c);
/* Serve what can be served, write what can be written. */
void nami_connection__pump(struct connection *c);
/* On the loop: wake() came, or a worker is done, or it is the connection's turn again. */
void nami_connection__resume(struct connection *c, bool is_woken, bool is_done);
/* Something that a waiting statement looks at has changed: serve it, AGAIN is fine. */
void nami_connection__retry(struct connection *c);
/* Deadlines; called about twice a second. */
void nami_connection__tick(struct connection *c, uint64_t now_ms);
/* The host stops: idle ones close now, others after their message. */
void nami_connection__drain(struct connection *c);
/* One serve() of the first message; on the loop or on a worker. */
void nami_connection__serve(struct connection *c, bool is_loop_thread);

/* input.c */
/* Room for libuv to read into. */
void nami_input__alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf);
void nami_input__read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf);
/* Frame what is there. false: the framer failed; close. */
bool nami_input__cut(struct connection *c);
/* The first message is served. */
void nami_input__drop(struct connection *c);
/* Read or not, by how much is waiting. */
void nami_input__update(struct connection *c);
/* Has the peer begun a message and not ended it? */
bool nami_input__is_midway(const struct connection *c);
void nami_input__release(struct connection *c);

/* output.c */
void nami_output__init(struct connection *c);
/* Give libuv what serve() wrote. Not while WORKING. */
void nami_output__flush(struct connection *c);
/* Send the keepalive, if nothing is under way. */
void nami_output__keep_alive(struct connection *c);
bool nami_output__is_empty(const struct connection *c);
void nami_output__release(struct connection *c);

/* door.c */
enum posted { POSTED_TURN, POSTED_WAKE, POSTED_DONE };
/*
 * Any thread: have nami_connection__resume(c) called on the loop. After POSTED_DONE the loop may
 * free c at any time.
 */
void nami_door__post(struct connection *c, enum posted what);
void nami_door__work(struct connection *c); /* loop: hand c to a worker */
void nami_door__add(struct nami_door *door, struct connection *c);
void nami_door__forget(struct nami_door *door, struct connection *c);
uv_loop_t *nami_door__loop(struct nami_door *door);
const struct nami_host *nami_door__host(const struct nami_door *door);
struct nami_services_shared *nami_door__services(struct nami_door *door);
uint8_t *nami_door__read_buffer(struct nami_door *door, size_t *bytes);
bool nami_door__is_stopping(const struct nami_door *door);
uint64_t nami_door__next_id(struct nami_door *door);

#endif /* NAMI_HOST_CONNECTION_H */
