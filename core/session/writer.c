/* Typed staging: many changes through one transaction, committed when its owner says so. */
#include <stdlib.h>

#include <namidb/plugin_util.h>

#include "core/session/write_turn.h"

struct nami_writer_run {
    struct nami_database *database;
    struct graph_ref *graph; /* while a transaction is open */
    struct nami_call call;
    struct nami_write_turn turn;
};

int32_t nami_writer_open(struct nami_database *database, struct nami_writer_run **out,
                         struct nami_diagnostic *diag)
{
    struct nami_writer_run *writer = calloc(1, sizeof(*writer));

    *out = writer;
    if (writer == NULL) {
        return nami_diagnose(diag, NAMI_COND_OUT_OF_MEMORY, NULL, "no memory for a writer");
    }
    writer->database = database;
    return NAMI_OK;
}

static void start_clock(struct nami_writer_run *writer)
{
    const struct nami_host *host = writer->database->host;
    uint64_t timeout_ms = writer->database->config.query_timeout_ms;

    writer->call = (struct nami_call){.struct_size = sizeof(writer->call),
                                      .priority = NAMI_PRIORITY_FOREGROUND,
                                      .deadline_ns = NAMI_NO_DEADLINE};
    if (timeout_ms > 0 && timeout_ms < UINT64_MAX / 2000000u) {
        writer->call.deadline_ns = host->mono_ns(host) + timeout_ms * 1000000u;
    }
    nami_write_turn__init(&writer->turn, writer->database, NULL, &writer->call, timeout_ms);
    writer->turn.wait_for_lease = writer->database->config.wait_for_lease;
}

static void end_turn(struct nami_writer_run *writer)
{
    nami_write_turn__abandon(&writer->turn);
    nami_database__graph_unref(writer->graph);
    writer->graph = NULL;
}

int32_t nami_writer_txn(struct nami_writer_run *writer, struct nami_txn **out,
                        struct nami_diagnostic *diag)
{
    int32_t status = NAMI_OK;

    if (writer->graph == NULL) {
        start_clock(writer);
        status = nami_write_turn__take(&writer->turn, diag);
        if (status == NAMI_OK) {
            writer->graph = nami_database__graph(writer->database);
            status = nami_write_turn__begin(&writer->turn, writer->graph->graph, diag);
        }
        if (status != NAMI_OK) {
            end_turn(writer);
        }
    }
    *out = status == NAMI_OK ? writer->turn.txn : NULL;
    return status;
}

int32_t nami_writer_commit(struct nami_writer_run *writer, struct nami_diagnostic *diag)
{
    int32_t status = NAMI_OK;

    if (writer->graph == NULL) {
        return NAMI_OK; /* nothing was staged */
    }
    status = nami_write_turn__stage(&writer->turn, diag);
    if (status == NAMI_OK) {
        nami_write_turn__give(&writer->turn);
        status = nami_write_turn__settle(&writer->turn, diag);
    }
    end_turn(writer);
    return status;
}

void nami_writer_rollback(struct nami_writer_run *writer)
{
    if (writer->graph != NULL) {
        end_turn(writer);
    }
}

void nami_writer_close(struct nami_writer_run *writer)
{
    if (writer != NULL) {
        nami_writer_rollback(writer);
        free(writer);
    }
}
