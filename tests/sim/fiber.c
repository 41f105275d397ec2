#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include "fiber.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define SIM_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SIM_ASAN 1
#endif
#endif

#ifdef SIM_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>

static void leave(void **fake_stack, const void *stack, size_t bytes)
{
    __sanitizer_start_switch_fiber(fake_stack, stack, bytes);
}

static void arrive(void *fake_stack, const void **from, size_t *from_bytes)
{
    __sanitizer_finish_switch_fiber(fake_stack, from, from_bytes);
}

/* The frames of a dropped fiber never returned: their red zones are still there. */
static void forget_frames(void *stack)
{
    ASAN_UNPOISON_MEMORY_REGION(stack, FIBER_STACK_BYTES);
}
#else
static void leave(void **fake_stack, const void *stack, size_t bytes)
{
    (void)fake_stack;
    (void)stack;
    (void)bytes;
}

static void arrive(void *fake_stack, const void **from, size_t *from_bytes)
{
    (void)fake_stack;
    (void)from;
    (void)from_bytes;
}

static void forget_frames(void *stack)
{
    (void)stack;
}
#endif

static size_t guard_bytes(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

static struct fiber *make_fiber(struct fiber_deck *deck)
{
    struct fiber *fiber = calloc(1, sizeof(*fiber));
    size_t guard = guard_bytes();
    uint8_t *base = mmap(NULL, guard + FIBER_STACK_BYTES, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (fiber == NULL || base == MAP_FAILED || mprotect(base, guard, PROT_NONE) != 0) {
        perror("no memory for a fiber");
        abort();
    }
    fiber->deck = deck;
    fiber->stack = base + guard;
    return fiber;
}

void fiber_deck_release(struct fiber_deck *deck)
{
    while (deck->free != NULL) {
        struct fiber *fiber = deck->free;

        deck->free = fiber->next;
        (void)munmap((uint8_t *)fiber->stack - guard_bytes(), guard_bytes() + FIBER_STACK_BYTES);
        free(fiber);
    }
}

/* makecontext() passes ints, so the address comes in two halves. */
static void begin(unsigned high, unsigned low)
{
    struct fiber *fiber = (struct fiber *)(((uintptr_t)high << 16 << 16) | (uintptr_t)low);
    struct fiber_deck *deck = fiber->deck;

    arrive(NULL, &deck->home_stack, &deck->home_stack_bytes);
    fiber->run(fiber->arg);
    fiber->is_done = true;
    leave(NULL, deck->home_stack, deck->home_stack_bytes);
    (void)setcontext(&deck->home);
    abort(); /* nobody resumes what is done */
}

/* By itself: getcontext() may return twice, as far as a compiler knows. */
static void prepare(struct fiber *fiber)
{
    if (getcontext(&fiber->context) != 0) {
        abort();
    }
    fiber->context.uc_stack.ss_sp = fiber->stack;
    fiber->context.uc_stack.ss_size = FIBER_STACK_BYTES;
    fiber->context.uc_link = NULL;
    makecontext(&fiber->context, (void (*)(void))begin, 2, (unsigned)((uintptr_t)fiber >> 16 >> 16),
                (unsigned)((uintptr_t)fiber & UINT32_MAX));
}

struct fiber *fiber_start(struct fiber_deck *deck, void (*run)(void *arg), void *arg)
{
    struct fiber *fiber = deck->free;

    if (fiber != NULL) {
        deck->free = fiber->next;
    } else {
        fiber = make_fiber(deck);
    }
    fiber->run = run;
    fiber->arg = arg;
    fiber->is_done = false;
    fiber->fake_stack = NULL;
    fiber->next = NULL;
    prepare(fiber);
    return fiber;
}

void fiber_resume(struct fiber *fiber)
{
    struct fiber_deck *deck = fiber->deck;

    deck->current = fiber;
    leave(&deck->home_fake_stack, fiber->stack, FIBER_STACK_BYTES);
    if (swapcontext(&deck->home, &fiber->context) != 0) {
        abort();
    }
    arrive(deck->home_fake_stack, NULL, NULL);
    deck->current = NULL;
}

void fiber_pause(struct fiber_deck *deck)
{
    struct fiber *fiber = deck->current;

    leave(&fiber->fake_stack, deck->home_stack, deck->home_stack_bytes);
    if (swapcontext(&fiber->context, &deck->home) != 0) {
        abort();
    }
    arrive(fiber->fake_stack, &deck->home_stack, &deck->home_stack_bytes);
}

void fiber_drop(struct fiber *fiber)
{
    forget_frames(fiber->stack);
    fiber->next = fiber->deck->free;
    fiber->deck->free = fiber;
}
