/*
 * ORDER BY, stable. With LIMIT (TOP) it keeps about twice the rows that are wanted: each time it
 * has more, it sorts, forgets the rest, and from then on refuses rows that come after the last.
 */
#include "core/exec/build.h"

#include <string.h>

#include "core/exec/row_buffer.h"
#include "core/exec/sort_rows.h"

enum { TOP_SLACK_ROWS = 4096 };

struct sort_op {
    struct nami_operator op;
    struct nami_frame frame;
    struct nami_expr **keys;
    struct nami_vector *key_vectors;
    const struct nami_vector **sources; /* kept columns, then keys */
    struct nami_row_buffer buffer;
    struct nami_sort_spec spec;
    struct nami_sort_ref *order; /* after finish */
    uint64_t skip;
    uint64_t end; /* rows wanted, those skipped included */
    uint64_t told;
    /* TOP */
    bool is_top;
    bool has_last;
    struct nami_row_buffer spare; /* rows move from one buffer to the other */
    struct nami_value *last;      /* keys of the last row wanted, so far */
    uint16_t *selection;
};

/* Keep the first `end` rows only, in order. */
static int32_t cut(struct nami_exec *exec, struct sort_op *sort)
{
    struct nami_row_buffer kept = sort->spare;
    struct nami_sort_ref *order = NULL;
    int32_t status = nami_sort_rows(exec, &sort->buffer, &sort->spec, &order);

    nami_row_buffer_recycle(&kept);
    for (uint64_t i = 0; i < sort->end && status == NAMI_OK; i++) {
        const struct nami_row_chunk *chunk = &sort->buffer.chunks[order[i].chunk];
        uint16_t row = (uint16_t)order[i].row;
        struct nami_rows one = {.count = 1, .size = chunk->count, .selection = &row};

        for (uint32_t c = 0; c < sort->buffer.column_count; c++) {
            sort->sources[c] = &chunk->vectors[c];
        }
        status = nami_row_buffer_append_owned(exec, &kept, &one, sort->sources);
    }
    if (status != NAMI_OK) {
        return status;
    }
    sort->spare = sort->buffer;
    sort->buffer = kept;
    for (uint32_t i = 0; i < sort->spec.key_count; i++) {
        const struct nami_row_chunk *last = &kept.chunks[kept.chunk_count - 1];

        sort->last[i] = nami_vector_get(&last->vectors[sort->spec.first_key + i], last->count - 1);
    }
    sort->has_last = true;
    return nami_exec_tick(exec, (uint32_t)sort->end);
}

/* Does the row come before the last one wanted? An equal one came first and stays. */
static bool is_wanted(const struct sort_op *sort, uint32_t row)
{
    for (uint32_t i = 0; i < sort->spec.key_count; i++) {
        int order = nami_value_compare(nami_vector_get(&sort->key_vectors[i], row), sort->last[i]);

        if (order != 0) {
            return sort->spec.is_descending[i] ? order > 0 : order < 0;
        }
    }
    return false;
}

static void refuse_late_rows(struct sort_op *sort, struct nami_rows *in)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < in->count; i++) {
        uint32_t row = nami_rows_at(in, i);

        if (is_wanted(sort, row)) {
            sort->selection[count++] = (uint16_t)row;
        }
    }
    in->selection = sort->selection;
    in->count = count;
}

static int32_t feed(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows *in)
{
    struct sort_op *sort = (struct sort_op *)op;
    struct nami_rows wanted = *in;
    uint32_t kept = op->step->keep.count;
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; i < op->step->as.sort.key_count && status == NAMI_OK; i++) {
        status = nami_expr_eval(exec, sort->keys[i], in, &sort->key_vectors[i]);
    }
    if (status == NAMI_OK && sort->has_last) {
        refuse_late_rows(sort, &wanted);
    }
    for (uint32_t i = 0; i < kept; i++) {
        sort->sources[i] = &in->columns[op->step->keep.items[i]];
    }
    for (uint32_t i = 0; i < op->step->as.sort.key_count; i++) {
        sort->sources[kept + i] = &sort->key_vectors[i];
    }
    if (status == NAMI_OK) {
        status = nami_row_buffer_append(exec, &sort->buffer, &wanted, sort->sources);
    }
    if (status == NAMI_OK && sort->is_top &&
        sort->buffer.row_count > sort->end + sort->end / 2 + TOP_SLACK_ROWS) {
        status = cut(exec, sort);
    }
    return status == NAMI_OK ? nami_exec_tick(exec, in->count) : status;
}

static int32_t finish(struct nami_exec *exec, struct nami_operator *op)
{
    struct sort_op *sort = (struct sort_op *)op;
    uint64_t rows = sort->buffer.row_count;

    sort->end = sort->end < rows ? sort->end : rows;
    sort->told = sort->skip;
    return nami_sort_rows(exec, &sort->buffer, &sort->spec, &sort->order);
}

