/* Constraints and indexes: create, drop, and what they forbid. */
#include <stdio.h>
#include <string.h>

#include <namidb/plugin_util.h>

#include "core/base/hash.h"
#include "core/catalog/rules.h"
#include "core/graph/graph_internal.h"

enum { VALUE_TEXT_MAX = 160, CANDIDATES = 64, NAME_MAX_BYTES = 64 };

static const char *kind_name(uint32_t kind)
{
    return kind == NAMI_RULE_UNIQUE ? "constraint" : "index";
}

int32_t nami_txn__say_duplicate(const struct nami_graph *graph, uint32_t condition,
                                const struct nami_rule *rule, uint64_t id, struct nami_value value,
                                struct nami_diagnostic *diag)
{
    struct nami_slice label = nami_catalog_name(graph->catalog, NAMI_DICT_LABEL, rule->label);
    struct nami_slice key = nami_catalog_name(graph->catalog, NAMI_DICT_KEY, rule->key);
    struct nami_buf text = {0};
    int shown = 0;
    int32_t status = NAMI_OK;

    nami_buf_init(&text, 64 * 1024);
    if (nami_value_print(value, &text) != NAMI_OK) {
        nami_buf_clear(&text); /* too long to be shown: the rest still helps */
        if (nami_buf_append(&text, nami_text("(a long value)")) != NAMI_OK) {
            nami_buf_clear(&text);
        }
    }
    shown = text.len < VALUE_TEXT_MAX ? (int)text.len : VALUE_TEXT_MAX;
    status = nami_diagnose(
        diag, condition, NULL,
        "Node(%llu) already exists with label `%.*s` and property `%.*s` = %.*s (%s `%.*s`)",
        (unsigned long long)id, (int)label.len, (const char *)label.ptr, (int)key.len,
        (const char *)key.ptr, shown, text.ptr != NULL ? (const char *)text.ptr : "",
        kind_name(rule->kind), (int)rule->name.len, (const char *)rule->name.ptr);
    nami_buf_release(&text);
    return status;
}

/* A node other than `id` that has the value now; UINT64_MAX: none. */
static uint64_t find_other(const struct nami_txn *txn, const struct nami_value_index *index,
                           struct nami_value value, uint64_t id)
{
    const struct nami_memtable *table = &txn->graph->memtable;
    uint64_t hash = nami_value_hash(value);
    uint64_t from = 0;
    uint64_t ids[CANDIDATES];
    size_t count = 0;

    while ((count = nami_value_index_read(index, hash, from, ids, CANDIDATES)) > 0) {
        for (size_t i = 0; i < count; i++) {
            const struct nami_record *node = nami_memtable_node_at(table, ids[i], txn->lsn);
            const struct nami_value *theirs =
                node != NULL && ids[i] != id && nami_label_set_has(node->labels, index->rule->label)
                    ? nami_record_property(node, index->rule->key)
                    : NULL;

            if (theirs != NULL && nami_value_equal(*theirs, value) == NAMI_TRUE) {
                return ids[i];
            }
        }
        from = ids[count - 1] + 1;
    }
    return UINT64_MAX;
}

static const struct nami_value *find_key(const struct nami_property *properties, uint32_t count,
                                         uint32_t key)
{
    for (uint32_t i = 0; i < count && properties[i].key <= key; i++) {
        if (properties[i].key == key) {
            return &properties[i].value;
        }
    }
    return NULL;
}

int32_t nami_txn__check_unique(struct nami_txn *txn, uint64_t id, struct nami_label_set *labels,
                               const struct nami_property *properties, uint32_t count,
                               const struct nami_record *before, struct nami_diagnostic *diag)
{
    struct nami_memtable *table = &txn->graph->memtable;

    if (nami_memtable_indexes_of(table, labels) != NAMI_OK) {
        return nami_txn__nomem(diag);
    }
    for (uint32_t i = 0; i < labels->index_count; i++) {
        const struct nami_rule *rule = labels->indexes[i]->rule;
        const struct nami_value *value =
            rule->kind == NAMI_RULE_UNIQUE ? find_key(properties, count, rule->key) : NULL;
        const struct nami_value *old =
            value != NULL && before != NULL && nami_label_set_has(before->labels, rule->label)
                ? nami_record_property(before, rule->key)
                : NULL;
        uint64_t other = UINT64_MAX;

        if (value == NULL || (old != NULL && nami_value_is_same(*old, *value))) {
            continue;
        }
        other = find_other(txn, labels->indexes[i], *value, id);
        if (other != UINT64_MAX) {
            return nami_txn__say_duplicate(txn->graph, NAMI_COND_CONSTRAINT_VIOLATION, rule, other,
                                           *value, diag);
        }
    }
    return NAMI_OK;
}

/* ---- create ---- */

/* A rule of the same kind on the same thing, or any of the same name. */
static int32_t check_new(const struct nami_txn *txn, const struct nami_rule *rule,
                         struct nami_diagnostic *diag)
{
    const struct nami_catalog *catalog = txn->graph->catalog;
    uint32_t count = nami_catalog_rule_count(catalog);

