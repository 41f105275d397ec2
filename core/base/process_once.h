/*
 * core/base/process_once.h -- one thing per process and name, whoever asks first makes it.
 *
 * The only state of the engine that belongs to the process: libraries that must be
 * started once (TLS, HTTP clients) leave no other way. What is made lives for ever.
 */
#ifndef NAMI_CORE_BASE_PROCESS_ONCE_H
#define NAMI_CORE_BASE_PROCESS_ONCE_H

#include <namidb/abi.h>

/*
 * The others wait while the first makes; after a failed make() the next caller tries
 * again. make() may ask for another name, never for its own. Fails: as make(); NOMEM.
 */
NAMI_CHECKED int32_t nami_process_once(struct nami_slice name, int32_t (*make)(void **out),
                                       void **out);

#endif /* NAMI_CORE_BASE_PROCESS_ONCE_H */
