#include "core/memtable/label_set.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"

void nami_label_sets_release(struct nami_label_sets *sets)
{
    while (sets->any != NULL) {
        struct nami_label_set *next = sets->any->next_any;

        free(sets->any->indexes);
        free(sets->any);
        sets->any = next;
    }
    nami_table_release(&sets->by_hash);
    memset(sets, 0, sizeof(*sets));
}

static bool is_set_of(const struct nami_label_set *set, const uint32_t *labels, uint32_t count)
{
    return set->count == count &&
           (count == 0 || memcmp(set->labels, labels, count * sizeof(labels[0])) == 0);
}

struct nami_label_set *nami_label_set_of(struct nami_label_sets *sets, const uint32_t *labels,
                                         uint32_t count)
{
    struct nami_label_set *set = NULL;
    uint64_t *first = NULL;
    uint64_t hash = count;
    bool is_new = false;

    if (sets->last != NULL && is_set_of(sets->last, labels, count)) {
        return sets->last;
    }
    for (uint32_t i = 0; i < count; i++) {
        hash = nami_hash_combine(hash, labels[i]);
    }
    hash -= hash == UINT64_MAX;
    first = nami_table_put(&sets->by_hash, hash, 0, &is_new);
    if (first == NULL) {
        return NULL;
    }
    set = (struct nami_label_set *)(uintptr_t)*first;
    while (set != NULL && !is_set_of(set, labels, count)) {
        set = set->next;
    }
    if (set == NULL) {
        set = calloc(1, sizeof(*set) + count * sizeof(labels[0]));
        if (set == NULL) {
            return NULL;
        }
        set->hash = hash;
        set->count = count;
        set->index_version = UINT64_MAX;
        set->saved_lsn = UINT64_MAX;
        if (count > 0) {
            memcpy(set->labels, labels, count * sizeof(labels[0]));
        }
        set->next = (struct nami_label_set *)(uintptr_t)*first;
        *first = (uint64_t)(uintptr_t)set;
        set->next_any = sets->any;
        sets->any = set;
    }
    sets->last = set;
    return set;
}

bool nami_label_set_has(const struct nami_label_set *set, uint32_t label)
{
    for (uint32_t i = 0; i < set->count && set->labels[i] <= label; i++) {
        if (set->labels[i] == label) {
            return true;
        }
    }
    return false;
}

/* A run is aligned to its length, so one of 65,536 is a whole node group. */
static void take_run(struct nami_label_sets *sets, struct nami_id_run *run, uint64_t ids)
{
    run->next = (sets->next_run + ids - 1) / ids * ids;
    run->end = run->next + ids;
    sets->next_run = run->end;
}

uint64_t nami_label_set_take_id(struct nami_label_sets *sets, struct nami_label_set *set)
{
    struct nami_id_run *run = set->nodes < NAMI_RUN_MIN ? &sets->shared : &set->run;

    if (run == &set->run && set->run_era != sets->era) {
        set->run_era = sets->era;
        set->run = (struct nami_id_run){0};
    }
    if (run->next == run->end) {
        uint64_t ids = NAMI_RUN_MIN;

        while (run == &set->run && ids < NAMI_RUN_MAX && ids * 2 <= set->nodes) {
            ids *= 2;
        }
        take_run(sets, run, ids);
    }
    return run->next++;
}

void nami_label_sets_note_id(struct nami_label_sets *sets, uint64_t id)
{
    if (id >= sets->next_run) {
        sets->next_run = id + 1;
    }
}

void nami_label_sets_forget_runs(struct nami_label_sets *sets)
{
    sets->era++;
    sets->shared = (struct nami_id_run){0};
}
