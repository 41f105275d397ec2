#include "plugins/proto-http/http_parse.h"

#include <string.h>

#include "core/base/limits.h"
#include "plugins/proto-http/http_headers.h"

enum { METHOD_BYTES_MAX = 32, VERSION_BYTES = 8 };

bool nami_http__is_text(const uint8_t *bytes, size_t len, const char *text)
{
    for (size_t i = 0; i < len; i++) {
        uint8_t c = bytes[i];

        c = c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
        if (c == 0 || c != (uint8_t)text[i]) {
            return false;
        }
    }
    return text[len] == '\0';
}

bool nami_http__has_body(const struct nami_http_head *head)
{
    return (head->flags & HTTP_IS_CHUNKED) != 0 || head->content_length > 0;
}

bool nami_http__is_persistent(const struct nami_http_head *head)
{
    return (head->flags & HTTP_SAYS_CLOSE) == 0 &&
           ((head->flags & HTTP_IS_1_0) == 0 || (head->flags & HTTP_SAYS_KEEP_ALIVE) != 0);
}

/* ---- the request line ---- */

static int hex_value(uint8_t c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Printable ASCII, whole escapes, no NUL in disguise, no fragment. */
static bool is_target(const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] <= ' ' || bytes[i] >= 0x7f || strchr("#\"<>\\^`{|}", bytes[i]) != NULL) {
            return false;
        }
        if (bytes[i] == '%' &&
            (len - i < 3 || hex_value(bytes[i + 1]) < 0 || hex_value(bytes[i + 2]) < 0 ||
             (bytes[i + 1] == '0' && bytes[i + 2] == '0'))) {
            return false;
        }
    }
    return len > 0;
}

/* "/path?query", "http://host/path?query", "*" for OPTIONS; CONNECT's is not looked at. */
static bool split_target(struct nami_http_head *head, const uint8_t *line, uint32_t at,
                         uint32_t end)
{
    const uint8_t *query = NULL;
    const uint8_t *slash = NULL;

    if (end - at > 7 && nami_http__is_text(line + at, 7, "http://")) {
        slash = memchr(line + at + 7, '/', end - at - 7);
        query = memchr(line + at + 7, '?', end - at - 7);
        if (slash == NULL || (query != NULL && query < slash) || slash == line + at + 7) {
            return false;
        }
        at = (uint32_t)(slash - line);
    }
    query = memchr(line + at, '?', end - at);
    head->flags |= query != NULL ? (uint32_t)HTTP_HAS_QUERY : 0u;
    head->path = (struct nami_http_span){head->bytes + at,
                                         (query != NULL ? (uint32_t)(query - line) : end) - at};
    return line[at] == '/' ||
           (end - at == 1 && line[at] == '*' &&
            nami_http__is_text(line, head->method.len, "options")) ||
           nami_http__is_text(line, head->method.len, "connect");
}

static uint32_t parse_version(struct nami_http_head *head, const uint8_t *version, size_t len)
{
    if (len != VERSION_BYTES || memcmp(version, "HTTP/", 5) != 0 || version[5] < '0' ||
        version[5] > '9' || version[6] != '.' || version[7] < '0' || version[7] > '9') {
        return HTTP_BAD_VERSION;
    }
    if (version[5] != '1' || version[7] > '1') {
        return HTTP_OTHER_VERSION;
    }
    head->flags |= version[7] == '0' ? (uint32_t)HTTP_IS_1_0 : 0u;
    return HTTP_FINE;
}

static uint32_t method_end(const uint8_t *line, size_t len)
{
    uint32_t end = 0;

    while (end < len && end < METHOD_BYTES_MAX && nami_http__is_token_char(line[end])) {
        end++;
    }
    return end;
}

static uint32_t parse_request_line(struct nami_http_head *head, const uint8_t *line, uint32_t len)
{
    uint32_t end = method_end(line, len);
    const uint8_t *space = NULL;

    if (end == 0 || end == len || line[end] != ' ') {
        return HTTP_BAD_METHOD;
    }
    head->method = (struct nami_http_span){head->bytes, end};
    space = memchr(line + end + 1, ' ', len - end - 1);
    if (space == NULL) { /* HTTP/0.9 */
        return HTTP_BAD_VERSION;
    }
    if ((size_t)(space - line) - end - 1 > NAMI_REQUEST_PATH_BYTES_MAX) {
        return HTTP_TARGET_TOO_LONG;
    }
    if (!is_target(line + end + 1, (size_t)(space - line) - end - 1) ||
        !split_target(head, line, end + 1, (uint32_t)(space - line))) {
        return HTTP_BAD_TARGET;
    }
    return parse_version(head, space + 1, len - (size_t)(space - line) - 1);
}

