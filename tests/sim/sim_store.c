#include "sim_store.h"

#include <stdlib.h>

#include "core/base/buf.h"
#include "tests/sim/world.h"

/* ---- objects ---- */

static uint64_t hash_bytes(const void *ptr, size_t len)
{
    const uint8_t *at = ptr;
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < len; i++) {
        hash = (hash ^ at[i]) * UINT64_C(0x100000001b3);
    }
    return hash;
}

static struct sim_object **place_of(struct sim_bucket *bucket, const char *key)
{
    struct sim_object **at = &bucket->objects[hash_bytes(key, strlen(key)) % SIM_BUCKETS];

    while (*at != NULL && strcmp((*at)->key, key) != 0) {
        at = &(*at)->next;
    }
    return at;
}

const struct sim_object *sim_bucket_find(const struct sim_bucket *bucket, const char *key)
{
    const struct sim_object *at = bucket->objects[hash_bytes(key, strlen(key)) % SIM_BUCKETS];

    while (at != NULL && strcmp(at->key, key) != 0) {
        at = at->next;
    }
    return at;
}

uint64_t sim_slot_of(const char *key)
{
    static const char wal[] = SIM_PREFIX "wal/0";

    return strncmp(key, wal, sizeof(wal) - 1) == 0 ? strtoull(key + sizeof(wal) - 2, NULL, 10) : 0;
}

/* Up to `bound`; of extreme clocks nothing between the ends. */
static uint64_t draw_error(struct world *world, uint64_t bound)
{
    if (world->scenario.has_extreme_clocks) {
        return world_odds(world, 500) ? bound : 0;
    }
    return world_below(world, bound + 1);
}

int64_t sim_store_time(struct world *world)
{
    uint64_t skew = world->scenario.skew_ms;

    return (int64_t)(SIM_BASE_MS + world->now_ns / SIM_MS + draw_error(world, 2 * skew)) -
           (int64_t)skew;
}

static void *copy_bytes(const void *bytes, size_t len)
{
    void *copy = malloc(len + 1);

    if (copy == NULL) {
        abort();
    }
    memcpy(copy, bytes, len);
    ((uint8_t *)copy)[len] = 0;
    return copy;
}

static void put_object(struct world *world, const char *key, const uint8_t *bytes, size_t len)
{
    struct sim_object **at = place_of(&world->bucket, key);
    size_t key_bytes = strlen(key) + 1;

    if (*at == NULL) {
        *at = calloc(1, sizeof(**at) + key_bytes);
        if (*at == NULL) {
            abort();
        }
        memcpy((*at)->key, key, key_bytes);
    }
    free((*at)->bytes);
    (*at)->bytes = copy_bytes(bytes, len);
    (*at)->len = len;
    (*at)->etag = hash_bytes(bytes, len);
    (*at)->modified_ms = sim_store_time(world);
}

static void remove_object(struct world *world, const char *key)
{
    struct sim_object **at = place_of(&world->bucket, key);
    struct sim_object *gone = *at;

    if (gone != NULL) {
        *at = gone->next;
        free(gone->bytes);
        free(gone);
    }
}

/* ---- requests ---- */

struct flight {
    struct nami_store_batch *batch;
    struct sim_process *process;
    size_t left; /* elements not yet answered */
};

enum trip {
    TRIP_NORMAL,
    TRIP_LOST,
    TRIP_ANSWER_LOST,
    TRIP_LATE,
    TRIP_TWICE,
    TRIP_RETRIED,
    TRIP_REFUSED
};

struct request {
    struct flight *flight; /* gone once all of it is answered */
    struct sim_process *process;
    size_t index;
    uint32_t op; /* enum nami_store_op */
    uint32_t when;
    uint64_t etag; /* of the condition */
    char *key;
    uint8_t *body; /* to write; then what was read */
    size_t len;
    enum trip trip;
    uint32_t arrivals; /* so far */
    uint32_t events;   /* under way; at none it is freed */
    uint64_t back_ns;  /* the way back takes so long */
    uint64_t deadline_ns;
    struct nami_result answer;
    bool is_answered; /* or the answer is on its way */
};

