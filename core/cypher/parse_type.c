#include <string.h>

#include "core/cypher/parser_internal.h"

struct type_name {
    const char *words; /* in upper case, one blank between */
    uint32_t types;
};

/* Longer phrases before their beginnings. */
static const struct type_name type_names[] = {
    {"BOOLEAN", NAMI_STATIC_BOOL},
    {"BOOL", NAMI_STATIC_BOOL},
    {"VARCHAR", NAMI_STATIC_STRING},
    {"STRING", NAMI_STATIC_STRING},
    {"SIGNED INTEGER", NAMI_STATIC_INT},
    {"INTEGER8", NAMI_STATIC_INT},
    {"INTEGER16", NAMI_STATIC_INT},
    {"INTEGER32", NAMI_STATIC_INT},
    {"INTEGER64", NAMI_STATIC_INT},
    {"INTEGER", NAMI_STATIC_INT},
    {"INT8", NAMI_STATIC_INT},
    {"INT16", NAMI_STATIC_INT},
    {"INT32", NAMI_STATIC_INT},
    {"INT64", NAMI_STATIC_INT},
    {"INT", NAMI_STATIC_INT},
    {"FLOAT32", NAMI_STATIC_FLOAT},
    {"FLOAT64", NAMI_STATIC_FLOAT},
    {"FLOAT", NAMI_STATIC_FLOAT},
    {"DATE", NAMI_STATIC_DATE},
    {"LOCAL TIME", NAMI_STATIC_LOCAL_TIME},
    {"TIME WITHOUT TIME ZONE", NAMI_STATIC_LOCAL_TIME},
    {"TIME WITHOUT TIMEZONE", NAMI_STATIC_LOCAL_TIME},
    {"ZONED TIME", NAMI_STATIC_TIME},
    {"TIME WITH TIME ZONE", NAMI_STATIC_TIME},
    {"TIME WITH TIMEZONE", NAMI_STATIC_TIME},
    {"LOCAL DATETIME", NAMI_STATIC_LOCAL_DATETIME},
    {"TIMESTAMP WITHOUT TIME ZONE", NAMI_STATIC_LOCAL_DATETIME},
    {"TIMESTAMP WITHOUT TIMEZONE", NAMI_STATIC_LOCAL_DATETIME},
    {"ZONED DATETIME", NAMI_STATIC_DATETIME},
    {"TIMESTAMP WITH TIME ZONE", NAMI_STATIC_DATETIME},
    {"TIMESTAMP WITH TIMEZONE", NAMI_STATIC_DATETIME},
    {"DURATION", NAMI_STATIC_DURATION},
    {"POINT", NAMI_STATIC_POINT},
    {"VECTOR", NAMI_STATIC_VECTOR},
    {"ANY NODE", NAMI_STATIC_NODE},
    {"NODE", NAMI_STATIC_NODE},
    {"VERTEX", NAMI_STATIC_NODE},
    {"ANY RELATIONSHIP", NAMI_STATIC_REL},
    {"RELATIONSHIP", NAMI_STATIC_REL},
    {"EDGE", NAMI_STATIC_REL},
    {"ANY MAP", NAMI_STATIC_MAP},
    {"MAP", NAMI_STATIC_MAP},
    {"PATH", NAMI_STATIC_PATH},
    {"NULL", NAMI_STATIC_NULL},
    {"PROPERTY VALUE", NAMI_STATIC_ANY & ~(uint32_t)(NAMI_STATIC_ENTITY | NAMI_STATIC_PATH |
                                                     NAMI_STATIC_MAP | NAMI_STATIC_NULL)},
    {"ANY PROPERTY VALUE", NAMI_STATIC_ANY & ~(uint32_t)(NAMI_STATIC_ENTITY | NAMI_STATIC_PATH |
                                                         NAMI_STATIC_MAP | NAMI_STATIC_NULL)},
    {"ANY VALUE", NAMI_STATIC_ANY & ~(uint32_t)NAMI_STATIC_NULL},
};

static bool is_same_word(struct nami_slice word, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        uint8_t c = i < word.len ? word.ptr[i] : 0;
        if ((uint8_t)(c >= 'a' && c <= 'z' ? c - ('a' - 'A') : c) != (uint8_t)text[i]) {
            return false;
        }
    }
    return word.len == len;
}

