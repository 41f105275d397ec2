/*
 * core/exec/aggregate_internal.h -- one table of functions per aggregate, and where its states
 * lie.
 */
#ifndef NAMI_CORE_EXEC_AGGREGATE_INTERNAL_H
#define NAMI_CORE_EXEC_AGGREGATE_INTERNAL_H

#include "core/exec/aggregate.h"
#include "core/exec/group_table.h"

enum { NAMI_AGGREGATE_PAGE = 256 }; /* states a page */

struct nami_aggregate_ops {
    const char *name;   /* as in "sum()" */
    size_t state_bytes; /* zeroed: a group without rows */
    /* Rows of `input` whose value is not null. */
    int32_t (*update)(struct nami_exec *exec, struct nami_aggregate *aggregate,
                      const struct nami_aggregate_input *input);
    int32_t (*finish)(struct nami_exec *exec, struct nami_aggregate *aggregate, void *state,
                      struct nami_value *out);
};

struct nami_aggregate {
    const struct nami_aggregate_ops *ops;
    struct nami_aggregate_spec spec;
    uint32_t group_count;
    uint32_t page_count;
    uint32_t pages_max;
    uint8_t **pages;
    struct nami_group_table *seen; /* DISTINCT: (group and) value */
    /* Of the batch under way: the rows that count, and their groups. */
    uint16_t *selection;
    uint32_t *groups;
    uint32_t *seen_groups;
};

static inline void *nami_aggregate__state(const struct nami_aggregate *aggregate, uint32_t group)
{
    return aggregate->pages[group / NAMI_AGGREGATE_PAGE] +
           (size_t)(group % NAMI_AGGREGATE_PAGE) * aggregate->ops->state_bytes;
}
static inline uint32_t nami_aggregate__group(const struct nami_aggregate_input *input, uint32_t i)
{
    return input->groups != NULL ? input->groups[i] : 0;
}

/* By kind. */
extern const struct nami_aggregate_ops nami_aggregate__count;
extern const struct nami_aggregate_ops nami_aggregate__sum;
extern const struct nami_aggregate_ops nami_aggregate__avg;
extern const struct nami_aggregate_ops nami_aggregate__stdev;
extern const struct nami_aggregate_ops nami_aggregate__stdevp;
extern const struct nami_aggregate_ops nami_aggregate__min;
extern const struct nami_aggregate_ops nami_aggregate__max;
extern const struct nami_aggregate_ops nami_aggregate__collect;
extern const struct nami_aggregate_ops nami_aggregate__percentile_cont;
extern const struct nami_aggregate_ops nami_aggregate__percentile_disc;

/* "sum() expects a number, not STRING". */
int32_t nami_aggregate__not_a_number(struct nami_exec *exec, const struct nami_aggregate *aggregate,
                                     struct nami_value value);
/* Add to a list that grows in the query's arena. Shallow. */
struct nami_aggregate_list {
    struct nami_value *items;
    uint32_t count;
    uint32_t max;
};
NAMI_CHECKED int32_t nami_aggregate__append(struct nami_exec *exec,
                                            struct nami_aggregate_list *list,
                                            struct nami_value value);

#endif /* NAMI_CORE_EXEC_AGGREGATE_INTERNAL_H */
