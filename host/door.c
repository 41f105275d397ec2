#include "host/door.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <namidb/plugin_util.h>

#include "core/plugin/options.h"
#include "host/address.h"
#include "host/connection.h"

enum { READ_BUFFER_BYTES = 64 * 1024, TICK_MS = 500, BACKLOG = 1024 };

struct listener {
    struct listener *next;
    struct nami_door *door;
    const struct nami_known_plugin *proto;
    struct nami_option_value *values;
    struct nami_proto_config config;
    uv_tcp_t tcp;
    char address[NAMI_ADDRESS_BYTES];
};

/* A connection is in one of them, once: connections_max places are enough. */
struct ring {
    struct connection **at;
    size_t first;
    size_t count;
};

struct worker {
    struct nami_door *door;
    bool is_reserved; /* for what is urgent */
    uv_thread_t thread;
};

struct nami_door {
    struct nami_door_config config;
    uv_loop_t loop;
    uv_async_t inbox_async;
    uv_timer_t tick;
    uv_signal_t signals[2];
    struct listener *listeners;
    struct connection *connections;
    size_t connection_count;
    uint64_t ids;
    uint64_t stop_ms; /* loop time at which it began to stop */
    uint64_t refused; /* connections over the cap, since the last log line */
    bool is_cut;      /* statements were cancelled */
    uv_mutex_t lock;
    uv_cond_t work_ready;
    struct {
        struct connection *inbox; /* oldest first */
        struct connection **inbox_end;
        struct ring queue;  /* for workers */
        struct ring urgent; /* before it; one worker does nothing else */
        bool workers_stop;
    } guarded; /* by lock */
    struct worker *workers;
    size_t worker_count;
    atomic_bool is_stopping; /* workers ask, too */
    uint8_t read_buffer[READ_BUFFER_BYTES];
};

uv_loop_t *nami_door__loop(struct nami_door *door)
{
    return &door->loop;
}

const struct nami_host *nami_door__host(const struct nami_door *door)
{
    return door->config.host;
}

struct nami_services_shared *nami_door__services(struct nami_door *door)
{
    return door->config.services;
}

uint8_t *nami_door__read_buffer(struct nami_door *door, size_t *bytes)
{
    *bytes = sizeof(door->read_buffer);
    return door->read_buffer;
}

bool nami_door__is_stopping(const struct nami_door *door)
{
    return atomic_load(&door->is_stopping);
}

uint64_t nami_door__next_id(struct nami_door *door)
{
    return ++door->ids;
}

void nami_door__add(struct nami_door *door, struct connection *c)
{
    c->next = door->connections;
    if (c->next != NULL) {
        c->next->previous = c;
    }
    door->connections = c;
    door->connection_count++;
}

/* Out of the inbox too: a wake may have come after the close. */
void nami_door__forget(struct nami_door *door, struct connection *c)
{
    struct connection **at = &door->guarded.inbox;

    uv_mutex_lock(&door->lock);
    while (c->posted.is_in_inbox && *at != c) {
        at = &(*at)->posted.next;
    }
    if (c->posted.is_in_inbox) {
        *at = c->posted.next;
        door->guarded.inbox_end = *at == NULL ? at : door->guarded.inbox_end;
    }
    uv_mutex_unlock(&door->lock);
    if (c->previous != NULL) {
        c->previous->next = c->next;
    } else {
        door->connections = c->next;
    }
    if (c->next != NULL) {
        c->next->previous = c->previous;
    }
    door->connection_count--;
}

/* All under the lock: once it is free, a connection whose worker is done may be gone. */
void nami_door__post(struct connection *c, enum posted what)
{
    struct nami_door *door = c->door;
    bool is_first = false;

    uv_mutex_lock(&door->lock);
    c->posted.is_woken = c->posted.is_woken || what == POSTED_WAKE;
    c->posted.is_done = c->posted.is_done || what == POSTED_DONE;
    if (!c->posted.is_in_inbox) {
        is_first = door->guarded.inbox == NULL;
        c->posted.is_in_inbox = true;
        c->posted.next = NULL;
        *door->guarded.inbox_end = c;
        door->guarded.inbox_end = &c->posted.next;
    }
    uv_mutex_unlock(&door->lock);
    if (is_first) {
        (void)uv_async_send(&door->inbox_async);
    }
}

