#define _GNU_SOURCE /* strtod_l */
#include "core/base/number_text.h"

#include <assert.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <namidb/plugin_util.h>

enum {
    DIGITS_MAX = 17,        /* that any double needs */
    EXACT_DIGITS_MAX = 15,  /* decimals of so many digits are all different doubles */
    EXACT_POWER_MAX = 22,   /* 10^22 is a double */
    LEXEME_BYTES_MAX = 800, /* more digits can not change a double, but they are read */
};

static const double powers[EXACT_POWER_MAX + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                   1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                   1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* 0.d1d2d3... times 10^point; digits without a trailing zero. */
struct decimal {
    char digits[DIGITS_MAX + 1];
    uint32_t count;
    int32_t point;
};

/* ---- integers ---- */

static size_t put_unsigned(uint64_t value, char *out)
{
    char reversed[20];
    size_t len = 0;

    do {
        reversed[len++] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    for (size_t i = 0; i < len; i++) {
        out[i] = reversed[len - 1 - i];
    }
    return len;
}

static size_t put_signed(int64_t value, char *out)
{
    if (value >= 0) {
        return put_unsigned((uint64_t)value, out);
    }
    out[0] = '-';
    return 1 + put_unsigned(0 - (uint64_t)value, out + 1);
}

size_t nami_int_text(int64_t value, char out[NAMI_NUMBER_TEXT_MAX])
{
    return put_signed(value, out);
}

size_t nami_uint_text(uint64_t value, char out[NAMI_NUMBER_TEXT_MAX])
{
    return put_unsigned(value, out);
}

bool nami_int_parse(struct nami_slice text, int64_t *out)
{
    bool is_negative = text.len > 0 && text.ptr[0] == '-';
    size_t at = text.len > 0 && (text.ptr[0] == '-' || text.ptr[0] == '+');
    int64_t value = 0;

    if (at == text.len) {
        return false;
    }
    for (; at < text.len; at++) {
        int64_t digit = text.ptr[at] - '0';

        if (digit < 0 || digit > 9 || __builtin_mul_overflow(value, INT64_C(10), &value) ||
            __builtin_sub_overflow(value, digit, &value)) { /* below zero there is one more */
            return false;
        }
    }
    if (!is_negative && value == INT64_MIN) {
        return false;
    }
    *out = is_negative ? value : -value;
    return true;
}

/* ---- text to double ---- */

/* What the grammar found: sign, the first digits as an integer, and the power of ten. */
struct lexeme {
    bool is_negative;
    uint64_t mantissa; /* of the first 19 significant digits */
    uint32_t count;    /* significant digits, at most 20: more than fit */
    int64_t power;
};

static bool is_digit(struct nami_slice text, size_t at)
{
    return at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9';
}

static void take_digit(struct lexeme *lexeme, uint8_t c, bool is_fraction)
{
    if (lexeme->count < 19) {
        lexeme->mantissa = lexeme->mantissa * 10 + (uint64_t)(c - '0');
        lexeme->count += lexeme->mantissa != 0;
        lexeme->power -= is_fraction;
    } else {
        lexeme->count = 20;
        lexeme->power += !is_fraction;
    }
}

/* The exponent after 'e'. false: no digits. */
static bool scan_exponent(struct nami_slice text, size_t *at, struct lexeme *lexeme)
{
    bool is_negative = *at < text.len && text.ptr[*at] == '-';
    int64_t value = 0;

    *at += *at < text.len && (text.ptr[*at] == '-' || text.ptr[*at] == '+');
    if (!is_digit(text, *at)) {
        return false;
    }
    for (; is_digit(text, *at); *at += 1) {
        value = value < 100000000 ? value * 10 + (text.ptr[*at] - '0') : value;
    }
    lexeme->power += is_negative ? -value : value;
    return true;
}

/* [+-] digits [. digits] [e [+-] digits]; digits on one side of the point are enough. */
static bool scan(struct nami_slice text, struct lexeme *lexeme)
{
    size_t at = text.len > 0 && (text.ptr[0] == '-' || text.ptr[0] == '+');
    size_t digits = 0;

    *lexeme = (struct lexeme){.is_negative = text.len > 0 && text.ptr[0] == '-'};
    for (; is_digit(text, at); at++, digits++) {
        take_digit(lexeme, text.ptr[at], false);
    }
    if (at < text.len && text.ptr[at] == '.') {
        for (at++; is_digit(text, at); at++, digits++) {
            take_digit(lexeme, text.ptr[at], true);
        }
    }
    if (digits == 0) {
        return false;
    }
    if (at < text.len && (text.ptr[at] | 0x20) == 'e') {
        at++;
        if (!scan_exponent(text, &at, lexeme)) {
            return false;
        }
    }
    return at == text.len;
}

/*
 * Two exact doubles and one rounding: the correct one (Clinger 1990). false: not such a case.
 */
static bool convert_exact(const struct lexeme *lexeme, double *out)
{
    double value = (double)lexeme->mantissa;

    if (lexeme->mantissa > UINT64_C(1) << 53 || lexeme->count > 19 ||
        lexeme->power < -EXACT_POWER_MAX || lexeme->power > EXACT_POWER_MAX) {
        return false;
    }
    *out = lexeme->power < 0 ? value / powers[-lexeme->power] : value * powers[lexeme->power];
    return true;
}

static pthread_once_t c_locale_once = PTHREAD_ONCE_INIT;
static locale_t c_locale; /* made once, never changed, lives as long as the process */

static void make_c_locale(void)
{
    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

/* Any case, by libc; the user's locale has no say in it. */
static double convert_any(const char *text)
{
    (void)pthread_once(&c_locale_once, make_c_locale);
    assert(c_locale != (locale_t)0);
    return strtod_l(text, NULL, c_locale);
}

/* All digits that can matter, then the exponent that puts the point where it was. */
static double convert_long(struct nami_slice text, const struct lexeme *lexeme)
{
    char digits[LEXEME_BYTES_MAX + 32];
    size_t len = 0;
    bool is_more = false; /* digits other than 0 were left out */

    for (size_t i = 0; i < text.len && (text.ptr[i] | 0x20) != 'e'; i++) {
        uint8_t c = text.ptr[i];

        if (c < '0' || c > '9' || (c == '0' && len == 0)) {
            continue;
        }
        if (len < LEXEME_BYTES_MAX) {
            digits[len++] = (char)c;
        } else {
            is_more = is_more || c != '0';
        }
    }
    if (len == 0) {
        return 0;
    }
    if (is_more && digits[len - 1] == '0') { /* a tie no more */
        digits[len - 1] = '1';
    }
    (void)snprintf(digits + len, sizeof(digits) - len, "e%lld",
                   (long long)(lexeme->power - (len > 19 ? (int64_t)len - 19 : 0)));
    return convert_any(digits);
}

bool nami_float_parse(struct nami_slice text, double *out)
{
    struct lexeme lexeme = {0};
    double value = 0;

    if (!scan(text, &lexeme)) {
        return false;
    }
    if (!convert_exact(&lexeme, &value)) {
        value = convert_long(text, &lexeme);
    }
    *out = lexeme.is_negative ? -value : value;
    return true;
}

/* ---- double to text ---- */

static void drop_zeros(struct decimal *decimal)
{
    while (decimal->count > 1 && decimal->digits[decimal->count - 1] == '0') {
        decimal->count--;
    }
}

/*
 * Short decimals: the least k for which value * 10^k is an integer of at most 15 digits
 * that divides back. Such digits are the shortest, as no other decimal of 15 is the same double.
 */
static bool shortest_quick(double value, struct decimal *out)
{
    char text[NAMI_NUMBER_TEXT_MAX];

    for (int k = 0; k <= EXACT_POWER_MAX; k++) {
        double scaled = value * powers[k];
        double whole = rint(scaled);

        if (whole >= powers[EXACT_DIGITS_MAX]) {
            return false;
        }
        if (whole >= 1 && whole / powers[k] == value) {
            out->count = (uint32_t)put_unsigned((uint64_t)whole, text);
            memcpy(out->digits, text, out->count);
            out->point = (int32_t)out->count - k;
            drop_zeros(out);
            return true;
        }
    }
    return false;
}

static bool reads_back(const struct decimal *decimal, double value)
{
    char text[NAMI_NUMBER_TEXT_MAX];
    double back = 0;
    int len = snprintf(text, sizeof(text), "%.*se%d", (int)decimal->count, decimal->digits,
                       decimal->point - (int32_t)decimal->count);

    return nami_float_parse((struct nami_slice){(const uint8_t *)text, (size_t)len}, &back) &&
           back == value;
}

/* `count` digits, correctly rounded. The point is another sign in some locales. */
static void print_digits(double value, int count, struct decimal *out)
{
    char text[40]; /* d.ddde+xxx */
    const char *exponent = NULL;

    (void)snprintf(text, sizeof(text), "%.*e", count - 1, value);
    exponent = strchr(text, 'e');
    assert(exponent != NULL);
    out->digits[0] = text[0];
    memcpy(out->digits + 1, exponent - (count - 1), (size_t)count - 1);
    out->count = (uint32_t)count;
    out->point = (int32_t)strtol(exponent + 1, NULL, 10) + 1;
}

/* By printing with more and more digits until the text reads back. */
static void shortest_by_printing(double value, struct decimal *out)
{
    int exponent = 0;
    bool is_power_of_two = frexp(value, &exponent) == 0.5;
    int first = EXACT_DIGITS_MAX;

    if (value < DBL_MIN) { /* fewer bits: even one digit may do */
        first = 1;
    } else if (value >= 1e-7 && value < 1e15) { /* shortest_quick() has seen all of 15 digits */
        first = EXACT_DIGITS_MAX + 1;
    }
    for (int count = first; count <= DIGITS_MAX; count++) {
        print_digits(value, count, out);
        if (reads_back(out, value)) {
            break;
        }
        /* doubles lie closer below a power of two: the decimal above may be the near one */
        if (is_power_of_two && out->digits[count - 1] != '9') {
            out->digits[count - 1]++;
            if (reads_back(out, value)) {
                break;
            }
        }
    }
    drop_zeros(out);
}

/* Of a finite number above zero. */
static void shortest(double value, struct decimal *out)
{
    if (!shortest_quick(value, out)) {
        shortest_by_printing(value, out);
    }
}

/* Plain notation: "123.0", "0.00123". */
static size_t put_plain(const struct decimal *decimal, char *out)
{
    int32_t count = (int32_t)decimal->count;
    size_t len = 0;

    if (decimal->point <= 0) {
        out[len++] = '0';
    }
    for (int32_t i = 0; i < decimal->point; i++) {
        char digit = '0';

        if (i < count) {
            digit = decimal->digits[i];
        }
        out[len++] = digit;
    }
    out[len++] = '.';
    for (int32_t i = decimal->point; i < 0; i++) {
        out[len++] = '0';
    }
    for (int32_t i = decimal->point > 0 ? decimal->point : 0; i < count; i++) {
        out[len++] = decimal->digits[i];
    }
    if (out[len - 1] == '.') {
        out[len++] = '0';
    }
    return len;
}

/* "1e300", "1.5e-7"; with `is_java` "1.0E300". */
static size_t put_scientific(const struct decimal *decimal, bool is_java, char *out)
{
    size_t len = 0;

    out[len++] = decimal->digits[0];
    if (decimal->count > 1 || is_java) {
        out[len++] = '.';
    }
    for (uint32_t i = 1; i < decimal->count; i++) {
        out[len++] = decimal->digits[i];
    }
    if (out[len - 1] == '.') {
        out[len++] = '0';
    }
    out[len++] = is_java ? 'E' : 'e';
    return len + put_signed(decimal->point - 1, out + len);
}

size_t nami_float_text_json(double value, char out[NAMI_NUMBER_TEXT_MAX])
{
    struct decimal decimal = {.digits = "0", .count = 1, .point = 1};
    size_t len = 0;

    assert(isfinite(value));
    if (signbit(value)) {
        out[len++] = '-';
        value = -value;
    }
    if (value > 0) {
        shortest(value, &decimal);
    }
    if (value > 0 && (decimal.point < -5 || decimal.point > 16)) {
        return len + put_scientific(&decimal, false, out + len);
    }
    return len + put_plain(&decimal, out + len);
}

static size_t put_word(struct nami_slice word, char *out)
{
    memcpy(out, word.ptr, word.len);
    return word.len;
}

size_t nami_float_text_cypher(double value, char out[NAMI_NUMBER_TEXT_MAX])
{
    struct decimal decimal = {.digits = "0", .count = 1, .point = 1};
    size_t len = 0;

    if (isnan(value)) {
        return put_word(nami_text("NaN"), out);
    }
    if (isinf(value)) {
        return put_word(nami_text(value > 0 ? "Infinity" : "-Infinity"), out);
    }
    if (value < 0) { /* negative zero prints as zero: TCK Literals5 */
        out[len++] = '-';
        value = -value;
    }
    if (value > 0) {
        shortest(value, &decimal);
    }
    if (value > 0 && (value < 1e-3 || value >= 1e7)) { /* as Java's Double.toString() */
        return len + put_scientific(&decimal, true, out + len);
    }
    return len + put_plain(&decimal, out + len);
}
