/* Expressions into columns; rows stay the same. */
#include "core/exec/build.h"

#include <string.h>

struct project {
    struct nami_operator op;
    struct nami_expr **exprs;
    struct nami_rows out;
    struct nami_vector *columns;
    const struct nami_rows *in; /* NULL: drained */
};

static int32_t feed(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows *in)
{
    (void)exec;
    ((struct project *)op)->in = in;
    return NAMI_OK;
}

static int32_t next(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows **out)
{
    struct project *project = (struct project *)op;
    int32_t status = NAMI_OK;

    *out = NULL;
    if (project->in == NULL) {
        return NAMI_OK;
    }
    project->out = *project->in;
    project->out.columns = project->columns;
    memcpy(project->columns, project->in->columns, op->width * sizeof(struct nami_vector));
    for (uint32_t i = 0; i < op->step->as.project.count && status == NAMI_OK; i++) {
        status = nami_expr_eval(exec, project->exprs[i], project->in,
                                &project->columns[op->step->as.project.items[i].column]);
    }
    if (status == NAMI_OK) {
        status = nami_exec_tick(exec, project->out.count);
    }
    project->in = NULL;
    *out = &project->out;
    return status;
}

static const struct nami_operator_ops project_ops = {.feed = feed, .next = next};

int32_t nami_op_project_create(const struct nami_build *build, const struct nami_step *step,
                               struct nami_operator **out)
{
    struct project *project = nami_build_operator(build, step, &project_ops, sizeof(*project));
    int32_t status = NAMI_OK;

    *out = (struct nami_operator *)project;
    if (project == NULL) {
        return nami_exec_nomem(build->exec);
    }
    project->columns = nami_exec_alloc(build->exec, project->op.width, sizeof(struct nami_vector));
    project->exprs =
        nami_exec_alloc(build->exec, step->as.project.count, sizeof(struct nami_expr *));
    if (project->columns == NULL || project->exprs == NULL) {
        return nami_exec_nomem(build->exec);
    }
    for (uint32_t i = 0; i < step->as.project.count && status == NAMI_OK; i++) {
        status = nami_build_expr(build, step, step->as.project.items[i].expr, &project->exprs[i]);
    }
    return status;
}
