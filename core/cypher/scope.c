#include <string.h>

#include "core/base/suggest.h"
#include "core/cypher/analysis_internal.h"

/* ---- scopes */

bool nami_cypher__push_scope(struct nami_cypher__analyser *a, struct nami_cypher__scope *scope)
{
    *scope = (struct nami_cypher__scope){.outer = a->scope,
                                         .depth = a->scope != NULL ? a->scope->depth + 1 : 1};
    a->scope = scope;
    return true;
}

void nami_cypher__clear_scope(struct nami_cypher__analyser *a)
{
    for (struct nami_cypher__binding *binding = a->scope->bindings; binding != NULL;
         binding = binding->before) {
        a->heads[binding->name] = binding->shadowed;
    }
    a->scope->bindings = NULL;
    a->scope->count = 0;
}

void nami_cypher__pop_scope(struct nami_cypher__analyser *a)
{
    nami_cypher__clear_scope(a);
    a->scope = a->scope->outer;
}

static bool number_of(struct nami_cypher__analyser *a, struct nami_slice name, uint32_t *number)
{
    bool is_new = false;
    void *heads = a->heads;

    if (!nami_cypher__names_add(&a->names, a->arena, name, number, &is_new)) {
        return nami_cypher__no_memory(a);
    }
    if (!nami_cypher__grow(a, &heads, *number, &a->head_capacity,
                           sizeof(struct nami_cypher__binding *))) {
        return false;
    }
    a->heads = heads;
    if (is_new) {
        a->heads[*number] = NULL;
    }
    return true;
}

struct nami_symbol *nami_cypher__find(struct nami_cypher__analyser *a, struct nami_slice name)
{
    uint32_t number = 0;
    const struct nami_cypher__binding *binding = NULL;

    if (!number_of(a, name, &number)) {
        return NULL;
    }
    binding = a->heads[number];
    return binding != NULL && binding->scope->depth >= a->barrier ? binding->symbol : NULL;
}

struct nami_symbol *nami_cypher__new_symbol(struct nami_cypher__analyser *a, struct nami_slice name,
                                            struct nami_span span, uint8_t kind)
{
    static const uint32_t types[] = {
        [NAMI_SYMBOL_NODE] = NAMI_STATIC_NODE,     [NAMI_SYMBOL_REL] = NAMI_STATIC_REL,
        [NAMI_SYMBOL_REL_LIST] = NAMI_STATIC_LIST, [NAMI_SYMBOL_NODE_LIST] = NAMI_STATIC_LIST,
        [NAMI_SYMBOL_PATH] = NAMI_STATIC_PATH,     [NAMI_SYMBOL_VALUE] = NAMI_STATIC_ANY,
    };
    struct nami_symbol *symbol = nami_cypher__analysis_alloc(a, sizeof(*symbol));
    void *symbols = a->symbols;

    if (symbol == NULL || !nami_cypher__step(a) ||
        !nami_cypher__grow(a, &symbols, a->symbol_count, &a->symbol_capacity,
                           sizeof(struct nami_symbol *))) {
        return NULL;
    }
    a->symbols = symbols;
    *symbol = (struct nami_symbol){
        .name = name,
        .id = a->symbol_count,
        .types = types[kind],
        .element_types = kind == NAMI_SYMBOL_REL_LIST    ? NAMI_STATIC_REL
                         : kind == NAMI_SYMBOL_NODE_LIST ? NAMI_STATIC_NODE
                                                         : NAMI_STATIC_ANY,
        .span = span,
        .kind = kind,
        .is_anonymous = name.len == 0,
        .is_nullable = kind == NAMI_SYMBOL_VALUE,
        .level = a->frame != NULL ? a->frame->level : 0,
    };
    a->symbols[a->symbol_count++] = symbol;
    return symbol;
}

bool nami_cypher__bind(struct nami_cypher__analyser *a, struct nami_symbol *symbol,
                       struct nami_slice name)
{
    struct nami_cypher__binding *binding = nami_cypher__analysis_alloc(a, sizeof(*binding));
    uint32_t number = 0;

    if (binding == NULL || !number_of(a, name, &number)) {
        return false;
    }
    *binding = (struct nami_cypher__binding){.symbol = symbol,
                                             .scope = a->scope,
                                             .shadowed = a->heads[number],
                                             .before = a->scope->bindings,
                                             .name = number};
    a->heads[number] = binding;
    a->scope->bindings = binding;
    a->scope->count++;
    return true;
}

struct nami_symbol *nami_cypher__declare(struct nami_cypher__analyser *a,
                                         struct nami_ast_variable *variable, uint8_t kind,
                                         bool may_shadow)
{
    struct nami_symbol *symbol = NULL;

    if (!may_shadow && nami_cypher__find(a, variable->name) != NULL) {
        (void)nami_cypher__reject(a, NAMI_COND_VARIABLE_ALREADY_BOUND, variable->span,
                                  "Variable '%.*s' is already defined", (int)variable->name.len,
                                  (const char *)variable->name.ptr);
        return NULL;
    }
    symbol = nami_cypher__new_symbol(a, variable->name, variable->span, kind);
    if (symbol == NULL || !nami_cypher__bind(a, symbol, variable->name)) {
        return NULL;
    }
    variable->symbol = symbol;
    return symbol;
}

struct visible {
    struct nami_slice name;
    struct nami_symbol *symbol;
};

static bool is_before(const struct visible *a, const struct visible *b)
{
    size_t len = a->name.len < b->name.len ? a->name.len : b->name.len;
    int order = len > 0 ? memcmp(a->name.ptr, b->name.ptr, len) : 0;

    return order != 0 ? order < 0 : a->name.len < b->name.len;
}

