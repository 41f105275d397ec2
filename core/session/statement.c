#include "core/session/statement.h"

#include <stdlib.h>

#include <namidb/plugin_util.h>

#include "core/base/cancel.h"
#include "core/session/params.h"
#include "core/session/result_batch.h"

enum { LOOP_COST_US_MAX = 1000 }; /* handing work to a thread costs more than a smaller query */

bool nami_statement__is_write(const struct nami_statement_run *run)
{
    return run->planned->plan->kind != NAMI_STATEMENT_READ;
}

bool nami_statement_writes(const struct nami_statement_run *run)
{
    return nami_statement__is_write(run);
}

int32_t nami_statement__nomem(struct nami_statement_run *run, struct nami_diagnostic *diag)
{
    int32_t status = nami_exec_nomem(&run->exec);

    *diag = run->diag;
    return status;
}

static void start_clock(struct nami_statement_run *run, const struct nami_statement_config *config)
{
    const struct nami_host *host = run->database->host;

    run->timeout_ms =
        config->timeout_ms != 0 ? config->timeout_ms : run->database->config.query_timeout_ms;
    run->call = (struct nami_call){.struct_size = sizeof(run->call),
                                   .priority = NAMI_PRIORITY_FOREGROUND,
                                   .deadline_ns = NAMI_NO_DEADLINE,
                                   .cancel = config->cancel};
    if (run->timeout_ms > 0 && run->timeout_ms < UINT64_MAX / 2000000u) {
        run->call.deadline_ns = host->mono_ns(host) + run->timeout_ms * 1000000u;
    }
}

static int32_t init_exec(struct nami_statement_run *run, struct nami_diagnostic *diag)
{
    const struct nami_host *host = run->database->host;
    uint8_t seed[16];
    int32_t status = host->random_fill(host, seed, sizeof(seed));

    if (status != NAMI_OK) {
        return nami_diagnose(diag, NAMI_COND_INTERNAL, NULL, "no random bytes");
    }
    run->exec = (struct nami_exec){
        .host = host,
        .call = &run->call,
        .snap = &run->snapshot,
        .arena = &run->arena,
        .scratch = &run->scratch,
        .budget = &run->budget,
        .statement_wall_ms = host->wall_ms(host),
        .random_state = {nami_get_u64(seed), nami_get_u64(seed + 8) | 1},
        .diag = &run->diag,
        .timeout_ms = run->timeout_ms,
        .text = run->planned->text,
    };
    return NAMI_OK;
}

static int32_t name_columns(struct nami_statement_run *run, struct nami_diagnostic *diag)
{
    const struct nami_ast_names *names = &run->planned->plan->columns;

    run->columns = nami_arena_calloc(&run->arena, (size_t)names->count + 1, sizeof(*run->columns));
    if (run->columns == NULL) {
        return nami_statement__nomem(run, diag);
    }
    for (uint32_t i = 0; i < names->count; i++) {
        run->columns[i] = (struct nami_field){.struct_size = sizeof(struct nami_field),
                                              .type = NAMI_TYPE_ANY,
                                              .name = names->items[i]};
    }
    return NAMI_OK;
}

static int32_t bind(struct nami_statement_run *run, const struct nami_statement_config *config,
                    struct nami_diagnostic *diag)
{
    const struct nami_ast_statement *statement = run->planned->statement;
    struct nami_value *values = NULL;
    int32_t status = init_exec(run, diag);

    if (status == NAMI_OK) {
        status = name_columns(run, diag);
    }
    if (status == NAMI_OK) {
        status = nami_params_bind(&run->arena, &config->param_names, config->params,
                                  config->param_values, statement, &values, diag);
    }
    run->exec.params = values;
    run->exec.param_count = statement->params.count;
    return status;
}

static void init_memory(struct nami_statement_run *run)
{
    struct nami_database *database = run->database;

    nami_budget_init(&run->budget, database->config.query_memory_bytes);
    nami_arena_init(&run->arena, database->chunks, &run->budget);
    nami_arena_init(&run->scratch, database->chunks, &run->budget);
    nami_arena_init(&run->result, database->chunks, &run->budget);
}

static int32_t refuse_write(const struct nami_statement_run *run, struct nami_diagnostic *diag)
{
    int32_t status = NAMI_OK;

    if (run->read_only && nami_statement__is_write(run)) {
        status = nami_diagnose(diag, NAMI_COND_WRITE_IN_READ_MODE, NULL,
                               "this statement writes, and only reads are allowed here");
    }
    return status;
}

/* The newest that is published, or what somebody pinned before. */
static int32_t pin(struct nami_statement_run *run, const struct nami_pinned *pinned)
{
    if (pinned == NULL) {
        run->graph = nami_database__graph(run->database);
        return nami_snapshot_open(run->graph->graph, &run->snapshot);
    }
    run->graph = pinned->graph;
    (void)atomic_fetch_add(&run->graph->refs, 1);
    run->snapshot = pinned->snapshot;
    run->is_pinned = true;
    return NAMI_OK;
}

