/*
 * core/exec/group_table.h -- rows to group numbers: grouping, DISTINCT, hash joins.
 *
 * What:   a hash table keyed by several columns under equivalence (null with null, NaN with
 *         NaN, 1 with 1.0). Groups are numbered from 0 in the order they first appear. One key
 *         of integers, nodes or strings takes a path without whole values.
 * Above:  aggregate, distinct, join operators, DISTINCT aggregates.
 * Memory: exec->arena; keys are copied in.
 * Thread: one.
 */
#ifndef NAMI_CORE_EXEC_GROUP_TABLE_H
#define NAMI_CORE_EXEC_GROUP_TABLE_H

#include "core/exec/exec_context.h"
#include "core/exec/vector.h"

#define NAMI_NO_GROUP UINT32_MAX

struct nami_group_table;

/* `key_count` 0 is fine: every row is of the one group. Fails: a limit, by exec->diag. */
NAMI_CHECKED int32_t nami_group_table_create(struct nami_exec *exec, uint32_t key_count,
                                             struct nami_group_table **out);
uint32_t nami_group_table_count(const struct nami_group_table *table);

/*
 * The group of every selected row: groups[i] is that of the i-th one; new keys make new groups.
 * `keys` are key_count vectors by physical row. A row that made its group is listed in new_rows
 * (physical, ascending; room for rows->count; NULL: not wanted). Fails: a limit.
 */
NAMI_CHECKED int32_t nami_group_table_insert(struct nami_exec *exec, struct nami_group_table *table,
                                             const struct nami_rows *rows,
                                             const struct nami_vector *keys, uint32_t *groups,
                                             uint16_t *new_rows, uint32_t *new_count);
/*
 * Look up only: NAMI_NO_GROUP where the key is not there. `nulls_match` false: a row with a null
 * in any key has no group (the `=` of a join). Fails: a limit.
 */
NAMI_CHECKED int32_t nami_group_table_find(struct nami_exec *exec,
                                           const struct nami_group_table *table,
                                           const struct nami_rows *rows,
                                           const struct nami_vector *keys, bool nulls_match,
                                           uint32_t *groups);
/* Key `key` of groups first .. first+count-1 into rows 0 .. count-1 of `out` (initialised). */
NAMI_CHECKED int32_t nami_group_table_keys(struct nami_exec *exec,
                                           const struct nami_group_table *table, uint32_t key,
                                           uint32_t first, uint32_t count, struct nami_vector *out);

#endif /* NAMI_CORE_EXEC_GROUP_TABLE_H */
