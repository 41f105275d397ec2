#include <namidb/plugin_util.h>

#include "core/value/number_order.h"
#include "core/value/value.h"
#include "core/value/walk.h"

static enum nami_truth truth_of(bool is_true)
{
    return is_true ? NAMI_TRUE : NAMI_FALSE;
}

static enum nami_truth equal_values(struct nami_value a, struct nami_value b,
                                    struct nami_walk *walk);

/* One pair that differs decides; else one that is unknown does. */
static enum nami_truth equal_items(const struct nami_value *a, const struct nami_value *b,
                                   uint32_t count, uint32_t step, struct nami_walk *walk)
{
    enum nami_truth all = NAMI_TRUE;

    if (!nami_walk_enter(walk, count)) {
        return NAMI_TRUE;
    }
    for (size_t i = 0; i < count && all != NAMI_FALSE; i++) {
        enum nami_truth one = equal_values(a[i * step], b[i * step], walk);

        all = one == NAMI_TRUE ? all : one; /* never from FALSE: the loop has ended then */
    }
    nami_walk_leave(walk);
    return all;
}

static enum nami_truth equal_maps(struct nami_value a, struct nami_value b, struct nami_walk *walk)
{
    for (size_t i = 0; i < a.count; i++) {
        if (!nami_slice_equal(nami_value_slice(a.as.items[i * 2]),
                              nami_value_slice(b.as.items[i * 2]))) {
            return NAMI_FALSE;
        }
    }
    return a.count == 0 ? NAMI_TRUE : equal_items(a.as.items + 1, b.as.items + 1, a.count, 2, walk);
}

static enum nami_truth equal_values(struct nami_value a, struct nami_value b,
                                    struct nami_walk *walk)
{
    if (nami_value_is_null(a) || nami_value_is_null(b)) {
        return NAMI_UNKNOWN;
    }
    if (nami_value_is_number(a) && nami_value_is_number(b)) {
        return truth_of(!nami_value_is_nan(a) && !nami_value_is_nan(b) &&
                        nami_order_numbers(a, b) == 0);
    }
    if (a.type != b.type) {
        return NAMI_FALSE;
    }
    if (a.type == NAMI_VALUE_LIST || a.type == NAMI_VALUE_MAP) {
        if (a.count != b.count) {
            return NAMI_FALSE;
        }
        return a.type == NAMI_VALUE_LIST ? equal_items(a.as.items, b.as.items, a.count, 1, walk)
                                         : equal_maps(a, b, walk);
    }
    return truth_of(nami_value_equivalent(a, b));
}

enum nami_truth nami_value_equal(struct nami_value a, struct nami_value b)
{
    struct nami_walk walk = {.steps_left = NAMI_WALK_STEPS_MAX};

    return equal_values(a, b, &walk);
}
