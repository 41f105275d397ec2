/* List and map literals, map projections, object[at], list[from..to]. */
#include <string.h>

#include "core/exec/expr_internal.h"

/* Every argument, and the rows to compute. */
static int32_t eval_all(struct nami_exec *exec, struct nami_expr *expr,
                        const struct nami_rows *rows, struct nami_vector **vectors,
                        const struct nami_rows **view, struct nami_rows *one)
{
    int32_t status;

    *vectors = nami_exec_scratch(exec, expr->arg_count, sizeof(**vectors));
    if (*vectors == NULL) {
        return nami_exec_nomem(exec);
    }
    status = nami_expr__args(exec, expr, rows, 0, expr->arg_count, *vectors);
    *view = nami_expr__view(*vectors, expr->arg_count, rows, one);
    return status == NAMI_OK ? nami_expr__begin(exec, expr, NAMI_VECTOR_ANY, *view) : status;
}

/* A cell that outlives the vector it comes from: a relationship borrows its column. */
static int32_t keep(struct nami_exec *exec, struct nami_value value, struct nami_value *out)
{
    *out = value;
    if (value.type == NAMI_VALUE_REL && nami_value_copy(exec->scratch, value, out) != NAMI_OK) {
        return nami_exec_nomem(exec);
    }
    return NAMI_OK;
}

int32_t nami_expr__eval_list(struct nami_exec *exec, struct nami_expr *expr,
                             const struct nami_rows *rows, struct nami_vector *out)
{
    struct nami_vector *vectors;
    struct nami_rows one;
    const struct nami_rows *view;
    int32_t status = eval_all(exec, expr, rows, &vectors, &view, &one);

    for (uint32_t i = 0; status == NAMI_OK && i < view->count; i++) {
        uint32_t row = nami_rows_at(view, i);
        struct nami_value *items =
            nami_arena_alloc(exec->scratch, expr->arg_count * sizeof(*items));

        if (items == NULL) {
            return nami_exec_nomem(exec);
        }
        for (uint32_t arg = 0; arg < expr->arg_count && status == NAMI_OK; arg++) {
            status = keep(exec, nami_vector_get(&vectors[arg], row), &items[arg]);
        }
        if (status == NAMI_OK) {
            status = nami_expr__put(exec, expr, row, nami_value_list(items, expr->arg_count));
        }
    }
    if (status == NAMI_OK) {
        nami_expr__end(expr, view, rows, out);
    }
    return status;
}

int32_t nami_expr__eval_map(struct nami_exec *exec, struct nami_expr *expr,
                            const struct nami_rows *rows, struct nami_vector *out)
{
    struct nami_vector *vectors;
    struct nami_rows one;
    const struct nami_rows *view;
    int32_t status = eval_all(exec, expr, rows, &vectors, &view, &one);

    for (uint32_t i = 0; status == NAMI_OK && i < view->count; i++) {
        uint32_t row = nami_rows_at(view, i);
        struct nami_value *pairs =
            nami_arena_alloc(exec->scratch, (size_t)expr->arg_count * 2 * sizeof(*pairs));

        if (pairs == NULL) {
            return nami_exec_nomem(exec);
        }
        for (uint32_t arg = 0; arg < expr->arg_count && status == NAMI_OK; arg++) {
            pairs[(size_t)arg * 2] = nami_value_string(expr->as.map.keys[arg].name);
            status = keep(exec, nami_vector_get(&vectors[arg], row), &pairs[(size_t)arg * 2 + 1]);
        }
        if (status == NAMI_OK) {
            status = nami_expr__put(exec, expr, row, nami_value_map(pairs, expr->arg_count));
        }
    }
    if (status == NAMI_OK) {
        nami_expr__end(expr, view, rows, out);
    }
    return status;
}

/* ---- object { .a, .*, k: v } ---- */

