/* Patches and deletions of what was there before. */
#include <string.h>

#include "core/graph/replay.h"

/* A copy of the ids in replay->numbers, in the arena. NULL: no memory. */
static const uint32_t *keep_numbers(struct nami_replay *replay, uint32_t count)
{
    const uint32_t *kept =
        nami_arena_copy(&replay->arena, replay->numbers, count * sizeof(uint32_t));

    if (kept == NULL && replay->reader.status == NAMI_OK) {
        nami_frame__fail(&replay->reader, NAMI_E_NOMEM, "ids of names");
    }
    return kept;
}

/* Labels of a node without some and with others. NULL: see the reader. */
static struct nami_label_set *patched_set(struct nami_replay *replay,
                                          const struct nami_label_set *old)
{
    uint32_t removed_count = nami_replay__names(replay, NAMI_DICT_LABEL);
    const uint32_t *removed = keep_numbers(replay, removed_count);
    uint32_t added_count = nami_replay__names(replay, NAMI_DICT_LABEL);
    uint32_t *labels =
        nami_arena_calloc(&replay->arena, (size_t)old->count + added_count + 1, sizeof(*labels));
    struct nami_label_set *set = NULL;
    uint32_t count = 0;
    uint32_t gone = 0;
    uint32_t j = 0;

    if (replay->reader.status != NAMI_OK || labels == NULL) {
        nami_frame__fail(&replay->reader, NAMI_E_NOMEM, "labels");
        return NULL;
    }
    for (uint32_t i = 0; i < old->count; i++) {
        while (j < added_count && replay->numbers[j] < old->labels[i]) {
            labels[count++] = replay->numbers[j++];
        }
        while (gone < removed_count && removed[gone] < old->labels[i]) {
            gone++;
        }
        if (gone == removed_count || removed[gone] != old->labels[i]) {
            labels[count++] = old->labels[i];
        }
        j += j < added_count && replay->numbers[j] == old->labels[i];
    }
    while (j < added_count) {
        labels[count++] = replay->numbers[j++];
    }
    set = nami_label_set_of(&replay->graph->memtable.sets, labels, count);
    if (set == NULL) {
        nami_frame__fail(&replay->reader, NAMI_E_NOMEM, "labels");
    }
    return set;
}

/* Keys set: count, {key, value}, after `removed` ones that become nulls; ascending. */
static uint32_t read_patch(struct nami_replay *replay, struct nami_property **out)
{
    uint32_t removed_count = nami_replay__names(replay, NAMI_DICT_KEY);
    const uint32_t *removed = keep_numbers(replay, removed_count);
    uint32_t set_count = (uint32_t)nami_frame__read_count(&replay->reader);
    struct nami_property *patch =
        nami_arena_calloc(&replay->arena, (size_t)removed_count + set_count + 1, sizeof(*patch));
    uint32_t count = 0;
    uint32_t gone = 0;

    *out = patch;
    if (patch == NULL) {
        nami_frame__fail(&replay->reader, NAMI_E_NOMEM, "properties");
    }
    for (uint32_t i = 0; i < set_count && replay->reader.status == NAMI_OK; i++) {
        uint32_t key = nami_replay__name(replay, NAMI_DICT_KEY);

        while (gone < removed_count && removed[gone] < key) {
            patch[count++].key = removed[gone++];
        }
        if ((count > 0 && patch[count - 1].key >= key) ||
            (gone < removed_count && removed[gone] == key)) {
            nami_replay__corrupt(replay, "keys out of order");
            break;
        }
        patch[count].key = key;
        patch[count++].value = nami_frame__read_value(&replay->reader, &replay->arena);
    }
    while (replay->reader.status == NAMI_OK && gone < removed_count) {
        patch[count++].key = removed[gone++];
    }
    return count;
}

