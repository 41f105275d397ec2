/* min, max, collect and the percentiles: aggregates that keep values. */
#include <math.h>
#include <string.h>

#include "core/exec/aggregate_internal.h"

/* ---- min, max ---- */

/* The copy's memory is used again by the next better value that fits. */
struct best_state {
    struct nami_value value;
    uint8_t *bytes;
    size_t bytes_max;
    bool is_set;
};

static int32_t keep_best(struct nami_exec *exec, struct best_state *state, struct nami_value value)
{
    size_t need = nami_value_deep_bytes(value);
    uint8_t *to;

    if (need > state->bytes_max) {
        size_t room = need * 2;

        state->bytes = nami_arena_alloc(exec->arena, room);
        if (state->bytes == NULL) {
            return nami_exec_nomem(exec);
        }
        state->bytes_max = room;
    }
    to = state->bytes;
    state->value = need > 0 ? nami_value_copy_to(value, &to) : value;
    state->is_set = true;
    return NAMI_OK;
}

static int32_t best_update(struct nami_exec *exec, struct nami_aggregate *aggregate,
                           const struct nami_aggregate_input *input, int wanted)
{
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; i < input->rows->count && status == NAMI_OK; i++) {
        struct best_state *state =
            nami_aggregate__state(aggregate, nami_aggregate__group(input, i));
        struct nami_value value = nami_vector_get(input->value, nami_rows_at(input->rows, i));

        if (!state->is_set || nami_value_compare(value, state->value) * wanted > 0) {
            status = keep_best(exec, state, value);
        }
    }
    return status;
}

static int32_t min_update(struct nami_exec *exec, struct nami_aggregate *aggregate,
                          const struct nami_aggregate_input *input)
{
    return best_update(exec, aggregate, input, -1);
}

static int32_t max_update(struct nami_exec *exec, struct nami_aggregate *aggregate,
                          const struct nami_aggregate_input *input)
{
    return best_update(exec, aggregate, input, 1);
}

static int32_t best_finish(struct nami_exec *exec, struct nami_aggregate *aggregate, void *state,
                           struct nami_value *out)
{
    const struct best_state *best = state;

    (void)exec;
    (void)aggregate;
    if (best->is_set) {
        *out = best->value;
    }
    return NAMI_OK;
}

const struct nami_aggregate_ops nami_aggregate__min = {
    .name = "min",
    .state_bytes = sizeof(struct best_state),
    .update = min_update,
    .finish = best_finish,
};
const struct nami_aggregate_ops nami_aggregate__max = {
    .name = "max",
    .state_bytes = sizeof(struct best_state),
    .update = max_update,
    .finish = best_finish,
};

/* ---- collect ---- */

static int32_t collect_update(struct nami_exec *exec, struct nami_aggregate *aggregate,
                              const struct nami_aggregate_input *input)
{
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; i < input->rows->count && status == NAMI_OK; i++) {
        struct nami_value value = nami_vector_get(input->value, nami_rows_at(input->rows, i));

        if (nami_value_copy(exec->arena, value, &value) != NAMI_OK) {
            return nami_exec_nomem(exec);
        }
        status = nami_aggregate__append(
            exec, nami_aggregate__state(aggregate, nami_aggregate__group(input, i)), value);
    }
    return status;
}

static int32_t collect_finish(struct nami_exec *exec, struct nami_aggregate *aggregate, void *state,
                              struct nami_value *out)
{
    const struct nami_aggregate_list *list = state;

    (void)exec;
    (void)aggregate;
    *out = nami_value_list(list->items, list->count);
    return NAMI_OK;
}

const struct nami_aggregate_ops nami_aggregate__collect = {
    .name = "collect",
    .state_bytes = sizeof(struct nami_aggregate_list),
    .update = collect_update,
    .finish = collect_finish,
};

/* ---- percentiles ---- */

struct percentile_state {
    struct nami_aggregate_list numbers;
    double wanted; /* of the first row */
};

static int32_t read_percentile(struct nami_exec *exec, const struct nami_aggregate *aggregate,
                               const struct nami_vector *extra, uint32_t row, double *out)
{
    struct nami_value value = extra != NULL ? nami_vector_get(extra, row) : nami_value_null();

    if (!nami_value_is_number(value)) {
        return nami_aggregate__not_a_number(exec, aggregate, value);
    }
    *out = value.type == NAMI_VALUE_INT ? (double)value.as.integer : value.as.real;
    if (!(*out >= 0.0 && *out <= 1.0)) {
        return nami_exec_fail(exec, NAMI_COND_NUMBER_OUT_OF_RANGE, aggregate->spec.span,
                              "%s(): the percentile must lie between 0.0 and 1.0",
                              aggregate->ops->name);
    }
    return NAMI_OK;
}

