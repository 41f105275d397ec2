#include "core/catalog/catalog_internal.h"

#include <stdlib.h>

#include <namidb/plugin_util.h>

#include "core/base/suggest.h"
#include "core/catalog/rules.h"

int32_t nami_catalog_create(struct nami_catalog **out)
{
    *out = calloc(1, sizeof(**out));
    return *out != NULL ? NAMI_OK : NAMI_E_NOMEM;
}

void nami_catalog_destroy(struct nami_catalog *catalog)
{
    struct nami_rule_list *list = NULL;

    if (catalog == NULL) {
        return;
    }
    nami_catalog_clear(catalog);
    for (uint32_t i = 0; i < NAMI_DICT_COUNT; i++) {
        nami_dictionary_release(&catalog->dictionaries[i]);
    }
    while (catalog->kept != NULL) {
        struct nami_rule_block *next = catalog->kept->next_kept;

        free(catalog->kept);
        catalog->kept = next;
    }
    for (list = atomic_load(&catalog->rules); list != NULL;) {
        struct nami_rule_list *older = list->older;

        free(list);
        list = older;
    }
    free(catalog);
}

uint32_t nami_catalog_find(const struct nami_catalog *catalog, uint32_t dictionary,
                           struct nami_slice name)
{
    return nami_dictionary_find(&catalog->dictionaries[dictionary], name);
}

struct nami_slice nami_catalog_name(const struct nami_catalog *catalog, uint32_t dictionary,
                                    uint32_t id)
{
    const struct nami_name *name = nami_dictionary_at(&catalog->dictionaries[dictionary], id);

    return name != NULL ? nami_bytes(name->bytes, name->len) : nami_bytes(NULL, 0);
}

uint32_t nami_catalog_count(const struct nami_catalog *catalog, uint32_t dictionary)
{
    return atomic_load_explicit(&catalog->dictionaries[dictionary].count, memory_order_acquire);
}

struct nami_slice nami_catalog_suggest(const struct nami_catalog *catalog, uint32_t dictionary,
                                       struct nami_slice name)
{
    struct nami_suggest suggest = {0};
    uint32_t count = nami_catalog_count(catalog, dictionary);

    nami_suggest_init(&suggest, name, true);
    for (uint32_t id = 0; id < count; id++) {
        nami_suggest_offer(&suggest, nami_catalog_name(catalog, dictionary, id));
    }
    return suggest.nearest;
}

int32_t nami_catalog_intern(struct nami_catalog *catalog, uint32_t dictionary,
                            struct nami_slice name, uint32_t *id, bool *is_new)
{
    uint32_t known = nami_catalog_find(catalog, dictionary, name);
    int32_t status = NAMI_OK;

    *is_new = known == NAMI_NO_NAME;
    if (*is_new) {
        known = nami_catalog_count(catalog, dictionary);
        status = nami_dictionary_append(&catalog->dictionaries[dictionary], name);
    }
    *id = status == NAMI_OK ? known : NAMI_NO_NAME;
    return status;
}

int32_t nami_catalog_put(struct nami_catalog *catalog, uint32_t dictionary, uint32_t id,
                         struct nami_slice name)
{
    int32_t status = NAMI_OK;

    if (id != nami_catalog_count(catalog, dictionary) ||
        nami_catalog_find(catalog, dictionary, name) != NAMI_NO_NAME) {
        return NAMI_E_CORRUPT;
    }
    status = nami_dictionary_append(&catalog->dictionaries[dictionary], name);
    return status == NAMI_E_TOO_LARGE ? NAMI_E_CORRUPT : status;
}

void nami_catalog_truncate(struct nami_catalog *catalog, uint32_t dictionary, uint32_t count)
{
    nami_dictionary_truncate(&catalog->dictionaries[dictionary], count);
}

void nami_catalog_clear(struct nami_catalog *catalog)
{
    for (uint32_t i = nami_catalog_rule_count(catalog); i > 0; i--) {
        nami_catalog_rule_take_back(catalog, nami_catalog_rule_at(catalog, i - 1));
    }
    catalog->next_rule_id = 0;
    for (uint32_t i = 0; i < NAMI_DICT_COUNT; i++) {
        nami_catalog_truncate(catalog, i, 0);
    }
}

uint64_t nami_catalog_version(const struct nami_catalog *catalog)
{
    return atomic_load_explicit(&catalog->version, memory_order_acquire);
}
