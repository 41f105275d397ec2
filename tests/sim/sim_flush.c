/*
 * What flush and GC will do, in a leader: move the floor (R8), and delete slots below it once
 * they are old enough by the store's clock (R10).
 */
#include "core/commit/manifest_edit.h"
#include "core/wal/wal.h"
#include "tests/sim/world.h"

enum { SEEN_MAX = 64, DELETES_MAX = 8, KEY_BYTES = 64, ODDS_BUILD = 500, BUILD_MS_MAX = 1500 };

/* A floor, and the store's time when it was first known to be durable. */
struct seen_floor {
    uint64_t floor;
    int64_t at_ms;
};

struct flusher {
    struct nami_manifest_edit edit; /* first: change() is given its address */
    struct sim_process *process;
    bool is_planned; /* `plan` of `epoch` says what is flushed */
    uint64_t epoch;
    struct nami_commit_position plan;
    uint32_t node;
    struct seen_floor seen[SEEN_MAX];
    size_t seen_count;
    uint64_t deleted; /* slots up to here are gone, as far as we know */
};

/* ---- flush ---- */

static int32_t change(struct nami_manifest_edit *edit, struct nami_manifest *manifest,
                      const struct nami_commit_position *proven, struct nami_error *err)
{
    struct flusher *flusher = (struct flusher *)(void *)edit;
    struct nami_manifest_sst *sst = manifest->ssts;
    struct world *world = flusher->process->world;

    if (!flusher->is_planned) {
        flusher->is_planned = true;
        flusher->epoch = manifest->epoch;
        flusher->plan = *proven;
        flusher->node = flusher->process->replica.published;
        if (world->checker.nodes[flusher->node].lsn != proven->lsn) {
            world_violated(world, "R8 proven up to LSN %" PRIu64 ", but LSN %" PRIu64 " is shown",
                           proven->lsn, world->checker.nodes[flusher->node].lsn);
        }
        if (world_odds(world, ODDS_BUILD)) {
            return NAMI_E_AGAIN; /* the SSTs are built meanwhile */
        }
    }
    if (manifest->epoch != flusher->epoch || manifest->floor >= flusher->plan.slot) {
        return NAMI_E_CANCELLED;
    }
    sst = sst == NULL ? nami_manifest_add_sst(manifest) : sst;
    if (sst == NULL) {
        return NAMI_FAIL(err, NAMI_E_NOMEM, "no memory");
    }
    checker_sst_name(manifest->epoch, flusher->plan.lsn, flusher->node, sst->object.name,
                     sizeof(sst->object.name));
    (void)snprintf(sst->kind, sizeof(sst->kind), "node");
    (void)snprintf(sst->codec, sizeof(sst->codec), "none");
    manifest->floor = flusher->plan.slot;
    manifest->lsn = flusher->plan.lsn;
    memcpy(manifest->floor_nonce, flusher->plan.nonce, NAMI_ID_BYTES);
    return NAMI_OK;
}

static int32_t run_edit(struct flusher *flusher)
{
    struct sim_process *process = flusher->process;
    struct nami_sleeper sleeper;

    nami_sleeper_init(&sleeper, &process->host);
    flusher->edit.waiter = &sleeper.waiter;
    nami_commit__edit_manifest(process->commit, &flusher->edit);
    (void)!nami_sleeper_wait(&sleeper, NAMI_NO_DEADLINE);
    return flusher->edit.status;
}

static void flush(struct flusher *flusher)
{
    struct sim_process *process = flusher->process;

    flusher->is_planned = false;
    if (run_edit(flusher) == NAMI_E_AGAIN) {
        sim_process_sleep(process, world_below(process->world, BUILD_MS_MAX));
        (void)run_edit(flusher);
    }
}

/* ---- GC ---- */