static void release(struct request *request)
{
    if (--request->events == 0) {
        free(request->key);
        free(request->body);
        free(request);
    }
}

static void schedule(struct world *world, struct request *request, uint64_t at_ns,
                     void (*run)(struct world *world, void *arg, uint64_t tag))
{
    request->events++;
    world_at(world, at_ns, run, request, 0);
}

static const char *status_word(int32_t status)
{
    static const char *const words[NAMI_STATUS_COUNT] = {[NAMI_OK] = "ok",
                                                         [NAMI_E_NOT_FOUND] = "absent",
                                                         [NAMI_E_PRECONDITION] =
                                                             "refused (condition)",
                                                         [NAMI_E_NOT_MODIFIED] = "not modified",
                                                         [NAMI_E_THROTTLED] = "throttled",
                                                         [NAMI_E_TRANSIENT] = "transient",
                                                         [NAMI_E_DEADLINE] = "deadline"};

    return words[status] != NULL ? words[status] : "other";
}

static const char *op_word(uint32_t op)
{
    return op == NAMI_STORE_READ ? "GET" : op == NAMI_STORE_WRITE ? "PUT" : "DELETE";
}

static void give_read(struct request *request, struct nami_read *req)
{
    if (request->answer.status == NAMI_OK &&
        nami_buf_append(req->buf, nami_bytes(request->body, request->len)) != NAMI_OK) {
        request->answer.status = NAMI_E_NOMEM;
    }
}

static void deliver(struct world *world, void *arg, uint64_t tag)
{
    struct request *request = arg;
    struct flight *flight = request->flight;
    struct nami_store_batch *batch = flight->batch;
    struct nami_result *result = NULL;
    uint32_t size = 0;

    (void)tag;
    if (!flight->process->is_alive) {
        release(request); /* nobody is there to hear it */
        return;
    }
    if (batch->op == NAMI_STORE_READ) {
        struct nami_read *req =
            NAMI_AT(struct nami_read, batch->reqs, batch->stride, request->index);

        give_read(request, req);
        result = req->result;
    } else if (batch->op == NAMI_STORE_WRITE) {
        result = NAMI_AT(struct nami_write, batch->reqs, batch->stride, request->index)->result;
    } else {
        result = NAMI_AT(struct nami_name, batch->reqs, batch->stride, request->index)->result;
    }
    WORLD_TRACE(world, "%s hears: %s %s -> %s%s", flight->process->name, op_word(request->op),
                request->key, status_word(request->answer.status),
                request->op != NAMI_STORE_READ && request->answer.outcome == NAMI_OUTCOME_UNKNOWN
                    ? " UNKNOWN"
                    : "");
    size = result->struct_size;
    *result = request->answer;
    result->struct_size = size;
    if (--flight->left == 0) {
        free(flight);
        batch->done(batch);
    }
    release(request);
}

/* The answer goes back, or the sender gives up first. */
static void answer_at(struct world *world, struct request *request, uint64_t at_ns)
{
    if (request->is_answered) {
        return;
    }
    request->is_answered = true;
    if (at_ns > request->deadline_ns) {
        at_ns = request->deadline_ns;
        nami_result_set(&request->answer, NAMI_E_DEADLINE, NAMI_OUTCOME_UNKNOWN, NAMI_NO_TIME);
    }
    schedule(world, request, at_ns, deliver);
}

static void applied(struct request *request, const struct sim_object *object)
{
    request->answer.outcome = NAMI_OUTCOME_APPLIED;
    if (object != NULL) {
        request->answer.version.len = sizeof(object->etag);
        nami_put_u64(request->answer.version.bytes, object->etag);
        request->answer.last_modified_ms = object->modified_ms;
    }
}

