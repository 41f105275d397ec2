/* Created nodes and relationships, in batches of rows of one shape. */
#include "core/base/hash.h"
#include "core/graph/frame_encode.h"

#define NONE SIZE_MAX

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
static void group_step(struct nami_frame_encoder *encoder, uint64_t hash, size_t at,
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
        struct nami_frame_group *group = &encoder->groups[*place];

        if (shape == NULL ||
            same_shape(shape,
                       nami_frame__node_now(encoder, encoder->txn->ops[group->first].rel.id))) {
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
    encoder->groups[encoder->group_count++] = (struct nami_frame_group){.first = at, .last = at};
}

static void forget_groups(struct nami_frame_encoder *encoder)
{
    nami_table_release(&encoder->by_hash);
    encoder->group_count = 0;
}

static void encode_columns(struct nami_frame_encoder *encoder, uint32_t key_count,
                           uint32_t row_count)
{
    for (uint32_t i = 0; i < key_count && encoder->writer.status == NAMI_OK; i++) {
        nami_frame__column(&encoder->writer, encoder->rows, row_count, i);
    }
}

static void encode_keys(struct nami_frame_encoder *encoder, const struct nami_record *shape)
{
    uint32_t count = shape != NULL ? shape->property_count : 0;

    nami_frame__number(&encoder->writer, count);
    for (uint32_t i = 0; i < count; i++) {
        nami_frame__number(&encoder->writer, shape->properties[i].key);
    }
}

/* ---- created nodes ---- */

static void encode_node_batch(struct nami_frame_encoder *encoder, const struct nami_record *shape,
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

static void encode_node_group(struct nami_frame_encoder *encoder,
                              const struct nami_frame_group *group)
{
    const struct nami_record *shape = NULL;
    uint32_t rows = 0;

    for (size_t at = group->first; at != NONE && encoder->writer.status == NAMI_OK;
         at = encoder->next[at]) {
        const struct nami_op *op = &encoder->txn->ops[at];
        const struct nami_record *node = nami_frame__node_now(encoder, op->rel.id);

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

void nami_frame__encode_nodes(struct nami_frame_encoder *encoder)
{
    const struct nami_txn *txn = encoder->txn;

    for (size_t i = 0; i < txn->op_count && encoder->writer.status == NAMI_OK; i++) {
        uint64_t id = txn->ops[i].rel.id;
        const struct nami_record *node = NULL;

        if (txn->ops[i].rel.reserved != NAMI_OP_NODE ||
            nami_frame__node_before(encoder, id) != NULL) {
            continue;
        }
        node = nami_frame__node_now(encoder, id);
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

static void encode_rel_batch(struct nami_frame_encoder *encoder, const struct nami_record *shape,
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
static void encode_rel_group(struct nami_frame_encoder *encoder,
                             const struct nami_frame_group *group)
{
    const struct nami_record *shape = NULL;
    uint32_t rows = 0;

    for (size_t at = group->first; at != NONE && encoder->writer.status == NAMI_OK;
         at = encoder->next[at]) {
        const struct nami_op *op = &encoder->txn->ops[at];
        const struct nami_record *rel = nami_frame__rel_now(encoder, op->rel.id);

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

void nami_frame__encode_rels(struct nami_frame_encoder *encoder)
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