static int32_t project_row(struct nami_exec *exec, struct nami_expr *expr,
                           const struct nami_vector *vectors, uint32_t row, struct nami_value *out)
{
    struct nami_value object = nami_vector_get(&vectors[0], row);
    struct nami_value all = nami_value_null();
    struct nami_value *pairs;
    uint32_t count = 0;
    uint32_t arg = 1;
    int32_t status;

    *out = nami_value_null();
    if (object.type == NAMI_VALUE_NULL) {
        return NAMI_OK;
    }
    status = nami_expr__properties(exec, expr, object, &all);
    if (status != NAMI_OK) {
        return status;
    }
    /* .* may come several times, all the same: keys are made unique below */
    pairs = nami_arena_alloc(
        exec->scratch, 2 * sizeof(*pairs) * ((size_t)expr->as.map.count * ((size_t)all.count + 1)));
    if (pairs == NULL) {
        return nami_exec_nomem(exec);
    }
    for (uint32_t i = 0; i < expr->as.map.count && status == NAMI_OK; i++) {
        struct nami_slice name = expr->as.map.keys[i].name;
        const struct nami_value *found;

        if (expr->as.map.kinds[i] == NAMI_AST_MAP_ITEM_ALL) {
            if (all.count > 0) {
                memcpy(&pairs[(size_t)count * 2], all.as.items,
                       (size_t)all.count * 2 * sizeof(*pairs));
            }
            count += all.count;
            continue;
        }
        pairs[(size_t)count * 2] = nami_value_string(name);
        if (expr->as.map.kinds[i] == NAMI_AST_MAP_ITEM_PROPERTY) {
            found = nami_value_map_get(all, name);
            pairs[(size_t)count * 2 + 1] = found != NULL ? *found : nami_value_null();
        } else {
            status =
                keep(exec, nami_vector_get(&vectors[arg++], row), &pairs[(size_t)count * 2 + 1]);
        }
        count++;
    }
    *out = nami_value_map(pairs, nami_value_map_normalise(pairs, count));
    return status;
}

int32_t nami_expr__eval_projection(struct nami_exec *exec, struct nami_expr *expr,
                                   const struct nami_rows *rows, struct nami_vector *out)
{
    struct nami_vector *vectors;
    struct nami_rows one;
    const struct nami_rows *view;
    int32_t status = eval_all(exec, expr, rows, &vectors, &view, &one);

    for (uint32_t i = 0; status == NAMI_OK && i < view->count; i++) {
        uint32_t row = nami_rows_at(view, i);
        struct nami_value map;

        status = project_row(exec, expr, vectors, row, &map);
        if (status == NAMI_OK) {
            status = nami_expr__put(exec, expr, row, map);
        }
    }
    if (status == NAMI_OK) {
        nami_expr__end(expr, view, rows, out);
    }
    return status;
}

/* ---- object[at] ---- */

static int32_t list_at(struct nami_exec *exec, const struct nami_expr *expr, struct nami_value list,
                       struct nami_value at, struct nami_value *out)
{
    int64_t index = at.as.integer;

    if (at.type != NAMI_VALUE_INT) {
        return NAMI_EXPR_FAIL(exec, expr, NAMI_COND_LIST_ACCESS_BY_NON_INTEGER,
                              "a list is indexed by an INTEGER, not %s",
                              nami_value_type_name(at.type));
    }
    index += index < 0 ? (int64_t)list.count : 0;
    if (index >= 0 && index < (int64_t)list.count) {
        *out = list.as.items[index];
    }
    return NAMI_OK;
}

static int32_t index_one(struct nami_exec *exec, const struct nami_expr *expr,
                         struct nami_value object, struct nami_value at, struct nami_value *out)
{
    struct nami_expr_key key = {.id = NAMI_NO_NAME};

