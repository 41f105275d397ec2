#include "core/cypher/analysis.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/cypher/analysis_internal.h"

bool nami_cypher__reject(struct nami_cypher__analyser *a, uint32_t condition, struct nami_span at,
                         const char *fmt, ...)
{
    char message[sizeof(a->diag->message)];
    va_list args;

    if (a->status != NAMI_OK) {
        return false; /* only the first error is told */
    }
    va_start(args, fmt);
    (void)vsnprintf(message, sizeof(message), fmt, args);
    va_end(args);
    a->status = nami_diagnose(a->diag, condition, NULL, "%s", message);
    nami_diagnose_place(a->diag, a->statement->text, at.at);
    return false;
}

bool nami_cypher__step(struct nami_cypher__analyser *a)
{
    int32_t status = a->status == NAMI_OK ? nami_work_tick(a->work, 1, a->diag) : a->status;

    a->status = status;
    return status == NAMI_OK;
}

bool nami_cypher__no_memory(struct nami_cypher__analyser *a)
{
    return nami_cypher__reject(
        a, a->arena->is_over ? NAMI_COND_QUERY_MEMORY : NAMI_COND_OUT_OF_MEMORY,
        (struct nami_span){0}, "The query needs more memory than there is, just to be read");
}

void *nami_cypher__analysis_alloc(struct nami_cypher__analyser *a, size_t bytes)
{
    void *memory = nami_arena_calloc(a->arena, 1, bytes);

    if (memory == NULL) {
        (void)nami_cypher__no_memory(a);
    }
    return memory;
}

bool nami_cypher__grow(struct nami_cypher__analyser *a, void **items, uint32_t count,
                       uint32_t *capacity, size_t element_bytes)
{
    uint32_t larger = *capacity == 0 ? 8 : *capacity * 2;
    void *copy = NULL;

    if (count < *capacity) {
        return true;
    }
    copy = nami_cypher__analysis_alloc(a, larger * element_bytes);
    if (copy == NULL) {
        return false;
    }
    if (count > 0) {
        memcpy(copy, *items, count * element_bytes);
    }
    *items = copy;
    *capacity = larger;
    return true;
}

/* Options and names: parameters or constants. */
static bool constant(struct nami_cypher__analyser *a, struct nami_ast_expr **slot)
{
    return nami_cypher__resolve_optional(a, slot);
}

static bool show(struct nami_cypher__analyser *a, struct nami_ast_show *show)
{
    a->is_open = true;
    for (uint32_t i = 0; i < show->names.count; i++) {
        if (!nami_cypher__resolve(a, &show->names.items[i])) {
            return false;
        }
    }
    if (!nami_cypher__resolve_where(a, &show->where)) {
        return false;
    }
    if (show->yield != NULL && !nami_cypher__project(a, show->yield, NAMI_AST_WITH)) {
        return false;
    }
    /* After YIELD a, b only those are there; after YIELD * all columns. */
    a->is_open = show->yield != NULL && show->yield->has_star;
    return show->returns == NULL || nami_cypher__project(a, show->returns, NAMI_AST_RETURN);
}

static bool schema(struct nami_cypher__analyser *a, struct nami_ast_statement *statement)
{
    a->is_write = true;
    switch ((enum nami_ast_statement_kind)statement->kind) {
    case NAMI_AST_STATEMENT_CREATE_CONSTRAINT:
        return constant(a, &statement->as.create_constraint->name_param) &&
               constant(a, &statement->as.create_constraint->options);
    case NAMI_AST_STATEMENT_CREATE_INDEX:
        return constant(a, &statement->as.create_index->name_param) &&
               constant(a, &statement->as.create_index->options);
    case NAMI_AST_STATEMENT_DROP:
        return constant(a, &statement->as.drop->name_param);
    case NAMI_AST_STATEMENT_QUERY:
    case NAMI_AST_STATEMENT_SHOW:
        break;
    }
    return true;
}

static bool statement_in(struct nami_cypher__analyser *a, struct nami_ast_statement *statement)
{
    struct nami_cypher__scope scope = {0};
    bool is_fine = nami_cypher__push_scope(a, &scope);

    if (!is_fine) {
        return false;
    }
    switch ((enum nami_ast_statement_kind)statement->kind) {
    case NAMI_AST_STATEMENT_QUERY:
        return nami_cypher__query_in(a, statement->as.query, NAMI_CYPHER__TOP, NULL);
    case NAMI_AST_STATEMENT_SHOW:
        return show(a, statement->as.show);
    case NAMI_AST_STATEMENT_CREATE_CONSTRAINT:
    case NAMI_AST_STATEMENT_CREATE_INDEX:
    case NAMI_AST_STATEMENT_DROP:
        return schema(a, statement);
    }
    return false;
}

int32_t nami_cypher_analyse(struct nami_ast_statement *statement, struct nami_arena *arena,
                            struct nami_work *work, struct nami_diagnostic *diag)
{
    struct nami_cypher__analyser a = {.statement = statement,
                                      .arena = arena,
                                      .diag = diag,
                                      .work = work,
                                      .nodes_left = statement->nodes_left};

    if (!statement_in(&a, statement)) {
        return a.status;
    }
    statement->symbols = (struct nami_ast_symbols){a.symbols, a.symbol_count};
    statement->is_write = a.is_write;
    return NAMI_OK;
}
