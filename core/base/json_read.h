/*
 * core/base/json_read.h -- strict JSON (RFC 8259), one event at a time, no tree.
 *
 * Strict: UTF-8 validated, no lone surrogates, no duplicate check (the consumer's:
 * it knows the names), no trailing commas, comments, NaN, BOM or leading zeros.
 * Depth is bounded (NAMI_JSON_DEPTH_MAX); nesting is a bit stack, not recursion.
 * Numbers: an integer lexeme within i64 is INT, one beyond it is INT_RANGE (an
 * error to the consumer), anything with point or exponent is FLOAT (1e999: FLOAT_RANGE).
 *
 * Thread: one reader, one thread. Borrows the text.
 */
#ifndef NAMI_CORE_BASE_JSON_READ_H
#define NAMI_CORE_BASE_JSON_READ_H

#include <stdbool.h>

#include <namidb/abi.h>

#include "core/base/buf.h"

enum { NAMI_JSON_DEPTH_MAX = 128 };

enum nami_json_event {
    NAMI_JSON_END = 0, /* the one value is complete and nothing but space follows */
    NAMI_JSON_NULL,
    NAMI_JSON_BOOL,
    NAMI_JSON_INT,
    NAMI_JSON_FLOAT,
    NAMI_JSON_STRING,
    NAMI_JSON_KEY, /* of an object; its value's event follows */
    NAMI_JSON_OBJECT_BEGIN,
    NAMI_JSON_OBJECT_END,
    NAMI_JSON_ARRAY_BEGIN,
    NAMI_JSON_ARRAY_END,
    NAMI_JSON_ERROR /* final; see problem and at */
};

struct nami_json_reader {
    struct nami_slice text;
    size_t at; /* byte offset of the next unread byte, or of the error */
    uint32_t depth;
    uint32_t state;                           /* private */
    uint64_t stack[NAMI_JSON_DEPTH_MAX / 64]; /* bit: 1 object, 0 array */
    struct nami_buf scratch;                  /* unescaped text of the last string */
    const char *problem;                      /* after ERROR: a static sentence */
    /* the last event's value */
    int64_t integer;
    double real;
    bool boolean;
    struct nami_slice string; /* STRING, KEY: unescaped, valid until the next event */
    size_t value_at;          /* byte offset where the last event began */
};

void nami_json_reader_init(struct nami_json_reader *reader, struct nami_slice text);
void nami_json_reader_release(struct nami_json_reader *reader);
/* The next event, enum nami_json_event. After ERROR and END it repeats. */
uint32_t nami_json_next(struct nami_json_reader *reader);
/* Skip the value whose first event was just returned. The last event read. */
uint32_t nami_json_skip(struct nami_json_reader *reader, uint32_t event);

#endif /* NAMI_CORE_BASE_JSON_READ_H */
