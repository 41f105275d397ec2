/*
 * core/session/session.h -- what protocols, the C API and the CLI talk to.
 *
 * What:   a database (one namespace, open), statements run on it, cursors over their rows.
 *         Parse -> analyse -> plan -> execute -> stage -> settle, limits and rollback.
 * Above:  host (services), namidb.h.
 * Below:  exec, plan, cypher, graph, commit, store, plugin.
 * Thread: a database: any; a statement: one thread at a time, not always the same one.
 * AGAIN:  nothing here blocks except open and close: where a statement would have to wait (for
 *         the write token, for its commit), the call answers NAMI_E_AGAIN, the statement's
 *         waiter is woken later, and the same call is made again.
 */
#ifndef NAMI_CORE_SESSION_SESSION_H
#define NAMI_CORE_SESSION_SESSION_H

#include <namidb/batch.h>
#include <namidb/services.h>

#include "core/base/diagnostic.h"
#include "core/base/runtime.h"
#include "core/base/waiter.h"
#include "core/commit/commit.h"
#include "core/plugin/registry.h"

struct nami_database;
struct nami_statement_run;
struct nami_txn;
struct nami_value;

struct nami_database_config {
    const struct nami_runtime *runtime;
    const struct nami_registry *registry;
    struct nami_slice uri;
    struct nami_slice node_id;   /* empty: random */
    struct nami_slice address;   /* where writes can be sent; may be empty */
    uint64_t query_memory_bytes; /* 1 GiB */
    uint64_t query_timeout_ms;   /* 60,000; 0: none */
    uint64_t memtable_bytes_max; /* writes beyond it: MEMORY_FULL */
    uint64_t settle_ms;          /* a store fails so long until a write does; 0: 60,000 */
    bool wait_for_lease;         /* embedded, CLI: true */
};

/* Open by URI. Writes nothing. Blocks. */
NAMI_CHECKED int32_t nami_database_open(const struct nami_database_config *config,
                                        struct nami_database **out, struct nami_diagnostic *diag);
/* Every statement is closed. Commits what is staged, releases the lease. NULL is fine. */
void nami_database_close(struct nami_database *database);
struct nami_slice nami_database_namespace(const struct nami_database *database);
/* Memory of the graph. */
uint64_t nami_database_graph_bytes(struct nami_database *database);
/* Labels, types, keys, constraints and indexes as JSON. Fails: NOMEM. */
NAMI_CHECKED int32_t nami_database_schema(struct nami_database *database, struct nami_buf *out);
struct nami_commit *nami_database_commit(struct nami_database *database);

/* A point in history, kept. */
struct nami_pinned;
NAMI_CHECKED int32_t nami_pinned_open(struct nami_database *database, struct nami_pinned **out,
                                      struct nami_diagnostic *diag);
/* After the statements on it. NULL is fine. */
void nami_pinned_close(struct nami_pinned *pinned);

struct nami_statement_config {
    struct nami_slice text;
    struct nami_fields param_names;
    const struct nami_batch *params;       /* one row; NULL: none. Copied. */
    const struct nami_value *param_values; /* instead of `params`: one for each name. Copied. */
    const struct nami_pinned *pinned;      /* read this; NULL: the newest */
    bool read_only;                        /* a write is refused */
    bool wait_for_lease;
    uint64_t timeout_ms; /* 0: the database's */
    const struct nami_cancel *cancel;
    struct nami_waiter *waiter; /* woken after AGAIN; NULL: calls block instead */
};

/*
 * Parse, analyse and plan; *out is then bound to its text and parameters. Never waits.
 * Fails by `diag`.
 */
NAMI_CHECKED int32_t nami_statement_open(struct nami_database *database,
                                         const struct nami_statement_config *config,
                                         struct nami_statement_run **out,
                                         struct nami_diagnostic *diag);
/*
 * Begin to run. OK: columns are known and rows can be fetched. AGAIN: see above; with
 * *needs_worker, it takes longer than about 1 ms: call again on a thread that may be kept busy.
 */
NAMI_CHECKED int32_t nami_statement_start(struct nami_statement_run *run, bool is_loop_thread,
                                          bool *needs_worker, struct nami_diagnostic *diag);
/* After AGAIN: everybody who writes waits for it. */
bool nami_statement_holds_token(const struct nami_statement_run *run);
/* Does it change data or schema? */
bool nami_statement_writes(const struct nami_statement_run *run);
/* Names as the user wrote them, in order. */
struct nami_fields nami_statement_columns(const struct nami_statement_run *run);
/* enum nami_statement; only what a READ says may be told to a client before it is finished. */
uint32_t nami_statement_kind(const struct nami_statement_run *run);
/* The next rows, borrowed until the next call; row_count 0: end. */
NAMI_CHECKED int32_t nami_statement_fetch(struct nami_statement_run *run, size_t rows_max,
                                          const struct nami_batch **out,
                                          struct nami_diagnostic *diag);
/* Finish: drop rows that were not fetched, make writes durable. OK or AGAIN or failed. */
NAMI_CHECKED int32_t nami_statement_finish(struct nami_statement_run *run, struct nami_summary *out,
                                           struct nami_diagnostic *diag);
/* Without finish, writes are undone. NULL is fine. */
void nami_statement_close(struct nami_statement_run *run);

/* ---- typed staging: blocks ---- */

struct nami_writer_run;

/* Ready to stage; the write token is taken at the first nami_writer_txn() and after each commit. */
NAMI_CHECKED int32_t nami_writer_open(struct nami_database *database, struct nami_writer_run **out,
                                      struct nami_diagnostic *diag);
/* The open transaction. Fails: QUERY_TIMEOUT, NOT_A_LEADER, ... */
NAMI_CHECKED int32_t nami_writer_txn(struct nami_writer_run *writer, struct nami_txn **out,
                                     struct nami_diagnostic *diag);
/* Durable when OK. */
NAMI_CHECKED int32_t nami_writer_commit(struct nami_writer_run *writer,
                                        struct nami_diagnostic *diag);
/* Undo what was not committed; the writer can stage again. */
void nami_writer_rollback(struct nami_writer_run *writer);
/* Undoes what was not committed. NULL is fine. */
void nami_writer_close(struct nami_writer_run *writer);

#endif /* NAMI_CORE_SESSION_SESSION_H */
