/* A transaction as the body of a log frame: see frame.h. */
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/base/table.h"
#include "core/catalog/rules.h"
#include "core/graph/frame.h"
#include "core/graph/frame_writer.h"
#include "core/graph/graph_internal.h"

#define NONE SIZE_MAX

/* Rows of one shape (nodes) or one type (relationships), linked in the order of their steps. */
struct group {
    size_t first;
    size_t last;
};

struct encoder {
    const struct nami_txn *txn;
    struct nami_frame_writer writer;
    size_t *next; /* per step: the next of its group */
    struct group *groups;
    size_t group_count;
    size_t group_capacity;
    struct nami_table by_hash; /* of a shape or a type: its newest group */
    bool burnt;                /* ids were used up by what did not last */
    /* one batch */
    const struct nami_property *rows[NAMI_FRAME_ROWS_MAX];
    const struct nami_op *ops[NAMI_FRAME_ROWS_MAX];
};

static const struct nami_memtable *table_of(const struct encoder *encoder)
{
    return &encoder->txn->graph->memtable;
}

static const struct nami_record *node_now(const struct encoder *encoder, uint64_t id)
{
    return nami_memtable_node_at(table_of(encoder), id, encoder->txn->lsn);
}

static const struct nami_record *node_before(const struct encoder *encoder, uint64_t id)
{
    const struct nami_node_slot *slot = nami_memtable_node(table_of(encoder), id);
    const struct nami_record *record = nami_record_before(&slot->version, encoder->txn->lsn);

    return record == NULL || record->is_deleted ? NULL : record;
}

/* NULL: without properties. */
static const struct nami_record *rel_now(const struct encoder *encoder, uint64_t id)
{
    const nami_record_slot *slot = nami_memtable_rel(table_of(encoder), id);

    return slot != NULL ? nami_record_live(slot, encoder->txn->lsn) : NULL;
}

/* ---- names and rules ---- */

static void encode_names(struct encoder *encoder)
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

static void encode_rule(struct encoder *encoder, const struct nami_op *op)
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

/* ---- groups ---- */

static bool same_shape(const struct nami_record *a, const struct nami_record *b)
{
    uint32_t a_count = a != NULL ? a->property_count : 0;
    uint32_t b_count = b != NULL ? b->property_count : 0;

    if (a_count != b_count || (a != NULL && b != NULL && a->labels != b->labels)) {
        return false;
    }
    for (uint32_t i = 0; i < a_count; i++) {
        if (a->properties[i].key != b->properties[i].key) {
            return false;
        }
    }
    return true;
}

static uint64_t shape_hash(const struct nami_record *record)
{
    uint64_t hash = nami_hash_u64((uint64_t)(uintptr_t)record->labels);

    for (uint32_t i = 0; i < record->property_count; i++) {
        hash = nami_hash_combine(hash, record->properties[i].key);
    }
    return hash - (hash == UINT64_MAX);
}

/* Put step `at` into the group of this hash, or, if that one is of another shape, a new one. */
static void group_step(struct encoder *encoder, uint64_t hash, size_t at,
                       const struct nami_record *shape)
{
    bool is_new = false;
    uint64_t *place = nami_table_put(&encoder->by_hash, hash, encoder->group_count, &is_new);
    void *groups = encoder->groups;

    if (place == NULL) {
        encoder->writer.status = NAMI_E_NOMEM;
        return;
    }
    encoder->next[at] = NONE;
    if (!is_new) {
        struct group *group = &encoder->groups[*place];

        if (shape == NULL ||
            same_shape(shape, node_now(encoder, encoder->txn->ops[group->first].rel.id))) {
            encoder->next[group->last] = at;
            group->last = at;
            return;
        }
        *place = encoder->group_count;
    }
    if (nami_graph__grow(&groups, &encoder->group_capacity, encoder->group_count,
                         sizeof(encoder->groups[0])) != NAMI_OK) {
        encoder->writer.status = NAMI_E_NOMEM;
        return;
    }
    encoder->groups = groups;
    encoder->groups[encoder->group_count++] = (struct group){.first = at, .last = at};
}

static void forget_groups(struct encoder *encoder)
{
    nami_table_release(&encoder->by_hash);
    encoder->group_count = 0;
}

static void encode_columns(struct encoder *encoder, uint32_t key_count, uint32_t row_count)
{
    for (uint32_t i = 0; i < key_count && encoder->writer.status == NAMI_OK; i++) {
        nami_frame__column(&encoder->writer, encoder->rows, row_count, i);
    }
}

