#include "core/exec/cursor.h"

#include "core/exec/build.h"

struct nami_cursor {
    struct nami_exec *exec;
    struct nami_chain *chain;
    struct nami_rows end; /* no rows */
    bool is_read;
    bool is_over;
};

static int32_t check_context(const struct nami_plan *plan, const struct nami_exec *exec)
{
    uint32_t wanted = plan->statement->params.count;

    if (plan->kind != NAMI_STATEMENT_READ && exec->txn == NULL) {
        return nami_diagnose(exec->diag, NAMI_COND_WRITE_IN_READ_MODE, NULL,
                             "a statement that writes can not run here");
    }
    if (exec->param_count < wanted) {
        struct nami_slice name = plan->statement->params.items[exec->param_count];

        return nami_diagnose(exec->diag, NAMI_COND_MISSING_PARAMETER, NULL,
                             "no value was given for parameter $%.*s",
                             (int)(name.len < 128 ? name.len : 128), (const char *)name.ptr);
    }
    return NAMI_OK;
}

int32_t nami_exec_open(const struct nami_plan *plan, struct nami_exec *exec,
                       struct nami_cursor **out)
{
    struct nami_build build = {.exec = exec, .plan = plan};
    struct nami_cursor *cursor = NULL;
    int32_t status = check_context(plan, exec);

    *out = NULL;
    if (status != NAMI_OK) {
        return status;
    }
    build.catalog = nami_graph_catalog(exec->snap->graph);
    cursor = nami_exec_alloc(exec, 1, sizeof(*cursor));
    if (cursor == NULL) {
        return nami_exec_nomem(exec);
    }
    cursor->exec = exec;
    cursor->is_read = plan->kind == NAMI_STATEMENT_READ;
    cursor->end.column_count = plan->columns.count;
    status = nami_build_chain(&build, plan->steps, &cursor->chain);
    if (status == NAMI_OK) {
        *out = cursor;
    }
    return status;
}

int32_t nami_exec_next(struct nami_cursor *cursor, const struct nami_rows **out)
{
    const struct nami_rows *rows = NULL;
    int32_t status = NAMI_OK;

    *out = &cursor->end;
    if (cursor->is_over) {
        return NAMI_OK;
    }
    status = nami_chain_next(cursor->exec, cursor->chain, &rows);
    if (status != NAMI_OK || rows == NULL) {
        cursor->is_over = true;
        return status;
    }
    *out = rows;
    return NAMI_OK;
}

int32_t nami_exec_finish(struct nami_cursor *cursor)
{
    const struct nami_rows *rows = NULL;

    if (cursor->is_over || cursor->is_read) {
        return NAMI_OK;
    }
    cursor->is_over = true;
    if (cursor->chain->ops[0]->has_chain) { /* UNION: each branch may write */
        return nami_chain_drain(cursor->exec, cursor->chain);
    }
    if (cursor->chain->is_started) {
        return NAMI_OK;
    }
    return nami_chain_next(cursor->exec, cursor->chain, &rows);
}

void nami_exec_close(struct nami_cursor *cursor)
{
    if (cursor != NULL) {
        cursor->is_over = true;
    }
}
