/* core/catalog/catalog_internal.h -- the catalog's inside. */
#ifndef NAMI_CORE_CATALOG_CATALOG_INTERNAL_H
#define NAMI_CORE_CATALOG_CATALOG_INTERNAL_H

#include "core/catalog/catalog.h"
#include "core/catalog/dictionary.h"

/* A rule and its name in one block; freed with the catalog only. */
struct nami_rule_block {
    struct nami_rule rule;
    struct nami_rule_block *next_kept;
    uint8_t name[];
};

/* Published whole; replaced when it is full. */
struct nami_rule_list {
    struct nami_rule_list *older;
    uint32_t capacity;
    _Atomic uint32_t count;
    _Atomic(struct nami_rule_block *) at[];
};

struct nami_catalog {
    struct nami_dictionary_state dictionaries[NAMI_DICT_COUNT];
    _Atomic(struct nami_rule_list *) rules;
    struct nami_rule_block *kept; /* taken back, maybe still read */
    uint32_t next_rule_id;
    _Atomic uint64_t version;
};

#endif /* NAMI_CORE_CATALOG_CATALOG_INTERNAL_H */
