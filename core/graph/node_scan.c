/* All nodes, or those with a label, in ascending order of ids. */
#include "core/graph/graph_internal.h"

void nami_node_scan_init(struct nami_node_scan *scan, const struct nami_snapshot *snap,
                         uint32_t label)
{
    *scan = (struct nami_node_scan){.snap = snap, .label = label};
    scan->end = atomic_load_explicit(&snap->graph->memtable.node_end, memory_order_acquire);
}

static size_t scan_all(struct nami_node_scan *scan, uint64_t *ids, size_t max)
{
    const struct nami_memtable *table = &scan->snap->graph->memtable;
    size_t found = 0;

    while (found < max && scan->next < scan->end) {
        uint64_t first = 0;
        const struct nami_node_leaf *leaf =
            nami_radix_next(&table->nodes, scan->next, scan->end, &first);
        uint64_t end = 0;

        if (leaf == NULL) {
            scan->next = scan->end;
            break;
        }
        scan->next = scan->next > first ? scan->next : first;
        end = first + NAMI_LEAF_IDS < scan->end ? first + NAMI_LEAF_IDS : scan->end;
        for (; scan->next < end && found < max; scan->next++) {
            ids[found] = scan->next;
            found += nami_record_live(&leaf->slots[scan->next % NAMI_LEAF_IDS].version,
                                      scan->snap->lsn) != NULL;
        }
    }
    return found;
}

/* Candidates of one leaf, from scan->next on. */
static size_t scan_leaf(struct nami_node_scan *scan, const struct nami_label_leaf *leaf,
                        uint64_t *ids, size_t max)
{
    const struct nami_memtable *table = &scan->snap->graph->memtable;
    uint64_t first = leaf->leaf * NAMI_LEAF_IDS;
    const struct nami_node_leaf *nodes = nami_radix_leaf(&table->nodes, first);
    size_t found = 0;

    for (uint64_t word = scan->next % NAMI_LEAF_IDS / 64;
         nodes != NULL && word < NAMI_LEAF_IDS / 64; word++) {
        uint64_t bits = atomic_load_explicit(&leaf->bits[word], memory_order_relaxed);

        if (word == scan->next % NAMI_LEAF_IDS / 64) {
            bits &= UINT64_MAX << (scan->next % 64);
        }
        for (; bits != 0; bits &= bits - 1) {
            uint64_t place = word * 64 + (uint64_t)__builtin_ctzll(bits);
            const struct nami_record *node =
                nami_record_live(&nodes->slots[place].version, scan->snap->lsn);

            if (first + place >= scan->end) {
                break;
            }
            if (node != NULL && nami_label_set_has(node->labels, scan->label)) {
                ids[found++] = first + place;
            }
            if (found == max) {
                scan->next = first + place + 1;
                return found;
            }
        }
    }
    scan->next = first + NAMI_LEAF_IDS;
    return found;
}

static size_t scan_label(struct nami_node_scan *scan, uint64_t *ids, size_t max)
{
    const struct nami_label_info *label =
        nami_memtable_label(&scan->snap->graph->memtable, scan->label);
    size_t found = 0;

    while (found < max && scan->next < scan->end) {
        const struct nami_label_leaf *leaf =
            label != NULL ? nami_label_bitmap_next(label, scan->next / NAMI_LEAF_IDS) : NULL;

        if (leaf == NULL) {
            scan->next = scan->end;
            break;
        }
        if (leaf->leaf > scan->next / NAMI_LEAF_IDS) {
            scan->next = leaf->leaf * NAMI_LEAF_IDS;
        }
        found += scan_leaf(scan, leaf, ids + found, max - found);
    }
    return found;
}

size_t nami_node_scan_next(struct nami_node_scan *scan, uint64_t *ids, size_t max)
{
    return scan->label == NAMI_NO_NAME ? scan_all(scan, ids, max) : scan_label(scan, ids, max);
}
