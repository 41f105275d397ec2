/* Functions of numbers, and the three that answer something new each time. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <namidb/host.h>

#include "core/base/number_text.h"
#include "core/exec/scalar_functions.h"

static const double pi = 3.14159265358979323846;

static double as_double(struct nami_value number)
{
    return number.type == NAMI_VALUE_INT ? (double)number.as.integer : number.as.real;
}

/* ---- one number to a float ---- */

static double cotangent(double x)
{
    return 1.0 / tan(x);
}

static double hyperbolic_cotangent(double x)
{
    return x == 0.0 ? (double)NAN : 1.0 / tanh(x);
}

static double to_degrees(double x)
{
    return x * (180.0 / pi);
}

static double to_radians(double x)
{
    return x * (pi / 180.0);
}

static double half_versine(double x)
{
    return (1.0 - cos(x)) / 2.0;
}

typedef double (*real_function)(double x);

static real_function real_of(uint16_t id)
{
    static const struct {
        uint16_t id;
        real_function apply;
    } functions[] = {
        {NAMI_FN_CEIL, ceil},
        {NAMI_FN_CEILING, ceil},
        {NAMI_FN_FLOOR, floor},
        {NAMI_FN_EXP, exp},
        {NAMI_FN_LOG, log},
        {NAMI_FN_LN, log},
        {NAMI_FN_LOG10, log10},
        {NAMI_FN_SQRT, sqrt},
        {NAMI_FN_SIN, sin},
        {NAMI_FN_COS, cos},
        {NAMI_FN_TAN, tan},
        {NAMI_FN_COT, cotangent},
        {NAMI_FN_ASIN, asin},
        {NAMI_FN_COTH, hyperbolic_cotangent},
        {NAMI_FN_ACOS, acos},
        {NAMI_FN_ATAN, atan},
        {NAMI_FN_SINH, sinh},
        {NAMI_FN_COSH, cosh},
        {NAMI_FN_TANH, tanh},
        {NAMI_FN_DEGREES, to_degrees},
        {NAMI_FN_RADIANS, to_radians},
        {NAMI_FN_HAVERSIN, half_versine},
    };

    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
        if (functions[i].id == id) {
            return functions[i].apply;
        }
    }
    return NULL;
}

NAMI_SCALAR(nami_fn_real)
{
    real_function apply = real_of(call->function->id);

    if (apply == NULL) {
        return NAMI_EXPR_FAIL(call->exec, call->expr, NAMI_COND_INTERNAL, "function %u",
                              (unsigned)call->function->id);
    }
    *out = nami_value_float(apply(as_double(args[0])));
    return NAMI_OK;
}

/* ---- others of one or two numbers ---- */

NAMI_SCALAR(nami_fn_e)
{
    (void)call;
    (void)args;
    *out = nami_value_float(2.71828182845904523536);
    return NAMI_OK;
}

NAMI_SCALAR(nami_fn_pi)
{
    (void)call;
    (void)args;
    *out = nami_value_float(pi);
    return NAMI_OK;
}

NAMI_SCALAR(nami_fn_is_nan)
{
    (void)call;
    *out = nami_value_bool(args[0].type == NAMI_VALUE_FLOAT && isnan(args[0].as.real));
    return NAMI_OK;
}

NAMI_SCALAR(nami_fn_abs)
{
    *out = args[0];
    if (args[0].type == NAMI_VALUE_FLOAT) {
        out->as.real = fabs(args[0].as.real);
        return NAMI_OK;
    }
    if (args[0].as.integer == INT64_MIN) {
        return NAMI_EXPR_FAIL(call->exec, call->expr, NAMI_COND_ARITHMETIC_OVERFLOW,
                              "abs(%" PRId64 ") is beyond the range of a 64-bit integer",
                              args[0].as.integer);
    }
    out->as.integer = args[0].as.integer < 0 ? -args[0].as.integer : args[0].as.integer;
    return NAMI_OK;
}

NAMI_SCALAR(nami_fn_sign)
{
    double number = as_double(args[0]);

    (void)call;
    *out = nami_value_int((number > 0.0) - (number < 0.0));
    return NAMI_OK;
}

NAMI_SCALAR(nami_fn_atan2)
{
    (void)call;
    *out = nami_value_float(atan2(as_double(args[0]), as_double(args[1])));
    return NAMI_OK;
}

NAMI_SCALAR(nami_fn_power)
{
    (void)call;
    *out = nami_value_float(pow(as_double(args[0]), as_double(args[1])));
    return NAMI_OK;
}