/* Those that are in the inbox now. Who comes back meanwhile waits for the sockets' turn. */
static void resume_all(struct nami_door *door)
{
    struct connection *last = NULL;
    struct connection *c = NULL;
    bool is_more = false;

    uv_mutex_lock(&door->lock);
    if (door->guarded.inbox != NULL) {
        last = (struct connection *)(void *)((uint8_t *)door->guarded.inbox_end -
                                             offsetof(struct connection, posted.next));
    }
    while (door->guarded.inbox != NULL && c != last) {
        bool is_woken = false;
        bool is_done = false;

        c = door->guarded.inbox;
        door->guarded.inbox = c->posted.next;
        if (door->guarded.inbox == NULL) {
            door->guarded.inbox_end = &door->guarded.inbox;
        }
        is_woken = c->posted.is_woken;
        is_done = c->posted.is_done;
        c->posted.is_in_inbox = false;
        c->posted.is_woken = false;
        c->posted.is_done = false;
        uv_mutex_unlock(&door->lock);
        nami_connection__resume(c, is_woken, is_done);
        uv_mutex_lock(&door->lock);
    }
    is_more = door->guarded.inbox != NULL;
    uv_mutex_unlock(&door->lock);
    if (is_more) {
        (void)uv_async_send(&door->inbox_async);
    }
}

static void read_inbox(uv_async_t *async)
{
    struct nami_door *door = async->data;

    resume_all(door);
}

/* Who holds the write token keeps all writers waiting: it must not wait behind long reads. */
void nami_door__work(struct connection *c)
{
    struct nami_door *door = c->door;
    struct ring *ring = c->services.is_urgent ? &door->guarded.urgent : &door->guarded.queue;

    uv_mutex_lock(&door->lock);
    ring->at[(ring->first + ring->count++) % door->config.connections_max] = c;
    uv_cond_broadcast(&door->work_ready);
    uv_mutex_unlock(&door->lock);
}

static struct connection *take_locked(struct nami_door *door, struct ring *ring)
{
    struct connection *c = NULL;

    if (ring->count > 0) {
        c = ring->at[ring->first];
        ring->first = (ring->first + 1) % door->config.connections_max;
        ring->count--;
    }
    return c;
}

static void work(void *arg)
{
    struct worker *worker = arg;
    struct nami_door *door = worker->door;

    uv_mutex_lock(&door->lock);
    while (!door->guarded.workers_stop) {
        struct connection *c = take_locked(door, &door->guarded.urgent);

        if (c == NULL && !worker->is_reserved) {
            c = take_locked(door, &door->guarded.queue);
        }
        if (c == NULL) {
            uv_cond_wait(&door->work_ready, &door->lock);
            continue;
        }
        uv_mutex_unlock(&door->lock);
        nami_connection__serve(c, false);
        nami_door__post(c, POSTED_DONE);
        uv_mutex_lock(&door->lock);
    }
    uv_mutex_unlock(&door->lock);
}

static void free_handle(uv_handle_t *handle)
{
    free(handle);
}

static void accepted(uv_stream_t *server, int status)
{
    struct listener *listener = server->data;
    struct nami_door *door = listener->door;

    if (status != 0 || nami_door__is_stopping(door)) {
        return;
    }
    if (door->connection_count >= door->config.connections_max) {
        uv_tcp_t *extra = malloc(sizeof(*extra));

        door->refused++;
        if (extra != NULL && uv_tcp_init(&door->loop, extra) == 0) {
            (void)uv_accept(server, (uv_stream_t *)extra);
            uv_close((uv_handle_t *)extra, free_handle);
        } else {
            free(extra);
        }
        return;
    }
    (void)nami_connection__open(door, listener->proto, &listener->config, listener->address,
                                server);
}

static void log_refused(struct nami_door *door)
{
    char line[128];

    if (door->refused > 0) {
        (void)snprintf(line, sizeof(line), "%llu connections refused: --max-connections is %zu",
                       (unsigned long long)door->refused, door->config.connections_max);
        door->config.host->log(door->config.host, NAMI_LOG_WARN, nami_text("door"),
                               nami_text(line));
        door->refused = 0;
    }
}

