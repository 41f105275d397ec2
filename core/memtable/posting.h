/*
 * core/memtable/posting.h -- a sorted set of node ids in chunks, read without locks.
 *
 * Ids that come in ascending order are appended in place; one in between copies its chunk.
 */
#ifndef NAMI_CORE_MEMTABLE_POSTING_H
#define NAMI_CORE_MEMTABLE_POSTING_H

#include "core/memtable/retire.h"

enum { NAMI_POSTING_CHUNK_MAX = 512 };

struct nami_posting_chunk {
    struct nami_block block;
    uint32_t capacity;
    _Atomic uint32_t count; /* at least 1 */
    uint64_t ids[];         /* ascending */
};

struct nami_posting {
    struct nami_block block;
    uint32_t capacity;
    _Atomic uint32_t count;
    _Atomic(struct nami_posting_chunk *) chunks[]; /* ascending */
};

/* With one id. NULL: no memory. */
struct nami_posting *nami_posting_create(struct nami_retire *retire, uint64_t id);
/*
 * Insert. NULL: no memory, and nothing changed. Otherwise the posting that is to stand in its
 * place; if it is another one, the old one is to be retired once that is done.
 */
struct nami_posting *nami_posting_insert(struct nami_retire *retire, struct nami_posting *posting,
                                         uint64_t id);
/* Up to `max` ids from `from` on. */
size_t nami_posting_read(const struct nami_posting *posting, uint64_t from, uint64_t *ids,
                         size_t max);
/* Take an id out; true: it is empty now. Fails silently to no harm: NOMEM leaves the id in. */
bool nami_posting_erase(struct nami_retire *retire, struct nami_posting *posting, uint64_t id);
void nami_posting_free(struct nami_retire *retire, struct nami_posting *posting);
/* As free, for one that readers may still hold. */
void nami_posting_retire(struct nami_retire *retire, struct nami_posting *posting);

#endif /* NAMI_CORE_MEMTABLE_POSTING_H */
