/*
 * core/base/number_text.h -- numbers to text and back, whatever the locale.
 *
 * Floats: the shortest decimal that reads back as the same double. Two layouts:
 * JSON ("1.0", "1e300", "1e-7") and Cypher as the TCK prints it ("1.0", "1.0E300").
 */
#ifndef NAMI_CORE_BASE_NUMBER_TEXT_H
#define NAMI_CORE_BASE_NUMBER_TEXT_H

#include <stdbool.h>

#include <namidb/abi.h>

enum { NAMI_NUMBER_TEXT_MAX = 32 };

/* Bytes written, no NUL. */
size_t nami_int_text(int64_t value, char out[NAMI_NUMBER_TEXT_MAX]);
size_t nami_uint_text(uint64_t value, char out[NAMI_NUMBER_TEXT_MAX]);
/* Finite values only for JSON; point or exponent always there. */
size_t nami_float_text_json(double value, char out[NAMI_NUMBER_TEXT_MAX]);
/* toString(): "1.0", "1.0E300", "NaN", "Infinity", "-Infinity". */
size_t nami_float_text_cypher(double value, char out[NAMI_NUMBER_TEXT_MAX]);
/* Whole slice, decimal, optional sign. false: not a number, or out of range. */
bool nami_int_parse(struct nami_slice text, int64_t *out);
/* Whole slice, JSON/Cypher decimal grammar. false: not one. Overflow gives an infinity. */
bool nami_float_parse(struct nami_slice text, double *out);

#endif /* NAMI_CORE_BASE_NUMBER_TEXT_H */
