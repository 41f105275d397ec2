/*
 * core/base/text.h -- formatted text, appended to a bounded buffer.
 */
#ifndef NAMI_CORE_BASE_TEXT_H
#define NAMI_CORE_BASE_TEXT_H

#include "core/base/buf.h"

/* All or nothing. Fails: NOMEM. */
NAMI_CHECKED NAMI_PRINTF(2, 3) int32_t nami_buf_printf(struct nami_buf *buf, const char *fmt, ...);
NAMI_CHECKED int32_t nami_buf_append_text(struct nami_buf *buf, const char *text);
NAMI_CHECKED int32_t nami_buf_append_byte(struct nami_buf *buf, uint8_t byte);
/* LEB128: unsigned, and zigzag for signed. */
NAMI_CHECKED int32_t nami_buf_append_varint(struct nami_buf *buf, uint64_t value);
NAMI_CHECKED int32_t nami_buf_append_zigzag(struct nami_buf *buf, int64_t value);
/* Step *at past the number. Fails: CORRUPT (cut off or longer than 64 bits). */
NAMI_CHECKED int32_t nami_varint_read(struct nami_slice bytes, size_t *at, uint64_t *out);
NAMI_CHECKED int32_t nami_zigzag_read(struct nami_slice bytes, size_t *at, int64_t *out);

#endif /* NAMI_CORE_BASE_TEXT_H */
