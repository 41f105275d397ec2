#include "core/catalog/rules.h"

#include <stdlib.h>

#include <namidb/plugin_util.h>

#include "core/catalog/catalog_internal.h"

enum { RULES_FIRST = 16 };

static const struct nami_rule_list *list_of(const struct nami_catalog *catalog)
{
    return atomic_load_explicit(&catalog->rules, memory_order_acquire);
}

uint32_t nami_catalog_rule_count(const struct nami_catalog *catalog)
{
    const struct nami_rule_list *list = list_of(catalog);

    return list != NULL ? atomic_load_explicit(&list->count, memory_order_acquire) : 0;
}

/* NULL where a rule was taken back after the caller looked at the count. */
const struct nami_rule *nami_catalog_rule_at(const struct nami_catalog *catalog, uint32_t i)
{
    const struct nami_rule_list *list = list_of(catalog);
    const struct nami_rule_block *block = atomic_load_explicit(&list->at[i], memory_order_acquire);

    return block != NULL ? &block->rule : NULL;
}

const struct nami_rule *nami_catalog_rule_by_id(const struct nami_catalog *catalog, uint32_t id)
{
    uint32_t count = nami_catalog_rule_count(catalog);

    for (uint32_t i = 0; i < count; i++) {
        const struct nami_rule *rule = nami_catalog_rule_at(catalog, i);

        if (rule != NULL && rule->id == id) {
            return rule;
        }
    }
    return NULL;
}

const struct nami_rule *nami_catalog_rule_on(const struct nami_catalog *catalog, uint64_t lsn,
                                             uint32_t label, uint32_t key)
{
    uint32_t count = nami_catalog_rule_count(catalog);
    const struct nami_rule *found = NULL;

    for (uint32_t i = 0; i < count; i++) {
        const struct nami_rule *rule = nami_catalog_rule_at(catalog, i);

        if (rule != NULL && rule->label == label && rule->key == key &&
            nami_rule_is_live(rule, lsn) && (found == NULL || rule->kind == NAMI_RULE_UNIQUE)) {
            found = rule;
        }
    }
    return found;
}

const struct nami_rule *nami_catalog_rule_named(const struct nami_catalog *catalog, uint64_t lsn,
                                                struct nami_slice name)
{
    uint32_t count = nami_catalog_rule_count(catalog);

    for (uint32_t i = 0; i < count; i++) {
        const struct nami_rule *rule = nami_catalog_rule_at(catalog, i);

        if (rule != NULL && nami_slice_equal(rule->name, name) && nami_rule_is_live(rule, lsn)) {
            return rule;
        }
    }
    return NULL;
}

uint32_t nami_catalog_next_rule_id(const struct nami_catalog *catalog)
{
    return catalog->next_rule_id;
}

static void rules_changed(struct nami_catalog *catalog)
{
    atomic_fetch_add_explicit(&catalog->version, 1, memory_order_release);
}

/* A list with room for one more; NULL: no memory. */
static struct nami_rule_list *list_reserve(struct nami_catalog *catalog)
{
    struct nami_rule_list *list = atomic_load_explicit(&catalog->rules, memory_order_relaxed);
    uint32_t count = nami_catalog_rule_count(catalog);
    uint32_t capacity = list != NULL ? list->capacity * 2 : RULES_FIRST;
    struct nami_rule_list *grown = NULL;

    if (list != NULL && count < list->capacity) {
        return list;
    }
    grown = calloc(1, sizeof(*grown) + capacity * sizeof(grown->at[0]));
    if (grown == NULL) {
        return NULL;
    }
    grown->older = list;
    grown->capacity = capacity;
    for (uint32_t i = 0; i < count; i++) {
        atomic_store(&grown->at[i], atomic_load(&list->at[i]));
    }
    atomic_store(&grown->count, count);
    atomic_store_explicit(&catalog->rules, grown, memory_order_release);
    return grown;
}

int32_t nami_catalog_rule_add(struct nami_catalog *catalog, const struct nami_rule *rule,
                              const struct nami_rule **out)
{
    struct nami_rule_list *list = NULL;
    struct nami_rule_block *block = NULL;
    uint32_t count = nami_catalog_rule_count(catalog);

    if (rule->id < catalog->next_rule_id || rule->id == UINT32_MAX) {
        return NAMI_E_CORRUPT;
    }
    list = list_reserve(catalog);
    block = list != NULL ? calloc(1, sizeof(*block) + rule->name.len) : NULL;
    if (block == NULL) {
        return NAMI_E_NOMEM;
    }
    block->rule.id = rule->id;
    block->rule.kind = rule->kind;
    block->rule.label = rule->label;
    block->rule.key = rule->key;
    block->rule.created_lsn = rule->created_lsn;
    atomic_store(&block->rule.dropped_lsn, NAMI_RULE_LIVE);
    if (rule->name.len > 0) {
        memcpy(block->name, rule->name.ptr, rule->name.len);
    }
    block->rule.name = nami_bytes(block->name, rule->name.len);
    atomic_store_explicit(&list->at[count], block, memory_order_release);
    atomic_store_explicit(&list->count, count + 1, memory_order_release);
    catalog->next_rule_id = rule->id + 1;
    rules_changed(catalog);
    *out = &block->rule;
    return NAMI_OK;
}

/* The block behind a rule of this catalog, writable. */
static struct nami_rule_block *block_of(struct nami_catalog *catalog, const struct nami_rule *rule)
{
    struct nami_rule_list *list = atomic_load_explicit(&catalog->rules, memory_order_relaxed);
    uint32_t i = nami_catalog_rule_count(catalog);

    while (i > 0) {
        struct nami_rule_block *block = atomic_load_explicit(&list->at[--i], memory_order_relaxed);

        if (&block->rule == rule) {
            return block;
        }
    }
    return NULL;
}

void nami_catalog_rule_drop(struct nami_catalog *catalog, const struct nami_rule *rule,
                            uint64_t lsn)
{
    atomic_store_explicit(&block_of(catalog, rule)->rule.dropped_lsn, lsn, memory_order_release);
    rules_changed(catalog);
}

void nami_catalog_rule_undrop(struct nami_catalog *catalog, const struct nami_rule *rule)
{
    nami_catalog_rule_drop(catalog, rule, NAMI_RULE_LIVE);
}

void nami_catalog_rule_take_back(struct nami_catalog *catalog, const struct nami_rule *rule)
{
    struct nami_rule_list *list = atomic_load_explicit(&catalog->rules, memory_order_relaxed);
    struct nami_rule_block *block = block_of(catalog, rule);
    uint32_t count = nami_catalog_rule_count(catalog);

    atomic_store_explicit(&list->count, count - 1, memory_order_release);
    block->next_kept = catalog->kept;
    catalog->kept = block;
    catalog->next_rule_id = block->rule.id;
    rules_changed(catalog);
}
