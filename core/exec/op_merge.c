/*
 * MERGE: for each row the pattern is matched as a whole; where it is not there, all of it that is
 * not bound is created. A row sees what earlier rows made.
 */
#include "core/exec/update.h"

struct merge {
    struct nami_update update;
    struct nami_chain *match;
    struct nami_create_writer *create;
    struct nami_set_writer *on_create;
    struct nami_set_writer *on_match;
    struct nami_expr **values;
    struct nami_rows input;         /* a chunk with the values of the pattern's properties */
    struct nami_vector *evaluated;  /* those, of one chunk or row */
    struct nami_rows made;          /* one row of which all elements are bound */
    struct nami_row_buffer results; /* of keep and adds */
    const struct nami_vector **result_sources;
    uint32_t *result_columns;
    uint32_t result_count;
    uint32_t results_told;
    struct nami_rows out;
};

static int32_t null_error(struct nami_exec *exec, const struct merge *merge)
{
    int32_t status = nami_diagnose(exec->diag, NAMI_COND_MERGE_READ_OWN_WRITES, NULL,
                                   "MERGE can not match or create a property that is null");

    nami_diagnose_place(exec->diag, exec->text, merge->update.op.step->span.at);
    return status;
}

/* The pattern's property values for the selected rows; into the input's columns. */
static int32_t evaluate(struct nami_exec *exec, struct merge *merge, const struct nami_rows *rows)
{
    const struct nami_step *step = merge->update.op.step;
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; i < step->as.merge.value_count && status == NAMI_OK; i++) {
        status = nami_expr_eval(exec, merge->values[i], rows, &merge->evaluated[i]);
        merge->input.columns[step->as.merge.values[i].column] = merge->evaluated[i];
    }
    return status;
}

static int32_t check_nulls(struct nami_exec *exec, const struct merge *merge, uint32_t row)
{
    const struct nami_step *step = merge->update.op.step;

    for (uint32_t i = 0; i < step->as.merge.value_count; i++) {
        if (nami_vector_is_null(&merge->evaluated[i], row)) {
            return null_error(exec, merge);
        }
    }
    return NAMI_OK;
}

/* Chunk `index` of the results, as rows. */
static struct nami_rows show_results(struct merge *merge, uint32_t index)
{
    const struct nami_row_chunk *chunk = &merge->results.chunks[index];

    for (uint32_t i = 0; i < merge->result_count; i++) {
        merge->out.columns[merge->result_columns[i]] = chunk->vectors[i];
    }
    merge->out.count = chunk->count;
    merge->out.size = chunk->count;
    return merge->out;
}

static int32_t keep_rows(struct nami_exec *exec, struct merge *merge, const struct nami_rows *rows)
{
    for (uint32_t i = 0; i < merge->result_count; i++) {
        merge->result_sources[i] = &rows->columns[merge->result_columns[i]];
    }
    return nami_row_buffer_append(exec, &merge->results, rows, merge->result_sources);
}

/* ON MATCH for the results from (chunk, row) on: all matches of a row are known by then. */
static int32_t set_matched(struct nami_exec *exec, struct merge *merge, uint32_t chunk,
                           uint32_t row)
{
    uint16_t *selection = nami_arena_alloc(exec->scratch, NAMI_BATCH_ROWS * sizeof(uint16_t));
    int32_t status = selection != NULL ? NAMI_OK : nami_exec_nomem(exec);

    for (; chunk < merge->results.chunk_count && status == NAMI_OK; chunk++, row = 0) {
        struct nami_rows rows = show_results(merge, chunk);

        rows.selection = selection;
        rows.count = 0;
        for (; row < rows.size; row++) {
            selection[rows.count++] = (uint16_t)row;
        }
        status = nami_set_writer_batch(exec, merge->on_match, &rows);
        for (uint32_t i = 0; i < rows.count && status == NAMI_OK; i++) {
            status = nami_set_writer_row(exec, merge->on_match, &rows, selection[i]);
        }
    }
    return status;
}

