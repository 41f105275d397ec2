#include "core/session/params.h"

#include <namidb/batch_util.h>

#include "core/base/hash.h"
#include "core/base/suggest.h"

enum { DEPTH_MAX = 256 }; /* a protocol bounds its messages; this bounds a protocol */

static int32_t read_cell(struct nami_arena *arena, struct nami_cell cell, unsigned depth,
                         struct nami_value *out, struct nami_diagnostic *diag);

static int32_t too_big(struct nami_arena *arena, struct nami_diagnostic *diag)
{
    return nami_diagnose(diag, arena->is_over ? NAMI_COND_QUERY_MEMORY : NAMI_COND_OUT_OF_MEMORY,
                         NULL, "the parameters do not fit into the query's memory");
}

static int32_t read_list(struct nami_arena *arena, struct nami_cell cell, unsigned depth,
                         struct nami_value *out, struct nami_diagnostic *diag)
{
    uint32_t from = cell.column->offsets[cell.row];
    uint32_t count = cell.column->offsets[cell.row + 1] - from;
    struct nami_value *items = nami_arena_alloc(arena, ((size_t)count + 1) * sizeof(*items));
    int32_t status = items != NULL ? NAMI_OK : too_big(arena, diag);

    for (uint32_t i = 0; i < count && status == NAMI_OK; i++) {
        status = read_cell(arena, nami_cell_at(nami_child(cell.column, 0), from + i), depth + 1,
                           &items[i], diag);
    }
    *out = nami_value_list(items, count);
    return status;
}

static int32_t read_map(struct nami_arena *arena, struct nami_cell cell, unsigned depth,
                        struct nami_value *out, struct nami_diagnostic *diag)
{
    uint32_t from = cell.column->offsets[cell.row];
    uint32_t count = cell.column->offsets[cell.row + 1] - from;
    struct nami_value *pairs = nami_arena_alloc(arena, (2 * (size_t)count + 1) * sizeof(*pairs));
    int32_t status = pairs != NULL ? NAMI_OK : too_big(arena, diag);

    for (uint32_t i = 0; i < count && status == NAMI_OK; i++) {
        status = read_cell(arena, nami_cell_at(nami_child(cell.column, 0), from + i), depth + 1,
                           &pairs[2 * i], diag);
        if (status == NAMI_OK && pairs[2 * i].type != NAMI_VALUE_STRING) {
            status = nami_diagnose(diag, NAMI_COND_INVALID_PARAMETER, NULL,
                                   "a key of a map is not a string");
        }
        if (status == NAMI_OK) {
            status = read_cell(arena, nami_cell_at(nami_child(cell.column, 1), from + i), depth + 1,
                               &pairs[2 * i + 1], diag);
        }
    }
    if (status == NAMI_OK) {
        *out = nami_value_map(pairs, nami_value_map_normalise(pairs, count));
    }
    return status;
}

static int32_t read_text(struct nami_arena *arena, struct nami_cell cell, uint8_t type,
                         struct nami_value *out, struct nami_diagnostic *diag)
{
    struct nami_slice bytes = nami_cell_bytes(cell);
    const uint8_t *copy = nami_arena_copy(arena, bytes.ptr, bytes.len);

    if (copy == NULL) {
        return too_big(arena, diag);
    }
    *out = nami_value_string(nami_bytes(copy, bytes.len));
    out->type = type;
    return NAMI_OK;
}

static int32_t read_cell(struct nami_arena *arena, struct nami_cell cell, unsigned depth,
                         struct nami_value *out, struct nami_diagnostic *diag)
{
    *out = nami_value_null();
    if (cell.column == NULL) {
        return NAMI_OK;
    }
    if (depth > DEPTH_MAX) {
        return nami_diagnose(diag, NAMI_COND_INVALID_PARAMETER, NULL,
                             "a parameter is nested more than %d levels deep", DEPTH_MAX);
    }
    switch (cell.column->type) {
    case NAMI_TYPE_BOOL:
        *out = nami_value_bool(((const uint8_t *)cell.column->values)[cell.row] != 0);
        return NAMI_OK;
    case NAMI_TYPE_INT64:
        *out = nami_value_int(((const int64_t *)cell.column->values)[cell.row]);
        return NAMI_OK;
    case NAMI_TYPE_FLOAT64:
        *out = nami_value_float(((const double *)cell.column->values)[cell.row]);
        return NAMI_OK;
    case NAMI_TYPE_STRING:
        return read_text(arena, cell, NAMI_VALUE_STRING, out, diag);
    case NAMI_TYPE_BYTES:
        return read_text(arena, cell, NAMI_VALUE_BYTES, out, diag);
    case NAMI_TYPE_LIST:
        return read_list(arena, cell, depth, out, diag);
    case NAMI_TYPE_MAP:
        return read_map(arena, cell, depth, out, diag);
    default:
        return nami_diagnose(diag, NAMI_COND_INVALID_PARAMETER, NULL,
                             "parameters of this type (%u) are not taken yet",
                             (unsigned)cell.column->type);
    }
}

