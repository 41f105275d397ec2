#include "plugins/proto-http/http_problem.h"

#include "core/base/condition.h"

enum {
    BAD = NAMI_COND_INVALID_REQUEST,
    LARGE = NAMI_COND_REQUEST_TOO_LARGE,
    LACKING = NAMI_COND_UNSUPPORTED_FEATURE
};

static const struct nami_http_problem_info problems[HTTP_PROBLEM_COUNT] = {
    [HTTP_FINE] = {500, NAMI_COND_INTERNAL, "no problem", NULL},
    [HTTP_BAD_METHOD] = {400, BAD, "this is not an HTTP request: the method is no token", NULL},
    [HTTP_BAD_TARGET] = {400, BAD, "the request target is malformed", NULL},
    [HTTP_TARGET_TOO_LONG] = {414, LARGE, "the request target is longer than 8 KiB", NULL},
    [HTTP_BAD_VERSION] = {400, BAD, "the request line does not end in HTTP/1.1 or HTTP/1.0", NULL},
    [HTTP_OTHER_VERSION] = {505, BAD, "only HTTP/1.1 and HTTP/1.0 are spoken here", NULL},
    [HTTP_BARE_LF] = {400, BAD, "a line ends without a carriage return", NULL},
    [HTTP_BARE_CR] = {400, BAD, "a carriage return stands inside a line", NULL},
    [HTTP_FOLDED] = {400, BAD, "a header goes on over several lines", NULL},
    [HTTP_BAD_NAME] = {400, BAD, "a header's name is malformed", NULL},
    [HTTP_BAD_VALUE] = {400, BAD, "a header's value holds a control character", NULL},
    [HTTP_HEAD_TOO_LONG] = {431, LARGE, "the headers are longer than 64 KiB", NULL},
    [HTTP_TOO_MANY_HEADERS] = {431, LARGE, "there are more than 128 headers", NULL},
    [HTTP_NO_HOST] = {400, BAD, "the Host header is missing", NULL},
    [HTTP_TWO_HOSTS] = {400, BAD, "there are two Host headers", NULL},
    [HTTP_BAD_HOST] = {400, BAD, "the Host header is malformed", NULL},
    [HTTP_REPEATED] = {400, BAD, "a header is given twice that may be given once", NULL},
    [HTTP_BAD_LENGTH] = {400, BAD, "Content-Length is not a number", NULL},
    [HTTP_TWO_LENGTHS] = {400, BAD, "there are two Content-Length headers", NULL},
    [HTTP_LENGTH_AND_CODING] = {400, BAD, "Content-Length and Transfer-Encoding exclude each other",
                                NULL},
    [HTTP_BAD_CODING] = {501, LACKING, "the only Transfer-Encoding understood is chunked", NULL},
    [HTTP_CODING_IN_1_0] = {400, BAD, "HTTP/1.0 has no Transfer-Encoding", NULL},
    [HTTP_BAD_CHUNK] = {400, BAD, "the chunked body is malformed", NULL},
    [HTTP_BODY_TOO_LARGE] = {413, LARGE, "the body is larger than 64 MiB",
                             "split the parameters over several requests"},
    [HTTP_CUT_OFF] = {400, BAD, "the request ends too early", NULL},
    [HTTP_BAD_EXPECTATION] = {417, BAD, "the only expectation met is 100-continue", NULL},
    [HTTP_NO_SUCH_PATH] = {404, NAMI_COND_NOT_FOUND, "there is no such path", NULL},
    [HTTP_NO_SUCH_METHOD] = {405, NAMI_COND_METHOD_NOT_ALLOWED, "this path has no such method",
                             NULL},
    [HTTP_QUERY_STRING] = {400, BAD, "this path takes no query string", NULL},
    [HTTP_NOT_JSON] = {415, BAD, "the body must be JSON",
                       "send the header Content-Type: application/json"},
    [HTTP_CONTENT_ENCODING] = {415, BAD, "encoded bodies are not understood",
                               "send the body without Content-Encoding"},
    [HTTP_UNEXPECTED_BODY] = {400, BAD, "this path takes no body", NULL},
    [HTTP_BAD_AUTHORIZATION] = {401, NAMI_COND_UNAUTHORIZED,
                                "the Authorization header is not of the form Bearer TOKEN", NULL},
};

const struct nami_http_problem_info *nami_http__problem(uint32_t problem)
{
    return &problems[problem < HTTP_PROBLEM_COUNT ? problem : HTTP_FINE];
}