/* All matches of one row go to the results. */
static int32_t match_row(struct nami_exec *exec, struct merge *merge, const struct nami_rows *one,
                         bool *is_found)
{
    const struct nami_rows *rows = NULL;
    uint32_t chunk = merge->results.chunk_count;
    uint32_t row = 0;
    int32_t status = NAMI_OK;

    if (chunk > 0) {
        chunk--;
        row = merge->results.chunks[chunk].count;
    }
    nami_chain_set_argument(merge->match, one);
    nami_chain_rewind(merge->match);
    *is_found = false;
    do {
        status = nami_chain_next(exec, merge->match, &rows);
        if (status == NAMI_OK && rows != NULL) {
            *is_found = true;
            status = keep_rows(exec, merge, rows);
        }
    } while (status == NAMI_OK && rows != NULL);
    if (status == NAMI_OK && *is_found && merge->update.op.step->as.merge.on_match.count > 0) {
        status = set_matched(exec, merge, chunk, row);
    }
    return status;
}

/* The row's cell as row 0 of a vector of one. */
static int32_t lone_cell(struct nami_exec *exec, const struct nami_vector *from, uint32_t row,
                         struct nami_vector *to)
{
    uint16_t at = (uint16_t)row;

    if (to->capacity == 0 && nami_vector_init(to, exec->arena, NAMI_VECTOR_ANY, 1) != NAMI_OK) {
        return nami_exec_nomem(exec);
    }
    return nami_vector_gather(to, exec->arena, from, &at, 1) == NAMI_OK ? NAMI_OK
                                                                        : nami_exec_nomem(exec);
}

static int32_t fresh_cell(struct nami_exec *exec, struct nami_vector *vector, uint8_t type)
{
    if (vector->capacity == 0 && nami_vector_init(vector, exec->arena, type, 1) != NAMI_OK) {
        return nami_exec_nomem(exec);
    }
    vector->has_nulls = false;
    return NAMI_OK;
}

static int32_t create_row(struct nami_exec *exec, struct merge *merge, uint32_t row)
{
    const struct nami_step *step = merge->update.op.step;
    const struct nami_plan_create *plan = &step->as.merge.create;
    struct nami_vector *columns = merge->made.columns;
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; i < step->reads.count && status == NAMI_OK; i++) {
        uint32_t column = step->reads.items[i];

        status = lone_cell(exec, &merge->input.columns[column], row, &columns[column]);
    }
    for (uint32_t i = 0; i < step->as.merge.value_count && status == NAMI_OK; i++) {
        uint32_t column = step->as.merge.values[i].column;

        status = lone_cell(exec, &merge->input.columns[column], row, &columns[column]);
    }
    for (uint32_t i = 0; i < plan->node_count && status == NAMI_OK; i++) {
        status = fresh_cell(exec, &columns[plan->nodes[i].column], NAMI_VECTOR_NODE);
    }
    for (uint32_t i = 0; i < plan->rel_count && status == NAMI_OK; i++) {
        status = fresh_cell(exec, &columns[plan->rels[i].column], NAMI_VECTOR_REL);
    }
    if (status == NAMI_OK) {
        status = nami_create_writer_rows(exec, merge->create, &merge->made);
    }
    if (status == NAMI_OK) {
        status = nami_set_writer_batch(exec, merge->on_create, &merge->made);
    }
    if (status == NAMI_OK) {
        status = nami_set_writer_row(exec, merge->on_create, &merge->made, 0);
    }
    return status == NAMI_OK ? keep_rows(exec, merge, &merge->made) : status;
}

static int32_t merge_row(struct nami_exec *exec, struct merge *merge, uint32_t row)
{
    uint16_t at = (uint16_t)row;
    struct nami_rows one = nami_rows_only(&merge->input, &at);
    bool is_found = false;
    int32_t status = NAMI_OK;

    if (!merge->update.op.step->as.merge.is_batched) {
        status = evaluate(exec, merge, &one);
    }
    if (status == NAMI_OK) {
        status = check_nulls(exec, merge, row);
    }
    if (status == NAMI_OK) {
        status = match_row(exec, merge, &one, &is_found);
    }
    if (status == NAMI_OK && !is_found) {
        status = create_row(exec, merge, row);
    }
    return status == NAMI_OK ? nami_exec_tick(exec, 1) : status;
}

