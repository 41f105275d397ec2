/*
 * core/exec/expr_internal.h -- the compiled tree, and what its kernels share.
 *
 * A kernel evaluates its arguments for the rows it was given, then writes a cell for each of them
 * into its own result. The pattern is
 *
 *     eval arguments -> nami_expr__view (which rows? one, if all arguments are constants)
 *                    -> nami_expr__begin (the result, of a type) -> cells -> *out = result
 *
 * A result begins without nulls; nami_vector_set_null makes the first one.
 */
#ifndef NAMI_CORE_EXEC_EXPR_INTERNAL_H
#define NAMI_CORE_EXEC_EXPR_INTERNAL_H

#include "core/exec/expr.h"
#include "core/exec/group_table.h"

struct nami_expr;

typedef int32_t (*nami_expr_kernel)(struct nami_exec *exec, struct nami_expr *expr,
                                    const struct nami_rows *rows, struct nami_vector *out);

struct nami_scalar_call;
/* One call of a function for one row. *out is NULL (the value) before. */
typedef int32_t (*nami_scalar)(const struct nami_scalar_call *call, const struct nami_value *args,
                               struct nami_value *out);

struct nami_scalar_call {
    struct nami_exec *exec;
    const struct nami_expr *expr;
    const struct nami_function *function;
    uint32_t arg_count;
};

/* A property key: its number once somebody has used it. */
struct nami_expr_key {
    struct nami_slice name;
    uint32_t id; /* NAMI_NO_NAME: look again */
};

/* A label expression; a name as a label and as a relationship type. */
struct nami_expr_label {
    uint8_t kind; /* enum nami_ast_label_kind */
    struct nami_slice name;
    uint32_t label;
    uint32_t type;
    struct nami_expr_label *items;
    uint32_t count;
};

/* Rows of an inner evaluation: columns of around it as constants, then the locals. */
struct nami_expr_inner {
    struct nami_vector *columns;
    uint64_t *bits;           /* one word of validity per column */
    uint32_t column_count;    /* all of them, locals included */
    uint32_t local;           /* the column of the element; reduce: the total is the next one */
    const uint32_t *captures; /* the columns that the body looks at */
    uint32_t capture_count;
    uint64_t *element_bits; /* of a batch of elements */
    uint16_t *selection;
};

struct nami_expr {
    nami_expr_kernel eval;
    const struct nami_ast_expr *ast;
    struct nami_expr **args;
    uint32_t arg_count;
    uint8_t op;          /* enum nami_ast_op */
    bool is_constant;    /* folded: as.constant */
    uint16_t *selection; /* kernels that choose rows; see nami_expr__selection */
    uint32_t selection_max;
    struct nami_vector result;
    union {
        struct nami_value constant;
        uint32_t column;
        struct nami_expr_key key; /* PROPERTY */
        struct {
            const struct nami_function *function;
            nami_scalar scalar;
        } call;
        struct {
            struct nami_expr_key *keys; /* MAP: sorted by name; MAP_PROJECTION: as written */
            uint8_t *kinds;             /* MAP_PROJECTION: enum nami_ast_map_item_kind */
            uint32_t count;
        } map;                    /* args: the values; MAP_PROJECTION: before them the object */
        const uint8_t *chain_ops; /* COMPARISONS */
        struct {
            struct nami_group_table *set; /* of a constant list, or NULL */
            uint32_t rows_seen;           /* until it is judged */
            bool is_judged;
            bool has_null; /* in the list */
        } in;
        struct {
            struct nami_vector vector; /* the operand's values while branches are evaluated */
        } operand;
        struct {
            struct nami_expr *holder; /* of CASE_OPERAND, or NULL */
            bool *is_predicate;       /* by condition */
            uint32_t *first;          /* condition of each branch; one more at the end */
            uint32_t branch_count;
            bool has_otherwise;
        } choice; /* CASE: args are [operand,] conditions, one result per branch [, ELSE] */
        struct nami_expr_inner *inner;
        struct nami_expr_label *labels;
        const struct nami_ast_type *type;
    } as;
};

/* ---- kernels' tools (expr.c) ---- */

/* Evaluates the arguments from `first` on into vectors[0 ..]. */
NAMI_CHECKED int32_t nami_expr__args(struct nami_exec *exec, struct nami_expr *expr,
                                     const struct nami_rows *rows, uint32_t first, uint32_t count,
                                     struct nami_vector *vectors);
