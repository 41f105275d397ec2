/* Requests, the store's time, patience and chance. */
#include <errno.h>
#include <stdarg.h>

#include "core/commit/commit_internal.h"

enum { BACK_OFF_MS_MIN = 20, BACK_OFF_MS_MAX = 1000 };

uint64_t nami_commit__now(const struct nami_commit *c)
{
    return c->host->mono_ns(c->host);
}

static uint64_t in_ms(const struct nami_commit *c, uint64_t ms)
{
    return nami_commit__now(c) + ms * 1000000u;
}

uint64_t nami_commit__deadline(struct nami_commit *c)
{
    uint64_t deadline = in_ms(c, c->settle_ms);

    (void)pthread_mutex_lock(&c->lock);
    if (c->guarded.is_closing && c->guarded.close_deadline_ns < deadline) {
        deadline = c->guarded.close_deadline_ns;
    }
    (void)pthread_mutex_unlock(&c->lock);
    return deadline;
}

struct nami_slice nami_commit__prefix(const struct nami_commit *c)
{
    return nami_text(c->prefix);
}

void nami_commit__note_time(struct nami_commit *c, const struct nami_result *result)
{
    if (result->store_time_ms != NAMI_NO_TIME) {
        c->k.store_ms = result->store_time_ms;
    }
}

static struct nami_call call_of(struct nami_commit *c)
{
    return (struct nami_call){.struct_size = sizeof(struct nami_call),
                              .priority = NAMI_PRIORITY_COMMIT,
                              .deadline_ns = nami_commit__deadline(c)};
}

static void io_init(struct commit_io *io)
{
    *io = (struct commit_io){.result = {.struct_size = sizeof(io->result)},
                             .error = {.struct_size = sizeof(io->error)}};
}

/* A failure that said nothing still has a line for people. */
static void explain(struct commit_io *io, const char *op, const char *key, int32_t status)
{
    if (status != NAMI_OK && io->error.message[0] == '\0') {
        (void)NAMI_FAIL(&io->error, status, "%s of %s failed (status %d)", op, key, (int)status);
    }
}

int32_t nami_commit__get(struct nami_commit *c, const char *key, const struct nami_version *version,
                         struct nami_buf *buf, struct commit_io *io)
{
    struct nami_call call = call_of(c);
    struct nami_read req = {.struct_size = sizeof(req),
                            .when = version != NULL ? NAMI_READ_IF_NONE_MATCH : NAMI_READ_ALWAYS,
                            .key = nami_text(key),
                            .length = NAMI_TO_END,
                            .version = version,
                            .buf = buf,
                            .result = &io->result,
                            .error = &io->error};
    int32_t status = NAMI_OK;

    io_init(io);
    status = nami_store_call(c->store, &call, NAMI_STORE_READ, &req, 1, sizeof(req));
    nami_commit__note_time(c, &io->result);
    explain(io, "read", key, status);
    return status;
}

int32_t nami_commit__put(struct nami_commit *c, const char *key, uint32_t when,
                         const struct nami_version *version, struct nami_slice bytes,
                         struct commit_io *io)
{
    struct nami_call call = call_of(c);
    struct nami_write req = {.struct_size = sizeof(req),
                             .when = when,
                             .key = nami_text(key),
                             .parts = &bytes,
                             .part_count = 1,
                             .version = version,
                             .result = &io->result,
                             .error = &io->error};
    int32_t status = NAMI_OK;

    io_init(io);
    status = nami_store_call(c->store, &call, NAMI_STORE_WRITE, &req, 1, sizeof(req));
    if (status == NAMI_E_INVALID && io->result.attempts == 0) {
        io->result.outcome = NAMI_OUTCOME_NOT_APPLIED; /* a forked child: nothing was sent */
    }
    nami_commit__note_time(c, &io->result);
    explain(io, "write", key, status);
    return status;
}

