#include "checker.h"

#include <stdlib.h>

#include "core/wal/wal.h"
#include "tests/sim/world.h"

void checker_init(struct checker *checker)
{
    *checker = (struct checker){
        .nodes = calloc(SIM_NODES_MAX, sizeof(*checker->nodes)), /* pages unused cost nothing */
        .commits = calloc(SIM_COMMITS_MAX, sizeof(*checker->commits)),
        .node_count = 1,
        .commit_count = 1};
    if (checker->nodes == NULL || checker->commits == NULL) {
        abort();
    }
}

/* ---- states ---- */

uint32_t checker_child(struct checker *checker, uint32_t node, uint32_t commit)
{
    struct state_node *parent = &checker->nodes[node];
    uint32_t child = parent->first_child;

    while (child != 0 && checker->nodes[child].commit != commit) {
        child = checker->nodes[child].next_sibling;
    }
    if (child == 0) {
        if (checker->node_count == SIM_NODES_MAX) {
            abort();
        }
        child = checker->node_count++;
        checker->nodes[child] = (struct state_node){.parent = node,
                                                    .next_sibling = parent->first_child,
                                                    .commit = commit,
                                                    .lsn = parent->lsn + 1};
        parent->first_child = child;
    }
    return child;
}

uint32_t checker_at(const struct checker *checker, uint32_t node, uint64_t lsn)
{
    if (lsn > checker->nodes[node].lsn) {
        return UINT32_MAX;
    }
    while (checker->nodes[node].lsn > lsn) {
        node = checker->nodes[node].parent;
    }
    return node;
}

bool checker_is_prefix(const struct checker *checker, uint32_t prefix, uint32_t node)
{
    return checker_at(checker, node, checker->nodes[prefix].lsn) == prefix;
}

/* ---- commits ---- */

uint32_t checker_new_commit(struct checker *checker)
{
    if (checker->commit_count == SIM_COMMITS_MAX) {
        abort();
    }
    return checker->commit_count++;
}

void checker_body(uint32_t commit, uint32_t base, uint8_t body[SIM_BODY_BYTES])
{
    nami_put_u64(body, commit);
    nami_put_u64(body + 8, base);
}

bool checker_read_body(const struct checker *checker, struct nami_slice body, uint32_t *commit,
                       uint32_t *base)
{
    uint64_t id = body.len >= SIM_BODY_BYTES ? nami_get_u64(body.ptr) : 0;
    uint64_t node = body.len >= SIM_BODY_BYTES ? nami_get_u64(body.ptr + 8) : 0;

    *commit = (uint32_t)id;
    *base = (uint32_t)node;
    return id > 0 && id < checker->commit_count && node < checker->node_count;
}

void checker_told(struct world *world, uint32_t commit, enum commit_fate fate)
{
    static const char *const words[] = {"open", "acknowledged", "failed", "unknown"};
    struct checker *checker = &world->checker;
    struct commit_record *record = &checker->commits[commit];
    bool is_kept =
        record->is_in_history && checker_is_prefix(checker, record->node, checker->history);

    record->fate = (uint8_t)fate;
    WORLD_TRACE(world, "commit %u: %s", commit, words[fate]);
    if (fate == FATE_ACKED) {
        world->tally.acked++;
        if (!is_kept) {
            world_violated(world, "I1 commit %u was acknowledged and is not in the history",
                           commit);
        }
    } else if (fate == FATE_UNKNOWN) {
        world->tally.unknown++;
    } else if (fate == FATE_FAILED) {
        world->tally.failed++;
        if (record->is_in_history) {
            world_violated(world, "I2 commit %u was reported failed, yet is durable", commit);
        }
    }
}

/* ---- the bucket ---- */

void checker_sst_name(uint64_t epoch, uint64_t lsn, uint32_t node, char *dst, size_t dst_bytes)
{
    (void)snprintf(dst, dst_bytes, "sst/%" PRIu64 "-%" PRIu64 "-%" PRIu32, epoch, lsn, node);
}

bool checker_sst_node(const struct checker *checker, const struct nami_manifest *manifest,
                      uint32_t *node)
{
    const char *dash = NULL;

    *node = 0;
    if (manifest->sst_count == 0) {
        return manifest->lsn == 0;
    }
    dash = strrchr(manifest->ssts[0].object.name, '-');
    *node = dash != NULL ? (uint32_t)strtoul(dash + 1, NULL, 10) : UINT32_MAX;
    return *node < checker->node_count && checker->nodes[*node].lsn == manifest->lsn;
}

static struct nami_slice frame_body(struct world *world, const struct nami_wal_frame *frame)
{
    const struct sim_object *big = NULL;
    char key[NAMI_KEY_BYTES_MAX + 1];

