#include "tests/unit/core/graph/graph_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include <namidb/plugin_util.h>

#include "core/catalog/rules.h"
#include "core/memtable/record.h"

#define CHECK(what)                                                                                \
    if (!(what)) {                                                                                 \
        (void)fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #what);                           \
        return false;                                                                              \
    }

const struct model_rule model_rules[MODEL_RULES] = {{NAMI_RULE_UNIQUE, 0, 0},
                                                    {NAMI_RULE_INDEX, 1, 1},
                                                    {NAMI_RULE_INDEX, 0, 2},
                                                    {NAMI_RULE_UNIQUE, 2, 3}};

const char *model_rule_name(uint32_t rule)
{
    static const char *const names[MODEL_RULES] = {"rule_0", "rule_1", "rule_2", "rule_3"};

    return names[rule];
}

struct nami_value model_value(uint32_t code)
{
    static const struct nami_value list[2] = {{.type = NAMI_VALUE_INT, .as.integer = 1},
                                              {.type = NAMI_VALUE_INT, .as.integer = 2}};

    switch (code) {
    case 0:
        return nami_value_null();
    case 1:
        return nami_value_int(1);
    case 2:
        return nami_value_float(1.0); /* equal to 1, and not the same */
    case 3:
        return nami_value_string(nami_text(""));
    case 4:
        return nami_value_string(nami_text("a text that is longer than a few bytes"));
    case 5:
        return nami_value_bool(true);
    case 6:
        return nami_value_list(list, 2);
    case 7:
        return nami_value_int(INT64_MIN);
    case 8:
        return nami_value_float(-0.5);
    default:
        return nami_value_int((int64_t)code);
    }
}

bool model_rel_is_live(const struct model *model, uint64_t id)
{
    const struct model_rel *rel = &model->rels[id];

    return rel->exists && model->nodes[rel->src].exists && model->nodes[rel->dst].exists;
}

bool model_is_connected(const struct model *model, uint64_t node)
{
    for (uint64_t i = 0; i < MODEL_RELS; i++) {
        if (model_rel_is_live(model, i) &&
            (model->rels[i].src == node || model->rels[i].dst == node)) {
            return true;
        }
    }
    return false;
}

void model_delete_node(struct model *model, uint64_t id)
{
    model->nodes[id].exists = false;
}

bool model_breaks_rule(const struct model *model, uint64_t id, uint32_t labels,
                       const uint8_t values[MODEL_KEYS])
{
    for (uint32_t i = 0; i < MODEL_RULES; i++) {
        const struct model_rule *rule = &model_rules[i];

        if (!model->rules[i] || rule->kind != NAMI_RULE_UNIQUE ||
            (labels >> rule->label & 1) == 0 || values[rule->key] == 0) {
            continue;
        }
        for (uint64_t j = 0; j < MODEL_NODES; j++) {
            const struct model_node *node = &model->nodes[j];

            if (j != id && node->exists && (node->labels >> rule->label & 1) != 0 &&
                nami_value_equal(model_value(node->values[rule->key]),
                                 model_value(values[rule->key])) == NAMI_TRUE) {
                return true;
            }
        }
    }
    return false;
}

bool model_rule_holds(const struct model *model, uint32_t rule)
{
    static struct model with;

    if (model_rules[rule].kind != NAMI_RULE_UNIQUE) {
        return true;
    }
    with = *model;
    memset(with.rules, 0, sizeof(with.rules));
    with.rules[rule] = true;
    for (uint64_t i = 0; i < MODEL_NODES; i++) {
        if (with.nodes[i].exists &&
            model_breaks_rule(&with, i, with.nodes[i].labels, with.nodes[i].values)) {
            return false;
        }
    }
    return true;
}

/* ---- compare ---- */

static bool check_values(const uint8_t values[MODEL_KEYS], struct nami_properties all)
{
    uint32_t at = 0;

    for (uint32_t key = 0; key < MODEL_KEYS; key++) {
        if (values[key] != 0) {
            CHECK(at < all.count && all.at[at].key == key);
            CHECK(nami_value_is_same(all.at[at].value, model_value(values[key])));
            at++;
        }
    }
    CHECK(at == all.count);
    return true;
}