static void do_write(struct world *world, struct request *request)
{
    const struct sim_object *object = sim_bucket_find(&world->bucket, request->key);
    uint64_t slot = sim_slot_of(request->key);

    if ((request->when == NAMI_WRITE_IF_ABSENT && object != NULL) ||
        (request->when == NAMI_WRITE_IF_MATCH &&
         (object == NULL || object->etag != request->etag))) {
        request->answer.status = NAMI_E_PRECONDITION;
        return;
    }
    put_object(world, request->key, request->body, request->len);
    applied(request, sim_bucket_find(&world->bucket, request->key));
    WORLD_TRACE(world, "store: %s by %s is there", request->key, request->process->name);
    if (slot > 0) {
        world->tally.slots += slot > world->checker.floor ? 1 : 0;
        world->tally.ghosts += slot > world->checker.floor ? 0 : 1;
        checker_changed(world, slot);
    } else if (strcmp(request->key, SIM_PREFIX "manifest.json") == 0) {
        world->tally.swaps++;
        checker_changed(world, 0);
    }
}

static void do_read(struct world *world, struct request *request)
{
    const struct sim_object *object = sim_bucket_find(&world->bucket, request->key);

    if (object == NULL) {
        request->answer.status = NAMI_E_NOT_FOUND;
        return;
    }
    applied(request, object);
    if (request->when == NAMI_READ_IF_NONE_MATCH && object->etag == request->etag) {
        request->answer.status = NAMI_E_NOT_MODIFIED;
        return;
    }
    request->len = object->len;
    request->body = copy_bytes(object->bytes, object->len);
}

static void do_remove(struct world *world, struct request *request)
{
    uint64_t slot = sim_slot_of(request->key);

    if (slot > world->checker.floor) {
        world_violated(world, "R10 slot %" PRIu64 " is deleted, the floor is %" PRIu64, slot,
                       world->checker.floor);
    }
    remove_object(world, request->key);
    world->tally.deletes += slot > 0 ? 1 : 0;
    applied(request, NULL);
    WORLD_TRACE(world, "store: %s is gone", request->key);
    if (slot > 0 && !world->is_violated) {
        checker_changed(world, slot);
    }
}

/* The request reaches the bucket. */
static void arrive(struct world *world, void *arg, uint64_t tag)
{
    struct request *request = arg;
    bool is_again = request->arrivals++ > 0;
    bool has_time =
        strstr(request->key, "probe-") != NULL || !world_odds(world, world->scenario.odds_no_time);
    uint64_t lag = request->op == NAMI_STORE_READ ? 0 : draw_error(world, world->scenario.lag_ms);

    (void)tag;
    nami_result_set(&request->answer, NAMI_OK, NAMI_OUTCOME_NOT_APPLIED, NAMI_NO_TIME);
    if (has_time) {
        request->answer.store_time_ms = sim_store_time(world) - (int64_t)lag;
    }
    if (request->trip == TRIP_REFUSED) {
        request->answer.status = world_odds(world, 500) ? NAMI_E_THROTTLED : NAMI_E_TRANSIENT;
    } else if (request->op == NAMI_STORE_WRITE) {
        do_write(world, request);
    } else if (request->op == NAMI_STORE_READ) {
        do_read(world, request);
    } else {
        do_remove(world, request);
    }
    if (is_again && request->answer.status == NAMI_E_PRECONDITION) {
        request->answer.outcome = NAMI_OUTCOME_UNKNOWN; /* the first one may have done it */
    }
    if (request->trip == TRIP_ANSWER_LOST) {
        nami_result_set(&request->answer, NAMI_E_TRANSIENT, NAMI_OUTCOME_UNKNOWN, NAMI_NO_TIME);
    }
    if (request->trip != TRIP_RETRIED || is_again) {
        answer_at(world, request, world->now_ns + request->back_ns);
    }
    release(request);
}

static uint64_t latency(struct world *world)
{
    const struct scenario *scenario = &world->scenario;

    return world_spread(world, scenario->latency_us_min, scenario->latency_us_max) * 1000;
}

static enum trip draw_trip(struct world *world, const struct request *request)
{
    const struct scenario *s = &world->scenario;
    uint64_t draw = world_below(world, 1000);
    const struct {
        enum trip trip;
        uint32_t odds;
    } trips[] = {{TRIP_LOST, s->odds_lost},       {TRIP_ANSWER_LOST, s->odds_answer_lost},
                 {TRIP_LATE, s->odds_late},       {TRIP_TWICE, s->odds_twice},
                 {TRIP_RETRIED, s->odds_retried}, {TRIP_REFUSED, s->odds_refused}};