static struct nami_slice name_of(const struct nami_fields *given, uint32_t i)
{
    return NAMI_AT_CONST(struct nami_field, given->at, (size_t)given->stride, i)->name;
}

/* Names by hash: a request may give as many as it wants of them. */
struct name_index {
    const struct nami_fields *given;
    uint32_t *slots; /* index + 1 */
    uint32_t mask;
};

/* Where the name is, or would be. */
static uint32_t *slot_of(const struct name_index *index, struct nami_slice name)
{
    uint32_t at = (uint32_t)nami_hash_bytes(name.ptr, name.len, 0) & index->mask;

    while (index->slots[at] != 0 &&
           !nami_slice_equal(name_of(index->given, index->slots[at] - 1), name)) {
        at = (at + 1) & index->mask;
    }
    return &index->slots[at];
}

/* Of equal names the first counts. */
static int32_t index_names(struct nami_arena *arena, const struct nami_fields *given,
                           struct name_index *out)
{
    size_t cap = 8;

    while (cap < 2 * (size_t)given->count) {
        cap *= 2;
    }
    *out = (struct name_index){.given = given,
                               .slots = nami_arena_calloc(arena, cap, sizeof(*out->slots)),
                               .mask = (uint32_t)(cap - 1)};
    if (out->slots == NULL) {
        return NAMI_E_NOMEM;
    }
    for (uint32_t i = 0; i < given->count; i++) {
        uint32_t *slot = slot_of(out, name_of(given, i));

        *slot = *slot == 0 ? i + 1 : *slot;
    }
    return NAMI_OK;
}

/* A name that was taken from the text as it stands tells where it stands. */
static void place_name(const struct nami_ast_statement *statement, struct nami_slice name,
                       struct nami_diagnostic *diag)
{
    uintptr_t text = (uintptr_t)statement->text.ptr;
    uintptr_t at = (uintptr_t)name.ptr;

    if (at > text && at - text < statement->text.len) {
        size_t offset = at - text;

        while (offset > 0 && statement->text.ptr[offset] != '$') { /* a quote may be in between */
            offset--;
        }
        nami_diagnose_place(diag, statement->text, offset);
    }
}

static int32_t missing(const struct nami_fields *given, const struct nami_ast_statement *statement,
                       struct nami_slice name, struct nami_diagnostic *diag)
{
    struct nami_suggest suggest;
    int32_t status =
        nami_diagnose(diag, NAMI_COND_MISSING_PARAMETER, NULL, "parameter $%.*s is not given",
                      (int)name.len, (const char *)name.ptr);

    place_name(statement, name, diag);
    nami_suggest_init(&suggest, name, true);
    for (uint32_t i = 0; i < given->count; i++) {
        nami_suggest_offer(&suggest, name_of(given, i));
    }
    if (suggest.nearest.len > 0) {
        nami_diagnose_hint(diag, "there is one called $%.*s", (int)suggest.nearest.len,
                           (const char *)suggest.nearest.ptr);
    } else {
        nami_diagnose_hint(diag, "send it in \"params\"");
    }
    return status;
}

int32_t nami_params_bind(struct nami_arena *arena, const struct nami_fields *given,
                         const struct nami_batch *row, const struct nami_value *given_values,
                         const struct nami_ast_statement *statement, struct nami_value **values,
                         struct nami_diagnostic *diag)
{
    const struct nami_ast_names *wanted = &statement->params;
    uint32_t there = row != NULL && row->row_count > 0 ? row->column_count : 0;
    struct name_index names = {0};
    int32_t status = NAMI_OK;

    there = given_values != NULL ? given->count : there;
    *values = nami_arena_calloc(arena, (size_t)wanted->count + 1, sizeof(**values));
    if (*values == NULL || (wanted->count > 0 && index_names(arena, given, &names) != NAMI_OK)) {
        return too_big(arena, diag);
    }
    for (uint32_t i = 0; i < wanted->count && status == NAMI_OK; i++) {
        uint32_t slot = *slot_of(&names, wanted->items[i]);
        uint32_t column = slot - 1;

        if (slot == 0 || column >= there) {
            return missing(given, statement, wanted->items[i], diag);
        }
        if (given_values == NULL) {
            status = read_cell(arena, nami_cell_at(nami_batch_column(row, column), 0), 0,
                               &(*values)[i], diag);
        } else if (nami_value_copy(arena, given_values[column], &(*values)[i]) != NAMI_OK) {
            status = too_big(arena, diag);
        }
    }
    return status;
}
