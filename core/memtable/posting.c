#include "core/memtable/posting.h"

#include <string.h>

enum { CHUNK_FIRST = 4, CHUNKS_FIRST = 1 };

static struct nami_posting_chunk *chunk_create(struct nami_retire *retire, uint32_t capacity)
{
    struct nami_posting_chunk *chunk =
        nami_block_alloc_raw(retire, sizeof(*chunk) + capacity * sizeof(chunk->ids[0]));

    if (chunk != NULL) {
        chunk->capacity = capacity;
        atomic_init(&chunk->count, 0);
    }
    return chunk;
}

static struct nami_posting *posting_create(struct nami_retire *retire, uint32_t capacity)
{
    struct nami_posting *posting =
        nami_block_alloc(retire, sizeof(*posting) + capacity * sizeof(posting->chunks[0]));

    if (posting != NULL) {
        posting->capacity = capacity;
    }
    return posting;
}

static struct nami_posting_chunk *chunk_at(const struct nami_posting *posting, uint32_t i)
{
    return atomic_load_explicit(&posting->chunks[i], memory_order_acquire);
}

static uint32_t count_of(const struct nami_posting_chunk *chunk)
{
    return atomic_load_explicit(&chunk->count, memory_order_acquire);
}

/* First place in the chunk whose id is at least `id`. */
static uint32_t place_in(const struct nami_posting_chunk *chunk, uint32_t count, uint64_t id)
{
    uint32_t low = 0;

    while (low < count) {
        uint32_t middle = low + (count - low) / 2;

        if (chunk->ids[middle] < id) {
            low = middle + 1;
        } else {
            count = middle;
        }
    }
    return low;
}

/* The last chunk that begins at or before `id`, or the first one. */
static uint32_t chunk_for(const struct nami_posting *posting, uint32_t count, uint64_t id)
{
    uint32_t low = 0;

    while (low + 1 < count) {
        uint32_t middle = low + (count - low) / 2;

        if (chunk_at(posting, middle)->ids[0] <= id) {
            low = middle;
        } else {
            count = middle;
        }
    }
    return low;
}

struct nami_posting *nami_posting_create(struct nami_retire *retire, uint64_t id)
{
    struct nami_posting *posting = posting_create(retire, CHUNKS_FIRST);
    struct nami_posting_chunk *chunk = chunk_create(retire, CHUNK_FIRST);

    if (posting == NULL || chunk == NULL) {
        nami_block_free(retire, posting);
        nami_block_free(retire, chunk);
        return NULL;
    }
    chunk->ids[0] = id;
    atomic_store_explicit(&chunk->count, 1, memory_order_relaxed);
    atomic_store_explicit(&posting->chunks[0], chunk, memory_order_relaxed);
    atomic_store_explicit(&posting->count, 1, memory_order_relaxed);
    return posting;
}

/* `extra`, NULL or not, goes in after chunk `at`. */
static struct nami_posting *insert_chunk(struct nami_retire *retire, struct nami_posting *posting,
                                         uint32_t at, struct nami_posting_chunk *replaced,
                                         struct nami_posting_chunk *extra)
{
    uint32_t count = atomic_load_explicit(&posting->count, memory_order_relaxed);
    struct nami_posting *grown = NULL;

    if (at + 1 == count && count < posting->capacity && replaced == NULL) {
        atomic_store_explicit(&posting->chunks[count], extra, memory_order_release);
        atomic_store_explicit(&posting->count, count + 1, memory_order_release);
        return posting;
    }
    grown = posting_create(retire, count + 1 + count / 2);
    if (grown == NULL) {
        return NULL;
    }
    for (uint32_t i = 0; i < count; i++) {
        struct nami_posting_chunk *chunk = chunk_at(posting, i);

        chunk = i == at && replaced != NULL ? replaced : chunk;
        atomic_store_explicit(&grown->chunks[i <= at ? i : i + 1], chunk, memory_order_relaxed);
    }
    atomic_store_explicit(&grown->chunks[at + 1], extra, memory_order_relaxed);
    atomic_store_explicit(&grown->count, count + 1, memory_order_relaxed);
    return grown;
}

/* A copy of the chunk with `id` at `place`. NULL: no memory. */
static struct nami_posting_chunk *chunk_with(struct nami_retire *retire,
                                             const struct nami_posting_chunk *chunk, uint32_t place,
                                             uint64_t id)
{
    uint32_t count = count_of(chunk);
    uint32_t capacity = chunk->capacity;
    struct nami_posting_chunk *copy = NULL;

    if (count == capacity) {
        capacity = capacity * 2 > NAMI_POSTING_CHUNK_MAX ? NAMI_POSTING_CHUNK_MAX : capacity * 2;
    }
    copy = chunk_create(retire, capacity);
    if (copy != NULL) {
        memcpy(copy->ids, chunk->ids, place * sizeof(copy->ids[0]));
        copy->ids[place] = id;
        memcpy(copy->ids + place + 1, chunk->ids + place, (count - place) * sizeof(copy->ids[0]));
        atomic_store_explicit(&copy->count, count + 1, memory_order_relaxed);
    }
    return copy;
}

/* Ids [from, to) of a chunk as a chunk of their own, with room for more. */
static struct nami_posting_chunk *chunk_part(struct nami_retire *retire,
                                             const struct nami_posting_chunk *chunk, uint32_t from,
                                             uint32_t to)
{
    struct nami_posting_chunk *part = chunk_create(retire, NAMI_POSTING_CHUNK_MAX);

    if (part != NULL) {
        memcpy(part->ids, chunk->ids + from, (to - from) * sizeof(part->ids[0]));
        atomic_store_explicit(&part->count, to - from, memory_order_relaxed);
    }
    return part;
}