/* The greatest to the root of the heap below `root`. */
static void sift(struct visible *heap, size_t root, size_t count)
{
    for (size_t child = 2 * root + 1; child < count; child = 2 * root + 1) {
        struct visible swap = heap[root];

        if (child + 1 < count && is_before(&heap[child], &heap[child + 1])) {
            child++;
        }
        if (!is_before(&heap[root], &heap[child])) {
            return;
        }
        heap[root] = heap[child];
        heap[child] = swap;
        root = child;
    }
}

/* In place: qsort may ask the system for memory. */
static void sort_by_name(struct visible *all, size_t count)
{
    for (size_t root = count / 2; root-- > 0;) {
        sift(all, root, count);
    }
    for (size_t end = count; end > 1; end--) {
        struct visible swap = all[0];

        all[0] = all[end - 1];
        all[end - 1] = swap;
        sift(all, 0, end - 1);
    }
}

bool nami_cypher__visible(struct nami_cypher__analyser *a, struct nami_ast_symbols *symbols,
                          struct nami_ast_names *names)
{
    uint32_t count = a->scope->count;
    struct visible *all = NULL;
    uint32_t at = 0;

    if (count > a->nodes_left) {
        return nami_cypher__reject(a, NAMI_COND_QUERY_TOO_COMPLEX, (struct nami_span){0},
                                   "The stars of this query stand for too many columns");
    }
    a->nodes_left -= count;
    all = nami_cypher__analysis_alloc(a, (count + (size_t)1) * sizeof(*all));
    symbols->items = nami_cypher__analysis_alloc(a, (count + (size_t)1) * sizeof(*symbols->items));
    names->items = nami_cypher__analysis_alloc(a, (count + (size_t)1) * sizeof(*names->items));
    if (all == NULL || symbols->items == NULL || names->items == NULL) {
        return false;
    }
    for (const struct nami_cypher__binding *binding = a->scope->bindings; binding != NULL;
         binding = binding->before) {
        all[at++] = (struct visible){a->names.items[binding->name], binding->symbol};
    }
    sort_by_name(all, count);
    for (uint32_t i = 0; i < count; i++) {
        symbols->items[i] = all[i].symbol;
        names->items[i] = all[i].name;
    }
    symbols->count = count;
    names->count = count;
    return true;
}

bool nami_cypher__undefined(struct nami_cypher__analyser *a, struct nami_slice name,
                            struct nami_span at)
{
    struct nami_suggest suggest;
    uint32_t offered = 0;

    if (a->is_constant) {
        return nami_cypher__reject(a, NAMI_COND_NON_CONSTANT_EXPRESSION, at,
                                   "SKIP and LIMIT can not depend on variables");
    }
    (void)nami_cypher__reject(a, NAMI_COND_UNDEFINED_VARIABLE, at, "Variable '%.*s' is not defined",
                              (int)name.len, (const char *)name.ptr);
    if (a->is_after) {
        nami_diagnose_hint(a->diag, "behind DISTINCT or an aggregate only columns can be used");
        return false;
    }
    nami_suggest_init(&suggest, name, true);
    for (const struct nami_cypher__scope *scope = a->scope;
         scope != NULL && scope->depth >= a->barrier; scope = scope->outer) {
        for (const struct nami_cypher__binding *binding = scope->bindings;
             binding != NULL && offered < 1000; binding = binding->before) {
            nami_suggest_offer(&suggest, a->names.items[binding->name]);
            offered++;
        }
    }
    if (suggest.nearest.len > 0) {
        nami_diagnose_hint(a->diag, "did you mean %.*s?", (int)suggest.nearest.len,
                           (const char *)suggest.nearest.ptr);
    }
    return false;
}

/* ---- frames */

void nami_cypher__push_frame(struct nami_cypher__analyser *a, struct nami_cypher__frame *frame)
{
    *frame = (struct nami_cypher__frame){.outer = a->frame,
                                         .level = a->frame != NULL ? a->frame->level + 1 : 1,
                                         .serial = ++a->frame_serial};
    a->frame = frame;
}

bool nami_cypher__use(struct nami_cypher__analyser *a, struct nami_symbol *symbol)
{
    struct nami_cypher__frame *frame = a->frame;
    void *imports = NULL;

    if (frame == NULL || symbol->level >= frame->level || symbol->mark == frame->serial) {
        return true;
    }
    imports = frame->imports;
    if (!nami_cypher__grow(a, &imports, frame->count, &frame->capacity, sizeof(*frame->imports))) {
        return false;
    }
    frame->imports = imports;
    frame->imports[frame->count++] = (struct nami_cypher__import){symbol, symbol->mark};
    symbol->mark = frame->serial;
    return true;
}

bool nami_cypher__pop_frame(struct nami_cypher__analyser *a, struct nami_ast_symbols *imports)
{
    struct nami_cypher__frame *frame = a->frame;

    a->frame = frame->outer;
    imports->items =
        nami_cypher__analysis_alloc(a, (frame->count + (size_t)1) * sizeof(struct nami_symbol *));
    if (imports->items == NULL) {
        return false;
    }
    imports->count = frame->count;
    for (uint32_t i = 0; i < frame->count; i++) {
        struct nami_symbol *symbol = frame->imports[i].symbol;

        imports->items[i] = symbol;
        symbol->mark = frame->imports[i].mark_before;
        if (!nami_cypher__use(a, symbol)) {
            return false;
        }
    }
    return true;
}
