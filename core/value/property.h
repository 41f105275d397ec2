/*
 * core/value/property.h -- a property: a key of the catalog and its value.
 */
#ifndef NAMI_CORE_VALUE_PROPERTY_H
#define NAMI_CORE_VALUE_PROPERTY_H

#include "core/value/value.h"

struct nami_property {
    uint32_t key; /* catalog id */
    uint32_t reserved;
    struct nami_value value;
};

/* Ascending by key id, borrowed. */
struct nami_properties {
    const struct nami_property *at;
    uint32_t count;
};

#endif /* NAMI_CORE_VALUE_PROPERTY_H */