    *out = nami_value_null();
    if (object.type == NAMI_VALUE_NULL || at.type == NAMI_VALUE_NULL) {
        return NAMI_OK;
    }
    if (object.type == NAMI_VALUE_LIST) {
        return list_at(exec, expr, object, at, out);
    }
    if (object.type != NAMI_VALUE_MAP && object.type != NAMI_VALUE_NODE &&
        object.type != NAMI_VALUE_REL) {
        return NAMI_EXPR_FAIL(exec, expr, NAMI_COND_TYPE_ERROR,
                              "[] expects a list, map, node or relationship, not %s",
                              nami_value_type_name(object.type));
    }
    if (at.type != NAMI_VALUE_STRING) {
        return NAMI_EXPR_FAIL(exec, expr, NAMI_COND_MAP_ACCESS_BY_NON_STRING,
                              "a %s is accessed by a STRING, not %s",
                              nami_value_type_name(object.type), nami_value_type_name(at.type));
    }
    key.name = nami_value_slice(at);
    return nami_expr__property_of(exec, expr, object, &key, out);
}

int32_t nami_expr__eval_index(struct nami_exec *exec, struct nami_expr *expr,
                              const struct nami_rows *rows, struct nami_vector *out)
{
    struct nami_vector *vectors;
    struct nami_rows one;
    const struct nami_rows *view;
    int32_t status = eval_all(exec, expr, rows, &vectors, &view, &one);

    for (uint32_t i = 0; status == NAMI_OK && i < view->count; i++) {
        uint32_t row = nami_rows_at(view, i);
        struct nami_value value;

        status = index_one(exec, expr, nami_vector_get(&vectors[0], row),
                           nami_vector_get(&vectors[1], row), &value);
        if (status == NAMI_OK) {
            status = nami_expr__put(exec, expr, row, value);
        }
    }
    if (status == NAMI_OK) {
        nami_expr__tighten(expr, view);
        nami_expr__end(expr, view, rows, out);
    }
    return status;
}

/* ---- list[from..to] ---- */

static uint32_t clamp(int64_t at, uint32_t count)
{
    at += at < 0 ? (int64_t)count : 0;
    if (at < 0) {
        return 0;
    }
    return at > (int64_t)count ? count : (uint32_t)at;
}

static int32_t slice_one(struct nami_exec *exec, const struct nami_expr *expr,
                         const struct nami_value args[3], struct nami_value *out)
{
    uint32_t from;
    uint32_t to;

    *out = nami_value_null();
    for (uint32_t i = 0; i < 3; i++) {
        if (args[i].type == NAMI_VALUE_NULL) {
            return NAMI_OK;
        }
    }
    if (args[0].type != NAMI_VALUE_LIST) {
        return NAMI_EXPR_FAIL(exec, expr, NAMI_COND_TYPE_ERROR, "[..] expects a LIST, not %s",
                              nami_value_type_name(args[0].type));
    }
    if (args[1].type != NAMI_VALUE_INT || args[2].type != NAMI_VALUE_INT) {
        return NAMI_EXPR_FAIL(
            exec, expr, NAMI_COND_LIST_ACCESS_BY_NON_INTEGER,
            "a list is indexed by an INTEGER, not %s",
            nami_value_type_name(args[args[1].type != NAMI_VALUE_INT ? 1 : 2].type));
    }
    from = clamp(args[1].as.integer, args[0].count);
    to = clamp(args[2].as.integer, args[0].count);
    *out = nami_value_list(NULL, 0);
    if (from < to) {
        *out = nami_value_list(args[0].as.items + from, to - from);
    }
    return NAMI_OK;
}

int32_t nami_expr__eval_slice(struct nami_exec *exec, struct nami_expr *expr,
                              const struct nami_rows *rows, struct nami_vector *out)
{
    struct nami_vector *vectors;
    struct nami_rows one;
    const struct nami_rows *view;
    int32_t status = eval_all(exec, expr, rows, &vectors, &view, &one);

    for (uint32_t i = 0; status == NAMI_OK && i < view->count; i++) {
        uint32_t row = nami_rows_at(view, i);
        struct nami_value args[3] = {nami_vector_get(&vectors[0], row),
                                     nami_vector_get(&vectors[1], row),
                                     nami_vector_get(&vectors[2], row)};
        struct nami_value value;

        status = slice_one(exec, expr, args, &value);
        if (status == NAMI_OK) {
            status = nami_expr__put(exec, expr, row, value);
        }
    }
    if (status == NAMI_OK) {
        nami_expr__end(expr, view, rows, out);
    }
    return status;
}
