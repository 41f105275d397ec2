#include "plugins/proto-http/http_headers.h"

#include <string.h>

/* A header's value; its offset is from where the head begins. */
struct value {
    const uint8_t *bytes;
    struct nami_http_span span;
};

bool nami_http__is_token_char(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c != 0 && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

/* Set a flag that may be set once. */
static bool is_first(struct nami_http_head *head, uint32_t flag)
{
    bool was = (head->flags & flag) != 0;

    head->flags |= flag;
    return !was;
}

static uint32_t on_host(struct nami_http_head *head, const struct value *value)
{
    if (!is_first(head, HTTP_HAS_HOST)) {
        return HTTP_TWO_HOSTS;
    }
    for (uint32_t i = 0; i < value->span.len; i++) {
        uint8_t c = value->bytes[i];

        if (c <= ' ' || c >= 0x7f || strchr("@/\\?#,\"<>^`{|}", c) != NULL) {
            return HTTP_BAD_HOST;
        }
    }
    return HTTP_FINE;
}

/* Digits alone: no sign, no list, nothing that wraps. */
static uint32_t on_content_length(struct nami_http_head *head, const struct value *value)
{
    uint64_t length = 0;

    if (!is_first(head, HTTP_HAS_LENGTH)) {
        return HTTP_TWO_LENGTHS;
    }
    for (uint32_t i = 0; i < value->span.len; i++) {
        uint8_t c = value->bytes[i];

        if (c < '0' || c > '9' || length > (UINT64_MAX - 9) / 10) {
            return HTTP_BAD_LENGTH;
        }
        length = length * 10 + (uint64_t)(c - '0');
    }
    head->content_length = length;
    return value->span.len > 0 ? HTTP_FINE : HTTP_BAD_LENGTH;
}

static uint32_t on_transfer_encoding(struct nami_http_head *head, const struct value *value)
{
    if (!is_first(head, HTTP_HAS_CODING)) {
        return HTTP_REPEATED;
    }
    if (nami_http__is_text(value->bytes, value->span.len, "chunked")) {
        head->flags |= HTTP_IS_CHUNKED;
    }
    return HTTP_FINE; /* with what else there is: judged at the end */
}

static uint32_t on_connection(struct nami_http_head *head, const struct value *value)
{
    uint32_t at = 0;

    while (at < value->span.len) {
        const uint8_t *word = value->bytes + at;
        const uint8_t *comma = memchr(word, ',', value->span.len - at);
        size_t len = comma != NULL ? (size_t)(comma - word) : value->span.len - at;

        at += (uint32_t)len + 1;
        while (len > 0 && (word[0] == ' ' || word[0] == '\t')) {
            word++;
            len--;
        }
        while (len > 0 && (word[len - 1] == ' ' || word[len - 1] == '\t')) {
            len--;
        }
        if (nami_http__is_text(word, len, "close")) {
            head->flags |= HTTP_SAYS_CLOSE;
        } else if (nami_http__is_text(word, len, "keep-alive")) {
            head->flags |= HTTP_SAYS_KEEP_ALIVE;
        }
    }
    return HTTP_FINE;
}

static uint32_t on_expect(struct nami_http_head *head, const struct value *value)
{
    head->flags |= nami_http__is_text(value->bytes, value->span.len, "100-continue")
                       ? HTTP_EXPECTS_CONTINUE
                       : HTTP_EXPECTS_OTHER;
    return HTTP_FINE;
}

static uint32_t on_authorization(struct nami_http_head *head, const struct value *value)
{
    head->authorization = value->span;
    return is_first(head, HTTP_HAS_AUTHORIZATION) ? HTTP_FINE : HTTP_REPEATED;
}

static uint32_t on_content_type(struct nami_http_head *head, const struct value *value)
{
    head->content_type = value->span;
    return is_first(head, HTTP_HAS_CONTENT_TYPE) ? HTTP_FINE : HTTP_REPEATED;
}

static uint32_t on_content_encoding(struct nami_http_head *head, const struct value *value)
{
    if (!nami_http__is_text(value->bytes, value->span.len, "identity")) {
        head->flags |= HTTP_HAS_CONTENT_ENCODING;
    }
    return HTTP_FINE;
}

static uint32_t on_request_id(struct nami_http_head *head, const struct value *value)
{
    head->request_id = value->span;
    return HTTP_FINE;
}

static uint32_t on_user_agent(struct nami_http_head *head, const struct value *value)
{
    head->user_agent = value->span;
    return HTTP_FINE;
}

static const struct {
    const char *name;
    uint32_t len;
    uint32_t (*on)(struct nami_http_head *head, const struct value *value);
} known[] = {
    {"host", 4, on_host},
    {"content-length", 14, on_content_length},
    {"transfer-encoding", 17, on_transfer_encoding},
    {"connection", 10, on_connection},
    {"expect", 6, on_expect},
    {"authorization", 13, on_authorization},
    {"content-type", 12, on_content_type},
    {"content-encoding", 16, on_content_encoding},
    {"x-request-id", 12, on_request_id},
    {"user-agent", 10, on_user_agent},
};

/* Name, colon, value: where the value is. */
static uint32_t split(const uint8_t *line, uint32_t len, uint32_t *name_len,
                      struct nami_http_span *value)
{
    uint32_t at = 0;

    if (len > 0 && (line[0] == ' ' || line[0] == '\t')) {
        return HTTP_FOLDED;
    }
    while (at < len && nami_http__is_token_char(line[at])) {
        at++;
    }
    if (at == 0 || at == len || line[at] != ':') {
        return HTTP_BAD_NAME;
    }
    *name_len = at++;
    while (at < len && (line[at] == ' ' || line[at] == '\t')) {
        at++;
    }
    while (len > at && (line[len - 1] == ' ' || line[len - 1] == '\t')) {
        len--;
    }
    *value = (struct nami_http_span){at, len - at};
    for (; at < len; at++) {
        if ((line[at] < ' ' && line[at] != '\t') || line[at] == 0x7f) {
            return HTTP_BAD_VALUE;
        }
    }
    return HTTP_FINE;
}

uint32_t nami_http__check_line(const uint8_t *line, size_t len)
{
    struct nami_http_span value = {0};
    uint32_t name_len = 0;

    return split(line, (uint32_t)len, &name_len, &value);
}

uint32_t nami_http__parse_header(struct nami_http_head *head, const uint8_t *line, uint32_t len)
{
    struct value value = {.bytes = NULL};
    uint32_t name_len = 0;
    uint32_t problem = split(line, len, &name_len, &value.span);

    if (problem != HTTP_FINE) {
        return problem;
    }
    value.bytes = line + value.span.at;
    value.span.at += head->bytes;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (known[i].len == name_len && nami_http__is_text(line, name_len, known[i].name)) {
            return known[i].on(head, &value);
        }
    }
    return HTTP_FINE;
}