static void encode_keys(struct encoder *encoder, const struct nami_record *shape)
{
    uint32_t count = shape != NULL ? shape->property_count : 0;

    nami_frame__number(&encoder->writer, count);
    for (uint32_t i = 0; i < count; i++) {
        nami_frame__number(&encoder->writer, shape->properties[i].key);
    }
}

/* ---- created nodes ---- */

static void encode_node_batch(struct encoder *encoder, const struct nami_record *shape,
                              uint32_t row_count)
{
    struct nami_frame_writer *writer = &encoder->writer;
    uint64_t previous = 0;

    nami_frame__u8(writer, NAMI_FRAME_NODES);
    nami_frame__number(writer, shape->labels->count);
    for (uint32_t i = 0; i < shape->labels->count; i++) {
        nami_frame__number(writer, shape->labels->labels[i]);
    }
    encode_keys(encoder, shape);
    nami_frame__number(writer, row_count);
    for (uint32_t i = 0; i < row_count; i++) {
        nami_frame__step(writer, previous, encoder->ops[i]->rel.id);
        previous = encoder->ops[i]->rel.id;
    }
    encode_columns(encoder, shape->property_count, row_count);
}

static void encode_node_group(struct encoder *encoder, const struct group *group)
{
    const struct nami_record *shape = NULL;
    uint32_t rows = 0;

    for (size_t at = group->first; at != NONE && encoder->writer.status == NAMI_OK;
         at = encoder->next[at]) {
        const struct nami_op *op = &encoder->txn->ops[at];
        const struct nami_record *node = node_now(encoder, op->rel.id);

        shape = node;
        encoder->rows[rows] = node->properties;
        encoder->ops[rows++] = op;
        if (rows == NAMI_FRAME_ROWS_MAX) {
            encode_node_batch(encoder, shape, rows);
            rows = 0;
        }
    }
    if (rows > 0) {
        encode_node_batch(encoder, shape, rows);
    }
}

static void encode_created_nodes(struct encoder *encoder)
{
    const struct nami_txn *txn = encoder->txn;

    for (size_t i = 0; i < txn->op_count && encoder->writer.status == NAMI_OK; i++) {
        uint64_t id = txn->ops[i].rel.id;
        const struct nami_record *node = NULL;

        if (txn->ops[i].rel.reserved != NAMI_OP_NODE || node_before(encoder, id) != NULL) {
            continue;
        }
        node = node_now(encoder, id);
        if (node == NULL) {
            encoder->burnt = true;
        } else {
            group_step(encoder, shape_hash(node), i, node);
        }
    }
    for (size_t i = 0; i < encoder->group_count && encoder->writer.status == NAMI_OK; i++) {
        encode_node_group(encoder, &encoder->groups[i]);
    }
    forget_groups(encoder);
}

/* ---- created relationships ---- */

static void encode_rel_batch(struct encoder *encoder, const struct nami_record *shape,
                             uint32_t row_count)
{
    struct nami_frame_writer *writer = &encoder->writer;
    struct nami_rel previous = {0};

    nami_frame__u8(writer, NAMI_FRAME_RELS);
    nami_frame__number(writer, encoder->ops[0]->rel.type);
    encode_keys(encoder, shape);
    nami_frame__number(writer, row_count);
    for (uint32_t i = 0; i < row_count; i++) {
        nami_frame__number(writer, encoder->ops[i]->rel.id - previous.id);
        previous.id = encoder->ops[i]->rel.id;
    }
    for (uint32_t i = 0; i < row_count; i++) {
        nami_frame__step(writer, previous.src, encoder->ops[i]->rel.src);
        previous.src = encoder->ops[i]->rel.src;
    }
    for (uint32_t i = 0; i < row_count; i++) {
        nami_frame__step(writer, previous.dst, encoder->ops[i]->rel.dst);
        previous.dst = encoder->ops[i]->rel.dst;
    }
    encode_columns(encoder, shape != NULL ? shape->property_count : 0, row_count);
}

