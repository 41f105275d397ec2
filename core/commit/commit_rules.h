/*
 * core/commit/commit_rules.h -- the rules that the simulator can switch off.
 *
 * nami_commit_config.rules_off is a set of these bits; zero in every program. Each bit turns
 * one rule of the protocol into the tempting shortcut that the model names (RULES in
 * tests/sim/commit_model.py), and nothing else, so that a test can show that the rule is
 * needed and that the checker would see its loss.
 */
#ifndef NAMI_CORE_COMMIT_COMMIT_RULES_H
#define NAMI_CORE_COMMIT_COMMIT_RULES_H

#include <stdint.h>

enum nami_commit_rule {
    NAMI_RULE_R1 = UINT32_C(1) << 1,   /* off: a nonce is the one before it plus one */
    NAMI_RULE_R2 = UINT32_C(1) << 2,   /* off: the manifest is written without a condition */
    NAMI_RULE_R3 = UINT32_C(1) << 3,   /* off: no claim record; bytes kept when a slot is taken */
    NAMI_RULE_R4 = UINT32_C(1) << 4,   /* off: replay skips epochs below the manifest's */
    NAMI_RULE_R5 = UINT32_C(1) << 5,   /* off: acknowledge after APPLIED alone */
    NAMI_RULE_R6 = UINT32_C(1) << 6,   /* off: the age of a proof is the duration of the PUT */
    NAMI_RULE_R7 = UINT32_C(1) << 7,   /* off: after UNKNOWN, absent means failed */
    NAMI_RULE_R11 = UINT32_C(1) << 11, /* off: a follower applies a slot, no manifest read */
    /* other ways to break the same rules */
    NAMI_RULE_R4_FORK = UINT32_C(1) << 20,    /* off: only a higher epoch fences */
    NAMI_RULE_R5_AFTER = UINT32_C(1) << 21,   /* off: the floor is read before the PUT */
    NAMI_RULE_R7_NONCE = UINT32_C(1) << 22,   /* off: after UNKNOWN, "exists" means lost */
    NAMI_RULE_R7_FOREIGN = UINT32_C(1) << 23, /* off: another's record is a final no, unproven */
    NAMI_RULE_R11_ORDER = UINT32_C(1) << 24   /* off: the manifest is read before the slot */
};

#endif /* NAMI_CORE_COMMIT_COMMIT_RULES_H */