    if (request->op == NAMI_STORE_READ) {
        return draw >= s->odds_read_fails ? TRIP_NORMAL
               : draw % 2 == 0            ? TRIP_REFUSED
                                          : TRIP_ANSWER_LOST;
    }
    for (size_t i = 0; i < sizeof(trips) / sizeof(trips[0]); i++) {
        if (draw < trips[i].odds) {
            return trips[i].trip;
        }
        draw -= trips[i].odds;
    }
    return TRIP_NORMAL;
}

/* Put it on its way; `from_ns`: when it is sent. */
static void send(struct world *world, struct request *request, uint64_t from_ns)
{
    uint64_t there = from_ns + latency(world);
    uint64_t late = there + world_spread(world, 1, world->scenario.late_ms_max + 1) * SIM_MS;
    uint64_t late_back = there + latency(world);

    request->back_ns = latency(world);
    switch (request->trip) {
    case TRIP_LOST:
    case TRIP_LATE:
        nami_result_set(&request->answer, NAMI_E_TRANSIENT, NAMI_OUTCOME_UNKNOWN, NAMI_NO_TIME);
        answer_at(world, request, late_back);
        break;
    case TRIP_NORMAL:
    case TRIP_ANSWER_LOST:
    case TRIP_TWICE:
    case TRIP_RETRIED:
    case TRIP_REFUSED:
        schedule(world, request, there, arrive);
        break;
    }
    if (request->trip == TRIP_LATE || request->trip == TRIP_TWICE) {
        schedule(world, request, late, arrive);
    } else if (request->trip == TRIP_RETRIED) {
        schedule(world, request, late_back, arrive);
    }
}

static struct request *make_request(struct flight *flight, size_t i)
{
    struct nami_store_batch *batch = flight->batch;
    struct request *request = calloc(1, sizeof(*request));
    const struct nami_version *version = NULL;
    struct nami_slice key = {0};

    if (request == NULL) {
        abort();
    }
    request->flight = flight;
    request->process = flight->process;
    request->index = i;
    request->op = batch->op;
    if (batch->op == NAMI_STORE_READ) {
        const struct nami_read *req = NAMI_AT(struct nami_read, batch->reqs, batch->stride, i);

        key = req->key;
        request->when = req->when;
        version = req->when != NAMI_READ_ALWAYS ? req->version : NULL;
    } else if (batch->op == NAMI_STORE_WRITE) {
        const struct nami_write *req = NAMI_AT(struct nami_write, batch->reqs, batch->stride, i);

        key = req->key;
        request->when = req->when;
        version = req->when == NAMI_WRITE_IF_MATCH ? req->version : NULL;
        request->len = req->part_count > 0 ? req->parts[0].len : 0; /* the engine sends one */
        request->body = copy_bytes(req->part_count > 0 ? req->parts[0].ptr : key.ptr, request->len);
    } else {
        key = NAMI_AT(struct nami_name, batch->reqs, batch->stride, i)->key;
    }
    request->etag = version != NULL ? nami_get_u64(version->bytes) : 0;
    request->key = copy_bytes(key.ptr, key.len);
    return request;
}

/* What happens to the sender while it sends. */
struct mishap {
    uint64_t pause_before_ns;
    uint64_t pause_after_ns;
    bool loses_answer;
    bool is_crash_before;
    bool is_crash_after;
};