/* All of one type, in order; a batch ends where the keys change. */
static void encode_rel_group(struct encoder *encoder, const struct group *group)
{
    const struct nami_record *shape = NULL;
    uint32_t rows = 0;

    for (size_t at = group->first; at != NONE && encoder->writer.status == NAMI_OK;
         at = encoder->next[at]) {
        const struct nami_op *op = &encoder->txn->ops[at];
        const struct nami_record *rel = rel_now(encoder, op->rel.id);

        if (rows == NAMI_FRAME_ROWS_MAX || (rows > 0 && !same_shape(shape, rel))) {
            encode_rel_batch(encoder, shape, rows);
            rows = 0;
        }
        shape = rel;
        encoder->rows[rows] = rel != NULL ? rel->properties : NULL;
        encoder->ops[rows++] = op;
    }
    if (rows > 0) {
        encode_rel_batch(encoder, shape, rows);
    }
}

static void encode_created_rels(struct encoder *encoder)
{
    const struct nami_txn *txn = encoder->txn;

    for (size_t i = 0; i < txn->op_count && encoder->writer.status == NAMI_OK; i++) {
        const struct nami_rel *rel = &txn->ops[i].rel;

        if (rel->reserved != NAMI_OP_REL_CREATED) {
            continue;
        }
        if (nami_graph__rel_is_live(txn->graph, rel, UINT64_MAX, txn->lsn)) {
            group_step(encoder, rel->type, i, NULL);
        } else {
            encoder->burnt = true;
        }
    }
    for (size_t i = 0; i < encoder->group_count && encoder->writer.status == NAMI_OK; i++) {
        encode_rel_group(encoder, &encoder->groups[i]);
    }
    forget_groups(encoder);
}

/* ---- patches ---- */

/* Labels that `a` has and `b` has not. */
static void encode_label_difference(struct encoder *encoder, const struct nami_label_set *a,
                                    const struct nami_label_set *b)
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

static void encode_property_difference(struct encoder *encoder, const struct nami_record *before,
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

static void encode_node_patch(struct encoder *encoder, uint64_t id)
{
    const struct nami_record *before = node_before(encoder, id);
    const struct nami_record *now = node_now(encoder, id);

    if (before == NULL || now == NULL) {
        return; /* created or deleted: said elsewhere */
    }
    nami_frame__u8(&encoder->writer, NAMI_FRAME_NODE_PATCH);
    nami_frame__number(&encoder->writer, id);
    encode_label_difference(encoder, before->labels, now->labels);
    encode_label_difference(encoder, now->labels, before->labels);
    encode_property_difference(encoder, before, now);
}

static void encode_rel_name(struct encoder *encoder, const struct nami_rel *rel)
{
    nami_frame__number(&encoder->writer, rel->id);
    nami_frame__number(&encoder->writer, rel->type);
    nami_frame__number(&encoder->writer, rel->src);
    nami_frame__number(&encoder->writer, rel->dst);
}

static void encode_rel_patch(struct encoder *encoder, const struct nami_rel *rel)
{
    const nami_record_slot *slot = nami_memtable_rel(table_of(encoder), rel->id);

    if (!nami_graph__rel_is_live(encoder->txn->graph, rel, UINT64_MAX, encoder->txn->lsn)) {
        return;
    }
    nami_frame__u8(&encoder->writer, NAMI_FRAME_REL_PATCH);
    encode_rel_name(encoder, rel);
    encode_property_difference(encoder, nami_record_before(slot, encoder->txn->lsn),
                               rel_now(encoder, rel->id));
}

static void encode_patches(struct encoder *encoder)
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
static bool is_deletion(const struct encoder *encoder, const struct nami_op *op, bool of_rels)
{
    if (of_rels) {
        return op->rel.reserved == NAMI_OP_REL_DELETED && op->rel.id < encoder->txn->next_rel;
    }
    return (op->rel.reserved == NAMI_OP_NODE_DELETED ||
            op->rel.reserved == NAMI_OP_NODE_DETACHED) &&
           node_before(encoder, op->rel.id) != NULL;
}

static void encode_deletions(struct encoder *encoder, bool of_rels)
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

static void encode_rules(struct encoder *encoder)
{
    const struct nami_txn *txn = encoder->txn;

    for (size_t i = 0; i < txn->op_count; i++) {
        if (txn->ops[i].rel.reserved == NAMI_OP_RULE_CREATED ||
            txn->ops[i].rel.reserved == NAMI_OP_RULE_DROPPED) {
            encode_rule(encoder, &txn->ops[i]);
        }
    }
}

static void encode_marks(struct encoder *encoder)
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
    struct encoder *encoder = calloc(1, sizeof(*encoder));
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
    encode_created_nodes(encoder);
    encode_created_rels(encoder);
    encode_patches(encoder);
    encode_deletions(encoder, true);
    encode_deletions(encoder, false);
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
