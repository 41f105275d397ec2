/* From bytes to messages. Messages point into blocks, so a block never moves or shrinks. */
#include "host/connection.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES_MIN = 16 * 1024 - 64, BLOCK_SPARE_MIN = 4096 };

static void unref(struct block *block)
{
    if (block != NULL && --block->refs == 0) {
        free(block);
    }
}

void nami_input__alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    const struct connection *c = handle->data;
    size_t bytes = 0;
    uint8_t *at = nami_door__read_buffer(c->door, &bytes);

    (void)suggested;
    *buf = uv_buf_init((char *)at, (unsigned)bytes);
}

static size_t limit_of(const struct connection *c)
{
    return c->services.has_principal ? MESSAGE_BYTES_MAX : STRANGER_BYTES_MAX;
}

/* Make room for `more` bytes behind what is not yet framed. */
static bool reserve(struct connection *c, size_t more)
{
    size_t len = c->in_end - c->in_begin;
    size_t want = len + more;
    struct block *fresh = NULL;

    if (c->in != NULL && c->in->size - c->in_end >= more) {
        return true;
    }
    want = want < c->in_wanted && c->in_wanted <= limit_of(c) ? c->in_wanted : want;
    want = c->in != NULL && want < 2 * len ? 2 * len : want;
    want = want < BLOCK_BYTES_MIN ? BLOCK_BYTES_MIN : want + BLOCK_SPARE_MIN;
    fresh = malloc(sizeof(*fresh) + want);
    if (fresh == NULL) {
        return false;
    }
    fresh->refs = 1;
    fresh->size = want;
    if (len > 0) {
        memcpy(fresh->bytes, c->in->bytes + c->in_begin, len);
    }
    unref(c->in);
    c->in = fresh;
    c->in_begin = 0;
    c->in_end = len;
    return true;
}

static void queue(struct connection *c, const struct nami_frame *frame)
{
    struct message *message = &c->messages[(c->message_first + c->message_count) % MESSAGES_MAX];

    message->frame = *frame;
    message->block = c->in;
    if (c->in != NULL) {
        c->in->refs++;
    }
    c->message_count++;
}

/* One look of the framer. true: look again. */
static bool cut_once(struct connection *c, struct nami_frame *frame, int32_t *status)
{
    struct nami_stream stream = {.struct_size = sizeof(stream),
                                 .state = NAMI_STREAM_OPEN,
                                 .bytes = c->in != NULL ? c->in->bytes + c->in_begin : NULL,
                                 .len = c->in_end - c->in_begin};

    if (c->peer_ended) {
        stream.state = NAMI_STREAM_ENDED;
    } else if (stream.len >= limit_of(c) && c->message_count == 0) {
        stream.state = NAMI_STREAM_FULL;
    }
    *frame = (struct nami_frame){.struct_size = sizeof(*frame)};
    *status = c->proto->frame(c->framer, &stream, frame);
    if (*status != NAMI_OK || frame->consumed_bytes > stream.len) {
        return false;
    }
    c->in_begin += frame->consumed_bytes;
    c->in_wanted = frame->flags == 0 ? frame->wanted_bytes : 0;
    if ((frame->flags & NAMI_FRAME_URGENT) != 0 && c->message_count > 0) {
        nami_cancel_trip(&c->cancel);
    }
    if (frame->flags != 0) {
        queue(c, frame);
    }
    c->is_last = (frame->flags & NAMI_FRAME_LAST) != 0;
    return !c->is_last && (frame->flags != 0 || frame->consumed_bytes > 0);
}

bool nami_input__cut(struct connection *c)
{
    struct nami_frame frame;
    int32_t status = NAMI_OK;

    while (!c->is_last && c->message_count < MESSAGES_MAX && cut_once(c, &frame, &status)) {
    }
    if (c->in_begin == c->in_end) { /* nothing half-framed: an idle peer holds no memory */
        unref(c->in);
        c->in = NULL;
        c->in_begin = 0;
        c->in_end = 0;
    }
    if (!nami_input__is_midway(c)) {
        c->message_since_ms = 0;
    } else if (c->message_since_ms == 0) {
        c->message_since_ms = uv_now(nami_door__loop(c->door));
    }
    return status == NAMI_OK;
}

/* Also when all bytes are consumed: a framer that wants several has read the head of something. */
bool nami_input__is_midway(const struct connection *c)
{
    return c->in_end > c->in_begin || c->in_wanted > 1;
}

void nami_input__drop(struct connection *c)
{
    unref(c->messages[c->message_first].block);
    c->message_first = (c->message_first + 1) % MESSAGES_MAX;
    c->message_count--;
    c->served_count++;
}

void nami_input__update(struct connection *c)
{
    size_t unframed = c->in_end - c->in_begin;
    bool may_follow = c->state == CONNECTION_WORKING || !c->is_ended;
    bool wants = c->state == CONNECTION_LINGERING ||
                 (!c->is_last && !c->peer_ended && may_follow && c->message_count < MESSAGES_MAX &&
                  (c->message_count == 0 || unframed < limit_of(c)));

    if (c->state == CONNECTION_CLOSED || wants == c->is_reading) {
        return;
    }
    if (wants) {
        c->is_reading =
            uv_read_start((uv_stream_t *)&c->tcp, nami_input__alloc, nami_input__read) == 0;
    } else {
        (void)uv_read_stop((uv_stream_t *)&c->tcp);
        c->is_reading = false;
    }
}

void nami_input__read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf)
{
    struct connection *c = stream->data;
    size_t len = count > 0 ? (size_t)count : 0;

    c->active_ms = uv_now(nami_door__loop(c->door));
    if (c->state == CONNECTION_LINGERING) {
        c->lingered_bytes += len;
        if (count < 0 || c->lingered_bytes > LINGER_BYTES_MAX) {
            nami_connection__close(c);
        }
        return;
    }
    if (count < 0) {
        c->peer_ended = true;
        (void)uv_read_stop(stream);
        c->is_reading = false;
        if (count != UV_EOF) {
            nami_cancel_trip(&c->cancel);
        }
    } else if (len > 0) {
        if (!reserve(c, len)) {
            nami_connection__close(c);
            return;
        }
        memcpy(c->in->bytes + c->in_end, buf->base, len);
        c->in_end += len;
    }
    if (c->in_end - c->in_begin < c->in_wanted && !c->peer_ended &&
        c->in_end - c->in_begin < limit_of(c)) {
        return; /* the framer said that it is not worth a look */
    }
    if (!nami_input__cut(c)) {
        nami_connection__close(c);
        return;
    }
    if (c->peer_ended) {
        nami_connection__retry(c); /* what waits may hear that it is cancelled */
    } else {
        nami_connection__pump(c);
    }
}

void nami_input__release(struct connection *c)
{
    while (c->message_count > 0) {
        nami_input__drop(c);
    }
    unref(c->in);
    c->in = NULL;
}
