/*
 * core/cypher/names.h -- byte strings to small numbers, in an arena. Inside the module.
 */
#ifndef NAMI_CORE_CYPHER_NAMES_H
#define NAMI_CORE_CYPHER_NAMES_H

#include <stdbool.h>

#include "core/base/arena.h"

/* Zero it to begin. Names are borrowed. */
struct nami_cypher__names {
    struct nami_slice *items; /* by number, from 0 */
    uint32_t count;
    uint32_t item_capacity;
    uint32_t *slots; /* number + 1; 0: free */
    uint32_t slot_count;
};

/* false: no memory. */
NAMI_CHECKED bool nami_cypher__names_add(struct nami_cypher__names *names, struct nami_arena *arena,
                                         struct nami_slice name, uint32_t *number, bool *is_new);

/* false: not there. */
NAMI_CHECKED bool nami_cypher__names_find(const struct nami_cypher__names *names,
                                          struct nami_slice name, uint32_t *number);

#endif /* NAMI_CORE_CYPHER_NAMES_H */
