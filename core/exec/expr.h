/*
 * core/exec/expr.h -- expressions: compiled once per execution, evaluated a batch at a time.
 *
 * What:   an AST expression becomes a tree of kernels. Names are resolved when it is compiled
 *         (a property key that nobody has used yet is looked up again per batch), parameters
 *         are constants, constant parts are folded; what goes wrong in folding is raised only
 *         if that part is evaluated for some row.
 * Above:  operators.
 * Below:  vectors, the value kernel, graph, the AST.
 * Memory: the compiled tree and its result arrays: exec->arena. What a batch makes (strings,
 *         lists): exec->scratch.
 * Thread: an expression holds the arrays it answers with: one thread, and not re-entrant.
 * Lazy:   the right side of AND and OR, the branches of CASE and the later arguments of
 *         coalesce are evaluated only for rows that need them.
 * Not:    patterns, subqueries, temporal and spatial values, regular expressions: refused with
 *         UNSUPPORTED_FEATURE at compile time. Aggregates are computed by their operator
 *         (aggregate.h) and reach an expression as computed columns.
 */
#ifndef NAMI_CORE_EXEC_EXPR_H
#define NAMI_CORE_EXEC_EXPR_H

#include "core/cypher/ast.h"
#include "core/exec/exec_context.h"
#include "core/exec/vector.h"

#define NAMI_NO_COLUMN UINT32_MAX

/*
 * An expression that some operator below has computed already. It stands for this very node, and
 * an aggregate for every call with the same number in its projection.
 */
struct nami_computed {
    const struct nami_ast_expr *ast;
    uint32_t column;
    uint32_t reserved;
};

/* Where an expression finds its input. Borrowed while compiling. */
struct nami_layout {
    const uint32_t *column_of;            /* by symbol id; NAMI_NO_COLUMN: not here */
    uint32_t symbol_count;                /* length of column_of */
    uint32_t column_count;                /* of the rows it will be evaluated on */
    const struct nami_computed *computed; /* looked at first, outermost expression first */
    uint32_t computed_count;
};

struct nami_expr; /* compiled */

/*
 * Fails by exec->diag: UNSUPPORTED_FEATURE, or a limit. A symbol without a column is a planner's
 * bug: INTERNAL.
 */
NAMI_CHECKED int32_t nami_expr_compile(struct nami_exec *exec, const struct nami_ast_expr *ast,
                                       const struct nami_layout *layout, struct nami_expr **out);

/*
 * One value per selected row, at the row's own index; cells of other rows mean nothing. *out
 * borrows: a plain column is the input's own array, anything else is valid until the next
 * evaluation of the same expression and until exec->scratch is rewound. It is for reading only.
 * Fails by exec->diag, with the place of the expression that failed.
 */
NAMI_CHECKED int32_t nami_expr_eval(struct nami_exec *exec, struct nami_expr *expr,
                                    const struct nami_rows *rows, struct nami_vector *out);

/*
 * The selected rows for which it is true (not null), ascending. selection_out has room for
 * rows->count, and may be rows->selection itself. Fails like eval; TYPE_ERROR for a value that
 * is neither a Boolean nor null.
 */
NAMI_CHECKED int32_t nami_expr_filter(struct nami_exec *exec, struct nami_expr *expr,
                                      const struct nami_rows *rows, uint16_t *selection_out,
                                      uint32_t *count_out);

/* Without rows: SKIP, LIMIT, anything that names no variable. Fails like eval. */
NAMI_CHECKED int32_t nami_expr_eval_one(struct nami_exec *exec, struct nami_expr *expr,
                                        struct nami_value *out);

/* The input column that the expression is, or NAMI_NO_COLUMN if it is more than that. */
uint32_t nami_expr_column(const struct nami_expr *expr);
/* Folded to a constant: its value, else NULL. */
const struct nami_value *nami_expr_constant(const struct nami_expr *expr);

/*
 * Can all of it be evaluated? Else *offender is the part that can not. Looks at the form only:
 * aggregates and their arguments pass.
 */
bool nami_expr_is_supported(struct nami_ast_expr *ast, const struct nami_ast_expr **offender);

#endif /* NAMI_CORE_EXEC_EXPR_H */