static int32_t plan(struct nami_statement_run *run, const struct nami_statement_config *config,
                    struct nami_diagnostic *diag)
{
    const struct nami_database *database = run->database;
    struct nami_work work = {
        .host = database->host, .call = &run->call, .timeout_ms = run->timeout_ms};
    const struct nami_plan_request request = {.text = config->text,
                                              .snapshot = &run->snapshot,
                                              .memory_bytes = database->config.query_memory_bytes,
                                              .work = &work};

    return nami_plan_cache_get(database->plans, &request, &run->planned, diag);
}

int32_t nami_statement_open(struct nami_database *database,
                            const struct nami_statement_config *config,
                            struct nami_statement_run **out, struct nami_diagnostic *diag)
{
    struct nami_statement_run *run = calloc(1, sizeof(*run));
    int32_t status = NAMI_OK;

    *out = NULL;
    if (run == NULL) {
        return nami_diagnose(diag, NAMI_COND_OUT_OF_MEMORY, NULL, "no memory for a statement");
    }
    run->database = database;
    run->read_only = config->read_only || config->pinned != NULL;
    run->kept_end = &run->kept;
    init_memory(run);
    start_clock(run, config);
    nami_write_turn__init(&run->turn, database, config->waiter, &run->call, run->timeout_ms);
    run->turn.wait_for_lease = config->wait_for_lease || database->config.wait_for_lease;
    status = pin(run, config->pinned);
    if (status != NAMI_OK) {
        status = nami_diagnose(diag, NAMI_COND_OUT_OF_MEMORY, NULL, "no memory for a snapshot");
        goto out;
    }
    status = plan(run, config, diag);
    if (status == NAMI_OK) {
        status = refuse_write(run, diag);
    }
    if (status == NAMI_OK) {
        status = bind(run, config, diag);
    }

out:
    if (status != NAMI_OK) {
        nami_statement_close(run);
        return status;
    }
    *out = run;
    return NAMI_OK;
}

int32_t nami_statement__open_cursor(struct nami_statement_run *run, struct nami_diagnostic *diag)
{
    int32_t status = nami_exec_open(run->planned->plan, &run->exec, &run->cursor);

    if (status != NAMI_OK) {
        *diag = run->diag;
    }
    return status;
}

int32_t nami_statement_start(struct nami_statement_run *run, bool is_loop_thread,
                             bool *needs_worker, struct nami_diagnostic *diag)
{
    int32_t status = NAMI_OK;

    *needs_worker = false;
    if (run->state != RUN_OPENED) {
        return nami_diagnose(diag, NAMI_COND_INTERNAL, NULL, "started twice");
    }
    if (nami_statement__is_write(run)) { /* a worker is not needed to wait in a queue */
        status = nami_statement__take_turn(run, diag);
    }
    if (status != NAMI_OK) {
        return status;
    }
    *needs_worker = is_loop_thread && nami_plan_cost_us(run->planned->plan, run->exec.params,
                                                        run->exec.param_count) > LOOP_COST_US_MAX;
    if (*needs_worker) {
        return NAMI_E_AGAIN;
    }
    return nami_statement__is_write(run) ? nami_statement__start_write(run, diag)
                                         : nami_statement__start_read(run, diag);
}

bool nami_statement_holds_token(const struct nami_statement_run *run)
{
    return run->turn.has_token;
}

struct nami_fields nami_statement_columns(const struct nami_statement_run *run)
{
    return (struct nami_fields){.at = run->columns,
                                .count = run->planned->plan->columns.count,
                                .stride = sizeof(*run->columns)};
}

uint32_t nami_statement_kind(const struct nami_statement_run *run)
{
    return run->planned->plan->kind;
}

int32_t nami_statement_fetch(struct nami_statement_run *run, size_t rows_max,
                             const struct nami_batch **out, struct nami_diagnostic *diag)
{
    rows_max = rows_max == 0 ? 1 : rows_max;
    return nami_statement__is_write(run) ? nami_statement__fetch_kept(run, rows_max, out, diag)
                                         : nami_statement__fetch_read(run, rows_max, out, diag);
}

/* "position":{...} of a notification, as a map value. */
static int32_t position_value(struct nami_statement_run *run, struct nami_position at,
                              struct nami_value *out)
{
    struct nami_value *pairs = nami_arena_alloc(&run->arena, 6 * sizeof(*pairs));

    if (pairs == NULL) {
        return NAMI_E_NOMEM;
    }
    pairs[0] = nami_value_string(nami_text("column"));
    pairs[1] = nami_value_int(at.column);
    pairs[2] = nami_value_string(nami_text("line"));
    pairs[3] = nami_value_int(at.line);
    pairs[4] = nami_value_string(nami_text("offset"));
    pairs[5] = nami_value_int(at.offset);
    *out = nami_value_map(pairs, 3);
    return NAMI_OK;
}

