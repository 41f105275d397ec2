#include <namidb/plugin_util.h>

#include "core/base/number_text.h"
#include "core/value/value.h"

size_t nami_element_id_of_node(uint64_t id, char out[NAMI_ELEMENT_ID_MAX])
{
    out[0] = 'n';
    out[1] = ':';
    return 2 + nami_uint_text(id, out + 2);
}

size_t nami_element_id_of_rel(const struct nami_rel *rel, char out[NAMI_ELEMENT_ID_MAX])
{
    const uint64_t parts[4] = {rel->id, rel->type, rel->src, rel->dst};
    char number[NAMI_NUMBER_TEXT_MAX];
    size_t len = 1;

    out[0] = 'r';
    for (size_t i = 0; i < 4; i++) {
        size_t digits = nami_uint_text(parts[i], number);

        out[len++] = ':';
        memcpy(out + len, number, digits);
        len += digits;
    }
    return len;
}

/* ":42", as it is written above and no other way. */
static bool take_part(struct nami_slice text, size_t *at, uint64_t *out)
{
    size_t begin = *at + 1;
    size_t end = begin;
    uint64_t value = 0;

    if (*at >= text.len || text.ptr[*at] != ':') {
        return false;
    }
    for (; end < text.len && text.ptr[end] >= '0' && text.ptr[end] <= '9'; end++) {
        if (__builtin_mul_overflow(value, UINT64_C(10), &value) ||
            __builtin_add_overflow(value, (uint64_t)(text.ptr[end] - '0'), &value)) {
            return false;
        }
    }
    if (end == begin || (text.ptr[begin] == '0' && end > begin + 1)) {
        return false;
    }
    *at = end;
    *out = value;
    return true;
}

bool nami_element_id_parse_node(struct nami_slice text, uint64_t *id)
{
    size_t at = 1;

    return text.len > 0 && text.ptr[0] == 'n' && take_part(text, &at, id) && at == text.len;
}

bool nami_element_id_parse_rel(struct nami_slice text, struct nami_rel *rel)
{
    uint64_t type = 0;
    size_t at = 1;

    *rel = (struct nami_rel){0};
    if (text.len == 0 || text.ptr[0] != 'r' || !take_part(text, &at, &rel->id) ||
        !take_part(text, &at, &type) || !take_part(text, &at, &rel->src) ||
        !take_part(text, &at, &rel->dst) || at != text.len || type > UINT32_MAX) {
        return false;
    }
    rel->type = (uint32_t)type;
    return true;
}
