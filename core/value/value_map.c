#include <namidb/plugin_util.h>

#include "core/value/value.h"

/*
 * Sorting pairs in place, stable and without memory: runs by insertion, then merges that
 * rotate (Kim and Kutzner, SymMerge, 2004).
 */
enum { RUN_PAIRS = 12 };

struct pair {
    struct nami_value key;
    struct nami_value value;
};

static int order(const struct pair *a, const struct pair *b)
{
    return nami_slice_compare(nami_value_slice(a->key), nami_value_slice(b->key));
}

const struct nami_value *nami_value_map_get(struct nami_value map, struct nami_slice key)
{
    uint32_t low = 0;
    uint32_t high = map.count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct nami_value *pair = map.as.items + (size_t)middle * 2;
        int found = nami_slice_compare(nami_value_slice(pair[0]), key);

        if (found == 0) {
            return pair + 1;
        }
        low = found < 0 ? middle + 1 : low;
        high = found < 0 ? high : middle;
    }
    return NULL;
}

static void sort_run(struct pair *pairs, size_t begin, size_t end)
{
    for (size_t i = begin + 1; i < end; i++) {
        struct pair moving = pairs[i];
        size_t at = i;

        for (; at > begin && order(&moving, &pairs[at - 1]) < 0; at--) {
            pairs[at] = pairs[at - 1];
        }
        pairs[at] = moving;
    }
}

static void reverse(struct pair *pairs, size_t begin, size_t end)
{
    while (begin + 1 < end) {
        struct pair first = pairs[begin];

        pairs[begin++] = pairs[--end];
        pairs[end] = first;
    }
}

/* [begin, middle) and [middle, end) change places. */
static void rotate(struct pair *pairs, size_t begin, size_t middle, size_t end)
{
    reverse(pairs, begin, middle);
    reverse(pairs, middle, end);
    reverse(pairs, begin, end);
}

/* First place in the sorted range where `pair` may stand: before its equals, or after them. */
static size_t bound(const struct pair *pairs, size_t begin, size_t end, const struct pair *pair,
                    bool after_equals)
{
    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;
        int found = order(&pairs[middle], pair);

        if (found < 0 || (found == 0 && after_equals)) {
            begin = middle + 1;
        } else {
            end = middle;
        }
    }
    return begin;
}

/* Cut the longer half in the middle and the other where that belongs; then two smaller merges. */
static void merge(struct pair *pairs, size_t begin, size_t middle, size_t end)
{
    while (begin < middle && middle < end) {
        size_t left = begin;
        size_t right = middle;
        size_t seam = 0;

        if (end - begin == 2) {
            if (order(&pairs[middle], &pairs[begin]) < 0) {
                reverse(pairs, begin, end);
            }
            return;
        }
        if (middle - begin > end - middle) {
            left = begin + (middle - begin) / 2;
            right = bound(pairs, middle, end, &pairs[left], false);
        } else {
            right = middle + (end - middle) / 2;
            left = bound(pairs, begin, middle, &pairs[right], true);
        }
        rotate(pairs, left, middle, right);
        seam = left + (right - middle);
        merge(pairs, begin, left, seam);
        begin = seam;
        middle = right;
    }
}

static bool is_normal(const struct pair *pairs, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (order(&pairs[i - 1], &pairs[i]) >= 0) {
            return false;
        }
    }
    return true;
}

static void sort(struct pair *pairs, size_t count)
{
    for (size_t begin = 0; begin < count; begin += RUN_PAIRS) {
        sort_run(pairs, begin, count - begin < RUN_PAIRS ? count : begin + RUN_PAIRS);
    }
    for (size_t width = RUN_PAIRS; width < count; width *= 2) {
        for (size_t begin = 0; count - begin > width; begin += 2 * width) {
            size_t rest = count - begin;

            merge(pairs, begin, begin + width, rest < 2 * width ? count : begin + 2 * width);
            if (rest <= 2 * width) {
                break;
            }
        }
    }
}

uint32_t nami_value_map_normalise(struct nami_value *pairs, uint32_t count)
{
    struct pair *at = (struct pair *)(void *)pairs;
    uint32_t kept = 0;

    if (is_normal(at, count)) {
        return count;
    }
    sort(at, count);
    for (uint32_t i = 0; i < count; i++) {
        kept -= kept > 0 && order(&at[kept - 1], &at[i]) == 0; /* the later one wins */
        at[kept++] = at[i];
    }
    return kept;
}