/* The patch merged onto `base`, in the memtable's scratch. */
static uint32_t merge(struct nami_replay *replay, const struct nami_record *base)
{
    struct nami_property *patch = NULL;
    struct nami_property *merged = NULL;
    uint32_t count = read_patch(replay, &patch);
    uint64_t changed = 0;

    if (replay->reader.status != NAMI_OK) {
        return 0;
    }
    merged = nami_memtable_scratch(&replay->graph->memtable,
                                   (size_t)count + (base != NULL ? base->property_count : 0));
    if (merged == NULL) {
        nami_frame__fail(&replay->reader, NAMI_E_NOMEM, "properties");
        return 0;
    }
    return nami_record_merge(base, patch, count, false, merged, &changed);
}

void nami_replay__node_patch(struct nami_replay *replay)
{
    struct nami_memtable *table = &replay->graph->memtable;
    uint64_t id = nami_frame__read_number(&replay->reader);
    const struct nami_record *node = nami_memtable_node_at(table, id, UINT64_MAX);
    struct nami_label_set *labels = NULL;
    uint32_t count = 0;

    if (node == NULL) {
        nami_replay__corrupt(replay, "a change of a node that is not there");
        return;
    }
    labels = patched_set(replay, node->labels);
    count = labels != NULL ? merge(replay, node) : 0;
    if (replay->reader.status == NAMI_OK &&
        nami_memtable_change_node(table, replay->lsn, id, labels, table->scratch, count) !=
            NAMI_OK) {
        nami_frame__fail(&replay->reader, NAMI_E_NOMEM, "a node");
    }
    nami_arena_reset(&replay->arena);
}

/* A live relationship; false: see the reader. */
static bool read_rel(struct nami_replay *replay, struct nami_rel *rel)
{
    *rel = (struct nami_rel){.id = nami_frame__read_number(&replay->reader)};
    rel->type = nami_replay__name(replay, NAMI_DICT_TYPE);
    rel->src = nami_frame__read_number(&replay->reader);
    rel->dst = nami_frame__read_number(&replay->reader);
    if (replay->reader.status == NAMI_OK &&
        !nami_graph__rel_is_live(replay->graph, rel, UINT64_MAX, UINT64_MAX)) {
        nami_replay__corrupt(replay, "a change of a relationship that is not there");
    }
    return replay->reader.status == NAMI_OK;
}

void nami_replay__rel_patch(struct nami_replay *replay)
{
    struct nami_memtable *table = &replay->graph->memtable;
    struct nami_rel rel = {0};
    const nami_record_slot *slot = NULL;
    uint32_t count = 0;

    if (!read_rel(replay, &rel)) {
        return;
    }
    slot = nami_memtable_rel(table, rel.id);
    count = merge(replay, slot != NULL ? nami_record_head(slot) : NULL);
    if (replay->reader.status == NAMI_OK &&
        nami_memtable_change_rel(table, replay->lsn, &rel, table->scratch, count) != NAMI_OK) {
        nami_frame__fail(&replay->reader, NAMI_E_NOMEM, "a relationship");
    }
    nami_arena_reset(&replay->arena);
}

void nami_replay__rels_deleted(struct nami_replay *replay)
{
    uint64_t count = nami_frame__read_count(&replay->reader);
    struct nami_rel rel = {0};

    for (uint64_t i = 0; i < count && read_rel(replay, &rel); i++) {
        if (nami_memtable_delete_rel(&replay->graph->memtable, replay->lsn, &rel, true) !=
            NAMI_OK) {
            nami_frame__fail(&replay->reader, NAMI_E_NOMEM, "a deletion");
        }
    }
}

void nami_replay__nodes_deleted(struct nami_replay *replay)
{
    struct nami_memtable *table = &replay->graph->memtable;
    uint64_t count = nami_frame__read_count(&replay->reader);
    uint64_t id = 0;

    for (uint64_t i = 0; i < count && replay->reader.status == NAMI_OK; i++) {
        id = nami_frame__read_step(&replay->reader, id);
        if (nami_memtable_node_at(table, id, UINT64_MAX) == NULL) {
            nami_replay__corrupt(replay, "the deletion of a node that is not there");
        } else if (nami_memtable_delete_node(table, replay->lsn, id) != NAMI_OK) {
            nami_frame__fail(&replay->reader, NAMI_E_NOMEM, "a deletion");
        } else {
            (void)nami_memtable_count_rels(table, id, false);
        }
    }
}
