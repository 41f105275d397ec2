/*
 * core/catalog/catalog.h -- names and rules: labels, relationship types, property keys,
 * constraints, indexes, statistics.
 *
 * What:   append-only dictionaries (name <-> id, ids from 0, never reused while the
 *         namespace exists) and the schema's rules, multi-version by LSN like the rest.
 * Above:  graph, plan, exec, session.
 * Below:  value, base.
 * Thread: one writer (the namespace's token), any number of readers without locks.
 *         Names are immutable once published; a reader may look up at any time and
 *         sees a superset of its snapshot, which is harmless: an id without data
 *         matches nothing.
 * Undo:   a lost slot takes back the names and rules that only it knew.
 */
#ifndef NAMI_CORE_CATALOG_CATALOG_H
#define NAMI_CORE_CATALOG_CATALOG_H

#include <stdbool.h>

#include <namidb/host.h>

#include "core/base/diagnostic.h"

#define NAMI_NO_NAME UINT32_MAX /* no such label, type or key */

enum nami_dictionary {
    NAMI_DICT_LABEL = 0,
    NAMI_DICT_TYPE = 1,
    NAMI_DICT_KEY = 2,
    NAMI_DICT_COUNT = 3
};

enum nami_rule_kind {
    NAMI_RULE_UNIQUE = 1, /* constraint, with an index of its own */
    NAMI_RULE_INDEX = 2   /* equality index */
};

/* A constraint or index. Immutable once published. */
struct nami_rule {
    uint32_t id; /* never reused */
    uint32_t kind;
    uint32_t label;
    uint32_t key;
    struct nami_slice name;
    uint64_t created_lsn;
    _Atomic uint64_t dropped_lsn; /* UINT64_MAX: not dropped */
};

struct nami_catalog;

NAMI_CHECKED int32_t nami_catalog_create(struct nami_catalog **out);
void nami_catalog_destroy(struct nami_catalog *catalog);

/* Readers. NAMI_NO_NAME if unknown. */
uint32_t nami_catalog_find(const struct nami_catalog *catalog, uint32_t dictionary,
                           struct nami_slice name);
/* The name of a known id; empty for an unknown one. Lives as long as the catalog. */
struct nami_slice nami_catalog_name(const struct nami_catalog *catalog, uint32_t dictionary,
                                    uint32_t id);
uint32_t nami_catalog_count(const struct nami_catalog *catalog, uint32_t dictionary);
/* Nearest known name for "did you mean"; empty if none is near. */
struct nami_slice nami_catalog_suggest(const struct nami_catalog *catalog, uint32_t dictionary,
                                       struct nami_slice name);
/* The rule for (label, key) that is live at `lsn`, UNIQUE preferred; NULL: none. */
const struct nami_rule *nami_catalog_rule_on(const struct nami_catalog *catalog, uint64_t lsn,
                                             uint32_t label, uint32_t key);
const struct nami_rule *nami_catalog_rule_named(const struct nami_catalog *catalog, uint64_t lsn,
                                                struct nami_slice name);
/* Grows with every change of a rule that plans depend on. */
uint64_t nami_catalog_version(const struct nami_catalog *catalog);

/* Writer. */
NAMI_CHECKED int32_t nami_catalog_intern(struct nami_catalog *catalog, uint32_t dictionary,
                                         struct nami_slice name, uint32_t *id, bool *is_new);
/* Replay and undo: names are put and taken back at the end only. Fails: CORRUPT (a gap). */
NAMI_CHECKED int32_t nami_catalog_put(struct nami_catalog *catalog, uint32_t dictionary,
                                      uint32_t id, struct nami_slice name);
void nami_catalog_truncate(struct nami_catalog *catalog, uint32_t dictionary, uint32_t count);

#endif /* NAMI_CORE_CATALOG_CATALOG_H */