/* The first line is not all there: is what there is worth waiting for? */
static uint32_t foresee(const uint8_t *line, size_t len)
{
    uint32_t end = method_end(line, len);

    if (end < len && (end == 0 || line[end] != ' ')) {
        return end == 0 && line[0] == '\r' && len == 1 ? HTTP_FINE : HTTP_BAD_METHOD;
    }
    return len > end + 1 + NAMI_REQUEST_PATH_BYTES_MAX + 1 + VERSION_BYTES + 1
               ? HTTP_TARGET_TOO_LONG
               : HTTP_FINE;
}

/* ---- lines ---- */

/* The head is complete: does it hold what it must? */
static uint32_t check_head(const struct nami_http_head *head)
{
    if ((head->flags & HTTP_HAS_HOST) == 0 && (head->flags & HTTP_IS_1_0) == 0) {
        return HTTP_NO_HOST;
    }
    if ((head->flags & HTTP_HAS_CODING) == 0) {
        return HTTP_FINE;
    }
    if ((head->flags & HTTP_HAS_LENGTH) != 0) {
        return HTTP_LENGTH_AND_CODING;
    }
    if ((head->flags & HTTP_IS_1_0) != 0) {
        return HTTP_CODING_IN_1_0;
    }
    return (head->flags & HTTP_IS_CHUNKED) == 0 ? HTTP_BAD_CODING : HTTP_FINE;
}

static uint32_t parse_line(struct nami_http_head *head, const uint8_t *bytes, uint32_t len)
{
    if (memchr(bytes, '\r', len) != NULL) {
        return HTTP_BARE_CR;
    }
    if (head->lines == 0) {
        return parse_request_line(head, bytes, len);
    }
    if (head->lines > NAMI_REQUEST_HEADER_COUNT_MAX) {
        return HTTP_TOO_MANY_HEADERS;
    }
    return nami_http__parse_header(head, bytes, len);
}

static uint32_t bad(struct nami_http_head *head, uint32_t problem)
{
    head->problem = problem;
    return HTTP_BAD;
}

uint32_t nami_http__parse(struct nami_http_head *head, const uint8_t *bytes, size_t len)
{
    size_t visible = len < NAMI_REQUEST_HEADER_BYTES_MAX ? len : NAMI_REQUEST_HEADER_BYTES_MAX;

    while (head->problem == HTTP_FINE) {
        const uint8_t *line = bytes + head->bytes;
        uint32_t from = head->bytes + head->looked;
        const uint8_t *end = visible > from ? memchr(bytes + from, '\n', visible - from) : NULL;
        uint32_t line_len = 0;

        if (end == NULL) {
            head->looked = (uint32_t)visible - head->bytes;
            break;
        }
        head->looked = 0;
        line_len = (uint32_t)(end - line);
        if (line_len == 0 || line[line_len - 1] != '\r') {
            return bad(head, HTTP_BARE_LF);
        }
        line_len--;
        if (line_len == 0 && (head->lines > 0 || head->bytes > 0)) {
            head->bytes += 2;
            head->problem = head->lines == 0 ? (uint32_t)HTTP_BAD_METHOD : check_head(head);
            return head->problem == HTTP_FINE ? HTTP_DONE : HTTP_BAD;
        }
        if (line_len > 0) { /* one empty line may come before the first */
            head->problem = parse_line(head, line, line_len);
            head->lines++;
        }
        head->bytes += line_len + 2;
    }
    if (head->problem != HTTP_FINE) {
        return HTTP_BAD;
    }
    if (head->lines == 0 && visible > head->bytes &&
        foresee(bytes + head->bytes, visible - head->bytes) != HTTP_FINE) {
        return bad(head, foresee(bytes + head->bytes, visible - head->bytes));
    }
    return visible == NAMI_REQUEST_HEADER_BYTES_MAX ? bad(head, HTTP_HEAD_TOO_LONG) : HTTP_MORE;
}
