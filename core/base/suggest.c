#include "core/base/suggest.h"

enum {
    NAME_BYTES_MAX = 64, /* longer ones get no suggestion */
    EDITS_TOO_MANY = 3,  /* further away is not a slip of the finger */
};

static uint8_t folded(uint8_t c, bool ignore_case)
{
    return ignore_case && c >= 'A' && c <= 'Z' ? (uint8_t)(c - 'A' + 'a') : c;
}

/* Edits (insert, delete, replace) from `a` to `b`; both at most NAME_BYTES_MAX. */
static size_t distance(struct nami_slice a, struct nami_slice b, bool ignore_case)
{
    size_t row[NAME_BYTES_MAX + 1];

    for (size_t j = 0; j <= b.len; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a.len; i++) {
        size_t corner = row[0];

        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            bool differs = folded(a.ptr[i - 1], ignore_case) != folded(b.ptr[j - 1], ignore_case);
            size_t best = corner + differs;

            best = best < row[j] + 1 ? best : row[j] + 1;
            best = best < row[j - 1] + 1 ? best : row[j - 1] + 1;
            corner = row[j];
            row[j] = best;
        }
    }
    return row[b.len];
}

void nami_suggest_init(struct nami_suggest *suggest, struct nami_slice wanted, bool ignore_case)
{
    *suggest = (struct nami_suggest){
        .wanted = wanted, .edits = EDITS_TOO_MANY, .ignore_case = ignore_case};
}

void nami_suggest_offer(struct nami_suggest *suggest, struct nami_slice known)
{
    size_t edits = 0;

    if (suggest->wanted.len > NAME_BYTES_MAX || known.len > NAME_BYTES_MAX || known.len == 0) {
        return;
    }
    edits = distance(suggest->wanted, known, suggest->ignore_case);
    /* a name that has to be replaced as a whole is not near */
    if (edits < suggest->edits && edits < known.len) {
        suggest->nearest = known;
        suggest->edits = edits;
    }
}