static void close_handle(uv_handle_t *handle, void *unused)
{
    (void)unused;
    if (!uv_is_closing(handle)) {
        uv_close(handle, NULL);
    }
}

/* Signals stay caught until destroy(): a second SIGTERM must not end what the first began. */
static void close_all_but_signals(uv_handle_t *handle, void *unused)
{
    if (uv_handle_get_type(handle) == UV_SIGNAL) {
        uv_unref(handle);
    } else {
        close_handle(handle, unused);
    }
}

/* While stopping: patience first, then cancel, then close whatever is left. */
static void press(struct nami_door *door, uint64_t now_ms)
{
    uint64_t waited_ms = now_ms - door->stop_ms;
    bool is_cut = waited_ms >= door->config.drain_timeout_ms;
    bool is_killed = waited_ms >= door->config.drain_timeout_ms + 5000;
    struct connection *next = NULL;

    for (struct connection *c = door->connections; c != NULL; c = next) {
        next = c->next;
        nami_connection__drain(c);
        if (is_cut && !door->is_cut) {
            nami_cancel_trip(&c->cancel);
        }
        if (is_killed) {
            nami_connection__close(c);
        }
    }
    door->is_cut = is_cut;
    if (door->connection_count == 0) {
        uv_walk(&door->loop, close_all_but_signals, NULL); /* the loop ends when they are closed */
    }
}

static void ticked(uv_timer_t *timer)
{
    struct nami_door *door = timer->data;
    uint64_t now_ms = uv_now(&door->loop);
    struct connection *next = NULL;

    log_refused(door);
    for (struct connection *c = door->connections; c != NULL; c = next) {
        next = c->next;
        nami_connection__tick(c, now_ms);
    }
    if (nami_door__is_stopping(door)) {
        press(door, now_ms);
    }
}

/* On the loop. */
static void begin_stop(struct nami_door *door)
{
    if (nami_door__is_stopping(door)) {
        return;
    }
    atomic_store(&door->is_stopping, true);
    door->stop_ms = uv_now(&door->loop);
    for (struct listener *at = door->listeners; at != NULL; at = at->next) {
        uv_close((uv_handle_t *)&at->tcp, NULL);
    }
    (void)uv_timer_start(&door->tick, ticked, 0, 20);
}

static void signalled(uv_signal_t *handle, int number)
{
    (void)number;
    begin_stop(handle->data);
}

static int32_t start_workers(struct nami_door *door, struct nami_error *err)
{
    for (size_t i = 0; i <= door->config.workers; i++) {
        door->workers[i].door = door;
        door->workers[i].is_reserved = i == door->config.workers;
        if (uv_thread_create(&door->workers[i].thread, work, &door->workers[i]) != 0) {
            return NAMI_FAIL(err, NAMI_E_NOMEM, "no thread for worker %zu", i);
        }
        door->worker_count++;
    }
    return NAMI_OK;
}

int32_t nami_door_create(const struct nami_door_config *config, struct nami_door **out,
                         struct nami_error *err)
{
    static const int numbers[2] = {SIGTERM, SIGINT};
    struct nami_door *door = calloc(1, sizeof(*door));
    int32_t status = NAMI_OK;

