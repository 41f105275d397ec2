#include "host/connection.h"

#include <stdlib.h>
#include <string.h>

#include <namidb/plugin_util.h>

static void wake(struct nami_door_services *services)
{
    nami_door__post(
        (struct connection *)(void *)((uint8_t *)services - offsetof(struct connection, services)),
        POSTED_WAKE);
}

/* What came after the hang-up's place in the queue is not meant by it. */
static void reset_cancel(struct connection *c)
{
    atomic_store(&c->cancel.tripped, 0);
}

static void describe_peer(struct connection *c, const struct nami_known_plugin *proto)
{
    struct sockaddr_storage name;
    int len = sizeof(name);
    char host[46] = "?";
    int port = 0;

    if (uv_tcp_getpeername(&c->tcp, (struct sockaddr *)&name, &len) == 0) {
        if (name.ss_family == AF_INET6) {
            const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)(const void *)&name;

            (void)uv_ip6_name(in6, host, sizeof(host));
            port = ntohs(in6->sin6_port);
        } else if (name.ss_family == AF_INET) {
            const struct sockaddr_in *in4 = (const struct sockaddr_in *)(const void *)&name;

            (void)uv_ip4_name(in4, host, sizeof(host));
            port = ntohs(in4->sin_port);
        }
    }
    (void)snprintf(c->address, sizeof(c->address), name.ss_family == AF_INET6 ? "[%s]:%d" : "%s:%d",
                   host, port);
    (void)snprintf(c->id, sizeof(c->id), "%.16s-%llu", proto->desc->proto->name,
                   (unsigned long long)nami_door__next_id(c->door));
    c->peer = (struct nami_peer){.struct_size = sizeof(c->peer),
                                 .id = nami_text(c->id),
                                 .address = nami_text(c->address),
                                 .listener = nami_text(c->listener_address)};
}

static void gone(uv_handle_t *handle)
{
    struct connection *c = handle->data;

    nami_door__forget(c->door, c);
    nami_input__release(c);
    nami_output__release(c);
    free(c);
}

/* Frees everything that a worker might be using; only when none is. */
static void finish_close(struct connection *c)
{
    c->proto->conn_close(c->conn);
    c->proto->framer_close(c->framer);
    c->conn = NULL;
    c->framer = NULL;
    uv_close((uv_handle_t *)&c->tcp, gone);
}

struct connection *nami_connection__open(struct nami_door *door,
                                         const struct nami_known_plugin *proto,
                                         const struct nami_proto_config *config,
                                         const char *listener_address, uv_stream_t *server)
{
    const struct nami_host *host = nami_door__host(door);
    struct connection *c = calloc(1, sizeof(*c));
    int32_t status = NAMI_E_NOMEM;

    if (c == NULL || uv_tcp_init(nami_door__loop(door), &c->tcp) != 0) {
        free(c);
        return NULL;
    }
    c->tcp.data = c;
    c->door = door;
    c->proto = &proto->proto;
    c->listener_address = listener_address;
    nami_door__add(door, c);
    nami_output__init(c);
    nami_door_services_init(&c->services, nami_door__services(door), wake);
    c->active_ms = uv_now(nami_door__loop(door));
    c->message_since_ms = c->active_ms;
    c->call = (struct nami_call){.struct_size = sizeof(c->call),
                                 .priority = NAMI_PRIORITY_FOREGROUND,
                                 .deadline_ns = NAMI_NO_DEADLINE,
                                 .cancel = &c->cancel};
    if (uv_accept(server, (uv_stream_t *)&c->tcp) == 0) {
        (void)uv_tcp_nodelay(&c->tcp, 1);
        describe_peer(c, proto);
        status = c->proto->framer_open(host, config, &c->framer, NULL);
    }
    if (status == NAMI_OK) {
        status = c->proto->conn_open(&c->services.table, config, &c->peer, &c->conn, NULL);
    }
    if (status != NAMI_OK) {
        c->state = CONNECTION_CLOSED;
        finish_close(c);
        return NULL;
    }
    nami_input__update(c);
    return c;
}