static void put_in_place(struct nami_posting_chunk *chunk, uint32_t place, uint64_t id)
{
    uint32_t count = count_of(chunk);

    memmove(chunk->ids + place + 1, chunk->ids + place, (count - place) * sizeof(chunk->ids[0]));
    chunk->ids[place] = id;
    atomic_store_explicit(&chunk->count, count + 1, memory_order_relaxed);
}

/* A full chunk and an id that goes into its middle. */
static struct nami_posting *split(struct nami_retire *retire, struct nami_posting *posting,
                                  uint32_t at, uint64_t id)
{
    struct nami_posting_chunk *chunk = chunk_at(posting, at);
    uint32_t count = count_of(chunk);
    struct nami_posting_chunk *low = chunk_part(retire, chunk, 0, count / 2);
    struct nami_posting_chunk *high = chunk_part(retire, chunk, count / 2, count);
    struct nami_posting *grown = NULL;

    if (low != NULL && high != NULL) {
        struct nami_posting_chunk *half = id < high->ids[0] ? low : high;

        put_in_place(half, place_in(half, count_of(half), id), id);
        grown = insert_chunk(retire, posting, at, low, high);
    }
    if (grown == NULL) {
        nami_block_free(retire, low);
        nami_block_free(retire, high);
        return NULL;
    }
    nami_block_retire(retire, chunk);
    return grown;
}

struct nami_posting *nami_posting_insert(struct nami_retire *retire, struct nami_posting *posting,
                                         uint64_t id)
{
    uint32_t chunks = atomic_load_explicit(&posting->count, memory_order_relaxed);
    uint32_t at = chunk_for(posting, chunks, id);
    struct nami_posting_chunk *chunk = chunk_at(posting, at);
    uint32_t count = count_of(chunk);
    uint32_t place = place_in(chunk, count, id);
    struct nami_posting_chunk *copy = NULL;

    if (place < count && chunk->ids[place] == id) {
        return posting;
    }
    if (place == count && count < chunk->capacity) {
        chunk->ids[count] = id;
        atomic_store_explicit(&chunk->count, count + 1, memory_order_release);
        return posting;
    }
    if (count < NAMI_POSTING_CHUNK_MAX) {
        copy = chunk_with(retire, chunk, place, id);
        if (copy == NULL) {
            return NULL;
        }
        atomic_store_explicit(&posting->chunks[at], copy, memory_order_release);
        nami_block_retire(retire, chunk);
        return posting;
    }
    if (place == count && at + 1 == chunks) {
        struct nami_posting *grown = NULL;

        copy = chunk_create(retire, NAMI_POSTING_CHUNK_MAX);
        if (copy == NULL) {
            return NULL;
        }
        copy->ids[0] = id;
        atomic_store_explicit(&copy->count, 1, memory_order_relaxed);
        grown = insert_chunk(retire, posting, at, NULL, copy);
        if (grown == NULL) {
            nami_block_free(retire, copy);
        }
        return grown;
    }
    return split(retire, posting, at, id);
}

size_t nami_posting_read(const struct nami_posting *posting, uint64_t from, uint64_t *ids,
                         size_t max)
{
    uint32_t chunks = atomic_load_explicit(&posting->count, memory_order_acquire);
    size_t found = 0;

    for (uint32_t i = chunk_for(posting, chunks, from); i < chunks && found < max; i++) {
        const struct nami_posting_chunk *chunk = chunk_at(posting, i);
        uint32_t count = count_of(chunk);

        for (uint32_t j = place_in(chunk, count, from); j < count && found < max; j++) {
            ids[found++] = chunk->ids[j];
        }
    }
    return found;
}

bool nami_posting_erase(struct nami_retire *retire, struct nami_posting *posting, uint64_t id)
{
    uint32_t chunks = atomic_load_explicit(&posting->count, memory_order_relaxed);
    uint32_t at = chunk_for(posting, chunks, id);
    struct nami_posting_chunk *chunk = chunk_at(posting, at);
    uint32_t count = count_of(chunk);
    uint32_t place = place_in(chunk, count, id);
    struct nami_posting_chunk *copy = NULL;

    if (place == count || chunk->ids[place] != id) {
        return false;
    }
    if (count == 1 && chunks == 1) {
        return true;
    }
    if (count == 1) {
        return false; /* one stale id per chunk at most: not worth a new array of chunks */
    }
    copy = chunk_create(retire, chunk->capacity);
    if (copy == NULL) {
        return false;
    }
    memcpy(copy->ids, chunk->ids, place * sizeof(copy->ids[0]));
    memcpy(copy->ids + place, chunk->ids + place + 1, (count - place - 1) * sizeof(copy->ids[0]));
    atomic_store_explicit(&copy->count, count - 1, memory_order_relaxed);
    atomic_store_explicit(&posting->chunks[at], copy, memory_order_release);
    nami_block_retire(retire, chunk);
    return false;
}

void nami_posting_free(struct nami_retire *retire, struct nami_posting *posting)
{
    uint32_t count = atomic_load_explicit(&posting->count, memory_order_relaxed);

    for (uint32_t i = 0; i < count; i++) {
        nami_block_free(retire, chunk_at(posting, i));
    }
    nami_block_free(retire, posting);
}

void nami_posting_retire(struct nami_retire *retire, struct nami_posting *posting)
{
    uint32_t count = atomic_load_explicit(&posting->count, memory_order_relaxed);

    for (uint32_t i = 0; i < count; i++) {
        nami_block_retire(retire, chunk_at(posting, i));
    }
    nami_block_retire(retire, posting);
}
