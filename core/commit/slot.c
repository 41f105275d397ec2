/* R13, R5: one group, one slot, one PUT; then its proof, then the answers. */
#include <inttypes.h>

#include "core/commit/commit_internal.h"

enum {
    GATHER_PART = 6,        /* R13: of the PUT's usual time */
    GATHER_LOOKS = 4,       /* "as long as they keep arriving", judged so often */
    GATHER_NS_MIN = 100000, /* less is lost in the clock's own slack */
    SLOT_KEEP_BYTES = 4 << 20
};

/* ---- when ---- */

bool nami_commit__group_is_ready_locked(struct nami_commit *c, uint64_t now_ns, uint64_t *until_ns)
{
    struct commit_keeper *k = &c->k;
    const struct commit_guarded *g = &c->guarded;
    uint64_t window_ns = k->put_ns / GATHER_PART;
    uint64_t look_ns = window_ns / GATHER_LOOKS;
    uint64_t end_ns = k->answered_ns + window_ns;

    if (g->staged.count == 0) {
        return false;
    }
    if (k->answered_ns == 0 || window_ns < GATHER_NS_MIN || now_ns >= end_ns || g->is_closing ||
        g->arrivals >= g->gather_count || g->staged.bytes >= c->slot_bytes_max) {
        return true;
    }
    if (k->gather_look_ns != 0 && now_ns >= k->gather_look_ns && g->arrivals == k->gather_seen) {
        return true; /* nobody came since the last look */
    }
    if (now_ns >= k->gather_look_ns) {
        k->gather_seen = g->arrivals;
        k->gather_look_ns = now_ns + look_ns;
    }
    *until_ns = k->gather_look_ns < end_ns ? k->gather_look_ns : end_ns;
    return false;
}

/* ---- what ---- */

bool nami_commit__is_big(const struct nami_commit *c, size_t len)
{
    return len + NAMI_WAL_FRAME_OVERHEAD_BYTES + NAMI_WAL_OVERHEAD_BYTES > c->slot_bytes_max;
}

/* Take from what is staged as much as a slot holds, at least one frame. */
static void cut(struct nami_commit *c, struct frame_list *group)
{
    struct commit_guarded *g = &c->guarded;
    uint64_t left = c->slot_bytes_max - NAMI_WAL_OVERHEAD_BYTES;

    (void)pthread_mutex_lock(&c->lock);
    while (g->staged.head != NULL && group->count < NAMI_WAL_FRAMES_MAX) {
        struct staged_frame *frame = g->staged.head;
        uint64_t bytes =
            NAMI_WAL_FRAME_OVERHEAD_BYTES + (nami_commit__is_big(c, frame->len) ? 0 : frame->len);
        struct frame_list one = {.head = frame, .tail = frame, .count = 1, .bytes = frame->len};

        if (bytes > left && group->count > 0) {
            break;
        }
        left -= bytes < left ? bytes : left;
        g->staged.head = frame->next;
        g->staged.tail = g->staged.head != NULL ? g->staged.tail : NULL;
        g->staged.count--;
        g->staged.bytes -= frame->len;
        frame->next = NULL;
        nami_commit__frames_append(group, &one);
    }
    if (group->tail != NULL) {
        g->flight_lsn = group->tail->lsn;
        nami_commit__move_locked(c, &g->settle_later, &g->settle_now, PLACE_SETTLE_NOW);
    }
    nami_commit__grant_locked(c); /* there may be room again */
    (void)pthread_mutex_unlock(&c->lock);
}

int32_t nami_commit__slot_header(struct nami_commit *c, uint32_t kind, struct nami_wal_header *out)
{
    const struct commit_position *at = &c->k.at;

    *out = (struct nami_wal_header){.slot = at->slot + 1,
                                    .epoch = c->k.manifest.epoch,
                                    .first_lsn = at->lsn + 1,
                                    .last_lsn = at->lsn,
                                    .kind = kind};
    memcpy(out->ns_uuid, c->k.manifest.ns_uuid, NAMI_ID_BYTES);
    memcpy(out->prev_nonce, at->nonce, NAMI_ID_BYTES);
    (void)snprintf(out->writer, sizeof(out->writer), "%s", c->node_id);
    return nami_commit__nonce(c, at->nonce, out->nonce);
}

