#include "core/cypher/lexer.h"

#include "core/base/utf8.h"

static uint8_t byte_at(const struct nami_lexer *lexer, size_t at)
{
    return at < lexer->text.len ? lexer->text.ptr[at] : 0;
}

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_space_char(uint32_t c)
{
    return c == 0x85 || c == 0xa0 || c == 0x1680 || c == 0x180e || (c >= 0x2000 && c <= 0x200a) ||
           c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000 || c == 0xfeff;
}

/* Bytes of the white space character here; 0: it is none. */
static size_t space_bytes(const struct nami_lexer *lexer)
{
    uint8_t c = byte_at(lexer, lexer->at);
    size_t at = lexer->at;

    if (c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f)) {
        return lexer->at < lexer->text.len ? 1 : 0;
    }
    if (c < 0x80 || !is_space_char(nami_utf8_next(lexer->text, &at))) {
        return 0;
    }
    return at - lexer->at;
}

static void skip_line(struct nami_lexer *lexer)
{
    while (lexer->at < lexer->text.len && lexer->text.ptr[lexer->at] != '\n') {
        lexer->at++;
    }
}

/* At the first star. false: never closed. */
static bool skip_comment(struct nami_lexer *lexer)
{
    for (size_t at = lexer->at + 1; at + 1 < lexer->text.len; at++) {
        if (lexer->text.ptr[at] == '*' && lexer->text.ptr[at + 1] == '/') {
            lexer->at = at + 2;
            return true;
        }
    }
    return false;
}

/* To the next token. false: there is an open comment, and the lexer stands on it. */
static bool skip_blanks(struct nami_lexer *lexer)
{
    for (;;) {
        size_t bytes = space_bytes(lexer);

        if (bytes > 0) {
            lexer->at += bytes;
            continue;
        }
        if (byte_at(lexer, lexer->at) != '/') {
            return true;
        }
        if (byte_at(lexer, lexer->at + 1) == '/') {
            skip_line(lexer);
        } else if (byte_at(lexer, lexer->at + 1) == '*') {
            lexer->at++;
            if (!skip_comment(lexer)) {
                lexer->at--;
                return false;
            }
        } else {
            return true;
        }
    }
}

static size_t name_end(const struct nami_lexer *lexer, size_t at)
{
    while (at < lexer->text.len) {
        size_t next = at;

        if (nami_cypher__is_word_byte(lexer->text.ptr[at])) {
            next = at + 1;
        } else if (lexer->text.ptr[at] < 0x80 ||
                   !nami_cypher__is_name_char(nami_utf8_next(lexer->text, &next))) {
            break;
        }
        at = next;
    }
    return at;
}

/* Everything that a person would read as one number, right or wrong: 1, 1.5, .5e-3, 0xff, 12ab. */
static size_t number_end(const struct nami_lexer *lexer)
{
    size_t at = lexer->at;
    bool is_based = byte_at(lexer, at) == '0' &&
                    nami_cypher__is_word_byte(byte_at(lexer, at + 1)) &&
                    !is_digit(byte_at(lexer, at + 1)) && (byte_at(lexer, at + 1) | 0x20) != 'e';

    if (is_based) {
        return name_end(lexer, at);
    }
    while (is_digit(byte_at(lexer, at))) {
        at++;
    }
    if (byte_at(lexer, at) == '.' && is_digit(byte_at(lexer, at + 1))) {
        at++;
        while (is_digit(byte_at(lexer, at))) {
            at++;
        }
    }
    if ((byte_at(lexer, at) | 0x20) == 'e' &&
        (byte_at(lexer, at + 1) == '-' || byte_at(lexer, at + 1) == '+') &&
        is_digit(byte_at(lexer, at + 2))) {
        at += 2;
    }
    return name_end(lexer, at);
}

/* A string or a quoted name. */
static struct nami_token quoted(struct nami_lexer *lexer, uint8_t quote)
{
    struct nami_token token = {.kind = quote == '`' ? TOKEN_QUOTED : TOKEN_STRING};
    size_t begin = lexer->at;
    size_t at = begin + 1;

    for (; at < lexer->text.len; at++) {
        bool is_quote = lexer->text.ptr[at] == quote;

        if (is_quote && (quote != '`' || byte_at(lexer, at + 1) != '`')) {
            break;
        }
        if (is_quote || (lexer->text.ptr[at] == '\\' && quote != '`')) {
            token.has_escape = true;
            at++;
        }
    }
    if (at >= lexer->text.len) {
        token.kind = quote == '`' ? TOKEN_OPEN_QUOTED : TOKEN_OPEN_STRING;
        at = lexer->text.len;
    } else {
        at++;
    }
    token.span = (struct nami_span){(uint32_t)begin, (uint32_t)(at - begin)};
    lexer->at = at;
    return token;
}

