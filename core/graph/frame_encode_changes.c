/* Patches and deletions of what was there before the transaction. */
#include "core/graph/frame_encode.h"

static const struct nami_memtable *table_of(const struct nami_frame_encoder *encoder)
{
    return &encoder->txn->graph->memtable;
}

/* ---- patches ---- */

/* Labels that `a` has and `b` has not. */
static void encode_label_difference(struct nami_frame_encoder *encoder,
                                    const struct nami_label_set *a, const struct nami_label_set *b)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < a->count; i++) {
        count += !nami_label_set_has(b, a->labels[i]);
    }
    nami_frame__number(&encoder->writer, count);
    for (uint32_t i = 0; i < a->count; i++) {
        if (!nami_label_set_has(b, a->labels[i])) {
            nami_frame__number(&encoder->writer, a->labels[i]);
        }
    }
}

static bool differs(const struct nami_record *record, const struct nami_property *property)
{
    const struct nami_value *value =
        record != NULL ? nami_record_property(record, property->key) : NULL;

    return value == NULL || !nami_value_is_same(*value, property->value);
}

static void encode_property_difference(struct nami_frame_encoder *encoder,
                                       const struct nami_record *before,
                                       const struct nami_record *now)
{
    struct nami_frame_writer *writer = &encoder->writer;
    uint32_t before_count = before != NULL ? before->property_count : 0;
    uint32_t now_count = now != NULL ? now->property_count : 0;
    uint32_t removed = 0;
    uint32_t set = 0;

    for (uint32_t i = 0; i < before_count; i++) {
        removed += now == NULL || nami_record_property(now, before->properties[i].key) == NULL;
    }
    nami_frame__number(writer, removed);
    for (uint32_t i = 0; i < before_count; i++) {
        if (now == NULL || nami_record_property(now, before->properties[i].key) == NULL) {
            nami_frame__number(writer, before->properties[i].key);
        }
    }
    for (uint32_t i = 0; i < now_count; i++) {
        set += differs(before, &now->properties[i]);
    }
    nami_frame__number(writer, set);
    for (uint32_t i = 0; i < now_count; i++) {
        if (differs(before, &now->properties[i])) {
            nami_frame__number(writer, now->properties[i].key);
            nami_frame__value(writer, now->properties[i].value);
        }
    }
}

static void encode_node_patch(struct nami_frame_encoder *encoder, uint64_t id)
{
    const struct nami_record *before = nami_frame__node_before(encoder, id);
    const struct nami_record *now = nami_frame__node_now(encoder, id);

    if (before == NULL || now == NULL) {
        return; /* created or deleted: said elsewhere */
    }
    nami_frame__u8(&encoder->writer, NAMI_FRAME_NODE_PATCH);
    nami_frame__number(&encoder->writer, id);
    encode_label_difference(encoder, before->labels, now->labels);
    encode_label_difference(encoder, now->labels, before->labels);
    encode_property_difference(encoder, before, now);
}

static void encode_rel_name(struct nami_frame_encoder *encoder, const struct nami_rel *rel)
{
    nami_frame__number(&encoder->writer, rel->id);
    nami_frame__number(&encoder->writer, rel->type);
    nami_frame__number(&encoder->writer, rel->src);
    nami_frame__number(&encoder->writer, rel->dst);
}

static void encode_rel_patch(struct nami_frame_encoder *encoder, const struct nami_rel *rel)
{
    const nami_record_slot *slot = nami_memtable_rel(table_of(encoder), rel->id);

    if (!nami_graph__rel_is_live(encoder->txn->graph, rel, UINT64_MAX, encoder->txn->lsn)) {
        return;
    }
    nami_frame__u8(&encoder->writer, NAMI_FRAME_REL_PATCH);
    encode_rel_name(encoder, rel);
    encode_property_difference(encoder, nami_record_before(slot, encoder->txn->lsn),
                               nami_frame__rel_now(encoder, rel->id));
}

void nami_frame__encode_patches(struct nami_frame_encoder *encoder)
{
    const struct nami_txn *txn = encoder->txn;

    for (size_t i = 0; i < txn->op_count && encoder->writer.status == NAMI_OK; i++) {
        if (txn->ops[i].rel.reserved == NAMI_OP_NODE) {
            encode_node_patch(encoder, txn->ops[i].rel.id);
        } else if (txn->ops[i].rel.reserved == NAMI_OP_REL_CHANGED) {
            encode_rel_patch(encoder, &txn->ops[i].rel);
        }
    }
}

/* ---- deletions ---- */

/* Of something that was there before the transaction. */
static bool is_deletion(const struct nami_frame_encoder *encoder, const struct nami_op *op,
                        bool of_rels)
{
    if (of_rels) {
        return op->rel.reserved == NAMI_OP_REL_DELETED && op->rel.id < encoder->txn->next_rel;
    }
    return (op->rel.reserved == NAMI_OP_NODE_DELETED ||
            op->rel.reserved == NAMI_OP_NODE_DETACHED) &&
           nami_frame__node_before(encoder, op->rel.id) != NULL;
}

void nami_frame__encode_deletions(struct nami_frame_encoder *encoder, bool of_rels)
{
    const struct nami_txn *txn = encoder->txn;
    uint64_t previous = 0;
    uint64_t count = 0;

    for (size_t i = 0; i < txn->op_count; i++) {
        count += is_deletion(encoder, &txn->ops[i], of_rels);
    }
    if (count == 0) {
        return;
    }
    nami_frame__u8(&encoder->writer, of_rels ? NAMI_FRAME_RELS_DELETED : NAMI_FRAME_NODES_DELETED);
    nami_frame__number(&encoder->writer, count);
    for (size_t i = 0; i < txn->op_count; i++) {
        if (!is_deletion(encoder, &txn->ops[i], of_rels)) {
            continue;
        }
        if (of_rels) {
            encode_rel_name(encoder, &txn->ops[i].rel);
        } else {
            nami_frame__step(&encoder->writer, previous, txn->ops[i].rel.id);
            previous = txn->ops[i].rel.id;
        }
    }
}
