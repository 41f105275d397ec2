#include "tests/unit/core/exec/query_runner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include <namidb/plugin_util.h>

#include "core/base/text.h"
#include "core/cypher/analysis.h"
#include "core/cypher/parser.h"
#include "core/exec/expr.h"

enum { ANSWER_BYTES = 1 << 20, ROWS_MAX = 4096 };

bool query_runner_init(struct query_runner *q)
{
    struct nami_error err = {.struct_size = sizeof(err)};

    *q = (struct query_runner){.budget_bytes = UINT64_C(1) << 30, .deadline_ns = NAMI_NO_DEADLINE};
    test_host_init(&q->host);
    if (nami_chunk_pool_create(8 << 20, &q->pool) != NAMI_OK ||
        nami_graph_create(&q->host.table, &q->graph, &err) != NAMI_OK) {
        return false;
    }
    nami_arena_init(&q->kept, q->pool, NULL);
    return true;
}

void query_runner_release(struct query_runner *q)
{
    free(q->answer);
    free(q->route);
    nami_arena_release(&q->kept);
    nami_graph_destroy(q->graph);
    nami_chunk_pool_destroy(q->pool);
    test_host_release(&q->host);
}

/* ---- values as text ---- */

static int32_t print_value(const struct nami_snapshot *snap, struct nami_value value,
                           struct nami_buf *out);

static int32_t print_properties(const struct nami_snapshot *snap, struct nami_properties list,
                                const char *before, struct nami_buf *out)
{
    int32_t status = NAMI_OK;

    for (uint32_t i = 0; i < list.count && status == NAMI_OK; i++) {
        struct nami_slice key =
            nami_catalog_name(nami_graph_catalog(snap->graph), NAMI_DICT_KEY, list.at[i].key);

        status = nami_buf_printf(out, "%s%.*s: ", i == 0 ? before : ", ", (int)key.len,
                                 (const char *)key.ptr);
        if (status == NAMI_OK) {
            status = print_value(snap, list.at[i].value, out);
        }
    }
    return status == NAMI_OK && list.count > 0 ? nami_buf_append_text(out, "}") : status;
}

static int32_t print_node(const struct nami_snapshot *snap, uint64_t id, struct nami_buf *out)
{
    struct nami_labels labels = nami_node_labels(snap, id);
    int32_t status = nami_buf_append_text(out, "(");

    for (uint32_t i = 0; i < labels.count && status == NAMI_OK; i++) {
        struct nami_slice name =
            nami_catalog_name(nami_graph_catalog(snap->graph), NAMI_DICT_LABEL, labels.at[i]);

        status = nami_buf_printf(out, ":%.*s", (int)name.len, (const char *)name.ptr);
    }
    if (status == NAMI_OK) {
        status =
            print_properties(snap, nami_node_all(snap, id), labels.count > 0 ? " {" : "{", out);
    }
    return status == NAMI_OK ? nami_buf_append_text(out, ")") : status;
}

static int32_t print_rel(const struct nami_snapshot *snap, const struct nami_rel *rel,
                         struct nami_buf *out)
{
    struct nami_slice type =
        nami_catalog_name(nami_graph_catalog(snap->graph), NAMI_DICT_TYPE, rel->type);
    int32_t status = nami_buf_printf(out, "[:%.*s", (int)type.len, (const char *)type.ptr);

    if (status == NAMI_OK) {
        status = print_properties(snap, nami_rel_all(snap, rel), " {", out);
    }
    return status == NAMI_OK ? nami_buf_append_text(out, "]") : status;
}

static int32_t print_path(const struct nami_snapshot *snap, const struct nami_path *path,
                          struct nami_buf *out)
{
    int32_t status = nami_buf_append_text(out, "<");

    for (uint32_t i = 0; i <= path->length && status == NAMI_OK; i++) {
        status = print_node(snap, path->nodes[i], out);
        if (status == NAMI_OK && i < path->length) {
            bool is_out = path->rels[i].src == path->nodes[i];

            status = nami_buf_append_text(out, is_out ? "-" : "<-");
            if (status == NAMI_OK) {
                status = print_rel(snap, &path->rels[i], out);
            }
            if (status == NAMI_OK) {
                status = nami_buf_append_text(out, is_out ? "->" : "-");
            }
        }
    }
    return status == NAMI_OK ? nami_buf_append_text(out, ">") : status;
}

static int32_t print_list(const struct nami_snapshot *snap, struct nami_value list,
                          struct nami_buf *out)
{
    bool is_map = list.type == NAMI_VALUE_MAP;
    int32_t status = nami_buf_append_text(out, is_map ? "{" : "[");

