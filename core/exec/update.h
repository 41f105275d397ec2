/*
 * core/exec/update.h -- what the updating clauses share.
 *
 * What:   all rows of the clause are taken in first, so it never meets its own effects; then they
 *         are updated chunk by chunk, row by row; then they flow on. Properties and SET items are
 *         evaluated here.
 * Inside exec only.
 */
#ifndef NAMI_CORE_EXEC_UPDATE_H
#define NAMI_CORE_EXEC_UPDATE_H

#include "core/exec/build.h"
#include "core/exec/row_buffer.h"

/* First member of an updating operator. */
struct nami_update {
    struct nami_operator op;
    struct nami_row_buffer buffer; /* of step->reads */
    const struct nami_vector **sources;
    struct nami_rows out; /* a chunk, as rows */
    uint32_t told;        /* chunks handed out */
};

NAMI_CHECKED int32_t nami_update_init(const struct nami_build *build, struct nami_update *update);
/* The feed() of every update. */
NAMI_CHECKED int32_t nami_update_feed(struct nami_exec *exec, struct nami_operator *op,
                                      const struct nami_rows *in);
/* update->out shows chunk `index`. */
void nami_update_show(struct nami_update *update, uint32_t index);
/* The next() of updates that add no columns. */
NAMI_CHECKED int32_t nami_update_next(struct nami_exec *exec, struct nami_operator *op,
                                      const struct nami_rows **out);
/* `rows`, of which only one is selected; `row` lives as long as the result. */
struct nami_rows nami_rows_only(const struct nami_rows *rows, const uint16_t *row);

/* ---- {key: expr} of a pattern ---- */

struct nami_property_writer {
    const struct nami_plan_properties *plan;
    struct nami_expr **exprs;
    struct nami_vector *values; /* of the batch, by physical row */
    uint32_t *keys;             /* NAMI_NO_NAME: not looked up yet */
    struct nami_expr *map;
    struct nami_vector maps;
    struct nami_property *list; /* of the row */
    uint32_t list_capacity;
};

NAMI_CHECKED int32_t nami_property_writer_init(const struct nami_build *build,
                                               const struct nami_step *step,
                                               const struct nami_plan_properties *plan,
                                               struct nami_property_writer *writer);
/* Evaluate for a batch. */
NAMI_CHECKED int32_t nami_property_writer_batch(struct nami_exec *exec,
                                                struct nami_property_writer *writer,
                                                const struct nami_rows *rows);
/* writer->list for one row of the batch; keys are made. Fails: INVALID_PROPERTY_TYPE, TYPE_ERROR. */
NAMI_CHECKED int32_t nami_property_writer_row(struct nami_exec *exec,
                                              struct nami_property_writer *writer, uint32_t row,
                                              uint32_t *count);
/* Pairs of a map as properties, keys made. nulls stay in. */
NAMI_CHECKED int32_t nami_map_properties(struct nami_exec *exec, struct nami_value map,
                                         const struct nami_span *at, struct nami_property **list,
                                         uint32_t *capacity);
/* Fails: INVALID_PROPERTY_TYPE. */
NAMI_CHECKED int32_t nami_check_storable(struct nami_exec *exec, struct nami_value value,
                                         struct nami_slice key, const struct nami_span *at);

/* ---- SET, ON CREATE SET, ON MATCH SET, REMOVE ---- */

struct nami_set_writer;

NAMI_CHECKED int32_t nami_set_writer_create(const struct nami_build *build,
                                            const struct nami_step *step,
                                            const struct nami_plan_set *plan,
                                            struct nami_set_writer **out);
/* Evaluate what may be evaluated for all rows at once. */
NAMI_CHECKED int32_t nami_set_writer_batch(struct nami_exec *exec, struct nami_set_writer *writer,
                                           const struct nami_rows *rows);
/* Apply all items, in order, to one row of the batch. */
NAMI_CHECKED int32_t nami_set_writer_row(struct nami_exec *exec, struct nami_set_writer *writer,
                                         const struct nami_rows *rows, uint32_t row);

/* ---- nodes and relationships of CREATE and MERGE ---- */

struct nami_create_writer;

NAMI_CHECKED int32_t nami_create_writer_create(const struct nami_build *build,
                                               const struct nami_step *step,
                                               const struct nami_plan_create *plan,
                                               struct nami_create_writer **out);
/*
 * Create for every selected row; ids go to nodes' and relationships' columns of `columns`, whose
 * vectors hold at least rows->size rows: rows->columns itself, as a rule.
 */
NAMI_CHECKED int32_t nami_create_writer_rows(struct nami_exec *exec,
                                             struct nami_create_writer *writer,
                                             const struct nami_rows *rows);

#endif /* NAMI_CORE_EXEC_UPDATE_H */
