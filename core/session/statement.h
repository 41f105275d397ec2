/*
 * core/session/statement.h -- one statement on its way: opened, started, fetched, finished.
 *
 *   statement.c         open, columns, close, summary
 *   statement_read.c    a read: rows as they are asked for
 *   statement_write.c   a write: run to the end inside a write turn (write_turn.h)
 *
 * Private to session/.
 */
#ifndef NAMI_CORE_SESSION_STATEMENT_H
#define NAMI_CORE_SESSION_STATEMENT_H

#include "core/exec/cursor.h"
#include "core/exec/vector.h"
#include "core/session/database.h"
#include "core/session/write_turn.h"

enum run_state {
    RUN_OPENED,   /* nothing has happened */
    RUN_READING,  /* rows come from the cursor */
    RUN_WRITTEN,  /* staged; rows are in `kept`; not yet proven */
    RUN_FINISHED, /* proven, or read to its end */
    RUN_FAILED
};

/* Result of a write, made while it held the token. */
struct kept_batch {
    struct kept_batch *next;
    struct nami_batch batch;
};

struct nami_statement_run {
    struct nami_database *database;
    struct graph_ref *graph;
    const struct nami_planned *planned;
    enum run_state state;
    bool read_only;
    bool is_pinned; /* the snapshot is somebody else's */
    struct nami_write_turn turn;
    uint64_t timeout_ms;
    struct nami_call call;

    struct nami_budget budget;
    struct nami_arena arena;       /* as long as the run */
    struct nami_arena scratch;     /* one batch of the executor */
    struct nami_arena result;      /* one batch of the reader; all of a write's */
    struct nami_snapshot snapshot; /* keeps what rows borrow */
    struct nami_exec exec;
    struct nami_diagnostic diag;
    struct nami_cursor *cursor;
    const struct nami_rows *rows; /* of the cursor, given out up to row_at */
    uint32_t row_at;
    struct nami_batch batch;
    struct kept_batch *kept; /* next to give out */
    struct kept_batch **kept_end;
    size_t kept_at;

    struct nami_changes changes;
    struct nami_counters counters;
    struct nami_field *columns;
    struct nami_column notifications;
};

bool nami_statement__is_write(const struct nami_statement_run *run);
/* Open a cursor on run->exec. Fails by `diag`. */
NAMI_CHECKED int32_t nami_statement__open_cursor(struct nami_statement_run *run,
                                                 struct nami_diagnostic *diag);
int32_t nami_statement__nomem(struct nami_statement_run *run, struct nami_diagnostic *diag);

NAMI_CHECKED int32_t nami_statement__start_read(struct nami_statement_run *run,
                                                struct nami_diagnostic *diag);
NAMI_CHECKED int32_t nami_statement__fetch_read(struct nami_statement_run *run, size_t rows_max,
                                                const struct nami_batch **out,
                                                struct nami_diagnostic *diag);
/* Take the token, or AGAIN. */
NAMI_CHECKED int32_t nami_statement__take_turn(struct nami_statement_run *run,
                                               struct nami_diagnostic *diag);
/* With the token: run to the end, stage, give the token on. */
NAMI_CHECKED int32_t nami_statement__start_write(struct nami_statement_run *run,
                                                 struct nami_diagnostic *diag);
NAMI_CHECKED int32_t nami_statement__fetch_kept(struct nami_statement_run *run, size_t rows_max,
                                                const struct nami_batch **out,
                                                struct nami_diagnostic *diag);

#endif /* NAMI_CORE_SESSION_STATEMENT_H */