static int32_t encode_frames(struct nami_commit *c, struct nami_wal_writer *writer,
                             const struct frame_list *group, struct nami_error *err)
{
    struct nami_wal_frame out;
    int32_t status = NAMI_OK;

    for (const struct staged_frame *frame = group->head; frame != NULL && status == NAMI_OK;
         frame = frame->next) {
        struct nami_slice body = nami_bytes(frame->bytes, frame->len);

        out = (struct nami_wal_frame){.lsn = frame->lsn, .type = NAMI_WAL_FRAME_BODY, .body = body};
        if (nami_commit__is_big(c, frame->len)) {
            status = nami_commit__put_big(c, body, &out, err);
            out.lsn = frame->lsn;
        }
        if (status == NAMI_OK) {
            status = nami_wal_write_frame(writer, &out);
            if (status != NAMI_OK) {
                (void)NAMI_FAIL(err, status, "no memory for a log slot");
            }
        }
    }
    return status;
}

static int32_t encode(struct nami_commit *c, const struct nami_wal_header *header,
                      const struct frame_list *group, struct nami_error *err)
{
    struct nami_wal_writer writer;
    int32_t status = NAMI_OK;

    if (c->k.slot.cap > SLOT_KEEP_BYTES) {
        nami_buf_release(&c->k.slot);
    }
    nami_buf_clear(&c->k.slot);
    status = nami_wal_write_header(&writer, &c->k.slot, header);
    if (status != NAMI_OK) {
        return NAMI_FAIL(err, status, "no memory for a log slot");
    }
    return encode_frames(c, &writer, group, err);
}

/* ---- and then ---- */

void nami_commit__slot_is_mine(struct nami_commit *c, const struct nami_wal_header *header,
                               const struct slot_put *put)
{
    c->k.at = (struct commit_position){.slot = header->slot,
                                       .lsn = header->last_lsn,
                                       .epoch = header->epoch,
                                       .modified_ms = put->answered_ms,
                                       .kind = header->kind};
    memcpy(c->k.at.nonce, header->nonce, NAMI_ID_BYTES);
}

/* Proven: readers may see it, and those who wait hear it. */
static void acknowledge(struct nami_commit *c, const struct nami_wal_header *header,
                        const struct slot_put *put)
{
    struct commit_guarded *g = &c->guarded;
    uint64_t now = nami_commit__now(c);

    nami_commit__slot_is_mine(c, header, put);
    c->k.shown_lsn = header->last_lsn;
    c->replica.publish(c->replica.self, header->last_lsn);
    c->k.put_ns = c->k.put_ns == 0 ? put->took_ns : (7 * c->k.put_ns + put->took_ns) / 8;
    c->k.answered_ns = now;
    c->k.gather_look_ns = 0;
    c->k.may_describe = true;
    nami_commit__lead_check_later(c);
    if (c->k.problem.condition != NAMI_COND_NONE) {
        nami_commit__set_problem(c, NULL);
    }
    (void)pthread_mutex_lock(&c->lock);
    g->proven_lsn = header->last_lsn;
    g->arrivals = 0;
    g->gather_count = header->frame_count;
    g->status.slot = header->slot;
    g->status.lsn = header->last_lsn;
    g->status.commits++;
    g->status.frames += header->frame_count;
    nami_commit__wake_all_locked(&g->settle_now);
    (void)pthread_mutex_unlock(&c->lock);
    if (!nami_commit__is_my_manifest(c)) { /* R5: acknowledge, then become FOLLOWER */
        nami_commit__fence(c, "another host has taken over");
    }
}

/* CommitUnknown, POISONED: what is there will be found by following. */
static void poison(struct nami_commit *c, uint64_t last_lsn, const char *why)
{
    struct commit_problem verdict = {.condition = NAMI_COND_COMMIT_FAILED};

    (void)snprintf(verdict.message, sizeof(verdict.message), "%s", why);
    nami_commit__log(c, NAMI_LOG_WARN, "the fate of slot %" PRIu64 " is not known: %s",
                     c->k.at.slot + 1, why);
    nami_commit__end_term(c, last_lsn, &verdict, false);
}

/* It did not happen and will not: nothing is kept, and the next group may try again. */
static void not_written(struct nami_commit *c, int32_t status, const struct nami_error *err)
{
    struct commit_problem problem = nami_commit__problem(status, err);

    problem.is_of_writes = true;
    nami_commit__set_problem(c, &problem); /* whoever hears of it may ask how we are */
    nami_commit__end_term(c, 0, &problem, true);
}