/* The rows to compute: `rows`, or the one row of constants, made in *one. */
const struct nami_rows *nami_expr__view(const struct nami_vector *vectors, uint32_t count,
                                        const struct nami_rows *rows, struct nami_rows *one);
/* expr->result, ready for cells of `type` at the rows of `view`. */
NAMI_CHECKED int32_t nami_expr__begin(struct nami_exec *exec, struct nami_expr *expr, uint8_t type,
                                      const struct nami_rows *view);
/* Hand over expr->result; it is one value for all rows if `view` is not `rows`. */
void nami_expr__end(struct nami_expr *expr, const struct nami_rows *view,
                    const struct nami_rows *rows, struct nami_vector *out);
/* A cell of expr->result. Fails: a limit. */
NAMI_CHECKED int32_t nami_expr__put(struct nami_exec *exec, struct nami_expr *expr, uint32_t row,
                                    struct nami_value value);
/* The values of ANY cells have one type: turn the result into a typed one. */
void nami_expr__tighten(struct nami_expr *expr, const struct nami_rows *view);
/* Room for `count` row numbers in expr->selection. */
NAMI_CHECKED int32_t nami_expr__selection(struct nami_exec *exec, struct nami_expr *expr,
                                          uint32_t count);
/* Null for every row. */
NAMI_CHECKED int32_t nami_expr__all_null(struct nami_exec *exec, struct nami_expr *expr,
                                         struct nami_vector *out);
/* A cell as Cypher's truth; TYPE_ERROR for what is no Boolean. `what`: "AND". */
NAMI_CHECKED int32_t nami_expr__truth(struct nami_exec *exec, const struct nami_expr *expr,
                                      const char *what, const struct nami_vector *vector,
                                      uint32_t row, enum nami_truth *out);
NAMI_CHECKED int32_t nami_expr__put_truth(struct nami_exec *exec, struct nami_expr *expr,
                                          uint32_t row, enum nami_truth truth);
/* The id of a key, looked up again while nobody had used it. */
uint32_t nami_expr__key(const struct nami_exec *exec, struct nami_expr_key *key);
struct nami_catalog *nami_expr__catalog(const struct nami_exec *exec);

#define NAMI_EXPR_FAIL(exec, expr, condition, ...)                                                 \
    nami_exec_fail((exec), (condition), (expr)->ast->span, __VA_ARGS__)

/* ---- kernels, by what they compute ---- */

int32_t nami_expr__eval_constant(struct nami_exec *exec, struct nami_expr *expr,
                                 const struct nami_rows *rows, struct nami_vector *out);
int32_t nami_expr__eval_column(struct nami_exec *exec, struct nami_expr *expr,
                               const struct nami_rows *rows, struct nami_vector *out);
int32_t nami_expr__eval_operand(struct nami_exec *exec, struct nami_expr *expr,
                                const struct nami_rows *rows, struct nami_vector *out);
/* expr_arithmetic.c */
int32_t nami_expr__eval_arithmetic(struct nami_exec *exec, struct nami_expr *expr,
                                   const struct nami_rows *rows, struct nami_vector *out);
int32_t nami_expr__eval_sign(struct nami_exec *exec, struct nami_expr *expr,
                             const struct nami_rows *rows, struct nami_vector *out);
/* expr_concat.c: + and || of strings and lists */
bool nami_expr__can_concat(struct nami_value left, struct nami_value right);
NAMI_CHECKED int32_t nami_expr__concat(struct nami_exec *exec, const struct nami_expr *expr,
                                       struct nami_value left, struct nami_value right,
                                       struct nami_value *out);
int32_t nami_expr__eval_concat(struct nami_exec *exec, struct nami_expr *expr,
                               const struct nami_rows *rows, struct nami_vector *out);
/* expr_compare.c */
int32_t nami_expr__eval_comparison(struct nami_exec *exec, struct nami_expr *expr,
                                   const struct nami_rows *rows, struct nami_vector *out);
int32_t nami_expr__eval_chain(struct nami_exec *exec, struct nami_expr *expr,
                              const struct nami_rows *rows, struct nami_vector *out);
int32_t nami_expr__eval_text_match(struct nami_exec *exec, struct nami_expr *expr,
                                   const struct nami_rows *rows, struct nami_vector *out);
/* expr_in.c */
int32_t nami_expr__eval_in(struct nami_exec *exec, struct nami_expr *expr,
                           const struct nami_rows *rows, struct nami_vector *out);
