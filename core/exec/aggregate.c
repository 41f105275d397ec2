/* States by group, and what all aggregates share: nulls do not count, DISTINCT, counting. */
#include "core/exec/aggregate_internal.h"

#include <string.h>

static const struct nami_aggregate_ops *const ops_of_kind[] = {
    [NAMI_AGGREGATE_COUNT_ROWS] = &nami_aggregate__count,
    [NAMI_AGGREGATE_COUNT] = &nami_aggregate__count,
    [NAMI_AGGREGATE_SUM] = &nami_aggregate__sum,
    [NAMI_AGGREGATE_AVG] = &nami_aggregate__avg,
    [NAMI_AGGREGATE_MIN] = &nami_aggregate__min,
    [NAMI_AGGREGATE_MAX] = &nami_aggregate__max,
    [NAMI_AGGREGATE_COLLECT] = &nami_aggregate__collect,
    [NAMI_AGGREGATE_STDEV] = &nami_aggregate__stdev,
    [NAMI_AGGREGATE_STDEVP] = &nami_aggregate__stdevp,
    [NAMI_AGGREGATE_PERCENTILE_CONT] = &nami_aggregate__percentile_cont,
    [NAMI_AGGREGATE_PERCENTILE_DISC] = &nami_aggregate__percentile_disc,
};

int32_t nami_aggregate_create(struct nami_exec *exec, const struct nami_aggregate_spec *spec,
                              struct nami_aggregate **out)
{
    struct nami_aggregate *aggregate = nami_exec_alloc(exec, 1, sizeof(*aggregate));

    *out = NULL;
    if (spec->kind >= sizeof(ops_of_kind) / sizeof(ops_of_kind[0])) {
        return nami_exec_fail(exec, NAMI_COND_INTERNAL, spec->span, "aggregate %u",
                              (unsigned)spec->kind);
    }
    if (aggregate == NULL) {
        return nami_exec_nomem(exec);
    }
    aggregate->ops = ops_of_kind[spec->kind];
    aggregate->spec = *spec;
    aggregate->selection = nami_arena_alloc(exec->arena, NAMI_BATCH_ROWS * sizeof(uint16_t));
    aggregate->groups = nami_arena_alloc(exec->arena, NAMI_BATCH_ROWS * sizeof(uint32_t));
    aggregate->seen_groups = nami_arena_alloc(exec->arena, NAMI_BATCH_ROWS * sizeof(uint32_t));
    if (aggregate->selection == NULL || aggregate->groups == NULL ||
        aggregate->seen_groups == NULL) {
        return nami_exec_nomem(exec);
    }
    *out = aggregate;
    return NAMI_OK;
}

/* ---- states ---- */

static int32_t add_page(struct nami_exec *exec, struct nami_aggregate *aggregate)
{
    if (aggregate->page_count == aggregate->pages_max) {
        uint32_t pages_max = aggregate->pages_max > 0 ? aggregate->pages_max * 2 : 4;
        uint8_t **pages = nami_exec_alloc(exec, pages_max, sizeof(uint8_t *));

        if (pages == NULL) {
            return nami_exec_nomem(exec);
        }
        if (aggregate->page_count > 0) {
            memcpy(pages, aggregate->pages, aggregate->page_count * sizeof(uint8_t *));
        }
        aggregate->pages = pages;
        aggregate->pages_max = pages_max;
    }
    aggregate->pages[aggregate->page_count] =
        nami_exec_alloc(exec, NAMI_AGGREGATE_PAGE, aggregate->ops->state_bytes);
    if (aggregate->pages[aggregate->page_count] == NULL) {
        return nami_exec_nomem(exec);
    }
    aggregate->page_count++;
    return NAMI_OK;
}

int32_t nami_aggregate_grow(struct nami_exec *exec, struct nami_aggregate *aggregate,
                            uint32_t group_count)
{
    int32_t status = NAMI_OK;

    while (status == NAMI_OK &&
           (uint64_t)aggregate->page_count * NAMI_AGGREGATE_PAGE < group_count) {
        status = add_page(exec, aggregate);
    }
    if (status == NAMI_OK && group_count > aggregate->group_count) {
        aggregate->group_count = group_count;
    }
    return status;
}

/* ---- update ---- */