    for (uint32_t i = 0; i < list.count && status == NAMI_OK; i++) {
        const struct nami_value *item = &list.as.items[is_map ? (size_t)i * 2 + 1 : i];

        status = i > 0 ? nami_buf_append_text(out, ", ") : NAMI_OK;
        if (status == NAMI_OK && is_map) {
            struct nami_slice key = nami_value_slice(list.as.items[(size_t)i * 2]);

            status = nami_buf_printf(out, "%.*s: ", (int)key.len, (const char *)key.ptr);
        }
        if (status == NAMI_OK) {
            status = print_value(snap, *item, out);
        }
    }
    return status == NAMI_OK ? nami_buf_append_text(out, is_map ? "}" : "]") : status;
}

static int32_t print_value(const struct nami_snapshot *snap, struct nami_value value,
                           struct nami_buf *out)
{
    if (value.type == NAMI_VALUE_NODE) {
        return print_node(snap, value.as.node, out);
    }
    if (value.type == NAMI_VALUE_REL) {
        return print_rel(snap, value.as.rel, out);
    }
    if (value.type == NAMI_VALUE_PATH) {
        return print_path(snap, value.as.path, out);
    }
    if (value.type == NAMI_VALUE_LIST || value.type == NAMI_VALUE_MAP) {
        return print_list(snap, value, out);
    }
    return nami_value_print(value, out);
}

static char *terminated(struct nami_slice text)
{
    char *copy = malloc(text.len + 1);

    if (copy == NULL) {
        abort();
    }
    if (text.len > 0) {
        memcpy(copy, text.ptr, text.len);
    }
    copy[text.len] = '\0';
    return copy;
}

/* ---- one statement ---- */

struct run {
    struct query_runner *q;
    struct nami_arena arena;
    struct nami_arena scratch;
    struct nami_budget budget;
    struct nami_snapshot snap;
    struct nami_call call;
    struct nami_cancel cancel;
    struct nami_exec exec;
    struct nami_ast_statement *statement;
    struct nami_plan *plan;
    struct nami_txn *txn;
    char *rows[ROWS_MAX];
    size_t row_count;
};

static void take_row(struct run *run, const struct nami_rows *rows, uint32_t row)
{
    struct nami_buf text;
    int32_t status = NAMI_OK;

    nami_buf_init(&text, ANSWER_BYTES);
    for (uint32_t c = 0; c < rows->column_count && status == NAMI_OK; c++) {
        status = c > 0 ? nami_buf_append_text(&text, ", ") : NAMI_OK;
        if (status == NAMI_OK) {
            status = print_value(run->exec.snap, nami_vector_get(&rows->columns[c], row), &text);
        }
    }
    if (status != NAMI_OK || run->row_count == ROWS_MAX) {
        abort();
    }
    run->rows[run->row_count++] = terminated(nami_buf_view(&text));
    nami_buf_release(&text);
}

static int32_t fetch_all(struct run *run)
{
    struct nami_cursor *cursor = NULL;
    const struct nami_rows *rows = NULL;
    int32_t status = nami_exec_open(run->plan, &run->exec, &cursor);

    while (status == NAMI_OK) {
        status = nami_exec_next(cursor, &rows);
        if (status != NAMI_OK || rows->count == 0) {
            break;
        }
        for (uint32_t i = 0; i < rows->count; i++) {
            take_row(run, rows, nami_rows_at(rows, i));
        }
    }
    nami_exec_close(cursor);
    return status;
}

/* The parameters, by the engine itself: RETURN {…}. */
static int32_t bind_params(struct run *run)
{
    struct query_runner *q = run->q;
    struct nami_layout layout = {0};
    struct nami_ast_statement *statement = NULL;
    struct nami_expr *expr = NULL;
    struct nami_value map = nami_value_null();
    struct nami_value *params =
        nami_arena_calloc(&run->arena, run->statement->params.count, sizeof(*params));
    char text[4096];
    int32_t status = NAMI_OK;

    if (q->params == NULL || run->statement->params.count == 0) {
        return NAMI_OK;
    }
    (void)snprintf(text, sizeof(text), "RETURN %s", q->params);
    status = nami_cypher_parse(
        (struct nami_slice){.ptr = nami_arena_copy(&run->arena, text, strlen(text)),
                            .len = strlen(text)},
        &run->arena, NULL, &statement, &q->diag);
    if (status == NAMI_OK) {
        status = nami_cypher_analyse(statement, &run->arena, NULL, &q->diag);
    }
    if (status == NAMI_OK) {
        status = nami_expr_compile(
            &run->exec, statement->as.query->branches[0].clauses[0]->as.projection->items[0].expr,
            &layout, &expr);
    }
    if (status == NAMI_OK) {
        status = nami_expr_eval_one(&run->exec, expr, &map);
    }
    for (uint32_t i = 0; i < run->statement->params.count && status == NAMI_OK; i++) {
        const struct nami_value *value = nami_value_map_get(map, run->statement->params.items[i]);

        params[i] = nami_value_null();
        if (value != NULL) {
            status = nami_value_copy(&run->arena, *value, &params[i]);
        }
    }
    run->exec.params = params;
    run->exec.param_count = run->statement->params.count;
    return status;
}

