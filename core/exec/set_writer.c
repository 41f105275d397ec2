/* SET and REMOVE items, one row at a time: later items and rows see what earlier ones did. */
#include "core/exec/update.h"

struct set_item {
    const struct nami_plan_set_item *plan;
    struct nami_expr *object;
    struct nami_expr *key_expr;
    struct nami_expr *value;
    struct nami_vector values; /* is_batched: of the batch */
    uint32_t key;
    uint32_t *labels;
    uint32_t label_count; /* looked up so far */
};

struct nami_set_writer {
    struct set_item *items;
    uint32_t count;
    struct nami_property *list;
    uint32_t list_capacity;
};

int32_t nami_set_writer_create(const struct nami_build *build, const struct nami_step *step,
                               const struct nami_plan_set *plan, struct nami_set_writer **out)
{
    struct nami_set_writer *writer = nami_exec_alloc(build->exec, 1, sizeof(*writer));
    int32_t status = NAMI_OK;

    *out = writer;
    if (writer != NULL) {
        writer->items = nami_exec_alloc(build->exec, plan->count, sizeof(struct set_item));
    }
    if (writer == NULL || writer->items == NULL) {
        return nami_exec_nomem(build->exec);
    }
    writer->count = plan->count;
    for (uint32_t i = 0; i < plan->count && status == NAMI_OK; i++) {
        struct set_item *item = &writer->items[i];

        item->plan = &plan->items[i];
        item->key = NAMI_NO_NAME;
        item->labels = nami_exec_alloc(build->exec, item->plan->labels.count, sizeof(uint32_t));
        if (item->labels == NULL) {
            return nami_exec_nomem(build->exec);
        }
        status = nami_build_expr(build, step, item->plan->object, &item->object);
        if (status == NAMI_OK) {
            status = nami_build_expr(build, step, item->plan->key_expr, &item->key_expr);
        }
        if (status == NAMI_OK) {
            status = nami_build_expr(build, step, item->plan->value, &item->value);
        }
    }
    return status;
}

int32_t nami_set_writer_batch(struct nami_exec *exec, struct nami_set_writer *writer,
                              const struct nami_rows *rows)
{
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; i < writer->count && status == NAMI_OK; i++) {
        if (writer->items[i].value != NULL && writer->items[i].plan->is_batched) {
            status = nami_expr_eval(exec, writer->items[i].value, rows, &writer->items[i].values);
        }
    }
    return status;
}

static int32_t eval_cell(struct nami_exec *exec, struct nami_expr *expr,
                         const struct nami_rows *rows, uint32_t row, struct nami_value *out)
{
    uint32_t column = nami_expr_column(expr);
    uint16_t at = (uint16_t)row;
    struct nami_rows one;
    struct nami_vector vector = {0};
    int32_t status = NAMI_OK;

    if (column != NAMI_NO_COLUMN) {
        *out = nami_vector_get(&rows->columns[column], row);
        return NAMI_OK;
    }
    one = nami_rows_only(rows, &at);
    status = nami_expr_eval(exec, expr, &one, &vector);
    if (status == NAMI_OK) {
        *out = nami_vector_get(&vector, row);
    }
    return status;
}

/* What the item assigns; null for REMOVE. */
static int32_t value_of(struct nami_exec *exec, struct set_item *item, const struct nami_rows *rows,
                        uint32_t row, struct nami_value *out)
{
    *out = nami_value_null();
    if (item->value == NULL) {
        return NAMI_OK;
    }
    if (item->plan->is_batched) {
        *out = nami_vector_get(&item->values, row);
        return NAMI_OK;
    }
    return eval_cell(exec, item->value, rows, row, out);
}

static int32_t type_error(struct nami_exec *exec, const struct set_item *item, const char *what,
                          uint8_t type)
{
    int32_t status = nami_diagnose(exec->diag, NAMI_COND_TYPE_ERROR, NULL, "%s, not %s", what,
                                   nami_value_type_name(type));

    nami_diagnose_place(exec->diag, exec->text, item->plan->span.at);
    return status;
}

static int32_t store(struct nami_exec *exec, struct nami_value entity,
                     const struct nami_property *list, uint32_t count, bool replace)
{
    if (entity.type == NAMI_VALUE_NODE) {
        return nami_txn_set_node(exec->txn, entity.as.node, list, count, replace, exec->diag);
    }
    return nami_txn_set_rel(exec->txn, entity.as.rel, list, count, replace, exec->diag);
}

