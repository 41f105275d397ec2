/*
 * core/exec/aggregate.h -- aggregate functions: a state per group, fed a batch at a time.
 *
 * What:   count(*), count, sum, avg, min, max, collect, stDev, stDevP, percentileCont,
 *         percentileDisc, each also with DISTINCT. Nulls are skipped (count(*) has no argument).
 *         Of no rows: count 0, sum 0, collect [], stDev 0.0, the others null.
 * Above:  the aggregate operator.
 * Memory: exec->arena; values that are kept are copied there.
 * Thread: one.
 */
#ifndef NAMI_CORE_EXEC_AGGREGATE_H
#define NAMI_CORE_EXEC_AGGREGATE_H

#include "core/exec/exec_context.h"
#include "core/exec/vector.h"

enum nami_aggregate_kind {
    NAMI_AGGREGATE_COUNT_ROWS = 0, /* count(*) */
    NAMI_AGGREGATE_COUNT = 1,
    NAMI_AGGREGATE_SUM = 2,
    NAMI_AGGREGATE_AVG = 3,
    NAMI_AGGREGATE_MIN = 4, /* by the global order */
    NAMI_AGGREGATE_MAX = 5,
    NAMI_AGGREGATE_COLLECT = 6,
    NAMI_AGGREGATE_STDEV = 7,
    NAMI_AGGREGATE_STDEVP = 8,
    NAMI_AGGREGATE_PERCENTILE_CONT = 9,
    NAMI_AGGREGATE_PERCENTILE_DISC = 10
};

struct nami_aggregate; /* one aggregate call of one operator, with its groups' states */

struct nami_aggregate_spec {
    uint32_t kind; /* enum nami_aggregate_kind */
    bool is_distinct;
    struct nami_span span; /* of the call, for errors */
};

/* No groups yet. Fails: a limit, by exec->diag. */
NAMI_CHECKED int32_t nami_aggregate_create(struct nami_exec *exec,
                                           const struct nami_aggregate_spec *spec,
                                           struct nami_aggregate **out);
/* There are `group_count` groups from now on; new ones are empty. Never shrinks. */
NAMI_CHECKED int32_t nami_aggregate_grow(struct nami_exec *exec, struct nami_aggregate *aggregate,
                                         uint32_t group_count);

/* What one batch feeds. */
struct nami_aggregate_input {
    const struct nami_rows *rows;    /* selection and count; the columns are not looked at */
    const struct nami_vector *value; /* the argument, by physical row; NULL for count(*) */
    const struct nami_vector *extra; /* percentile*: the second argument, else NULL */
    const uint32_t *groups;          /* of the i-th selected row; NULL: all feed group 0 */
};
/*
 * All updates of an aggregate pass groups, or none does. Fails by exec->diag: TYPE_ERROR (sum, avg, stDev, percentile* of a non-number),
 * NUMBER_OUT_OF_RANGE (a percentile outside 0.0 to 1.0), a limit.
 */
NAMI_CHECKED int32_t nami_aggregate_update(struct nami_exec *exec, struct nami_aggregate *aggregate,
                                           const struct nami_aggregate_input *input);
/* The same for `rows` rows at once that have no argument or the same one: a counted group. */
NAMI_CHECKED int32_t nami_aggregate_update_many(struct nami_exec *exec,
                                                struct nami_aggregate *aggregate, uint32_t group,
                                                struct nami_value value, uint64_t rows);
/*
 * Results of groups first .. first+count-1 into rows 0 .. count-1 of `out` (at most
 * NAMI_BATCH_ROWS; initialised, any type; its nulls and values are overwritten). Fails:
 * ARITHMETIC_OVERFLOW (an integer sum), a limit.
 */
NAMI_CHECKED int32_t nami_aggregate_finish(struct nami_exec *exec, struct nami_aggregate *aggregate,
                                           uint32_t first, uint32_t count, struct nami_vector *out);

#endif /* NAMI_CORE_EXEC_AGGREGATE_H */
