/* Properties of nodes, relationships and maps; label tests. */
#include <string.h>

#include "core/exec/expr_internal.h"

int32_t nami_expr__check_alive(struct nami_exec *exec, const struct nami_expr *expr,
                               struct nami_value entity)
{
    bool exists;

    if (exec->txn == NULL) { /* a reader's snapshot does not change */
        return NAMI_OK;
    }
    exists = entity.type == NAMI_VALUE_NODE ? nami_node_exists(exec->snap, entity.as.node)
                                            : nami_rel_exists(exec->snap, entity.as.rel);
    if (exists) {
        return NAMI_OK;
    }
    return NAMI_EXPR_FAIL(exec, expr, NAMI_COND_DELETED_ENTITY_ACCESS,
                          "this %s was deleted by the statement",
                          entity.type == NAMI_VALUE_NODE ? "node" : "relationship");
}

/* ---- one value ---- */

int32_t nami_expr__property_of(struct nami_exec *exec, const struct nami_expr *expr,
                               struct nami_value object, struct nami_expr_key *key,
                               struct nami_value *out)
{
    const struct nami_value *found = NULL;
    uint32_t id;

    *out = nami_value_null();
    if (object.type == NAMI_VALUE_NULL) {
        return NAMI_OK;
    }
    if (object.type == NAMI_VALUE_MAP) {
        found = nami_value_map_get(object, key->name);
        *out = found != NULL ? *found : nami_value_null();
        return NAMI_OK;
    }
    if (object.type != NAMI_VALUE_NODE && object.type != NAMI_VALUE_REL) {
        return NAMI_EXPR_FAIL(exec, expr, NAMI_COND_TYPE_ERROR,
                              "%s has no properties: a node, relationship or map is expected",
                              nami_value_type_name(object.type));
    }
    id = nami_expr__key(exec, key);
    if (id != NAMI_NO_NAME) {
        *out = object.type == NAMI_VALUE_NODE ? nami_node_property(exec->snap, object.as.node, id)
                                              : nami_rel_property(exec->snap, object.as.rel, id);
    }
    return nami_expr__check_alive(exec, expr, object);
}

int32_t nami_expr__properties(struct nami_exec *exec, const struct nami_expr *expr,
                              struct nami_value object, struct nami_value *out)
{
    struct nami_catalog *catalog = nami_expr__catalog(exec);
    struct nami_properties all;
    struct nami_value *pairs;
    int32_t status;

    if (object.type == NAMI_VALUE_MAP || object.type == NAMI_VALUE_NULL) {
        *out = object;
        return NAMI_OK;
    }
    if (object.type != NAMI_VALUE_NODE && object.type != NAMI_VALUE_REL) {
        return NAMI_EXPR_FAIL(exec, expr, NAMI_COND_TYPE_ERROR,
                              "%s has no properties: a node, relationship or map is expected",
                              nami_value_type_name(object.type));
    }
    status = nami_expr__check_alive(exec, expr, object);
    if (status != NAMI_OK) {
        return status;
    }
    all = object.type == NAMI_VALUE_NODE ? nami_node_all(exec->snap, object.as.node)
                                         : nami_rel_all(exec->snap, object.as.rel);
    pairs = nami_exec_scratch(exec, (size_t)all.count * 2, sizeof(*pairs));
    if (pairs == NULL) {
        return nami_exec_nomem(exec);
    }
    for (uint32_t i = 0; i < all.count; i++) {
        pairs[(size_t)i * 2] =
            nami_value_string(nami_catalog_name(catalog, NAMI_DICT_KEY, all.at[i].key));
        pairs[(size_t)i * 2 + 1] = all.at[i].value;
    }
    *out = nami_value_map(pairs, nami_value_map_normalise(pairs, all.count));
    return NAMI_OK;
}

/* ---- a column of nodes: one call for all ---- */

static int32_t check_nulls(struct nami_exec *exec, const struct nami_expr *expr,
                           const uint64_t *ids, const struct nami_value *values, uint32_t count)
{
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; exec->txn != NULL && i < count && status == NAMI_OK; i++) {
        if (values[i].type == NAMI_VALUE_NULL) {
            status = nami_expr__check_alive(exec, expr, nami_value_node(ids[i]));
        }
    }
    return status;
}