static void note_plan(struct run *run)
{
    struct query_runner *q = run->q;
    struct nami_plan_notification *told = NULL;
    struct nami_buf text;
    uint32_t count = 0;

    nami_buf_init(&text, ANSWER_BYTES);
    if (nami_plan_describe(run->plan, &text) != NAMI_OK ||
        nami_plan_notifications(run->plan, nami_graph_catalog(q->graph), &run->arena, &told,
                                &count) != NAMI_OK) {
        abort();
    }
    free(q->route);
    q->route = terminated(nami_buf_view(&text));
    nami_buf_release(&text);
    q->kind = run->plan->kind;
    q->notification_count = count;
    q->notification[0] = '\0';
    if (count > 0) {
        (void)snprintf(q->notification, sizeof(q->notification), "%.*s@%u", (int)told[0].code.len,
                       (const char *)told[0].code.ptr, told[0].at.column);
    }
}

static int32_t plan_it(struct run *run, const char *text)
{
    struct query_runner *q = run->q;
    struct nami_plan_options options = {.rules_off = q->rules_off, .is_in_txn = q->in_txn};
    int32_t status =
        nami_cypher_parse(nami_text(text), &run->arena, NULL, &run->statement, &q->diag);

    if (status == NAMI_OK) {
        status = nami_cypher_analyse(run->statement, &run->arena, NULL, &q->diag);
    }
    if (status == NAMI_OK) {
        status = nami_plan_create(run->statement, &run->snap, &run->arena, &options, &run->plan,
                                  &q->diag);
    }
    return status;
}

/* Another statement, seen by the one that is planned already. */
static bool run_in_between(struct run *run)
{
    struct query_runner *q = run->q;
    const char *text = q->before_run;
    char *route = q->route;
    bool is_fine = false;

    q->before_run = NULL;
    q->route = NULL;
    is_fine = query_run(q, text)[0] != '!';
    free(q->route);
    q->route = route;
    nami_snapshot_release(&run->snap);
    return nami_snapshot_open(q->graph, &run->snap) == NAMI_OK && is_fine;
}

