/* Property maps of patterns, ready for the transaction. */
#include "core/exec/update.h"

int32_t nami_check_storable(struct nami_exec *exec, struct nami_value value, struct nami_slice key,
                            const struct nami_span *at)
{
    int32_t status = NAMI_OK;

    if (value.type == NAMI_VALUE_NULL || nami_value_is_storable(value)) {
        return NAMI_OK;
    }
    status =
        nami_diagnose(exec->diag, NAMI_COND_INVALID_PROPERTY_TYPE, NULL,
                      "property %.*s can not hold this %s", (int)(key.len < 128 ? key.len : 128),
                      (const char *)key.ptr, nami_value_type_name(value.type));
    nami_diagnose_hint(exec->diag,
                       "a property is a Boolean, number, string, bytes, or a list of one of them");
    if (at != NULL && exec->text.len > 0) {
        nami_diagnose_place(exec->diag, exec->text, at->at);
    }
    return status;
}

int32_t nami_map_properties(struct nami_exec *exec, struct nami_value map,
                            const struct nami_span *at, struct nami_property **list,
                            uint32_t *capacity)
{
    int32_t status = NAMI_OK;

    if (*capacity < map.count) {
        *list = nami_exec_alloc(exec, (size_t)map.count * 2, sizeof(struct nami_property));
        if (*list == NULL) {
            *capacity = 0;
            return nami_exec_nomem(exec);
        }
        *capacity = map.count * 2;
    }
    for (uint32_t i = 0; i < map.count && status == NAMI_OK; i++) {
        struct nami_slice key = nami_value_slice(map.as.items[(size_t)i * 2]);
        struct nami_value value = map.as.items[(size_t)i * 2 + 1];
        struct nami_property *property = &(*list)[i];

        *property = (struct nami_property){.key = NAMI_NO_NAME, .value = value};
        status = nami_check_storable(exec, value, key, at);
        if (status == NAMI_OK) {
            status = nami_name_intern(exec, NAMI_DICT_KEY, key, &property->key);
        }
    }
    return status;
}

int32_t nami_property_writer_init(const struct nami_build *build, const struct nami_step *step,
                                  const struct nami_plan_properties *plan,
                                  struct nami_property_writer *writer)
{
    int32_t status = NAMI_OK;

    *writer = (struct nami_property_writer){.plan = plan, .list_capacity = plan->count};
    writer->exprs = nami_exec_alloc(build->exec, plan->count, sizeof(struct nami_expr *));
    writer->values = nami_exec_alloc(build->exec, plan->count, sizeof(struct nami_vector));
    writer->keys = nami_exec_alloc(build->exec, plan->count, sizeof(uint32_t));
    writer->list = nami_exec_alloc(build->exec, plan->count, sizeof(struct nami_property));
    if (writer->exprs == NULL || writer->values == NULL || writer->keys == NULL ||
        writer->list == NULL) {
        return nami_exec_nomem(build->exec);
    }
    for (uint32_t i = 0; i < plan->count && status == NAMI_OK; i++) {
        writer->keys[i] = NAMI_NO_NAME;
        status = nami_build_expr(build, step, plan->items[i].expr, &writer->exprs[i]);
    }
    return status == NAMI_OK ? nami_build_expr(build, step, plan->map, &writer->map) : status;
}

int32_t nami_property_writer_batch(struct nami_exec *exec, struct nami_property_writer *writer,
                                   const struct nami_rows *rows)
{
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; i < writer->plan->count && status == NAMI_OK; i++) {
        status = nami_expr_eval(exec, writer->exprs[i], rows, &writer->values[i]);
    }
    if (status == NAMI_OK && writer->map != NULL) {
        status = nami_expr_eval(exec, writer->map, rows, &writer->maps);
    }
    return status;
}

static int32_t whole_map(struct nami_exec *exec, struct nami_property_writer *writer, uint32_t row,
                         uint32_t *count)
{
    const struct nami_span *at = &writer->plan->map->span;
    struct nami_value map = nami_vector_get(&writer->maps, row);
    int32_t status = NAMI_OK;

    *count = map.count;
    if (map.type != NAMI_VALUE_MAP) {
        status = nami_diagnose(exec->diag, NAMI_COND_TYPE_ERROR, NULL,
                               "the properties of a pattern are a map, not %s",
                               nami_value_type_name(map.type));
        nami_diagnose_place(exec->diag, exec->text, at->at);
        return status;
    }
    return nami_map_properties(exec, map, at, &writer->list, &writer->list_capacity);
}

int32_t nami_property_writer_row(struct nami_exec *exec, struct nami_property_writer *writer,
                                 uint32_t row, uint32_t *count)
{
    int32_t status = NAMI_OK;
    uint32_t filled = 0;

    *count = 0;
    if (writer->map != NULL) {
        return whole_map(exec, writer, row, count);
    }
    for (uint32_t i = 0; i < writer->plan->count && status == NAMI_OK; i++) {
        const struct nami_plan_property *plan = &writer->plan->items[i];
        struct nami_value value = nami_vector_get(&writer->values[i], row);

        if (value.type == NAMI_VALUE_NULL) {
            continue;
        }
        status = nami_check_storable(exec, value, plan->key, &plan->expr->span);
        if (status == NAMI_OK) {
            status = nami_name_intern(exec, NAMI_DICT_KEY, plan->key, &writer->keys[i]);
        }
        writer->list[filled++] = (struct nami_property){.key = writer->keys[i], .value = value};
    }
    *count = filled;
    return status;
}
