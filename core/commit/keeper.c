/* The keeper: one loop that does the next thing, or sleeps until there is one. */
#include <inttypes.h>

#include "core/commit/commit_internal.h"
#include "core/store/store_probe.h"

enum work {
    WORK_NONE,
    WORK_CLOSE,
    WORK_EDIT,
    WORK_SLOT,
    WORK_DESCRIBE,
    WORK_CLAIM,
    WORK_TURN,
    WORK_CHECK_WRITES
};

static void sooner(uint64_t *until_ns, uint64_t ns)
{
    *until_ns = ns < *until_ns ? ns : *until_ns;
}

/* Is it time to follow, or to see whether we still lead? */
static bool is_turn_due_locked(const struct nami_commit *c, uint64_t now, uint64_t *until_ns)
{
    bool is_asked = c->guarded.refresh_new.head != NULL && c->k.turn_failures == 0;

    if (is_asked || now >= c->k.turn_due_ns) {
        return true;
    }
    sooner(until_ns, c->k.turn_due_ns);
    return false;
}

static bool is_claim_due_locked(const struct nami_commit *c, uint64_t now, uint64_t *until_ns)
{
    const struct nami_waiter *first = c->guarded.token_queue.head;

    if (c->k.state != KEEPER_FOLLOWER || first == NULL) {
        return false;
    }
    if (now >= c->k.claim_due_ns) {
        return true;
    }
    sooner(until_ns, c->k.claim_due_ns);
    return false;
}

static bool is_check_due(const struct nami_commit *c, uint64_t now, uint64_t *until_ns)
{
    if (!c->k.problem.is_of_writes) {
        return false;
    }
    if (now >= c->k.write_check_ns) {
        return true;
    }
    sooner(until_ns, c->k.write_check_ns);
    return false;
}

static bool is_describe_due(const struct nami_commit *c, uint64_t now, uint64_t *until_ns)
{
    if (c->k.state != KEEPER_LEADER || !c->k.may_describe) {
        return false;
    }
    if (now >= c->k.describe_due_ns) {
        return true;
    }
    sooner(until_ns, c->k.describe_due_ns);
    return false;
}

/* The most urgent thing first; WORK_NONE: nothing before *until_ns. */
static enum work next_work_locked(struct nami_commit *c, uint64_t *until_ns)
{
    uint64_t now = nami_commit__now(c);
    bool is_ready =
        c->k.state == KEEPER_LEADER && nami_commit__group_is_ready_locked(c, now, until_ns);

    if (is_describe_due(c, now, until_ns)) {
        return WORK_DESCRIBE; /* only begun: nobody waits for it */
    }
    if (c->guarded.edits != NULL && (!is_ready || c->k.was_slot)) {
        return WORK_EDIT;
    }
    if (is_ready) {
        return WORK_SLOT;
    }
    if (c->guarded.is_closing && c->guarded.staged.count == 0) {
        return WORK_CLOSE;
    }
    if (is_claim_due_locked(c, now, until_ns)) {
        return WORK_CLAIM;
    }
    if (is_turn_due_locked(c, now, until_ns)) {
        return WORK_TURN;
    }
    return is_check_due(c, now, until_ns) ? WORK_CHECK_WRITES : WORK_NONE;
}

static enum work next_work(struct nami_commit *c)
{
    struct commit_guarded *g = &c->guarded;
    enum work work = WORK_NONE;

    (void)pthread_mutex_lock(&c->lock);
    for (;;) {
        uint64_t until = NAMI_NO_DEADLINE;

        work = next_work_locked(c, &until);
        if (work != WORK_NONE) {
            break;
        }
        g->event = (struct nami_event){0};
        g->is_asleep = true;
        g->is_gathering = c->k.state == KEEPER_LEADER && g->staged.count > 0;
        (void)pthread_mutex_unlock(&c->lock);
        (void)c->host->event_wait(c->host, &g->event, until);
        (void)pthread_mutex_lock(&c->lock);
        g->is_asleep = false;
        g->is_gathering = false;
    }
    (void)pthread_mutex_unlock(&c->lock);
    return work;
}

/* One edit; false: there is none. */
static bool edit(struct nami_commit *c)
{
    struct commit_guarded *g = &c->guarded;
    struct nami_manifest_edit *first = NULL;

    (void)pthread_mutex_lock(&c->lock);
    first = g->edits;
    if (first != NULL) {
        g->edits = first->next;
        g->edits_end = g->edits == NULL ? &g->edits : g->edits_end;
    }
    (void)pthread_mutex_unlock(&c->lock);
    if (first != NULL) {
        nami_commit__run_edit(c, first);
    }
    return first != NULL;
}

/* Writes failed: do they still? Nobody may be writing, and health should not lie. */
static void check_writes(struct nami_commit *c)
{
    struct nami_error err = {.struct_size = sizeof(err)};
    struct nami_call call = {.struct_size = sizeof(call),
                             .priority = NAMI_PRIORITY_BACKGROUND,
                             .deadline_ns = nami_commit__deadline(c)};

    if (nami_store_probe(c->store, &call, nami_commit__prefix(c), &err) == NAMI_OK) {
        nami_commit__set_problem(c, NULL);
    }
    c->k.write_check_ns = nami_commit__now(c) + NAMI_WRITE_CHECK_MS * UINT64_C(1000000);
}

static void say_goodbye(struct nami_commit *c)
{
    struct commit_problem closed = {.condition = NAMI_COND_SHUTTING_DOWN,
                                    .message = "the database is closing"};
    struct nami_diagnostic why = {0};

    while (edit(c)) {
    }
    if (c->k.state == KEEPER_LEADER) {
        if (c->k.may_describe) {
            nami_commit__describe(c);
        }
        nami_commit__write_release(c);
        nami_commit__end_term(c, 0, &closed,
                              false); /* there is nothing staged but by a latecomer */
    }
    nami_commit__describe_finish(c);
    nami_commit__release_hold(c);
    (void)nami_diagnose(&why, closed.condition, NULL, "%s", closed.message);
    nami_commit__refuse(c, &why, true);
    (void)pthread_mutex_lock(&c->lock);
    nami_commit__wake_all_locked(&c->guarded.refresh_new);
    nami_commit__wake_all_locked(&c->guarded.refresh_now);
    (void)pthread_mutex_unlock(&c->lock);
}

void nami_commit__keep(struct nami_actor *actor)
{
    struct nami_commit *c = (struct nami_commit *)(void *)actor;

    for (;;) {
        enum work work = next_work(c);

        c->k.was_slot = work == WORK_SLOT;
        switch (work) {
        case WORK_SLOT:
            nami_commit__commit_group(c);
            break;
        case WORK_EDIT:
            (void)edit(c);
            break;
        case WORK_DESCRIBE:
            nami_commit__describe(c);
            break;
        case WORK_CLAIM:
            nami_commit__claim(c);
            break;
        case WORK_TURN:
            nami_commit__turn(c);
            break;
        case WORK_CHECK_WRITES:
            check_writes(c);
            break;
        case WORK_NONE:
            break;
        case WORK_CLOSE:
            say_goodbye(c);
            return;
        }
        nami_commit__want_hold(c);
    }
}