/* expr_logic.c */
int32_t nami_expr__eval_and_or(struct nami_exec *exec, struct nami_expr *expr,
                               const struct nami_rows *rows, struct nami_vector *out);
int32_t nami_expr__eval_xor(struct nami_exec *exec, struct nami_expr *expr,
                            const struct nami_rows *rows, struct nami_vector *out);
int32_t nami_expr__eval_not(struct nami_exec *exec, struct nami_expr *expr,
                            const struct nami_rows *rows, struct nami_vector *out);
int32_t nami_expr__eval_is_null(struct nami_exec *exec, struct nami_expr *expr,
                                const struct nami_rows *rows, struct nami_vector *out);
/* expr_choice.c */
int32_t nami_expr__eval_case(struct nami_exec *exec, struct nami_expr *expr,
                             const struct nami_rows *rows, struct nami_vector *out);
int32_t nami_expr__eval_coalesce(struct nami_exec *exec, struct nami_expr *expr,
                                 const struct nami_rows *rows, struct nami_vector *out);
/* expr_property.c */
int32_t nami_expr__eval_property(struct nami_exec *exec, struct nami_expr *expr,
                                 const struct nami_rows *rows, struct nami_vector *out);
/* A property by name of a node, relationship or map; TYPE_ERROR for anything else. */
NAMI_CHECKED int32_t nami_expr__property_of(struct nami_exec *exec, const struct nami_expr *expr,
                                            struct nami_value object, struct nami_expr_key *key,
                                            struct nami_value *out);
/* All of an entity's properties or a map as a MAP; null for null. */
NAMI_CHECKED int32_t nami_expr__properties(struct nami_exec *exec, const struct nami_expr *expr,
                                           struct nami_value object, struct nami_value *out);
/* DELETED_ENTITY_ACCESS if the writing statement has deleted it. */
NAMI_CHECKED int32_t nami_expr__check_alive(struct nami_exec *exec, const struct nami_expr *expr,
                                            struct nami_value entity);
int32_t nami_expr__eval_labels(struct nami_exec *exec, struct nami_expr *expr,
                               const struct nami_rows *rows, struct nami_vector *out);
/* expr_collection.c */
int32_t nami_expr__eval_list(struct nami_exec *exec, struct nami_expr *expr,
                             const struct nami_rows *rows, struct nami_vector *out);
int32_t nami_expr__eval_map(struct nami_exec *exec, struct nami_expr *expr,
                            const struct nami_rows *rows, struct nami_vector *out);
int32_t nami_expr__eval_projection(struct nami_exec *exec, struct nami_expr *expr,
                                   const struct nami_rows *rows, struct nami_vector *out);
int32_t nami_expr__eval_index(struct nami_exec *exec, struct nami_expr *expr,
                              const struct nami_rows *rows, struct nami_vector *out);
int32_t nami_expr__eval_slice(struct nami_exec *exec, struct nami_expr *expr,
                              const struct nami_rows *rows, struct nami_vector *out);
/* expr_inner.c */
int32_t nami_expr__eval_comprehension(struct nami_exec *exec, struct nami_expr *expr,
                                      const struct nami_rows *rows, struct nami_vector *out);
int32_t nami_expr__eval_quantifier(struct nami_exec *exec, struct nami_expr *expr,
                                   const struct nami_rows *rows, struct nami_vector *out);
int32_t nami_expr__eval_reduce(struct nami_exec *exec, struct nami_expr *expr,
                               const struct nami_rows *rows, struct nami_vector *out);
/* expr_is_type.c */
int32_t nami_expr__eval_is_type(struct nami_exec *exec, struct nami_expr *expr,
                                const struct nami_rows *rows, struct nami_vector *out);
bool nami_expr__is_of_type(struct nami_value value, const struct nami_ast_type *type);
/* As one bit of enum nami_static_type. */
uint32_t nami_expr__type_bit(struct nami_value value);
/* expr_support.c: of the node alone, not of what is below it */
bool nami_expr__has_kernel(const struct nami_ast_expr *ast);
/* expr_call.c */
int32_t nami_expr__eval_call(struct nami_exec *exec, struct nami_expr *expr,
                             const struct nami_rows *rows, struct nami_vector *out);
/* NULL: it is not evaluated by a function of rows. */
nami_scalar nami_expr__scalar(uint32_t function_id);

#endif /* NAMI_CORE_EXEC_EXPR_INTERNAL_H */
