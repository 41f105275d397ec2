/* Names that a statement reads and nobody has used yet: a typing mistake, most likely. */
#include "core/plan/plan.h"

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

/* Only the first place of a name is told. */
static bool is_repeated(const struct nami_plan *plan, uint32_t index)
{
    const struct nami_plan_mention *mention = &plan->mentions[index];

    for (uint32_t i = 0; i < index; i++) {
        const struct nami_plan_mention *other = &plan->mentions[i];

        if (other->dictionary == mention->dictionary && other->name.len == mention->name.len &&
            memcmp(other->name.ptr, mention->name.ptr, mention->name.len) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_unknown(const struct nami_plan *plan, const struct nami_catalog *catalog,
                       uint32_t index)
{
    const struct nami_plan_mention *mention = &plan->mentions[index];

    return nami_catalog_find(catalog, mention->dictionary, mention->name) == NAMI_NO_NAME &&
           !is_repeated(plan, index);
}

int32_t nami_plan_notifications(const struct nami_plan *plan, const struct nami_catalog *catalog,
                                struct nami_arena *arena, struct nami_plan_notification **out,
                                uint32_t *count)
{
    struct nami_plan_notification *list = NULL;
    uint32_t filled = 0;

    *out = NULL;
    *count = 0;
    for (uint32_t i = 0; i < plan->mention_count; i++) {
        const struct nami_plan_mention *mention = &plan->mentions[i];
        const struct wording *wording = &wordings[mention->dictionary];
        struct nami_diagnostic place = {0};

        if (!is_unknown(plan, catalog, i)) {
            continue;
        }
        if (list == NULL) {
            list = nami_arena_calloc(arena, plan->mention_count, sizeof(*list));
        }
        if (list == NULL || !describe(arena, wording, mention->name, &list[filled].description)) {
            return NAMI_E_NOMEM;
        }
        nami_diagnose_place(&place, plan->statement->text, mention->at);
        list[filled].code = slice_of(wording->code);
        list[filled].title = slice_of(wording->title);
        list[filled].severity = slice_of("WARNING");
        list[filled].at = place.at;
        filled++;
    }
    *out = list;
    *count = filled;
    return NAMI_OK;
}