static int32_t run_it(struct run *run, const char *text)
{
    struct query_runner *q = run->q;
    int32_t status = plan_it(run, text);

    if (status != NAMI_OK) {
        return status;
    }
    note_plan(run);
    if (q->before_run != NULL && !run_in_between(run)) {
        abort();
    }
    q->is_current = nami_plan_is_current(run->plan, nami_graph_catalog(q->graph));
    run->exec.text = nami_text(text);
    if (run->plan->kind != NAMI_STATEMENT_READ || q->in_txn) {
        if (nami_txn_begin(q->graph, &run->txn) != NAMI_OK) {
            abort();
        }
        run->exec.txn = run->txn;
        run->exec.snap = nami_txn_snapshot(run->txn);
    }
    status = bind_params(run);
    if (status == NAMI_OK) {
        q->cost_us = nami_plan_cost_us(run->plan, run->exec.params, run->exec.param_count);
        status = fetch_all(run);
    }
    return status;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *join_rows(struct run *run, const char *text)
{
    struct nami_buf out;
    char *joined = NULL;

    if (strstr(text, "ORDER BY") == NULL && run->row_count > 1) {
        qsort(run->rows, run->row_count, sizeof(run->rows[0]), by_text);
    }
    nami_buf_init(&out, ANSWER_BYTES);
    for (size_t i = 0; i < run->row_count; i++) {
        if ((i > 0 && nami_buf_append_text(&out, "; ") != NAMI_OK) ||
            nami_buf_append_text(&out, run->rows[i]) != NAMI_OK) {
            abort();
        }
        free(run->rows[i]);
    }
    joined = terminated(nami_buf_view(&out));
    nami_buf_release(&out);
    return joined;
}

static void settle(struct run *run, int32_t status)
{
    struct query_runner *q = run->q;

    q->changes = (struct nami_changes){0};
    if (run->txn == NULL) {
        return;
    }
    if (status == NAMI_OK) {
        uint64_t lsn = nami_txn_lsn(run->txn);

        q->changes = *nami_txn_changes(run->txn);
        nami_txn_stage(run->txn);
        nami_graph_publish(q->graph, lsn);
    } else {
        nami_txn_rollback(run->txn);
    }
}

const char *query_run(struct query_runner *q, const char *text)
{
    struct run *run = calloc(1, sizeof(*run));
    int32_t status = NAMI_OK;

    if (run == NULL || nami_snapshot_open(q->graph, &run->snap) != NAMI_OK) {
        abort();
    }
    run->q = q;
    q->diag = (struct nami_diagnostic){0};
    nami_budget_init(&run->budget, q->budget_bytes);
    nami_arena_init(&run->arena, q->pool, &run->budget);
    nami_arena_init(&run->scratch, q->pool, &run->budget);
    run->call = test_call();
    run->call.deadline_ns = q->deadline_ns;
    run->call.cancel = &run->cancel;
    if (q->is_cancelled) {
        nami_cancel_trip(&run->cancel);
    }
    run->exec = (struct nami_exec){.host = &q->host.table,
                                   .call = &run->call,
                                   .snap = &run->snap,
                                   .arena = &run->arena,
                                   .scratch = &run->scratch,
                                   .budget = &run->budget,
                                   .statement_wall_ms = 1700000000123,
                                   .random_state = {1, 2},
                                   .diag = &q->diag,
                                   .timeout_ms = 60000};
    status = run_it(run, text);
    free(q->answer);
    q->answer = join_rows(run, text);
    if (status != NAMI_OK) {
        char failure[128];

        (void)snprintf(failure, sizeof(failure), "!%s",
                       nami_condition_info(q->diag.condition)->code);
        free(q->answer);
        q->answer = terminated(nami_text(failure));
    }
    settle(run, status);
    nami_snapshot_release(&run->snap);
    nami_arena_release(&run->scratch);
    nami_arena_release(&run->arena);
    free(run);
    return q->answer;
}

static void add_change(char out[128], const char *sign, uint64_t count, const char *what)
{
    size_t len = strlen(out);

    if (count > 0) {
        (void)snprintf(out + len, 128 - len, "%s%s%llu%s", len > 0 ? " " : "", sign,
                       (unsigned long long)count, what);
    }
}

const char *query_changes(struct query_runner *q, char out[128])
{
    out[0] = '\0';
    add_change(out, "+", q->changes.nodes_created, "n");
    add_change(out, "-", q->changes.nodes_deleted, "n");
    add_change(out, "+", q->changes.rels_created, "r");
    add_change(out, "-", q->changes.rels_deleted, "r");
    add_change(out, "", q->changes.properties_set, "p");
    add_change(out, "+", q->changes.labels_added, "l");
    add_change(out, "-", q->changes.labels_removed, "l");
    add_change(out, "+", q->changes.rules_added, "c");
    add_change(out, "-", q->changes.rules_removed, "c");
    return out;
}

/* ---- tables ---- */

static void run_all(struct query_runner *q, const char *statements)
{
    const char *at = statements;

    while (at != NULL && *at != '\0') {
        const char *end = strstr(at, ";;");
        size_t len = end != NULL ? (size_t)(end - at) : strlen(at);
        char *one = terminated((struct nami_slice){.ptr = (const uint8_t *)at, .len = len});

        if (query_run(q, one)[0] == '!') {
            (void)printf("\n    setup failed: %s\n    %s: %s", one, q->answer, q->diag.message);
            CU_FAIL("setup");
        }
        free(one);
        at = end != NULL ? end + 2 : NULL;
    }
}

static void compare(struct query_runner *q, const char *text, const char *expected)
{
    const char *answer = query_run(q, text);

    if (strcmp(answer, expected) != 0) {
        (void)printf("\n    %s\n      is       %s\n      expected %s\n      %s%s%s", text, answer,
                     expected, q->diag.message, q->rules_off != 0 ? " [rules off]" : "",
                     q->diag.message[0] == '\0' && q->route != NULL ? q->route : "");
    }
    CU_ASSERT_STRING_EQUAL(answer, expected);
}

static void check_one(const struct query_example *example, const char *params, uint32_t rules_off)
{
    struct query_runner q;

    CU_ASSERT_TRUE_FATAL(query_runner_init(&q));
    q.rules_off = rules_off;
    run_all(&q, example->setup);
    q.params = params;
    compare(&q, example->query, example->expected);
    if (example->after != NULL) {
        compare(&q, example->after, example->found);
    }
    query_runner_release(&q);
}

void query_check(const struct query_example *examples, size_t count, const char *params)
{
    for (size_t i = 0; i < count; i++) {
        check_one(&examples[i], params, 0);
        check_one(&examples[i], params, NAMI_PLAN_RULES_ALL);
    }
}
