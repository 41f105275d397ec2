/*
 * core/exec/build.h -- from steps to operators: what each op_*.c offers to build.c.
 *
 * Inside exec only.
 */
#ifndef NAMI_CORE_EXEC_BUILD_H
#define NAMI_CORE_EXEC_BUILD_H

#include "core/exec/expr.h"
#include "core/exec/operator.h"
#include "core/plan/plan.h"

struct nami_build {
    struct nami_exec *exec;
    const struct nami_plan *plan;
    const struct nami_catalog *catalog;
};

/* Compile an expression of a step; the step's aggregates are columns to it. NULL stays NULL. */
NAMI_CHECKED int32_t nami_build_expr(const struct nami_build *build, const struct nami_step *step,
                                     const struct nami_ast_expr *ast, struct nami_expr **out);
/* Many of them. */
NAMI_CHECKED int32_t nami_build_exprs(const struct nami_build *build, const struct nami_step *step,
                                      struct nami_ast_exprs asts, struct nami_expr ***out);
/* Operators of a chain. */
NAMI_CHECKED int32_t nami_build_chain(const struct nami_build *build, struct nami_steps steps,
                                      struct nami_chain **out);
/* Zeroed, with its head filled in. `size` is of the whole operator. */
void *nami_build_operator(const struct nami_build *build, const struct nami_step *step,
                          const struct nami_operator_ops *ops, size_t size);

/* A relationship type list as ids; unknown ones are left out. */
struct nami_type_ids {
    uint32_t *at;
    uint32_t count;
    bool is_none;     /* types were asked for and none is known: nothing matches */
    bool is_complete; /* all are known */
};
NAMI_CHECKED int32_t nami_type_ids_init(struct nami_exec *exec, struct nami_type_ids *ids,
                                        struct nami_ast_names names);
/* Look up what is not known yet: an earlier clause may have made it. Cheap when complete. */
void nami_type_ids_resolve(const struct nami_exec *exec, struct nami_type_ids *ids,
                           struct nami_ast_names names);
bool nami_type_ids_match(const struct nami_type_ids *ids, uint32_t type);
/* The id of a name that an earlier clause may have made; looked up only while it is unknown. */
void nami_name_resolve(const struct nami_exec *exec, uint32_t dictionary, struct nami_slice name,
                       uint32_t *id);
/* The id of a name that is about to be stored; made if it is new. */
NAMI_CHECKED int32_t nami_name_intern(struct nami_exec *exec, uint32_t dictionary,
                                      struct nami_slice name, uint32_t *id);

/* SKIP and LIMIT. Fails: NEGATIVE_INTEGER_ARGUMENT, INVALID_ARGUMENT_TYPE. */
NAMI_CHECKED int32_t nami_build_row_count(const struct nami_build *build,
                                          const struct nami_step *step,
                                          const struct nami_ast_expr *ast, const char *clause,
                                          uint64_t absent, uint64_t *out);

typedef int32_t nami_op_create_fn(const struct nami_build *build, const struct nami_step *step,
                                  struct nami_operator **out);

nami_op_create_fn nami_op_argument_create;
nami_op_create_fn nami_op_count_store_create;
nami_op_create_fn nami_op_union_create;
nami_op_create_fn nami_op_schema_create;
nami_op_create_fn nami_op_node_scan_create;
nami_op_create_fn nami_op_index_seek_create;
nami_op_create_fn nami_op_expand_create;
nami_op_create_fn nami_op_rel_ends_create;
nami_op_create_fn nami_op_rel_unique_create;
nami_op_create_fn nami_op_filter_create;
nami_op_create_fn nami_op_path_create;
nami_op_create_fn nami_op_project_create;
nami_op_create_fn nami_op_unwind_create;
nami_op_create_fn nami_op_cross_create;
nami_op_create_fn nami_op_aggregate_create;
nami_op_create_fn nami_op_distinct_create;
nami_op_create_fn nami_op_sort_create; /* TOP too */
nami_op_create_fn nami_op_skip_limit_create;
nami_op_create_fn nami_op_create_create;
nami_op_create_fn nami_op_set_create;
nami_op_create_fn nami_op_delete_create;
nami_op_create_fn nami_op_merge_create;
nami_op_create_fn nami_op_produce_create;

void nami_op_argument_set(struct nami_operator *op, const struct nami_rows *rows);

#endif /* NAMI_CORE_EXEC_BUILD_H */