    if (frame->type == NAMI_WAL_FRAME_BODY) {
        return frame->body;
    }
    (void)snprintf(key, sizeof(key), "%s%s", SIM_PREFIX, frame->big_name);
    big = sim_bucket_find(&world->bucket, key);
    return big != NULL ? nami_bytes(big->bytes, big->len) : (struct nami_slice){0};
}

static void add_commit(struct world *world, uint64_t slot, const struct nami_wal_frame *frame)
{
    struct checker *checker = &world->checker;
    uint32_t commit = 0;
    uint32_t base = 0;
    struct commit_record *record = NULL;

    if (!checker_read_body(checker, frame_body(world, frame), &commit, &base)) {
        world_violated(world, "I4 slot %" PRIu64 " holds a frame that nobody staged", slot);
        return;
    }
    record = &checker->commits[commit];
    if (base != checker->history) {
        world_violated(world,
                       "I4 commit %u in slot %" PRIu64 " was computed on state %u (LSN %" PRIu64
                       "), stands on state %u (LSN %" PRIu64 ")",
                       commit, slot, base, checker->nodes[base].lsn, checker->history,
                       checker->nodes[checker->history].lsn);
    }
    if (record->fate == FATE_FAILED) {
        world_violated(world, "I2 commit %u was reported failed and is durable now", commit);
    }
    checker->history = checker_child(checker, checker->history, commit);
    if (frame->lsn != checker->nodes[checker->history].lsn) {
        world_violated(world, "I3 slot %" PRIu64 " has LSN %" PRIu64 " where %" PRIu64 " is due",
                       slot, frame->lsn, checker->nodes[checker->history].lsn);
    }
    record->is_in_history = true;
    record->node = checker->history;
}

/* Append slot tail + 1 to the log; false: it is absent, the log ends here. */
static bool add_slot(struct world *world)
{
    struct checker *checker = &world->checker;
    const struct sim_object *object = NULL;
    struct nami_wal_reader reader;
    uint64_t slot = checker->tail + 1;
    char key[NAMI_KEY_BYTES_MAX + 1];

    (void)nami_wal_key(nami_text(SIM_PREFIX), slot, key, sizeof(key));
    object = sim_bucket_find(&world->bucket, key);
    if (object == NULL) {
        return false;
    }
    if (nami_wal_read_header(&reader, slot, nami_bytes(object->bytes, object->len), NULL) !=
            NAMI_OK ||
        memcmp(reader.header.prev_nonce, checker->tail_nonce, NAMI_ID_BYTES) != 0) {
        world_violated(world, "I3 slot %" PRIu64 " does not continue the log", slot);
        return false;
    }
    while (!world->is_violated && nami_wal_has_frame(&reader)) {
        struct nami_wal_frame frame;

        if (nami_wal_read_frame(&reader, &frame, NULL) != NAMI_OK) {
            world_violated(world, "I3 slot %" PRIu64 " is corrupt", slot);
            return false;
        }
        add_commit(world, slot, &frame);
    }
    checker->tail = slot;
    memcpy(checker->tail_nonce, reader.header.nonce, NAMI_ID_BYTES);
    return true;
}

static void read_manifest(struct world *world)
{
    struct checker *checker = &world->checker;
    const struct sim_object *object = sim_bucket_find(&world->bucket, SIM_PREFIX "manifest.json");
    struct nami_manifest manifest = {0};
    struct nami_error err = {.struct_size = sizeof(err)};

    if (object == NULL) {
        return;
    }
    if (nami_manifest_decode(nami_bytes(object->bytes, object->len), &manifest, &err) != NAMI_OK ||
        !checker_sst_node(checker, &manifest, &checker->floor_node)) {
        world_violated(world, "I5 the manifest names no state: %s", err.message);
    }
    checker->floor = manifest.floor;
    memcpy(checker->floor_nonce, manifest.floor_nonce, NAMI_ID_BYTES);
    nami_manifest_release(&manifest);
}

void checker_changed(struct world *world, uint64_t slot)
{
    struct checker *checker = &world->checker;
    uint32_t before = checker->history;

    if (slot == 0) {
        read_manifest(world);
    }
    if (slot == 0 || slot != checker->tail + 1) {
        checker->history = checker->floor_node;
        checker->tail = checker->floor;
        memcpy(checker->tail_nonce, checker->floor_nonce, NAMI_ID_BYTES);
    }
    while (!world->is_violated && add_slot(world)) {
    }
    if (!world->is_violated && !checker_is_prefix(checker, before, checker->history)) {
        world_violated(world,
                       "I3 the history went back: it was state %u (LSN %" PRIu64
                       "), is state %u (LSN %" PRIu64 ")",
                       before, checker->nodes[before].lsn, checker->history,
                       checker->nodes[checker->history].lsn);
    }
}
