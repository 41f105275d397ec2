/* Nodes, relationships and paths as columns of columns. */
#include <string.h>

#include <namidb/plugin_util.h>

#include "core/base/hash.h"
#include "core/session/column_build.h"

static bool is_valid(const uint8_t *validity, size_t row)
{
    return validity == NULL || (validity[row / 8] >> row % 8 & 1) != 0;
}

/* Element ids have at most NAMI_ELEMENT_ID_MAX bytes each: made in one block, then cut. */
static int32_t element_ids(struct column_build *b, const uint64_t *nodes,
                           const struct nami_rel *rels, size_t count, struct nami_column *out)
{
    struct nami_slice *slices = nami_arena_calloc(b->arena, count + 1, sizeof(*slices));

    if (slices == NULL) {
        return NAMI_E_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        char text[NAMI_ELEMENT_ID_MAX];

        slices[i].len = rels != NULL ? nami_element_id_of_rel(&rels[i], text)
                                     : nami_element_id_of_node(nodes[i], text);
        slices[i].ptr = nami_arena_copy(b->arena, text, slices[i].len);
        if (slices[i].ptr == NULL) {
            return NAMI_E_NOMEM;
        }
    }
    return nami_column__of_slices(b, NAMI_TYPE_STRING, slices, count, out);
}

static int32_t ids_column(struct column_build *b, const uint64_t *ids, size_t count,
                          struct nami_column *out)
{
    void *copy = nami_arena_copy(b->arena, ids, count * sizeof(*ids));

    *out = nami_column__head(NAMI_TYPE_INT64, count);
    out->values = copy; /* ids fit into 63 bits */
    return copy != NULL ? NAMI_OK : NAMI_E_NOMEM;
}

static int32_t labels_column(struct column_build *b, const uint64_t *ids, size_t count,
                             const uint8_t *validity, struct nami_column *out)
{
    uint32_t *offsets = nami_arena_alloc(b->arena, (count + 1) * sizeof(*offsets));
    struct interner names = {0};
    struct nami_column *child = NULL;
    uint32_t *index = NULL;
    size_t at = 0;
    int32_t status = NAMI_OK;

    if (offsets == NULL) {
        return NAMI_E_NOMEM;
    }
    offsets[0] = 0;
    for (size_t i = 0; i < count; i++) {
        offsets[i + 1] =
            offsets[i] + (is_valid(validity, i) ? nami_node_labels(b->snap, ids[i]).count : 0);
    }
    index = nami_arena_alloc(b->arena, (offsets[count] + 1) * sizeof(*index));
    if (index == NULL) {
        return NAMI_E_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        struct nami_labels labels = {0};

        if (is_valid(validity, i)) {
            labels = nami_node_labels(b->snap, ids[i]);
        }
        for (uint32_t j = 0; j < labels.count && status == NAMI_OK; j++) {
            status = nami_column__intern(b, &names, nami_hash_u64(labels.at[j]),
                                         nami_catalog_name(nami_graph_catalog(b->snap->graph),
                                                           NAMI_DICT_LABEL, labels.at[j]),
                                         &index[at++]);
        }
    }
    *out = nami_column__head(NAMI_TYPE_LIST, count);
    out->offsets = offsets;
    if (status == NAMI_OK) {
        status = nami_column__children(b, out, 1, &child);
    }
    return status == NAMI_OK ? nami_column__of_names(b, &names, index, at, child) : status;
}

/* `all` has one entry per row. */
static int32_t properties_column(struct column_build *b, const struct nami_properties *all,
                                 size_t count, struct nami_column *out)
{
    uint32_t *offsets = nami_arena_alloc(b->arena, (count + 1) * sizeof(*offsets));
    struct interner names = {0};
    struct nami_column *children = NULL;
    struct nami_value *values = NULL;
    uint32_t *index = NULL;
    size_t at = 0;
    int32_t status = NAMI_OK;

    if (offsets == NULL) {
        return NAMI_E_NOMEM;
    }
    offsets[0] = 0;
    for (size_t i = 0; i < count; i++) {
        offsets[i + 1] = offsets[i] + all[i].count;
    }
    index = nami_arena_alloc(b->arena, (offsets[count] + 1) * sizeof(*index));
    values = nami_arena_alloc(b->arena, (offsets[count] + 1) * sizeof(*values));
    if (index == NULL || values == NULL) {
        return NAMI_E_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        for (uint32_t j = 0; j < all[i].count && status == NAMI_OK; j++, at++) {
            values[at] = all[i].at[j].value;
            status = nami_column__intern(b, &names, nami_hash_u64(all[i].at[j].key),
                                         nami_catalog_name(nami_graph_catalog(b->snap->graph),
                                                           NAMI_DICT_KEY, all[i].at[j].key),
                                         &index[at]);
        }
    }
    *out = nami_column__head(NAMI_TYPE_MAP, count);
    out->offsets = offsets;
    if (status == NAMI_OK) {
        status = nami_column__children(b, out, 2, &children);
    }
    if (status == NAMI_OK) {
        status = nami_column__of_names(b, &names, index, at, &children[0]);
    }
    return status == NAMI_OK ? nami_column__of_values(b, values, at, &children[1]) : status;
}

