/*
 * tests/conformance/conformance.h -- what the parts of the store suite share.
 */
#ifndef NAMI_TESTS_CONFORMANCE_CONFORMANCE_H
#define NAMI_TESTS_CONFORMANCE_CONFORMANCE_H

#include <CUnit/CUnit.h>

#include "tests/support/store_fixture.h"

enum { HOST_CALLS_MAX = 32 }; /* more allocations and appends than one op needs */

/* The store under test: open while a suite runs. */
extern struct store_fixture store;
extern const char *store_uri;

extern CU_TestInfo conformance_write[];
extern CU_TestInfo conformance_read[];
extern CU_TestInfo conformance_list[];
extern CU_TestInfo conformance_race[];
extern CU_TestInfo conformance_failure[];
extern CU_TestInfo conformance_optional[];

/* One head or removal; the status is also in *result. */
int32_t name_call(uint32_t op, const char *key, struct nami_result *result);

/* Keys that a listing gave, one after the other, each with a space after it. */
struct listing {
    struct nami_list req; /* first: entry() is given its address */
    struct nami_result result;
    char keys[512];
    uint64_t count;
    uint64_t stop_at; /* entry() ends the list with AGAIN at this count; 0: never */
    int is_ordered;
    char last[NAMI_KEY_BYTES_MAX + 1];
};
/* The status of the call. */
int32_t list_keys(struct listing *listing, const char *prefix, const char *start_after,
                  uint64_t limit);

#endif /* NAMI_TESTS_CONFORMANCE_CONFORMANCE_H */
