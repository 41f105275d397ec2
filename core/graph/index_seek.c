/* Nodes by the value of an indexed property. */
#include "core/catalog/rules.h"
#include "core/graph/graph_internal.h"

/* What struct nami_index_seek's state holds. */
enum state {
    HASH,
    FROM, /* next id to look at */
    MODE,
    END /* of ids, in a scan */
};

enum mode { BY_INDEX, BY_SCAN, AT_END };

enum { CANDIDATES = 64 };

void nami_index_seek_init(struct nami_index_seek *seek, const struct nami_snapshot *snap,
                          const struct nami_rule *rule, struct nami_value value)
{
    *seek = (struct nami_index_seek){.snap = snap, .rule = rule, .value = value};
    if (nami_value_is_null(value)) {
        seek->state[MODE] = AT_END;
    } else if (nami_rule_is_live(rule, snap->lsn) &&
               nami_memtable_index(&snap->graph->memtable, rule) != NULL) {
        seek->state[HASH] = nami_value_hash(value);
    } else { /* a rule of another time: its index need not have what this snapshot sees */
        struct nami_node_scan scan = {0};

        nami_node_scan_init(&scan, snap, rule->label);
        seek->state[MODE] = BY_SCAN;
        seek->state[END] = scan.end;
    }
}

static size_t candidates(struct nami_index_seek *seek, uint64_t *ids, size_t max)
{
    const struct nami_memtable *table = &seek->snap->graph->memtable;
    struct nami_node_scan scan = {.snap = seek->snap,
                                  .label = seek->rule->label,
                                  .next = seek->state[FROM],
                                  .end = seek->state[END]};
    size_t count = 0;

    if (seek->state[MODE] == BY_SCAN) {
        count = nami_node_scan_next(&scan, ids, max);
    } else {
        count = nami_value_index_read(nami_memtable_index(table, seek->rule), seek->state[HASH],
                                      seek->state[FROM], ids, max);
    }
    if (count < max) {
        seek->state[MODE] = AT_END;
    }
    if (count > 0) {
        seek->state[FROM] = ids[count - 1] + 1;
    }
    return count;
}

size_t nami_index_seek_next(struct nami_index_seek *seek, uint64_t *ids, size_t max)
{
    const struct nami_memtable *table = &seek->snap->graph->memtable;
    uint64_t found[CANDIDATES];
    size_t kept = 0;

    while (kept == 0 && seek->state[MODE] != AT_END && max > 0) {
        size_t count = candidates(seek, found, max < CANDIDATES ? max : CANDIDATES);

        for (size_t i = 0; i < count; i++) {
            const struct nami_record *node =
                nami_memtable_node_at(table, found[i], seek->snap->lsn);
            const struct nami_value *value =
                node != NULL && nami_label_set_has(node->labels, seek->rule->label)
                    ? nami_record_property(node, seek->rule->key)
                    : NULL;

            if (value != NULL && nami_value_equal(*value, seek->value) == NAMI_TRUE) {
                ids[kept++] = found[i];
            }
        }
    }
    return kept;
}
