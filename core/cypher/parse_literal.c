#include <math.h>
#include <string.h>

#include "core/base/number_text.h"
#include "core/base/utf8.h"
#include "core/cypher/parser_internal.h"

/* ---- numbers */

static int digit_of(uint8_t byte)
{
    if (byte >= '0' && byte <= '9') {
        return byte - '0';
    }
    if ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') {
        return (byte | 0x20) - 'a' + 10;
    }
    return 99;
}

enum number_check { NUMBER_FINE, NUMBER_BAD, NUMBER_TOO_LARGE };

/* Magnitude of digits in `base`. */
static enum number_check magnitude_of(struct nami_slice digits, int base, uint64_t *out)
{
    enum number_check check = NUMBER_FINE;

    *out = 0;
    if (digits.len == 0) {
        return NUMBER_BAD;
    }
    for (size_t i = 0; i < digits.len; i++) {
        int digit = digit_of(digits.ptr[i]);
        if (digit >= base) {
            return NUMBER_BAD;
        }
        if (__builtin_mul_overflow(*out, (uint64_t)base, out) ||
            __builtin_add_overflow(*out, (uint64_t)digit, out)) {
            check = NUMBER_TOO_LARGE;
        }
    }
    return check;
}

static enum number_check integer_of(struct nami_slice text, bool is_negative, int64_t *out)
{
    uint64_t magnitude = 0;
    enum number_check check = NUMBER_FINE;
    uint8_t second = text.len > 1 ? (uint8_t)(text.ptr[1] | 0x20) : 0;

    if (text.ptr[0] == '0' && (second == 'x' || second == 'o')) {
        check = magnitude_of((struct nami_slice){text.ptr + 2, text.len - 2},
                             second == 'x' ? 16 : 8, &magnitude);
    } else {
        check = magnitude_of(text, 10, &magnitude);
    }
    if (check == NUMBER_FINE && magnitude > (uint64_t)INT64_MAX + (is_negative ? 1 : 0)) {
        check = NUMBER_TOO_LARGE;
    }
    *out = is_negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
    return check;
}

static bool is_float_text(struct nami_slice text)
{
    if (text.len > 1 && text.ptr[0] == '0' && (text.ptr[1] | 0x20) == 'x') {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '.' || (text.ptr[i] | 0x20) == 'e') {
            return true;
        }
    }
    return false;
}

/* Digits, a point with digits after it, an exponent; digits before the point are optional. */
static bool is_float_shape(struct nami_slice text)
{
    size_t i = 0;
    size_t digits = 0;

    for (; i < text.len && digit_of(text.ptr[i]) < 10; i++) {
        digits++;
    }
    if (i < text.len && text.ptr[i] == '.') {
        for (i++; i < text.len && digit_of(text.ptr[i]) < 10; i++) {
            digits++;
        }
    }
    if (digits > 0 && i < text.len && (text.ptr[i] | 0x20) == 'e') {
        i++;
        i += i < text.len && (text.ptr[i] == '-' || text.ptr[i] == '+') ? 1 : 0;
        digits = 0;
        for (; i < text.len && digit_of(text.ptr[i]) < 10; i++) {
            digits++;
        }
    }
    return digits > 0 && i == text.len;
}

static enum number_check float_of(struct nami_cypher__parser *p, struct nami_slice text,
                                  double *out)
{
    uint8_t *padded = NULL;

    if (!is_float_shape(text)) {
        return NUMBER_BAD;
    }
    if (text.ptr[0] == '.') {
        padded = nami_cypher__alloc(p, text.len + 1);
        if (padded == NULL) {
            return NUMBER_BAD;
        }
        padded[0] = '0';
        memcpy(padded + 1, text.ptr, text.len);
        text = (struct nami_slice){padded, text.len + 1};
    }
    if (!nami_float_parse(text, out)) {
        return NUMBER_BAD;
    }
    return isfinite(*out) ? NUMBER_FINE : NUMBER_TOO_LARGE;
}

static struct nami_ast_expr *bad_number(struct nami_cypher__parser *p, bool is_negative,
                                        bool is_float, enum number_check check, uint32_t begin)
{
    struct nami_slice text = nami_cypher__slice(p, p->token.span);
    int len = text.len > 60 ? 60 : (int)text.len;

    if (check == NUMBER_BAD) {
        (void)nami_cypher__fail(p, NAMI_COND_INVALID_NUMBER_LITERAL, begin,
                                "'%.*s' is not a number", len, (const char *)text.ptr);
        if (memchr(text.ptr, '_', text.len) != NULL) {
            nami_diagnose_hint(p->diag, "digits are written without underscores");
        }
        return NULL;
    }
    if (is_float) {
        (void)nami_cypher__fail(p, NAMI_COND_FLOATING_POINT_OVERFLOW, begin,
                                "'%.*s' is larger than any float", len, (const char *)text.ptr);
        return NULL;
    }
    (void)nami_cypher__fail(p, NAMI_COND_INTEGER_OVERFLOW, begin,
                            "The integer '%s%.*s' does not fit 64 bits", is_negative ? "-" : "",
                            len, (const char *)text.ptr);
    nami_diagnose_hint(p->diag, "integers go from -9223372036854775808 to 9223372036854775807");
    return NULL;
}

