/*
 * core/memtable/retire.h -- when may memory that readers might still see be freed?
 *
 * What:   pins (open snapshots: an LSN and the tick at which they opened) and a queue of
 *         retired blocks. A block is freed when every pin that was open when its batch was
 *         closed is gone: a later one can not have found it.
 * Thread: pin and unpin: any. retire and flush: the writer. Readers take the mutex to open
 *         and to release a snapshot, never to read.
 */
#ifndef NAMI_CORE_MEMTABLE_RETIRE_H
#define NAMI_CORE_MEMTABLE_RETIRE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include <namidb/abi.h>

enum {
    NAMI_RETIRE_BATCHES = 64, /* beyond: batches merge, and wait for the later of their ticks */
    NAMI_HORIZON_PINS = 64    /* beyond: nothing between the oldest pin and now is pruned */
};

/* First in everything that can be retired. */
struct nami_block {
    struct nami_block *next;
    uint64_t bytes;
};

struct nami_pin {
    uint64_t lsn;
    uint64_t tick;
    uint64_t rel_mark; /* relationships with a lower id were created at or before `lsn` */
    struct nami_pin *previous;
    struct nami_pin *next;
};

struct nami_batch_of_blocks {
    struct nami_block *first;
    struct nami_block *last;
    uint64_t tick;
};

/* What the writer knew about pins when it last looked: old knowledge only keeps more. */
struct nami_horizon {
    uint64_t published; /* no pin opened later is older than this */
    uint64_t oldest;    /* of all pins and `published` */
    uint32_t count;
    bool is_cut;                      /* there were more pins than fit */
    uint64_t lsns[NAMI_HORIZON_PINS]; /* ascending */
};

struct nami_retire {
    pthread_mutex_t mutex;
    struct {
        uint64_t tick;
        uint64_t published_lsn;
        uint64_t published_mark;
        struct nami_pin *oldest; /* in order of ticks */
        struct nami_pin *newest;
        struct nami_pin *spare; /* linked by next */
        struct nami_batch_of_blocks batches[NAMI_RETIRE_BATCHES];
        uint32_t first_batch;
        uint32_t batch_count;
    } guarded;
    struct nami_batch_of_blocks open; /* the writer's, not yet closed */
    _Atomic uint64_t published_lsn;   /* a copy for those who only want to know */
    _Atomic uint64_t bytes;           /* of all blocks */
};

NAMI_CHECKED int32_t nami_retire_init(struct nami_retire *retire);
/* No pin is left. */
void nami_retire_release(struct nami_retire *retire);

/* Pin the newest published LSN. Fails: NOMEM. */
NAMI_CHECKED int32_t nami_pin_open(struct nami_retire *retire, struct nami_pin **out);
/* The writer's own, at an LSN that is not published yet. */
NAMI_CHECKED int32_t nami_pin_open_at(struct nami_retire *retire, uint64_t lsn,
                                      struct nami_pin **out);
void nami_pin_release(struct nami_retire *retire, struct nami_pin *pin);
bool nami_retire_has_pins(struct nami_retire *retire);
void nami_retire_publish(struct nami_retire *retire, uint64_t lsn, uint64_t rel_mark);
void nami_retire_horizon(struct nami_retire *retire, struct nami_horizon *out);

/* Zeroed, accounted. NULL: no memory. */
void *nami_block_alloc(struct nami_retire *retire, size_t bytes);
/* Not zeroed but for the header. */
void *nami_block_alloc_raw(struct nami_retire *retire, size_t bytes);
/* Nobody else ever saw it. NULL is fine. */
void nami_block_free(struct nami_retire *retire, void *block);
/* Unlinked now; freed when no reader can hold it. NULL is fine. */
void nami_block_retire(struct nami_retire *retire, void *block);
/* Close the open batch and free what can be freed. */
void nami_retire_flush(struct nami_retire *retire);

#endif /* NAMI_CORE_MEMTABLE_RETIRE_H */
