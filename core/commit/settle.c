/*
 * R7: write a slot and find out what became of it. Until that is settled, the only request
 * at its name is the same bytes again; "absent" is never "failed".
 */
#include "core/commit/commit_internal.h"

struct attempt {
    struct slot_put *put;
    bool may_be_there; /* an attempt may have been applied, or may be yet */
    bool is_settled;
    enum slot_fate fate;
    char key[NAMI_KEY_TEXT];
};

static void settled(struct attempt *attempt, enum slot_fate fate)
{
    attempt->is_settled = true;
    attempt->fate = fate;
}

/* GET the name: whose nonce is there? */
static void look(struct nami_commit *c, struct attempt *attempt)
{
    struct slot_put *put = attempt->put;
    struct nami_wal_reader reader;
    struct commit_io io;
    struct nami_buf *buf = c->host->buf_create(c->host, 2 * c->slot_bytes_max + (1u << 20));
    int32_t status = NAMI_E_NOMEM;

    if (buf == NULL) {
        return; /* not settled: another look may be luckier */
    }
    status = nami_commit__get(c, attempt->key, NULL, buf, &io);
    if (status == NAMI_E_NOT_FOUND && !attempt->may_be_there) {
        /* It existed a moment ago: freed by GC. R5's read will tell. */
        put->other = (struct nami_wal_header){0};
        settled(attempt, SLOT_OTHERS);
    } else if (status == NAMI_E_NOT_FOUND && !nami_commit__keeps(c, NAMI_RULE_R7)) {
        settled(attempt, SLOT_NOT_WRITTEN);
    } else if (status == NAMI_OK) {
        status =
            nami_wal_read_header(&reader, put->slot, c->host->buf_view(c->host, buf), &put->error);
        put->status = status;
        put->other = reader.header;
        put->answered_ms = NAMI_NO_TIME;
        put->is_final = attempt->may_be_there && !nami_commit__keeps(c, NAMI_RULE_R7_NONCE);
        if (status != NAMI_OK) {
            settled(attempt, SLOT_UNKNOWN); /* bytes that are nobody's */
        } else if (put->is_final) {
            settled(attempt, SLOT_OTHERS);
        } else {
            settled(attempt, memcmp(reader.header.nonce, put->nonce, NAMI_ID_BYTES) == 0
                                 ? SLOT_MINE
                                 : SLOT_OTHERS);
        }
    } else if (status != NAMI_E_NOT_FOUND) {
        put->status = status;
        put->error = io.error;
    }
    c->host->buf_destroy(c->host, buf);
}

static void try_put(struct nami_commit *c, struct attempt *attempt)
{
    struct slot_put *put = attempt->put;
    struct commit_io io;
    int64_t known_ms = c->k.store_ms;
    uint64_t began_ns = nami_commit__now(c);
    int32_t status = nami_commit__put(c, attempt->key, NAMI_WRITE_IF_ABSENT, NULL, put->bytes, &io);

    put->status = status;
    put->error = io.error;
    put->took_ns = nami_commit__now(c) - began_ns;
    if (io.result.outcome == NAMI_OUTCOME_APPLIED) {
        put->known_ms = known_ms;
        put->answered_ms = io.result.store_time_ms;
        put->is_certain = !attempt->may_be_there && nami_commit__now(c) < put->deadline_ns;
        settled(attempt, SLOT_MINE);
        return;
    }
    if (io.result.outcome == NAMI_OUTCOME_NOT_APPLIED && status != NAMI_E_PRECONDITION &&
        !attempt->may_be_there) {
        if (!nami_commit__is_passing(status, &io.error)) {
            settled(attempt, SLOT_NOT_WRITTEN);
        }
        return;
    }
    if (status == NAMI_E_PRECONDITION && attempt->may_be_there &&
        !nami_commit__keeps(c, NAMI_RULE_R7_NONCE)) {
        put->is_final = true;
        settled(attempt, SLOT_OTHERS);
        return;
    }
    attempt->may_be_there = attempt->may_be_there || io.result.outcome != NAMI_OUTCOME_NOT_APPLIED;
    look(c, attempt);
}

enum slot_fate nami_commit__put_slot(struct nami_commit *c, struct slot_put *put)
{
    struct attempt attempt = {.put = put};

    put->error = (struct nami_error){.struct_size = sizeof(put->error)};
    put->is_certain = false;
    put->is_final = false;
    put->answered_ms = NAMI_NO_TIME;
    put->known_ms = NAMI_NO_TIME;
    (void)nami_wal_key(nami_commit__prefix(c), put->slot, attempt.key, sizeof(attempt.key));
    for (uint64_t tries = 0; !attempt.is_settled; tries++) {
        if (tries > 0 && !nami_commit__back_off(c, tries - 1, put->deadline_ns)) {
            settled(&attempt, attempt.may_be_there ? SLOT_UNKNOWN : SLOT_NOT_WRITTEN);
            break;
        }
        try_put(c, &attempt);
    }
    if (put->status == NAMI_OK || put->status == NAMI_E_PRECONDITION) {
        put->status = NAMI_E_TRANSIENT; /* why, in case it is asked: not settled in time */
    }
    return attempt.fate;
}
