/* CREATE and DROP of constraints and indexes: happens once, gives no rows. */
#include "core/exec/build.h"

struct schema {
    struct nami_operator op;
    struct nami_expr *name_param;
};

static int32_t name_of(struct nami_exec *exec, struct schema *schema, struct nami_slice *name)
{
    struct nami_value value = nami_value_null();
    int32_t status = NAMI_OK;

    *name = schema->op.step->as.schema.name;
    if (schema->name_param == NULL) {
        return NAMI_OK;
    }
    status = nami_expr_eval_one(exec, schema->name_param, &value);
    if (status == NAMI_OK && value.type != NAMI_VALUE_STRING) {
        status = nami_diagnose(exec->diag, NAMI_COND_TYPE_ERROR, NULL,
                               "the name of a schema rule is a string, not %s",
                               nami_value_type_name(value.type));
    }
    *name = nami_value_slice(value);
    return status;
}

static int32_t create_rule(struct nami_exec *exec, const struct nami_step *step,
                           struct nami_slice name)
{
    const struct nami_catalog *catalog = nami_graph_catalog(exec->snap->graph);
    const struct nami_rule *same = NULL;
    uint32_t label = NAMI_NO_NAME;
    uint32_t key = NAMI_NO_NAME;
    int32_t status = nami_name_intern(exec, NAMI_DICT_LABEL, step->as.schema.label, &label);

    if (status == NAMI_OK) {
        status = nami_name_intern(exec, NAMI_DICT_KEY, step->as.schema.key, &key);
    }
    if (status != NAMI_OK) {
        return status;
    }
    if (step->as.schema.is_lenient) {
        same = nami_catalog_rule_on(catalog, exec->snap->lsn, label, key);
        if ((same != NULL && same->kind == step->as.schema.rule_kind) ||
            (name.len > 0 && nami_catalog_rule_named(catalog, exec->snap->lsn, name) != NULL)) {
            return NAMI_OK;
        }
    }
    return nami_txn_create_rule(exec->txn, step->as.schema.rule_kind, label, key, name, exec->diag);
}

static int32_t next(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows **out)
{
    struct schema *schema = (struct schema *)op;
    const struct nami_step *step = op->step;
    struct nami_slice name = {0};
    int32_t status = name_of(exec, schema, &name);

    *out = NULL;
    if (status != NAMI_OK || op->is_done) {
        return status;
    }
    op->is_done = true;
    if (step->as.schema.verb == NAMI_SCHEMA_CREATE) {
        return create_rule(exec, step, name);
    }
    if (step->as.schema.is_lenient && nami_catalog_rule_named(nami_graph_catalog(exec->snap->graph),
                                                              exec->snap->lsn, name) == NULL) {
        return NAMI_OK;
    }
    return nami_txn_drop_rule(exec->txn, name, step->as.schema.rule_kind, exec->diag);
}

static const struct nami_operator_ops schema_ops = {.next = next};

int32_t nami_op_schema_create(const struct nami_build *build, const struct nami_step *step,
                              struct nami_operator **out)
{
    struct schema *schema = nami_build_operator(build, step, &schema_ops, sizeof(*schema));

    *out = (struct nami_operator *)schema;
    if (schema == NULL) {
        return nami_exec_nomem(build->exec);
    }
    return nami_build_expr(build, step, step->as.schema.name_param, &schema->name_param);
}
