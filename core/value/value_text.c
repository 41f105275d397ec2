#include <namidb/plugin_util.h>

#include "core/base/number_text.h"
#include "core/base/text.h"
#include "core/value/value.h"
#include "core/value/walk.h"

const char *nami_value_type_name(uint8_t type)
{
    static const char *const names[] = {
        [NAMI_VALUE_NULL] = "NULL",     [NAMI_VALUE_BOOL] = "BOOLEAN",
        [NAMI_VALUE_INT] = "INTEGER",   [NAMI_VALUE_FLOAT] = "FLOAT",
        [NAMI_VALUE_STRING] = "STRING", [NAMI_VALUE_BYTES] = "BYTES",
        [NAMI_VALUE_LIST] = "LIST",     [NAMI_VALUE_MAP] = "MAP",
        [NAMI_VALUE_NODE] = "NODE",     [NAMI_VALUE_REL] = "RELATIONSHIP",
        [NAMI_VALUE_PATH] = "PATH",
    };

    return type < sizeof(names) / sizeof(names[0]) ? names[type] : "UNKNOWN";
}

int32_t nami_value_to_text(struct nami_value value, struct nami_buf *out)
{
    char text[NAMI_NUMBER_TEXT_MAX];

    switch ((enum nami_value_type)value.type) {
    case NAMI_VALUE_BOOL:
        return nami_buf_append_text(out, value.as.boolean ? "true" : "false");
    case NAMI_VALUE_INT:
        return nami_buf_append(out, nami_bytes(text, nami_int_text(value.as.integer, text)));
    case NAMI_VALUE_FLOAT:
        return nami_buf_append(out, nami_bytes(text, nami_float_text_cypher(value.as.real, text)));
    case NAMI_VALUE_STRING:
        return nami_buf_append(out, nami_value_slice(value));
    case NAMI_VALUE_NULL:
    case NAMI_VALUE_BYTES:
    case NAMI_VALUE_LIST:
    case NAMI_VALUE_MAP:
    case NAMI_VALUE_NODE:
    case NAMI_VALUE_REL:
    case NAMI_VALUE_PATH:
    case NAMI_VALUE_TYPE_COUNT:
        break;
    }
    return NAMI_E_INVALID;
}

/* ---- literals ---- */

/* One output and its first failure: a caller looks once, at the end. */
struct printer {
    struct nami_buf *out;
    int32_t status;
    struct nami_walk walk;
};

static void put(struct printer *printer, struct nami_slice bytes)
{
    if (printer->status == NAMI_OK) {
        printer->status = nami_buf_append(printer->out, bytes);
    }
}

static void put_text(struct printer *printer, const char *text)
{
    put(printer, nami_text(text));
}

static char escape_letter(char c)
{
    switch (c) {
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return c;
    }
}

/* Between `quote`s; in backticks a quote is doubled, in a string it has a backslash. */
static void put_quoted(struct printer *printer, struct nami_slice text, char quote)
{
    size_t from = 0;
    char escape[2] = "\\";

    if (quote == '`') {
        escape[0] = quote;
    }
    put(printer, nami_bytes(&quote, 1));
    for (size_t at = 0; at < text.len; at++) {
        char c = (char)text.ptr[at];

        escape[1] = escape_letter(c);
        if (c == quote || (quote != '`' && (c == '\\' || escape[1] != c))) {
            put(printer, nami_bytes(text.ptr + from, at - from));
            put(printer, nami_bytes(escape, 2));
            from = at + 1;
        }
    }
    put(printer, nami_bytes(text.ptr + from, text.len - from));
    put(printer, nami_bytes(&quote, 1));
}

static bool is_identifier(struct nami_slice name)
{
    for (size_t i = 0; i < name.len; i++) {
        uint8_t c = name.ptr[i];
        uint8_t lower = c | 0x20;
        bool is_letter = (lower >= 'a' && lower <= 'z') || c == '_' || c >= 0x80;

        if (!is_letter && (i == 0 || c < '0' || c > '9')) {
            return false;
        }
    }
    return name.len > 0;
}

