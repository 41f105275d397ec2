/*
 * tests/unit/core/graph/graph_model.h -- a graph as plain arrays, to compare the real one with.
 *
 * Nodes and relationships lie at the index of their id. Values are codes into a small table,
 * 0 for absent. A state is copied whole: that is what makes it a model.
 */
#ifndef NAMI_TESTS_GRAPH_MODEL_H
#define NAMI_TESTS_GRAPH_MODEL_H

#include "core/graph/txn.h"

enum {
    MODEL_NODES = 1024,
    MODEL_RELS = 1536,
    MODEL_LABELS = 4,
    MODEL_TYPES = 3,
    MODEL_KEYS = 4,
    MODEL_VALUES = 14, /* codes 1 .. */
    MODEL_RULES = 4
};

struct model_node {
    bool exists;
    uint8_t labels; /* a bit each */
    uint8_t values[MODEL_KEYS];
};

struct model_rel {
    bool exists; /* says nothing of its ends */
    uint8_t type;
    uint8_t values[MODEL_KEYS];
    uint16_t src;
    uint16_t dst;
};

struct model {
    struct model_node nodes[MODEL_NODES];
    struct model_rel rels[MODEL_RELS];
    bool rules[MODEL_RULES];
};

/* What the rules are about; rule i is named "rule_i". */
struct model_rule {
    uint32_t kind;
    uint32_t label;
    uint32_t key;
};
extern const struct model_rule model_rules[MODEL_RULES];
const char *model_rule_name(uint32_t rule);

struct nami_value model_value(uint32_t code);
/* Both ends are there too. */
bool model_rel_is_live(const struct model *model, uint64_t id);
bool model_is_connected(const struct model *model, uint64_t node);
void model_delete_node(struct model *model, uint64_t id);
/* Would node `id` be a duplicate of another with these labels and values? */
bool model_breaks_rule(const struct model *model, uint64_t id, uint32_t labels,
                       const uint8_t values[MODEL_KEYS]);
bool model_rule_holds(const struct model *model, uint32_t rule);

/* Compare all that can be read with the model, by CUnit assertions. false: they differ. */
bool model_check(const struct model *model, const struct nami_snapshot *snap);
/* The counts of the graph against the newest state. */
bool model_check_counts(const struct model *model, const struct nami_graph *graph);

#endif /* NAMI_TESTS_GRAPH_MODEL_H */