static int32_t set_property(struct nami_exec *exec, struct set_item *item, struct nami_value entity,
                            const struct nami_rows *rows, uint32_t row)
{
    struct nami_property property = {0};
    struct nami_slice key = item->plan->key;
    struct nami_value named = nami_value_null();
    int32_t status = value_of(exec, item, rows, row, &property.value);

    if (status == NAMI_OK && item->key_expr != NULL) {
        status = eval_cell(exec, item->key_expr, rows, row, &named);
        key = nami_value_slice(named);
        item->key = NAMI_NO_NAME;
        if (status == NAMI_OK && named.type != NAMI_VALUE_STRING) {
            status = type_error(exec, item, "a property key is a string", named.type);
        }
    }
    if (status == NAMI_OK) {
        status = nami_check_storable(exec, property.value, key, &item->plan->span);
    }
    if (status != NAMI_OK) {
        return status;
    }
    if (property.value.type == NAMI_VALUE_NULL) { /* a key nobody knows need not be made */
        nami_name_resolve(exec, NAMI_DICT_KEY, key, &item->key);
        if (item->key == NAMI_NO_NAME) {
            return NAMI_OK;
        }
    }
    status = nami_name_intern(exec, NAMI_DICT_KEY, key, &item->key);
    property.key = item->key;
    return status == NAMI_OK ? store(exec, entity, &property, 1, false) : status;
}

/* SET n = value, SET n += value. */
static int32_t set_all(struct nami_exec *exec, struct nami_set_writer *writer,
                       struct set_item *item, struct nami_value entity,
                       const struct nami_rows *rows, uint32_t row)
{
    bool replace = item->plan->kind == NAMI_AST_SET_REPLACE;
    struct nami_properties from = {0};
    struct nami_value value = nami_value_null();
    int32_t status = value_of(exec, item, rows, row, &value);

    if (status != NAMI_OK) {
        return status;
    }
    if (value.type == NAMI_VALUE_NULL) {
        return replace ? store(exec, entity, NULL, 0, true) : NAMI_OK;
    }
    if (value.type == NAMI_VALUE_MAP) {
        status = nami_map_properties(exec, value, &item->plan->span, &writer->list,
                                     &writer->list_capacity);
        return status == NAMI_OK ? store(exec, entity, writer->list, value.count, replace) : status;
    }
    if (value.type == NAMI_VALUE_NODE) {
        from = nami_node_all(exec->snap, value.as.node);
    } else if (value.type == NAMI_VALUE_REL) {
        from = nami_rel_all(exec->snap, value.as.rel);
    } else {
        return type_error(exec, item, "SET takes a map, node or relationship", value.type);
    }
    if (value.type == entity.type && nami_value_equivalent(value, entity)) {
        return NAMI_OK; /* SET n = n */
    }
    return store(exec, entity, from.at, from.count, replace);
}

static int32_t set_labels(struct nami_exec *exec, struct set_item *item, struct nami_value entity)
{
    struct nami_ast_names names = item->plan->labels;
    uint32_t count = 0;
    int32_t status = NAMI_OK;

    if (entity.type != NAMI_VALUE_NODE) {
        return type_error(exec, item, "only nodes have labels", entity.type);
    }
    for (uint32_t i = 0; i < names.count && status == NAMI_OK; i++) {
        uint32_t id = NAMI_NO_NAME;

        if (item->label_count == names.count) { /* all are known from an earlier row */
            count = names.count;
            break;
        }
        if (item->plan->is_remove) {
            nami_name_resolve(exec, NAMI_DICT_LABEL, names.items[i], &id);
        } else {
            status = nami_name_intern(exec, NAMI_DICT_LABEL, names.items[i], &id);
        }
        if (id != NAMI_NO_NAME) {
            item->labels[count++] = id;
        }
    }
    item->label_count = count;
    if (status != NAMI_OK || count == 0) {
        return status;
    }
    return nami_txn_set_labels(exec->txn, entity.as.node, item->labels, count,
                               !item->plan->is_remove, exec->diag);
}

static int32_t apply(struct nami_exec *exec, struct nami_set_writer *writer, struct set_item *item,
                     const struct nami_rows *rows, uint32_t row)
{
    struct nami_value entity = nami_value_null();
    int32_t status = eval_cell(exec, item->object, rows, row, &entity);

    if (status != NAMI_OK || entity.type == NAMI_VALUE_NULL) {
        return status;
    }
    if (entity.type != NAMI_VALUE_NODE && entity.type != NAMI_VALUE_REL) {
        return type_error(exec, item, "SET and REMOVE change a node or relationship", entity.type);
    }
    switch ((enum nami_ast_set_kind)item->plan->kind) {
    case NAMI_AST_SET_PROPERTY:
    case NAMI_AST_SET_DYNAMIC:
        return set_property(exec, item, entity, rows, row);
    case NAMI_AST_SET_REPLACE:
    case NAMI_AST_SET_MERGE:
        return set_all(exec, writer, item, entity, rows, row);
    case NAMI_AST_SET_LABELS:
        break;
    }
    return set_labels(exec, item, entity);
}

int32_t nami_set_writer_row(struct nami_exec *exec, struct nami_set_writer *writer,
                            const struct nami_rows *rows, uint32_t row)
{
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; i < writer->count && status == NAMI_OK; i++) {
        struct nami_arena_mark mark = nami_arena_mark(exec->scratch);

        status = apply(exec, writer, &writer->items[i], rows, row);
        nami_arena_rewind(exec->scratch, mark);
        status = status == NAMI_OK ? nami_exec_tick(exec, 1) : status;
    }
    return status;
}
