/*
 * core/exec/expr_compile.h -- what the files that compile expressions share. Inside the module.
 */
#ifndef NAMI_CORE_EXEC_EXPR_COMPILE_H
#define NAMI_CORE_EXEC_EXPR_COMPILE_H

#include "core/exec/expr_internal.h"

/* A variable that an expression binds itself, such as x in [x IN list | ...]. */
struct nami_expr_local {
    const struct nami_symbol *symbol;
    uint32_t column;
    const struct nami_expr_local *around;
};

/* Inside such an expression: which columns of around it the body uses. */
struct nami_expr_scope {
    uint32_t local; /* its own first column */
    uint32_t *captures;
    uint32_t capture_count;
    uint32_t captures_max;
    struct nami_expr_scope *around;
};

struct nami_expr_compiler {
    struct nami_exec *exec;
    const struct nami_layout *layout;
    const struct nami_expr_local *locals;
    struct nami_expr_scope *scope;
    struct nami_expr *holder; /* of the innermost CASE with an operand */
    uint32_t next_column;
};

/* expr_compile.c: any expression */
NAMI_CHECKED int32_t nami_expr__compile(struct nami_expr_compiler *c,
                                        const struct nami_ast_expr *ast, struct nami_expr **out);

/* expr_node.c: nodes of the tree */
NAMI_CHECKED int32_t nami_expr__new(struct nami_expr_compiler *c, const struct nami_ast_expr *ast,
                                    nami_expr_kernel kernel, uint32_t arg_count,
                                    struct nami_expr **out);
NAMI_CHECKED int32_t nami_expr__new_constant(struct nami_expr_compiler *c,
                                             const struct nami_ast_expr *ast,
                                             struct nami_value value, struct nami_expr **out);
NAMI_CHECKED int32_t nami_expr__new_column(struct nami_expr_compiler *c,
                                           const struct nami_ast_expr *ast, uint32_t column,
                                           struct nami_expr **out);
/* If all arguments are constants the node becomes one; unless that fails, which is kept for later. */
NAMI_CHECKED int32_t nami_expr__fold(struct nami_expr_compiler *c, struct nami_expr *expr);

/* expr_literal.c: a literal without variables, calls or operators, without a node per part */
bool nami_expr__is_literal(const struct nami_ast_expr *ast);
NAMI_CHECKED int32_t nami_expr__literal(struct nami_exec *exec, const struct nami_ast_expr *ast,
                                        struct nami_value *out);

/* expr_compile_inner.c: expressions that bind variables of their own */
NAMI_CHECKED int32_t nami_expr__compile_comprehension(struct nami_expr_compiler *c,
                                                      const struct nami_ast_expr *ast,
                                                      nami_expr_kernel kernel,
                                                      struct nami_expr **out);
NAMI_CHECKED int32_t nami_expr__compile_reduce(struct nami_expr_compiler *c,
                                               const struct nami_ast_expr *ast,
                                               struct nami_expr **out);

/* expr_compile_parts.c: kinds with parts that are not plain arguments */
NAMI_CHECKED int32_t nami_expr__compile_case(struct nami_expr_compiler *c,
                                             const struct nami_ast_expr *ast,
                                             struct nami_expr **out);
NAMI_CHECKED int32_t nami_expr__compile_map(struct nami_expr_compiler *c,
                                            const struct nami_ast_expr *ast,
                                            struct nami_expr **out);
NAMI_CHECKED int32_t nami_expr__compile_projection(struct nami_expr_compiler *c,
                                                   const struct nami_ast_expr *ast,
                                                   struct nami_expr **out);
NAMI_CHECKED int32_t nami_expr__compile_labels(struct nami_expr_compiler *c,
                                               const struct nami_ast_expr *ast,
                                               struct nami_expr **out);

#endif /* NAMI_CORE_EXEC_EXPR_COMPILE_H */