/* By the first byte; 0, which is TOKEN_END: begins nothing. */
static const uint8_t single[128] = {
    ['('] = TOKEN_LEFT_PAREN,    [')'] = TOKEN_RIGHT_PAREN, ['['] = TOKEN_LEFT_BRACKET,
    [']'] = TOKEN_RIGHT_BRACKET, ['{'] = TOKEN_LEFT_BRACE,  ['}'] = TOKEN_RIGHT_BRACE,
    [','] = TOKEN_COMMA,         ['.'] = TOKEN_DOT,         [':'] = TOKEN_COLON,
    [';'] = TOKEN_SEMICOLON,     ['$'] = TOKEN_DOLLAR,      ['|'] = TOKEN_BAR,
    ['&'] = TOKEN_AMPERSAND,     ['!'] = TOKEN_EXCLAMATION, ['%'] = TOKEN_PERCENT,
    ['+'] = TOKEN_PLUS,          ['-'] = TOKEN_MINUS,       ['*'] = TOKEN_STAR,
    ['/'] = TOKEN_SLASH,         ['^'] = TOKEN_CARET,       ['='] = TOKEN_EQUAL,
    ['<'] = TOKEN_LESS,          ['>'] = TOKEN_GREATER,     ['?'] = TOKEN_QUESTION,
};

struct symbol {
    uint8_t first;
    uint8_t second;
    uint8_t kind;
};

/* Of two bytes together; TOKEN_END: they are two tokens. */
static uint8_t pair(uint8_t first, uint8_t second)
{
    static const struct symbol pairs[] = {
        {'.', '.', TOKEN_DOTS},          {':', ':', TOKEN_COLONS},
        {'|', '|', TOKEN_BARS},          {'+', '=', TOKEN_PLUS_EQUAL},
        {'=', '=', TOKEN_DOUBLE_EQUAL},  {'=', '~', TOKEN_TILDE},
        {'<', '>', TOKEN_NOT_EQUAL},     {'<', '=', TOKEN_LESS_EQUAL},
        {'>', '=', TOKEN_GREATER_EQUAL}, {'!', '=', TOKEN_BANG_EQUAL},
    };

    if (second < '.' || (second > ':' && second < '=') ||
        (second > '>' && second != '|' && second != '~')) {
        return TOKEN_END; /* most that follows punctuation */
    }
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        if (pairs[i].first == first && pairs[i].second == second) {
            return pairs[i].kind;
        }
    }
    return TOKEN_END;
}

static struct nami_token punctuation(struct nami_lexer *lexer)
{
    uint8_t first = byte_at(lexer, lexer->at);
    struct nami_token token = {.kind = pair(first, byte_at(lexer, lexer->at + 1))};
    size_t end = lexer->at + 2;

    if (token.kind == TOKEN_END) {
        token.kind = first < sizeof(single) ? single[first] : TOKEN_END;
        end = lexer->at + 1;
    }
    if (token.kind == TOKEN_END) {
        token.kind = TOKEN_STRANGE;
        end = lexer->at;
        (void)nami_utf8_next(lexer->text, &end);
    }
    token.span = (struct nami_span){(uint32_t)lexer->at, (uint32_t)(end - lexer->at)};
    lexer->at = end;
    return token;
}

static struct nami_token spanned(struct nami_lexer *lexer, uint8_t kind, size_t end)
{
    struct nami_token token = {.kind = kind,
                               .span = {(uint32_t)lexer->at, (uint32_t)(end - lexer->at)}};

    if (kind == TOKEN_NAME) {
        token.keyword = nami_cypher__keyword_of(
            (struct nami_slice){lexer->text.ptr + lexer->at, end - lexer->at});
    }
    lexer->at = end;
    return token;
}

struct nami_token nami_cypher__lex(struct nami_lexer *lexer)
{
    uint8_t first = 0;
    size_t end = 0;

    if (!skip_blanks(lexer)) {
        return spanned(lexer, TOKEN_OPEN_COMMENT, lexer->text.len);
    }
    if (lexer->at >= lexer->text.len) {
        return spanned(lexer, TOKEN_END, lexer->text.len);
    }
    first = lexer->text.ptr[lexer->at];
    if (is_digit(first) || (first == '.' && is_digit(byte_at(lexer, lexer->at + 1)))) {
        return spanned(lexer, TOKEN_NUMBER, number_end(lexer));
    }
    if (first == '\'' || first == '"' || first == '`') {
        return quoted(lexer, first);
    }
    end = name_end(lexer, lexer->at);
    if (end > lexer->at) {
        return spanned(lexer, TOKEN_NAME, end);
    }
    return punctuation(lexer);
}
