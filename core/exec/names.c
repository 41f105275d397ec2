/* Labels, types and keys: looked up late, made only when something is stored under them. */
#include "core/exec/build.h"

void nami_name_resolve(const struct nami_exec *exec, uint32_t dictionary, struct nami_slice name,
                       uint32_t *id)
{
    if (*id == NAMI_NO_NAME) {
        *id = nami_catalog_find(nami_graph_catalog(exec->snap->graph), dictionary, name);
    }
}

int32_t nami_name_intern(struct nami_exec *exec, uint32_t dictionary, struct nami_slice name,
                         uint32_t *id)
{
    int32_t status = NAMI_OK;

    if (*id == NAMI_NO_NAME) {
        status = nami_txn_intern(exec->txn, dictionary, name, id);
    }
    if (status != NAMI_OK) {
        return nami_diagnose(exec->diag, nami_condition_of_status(status), NULL,
                             "no new name can be stored");
    }
    return NAMI_OK;
}

int32_t nami_type_ids_init(struct nami_exec *exec, struct nami_type_ids *ids,
                           struct nami_ast_names names)
{
    *ids = (struct nami_type_ids){.is_complete = names.count == 0};
    ids->at = nami_exec_alloc(exec, names.count, sizeof(uint32_t));
    return ids->at != NULL ? NAMI_OK : nami_exec_nomem(exec);
}

void nami_type_ids_resolve(const struct nami_exec *exec, struct nami_type_ids *ids,
                           struct nami_ast_names names)
{
    if (ids->is_complete) {
        return;
    }
    ids->count = 0;
    for (uint32_t i = 0; i < names.count; i++) {
        uint32_t id = NAMI_NO_NAME;

        nami_name_resolve(exec, NAMI_DICT_TYPE, names.items[i], &id);
        if (id != NAMI_NO_NAME) {
            ids->at[ids->count++] = id;
        }
    }
    ids->is_none = ids->count == 0;
    ids->is_complete = ids->count == names.count;
}

bool nami_type_ids_match(const struct nami_type_ids *ids, uint32_t type)
{
    bool is_one = ids->count == 0 && !ids->is_none;

    for (uint32_t i = 0; i < ids->count && !is_one; i++) {
        is_one = ids->at[i] == type;
    }
    return is_one;
}
