/* Functions of nodes, relationships, maps and paths. */
#include <string.h>

#include "core/exec/scalar_functions.h"

NAMI_SCALAR(nami_fn_id)
{
    uint64_t id = args[0].type == NAMI_VALUE_NODE ? args[0].as.node : args[0].as.rel->id;

    (void)call;
    *out = nami_value_int((int64_t)id);
    return NAMI_OK;
}

NAMI_SCALAR(nami_fn_element_id)
{
    char text[NAMI_ELEMENT_ID_MAX];
    size_t len = args[0].type == NAMI_VALUE_NODE ? nami_element_id_of_node(args[0].as.node, text)
                                                 : nami_element_id_of_rel(args[0].as.rel, text);
    const uint8_t *copy = nami_arena_copy(call->exec->scratch, text, len);

    if (copy == NULL) {
        return nami_exec_nomem(call->exec);
    }
    *out = nami_value_string((struct nami_slice){.ptr = copy, .len = len});
    return NAMI_OK;
}

NAMI_SCALAR(nami_fn_type)
{
    *out = nami_value_string(
        nami_catalog_name(nami_expr__catalog(call->exec), NAMI_DICT_TYPE, args[0].as.rel->type));
    return NAMI_OK;
}

NAMI_SCALAR(nami_fn_labels)
{
    struct nami_labels labels = nami_node_labels(call->exec->snap, args[0].as.node);
    struct nami_value *items = nami_exec_scratch(call->exec, labels.count, sizeof(*items));
    int32_t status = nami_expr__check_alive(call->exec, call->expr, args[0]);

    if (status != NAMI_OK) {
        return status;
    }
    if (items == NULL) {
        return nami_exec_nomem(call->exec);
    }
    for (uint32_t i = 0; i < labels.count; i++) {
        items[i] = nami_value_string(
            nami_catalog_name(nami_expr__catalog(call->exec), NAMI_DICT_LABEL, labels.at[i]));
    }
    *out = nami_value_list(items, labels.count);
    return NAMI_OK;
}

NAMI_SCALAR(nami_fn_properties)
{
    return nami_expr__properties(call->exec, call->expr, args[0], out);
}

NAMI_SCALAR(nami_fn_keys)
{
    struct nami_value map = nami_value_null();
    struct nami_value *items;
    int32_t status = nami_expr__properties(call->exec, call->expr, args[0], &map);

    if (status != NAMI_OK) {
        return status;
    }
    items = nami_exec_scratch(call->exec, map.count, sizeof(*items));
    if (items == NULL) {
        return nami_exec_nomem(call->exec);
    }
    for (uint32_t i = 0; i < map.count; i++) {
        items[i] = map.as.items[(size_t)i * 2];
    }
    *out = nami_value_list(items, map.count);
    return NAMI_OK;
}

NAMI_SCALAR(nami_fn_start_node)
{
    (void)call;
    *out = nami_value_node(args[0].as.rel->src);
    return NAMI_OK;
}

NAMI_SCALAR(nami_fn_end_node)
{
    (void)call;
    *out = nami_value_node(args[0].as.rel->dst);
    return NAMI_OK;
}

/* ---- paths ---- */

NAMI_SCALAR(nami_fn_length)
{
    (void)call;
    *out = nami_value_int(args[0].as.path->length);
    return NAMI_OK;
}

NAMI_SCALAR(nami_fn_nodes)
{
    const struct nami_path *path = args[0].as.path;
    uint32_t count = path->length + 1;
    struct nami_value *items = nami_exec_scratch(call->exec, count, sizeof(*items));

    if (items == NULL) {
        return nami_exec_nomem(call->exec);
    }
    for (uint32_t i = 0; i < count; i++) {
        items[i] = nami_value_node(path->nodes[i]);
    }
    *out = nami_value_list(items, count);
    return NAMI_OK;
}

NAMI_SCALAR(nami_fn_relationships)
{
    const struct nami_path *path = args[0].as.path;
    struct nami_value *items = nami_exec_scratch(call->exec, path->length, sizeof(*items));

    if (items == NULL) {
        return nami_exec_nomem(call->exec);
    }
    for (uint32_t i = 0; i < path->length; i++) {
        items[i] = nami_value_rel(&path->rels[i]);
    }
    *out = nami_value_list(items, path->length);
    return NAMI_OK;
}
