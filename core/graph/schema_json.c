/* The copy for people: names and rules as JSON. */
#include "core/base/json_write.h"
#include "core/catalog/rules.h"
#include "core/graph/graph_internal.h"

static void write_names(struct nami_json_writer *writer, const struct nami_catalog *catalog,
                        const char *title, uint32_t dictionary)
{
    uint32_t count = nami_catalog_count(catalog, dictionary);

    nami_json_key_text(writer, title);
    nami_json_array_begin(writer);
    for (uint32_t i = 0; i < count; i++) {
        nami_json_string(writer, nami_catalog_name(catalog, dictionary, i));
    }
    nami_json_array_end(writer);
}

static void write_rules(struct nami_json_writer *writer, const struct nami_catalog *catalog,
                        uint64_t lsn, const char *title, uint32_t kind)
{
    uint32_t count = nami_catalog_rule_count(catalog);

    nami_json_key_text(writer, title);
    nami_json_array_begin(writer);
    for (uint32_t i = 0; i < count; i++) {
        const struct nami_rule *rule = nami_catalog_rule_at(catalog, i);

        if (rule == NULL || rule->kind != kind || !nami_rule_is_live(rule, lsn)) {
            continue;
        }
        nami_json_object_begin(writer);
        nami_json_key_text(writer, "name");
        nami_json_string(writer, rule->name);
        nami_json_key_text(writer, "type");
        nami_json_text(writer, kind == NAMI_RULE_UNIQUE ? "UNIQUENESS" : "EQUALITY");
        nami_json_key_text(writer, "label");
        nami_json_string(writer, nami_catalog_name(catalog, NAMI_DICT_LABEL, rule->label));
        nami_json_key_text(writer, "property");
        nami_json_string(writer, nami_catalog_name(catalog, NAMI_DICT_KEY, rule->key));
        nami_json_object_end(writer);
    }
    nami_json_array_end(writer);
}

int32_t nami_graph_schema_json(struct nami_graph *graph, struct nami_buf *out)
{
    struct nami_json_writer writer;
    uint64_t lsn = nami_graph_published_lsn(graph);

    nami_json_writer_init(&writer, out);
    nami_json_object_begin(&writer);
    nami_json_key_text(&writer, "lsn");
    nami_json_uint(&writer, lsn);
    write_names(&writer, graph->catalog, "labels", NAMI_DICT_LABEL);
    write_names(&writer, graph->catalog, "relationship_types", NAMI_DICT_TYPE);
    write_names(&writer, graph->catalog, "property_keys", NAMI_DICT_KEY);
    write_rules(&writer, graph->catalog, lsn, "constraints", NAMI_RULE_UNIQUE);
    write_rules(&writer, graph->catalog, lsn, "indexes", NAMI_RULE_INDEX);
    nami_json_object_end(&writer);
    return writer.status;
}