/* One column of `count` sorted rows. */
static int32_t emit_column(struct nami_exec *exec, struct sort_op *sort, uint32_t index,
                           uint32_t count)
{
    uint32_t column = sort->op.step->keep.items[index];
    const struct nami_sort_ref *order = sort->order + sort->told;
    const struct nami_row_chunk *chunks = sort->buffer.chunks;
    struct nami_vector *vector = NULL;
    int32_t status = nami_frame_column(exec, &sort->frame, column,
                                       chunks[order[0].chunk].vectors[index].type, &vector);

    for (uint32_t i = 0; i < count && status == NAMI_OK; i++) {
        struct nami_value value =
            nami_vector_get(&chunks[order[i].chunk].vectors[index], order[i].row);

        if (nami_vector_set(vector, exec->arena, i, value) != NAMI_OK) {
            status = nami_exec_nomem(exec);
        }
    }
    nami_frame_show(&sort->frame, column);
    return status;
}

static int32_t next(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows **out)
{
    struct sort_op *sort = (struct sort_op *)op;
    uint32_t count = 0;
    int32_t status = NAMI_OK;

    *out = NULL;
    if (sort->told >= sort->end) {
        return NAMI_OK;
    }
    nami_frame_begin(&sort->frame);
    count = sort->end - sort->told < sort->frame.capacity ? (uint32_t)(sort->end - sort->told)
                                                          : sort->frame.capacity;
    for (uint32_t i = 0; i < op->step->keep.count && status == NAMI_OK; i++) {
        status = emit_column(exec, sort, i, count);
    }
    sort->frame.rows.count = count;
    sort->frame.rows.size = count;
    sort->told += count;
    *out = &sort->frame.rows;
    return status == NAMI_OK ? nami_exec_tick(exec, count) : status;
}

static const struct nami_operator_ops sort_ops = {.feed = feed, .finish = finish, .next = next};

static int32_t create_keys(const struct nami_build *build, const struct nami_step *step,
                           struct sort_op *sort)
{
    uint32_t count = step->as.sort.key_count;
    bool *is_descending = nami_exec_alloc(build->exec, count, sizeof(bool));
    int32_t status = NAMI_OK;

    sort->keys = nami_exec_alloc(build->exec, count, sizeof(struct nami_expr *));
    sort->key_vectors = nami_exec_alloc(build->exec, count, sizeof(struct nami_vector));
    sort->sources =
        nami_exec_alloc(build->exec, step->keep.count + count, sizeof(struct nami_vector *));
    if (sort->keys == NULL || sort->key_vectors == NULL || sort->sources == NULL ||
        is_descending == NULL) {
        return nami_exec_nomem(build->exec);
    }
    for (uint32_t i = 0; i < count && status == NAMI_OK; i++) {
        is_descending[i] = step->as.sort.keys[i].is_descending;
        status = nami_build_expr(build, step, step->as.sort.keys[i].expr, &sort->keys[i]);
    }
    sort->spec = (struct nami_sort_spec){
        .first_key = step->keep.count, .key_count = count, .is_descending = is_descending};
    return status;
}

/* How many rows TOP wants: beyond what memory could hold, it is a plain sort. */
static int32_t create_top(const struct nami_build *build, const struct nami_step *step,
                          struct sort_op *sort)
{
    uint64_t limit = 0;
    int32_t status = nami_build_row_count(build, step, step->as.sort.skip, "SKIP", 0, &sort->skip);

    if (status == NAMI_OK) {
        status = nami_build_row_count(build, step, step->as.sort.limit, "LIMIT", 0, &limit);
    }
    if (status != NAMI_OK) {
        return status;
    }
    sort->end = limit > UINT64_MAX - sort->skip ? UINT64_MAX : sort->skip + limit;
    sort->is_top = sort->end > 0 && sort->end < UINT32_MAX / 2;
    sort->op.is_done = limit == 0;
    sort->selection = nami_arena_alloc(build->exec->arena, NAMI_BATCH_ROWS * sizeof(uint16_t));
    sort->last = nami_exec_alloc(build->exec, sort->spec.key_count, sizeof(struct nami_value));
    return sort->selection != NULL && sort->last != NULL ? NAMI_OK : nami_exec_nomem(build->exec);
}

int32_t nami_op_sort_create(const struct nami_build *build, const struct nami_step *step,
                            struct nami_operator **out)
{
    struct sort_op *sort = nami_build_operator(build, step, &sort_ops, sizeof(*sort));
    int32_t status = NAMI_OK;

    *out = (struct nami_operator *)sort;
    if (sort == NULL) {
        return nami_exec_nomem(build->exec);
    }
    sort->end = UINT64_MAX;
    status = create_keys(build, step, sort);
    if (status == NAMI_OK && step->kind == NAMI_STEP_TOP) {
        status = create_top(build, step, sort);
    }
    if (status != NAMI_OK) {
        return status;
    }
    nami_row_buffer_init(&sort->buffer, build->exec->arena,
                         step->keep.count + step->as.sort.key_count);
    sort->spare = sort->buffer;
    return nami_frame_init(build->exec, &sort->frame, sort->op.width, step->keep);
}