static bool check_node(const struct model_node *node, const struct nami_snapshot *snap, uint64_t id)
{
    struct nami_labels labels = nami_node_labels(snap, id);
    uint32_t at = 0;

    CHECK(nami_node_exists(snap, id) == node->exists);
    if (!node->exists) {
        CHECK(labels.count == 0 && nami_node_all(snap, id).count == 0);
        CHECK(nami_value_is_null(nami_node_property(snap, id, 0)));
        return true;
    }
    for (uint32_t label = 0; label < MODEL_LABELS; label++) {
        bool has = (node->labels >> label & 1) != 0;

        CHECK(nami_node_has_label(snap, id, label) == has);
        CHECK(!has || (at < labels.count && labels.at[at] == label));
        at += has;
    }
    CHECK(at == labels.count);
    for (uint32_t key = 0; key < MODEL_KEYS; key++) {
        struct nami_value value = nami_value_null();

        nami_node_properties(snap, &id, 1, key, &value);
        CHECK(nami_value_is_same(value, model_value(node->values[key])));
        CHECK(nami_value_is_same(nami_node_property(snap, id, key), value));
    }
    return check_values(node->values, nami_node_all(snap, id));
}

static bool check_scan(const struct model *model, const struct nami_snapshot *snap, uint32_t label)
{
    struct nami_node_scan scan = {0};
    uint64_t ids[7];
    uint64_t next = 0;
    size_t count = 0;

    nami_node_scan_init(&scan, snap, label);
    while ((count = nami_node_scan_next(&scan, ids, 7)) > 0) {
        for (size_t i = 0; i < count; i++) {
            for (; next < ids[i]; next++) {
                CHECK(!model->nodes[next].exists ||
                      (label != NAMI_NO_NAME && (model->nodes[next].labels >> label & 1) == 0));
            }
            CHECK(next == ids[i] && model->nodes[next].exists);
            CHECK(label == NAMI_NO_NAME || (model->nodes[next].labels >> label & 1) != 0);
            next++;
        }
    }
    for (; next < MODEL_NODES; next++) {
        CHECK(!model->nodes[next].exists ||
              (label != NAMI_NO_NAME && (model->nodes[next].labels >> label & 1) == 0));
    }
    return true;
}

static bool is_wanted(const struct model *model, uint64_t rel, uint64_t node, uint32_t direction,
                      uint32_t type)
{
    return model_rel_is_live(model, rel) &&
           (type == NAMI_NO_NAME || model->rels[rel].type == type) &&
           (((direction & NAMI_OUT) != 0 && model->rels[rel].src == node) ||
            ((direction & NAMI_IN) != 0 && model->rels[rel].dst == node));
}

/* Every live relationship once, and nothing else. */
static bool check_expand(const struct model *model, const struct nami_snapshot *snap, uint64_t node,
                         uint32_t direction, uint32_t type)
{
    static bool seen[MODEL_RELS];
    struct nami_expand expand = {0};
    struct nami_rel rels[5];
    uint64_t others[5];
    uint64_t sum = 0;
    size_t count = 0;

    memset(seen, 0, sizeof(seen));
    nami_expand_init(&expand, snap, node, direction, &type, type != NAMI_NO_NAME);
    while ((count = nami_expand_next(&expand, rels, others, 5)) > 0) {
        for (size_t i = 0; i < count; i++) {
            const struct model_rel *rel = &model->rels[rels[i].id];

            CHECK(is_wanted(model, rels[i].id, node, direction, type) && !seen[rels[i].id]);
            CHECK(rels[i].src == rel->src && rels[i].dst == rel->dst && rels[i].type == rel->type);
            CHECK(others[i] == (rel->src == node ? rel->dst : rel->src));
            seen[rels[i].id] = true;
            sum++;
        }
    }
    for (uint64_t i = 0; i < MODEL_RELS && model->nodes[node].exists; i++) {
        CHECK(seen[i] == is_wanted(model, i, node, direction, type));
    }
    CHECK(nami_expand_estimate(snap, node, direction, &type, type != NAMI_NO_NAME) >= sum);
    return true;
}

static bool check_rel(const struct model *model, const struct nami_snapshot *snap, uint64_t id)
{
    const struct model_rel *rel = &model->rels[id];
    struct nami_rel handle = {.id = id, .src = rel->src, .dst = rel->dst, .type = rel->type};
    struct nami_rel wrong = {
        .id = id, .src = rel->src, .dst = rel->dst + UINT64_C(1), .type = rel->type};

    CHECK(nami_rel_exists(snap, &handle) == model_rel_is_live(model, id));
    CHECK(!nami_rel_exists(snap, &wrong));
    if (model_rel_is_live(model, id)) {
        CHECK(check_values(rel->values, nami_rel_all(snap, &handle)));
        CHECK(nami_value_is_same(nami_rel_property(snap, &handle, 1), model_value(rel->values[1])));
    }
    return true;
}