void nami_connection__close(struct connection *c)
{
    bool is_working = c->state == CONNECTION_WORKING;

    if (c->state == CONNECTION_CLOSED) {
        return;
    }
    c->state = CONNECTION_CLOSED;
    atomic_store(&c->is_gone, true);
    nami_cancel_trip(&c->cancel);
    (void)uv_read_stop((uv_stream_t *)&c->tcp);
    c->is_reading = false;
    if (!is_working) { /* else when it has come back: see resume() */
        finish_close(c);
    }
}

void nami_connection__serve(struct connection *c, bool is_loop_thread)
{
    struct nami_error error = {.struct_size = sizeof(error)};
    const struct nami_host *host = nami_door__host(c->door);

    c->services.is_loop_thread = is_loop_thread;
    c->services.needs_worker = false;
    c->services.is_waiting = false;
    c->services.is_urgent = false;
    c->out.draining = nami_door__is_stopping(c->door);
    c->served =
        c->proto->serve(c->conn, &c->call, &c->messages[c->message_first].frame, &c->out, &error);
    if (c->served != NAMI_OK && c->served != NAMI_E_AGAIN) {
        host->log(host, NAMI_LOG_WARN, nami_text(c->id), nami_text(error.message));
    }
}

static void shut(uv_shutdown_t *request, int status)
{
    (void)request;
    (void)status; /* the peer may be gone: the timer closes */
}

/*
 * The last answer is out. Closing now, with bytes of the peer unread, would reset the
 * connection and could take the answer with it: half-close, read a while, then close.
 */
static void linger(struct connection *c)
{
    if (c->peer_ended) {
        nami_connection__close(c);
        return;
    }
    c->state = CONNECTION_LINGERING;
    c->active_ms = uv_now(nami_door__loop(c->door));
    c->write_since_ms = c->active_ms; /* now the start of lingering */
    c->shutdown.data = c;
    if (uv_shutdown(&c->shutdown, (uv_stream_t *)&c->tcp, shut) != 0) {
        nami_connection__close(c);
        return;
    }
    nami_input__update(c);
}

/* The first message is the worker's. What is written goes out first: that may take long. */
static void hand_over(struct connection *c)
{
    nami_output__flush(c);
    if (c->state != CONNECTION_CLOSED) {
        c->state = CONNECTION_WORKING;
        c->is_woken = false;
        nami_door__work(c);
    }
}

/* What serve() answered decides what comes next. false: wait. */
static bool settle(struct connection *c)
{
    c->keepalive = c->keepalive_asked;
    if (c->served == NAMI_OK) {
        bool was_urgent = (c->messages[c->message_first].frame.flags & NAMI_FRAME_URGENT) != 0;

        nami_input__drop(c);
        c->keepalive_asked.every_ms = 0;
        c->keepalive.every_ms = 0;
        if (was_urgent && c->message_count == 0) {
            reset_cancel(c);
        }
        c->is_begun = false;
        c->message_since_ms = nami_input__is_midway(c) ? uv_now(nami_door__loop(c->door)) : 0;
        c->state = CONNECTION_READY;
        return true;
    }
    if (c->served != NAMI_E_AGAIN) {
        c->state = CONNECTION_READY;
        nami_connection__close(c);
        return false;
    }
    if (c->services.needs_worker) {
        hand_over(c);
        return false;
    }
    if (c->services.is_waiting) {
        c->state = c->is_woken ? CONNECTION_READY : CONNECTION_WAITING;
        return c->is_woken;
    }
    c->state = CONNECTION_FULL;
    return false;
}

/* One message on the loop. false: nothing more can be done now. */
static bool serve_one(struct connection *c)
{
    const struct nami_frame *frame = &c->messages[c->message_first].frame;

    if ((frame->flags & (NAMI_FRAME_MESSAGE | NAMI_FRAME_BROKEN)) == 0) {
        nami_input__drop(c); /* the peer hung up, and said nothing more */
        return true;
    }
    if ((frame->flags & NAMI_FRAME_URGENT) != 0) {
        reset_cancel(c); /* it was meant for those before it */
    }
    if (frame->message.len > LOOP_MESSAGE_BYTES_MAX && !c->is_begun) {
        c->is_begun = true;
        hand_over(c);
        return false;
    }
    c->is_woken = false;
    nami_connection__serve(c, true);
    return settle(c) && c->state == CONNECTION_READY;
}