/* Reads the words of the phrase, all or none. */
static bool accept_phrase(struct nami_cypher__parser *p, const char *words)
{
    struct nami_lexer ahead = p->lexer;
    struct nami_token token = p->token;
    uint32_t count = 0;

    for (;;) {
        size_t len = strcspn(words, " ");

        if (token.kind != TOKEN_NAME ||
            !is_same_word(nami_cypher__slice(p, token.span), words, len)) {
            return false;
        }
        count++;
        if (words[len] == '\0') {
            break;
        }
        words += len + 1;
        token = nami_cypher__lex(&ahead);
    }
    while (count-- > 0) {
        nami_cypher__next(p);
    }
    return true;
}

static struct nami_ast_type *new_type(struct nami_cypher__parser *p, uint8_t kind, uint32_t types)
{
    struct nami_ast_type *type = nami_cypher__alloc(p, sizeof(*type));

    if (type != NULL) {
        type->kind = kind;
        type->types = types;
    }
    return type;
}

/* <item>; at the angle. */
static struct nami_ast_type *in_angles(struct nami_cypher__parser *p)
{
    struct nami_ast_type *type = NULL;

    if (!nami_cypher__expect(p, TOKEN_LESS, "'<' and the element type") ||
        (type = nami_cypher__type(p)) == NULL || !nami_cypher__expect(p, TOKEN_GREATER, "'>'")) {
        return NULL;
    }
    return type;
}

static struct nami_ast_type *base_type(struct nami_cypher__parser *p)
{
    struct nami_ast_type *type = NULL;

    if (accept_phrase(p, "LIST") || accept_phrase(p, "ARRAY")) {
        type = new_type(p, NAMI_AST_TYPE_LIST, 0);
        if (type != NULL && (type->item = in_angles(p)) == NULL) {
            return NULL;
        }
        return type;
    }
    if (accept_phrase(p, "NOTHING")) {
        return new_type(p, NAMI_AST_TYPE_NOTHING, 0);
    }
    for (size_t i = 0; i < sizeof(type_names) / sizeof(type_names[0]); i++) {
        if (accept_phrase(p, type_names[i].words)) {
            return new_type(p, NAMI_AST_TYPE_SCALAR, type_names[i].types);
        }
    }
    if (nami_cypher__accept_word(p, KW_ANY)) {
        if (p->token.kind == TOKEN_LESS) {
            return in_angles(p);
        }
        return new_type(p, NAMI_AST_TYPE_SCALAR, NAMI_STATIC_ANY & ~(uint32_t)NAMI_STATIC_NULL);
    }
    (void)nami_cypher__unexpected(p, "a type, such as INTEGER or LIST<STRING>");
    return NULL;
}

static bool not_null(struct nami_cypher__parser *p, struct nami_ast_type *type)
{
    if (nami_cypher__accept(p, TOKEN_EXCLAMATION) ||
        nami_cypher__accept_words(p, KW_NOT, KW_NULL)) {
        type->is_not_null = true;
    }
    return true;
}

/* INTEGER NOT NULL LIST */
static struct nami_ast_type *one_type(struct nami_cypher__parser *p)
{
    struct nami_ast_type *type = base_type(p);
    uint32_t depth = 0;

    while (type != NULL && not_null(p, type) &&
           (accept_phrase(p, "LIST") || accept_phrase(p, "ARRAY"))) {
        struct nami_ast_type *list = new_type(p, NAMI_AST_TYPE_LIST, 0);

        if (++depth > p->depth_max) {
            (void)nami_cypher__too_complex(p, "levels of nesting", p->depth_max);
            return NULL;
        }
        if (list != NULL) {
            list->item = type;
        }
        type = list;
    }
    return type;
}

struct nami_ast_type *nami_cypher__type(struct nami_cypher__parser *p)
{
    struct nami_cypher__list choices = {0};
    struct nami_ast_type *type = NULL;

    if (!nami_cypher__enter(p)) {
        return NULL;
    }
    do {
        struct nami_ast_type **slot = NULL;

        type = one_type(p);
        if (type == NULL ||
            (slot = nami_cypher__push(p, &choices, sizeof(struct nami_ast_type *))) == NULL) {
            return NULL;
        }
        *slot = type;
    } while (!p->bar_ends && nami_cypher__accept(p, TOKEN_BAR));
    nami_cypher__leave(p);
    if (choices.count > 1) {
        type = new_type(p, NAMI_AST_TYPE_UNION, 0);
        if (type != NULL) {
            type->choices = choices.items;
            type->choice_count = choices.count;
        }
    }
    return type;
}
