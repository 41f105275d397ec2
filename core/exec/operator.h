/*
 * core/exec/operator.h -- how operators are driven: resumable pipelines over batches.
 *
 * What:   a chain of operators is cut into pipelines at its breakers. The first operator of a
 *         pipeline is a source; batches are pushed through the transforms behind it, one batch at
 *         a time, each drained before the next, so an operator may answer with borrowed rows. A
 *         breaker takes in all batches of the pipeline before it, finishes, and is the source of
 *         the next one. The last pipeline is pulled by the cursor, a batch at a time: a result of
 *         any size streams.
 * Above:  cursor, and operators with chains of their own (CROSS, MERGE, UNION).
 * Below:  one file per operator, op_*.c; build.c makes them from a plan.
 * Memory: operators live in exec->arena. What a batch makes lives in exec->scratch: the chain
 *         rewinds it each time it goes back to an operator, to where it was after that operator
 *         was fed. So feed() may keep things in scratch until the batch is drained, next() until
 *         it is called again.
 * Thread: one.
 */
#ifndef NAMI_CORE_EXEC_OPERATOR_H
#define NAMI_CORE_EXEC_OPERATOR_H

#include "core/exec/exec_context.h"
#include "core/exec/vector.h"
#include "core/plan/physical.h"

struct nami_operator;

/* All fail by exec->diag. A NULL member: the operator does not do this. */
struct nami_operator_ops {
    /* Take a batch of at least one row. Transforms: borrowed until drained. Breakers: copy. */
    int32_t (*feed)(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows *in);
    /* Breakers: no more comes. */
    int32_t (*finish)(struct nami_exec *exec, struct nami_operator *op);
    /*
     * HAVE_OUTPUT: *out is the next batch (it may have no rows, or rows of which some are not
     * selected), valid until the next call. NEED_INPUT: *out NULL; of a source: the end.
     */
    int32_t (*next)(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows **out);
    /* Sources: from the beginning again. */
    void (*rewind)(struct nami_operator *op);
};

/* First member of every operator. */
struct nami_operator {
    const struct nami_operator_ops *ops;
    const struct nami_step *step;
    uint32_t width; /* columns of all rows */
    bool is_breaker;
    bool is_done;   /* wants no more input, whatever is left (LIMIT) */
    bool has_chain; /* a source with a chain of its own, which keeps scratch in order */
};

struct nami_chain {
    struct nami_operator **ops; /* [0] is a source */
    struct nami_arena_mark *marks;
    uint32_t count;
    uint32_t source; /* first operator of the pipeline that is running */
    uint32_t at;     /* operator to ask next */
    bool is_started;
};

/*
 * The next batch with at least one selected row out of the last operator; *out NULL: the end.
 * The first call runs all pipelines but the last.
 */
NAMI_CHECKED int32_t nami_chain_next(struct nami_exec *exec, struct nami_chain *chain,
                                     const struct nami_rows **out);
/* Run all and drop the rows. */
NAMI_CHECKED int32_t nami_chain_drain(struct nami_exec *exec, struct nami_chain *chain);
/* From the beginning again. Not for chains with breakers. */
void nami_chain_rewind(struct nami_chain *chain);
/* What the chain's ARGUMENT hands out after the next rewind: the selected rows of `rows`. */
void nami_chain_set_argument(struct nami_chain *chain, const struct nami_rows *rows);

/* ---- rows that an operator makes ---- */

/*
 * Output of an operator that makes new rows: arrays of its own for the columns it keeps and adds.
 * They start small and grow when batches fill up, so that a query of one row touches little.
 */
struct nami_frame {
    struct nami_rows rows;
    struct nami_vector *own; /* by column; no arrays until used */
    struct nami_plan_columns keep;
    uint32_t capacity; /* rows of a batch, up to NAMI_BATCH_ROWS */
};

NAMI_CHECKED int32_t nami_frame_init(struct nami_exec *exec, struct nami_frame *frame,
                                     uint32_t width, struct nami_plan_columns keep);
/* Begin a batch; larger than the one before if that was full. */
void nami_frame_begin(struct nami_frame *frame);
/* The array of a column the operator fills itself: `capacity` rows, all null. */
NAMI_CHECKED int32_t nami_frame_column(struct nami_exec *exec, struct nami_frame *frame,
                                       uint32_t column, uint8_t type, struct nami_vector **out);
/* Kept columns: row i of the batch is physical row at[i] of `in`. Sets the batch's size. */
NAMI_CHECKED int32_t nami_frame_gather(struct nami_exec *exec, struct nami_frame *frame,
                                       const struct nami_rows *in, const uint16_t *at,
                                       uint32_t count);
/* rows.columns[column] shows the array. After it was filled. */
void nami_frame_show(struct nami_frame *frame, uint32_t column);

/* ---- cells that must be entities ---- */

/* A node column's cell. false: null. Fails: TYPE_ERROR (something else is in it). */
NAMI_CHECKED int32_t nami_cell_node(struct nami_exec *exec, const struct nami_vector *vector,
                                    uint32_t row, uint64_t *id, bool *is_there);
NAMI_CHECKED int32_t nami_cell_rel(struct nami_exec *exec, const struct nami_vector *vector,
                                   uint32_t row, struct nami_rel *rel, bool *is_there);

#endif /* NAMI_CORE_EXEC_OPERATOR_H */
