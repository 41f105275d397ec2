/*
 * core/base/cancel.h -- what a cancel token is inside the engine. Plugins see only
 * the name and ask nami_host.cancelled().
 *
 * Zero it to begin; it lives with whoever asked for the work. Tripping is one way.
 */
#ifndef NAMI_CORE_BASE_CANCEL_H
#define NAMI_CORE_BASE_CANCEL_H

#include <stdatomic.h>
#include <stdbool.h>

#include <namidb/abi.h>

struct nami_cancel {
    _Atomic uint32_t tripped;
};

/* On any thread, any number of times. */
static inline void nami_cancel_trip(struct nami_cancel *cancel)
{
    atomic_store_explicit(&cancel->tripped, 1, memory_order_release);
}

/* NULL never is. */
static inline bool nami_cancel_is_tripped(const struct nami_cancel *cancel)
{
    return cancel != NULL && atomic_load_explicit(&cancel->tripped, memory_order_acquire) != 0;
}

#endif /* NAMI_CORE_BASE_CANCEL_H */
