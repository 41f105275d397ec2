#include "core/cypher/parser.h"

#include <string.h>

#include "core/base/limits.h"
#include "core/base/utf8.h"
#include "core/cypher/parser_internal.h"

void nami_cypher__next(struct nami_cypher__parser *p)
{
    p->last_end = p->token.span.at + p->token.span.len;
    p->token = nami_cypher__lex(&p->lexer);
}

struct nami_token nami_cypher__peek(const struct nami_cypher__parser *p)
{
    struct nami_lexer ahead = p->lexer;

    return nami_cypher__lex(&ahead);
}

bool nami_cypher__at_word(const struct nami_cypher__parser *p, uint8_t keyword)
{
    return p->token.kind == TOKEN_NAME && p->token.keyword == keyword;
}

bool nami_cypher__accept(struct nami_cypher__parser *p, uint8_t kind)
{
    if (p->token.kind != kind) {
        return false;
    }
    nami_cypher__next(p);
    return true;
}

bool nami_cypher__accept_word(struct nami_cypher__parser *p, uint8_t keyword)
{
    if (!nami_cypher__at_word(p, keyword)) {
        return false;
    }
    nami_cypher__next(p);
    return true;
}

bool nami_cypher__accept_words(struct nami_cypher__parser *p, uint8_t first, uint8_t second)
{
    struct nami_token after = {0};

    if (!nami_cypher__at_word(p, first)) {
        return false;
    }
    after = nami_cypher__peek(p);
    if (after.kind != TOKEN_NAME || after.keyword != second) {
        return false;
    }
    nami_cypher__next(p);
    nami_cypher__next(p);
    return true;
}

bool nami_cypher__expect(struct nami_cypher__parser *p, uint8_t kind, const char *what)
{
    return nami_cypher__accept(p, kind) || nami_cypher__unexpected(p, what);
}

bool nami_cypher__expect_word(struct nami_cypher__parser *p, uint8_t keyword)
{
    return nami_cypher__accept_word(p, keyword) ||
           nami_cypher__unexpected(p, nami_cypher__keyword_text(keyword));
}

void *nami_cypher__alloc(struct nami_cypher__parser *p, size_t bytes)
{
    void *memory = nami_arena_calloc(p->arena, 1, bytes);

    if (memory == NULL) {
        (void)nami_cypher__out_of_memory(p);
    }
    return memory;
}

bool nami_cypher__tick(struct nami_cypher__parser *p)
{
    int32_t status = p->status == NAMI_OK ? nami_work_tick(p->work, 1, p->diag) : NAMI_OK;

    p->status = status != NAMI_OK ? status : p->status;
    return status == NAMI_OK;
}

static bool count_node(struct nami_cypher__parser *p)
{
    if (!nami_cypher__tick(p)) {
        return false;
    }
    if (p->nodes_left == 0) {
        return nami_cypher__too_complex(p, "parts", p->statement->nodes_left);
    }
    p->nodes_left--;
    return true;
}

void *nami_cypher__push(struct nami_cypher__parser *p, struct nami_cypher__list *list,
                        size_t element_bytes)
{
    /* What a pointer points to was counted already. */
    if (element_bytes > sizeof(void *) && !count_node(p)) {
        return NULL;
    }
    if (list->count == list->capacity) {
        uint32_t capacity = list->capacity == 0 ? 4 : list->capacity * 2;
        void *items = nami_arena_calloc(p->arena, capacity, element_bytes);
        if (items == NULL) {
            (void)nami_cypher__out_of_memory(p);
            return NULL;
        }
        if (list->count > 0) {
            memcpy(items, list->items, list->count * element_bytes);
        }
        list->items = items;
        list->capacity = capacity;
    }
    return (uint8_t *)list->items + (size_t)list->count++ * element_bytes;
}

bool nami_cypher__enter(struct nami_cypher__parser *p)
{
    if (p->depth >= p->depth_max) {
        return nami_cypher__too_complex(p, "levels of nesting", p->depth_max);
    }
    p->depth++;
    return true;
}

void nami_cypher__leave(struct nami_cypher__parser *p)
{
    p->depth--;
}

struct nami_span nami_cypher__span_from(const struct nami_cypher__parser *p, uint32_t begin)
{
    return (struct nami_span){begin, p->last_end > begin ? p->last_end - begin : 0};
}

struct nami_slice nami_cypher__slice(const struct nami_cypher__parser *p, struct nami_span span)
{
    return (struct nami_slice){p->text.ptr + span.at, span.len};
}

struct nami_ast_expr *nami_cypher__new_expr(struct nami_cypher__parser *p, uint8_t kind,
                                            uint32_t begin)
{
    struct nami_ast_expr *expr = NULL;

    if (!count_node(p)) {
        return NULL;
    }
    expr = nami_cypher__alloc(p, sizeof(*expr));
    if (expr != NULL) {
        expr->kind = kind;
        expr->span = nami_cypher__span_from(p, begin);
        expr->height = 1;
        p->tallest = p->tallest > 0 ? p->tallest : 1;
    }
    return expr;
}

bool nami_cypher__adopt(struct nami_cypher__parser *p, struct nami_ast_expr *expr,
                        const struct nami_ast_expr *child)
{
    if (child == NULL) {
        return p->status == NAMI_OK;
    }
    if (child->height >= expr->height) {
        if (child->height >= p->depth_max) {
            return nami_cypher__too_complex(p, "operators in a chain", p->depth_max);
        }
        expr->height = (uint16_t)(child->height + 1);
    }
    if (expr->height > p->tallest) {
        p->tallest = expr->height;
    }
    return true;
}

