/* CREATE. Columns of what it makes are kept chunk by chunk, if anybody reads them. */
#include "core/exec/update.h"

struct create {
    struct nami_update update;
    struct nami_create_writer *writer;
    struct nami_vector *made; /* of one chunk: nodes, then relationships */
    struct nami_vector *kept; /* step->adds of each chunk */
};

static uint32_t made_column(const struct nami_plan_create *plan, uint32_t index)
{
    return index < plan->node_count ? plan->nodes[index].column
                                    : plan->rels[index - plan->node_count].column;
}

static int32_t make_room(struct nami_exec *exec, struct create *create, uint32_t rows)
{
    const struct nami_plan_create *plan = &create->update.op.step->as.create;
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; i < plan->node_count + plan->rel_count && status == NAMI_OK; i++) {
        struct nami_vector *vector = &create->made[i];

        if (vector->capacity < rows || create->update.op.step->adds.count > 0) {
            status = nami_vector_init(
                vector, exec->arena,
                i < plan->node_count ? (uint8_t)NAMI_VECTOR_NODE : (uint8_t)NAMI_VECTOR_REL, rows);
        }
        vector->has_nulls = false;
        create->update.out.columns[made_column(plan, i)] = *vector;
    }
    return status == NAMI_OK ? NAMI_OK : nami_exec_nomem(exec);
}

static int32_t finish(struct nami_exec *exec, struct nami_operator *op)
{
    struct create *create = (struct create *)op;
    struct nami_arena_mark mark = nami_arena_mark(exec->scratch);
    struct nami_plan_columns adds = op->step->adds;
    uint32_t chunks = create->update.buffer.chunk_count;
    int32_t status = NAMI_OK;

    create->kept = nami_exec_alloc(exec, (size_t)chunks * adds.count, sizeof(struct nami_vector));
    if (create->kept == NULL) {
        return nami_exec_nomem(exec);
    }
    for (uint32_t c = 0; c < chunks && status == NAMI_OK; c++) {
        nami_update_show(&create->update, c);
        status = make_room(exec, create, create->update.buffer.chunks[c].capacity);
        if (status == NAMI_OK) {
            status = nami_create_writer_rows(exec, create->writer, &create->update.out);
        }
        for (uint32_t i = 0; i < adds.count; i++) {
            create->kept[(size_t)c * adds.count + i] = create->update.out.columns[adds.items[i]];
        }
        nami_arena_rewind(exec->scratch, mark);
    }
    return status;
}

static int32_t next(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows **out)
{
    struct create *create = (struct create *)op;
    struct nami_plan_columns adds = op->step->adds;
    size_t first = (size_t)create->update.told * adds.count;
    int32_t status = nami_update_next(exec, op, out);

    for (uint32_t i = 0; *out != NULL && i < adds.count; i++) {
        create->update.out.columns[adds.items[i]] = create->kept[first + i];
    }
    return status;
}

static const struct nami_operator_ops create_ops = {
    .feed = nami_update_feed, .finish = finish, .next = next};

int32_t nami_op_create_create(const struct nami_build *build, const struct nami_step *step,
                              struct nami_operator **out)
{
    const struct nami_plan_create *plan = &step->as.create;
    struct create *create = nami_build_operator(build, step, &create_ops, sizeof(*create));
    int32_t status = NAMI_OK;

    *out = (struct nami_operator *)create;
    if (create == NULL) {
        return nami_exec_nomem(build->exec);
    }
    create->made = nami_exec_alloc(build->exec, (size_t)plan->node_count + plan->rel_count,
                                   sizeof(struct nami_vector));
    if (create->made == NULL) {
        return nami_exec_nomem(build->exec);
    }
    status = nami_update_init(build, &create->update);
    return status == NAMI_OK ? nami_create_writer_create(build, step, plan, &create->writer)
                             : status;
}