int32_t nami_column__of_nodes(struct column_build *b, const uint64_t *ids, size_t count,
                              const uint8_t *validity, struct nami_column *out)
{
    struct nami_properties *all = nami_arena_calloc(b->arena, count + 1, sizeof(*all));
    struct nami_column *children = NULL;
    int32_t status = NAMI_OK;

    *out = nami_column__head(NAMI_TYPE_NODE, count);
    out->validity = validity;
    if (all == NULL) {
        return NAMI_E_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        if (is_valid(validity, i)) {
            all[i] = nami_node_all(b->snap, ids[i]);
        }
    }
    status = nami_column__children(b, out, 4, &children);
    if (status == NAMI_OK) {
        status = ids_column(b, ids, count, &children[0]);
    }
    if (status == NAMI_OK) {
        status = element_ids(b, ids, NULL, count, &children[1]);
    }
    if (status == NAMI_OK) {
        status = labels_column(b, ids, count, validity, &children[2]);
    }
    return status == NAMI_OK ? properties_column(b, all, count, &children[3]) : status;
}

static int32_t types_column(struct column_build *b, const struct nami_rel *rels, size_t count,
                            const uint8_t *validity, struct nami_column *out)
{
    uint32_t *index = nami_arena_calloc(b->arena, count + 1, sizeof(*index));
    struct interner names = {0};
    int32_t status = index != NULL ? NAMI_OK : NAMI_E_NOMEM;

    for (size_t i = 0; i < count && status == NAMI_OK; i++) {
        struct nami_slice name = {0};

        if (is_valid(validity, i)) {
            name =
                nami_catalog_name(nami_graph_catalog(b->snap->graph), NAMI_DICT_TYPE, rels[i].type);
        }
        status = nami_column__intern(b, &names, nami_hash_u64(rels[i].type), name, &index[i]);
    }
    return status == NAMI_OK ? nami_column__of_names(b, &names, index, count, out) : status;
}

int32_t nami_column__of_rels(struct column_build *b, const struct nami_rel *rels, size_t count,
                             const uint8_t *validity, struct nami_column *out)
{
    struct nami_properties *all = nami_arena_calloc(b->arena, count + 1, sizeof(*all));
    uint64_t *ids = nami_arena_alloc(b->arena, (3 * count + 1) * sizeof(*ids));
    struct nami_column *children = NULL;
    int32_t status = NAMI_OK;

    *out = nami_column__head(NAMI_TYPE_RELATIONSHIP, count);
    out->validity = validity;
    if (all == NULL || ids == NULL) {
        return NAMI_E_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        if (is_valid(validity, i)) {
            all[i] = nami_rel_all(b->snap, &rels[i]);
        }
        ids[i] = rels[i].id;
        ids[count + i] = rels[i].src;
        ids[2 * count + i] = rels[i].dst;
    }
    status = nami_column__children(b, out, 8, &children);
    for (size_t k = 0; k < 3 && status == NAMI_OK; k++) { /* id; start; end */
        static const uint32_t place[3] = {0, 3, 5};

        status = ids_column(b, ids + k * count, count, &children[place[k]]);
        if (status == NAMI_OK) {
            status = element_ids(b, ids + k * count, k == 0 ? rels : NULL, count,
                                 &children[place[k] + 1]);
        }
    }
    if (status == NAMI_OK) {
        status = types_column(b, rels, count, validity, &children[2]);
    }
    return status == NAMI_OK ? properties_column(b, all, count, &children[7]) : status;
}

int32_t nami_column__of_paths(struct column_build *b, const struct nami_path *const *paths,
                              size_t count, const uint8_t *validity, struct nami_column *out)
{
    uint32_t *offsets[2] = {nami_arena_alloc(b->arena, (count + 1) * sizeof(uint32_t)),
                            nami_arena_alloc(b->arena, (count + 1) * sizeof(uint32_t))};
    struct nami_column *children = NULL;
    struct nami_column *elements[2] = {NULL, NULL};
    uint64_t *nodes = NULL;
    struct nami_rel *rels = NULL;
    int32_t status = NAMI_OK;

    if (offsets[0] == NULL || offsets[1] == NULL) {
        return NAMI_E_NOMEM;
    }
    offsets[0][0] = 0;
    offsets[1][0] = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t length = is_valid(validity, i) ? paths[i]->length : 0;

        offsets[0][i + 1] = offsets[0][i] + (is_valid(validity, i) ? length + 1 : 0);
        offsets[1][i + 1] = offsets[1][i] + length;
    }
    nodes = nami_arena_alloc(b->arena, (offsets[0][count] + 1) * sizeof(*nodes));
    rels = nami_arena_alloc(b->arena, (offsets[1][count] + 1) * sizeof(*rels));
    if (nodes == NULL || rels == NULL) {
        return NAMI_E_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        if (is_valid(validity, i)) {
            memcpy(nodes + offsets[0][i], paths[i]->nodes, (paths[i]->length + 1) * sizeof(*nodes));
        }
        if (is_valid(validity, i) && paths[i]->length > 0) {
            memcpy(rels + offsets[1][i], paths[i]->rels, paths[i]->length * sizeof(*rels));
        }
    }
    *out = nami_column__head(NAMI_TYPE_PATH, count);
    out->validity = validity;
    status = nami_column__children(b, out, 2, &children);
    for (int k = 0; k < 2 && status == NAMI_OK; k++) {
        children[k] = nami_column__head(NAMI_TYPE_LIST, count);
        children[k].offsets = offsets[k];
        status = nami_column__children(b, &children[k], 1, &elements[k]);
    }
    if (status == NAMI_OK) {
        status = nami_column__of_nodes(b, nodes, offsets[0][count], NULL, elements[0]);
    }
    return status == NAMI_OK ? nami_column__of_rels(b, rels, offsets[1][count], NULL, elements[1])
                             : status;
}
