#include "core/memtable/retire.h"

#include <stdlib.h>
#include <string.h>

enum { RELEASE_BLOCKS_MAX = 256 }; /* that a reader frees on its way out */

int32_t nami_retire_init(struct nami_retire *retire)
{
    memset(retire, 0, sizeof(*retire));
    return pthread_mutex_init(&retire->mutex, NULL) == 0 ? NAMI_OK : NAMI_E_NOMEM;
}

static void free_blocks(struct nami_retire *retire, struct nami_block *block)
{
    uint64_t bytes = 0;

    while (block != NULL) {
        struct nami_block *next = block->next;

        bytes += block->bytes;
        free(block);
        block = next;
    }
    atomic_fetch_sub_explicit(&retire->bytes, bytes, memory_order_relaxed);
}

void nami_retire_release(struct nami_retire *retire)
{
    nami_retire_flush(retire);
    while (retire->guarded.spare != NULL) {
        struct nami_pin *next = retire->guarded.spare->next;

        free(retire->guarded.spare);
        retire->guarded.spare = next;
    }
    (void)pthread_mutex_destroy(&retire->mutex);
}

/* ---- pins ---- */

static int32_t pin_locked(struct nami_retire *retire, struct nami_pin **out)
{
    struct nami_pin *pin = retire->guarded.spare;

    if (pin != NULL) {
        retire->guarded.spare = pin->next;
    } else {
        pin = malloc(sizeof(*pin));
    }
    *out = pin;
    if (pin == NULL) {
        return NAMI_E_NOMEM;
    }
    pin->lsn = retire->guarded.published_lsn;
    pin->rel_mark = retire->guarded.published_mark;
    pin->tick = ++retire->guarded.tick;
    pin->next = NULL;
    pin->previous = retire->guarded.newest;
    if (pin->previous != NULL) {
        pin->previous->next = pin;
    } else {
        retire->guarded.oldest = pin;
    }
    retire->guarded.newest = pin;
    return NAMI_OK;
}

int32_t nami_pin_open(struct nami_retire *retire, struct nami_pin **out)
{
    int32_t status = NAMI_OK;

    (void)pthread_mutex_lock(&retire->mutex);
    status = pin_locked(retire, out);
    (void)pthread_mutex_unlock(&retire->mutex);
    return status;
}

int32_t nami_pin_open_at(struct nami_retire *retire, uint64_t lsn, struct nami_pin **out)
{
    int32_t status = NAMI_OK;

    (void)pthread_mutex_lock(&retire->mutex);
    status = pin_locked(retire, out);
    if (status == NAMI_OK) {
        (*out)->lsn = lsn;
        (*out)->rel_mark = UINT64_MAX;
    }
    (void)pthread_mutex_unlock(&retire->mutex);
    return status;
}

/* Take up to `max` blocks that no pin can hold off the queue. */
static struct nami_block *collect_locked(struct nami_retire *retire, size_t max)
{
    uint64_t oldest = retire->guarded.oldest != NULL ? retire->guarded.oldest->tick : UINT64_MAX;
    struct nami_block *found = NULL;

    while (retire->guarded.batch_count > 0 && max > 0) {
        struct nami_batch_of_blocks *batch = &retire->guarded.batches[retire->guarded.first_batch];

        if (batch->tick >= oldest) {
            break;
        }
        if (max == SIZE_MAX) { /* whole batches: readers wait for this mutex to open a snapshot */
            batch->last->next = found;
            found = batch->first;
            batch->first = NULL;
        }
        while (batch->first != NULL && max > 0) {
            struct nami_block *next = batch->first->next;

            batch->first->next = found;
            found = batch->first;
            batch->first = next;
            max--;
        }
        if (batch->first == NULL) {
            retire->guarded.first_batch = (retire->guarded.first_batch + 1) % NAMI_RETIRE_BATCHES;
            retire->guarded.batch_count--;
        }
    }
    return found;
}

void nami_pin_release(struct nami_retire *retire, struct nami_pin *pin)
{
    struct nami_block *free_now = NULL;

    (void)pthread_mutex_lock(&retire->mutex);
    if (pin->previous != NULL) {
        pin->previous->next = pin->next;
    } else {
        retire->guarded.oldest = pin->next;
    }
    if (pin->next != NULL) {
        pin->next->previous = pin->previous;
    } else {
        retire->guarded.newest = pin->previous;
    }
    pin->next = retire->guarded.spare;
    retire->guarded.spare = pin;
    free_now = collect_locked(retire, RELEASE_BLOCKS_MAX);
    (void)pthread_mutex_unlock(&retire->mutex);
    free_blocks(retire, free_now);
}

