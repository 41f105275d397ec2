/* Apply the body of a log frame: names, rules, and the order of things. */
#include "core/graph/replay.h"

#include <stdlib.h>

#include <namidb/plugin_util.h>

#include "core/catalog/rules.h"
#include "core/graph/frame.h"

uint32_t nami_replay__name(struct nami_replay *replay, uint32_t dictionary)
{
    uint64_t id = nami_frame__read_number(&replay->reader);

    if (id >= nami_catalog_count(replay->graph->catalog, dictionary)) {
        nami_replay__corrupt(replay, "the id of an unknown name");
        return 0;
    }
    return (uint32_t)id;
}

uint32_t nami_replay__names(struct nami_replay *replay, uint32_t dictionary)
{
    uint32_t count = (uint32_t)nami_frame__read_count(&replay->reader);

    if (count > replay->number_capacity) {
        uint32_t *grown = realloc(replay->numbers, count * sizeof(*grown));

        if (grown == NULL) {
            nami_frame__fail(&replay->reader, NAMI_E_NOMEM, "ids of names");
            return 0;
        }
        replay->numbers = grown;
        replay->number_capacity = count;
    }
    for (uint32_t i = 0; i < count; i++) {
        replay->numbers[i] = nami_replay__name(replay, dictionary);
        if (i > 0 && replay->numbers[i] <= replay->numbers[i - 1]) {
            nami_replay__corrupt(replay, "ids of names out of order");
        }
        if (replay->reader.status != NAMI_OK) {
            return 0;
        }
    }
    return count;
}

static void replay_names(struct nami_replay *replay)
{
    uint8_t dictionary = nami_frame__read_u8(&replay->reader);
    uint64_t first = nami_frame__read_number(&replay->reader);
    uint64_t count = nami_frame__read_count(&replay->reader);

    if (dictionary >= NAMI_DICT_COUNT || first > UINT32_MAX) {
        nami_replay__corrupt(replay, "an unknown dictionary");
        return;
    }
    for (uint64_t i = 0; i < count && replay->reader.status == NAMI_OK; i++) {
        struct nami_slice name = nami_frame__read_text(&replay->reader);
        int32_t status = NAMI_OK;

        if (replay->reader.status != NAMI_OK) {
            return;
        }
        status = nami_catalog_put(replay->graph->catalog, dictionary, (uint32_t)(first + i), name);
        if (status != NAMI_OK) {
            nami_frame__fail(&replay->reader, status, "a name that does not continue the others");
        }
    }
}

static void replay_rule(struct nami_replay *replay)
{
    struct nami_graph *graph = replay->graph;
    const struct nami_rule *added = NULL;
    uint64_t id = nami_frame__read_number(&replay->reader);
    uint64_t kind = nami_frame__read_number(&replay->reader);
    struct nami_rule rule = {.created_lsn = replay->lsn};
    int32_t status = NAMI_OK;

    rule.label = nami_replay__name(replay, NAMI_DICT_LABEL);
    rule.key = nami_replay__name(replay, NAMI_DICT_KEY);
    rule.name = nami_frame__read_text(&replay->reader);
    if (id >= UINT32_MAX || (kind != NAMI_RULE_UNIQUE && kind != NAMI_RULE_INDEX)) {
        nami_replay__corrupt(replay, "an unknown kind of rule");
    }
    if (replay->reader.status != NAMI_OK) {
        return;
    }
    rule.id = (uint32_t)id;
    rule.kind = (uint32_t)kind;
    status = nami_catalog_rule_add(graph->catalog, &rule, &added);
    if (status == NAMI_OK) {
        status = nami_memtable_create_index(&graph->memtable, added);
    }
    if (status != NAMI_OK) {
        nami_frame__fail(&replay->reader, status, "a rule");
    }
}

static void replay_rule_drop(struct nami_replay *replay)
{
    struct nami_graph *graph = replay->graph;
    uint64_t id = nami_frame__read_number(&replay->reader);
    const struct nami_rule *rule =
        id < UINT32_MAX ? nami_catalog_rule_by_id(graph->catalog, (uint32_t)id) : NULL;

    if (replay->reader.status != NAMI_OK) {
        return;
    }
    if (rule == NULL || atomic_load(&rule->dropped_lsn) != NAMI_RULE_LIVE) {
        nami_replay__corrupt(replay, "the drop of a rule that is not there");
        return;
    }
    nami_catalog_rule_drop(graph->catalog, rule, replay->lsn);
    graph->memtable.index_version++;
}

