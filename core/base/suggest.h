/*
 * core/base/suggest.h -- "did you mean": the nearest known name, if near enough.
 */
#ifndef NAMI_CORE_BASE_SUGGEST_H
#define NAMI_CORE_BASE_SUGGEST_H

#include <stdbool.h>

#include <namidb/abi.h>

struct nami_suggest {
    struct nami_slice wanted;
    struct nami_slice nearest; /* empty: nothing is near */
    size_t edits;
    bool ignore_case;
};

void nami_suggest_init(struct nami_suggest *suggest, struct nami_slice wanted, bool ignore_case);
/* Offer one known name; borrowed. */
void nami_suggest_offer(struct nami_suggest *suggest, struct nami_slice known);

#endif /* NAMI_CORE_BASE_SUGGEST_H */