struct nami_ast_expr *nami_cypher__number(struct nami_cypher__parser *p, bool is_negative,
                                          uint32_t begin)
{
    struct nami_slice text = nami_cypher__slice(p, p->token.span);
    bool is_float = is_float_text(text);
    enum number_check check = NUMBER_FINE;
    int64_t integer = 0;
    double real = 0;
    struct nami_ast_expr *expr = NULL;

    check = is_float ? float_of(p, text, &real) : integer_of(text, is_negative, &integer);
    if (check != NUMBER_FINE) {
        return bad_number(p, is_negative, is_float, check, begin);
    }
    nami_cypher__next(p);
    expr = nami_cypher__new_expr(p, is_float ? NAMI_AST_FLOAT : NAMI_AST_INT, begin);
    if (expr == NULL) {
        return NULL;
    }
    if (is_float) {
        expr->as.real = is_negative ? -real : real;
    } else {
        expr->as.integer = integer;
    }
    return expr;
}

bool nami_cypher__whole_number(struct nami_cypher__parser *p, const char *what, uint32_t *out)
{
    int64_t value = 0;
    enum number_check check = NUMBER_BAD;

    if (p->token.kind != TOKEN_NUMBER) {
        return nami_cypher__unexpected(p, what);
    }
    check = integer_of(nami_cypher__slice(p, p->token.span), false, &value);
    if (check == NUMBER_BAD) {
        return nami_cypher__unexpected(p, what);
    }
    if (check == NUMBER_TOO_LARGE || value >= UINT32_MAX) {
        return nami_cypher__fail(p, NAMI_COND_INTEGER_OVERFLOW, p->token.span.at,
                                 "Too large a number here");
    }
    *out = (uint32_t)value;
    nami_cypher__next(p);
    return true;
}

/* ---- strings */

/* `count` hex digits at `at`. false: there are fewer. */
static bool hex_of(struct nami_slice text, size_t at, size_t count, uint32_t *out)
{
    *out = 0;
    if (text.len - at < count) {
        return false;
    }
    for (size_t i = at; i < at + count; i++) {
        int digit = digit_of(text.ptr[i]);
        if (digit >= 16) {
            return false;
        }
        *out = *out * 16 + (uint32_t)digit;
    }
    return true;
}

/* text.ptr[*at] is the u or U; steps behind the escape. false: not a character. */
static bool unicode_escape(struct nami_slice text, size_t *at, uint32_t *out)
{
    size_t count = text.ptr[*at] == 'u' ? 4 : 8;
    uint32_t low = 0;

    if (!hex_of(text, *at + 1, count, out)) {
        return false;
    }
    *at += 1 + count;
    if (*out >= 0xd800 && *out < 0xdc00) {
        if (text.len - *at < 6 || text.ptr[*at] != '\\' || text.ptr[*at + 1] != 'u' ||
            !hex_of(text, *at + 2, 4, &low) || low < 0xdc00 || low > 0xdfff) {
            return false;
        }
        *out = 0x10000 + ((*out - 0xd800) << 10) + (low - 0xdc00);
        *at += 6;
    }
    return *out <= 0x10ffff && (*out < 0xd800 || *out > 0xdfff);
}

/* A NUL byte: not an escape. */
static uint8_t simple_escape(uint8_t letter)
{
    static const char letters[] = "\\\\''\"\"``n\nr\rt\tb\bf\f";

    for (size_t i = 0; letters[i] != '\0'; i += 2) {
        if ((uint8_t)letters[i] == letter) {
            return (uint8_t)letters[i + 1];
        }
    }
    return '\0';
}

static bool unescape(struct nami_cypher__parser *p, struct nami_slice inner, struct nami_slice *out)
{
    uint8_t *copy = nami_cypher__alloc(p, inner.len); /* no escape grows */
    size_t len = 0;
    size_t at = 0;
    uint32_t base = p->token.span.at + 1;

    while (copy != NULL && at < inner.len) {
        uint32_t code_point = 0;
        size_t escape = at;
        uint8_t letter = inner.ptr[at++];

        if (letter != '\\') {
            copy[len++] = letter;
            continue;
        }
        letter = inner.ptr[at]; /* the lexer saw to it that there is one */
        if (letter == 'u' || letter == 'U') {
            if (!unicode_escape(inner, &at, &code_point)) {
                (void)nami_cypher__fail(p, NAMI_COND_INVALID_UNICODE_LITERAL,
                                        base + (uint32_t)escape, "Not a Unicode character");
                nami_diagnose_hint(p->diag, "write \\uXXXX or \\UXXXXXXXX with hex digits");
                return false;
            }
            len += nami_utf8_encode(code_point, copy + len);
        } else if (simple_escape(letter) != '\0') {
            copy[len++] = simple_escape(letter);
            at++;
        } else {
            (void)nami_cypher__fail(p, NAMI_COND_UNEXPECTED_SYNTAX, base + (uint32_t)escape,
                                    "Unknown escape in a string");
            nami_diagnose_hint(p->diag, "a backslash itself is written \\\\");
            return false;
        }
    }
    *out = (struct nami_slice){copy, len};
    return copy != NULL;
}

bool nami_cypher__string(struct nami_cypher__parser *p, struct nami_slice *out)
{
    if (p->token.kind != TOKEN_STRING) {
        return nami_cypher__unexpected(p, "a string");
    }
    *out = (struct nami_slice){p->text.ptr + p->token.span.at + 1, p->token.span.len - 2};
    if (p->token.has_escape && !unescape(p, *out, out)) {
        return false;
    }
    nami_cypher__next(p);
    return true;
}
