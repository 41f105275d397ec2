/*
 * core/catalog/rules.h -- the writer's side of constraints and indexes.
 *
 * Rules are kept in order of creation and multi-version: a dropped one stays, marked with
 * the LSN of the drop, since older snapshots still see it. Only the newest can be taken back.
 * Thread: one writer; nami_catalog_rule_at() and _count(): any.
 */
#ifndef NAMI_CORE_CATALOG_RULES_H
#define NAMI_CORE_CATALOG_RULES_H

#include <stdatomic.h>

#include "core/catalog/catalog.h"

#define NAMI_RULE_LIVE UINT64_MAX /* dropped_lsn of a rule that is not dropped */

uint32_t nami_catalog_rule_count(const struct nami_catalog *catalog);
/* In order of creation; i < count. */
const struct nami_rule *nami_catalog_rule_at(const struct nami_catalog *catalog, uint32_t i);
/* NULL: no rule has this id. */
const struct nami_rule *nami_catalog_rule_by_id(const struct nami_catalog *catalog, uint32_t id);

static inline bool nami_rule_is_live(const struct nami_rule *rule, uint64_t lsn)
{
    return rule->created_lsn <= lsn &&
           atomic_load_explicit(&rule->dropped_lsn, memory_order_relaxed) > lsn;
}

/* The id that the next rule gets. */
uint32_t nami_catalog_next_rule_id(const struct nami_catalog *catalog);
/* `rule` is copied, its name too. Fails: NOMEM; CORRUPT (an id that was given before). */
NAMI_CHECKED int32_t nami_catalog_rule_add(struct nami_catalog *catalog,
                                           const struct nami_rule *rule,
                                           const struct nami_rule **out);
void nami_catalog_rule_drop(struct nami_catalog *catalog, const struct nami_rule *rule,
                            uint64_t lsn);
/* Undo, newest change first. */
void nami_catalog_rule_undrop(struct nami_catalog *catalog, const struct nami_rule *rule);
void nami_catalog_rule_take_back(struct nami_catalog *catalog, const struct nami_rule *rule);
/* No names, no rules. */
void nami_catalog_clear(struct nami_catalog *catalog);

#endif /* NAMI_CORE_CATALOG_RULES_H */