    for (uint32_t i = 0; i < count; i++) {
        const struct nami_rule *known = nami_catalog_rule_at(catalog, i);

        if (known == NULL || !nami_rule_is_live(known, txn->lsn)) {
            continue;
        }
        if (known->kind == rule->kind && known->label == rule->label && known->key == rule->key) {
            return nami_diagnose(diag, NAMI_COND_SCHEMA_RULE_EXISTS, NULL,
                                 "the same %s already exists, as `%.*s`", kind_name(rule->kind),
                                 (int)known->name.len, (const char *)known->name.ptr);
        }
        if (nami_slice_equal(known->name, rule->name)) {
            return nami_diagnose(diag, NAMI_COND_SCHEMA_NAME_EXISTS, NULL,
                                 "there is already a constraint or index named `%.*s`",
                                 (int)rule->name.len, (const char *)rule->name.ptr);
        }
    }
    return NAMI_OK;
}

/* The same on every host: from what the rule is about. */
static struct nami_slice made_up_name(const struct nami_txn *txn, const struct nami_rule *rule,
                                      char out[NAME_MAX_BYTES])
{
    const struct nami_catalog *catalog = txn->graph->catalog;
    struct nami_slice label = nami_catalog_name(catalog, NAMI_DICT_LABEL, rule->label);
    struct nami_slice key = nami_catalog_name(catalog, NAMI_DICT_KEY, rule->key);
    uint64_t hash = nami_hash_combine(nami_hash_bytes(label.ptr, label.len, rule->kind),
                                      nami_hash_bytes(key.ptr, key.len, 0));

    do {
        (void)snprintf(out, NAME_MAX_BYTES, "%s_%08x", kind_name(rule->kind),
                       (unsigned)(hash & UINT32_MAX));
        hash++;
    } while (nami_catalog_rule_named(catalog, txn->lsn, nami_text(out)) != NULL);
    return nami_text(out);
}

/* Two live nodes with the same value of a new unique rule. */
static int32_t check_existing(struct nami_txn *txn, const struct nami_rule *rule,
                              struct nami_diagnostic *diag)
{
    const struct nami_value_index *index = nami_memtable_index(&txn->graph->memtable, rule);
    struct nami_node_scan scan = {0};
    uint64_t ids[CANDIDATES];
    size_t count = 0;

    nami_node_scan_init(&scan, &txn->snapshot, rule->label);
    while ((count = nami_node_scan_next(&scan, ids, CANDIDATES)) > 0) {
        for (size_t i = 0; i < count; i++) {
            struct nami_value value = nami_node_property(&txn->snapshot, ids[i], rule->key);
            uint64_t other =
                nami_value_is_null(value) ? UINT64_MAX : find_other(txn, index, value, ids[i]);

            if (other != UINT64_MAX) {
                return nami_txn__say_duplicate(txn->graph, NAMI_COND_CONSTRAINT_CREATION_FAILED,
                                               rule, ids[i] < other ? ids[i] : other, value, diag);
            }
        }
    }
    return NAMI_OK;
}

int32_t nami_txn_create_rule(struct nami_txn *txn, uint32_t kind, uint32_t label, uint32_t key,
                             struct nami_slice name, struct nami_diagnostic *diag)
{
    struct nami_graph *graph = txn->graph;
    struct nami_rule wanted = {.id = nami_catalog_next_rule_id(graph->catalog),
                               .kind = kind,
                               .label = label,
                               .key = key,
                               .name = name,
                               .created_lsn = txn->lsn};
    const struct nami_rule *rule = NULL;
    char made_up[NAME_MAX_BYTES];
    int32_t status = NAMI_OK;

    if (name.len == 0) {
        wanted.name = made_up_name(txn, &wanted, made_up);
    }
    status = check_new(txn, &wanted, diag);
    if (status != NAMI_OK) {
        return status;
    }
    if (nami_txn__reserve(txn) != NAMI_OK ||
        nami_catalog_rule_add(graph->catalog, &wanted, &rule) != NAMI_OK) {
        return nami_txn__nomem(diag);
    }
    status = nami_memtable_create_index(&graph->memtable, rule) == NAMI_OK ? NAMI_OK
                                                                           : nami_txn__nomem(diag);
    if (status == NAMI_OK && kind == NAMI_RULE_UNIQUE) {
        status = check_existing(txn, rule, diag);
    }
    nami_txn__note_node(txn, NAMI_OP_RULE_CREATED, rule->id);
    if (status != NAMI_OK) {
        nami_txn__undo_last(txn);
        return status;
    }
    txn->changes.rules_added++;
    return NAMI_OK;
}

int32_t nami_txn_drop_rule(struct nami_txn *txn, struct nami_slice name, uint32_t kind,
                           struct nami_diagnostic *diag)
{
    struct nami_graph *graph = txn->graph;
    const struct nami_rule *rule = nami_catalog_rule_named(graph->catalog, txn->lsn, name);

    if (rule == NULL || rule->kind != kind) {
        return nami_diagnose(diag, NAMI_COND_SCHEMA_RULE_NOT_FOUND, NULL,
                             "there is no %s named `%.*s`", kind_name(kind), (int)name.len,
                             (const char *)name.ptr);
    }
    if (nami_txn__reserve(txn) != NAMI_OK) {
        return nami_txn__nomem(diag);
    }
    nami_catalog_rule_drop(graph->catalog, rule, txn->lsn);
    graph->memtable.index_version++;
    nami_txn__note_node(txn, NAMI_OP_RULE_DROPPED, rule->id);
    txn->changes.rules_removed++;
    return NAMI_OK;
}
