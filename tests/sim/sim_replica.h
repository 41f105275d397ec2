/*
 * tests/sim/sim_replica.h -- what the log is applied to: a list of commits, and a watch on
 * the order in which the engine gives and takes them.
 */
#ifndef NAMI_TESTS_SIM_SIM_REPLICA_H
#define NAMI_TESTS_SIM_SIM_REPLICA_H

#include "core/commit/commit.h"

struct world;

struct sim_replica {
    struct world *world;
    uint32_t staged;    /* nodes of the checker's tree */
    uint32_t published; /* what readers see */
    uint32_t shown;     /* the last that was published; a reset leaves it */
};

struct nami_replica sim_replica_table(struct sim_replica *replica);

#endif /* NAMI_TESTS_SIM_SIM_REPLICA_H */
