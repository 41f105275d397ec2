#include "tests/unit/core/exec/exec_fixture.h"

#include <stdlib.h>
#include <string.h>

#include <namidb/plugin_util.h>

bool exec_fixture_init(struct exec_fixture *f, uint64_t budget_bytes)
{
    struct nami_error err = {.struct_size = sizeof(err)};

    *f = (struct exec_fixture){.graph = NULL};
    test_host_init(&f->host);
    nami_budget_init(&f->budget, budget_bytes);
    if (nami_chunk_pool_create(1 << 20, &f->pool) != NAMI_OK ||
        nami_graph_create(&f->host.table, &f->graph, &err) != NAMI_OK ||
        nami_snapshot_open(f->graph, &f->snap) != NAMI_OK) {
        return false;
    }
    nami_arena_init(&f->arena, f->pool, &f->budget);
    nami_arena_init(&f->scratch, f->pool, &f->budget);
    f->call = test_call();
    f->exec = (struct nami_exec){.host = &f->host.table,
                                 .call = &f->call,
                                 .snap = &f->snap,
                                 .arena = &f->arena,
                                 .scratch = &f->scratch,
                                 .budget = &f->budget,
                                 .statement_wall_ms = 1700000000123,
                                 .random_state = {1, 2},
                                 .diag = &f->diag,
                                 .timeout_ms = 60000};
    return true;
}

void exec_fixture_release(struct exec_fixture *f)
{
    nami_snapshot_release(&f->snap);
    nami_arena_release(&f->scratch);
    nami_arena_release(&f->arena);
    nami_graph_destroy(f->graph);
    nami_chunk_pool_destroy(f->pool);
    test_host_release(&f->host);
}

struct nami_vector exec_fixture_column(struct exec_fixture *f, const struct nami_value *values,
                                       uint32_t count)
{
    struct nami_vector vector = {0};
    uint8_t type = NAMI_VECTOR_ANY;
    int32_t status;

    for (uint32_t i = 0; i < count && type == NAMI_VECTOR_ANY; i++) {
        type = nami_vector_type_of(values[i].type);
    }
    status = nami_vector_init(&vector, &f->arena, type, count);
    for (uint32_t i = 0; i < count && status == NAMI_OK; i++) {
        status = nami_vector_set(&vector, &f->arena, i, values[i]);
    }
    if (status != NAMI_OK) {
        abort();
    }
    return vector;
}

struct nami_rows exec_fixture_rows(struct nami_vector *columns, uint32_t column_count,
                                   uint32_t count)
{
    return (struct nami_rows){
        .column_count = column_count, .count = count, .size = count, .columns = columns};
}

const char *exec_fixture_print(struct exec_fixture *f, struct nami_value value)
{
    struct nami_buf buf;
    char *text = NULL;

    nami_buf_init(&buf, 1 << 20);
    if (nami_value_print(value, &buf) == NAMI_OK) {
        text = nami_arena_calloc(&f->arena, buf.len + 1, 1);
        if (text != NULL && buf.len > 0) {
            memcpy(text, buf.ptr, buf.len);
        }
    }
    nami_buf_release(&buf);
    return text != NULL ? text : "(no memory)";
}

struct nami_value exec_fixture_text(const char *text)
{
    return nami_value_string(nami_text(text));
}
