/*
 * core/base/utf8.h -- UTF-8: validate, count, step. Strict: no overlong forms, no
 * surrogates, nothing above U+10FFFF.
 */
#ifndef NAMI_CORE_BASE_UTF8_H
#define NAMI_CORE_BASE_UTF8_H

#include <stdbool.h>

#include <namidb/abi.h>

/* Length of the valid prefix; equals text.len if all of it is valid. */
size_t nami_utf8_valid_prefix(struct nami_slice text);
static inline bool nami_utf8_is_valid(struct nami_slice text)
{
    return nami_utf8_valid_prefix(text) == text.len;
}
/* Characters in valid text. */
size_t nami_utf8_count(struct nami_slice text);
/* Byte offset of character `index` in valid text; text.len if there are fewer. */
size_t nami_utf8_offset(struct nami_slice text, size_t index);
/* Decode one character at text.ptr[*at] and step past it. Invalid: U+FFFD, one byte. */
uint32_t nami_utf8_next(struct nami_slice text, size_t *at);
/* Bytes written (1 to 4). */
size_t nami_utf8_encode(uint32_t code_point, uint8_t out[4]);

#endif /* NAMI_CORE_BASE_UTF8_H */
