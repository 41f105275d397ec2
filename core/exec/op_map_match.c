/* (n $map): entities that have every pair of the map; a null in it matches nothing. */
#include "core/exec/build.h"

struct map_match {
    struct nami_operator op;
    struct nami_expr *map;
    struct nami_rows out;
    const struct nami_rows *in; /* NULL: drained */
    struct nami_vector maps;
    uint16_t *selection;
};

static int32_t feed(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows *in)
{
    struct map_match *match = (struct map_match *)op;

    match->in = in;
    return nami_expr_eval(exec, match->map, in, &match->maps);
}

static bool has_pair(const struct nami_exec *exec, struct nami_value entity, struct nami_value key,
                     struct nami_value wanted)
{
    struct nami_value has = nami_value_null();
    uint32_t id = NAMI_NO_NAME;

    nami_name_resolve(exec, NAMI_DICT_KEY, nami_value_slice(key), &id);
    if (id != NAMI_NO_NAME && entity.type == NAMI_VALUE_NODE) {
        has = nami_node_property(exec->snap, entity.as.node, id);
    } else if (id != NAMI_NO_NAME) {
        has = nami_rel_property(exec->snap, entity.as.rel, id);
    }
    return nami_value_equal(has, wanted) == NAMI_TRUE;
}

static int32_t matches(struct nami_exec *exec, const struct map_match *match, uint32_t row,
                       bool *out)
{
    uint32_t column = match->op.step->as.map_match.column;
    struct nami_value map = nami_vector_get(&match->maps, row);
    struct nami_value entity = nami_vector_get(&match->in->columns[column], row);
    int32_t status = NAMI_OK;

    *out = false;
    if (map.type != NAMI_VALUE_MAP) {
        status = nami_diagnose(exec->diag, NAMI_COND_TYPE_ERROR, NULL,
                               "the properties of a pattern are a map, not %s",
                               nami_value_type_name(map.type));
        nami_diagnose_place(exec->diag, exec->text, match->op.step->as.map_match.map->span.at);
        return status;
    }
    *out = entity.type == NAMI_VALUE_NODE || entity.type == NAMI_VALUE_REL;
    for (uint32_t i = 0; i < map.count && *out; i++) {
        const struct nami_value *pair = &map.as.items[(size_t)i * 2];

        *out = has_pair(exec, entity, pair[0], pair[1]);
    }
    return status;
}

static int32_t next(struct nami_exec *exec, struct nami_operator *op, const struct nami_rows **out)
{
    struct map_match *match = (struct map_match *)op;
    uint32_t count = 0;
    int32_t status = NAMI_OK;

    *out = NULL;
    if (match->in == NULL) {
        return NAMI_OK;
    }
    for (uint32_t i = 0; i < match->in->count && status == NAMI_OK; i++) {
        uint32_t row = nami_rows_at(match->in, i);
        bool is_kept = false;

        status = matches(exec, match, row, &is_kept);
        if (is_kept) {
            match->selection[count++] = (uint16_t)row;
        }
    }
    match->out = *match->in;
    match->out.selection = match->selection;
    match->out.count = count;
    match->in = NULL;
    *out = &match->out;
    return status == NAMI_OK ? nami_exec_tick(exec, match->out.size) : status;
}

static const struct nami_operator_ops map_match_ops = {.feed = feed, .next = next};

int32_t nami_op_map_match_create(const struct nami_build *build, const struct nami_step *step,
                                 struct nami_operator **out)
{
    struct map_match *match = nami_build_operator(build, step, &map_match_ops, sizeof(*match));

    *out = (struct nami_operator *)match;
    if (match == NULL) {
        return nami_exec_nomem(build->exec);
    }
    match->selection = nami_arena_alloc(build->exec->arena, NAMI_BATCH_ROWS * sizeof(uint16_t));
    if (match->selection == NULL) {
        return nami_exec_nomem(build->exec);
    }
    return nami_build_expr(build, step, step->as.map_match.map, &match->map);
}
