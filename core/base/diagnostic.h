/*
 * core/base/diagnostic.h -- one problem, told to a person: what, where, and what to do.
 *
 * Owned by the caller, allocates nothing, last parameter of whatever can fail for
 * a reason a user must see. Positions count Unicode characters.
 * A notification is a diagnostic too, with a severity instead of a failure.
 */
#ifndef NAMI_CORE_BASE_DIAGNOSTIC_H
#define NAMI_CORE_BASE_DIAGNOSTIC_H

#include "core/base/condition.h"

struct nami_position {
    uint32_t line;   /* from 1; 0: no place */
    uint32_t column; /* from 1 */
    uint32_t offset; /* from 0, in characters */
};

struct nami_diagnostic {
    uint32_t condition; /* enum nami_condition; NONE: nothing is wrong */
    struct nami_position at;
    uint32_t retry_after_ms; /* 0: not known */
    char message[512];       /* one line, UTF-8, cut at a character */
    char hint[256];          /* what to do; may be empty */
    char excerpt[256];       /* the source line and a caret under it; may be empty */
    char leader[128];        /* NOT_A_LEADER: who would take the write; may be empty */
};

/* Fill in and return the condition's status, never NAMI_OK. `diag` may be NULL. */
NAMI_PRINTF(4, 5)
int32_t nami_diagnose(struct nami_diagnostic *diag, uint32_t condition,
                      const struct nami_position *at, const char *fmt, ...);
/* Set the hint of a diagnostic that is filled in already. */
NAMI_PRINTF(2, 3) void nami_diagnose_hint(struct nami_diagnostic *diag, const char *fmt, ...);
/* From a failure below the query layer: keeps the message, picks the condition by status. */
int32_t nami_diagnose_error(struct nami_diagnostic *diag, int32_t status,
                            const struct nami_error *err);
/* Line and column of a byte offset, and the excerpt, from the statement's text. */
void nami_diagnose_place(struct nami_diagnostic *diag, struct nami_slice text, size_t byte_offset);

#endif /* NAMI_CORE_BASE_DIAGNOSTIC_H */
