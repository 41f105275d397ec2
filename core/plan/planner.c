/* nami_plan_create() and what every file of the planner uses. */
#include "core/plan/planner_internal.h"

#include <string.h>

enum { FIRST_STEPS = 16 };

int32_t nami_plan__nomem(struct planner *planner)
{
    if (planner->arena->is_over) {
        int32_t status = nami_diagnose(planner->diag, NAMI_COND_QUERY_MEMORY, NULL,
                                       "the plan needs more than --query-memory allows");

        nami_diagnose_hint(planner->diag, "raise --query-memory, or split the statement");
        return status;
    }
    return nami_diagnose(planner->diag, NAMI_COND_OUT_OF_MEMORY, NULL,
                         "the server has no memory left for this query");
}

int32_t nami_plan__tick(struct planner *planner, uint32_t units)
{
    if (planner->stopped == NAMI_OK) {
        planner->stopped = nami_work_tick(planner->work, units, planner->diag);
    }
    return planner->stopped;
}

void *nami_plan__alloc(struct planner *planner, size_t count, size_t size)
{
    return nami_arena_calloc(planner->arena, count, size);
}

int32_t nami_plan__refuse(struct planner *planner, struct nami_span at, const char *what)
{
    int32_t status = nami_diagnose(planner->diag, NAMI_COND_UNSUPPORTED_FEATURE, NULL,
                                   "%s is not executed yet", what);

    nami_diagnose_place(planner->diag, planner->statement->text, at.at);
    return status;
}

bool nami_plan__has_rule(const struct planner *planner, enum nami_plan_rule rule)
{
    return (planner->rules_off >> rule & 1) == 0;
}

/* Room for symbol ids below `count`. */
static int32_t grow_symbols(struct planner *planner, uint32_t count)
{
    uint32_t capacity = count * 2 + 8;
    uint32_t *column_of = NULL;
    bool *is_bound = NULL;
    bool *is_plain = NULL;

    if (count <= planner->symbol_capacity) {
        planner->symbol_count = count > planner->symbol_count ? count : planner->symbol_count;
        return NAMI_OK;
    }
    column_of = nami_plan__alloc(planner, capacity, sizeof(uint32_t));
    is_bound = nami_plan__alloc(planner, capacity, sizeof(bool));
    is_plain = nami_plan__alloc(planner, capacity, sizeof(bool));
    if (column_of == NULL || is_bound == NULL || is_plain == NULL) {
        return nami_plan__nomem(planner);
    }
    memset(column_of, 0xff, capacity * sizeof(uint32_t)); /* NAMI_PLAN_NO_COLUMN */
    if (planner->symbol_count > 0) {
        memcpy(column_of, planner->column_of, planner->symbol_count * sizeof(uint32_t));
        memcpy(is_bound, planner->is_bound, planner->symbol_count * sizeof(bool));
        memcpy(is_plain, planner->is_plain, planner->symbol_count * sizeof(bool));
    }
    planner->is_plain = is_plain;
    planner->column_of = column_of;
    planner->is_bound = is_bound;
    planner->symbol_capacity = capacity;
    planner->symbol_count = count;
    return NAMI_OK;
}

int32_t nami_plan__define(struct planner *planner, const struct nami_symbol *symbol,
                          uint32_t *column)
{
    if (planner->column_of[symbol->id] == NAMI_PLAN_NO_COLUMN) {
        planner->column_of[symbol->id] = nami_plan__fresh_column(planner);
    }
    *column = planner->column_of[symbol->id];
    return NAMI_OK;
}

uint32_t nami_plan__column(const struct planner *planner, const struct nami_symbol *symbol)
{
    return planner->column_of[symbol->id];
}

void nami_plan__bind(struct planner *planner, const struct nami_symbol *symbol)
{
    planner->is_bound[symbol->id] = true;
}

uint32_t nami_plan__fresh_column(struct planner *planner)
{
    return planner->column_count++;
}

int32_t nami_plan__fresh_symbol(struct planner *planner, struct nami_symbol **out)
{
    struct nami_symbol *symbol = nami_plan__alloc(planner, 1, sizeof(*symbol));
    uint32_t column = 0;
    int32_t status = NAMI_OK;

    *out = symbol;
    if (symbol == NULL) {
        return nami_plan__nomem(planner);
    }
    *symbol = (struct nami_symbol){
        .id = planner->symbol_count,
        .kind = NAMI_SYMBOL_VALUE,
        .types = UINT32_MAX,
        .is_anonymous = true,
        .is_nullable = true,
    };
    status = grow_symbols(planner, planner->symbol_count + 1);
    if (status != NAMI_OK) {
        return status;
    }
    nami_plan__bind(planner, symbol);
    return nami_plan__define(planner, symbol, &column);
}

int32_t nami_plan__push(struct planner *planner, struct step_list *steps, uint8_t kind,
                        struct nami_step **out)
{
    int32_t status = nami_plan__tick(planner, 1);

    if (status != NAMI_OK) {
        return status;
    }
    if (steps->count == steps->capacity) {
        uint32_t capacity = steps->capacity == 0 ? FIRST_STEPS : steps->capacity * 2;
        struct nami_step *items = nami_plan__alloc(planner, capacity, sizeof(*items));

        if (items == NULL) {
            return nami_plan__nomem(planner);
        }
        if (steps->count > 0) {
            memcpy(items, steps->items, steps->count * sizeof(*items));
        }
        steps->items = items;
        steps->capacity = capacity;
    }
    *out = &steps->items[steps->count++];
    (*out)->kind = kind;
    (*out)->rows_each = 1.0;
    return NAMI_OK;
}