/* The rows of `input` with a value that is not null, as another input. */
static void skip_nulls(struct nami_aggregate *aggregate, const struct nami_aggregate_input *input,
                       struct nami_rows *rows, struct nami_aggregate_input *out)
{
    uint32_t kept = 0;

    *out = *input;
    if (input->value == NULL || !input->value->has_nulls) {
        return;
    }
    for (uint32_t i = 0; i < input->rows->count; i++) {
        uint32_t row = nami_rows_at(input->rows, i);

        if (!nami_vector_is_null(input->value, row)) {
            aggregate->selection[kept] = (uint16_t)row;
            aggregate->groups[kept] = nami_aggregate__group(input, i);
            kept++;
        }
    }
    *rows = *input->rows;
    rows->selection = aggregate->selection;
    rows->count = kept;
    out->rows = rows;
    out->groups = input->groups != NULL ? aggregate->groups : NULL;
}

/* Of the i-th rows of `input` keep those whose row is among `fresh`, both ascending. */
static void keep_rows(struct nami_aggregate *aggregate, const struct nami_aggregate_input *input,
                      const uint16_t *fresh, uint32_t fresh_count)
{
    uint32_t at = 0;

    for (uint32_t i = 0; at < fresh_count; i++) {
        if (nami_rows_at(input->rows, i) == fresh[at]) {
            aggregate->groups[at] = nami_aggregate__group(input, i);
            at++;
        }
    }
}

/*
 * Leave of `input` the rows whose value their group has not seen. `rows` holds what input->rows
 * points to afterwards.
 */
static int32_t skip_seen(struct nami_exec *exec, struct nami_aggregate *aggregate,
                         struct nami_rows *rows, struct nami_aggregate_input *input)
{
    uint32_t key_count = input->groups != NULL ? 2 : 1;
    struct nami_vector keys[2] = {*input->value, {.type = NAMI_VECTOR_INT}};
    uint16_t *fresh = nami_exec_scratch(exec, input->rows->count, sizeof(uint16_t));
    int64_t *groups = nami_exec_scratch(exec, NAMI_BATCH_ROWS, sizeof(int64_t));
    uint32_t fresh_count = 0;
    int32_t status = NAMI_OK;

    if (fresh == NULL || groups == NULL) {
        return nami_exec_nomem(exec);
    }
    if (aggregate->seen == NULL) {
        status = nami_group_table_create(exec, key_count, &aggregate->seen);
    }
    for (uint32_t i = 0; i < input->rows->count; i++) {
        groups[nami_rows_at(input->rows, i)] = nami_aggregate__group(input, i);
    }
    keys[1].data = groups;
    if (status == NAMI_OK) {
        status = nami_group_table_insert(exec, aggregate->seen, input->rows, keys,
                                         aggregate->seen_groups, fresh, &fresh_count);
    }
    if (status != NAMI_OK) {
        return status;
    }
    keep_rows(aggregate, input, fresh, fresh_count);
    *rows = *input->rows;
    rows->selection = fresh;
    rows->count = fresh_count;
    input->rows = rows;
    input->groups = input->groups != NULL ? aggregate->groups : NULL;
    return NAMI_OK;
}

int32_t nami_aggregate_update(struct nami_exec *exec, struct nami_aggregate *aggregate,
                              const struct nami_aggregate_input *input)
{
    struct nami_rows present;
    struct nami_rows unseen;
    struct nami_aggregate_input counted;
    int32_t status = nami_exec_tick(exec, input->rows->count);

    if (status == NAMI_OK) {
        skip_nulls(aggregate, input, &present, &counted);
        if (aggregate->spec.is_distinct && input->value != NULL && counted.rows->count > 0) {
            status = skip_seen(exec, aggregate, &unseen, &counted);
        }
    }
    if (status == NAMI_OK && counted.rows->count > 0) {
        status = aggregate->ops->update(exec, aggregate, &counted);
    }
    return status;
}

