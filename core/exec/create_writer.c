/* Nodes and relationships of a pattern, created for each row: all nodes, then all relationships. */
#include "core/exec/update.h"

struct node_writer {
    const struct nami_plan_create_node *plan;
    struct nami_property_writer properties;
    uint32_t *labels;
    bool has_labels; /* they are looked up */
};

struct rel_writer {
    const struct nami_plan_create_rel *plan;
    struct nami_property_writer properties;
    uint32_t type;
};

struct nami_create_writer {
    struct node_writer *nodes;
    uint32_t node_count;
    struct rel_writer *rels;
    uint32_t rel_count;
};

static int32_t init_nodes(const struct nami_build *build, const struct nami_step *step,
                          const struct nami_plan_create *plan, struct nami_create_writer *writer)
{
    int32_t status = NAMI_OK;

    writer->nodes = nami_exec_alloc(build->exec, plan->node_count, sizeof(struct node_writer));
    if (writer->nodes == NULL) {
        return nami_exec_nomem(build->exec);
    }
    writer->node_count = plan->node_count;
    for (uint32_t i = 0; i < plan->node_count && status == NAMI_OK; i++) {
        struct node_writer *node = &writer->nodes[i];

        node->plan = &plan->nodes[i];
        node->labels = nami_exec_alloc(build->exec, node->plan->labels.count, sizeof(uint32_t));
        if (node->labels == NULL) {
            return nami_exec_nomem(build->exec);
        }
        status = nami_property_writer_init(build, step, &node->plan->properties, &node->properties);
    }
    return status;
}

static int32_t init_rels(const struct nami_build *build, const struct nami_step *step,
                         const struct nami_plan_create *plan, struct nami_create_writer *writer)
{
    int32_t status = NAMI_OK;

    writer->rels = nami_exec_alloc(build->exec, plan->rel_count, sizeof(struct rel_writer));
    if (writer->rels == NULL) {
        return nami_exec_nomem(build->exec);
    }
    writer->rel_count = plan->rel_count;
    for (uint32_t i = 0; i < plan->rel_count && status == NAMI_OK; i++) {
        writer->rels[i].plan = &plan->rels[i];
        writer->rels[i].type = NAMI_NO_NAME;
        status = nami_property_writer_init(build, step, &plan->rels[i].properties,
                                           &writer->rels[i].properties);
    }
    return status;
}

int32_t nami_create_writer_create(const struct nami_build *build, const struct nami_step *step,
                                  const struct nami_plan_create *plan,
                                  struct nami_create_writer **out)
{
    struct nami_create_writer *writer = nami_exec_alloc(build->exec, 1, sizeof(*writer));
    int32_t status = NAMI_OK;

    *out = writer;
    if (writer == NULL) {
        return nami_exec_nomem(build->exec);
    }
    status = init_nodes(build, step, plan, writer);
    return status == NAMI_OK ? init_rels(build, step, plan, writer) : status;
}

static int32_t make_labels(struct nami_exec *exec, struct node_writer *node)
{
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; i < node->plan->labels.count && status == NAMI_OK; i++) {
        node->labels[i] = NAMI_NO_NAME;
        status =
            nami_name_intern(exec, NAMI_DICT_LABEL, node->plan->labels.items[i], &node->labels[i]);
    }
    node->has_labels = status == NAMI_OK;
    return status;
}

static int32_t write_nodes(struct nami_exec *exec, struct node_writer *node,
                           const struct nami_rows *rows)
{
    struct nami_vector *column = &rows->columns[node->plan->column];
    int32_t status = nami_property_writer_batch(exec, &node->properties, rows);

    if (status == NAMI_OK && !node->has_labels) {
        status = make_labels(exec, node);
    }
    for (uint32_t i = 0; i < rows->count && status == NAMI_OK; i++) {
        uint32_t row = nami_rows_at(rows, i);
        uint32_t count = 0;

        status = nami_property_writer_row(exec, &node->properties, row, &count);
        if (status == NAMI_OK) {
            status = nami_txn_create_node(exec->txn, node->labels, node->plan->labels.count,
                                          node->properties.list, count,
                                          &((uint64_t *)column->data)[row], exec->diag);
        }
        if (status == NAMI_OK) {
            status = nami_exec_tick(exec, 1);
        }
    }
    return status;
}

/* The node at one end; a null end is an error. */
static int32_t end_of(struct nami_exec *exec, const struct rel_writer *rel,
                      const struct nami_vector *column, uint32_t row, uint64_t *id)
{
    bool is_there = false;
    int32_t status = nami_cell_node(exec, column, row, id, &is_there);

    if (status == NAMI_OK && !is_there) {
        status = nami_diagnose(exec->diag, NAMI_COND_INVALID_ARGUMENT_VALUE, NULL,
                               "a relationship can not be created: one of its ends is null");
        nami_diagnose_place(exec->diag, exec->text, rel->plan->span.at);
    }
    return status;
}

static int32_t write_rels(struct nami_exec *exec, struct rel_writer *rel,
                          const struct nami_rows *rows)
{
    const struct nami_vector *columns = rows->columns;
    struct nami_rel *made = rows->columns[rel->plan->column].data;
    int32_t status = nami_property_writer_batch(exec, &rel->properties, rows);

    if (status == NAMI_OK) {
        status = nami_name_intern(exec, NAMI_DICT_TYPE, rel->plan->type, &rel->type);
    }
    for (uint32_t i = 0; i < rows->count && status == NAMI_OK; i++) {
        uint32_t row = nami_rows_at(rows, i);
        uint64_t from = 0;
        uint64_t to = 0;
        uint32_t count = 0;

        status = end_of(exec, rel, &columns[rel->plan->from], row, &from);
        if (status == NAMI_OK) {
            status = end_of(exec, rel, &columns[rel->plan->to], row, &to);
        }
        if (status == NAMI_OK) {
            status = nami_property_writer_row(exec, &rel->properties, row, &count);
        }
        if (status == NAMI_OK) {
            status = nami_txn_create_rel(exec->txn, from, rel->type, to, rel->properties.list,
                                         count, &made[row], exec->diag);
        }
        if (status == NAMI_OK) {
            status = nami_exec_tick(exec, 1);
        }
    }
    return status;
}

int32_t nami_create_writer_rows(struct nami_exec *exec, struct nami_create_writer *writer,
                                const struct nami_rows *rows)
{
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; i < writer->node_count && status == NAMI_OK; i++) {
        status = write_nodes(exec, &writer->nodes[i], rows);
    }
    for (uint32_t i = 0; i < writer->rel_count && status == NAMI_OK; i++) {
        status = write_rels(exec, &writer->rels[i], rows);
    }
    return status;
}
