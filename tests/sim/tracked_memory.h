/*
 * tests/sim/tracked_memory.h -- all heap memory of a run, so that what a crashed process
 * held can be given back when the run is over.
 *
 * The program is linked with --wrap for malloc and its kin: the engine's own calls land here.
 */
#ifndef NAMI_TESTS_SIM_TRACKED_MEMORY_H
#define NAMI_TESTS_SIM_TRACKED_MEMORY_H

/* Free all that was allocated since the last call and not freed. */
void tracked_memory_release(void);

#endif /* NAMI_TESTS_SIM_TRACKED_MEMORY_H */
