/* sum, avg, stDev, stDevP. */
#include <math.h>

#include "core/exec/aggregate_internal.h"

__extension__ typedef __int128 wide; /* holds any sum of 2^63 integers */

/* Integers are summed exactly, so the answer does not depend on their order. */
struct sum_state {
    wide integers;
    double reals;
    uint64_t count;
    bool has_real;
};

static int32_t sum_add(struct nami_exec *exec, const struct nami_aggregate *aggregate,
                       struct sum_state *state, struct nami_value value)
{
    if (value.type == NAMI_VALUE_INT) {
        state->integers += value.as.integer;
    } else if (value.type == NAMI_VALUE_FLOAT) {
        state->reals += value.as.real;
        state->has_real = true;
    } else {
        return nami_aggregate__not_a_number(exec, aggregate, value);
    }
    state->count++;
    return NAMI_OK;
}

static void sum_ints(struct sum_state *state, const struct nami_aggregate_input *input)
{
    const int64_t *cells = input->value->data;
    wide sum = 0;

    for (uint32_t i = 0; i < input->rows->count; i++) {
        sum += cells[nami_rows_at(input->rows, i)];
    }
    state->integers += sum;
    state->count += input->rows->count;
}

static int32_t sum_update(struct nami_exec *exec, struct nami_aggregate *aggregate,
                          const struct nami_aggregate_input *input)
{
    int32_t status = NAMI_OK;

    if (input->groups == NULL && input->value->type == NAMI_VECTOR_INT && !input->value->is_const) {
        sum_ints(nami_aggregate__state(aggregate, 0), input);
        return NAMI_OK;
    }
    for (uint32_t i = 0; i < input->rows->count && status == NAMI_OK; i++) {
        status = sum_add(exec, aggregate,
                         nami_aggregate__state(aggregate, nami_aggregate__group(input, i)),
                         nami_vector_get(input->value, nami_rows_at(input->rows, i)));
    }
    return status;
}

static int32_t sum_finish(struct nami_exec *exec, struct nami_aggregate *aggregate, void *state,
                          struct nami_value *out)
{
    const struct sum_state *sum = state;

    if (sum->has_real) {
        *out = nami_value_float((double)sum->integers + sum->reals);
        return NAMI_OK;
    }
    if (sum->integers > INT64_MAX || sum->integers < INT64_MIN) {
        return nami_exec_fail(exec, NAMI_COND_ARITHMETIC_OVERFLOW, aggregate->spec.span,
                              "sum() is beyond the range of a 64-bit integer");
    }
    *out = nami_value_int((int64_t)sum->integers);
    return NAMI_OK;
}

static int32_t avg_finish(struct nami_exec *exec, struct nami_aggregate *aggregate, void *state,
                          struct nami_value *out)
{
    const struct sum_state *sum = state;

    (void)exec;
    (void)aggregate;
    if (sum->count > 0) {
        *out = nami_value_float(((double)sum->integers + sum->reals) / (double)sum->count);
    }
    return NAMI_OK;
}

const struct nami_aggregate_ops nami_aggregate__sum = {
    .name = "sum",
    .state_bytes = sizeof(struct sum_state),
    .update = sum_update,
    .finish = sum_finish,
};
const struct nami_aggregate_ops nami_aggregate__avg = {
    .name = "avg",
    .state_bytes = sizeof(struct sum_state),
    .update = sum_update,
    .finish = avg_finish,
};

/* Welford's recurrence (Technometrics 4, 1962): no difference of large squares. */
struct deviation_state {
    uint64_t count;
    double mean;
    double squares;
};

static int32_t deviation_update(struct nami_exec *exec, struct nami_aggregate *aggregate,
                                const struct nami_aggregate_input *input)
{
    for (uint32_t i = 0; i < input->rows->count; i++) {
        struct deviation_state *state =
            nami_aggregate__state(aggregate, nami_aggregate__group(input, i));
        struct nami_value value = nami_vector_get(input->value, nami_rows_at(input->rows, i));
        double number;
        double delta;

        if (!nami_value_is_number(value)) {
            return nami_aggregate__not_a_number(exec, aggregate, value);
        }
        number = value.type == NAMI_VALUE_INT ? (double)value.as.integer : value.as.real;
        delta = number - state->mean;
        state->count++;
        state->mean += delta / (double)state->count;
        state->squares += delta * (number - state->mean);
    }
    return NAMI_OK;
}

static int32_t stdev_finish(struct nami_exec *exec, struct nami_aggregate *aggregate, void *state,
                            struct nami_value *out)
{
    const struct deviation_state *deviation = state;

    (void)exec;
    (void)aggregate;
    *out = nami_value_float(
        deviation->count > 1 ? sqrt(deviation->squares / (double)(deviation->count - 1)) : 0.0);
    return NAMI_OK;
}

static int32_t stdevp_finish(struct nami_exec *exec, struct nami_aggregate *aggregate, void *state,
                             struct nami_value *out)
{
    const struct deviation_state *deviation = state;

    (void)exec;
    (void)aggregate;
    *out = nami_value_float(
        deviation->count > 0 ? sqrt(deviation->squares / (double)deviation->count) : 0.0);
    return NAMI_OK;
}

const struct nami_aggregate_ops nami_aggregate__stdev = {
    .name = "stDev",
    .state_bytes = sizeof(struct deviation_state),
    .update = deviation_update,
    .finish = stdev_finish,
};
const struct nami_aggregate_ops nami_aggregate__stdevp = {
    .name = "stDevP",
    .state_bytes = sizeof(struct deviation_state),
    .update = deviation_update,
    .finish = stdevp_finish,
};