/* The ids that are not null, and the rows they stand in. */
static uint32_t pack_ids(const struct nami_vector *nodes, const struct nami_rows *view,
                         uint64_t *ids, uint16_t *at)
{
    const uint64_t *cells = nodes->data;
    uint32_t count = 0;

    for (uint32_t i = 0; i < view->count; i++) {
        uint32_t row = nami_rows_at(view, i);

        if (!nami_vector_is_null(nodes, row)) {
            ids[count] = cells[nodes->is_const ? 0 : row];
            at[count] = (uint16_t)row;
            count++;
        }
    }
    return count;
}

static int32_t gather_packed(struct nami_exec *exec, struct nami_expr *expr,
                             const struct nami_vector *nodes, const struct nami_rows *view,
                             uint32_t key)
{
    uint64_t *ids = nami_arena_alloc(exec->scratch, view->count * sizeof(*ids));
    uint16_t *at = nami_arena_alloc(exec->scratch, view->count * sizeof(*at));
    struct nami_value *values = nami_arena_alloc(exec->scratch, view->count * sizeof(*values));
    struct nami_value *cells = expr->result.data;
    uint32_t count;

    if (ids == NULL || at == NULL || values == NULL) {
        return nami_exec_nomem(exec);
    }
    count = pack_ids(nodes, view, ids, at);
    for (uint32_t i = 0; i < view->count; i++) {
        cells[nami_rows_at(view, i)] = nami_value_null();
    }
    if (key != NAMI_NO_NAME) {
        nami_node_properties(exec->snap, ids, count, key, values);
    } else {
        memset(values, 0, count * sizeof(*values));
    }
    for (uint32_t i = 0; i < count; i++) {
        cells[at[i]] = values[i];
    }
    return check_nulls(exec, expr, ids, values, count);
}

static int32_t gather(struct nami_exec *exec, struct nami_expr *expr,
                      const struct nami_vector *nodes, const struct nami_rows *view)
{
    uint32_t key = nami_expr__key(exec, &expr->as.key);
    struct nami_value *cells = expr->result.data;
    int32_t status;

    if (key != NAMI_NO_NAME && view->selection == NULL && !nodes->has_nulls) {
        /* all rows, none null: straight from ids to values */
        nami_node_properties(exec->snap, nodes->data, view->count, key, cells);
        status = check_nulls(exec, expr, nodes->data, cells, view->count);
    } else {
        status = gather_packed(exec, expr, nodes, view, key);
    }
    for (uint32_t i = 0; i < view->count && status == NAMI_OK; i++) {
        uint32_t row = nami_rows_at(view, i);

        if (cells[row].type == NAMI_VALUE_NULL) {
            nami_vector_set_null(&expr->result, row);
        }
    }
    return status;
}

int32_t nami_expr__eval_property(struct nami_exec *exec, struct nami_expr *expr,
                                 const struct nami_rows *rows, struct nami_vector *out)
{
    struct nami_vector object;
    struct nami_rows one;
    const struct nami_rows *view;
    int32_t status = nami_expr__args(exec, expr, rows, 0, 1, &object);

    if (status != NAMI_OK) {
        return status;
    }
    view = nami_expr__view(&object, 1, rows, &one);
    status = nami_expr__begin(exec, expr, NAMI_VECTOR_ANY, view);
    if (status == NAMI_OK && object.type == NAMI_VECTOR_NODE) {
        status = gather(exec, expr, &object, view);
    } else {
        for (uint32_t i = 0; i < view->count && status == NAMI_OK; i++) {
            uint32_t row = nami_rows_at(view, i);
            struct nami_value value;

            status = nami_expr__property_of(exec, expr, nami_vector_get(&object, row),
                                            &expr->as.key, &value);
            if (status == NAMI_OK) {
                status = nami_expr__put(exec, expr, row, value);
            }
        }
    }
    if (status == NAMI_OK) {
        nami_expr__tighten(expr, view);
    }
    nami_expr__end(expr, view, rows, out);
    return status;
}