NAMI_SCALAR(nami_fn_mod)
{
    if (args[0].type != NAMI_VALUE_INT || args[1].type != NAMI_VALUE_INT) {
        *out = nami_value_float(fmod(as_double(args[0]), as_double(args[1])));
        return NAMI_OK;
    }
    if (args[1].as.integer == 0) {
        return NAMI_EXPR_FAIL(call->exec, call->expr, NAMI_COND_DIVISION_BY_ZERO, "mod() by zero");
    }
    *out = nami_value_int(args[1].as.integer == -1 ? 0 : args[0].as.integer % args[1].as.integer);
    return NAMI_OK;
}

/* ---- round ---- */

enum rounding {
    ROUND_UP,
    ROUND_DOWN,
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_UP,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_UNKNOWN
};

static enum rounding read_rounding(struct nami_slice text)
{
    static const char *const names[] = {"UP",      "DOWN",      "CEILING",  "FLOOR",
                                        "HALF_UP", "HALF_DOWN", "HALF_EVEN"};

    for (uint32_t i = 0; i < ROUND_UNKNOWN; i++) {
        const char *name = names[i];
        size_t at = 0;

        while (at < text.len && name[at] != '\0' &&
               (text.ptr[at] == (uint8_t)name[at] ||
                (name[at] != '_' && text.ptr[at] == (uint8_t)(name[at] + ('a' - 'A'))))) {
            at++;
        }
        if (at == text.len && name[at] == '\0') {
            return (enum rounding)i;
        }
    }
    return ROUND_UNKNOWN;
}

/* The digits of a double as it prints: 0.d1d2d3... times ten to the power of `exponent`. */
struct decimal {
    bool is_negative;
    uint32_t count;
    int exponent;
    uint8_t digits[NAMI_NUMBER_TEXT_MAX + 1]; /* 0 to 9 */
};

static void read_decimal(double value, struct decimal *out)
{
    char text[NAMI_NUMBER_TEXT_MAX];
    size_t len = nami_float_text_json(value, text);
    bool is_fraction = false;
    size_t at = 0;

    *out = (struct decimal){.is_negative = len > 0 && text[0] == '-'};
    for (at = out->is_negative ? 1 : 0; at < len && text[at] != 'e'; at++) {
        if (text[at] == '.') {
            is_fraction = true;
        } else if (out->count > 0 || text[at] != '0') {
            out->digits[out->count++] = (uint8_t)(text[at] - '0');
            out->exponent += is_fraction ? 0 : 1;
        } else {
            out->exponent -= is_fraction ? 1 : 0;
        }
    }
    if (at < len) {
        int64_t power = 0;

        at++; /* 'e' */
        if (nami_int_parse((struct nami_slice){.ptr = (uint8_t *)text + at, .len = len - at},
                           &power)) {
            out->exponent += (int)power;
        }
    }
}

/* Does dropping the digits from `keep` on take the rest away from zero? */
static bool goes_away(const struct decimal *number, uint32_t keep, enum rounding mode)
{
    bool is_exact = true;
    bool is_half;
    uint8_t first = keep < number->count ? number->digits[keep] : 0;

    for (uint32_t i = keep + 1; i < number->count; i++) {
        is_exact = is_exact && number->digits[i] == 0;
    }
    is_half = first == 5 && is_exact;
    if (first == 0 && is_exact) {
        return false;
    }
    switch (mode) {
    case ROUND_UP:
        return true;
    case ROUND_DOWN:
        return false;
    case ROUND_CEILING:
        return !number->is_negative;
    case ROUND_FLOOR:
        return number->is_negative;
    case ROUND_HALF_UP:
        return first >= 5;
    case ROUND_HALF_DOWN:
        return first >= 5 && !is_half;
    case ROUND_HALF_EVEN:
        return is_half ? keep > 0 && number->digits[keep - 1] % 2 == 1 : first >= 5;
    case ROUND_UNKNOWN:
        break;
    }
    return false;
}

static double write_decimal(const struct decimal *number)
{
    char text[NAMI_NUMBER_TEXT_MAX * 2];
    size_t at = 0;
    int wrote;
    double value = 0.0;

    text[at++] = number->is_negative ? '-' : '0';
    text[at++] = '0';
    text[at++] = '.';
    for (uint32_t i = 0; i < number->count; i++) {
        text[at++] = (char)('0' + number->digits[i]);
    }
    wrote = snprintf(text + at, sizeof(text) - at, "%se%d", number->count == 0 ? "0" : "",
                     number->exponent);
    at += wrote > 0 ? (size_t)wrote : 0;
    if (!number->is_negative) { /* one zero before the point, no sign */
        (void)nami_float_parse((struct nami_slice){.ptr = (uint8_t *)text + 1, .len = at - 1},
                               &value);
    } else {
        (void)nami_float_parse((struct nami_slice){.ptr = (uint8_t *)text, .len = at}, &value);
    }
    return value;
}

