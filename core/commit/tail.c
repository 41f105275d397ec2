/*
 * Reading the log: the next slots side by side, until one is absent. Each must continue the
 * one before it (R4c). A run is only read here; whether it counts is decided by who asked,
 * after a look at the floor (R3, R11).
 *
 * The end of the log is a 404 and nothing else. There is no LIST: it would only guess how
 * many slots there are, and the size of the last ones says as well how many to ask for.
 */
#include <inttypes.h>

#include "core/base/limits.h"
#include "core/commit/commit_internal.h"

enum {
    RUN_BYTES_MAX = 64 << 20, /* of one run, judged by the largest slot of the last one */
    RUN_GROWTH = 8            /* after a full run, ask for so many times more */
};

/* A slot of ours is never larger; another configuration may have made one of twice the limit. */
static uint64_t slot_bytes_ceiling(const struct nami_commit *c)
{
    uint64_t ours =
        c->slot_bytes_max > NAMI_SLOT_BYTES_MAX ? c->slot_bytes_max : NAMI_SLOT_BYTES_MAX;

    return 2 * ours;
}

void nami_commit__drop_run(struct nami_commit *c)
{
    struct tail_run *run = c->k.run;

    for (size_t i = 0; i < NAMI_TAIL_SLOTS; i++) {
        c->host->buf_destroy(c->host, run->bufs[i]);
        run->bufs[i] = NULL;
    }
    run->count = 0;
}

struct nami_slice nami_commit__run_bytes(const struct nami_commit *c, size_t i)
{
    return c->host->buf_view(c->host, c->k.run->bufs[i]);
}

static int32_t prepare(struct nami_commit *c, uint64_t first, size_t want, struct nami_error *err)
{
    struct tail_run *run = c->k.run;

    for (size_t i = 0; i < want; i++) {
        run->bufs[i] = c->host->buf_create(c->host, slot_bytes_ceiling(c));
        if (run->bufs[i] == NULL) {
            return NAMI_FAIL(err, NAMI_E_NOMEM, "no memory to read the log");
        }
        (void)nami_wal_key(nami_commit__prefix(c), first + i, run->keys[i], NAMI_KEY_TEXT);
        run->results[i] = (struct nami_result){.struct_size = sizeof(run->results[i])};
        run->reqs[i] = (struct nami_read){.struct_size = sizeof(run->reqs[i]),
                                          .key = nami_text(run->keys[i]),
                                          .length = NAMI_TO_END,
                                          .buf = run->bufs[i],
                                          .result = &run->results[i]};
    }
    return NAMI_OK;
}

/* How many were found before the first absent one? Another failure there is the run's. */
static int32_t count_found(struct nami_commit *c, uint64_t first, struct nami_error *err)
{
    struct tail_run *run = c->k.run;

    for (size_t i = 0; i < run->asked; i++) {
        const struct nami_result *result = &run->results[i];

        if (result->status != NAMI_OK && result->status != NAMI_E_NOT_FOUND) {
            return NAMI_FAIL(err, result->status, "slot %" PRIu64 " could not be read (status %d)",
                             first + i, (int)result->status);
        }
        if (result->store_time_ms == NAMI_NO_TIME) {
            run->answered_ms = NAMI_NO_TIME;
        } else if (i == 0 ||
                   (run->answered_ms != NAMI_NO_TIME && result->store_time_ms > run->answered_ms)) {
            run->answered_ms = result->store_time_ms;
        }
        nami_commit__note_time(c, result);
        if (result->status == NAMI_E_NOT_FOUND) {
            break;
        }
        run->count++;
    }
    return NAMI_OK;
}

int32_t nami_commit__read_run(struct nami_commit *c, uint64_t first, size_t want,
                              struct nami_error *err)
{
    struct tail_run *run = c->k.run;
    struct nami_call call = {.struct_size = sizeof(call),
                             .priority = NAMI_PRIORITY_COMMIT,
                             .deadline_ns = nami_commit__deadline(c)};
    int32_t status = NAMI_OK;

    nami_commit__drop_run(c);
    run->asked = want;
    run->answered_ms = NAMI_NO_TIME;
    status = prepare(c, first, want, err);
    if (status == NAMI_OK) {
        /* The elements say all there is to know: NOT_FOUND is the usual end. */
        (void)!nami_store_call(c->store, &call, NAMI_STORE_READ, run->reqs, want,
                               sizeof(run->reqs[0]));
        status = count_found(c, first, err);
    }
    if (status != NAMI_OK) {
        nami_commit__drop_run(c);
    }
    return status;
}