    *out = NULL;
    if (door == NULL) {
        return NAMI_FAIL(err, NAMI_E_NOMEM, "door");
    }
    door->config = *config;
    door->guarded.inbox_end = &door->guarded.inbox;
    door->guarded.queue.at = calloc(config->connections_max, sizeof(struct connection *));
    door->guarded.urgent.at = calloc(config->connections_max, sizeof(struct connection *));
    door->workers = calloc(config->workers + 1, sizeof(struct worker));
    if (door->guarded.queue.at == NULL || door->guarded.urgent.at == NULL ||
        door->workers == NULL || uv_loop_init(&door->loop) != 0) {
        free(door->guarded.queue.at);
        free(door->guarded.urgent.at);
        free(door->workers);
        free(door);
        return NAMI_FAIL(err, NAMI_E_NOMEM, "event loop");
    }
    (void)uv_mutex_init(&door->lock);
    (void)uv_cond_init(&door->work_ready);
    (void)uv_async_init(&door->loop, &door->inbox_async, read_inbox);
    (void)uv_timer_init(&door->loop, &door->tick);
    door->inbox_async.data = door;
    door->tick.data = door;
    for (int i = 0; i < 2; i++) {
        (void)uv_signal_init(&door->loop, &door->signals[i]);
        door->signals[i].data = door;
        (void)uv_signal_start(&door->signals[i], signalled, numbers[i]);
    }
    status = start_workers(door, err);
    if (status != NAMI_OK) {
        nami_door_destroy(door);
        return status;
    }
    *out = door;
    return NAMI_OK;
}

/* Defaults of the protocol's own options: no flag sets them yet. */
static int32_t read_defaults(struct listener *listener, struct nami_error *err)
{
    const struct nami_options *table = &listener->proto->desc->proto->options;
    struct nami_option_set set = {0};
    int32_t status = nami_options_parse(table, nami_text(""), &set, err);

    if (status == NAMI_OK) {
        listener->values = set.values; /* their texts are the table's own */
        free(set.text);
        listener->config = (struct nami_proto_config){.struct_size = sizeof(listener->config),
                                                      .value_count = table->count,
                                                      .values = listener->values};
    }
    return status;
}

int32_t nami_door_listen(struct nami_door *door, const struct nami_known_plugin *proto,
                         const char *address, char *bound, size_t bound_bytes,
                         struct nami_error *err)
{
    struct sockaddr_storage name;
    struct listener *listener = NULL;
    int failed = 0;
    int32_t status = NAMI_OK;

    (void)memset(&name, 0, sizeof(name));
    status = nami_address_read(address, &name, err);
    if (status != NAMI_OK) {
        return status;
    }
    listener = calloc(1, sizeof(*listener));
    if (listener == NULL) {
        return NAMI_FAIL(err, NAMI_E_NOMEM, "listener");
    }
    listener->door = door;
    listener->proto = proto;
    status = read_defaults(listener, err);
    if (status != NAMI_OK) {
        free(listener);
        return status;
    }
    (void)uv_tcp_init(&door->loop, &listener->tcp);
    listener->tcp.data = listener;
    listener->next = door->listeners;
    door->listeners = listener; /* from here destroy() ends it */
    failed = uv_tcp_bind(&listener->tcp, (const struct sockaddr *)&name, 0);
    if (failed == 0) {
        failed = uv_listen((uv_stream_t *)&listener->tcp, BACKLOG, accepted);
    }
    if (failed != 0) {
        return NAMI_FAIL(err, NAMI_E_CONFIG, "can not listen on %.80s: %s", address,
                         uv_strerror(failed));
    }
    nami_address_of(&listener->tcp, listener->address, sizeof(listener->address));
    (void)snprintf(bound, bound_bytes, "%s", listener->address);
    return NAMI_OK;
}

void nami_door_run(struct nami_door *door)
{
    (void)uv_timer_start(&door->tick, ticked, TICK_MS, TICK_MS);
    (void)uv_run(&door->loop, UV_RUN_DEFAULT);
}

void nami_door_destroy(struct nami_door *door)
{
    if (door == NULL) {
        return;
    }
    uv_mutex_lock(&door->lock);
    door->guarded.workers_stop = true;
    uv_cond_broadcast(&door->work_ready);
    uv_mutex_unlock(&door->lock);
    for (size_t i = 0; i < door->worker_count; i++) {
        (void)uv_thread_join(&door->workers[i].thread);
    }
    uv_walk(&door->loop, close_handle, NULL);
    (void)uv_run(&door->loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&door->loop);
    while (door->listeners != NULL) {
        struct listener *gone = door->listeners;

        door->listeners = gone->next;
        free(gone->values);
        free(gone);
    }
    uv_cond_destroy(&door->work_ready);
    uv_mutex_destroy(&door->lock);
    free(door->guarded.queue.at);
    free(door->guarded.urgent.at);
    free(door->workers);
    free(door);
}