int32_t nami_aggregate_update_many(struct nami_exec *exec, struct nami_aggregate *aggregate,
                                   uint32_t group, struct nami_value value, uint64_t rows)
{
    struct nami_vector vector = {.type = NAMI_VECTOR_ANY, .is_const = true, .data = &value};
    uint32_t *groups = nami_exec_scratch(exec, NAMI_BATCH_ROWS, sizeof(uint32_t));
    int32_t status = NAMI_OK;

    if (groups == NULL) {
        return nami_exec_nomem(exec);
    }
    if (aggregate->ops == &nami_aggregate__count && !aggregate->spec.is_distinct) {
        bool counts =
            aggregate->spec.kind == NAMI_AGGREGATE_COUNT_ROWS || value.type != NAMI_VALUE_NULL;

        *(uint64_t *)nami_aggregate__state(aggregate, group) += counts ? rows : 0;
        return NAMI_OK;
    }
    if (value.type == NAMI_VALUE_NULL) {
        return NAMI_OK;
    }
    for (uint32_t i = 0; i < NAMI_BATCH_ROWS; i++) {
        groups[i] = group;
    }
    rows = aggregate->spec.is_distinct && rows > 1 ? 1 : rows;
    for (uint64_t done = 0; done < rows && status == NAMI_OK; done += NAMI_BATCH_ROWS) {
        uint32_t count = rows - done < NAMI_BATCH_ROWS ? (uint32_t)(rows - done) : NAMI_BATCH_ROWS;
        struct nami_rows batch = {.count = count, .size = count};
        struct nami_aggregate_input input = {.rows = &batch, .value = &vector, .groups = groups};

        status = nami_aggregate_update(exec, aggregate, &input);
    }
    return status;
}

/* ---- finish ---- */

int32_t nami_aggregate_finish(struct nami_exec *exec, struct nami_aggregate *aggregate,
                              uint32_t first, uint32_t count, struct nami_vector *out)
{
    int32_t status = nami_exec_tick(exec, count);

    for (uint32_t i = 0; i < count && status == NAMI_OK; i++) {
        struct nami_value value = nami_value_null();

        status = aggregate->ops->finish(exec, aggregate,
                                        nami_aggregate__state(aggregate, first + i), &value);
        if (status == NAMI_OK && i == 0 &&
            nami_vector_reset(out, exec->arena, nami_vector_type_of(value.type)) != NAMI_OK) {
            status = nami_exec_nomem(exec);
        }
        if (status == NAMI_OK && nami_vector_set(out, exec->arena, i, value) != NAMI_OK) {
            status = nami_exec_nomem(exec);
        }
    }
    return status;
}

/* ---- count ---- */

static int32_t count_update(struct nami_exec *exec, struct nami_aggregate *aggregate,
                            const struct nami_aggregate_input *input)
{
    (void)exec;
    if (input->groups == NULL) {
        *(uint64_t *)nami_aggregate__state(aggregate, 0) += input->rows->count;
        return NAMI_OK;
    }
    for (uint32_t i = 0; i < input->rows->count; i++) {
        *(uint64_t *)nami_aggregate__state(aggregate, input->groups[i]) += 1;
    }
    return NAMI_OK;
}

static int32_t count_finish(struct nami_exec *exec, struct nami_aggregate *aggregate, void *state,
                            struct nami_value *out)
{
    (void)exec;
    (void)aggregate;
    *out = nami_value_int((int64_t) * (uint64_t *)state);
    return NAMI_OK;
}

const struct nami_aggregate_ops nami_aggregate__count = {
    .name = "count",
    .state_bytes = sizeof(uint64_t),
    .update = count_update,
    .finish = count_finish,
};

/* ---- shared with the others ---- */

int32_t nami_aggregate__not_a_number(struct nami_exec *exec, const struct nami_aggregate *aggregate,
                                     struct nami_value value)
{
    return nami_exec_fail(exec, NAMI_COND_TYPE_ERROR, aggregate->spec.span,
                          "%s() expects numbers, not %s", aggregate->ops->name,
                          nami_value_type_name(value.type));
}

int32_t nami_aggregate__append(struct nami_exec *exec, struct nami_aggregate_list *list,
                               struct nami_value value)
{
    if (list->count == list->max) {
        uint32_t max = list->max > 0 ? list->max * 2 : 4;
        struct nami_value *items = NULL;

        if (list->max <= UINT32_MAX / 2) {
            items = nami_arena_alloc(exec->arena, (size_t)max * sizeof(*items));
        }
        if (items == NULL) {
            return nami_exec_nomem(exec);
        }
        if (list->count > 0) {
            memcpy(items, list->items, (size_t)list->count * sizeof(*items));
        }
        list->items = items;
        list->max = max;
    }
    list->items[list->count++] = value;
    return NAMI_OK;
}