static int32_t percentile_update(struct nami_exec *exec, struct nami_aggregate *aggregate,
                                 const struct nami_aggregate_input *input)
{
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; i < input->rows->count && status == NAMI_OK; i++) {
        uint32_t row = nami_rows_at(input->rows, i);
        struct percentile_state *state =
            nami_aggregate__state(aggregate, nami_aggregate__group(input, i));
        struct nami_value value = nami_vector_get(input->value, row);

        if (!nami_value_is_number(value)) {
            return nami_aggregate__not_a_number(exec, aggregate, value);
        }
        if (state->numbers.count == 0) {
            status = read_percentile(exec, aggregate, input->extra, row, &state->wanted);
        }
        if (status == NAMI_OK) {
            status = nami_aggregate__append(exec, &state->numbers, value);
        }
    }
    return status;
}

static void sift_down(struct nami_value *items, uint32_t root, uint32_t count)
{
    for (;;) {
        uint64_t child = (uint64_t)root * 2 + 1;
        struct nami_value swap = items[root];

        if (child + 1 < count && nami_value_compare(items[child], items[child + 1]) < 0) {
            child++;
        }
        if (child >= count || nami_value_compare(swap, items[child]) >= 0) {
            return;
        }
        items[root] = items[child];
        items[child] = swap;
        root = (uint32_t)child;
    }
}

/* In place, without memory, with an eye on the clock. */
static int32_t heap_sort(struct nami_exec *exec, struct nami_value *items, uint32_t count)
{
    int32_t status = NAMI_OK;

    for (uint32_t root = count / 2; root-- > 0 && status == NAMI_OK;) {
        sift_down(items, root, count);
        status = nami_exec_tick(exec, 1);
    }
    for (uint32_t end = count; end > 1 && status == NAMI_OK; end--) {
        struct nami_value swap = items[0];

        items[0] = items[end - 1];
        items[end - 1] = swap;
        sift_down(items, 0, end - 1);
        status = nami_exec_tick(exec, 1);
    }
    return status;
}

static double number_at(const struct percentile_state *state, uint32_t at)
{
    struct nami_value value = state->numbers.items[at];

    return value.type == NAMI_VALUE_INT ? (double)value.as.integer : value.as.real;
}

static int32_t cont_finish(struct nami_exec *exec, struct nami_aggregate *aggregate, void *state,
                           struct nami_value *out)
{
    struct percentile_state *percentile = state;
    uint32_t count = percentile->numbers.count;
    int32_t status;
    double place;
    uint32_t low;

    (void)aggregate;
    if (count == 0) {
        return NAMI_OK;
    }
    status = heap_sort(exec, percentile->numbers.items, count);
    place = percentile->wanted * (double)(count - 1);
    low = (uint32_t)place;
    if (low >= count - 1) {
        *out = nami_value_float(number_at(percentile, count - 1));
    } else {
        double share = place - (double)low;

        *out = nami_value_float(number_at(percentile, low) * (1.0 - share) +
                                number_at(percentile, low + 1) * share);
    }
    return status;
}

static int32_t disc_finish(struct nami_exec *exec, struct nami_aggregate *aggregate, void *state,
                           struct nami_value *out)
{
    struct percentile_state *percentile = state;
    uint32_t count = percentile->numbers.count;
    int32_t status;
    double place;

    (void)aggregate;
    if (count == 0) {
        return NAMI_OK;
    }
    status = heap_sort(exec, percentile->numbers.items, count);
    place = ceil(percentile->wanted * (double)count);
    *out = percentile->numbers.items[place > 0.0 ? (uint32_t)place - 1 : 0];
    return status;
}

const struct nami_aggregate_ops nami_aggregate__percentile_cont = {
    .name = "percentileCont",
    .state_bytes = sizeof(struct percentile_state),
    .update = percentile_update,
    .finish = cont_finish,
};
const struct nami_aggregate_ops nami_aggregate__percentile_disc = {
    .name = "percentileDisc",
    .state_bytes = sizeof(struct percentile_state),
    .update = percentile_update,
    .finish = disc_finish,
};