static int32_t notification_value(struct nami_statement_run *run,
                                  const struct nami_plan_notification *told, struct nami_value *out)
{
    const struct nami_slice texts[4] = {told->code, told->description, told->severity, told->title};
    static const char *const names[4] = {"code", "description", "severity", "title"};
    static const uint32_t places[4] = {0, 2, 6, 8}; /* ascending by name, position at 4 */
    struct nami_value *pairs = nami_arena_alloc(&run->arena, 10 * sizeof(*pairs));
    int32_t status = pairs != NULL ? position_value(run, told->at, &pairs[5]) : NAMI_E_NOMEM;

    if (status != NAMI_OK) {
        return status;
    }
    pairs[4] = nami_value_string(nami_text("position"));
    for (int i = 0; i < 4; i++) {
        pairs[places[i]] = nami_value_string(nami_text(names[i]));
        pairs[places[i] + 1] = nami_value_string(texts[i]);
    }
    *out = nami_value_map(pairs, 5);
    return NAMI_OK;
}

/* run->notifications becomes a LIST of one row, or stays empty. */
static int32_t notify(struct nami_statement_run *run)
{
    struct nami_plan_notification *told = NULL;
    struct nami_value *values = NULL;
    struct nami_value list;
    uint32_t count = 0;
    int32_t status = nami_plan_notifications(
        run->planned->plan, nami_graph_catalog(run->graph->graph), &run->arena, &told, &count);

    if (status != NAMI_OK || count == 0) {
        return status;
    }
    values = nami_arena_calloc(&run->arena, count, sizeof(*values));
    status = values != NULL ? NAMI_OK : NAMI_E_NOMEM;
    for (uint32_t i = 0; i < count && status == NAMI_OK; i++) {
        status = notification_value(run, &told[i], &values[i]);
    }
    list = nami_value_list(values, count);
    return status == NAMI_OK
               ? nami_result_column(&run->arena, &run->snapshot, &list, 1, &run->notifications)
               : status;
}

static void count_changes(struct nami_statement_run *run)
{
    bool is_schema = run->planned->plan->kind == NAMI_STATEMENT_SCHEMA;
    bool is_drop = run->planned->statement->kind == NAMI_AST_STATEMENT_DROP;
    bool is_constraint = run->planned->statement->kind == NAMI_AST_STATEMENT_CREATE_CONSTRAINT ||
                         (is_drop && run->planned->statement->as.drop->is_constraint);
    const struct nami_changes *changes = &run->changes;

    run->counters = (struct nami_counters){
        .struct_size = sizeof(run->counters),
        .nodes_created = changes->nodes_created,
        .nodes_deleted = changes->nodes_deleted,
        .relationships_created = changes->rels_created,
        .relationships_deleted = changes->rels_deleted,
        .properties_set = changes->properties_set,
        .labels_added = changes->labels_added,
        .labels_removed = changes->labels_removed,
        .indexes_added = is_schema && !is_constraint ? changes->rules_added : 0,
        .indexes_removed = is_schema && !is_constraint ? changes->rules_removed : 0,
        .constraints_added = is_constraint ? changes->rules_added : 0,
        .constraints_removed = is_constraint ? changes->rules_removed : 0,
    };
}

int32_t nami_statement_finish(struct nami_statement_run *run, struct nami_summary *out,
                              struct nami_diagnostic *diag)
{
    int32_t status = NAMI_OK;

    if (run->state == RUN_OPENED || run->state == RUN_FAILED) {
        return nami_diagnose(diag, NAMI_COND_INTERNAL, NULL, "a statement that is not running");
    }
    if (run->state == RUN_WRITTEN) {
        status = nami_write_turn__settle(&run->turn, diag);
        run->state = status == NAMI_OK || status == NAMI_E_AGAIN ? run->state : RUN_FAILED;
        if (status != NAMI_OK) {
            return status;
        }
        count_changes(run);
    }
    if (run->state != RUN_FINISHED) {
        run->state = RUN_FINISHED;
        nami_exec_close(run->cursor);
        run->cursor = NULL;
        if (notify(run) != NAMI_OK) {
            run->notifications.count = 0; /* what was done stands; only the remark is lost */
        }
    }
    *out = (struct nami_summary){
        .struct_size = sizeof(*out),
        .statement = run->planned->plan->kind,
        .counters = nami_statement__is_write(run) ? &run->counters : NULL,
        .notifications = run->notifications.count > 0 ? &run->notifications : NULL,
    };
    return NAMI_OK;
}

void nami_statement_close(struct nami_statement_run *run)
{
    if (run == NULL) {
        return;
    }
    nami_exec_close(run->cursor);
    nami_write_turn__abandon(&run->turn);
    if (!run->is_pinned) {
        nami_snapshot_release(&run->snapshot);
    }
    nami_planned_unref(run->planned);
    nami_database__graph_unref(run->graph);
    nami_arena_release(&run->arena);
    nami_arena_release(&run->scratch);
    nami_arena_release(&run->result);
    free(run);
}
