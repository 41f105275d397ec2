#include "sim_replica.h"

#include "tests/sim/world.h"

/* I4, I6: each frame once, in order, on the state that it was computed on. */
static int32_t apply(void *self, uint64_t lsn, struct nami_slice body, struct nami_error *err)
{
    struct sim_replica *replica = self;
    struct world *world = replica->world;
    struct checker *checker = &world->checker;
    uint32_t commit = 0;
    uint32_t base = 0;

    (void)err;
    if (!checker_read_body(checker, body, &commit, &base)) {
        world_violated(world, "I6 a frame is applied that nobody staged");
    }
    WORLD_TRACE(world, "apply LSN %" PRIu64 ": commit %u", lsn, commit);
    if (lsn != checker->nodes[replica->staged].lsn + 1) {
        world_violated(world, "I6 LSN %" PRIu64 " is applied after LSN %" PRIu64, lsn,
                       checker->nodes[replica->staged].lsn);
    }
    if (base != replica->staged) {
        world_violated(world, "I4 commit %u of state %u is applied to state %u", commit, base,
                       replica->staged);
    }
    replica->staged = checker_child(checker, replica->staged, commit);
    return NAMI_OK;
}

static void publish(void *self, uint64_t lsn)
{
    struct sim_replica *replica = self;
    struct world *world = replica->world;
    struct checker *checker = &world->checker;
    uint32_t node = checker_at(checker, replica->staged, lsn);

    if (node == UINT32_MAX) {
        world_violated(world, "I6 LSN %" PRIu64 " is published before it is there", lsn);
        return;
    }
    if (!checker_is_prefix(checker, node, checker->history)) {
        world_violated(world, "I6 state %u (LSN %" PRIu64 ") is shown; it is no part of history",
                       node, lsn);
    }
    if (!checker_is_prefix(checker, replica->shown, node)) {
        world_violated(world, "I6 readers go back: from LSN %" PRIu64 " to LSN %" PRIu64,
                       checker->nodes[replica->shown].lsn, lsn);
    }
    replica->published = node;
    replica->shown = node;
}

static void undo_after(void *self, uint64_t lsn)
{
    struct sim_replica *replica = self;
    struct world *world = replica->world;
    uint32_t node = checker_at(&world->checker, replica->staged, lsn);

    if (node == UINT32_MAX || node != replica->published) {
        world_violated(world, "I6 undone to LSN %" PRIu64 ", which is not what readers see", lsn);
    }
    WORLD_TRACE(world, "undo after LSN %" PRIu64, lsn);
    replica->staged = node;
}

static int32_t reset(void *self, struct nami_error *err)
{
    struct sim_replica *replica = self;

    (void)err;
    replica->staged = 0;
    replica->published = 0;
    return NAMI_OK;
}

static void id_marks(void *self, uint64_t *next_node, uint64_t *next_rel)
{
    const struct sim_replica *replica = self;

    *next_node = replica->world->checker.nodes[replica->staged].lsn;
    *next_rel = 0;
}

static int32_t describe(void *self, struct nami_buf *out)
{
    struct sim_replica *replica = self;

    return world_odds(replica->world, 100) ? nami_buf_append(out, nami_text("{}")) : NAMI_OK;
}

/* The SSTs are a name; see checker_sst_node(). */
static int32_t load(void *self, const struct nami_manifest *manifest, struct nami_error *err)
{
    struct sim_replica *replica = self;

    if (!checker_sst_node(&replica->world->checker, manifest, &replica->staged)) {
        return NAMI_FAIL(err, NAMI_E_CORRUPT, "no such state");
    }
    WORLD_TRACE(replica->world, "jump to floor %" PRIu64 ", LSN %" PRIu64, manifest->floor,
                manifest->lsn);
    return NAMI_OK;
}

struct nami_replica sim_replica_table(struct sim_replica *replica)
{
    return (struct nami_replica){.self = replica,
                                 .apply = apply,
                                 .publish = publish,
                                 .undo_after = undo_after,
                                 .reset = reset,
                                 .id_marks = id_marks,
                                 .describe = describe,
                                 .load = load};
}
