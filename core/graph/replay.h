/*
 * core/graph/replay.h -- a frame being applied; the sections' functions.
 *
 * Each reads its section to the end and leaves its problem, if any, in the reader.
 */
#ifndef NAMI_CORE_GRAPH_REPLAY_H
#define NAMI_CORE_GRAPH_REPLAY_H

#include "core/graph/frame_reader.h"
#include "core/graph/graph_internal.h"

struct nami_replay {
    struct nami_graph *graph;
    uint64_t lsn;
    uint64_t first_rel; /* created ones have this id or a higher one */
    struct nami_frame_reader reader;
    struct nami_arena arena; /* for values of lists and maps; emptied now and then */
    struct nami_frame_cells *cells;
    size_t cell_capacity;
    uint32_t *numbers;
    size_t number_capacity;
};

static inline void nami_replay__corrupt(struct nami_replay *replay, const char *problem)
{
    nami_frame__fail(&replay->reader, NAMI_E_CORRUPT, problem);
}
/* An id of that dictionary. */
uint32_t nami_replay__name(struct nami_replay *replay, uint32_t dictionary);
/* A count and as many ids, strictly ascending, into replay->numbers. The count. */
uint32_t nami_replay__names(struct nami_replay *replay, uint32_t dictionary);

void nami_replay__nodes(struct nami_replay *replay);
void nami_replay__rels(struct nami_replay *replay);
void nami_replay__node_patch(struct nami_replay *replay);
void nami_replay__rel_patch(struct nami_replay *replay);
void nami_replay__rels_deleted(struct nami_replay *replay);
void nami_replay__nodes_deleted(struct nami_replay *replay);

#endif /* NAMI_CORE_GRAPH_REPLAY_H */
