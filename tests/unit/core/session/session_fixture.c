#include "session_fixture.h"

#include <time.h>

#include "core/base/limits.h"

NAMI_PLUGIN_DECLARE(store_memory);

/* Suites are set up outside of tests, where nothing can be asserted. */
static void must(int32_t status)
{
    if (status != NAMI_OK) {
        (void)fprintf(stderr, "the fixture failed: %d\n", (int)status);
        abort();
    }
}

void fixture_init(struct fixture *fx)
{
    struct nami_process_host_config config = {.pool_threads = 8, .log_level = NAMI_LOG_ERROR};
    struct nami_error err = {.struct_size = sizeof(err)};

    memset(fx, 0, sizeof(*fx));
    must(nami_process_host_create(&config, &fx->process));
    fx->host = nami_process_host_table(fx->process);
    nami_registry_init(&fx->registry);
    must(nami_plugin_add(&fx->registry, nami_plugin_entry_store_memory(), &err));
    nami_buf_init(&fx->text, 64u << 20);
    fx->config = (struct nami_database_config){
        .runtime = nami_process_runtime(fx->process),
        .registry = &fx->registry,
        .query_memory_bytes = NAMI_QUERY_MEMORY_BYTES_DEFAULT,
        .query_timeout_ms = NAMI_QUERY_TIMEOUT_MS_DEFAULT,
    };
}

void fixture_release(struct fixture *fx)
{
    fixture_close(fx);
    nami_buf_release(&fx->text);
    nami_registry_release(&fx->registry);
    nami_process_host_destroy(fx->process);
}

void fixture_open(struct fixture *fx, const char *uri)
{
    fx->config.uri = nami_text(uri);
    must(nami_database_open(&fx->config, &fx->db, &fx->diag));
}

void fixture_close(struct fixture *fx)
{
    nami_database_close(fx->db);
    fx->db = NULL;
}

/* ---- text ---- */

static void put(struct nami_buf *out, const char *text)
{
    CU_ASSERT_EQUAL_FATAL(nami_buf_append(out, nami_text(text)), NAMI_OK);
}

static void print_range(struct nami_buf *out, struct nami_cell cell, const char *open,
                        const char *close)
{
    put(out, open);
    for (uint32_t i = cell.column->offsets[cell.row]; i < cell.column->offsets[cell.row + 1]; i++) {
        put(out, i > cell.column->offsets[cell.row] ? ", " : "");
        if (cell.column->type == NAMI_TYPE_MAP) {
            struct nami_slice key = nami_cell_bytes(nami_cell_at(nami_child(cell.column, 0), i));

            CU_ASSERT_EQUAL(nami_buf_append(out, key), NAMI_OK);
            put(out, ": ");
        }
        print_cell(
            out,
            nami_cell_at(nami_child(cell.column, cell.column->type == NAMI_TYPE_MAP ? 1 : 0), i));
    }
    put(out, close);
}

static void print_children(struct nami_buf *out, struct nami_cell cell, const char *open,
                           const char *close)
{
    put(out, open);
    for (uint32_t i = 0; i < cell.column->child_count; i++) {
        put(out, i > 0 ? " " : "");
        print_cell(out, nami_cell_at(nami_child(cell.column, i), cell.row));
    }
    put(out, close);
}

static void print_number(struct nami_buf *out, struct nami_cell cell)
{
    char text[64];

    if (cell.column->type == NAMI_TYPE_INT64) {
        (void)snprintf(text, sizeof(text), "%lld",
                       (long long)((const int64_t *)cell.column->values)[cell.row]);
    } else {
        (void)snprintf(text, sizeof(text), "%.3f", ((const double *)cell.column->values)[cell.row]);
    }
    put(out, text);
}

void print_cell(struct nami_buf *out, struct nami_cell cell)
{
    if (cell.column == NULL) {
        put(out, "null");
        return;
    }
    switch (cell.column->type) {
    case NAMI_TYPE_BOOL:
        put(out, ((const uint8_t *)cell.column->values)[cell.row] != 0 ? "true" : "false");
        break;
    case NAMI_TYPE_INT64:
    case NAMI_TYPE_FLOAT64:
        print_number(out, cell);
        break;
    case NAMI_TYPE_STRING:
    case NAMI_TYPE_BYTES:
        put(out, cell.column->type == NAMI_TYPE_STRING ? "'" : "b'");
        CU_ASSERT_EQUAL(nami_buf_append(out, nami_cell_bytes(cell)), NAMI_OK);
        put(out, "'");
        break;
    case NAMI_TYPE_LIST:
        print_range(out, cell, "[", "]");
        break;
    case NAMI_TYPE_MAP:
        print_range(out, cell, "{", "}");
        break;
    case NAMI_TYPE_NODE:
        print_children(out, cell, "(", ")");
        break;
    case NAMI_TYPE_RELATIONSHIP:
        print_children(out, cell, "-[", "]-");
        break;
    case NAMI_TYPE_PATH:
        print_children(out, cell, "<", ">");
        break;
    default:
        CU_FAIL("a column of a type that is not printed");
    }
}