/* Of the manifest in the bucket; false: not known now. */
static bool read_floor(struct sim_process *process, struct seen_floor *now)
{
    struct nami_buf *buf = process->host.buf_create(&process->host, 1u << 20);
    struct nami_call call = {.struct_size = sizeof(call), .deadline_ns = NAMI_NO_DEADLINE};
    struct nami_result result = {.struct_size = sizeof(result)};
    struct nami_read req = {.struct_size = sizeof(req),
                            .key = nami_text(SIM_PREFIX "manifest.json"),
                            .length = NAMI_TO_END,
                            .buf = buf,
                            .result = &result};
    struct nami_manifest manifest = {0};
    bool is_known = nami_store_call(&process->handle, &call, NAMI_STORE_READ, &req, 1,
                                    sizeof(req)) == NAMI_OK &&
                    result.store_time_ms != NAMI_NO_TIME &&
                    nami_manifest_decode(process->host.buf_view(&process->host, buf), &manifest,
                                         NULL) == NAMI_OK;

    *now = (struct seen_floor){.floor = manifest.floor, .at_ms = result.store_time_ms};
    nami_manifest_release(&manifest);
    process->host.buf_destroy(&process->host, buf);
    return is_known;
}

/* The largest floor that has been durable for the retention. */
static uint64_t ripe_floor(const struct flusher *flusher, int64_t now_ms)
{
    uint64_t ripe = 0;

    for (size_t i = 0; i < flusher->seen_count; i++) {
        const struct seen_floor *seen = &flusher->seen[i];

        if (now_ms - seen->at_ms >= (int64_t)flusher->process->world->scenario.retention_ms &&
            seen->floor > ripe) {
            ripe = seen->floor;
        }
    }
    return ripe;
}

static void see(struct flusher *flusher, struct seen_floor now)
{
    size_t last = flusher->seen_count;

    if (last > 0 && flusher->seen[last - 1].floor >= now.floor) {
        return;
    }
    if (last == SEEN_MAX) {
        memmove(&flusher->seen[0], &flusher->seen[1], (SEEN_MAX - 1) * sizeof(flusher->seen[0]));
        last--;
    }
    flusher->seen[last] = now;
    flusher->seen_count = last + 1;
}

/* What a LIST would show, up to `ripe`. */
static size_t find_slots(struct flusher *flusher, uint64_t ripe, char keys[][KEY_BYTES])
{
    size_t count = 0;

    while (flusher->deleted < ripe && count < DELETES_MAX) {
        flusher->deleted++;
        (void)nami_wal_key(nami_text(SIM_PREFIX), flusher->deleted, keys[count], KEY_BYTES);
        count += sim_bucket_find(&flusher->process->world->bucket, keys[count]) != NULL ? 1 : 0;
    }
    return count;
}

static void collect(struct flusher *flusher)
{
    struct sim_process *process = flusher->process;
    struct nami_call call = {.struct_size = sizeof(call), .deadline_ns = NAMI_NO_DEADLINE};
    struct nami_name reqs[DELETES_MAX];
    struct nami_result results[DELETES_MAX];
    char keys[DELETES_MAX + 1][KEY_BYTES];
    struct seen_floor now;
    uint64_t ripe = 0;

    if (!read_floor(process, &now)) {
        return;
    }
    see(flusher, now);
    ripe = ripe_floor(flusher, now.at_ms);
    for (;;) {
        size_t count = find_slots(flusher, ripe, keys);

        for (size_t i = 0; i < count; i++) {
            results[i] = (struct nami_result){.struct_size = sizeof(results[i])};
            reqs[i] = (struct nami_name){
                .struct_size = sizeof(reqs[i]), .key = nami_text(keys[i]), .result = &results[i]};
        }
        if (count == 0) {
            break;
        }
        (void)!nami_store_call(&process->handle, &call, NAMI_STORE_REMOVE, reqs, count,
                               sizeof(reqs[0]));
    }
    if (world_odds(process->world, 200)) {
        flusher->deleted = 0; /* look again for what came late or was not deleted */
    }
}

void sim_flush_run(void *arg)
{
    struct sim_process *process = arg;
    struct flusher flusher = {.edit = {.change = change}, .process = process};

    while (!process->is_stopping) {
        sim_process_sleep(process,
                          1 + world_below(process->world, 2 * process->world->scenario.flush_ms));
        if (sim_process_leads(process)) {
            flush(&flusher);
        }
        if (sim_process_leads(process)) {
            collect(&flusher);
        }
    }
    process->busy--;
}
