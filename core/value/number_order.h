/*
 * core/value/number_order.h -- integers and floats on one line, exactly: no integer is
 * rounded to a double on the way.
 */
#ifndef NAMI_CORE_VALUE_NUMBER_ORDER_H
#define NAMI_CORE_VALUE_NUMBER_ORDER_H

#include <math.h>

#include "core/value/value.h"

static inline bool nami_value_is_nan(struct nami_value value)
{
    return value.type == NAMI_VALUE_FLOAT && isnan(value.as.real);
}

/* <0, 0 or >0; `b` is not NaN. */
static inline int nami_order_int_float(int64_t a, double b)
{
    int64_t whole = 0;
    double fraction = 0;

    if (b >= 0x1p63) {
        return -1;
    }
    if (b < -0x1p63) {
        return 1;
    }
    whole = (int64_t)b;           /* toward zero */
    fraction = b - (double)whole; /* both are exact */
    if (a != whole) {
        return a < whole ? -1 : 1;
    }
    return (fraction < 0) - (fraction > 0);
}

/* Of two numbers, neither NaN. */
static inline int nami_order_numbers(struct nami_value a, struct nami_value b)
{
    if (a.type == NAMI_VALUE_INT) {
        return b.type == NAMI_VALUE_INT
                   ? (a.as.integer > b.as.integer) - (a.as.integer < b.as.integer)
                   : nami_order_int_float(a.as.integer, b.as.real);
    }
    return b.type == NAMI_VALUE_INT ? -nami_order_int_float(b.as.integer, a.as.real)
                                    : (a.as.real > b.as.real) - (a.as.real < b.as.real);
}

#endif /* NAMI_CORE_VALUE_NUMBER_ORDER_H */
