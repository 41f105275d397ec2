/* Batches of created nodes and relationships. */
#include <stdlib.h>
#include <string.h>

#include "core/graph/replay.h"

enum { ARENA_ROWS = 256 }; /* between two times that the arena is emptied */

/* Take over a problem of a column or of numbers, at the same place. */
static bool is_fine(struct nami_replay *replay, const struct nami_frame_reader *part)
{
    if (part->status != NAMI_OK && replay->reader.status == NAMI_OK) {
        replay->reader.at = part->problem_at;
        nami_frame__fail(&replay->reader, part->status, part->problem);
    }
    return replay->reader.status == NAMI_OK;
}

/* A column per key, replay->numbers holding the keys. */
static void read_columns(struct nami_replay *replay, const uint32_t *keys, uint32_t count)
{
    for (uint32_t i = 0; i < count && replay->reader.status == NAMI_OK; i++) {
        nami_frame__read_cells(&replay->reader, &replay->cells[i]);
        replay->cells[i].key = keys[i];
    }
}

/* Keys into replay->cells, whose columns follow later. The number of them. */
static uint32_t read_keys(struct nami_replay *replay)
{
    uint32_t count = nami_replay__names(replay, NAMI_DICT_KEY);

    if (count > replay->cell_capacity) {
        struct nami_frame_cells *grown = realloc(replay->cells, count * sizeof(*grown));

        if (grown == NULL) {
            nami_frame__fail(&replay->reader, NAMI_E_NOMEM, "columns");
            return 0;
        }
        replay->cells = grown;
        replay->cell_capacity = count;
    }
    if (nami_memtable_scratch(&replay->graph->memtable, count) == NULL) {
        nami_frame__fail(&replay->reader, NAMI_E_NOMEM, "a row");
        return 0;
    }
    return count;
}

/* The next row's cells into the memtable's scratch. NULL: a cell is wrong. */
static const struct nami_property *read_row(struct nami_replay *replay, uint32_t key_count)
{
    struct nami_property *row = replay->graph->memtable.scratch;

    for (uint32_t i = 0; i < key_count; i++) {
        row[i].key = replay->cells[i].key;
        row[i].reserved = 0;
        row[i].value = nami_frame__read_cell(&replay->cells[i], &replay->arena);
        if (!is_fine(replay, &replay->cells[i].reader)) {
            return NULL;
        }
    }
    return row;
}

/* Every column was read to its end. */
static void check_ends(struct nami_replay *replay, uint32_t key_count)
{
    for (uint32_t i = 0; i < key_count && replay->reader.status == NAMI_OK; i++) {
        if (nami_frame__left(&replay->cells[i].reader) > 0) {
            nami_replay__corrupt(replay, "a column with more cells than rows");
        }
    }
    nami_arena_reset(&replay->arena);
}

static void empty_arena(struct nami_replay *replay, uint64_t row)
{
    if (row % ARENA_ROWS == 0) {
        nami_arena_reset(&replay->arena);
    }
}

/* ---- nodes ---- */

static bool replay_node(struct nami_replay *replay, uint64_t id, struct nami_label_set *labels,
                        uint32_t key_count)
{
    struct nami_memtable *table = &replay->graph->memtable;
    const struct nami_node_slot *slot = nami_memtable_node(table, id);
    const struct nami_property *row = read_row(replay, key_count);

    if (row == NULL) {
        return false;
    }
    if (id >= NAMI_ID_END || (slot != NULL && nami_record_head(&slot->version) != NULL)) {
        nami_replay__corrupt(replay, "a node of an id that is taken or out of range");
        return false;
    }
    if (nami_memtable_create_node(table, replay->lsn, id, labels, row, key_count) != NAMI_OK) {
        nami_frame__fail(&replay->reader, NAMI_E_NOMEM, "a node");
        return false;
    }
    nami_label_sets_note_id(&table->sets, id);
    return true;
}

