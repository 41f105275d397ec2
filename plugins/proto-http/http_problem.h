/*
 * plugins/proto-http/http_problem.h -- what can be wrong with a request, before a
 * statement is looked at: one table of answers.
 */
#ifndef NAMI_PLUGINS_PROTO_HTTP_PROBLEM_H
#define NAMI_PLUGINS_PROTO_HTTP_PROBLEM_H

#include <stdint.h>

enum nami_http_problem {
    HTTP_FINE = 0,
    /* the request line */
    HTTP_BAD_METHOD,
    HTTP_BAD_TARGET,
    HTTP_TARGET_TOO_LONG,
    HTTP_BAD_VERSION,
    HTTP_OTHER_VERSION,
    /* headers */
    HTTP_BARE_LF,
    HTTP_BARE_CR,
    HTTP_FOLDED,
    HTTP_BAD_NAME,
    HTTP_BAD_VALUE,
    HTTP_HEAD_TOO_LONG,
    HTTP_TOO_MANY_HEADERS,
    HTTP_NO_HOST,
    HTTP_TWO_HOSTS,
    HTTP_BAD_HOST,
    HTTP_REPEATED,
    /* the body's length */
    HTTP_BAD_LENGTH,
    HTTP_TWO_LENGTHS,
    HTTP_LENGTH_AND_CODING,
    HTTP_BAD_CODING,
    HTTP_CODING_IN_1_0,
    HTTP_BAD_CHUNK,
    HTTP_BODY_TOO_LARGE,
    HTTP_CUT_OFF,
    /* what is asked */
    HTTP_BAD_EXPECTATION,
    HTTP_NO_SUCH_PATH,
    HTTP_NO_SUCH_METHOD,
    HTTP_QUERY_STRING,
    HTTP_NOT_JSON,
    HTTP_CONTENT_ENCODING,
    HTTP_UNEXPECTED_BODY,
    HTTP_BAD_AUTHORIZATION,
    HTTP_PROBLEM_COUNT
};

struct nami_http_problem_info {
    uint16_t http_status;
    uint16_t condition; /* enum nami_condition */
    const char *text;
    const char *hint; /* or NULL */
};

/* Never NULL. */
const struct nami_http_problem_info *nami_http__problem(uint32_t problem);

#endif /* NAMI_PLUGINS_PROTO_HTTP_PROBLEM_H */
