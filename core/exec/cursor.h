/*
 * core/exec/cursor.h -- a plan being run: open, rows batch by batch, close.
 *
 * Above:  session.
 * Below:  build.c, operators.
 * Memory: exec->arena and exec->scratch; close() frees nothing, the arenas' owner does.
 * Thread: one at a time.
 */
#ifndef NAMI_CORE_EXEC_CURSOR_H
#define NAMI_CORE_EXEC_CURSOR_H

#include "core/exec/exec_context.h"
#include "core/exec/vector.h"
#include "core/plan/plan.h"

struct nami_cursor;
struct nami_rows; /* vector.h */

/*
 * Compiles everything, looks names up, runs nothing. `exec` lives as long as the cursor. A plan
 * that writes needs exec->txn, and exec->snap is then the txn's own. Fails by exec->diag:
 * WRITE_IN_READ_MODE, MISSING_PARAMETER, UNSUPPORTED_FEATURE, whatever SKIP and LIMIT say, a limit.
 */
NAMI_CHECKED int32_t nami_exec_open(const struct nami_plan *plan, struct nami_exec *exec,
                                    struct nami_cursor **out);
/*
 * The next rows, in the plan's columns, borrowed until the next call; 0 rows: the end. All
 * writes have happened when it is said, and when the first row comes. Fails by exec->diag; the
 * cursor is then of no more use.
 */
NAMI_CHECKED int32_t nami_exec_next(struct nami_cursor *cursor, const struct nami_rows **out);
/* Make what is left to write happen, without its rows. Fails like next. */
NAMI_CHECKED int32_t nami_exec_finish(struct nami_cursor *cursor);
void nami_exec_close(struct nami_cursor *cursor); /* NULL is fine */

#endif /* NAMI_CORE_EXEC_CURSOR_H */