static int32_t finish(struct nami_exec *exec, struct nami_operator *op)
{
    struct merge *merge = (struct merge *)op;
    struct nami_arena_mark begin = nami_arena_mark(exec->scratch);
    int32_t status = NAMI_OK;

    for (uint32_t c = 0; c < merge->update.buffer.chunk_count && status == NAMI_OK; c++) {
        struct nami_arena_mark mark;

        nami_update_show(&merge->update, c);
        merge->input = merge->update.out;
        if (op->step->as.merge.is_batched) {
            status = evaluate(exec, merge, &merge->input);
        }
        mark = nami_arena_mark(exec->scratch);
        for (uint32_t row = 0; row < merge->input.count && status == NAMI_OK; row++) {
            status = merge_row(exec, merge, row);
            nami_arena_rewind(exec->scratch, mark);
        }
        nami_arena_rewind(exec->scratch, begin);
    }
    return status;
}

static int32_t next(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows **out)
{
    struct merge *merge = (struct merge *)op;

    *out = NULL;
    if (merge->results_told >= merge->results.chunk_count) {
        return NAMI_OK;
    }
    (void)show_results(merge, merge->results_told++);
    *out = &merge->out;
    return nami_exec_tick(exec, merge->out.count);
}

static const struct nami_operator_ops merge_ops = {
    .feed = nami_update_feed, .finish = finish, .next = next};

static int32_t init_rows(const struct nami_build *build, struct merge *merge)
{
    const struct nami_step *step = merge->update.op.step;
    uint32_t width = merge->update.op.width;

    merge->result_count = step->keep.count + step->adds.count;
    merge->result_columns = nami_exec_alloc(build->exec, merge->result_count, sizeof(uint32_t));
    merge->result_sources =
        nami_exec_alloc(build->exec, merge->result_count, sizeof(struct nami_vector *));
    merge->evaluated =
        nami_exec_alloc(build->exec, step->as.merge.value_count, sizeof(struct nami_vector));
    merge->made = (struct nami_rows){.column_count = width, .count = 1, .size = 1};
    merge->made.columns = nami_exec_alloc(build->exec, width, sizeof(struct nami_vector));
    merge->out.column_count = width;
    merge->out.columns = nami_exec_alloc(build->exec, width, sizeof(struct nami_vector));
    if (merge->result_columns == NULL || merge->result_sources == NULL ||
        merge->evaluated == NULL || merge->made.columns == NULL || merge->out.columns == NULL) {
        return nami_exec_nomem(build->exec);
    }
    for (uint32_t i = 0; i < merge->result_count; i++) {
        merge->result_columns[i] =
            i < step->keep.count ? step->keep.items[i] : step->adds.items[i - step->keep.count];
    }
    nami_row_buffer_init(&merge->results, build->exec->arena, merge->result_count);
    return NAMI_OK;
}

static int32_t init_values(const struct nami_build *build, struct merge *merge)
{
    const struct nami_step *step = merge->update.op.step;
    int32_t status = NAMI_OK;

    merge->values =
        nami_exec_alloc(build->exec, step->as.merge.value_count, sizeof(struct nami_expr *));
    if (merge->values == NULL) {
        return nami_exec_nomem(build->exec);
    }
    for (uint32_t i = 0; i < step->as.merge.value_count && status == NAMI_OK; i++) {
        status = nami_build_expr(build, step, step->as.merge.values[i].expr, &merge->values[i]);
    }
    return status;
}

int32_t nami_op_merge_create(const struct nami_build *build, const struct nami_step *step,
                             struct nami_operator **out)
{
    struct merge *merge = nami_build_operator(build, step, &merge_ops, sizeof(*merge));
    int32_t status = NAMI_OK;

    *out = (struct nami_operator *)merge;
    if (merge == NULL) {
        return nami_exec_nomem(build->exec);
    }
    status = nami_update_init(build, &merge->update);
    if (status == NAMI_OK) {
        status = init_rows(build, merge);
    }
    if (status == NAMI_OK) {
        status = init_values(build, merge);
    }
    if (status == NAMI_OK) {
        status = nami_build_chain(build, step->as.merge.match, &merge->match);
    }
    if (status == NAMI_OK) {
        status = nami_create_writer_create(build, step, &step->as.merge.create, &merge->create);
    }
    if (status == NAMI_OK) {
        status = nami_set_writer_create(build, step, &step->as.merge.on_create, &merge->on_create);
    }
    if (status == NAMI_OK) {
        status = nami_set_writer_create(build, step, &step->as.merge.on_match, &merge->on_match);
    }
    return status;
}