/* The shortcuts that R3 and R4a forbid: keep the bytes and take the next slot. */
static bool tries_next_slot(const struct nami_commit *c, const struct slot_put *put)
{
    return (!nami_commit__keeps(c, NAMI_RULE_R3) && put->other.epoch < c->k.manifest.epoch) ||
           (!nami_commit__keeps(c, NAMI_RULE_R4_FORK) && put->other.epoch == c->k.manifest.epoch);
}

static enum slot_fate put_group(struct nami_commit *c, struct nami_wal_header *header,
                                const struct frame_list *group, struct slot_put *put)
{
    enum slot_fate fate = SLOT_NOT_WRITTEN;

    do {
        put->deadline_ns = nami_commit__deadline(c);
        put->slot = header->slot;
        memcpy(put->nonce, header->nonce, NAMI_ID_BYTES);
        put->error = (struct nami_error){.struct_size = sizeof(put->error)};
        put->status = encode(c, header, group, &put->error);
        if (put->status != NAMI_OK) {
            return SLOT_NOT_WRITTEN;
        }
        put->bytes = nami_buf_view(&c->k.slot);
        fate = nami_commit__put_slot(c, put);
        header->slot++;
        memcpy(header->prev_nonce, put->other.nonce, NAMI_ID_BYTES);
    } while (fate == SLOT_OTHERS && tries_next_slot(c, put));
    header->slot = put->slot;
    return fate;
}

static void judge_group(struct nami_commit *c, enum slot_fate fate,
                        const struct nami_wal_header *header, struct slot_put *put)
{
    bool is_final = put->is_final || !nami_commit__keeps(c, NAMI_RULE_R7_FOREIGN);

    switch (fate) {
    case SLOT_MINE:
        if (nami_commit__prove(c, put, true) == PROOF_HELD) {
            acknowledge(c, header, put);
        } else {
            poison(c, header->last_lsn, "the slot could not be proven");
        }
        break;
    case SLOT_OTHERS:
        if (is_final || nami_commit__prove(c, put, false) == PROOF_HELD) {
            nami_commit__fence(c, "another host has taken the slot"); /* R7: a final no */
        } else {
            poison(c, header->last_lsn,
                   "another host has taken the slot, and it may be an old one");
        }
        break;
    case SLOT_NOT_WRITTEN:
        not_written(c, put->status, &put->error);
        break;
    case SLOT_UNKNOWN:
        poison(c, header->last_lsn, put->error.message);
        break;
    }
}

void nami_commit__commit_group(struct nami_commit *c)
{
    struct frame_list group = {0};
    struct nami_wal_header header;
    struct slot_put put = {0};
    struct nami_error err = {.struct_size = sizeof(err)};
    int32_t status = NAMI_OK;

    cut(c, &group);
    if (group.head == NULL) {
        return;
    }
    status = nami_commit__slot_header(c, NAMI_WAL_DATA, &header);
    header.first_lsn = group.head->lsn;
    header.last_lsn = group.tail->lsn;
    header.frame_count = (uint32_t)group.count;
    if (status == NAMI_OK && !nami_commit__keeps(c, NAMI_RULE_R5_AFTER)) {
        status = nami_commit__read_manifest(c, &err);
        if (status == NAMI_OK && c->k.manifest.floor >= header.slot) {
            nami_commit__fence(c, "the floor has passed");
            goto out;
        }
    }
    if (status == NAMI_OK) {
        enum slot_fate fate = put_group(c, &header, &group, &put);

        judge_group(c, fate, &header, &put);
    } else {
        not_written(c, status, &err);
    }

out:
    nami_commit__frames_free(c, &group);
}

void nami_commit__write_release(struct nami_commit *c)
{
    struct nami_wal_header header;
    struct nami_wal_writer writer;
    struct slot_put put = {.deadline_ns = nami_commit__deadline(c)};

    nami_buf_clear(&c->k.slot);
    if (nami_commit__slot_header(c, NAMI_WAL_RELEASE, &header) != NAMI_OK ||
        nami_wal_write_header(&writer, &c->k.slot, &header) != NAMI_OK) {
        return; /* the lease runs out instead */
    }
    put.slot = header.slot;
    put.bytes = nami_buf_view(&c->k.slot);
    memcpy(put.nonce, header.nonce, NAMI_ID_BYTES);
    if (nami_commit__put_slot(c, &put) != SLOT_MINE) {
        nami_commit__log(c, NAMI_LOG_WARN, "the lease was not released: %s", put.error.message);
    }
}
