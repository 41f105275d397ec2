/*
 * core/wal/wal_bson.h -- flat BSON documents, written and read field by field.
 *
 * The one place that knows libbson. A document is read strictly: the fields that are
 * expected, in order, with their types, and none else; a nested document is no field we
 * expect, so depth never matters.
 */
#ifndef NAMI_CORE_WAL_WAL_BSON_H
#define NAMI_CORE_WAL_WAL_BSON_H

#include <stdbool.h>

#include <bson/bson.h>

#include <namidb/abi.h>

struct nami_wal__doc {
    bson_t doc;
    bson_iter_t at;
    const char *problem; /* first field that was not as expected; NULL: none */
};

/* The bytes must be one document exactly. */
void nami_wal__doc_open(struct nami_wal__doc *doc, struct nami_slice bytes);
/* After a problem each of these gives zeros. Numbers are not negative. */
uint32_t nami_wal__doc_u32(struct nami_wal__doc *doc, const char *name);
uint64_t nami_wal__doc_u64(struct nami_wal__doc *doc, const char *name);
void nami_wal__doc_id(struct nami_wal__doc *doc, const char *name, uint8_t *dst, uint32_t len);
/* UTF-8 without NUL, shorter than dst_bytes. */
void nami_wal__doc_text(struct nami_wal__doc *doc, const char *name, char *dst, size_t dst_bytes);
/* Nothing may follow. */
void nami_wal__doc_end(struct nami_wal__doc *doc);

/* false: the number is beyond i64, or no memory. */
bool nami_wal__put_u32(bson_t *doc, const char *name, uint32_t value);
bool nami_wal__put_u64(bson_t *doc, const char *name, uint64_t value);
bool nami_wal__put_id(bson_t *doc, const char *name, const uint8_t *src, uint32_t len);
bool nami_wal__put_text(bson_t *doc, const char *name, const char *text);

#endif /* NAMI_CORE_WAL_WAL_BSON_H */