uint16_t nami_cypher__begin_height(struct nami_cypher__parser *p)
{
    uint16_t begun = p->tallest;

    p->tallest = 0;
    return begun;
}

bool nami_cypher__end_height(struct nami_cypher__parser *p, uint16_t begun,
                             struct nami_ast_expr *expr)
{
    if (p->tallest >= p->depth_max) {
        return nami_cypher__too_complex(p, "operators in a chain", p->depth_max);
    }
    expr->height = (uint16_t)(p->tallest + 1);
    p->tallest = expr->height > begun ? expr->height : begun;
    return true;
}

/* CYPHER 5 runtime=x planner=y */
static bool options(struct nami_cypher__parser *p)
{
    uint32_t begin = 0;

    if (!nami_cypher__accept_word(p, KW_CYPHER)) {
        return true;
    }
    begin = p->token.span.at;
    (void)nami_cypher__accept(p, TOKEN_NUMBER);
    while (p->token.kind == TOKEN_NAME && nami_cypher__peek(p).kind == TOKEN_EQUAL) {
        nami_cypher__next(p);
        nami_cypher__next(p);
        if (!nami_cypher__accept(p, TOKEN_NUMBER) && !nami_cypher__accept(p, TOKEN_NAME)) {
            return nami_cypher__unexpected(p, "the option's value");
        }
    }
    p->statement->options = nami_cypher__slice(p, nami_cypher__span_from(p, begin));
    return true;
}

static bool run_mode(struct nami_cypher__parser *p)
{
    if (nami_cypher__accept_word(p, KW_EXPLAIN)) {
        p->statement->run_mode = NAMI_AST_EXPLAIN;
    } else if (nami_cypher__accept_word(p, KW_PROFILE)) {
        p->statement->run_mode = NAMI_AST_PROFILE;
    }
    return true;
}

static bool statement(struct nami_cypher__parser *p)
{
    nami_cypher__next(p);
    p->last_end = 0;
    if (!options(p) || !run_mode(p) || !options(p)) {
        return false;
    }
    if (nami_cypher__at_word(p, KW_SHOW)) {
        if (!nami_cypher__show(p)) {
            return false;
        }
    } else if (nami_cypher__at_schema(p)) {
        if (!nami_cypher__schema(p)) {
            return false;
        }
    } else {
        p->statement->as.query = nami_cypher__query(p);
        if (p->statement->as.query == NULL) {
            return false;
        }
    }
    (void)nami_cypher__accept(p, TOKEN_SEMICOLON);
    if (p->token.kind == TOKEN_END) {
        return true;
    }
    if (p->text.ptr[p->last_end - 1] == ';') {
        return nami_cypher__fail(p, NAMI_COND_UNEXPECTED_SYNTAX, p->token.span.at,
                                 "Only one statement at a time: nothing may follow the semicolon");
    }
    return nami_cypher__unexpected_clause(p, "a clause or the end of the query");
}

static bool is_text_fine(struct nami_cypher__parser *p, uint32_t text_bytes_max)
{
    size_t valid = 0;

    if (p->text.len > text_bytes_max) {
        return nami_cypher__fail(p, NAMI_COND_QUERY_TOO_COMPLEX, 0,
                                 "The query has %zu bytes; the limit is %u", p->text.len,
                                 text_bytes_max);
    }
    valid = nami_utf8_valid_prefix(p->text);
    if (valid < p->text.len) {
        p->text.len = valid;
        return nami_cypher__fail(p, NAMI_COND_INVALID_UNICODE_CHARACTER, (uint32_t)valid,
                                 "The query is not valid UTF-8 here");
    }
    return true;
}

int32_t nami_cypher_parse(struct nami_slice text, struct nami_arena *arena,
                          const struct nami_parse_limits *limits, struct nami_ast_statement **out,
                          struct nami_diagnostic *diag)
{
    const struct nami_parse_limits defaults = {NAMI_AST_DEPTH_MAX, NAMI_AST_NODES_MAX,
                                               NAMI_QUERY_TEXT_BYTES_MAX, NULL};
    const struct nami_parse_limits *within = limits != NULL ? limits : &defaults;
    struct nami_cypher__parser p = {
        .text = text, .arena = arena, .diag = diag, .depth_max = within->depth_max};

    *out = NULL;
    p.nodes_left = within->nodes_max;
    p.work = within->work;
    /* Each level of brackets that may begin a pattern is read once more to find out: fine for what
     * people nest, and a tenth of a second at worst. */
    p.lookahead_left = 2 * 1000 * 1000 + 4 * (uint64_t)text.len;
    p.lexer = (struct nami_lexer){.text = text};
    p.statement = nami_cypher__alloc(&p, sizeof(*p.statement));
    if (p.statement == NULL || !is_text_fine(&p, within->text_bytes_max)) {
        return p.status;
    }
    p.statement->text = text;
    p.statement->depth_max = within->depth_max;
    p.statement->nodes_left = within->nodes_max;
    if (!statement(&p)) {
        return p.status;
    }
    p.statement->nodes_left = p.nodes_left;
    p.statement->params = (struct nami_ast_names){p.params.items, p.params.count};
    *out = p.statement;
    return NAMI_OK;
}