void nami_replay__nodes(struct nami_replay *replay)
{
    struct nami_memtable *table = &replay->graph->memtable;
    uint32_t label_count = nami_replay__names(replay, NAMI_DICT_LABEL);
    struct nami_label_set *labels =
        replay->reader.status == NAMI_OK
            ? nami_label_set_of(&table->sets, replay->numbers, label_count)
            : NULL;
    uint32_t key_count = read_keys(replay);
    uint64_t rows = nami_frame__read_count(&replay->reader);
    struct nami_frame_reader ids = nami_frame__read_numbers(&replay->reader, rows);
    uint64_t id = 0;

    read_columns(replay, replay->numbers, key_count);
    if (replay->reader.status != NAMI_OK) {
        return;
    }
    if (labels == NULL) {
        nami_frame__fail(&replay->reader, NAMI_E_NOMEM, "labels");
        return;
    }
    for (uint64_t i = 0; i < rows; i++) {
        empty_arena(replay, i);
        id = nami_frame__read_step(&ids, id);
        if (!is_fine(replay, &ids) || !replay_node(replay, id, labels, key_count)) {
            return;
        }
    }
    check_ends(replay, key_count);
}

/* ---- relationships ---- */

/* Nothing in the list is newer. */
static bool is_newest(const nami_adjacency_slot *slot, const struct nami_rel *rel)
{
    const struct nami_adjacency *list = nami_adjacency_of_type(slot, rel->type);

    return list == NULL || nami_adjacency_end(list) <= rel->id;
}

static bool replay_rel(struct nami_replay *replay, const struct nami_rel *rel, uint32_t key_count)
{
    struct nami_memtable *table = &replay->graph->memtable;
    const struct nami_property *row = read_row(replay, key_count);

    if (row == NULL) {
        return false;
    }
    if (nami_memtable_node_at(table, rel->src, UINT64_MAX) == NULL ||
        nami_memtable_node_at(table, rel->dst, UINT64_MAX) == NULL) {
        nami_replay__corrupt(replay, "a relationship without one of its ends");
        return false;
    }
    if (rel->id < replay->first_rel || rel->id >= NAMI_ID_END ||
        !is_newest(&nami_memtable_node(table, rel->src)->lists[NAMI_LIST_OUT], rel) ||
        !is_newest(&nami_memtable_node(table, rel->dst)->lists[NAMI_LIST_IN], rel)) {
        nami_replay__corrupt(replay, "a relationship whose id is not a new one");
        return false;
    }
    if (nami_memtable_create_rel(table, replay->lsn, rel, row, key_count) != NAMI_OK) {
        nami_frame__fail(&replay->reader, NAMI_E_NOMEM, "a relationship");
        return false;
    }
    return true;
}

void nami_replay__rels(struct nami_replay *replay)
{
    struct nami_rel rel = {.type = nami_replay__name(replay, NAMI_DICT_TYPE)};
    uint32_t key_count = read_keys(replay);
    uint64_t rows = nami_frame__read_count(&replay->reader);
    struct nami_frame_reader ids = nami_frame__read_numbers(&replay->reader, rows);
    struct nami_frame_reader sources = nami_frame__read_numbers(&replay->reader, rows);
    struct nami_frame_reader targets = nami_frame__read_numbers(&replay->reader, rows);

    read_columns(replay, replay->numbers, key_count);
    for (uint64_t i = 0; i < rows && replay->reader.status == NAMI_OK; i++) {
        empty_arena(replay, i);
        rel.id += nami_frame__read_number(&ids);
        rel.src = nami_frame__read_step(&sources, rel.src);
        rel.dst = nami_frame__read_step(&targets, rel.dst);
        if (!is_fine(replay, &ids) || !is_fine(replay, &sources) || !is_fine(replay, &targets) ||
            !replay_rel(replay, &rel, key_count)) {
            return;
        }
    }
    check_ends(replay, key_count);
}
