/* n:A|B, r IS KNOWS: label expressions over nodes and relationships. */
#include "core/exec/expr_internal.h"

/* Names that were unknown may be known by now. */
static void resolve(const struct nami_catalog *catalog, struct nami_expr_label *label)
{
    if (label->kind == NAMI_AST_LABEL_NAME && catalog != NULL) {
        if (label->label == NAMI_NO_NAME) {
            label->label = nami_catalog_find(catalog, NAMI_DICT_LABEL, label->name);
        }
        if (label->type == NAMI_NO_NAME) {
            label->type = nami_catalog_find(catalog, NAMI_DICT_TYPE, label->name);
        }
    }
    for (uint32_t i = 0; i < label->count; i++) {
        resolve(catalog, &label->items[i]);
    }
}

static bool has_label(const struct nami_labels *labels, uint32_t label)
{
    for (uint32_t i = 0; i < labels->count; i++) {
        if (labels->at[i] == label) {
            return true;
        }
    }
    return false;
}

static bool fits(const struct nami_expr_label *label, const struct nami_labels *labels,
                 const struct nami_rel *rel)
{
    bool any = false;
    bool all = true;

    if (label->kind == NAMI_AST_LABEL_NAME) {
        if (rel != NULL) {
            return label->type != NAMI_NO_NAME && rel->type == label->type;
        }
        return label->label != NAMI_NO_NAME && has_label(labels, label->label);
    }
    if (label->kind == NAMI_AST_LABEL_ANY) {
        return rel != NULL || labels->count > 0;
    }
    for (uint32_t i = 0; i < label->count; i++) {
        bool here = fits(&label->items[i], labels, rel);

        any = any || here;
        all = all && here;
    }
    if (label->kind == NAMI_AST_LABEL_NOT) {
        return !any;
    }
    return label->kind == NAMI_AST_LABEL_AND ? all : any;
}

static int32_t test_one(struct nami_exec *exec, const struct nami_expr *expr,
                        struct nami_value entity, enum nami_truth *out)
{
    struct nami_labels labels = {0};
    bool holds;

    *out = NAMI_UNKNOWN;
    if (entity.type == NAMI_VALUE_NULL) {
        return NAMI_OK;
    }
    if (entity.type != NAMI_VALUE_NODE && entity.type != NAMI_VALUE_REL) {
        return NAMI_EXPR_FAIL(exec, expr, NAMI_COND_TYPE_ERROR,
                              "a label test expects a node or a relationship, not %s",
                              nami_value_type_name(entity.type));
    }
    if (entity.type == NAMI_VALUE_NODE) {
        labels = nami_node_labels(exec->snap, entity.as.node);
        holds = fits(expr->as.labels, &labels, NULL);
    } else {
        holds = fits(expr->as.labels, &labels, entity.as.rel);
    }
    *out = holds ? NAMI_TRUE : NAMI_FALSE;
    return entity.type == NAMI_VALUE_NODE && labels.count == 0
               ? nami_expr__check_alive(exec, expr, entity)
               : NAMI_OK;
}

/* n:Label on a column of nodes: no values, no lists of labels. */
static void test_nodes(struct nami_exec *exec, struct nami_expr *expr,
                       const struct nami_vector *nodes, const struct nami_rows *view)
{
    const uint64_t *ids = nodes->data;
    uint8_t *cells = expr->result.data;
    uint32_t label = expr->as.labels->label;

    for (uint32_t i = 0; i < view->count; i++) {
        uint32_t row = nami_rows_at(view, i);

        if (nami_vector_is_null(nodes, row)) {
            nami_vector_set_null(&expr->result, row);
        } else {
            cells[row] =
                label != NAMI_NO_NAME &&
                        nami_node_has_label(exec->snap, ids[nodes->is_const ? 0 : row], label)
                    ? 1
                    : 0;
        }
    }
}

int32_t nami_expr__eval_labels(struct nami_exec *exec, struct nami_expr *expr,
                               const struct nami_rows *rows, struct nami_vector *out)
{
    struct nami_vector entities;
    struct nami_rows one;
    const struct nami_rows *view;
    int32_t status = nami_expr__args(exec, expr, rows, 0, 1, &entities);

    if (status != NAMI_OK) {
        return status;
    }
    resolve(nami_expr__catalog(exec), expr->as.labels);
    view = nami_expr__view(&entities, 1, rows, &one);
    status = nami_expr__begin(exec, expr, NAMI_VECTOR_BOOL, view);
    if (status == NAMI_OK && entities.type == NAMI_VECTOR_NODE && exec->txn == NULL &&
        expr->as.labels->kind == NAMI_AST_LABEL_NAME) {
        test_nodes(exec, expr, &entities, view);
        nami_expr__end(expr, view, rows, out);
        return NAMI_OK;
    }
    for (uint32_t i = 0; i < view->count && status == NAMI_OK; i++) {
        uint32_t row = nami_rows_at(view, i);
        enum nami_truth truth;

        status = test_one(exec, expr, nami_vector_get(&entities, row), &truth);
        if (status == NAMI_OK) {
            status = nami_expr__put_truth(exec, expr, row, truth);
        }
    }
    nami_expr__end(expr, view, rows, out);
    return status;
}