static bool check_seek(const struct model *model, const struct nami_snapshot *snap,
                       const struct nami_rule *rule, uint32_t code)
{
    struct nami_index_seek seek = {0};
    uint64_t ids[3];
    uint64_t next = 0;
    size_t count = 0;

    nami_index_seek_init(&seek, snap, rule, model_value(code));
    do {
        count = nami_index_seek_next(&seek, ids, 3);
        for (uint64_t end = 0; next < MODEL_NODES && (count == 0 || end < count); next++) {
            const struct model_node *node = &model->nodes[next];
            bool is_one = node->exists && (node->labels >> rule->label & 1) != 0 &&
                          nami_value_equal(model_value(node->values[rule->key]),
                                           model_value(code)) == NAMI_TRUE;

            CHECK(is_one == (count > 0 && ids[end] == next));
            end += is_one;
        }
    } while (count > 0);
    return true;
}

static bool check_rules(const struct model *model, const struct nami_snapshot *snap)
{
    const struct nami_catalog *catalog = nami_graph_catalog(snap->graph);

    for (uint32_t i = 0; i < MODEL_RULES; i++) {
        const struct nami_rule *rule =
            nami_catalog_rule_on(catalog, snap->lsn, model_rules[i].label, model_rules[i].key);

        CHECK((rule != NULL) == model->rules[i]);
        CHECK(rule == nami_catalog_rule_named(catalog, snap->lsn, nami_text(model_rule_name(i))));
        for (uint32_t code = 0; rule != NULL && code < MODEL_VALUES; code++) {
            CHECK(check_seek(model, snap, rule, code));
        }
    }
    return true;
}

static bool check_all(const struct model *model, const struct nami_snapshot *snap)
{
    for (uint64_t i = 0; i < MODEL_NODES; i++) {
        CHECK(check_node(&model->nodes[i], snap, i));
        if (model->nodes[i].exists || i % 64 == 0) {
            CHECK(check_expand(model, snap, i, NAMI_OUT, NAMI_NO_NAME));
            CHECK(check_expand(model, snap, i, NAMI_IN, (uint32_t)i % MODEL_TYPES));
            CHECK(check_expand(model, snap, i, NAMI_BOTH, NAMI_NO_NAME));
        }
    }
    CHECK(check_scan(model, snap, NAMI_NO_NAME));
    for (uint32_t label = 0; label < MODEL_LABELS; label++) {
        CHECK(check_scan(model, snap, label));
    }
    for (uint64_t i = 0; i < MODEL_RELS; i++) {
        CHECK(check_rel(model, snap, i));
    }
    return check_rules(model, snap);
}

bool model_check(const struct model *model, const struct nami_snapshot *snap)
{
    bool is_same = check_all(model, snap);

    CU_ASSERT(is_same);
    return is_same;
}

static bool check_counts(const struct model *model, const struct nami_graph *graph)
{
    uint64_t nodes = 0;
    uint64_t labels[MODEL_LABELS] = {0};
    uint64_t rels = 0;
    uint64_t types[MODEL_TYPES] = {0};

    for (uint64_t i = 0; i < MODEL_NODES; i++) {
        nodes += model->nodes[i].exists;
        for (uint32_t j = 0; j < MODEL_LABELS && model->nodes[i].exists; j++) {
            labels[j] += model->nodes[i].labels >> j & 1;
        }
    }
    for (uint64_t i = 0; i < MODEL_RELS; i++) {
        rels += model_rel_is_live(model, i);
        types[model->rels[i].type] += model_rel_is_live(model, i);
    }
    CHECK(nami_graph_node_count(graph, NAMI_NO_NAME) == nodes);
    CHECK(nami_graph_rel_count(graph, NAMI_NO_NAME) == rels);
    for (uint32_t i = 0; i < MODEL_LABELS; i++) {
        CHECK(nami_graph_node_count(graph, i) == labels[i]);
    }
    for (uint32_t i = 0; i < MODEL_TYPES; i++) {
        CHECK(nami_graph_rel_count(graph, i) == types[i]);
    }
    return true;
}

bool model_check_counts(const struct model *model, const struct nami_graph *graph)
{
    bool is_same = check_counts(model, graph);

    CU_ASSERT(is_same);
    return is_same;
}