static double round_decimal(double value, int64_t precision, enum rounding mode)
{
    struct decimal number;
    int64_t keep;
    bool away;

    read_decimal(value, &number);
    keep = precision > 400 ? 800 : number.exponent + precision;
    if (keep >= (int64_t)number.count) {
        return value;
    }
    if (keep < 0) { /* all digits lie below half a unit */
        away = number.count > 0 && (mode == ROUND_UP || (mode == ROUND_CEILING && value > 0.0) ||
                                    (mode == ROUND_FLOOR && value < 0.0));
        number.count = 0;
        keep = 0;
        number.exponent = (int)-precision;
    } else {
        away = goes_away(&number, (uint32_t)keep, mode);
        number.count = (uint32_t)keep;
    }
    for (uint32_t i = number.count; away && i > 0; i--) {
        number.digits[i - 1] = (uint8_t)((number.digits[i - 1] + 1) % 10);
        away = number.digits[i - 1] == 0;
    }
    if (away) { /* carried past the first digit: 1, and a place more */
        memmove(number.digits + 1, number.digits, number.count);
        number.digits[0] = 1;
        number.count++;
        number.exponent++;
    }
    return write_decimal(&number);
}

NAMI_SCALAR(nami_fn_round)
{
    double value = as_double(args[0]);
    enum rounding mode = ROUND_HALF_UP;
    int64_t precision = call->arg_count > 1 ? args[1].as.integer : 0;

    if (precision < 0) {
        return NAMI_EXPR_FAIL(call->exec, call->expr, NAMI_COND_NUMBER_OUT_OF_RANGE,
                              "round(): the precision must not be negative");
    }
    if (call->arg_count > 2) {
        mode = read_rounding(nami_value_slice(args[2]));
    }
    if (mode == ROUND_UNKNOWN) {
        return NAMI_EXPR_FAIL(call->exec, call->expr, NAMI_COND_INVALID_ARGUMENT_VALUE,
                              "round(): the mode is one of UP, DOWN, CEILING, FLOOR, HALF_UP, "
                              "HALF_DOWN, HALF_EVEN");
    }
    if (!isfinite(value)) {
        *out = nami_value_float(value);
    } else if (precision == 0 && call->arg_count < 3) { /* ties go up, also below zero */
        double low = floor(value);

        *out = nami_value_float(value - low >= 0.5 ? low + 1.0 : low);
    } else {
        *out = nami_value_float(round_decimal(value, precision, mode));
    }
    return NAMI_OK;
}

/* ---- new each time ---- */

/* xoroshiro128+, D. Blackman and S. Vigna, ACM TOMS 47 (2021). */
static uint64_t next_random(uint64_t state[2])
{
    uint64_t first = state[0];
    uint64_t second = state[1];
    uint64_t result;

    if (first == 0 && second == 0) { /* the one state it can not leave */
        second = UINT64_C(0x9e3779b97f4a7c15);
    }
    result = first + second;
    second ^= first;
    state[0] = (first << 24 | first >> 40) ^ second ^ second << 16;
    state[1] = second << 37 | second >> 27;
    return result;
}

NAMI_SCALAR(nami_fn_rand)
{
    (void)args;
    *out = nami_value_float((double)(next_random(call->exec->random_state) >> 11) * 0x1p-53);
    return NAMI_OK;
}

/* RFC 9562, version 4. */
NAMI_SCALAR(nami_fn_random_uuid)
{
    static const char hex[] = "0123456789abcdef";
    const struct nami_host *host = call->exec->host;
    uint8_t bytes[16];
    uint8_t *text = nami_arena_alloc(call->exec->scratch, 36);
    size_t at = 0;

    (void)args;
    if (text == NULL) {
        return nami_exec_nomem(call->exec);
    }
    if (host->random_fill(host, bytes, sizeof(bytes)) != NAMI_OK) {
        return NAMI_EXPR_FAIL(call->exec, call->expr, NAMI_COND_INTERNAL,
                              "the system gave no random bytes");
    }
    bytes[6] = (uint8_t)((bytes[6] & 0x0f) | 0x40);
    bytes[8] = (uint8_t)((bytes[8] & 0x3f) | 0x80);
    for (size_t i = 0; i < sizeof(bytes); i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            text[at++] = '-';
        }
        text[at++] = (uint8_t)hex[bytes[i] >> 4];
        text[at++] = (uint8_t)hex[bytes[i] & 15];
    }
    *out = nami_value_string((struct nami_slice){.ptr = text, .len = at});
    return NAMI_OK;
}

NAMI_SCALAR(nami_fn_timestamp)
{
    (void)args;
    *out = nami_value_int(call->exec->statement_wall_ms);
    return NAMI_OK;
}
