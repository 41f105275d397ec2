/* Take a transaction back, newest step first. */
#include "core/catalog/rules.h"
#include "core/graph/graph_internal.h"

static void undo_rule(struct nami_txn *txn, const struct nami_op *op)
{
    struct nami_graph *graph = txn->graph;
    const struct nami_rule *rule = nami_catalog_rule_by_id(graph->catalog, (uint32_t)op->rel.id);

    if (op->rel.reserved == NAMI_OP_RULE_DROPPED) {
        nami_catalog_rule_undrop(graph->catalog, rule);
        graph->memtable.index_version++;
        return;
    }
    nami_catalog_rule_drop(graph->catalog, rule, 0);
    graph->memtable.index_version++;
    /* Without memory now, the next transaction removes it: it is a dropped rule's. */
    (void)(nami_memtable_remove_index(&graph->memtable, rule) == NAMI_OK);
    nami_catalog_rule_take_back(graph->catalog, rule);
}

static void undo_op(struct nami_txn *txn, const struct nami_op *op)
{
    struct nami_memtable *table = &txn->graph->memtable;

    switch ((enum nami_op_kind)op->rel.reserved) {
    case NAMI_OP_NODE:
        nami_memtable_undo_node(table, txn->lsn, op->rel.id);
        break;
    case NAMI_OP_NODE_DELETED:
        nami_memtable_undo_delete_node(table, txn->lsn, op->rel.id);
        break;
    case NAMI_OP_NODE_DETACHED:
        (void)nami_memtable_count_rels(table, op->rel.id, true);
        nami_memtable_undo_delete_node(table, txn->lsn, op->rel.id);
        break;
    case NAMI_OP_RELS_HIDDEN:
        (void)nami_memtable_count_rels(table, op->rel.id, true);
        break;
    case NAMI_OP_REL_CREATED:
        nami_memtable_undo_create_rel(table, txn->lsn, &op->rel);
        break;
    case NAMI_OP_REL_CHANGED:
        nami_memtable_undo_change_rel(table, txn->lsn, &op->rel);
        break;
    case NAMI_OP_REL_DELETED:
        nami_memtable_undo_delete_rel(table, txn->lsn, &op->rel, true);
        break;
    case NAMI_OP_RULE_CREATED:
    case NAMI_OP_RULE_DROPPED:
        undo_rule(txn, op);
        break;
    }
}

void nami_txn__undo_last(struct nami_txn *txn)
{
    undo_op(txn, &txn->ops[--txn->op_count]);
}

void nami_txn__undo(struct nami_txn *txn)
{
    struct nami_graph *graph = txn->graph;
    struct nami_memtable *table = &graph->memtable;

    while (txn->op_count > 0) {
        nami_txn__undo_last(txn);
    }
    for (size_t i = txn->saved_count; i > 0; i--) {
        const struct nami_set_saved *saved = &txn->saved[i - 1];

        saved->set->run = saved->run;
        saved->set->run_era = saved->run_era;
        saved->set->saved_lsn = UINT64_MAX;
    }
    table->sets.next_run = txn->next_run;
    table->sets.shared = txn->shared;
    atomic_store_explicit(&table->node_end, txn->node_end, memory_order_relaxed);
    atomic_store_explicit(&table->next_rel, txn->next_rel, memory_order_relaxed);
    for (uint32_t i = 0; i < NAMI_DICT_COUNT; i++) {
        nami_catalog_truncate(graph->catalog, i, txn->names[i]);
    }
}