static bool is_over(const struct connection *c)
{
    return c->is_ended || (c->message_count == 0 &&
                           (c->is_last || c->out.draining != 0 || nami_door__is_stopping(c->door)));
}

void nami_connection__pump(struct connection *c)
{
    int turns = 0;

    if (c->state == CONNECTION_FULL && c->out.room(&c->out) > 0) {
        c->state = CONNECTION_READY;
    }
    while (c->state == CONNECTION_READY && c->message_count > 0 && !c->is_ended) {
        if (turns++ == MESSAGES_PER_TURN) {
            nami_door__post(c, POSTED_TURN); /* go on after the others */
            break;
        }
        if (!serve_one(c)) {
            break;
        }
        if (c->message_count == 0 && !nami_input__cut(c)) {
            nami_connection__close(c);
        }
    }
    if (c->state == CONNECTION_CLOSED || c->state == CONNECTION_LINGERING) {
        return;
    }
    if (c->state == CONNECTION_WORKING) {
        nami_input__update(c);
        return;
    }
    nami_output__flush(c);
    if (c->state == CONNECTION_FULL && c->out.room(&c->out) > 0) {
        nami_door__post(c, POSTED_TURN); /* the kernel took it all at once */
    }
    if (c->state == CONNECTION_READY && is_over(c)) {
        if (nami_output__is_empty(c)) {
            linger(c);
        }
        return;
    }
    nami_input__update(c);
}

void nami_connection__resume(struct connection *c, bool is_woken, bool is_done)
{
    c->is_woken = c->is_woken || is_woken;
    if (is_done && c->state == CONNECTION_CLOSED) {
        finish_close(c);
        return;
    }
    if (is_done && settle(c) && c->message_count == 0 && !nami_input__cut(c)) {
        nami_connection__close(c);
    }
    if (c->is_woken && c->state == CONNECTION_WAITING) {
        c->state = CONNECTION_READY;
    }
    nami_connection__pump(c);
}

void nami_connection__retry(struct connection *c)
{
    if (c->state == CONNECTION_WAITING) {
        c->state = CONNECTION_READY;
    }
    nami_connection__pump(c);
}

static uint64_t patience_ms(const struct connection *c)
{
    size_t unframed = c->in_end - c->in_begin;

    if (c->message_since_ms > 0) { /* a message is under way: so long from its first byte */
        return FIRST_MESSAGE_MS +
               (c->services.has_principal ? unframed * 1000 / BODY_BYTES_PER_S : 0);
    }
    return c->services.has_principal ? IDLE_MS : IDLE_STRANGER_MS;
}

/* Not with bytes of serve() before it; a worker's wait until it is done. */
static void keep_alive(struct connection *c, uint64_t now_ms)
{
    bool may_write = c->state == CONNECTION_WORKING || c->out_len == 0;

    if (c->keepalive.every_ms > 0 && now_ms - c->active_ms >= c->keepalive.every_ms && may_write) {
        nami_output__keep_alive(c);
    }
}

void nami_connection__tick(struct connection *c, uint64_t now_ms)
{
    uint64_t since = c->message_since_ms > 0 ? c->message_since_ms : c->active_ms;

    switch (c->state) {
    case CONNECTION_CLOSED:
        return;
    case CONNECTION_WORKING:
        keep_alive(c, now_ms);
        return;
    case CONNECTION_LINGERING:
        if (now_ms - c->write_since_ms > LINGER_MS) {
            nami_connection__close(c);
        }
        return;
    case CONNECTION_WAITING: /* whoever waits must see its deadline pass, too */
        keep_alive(c, now_ms);
        nami_connection__retry(c);
        return;
    case CONNECTION_READY:
    case CONNECTION_FULL:
        break;
    }
    if (c->is_writing ? now_ms - c->write_since_ms > STALL_MS
                      : c->message_count == 0 && now_ms - since > patience_ms(c)) {
        nami_connection__close(c);
    }
}

void nami_connection__drain(struct connection *c)
{
    if (c->state == CONNECTION_READY && c->message_count == 0 && nami_output__is_empty(c)) {
        nami_connection__close(c);
    }
}