static void put_bytes(struct printer *printer, struct nami_slice bytes)
{
    static const char hex[] = "0123456789abcdef";

    put_text(printer, "0x");
    for (size_t i = 0; i < bytes.len && printer->status == NAMI_OK; i++) {
        char pair[2] = {hex[bytes.ptr[i] >> 4], hex[bytes.ptr[i] & 15]};

        put(printer, nami_bytes(pair, 2));
    }
}

static void put_node(struct printer *printer, uint64_t node)
{
    char id[NAMI_ELEMENT_ID_MAX];

    put_text(printer, "(");
    put(printer, nami_bytes(id, nami_element_id_of_node(node, id)));
    put_text(printer, ")");
}

static void put_rel(struct printer *printer, const struct nami_rel *rel)
{
    char id[NAMI_ELEMENT_ID_MAX];

    put_text(printer, "[");
    put(printer, nami_bytes(id, nami_element_id_of_rel(rel, id)));
    put_text(printer, "]");
}

/* (n:1)-[r:7:3:1:2]->(n:2) */
static void put_path(struct printer *printer, const struct nami_path *path)
{
    put_node(printer, path->nodes[0]);
    for (uint32_t i = 0; i < path->length && printer->status == NAMI_OK; i++) {
        bool is_forward = path->rels[i].src == path->nodes[i];

        put_text(printer, is_forward ? "-" : "<-");
        put_rel(printer, &path->rels[i]);
        put_text(printer, is_forward ? "->" : "-");
        put_node(printer, path->nodes[i + 1]);
    }
}

static void put_value(struct printer *printer, struct nami_value value);

static void put_list(struct printer *printer, struct nami_value list)
{
    put_text(printer, "[");
    for (size_t i = 0; i < list.count && printer->status == NAMI_OK; i++) {
        put_text(printer, i > 0 ? ", " : "");
        put_value(printer, list.as.items[i]);
    }
    put_text(printer, "]");
}

static void put_map(struct printer *printer, struct nami_value map)
{
    put_text(printer, "{");
    for (size_t i = 0; i < map.count && printer->status == NAMI_OK; i++) {
        struct nami_slice key = nami_value_slice(map.as.items[i * 2]);

        put_text(printer, i > 0 ? ", " : "");
        if (is_identifier(key)) {
            put(printer, key);
        } else {
            put_quoted(printer, key, '`');
        }
        put_text(printer, ": ");
        put_value(printer, map.as.items[i * 2 + 1]);
    }
    put_text(printer, "}");
}

static void put_nested(struct printer *printer, struct nami_value value)
{
    if (!nami_walk_enter(&printer->walk, value.count)) {
        put_text(printer, "...");
        return;
    }
    if (value.type == NAMI_VALUE_LIST) {
        put_list(printer, value);
    } else {
        put_map(printer, value);
    }
    nami_walk_leave(&printer->walk);
}

static void put_value(struct printer *printer, struct nami_value value)
{
    switch ((enum nami_value_type)value.type) {
    case NAMI_VALUE_BOOL:
    case NAMI_VALUE_INT:
    case NAMI_VALUE_FLOAT:
        if (printer->status == NAMI_OK) {
            printer->status = nami_value_to_text(value, printer->out);
        }
        break;
    case NAMI_VALUE_STRING:
        put_quoted(printer, nami_value_slice(value), '\'');
        break;
    case NAMI_VALUE_BYTES:
        put_bytes(printer, nami_value_slice(value));
        break;
    case NAMI_VALUE_LIST:
    case NAMI_VALUE_MAP:
        put_nested(printer, value);
        break;
    case NAMI_VALUE_NODE:
        put_node(printer, value.as.node);
        break;
    case NAMI_VALUE_REL:
        put_rel(printer, value.as.rel);
        break;
    case NAMI_VALUE_PATH:
        put_path(printer, value.as.path);
        break;
    case NAMI_VALUE_NULL:
    case NAMI_VALUE_TYPE_COUNT:
        put_text(printer, "null");
        break;
    }
}

int32_t nami_value_print(struct nami_value value, struct nami_buf *out)
{
    struct printer printer = {.out = out, .walk = {.steps_left = NAMI_WALK_STEPS_MAX}};

    put_value(&printer, value);
    return printer.status;
}
