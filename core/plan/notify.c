/* Names that a statement reads and nobody has used yet: a typing mistake, most likely. */
#include "core/plan/plan.h"

#include <stdlib.h>
#include <string.h>

struct wording {
    const char *code;
    const char *title;
    const char *text; /* with the name in it */
};

static const struct wording wordings[NAMI_DICT_COUNT] = {
    [NAMI_DICT_LABEL] = {"Neo.ClientNotification.Statement.UnknownLabelWarning",
                         "The provided label is not in the database.",
                         "One of the labels in your query is not available in the database, make "
                         "sure you didn't misspell it or that the label is available when you run "
                         "this statement in your application (the missing label name is: "},
    [NAMI_DICT_TYPE] = {"Neo.ClientNotification.Statement.UnknownRelationshipTypeWarning",
                        "The provided relationship type is not in the database.",
                        "One of the relationship types in your query is not available in the "
                        "database, make sure you didn't misspell it or that the relationship type "
                        "is available when you run this statement in your application (the missing "
                        "relationship type is: "},
    [NAMI_DICT_KEY] = {"Neo.ClientNotification.Statement.UnknownPropertyKeyWarning",
                       "The provided property key is not in the database",
                       "One of the property names in your query is not available in the database, "
                       "make sure you didn't misspell it or that the property name is available "
                       "when you run this statement in your application (the missing property name "
                       "is: "},
};

static struct nami_slice slice_of(const char *text)
{
    return (struct nami_slice){.ptr = (const uint8_t *)text, .len = strlen(text)};
}

static bool describe(struct nami_arena *arena, const struct wording *wording,
                     struct nami_slice name, struct nami_slice *out)
{
    size_t begin = strlen(wording->text);
    uint8_t *text = nami_arena_alloc(arena, begin + name.len + 1);

    if (text == NULL) {
        return false;
    }
    memcpy(text, wording->text, begin);
    memcpy(text + begin, name.ptr, name.len);
    text[begin + name.len] = ')';
    *out = (struct nami_slice){.ptr = text, .len = begin + name.len + 1};
    return true;
}

/* By name; of the same name, the first place first. */
static int by_name(const void *a, const void *b)
{
    const struct nami_plan_mention *x = *(const struct nami_plan_mention *const *)a;
    const struct nami_plan_mention *y = *(const struct nami_plan_mention *const *)b;
    int order = 0;

    if (x->dictionary != y->dictionary) {
        return x->dictionary < y->dictionary ? -1 : 1;
    }
    if (x->name.len != y->name.len) {
        return x->name.len < y->name.len ? -1 : 1;
    }
    order = x->name.len > 0 ? memcmp(x->name.ptr, y->name.ptr, x->name.len) : 0;
    return order != 0 ? order : (x > y) - (x < y);
}

/* Only the first place of a name is told: told[i] says so. NULL: no memory. */
static const bool *first_places(const struct nami_plan *plan, struct nami_arena *arena)
{
    bool *told = nami_arena_calloc(arena, plan->mention_count, sizeof(*told));
    const struct nami_plan_mention **order =
        nami_arena_calloc(arena, plan->mention_count, sizeof(*order));

    if (told == NULL || order == NULL) {
        return NULL;
    }
    for (uint32_t i = 0; i < plan->mention_count; i++) {
        order[i] = &plan->mentions[i];
    }
    qsort(order, plan->mention_count, sizeof(*order), by_name);
    for (uint32_t i = 0; i < plan->mention_count; i++) {
        told[order[i] - plan->mentions] =
            i == 0 || order[i]->dictionary != order[i - 1]->dictionary ||
            order[i]->name.len != order[i - 1]->name.len ||
            memcmp(order[i]->name.ptr, order[i - 1]->name.ptr, order[i]->name.len) != 0;
    }
    return told;
}

static int by_place(const void *a, const void *b)
{
    const struct nami_plan_notification *x = *(const struct nami_plan_notification *const *)a;
    const struct nami_plan_notification *y = *(const struct nami_plan_notification *const *)b;

    return (x->at.offset > y->at.offset) - (x->at.offset < y->at.offset);
}

/* From byte offsets to lines, columns and characters, by one walk over the text. */
static bool place_all(struct nami_arena *arena, struct nami_plan_notification *list, uint32_t count,
                      struct nami_slice text)
{
    struct nami_plan_notification **order = nami_arena_calloc(arena, count, sizeof(*order));
    struct nami_position at = {.line = 1, .column = 1};
    size_t byte = 0;

    if (order == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        order[i] = &list[i];
    }
    qsort(order, count, sizeof(*order), by_place);
    for (uint32_t i = 0; i < count; i++) {
        for (; byte < text.len && byte < order[i]->at.offset; byte++) {
            bool is_start = (text.ptr[byte] & 0xc0) != 0x80; /* of a character */

            at.offset += is_start ? 1 : 0;
            at.column += is_start ? 1 : 0;
            if (text.ptr[byte] == '\n') {
                at.line++;
                at.column = 1;
            }
        }
        order[i]->at = at;
    }
    return true;
}

int32_t nami_plan_notifications(const struct nami_plan *plan, const struct nami_catalog *catalog,
                                struct nami_arena *arena, struct nami_plan_notification **out,
                                uint32_t *count)
{
    struct nami_plan_notification *list = NULL;
    const bool *told = NULL;
    uint32_t filled = 0;

    *out = NULL;
    *count = 0;
    for (uint32_t i = 0; i < plan->mention_count; i++) {
        const struct nami_plan_mention *mention = &plan->mentions[i];
        const struct wording *wording = &wordings[mention->dictionary];

        if (nami_catalog_find(catalog, mention->dictionary, mention->name) != NAMI_NO_NAME) {
            continue;
        }
        if (told == NULL) {
            told = first_places(plan, arena);
        }
        if (told == NULL) {
            return NAMI_E_NOMEM;
        }
        if (!told[i]) {
            continue;
        }
        if (list == NULL) {
            list = nami_arena_calloc(arena, plan->mention_count, sizeof(*list));
        }
        if (list == NULL || !describe(arena, wording, mention->name, &list[filled].description)) {
            return NAMI_E_NOMEM;
        }
        list[filled].code = slice_of(wording->code);
        list[filled].title = slice_of(wording->title);
        list[filled].severity = slice_of("WARNING");
        list[filled].at.offset = mention->at; /* bytes, until all of them are placed */
        filled++;
    }
    if (filled > 0 && !place_all(arena, list, filled, plan->statement->text)) {
        return NAMI_E_NOMEM;
    }
    *out = list;
    *count = filled;
    return NAMI_OK;
}