bool nami_commit__is_young(const struct nami_commit *c, int64_t now_ms, int64_t proof_ms)
{
    int64_t retention_ms = (int64_t)c->retention_ms;
    int64_t age_ms = 0;

    if (now_ms == NAMI_NO_TIME || proof_ms == NAMI_NO_TIME) {
        return false;
    }
    age_ms = now_ms - proof_ms;
    /* More than the skew that the protocol allows: the clock was set back, age means nothing. */
    return age_ms < retention_ms / 2 && age_ms > -(retention_ms / 4);
}

static bool is_full(const struct nami_error *err)
{
    return err != NULL && (err->native == ENOSPC || err->native == EDQUOT ||
                           strcmp(err->provider_code, "DiskFull") == 0);
}

bool nami_commit__is_passing(int32_t status, const struct nami_error *err)
{
    return !is_full(err) &&
           (status == NAMI_E_TRANSIENT || status == NAMI_E_THROTTLED || status == NAMI_E_CONFLICT ||
            status == NAMI_E_DEADLINE || status == NAMI_E_CANCELLED);
}

bool nami_commit__back_off(struct nami_commit *c, uint64_t failures, uint64_t deadline_ns)
{
    uint64_t shift = failures < 6 ? failures : 6;
    uint64_t bound_ms = (uint64_t)BACK_OFF_MS_MIN << shift;
    uint64_t wait_ms = 0;
    uint64_t until = 0;
    struct nami_event never = {0};

    bound_ms = bound_ms < BACK_OFF_MS_MAX ? bound_ms : BACK_OFF_MS_MAX;
    wait_ms = bound_ms / 2 + nami_commit__random_ms(c, bound_ms / 2);
    until = in_ms(c, wait_ms);
    if (until >= deadline_ns || until >= nami_commit__deadline(c)) {
        return false;
    }
    (void)c->host->event_wait(c->host, &never, until);
    return true;
}

int32_t nami_commit__nonce(struct nami_commit *c, const uint8_t last[NAMI_ID_BYTES],
                           uint8_t out[NAMI_ID_BYTES])
{
    if (!nami_commit__keeps(c, NAMI_RULE_R1)) {
        memcpy(out, last, NAMI_ID_BYTES);
        nami_put_u64(out, nami_get_u64(out) + 1);
        return NAMI_OK;
    }
    return c->host->random_fill(c->host, out, NAMI_ID_BYTES);
}

uint64_t nami_commit__random_ms(struct nami_commit *c, uint64_t bound_ms)
{
    uint8_t bytes[8] = {0};

    if (bound_ms == 0 || c->host->random_fill(c->host, bytes, sizeof(bytes)) != NAMI_OK) {
        return bound_ms / 2; /* only to spread load: no chance is no harm */
    }
    return nami_get_u64(bytes) % bound_ms;
}

void nami_commit__log(const struct nami_commit *c, uint32_t level, const char *fmt, ...)
{
    char line[512];
    int len = 0;
    va_list args;

    va_start(args, fmt);
    len = vsnprintf(line, sizeof(line), fmt, args);
    va_end(args);
    if (len > 0) {
        c->host->log(c->host, level, nami_text("commit"), nami_text(line));
    }
}

struct commit_problem nami_commit__problem(int32_t status, const struct nami_error *err)
{
    struct commit_problem problem = {0};

    if (is_full(err)) {
        problem.condition = NAMI_COND_STORE_FULL;
    } else if (status == NAMI_E_DEADLINE || status == NAMI_E_CANCELLED) {
        problem.condition = NAMI_COND_STORE_UNAVAILABLE; /* ours with the store, not a query's */
    } else if (status == NAMI_E_UNSUPPORTED) {
        problem.condition = NAMI_COND_STORE_REFUSED; /* a newer format: a person's job */
    } else {
        problem.condition = nami_condition_of_status(status);
    }
    (void)snprintf(problem.message, sizeof(problem.message), "%s",
                   err != NULL && err->message[0] != '\0'
                       ? err->message
                       : nami_condition_info(problem.condition)->description);
    return problem;
}
