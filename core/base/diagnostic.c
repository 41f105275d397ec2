#include "core/base/diagnostic.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/utf8.h"

enum { EXCERPT_CHARS_MAX = 56 }; /* of the line, around the place; at most 4 bytes each */

/* One line of valid UTF-8, whatever was printed: `text` is cut where a character was cut. */
static void tidy(char *text)
{
    size_t len = strlen(text);
    size_t at = 0;

    while (at < len) {
        size_t valid =
            nami_utf8_valid_prefix((struct nami_slice){(const uint8_t *)text + at, len - at});

        for (size_t i = at; i < at + valid; i++) {
            unsigned char c = (unsigned char)text[i];

            text[i] = (char)(c < 0x20 || c == 0x7f ? ' ' : c);
        }
        at += valid;
        if (at < len && len - at < 4 && (unsigned char)text[at] >= 0xc0) {
            text[at] = '\0'; /* the character that the end of the field cut */
            return;
        }
        if (at < len) {
            text[at++] = '?';
        }
    }
}

int32_t nami_diagnose(struct nami_diagnostic *diag, uint32_t condition,
                      const struct nami_position *at, const char *fmt, ...)
{
    const struct nami_condition_info *info =
        nami_condition_info(condition != NAMI_COND_NONE ? condition : NAMI_COND_INTERNAL);
    va_list args;

    if (diag != NULL) {
        *diag = (struct nami_diagnostic){
            .condition = condition != NAMI_COND_NONE ? condition : NAMI_COND_INTERNAL};
        if (at != NULL) {
            diag->at = *at;
        }
        va_start(args, fmt);
        (void)vsnprintf(diag->message, sizeof(diag->message), fmt, args);
        va_end(args);
        tidy(diag->message);
    }
    return info->status;
}

void nami_diagnose_hint(struct nami_diagnostic *diag, const char *fmt, ...)
{
    va_list args;

    if (diag != NULL) {
        va_start(args, fmt);
        (void)vsnprintf(diag->hint, sizeof(diag->hint), fmt, args);
        va_end(args);
        tidy(diag->hint);
    }
}

int32_t nami_diagnose_error(struct nami_diagnostic *diag, int32_t status,
                            const struct nami_error *err)
{
    uint32_t condition = nami_condition_of_status(status);
    const char *message = err != NULL && err->message[0] != '\0' ? err->message : NULL;

    if (message == NULL) {
        message = nami_condition_info(condition)->code;
    }
    return nami_diagnose(diag, condition, NULL, "%s", message);
}

struct line {
    size_t begin;
    size_t end;
};

/* The line that holds byte `offset`, and its number. */
static struct line line_of(struct nami_slice text, size_t offset, uint32_t *number)
{
    struct line line = {0, text.len};

    *number = 1;
    for (size_t i = 0; i < offset; i++) {
        if (text.ptr[i] == '\n') {
            line.begin = i + 1;
            *number += 1;
        }
    }
    for (size_t i = offset; i < text.len; i++) {
        if (text.ptr[i] == '\n') {
            line.end = i;
            break;
        }
    }
    if (line.end > offset && text.ptr[line.end - 1] == '\r') {
        line.end--;
    }
    return line;
}

/* The line's characters around the place, and a caret under it. */
static void put_excerpt(struct nami_diagnostic *diag, struct nami_slice line, size_t column)
{
    size_t first = column > EXCERPT_CHARS_MAX / 2 ? column - EXCERPT_CHARS_MAX / 2 : 0;
    size_t begin = nami_utf8_offset(line, first);
    struct nami_slice rest = {line.ptr + begin, line.len - begin};
    size_t room = sizeof(diag->excerpt) - EXCERPT_CHARS_MAX - 3;
    size_t len = nami_utf8_offset(rest, EXCERPT_CHARS_MAX);
    size_t at = 0;

    while (len > room || (len < rest.len && (rest.ptr[len] & 0xc0) == 0x80)) {
        len--;
    }
    for (at = 0; at < len; at++) {
        uint8_t c = rest.ptr[at];

        diag->excerpt[at] = (char)(c < 0x20 || c == 0x7f ? ' ' : c);
    }
    diag->excerpt[at++] = '\n';
    for (size_t i = first; i < column && at < sizeof(diag->excerpt) - 2; i++) {
        diag->excerpt[at++] = ' ';
    }
    diag->excerpt[at++] = '^';
    diag->excerpt[at] = '\0';
}

void nami_diagnose_place(struct nami_diagnostic *diag, struct nami_slice text, size_t byte_offset)
{
    size_t offset = byte_offset < text.len ? byte_offset : text.len;
    uint32_t number = 1;
    struct line line = {0};
    size_t column = 0;

    if (diag == NULL) {
        return;
    }
    if (text.len == 0) { /* where it should begin; there is no line to show */
        diag->at = (struct nami_position){.line = 1, .column = 1, .offset = 0};
        return;
    }
    line = line_of(text, offset, &number);
    column = nami_utf8_count((struct nami_slice){text.ptr + line.begin, offset - line.begin});
    diag->at = (struct nami_position){
        .line = number,
        .column = (uint32_t)column + 1,
        .offset = (uint32_t)nami_utf8_count((struct nami_slice){text.ptr, offset})};
    put_excerpt(diag, (struct nami_slice){text.ptr + line.begin, line.end - line.begin}, column);
}