bool nami_retire_has_pins(struct nami_retire *retire)
{
    bool has = false;

    (void)pthread_mutex_lock(&retire->mutex);
    has = retire->guarded.oldest != NULL;
    (void)pthread_mutex_unlock(&retire->mutex);
    return has;
}

void nami_retire_publish(struct nami_retire *retire, uint64_t lsn, uint64_t rel_mark)
{
    (void)pthread_mutex_lock(&retire->mutex);
    retire->guarded.published_lsn = lsn;
    retire->guarded.published_mark = rel_mark;
    atomic_store_explicit(&retire->published_lsn, lsn, memory_order_release);
    (void)pthread_mutex_unlock(&retire->mutex);
}

static int compare_lsns(const void *a, const void *b)
{
    const uint64_t *left = a;
    const uint64_t *right = b;

    return (*left > *right) - (*left < *right);
}

void nami_retire_horizon(struct nami_retire *retire, struct nami_horizon *out)
{
    (void)pthread_mutex_lock(&retire->mutex);
    out->published = retire->guarded.published_lsn;
    out->oldest = out->published;
    out->is_cut = false;
    out->lsns[0] = out->published;
    out->count = 1;
    for (const struct nami_pin *pin = retire->guarded.oldest; pin != NULL; pin = pin->next) {
        if (pin->lsn >= out->published) {
            continue;
        }
        out->oldest = pin->lsn < out->oldest ? pin->lsn : out->oldest;
        if (out->count == NAMI_HORIZON_PINS) {
            out->is_cut = true;
            break; /* pins come in order: the oldest was among the first */
        }
        out->lsns[out->count++] = pin->lsn;
    }
    (void)pthread_mutex_unlock(&retire->mutex);
    qsort(out->lsns, out->count, sizeof(out->lsns[0]), compare_lsns);
}

/* ---- blocks ---- */

void *nami_block_alloc_raw(struct nami_retire *retire, size_t bytes)
{
    struct nami_block *block = malloc(bytes);

    if (block != NULL) {
        block->next = NULL;
        block->bytes = bytes;
        atomic_fetch_add_explicit(&retire->bytes, bytes, memory_order_relaxed);
    }
    return block;
}

void *nami_block_alloc(struct nami_retire *retire, size_t bytes)
{
    struct nami_block *block = calloc(1, bytes);

    if (block != NULL) {
        block->bytes = bytes;
        atomic_fetch_add_explicit(&retire->bytes, bytes, memory_order_relaxed);
    }
    return block;
}

void nami_block_free(struct nami_retire *retire, void *block)
{
    if (block != NULL) {
        struct nami_block *head = block;

        head->next = NULL;
        free_blocks(retire, head);
    }
}

void nami_block_retire(struct nami_retire *retire, void *block)
{
    struct nami_block *head = block;

    if (head == NULL) {
        return;
    }
    head->next = NULL;
    if (retire->open.last != NULL) {
        retire->open.last->next = head;
    } else {
        retire->open.first = head;
    }
    retire->open.last = head;
}

void nami_retire_flush(struct nami_retire *retire)
{
    struct nami_block *free_now = NULL;

    (void)pthread_mutex_lock(&retire->mutex);
    if (retire->open.first != NULL) {
        uint32_t last = retire->guarded.first_batch + retire->guarded.batch_count;
        struct nami_batch_of_blocks *batch = NULL;

        if (retire->guarded.batch_count == NAMI_RETIRE_BATCHES) {
            batch = &retire->guarded.batches[(last - 1) % NAMI_RETIRE_BATCHES];
            batch->last->next = retire->open.first;
            batch->last = retire->open.last;
        } else {
            batch = &retire->guarded.batches[last % NAMI_RETIRE_BATCHES];
            *batch = retire->open;
            retire->guarded.batch_count++;
        }
        batch->tick = retire->guarded.tick;
        retire->open = (struct nami_batch_of_blocks){0};
    }
    free_now = collect_locked(retire, SIZE_MAX);
    (void)pthread_mutex_unlock(&retire->mutex);
    free_blocks(retire, free_now);
}
