/* What a protocol writes, until the kernel has it. */
#include "host/connection.h"

#include <stdlib.h>
#include <string.h>

static struct connection *of(const struct nami_out *out)
{
    union {
        const struct nami_out *out;
        struct connection *c; /* made by nami_connection__open(), so not const */
    } self = {.out = out};

    return self.c;
}

static size_t out_room(const struct nami_out *out)
{
    const struct connection *c = of(out);
    size_t used = c->out_len + atomic_load(&c->flying_len);

    return used < OUT_BYTES_HIGH ? OUT_BYTES_HIGH - used : 0;
}

static int32_t out_write(struct nami_out *out, const struct nami_slice *parts, size_t count)
{
    struct connection *c = of(out);
    size_t more = 0;

    for (size_t i = 0; i < count; i++) {
        more += parts[i].len;
    }
    if (atomic_load(&c->is_gone)) {
        return NAMI_E_TRANSIENT;
    }
    if (more > OUT_BYTES_MAX - c->out_len) {
        return NAMI_E_NOMEM;
    }
    if (more > c->out_cap - c->out_len) {
        size_t cap = c->out_cap * 2 < c->out_len + more ? c->out_len + more : c->out_cap * 2;
        uint8_t *grown = NULL;

        cap = cap < 4096 ? 4096 : cap;
        grown = realloc(c->out_bytes, cap);
        if (grown == NULL) {
            return NAMI_E_NOMEM;
        }
        c->out_bytes = grown;
        c->out_cap = cap;
    }
    for (size_t i = 0; i < count; i++) {
        if (parts[i].len > 0) {
            memcpy(c->out_bytes + c->out_len, parts[i].ptr, parts[i].len);
            c->out_len += parts[i].len;
        }
    }
    return NAMI_OK;
}

static void out_end(struct nami_out *out)
{
    of(out)->is_ended = true;
}

static void out_keepalive(struct nami_out *out, struct nami_slice bytes, uint32_t every_ms)
{
    struct keepalive *asked = &of(out)->keepalive_asked;

    asked->every_ms = 0;
    if (bytes.len > 0 && bytes.len <= sizeof(asked->bytes)) {
        memcpy(asked->bytes, bytes.ptr, bytes.len);
        asked->len = bytes.len;
        asked->every_ms = every_ms;
    }
}

void nami_output__init(struct connection *c)
{
    c->out = (struct nami_out){.struct_size = sizeof(c->out),
                               .room = out_room,
                               .write = out_write,
                               .end = out_end,
                               .keepalive = out_keepalive};
}

bool nami_output__is_empty(const struct connection *c)
{
    return c->out_len == 0 && atomic_load(&c->flying_len) == 0;
}

static void written(uv_write_t *write, int status)
{
    struct connection *c = write->data;

    c->is_writing = false;
    atomic_store(&c->flying_len, 0);
    c->active_ms = uv_now(nami_door__loop(c->door));
    if (c->state == CONNECTION_CLOSED) {
        return;
    }
    if (status != 0) {
        nami_connection__close(c);
        return;
    }
    nami_connection__pump(c);
}

/* Most answers fit into the socket's buffer: no request, no second copy. */
static bool write_now(struct connection *c)
{
    uv_buf_t buf = uv_buf_init((char *)c->out_bytes, (unsigned)c->out_len);
    int sent = uv_try_write((uv_stream_t *)&c->tcp, &buf, 1);

    if (sent < 0 && sent != UV_EAGAIN) {
        return false;
    }
    if (sent > 0) {
        c->active_ms = uv_now(nami_door__loop(c->door));
        c->out_len -= (size_t)sent;
        memmove(c->out_bytes, c->out_bytes + sent, c->out_len);
    }
    return true;
}

void nami_output__flush(struct connection *c)
{
    uint8_t *bytes = c->flying;
    size_t cap = c->flying_cap;
    uv_buf_t buf;

    if (c->is_writing || c->out_len == 0 || c->state == CONNECTION_CLOSED) {
        return;
    }
    if (!write_now(c)) {
        nami_connection__close(c);
        return;
    }
    if (c->out_len == 0) {
        if (c->out_cap > 2 * OUT_BYTES_HIGH) { /* an idle peer holds little memory */
            free(c->out_bytes);
            c->out_bytes = NULL;
            c->out_cap = 0;
        }
        return;
    }
    c->flying = c->out_bytes;
    c->flying_cap = c->out_cap;
    buf = uv_buf_init((char *)c->flying, (unsigned)c->out_len);
    atomic_store(&c->flying_len, c->out_len);
    c->out_bytes = bytes;
    c->out_cap = cap;
    c->out_len = 0;
    c->write.data = c;
    c->is_writing = true;
    c->write_since_ms = uv_now(nami_door__loop(c->door));
    if (uv_write(&c->write, (uv_stream_t *)&c->tcp, &buf, 1, written) != 0) {
        c->is_writing = false;
        nami_connection__close(c);
    }
}

/* Between two writes; of a few bytes the kernel takes all or none, else the peer is lost. */
void nami_output__keep_alive(struct connection *c)
{
    uv_buf_t buf = uv_buf_init((char *)c->keepalive.bytes, (unsigned)c->keepalive.len);
    int sent = c->is_writing ? UV_EAGAIN : uv_try_write((uv_stream_t *)&c->tcp, &buf, 1);

    if (sent == (int)c->keepalive.len) {
        c->active_ms = uv_now(nami_door__loop(c->door));
    } else if (sent != UV_EAGAIN) {
        nami_connection__close(c);
    }
}

void nami_output__release(struct connection *c)
{
    free(c->out_bytes);
    free(c->flying);
    c->out_bytes = NULL;
    c->flying = NULL;
}
