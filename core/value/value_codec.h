/*
 * core/value/value_codec.h -- a value as bytes, for the log: tag, then varint, IEEE bits,
 * text, or elements. Decoding is a total function of bytes: depth-bounded, every length
 * checked, UTF-8 validated; entities are never encoded.
 */
#ifndef NAMI_CORE_VALUE_VALUE_CODEC_H
#define NAMI_CORE_VALUE_VALUE_CODEC_H

#include "core/value/value.h"

/* Fails: NOMEM, INVALID (an entity, or deeper than 64). */
NAMI_CHECKED int32_t nami_value_encode(struct nami_value value, struct nami_buf *out);
/* Steps *at past it; strings borrow `bytes`, lists and maps are made in `arena`. Fails: CORRUPT, NOMEM. */
NAMI_CHECKED int32_t nami_value_decode(struct nami_slice bytes, size_t *at,
                                       struct nami_arena *arena, struct nami_value *out);

#endif /* NAMI_CORE_VALUE_VALUE_CODEC_H */
