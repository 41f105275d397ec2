/*
 * tests/sim/fiber.h -- coroutines with stacks of their own, on one thread.
 *
 * A deck runs one fiber at a time, from home (the scheduler) and back to it. A fiber can be
 * dropped where it stands: its process has crashed.
 */
#ifndef NAMI_TESTS_SIM_FIBER_H
#define NAMI_TESTS_SIM_FIBER_H

#include <stdbool.h>
#include <stddef.h>
#include <ucontext.h>

enum { FIBER_STACK_BYTES = 256 << 10 };

struct fiber_deck;

struct fiber {
    ucontext_t context;
    struct fiber_deck *deck;
    void *stack; /* above its guard page */
    void *fake_stack;
    void (*run)(void *arg);
    void *arg;
    bool is_done;
    struct fiber *next; /* among those free for reuse */
};

struct fiber_deck {
    ucontext_t home;
    struct fiber *current; /* NULL: home */
    struct fiber *free;
    void *home_fake_stack;
    const void *home_stack;
    size_t home_stack_bytes;
};

/* Zeroed is an empty deck. Release when no fiber is in use any more. */
void fiber_deck_release(struct fiber_deck *deck);
/* A fiber that has not begun yet. Never NULL: no memory ends the program. */
struct fiber *fiber_start(struct fiber_deck *deck, void (*run)(void *arg), void *arg);
/* From home: run it until it pauses or is done. */
void fiber_resume(struct fiber *fiber);
/* From a fiber: back home. */
void fiber_pause(struct fiber_deck *deck);
/* From home, for a fiber that is done or that will never go on. */
void fiber_drop(struct fiber *fiber);

#endif /* NAMI_TESTS_SIM_FIBER_H */
