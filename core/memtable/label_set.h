/*
 * core/memtable/label_set.h -- the distinct sets of labels that nodes have, each once, and the
 * runs of ids that are handed out to them.
 *
 * Small sets share one run, so that a graph of many tiny label sets stays dense; a set that
 * has 1,024 nodes gets runs of its own, so that its nodes lie together. Sets are never freed
 * before the memtable is: versions point to them.
 * Thread: the writer; what a set holds before `nodes` is constant and may be read by any.
 */
#ifndef NAMI_CORE_MEMTABLE_LABEL_SET_H
#define NAMI_CORE_MEMTABLE_LABEL_SET_H

#include <stdbool.h>

#include <namidb/abi.h>

#include "core/base/table.h"

enum { NAMI_RUN_MIN = 1024, NAMI_RUN_MAX = 65536 };

struct nami_id_run {
    uint64_t next;
    uint64_t end;
};

struct nami_value_index;

struct nami_label_set {
    uint64_t hash;
    struct nami_label_set *next;     /* of the same hash */
    struct nami_label_set *next_any; /* of all */
    uint32_t count;
    /* The writer's: */
    uint32_t index_count; /* rules on one of these labels; valid for `index_version` */
    struct nami_value_index **indexes;
    uint64_t index_version;
    uint64_t nodes;
    struct nami_id_run run;
    uint64_t run_era;   /* the era that `run` belongs to */
    uint64_t saved_lsn; /* the transaction that has noted `nodes` and `run` for undo */
    uint32_t labels[];  /* ascending */
};

struct nami_label_sets {
    struct nami_table by_hash;
    struct nami_label_set *last; /* looked up last */
    struct nami_label_set *any;
    uint64_t era; /* runs of an earlier one are void */
    struct nami_id_run shared;
    uint64_t next_run; /* ids from here on are in no run */
};

void nami_label_sets_release(struct nami_label_sets *sets);
/* `labels` ascending, each once. NULL: no memory. */
struct nami_label_set *nami_label_set_of(struct nami_label_sets *sets, const uint32_t *labels,
                                         uint32_t count);
bool nami_label_set_has(const struct nami_label_set *set, uint32_t label);
/* An id for one more node of the set. */
uint64_t nami_label_set_take_id(struct nami_label_sets *sets, struct nami_label_set *set);
/* An id of the log; whoever wrote it handed it out. */
void nami_label_sets_note_id(struct nami_label_sets *sets, uint64_t id);

/* Another host may have used ids of our runs: begin new ones. */
void nami_label_sets_forget_runs(struct nami_label_sets *sets);

#endif /* NAMI_CORE_MEMTABLE_LABEL_SET_H */
