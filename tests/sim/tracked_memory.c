#include "tracked_memory.h"

#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct block {
    struct block *next;
    struct block *prev;
    size_t size;
    alignas(max_align_t) uint8_t bytes[];
};

/* The one global of the simulator: malloc() has no context. */
static struct block all = {.next = &all, .prev = &all};

void *__real_malloc(size_t size);
void __real_free(void *ptr);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *ptr, size_t size);
void __wrap_free(void *ptr);

static struct block *block_of(void *ptr)
{
    return (struct block *)(void *)((uint8_t *)ptr - offsetof(struct block, bytes));
}

void *__wrap_malloc(size_t size)
{
    struct block *block = __real_malloc(sizeof(*block) + size);

    if (block == NULL) {
        return NULL;
    }
    block->size = size;
    block->next = all.next;
    block->prev = &all;
    all.next->prev = block;
    all.next = block;
    return block->bytes;
}

void *__wrap_calloc(size_t count, size_t size)
{
    void *ptr = NULL;

    if (size > 0 && count > SIZE_MAX / 2 / size) {
        return NULL;
    }
    ptr = __wrap_malloc(count * size);
    return ptr != NULL ? memset(ptr, 0, count * size) : NULL;
}

void __wrap_free(void *ptr)
{
    struct block *block = ptr != NULL ? block_of(ptr) : NULL;

    if (block != NULL) {
        block->prev->next = block->next;
        block->next->prev = block->prev;
        __real_free(block);
    }
}

void *__wrap_realloc(void *ptr, size_t size)
{
    void *grown = __wrap_malloc(size);

    if (grown != NULL && ptr != NULL) {
        size_t had = block_of(ptr)->size;

        memcpy(grown, ptr, had < size ? had : size);
        __wrap_free(ptr);
    }
    return grown;
}

void tracked_memory_release(void)
{
    while (all.next != &all) {
        __wrap_free(all.next->bytes);
    }
}
