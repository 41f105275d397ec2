/*
 * core/cypher/lexer.h -- text to tokens, one at a time. Inside the module.
 *
 * What:   a lexer is a place in the text; a copy of it is a bookmark. It never fails: what is not a
 *         token becomes a token of a kind that no rule of the grammar accepts, so that the error is
 *         told only where it matters.
 * Above:  the parser.
 */
#ifndef NAMI_CORE_CYPHER_LEXER_H
#define NAMI_CORE_CYPHER_LEXER_H

#include <stdbool.h>

#include "core/cypher/keyword.h"
#include "core/cypher/symbol.h"

enum nami_cypher_token {
    TOKEN_END,
    TOKEN_NAME,   /* a word: name or keyword */
    TOKEN_QUOTED, /* `name` */
    TOKEN_NUMBER,
    TOKEN_STRING,
    TOKEN_LEFT_PAREN,
    TOKEN_RIGHT_PAREN,
    TOKEN_LEFT_BRACKET,
    TOKEN_RIGHT_BRACKET,
    TOKEN_LEFT_BRACE,
    TOKEN_RIGHT_BRACE,
    TOKEN_COMMA,
    TOKEN_DOT,
    TOKEN_DOTS,
    TOKEN_COLON,
    TOKEN_COLONS,
    TOKEN_SEMICOLON,
    TOKEN_DOLLAR,
    TOKEN_BAR,
    TOKEN_BARS,
    TOKEN_AMPERSAND,
    TOKEN_EXCLAMATION,
    TOKEN_PERCENT,
    TOKEN_PLUS,
    TOKEN_PLUS_EQUAL,
    TOKEN_MINUS,
    TOKEN_STAR,
    TOKEN_SLASH,
    TOKEN_CARET,
    TOKEN_EQUAL,
    TOKEN_TILDE, /* =~ */
    TOKEN_NOT_EQUAL,
    TOKEN_LESS,
    TOKEN_LESS_EQUAL,
    TOKEN_GREATER,
    TOKEN_GREATER_EQUAL,
    TOKEN_QUESTION,
    /* no rule accepts these */
    TOKEN_DOUBLE_EQUAL,
    TOKEN_BANG_EQUAL,
    TOKEN_OPEN_STRING,
    TOKEN_OPEN_QUOTED,
    TOKEN_OPEN_COMMENT,
    TOKEN_STRANGE /* a character that begins nothing */
};

struct nami_token {
    uint8_t kind;    /* enum nami_cypher_token */
    uint8_t keyword; /* of a NAME: enum nami_cypher_keyword */
    bool has_escape; /* STRING, QUOTED: the text between the quotes is not the value */
    struct nami_span span;
};

struct nami_lexer {
    struct nami_slice text;
    size_t at;
};

struct nami_token nami_cypher__lex(struct nami_lexer *lexer);
/* Above ASCII: may the character be part of a name? */
bool nami_cypher__is_name_char(uint32_t code_point);
/* ASCII letter, digit, underscore. */
static inline bool nami_cypher__is_word_byte(uint8_t byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '_';
}

#endif /* NAMI_CORE_CYPHER_LEXER_H */
