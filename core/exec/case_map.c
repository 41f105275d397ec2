#include "core/exec/case_map.h"

#include <stdbool.h>

#include <utf8proc.h>

#include "core/base/utf8.h"

enum { SIGMA = 0x03a3, FINAL_SIGMA = 0x03c2, IOTA = 0x0399, DOTTED_I = 0x0130, DOT_ABOVE = 0x0307 };

struct expansion {
    uint16_t from;
    uint16_t to[3];
};

/* Ascending. What the rule for iota subscripts below covers is not repeated here. */
static const struct expansion uppers[] = {
    {0x00df, {0x0053, 0x0053, 0}},      {0x0149, {0x02bc, 0x004e, 0}},
    {0x01f0, {0x004a, 0x030c, 0}},      {0x0390, {0x0399, 0x0308, 0x0301}},
    {0x03b0, {0x03a5, 0x0308, 0x0301}}, {0x0587, {0x0535, 0x0552, 0}},
    {0x1e96, {0x0048, 0x0331, 0}},      {0x1e97, {0x0054, 0x0308, 0}},
    {0x1e98, {0x0057, 0x030a, 0}},      {0x1e99, {0x0059, 0x030a, 0}},
    {0x1e9a, {0x0041, 0x02be, 0}},      {0x1f50, {0x03a5, 0x0313, 0}},
    {0x1f52, {0x03a5, 0x0313, 0x0300}}, {0x1f54, {0x03a5, 0x0313, 0x0301}},
    {0x1f56, {0x03a5, 0x0313, 0x0342}}, {0x1fb2, {0x1fba, 0x0399, 0}},
    {0x1fb3, {0x0391, 0x0399, 0}},      {0x1fb4, {0x0386, 0x0399, 0}},
    {0x1fb6, {0x0391, 0x0342, 0}},      {0x1fb7, {0x0391, 0x0342, 0x0399}},
    {0x1fbc, {0x0391, 0x0399, 0}},      {0x1fc2, {0x1fca, 0x0399, 0}},
    {0x1fc3, {0x0397, 0x0399, 0}},      {0x1fc4, {0x0389, 0x0399, 0}},
    {0x1fc6, {0x0397, 0x0342, 0}},      {0x1fc7, {0x0397, 0x0342, 0x0399}},
    {0x1fcc, {0x0397, 0x0399, 0}},      {0x1fd2, {0x0399, 0x0308, 0x0300}},
    {0x1fd3, {0x0399, 0x0308, 0x0301}}, {0x1fd6, {0x0399, 0x0342, 0}},
    {0x1fd7, {0x0399, 0x0308, 0x0342}}, {0x1fe2, {0x03a5, 0x0308, 0x0300}},
    {0x1fe3, {0x03a5, 0x0308, 0x0301}}, {0x1fe4, {0x03a1, 0x0313, 0}},
    {0x1fe6, {0x03a5, 0x0342, 0}},      {0x1fe7, {0x03a5, 0x0308, 0x0342}},
    {0x1ff2, {0x1ffa, 0x0399, 0}},      {0x1ff3, {0x03a9, 0x0399, 0}},
    {0x1ff4, {0x038f, 0x0399, 0}},      {0x1ff6, {0x03a9, 0x0342, 0}},
    {0x1ff7, {0x03a9, 0x0342, 0x0399}}, {0x1ffc, {0x03a9, 0x0399, 0}},
    {0xfb00, {0x0046, 0x0046, 0}},      {0xfb01, {0x0046, 0x0049, 0}},
    {0xfb02, {0x0046, 0x004c, 0}},      {0xfb03, {0x0046, 0x0046, 0x0049}},
    {0xfb04, {0x0046, 0x0046, 0x004c}}, {0xfb05, {0x0053, 0x0054, 0}},
    {0xfb06, {0x0053, 0x0054, 0}},      {0xfb13, {0x0544, 0x0546, 0}},
    {0xfb14, {0x0544, 0x0535, 0}},      {0xfb15, {0x0544, 0x053b, 0}},
    {0xfb16, {0x054e, 0x0546, 0}},      {0xfb17, {0x0544, 0x053d, 0}},
};

size_t nami_case_map_bytes_max(struct nami_slice text)
{
    return text.len * 3; /* the worst is two bytes to six: U+0390 */
}

static const struct expansion *find_upper(uint32_t character)
{
    size_t low = 0;
    size_t high = sizeof(uppers) / sizeof(uppers[0]);

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (uppers[middle].from == character) {
            return &uppers[middle];
        }
        if (uppers[middle].from < character) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

/* U+1F80 to U+1FAF: alpha, eta, omega with an iota below; it becomes a letter. */
static bool upper_iota(uint32_t character, uint32_t *base)
{
    static const uint32_t bases[] = {0x1f08, 0x1f28, 0x1f68};

    if (character < 0x1f80 || character > 0x1faf) {
        return false;
    }
    *base = bases[(character - 0x1f80) / 16] + character % 8;
    return true;
}

size_t nami_case_map_upper(struct nami_slice text, uint8_t *out)
{
    size_t at = 0;
    size_t len = 0;

    while (at < text.len) {
        uint32_t character = nami_utf8_next(text, &at);
        const struct expansion *expansion = find_upper(character);
        uint32_t base;

        if (expansion != NULL) {
            for (size_t i = 0; i < 3 && expansion->to[i] != 0; i++) {
                len += nami_utf8_encode(expansion->to[i], out + len);
            }
        } else if (upper_iota(character, &base)) {
            len += nami_utf8_encode(base, out + len);
            len += nami_utf8_encode(IOTA, out + len);
        } else {
            len += nami_utf8_encode((uint32_t)utf8proc_toupper((utf8proc_int32_t)character),
                                    out + len);
        }
    }
    return len;
}

static bool is_letter(uint32_t character)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)character);

    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

/* A letter before, none after: the marks between letters do not count. */
static bool ends_word(struct nami_slice text, size_t after, bool is_after_letter)
{
    while (is_after_letter && after < text.len) {
        uint32_t character = nami_utf8_next(text, &after);

        if (is_letter(character)) {
            return false;
        }
        if (utf8proc_category((utf8proc_int32_t)character) != UTF8PROC_CATEGORY_MN) {
            break;
        }
    }
    return is_after_letter;
}

size_t nami_case_map_lower(struct nami_slice text, uint8_t *out)
{
    bool is_after_letter = false;
    size_t at = 0;
    size_t len = 0;

    while (at < text.len) {
        uint32_t character = nami_utf8_next(text, &at);

        if (character == SIGMA && ends_word(text, at, is_after_letter)) {
            len += nami_utf8_encode(FINAL_SIGMA, out + len);
        } else if (character == DOTTED_I) {
            len += nami_utf8_encode('i', out + len);
            len += nami_utf8_encode(DOT_ABOVE, out + len);
        } else {
            len += nami_utf8_encode((uint32_t)utf8proc_tolower((utf8proc_int32_t)character),
                                    out + len);
        }
        if (utf8proc_category((utf8proc_int32_t)character) != UTF8PROC_CATEGORY_MN) {
            is_after_letter = is_letter(character);
        }
    }
    return len;
}