size_t nami_commit__next_want(const struct nami_commit *c)
{
    const struct tail_run *run = c->k.run;
    size_t largest = 1;
    size_t want = run->asked * RUN_GROWTH;

    if (run->count < run->asked) {
        return 1; /* that was the end */
    }
    for (size_t i = 0; i < run->count; i++) {
        size_t len = nami_commit__run_bytes(c, i).len;

        largest = len > largest ? len : largest;
    }
    want = want < RUN_BYTES_MAX / largest ? want : RUN_BYTES_MAX / largest;
    want = want < NAMI_TAIL_SLOTS ? want : NAMI_TAIL_SLOTS;
    return want > 0 ? want : 1;
}

/* R4c: a record that does not continue the log is foreign: never applied, never skipped. */
static int32_t check_continues(const struct nami_commit *c, uint64_t slot,
                               const struct nami_wal_header *header, struct nami_error *err)
{
    const struct commit_position *at = &c->k.at;
    const char *what = NULL;

    if (memcmp(header->ns_uuid, c->k.manifest.ns_uuid, NAMI_ID_BYTES) != 0) {
        what = "it belongs to another namespace (ns_uuid)";
    } else if (header->slot != slot) {
        what = "it says that it is another slot";
    } else if (memcmp(header->prev_nonce, at->nonce, NAMI_ID_BYTES) != 0) {
        what = "it does not follow the slot before it (prev_nonce)";
    } else if (header->first_lsn != at->lsn + 1 && nami_commit__keeps(c, NAMI_RULE_R3)) {
        what = "its LSNs do not follow those before it";
    }
    return what == NULL
               ? NAMI_OK
               : NAMI_FAIL(err, NAMI_E_CORRUPT, "slot %" PRIu64 " is foreign: %s", slot, what);
}

static int32_t apply_frame(struct nami_commit *c, uint64_t slot, const struct nami_wal_frame *frame,
                           struct nami_error *err)
{
    struct nami_buf *big = NULL;
    struct nami_slice body = frame->body;
    int32_t status = NAMI_OK;

    if (frame->type == NAMI_WAL_FRAME_BIG) {
        status = nami_commit__get_big(c, slot, frame, &big, err);
        body = status == NAMI_OK ? c->host->buf_view(c->host, big) : body;
    }
    if (status == NAMI_OK) {
        status = c->replica.apply(c->replica.self, frame->lsn, body, err);
    }
    c->host->buf_destroy(c->host, big);
    return status;
}

static int32_t apply_frames(struct nami_commit *c, struct nami_wal_reader *reader,
                            struct nami_error *err)
{
    struct nami_wal_frame frame;
    int32_t status = NAMI_OK;

    while (status == NAMI_OK && nami_wal_has_frame(reader)) {
        status = nami_wal_read_frame(reader, &frame, err);
        if (status == NAMI_OK) {
            status = apply_frame(c, reader->header.slot, &frame, err);
        }
    }
    if (status != NAMI_OK) {
        c->k.needs_reset = true; /* half a slot was applied */
    }
    return status;
}

int32_t nami_commit__apply(struct nami_commit *c, size_t i, struct nami_error *err)
{
    struct commit_position *at = &c->k.at;
    const struct nami_result *result = &c->k.run->results[i];
    struct nami_wal_reader reader;
    uint64_t slot = at->slot + 1;
    int32_t status = nami_wal_read_header(&reader, slot, nami_commit__run_bytes(c, i), err);

    if (status == NAMI_OK) {
        status = check_continues(c, slot, &reader.header, err);
    }
    if (status == NAMI_OK) {
        status = nami_wal_check(&reader, err); /* all of it, before any of it is applied */
    }
    /* R4b: the manifest's epoch is no judge of a slot. */
    if (status == NAMI_OK &&
        (nami_commit__keeps(c, NAMI_RULE_R4) || reader.header.epoch >= c->k.manifest.epoch)) {
        status = apply_frames(c, &reader, err);
    }
    if (status != NAMI_OK) {
        return status;
    }
    *at = (struct commit_position){.slot = slot,
                                   .lsn = reader.header.last_lsn,
                                   .epoch = reader.header.epoch,
                                   .modified_ms = result->last_modified_ms,
                                   .kind = reader.header.kind};
    memcpy(at->nonce, reader.header.nonce, NAMI_ID_BYTES);
    nami_commit__show(c);
    return NAMI_OK;
}