static struct mishap draw_mishap(struct sim_process *process, const struct nami_store_batch *batch,
                                 const char *key)
{
    struct world *world = process->world;
    const struct scenario *s = &world->scenario;
    bool is_write = batch->op == NAMI_STORE_WRITE &&
                    (sim_slot_of(key) > 0 || strstr(key, "manifest.json") != NULL);
    uint32_t before = is_write ? s->odds_pause_before : s->odds_pause_read;
    uint32_t after = is_write ? s->odds_pause_after : 0;
    uint64_t pause_ns = world_spread(world, s->pause_ms_min, s->pause_ms_max) * SIM_MS;
    struct mishap mishap = {0};

    if (world_odds(world, before)) {
        mishap.pause_before_ns = pause_ns;
    } else if (world_odds(world, after)) {
        mishap.pause_after_ns = pause_ns;
    }
    if (process->doze_ns > 0 && sim_slot_of(key) > 0) {
        mishap.pause_before_ns = process->dozes_sent ? 0 : process->doze_ns;
        mishap.pause_after_ns = process->dozes_sent ? process->doze_ns : 0;
        process->doze_ns = 0;
        mishap.loses_answer = process->dozes_sent;
        return mishap;
    }
    mishap.is_crash_before = is_write && world_odds(world, s->odds_crash_before);
    mishap.is_crash_after = is_write && world_odds(world, s->odds_crash_after);
    return mishap;
}

static void submit(struct nami_store *self, struct nami_store_batch *batch)
{
    struct world *world = self->world;
    struct sim_process *process = self->process;
    struct flight *flight = calloc(1, sizeof(*flight));
    uint64_t deadline = sim_process_true_time(process, batch->call->deadline_ns);
    struct mishap mishap = {0};

    if (flight == NULL) {
        abort();
    }
    if (batch->op != NAMI_STORE_READ && batch->op != NAMI_STORE_WRITE &&
        batch->op != NAMI_STORE_REMOVE) {
        world_violated(world, "the engine uses an operation that is not simulated: %u", batch->op);
        return;
    }
    *flight = (struct flight){.batch = batch, .process = process, .left = batch->count};
    for (size_t i = 0; i < batch->count; i++) {
        struct request *request = make_request(flight, i);

        request->trip = draw_trip(world, request);
        if (i == 0) {
            mishap = draw_mishap(process, batch, request->key);
            if (mishap.is_crash_before) {
                sim_process_crash(process);
            }
            request->trip = mishap.loses_answer ? TRIP_ANSWER_LOST : request->trip;
            /* Asleep below the clock that the deadline is read from, or above it. */
            deadline +=
                deadline != SIM_NEVER && world_odds(world, 500) ? mishap.pause_before_ns : 0;
        }
        request->deadline_ns = deadline;
        WORLD_TRACE(world, "%s %s%s", op_word(request->op), request->key,
                    request->trip == TRIP_NORMAL ? "" : " (ill-fated)");
        send(world, request, world->now_ns + mishap.pause_before_ns);
    }
    if (mishap.is_crash_after) {
        sim_process_crash(process);
    }
    if (mishap.pause_before_ns + mishap.pause_after_ns > 0) {
        sim_process_pause(process, mishap.pause_before_ns + mishap.pause_after_ns);
    }
}

/* ---- the lock ---- */

struct nami_hold {
    struct sim_bucket *bucket;
};

static int32_t hold(struct nami_store *self, const struct nami_call *call, struct nami_slice key,
                    struct nami_hold **out, struct nami_error *err)
{
    struct sim_bucket *bucket = &self->world->bucket;

    (void)call;
    (void)key;
    if (bucket->holder != NULL) {
        return NAMI_FAIL(err, NAMI_E_CONFLICT, "held by %s", bucket->holder->name);
    }
    *out = calloc(1, sizeof(**out));
    if (*out == NULL) {
        abort();
    }
    (*out)->bucket = bucket;
    bucket->holder = self->process;
    return NAMI_OK;
}

static void unhold(struct nami_hold *held)
{
    held->bucket->holder = NULL;
    free(held);
}

static int32_t no_hold(struct nami_store *self, const struct nami_call *call, struct nami_slice key,
                       struct nami_hold **out, struct nami_error *err)
{
    (void)self;
    (void)call;
    (void)key;
    (void)out;
    return NAMI_FAIL(err, NAMI_E_UNSUPPORTED, "not offered");
}

/* The core calls submit() for objects and nothing else. */
const struct nami_store_ops sim_store_ops = {
    .struct_size = sizeof(sim_store_ops), .submit = submit, .hold = no_hold, .unhold = unhold};
const struct nami_store_ops sim_store_ops_with_hold = {
    .struct_size = sizeof(sim_store_ops), .submit = submit, .hold = hold, .unhold = unhold};
