/*
 * core/commit/manifest_edit.h -- a change of manifest.json by the one editor (R2).
 *
 * For what runs beside commits in a leader: flush, compaction, GC; and for the simulator,
 * which moves the floor with it. The keeper runs edits between slots, in order.
 */
#ifndef NAMI_CORE_COMMIT_MANIFEST_EDIT_H
#define NAMI_CORE_COMMIT_MANIFEST_EDIT_H

#include "core/commit/commit.h"
#include "core/manifest/manifest.h"

/* The last proven slot: what `floor` may be set to at most (R8). */
struct nami_commit_position {
    uint64_t slot;
    uint64_t lsn;
    uint8_t nonce[NAMI_ID_BYTES]; /* of its record */
};

/* Lives with its maker until it has been answered. */
struct nami_manifest_edit {
    /*
     * Change `manifest`, a copy of the current one; seq, nonces, epoch and writer are the
     * keeper's. On the keeper: must not block. Another status than OK drops the edit.
     */
    int32_t (*change)(struct nami_manifest_edit *edit, struct nami_manifest *manifest,
                      const struct nami_commit_position *proven, struct nami_error *err);
    struct nami_waiter *waiter; /* woken once `status` is set */
    /* PRECONDITION: another host's manifest came first, and we lead no more (FENCED); DEADLINE:
     * nobody knows (R9: keep what it named); else as change() or the store said. */
    int32_t status;
    struct nami_manifest_edit *next; /* the keeper's */
};

/* Queue it. If this host does not lead, the answer is PRECONDITION. Any thread. */
void nami_commit__edit_manifest(struct nami_commit *commit, struct nami_manifest_edit *edit);

#endif /* NAMI_CORE_COMMIT_MANIFEST_EDIT_H */
