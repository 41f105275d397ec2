/* R5: proof after the fact, by a manifest read begun after the PUT returned. R6: a young one. */
#include "core/commit/commit_internal.h"

enum proof nami_commit__prove(struct nami_commit *c, struct slot_put *put, bool may_skip)
{
    struct commit_keeper *k = &c->k;
    int64_t since_ms = k->proof_ms;

    if (!nami_commit__keeps(c, NAMI_RULE_R5) || !nami_commit__keeps(c, NAMI_RULE_R5_AFTER)) {
        return PROOF_HELD;
    }
    if (!nami_commit__keeps(c, NAMI_RULE_R6) && put->answered_ms != NAMI_NO_TIME) {
        since_ms = put->answered_ms - (int64_t)(put->took_ns / 1000000u);
    }
    if (may_skip && put->is_certain && nami_commit__is_young(c, put->answered_ms, since_ms)) {
        k->proof_ms = put->known_ms; /* the slot was absent when the PUT came: so was the next */
        return PROOF_HELD;
    }
    for (uint64_t tries = 0;; tries++) {
        int32_t status = nami_commit__read_manifest(c, &put->error);

        if (status == NAMI_OK) {
            break;
        }
        if (!nami_commit__is_passing(status, &put->error) ||
            !nami_commit__back_off(c, tries, put->deadline_ns)) {
            return PROOF_MISSING;
        }
    }
    return k->manifest.floor < put->slot && !k->needs_reset ? PROOF_HELD : PROOF_BROKEN;
}
