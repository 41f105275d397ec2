/* Where a chain begins: one row without variables, or the rows that the step around hands in. */
#include "core/exec/build.h"

struct argument {
    struct nami_operator op;
    struct nami_rows empty_row;
    const struct nami_rows *rows; /* NULL: the empty row */
    bool is_told;
};

static int32_t next(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows **out)
{
    struct argument *argument = (struct argument *)op;

    (void)exec;
    *out = NULL;
    if (!argument->is_told) {
        argument->is_told = true;
        *out = argument->rows != NULL ? argument->rows : &argument->empty_row;
    }
    return NAMI_OK;
}

static void rewind_it(struct nami_operator *op)
{
    ((struct argument *)op)->is_told = false;
}

static const struct nami_operator_ops argument_ops = {.next = next, .rewind = rewind_it};

void nami_op_argument_set(struct nami_operator *op, const struct nami_rows *rows)
{
    ((struct argument *)op)->rows = rows;
}

int32_t nami_op_argument_create(const struct nami_build *build, const struct nami_step *step,
                                struct nami_operator **out)
{
    struct argument *argument = nami_build_operator(build, step, &argument_ops, sizeof(*argument));

    *out = (struct nami_operator *)argument;
    if (argument == NULL) {
        return nami_exec_nomem(build->exec);
    }
    argument->empty_row = (struct nami_rows){
        .column_count = argument->op.width,
        .count = 1,
        .size = 1,
        .columns = nami_exec_alloc(build->exec, argument->op.width, sizeof(struct nami_vector)),
    };
    return argument->empty_row.columns != NULL ? NAMI_OK : nami_exec_nomem(build->exec);
}
