/* CREATE and DROP of constraints and indexes; SHOW is refused. */
#include "core/plan/planner_internal.h"

static int32_t push_rule(struct planner *planner, struct step_list *steps, uint32_t rule_kind,
                         struct nami_step **out)
{
    int32_t status = nami_plan__push(planner, steps, NAMI_STEP_SCHEMA, out);

    if (status == NAMI_OK) {
        (*out)->as.schema.rule_kind = rule_kind;
    }
    return status;
}

static int32_t lower_constraint(struct planner *planner, struct step_list *steps)
{
    const struct nami_ast_create_constraint *ast = planner->statement->as.create_constraint;
    struct nami_step *step = NULL;
    int32_t status = NAMI_OK;

    if (ast->kind == NAMI_AST_CONSTRAINT_KEY) {
        return nami_plan__refuse(planner, ast->label_span, "a key constraint");
    }
    if (ast->kind == NAMI_AST_CONSTRAINT_NOT_NULL) {
        return nami_plan__refuse(planner, ast->label_span, "an existence constraint");
    }
    if (ast->kind != NAMI_AST_CONSTRAINT_UNIQUE || ast->type != NULL) {
        return nami_plan__refuse(planner, ast->label_span, "a type constraint");
    }
    if (ast->is_relationship) {
        return nami_plan__refuse(planner, ast->label_span, "a constraint on relationships");
    }
    if (ast->properties.count != 1) {
        return nami_plan__refuse(planner, ast->label_span, "a constraint on several properties");
    }
    if (ast->options != NULL) {
        return nami_plan__refuse(planner, ast->options->span, "OPTIONS");
    }
    status = push_rule(planner, steps, NAMI_RULE_UNIQUE, &step);
    if (status == NAMI_OK) {
        step->as.schema.verb = NAMI_SCHEMA_CREATE;
        step->as.schema.is_lenient = ast->if_not_exists;
        step->as.schema.name = ast->name;
        step->as.schema.name_param = ast->name_param;
        step->as.schema.label = ast->label;
        step->as.schema.key = ast->properties.items[0];
    }
    return status;
}

static int32_t lower_index(struct planner *planner, struct step_list *steps)
{
    static const char *const kinds[] = {
        [NAMI_AST_INDEX_RANGE] = NULL,
        [NAMI_AST_INDEX_TEXT] = "a text index",
        [NAMI_AST_INDEX_POINT] = "a point index",
        [NAMI_AST_INDEX_LOOKUP] = "a lookup index",
        [NAMI_AST_INDEX_FULLTEXT] = "a full-text index",
        [NAMI_AST_INDEX_VECTOR] = "a vector index",
    };
    const struct nami_ast_create_index *ast = planner->statement->as.create_index;
    struct nami_step *step = NULL;
    int32_t status = NAMI_OK;

    if (kinds[ast->kind] != NULL) {
        return nami_plan__refuse(planner, ast->label_span, kinds[ast->kind]);
    }
    if (ast->is_relationship) {
        return nami_plan__refuse(planner, ast->label_span, "an index on relationships");
    }
    if (ast->labels.count != 1 || ast->properties.count != 1) {
        return nami_plan__refuse(planner, ast->label_span, "an index on several properties");
    }
    if (ast->options != NULL) {
        return nami_plan__refuse(planner, ast->options->span, "OPTIONS");
    }
    status = push_rule(planner, steps, NAMI_RULE_INDEX, &step);
    if (status == NAMI_OK) {
        step->as.schema.verb = NAMI_SCHEMA_CREATE;
        step->as.schema.is_lenient = ast->if_not_exists;
        step->as.schema.name = ast->name;
        step->as.schema.name_param = ast->name_param;
        step->as.schema.label = ast->labels.items[0];
        step->as.schema.key = ast->properties.items[0];
    }
    return status;
}

static int32_t lower_drop(struct planner *planner, struct step_list *steps)
{
    const struct nami_ast_drop *ast = planner->statement->as.drop;
    struct nami_step *step = NULL;
    int32_t status = push_rule(
        planner, steps, ast->is_constraint ? (uint32_t)NAMI_RULE_UNIQUE : (uint32_t)NAMI_RULE_INDEX,
        &step);

    if (status == NAMI_OK) {
        step->as.schema.verb = NAMI_SCHEMA_DROP;
        step->as.schema.is_lenient = ast->if_exists;
        step->as.schema.name = ast->name;
        step->as.schema.name_param = ast->name_param;
    }
    return status;
}

int32_t nami_plan__lower_schema(struct planner *planner, struct step_list *steps)
{
    struct nami_span begin = {0};

    switch ((enum nami_ast_statement_kind)planner->statement->kind) {
    case NAMI_AST_STATEMENT_CREATE_CONSTRAINT:
        return lower_constraint(planner, steps);
    case NAMI_AST_STATEMENT_CREATE_INDEX:
        return lower_index(planner, steps);
    case NAMI_AST_STATEMENT_DROP:
        return lower_drop(planner, steps);
    case NAMI_AST_STATEMENT_QUERY:
    case NAMI_AST_STATEMENT_SHOW:
        break;
    }
    return nami_plan__refuse(planner, begin, "SHOW");
}