int32_t nami_plan__mention(struct planner *planner, uint32_t dictionary, struct nami_slice name,
                           uint32_t at)
{
    if (planner->is_muted) {
        return NAMI_OK;
    }
    if (planner->mention_count == planner->mention_capacity) {
        uint32_t capacity = planner->mention_capacity == 0 ? 8 : planner->mention_capacity * 2;
        struct nami_plan_mention *mentions = nami_plan__alloc(planner, capacity, sizeof(*mentions));

        if (mentions == NULL) {
            return nami_plan__nomem(planner);
        }
        if (planner->mention_count > 0) {
            memcpy(mentions, planner->mentions, planner->mention_count * sizeof(*mentions));
        }
        planner->mentions = mentions;
        planner->mention_capacity = capacity;
    }
    planner->mentions[planner->mention_count++] =
        (struct nami_plan_mention){.dictionary = dictionary, .at = at, .name = name};
    return NAMI_OK;
}

static int32_t lower(struct planner *planner, struct step_list *steps)
{
    const struct nami_ast_statement *statement = planner->statement;
    struct nami_span begin = {0};

    if (statement->run_mode == NAMI_AST_EXPLAIN) {
        return nami_plan__refuse(planner, begin, "EXPLAIN");
    }
    if (statement->run_mode == NAMI_AST_PROFILE) {
        return nami_plan__refuse(planner, begin, "PROFILE");
    }
    if (statement->options.len > 0) {
        return nami_plan__refuse(planner, begin, "a query with CYPHER options");
    }
    if (statement->kind == NAMI_AST_STATEMENT_QUERY) {
        return nami_plan__lower_query(planner, statement->as.query, steps);
    }
    return nami_plan__lower_schema(planner, steps);
}

static uint32_t statement_kind(const struct nami_ast_statement *statement,
                               const struct nami_plan *plan)
{
    if (statement->kind != NAMI_AST_STATEMENT_QUERY) {
        return NAMI_STATEMENT_SCHEMA;
    }
    if (!statement->as.query->is_write) {
        return NAMI_STATEMENT_READ;
    }
    return plan->columns.count > 0 ? NAMI_STATEMENT_READ_WRITE : NAMI_STATEMENT_WRITE;
}

/* Static types of the result: those of RETURN's items in the first branch. */
static int32_t result_columns(struct planner *planner, struct nami_plan *plan)
{
    const struct nami_ast_query *query = planner->statement->as.query;
    const struct nami_ast_branch *branch = NULL;
    const struct nami_ast_clause *last = NULL;
    uint32_t *types = NULL;

    if (planner->statement->kind != NAMI_AST_STATEMENT_QUERY) {
        return NAMI_OK;
    }
    plan->columns = query->columns;
    types = nami_plan__alloc(planner, plan->columns.count, sizeof(uint32_t));
    if (types == NULL) {
        return nami_plan__nomem(planner);
    }
    branch = &query->branches[0];
    last = branch->clause_count > 0 ? branch->clauses[branch->clause_count - 1] : NULL;
    for (uint32_t i = 0; i < plan->columns.count; i++) {
        types[i] = NAMI_STATIC_ANY;
        if (query->branch_count == 1 && last->kind == NAMI_AST_RETURN) {
            types[i] = last->as.projection->items[i].expr->types;
        }
    }
    plan->column_types = types;
    return NAMI_OK;
}

int32_t nami_plan_create(const struct nami_ast_statement *statement,
                         const struct nami_snapshot *snapshot, struct nami_arena *arena,
                         const struct nami_plan_options *options, struct nami_plan **out,
                         struct nami_diagnostic *diag)
{
    struct planner planner = {.statement = statement,
                              .snapshot = snapshot,
                              .catalog = nami_graph_catalog(snapshot->graph),
                              .arena = arena,
                              .diag = diag,
                              .work = options != NULL ? options->work : NULL,
                              .rules_off = options != NULL ? options->rules_off : 0,
                              .is_in_txn = options != NULL && options->is_in_txn,
                              .rows = 1.0};
    struct step_list steps = {0};
    struct nami_plan *plan = nami_plan__alloc(&planner, 1, sizeof(*plan));
    int32_t status = plan != NULL ? NAMI_OK : nami_plan__nomem(&planner);

    *out = NULL;
    if (status == NAMI_OK) {
        plan->catalog_version = nami_catalog_version(planner.catalog);
        status = grow_symbols(&planner, statement->symbols.count);
    }
    if (status == NAMI_OK) {
        status = lower(&planner, &steps);
    }
    if (status == NAMI_OK) {
        status = nami_plan__liveness(&planner, &steps);
    }
    if (status == NAMI_OK) {
        status = nami_plan__share_columns(&planner, &steps);
    }
    if (status == NAMI_OK) {
        status = result_columns(&planner, plan);
    }
    if (status != NAMI_OK) {
        return status;
    }
    plan->statement = statement;
    plan->graph = snapshot->graph;
    plan->kind = statement_kind(statement, plan);
    plan->column_count = planner.column_count;
    plan->steps = (struct nami_steps){.items = steps.items, .count = steps.count};
    plan->column_of = planner.column_of;
    plan->symbol_count = planner.symbol_count;
    plan->mentions = planner.mentions;
    plan->mention_count = planner.mention_count;
    *out = plan;
    return NAMI_OK;
}

bool nami_plan_is_current(const struct nami_plan *plan, const struct nami_catalog *catalog)
{
    return plan->catalog_version == nami_catalog_version(catalog);
}