void print_batch(struct nami_buf *out, const struct nami_batch *batch)
{
    for (size_t row = 0; row < batch->row_count; row++) {
        put(out, out->len > 0 ? "; " : "");
        for (size_t i = 0; i < batch->column_count; i++) {
            CU_ASSERT_EQUAL(nami_batch_column(batch, i)->count, batch->row_count);
            put(out, i > 0 ? ", " : "");
            print_cell(out, nami_cell_at(nami_batch_column(batch, i), row));
        }
    }
}

/* ---- statements ---- */

static int32_t run_all(struct fixture *fx, const struct nami_statement_config *config,
                       struct nami_statement_run **run)
{
    struct nami_summary summary = {0};
    const struct nami_batch *batch = NULL;
    bool needs_worker = false;
    int32_t status = nami_statement_open(fx->db, config, run, &fx->diag);

    if (status == NAMI_OK) {
        status = nami_statement_start(*run, false, &needs_worker, &fx->diag);
    }
    while (status == NAMI_OK) {
        status = nami_statement_fetch(*run, 100, &batch, &fx->diag);
        if (status == NAMI_OK && batch->row_count == 0) {
            break;
        }
        if (status == NAMI_OK) {
            print_batch(&fx->text, batch);
        }
    }
    if (status == NAMI_OK) {
        status = nami_statement_finish(*run, &summary, &fx->diag);
    }
    fx->counters = (struct nami_counters){0};
    if (status == NAMI_OK && summary.counters != NULL) {
        fx->counters = *summary.counters;
    }
    return status;
}

const char *ask_with(struct fixture *fx, const struct nami_statement_config *config)
{
    struct nami_statement_run *run = NULL;

    nami_buf_clear(&fx->text);
    fx->diag = (struct nami_diagnostic){0};
    if (run_all(fx, config, &run) != NAMI_OK) {
        nami_buf_clear(&fx->text);
        put(&fx->text, "!");
        put(&fx->text, nami_condition_info(fx->diag.condition)->code);
    }
    nami_statement_close(run);
    CU_ASSERT_EQUAL_FATAL(nami_buf_append(&fx->text, nami_bytes("", 1)), NAMI_OK);
    return (const char *)fx->text.ptr;
}

const char *ask(struct fixture *fx, const char *text)
{
    struct nami_statement_config config = {.text = nami_text(text)};

    return ask_with(fx, &config);
}

/* ---- waiting ---- */

static void count_wake(struct nami_waiter *waiter)
{
    atomic_fetch_add(&((struct counting_waiter *)(void *)waiter)->woken, 1);
}

void counting_init(struct counting_waiter *waiter)
{
    *waiter = (struct counting_waiter){.waiter = {.wake = count_wake}};
}

void sleep_ms(unsigned ms)
{
    struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000L};

    (void)nanosleep(&pause, NULL);
}

bool counting_wait(struct counting_waiter *waiter, unsigned times)
{
    for (int i = 0; i < 10000 && atomic_load(&waiter->woken) < times; i++) {
        sleep_ms(1);
    }
    return atomic_load(&waiter->woken) >= times;
}

struct nami_statement_run *open_run(struct fixture *fx, const char *text,
                                    struct counting_waiter *waiter)
{
    struct nami_statement_config config = {.text = nami_text(text)};
    struct nami_statement_run *run = NULL;

    if (waiter != NULL) {
        counting_init(waiter);
        config.waiter = &waiter->waiter;
    }
    CU_ASSERT_EQUAL_FATAL(nami_statement_open(fx->db, &config, &run, &fx->diag), NAMI_OK);
    return run;
}

int32_t start_run(struct fixture *fx, struct nami_statement_run *run,
                  struct counting_waiter *waiter)
{
    bool needs_worker = false;
    unsigned woken = atomic_load(&waiter->woken);
    int32_t status = nami_statement_start(run, false, &needs_worker, &fx->diag);

    while (status == NAMI_E_AGAIN) {
        CU_ASSERT_FATAL(counting_wait(waiter, ++woken));
        status = nami_statement_start(run, false, &needs_worker, &fx->diag);
    }
    return status;
}

int32_t finish_run(struct fixture *fx, struct nami_statement_run *run,
                   struct counting_waiter *waiter)
{
    struct nami_summary summary = {0};
    unsigned woken = atomic_load(&waiter->woken);
    int32_t status = nami_statement_finish(run, &summary, &fx->diag);

    while (status == NAMI_E_AGAIN) {
        CU_ASSERT_FATAL(counting_wait(waiter, ++woken));
        status = nami_statement_finish(run, &summary, &fx->diag);
    }
    return status;
}
