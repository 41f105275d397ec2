/* A transaction as the body of a log frame: see frame.h. */
#include "core/graph/frame_encode.h"

#include <stdlib.h>

#include "core/catalog/rules.h"

static const struct nami_memtable *table_of(const struct nami_frame_encoder *encoder)
{
    return &encoder->txn->graph->memtable;
}

const struct nami_record *nami_frame__node_now(const struct nami_frame_encoder *encoder,
                                               uint64_t id)
{
    return nami_memtable_node_at(table_of(encoder), id, encoder->txn->lsn);
}

const struct nami_record *nami_frame__node_before(const struct nami_frame_encoder *encoder,
                                                  uint64_t id)
{
    const struct nami_node_slot *slot = nami_memtable_node(table_of(encoder), id);
    const struct nami_record *record = nami_record_before(&slot->version, encoder->txn->lsn);

    return record == NULL || record->is_deleted ? NULL : record;
}

/* NULL: without properties. */
const struct nami_record *nami_frame__rel_now(const struct nami_frame_encoder *encoder, uint64_t id)
{
    const nami_record_slot *slot = nami_memtable_rel(table_of(encoder), id);

    return slot != NULL ? nami_record_live(slot, encoder->txn->lsn) : NULL;
}

/* ---- names and rules ---- */

static void encode_names(struct nami_frame_encoder *encoder)
{
    const struct nami_catalog *catalog = encoder->txn->graph->catalog;
    struct nami_frame_writer *writer = &encoder->writer;

    for (uint32_t i = 0; i < NAMI_DICT_COUNT; i++) {
        uint32_t first = encoder->txn->names[i];
        uint32_t count = nami_catalog_count(catalog, i) - first;

        if (count == 0) {
            continue;
        }
        nami_frame__u8(writer, NAMI_FRAME_NAMES);
        nami_frame__u8(writer, (uint8_t)i);
        nami_frame__number(writer, first);
        nami_frame__number(writer, count);
        for (uint32_t j = 0; j < count; j++) {
            nami_frame__text(writer, nami_catalog_name(catalog, i, first + j));
        }
    }
}

static void encode_rule(struct nami_frame_encoder *encoder, const struct nami_op *op)
{
    const struct nami_rule *rule =
        nami_catalog_rule_by_id(encoder->txn->graph->catalog, (uint32_t)op->rel.id);
    struct nami_frame_writer *writer = &encoder->writer;

    if (op->rel.reserved == NAMI_OP_RULE_DROPPED) {
        nami_frame__u8(writer, NAMI_FRAME_RULE_DROP);
        nami_frame__number(writer, rule->id);
        return;
    }
    nami_frame__u8(writer, NAMI_FRAME_RULE);
    nami_frame__number(writer, rule->id);
    nami_frame__number(writer, rule->kind);
    nami_frame__number(writer, rule->label);
    nami_frame__number(writer, rule->key);
    nami_frame__text(writer, rule->name);
}

static void encode_rules(struct nami_frame_encoder *encoder)
{
    const struct nami_txn *txn = encoder->txn;

    for (size_t i = 0; i < txn->op_count; i++) {
        if (txn->ops[i].rel.reserved == NAMI_OP_RULE_CREATED ||
            txn->ops[i].rel.reserved == NAMI_OP_RULE_DROPPED) {
            encode_rule(encoder, &txn->ops[i]);
        }
    }
}

static void encode_marks(struct nami_frame_encoder *encoder)
{
    uint64_t next_node = 0;
    uint64_t next_rel = 0;

    if (encoder->burnt) {
        nami_graph_id_marks(encoder->txn->graph, &next_node, &next_rel);
        nami_frame__u8(&encoder->writer, NAMI_FRAME_MARKS);
        nami_frame__number(&encoder->writer, next_node);
        nami_frame__number(&encoder->writer, next_rel);
    }
}

int32_t nami_txn_encode(const struct nami_txn *txn, struct nami_buf *out)
{
    struct nami_frame_encoder *encoder = calloc(1, sizeof(*encoder));
    size_t start = out->len;
    int32_t status = NAMI_E_NOMEM;

    if (encoder != NULL) {
        encoder->next = malloc((txn->op_count + 1) * sizeof(encoder->next[0]));
    }
    if (encoder == NULL || encoder->next == NULL) {
        goto out;
    }
    encoder->txn = txn;
    encoder->writer.out = out;
    nami_frame__u8(&encoder->writer, NAMI_FRAME_VERSION);
    encode_names(encoder);
    encode_rules(encoder);
    nami_frame__encode_nodes(encoder);
    nami_frame__encode_rels(encoder);
    nami_frame__encode_patches(encoder);
    nami_frame__encode_deletions(encoder, true);
    nami_frame__encode_deletions(encoder, false);
    encode_marks(encoder);
    status = encoder->writer.status;
out:
    if (status != NAMI_OK) {
        out->len = start;
    }
    if (encoder != NULL) {
        nami_table_release(&encoder->by_hash);
        free(encoder->groups);
        free(encoder->next);
    }
    free(encoder);
    return status;
}