static void replay_marks(struct nami_replay *replay)
{
    struct nami_memtable *table = &replay->graph->memtable;
    uint64_t node = nami_frame__read_number(&replay->reader);
    uint64_t rel = nami_frame__read_number(&replay->reader);

    if (node > NAMI_ID_END || rel > NAMI_ID_END) {
        nami_replay__corrupt(replay, "an id out of range");
    }
    if (replay->reader.status != NAMI_OK) {
        return;
    }
    if (node > atomic_load(&table->node_end)) {
        atomic_store_explicit(&table->node_end, node, memory_order_release);
        nami_label_sets_note_id(&table->sets, node - 1);
    }
    if (rel > atomic_load(&table->next_rel)) {
        atomic_store_explicit(&table->next_rel, rel, memory_order_relaxed);
    }
}

static void replay_section(struct nami_replay *replay)
{
    uint8_t tag = nami_frame__read_u8(&replay->reader);

    switch (tag) {
    case NAMI_FRAME_NAMES:
        replay_names(replay);
        break;
    case NAMI_FRAME_RULE:
        replay_rule(replay);
        break;
    case NAMI_FRAME_RULE_DROP:
        replay_rule_drop(replay);
        break;
    case NAMI_FRAME_NODES:
        nami_replay__nodes(replay);
        break;
    case NAMI_FRAME_RELS:
        nami_replay__rels(replay);
        break;
    case NAMI_FRAME_NODE_PATCH:
        nami_replay__node_patch(replay);
        break;
    case NAMI_FRAME_REL_PATCH:
        nami_replay__rel_patch(replay);
        break;
    case NAMI_FRAME_RELS_DELETED:
        nami_replay__rels_deleted(replay);
        break;
    case NAMI_FRAME_NODES_DELETED:
        nami_replay__nodes_deleted(replay);
        break;
    case NAMI_FRAME_MARKS:
        replay_marks(replay);
        break;
    default:
        nami_replay__corrupt(replay, "an unknown section");
        break;
    }
}

int32_t nami_graph_replay(struct nami_graph *graph, uint64_t lsn, struct nami_slice body,
                          struct nami_error *err)
{
    struct nami_memtable *table = &graph->memtable;
    struct nami_replay replay = {.graph = graph, .lsn = lsn, .reader = {.bytes = body}};
    uint64_t staged = atomic_load_explicit(&graph->staged_lsn, memory_order_relaxed);

    if (graph->open != NULL || staged != nami_graph_published_lsn(graph)) {
        return NAMI_FAIL(err, NAMI_E_INVALID, "a transaction is open or staged");
    }
    if (lsn <= staged) {
        return NAMI_FAIL(err, NAMI_E_CORRUPT, "frame %llu after %llu", (unsigned long long)lsn,
                         (unsigned long long)staged);
    }
    nami_graph__begin_change(graph); /* and never ended if it fails: the graph is unusable then */
    nami_memtable_refresh(table);
    nami_label_sets_forget_runs(&table->sets);
    nami_arena_init(&replay.arena, graph->chunks, NULL);
    replay.first_rel = atomic_load_explicit(&table->next_rel, memory_order_relaxed);
    if (nami_frame__read_u8(&replay.reader) != NAMI_FRAME_VERSION) {
        nami_replay__corrupt(&replay, "an unknown format");
    }
    while (nami_frame__left(&replay.reader) > 0) {
        replay_section(&replay);
    }
    nami_arena_release(&replay.arena);
    free(replay.cells);
    free(replay.numbers);
    if (replay.reader.status != NAMI_OK) {
        return NAMI_FAIL(err, replay.reader.status, "frame %llu, byte %zu: %s",
                         (unsigned long long)lsn, replay.reader.problem_at, replay.reader.problem);
    }
    atomic_store_explicit(&graph->staged_lsn, lsn, memory_order_relaxed);
    nami_retire_publish(&table->retire, lsn,
                        atomic_load_explicit(&table->next_rel, memory_order_relaxed));
    nami_graph__end_change(graph);
    return NAMI_OK;
}
