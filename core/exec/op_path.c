/* A named path from the columns of its elements: node, relationship, node, ... */
#include "core/exec/build.h"

#include <string.h>

struct path_op {
    struct nami_operator op;
    struct nami_rows out;
    struct nami_vector *columns;
    struct nami_vector paths;
    const struct nami_rows *in; /* NULL: drained */
};

static int32_t feed(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows *in)
{
    (void)exec;
    ((struct path_op *)op)->in = in;
    return NAMI_OK;
}

/* null if an element is. */
static int32_t make_path(struct nami_exec *exec, const struct path_op *maker, uint32_t row,
                         struct nami_value *out)
{
    struct nami_plan_columns elements = maker->op.step->as.path.elements;
    uint32_t length = elements.count / 2;
    struct nami_path *path = nami_exec_scratch(exec, 1, sizeof(*path));
    uint64_t *nodes = nami_exec_scratch(exec, length + 1, sizeof(uint64_t));
    struct nami_rel *rels = nami_exec_scratch(exec, length, sizeof(struct nami_rel));
    bool is_there = true;
    int32_t status = NAMI_OK;

    *out = nami_value_null();
    if (path == NULL || nodes == NULL || rels == NULL) {
        return nami_exec_nomem(exec);
    }
    for (uint32_t i = 0; i < elements.count && status == NAMI_OK && is_there; i++) {
        const struct nami_vector *column = &maker->in->columns[elements.items[i]];

        if (i % 2 == 0) {
            status = nami_cell_node(exec, column, row, &nodes[i / 2], &is_there);
        } else {
            status = nami_cell_rel(exec, column, row, &rels[i / 2], &is_there);
        }
    }
    *path = (struct nami_path){.length = length, .nodes = nodes, .rels = rels};
    if (is_there) {
        *out = nami_value_path(path);
    }
    return status;
}

static int32_t next(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows **out)
{
    struct path_op *maker = (struct path_op *)op;
    int32_t status = NAMI_OK;

    *out = NULL;
    if (maker->in == NULL) {
        return NAMI_OK;
    }
    if (maker->paths.capacity < maker->in->size) {
        status = nami_vector_init(&maker->paths, exec->arena, NAMI_VECTOR_ANY,
                                  maker->paths.data == NULL ? maker->in->size : NAMI_BATCH_ROWS);
        if (status != NAMI_OK) {
            return nami_exec_nomem(exec);
        }
    }
    for (uint32_t i = 0; i < maker->in->count && status == NAMI_OK; i++) {
        uint32_t row = nami_rows_at(maker->in, i);
        struct nami_value path = nami_value_null();

        status = make_path(exec, maker, row, &path);
        if (status == NAMI_OK && nami_vector_set(&maker->paths, exec->arena, row, path) != 0) {
            status = nami_exec_nomem(exec);
        }
    }
    memcpy(maker->columns, maker->in->columns, op->width * sizeof(struct nami_vector));
    maker->columns[op->step->as.path.column] = maker->paths;
    maker->out = *maker->in;
    maker->out.columns = maker->columns;
    maker->in = NULL;
    *out = &maker->out;
    return status == NAMI_OK ? nami_exec_tick(exec, maker->out.count) : status;
}

static const struct nami_operator_ops path_ops = {.feed = feed, .next = next};

int32_t nami_op_path_create(const struct nami_build *build, const struct nami_step *step,
                            struct nami_operator **out)
{
    struct path_op *maker = nami_build_operator(build, step, &path_ops, sizeof(*maker));

    *out = (struct nami_operator *)maker;
    if (maker != NULL) {
        maker->columns = nami_exec_alloc(build->exec, maker->op.width, sizeof(struct nami_vector));
    }
    return maker != NULL && maker->columns != NULL ? NAMI_OK : nami_exec_nomem(build->exec);
}
